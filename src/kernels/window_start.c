/*
 * window_start.c - what a walk of windows (window_run.c) begins with: which axes are columns, rows and outer ones, of all of the work or of a part.
 */
#include "window_walk.h"
#include <string.h>

/* Every operand moves on along an outer axis as it does along the vectors: they are one axis. */
static int continues(const struct window_walk *k, const struct nest_axis *outer)
{
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (k->unit[o] && outer->stride[o] != k->vector.stride[o] * k->vector.len) return 0;
    return 1;
}

static void drop_outer(struct window_walk *k, int i)
{
    for (k->outers--; i < k->outers; i++) {
        k->outer[i] = k->outer[i + 1];
        k->outer_edge[i] = k->outer_edge[i + 1];
        k->outer_first[i] = k->outer_first[i + 1];
    }
}

/* Of an axis that goes on with the columns a part may be walked; nothing goes on with that. */
static void lengthen_vector(struct window_walk *k)
{
    if (k->plan->vector_edge >= 0 || k->plan->packed) return;
    for (int i = k->outers - 1; i >= 0 && !k->columns.lo; i--) {
        if (k->outer_edge[i] >= 0 || !continues(k, &k->outer[i])) continue;
        k->columns = (struct range){ k->outer_first[i] * k->vector.len, (k->outer_first[i] + k->outer[i].len) * k->vector.len };
        k->vector.len = k->columns.hi;
        drop_outer(k, i);
    }
}

static void add_outer(struct window_walk *k, int axis, struct range r)
{
    const struct work *w = k->w;
    int i = k->outers++, e = strided__edge_of(w, axis);
    k->outer[i] = w->nest.axis[axis];
    k->outer[i].len = r.hi - r.lo;
    k->outer_edge[i] = e >= 0 && !strided__edge_never_ends(&w->edge[e], &w->nest) ? e : -1;
    k->outer_first[i] = r.lo;
}

static void set_axes(struct window_walk *k, int axis, int64_t lo, int64_t hi)
{
    const struct work *w = k->w;
    for (int i = 0; i < w->nest.keep; i++) {
        struct range r = { i == axis ? lo : 0, i == axis ? hi : w->nest.axis[i].len };
        if (i == k->plan->vector) { k->vector = w->nest.axis[i]; k->columns = r; }
        else if (i == k->plan->row) { k->row = w->nest.axis[i]; k->rows = r; }
        else if (w->nest.axis[i].len > 1 || strided__edge_of(w, i) >= 0) add_outer(k, i, r);
    }
    if (k->plan->row < 0) { k->row = (struct nest_axis){ .len = 1 }; k->rows = (struct range){ 0, 1 }; }
    if (axis != k->plan->vector) lengthen_vector(k);
    k->whole = (struct range){ 0, k->vector.len };
    if (k->plan->vector_edge >= 0) k->whole = strided__edge_whole(&w->edge[k->plan->vector_edge], k->vector.len, vector_taps(k));
}

static void set_lists(struct window_walk *k)
{
    const struct work *w = k->w;
    const struct window_plan *p = k->plan;
    struct window_lists *l = &k->lists;
    l->w = w;
    l->plan = p;
    l->size = k->size;
    l->operand_b = p->packed ? NEST_PACKED : NEST_B;
    l->row_fold = p->row_fold;
    l->vector_fold = p->vector_edge >= 0 ? w->edge[p->vector_edge].other : -1;
    for (int i = w->nest.keep; i < w->nest.keep + w->nest.fold; i++) l->taps[i] = (struct range){ 0, w->nest.axis[i].len };
    l->rows = -1;
    l->first = l->per_tap = l->groups = l->steps = 0;
    strided__windows_lists(l);
}

static void set_tile(struct window_walk *k)
{
    const struct work *w = k->w;
    const struct window_plan *p = k->plan;
    const int b = k->lists.operand_b, inner = w->nest.keep + w->nest.fold - 1;
    struct window_tile *t = &k->tile;
    t->group = k->lists.group;
    t->step = k->lists.step;
    t->a_row = k->row.stride[NEST_A] * k->size;
    t->b_row = (p->slides ? -p->ratio * w->nest.axis[k->lists.row_fold].stride[b] : k->row.stride[b]) * k->size;
    t->a_vector = (p->pairs ? 2 : 1) * k->lanes * k->size;
    t->dst_vector = k->lanes * k->size;
    if (p->packed) t->b_vector = k->lanes * k->vector.stride[NEST_PACKED] * k->size;
    if (w->nest.fold) {
        t->a_step = w->nest.axis[inner].stride[NEST_A] * k->size;
        t->b_step = w->nest.axis[inner].stride[b] * k->size;
        t->tap_step = inner == k->lists.vector_fold;
    }
    t->divides = p->form == WINDOW_SUM && w->finish == FINISH_DIV;
    t->divisor = w->param[0];
}

static void set_finish(struct window_walk *k, void *const data[NEST_OPERANDS])
{
    const struct work *w = k->w;
    k->finishes = w->kind == WORK_REDUCE ? w->finish != FINISH_NONE && !k->tile.divides : !epilogue_is_trivial(w);
    k->apart = k->finishes && (w->epilogue.accumulate || (w->dtype[NEST_C] && data[NEST_C] == data[NEST_DST]) ||
                               !is_aligned(data[NEST_DST], (size_t)k->size));
}

void strided__windows_start(struct window_walk *k, const struct work *w, const struct window_plan *p, const struct kernels *kernels,
                            void *const data[NEST_OPERANDS], int axis, int64_t lo, int64_t hi)
{
    memset(k, 0, offsetof(struct window_walk, outer));
    k->w = w;
    k->plan = p;
    k->kernels = kernels->window[w->compute];
    k->size = (int64_t)strided__compute_size(w->compute);
    k->lanes = kernels->vector_bytes / k->size;
    k->held = -1;
    k->plane_key.lo = -1;
    for (int i = 0; i < LANE_LISTS; i++) k->lane_key[i].lo = -1;
    k->lane_lists = (int)min_size(LANE_LISTS, LANE_ROOM / max_size(1, vector_taps(k)));
    work_units(w, k->unit);
    set_axes(k, axis, lo, hi);
    set_lists(k);
    set_tile(k);
    set_finish(k, data);
    strided__windows_ends(k);
}
