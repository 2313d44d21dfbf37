/*
 * test_pad.c - strided_pad() and its gradient: every mode, any width, crops, layouts, dtypes, refusals.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { MODES = STRIDED_PAD_CIRCULAR + 1 };

struct params { int ndim; int64_t before[5], after[5]; strided_pad_mode mode; double value; };

static strided_status pad(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct params *p = params;
    return strided_pad(out[0], in[0], p->ndim, p->before, p->after, p->mode, p->value);
}

static void pad_reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct params *p = params;
    ref_pad(out[0], in[0], p->before, p->after, p->mode, p->value);
}

static strided_status grad(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct params *p = params;
    return strided_pad_grad(out[0], in[0], p->ndim, p->before, p->after, p->mode);
}

static void grad_reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct params *p = params;
    ref_pad_grad(out[0], in[0], p->before, p->after, p->mode);
}

static void padded_shape(const struct params *p, const int64_t *n, int64_t *shape)
{
    for (int a = 0; a < p->ndim; a++) shape[a] = n[a] + p->before[a] + p->after[a];
}

static struct trial forward(const struct params *p, strided_dtype to, strided_dtype from, const int64_t *n)
{
    int64_t shape[5];
    struct rng r = rng_seed((uint64_t)p->mode + 1);
    struct trial t = trial_new("pad", pad, pad_reference, p);
    padded_shape(p, n, shape);
    trial_out(&t, to, p->ndim, shape);
    trial_in(&t, from, array_small(&r, from, p->ndim, n));
    t.store = number_is_float(from) ? STORE_TRUNCATE : STORE_WRAP;
    return t;
}

static struct trial backward(const struct params *p, strided_dtype to, strided_dtype from, const int64_t *n)
{
    int64_t shape[5];
    struct rng r = rng_seed((uint64_t)p->mode + 1);
    struct trial t = trial_new("pad_grad", grad, grad_reference, p);
    padded_shape(p, n, shape);
    trial_out(&t, to, p->ndim, n);
    trial_in(&t, from, array_small(&r, from, p->ndim, shape));
    t.store = number_is_float(from) || number_is_float(to) ? STORE_ROUND : STORE_WRAP;
    return t;
}

/* Whether anything is left of each axis to pad with. */
static int defined(const struct params *p, const int64_t *n)
{
    for (int a = 0; a < p->ndim; a++) {
        int64_t left = n[a] + (p->before[a] < 0 ? p->before[a] : 0) + (p->after[a] < 0 ? p->after[a] : 0);
        if (left < 1 && n[a] + p->before[a] + p->after[a] != left) return 0;
    }
    return 1;
}

static const struct { struct params p; int64_t n[5]; } cases[] = {
    { { .ndim = 0 }, { 0 } },
    { { .ndim = 1 }, { 5 } },
    { { .ndim = 1, .before = { 1 }, .after = { 2 } }, { 5 } },
    { { .ndim = 1, .before = { 3 } }, { 1 } },
    { { .ndim = 1, .before = { 7 }, .after = { 9 } }, { 2 } },
    { { .ndim = 1, .before = { 23 }, .after = { 40 } }, { 3 } },
    { { .ndim = 1, .before = { -1 }, .after = { -2 } }, { 6 } },
    { { .ndim = 1, .before = { -2 }, .after = { 5 } }, { 6 } },
    { { .ndim = 1, .before = { 4 }, .after = { -3 } }, { 6 } },
    { { .ndim = 1, .before = { -3 }, .after = { -3 } }, { 6 } },
    { { .ndim = 1, .before = { -6 }, .after = { 4 } }, { 6 } },
    { { .ndim = 1, .before = { -8 }, .after = { 4 } }, { 6 } },
    { { .ndim = 1, .before = { 4 }, .after = { -8 } }, { 6 } },
    { { .ndim = 1, .before = { 2 }, .after = { 1 } }, { 0 } },
    { { .ndim = 2, .before = { 1, 2 }, .after = { 3, 0 } }, { 3, 4 } },
    { { .ndim = 2, .before = { 0, -1 }, .after = { 2, 3 } }, { 3, 4 } },
    { { .ndim = 2, .before = { 5, 17 }, .after = { 4, 20 } }, { 2, 33 } },
    { { .ndim = 2, .before = { 1, 0 }, .after = { 1, 0 } }, { 0, 4 } },
    { { .ndim = 2, .before = { 1, 0 }, .after = { 1, 0 } }, { 4, 0 } },
    { { .ndim = 3, .before = { 0, 1, 1 }, .after = { 0, 1, 1 } }, { 2, 3, 2 } },
    { { .ndim = 3, .before = { 1, 0, -1 }, .after = { -1, 3, 0 } }, { 2, 1, 3 } },
    { { .ndim = 4, .before = { 0, 0, 1, 2 }, .after = { 0, 0, 2, 1 } }, { 2, 2, 3, 3 } },
    { { .ndim = 5, .before = { 1, 0, 1, 0, 1 }, .after = { 0, 1, 0, 1, 1 } }, { 1, 2, 2, 1, 2 } },
};

