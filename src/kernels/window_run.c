/*
 * window_run.c - walking a work of windows (window_plan.h): positions of the outer axes one by one, then tiles of rows and
 * vectors.
 *
 * Along the vector axis positions are not cut where taps fall away: vectors in which some lane misses a tap go to the tiles
 * that leave lanes out, the others to those that need not look. What is left behind the last whole vector is the end of one that
 * begins before it, if there is room; so with rows. Forming a sum twice does no harm, for it is formed from a and b alone.
 */
#include "window_walk.h"
#include "../base/checked.h"
#include "../base/context.h"
#include <string.h>

/* ---- rows ---------------------------------------------------------------------------------------- */

static char *row_at(const struct window_walk *k, int operand, int64_t row)
{
    return shift(k->at.at[operand], row * k->row.stride[operand] * k->unit[operand]);
}

/* Steps of rows that share a: those taps of the one list that lie inside. */
static struct range shared_steps(struct window_walk *k, const struct window_band *b)
{
    struct window_lists *l = &k->lists;
    if (l->steps == 0) strided__windows_steps(l);
    if (k->plan->row_edge < 0) return (struct range){ 0, l->steps };
    struct edge e = k->w->edge[k->plan->row_edge];
    e.before -= strided__windows_first_tap(l) * e.fold_mul;
    struct range in = strided__edge_taps(&e, b->first, strided__windows_taps(l));
    return (struct range){ in.lo * l->per_tap, in.hi * l->per_tap };
}

/* Steps of other rows: a list for each band, until one sees all its taps. */
static struct range own_steps(struct window_walk *k, struct window_band *b)
{
    struct window_lists *l = &k->lists;
    const struct window_band *before = k->bands ? b - 1 : NULL;
    struct range r = { l->steps, 0 };
    b->whole = 1;
    if (l->row_fold >= 0) {
        struct range whole = strided__edge_whole(&k->w->edge[k->plan->row_edge], k->w->nest.axis[k->plan->row].len, k->w->nest.axis[l->row_fold].len);
        b->whole = b->first >= whole.lo && b->first + b->rows <= whole.hi;
    }
    if (before && before->whole && b->whole && before->rows == b->rows) return (struct range){ before->from, before->to };
    l->first = b->first;
    strided__windows_steps(l);
    r.hi = l->steps;
    return r;
}

/* The band is more of the last one. */
static int continues_band(const struct window_walk *k, const struct window_band *b)
{
    const struct window_band *last = b - 1;
    if (!k->bands || (k->finishes && b->skip) || k->apart || last->rows != b->rows || last->from != b->from || last->to != b->to) return 0;
    return last->count == 1 || b->first == last->first + last->count * last->move;
}

/* Adds the band that `next` says, if there is room. Sums that are set down and taken up again belong to one band only. */
static int add_band(struct window_walk *k)
{
    struct window_lists *l = &k->lists;
    const int64_t spacing = k->plan->spacing, all = ceil_div(k->rows.hi - k->next.lo, spacing), resumes = k->plan->form == WINDOW_LANES;
    const int64_t rows = min_size(resumes ? all - k->next.hi : all, WINDOW_ROWS);
    const int64_t start = min_size(k->next.hi, all - rows);
    struct window_band *b = &k->band[k->bands];
    if (k->bands && (k->bands == BANDS || k->apart || (k->plan->slides ? l->rows != rows : strided__windows_are_full(l)))) return 0;
    if (!k->bands && (!k->plan->slides || l->rows != rows)) l->steps = 0;
    l->rows = rows;
    *b = (struct window_band){ .first = k->next.lo + start * spacing, .rows = (int)rows, .count = 1, .skip = (int)(k->next.hi - start) };
    struct range steps = k->plan->slides ? shared_steps(k, b) : own_steps(k, b);
    b->from = (int)steps.lo;
    b->to = (int)steps.hi;
    if (continues_band(k, b)) {
        if (b[-1].count++ == 1) b[-1].move = b->first - b[-1].first;
    } else
        k->bands++;
    k->next.hi += rows;
    return 1;
}

