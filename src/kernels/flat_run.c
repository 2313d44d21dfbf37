/*
 * flat_run.c - walking a work of windows by blocks that lie flat (flat_plan.c): what a block reaches over comes into the buffer, line after
 * line; sums are formed of vectors anywhere in it, and go to dst, or to another buffer if they have to be turned.
 *
 *     . x x x x x . x x x x x . x x x x x .      padding is 0, which neighbouring lines share
 *       y y y y y   y y y y y   y y y y y
 *
 * A product with 0 changes no sum but -0, if the other factor is finite. A sum begins with +0, and becomes -0 only where something vanishes
 * that is smaller than the smallest number: never, if the last bits of the smallest factors are worth as much as the smallest normal
 * number, below which a processor may be told to take everything for 0 (is_sure): of those factors alone that windows reach over which miss
 * a slot. Else a mask says of each tap what is there.
 */
#include "blocks_walk.h"
#include "window_plan.h"
#include "cursor.h"
#include "../base/checked.h"
#include <stddef.h>
#include <string.h>

enum { FLAT_RUNS = 256, FEWEST_INSIDE = 8 };

/* Lines of an axis (-1: of groups), every step-th; bytes of a from one to its neighbour. */
struct flat_lines { int axis; int64_t groups, step, a; struct flat_move move; };

struct walk {
    const struct work *w;
    const struct blocks_plan *plan;
    const struct block_kernels *kernels;
    window_finish_fn *finish;          /* NULL: sums are what is wanted */
    int64_t size, bytes;               /* of an element, of a vector */
    int64_t unit[NEST_OPERANDS];
    struct block_place here;
    char   *dst;                       /* where they begin */
    struct range real[BLOCK_AXES], held[BLOCK_AXES]; /* slots of it that are there; of the block before */
    int     padded;                    /* some slot is not there: 1 of lines, 2 of another axis */
    int     exact;                     /* no tap of a slot that is not there is multiplied */
    int64_t listed[BLOCK_AXES];        /* positions that the vectors are of */
    struct flat_lines lines;           /* that are brought in at once */
    struct flat_bounds b;
    struct flat_look look[4];          /* what is brought in that windows reach over which miss a slot */
    int     looks;
    struct flat flat;
    char   *slots, *mask, *sums;       /* of the buffer */
    int64_t row_bytes;                 /* of the sums of a row that wait */
    int     unsure;                    /* something may vanish, which only blocks can do that are whole */
    struct nest_axis outer[NEST_AXES];
    struct cursor at;
    struct flat_vector vector[FLAT_LIST + FLAT_VECTORS];
    int32_t place[FLAT_PLACES];
    int32_t tap[FLAT_TAPS], seen[FLAT_TAPS];
    struct flat_run run[FLAT_RUNS];
    int     runs;
    char    buffer[FLAT_BYTES] __attribute__((aligned(64))); /* slots, mask, sums */
};

static const struct block_axis *axis_of(const struct walk *k, int i) { return &k->plan->axis[i]; }

static int is_line(const struct blocks_plan *p, int i) { return i == p->column || i == p->row; }

static int64_t step_of_slots(const struct blocks_plan *p, int i)
{
    return is_line(p, i) ? p->axis[i].edge.keep_mul : i == p->beside ? LINE_BYTES / p->residue[i] : 1;
}

/* Bytes to slot u of an axis. */
static int64_t place(const struct blocks_plan *p, int i, int64_t u)
{
    const int64_t step = step_of_slots(p, i);
    return step == 1 ? u * p->pitch[i] : u / step * p->pitch[i] + u % step * p->residue[i];
}

/* ---- lists --------------------------------------------------------------------------------------- */

/* Taps in the order of the folds: those of the last fold, and those that are so far from them. */
static void set_taps(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    int64_t taps = 1;
    k->tap[0] = k->seen[0] = 0;
    for (int i = p->axes - 1; i >= 0; taps *= p->axis[i--].taps)
        for (int64_t t = p->axis[i].taps - 1; t > 0; t--) {
            const int32_t at = (int32_t)place(p, i, t * p->axis[i].edge.fold_mul);
            for (int64_t j = 0; j < taps; j++) {
                k->tap[t * taps + j] = k->tap[j] + at;
                k->seen[t * taps + j] = k->seen[j] + (p->axis[i].keep < 0 ? 0 : at);
            }
        }
    k->flat.taps = taps;
}

