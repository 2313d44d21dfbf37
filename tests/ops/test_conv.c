/*
 * test_conv.c - convolution in one to three dimensions against the reference, by every layout.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"
#include "support/windows.h"

struct setting {
    struct ref_window   window;
    strided_conv_params params;
};

static struct setting setting_of(const struct ref_window *w)
{
    return (struct setting){ .window = *w, .params = window_conv_params(w) };
}

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv(out[0], in[0], in[1], in[2], &((const struct setting *)params)->params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    if (!s->params.accumulate) for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = 0;
    ref_conv(out[0], in[0], in[1], &s->window);
    if (in[2]) ref_add_bias(out[0], in[2]);
    for (int64_t i = 0; i < out[0]->count; i++)
        out[0]->v[i] = ref_activation(s->params.activation, out[0]->v[i], s->params.clamp[0], s->params.clamp[1]);
}

/* x (2, 2*groups, n..), w (4, 2, size..) */
static void try(const char *name, const struct setting *s, strided_dtype dtype, const int64_t *n, int bias)
{
    const struct ref_window *p = &s->window;
    struct rng r = rng_seed(1);
    int64_t x[5] = { 2, 2 * p->groups }, w[5] = { 4, 2 }, y[5] = { 2, 4 }, channels = 4;
    for (int a = 0; a < p->nd; a++) {
        x[2 + a] = n[a];
        w[2 + a] = p->size[a];
        y[2 + a] = ref_positions(p, a, n[a], 0);
    }
    struct trial t = trial_new(name, call, reference, s);
    if (s->params.accumulate) trial_inout(&t, dtype, array_small(&r, dtype, p->nd + 2, y));
    else trial_out(&t, dtype, p->nd + 2, y);
    trial_in(&t, dtype, array_small(&r, dtype, p->nd + 2, x))->loose = 1; /* a step may not reach the end */
    trial_in(&t, dtype, array_small(&r, dtype, p->nd + 2, w))->loose = 1;
    if (bias) trial_in(&t, dtype, array_small(&r, dtype, 1, &channels))->optional = 1;
    else trial_no_in(&t);
    trial_store_by_inputs(&t);
    trial_run(&t);
    trial_refuse(&t);
    trial_oom(&t);
    arrays_release();
}

static void plain(void **state)
{
    (void)state;
    struct ref_window w = window_of(1, 3, 1, 1, 0, 0);
    struct setting s = setting_of(&w);
    try("conv1d", &s, STRIDED_F32, STRIDED_LIST(7), 0);
    w = window_of(2, 3, 2, 1, 1, 1);
    s = setting_of(&w);
    try("conv2d stride 2 pad 1", &s, STRIDED_F32, STRIDED_LIST(5, 6), 1);
    w = window_of(3, 2, 1, 2, 1, 0);
    w.groups = 2;
    s = setting_of(&w);
    try("conv3d dilation 2 groups 2", &s, STRIDED_F64, STRIDED_LIST(3, 4, 3), 1);
}

static void padding_modes(void **state)
{
    (void)state;
    for (int mode = STRIDED_PAD_REPLICATE; mode <= STRIDED_PAD_CIRCULAR; mode++) {
        struct ref_window w = window_of(2, 3, 2, 1, 2, 3);
        w.mode = (strided_pad_mode)mode;
        struct setting s = setting_of(&w);
        try("conv2d padded by a mode", &s, STRIDED_F32, STRIDED_LIST(3, 4), 0);
    }
}

static void epilogues(void **state)
{
    (void)state;
    struct ref_window w = window_of(1, 2, 1, 1, 1, 0);
    struct setting s = setting_of(&w);
    s.params.activation = STRIDED_ACT_CLAMP;
    s.params.clamp[0] = -3;
    s.params.clamp[1] = 20;
    s.params.accumulate = 1;
    try("conv1d accumulate, clamp", &s, STRIDED_F32, STRIDED_LIST(4), 1);
    try("conv1d accumulate, clamp", &s, STRIDED_F16, STRIDED_LIST(4), 1);
}

static void integers(void **state)
{
    (void)state;
    struct ref_window w = window_of(2, 2, 1, 1, 1, 1);
    struct setting s = setting_of(&w);
    try("conv2d i32", &s, STRIDED_I32, STRIDED_LIST(3, 3), 1);
    try("conv2d u8", &s, STRIDED_U8, STRIDED_LIST(3, 3), 0);
}

static void result_tensor(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *memory = strided_zeros(NULL, STRIDED_F16, STRIDED_DIMS(1, 5, 6, 3));
    STRIDED_AUTO strided_tensor *x = strided_permute(memory, STRIDED_DIMS(0, 3, 1, 2));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_BF16, STRIDED_DIMS(4, 3, 3, 3));
    strided_conv_params p = { .auto_pad = STRIDED_AUTO_PAD_SAME, .stride = { 2, 2 } };
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, &p);
    assert_non_null(y);
    assert_memory_equal(strided_shape(y), STRIDED_LIST(1, 4, 3, 3), 4 * sizeof(int64_t));
    assert_int_equal(strided_stride(y, 1), 1);
    assert_int_equal(strided_dtype_of(y), STRIDED_F32);
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 5));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 4, 3));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 3));
    assert_int_equal(strided_conv(y, x, w, NULL, NULL), STRIDED_ERR_SHAPE);
    assert_string_equal(strided_error(), "conv: x has 3 channels, w wants 4 (groups 1)");
    strided_conv_params p = { .pad = { { INT64_MAX, 1 } } };
    assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_ERR_OVERFLOW);
    p = (strided_conv_params){ .dilation = { INT64_MAX } };
    assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_ERR_OVERFLOW);
    p = (strided_conv_params){ .stride = { 1, 1 } };
    assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_ERR_ARG);
    p = (strided_conv_params){ .stride = { -1 } };
    assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_ERR_ARG);
    p = (strided_conv_params){ .dilation = { 3 } };
    assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_ERR_SHAPE);
    p = (strided_conv_params){ .reserved = { 1 } };
    assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain), cmocka_unit_test(padding_modes), cmocka_unit_test(epilogues),
        cmocka_unit_test(integers), cmocka_unit_test(result_tensor), cmocka_unit_test(refusals),
    };
    int failed = cmocka_run_group_tests_name("conv", tests, NULL, NULL);
    trial_end();
    return failed;
}
