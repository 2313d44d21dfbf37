/*
 * test_folds.c - reductions against the rule of chains (nest.h), in plain loops: the same bits for every fold, length, layout and
 * instruction set, values lying along the fold, backwards along it, across it, along it in pieces as those of windows do, or anyhow, with
 * NaN, infinities and zeros of both signs; nothing beyond the views is touched.
 */
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "../../src/base/dtype.h"
#include "../../src/nest/nest.h"
#include "../support/guard.h"
#include "../support/random.h"

enum lie { ALONG, BACK, ACROSS, APART, ANYHOW, LIES };

struct problem {
    int     fold, sub, windows;       /* enum reduce_fold, enum reduce_pre; a maximum over windows is one chain */
    strided_dtype from, to, in;       /* of x; of y; what is computed in */
    enum lie lie;
    int64_t rows, outputs, outer, inner; /* kept axes, folds */
    int64_t step, divisor;            /* from output to output of y, elements; what results are divided by, 0: they are not */
    int64_t x[4];                     /* strides of x along them, elements */
    int64_t first;                    /* element of x that is all first indices */
    struct guard *values, *y;
};

static struct rng rng;

static int64_t any(int64_t lo, int64_t hi) { return rng_between(&rng, lo, hi); }

/* Dense strides of the axes, the last of `order` innermost; elements in all. */
static int64_t lay(struct problem *p, const int order[4])
{
    const int64_t len[] = { p->rows, p->outputs, p->outer, p->inner };
    int64_t at = 1;
    for (int i = 3; i >= 0; i--) {
        p->x[order[i]] = at;
        at *= len[order[i]] + (p->lie >= APART ? any(0, 2) : 0);
    }
    return at;
}

static double any_value(int tame)
{
    static const double odd[] = { 0.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0, 0.0, -0.0, 0.0, -0.0, -0.0 };
    return tame || any(0, 40) ? rng_real(&rng, -1, 1) : odd[any(0, 7)];
}

