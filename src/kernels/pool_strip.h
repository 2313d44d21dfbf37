/*
 * pool_strip.h - template: maxima and sums over windows of 2x2 and 3x3 that slide over planes, see struct window_plane in window.h.
 *
 *     line 0   a a a          a vector of columns goes down all rows, two lines at a time: each is loaded once. Of a maximum what is the largest
 *     line 1   a a a          of a line's taps is kept until the last row that sees it is done; of sums, those that are begun
 *     line 2   a a a   row 0
 *     line 3   a a a   row 1  rows `ratio` lines apart; ratio 2: vectors of every second element, which are not in order until they are stored
 *
 * Maxima go by instructions that would lose a NaN, which is looked for in what is loaded, by adding it up. Sums of several lines are under way at
 * once: every other addition is a multiplication by 1 and an addition, for which there are other units.
 */
enum { NAME(POOL_STRIP_OVER) = 3 }; /* lines and rows that a vector goes on in, at most */
enum { NAME(POOL_STRIP_LINES) = 2, NAME(POOL_STRIP_KEPT) = 4, NAME(POOL_STRIP_SEEN) = NAME(POOL_STRIP_LINES) * WINDOW_SIDE };

/* What is known of the rows that are under way: of maxima, line by line from the first one of the first row on; of sums, row by row. What is no
 * number if one of those that were loaded is not. What is wanted next after these rows. */
struct NAME(pool_known) { VEC of[NAME(POOL_STRIP_KEPT)], any[NAME(POOL_STRIP_SEEN)]; const char *soon; };

/* The largest of `taps`; that of a second row shares what it finds with the first. */
ALWAYS_INLINE VEC NAME(pool_strip_most)(const int taps, const int second, const VEC *v)
{
    if (taps == 2) return NAME(vec_larger)(v[0], v[1]);
    return second ? NAME(vec_larger)(NAME(vec_larger)(v[0], v[1]), v[2]) : NAME(vec_larger)(v[0], NAME(vec_larger)(v[1], v[2]));
}

/* An addition; odd ones by the units that multiply. */
ALWAYS_INLINE VEC NAME(pool_strip_sum)(const int odd, VEC sum, VEC v)
{
    if (odd) return VEC_MULADD(v, VEC_SPLAT(1), sum);
    return sum + v;
}

/* Adds up what may be no number. Of three taps that are neighbours what the outer ones load is all there is, but of a single column. */
ALWAYS_INLINE void NAME(pool_strip_look)(const int taps, const int ratio, const unsigned some, const VEC v[NAME(PARTS)], VEC any[WINDOW_SIDE])
{
    any[0] = NAME(pool_strip_sum)(1, any[0], v[0]);
    if (ratio == 2 || some == ~0u) any[1] = NAME(pool_strip_sum)(1, any[1], v[1]);
    if (taps == 3) any[2] = NAME(pool_strip_sum)(1, any[2], v[ratio == 2 && !MOVES_UP ? 3 : 2]);
}

/* A line that is the k-th of the first row under way. */
ALWAYS_INLINE void NAME(pool_strip_line)(const enum window_form form, const int taps, const int ratio, const unsigned some, const int k,
                                         const char *a, int64_t a_tap, const struct NAME(window_masks) *m, struct NAME(pool_known) *s)
{
    VEC v[NAME(PARTS)];
    NAME(window_plane_parts)(form, taps, ratio == 2, some, a, a_tap, m, v);
    if (form == WINDOW_MAX) NAME(pool_strip_look)(taps, ratio, some, v, &s->any[k % NAME(POOL_STRIP_LINES) * WINDOW_SIDE]);
    if (ratio == 2) NAME(window_plane_split)(taps, v);
    if (form == WINDOW_MAX) s->of[k] = NAME(pool_strip_most)(taps, 0, v);
    UNROLL(4)
    for (int i = 0; form == WINDOW_SUM && i < taps; i++)
        UNROLL(4)
        for (int r = 0; r < NAME(POOL_STRIP_KEPT); r++)
            if (k - ratio * r >= 0 && k - ratio * r < taps) s->of[r] = NAME(pool_strip_sum)(ratio == 1 && (k + r + i) % 2, s->of[r], v[i]);
}

