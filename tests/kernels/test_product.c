/*
 * test_product.c - the product kernels against the generic loop: the same bits for every geometry, stride, epilogue and
 * instruction set, and nothing written outside the destination.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "support/guard.h"
#include "../../src/kernels/gather_rows.h"
#include "../../src/kernels/mosaic.h"
#include "../../src/kernels/prepared.h"

static uint64_t seed;
static enum { FLOATS, INTEGERS, BYTES } integers; /* of 8 and 16 bits, or of 8 alone, instead of floats */
static int halves; /* floats are bf16, whose sums go by runs where the processor has them */
static int planar; /* axis that lies dense and forwards in every operand; -1 = none does by plan */

static int64_t any(int64_t lo, int64_t hi)
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return lo + (int64_t)((z ^ (z >> 31)) % (uint64_t)(hi - lo + 1));
}

enum { ROOM = 1000000 };
static float a_room[ROOM], b_room[ROOM], c_room[ROOM], first[ROOM], second[ROOM];

/* One axis of one operand at a time: dense strides in a random order of axes, some of them backwards. */
static char *lay_out(struct work *w, int operand, const int *axes, int n, float *room, int64_t gap)
{
    const int64_t size = (int64_t)strided_dtype_size(w->dtype[operand]);
    int order[NEST_AXES];
    int64_t at = gap, start = 7;
    for (int i = 0; i < n; i++) {
        int j = (int)any(0, i);
        order[i] = order[j];
        order[j] = axes[i];
    }
    for (int i = 1; i < n; i++)
        if (order[i] == planar) { order[i] = order[0]; order[0] = planar; }
    if (planar >= 0) at = 1;
    for (int i = 0; i < n; i++) {
        struct nest_axis *x = &w->nest.axis[order[i]];
        int back = order[i] != planar && any(0, 2) == 0;
        x->stride[operand] = back ? -at : at;
        if (back) start += (x->len - 1) * at;
        at *= x->len;
    }
    assert_true(start + at < ROOM);
    return (char *)room + start * size;
}

/* Mostly f32; else something that has to be converted on the way. */
static strided_dtype any_dtype(void)
{
    static const strided_dtype others[] = { STRIDED_I8, STRIDED_U8, STRIDED_I16 };
    if (halves) return STRIDED_BF16;
    if (integers) return others[any(0, integers == BYTES ? 1 : 2)];
    return planar >= 0 || any(0, 3) ? STRIDED_F32 : others[any(0, 2)];
}

static void operand(struct work *w, int which, strided_dtype t, const int *axes, int n, float *room, int64_t gap)
{
    w->dtype[which] = t;
    strided__work_memory(w, which, t, lay_out(w, which, axes, n, room, gap));
}

/* To 8 bits, by a factor for each column. */
static void requantize(struct work *w, int column)
{
    static double factors[100];
    for (int i = 0; i < 100; i++) factors[i] = (double)any(1, 1000) * 1e-6;
    strided__work_memory(w, NEST_D, STRIDED_F64, factors);
    strided__work_stride(w, column, NEST_D, 1);
    w->epilogue = (struct epilogue){ .alpha = 1, .beta = 1, .requantize = 1, .y_zero = any(-3, 3) };
}

/* groups x rows x columns x folds with one or two axes each; x has an edge between a row and a fold axis half of the time. */
static void random_work(struct work *w, strided_context *ctx, float *dst)
{
    int all[8], n = 0, rows[2], folds[2], column, group, position = -1;
    int64_t g = planar == 0 ? any(16, 70) : any(1, 3), size = any(1, 5), step = planar < 0 ? any(1, 2) : 1;
    int64_t dil = any(1, 2), before = any(0, 4), len = any(12, 40);
    strided__work_init(w, WORK_CONTRACT, integers ? COMPUTE_I32 : COMPUTE_F32, ctx);
    group = strided__work_keep(w, g);
    rows[0] = strided__work_keep(w, any(1, 9));
    rows[1] = strided__work_keep(w, (len + before - dil * (size - 1) - 1) / step + 1);
    column = strided__work_keep(w, planar == 0 ? any(1, 2) : any(planar == 2 ? 1 : 4, 90));
    folds[0] = strided__work_fold(w, planar == 0 ? any(1, 3) : any(1, 30));
    folds[1] = strided__work_fold(w, size);

    const int in_dst[] = { group, rows[0], rows[1], column }, in_b[] = { group, column, folds[0], folds[1] };
    n = 0;
    all[n++] = group; all[n++] = rows[0]; all[n++] = folds[0]; all[n++] = rows[1];
    operand(w, NEST_DST, integers && any(0, 2) ? STRIDED_I32 : any_dtype(), in_dst, 4, dst, any(1, 2));
    operand(w, NEST_B, any_dtype(), in_b, 4, b_room, 1);

    /* the position axis of a is as long as the input */
    position = rows[1];
    int64_t positions = w->nest.axis[position].len;
    w->nest.axis[position].len = len;
    operand(w, NEST_A, any_dtype(), all, n, a_room, 1);
    w->nest.axis[position].len = positions;
    if (integers && w->dtype[NEST_A] != STRIDED_I16) w->a_zero = any(0, 100);
    int64_t s = w->nest.axis[position].stride[NEST_A];
    strided__work_edge(w, (struct edge){ .mode = any(0, 3) ? EDGE_SKIP : EDGE_PAD,
                                         .pad = (strided_pad_mode)(STRIDED_PAD_CONSTANT + 1 + len % STRIDED_PAD_CIRCULAR), .operand = NEST_A,
                                         .keep = position, .other = folds[1], .keep_mul = step, .fold_mul = dil, .before = before,
                                         .n = len, .stride = s });
    if (any(0, 1)) {
        strided__work_memory(w, NEST_C, integers ? STRIDED_I32 : STRIDED_F32, c_room + 100);
        strided__work_stride(w, column, NEST_C, any(-1, 1));
        if (any(0, 1)) strided__work_stride(w, rows[0], NEST_C, 3);
    }
    if (any(0, 2) == 0) w->epilogue.alpha = 0.75;
    w->epilogue.accumulate = any(0, 2) == 0;
    w->epilogue.activation = (strided_activation)any(0, integers ? 2 : 3);
    w->epilogue.lo = -3;
    w->epilogue.hi = 5;
    if (integers && (w->dtype[NEST_DST] == STRIDED_U8 || w->dtype[NEST_DST] == STRIDED_I8)) requantize(w, column);
    strided__work_sort_folds(w);
}

static struct edge edge_of(int64_t len, int64_t stride, int64_t step, int64_t dil, int64_t before)
{
    return (struct edge){ .mode = EDGE_SKIP, .operand = NEST_A, .keep_mul = step, .fold_mul = dil, .before = before, .n = len, .stride = stride };
}

