/*
 * test_copy.c - strided_copy(), strided_clone() and strided_fill(): layouts, every conversion, the ends of every type.
 */
#include "support/cmocka_compat.h"
#include "support/may_fail.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static strided_status copy(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_copy(out[0], in[0]);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    struct array *a = array_broadcast(in[0], out[0]->ndim, out[0]->shape);
    memcpy(out[0]->v, a->v, (size_t)a->count * sizeof *a->v);
}

static struct trial trial_of(char name[40], strided_dtype to, int ndim, const int64_t *shape, strided_dtype from,
                             const struct array *a)
{
    snprintf(name, 40, "copy %s -> %s", strided_dtype_name(from), strided_dtype_name(to));
    struct trial t = trial_new(name, copy, reference, NULL);
    trial_out(&t, to, ndim, shape);
    trial_in(&t, from, a);
    t.store = number_is_float(from) ? STORE_TRUNCATE : STORE_WRAP;
    t.elementwise = 1;
    return t;
}

static void shapes(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[7]; } list[] = {
        { 0, {0} }, { 1, { 1 } }, { 1, { 0 } }, { 2, { 3, 0 } }, { 4, { 2, 3, 2, 0 } }, { 1, { 300 } }, { 2, { 17, 35 } }, { 2, { 1, 7 } },
        { 3, { 5, 3, 4 } }, { 3, { 4, 16, 17 } }, { 4, { 2, 3, 5, 7 } }, { 4, { 2, 1, 3, 1 } }, { 5, { 2, 2, 3, 2, 3 } },
        { 7, { 2, 1, 2, 2, 1, 2, 2 } },
    };
    char name[40];
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct rng r = rng_seed(i);
            strided_dtype dtype = number_dtypes[d];
            struct trial t = trial_of(name, dtype, list[i].ndim, list[i].shape, dtype,
                                      array_small(&r, dtype, list[i].ndim, list[i].shape));
            if (dtype == STRIDED_F32) trial_all(&t);
            else if (number_size(dtype) != 4 || i == 8) trial_run(&t);
            arrays_release();
        }
}

/* Values that lie between, beyond and at the ends of the types. */
static void conversions(void **state)
{
    (void)state;
    static const double list[] = { 0.0, -0.0, 0.5, -0.5, 0.99, -0.99, 1.5, 2.5, 3, -3, 126.5, 127, 128, -128, -129, 255, 255.9, 256,
                                   -1, 32767, 32768, -32768.5, 65504, 65519.9, 65520, 65535.5, 65536, 1e-8, 6e-8, 5.9e-8, 1e-40,
                                   2147483647, 2147483648.0, -2147483649.0, 4294967295.0, 4294967296.0, 9007199254740992.0, 1e30,
                                   -1e30, 3.5e38, INFINITY, -INFINITY, NAN, 1.0009765625, 1.00048828125, 1.00390625, 0.1 };
    static const int64_t shape[] = { COUNT(list) };
    char name[40];
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_DTYPES; to++) {
            strided_dtype source = number_dtypes[from];
            struct array *a = array_list(list, 1, shape);
            for (int64_t i = 0; i < a->count; i++) a->v[i] = number_stored(source, a->v[i], STORE_TRUNCATE);
            for (int64_t i = 0; i < a->count; i++) if (fabs(a->v[i]) > 0x1p53 && !number_is_float(source)) a->v[i] = 5;
            struct trial t = trial_of(name, number_dtypes[to], 1, shape, source, a);
            t.mixes = 8;
            trial_run(&t);
            arrays_release();
        }
}

