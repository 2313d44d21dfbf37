/*
 * blocks_plan.c - see blocks_plan.h.
 */
#include "blocks_plan.h"
#include "window_plan.h"
#include "../base/checked.h"
#include <string.h>

enum { FAR = 1 << 30 };                /* positions and taps are counted without a thought */
enum { MOST_OUTPUTS = 8, FEW_TAPS = 16, FEW_VECTORS = 2, LONG_LINE = 48, SHORT_STRETCH = 6 };
enum { MORE = 2, WAVE_LINE = 1536 };
enum { CROWD = 1024, APART = 16 }; /* lanes that are so many bytes apart crowd in the cache; elements less are enough */

static const struct nest_axis *nest_axis(const struct work *w, int i) { return &w->nest.axis[i]; }

/* ---- what is tied to what -------------------------------------------------------------------------- */

/* The edge of a window that never ends. */
static struct edge inside(const struct work *w, int keep, int fold, int64_t step, int64_t dilation)
{
    const struct nest_axis *k = nest_axis(w, keep), *f = nest_axis(w, fold);
    return (struct edge){ .mode = EDGE_SKIP, .operand = NEST_A, .keep = keep, .other = fold, .keep_mul = step, .fold_mul = dilation,
                          .n = (k->len - 1) * step + (f->len - 1) * dilation + 1, .stride = f->stride[NEST_A] / dilation };
}

/* The kept axis that is known to slide over a pool's fold, which may share nothing. Vectors would take every second element at most: longer
 * steps of what they may lie along are left as they are. 0: there is none. */
static int is_window(const struct blocks_plan *p, const struct work *w, int fold, struct edge *e)
{
    for (int i = 0; i < w->windows && w->kind == WORK_REDUCE; i++) {
        const struct edge *o = &w->window[i];
        if (o->other != fold || o->operand != NEST_A || o->keep_mul <= 0 || o->fold_mul <= 0 || nest_axis(w, o->keep)->len < 2) continue;
        if (strided__edge_of(w, o->keep) >= 0 || block_axis_of(p, o->keep) >= 0) continue;
        if (o->keep_mul > 2 && nest_axis(w, o->keep)->stride[NEST_DST] == 1) continue;
        if (nest_axis(w, o->keep)->stride[NEST_A] * o->fold_mul != nest_axis(w, fold)->stride[NEST_A] * o->keep_mul) continue;
        *e = inside(w, o->keep, fold, o->keep_mul, o->fold_mul);
        return 1;
    }
    return 0;
}

/* From a position of the kept axis to the next, taps of the fold; 0: it does not slide over it. */
static int64_t step_over(const struct work *w, int axis, int fold)
{
    const struct nest_axis *keep = nest_axis(w, axis), *f = nest_axis(w, fold);
    const int64_t tap = f->stride[NEST_A];
    if (keep->len < 2 || !tap || keep->stride[NEST_A] % tap) return 0;
    const int64_t step = keep->stride[NEST_A] / tap;
    return step >= 1 && step < f->len ? step : 0;
}

/* By strides. */
static int slides_over(const struct blocks_plan *p, const struct work *w, int fold, struct edge *e)
{
    for (int i = 0; i < w->nest.keep; i++) {
        const int64_t step = step_over(w, i, fold);
        if (!step || strided__edge_of(w, i) >= 0 || block_axis_of(p, i) >= 0) continue;
        *e = inside(w, i, fold, step, 1);
        return 1;
    }
    return 0;
}

int strided__blocks_have_windows(const struct work *w)
{
    for (int i = 0; i < w->nest.keep; i++)
        for (int f = w->nest.keep; f < w->nest.keep + w->nest.fold; f++)
            if (step_over(w, i, f)) return 1;
    return w->edges > 0 || w->kind != WORK_CONTRACT;
}

/* 0: there is an edge that is not walked so. */
static int find_edge(const struct blocks_plan *p, const struct work *w, int fold, struct edge *e)
{
    const int i = strided__edge_over(w, fold);
    const int64_t taps = nest_axis(w, fold)->len;
    if (i >= 0) *e = w->edge[i];
    else if (!is_window(p, w, fold, e) && !slides_over(p, w, fold, e)) {
        *e = (struct edge){ .keep = -1, .other = fold, .fold_mul = 1, .n = taps, .stride = nest_axis(w, fold)->stride[NEST_A] };
        return 1;
    }
    return e->mode == EDGE_SKIP && e->operand == NEST_A && e->keep_mul > 0 && e->fold_mul > 0 && !e->beyond;
}

