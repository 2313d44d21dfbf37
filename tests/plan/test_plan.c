/*
 * test_plan.c - plans against the reference by every layout, their life, and what a run does not do.
 */
#include "support/cmocka_compat.h"
#include "support/oom.h"
#include "support/trial.h"
#include "support/windows.h"
#include <stdio.h>
#include <string.h>

/* One run of a plan on the tensors it was made from; NULL plans say why. */
static strided_status run_once(strided_plan *plan, strided_tensor *y, const strided_tensor *x)
{
    if (!plan) return strided_error_status();
    strided_status s = strided_plan_run(plan, strided_data(y), strided_const_data(x), NULL);
    strided_plan_release(plan);
    return s;
}

/* ---- each operator ----------------------------------------------------------------------------------- */

static strided_status call_conv(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    strided_conv_params p = window_conv_params(params);
    return run_once(strided_conv_plan(out[0], in[0], in[1], in[2], &p), out[0], in[0]);
}

static void reference_conv(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_conv(out[0], in[0], in[1], params);
    ref_add_bias(out[0], in[2]);
}

static void conv(void **state)
{
    (void)state;
    struct ref_window w = window_of(2, 3, 1, 1, 1, 1);
    struct rng r = rng_seed(21);
    struct trial t = trial_new("conv plan", call_conv, reference_conv, &w);
    trial_out(&t, STRIDED_F32, 4, STRIDED_LIST(2, 4, 5, 6));
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 4, STRIDED_LIST(2, 3, 5, 6)));
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 4, STRIDED_LIST(4, 3, 3, 3)));
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 1, STRIDED_LIST(4)));
    trial_run(&t);
    trial_oom(&t);
    arrays_release();
}

static strided_status call_pool(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    strided_pool_params p = window_pool_params(params);
    return run_once(strided_pool_plan(out[0], in[0], &p), out[0], in[0]);
}

static void reference_pool(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_pool(out[0], NULL, in[0], params);
}

static void pool(void **state)
{
    (void)state;
    struct ref_pool p = { .window = window_of(2, 3, 2, 1, 1, 1), .kind = STRIDED_POOL_AVG };
    struct rng r = rng_seed(22);
    struct trial t = trial_new("pool plan", call_pool, reference_pool, &p);
    trial_out(&t, STRIDED_F32, 3, STRIDED_LIST(2, 3, 3));
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 3, STRIDED_LIST(2, 5, 6)));
    t.ulp = 2;
    trial_run(&t);
    trial_oom(&t);
    arrays_release();
}

static strided_status call_einsum(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const char *spec = params;
    strided_plan *plan = strchr(spec, ' ') ? strided_einsum_named_plan(out[0], spec, strchr(spec, ',') ? 2 : 1, in)
                                           : strided_einsum_plan(out[0], spec, strchr(spec, ',') ? 2 : 1, in);
    return run_once(plan, out[0], in[0]);
}

static void reference_product(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    ref_einsum(out[0], "bjc", 2, in, (const char *const[]){ "bac", "aj" });
}

static void reference_sum(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    ref_einsum(out[0], "ba", 1, in, (const char *const[]){ "abc" });
}

static void einsum(void **state)
{
    (void)state;
    struct rng r = rng_seed(23);
    struct trial t = trial_new("einsum plan", call_einsum, reference_product, "bac,aj->bjc");
    trial_out(&t, STRIDED_F64, 3, STRIDED_LIST(2, 3, 4));
    trial_in(&t, STRIDED_F64, array_small(&r, STRIDED_F64, 3, STRIDED_LIST(2, 5, 4)));
    trial_in(&t, STRIDED_F64, array_small(&r, STRIDED_F64, 2, STRIDED_LIST(5, 3)));
    trial_run(&t);
    trial_oom(&t);
    t = trial_new("einsum plan of one", call_einsum, reference_sum, "one two three -> two one");
    trial_out(&t, STRIDED_F64, 2, STRIDED_LIST(3, 2));
    trial_in(&t, STRIDED_F64, array_small(&r, STRIDED_F64, 3, STRIDED_LIST(2, 3, 4)));
    trial_run(&t);
    arrays_release();
}

/* ---- what a plan is ---------------------------------------------------------------------------------- */

enum { CHANNELS = 16, SIDE = 12, ELEMENTS = CHANNELS * SIDE * SIDE };

static strided_tensor *random_tensor(strided_context *ctx, int ndim, const int64_t *shape, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    strided_tensor *t = strided_empty(ctx, STRIDED_F32, ndim, shape);
    for (int64_t i = 0; i < strided_count(t); i++) ((float *)strided_data(t))[i] = (float)rng_real(&r, -1, 1);
    return t;
}

