/*
 * divide.c - the threads' pieces: as few as keep every thread busy, that lie apart in memory.
 */
#include "divide.h"
#include "../base/checked.h"
#include "../base/context.h"
#include "../nest/edges.h"
#include <math.h>
#include <stdlib.h>

/* What it takes to hand a piece to another thread, in multiply-adds; what else an element of dst takes, and a term of what is no product. */
enum { HANDING = 1 << 19, ELEMENT = 16, TERM = 4 };
/* Pieces for each thread, so that who is done can help; lines of windows in a piece; how many times what is worth it, in one of many. */
enum { PIECES = 4, LINES = 4, LARGE = 4 };
enum { EVEN = 8 }; /* pieces for each thread that are nearly as many for each */

/* How many times as long the work takes; infinitely for tests. */
static double times_handing(const struct work *w, const struct product *p)
{
    double elements = 1;
    for (int i = 0; i < w->nest.keep; i++) elements *= (double)max_size(w->nest.axis[i].len, 1);
    const double term = p ? 1.0 / p->bunch : w->kind == WORK_CONTRACT ? 1 : TERM;
    return w->ctx->eager ? INFINITY : elements * (work_terms(w) * term + ELEMENT) / HANDING;
}

int strided__worth_dividing(const strided_context *ctx, int64_t elements)
{
    return strided__context_workers(ctx) > 1 && (ctx->eager || elements >= HANDING / ELEMENT);
}

static int is_divisible(const struct work *w) { return w->kind != WORK_MAP || w->op != MAP_ACCUMULATE; }

/* Windows whose b is packed walk all of its lanes, and, by blocks, all outputs that share a, or all groups. */
static int is_walked_whole(const struct window_plan *p, const struct work *w, int axis)
{
    if (p->staged.fits) return p->staged.some[axis] == w->nest.axis[axis].len;
    return p->packed && !p->repeats && (axis == p->vector || (p->blocks.fits && (axis == p->blocks.output || axis == p->blocks.lane)));
}

/* Pieces enough, which neither all read the same nor each a part of the same lines of the cache. */
static int is_long(const struct work *w, int axis, int64_t workers)
{
    const struct nest_axis *a = &w->nest.axis[axis];
    return a->len >= PIECES * workers && (llabs(a->stride[NEST_A]) > 1 || !w->dtype[NEST_A]);
}

/* Of axes that are long the one whose pieces lie together in dst (planes come before lines, which read what their neighbours read, and lines before
 * what is shorter); of others the longer one. */
static int is_better(const struct work *w, int axis, int other, int64_t workers)
{
    const struct nest_axis *a = &w->nest.axis[axis], *b = &w->nest.axis[other];
    const int one = is_long(w, axis, workers), two = is_long(w, other, workers);
    if (one != two) return one;
    return one ? llabs(a->stride[NEST_DST]) > llabs(b->stride[NEST_DST]) : a->len > b->len;
}

/* -1: there is none. A product's columns come apart at its panels, and only when its other axes are short: each piece reads all of a. */
static int divided_axis(const struct work *w, const struct product *p, const struct window_plan *window, int64_t workers)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        if (strided__edge_over(w, i) >= 0 || w->nest.axis[i].len < 2 || (p && i == p->column) || (window && is_walked_whole(window, w, i))) continue;
        if (best < 0 || is_better(w, i, best, workers)) best = i;
    }
    if (p && (best < 0 || w->nest.axis[best].len < 2 * PIECES * workers) && w->nest.axis[p->column].len >= 2 * p->width) return p->column;
    return best;
}

/* So many of the axis begin on a line of the cache in dst, as vectors should, and no two threads write to one; if there are enough of them. */
static int64_t whole_lines(const struct work *w, int axis, int64_t workers)
{
    const struct nest_axis *a = &w->nest.axis[axis];
    const int64_t bytes = a->stride[NEST_DST] % LINE_BYTES * (int64_t)strided_dtype_size(w->dtype[NEST_DST]);
    int64_t grain = 1;
    while (bytes * grain % LINE_BYTES) grain *= 2;
    return a->len >= PIECES * workers * grain ? grain : 1;
}

/* Small works go in a piece for each thread, or fewer; large ones in as many as there may be. Lines of windows share what they read: where there are
 * few, each thread has its own and no more. */
static int64_t pieces_of(const struct division *d, const struct work *w, const struct window_plan *window, double times, int64_t workers)
{
    const int64_t len = ceil_div(w->nest.axis[d->axis].len, d->grain);
    int64_t most = min_size(len, PIECES * workers);
    if (window && strided__edge_of(w, d->axis) >= 0) most = min_size(most, max_size(1, len / (LINES * workers)) * workers);
    if (times < 2 * LARGE * (double)workers) return min_size(most, times < (double)workers / 2 ? (int64_t)(2 * times) : workers);
    return times / LARGE < (double)most ? (int64_t)(times / LARGE) / workers * workers : most;
}

/* The longest axis of a product's rows beside which no edge runs; -1: none. */
static int row_axis(const struct work *w, const struct product *p)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++)
        if (p->role[i] == ROLE_ROW && strided__edge_over(w, i) < 0 && (best < 0 || w->nest.axis[i].len > w->nest.axis[best].len)) best = i;
    return best;
}

/* Panels that are not as many for each thread have their rows divided as well. */
static void divide_panels(struct division *d, const struct work *w, const struct product *p, int64_t workers)
{
    const int64_t panels = ceil_div(w->nest.axis[p->column].len, p->width);
    d->grain = p->width;
    d->pieces = min_size(panels, EVEN * workers);
    d->rows = row_axis(w, p);
    if (d->pieces % workers == 0 || d->rows < 0) return;
    d->parts = max_size(1, min_size(workers, w->nest.axis[d->rows].len / 2));
    d->pieces *= d->parts;
}

struct division strided__divide(const struct work *w, const struct product *product, const struct window_plan *window,
                                const struct sliding_plan *sliding, int64_t workers)
{
    struct division d = { .axis = -1, .grain = 1, .parts = 1 };
    if (workers == 1 || !is_divisible(w)) return d;
    const double times = times_handing(w, product);
    if (times < 1) return d;
    if (sliding) d.axis = strided__sliding_axis(sliding, w, &d.grain);
    else d.axis = divided_axis(w, product, window, workers);
    if (product && d.axis == product->column) {
        divide_panels(&d, w, product, workers);
        return d;
    }
    if (d.axis >= 0 && window && window->staged.fits) d.grain = window->staged.some[d.axis];
    else if (d.axis >= 0 && !sliding) d.grain = whole_lines(w, d.axis, workers);
    if (d.axis >= 0) d.pieces = pieces_of(&d, w, window, times, workers);
    return d;
}

struct part strided__division_part(const struct division *d, int64_t len, int64_t index)
{
    const int64_t pieces = d->pieces / d->parts, grains = ceil_div(len, d->grain), size = grains / pieces, rest = grains % pieces;
    const int64_t lo = index * size + index * rest / pieces, hi = (index + 1) * size + (index + 1) * rest / pieces;
    return (struct part){ d->axis, lo * d->grain, min_size(hi * d->grain, len) };
}

int strided__division_parts(const struct division *d, const struct nest_axis *axis, int64_t index, struct part part[2])
{
    part[0] = strided__division_part(d, axis[d->axis].len, index / d->parts);
    if (d->parts == 1) return 1;
    const struct division rows = { .axis = d->rows, .grain = 1, .pieces = d->parts, .parts = 1 };
    part[1] = strided__division_part(&rows, axis[d->rows].len, index % d->parts);
    return 2;
}
