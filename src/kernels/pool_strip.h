/*
 * pool_strip.h - template: maxima over windows of 3x3, and of 2x2 in short rows, that slide over planes, see struct window_plane in window.h.
 *
 *     line 0   a a a          a vector of columns goes down all rows: each line is loaded once, and what is the largest of its taps is kept
 *     line 1   a a a          until the last row that sees it is done
 *     line 2   a a a   row 0
 *     line 3   a a a   row 1  rows `ratio` lines apart; ratio 2: vectors of every second element
 *
 * A vector of every second element is two halves, which need not be neighbours: the second one of rows shorter than a vector begins before
 * the end of the first. Lanes that are left out of a tap are what no maximum is. 3x3 goes by instructions that would lose a NaN, which is
 * looked for before.
 */
enum { NAME(STRIP_PARTS) = 4 };

/* Of a kind of columns: lanes that see each tap or, every second element, lanes of what is loaded. */
struct NAME(pool_strip_masks) { VEC_MASK load[NAME(STRIP_PARTS)]; };

/* Bytes from the beginning of a line to what is loaded of it: its taps, `next` bytes apart, or, of every second element, its halves, and both
 * once more for the third tap. */
ALWAYS_INLINE int64_t NAME(pool_strip_part)(const int ratio, int part, int64_t next)
{
    if (ratio == 1) return part * next;
    return (part & 1 ? next : 0) + (part & 2 ? (2 - (part & 1)) * (int64_t)sizeof(T) : 0);
}

static void NAME(set_pool_strip_masks)(struct NAME(pool_strip_masks) *m, const int taps, const int ratio, const struct window_columns *c)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    int lo = INT_MAX, hi = 0;
    for (int i = 0; i < taps; i++) {
        m->load[i] = VEC_RANGE(c->lanes[i].lo, c->lanes[i].hi);
        if (c->lanes[i].lo == c->lanes[i].hi) continue;
        if (2 * c->lanes[i].lo + i < lo) lo = 2 * c->lanes[i].lo + i;
        if (2 * c->lanes[i].hi + i - 1 > hi) hi = 2 * c->lanes[i].hi + i - 1;
    }
    for (int i = 0; ratio == 2 && i < NAME(STRIP_PARTS); i++) {
        const int from = (int)NAME(pool_strip_part)(ratio, i, VECTOR_BYTES) / (int)sizeof(T);
        m->load[i] = NAME(window_some)(lo - from, hi - from);
    }
}

/* Is there a NaN, or infinities, among what is read of lines from .. to: everything is added up. */
static int NAME(pool_strip_nan)(const struct window_plane *w, const char *a, int64_t from, int64_t to)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), AT_ONCE = 4 };
    const int64_t line = w->line_to - w->line_from, together = w->a_line == line * (int64_t)sizeof(T);
    const int64_t n = together ? line * max_size(to - from, 0) : line;
    const VEC_MASK some = NAME(window_some)(0, (int)min_size(n, LANES));
    VEC any[AT_ONCE] = { { 0 } };
    a = shift((char *)(intptr_t)a, from * w->a_line + w->line_from * (int64_t)sizeof(T));
    for (int64_t lines = together ? from < to : to - from; lines > 0; lines--, a = shift((char *)(intptr_t)a, w->a_line)) {
        int64_t i = 0;
        for (; i + AT_ONCE * LANES <= n; i += AT_ONCE * LANES)
#pragma GCC unroll 4
            for (int v = 0; v < AT_ONCE; v++) any[v] += VEC_LOAD(a + (i + v * LANES) * (int64_t)sizeof(T));
        for (; i < n; i += LANES) any[0] += VEC_LOAD_SOME(some, a + max_size(0, min_size(i, n - LANES)) * (int64_t)sizeof(T));
    }
    return vec_any_nan(any[0] + any[1] + (any[2] + any[3]));
}

/* A vector; its first lanes; two halves, each where it belongs. */
ALWAYS_INLINE void NAME(pool_strip_put)(const int ratio, const int some, int stored, int64_t half, char *dst, VEC v)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    if (some && stored < LANES) VEC_STORE_FIRST(stored, dst, v);
    else if (ratio == 1 || some || half == VECTOR_BYTES / 2) VEC_STORE(dst, v);
    else vec_store_halves(dst, dst + half, v);
}

/* The largest of `taps`. */
ALWAYS_INLINE VEC NAME(pool_strip_most)(const int taps, const VEC v[WINDOW_SIDE])
{
    return taps == 2 ? VEC_WINNER(v[0], v[1]) : NAME(vec_larger)(v[0], NAME(vec_larger)(v[1], v[2]));
}

/* That of a line; of every second element not in order. */
ALWAYS_INLINE VEC NAME(pool_strip_line)(const int taps, const int ratio, const int some, const char *p, int64_t next,
                                        const struct NAME(pool_strip_masks) *m)
{
    const int parts = ratio == 2 ? 2 * taps - 2 : taps;
    VEC v[NAME(STRIP_PARTS)];
#pragma GCC unroll 4
    for (int i = 0; i < parts; i++) {
        const char *q = p + NAME(pool_strip_part)(ratio, i, next);
        v[i] = some ? VEC_CHOOSE(m->load[i], VEC_LOAD_SOME(m->load[i], q), VEC_SPLAT(-(T)INFINITY)) : VEC_LOAD(q);
    }
    if (ratio == 1) return NAME(pool_strip_most)(taps, v);
    const VEC split[WINDOW_SIDE] = { vec_evens(v[0], v[1]), vec_odds(v[0], v[1]), taps == 3 ? vec_later(v[2], v[3]) : v[0] };
    return NAME(pool_strip_most)(taps, split);
}