static int add_axis(struct blocks_plan *p, const struct work *w, int fold)
{
    struct block_axis *a = &p->axis[p->axes];
    if (p->axes == BLOCK_AXES || !find_edge(p, w, fold, &a->edge)) return 0;
    const struct edge *e = &a->edge;
    const struct nest_axis none = { .len = 1 }, *keep = e->keep < 0 ? &none : nest_axis(w, e->keep);
    a->keep = e->keep;
    a->fold = fold;
    a->len = a->tile = keep->len;
    a->taps = nest_axis(w, fold)->len;
    a->a = e->stride;
    a->dst = keep->stride[NEST_DST];
    p->axes++;
    return a->len > 0 && a->taps > 0 && a->len < FAR && a->taps < FAR && e->keep_mul < FAR && e->fold_mul < FAR && abs_size(e->before) < FAR &&
           e->n < FAR && (w->kind != WORK_CONTRACT || !keep->stride[NEST_B]);
}

/* Folds as they stand. */
int strided__blocks_axes(struct blocks_plan *p, const struct work *w)
{
    for (int i = 0; i < w->edges; i++)
        if (w->edge[i].other < w->nest.keep) return 0;
    for (int f = w->nest.keep; f < w->nest.keep + w->nest.fold; f++)
        if ((nest_axis(w, f)->len != 1 || strided__edge_over(w, f) >= 0) && !add_axis(p, w, f)) return 0;
    return 1;
}

/* Of the folds behind the columns' one there is at most one, which has no edge. */
static int set_column(struct blocks_plan *p)
{
    for (p->column = p->axes - 1; p->column >= 0; p->column--)
        if (p->axis[p->column].keep >= 0) break;
    if (p->column < 0 || p->column < p->axes - 2) return 0;
    p->depth = p->column == p->axes - 1 ? 1 : p->axis[p->axes - 1].taps;
    return 1;
}

/* ---- lanes and outputs ----------------------------------------------------------------------------- */

/* Of a vector's lanes, how many are of use on the average, in percent. */
static int64_t filled(int64_t len, int64_t lanes) { return 100 * len / (ceil_div(len, lanes) * lanes); }

static void set_kept(struct blocks_plan *p, const struct work *w, int64_t lanes)
{
    p->lane = p->output = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = nest_axis(w, i);
        if (block_axis_of(p, i) >= 0 || a->len < 2 || !a->stride[NEST_B]) continue;
        if (!a->stride[NEST_A]) {
            if (p->output < 0 || a->len > nest_axis(w, p->output)->len) p->output = i;
        } else if (a->len >= lanes && (p->lane < 0 || filled(a->len, lanes) > filled(nest_axis(w, p->lane)->len, lanes)))
            p->lane = i;
    }
    p->outputs = p->output < 0 ? 1 : nest_axis(w, p->output)->len;
    if (p->lane >= 0) p->lanes = *nest_axis(w, p->lane);
}

/* ---- stretches ------------------------------------------------------------------------------------- */

struct range strided__blocks_whole(const struct blocks_plan *p, const struct work *w)
{
    const struct block_axis *column = &p->axis[p->column];
    return strided__edge_whole(&column->edge, nest_axis(w, column->keep)->len, column->taps);
}

void strided__blocks_stretch(struct blocks_plan *p, const struct work *w, int64_t lanes, int64_t first, int64_t count)
{
    struct block_axis *column = &p->axis[p->column];
    const int64_t step = column->edge.keep_mul;
    column->edge.before -= first * step;
    if (p->abreast > 1) {
        column->len = count / p->abreast;
        column->tile = min_size(column->tile, column->len);
        column->edge.keep_mul *= p->abreast;
        column->dst *= p->abreast;
        return;
    }
    p->lanes = *nest_axis(w, column->keep);
    column->len = count / lanes;
    const int64_t line = column->len * p->lanes.stride[NEST_DST] * (int64_t)strided__compute_size(w->compute);
    if (column->len > 4 * APART && line % CROWD == 0) column->len -= APART;
    column->tile = min_size(column->tile, column->len);
    p->lanes.stride[NEST_A] = step * column->edge.stride;
    for (int o = 0; o < NEST_OPERANDS; o++) p->lanes.stride[o] *= column->len;
    p->lanes.len = lanes;
}

