/*
 * test_gemm.c - mm and gemm: alpha, beta, a broadcast addend, the addend that is dst itself.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/refuse.h"
#include "support/trial.h"
#include <math.h>

struct scale { double alpha, beta; };

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct scale *s = params;
    return strided_gemm(out[0], s->alpha, in[0], in[1], s->beta, in[2]);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct scale *s = params;
    struct array *y = out[0];
    for (int64_t i = 0; i < y->count; i++) y->v[i] = 0;
    ref_matmul(y, in[0], in[1]);
    for (int64_t i = 0; i < y->count; i++) y->v[i] *= s->alpha;
    if (!in[2] || s->beta == 0) return;
    const struct array *c = array_broadcast(in[2], y->ndim, y->shape);
    for (int64_t i = 0; i < y->count; i++) y->v[i] += s->beta * c->v[i];
}

static void try(strided_dtype dtype, const struct scale *s, int ndim, const int64_t *addend)
{
    struct rng r = rng_seed(3);
    struct trial t = trial_new("gemm", call, reference, s);
    trial_out(&t, dtype, 2, STRIDED_LIST(3, 5));
    trial_in(&t, dtype, array_small(&r, dtype, 2, STRIDED_LIST(3, 4)));
    trial_in(&t, dtype, array_small(&r, dtype, 2, STRIDED_LIST(4, 5)));
    if (addend) {
        struct trial_operand *c = trial_in(&t, dtype, array_small(&r, dtype, ndim, addend));
        c->optional = c->loose = 1;
    } else
        trial_no_in(&t);
    trial_store_by_inputs(&t);
    trial_all(&t);
    arrays_release();
}

static void every_dtype(void **state)
{
    (void)state;
    static const struct scale plain = { 1, 1 }, whole = { 2, 3 };
    for (int d = 0; d < NUMBER_DTYPES; d++) {
        if (number_dtypes[d] == STRIDED_BOOL) continue;
        try(number_dtypes[d], &plain, 0, NULL);
        try(number_dtypes[d], &whole, 2, STRIDED_LIST(3, 5));
    }
}

static void addends(void **state)
{
    (void)state;
    static const struct scale s = { -0.5, 0.25 };
    try(STRIDED_F32, &s, 1, STRIDED_LIST(5));
    try(STRIDED_F32, &s, 2, STRIDED_LIST(3, 1));
    try(STRIDED_F64, &s, 0, STRIDED_LIST(0));
}

static void onto_itself(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *a = strided_full(NULL, STRIDED_F32, 2, STRIDED_LIST(2, 3), 2);
    STRIDED_AUTO strided_tensor *y = strided_full(NULL, STRIDED_F32, 2, STRIDED_LIST(2, 2), 5);
    STRIDED_AUTO strided_tensor *b = strided_transpose(a, 0, 1), *yt = strided_transpose(y, 0, 1);
    assert_int_equal(strided_gemm(y, 1, a, b, 10, y), STRIDED_OK);
    assert_true(strided_get(y, 2, STRIDED_LIST(1, 0)) == 62);
    refused_doing(STRIDED_ERR_OVERLAP, "gemm", strided_gemm(y, 1, a, b, 10, yt));
    assert_int_equal(strided_gemm(y, 1, a, b, 0, yt), STRIDED_OK); /* not read */
    assert_true(strided_get(y, 2, STRIDED_LIST(1, 0)) == 12);
}

static void nothing_to_sum(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *a = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(2, 0));
    STRIDED_AUTO strided_tensor *b = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(0, 3));
    STRIDED_AUTO strided_tensor *y = strided_full(NULL, STRIDED_F32, 2, STRIDED_LIST(2, 3), NAN);
    assert_int_equal(strided_mm(y, a, b), STRIDED_OK);
    assert_true(strided_get(y, 2, STRIDED_LIST(1, 2)) == 0);
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *a = strided_zeros(NULL, STRIDED_I32, 2, STRIDED_LIST(3, 4));
    STRIDED_AUTO strided_tensor *b = strided_zeros(NULL, STRIDED_I32, 2, STRIDED_LIST(5, 6));
    STRIDED_AUTO strided_tensor *c = strided_zeros(NULL, STRIDED_I32, 2, STRIDED_LIST(4, 6));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_I32, 2, STRIDED_LIST(3, 6));
    refused_doing(STRIDED_ERR_SHAPE, "mm", strided_mm(y, a, b));
    assert_string_equal(strided_error(), "mm: a is (3, 4), b is (5, 6)");
    refused_doing(STRIDED_ERR_DTYPE, "gemm", strided_gemm(y, 0.5, a, c, 0, NULL));
    refused_doing(STRIDED_ERR_DTYPE, "gemm", strided_gemm(y, 1, a, c, NAN, y));
    refused_doing(STRIDED_ERR_SHAPE, "gemm", strided_gemm(y, 1, a, c, 1, c));
    assert_int_equal(strided_mm(y, a, NULL), STRIDED_ERR_NULL);
}

STRIDED_TEST_GROUP("ops/gemm", cmocka_unit_test(every_dtype), cmocka_unit_test(addends), cmocka_unit_test(onto_itself),
                   cmocka_unit_test(nothing_to_sum), cmocka_unit_test(refusals))