/* That of columns from `first` on, of which `stored` are there. */
ALWAYS_INLINE VEC NAME(pool_strip_divisor)(const struct NAME(plane_divisor) *by, int64_t first, int stored)
{
    if (!by->column_step) return VEC_SPLAT(*(const ANY *)(const void *)by->column);
    return VEC_LOAD_SOME(VEC_RANGE(0, stored), by->column + first * by->column_step);
}

/* Where a vector of columns is: its next line and row, what that and the columns are divided by, together while the row's bits are the same. */
struct NAME(pool_strip) { const char *a; char *dst; const char *by_row; int32_t row; VEC by_column, by; };

ALWAYS_INLINE VEC NAME(pool_quotient)(const struct window_divide *d, VEC sum, T by)
{
    return d->by == DIVIDE_NOT || d->by == DIVIDE_SCALE ? (VEC)(sum * VEC_SPLAT(by)) : (VEC)(sum / VEC_SPLAT(by));
}

/* A sum of the next row. */
ALWAYS_INLINE VEC NAME(pool_strip_quotient)(enum window_division how, const struct NAME(plane_divisor) *by, struct NAME(pool_strip) *at, VEC sum)
{
    if (how == DIVIDE_NOT || how == DIVIDE_SCALE) return sum * VEC_SPLAT(by->fixed);
    const int32_t row = *(const any_i32 *)(const void *)at->by_row;
    if (row != at->row) {
        at->by = VEC_SPLAT(by->fixed * *(const ANY *)(const void *)at->by_row) * at->by_column;
        at->row = row;
    }
    at->by_row += by->row_step;
    return sum / at->by;
}

/* Some rows of a kind of columns: where they begin, in bytes behind a plane, and what is wanted after all kinds of them. Of their lines, counted from
 * the first one's, those lo .. hi are there: so many turns of two lines need not look at that. Lanes that are stored; of the last `loose` rows no
 * others. Bytes from turn to turn of a, from row to row of dst, and to the next of `count` vectors; `along` the lines it is the other way round. */
struct NAME(pool_strip_rows) {
    int64_t a, dst, soon, rows, lo, hi, turns, loose, a_turn, dst_row, count, a_next, dst_next, first;
    const char *by_row;
    int stored, along;
};

enum { NAME(POOL_STRIP_LEFT) = 1, NAME(POOL_STRIP_RIGHT) = 4 }; /* lanes are left out of the first tap, of the last of three */

/* The rows whose lines have all been seen, `rows` of them at most, of which `whole` are stored as whole vectors. What is known of the others moves
 * up. */
ALWAYS_INLINE void NAME(pool_strip_next)(const enum window_form form, const int taps, const int ratio, const struct window_plane *w,
                                         const struct NAME(plane_divisor) *by, const struct NAME(pool_strip_rows) *of, int64_t rows, int64_t whole,
                                         struct NAME(pool_strip) *at, struct NAME(pool_known) *s)
{
    enum { KEPT = NAME(POOL_STRIP_KEPT) };
    const int done = NAME(POOL_STRIP_LINES) / ratio, move = form == WINDOW_MAX ? NAME(POOL_STRIP_LINES) : done;
    UNROLL(2)
    for (int r = 0; r < done; r++) {
        if (r >= rows) break;
        VEC v = form == WINDOW_MAX ? NAME(pool_strip_most)(taps, r, s->of + ratio * r) : s->of[r];
        if (ratio == 2) v = vec_sorted(v);
        if (form == WINDOW_SUM) v = NAME(pool_strip_quotient)(w->divide.by, by, at, v);
        if (r < whole) VEC_STORE(at->dst, v);
        else VEC_STORE_FIRST(of->stored, at->dst, v);
        at->dst = shift(at->dst, of->dst_row);
    }
    UNROLL(4)
    for (int k = 0; k < KEPT; k++) s->of[k] = k + move < KEPT ? s->of[k + move] : VEC_SPLAT(0);
}

