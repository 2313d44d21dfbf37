/*
 * test_run.c - whole works against index arithmetic: products with edges, padding maps, reductions, indices; every
 * instruction set this machine has, the same bits from those that fuse.
 */
#include <stdio.h>
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "../../src/nest/nest.h"

static uint64_t seed = 1;

static int64_t any(int64_t lo, int64_t hi)
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return lo + (int64_t)((z ^ (z >> 31)) % (uint64_t)(hi - lo + 1));
}

struct conv1 { int64_t n, o, c, k, size, step, dil, before, after, positions; strided_pad_mode mode; };

static struct conv1 any_conv(void)
{
    struct conv1 g;
    do {
        g = (struct conv1){ .n = any(1, 40), .o = any(1, 5), .c = any(1, 4), .size = any(1, 5), .step = any(1, 3), .dil = any(1, 3),
                            .before = any(0, 6), .after = any(0, 6), .mode = (strided_pad_mode)any(0, 4) };
    } while (g.n + g.before + g.after < g.dil * (g.size - 1) + 1);
    g.positions = (g.n + g.before + g.after - g.dil * (g.size - 1) - 1) / g.step + 1;
    return g;
}

static double reference(const struct conv1 *g, const float *x, const float *w, int64_t o, int64_t j)
{
    double sum = 0;
    for (int64_t c = 0; c < g->c; c++)
        for (int64_t t = 0; t < g->size; t++) {
            int64_t p = j * g->step + t * g->dil - g->before;
            if (p < 0 || p >= g->n) {
                if (g->mode == STRIDED_PAD_CONSTANT) continue;
                p = strided__pad_index(g->mode, p, g->n);
            }
            sum += (double)x[c * g->n + p] * (double)w[(o * g->c + c) * g->size + t];
        }
    return sum;
}

static void conv_work(struct work *w, const struct conv1 *g, float *y, float *x, float *k, strided_context *ctx)
{
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    strided__work_memory(w, NEST_DST, STRIDED_F32, y);
    strided__work_memory(w, NEST_A, STRIDED_F32, x);
    strided__work_memory(w, NEST_B, STRIDED_F32, k);
    int o = strided__work_keep(w, g->o), j = strided__work_keep(w, g->positions);
    int c = strided__work_fold(w, g->c), t = strided__work_fold(w, g->size);
    strided__work_stride(w, o, NEST_DST, g->positions);
    strided__work_stride(w, j, NEST_DST, 1);
    strided__work_stride(w, c, NEST_A, g->n);
    strided__work_stride(w, o, NEST_B, g->c * g->size);
    strided__work_stride(w, c, NEST_B, g->size);
    strided__work_stride(w, t, NEST_B, 1);
    strided__work_edge(w, (struct edge){ .mode = g->mode ? EDGE_PAD : EDGE_SKIP, .pad = g->mode, .operand = NEST_A, .keep = j,
                                         .other = t, .keep_mul = g->step, .fold_mul = g->dil, .before = g->before, .n = g->n,
                                         .stride = 1 });
    strided__work_sort_folds(w);
}

static void products_with_edges(void **state)
{
    (void)state;
    for (int i = 0; i < 4000; i++) {
        struct conv1 g = any_conv();
        float x[160], k[100], y[5 * 64];
        struct work w;
        for (int j = 0; j < 160; j++) x[j] = (float)any(-8, 8);
        for (int j = 0; j < 100; j++) k[j] = (float)any(-8, 8);
        conv_work(&w, &g, y, x, k, NULL);
        strided__work_run(&w);
        for (int64_t o = 0; o < g.o; o++)
            for (int64_t j = 0; j < g.positions; j++)
                if ((double)y[o * g.positions + j] != reference(&g, x, k, o, j))
                    fail_msg("case %d: n %lld size %lld step %lld dil %lld before %lld mode %d, o %lld j %lld: %g, want %g", i,
                             (long long)g.n, (long long)g.size, (long long)g.step, (long long)g.dil, (long long)g.before, (int)g.mode,
                             (long long)o, (long long)j, (double)y[o * g.positions + j], reference(&g, x, k, o, j));
    }
}

