/*
 * test_unary.c - strided_unary() and strided_clamp() over layouts, dtypes and the numbers that are special.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct unary { strided_unary_op op; const char *name; };

static const struct unary all[] = {
#define STRIDED_X(name, value, formula) { STRIDED_##name, #name },
    STRIDED_UNARY_LIST(STRIDED_X)
#undef STRIDED_X
};

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_unary(out[0], *(const strided_unary_op *)params, in[0]);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    struct array *a = array_broadcast(in[0], out[0]->ndim, out[0]->shape);
    for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = ref_unary(*(const strided_unary_op *)params, a->v[i]);
}

/* One rounding, and on integers an integer. */
static int exact(strided_unary_op op)
{
    switch (op) {
    case STRIDED_NEG: case STRIDED_ABS: case STRIDED_RELU: case STRIDED_SQUARE:
    case STRIDED_SIGN: case STRIDED_FLOOR: case STRIDED_CEIL: case STRIDED_ROUND: return 1;
    default: return 0;
    }
}

static struct trial trial_of(const struct unary *u, char name[60], strided_dtype to, int ndim, const int64_t *shape,
                             strided_dtype from, const struct array *a)
{
    snprintf(name, 60, "%s %s -> %s", u->name, strided_dtype_name(from), strided_dtype_name(to));
    struct trial t = trial_new(name, call, reference, &u->op);
    trial_out(&t, to, ndim, shape);
    trial_in(&t, from, a);
    t.elementwise = 1;
    if (exact(u->op)) trial_store_by_inputs(&t);
    else if (number_is_float(to)) t.ulp = to == STRIDED_F32 || to == STRIDED_F64 ? 4 : 1, t.absolute = to == STRIDED_F64 ? 1e-14 : 1e-6;
    return t;
}

static void every_operator_in_every_layout(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3, 2, 19 };
    char name[60];
    for (size_t i = 0; i < COUNT(all); i++) {
        struct rng r = rng_seed(i);
        struct trial t = trial_of(&all[i], name, STRIDED_F32, 3, shape, STRIDED_F32, array_real(&r, -3, 3, 3, shape));
        t.seed = i;
        trial_all(&t);
        arrays_release();
    }
}

static void every_dtype(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 21 };
    char name[60];
    for (size_t i = 0; i < COUNT(all); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct rng r = rng_seed((uint64_t)d);
            strided_dtype from = number_dtypes[d];
            struct array *a = number_is_float(from) ? array_real(&r, -4, 4, 2, shape) : array_small(&r, from, 2, shape);
            struct trial t = trial_of(&all[i], name, from, 2, shape, from, a);
            t.mixes = 6;
            trial_run(&t);
            arrays_release();
        }
}

static void every_pair_of_dtypes(void **state)
{
    (void)state;
    static const struct unary sign = { STRIDED_SIGN, "SIGN" }, root = { STRIDED_SQRT, "SQRT" };
    static const int64_t shape[] = { 11 };
    char name[60];
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_DTYPES; to++) {
            struct rng r = rng_seed((uint64_t)(from * 16 + to));
            struct array *a = array_small(&r, number_dtypes[from], 1, shape);
            struct trial t = trial_of(&sign, name, number_dtypes[to], 1, shape, number_dtypes[from], a);
            trial_run(&t);
            t = trial_of(&root, name, number_dtypes[to], 1, shape, number_dtypes[from], a);
            trial_run(&t);
            arrays_release();
        }
}

static void shapes(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[6]; } list[] = {
        { 0, {0} }, { 1, { 1 } }, { 1, { 0 } }, { 2, { 3, 0 } }, { 4, { 2, 3, 5, 0 } }, { 3, { 0, 2, 5 } }, { 1, { 257 } }, { 2, { 1, 7 } },
        { 2, { 7, 1 } }, { 4, { 2, 1, 3, 1 } }, { 5, { 2, 2, 3, 2, 3 } }, { 6, { 1, 2, 2, 1, 2, 2 } },
    };
    char name[60];
    static const struct unary neg = { STRIDED_NEG, "NEG" };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        struct array *a = array_small(&r, STRIDED_F32, list[i].ndim, list[i].shape);
        struct trial t = trial_of(&neg, name, STRIDED_F32, list[i].ndim, list[i].shape, STRIDED_F32, a);
        trial_all(&t);
        arrays_release();
    }
}

