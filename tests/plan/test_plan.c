/*
 * test_plan.c - what every plan is: it outlives what it was made from, runs on any pointers of its geometry, on many
 * threads at once, without allocating or asking the system for anything, and says what it is.
 */
#define _GNU_SOURCE
#include "planned.h"
#include "support/guard.h"
#include "support/contexts.h"
#include "support/oom.h"
#include "support/tensors.h"
#include "support/trial.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__linux__) && !defined(__SANITIZE_THREAD__)
#  include <linux/seccomp.h>
#  include <sys/prctl.h>
#  include <sys/syscall.h>
#  include <sys/wait.h>
#  include <unistd.h>
#  define CAN_FORBID 1
#endif

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---- plans of every kind ------------------------------------------------------------------------ */

struct shape { int ndim; int64_t n[4]; };

struct kind {
    const char  *name, *spec;     /* spec: einsum, with spaces the named dialect */
    struct shape x, w, y;         /* f32; w without axes: there is none */
    int          bias;
    strided_conv_params conv;
    strided_pool_params pool;
};

static const struct kind kinds[] = {
    { "conv", NULL, { 4, { 1, 16, 12, 12 } }, { 4, { 16, 16, 3, 3 } }, { 4, { 1, 16, 12, 12 } }, 1, { .pad = { { 1, 1 }, { 1, 1 } } }, { .size = {0} } },
    { "conv", NULL, { 4, { 1, 48, 14, 14 } }, { 4, { 40, 48, 3, 3 } }, { 4, { 1, 40, 14, 14 } }, 1, { .pad = { { 1, 1 }, { 1, 1 } } }, { .size = {0} } },
    { "conv", NULL, { 3, { 2, 3, 11 } }, { 3, { 4, 3, 2 } }, { 3, { 2, 4, 10 } }, 0, { .groups = 1 }, { .size = {0} } },
    { "conv", NULL, { 3, { 2, 3, 11 } }, { 3, { 4, 3, 3 } }, { 3, { 2, 4, 11 } }, 1, { .pad = { { 1, 1 } }, .pad_mode = STRIDED_PAD_REFLECT }, { .size = {0} } },
    { "pool", NULL, { 4, { 2, 3, 9, 8 } }, {0}, { 4, { 2, 3, 5, 4 } }, 0, { .groups = 0 }, { .size = { 3, 2 }, .stride = { 2, 2 }, .pad = { { 1, 1 } } } },
    { "pool", NULL, { 4, { 2, 3, 9, 8 } }, {0}, { 4, { 2, 3, 5, 4 } }, 0, { .groups = 0 },
      { .size = { 3, 2 }, .stride = { 2, 2 }, .pad = { { 1, 1 } }, .kind = STRIDED_POOL_AVG } },
    { "einsum", "abij,jk->abik", { 4, { 2, 3, 20, 30 } }, { 2, { 30, 40 } }, { 4, { 2, 3, 20, 40 } }, 0, { .groups = 0 }, { .size = {0} } },
    { "einsum", "b ic ow kw, oc ic kw -> b oc ow", { 4, { 1, 4, 20, 3 } }, { 3, { 6, 4, 3 } }, { 3, { 1, 6, 20 } }, 0, { .groups = 0 }, { .size = {0} } },
    { "einsum", "abcd->db", { 4, { 3, 4, 5, 6 } }, {0}, { 2, { 6, 4 } }, 0, { .groups = 0 }, { .size = {0} } },
};

/* Tensors with elements, and what the operator makes of them. */
struct made { strided_tensor *x, *w, *bias, *y; };

static strided_plan *plan_of(const struct kind *k, const strided_tensor *y, const strided_tensor *x, const struct made *m)
{
    const strided_tensor *const in[] = { x, m->w };
    int n = m->w ? 2 : 1;
    if (k->spec) return strchr(k->spec, ' ') ? strided_einsum_named_plan(y, k->spec, n, in) : strided_einsum_plan(y, k->spec, n, in);
    return k->pool.size[0] ? strided_pool_plan(y, x, &k->pool) : strided_conv_plan(y, x, m->w, m->bias, &k->conv);
}

