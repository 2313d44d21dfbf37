/*
 * flat_plan.c - windows of which some outputs share what they read, as blocks that lie flat (blocks_plan.h): where everything lies in the
 * buffer, and how much is brought into it at once.
 */
#include "blocks_plan.h"
#include "window_plan.h"
#include "../base/checked.h"

enum { LINE_SLOTS = 32, NARROW_GROUP = 8, SHORT_STEP = 2, FEW_TAPS = 64, FEWEST_COLUMNS = 8, LONG_LANES = 16, MANY_TAPS = 24, MOST_TAPS = 512 };
enum { NEAR_COLUMNS = 16 };            /* elements of a from one to the next, or from row to row: little is brought that is of no use */
enum { DOWN_LINE = 128 };              /* columns beyond which two vectors of each row are too little of what lies side by side */
enum { ROLLED_TAPS = 128 };            /* that are worth loading and storing sums three times */
enum { CACHED = 1 << 15, FAR = 1 << 28 }; /* of b, beside other things; elements */

static const struct nest_axis *nest_axis(const struct work *w, int i) { return &w->nest.axis[i]; }

static int64_t slots_of(const struct block_axis *a) { return (a->tile - 1) * a->edge.keep_mul + (a->taps - 1) * a->edge.fold_mul + 1; }

static int64_t taps(const struct blocks_plan *p)
{
    int64_t all = 1;
    for (int i = 0; i < p->axes; i++)
        if (!mul_size(&all, all, p->axis[i].taps)) return INT64_MAX;
    return all;
}

/* ---- axes ------------------------------------------------------------------------------------------ */

/* Of two axes: the first moves less. */
static int is_nearer(const struct block_axis *a, const struct block_axis *than, int in_dst)
{
    if (in_dst && a->dst != than->dst && (a->dst == 1 || than->dst == 1)) return a->dst == 1;
    return abs_size(a->a) < abs_size(than->a);
}

/* Other folds than those of lines and columns. */
static int64_t channels(const struct blocks_plan *p)
{
    int64_t all = 1;
    for (int i = 0; i < p->axes; i++)
        if (p->axis[i].keep < 0) all *= p->axis[i].taps; /* no more than all taps, which are few */
    return all;
}

/* Columns are the tied axis that a moves least along, or dst if that is more, rows that of the others. */
static void set_lines(struct blocks_plan *p)
{
    const int in_dst = p->outputs >= channels(p);
    p->column = p->row = -1;
    for (int i = 0; i < p->axes; i++) {
        if (p->axis[i].keep < 0) continue;
        if (p->column < 0 || is_nearer(&p->axis[i], &p->axis[p->column], in_dst)) {
            p->row = p->column;
            p->column = i;
        } else if (p->row < 0 || is_nearer(&p->axis[i], &p->axis[p->row], 0)) p->row = i;
    }
}

static int is_line(const struct blocks_plan *p, int i) { return i == p->column || i == p->row; }

static int is_rolled(const struct blocks_plan *p, int i) { return p->rolls && i == 0; }

/* Groups that are done at once make up for memory that runs along few channels, or few outputs. */
static int64_t groups_at_once(const struct blocks_plan *p, const struct work *w, int64_t size)
{
    int64_t channels = p->lanes.stride[NEST_A] == 1, outputs = nest_axis(w, p->output)->stride[NEST_DST] == 1 ? p->outputs : 0;
    for (int i = 0; i < p->axes; i++)
        if (p->axis[i].keep < 0 && abs_size(p->axis[i].a) == 1) channels = p->axis[i].taps;
    int64_t some = 1, line = LINE_BYTES / size;
    if (channels) some = max_size(some, line / channels);
    if (outputs) some = max_size(some, line / outputs);
    return min_size(min_size(some, max_size(1, FLAT_SUMS / p->outputs)), p->lanes.len);
}

