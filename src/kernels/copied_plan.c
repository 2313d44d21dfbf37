/*
 * copied_plan.c - windows of single outputs, whose vectors would lie along dst's memory if a's ran so too, as blocks of a that are copied
 * (blocks_plan.h): where everything lies in the buffer, and how much is brought into it at once.
 */
#include "blocks_plan.h"
#include "kernels.h"
#include "../base/checked.h"
#include <string.h>

enum { FEW_VECTORS = 2, LONG_LINE = 8 }; /* of lanes; vectors */

int strided__along_dst(const struct work *w)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++)
        if (w->nest.axis[i].stride[NEST_DST] == 1 && w->nest.axis[i].len > 1 && (best < 0 || w->nest.axis[i].len > w->nest.axis[best].len)) best = i;
    return best;
}

static int converts(const struct work *w) { return w->dtype[NEST_A] != strided__compute_dtype(w->compute); }

/* The lanes are the vectors, or what a's memory is closest along. Outputs that share what they read share the copy, if a has to be converted;
 * 0: else blocks that lie flat, or products, do more with them. */
static int set_lanes(struct blocks_plan *p, const struct work *w, int vector)
{
    p->lane = p->output = -1;
    p->lanes = (struct nest_axis){ .len = 1 };
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (block_axis_of(p, i) >= 0 || a->len < 2) continue;
        if (!a->stride[NEST_A] && w->kind == WORK_CONTRACT && a->stride[NEST_B]) {
            if (!converts(w) || i == vector) return 0;
            if (p->output < 0 || a->len > w->nest.axis[p->output].len) p->output = i;
        }
        if (!a->stride[NEST_A] || (p->lane >= 0 && abs_size(a->stride[NEST_A]) >= abs_size(p->lanes.stride[NEST_A]))) continue;
        p->lane = i;
        p->lanes = *a;
    }
    p->column = block_axis_of(p, vector);
    if (p->column >= 0) return 1;
    p->lane = vector;
    p->lanes = w->nest.axis[vector];
    return p->lanes.stride[NEST_A] != 0;
}

/* Some positions slide over their taps: else all of it is products, which turn what they read in registers. */
static int has_windows(const struct blocks_plan *p)
{
    for (int i = 0; i < p->axes; i++)
        if (p->axis[i].keep >= 0) return 1;
    return 0;
}

/* ---- the buffer ------------------------------------------------------------------------------------ */

static int64_t slots_of(const struct blocks_plan *p, int i) { return strided__blocks_slots(&p->axis[i], p->axis[i].tile); }

static double all_bytes(const struct blocks_plan *p, int64_t size)
{
    double all = (double)(size * p->groups);
    for (int i = 0; i < p->axes; i++) all *= (double)slots_of(p, i);
    return all;
}

/* So many bytes of each from one to the next: how many the next further out has. */
static int64_t set_pitch(struct blocks_plan *p, int i, int64_t at)
{
    p->pitch[i] = at;
    return at * slots_of(p, i);
}

/* From inside: what the vectors lie along, the other folds and what is tied to them, the lanes. */
static void set_pitches(struct blocks_plan *p, int64_t size)
{
    int64_t at = p->column < 0 ? size * p->groups : set_pitch(p, p->column, size);
    for (int i = p->axes - 1; i >= 0; i--)
        if (i != p->column) at = set_pitch(p, i, at);
    p->group_bytes = p->column < 0 ? size : at;
}

static int64_t shorter(const struct blocks_plan *p, int i, int much)
{
    return much ? ceil_div(p->axis[i].tile, 2) : strided__blocks_shorter(&p->axis[i]);
}

static int64_t shorter_line(const struct blocks_plan *p, int64_t lanes) { return ceil_div(p->axis[p->column].tile / 2, lanes) * lanes; }

/* What is copied for each position, with a tile so long. */
static double cost_of(const struct blocks_plan *p, int i, int64_t tile)
{
    return (double)strided__blocks_slots(&p->axis[i], tile) / (double)tile * (double)p->axis[i].tile / (double)slots_of(p, i);
}

/* Lines that are long may as well be cut, if fewer of them have to be copied again for the next ones then. */
static int cuts_lines(const struct blocks_plan *p, int64_t lanes, double cost)
{
    return p->column >= 0 && p->axis[p->column].tile > LONG_LINE * lanes && cost > 1.1 * cost_of(p, p->column, shorter_line(p, lanes));
}