/* Convolutions of small images with so many channels that their edges are not cut. */
static void image_work(struct work *w, strided_context *ctx, float *dst)
{
    int kept[4], folds[3], at[2] = { 1, 2 };
    int64_t len[2], size[2], positions[2], step = any(1, 2), dil = any(1, 2), before = any(0, 5);
    for (int i = 0; i < 2; i++) {
        size[i] = any(1, 3);
        len[i] = any(4, 9);
        positions[i] = (len[i] + 2 * before - dil * (size[i] - 1) - 1) / step + 1;
    }
    strided__work_init(w, WORK_CONTRACT, integers ? COMPUTE_I32 : COMPUTE_F32, ctx);
    kept[0] = strided__work_keep(w, any(1, 2));
    for (int i = 0; i < 2; i++) kept[at[i]] = strided__work_keep(w, positions[i]);
    kept[3] = strided__work_keep(w, any(halves ? RUN_OUTPUTS : 8, 40));
    for (int i = 0; i < 2; i++) folds[i] = strided__work_fold(w, size[i]);
    folds[2] = strided__work_fold(w, any(halves ? RUN_TERMS : 192, 400));
    operand(w, NEST_DST, integers ? STRIDED_I32 : halves && any(0, 3) ? STRIDED_BF16 : STRIDED_F32, kept, 4, dst, any(1, 2));
    operand(w, NEST_B, any_dtype(), (int[]){ kept[3], folds[0], folds[1], folds[2] }, 4, b_room, 1);

    for (int i = 0; i < 2; i++) w->nest.axis[kept[at[i]]].len = len[i];
    operand(w, NEST_A, any_dtype(), (int[]){ kept[0], kept[1], kept[2], folds[2] }, 4, a_room, 1);
    for (int i = 0; i < 2; i++) {
        struct edge e = edge_of(len[i], w->nest.axis[kept[at[i]]].stride[NEST_A], step, dil, before);
        e.keep = kept[at[i]];
        e.other = folds[i];
        w->nest.axis[kept[at[i]]].len = positions[i];
        strided__work_edge(w, e);
    }
    w->epilogue.accumulate = any(0, 2) == 0;
    strided__work_sort_folds(w);
    if (!halves) return;
    w->arithmetic = STRIDED_ARITHMETIC_FAST;
    strided__work_runs(w, w->nest.axis[kept[3]].len);
}

/* Those of bf16 at FAST, half of them with neighbouring channels. */
static void bf16_work(struct work *w, strided_context *ctx, float *dst)
{
    halves = 1;
    if (any(0, 1)) planar = 6;
    image_work(w, ctx, dst);
    halves = 0;
}

/* Gradients of weights, one behind the other: the taps innermost, then the channels of x, those of dy, groups. */
static void gradient_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t dil = any(1, 2), before = any(0, 2), taps = any(2, 3);
    int64_t len[2];
    int group, out, in, tap[2], position[2];
    strided__work_init(w, WORK_CONTRACT, integers ? COMPUTE_I32 : COMPUTE_F32, ctx);
    group = strided__work_keep(w, any(1, 2));
    out = strided__work_keep(w, any(120, 260));
    in = strided__work_keep(w, any(140, 180));
    for (int i = 0; i < 2; i++) tap[i] = strided__work_keep(w, taps);
    for (int i = 0; i < 2; i++) position[i] = strided__work_fold(w, any(2, 4));
    const int in_dst[] = { tap[1], tap[0], in, out, group }, in_b[] = { group, out, position[0], position[1] }, in_a[] = { group, in, tap[0], tap[1] };
    w->dtype[NEST_DST] = integers ? STRIDED_I32 : any_dtype();
    w->data[NEST_DST] = dst + 7;
    for (int64_t i = 0, at = 1; i < 5; at *= w->nest.axis[in_dst[i++]].len) strided__work_stride(w, in_dst[i], NEST_DST, at);
    operand(w, NEST_B, any_dtype(), in_b, 4, b_room, 1);
    for (int i = 0; i < 2; i++) {
        len[i] = any(1, 6);
        w->nest.axis[tap[i]].len = len[i];
    }
    operand(w, NEST_A, any_dtype(), in_a, 4, a_room, 1);
    for (int i = 0; i < 2; i++) {
        struct edge e = edge_of(len[i], w->nest.axis[tap[i]].stride[NEST_A], dil, 1, before);
        e.keep = tap[i];
        e.other = position[i];
        w->nest.axis[tap[i]].len = taps;
        strided__work_edge(w, e);
    }
    w->epilogue.accumulate = any(0, 7) == 0;
    strided__work_sort_folds(w);
}

/* Channels first: columns times lines that lie in dst, and in a as they like; of many k, or far apart, or so that they crowd in the cache. Rows
 * of lines have an edge. */
static void line_work(struct work *w, strided_context *ctx, float *dst)
{
    static const int64_t steps[] = { 1, 1, 1, 2, -1, -2, 4 }, lengths[] = { 7, 13, 16, 23, 24, 31, 32, 39, 47, 48, 56, 65, 71, 79, 97, 100 };
    const int64_t len = lengths[any(0, 15)], columns = any(0, 2) ? any(100, 130) : any(4, 40), step = steps[any(0, 6)], rows = any(1, 3);
    const int64_t most = (step > 2 ? 4 : 2) * len + 16, k = any(0, 7) ? any(1, 90) : any(170, step > 2 ? 250 : 350);
    const int64_t apart = any(0, 1) ? rows * ((most + 127) / 128 * 128) : rows * most;
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int row = strided__work_keep(w, rows), line = strided__work_keep(w, len), column = strided__work_keep(w, columns);
    const int outer = strided__work_fold(w, any(1, 2)), tap = strided__work_fold(w, 3), channel = strided__work_fold(w, k);
    assert_true(k * apart < ROOM / 2 && columns * (4 * len + 5) < ROOM);
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + 3);
    strided__work_memory(w, NEST_A, STRIDED_F32, a_room + (step < 0 ? 2 * len : 0) + any(0, 9));
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, outer, tap, channel }, 4, b_room, 1);
    strided__work_stride(w, row, NEST_DST, len + any(0, 1));
    strided__work_stride(w, line, NEST_DST, 1);
    strided__work_stride(w, column, NEST_DST, rows * (len + 1) + any(0, 1));
    strided__work_stride(w, line, NEST_A, step);
    strided__work_stride(w, outer, NEST_A, any(1, 2));
    strided__work_stride(w, channel, NEST_A, apart);
    struct edge e = edge_of(rows, most, 1, 1, 1);
    e.keep = row;
    e.other = tap;
    strided__work_edge(w, e);
    if (any(0, 1)) {
        strided__work_memory(w, NEST_C, STRIDED_F32, c_room + 200);
        strided__work_stride(w, column, NEST_C, any(-1, 1));
        strided__work_stride(w, line, NEST_C, any(0, 2));
    }
    if (any(0, 2) == 0) w->epilogue.alpha = 0.75;
    w->epilogue.accumulate = any(0, 5) == 0;
    w->epilogue.activation = (strided_activation)any(0, 2);
    strided__work_sort_folds(w);
}