/* Of lines first .. last those that are there. */
ALWAYS_INLINE void NAME(pool_strip_lines)(const enum window_form form, const int taps, const int ratio, const unsigned some, const int first,
                                          const int last, int64_t lo, int64_t hi, const struct window_plane *w, const struct NAME(window_masks) *m,
                                          const char *a, struct NAME(pool_known) *s)
{
    UNROLL(2)
    for (int k = first; k < last; k++, a = shift((char *)(intptr_t)a, w->a_line))
        if (k >= lo && k < hi) NAME(pool_strip_line)(form, taps, ratio, some, k, a, w->a_tap, m, s);
        else if (form == WINDOW_MAX) s->of[k] = VEC_SPLAT(-(T)INFINITY);
}

/* Two lines after the other, all of which are there; lanes are left out of `some` taps. */
ALWAYS_INLINE void NAME(pool_strip_turns)(const enum window_form form, const int taps, const int ratio, const unsigned some,
                                          const struct window_plane *w, const struct NAME(plane_divisor) *by, const struct NAME(pool_strip_rows) *r,
                                          const struct NAME(window_masks) *m, struct NAME(pool_strip) *at, struct NAME(pool_known) *s)
{
    const int before = taps - ratio, lines = NAME(POOL_STRIP_LINES), soon = lines * ratio * VECTOR_BYTES;
    for (int64_t n = r->turns; n > 0; n--, s->soon += soon) {
        UNROLL(4)
        for (int i = 0; i < soon; i += LINE_BYTES) __builtin_prefetch(s->soon + i);
        NAME(pool_strip_lines)(form, taps, ratio, some, before, before + lines, 0, before + lines, w, m, at->a, s);
        NAME(pool_strip_next)(form, taps, ratio, w, by, r, lines, lines, at, s);
        at->a = shift((char *)(intptr_t)at->a, r->a_turn);
    }
}

/* One vector of columns: lanes are left out of nothing, of the first tap, of the last one, or of any; the latter has no turns. */
ALWAYS_INLINE void NAME(pool_strip)(const enum window_form form, const int taps, const int ratio, const struct window_plane *w,
                                    const struct NAME(plane_divisor) *by, const struct NAME(pool_strip_rows) *r, const struct NAME(window_masks) *m,
                                    struct NAME(pool_strip) at, struct NAME(pool_known) *s)
{
    enum { LEFT = NAME(POOL_STRIP_LEFT), RIGHT = NAME(POOL_STRIP_RIGHT) };
    const int before = taps - ratio, lines = NAME(POOL_STRIP_LINES);
    UNROLL(4)
    for (int k = 0; k < NAME(POOL_STRIP_KEPT); k++) s->of[k] = VEC_SPLAT(0);
    NAME(pool_strip_lines)(form, taps, ratio, ~0u, 0, before, r->lo, r->hi, w, m, at.a, s);
    at.a = shift((char *)(intptr_t)at.a, before * w->a_line);
    if (m->most == LEFT) NAME(pool_strip_turns)(form, taps, ratio, LEFT, w, by, r, m, &at, s);
    else if (ratio == 1 && m->most == RIGHT) NAME(pool_strip_turns)(form, taps, ratio, RIGHT, w, by, r, m, &at, s);
    else NAME(pool_strip_turns)(form, taps, ratio, 0, w, by, r, m, &at, s);
    for (int64_t n = lines / ratio * r->turns, k = lines * r->turns; n < r->rows; n += lines / ratio, k += lines) {
        NAME(pool_strip_lines)(form, taps, ratio, ~0u, before, before + lines, r->lo - k, r->hi - k, w, m, at.a, s);
        NAME(pool_strip_next)(form, taps, ratio, w, by, r, r->rows - n, r->rows - n - r->loose, &at, s);
        at.a = shift((char *)(intptr_t)at.a, r->a_turn);
    }
}

/* Of maxima, may there be NaN that would be lost. */
ALWAYS_INLINE int NAME(pool_strip_nan)(const struct NAME(pool_known) *s)
{
    return vec_any_nan((s->any[0] + s->any[1]) + (s->any[2] + s->any[3]) + (s->any[4] + s->any[5]));
}

