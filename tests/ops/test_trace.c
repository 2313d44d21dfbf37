/*
 * test_trace.c - the trace, of every dtype and shape; the same bits as the einsum "ii->".
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_trace(out[0], in[0]);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct array *x = in[0];
    int64_t n = x->shape[0] < x->shape[1] ? x->shape[0] : x->shape[1];
    (void)params;
    out[0]->v[0] = 0;
    for (int64_t i = 0; i < n; i++) out[0]->v[0] += x->v[i * x->shape[1] + i];
}

static void every_dtype(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = { { 4, 4 }, { 3, 5 }, { 5, 2 }, { 1, 3 }, { 0, 3 } };
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int i = 0; i < 5; i++) {
            struct rng r = rng_seed((uint64_t)i);
            struct trial t = trial_new("trace", call, reference, NULL);
            trial_out(&t, number_dtypes[d], 0, NULL);
            trial_in(&t, number_dtypes[d], array_small(&r, number_dtypes[d], 2, shapes[i]))->loose = 1;
            trial_store_by_inputs(&t);
            if (i == 0) trial_all(&t);
            else trial_run(&t);
            arrays_release();
        }
}

static void as_einsum(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_full(NULL, STRIDED_F32, 2, STRIDED_LIST(9, 9), 0.1);
    STRIDED_AUTO strided_tensor *a = strided_zeros(NULL, STRIDED_F32, 0, NULL), *b = strided_zeros(NULL, STRIDED_F32, 0, NULL);
    assert_int_equal(strided_trace(a, x), STRIDED_OK);
    assert_int_equal(strided_einsum(b, "ii->", 1, (const strided_tensor *const[]){ x }), STRIDED_OK);
    assert_memory_equal(strided_data(a), strided_data(b), 4);
    STRIDED_AUTO strided_tensor *v = strided_zeros(NULL, STRIDED_F32, 1, STRIDED_LIST(3));
    refused_doing(STRIDED_ERR_SHAPE, "trace", strided_trace(a, v));
    refused_doing(STRIDED_ERR_SHAPE, "trace", strided_trace(v, x));
}

STRIDED_TEST_GROUP("ops/trace", cmocka_unit_test(every_dtype), cmocka_unit_test(as_einsum))