static strided_status call_of(const struct kind *k, strided_tensor *y, const struct made *m)
{
    const strided_tensor *const in[] = { m->x, m->w };
    int n = m->w ? 2 : 1;
    if (k->spec) return strchr(k->spec, ' ') ? strided_einsum_named(y, k->spec, n, in) : strided_einsum(y, k->spec, n, in);
    return k->pool.size[0] ? strided_pool(y, NULL, m->x, &k->pool) : strided_conv(y, m->x, m->w, m->bias, &k->conv);
}

/* x and y beside weights that are there. */
static struct made make_with(const struct kind *k, uint64_t seed, strided_tensor *w, strided_tensor *bias)
{
    struct rng r = rng_seed(seed);
    struct made m = { .x = tensor_random(NULL, &r, STRIDED_F32, k->x.ndim, k->x.n), .w = w, .bias = bias,
                      .y = strided_zeros(NULL, STRIDED_F32, k->y.ndim, k->y.n) };
    if (call_of(k, m.y, &m) != STRIDED_OK) fail_msg("%s: %s", k->name, strided_error());
    return m;
}

static struct made make(const struct kind *k, uint64_t seed)
{
    struct rng r = rng_seed(seed + 100);
    strided_tensor *w = k->w.ndim ? tensor_random(NULL, &r, STRIDED_F32, k->w.ndim, k->w.n) : NULL;
    strided_tensor *bias = k->bias ? tensor_random(NULL, &r, STRIDED_F32, 1, k->w.n) : NULL;
    return make_with(k, seed, w, bias);
}

/* Another x for the same weights. */
static struct made make_other(const struct kind *k, uint64_t seed, const struct made *m)
{
    return make_with(k, seed, strided_retain(m->w), strided_retain(m->bias));
}

static void drop(struct made *m)
{
    strided_release(m->x);
    strided_release(m->w);
    strided_release(m->bias);
    strided_release(m->y);
}

static size_t bytes_of(const strided_tensor *x) { return (size_t)strided_count(x) * sizeof(float); }

/* A plan in ctx for tensors of which nothing but the geometry is known. */
static strided_plan *plan_in(strided_context *ctx, const struct kind *k, const struct made *m)
{
    STRIDED_AUTO strided_tensor *x = strided_wrap_const(NULL, NULL, STRIDED_F32, k->x.ndim, k->x.n, NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(ctx, NULL, STRIDED_F32, k->y.ndim, k->y.n, NULL);
    strided_plan *plan = plan_of(k, y, x, m);
    if (plan == NULL) fail_msg("%s: %s", k->name, strided_error());
    return plan;
}

static void assert_runs(const struct kind *k, const strided_plan *plan, float *y, const void *x, void *scratch, const void *want, size_t bytes)
{
    memset(y, 0xA5, bytes);
    if (strided_plan_run(plan, y, x, scratch) != STRIDED_OK) fail_msg("%s: %s", k->name, strided_error());
    if (memcmp(y, want, bytes) != 0) fail_msg("%s: a plan's other bits than the call's", k->name);
}

/* ---- life --------------------------------------------------------------------------------------- */

/* Weights that change afterwards, tensors and a context that are gone: nothing of it matters. And no allocation. */
static void outlives_everything(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++)
        for (int threads = 1; threads <= 3; threads += 2) {
            struct oom *memory = oom_new();
            strided_config config = oom_config(memory);
            config.threads = threads;
            strided_context *ctx = eager_context(&config);
            assert_non_null(ctx);
            struct made m = make(&kinds[i], i);
            strided_plan *plan = plan_in(ctx, &kinds[i], &m);
            strided_context_release(ctx);
            size_t xs = bytes_of(m.x), ys = bytes_of(m.y);
            void *x = malloc(xs), *want = malloc(ys), *y = malloc(ys);
            memcpy(x, strided_const_data(m.x), xs);
            memcpy(want, strided_const_data(m.y), ys);
            if (m.w) assert_int_equal(strided_fill(m.w, 7), STRIDED_OK);
            if (m.bias) assert_int_equal(strided_fill(m.bias, 7), STRIDED_OK);
            drop(&m);
            oom_arm(memory, 1);
            for (int run = 0; run < 3; run++) assert_runs(&kinds[i], plan, y, x, NULL, want, ys);
            assert_int_equal(memory->calls, 0);
            oom_arm(memory, 0);
            strided_plan_release(plan);
            free(x);
            free(y);
            free(want);
            oom_free(memory);
        }
}

