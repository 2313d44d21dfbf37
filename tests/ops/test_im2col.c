/*
 * test_im2col.c - windows as columns and back, against the reference.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"
#include "support/windows.h"

static strided_status call_im2col(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct ref_window *w = params;
    strided_conv_params p = window_conv_params(w);
    return strided_im2col(out[0], in[0], w->nd, w->size, &p);
}

static void reference_im2col(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_im2col(out[0], in[0], params);
}

static strided_status call_col2im(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct ref_window *w = params;
    strided_conv_params p = window_conv_params(w);
    return strided_col2im(out[0], in[0], w->nd, w->size, &p);
}

static void reference_col2im(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_col2im(out[0], in[0], params);
}

static void both(const char *name, const struct ref_window *p, strided_dtype dtype, const int64_t *n)
{
    struct rng r = rng_seed(15);
    int64_t x[5] = { 2, 3 }, columns[3] = { 2, 3, 1 };
    for (int a = 0; a < p->nd; a++) {
        x[2 + a] = n[a];
        columns[1] *= p->size[a];
        columns[2] *= ref_positions(p, a, n[a], 0);
    }
    struct trial t = trial_new(name, call_im2col, reference_im2col, p);
    trial_out(&t, dtype, 3, columns);
    trial_in(&t, dtype, array_small(&r, dtype, p->nd + 2, x))->loose = 1;
    trial_store_by_inputs(&t);
    trial_all(&t);

    t = trial_new(name, call_col2im, reference_col2im, p);
    trial_out(&t, dtype, p->nd + 2, x)->loose = 1;
    trial_in(&t, dtype, array_small(&r, dtype, 3, columns));
    trial_store_by_inputs(&t);
    trial_all(&t);
    arrays_release();
}

static void columns(void **state)
{
    (void)state;
    struct ref_window w = window_of(1, 3, 1, 1, 0, 0);
    both("im2col 1d", &w, STRIDED_F32, STRIDED_LIST(6));
    w = window_of(2, 3, 2, 2, 2, 1);
    both("im2col 2d", &w, STRIDED_F16, STRIDED_LIST(5, 6));
    w = window_of(3, 2, 3, 2, 1, 1);
    both("im2col 3d", &w, STRIDED_I32, STRIDED_LIST(3, 4, 5));
    w = window_of(1, 4, 6, 4, 5, 4);
    both("im2col 1d, stride 6 dilation 4", &w, STRIDED_U8, STRIDED_LIST(20));
}

/* Windows are copied, as a copy converts; what comes back is a sum. */
static void every_pair_of_dtypes(void **state)
{
    (void)state;
    const struct ref_window w = window_of(1, 3, 2, 1, 1, 1);
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_DTYPES; to++) {
            strided_dtype a = number_dtypes[from], b = number_dtypes[to];
            struct rng r = rng_seed((uint64_t)(from * 16 + to));
            int whole = !number_is_float(a);
            const int64_t *x = STRIDED_LIST(2, 3, 7), *columns = STRIDED_LIST(2, 9, 4);
            struct trial t = trial_new("im2col into another dtype", call_im2col, reference_im2col, &w);
            struct trial s = trial_new("col2im into another dtype", call_col2im, reference_col2im, &w);
            trial_out(&t, b, 3, columns);
            trial_in(&t, a, whole ? array_small(&r, a, 3, x) : array_quarters(&r, 3, x));
            t.store = whole ? STORE_WRAP : STORE_TRUNCATE;
            trial_out(&s, b, 3, x);
            trial_in(&s, a, whole ? array_small(&r, a, 3, columns) : array_quarters(&r, 3, columns));
            trial_store_by_inputs(&s);
            t.mixes = s.mixes = 4;
            trial_mixed(&t);
            trial_mixed(&s);
            arrays_release();
        }
}

