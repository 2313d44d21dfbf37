/*
 * view.h - new tensors on the same storage. Nothing here copies or touches an element.
 *
 * Every view is strided_as_strided() with the arithmetic done for you. Axes count from 0, negative
 * axes from the end; in a list none may be named twice, but by strided_window(). A view that cannot be made is
 * refused: NULL, and strided_error() says why.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_VIEW_H
#define STRIDED_VIEW_H

#include <strided/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Shape and strides as given, starting `offset` elements after x's first (it may be negative). Valid
 * iff every element reached lies in x's storage:
 *   lo = start + sum over negative strides of (size-1)*stride >= 0
 *   hi = start + sum over positive strides of (size-1)*stride <  storage count
 * Strides of axes of extent 1 never count. An empty view needs 0 <= start <= storage count. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_as_strided(const strided_tensor *x, int ndim, const int64_t *shape,
                   const int64_t *strides, int64_t offset);

/* x[start:stop:step] along one axis, by Python's rules: negative start and stop count from the end,
 * both clamp, STRIDED_NONE is "left out", a negative step walks backwards. step 0 is refused. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_slice(const strided_tensor *x, int axis, int64_t start, int64_t stop, int64_t step);
/* `len` positions from `start` (negative: from the end); refused unless all of them exist. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_narrow(const strided_tensor *x, int axis, int64_t start, int64_t len);
/* One position; the axis goes. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_select(const strided_tensor *x, int axis, int64_t index);
/* Backwards along the axes given; NULL axes: all of them. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_flip(const strided_tensor *x, int naxes, const int64_t *axes);

/* Axis a of the result is axis axes[a] of x. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_permute(const strided_tensor *x, int ndim, const int64_t *axes);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_transpose(const strided_tensor *x, int axis_a, int axis_b);
/* Axis from[i] goes to place to[i]; the others keep their order. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_movedim(const strided_tensor *x, int n, const int64_t *from, const int64_t *to);

/* A new axis of extent 1 at place `axis` of the result. */
STRIDED_API STRIDED_CHECKED strided_tensor *strided_unsqueeze(const strided_tensor *x, int axis);
/* Without the axes named that have extent 1; NULL axes: without all that do. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_squeeze(const strided_tensor *x, int naxes, const int64_t *axes);
/* Aligned at the right; axes of extent 1 and new leading axes take any extent, with stride 0. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_broadcast_to(const strided_tensor *x, int ndim, const int64_t *shape);
/* The same, and -1 keeps an axis as it is. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_expand(const strided_tensor *x, int ndim, const int64_t *shape);
/* The shape that n tensors broadcast to, written to shape[0..*ndim). */
STRIDED_API STRIDED_CHECKED strided_status
strided_broadcast_shape(int *ndim, int64_t shape[STRIDED_MAX_NDIM], int n, const strided_tensor *const *tensors);

/* Elements [.., i, .., i + offset, ..] of axes a and b as a new last axis; a and b go. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_diagonal(const strided_tensor *x, int64_t offset, int axis_a, int axis_b);

/* The same elements in row-major order under another shape; one extent may be -1. ERR_NEEDS_COPY when
 * no strides say that (it never copies: strided_clone() first). */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_reshape(const strided_tensor *x, int ndim, const int64_t *shape);
/* Axes first .. last as one. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_flatten(const strided_tensor *x, int first, int last);
/* One axis as several; one extent may be -1. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_unflatten(const strided_tensor *x, int axis, int ndim, const int64_t *shape);

/* torch.Tensor.unfold: axis of extent n becomes floor((n - size)/step) + 1 windows; their elements
 * are a new last axis. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_unfold(const strided_tensor *x, int axis, int64_t size, int64_t step);

/* The sliding window, the view this library is about. Axis a of extent n becomes the positions of
 * the window, floor((n - dilation*(size-1) - 1)/step) + 1 of them, and its taps become a new last axis:
 *
 *     (b, c, w)  --window{axis 2, size kw}-->  (b, c, ow, kw)
 *
 * Several windows append their tap axes in the order given; an axis named twice is windowed twice.
 * size 0 is allowed (n + 1 positions of nothing, at step 1). */
typedef struct strided_window_axis {
    int64_t axis;
    int64_t size;
    int64_t step;     /* 0 = 1 */
    int64_t dilation; /* 0 = 1 */
} strided_window_axis;

STRIDED_API STRIDED_CHECKED strided_tensor *
strided_window(const strided_tensor *x, int n, const strided_window_axis *windows);

/* x cut along an axis into ceil(extent/size) parts of `size` (the last may be shorter). nparts must be
 * that number; parts[i] are new handles. Nothing is made when it fails. */
STRIDED_API STRIDED_CHECKED strided_status
strided_split(strided_tensor **parts, int nparts, const strided_tensor *x, int axis, int64_t size);
/* Into nparts parts of ceil(extent/nparts); trailing ones may be shorter or empty. */
STRIDED_API STRIDED_CHECKED strided_status
strided_chunk(strided_tensor **parts, int nparts, const strided_tensor *x, int axis);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_VIEW_H */
