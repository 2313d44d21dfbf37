/*
 * flat_run.c - walking a work of windows by blocks that lie flat (flat_plan.c): what a block reaches over comes into the buffer, line after
 * line; sums are formed of vectors anywhere in it, and go to dst, or to another buffer if they have to be turned.
 *
 *     . x x x x x . x x x x x . x x x x x .      padding is 0, which neighbouring lines share
 *       y y y y y   y y y y y   y y y y y
 */
#include "flat_walk.h"
#include "../base/checked.h"
#include <stddef.h>
#include <string.h>

/* ---- in ------------------------------------------------------------------------------------------ */

/* Lines of so many groups and columns, of every residue of both; or columns that are some channels each. */
static void get_lines(struct flat_walk *k, char *to, char *from)
{
    const struct blocks_plan *p = k->plan;
    const struct flat_lines *l = &k->lines;
    const struct range lines = l->axis < 0 ? (struct range){ 0, l->groups } : k->real[l->axis], columns = k->real[p->column];
    const int64_t step = step_of_slots(p, p->column), a = flat_axis(k, p->column)->a * k->size;
    const int64_t next = p->beside < 0 ? 1 : l->step, end = p->beside < 0 ? min_size(lines.hi, lines.lo + l->step) : lines.hi;
    for (int64_t i = lines.lo; i < end; i += next)
        for (int64_t j = columns.lo; j < columns.hi && j < columns.lo + step; j++) {
            const int64_t n = ceil_div(columns.hi - j, step), others = ceil_div(lines.hi - i, l->step) * (l->axis < 0 ? 1 : l->groups);
            char *slots = to + place_of_slot(p, p->column, j) + (l->axis < 0 ? 0 : place_of_slot(p, l->axis, i));
            char *memory = shift(from, i * l->a + j * a);
            if (p->beside < 0) k->kernels->flat_move(&l->move, slots, memory, others, n);
            else k->kernels->flat_move(&l->move, slots, memory, n, min_size(next, lines.hi - i));
        }
}

static void get(struct flat_walk *k, int i, char *to, char *from)
{
    if (i == k->plan->axes) { get_lines(k, to, from); return; }
    if (i == k->plan->column || i == k->lines.axis) { get(k, i + 1, to, from); return; }
    for (int64_t u = k->real[i].lo; u < k->real[i].hi; u++)
        get(k, i + 1, to + place_of_slot(k->plan, i, u), shift(from, u * flat_axis(k, i)->a * k->size));
}

/* The first slot of the block. */
static char *first_slot(const struct flat_walk *k, char *from)
{
    for (int i = 0; i < k->plan->axes; i++)
        from = shift(from, (k->here.first[i] * flat_axis(k, i)->edge.keep_mul - flat_axis(k, i)->edge.before) * flat_axis(k, i)->a * k->size);
    return from;
}

static void get_groups(struct flat_walk *k, char *from)
{
    const struct blocks_plan *p = k->plan;
    from = first_slot(k, from);
    for (int64_t g = 0; g < p->groups; g += k->lines.groups)
        get(k, 0, k->slots + g * p->group_bytes, shift(from, g * p->lanes.stride[NEST_A] * k->size));
}

/* ---- out ----------------------------------------------------------------------------------------- */

/* Sums of neighbouring outputs, from that of the first one on: all outputs of a row, or all rows of an output, at once. Where outputs are vectors
 * positions lie one behind the other. */
static void put_outputs(struct flat_walk *k, char *sum, char *dst, int64_t outputs)
{
    const struct blocks_plan *p = k->plan;
    const int64_t row = p->row < 0 ? 0 : flat_axis(k, p->row)->dst * k->size, column = flat_axis(k, p->column)->dst * k->size;
    const int64_t output = k->w->nest.axis[p->output].stride[NEST_DST] * k->size, sum_output = k->flat.sum_output;
    const int64_t slot = p->wide ? p->wide * k->bytes : k->size;
    const int across = p->wide || output == k->size;
    int64_t rows = p->row < 0 ? 1 : k->here.count[p->row], columns = k->here.count[p->column];
    const int64_t line = p->wide ? columns * slot : p->line * k->size;
    if (p->wide && row == columns * column) {
        columns *= rows;
        rows = 1;
    }
    const struct flat_move m = { across ? output : row, column, across ? sum_output : line, slot, 0 };
    for (int64_t i = 0; i < (across ? rows : outputs); i++) {
        k->kernels->flat_move(&m, dst, sum, across ? outputs : rows, columns);
        dst = shift(dst, across ? row : output);
        sum += across ? line : sum_output;
    }
}

