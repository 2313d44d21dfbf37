/*
 * family_move.c - copies, changes of layout, elementwise operators and reductions against memcpy of as many bytes, in
 * the caches and beyond them.
 */
#include "bench.h"
#include <string.h>

/* How x (and w, which is like it) is seen, of a 4-d tensor (8, 32, n, n). */
enum seen { WHOLE, CROPPED, FLIPPED, FLIPPED_ALL, STEPPED, TURNED, LAST, FIRST, ROW };

struct move {
    const char *name, *class_name;
    enum op     op;
    int         sub;
    enum seen   seen;
    int         axis; /* of a reduction: -1 all, else that one */
};

static const struct move moves[] = {
    {"copy", "copy", OP_COPY, 0, WHOLE, 0},
    {"copy_crop", "copy", OP_COPY, 0, CROPPED, 0},
    {"copy_flip_w", "copy", OP_COPY, 0, FLIPPED, 0},
    {"copy_flip_all", "copy", OP_COPY, 0, FLIPPED_ALL, 0},
    {"copy_row_repeated", "copy", OP_COPY, 0, ROW, 0},
    {"copy_step_2", "copy stepped", OP_COPY, 0, STEPPED, 0},
    {"copy_swap_hw", "transpose", OP_COPY, 0, TURNED, 0},
    {"copy_nhwc_to_nchw", "layout change", OP_COPY, 0, LAST, 0},
    {"copy_nchw_to_nhwc", "layout change", OP_COPY, 0, FIRST, 0},
    {"relu", "elementwise", OP_UNARY, STRIDED_RELU, WHOLE, 0},
    {"neg_flip_w", "elementwise", OP_UNARY, STRIDED_NEG, FLIPPED, 0},
    {"add", "elementwise", OP_BINARY, STRIDED_ADD, WHOLE, 0},
    {"mul_crop", "elementwise", OP_BINARY, STRIDED_MUL, CROPPED, 0},
    {"exp", "functions", OP_UNARY, STRIDED_EXP, WHOLE, 0},
    {"tanh", "functions", OP_UNARY, STRIDED_TANH, WHOLE, 0},
    {"sum_all", "reduction", OP_REDUCE, STRIDED_REDUCE_SUM, WHOLE, -1},
    {"sum_first", "reduction", OP_REDUCE, STRIDED_REDUCE_SUM, WHOLE, 0},
    {"sum_last", "reduction", OP_REDUCE, STRIDED_REDUCE_SUM, WHOLE, 3},
    {"max_all", "reduction", OP_REDUCE, STRIDED_REDUCE_MAX, WHOLE, -1},
    {"max_last", "reduction", OP_REDUCE, STRIDED_REDUCE_MAX, WHOLE, 3},
    {"sum_last_flip", "reduction", OP_REDUCE, STRIDED_REDUCE_SUM, FLIPPED, 3},
};

static strided_tensor *source(strided_context *ctx, const int64_t shape[4], enum seen seen)
{
    static const enum view views[ROW + 1] = {
        [CROPPED] = VIEW_CROP, [FLIPPED] = VIEW_FLIP_W, [STEPPED] = VIEW_STEP2, [TURNED] = VIEW_SWAP_HW};
    if (seen == ROW) {
        strided_tensor *row = strided_empty(ctx, STRIDED_F32, 1, &shape[3]), *x = strided_broadcast_to(row, 4, shape);
        strided_release(row);
        return x;
    }
    strided_tensor *x = layout_tensor(ctx, STRIDED_F32, 4, shape, seen == LAST, views[seen]);
    if (seen != FLIPPED_ALL) return x;
    strided_tensor *flipped = strided_flip(x, 0, NULL);
    strided_release(x);
    return flipped;
}

static strided_tensor *destination(strided_context *ctx, const int64_t shape[4], const struct move *m)
{
    if (m->op != OP_REDUCE) return layout_tensor(ctx, STRIDED_F32, 4, shape, m->seen == FIRST, VIEW_NONE);
    if (m->axis < 0) return strided_empty(ctx, STRIDED_F32, 0, NULL);
    int64_t left[3];
    for (int a = 0, n = 0; a < 4; a++)
        if (a != m->axis) left[n++] = shape[a];
    return strided_empty(ctx, STRIDED_F32, 3, left);
}

static int move_problem(struct problem *p, const struct move *m, const int64_t shape[4])
{
    strided_context *ctx = bench_context(options.threads);
    memset(p, 0, sizeof *p);
    p->op = m->op;
    p->sub = m->sub;
    p->threads = options.threads;
    p->naxes = m->axis < 0 ? 4 : 1;
    for (int a = 0; a < p->naxes; a++) p->axes[a] = m->axis < 0 ? a : m->axis;
    p->x = source(ctx, shape, m->seen);
    p->y = destination(ctx, shape, m);
    p->w = m->op == OP_BINARY ? source(ctx, shape, m->seen) : NULL;
    if (p->x && p->y && tensor_fill(p->x, 1, 3) && (!p->w || tensor_fill(p->w, 1, 4))) return 1;
    fprintf(stderr, "bench: %s: %s\n", m->name, strided_error());
    problem_release(p);
    return 0;
}

static void measure(struct trial *t, const struct move *m, int64_t n, const char *size)
{
    const int64_t shape[4] = {8, 32, n, n};
    char name[48];
    snprintf(name, sizeof name, "%s_%s", m->name, size);
    if (!option_filter(name) || !move_problem(&t->p, m, shape)) return;
    t->layer = NULL;
    trial_begin(t, "move", m->class_name, name, size);
    trial_yard(t, YARD_MEMCPY, 0, tensor_bytes(t->p.x) + (t->p.w ? tensor_bytes(t->p.w) : 0), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_CALL, "call");
    trial_admit_peers(t);
    trial_end(t);
    problem_release(&t->p);
}

void family_move(void)
{
    static struct trial trial;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        measure(&trial, &moves[i], 32, "1MB");
        measure(&trial, &moves[i], 256, "64MB");
    }
}