/* Made of geometries and of weights that then change: the same bits as the immediate call, and not one allocation. */
static void outlives_its_tensors(void **state)
{
    (void)state;
    static float y[ELEMENTS], want[ELEMENTS];
    const int64_t *shape = STRIDED_LIST(1, CHANNELS, SIDE, SIDE);
    struct oom *memory = oom_new();
    strided_conv_params p = { .pad = { { 1, 1 }, { 1, 1 } } };
    strided_tensor *x = random_tensor(NULL, 4, shape, 1);
    strided_tensor *w = random_tensor(NULL, 4, STRIDED_LIST(CHANNELS, CHANNELS, 3, 3), 2);
    strided_tensor *wanted = strided_wrap(NULL, want, STRIDED_F32, 4, shape, NULL);
    strided_tensor *geometry = strided_wrap(memory->ctx, NULL, STRIDED_F32, 4, shape, NULL);
    assert_int_equal(strided_conv(wanted, x, w, NULL, &p), STRIDED_OK);

    strided_plan *plan = strided_conv_plan(geometry, geometry, w, NULL, &p);
    assert_non_null(plan);
    assert_int_equal(strided_fill(w, 0), STRIDED_OK);
    strided_release(w);
    strided_release(geometry);
    oom_arm(memory, 1);
    assert_int_equal(strided_plan_run(plan, y, strided_const_data(x), NULL), STRIDED_OK);
    assert_int_equal(memory->calls, 0);
    oom_arm(memory, 0);
    assert_memory_equal(y, want, sizeof y);

    strided_plan *second = strided_plan_retain(plan);
    strided_plan_release(plan);
    assert_int_equal(strided_plan_run(second, y, strided_const_data(x), NULL), STRIDED_OK);
    strided_plan_release(second);
    strided_release(wanted);
    strided_release(x);
    oom_free(memory);
}

/* Geometries with enough channels to be packed, by every layout: the reference, and the bits of the immediate call. */
static void convolutions(void **state)
{
    (void)state;
    static const struct { int nd; int64_t size, stride, pad, groups, c, o, n; } list[] = {
        { 2, 3, 1, 1, 1, 16, 33, 8 }, { 2, 3, 2, 1, 1, 17, 19, 9 }, { 2, 1, 1, 0, 1, 33, 40, 6 }, { 2, 3, 1, 1, 24, 24, 24, 9 },
        { 2, 7, 2, 3, 1, 3, 16, 15 }, { 1, 4, 1, 3, 32, 32, 32, 30 }, { 1, 9, 3, 0, 1, 1, 40, 60 }, { 3, 3, 1, 1, 1, 4, 16, 4 },
        { 2, 5, 1, 2, 4, 16, 32, 7 },
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        char name[300];
        struct rng r = rng_seed(i);
        struct ref_window w = window_of(list[i].nd, list[i].size, list[i].stride, 1, list[i].pad, list[i].pad);
        int64_t x[5] = { 2, list[i].c }, k[5] = { list[i].o, list[i].c / list[i].groups }, y[5] = { 2, list[i].o };
        w.groups = list[i].groups;
        for (int a = 0; a < w.nd; a++) {
            x[2 + a] = list[i].n + a;
            k[2 + a] = list[i].size;
            y[2 + a] = ref_positions(&w, a, x[2 + a], 0);
        }
        struct trial t = trial_new(window_text(&w, x + 2, name, sizeof name), call_conv, reference_conv, &w);
        trial_out(&t, STRIDED_F32, w.nd + 2, y);
        trial_in(&t, STRIDED_F32, array_real(&r, -1, 1, w.nd + 2, x));
        trial_in(&t, STRIDED_F32, array_real(&r, -1, 1, w.nd + 2, k));
        trial_in(&t, STRIDED_F32, array_real(&r, -1, 1, 1, &list[i].o));
        t.absolute = 3e-4;
        t.fused = 1;
        t.mixes = 8;
        trial_mixed(&t);
        trial_oom(&t);
        arrays_release();

        strided_conv_params p = window_conv_params(&w);
        STRIDED_AUTO strided_tensor *vx = random_tensor(NULL, w.nd + 2, x, i), *vw = random_tensor(NULL, w.nd + 2, k, i + 100);
        STRIDED_AUTO strided_tensor *now = strided_conv_empty(vx, vw, &p), *later = strided_empty_like(now);
        assert_int_equal(strided_conv(now, vx, vw, NULL, &p), STRIDED_OK);
        assert_int_equal(run_once(strided_conv_plan(later, vx, vw, NULL, &p), later, vx), STRIDED_OK);
        assert_memory_equal(strided_const_data(now), strided_const_data(later), (size_t)strided_count(now) * sizeof(float));
    }
}

