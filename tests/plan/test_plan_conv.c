/*
 * test_plan_conv.c - planned convolutions: the bits of strided_conv() in every geometry, dtype and layout, with every
 * epilogue; what they refuse is what it refuses.
 */
#include "planned.h"
#include "support/convolution.h"
#include "support/oom.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static strided_status planned(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct convolution *s = params;
    return run_once(strided_conv_plan(out[0], in[0], in[1], in[2], &s->params), out[0], in[0]);
}

static strided_status either(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct convolution *s = params;
    return planned_turn() ? planned(out, in, params) : strided_conv(out[0], in[0], in[1], in[2], &s->params);
}

static void every_layout(void **state)
{
    (void)state;
    for (int mode = STRIDED_PAD_CONSTANT; mode <= STRIDED_PAD_CIRCULAR; mode++) {
        struct ref_window p = window_of(2, 3, 1, 1, 1, 2);
        p.mode = (strided_pad_mode)mode;
        struct convolution s = convolution_of(&p, 2, 3, 4, STRIDED_LIST(4, 5));
        s.bias = mode % 2;
        struct trial t = convolution_trial("conv2d plan", either, &s, convolution_all(STRIDED_F32), 1, array_small);
        trial_run(&t);
        t.call = planned;
        trial_oom(&t);
    }
    arrays_release();
}

static void geometries(int nd, int count, int64_t most)
{
    char name[300];
    for (int i = 0; i < count; i++) {
        int64_t n[3];
        struct rng r = rng_seed((uint64_t)(nd * 1000 + i));
        struct ref_window p = window_random(&r, nd, most, n);
        struct convolution s = convolution_of(&p, rng_between(&r, 1, 2), p.groups * rng_between(&r, 1, 3), p.groups * rng_between(&r, 1, 3), n);
        s.bias = i % 2;
        s.unbatched = s.x[0] == 1 && i % 3 == 0;
        struct trial t = convolution_trial(window_text(&p, n, name, sizeof name), either, &s, convolution_all(STRIDED_F32), (uint64_t)i, array_small);
        t.mixes = 8;
        trial_mixed(&t);
        arrays_release();
    }
}

static void geometries_1d(void **state) { (void)state; geometries(1, 120, 20); }
static void geometries_2d(void **state) { (void)state; geometries(2, 80, 7); }
static void geometries_3d(void **state) { (void)state; geometries(3, 25, 4); }

/* Real numbers and enough of them for every kernel and several threads: packed weights give the bits of the call. */
static void like_networks(void **state)
{
    (void)state;
    static const struct { int nd; int64_t size, stride, pad, groups, c, o, n; } list[] = {
        { 2, 3, 1, 1, 1, 16, 32, 9 }, { 2, 3, 2, 1, 1, 17, 19, 10 }, { 2, 1, 1, 0, 1, 33, 40, 7 }, { 2, 3, 1, 1, 24, 24, 24, 11 },
        { 2, 7, 2, 3, 1, 3, 16, 21 }, { 1, 4, 1, 3, 32, 32, 32, 40 }, { 1, 9, 3, 0, 1, 1, 40, 70 }, { 3, 3, 1, 1, 1, 4, 16, 5 },
    };
    char name[300];
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_FLOATS; d++) {
            strided_dtype dtype = number_floats[d];
            struct ref_window p = window_of(list[i].nd, list[i].size, list[i].stride, 1, list[i].pad, list[i].pad);
            p.groups = list[i].groups;
            struct convolution s = convolution_of(&p, 1, list[i].c, list[i].o, (int64_t[]){ list[i].n, list[i].n + 1, list[i].n });
            s.bias = 1;
            if (dtype != STRIDED_F32 && i % 4) continue;
            struct trial t = convolution_trial(window_text(&p, s.x + 2, name, sizeof name), either, &s, convolution_all(dtype), i, array_unit);
            t.ulp = 2;
            t.absolute = dtype == STRIDED_F64 ? 1e-12 : 2e-4;
            t.fused = 1;
            t.mixes = 8;
            trial_mixed(&t);
            arrays_release();
        }
}

