/*
 * test_course.c - the chapter's calls: the general operators' results by other names, new and row-major whatever the
 * layout of the arguments; lists of every legal length, everything that is refused.
 */
#include "support/cmocka_compat.h"
#include "support/oom.h"
#include "support/refuse.h"
#include "support/trial.h"
#include "support/windows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum call { CONV, MAX_POOL, AVG_POOL, PAD };

/* How a list is given: not at all, by one number, by one for each axis. */
enum { LEFT_OUT, ONE, EACH };

struct setting {
    enum call call;
    struct ref_window window;            /* stride and pad as the call means them */
    int kernel_size, stride, padding;    /* how the lists are given */
    int64_t before[5], after[5];         /* PAD */
    double  value;
};

static int length_of(int how, int nd) { return how == EACH ? nd : how; }

static strided_tensor *result(const struct setting *s, const strided_tensor *const *in)
{
    const struct ref_window *w = &s->window;
    int nd = w->nd, rank = strided_ndim(in[0]), nk = length_of(s->kernel_size, nd), ns = length_of(s->stride, nd), np = length_of(s->padding, nd);
    const int64_t *stride = ns ? w->stride : NULL, pad[3] = { w->pad[0][0], w->pad[1][0], w->pad[2][0] };
    if (s->call == PAD && nd == 1) return strided_pad1d(in[0], s->before[rank - 1], s->after[rank - 1], s->value);
    if (s->call == PAD)
        return strided_pad2d(in[0], s->before[rank - 1], s->after[rank - 1], s->before[rank - 2], s->after[rank - 2], s->value);
    if (s->call == AVG_POOL) return strided_avgpool2d(in[0], nk, w->size, ns, stride, np, pad);
    if (s->call == MAX_POOL && nd == 1) return strided_maxpool1d(in[0], nk, w->size, ns, stride, np, pad);
    if (s->call == MAX_POOL) return strided_maxpool2d(in[0], nk, w->size, ns, stride, np, pad);
    if (nd == 1) return strided_conv1d(in[0], in[1], ns, stride, np, pad);
    if (nd == 2) return strided_conv2d(in[0], in[1], ns, stride, np, pad);
    return strided_conv3d(in[0], in[1], ns, stride, np, pad);
}

/* What came back, moved into out[0] for the trial to look at. */
static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    strided_tensor *y = result(s, in);
    if (y == NULL) return strided_error_status();
    int ndim = strided_ndim(out[0]);
    assert_int_equal(strided_ndim(y), ndim);
    assert_memory_equal(strided_shape(y), strided_shape(out[0]), (size_t)ndim * sizeof(int64_t));
    assert_true(strided_is_contiguous(y));
    assert_int_equal(strided_dtype_of(y), strided_dtype_of(out[0]));
    assert_true(strided_context_of(y) == strided_context_of(in[0]));
    strided_status status = strided_copy(out[0], y);
    strided_release(y);
    return status;
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    struct ref_pool pool = { .window = s->window, .kind = s->call == MAX_POOL ? STRIDED_POOL_MAX : STRIDED_POOL_AVG, .count_include_pad = 1,
                             .lowest = -INFINITY, .p = 2 };
    if (s->call == CONV) ref_conv(out[0], in[0], in[1], &s->window);
    else if (s->call == PAD) ref_pad(out[0], in[0], s->before, s->after, STRIDED_PAD_CONSTANT, s->value);
    else ref_pool(out[0], NULL, in[0], &pool);
}

/* x (2, 3, n..), weights (4, 3, size..). */
static struct trial trial_of(const char *name, const struct setting *s, strided_dtype dtype, const int64_t *n, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    const struct ref_window *w = &s->window;
    int nd = w->nd;
    int64_t x[5] = { 2, 3 }, k[5] = { 4, 3 }, y[5] = { 2, s->call == CONV ? 4 : 3 };
    for (int a = 0; a < nd; a++) {
        x[2 + a] = n[a];
        k[2 + a] = w->size[a];
        y[2 + a] = ref_positions(w, a, n[a], 0);
    }
    struct trial t = trial_new(name, call, reference, s);
    trial_out(&t, dtype, nd + 2, y);
    trial_in(&t, dtype, array_small(&r, dtype, nd + 2, x));
    if (s->call == CONV) trial_in(&t, dtype, array_small(&r, dtype, nd + 2, k));
    t.ulp = s->call == AVG_POOL ? 2 : 0;
    t.absolute = s->call == AVG_POOL ? 1e-6 : 0;
    t.seed = seed;
    return t;
}

