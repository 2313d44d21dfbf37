/*
 * conv.h - convolution, its gradients, transposed and streaming convolution, im2col.
 *
 * x is (N, C, spatial...), w is (O, C/groups, taps...), y is (N, O, positions...), bias is (O) or NULL; one to
 * three spatial axes, as many as w has taps axes. x and y may both lack N. Layout is the view: NHWC memory is
 * seen through strided_permute(), a crop through strided_narrow(), true convolution through strided_flip() of w.
 * dtypes mix freely (see ops.h; bias is an input, and y where it accumulates); sums of f16, bf16, f32 are formed in
 * f32, f64 in f64, integers in i32, i64 or u64.
 * Taps that fall on zero padding are not visited.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_CONV_H
#define STRIDED_CONV_H

#include <strided/pad.h>

#ifdef __cplusplus
extern "C" {
#endif

/* RELU: max(s, 0). CLAMP: as strided_clamp(), between the limits given. SILU: s/(1 + e^-s), of floating sums only. */
typedef enum strided_activation {
    STRIDED_ACT_NONE = 0, STRIDED_ACT_RELU = 1, STRIDED_ACT_CLAMP = 2, STRIDED_ACT_SILU = 3,
    STRIDED_ACT_FORCE_INT = 0x7fffffff
} strided_activation;

/* Where padding comes from. EXPLICIT: `pad`. VALID: none. SAME: the output has ceil(n/step) positions, an odd
 * total goes to the end (SAME_UPPER is another name for it) or to the beginning (SAME_LOWER). With any but
 * EXPLICIT `pad` must be zero. */
typedef enum strided_auto_pad {
    STRIDED_AUTO_PAD_EXPLICIT = 0, STRIDED_AUTO_PAD_VALID = 1, STRIDED_AUTO_PAD_SAME = 2,
    STRIDED_AUTO_PAD_SAME_UPPER = 3, STRIDED_AUTO_PAD_SAME_LOWER = 4,
    STRIDED_AUTO_PAD_FORCE_INT = 0x7fffffff
} strided_auto_pad;

/* Entries are per spatial axis, in the order the axes have in x; unused entries stay zero. */
typedef struct strided_conv_params {
    int64_t stride[STRIDED_MAX_SPATIAL];   /* 0 = 1 */
    int64_t dilation[STRIDED_MAX_SPATIAL]; /* 0 = 1 */
    int64_t pad[STRIDED_MAX_SPATIAL][2];   /* before, after; >= 0 */
    int64_t output_padding[STRIDED_MAX_SPATIAL]; /* strided_conv_transpose only */
    int64_t groups;                        /* 0 = 1 */
    strided_auto_pad   auto_pad;
    strided_pad_mode   pad_mode;           /* CONSTANT pads with zero */
    strided_activation activation;
    int      accumulate;                   /* y = act(y + ...) instead of y = act(...) */
    double   clamp[2];                     /* lowest, highest; for ACT_CLAMP */
    strided_arithmetic arithmetic;         /* DEFAULT = the context's */
    int      reserved_int;
    uint64_t reserved[8];
} strided_conv_params;

/*     y[n, o, p...] = act( bias[o] + sum over c, k...  of  x[n, g(o) + c, p*stride + k*dilation - pad] * w[o, c, k...] )
 *
 * with g(o) = floor(o / (O/groups)) * C/groups. Depthwise is groups = C. A NULL params means all zero.
 * Positions per axis: floor((n + before + after - dilation*(k-1) - 1) / stride) + 1. */
STRIDED_API STRIDED_CHECKED strided_status
strided_conv(strided_tensor *y, const strided_tensor *x, const strided_tensor *w,
             const strided_tensor *bias, const strided_conv_params *params);
/* The tensor that strided_conv() wants as y: right shape, x's order of axes in memory, and the wider of
 * the dtypes of x and w (f16 and bf16: f32; integers: i32, i64 or u64). */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_conv_empty(const strided_tensor *x, const strided_tensor *w, const strided_conv_params *params);

/* Gradients, for any padding mode; bias, activation, accumulate of params do not take part. dx has x's shape. */
STRIDED_API STRIDED_CHECKED strided_status
strided_conv_grad_input(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *w,
                        const strided_conv_params *params);
STRIDED_API STRIDED_CHECKED strided_status
strided_conv_grad_weight(strided_tensor *dw, const strided_tensor *dy, const strided_tensor *x,
                         const strided_conv_params *params);
/* db[o] = sum of dy over N and the positions. */
STRIDED_API STRIDED_CHECKED strided_status strided_conv_grad_bias(strided_tensor *db, const strided_tensor *dy);

/* The transposed convolution: x is (N, C, i...), w is (C, O/groups, k...), y is (N, O, ...) with
 *     (i-1)*stride - before - after + dilation*(k-1) + 1 + output_padding
 * positions; every x element adds w times it at i*stride - before + k*dilation. 0 <= output_padding <
 * max(stride, dilation). Zero padding only; with auto_pad SAME there are i*stride positions. It is
 * strided_conv_grad_input() with bias and activation; conv_transpose_empty() makes y as conv_empty() does. */
STRIDED_API STRIDED_CHECKED strided_status
strided_conv_transpose(strided_tensor *y, const strided_tensor *x, const strided_tensor *w,
                       const strided_tensor *bias, const strided_conv_params *params);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_conv_transpose_empty(const strided_tensor *x, const strided_tensor *w, const strided_conv_params *params);
STRIDED_API STRIDED_CHECKED strided_status
strided_conv_transpose_grad_input(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *w,
                                  const strided_conv_params *params);
STRIDED_API STRIDED_CHECKED strided_status
strided_conv_transpose_grad_weight(strided_tensor *dw, const strided_tensor *dy, const strided_tensor *x,
                                   const strided_conv_params *params);

/* Causal depthwise convolution of a stream, block by block: x and y are (N, C, L), w is (C, 1, k), state is
 * (N, C, k-1), the last elements of what went before (zeros at first; NULL: zeros, and nothing is kept).
 * y = act(bias + conv of state followed by x); then state takes the last k-1 elements of the two together. */
STRIDED_API STRIDED_CHECKED strided_status
strided_causal_conv1d(strided_tensor *y, const strided_tensor *x, const strided_tensor *w, const strided_tensor *bias,
                      strided_tensor *state, strided_activation activation);

/* Windows as columns, and back (torch.nn.functional.unfold and fold). x is (N, C, spatial...), columns are
 * (N, C*prod(size), prod(positions)), converted as strided_copy() does; back, they are added. Zero padding. Most uses
 * want strided_window() instead: no copy. params: stride, dilation, pad; nspatial = x's rank - 2 extents in size. */
STRIDED_API STRIDED_CHECKED strided_status
strided_im2col(strided_tensor *columns, const strided_tensor *x, int nspatial, const int64_t *size,
               const strided_conv_params *params);
STRIDED_API STRIDED_CHECKED strided_status
strided_col2im(strided_tensor *x, const strided_tensor *columns, int nspatial, const int64_t *size,
               const strided_conv_params *params);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_CONV_H */