static void geometries(void **state)
{
    (void)state;
    char name[300];
    for (int i = 0; i < 240; i++) {
        struct rng r = rng_seed((uint64_t)i);
        int nd = 1 + i % 3;
        int64_t n[3], x[5] = { rng_between(&r, 0, 2), rng_between(&r, 0, 3) }, cols[3] = { x[0], x[1], 1 };
        struct ref_window w = window_random(&r, nd, nd == 1 ? 15 : 6, n);
        w.mode = STRIDED_PAD_CONSTANT;
        w.groups = 1;
        for (int a = 0; a < nd; a++) {
            x[2 + a] = n[a];
            cols[1] *= w.size[a];
            cols[2] *= ref_positions(&w, a, n[a], 0);
        }
        window_text(&w, n, name, sizeof name);
        struct trial t = trial_new(name, call_im2col, reference_im2col, &w), b = trial_new(name, call_col2im, reference_col2im, &w);
        trial_out(&t, STRIDED_F32, 3, cols);
        trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, nd + 2, x));
        trial_out(&b, STRIDED_F32, nd + 2, x);
        trial_in(&b, STRIDED_F32, array_small(&r, STRIDED_F32, 3, cols));
        t.mixes = b.mixes = 8;
        trial_mixed(&t);
        trial_mixed(&b);
        arrays_release();
    }
}

/* col2im is accumulating through the window view. */
static void is_accumulating(void **state)
{
    (void)state;
    struct rng r = rng_seed(3);
    static const int64_t size[] = { 3, 2 };
    STRIDED_AUTO strided_tensor *columns = strided_zeros(NULL, STRIDED_F64, STRIDED_DIMS(2, 18, 20));
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F64, STRIDED_DIMS(2, 3, 6, 6));
    STRIDED_AUTO strided_tensor *z = strided_zeros(NULL, STRIDED_F64, STRIDED_DIMS(2, 3, 6, 6));
    for (int64_t i = 0; i < strided_count(columns); i++) ((double *)strided_data(columns))[i] = (double)rng_between(&r, -9, 9);
    STRIDED_AUTO strided_tensor *six = strided_reshape(columns, STRIDED_DIMS(2, 3, 3, 2, 4, 5));
    STRIDED_AUTO strided_tensor *moved = strided_permute(six, STRIDED_DIMS(0, 1, 4, 5, 2, 3));
    STRIDED_AUTO strided_tensor *window = strided_window(z, 2, (const strided_window_axis[]){ { 2, 3, 1, 1 }, { 3, 2, 1, 1 } });
    assert_int_equal(strided_col2im(x, columns, 2, size, NULL), STRIDED_OK);
    assert_int_equal(strided_accumulate(window, moved), STRIDED_OK);
    assert_memory_equal(strided_const_data(x), strided_const_data(z), (size_t)strided_count(x) * sizeof(double));
}

/* A destination of 64 bits widens the sums. */
static void wide_destinations(void **state)
{
    (void)state;
    const int32_t most[4] = { INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX };
    const float apart[4] = { 1, 1, 0x1p-30f, 0x1p-30f };
    int64_t i[3] = { 0 };
    double d[3] = { 0 };
    STRIDED_AUTO strided_tensor *integers = strided_wrap_const(NULL, most, STRIDED_I32, STRIDED_DIMS(1, 2, 2), NULL);
    STRIDED_AUTO strided_tensor *floats = strided_wrap_const(NULL, apart, STRIDED_F32, STRIDED_DIMS(1, 2, 2), STRIDED_LIST(4, 1, 2));
    STRIDED_AUTO strided_tensor *xi = strided_wrap(NULL, i, STRIDED_I64, STRIDED_DIMS(1, 1, 3), NULL);
    STRIDED_AUTO strided_tensor *xd = strided_wrap(NULL, d, STRIDED_F64, STRIDED_DIMS(1, 1, 3), NULL);
    assert_int_equal(strided_col2im(xi, integers, 1, STRIDED_LIST(2), NULL), STRIDED_OK);
    assert_int_equal(strided_col2im(xd, floats, 1, STRIDED_LIST(2), NULL), STRIDED_OK);
    assert_true(i[1] == 2 * (int64_t)INT32_MAX);
    assert_true(d[1] == 1 + 0x1p-30);
}

