/*
 * window_plan.c - see window_plan.h.
 */
#include "window_plan.h"
#include "window_steps.h"
#include "cursor.h"
#include "../base/checked.h"
#include <string.h>

static int64_t taps_of(const struct work *w, const struct edge *e) { return e->other < 0 ? 1 : w->nest.axis[e->other].len; }

static int edges_fit(const struct work *w)
{
    for (int i = 0; i < w->edges; i++) {
        const struct edge *e = &w->edge[i];
        int folds = e->other >= w->nest.keep;
        if (e->operand != NEST_A || e->beyond || e->keep_mul == 0 || (e->other >= 0 && (!folds || e->fold_mul == 0))) return 0;
        if (!strided__edge_is_walkable(e, &w->nest) || (!strided__edge_never_ends(e, &w->nest) && (e->mode != EDGE_SKIP || !folds))) return 0;
    }
    return 1;
}

/* Classes are few, or long enough to be walked one by one. */
static int edges_can_be_cut(const struct work *w)
{
    for (int i = 0; i < w->edges; i++)
        if (w->edge[i].operand != NEST_A || w->edge[i].other < w->nest.keep) return 0;
    return 1;
}

/* The vectors of a tile may begin anywhere along an edge whose positions go on as a's memory does; in one that is cut, if its runs are
 * more than single positions. */
static int edge_suits_vector(const struct window_plan *p, const struct work *w, int axis, int moves_b)
{
    int e = strided__edge_of(w, axis);
    if (e < 0 || strided__edge_never_ends(&w->edge[e], &w->nest)) return 1;
    if (p->by_class) return !moves_b && w->edge[e].mode != EDGE_ADAPTIVE;
    return !moves_b && w->edge[e].keep_mul > 0 && w->edge[e].stride > 0 && taps_of(w, &w->edge[e]) <= WINDOW_TAPS;
}

static int64_t len_of(const struct work *w, int axis) { return axis < 0 ? 0 : w->nest.axis[axis].len; }

/* Of a pool whose windows see much of what others see, along another axis: every second element had better be copied once than be loaded for each. */
static int is_thin(const struct work *w)
{
    const struct nest_axis *axis = w->nest.axis, *fold = axis + w->nest.keep, *end = fold + w->nest.fold;
    if (w->kind != WORK_REDUCE || abs_size(end[-1].stride[NEST_A]) == 1) return 0;
    for (; fold < end; fold++)
        for (const struct nest_axis *a = axis; a < axis + w->nest.keep; a++) {
            const int64_t step = abs_size(a->stride[NEST_A]), tap = abs_size(fold->stride[NEST_A]);
            if (a->len > 1 && tap && step >= tap && 2 * (step / tap) < fold->len) return 1;
        }
    return 0;
}

/* The longest axis that the vectors can lie along. */
static int vector_axis(const struct window_plan *p, const struct work *w)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        int moves_b = w->kind == WORK_CONTRACT && a->stride[NEST_B] != 0;
        if (a->len < 2 || a->stride[NEST_DST] != 1 || (a->stride[NEST_A] != 1 && (a->stride[NEST_A] != 2 || moves_b || is_thin(w)))) continue;
        if (edge_suits_vector(p, w, i, moves_b) && a->len > len_of(w, best)) best = i;
    }
    return best;
}

static int is_native(const struct work *w, int operand) { return w->dtype[operand] == strided__compute_dtype(w->compute); }

/* What windows do. What a and dst are is another question. (Maxima of other types are sliding_plan.h's.) */
static int kind_fits(const struct work *w)
{
    if (w->kind == WORK_CONTRACT) return !w->a_zero && !w->epilogue.requantize;
    if (w->kind != WORK_REDUCE || w->sub != PRE_NONE) return 0;
    return w->op == FOLD_SUM || (w->op == FOLD_MAX && is_native(w, NEST_A) && is_native(w, NEST_DST));
}

