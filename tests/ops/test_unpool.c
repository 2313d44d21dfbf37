/*
 * test_unpool.c - writing and adding through indices, in mixed dtypes, and the indices that are refused.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"

static strided_status call_unpool(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_unpool(out[0], in[0], in[1], *(const int *)params);
}

static void reference_unpool(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_unpool(out[0], in[0], in[1], *(const int *)params);
}

static strided_status call_grad(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_pool_grad_indices(out[0], in[0], in[1], *(const int *)params);
}

static void reference_grad(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_pool_grad_indices(out[0], in[0], in[1], *(const int *)params);
}

static void try(const char *name, strided_dtype from, strided_dtype to)
{
    const int nd = 2;
    struct rng r = rng_seed(14);
    const int64_t *x = STRIDED_LIST(3, 2, 4, 3), *y = STRIDED_LIST(3, 2, 2, 5);
    struct array *values = array_small(&r, from, 4, x), *idx = array_new(4, x);
    for (int64_t i = 0; i < idx->count; i++) idx->v[i] = (double)rng_between(&r, -1, 9);

    struct trial t = trial_new(name, call_unpool, reference_unpool, &nd);
    trial_out(&t, to, 4, y)->loose = 1;
    trial_in(&t, from, values);
    trial_in(&t, STRIDED_I64, idx);
    trial_store_by_inputs(&t);
    trial_all(&t);

    t = trial_new(name, call_grad, reference_grad, &nd);
    trial_out(&t, to, 4, y)->loose = 1;
    trial_in(&t, from, values);
    trial_in(&t, STRIDED_I64, idx);
    trial_store_by_inputs(&t);
    trial_all(&t);
    arrays_release();
}

/* A value is put as a copy converts it, a sum as an operator rounds it. */
static void every_pair_of_dtypes(void **state)
{
    (void)state;
    static const int nd = 1;
    for (int i = 0; i < NUMBER_DTYPES; i++)
        for (int k = 0; k < NUMBER_DTYPES; k++) {
            strided_dtype from = number_dtypes[i], to = number_dtypes[k];
            struct rng r = rng_seed((uint64_t)(i * 16 + k));
            int whole = !number_is_float(from);
            const int64_t *x = STRIDED_LIST(2, 9), *y = STRIDED_LIST(2, 7);
            struct array *values = whole ? array_small(&r, from, 2, x) : array_quarters(&r, 2, x), *idx = array_new(2, x);
            for (int64_t n = 0; n < idx->count; n++) idx->v[n] = (double)rng_between(&r, -1, 6);
            struct trial t = trial_new("unpool into another dtype", call_unpool, reference_unpool, &nd);
            struct trial s = trial_new("pool_grad_indices into another dtype", call_grad, reference_grad, &nd);
            struct trial *const both[] = { &t, &s };
            for (int n = 0; n < 2; n++) {
                trial_out(both[n], to, 2, y);
                trial_in(both[n], from, values);
                trial_in(both[n], STRIDED_I64, idx);
                both[n]->store = whole && (n == 0 || !number_is_float(to)) ? STORE_WRAP : n ? STORE_ROUND : STORE_TRUNCATE;
                both[n]->mixes = 3;
                trial_mixed(both[n]);
            }
            arrays_release();
        }
}

static void by_dtype(void **state)
{
    (void)state;
    try("scatter f32", STRIDED_F32, STRIDED_F32);
    try("scatter f16", STRIDED_F16, STRIDED_F16);
    try("scatter f32 to f64", STRIDED_F32, STRIDED_F64);
    try("scatter f64 to bf16", STRIDED_F64, STRIDED_BF16);
    try("scatter i8", STRIDED_I8, STRIDED_I8);
    try("scatter i64", STRIDED_I64, STRIDED_I64);
}

