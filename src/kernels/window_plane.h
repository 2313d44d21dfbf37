/*
 * window_plane.h - template: lines of planes that short windows slide over, for ribbons (window_ribbon.h) and strips (pool_strip.h), see struct
 * window_plane in window.h; and what becomes of sums: what they are divided by, or how they end.
 *
 * Vectors of neighbours, or of every second element. Lanes that are left out of a tap: what is loaded of a is +0, or what no maximum is; sums
 * begin with +0 and are never -0, and +0 does not change them.
 */

enum { NAME(PARTS) = 4 }; /* vectors that are loaded of a line */

/* Of some columns: lanes that see each tap, and what is loaded. Bits of the taps and parts that are not whole; of those, which it matters of if a
 * vector may go on in the next lines, `over` so many; of ribbons, the taps that some lanes do not see. */
struct NAME(window_masks) { VEC_MASK lanes[WINDOW_SIDE], load[NAME(PARTS)]; unsigned some, most, ends; int over; };

/* Of every second element: two vectors, and one element, or what is two elements on, the last element in its last lane. */
ALWAYS_INLINE int NAME(window_parts)(const int taps, const int pairs) { return pairs && !MOVES_UP ? 2 * taps - 2 : taps; }
ALWAYS_INLINE int NAME(window_part_is_one)(const int part, const int pairs) { return pairs && MOVES_UP && part == 2; }

/* Elements that a line begins its parts with. */
ALWAYS_INLINE int NAME(window_part)(int part)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    return MOVES_UP ? part * LANES : (part & 1) * LANES + (part & 2 ? 2 - (part & 1) : 0);
}

/* What begins at element `from`, and is so wide, sees lo <= element < hi. */
ALWAYS_INLINE void NAME(set_window_part)(struct NAME(window_masks) *m, int i, int from, int wide, int lo, int hi, int goes_on)
{
    const int end = from + wide;
    m->load[i] = NAME(window_some)(lo - from, hi < end ? hi - from : wide);
    if (lo > from || hi < end) m->some |= 1u << i;
    if (lo > from || (hi < end && !goes_on)) m->most |= 1u << i;
}

/* Lines that a vector goes on in, `wide` elements from where a line begins; of these lo .. hi are there, and the next line's follow. */
static int NAME(window_over)(int wide, int lo, int hi) { return (wide - lo - 1) / (hi - lo); }

/* Vectors may go on in so many lines. */
static void NAME(set_window_masks)(struct NAME(window_masks) *m, const int taps, const int pairs, const struct window_columns *c, int64_t a_line,
                                   int most)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), SPAN = 2 * LANES + 1 };
    int lo = INT_MAX, hi = 0, ends = 0;
    m->some = m->most = 0;
    m->over = 0;
    for (int i = 0; i < taps; i++) {
        const struct window_lanes l = c->lanes[i];
        m->lanes[i] = VEC_RANGE(l.lo, l.hi);
        ends |= l.hi < c->stored;
        const int over = l.hi == c->stored && l.lo == 0 && a_line == l.hi * (int64_t)sizeof(T) ? NAME(window_over)(LANES, 0, l.hi) : most + 1;
        if (!pairs) NAME(set_window_part)(m, i, 0, LANES, l.lo, l.hi, over <= most);
        if (!pairs && over <= most) m->over = over;
        if (pairs && (l.lo > 0 || l.hi < c->stored)) m->most |= 1u << i;
        if (l.lo == l.hi) continue;
        if (2 * l.lo + i < lo) lo = 2 * l.lo + i;
        if (2 * l.hi + i - 1 > hi) hi = 2 * l.hi + i - 1;
    }
    if (pairs && !ends && a_line == (hi - lo) * (int64_t)sizeof(T)) m->over = NAME(window_over)(SPAN, lo, hi);
    const int goes_on = m->over > 0 && m->over <= most;
    for (int i = 0; pairs && i < NAME(window_parts)(taps, pairs); i++)
        NAME(set_window_part)(m, i, NAME(window_part)(i), NAME(window_part_is_one)(i, pairs) ? 1 : LANES, lo, hi, goes_on);
    m->some |= m->most;
}

ALWAYS_INLINE VEC NAME(window_plane_load)(const enum window_form form, const int pairs, const unsigned some, const char *p, const VEC_MASK *m)
{
    if (!some) return form == WINDOW_SPREAD && pairs && !MOVES_UP ? VEC_LOAD(p) : vec_load_once(p);
    const VEC v = VEC_LOAD_SOME(*m, p);
    return form == WINDOW_MAX ? VEC_CHOOSE(*m, v, VEC_SPLAT(-(T)INFINITY)) : v;
}

/* What is loaded of a line, lanes of `some` (bits) being left out: its taps; of every second element what these are split from. */
ALWAYS_INLINE void NAME(window_plane_parts)(const enum window_form form, const int taps, const int pairs, const unsigned some,
                                            const char *p, int64_t a_tap,
                                            const struct NAME(window_masks) *m, VEC v[NAME(PARTS)])
{
    UNROLL(4)
    for (int i = 0; i < NAME(window_parts)(taps, pairs); i++) {
        const char *part = p + (pairs ? NAME(window_part)(i) * (int64_t)sizeof(T) : i * a_tap);
        if (NAME(window_part_is_one)(i, pairs) && !(some >> i & 1)) v[i] = VEC_SPLAT(*(const ANY *)(const void *)part);
        else v[i] = NAME(window_plane_load)(form, pairs, some >> i & 1, part, &m->load[i]);
    }
}

/* Taps of every second element, not in order. */
ALWAYS_INLINE void NAME(window_plane_split)(const int taps, VEC v[NAME(PARTS)])
{
    const VEC even = vec_evens(v[0], v[1]), odd = vec_odds(v[0], v[1]);
    if (taps == 3) v[2] = MOVES_UP ? vec_later(even, v[2]) : vec_later(v[2], v[3]);
    v[0] = even;
    v[1] = odd;
}

/* The taps of a line. */
ALWAYS_INLINE void NAME(window_plane_line)(const enum window_form form, const int taps, const int pairs, const unsigned some,
                                           const char *p, int64_t a_tap,
                                           const struct NAME(window_masks) *m, VEC v[NAME(PARTS)])
{
    NAME(window_plane_parts)(form, taps, pairs, some, p, a_tap, m, v);
    if (pairs) NAME(window_plane_split)(taps, v);
}

/* What becomes of sums where they are stored (ending.h). */
ALWAYS_INLINE struct NAME(ending) NAME(ending_of)(const struct window_ending *e, VEC bias)
{
    return (struct NAME(ending)){ bias, VEC_SPLAT(e->lo), VEC_SPLAT(e->hi) };
}

/* Sums are divided by fixed * row[y] * column[x], or multiplied by fixed. */
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
