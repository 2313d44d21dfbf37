/*
 * blocks_run.c - walking a work of windows by blocks (blocks_plan.h): block by block, and of each a vector of lanes at a time: into the
 * buffer, sums of all outputs, out to dst. Where lanes are neighbours in dst, sums are stored there at once.
 *
 * The last vector of lanes is one that begins before the end of those before it. Forming a sum twice does no harm.
 */
#include "blocks_walk.h"
#include "window_plan.h"
#include "cursor.h"
#include "../base/checked.h"
#include <stddef.h>
#include <string.h>

struct walk {
    const struct work *w;
    const struct blocks_plan *plan;
    const struct block_kernels *kernels;
    window_finish_fn *finish;          /* NULL: sums are what is wanted */
    int64_t size, lanes, bytes;        /* of an element; of the lanes' axis, and bytes, in a vector */
    int64_t unit[NEST_OPERANDS];
    struct block_place here;
    struct range real[BLOCK_AXES];     /* slots of a that it reaches over */
    struct range taps[BLOCK_AXES];     /* that the last row saw, */
    int64_t row_at;                    /* and where its windows began */
    int64_t pitch[BLOCK_AXES], b[BLOCK_AXES]; /* bytes of the buffer from slot to slot, of b from tap to tap */
    struct block block;
    int64_t slots;                     /* bytes of them all */
    int64_t rows, run, tiles;          /* of the block; rows that neighbours follow, */
    int64_t some_rows, some_tiles;     /* and those whose sums are put away at once */
    int     in_run, in_next;           /* axes of the buffer that are brought in at once */
    int     asks;                      /* what is needed next is asked for */
    struct nest_axis outer[WINDOW_AXES];
    struct cursor at;
    struct block_row row[BLOCK_ROWS];
    struct block_line line[BLOCK_LINES];
    struct block_tile tile[BLOCK_TILES];
    char    buffer[SLOT_BYTES] __attribute__((aligned(64))); /* slots, then sums */
};

static const struct block_axis *axis_of(const struct walk *k, int i) { return &k->plan->axis[i]; }
static const struct block_axis *column_of(const struct walk *k) { return axis_of(k, k->plan->column); }
static const struct nest_axis *lane_of(const struct walk *k) { return &k->plan->lanes; }
static int64_t output_stride(const struct walk *k, int operand)
{
    return k->plan->output < 0 ? 0 : k->w->nest.axis[k->plan->output].stride[operand];
}

/* The axis that neighbouring rows follow each other along; -1: there is one row. */
static int row_axis(const struct walk *k)
{
    int i = k->plan->column - 1;
    while (i >= 0 && axis_of(k, i)->keep < 0) i--;
    return i;
}

static int64_t real_slots(const struct walk *k, int i) { return k->real[i].hi - k->real[i].lo; }

/* Of the buffer; the depth of a slot of groups comes with it. */
static int axes_in(const struct walk *k) { return k->plan->shared > 1 ? k->plan->column + 1 : k->plan->axes; }

/* The next index of all axes but these two, below `end`; 0: that was the last. */
static int next_index(const struct walk *k, int64_t *index, const int64_t *from, const int64_t *end, int but, int nor)
{
    for (int i = k->plan->axes - 1; i >= 0; i--) {
        if (i == but || i == nor) continue;
        if (++index[i] < end[i]) return 1;
        index[i] = from[i];
    }
    return 0;
}

/* ---- the lists of a block ------------------------------------------------------------------------ */

/* Where slots lie in the buffer, and sums behind them. */
static void set_pitches(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    int64_t at = k->bytes;
    for (int i = p->axes - 1; i >= 0; i--) {
        k->pitch[i] = p->abreast > 1 ? axis_of(k, i)->a * k->size : at;
        at *= i < axes_in(k) ? real_slots(k, i) : GROUP / 2;
    }
    k->slots = at;
    if (!p->in_dst) k->block.sum = k->buffer + at * (1 + p->twins);
}

