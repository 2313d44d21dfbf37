/*
 * test_divide.c - what the threads share: which axis, in how many pieces, and that the pieces are all of it.
 */
#include <limits.h>
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "../../src/kernels/divide.h"

enum { WORKERS = 4 };

/* A convolution of planes of their own (g), channels first: positions h and w, 3 by 3 taps, edges along both. */
static void planes(struct work *w, int64_t g, int64_t size)
{
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, NULL);
    w->dtype[NEST_DST] = w->dtype[NEST_A] = w->dtype[NEST_B] = STRIDED_F32;
    const int64_t line[] = { size, 1 };
    const int first = strided__work_keep(w, g), axis[2] = { strided__work_keep(w, size), strided__work_keep(w, size) };
    const int tap[2] = { strided__work_fold(w, 3), strided__work_fold(w, 3) };
    strided__work_stride(w, first, NEST_DST, size * size);
    strided__work_stride(w, first, NEST_A, size * size);
    strided__work_stride(w, first, NEST_B, 9);
    for (int i = 0; i < 2; i++) {
        strided__work_stride(w, axis[i], NEST_DST, line[i]);
        strided__work_stride(w, tap[i], NEST_B, i ? 1 : 3);
        strided__work_edge(w, (struct edge){ .mode = EDGE_SKIP, .operand = NEST_A, .keep = axis[i], .other = tap[i], .keep_mul = 1, .fold_mul = 1,
                                             .before = 1, .n = size, .stride = line[i] });
    }
}

static struct division by_windows(struct work *w, strided_context *ctx)
{
    struct window_plan plan;
    memset(&plan, 0, sizeof plan);
    w->ctx = ctx;
    return strided__divide(w, NULL, &plan, NULL, WORKERS);
}

static strided_context *context(void)
{
    return strided_context_new(&(strided_config){ .isa = "scalar" });
}

/* Piece after piece, all of the axis; pieces of one thread and of another differ by one grain at most. */
static void covers(const struct division *d, int64_t len)
{
    int64_t at = 0, grains[WORKERS] = { 0 };
    for (int64_t i = 0; i < d->pieces; i++) {
        const struct part p = strided__division_part(d, len, i);
        assert_true(p.axis == d->axis && p.lo == at && p.hi > p.lo && (p.hi == len || p.hi % d->grain == 0));
        at = p.hi;
        if (d->pieces % WORKERS == 0) grains[i / (d->pieces / WORKERS)] += (p.hi - p.lo + d->grain - 1) / d->grain;
    }
    assert_int_equal(at, len);
    for (int t = 1; t < WORKERS; t++) assert_in_range(grains[t] + 1 - grains[0], 0, 2);
}

static void parts_are_all_of_it(void **state)
{
    (void)state;
    for (int64_t len = 1; len < 200; len++)
        for (int64_t grain = 1; grain < 20; grain += 6)
            for (int64_t pieces = 1; pieces <= 16 && pieces <= (len + grain - 1) / grain; pieces++)
                covers(&(struct division){ .axis = 3, .grain = grain, .pieces = pieces, .parts = 1 }, len);
}

static void small_works_stay_whole(void **state)
{
    strided_context *ctx = context(), *eager = eager_context(&(strided_config){ .isa = "scalar" });
    struct work w;
    (void)state;
    planes(&w, 16, 14);
    assert_int_equal(by_windows(&w, ctx).axis, -1);
    assert_int_equal(by_windows(&w, eager).axis, 0);
    strided_context_release(ctx);
    strided_context_release(eager);
}

/* First as many threads as are worth it, then one piece for each thread, then some for each. */
static void pieces_grow_with_the_work(void **state)
{
    strided_context *ctx = context();
    struct work w;
    (void)state;
    planes(&w, 160, 14);
    assert_int_equal(by_windows(&w, ctx).pieces, 2);
    planes(&w, 384, 14);
    assert_int_equal(by_windows(&w, ctx).pieces, WORKERS);
    planes(&w, 384, 112);
    assert_int_equal(by_windows(&w, ctx).pieces, 4 * WORKERS);
    w.ctx = ctx;
    assert_in_range(strided__divide(&w, NULL, NULL, NULL, INT_MAX).pieces, 1, 384); /* an executor may say so */
    strided_context_release(ctx);
}

/* Lines are as many, and more than planes here, but share what they read. */
static void planes_come_before_lines(void **state)
{
    strided_context *ctx = context();
    struct work w;
    (void)state;
    planes(&w, 32, 112);
    assert_int_equal(by_windows(&w, ctx).axis, 0);
    planes(&w, 3, 240);
    assert_int_equal(by_windows(&w, ctx).axis, 1);
    strided_context_release(ctx);
}

