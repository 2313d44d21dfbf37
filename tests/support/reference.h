/*
 * reference.h - what every operator means, in plain index arithmetic on row-major arrays of double.
 *
 * Shares no code with the library: only the enums of its public headers. Nothing here is fast, and nothing here
 * checks its arguments: the caller gives arrays of the right shapes. Arrays live until arrays_release().
 *
 * reference.c: arrays, elementwise, reduce, softmax, einsum. reference_conv.c: pad, convolution, im2col.
 * reference_pool.c: pooling, resize. reference_norm.c: batch norm.
 */
#ifndef STRIDED_TESTS_REFERENCE_H
#define STRIDED_TESTS_REFERENCE_H

#include <strided.h>
#include "random.h"

/* ---- arrays ------------------------------------------------------------------------------------- */

enum { ARRAY_NDIM = STRIDED_MAX_NDIM };

struct array {
    int     ndim;
    int64_t shape[ARRAY_NDIM];
    int64_t count;
    double *v; /* row-major */
    struct array *next;
};

struct array *array_new(int ndim, const int64_t *shape);         /* zeros */
struct array *array_full(double value, int ndim, const int64_t *shape);
struct array *array_list(const double *v, int ndim, const int64_t *shape);
struct array *array_copy(const struct array *x);
struct array *array_small(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape); /* rng_small() */
struct array *array_real(struct rng *r, double lo, double hi, int ndim, const int64_t *shape);
struct array *array_unit(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape);  /* reals in [-1, 1) for any dtype */
struct array *array_quarters(struct rng *r, int ndim, const int64_t *shape); /* -8, -7.75, .. 8: floats lose nothing, integers do */
struct array *array_broadcast(const struct array *x, int ndim, const int64_t *shape);
/* x with an N of 1 in front if it has not nd + 2 axes; the values are x's. */
struct array  array_batched(const struct array *x, int nd);
void          arrays_release(void);

/* array_small and array_unit. */
typedef struct array *array_fill(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape);

/* Row-major counting: the next index, 0 after the last. Start from zeros; an empty shape has none: ask
 * shape_count() first. */
int     shape_next(int ndim, const int64_t *shape, int64_t *index);
int64_t shape_count(int ndim, const int64_t *shape);
int64_t shape_flat(int ndim, const int64_t *shape, const int64_t *index);

/* ---- elementwise, reductions, products ---------------------------------------------------------- */

double ref_unary(strided_unary_op op, double x);
double ref_binary(strided_binary_op op, double a, double b);
/* The exact integer functions. */
double ref_binary_integer(strided_binary_op op, double a, double b);

/* dst's elements are in the order of x's kept axes, so dst may keep the reduced axes or not. reduced[a] != 0:
 * axis a is folded. */
void ref_reduce(struct array *dst, strided_reduce_op op, const struct array *x, const int reduced[ARRAY_NDIM]);
void ref_softmax(struct array *dst, const struct array *x, int axis, int log);

/* terms[i] names operand i's axes, `out` dst's, one letter each, e.g. {"ij", "jk"} and "ik": no ellipsis, nothing
 * implied. Axes of extent 1 broadcast. */
void ref_einsum(struct array *dst, const char *out, int n, const struct array *const *operands, const char *const *terms);
void ref_matmul(struct array *dst, const struct array *a, const struct array *b);

/* ---- padding and convolution -------------------------------------------------------------------- */

/* Which of n elements position p reads; -1 for CONSTANT outside. */
int64_t ref_pad_index(strided_pad_mode mode, int64_t p, int64_t n);
void ref_pad(struct array *dst, const struct array *x, const int64_t *before, const int64_t *after,
             strided_pad_mode mode, double value);
void ref_pad_grad(struct array *dx, const struct array *dy, const int64_t *before, const int64_t *after,
                  strided_pad_mode mode);