/* All columns of some rows of n planes: how many of these are done, the next one may have NaN. Copies of what is known: no store can change them. */
ALWAYS_INLINE int64_t NAME(pool_strip_planes)(const enum window_form form, const int taps, const int ratio, const struct window_plane *plane,
                                              const struct NAME(plane_divisor) *divisor, const struct NAME(pool_strip_rows) *rows,
                                              const struct NAME(window_masks) *masks, int64_t first, int64_t n)
{
    enum { LANES = NAME(LANES) };
    const struct window_plane w = *plane;
    const struct NAME(plane_divisor) by = *divisor;
    const char *a = shift(w.a, first * w.a_plane);
    char *dst = shift(w.dst, first * w.dst_plane);
    for (int64_t i = 0; i < n; i++, a = shift((char *)(intptr_t)a, w.a_plane), dst = shift(dst, w.dst_plane)) {
        struct NAME(pool_known) s = { .any = { { 0 } }, .soon = shift((char *)(intptr_t)a, rows->soon) };
        for (int64_t c = 0; c < w.kinds; c++) {
            const struct NAME(pool_strip_rows) r = rows[c];
            const struct NAME(window_masks) m = masks[c];
            struct NAME(pool_strip) at = { .a = shift((char *)(intptr_t)a, r.a), .dst = shift(dst, r.dst), .by_row = r.by_row };
            for (int64_t x = 0; x < r.count; x++, at.a = shift((char *)(intptr_t)at.a, r.a_next), at.dst = shift(at.dst, r.dst_next)) {
                if (form == WINDOW_SUM) at.by_column = NAME(pool_strip_divisor)(&by, r.first + x * LANES, r.stored);
                NAME(pool_strip)(form, taps, ratio, &w, &by, &r, &m, at, &s);
            }
        }
        if (form == WINDOW_MAX && NAME(pool_strip_nan)(&s)) return i;
    }
    return n;
}

typedef int64_t NAME(pool_planes_fn)(const struct window_plane *w, const struct NAME(plane_divisor) *by, const struct NAME(pool_strip_rows) *rows,
                                     const struct NAME(window_masks) *m, int64_t first, int64_t n);

/* What no part changes. Vectors of long lines, none of which two rows share, are taken as they lie: of `high` rows and fewer. */
static void NAME(set_pool_strip_rows)(struct NAME(pool_strip_rows) *r, const struct window_plane *w, const struct NAME(window_masks) *m, int64_t taps,
                                      int64_t ratio, int64_t high)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), LINES = NAME(POOL_STRIP_LINES) };
    const int apart = taps == ratio && w->rows->from == 0 && w->rows->to == ratio * w->rows->rows && w->divide.by != DIVIDE_OPERANDS;
    for (const struct window_columns *c = w->columns, *end = c + w->kinds; c < end; c++, r++, m++) {
        const int over = (LANES - 1) / c->stored, goes_on = over <= NAME(POOL_STRIP_OVER) && w->dst_row == c->stored * (int64_t)sizeof(T);
        const int along = apart && m->some == 0 && c->count > high;
        *r = (struct NAME(pool_strip_rows)){ .loose = c->stored == LANES ? 0 : goes_on ? over : INT_MAX, .along = along,
                                             .a_turn = along ? ratio * VECTOR_BYTES : LINES * w->a_line, .dst_row = along ? VECTOR_BYTES : w->dst_row,
                                             .a_next = along ? ratio * w->a_line : ratio * VECTOR_BYTES, .dst_next = along ? w->dst_row : VECTOR_BYTES,
                                             .first = c->first, .count = c->count, .rows = c->count, .turns = c->count, .stored = c->stored };
    }
}

/* Rows from .. from + rows, and what is wanted after them. */
static void NAME(pool_strip_part)(struct NAME(pool_strip_rows) *r, const struct window_plane *w, const struct NAME(plane_divisor) *by,
                                  const struct NAME(window_masks) *m, int64_t taps, int64_t ratio, int64_t from, int64_t rows, int64_t soon)
{
    const int64_t before = taps - ratio;
    for (const struct window_columns *c = w->columns, *end = c + w->kinds; c < end; c++, r++, m++) {
        r->a = w->rows->a + c->a + from * ratio * w->a_line;
        r->dst = w->rows->dst + c->dst + from * w->dst_row;
        r->soon = soon;
        r->by_row = by->row + (w->rows->first + from) * by->row_step;
        if (r->along) { r->count = rows; continue; }
        r->rows = rows;
        r->lo = w->rows->from - ratio * from;
        r->hi = w->rows->to - ratio * from;
        const int64_t lines = r->hi - before - (m->some != m->most ? m->over : 0);
        const int turns = m->most == 0 || m->most == NAME(POOL_STRIP_LEFT) || (ratio == 1 && m->most == NAME(POOL_STRIP_RIGHT));
        r->turns = turns && r->lo <= before ? max_size(0, min_size(lines, ratio * (rows - r->loose)) / NAME(POOL_STRIP_LINES)) : 0;
    }
}

