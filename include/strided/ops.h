/*
 * ops.h - elementwise operators, copies, reductions, softmax.
 *
 * Every operator writes into a destination you pass first, through any strides. Inputs are broadcast
 * to the destination's shape. The destination must not overlap itself, and must not share elements
 * with an input unless it is the identical view (its elements, at the same indices; it may be wrapped twice)
 * and the operator works element by element.
 *
 * Element types may differ. Arithmetic is done in f64 if an operand is f64, else in f32 if an operand
 * is floating (f16 and bf16 are read as f32), else in the widest integer: i32 for everything up to i32
 * and u16, u64 if all are u64, i64 otherwise; integers wrap. Operands are the inputs, and a destination
 * that is added to; one of f64 widens f32 to f64, any of 64 bits i32 to i64. The result is rounded once,
 * when it is stored: a float to nearest even; a float stored as an integer by an operator to nearest even
 * and saturated, NaN as 0; an integer stored as a smaller one wraps; anything stored as bool is "!= 0".
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_OPS_H
#define STRIDED_OPS_H

#include <strided/view.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- filling and copying ------------------------------------------------------------------------ */

/* dst = value, converted as strided_copy() does from f64. */
STRIDED_API STRIDED_CHECKED strided_status strided_fill(strided_tensor *dst, double value);

/* dst = src, converted: float to integer truncates toward zero and saturates, NaN is 0; integer to
 * smaller integer wraps; f64 to f16 or bf16 rounds once. */
STRIDED_API STRIDED_CHECKED strided_status strided_copy(strided_tensor *dst, const strided_tensor *src);

/* dst += src; the one operator that may write through a view that overlaps itself. Through a window
 * view of dst this is col2im. Elements that meet are added in row-major order of dst's view; every
 * addition is rounded into dst, so sums are better kept in f32 than in f16. */
STRIDED_API STRIDED_CHECKED strided_status strided_accumulate(strided_tensor *dst, const strided_tensor *src);

/* The n inputs one behind the other along an axis, converted as strided_copy() does. All other extents equal. */
STRIDED_API STRIDED_CHECKED strided_status
strided_concat(strided_tensor *dst, int n, const strided_tensor *const *inputs, int axis);

/* ---- elementwise -------------------------------------------------------------------------------- */

/* X(name, value, formula). */
#define STRIDED_UNARY_LIST(X) \
    X(NEG, 1, "-x") X(ABS, 2, "|x|") X(SQRT, 3, "sqrt(x)") X(EXP, 4, "e^x") X(LOG, 5, "ln(x)") \
    X(TANH, 6, "tanh(x)") X(SIGMOID, 7, "1/(1 + e^-x)") X(RELU, 8, "max(x, 0), NaN stays") \
    X(GELU, 9, "x/2 (1 + erf(x/sqrt 2))") X(GELU_TANH, 10, "x/2 (1 + tanh(sqrt(2/pi)(x + 0.044715 x^3)))") \
    X(SILU, 11, "x/(1 + e^-x)") X(SQUARE, 12, "x x") X(RECIPROCAL, 13, "1/x") X(SIGN, 14, "-1, 0 or 1; NaN stays") \
    X(FLOOR, 15, "floor") X(CEIL, 16, "ceil") X(ROUND, 17, "nearest, halves to even") X(ERF, 18, "erf(x)")

typedef enum strided_unary_op {
#define STRIDED_X(name, value, formula) STRIDED_##name = value,
    STRIDED_UNARY_LIST(STRIDED_X)
#undef STRIDED_X
    STRIDED_UNARY_FORCE_INT = 0x7fffffff
} strided_unary_op;

/* X(name, value, formula). On integers DIV truncates toward zero and x/0 is 0; POW of a negative
 * exponent is 0 unless the base is 1 or -1. MAX and MIN give NaN if either is NaN. */