static int set_form(struct window_plan *p, const struct work *w)
{
    const struct nest_axis *v = &w->nest.axis[p->vector];
    int e = strided__edge_of(w, p->vector);
    p->pairs = v->stride[NEST_A] == 2;
    p->vector_edge = p->by_class || (e >= 0 && strided__edge_never_ends(&w->edge[e], &w->nest)) ? -1 : e;
    p->repeats = is_mapped(v, NEST_B);
    p->form = w->kind == WORK_REDUCE ? (w->op == FOLD_MAX ? WINDOW_MAX : WINDOW_SUM) : v->stride[NEST_B] || p->repeats ? WINDOW_LANES : WINDOW_SPREAD;
    return p->form != WINDOW_SPREAD || is_native(w, NEST_B);
}

/* The fold that rows along the axis go with: by their edge, or, if there is none, by strides: the one that overlaps most. */
static int row_fold(const struct window_plan *p, const struct work *w, int axis)
{
    int e = strided__edge_of(w, axis), best = -1;
    int64_t step = axis < 0 ? 0 : w->nest.axis[axis].stride[NEST_A], least = INT64_MAX;
    if (axis < 0 || e >= 0) return axis < 0 ? -1 : w->edge[e].other;
    for (int f = w->nest.keep; f < w->nest.keep + w->nest.fold && p->form != WINDOW_LANES; f++) {
        int64_t tap = w->nest.axis[f].stride[NEST_A];
        if (!step || !tap || step % tap || strided__edge_over(w, f) >= 0 || abs_size(step / tap) > min_size(w->nest.axis[f].len, least - 1)) continue;
        least = abs_size(step / tap);
        best = f;
    }
    return best;
}

/* Rows that a tap of one is another tap of the next: as far apart as it takes for steps to be whole taps. */
static void set_slide(struct window_plan *p, int64_t step, int64_t tap)
{
    p->spacing = abs_size(tap) / gcd_size(abs_size(tap), abs_size(step));
    p->ratio = p->spacing * step / tap;
}

static int rows_suit(struct window_plan *p, const struct work *w, int axis)
{
    int e = strided__edge_of(w, axis);
    p->row = axis;
    p->row_edge = e;
    p->row_fold = row_fold(p, w, axis);
    p->slides = p->row_fold >= 0 && p->form != WINDOW_LANES;
    p->spacing = 1;
    p->ratio = 0;
    if (p->slides && e >= 0) set_slide(p, w->edge[e].keep_mul, w->edge[e].fold_mul);
    else if (p->slides) set_slide(p, w->nest.axis[axis].stride[NEST_A], w->nest.axis[p->row_fold].stride[NEST_A]);
    return abs_size(p->ratio) < WINDOW_STEPS && !strided__windows_is_long(p, w);
}

/* Pools whose vectors lie along no axis of the windows: channels last. */
static int is_across(const struct window_plan *p, const struct work *w)
{
    return w->kind == WORK_REDUCE && strided__edge_of(w, p->vector) < 0 && row_fold(p, w, p->vector) < 0;
}

/* Rows share a if b alone moves (better the more there are), or if they slide over it; or they share b. 0: nothing to share. */
static int64_t worth_as_rows(const struct window_plan *p, const struct work *w, int axis)
{
    const struct nest_axis *a = &w->nest.axis[axis];
    int e = strided__edge_of(w, axis), fold = row_fold(p, w, axis), slides = fold >= 0, moves_b = w->kind == WORK_CONTRACT && a->stride[NEST_B] != 0;
    int last = slides && fold == w->nest.keep + w->nest.fold - 1;
    if (axis == p->vector || a->len < 2) return 0;
    if (p->form == WINDOW_LANES) return moves_b ? 0 : last ? 3 : slides ? 2 : 1;
    if (moves_b) return a->stride[NEST_A] || e >= 0 || p->form != WINDOW_SPREAD ? 0 : a->len > 2 ? 4 : 1;
    return slides ? (last == is_across(p, w) ? 3 : 2) : 0;
}