static void every_mode(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int mode = 0; mode < MODES; mode++) {
            struct params p = cases[i].p;
            p.mode = (strided_pad_mode)mode;
            p.value = mode == 0 ? 2.5 : 1e9;
            struct trial f = forward(&p, STRIDED_F32, STRIDED_F32, cases[i].n), b = backward(&p, STRIDED_F32, STRIDED_F32, cases[i].n);
            f.mixes = b.mixes = 12;
            if (mode == 0 || defined(&p, cases[i].n)) {
                trial_all(&f);
                trial_all(&b);
            } else {
                trial_refused(&f, STRIDED_ERR_SHAPE);
                trial_refused(&b, STRIDED_ERR_SHAPE);
            }
            arrays_release();
        }
}

static void every_dtype(void **state)
{
    (void)state;
    static const int64_t n[] = { 2, 5 };
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int mode = 0; mode < MODES; mode++) {
            struct params p = { 2, { 1, 2 }, { 0, 3 }, (strided_pad_mode)mode, 1 };
            strided_dtype dtype = number_dtypes[d], other = number_dtypes[(d + 4) % NUMBER_DTYPES];
            struct trial list[] = { forward(&p, dtype, dtype, n), forward(&p, other, dtype, n), backward(&p, dtype, dtype, n),
                                    backward(&p, other, dtype, n) };
            for (size_t i = 0; i < COUNT(list); i++) {
                list[i].mixes = 4;
                trial_run(&list[i]);
            }
            arrays_release();
        }
}

/* The value is converted as strided_fill() does it. */
static void values(void **state)
{
    (void)state;
    static const double list[] = { 0, -1, 2.9, -2.9, 1e30, -1e30, NAN, INFINITY, -INFINITY, 65520, 0.1 };
    static const int64_t n[] = { 3 };
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (size_t i = 0; i < COUNT(list); i++) {
            struct params p = { 1, { 1 }, { 1 }, STRIDED_PAD_CONSTANT, list[i] };
            struct trial t = forward(&p, number_dtypes[d], number_dtypes[d], n);
            t.store = STORE_TRUNCATE;
            t.mixes = 4;
            trial_run(&t);
            arrays_release();
        }
}

/* Sums of many positions: of 16-bit floats they are rounded once. */
static void gradients_add_up(void **state)
{
    (void)state;
    static const int64_t n[] = { 2, 3 };
    for (int d = 0; d < NUMBER_FLOATS; d++)
        for (int mode = 1; mode < MODES; mode++) {
            struct params p = { 2, { 9, 20 }, { 8, 31 }, (strided_pad_mode)mode, 0 };
            struct trial t = backward(&p, number_floats[d], number_floats[d], n);
            trial_run(&t);
            arrays_release();
        }
}

/* Enough elements to be divided among threads. */
static void large(void **state)
{
    (void)state;
    static const int64_t n[] = { 3, 60, 95 };
    for (int mode = 0; mode < MODES; mode++) {
        struct params p = { 3, { 0, 7, 11 }, { 1, 70, -5 }, (strided_pad_mode)mode, 3 };
        struct trial list[] = { forward(&p, STRIDED_F32, STRIDED_F32, n), backward(&p, STRIDED_F32, STRIDED_F32, n) };
        for (size_t i = 0; i < COUNT(list); i++) {
            list[i].mixes = 6;
            trial_mixed(&list[i]);
        }
        arrays_release();
    }
}