static void add_vector(struct walk *k, int64_t a, int64_t sum)
{
    k->vector[k->flat.vectors++] = (struct flat_vector){ a * k->size, sum * k->size, sum * k->size, UINT32_MAX, 0 };
}

static uint32_t some_lanes(int64_t lo, int64_t hi) { return lo < hi ? (1u << hi) - (1u << lo) : 0; }

/* From slot x on, of lines of so many columns; rows of dst are so far apart. */
static void add_parted(struct walk *k, int64_t x, int64_t rows, int64_t columns, int64_t row)
{
    const int64_t lanes = k->bytes / k->size, line = k->plan->line, r = x / line, column = x - r * line, next = line - column;
    add_vector(k, x, r * row + column);
    struct flat_vector *v = &k->vector[k->flat.vectors - 1];
    if (column + lanes <= columns) return;
    v->lanes = some_lanes(0, columns - column);
    if (r + 1 == rows || next >= lanes) return;
    v->next = ((r + 1) * row - next) * k->size;
    v->next_lanes = some_lanes(next, min_size(lanes, next + columns));
}

/* Where the outputs of the position `i` behind that of a slot are, from the first: in dst, or side by side. */
static int32_t place_of(const struct walk *k, int64_t slot, int64_t i, int32_t otherwise)
{
    const struct blocks_plan *p = k->plan;
    const int64_t columns = k->here.count[p->column], rows = p->row < 0 ? 1 : k->here.count[p->row];
    const int64_t row = (slot + i) / p->line, column = slot + i - row * p->line;
    if (column >= columns || row >= rows) return otherwise;
    if (!p->direct) return (int32_t)((row * columns + column) * p->wide * k->bytes);
    return (int32_t)((column * axis_of(k, p->column)->dst + (row ? row * axis_of(k, p->row)->dst : 0)) * k->size);
}

/* Those of all vectors, in the order in which they are stored: first positions of each piece, then second ones. What lies between the lines goes
 * where something is stored later. */
static void set_places(struct walk *k)
{
    const int64_t lanes = k->bytes / k->size, pieces = lanes / FLAT_ROWS;
    int32_t later = 0;
    for (int64_t v = k->flat.vectors - 1; v >= 0; v--) {
        for (int64_t i = lanes - 1; i >= 0; i--)
            later = k->place[v * lanes + i] = place_of(k, k->vector[v].a / k->size, i % pieces * FLAT_ROWS + i / pieces, later);
        k->vector[v].sum = v * lanes;
    }
}

/* A tile of outputs that are vectors, from the position of a slot on; from the last one back it is stored. */
static void add_tile(struct walk *k, int64_t slot)
{
    const int64_t tile = FLAT_WIDE / k->plan->wide, at = k->flat.vectors * tile;
    add_vector(k, slot * LINE_BYTES / k->size, 0);
    k->vector[k->flat.vectors - 1].sum = at;
    for (int64_t i = 0; i < tile; i++) k->place[at + i] = place_of(k, slot, i, i ? k->place[at + i - 1] : 0);
}

/* Of each row, or of all as if it were one, if these are fewer. */
static void set_tiles(struct walk *k, int64_t rows, int64_t columns, int64_t all)
{
    const int64_t tile = FLAT_WIDE / k->plan->wide, line = k->plan->line;
    if (rows * ceil_div(columns, tile) <= ceil_div(all, tile))
        for (int64_t r = 0; r < rows; r++)
            for (int64_t x = 0; x < columns; x += tile) add_tile(k, r * line + max_size(0, min_size(x, columns - tile)));
    else
        for (int64_t x = 0; x < all; x += tile) {
            if (x % line >= columns) x += line - x % line;
            add_tile(k, x);
        }
}