/* The next bands that can be walked together, by kinds of rows `spacing` apart; the last band of a kind may overlap the one before. */
static int next_bands(struct window_walk *k)
{
    k->bands = 0;
    for (;;) {
        if (k->next.lo >= k->rows.hi || k->next.lo >= k->rows.lo + k->plan->spacing) return k->bands;
        if (!add_band(k)) return k->bands;
        if (k->next.lo + k->next.hi * k->plan->spacing >= k->rows.hi) k->next = (struct range){ k->next.lo + 1, 0 };
    }
}

/* ---- columns ------------------------------------------------------------------------------------- */

/* The tile at row `first` and column x. */
static void place(struct window_walk *k, const struct window_band *b, int64_t first, int64_t x)
{
    struct window_tile *t = &k->tile;
    t->a = shift(row_at(k, NEST_A, first), x * k->vector.stride[NEST_A] * k->size);
    t->b = k->plan->packed ? shift(k->at.at[NEST_PACKED], axis_offset(&k->vector, NEST_PACKED, x) * k->size) : row_at(k, NEST_B, first);
    t->dst = k->apart ? k->sums + (x - k->from) * k->size : shift(row_at(k, NEST_DST, first), x * k->size);
    t->dst_row = k->apart ? PANE_BYTES : k->plan->spacing * k->row.stride[NEST_DST] * k->size;
    t->rows = b->rows;
    t->from = b->from;
    t->to = b->to;
}

static window_tile_fn *tile_of(const struct window_walk *k, enum window_shape shape)
{
    return k->kernels->tile[k->plan->form][k->plan->pairs][shape];
}

/* Tiles of this shape side by side from column x on, of the rows first, first + move and so on. */
static void side_by_side(struct window_walk *k, const struct window_band *b, enum window_shape shape, int64_t x, int64_t vectors, int64_t count)
{
    struct window_tile *t = &k->tile;
    for (int64_t i = 0; i < b->count; i++) {
        place(k, b, b->first + i * b->move, x);
        t->a_move = vectors * t->a_vector;
        t->b_move = k->plan->repeats ? 0 : vectors * t->b_vector;
        t->dst_move = vectors * k->lanes * k->size;
        t->count = count;
        tile_of(k, shape)(&k->tile);
    }
}

/* Neighbours, of a few taps, that see all of them, and each what the one before saw a tap earlier: high tiles read less. */
static int is_high(const struct window_walk *k, const struct window_band *b)
{
    if (!tile_of(k, SHAPE_HIGH) || k->plan->repeats || !b->whole || b->rows != b->move || b->rows * b->count < WINDOW_HIGH) return 0;
    if (k->lists.groups != 1 || b->to - b->from != 1 || k->tile.a_step != k->tile.a_row) return 0;
    const int64_t taps = k->lists.step[b->from].len;
    return taps == WINDOW_FEW || taps == WINDOW_FEW - 1;
}

/* The same of all bands. The last high tile begins before the one before ends. */
static void along_vectors(struct window_walk *k, enum window_shape shape, int64_t x, int64_t vectors, int64_t count)
{
    k->tile.group = k->lists.group;
    k->tile.groups = k->lists.groups;
    for (const struct window_band *b = k->band; b < k->band + k->bands; b++) {
        struct window_band high = *b;
        if (!is_high(k, b)) { side_by_side(k, b, shape, x, vectors, count); continue; }
        high.rows = WINDOW_HIGH;
        high.move = WINDOW_HIGH;
        high.count = b->rows * b->count / WINDOW_HIGH;
        side_by_side(k, &high, SHAPE_HIGH, x, 1, vectors * count);
        high.first = b->first + b->rows * b->count - WINDOW_HIGH;
        high.count = b->rows * b->count % WINDOW_HIGH > 0;
        side_by_side(k, &high, SHAPE_HIGH, x, 1, vectors * count);
    }
}