/* The taps that a row sees; 1: those that the row before saw. */
static int set_taps(struct walk *k, const int64_t *position)
{
    int same = 1;
    for (int i = 0; i < k->plan->column; i++) {
        const struct range taps = strided__edge_taps(&axis_of(k, i)->edge, position[i], axis_of(k, i)->taps);
        same &= taps.lo == k->taps[i].lo && taps.hi == k->taps[i].hi;
        k->taps[i] = taps;
    }
    return same;
}

/* Bytes from the first slot to where the windows of a row begin. */
static int64_t window_at(const struct walk *k, const int64_t *position)
{
    int64_t at = 0;
    for (int i = 0; i < k->plan->column; i++) {
        const struct edge *e = &axis_of(k, i)->edge;
        at += (position[i] * e->keep_mul - e->before - k->real[i].lo) * k->pitch[i];
    }
    return at;
}

/* The lines of the taps, in the order of the folds. */
static void add_lines(struct walk *k, int64_t at, int *lines)
{
    const int column = k->plan->column;
    int64_t tap[BLOCK_AXES] = { 0 }, from[BLOCK_AXES] = { 0 }, end[BLOCK_AXES];
    for (int i = 0; i < k->plan->axes; i++) {
        from[i] = tap[i] = i < column ? k->taps[i].lo : 0;
        end[i] = i < column ? k->taps[i].hi : 1;
        if (from[i] >= end[i]) return;
    }
    do {
        int64_t a = at, b = 0;
        for (int i = 0; i < column; i++) {
            a += tap[i] * axis_of(k, i)->edge.fold_mul * k->pitch[i];
            b += tap[i] * k->b[i];
        }
        k->line[(*lines)++] = (struct block_line){ (int32_t)a, (int32_t)b };
    } while (next_index(k, tap, from, end, -1, -1));
}

/* Those of the row before, so many bytes further on. */
static void repeat_lines(struct walk *k, const struct block_row *last, int64_t by, int *lines)
{
    for (int i = last->from; i < last->to; i++) k->line[(*lines)++] = (struct block_line){ k->line[i].a + (int32_t)by, k->line[i].b };
}

static void set_lines(struct walk *k, struct block_row *r, const int64_t *position, int *lines)
{
    const int same = set_taps(k, position) && r > k->row;
    const int64_t at = window_at(k, position), by = at - k->row_at;
    r->from = *lines;
    if (same) repeat_lines(k, r - 1, by, lines);
    else add_lines(k, at, lines);
    r->to = *lines;
    k->row_at = at;
}

static void set_rows(struct walk *k)
{
    const int column = k->plan->column;
    int64_t position[BLOCK_AXES], end[BLOCK_AXES];
    int lines = 0;
    for (int i = 0; i < k->plan->axes; i++) {
        position[i] = k->here.first[i];
        end[i] = k->here.first[i] + k->here.count[i];
    }
    k->rows = 0;
    do {
        struct block_row *r = &k->row[k->rows];
        r->at[ASK_A] = r->at[ASK_DST] = 0;
        for (int i = 0; i < column; i++) {
            r->at[ASK_A] += position[i] * axis_of(k, i)->edge.keep_mul * axis_of(k, i)->a * k->size;
            r->at[ASK_DST] += position[i] * axis_of(k, i)->dst * k->size;
        }
        r->sum = k->plan->in_dst ? r->at[ASK_DST] : k->rows % k->run % k->some_rows * k->here.count[column] * k->bytes;
        k->rows++;
        set_lines(k, r, position, &lines);
    } while (next_index(k, position, k->here.first, end, column, -1));
}