static void set_rows(struct window_plan *p, const struct work *w)
{
    int64_t best = 0;
    int axis = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        int64_t worth = worth_as_rows(p, w, i);
        if (worth > best || (worth && worth == best && w->nest.axis[i].len > len_of(w, axis))) {
            if (!rows_suit(p, w, i)) continue;
            best = worth;
            axis = i;
        }
    }
    p->fits = rows_suit(p, w, axis);
}

static int64_t shared_lanes(const struct window_plan *p) { return p->blocks.fits ? p->blocks.shared : 1; }
static int64_t abreast(const struct window_plan *p) { return p->blocks.fits ? p->blocks.abreast : 1; }

/* b in panels of one vector: folds as they stand, then panels, then what else moves it. */
static int set_packed(struct window_plan *p, struct work *w, int64_t lanes)
{
    struct nest *n = &w->nest;
    const int64_t shared = shared_lanes(p);
    int64_t at = lanes, depth = 1;
    p->width = lanes / shared / abreast(p);
    for (int i = n->keep + n->fold - 1; i >= n->keep; i--) {
        n->axis[i].stride[NEST_PACKED] = at;
        if (!mul_size(&at, at, n->axis[i].len) || !mul_size(&depth, depth, n->axis[i].len)) return 0;
    }
    if (p->vector >= 0) n->axis[p->vector].stride[NEST_PACKED] = depth * shared * abreast(p);
    if (p->vector >= 0 && !mul_size(&at, at, ceil_div(n->axis[p->vector].len, p->width))) return 0;
    if (shared > 1) n->axis[p->blocks.output].stride[NEST_PACKED] = 1;
    for (int i = n->keep - 1; i >= 0; i--) {
        if (i == p->vector || (shared > 1 && i == p->blocks.output) || !n->axis[i].stride[NEST_B]) continue;
        n->axis[i].stride[NEST_PACKED] = at;
        if (!mul_size(&at, at, n->axis[i].len)) return 0;
    }
    w->dtype[NEST_PACKED] = strided__compute_dtype(w->compute);
    p->packed = at;
    if (p->blocks.fits && p->blocks.flat) p->packed += FLAT_BOUNDS;
    return at > 0 && at < INT64_MAX / 64;
}

/* Of a b that repeats along the vectors so many of each tap that three may begin anywhere. */
static int set_repeated(struct window_plan *p, struct work *w, int64_t lanes)
{
    enum { VECTORS = WINDOW_WIDTH + 1 };
    struct nest *n = &w->nest;
    struct nest_axis *v = &n->axis[p->vector];
    int64_t at = p->width = VECTORS * lanes;
    for (int i = n->keep + n->fold - 1; i >= 0; i--) {
        if (!n->axis[i].stride[NEST_B]) continue;
        n->axis[i].stride[NEST_PACKED] = at;
        if (!mul_size(&at, at, n->axis[i].len)) return 0;
    }
    v->stride[NEST_B] = v->map.stride;
    v->stride[NEST_PACKED] = v->map.stride = 1;
    v->map.operand = NEST_PACKED;
    w->dtype[NEST_PACKED] = strided__compute_dtype(w->compute);
    p->packed = at;
    return at > 0 && at < INT64_MAX / 64;
}

static void plan_in_place(struct window_plan *p, const struct work *w)
{
    p->by_class = !edges_fit(w);
    p->vector = vector_axis(p, w);
    if (p->vector < 0 || !set_form(p, w)) return;
    if (p->by_class) p->fits = edges_can_be_cut(w);
    else set_rows(p, w);
    if (p->repeats && p->row < 0) p->fits = 0;
}

static int reads_padding(const struct work *w)
{
    for (int i = 0; i < w->edges; i++)
        if (w->edge[i].mode == EDGE_PAD) return 1;
    return 0;
}

