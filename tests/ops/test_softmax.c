/*
 * test_softmax.c - strided_softmax() and strided_log_softmax() along every axis, over layouts and dtypes.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct params { int axis, log; };

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct params *p = params;
    return (p->log ? strided_log_softmax : strided_softmax)(out[0], in[0], p->axis);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct params *p = params;
    ref_softmax(out[0], in[0], p->axis < 0 ? p->axis + in[0]->ndim : p->axis, p->log);
}

static struct trial trial_of(const struct params *p, strided_dtype to, strided_dtype from, const struct array *x)
{
    struct trial t = trial_new(p->log ? "log_softmax" : "softmax", call, reference, p);
    trial_out(&t, to, x->ndim, x->shape);
    trial_in(&t, from, x);
    t.elementwise = 1;
    t.ulp = to == STRIDED_F32 || to == STRIDED_F64 ? 4 : number_is_float(to) ? 1 : 0;
    t.absolute = to == STRIDED_F64 ? 1e-14 : to == STRIDED_F32 ? 1e-6 : 0;
    return t;
}

/* The destination does not broadcast: refuse_shape() would let extents of 1 grow. */
static void every_axis(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[4]; } list[] = {
        { 1, { 1 } }, { 1, { 70 } }, { 2, { 3, 7 } }, { 3, { 2, 5, 3 } }, { 4, { 2, 3, 1, 4 } }, { 2, { 0, 3 } }, { 2, { 3, 0 } },
    };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int axis = -list[i].ndim; axis < list[i].ndim; axis++)
            for (int log_form = 0; log_form < 2; log_form++) {
                struct rng r = rng_seed(i * 8 + (size_t)axis);
                struct params p = { axis, log_form };
                struct trial t = trial_of(&p, STRIDED_F32, STRIDED_F32, array_real(&r, -5, 5, list[i].ndim, list[i].shape));
                trial_all(&t);
                arrays_release();
            }
}

static void every_dtype(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3, 9 };
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_FLOATS; to++)
            for (int log_form = 0; log_form < 2; log_form++) {
                struct rng r = rng_seed((uint64_t)(from * 16 + to));
                struct params p = { 1, log_form };
                strided_dtype dtype = number_dtypes[from];
                struct array *x = number_is_float(dtype) ? array_real(&r, -5, 5, 2, shape) : array_small(&r, dtype, 2, shape);
                struct trial t = trial_of(&p, number_floats[to], dtype, x);
                if (dtype != STRIDED_F64 && number_size(dtype) < 8) t.absolute += 1e-6;
                t.mixes = 6;
                trial_run(&t);
                arrays_release();
            }
}

static void extremes(void **state)
{
    (void)state;
    static const double rows[][4] = {
        { 1000, 1000, 999, 0 }, { -1000, -1001, -1000, -2000 }, { 1e38, -1e38, 0, 0 }, { -INFINITY, 0, 1, -INFINITY },
        { -INFINITY, -INFINITY, -INFINITY, -INFINITY }, { INFINITY, 0, 0, 0 }, { NAN, 0, 1, 2 }, { 0, 0, 0, 0 },
    };
    static const int64_t shape[] = { COUNT(rows), 4 };
    for (int log_form = 0; log_form < 2; log_form++) {
        struct params p = { 1, log_form };
        struct trial t = trial_of(&p, STRIDED_F32, STRIDED_F32, array_list(&rows[0][0], 2, shape));
        trial_run(&t);
        arrays_release();
    }
}

/* Enough elements to be divided among threads. */
static void large(void **state)
{
    (void)state;
    static const int64_t shape[] = { 20, 30, 41 };
    for (int axis = 0; axis < 3; axis++)
        for (int log_form = 0; log_form < 2; log_form++) {
            struct rng r = rng_seed((uint64_t)axis);
            struct params p = { axis, log_form };
            struct trial t = trial_of(&p, STRIDED_F32, STRIDED_F32, array_real(&r, -5, 5, 3, shape));
            t.mixes = 8;
            trial_mixed(&t);
            arrays_release();
        }
}

static void in_place(void **state)
{
    (void)state;
    float v[4] = { 0, 0, 0, 0 };
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, 1, STRIDED_LIST(4), NULL);
    assert_int_equal(strided_softmax(x, x, 0), STRIDED_OK);
    for (int i = 0; i < 4; i++) assert_true(v[i] == 0.25f);
    strided_tensor *back = strided_flip(x, STRIDED_NO_DIMS);
    assert_int_equal(strided_softmax(x, back, 0), STRIDED_ERR_OVERLAP);
    strided_release(back);
    strided_release(x);
}