static void broadcasting(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3, 4 };
    static const struct { int ndim; int64_t shape[3]; } list[] = { { 0, {0} }, { 1, { 4 } }, { 1, { 1 } }, { 2, { 3, 1 } },
                                                                   { 3, { 2, 1, 1 } }, { 3, { 1, 3, 4 } } };
    static const struct unary neg = { STRIDED_NEG, "NEG" };
    char name[60];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        struct array *a = array_small(&r, STRIDED_F32, list[i].ndim, list[i].shape);
        struct trial t = trial_of(&neg, name, STRIDED_F32, 3, shape, STRIDED_F32, a);
        t.in[0].loose = t.out[0].loose = 1;
        trial_all(&t);
        arrays_release();
    }
}

/* Nothing but special numbers, for each operator and float. */
static void special_numbers(void **state)
{
    (void)state;
    static const double list[] = { 0.0, -0.0, 1, -1, INFINITY, -INFINITY, NAN, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-42, -1e-42,
                                   1e38, -1e38, 88, -88, 104, -104, 20, -20, 3.5, 65504 };
    static const int64_t shape[] = { COUNT(list) };
    char name[60];
    for (size_t i = 0; i < COUNT(all); i++)
        for (int d = 0; d < NUMBER_FLOATS; d++) {
            strided_dtype dtype = number_floats[d];
            struct trial t = trial_of(&all[i], name, dtype, 1, shape, dtype, array_list(list, 1, shape));
            trial_run(&t);
            arrays_release();
        }
}

/* The ends of each integer type: exact functions wrap. */
static void ends_of_integers(void **state)
{
    (void)state;
    static const int64_t shape[] = { 5 };
    static const strided_unary_op ops[] = { STRIDED_NEG, STRIDED_ABS, STRIDED_RELU, STRIDED_SIGN, STRIDED_FLOOR };
    char name[60];
    for (int d = 0; d < NUMBER_INTEGERS; d++) {
        strided_dtype dtype = number_integers[d];
        if (number_size(dtype) == 8) continue;
        double low = number_lowest(dtype), high = number_highest(dtype);
        struct array *a = array_list((double[]){ low, low + 1, 0, high - 1, high }, 1, shape);
        for (size_t i = 0; i < COUNT(ops); i++) {
            struct unary u = { ops[i], "exact" };
            struct trial t = trial_of(&u, name, dtype, 1, shape, dtype, a);
            trial_run(&t);
        }
    }
}

static void integers_of_64_bits(void **state)
{
    (void)state;
    int64_t v[] = { INT64_MIN, INT64_MAX, -3, (int64_t)1 << 60 }, y[4], shape[] = { 4 };
    strided_tensor *a = strided_wrap(NULL, v, STRIDED_I64, 1, shape, NULL);
    strided_tensor *b = strided_wrap(NULL, y, STRIDED_I64, 1, shape, NULL);
    assert_int_equal(strided_unary(b, STRIDED_NEG, a), STRIDED_OK);
    assert_true(y[0] == INT64_MIN && y[1] == -INT64_MAX && y[2] == 3);
    assert_int_equal(strided_unary(b, STRIDED_ABS, a), STRIDED_OK);
    assert_true(y[0] == INT64_MIN && y[1] == INT64_MAX && y[2] == 3);
    assert_int_equal(strided_unary(b, STRIDED_SQUARE, a), STRIDED_OK);
    assert_true(y[0] == 0 && y[1] == 1 && y[2] == 9 && y[3] == 0);
    assert_int_equal(strided_unary(b, STRIDED_ROUND, a), STRIDED_OK);
    assert_true(y[0] == INT64_MIN && y[1] == INT64_MAX);
    strided_release(a);
    strided_release(b);
}

static void in_place(void **state)
{
    (void)state;
    float v[] = { 1, -2, 3, -4, 5, -6 };
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, 2, STRIDED_LIST(2, 3), NULL);
    strided_tensor *xt = strided_transpose(x, 0, 1), *again = strided_transpose(x, 0, 1);
    assert_int_equal(strided_unary(xt, STRIDED_ABS, again), STRIDED_OK);
    for (int i = 0; i < 6; i++) assert_true(v[i] == (float)(i + 1));
    strided_tensor *back = strided_flip(x, STRIDED_DIMS(1));
    assert_int_equal(strided_unary(x, STRIDED_NEG, back), STRIDED_ERR_OVERLAP);
    for (int i = 0; i < 6; i++) assert_true(v[i] == (float)(i + 1));
    strided_release(back);
    strided_release(again);
    strided_release(xt);
    strided_release(x);
}