static struct guard *room(strided_dtype t, int64_t count)
{
    return guard_new((size_t)count * strided_dtype_size(t), any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
}

static struct problem any_problem(void)
{
    struct problem p = { .fold = (int)any(0, FOLDS - 1), .from = any(0, 2) ? STRIDED_F32 : STRIDED_F64, .lie = (enum lie)any(0, LIES - 1) };
    p.to = p.from == STRIDED_F32 && any(0, 1) ? STRIDED_F32 : STRIDED_F64;
    p.sub = any(0, 2) ? PRE_NONE : any(0, 1) ? PRE_ABS : PRE_SQUARE;
    p.windows = p.fold == FOLD_MAX && any(0, 1);
    p.rows = any(1, 3);
    p.outputs = any(0, 1) ? any(1, 40) : any(1, 300);
    p.outer = any(0, 1) ? 1 : any(1, 9);
    p.inner = any(0, 2) ? any(1, 70) : any(0, 1) ? any(70, 300) : 32 * any(1, 4);
    p.step = any(0, 3) ? 1 : any(2, 3);
    p.divisor = any(0, 2) ? 0 : any(2, 49);
    p.in = p.to == STRIDED_F32 && any(0, 1) ? STRIDED_F64 : p.to;
    return p;
}

/* Floats that are summed as doubles, along lines that each chain has as many values of: some lines at once. */
static struct problem whole_rounds(void)
{
    struct problem p = any_problem();
    p.fold = FOLD_SUM;
    p.from = STRIDED_F32;
    p.to = any(0, 1) ? STRIDED_F32 : STRIDED_F64;
    p.in = STRIDED_F64;
    p.sub = PRE_NONE;
    p.windows = 0;
    p.lie = any(0, 1) ? ALONG : BACK;
    p.outer = 1;
    p.inner = FOLD_CHAINS * any(1, 4);
    return p;
}

/* Floats in some short lines, as those of windows are that lie side by side: a few outputs of many rows. */
static struct problem short_lines(void)
{
    struct problem p = any_problem();
    p.fold = any(0, 2) ? FOLD_SUM : FOLD_MAX;
    p.from = p.to = p.in = STRIDED_F32;
    p.sub = PRE_NONE;
    p.windows = p.fold == FOLD_MAX && any(0, 1);
    p.lie = APART;
    p.rows = any(1, 30);
    p.outputs = any(1, 5);
    p.outer = any(2, 14);
    p.inner = any(3, 20);
    return p;
}

static void fill(struct problem *p)
{
    static const int orders[LIES][4] = { { 0, 1, 2, 3 }, { 0, 1, 2, 3 }, { 0, 2, 3, 1 }, { 0, 1, 2, 3 }, { 3, 1, 0, 2 } };
    const int64_t count = lay(p, orders[p->lie]);
    const int tame = any(0, 2) == 0, zeros = any(0, 9) == 0;
    p->values = room(p->from, count);
    for (int64_t i = 0; i < count; i++)
        strided__store_double(p->from, p->values->data + i * (int64_t)strided_dtype_size(p->from), zeros ? -0.0 : any_value(tame));
    p->y = room(p->to, p->rows * p->outputs * p->step);
    if (p->lie == BACK) { p->first = (p->inner - 1) * p->x[3]; p->x[3] = -p->x[3]; }
}

static double in(const struct problem *p, double v) { return p->in == STRIDED_F32 ? (double)(float)v : v; }

static double folded(const struct problem *p, double acc, double v)
{
    switch (p->fold) {
    case FOLD_SUM:  return in(p, acc + v);
    case FOLD_PROD: return in(p, acc * v);
    case FOLD_MAX:  return v > acc || v != v ? v : acc;
    default:        return v < acc || v != v ? v : acc;
    }
}

static double identity(const struct problem *p)
{
    return p->fold == FOLD_SUM || (p->fold == FOLD_MAX && p->sub == PRE_ABS) ? 0 : p->fold == FOLD_PROD ? 1 : p->fold == FOLD_MAX ? -1.0 / 0.0 : 1.0 / 0.0;
}

static double value(const struct problem *p, int64_t at)
{
    const double v = strided__load_double(p->from, p->values->data + at * (int64_t)strided_dtype_size(p->from));
    return p->sub == PRE_ABS ? (v < 0 || (v == 0 && 1 / v < 0) ? -v : v) : p->sub == PRE_SQUARE ? in(p, v * v) : v;
}

static double expected(const struct problem *p, int64_t row, int64_t output)
{
    const int64_t chains = p->windows || p->outer * p->inner < FOLD_CHAINS ? 1 : FOLD_CHAINS, at = p->first + row * p->x[0] + output * p->x[1];
    double acc[FOLD_CHAINS];
    for (int64_t c = 0; c < chains; c++) acc[c] = identity(p);
    for (int64_t t = 0; t < p->outer * p->inner; t++)
        acc[t % chains] = folded(p, acc[t % chains], value(p, at + t / p->inner * p->x[2] + t % p->inner * p->x[3]));
    for (int64_t half = chains / 2; half; half /= 2)
        for (int64_t c = 0; c < half; c++) acc[c] = folded(p, acc[c], acc[c + half]);
    const double all = p->divisor ? in(p, acc[0] / (double)p->divisor) : acc[0];
    return p->to == STRIDED_F32 ? (double)(float)all : all;
}

static void make_work(struct work *w, const struct problem *p, strided_context *ctx)
{
    const int64_t len[] = { p->rows, p->outputs, p->outer, p->inner }, y[] = { p->outputs * p->step, p->step, 0, 0 };
    strided__work_init(w, WORK_REDUCE, strided__compute_of(p->in), ctx);
    w->op = p->fold;
    w->sub = p->sub;
    w->windows = p->windows;
    if (p->divisor) w->finish = FINISH_DIV;
    w->param[0] = (double)p->divisor;
    strided__work_memory(w, NEST_DST, p->to, p->y->data);
    strided__work_memory(w, NEST_A, p->from, p->values->data + p->first * (int64_t)strided_dtype_size(p->from));
    for (int i = 0; i < 4; i++) {
        const int axis = i < 2 ? strided__work_keep(w, len[i]) : strided__work_fold(w, len[i]);
        strided__work_stride(w, axis, NEST_DST, y[i]);
        strided__work_stride(w, axis, NEST_A, p->x[i]);
    }
}

/* Which NaN a sum of several is, is left open. */
static int same(double a, double b) { return memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b); }

static void same_as_rule(struct problem (*make)(void), uint64_t seed, strided_context *ctx)
{
    struct work w;
    rng = rng_seed(seed);
    struct problem p = make();
    fill(&p);
    make_work(&w, &p, ctx);
    strided__work_run_on(&w, w.data);
    for (int64_t i = 0; i < p.rows * p.outputs; i++) {
        const double is = strided__load_double(p.to, p.y->data + i * p.step * (int64_t)strided_dtype_size(p.to));
        const double should = expected(&p, i / p.outputs, i % p.outputs);
        if (!same(is, should))
            fail_msg("seed %llu on %s: fold %d of %d x %d, lie %d, output %d is %.17g, not %.17g", (unsigned long long)seed,
                     strided_context_isa(ctx), p.fold, (int)p.outer, (int)p.inner, (int)p.lie, (int)i, is, should);
    }
    guard_free(p.values);
    guard_free(p.y);
}

static void same_bits(const strided_config *config)
{
    strided_context *ctx = eager_context(config);
    if (!ctx) skip();
    for (uint64_t i = 1; i <= 600; i++) same_as_rule(any_problem, i * 7919, ctx);
    for (uint64_t i = 1; i <= 40; i++) same_as_rule(whole_rounds, i * 7919, ctx);
    for (uint64_t i = 1; i <= 200; i++) same_as_rule(short_lines, i * 7919, ctx);
    strided_context_release(ctx);
    guard_trim();
}

static void scalar(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "scalar" }); }
static void avx2(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "avx2" }); }
static void avx512(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "avx512" }); }
static void threads(void **state) { (void)state; same_bits(&(strided_config){ .threads = 3 }); }

STRIDED_TEST_GROUP("kernels/folds", cmocka_unit_test(scalar), cmocka_unit_test(avx2), cmocka_unit_test(avx512), cmocka_unit_test(threads))
