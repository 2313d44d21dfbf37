/*
 * sliding_run.c - walking a work of sliding maxima (sliding_plan.h): tile by tile into a buffer, pass by pass over it, and out.
 *
 * A maximum takes the place of the first element of its window, so that the buffer is all there is. Slots outside of a hold what
 * changes no maximum along the line; along the other axes they are left out.
 */
#include "sliding_plan.h"
#include "cursor.h"
#include "../base/checked.h"
#include "../nest/edges.h"
#include <stddef.h>
#include <string.h>

enum { PIECE = 4096 };                   /* elements */

/* Slots in use: first + i*step, count of them. */
struct extent { int64_t first, count, step; };

struct walk {
    const struct work *w;
    const struct sliding_plan *plan;
    const struct sliding_kernels *kernels;
    int64_t lanes, size, unit[NEST_OPERANDS];
    struct range mine[SLIDING_AXES];     /* positions along the axes of the buffer */
    struct nest_axis outer[NEST_AXES];   /* the other kept ones */
    struct cursor at;
    int64_t first[SLIDING_AXES], count[SLIDING_AXES]; /* the tile's positions, */
    struct range real[SLIDING_AXES];     /* its slots that are in a,           */
    int64_t held;                        /* and how many of axis 0 are there from the tile before */
    struct extent now[SLIDING_AXES];
    enum sliding_form form;              /* of what is in the buffer */
    int     keeps;                       /* the tile leaves there what the next one begins with */
    struct range rows;                   /* positions whose rows come one at a time */
    char    *room;                       /* where the tile is: the buffer, or one of its rows */
    nest_kernel *copies;
    struct work copy;
    char    buffer[SLIDING_BYTES] __attribute__((aligned(64)));
};

static char *element(struct walk *k, int64_t i) { return k->room + i * k->size; }

static const struct sliding_axis *axis_of(const struct walk *k, int i) { return &k->plan->axis[i]; }

/* ---- all indices of some axes ------------------------------------------------------------------------ */

/* The next index of the axes that are not in `without`; 0: that was the last. */
static int next_index(const struct walk *k, int64_t *index, unsigned without)
{
    for (int i = k->plan->axes - 1; i >= 0; i--) {
        if (without >> i & 1) continue;
        if (++index[i] < k->now[i].count) return 1;
        index[i] = 0;
    }
    return 0;
}

static int64_t element_at(const struct walk *k, const int64_t *index, unsigned without)
{
    int64_t at = 0;
    for (int i = 0; i < k->plan->axes; i++)
        if (!(without >> i & 1)) at += (k->now[i].first + index[i] * k->now[i].step) * axis_of(k, i)->pitch;
    return at;
}

static int is_nothing(const struct walk *k, unsigned without)
{
    for (int i = 0; i < k->plan->axes; i++)
        if (!(without >> i & 1) && k->now[i].count <= 0) return 1;
    return 0;
}

/* ---- in and out -------------------------------------------------------------------------------------- */

/* From slot to slot of the operand, and to the first in use. */
static int64_t step_in(const struct walk *k, int operand, int i)
{
    return operand == NEST_A ? axis_of(k, i)->a : axis_of(k, i)->dst;
}

static int64_t slot_in(const struct walk *k, int operand, int i, int64_t slot)
{
    const struct sliding_axis *a = axis_of(k, i);
    return operand == NEST_A ? (k->first[i] * a->step - a->before + slot) * a->a : k->first[i] * a->dst;
}

static int64_t first_in(const struct walk *k, int operand, int i) { return slot_in(k, operand, i, k->now[i].first); }

/* Where the operand is at this index of the others, and at the first slot or position of axis `but`. */
static char *place_in(const struct walk *k, int operand, const int64_t *index, int but)
{
    int64_t at = 0;
    for (int i = 0; i < k->plan->axes; i++)
        at += i == but ? slot_in(k, operand, i, 0) : first_in(k, operand, i) + index[i] * step_in(k, operand, i);
    return shift(k->at.at[operand], at * k->unit[operand]);
}

/* The axes in use as those of a copy between the operand, on the `other` side, and the buffer: the last one last, and the longest of the others before
 * it, for those two are done at once. */