/* The tile at column x of all rows. */
static void along_rows(struct window_walk *k, enum window_shape shape, int64_t x)
{
    struct window_tile *t = &k->tile;
    for (const struct window_band *b = k->band; b < k->band + k->bands; b++) {
        place(k, b, b->first, x);
        t->a_move = b->move * k->row.stride[NEST_A] * k->size;
        t->b_move = k->plan->packed ? 0 : b->move * k->row.stride[NEST_B] * k->size;
        t->dst_move = b->move * k->row.stride[NEST_DST] * k->size;
        t->count = b->count;
        tile_of(k, shape)(&k->tile);
    }
}

/* The same, sums being set down in dst after every few groups: what a few groups read stays in the cache from tile to tile. */
static void along_groups(struct window_walk *k, enum window_shape shape, int64_t x)
{
    struct window_tile *t = &k->tile;
    int64_t done = 0;
    do {
        t->group = k->lists.group + done;
        t->groups = min_size(k->pass, k->lists.groups - done);
        t->resumes = done > 0;
        along_rows(k, shape, x);
        done += k->pass;
    } while (done < k->lists.groups);
    t->resumes = 0;
}

/* What tiles of so many vectors read of b begins as far on from one to the next as they do, or where it began. */
static int goes_on(const struct window_walk *k, int64_t vectors)
{
    return !k->plan->repeats || vectors * k->lanes % k->vector.map.n == 0;
}

static void tiles(struct window_walk *k, enum window_shape shape, int64_t x, int64_t vectors, int64_t count)
{
    int is_single = k->bands == 1 && k->band[0].count == 1;
    if (count <= 0) return;
    if (count > 1 && (k->vectors_inside || is_single) && goes_on(k, vectors)) { along_vectors(k, shape, x, vectors, count); return; }
    for (int64_t i = 0; i < count; i++) along_groups(k, shape, x + i * vectors * k->lanes);
}

static unsigned char lane(const struct window_walk *k, int64_t position, int64_t x)
{
    return (unsigned char)min_size(max_size(position - x, 0), k->lanes);
}

struct window_lanes strided__windows_lanes(const struct window_walk *k, int64_t tap, int64_t x, int64_t end)
{
    struct range r = { 0, end };
    if (k->plan->vector_edge >= 0) r = strided__edge_positions(&k->w->edge[k->plan->vector_edge], tap, end);
    return r.lo < r.hi ? (struct window_lanes){ lane(k, r.lo, x), lane(k, r.hi, x) } : (struct window_lanes){ 0, 0 };
}

static struct window_lanes *lanes_in(struct window_walk *k, int list) { return k->lane + list * vector_taps(k); }

static void make_lanes(struct window_walk *k, int list, int64_t x, int64_t end)
{
    struct window_lanes *lanes = lanes_in(k, list);
    k->lane_key[list] = (struct range){ x, end };
    for (int64_t tap = 0; tap < vector_taps(k); tap++) lanes[tap] = strided__windows_lanes(k, tap, x, end);
}

/* The list of a vector, which the row before may have made; not the one that another needs. */
static int lanes_at(struct window_walk *k, const struct window_lanes *other, int64_t x, int64_t end)
{
    for (int i = 0; i < k->lane_lists; i++)
        if (k->lane_key[i].lo == x && k->lane_key[i].hi == end) return i;
    do k->lane_list = (k->lane_list + 1) % k->lane_lists;
    while (lanes_in(k, k->lane_list) == other);
    make_lanes(k, k->lane_list, x, end);
    return k->lane_list;
}

/* Of vector `which` of the tile. */
static void set_lanes(struct window_walk *k, int which, int64_t x, int64_t end)
{
    k->tile.lanes[which] = lanes_in(k, lanes_at(k, which ? k->tile.lanes[0] : NULL, x, end));
    k->tile.stored[which] = lane(k, end, x);
}

static void flush_lanes(struct window_walk *k, int64_t end)
{
    if (k->held < 0) return;
    set_lanes(k, 0, k->held, end);
    tiles(k, SHAPE_SOME_1, k->held, 1, 1);
    k->held = -1;
}

