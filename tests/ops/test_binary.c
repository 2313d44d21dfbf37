/*
 * test_binary.c - strided_binary() over layouts, dtypes, broadcasting and the numbers that are special.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const struct { strided_binary_op op; const char *name; } all[] = {
#define STRIDED_X(name, value, formula) { STRIDED_##name, #name },
    STRIDED_BINARY_LIST(STRIDED_X)
#undef STRIDED_X
};

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_binary(out[0], *(const strided_binary_op *)params, in[0], in[1]);
}

static void apply(struct array *const *out, const struct array *const *in, strided_binary_op op,
                  double (*f)(strided_binary_op, double, double))
{
    struct array *a = array_broadcast(in[0], out[0]->ndim, out[0]->shape);
    struct array *b = array_broadcast(in[1], out[0]->ndim, out[0]->shape);
    for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = f(op, a->v[i], b->v[i]);
}

static void on_floats(struct array *const *out, const struct array *const *in, const void *params)
{
    apply(out, in, *(const strided_binary_op *)params, ref_binary);
}

static void on_integers(struct array *const *out, const struct array *const *in, const void *params)
{
    apply(out, in, *(const strided_binary_op *)params, ref_binary_integer);
}

static struct trial trial_of(size_t op, char name[80], strided_dtype to, int ndim, const int64_t *shape,
                             strided_dtype ta, const struct array *a, strided_dtype tb, const struct array *b)
{
    snprintf(name, 80, "%s %s %s -> %s", all[op].name, strided_dtype_name(ta), strided_dtype_name(tb), strided_dtype_name(to));
    int floats = number_is_float(ta) || number_is_float(tb);
    struct trial t = trial_new(name, call, floats ? on_floats : on_integers, &all[op].op);
    trial_out(&t, to, ndim, shape);
    trial_in(&t, ta, a);
    trial_in(&t, tb, b);
    trial_store_by_inputs(&t);
    t.elementwise = 1;
    if (floats && number_is_float(to)) t.ulp = all[op].op == STRIDED_POW && number_size(to) >= 4 ? 4 : 1;
    return t;
}

static void every_operator_in_every_layout(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3, 2, 19 };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++) {
        struct rng r = rng_seed(i);
        struct array *a = array_real(&r, -3, 3, 3, shape), *b = array_real(&r, -3, 3, 3, shape);
        struct trial t = trial_of(i, name, STRIDED_F32, 3, shape, STRIDED_F32, a, STRIDED_F32, b);
        t.mixes = 60;
        trial_all(&t);
        arrays_release();
    }
}

static void every_dtype(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 21 };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct rng r = rng_seed((uint64_t)d);
            strided_dtype dtype = number_dtypes[d];
            struct array *a = array_small(&r, dtype, 2, shape), *b = array_small(&r, dtype, 2, shape);
            struct trial t = trial_of(i, name, dtype, 2, shape, dtype, a, dtype, b);
            t.mixes = 8;
            trial_run(&t);
            arrays_release();
        }
}

/* Each pair as operands, into f64 and back into the first. */
static void every_pair_of_dtypes(void **state)
{
    (void)state;
    static const int64_t shape[] = { 7 };
    char name[80];
    for (int p = 0; p < NUMBER_DTYPES; p++)
        for (int q = 0; q < NUMBER_DTYPES; q++) {
            struct rng r = rng_seed((uint64_t)(p * 16 + q));
            strided_dtype ta = number_dtypes[p], tb = number_dtypes[q];
            struct array *a = array_small(&r, ta, 1, shape), *b = array_small(&r, tb, 1, shape);
            int both = ta == STRIDED_U64 && tb == STRIDED_U64; /* their difference is never negative */
            struct trial t = trial_of(both ? 0 : 1, name, STRIDED_F64, 1, shape, ta, a, tb, b);
            t.mixes = 4;
            trial_run(&t);
            t = trial_of(3, name, ta, 1, shape, ta, a, tb, b);
            t.mixes = 4;
            trial_run(&t);
            arrays_release();
        }
}

