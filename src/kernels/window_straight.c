/*
 * window_straight.c - windows of 3x3 (pools: 2x2 too) by straight-line tiles: planes (window_plane.h, window_ribbon.h, pool_strip.h)
 * and, channels last, two lines of dst (window_lines.h), those of 5x5 as well. What they walk is what the general walk found: bands of rows, kinds
 * of columns, taps inside.
 */
#include "window_walk.h"
#include "../base/checked.h"
#include <math.h>

static int64_t taps_in(const struct window_walk *k, int fold) { return k->lists.taps[fold].hi - k->lists.taps[fold].lo; }

/* Of `taps` from position i on, those that are inside. */
static struct range taps_inside(const struct window_walk *k, int edge, int64_t i, int64_t taps)
{
    return edge < 0 ? (struct range){ 0, taps } : strided__edge_taps(&k->w->edge[edge], i, taps);
}

/* ---- planes -------------------------------------------------------------------------------------- */

/* A fold that is read through a padding map: no straight line. */
static int has_maps(const struct window_walk *k)
{
    for (int i = k->w->nest.keep; i < k->w->nest.keep + k->w->nest.fold; i++)
        if (has_map(&k->w->nest.axis[i])) return 1;
    return 0;
}

/* Few columns miss some taps of the last fold, and none misses one of another. */
static int has_few_some(const struct window_walk *k)
{
    const int e = k->plan->vector_edge;
    if (e >= 0 && k->w->edge[e].other != k->w->nest.keep + k->w->nest.fold - 1) return 0;
    return max_size(k->whole.lo, k->vector.len - k->whole.hi) <= 2 * k->lanes;
}

/* Rows of their own, of one short line of taps. */
static window_plane_fn *short_lines(const struct window_walk *k)
{
    const struct window_plan *p = k->plan;
    const int from = k->w->nest.keep, inner = from + k->w->nest.fold - 1;
    if (p->form != WINDOW_SPREAD || !k->w->nest.fold || p->pairs || k->apart || k->tile.a_step != k->size || !has_few_some(k)) return NULL;
    for (int i = from; i < inner; i++)
        if (taps_in(k, i) != 1) return NULL;
    const int64_t taps = k->w->nest.axis[inner].len;
    return taps < 2 || taps > WINDOW_SHORT || taps_in(k, inner) != taps ? NULL : k->kernels->line;
}

/* Rows go from line to line of a, as their edge says (where all lines are one, strides would say so of any step). */
static int goes_by_lines(const struct window_walk *k)
{
    const struct window_plan *p = k->plan;
    return p->row_fold >= 0 && k->row.stride[NEST_A] == k->w->nest.axis[p->row_fold].stride[NEST_A] &&
           k->w->edge[p->row_edge].keep_mul == k->w->edge[p->row_edge].fold_mul;
}

/* Rows slide over the lines of windows: by how many lines from one to the next. 0: otherwise, or no other row shares b that repeats. */
static int64_t planes_ratio(const struct window_walk *k)
{
    const struct window_plan *p = k->plan;
    if (p->repeats) return goes_by_lines(k);
    return p->slides && p->spacing == 1 && p->ratio > 0 && p->ratio <= 2 && p->pairs == (p->ratio == 2) ? p->ratio : 0;
}

/* Taps lie side by side; those that planes with weights slide over one by one may lie apart, one way. */
static int taps_suit(const struct window_walk *k, enum window_form form)
{
    const int64_t tap = k->tile.a_step;
    if (k->plan->pairs) return tap == k->size;
    return form == WINDOW_SPREAD ? tap >= k->size && tap % k->size == 0 : form != WINDOW_MAX || abs_size(tap) == k->size;
}

