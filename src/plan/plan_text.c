/*
 * plan_text.c - a plan in words: what goes in, in which order it is walked, by which kernels, and what stands against the others.
 *
 * All of it is read off `struct prepared`: a kernel that gets a place there gets a line in put_kernels().
 */
#include "plan.h"
#include "../base/context.h"
#include "../base/text.h"
#include "../nest/edges.h"

static void put_tensor(struct text *t, const char *name, const struct plan_tensor *x)
{
    strided__text_put(t, "  %s %s ", name, strided_dtype_name(x->dtype));
    strided__text_list(t, x->ndim, x->shape);
    strided__text_put(t, " strides ");
    strided__text_list(t, x->ndim, x->strides);
    strided__text_put(t, "\n");
}

/* "  axis 2, keep 3: y 9, w 18". */
static void put_axis(struct text *t, const strided_plan *plan, int axis)
{
    const struct work *w = &plan->work;
    const struct nest_axis *a = &w->nest.axis[axis];
    const char *between = ":";
    strided__text_put(t, "  axis %d, %s %" PRId64, axis, axis < w->nest.keep ? "keep" : "fold", a->len);
    for (int i = 0; i < NEST_OPERANDS; i++) {
        if (!w->dtype[i] || a->stride[i] == 0) continue;
        strided__text_put(t, "%s %s %" PRId64, between, plan->operand[i], a->stride[i]);
        between = ",";
    }
    strided__text_put(t, "\n");
}

static void put_edge(struct text *t, const strided_plan *plan, const struct edge *e)
{
    static const char *const outside[] = { "skipped", "replicated", "reflected", "symmetric", "circular" };
    strided__text_put(t, "  edge of %s: position %" PRId64 " i%d + %" PRId64 " i%d - %" PRId64 " of %" PRId64 ", outside %s\n",
                      plan->operand[e->operand], e->keep_mul, e->keep, e->fold_mul, e->other, e->before, e->n,
                      outside[e->mode == EDGE_SKIP ? STRIDED_PAD_CONSTANT : e->pad]);
}

/* ---- classes of positions ----------------------------------------------------------------------------- */

/* Positions of an edge fall into runs that see the same taps; more of them than this are not counted. */
enum { MOST_POSITIONS = 1 << 20 };

struct runs { int64_t count, longest; };

static struct runs count_runs(const struct nest *n, const struct edge *e)
{
    int64_t m = n->axis[e->keep].len, taps = e->other < 0 ? 1 : n->axis[e->other].len;
    struct runs r = { 0, 0 };
    for (int64_t p = 0; p < m; r.count++) {
        struct edge_run run = strided__edge_run(e, p, m, m, taps);
        if (run.count > r.longest) r.longest = run.count;
        p += run.count;
    }
    return r;
}

static int is_countable(const struct work *w)
{
    for (int i = 0; i < w->edges; i++)
        if (w->nest.axis[w->edge[i].keep].len > MOST_POSITIONS) return 0;
    return w->edges > 0;
}

/* "  classes of positions: 3 x 3, the largest 54 x 54", if there are any. */
static void put_classes(struct text *t, const struct work *w, const struct product *p)
{
    if (p->fits && p->whole) strided__text_put(t, "  edges are not cut: outputs leave out the taps that they do not see\n");
    if (!is_countable(w) || (p->fits && p->whole)) return;
    strided__text_put(t, "  classes of positions:");
    for (int i = 0; i < w->edges; i++)
        strided__text_put(t, "%s %" PRId64, i ? " x" : "", count_runs(&w->nest, &w->edge[i]).count);
    strided__text_put(t, ", the largest");
    for (int i = 0; i < w->edges; i++)
        strided__text_put(t, "%s %" PRId64, i ? " x" : "", count_runs(&w->nest, &w->edge[i]).longest);
    strided__text_put(t, "\n");
}

/* ---- kernels ------------------------------------------------------------------------------------------- */

static const struct kernels *kernels_of(const strided_plan *plan) { return strided__kernels(strided__context_isa(plan->ctx)); }

static void put_role(struct text *t, const struct product *p, const struct nest *n, enum role role, const char *name)
{
    const char *between = name;
    for (int i = 0; i < n->keep + n->fold; i++) {
        if (p->role[i] != role || n->axis[i].len == 1) continue;
        strided__text_put(t, "%s%d", between, i);
        between = " ";
    }
}