/* The numbers of a list that is given by one, or left out. */
static void spread(int64_t *list, int how, int64_t left_out, int nd)
{
    for (int a = 0; a < nd; a++) list[a] = how == LEFT_OUT ? left_out : how == ONE ? list[0] : list[a];
}

/* A window that the call can say: no dilation, as much padding on both sides, pools not more than they take. */
static struct setting random_setting(struct rng *r, enum call which, int nd, int64_t n[3])
{
    struct setting s = { .call = which, .window = ref_window_plain(nd), .kernel_size = (int)rng_between(r, ONE, EACH),
                         .stride = (int)rng_between(r, LEFT_OUT, EACH), .padding = (int)rng_between(r, LEFT_OUT, EACH) };
    struct ref_window *w = &s.window;
    int64_t pad[3];
    for (int a = 0; a < nd; a++) {
        w->size[a] = rng_between(r, 1, 4);
        w->stride[a] = rng_between(r, 1, 3);
        pad[a] = rng_between(r, 0, 3);
    }
    if (which != CONV) spread(w->size, s.kernel_size, 0, nd);
    spread(w->stride, s.stride, 1, nd);
    for (int a = 0; a < nd; a++) {
        if (which != CONV && s.stride == LEFT_OUT) w->stride[a] = w->size[a];
        if (which != CONV && s.padding == EACH && pad[a] >= w->size[a]) pad[a] = w->size[a] - 1;
    }
    if (which != CONV && s.padding == ONE) pad[0] = 0;
    spread(pad, s.padding, 0, nd);
    for (int a = 0; a < nd; a++) {
        w->pad[a][0] = w->pad[a][1] = pad[a];
        n[a] = w->size[a] + rng_between(r, 0, nd == 3 ? 2 : 5);
    }
    return s;
}

static void geometries(void **state)
{
    (void)state;
    static const struct { enum call call; int nd; } calls[] = { { CONV, 1 }, { CONV, 2 }, { CONV, 3 }, { MAX_POOL, 1 }, { MAX_POOL, 2 }, { AVG_POOL, 2 } };
    char name[300];
    for (size_t c = 0; c < COUNT(calls); c++)
        for (uint64_t seed = 0; seed < 40; seed++) {
            int64_t n[3];
            struct rng r = rng_seed(seed);
            struct setting s = random_setting(&r, calls[c].call, calls[c].nd, n);
            struct trial t = trial_of(window_text(&s.window, n, name, sizeof name), &s, STRIDED_F32, n, seed);
            t.mixes = 6;
            if (seed == 0) trial_run(&t);
            else trial_mixed(&t);
            if (seed == 0) trial_oom(&t);
            arrays_release();
        }
}

static void every_dtype(void **state)
{
    (void)state;
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int which = CONV; which <= AVG_POOL; which++) {
            strided_dtype dtype = number_dtypes[d];
            struct setting s = { .call = (enum call)which, .window = window_of(2, 2, 1, 1, 1, 1), .kernel_size = ONE, .stride = ONE, .padding = ONE };
            struct trial t = trial_of("the chapter's call", &s, dtype, STRIDED_LIST(3, 4), 5);
            int floating = number_is_float(dtype), wide = dtype == STRIDED_I64 || dtype == STRIDED_U64 || floating;
            t.mixes = 3;
            if (which == CONV && !wide) t.out[0].dtype = dtype == STRIDED_U32 ? STRIDED_I64 : STRIDED_I32;
            if (which == AVG_POOL && (dtype == STRIDED_I32 || dtype == STRIDED_I64)) continue; /* see test_pool.c */
            if (which == AVG_POOL && !floating) trial_refused(&t, STRIDED_ERR_DTYPE);
            else if (which != MAX_POOL || floating) trial_mixed(&t);
            arrays_release();
        }
}