/* One tile of two vectors, wherever they are. */
static void two_vectors(struct window_walk *k, enum window_shape shape, int64_t first, int64_t second)
{
    struct window_tile *t = &k->tile;
    const int64_t a_vector = t->a_vector, b_vector = t->b_vector, dst_vector = t->dst_vector;
    t->a_vector = (second - first) * k->vector.stride[NEST_A] * k->size;
    if (k->plan->repeats) t->b_vector = (axis_offset(&k->vector, NEST_PACKED, second) - axis_offset(&k->vector, NEST_PACKED, first)) * k->size;
    t->dst_vector = (second - first) * k->size;
    tiles(k, shape, first, 1, 1);
    t->a_vector = a_vector;
    t->b_vector = b_vector;
    t->dst_vector = dst_vector;
}

/* Vectors with lanes left out go two at a time if they can: the first waits. */
static void some_lanes(struct window_walk *k, int64_t x, int64_t end)
{
    const int64_t first = k->held;
    k->held = first < 0 ? x : -1;
    if (!tile_of(k, SHAPE_SOME_2)) flush_lanes(k, end);
    if (first < 0) return;
    set_lanes(k, 0, first, end);
    set_lanes(k, 1, x, end);
    two_vectors(k, SHAPE_SOME_2, first, x);
}

/* A vector with all lanes that others left over, of which one more may come: two go at once, or one twice, which is faster than looking at lanes. */
static void lone_vector(struct window_walk *k, int64_t x, int more)
{
    const int64_t first = k->lone;
    k->lone = first < 0 && more ? x : -1;
    if (tile_of(k, SHAPE_1)) tiles(k, SHAPE_1, x, 1, 1);
    else if (k->lone < 0) two_vectors(k, SHAPE_2, first < 0 ? x : first, x);
}

/* Many vectors of a single row; the last of them may be among those before. */
static void long_vectors(struct window_walk *k, int64_t x, int64_t n)
{
    tiles(k, SHAPE_LONG, x, WINDOW_LONG, n / WINDOW_LONG);
    if (n % WINDOW_LONG) tiles(k, SHAPE_LONG, x + (n - WINDOW_LONG) * k->lanes, WINDOW_LONG, 1);
}

/* A row of one long line of taps. */
static int has_waves(const struct window_walk *k)
{
    const struct window_band *b = k->band;
    if (!tile_of(k, SHAPE_WAVES) || k->bands != 1 || b->count != 1 || b->rows != 1 || k->lists.groups != 1 || b->to - b->from != 1) return 0;
    const int64_t taps = k->lists.step[b->from].len;
    return k->tile.a_step == k->size && taps >= WAVE_LEAST && taps <= wave_most(k->lanes);
}

/* As many as are some blocks of all streams: how many. Streams that are a power of two apart would crowd in the cache. */
static int64_t waves(struct window_walk *k, int64_t x, int64_t n)
{
    enum { FEWEST = 2, MOST = 61 };
    int64_t done = 0;
    if (!has_waves(k)) return 0;
    for (int64_t blocks; blocks = min_size((n - done) / WAVE_VECTORS, MOST), blocks >= FEWEST; done += blocks * WAVE_VECTORS)
        along_vectors(k, SHAPE_WAVES, x + done * k->lanes, blocks * WAVE_VECTORS, 1);
    return done;
}

/* Vectors with all lanes and taps: in threes and twos. More: the end of the row is one that begins before these end. */
static void whole_vectors(struct window_walk *k, int64_t x, int64_t n, int more)
{
    const int64_t done = waves(k, x, n);
    x += done * k->lanes;
    n -= done;
    if (tile_of(k, SHAPE_LONG) && k->band[0].rows == 1 && n >= WINDOW_LONG) { long_vectors(k, x, n); return; }
    const int64_t all = n + more, most = all / WINDOW_WIDTH - (all % WINDOW_WIDTH == 1 && all > 1);
    const int64_t threes = tile_of(k, SHAPE_3) ? min_size(n / WINDOW_WIDTH, most) : 0, twos = (n - threes * WINDOW_WIDTH) / 2;
    tiles(k, SHAPE_3, x, WINDOW_WIDTH, threes);
    x += threes * WINDOW_WIDTH * k->lanes;
    tiles(k, SHAPE_2, x, 2, twos);
    x += twos * 2 * k->lanes;
    if (n > threes * WINDOW_WIDTH + twos * 2) lone_vector(k, x, more);
}

