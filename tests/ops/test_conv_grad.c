/*
 * test_conv_grad.c - gradients of convolution with respect to input, weights and bias: geometries by the hundred, every
 * padding mode, dtypes, and the identity <conv(x), y> = <x, grad(y)>.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/convolution.h"
#include "support/oom.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static strided_status call_input(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_grad_input(out[0], in[0], in[1], &((const struct convolution *)params)->params);
}

static void reference_input(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct convolution *s = params;
    struct array dx = array_batched(out[0], s->window.nd), dy = array_batched(in[0], s->window.nd);
    ref_conv_grad_input(&dx, &dy, in[1], &s->window);
}

static strided_status call_weight(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_grad_weight(out[0], in[0], in[1], &((const struct convolution *)params)->params);
}

static void reference_weight(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct convolution *s = params;
    struct array dy = array_batched(in[0], s->window.nd), x = array_batched(in[1], s->window.nd);
    ref_conv_grad_weight(out[0], &dy, &x, &s->window);
}

/* The last elements of x may lie beyond every window: another extent of x is not always an error. */
static struct trial input_trial(const char *name, const struct convolution *s, strided_dtype to, strided_dtype y, strided_dtype w,
                                uint64_t seed, array_fill *fill)
{
    struct rng r = rng_seed(seed);
    int first = s->unbatched, rank = s->window.nd + 2 - first;
    struct trial t = trial_new(name, call_input, reference_input, s);
    trial_out(&t, to, rank, s->x + first)->loose = 1;
    trial_in(&t, y, fill(&r, y, rank, s->y + first));
    trial_in(&t, w, fill(&r, w, s->window.nd + 2, s->w))->loose = 1;
    trial_store_by_inputs(&t);
    t.seed = seed;
    return t;
}

static struct trial weight_trial(const char *name, const struct convolution *s, strided_dtype to, strided_dtype y, strided_dtype x,
                                 uint64_t seed, array_fill *fill)
{
    struct rng r = rng_seed(seed);
    int first = s->unbatched, rank = s->window.nd + 2 - first;
    struct trial t = trial_new(name, call_weight, reference_weight, s);
    trial_out(&t, to, s->window.nd + 2, s->w)->loose = 1;
    trial_in(&t, y, fill(&r, y, rank, s->y + first));
    trial_in(&t, x, fill(&r, x, rank, s->x + first))->loose = 1;
    trial_store_by_inputs(&t);
    t.seed = seed;
    return t;
}

/* ---- geometry ----------------------------------------------------------------------------------- */

static void geometries(int nd, int count, int64_t most)
{
    char name[300];
    for (int i = 0; i < count; i++) {
        int64_t n[3];
        struct rng r = rng_seed((uint64_t)(nd * 1000 + i));
        struct ref_window w = window_random(&r, nd, most, n);
        struct convolution s = convolution_of(&w, rng_between(&r, 1, 2), w.groups * rng_between(&r, 1, 3), w.groups * rng_between(&r, 1, 3), n);
        s.unbatched = s.x[0] == 1 && i % 2;
        window_text(&w, n, name, sizeof name);
        struct trial a = input_trial(name, &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, (uint64_t)i, array_small);
        struct trial b = weight_trial(name, &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, (uint64_t)i, array_small);
        a.mixes = b.mixes = 8;
        trial_mixed(&a);
        trial_mixed(&b);
        arrays_release();
    }
}

static void geometries_1d(void **state) { (void)state; geometries(1, 300, 24); }
static void geometries_2d(void **state) { (void)state; geometries(2, 150, 9); }
static void geometries_3d(void **state) { (void)state; geometries(3, 40, 5); }

static void every_layout(void **state)
{
    (void)state;
    for (int mode = STRIDED_PAD_CONSTANT; mode <= STRIDED_PAD_CIRCULAR; mode++)
        for (int half = 0; half < 2; half++) {
            struct ref_window w = window_of(2, 2, 2, 1, 2, 3);
            w.mode = (strided_pad_mode)mode;
            struct convolution s = convolution_of(&w, 2, 2, 4, STRIDED_LIST(2, 3));
            strided_dtype dtype = half ? STRIDED_F16 : STRIDED_F32;
            struct trial a = input_trial("conv2d gradient of x", &s, dtype, dtype, dtype, 1, array_small);
            struct trial b = weight_trial("conv2d gradient of w", &s, dtype, dtype, dtype, 1, array_small);
            trial_all(&a);
            trial_all(&b);
        }
    struct ref_window w = window_of(1, 4, 6, 4, 5, 3);
    struct convolution s = convolution_of(&w, 2, 2, 4, STRIDED_LIST(23));
    struct trial a = input_trial("conv1d gradient of x, stride 6 dilation 4", &s, STRIDED_F64, STRIDED_F64, STRIDED_F64, 1, array_small);
    struct trial b = weight_trial("conv1d gradient of w, stride 6 dilation 4", &s, STRIDED_F64, STRIDED_F64, STRIDED_F64, 1, array_small);
    trial_all(&a);
    trial_all(&b);
    w = window_of(3, 2, 3, 2, 1, 1);
    s = convolution_of(&w, 2, 2, 4, STRIDED_LIST(3, 5, 4));
    a = input_trial("conv3d gradient of x", &s, STRIDED_I32, STRIDED_I32, STRIDED_I32, 1, array_small);
    b = weight_trial("conv3d gradient of w", &s, STRIDED_I32, STRIDED_I32, STRIDED_I32, 1, array_small);
    trial_all(&a);
    trial_all(&b);
    arrays_release();
}