/* Of each row, if they go to dst, or of all as if it were one. A tile may want more than there are. */
static void set_vectors(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    const int64_t rows = p->row < 0 ? 1 : k->here.count[p->row], row = p->row < 0 ? 0 : axis_of(k, p->row)->dst;
    const int64_t columns = k->here.count[p->column], all = (rows - 1) * p->line + columns, lanes = k->bytes / k->size;
    memcpy(k->listed, k->here.count, sizeof k->listed);
    k->flat.rows = rows;
    k->flat.a_row = p->line * k->size;
    k->flat.sum_row = row * k->size;
    k->flat.vectors = 0;
    if (p->wide) { set_tiles(k, rows, columns, all); return; }
    if (p->parted)
        for (int64_t x = 0; x < all; x += lanes) add_parted(k, x, rows, columns, row);
    else if (!p->direct || p->turned)
        for (int64_t x = 0; x < all; x += lanes) add_vector(k, p->turned ? min_size(x, all - lanes) : x, x);
    if (p->turned) set_places(k);
    for (int64_t r = 0; r < rows && p->direct && !p->turned && !p->parted; r++)
        for (int64_t x = 0; x < columns; x += lanes) {
            const int64_t at = min_size(x, columns - lanes);
            add_vector(k, r * p->line + at, r * row + at);
        }
    for (int i = 0; i < FLAT_VECTORS; i++) k->vector[k->flat.vectors + i] = k->vector[k->flat.vectors - 1];
}

/* The slots of this block that are there; 0 is the first of them all. */
static void set_real(struct walk *k)
{
    k->padded = 0;
    k->real[0] = (struct range){ 0, 1 };
    for (int i = k->plan->rolls; i < k->plan->axes; i++) {
        const struct block_axis *a = axis_of(k, i);
        const struct edge *e = &a->edge;
        const int64_t start = k->here.first[i] * e->keep_mul - e->before;
        const int64_t slots = (k->here.count[i] - 1) * e->keep_mul + (a->taps - 1) * e->fold_mul + 1;
        const int64_t lo = max_size(0, min_size(slots, -start)), hi = max_size(lo, min_size(slots, e->n - start));
        k->real[i] = (struct range){ lo, hi };
        if (lo > 0 || hi < slots) k->padded |= is_line(k->plan, i) ? 1 : 2;
    }
}

/* ---- what tiles of outputs that are vectors see -------------------------------------------------- */

/* Taps of the folds behind the last one that is tied: either all of them see a slot, or none. */
static int64_t taps_inside(const struct blocks_plan *p)
{
    int64_t taps = 1;
    for (int i = p->axes - 1; i >= 0 && p->axis[i].keep < 0; i--) taps *= p->axis[i].taps;
    return taps;
}

/* Which position of a tile does not see a tap of its line; -1: more than one, or one that is neither the first nor the last. */
static int but_of(const struct block_axis *column, int64_t position, int64_t tile, int64_t tap)
{
    const struct range seen = strided__edge_positions(&column->edge, tap, column->len);
    const int first = seen.lo > position ? 1 : 0, last = seen.hi < position + tile ? 1 : 0;
    if (first + last > 1 || seen.lo > position + 1 || seen.hi < position + tile - 1) return -1;
    return first ? BUT_FIRST : last ? BUT_LAST : BUT_NONE;
}

/* The runs of a tile of one line, from position x of it on; row r sees those taps of each axis. 0: zeros have to be multiplied. */
static int add_runs(struct walk *k, struct flat_vector *v, int64_t x, const struct range *row)
{
    const struct blocks_plan *p = k->plan;
    const int64_t inside = taps_inside(p);
    struct flat_run *last = NULL;
    v->next = k->runs;
    for (int64_t t = 0, rest = 0; t < k->flat.taps; t += inside, rest = t) {
        int but = BUT_NONE, seen = 1;
        for (int i = p->axes - 1; i >= 0; rest /= p->axis[i--].taps) {
            const int64_t tap = rest % p->axis[i].taps;
            if (i == p->column) but = but_of(axis_of(k, i), k->here.first[i] + x, FLAT_WIDE / p->wide, tap);
            else if (tap < row[i].lo || tap >= row[i].hi) seen = 0;
        }
        if (!seen) continue;
        if (but < 0) return 0;
        if (!last || last->to < t || last->but != but) {
            if (k->runs == FLAT_RUNS) return 0;
            last = &k->run[k->runs++];
            last->from = (int32_t)t;
            last->but = but;
        }
        last->to = (int32_t)(t + inside);
    }
    v->lanes = (uint32_t)(k->runs - v->next);
    return 1;
}

