/*
 * test_make.c - tensors on new storage and on the caller's memory.
 */
#include "support/may_fail.h"
#include "support/oom.h"
#include "support/refuse.h"
#include "support/number.h"
#include "support/reference.h"
#include <math.h>

static const strided_dtype dtypes[] = {STRIDED_U8, STRIDED_I8, STRIDED_I16, STRIDED_I32, STRIDED_I64, STRIDED_F16, STRIDED_BF16,
                                       STRIDED_F32, STRIDED_F64, STRIDED_BOOL, STRIDED_U16, STRIDED_U32, STRIDED_U64};
enum { DTYPES = sizeof dtypes / sizeof *dtypes };

/* ---- new storage ------------------------------------------------------------------------------------- */

static void is_fresh(strided_tensor *t, strided_dtype dtype, int ndim, const int64_t *shape, const int64_t *strides)
{
    assert_non_null(t);
    assert_int_equal(strided_dtype_of(t), dtype);
    assert_int_equal(strided_ndim(t), ndim);
    for (int a = 0; a < ndim; a++) {
        assert_int_equal(strided_shape(t)[a], shape[a]);
        assert_int_equal(strided_strides(t)[a], strides[a]);
    }
    assert_int_equal(strided_offset(t), 0);
    assert_int_equal(strided_storage_count(t), strided_count(t));
    assert_int_equal((uintptr_t)strided_data(t) % 64, 0);
    assert_false(strided_is_read_only(t));
    assert_true(strided_is_contiguous(t) || strided_count(t));
}

static void fresh_tensors(void **state)
{
    (void)state;
    for (int i = 0; i < DTYPES; i++) {
        STRIDED_AUTO strided_tensor *e = strided_empty(NULL, dtypes[i], STRIDED_DIMS(2, 3, 4));
        STRIDED_AUTO strided_tensor *z = strided_zeros(NULL, dtypes[i], STRIDED_DIMS(3));
        STRIDED_AUTO strided_tensor *f = strided_full(NULL, dtypes[i], STRIDED_DIMS(2, 2), 1);
        is_fresh(e, dtypes[i], 3, STRIDED_LIST(2, 3, 4), STRIDED_LIST(12, 4, 1));
        is_fresh(z, dtypes[i], 1, STRIDED_LIST(3), STRIDED_LIST(1));
        is_fresh(f, dtypes[i], 2, STRIDED_LIST(2, 2), STRIDED_LIST(2, 1));
        for (int64_t k = 0; k < 3; k++) assert_true(strided_get(z, STRIDED_DIMS(k)) == 0);
        for (int64_t k = 0; k < 4; k++) assert_true(strided_get(f, STRIDED_DIMS(k / 2, k % 2)) == 1);
        memset(strided_data(e), 0xff, (size_t)strided_count(e) * strided_dtype_size(dtypes[i]));
    }
}

static void scalars_and_empties(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *s = strided_full(NULL, STRIDED_F64, STRIDED_NO_DIMS, 2.5);
    STRIDED_AUTO strided_tensor *e = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(3, 0, 2));
    STRIDED_AUTO strided_tensor *z = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(0));
    STRIDED_AUTO strided_tensor *f = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(0), 1);
    STRIDED_AUTO strided_tensor *huge = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(0, INT64_MAX, INT64_MAX));
    is_fresh(s, STRIDED_F64, 0, NULL, NULL);
    assert_true(strided_item(s) == 2.5);
    is_fresh(e, STRIDED_F32, 3, STRIDED_LIST(3, 0, 2), STRIDED_LIST(2, 2, 1));
    is_fresh(z, STRIDED_F32, 1, STRIDED_LIST(0), STRIDED_LIST(1));
    is_fresh(f, STRIDED_F32, 1, STRIDED_LIST(0), STRIDED_LIST(1));
    assert_int_equal(strided_count(huge), 0);
}

