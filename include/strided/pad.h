/*
 * pad.h - padding and cropping, and the modes that say what lies outside a tensor.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_PAD_H
#define STRIDED_PAD_H

#include <strided/ops.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Position p, counted from x's first element, of an axis of extent n reads
 *   CONSTANT   the value, outside [0, n)            (NumPy, PyTorch: constant)
 *   REPLICATE  x[min(max(p, 0), n-1)]               (NumPy: edge)
 *   REFLECT    the mirror image, edge not repeated  (n = 1: x[0])
 *   SYMMETRIC  the mirror image, edge repeated
 *   CIRCULAR   x[p mod n]                           (NumPy: wrap)
 * Any width; all but CONSTANT want n >= 1. Axes are padded independently. */
typedef enum strided_pad_mode {
    STRIDED_PAD_CONSTANT = 0, STRIDED_PAD_REPLICATE = 1, STRIDED_PAD_REFLECT = 2,
    STRIDED_PAD_SYMMETRIC = 3, STRIDED_PAD_CIRCULAR = 4,
    STRIDED_PAD_FORCE_INT = 0x7fffffff
} strided_pad_mode;

/* dst[p] = x[p - before], per axis, converted as strided_copy() does; dst's extents are n + before + after. Negative
 * widths crop (then the other side pads what is left). ndim is x's rank; `value` counts for CONSTANT only. */
STRIDED_API STRIDED_CHECKED strided_status
strided_pad(strided_tensor *dst, const strided_tensor *x, int ndim, const int64_t *before,
            const int64_t *after, strided_pad_mode mode, double value);
/* The tensor that it wants as dst, row-major, in x's dtype. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_pad_empty(const strided_tensor *x, int ndim, const int64_t *before, const int64_t *after);
/* dx = the sum of dy over the positions that read each element of x; those that read none drop out. */
STRIDED_API STRIDED_CHECKED strided_status
strided_pad_grad(strided_tensor *dx, const strided_tensor *dy, int ndim, const int64_t *before,
                 const int64_t *after, strided_pad_mode mode);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_PAD_H */