/* "columns axis 1 in panels of 16 (2 vectors of 8), rows axes 3 4, sum axes 5 6 7"; of short integers also ", 4 of axis 5 at once, in tiles". */
static void put_product(struct text *t, const strided_plan *plan, const struct product *p)
{
    const struct nest *n = &plan->prepared.work.nest;
    const int64_t lanes = lanes_of(kernels_of(plan), plan->prepared.work.compute);
    strided__text_put(t, "columns axis %d in panels of %" PRId64 " (%" PRId64 " vectors of %" PRId64 ")", p->column, p->width,
                      p->width / lanes, lanes);
    put_role(t, p, n, ROLE_ROW, ", rows axes ");
    put_role(t, p, n, ROLE_BATCH, ", batches axes ");
    put_role(t, p, n, ROLE_FOLD, ", sum axes ");
    if (p->bunch > 1) strided__text_put(t, ", %d of axis %d at once%s", p->bunch, p->bunched, p->amx ? ", in tiles" : "");
    strided__text_put(t, "\n");
}

/* A kept axis that is long enough along which b moves and a does not. */
static int has_outputs(const struct work *w, int64_t least)
{
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->len > 1 && a->len >= least && a->stride[NEST_B] && !a->stride[NEST_A]) return 1;
    }
    return 0;
}

/* A kept axis with unit stride in dst and unit stride, or every second element, in a. */
static int has_vectors(const struct work *w)
{
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->len > 1 && a->stride[NEST_DST] == 1 && (a->stride[NEST_A] == 1 || a->stride[NEST_A] == 2)) return 1;
    }
    return 0;
}

static const char *against_types(const struct work *w)
{
    strided_dtype t = strided__compute_dtype(w->compute);
    if (w->kind == WORK_REDUCE && (w->sub != PRE_NONE || (w->op != FOLD_SUM && w->op != FOLD_MAX))) return "neither a sum nor the largest";
    if (w->kind != WORK_REDUCE && w->kind != WORK_CONTRACT) return "no sum of products";
    if (w->kind == WORK_REDUCE && w->op == FOLD_MAX && (w->dtype[NEST_DST] != t || w->dtype[NEST_A] != t)) return "not of the type that is compared";
    if (w->compute != COMPUTE_F32 && w->compute != COMPUTE_F64) return "whole numbers that floats may not hold";
    return NULL;
}

/* What strides, extents and types say against a form that was not taken; the choice itself is made in kernels/run.c. */
static const char *against_packed(const struct prepared *p, const struct kernels *k)
{
    const struct work *w = &p->work;
    if (p->winograd.m) return "the transform does it";
    if (p->sliding.fits) return "sliding maxima do it";
    if (p->handful) return "handfuls do it";
    if (p->window.fits) return "windows do it";
    if (w->kind == WORK_REDUCE) return "there is no second operand to pack";
    if (w->kind != WORK_CONTRACT) return "no sum of products";
    if (strided_dtype_size(w->dtype[NEST_A]) > 2 && w->compute != COMPUTE_F32 && w->compute != COMPUTE_F64) return "integers of more than 16 bits";
    return has_outputs(w, strided__product_least_columns(w, k)) ? "too little work" : "too few outputs share what they read";
}

static const char *against_windows(const struct prepared *p)
{
    if (p->winograd.m) return "the transform does it";
    if (p->sliding.fits) return "sliding maxima do it";
    if (p->handful) return "handfuls do it";
    if (against_types(&p->work)) return against_types(&p->work);
    if (p->product.fits) return "sums are long, and packing is worth it";
    return has_vectors(&p->work) ? "windows that are too long" : "neighbours in the result are none in what is read";
}

