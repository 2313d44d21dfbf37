/*
 * flat_lists.c - of a block that lies flat: where its taps are in the buffer, and the vectors that its sums are formed in, with the places of what
 * these become.
 */
#include "flat_walk.h"
#include "../base/checked.h"
#include <string.h>

void strided__flat_taps(struct flat_walk *k)
{
    const struct blocks_plan *p = k->plan;
    int64_t taps = 1, all = 1;
    for (int i = 0; i < p->axes; i++) all *= p->axis[i].taps;
    k->tap = all > FLAT_TAPS ? (int32_t *)(void *)(k->buffer + FLAT_BYTES) - 2 * all : k->list;
    k->seen = k->tap + all;
    k->tap[0] = k->seen[0] = 0;
    for (int i = p->axes - 1; i >= 0; taps *= p->axis[i--].taps)
        for (int64_t t = p->axis[i].taps - 1; t > 0; t--) {
            const int32_t at = (int32_t)place_of_slot(p, i, t * p->axis[i].edge.fold_mul);
            for (int64_t j = 0; j < taps; j++) {
                k->tap[t * taps + j] = k->tap[j] + at;
                k->seen[t * taps + j] = k->seen[j] + (p->axis[i].keep < 0 ? 0 : at);
            }
        }
    k->flat.taps = taps;
    k->flat.tap = k->tap;
    k->flat.seen = k->seen;
}

static void add_vector(struct flat_walk *k, int64_t a, int64_t sum)
{
    k->vector[k->flat.vectors++] = (struct flat_vector){ a * k->size, sum * k->size, sum * k->size, UINT32_MAX, 0 };
}

static uint32_t some_lanes(int64_t lo, int64_t hi) { return lo < hi ? (1u << hi) - (1u << lo) : 0; }

/* From slot x on, of lines of so many columns; rows of dst are so far apart. */
static void add_parted(struct flat_walk *k, int64_t x, int64_t rows, int64_t columns, int64_t row)
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
static int32_t place_of(const struct flat_walk *k, int64_t slot, int64_t i, int32_t otherwise)
{
    const struct blocks_plan *p = k->plan;
    const int64_t columns = k->here.count[p->column], rows = p->row < 0 ? 1 : k->here.count[p->row];
    const int64_t row = (slot + i) / p->line, column = slot + i - row * p->line;
    if (column >= columns || row >= rows) return otherwise;
    if (!p->direct) return (int32_t)((row * columns + column) * p->wide * k->bytes);
    return (int32_t)((column * flat_axis(k, p->column)->dst + (row ? row * flat_axis(k, p->row)->dst : 0)) * k->size);
}

/* Those of all vectors, in the order in which they are stored: first positions of each piece, then second ones. What lies between the lines goes
 * where something is stored later. */
static void set_places(struct flat_walk *k)
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
static void add_tile(struct flat_walk *k, int64_t slot)
{
    const int64_t tile = FLAT_WIDE / k->plan->wide, at = k->flat.vectors * tile;
    add_vector(k, slot * LINE_BYTES / k->size, 0);
    k->vector[k->flat.vectors - 1].sum = at;
    for (int64_t i = 0; i < tile; i++) k->place[at + i] = place_of(k, slot, i, i ? k->place[at + i - 1] : 0);
}

/* Of each row, or of all as if it were one, if these are fewer. */
static void set_tiles(struct flat_walk *k, int64_t rows, int64_t columns, int64_t all)
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
void strided__flat_vectors(struct flat_walk *k)
{
    const struct blocks_plan *p = k->plan;
    const int64_t rows = p->row < 0 ? 1 : k->here.count[p->row], row = p->row < 0 ? 0 : flat_axis(k, p->row)->dst;
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