/* Of what is cut into classes: where planes are not wide, the many that are small take longer than copies of all. Channels are vectors at the border too. */
static int brings_padding(const struct window_plan *p, const struct work *w)
{
    enum { WIDE = 192 };               /* positions for each that is not whole */
    const int e = strided__edge_of(w, p->vector);
    if (!p->by_class || p->form == WINDOW_LANES || e < 0 || w->edge[e].mode != EDGE_PAD) return 0;
    const struct range whole = strided__edge_whole(&w->edge[e], len_of(w, p->vector), taps_of(w, &w->edge[e]));
    return len_of(w, p->vector) <= WIDE * (len_of(w, p->vector) - max_size(0, whole.hi - whole.lo));
}

enum { LONG_ROW = 4, LONG_BYTES = 128 }; /* vectors, of long ones fewer */

/* As windows would be in place if a's memory ran as dst's does, and held what is computed with. Lanes that are gathered serve rows that are not long
 * as well. */
static void plan_copied(struct window_plan *p, const struct work *w, const struct kernels *k)
{
    struct window_plan copied;
    struct blocks_plan other;
    struct work copy;
    memset(&copied, 0, sizeof copied);
    copied.kernels = k;
    if (!strided__copied_plan(&copied.blocks, &copy, w, k)) return;
    const int column = copied.blocks.column;
    const int64_t size = (int64_t)strided__compute_size(w->compute), longest = min_size(LONG_ROW * k->vector_bytes, LONG_BYTES);
    if (p->blocks.fits && (column < 0 ? p->blocks.lane >= 0 : copied.blocks.axis[column].len * size <= longest)) return;
    strided__blocks_plan(&other, &copy, k);
    plan_in_place(&copied, &copy);
    if (copied.repeats && column < 0) return; /* nothing ties taps to the line: it would be copied for each */
    if ((!other.fits || !is_native(w, NEST_A) || reads_padding(w)) && copied.fits && !copied.by_class) *p = copied;
}

static void plan_blocks(struct window_plan *p)
{
    p->form = WINDOW_LANES;
    p->vector = p->blocks.flat ? p->blocks.output : p->blocks.lane;
    p->row = p->row_edge = p->row_fold = -1;
    p->fits = 1;
}

static int repeats(const struct work *w)
{
    for (int i = 0; i < w->nest.keep; i++)
        if (is_mapped(&w->nest.axis[i], NEST_B)) return 1;
    return 0;
}

static void plan_as_it_lies(struct window_plan *p, struct work *out, const struct work *w, const struct kernels *k)
{
    memset(p, 0, sizeof *p);
    p->kernels = k;
    strided__work_copy(out, w);
    if (!kind_fits(w) || !is_native(w, NEST_DST) || !k->window[w->compute]) return;
    const int have_windows = strided__blocks_have_windows(w);
    if (have_windows && !repeats(w)) strided__blocks_plan(&p->blocks, w, k);
    if (!p->blocks.fits && is_native(w, NEST_A)) plan_in_place(p, w);
    if (have_windows && (!p->fits || brings_padding(p, w)) && !p->blocks.flat) plan_copied(p, w, k);
    if (!p->fits && p->blocks.fits) plan_blocks(p);
    if (!p->repeats && repeats(w)) p->fits = 0; /* along what is not the vectors it would be taken for the same b */
    if (p->fits && p->repeats) p->fits = set_repeated(p, out, lanes_of(k, w->compute));
    else if (p->fits && p->form == WINDOW_LANES) p->fits = set_packed(p, out, p->blocks.flat && !p->blocks.wide ? FLAT_ROWS : lanes_of(k, w->compute));
}

/* The kept axis that the last fold is tied to that is tied to any; -1: there is none. */
static int last_tied(const struct blocks_plan *p)
{
    for (int i = p->axes - 1; i >= 0; i--)
        if (p->axis[i].keep >= 0) return p->axis[i].keep;
    return -1;
}