static void full_converts_as_copy(void **state)
{
    (void)state;
    static const double values[] = {0, -0.0, 1, -1, 2.5, 2.7, -2.7, 255, 256, 300, -129, 65504, 65520, 1e10, -1e10,
                                    1e300, INFINITY, -INFINITY, NAN};
    for (int i = 0; i < DTYPES; i++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            STRIDED_AUTO strided_tensor *t = strided_full(NULL, dtypes[i], STRIDED_DIMS(3), values[v]);
            unsigned char want[8] = {0};
            if (dtypes[i] == STRIDED_BOOL) want[0] = values[v] != 0;
            else number_write(dtypes[i], want, values[v], STORE_TRUNCATE);
            double got = strided_get(t, STRIDED_DIMS(2)), wanted = number_read(dtypes[i], want);
            if (!(got == wanted || (isnan(got) && isnan(wanted))))
                fail_msg("full of %g in %s: %g, not %g", values[v], strided_dtype_name(dtypes[i]), got, wanted);
        }
}

static void aranges(void **state)
{
    (void)state;
    static const struct { double start, stop, step; int64_t count; } cases[] = {
        {0, 5, 1, 5}, {0, 5, 2, 3}, {5, 0, -1, 5}, {5, 0, -2, 3}, {0, 1, 0.25, 4}, {0, 1, 0.3, 4}, {0, 0, 1, 0},
        {3, 1, 1, 0}, {1, 3, -1, 0}, {-2, 2, 0.5, 8}, {0, 1e-300, 1, 1}, {7, 8, 1e300, 1}, {-1e300, 1e300, 1e299, 20}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        STRIDED_AUTO strided_tensor *t = strided_arange(NULL, STRIDED_F64, cases[i].start, cases[i].stop, cases[i].step);
        is_fresh(t, STRIDED_F64, 1, &cases[i].count, STRIDED_LIST(1));
        for (int64_t k = 0; k < cases[i].count; k++)
            assert_true(strided_get(t, STRIDED_DIMS(k)) == cases[i].start + (double)k * cases[i].step);
    }
    const double far = 9007199254740992; /* 2^53 */
    STRIDED_AUTO strided_tensor *big = strided_arange(NULL, STRIDED_I64, far - 3, far, 1);
    for (int64_t k = 0; k < 3; k++) assert_int_equal(strided_get_int(big, STRIDED_DIMS(k)), (int64_t)far - 3 + k);
}

static void arange_refusals(void **state)
{
    (void)state;
    refused(STRIDED_ERR_ARG, "arange", strided_arange(NULL, STRIDED_F32, 0, 1, 0));
    refused(STRIDED_ERR_ARG, "arange", strided_arange(NULL, STRIDED_F32, 0, 1, -0.0));
    refused(STRIDED_ERR_ARG, "arange", strided_arange(NULL, STRIDED_F32, NAN, 1, 1));
    refused(STRIDED_ERR_ARG, "arange", strided_arange(NULL, STRIDED_F32, 0, INFINITY, 1));
    refused(STRIDED_ERR_ARG, "arange", strided_arange(NULL, STRIDED_F32, 0, 1, -INFINITY));
    refused(STRIDED_ERR_ARG, "arange", strided_arange(NULL, STRIDED_F32, 0, 1, NAN));
    refused(STRIDED_ERR_OVERFLOW, "arange", strided_arange(NULL, STRIDED_F32, -1e308, 1e308, 1));
    refused(STRIDED_ERR_OVERFLOW, "arange", strided_arange(NULL, STRIDED_F32, 0, 1e19, 1));
    refused(STRIDED_ERR_OVERFLOW, "arange", strided_arange(NULL, STRIDED_F32, 0, 0x1p62, 1));
    refused(STRIDED_ERR_DTYPE, "arange", strided_arange(NULL, (strided_dtype)99, 0, 1, 1));
}

