/*
 * sliding_plan.c - see sliding_plan.h.
 */
#include "sliding_plan.h"
#include "../base/checked.h"
#include <math.h>
#include <string.h>

enum { FAR = 1 << 30 };          /* positions and taps are counted without a thought */
enum { NEAR_BYTES = 24 << 10 };  /* buffers that the first-level cache holds */
enum { SHORT_LINE = 8, LINE = 32, UNIT_VECTORS = 4, ROW_VECTORS = 4, LONG_BLOCKS = 8, WIDE_BLOCK = 256, LEAST_VECTORS = 6 };

static const double FAR_COST = 1.1, STRAIGHT_COST = 3;
static const double DIRECT_COST = 0.75, ROWS_COST = 1.5; /* what is not copied; short passes, each of them begun anew */

/* ---- what is seen ---------------------------------------------------------------------------------- */

static int is_window(const struct edge *e, const struct nest *n)
{
    if (e->mode != EDGE_SKIP || e->operand != NEST_A || e->beyond || e->other < n->keep || e->keep_mul < 1 || e->fold_mul < 1) return 0;
    return n->axis[e->keep].len < FAR && n->axis[e->other].len < FAR && e->keep_mul < FAR && e->fold_mul < FAR && e->before >= 0 &&
           e->before < FAR && e->n < FAR && n->axis[e->other].len > 0;
}

const struct edge *strided__sliding_window(const struct work *w, int axis)
{
    for (int i = 0; i < w->windows; i++)
        if (w->window[i].keep == axis || w->window[i].other == axis) return &w->window[i];
    return NULL;
}

/* What comes out of the buffer is converted as copies are: that is no rounding from float to integer. */
static int types_fit(const struct work *w)
{
    strided_dtype from = w->dtype[NEST_A], to = w->dtype[NEST_DST];
    return from == to || (strided__dtype_is_float(from) && strided__dtype_is_float(to));
}

/* All folds, and all edges, are those of windows. */
static int is_sliding(const struct work *w)
{
    const struct nest *n = &w->nest;
    if (w->kind != WORK_REDUCE || w->op != FOLD_MAX || w->sub != PRE_NONE || w->finish != FINISH_NONE || !w->windows || !types_fit(w)) return 0;
    for (int i = 0; i < w->windows; i++)
        if (!is_window(&w->window[i], n)) return 0;
    for (int i = 0; i < w->edges; i++)
        if (!strided__sliding_window(w, w->edge[i].keep) || w->edge[i].mode != EDGE_SKIP) return 0;
    for (int i = 0; i < n->keep + n->fold; i++)
        if (n->axis[i].len == 0 || (i >= n->keep && !strided__sliding_window(w, i))) return 0;
    return 1;
}

/* ---- the axes of the buffer ------------------------------------------------------------------------ */

static int64_t stride_of(const struct work *w, int axis)
{
    const struct edge *e = strided__sliding_window(w, axis);
    return abs_size(e ? e->stride : w->nest.axis[axis].stride[NEST_A]);
}

/* The kept axis along which a runs fastest; only windows, or only others. -1: none. */
static int fastest(const struct work *w, int windows)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        if (w->nest.axis[i].len < 2 || !stride_of(w, i) || (strided__sliding_window(w, i) != NULL) != windows) continue;
        if (best < 0 || stride_of(w, i) < stride_of(w, best)) best = i;
    }
    return best;
}

static void add_axis(struct sliding_plan *p, const struct work *w, int keep)
{
    const struct edge *e = strided__sliding_window(w, keep);
    const struct nest_axis *axis = &w->nest.axis[keep];
    struct sliding_axis *a = &p->axis[p->axes++];
    *a = (struct sliding_axis){ .keep = keep, .len = axis->len, .taps = 1, .step = 1, .dilation = 1, .n = axis->len,
                                .a = axis->stride[NEST_A], .dst = axis->stride[NEST_DST], .tile = 1 };
    if (!e) return;
    a->tile = a->len;
    a->taps = w->nest.axis[e->other].len;
    a->step = e->keep_mul;
    a->dilation = e->fold_mul;
    a->before = e->before;
    a->n = e->n;
    a->a = e->stride;
}

/* The longest of the axes that are no windows, but for the unit; -1: none. */
static int batch_axis(const struct work *w, int unit)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++)
        if (!strided__sliding_window(w, i) && i != unit && w->nest.axis[i].len > 1 && (best < 0 || w->nest.axis[i].len > w->nest.axis[best].len)) best = i;
    return best;
}

/* Lines so short that vectors would be filled with little: they lie along planes then, which are turned on their way in and out. */
static int is_turned(const struct work *w, int unit, int line, int64_t lanes)
{
    const strided_dtype t = strided__compute_dtype(w->compute);
    return w->nest.axis[unit].len >= lanes && w->nest.axis[line].len < lanes + SHORT_LINE && w->dtype[NEST_A] == t && w->dtype[NEST_DST] == t;
}