static void shapes_and_broadcasting(void **state)
{
    (void)state;
    static const struct { int n, na, nb; int64_t shape[4], a[4], b[4]; } list[] = {
        { 0, 0, 0, {0}, {0}, {0} },
        { 1, 1, 0, { 5 }, { 5 }, {0} },
        { 1, 0, 0, { 5 }, {0}, {0} },
        { 1, 1, 1, { 0 }, { 0 }, { 1 } },
        { 2, 2, 2, { 3, 4 }, { 3, 1 }, { 1, 4 } },
        { 2, 1, 2, { 3, 4 }, { 4 }, { 3, 1 } },
        { 3, 2, 1, { 2, 3, 4 }, { 3, 4 }, { 1 } },
        { 3, 3, 3, { 2, 0, 4 }, { 2, 1, 4 }, { 1, 0, 1 } },
        { 4, 4, 3, { 2, 3, 2, 5 }, { 2, 1, 2, 1 }, { 3, 1, 5 } },
        { 4, 4, 1, { 1, 3, 1, 33 }, { 1, 3, 1, 33 }, { 33 } },
    };
    char name[80];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        struct array *a = array_small(&r, STRIDED_F32, list[i].na, list[i].a);
        struct array *b = array_small(&r, STRIDED_F32, list[i].nb, list[i].b);
        struct trial t = trial_of(1, name, STRIDED_F32, list[i].n, list[i].shape, STRIDED_F32, a, STRIDED_F32, b);
        t.out[0].loose = t.in[0].loose = t.in[1].loose = 1;
        trial_all(&t);
        arrays_release();
    }
}

static void do_not_fit(void **state)
{
    (void)state;
    static const struct { int n, na, nb; int64_t shape[3], a[3], b[3]; } list[] = {
        { 2, 2, 2, { 3, 4 }, { 3, 4 }, { 3, 2 } },  { 2, 2, 2, { 3, 4 }, { 2, 4 }, { 3, 4 } },
        { 2, 3, 2, { 3, 4 }, { 1, 3, 4 }, { 3, 4 } }, { 2, 2, 2, { 1, 4 }, { 3, 4 }, { 3, 4 } },
        { 1, 1, 1, { 1 }, { 0 }, { 1 } },            { 2, 2, 2, { 4, 3 }, { 3, 4 }, { 3, 4 } },
        { 0, 1, 0, { 0 }, { 1 }, { 0 } },
    };
    char name[80];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        struct array *a = array_small(&r, STRIDED_F32, list[i].na, list[i].a);
        struct array *b = array_small(&r, STRIDED_F32, list[i].nb, list[i].b);
        struct trial t = trial_of(0, name, STRIDED_F32, list[i].n, list[i].shape, STRIDED_F32, a, STRIDED_F32, b);
        trial_refused(&t, STRIDED_ERR_SHAPE);
        arrays_release();
    }
}

static void special_numbers(void **state)
{
    (void)state;
    static const double list[] = { 0.0, -0.0, 1, -1, INFINITY, -INFINITY, NAN, 0.5, 2, -2, 3, 1e-40, 1e38, 65504 };
    enum { N = COUNT(list) };
    static const int64_t shape[] = { N, N }, column[] = { N, 1 }, row[] = { N };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++)
        for (int d = 0; d < NUMBER_FLOATS; d++) {
            strided_dtype dtype = number_floats[d];
            struct trial t = trial_of(i, name, dtype, 2, shape, dtype, array_list(list, 2, column), dtype, array_list(list, 1, row));
            t.mixes = 8;
            trial_run(&t);
            arrays_release();
        }
}