/* Taps that row r of the block sees, of each axis but the columns'. */
static void set_row(const struct walk *k, int64_t r, struct range *row)
{
    for (int i = 0; i < k->plan->axes; i++) {
        const struct block_axis *a = axis_of(k, i);
        row[i] = a->keep < 0 ? (struct range){ 0, a->taps }
                             : strided__edge_taps(&a->edge, k->here.first[i] + (i == k->plan->row ? r : 0), a->taps);
    }
}

/* Runs of taps that see something: of tiles that are of one line each, if taps that see the same follow each other. Else all taps, and zeros. */
static void set_runs(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    const int64_t line = p->line, columns = k->here.count[p->column], tiles = ceil_div(columns, FLAT_WIDE / p->wide);
    struct range row[BLOCK_AXES] = { { 0, 0 } }, above[BLOCK_AXES] = { { 0, 0 } };
    k->run[0] = (struct flat_run){ 0, (int32_t)k->flat.taps, BUT_NONE };
    k->runs = 1;
    k->exact = k->padded && k->flat.vectors == k->flat.rows * tiles && columns * p->wide >= FLAT_WIDE && taps_inside(p) >= FEWEST_INSIDE;
    for (int64_t i = 0; i < k->flat.vectors && k->exact; i++) {
        struct flat_vector *v = &k->vector[i];
        if (i % tiles == 0) {
            memcpy(above, row, sizeof row);
            set_row(k, i / tiles, row);
        }
        if (i >= tiles && memcmp(above, row, sizeof row) == 0) {
            v->next = v[-tiles].next;
            v->lanes = v[-tiles].lanes;
        } else k->exact = add_runs(k, v, v->a / LINE_BYTES - i / tiles * line, row);
    }
    for (int64_t i = 0; i < k->flat.vectors && !k->exact; i++) {
        k->vector[i].next = 0;
        k->vector[i].lanes = 1;
    }
}

/* ---- what may vanish ----------------------------------------------------------------------------- */

/* Steps that windows reach over which miss a slot before those that are there, or behind them. */
static struct range missing(const struct walk *k, int i, int behind)
{
    const struct range real = k->real[i];
    const int64_t step = step_of_slots(k->plan, i), reach = (axis_of(k, i)->taps - 1) * axis_of(k, i)->edge.fold_mul;
    const int64_t slots = (k->here.count[i] - 1) * axis_of(k, i)->edge.keep_mul + reach + 1, end = ceil_div(real.hi, step);
    if (behind) return (struct range){ real.hi == slots ? end : max_size(0, ceil_div(real.hi - reach, step)), end };
    return (struct range){ 0, real.lo == 0 ? 0 : min_size(end, ((real.lo - 1) / step * step + reach) / step + 1) };
}

/* How many vectors of each plane that is. */
static int64_t look_at(struct walk *k, struct range rows, struct range columns)
{
    const struct blocks_plan *p = k->plan;
    const int64_t slot = p->pitch[p->column], line = p->line * slot, plane = p->residue[p->column];
    const int64_t bytes = (columns.hi - columns.lo) * slot, lines = rows.hi - rows.lo;
    if (lines <= 0 || bytes <= 0) return 0;
    k->look[k->looks++] = (struct flat_look){ k->slots + rows.lo * line + columns.lo * slot, plane, p->groups * p->group_bytes / plane,
                                              line, lines, bytes };
    return lines * ceil_div(bytes, k->bytes);
}

