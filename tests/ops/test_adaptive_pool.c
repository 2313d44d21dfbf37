/*
 * test_adaptive_pool.c - pooling to a given extent, and its gradients, against the reference.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>

struct setting { strided_pool_kind kind; int nd; };

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    return strided_adaptive_pool(out[0], out[1], in[0], s->kind, s->nd);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    ref_adaptive_pool(out[0], out[1], in[0], s->kind, s->nd);
}

static strided_status call_grad(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    return strided_adaptive_pool_grad(out[0], in[0], in[1], s->kind, s->nd);
}

static void reference_grad(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    ref_adaptive_pool_grad(out[0], in[0], in[1] ? in[1] : array_copy(out[0]), s->kind, s->nd); /* averages take no values */
}

static void loosen(struct trial_operand *x) { x->loose = 1; } /* any extent pools to any other */

static void both(const char *name, const struct setting *s, strided_dtype dtype, const int64_t *x, const int64_t *y)
{
    struct rng r = rng_seed(13);
    int max = s->kind == STRIDED_POOL_MAX, rank = s->nd + 1;
    struct array *vx = array_small(&r, dtype, rank, x);
    struct trial t = trial_new(name, call, reference, s);
    loosen(trial_out(&t, dtype, rank, y));
    if (max) trial_out(&t, STRIDED_I64, rank, y)->optional = 1;
    else trial_no_out(&t);
    loosen(trial_in(&t, dtype, vx));
    t.ulp = max ? 0 : 2;
    t.absolute = max ? 0 : 1e-6;
    trial_all(&t);

    t = trial_new(name, call_grad, reference_grad, s);
    loosen(trial_out(&t, dtype, rank, x));
    loosen(trial_in(&t, dtype, array_small(&r, dtype, rank, y)));
    if (max) trial_in(&t, dtype, vx);
    else trial_no_in(&t);
    t.ulp = max ? 0 : 2;
    t.absolute = max ? 0 : 1e-5;
    trial_all(&t);
    arrays_release();
}

static void average(void **state)
{
    (void)state;
    struct setting s = { STRIDED_POOL_AVG, 2 };
    both("adaptive avg 2d", &s, STRIDED_F32, STRIDED_LIST(3, 7, 5), STRIDED_LIST(3, 3, 4));
    both("adaptive avg 2d, larger", &s, STRIDED_F64, STRIDED_LIST(3, 3, 4), STRIDED_LIST(3, 7, 6));
    both("adaptive avg 2d, even", &s, STRIDED_F32, STRIDED_LIST(3, 6, 4), STRIDED_LIST(3, 3, 1));
}

static void maximum(void **state)
{
    (void)state;
    struct setting s = { STRIDED_POOL_MAX, 3 };
    both("adaptive max 3d", &s, STRIDED_F32, STRIDED_LIST(2, 5, 3, 4), STRIDED_LIST(2, 2, 4, 3));
    s.nd = 1;
    both("adaptive max 1d, global", &s, STRIDED_F16, STRIDED_LIST(2, 9), STRIDED_LIST(2, 1));
}

static void geometries(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        char name[60];
        struct rng r = rng_seed((uint64_t)i);
        int nd = 1 + i % 3, outer = (int)rng_between(&r, 0, 2), rank = nd + outer;
        struct setting s = { i / 3 % 2 ? STRIDED_POOL_AVG : STRIDED_POOL_MAX, nd };
        int64_t x[5], y[5], most = nd == 1 ? 30 : nd == 2 ? 9 : 5;
        rng_shape(&r, rank, 1, most, x);
        rng_shape(&r, rank, 1, most, y);
        for (int a = 0; a < outer; a++) y[a] = x[a] = rng_between(&r, 1, 2);
        snprintf(name, sizeof name, "adaptive pool kind %d, geometry %d", (int)s.kind, i);
        struct array *values = array_small(&r, STRIDED_F32, rank, x);
        struct trial t = trial_new(name, call, reference, &s), b = trial_new(name, call_grad, reference_grad, &s);
        trial_out(&t, STRIDED_F32, rank, y);
        if (s.kind == STRIDED_POOL_MAX) trial_out(&t, STRIDED_I64, rank, y);
        else trial_no_out(&t);
        trial_in(&t, STRIDED_F32, values);
        trial_out(&b, STRIDED_F32, rank, x);
        trial_in(&b, STRIDED_F32, array_small(&r, STRIDED_F32, rank, y));
        if (s.kind == STRIDED_POOL_MAX) trial_in(&b, STRIDED_F32, values);
        else trial_no_in(&b);
        t.mixes = b.mixes = 6;
        t.ulp = b.ulp = 2;
        t.absolute = b.absolute = s.kind == STRIDED_POOL_AVG ? 1e-4 : 0;
        trial_mixed(&t);
        trial_mixed(&b);
        arrays_release();
    }
}

/* Averages of integers are truncated. */
static void reference_whole(struct array *const *out, const struct array *const *in, const void *params)
{
    reference(out, in, params);
    for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = trunc(out[0]->v[i]);
}

static int offered(strided_dtype dtype, int kind)
{
    return kind == STRIDED_POOL_MAX || dtype == STRIDED_I32 || dtype == STRIDED_I64 || number_is_float(dtype);
}