/* Results beyond the type wrap; dividing the lowest by -1 is no exception. */
static void integers_wrap(void **state)
{
    (void)state;
    enum { N = 7 };
    static const int64_t shape[] = { N, N }, column[] = { N, 1 }, row[] = { N };
    static const size_t ops[] = { 0, 1, 3, 4, 5 }; /* ADD SUB DIV MAX MIN */
    char name[80];
    for (int d = 0; d < NUMBER_INTEGERS; d++) {
        strided_dtype dtype = number_integers[d];
        if (number_size(dtype) == 8) continue;
        double low = number_lowest(dtype), high = number_highest(dtype);
        double v[N] = { low, low + 1, 0, 1, high - 1, high, low == 0 ? 2 : -1 };
        for (size_t i = 0; i < COUNT(ops); i++) {
            struct trial t = trial_of(ops[i], name, dtype, 2, shape, dtype, array_list(v, 2, column), dtype, array_list(v, 1, row));
            t.mixes = 8;
            trial_run(&t);
            arrays_release();
        }
    }
}

static int64_t on_i64(strided_binary_op op, int64_t a, int64_t b)
{
    int64_t y = 77, one[] = { 1 };
    strided_tensor *ta = strided_wrap(NULL, &a, STRIDED_I64, 1, one, NULL), *tb = strided_wrap(NULL, &b, STRIDED_I64, 1, one, NULL);
    strided_tensor *ty = strided_wrap(NULL, &y, STRIDED_I64, 1, one, NULL);
    assert_int_equal(strided_binary(ty, op, ta, tb), STRIDED_OK);
    strided_release(ty);
    strided_release(tb);
    strided_release(ta);
    return y;
}

static uint64_t on_u64(strided_binary_op op, uint64_t a, uint64_t b)
{
    uint64_t y = 77;
    int64_t one[] = { 1 };
    strided_tensor *ta = strided_wrap(NULL, &a, STRIDED_U64, 1, one, NULL), *tb = strided_wrap(NULL, &b, STRIDED_U64, 1, one, NULL);
    strided_tensor *ty = strided_wrap(NULL, &y, STRIDED_U64, 1, one, NULL);
    assert_int_equal(strided_binary(ty, op, ta, tb), STRIDED_OK);
    strided_release(ty);
    strided_release(tb);
    strided_release(ta);
    return y;
}

static void integers_of_64_bits(void **state)
{
    (void)state;
    assert_true(on_i64(STRIDED_ADD, INT64_MAX, 1) == INT64_MIN);
    assert_true(on_i64(STRIDED_SUB, INT64_MIN, 1) == INT64_MAX);
    assert_true(on_i64(STRIDED_MUL, INT64_MAX, INT64_MAX) == 1);
    assert_true(on_i64(STRIDED_MUL, INT64_MIN, -1) == INT64_MIN);
    assert_true(on_i64(STRIDED_DIV, INT64_MIN, -1) == INT64_MIN);
    assert_true(on_i64(STRIDED_DIV, INT64_MAX, 2) == INT64_MAX / 2);
    assert_true(on_i64(STRIDED_DIV, -7, 2) == -3);
    assert_true(on_i64(STRIDED_DIV, 7, 0) == 0);
    assert_true(on_i64(STRIDED_MAX, INT64_MAX - 1, INT64_MAX) == INT64_MAX);
    assert_true(on_i64(STRIDED_MIN, INT64_MAX - 1, INT64_MAX) == INT64_MAX - 1);
    assert_true(on_i64(STRIDED_POW, 3, 39) == 4052555153018976267);
    assert_true(on_i64(STRIDED_POW, 2, 64) == 0);
    assert_true(on_i64(STRIDED_POW, -1, INT64_MIN) == 1);
    assert_true(on_i64(STRIDED_POW, -1, -3) == -1);
    assert_true(on_i64(STRIDED_POW, 5, -1) == 0);
    assert_true(on_i64(STRIDED_POW, 0, 0) == 1);
    assert_true(on_u64(STRIDED_ADD, UINT64_MAX, 2) == 1);
    assert_true(on_u64(STRIDED_SUB, 1, 2) == UINT64_MAX);
    assert_true(on_u64(STRIDED_DIV, UINT64_MAX, 3) == UINT64_MAX / 3);
    assert_true(on_u64(STRIDED_MAX, UINT64_MAX, 3) == UINT64_MAX);
    assert_true(on_u64(STRIDED_POW, 3, 40) == 12157665459056928801u);
}