window_plane_fn *strided__windows_planes_of(const struct window_walk *k)
{
    const struct window_plan *p = k->plan;
    if (has_maps(k)) return NULL;
    if (p->row < 0) return short_lines(k);
    const enum window_form form = p->repeats ? WINDOW_SPREAD : p->form;
    const int64_t ratio = planes_ratio(k);
    const int line = k->lists.row_fold, from = k->w->nest.keep, inner = from + k->w->nest.fold - 1;
    if (!ratio || k->apart || line == inner || !taps_suit(k, form)) return NULL;
    const int apart = form == WINDOW_SPREAD && (p->repeats || k->tile.a_step != k->size);
    const int resumes = form == WINDOW_SPREAD && ratio == 1 && !apart && k->kernels->resumes;
    for (int i = from; i < inner; i++)
        if (i != line && taps_in(k, i) != 1 && (i > line || taps_in(k, i) == 0 || !resumes)) return NULL;
    const int64_t taps = k->w->nest.axis[line].len;
    if (taps > WINDOW_SIDE || taps_in(k, inner) != taps || !has_few_some(k)) return NULL;
    if (apart) return taps == WINDOW_SIDE && ratio == 1 ? k->kernels->apart : NULL;
    return k->kernels->plane[form][taps][ratio];
}

/* The fold that the rows go with. */
static const struct nest_axis *lines_of(const struct window_walk *k)
{
    return k->lists.row_fold < 0 ? &single_axis : &k->w->nest.axis[k->lists.row_fold];
}

/* All rows, of the lines that any of them sees. */
static void set_all_rows(struct window_walk *k)
{
    const int64_t first = k->rows.lo, rows = k->rows.hi - first, taps = lines_of(k)->len;
    const struct range in = taps_inside(k, k->plan->row_edge, first, taps + max_size(1, k->plan->ratio) * (rows - 1));
    k->plane_rows[0] = (struct window_rows){ .a = first * k->row.stride[NEST_A] * k->size, .dst = first * k->row.stride[NEST_DST] * k->size,
                                             .count = 1, .from = in.lo, .to = max_size(in.lo, in.hi), .rows = rows, .first = first };
    k->plane.rows = k->plane_rows;
}

/* Elements of a line of a, or, without an edge, of what windows reach over there. */
static int64_t line_length(const struct window_walk *k)
{
    const int inner = k->w->nest.keep + k->w->nest.fold - 1;
    if (k->plan->vector_edge >= 0) return k->w->edge[k->plan->vector_edge].n;
    return (k->vector.len - 1) * k->vector.stride[NEST_A] + (k->w->nest.axis[inner].len - 1) * (k->tile.a_step / k->size) + 1;
}

static void set_plane_columns(struct window_walk *k, int64_t from, int64_t to)
{
    const int64_t before = k->plan->vector_edge < 0 ? 0 : k->w->edge[k->plan->vector_edge].before;
    struct window_vectors v = { .next = from };
    if (k->plane_key.lo == from && k->plane_key.hi == to) return;
    k->plane.columns = k->plane_columns;
    for (k->plane.kinds = 0; strided__windows_vectors(k, from, to, &v); k->plane.kinds++) {
        struct window_columns *c = &k->plane_columns[k->plane.kinds];
        *c = (struct window_columns){ .a = v.x * k->vector.stride[NEST_A] * k->size, .dst = v.x * k->size, .count = v.count, .first = v.x,
                                      .at = v.x * k->vector.stride[NEST_A] - before,
                                      .b = k->plan->repeats ? axis_offset(&k->vector, NEST_PACKED, v.x) : 0, .stored = (int)min_size(to - v.x, k->lanes) };
        for (int64_t tap = 0; tap < WINDOW_SHORT; tap++) c->lanes[tap] = strided__windows_lanes(k, tap, v.x, to);
    }
    k->plane_key = (struct range){ from, to };
}

static int divides_along(const struct window_walk *k, const struct nest_axis *axis)
{
    for (int o = NEST_B; k->w->finish == FINISH_DIV_OPERANDS && o <= NEST_D; o++)
        if (k->w->dtype[o] && axis->stride[o]) return 1;
    return 0;
}

/* Sums at these positions are divided by what stands there. */
static void set_divide(const struct window_walk *k, struct window_divide *d, const struct nest_axis *row, const struct nest_axis *column)
{
    *d = k->divide;
    for (int o = 0; d->by == DIVIDE_OPERANDS && o < 3; o++) {
        if (!k->w->dtype[NEST_B + o]) continue;
        d->at[o] = k->at.at[NEST_B + o];
        d->row[o] = row->stride[NEST_B + o] * k->size;
        d->column[o] = column->stride[NEST_B + o] * k->size;
    }
}

