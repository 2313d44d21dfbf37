/*
 * test_small_product.c - small products against the generic loop: the same bits for every extent, stride, dtype and instruction set,
 * nothing written outside the destination; and those that are no small products.
 */
#include <stdlib.h>
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "support/guard.h"
#include "../../src/kernels/prepared.h"
#include "../support/random.h"

static struct rng rng;

static int64_t any(int64_t lo, int64_t hi) { return rng_between(&rng, lo, hi); }

enum { ROOM = 40000, MIDDLE = ROOM / 2 };
static double a_room[ROOM], b_room[ROOM], first[ROOM], second[ROOM];
static float *bias; /* 300 of them, before memory that cannot be read */

static void fill(double *room, strided_dtype t)
{
    for (int64_t i = 0; i < ROOM; i++)
        if (t == STRIDED_F64) room[i] = (double)any(-1000, 1000) * 0.001;
        else ((float *)room)[i] = (float)any(-1000, 1000) * 0.001f;
}

/* What becomes of sums: mostly a bias and limits, one for each column; others' sums are no small product's. */
static void random_ending(struct work *w, int row, int column)
{
    const int64_t cols = w->nest.axis[column].len;
    w->epilogue.activation = (strided_activation)any(0, 3);
    w->epilogue.lo = -0.25;
    w->epilogue.hi = 0.5;
    if (any(0, 9) == 0) w->epilogue.alpha = 0.5;
    if (any(0, 2) == 0) return;
    strided__work_memory(w, NEST_C, STRIDED_F32, bias + 300 - cols);
    if (any(0, 9)) strided__work_stride(w, column, NEST_C, 1);
    else if (w->nest.axis[row].len <= cols) strided__work_stride(w, row, NEST_C, 1);
}

/* y(i, j) = sum over k of a(i, k) b(k, j): columns in whole vectors and not, a of any strides, 0 and negative included. Rows are often so few
 * that tiles take several panels, and sometimes so many that they are cut, or sums so long that it is no small product. */
static void random_work(struct work *w, strided_context *ctx, strided_dtype t)
{
    static const int64_t columns[] = { 4, 8, 16, 24, 32, 36, 40, 64, 30, 128, 176, 272, 20 };
    const int many = any(0, 9) == 0;
    const int64_t rows = many ? any(960, 1000) : any(0, 3) ? any(1, 40) : any(1, 3), cols = many ? any(4, 16) : columns[any(0, 12)];
    const int64_t depth = any(0, 9) ? any(1, 40) : any(129, 135), gap = any(0, 3);
    strided__work_init(w, WORK_CONTRACT, t == STRIDED_F64 ? COMPUTE_F64 : COMPUTE_F32, ctx);
    const int i = strided__work_keep(w, rows), j = strided__work_keep(w, cols), k = strided__work_fold(w, depth);
    const int64_t size = (int64_t)strided_dtype_size(t), back = any(0, 1) ? 1 : -1;
    strided__work_memory(w, NEST_DST, t, (char *)first + MIDDLE * size);
    strided__work_memory(w, NEST_A, t, (char *)a_room + MIDDLE * size);
    strided__work_memory(w, NEST_B, t, (char *)b_room + MIDDLE * size);
    strided__work_stride(w, i, NEST_DST, back * (cols + gap));
    strided__work_stride(w, j, NEST_DST, 1);
    strided__work_stride(w, i, NEST_A, many ? any(-12, 12) : any(-50, 50));
    strided__work_stride(w, k, NEST_A, any(-50, 50));
    strided__work_stride(w, k, NEST_B, any(-60, 60));
    strided__work_stride(w, j, NEST_B, any(0, 2) ? 1 : any(-41, 41));
    if (t == STRIDED_F32 && any(0, 1)) random_ending(w, i, j);
}

static void must_equal(const struct work *w, uint64_t s)
{
    if (memcmp(first, second, sizeof first) == 0) return;
    fail_msg("seed %llu isa %s: %lld x %lld x %lld differs from the generic loop", (unsigned long long)s, strided_context_isa(w->ctx),
             (long long)w->nest.axis[0].len, (long long)w->nest.axis[1].len, (long long)w->nest.axis[2].len);
}

/* How many were small products, whose sums became something else, whose rows threads shared. */
struct seen { int small, ended, shared; };

static void same_as_generic(uint64_t s, strided_context *ctx, strided_dtype t, struct seen *seen)
{
    struct work w;
    struct prepared p;
    rng = rng_seed(s);
    memset(first, 0, sizeof first);
    memset(second, 0, sizeof second);
    random_work(&w, ctx, t);
    strided__work_run_on(&w, w.data);
    strided__prepare(&p, &w, 1);
    void *data[NEST_OPERANDS];
    memcpy(data, w.data, sizeof data);
    data[NEST_DST] = (char *)second + ((char *)w.data[NEST_DST] - (char *)first);
    strided__prepared_run(&p, data, NULL);
    const int taken = p.small.run != NULL;
    seen->small += taken;
    seen->ended += taken && p.small.ends;
    seen->shared += taken && p.small.shared.axis >= 0;
    strided__prepared_release(&p);
    must_equal(&w, s);
}

