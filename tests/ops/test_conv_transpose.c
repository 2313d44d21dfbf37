/*
 * test_conv_transpose.c - the transposed convolution and its gradients against the reference, and against the gradient
 * that it is.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"
#include "support/windows.h"
#include <string.h>

struct setting {
    struct ref_window   window;
    strided_conv_params params;
};

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose(out[0], in[0], in[1], in[2], &((const struct setting *)params)->params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_conv_transpose(out[0], in[0], in[1], &((const struct setting *)params)->window);
    ref_add_bias(out[0], in[2]);
}

static strided_status call_input(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose_grad_input(out[0], in[0], in[1], &((const struct setting *)params)->params);
}

static void reference_input(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_conv_transpose_grad_input(out[0], in[0], in[1], &((const struct setting *)params)->window);
}

static strided_status call_weight(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose_grad_weight(out[0], in[0], in[1], &((const struct setting *)params)->params);
}

static void reference_weight(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_conv_transpose_grad_weight(out[0], in[0], in[1], &((const struct setting *)params)->window);
}

static int64_t extent(const struct ref_window *p, int a, int64_t i)
{
    return (i - 1) * p->stride[a] - p->pad[a][0] - p->pad[a][1] + p->dilation[a] * (p->size[a] - 1) + 1 + p->output_padding[a];
}

/* x (2, 4, i..), w (4, 3, size..), y (2, 3*groups, ..) */
static void all_three(const char *name, const struct ref_window *p, strided_dtype dtype, const int64_t *i)
{
    struct setting s = { .window = *p, .params = window_conv_params(p) };
    struct rng r = rng_seed(4);
    int rank = p->nd + 2;
    int64_t x[5] = { 2, 4 }, w[5] = { 4, 3 }, y[5] = { 2, 3 * p->groups };
    for (int a = 0; a < p->nd; a++) {
        x[2 + a] = i[a];
        w[2 + a] = p->size[a];
        y[2 + a] = extent(p, a, i[a]);
    }
    struct array *vx = array_small(&r, dtype, rank, x), *vw = array_small(&r, dtype, rank, w), *vy = array_small(&r, dtype, rank, y);

    struct trial t = trial_new(name, call, reference, &s);
    trial_out(&t, dtype, rank, y);
    trial_in(&t, dtype, vx);
    trial_in(&t, dtype, vw);
    trial_in(&t, dtype, array_small(&r, dtype, 1, &y[1]))->optional = 1;
    trial_all(&t);

    t = trial_new(name, call_input, reference_input, &s);
    trial_out(&t, dtype, rank, x);
    trial_in(&t, dtype, vy);
    trial_in(&t, dtype, vw);
    trial_all(&t);

    t = trial_new(name, call_weight, reference_weight, &s);
    trial_out(&t, dtype, rank, w);
    trial_in(&t, dtype, vy);
    trial_in(&t, dtype, vx);
    trial_all(&t);
    arrays_release();
}

static void against_reference(void **state)
{
    (void)state;
    struct ref_window w = window_of(1, 3, 2, 1, 1, 1);
    w.output_padding[0] = 1;
    all_three("conv_transpose1d", &w, STRIDED_F32, STRIDED_LIST(4));
    w = window_of(2, 2, 3, 2, 0, 1);
    w.groups = 2;
    w.output_padding[0] = 2;
    all_three("conv_transpose2d stride 3 dilation 2 groups", &w, STRIDED_F64, STRIDED_LIST(2, 3));
    w = window_of(3, 2, 1, 1, 1, 0);
    all_three("conv_transpose3d", &w, STRIDED_F32, STRIDED_LIST(2, 3, 2));
    w = window_of(1, 2, 4, 1, 0, 0);
    all_three("conv_transpose1d with gaps", &w, STRIDED_F16, STRIDED_LIST(3));
}

/* Bit for bit the gradient of the convolution with the same parameters. */
static void is_a_gradient(void **state)
{
    (void)state;
    strided_conv_params p = { .stride = { 2, 3 }, .pad = { { 1, 1 }, { 0, 2 } }, .dilation = { 1, 2 } };
    struct rng r = rng_seed(5);
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 5, 4, 4));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(5, 2, 3, 3));
    for (int64_t i = 0; i < strided_count(x); i++) ((float *)strided_data(x))[i] = (float)rng_real(&r, -1, 1);
    for (int64_t i = 0; i < strided_count(w); i++) ((float *)strided_data(w))[i] = (float)rng_real(&r, -1, 1);
    STRIDED_AUTO strided_tensor *y = strided_conv_transpose_empty(x, w, &p);
    assert_non_null(y);
    STRIDED_AUTO strided_tensor *dx = strided_empty_like(y);
    assert_int_equal(strided_conv_transpose(y, x, w, NULL, &p), STRIDED_OK);
    assert_int_equal(strided_conv_grad_input(dx, x, w, &p), STRIDED_OK);
    assert_memory_equal(strided_const_data(y), strided_const_data(dx), (size_t)strided_count(y) * 4);
}

static void same_padding(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 5));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 1, 2));
    strided_conv_params p = { .stride = { 3 }, .auto_pad = STRIDED_AUTO_PAD_SAME };
    STRIDED_AUTO strided_tensor *y = strided_conv_transpose_empty(x, w, &p);
    assert_int_equal(strided_dim(y, 2), 15);
    p.output_padding[0] = 3;
    assert_int_equal(strided_conv_transpose(y, x, w, NULL, &p), STRIDED_ERR_ARG);
    p = (strided_conv_params){ .pad_mode = STRIDED_PAD_REFLECT };
    assert_int_equal(strided_conv_transpose(y, x, w, NULL, &p), STRIDED_ERR_ARG);
    p = (strided_conv_params){ .pad = { { 3, 3 } } };
    assert_int_equal(strided_conv_transpose(y, x, w, NULL, &p), STRIDED_ERR_SHAPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(against_reference), cmocka_unit_test(is_a_gradient), cmocka_unit_test(same_padding),
    };
    int failed = cmocka_run_group_tests_name("conv_transpose", tests, NULL, NULL);
    trial_end();
    return failed;
}