/* A shorter tile of the axis that it costs least, of the vectors' if there is no other. 0: there is none. */
static int shorten(struct blocks_plan *p, int64_t lanes, int much)
{
    int best = -1;
    double least = 0;
    for (int i = 0; i < p->axes; i++) {
        if (i == p->column || p->axis[i].tile == 1) continue;
        const double cost = cost_of(p, i, shorter(p, i, much));
        if (best >= 0 && cost >= least) continue;
        best = i;
        least = cost;
    }
    if (best < 0 && (p->column < 0 || p->axis[p->column].tile <= lanes)) return 0;
    if (best < 0 || cuts_lines(p, lanes, least)) p->axis[p->column].tile = shorter_line(p, lanes);
    else p->axis[best].tile = shorter(p, best, much);
    return 1;
}

/* Lanes at once, at least: some lines of the cache, if memory of a or of dst runs along them. */
static int64_t least_lanes(const struct blocks_plan *p, int64_t size)
{
    return min_size(p->lanes.len, p->column < 0 || abs_size(p->lanes.stride[NEST_A]) == 1 ? 4 * LINE_BYTES / size : 1);
}

static int set_tiles(struct blocks_plan *p, int64_t size, int64_t lanes, double room)
{
    const int64_t least = least_lanes(p, size);
    if (p->column < 0 && p->lanes.len < FEW_VECTORS * lanes) return 0;
    p->groups = p->lanes.len;
    while (all_bytes(p, size) > room)
        if (p->groups > least) p->groups = ceil_div(ceil_div(p->groups, 2), least) * least;
        else if (!shorten(p, lanes, all_bytes(p, size) > 2 * room)) return 0;
    set_pitches(p, size);
    return 1;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

/* Edges whose padding is read are inside of what the buffer holds. */
static void bring_padding(struct work *copy)
{
    for (int i = 0; i < copy->edges; i++) {
        struct edge *e = &copy->edge[i];
        if (e->mode != EDGE_PAD || e->other < copy->nest.keep || !strided__edge_is_walkable(e, &copy->nest)) continue;
        e->mode = EDGE_SKIP;
        e->before = 0;
        e->n = (copy->nest.axis[e->keep].len - 1) * e->keep_mul + (copy->nest.axis[e->other].len - 1) * e->fold_mul + 1;
    }
}

static void set_padding(struct blocks_plan *p, const struct work *w)
{
    for (int i = 0; i < p->axes; i++) {
        const int over = strided__edge_over(w, p->axis[i].fold);
        if (over < 0 || w->edge[over].mode != EDGE_PAD) continue;
        p->axis[i].pad = w->edge[over].pad;
        p->axis[i].inset = w->edge[over].before;
        p->axis[i].n = w->edge[over].n;
    }
}

void strided__copied_strides(const struct blocks_plan *p, struct work *copy, int64_t size)
{
    for (int i = 0; i < copy->nest.keep; i++)
        if (block_axis_of(p, i) < 0) copy->nest.axis[i].stride[NEST_A] = i == p->lane ? p->group_bytes / size : 0;
    for (int i = 0; i < p->axes; i++) {
        const struct edge *e = &p->axis[i].edge;
        const int over = strided__edge_over(copy, e->other);
        const int64_t slot = p->pitch[i] / size;
        if (p->axis[i].pad) copy->edge[over] = *e;
        if (over >= 0) copy->edge[over].stride = slot;
        copy->nest.axis[e->other].stride[NEST_A] = e->fold_mul * slot;
        if (e->keep >= 0) copy->nest.axis[e->keep].stride[NEST_A] = e->keep_mul * slot;
    }
}

int strided__copied_plan(struct blocks_plan *p, struct work *copy, const struct work *w, const struct kernels *k)
{
    const int64_t size = (int64_t)strided__compute_size(w->compute);
    const int vector = strided__along_dst(w);
    memset(p, 0, sizeof *p);
    strided__work_copy(copy, w);
    bring_padding(copy);
    if (vector < 0 || !k->window[w->compute]->blocks || !strided__blocks_axes(p, copy) || !set_lanes(p, w, vector)) return 0;
    if (w->kind == WORK_CONTRACT && !has_windows(p)) return 0;
    if (!set_tiles(p, size, k->vector_bytes / size, converts(w) ? CONVERTED_BYTES : COPIED_BYTES)) return 0;
    set_padding(p, w);
    copy->dtype[NEST_A] = strided__compute_dtype(w->compute);
    strided__copied_strides(p, copy, size);
    for (int i = 0; i < copy->nest.keep; i++) /* blocks are each of one of them */
        if (block_axis_of(p, i) < 0 && i != p->lane && i != p->output) copy->nest.axis[i].len = 1;
    return p->copied = 1;
}
