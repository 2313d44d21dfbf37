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

/* a i8, b of any dtype, c of another: the sums and c meet in the widest. */
static void mixed_dtypes(void **state)
{
    (void)state;
    static const struct scale whole = { 3, -2 };
    static const strided_dtype tos[] = { STRIDED_F64, STRIDED_F16, STRIDED_I8 };
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int e = 0; e < NUMBER_DTYPES; e++)
            for (int k = 0; k < 3; k++) {
                strided_dtype b = number_dtypes[d], c = number_dtypes[e];
                struct rng r = rng_seed((uint64_t)(d * 16 + e));
                struct trial t = trial_new("gemm of three dtypes", call, reference, &whole);
                trial_out(&t, tos[k], 2, STRIDED_LIST(3, 5));
                trial_in(&t, STRIDED_I8, array_small(&r, STRIDED_I8, 2, STRIDED_LIST(3, 4)));
                trial_in(&t, b, array_small(&r, b, 2, STRIDED_LIST(4, 5)));
                trial_in(&t, c, array_small(&r, c, 1, STRIDED_LIST(5)));
                trial_store_by_inputs(&t);
                t.mixes = 1;
                trial_mixed(&t);
                arrays_release();
            }
}

/* Enough of them for several threads and for every kernel; c in every shape that broadcasts. */
static void of_reals(void **state)
{
    (void)state;
    static const struct scale s = { -0.75, 1.25 };
    static const struct { int n; int64_t shape[2]; } addends[] = { { 2, { 40, 50 } }, { 1, { 50 } }, { 2, { 40, 1 } }, { 0, { 0 } } };
    for (int i = 0; i < 4; i++)
        for (int d = 0; d < NUMBER_FLOATS; d++) {
            strided_dtype dtype = number_floats[d];
            struct rng r = rng_seed((uint64_t)i);
            struct trial t = trial_new("gemm of reals", call, reference, &s);
            trial_out(&t, dtype, 2, STRIDED_LIST(40, 50));
            trial_in(&t, dtype, array_real(&r, -1, 1, 2, STRIDED_LIST(40, 30)));
            trial_in(&t, dtype, array_real(&r, -1, 1, 2, STRIDED_LIST(30, 50)));
            trial_in(&t, dtype, array_real(&r, -1, 1, addends[i].n, addends[i].shape));
            t.ulp = 2;
            t.absolute = dtype == STRIDED_F64 ? 1e-13 : 1e-4;
            t.fused = 1;
            t.mixes = 8;
            trial_mixed(&t);
            arrays_release();
        }
}

static void one_product(strided_dtype dtype, double alpha, void *a, double beta, void *c, void *y)
{
    int64_t one[8] = { 1 };
    const int64_t *shape = STRIDED_LIST(1, 1);
    STRIDED_AUTO strided_tensor *ta = strided_wrap_const(NULL, a, dtype, 2, shape, NULL), *tc = strided_wrap_const(NULL, c, dtype, 2, shape, NULL);
    STRIDED_AUTO strided_tensor *tb = strided_wrap_const(NULL, one, dtype, 2, shape, NULL), *ty = strided_wrap(NULL, y, dtype, 2, shape, NULL);
    assert_int_equal(strided_gemm(ty, alpha, ta, tb, beta, tc), STRIDED_OK);
}

/* alpha and beta times integers are exact modulo the type, also where a double is not. */
static void whole_numbers(void **state)
{
    (void)state;
    static const double scales[] = { 0, 1, 2, 3, -1, -5, 65536, 2147483647, -2147483648.0, 4294967296.0, 0x1p53, -0x1p62 };
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
            struct rng r = rng_seed(i * 100 + k);
            uint64_t a = rng_next(&r), c = rng_next(&r), alpha = (uint64_t)(int64_t)scales[i], beta = (uint64_t)(int64_t)scales[k];
            uint64_t y, want = alpha * a + (scales[k] == 0 ? 0 : beta * c);
            one_product(STRIDED_I64, scales[i], &a, scales[k], &c, &y);
            assert_true(y == want);
            one_product(STRIDED_U64, scales[i], &a, scales[k], &c, &y);
            assert_true(y == want);
            uint32_t a32 = (uint32_t)a, c32 = (uint32_t)c, y32;
            one_product(STRIDED_I32, scales[i], &a32, scales[k], &c32, &y32);
            assert_true(y32 == (uint32_t)want);
        }
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
    static const double no_integers[] = { NAN, INFINITY, -INFINITY, 0.5, -1.25, 1e-300, 0x1p63, -0x1p63, 1e300 };
    for (size_t i = 0; i < sizeof no_integers / sizeof *no_integers; i++) {
        refused_doing(STRIDED_ERR_DTYPE, "gemm", strided_gemm(y, no_integers[i], a, c, 1, y));
        refused_doing(STRIDED_ERR_DTYPE, "gemm", strided_gemm(y, 1, a, c, no_integers[i], y));
    }
    refused_doing(STRIDED_ERR_SHAPE, "gemm", strided_gemm(y, 1, a, c, 1, c));
    assert_int_equal(strided_mm(y, a, NULL), STRIDED_ERR_NULL);
}

STRIDED_TEST_GROUP("ops/gemm", cmocka_unit_test(every_dtype), cmocka_unit_test(addends), cmocka_unit_test(mixed_dtypes),
                   cmocka_unit_test(of_reals), cmocka_unit_test(whole_numbers), cmocka_unit_test(onto_itself),
                   cmocka_unit_test(nothing_to_sum), cmocka_unit_test(refusals))