static void every_dtype(void **state)
{
    (void)state;
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int mode = 0; mode < 5; mode += 2) {
            struct ref_window w = window_of(2, 2, 1, 1, 1, 1);
            w.mode = (strided_pad_mode)mode;
            struct convolution s = convolution_of(&w, 1, 2, 3, STRIDED_LIST(3, 4));
            strided_dtype one = number_dtypes[d], two = number_dtypes[(d + 5) % NUMBER_DTYPES];
            struct trial list[] = {
                input_trial("conv2d gradient of x", &s, one, one, one, 1, array_small),
                weight_trial("conv2d gradient of w", &s, one, one, one, 1, array_small),
                input_trial("conv2d gradient of x, mixed dtypes", &s, STRIDED_F64, one, two, 2, array_small),
                weight_trial("conv2d gradient of w, mixed dtypes", &s, STRIDED_F32, one, two, 2, array_small),
            };
            for (size_t i = 0; i < COUNT(list); i++) {
                list[i].mixes = 6;
                trial_mixed(&list[i]);
            }
            arrays_release();
        }
}

static void like_networks(void **state)
{
    (void)state;
    static const struct { int nd; int64_t size, stride, pad, groups, c, o, n; } list[] = {
        { 2, 3, 1, 1, 1, 16, 32, 7 }, { 2, 3, 2, 1, 1, 17, 19, 8 }, { 2, 1, 1, 0, 1, 33, 40, 5 }, { 2, 3, 1, 1, 24, 24, 24, 9 },
        { 2, 7, 2, 3, 1, 3, 16, 15 }, { 1, 4, 1, 3, 32, 32, 32, 30 }, { 1, 9, 3, 0, 1, 1, 40, 50 }, { 3, 3, 1, 1, 1, 4, 16, 4 },
    };
    char name[300];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct ref_window w = window_of(list[i].nd, list[i].size, list[i].stride, 1, list[i].pad, list[i].pad);
        w.groups = list[i].groups;
        int64_t n[3] = { list[i].n, list[i].n + 1, list[i].n };
        struct convolution s = convolution_of(&w, 2, list[i].c, list[i].o, n);
        window_text(&w, n, name, sizeof name);
        struct trial both[] = { input_trial(name, &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, i, array_unit),
                                weight_trial(name, &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, i, array_unit) };
        for (int k = 0; k < 2; k++) {
            both[k].ulp = 2;
            both[k].absolute = 3e-4;
            both[k].fused = 1;
            both[k].mixes = 6;
            trial_mixed(&both[k]);
        }
        arrays_release();
    }
}