/* The kept axis that a's memory runs along most closely. */
static int along_a(const struct work *w)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->len > 1 && a->stride[NEST_A] && (best < 0 || abs_size(a->stride[NEST_A]) < abs_size(w->nest.axis[best].stride[NEST_A]))) best = i;
    }
    return best;
}

/* Blocks of a are turned as they are brought, unless a and dst run along the lanes, or, copied, along the same axis. */
static int turns(const struct window_plan *p, const struct work *w, int along)
{
    const struct blocks_plan *b = &p->blocks;
    const int gathered = b->fits && !b->flat && b->shared == 1;
    return p->fits && (along_a(w) != along ? b->copied || gathered : gathered && b->lane != along);
}

/* Positions are more than one element of a apart: there are fewer results than what would be turned for them. */
static int has_steps(const struct blocks_plan *p)
{
    for (int i = 0; i < p->axes; i++)
        if (p->axis[i].keep >= 0 && p->axis[i].edge.keep_mul > 1) return 1;
    return 0;
}

/* As if dst lay in a buffer (strided__stage_work). 0: too little of it would fit, or it is no better; then p is as it was. */
static int plan_staged(struct window_plan *p, struct work *out, const struct work *w, const struct kernels *k, int operand, int first)
{
    struct window_plan plan;
    struct stage stage, again;
    struct work staged, planned;
    if (!strided__stage_work(&staged, w, operand, first)) return 0;
    plan_as_it_lies(&plan, &planned, &staged, k);
    if (!strided__stage_plan(&stage, &staged, w, &plan)) return 0;
    plan_as_it_lies(&plan, &planned, &staged, k);
    if (!strided__stage_plan(&again, &staged, w, &plan) || memcmp(&again, &stage, sizeof stage) != 0) return 0; /* a plan of another kind */
    if (!plan.fits) return 0;
    *p = plan;
    p->staged = stage;
    strided__work_copy(out, &planned);
    out->dtype[NEST_DST] = w->dtype[NEST_DST];
    for (int i = 0; i < w->nest.keep; i++) out->nest.axis[i].stride[NEST_DST] = w->nest.axis[i].stride[NEST_DST];
    return 1;
}

/* Where p turns a, and turning results costs less, as these are fewer or lie across the last fold. 0: it does not, or they find no room. */
static int turn_results(struct window_plan *p, struct work *out, const struct work *w, const struct kernels *k, int along)
{
    const int last = last_tied(&p->blocks), inner = along_a(w), across = block_axis_of(&p->blocks, along) >= 0 && last != along;
    if (!across && !has_steps(&p->blocks)) return 0;
    if ((inner == last || block_axis_of(&p->blocks, inner) < 0) && plan_staged(p, out, w, k, NEST_A, -1)) return 1;
    return across && plan_staged(p, out, w, k, NEST_DST, last);
}

/* Of a pool, which has no b: it slides over a fold. Channels would have to be turned where rows are short. */
static int is_position(const struct work *w, int axis)
{
    for (int i = 0; i < w->windows; i++)
        if (w->window[i].keep == axis) return 1;
    return strided__edge_of(w, axis) >= 0;
}

/* What dst's memory runs along fills little of a vector, as colours do that lie beside each other: the closest positions that share b (of a pool, much of
 * a), if there are enough of them to fill one. Else -1. */
static int instead_of_narrow(const struct work *w, const struct kernels *k, int along)
{
    const int64_t lanes = lanes_of(k, w->compute);
    int best = -1;
    if (along < 0 || 2 * len_of(w, along) > lanes || (w->kind == WORK_REDUCE && !is_thin(w))) return -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (i == along || a->len < lanes || !a->stride[NEST_A] || (w->kind == WORK_CONTRACT ? a->stride[NEST_B] != 0 : !is_position(w, i))) continue;
        if (best < 0 || abs_size(a->stride[NEST_A]) < abs_size(w->nest.axis[best].stride[NEST_A])) best = i;
    }
    return best;
}