/* Rows of a vector, of whose lines those from .. to are there, counted from the first one's. */
struct NAME(pool_rows) { int64_t rows, from, to; };

ALWAYS_INLINE void NAME(pool_strip)(const int taps, const int ratio, const int some, const struct window_plane *w, const struct NAME(pool_rows) *r,
                                    const struct window_columns *c,
                                    const struct NAME(pool_strip_masks) *masks, const char *a, char *dst)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct NAME(pool_strip_masks) m = *masks;
    const int64_t a_line = w->a_line, dst_row = w->dst_row, half = c->half * (int64_t)sizeof(T), next = ratio == 1 ? w->a_tap : ratio * half;
    const int stored = some ? c->stored : LANES;
    const uint64_t lines = (uint64_t)(r->to - r->from);
    const VEC none = VEC_SPLAT(-(T)INFINITY);
    int64_t line = -r->from;
    VEC kept[WINDOW_SIDE] = { none, none, none };
#pragma GCC unroll 2
    for (int k = 0; k < taps - ratio; k++)
        if ((uint64_t)(line + k) < lines) kept[k] = NAME(pool_strip_line)(taps, ratio, some, a + k * a_line, next, &m);
    for (int64_t n = r->rows; n > 0; n--, line += ratio, a = shift((char *)(intptr_t)a, ratio * a_line), dst += dst_row) {
#pragma GCC unroll 2
        for (int k = taps - ratio; k < taps; k++) {
            kept[k] = none;
            if (__builtin_expect((uint64_t)(line + k) < lines, 1)) kept[k] = NAME(pool_strip_line)(taps, ratio, some, a + k * a_line, next, &m);
        }
        const VEC most = NAME(pool_strip_most)(taps, kept);
        NAME(pool_strip_put)(ratio, some, stored, half, dst, ratio == 2 ? vec_sorted(most) : most);
#pragma GCC unroll 2
        for (int k = 0; k < taps - ratio; k++) kept[k] = kept[k + ratio];
    }
}

/* All columns. */
ALWAYS_INLINE void NAME(pool_strips_of)(const int taps, const int ratio, const struct window_plane *w, const struct NAME(pool_rows) *r,
                                       const struct NAME(pool_strip_masks) *m, const char *a, char *dst)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    for (const struct window_columns *c = w->columns, *end = c + w->kinds; c < end; c++, m++) {
        const char *p = a + c->a;
        char *q = dst + c->dst;
        if (!c->whole && c->half == LANES / 2) NAME(pool_strip)(taps, ratio, 1, w, r, c, m, p, q);
        else
            for (int64_t x = 0; x < c->count; x++) NAME(pool_strip)(taps, ratio, 0, w, r, c, m, p + x * ratio * VECTOR_BYTES, q + x * VECTOR_BYTES);
    }
}

/* A plane: as many rows at once as have their lines in the first-level cache. 0: there may be NaN that would be lost. */
ALWAYS_INLINE int NAME(pool_strips_plane)(const int taps, const int ratio, const struct window_plane *w, const struct NAME(pool_strip_masks) *m,
                                          const char *a, char *dst)
{
    enum { CACHED = 16 << 10, LEAST = 8 };
    const struct window_rows *all = w->rows;
    const int64_t step = ratio * w->a_line, high = max_size(LEAST, CACHED / max_size(1, abs_size(step)));
    for (int64_t row = 0; row < all->rows; row += high) {
        const struct NAME(pool_rows) r = { min_size(high, all->rows - row), all->from - row * ratio, all->to - row * ratio };
        const int64_t from = max_size(r.from, 0), to = min_size(r.to, (r.rows - 1) * ratio + taps);
        const char *p = shift((char *)(intptr_t)a, row * step);
        if (taps == 3 && NAME(pool_strip_nan)(w, p, from, to)) return 0;
        NAME(pool_strips_of)(taps, ratio, w, &r, m, p, dst + row * w->dst_row);
    }
    return 1;
}

ALWAYS_INLINE int64_t NAME(pool_strips)(const int taps, const int ratio, const struct window_plane *w)
{
    struct NAME(pool_strip_masks) m[WINDOW_KINDS];
    for (int64_t c = 0; c < w->kinds; c++) NAME(set_pool_strip_masks)(&m[c], taps, ratio, &w->columns[c]);
    for (int64_t n = 0; n < w->planes; n++)
        if (!NAME(pool_strips_plane)(taps, ratio, w, m, shift(w->a, n * w->a_plane + w->rows->a), w->dst + n * w->dst_plane + w->rows->dst)) return n;
    return w->planes;
}

static int64_t NAME(pool_strips_2_2)(const struct window_plane *w) { return NAME(pool_strips)(2, 2, w); }
static int64_t NAME(pool_strips_3_1)(const struct window_plane *w) { return NAME(pool_strips)(3, 1, w); }
static int64_t NAME(pool_strips_3_2)(const struct window_plane *w) { return NAME(pool_strips)(3, 2, w); }