/* Columns times a line of rows `step` apart in a, each k of them `apart` from the one before. */
static void single_line(struct work *w, strided_context *ctx, float *dst, int64_t len, int64_t columns, int64_t k, int64_t step, int64_t apart)
{
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int line = strided__work_keep(w, len), column = strided__work_keep(w, columns), fold = strided__work_fold(w, k);
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + 3);
    strided__work_memory(w, NEST_A, STRIDED_F32, a_room + any(0, 9));
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, fold }, 2, b_room, 1);
    strided__work_stride(w, line, NEST_DST, 1);
    strided__work_stride(w, column, NEST_DST, len + any(0, 9));
    strided__work_stride(w, line, NEST_A, step);
    strided__work_stride(w, fold, NEST_A, apart);
}

/* A few rows at the end of a line, of more columns than a buffer holds that is not made for columns that lie apart. */
static void rest_work(struct work *w, strided_context *ctx, float *dst)
{
    single_line(w, ctx, dst, 32 + any(3, 4), any(6300, 6500), 20, 1, 1024);
}

/* A row at the end of each of many lines: together they are higher blocks than the lines have, and what is gathered of them is more. */
static void rests_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t columns = any(66, 72), pitch = 65 + any(0, 9);
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int lines = strided__work_keep(w, any(60, 62)), line = strided__work_keep(w, 65), column = strided__work_keep(w, columns);
    const int fold = strided__work_fold(w, any(240, 248));
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + 3);
    strided__work_memory(w, NEST_A, STRIDED_F32, a_room + any(0, 9));
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, fold }, 2, b_room, 1);
    strided__work_stride(w, lines, NEST_DST, columns * pitch);
    strided__work_stride(w, line, NEST_DST, 1);
    strided__work_stride(w, column, NEST_DST, pitch);
    strided__work_stride(w, lines, NEST_A, 70);
    strided__work_stride(w, line, NEST_A, 1);
    strided__work_stride(w, fold, NEST_A, 1024);
}

/* The same of lines so far apart that those of the next rows are asked for ahead of their time. */
static void distant_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t len = any(0, 1) ? 8 * any(8, 40) : any(33, 320), columns = any(50, 140), k = any(105, 260);
    single_line(w, ctx, dst, len, columns, k, 1, 300000 / k);
}

/* Rows a step apart, of which nothing is read beyond the last: behind it, or before it, is memory that may not be touched. */
static void stepped_work(struct work *w, strided_context *ctx, float *dst)
{
    static const int64_t steps[] = { 1, 2, 4, -1, -2, 3 };
    static struct guard *memory;
    const int64_t len = any(33, 64), columns = any(0, 1) ? any(20, 40) : any(100, 130), k = any(20, 40), step = steps[any(0, 5)];
    const int64_t line = (len - 1) * llabs(step) + 1, apart = any(0, 1) ? (line + 127) / 128 * 128 : line + any(0, 9), all = (k - 1) * apart + line;
    guard_free(memory);
    memory = guard_new((size_t)all * sizeof(float), step < 0 ? GUARD_BEFORE : GUARD_AFTER);
    memcpy(memory->data, a_room, (size_t)all * sizeof(float));
    single_line(w, ctx, dst, len, columns, k, step, apart);
    strided__work_memory(w, NEST_A, STRIDED_F32, (float *)(void *)memory->data + (step < 0 ? line - 1 : 0));
}

/* k are neighbours, and rows of a: the few of them that many columns need are turned. */
static void turned_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t columns = any(48, 140), k = any(1, 2 * columns);
    single_line(w, ctx, dst, any(33, 320), columns, k, k + any(0, 9), 1);
    w->epilogue.accumulate = any(0, 3) == 0;
    w->epilogue.activation = (strided_activation)any(0, 2);
}

/* Lines of several parts that take each block of a large b in turn. */
static void shared_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t len = 16 * any(5, 9) - any(0, 3), columns = any(880, 920), k = any(300, 320), step = any(1, 2), gap = any(0, 9);
    single_line(w, ctx, dst, len, columns, k, step, 2 * len + gap);
    w->epilogue.accumulate = any(0, 3) == 0;
    w->epilogue.activation = (strided_activation)any(0, 2);
}

/* Batches of rows times a b whose columns are neighbours, in whole vectors of any set. */
static void ready_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t columns = 16 * any(1, 8), k = any(1, 60), rows = any(8, 90);
    const int64_t batches = any(1, 3), pitch = columns + any(0, 9), step = any(0, 1) ? pitch : -pitch;
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int batch = strided__work_keep(w, batches), row = strided__work_keep(w, rows);
    const int column = strided__work_keep(w, columns), fold = strided__work_fold(w, k);
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + any(0, 9));
    strided__work_stride(w, batch, NEST_DST, rows * columns);
    strided__work_stride(w, row, NEST_DST, columns);
    strided__work_stride(w, column, NEST_DST, 1);
    operand(w, NEST_A, STRIDED_F32, (int[]){ batch, row, fold }, 3, a_room, 1);
    strided__work_memory(w, NEST_B, STRIDED_F32, b_room + (step < 0 ? k * pitch : 0) + any(0, 9));
    strided__work_stride(w, batch, NEST_B, any(0, 1) ? k * pitch : 0);
    strided__work_stride(w, fold, NEST_B, step);
    strided__work_stride(w, column, NEST_B, 1);
    w->epilogue.accumulate = any(0, 5) == 0;
    strided__work_sort_folds(w);
}

/* Few of one operand times many neighbours of the other, whose b may be another next time. */
static void few_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t few = any(8, 70), many = any(200, 300), k = any(210, 260), pitch = many + any(0, 9);
    const int exchanged = any(0, 1), of_few = exchanged ? NEST_B : NEST_A, of_many = exchanged ? NEST_A : NEST_B;
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int row = strided__work_keep(w, few), column = strided__work_keep(w, many), fold = strided__work_fold(w, k);
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + any(0, 9));
    strided__work_stride(w, row, NEST_DST, pitch);
    strided__work_stride(w, column, NEST_DST, 1);
    operand(w, of_few, any_dtype(), (int[]){ row, fold }, 2, a_room, 1);
    strided__work_memory(w, of_many, STRIDED_F32, b_room + any(0, 9));
    strided__work_stride(w, fold, of_many, pitch);
    strided__work_stride(w, column, of_many, 1);
}

