/*
 * window_axes.c - window axes and phases, as rows of a nest.
 */
#include "window_axes.h"
#include "../base/checked.h"
#include "table_rows.h"

static void walk_inside(struct work *w, const struct window_walk *walk)
{
    strided__work_stride(w, walk->keep, walk->operand, walk->keep_mul * walk->stride);
    strided__work_stride(w, walk->other, walk->operand, walk->fold_mul * walk->stride);
    if (walk->index_stride == 0) return;
    strided__work_stride(w, walk->keep, NEST_B, walk->keep_mul * walk->index_stride);
    strided__work_stride(w, walk->other, NEST_B, walk->fold_mul * walk->index_stride);
}

void strided__window_walk(struct work *w, const struct window_axis *a, const struct window_walk *walk)
{
    struct edge e = {
        .mode = walk->mode == STRIDED_PAD_CONSTANT ? EDGE_SKIP : EDGE_PAD,
        .pad = walk->mode,
        .operand = walk->operand,
        .keep = walk->keep, .other = walk->other,
        .keep_mul = walk->keep_mul, .fold_mul = walk->fold_mul,
        .before = a->before, .n = a->n,
        .stride = walk->stride, .index_stride = walk->index_stride,
    };
    strided__work_window(w, &e);
    if (strided__window_is_inside(a)) walk_inside(w, walk);
    else strided__work_edge(w, e);
}

/* The smallest t in [0, end) with from - t*dilation divisible by step, or end. */
static int64_t first_tap(const struct window_axis *a, int64_t from, int64_t end)
{
    int64_t t = 0;
    while (t < end && (from - t * a->dilation) % a->step != 0) t++;
    return t;
}

static struct phase phase_of(const struct window_axis *a, int64_t r)
{
    int64_t g = gcd_size(a->step, a->dilation), from = r + a->before;
    int64_t period = a->step / g, end = min_size(a->size, period), t = first_tap(a, from, end);
    return (struct phase){
        .first = r, .step = a->step, .len = ceil_div(a->n - r, a->step),
        .tap = t < end ? t : 0, .tap_step = period, .taps = t < end ? ceil_div(a->size - t, period) : 0,
        .lag = a->dilation / g, .before = t < end ? -((from - t * a->dilation) / a->step) : 0,
    };
}

int strided__phases_first(struct phases *ph, const struct window *win)
{
    ph->nd = win->nd;
    for (int a = 0; a < win->nd; a++) ph->axis[a] = phase_of(&win->axis[a], 0);
    return 1;
}

int strided__phases_next(struct phases *ph, const struct window *win)
{
    for (int a = win->nd - 1; a >= 0; a--) {
        const struct window_axis *axis = &win->axis[a];
        int64_t next = ph->axis[a].first + 1;
        if (next < min_size(axis->step, axis->n)) {
            ph->axis[a] = phase_of(axis, next);
            return 1;
        }
        ph->axis[a] = phase_of(axis, 0);
    }
    return 0;
}

void strided__phase_walk(struct work *w, const struct phase *ph, int64_t positions, int q, int u, int64_t stride,
                         int64_t tap_stride)
{
    if (ph->taps == 0) return;
    advance(w, NEST_A, ph->tap * tap_stride);
    struct edge e = {
        .mode = EDGE_SKIP, .operand = NEST_A, .keep = q, .other = u,
        .keep_mul = 1, .fold_mul = -ph->lag, .before = ph->before, .n = positions, .stride = stride,
        .beyond = ph->taps > 1 ? ph->tap_step * tap_stride : 0,
    };
    strided__work_window(w, &e);
    strided__work_edge(w, e);
}