/* Each run is of its own x: nothing stays of the runs before. */
static void other_data(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct made m = make(&kinds[i], i);
        strided_plan *plan = plan_in(NULL, &kinds[i], &m);
        float *y = malloc(bytes_of(m.y));
        for (uint64_t run = 1; run < 6; run++) {
            struct made other = make_other(&kinds[i], run * 10 + i, &m);
            assert_memory_not_equal(strided_const_data(other.y), strided_const_data(m.y), bytes_of(m.y));
            assert_runs(&kinds[i], plan, y, strided_const_data(other.x), NULL, strided_const_data(other.y), bytes_of(m.y));
            drop(&other);
        }
        free(y);
        strided_plan_release(plan);
        drop(&m);
    }
}

/* Only the geometry of y and x counts when a plan is made: that they may not be written is said of other memory. */
static void read_only_geometries(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct made m = make(&kinds[i], i);
        STRIDED_AUTO strided_tensor *x = strided_wrap_const(NULL, strided_const_data(m.x), STRIDED_F32, kinds[i].x.ndim, kinds[i].x.n, NULL);
        STRIDED_AUTO strided_tensor *y = strided_wrap_const(NULL, strided_const_data(m.y), STRIDED_F32, kinds[i].y.ndim, kinds[i].y.n, NULL);
        strided_plan *plan = plan_of(&kinds[i], y, x, &m);
        float *to = malloc(bytes_of(m.y));
        assert_non_null(plan);
        assert_runs(&kinds[i], plan, to, strided_const_data(m.x), NULL, strided_const_data(m.y), bytes_of(m.y));
        free(to);
        strided_plan_release(plan);
        drop(&m);
    }
}

static void is_counted(void **state)
{
    (void)state;
    struct made m = make(&kinds[0], 1);
    strided_plan *plan = plan_in(NULL, &kinds[0], &m);
    float *y = malloc(bytes_of(m.y));
    for (int i = 0; i < 3; i++) assert_true(strided_plan_retain(plan) == plan);
    for (int i = 0; i < 3; i++) strided_plan_release(plan);
    assert_runs(&kinds[0], plan, y, strided_const_data(m.x), NULL, strided_const_data(m.y), bytes_of(m.y));
    strided_plan_release(plan);
    strided_plan_release(NULL);
    assert_null(strided_plan_retain(NULL));
    free(y);
    drop(&m);
}

/* ---- other pointers ----------------------------------------------------------------------------- */

/* Blocks that end at a forbidden page, begun at every element of a cache line and beyond. */
static void any_aligned_pointers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct made m = make(&kinds[i], i);
        strided_plan *plan = plan_in(NULL, &kinds[i], &m);
        size_t xs = bytes_of(m.x), ys = bytes_of(m.y);
        for (int at = 0; at < 18; at++)
            for (int side = 0; side < 2; side++) {
                struct guard *gx = guard_new(xs + (side ? (size_t)at * sizeof(float) : 0), side ? GUARD_BEFORE : GUARD_AFTER);
                struct guard *gy = guard_new(ys + (size_t)at * sizeof(float), side ? GUARD_AFTER : GUARD_BEFORE);
                unsigned char *x = gx->data + (side ? (size_t)at * sizeof(float) : 0), *y = gy->data + (size_t)at * sizeof(float);
                memcpy(x, strided_const_data(m.x), xs);
                assert_runs(&kinds[i], plan, (float *)(void *)y, x, NULL, strided_const_data(m.y), ys);
                guard_free(gx);
                guard_free(gy);
            }
        strided_plan_release(plan);
        drop(&m);
    }
}