/* Of operands those come first that stand still, then one that moves from row to row, then one that moves along the vectors. */
static void set_division(struct window_walk *k)
{
    const struct work *w = k->w;
    int here = k->plan->form == WINDOW_SUM && w->finish == FINISH_DIV_OPERANDS;
    for (int o = NEST_B, moved = 0; here && o <= NEST_D; o++) {
        const int64_t row = k->row.stride[o], column = k->vector.stride[o];
        const int moves = column ? 2 : row ? 1 : 0;
        if (!w->dtype[o]) continue;
        if (w->dtype[o] != w->dtype[NEST_DST] || column < 0 || column > 1 || (row && column) || (moved && moves <= moved)) here = 0;
        moved = moves;
    }
    int exponent;
    const int halves = frexp(k->tile.divisor, &exponent) == 0.5;
    k->divide.by = here ? DIVIDE_OPERANDS : !k->tile.divides ? DIVIDE_NOT : halves ? DIVIDE_SCALE : DIVIDE_NUMBER;
    k->divide.number = !k->tile.divides ? 1 : halves ? 1 / k->tile.divisor : k->tile.divisor;
}

/* A bias of the same type that stands still: within a plane; channels last from one position to the next. */
static int adds_bias(const struct window_walk *k)
{
    const struct work *w = k->w;
    const int64_t column = k->vector.stride[NEST_C];
    if (!w->dtype[NEST_C]) return 1;
    if (w->dtype[NEST_C] != w->dtype[NEST_DST] || w->epilogue.beta != 1 || k->row.stride[NEST_C]) return 0;
    return k->plan->form != WINDOW_LANES ? !column : column == 1 && (!k->outers || !k->outer[k->outers - 1].stride[NEST_C]);
}

static void set_limits(struct window_walk *k)
{
    const struct epilogue *e = &k->w->epilogue;
    double lo, hi;
    if (k->w->kind != WORK_CONTRACT || !k->finishes || k->apart || e->alpha != 1 || !adds_bias(k)) return;
    k->ending.ends = activation_limits(e, &lo, &hi);
    k->ending.lo = (float)lo;
    k->ending.hi = (float)hi;
}

void strided__windows_ends(struct window_walk *k)
{
    set_division(k);
    set_limits(k);
    k->ends = k->divide.by || k->ending.ends;
}

/* Sums end so from here on; bytes from one bias to the next. */
static struct window_ending ending_here(const struct window_walk *k, int64_t step)
{
    static const float none[] = { -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f, -0.f };
    struct window_ending e = k->ending;
    const int adds = e.ends && k->w->dtype[NEST_C];
    e.bias = adds ? k->at.at[NEST_C] : (const char *)none;
    e.step = adds ? step * k->size : 0;
    return e;
}

/* Planes along the innermost outer axis from here on that are like this one; those that something is left to be done with, as many as the cache
 * holds. */
static int64_t planes_ahead(const struct window_walk *k)
{
    enum { FINISHED = 8 << 10 };
    const int last = k->outers - 1;
    if (!k->kept || last < 0 || k->outer_edge[last] >= 0 || divides_along(k, &k->outer[last])) return 1;
    const int64_t all = k->outer[last].len - k->at.index[last], columns = k->columns.hi - k->columns.lo;
    if (!k->finishes || k->ends) return all;
    return columns > pane(k) ? 1 : max_size(1, min_size(all, FINISHED / max_size(1, (k->rows.hi - k->rows.lo) * columns * k->size)));
}

