/*
 * test_handful.c - rows by handfuls (handful_plan.h) against the generic loop: the same bits for every extent, stride, dtype and instruction set;
 * what lies outside of the views is neither read nor written.
 */
#include <stdlib.h>
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "support/guard.h"
#include "support/random.h"
#include "../../src/kernels/prepared.h"

static struct rng rng;

static int64_t any(int64_t lo, int64_t hi) { return rng_between(&rng, lo, hi); }

enum { OUTER, ROWS, OUTPUTS, TERMS, AXES };

/* An operand: its strides lie as `order` says, innermost first, some of them backwards; from the second axis on with gaps. */
struct memory { int64_t stride[AXES], before, elements; strided_dtype dtype; struct guard *guard; char *at; };

static void lay(struct memory *m, const int64_t *len, const int *order, int axes, int64_t gap)
{
    int64_t at = 1;
    memset(m->stride, 0, sizeof m->stride);
    m->before = 0;
    m->elements = 1;
    for (int i = 0; i < axes; i++) {
        const int axis = order[i];
        const int64_t back = any(0, 3) == 0 ? -1 : 1;
        m->stride[axis] = back * at;
        m->elements += (len[axis] - 1) * at;
        if (back < 0) m->before += (len[axis] - 1) * at;
        at = at * len[axis] + gap;
        gap = i ? 0 : gap;
    }
}

static void place(struct memory *m, strided_dtype t, enum guard_side side)
{
    const int64_t size = (int64_t)strided_dtype_size(t);
    m->dtype = t;
    m->guard = guard_new((size_t)(m->elements * size), side);
    m->at = (char *)m->guard->data;
    for (int64_t i = 0; i < m->elements; i++)
        if (t == STRIDED_F32) ((float *)(void *)m->at)[i] = (float)any(-1000, 1000) * 0.001f;
        else m->at[i] = (char)any(0, 127);
}

static void give(struct work *w, int operand, const struct memory *m, char *at)
{
    strided__work_memory(w, operand, m->dtype, at + m->before * (int64_t)strided_dtype_size(m->dtype));
    for (int i = 0; i < AXES; i++) strided__work_stride(w, i, operand, m->stride[i]);
}

/* Colours and points (one b for all), or a b for each row; a bias and limits now and then. Whether it went by handfuls. */
static int same_as_generic(uint64_t seed, strided_context *ctx)
{
    rng = rng_seed(seed);
    const int64_t len[AXES] = { any(1, 3), any(1, 9) > 1 ? any(8, 90) : any(900, 1200), any(1, 4), any(1, 5) };
    const int far = any(0, 7) == 0, each = far || any(0, 2) == 0, bytes = !far && any(0, 3) == 0 && !each, first = any(0, 1);
    const int to_bytes = bytes || (far && first), of_bytes = bytes || (far && !first); /* far: what is not of bytes has rows far from each other */
    const enum guard_side side = any(0, 1) ? GUARD_AFTER : GUARD_BEFORE;
    struct memory dst, a, b, c;
    struct work w;
    struct prepared p;
    lay(&dst, len, (const int[]){ OUTPUTS, ROWS, OUTER }, 3, to_bytes ? 0 : far ? 3500 : any(0, 2));
    lay(&a, len, (const int[]){ TERMS, ROWS, OUTER }, 3, of_bytes ? 0 : far ? 3500 : any(0, 2));
    if (any(0, 1)) lay(&b, len, (const int[]){ TERMS, OUTPUTS, ROWS }, each ? 3 : 2, 0);
    else lay(&b, len, (const int[]){ OUTPUTS, TERMS, ROWS }, each ? 3 : 2, 0);
    lay(&c, len, (const int[]){ OUTPUTS }, 1, 0);
    place(&dst, to_bytes ? STRIDED_U8 : STRIDED_F32, side);
    place(&a, of_bytes ? STRIDED_U8 : STRIDED_F32, side);
    place(&b, STRIDED_F32, side);
    place(&c, STRIDED_F32, side);
    const size_t size = (size_t)dst.elements * strided_dtype_size(dst.dtype);
    char *want = malloc(size);
    assert_non_null(want);
    memcpy(want, dst.at, size);

    strided__work_init(&w, WORK_CONTRACT, COMPUTE_F32, ctx);
    for (int i = 0; i < TERMS; i++) strided__work_keep(&w, len[i]);
    strided__work_fold(&w, len[TERMS]);
    give(&w, NEST_DST, &dst, want);
    const int exchanged = any(0, 1) == 0;
    give(&w, NEST_A, exchanged ? &b : &a, exchanged ? b.at : a.at);
    give(&w, NEST_B, exchanged ? &a : &b, exchanged ? a.at : b.at);
    if (any(0, 1)) give(&w, NEST_C, &c, c.at);
    if (any(0, 1)) w.epilogue.activation = STRIDED_ACT_RELU;
    strided__work_run_on(&w, w.data);

    void *data[NEST_OPERANDS];
    strided__prepare(&p, &w, 0);
    memcpy(data, p.work.data, sizeof data); /* a and b may have changed places */
    data[NEST_DST] = dst.at + dst.before * (int64_t)strided_dtype_size(dst.dtype);
    strided__prepared_run_once(&p, data);
    const int taken = p.handful;
    strided__prepared_release(&p);
    if (memcmp(want, dst.at, size) != 0)
        fail_msg("seed %llu isa %s: %lld rows, %lld outputs, %lld terms differ from the generic loop", (unsigned long long)seed,
                 strided_context_isa(ctx), (long long)len[ROWS], (long long)len[OUTPUTS], (long long)len[TERMS]);
    free(want);
    guard_free(dst.guard);
    guard_free(a.guard);
    guard_free(b.guard);
    guard_free(c.guard);
    return taken;
}

