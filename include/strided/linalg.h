/*
 * linalg.h - products: trace, matrix times vector and matrix, gemm, einsum.
 *
 * A transposed operand is a strided_transpose() view; so are submatrices, reversed and stepped ones.
 * f32 products are summed in f32 by one chain of multiply-adds per output, in an order that depends
 * on the extents alone; f16 and bf16 as f32, with one rounding at the end; i8, u8, i16 as i32. Sums of
 * one operand (a trace, "ij->i") are formed as strided_reduce() forms them.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_LINALG_H
#define STRIDED_LINALG_H

#include <strided/ops.h>

#ifdef __cplusplus
extern "C" {
#endif

/* dst (a scalar) = sum over i of x[i, i], i < min(rows, columns). */
STRIDED_API STRIDED_CHECKED strided_status strided_trace(strided_tensor *dst, const strided_tensor *x);

/* dst[i] = sum over k of a[i, k] x[k] */
STRIDED_API STRIDED_CHECKED strided_status
strided_mv(strided_tensor *dst, const strided_tensor *a, const strided_tensor *x);
/* dst[i, j] = sum over k of a[i, k] b[k, j] */
STRIDED_API STRIDED_CHECKED strided_status
strided_mm(strided_tensor *dst, const strided_tensor *a, const strided_tensor *b);

/* numpy.matmul: the last two axes as matrices, the others broadcast as a batch; a 1-d left operand
 * gets a leading 1, a 1-d right operand a trailing 1, gone again from the result. */
STRIDED_API STRIDED_CHECKED strided_status
strided_matmul(strided_tensor *dst, const strided_tensor *a, const strided_tensor *b);
/* The tensor that it wants as dst, row-major; its dtype is that of strided_einsum_empty(). */
STRIDED_API STRIDED_CHECKED strided_tensor *strided_matmul_empty(const strided_tensor *a, const strided_tensor *b);

/* dst[.., o] = sum over i of x[.., i] w[o, i] + bias[o]; bias may be NULL. */
STRIDED_API STRIDED_CHECKED strided_status
strided_linear(strided_tensor *dst, const strided_tensor *x, const strided_tensor *w, const strided_tensor *bias);

/* dst = alpha a b + beta c; a, b are matrices, c broadcasts to dst and may be dst itself. beta 0 or c NULL:
 * c is not read. Integers are scaled by whole numbers only. */
STRIDED_API STRIDED_CHECKED strided_status
strided_gemm(strided_tensor *dst, double alpha, const strided_tensor *a, const strided_tensor *b,
             double beta, const strided_tensor *c);

/* Sum of products over named axes, of n >= 1 operands. Two dialects, chosen by the caller and never guessed:
 * strided_einsum() takes one letter per axis as NumPy does (spaces ignored), strided_einsum_named() words
 * separated by spaces as einops does:
 *     "ij,jk->ik"      "ii->"      "...ij,...jk"          "b ic ow kw, oc ic kw -> b oc ow"
 * Repeated labels take the diagonal; extents 1 broadcast; without "->" the result has the ellipsis axes and
 * then the labels that occur once, sorted. More than two operands are contracted from the left. At most 64
 * operands and 60 different axes. */
STRIDED_API STRIDED_CHECKED strided_status
strided_einsum(strided_tensor *dst, const char *spec, int n, const strided_tensor *const *operands);
STRIDED_API STRIDED_CHECKED strided_status
strided_einsum_named(strided_tensor *dst, const char *spec, int n, const strided_tensor *const *operands);
/* The tensor that they want as dst, row-major, in the operands' widest dtype (f16 and bf16: f32; integers: i32, i64 or
 * u64). */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_einsum_empty(const char *spec, int n, const strided_tensor *const *operands);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_einsum_named_empty(const char *spec, int n, const strided_tensor *const *operands);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_LINALG_H */
