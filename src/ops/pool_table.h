/*
 * pool_table.h - one table for pooling with windows and adaptive pooling, forward and back.
 *
 *     outer axes of x     kept
 *     positions           kept, tied by an edge to      taps: folded
 *
 * Backward the average's axes change places: the elements of x are kept, the windows that cover each are folded.
 */
#ifndef STRIDED_SRC_POOL_TABLE_H
#define STRIDED_SRC_POOL_TABLE_H

#include <strided/pool.h>
#include "../nest/nest.h"
#include "../tensor/tensor.h"
#include "window_geometry.h"

struct pool_table {
    const char *who;
    strided_pool_kind kind;
    int outer, nd;                    /* axes before the pooled ones, pooled axes */
    int adaptive;                     /* then of each window axis only n, positions, and size >= every window */
    struct window window;
    int     include_pad;
    int64_t divisor;                  /* of every average alike; 0 = taps differ from window to window */
    double  p;                        /* of LP */
    int64_t shape[STRIDED_MAX_NDIM];  /* of y */
};

/* Rank, dtypes, parameters, geometry. Of x, or its gradient, only shape and dtype count. */
strided_status strided__pool_table(struct pool_table *t, const char *who, const char *x_name, const strided_tensor *x,
                                   const strided_pool_params *params);
/* y's shape says the positions. */
strided_status strided__adaptive_table(struct pool_table *t, const char *who, const char *x_name, const strided_tensor *x,
                                       const char *y_name, const strided_tensor *y, strided_pool_kind kind, int nspatial);
strided_status strided__pool_check_dtype(const struct pool_table *t, const char *name, strided_dtype dtype);
/* Which type sums of elements of one dtype, for those of another, are formed in. */
enum compute strided__pool_compute(const struct pool_table *t, strided_dtype from, strided_dtype to);

/* Taps of every window, one vector for each pooled axis, whose product divides; or one number for all. Tensors of the
 * compute type; NULL where there is none. */
struct divisors { strided_tensor *axis[STRIDED_MAX_SPATIAL]; };

/* A pool that can run: its work and the memory that the work reads besides x. */
struct pool_work {
    struct work work;
    struct divisors divisors;
};
/* y or idx may be NULL (MAX). ERR_NO_MEMORY is all that can happen. */
strided_status strided__pool_prepare(struct pool_work *p, const struct pool_table *t, const strided_tensor *y,
                                     const strided_tensor *idx, const strided_tensor *x);
void           strided__pool_release(struct pool_work *p);

/* share = dy / divisor; one element of dx = the sum of share over the windows that cover it. share is dense, of dy's
 * shape, in the compute type. */
strided_status strided__pool_divisors(struct divisors *d, const struct pool_table *t, enum compute compute, strided_context *ctx);
void           strided__divisors_release(struct divisors *d);
void           strided__pool_divide(const struct pool_table *t, const strided_tensor *share, const strided_tensor *dy,
                                    const struct divisors *d, enum compute compute);
void           strided__pool_gather(const struct pool_table *t, const strided_tensor *dx, const strided_tensor *share,
                                    enum compute compute);

#endif