/* Geometries with strides of their own: x backwards, y with channels last, run on the addresses of their elements 0. */
static void strided_geometries(void **state)
{
    (void)state;
    struct rng r = rng_seed(4);
    const int64_t shape[] = { 2, 3, 11 }, back[] = { 33, 11, -1 }, last[] = { 40, 1, 4 }, y_shape[] = { 2, 4, 10 };
    STRIDED_AUTO strided_tensor *x = tensor_random(NULL, &r, STRIDED_F32, 3, shape);
    STRIDED_AUTO strided_tensor *w = tensor_random(NULL, &r, STRIDED_F32, 3, STRIDED_LIST(4, 3, 2));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 10, 4)), *seen = strided_permute(y, STRIDED_DIMS(0, 2, 1));
    STRIDED_AUTO strided_tensor *flipped = strided_flip(x, STRIDED_DIMS(2)), *want = strided_zeros(NULL, STRIDED_F32, 3, y_shape);
    STRIDED_AUTO strided_tensor *gx = strided_wrap(NULL, NULL, STRIDED_F32, 3, shape, back);
    STRIDED_AUTO strided_tensor *gy = strided_wrap(NULL, NULL, STRIDED_F32, 3, y_shape, last);
    strided_plan *plan = strided_conv_plan(gy, gx, w, NULL, NULL);
    assert_non_null(plan);
    assert_int_equal(strided_plan_run(plan, strided_data(y), strided_const_data(flipped), NULL), STRIDED_OK);
    assert_int_equal(strided_conv(want, flipped, w, NULL, NULL), STRIDED_OK);
    STRIDED_AUTO strided_tensor *dense = strided_clone(seen);
    assert_same_bits("conv plan on strides", dense, want);
    strided_plan_release(plan);
}

static void wrong_pointers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct made m = make(&kinds[i], i);
        strided_plan *plan = plan_in(NULL, &kinds[i], &m);
        const char *x = strided_const_data(m.x);
        char *y = malloc(bytes_of(m.y) + 8);
        memset(y, 7, bytes_of(m.y) + 8);
        assert_int_equal(strided_plan_run(NULL, y, x, NULL), STRIDED_ERR_NULL);
        assert_int_equal(strided_plan_run(plan, NULL, x, NULL), STRIDED_ERR_NULL);
        assert_int_equal(strided_plan_run(plan, y, NULL, NULL), STRIDED_ERR_NULL);
        for (int off = 1; off < 4; off++) {
            assert_int_equal(strided_plan_run(plan, y + off, x, NULL), STRIDED_ERR_ARG);
            assert_int_equal(strided_plan_run(plan, y, x + off, NULL), STRIDED_ERR_ARG);
        }
        for (size_t k = 0; k < bytes_of(m.y); k++) assert_int_equal(y[k], 7);
        free(y);
        strided_plan_release(plan);
        drop(&m);
    }
}

/* Bytes lie anywhere; elements of 8 bytes where such elements lie. */
static void alignment_is_the_dtype_s(void **state)
{
    (void)state;
    static const strided_pool_params one = { .size = { 2 } };
    _Alignas(16) char y[64] = {0}, x[64] = {0};
    for (int d = 0; d < NUMBER_DTYPES; d++) {
        size_t size = number_size(number_dtypes[d]);
        STRIDED_AUTO strided_tensor *gx = strided_wrap(NULL, NULL, number_dtypes[d], STRIDED_DIMS(4), NULL);
        STRIDED_AUTO strided_tensor *gy = strided_wrap(NULL, NULL, number_dtypes[d], STRIDED_DIMS(2), NULL);
        strided_plan *plan = strided_pool_plan(gy, gx, &one);
        assert_non_null(plan);
        for (size_t off = 0; off < 9; off++)
            assert_int_equal(strided_plan_run(plan, y + off, x + off, NULL), off % size ? STRIDED_ERR_ARG : STRIDED_OK);
        strided_plan_release(plan);
    }
}