static void fresh_refusals(void **state)
{
    (void)state;
    static const strided_dtype unknown[] = {(strided_dtype)0, (strided_dtype)14, (strided_dtype)-1, STRIDED_DTYPE_FORCE_INT};
    for (int i = 0; i < 4; i++) {
        refused(STRIDED_ERR_DTYPE, "empty", strided_empty(NULL, unknown[i], STRIDED_DIMS(1)));
        refused(STRIDED_ERR_DTYPE, "zeros", strided_zeros(NULL, unknown[i], STRIDED_DIMS(1)));
        refused(STRIDED_ERR_DTYPE, "full", strided_full(NULL, unknown[i], STRIDED_DIMS(1), 0));
        refused(STRIDED_ERR_DTYPE, "wrap", strided_wrap(NULL, NULL, unknown[i], STRIDED_DIMS(1), NULL));
    }
    refused(STRIDED_ERR_ARG, "empty", strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, -1)));
    refused(STRIDED_ERR_ARG, "zeros", strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(INT64_MIN)));
    refused(STRIDED_ERR_ARG, "empty", strided_empty(NULL, STRIDED_F32, 17, STRIDED_LIST(1)));
    refused(STRIDED_ERR_ARG, "empty", strided_empty(NULL, STRIDED_F32, -1, STRIDED_LIST(1)));
    refused(STRIDED_ERR_NULL, "full", strided_full(NULL, STRIDED_F32, 1, NULL, 0));
    refused(STRIDED_ERR_OVERFLOW, "empty", strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(INT64_MAX, 2)));
    refused(STRIDED_ERR_OVERFLOW, "empty", strided_empty(NULL, STRIDED_I16, STRIDED_DIMS(INT64_MAX / 2 + 1)));
    assert_null(strided_empty(NULL, STRIDED_U8, STRIDED_DIMS(INT64_MAX)));
    assert_int_equal(strided_error_status(), STRIDED_ERR_NO_MEMORY);
}

