/*
 * build.c - how an operator says its work: operands, axes, edges.
 */
#include "nest.h"
#include "../base/checked.h"
#include "../base/context.h"
#include "../tensor/tensor.h"
#include <assert.h>
#include <stddef.h>
#include <string.h>

void strided__work_init(struct work *w, enum work_kind kind, enum compute compute, strided_context *ctx)
{
    memset(w, 0, offsetof(struct work, nest.axis)); /* large: axes and edges are set when there are any */
    w->edges = w->windows = 0;
    w->kind = kind;
    w->compute = compute;
    w->ctx = ctx;
    w->who = NULL;
    w->arithmetic = strided__context_arithmetic(ctx);
    w->epilogue.alpha = w->epilogue.beta = 1;
}

void strided__work_copy(struct work *to, const struct work *from)
{
    memcpy(to, from, offsetof(struct work, nest.axis));
    memcpy(to->nest.axis, from->nest.axis, (size_t)(from->nest.keep + from->nest.fold) * sizeof *to->nest.axis);
    to->edges = from->edges;
    memcpy(to->edge, from->edge, (size_t)from->edges * sizeof *to->edge);
    to->windows = from->windows;
    memcpy(to->window, from->window, (size_t)from->windows * sizeof *to->window);
    to->ctx = from->ctx;
    to->who = from->who;
}

void strided__work_memory(struct work *w, int which, strided_dtype dtype, void *data)
{
    w->dtype[which] = dtype;
    w->data[which] = data;
}

void strided__work_operand(struct work *w, int which, const strided_tensor *x)
{
    strided__work_memory(w, which, x->dtype, strided__data(x));
}

static int append(struct work *w, int64_t len)
{
    int i = w->nest.keep + w->nest.fold;
    assert(i < NEST_AXES && len >= 0);
    w->nest.axis[i] = (struct nest_axis){ .len = len };
    return i;
}

int strided__work_keep(struct work *w, int64_t len)
{
    int i = append(w, len);
    assert(!w->nest.fold);
    w->nest.keep++;
    return i;
}

int strided__work_fold(struct work *w, int64_t len)
{
    int i = append(w, len);
    w->nest.fold++;
    return i;
}

void strided__work_stride(struct work *w, int axis, int operand, int64_t stride)
{
    assert(axis >= 0 && axis < w->nest.keep + w->nest.fold);
    w->nest.axis[axis].stride[operand] = stride;
}

/* A step so long that its bytes do not fit in 64 bits never leads from one position inside to another: 0 will do. */
static int64_t step_of(int64_t mul, int64_t stride)
{
    int64_t step, bytes;
    return mul_size(&step, mul, stride) && mul_size(&bytes, step, sizeof(int64_t)) ? step : 0;
}

static void along_edge(struct work *w, const struct edge *e, int operand, int64_t stride)
{
    w->nest.axis[e->keep].stride[operand] = step_of(e->keep_mul, stride);
    if (e->other >= 0) w->nest.axis[e->other].stride[operand] = step_of(e->fold_mul, stride);
}

void strided__work_edge(struct work *w, struct edge e)
{
    assert(w->edges < NEST_EDGES);
    w->edge[w->edges++] = e;
    along_edge(w, &e, e.operand, e.stride);
    if (e.other >= 0) w->nest.axis[e.other].stride[e.operand] += e.beyond;
    if (w->kind == WORK_ARG) along_edge(w, &e, NEST_B, e.index_stride);
}

void strided__work_window(struct work *w, const struct edge *e)
{
    assert(w->windows < STRIDED_MAX_SPATIAL);
    w->window[w->windows++] = *e;
}

/* Strides that are not walked (extent 1, no element at all) may be anything: they stay out of the nest. */
static void broadcast_operand(struct work *w, int which, const strided_tensor *x)
{
    int lead = w->nest.keep - x->ndim;
    strided__work_operand(w, which, x);
    for (int a = 0; a < x->ndim; a++)
        strided__work_stride(w, lead + a, which, x->shape[a] == 1 || x->count == 0 ? 0 : x->strides[a]);
}

void strided__work_elementwise(struct work *w, const strided_tensor *const tensors[NEST_OPERANDS])
{
    const strided_tensor *dst = tensors[NEST_DST];
    for (int a = 0; a < dst->ndim; a++) strided__work_keep(w, dst->shape[a]);
    for (int i = 0; i < NEST_OPERANDS; i++)
        if (tensors[i]) broadcast_operand(w, i, tensors[i]);
}

/* Its last fold axis has no edge, and no padding is read. */
static int edges_allow_runs(const struct work *w)
{
    for (int e = 0; e < w->edges; e++)
        if (w->edge[e].mode != EDGE_SKIP || w->edge[e].other == w->nest.keep + w->nest.fold - 1) return 0;
    return 1;
}

void strided__work_runs(struct work *w, int64_t outputs)
{
    const int64_t terms = w->nest.fold ? w->nest.axis[w->nest.keep + w->nest.fold - 1].len : 0;
    if (w->arithmetic != STRIDED_ARITHMETIC_FAST || w->compute != COMPUTE_F32 || terms < RUN_TERMS || outputs < RUN_OUTPUTS) return;
    if (w->dtype[NEST_A] != STRIDED_BF16 || w->dtype[NEST_B] != STRIDED_BF16 || !edges_allow_runs(w)) return;
    if (strided__context_isa(w->ctx) >= ISA_AVX512_AMX && strided__cpu_tiles()) w->runs = terms;
}

static void move_edges(struct edge *edge, int edges, int from, int to)
{
    for (int e = 0; e < edges; e++)
        if (edge[e].other == from) edge[e].other = -2 - to;
}

static void settle_edges(struct edge *edge, int edges)
{
    for (int e = 0; e < edges; e++)
        if (edge[e].other <= -2) edge[e].other = -2 - edge[e].other;
}

void strided__work_sort_folds(struct work *w)
{
    struct nest_axis *fold = w->nest.axis + w->nest.keep;
    struct nest_axis sorted[NEST_AXES];
    for (int i = 0; i < w->nest.fold; i++) {
        int place = 0;
        for (int j = 0; j < w->nest.fold; j++)
            place += fold[j].len < fold[i].len || (fold[j].len == fold[i].len && j < i);
        sorted[place] = fold[i];
        move_edges(w->edge, w->edges, w->nest.keep + i, w->nest.keep + place);
        move_edges(w->window, w->windows, w->nest.keep + i, w->nest.keep + place);
    }
    settle_edges(w->edge, w->edges);
    settle_edges(w->window, w->windows);
    memcpy(fold, sorted, (size_t)w->nest.fold * sizeof *fold);
}