/* Where there is no element there is no address to ask for. */
static void of_nothing(void **state)
{
    (void)state;
    float y[24];
    STRIDED_AUTO strided_tensor *x0 = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(0, 2, 6), NULL);
    STRIDED_AUTO strided_tensor *y0 = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(0, 4, 6), NULL);
    STRIDED_AUTO strided_tensor *c0 = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 0, 6), NULL);
    STRIDED_AUTO strided_tensor *y1 = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 4, 6), NULL);
    STRIDED_AUTO strided_tensor *w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(4, 2, 1), 1);
    STRIDED_AUTO strided_tensor *w0 = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 0, 1));
    STRIDED_AUTO strided_tensor *bias = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(4), 5);
    STRIDED_AUTO strided_tensor *m0 = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 0));
    strided_plan *nothing = strided_conv_plan(y0, x0, w, bias, NULL), *only_bias = strided_conv_plan(y1, c0, w0, bias, NULL);
    strided_plan *pool = strided_pool_plan(x0, x0, &(strided_pool_params){ .size = { 1 } });
    strided_plan *sum = strided_einsum_plan(y1, "bcx,oc->box", STRIDED_TENSORS(c0, m0));
    assert_non_null(nothing);
    assert_non_null(only_bias);
    assert_non_null(pool);
    assert_non_null(sum);
    assert_int_equal(strided_plan_run(nothing, NULL, NULL, NULL), STRIDED_OK);
    assert_int_equal(strided_plan_run(pool, NULL, NULL, NULL), STRIDED_OK);
    assert_int_equal(strided_plan_run(only_bias, NULL, NULL, NULL), STRIDED_ERR_NULL);
    assert_int_equal(strided_plan_run(only_bias, y, NULL, NULL), STRIDED_OK);
    for (int i = 0; i < 24; i++) assert_true(y[i] == 5);
    assert_int_equal(strided_plan_run(sum, y, NULL, NULL), STRIDED_OK);
    for (int i = 0; i < 24; i++) assert_true(y[i] == 0);
    strided_plan_release(sum);
    strided_plan_release(nothing);
    strided_plan_release(only_bias);
    strided_plan_release(pool);
}

/* ---- what a run does not do --------------------------------------------------------------------- */

/* A run that succeeds leaves the last failure as it was. */
static void says_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct made m = make(&kinds[i], i);
        strided_plan *plan = plan_in(NULL, &kinds[i], &m);
        float *y = malloc(bytes_of(m.y));
        char line[200];
        assert_null(strided_slice(m.x, 0, 0, 1, 0));
        snprintf(line, sizeof line, "%s", strided_error());
        assert_runs(&kinds[i], plan, y, strided_const_data(m.x), NULL, strided_const_data(m.y), bytes_of(m.y));
        assert_string_equal(strided_error(), line);
        assert_int_equal(strided_error_status(), STRIDED_ERR_ARG);
        free(y);
        strided_plan_release(plan);
        drop(&m);
    }
}

#ifdef CAN_FORBID

enum { OTHER_BITS = 2, CANNOT_FORBID = 77 };

static void leave(long code)
{
    for (;;) syscall(SYS_exit, code);
}

/* In a child that may only read, write and exit: the kernel kills it for any other call. */
static void run_forbidden(const strided_plan *plan, void *y, const struct made *m)
{
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) leave(CANNOT_FORBID);
    strided_status s = strided_plan_run(plan, y, strided_const_data(m->x), NULL);
    leave(s != STRIDED_OK || memcmp(y, strided_const_data(m->y), bytes_of(m->y)) != 0 ? OTHER_BITS : 0);
}