/* Columns of the tile at column x. It is written one by one: a copy would wait for the stores. */
static void set_tile(const struct walk *k, struct block_tile *t, int64_t x, int64_t columns)
{
    const int column = k->plan->column;
    const struct edge *e = &column_of(k)->edge;
    const int64_t start = (k->here.first[column] + x) * e->keep_mul - e->before;
    const int64_t slots = (columns - 1) * e->keep_mul + (column_of(k)->taps - 1) * e->fold_mul + 1;
    t->a = (start - k->real[column].lo) * k->pitch[column];
    t->columns = (int)columns;
    t->from = max_size(0, -start);
    t->to = min_size(slots, e->n - k->block.half - start);
    t->at[ASK_A] = (k->here.first[column] + x) * e->keep_mul * column_of(k)->a * k->size;
    t->at[ASK_DST] = x * column_of(k)->dst * k->size;
}

/* Tiles of nearly equal width; those that are nearly whole are whole, and overlap. Sums lie side by side from the first of some that are put away
 * together. */
static void set_tiles(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    const int64_t all = k->here.count[p->column], most = p->strip ? k->kernels->columns : BLOCK_SUMS;
    const int64_t tiles = ceil_div(all, most), even = ceil_div(all, tiles), width = all >= most && 5 * even >= 4 * most ? most : even;
    const int64_t parts = p->in_dst ? 1 : ceil_div(tiles, max_size(1, BLOCK_SOME / width));
    k->some_tiles = ceil_div(tiles, parts);
    for (int64_t i = 0, first = 0, next = 0; i < tiles; i++) {
        const int64_t x = min_size(i * width, all - width);
        if (i == next) first = x, next += k->some_tiles;
        set_tile(k, &k->tile[i], x, width);
        k->tile[i].sum = (p->in_dst ? x : x - first) * k->block.sum_column;
    }
    k->tiles = tiles;
}

/* The axis that a's memory runs along, or skips every second element along, if it is not the lanes'; and the longest of the others. */
static void set_runs(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    k->in_run = p->column;
    k->in_next = -1;
    for (int i = 0; i < axes_in(k); i++)
        if (abs_size(axis_of(k, i)->a) == 1) k->in_run = i;
    for (int i = 0; i < axes_in(k); i++)
        if (i != k->in_run && (k->in_next < 0 || real_slots(k, i) > real_slots(k, k->in_next))) k->in_next = i;
}

static void set_block(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    struct block *b = &k->block;
    for (int i = 0; i < p->axes; i++) k->real[i] = strided__blocks_reach(axis_of(k, i), k->here.first[i], k->here.count[i]);
    set_pitches(k);
    b->slot = k->pitch[p->column];
    b->four_taps = 4 * b->slot;
    b->sum_column = p->in_dst ? column_of(k)->dst * k->size : k->bytes;
    const int axis = row_axis(k);
    k->run = axis < 0 ? 1 : k->here.count[axis];
    k->some_rows = p->in_dst ? BLOCK_ROWS : max_size(1, BLOCK_SOME / k->here.count[p->column]);
    set_rows(k);
    set_tiles(k);
    b->sum_output = p->in_dst ? output_stride(k, NEST_DST) * k->size : BLOCK_SOME * k->bytes;
    set_runs(k);
}

/* ---- in and out ---------------------------------------------------------------------------------- */

/* Runs that go on where the one before ends are one. It is done in place: a copy of what has just been written, in larger parts than it was, would
 * wait for all stores before. */
static void join(struct block_move *m)
{
    if (m->count > 1 && (m->next != m->n * m->step || m->buffer_next != m->n * m->buffer_step)) return;
    m->n *= m->count;
    m->count = 1;
}