/* A b so large that panels are asked for ahead of their time. */
static void large_work(struct work *w, strided_context *ctx, float *dst)
{
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int row = strided__work_keep(w, any(0, 1) ? any(1, 40) : 16 * any(2, 4)), column = strided__work_keep(w, any(500, 560));
    const int fold = strided__work_fold(w, any(530, 600));
    operand(w, NEST_DST, STRIDED_F32, (int[]){ row, column }, 2, dst, any(1, 2));
    operand(w, NEST_A, any_dtype(), (int[]){ row, fold }, 2, a_room, 1);
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, fold }, 2, b_room, 1);
}

/* A b so large that some columns, or batches, are packed after the other, if it is used once; with edges in the rows, or not. */
static void once_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t batches = any(1, 3), taps = any(1, 3), len = any(4, 40), size = any(530, 600) / taps;
    strided__work_init(w, WORK_CONTRACT, integers ? COMPUTE_I32 : COMPUTE_F32, ctx);
    const int row = strided__work_keep(w, len), column = strided__work_keep(w, any(500, 560) / batches), batch = strided__work_keep(w, batches);
    const int fold = strided__work_fold(w, size), tap = strided__work_fold(w, taps);
    operand(w, NEST_DST, integers ? STRIDED_I32 : STRIDED_F32, (int[]){ batch, row, column }, 3, dst, any(1, 2));
    operand(w, NEST_A, any_dtype(), (int[]){ batch, row, fold }, 3, a_room, 1);
    operand(w, NEST_B, any_dtype(), (int[]){ batch, column, fold, tap }, 4, b_room, 1);
    if (integers && w->dtype[NEST_A] != STRIDED_I16) w->a_zero = any(0, 100);
    struct edge e = edge_of(len, w->nest.axis[row].stride[NEST_A], 1, 1, any(0, taps - 1));
    e.keep = row;
    e.other = tap;
    if (taps > 1) strided__work_edge(w, e);
    strided__work_memory(w, NEST_C, integers ? STRIDED_I32 : STRIDED_F32, c_room + 1000);
    strided__work_stride(w, column, NEST_C, any(-1, 1));
    w->epilogue.accumulate = any(0, 2) == 0;
    w->epilogue.activation = (strided_activation)any(0, 2);
    strided__work_sort_folds(w);
}

/* The same of short sums, which long vectors form by small tiles, of all of b: of many rows, or where columns are no neighbours in b. */
static void short_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t apart = any(1, 2);
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int row = strided__work_keep(w, apart > 1 ? any(8, 60) : any(130, 160)), column = strided__work_keep(w, any(1100, 1400));
    const int fold = strided__work_fold(w, any(120, 128));
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + any(0, 9));
    strided__work_stride(w, column, NEST_DST, 1);
    strided__work_stride(w, row, NEST_DST, w->nest.axis[column].len);
    operand(w, NEST_A, STRIDED_F32, (int[]){ row, fold }, 2, a_room, 1);
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, fold }, 2, b_room, apart);
}

/* Lines that do not fill a block of gathered rows, of k that crowd in the cache. */
static void crowded_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t len = any(33, 49), lines = any(2, 9), k = any(120, 140), pitch = len + 3, apart = (pitch * lines + 127) / 128 * 128;
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int line = strided__work_keep(w, lines), row = strided__work_keep(w, len), column = strided__work_keep(w, any(65, 80));
    const int fold = strided__work_fold(w, k);
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst);
    strided__work_stride(w, column, NEST_DST, 1);
    strided__work_stride(w, row, NEST_DST, w->nest.axis[column].len);
    strided__work_stride(w, line, NEST_DST, len * w->nest.axis[column].len);
    strided__work_memory(w, NEST_A, STRIDED_F32, a_room);
    strided__work_stride(w, row, NEST_A, 1);
    strided__work_stride(w, line, NEST_A, pitch);
    strided__work_stride(w, fold, NEST_A, apart);
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, fold }, 2, b_room, 1);
}

/* Bytes, of so many k that tiles of them fill: neighbours as they lie, or rows as they lie across, forwards, backwards and every second one.
 * Lines of rows go on elsewhere. */
static void byte_work(struct work *w, strided_context *ctx, float *dst)
{
    static const int64_t steps[] = { 1, 1, -1, 2, -2 };
    const int64_t k = any(50, 200), rows = any(1, 60), lines = any(1, 3), taps = any(1, 3), columns = any(16, 70);
    const int64_t step = any(0, 2) ? steps[any(0, 4)] : k + any(0, 9), across = step <= 2, line_step = (rows + 3) * step + any(0, 3);
    strided__work_init(w, WORK_CONTRACT, COMPUTE_I32, ctx);
    const int line = strided__work_keep(w, lines), row = strided__work_keep(w, rows), column = strided__work_keep(w, columns);
    const int tap = strided__work_fold(w, taps), fold = strided__work_fold(w, across ? k : k / 4 * 4);
    w->dtype[NEST_DST] = STRIDED_I32;
    operand(w, NEST_DST, STRIDED_I32, (int[]){ line, row, column }, 3, dst, 1);
    operand(w, NEST_B, STRIDED_I8, (int[]){ column, tap, fold }, 3, b_room, 1);
    strided__work_memory(w, NEST_A, any(0, 3) ? STRIDED_U8 : STRIDED_I8, a_room + ROOM / 2);
    strided__work_stride(w, row, NEST_A, step);
    strided__work_stride(w, line, NEST_A, line_step);
    strided__work_stride(w, tap, NEST_A, any(-50, 50));
    strided__work_stride(w, fold, NEST_A, across ? any(0, 1) ? 3 * 64 * 2 : 419 : 1);
    w->a_zero = any(0, 1) ? any(0, 100) : 0;
    w->epilogue.accumulate = any(0, 3) == 0;
    strided__work_sort_folds(w);
}

