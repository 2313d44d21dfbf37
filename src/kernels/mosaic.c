/*
 * mosaic.c - see mosaic.h.
 */
#include "mosaic.h"
#include "../base/checked.h"
#include "../nest/edges.h"

enum { SLICE_ROWS = 24, LEAST_COLUMNS = 64 }; /* of each slice */
enum { LONG_SUM = 512, CACHED_BYTES = 1 << 19 }; /* beside which storing is little; what classes find in the cache, however they lie */

static int64_t apart(const struct work *w, int axis) { return abs_size(w->nest.axis[axis].stride[NEST_DST]); }

/* The row axis without an edge that lies closest in dst, closer than columns; -1: there is none. */
static int row_of(const struct product *p, const struct work *w)
{
    int best = p->column;
    for (int i = 0; i < w->nest.keep; i++)
        if (p->role[i] == ROLE_ROW && strided__edge_of(w, i) < 0 && w->nest.axis[i].len > 1 && apart(w, i) < apart(w, best)) best = i;
    return best == p->column ? -1 : best;
}

/* Positions of all edges, if they lie closer than the rows; 0: they do not. */
static int64_t taps_of(const struct work *w, int row)
{
    int64_t taps = 1;
    for (int e = 0; e < w->edges; e++) {
        const int axis = w->edge[e].keep;
        if (apart(w, axis) >= apart(w, row) || !mul_size(&taps, taps, w->nest.axis[axis].len)) return 0;
    }
    return taps;
}

/* Pieces of one size, of whole panels: as few as there may be. */
static int64_t columns_at_once(int64_t columns, int64_t most, int64_t width)
{
    const int64_t panels = ceil_div(columns, width), pieces = ceil_div(panels, max_size(1, most / width));
    return min_size(columns, ceil_div(panels, pieces) * width);
}

/* Sums are short, results many. */
static int pays(const struct work *w)
{
    double bytes = (double)strided_dtype_size(w->dtype[NEST_DST]);
    for (int i = 0; i < w->nest.keep; i++) bytes *= (double)w->nest.axis[i].len;
    return work_terms(w) <= LONG_SUM && bytes > CACHED_BYTES;
}

/* 0: they would be too small. */
static int set_slices(struct mosaic *m, const struct product *p, const struct work *w, int row, int64_t taps)
{
    const int64_t size = (int64_t)strided_dtype_size(w->dtype[NEST_DST]), rows = w->nest.axis[row].len, columns = w->nest.axis[p->column].len;
    const int64_t some = min_size(rows, SLICE_ROWS), most = MOSAIC_BYTES / size / taps / some;
    for (int i = 0; i < w->nest.keep; i++) m->slice[i] = strided__edge_of(w, i) < 0;
    m->slice[row] = some;
    m->slice[p->column] = columns_at_once(columns, most, p->width);
    return most >= LEAST_COLUMNS;
}

/* Columns lie innermost, where sums are formed; the others as they do in dst, which they go to as one line, or a few. */
static void set_buffer(struct mosaic *m, const struct product *p, const struct work *w)
{
    struct nest *n = &m->work.nest;
    for (int i = 0; i < n->keep; i++) {
        int64_t at = 1;
        for (int j = 0; j < n->keep; j++) {
            const int inside = apart(w, j) < apart(w, i) || (apart(w, j) == apart(w, i) && j > i);
            if (i != p->column && (j == p->column || inside)) at *= m->slice[j] ? m->slice[j] : n->axis[j].len;
        }
        n->axis[i].stride[NEST_DST] = at;
    }
}

int strided__mosaic_plan(struct mosaic *m, const struct product *p, const struct work *w)
{
    const int row = w->edges && !p->whole && !w->epilogue.accumulate ? row_of(p, w) : -1;
    const int64_t taps = row < 0 ? 0 : taps_of(w, row);
    if (taps < 2 || !pays(w) || !set_slices(m, p, w, row, taps)) return 0;
    m->product = *p;
    m->product.follows_a = 1; /* in the buffer one row is as good as another */
    strided__work_copy(&m->work, w);
    set_buffer(m, p, w);
    return 1;
}

void strided__mosaic_put(const struct mosaic *m, const struct work *w, const struct kernels *k, const struct nest *piece, char *dst, char *buffer)
{
    struct nest n = { .keep = piece->keep };
    for (int i = 0; i < n.keep; i++)
        n.axis[i] = (struct nest_axis){ .len = piece->axis[i].len, .stride = { w->nest.axis[i].stride[NEST_DST], m->work.nest.axis[i].stride[NEST_DST] } };
    strided__nest_move(k, w, &n, w->dtype[NEST_DST], dst, w->dtype[NEST_DST], buffer);
}
