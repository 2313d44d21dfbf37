/*
 * test_conv_grad.c - gradients of convolution against the reference, and one identity that needs none.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/trial.h"
#include "support/windows.h"

struct setting {
    struct ref_window   window;
    strided_conv_params params;
};

static strided_status call_input(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_grad_input(out[0], in[0], in[1], &((const struct setting *)params)->params);
}

static void reference_input(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_conv_grad_input(out[0], in[0], in[1], &((const struct setting *)params)->window);
}

static strided_status call_weight(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_grad_weight(out[0], in[0], in[1], &((const struct setting *)params)->params);
}

static void reference_weight(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_conv_grad_weight(out[0], in[0], in[1], &((const struct setting *)params)->window);
}

struct shapes { int64_t x[5], w[5], y[5]; };

static struct shapes shapes_of(const struct ref_window *p, const int64_t *n)
{
    struct shapes s = { .x = { 2, 2 * p->groups }, .w = { 4, 2 }, .y = { 2, 4 } };
    for (int a = 0; a < p->nd; a++) {
        s.x[2 + a] = n[a];
        s.w[2 + a] = p->size[a];
        s.y[2 + a] = ref_positions(p, a, n[a], 0);
    }
    return s;
}

static void both(const char *name, const struct ref_window *p, strided_dtype dtype, const int64_t *n)
{
    struct setting s = { .window = *p, .params = window_conv_params(p) };
    struct shapes k = shapes_of(p, n);
    struct rng r = rng_seed(2);
    struct array *dy = array_small(&r, dtype, p->nd + 2, k.y);

    struct trial t = trial_new(name, call_input, reference_input, &s);
    trial_out(&t, dtype, p->nd + 2, k.x)->loose = 1; /* the last elements may lie beyond every window */
    trial_in(&t, dtype, dy);
    trial_in(&t, dtype, array_small(&r, dtype, p->nd + 2, k.w))->loose = 1;
    trial_store_by_inputs(&t);
    trial_all(&t);

    t = trial_new(name, call_weight, reference_weight, &s);
    trial_out(&t, dtype, p->nd + 2, k.w)->loose = 1;
    trial_in(&t, dtype, dy);
    trial_in(&t, dtype, array_small(&r, dtype, p->nd + 2, k.x))->loose = 1;
    trial_store_by_inputs(&t);
    trial_all(&t);
    arrays_release();
}

static void zero_padding(void **state)
{
    (void)state;
    struct ref_window w = window_of(1, 3, 1, 1, 1, 1);
    both("conv1d gradients", &w, STRIDED_F32, STRIDED_LIST(6));
    w = window_of(1, 4, 6, 4, 5, 3);
    both("conv1d gradients, stride 6 dilation 4", &w, STRIDED_F64, STRIDED_LIST(23));
    w = window_of(2, 3, 2, 1, 1, 0);
    w.groups = 2;
    both("conv2d gradients, stride 2, groups", &w, STRIDED_F32, STRIDED_LIST(6, 5));
    w = window_of(3, 2, 3, 2, 1, 1);
    both("conv3d gradients, stride 3 dilation 2", &w, STRIDED_I32, STRIDED_LIST(3, 5, 4));
}

static void padding_modes(void **state)
{
    (void)state;
    for (int mode = STRIDED_PAD_REPLICATE; mode <= STRIDED_PAD_CIRCULAR; mode++) {
        struct ref_window w = window_of(2, 2, 2, 1, 2, 3);
        w.mode = (strided_pad_mode)mode;
        both("conv2d gradients padded by a mode", &w, STRIDED_F32, STRIDED_LIST(2, 3));
        both("conv2d gradients padded by a mode", &w, STRIDED_F16, STRIDED_LIST(2, 3));
    }
}

static strided_status call_bias(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_conv_grad_bias(out[0], in[0]);
}

static void reference_bias(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    ref_bias_grad(out[0], in[0]);
}

static void bias(void **state)
{
    (void)state;
    struct rng r = rng_seed(3);
    struct trial t = trial_new("conv bias gradient", call_bias, reference_bias, NULL);
    trial_out(&t, STRIDED_F32, 1, STRIDED_LIST(3));
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 4, STRIDED_LIST(2, 3, 4, 5)))->loose = 1;
    trial_all(&t);
    arrays_release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_padding), cmocka_unit_test(padding_modes), cmocka_unit_test(bias),
    };
    int failed = cmocka_run_group_tests_name("conv_grad", tests, NULL, NULL);
    trial_end();
    return failed;
}