/* Windows but for the line, in the order of the folds, those of one tap behind the others; others; the line; what lies in its elements. */
static void set_axes(struct sliding_plan *p, const struct work *w, int64_t lanes)
{
    const struct nest *n = &w->nest;
    int unit = fastest(w, 0), line = fastest(w, 1);
    if (unit >= 0 && line >= 0 && stride_of(w, unit) > stride_of(w, line) && !is_turned(w, unit, line, lanes)) unit = -1;
    if (unit >= 0 && n->axis[unit].len >= lanes) line = -1;
    else if (line < 0) line = w->window[w->windows - 1].keep;
    for (int many = 1; many >= 0; many--)
        for (int f = n->keep; f < n->keep + n->fold; f++)
            if ((n->axis[f].len > 1) == many && strided__sliding_window(w, f)->keep != line) add_axis(p, w, strided__sliding_window(w, f)->keep);
    int batch = line < 0 ? -1 : batch_axis(w, unit);
    if (batch >= 0) add_axis(p, w, batch);
    p->line = line < 0 ? -1 : p->axes;
    if (line >= 0) add_axis(p, w, line);
    if (unit < 0) return;
    add_axis(p, w, unit);
    p->axis[p->axes - 1].tile = line < 0 ? min_size(n->axis[unit].len, UNIT_VECTORS * lanes) : n->axis[unit].len;
}

static void set_passes(struct sliding_plan *p, const struct work *w)
{
    for (int many = 0; many <= 1; many++)
        for (int f = w->nest.keep + w->nest.fold - 1; f >= w->nest.keep; f--)
            for (int i = 0; i < p->axes; i++)
                if ((w->nest.axis[f].len > 1) == many && p->axis[i].keep == strided__sliding_window(w, f)->keep) p->pass[p->passes++] = i;
    p->keeps = p->passes && p->pass[p->passes - 1] == 0 && p->line != 0;
}

/* ---- tiles ----------------------------------------------------------------------------------------- */

/* Slots of a tile: what its windows reach over; rows that are not there need no room. */
static int64_t slots_of(const struct sliding_plan *p, int i)
{
    const struct sliding_axis *a = &p->axis[i];
    const int64_t places = (a->tile - 1) * a->step + 1, reach = places + (a->taps - 1) * a->dilation;
    return a->tile < a->len || i == p->line ? reach : max_size(places, min_size(reach, a->before + a->n));
}

/* Elements of a line's window from tap to tap. */
static int64_t tap_of(const struct sliding_plan *p) { return p->axis[p->line].dilation * p->axis[p->line].pitch; }

/* Windows of so many taps, a power of two, are rows of as many vectors as are done at once. */
static void set_block(struct sliding_plan *p, int64_t lanes)
{
    int64_t block = 1;
    p->block = 0;
    if (p->line < 0) return;
    while (block * tap_of(p) % (ROW_VECTORS * lanes)) block *= 2;
    if (block * tap_of(p) <= WIDE_BLOCK && p->axis[p->line].taps >= LONG_BLOCKS * block) p->block = block;
}

/* Where the tile lies in the buffer. 0: it is larger than numbers are. */
static int set_pitches(struct sliding_plan *p, int64_t lanes)
{
    int64_t at = 1;
    for (int i = p->axes - 1; i >= 0; i--) {
        struct sliding_axis *a = &p->axis[i];
        a->slots = slots_of(p, i);
        a->pitch = at;
        if (!mul_size(&at, at, a->slots) || at > INT64_MAX / 4) return 0;
        if (i == (p->line < 0 ? p->axes - 1 : p->line)) at = ceil_div(at, lanes) * lanes;
    }
    set_block(p, lanes);
    p->used = at;
    p->size = at + lanes + (p->block ? ceil_div(p->block * tap_of(p), lanes) * lanes : 0);
    return 1;
}

/* How many passes over a line its windows take. */
static double line_passes(const struct sliding_plan *p)
{
    double passes = 0;
    int64_t taps = p->axis[p->line].taps, have = 1;
    for (; have < taps && have != p->block; have *= 2) passes++;
    return p->block ? passes + 4 : passes;
}

/* Of an element in or out: lines shorter than those of the cache are read in vain. */
static double copy_cost(const struct sliding_plan *p)
{
    const struct sliding_axis *a = &p->axis[p->axes - 1];
    return p->line < 0 && a->tile < a->len ? p->copy * (double)max_size(1, LINE / a->tile) : p->copy;
}

