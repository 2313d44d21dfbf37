/*
 * scatter.h - writing where an index says: the one loop that no nest can say, because the data decides the place.
 *
 * The last nspatial axes of dst are a plane; an index is a flat row-major place in it, -1 is nowhere. src and idx have
 * one shape, whose leading axes are dst's. Planes go to different threads; within a plane elements are taken in
 * row-major order, so the result does not depend on the threads.
 */
#ifndef STRIDED_SRC_SCATTER_H
#define STRIDED_SRC_SCATTER_H

#include "../tensor/tensor.h"

enum scatter_op {
    SCATTER_PUT,  /* dst[idx] = src, the last wins; one dtype                       */
    SCATTER_ADD   /* dst[idx] += src; one dtype, that of a compute type (dtype.h)   */
};

struct scatter {
    enum scatter_op op;
    int nspatial;
    const strided_tensor *dst, *src, *idx;
};

/* ERR_BOUNDS unless every index is -1 or lies in the plane of dst. */
strided_status strided__scatter_check(const char *who, const struct scatter *s);
/* Indices already checked. */
void strided__scatter_run(const struct scatter *s, strided_context *ctx);

#endif