static int divided(strided_context *ctx, int64_t rows, int64_t columns, int64_t row_of_a, int64_t column_of_a)
{
    struct work w;
    strided__work_init(&w, WORK_MAP, COMPUTE_F32, ctx);
    w.op = MAP_COPY;
    w.dtype[NEST_DST] = w.dtype[NEST_A] = STRIDED_F32;
    const int64_t len[] = { rows, columns }, dst[] = { columns, 1 }, a[] = { row_of_a, column_of_a };
    for (int i = 0; i < 2; i++) {
        strided__work_keep(&w, len[i]);
        strided__work_stride(&w, i, NEST_DST, dst[i]);
        strided__work_stride(&w, i, NEST_A, a[i]);
    }
    return strided__divide(&w, NULL, NULL, NULL, WORKERS).axis;
}

/* A product of so many lines of so many rows, and columns in panels of 64. */
static struct division by_panels(strided_context *ctx, int64_t lines, int64_t rows, int64_t columns)
{
    struct work w;
    struct product p = { .fits = 1, .column = 2, .width = 64, .bunch = 1, .role = { ROLE_ROW, ROLE_ROW, ROLE_COLUMN, ROLE_FOLD } };
    strided__work_init(&w, WORK_CONTRACT, COMPUTE_F32, ctx);
    w.dtype[NEST_DST] = w.dtype[NEST_A] = w.dtype[NEST_B] = STRIDED_F32;
    const int64_t len[] = { lines, rows, columns };
    for (int i = 0; i < 3; i++) strided__work_keep(&w, len[i]);
    strided__work_fold(&w, 1000);
    return strided__divide(&w, &p, NULL, NULL, WORKERS);
}

/* Three pieces of each panel, one after the other. */
static void rows_are_all_of_each_panel(const struct division *d)
{
    const struct nest_axis axis[] = { { .len = 7 }, { .len = 6 }, { .len = 320 } };
    for (int64_t i = 0; i < d->pieces; i++) {
        struct part part[2], before[2];
        assert_int_equal(strided__division_parts(d, axis, i, part), 2);
        assert_true(part[0].axis == 2 && part[0].lo == i / 3 * 64 && part[0].hi == part[0].lo + 64 && part[1].axis == 0 && part[1].lo < part[1].hi);
        if (i % 3) strided__division_parts(d, axis, i - 1, before);
        assert_int_equal(part[1].lo, i % 3 ? before[1].hi : 0);
        if (i % 3 == 2) assert_int_equal(part[1].hi, 7);
    }
}

/* Five panels are not as many for each of four threads, but with their lines in thirds they nearly are. */
static void odd_panels_share_rows(void **state)
{
    strided_context *ctx = context();
    (void)state;
    struct division d = by_panels(ctx, 7, 6, 320);
    assert_int_equal(d.axis, 2);
    assert_int_equal(d.rows, 0);
    assert_int_equal(d.parts, 3);
    assert_int_equal(d.pieces, 15);
    assert_int_equal(strided__division_part(&d, 320, 4).lo, 256);
    assert_int_equal(strided__division_part(&d, 320, 4).hi, 320);
    rows_are_all_of_each_panel(&d);
    d = by_panels(ctx, 7, 6, 500);
    assert_int_equal(d.parts, 1);
    assert_int_equal(d.pieces, 8);
    assert_int_equal(by_panels(ctx, 3, 3, 320).parts, 1);
    strided_context_release(ctx);
}

/* Rows of dst are fewer than columns, but lie together. Not if they are neighbours in a, or too few. */
static void pieces_lie_together(void **state)
{
    strided_context *ctx = context();
    (void)state;
    assert_int_equal(divided(ctx, 64, 1024, 1024, 1), 0);
    assert_int_equal(divided(ctx, 64, 1024, 1, 64), 1);
    assert_int_equal(divided(ctx, 7, 10240, 10240, 1), 1);
    assert_int_equal(divided(ctx, 64, 1024, 0, 1), 1);
    strided_context_release(ctx);
}

/* Additions to one place are in order. */
static void what_has_an_order_stays_whole(void **state)
{
    strided_context *ctx = context();
    struct work w;
    (void)state;
    strided__work_init(&w, WORK_MAP, COMPUTE_F32, ctx);
    strided__work_keep(&w, 1 << 20);
    w.op = MAP_COPY;
    assert_int_equal(strided__divide(&w, NULL, NULL, NULL, WORKERS).axis, 0);
    w.op = MAP_ACCUMULATE;
    assert_int_equal(strided__divide(&w, NULL, NULL, NULL, WORKERS).axis, -1);
    strided_context_release(ctx);
}

STRIDED_TEST_GROUP("kernels/divide", cmocka_unit_test(parts_are_all_of_it), cmocka_unit_test(small_works_stay_whole),
                   cmocka_unit_test(pieces_grow_with_the_work), cmocka_unit_test(planes_come_before_lines),
                   cmocka_unit_test(pieces_lie_together), cmocka_unit_test(odd_panels_share_rows), cmocka_unit_test(what_has_an_order_stays_whole))