/* The destination may be of another type. */
static void every_pair_of_dtypes(void **state)
{
    (void)state;
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_DTYPES; to++)
            for (int kind = 0; kind < 2; kind++) {
                strided_dtype a = number_dtypes[from], b = number_dtypes[to];
                struct rng r = rng_seed((uint64_t)(from * 16 + to));
                struct setting s = { (strided_pool_kind)kind, 1 };
                int whole = kind == STRIDED_POOL_AVG && !number_is_float(a);
                struct trial t = trial_new("adaptive pool into another dtype", call, whole ? reference_whole : reference, &s);
                trial_out(&t, b, 2, STRIDED_LIST(3, 4));
                if (kind == STRIDED_POOL_MAX && to % 2) trial_out(&t, STRIDED_I64, 2, STRIDED_LIST(3, 4));
                else trial_no_out(&t);
                trial_in(&t, a, array_small(&r, a, 2, STRIDED_LIST(3, 8))); /* windows of two: quarters are exact */
                trial_store_by_inputs(&t);
                t.mixes = 3;
                if (offered(a, kind)) trial_mixed(&t);
                else trial_refused(&t, STRIDED_ERR_DTYPE);
                arrays_release();
            }
}

/* dx, dy and x of different types: dx is a sum of dy, x only says where. */
static void gradients_of_every_pair(void **state)
{
    (void)state;
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_DTYPES; to++)
            for (int kind = 0; kind < 2; kind++) {
                strided_dtype a = number_dtypes[from], b = number_dtypes[to], x = number_dtypes[(from + to) % NUMBER_DTYPES];
                struct rng r = rng_seed((uint64_t)(from * 16 + to));
                struct setting s = { (strided_pool_kind)kind, 1 };
                struct trial t = trial_new("adaptive pool gradient of another dtype", call_grad, reference_grad, &s);
                if (kind == STRIDED_POOL_AVG && !number_is_float(a)) continue;
                trial_out(&t, b, 2, STRIDED_LIST(3, 8));
                trial_in(&t, a, array_small(&r, a, 2, STRIDED_LIST(3, 4)));
                t.store = number_is_float(a) || number_is_float(b) ? STORE_ROUND : STORE_WRAP;
                if (kind == STRIDED_POOL_MAX) trial_in(&t, x, array_small(&r, x, 2, STRIDED_LIST(3, 8)));
                else trial_no_in(&t);
                t.mixes = 3;
                if (offered(b, kind)) trial_mixed(&t);
                else trial_refused(&t, STRIDED_ERR_DTYPE);
                arrays_release();
            }
}

static void every_dtype(void **state)
{
    (void)state;
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int kind = 0; kind < 2; kind++) {
            struct rng r = rng_seed((uint64_t)d);
            strided_dtype dtype = number_dtypes[d];
            struct setting s = { (strided_pool_kind)kind, 2 };
            int whole = kind == STRIDED_POOL_AVG && !number_is_float(dtype);
            struct trial t = trial_new("adaptive pool", call, whole ? reference_whole : reference, &s);
            trial_out(&t, dtype, 3, STRIDED_LIST(2, 2, 3));
            trial_no_out(&t);
            trial_in(&t, dtype, array_small(&r, dtype, 3, STRIDED_LIST(2, 4, 6)));
            trial_store_by_inputs(&t);
            t.ulp = number_is_float(dtype) ? 1 : 0;
            t.mixes = 6;
            if (offered(dtype, kind)) trial_mixed(&t);
            else trial_refused(&t, STRIDED_ERR_DTYPE);
            arrays_release();
        }
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 4));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2));
    STRIDED_AUTO strided_tensor *none = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 0));
    assert_int_equal(strided_adaptive_pool(y, NULL, x, STRIDED_POOL_LP, 1), STRIDED_ERR_ARG);
    assert_int_equal(strided_adaptive_pool(y, NULL, x, STRIDED_POOL_AVG, 0), STRIDED_ERR_ARG);
    assert_int_equal(strided_adaptive_pool(y, NULL, x, STRIDED_POOL_AVG, 3), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_adaptive_pool(none, NULL, x, STRIDED_POOL_AVG, 1), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_adaptive_pool(y, NULL, none, STRIDED_POOL_AVG, 1), STRIDED_ERR_SHAPE);
    static const int counts[] = { -1, 4, INT32_MIN, INT32_MAX };
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(strided_adaptive_pool(y, NULL, x, STRIDED_POOL_MAX, counts[i]), STRIDED_ERR_ARG);
        assert_int_equal(strided_adaptive_pool_grad(x, y, x, STRIDED_POOL_MAX, counts[i]), STRIDED_ERR_ARG);
        assert_int_equal(strided_adaptive_pool(y, NULL, x, (strided_pool_kind)(counts[i] | 4), 1), STRIDED_ERR_ARG);
    }
    STRIDED_AUTO strided_tensor *idx = strided_zeros(NULL, STRIDED_I64, STRIDED_DIMS(2, 2)), *deep = strided_unsqueeze(y, 0);
    refused_doing(STRIDED_ERR_SHAPE, "adaptive_pool", strided_adaptive_pool(deep, NULL, x, STRIDED_POOL_AVG, 1));
    refused_doing(STRIDED_ERR_SHAPE, "adaptive_pool_grad", strided_adaptive_pool_grad(none, y, NULL, STRIDED_POOL_AVG, 1));
    assert_string_equal(strided_error(), "adaptive_pool_grad: pooled axis 0 of dx has extent 0");
    assert_int_equal(strided_adaptive_pool(y, idx, x, STRIDED_POOL_AVG, 1), STRIDED_ERR_ARG);
    assert_int_equal(strided_adaptive_pool(y, y, x, STRIDED_POOL_MAX, 1), STRIDED_ERR_DTYPE);
    assert_int_equal(strided_adaptive_pool_grad(x, y, NULL, STRIDED_POOL_MAX, 1), STRIDED_ERR_NULL);
}

STRIDED_TEST_GROUP("ops/adaptive_pool",
    cmocka_unit_test(average),
    cmocka_unit_test(maximum),
    cmocka_unit_test(geometries),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(gradients_of_every_pair),
    cmocka_unit_test(refusals))