static void every_pair_of_dtypes(void **state)
{
    (void)state;
    struct ref_window p = window_of(2, 2, 1, 1, 1, 0);
    struct convolution s = convolution_of(&p, 1, 2, 3, STRIDED_LIST(3, 4));
    s.bias = 1;
    for (int i = 0; i < NUMBER_DTYPES; i++)
        for (int k = 0; k < NUMBER_DTYPES; k++) {
            strided_dtype x = number_dtypes[i], w = number_dtypes[k];
            struct convolution_dtypes d = { i % 2 ? x : STRIDED_F64, x, w, w };
            struct trial t = convolution_trial("conv2d plan of two dtypes", either, &s, d, 7, array_small);
            t.mixes = 3;
            trial_mixed(&t);
            arrays_release();
        }
}

static void epilogues(void **state)
{
    (void)state;
    static const strided_dtype dtypes[] = { STRIDED_F32, STRIDED_F64, STRIDED_BF16, STRIDED_I32 };
    struct ref_window p = window_of(1, 2, 1, 1, 1, 0);
    for (size_t d = 0; d < COUNT(dtypes); d++)
        for (int act = STRIDED_ACT_NONE; act <= STRIDED_ACT_SILU; act++)
            for (int bits = 0; bits < 4; bits++) {
                struct convolution s = convolution_of(&p, 2, 3, 20, STRIDED_LIST(6));
                s.params.activation = (strided_activation)act;
                s.params.clamp[0] = -3;
                s.params.clamp[1] = 20;
                s.params.accumulate = bits & 1;
                s.bias = bits >> 1;
                struct trial t = convolution_trial("conv1d plan and more", either, &s, convolution_all(dtypes[d]), (uint64_t)bits, array_small);
                if (act == STRIDED_ACT_SILU) t.ulp = number_size(dtypes[d]) < 4 ? 1 : 4, t.absolute = dtypes[d] == STRIDED_F64 ? 1e-14 : 1e-6;
                if (act == STRIDED_ACT_SILU && dtypes[d] == STRIDED_I32) continue;
                trial_mixed(&t);
                arrays_release();
            }
}

static void empty(void **state)
{
    (void)state;
    struct ref_window p = window_of(2, 2, 1, 1, 1, 0);
    struct convolution list[] = { convolution_of(&p, 0, 2, 3, STRIDED_LIST(4, 4)), convolution_of(&p, 2, 0, 3, STRIDED_LIST(4, 4)),
                              convolution_of(&p, 2, 2, 0, STRIDED_LIST(4, 4)) };
    for (size_t i = 0; i < COUNT(list); i++) {
        list[i].bias = 1;
        struct trial t = convolution_trial("conv2d plan of nothing", either, &list[i], convolution_all(STRIDED_F32), 1, array_small);
        trial_run(&t);
        t.call = planned;
        trial_oom(&t);
    }
    arrays_release();
}

/* ---- large weights ------------------------------------------------------------------------------ */

static strided_tensor *filled(int nd, const int64_t *shape)
{
    strided_tensor *t = strided_empty(NULL, STRIDED_F32, nd, shape);
    float *v = strided_data(t);
    for (int64_t i = 0; i < strided_count(t); i++) v[i] = (float)(i * 7919 % 1013) / 512 - 1;
    return t;
}

/* The bytes that the plan says it keeps. */
static long long kept(const strided_plan *plan)
{
    char text[8192];
    long long bytes = -1;
    strided_plan_describe(plan, text, sizeof text);
    const char *at = strstr(text, "  packed ");
    while (at && sscanf(at, "  packed %lld bytes", &bytes) != 1) at = strstr(at + 1, "  packed ");
    return bytes;
}