static void empty_like_keeps_the_order(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_empty(NULL, STRIDED_I16, STRIDED_DIMS(2, 3, 4));
    STRIDED_AUTO strided_tensor *p = strided_permute(x, STRIDED_DIMS(2, 0, 1)), *back = strided_flip(p, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *part = strided_slice(back, 0, 0, STRIDED_NONE, 2), *wide_view = strided_expand(part, STRIDED_DIMS(5, -1, -1, -1));
    STRIDED_AUTO strided_tensor *a = strided_empty_like(x), *b = strided_empty_like(p), *c = strided_empty_like(part);
    STRIDED_AUTO strided_tensor *d = strided_empty_like(wide_view), *none = strided_narrow(x, 1, 0, 0), *e = strided_empty_like(none);
    is_fresh(a, STRIDED_I16, 3, STRIDED_LIST(2, 3, 4), STRIDED_LIST(12, 4, 1));
    is_fresh(b, STRIDED_I16, 3, STRIDED_LIST(4, 2, 3), STRIDED_LIST(1, 12, 4));
    is_fresh(c, STRIDED_I16, 3, STRIDED_LIST(2, 2, 3), STRIDED_LIST(1, 6, 2));
    is_fresh(d, STRIDED_I16, 4, STRIDED_LIST(5, 2, 2, 3), STRIDED_LIST(1, 5, 30, 10));
    is_fresh(e, STRIDED_I16, 3, STRIDED_LIST(2, 0, 4), STRIDED_LIST(4, 4, 1));
    assert_null(strided_empty_like(NULL));
    STRIDED_AUTO strided_tensor *one = strided_full(NULL, STRIDED_U8, STRIDED_NO_DIMS, 1);
    STRIDED_AUTO strided_tensor *huge = strided_broadcast_to(one, STRIDED_DIMS(INT64_MAX));
    assert_null(strided_empty_like(huge));
    assert_int_equal(strided_error_status(), STRIDED_ERR_NO_MEMORY);
}

/* ---- the caller's memory ------------------------------------------------------------------------------- */

static void wraps(void **state)
{
    (void)state;
    double memory[12];
    for (int i = 0; i < 12; i++) memory[i] = i;
    STRIDED_AUTO strided_tensor *t = strided_wrap(NULL, memory + 9, STRIDED_F64, STRIDED_DIMS(2, 3), STRIDED_LIST(1, -4));
    assert_int_equal(strided_storage_count(t), 10);
    assert_int_equal(strided_offset(t), 8);
    assert_true(strided_data(t) == memory + 9);
    for (int64_t i = 0; i < 2; i++)
        for (int64_t j = 0; j < 3; j++) assert_true(strided_get(t, STRIDED_DIMS(i, j)) == (double)(9 + i - 4 * j));
    STRIDED_AUTO strided_tensor *all = strided_as_strided(t, STRIDED_DIMS(10), STRIDED_LIST(1), -strided_offset(t));
    assert_true(strided_data(all) == memory + 1);
    refused(STRIDED_ERR_BOUNDS, "as_strided", strided_as_strided(all, STRIDED_DIMS(11), STRIDED_LIST(1), 0));
    STRIDED_AUTO strided_tensor *rows = strided_wrap(NULL, memory, STRIDED_F64, STRIDED_DIMS(3, 4), NULL);
    assert_true(strided_is_contiguous(rows));
    assert_int_equal(strided_set(rows, STRIDED_DIMS(-1, -1), 99), STRIDED_OK);
    assert_true(memory[11] == 99);
    STRIDED_AUTO strided_tensor *empty = strided_wrap(NULL, memory + 3, STRIDED_F64, STRIDED_DIMS(0, 4), STRIDED_LIST(INT64_MAX, INT64_MIN));
    assert_int_equal(strided_storage_count(empty), 0);
    assert_true(strided_data(empty) == memory + 3);
}

static void wrap_const_is_read_only(void **state)
{
    (void)state;
    static const int32_t memory[] = {1, 2, 3};
    STRIDED_AUTO strided_tensor *t = strided_wrap_const(NULL, memory, STRIDED_I32, STRIDED_DIMS(3), NULL);
    assert_true(strided_is_read_only(t));
    assert_null(strided_data(t));
    assert_true(strided_const_data(t) == memory);
    refused_doing(STRIDED_ERR_READ_ONLY, "set", strided_set(t, STRIDED_DIMS(0), 5));
    assert_int_equal(strided_get_int(t, STRIDED_DIMS(0)), 1);
    refused(STRIDED_ERR_ARG, "wrap_const", strided_wrap_const(NULL, memory, STRIDED_I32, STRIDED_DIMS(-1), NULL));
}

static void wrap_refusals(void **state)
{
    (void)state;
    static double memory[4];
    char *odd = (char *)memory + 1;
    refused(STRIDED_ERR_ARG, "wrap", strided_wrap(NULL, odd, STRIDED_I16, STRIDED_DIMS(1), NULL));
    refused(STRIDED_ERR_ARG, "wrap", strided_wrap(NULL, (char *)memory + 4, STRIDED_F64, STRIDED_DIMS(1), NULL));
    refused(STRIDED_ERR_ARG, "wrap", strided_wrap(NULL, odd, STRIDED_F32, STRIDED_DIMS(0), NULL));
    STRIDED_AUTO strided_tensor *bytes = strided_wrap(NULL, odd, STRIDED_U8, STRIDED_DIMS(1), NULL);
    assert_non_null(bytes);
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, memory, STRIDED_F64, STRIDED_DIMS(3), STRIDED_LIST(INT64_MAX)));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, NULL, STRIDED_F64, STRIDED_DIMS(3), STRIDED_LIST(INT64_MIN)));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(2, 2), STRIDED_LIST(INT64_MAX, -1)));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(2), STRIDED_LIST(INT64_MAX)));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, NULL, STRIDED_I16, STRIDED_DIMS(INT64_MAX), NULL));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, NULL, STRIDED_I16, STRIDED_DIMS(INT64_MAX, 2), NULL));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, memory, STRIDED_U8, STRIDED_DIMS(INT64_MAX), NULL));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, (void *)(uintptr_t)8, STRIDED_U8, STRIDED_DIMS(10), STRIDED_LIST(-1)));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, (void *)(uintptr_t)8, STRIDED_U8, STRIDED_DIMS(9), STRIDED_LIST(-1)));
    refused(STRIDED_ERR_OVERFLOW, "wrap", strided_wrap(NULL, (void *)(UINTPTR_MAX - 7), STRIDED_U8, STRIDED_DIMS(8), NULL));
    STRIDED_AUTO strided_tensor *lowest = strided_wrap(NULL, (void *)(uintptr_t)8, STRIDED_U8, STRIDED_DIMS(8), STRIDED_LIST(-1));
    STRIDED_AUTO strided_tensor *highest = strided_wrap(NULL, (void *)(UINTPTR_MAX - 7), STRIDED_U8, STRIDED_DIMS(7), NULL);
    assert_true(lowest && highest);
    refused(STRIDED_ERR_NULL, "wrap", strided_wrap(NULL, memory, STRIDED_F64, 1, NULL, NULL));
    refused(STRIDED_ERR_ARG, "wrap", strided_wrap(NULL, memory, STRIDED_F64, 17, NULL, NULL));
    STRIDED_AUTO strided_tensor *many = strided_wrap(NULL, memory, STRIDED_F64, STRIDED_DIMS(INT64_MAX), STRIDED_LIST(0));
    assert_int_equal(strided_count(many), INT64_MAX);
    assert_int_equal(strided_storage_count(many), 1);
}