/* f64 to 16 bits rounds once: these values go the other way when f32 lies between. */
static void rounded_once(void **state)
{
    (void)state;
    double v[] = { 1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-11 - 0x1p-40, 1 + 0x1p-8 + 0x1p-50, 1 + 0x1p-8 - 0x1p-50 };
    static const double half[] = { 1 + 0x1p-10, 1, 1 + 0x1p-8, 1 + 0x1p-8 }, brain[] = { 1, 1, 1 + 0x1p-7, 1 };
    static const int64_t shape[] = { 4 };
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_F64, 1, shape, NULL);
    strided_tensor *h = strided_empty(NULL, STRIDED_F16, 1, shape), *b = strided_empty(NULL, STRIDED_BF16, 1, shape);
    assert_int_equal(strided_copy(h, x), STRIDED_OK);
    assert_int_equal(strided_copy(b, x), STRIDED_OK);
    for (int64_t i = 0; i < 4; i++) {
        assert_true(strided_get(h, 1, &i) == half[i]);
        assert_true(strided_get(b, 1, &i) == brain[i]);
    }
    strided_release(b);
    strided_release(h);
    strided_release(x);
}

static void keeps_64_bits(void **state)
{
    (void)state;
    int64_t v[] = { INT64_MIN, INT64_MAX, -1, ((int64_t)1 << 53) + 1 };
    uint64_t u[4];
    int32_t narrow[4];
    static const int64_t shape[] = { 4 };
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_I64, 1, shape, NULL), *y = strided_wrap(NULL, u, STRIDED_U64, 1, shape, NULL);
    strided_tensor *z = strided_wrap(NULL, narrow, STRIDED_I32, 1, shape, NULL), *e = strided_empty(NULL, STRIDED_I64, 1, shape);
    assert_int_equal(strided_copy(y, x), STRIDED_OK);
    assert_memory_equal(u, v, sizeof v);
    assert_int_equal(strided_copy(e, y), STRIDED_OK);
    assert_memory_equal(strided_const_data(e), v, sizeof v);
    assert_int_equal(strided_copy(z, x), STRIDED_OK);
    assert_true(narrow[0] == 0 && narrow[1] == -1 && narrow[2] == -1 && narrow[3] == 1);
    strided_release(e);
    strided_release(z);
    strided_release(y);
    strided_release(x);
}

static void broadcasting(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3, 4 };
    static const struct { int ndim; int64_t shape[3]; } list[] = { { 0, {0} }, { 1, { 4 } }, { 1, { 1 } }, { 2, { 3, 1 } },
                                                                   { 3, { 2, 1, 1 } }, { 3, { 1, 3, 4 } } };
    char name[40];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        struct trial t = trial_of(name, STRIDED_F32, 3, shape, STRIDED_F32, array_small(&r, STRIDED_F32, list[i].ndim, list[i].shape));
        t.in[0].loose = t.out[0].loose = 1;
        trial_all(&t);
        arrays_release();
    }
}

/* A NaN keeps its bits when it is copied to its own type; any non-zero bool is stored as 1. */
static void bits(void **state)
{
    (void)state;
    static const int64_t two[] = { 2 };
    uint32_t nan[2] = { 0x7fc12345u, 0xff812345u }, out[2];
    unsigned char truth[2] = { 0, 7 }, kept[2];
    strided_tensor *x = strided_wrap(NULL, nan, STRIDED_F32, 1, two, NULL), *y = strided_wrap(NULL, out, STRIDED_F32, 1, two, NULL);
    assert_int_equal(strided_copy(y, x), STRIDED_OK);
    assert_true(out[0] == nan[0] && (out[1] == nan[1] || out[1] == (nan[1] | 0x400000u)));
    strided_tensor *b = strided_wrap(NULL, truth, STRIDED_BOOL, 1, two, NULL), *c = strided_wrap(NULL, kept, STRIDED_BOOL, 1, two, NULL);
    assert_int_equal(strided_copy(c, b), STRIDED_OK);
    assert_true(kept[0] == 0 && kept[1] == 1);
    strided_release(c);
    strided_release(b);
    strided_release(y);
    strided_release(x);
}

