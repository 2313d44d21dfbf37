/*
 * test_plan_pool.c - planned pools: the bits of strided_pool() in every geometry, kind and layout; what they refuse is
 * what it refuses.
 */
#include "planned.h"
#include "support/trial.h"
#include "support/windows.h"

#include <math.h>
#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct setting { struct ref_pool ref; strided_pool_params params; };

static strided_status planned(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    return run_once(strided_pool_plan(out[0], in[0], &s->params), out[0], in[0]);
}

static strided_status either(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    return planned_turn() ? planned(out, in, params) : strided_pool(out[0], NULL, in[0], &s->params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_pool(out[0], NULL, in[0], &((const struct setting *)params)->ref);
}

/* Padding that the window allows. */
static struct ref_window random_window(struct rng *r, int nd, int64_t most, int64_t n[3])
{
    struct ref_window w = window_random(r, nd, most, n);
    w.mode = STRIDED_PAD_CONSTANT;
    for (int a = 0; a < nd; a++) {
        int64_t span = w.dilation[a] * (w.size[a] - 1);
        for (int side = 0; side < 2; side++)
            if (w.pad[a][side] > span) w.pad[a][side] = span;
        if (span + 1 > n[a] + w.pad[a][0] + w.pad[a][1]) w.size[a] = 1, w.pad[a][0] = w.pad[a][1] = 0;
    }
    return w;
}

static struct trial trial_of(const char *name, struct setting *s, strided_dtype dtype, int outer, const int64_t *n, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    int nd = s->ref.window.nd, ceil_mode = s->params.ceil_mode;
    int64_t x[5] = { 2, 3 }, y[5] = { 2, 3 };
    s->params = window_pool_params(&s->ref);
    s->params.ceil_mode = ceil_mode;
    for (int a = 0; a < nd; a++) {
        x[outer + a] = n[a];
        y[outer + a] = ref_positions(&s->ref.window, a, n[a], ceil_mode);
    }
    s->ref.lowest = number_lowest(dtype);
    s->ref.truncate = !number_is_float(dtype);
    if (s->ref.p == 0) s->ref.p = 2;
    struct trial t = trial_new(name, either, reference, s);
    trial_out(&t, dtype, outer + nd, y);
    trial_in(&t, dtype, array_small(&r, dtype, outer + nd, x));
    t.ulp = s->ref.kind == STRIDED_POOL_LP ? 8 : s->ref.kind == STRIDED_POOL_AVG && number_is_float(dtype) ? 2 : 0;
    t.absolute = t.ulp > 0 ? 1e-5 : 0;
    t.seed = seed;
    return t;
}

static void every_layout(void **state)
{
    (void)state;
    for (int kind = STRIDED_POOL_MAX; kind <= STRIDED_POOL_LP; kind++)
        for (int whole = 0; whole < 2; whole++) { /* every window whole, or not: one divisor, or vectors of them */
            struct setting s = { .ref = { .window = window_of(2, 3, 2, 1, !whole, !whole), .kind = (strided_pool_kind)kind } };
            struct trial t = trial_of("pool2d plan", &s, STRIDED_F32, 2, STRIDED_LIST(5, 7), 1);
            trial_run(&t);
            t.call = planned;
            trial_oom(&t);
            arrays_release();
        }
}

static void geometries(void **state)
{
    (void)state;
    static const double powers[] = { 1, 2, 3, INFINITY };
    char name[300];
    for (int i = 0; i < 300; i++) {
        int64_t n[3];
        struct rng r = rng_seed((uint64_t)i);
        int nd = 1 + i % 3;
        struct setting s = { .ref = { .window = random_window(&r, nd, nd == 1 ? 20 : nd == 2 ? 8 : 4, n), .kind = (strided_pool_kind)(i / 3 % 3),
                                      .count_include_pad = i % 2, .p = powers[i % 4] }, .params = { .ceil_mode = i / 2 % 2 } };
        if (s.ref.kind == STRIDED_POOL_AVG && i % 5 == 0) s.ref.divisor = 3;
        struct trial t = trial_of(window_text(&s.ref.window, n, name, sizeof name), &s, STRIDED_F32, (int)rng_between(&r, 0, 2), n, (uint64_t)i);
        t.mixes = 6;
        trial_mixed(&t);
        arrays_release();
    }
}

static void every_dtype(void **state)
{
    (void)state;
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int kind = STRIDED_POOL_MAX; kind <= STRIDED_POOL_LP; kind++) {
            strided_dtype dtype = number_dtypes[d];
            int averaged = dtype == STRIDED_I32 || dtype == STRIDED_I64;
            struct setting s = { .ref = { .window = window_of(2, 2, 1, 1, 1, 0), .kind = (strided_pool_kind)kind } };
            struct trial t = trial_of("pool2d plan", &s, dtype, 2, STRIDED_LIST(4, 5), 3);
            t.mixes = 4;
            if (kind == STRIDED_POOL_MAX || number_is_float(dtype) || (kind == STRIDED_POOL_AVG && averaged)) trial_mixed(&t);
            else t.call = planned, trial_refused(&t, STRIDED_ERR_DTYPE);
            arrays_release();
        }
}