/* Lines of pixels of a type that is gathered, each of which several taps see; behind the last is memory that may not be touched. */
static void tapped_work(struct work *w, strided_context *ctx, float *dst)
{
    static const strided_dtype halves_of[] = { STRIDED_F16, STRIDED_BF16 }, shorts[] = { STRIDED_U8, STRIDED_I8, STRIDED_I16 };
    static struct guard *memory;
    const int64_t rows = any(6, 60), lines = any(1, 4), taps = any(2, 5), every = any(1, 3), k = any(4, 150), step = any(0, 1) ? 1 : any(2, 3);
    const int64_t line = (rows - 1) * step + (taps - 1) * every + 1, all = k * lines * line;
    const strided_dtype t = integers ? shorts[any(0, integers == BYTES ? 1 : 2)] : halves_of[any(0, 1)];
    const int64_t size = (int64_t)strided_dtype_size(t);
    guard_free(memory);
    memory = guard_new((size_t)(all * size), any(0, 1) ? GUARD_BEFORE : GUARD_AFTER);
    for (int64_t i = 0; i < all; i++)
        if (size == 1) memory->data[i] = (unsigned char)any(0, 255);
        else ((uint16_t *)(void *)memory->data)[i] = (uint16_t)any(0x3000, 0x3bff);
    strided__work_init(w, WORK_CONTRACT, integers ? COMPUTE_I32 : COMPUTE_F32, ctx);
    const int at = strided__work_keep(w, lines), row = strided__work_keep(w, rows), column = strided__work_keep(w, any(8, 80));
    const int tap = strided__work_fold(w, taps), channel = strided__work_fold(w, k);
    operand(w, NEST_DST, integers ? STRIDED_I32 : STRIDED_F32, (int[]){ at, row, column }, 3, dst, any(1, 2));
    operand(w, NEST_B, integers ? STRIDED_I8 : t == STRIDED_BF16 ? t : STRIDED_F32, (int[]){ column, tap, channel }, 3, b_room, 1);
    strided__work_memory(w, NEST_A, t, memory->data);
    strided__work_stride(w, at, NEST_A, line);
    strided__work_stride(w, row, NEST_A, step);
    strided__work_stride(w, tap, NEST_A, every);
    strided__work_stride(w, channel, NEST_A, lines * line);
    strided__work_sort_folds(w);
}

/* Two or three columns of many terms, which are neighbours in dst. */
static void narrow_work(struct work *w, strided_context *ctx, float *dst)
{
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int row = strided__work_keep(w, any(20, 60)), column = strided__work_keep(w, any(2, 3)), tap = strided__work_fold(w, 5);
    const int fold = strided__work_fold(w, any(200, 1200));
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + any(0, 9));
    strided__work_stride(w, row, NEST_DST, any(3, 5));
    strided__work_stride(w, column, NEST_DST, 1);
    operand(w, NEST_A, STRIDED_F32, (int[]){ row, tap, fold }, 3, a_room, 1);
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, tap, fold }, 3, b_room, 1);
    w->epilogue.accumulate = any(0, 3) == 0;
    strided__work_sort_folds(w);
}

/* What rows of two lines share: the second lies behind what the taps of the first reach over. */
static void shared_rows(void **state)
{
    static struct gather_rows g;
    static char out[200];
    const char *row[20];
    const struct nest_axis line = { .len = 10, .stride = { [NEST_A] = 2 } };
    const struct nest_axis k[] = { { .len = 3, .stride = { [NEST_A] = 4 } }, { .len = 16, .stride = { [NEST_A] = 1000 } } };
    struct segment seg[3] = { { .len = 16 }, { .len = 16, .b = 16 }, { .len = 16, .b = 40 } };
    int64_t segments = 64, most = 40;
    (void)state;
    for (int i = 0; i < 20; i++) row[i] = out + (i / 10) * 100 + i % 10 * 2;
    g = (struct gather_rows){ .size = 4, .pitch = 28, .depth = 40, .out = out };
    strided__gather_taps(&g, &line, k, 2);
    strided__gather_start(&g, row, 20, 2);
    assert_true(g.taps == 3 && g.every == 2 && g.shares && g.runs == 2);
    assert_true(g.to[9] == out + 9 * 4 && g.to[10] == out + (10 + 4) * 4 && g.to[19] == out + (19 + 4) * 4);
    strided__gather_lines(&g, &k[1], &segments, &most);
    assert_true(segments == 63 && most == 2 * 3 * 16);
    strided__gather_start(&g, row, 20, 4); /* another step */
    assert_true(!g.shares && g.to[10] == out + 10 * 4);
    g.pitch = 27;                          /* no room */
    strided__gather_start(&g, row, 20, 2);
    assert_false(g.shares);
    assert_true(strided__gather_join(seg, 3, 1) == 2 && seg[0].len == 32 && seg[1].b == 40);
}

/* Rows are two taps apart: the first and the second tap are gathered, the others read what these do, further on. */
static void shared_in_turn(void **state)
{
    static struct gather_rows g;
    static char out[200];
    const char *row[10];
    const struct nest_axis line = { .len = 10, .stride = { [NEST_A] = 2 } };
    struct nest_axis k[] = { { .len = 5, .stride = { [NEST_A] = 1 } }, { .len = 16, .stride = { [NEST_A] = 1000 } } };
    int64_t segments = 64, most = 40;
    (void)state;
    for (int i = 0; i < 10; i++) row[i] = out + i * 2;
    g = (struct gather_rows){ .size = 4, .pitch = 12, .depth = 40, .out = out };
    strided__gather_taps(&g, &line, k, 2);
    strided__gather_start(&g, row, 10, 2);
    assert_true(g.taps == 5 && g.phases == 2 && g.every == 1 && g.shares);
    assert_true(strided__gather_beyond(&g, 0) == 2 && strided__gather_beyond(&g, 1) == 1);
    strided__gather_lines(&g, &k[1], &segments, &most);
    assert_true(segments == 60 && most == 5 * 16);
    k[0].len = 2; /* the second tap is the last */
    strided__gather_taps(&g, &line, k, 2);
    assert_int_equal(g.taps, 1);
    k[0].len = 3;
    g.depth = 31; /* no room for both */
    strided__gather_taps(&g, &line, k, 2);
    assert_int_equal(g.taps, 1);
}

/* More columns than there is room for at once when they are stored as another type, and apart. */
static void wide_work(struct work *w, strided_context *ctx, float *dst)
{
    static const strided_dtype floats[] = { STRIDED_BF16, STRIDED_F16, STRIDED_F64 };
    strided__work_init(w, WORK_CONTRACT, integers ? COMPUTE_I32 : COMPUTE_F32, ctx);
    const int row = strided__work_keep(w, any(1, 3)), column = strided__work_keep(w, any(8000, 14000)), fold = strided__work_fold(w, any(8, 30));
    strided__work_memory(w, NEST_DST, integers ? any_dtype() : floats[any(0, 2)], dst + any(0, 9));
    strided__work_stride(w, column, NEST_DST, any(1, 3));
    strided__work_stride(w, row, NEST_DST, 3 * w->nest.axis[column].len + any(0, 1));
    operand(w, NEST_A, any_dtype(), (int[]){ row, fold }, 2, a_room, 1);
    operand(w, NEST_B, any_dtype(), (int[]){ column, fold }, 2, b_room, 1);
}