static int under_valgrind(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded && strstr(preloaded, "vgpreload") != NULL;
}

static void makes_no_system_call(void **state)
{
    (void)state;
    if (under_valgrind()) skip();
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct made m = make(&kinds[i], i);
        strided_plan *plan = plan_in(NULL, &kinds[i], &m);
        float *y = malloc(bytes_of(m.y));
        int status = 0;
        memset(y, 0, bytes_of(m.y));
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) run_forbidden(plan, y, &m);
        assert_int_equal(waitpid(child, &status, 0), child);
        free(y);
        strided_plan_release(plan);
        drop(&m);
        if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_FORBID) skip();
        if (WIFSIGNALED(status)) fail_msg("%s %d: the run made a system call", kinds[i].name, (int)i);
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

#else

static void makes_no_system_call(void **state)
{
    (void)state;
    skip();
}

#endif

/* ---- many threads ------------------------------------------------------------------------------- */

enum { CALLERS = 4, RUNS = 25 };

struct caller {
    const strided_plan *plan;
    const strided_tensor *x, *want;
    int same;
};

static void *run_often(void *argument)
{
    struct caller *c = argument;
    size_t bytes = bytes_of(c->want), scratch_bytes = (strided_plan_scratch(c->plan) + 64) / 64 * 64;
    void *scratch = aligned_alloc(64, scratch_bytes), *y = malloc(bytes);
    c->same = scratch != NULL && y != NULL;
    for (int i = 0; c->same && i < RUNS; i++) {
        memset(y, 0xA5, bytes);
        c->same = strided_plan_run(c->plan, y, strided_const_data(c->x), scratch) == STRIDED_OK && memcmp(y, strided_const_data(c->want), bytes) == 0;
    }
    free(scratch);
    free(y);
    return NULL;
}

/* One plan, each caller with data and scratch of its own; with and without a pool behind it. */
static void runs_on_many_threads(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++)
        for (int pool = 0; pool < 2; pool++) {
            struct made m = make(&kinds[i], i);
            strided_plan *plan = plan_in(trial_context(pool), &kinds[i], &m);
            struct caller callers[CALLERS];
            struct made own[CALLERS];
            pthread_t thread[CALLERS];
            for (int k = 0; k < CALLERS; k++) own[k] = make_other(&kinds[i], (uint64_t)k, &m);
            for (int k = 0; k < CALLERS; k++) {
                callers[k] = (struct caller){ plan, own[k].x, own[k].y, 0 };
                assert_int_equal(pthread_create(&thread[k], NULL, run_often, &callers[k]), 0);
            }
            for (int k = 0; k < CALLERS; k++) assert_int_equal(pthread_join(thread[k], NULL), 0);
            for (int k = 0; k < CALLERS; k++)
                if (!callers[k].same) fail_msg("%s %d, pool %d: caller %d got something else", kinds[i].name, (int)i, pool, k);
            for (int k = 0; k < CALLERS; k++) drop(&own[k]);
            strided_plan_release(plan);
            drop(&m);
        }
    assert_int_equal(strided_plan_scratch(NULL), 0);
}

/* ---- describing --------------------------------------------------------------------------------- */

/* As snprintf: any room, the whole length. */
static void fits_any_buffer(const strided_plan *plan)
{
    char whole[8192];
    int length = strided_plan_describe(plan, whole, sizeof whole);
    assert_true(length > 0 && (size_t)length < sizeof whole);
    assert_int_equal(strlen(whole), length);
    assert_int_equal(strided_plan_describe(plan, NULL, 0), length);
    assert_int_equal(strided_plan_describe(plan, NULL, 9), length);
    for (size_t size = 1; size < (size_t)length + 3; size++) {
        struct guard *g = guard_new(size, GUARD_AFTER);
        size_t kept = size - 1 < (size_t)length ? size - 1 : (size_t)length;
        assert_int_equal(strided_plan_describe(plan, (char *)g->data, size), length);
        assert_int_equal(strlen((char *)g->data), kept);
        assert_memory_equal(g->data, whole, kept);
        guard_free(g);
    }
}