static void set_copied(struct walk *k, int operand, int other, int buffer)
{
    struct nest *n = &k->copy.nest;
    int longest = 0;
    n->keep = 0;
    for (int i = 0; i < k->plan->axes; i++) {
        struct nest_axis *axis = &n->axis[n->keep];
        if (k->now[i].count == 1) continue;
        axis->len = k->now[i].count;
        axis->stride[other] = step_in(k, operand, i);
        axis->stride[buffer] = k->now[i].step * axis_of(k, i)->pitch;
        if (i < k->plan->axes - 1 && axis->len > n->axis[longest].len) longest = n->keep;
        n->keep++;
    }
    if (n->keep < 3) return;
    const struct nest_axis second = n->axis[n->keep - 2];
    n->axis[n->keep - 2] = n->axis[longest];
    n->axis[longest] = second;
}

/* What is in use, to the buffer from a or dst, or from there to dst: `buffer` is its side of the copy. */
static void copy(struct walk *k, int operand, int buffer)
{
    const int other = buffer == NEST_DST ? NEST_A : NEST_DST;
    const int64_t none[SLIDING_AXES] = { 0 };
    char *data[NEST_OPERANDS] = { 0 };
    if (is_nothing(k, 0)) return;
    set_copied(k, operand, other, buffer);
    k->copy.dtype[other] = k->w->dtype[operand];
    k->copy.dtype[buffer] = strided__compute_dtype(k->w->compute);
    data[other] = place_in(k, operand, none, -1);
    data[buffer] = element(k, element_at(k, none, 0));
    k->copies(&k->copy, &k->copy.nest, data);
}

/* The elements of the buffer that axis 0 says. */
static struct range in_use(const struct walk *k)
{
    const struct extent *e = &k->now[0];
    const int64_t pitch = axis_of(k, 0)->pitch;
    if (k->plan->line == 0) return (struct range){ 0, k->plan->used };
    return (struct range){ e->first * pitch, e->count <= 0 ? e->first * pitch : (e->first + (e->count - 1) * e->step + 1) * pitch };
}

/* What lies around the elements of a in all lines; whole vectors, for the elements come later. */
static void fill_ends(struct walk *k)
{
    const int line = k->plan->line;
    const struct sliding_axis *a = axis_of(k, line);
    const struct range r = in_use(k), real = { k->real[line].lo * a->pitch, k->real[line].hi * a->pitch };
    const int64_t pitch = line == 0 ? k->plan->used : axis_of(k, line - 1)->pitch, lines = (r.hi - r.lo) / pitch;
    k->kernels->fill(k->w, element(k, r.lo), pitch, lines, real.lo);
    k->kernels->fill(k->w, element(k, r.lo + real.hi), pitch, lines, pitch - real.hi);
}

/* What is not there from the tile before. */
static void set_loaded(struct walk *k)
{
    for (int i = 0; i < k->plan->axes; i++) {
        const int64_t from = i == 0 ? max_size(k->real[i].lo, k->held) : k->real[i].lo;
        k->now[i] = (struct extent){ from, k->real[i].hi - from, 1 };
    }
}

static void load(struct walk *k)
{
    const int line = k->plan->line;
    set_loaded(k);
    if (line >= 0) fill_ends(k);
    copy(k, NEST_A, NEST_DST);
    k->form = k->kernels->form(k->room, 0, 1, in_use(k).hi);
    if (line >= 0) k->now[line] = (struct extent){ 0, axis_of(k, line)->slots, 1 };
}

/* ---- passes ------------------------------------------------------------------------------------------ */

/* Rows of a whole block of taps, over all lines as if they were one: what comes of windows that reach into the next is not used. */
static void along_blocks(struct walk *k, struct range r, int64_t row, int64_t taps)
{
    const int64_t rows = ceil_div(r.hi - r.lo, row);
    const struct sliding_rows all = { .apart = row, .end = rows, .step = 1, .taps = taps, .positions = max_size(rows - taps + 1, 1) };
    const struct sliding_columns c = { .vectors = row / k->lanes, .groups = 1 };
    k->kernels->across[k->form](k->w, element(k, r.lo), &all, &c);
}

/* The longest windows that those of one element become at once, of so many taps in the end. */
static int64_t first_windows(const struct walk *k, int64_t tap, int64_t taps)
{
    return tap > 1 || k->form != SLIDING_NUMBERS || !k->kernels->line ? 1 : min_size(taps, LINE_AT_ONCE * k->lanes);
}

