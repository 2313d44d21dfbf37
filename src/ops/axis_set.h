/*
 * axis_set.h - a set of axes of a tensor, as reductions name them, and where the kept ones lie in a destination that has
 * dropped the others or kept them with extent 1.
 */
#ifndef STRIDED_SRC_AXIS_SET_H
#define STRIDED_SRC_AXIS_SET_H

#include "../nest/nest.h"
#include "../tensor/tensor.h"

struct axis_set {
    int     ndim;                        /* of the tensor whose axes they are */
    int     chosen[STRIDED_MAX_NDIM];    /* 1 = in the set */
    int     kept;                        /* how many are not */
    int64_t count;                       /* product of the extents chosen */
};

/* NULL axes: all of them. ERR_ARG for an axis out of range or named twice. */
strided_status strided__axis_set(const char *who, struct axis_set *set, const strided_tensor *x, int naxes, const int64_t *axes);
/* The shape that is left; its rank. */
int strided__axis_set_left(const struct axis_set *set, const strided_tensor *x, int keepdims, int64_t shape[STRIDED_MAX_NDIM]);

/* The table of a reduction: x is operand A, its kept axes walk dst too, the chosen ones are folded. */
void strided__axis_set_rows(struct work *w, const struct axis_set *set, const strided_tensor *dst, int dst_operand,
                        const strided_tensor *x);
/* One more operand along the kept axes; it has dropped the chosen axes, or has them with extent 1. */
void strided__axis_set_operand(struct work *w, const struct axis_set *set, int operand, const strided_tensor *x);

#endif