static void geometries(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(4, 5), NULL);
    STRIDED_AUTO strided_tensor *row = strided_select(g, 0, 2);
    assert_null(strided_data(g));
    assert_null(strided_data(row));
    assert_null(strided_const_data(row));
    assert_int_equal(strided_offset(row), 10);
    assert_false(strided_is_read_only(row));
    assert_true(isnan(strided_get(row, STRIDED_DIMS(0))));
    assert_int_equal(strided_error_status(), STRIDED_ERR_NULL);
    refused_doing(STRIDED_ERR_NULL, "set", strided_set(row, STRIDED_DIMS(0), 1));
    refused(STRIDED_ERR_BOUNDS, "as_strided", strided_as_strided(g, STRIDED_DIMS(21), STRIDED_LIST(1), 0));
}

static void count_drop(void *user) { ++*(int *)user; }

static void adopts(void **state)
{
    (void)state;
    static float memory[6];
    int drops = 0;
    strided_tensor *t = strided_adopt(NULL, memory, STRIDED_F32, STRIDED_DIMS(2, 3), NULL, count_drop, &drops);
    strided_tensor *v = strided_flip(t, STRIDED_NO_DIMS);
    strided_release(t);
    assert_int_equal(drops, 0);
    strided_release(v);
    assert_int_equal(drops, 1);
    refused(STRIDED_ERR_NULL, "adopt", strided_adopt(NULL, memory, STRIDED_F32, STRIDED_DIMS(6), NULL, NULL, NULL));
    refused(STRIDED_ERR_ARG, "adopt", strided_adopt(NULL, memory, STRIDED_F32, STRIDED_DIMS(-6), NULL, count_drop, &drops));
    assert_int_equal(drops, 1);
    t = strided_adopt_const(NULL, memory, STRIDED_F32, STRIDED_DIMS(2, 3), NULL, count_drop, &drops);
    v = strided_flip(t, STRIDED_NO_DIMS);
    strided_release(t);
    assert_true(strided_is_read_only(v));
    refused_doing(STRIDED_ERR_READ_ONLY, "set", strided_set(v, STRIDED_DIMS(0, 0), 1));
    assert_int_equal(drops, 1);
    strided_release(v);
    assert_int_equal(drops, 2);
    refused(STRIDED_ERR_NULL, "adopt_const", strided_adopt_const(NULL, memory, STRIDED_F32, STRIDED_DIMS(6), NULL, NULL, NULL));
    refused(STRIDED_ERR_ARG, "adopt_const", strided_adopt_const(NULL, memory, STRIDED_F32, STRIDED_DIMS(-6), NULL, count_drop, &drops));
    assert_int_equal(drops, 2);
}

