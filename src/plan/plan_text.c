/*
 * plan_text.c - a plan in words: what goes in, in which order it is walked, by which kernel.
 */
#include "plan.h"
#include "../base/context.h"
#include "../base/text.h"

static void put_tensor(struct text *t, const char *name, const strided_tensor *x)
{
    strided__text_put(t, "  %s %s ", name, strided_dtype_name(x->dtype));
    strided__text_list(t, x->ndim, x->shape);
    strided__text_put(t, " strides ");
    strided__text_list(t, x->ndim, x->strides);
    strided__text_put(t, "\n");
}

/* "  axis 2, keep 3: y 9, w 18". */
static void put_axis(struct text *t, const struct work *w, const struct plan_parts *parts, int axis)
{
    const struct nest_axis *a = &w->nest.axis[axis];
    const char *between = ":";
    strided__text_put(t, "  axis %d, %s %" PRId64, axis, axis < w->nest.keep ? "keep" : "fold", a->len);
    for (int i = 0; i < NEST_OPERANDS; i++) {
        if (!w->dtype[i] || a->stride[i] == 0) continue;
        strided__text_put(t, "%s %s %" PRId64, between, parts->operand[i], a->stride[i]);
        between = ",";
    }
    strided__text_put(t, "\n");
}

static void put_edge(struct text *t, const struct plan_parts *parts, const struct edge *e)
{
    static const char *const outside[] = { "skipped", "replicated", "reflected", "symmetric", "circular" };
    strided__text_put(t, "  edge of %s: position %" PRId64 " i%d + %" PRId64 " i%d - %" PRId64 " of %" PRId64 ", outside %s\n",
                      parts->operand[e->operand], e->keep_mul, e->keep, e->fold_mul, e->other, e->before, e->n,
                      outside[e->mode == EDGE_SKIP ? STRIDED_PAD_CONSTANT : e->pad]);
}

static int64_t held_bytes(const strided_plan *plan)
{
    int64_t bytes = (int64_t)plan->prepared.bytes;
    for (int i = 0; i < PLAN_HELD && plan->held[i]; i++)
        bytes += plan->held[i]->count * (int64_t)strided_dtype_size(plan->held[i]->dtype);
    return bytes;
}

void strided__plan_text(struct text *t, const strided_plan *plan, const struct plan_parts *parts)
{
    const struct work *w = parts->work;
    strided__text_put(t, "%s in %s, kernel %s, %s\n", parts->name, strided_dtype_name(strided__compute_dtype(w->compute)),
                      strided__prepared_name(&plan->prepared), strided__isa_name(strided__context_isa(plan->ctx)));
    put_tensor(t, parts->operand[NEST_DST], parts->y);
    put_tensor(t, parts->operand[NEST_A], parts->x);
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) put_axis(t, w, parts, i);
    for (int i = 0; i < w->edges; i++) put_edge(t, parts, &w->edge[i]);
    strided__text_put(t, "  packed %" PRId64 " bytes, scratch %zu bytes\n", held_bytes(plan), strided_plan_scratch(plan));
}