/* Of one maximum, in passes over the tile's vectors; set_pitches() has been there. */
static double cost_of(const struct sliding_plan *p)
{
    const double copy = copy_cost(p);
    double all = (double)p->used, maxima = 1, cost, part = 1;
    const struct sliding_axis *first = &p->axis[0];
    if (p->keeps && first->tile < first->len) part = (double)min_size(first->slots, first->tile * first->step) / (double)first->slots;
    for (int i = 0; i < p->axes; i++) maxima *= (double)p->axis[i].tile;
    cost = all * (copy * part + 1 - part);
    for (int i = 0; i < p->passes; i++) {
        const struct sliding_axis *a = &p->axis[p->pass[i]];
        const double each = p->pass[i] == p->line ? line_passes(p) : a->taps > 1 ? 3 : 0;
        cost += each * all * (p->pass[i] == 0 ? 1 : part);
        all = all / (double)a->slots * (double)(p->pass[i] == p->line ? a->tile * a->step : a->tile);
    }
    return cost / maxima + copy;
}

static double cost_with(const struct sliding_plan *p, int axis, int64_t tile, int64_t lanes)
{
    struct sliding_plan other = *p;
    other.axis[axis].tile = tile;
    return set_pitches(&other, lanes) ? cost_of(&other) : (double)INT64_MAX;
}

/* Halves the tile where that costs least. 0: it is as small as can be. */
static int shrink(struct sliding_plan *p, int64_t lanes)
{
    double least = 0;
    int best = -1;
    for (int i = 0; i < p->axes; i++) {
        const struct sliding_axis *a = &p->axis[i];
        const int is_unit = i == p->axes - 1 && i != p->line;
        if (a->tile == 1 || (is_unit && (p->line >= 0 || a->tile <= lanes))) continue;
        double cost = cost_with(p, i, ceil_div(a->tile, 2), lanes);
        if (best < 0 || cost < least) { best = i; least = cost; }
    }
    if (best >= 0) p->axis[best].tile = ceil_div(p->axis[best].tile, 2);
    return best >= 0;
}

static int is_within(struct sliding_plan *p, int64_t most, int64_t lanes) { return set_pitches(p, lanes) && p->size <= most; }

/* As long along this axis as there is room for, in tiles of one length. */
static void grow(struct sliding_plan *p, int axis, int64_t most, int64_t lanes)
{
    struct sliding_axis *a = &p->axis[axis];
    int64_t tile = a->tile;
    for (int64_t more = a->len - tile; more > 0; more /= 2) {
        a->tile = tile + more;
        if (a->tile <= a->len && is_within(p, most, lanes)) tile += more;
    }
    a->tile = ceil_div(a->len, ceil_div(a->len, tile));
    set_pitches(p, lanes);
}

/* Of at most so many elements. 0: there is none so small. */
static int set_tile(struct sliding_plan *p, int64_t most, int64_t lanes)
{
    while (!is_within(p, most, lanes))
        if (!shrink(p, lanes)) return 0;
    for (int i = p->axes - 1; i >= p->by_rows; i--)
        if (i == p->line || i < p->axes - 1) grow(p, i, most, lanes);
    return 1;
}

/* The tiles that cost least: small ones, or large ones, whose passes take longer. */
static int set_tiles(struct sliding_plan *p, int64_t size, int64_t lanes)
{
    struct sliding_plan near = *p;
    const int64_t each = p->by_rows ? SLIDING_ROWS * size : size;
    const int fits = set_tile(p, SLIDING_BYTES / each, lanes), fits_near = set_tile(&near, NEAR_BYTES / each, lanes);
    if (fits_near && (!fits || cost_of(&near) <= FAR_COST * cost_of(p))) *p = near;
    return fits || fits_near;
}

/* Few taps, one further for each position, and none that sees nothing. */
static int is_near(const struct sliding_axis *a, const struct sliding_kernels *k)
{
    return k->near && a->taps >= LEAST_NEAR && a->taps <= MOST_NEAR && a->step == 1 && a->dilation == 1 && a->before < a->taps &&
           a->len <= a->before + a->n;
}

/* Lines of neighbours, none too short for what each begins with, and nothing else. */
static int is_straight(const struct sliding_plan *p, const struct work *w)
{
    const struct sliding_axis *a = &p->axis[p->axes - 1];
    const strided_dtype t = strided__compute_dtype(w->compute);
    return p->kernels->line && p->passes == 1 && p->line == p->axes - 1 && a->len >= LEAST_VECTORS * p->kernels->lanes &&
           a->step == 1 && a->dilation == 1 && a->a == 1 && a->dst == 1 && w->dtype[NEST_A] == t && w->dtype[NEST_DST] == t &&
           a->taps <= SLIDING_BYTES / (int64_t)strided__compute_size(w->compute);
}