int strided__windows_vectors(const struct window_walk *k, int64_t from, int64_t to, struct window_vectors *v)
{
    const int64_t x = v->next, whole = x < k->whole.lo ? 0 : max_size(min_size(k->whole.hi, to) - x, 0) / k->lanes;
    if (x >= to) return 0;
    *v = (struct window_vectors){ .x = x, .count = max_size(whole, 1), .next = x + max_size(whole, 1) * k->lanes, .whole = whole > 0 };
    if (v->next <= to || to - from < k->lanes || has_panels(k)) return 1;
    v->x = to - k->lanes;
    v->whole = v->x >= k->whole.lo && to <= k->whole.hi;
    return 1;
}

/* Columns from .. to of the bands. */
static void columns(struct window_walk *k, int64_t from, int64_t to)
{
    struct window_vectors v = { .next = from };
    k->from = from;
    k->lone = -1;
    while (strided__windows_vectors(k, from, to, &v))
        if (v.whole) whole_vectors(k, v.x, v.count, v.next < to && to <= k->whole.hi && !has_panels(k));
        else some_lanes(k, v.x, to);
    flush_lanes(k, to);
}

/* ---- what becomes of the sums -------------------------------------------------------------------- */

static void finish_row(struct window_walk *k, int64_t row, char *sums, int64_t from, int64_t to)
{
    char *at[NEST_OPERANDS];
    for (int o = 0; o < NEST_OPERANDS; o++) at[o] = row_at(k, o, row);
    if (!k->apart) sums = shift(at[NEST_DST], from * k->size);
    k->kernels->finish(k->w, &k->vector, at, from, to - from, sums, k->apart);
}

/* A row that two bands have formed is finished once: if the band before is not among these, it was formed anew. */
static void finish_bands(struct window_walk *k, int64_t from, int64_t to)
{
    for (int i = 0; i < k->bands; i++)
        for (int64_t n = 0; n < k->band[i].count; n++)
            for (int64_t r = n == 0 && (i > 0 || k->apart) ? k->band[i].skip : 0; r < k->band[i].rows; r++)
                finish_row(k, k->band[i].first + n * k->band[i].move + r * k->plan->spacing, k->sums + r * PANE_BYTES, from, to);
}

/* All rows are formed, and every operand moves on from row to row as it does along the columns: they are one row. */
static int rows_are_one(const struct window_walk *k, int64_t from, int64_t end)
{
    if (!k->kept || k->apart || from > 0 || end < k->vector.len) return 0;
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (o != NEST_A && k->unit[o] && k->row.stride[o] != k->vector.stride[o] * k->vector.len) return 0;
    return 1;
}

/* Columns that are finished at once: of all rows what the second-level cache holds; of those formed apart what there is room for. */
static int64_t pane_of(const struct window_walk *k)
{
    enum { FORMED = 512 << 10 };
    const int64_t least = pane(k);
    return k->apart ? least : max_size(least, FORMED / (max_size(k->rows.hi - k->rows.lo, 1) * k->size) / least * least);
}

static void finish_columns(struct window_walk *k, int64_t from, int64_t end)
{
    const int one = rows_are_one(k, from, end);
    const int64_t pane = pane_of(k);
    if (one) end *= k->rows.hi - k->rows.lo;
    for (int64_t to; from < end; from = to) {
        to = min_size(from + pane, end);
        if (one) finish_row(k, k->rows.lo, NULL, from, to);
        else finish_bands(k, from, to);
    }
}