/* The slots that the block reaches over, of lanes that begin at a; those of the lanes behind them too, if there is a place for them. */
static void load(struct walk *k, char *a, int64_t twin)
{
    const int run = k->in_run, next = k->in_next;
    static const int64_t none[BLOCK_AXES];
    const int64_t lane = lane_of(k)->stride[NEST_A] * k->size;
    int64_t index[BLOCK_AXES] = { 0 }, end[BLOCK_AXES];
    for (int i = 0; i < k->plan->axes; i++) {
        a = shift(a, k->real[i].lo * axis_of(k, i)->a * k->size);
        end[i] = i < axes_in(k) ? real_slots(k, i) : 1;
        if (!end[i]) return;
    }
    do {
        struct block_move m = { .buffer = k->buffer, .memory = a, .twin = twin, .lane = lane, .buffer_step = k->pitch[run],
                                .step = axis_of(k, run)->a * k->size, .n = end[run], .count = 1,
                                .outputs = k->plan->shared, .channels = k->plan->depth };
        if (next >= 0) {
            m.buffer_next = k->pitch[next];
            m.next = axis_of(k, next)->a * k->size;
            m.count = end[next];
        }
        for (int i = 0; i < k->plan->axes; i++) {
            if (i == run || i == next) continue;
            m.buffer += index[i] * k->pitch[i];
            m.memory = shift(m.memory, index[i] * axis_of(k, i)->a * k->size);
        }
        join(&m);
        if (m.step < 0) { flip(&m.memory, &m.step, m.n); flip(&m.buffer, &m.buffer_step, m.n); }
        if (k->plan->shared > 1) k->kernels->get_groups(&m);
        else k->kernels->get(&m);
    } while (next_index(k, index, none, end, run, next));
}

/* Sums of some rows, equally far apart, and columns: dst's memory runs along the outputs, or along the columns. */
static void store(struct walk *k, char *dst)
{
    const struct blocks_plan *p = k->plan;
    const struct block *b = &k->block;
    const struct block_tile *first = b->tile, *last = first + b->tiles - 1;
    const int64_t column = column_of(k)->dst * k->size, output = output_stride(k, NEST_DST) * k->size;
    const int64_t row = b->rows > 1 ? b->row[1].at[ASK_DST] - b->row[0].at[ASK_DST] : 0, columns = last->sum / b->sum_column + last->columns;
    const int along = output == k->size;
    const int64_t others = along ? b->rows : p->outputs, sum_row = columns * b->sum_column;
    dst = shift(dst, b->row->at[ASK_DST] + first->at[ASK_DST]);
    for (int64_t i = 0; i < others; i++) {
        struct block_move m = { .buffer = b->sum + i * (along ? sum_row : b->sum_output), .memory = shift(dst, i * (along ? row : output)),
                                .lane = lane_of(k)->stride[NEST_DST] * k->size, .buffer_step = along ? b->sum_output : b->sum_column,
                                .buffer_next = along ? b->sum_column : sum_row, .step = along ? output : column, .next = along ? column : row,
                                .n = along ? p->outputs : columns, .count = along ? columns : b->rows };
        join(&m);
        k->kernels->put(&m);
    }
}

/* ---- blocks -------------------------------------------------------------------------------------- */

/* What the next lanes are formed from, and what the sums of these go to: of works that are more than a cache holds. */
static void set_asks(struct walk *k, int64_t lane, char *dst)
{
    const struct nest_axis *l = lane_of(k);
    struct block_ask *a = &k->block.ask[ASK_A], *to = &k->block.ask[ASK_DST];
    const int64_t next = lane + (1 + k->plan->twins) * k->lanes;
    const int along = l->stride[NEST_A] == 1 || k->plan->shared > 1;
    a->at = shift(k->at.at[NEST_A], next * l->stride[NEST_A] * k->size);
    a->step = (along ? k->block.step * column_of(k)->a : l->stride[NEST_A]) * k->size;
    a->n = !k->asks || next + k->lanes > l->len ? 0 : along ? k->kernels->columns : k->lanes;
    to->at = dst;
    to->step = l->stride[NEST_DST] * k->size;
    to->n = !k->asks || k->plan->in_dst ? 0 : k->lanes;
}