static struct seen same_bits(const strided_config *config, strided_dtype t)
{
    strided_context *ctx = eager_context(config);
    enum { PROBLEMS = 400 };
    struct seen seen = { 0, 0, 0 };
    if (!ctx) skip();
    struct guard *after = guard_new(300 * sizeof(float), GUARD_AFTER);
    bias = (float *)after->data;
    for (int i = 0; i < 300; i++) bias[i] = (float)any(-1000, 1000) * 0.001f;
    fill(a_room, t);
    fill(b_room, t);
    for (uint64_t s = 1; s <= PROBLEMS; s++) same_as_generic(s * 7919, ctx, t, &seen);
    if (seen.small < PROBLEMS / 4 || seen.small == PROBLEMS || (t == STRIDED_F32 && seen.ended < PROBLEMS / 10))
        fail_msg("%d of %d were taken, %d ended: the test does not test", seen.small, (int)PROBLEMS, seen.ended);
    strided_context_release(ctx);
    guard_free(after);
    return seen;
}

static void on(const char *isa)
{
    same_bits(&(strided_config){ .isa = isa }, STRIDED_F32);
    same_bits(&(strided_config){ .isa = isa }, STRIDED_F64);
}

static void scalar(void **state)  { (void)state; on("scalar"); }
static void neon(void **state)    { (void)state; on("neon"); }
static void avx2(void **state)    { (void)state; on("avx2"); }
static void avx512(void **state)  { (void)state; on("avx512"); }

/* Those of many rows are shared, of sums that long vectors form by small tiles. */
static void threads(void **state)
{
    const struct seen seen = same_bits(&(strided_config){ .threads = 3 }, STRIDED_F32);
    (void)state;
    if (!seen.shared && strided__kernels(strided__context_isa(NULL))->vector_bytes >= 64) fail_msg("threads shared no rows");
}

static int is_small(struct work *w)
{
    struct prepared p;
    strided__prepare(&p, w, 1);
    const int small = p.small.run != NULL;
    strided__prepared_release(&p);
    return small;
}

static void work_of(struct work *w, int64_t rows, int64_t depth)
{
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, NULL);
    const int i = strided__work_keep(w, rows), j = strided__work_keep(w, 32), k = strided__work_fold(w, depth);
    strided__work_memory(w, NEST_DST, STRIDED_F32, first);
    strided__work_memory(w, NEST_A, STRIDED_F32, a_room);
    strided__work_memory(w, NEST_B, STRIDED_F32, b_room);
    strided__work_stride(w, i, NEST_DST, 32);
    strided__work_stride(w, j, NEST_DST, 1);
    strided__work_stride(w, i, NEST_A, depth);
    strided__work_stride(w, k, NEST_A, 1);
    strided__work_stride(w, k, NEST_B, 32);
    strided__work_stride(w, j, NEST_B, 1);
}

/* Large ones, those whose sums become something else, and those whose lines of dst are no lines. */
static void others_are_not(void **state)
{
    struct work w;
    (void)state;
    work_of(&w, 32, 32);
    assert_true(is_small(&w));
    work_of(&w, 140, 300);
    assert_false(is_small(&w));
    work_of(&w, 32, 32);
    w.epilogue.activation = STRIDED_ACT_RELU;
    assert_true(is_small(&w));
    w.epilogue.activation = STRIDED_ACT_SILU;
    assert_false(is_small(&w));
    work_of(&w, 32, 32);
    w.epilogue.alpha = 2;
    assert_false(is_small(&w));
    work_of(&w, 32, 32);
    strided__work_stride(&w, 1, NEST_DST, 2);
    assert_false(is_small(&w));
}

/* dst may lie anywhere in memory. */
static void anywhere(void **state)
{
    struct work w;
    struct prepared p;
    (void)state;
    rng = rng_seed(5);
    fill(a_room, STRIDED_F32);
    fill(b_room, STRIDED_F32);
    work_of(&w, 17, 19);
    strided__prepare(&p, &w, 1);
    void *data[NEST_OPERANDS];
    memcpy(data, w.data, sizeof data);
    strided__prepared_run(&p, data, NULL);
    data[NEST_DST] = (char *)second + 3;
    strided__prepared_run(&p, data, NULL);
    assert_non_null(p.small.run);
    strided__prepared_release(&p);
    assert_memory_equal((char *)second + 3, first, 17 * 32 * sizeof(float));
}

STRIDED_TEST_GROUP("kernels/small_product", cmocka_unit_test(scalar), cmocka_unit_test(neon), cmocka_unit_test(avx2), cmocka_unit_test(avx512),
                   cmocka_unit_test(threads), cmocka_unit_test(others_are_not), cmocka_unit_test(anywhere))