/* All windows are near, and vectors lie along a and dst. */
static int is_direct(const struct sliding_plan *p, const struct work *w)
{
    const struct sliding_axis *last = &p->axis[p->axes - 1];
    const strided_dtype t = strided__compute_dtype(w->compute);
    for (int i = 0; i < p->passes; i++)
        if (!(p->near >> p->pass[i] & 1)) return 0;
    return p->passes > 1 && p->line < 0 && last->a == 1 && last->dst == 1 && w->dtype[NEST_A] == t && w->dtype[NEST_DST] == t;
}

static double taps_of(const struct sliding_plan *p)
{
    double taps = 1;
    for (int i = 0; i < p->axes; i++) taps *= (double)p->axis[i].taps;
    return taps;
}

/* ---- a row at a time ------------------------------------------------------------------------------- */

/* What dst keeps meanwhile is as exact as what comes. 0: there is no other fold, or rows are the line. */
static int set_rows(struct sliding_plan *p, const struct work *w)
{
    if (!p->keeps || w->dtype[NEST_A] != w->dtype[NEST_DST]) return 0;
    struct sliding_axis *a = &p->axis[0];
    p->window = *a;
    a->taps = a->step = a->dilation = a->tile = 1;
    a->before = 0;
    if (p->line < 0) p->axis[p->axes - 1].tile = p->axis[p->axes - 1].len;
    p->by_rows = 1;
    p->passes--;
    p->near &= ~1u;
    p->keeps = p->straight = p->direct = 0;
    return 1;
}

/* Of one maximum: a block's rows, from its end to its beginning, and those that its windows see behind it, with dst in and out. */
static double cost_by_rows(const struct sliding_plan *p)
{
    const struct sliding_axis *a = &p->window;
    const int64_t on = a->step / gcd_size(a->step, a->dilation), begun = max_size(1, min_size(ceil_div(a->taps, on), a->len));
    const double rows = (double)(min_size(a->taps, a->n) + (begun - 1) * on) / (double)begun;
    return ROWS_COST * (rows * (cost_of(p) - copy_cost(p) + 1) + (begun > 1 ? 3 * copy_cost(p) + 1 : copy_cost(p)));
}

/* The tiles, or rows, that cost least; what they cost, or 0: there are none so small. */
static double set_least(struct sliding_plan *p, const struct work *w)
{
    const int64_t size = (int64_t)strided__compute_size(w->compute), lanes = p->kernels->lanes;
    struct sliding_plan rows = *p;
    double cost = set_tiles(p, size, lanes) ? (p->direct ? DIRECT_COST : 1) * cost_of(p) : 0;
    if (cost > 0 && p->straight) cost = STRAIGHT_COST;
    if (!set_rows(&rows, w) || !set_tiles(&rows, size, lanes) || (cost > 0 && cost <= cost_by_rows(&rows))) return cost;
    *p = rows;
    return cost_by_rows(p);
}

void strided__sliding_plan(struct sliding_plan *p, const struct work *w, const struct kernels *k, double tap)
{
    memset(p, 0, sizeof *p);
    if (!is_sliding(w)) return;
    p->kernels = strided__sliding_kernels(k, w->compute);
    if (!p->kernels) return;
    strided__maxima_plan(&p->in_place, w, k);
    p->fits = p->in_place.fits && !strided__dtype_is_float(w->dtype[NEST_A]);
    if (p->fits) return;
    set_axes(p, w, p->kernels->lanes);
    set_passes(p, w);
    for (int i = 0; i < p->axes; i++)
        if (i != p->line && is_near(&p->axis[i], p->kernels)) p->near |= 1u << i;
    p->straight = is_straight(p, w);
    p->direct = is_direct(p, w);
    p->copy = w->dtype[NEST_A] == strided__compute_dtype(w->compute) ? 1.5 : 4;
    const double most = p->in_place.fits ? INFINITY : tap * taps_of(p), cost = set_least(p, w);
    p->fits = cost > 0 && cost < most;
    p->in_place.fits &= p->fits;
}

int strided__sliding_axis(const struct sliding_plan *p, const struct work *w, int64_t *tile)
{
    int best = 0;
    int64_t most = 0;
    for (int i = 0; i < w->nest.keep; i++) {
        int64_t one = p->in_place.fits && p->in_place.vector == i ? w->nest.axis[i].len : 1;
        for (int j = 0; j < p->axes; j++)
            if (p->axis[j].keep == i) one = max_size(one, j == 0 && p->by_rows ? p->window.taps : p->axis[j].tile);
        if (ceil_div(w->nest.axis[i].len, one) <= most) continue;
        most = ceil_div(w->nest.axis[i].len, one);
        best = i;
        *tile = one;
    }
    return best;
}
