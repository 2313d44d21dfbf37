/*
 * test_im2col.c - windows as columns and back, against the reference.
 */
#include "support/cmocka_compat.h"
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
    assert_int_equal(strided_col2im(x, c, 1, STRIDED_LIST(3), NULL), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_col2im(x, c, 1, STRIDED_LIST(2), NULL), STRIDED_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(columns), cmocka_unit_test(refusals) };
    int failed = cmocka_run_group_tests_name("im2col", tests, NULL, NULL);
    trial_end();
    return failed;
}
