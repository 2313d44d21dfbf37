/*
 * gradients.c - what every operator with weights or windows sends back (docs/reference/gradients.md). The check is the one that any
 * gradient must pass: <conv(x), dy> = <x, grad_input(dy)> = <w, grad_weight(dy)>.
 */
#include "show.h"

#include <math.h>

static strided_tensor *counting(int ndim, const int64_t *shape, double n) {
    STRIDED_AUTO strided_tensor *line = strided_arange(NULL, STRIDED_F32, 0, n, 1);
    return strided_reshape(line, ndim, shape);
}

/* The sum of a b over all elements: a loss whose gradient by a is b. NaN if it fails. */
static double dot(const strided_tensor *a, const strided_tensor *b) {
    STRIDED_AUTO strided_tensor *sum = strided_empty(NULL, STRIDED_F64, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *line = strided_flatten(a, 0, -1), *other = strided_flatten(b, 0, -1);

    return strided_einsum(sum, "i,i->", STRIDED_TENSORS(line, other)) ? NAN : strided_item(sum);
}

static strided_status convolution(void) {
    const strided_conv_params params = {.stride = {2}, .pad = {{1, 1}}};
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(1, 2, 5), 10);
    STRIDED_AUTO strided_tensor *w = counting(STRIDED_DIMS(3, 2, 3), 18);
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, &params);
    STRIDED_AUTO strided_tensor *dy = counting(STRIDED_DIMS(1, 3, 3), 9);
    STRIDED_AUTO strided_tensor *dx = strided_empty_like(x);
    STRIDED_AUTO strided_tensor *dw = strided_empty_like(w);
    STRIDED_AUTO strided_tensor *db = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(3));
    strided_status s = strided_conv(y, x, w, NULL, &params);

    if (!s) s = strided_conv_grad_input(dx, dy, w, &params);
    if (!s) s = strided_conv_grad_weight(dw, dy, x, &params);
    if (!s) s = strided_conv_grad_bias(db, dy);
    if (s) return s;
    printf("conv:           %g = %g = %g\n", dot(y, dy), dot(x, dx), dot(w, dw));
    show("db", db);
    return STRIDED_OK;
}

static strided_status transposed_convolution(void) {
    const strided_conv_params params = {.stride = {2}, .output_padding = {1}};
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(1, 2, 3), 6);
    STRIDED_AUTO strided_tensor *w = counting(STRIDED_DIMS(2, 1, 3), 6);
    STRIDED_AUTO strided_tensor *y = strided_conv_transpose_empty(x, w, &params);
    STRIDED_AUTO strided_tensor *dy = counting(STRIDED_DIMS(1, 1, 8), 8);
    STRIDED_AUTO strided_tensor *dx = strided_empty_like(x);
    STRIDED_AUTO strided_tensor *dw = strided_empty_like(w);
    strided_status s = strided_conv_transpose(y, x, w, NULL, &params);

    if (!s) s = strided_conv_transpose_grad_input(dx, dy, w, &params);
    if (!s) s = strided_conv_transpose_grad_weight(dw, dy, x, &params);
    if (!s) printf("conv_transpose: %g = %g = %g\n", dot(y, dy), dot(x, dx), dot(w, dw));
    return s;
}

/* To the element that won: found again in x, or told by the indices that the pool wrote. */
static strided_status largest(void) {
    const strided_pool_params pairs = {.size = {2}};
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(6), 6);
    STRIDED_AUTO strided_tensor *y = strided_pool_empty(x, &pairs);
    STRIDED_AUTO strided_tensor *where = strided_empty(NULL, STRIDED_I64, STRIDED_DIMS(3));
    STRIDED_AUTO strided_tensor *dy = strided_arange(NULL, STRIDED_F32, 1, 4, 1);
    STRIDED_AUTO strided_tensor *dx = strided_empty_like(x);
    strided_status s = strided_pool(y, where, x, &pairs);

    if (!s) s = strided_pool_grad(dx, dy, x, &pairs);
    if (!s) show("pool_grad", dx);
    if (!s) s = strided_pool_grad_indices(dx, dy, where, 1);
    if (!s) show("pool_grad_indices", dx);
    return s;
}

/* An average gives to every tap alike: here 6 to each pair. */
static strided_status averages(void) {
    STRIDED_AUTO strided_tensor *dy = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(3), 6);
    STRIDED_AUTO strided_tensor *dx = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(4));
    STRIDED_AUTO strided_tensor *inner = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2));
    strided_status s = strided_adaptive_pool_grad(dx, dy, dx, STRIDED_POOL_AVG, 1);

    if (!s) show("adaptive_pool_grad", dx);
    if (!s) s = strided_pad_grad(inner, dy, 1, STRIDED_LIST(1), STRIDED_LIST(0), STRIDED_PAD_REPLICATE);
    if (!s) show("pad_grad", inner); /* the first was read twice */
    return s;
}

/* Forward remembers the mean and variance of this batch for the way back, and moves the running ones. */
static strided_status batch_norm(void) {
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(2, 1, 1), 2);
    STRIDED_AUTO strided_tensor *y = strided_empty_like(x), *dx = strided_empty_like(x);
    STRIDED_AUTO strided_tensor *dy = counting(STRIDED_DIMS(2, 1, 1), 2);
    STRIDED_AUTO strided_tensor *running_mean = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1));
    STRIDED_AUTO strided_tensor *running_var = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1), 1);
    STRIDED_AUTO strided_tensor *mean = strided_empty_like(running_mean), *var = strided_empty_like(running_mean);
    STRIDED_AUTO strided_tensor *dbias = strided_empty_like(running_mean);
    const strided_batch_norm_params params = {.momentum = 0.5};
    strided_status s = strided_batch_norm_train(y, x, NULL, NULL, running_mean, running_var, mean, var, &params);

    if (!s) s = strided_batch_norm_grad(dx, NULL, dbias, dy, x, NULL, mean, var, &params);
    if (s) return s;
    printf("batch: mean %g, variance %g; running: %g, %g\n", strided_item(mean), strided_item(var), strided_item(running_mean),
           strided_item(running_var));
    printf("dbias: %g\n", strided_item(dbias));
    return STRIDED_OK;
}

int main(void) {
    strided_status s = convolution();

    if (!s) s = transposed_convolution();
    if (!s) s = largest();
    if (!s) s = averages();
    if (!s) s = batch_norm();
    return finish(s);
}