static void set_plane(struct window_walk *k)
{
    const struct window_lists *l = &k->lists;
    const struct nest_axis *line = lines_of(k), *outer = k->outers ? &k->outer[k->outers - 1] : &single_axis;
    struct window_plane *p = &k->plane;
    p->planes = planes_ahead(k);
    p->taps = k->w->nest.axis[k->w->nest.keep + k->w->nest.fold - 1].len;
    p->group = l->group;
    p->groups = l->groups;
    p->a = shift(k->at.at[NEST_A], l->group[0].a + l->step[0].a);
    p->b = shift(k->at.at[l->operand_b], l->group[0].b + l->step[0].b);
    p->dst = k->at.at[NEST_DST];
    p->a_plane = outer->stride[NEST_A] * k->size;
    p->b_plane = outer->stride[l->operand_b] * k->size;
    p->dst_plane = outer->stride[NEST_DST] * k->size;
    p->a_line = line->stride[NEST_A] * k->size;
    p->b_line = line->stride[l->operand_b] * k->size;
    p->a_tap = k->tile.a_step;
    p->b_tap = k->tile.b_step;
    p->dst_row = k->row.stride[NEST_DST] * k->size;
    p->repeats = k->plan->repeats ? k->vector.map.n : 0;
    p->joined = p->a_line == line_length(k) * k->size ? line_length(k) : 0;
    set_divide(k, &p->divide, &k->row, &k->vector);
    p->ending = ending_here(k, outer->stride[NEST_C]);
}

int strided__windows_planes(struct window_walk *k, int64_t from, int64_t to)
{
    set_plane_columns(k, from, to);
    set_all_rows(k);
    set_plane(k);
    const int64_t done = k->planes(&k->plane);
    if (!k->finishes || k->ends) cursor_skip(&k->at, min_size(done, k->plane.planes - 1));
    return done == k->plane.planes;
}

/* ---- lines --------------------------------------------------------------------------------------- */

/* The fold of as many taps as the last one, all others being of one tap, but for that of the planes of sums with b (-1: there is none). -1: there is
 * no such fold. */
static int line_fold(const struct window_walk *k, int *plane)
{
    const int inner = k->w->nest.keep + k->w->nest.fold - 1;
    int line = -1;
    *plane = -1;
    for (int i = inner - 1; i >= k->w->nest.keep; i--) {
        if (k->w->nest.axis[i].len == 1 && taps_in(k, i) == 1) continue;
        if (line < 0 ? k->w->nest.axis[i].len != k->w->nest.axis[inner].len : *plane >= 0 || k->plan->form != WINDOW_LANES) return -1;
        *(line < 0 ? &line : plane) = i;
    }
    return line;
}

/* The fold's taps are those that this edge leaves; without one, all of them. */
static int is_tied_to(const struct window_walk *k, int edge, int fold)
{
    const int over = strided__edge_over(k->w, fold);
    return edge >= 0 ? edge == over : over < 0 || strided__edge_never_ends(&k->w->edge[over], &k->w->nest);
}

/* How far apart rows and columns are, in taps; 0: not alike, or farther, or they all are one. */
static int lines_ratio(const struct window_walk *k, const struct nest_axis *outer, const struct nest_axis *line, const struct nest_axis *tap)
{
    if (!line->stride[NEST_A] || !tap->stride[NEST_A]) return 0;
    for (int ratio = 1; ratio <= 2; ratio++)
        if (k->row.stride[NEST_A] == ratio * tap->stride[NEST_A] && outer->stride[NEST_A] == ratio * line->stride[NEST_A]) return ratio;
    return 0;
}

/* Pools with neighbours that are one tap apart are done two by two, if they have vectors of channels: they share what they load, and maxima what
 * they find. Others one by one. */
static int64_t pool_side(const struct window_walk *k, int64_t taps, int64_t ratio)
{
    return taps == WINDOW_SIDE && ratio == 1 && k->columns.hi - k->columns.lo >= k->lanes ? 2 : 1;
}

/* Those of some positions that see all their taps. */
static struct range whole_of(const struct window_walk *k, int edge, struct range r, int64_t taps)
{
    if (edge < 0) return r;
    const struct edge *e = &k->w->edge[edge];
    const struct range whole = strided__edge_whole(e, k->w->nest.axis[e->keep].len, taps);
    return (struct range){ max_size(whole.lo, r.lo), min_size(whole.hi, r.hi) };
}

static struct range whole_columns(const struct window_walk *k, int64_t taps) { return whole_of(k, k->plan->row_edge, k->rows, taps); }

/* Positions of pools that are done with position x, `side` at most: sums that see all their taps are not done with others. */
static int64_t done_with(const struct window_walk *k, struct range whole, int64_t x, int64_t hi, int64_t side)
{
    const int64_t end = k->plan->form == WINDOW_MAX || x >= whole.hi ? hi : x < whole.lo ? whole.lo : whole.hi;
    return min_size(side, end - x);
}