enum { ROWS = 40, LINE = 70, CHAINS = 32 };

/* A sum of floats of more values than there are chains, as nest.h has it. */
static float sum_of(const float *v, int64_t n, int64_t step)
{
    float acc[CHAINS] = { 0 };
    for (int64_t t = 0; t < n; t++) acc[t % CHAINS] += v[t * step];
    for (int half = CHAINS / 2; half; half /= 2)
        for (int i = 0; i < half; i++) acc[i] += acc[i + half];
    return acc[0];
}

/* What it is made of, by the operators of its formula, one after the other. */
static void by_parts(strided_tensor *dst, const strided_tensor *x, int axis, int log_form)
{
    const int64_t axes[] = { axis }, row = axis ? LINE : 1, step = axis ? 1 : LINE;
    strided_tensor *max = strided_reduce_empty(STRIDED_REDUCE_MAX, x, 1, axes, 1), *sum = strided_empty_like(max);
    strided_tensor *apart = strided_empty_like(x), *e = strided_empty_like(x);
    assert_int_equal(strided_reduce(max, STRIDED_REDUCE_MAX, x, 1, axes), STRIDED_OK);
    assert_int_equal(strided_binary(apart, STRIDED_SUB, x, max), STRIDED_OK);
    assert_int_equal(strided_unary(e, STRIDED_EXP, apart), STRIDED_OK);
    for (int64_t i = 0; i < (axis ? ROWS : LINE); i++)
        ((float *)strided_data(sum))[i] = sum_of((const float *)strided_data(e) + i * row, axis ? LINE : ROWS, step);
    if (log_form) assert_int_equal(strided_unary(sum, STRIDED_LOG, sum), STRIDED_OK);
    assert_int_equal(strided_binary(dst, log_form ? STRIDED_SUB : STRIDED_DIV, log_form ? apart : e, sum), STRIDED_OK);
    strided_release(max);
    strided_release(apart);
    strided_release(e);
    strided_release(sum);
}

/* The bits are those of its parts, whether dst has room for exponentials or not, or is x. */
static void parts(void **state)
{
    (void)state;
    for (int axis = 0; axis < 2; axis++)
        for (int log_form = 0; log_form < 2; log_form++) {
            strided_status (*const call_it)(strided_tensor *, const strided_tensor *, int) = log_form ? strided_log_softmax : strided_softmax;
            strided_tensor *x = strided_empty(NULL, STRIDED_F32, 2, STRIDED_LIST(ROWS, LINE)), *want = strided_empty_like(x);
            strided_tensor *half = strided_empty(NULL, STRIDED_F16, 2, STRIDED_LIST(ROWS, LINE)), *want_half = strided_empty_like(half);
            for (int i = 0; i < ROWS * LINE; i++) ((float *)strided_data(x))[i] = (float)(i * 61 % 101) * 0.07f - 3;
            by_parts(want, x, axis, log_form);
            by_parts(want_half, x, axis, log_form);
            assert_int_equal(call_it(half, x, axis), STRIDED_OK);
            assert_memory_equal(strided_data(half), strided_data(want_half), ROWS * LINE * 2);
            assert_int_equal(call_it(x, x, axis), STRIDED_OK);
            assert_memory_equal(strided_data(x), strided_data(want), ROWS * LINE * sizeof(float));
            strided_release(x);
            strided_release(want);
            strided_release(half);
            strided_release(want_half);
        }
}

static void refusals(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3 };
    static const int axes[] = { 2, -3, INT32_MAX, INT32_MIN };
    struct rng r = rng_seed(1);
    struct array *x = array_real(&r, -1, 1, 2, shape);
    for (size_t i = 0; i < COUNT(axes); i++) {
        struct params p = { axes[i], (int)i % 2 };
        struct trial t = trial_of(&p, STRIDED_F32, STRIDED_F32, x);
        trial_refused(&t, STRIDED_ERR_ARG);
    }
    struct params p = { 0, 0 };
    struct trial scalar = trial_of(&p, STRIDED_F32, STRIDED_F32, array_full(1, 0, NULL));
    trial_refused(&scalar, STRIDED_ERR_ARG);
}

STRIDED_TEST_GROUP("ops/softmax",
    cmocka_unit_test(every_axis),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(extremes),
    cmocka_unit_test(in_place),
    cmocka_unit_test(parts),
    cmocka_unit_test(refusals),
    cmocka_unit_test(large))