static void in_place(void **state)
{
    (void)state;
    float v[] = { 1, 2, 3, 4, 5, 6 };
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, 2, STRIDED_LIST(2, 3), NULL);
    strided_tensor *t = strided_transpose(x, 0, 1), *again = strided_transpose(x, 0, 1);
    assert_int_equal(strided_binary(t, STRIDED_MUL, again, t), STRIDED_OK);
    for (int i = 0; i < 6; i++) assert_true(v[i] == (float)((i + 1) * (i + 1)));
    strided_tensor *first = strided_narrow(x, 1, 0, 2), *last = strided_narrow(x, 1, 1, 2);
    assert_int_equal(strided_binary(first, STRIDED_ADD, first, last), STRIDED_ERR_OVERLAP);
    assert_int_equal(strided_binary(first, STRIDED_ADD, last, first), STRIDED_ERR_OVERLAP);
    for (int i = 0; i < 6; i++) assert_true(v[i] == (float)((i + 1) * (i + 1)));
    strided_tensor *row = strided_select(x, 0, 0); /* broadcasts over x, which it is part of */
    assert_int_equal(strided_binary(x, STRIDED_ADD, x, row), STRIDED_ERR_OVERLAP);
    strided_release(row);
    strided_release(last);
    strided_release(first);
    strided_release(again);
    strided_release(t);
    strided_release(x);
}

/* Red and blue of interleaved pixels share no element, though they lie in each other. */
static void interleaved(void **state)
{
    (void)state;
    uint8_t pixels[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    strided_tensor *image = strided_wrap(NULL, pixels, STRIDED_U8, 2, STRIDED_LIST(4, 3), NULL);
    strided_tensor *red = strided_select(image, 1, 0), *blue = strided_select(image, 1, 2);
    assert_int_equal(strided_binary(red, STRIDED_ADD, red, blue), STRIDED_OK);
    assert_true(pixels[0] == 4 && pixels[3] == 10 && pixels[6] == 16 && pixels[9] == 22 && pixels[1] == 2 && pixels[2] == 3);
    strided_release(blue);
    strided_release(red);
    strided_release(image);
}

/* Enough elements to be divided among threads; one operand broadcast. */
static void large(void **state)
{
    (void)state;
    static const int64_t shape[] = { 4, 70, 81 }, row[] = { 70, 1 };
    char name[80];
    for (size_t i = 0; i < 3; i++) {
        struct rng r = rng_seed(i);
        struct array *a = array_real(&r, -3, 3, 3, shape), *b = i ? array_real(&r, -3, 3, 3, shape) : array_real(&r, -3, 3, 2, row);
        struct trial t = trial_of(i, name, STRIDED_F32, 3, shape, STRIDED_F32, a, i == 2 ? STRIDED_F16 : STRIDED_F32, b);
        t.mixes = 8;
        trial_mixed(&t);
        arrays_release();
    }
}

static void unknown_operators(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3 };
    static const strided_binary_op codes[] = { (strided_binary_op)0, (strided_binary_op)-1, (strided_binary_op)9,
                                               (strided_binary_op)INT32_MAX };
    struct rng r = rng_seed(1);
    struct array *a = array_small(&r, STRIDED_F32, 1, shape);
    char name[80];
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct trial t = trial_of(0, name, STRIDED_F32, 1, shape, STRIDED_F32, a, STRIDED_F32, a);
        t.params = &codes[i];
        trial_refused(&t, STRIDED_ERR_ARG);
    }
}

STRIDED_TEST_GROUP("ops/binary",
    cmocka_unit_test(every_operator_in_every_layout),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(shapes_and_broadcasting),
    cmocka_unit_test(do_not_fit),
    cmocka_unit_test(special_numbers),
    cmocka_unit_test(integers_wrap),
    cmocka_unit_test(integers_of_64_bits),
    cmocka_unit_test(in_place),
    cmocka_unit_test(interleaved),
    cmocka_unit_test(unknown_operators),
    cmocka_unit_test(large))