/* They are packed where they lie, or copied where a run reads them: afterwards they may be anything. */
static void weights_may_go(const strided_conv_params *params, int flipped, int with_bias, int is_packed_alone)
{
    STRIDED_AUTO strided_tensor *x = filled(STRIDED_DIMS(1, 64, 7, 7)), *bias = with_bias ? filled(STRIDED_DIMS(128)) : NULL;
    STRIDED_AUTO strided_tensor *y = filled(STRIDED_DIMS(1, 128, 7, 7)), *wanted = filled(STRIDED_DIMS(1, 128, 7, 7));
    strided_tensor *base = filled(STRIDED_DIMS(128, 64, 3, 3)), *w = flipped ? strided_flip(base, 0, NULL) : strided_retain(base);
    assert_int_equal(strided_conv(wanted, x, w, bias, params), STRIDED_OK);
    strided_plan *plan = strided_conv_plan(y, x, w, bias, params);
    assert_non_null(plan);
    memset(strided_data(base), 0xff, (size_t)strided_count(base) * sizeof(float));
    strided_release(base);
    strided_release(w);
    void *scratch = aligned_alloc(64, strided_plan_scratch(plan) / 64 * 64 + 64);
    assert_int_equal(strided_plan_run(plan, strided_data(y), strided_data(x), scratch), STRIDED_OK);
    free(scratch);
    assert_memory_equal(strided_data(y), strided_data(wanted), 128 * 49 * sizeof(float));
    assert_int_equal(kept(plan) < 3 * 128 * 64 * 9 * 4 / 2, is_packed_alone);
    strided_plan_release(plan);
}

static void large_weights(void **state)
{
    (void)state;
    strided_conv_params p = { .pad = { { 1, 1 }, { 1, 1 } }, .arithmetic = STRIDED_ARITHMETIC_STRICT };
    for (int i = 0; i < 4; i++) weights_may_go(&p, i % 2, i / 2, 1);
    p.pad_mode = STRIDED_PAD_REFLECT;
    for (int i = 0; i < 4; i++) weights_may_go(&p, i % 2, i / 2, 1);
    p.pad_mode = STRIDED_PAD_CONSTANT;
    p.arithmetic = STRIDED_ARITHMETIC_DEFAULT;
    for (int i = 0; i < 4; i++) weights_may_go(&p, i % 2, i / 2, 0);
}

/* Whichever allocation fails: there is a plan, it is right, and nothing is said of a failure; or there is none, and nothing is left of it. */
static void large_weights_without_memory(void **state)
{
    (void)state;
    struct oom *memory = oom_new();
    const strided_conv_params params = { .pad = { { 1, 1 }, { 1, 1 } }, .arithmetic = STRIDED_ARITHMETIC_STRICT };
    STRIDED_AUTO strided_tensor *x = filled(STRIDED_DIMS(1, 64, 7, 7)), *w = filled(STRIDED_DIMS(128, 64, 3, 3));
    STRIDED_AUTO strided_tensor *bias = filled(STRIDED_DIMS(128)), *wanted = filled(STRIDED_DIMS(1, 128, 7, 7));
    strided_tensor *y = strided_zeros(memory->ctx, STRIDED_F32, STRIDED_DIMS(1, 128, 7, 7));
    const int64_t blocks = memory->blocks;
    int failed = 1, refused = 0;
    assert_int_equal(strided_conv(wanted, x, w, bias, &params), STRIDED_OK);
    for (int64_t nth = 1; failed; nth++) {
        assert_int_equal(strided_conv(y, x, x, bias, &params), STRIDED_ERR_SHAPE);
        oom_arm(memory, nth);
        strided_plan *plan = strided_conv_plan(y, x, w, bias, &params);
        failed = memory->failed;
        oom_arm(memory, 0);
        refused += !plan;
        assert_int_equal(strided_error_status(), plan ? STRIDED_ERR_SHAPE : STRIDED_ERR_NO_MEMORY);
        if (plan) assert_int_equal(strided_plan_run(plan, strided_data(y), strided_data(x), NULL), STRIDED_OK);
        if (plan) assert_memory_equal(strided_data(y), strided_data(wanted), 128 * 49 * sizeof(float));
        assert_true(plan || failed);
        strided_plan_release(plan);
        assert_int_equal(memory->blocks, blocks);
    }
    assert_true(refused > 0);
    strided_release(y);
    oom_free(memory);
}

/* ---- refusals ----------------------------------------------------------------------------------- */

