/*
 * pool.h - pooling: the window view reduced; its gradients; unpooling; resizing.
 *
 * Pools work over the last axes of x, as many as size[] has leading non-zero entries; all axes before them are
 * batch. Padding never takes part: it is taps not visited. Indices are int64, flat row-major positions in x's
 * pooled axes; -1 is "no tap inside". MAX takes every dtype, AVG floats, i32 and i64, LP floats; they mix (see ops.h),
 * integers are averaged in i64, LP is computed in f64.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_POOL_H
#define STRIDED_POOL_H

#include <strided/conv.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum strided_pool_kind {
    STRIDED_POOL_MAX = 0, STRIDED_POOL_AVG = 1, STRIDED_POOL_LP = 2,
    STRIDED_POOL_FORCE_INT = 0x7fffffff
} strided_pool_kind;

typedef struct strided_pool_params {
    strided_pool_kind kind;
    int     ceil_mode;                     /* positions rounded up; a last window that would start in the padding
                                              behind is left out */
    int64_t size[STRIDED_MAX_SPATIAL];
    int64_t stride[STRIDED_MAX_SPATIAL];   /* 0 = size: windows side by side */
    int64_t dilation[STRIDED_MAX_SPATIAL]; /* 0 = 1 */
    int64_t pad[STRIDED_MAX_SPATIAL][2];   /* each < dilation*(size-1) + 1 */
    strided_auto_pad auto_pad;
    int     count_include_pad;             /* AVG divides by the taps inside x and its padding, not inside x */
    int64_t divisor;                       /* AVG: divide by this instead; 0 = no; negative is refused */
    double  p;                             /* LP: (sum |x|^p)^(1/p); 0 = 2; INFINITY = max |x| */
    uint64_t reserved[8];
} strided_pool_params;

/* NULL params have no window and are refused, here and below.
 * MAX: the first largest tap inside; NaN beats numbers, the last NaN is reported; no tap inside: -inf (lowest
 * integer), index -1. AVG: 0 if no tap inside; integers (i32, i64) divide truncating. idx (int64, y's shape)
 * takes the place of each maximum, may be NULL, must be for other kinds. */
STRIDED_API STRIDED_CHECKED strided_status
strided_pool(strided_tensor *y, strided_tensor *idx, const strided_tensor *x, const strided_pool_params *params);
/* The tensor that strided_pool() wants as y, in x's dtype and order of axes in memory. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_pool_empty(const strided_tensor *x, const strided_pool_params *params);
/* dx from dy. MAX sends dy to the element that won; AVG to every tap inside, divided; LP as calculus says.
 * x is read by MAX and LP, may be NULL for AVG. */
STRIDED_API STRIDED_CHECKED strided_status
strided_pool_grad(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *x,
                  const strided_pool_params *params);

/* dx = 0; dx[idx] += dy over the last nspatial axes: the gradient of any max pool from its indices. */
STRIDED_API STRIDED_CHECKED strided_status
strided_pool_grad_indices(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *idx, int nspatial);
/* y = 0; y[idx] = x, converted as strided_copy() does; of repeated indices the last in row-major order wins. An index
 * outside the plane (-1 is skipped) is refused before anything is written. */
STRIDED_API STRIDED_CHECKED strided_status
strided_unpool(strided_tensor *y, const strided_tensor *x, const strided_tensor *idx, int nspatial);

/* Adaptive: position j of o covers [floor(j n/o), ceil((j+1) n/o)) of n; y's shape says o. o = 1 everywhere is
 * global pooling. kind is MAX or AVG. */
STRIDED_API STRIDED_CHECKED strided_status
strided_adaptive_pool(strided_tensor *y, strided_tensor *idx, const strided_tensor *x, strided_pool_kind kind,
                      int nspatial);
STRIDED_API STRIDED_CHECKED strided_status
strided_adaptive_pool_grad(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *x,
                           strided_pool_kind kind, int nspatial);

/* How position i of o falls on x's axis of n. HALF_PIXEL: (i + 1/2) n/o - 1/2. ALIGN_CORNERS: i (n-1)/(o-1), 0 if o = 1.
 * ASYMMETRIC: i n/o. */
typedef enum strided_resize_mode {
    STRIDED_RESIZE_NEAREST = 0,               /* floor of the ASYMMETRIC place (PyTorch's "nearest") */
    STRIDED_RESIZE_BILINEAR = 1,              /* HALF_PIXEL, clamped at 0 */
    STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS = 2,
    STRIDED_RESIZE_FORCE_INT = 0x7fffffff
} strided_resize_mode;

/* The last nspatial axes of x to y's extents, one axis after the other. */
STRIDED_API STRIDED_CHECKED strided_status
strided_resize(strided_tensor *y, const strided_tensor *x, strided_resize_mode mode, int nspatial);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_POOL_H */