/* Sums of all rows and tiles where they belong at once; or of some, which are put away before the next. */
static void sum_up(struct walk *k, char *dst)
{
    struct block *b = &k->block;
    for (int64_t row = 0; row < k->rows; row += b->rows)
        for (int64_t tile = 0; tile < k->tiles; tile += b->tiles) {
            b->row = k->row + row;
            b->rows = k->plan->in_dst ? k->rows : min_size(k->some_rows, k->run - row % k->run);
            b->tile = k->tile + tile;
            b->tiles = min_size(k->some_tiles, k->tiles - tile);
            if (b->half) k->kernels->strip_abreast(b);
            else if (k->plan->shared > 1 && k->plan->depth > 1) k->kernels->strip_groups(b);
            else if (k->plan->strip) k->kernels->strip[b->step](b);
            else k->kernels->tile(b);
            if (!k->plan->in_dst) store(k, dst);
        }
}

static void run_lanes(struct walk *k, int64_t lane, char *slots)
{
    const struct nest_axis *l = lane_of(k);
    const int64_t panel = k->plan->lane < 0 ? 0 : ceil_div(lane, k->lanes) * k->lanes * k->w->nest.axis[k->plan->lane].stride[NEST_PACKED];
    char *dst = shift(k->at.at[NEST_DST], (lane * l->stride[NEST_DST] + k->here.first[k->plan->column] * column_of(k)->dst) * k->size);
    k->block.a = slots;
    k->block.b = shift(k->at.at[NEST_PACKED], panel * k->size);
    if (k->plan->in_dst) k->block.sum = dst;
    set_asks(k, lane, dst);
    sum_up(k, dst);
}

