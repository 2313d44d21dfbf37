/*
 * test_elementwise.c - clamp, and the types in which elementwise arithmetic is done: what a destination of 64 bits adds,
 * and what integers keep.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/refuse.h"
#include "support/trial.h"
#include <math.h>

struct limits { double lowest, highest; };

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct limits *l = params;
    return strided_clamp(out[0], in[0], l->lowest, l->highest);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct limits *l = params;
    for (int64_t i = 0; i < out[0]->count; i++) {
        double v = in[0]->v[i] < l->lowest ? l->lowest : in[0]->v[i];
        out[0]->v[i] = v > l->highest ? l->highest : v;
    }
}

static void clamp_every_dtype(void **state)
{
    (void)state;
    static const struct limits limits[] = { { -2, 3 }, { -INFINITY, 1 }, { 2, INFINITY }, { 3, -1 } };
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
            strided_dtype dtype = number_dtypes[d];
            int is_unsigned = !number_is_float(dtype) && number_lowest(dtype) == 0;
            if (is_unsigned && (i == 0 || i == 3)) continue; /* the reference knows no u64 below 0 */
            struct rng r = rng_seed(i + 1);
            struct trial t = trial_new("clamp", call, reference, &limits[i]);
            trial_out(&t, dtype, 2, STRIDED_LIST(5, 7));
            trial_in(&t, dtype, array_small(&r, dtype, 2, STRIDED_LIST(5, 7)));
            trial_store_by_inputs(&t);
            t.elementwise = 1;
            if (i == 0) trial_all(&t);
            else trial_run(&t);
            arrays_release();
        }
}

static strided_tensor *vector(strided_dtype dtype, int n, const double *v)
{
    strided_tensor *x = strided_empty(NULL, dtype, 1, STRIDED_LIST(n));
    for (int64_t i = 0; i < n; i++) assert_int_equal(strided_set(x, 1, &i, v[i]), STRIDED_OK);
    return x;
}

#define VECTOR(dtype, ...) \
    vector(dtype, (int)(sizeof((double[]){ __VA_ARGS__ }) / sizeof(double)), (const double[]){ __VA_ARGS__ })

static double at(const strided_tensor *x, int64_t i) { return strided_get(x, 1, &i); }

static void clamp_limits(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = VECTOR(STRIDED_I32, -3, 0, 2, 7), *y = VECTOR(STRIDED_F64, NAN, 1);
    refused_doing(STRIDED_ERR_ARG, "clamp", strided_clamp(x, x, NAN, 1));
    assert_int_equal(strided_clamp(x, x, -0.5, 2.5), STRIDED_OK);
    assert_true(at(x, 0) == 0 && at(x, 1) == 0 && at(x, 2) == 2 && at(x, 3) == 2);
    assert_int_equal(strided_clamp(y, y, -1, 0), STRIDED_OK);
    assert_true(isnan(at(y, 0)) && at(y, 1) == 0);
}

static void wide_destinations(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *f = VECTOR(STRIDED_F32, 1, 0x1p-40), *d = VECTOR(STRIDED_F64, 0);
    STRIDED_AUTO strided_tensor *a = strided_narrow(f, 0, 0, 1), *b = strided_narrow(f, 0, 1, 1);
    assert_int_equal(strided_binary(d, STRIDED_ADD, a, b), STRIDED_OK);
    assert_true(at(d, 0) == 1 + 0x1p-40);
    assert_int_equal(strided_unary(d, STRIDED_EXP, a), STRIDED_OK);
    assert_true(fabs(at(d, 0) - exp(1)) < 1e-15);

    STRIDED_AUTO strided_tensor *i = VECTOR(STRIDED_I32, 2000000000), *l = VECTOR(STRIDED_I64, 0);
    assert_int_equal(strided_binary(l, STRIDED_ADD, i, i), STRIDED_OK);
    assert_true(at(l, 0) == 4000000000.0);
    assert_int_equal(strided_binary(i, STRIDED_ADD, i, i), STRIDED_OK);
    assert_true(at(i, 0) == -294967296);
}

static void integers_leave_where_they_must(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *i = VECTOR(STRIDED_I64, 4), *h = VECTOR(STRIDED_I64, 0), *x = VECTOR(STRIDED_U8, 2);
    assert_int_equal(strided_unary(h, STRIDED_SQRT, i), STRIDED_OK);
    assert_true(at(h, 0) == 2);
    assert_int_equal(strided_unary(h, STRIDED_EXP, x), STRIDED_OK); /* 7.39 to nearest */
    assert_true(at(h, 0) == 7);
    assert_int_equal(strided_unary(h, STRIDED_NEG, x), STRIDED_OK);
    assert_true(at(h, 0) == -2);
    refused_doing(STRIDED_ERR_ARG, "unary", strided_unary(h, (strided_unary_op)99, x));
    refused_doing(STRIDED_ERR_ARG, "binary", strided_binary(h, (strided_binary_op)0, x, x));
}

/* Infinity is no limit, and neither is 2^63: the largest of 64 bits stays what it is. */
static void clamp_without_limits(void **state)
{
    static const double none[] = { INFINITY, 0x1p63 };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        int64_t of[] = { INT64_MAX, INT64_MAX - 1, INT64_MIN, 7 };
        STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, of, STRIDED_I64, STRIDED_DIMS(4), NULL);
        assert_int_equal(strided_clamp(x, x, -none[i], none[i]), STRIDED_OK);
        assert_true(of[0] == INT64_MAX && of[1] == INT64_MAX - 1 && of[2] == INT64_MIN && of[3] == 7);
    }
}

STRIDED_TEST_GROUP("ops/elementwise", cmocka_unit_test(clamp_every_dtype), cmocka_unit_test(clamp_limits), cmocka_unit_test(clamp_without_limits),
                   cmocka_unit_test(wide_destinations), cmocka_unit_test(integers_leave_where_they_must))