/* Windows become twice as long, and so on to `taps`: a piece of the lines at a time, in which each shift stays as far behind the one before
 * it as it looks ahead. */
static void along_shifts(struct walk *k, struct range r, int64_t tap, int64_t taps)
{
    const int64_t n = r.hi - r.lo, first = first_windows(k, tap, taps);
    for (int64_t at = 0, behind = 0; at - behind < n; at += PIECE) {
        behind = 0;
        for (int64_t have = 1, by; have < taps; have += by) {
            char room[LINE_BYTES] __attribute__((aligned(LINE_BYTES)));
            by = have < first ? first - 1 : min_size(have, taps - have);
            behind += ceil_div(by * tap, k->lanes) * k->lanes;
            const int64_t lo = max_size(0, at - behind), hi = min_size(at + PIECE - behind, n - by * tap);
            char *p = element(k, r.lo + lo);
            if (lo < hi && have < first) k->kernels->line(p, p, hi - lo, first, 0, hi - lo + by, room);
            else if (lo < hi) k->kernels->shift[k->form](p, hi - lo, by * tap);
        }
    }
}

static void along(struct walk *k)
{
    const struct range r = in_use(k);
    const struct sliding_axis *a = axis_of(k, k->plan->line);
    const int64_t tap = a->dilation * a->pitch, block = k->plan->block;
    if (r.lo >= r.hi) return;
    along_shifts(k, r, tap, block ? block : a->taps);
    if (!block) return;
    along_blocks(k, r, block * tap, a->taps / block);
    const int64_t rest = a->taps % block * tap;
    if (rest) k->kernels->shift[k->form](element(k, r.lo), r.hi - r.lo - rest, rest);
}

/* The longest axis, but for those in `without`, which it joins; -1: there is none. */
static int group_axis(const struct walk *k, unsigned *without)
{
    int best = -1;
    for (int j = 0; j < k->plan->axes; j++)
        if (!(*without >> j & 1) && (best < 0 || k->now[j].count > k->now[best].count)) best = j;
    if (best >= 0) *without |= 1u << best;
    return best;
}

static int64_t count_of(const struct walk *k, int axis) { return axis < 0 ? 1 : k->now[axis].count; }

/* Elements of the buffer from slot to slot in use. */
static int64_t step_of_buffer(const struct walk *k, int axis) { return axis < 0 ? 0 : k->now[axis].step * axis_of(k, axis)->pitch; }

/* What lies side by side at every slot of axis i: whole axes inside of it. They join `without`. */
static int64_t neighbours(const struct walk *k, int i, unsigned *without)
{
    int64_t n = 1;
    for (int j = k->plan->axes - 1; j > i && axis_of(k, j)->pitch == n; j--) {
        const struct extent *e = &k->now[j];
        if (e->step != 1 && j != k->plan->line) break;
        n *= (e->count - 1) * e->step + 1;
        if (j == k->plan->line || k->plan->line < 0) n = ceil_div(n, k->lanes) * k->lanes;
        *without |= 1u << j;
    }
    return n;
}

/* Positions of axis i whose windows share rows: from the one that is number `from` on, `spacing` apart. */
static struct sliding_rows rows_of(const struct walk *k, int i, int64_t from, int64_t spacing)
{
    const struct sliding_axis *a = axis_of(k, i);
    const int64_t d = a->dilation, rest = from * a->step % d;
    return (struct sliding_rows){ .apart = d * a->pitch, .first = max_size(0, ceil_div(k->real[i].lo - rest, d)),
                                  .end = max_size(0, ceil_div(k->real[i].hi - rest, d)), .start = from * a->step / d,
                                  .step = a->step * spacing / d, .taps = a->taps, .positions = ceil_div(k->count[i] - from, spacing) };
}

static void across_any(struct walk *k, int i)
{
    const struct sliding_axis *a = axis_of(k, i);
    const int64_t spacing = a->dilation / gcd_size(a->dilation, a->step);
    unsigned without = 1u << i;
    int64_t index[SLIDING_AXES] = { 0 };
    struct sliding_columns c = { .vectors = neighbours(k, i, &without) / k->lanes };
    const int group = group_axis(k, &without);
    c.groups = count_of(k, group);
    c.apart = step_of_buffer(k, group);
    if (is_nothing(k, 1u << i)) return;
    for (int64_t from = 0; from < min_size(spacing, k->count[i]); from++) {
        const struct sliding_rows r = rows_of(k, i, from, spacing);
        const int64_t first = from * a->step % a->dilation * a->pitch;
        do k->kernels->across[k->form](k->w, element(k, element_at(k, index, 1u << i) + first), &r, &c);
        while (next_index(k, index, without));
    }
}