/* Enough elements to be divided among threads. */
static void large(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[3]; } list[] = { { 1, { 20011 } }, { 3, { 3, 70, 101 } }, { 2, { 9000, 2 } } };
    static const struct unary ops[] = { { STRIDED_NEG, "NEG" }, { STRIDED_GELU, "GELU" } };
    char name[60];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        struct array *a = array_real(&r, -3, 3, list[i].ndim, list[i].shape);
        struct trial t = trial_of(&ops[i % 2], name, STRIDED_F32, list[i].ndim, list[i].shape, STRIDED_F32, a);
        t.mixes = 8;
        trial_mixed(&t);
        arrays_release();
    }
}

static void unknown_operators(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3 };
    static const int codes[] = { 0, -1, 19, 1000, INT32_MIN, INT32_MAX };
    struct rng r = rng_seed(1);
    char name[60];
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct unary u = { (strided_unary_op)codes[i], "unknown" };
        struct trial t = trial_of(&u, name, STRIDED_F32, 1, shape, STRIDED_F32, array_small(&r, STRIDED_F32, 1, shape));
        trial_refused(&t, STRIDED_ERR_ARG);
    }
}

/* ---- clamp -------------------------------------------------------------------------------------- */

struct limits { double low, high; };

static strided_status clamp(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct limits *l = params;
    return strided_clamp(out[0], in[0], l->low, l->high);
}

static void clamp_reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct limits *l = params;
    struct array *a = array_broadcast(in[0], out[0]->ndim, out[0]->shape);
    for (int64_t i = 0; i < out[0]->count; i++) {
        double v = a->v[i] < l->low ? l->low : a->v[i];
        out[0]->v[i] = v > l->high ? l->high : v;
    }
}

static void clamp_to_limits(void **state)
{
    (void)state;
    static const struct limits list[] = { { -2, 3 }, { 0, INFINITY }, { -INFINITY, 1 }, { -INFINITY, INFINITY }, { 2, 2 },
                                          { 3, -2 }, { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };
    static const int64_t shape[] = { 3, 9 };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct rng r = rng_seed(i);
            strided_dtype dtype = number_dtypes[d];
            struct array *a = array_small(&r, dtype, 2, shape);
            if (number_is_float(dtype)) a->v[0] = NAN, a->v[1] = INFINITY, a->v[2] = -INFINITY;
            else if (isinf(list[i].low + list[i].high) && (list[i].low > 0 || list[i].high < 0)) continue;
            if (number_lowest(dtype) == 0 && list[i].high < 0) continue;
            struct trial t = trial_new("clamp", clamp, clamp_reference, &list[i]);
            trial_out(&t, dtype, 2, shape);
            trial_in(&t, dtype, a);
            trial_store_by_inputs(&t);
            t.elementwise = 1;
            t.mixes = 6;
            trial_run(&t);
            arrays_release();
        }
}

static void clamp_refusals(void **state)
{
    (void)state;
    static const struct limits usual = { -1, 1 }, nans[] = { { NAN, 1 }, { -1, NAN }, { NAN, NAN } };
    static const int64_t shape[] = { 2, 3 };
    struct rng r = rng_seed(1);
    struct trial t = trial_new("clamp", clamp, clamp_reference, &usual);
    trial_out(&t, STRIDED_F32, 2, shape);
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 2, shape));
    t.elementwise = 1;
    trial_all(&t);
    for (size_t i = 0; i < COUNT(nans); i++) {
        t.params = &nans[i];
        trial_refused(&t, STRIDED_ERR_ARG);
    }
}

STRIDED_TEST_GROUP("ops/unary",
    cmocka_unit_test(every_operator_in_every_layout),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(shapes),
    cmocka_unit_test(broadcasting),
    cmocka_unit_test(special_numbers),
    cmocka_unit_test(ends_of_integers),
    cmocka_unit_test(integers_of_64_bits),
    cmocka_unit_test(in_place),
    cmocka_unit_test(unknown_operators),
    cmocka_unit_test(clamp_to_limits),
    cmocka_unit_test(clamp_refusals),
    cmocka_unit_test(large))