static void padding(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 120; seed++) {
        struct rng r = rng_seed(seed);
        int nd = 1 + (int)(seed % 2), rank = nd + (int)rng_between(&r, 0, 3);
        strided_dtype dtype = number_dtypes[seed % NUMBER_DTYPES];
        struct setting s = { .call = PAD, .window = ref_window_plain(nd), .value = dtype == STRIDED_BOOL ? 1 : 9 };
        int64_t x[5], y[5];
        rng_shape(&r, rank, 1, 4, x);
        for (int a = 0; a < rank; a++) {
            int padded = a >= rank - nd;
            s.before[a] = padded ? rng_between(&r, -1, 3) : 0;
            s.after[a] = padded ? rng_between(&r, -x[a] < -1 - s.before[a] ? -1 : 0, 3) : 0;
            if (x[a] + s.before[a] + s.after[a] < 0) s.before[a] = 0;
            y[a] = x[a] + s.before[a] + s.after[a];
        }
        struct trial t = trial_new("pad1d or pad2d", call, reference, &s);
        trial_out(&t, dtype, rank, y);
        trial_in(&t, dtype, array_small(&r, dtype, rank, x));
        t.mixes = 8;
        trial_mixed(&t);
        if (seed < 4) trial_oom(&t);
        arrays_release();
    }
}

/* ---- refusals ----------------------------------------------------------------------------------- */

/* Lists as (count, pointer) for an operator over two axes. */
struct list { int n; const int64_t *v; };

static const int64_t ok[] = { 1, 1, 1 };
static const struct list bad_lengths[] = { { -1, ok }, { 3, ok }, { INT32_MAX, ok }, { INT32_MIN, ok } };