static void set_kept(struct blocks_plan *p, const struct work *w)
{
    p->lane = p->output = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = nest_axis(w, i);
        if (block_axis_of(p, i) >= 0 || a->len < 2 || !a->stride[NEST_B]) continue;
        if (!a->stride[NEST_A]) {
            if (p->output < 0 || a->len > nest_axis(w, p->output)->len) p->output = i;
        } else if (p->lane < 0 || abs_size(a->stride[NEST_A]) < abs_size(nest_axis(w, p->lane)->stride[NEST_A]))
            p->lane = i;
    }
    p->outputs = p->output < 0 ? 1 : nest_axis(w, p->output)->len;
    p->lanes = (struct nest_axis){ .len = 1 };
    if (p->lane >= 0) p->lanes = *nest_axis(w, p->lane);
}

/* ---- the buffer ------------------------------------------------------------------------------------ */

/* Slots from line to line: what a line misses at its end the next one misses at its beginning. */
static int64_t line_of(const struct block_axis *a)
{
    const struct edge *e = &a->edge;
    const int64_t slots = slots_of(a), shared = a->tile < a->len ? 0 : max_size(0, min_size(e->before, slots - e->before - e->n));
    return max_size(a->tile, ceil_div(slots - shared, e->keep_mul));
}

/* From inside: columns, rows, residues of both, other tied axes (so far goes the mask), the other folds; what lies beside each other is a column. */
static void set_pitches(struct blocks_plan *p, int64_t size, int64_t bytes)
{
    const struct block_axis *column = &p->axis[p->column], *row = p->row < 0 ? NULL : &p->axis[p->row];
    const int64_t lines = row ? ceil_div(slots_of(row), row->edge.keep_mul) : 1, slot = p->beside < 0 ? size : LINE_BYTES;
    int64_t at;
    p->line = line_of(column);
    at = (lines * p->line + ceil_div(slots_of(column), column->edge.keep_mul) - p->line + LINE_BYTES / size) * slot;
    at = ceil_div(at, LINE_BYTES) * LINE_BYTES;
    if (at % (8 * LINE_BYTES) == 0) at += LINE_BYTES;
    p->pitch[p->column] = slot;
    p->residue[p->column] = at;
    at *= column->edge.keep_mul;
    if (row) {
        p->pitch[p->row] = p->line * slot;
        p->residue[p->row] = at;
        at *= row->edge.keep_mul;
    }
    for (int tied = 1; tied >= 0; tied--) {
        for (int i = p->axes - 1; i >= 0; i--) {
            if (is_line(p, i) || (p->axis[i].keep >= 0) != tied) continue;
            p->pitch[i] = is_rolled(p, i) ? 0 : at;
            p->residue[i] = i == p->beside ? size : 0;
            at *= is_rolled(p, i) ? 1 : ceil_div(slots_of(&p->axis[i]), i == p->beside ? slot / size : 1);
        }
        if (tied) p->mask_bytes = at + FLAT_VECTORS * bytes;
    }
    p->group_bytes = at;
    p->sum_bytes = max_size(FLAT_VECTORS, 2 * ceil_div(((row ? row->tile : 1) - 1) * p->line + column->tile, 2 * bytes / size)) * bytes;
}

static int64_t outputs_at_once(const struct blocks_plan *p) { return p->wide ? p->outputs : min_size(p->outputs, FLAT_OUTPUTS); }

/* The last vectors may be read beyond what they are about. */
static int64_t all_bytes(const struct blocks_plan *p, int64_t bytes)
{
    const int64_t list = taps(p) > FLAT_TAPS ? 2 * taps(p) * (int64_t)sizeof(int32_t) : 0;
    const int64_t slots = list + p->groups * p->group_bytes + FLAT_VECTORS * bytes + p->mask_bytes;
    if (p->rolls) return LINE_BYTES + slots + FLAT_LINES * ceil_div(p->outputs, FLAT_ROWS) * FLAT_ROWS * p->sum_bytes;
    return p->direct ? slots : slots + p->groups * outputs_at_once(p) * p->sum_bytes;
}