static void run_block(void *walk)
{
    struct walk *k = walk;
    const struct nest_axis *l = lane_of(k);
    set_block(k);
    for (int64_t next = 0, lane; next < l->len; next = lane + k->lanes) {
        const int64_t twin = k->plan->twins && next + 2 * k->lanes <= l->len ? k->slots : 0;
        lane = min_size(next, l->len - k->lanes);
        char *a = shift(k->at.at[NEST_A], lane * l->stride[NEST_A] * k->size);
        if (k->block.half) { run_lanes(k, lane, shift(a, k->real[k->plan->column].lo * k->block.slot)); continue; }
        load(k, a, twin);
        run_lanes(k, lane, k->buffer);
        if (twin) run_lanes(k, lane += k->lanes, k->buffer + twin);
    }
    if (k->finish) strided__blocks_finish(k->w, k->plan, k->finish, k->at.at, k->here.first, k->here.count);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

/* At the first index of all axes that are not blocks', and, but for a, whose slots the edges say, at the first of the columns. */
static void start(struct walk *k, void *const data[NEST_OPERANDS], const struct part *part, int64_t first)
{
    char *at[NEST_OPERANDS];
    const struct nest_axis *column = &k->w->nest.axis[column_of(k)->keep];
    for (int o = 0; o < NEST_OPERANDS; o++) at[o] = o == NEST_A ? data[o] : shift(data[o], first * column->stride[o] * k->unit[o]);
    memcpy(k->at.unit, k->unit, sizeof k->unit);
    strided__blocks_outers(&k->at, k->outer, &k->here, k->plan, k->w, part, at);
}

/* dst, and as much of a, is more than a second-level cache holds. */
static int is_far(const struct walk *k)
{
    enum { CACHED = 3 << 19 };
    double bytes = 2 * (double)k->size;
    for (int i = 0; i < k->w->nest.keep; i++) bytes *= (double)k->w->nest.axis[i].len;
    return bytes > CACHED;
}

static void set_strides(struct walk *k)
{
    const struct blocks_plan *p = k->plan;
    struct block *b = &k->block;
    for (int i = 0; i < p->axes; i++) k->b[i] = k->w->nest.axis[axis_of(k, i)->fold].stride[NEST_PACKED] * k->size;
    b->line = k->line;
    b->outputs = p->outputs;
    b->taps = column_of(k)->taps;
    b->tap = column_of(k)->edge.fold_mul;
    b->step = column_of(k)->edge.keep_mul;
    b->depth = p->depth;
    b->half = p->abreast > 1;
    b->b_tap = k->b[p->column];
    b->b_output = output_stride(k, NEST_PACKED) * k->size;
}

int strided__blocks_can_run(const struct work *w, void *const data[NEST_OPERANDS])
{
    if (epilogue_is_trivial(w)) return 1;
    return data[NEST_C] != data[NEST_DST] && is_aligned(data[NEST_DST], strided__compute_size(w->compute));
}

/* The columns from `first` on are the plan's. */
static void all_blocks(const struct work *w, const struct blocks_plan *p, const struct kernels *kernels, void *const data[NEST_OPERANDS],
                       const struct part *part, int64_t first)
{
    struct walk k;
    memset(&k, 0, offsetof(struct walk, row));
    k.w = w;
    k.plan = p;
    k.kernels = kernels->window[w->compute]->blocks;
    k.finish = epilogue_is_trivial(w) ? NULL : kernels->window[w->compute]->finish;
    k.size = (int64_t)strided__compute_size(w->compute);
    k.bytes = kernels->vector_bytes;
    k.lanes = k.bytes / k.size / p->shared / p->abreast;
    work_units(w, k.unit);
    start(&k, data, part, first);
    set_strides(&k);
    k.asks = is_far(&k) && (p->shared == 1 || p->depth > 1);
    strided__blocks_walk(&k.at, &k.here, p, run_block, &k);
}

/* ---- stretches ----------------------------------------------------------------------------------- */

struct stretches {
    const struct work *w;
    const struct blocks_plan *plan;
    const struct kernels *kernels;
    int64_t lanes;
    void *const *data;
    struct part part;                  /* of another axis than the columns; axis -1: all of it */
};

/* Columns lo .. hi, or the most of them that fill the lanes: how many. */
static int64_t stretch(const struct stretches *s, int64_t lo, int64_t hi)
{
    struct blocks_plan p = *s->plan;
    strided__blocks_stretch(&p, s->w, s->lanes, lo, hi - lo);
    all_blocks(s->w, &p, s->kernels, s->data, &s->part, lo);
    return p.axis[p.column].len * s->lanes;
}

static void leave(const struct stretches *s, int64_t lo, int64_t hi)
{
    const struct part parts[] = { { s->plan->axis[s->plan->column].keep, lo, hi }, s->part };
    if (lo < hi) strided__work_run_part(s->w, s->data, parts, s->part.axis < 0 ? 1 : 2);
}

/* Columns that see all their taps by stretches, the last of which are single columns among those that are done. */
static void all_stretches(const struct stretches *s, struct range mine)
{
    const struct range whole = s->plan->abreast > 1 ? mine : strided__blocks_whole(s->plan, s->w);
    const int64_t lo = max_size(mine.lo, min_size(mine.hi, whole.lo)), hi = max_size(lo, min_size(mine.hi, whole.hi));
    int64_t at = lo;
    while (hi - at >= s->lanes) at += stretch(s, at, hi);
    if (lo < at && at < hi) at = hi - s->lanes + stretch(s, hi - s->lanes, hi);
    leave(s, mine.lo, lo);
    leave(s, at, mine.hi);
}

void strided__blocks_run(const struct work *w, const struct window_plan *p, const struct kernels *kernels, void *const data[NEST_OPERANDS],
                         int axis, int64_t lo, int64_t hi)
{
    const struct blocks_plan *b = &p->blocks;
    const int column = b->axis[b->column].keep;
    const struct part part = { axis, lo, hi }, all = { .axis = -1 };
    if (b->flat) { strided__flat_run(w, p, kernels, data, axis, lo, hi); return; }
    if (b->lane >= 0 && b->abreast == 1) { all_blocks(w, b, kernels, data, &part, 0); return; }
    const struct stretches s = { w, b, kernels, b->abreast > 1 ? b->abreast : lanes_of(kernels, w->compute), data,
                                 axis == column ? all : part };
    all_stretches(&s, axis == column ? (struct range){ lo, hi } : (struct range){ 0, w->nest.axis[column].len });
}
