/*
 * test_concurrent.c - handles do not change: many threads read the same inputs and write their own outputs, by one pool,
 * by none, and while others make and release views of the same storage.
 */
#define _POSIX_C_SOURCE 200809L
#include "support/cmocka_compat.h"
#include "support/reference.h"
#include "support/trial.h"

#include <pthread.h>
#include <string.h>

enum { THREADS = 6, ROUNDS = 40, SIDE = 24, CHANNELS = 16, COUNT = CHANNELS * SIDE * SIDE };

/* What the threads share. */
struct shared {
    strided_context *ctx;
    strided_tensor  *x, *w;
    strided_plan    *plan;
    const float     *conv, *pool, *sum;  /* wanted */
};

struct worker {
    const struct shared *shared;
    int wrong;
};

static const strided_conv_params same = { .pad = { { 1, 1 }, { 1, 1 } } };
static const strided_pool_params halves = { .size = { 2, 2 } };

static int is(strided_status s, const strided_tensor *y, const float *want)
{
    return s == STRIDED_OK && memcmp(strided_const_data(y), want, (size_t)strided_count(y) * sizeof *want) == 0;
}

static int views(const struct shared *s)
{
    strided_tensor *a = strided_permute(s->x, STRIDED_DIMS(0, 2, 3, 1)), *b = strided_flip(a, STRIDED_DIMS(1)), *c = strided_slice(b, 2, 0, 9, 2);
    int right = c != NULL && strided_dim(c, 2) == 5 && strided_dim(c, 3) == CHANNELS;
    strided_release(a);
    strided_release(b);
    strided_release(c);
    return right;
}

static void *work(void *argument)
{
    struct worker *me = argument;
    const struct shared *s = me->shared;
    strided_tensor *y = strided_conv_empty(s->x, s->w, &same), *p = strided_pool_empty(s->x, &halves);
    strided_tensor *z = strided_empty(s->ctx, STRIDED_F32, STRIDED_DIMS(SIDE, SIDE));
    int64_t bytes = (int64_t)strided_plan_scratch(s->plan);
    strided_tensor *scratch = strided_empty(s->ctx, STRIDED_U8, STRIDED_DIMS(bytes + 1)); /* one plan, many threads: each its own */
    for (int i = 0; i < ROUNDS; i++) {
        me->wrong += !is(strided_conv(y, s->x, s->w, NULL, &same), y, s->conv);
        me->wrong += !is(strided_plan_run(s->plan, strided_data(y), strided_const_data(s->x), strided_data(scratch)), y, s->conv);
        me->wrong += !is(strided_pool(p, NULL, s->x, &halves), p, s->pool);
        me->wrong += !is(strided_reduce(z, STRIDED_REDUCE_SUM, s->x, STRIDED_DIMS(0, 1)), z, s->sum);
        me->wrong += strided_conv(y, s->w, s->w, NULL, NULL) != STRIDED_ERR_SHAPE || strided_error_status() != STRIDED_ERR_SHAPE;
        me->wrong += !views(s);
    }
    strided_release(scratch);
    strided_release(z);
    strided_release(p);
    strided_release(y);
    return NULL;
}

static void together(strided_context *ctx)
{
    struct rng r = rng_seed(1);
    struct shared s = { .ctx = ctx, .x = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(1, CHANNELS, SIDE, SIDE)),
                        .w = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(CHANNELS, CHANNELS, 3, 3)) };
    for (int i = 0; i < COUNT; i++) ((float *)strided_data(s.x))[i] = (float)rng_real(&r, -1, 1);
    for (int i = 0; i < CHANNELS * CHANNELS * 9; i++) ((float *)strided_data(s.w))[i] = (float)rng_real(&r, -1, 1);
    strided_tensor *y = strided_conv_empty(s.x, s.w, &same), *p = strided_pool_empty(s.x, &halves);
    strided_tensor *z = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(SIDE, SIDE));
    assert_int_equal(strided_conv(y, s.x, s.w, NULL, &same), STRIDED_OK);
    assert_int_equal(strided_pool(p, NULL, s.x, &halves), STRIDED_OK);
    assert_int_equal(strided_reduce(z, STRIDED_REDUCE_SUM, s.x, STRIDED_DIMS(0, 1)), STRIDED_OK);
    s.plan = strided_conv_plan(y, s.x, s.w, NULL, &same);
    assert_non_null(s.plan);
    s.conv = strided_const_data(y), s.pool = strided_const_data(p), s.sum = strided_const_data(z);

    pthread_t thread[THREADS];
    struct worker worker[THREADS];
    for (int i = 0; i < THREADS; i++) {
        worker[i] = (struct worker){ &s, 0 };
        assert_int_equal(pthread_create(&thread[i], NULL, work, &worker[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_int_equal(worker[i].wrong, 0);
    }
    strided_plan_release(s.plan);
    strided_release(z);
    strided_release(p);
    strided_release(y);
    strided_release(s.w);
    strided_release(s.x);
}

static void without_a_pool(void **state) { (void)state; together(NULL); }
static void with_one_pool(void **state)  { (void)state; together(trial_context(1)); }

STRIDED_TEST_GROUP("ops/concurrent", cmocka_unit_test(without_a_pool), cmocka_unit_test(with_one_pool))
