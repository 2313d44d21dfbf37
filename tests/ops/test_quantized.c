/*
 * test_quantized.c - 8-bit convolution and matrix product against the reference.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"
#include "support/windows.h"

/* in: x, w, bias, w_scale, w_zero */
struct setting {
    struct ref_window window;
    double  x_scale, y_scale;
    int64_t x_zero, y_zero;
    int     requantized;
    double  lowest, highest;
};

static strided_quantization quantization(const struct setting *s, const strided_tensor *const *in)
{
    return (strided_quantization){ .x_scale = s->x_scale, .x_zero = s->x_zero, .w_scale = in[3], .w_zero = in[4],
                                   .y_scale = s->y_scale, .y_zero = s->y_zero };
}

static double at(const struct array *v, int64_t i, double absent) { return !v ? absent : v->v[v->count == 1 ? 0 : i]; }

static strided_status call_conv(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    strided_conv_params p = window_conv_params(&s->window);
    strided_quantization q = quantization(s, in);
    return strided_conv_quantized(out[0], in[0], in[1], in[2], &q, &p);
}

static void reference_conv(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    struct array *zero = array_full(0, 1, STRIDED_LIST(1));
    ref_conv_zero_points(out[0], in[0], (double)s->x_zero, in[1], in[4] ? in[4] : zero, &s->window);
    if (in[2]) ref_add_bias(out[0], in[2]);
    if (!s->requantized) return;
    int64_t channels = out[0]->shape[1], plane = out[0]->shape[2] * out[0]->shape[3];
    for (int64_t i = 0; i < out[0]->count; i++)
        out[0]->v[i] = ref_requantize(out[0]->v[i], s->x_scale * at(in[3], i / plane % channels, 1) / s->y_scale, (double)s->y_zero,
                                      s->lowest, s->highest);
}

static struct trial_operand *optional(struct trial_operand *x) { x->optional = 1; x->loose = 1; return x; }

static void try_conv(const char *name, const struct setting *s, strided_dtype x, strided_dtype y, int64_t zeros)
{
    struct rng r = rng_seed(18);
    int64_t o = 4;
    struct trial t = trial_new(name, call_conv, reference_conv, s);
    trial_out(&t, y, 4, STRIDED_LIST(2, o, ref_positions(&s->window, 0, 4, 0), ref_positions(&s->window, 1, 5, 0)));
    trial_in(&t, x, array_small(&r, x, 4, STRIDED_LIST(2, 2 * s->window.groups, 4, 5)))->loose = 1;
    trial_in(&t, STRIDED_I8, array_small(&r, STRIDED_I8, 4, STRIDED_LIST(o, 2, 3, 3)))->loose = 1;
    optional(trial_in(&t, STRIDED_I32, array_small(&r, STRIDED_I32, 1, &o)))->loose = 0;
    if (s->requantized) optional(trial_in(&t, STRIDED_F64, array_real(&r, 0.1, 0.5, 1, &o)));
    else trial_no_in(&t);
    if (zeros) optional(trial_in(&t, STRIDED_I8, array_small(&r, STRIDED_I8, 1, &zeros)));
    else trial_no_in(&t);
    t.store = STORE_WRAP;
    trial_all(&t);
    arrays_release();
}

static void conv(void **state)
{
    (void)state;
    struct setting s = { .window = window_of(2, 3, 1, 1, 1, 1), .x_zero = 3 };
    try_conv("conv_quantized to i32", &s, STRIDED_U8, STRIDED_I32, 0);
    try_conv("conv_quantized to i32, one zero", &s, STRIDED_U8, STRIDED_I32, 1);
    s.window.groups = 2;
    try_conv("conv_quantized to i32, zeros by channel", &s, STRIDED_I8, STRIDED_I32, 4);
    s.requantized = 1;
    s.x_scale = 0.5;
    s.y_scale = 0.75;
    s.y_zero = -7;
    s.lowest = -128;
    s.highest = 127;
    try_conv("conv_quantized to i8", &s, STRIDED_U8, STRIDED_I8, 4);
    s.y_zero = 100;
    s.lowest = 0;
    s.highest = 255;
    try_conv("conv_quantized to u8", &s, STRIDED_I8, STRIDED_U8, 1);
}

static strided_status call_matmul(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    strided_quantization q = quantization(params, in);
    return strided_matmul_quantized(out[0], in[0], in[1], &q);
}

static void reference_matmul(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    struct array *a = array_copy(in[0]), *b = array_copy(in[1]);
    int64_t columns = b->shape[b->ndim - 1];
    for (int64_t i = 0; i < a->count; i++) a->v[i] -= (double)s->x_zero;
    for (int64_t i = 0; i < b->count; i++) b->v[i] -= at(in[4], i % columns, 0);
    ref_matmul(out[0], a, b);
    if (!s->requantized) return;
    for (int64_t i = 0; i < out[0]->count; i++)
        out[0]->v[i] = ref_requantize(out[0]->v[i], s->x_scale * at(in[3], i % columns, 1) / s->y_scale, (double)s->y_zero,
                                      s->lowest, s->highest);
}

static void matmul(void **state)
{
    (void)state;
    struct rng r = rng_seed(19);
    struct setting s = { .x_zero = -5, .x_scale = 0.25, .y_scale = 0.5, .y_zero = 9, .requantized = 1, .highest = 255 };
    struct trial t = trial_new("matmul_quantized", call_matmul, reference_matmul, &s);
    trial_out(&t, STRIDED_U8, 3, STRIDED_LIST(2, 3, 4));
    trial_in(&t, STRIDED_I8, array_small(&r, STRIDED_I8, 3, STRIDED_LIST(2, 3, 6)));
    trial_in(&t, STRIDED_U8, array_small(&r, STRIDED_U8, 2, STRIDED_LIST(6, 4)));
    trial_no_in(&t);
    optional(trial_in(&t, STRIDED_F32, array_full(0.5, 1, STRIDED_LIST(4))));
    optional(trial_in(&t, STRIDED_U8, array_small(&r, STRIDED_U8, 1, STRIDED_LIST(4))));
    t.store = STORE_WRAP;
    trial_all(&t);
    arrays_release();
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(1, 1, 4));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_I8, STRIDED_DIMS(2, 1, 1));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_I32, STRIDED_DIMS(1, 2, 4));
    STRIDED_AUTO strided_tensor *far = strided_full(NULL, STRIDED_I32, STRIDED_DIMS(2), 200);
    strided_quantization q = { .x_zero = 256 };
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, NULL), STRIDED_ERR_ARG);
    q = (strided_quantization){ .y_zero = 1 };
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, NULL), STRIDED_ERR_ARG);
    q = (strided_quantization){ .w_zero = far };
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, NULL), STRIDED_ERR_ARG);
    q = (strided_quantization){ .x_scale = -1 };
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, NULL), STRIDED_ERR_ARG);
    q = (strided_quantization){ .w_zero = w };
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, NULL), STRIDED_ERR_SHAPE);
    q = (strided_quantization){ .x_zero = 0 };
    strided_conv_params p = { .activation = STRIDED_ACT_RELU };
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, &p), STRIDED_ERR_ARG);
    assert_int_equal(strided_conv_quantized(y, y, w, NULL, &q, NULL), STRIDED_ERR_DTYPE);
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, NULL, NULL), STRIDED_ERR_NULL);
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, NULL), STRIDED_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(conv), cmocka_unit_test(matmul), cmocka_unit_test(refusals) };
    int failed = cmocka_run_group_tests_name("quantized", tests, NULL, NULL);
    trial_end();
    return failed;
}
