/*
 * flat_padding.c - of a block that lies flat: which slots are there, and what becomes of the taps that would see others.
 *
 * A product with 0 changes no sum but -0, if the other factor is finite. A sum begins with +0, and becomes -0 only where something vanishes
 * that is smaller than the smallest number: never, if the last bits of the smallest factors are worth as much as the smallest normal
 * number, below which a processor may be told to take everything for 0 (flat_is_sure): of those factors alone that windows reach over which miss
 * a slot. Else a mask says of each tap what is there.
 */
#include "flat_walk.h"
#include "../base/checked.h"
#include <string.h>

enum { FEWEST_INSIDE = 8 };            /* taps that are seen together, for runs of them */

/* The slots of this block that are there; 0 is the first of them all. */
void strided__flat_real(struct flat_walk *k)
{
    k->padded = 0;
    k->real[0] = (struct range){ 0, 1 };
    for (int i = k->plan->rolls; i < k->plan->axes; i++) {
        const struct block_axis *a = flat_axis(k, i);
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
static int add_runs(struct flat_walk *k, struct flat_vector *v, int64_t x, const struct range *row)
{
    const struct blocks_plan *p = k->plan;
    const int64_t inside = taps_inside(p);
    struct flat_run *last = NULL;
    v->next = k->runs;
    for (int64_t t = 0, rest = 0; t < k->flat.taps; t += inside, rest = t) {
        int but = BUT_NONE, seen = 1;
        for (int i = p->axes - 1; i >= 0; rest /= p->axis[i--].taps) {
            const int64_t tap = rest % p->axis[i].taps;
            if (i == p->column) but = but_of(flat_axis(k, i), k->here.first[i] + x, FLAT_WIDE / p->wide, tap);
            else if (tap < row[i].lo || tap >= row[i].hi) seen = 0;
        }
        if (!seen) continue;
        if (but < 0) return 0;
        if (!last || last->to < t || last->but != but) {
            if (k->runs == FLAT_RUNS) return 0;
            last = &k->run[k->runs++];
            last->from = (int16_t)t;
            last->but = (int16_t)but;
        }
        last->to = (int16_t)(t + inside);
    }
    v->lanes = (uint32_t)(k->runs - v->next);
    return 1;
}

/* Taps that row r of the block sees, of each axis but the columns'. */
static void set_row(const struct flat_walk *k, int64_t r, struct range *row)
{
    for (int i = 0; i < k->plan->axes; i++) {
        const struct block_axis *a = flat_axis(k, i);
        row[i] = a->keep < 0 ? (struct range){ 0, a->taps }
                             : strided__edge_taps(&a->edge, k->here.first[i] + (i == k->plan->row ? r : 0), a->taps);
    }
}

/* Runs of taps that see something: of tiles that are of one line each, if taps that see the same follow each other. Else all taps, and zeros. */
void strided__flat_runs(struct flat_walk *k)
{
    const struct blocks_plan *p = k->plan;
    const int64_t line = p->line, columns = k->here.count[p->column], tiles = ceil_div(columns, FLAT_WIDE / p->wide);
    struct range row[BLOCK_AXES] = { { 0, 0 } }, above[BLOCK_AXES] = { { 0, 0 } };
    k->run[0] = (struct flat_run){ 0, (int16_t)k->flat.taps, BUT_NONE };
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
static struct range missing(const struct flat_walk *k, int i, int behind)
{
    const struct range real = k->real[i];
    const int64_t step = step_of_slots(k->plan, i), reach = (flat_axis(k, i)->taps - 1) * flat_axis(k, i)->edge.fold_mul;
    const int64_t slots = (k->here.count[i] - 1) * flat_axis(k, i)->edge.keep_mul + reach + 1, end = ceil_div(real.hi, step);
    if (behind) return (struct range){ real.hi == slots ? end : max_size(0, ceil_div(real.hi - reach, step)), end };
    return (struct range){ 0, real.lo == 0 ? 0 : min_size(end, ((real.lo - 1) / step * step + reach) / step + 1) };
}

/* How many vectors of each plane that is. */
static int64_t look_at(struct flat_walk *k, struct range rows, struct range columns)
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
void strided__flat_looks(struct flat_walk *k)
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

static int exponent(uint32_t bits) { return (int)(bits >> 24); }

/* The product of the last bits of a and b, whose exponents are 150 less, is not below 2^-126; b is finite. */
int strided__flat_is_sure(const struct flat_walk *k)
{
    const uint32_t least = (uint32_t)max_size(0, 174 - exponent(k->b.least)) << 24;
    int sure = !k->padded || k->exact || exponent(k->b.most) < 255;
    for (int i = 0; i < k->looks && sure && !k->exact; i++) sure = !k->kernels->flat_less(&k->look[i], least);
    return sure;
}

static void fill_mask(struct flat_walk *k, int i, char *to)
{
    const struct blocks_plan *p = k->plan;
    if (i == p->axes) { memset(to, -1, (size_t)k->size); return; }
    if (flat_axis(k, i)->keep < 0) { fill_mask(k, i + 1, to); return; }
    for (int64_t u = k->real[i].lo; u < k->real[i].hi; u++) fill_mask(k, i + 1, to + place_of_slot(p, i, u));
}

void strided__flat_mask(struct flat_walk *k)
{
    memset(k->mask, 0, (size_t)k->plan->mask_bytes);
    fill_mask(k, 0, k->mask);
}