/* Rows of the operand along axis i, or of the buffer. */
static struct sliding_side side_in(struct walk *k, int operand, int is_buffer, const int64_t *index, int i, int group)
{
    if (is_buffer) return (struct sliding_side){ element(k, element_at(k, index, 1u << i)), axis_of(k, i)->pitch, step_of_buffer(k, group) };
    return (struct sliding_side){ place_in(k, operand, index, i), step_in(k, operand, i), group < 0 ? 0 : step_in(k, operand, group) };
}

/* Few taps of numbers: from the buffer, or a as it lies, to the buffer or to dst. What is not the buffer has neighbours along the last axis. */
static void across_near(struct walk *k, int i, int from_a, int to_dst)
{
    const int last = k->plan->axes - 1;
    unsigned without = 1u << i | 1u << last;
    int64_t index[SLIDING_AXES] = { 0 };
    const int64_t n = from_a || to_dst ? k->count[last] : neighbours(k, i, &without);
    const int group = group_axis(k, &without);
    const struct sliding_rows r = rows_of(k, i, 0, 1);
    if (is_nothing(k, 1u << i)) return;
    do {
        const struct sliding_side from = side_in(k, NEST_A, !from_a, index, i, group), to = side_in(k, NEST_DST, !to_dst, index, i, group);
        k->kernels->near(&from, &to, &r, n, count_of(k, group));
    } while (next_index(k, index, without));
}

static void across(struct walk *k, int i)
{
    if (k->form == SLIDING_NUMBERS && k->plan->near >> i & 1) across_near(k, i, 0, 0);
    else across_any(k, i);
}

/* ---- tiles ------------------------------------------------------------------------------------------- */

/* Slots that the tile's windows reach over. */
static int64_t reach_of(const struct walk *k, int i)
{
    const struct sliding_axis *a = axis_of(k, i);
    return (k->count[i] - 1) * a->step + (a->taps - 1) * a->dilation + 1;
}

static void set_tile(struct walk *k, int i, int64_t first)
{
    const struct sliding_axis *a = axis_of(k, i);
    const int64_t p = first * a->step - a->before;
    k->first[i] = first;
    k->count[i] = min_size(a->tile, k->mine[i].hi - first);
    k->real[i].lo = max_size(0, -p);
    k->real[i].hi = max_size(k->real[i].lo, min_size(reach_of(k, i), a->n - p));
}

/* All of the tile's windows are inside of a along axis i. */
static int is_inside(const struct walk *k, int i)
{
    return k->real[i].lo == 0 && k->real[i].hi == reach_of(k, i);
}

static void pass(struct walk *k, int i)
{
    const struct sliding_axis *a = axis_of(k, i);
    if (a->taps == 1 && is_inside(k, i)) ;
    else if (i == k->plan->line) along(k);
    else across(k, i);
    k->now[i] = (struct extent){ 0, k->count[i], a->step };
}

static void load_maxima(struct walk *k)
{
    load(k);
    for (int i = 0; i < k->plan->passes; i++) pass(k, k->plan->pass[i]);
}

/* Can what is to be loaded be taken as it lies: lines of at least a vector, and numbers all of it. */
static int is_direct(const struct walk *k)
{
    const int last = k->plan->axes - 1;
    unsigned without = 1u << last;
    int64_t index[SLIDING_AXES] = { 0 };
    if (!k->plan->direct || is_nothing(k, 0) || k->count[last] < k->lanes) return 0;
    const int group = group_axis(k, &without);
    do
        if (k->kernels->form(place_in(k, NEST_A, index, -1), step_in(k, NEST_A, group), k->now[group].count, k->count[last]) == SLIDING_ANY) return 0;
    while (next_index(k, index, without));
    return 1;
}

/* The first pass takes a as it lies, and the last one gives to dst. */
static void direct_tile(struct walk *k)
{
    const int passes = k->plan->passes;
    for (int i = 0; i < passes; i++) {
        const int axis = k->plan->pass[i];
        across_near(k, axis, i == 0, i == passes - 1);
        k->now[axis] = (struct extent){ 0, k->count[axis], 1 };
    }
}

