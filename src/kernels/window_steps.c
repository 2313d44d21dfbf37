/*
 * window_steps.c - see window_steps.h.
 */
#include "window_steps.h"
#include "cursor.h"
#include "../base/checked.h"
#include <assert.h>

/* An odometer over some folds, the last one fastest. */
struct odometer {
    const struct window_lists *lists;
    int from, to;                      /* nest axes */
    int64_t index[WINDOW_AXES];
};

/* 0: there is nothing to walk. What is not walked is not cleared. */
static int odometer_start(struct odometer *o, const struct window_lists *l, int from, int to)
{
    o->lists = l;
    o->from = from;
    o->to = to;
    for (int i = o->from; i < o->to; i++) {
        o->index[i] = o->lists->taps[i].lo;
        if (o->lists->taps[i].lo >= o->lists->taps[i].hi) return 0;
    }
    return 1;
}

static int odometer_next(struct odometer *o)
{
    for (int i = o->to - 1; i >= o->from; i--) {
        if (++o->index[i] < o->lists->taps[i].hi) return 1;
        o->index[i] = o->lists->taps[i].lo;
    }
    return 0;
}

static int64_t offset(const struct odometer *o, int operand)
{
    int64_t at = 0;
    for (int i = o->from; i < o->to; i++) at += axis_offset(&o->lists->w->nest.axis[i], operand, o->index[i]);
    return at * o->lists->size;
}

static int64_t tap(const struct odometer *o)
{
    int v = o->lists->vector_fold;
    return v >= o->from && v < o->to ? o->index[v] : 0;
}

static int64_t volume(const struct work *w, int from, int to)
{
    double all = 1;
    for (int i = from; i < to; i++) all *= (double)w->nest.axis[i].len;
    return all < 1e6 ? (int64_t)all : 1000000;
}

int64_t strided__windows_volume(const struct work *w) { return volume(w, w->nest.keep, w->nest.keep + w->nest.fold); }

static int folds_end(const struct window_lists *l) { return l->w->nest.keep + l->w->nest.fold; }

/* Where the steps' folds begin: all of them without rows that are tied to one. */
static int steps_from(const struct window_lists *l) { return l->row_fold < 0 ? l->w->nest.keep : l->row_fold; }

/* The last fold is read through a padding map: each tap is a step of its own. */
static int ends_mapped(const struct window_lists *l) { return l->w->nest.fold > 0 && has_map(&l->w->nest.axis[folds_end(l) - 1]); }

/* Folds of a step that are neither the row axis' nor walked within it. */
static int between_from(const struct window_lists *l) { return l->row_fold < 0 ? l->w->nest.keep : l->row_fold + 1; }
static int between_to(const struct window_lists *l) { return (int)max_size(folds_end(l) - 1 + ends_mapped(l), between_from(l)); }

/* The last fold is walked within steps. */
static int has_inner(const struct window_lists *l) { return l->w->nest.fold > 0 && l->row_fold != folds_end(l) - 1 && !ends_mapped(l); }

int64_t strided__windows_first_tap(const struct window_lists *l)
{
    return l->plan->slides ? min_size(0, l->plan->ratio * (l->rows - 1)) : 0;
}

int64_t strided__windows_taps(const struct window_lists *l)
{
    int64_t ratio = l->plan->ratio < 0 ? -l->plan->ratio : l->plan->ratio;
    if (l->row_fold < 0) return 1;
    return l->w->nest.axis[l->row_fold].len + (l->plan->slides ? ratio * (l->rows - 1) : 0);
}

/* Of all taps. */
static int64_t groups_of(const struct window_lists *l) { return volume(l->w, l->w->nest.keep, steps_from(l)); }

int strided__windows_is_long(const struct window_plan *p, const struct work *w)
{
    struct window_lists lists, *l = &lists;
    const struct nest_axis *last = &w->nest.axis[w->nest.keep + w->nest.fold - 1];
    int64_t steps;
    lists.w = w;
    lists.plan = p;
    lists.row_fold = p->row_fold;
    lists.rows = WINDOW_ROWS;
    if (w->nest.fold && last->len > INT32_MAX) return 1;
    return !mul_size(&steps, volume(l->w, between_from(l), between_to(l)), strided__windows_taps(l)) || steps > WINDOW_STEPS - groups_of(l);
}

