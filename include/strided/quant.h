/*
 * quant.h - 8-bit convolution and matrix product with zero points.
 *
 * A quantised tensor q stands for scale * (q - zero). Sums are exact in int32: no pair of products saturates.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_QUANT_H
#define STRIDED_QUANT_H

#include <strided/norm.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct strided_quantization {
    double  x_scale;                  /* 0 = 1, as for y_scale */
    int64_t x_zero;                   /* in the range of x's dtype */
    const strided_tensor *w_scale;    /* NULL = 1; a scalar, (1), or one per output channel (column of b); no scale is
                                         negative, infinite or NaN */
    const strided_tensor *w_zero;     /* NULL = 0; likewise, integers */
    double  y_scale;
    int64_t y_zero;
    uint64_t reserved[8];
} strided_quantization;

/* acc = sum of (x - x_zero)(w - w_zero) + bias, in int32. y of dtype i32 takes acc (y_scale, y_zero must be 0 and
 * scales are not used); y of dtype u8 or i8 takes clamp(round_half_even(acc x_scale w_scale / y_scale) + y_zero).
 * x and w are u8 or i8, bias is i32 or NULL. Padding stands for x_zero. Of params: no activation, no accumulate,
 * pad_mode CONSTANT. A NULL q: scales 1, zeros 0. */
STRIDED_API STRIDED_CHECKED strided_status
strided_conv_quantized(strided_tensor *y, const strided_tensor *x, const strided_tensor *w, const strided_tensor *bias,
                       const strided_quantization *q, const strided_conv_params *params);

/* The same for numpy.matmul(a, b): a is x, b is w. */
STRIDED_API STRIDED_CHECKED strided_status
strided_matmul_quantized(strided_tensor *y, const strided_tensor *a, const strided_tensor *b,
                         const strided_quantization *q);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_QUANT_H */