/* Tiles leave nothing to each other where one of them is not what was planned. */
static void run_tile(struct walk *k)
{
    set_loaded(k);
    const int direct = is_direct(k);
    k->keeps = k->plan->keeps && direct == k->plan->direct;
    if (!k->keeps) k->held = 0;
    if (direct) direct_tile(k);
    else {
        load_maxima(k);
        copy(k, NEST_DST, NEST_A);
    }
}

/* What the next tile of axis 0 begins with is here already, but for the last pass. */
static void hold(struct walk *k)
{
    const struct sliding_axis *a = axis_of(k, 0);
    const int64_t moved = k->count[0] * a->step, rows = k->real[0].hi - moved, row = a->pitch * k->size;
    k->held = 0;
    if (!k->keeps || rows <= 0) return;
    memmove(k->buffer, k->buffer + moved * row, (size_t)(rows * row));
    k->held = rows;
}

/* The next tile of the other axes; 0: that was the last. */
static int next_tiles(struct walk *k)
{
    for (int i = k->plan->axes - 1; i > 0; i--) {
        int64_t next = k->first[i] + k->count[i];
        set_tile(k, i, next < k->mine[i].hi ? next : k->mine[i].lo);
        if (next < k->mine[i].hi) return 1;
    }
    return 0;
}

/* All tiles of axis 0. */
static void run_tiles(struct walk *k)
{
    k->held = 0;
    for (int64_t first = k->mine[0].lo; first < k->mine[0].hi; first += k->count[0]) {
        set_tile(k, 0, first);
        run_tile(k);
        hold(k);
    }
}

/* ---- a row at a time --------------------------------------------------------------------------------- */

static char *room(struct walk *k, int i) { return k->buffer + i * k->plan->size * k->size; }

static void fill(struct walk *k, char *at) { k->kernels->fill(k->w, at, 0, 1, k->plan->used); }

/* All that lies before and all behind, in place of what lies before. */
static void join(const struct walk *k, char *before, const char *behind)
{
    k->kernels->shift[k->form](before, k->plan->used, (behind - before) / k->size);
}

/* Between a room and the position of dst. */
static void move(struct walk *k, int64_t position, char *at, int buffer)
{
    k->first[0] = position;
    k->room = at;
    copy(k, NEST_DST, buffer);
}

/* The maxima of a row of a in that room, if there is one; what has no NaN is known of all that were joined. 0: there is none. */
static int bring(struct walk *k, int64_t row, char *at)
{
    const enum sliding_form form = k->form;
    if (row < 0 || row >= k->plan->window.n) return 0;
    k->room = at;
    set_tile(k, 0, row);
    load_maxima(k);
    if (form == SLIDING_ANY) k->form = form;
    return 1;
}

/* The windows that begin in a block, which begins with the first of them, `spacing` apart: what they see of it goes to dst, from the end on, and then
 * what they see behind it joins that. Returns where the next one begins. */
static int64_t run_block(struct walk *k, int64_t lo, int64_t spacing)
{
    const struct sliding_axis *a = &k->plan->window;
    const int64_t d = a->dilation, begin = lo * a->step - a->before, stop = begin + a->taps * d;
    const int64_t limit = min_size(k->rows.hi, ceil_div(stop + a->before, a->step));
    int64_t row, i = lo + (limit - 1 - lo) / spacing * spacing;
    char *one = room(k, 0), *all = room(k, 1), *old = room(k, 2);
    int joins = 0;
    k->form = SLIDING_NUMBERS;
    fill(k, all);
    for (row = stop - d; row >= begin; row -= d) {
        if (bring(k, row, one)) {
            join(k, one, all);
            char *joined = one;
            one = all;
            all = joined;
        }
        if (row != i * a->step - a->before) continue;
        move(k, i, all, NEST_A);
        i -= spacing;
    }
    fill(k, all);
    for (i = lo + spacing, row = stop; i < limit; i += spacing) {
        for (; row < i * a->step - a->before + a->taps * d; row += d)
            if (bring(k, row, one)) {
                join(k, all, one);
                joins = 1;
            }
        if (!joins) continue;
        move(k, i, old, NEST_DST);
        join(k, old, all);
        move(k, i, old, NEST_A);
    }
    return i;
}