static void parameters(void **state)
{
    (void)state;
    enum { ARG = STRIDED_ERR_ARG, FLOW = STRIDED_ERR_OVERFLOW, SHAPE = STRIDED_ERR_SHAPE, LATER = STRIDED_ERR_UNSUPPORTED };
    static const struct { int64_t size; strided_conv_params p; int want; } list[] = {
        { -1, { .groups = 0 }, ARG },                    { INT64_MIN, { .groups = 0 }, ARG },
        { INT64_MAX, { .groups = 0 }, FLOW },            { 2, { .stride = { -1 } }, ARG },
        { 2, { .stride = { INT64_MAX } }, SHAPE },       { 2, { .stride = { 0, 1 } }, ARG },
        { 2, { .dilation = { -1 } }, ARG },              { 2, { .dilation = { INT64_MAX } }, FLOW },
        { 2, { .pad = { { -1, 0 } } }, ARG },            { 2, { .pad = { { INT64_MAX, 1 } } }, FLOW },
        { 2, { .pad = { { 0, 0 }, { 0, 1 } } }, ARG },   { 2, { .pad = { { 1, 0 } } }, SHAPE },
        { 2, { .pad_mode = STRIDED_PAD_REFLECT }, ARG }, { 2, { .groups = -1 }, ARG },
        { 2, { .accumulate = 1 }, ARG },                 { 2, { .activation = STRIDED_ACT_RELU }, ARG },
        { 2, { .reserved_int = 1 }, LATER },             { 2, { .reserved = { 1 } }, LATER },
    };
    STRIDED_AUTO strided_tensor *x = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 4), 7);
    STRIDED_AUTO strided_tensor *c = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 3), 7);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        strided_status s = strided_im2col(c, x, 1, &list[i].size, &list[i].p), g = strided_col2im(x, c, 1, &list[i].size, &list[i].p);
        if ((int)s != list[i].want || (int)g != list[i].want)
            fail_msg("im2col, wrong parameters %d: %s and %s (%s)", (int)i, strided_status_name(s), strided_status_name(g), strided_error());
    }
    for (int i = 0; i < 6; i++) assert_true(((const float *)strided_const_data(c))[i] == 7);
    for (int i = 0; i < 4; i++) assert_true(((const float *)strided_const_data(x))[i] == 7);
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 4));
    STRIDED_AUTO strided_tensor *c = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 3));
    strided_conv_params p = { .groups = 2 };
    assert_int_equal(strided_im2col(c, x, 1, STRIDED_LIST(2), &p), STRIDED_ERR_ARG);
    assert_int_equal(strided_im2col(c, x, 2, STRIDED_LIST(2, 2), NULL), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_im2col(c, x, 1, STRIDED_LIST(0), NULL), STRIDED_ERR_ARG);
    assert_int_equal(strided_im2col(c, x, 1, NULL, NULL), STRIDED_ERR_NULL);
    assert_int_equal(strided_im2col(c, x, 0, STRIDED_LIST(2), NULL), STRIDED_ERR_ARG);
    assert_int_equal(strided_im2col(c, x, 4, STRIDED_LIST(2, 2, 2, 2), NULL), STRIDED_ERR_ARG);
    assert_int_equal(strided_col2im(x, c, 1, STRIDED_LIST(3), NULL), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_col2im(x, c, 1, STRIDED_LIST(2), NULL), STRIDED_OK);
    const int64_t zero[4] = { 0 }, wide[4] = { 0, INT64_MAX / 2, 1, 4 }, deep[4] = { 0, 1, INT64_MAX / 2, 4 };
    STRIDED_AUTO strided_tensor *many_rows = strided_wrap(NULL, NULL, STRIDED_F32, 4, wide, zero);
    STRIDED_AUTO strided_tensor *many_columns = strided_wrap(NULL, NULL, STRIDED_F32, 4, deep, zero);
    refused_doing(STRIDED_ERR_OVERFLOW, "im2col", strided_im2col(c, many_rows, 2, STRIDED_LIST(1, 3), NULL));
    refused_doing(STRIDED_ERR_OVERFLOW, "im2col", strided_im2col(c, many_columns, 2, STRIDED_LIST(1, 1), NULL));
}

STRIDED_TEST_GROUP("ops/im2col",
    cmocka_unit_test(columns),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(geometries),
    cmocka_unit_test(is_accumulating),
    cmocka_unit_test(wide_destinations),
    cmocka_unit_test(parameters),
    cmocka_unit_test(refusals))