static int64_t vectors(const struct blocks_plan *p, int64_t lanes)
{
    const int64_t rows = p->row < 0 ? 1 : p->axis[p->row].tile, columns = p->axis[p->column].tile;
    if (p->wide) return min_size(rows * ceil_div(columns, FLAT_WIDE / p->wide), ceil_div((rows - 1) * p->line + columns, FLAT_WIDE / p->wide));
    return p->direct && !p->turned && !p->parted ? rows * ceil_div(columns, lanes) : ceil_div((rows - 1) * p->line + columns, lanes);
}

/* dst's memory runs along the columns, which are no less than a vector, and vectors that end with them waste little: less than moving the sums costs,
 * which the longest vectors make no cheaper. */
static int is_direct(const struct blocks_plan *p, int64_t lanes)
{
    const struct block_axis *column = &p->axis[p->column];
    return column->dst == 1 && column->len >= lanes && 16 * column->len >= (lanes < LONG_LANES ? 15 : 14) * ceil_div(column->len, lanes) * lanes;
}

/* Vectors go on from line to line, of which they see no more than two: each goes to dst by a mask, where there are masks, which is slower, but there
 * are fewer vectors of many taps. */
static int is_parted(const struct blocks_plan *p, int64_t lanes)
{
    const struct block_axis *column = &p->axis[p->column];
    const int64_t line = line_of(column);
    if (lanes < LONG_LANES || p->outputs % FLAT_ROWS || taps(p) < MANY_TAPS) return 0;
    return column->dst == 1 && line + 1 >= lanes && line < ceil_div(column->len, lanes) * lanes;
}

/* The last that is not tied; -1: there is none. */
static int last_fold(const struct blocks_plan *p)
{
    int i = p->axes - 1;
    while (i >= 0 && p->axis[i].keep >= 0) i--;
    return i;
}

/* Outputs of groups that are one or two vectors, if lines are too short for vectors of positions, or dst's memory runs along the outputs. Two, of
 * which products make as much, are not worth bringing in what lies between positions that are a step apart. */
static int wide(const struct blocks_plan *p, const struct work *w, const struct kernels *k, int64_t lanes)
{
    const struct block_axis *column = &p->axis[p->column];
    const int64_t most = column->edge.keep_mul > 1 ? lanes : 2 * lanes;
    if (p->lane < 0 || p->outputs % lanes || p->outputs > most || !k->window[w->compute]->blocks->flat_wide) return 0;
    return (column->dst == 1 && line_of(column) >= lanes) || last_fold(p) < 0 ? 0 : (int)(p->outputs / lanes);
}

static double reach_in_dst(const struct block_axis *a) { return (double)a->len * (double)abs_size(a->dst); }

/* dst's memory runs along the outputs, four of which are turned in registers; positions are no further apart than offsets can say. */
static int is_turned(const struct blocks_plan *p, const struct work *w, int64_t lanes)
{
    const struct block_axis *column = &p->axis[p->column];
    const double reach = reach_in_dst(column) + (p->row < 0 ? 0 : reach_in_dst(&p->axis[p->row]));
    return nest_axis(w, p->output)->stride[NEST_DST] == 1 && p->outputs % FLAT_ROWS == 0 && (p->wide || column->len >= lanes) && reach < FAR;
}

/* A shorter tile of rows, or of columns: whole vectors. 0: there is none. */
static int64_t shorter(const struct blocks_plan *p, int i, int64_t lanes)
{
    const struct block_axis *a = i < 0 ? NULL : &p->axis[i];
    if (!a || a->tile == 1) return 0;
    const int64_t tile = strided__blocks_shorter(a);
    return i == p->row ? tile : min_size(ceil_div(tile, lanes), (a->tile - 1) / lanes) * lanes;
}