static void run_rows(struct walk *k)
{
    const struct sliding_axis *a = &k->plan->window;
    const int64_t spacing = a->dilation / gcd_size(a->dilation, a->step), last = min_size(k->rows.hi, k->rows.lo + spacing);
    set_tile(k, 0, 0);
    for (int i = 0; i < k->plan->axes; i++) k->now[i] = (struct extent){ 0, i ? k->count[i] : 1, axis_of(k, i)->step };
    for (int64_t from = k->rows.lo; from < last; from++)
        for (int64_t lo = from; lo < k->rows.hi;) lo = run_block(k, lo, spacing);
}

static void all_tiles(struct walk *k)
{
    for (int i = 0; i < k->plan->axes; i++) set_tile(k, i, k->mine[i].lo);
    do
        if (k->plan->by_rows) run_rows(k);
        else run_tiles(k);
    while (next_tiles(k));
}

/* ---- lines as they lie ------------------------------------------------------------------------------- */

/* At every index of the other axis; the buffer is room for what is begun. 0: there may be NaN. */
static int straight_lines(struct walk *k)
{
    const int line = k->plan->line;
    const struct sliding_axis *a = axis_of(k, line), *other = axis_of(k, 0);
    const struct range r = k->mine[line], outer = line ? k->mine[0] : (struct range){ 0, 1 };
    const int64_t from = r.lo - a->before;
    for (int64_t i = outer.lo; i < outer.hi; i++) {
        const char *x = shift(k->at.at[NEST_A], (i * other->a + from) * k->size);
        char *y = shift(k->at.at[NEST_DST], (i * other->dst + r.lo) * k->size);
        if (!k->kernels->line(x, y, r.hi - r.lo, a->taps, -from, a->n - from, k->buffer)) return 0;
    }
    return 1;
}

/* ---- all of it --------------------------------------------------------------------------------------- */

static int number_of(const struct sliding_plan *p, int keep)
{
    for (int i = 0; i < p->axes; i++)
        if (p->axis[i].keep == keep) return i;
    return -1;
}

static void start(struct walk *k, void *const data[NEST_OPERANDS], int axis, int64_t lo, int64_t hi)
{
    char *at[NEST_OPERANDS];
    int outers = 0;
    for (int o = 0; o < NEST_OPERANDS; o++) at[o] = data[o];
    for (int i = 0; i < k->w->nest.keep; i++) {
        const struct range r = { i == axis ? lo : 0, i == axis ? hi : k->w->nest.axis[i].len };
        const int j = number_of(k->plan, i);
        if (j >= 0) { k->mine[j] = r; continue; }
        k->outer[outers] = k->w->nest.axis[i];
        k->outer[outers++].len = r.hi - r.lo;
        for (int o = 0; o < NEST_OPERANDS; o++) at[o] = shift(at[o], r.lo * k->w->nest.axis[i].stride[o] * k->unit[o]);
    }
    k->rows = k->mine[0];
    if (k->plan->by_rows) k->mine[0] = (struct range){ 0, k->plan->window.n };
    memcpy(k->at.unit, k->unit, sizeof k->unit);
    cursor_start(&k->at, k->outer, outers, at);
}

void strided__sliding_run(const struct work *w, const struct sliding_plan *p, const struct kernels *kernels, void *const data[NEST_OPERANDS],
                          int axis, int64_t lo, int64_t hi)
{
    struct walk k;
    if (p->in_place.fits && strided__maxima_run(w, &p->in_place, kernels, data, axis, lo, hi)) return;
    memset(&k, 0, offsetof(struct walk, buffer));
    k.w = w;
    k.plan = p;
    k.kernels = p->kernels;
    k.size = (int64_t)strided__compute_size(w->compute);
    k.lanes = p->kernels->lanes;
    work_units(w, k.unit);
    strided__work_init(&k.copy, WORK_MAP, w->compute, w->ctx);
    k.copy.op = MAP_COPY;
    k.copies = strided__nest_kernel(kernels, &k.copy, &k.copy.nest);
    start(&k, data, axis, lo, hi);
    k.room = k.buffer;
    k.kernels->fill(w, k.buffer, 0, 1, p->by_rows ? SLIDING_ROWS * p->size : p->size);
    do
        if (!p->straight || !straight_lines(&k)) all_tiles(&k);
    while (cursor_next(&k.at));
}