/* The same of all planes; or everything, if that is hardly more, or another axis misses some. */
static void set_looks(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    const struct range rows = { 0, p->row < 0 ? 1 : ceil_div(k->real[p->row].hi, step_of_slots(p, p->row)) };
    const struct range columns = { 0, ceil_div(k->real[p->column].hi, step_of_slots(p, p->column)) };
    int64_t vectors = 0;
    k->looks = 0;
    if (!k->padded) return;
    for (int behind = 0; behind < 2; behind++) {
        vectors += look_at(k, rows, missing(k, p->column, behind));
        if (p->row >= 0) vectors += look_at(k, missing(k, p->row, behind), columns);
    }
    if (2 * vectors * k->bytes <= p->residue[p->column] && k->padded == 1) return;
    k->looks = 1;
    k->look[0] = (struct flat_look){ k->slots, 0, 1, 0, 1, p->groups * p->group_bytes };
}

/* ---- in ------------------------------------------------------------------------------------------ */

/* Lines of so many groups and columns, of every residue of both; or columns that are some channels each. */
static void get_lines(struct walk *k, char *to, char *from)
{
    const struct blocks_plan *p = k->plan;
    const struct flat_lines *l = &k->lines;
    const struct range lines = l->axis < 0 ? (struct range){ 0, l->groups } : k->real[l->axis], columns = k->real[p->column];
    const int64_t step = step_of_slots(p, p->column), a = axis_of(k, p->column)->a * k->size;
    const int64_t next = p->beside < 0 ? 1 : l->step, end = p->beside < 0 ? min_size(lines.hi, lines.lo + l->step) : lines.hi;
    for (int64_t i = lines.lo; i < end; i += next)
        for (int64_t j = columns.lo; j < columns.hi && j < columns.lo + step; j++) {
            const int64_t n = ceil_div(columns.hi - j, step), others = ceil_div(lines.hi - i, l->step) * (l->axis < 0 ? 1 : l->groups);
            char *slots = to + place(p, p->column, j) + (l->axis < 0 ? 0 : place(p, l->axis, i)), *memory = shift(from, i * l->a + j * a);
            if (p->beside < 0) k->kernels->flat_move(&l->move, slots, memory, others, n);
            else k->kernels->flat_move(&l->move, slots, memory, n, min_size(next, lines.hi - i));
        }
}

static void get(struct walk *k, int i, char *to, char *from)
{
    if (i == k->plan->axes) { get_lines(k, to, from); return; }
    if (i == k->plan->column || i == k->lines.axis) { get(k, i + 1, to, from); return; }
    for (int64_t u = k->real[i].lo; u < k->real[i].hi; u++)
        get(k, i + 1, to + place(k->plan, i, u), shift(from, u * axis_of(k, i)->a * k->size));
}

/* The first slot of the block. */
static char *first_slot(const struct walk *k, char *from)
{
    for (int i = 0; i < k->plan->axes; i++)
        from = shift(from, (k->here.first[i] * axis_of(k, i)->edge.keep_mul - axis_of(k, i)->edge.before) * axis_of(k, i)->a * k->size);
    return from;
}

static void get_groups(struct walk *k, char *from)
{
    const struct blocks_plan *p = k->plan;
    from = first_slot(k, from);
    for (int64_t g = 0; g < p->groups; g += k->lines.groups)
        get(k, 0, k->slots + g * p->group_bytes, shift(from, g * p->lanes.stride[NEST_A] * k->size));
}

static void fill_mask(struct walk *k, int i, char *to)
{
    const struct blocks_plan *p = k->plan;
    if (i == p->axes) { memset(to, -1, (size_t)k->size); return; }
    if (axis_of(k, i)->keep < 0) { fill_mask(k, i + 1, to); return; }
    for (int64_t u = k->real[i].lo; u < k->real[i].hi; u++) fill_mask(k, i + 1, to + place(p, i, u));
}

static void set_mask(struct walk *k)
{
    memset(k->mask, 0, (size_t)k->plan->mask_bytes);
    fill_mask(k, 0, k->mask);
}

/* ---- out ----------------------------------------------------------------------------------------- */

/* Sums of neighbouring outputs, from that of the first one on: all outputs of a row, or all rows of an output, at once. Where outputs are vectors
 * positions lie one behind the other. */
