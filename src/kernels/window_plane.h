/*
 * window_plane.h - template: pools whose short windows slide over planes, see struct window_plane in window.h.
 *
 *     row 0   acc        line j of a, tap i: loaded once, for every row that has a tap there.
 *     row 1   acc        What a tile does is known when this is compiled, but for lines that no row sees.
 *     row 2   acc
 *     row 3   acc        taps x taps, rows `ratio` lines apart; ratio 2: vectors of every second element
 *
 * Lanes that are left out of a tap: what is loaded of a is +0, or what no maximum is; sums begin with +0 and are never -0, and +0 does not
 * change them.
 */

enum { NAME(PARTS) = 4 }; /* vectors that are loaded of a line */

/* Of some columns: lanes that see each tap, and what is loaded. Bits of the taps and parts that are not whole; of those, which it matters of if a
 * vector may go on in the next line. */
struct NAME(window_masks) { VEC_MASK lanes[WINDOW_SIDE], load[NAME(PARTS)]; unsigned some, most; };

/* Elements that a line begins its parts with. */
ALWAYS_INLINE int NAME(window_part)(int part)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    return (part & 1) * LANES + (part & 2 ? 2 - (part & 1) : 0);
}

/* What begins at element `from` sees lo <= element < hi. */
ALWAYS_INLINE void NAME(set_window_part)(struct NAME(window_masks) *m, int i, int from, int lo, int hi, int goes_on)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    m->load[i] = NAME(window_some)(lo - from, hi - from);
    if (lo > from || hi < from + LANES) m->some |= 1u << i;
    if (lo > from || (hi < from + LANES && !goes_on)) m->most |= 1u << i;
}

static void NAME(set_window_masks)(struct NAME(window_masks) *m, const int taps, const int pairs, const struct window_columns *c, int64_t a_line)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), SPAN = 2 * LANES + 1 };
    int lo = INT_MAX, hi = 0, ends = 0;
    m->some = m->most = 0;
    for (int i = 0; i < taps; i++) {
        const struct window_lanes l = c->lanes[i];
        m->lanes[i] = VEC_RANGE(l.lo, l.hi);
        ends |= l.hi < c->stored;
        const int runs_on = l.hi == c->stored && l.lo == 0 && 2 * l.hi >= LANES && a_line == l.hi * (int64_t)sizeof(T);
        if (!pairs) NAME(set_window_part)(m, i, 0, l.lo, l.hi, runs_on);
        else if (l.lo > 0 || l.hi < c->stored) m->most |= 1u << i;
        if (l.lo == l.hi) continue;
        if (2 * l.lo + i < lo) lo = 2 * l.lo + i;
        if (2 * l.hi + i - 1 > hi) hi = 2 * l.hi + i - 1;
    }
    const int goes_on = !ends && 2 * hi - lo >= SPAN && a_line == (hi - lo) * (int64_t)sizeof(T);
    for (int i = 0; pairs && i < NAME(PARTS); i++) NAME(set_window_part)(m, i, NAME(window_part)(i), lo, hi, goes_on);
    m->some |= m->most;
}

ALWAYS_INLINE VEC NAME(window_plane_load)(const enum window_form form, const unsigned some, const char *p, const VEC_MASK *m)
{
    if (!some) return VEC_LOAD(p);
    const VEC v = VEC_LOAD_SOME(*m, p);
    return form == WINDOW_MAX ? VEC_CHOOSE(*m, v, VEC_SPLAT(-(T)INFINITY)) : v;
}

/* The taps of a line, `some` of which (bits) have lanes left out. Every second element: of four vectors, and not in order. */
ALWAYS_INLINE void NAME(window_plane_line)(const enum window_form form, const int taps, const int pairs, const unsigned some,
                                           const char *p, int64_t a_tap,
                                           const struct NAME(window_masks) *m, VEC v[NAME(PARTS)])
{
    const int parts = pairs ? 2 * taps - 2 : taps;
#pragma GCC unroll 4
    for (int i = 0; i < parts; i++)
        v[i] = NAME(window_plane_load)(form, some >> i & 1, p + (pairs ? NAME(window_part)(i) * (int64_t)sizeof(T) : i * a_tap), &m->load[i]);
    if (!pairs) return;
    const VEC even = vec_evens(v[0], v[1]), odd = vec_odds(v[0], v[1]);
    if (taps == 3) v[2] = vec_later(v[2], v[3]);
    v[0] = even;
    v[1] = odd;
}