static void lists_of_another_length(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 4, 4));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2, 2));
    STRIDED_AUTO strided_tensor *x1 = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 4));
    STRIDED_AUTO strided_tensor *w1 = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2));
    STRIDED_AUTO strided_tensor *x3 = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 4, 4, 4));
    STRIDED_AUTO strided_tensor *w3 = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2, 2, 2));
    for (size_t i = 0; i < COUNT(bad_lengths); i++) {
        int n = bad_lengths[i].n;
        refused(STRIDED_ERR_ARG, "conv2d", strided_conv2d(x, w, n, ok, STRIDED_NO_DIMS));
        refused(STRIDED_ERR_ARG, "conv2d", strided_conv2d(x, w, STRIDED_NO_DIMS, n, ok));
        refused(STRIDED_ERR_ARG, "conv1d", strided_conv1d(x1, w1, n, ok, STRIDED_NO_DIMS));
        refused(STRIDED_ERR_ARG, "conv3d", strided_conv3d(x3, w3, n == 3 ? 2 : n, ok, STRIDED_NO_DIMS));
        refused(STRIDED_ERR_ARG, "maxpool2d", strided_maxpool2d(x, n, ok, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
        refused(STRIDED_ERR_ARG, "maxpool2d", strided_maxpool2d(x, 1, ok, n, ok, STRIDED_NO_DIMS));
        refused(STRIDED_ERR_ARG, "maxpool2d", strided_maxpool2d(x, 1, ok, STRIDED_NO_DIMS, n, ok));
        refused(STRIDED_ERR_ARG, "maxpool1d", strided_maxpool1d(x1, n, ok, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
        refused(STRIDED_ERR_ARG, "avgpool2d", strided_avgpool2d(x, n, ok, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    }
    refused(STRIDED_ERR_ARG, "maxpool1d", strided_maxpool1d(x1, STRIDED_NO_DIMS, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_ARG, "maxpool2d", strided_maxpool2d(x, STRIDED_NO_DIMS, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_ARG, "avgpool2d", strided_avgpool2d(x, STRIDED_NO_DIMS, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    assert_null(strided_conv2d(x, w, 2, NULL, STRIDED_NO_DIMS));
    assert_null(strided_conv2d(x, w, STRIDED_NO_DIMS, 1, NULL));
    assert_null(strided_maxpool2d(x, 1, NULL, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_ARG, "conv2d", strided_conv2d(x, w, STRIDED_DIMS(1, 1, 1), STRIDED_NO_DIMS));
    assert_string_equal(strided_error(), "conv2d: stride has 3 numbers for 2 axes; wanted 1 or 2");
}

static void numbers_that_mean_nothing(void **state)
{
    (void)state;
    static const int64_t list[] = { 0, -1, INT64_MIN, INT64_MIN + 1 };
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 4, 4));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2, 2));
    for (size_t i = 0; i < COUNT(list); i++)
        for (int second = 0; second < 2; second++) {
            const int64_t both[2] = { second ? 1 : list[i], second ? list[i] : 1 };
            refused(STRIDED_ERR_ARG, "conv2d", strided_conv2d(x, w, 2, both, STRIDED_NO_DIMS));
            refused(STRIDED_ERR_ARG, "maxpool2d", strided_maxpool2d(x, 2, both, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
            refused(STRIDED_ERR_ARG, "maxpool2d", strided_maxpool2d(x, 1, ok, 2, both, STRIDED_NO_DIMS));
            refused(STRIDED_ERR_ARG, "avgpool2d", strided_avgpool2d(x, 1, ok, 2, both, STRIDED_NO_DIMS));
            if (list[i] == 0) continue;
            refused(STRIDED_ERR_ARG, "conv2d", strided_conv2d(x, w, STRIDED_NO_DIMS, 2, both));
            refused(STRIDED_ERR_ARG, "maxpool2d", strided_maxpool2d(x, 1, STRIDED_LIST(3), STRIDED_NO_DIMS, 2, both));
        }
    refused(STRIDED_ERR_OVERFLOW, "conv2d", strided_conv2d(x, w, STRIDED_NO_DIMS, STRIDED_DIMS(INT64_MAX)));
    refused(STRIDED_ERR_OVERFLOW, "maxpool2d", strided_maxpool2d(x, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_DIMS(INT64_MAX)));
    refused(STRIDED_ERR_ARG, "maxpool2d", strided_maxpool2d(x, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_DIMS(2)));
    STRIDED_AUTO strided_tensor *far = strided_conv2d(x, w, STRIDED_DIMS(INT64_MAX), STRIDED_NO_DIMS); /* one position */
    assert_non_null(far);
    assert_int_equal(strided_count(far), 1);
}

static void tensors_that_do_not_fit(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3, 4, 4));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 2, 2));
    STRIDED_AUTO strided_tensor *line = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4)), *point = strided_zeros(NULL, STRIDED_F32, 0, NULL);
    STRIDED_AUTO strided_tensor *geometry = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, 3, 4, 4), NULL);
    STRIDED_AUTO strided_tensor *other = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 2, 2));
    STRIDED_AUTO strided_tensor *wide = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 2, 7));
    refused(STRIDED_ERR_SHAPE, "conv1d", strided_conv1d(x, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_SHAPE, "conv3d", strided_conv3d(x, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_SHAPE, "conv2d", strided_conv2d(x, line, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_SHAPE, "conv2d", strided_conv2d(x, wide, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    assert_string_equal(strided_error(), "conv2d: weights (1, 3, 2, 7) are larger than x (2, 3, 4, 4) with padding 0 on axis 3");
    refused(STRIDED_ERR_SHAPE, "conv2d", strided_conv2d(x, other, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    assert_string_equal(strided_error(), "conv2d: x (2, 3, 4, 4) has 3 channels, weights (1, 2, 2, 2) want 2");
    refused(STRIDED_ERR_NULL, "conv2d", strided_conv2d(geometry, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_NULL, "conv2d", strided_conv2d(x, geometry, STRIDED_NO_DIMS, STRIDED_DIMS(4)));
    STRIDED_AUTO strided_tensor *just = strided_conv2d(x, wide, STRIDED_NO_DIMS, STRIDED_DIMS(0, 2)); /* padding makes room */
    assert_memory_equal(strided_shape(just), STRIDED_LIST(2, 1, 3, 2), 4 * sizeof(int64_t));
    refused(STRIDED_ERR_SHAPE, "maxpool1d", strided_maxpool1d(x, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_SHAPE, "maxpool2d", strided_maxpool2d(line, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_SHAPE, "maxpool2d", strided_maxpool2d(x, STRIDED_DIMS(5), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_NULL, "avgpool2d", strided_avgpool2d(geometry, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    refused(STRIDED_ERR_SHAPE, "pad1d", strided_pad1d(point, 1, 1, 0));
    refused(STRIDED_ERR_SHAPE, "pad2d", strided_pad2d(line, 1, 1, 1, 1, 0));
    refused(STRIDED_ERR_NULL, "pad1d", strided_pad1d(geometry, 1, 1, 0));
    refused(STRIDED_ERR_SHAPE, "pad1d", strided_pad1d(line, -3, -2, 0));
    refused(STRIDED_ERR_OVERFLOW, "pad1d", strided_pad1d(line, INT64_MAX, 1, 0));
    refused(STRIDED_ERR_OVERFLOW, "pad2d", strided_pad2d(x, INT64_MAX, INT64_MAX, 0, 0, 0));
    refused(STRIDED_ERR_OVERFLOW, "pad2d", strided_pad2d(x, 0, 0, INT64_MIN, 0, 0));
    assert_null(strided_pad1d(NULL, 1, 1, 0));
    assert_null(strided_pad2d(NULL, 1, 1, 1, 1, 0));
    assert_null(strided_conv1d(NULL, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    assert_null(strided_conv2d(x, NULL, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    assert_null(strided_conv3d(NULL, NULL, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    assert_null(strided_maxpool1d(NULL, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    assert_null(strided_maxpool2d(NULL, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    assert_null(strided_avgpool2d(NULL, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
}

/* ---- nothing, and no memory --------------------------------------------------------------------- */

static void of_nothing(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *none = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(0, 3, 4, 4));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(5, 3, 2, 2));
    STRIDED_AUTO strided_tensor *y = strided_conv2d(none, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *p = strided_maxpool2d(none, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *q = strided_pad2d(none, 1, 0, 0, 2, 3);
    assert_memory_equal(strided_shape(y), STRIDED_LIST(0, 5, 3, 3), 4 * sizeof(int64_t));
    assert_memory_equal(strided_shape(p), STRIDED_LIST(0, 3, 2, 2), 4 * sizeof(int64_t));
    assert_memory_equal(strided_shape(q), STRIDED_LIST(0, 3, 6, 5), 4 * sizeof(int64_t));
}

struct arguments { strided_tensor *x, *w; };

static strided_status every_call(void *job)
{
    const struct arguments *a = job;
    strided_tensor *all[] = { strided_conv2d(a->x, a->w, STRIDED_DIMS(2), STRIDED_DIMS(1)), strided_maxpool2d(a->x, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS),
                              strided_avgpool2d(a->x, STRIDED_DIMS(3), STRIDED_DIMS(1), STRIDED_DIMS(1)), strided_pad1d(a->x, 1, 2, 3),
                              strided_pad2d(a->x, 1, 2, 3, 4, 5) };
    strided_status s = STRIDED_OK;
    for (size_t i = 0; i < COUNT(all); i++) {
        if (all[i] == NULL) s = strided_error_status();
        strided_release(all[i]);
    }
    return s;
}

static void no_memory(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    struct arguments a = { strided_full(o->ctx, STRIDED_F32, STRIDED_DIMS(2, 3, 6, 5), 1), strided_full(o->ctx, STRIDED_F32, STRIDED_DIMS(4, 3, 3, 3), 1) };
    for (int64_t nth = 1;; nth++) {
        oom_arm(o, nth);
        strided_status s = every_call(&a);
        int failed = o->failed;
        oom_arm(o, 0);
        assert_true(s == STRIDED_OK || (failed && s == STRIDED_ERR_NO_MEMORY));
        if (!failed) break;
    }
    strided_release(a.x);
    strided_release(a.w);
    oom_free(o);
}

STRIDED_TEST_GROUP("ops/course",
    cmocka_unit_test(geometries),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(padding),
    cmocka_unit_test(lists_of_another_length),
    cmocka_unit_test(numbers_that_mean_nothing),
    cmocka_unit_test(tensors_that_do_not_fit),
    cmocka_unit_test(of_nothing),
    cmocka_unit_test(no_memory))
