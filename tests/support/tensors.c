/*
 * tensors.c - see tensors.h.
 */
#include "tensors.h"

#include <inttypes.h>
#include <string.h>

#include "cmocka_compat.h"
#include "number.h"

typedef double draw(struct rng *r, strided_dtype dtype);

static double draw_real(struct rng *r, strided_dtype dtype)
{
    (void)dtype;
    return rng_real(r, -1, 1);
}

static strided_tensor *drawn(strided_context *ctx, struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape, draw *next)
{
    strided_tensor *x = strided_empty(ctx, dtype, ndim, shape);
    if (x == NULL) fail_msg("%s", strided_error());
    char *p = strided_data(x);
    for (int64_t i = 0; i < strided_count(x); i++, p += number_size(dtype)) number_write(dtype, p, next(r, dtype), STORE_ROUND);
    return x;
}

strided_tensor *tensor_random(strided_context *ctx, struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape)
{
    return drawn(ctx, r, dtype, ndim, shape, draw_real);
}

strided_tensor *tensor_small(strided_context *ctx, struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape)
{
    return drawn(ctx, r, dtype, ndim, shape, rng_small);
}

double tensor_dot(const strided_tensor *a, const strided_tensor *b)
{
    const double *x = strided_const_data(a), *y = strided_const_data(b);
    double sum = 0;
    for (int64_t i = 0; i < strided_count(a); i++) sum += x[i] * y[i];
    return sum;
}

void assert_same_bits(const char *what, const strided_tensor *got, const strided_tensor *want)
{
    if (got == NULL || want == NULL) fail_msg("%s: %s", what, strided_error());
    int ndim = strided_ndim(want);
    size_t size = number_size(strided_dtype_of(want)), bytes = (size_t)strided_count(want) * size, at = 0;
    if (strided_dtype_of(got) != strided_dtype_of(want) || strided_ndim(got) != ndim ||
        memcmp(strided_shape(got), strided_shape(want), (size_t)ndim * sizeof(int64_t)) != 0)
        fail_msg("%s: another dtype or shape", what);
    if (!strided_is_contiguous(got) || !strided_is_contiguous(want)) fail_msg("%s: not dense", what);
    const unsigned char *a = strided_const_data(got), *b = strided_const_data(want);
    while (at < bytes && a[at] == b[at]) at++;
    if (at < bytes)
        fail_msg("%s: element %zu is %.17g, wanted %.17g", what, at / size, number_read(strided_dtype_of(got), a + at / size * size),
                 number_read(strided_dtype_of(got), b + at / size * size));
}