/* Rows that share no line and lie as planes follow each other are rows of one plane. */
static int NAME(pool_strips_are_one)(const struct window_plane *w, int64_t taps, int64_t ratio)
{
    const struct window_rows *r = w->rows;
    return taps == ratio && r->from == 0 && r->to == ratio * r->rows && w->a_plane == ratio * r->rows * w->a_line &&
           w->dst_plane == r->rows * w->dst_row && w->divide.by != DIVIDE_OPERANDS;
}

/* As many rows at once as have their lines in a part of the first-level cache, of all planes if that is all of them; those that come after them
 * arrive meanwhile. Parts of rows that share lines, which are read for both, are longer. Rows that are done. */
static int64_t NAME(pool_strips_rows)(NAME(pool_planes_fn) *planes, int taps, int ratio, const struct window_plane *w)
{
    enum { HIGH = 8, CACHED = 9 << 10, CACHED_SHARED = 12 << 10 };
    const int64_t line = ratio * w->a_line, rows = w->rows->rows, least = taps == ratio ? 1 : HIGH, cached = taps == ratio ? CACHED : CACHED_SHARED;
    const int64_t most = max_size(least, cached / max_size(1, abs_size(line))), parts = max_size(1, (rows + most / 2) / most);
    const int64_t high = ceil_div(ceil_div(rows, parts) * ratio, 2) * 2 / ratio, wide = high >= rows ? w->planes : 1;
    const int64_t next = max_size(1, cached / max_size(1, abs_size(w->a_plane))) * w->a_plane;
    struct NAME(window_masks) m[WINDOW_KINDS];
    struct NAME(pool_strip_rows) r[WINDOW_KINDS];
    struct NAME(plane_divisor) by;
    NAME(set_plane_divisor)(&by, &w->divide);
    for (int64_t c = 0; c < w->kinds; c++) NAME(set_window_masks)(&m[c], taps, ratio == 2, &w->columns[c], w->a_line, NAME(POOL_STRIP_OVER));
    NAME(set_pool_strip_rows)(r, w, m, taps, ratio, high);
    for (int64_t plane = 0; plane < w->planes; plane += wide)
        for (int64_t from = 0; from < rows; from += high) {
            const int64_t soon = w->rows->a + (from + high < rows ? (from + high) * line : next);
            NAME(pool_strip_part)(r, w, &by, m, taps, ratio, from, min_size(high, rows - from), soon);
            const int64_t done = planes(w, &by, r, m, plane, wide);
            if (done < wide) return plane * rows + (wide == 1 ? from : done * rows);
        }
    return w->planes * rows;
}

#if defined(__AVX512F__)
/* Windows of 2x2 side by side whose rows are no longer than half a vector, and follow each other in dst. */
static int NAME(pool_rows_are_short)(const struct window_plane *w)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct window_columns *c = w->columns;
    const struct window_lanes first = c->lanes[0], second = c->lanes[1];
    return w->kinds == 1 && c->count == 1 && c->stored <= LANES / 2 && w->dst_row == c->stored * (int64_t)sizeof(T) && !first.lo && !second.lo &&
           first.hi == c->stored && second.hi == c->stored && w->rows->from == 0 && w->rows->to == 2 * w->rows->rows &&
           w->divide.by != DIVIDE_OPERANDS;
}