/* Integers of 32 bits are moved as floats are: signalling NaN, numbers without a leading bit, all of them stay what they are; padded too. */
static void integers_stay(void **state)
{
    enum { ROWS = 21, COLUMNS = 37, BEFORE = 3 };
    (void)state;
    static int32_t in[ROWS][COLUMNS], turned[COLUMNS][ROWS], padded[ROWS][COLUMNS + 2 * BEFORE];
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) in[i][j] = (int32_t)(0x7f800001u + (uint32_t)(i * COLUMNS + j) * 0x00fffff7u);
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, in, STRIDED_I32, STRIDED_DIMS(ROWS, COLUMNS), NULL);
    STRIDED_AUTO strided_tensor *t = strided_wrap(NULL, turned, STRIDED_I32, STRIDED_DIMS(COLUMNS, ROWS), NULL);
    STRIDED_AUTO strided_tensor *p = strided_wrap(NULL, padded, STRIDED_I32, STRIDED_DIMS(ROWS, COLUMNS + 2 * BEFORE), NULL);
    STRIDED_AUTO strided_tensor *back = strided_transpose(t, 0, 1);
    assert_int_equal(strided_copy(back, x), STRIDED_OK);
    assert_int_equal(strided_pad(p, x, 2, STRIDED_LIST(0, BEFORE), STRIDED_LIST(0, BEFORE), STRIDED_PAD_REFLECT, 0), STRIDED_OK);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) {
            assert_int_equal(turned[j][i], in[i][j]);
            assert_int_equal(padded[i][BEFORE + j], in[i][j]);
            if (j > 0 && j <= BEFORE) assert_int_equal(padded[i][BEFORE - j], in[i][j]);
        }
}

/* Enough elements to be divided among threads, and for tiles of a transpose to be whole and not. */
static void large(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[4]; } list[] = {
        { 1, { 20011 } }, { 2, { 131, 157 } }, { 3, { 5, 70, 61 } }, { 4, { 2, 3, 50, 67 } }, { 2, { 3, 6001 } }, { 2, { 6001, 3 } },
    };
    static const strided_dtype dtypes[] = { STRIDED_F32, STRIDED_U8, STRIDED_F64, STRIDED_F16 };
    char name[40];
    for (size_t i = 0; i < COUNT(list); i++)
        for (size_t d = 0; d < COUNT(dtypes); d++) {
            struct rng r = rng_seed(i);
            struct array *a = array_small(&r, dtypes[d], list[i].ndim, list[i].shape);
            struct trial t = trial_of(name, i % 2 ? dtypes[d] : STRIDED_F32, list[i].ndim, list[i].shape, dtypes[d], a);
            t.mixes = 6;
            t.seed = i * 4 + d;
            trial_mixed(&t);
            arrays_release();
        }
}

static void refusals(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3 };
    struct rng r = rng_seed(5);
    char name[40];
    struct trial t = trial_of(name, STRIDED_I16, 2, shape, STRIDED_I64, array_small(&r, STRIDED_I64, 2, shape));
    trial_refuse(&t);
    struct trial deeper = trial_of(name, STRIDED_F32, 2, shape, STRIDED_F32,
                                   array_small(&r, STRIDED_F32, 3, STRIDED_LIST(1, 2, 3)));
    trial_refused(&deeper, STRIDED_ERR_SHAPE);
    float v[5] = { 1, 2, 3, 4, 5 };
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, 1, STRIDED_LIST(5), NULL), *back = strided_flip(x, STRIDED_NO_DIMS);
    assert_int_equal(strided_copy(x, back), STRIDED_ERR_OVERLAP);
    assert_int_equal(strided_copy(x, x), STRIDED_OK);
    assert_true(v[0] == 1 && v[4] == 5);
    strided_release(back);
    strided_release(x);
}

/* ---- fill --------------------------------------------------------------------------------------- */

static strided_status fill(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)in;
    return strided_fill(out[0], *(const double *)params);
}

static void filled(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)in;
    for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = *(const double *)params;
}

static void fill_every_dtype(void **state)
{
    (void)state;
    static const double list[] = { 0, 1, -1, 2.5, -3.7, 300, 1e10, -1e30, INFINITY, -INFINITY, NAN, 65520, 0.1 };
    static const int64_t shape[] = { 3, 2, 11 };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct trial t = trial_new("fill", fill, filled, &list[i]);
            trial_out(&t, number_dtypes[d], 3, shape)->loose = 1;
            t.store = STORE_TRUNCATE;
            trial_run(&t);
            if (i == 0) trial_refuse(&t);
            if (i == 0) trial_oom(&t);
            arrays_release();
        }
}

/* ---- clone -------------------------------------------------------------------------------------- */

