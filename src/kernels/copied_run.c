/*
 * copied_run.c - walking a work of windows by blocks that are copied (copied_plan.c): what a block reaches over comes into the buffer, as dst
 * lies, and is there what windows in place read.
 */
#include "blocks_walk.h"
#include "window_walk.h"
#include "../base/checked.h"
#include <stddef.h>
#include <string.h>

/* Slots that follow each other in a, one way or the other, from element `from` on. */
struct slots { int64_t count, from, step; };

struct walk {
    const struct work *w;
    const struct window_plan *plan;
    const struct kernels *kernels;
    void *const *data;
    int64_t size;
    int64_t unit[NEST_OPERANDS];
    struct block_place here;
    struct range lanes;
    struct range real[BLOCK_AXES];     /* slots of it that are there, */
    struct slots some[BLOCK_AXES];     /* and some of these */
    struct nest_axis outer[WINDOW_AXES];
    struct cursor at;
    struct work copy;                  /* of a block, */
    struct window_walk windows;        /* of some lanes of it */
    char   *buffer;
};

static const struct block_axis *axis_of(const struct walk *k, int i) { return &k->plan->blocks.axis[i]; }

/* ---- in ------------------------------------------------------------------------------------------ */

enum { TURNED = 2, SOON = 1 << 12 };   /* lines; bytes before they are brought in lines are asked for */

/* Axes that are copied, from inside: bytes. */
struct move { int64_t len, to, from; };
struct moves { int n; struct move axis[BLOCK_AXES + 2]; };

/* One that goes on where the one before ends is more of it. */
static void add_move(struct moves *m, int64_t len, int64_t to, int64_t from)
{
    struct move *last = &m->axis[m->n - 1];
    if (m->n && to == last->len * last->to && from == last->len * last->from) last->len *= len;
    else if (m->n == 1 && last->len == 1) *last = (struct move){ len, to, from };
    else if (len != 1 || !m->n) m->axis[m->n++] = (struct move){ len, to, from };
}

static void add_axis(const struct walk *k, struct moves *m, int i)
{
    add_move(m, k->some[i].count, k->plan->blocks.pitch[i], k->some[i].step * axis_of(k, i)->a * k->unit[NEST_A]);
}

static void add_lanes(const struct walk *k, struct moves *m, int64_t lanes)
{
    add_move(m, lanes, k->plan->blocks.group_bytes, k->plan->blocks.lanes.stride[NEST_A] * k->unit[NEST_A]);
}

/* Lines follow each other along a's memory, if there are enough of them to be turned, else along what is longest. */
static void set_lines(const struct walk *k, struct moves *m)
{
    int best = 1;
    if (m->n == 1) m->axis[m->n++] = (struct move){ 1, 0, 0 };
    for (int i = 2; i < m->n; i++)
        if (m->axis[i].len > m->axis[best].len) best = i;
    for (int i = 1; i < m->n; i++)
        if (abs_size(m->axis[i].from) == k->unit[NEST_A] && m->axis[i].len >= TURNED) best = i;
    const struct move line = m->axis[best];
    m->axis[best] = m->axis[1];
    m->axis[1] = line;
}

/* Lines that are turned, and shorter than a long vector, are a matter of vectors that are not. */
static const struct kernels *mover(const struct walk *k, const struct moves *m)
{
    enum { LONG_VECTOR = 64 };
    const int turns = abs_size(m->axis[1].from) == k->size && m->axis[0].from != k->size;
    const int is_short = k->kernels->vector_bytes == LONG_VECTOR && m->axis[0].len * k->size < LONG_VECTOR;
    return turns && is_short ? strided__kernels(ISA_AVX2) : k->kernels;
}

static void move(const struct walk *k, const struct moves *m, int i, char *to, char *from)
{
    const struct move *a = &m->axis[i];
    if (i == 1) {
        const int64_t ahead = max_size(1, SOON / max_size(1, abs_size(a->from))) * a->from;
        const struct flat_move lines = { a->to, m->axis[0].to, a->from, m->axis[0].from, ahead };
        mover(k, m)->window[k->w->compute]->blocks->flat_move(&lines, to, from, a->len, m->axis[0].len);
        return;
    }
    for (int64_t j = 0; j < a->len; j++, to += a->to, from = shift(from, a->from)) move(k, m, i - 1, to, from);
}