#define STRIDED_BINARY_LIST(X) \
    X(ADD, 1, "a + b") X(SUB, 2, "a - b") X(MUL, 3, "a b") X(DIV, 4, "a / b") X(MAX, 5, "max(a, b)") \
    X(MIN, 6, "min(a, b)") X(POW, 7, "a^b") X(PRELU, 8, "a >= 0 ? a : a b")

typedef enum strided_binary_op {
#define STRIDED_X(name, value, formula) STRIDED_##name = value,
    STRIDED_BINARY_LIST(STRIDED_X)
#undef STRIDED_X
    STRIDED_BINARY_FORCE_INT = 0x7fffffff
} strided_binary_op;

/* dst = op(a). On integers NEG ABS RELU SQUARE SIGN FLOOR CEIL ROUND are exact integer functions; the
 * others compute in f32 (f64 for inputs of 64 bits and u32). */
STRIDED_API STRIDED_CHECKED strided_status
strided_unary(strided_tensor *dst, strided_unary_op op, const strided_tensor *a);
STRIDED_API STRIDED_CHECKED strided_status
strided_binary(strided_tensor *dst, strided_binary_op op, const strided_tensor *a, const strided_tensor *b);
/* min(max(a, lowest), highest), so highest wins if lowest > highest; NaN stays; -INFINITY and INFINITY
 * are "no limit". NaN limits are refused. For integers the limits are rounded inwards. */
STRIDED_API STRIDED_CHECKED strided_status
strided_clamp(strided_tensor *dst, const strided_tensor *a, double lowest, double highest);

/* ---- reductions --------------------------------------------------------------------------------- */

/* X(name, value, formula, of nothing). Sums of floats are formed in f64, of integers in i64 (u64).
 * ARGMAX and ARGMIN give the row-major index, over the reduced axes, of the first largest (smallest)
 * element; the first NaN beats all numbers; dst is i64. MEAN wants a floating dst. */
#define STRIDED_REDUCE_LIST(X) \
    X(SUM, 1, "sum x", "0") X(MEAN, 2, "sum x / n", "NaN") X(PROD, 3, "product x", "1") \
    X(MAX, 4, "max x, NaN wins", "-inf; integers refuse") X(MIN, 5, "min x, NaN wins", "+inf; integers refuse") \
    X(ARGMAX, 6, "where", "refused") X(ARGMIN, 7, "where", "refused") \
    X(L1, 8, "sum |x|", "0") X(L2, 9, "sqrt(sum x x)", "0") X(SUM_SQUARE, 10, "sum x x", "0") \
    X(LOG_SUM, 11, "ln(sum x)", "-inf") X(LOG_SUM_EXP, 12, "ln(sum e^x), formed as m + ln(sum e^(x-m))", "-inf")

typedef enum strided_reduce_op {
#define STRIDED_X(name, value, formula, empty) STRIDED_REDUCE_##name = value,
    STRIDED_REDUCE_LIST(STRIDED_X)
#undef STRIDED_X
    STRIDED_REDUCE_FORCE_INT = 0x7fffffff
} strided_reduce_op;

/* Over the axes given; NULL axes: all of them; naxes 0 with a pointer: none. dst keeps the reduced axes
 * with extent 1, or drops them all. */
STRIDED_API STRIDED_CHECKED strided_status
strided_reduce(strided_tensor *dst, strided_reduce_op op, const strided_tensor *x, int naxes, const int64_t *axes);
/* The tensor that strided_reduce() wants as dst: x's dtype (of integers: sums and products i64 or u64, means,
 * roots and logarithms f32 or f64; indices i64). */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_reduce_empty(strided_reduce_op op, const strided_tensor *x, int naxes, const int64_t *axes, int keepdims);

/* Along one axis: m = max x; dst = e^(x-m) / sum e^(x-m), and (x-m) - ln(sum e^(x-m)). */
STRIDED_API STRIDED_CHECKED strided_status strided_softmax(strided_tensor *dst, const strided_tensor *x, int axis);
STRIDED_API STRIDED_CHECKED strided_status strided_log_softmax(strided_tensor *dst, const strided_tensor *x, int axis);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_OPS_H */