/* Whatever the call says no to, the plan does too, in its own name. */
static void parameters(void **state)
{
    (void)state;
    static const strided_conv_params list[] = {
        { .stride = { -1 } }, { .stride = { INT64_MIN } }, { .stride = { INT64_MAX } }, { .stride = { 1, 1 } }, { .dilation = { -1 } },
        { .dilation = { INT64_MAX } }, { .dilation = { 3 } }, { .pad = { { -1, 0 } } }, { .pad = { { 0, INT64_MIN } } },
        { .pad = { { INT64_MAX, 0 } } }, { .pad = { { 1, 0 } } }, { .groups = -1 }, { .groups = 3 }, { .groups = INT64_MAX },
        { .output_padding = { 1 } }, { .auto_pad = (strided_auto_pad)5 }, { .auto_pad = STRIDED_AUTO_PAD_SAME },
        { .pad_mode = (strided_pad_mode)5 }, { .activation = (strided_activation)4 }, { .activation = STRIDED_ACT_CLAMP, .clamp = { NAN, 0 } },
        { .arithmetic = (strided_arithmetic)3 }, { .reserved_int = 1 }, { .reserved = { [7] = 1 } },
    };
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 5));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2, 3));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 3));
    for (size_t i = 0; i < COUNT(list); i++) {
        strided_status s = strided_conv(y, x, w, NULL, &list[i]);
        assert_true(s != STRIDED_OK);
        no_plan(s, "conv_plan", strided_conv_plan(y, x, w, NULL, &list[i]));
    }
}

static void tensors(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 4), NULL);
    STRIDED_AUTO strided_tensor *meeting = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 4), STRIDED_LIST(8, 1, 1));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2, 1));
    STRIDED_AUTO strided_tensor *integers = strided_zeros(NULL, STRIDED_I32, STRIDED_DIMS(2, 2, 1));
    STRIDED_AUTO strided_tensor *no_w = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, 2, 1), NULL);
    STRIDED_AUTO strided_tensor *bias = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2));
    STRIDED_AUTO strided_tensor *long_bias = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3));
    STRIDED_AUTO strided_tensor *no_bias = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2), NULL);
    STRIDED_AUTO strided_tensor *gi = strided_wrap(NULL, NULL, STRIDED_I32, STRIDED_DIMS(1, 2, 4), NULL);
    assert_null(strided_conv_plan(NULL, g, w, NULL, NULL));
    assert_null(strided_conv_plan(g, NULL, w, NULL, NULL));
    assert_null(strided_conv_plan(g, g, NULL, NULL, NULL));
    no_plan(STRIDED_ERR_NULL, "conv_plan", strided_conv_plan(g, g, no_w, NULL, NULL));
    no_plan(STRIDED_ERR_NULL, "conv_plan", strided_conv_plan(g, g, w, no_bias, NULL));
    no_plan(STRIDED_ERR_SHAPE, "conv_plan", strided_conv_plan(g, g, w, long_bias, NULL));
    no_plan(STRIDED_ERR_SHAPE, "conv_plan", strided_conv_plan(g, w, w, bias, NULL));
    no_plan(STRIDED_ERR_SHAPE, "conv_plan", strided_conv_plan(w, g, w, bias, NULL));
    no_plan(STRIDED_ERR_OVERLAP, "conv_plan", strided_conv_plan(meeting, g, w, bias, NULL));
    no_plan(STRIDED_ERR_DTYPE, "conv_plan",
            strided_conv_plan(gi, gi, integers, NULL, &(strided_conv_params){ .activation = STRIDED_ACT_SILU }));
    strided_plan *plan = strided_conv_plan(g, meeting, w, bias, NULL); /* x may overlap itself */
    assert_non_null(plan);
    strided_plan_release(plan);
}

STRIDED_TEST_GROUP("plan/plan_conv",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(geometries_1d),
    cmocka_unit_test(geometries_2d),
    cmocka_unit_test(geometries_3d),
    cmocka_unit_test(like_networks),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(epilogues),
    cmocka_unit_test(large_weights),
    cmocka_unit_test(large_weights_without_memory),
    cmocka_unit_test(empty),
    cmocka_unit_test(parameters),
    cmocka_unit_test(tensors))