/* Blocks that lie flat put their sums anywhere, or turn them, by themselves; those that fill vectors with more than their lanes lie so already. */
static int is_at_home(const struct blocks_plan *p) { return p->fits && (p->flat || p->shared > 1 || p->abreast > 1); }

static void plan_windows(struct window_plan *p, struct work *out, const struct work *w, const struct kernels *k)
{
    const int along = strided__along_dst(w), line = instead_of_narrow(w, k, along);
    plan_as_it_lies(p, out, w, k);
    if (p->fits && is_at_home(&p->blocks)) return;
    if (line >= 0 && plan_staged(p, out, w, k, NEST_DST, line)) return;
    if (along < 0 || !is_native(w, NEST_DST)) plan_staged(p, out, w, k, NEST_DST, -1);
    else if (turns(p, w, along)) turn_results(p, out, w, k, along);
}

/* b as it will be read, its elements side by side; how many, 0: too many. */
static int64_t convert_b(struct work *native, const struct work *w)
{
    int64_t all = 1;
    strided__work_copy(native, w);
    native->dtype[NEST_B] = strided__compute_dtype(w->compute);
    for (int i = w->nest.keep + w->nest.fold - 1; i >= 0; i--) {
        if (!w->nest.axis[i].stride[NEST_B]) continue;
        native->nest.axis[i].stride[NEST_B] = all;
        if (!mul_size(&all, all, w->nest.axis[i].len)) return 0;
    }
    return all;
}

static void plan_native(struct window_plan *p, struct work *out, const struct work *w, const struct kernels *k)
{
    struct work native;
    int64_t converted;
    if (w->kind != WORK_CONTRACT || is_native(w, NEST_B) || (converted = convert_b(&native, w)) == 0) {
        plan_windows(p, out, w, k);
        return;
    }
    plan_windows(p, out, &native, k);
    if (p->fits && !p->packed) {
        p->converted = converted;
        return;
    }
    out->dtype[NEST_B] = w->dtype[NEST_B]; /* it is packed from what it is */
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++)
        if (!is_mapped(&w->nest.axis[i], NEST_B)) out->nest.axis[i].stride[NEST_B] = w->nest.axis[i].stride[NEST_B];
}

void strided__windows_plan(struct window_plan *p, struct work *out, const struct work *w, const struct kernels *k)
{
    struct work joined;
    if (w->nest.keep + w->nest.fold > WINDOW_AXES) {
        memset(p, 0, sizeof *p);
        strided__work_copy(out, w);
        return;
    }
    if (strided__windows_join(&joined, w, k)) {
        plan_native(p, out, &joined, k);
        p->joined = p->fits;
        if (p->fits && !p->by_class) return;
    }
    plan_native(p, out, w, k);
}

void strided__windows_plan_class(struct window_plan *of_class, const struct window_plan *p, const struct work *class)
{
    *of_class = *p;
    set_rows(of_class, class);
}

/* Axis i of w's nest as an axis of the packing copy, so long. */
static void pack_axis(struct work *copy, const struct nest_axis *a, int64_t len, int64_t times)
{
    int i = strided__work_keep(copy, len);
    strided__work_stride(copy, i, NEST_DST, a->stride[NEST_PACKED] * times);
    strided__work_stride(copy, i, NEST_A, a->stride[NEST_B] * times);
}