/* Sums of the rows, of lines from .. to. The largest of a line serves all rows: it is the same in whatever groups it is found. */
ALWAYS_INLINE void NAME(window_plane_tile)(const enum window_form form, const int taps, const int ratio, const int some,
                                           const char *a, int64_t a_line, int64_t a_tap, const struct NAME(window_masks) *m, int from, int to,
                                           VEC acc[WINDOW_ROWS])
{
    const int parts = form == WINDOW_MAX ? 1 : taps;
#pragma GCC unroll 4
    for (int r = 0; r < WINDOW_ROWS; r++) acc[r] = VEC_SPLAT(form == WINDOW_MAX ? -(T)INFINITY : (T)0);
#pragma GCC unroll 16
    for (int j = 0; j < taps + ratio * (WINDOW_ROWS - 1); j++, a = shift((char *)(intptr_t)a, a_line)) {
        VEC v[NAME(PARTS)];
        if (j < from || j >= to) continue;
        NAME(window_plane_line)(form, taps, ratio == 2, some ? ~0u : 0, a, a_tap, m, v);
        if (form == WINDOW_MAX)
#pragma GCC unroll 4
            for (int i = 1; i < taps; i++) v[0] = VEC_WINNER(v[0], v[i]);
#pragma GCC unroll 4
        for (int i = 0; i < parts; i++)
#pragma GCC unroll 4
            for (int r = 0; r < WINDOW_ROWS; r++)
                if (form == WINDOW_MAX && j == ratio * r) acc[r] = v[0];
                else if (j - ratio * r < 0 || j - ratio * r >= taps) continue;
                else acc[r] = NAME(window_combine)(form, v[i], v[i], acc[r]);
    }
#pragma GCC unroll 4
    for (int r = 0; ratio == 2 && r < WINDOW_ROWS; r++) acc[r] = vec_sorted(acc[r]);
}

/* Sums are divided by fixed * row[y] * column[x], or by fixed. */
struct NAME(plane_divisor) { T fixed; const char *row, *column; int64_t row_step, column_step; };

static void NAME(set_plane_divisor)(struct NAME(plane_divisor) *to, const struct window_divide *d)
{
    static const T one = 1;
    *to = (struct NAME(plane_divisor)){ .fixed = d->by == DIVIDE_OPERANDS ? 1 : (T)d->number, .row = (const char *)&one,
                                        .column = (const char *)&one };
    for (int o = 0; d->by == DIVIDE_OPERANDS && o < 3; o++)
        if (d->row[o]) { to->row = d->at[o]; to->row_step = d->row[o]; }
        else if (d->column[o]) { to->column = d->at[o]; to->column_step = d->column[o]; }
        else if (d->at[o]) to->fixed *= *(const ANY *)(const void *)d->at[o];
}

/* `row` and `column` are where the operands stand, of which `stored` columns are there. */
ALWAYS_INLINE void NAME(window_plane_divide)(enum window_division how, const struct NAME(plane_divisor) *by, int rows, int stored, const char *row,
                                             const char *column, VEC acc[WINDOW_ROWS])
{
    VEC factor = VEC_SPLAT(1);
    if (how == DIVIDE_OPERANDS)
        factor = by->column_step ? VEC_LOAD_SOME(VEC_RANGE(0, stored), column) : VEC_SPLAT(*(const ANY *)(const void *)column);
#pragma GCC unroll 4
    for (int r = 0; r < WINDOW_ROWS; r++) {
        if (how == DIVIDE_SCALE) acc[r] = acc[r] * VEC_SPLAT(by->fixed);
        if (how == DIVIDE_NUMBER) acc[r] = acc[r] / VEC_SPLAT(by->fixed);
        if (how != DIVIDE_OPERANDS || r >= rows) continue;
        const VEC all = VEC_SPLAT(by->fixed * *(const ANY *)(const void *)(row + r * by->row_step)) * factor;
        acc[r] = (VEC)((NAME(mask))(acc[r] / all) & (all != 0));
    }
}

/* Whole vectors, or the first `stored` lanes. */
ALWAYS_INLINE void NAME(window_plane_store)(const int some, const struct window_plane *w, int rows, int stored, char *dst, VEC acc[WINDOW_ROWS])
{
    const int64_t dst_row = w->dst_row;
#pragma GCC unroll 4
    for (int r = 0; r < WINDOW_ROWS; r++) {
        if (r >= rows) break;
        if (some) VEC_STORE_FIRST(stored, dst, acc[r]);
        else VEC_STORE(dst, acc[r]);
        dst += dst_row;
    }
}