/* ---- tiles ----------------------------------------------------------------------------------------- */

int64_t strided__blocks_slots(const struct block_axis *a, int64_t tile)
{
    return min_size((tile - 1) * a->edge.keep_mul + (a->taps - 1) * a->edge.fold_mul + 1, a->edge.n);
}

static int64_t slots(const struct blocks_plan *p)
{
    int64_t all = 1;
    for (int i = 0; i < p->axes; i++) all *= strided__blocks_slots(&p->axis[i], p->axis[i].tile);
    return all;
}

static int64_t rows(const struct blocks_plan *p)
{
    int64_t all = 1;
    for (int i = 0; i < p->axes; i++) all *= i == p->column ? 1 : p->axis[i].tile;
    return all;
}

static int64_t lines(const struct blocks_plan *p)
{
    int64_t all = 1;
    for (int i = 0; i < p->column; i++) all *= p->axis[i].taps;
    return all;
}

static int has_room(const struct blocks_plan *p, int64_t bytes)
{
    const int64_t columns = p->axis[p->column].tile;
    const int64_t some = p->abreast > 1 ? 0 : slots(p) * (1 + p->twins) + (p->in_dst ? 0 : BLOCK_SOME * p->outputs);
    return some <= SLOT_BYTES / bytes && rows(p) <= BLOCK_ROWS && rows(p) * lines(p) <= BLOCK_LINES && columns <= BLOCK_TILES * BLOCK_STRIP;
}

int64_t strided__blocks_shorter(const struct block_axis *a) { return min_size(a->tile - 1, ceil_div(a->len, ceil_div(a->len, a->tile) + 1)); }

/* What is brought in for each position. */
static double cost(const struct blocks_plan *p) { return (double)slots(p) / (double)(rows(p) * p->axis[p->column].tile); }

/* The same if this axis had a shorter tile. */
static double cost_of_shorter(struct blocks_plan *p, int i)
{
    const int64_t tile = p->axis[i].tile;
    p->axis[i].tile = strided__blocks_shorter(&p->axis[i]);
    const double shortened = cost(p);
    p->axis[i].tile = tile;
    return shortened;
}

/* Shorter tiles until there is room, of the axis that it costs least. 0: there is none. */
static int set_tiles(struct blocks_plan *p, int64_t bytes)
{
    if (strided__blocks_slots(&p->axis[p->column], 1) > FAR / 2 || lines(p) > BLOCK_LINES) return 0;
    while (!has_room(p, bytes)) {
        int best = -1;
        for (int i = 0; i < p->axes; i++)
            if (p->axis[i].tile > 1 && (best < 0 || cost_of_shorter(p, i) < cost_of_shorter(p, best))) best = i;
        if (best < 0) return 0;
        p->axis[best].tile = strided__blocks_shorter(&p->axis[best]);
    }
    return 1;
}

/* Two vectors of lanes at once, if they are neighbours and what is brought in is not much more for it. */
static void set_twins(struct blocks_plan *p, int64_t bytes, int64_t lanes)
{
    struct blocks_plan twins = *p;
    if (p->lane < 0 || p->lanes.stride[NEST_A] != 1 || p->lanes.len < 2 * lanes || 2 * bytes > LINE_BYTES) return;
    twins.twins = 1;
    if (set_tiles(&twins, bytes) && cost(&twins) <= MORE * cost(p)) *p = twins;
}

/* What sums become is made of them in dst, along memory. */
static int can_finish(const struct blocks_plan *p, const struct work *w)
{
    for (int i = 0; i < w->nest.keep; i++)
        if (nest_axis(w, i)->stride[NEST_DST] == 1 && (i == p->lane || i == p->output || block_axis_of(p, i) >= 0)) return 1;
    return epilogue_is_trivial(w);
}

/* ---- all of it ------------------------------------------------------------------------------------- */