/* "tiles of 20 x 5 x 20 along axes 2 1 3, windows one axis after the other: 3 2", "tap by tap, vectors along axis 3, rows along axis 2". */
static void put_sliding(struct text *t, const struct prepared *p)
{
    const struct sliding_plan *s = &p->sliding;
    const char *why = p->work.kind != WORK_REDUCE || p->work.op != FOLD_MAX || !p->work.windows ? "no maxima over windows" : "it does not pay";
    strided__text_put(t, "  sliding maxima: ");
    if (!s->fits) { strided__text_put(t, "no, %s\n", why); return; }
    if (s->in_place.fits) { strided__text_put(t, "tap by tap, vectors along axis %d, rows along axis %d\n", s->in_place.vector, s->in_place.row); return; }
    strided__text_put(t, "tiles of");
    for (int i = 0; i < s->axes; i++) strided__text_put(t, "%s %" PRId64, i ? " x" : "", s->axis[i].tile);
    strided__text_put(t, " along axes");
    for (int i = 0; i < s->axes; i++) strided__text_put(t, " %d", s->axis[i].keep);
    strided__text_put(t, ", windows one axis after the other:");
    for (int i = 0; i < s->passes; i++) strided__text_put(t, " %d", s->axis[s->pass[i]].keep);
    strided__text_put(t, "\n");
}

static void put_windows(struct text *t, const struct prepared *p)
{
    const struct window_plan *w = &p->window;
    strided__text_put(t, "  windows: ");
    if (w->fits && w->staged.fits) strided__text_put(t, "to a buffer first, ");
    if (!w->fits) strided__text_put(t, "no, %s\n", against_windows(p));
    else if (w->blocks.fits && w->blocks.flat)
        strided__text_put(t, "vectors along axis %d, brought together line by line, tiles of rows along axis %d, all of it\n",
                          w->blocks.axis[w->blocks.column].keep, w->vector);
    else if (w->blocks.fits && w->vector < 0) strided__text_put(t, "vectors across stretches of a row, gathered block by block, all of it\n");
    else if (w->blocks.fits) strided__text_put(t, "vectors across axis %d, gathered block by block, all of it\n", w->vector);
    else if (w->blocks.copied) strided__text_put(t, "vectors along axis %d, of blocks that are copied, all of it\n", w->vector);
    else if (w->by_class) strided__text_put(t, "vectors along axis %d, class by class\n", w->vector);
    else if (w->row < 0) strided__text_put(t, "vectors along axis %d, all of it\n", w->vector);
    else strided__text_put(t, "vectors along axis %d, tiles of rows along axis %d, all of it\n", w->vector, w->row);
}

static void put_kernels(struct text *t, const strided_plan *plan)
{
    const struct prepared *p = &plan->prepared;
    put_sliding(t, p);
    put_windows(t, p);
    strided__text_put(t, "  packed product: ");
    if (p->product.fits) put_product(t, plan, &p->product);
    else strided__text_put(t, "no, %s\n", against_packed(p, kernels_of(plan)));
    strided__text_put(t, "  generic: what is left\n");
}

/* ---- all of it ------------------------------------------------------------------------------------------- */

static int64_t held_bytes(const strided_plan *plan)
{
    int64_t bytes = (int64_t)plan->prepared.bytes;
    for (int i = 0; i < PLAN_HELD && plan->held[i]; i++)
        bytes += plan->held[i]->count * (int64_t)strided_dtype_size(plan->held[i]->dtype);
    return bytes;
}

static void put_plan(struct text *t, const strided_plan *plan)
{
    const struct work *w = &plan->work;
    strided__text_put(t, "%s in %s, kernel %s, %s\n", plan->name, strided_dtype_name(strided__compute_dtype(w->compute)),
                      strided__prepared_name(&plan->prepared), strided__isa_name(strided__context_isa(plan->ctx)));
    put_tensor(t, plan->operand[NEST_DST], &plan->y);
    put_tensor(t, plan->operand[NEST_A], &plan->x);
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) put_axis(t, plan, i);
    for (int i = 0; i < w->edges; i++) put_edge(t, plan, &w->edge[i]);
    put_classes(t, w, &plan->prepared.product);
    put_kernels(t, plan);
    strided__text_put(t, "  packed %" PRId64 " bytes, scratch %zu bytes\n", held_bytes(plan), strided_plan_scratch(plan));
}

int strided_plan_describe(const strided_plan *plan, char *buf, size_t size)
{
    struct text t = { .buf = buf, .size = size };
    if (plan) put_plan(&t, plan);
    else strided__text_put(&t, "no plan\n");
    return strided__text_length(&t);
}