/* What is brought in for each position, with a shorter tile; lines have beginnings and ends. */
static double cost_of_shorter(struct blocks_plan *p, int i, int64_t lanes)
{
    const int64_t tile = p->axis[i].tile;
    p->axis[i].tile = shorter(p, i, lanes);
    const struct block_axis *row = p->row < 0 ? NULL : &p->axis[p->row], *column = &p->axis[p->column];
    const double cost = (double)((row ? slots_of(row) : 1) * (slots_of(column) + LINE_SLOTS)) / (double)((row ? row->tile : 1) * column->tile);
    p->axis[i].tile = tile;
    return cost;
}

/* What one position reaches over, and the residues of steps, are few; tiles are no longer than the list of vectors. */
static int set_most(struct blocks_plan *p, int64_t lanes)
{
    double slots = 1;
    for (int i = 0; i < p->axes; i++) {
        struct block_axis *a = &p->axis[i];
        a->tile = 1;
        slots *= (double)slots_of(a);
        if (!is_line(p, i)) continue;
        slots *= (double)a->edge.keep_mul;
        a->tile = min_size(a->len, FLAT_LIST * lanes);
    }
    return slots <= FLAT_BYTES;
}

static int has_room(struct blocks_plan *p, int64_t size, int64_t bytes)
{
    set_pitches(p, size, bytes);
    const int64_t most = p->wide ? p->wide * FLAT_PLACES / FLAT_WIDE : p->turned ? FLAT_PLACES * size / bytes : FLAT_LIST;
    return all_bytes(p, bytes) <= FLAT_BYTES && vectors(p, bytes / size) <= most;
}

/* More rows than remained, while there is room for them, if blocks become fewer. */
static void add_rows(struct blocks_plan *p, int64_t size, int64_t bytes)
{
    struct block_axis *row = &p->axis[p->row];
    int64_t tile = row->tile;
    while (row->tile++ < row->len && has_room(p, size, bytes))
        if (ceil_div(row->len, row->tile) < ceil_div(row->len, tile)) tile = row->tile;
    row->tile = tile;
    set_pitches(p, size, bytes);
}