static int types_fit(const struct work *w)
{
    const strided_dtype t = strided__compute_dtype(w->compute);
    return w->kind == WORK_CONTRACT && w->dtype[NEST_DST] == t && w->dtype[NEST_A] == t && !w->a_zero && !w->epilogue.requantize &&
           !w->epilogue.accumulate;
}

/* Vectors can lie along a kept axis without being gathered. */
static int has_vectors(const struct work *w, int64_t lanes)
{
    for (int i = 0; i < w->nest.keep; i++)
        if (nest_axis(w, i)->len >= lanes && nest_axis(w, i)->stride[NEST_DST] == 1 && nest_axis(w, i)->stride[NEST_A] == 1) return 1;
    return 0;
}

/* Ribbons do it (window_ribbon.h), in vectors of which more than half is there: perhaps of two planes, unless sums are formed apart from
 * dst. */
static int has_ribbons(const struct blocks_plan *p, const struct work *w, const struct kernels *k, int64_t lanes)
{
    const struct block_axis *column = &p->axis[p->column], *line = column - 1;
    const struct window_kernels *kernels = k->window[w->compute];
    const int single = p->column < 1 || lines(p) == column->taps; /* planes of a for each of sums */
    const int64_t ratio = column->edge.keep_mul, beside = single && p->lane >= 0 && !w->epilogue.accumulate ? kernels->beside : 1;
    if (!p->strip || p->column < 1 || column->taps > WINDOW_SIDE || column->a != 1 || column->dst != 1 || 2 * beside * column->len <= lanes ||
        (!single && (ratio > 1 || !kernels->resumes)))
        return 0;
    return line->taps == column->taps && line->edge.fold_mul == 1 && line->edge.keep_mul == ratio &&
           kernels->plane[WINDOW_SPREAD][column->taps][ratio] != NULL;
}

/* So are planes that windows of 3x3 slide over, and some before and after them, by lines (window_lines.h). */
static int has_lines(const struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const struct block_axis *column = &p->axis[p->column], *line = column - 1;
    return p->strip && p->column == 2 && column->taps == WINDOW_SIDE && column->edge.keep_mul == 1 && line->taps == WINDOW_SIDE && line->keep >= 0 &&
           line->edge.fold_mul == 1 && line->edge.keep_mul == 1 && k->window[w->compute]->resumes;
}

/* Short windows of single outputs are done where they are, if columns lie side by side in rows not shorter than vectors, or lanes do. So are
 * images whose rows are vectors, but for long lines of taps. */
static int pays(const struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const int64_t lanes = lanes_of(k, w->compute);
    const struct block_axis *column = &p->axis[p->column];
    const int64_t taps = lines(p) * column->taps;
    const int single = p->strip && p->outputs == 1, in_place = has_vectors(w, lanes);
    if (single && has_ribbons(p, w, k, lanes)) return 0;
    if (p->lane < 0) return in_place ? single && column->taps > LONG_LINE : p->outputs == 1;
    if (!single) return p->outputs <= MOST_OUTPUTS;
    if (p->abreast > 1) return taps > ABREAST_TAPS;
    if (p->lanes.stride[NEST_A] == 1 && p->lanes.stride[NEST_DST] == 1) return taps > FEW_TAPS * column->edge.keep_mul && !has_lines(p, w, k);
    return taps > FEW_TAPS || column->len <= FEW_VECTORS * lanes || column->a != 1 || column->dst != 1;
}

static int fits(struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    if (!pays(p, w, k) || !can_finish(p, w) || !set_tiles(p, k->vector_bytes)) return 0;
    set_twins(p, k->vector_bytes, lanes_of(k, w->compute));
    return 1;
}

/* The same by stretches, which whoever runs it cuts anew. */
static int fits_stretched(struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const int64_t lanes = lanes_of(k, w->compute);
    const struct range whole = strided__blocks_whole(p, w);
    struct blocks_plan stretched = *p;
    if (whole.hi - whole.lo < SHORT_STRETCH * lanes) return 0;
    strided__blocks_stretch(&stretched, w, lanes, whole.lo, whole.hi - whole.lo);
    if (!fits(&stretched, w, k)) return 0;
    for (int i = 0; i < p->axes; i++) p->axis[i].tile = stretched.axis[i].tile;
    return 1;
}