/* All of it, where elements become others. */
static __attribute__((noinline)) void convert(const struct walk *k, const struct moves *m, char *to, char *from)
{
    struct work copy;
    strided__nest_begin_move(&copy, k->w);
    copy.nest.keep = m->n;
    for (int i = 0; i < m->n; i++) {
        const struct move *a = &m->axis[m->n - 1 - i];
        copy.nest.axis[i] = (struct nest_axis){ .len = a->len, .stride = { a->to / k->size, a->from / k->unit[NEST_A] } };
    }
    strided__nest_move_of(k->kernels, &copy, k->copy.dtype[NEST_A], to, k->w->dtype[NEST_A], from, (float)k->w->a_zero);
}

/* Some slots of each axis. Not part of get(), which stands on the stack once for each axis. */
static __attribute__((noinline)) void bring(struct walk *k, int64_t lanes, char *to, char *from)
{
    const struct blocks_plan *p = &k->plan->blocks;
    struct moves m = { .n = 0 };
    if (p->column < 0) add_lanes(k, &m, lanes);
    else add_axis(k, &m, p->column);
    for (int i = p->axes - 1; i >= 0; i--)
        if (i != p->column) add_axis(k, &m, i);
    if (p->column >= 0) add_lanes(k, &m, lanes);
    if (k->copy.dtype[NEST_A] != k->w->dtype[NEST_A]) {
        convert(k, &m, to, from);
        return;
    }
    set_lines(k, &m);
    move(k, &m, m.n - 1, to, from);
}

/* Slots from here on: all there are, or all that are no padding, or as much padding as follows each other. */
static struct slots slots_from(const struct block_axis *a, int64_t first, int64_t hi)
{
    const int64_t at = first - a->inset, all = hi - first;
    if (!a->pad) return (struct slots){ all, at, 1 };
    if (at >= 0 && at < a->n) return (struct slots){ min_size(all, a->n - at), at, 1 };
    const int64_t most = at < 0 ? min_size(all, -at) : all;
    struct slots s = { 1, strided__pad_index(a->pad, at, a->n), 1 };
    if (most > 1) s.step = strided__pad_index(a->pad, at + 1, a->n) - s.from;
    while (s.count < most && strided__pad_index(a->pad, at + s.count, a->n) == s.from + s.count * s.step) s.count++;
    return s;
}

/* All slots from axis i on. */
static void get(struct walk *k, int i, int64_t lanes, char *to, char *from)
{
    if (i == k->plan->blocks.axes) {
        bring(k, lanes, to, from);
        return;
    }
    const struct block_axis *a = axis_of(k, i);
    for (int64_t at = k->real[i].lo; at < k->real[i].hi; at += k->some[i].count) {
        k->some[i] = slots_from(a, at, k->real[i].hi);
        get(k, i + 1, lanes, to + (at - k->real[i].lo) * k->plan->blocks.pitch[i], shift(from, k->some[i].from * a->a * k->unit[NEST_A]));
    }
}

/* ---- blocks -------------------------------------------------------------------------------------- */

/* Some lanes of a block, whose operands are here. */
static void run_lanes(struct walk *k, char *const at[NEST_OPERANDS], int64_t lane, int64_t lanes)
{
    const struct blocks_plan *p = &k->plan->blocks;
    const struct nest_axis *l = p->lane < 0 ? &single_axis : &k->w->nest.axis[p->lane];
    void *data[NEST_OPERANDS];
    for (int o = 0; o < NEST_OPERANDS; o++) data[o] = shift(at[o], lane * l->stride[o] * k->unit[o]);
    get(k, 0, lanes, k->buffer, data[NEST_A]);
    data[NEST_A] = k->buffer;
    for (int i = 0; i < p->axes; i++)
        if (strided__edge_over(k->w, axis_of(k, i)->fold) >= 0) data[NEST_A] = shift(data[NEST_A], -k->real[i].lo * p->pitch[i]);
    strided__windows_walk(&k->windows, data);
}

/* Its positions are the copy's: their first is 0. */
static void set_axis(struct walk *k, char *at[NEST_OPERANDS], int i)
{
    const struct block_axis *a = axis_of(k, i);
    const struct edge *e = &a->edge;
    const int64_t first = k->here.first[i], count = k->here.count[i];
    const int over = strided__edge_over(k->w, a->fold);
    k->real[i] = strided__blocks_reach(a, first, count);
    if (a->keep < 0) return;
    k->copy.nest.axis[a->keep].len = count;
    if (over >= 0) k->copy.edge[over].before = e->before - first * e->keep_mul;
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (o != NEST_A) at[o] = shift(at[o], axis_from(&k->w->nest.axis[a->keep], o, first) * k->unit[o]);
    k->copy.nest.axis[a->keep].map.origin = map_from(&k->w->nest.axis[a->keep].map, first);
}