static int set_tiles(struct blocks_plan *p, int64_t size, int64_t bytes)
{
    const int64_t lanes = bytes / size;
    if (!set_most(p, lanes)) return 0;
    while (!has_room(p, size, bytes)) {
        int best = shorter(p, p->column, lanes) ? p->column : -1;
        if (shorter(p, p->row, lanes) && (best < 0 || cost_of_shorter(p, p->row, lanes) <= cost_of_shorter(p, best, lanes))) best = p->row;
        if (best < 0) return 0;
        p->axis[best].tile = shorter(p, best, lanes);
    }
    if (p->row >= 0) add_rows(p, size, bytes);
    return 1;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

/* A vector of outputs would be far from full, and groups of some channels are too narrow for anything else. */
static int is_narrow(const struct blocks_plan *p, int64_t lanes)
{
    int channels = 0;
    if (p->lane < 0) return 5 * p->outputs < 4 * ceil_div(p->outputs, lanes) * lanes;
    for (int i = 0; i < p->axes; i++) channels |= p->axis[i].keep < 0;
    return channels && (p->outputs <= NARROW_GROUP || p->wide);
}

/* Where memory runs along the columns nothing has to be turned, as it has to be for products. Of many channels few positions are brought in at
 * once, and of lines much shorter than the sums little lies side by side: then products pay, but for outputs that fill a small part of their
 * vectors. */
static int pays(const struct blocks_plan *p, int64_t lanes)
{
    const struct block_axis *column = &p->axis[p->column];
    if (column->len < (p->wide ? FLAT_WIDE / 2 : FEWEST_COLUMNS) || (column->edge.keep_mul > SHORT_STEP && taps(p) > FEW_TAPS)) return 0;
    if (p->lane < 0 && !is_narrow(p, LONG_LANES) && taps(p) > LONG_LANES * column->len) return 0;
    if (taps(p) > MOST_TAPS && p->outputs > NARROW_GROUP) return 0;
    const int64_t row = p->row < 0 ? INT64_MAX : abs_size(p->axis[p->row].a);
    return (column->dst == 1 && min_size(abs_size(column->a), row) <= NEAR_COLUMNS) || is_narrow(p, lanes);
}

static int has_lines(const struct blocks_plan *p)
{
    const struct block_axis *row = &p->axis[0];
    return p->row == 0 && row->taps == FLAT_LINES && row->edge.keep_mul == 1 && row->edge.fold_mul == 1;
}

/* Where sums are short, tiles begin and end more than they multiply. */
static int goes_down(const struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    return p->direct && !p->turned && !p->parted && has_lines(p) && taps(p) < MANY_TAPS && p->outputs % FLAT_ROWS == 0 &&
           p->axis[p->column].len <= DOWN_LINE && k->window[w->compute]->blocks->flat_down;
}

/* Sums go to dst, if they can. */
static void set_direct(struct blocks_plan *p, const struct work *w, const struct kernels *k, int64_t lanes)
{
    p->parted = !p->wide && is_parted(p, lanes);
    p->direct = p->parted || (!p->wide && is_direct(p, lanes));
    p->turned = !p->direct && is_turned(p, w, lanes);
    p->direct |= p->turned;
    p->down = goes_down(p, w, k);
}

/* Lines come one by one where the buffer does not hold a few whole ones: blocks that are cut across them read little side by side, which is what
 * processors foresee, and some of it twice. Outputs go in fours, of which the last may be three; two go as three where blocks would be worse. */
static int rolls(const struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const struct block_axis *column = &p->axis[p->column];
    if (!has_lines(p) || p->lane >= 0 || !k->window[w->compute]->blocks->flat_line) return 0;
    if (p->outputs == 2 ? column->dst == 1 && taps(p) <= MOST_TAPS : (p->outputs + 1) % FLAT_ROWS > 1) return 0;
    return column->tile < column->len && taps(p) >= ROLLED_TAPS && p->outputs <= NARROW_GROUP;
}

static void set_rolling(struct blocks_plan *p, int64_t size, int64_t bytes)
{
    struct blocks_plan rolling = *p;
    rolling.rolls = 1;
    rolling.row = -1;
    rolling.direct = rolling.parted = rolling.turned = 0;
    if (set_tiles(&rolling, size, bytes)) *p = rolling;
}

/* What rolls has its rows on the first axis, and had its tiles before it was planned to roll. */
void strided__flat_plan_blocks(struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const int64_t size = (int64_t)strided__compute_size(w->compute);
    p->rolls = 0;
    p->row = 0;
    set_direct(p, w, k, k->vector_bytes / size);
    set_tiles(p, size, k->vector_bytes);
}

int strided__flat_plan(struct blocks_plan *p, const struct work *w, const struct kernels *k)
{
    const int64_t size = (int64_t)strided__compute_size(w->compute), lanes = k->vector_bytes / size;
    if (taps(p) > FLAT_MOST_TAPS) return 0;
    set_kept(p, w);
    set_lines(p);
    if (p->column < 0) return 0;
    p->wide = wide(p, w, k, lanes);
    p->beside = p->wide ? last_fold(p) : -1;
    if (p->outputs < 2 || taps(p) * p->outputs > CACHED || !pays(p, lanes)) return 0;
    set_direct(p, w, k, lanes);
    p->groups = p->lane < 0 || p->wide ? 1 : groups_at_once(p, w, size);
    if (!set_tiles(p, size, k->vector_bytes)) return 0;
    if (rolls(p, w, k)) set_rolling(p, size, k->vector_bytes);
    return p->rolls || p->outputs > 2 || taps(p) <= MOST_TAPS || p->axis[p->column].dst != 1; /* else products pay */
}