/* The same of these rows of the innermost outer axis, the last of which is where the walk goes on from. */
static void finish_lines(struct window_walk *k, int64_t rows)
{
    for (int64_t r = 0; r < rows; r++) {
        cursor_skip(&k->at, r > 0);
        if (k->finishes && !k->ends) finish_columns(k, k->columns.lo, k->columns.hi);
    }
}

static void all_columns(struct window_walk *k)
{
    if (k->lines && k->kept) { finish_lines(k, strided__windows_lines(k)); return; }
    const int ends = k->planes && k->kept && k->ends;
    const int64_t all = k->columns.hi - k->columns.lo, step = !k->finishes || ends ? all : has_waves(k) && !k->apart ? WAVED : pane_of(k);
    for (int64_t from = k->columns.lo, to; from < k->columns.hi; from = to) {
        to = min_size(from + step, k->columns.hi);
        const int straight = k->planes && k->kept && strided__windows_planes(k, from, to);
        if (!straight) columns(k, from, to);
        if (!k->finishes || (straight && ends)) continue;
        finish_columns(k, from, to);
        for (int64_t n = straight ? k->plane.planes : 1; n > 1; n--) {
            cursor_skip(&k->at, 1);
            finish_columns(k, from, to);
        }
    }
}

static void all_bands(struct window_walk *k)
{
    if (k->kept) { all_columns(k); return; }
    k->next = (struct range){ k->rows.lo, 0 };
    k->lined = 0;
    for (int batch = 0; !k->kept && next_bands(k); batch++) {
        k->kept = batch == 0 && k->next.lo == min_size(k->rows.hi, k->rows.lo + k->plan->spacing);
        all_columns(k);
    }
}

/* ---- outer axes ---------------------------------------------------------------------------------- */

/* Sums of few taps or of few lines, and images larger than the cache, are walked as memory lies: all vectors of a tile of rows, then
 * the next tile. With more taps, or few channels, the same vector of all rows is done first, and if even what that reads is too much
 * for the first-level cache, a few groups at a time. */
enum { FEW_TAPS = 16, CACHED = 20 << 10, IMAGE = 64 << 10, NARROW = 1 << 8 };

/* Bytes of a that a row of dst is formed from: lines, those of taps of one line once. */
static double line_bytes(const struct window_walk *k)
{
    double bytes = (double)(k->vector.len * k->size);
    for (int i = k->w->nest.keep; i < k->w->nest.keep + k->w->nest.fold; i++)
        if (step_of(&k->w->nest.axis[i], NEST_A) >= k->vector.len) bytes *= (double)k->w->nest.axis[i].len;
    return bytes;
}

static void set_order(struct window_walk *k)
{
    const struct window_lists *l = &k->lists;
    const int64_t line = 2 * k->lanes * k->size, rows = k->rows.hi - k->rows.lo;
    const int64_t taps = l->row_fold < 0 ? 1 : k->w->nest.axis[l->row_fold].len;
    k->pass = max_size(l->groups, 1);
    k->vectors_inside = 1;
    if (k->plan->form == WINDOW_SPREAD) k->vectors_inside = k->plan->slides ? rows * k->vector.len * k->size > IMAGE : line_bytes(k) <= CACHED;
    if (k->plan->form != WINDOW_LANES) return;
    k->vectors_inside = k->apart || (l->groups * taps <= FEW_TAPS && k->vector.len * k->size > NARROW);
    if (!k->vectors_inside && l->groups * (rows + 2 * taps) * line > CACHED) k->pass = max_size(1, CACHED / ((rows + 2 * taps) * line));
}

/* The taps that this position of the outer axes sees; the lists follow if they are others than before. */
static void set_taps(struct window_walk *k)
{
    struct window_lists *l = &k->lists;
    int groups = l->rows < 0, steps = 0;
    for (int i = 0; i < k->outers; i++) {
        if (k->outer_edge[i] < 0) continue;
        const struct edge *e = &k->w->edge[k->outer_edge[i]];
        struct range r = strided__edge_taps(e, k->outer_first[i] + k->at.index[i], k->w->nest.axis[e->other].len);
        int same = r.lo == l->taps[e->other].lo && r.hi == l->taps[e->other].hi, in_group = l->row_fold >= 0 && e->other < l->row_fold;
        groups |= !same && in_group;
        steps |= !same && !in_group;
        l->taps[e->other] = r;
    }
    if (!groups && !steps) return;
    window_plane_fn *planes = strided__windows_planes_of(k);
    k->lines = planes ? NULL : strided__windows_lines_of(k);
    if (groups) strided__windows_groups(l);
    if (groups) set_order(k);
    if (!steps && planes == k->planes) return;
    k->planes = planes;
    l->rows = 0;
    k->kept = 0;
}