static void set_windows(struct walk *k, int64_t lanes)
{
    if (k->plan->blocks.lane >= 0) k->copy.nest.axis[k->plan->blocks.lane].len = lanes;
    strided__windows_start(&k->windows, &k->copy, k->plan, k->kernels, k->data, -1, 0, 0);
}

static void run_block(void *walk)
{
    struct walk *k = walk;
    const struct blocks_plan *p = &k->plan->blocks;
    char *at[NEST_OPERANDS];
    memcpy(at, k->at.at, sizeof at);
    for (int i = 0; i < p->axes; i++) set_axis(k, at, i);
    for (int64_t lane = k->lanes.lo, lanes = 0; lane < k->lanes.hi; lane += p->groups) {
        const int64_t next = min_size(p->groups, k->lanes.hi - lane);
        if (next != lanes) set_windows(k, lanes = next);
        run_lanes(k, at, lane, lanes);
    }
}

static __attribute__((noinline)) void run(const struct work *w, const struct window_plan *p, const struct kernels *kernels, void *const data[NEST_OPERANDS],
                                          int axis, int64_t lo, int64_t hi, char *buffer)
{
    const struct part part = { axis, lo, hi };
    struct walk k;
    char *at[NEST_OPERANDS];
    memset(&k, 0, offsetof(struct walk, outer));
    k.w = w;
    k.plan = p;
    k.kernels = kernels;
    k.data = data;
    k.buffer = buffer;
    k.size = (int64_t)strided__compute_size(w->compute);
    k.lanes = axis >= 0 && axis == p->blocks.lane ? (struct range){ lo, hi } : (struct range){ 0, p->blocks.lanes.len };
    strided__work_copy(&k.copy, w);
    k.copy.dtype[NEST_A] = strided__compute_dtype(w->compute);
    strided__copied_strides(&p->blocks, &k.copy, k.size);
    for (int i = 0; i < w->nest.keep; i++)
        if (i != p->blocks.output) k.copy.nest.axis[i].len = 1;
    work_units(w, k.unit);
    memcpy(k.at.unit, k.unit, sizeof k.unit);
    for (int o = 0; o < NEST_OPERANDS; o++) at[o] = data[o];
    if (axis >= 0 && axis == p->blocks.output) {
        k.copy.nest.axis[axis].len = hi - lo;
        for (int o = 0; o < NEST_OPERANDS; o++) at[o] = shift(at[o], lo * w->nest.axis[axis].stride[o] * k.unit[o]);
    }
    strided__blocks_outers(&k.at, k.outer, &k.here, &p->blocks, w, &part, at);
    strided__blocks_walk(&k.at, &k.here, &p->blocks, run_block, &k);
}

/* What is converted is mostly moved to dst from another buffer as well: to begin with such a pair of blocks takes longer than a cache gains by small ones. */
static __attribute__((noinline)) void run_as_it_is(const struct work *w, const struct window_plan *p, const struct kernels *kernels,
                                                   void *const data[NEST_OPERANDS], int axis, int64_t lo, int64_t hi)
{
    char buffer[COPIED_BYTES] __attribute__((aligned(64)));
    run(w, p, kernels, data, axis, lo, hi, buffer);
}

static __attribute__((noinline)) void run_converted(const struct work *w, const struct window_plan *p, const struct kernels *kernels,
                                                    void *const data[NEST_OPERANDS], int axis, int64_t lo, int64_t hi)
{
    char buffer[CONVERTED_BYTES] __attribute__((aligned(64)));
    run(w, p, kernels, data, axis, lo, hi, buffer);
}

void strided__copied_run(const struct work *w, const struct window_plan *p, const struct kernels *kernels, void *const data[NEST_OPERANDS],
                         int axis, int64_t lo, int64_t hi)
{
    if (w->dtype[NEST_A] == strided__compute_dtype(w->compute)) run_as_it_is(w, p, kernels, data, axis, lo, hi);
    else run_converted(w, p, kernels, data, axis, lo, hi);
}
