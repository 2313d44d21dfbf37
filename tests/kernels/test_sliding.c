/*
 * test_sliding.c - sliding maxima against the generic loop: the same bits for windows of every length, step, dilation and padding, along
 * one axis to three, every layout, dtype, share and instruction set, with NaN that can be told apart, infinities and zeros of both signs;
 * nothing beyond the views is touched.
 */
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "../../src/kernels/prepared.h"
#include "../../src/base/checked.h"
#include "../support/guard.h"
#include "../support/random.h"

enum { OUTER = 2, WINDOWS = 3, AXES = OUTER + WINDOWS };

/* An axis: of two that are no windows, then of three that may be. */
struct span { int64_t n, taps, step, dilation, before, positions; int padded; };

struct problem {
    strided_dtype from, to;
    int     windows;
    struct span axis[AXES];
    struct guard *x, *y[2];
    int64_t x_stride[AXES], y_stride[AXES], x_first, y_first; /* elements */
};

static struct rng rng;

static int64_t any(int64_t lo, int64_t hi) { return rng_between(&rng, lo, hi); }

static struct span plain_span(int64_t most)
{
    int64_t n = any(0, 3) ? any(1, most) : 1;
    return (struct span){ .n = n, .taps = 1, .step = 1, .dilation = 1, .positions = n };
}

static struct span any_span(int64_t n_most, int64_t taps_most)
{
    struct span s = { .n = any(1, n_most), .taps = any(1, taps_most), .step = any(0, 1) ? 1 : any(1, 4), .dilation = any(0, 2) ? 1 : any(1, 4),
                      .padded = any(0, 2) > 0 };
    int64_t length = (s.taps - 1) * s.dilation + 1, after = s.padded ? any(0, length) : 0;
    s.before = s.padded ? any(0, length) : 0;
    if (s.n + s.before + after < length) s.n = length;
    s.positions = (s.n + s.before + after - length) / s.step + 1;
    return s;
}

/* Dense, but for gaps and directions, in any order of the axes; the strides, and how many elements there are before and after element 0. */
static int64_t lay_out(const int64_t *len, int64_t *stride, int64_t *first)
{
    int order[AXES];
    int64_t at = 1;
    *first = 0;
    for (int i = 0; i < AXES; i++) {
        int j = (int)any(0, i);
        order[i] = order[j];
        order[j] = i;
    }
    if (any(0, 1))
        for (int i = 0; i < AXES; i++) order[i] = AXES - 1 - i;
    for (int i = 0; i < AXES; i++) {
        int64_t gap = any(0, 7) ? 1 : 2, *s = &stride[order[i]];
        *s = at * gap * (any(0, 7) ? 1 : -1);
        at = at * gap * len[order[i]];
        if (*s < 0) *first -= *s * (len[order[i]] - 1);
    }
    return at;
}

static double any_value(int rarely)
{
    static const double odd[] = { 1.0 / 0.0, -1.0 / 0.0, -1.0 / 0.0, 0.0, -0.0, 0.0, -0.0 };
    return any(0, rarely) ? rng_real(&rng, -100, 3) : odd[any(0, 6)];
}

/* Of floats every NaN has bits of its own; `plain`: there are no zeros of the other sign; `rarely`: infinities do not hide all else. */
static void put_value(strided_dtype t, void *p, int nans, int plain, int rarely)
{
    const double v = any_value(rarely);
    strided__store_double(t, p, plain && v == 0 ? 0 : v);
    if (!nans || any(0, nans)) return;
    if (t == STRIDED_F32) memcpy(p, &(uint32_t){ 0x7fc00000u + (uint32_t)any(0, 99) + ((uint32_t)any(0, 1) << 31) }, 4);
    if (t == STRIDED_F64) memcpy(p, &(uint64_t){ 0x7ff8000000000000u + (uint64_t)any(0, 99) + ((uint64_t)any(0, 1) << 63) }, 8);
    if (t == STRIDED_BF16) memcpy(p, &(uint16_t){ (uint16_t)(0x7fc0u + (unsigned)any(0, 60) + ((unsigned)any(0, 1) << 15)) }, 2);
    if (t == STRIDED_F16) memcpy(p, &(uint16_t){ (uint16_t)(0x7e00u + (unsigned)any(0, 99) + ((unsigned)any(0, 1) << 15)) }, 2);
}