static void empty(void **state)
{
    (void)state;
    struct ref_window w = window_of(2, 2, 1, 1, 1, 0);
    for (int mode = 0; mode < 2; mode++) {
        w.mode = (strided_pad_mode)mode;
        struct convolution list[] = { convolution_of(&w, 0, 2, 3, STRIDED_LIST(4, 4)), convolution_of(&w, 2, 0, 3, STRIDED_LIST(4, 4)),
                                  convolution_of(&w, 2, 2, 0, STRIDED_LIST(4, 4)) };
        for (size_t i = 0; i < COUNT(list); i++) {
            struct trial a = input_trial("gradient of x, nothing to sum", &list[i], STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
            struct trial b = weight_trial("gradient of w, nothing to sum", &list[i], STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
            trial_all(&a);
            trial_all(&b);
        }
    }
    arrays_release();
}

/* ---- identities --------------------------------------------------------------------------------- */

static strided_tensor *random_tensor(struct rng *r, int ndim, const int64_t *shape)
{
    strided_tensor *x = strided_empty(NULL, STRIDED_F64, ndim, shape);
    assert_non_null(x);
    for (int64_t i = 0; i < strided_count(x); i++) ((double *)strided_data(x))[i] = (double)rng_between(r, -9, 9);
    return x;
}

static double dot(const strided_tensor *a, const strided_tensor *b)
{
    const double *x = strided_const_data(a), *y = strided_const_data(b);
    double sum = 0;
    for (int64_t i = 0; i < strided_count(a); i++) sum += x[i] * y[i];
    return sum;
}

/* <conv(x, w), y> = <x, grad_input(y, w)> = <w, grad_weight(y, x)>, exactly, in every padding mode. */
static void adjoint(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        int64_t n[3];
        struct rng r = rng_seed((uint64_t)i);
        struct ref_window p = window_random(&r, 1 + i % 3, 6, n);
        struct convolution s = convolution_of(&p, 2, 2 * p.groups, 3 * p.groups, n);
        int rank = p.nd + 2;
        STRIDED_AUTO strided_tensor *x = random_tensor(&r, rank, s.x), *w = random_tensor(&r, rank, s.w), *y = random_tensor(&r, rank, s.y);
        STRIDED_AUTO strided_tensor *cx = strided_empty_like(y), *dx = strided_empty_like(x), *dw = strided_empty_like(w);
        assert_int_equal(strided_conv(cx, x, w, NULL, &s.params), STRIDED_OK);
        assert_int_equal(strided_conv_grad_input(dx, y, w, &s.params), STRIDED_OK);
        assert_int_equal(strided_conv_grad_weight(dw, y, x, &s.params), STRIDED_OK);
        assert_true(dot(cx, y) == dot(x, dx));
        assert_true(dot(cx, y) == dot(w, dw));
    }
}

/* ---- bias --------------------------------------------------------------------------------------- */

static strided_status call_bias(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_conv_grad_bias(out[0], in[0]);
}

static void reference_bias(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    struct array dy = array_batched(in[0], in[0]->ndim == 2 ? 1 : in[0]->ndim - 2);
    ref_bias_grad(out[0], &dy);
}

static void bias(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[5]; } list[] = {
        { 2, { 3, 7 } }, { 3, { 2, 3, 5 } }, { 4, { 2, 3, 4, 5 } }, { 5, { 1, 3, 2, 2, 3 } }, { 3, { 0, 3, 5 } }, { 4, { 2, 0, 4, 4 } },
    };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct rng r = rng_seed(i);
            strided_dtype dtype = number_dtypes[d];
            struct trial t = trial_new("gradient of bias", call_bias, reference_bias, NULL);
            trial_out(&t, dtype, 1, &list[i].shape[list[i].ndim > 2]);
            trial_in(&t, dtype, array_small(&r, dtype, list[i].ndim, list[i].shape))->loose = 1;
            trial_store_by_inputs(&t);
            t.mixes = 6;
            if (dtype == STRIDED_F32) trial_all(&t);
            else trial_mixed(&t);
            arrays_release();
        }
    STRIDED_AUTO strided_tensor *db = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3)), *line = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3));
    STRIDED_AUTO strided_tensor *deep = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 1, 1, 1, 1));
    assert_int_equal(strided_conv_grad_bias(db, line), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_conv_grad_bias(db, deep), STRIDED_ERR_SHAPE);
    STRIDED_AUTO strided_tensor *dy = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3, 5)), *column = strided_unsqueeze(db, 1);
    assert_int_equal(strided_conv_grad_bias(column, dy), STRIDED_ERR_SHAPE);
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void parameters(void **state)
{
    (void)state;
    enum { ARG = STRIDED_ERR_ARG, FLOW = STRIDED_ERR_OVERFLOW, SHAPE = STRIDED_ERR_SHAPE, LATER = STRIDED_ERR_UNSUPPORTED };
    static const struct { strided_conv_params p; int want; } list[] = {
        { { .stride = { -1 } }, ARG },                 { { .stride = { INT64_MIN } }, ARG },
        { { .stride = { INT64_MAX } }, SHAPE },        { { .stride = { 0, 1 } }, ARG },
        { { .dilation = { -1 } }, ARG },               { { .dilation = { INT64_MAX } }, FLOW },
        { { .dilation = { 0, 2 } }, ARG },             { { .pad = { { -1, 0 } } }, ARG },
        { { .pad = { { INT64_MAX, 0 } } }, FLOW },     { { .pad = { { 0, INT64_MAX } }, .pad_mode = STRIDED_PAD_REFLECT }, FLOW },
        { { .pad = { { 1, 0 } } }, SHAPE },            { { .groups = -1 }, ARG },
        { { .groups = INT64_MAX }, SHAPE },            { { .groups = 3 }, SHAPE },
        { { .output_padding = { 1 } }, ARG },          { { .auto_pad = (strided_auto_pad)9 }, ARG },
        { { .pad_mode = (strided_pad_mode)9 }, ARG },  { { .reserved_int = -1 }, LATER },
        { { .reserved = { 0, 0, 0, 1 } }, LATER },
    };
    struct ref_window w = window_of(1, 3, 1, 1, 0, 0);
    struct convolution s = convolution_of(&w, 1, 2, 2, STRIDED_LIST(5));
    for (size_t i = 0; i < COUNT(list); i++) {
        char name[60];
        snprintf(name, sizeof name, "conv1d gradients, wrong parameters %d", (int)i);
        struct convolution wrong = s;
        wrong.params = list[i].p;
        struct trial a = input_trial(name, &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
        struct trial b = weight_trial(name, &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
        a.params = b.params = &wrong;
        trial_refused(&a, (strided_status)list[i].want);
        trial_refused(&b, (strided_status)list[i].want);
        arrays_release();
    }
}

/* bias, activation and accumulate of the forward call do not take part. */
static void epilogue_is_left_out(void **state)
{
    (void)state;
    struct ref_window w = window_of(2, 3, 1, 1, 1, 1);
    struct convolution s = convolution_of(&w, 1, 2, 2, STRIDED_LIST(4, 4));
    s.params.activation = STRIDED_ACT_RELU;
    s.params.accumulate = 1;
    struct trial a = input_trial("conv2d gradient of x", &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
    struct trial b = weight_trial("conv2d gradient of w", &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
    trial_mixed(&a);
    trial_mixed(&b);
}

/* Every second pixel has no tap, and the others go by a transform, for which there is no memory: nothing is written. */
static void failure_writes_nothing(void **state)
{
    enum { CHANNELS = 64, SIDE = 57, ASKED = 2 };
    struct oom *o = oom_new();
    (void)state;
    for (int64_t pad = 0; pad < 4; pad++) {
        const int64_t n = (SIDE + 2 * pad - 5) / 2 + 1;
        const strided_conv_params p = { .stride = { 2, 2 }, .dilation = { 2, 2 }, .pad = { { pad, pad }, { pad, pad } } };
        STRIDED_AUTO strided_tensor *dx = strided_full(o->ctx, STRIDED_F32, STRIDED_DIMS(1, CHANNELS, SIDE, SIDE), 7);
        STRIDED_AUTO strided_tensor *w = strided_full(o->ctx, STRIDED_F32, STRIDED_DIMS(CHANNELS, CHANNELS, 3, 3), 1);
        STRIDED_AUTO strided_tensor *dy = strided_full(o->ctx, STRIDED_F32, STRIDED_DIMS(1, CHANNELS, n, n), 1);
        const float *v = strided_data(dx);
        for (int64_t nth = 1; nth <= ASKED; nth++) {
            oom_arm(o, nth);
            assert_int_equal(strided_conv_grad_input(dx, dy, w, &p), STRIDED_ERR_NO_MEMORY);
            for (int64_t i = 0; i < strided_count(dx); i++)
                if (v[i] != 7) fail_msg("pad %d, request %d refused: element %d was written", (int)pad, (int)nth, (int)i);
        }
        oom_arm(o, 0);
    }
    oom_free(o);
}

struct circular {
    strided_tensor *dx, *dy, *w;
};

static strided_status gradient_through_padding(void *job)
{
    static const strided_conv_params p = { .pad = { { 1, 1 } }, .pad_mode = STRIDED_PAD_CIRCULAR };
    const struct circular *c = job;
    strided_status s = strided_conv_grad_input(c->dx, c->dy, c->w, &p);
    if (s && strncmp(strided_error(), "conv_grad_input: ", strlen("conv_grad_input: ")) != 0) fail_msg("the line is \"%s\"", strided_error());
    return s;
}

/* Which is folded back by what other callers know by another name. */
static void failure_says_who(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    struct circular c = { .dx = strided_full(o->ctx, STRIDED_F16, STRIDED_DIMS(1, 2, 9), 7),
                          .dy = strided_full(o->ctx, STRIDED_F16, STRIDED_DIMS(1, 3, 9), 1),
                          .w = strided_full(o->ctx, STRIDED_F16, STRIDED_DIMS(3, 2, 3), 1) };
    assert_true(oom_sweep(o, "conv_grad_input", gradient_through_padding, &c) > 1);
    strided_release(c.dx);
    strided_release(c.dy);
    strided_release(c.w);
    oom_free(o);
}

STRIDED_TEST_GROUP("ops/conv_grad",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(geometries_1d),
    cmocka_unit_test(geometries_2d),
    cmocka_unit_test(geometries_3d),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(like_networks),
    cmocka_unit_test(empty),
    cmocka_unit_test(adjoint),
    cmocka_unit_test(bias),
    cmocka_unit_test(parameters),
    cmocka_unit_test(epilogue_is_left_out),
    cmocka_unit_test(failure_writes_nothing),
    cmocka_unit_test(failure_says_who))