/* `count` panels of `lanes` columns from column `first` on, as those from column `panel` on. */
static void pack_panels(const struct window_plan *p, const struct work *w, char *from, char *to, int64_t panel, int64_t first,
                        int64_t count, int64_t lanes)
{
    const struct nest_axis none = { .len = 1 }, *v = p->vector < 0 ? &none : &w->nest.axis[p->vector];
    struct work copy;
    if (!count || !lanes) return;
    strided__work_init(&copy, WORK_MAP, w->compute, w->ctx);
    copy.op = MAP_COPY;
    strided__work_memory(&copy, NEST_DST, w->dtype[NEST_PACKED], to + panel * v->stride[NEST_PACKED] * (int64_t)strided__compute_size(w->compute));
    strided__work_memory(&copy, NEST_A, w->dtype[NEST_B], from + first * v->stride[NEST_B] * (int64_t)strided_dtype_size(w->dtype[NEST_B]));
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++)
        if (w->nest.axis[i].stride[NEST_PACKED] && i != p->vector) pack_axis(&copy, &w->nest.axis[i], w->nest.axis[i].len, 1);
    pack_axis(&copy, v, count, p->width);
    strided__work_stride(&copy, strided__work_keep(&copy, abreast(p)), NEST_DST, p->width);
    int lane = strided__work_keep(&copy, lanes);
    strided__work_stride(&copy, lane, NEST_DST, shared_lanes(p));
    strided__work_stride(&copy, lane, NEST_A, v->stride[NEST_B]);
    strided__work_run(&copy);
}

/* What of b is read along the vectors, again and again. */
static void pack_repeated(const struct window_plan *p, const struct work *w, char *from, char *to)
{
    const struct nest_axis *v = &w->nest.axis[p->vector];
    struct work copy;
    strided__work_init(&copy, WORK_MAP, w->compute, w->ctx);
    copy.op = MAP_COPY;
    strided__work_memory(&copy, NEST_DST, w->dtype[NEST_PACKED], to);
    strided__work_memory(&copy, NEST_A, w->dtype[NEST_B], from);
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++)
        if (i != p->vector && w->nest.axis[i].stride[NEST_PACKED]) pack_axis(&copy, &w->nest.axis[i], w->nest.axis[i].len, 1);
    const int again = strided__work_keep(&copy, p->width);
    strided__work_stride(&copy, again, NEST_DST, 1);
    strided__work_edge(&copy, (struct edge){ .mode = EDGE_PAD, .pad = STRIDED_PAD_CIRCULAR, .operand = NEST_A, .keep = again, .other = -1,
                                             .keep_mul = 1, .n = v->map.n, .stride = v->stride[NEST_B] });
    strided__work_run(&copy);
}

static void set_bounds(const struct window_plan *p, const struct work *w, char *packed)
{
    const int64_t n = p->packed - FLAT_BOUNDS;
    const struct flat_bounds b = p->kernels->window[w->compute]->blocks->flat_bounds(packed, n);
    memcpy(packed + n * (int64_t)strided__compute_size(w->compute), &b, sizeof b);
}

void strided__windows_convert(const struct window_plan *p, const struct work *w, const struct work *planned, void *converted)
{
    struct nest n = { .keep = w->nest.keep + w->nest.fold };
    for (int i = 0; i < n.keep; i++)
        n.axis[i] = (struct nest_axis){ .len = planned->nest.axis[i].stride[NEST_B] ? w->nest.axis[i].len : 1,
                                        .stride = { planned->nest.axis[i].stride[NEST_B], w->nest.axis[i].stride[NEST_B] } };
    strided__nest_move(p->kernels, w, &n, planned->dtype[NEST_B], converted, w->dtype[NEST_B], w->data[NEST_B]);
}

void strided__windows_pack(const struct window_plan *p, const struct work *w, void *const data[NEST_OPERANDS], void *packed)
{
    const int64_t all = p->vector < 0 ? p->width : w->nest.axis[p->vector].len, whole = all - all % p->width;
    const int overlaps = p->blocks.fits && !p->blocks.flat;
    if (p->repeats) { pack_repeated(p, w, data[NEST_B], packed); return; }
    if (all > whole && !overlaps) memset(packed, 0, (size_t)p->packed * strided__compute_size(w->compute));
    pack_panels(p, w, data[NEST_B], packed, 0, 0, whole / p->width, p->width);
    if (overlaps) pack_panels(p, w, data[NEST_B], packed, whole, all - p->width, all > whole, p->width);
    else pack_panels(p, w, data[NEST_B], packed, whole, whole, 1, all - whole);
    if (p->blocks.fits && p->blocks.flat) set_bounds(p, w, packed);
}