/* Groups whose outputs go on where those of the one before end are more outputs. */
static void put(struct flat_walk *k, char *dst, int64_t outputs)
{
    const int64_t groups = k->plan->groups, group = k->plan->lanes.stride[NEST_DST];
    if (group == outputs * k->w->nest.axis[k->plan->output].stride[NEST_DST]) { put_outputs(k, k->sums, dst, groups * outputs); return; }
    for (int64_t g = 0; g < groups; g++)
        put_outputs(k, k->sums + g * outputs * k->flat.sum_output, shift(dst, g * group * k->size), outputs);
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static void run_outputs(struct flat_walk *k, block_flat_fn *sums, int64_t lane, int64_t output, int64_t outputs)
{
    const struct blocks_plan *p = k->plan;
    const struct nest_axis *o = &k->w->nest.axis[p->output], *groups = p->lane < 0 ? &p->lanes : &k->w->nest.axis[p->lane];
    char *dst = shift(k->dst, (lane * groups->stride[NEST_DST] + output * o->stride[NEST_DST]) * k->size);
    const char *b = shift(k->at.at[NEST_PACKED], (lane * groups->stride[NEST_PACKED] + output * o->stride[NEST_PACKED]) * k->size);
    k->flat.outputs = outputs;
    k->flat.b_group = groups->stride[NEST_PACKED] * k->size;
    k->flat.sum_group = groups->stride[NEST_DST] * k->size;
    for (int64_t g = 0; g < p->groups; g += k->flat.groups) {
        k->flat.a = k->slots + g * p->group_bytes;
        k->flat.b = b + g * k->flat.b_group;
        k->flat.sum = p->direct ? shift(dst, g * k->flat.sum_group) : k->sums + g * outputs * k->flat.sum_output;
        sums(&k->flat);
    }
    if (!p->direct) put(k, dst, outputs);
}

static void run_lanes(struct flat_walk *k, int64_t lane)
{
    const struct blocks_plan *p = k->plan;
    get_groups(k, shift(k->at.at[NEST_A], lane * p->lanes.stride[NEST_A] * k->size));
    const int sure = strided__flat_is_sure(k);
    block_flat_fn *const sums = p->wide ? k->kernels->flat_wide : p->down ? k->kernels->flat_down : k->kernels->flat;
    block_flat_fn *const seen = p->wide ? k->kernels->flat_wide_seen : k->kernels->flat_seen;
    const int64_t most = p->wide ? p->outputs : FLAT_OUTPUTS;
    if (!sure) strided__flat_mask(k);
    for (int64_t o = 0; o < p->outputs; o += most) run_outputs(k, sure ? sums : seen, lane, o, min_size(most, p->outputs - o));
}

/* ---- line by line -------------------------------------------------------------------------------- */

/* The sums of a row, of those that wait. */
static char *waiting(const struct flat_walk *k, int64_t row) { return k->sums + (row + FLAT_LINES) % FLAT_LINES * k->row_bytes; }

/* The line that is the first one of this row's windows, to the sums of this row and of those before. */
static void add_line(struct flat_walk *k, int64_t row)
{
    const struct edge *e = &flat_axis(k, 0)->edge;
    memset(waiting(k, row), 0, (size_t)k->row_bytes);
    if (row < e->before || row - e->before >= e->n) return;
    k->here.first[0] = row;
    get_groups(k, k->at.at[NEST_A]);
    k->unsure |= !strided__flat_is_sure(k);
    for (int i = 0; i < FLAT_LINES; i++) k->flat.row[i] = waiting(k, row - i);
    k->flat.ask = shift(first_slot(k, k->at.at[NEST_A]), flat_axis(k, 0)->a * k->size);
    k->flat.b = k->at.at[NEST_PACKED];
    k->kernels->flat_line(&k->flat);
}

/* Of the lines that a row sees all but the last are there, if it is not the first row. */
static void run_row(struct flat_walk *k)
{
    const int64_t row = k->here.first[0];
    for (int64_t i = row == k->here.mine[0].lo ? 0 : FLAT_LINES - 1; i < FLAT_LINES; i++) add_line(k, row + i);
    k->here.first[0] = row;
    put_outputs(k, waiting(k, row), k->dst, k->plan->outputs);
}

static void set_rolling(struct flat_walk *k)
{
    const struct block_axis *column = flat_axis(k, k->plan->column), *last = flat_axis(k, k->plan->axes - 1);
    struct flat *f = &k->flat;
    k->row_bytes = ceil_div(k->plan->outputs, FLAT_ROWS) * FLAT_ROWS * k->plan->sum_bytes;
    k->slots += -column->edge.before * k->size & (LINE_BYTES - 1); /* then what is there begins a line of the cache */
    f->a = k->slots;
    f->outputs = k->plan->outputs;
    f->run = last->taps;
    f->step = place_of_slot(k->plan, k->plan->axes - 1, last->edge.fold_mul);
    f->ask_column = column->a;
    f->ask_step = column->a == 1 ? last->a * k->size : LINE_BYTES;
    f->ask_run = column->a == 1 ? LINE_BYTES : f->run * LINE_BYTES;
}

/* ---- all blocks ---------------------------------------------------------------------------------- */

/* Of this block, and of the next ones if they are lines of it. */
static void start_block(struct flat_walk *k)
{
    if (memcmp(k->here.count, k->listed, sizeof k->listed) != 0) strided__flat_vectors(k);
    strided__flat_real(k);
    if (k->plan->wide) strided__flat_runs(k);
    if (k->exact) {
        k->held[0].lo = -1;
        return;
    }
    if (k->padded && memcmp(k->real, k->held, sizeof k->real) != 0) memset(k->buffer, 0, (size_t)(k->mask - k->buffer));
    memcpy(k->held, k->real, sizeof k->held);
    strided__flat_looks(k);
}

static void run_block(void *walk)
{
    struct flat_walk *k = walk;
    const struct blocks_plan *p = k->plan;
    if (k->unsure) return;
    k->dst = k->at.at[NEST_DST];
    for (int i = 0; i < p->axes; i++) k->dst = shift(k->dst, k->here.first[i] * flat_axis(k, i)->dst * k->size);
    if (!p->rolls || k->here.first[0] == k->here.mine[0].lo) start_block(k);
    for (int64_t lane = 0; lane < p->lanes.len && !p->rolls; lane += p->groups) run_lanes(k, min_size(lane, p->lanes.len - p->groups));
    if (p->rolls) run_row(k);
    if (k->finish) strided__blocks_finish(k->w, p, k->finish, k->at.at, k->here.first, k->here.count);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

static void start(struct flat_walk *k, void *const data[NEST_OPERANDS], const struct part *part)
{
    char *at[NEST_OPERANDS];
    for (int o = 0; o < NEST_OPERANDS; o++) at[o] = data[o];
    memcpy(k->at.unit, k->unit, sizeof k->unit);
    strided__blocks_outers(&k->at, k->outer, &k->here, k->plan, k->w, part, at);
}

/* The axis that a's memory runs along, if it is not the columns', or that of the rows. */
static int line_axis(const struct flat_walk *k)
{
    const struct blocks_plan *p = k->plan;
    int axis = p->groups > 1 && p->lanes.stride[NEST_A] == 1 ? -1 : p->rolls && p->column < p->axes - 1 ? p->axes - 1 : p->row;
    for (int i = 0; i < p->axes; i++)
        if (i != p->column && abs_size(flat_axis(k, i)->a) == 1) axis = i;
    return axis;
}

/* Groups are more lines where they follow each other as lines do. */
static void set_lines(struct flat_walk *k)
{
    const struct blocks_plan *p = k->plan;
    const int axis = p->beside < 0 ? line_axis(k) : p->beside;
    const int64_t step = axis < 0 ? 1 : step_of_slots(p, axis), pitch = axis < 0 ? p->group_bytes : p->pitch[axis];
    const int64_t a = axis < 0 ? p->lanes.stride[NEST_A] : flat_axis(k, axis)->a, group = axis < 0 ? 1 : flat_axis(k, axis)->taps;
    const int follow = axis < 0 || (flat_axis(k, axis)->keep < 0 && p->lanes.stride[NEST_A] == group * a && p->group_bytes == group * pitch);
    k->lines = (struct flat_lines){ .axis = axis, .groups = follow ? p->groups : 1, .step = step, .a = a * k->size };
    k->lines.move = (struct flat_move){ pitch, k->size, step * a * k->size, step_of_slots(p, p->column) * flat_axis(k, p->column)->a * k->size, 0 };
    if (p->beside >= 0)
        k->lines.move = (struct flat_move){ LINE_BYTES, k->size, step_of_slots(p, p->column) * flat_axis(k, p->column)->a * k->size, a * k->size, 0 };
    for (int i = 0; i < p->axes; i++)
        if (i != p->column && i != axis) k->lines.move.ahead = flat_axis(k, i)->a * k->size;
}

static void set_flat(struct flat_walk *k)
{
    const struct blocks_plan *p = k->plan;
    const struct nest_axis *o = &k->w->nest.axis[p->output];
    k->slots = k->buffer;
    k->mask = k->buffer + (p->rolls ? LINE_BYTES : 0) + p->groups * p->group_bytes + FLAT_VECTORS * k->bytes;
    k->sums = k->mask + p->mask_bytes;
    k->flat.vector = k->vector;
    k->flat.groups = p->turned ? p->groups : 1;
    k->flat.a_group = p->group_bytes;
    k->flat.mask = k->mask;
    k->flat.run_of = k->run;
    k->flat.b_panel = (p->wide ? k->bytes / k->size : FLAT_ROWS) * o->stride[NEST_PACKED] * k->size;
    k->flat.parted = p->parted;
    k->flat.wide = p->wide;
    k->flat.place = p->turned || p->wide ? k->place : NULL;
    k->flat.sum_output = p->wide ? k->size : p->direct ? o->stride[NEST_DST] * k->size : p->sum_bytes;
}

/* Sums go to dst in vectors of positions, of one line each. */
static int in_whole_vectors(const struct blocks_plan *p) { return p->direct && !p->parted && !p->wide; }

/* 0: lines came one by one, and something may vanish. */
static __attribute__((noinline)) int all_blocks(const struct work *w, const struct window_plan *plan, const struct blocks_plan *blocks,
                                                const struct kernels *kernels, void *const data[NEST_OPERANDS], const struct part *part)
{
    struct flat_walk k;
    memset(&k, 0, offsetof(struct flat_walk, vector));
    k.w = w;
    k.plan = blocks;
    k.kernels = kernels->window[w->compute]->blocks;
    k.finish = epilogue_is_trivial(w) ? NULL : kernels->window[w->compute]->finish;
    k.size = (int64_t)strided__compute_size(w->compute);
    k.bytes = kernels->vector_bytes;
    k.held[0].lo = -1;
    k.here.least = in_whole_vectors(k.plan) ? k.bytes / k.size : 0;
    memcpy(&k.b, (const char *)data[NEST_PACKED] + (plan->packed - FLAT_BOUNDS) * k.size, sizeof k.b);
    work_units(w, k.unit);
    set_flat(&k);
    if (k.plan->rolls) set_rolling(&k);
    strided__flat_taps(&k);
    set_lines(&k);
    start(&k, data, part);
    strided__blocks_walk(&k.at, &k.here, k.plan, run_block, &k);
    return !k.unsure;
}

/* Of columns fewer than there are in the vectors that are stored as they are. */
static int is_narrow(const struct blocks_plan *p, const struct part *part, int64_t lanes)
{
    return in_whole_vectors(p) && part->axis == p->axis[p->column].keep && part->hi - part->lo < lanes;
}

/* Where something may vanish lines do not come one by one, but in blocks as others do. */
void strided__flat_run(const struct work *w, const struct window_plan *p, const struct kernels *kernels, void *const data[NEST_OPERANDS],
                       int axis, int64_t lo, int64_t hi)
{
    const struct part part = { axis, lo, hi };
    struct blocks_plan blocks = p->blocks;
    while (!is_narrow(&blocks, &part, lanes_of(kernels, w->compute))) {
        if (all_blocks(w, p, &blocks, kernels, data, &part)) return;
        strided__flat_plan_blocks(&blocks, w, kernels);
    }
    strided__work_run_part(w, data, &part, 1);
}