/* ---- memory --------------------------------------------------------------------------------------------- */

struct attempt { struct oom *o; int which; strided_tensor *x; int drops; };

static strided_status make(void *job)
{
    static float memory[6];
    struct attempt *a = job;
    strided_context *ctx = a->o->ctx;
    strided_tensor *t = NULL;
    a->drops = 0;
    switch (a->which) {
    case 0: t = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(2, 3)); break;
    case 1: t = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(2, 3)); break;
    case 2: t = strided_full(ctx, STRIDED_F32, STRIDED_DIMS(2, 3), 1); break;
    case 3: t = strided_arange(ctx, STRIDED_F32, 0, 6, 1); break;
    case 4: t = strided_empty_like(a->x); break;
    case 5: t = strided_wrap(ctx, memory, STRIDED_F32, STRIDED_DIMS(2, 3), NULL); break;
    case 6: t = strided_wrap_const(ctx, memory, STRIDED_F32, STRIDED_DIMS(2, 3), NULL); break;
    case 7: t = strided_adopt(ctx, memory, STRIDED_F32, STRIDED_DIMS(2, 3), NULL, count_drop, &a->drops); break;
    case 8: t = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(0)); break;
    case 9: t = strided_adopt_const(ctx, memory, STRIDED_F32, STRIDED_DIMS(2, 3), NULL, count_drop, &a->drops); break;
    }
    strided_status s = t ? STRIDED_OK : strided_error_status();
    if (t) assert_true(strided_context_of(t) == ctx);
    strided_release(t);
    assert_int_equal(a->drops, (a->which == 7 || a->which == 9) && !s);
    return s;
}

static void out_of_memory(void **state)
{
    (void)state;
    struct attempt a = {.o = oom_new()};
    a.x = strided_empty(a.o->ctx, STRIDED_F32, STRIDED_DIMS(4));
    for (a.which = 0; a.which < 10; a.which++) assert_int_equal(oom_sweep(a.o, "make", make, &a), a.which < 5 ? 3 : 2);
    strided_release(a.x);
    oom_free(a.o);
}

/* A tensor keeps its context. */
static void context_outlives_its_owner(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    strided_config config = oom_config(o);
    strided_context *ctx = strided_context_new(&config);
    strided_tensor *x = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(8));
    strided_context_release(ctx);
    strided_tensor *v = strided_slice(x, 0, 0, STRIDED_NONE, 2);
    strided_release(x);
    assert_true(strided_context_of(v) == ctx);
    strided_tensor *y = strided_empty_like(v);
    strided_release(v);
    strided_release(y);
    oom_free(o);
}

STRIDED_TEST_GROUP("tensor/make", cmocka_unit_test(fresh_tensors), cmocka_unit_test(scalars_and_empties),
                   cmocka_unit_test(full_converts_as_copy), cmocka_unit_test(aranges), cmocka_unit_test(arange_refusals),
                   cmocka_unit_test(fresh_refusals), cmocka_unit_test(empty_like_keeps_the_order), cmocka_unit_test(wraps),
                   cmocka_unit_test(wrap_const_is_read_only), cmocka_unit_test(wrap_refusals), cmocka_unit_test(geometries),
                   cmocka_unit_test(adopts), cmocka_unit_test(out_of_memory), cmocka_unit_test(context_outlives_its_owner))