static void same_bits_on_every_isa_and_thread_count(void **state)
{
    static const strided_config configs[] = { { .isa = "avx2" }, { .isa = "avx512" }, { .isa = "avx2", .threads = 3 } };
    (void)state;
    for (int i = 0; i < 50; i++) {
        struct conv1 g = any_conv();
        float x[160], k[100], y[3][5 * 64];
        struct work w;
        int made = 0;
        g.o = 5;
        for (int j = 0; j < 160; j++) x[j] = (float)any(-1000000, 1000000) * 1e-6f;
        for (int j = 0; j < 100; j++) k[j] = (float)any(-1000000, 1000000) * 1e-6f;
        for (int c = 0; c < 3; c++) {
            strided_context *ctx = eager_context(&configs[c]);
            if (!ctx) continue;
            conv_work(&w, &g, y[made], x, k, ctx);
            strided__work_run(&w);
            assert_memory_equal(y[0], y[made], sizeof(float) * (size_t)(g.o * g.positions));
            strided_context_release(ctx);
            made++;
        }
        if (!made) skip();
    }
}

/* A long sum into one element and many short ones go different ways through the kernels. */
static void sums_of_every_shape(void **state)
{
    static const int64_t shapes[][2] = { { 1, 1000 }, { 3, 300 }, { 300, 3 }, { 7, 16 }, { 8, 16 }, { 1, 1 }, { 5, 0 } };
    (void)state;
    for (int s = 0; s < 7; s++) {
        int16_t x[1000];
        int64_t y[300], keep = shapes[s][0], fold = shapes[s][1];
        struct work w;
        for (int j = 0; j < 1000; j++) x[j] = (int16_t)any(-30000, 30000);
        strided__work_init(&w, WORK_REDUCE, COMPUTE_I64, NULL);
        w.op = FOLD_SUM;
        strided__work_memory(&w, NEST_DST, STRIDED_I64, y + keep - 1); /* backwards */
        strided__work_memory(&w, NEST_A, STRIDED_I16, x);
        int i = strided__work_keep(&w, keep), j = strided__work_fold(&w, fold);
        strided__work_stride(&w, i, NEST_DST, -1);
        strided__work_stride(&w, i, NEST_A, fold);
        strided__work_stride(&w, j, NEST_A, 1);
        strided__work_run(&w);
        for (int64_t a = 0; a < keep; a++) {
            int64_t sum = 0;
            for (int64_t b = 0; b < fold; b++) sum += x[a * fold + b];
            assert_true(y[keep - 1 - a] == sum);
        }
    }
}

/* The 2-d position of the largest element of each 2x2 window, row-major in the plane; NaN: the last one. */
static void indices_through_edges(void **state)
{
    float x[4][5] = { { 1, 2, 3, 4, 5 }, { 9, 2, 3, 8, 5 }, { 1, 7, 7, 4, 5 }, { 1, 2, 3, 4, 6 } }, y[2][2];
    int64_t idx[2][2];
    struct work w;
    (void)state;
    strided__work_init(&w, WORK_ARG, COMPUTE_F32, NULL);
    w.last = 1;
    strided__work_memory(&w, NEST_DST, STRIDED_F32, y);
    strided__work_memory(&w, NEST_A, STRIDED_F32, x);
    strided__work_memory(&w, NEST_C, STRIDED_I64, idx);
    int oh = strided__work_keep(&w, 2), ow = strided__work_keep(&w, 2), kh = strided__work_fold(&w, 2), kw = strided__work_fold(&w, 2);
    for (int o = NEST_DST; o <= NEST_C; o += NEST_C) {
        strided__work_stride(&w, oh, o, 2);
        strided__work_stride(&w, ow, o, 1);
    }
    struct edge e = { .mode = EDGE_SKIP, .operand = NEST_A, .keep = oh, .other = kh, .keep_mul = 2, .fold_mul = 1, .before = 0, .n = 4,
                      .stride = 5, .index_stride = 5 };
    strided__work_edge(&w, e);
    e.keep = ow; e.other = kw; e.before = 1; e.n = 5; e.stride = e.index_stride = 1; e.keep_mul = 3;
    strided__work_edge(&w, e);
    strided__work_run(&w);
    assert_int_equal(idx[0][0], 5);   /* the edge leaves one column: 1, 9 */
    assert_int_equal(idx[0][1], 8);   /* columns 2 and 3 of rows 0 and 1 */
    assert_int_equal(idx[1][0], 10);
    assert_int_equal(idx[1][1], 12);  /* 7 at row 2, column 2 */
    assert_true(y[0][0] == 9 && y[0][1] == 8 && y[1][0] == 1 && y[1][1] == 7);
}

STRIDED_TEST_GROUP("nest/run", cmocka_unit_test(products_with_edges), cmocka_unit_test(same_bits_on_every_isa_and_thread_count),
                   cmocka_unit_test(sums_of_every_shape), cmocka_unit_test(indices_through_edges))