/* Planes of every rank, many threads, indices that repeat: the last wins, sums have one order. */
static void geometries(void **state)
{
    (void)state;
    for (int i = 0; i < 120; i++) {
        struct rng r = rng_seed((uint64_t)i);
        int nd = 1 + i % 3, outer = (int)rng_between(&r, 0, 2), rank = nd + outer;
        int64_t x[5], y[5];
        rng_shape(&r, rank, 0, 5, x);
        rng_shape(&r, rank, 1, 5, y);
        for (int a = 0; a < outer; a++) y[a] = x[a];
        int64_t plane = shape_count(nd, y + outer);
        struct array *values = array_real(&r, -1, 1, rank, x), *idx = array_new(rank, x);
        for (int64_t k = 0; k < idx->count; k++) idx->v[k] = (double)rng_between(&r, -1, plane - 1);
        struct trial t = trial_new("unpool", call_unpool, reference_unpool, &nd), b = trial_new("pool_grad_indices", call_grad, reference_grad, &nd);
        struct trial *const both[] = { &t, &b };
        for (int k = 0; k < 2; k++) {
            trial_out(both[k], STRIDED_F32, rank, y);
            trial_in(both[k], STRIDED_F32, values);
            trial_in(both[k], STRIDED_I64, idx);
            both[k]->ulp = k ? 4 : 0;
            both[k]->absolute = k ? 1e-5 : 0;
            both[k]->mixes = 8;
            trial_mixed(both[k]);
        }
        arrays_release();
    }
}

/* Every index that is none, in every place: refused before anything is written. */
static void wrong_indices(void **state)
{
    (void)state;
    static const int64_t wrong[] = { -2, 6, 7, INT64_MAX, INT64_MIN, INT64_MAX - 5, (int64_t)1 << 32, ((int64_t)1 << 32) + 1 };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        for (int place = 0; place < 4; place++) {
            int64_t at[4] = { 0, 5, -1, 2 };
            float kept[12], from[4] = { 1, 2, 3, 4 };
            for (int k = 0; k < 12; k++) kept[k] = 7;
            at[place] = wrong[i];
            STRIDED_AUTO strided_tensor *idx = strided_wrap(NULL, at, STRIDED_I64, STRIDED_DIMS(2, 1, 2), NULL);
            STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, from, STRIDED_F32, STRIDED_DIMS(2, 1, 2), NULL);
            STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, kept, STRIDED_F32, STRIDED_DIMS(2, 2, 3), NULL);
            assert_int_equal(strided_unpool(y, x, idx, 2), STRIDED_ERR_BOUNDS);
            assert_int_equal(strided_pool_grad_indices(y, x, idx, 2), STRIDED_ERR_BOUNDS);
            for (int k = 0; k < 12; k++) assert_true(kept[k] == 7);
        }
}

static void refusals(void **state)
{
    (void)state;
    int64_t place[2] = { 0, 3 };
    float kept[3] = { 7, 7, 7 };
    STRIDED_AUTO strided_tensor *idx = strided_wrap(NULL, place, STRIDED_I64, STRIDED_DIMS(2), NULL);
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2));
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, kept, STRIDED_F32, STRIDED_DIMS(3), NULL);
    assert_int_equal(strided_unpool(y, x, idx, 1), STRIDED_ERR_BOUNDS);
    assert_string_equal(strided_error(), "unpool: index 3 (element 1 of idx) is not in a plane of 3");
    place[1] = -2;
    assert_int_equal(strided_pool_grad_indices(y, x, idx, 1), STRIDED_ERR_BOUNDS);
    assert_true(kept[0] == 7 && kept[1] == 7 && kept[2] == 7);
    assert_int_equal(strided_unpool(y, x, x, 1), STRIDED_ERR_DTYPE);
    assert_int_equal(strided_unpool(y, x, idx, 2), STRIDED_ERR_SHAPE);
    STRIDED_AUTO strided_tensor *deep = strided_unsqueeze(y, 0);
    refused_doing(STRIDED_ERR_SHAPE, "unpool", strided_unpool(deep, x, idx, 1));
    static const int counts[] = { 0, -1, 4, INT32_MIN, INT32_MAX };
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(strided_unpool(y, x, idx, counts[i]), STRIDED_ERR_ARG);
        assert_int_equal(strided_pool_grad_indices(y, x, idx, counts[i]), STRIDED_ERR_ARG);
    }
}

STRIDED_TEST_GROUP("ops/unpool",
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(by_dtype),
    cmocka_unit_test(geometries),
    cmocka_unit_test(wrong_indices),
    cmocka_unit_test(refusals))