static void describes_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct made m = make(&kinds[i], i);
        strided_plan *plan = plan_in(NULL, &kinds[i], &m);
        char text[8192], head[60];
        fits_any_buffer(plan);
        strided_plan_describe(plan, text, sizeof text);
        snprintf(head, sizeof head, "%s in %s, kernel ", kinds[i].name, kinds[i].w.ndim || kinds[i].pool.size[0] ? "f32" : "f64");
        if (strncmp(text, head, strlen(head)) != 0) fail_msg("%s: describes itself as\n%s", kinds[i].name, text);
        assert_non_null(strstr(text, "\n  y f32 ("));
        assert_non_null(strstr(text, " strides ("));
        assert_non_null(strstr(text, "  packed "));
        assert_non_null(strstr(text, " bytes, scratch "));
        assert_int_equal(text[strlen(text) - 1], '\n');
        strided_plan_release(plan);
        drop(&m);
    }
    fits_any_buffer(NULL);
}

/* Pixels into every 2nd element. */
static void describes_where_sums_are_formed(void **state)
{
    (void)state;
    char text[4096];
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 4, 40, 40));
    STRIDED_AUTO strided_tensor *made = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 4, 40, 80));
    STRIDED_AUTO strided_tensor *y = strided_slice(made, 3, STRIDED_NONE, STRIDED_NONE, 2);
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 1, 3, 3));
    strided_plan *plan = strided_conv_plan(y, x, w, NULL, &(strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } }, .groups = 4 });
    strided_plan_describe(plan, text, sizeof text);
    assert_non_null(strstr(text, "windows: to a buffer first, vectors along axis"));
    strided_plan_release(plan);
}

/* Numbers, by one that can be worked out by hand. */
static void describes_the_geometry(void **state)
{
    (void)state;
    char text[4096];
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 6));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 6));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3, 3));
    strided_plan *plan = strided_conv_plan(y, x, w, NULL, &(strided_conv_params){ .pad = { { 1, 1 } } });
    strided_plan_describe(plan, text, sizeof text);
    assert_non_null(strstr(text, "x f32 (1, 3, 6) strides (18, 6, 1)"));
    assert_non_null(strstr(text, "y f32 (1, 2, 6) strides (12, 6, 1)"));
    assert_non_null(strstr(text, "position 1 i3 + 1 i5 - 1 of 6, outside skipped"));
    assert_non_null(strstr(text, "scratch 0 bytes"));
    strided_plan_release(plan);
    plan = strided_conv_plan(y, x, w, NULL, &(strided_conv_params){ .pad = { { 1, 1 } }, .pad_mode = STRIDED_PAD_CIRCULAR });
    strided_plan_describe(plan, text, sizeof text);
    assert_non_null(strstr(text, "outside circular"));
    strided_plan_release(plan);
}

STRIDED_TEST_GROUP("plan/plan",
    cmocka_unit_test(outlives_everything),
    cmocka_unit_test(other_data),
    cmocka_unit_test(read_only_geometries),
    cmocka_unit_test(is_counted),
    cmocka_unit_test(any_aligned_pointers),
    cmocka_unit_test(strided_geometries),
    cmocka_unit_test(wrong_pointers),
    cmocka_unit_test(alignment_is_the_dtype_s),
    cmocka_unit_test(of_nothing),
    cmocka_unit_test(says_nothing),
    cmocka_unit_test(makes_no_system_call),
    cmocka_unit_test(runs_on_many_threads),
    cmocka_unit_test(describes_itself), cmocka_unit_test(describes_where_sums_are_formed),
    cmocka_unit_test(describes_the_geometry))