static struct guard *values(strided_dtype t, int64_t count)
{
    static const int rates[] = { 0, 0, 5, 300, 20000 };
    const int64_t size = (int64_t)strided_dtype_size(t);
    const int nans = rates[any(0, 4)], plain = (int)any(0, 1), rarely = any(0, 1) ? 4 : 5000;
    struct guard *g = guard_new((size_t)(count * size), any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
    for (int64_t i = 0; i < count; i++) put_value(t, g->data + i * size, nans, plain, rarely);
    return g;
}

/* A problem that comes to so much that nobody would wait for it is made smaller by ones. */
static void limit(struct problem *p, double most)
{
    double work = 1;
    for (int i = 0; i < AXES; i++) {
        struct span *s = &p->axis[i];
        if (work * (double)(s->positions * s->taps) > most || work * (double)s->n > most) *s = plain_span(1);
        work *= (double)(s->positions * s->taps);
    }
}

/* Windows along a line or some, from short ones to those of many vectors. */
static struct problem long_line(void)
{
    struct problem p = { .from = STRIDED_F32, .to = STRIDED_F32, .windows = 1 };
    const int64_t taps = any(2, any(0, 1) ? 100 : 900), n = taps + any(0, 3000), before = any(0, 1) ? any(0, taps) : 0, after = before ? any(0, taps) : 0;
    for (int i = 0; i < AXES; i++) p.axis[i] = plain_span(i ? 1 : 4);
    p.axis[OUTER] = (struct span){ .n = n, .taps = taps, .step = 1, .dilation = 1, .before = before, .padded = before > 0,
                                   .positions = n + before + after - taps + 1 };
    return p;
}

/* Pools of bytes, most often two apart. */
static struct problem byte_planes(void)
{
    struct problem p = { .from = any(0, 1) ? STRIDED_U8 : STRIDED_I8, .windows = 2 };
    const int64_t taps = any(1, 4), step = any(0, 3) ? 2 : 1;
    p.to = p.from;
    for (int i = 0; i < AXES; i++) p.axis[i] = plain_span(i < OUTER ? 3 : 1);
    for (int i = OUTER; i < OUTER + p.windows; i++) {
        const int64_t n = any(taps, 150), before = any(0, taps - 1), after = any(0, taps - 1);
        p.axis[i] = (struct span){ .n = n, .taps = taps, .step = step, .dilation = 1, .before = before, .padded = 1,
                                   .positions = (n + before + after - taps) / step + 1 };
    }
    return p;
}

/* As image networks have them: few taps, no position that sees nothing, more channels than a vector has lanes. */
static struct problem square_planes(void)
{
    struct problem p = { .from = STRIDED_F32, .to = STRIDED_F32, .windows = 2 };
    for (int i = 0; i < AXES; i++) p.axis[i] = plain_span(1);
    struct span *channels = &p.axis[any(0, 1) ? AXES - 1 : 0];
    channels->n = channels->positions = any(8, 70);
    for (int i = OUTER; i < OUTER + p.windows; i++) {
        const int64_t taps = any(4, 15), n = any(taps, 30), before = any(0, taps - 1), after = any(0, taps - 1);
        p.axis[i] = (struct span){ .n = n, .taps = taps, .step = 1, .dilation = 1, .before = before, .padded = 1,
                                   .positions = n + before + after - taps + 1 };
    }
    return p;
}

/* Windows of two axes or three that no buffer holds, of channels that lie together or of lines. */
static struct problem large_windows(void)
{
    static const strided_dtype types[] = { STRIDED_F32, STRIDED_F32, STRIDED_F64, STRIDED_BF16, STRIDED_I32 };
    struct problem p = { .from = types[any(0, 4)], .windows = (int)any(1, 2) };
    p.to = p.from;
    for (int i = 0; i < AXES; i++) p.axis[i] = plain_span(1);
    p.axis[1] = plain_span(any(0, 1) ? 40 : 4);
    for (int i = OUTER; i < OUTER + p.windows; i++) {
        const int64_t taps = p.windows == 1 ? any(1000, 2000) : any(50, 160), dilation = any(0, 3) ? 1 : any(1, 3), length = (taps - 1) * dilation + 1;
        const int64_t n = any(length / 2, length + 20), step = any(0, 2) ? 1 : any(1, taps + 5), least = max_size(length - n, 0);
        const int64_t before = any(0, length - 1), after = any(max_size(least - before, 0), max_size(least - before, 0) + 30);
        p.axis[i] = (struct span){ .n = n, .taps = taps, .step = step, .dilation = dilation, .before = before, .padded = 1,
                                   .positions = (n + before + after - length) / step + 1 };
    }
    limit(&p, 3e7);
    return p;
}

static struct problem any_problem(void)
{
    if (any(0, 40) == 0) return large_windows();
    if (any(0, 9) == 0) return long_line();
    if (any(0, 4) == 0) return byte_planes();
    if (any(0, 3) == 0) return square_planes();
    static const strided_dtype types[] = { STRIDED_F32, STRIDED_F32, STRIDED_F64, STRIDED_F16, STRIDED_BF16, STRIDED_I32, STRIDED_I16, STRIDED_I8,
                                           STRIDED_U8, STRIDED_U16, STRIDED_BOOL };
    struct problem p = { .from = types[any(0, 10)], .windows = (int)any(1, WINDOWS) };
    const int large = any(0, 30) == 0; /* more than one tile */
    const int64_t n_most = (p.windows == 1 ? 3000 : p.windows == 2 ? 120 : 20) * (large ? 8 : 1);
    p.to = any(0, 3) || !strided__dtype_is_float(p.from) ? p.from : STRIDED_F32;
    p.axis[0] = plain_span(3);
    p.axis[1] = plain_span(any(0, 1) ? 50 : 5);
    for (int i = OUTER; i < AXES; i++) {
        const int64_t most = any(0, 2) ? n_most : 12;
        p.axis[i] = i - OUTER < p.windows ? any_span(most, any(0, 1) ? most / 2 + 1 : 6) : plain_span(1);
    }
    limit(&p, large ? 1e7 : 3e5);
    return p;
}

static void set_memory(struct problem *p)
{
    int64_t x[AXES], y[AXES], count;
    for (int i = 0; i < AXES; i++) {
        x[i] = p->axis[i].n;
        y[i] = p->axis[i].positions;
    }
    p->x = values(p->from, lay_out(x, p->x_stride, &p->x_first));
    count = lay_out(y, p->y_stride, &p->y_first);
    for (int i = 0; i < 2; i++) {
        p->y[i] = guard_new((size_t)count * strided_dtype_size(p->to), any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
        memset(p->y[i]->data, 0x5a, p->y[i]->bytes);
    }
}

static void add_window(struct work *w, const struct span *s, int keep, int fold, int64_t stride)
{
    const struct edge e = { .mode = EDGE_SKIP, .operand = NEST_A, .keep = keep, .other = fold, .keep_mul = s->step, .fold_mul = s->dilation,
                            .before = s->before, .n = s->n, .stride = stride };
    strided__work_window(w, &e);
    if (s->padded) strided__work_edge(w, e);
    strided__work_stride(w, keep, NEST_A, s->step * stride);
    strided__work_stride(w, fold, NEST_A, s->dilation * stride);
}

static void make_work(struct work *w, const struct problem *p, strided_context *ctx)
{
    strided__work_init(w, WORK_REDUCE, strided__compute_of(p->from), ctx);
    w->op = FOLD_MAX;
    strided__work_memory(w, NEST_DST, p->to, p->y[0]->data + p->y_first * (int64_t)strided_dtype_size(p->to));
    strided__work_memory(w, NEST_A, p->from, p->x->data + p->x_first * (int64_t)strided_dtype_size(p->from));
    for (int i = 0; i < AXES; i++) {
        strided__work_keep(w, p->axis[i].positions);
        strided__work_stride(w, i, NEST_DST, p->y_stride[i]);
        strided__work_stride(w, i, NEST_A, p->x_stride[i]);
    }
    for (int i = 0; i < p->windows; i++) strided__work_fold(w, p->axis[OUTER + i].taps);
    for (int i = 0; i < p->windows; i++) add_window(w, &p->axis[OUTER + i], OUTER + i, AXES + i, p->x_stride[OUTER + i]);
}

static void put_back(struct problem *p)
{
    guard_free(p->x);
    guard_free(p->y[0]);
    guard_free(p->y[1]);
}

static void compare(const struct problem *p, uint64_t seed, const char *isa)
{
    const size_t size = strided_dtype_size(p->to);
    for (size_t i = 0; i < p->y[0]->bytes; i += size)
        if (memcmp(p->y[0]->data + i, p->y[1]->data + i, size) != 0)
            fail_msg("seed %llu on %s: %s, %d windows, element %zu of %zu differs", (unsigned long long)seed, isa, strided_dtype_name(p->from),
                     p->windows, i / size, p->y[0]->bytes / size);
}

/* Is there a plan, whatever it costs; does it leave small integers where they lie, take few taps of floats at once, or floats as they lie, in lines
 * or otherwise, or rows of windows that are too long. */
struct taken { int plans, in_place, near, direct, straight, by_rows; };

static void same_as_generic(uint64_t seed, strided_context *ctx, struct taken *taken)
{
    struct work w;
    struct prepared prepared;
    void *data[NEST_OPERANDS];
    const struct kernels *k = strided__kernels(strided__context_isa(ctx));
    rng = rng_seed(seed);
    struct problem p = any_problem();
    set_memory(&p);
    make_work(&w, &p, ctx);
    strided__work_run_on(&w, w.data);
    memcpy(data, w.data, sizeof data);
    data[NEST_DST] = p.y[1]->data + p.y_first * (int64_t)strided_dtype_size(p.to);
    assert_int_equal(strided__prepare(&prepared, &w, 1), STRIDED_OK);
    strided__sliding_plan(&prepared.sliding, &w, k, 1e30);
    if (prepared.sliding.fits) prepared.window.fits = prepared.product.fits = 0;
    taken->plans += prepared.sliding.fits;
    taken->in_place += prepared.sliding.in_place.fits;
    taken->near += prepared.sliding.near != 0;
    taken->direct += prepared.sliding.direct;
    taken->straight += prepared.sliding.straight;
    taken->by_rows += prepared.sliding.fits && prepared.sliding.by_rows;
    strided__prepared_run(&prepared, data, NULL);
    strided__prepared_release(&prepared);
    compare(&p, seed, strided_context_isa(ctx));
    put_back(&p);
}

static void same_bits(const strided_config *config)
{
    strided_context *ctx = eager_context(config);
    enum { PROBLEMS = 2000, IN_PLACE = 40, NEAR = 100, DIRECT = 20, STRAIGHT = 40, BY_ROWS = 10 };
    struct taken taken = { 0 };
    if (!ctx) skip();
    const struct kernels *k = strided__kernels(strided__context_isa(ctx));
    const int has_maxima = strided__maxima_kernel(k, STRIDED_U8) != NULL;
    const int straight = k->sliding[COMPUTE_F32] && k->sliding[COMPUTE_F32]->line ? STRAIGHT : 0;
    for (uint64_t i = 1; i <= PROBLEMS; i++) same_as_generic(i * 7919, ctx, &taken);
    if (taken.plans < PROBLEMS * 95 / 100 || taken.by_rows < BY_ROWS || taken.straight < straight || (has_maxima && (taken.in_place < IN_PLACE || taken.near < NEAR || taken.direct < DIRECT)))
        fail_msg("%d of %d were taken, %d in place, %d near, %d direct, %d straight, %d by rows: the test does not test", taken.plans, (int)PROBLEMS,
                 taken.in_place, taken.near, taken.direct, taken.straight, taken.by_rows);
    strided_context_release(ctx);
    guard_trim();
}

static void scalar(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "scalar" }); }
static void neon(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "neon" }); }
static void avx2(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "avx2" }); }
static void avx512(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "avx512" }); }
static void threads(void **state) { (void)state; same_bits(&(strided_config){ .threads = 3 }); }

STRIDED_TEST_GROUP("kernels/sliding", cmocka_unit_test(scalar), cmocka_unit_test(neon), cmocka_unit_test(avx2), cmocka_unit_test(avx512),
                   cmocka_unit_test(threads))