/* Epilogues and padding modes take part in plans too; accumulating reads what y holds when it runs. */
static void epilogues(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        strided_conv_params p = { .pad = { { 1, 2 }, { 2, 1 } }, .pad_mode = (strided_pad_mode)(i % 5), .accumulate = i / 5 % 2,
                                  .activation = (strided_activation)(i % 4), .clamp = { -1, 1 } };
        STRIDED_AUTO strided_tensor *x = random_tensor(NULL, 4, STRIDED_LIST(1, 3, 5, 6), 1), *w = random_tensor(NULL, 4, STRIDED_LIST(18, 3, 3, 3), 2);
        STRIDED_AUTO strided_tensor *bias = random_tensor(NULL, 1, STRIDED_LIST(18), 3), *now = random_tensor(NULL, 4, STRIDED_LIST(1, 18, 6, 7), 4);
        STRIDED_AUTO strided_tensor *later = strided_clone(now);
        assert_int_equal(strided_conv(now, x, w, bias, &p), STRIDED_OK);
        assert_int_equal(run_once(strided_conv_plan(later, x, w, bias, &p), later, x), STRIDED_OK);
        assert_memory_equal(strided_const_data(now), strided_const_data(later), (size_t)strided_count(now) * sizeof(float));
    }
}

static void describes_itself(void **state)
{
    (void)state;
    char text[4096], little[8];
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 6));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3, 3));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 6));
    strided_plan *plan = strided_conv_plan(y, x, w, NULL, &(strided_conv_params){ .pad = { { 1, 1 } } });
    int length = strided_plan_describe(plan, text, sizeof text);
    assert_int_equal(length, strlen(text));
    assert_int_equal(strided_plan_describe(plan, little, sizeof little), length);
    assert_int_equal(strlen(little), sizeof little - 1);
    assert_non_null(strstr(text, "conv in f32, kernel "));
    assert_non_null(strstr(text, "x f32 (1, 3, 6) strides (18, 6, 1)"));
    assert_non_null(strstr(text, "position 1 i3 + 1 i5 - 1 of 6, outside skipped"));
    assert_non_null(strstr(text, "scratch 0 bytes"));
    strided_plan_release(plan);
    assert_true(strided_plan_describe(NULL, text, sizeof text) > 0);
}

static void refusals(void **state)
{
    (void)state;
    _Alignas(8) char byte[16];
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 4), NULL);
    STRIDED_AUTO strided_tensor *overlapping = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 4), STRIDED_LIST(8, 1, 1));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2, 1));
    STRIDED_AUTO strided_tensor *no_w = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, 2, 1), NULL);
    strided_pool_params pool1 = { .size = { 1 } };
    assert_null(strided_conv_plan(g, g, no_w, NULL, NULL));
    assert_int_equal(strided_error_status(), STRIDED_ERR_NULL);
    assert_null(strided_conv_plan(overlapping, g, w, NULL, NULL));
    assert_int_equal(strided_error_status(), STRIDED_ERR_OVERLAP);
    assert_null(strided_pool_plan(overlapping, g, &pool1));
    assert_int_equal(strided_error_status(), STRIDED_ERR_OVERLAP);
    assert_null(strided_conv_plan(g, w, w, NULL, NULL));
    assert_int_equal(strided_error_status(), STRIDED_ERR_SHAPE);
    assert_null(strided_einsum_plan(g, "abc,abc,abc->abc", STRIDED_TENSORS(g, g, g)));
    assert_int_equal(strided_error_status(), STRIDED_ERR_ARG);
    assert_null(strided_einsum_plan(NULL, "abc->abc", STRIDED_TENSORS(g)));

    strided_plan *plan = strided_pool_plan(g, g, &pool1);
    assert_non_null(plan);
    assert_int_equal(strided_plan_scratch(plan), 0);
    assert_int_equal(strided_plan_run(NULL, byte, byte, NULL), STRIDED_ERR_NULL);
    assert_int_equal(strided_plan_run(plan, NULL, byte, NULL), STRIDED_ERR_NULL);
    assert_int_equal(strided_plan_run(plan, byte + 1, byte, NULL), STRIDED_ERR_ARG);
    strided_plan_release(plan);
    strided_plan_release(NULL);
}

STRIDED_TEST_GROUP("plan",
    cmocka_unit_test(conv),
    cmocka_unit_test(pool),
    cmocka_unit_test(einsum),
    cmocka_unit_test(outlives_its_tensors),
    cmocka_unit_test(convolutions),
    cmocka_unit_test(epilogues),
    cmocka_unit_test(describes_itself),
    cmocka_unit_test(refusals))