/* A band of rows at these columns. */
ALWAYS_INLINE void NAME(window_plane_band)(const enum window_form form, const int taps, const int ratio, const int some, const struct window_plane *w,
                                           const struct window_rows *r, const struct window_columns *c, const char *a, char *dst,
                                           const struct NAME(window_masks) *m, const struct NAME(plane_divisor) *by, const char *by_row)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t a_line = w->a_line, a_tap = w->a_tap;
    const int from = (int)r->from, to = (int)r->to, rows = (int)r->rows, stored = some ? c->stored : LANES;
    const char *by_column = form == WINDOW_SUM ? by->column + c->first * by->column_step : NULL;
    VEC acc[WINDOW_ROWS];
    for (int64_t x = some ? 1 : c->count; x > 0; x--) {
        NAME(window_plane_tile)(form, taps, ratio, some, a, a_line, a_tap, m, from, to, acc);
        if (form == WINDOW_SUM) NAME(window_plane_divide)(w->divide.by, by, rows, stored, by_row, by_column, acc);
        if (some && stored < LANES) NAME(window_plane_store)(1, w, rows, stored, dst, acc);
        else NAME(window_plane_store)(0, w, rows, LANES, dst, acc);
        a += ratio * VECTOR_BYTES;
        dst += VECTOR_BYTES;
        if (form == WINDOW_SUM) by_column += LANES * by->column_step;
    }
}

/* All columns of some rows, as memory lies. */
ALWAYS_INLINE void NAME(window_plane_rows)(const enum window_form form, const int taps, const int ratio, const struct window_plane *w,
                                           const struct window_rows *r, const char *a, char *dst, const struct NAME(window_masks) *m,
                                           const struct NAME(plane_divisor) *by)
{
    const char *by_row = form == WINDOW_SUM ? by->row + r->first * by->row_step : NULL;
    a = shift((char *)(intptr_t)a, r->a);
    dst += r->dst;
    for (int64_t n = r->count; n > 0; n--, a = shift((char *)(intptr_t)a, r->a_move), dst += r->dst_move) {
        for (const struct window_columns *c = w->columns, *end = c + w->kinds; c < end; c++) {
            const char *p = shift((char *)(intptr_t)a, c->a);
            if (c->whole) NAME(window_plane_band)(form, taps, ratio, 0, w, r, c, p, dst + c->dst, &m[c - w->columns], by, by_row);
            else NAME(window_plane_band)(form, taps, ratio, 1, w, r, c, p, dst + c->dst, &m[c - w->columns], by, by_row);
        }
        if (form == WINDOW_SUM) by_row += r->move * by->row_step;
    }
}

ALWAYS_INLINE int64_t NAME(window_planes)(const enum window_form form, const int taps, const int ratio, const struct window_plane *w)
{
    struct NAME(window_masks) m[WINDOW_KINDS];
    struct NAME(plane_divisor) by;
    const char *a = w->a;
    char *dst = w->dst;
    if (form == WINDOW_SUM) NAME(set_plane_divisor)(&by, &w->divide);
    for (int64_t c = 0; c < w->kinds; c++) NAME(set_window_masks)(&m[c], taps, ratio == 2, &w->columns[c], w->a_line);
    for (int64_t n = w->planes; n > 0; n--) {
        for (int64_t r = 0; r < w->bands; r++) NAME(window_plane_rows)(form, taps, ratio, w, &w->rows[r], a, dst, m, &by);
        a = shift((char *)(intptr_t)a, w->a_plane);
        dst += w->dst_plane;
    }
    return w->planes;
}

#define PLANE(form, taps, ratio) \
    static int64_t NAME(window_plane_##form##_##taps##_##ratio)(const struct window_plane *w) \
    { return NAME(window_planes)(WINDOW_##form, taps, ratio, w); }
#define PLANE_ENTRY(form, taps, ratio) [taps][ratio] = NAME(window_plane_##form##_##taps##_##ratio)
PLANE(MAX, 2, 2) PLANE(SUM, 2, 2) PLANE(SUM, 3, 1) PLANE(SUM, 3, 2)