/* Images whose lines are columns in dst, in which columns of b lie apart. */
static void swapped_work(struct work *w, strided_context *ctx, float *dst)
{
    const int64_t high = any(2, 40), wide = any(2, 40), columns = any(4, 75), k = any(150, 200), step = any(0, 1) ? 1 : any(-2, 2);
    const int64_t line = wide + any(0, 3), plane = high * line + any(0, 9), a_line = 2 * high + any(0, 3), a_plane = wide * a_line + any(0, 9);
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int batch = strided__work_keep(w, any(1, 2)), i = strided__work_keep(w, high), j = strided__work_keep(w, wide);
    const int column = strided__work_keep(w, columns), fold = strided__work_fold(w, k);
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + any(0, 9));
    strided__work_stride(w, batch, NEST_DST, columns * plane);
    strided__work_stride(w, column, NEST_DST, plane);
    strided__work_stride(w, i, NEST_DST, line);
    strided__work_stride(w, j, NEST_DST, 1);
    strided__work_memory(w, NEST_A, STRIDED_F32, a_room + 100);
    strided__work_stride(w, batch, NEST_A, k * a_plane / 2);
    strided__work_stride(w, fold, NEST_A, a_plane);
    strided__work_stride(w, i, NEST_A, step ? step : 1);
    strided__work_stride(w, j, NEST_A, a_line);
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, fold }, 2, b_room, 1);
    w->epilogue.accumulate = any(0, 2) == 0;
    w->epilogue.activation = (strided_activation)any(0, 2);
}

/* Short sums of lines of some steps, all k of which, a few or some hundreds, are one list: rows of any number, that fill tiles of all heights or leave
 * few, of one vector of columns to several panels; with a bias of each column, or of each row, and limits. Behind the columns lies what may not be
 * written. */
static void listed_work(struct work *w, strided_context *ctx, float *dst)
{
    strided__work_init(w, WORK_CONTRACT, COMPUTE_F32, ctx);
    const int line = strided__work_keep(w, any(1, 3)), row = strided__work_keep(w, any(10, 150)), column = strided__work_keep(w, 8 * any(1, 18) - any(0, 1) * any(0, 7));
    const int many = any(0, 5) == 0, tap = strided__work_fold(w, many ? any(6, 16) : any(2, 5));
    const int channel = strided__work_fold(w, many ? any(8, 23) : any(1, 6));
    const int64_t gap = any(0, 3), columns = w->nest.axis[column].len, step = any(0, 4) ? any(1, 9) : -3, rows = w->nest.axis[row].len;
    w->dtype[NEST_DST] = STRIDED_F32;
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + 100);
    strided__work_stride(w, column, NEST_DST, 1);
    strided__work_stride(w, row, NEST_DST, columns + gap);
    strided__work_stride(w, line, NEST_DST, rows * (columns + gap) + any(0, 5));
    operand(w, NEST_B, STRIDED_F32, (int[]){ column, tap, channel }, 3, b_room, 1);
    strided__work_memory(w, NEST_A, STRIDED_F32, a_room + ROOM / 2);
    strided__work_stride(w, row, NEST_A, step);
    strided__work_stride(w, line, NEST_A, any(-2000, 2000));
    strided__work_stride(w, tap, NEST_A, many ? 100 : any(300, 900));
    strided__work_stride(w, channel, NEST_A, any(1, 3));
    w->epilogue.activation = (strided_activation)any(0, 2);
    if (any(0, 1)) {
        strided__work_memory(w, NEST_C, STRIDED_F32, c_room + 100);
        strided__work_stride(w, column, NEST_C, any(0, 1));
        if (any(0, 3) == 0) strided__work_stride(w, row, NEST_C, 2);
    }
    strided__work_sort_folds(w);
}

static void fill(float *room, int64_t n)
{
    for (int64_t i = 0; i < n; i++) room[i] = (float)any(-1000, 1000) * 0.001f;
}

/* bf16, one in so many of which may be subnormal, and few infinite. */
static void fill_halves(float *room, int64_t many)
{
    static const uint16_t odd[] = { 0x0001, 0x8040, 0x0080, 0x8080, 0x1234, 0x9876, 0x0000, 0x8000 };
    uint16_t *half = (uint16_t *)(void *)room;
    for (int64_t i = 0; i < 2 * ROOM; i++) half[i] = any(1, many) > 1 ? (uint16_t)any(0x3e00, 0x3fff) ^ (uint16_t)(any(0, 1) << 15) : odd[any(0, 7)];
    for (int i = 0; i < 200; i++) half[any(0, 2 * ROOM - 1)] = any(0, 1) ? 0x7f80 : 0xff80;
}

static double size_of(const struct work *w)
{
    double v = 1;
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) v *= (double)w->nest.axis[i].len;
    return v;
}

/* Rows are pieces of two axes, whose sums are stored turned: walked as they lie in a, while those of the axis outside are neighbours in dst. */
static int goes_by_squares(const struct product *p, const struct work *w)
{
    struct nest_axis rows[NEST_AXES];
    int edges[NEST_AXES];
    const int n = p->fits && p->follows_a && !p->whole ? strided__product_axes(rows, p, &w->nest, ROLE_ROW, edges) : 0;
    return n > 1 && rows[n - 2].stride[NEST_DST] == 1 && w->nest.axis[p->column].stride[NEST_DST] != 1;
}

enum { PRODUCTS, WHOLE, SQUARES, MOSAICS, FEW, READY, LARGE, ONCE, ONCE_BATCHES, SMALLS, QUADS, TILES, TILES_READY, RUNS, RUNS_READY, DOTS, WINDOWS, CLASSES,
       COUNTS };

typedef void make_fn(struct work *w, strided_context *ctx, float *dst);

/* Adds to the count of what was there to be taken: a product, one whose edges are whole, whose rows go by squares, whose classes are a mosaic, whose few
 * are packed, or whose b is read as it lies (which are taken where b may be another next time), or larger than caches are, or packed in parts
 * (likewise), of four bytes at once, of tiles of bytes that are brought together or read as they lie, likewise runs of bf16, windows, windows of
 * each class. */