static void start(struct window_walk *k, void *const data[NEST_OPERANDS])
{
    char *at[NEST_OPERANDS];
    for (int o = 0; o < NEST_OPERANDS; o++) at[o] = data[o];
    for (int e = 0; e < k->w->edges; e++)
        at[NEST_A] = shift(at[NEST_A], -k->w->edge[e].before * k->w->edge[e].stride * k->size);
    for (int i = 0; i < k->outers; i++)
        for (int o = 0; o < NEST_OPERANDS; o++) at[o] = shift(at[o], k->outer_first[i] * k->outer[i].stride[o] * k->unit[o]);
    memcpy(k->at.unit, k->unit, sizeof k->unit);
    cursor_start(&k->at, k->outer, k->outers, at);
}

/* Channels of which the first-level cache holds what two rows of dst are formed from, and the rows, until the next two: some lines of the cache.
 * All of wide images, and of many, which are not near enough to be walked in pieces, and where long vectors are worked on in halves: the
 * second-level cache is no slower than they are. */
static int64_t channels_at_once(const struct window_walk *k)
{
    enum { CACHED_LINES = 32 << 10, LEAST = 4 };
    const struct nest *n = &k->w->nest;
    const int64_t all = k->columns.hi - k->columns.lo, rows = k->rows.hi - k->rows.lo;
    if (strided__context_isa(k->w->ctx) > ISA_AVX512 && strided__cpu_halves()) return all; /* "avx512" is just that (pick.c) */
    if (k->plan->form != WINDOW_LANES || k->outers != 1 || k->lanes * k->size < LINE_BYTES || !strided__windows_lines_of(k)) return all;
    const int64_t taps = n->axis[n->keep + n->fold - 1].len, ratio = strided__windows_ratio(k), columns = taps + ratio * (rows - 1);
    const int64_t vectors = CACHED_LINES / (((taps + ratio) * columns + 2 * rows) * LINE_BYTES);
    return vectors < LEAST ? all : vectors * k->lanes;
}

void strided__windows_walk(struct window_walk *k, void *const data[NEST_OPERANDS])
{
    const struct range all = k->columns;
    for (int64_t from = all.lo, some = max_size(1, channels_at_once(k)); from < all.hi; from += some) {
        k->columns = (struct range){ from, min_size(from + some, all.hi) };
        start(k, data);
        do {
            set_taps(k);
            all_bands(k);
        } while (cursor_next(&k->at));
    }
}

/* Its walk is large, and takes no stack while others work. */
static __attribute__((noinline)) void walk_in_place(const struct work *w, const struct window_plan *p, const struct kernels *kernels,
                                                    void *const data[NEST_OPERANDS], int axis, int64_t lo, int64_t hi)
{
    struct window_walk k;
    strided__windows_start(&k, w, p, kernels, data, axis, lo, hi);
    strided__windows_walk(&k, data);
}

void strided__windows_run(const struct work *w, const struct window_plan *p, void *const data[NEST_OPERANDS], int axis, int64_t lo, int64_t hi)
{
    if (p->staged.fits) strided__stage_run(w, p, data, &(struct part){ axis, lo, hi });
    else if (p->blocks.fits) strided__blocks_run(w, p, p->kernels, data, axis, lo, hi);
    else if (p->blocks.copied) strided__copied_run(w, p, p->kernels, data, axis, lo, hi);
    else walk_in_place(w, p, p->kernels, data, axis, lo, hi);
}