static void put_outputs(struct walk *k, char *sum, char *dst, int64_t outputs)
{
    const struct blocks_plan *p = k->plan;
    const int64_t row = p->row < 0 ? 0 : axis_of(k, p->row)->dst * k->size, column = axis_of(k, p->column)->dst * k->size;
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
static void put(struct walk *k, char *dst, int64_t outputs)
{
    const int64_t groups = k->plan->groups, group = k->plan->lanes.stride[NEST_DST];
    if (group == outputs * k->w->nest.axis[k->plan->output].stride[NEST_DST]) { put_outputs(k, k->sums, dst, groups * outputs); return; }
    for (int64_t g = 0; g < groups; g++)
        put_outputs(k, k->sums + g * outputs * k->flat.sum_output, shift(dst, g * group * k->size), outputs);
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static int exponent(uint32_t bits) { return (int)(bits >> 24); }

/* The product of the last bits of a and b, whose exponents are 150 less, is not below 2^-126; b is finite. */
static int is_sure(const struct walk *k)
{
    const uint32_t least = (uint32_t)max_size(0, 174 - exponent(k->b.least)) << 24;
    int sure = !k->padded || k->exact || exponent(k->b.most) < 255;
    for (int i = 0; i < k->looks && sure && !k->exact; i++) sure = !k->kernels->flat_less(&k->look[i], least);
    return sure;
}

static void run_outputs(struct walk *k, block_flat_fn *sums, int64_t lane, int64_t output, int64_t outputs)
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

static void run_lanes(struct walk *k, int64_t lane)
{
    const struct blocks_plan *p = k->plan;
    get_groups(k, shift(k->at.at[NEST_A], lane * p->lanes.stride[NEST_A] * k->size));
    const int sure = is_sure(k);
    block_flat_fn *const sums = p->wide ? k->kernels->flat_wide : p->down ? k->kernels->flat_down : k->kernels->flat;
    block_flat_fn *const seen = p->wide ? k->kernels->flat_wide_seen : k->kernels->flat_seen;
    const int64_t most = p->wide ? p->outputs : FLAT_OUTPUTS;
    if (!sure) set_mask(k);
    for (int64_t o = 0; o < p->outputs; o += most) run_outputs(k, sure ? sums : seen, lane, o, min_size(most, p->outputs - o));
}

/* ---- line by line -------------------------------------------------------------------------------- */

/* The sums of a row, of those that wait. */
static char *waiting(const struct walk *k, int64_t row) { return k->sums + (row + FLAT_LINES) % FLAT_LINES * k->row_bytes; }

/* The line that is the first one of this row's windows, to the sums of this row and of those before. */
static void add_line(struct walk *k, int64_t row)
{
    const struct edge *e = &axis_of(k, 0)->edge;
    memset(waiting(k, row), 0, (size_t)k->row_bytes);
    if (row < e->before || row - e->before >= e->n) return;
    k->here.first[0] = row;
    get_groups(k, k->at.at[NEST_A]);
    k->unsure |= !is_sure(k);
    for (int i = 0; i < FLAT_LINES; i++) k->flat.row[i] = waiting(k, row - i);
    k->flat.ask = shift(first_slot(k, k->at.at[NEST_A]), axis_of(k, 0)->a * k->size);
    k->flat.b = k->at.at[NEST_PACKED];
    k->kernels->flat_line(&k->flat);
}

/* Of the lines that a row sees all but the last are there, if it is not the first row. */
static void run_row(struct walk *k)
{
    const int64_t row = k->here.first[0];
    for (int64_t i = row == k->here.mine[0].lo ? 0 : FLAT_LINES - 1; i < FLAT_LINES; i++) add_line(k, row + i);
    k->here.first[0] = row;
    put_outputs(k, waiting(k, row), k->dst, k->plan->outputs);
}

static void set_rolling(struct walk *k)
{
    const struct block_axis *column = axis_of(k, k->plan->column), *last = axis_of(k, k->plan->axes - 1);
    struct flat *f = &k->flat;
    k->row_bytes = ceil_div(k->plan->outputs, FLAT_ROWS) * FLAT_ROWS * k->plan->sum_bytes;
    k->slots += -column->edge.before * k->size & (LINE_BYTES - 1); /* then what is there begins a line of the cache */
    f->a = k->slots;
    f->outputs = k->plan->outputs;
    f->run = last->taps;
    f->step = place(k->plan, k->plan->axes - 1, last->edge.fold_mul);
    f->ask_column = column->a;
    f->ask_step = column->a == 1 ? last->a * k->size : LINE_BYTES;
    f->ask_run = column->a == 1 ? LINE_BYTES : f->run * LINE_BYTES;
}

/* ---- all blocks ---------------------------------------------------------------------------------- */

/* Of this block, and of the next ones if they are lines of it. */
static void start_block(struct walk *k)
{
    if (memcmp(k->here.count, k->listed, sizeof k->listed) != 0) set_vectors(k);
    set_real(k);
    if (k->plan->wide) set_runs(k);
    if (k->exact) {
        k->held[0].lo = -1;
        return;
    }
    if (k->padded && memcmp(k->real, k->held, sizeof k->real) != 0) memset(k->buffer, 0, (size_t)(k->mask - k->buffer));
    memcpy(k->held, k->real, sizeof k->held);
    set_looks(k);
}

static void run_block(void *walk)
{
    struct walk *k = walk;
    const struct blocks_plan *p = k->plan;
    if (k->unsure) return;
    k->dst = k->at.at[NEST_DST];
    for (int i = 0; i < p->axes; i++) k->dst = shift(k->dst, k->here.first[i] * axis_of(k, i)->dst * k->size);
    if (!p->rolls || k->here.first[0] == k->here.mine[0].lo) start_block(k);
    for (int64_t lane = 0; lane < p->lanes.len && !p->rolls; lane += p->groups) run_lanes(k, min_size(lane, p->lanes.len - p->groups));
    if (p->rolls) run_row(k);
    if (k->finish) strided__blocks_finish(k->w, p, k->finish, k->at.at, k->here.first, k->here.count);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

static void start(struct walk *k, void *const data[NEST_OPERANDS], const struct part *part)
{
    char *at[NEST_OPERANDS];
    for (int o = 0; o < NEST_OPERANDS; o++) at[o] = data[o];
    memcpy(k->at.unit, k->unit, sizeof k->unit);
    strided__blocks_outers(&k->at, k->outer, &k->here, k->plan, k->w, part, at);
}

/* The axis that a's memory runs along, if it is not the columns', or that of the rows. */
static int line_axis(const struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    int axis = p->groups > 1 && p->lanes.stride[NEST_A] == 1 ? -1 : p->rolls && p->column < p->axes - 1 ? p->axes - 1 : p->row;
    for (int i = 0; i < p->axes; i++)
        if (i != p->column && abs_size(axis_of(k, i)->a) == 1) axis = i;
    return axis;
}

/* Groups are more lines where they follow each other as lines do. */
static void set_lines(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    const int axis = p->beside < 0 ? line_axis(k) : p->beside;
    const int64_t step = axis < 0 ? 1 : step_of_slots(p, axis), pitch = axis < 0 ? p->group_bytes : p->pitch[axis];
    const int64_t a = axis < 0 ? p->lanes.stride[NEST_A] : axis_of(k, axis)->a, group = axis < 0 ? 1 : axis_of(k, axis)->taps;
    const int follow = axis < 0 || (axis_of(k, axis)->keep < 0 && p->lanes.stride[NEST_A] == group * a && p->group_bytes == group * pitch);
    k->lines = (struct flat_lines){ .axis = axis, .groups = follow ? p->groups : 1, .step = step, .a = a * k->size };
    k->lines.move = (struct flat_move){ pitch, k->size, step * a * k->size, step_of_slots(p, p->column) * axis_of(k, p->column)->a * k->size, 0 };
    if (p->beside >= 0)
        k->lines.move = (struct flat_move){ LINE_BYTES, k->size, step_of_slots(p, p->column) * axis_of(k, p->column)->a * k->size, a * k->size, 0 };
    for (int i = 0; i < p->axes; i++)
        if (i != p->column && i != axis) k->lines.move.ahead = axis_of(k, i)->a * k->size;
}

static void set_flat(struct walk *k)
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
    k->flat.tap = k->tap;
    k->flat.seen = k->seen;
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
    struct walk k;
    memset(&k, 0, offsetof(struct walk, vector));
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
    set_taps(&k);
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