/* Groups of one channel, or of four, whose outputs lie side by side in dst as channels do in a: all outputs of some of them are a vector of lanes. */
static int lie_side_by_side(const struct blocks_plan *p, const struct work *w, int64_t lanes)
{
    const struct nest_axis *output = nest_axis(w, p->output);
    if (p->depth != 1 && (p->depth != GROUP || p->axis[p->axes - 1].a != 1 || output->len < GROUP)) return 0;
    return p->lanes.stride[NEST_A] == p->depth && output->stride[NEST_DST] == 1 && p->lanes.stride[NEST_DST] == output->len && output->len < lanes &&
           lanes % output->len == 0 && p->lanes.len >= lanes / output->len;
}

static int fits_groups(struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const int64_t lanes = lanes_of(k, w->compute);
    if (!k->window[w->compute]->blocks->strip_groups || !set_column(p)) return 0;
    const struct block_axis *column = &p->axis[p->column];
    set_kept(p, w, 2);
    if (column->edge.fold_mul != 1 || column->edge.keep_mul != 1 || (p->depth > 1 && column->taps != GROUP_TAPS)) return 0;
    if (p->lane < 0 || p->output < 0 || !lie_side_by_side(p, w, lanes)) return 0;
    p->shared = p->outputs;
    p->outputs = p->in_dst = p->strip = 1;
    return can_finish(p, w) && set_tiles(p, k->vector_bytes);
}

/* Channels that are half a vector of neighbours, as positions are: pairs of these make a vector. */
static int fits_abreast(struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const int64_t half = lanes_of(k, w->compute) / 2;
    if (!k->window[w->compute]->blocks->strip_abreast || !set_column(p)) return 0;
    const struct block_axis *column = &p->axis[p->column];
    set_kept(p, w, half);
    if (p->lane < 0 || p->output >= 0 || p->axes > 1 || column->edge.keep_mul > 1 || column->edge.fold_mul > 1) return 0;
    if (p->lanes.len != half || p->lanes.stride[NEST_A] != 1 || p->lanes.stride[NEST_DST] != 1 || column->a != half || column->dst != half) return 0;
    p->abreast = 2;
    p->in_dst = p->strip = 1;
    return fits_stretched(p, w, k);
}

/* Long lines of taps go by waves (window_wave.h): of rows that no lanes are across, or that are long, for their ends are dear. */
static int has_waves(const struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const struct block_axis *column = &p->axis[p->column];
    return p->strip && p->outputs == 1 && k->window[w->compute]->tile[WINDOW_SPREAD][0][SHAPE_WAVES] && lines(p) == 1 && column->edge.keep_mul == 1 &&
           column->a == 1 && column->dst == 1 && column->taps >= WAVE_LEAST && column->taps <= wave_most(lanes_of(k, w->compute)) &&
           (p->lane < 0 || column->len >= WAVE_LINE);
}

void strided__blocks_plan(struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    memset(p, 0, sizeof *p);
    if (!types_fit(w) || !k->window[w->compute]->blocks || !strided__blocks_axes(p, w)) return;
    p->shared = p->abreast = 1;
    const struct blocks_plan axes = *p;
    p->fits = fits_groups(p, w, k);
    if (p->fits) return;
    *p = axes;
    p->fits = p->flat = strided__flat_plan(p, w, k) && can_finish(p, w);
    if (p->fits) return;
    *p = axes;
    p->fits = fits_abreast(p, w, k);
    if (p->fits) return;
    *p = axes;
    if (!set_column(p)) return;
    set_kept(p, w, lanes_of(k, w->compute));
    const struct edge *e = &p->axis[p->column].edge;
    p->strip = p->depth == 1 && e->fold_mul == 1 && e->keep_mul <= 2;
    p->in_dst = p->lane >= 0 && p->lanes.stride[NEST_DST] == 1;
    p->fits = !has_waves(p, w, k) && (p->lane >= 0 ? fits(p, w, k) : fits_stretched(p, w, k));
}

void strided__blocks_piece(struct blocks_plan *p, int keep, int64_t len, const struct edge *edge)
{
    const int i = block_axis_of(p, keep);
    if (i >= 0) p->axis[i].len = len;
    if (i >= 0 && edge) p->axis[i].edge.before = edge->before - p->axis[i].inset;
    if (keep == p->lane) p->lanes.len = len;
}