/* <pad(x), y> = <x, grad(y)>. */
static void is_adjoint(void **state)
{
    (void)state;
    struct rng r = rng_seed(4);
    for (int mode = 0; mode < MODES; mode++) {
        STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F64, STRIDED_DIMS(4, 5)), *dx = strided_empty_like(x);
        static const int64_t before[] = { 3, -1 }, after[] = { 2, 6 };
        STRIDED_AUTO strided_tensor *y = strided_pad_empty(x, 2, before, after), *dy = strided_empty_like(y);
        double *vx = strided_data(x), *vdx = strided_data(dx), *vy = strided_data(y), *vdy = strided_data(dy), left = 0, right = 0;
        for (int i = 0; i < strided_count(x); i++) vx[i] = (double)rng_between(&r, -9, 9);
        for (int i = 0; i < strided_count(y); i++) vdy[i] = (double)rng_between(&r, -9, 9);
        assert_int_equal(strided_pad(y, x, 2, before, after, (strided_pad_mode)mode, 0), STRIDED_OK);
        assert_int_equal(strided_pad_grad(dx, dy, 2, before, after, (strided_pad_mode)mode), STRIDED_OK);
        for (int i = 0; i < strided_count(y); i++) left += vy[i] * vdy[i];
        for (int i = 0; i < strided_count(x); i++) right += vx[i] * vdx[i];
        assert_true(left == right && left != 0);
    }
}

static void parameters(void **state)
{
    (void)state;
    static const int64_t n[] = { 2, 3 };
    static const struct { struct params p; strided_status want; } list[] = {
        { { .ndim = 1 }, STRIDED_ERR_SHAPE },
        { { .ndim = 3 }, STRIDED_ERR_SHAPE },
        { { .ndim = -1 }, STRIDED_ERR_SHAPE },
        { { .ndim = INT32_MAX }, STRIDED_ERR_SHAPE },
        { { .ndim = 2, .mode = (strided_pad_mode)5 }, STRIDED_ERR_ARG },
        { { .ndim = 2, .mode = (strided_pad_mode)-1 }, STRIDED_ERR_ARG },
        { { .ndim = 2, .before = { 0, -4 } }, STRIDED_ERR_SHAPE },
        { { .ndim = 2, .after = { -3, 0 } }, STRIDED_ERR_SHAPE },
        { { .ndim = 2, .before = { 0, -2 }, .after = { 0, -2 } }, STRIDED_ERR_SHAPE },
        { { .ndim = 2, .before = { INT64_MAX } }, STRIDED_ERR_OVERFLOW },
        { { .ndim = 2, .after = { 0, INT64_MAX } }, STRIDED_ERR_OVERFLOW },
        { { .ndim = 2, .before = { INT64_MAX }, .after = { INT64_MAX } }, STRIDED_ERR_OVERFLOW },
        { { .ndim = 2, .before = { INT64_MIN }, .after = { INT64_MIN } }, STRIDED_ERR_OVERFLOW },
        { { .ndim = 2, .before = { 1 } }, STRIDED_ERR_SHAPE }, /* dst is not that large */
        { { .ndim = 2, .after = { 0, INT64_MAX / 2 } }, STRIDED_ERR_SHAPE },
    };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int back = 0; back < 2; back++) {
            struct params usual = { .ndim = 2 };
            struct trial t = back ? backward(&usual, STRIDED_F32, STRIDED_F32, n) : forward(&usual, STRIDED_F32, STRIDED_F32, n);
            t.params = &list[i].p;
            trial_refused(&t, list[i].want);
            arrays_release();
        }
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, 2, n);
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, 2, n);
    assert_int_equal(strided_pad(y, x, 2, NULL, n, STRIDED_PAD_CONSTANT, 0), STRIDED_ERR_NULL);
    assert_int_equal(strided_pad(y, x, 2, n, NULL, STRIDED_PAD_CONSTANT, 0), STRIDED_ERR_NULL);
    assert_int_equal(strided_pad_grad(y, x, 2, NULL, n, STRIDED_PAD_CONSTANT), STRIDED_ERR_NULL);
    assert_null(strided_pad_empty(x, 2, NULL, n));
    assert_null(strided_pad_empty(NULL, 2, n, n));
    assert_null(strided_pad_empty(x, 1, n, n));
    assert_int_equal(strided_error_status(), STRIDED_ERR_SHAPE);
    assert_null(strided_pad_empty(x, 2, STRIDED_LIST(INT64_MAX, 0), n));
    assert_int_equal(strided_error_status(), STRIDED_ERR_OVERFLOW);
    assert_null(strided_pad_empty(x, 2, STRIDED_LIST(INT64_MAX / 2, INT64_MAX / 2), n));
    assert_int_equal(strided_error_status(), STRIDED_ERR_OVERFLOW);
    STRIDED_AUTO strided_tensor *z = strided_pad_empty(x, 2, n, n);
    assert_memory_equal(strided_shape(z), STRIDED_LIST(6, 9), 2 * sizeof(int64_t));
}

STRIDED_TEST_GROUP("ops/pad",
    cmocka_unit_test(every_mode),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(values),
    cmocka_unit_test(gradients_add_up),
    cmocka_unit_test(is_adjoint),
    cmocka_unit_test(parameters),
    cmocka_unit_test(large))