void strided__windows_lists(struct window_lists *l)
{
    assert(groups_of(l) < WINDOW_STEPS);
    l->step = l->group + groups_of(l);
}

void strided__windows_groups(struct window_lists *l)
{
    struct odometer o;
    l->groups = 0;
    if (!odometer_start(&o, l, l->w->nest.keep, steps_from(l))) return;
    do l->group[l->groups++] = (struct window_step){ .a = offset(&o, NEST_A), .b = offset(&o, l->operand_b), .tap = (int16_t)tap(&o) };
    while (odometer_next(&o));
}

/* The rows that see tap k of the row axis, for tiles whose rows share a: k counts from that of row 0. */
static struct range rows_of_shared(const struct window_lists *l, int64_t k)
{
    struct range r = { 0, 0 };
    for (int64_t i = 0; i < l->rows; i++) {
        int64_t own = k - l->plan->ratio * i;
        if (own < 0 || own >= l->w->nest.axis[l->row_fold].len) continue;
        if (r.hi == 0) r.lo = i;
        r.hi = i + 1;
    }
    return r;
}

static struct range rows_of(const struct window_lists *l, int64_t k)
{
    if (l->row_fold < 0) return (struct range){ 0, l->rows };
    if (l->plan->slides) return rows_of_shared(l, k);
    const struct edge *e = &l->w->edge[l->plan->row_edge];
    struct range r = strided__edge_positions(e, k, l->w->nest.axis[e->keep].len);
    r.lo = max_size(r.lo - l->first, 0);
    r.hi = min_size(r.hi - l->first, l->rows);
    return r;
}

/* Neighbouring taps of the row axis that the same rows see are one step, if nothing is walked within them and the list need not be
 * entered in the middle. */
static int joins(const struct window_lists *l, int rows, int64_t begun)
{
    return !l->plan->slides && l->row_fold == folds_end(l) - 1 && l->steps > begun && l->step[l->steps - 1].rows == rows && rows >= 0;
}

static void add_steps(struct window_lists *l, int64_t k, int64_t begun)
{
    const struct range r = rows_of(l, k);
    const int rows = r.lo < r.hi ? (int)(WINDOW_ROWS * r.lo + r.hi - 1) : -1, inner = folds_end(l) - 1;
    const int64_t *stride = l->row_fold < 0 ? NULL : l->w->nest.axis[l->row_fold].stride;
    struct odometer o;
    if (joins(l, rows, begun)) { l->step[l->steps - 1].len++; return; }
    if (!odometer_start(&o, l, between_from(l), between_to(l))) return;
    do {
        struct window_step *s = &l->step[l->steps++];
        *s = (struct window_step){ .a = offset(&o, NEST_A), .b = offset(&o, l->operand_b), .len = 1, .tap = (int16_t)tap(&o), .rows = (int16_t)rows };
        if (stride) { s->a += k * stride[NEST_A] * l->size; s->b += k * stride[l->operand_b] * l->size; }
        if (l->row_fold >= 0 && l->row_fold == l->vector_fold) s->tap = (int16_t)(s->tap + k);
        if (!has_inner(l)) continue;
        const struct range in = l->taps[inner];
        s->a += in.lo * l->w->nest.axis[inner].stride[NEST_A] * l->size;
        s->b += in.lo * l->w->nest.axis[inner].stride[l->operand_b] * l->size;
        if (inner == l->vector_fold) s->tap = (int16_t)(s->tap + in.lo);
        s->len = (int32_t)max_size(in.hi - in.lo, 0);
    } while (odometer_next(&o));
}

int strided__windows_are_full(const struct window_lists *l)
{
    return l->steps + volume(l->w, between_from(l), between_to(l)) * strided__windows_taps(l) > l->group + WINDOW_STEPS - l->step;
}

void strided__windows_steps(struct window_lists *l)
{
    const int64_t first = strided__windows_first_tap(l), taps = strided__windows_taps(l), begun = l->steps;
    for (int64_t k = first; k < first + taps; k++) {
        int64_t before = l->steps;
        add_steps(l, k, begun);
        l->per_tap = l->steps - before;
    }
}