static void same_as_generic(uint64_t s, strided_context *ctx, make_fn *make, int count[COUNTS])
{
    struct work w;
    struct prepared p;
    struct mosaic m;
    seed = s;
    planar = s % 4 == 0 ? 2 : s % 4 == 1 ? 0 : -1;
    fill(second, ROOM);
    memcpy(first, second, sizeof first);
    make(&w, ctx, first);
    strided__work_run_on(&w, w.data);

    const int once = make == ready_work || make == once_work || make == short_work || make == few_work;
    strided__prepare(&p, &w, !once);
    void *data[NEST_OPERANDS];
    memcpy(data, p.work.data, sizeof data);
    data[NEST_DST] = (char *)second + ((char *)w.data[NEST_DST] - (char *)first);
    if (once) strided__prepared_run_once(&p, data);
    else strided__prepared_run(&p, data, NULL);
    count[PRODUCTS] += p.product.fits;
    count[WHOLE] += p.product.fits && p.product.whole;
    count[SQUARES] += goes_by_squares(&p.product, &p.work);
    count[MOSAICS] += p.product.fits && strided__mosaic_plan(&m, &p.product, &p.work);
    count[FEW] += p.product.fits && make == few_work && p.work.nest.axis[p.product.column].len <= 70;
    count[READY] += p.product.fits && !p.packed;
    count[QUADS] += p.product.fits && p.product.bunch == 4;
    if (p.product.fits && p.product.amx) {
        const int ready = p.work.nest.axis[p.product.bunched].stride[NEST_A] == 1 && p.work.dtype[NEST_A] != STRIDED_I8;
        count[(p.work.runs ? RUNS : TILES) + ready]++;
    }
    count[DOTS] += p.product.fits && p.product.dots;
    count[LARGE] += p.product.fits && p.product.packed > 1 << 17;
    count[ONCE] += p.product.fits && p.some > 0;
    count[ONCE_BATCHES] += p.product.fits && p.some > 0 && p.cut != p.product.column;
    count[SMALLS] += p.product.fits && p.small.run != NULL;
    if (p.window.fits) count[p.window.by_class ? CLASSES : WINDOWS]++;
    strided__prepared_release(&p);
    if (memcmp(first, second, sizeof first))
        for (int64_t i = 0; i < ROOM; i++)
            if (memcmp(&first[i], &second[i], 4))
                fail_msg("seed %llu isa %s size %g: element %lld is %.9g, generic says %.9g", (unsigned long long)s,
                         strided_context_isa(ctx), size_of(&w), (long long)i, (double)second[i], (double)first[i]);
}

/* Problems, every n-th of integers (0: none), of bytes in turn; at least so many must be what they are made for. */
static void many(strided_context *ctx, make_fn *make, uint64_t problems, uint64_t seeds, uint64_t every, int what, int least)
{
    int count[COUNTS] = { 0 };
    for (uint64_t s = 1; s <= problems; s++) {
        integers = !every || s % every ? FLOATS : s / every % 2 ? INTEGERS : BYTES;
        same_as_generic(s * seeds, ctx, make, count);
    }
    integers = FLOATS;
    if (count[what] < least) fail_msg("%d of %d were what they were made for (%d): the test does not test", count[what], (int)problems, what);
}

static void same_bits(const strided_config *config)
{
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 };
    if (!ctx) skip();
    seed = 1;
    fill(a_room, ROOM);
    fill(b_room, ROOM);
    fill(c_room, ROOM);
    for (uint64_t s = 1; s <= 250; s++) same_as_generic(s * 1000003, ctx, random_work, count);
    if (count[PRODUCTS] < 100 || count[CLASSES] < 20 || count[WINDOWS] < 40)
        fail_msg("products %d, windows %d, by class %d of 250: the test does not test", count[PRODUCTS], count[WINDOWS], count[CLASSES]);
    many(ctx, random_work, 250, 1000033, 1, PRODUCTS, 100);
    if (strided__context_isa(ctx) >= ISA_AVX512_VNNI) many(ctx, random_work, 250, 1000133, 1, QUADS, 40);
    many(ctx, byte_work, 120, 1000151, 1, PRODUCTS, 100);
    if (strided__context_isa(ctx) >= ISA_AVX512_AMX && strided__cpu_tiles()) {
        many(ctx, byte_work, 120, 1000153, 1, TILES, 60);
        many(ctx, byte_work, 120, 1000157, 1, TILES_READY, 20);
    }
    many(ctx, image_work, 40, 1000037, 2, WHOLE, 30);
    many(ctx, gradient_work, 12, 1000039, 4, MOSAICS, 4);
    many(ctx, line_work, 80, 1000039, 0, PRODUCTS, 20);
    many(ctx, listed_work, 200, 1000193, 0, PRODUCTS, 100);
    many(ctx, rest_work, 4, 1000211, 0, PRODUCTS, 4);
    many(ctx, rests_work, 2, 1000213, 0, PRODUCTS, 2);
    many(ctx, distant_work, 30, 1000047, 0, PRODUCTS, 30);
    many(ctx, stepped_work, 60, 1000061, 0, PRODUCTS, 50);
    many(ctx, turned_work, 40, 1000051, 0, PRODUCTS, 30);
    many(ctx, shared_work, 12, 1000049, 0, LARGE, 12);
    many(ctx, few_work, 20, 1000083, 0, FEW, strided__context_isa(ctx) >= ISA_AVX512 ? 20 : 0);
    many(ctx, ready_work, 80, 1000081, 0, READY, 40);
    many(ctx, crowded_work, 20, 1000097, 0, PRODUCTS, 20);
    many(ctx, wide_work, 24, 1000103, 2, PRODUCTS, 24);
    many(ctx, narrow_work, 20, 1000193, 0, PRODUCTS, 20);
    many(ctx, swapped_work, 40, 1000107, 0, SQUARES, 35);
    many(ctx, large_work, 20, 1000099, 0, LARGE, 15);
    many(ctx, once_work, 40, 1000117, 3, ONCE, strided_context_threads(ctx) == 1 ? 20 : 0);
    many(ctx, once_work, 40, 1000121, 3, ONCE_BATCHES, strided_context_threads(ctx) == 1 ? 5 : 0);
    many(ctx, short_work, 10, 1000101, 0, SMALLS, strided__context_isa(ctx) >= ISA_AVX512 && strided_context_threads(ctx) == 1 ? 10 : 0);
    fill_halves(a_room, 10);
    fill_halves(b_room, 10);
    const int runs = strided__context_isa(ctx) >= ISA_AVX512_AMX && strided__cpu_tiles();
    many(ctx, bf16_work, 60, 1000163, 0, RUNS, runs ? 20 : 0);
    many(ctx, bf16_work, 60, 1000171, 0, RUNS_READY, runs ? 10 : 0);
    const int dots = strided__context_isa(ctx) >= ISA_AVX512_VNNI && strided__cpu_dots();
    many(ctx, bf16_work, 40, 1000181, 0, DOTS, dots ? 20 : 0);
    fill_halves(a_room, 60000); /* some blocks of rows and some b have such, most have not */
    fill_halves(b_room, 20000);
    many(ctx, bf16_work, 100, 1000187, 0, DOTS, dots ? 50 : 0);
    many(ctx, tapped_work, 80, 1000191, 2, PRODUCTS, 60);
    strided_context_release(ctx);
}