/* Two of these rows at once, as if they were pixels of one channel in two vectors. 0: there may be NaN. */
ALWAYS_INLINE int NAME(pool_short_rows)(const enum window_form form, const struct window_plane *w, const char *a, char *dst, int64_t rows)
{
    enum { SOON = 512 };
    const int stored = w->columns->stored, some = 2 * stored;
    const int64_t line = w->a_line;
    VEC any[2] = { { 0 } };
    for (int64_t r = 0; r < rows; r += 2, a += 4 * line, dst += 2 * w->dst_row) {
        const int64_t next = r + 1 < rows ? 2 * line : 0;
        VEC acc = VEC_SPLAT(0), v[4];
        UNROLL(4)
        for (int i = 0; i < 4; i++) {
            const char *p = a + i / 2 * line;
            __builtin_prefetch(p + i % 2 * 2 * line + SOON);
            v[i] = vec_pixels(VEC_LOAD_SOME(VEC_RANGE(0, some), p), VEC_LOAD_SOME(VEC_RANGE(0, some), p + next), 1, some, i % 2);
            if (form == WINDOW_SUM) acc += v[i];
            else any[i % 2] = VEC_MULADD(v[i], VEC_SPLAT(1), any[i % 2]);
        }
        if (form == WINDOW_SUM) acc = NAME(pool_quotient)(&w->divide, acc, (T)w->divide.number);
        else acc = NAME(vec_larger)(NAME(vec_larger)(v[0], v[1]), NAME(vec_larger)(v[2], v[3]));
        VEC_STORE_FIRST(next ? some : stored, dst, acc);
    }
    return form == WINDOW_SUM || !vec_any_nan(any[0] + any[1]);
}

/* Rows that are done; -1: they are not short. */
static int64_t NAME(pool_short_planes)(const enum window_form form, const struct window_plane *w)
{
    enum { SOME = 256 };
    const int64_t rows = w->rows->rows;
    if (!NAME(pool_rows_are_short)(w)) return -1;
    for (int64_t plane = 0; plane < w->planes; plane++)
        for (int64_t from = 0; from < rows; from += SOME) {
            const char *a = shift(w->a, plane * w->a_plane + w->rows->a + w->columns->a + 2 * from * w->a_line);
            char *dst = shift(w->dst, plane * w->dst_plane + w->rows->dst + w->columns->dst + from * w->dst_row);
            const int64_t n = min_size(rows - from, SOME);
            if (!(form == WINDOW_MAX ? NAME(pool_short_rows)(WINDOW_MAX, w, a, dst, n) : NAME(pool_short_rows)(WINDOW_SUM, w, a, dst, n)))
                return plane * rows + from;
        }
    return w->planes * rows;
}
#else
static int64_t NAME(pool_short_planes)(const enum window_form form, const struct window_plane *w)
{
    (void)form, (void)w;
    return -1;
}
#endif

static int64_t NAME(pool_strips)(NAME(pool_planes_fn) *planes, const enum window_form form, int taps, int ratio, const struct window_plane *w)
{
    struct window_plane one = *w;
    struct window_rows all = *w->rows;
    if (NAME(pool_strips_are_one)(w, taps, ratio)) {
        one.rows = &all;
        one.planes = 1;
        all.rows *= w->planes;
        all.to *= w->planes;
    }
    const int64_t done = taps == 2 ? NAME(pool_short_planes)(form, &one) : -1;
    return (done < 0 ? NAME(pool_strips_rows)(planes, taps, ratio, &one) : done) / w->rows->rows;
}

#define STRIPS(form, taps, ratio) \
    static int64_t NAME(pool_##form##_##taps##_##ratio##_planes)(const struct window_plane *w, const struct NAME(plane_divisor) *by, \
                                                                const struct NAME(pool_strip_rows) *rows, \
                                                                const struct NAME(window_masks) *m, int64_t first, int64_t n) \
    { return NAME(pool_strip_planes)(WINDOW_##form, taps, ratio, w, by, rows, m, first, n); } \
    static int64_t NAME(pool_##form##_##taps##_##ratio##_strips)(const struct window_plane *w) \
    { return NAME(pool_strips)(NAME(pool_##form##_##taps##_##ratio##_planes), WINDOW_##form, taps, ratio, w); }
#define STRIPS_ENTRY(form, taps, ratio) [taps][ratio] = NAME(pool_##form##_##taps##_##ratio##_strips)
STRIPS(MAX, 2, 2) STRIPS(MAX, 3, 1) STRIPS(MAX, 3, 2) STRIPS(SUM, 2, 2) STRIPS(SUM, 3, 1) STRIPS(SUM, 3, 2)