/* The columns that pools do one by one are few. */
static int has_few_edges(const struct window_walk *k, int64_t taps)
{
    const struct range whole = whole_columns(k, taps);
    return k->plan->form == WINDOW_LANES || k->rows.hi - k->rows.lo - max_size(whole.hi - whole.lo, 0) <= BANDS / 2;
}

/* Maxima of two neighbours along the rows, and no other fold: a line that is there twice changes none of them. */
static int has_one_line(const struct window_walk *k)
{
    const int inner = k->w->nest.keep + k->w->nest.fold - 1;
    for (int i = k->w->nest.keep; i < inner; i++)
        if (k->w->nest.axis[i].len != 1 || taps_in(k, i) != 1) return 0;
    return k->plan->form == WINDOW_MAX && k->plan->row >= 0 && k->plan->row_fold == inner && k->w->nest.axis[inner].len == 2;
}

window_lines_fn *strided__windows_lines_of(const struct window_walk *k)
{
    const struct nest *n = &k->w->nest;
    int plane;
    if (has_one_line(k) && !k->apart && !has_maps(k) && !k->plan->pairs && k->plan->vector_edge < 0 && has_few_edges(k, 2))
        return k->kernels->lines[WINDOW_MAX][2][0];
    const int inner = n->keep + n->fold - 1, line = line_fold(k, &plane), last = k->outers - 1;
    if (k->apart || has_maps(k) || k->plan->repeats || k->plan->pairs || k->plan->vector_edge >= 0) return NULL;
    if (line < 0 || last < 0 || n->axis[inner].len > WINDOW_LINE) return NULL;
    const struct nest_axis *outer = &k->outer[last];
    if (outer->stride[NEST_PACKED] || k->row.stride[NEST_PACKED] || !is_tied_to(k, k->plan->row_edge, inner) ||
        !is_tied_to(k, k->outer_edge[last], line) ||
        divides_along(k, &k->vector) || !has_few_edges(k, n->axis[inner].len))
        return NULL;
    const int64_t taps = n->axis[inner].len, ratio = lines_ratio(k, outer, &n->axis[line], &n->axis[inner]);
    if (plane >= 0 && (!taps_in(k, plane) || taps != WINDOW_SIDE || ratio != 1 || !k->kernels->resumes)) return NULL;
    const int64_t kind = k->plan->form == WINDOW_LANES ? ratio : pool_side(k, taps, ratio);
    return kind ? k->kernels->lines[k->plan->form][taps][kind - 1] : NULL;
}

int64_t strided__windows_ratio(const struct window_walk *k)
{
    int plane;
    const int inner = k->w->nest.keep + k->w->nest.fold - 1, line = line_fold(k, &plane);
    return lines_ratio(k, &k->outer[k->outers - 1], &k->w->nest.axis[line], &k->w->nest.axis[inner]);
}

/* Of sums with b: tiles of columns as the bands are; the last one begins before them if that makes it whole. */
static void set_band_columns(struct window_walk *k)
{
    const int64_t a = k->row.stride[NEST_A] * k->size, dst = k->row.stride[NEST_DST] * k->size;
    for (int i = 0; i < k->bands; i++) {
        const struct window_band *b = &k->band[i];
        const int64_t end = b->first + b->rows, first = b->count > 1 ? b->first : min_size(b->first, max_size(k->rows.lo, end - WINDOW_ROWS));
        k->plane_rows[i] = (struct window_rows){ .a = first * a, .dst = first * dst, .a_move = b->move * a, .dst_move = b->move * dst,
                                                 .count = b->count, .rows = end - first, .first = first, .move = b->move };
    }
    k->lined = k->bands;
}