/* The clone's elements, if it is what it should be: dense, of its own, in x's context. */
static strided_status clone(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    strided_tensor *y = strided_clone(in[0]);
    if (y == NULL) return strided_error_status();
    int ndim = strided_ndim(in[0]);
    assert_int_equal(strided_ndim(y), ndim);
    assert_int_equal(strided_dtype_of(y), strided_dtype_of(in[0]));
    if (ndim > 0) assert_memory_equal(strided_shape(y), strided_shape(in[0]), (size_t)ndim * sizeof(int64_t));
    assert_true(strided_is_contiguous(y));
    assert_false(strided_is_read_only(y));
    assert_false(strided_shares_memory(y, in[0]));
    assert_int_equal(strided_storage_count(y), strided_count(y));
    assert_int_equal((uintptr_t)strided_const_data(y) % 64, 0);
    assert_true(strided_context_of(y) == strided_context_of(in[0]));
    strided_status s = strided_copy(out[0], y);
    strided_release(y);
    return s;
}

static void clones(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[5]; } list[] = {
        { 0, {0} }, { 1, { 1 } }, { 1, { 0 } }, { 2, { 3, 0 } }, { 1, { 70 } }, { 2, { 17, 35 } }, { 3, { 5, 3, 4 } }, { 4, { 2, 1, 3, 4 } },
        { 5, { 2, 2, 3, 2, 3 } }, { 2, { 131, 157 } },
    };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct rng r = rng_seed(i);
            struct trial t = trial_new("clone", clone, reference, NULL);
            trial_out(&t, number_dtypes[d], list[i].ndim, list[i].shape);
            trial_in(&t, number_dtypes[d], array_small(&r, number_dtypes[d], list[i].ndim, list[i].shape));
            t.mixes = 6;
            t.store = STORE_TRUNCATE;
            if (i < 9 && d % 3 == 0) trial_run(&t);
            else trial_mixed(&t);
            trial_oom(&t);
            arrays_release();
        }
}

static void no_clone(void **state)
{
    (void)state;
    char bytes[3] = { 2, 0, (char)255 };
    STRIDED_AUTO strided_tensor *geometry = strided_wrap(NULL, NULL, STRIDED_F32, 1, STRIDED_LIST(3), NULL);
    STRIDED_AUTO strided_tensor *one = strided_zeros(NULL, STRIDED_F64, 1, STRIDED_LIST(1));
    STRIDED_AUTO strided_tensor *huge = strided_broadcast_to(one, 2, STRIDED_LIST((int64_t)1 << 30, (int64_t)1 << 29));
    STRIDED_AUTO strided_tensor *nothing = strided_wrap(NULL, NULL, STRIDED_F32, 2, STRIDED_LIST(0, 3), NULL), *empty = strided_clone(nothing);
    STRIDED_AUTO strided_tensor *flags = strided_wrap(NULL, bytes, STRIDED_BOOL, 1, STRIDED_LIST(3), NULL), *plain = strided_clone(flags);
    assert_null(strided_clone(NULL));
    assert_null(strided_clone(geometry));
    assert_int_equal(strided_error_status(), STRIDED_ERR_NULL);
    assert_null(strided_clone(huge)); /* 2^62 bytes */
    assert_true(strided_error_status() == STRIDED_ERR_NO_MEMORY || strided_error_status() == STRIDED_ERR_OVERFLOW);
    assert_non_null(empty);
    assert_memory_equal(strided_const_data(plain), "\1\0\1", 3); /* bool is stored as 0 or 1 */
}

STRIDED_TEST_GROUP("ops/copy",
    cmocka_unit_test(shapes),
    cmocka_unit_test(conversions),
    cmocka_unit_test(rounded_once),
    cmocka_unit_test(keeps_64_bits),
    cmocka_unit_test(broadcasting),
    cmocka_unit_test(bits),
    cmocka_unit_test(integers_stay),
    cmocka_unit_test(refusals),
    cmocka_unit_test(fill_every_dtype),
    cmocka_unit_test(large),
    cmocka_unit_test(clones),
    cmocka_unit_test(no_clone))