/* A window over nd spatial axes; every entry is set (no zero that means one). */
struct ref_window {
    int     nd;
    int64_t size[3], stride[3], dilation[3], pad[3][2], output_padding[3];
    int64_t groups;
    strided_pad_mode mode;
};

struct ref_window ref_window_plain(int nd); /* ones, no padding */
int64_t ref_positions(const struct ref_window *w, int axis, int64_t n, int ceil_mode);

/* x (N, C, ..), w (O, C/groups, ..), y (N, O, ..): always with N. y += what the name says; zeros to start with. */
void ref_conv(struct array *y, const struct array *x, const struct array *w, const struct ref_window *p);
void ref_conv_grad_input(struct array *dx, const struct array *dy, const struct array *w, const struct ref_window *p);
void ref_conv_grad_weight(struct array *dw, const struct array *dy, const struct array *x, const struct ref_window *p);
/* y[n, o, ..] += bias[o]; and its adjoint. */
void ref_add_bias(struct array *y, const struct array *bias);
void ref_bias_grad(struct array *db, const struct array *dy);
/* x (N, C, ..), w (C, O/groups, ..), y (N, O, ..). */
void ref_conv_transpose(struct array *y, const struct array *x, const struct array *w, const struct ref_window *p);
void ref_conv_transpose_grad_input(struct array *dx, const struct array *dy, const struct array *w, const struct ref_window *p);
void ref_conv_transpose_grad_weight(struct array *dw, const struct array *dy, const struct array *x, const struct ref_window *p);
double ref_activation(strided_activation a, double v, double lo, double hi);
/* y, x (N, C, L), w (C, 1, k), state (N, C, k-1) is updated; before the activation. */
void ref_causal_conv(struct array *y, struct array *state, const struct array *x, const struct array *w, const struct array *bias);
/* y = sum of (x - x_zero)(w - w_zero[o]); w_zero has 1 or O elements. */
void ref_conv_zero_points(struct array *y, const struct array *x, double x_zero, const struct array *w,
                          const struct array *w_zero, const struct ref_window *p);
double ref_requantize(double acc, double factor, double zero, double lowest, double highest);
void ref_im2col(struct array *columns, const struct array *x, const struct ref_window *p);
void ref_col2im(struct array *x, const struct array *columns, const struct ref_window *p);

/* ---- pooling ------------------------------------------------------------------------------------ */

struct ref_pool {
    struct ref_window window;
    strided_pool_kind kind;
    int     count_include_pad;
    int64_t divisor;
    double  p;
    double  lowest;   /* value of a maximum of nothing */
    int     truncate; /* averages of integers */
};

/* Over the last nd axes. idx may be NULL. */
void ref_pool(struct array *y, struct array *idx, const struct array *x, const struct ref_pool *p);
void ref_pool_grad(struct array *dx, const struct array *dy, const struct array *x, const struct ref_pool *p);
void ref_adaptive_pool(struct array *y, struct array *idx, const struct array *x, strided_pool_kind kind, int nd);
void ref_adaptive_pool_grad(struct array *dx, const struct array *dy, const struct array *x, strided_pool_kind kind, int nd);
void ref_pool_grad_indices(struct array *dx, const struct array *dy, const struct array *idx, int nd);
void ref_unpool(struct array *y, const struct array *x, const struct array *idx, int nd);
void ref_resize(struct array *y, const struct array *x, strided_resize_mode mode, int nd);

/* ---- batch norm --------------------------------------------------------------------------------- */

/* x, y (N, C, ..). scale and bias may be NULL. */
void ref_batch_norm(struct array *y, const struct array *x, const struct array *mean, const struct array *var,
                    const struct array *scale, const struct array *bias, double eps);
void ref_batch_moments(struct array *mean, struct array *var, const struct array *x);
void ref_batch_norm_grad(struct array *dx, struct array *dscale, struct array *dbias, const struct array *dy,
                         const struct array *x, const struct array *scale, const struct array *mean,
                         const struct array *var, double eps);

#endif