/* Enough for several threads. */
static void large(void **state)
{
    (void)state;
    for (int kind = STRIDED_POOL_MAX; kind <= STRIDED_POOL_LP; kind++) {
        struct setting s = { .ref = { .window = window_of(2, 3, 1, 1, 1, 1), .kind = (strided_pool_kind)kind } };
        struct trial t = trial_of("pool2d plan of much", &s, STRIDED_F32, 2, STRIDED_LIST(40, 45), 3);
        t.mixes = 8;
        trial_mixed(&t);
        arrays_release();
    }
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void parameters(void **state)
{
    (void)state;
    static const strided_pool_params list[] = {
        { .size = { 0 } }, { .size = { -1 } }, { .size = { INT64_MIN } }, { .size = { INT64_MAX } }, { .size = { 7 } }, { .size = { 2, 0, 2 } },
        { .size = { 2 }, .stride = { -1 } }, { .size = { 2 }, .stride = { INT64_MIN } }, { .size = { 2 }, .stride = { 0, 1 } },
        { .size = { 2 }, .dilation = { -1 } }, { .size = { 2 }, .dilation = { INT64_MAX } }, { .size = { 2 }, .pad = { { -1, 0 } } },
        { .size = { 2 }, .pad = { { 2, 0 } } }, { .size = { 2 }, .pad = { { 0, INT64_MAX } } }, { .size = { 2 }, .stride = { 1 } },
        { .size = { 2 }, .kind = (strided_pool_kind)3 }, { .size = { 2 }, .kind = (strided_pool_kind)-1 },
        { .size = { 2 }, .kind = STRIDED_POOL_AVG, .divisor = -1 }, { .size = { 2 }, .kind = STRIDED_POOL_AVG, .divisor = INT64_MIN },
        { .size = { 2 }, .kind = STRIDED_POOL_LP, .p = -1 }, { .size = { 2 }, .kind = STRIDED_POOL_LP, .p = NAN },
        { .size = { 2 }, .auto_pad = (strided_auto_pad)5 }, { .size = { 2 }, .reserved = { [7] = 1 } },
    };
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 6)), *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3));
    for (size_t i = 0; i < COUNT(list); i++) {
        strided_status s = strided_pool(y, NULL, x, &list[i]);
        if (s == STRIDED_OK) fail_msg("pool plan: parameters %d are accepted", (int)i);
        no_plan(s, "pool_plan", strided_pool_plan(y, x, &list[i]));
    }
}

static void tensors(void **state)
{
    (void)state;
    static const strided_pool_params two = { .size = { 2 } }, average = { .size = { 2 }, .kind = STRIDED_POOL_AVG };
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, 6), NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, 3), NULL);
    STRIDED_AUTO strided_tensor *meeting = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, 3), STRIDED_LIST(2, 1));
    STRIDED_AUTO strided_tensor *windows = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, 6), STRIDED_LIST(1, 1));
    STRIDED_AUTO strided_tensor *bytes = strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(2, 6), NULL);
    STRIDED_AUTO strided_tensor *bytes_y = strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(2, 3), NULL);
    assert_null(strided_pool_plan(NULL, x, &two));
    assert_null(strided_pool_plan(y, NULL, &two));
    no_plan(STRIDED_ERR_ARG, "pool_plan", strided_pool_plan(y, x, NULL));
    no_plan(STRIDED_ERR_SHAPE, "pool_plan", strided_pool_plan(x, x, &two));
    no_plan(STRIDED_ERR_OVERLAP, "pool_plan", strided_pool_plan(meeting, x, &two));
    no_plan(STRIDED_ERR_OVERLAP, "pool_plan", strided_pool_plan(meeting, x, &average));
    no_plan(STRIDED_ERR_DTYPE, "pool_plan", strided_pool_plan(bytes_y, bytes, &average));
    strided_plan *plan = strided_pool_plan(y, windows, &two); /* x may overlap itself */
    assert_non_null(plan);
    strided_plan_release(plan);
}

STRIDED_TEST_GROUP("plan/plan_pool",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(geometries),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(large),
    cmocka_unit_test(parameters),
    cmocka_unit_test(tensors))