/* Windows over rows of pixels, neighbours or every second one, with NaN, infinities and zeros of both signs among them. */
static void pool_work(struct work *w, strided_context *ctx, float *dst)
{
    static const float odd[] = { 0.0f / 0.0f, -0.0f, 0.0f, 1.0f / 0.0f, -1.0f / 0.0f };
    int64_t size = any(1, 4), step = any(1, 2), before = any(0, size - 1), len = any(40, 120), planes = any(1, 9);
    int64_t positions = (len + 2 * before - size) / step + 1;
    for (int i = 0; i < 50; i++) a_room[any(0, 3000)] = odd[any(0, 4)];
    strided__work_init(w, WORK_REDUCE, COMPUTE_F32, ctx);
    w->op = any(0, 1) ? FOLD_MAX : FOLD_SUM;
    w->finish = any(0, 1) ? FINISH_DIV : FINISH_NONE;
    w->param[0] = 3;
    strided__work_memory(w, NEST_DST, STRIDED_F32, dst + 50);
    strided__work_memory(w, NEST_A, STRIDED_F32, a_room + 50);
    int c = strided__work_keep(w, planes), j = strided__work_keep(w, positions), t = strided__work_fold(w, size);
    strided__work_stride(w, c, NEST_DST, positions + 3);
    strided__work_stride(w, j, NEST_DST, 1);
    strided__work_stride(w, c, NEST_A, any(0, 1) ? len : -1);
    if (w->nest.axis[c].stride[NEST_A] < 0) w->data[NEST_A] = a_room + 50 + planes;
    strided__work_edge(w, (struct edge){ .mode = EDGE_SKIP, .operand = NEST_A, .keep = j, .other = t, .keep_mul = step, .fold_mul = 1,
                                         .before = before, .n = len, .stride = 1 });
}

static void pools_equal_the_generic_loop(void **state)
{
    static const char *isas[] = { "scalar", "neon", "avx2", "avx512" };
    int done = 0, taken = 0;
    (void)state;
    for (uint64_t s = 1; s <= 300; s++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[s % 4] });
        struct work w;
        struct prepared p;
        if (!ctx) continue;
        seed = s * 7919;
        fill(a_room, 4000);
        memset(first, 0, sizeof first);
        memset(second, 0, sizeof second);
        pool_work(&w, ctx, first);
        strided__work_run_on(&w, w.data);
        strided__prepare(&p, &w, 0);
        taken += p.window.fits;
        done++;
        void *data[NEST_OPERANDS] = { second + 50, w.data[NEST_A] };
        strided__prepared_run_once(&p, data);
        strided__prepared_release(&p);
        strided_context_release(ctx);
        if (memcmp(first, second, sizeof first)) fail_msg("seed %llu on %s differs", (unsigned long long)seed, isas[s % 4]);
    }
    if (taken < done) fail_msg("windows did %d of %d: the test does not test", taken, done);
}

static void scalar(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "scalar" }); }
static void neon(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "neon" }); }
static void avx2(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "avx2" }); }
static void avx512(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "avx512" }); }
static void vnni(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "avx512_vnni" }); }
static void amx(void **state)     { (void)state; same_bits(&(strided_config){ .isa = "avx512_amx" }); }
static void threads(void **state) { (void)state; same_bits(&(strided_config){ .threads = 3 }); }

static void *no_memory(void *user, size_t size, size_t alignment)
{
    if (*(int *)user) return NULL;
    void *p = NULL;
    return posix_memalign(&p, alignment, size) ? NULL : p;
}

static void give_back(void *user, void *p, size_t size) { (void)user; (void)size; free(p); }

static void without_memory_nothing_is_packed(void **state)
{
    int refuse = 0;
    strided_context *ctx = strided_context_new(&(strided_config){ .allocator = { no_memory, give_back, &refuse } });
    (void)state;
    seed = 1;
    fill(a_room, ROOM);
    fill(b_room, ROOM);
    refuse = 1;
    for (uint64_t s = 2; s <= 10; s += 4) {
        int count[COUNTS] = { 0 };
        struct work w;
        struct prepared p;
        same_as_generic(s * 1000003, ctx, random_work, count);
        random_work(&w, ctx, first);
        strided__prepare(&p, &w, 1);
        assert_null(p.packed);
        assert_false(p.product.fits);
    }
    refuse = 0;
    strided_context_release(ctx);
}

/* dst = a b or a b^T of few rows: b is packed, or read as it lies, by whichever operand's memory runs along the sum. */
static void few_rows(void **state)
{
    (void)state;
    seed = 5;
    fill(a_room, ROOM);
    fill(b_room, ROOM);
    for (int64_t m = 1; m <= 20; m++)
        for (int across = 0; across < 2; across++) {
            const int64_t k = any(30, 90), n = any(100, 170), line = m % 2 ? k : 1024; /* they crowd in the cache */
            struct work w;
            strided__work_init(&w, WORK_CONTRACT, COMPUTE_F32, NULL);
            strided__work_memory(&w, NEST_DST, STRIDED_F32, first);
            strided__work_memory(&w, NEST_A, STRIDED_F32, a_room);
            strided__work_memory(&w, NEST_B, STRIDED_F32, b_room);
            const int i = strided__work_keep(&w, m), j = strided__work_keep(&w, n), f = strided__work_fold(&w, k);
            strided__work_stride(&w, i, NEST_DST, n);
            strided__work_stride(&w, j, NEST_DST, 1);
            strided__work_stride(&w, i, NEST_A, k);
            strided__work_stride(&w, f, NEST_A, 1);
            strided__work_stride(&w, j, NEST_B, across ? line : 1);
            strided__work_stride(&w, f, NEST_B, across ? 1 : n);
            strided__work_run_on(&w, w.data);
            w.data[NEST_DST] = second;
            assert_int_equal(strided__work_run(&w), STRIDED_OK);
            if (memcmp(first, second, (size_t)(m * n) * sizeof *first)) fail_msg("%d rows, across %d", (int)m, across);
        }
}

STRIDED_TEST_GROUP("kernels/product", cmocka_unit_test(scalar), cmocka_unit_test(neon), cmocka_unit_test(avx2), cmocka_unit_test(avx512), cmocka_unit_test(vnni),
                   cmocka_unit_test(amx), cmocka_unit_test(threads), cmocka_unit_test(without_memory_nothing_is_packed),
                   cmocka_unit_test(pools_equal_the_generic_loop), cmocka_unit_test(few_rows), cmocka_unit_test(shared_rows),
                   cmocka_unit_test(shared_in_turn))