/* Of pools: tiles of columns that see all their taps, and others one by one. */
static void set_pool_columns(struct window_walk *k, int64_t taps, int64_t side)
{
    const int64_t a = k->row.stride[NEST_A] * k->size, dst = k->row.stride[NEST_DST] * k->size, hi = k->rows.hi;
    const struct range whole = whole_columns(k, taps);
    for (int64_t x = k->rows.lo, rows, count; x < hi; x += rows * count) {
        rows = done_with(k, whole, x, hi, side);
        count = x < whole.lo || x >= whole.hi ? 1 : max_size(1, (whole.hi - x) / rows);
        const struct range in = taps_inside(k, k->plan->row_edge, x, taps + rows - 1);
        k->plane_rows[k->lined++] = (struct window_rows){ .a = x * a, .dst = x * dst, .a_move = rows * a, .dst_move = rows * dst, .count = count,
                                                          .from = in.lo, .to = in.hi, .rows = rows, .first = x, .move = rows };
    }
}

static void set_line_columns(struct window_walk *k, int64_t taps, int64_t ratio)
{
    if (k->lined) return;
    if (k->plan->form != WINDOW_LANES) { set_pool_columns(k, taps, pool_side(k, taps, ratio)); return; }
    set_band_columns(k);
    for (int i = 0; i < k->bands; i++) {
        struct window_rows *c = &k->plane_rows[i];
        const struct range in = taps_inside(k, k->plan->row_edge, c->first, taps + ratio * (c->rows - 1));
        c->from = in.lo;
        c->to = in.hi;
    }
}

static int64_t lines_at_once(const struct window_walk *k, int64_t taps, int64_t ratio)
{
    const int last = k->outers - 1;
    if (has_one_line(k)) return 1;
    const int64_t first = k->outer_first[last], x = first + k->at.index[last];
    const struct range all = { first, first + k->outer[last].len };
    if (k->plan->form == WINDOW_LANES) return min_size(all.hi - x, 2);
    return done_with(k, whole_of(k, k->outer_edge[last], all, taps), x, all.hi, pool_side(k, taps, ratio));
}

int64_t strided__windows_lines(struct window_walk *k)
{
    int fold;
    const int last = k->outers - 1, inner = k->w->nest.keep + k->w->nest.fold - 1;
    const int one = has_one_line(k), which = line_fold(k, &fold);
    const struct nest_axis *column = &k->w->nest.axis[inner], *line = one ? &single_axis : &k->w->nest.axis[which];
    const struct nest_axis *outer = one ? &single_axis : &k->outer[last];
    const struct nest_axis *plane = fold < 0 ? &single_axis : &k->w->nest.axis[fold];
    const int64_t first = fold < 0 ? 0 : k->lists.taps[fold].lo;
    const int64_t taps = column->len, ratio = lines_ratio(k, outer, line, column), rows = lines_at_once(k, taps, ratio);
    const struct range in = one ? (struct range){ 0, 1 }
                                : taps_inside(k, k->outer_edge[last], k->outer_first[last] + k->at.index[last], taps + ratio * (rows - 1));
    struct window_divide divide;
    struct window_ending ending = ending_here(k, k->vector.stride[NEST_C]);
    ending.bias += k->columns.lo * ending.step;
    set_line_columns(k, taps, ratio);
    set_divide(k, &divide, outer, &k->row);
    k->lines(&(struct window_lines){ .a = shift(k->at.at[NEST_A], (k->columns.lo + first * plane->stride[NEST_A]) * k->size),
                                     .b = shift(k->at.at[NEST_PACKED], (k->columns.lo * k->vector.stride[NEST_PACKED] +
                                                                        first * plane->stride[NEST_PACKED]) * k->size),
                                     .dst = shift(k->at.at[NEST_DST], k->columns.lo * k->size),
                                     .channels = k->columns.hi - k->columns.lo, .b_panel = k->lanes * k->vector.stride[NEST_PACKED] * k->size,
                                     .a_line = line->stride[NEST_A] * k->size, .a_column = column->stride[NEST_A] * k->size,
                                     .dst_line = outer->stride[NEST_DST] * k->size, .dst_column = k->row.stride[NEST_DST] * k->size,
                                     .from = in.lo, .to = in.hi, .rows = rows, .taps = taps,
                                     .columns = k->plane_rows, .kinds = k->lined, .divide = divide, .ending = ending,
                                     .planes = fold < 0 ? 1 : taps_in(k, fold),
                                     .a_plane = plane->stride[NEST_A] * k->size, .b_plane = plane->stride[NEST_PACKED] * k->size });
    return rows;
}