static void same_bits(const strided_config *config, int handfuls)
{
    strided_context *ctx = eager_context(config);
    enum { PROBLEMS = 500 };
    int taken = 0;
    if (!ctx) skip();
    for (uint64_t s = 1; s <= PROBLEMS; s++) taken += same_as_generic(s * 7919, ctx);
    if (handfuls ? taken < PROBLEMS / 4 || taken == PROBLEMS : taken) fail_msg("%d of %d went by handfuls", taken, (int)PROBLEMS);
    strided_context_release(ctx);
}

static void scalar(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "scalar" }, 0); }
static void neon(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "neon" }, 0); }
static void avx2(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "avx2" }, 1); }
static void avx512(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "avx512" }, 1); }
static void threads(void **state) { (void)state; same_bits(&(strided_config){ .isa = "avx2", .threads = 3 }, 1); }

/* Windows that overlap, planes, and outputs enough for a packed product are others'. */
static void others_are_not(void **state)
{
    static const struct { int64_t rows, outputs, terms, row, term, dst_row, dst_output; int handful; } works[] = {
        { 1000, 3, 3, 3, 1, 3, 1, 1 }, { 1000, 1, 3, 1, 1, 1, 1, 0 }, { 1000, 3, 3, 1, 1000, 1, 1000, 0 },
        { 1000, 16, 16, 16, 1, 16, 1, 0 }, { 4, 3, 3, 3, 1, 3, 1, 0 }, { 1000, 3, 17, 17, 1, 3, 1, 0 },
    };
    static float memory[17000];
    strided_context *ctx = strided_context_new(&(strided_config){ .isa = "avx2" });
    (void)state;
    if (!ctx) skip();
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        struct work w;
        struct prepared p;
        strided__work_init(&w, WORK_CONTRACT, COMPUTE_F32, ctx);
        const int r = strided__work_keep(&w, works[i].rows), o = strided__work_keep(&w, works[i].outputs), k = strided__work_fold(&w, works[i].terms);
        for (int n = NEST_DST; n <= NEST_B; n++) strided__work_memory(&w, n, STRIDED_F32, memory);
        strided__work_stride(&w, r, NEST_A, works[i].row);
        strided__work_stride(&w, k, NEST_A, works[i].term);
        strided__work_stride(&w, o, NEST_B, works[i].terms);
        strided__work_stride(&w, k, NEST_B, 1);
        strided__work_stride(&w, r, NEST_DST, works[i].dst_row);
        strided__work_stride(&w, o, NEST_DST, works[i].dst_output);
        strided__prepare(&p, &w, 0);
        if (p.handful != works[i].handful) fail_msg("work %d", (int)i);
        strided__prepared_release(&p);
    }
    strided_context_release(ctx);
}

STRIDED_TEST_GROUP("kernels/handful", cmocka_unit_test(scalar), cmocka_unit_test(neon), cmocka_unit_test(avx2), cmocka_unit_test(avx512),
                   cmocka_unit_test(threads), cmocka_unit_test(others_are_not))
