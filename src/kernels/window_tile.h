/*
 * window_tile.h - template: the innermost loops over windows, see window.h.
 *
 *     c[r][v] = fold over groups, steps, taps of a step of   a*b  (SPREAD, LANES)  |  a  (SUM, MAX)
 *
 * a: along the vector unit stride or every second element; otherwise anything, 0 and negative included, any alignment.
 * dst: unit stride along the vector. Lanes that are left out of a tap are not read. Every sum is one chain in the order of the lists.
 */

/* A vector that some sums share. As long as a line of the cache it mostly lies in two of them: then it is loaded once. */
ALWAYS_INLINE VEC NAME(window_shared)(const char *p)
{
    return LINE_VECTORS == 1 ? (VEC)vec_load_once(p) : VEC_LOAD(p);
}

/* A vector of a: neighbours, or every second element; nothing beyond the last of them is read. */
ALWAYS_INLINE VEC NAME(window_load)(const int pairs, const char *p)
{
    return pairs ? NAME(load_even)(p) : NAME(window_shared)(p);
}

/* Those of the lanes that are lo <= i < hi. */
ALWAYS_INLINE VEC_MASK NAME(window_some)(int lo, int hi)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    lo = lo < 0 ? 0 : lo > LANES ? LANES : lo;
    hi = hi < lo ? lo : hi > LANES ? LANES : hi;
    return VEC_RANGE(lo, hi);
}

/* The same for some lanes; in the others what changes no sum and no maximum. */
ALWAYS_INLINE VEC NAME(window_load_some)(const enum window_form form, const int pairs, const char *p, struct window_lanes l)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const VEC nothing = VEC_SPLAT(form == WINDOW_MAX ? -(T)INFINITY : -(T)0);
    const VEC_MASK some = VEC_RANGE(l.lo, l.hi);
    VEC v = pairs ? VEC_EVEN(VEC_LOAD_SOME(NAME(window_some)(2 * l.lo, 2 * l.hi - 1), p),
                             VEC_LOAD_SOME(NAME(window_some)(2 * l.lo - (LANES - 1), 2 * l.hi - LANES), p + (LANES - 1) * sizeof(T)))
                  : VEC_LOAD_SOME(some, p);
    return form == WINDOW_SPREAD || form == WINDOW_LANES ? v : VEC_CHOOSE(some, v, nothing);
}

/* One value of b; -0 where lanes are left out: times the 0 that is there of a it is -0, which changes no sum. */
ALWAYS_INLINE VEC NAME(window_spread)(const char *q, VEC_MASK some)
{
    return VEC_CHOOSE(some, VEC_SPLAT(*(const ANY *)(const void *)q), VEC_SPLAT(-(T)0));
}

ALWAYS_INLINE VEC NAME(window_combine)(const enum window_form form, VEC a, VEC b, VEC acc)
{
    if (form == WINDOW_MAX) return VEC_WINNER(acc, a);
    if (form == WINDOW_SUM) return acc + a;
    return VEC_MULADD(a, b, acc);
}

/* How a tile treats lanes that are left out of a tap. ALL: there are none; LOOSE: rows are told apart as well. */
enum NAME(window_lanes) { NAME(WINDOW_ALL), NAME(WINDOW_SOME), NAME(WINDOW_LOOSE) };

/* One tap of the rows first .. last of the tile. */
ALWAYS_INLINE void NAME(window_tap)(const enum window_form form, const int pairs, const int some, const int nv, const int first, const int last,
                                    const struct window_tile *t, const char *p, const char *q, int64_t tap, VEC acc[][WINDOW_LONG])
{
    const int64_t a_vector = some || nv == 2 ? t->a_vector : (pairs ? 2 : 1) * VECTOR_BYTES;
    VEC shared[WINDOW_LONG];
    UNROLL(8)
    for (int v = 0; v < nv; v++)
        if (form == WINDOW_LANES) shared[v] = VEC_LOAD(q + v * t->b_vector);
        else if (some) shared[v] = NAME(window_load_some)(form, pairs, p + v * a_vector, t->lanes[v][tap]);
        else shared[v] = NAME(window_load)(pairs, p + v * a_vector);
    UNROLL(8)
    for (int r = first; r <= last; r++) {
        VEC b = { 0 };
        if (form == WINDOW_SPREAD) b = VEC_SPLAT(*(const ANY *)(const void *)(q + r * t->b_row));
        UNROLL(8)
        for (int v = 0; v < nv; v++) {
            if (form == WINDOW_SPREAD && some == NAME(WINDOW_SOME))
                b = NAME(window_spread)(q + r * t->b_row, VEC_RANGE(t->lanes[v][tap].lo, t->lanes[v][tap].hi));
            if (form != WINDOW_LANES) acc[r][v] = NAME(window_combine)(form, shared[v], b, acc[r][v]);
            else acc[r][v] = VEC_MULADD(VEC_LOAD(p + r * t->a_row + v * a_vector), shared[v], acc[r][v]);
        }
    }
}

/* A step of all rows, which are as far apart as its taps: what one row sees of a, the next one saw a tap before. */
ALWAYS_INLINE void NAME(window_slide)(const int nv, const struct window_tile *t, const char *p, const char *q, int64_t len, VEC acc[][WINDOW_LONG])
{
    const int64_t a_vector = nv == 2 ? t->a_vector : VECTOR_BYTES;
    VEC a[WINDOW_ROWS][WINDOW_LONG];
    UNROLL(4)
    for (int r = 0; r < WINDOW_ROWS - 1; r++, p += t->a_row)
        UNROLL(8)
        for (int v = 0; v < nv; v++) a[r][v] = VEC_LOAD(p + v * a_vector);
    for (; len > 0; len--, p += t->a_step, q += t->b_step)
        UNROLL(8)
        for (int v = 0; v < nv; v++) {
            const VEC b = VEC_LOAD(q + v * t->b_vector);
            a[WINDOW_ROWS - 1][v] = VEC_LOAD(p + v * a_vector);
            UNROLL(4)
            for (int r = 0; r < WINDOW_ROWS; r++) acc[r][v] = VEC_MULADD(a[r][v], b, acc[r][v]);
            UNROLL(4)
            for (int r = 0; r < WINDOW_ROWS - 1; r++) a[r][v] = a[r + 1][v];
        }
}

/* One step: windows of three floats are common enough to be spelled out. Registers that slide are there where vectors are long. */
ALWAYS_INLINE void NAME(window_step)(const enum window_form form, const int pairs, const int some, const int nv, const int first, const int last,
                                     const struct window_tile *t, const char *p, const char *q, int64_t tap, int64_t len,
                                     VEC acc[][WINDOW_LONG])
{
    if (IS_F32 && VECTOR_BYTES > 16 && form == WINDOW_SPREAD && !some && nv == WINDOW_WIDTH && len == 3) {
        UNROLL(3)
        for (int i = 0; i < 3; i++) NAME(window_tap)(form, pairs, some, nv, first, last, t, p + i * t->a_step, q + i * t->b_step, tap, acc);
        return;
    }
    if (VECTOR_BYTES == 64 && form == WINDOW_LANES && first == 0 && last == WINDOW_ROWS - 1 && len > 1 && t->a_step == t->a_row) {
        NAME(window_slide)(nv, t, p, q, len, acc);
        return;
    }
    for (; len > 0; len--) {
        NAME(window_tap)(form, pairs, some, nv, first, last, t, p, q, tap, acc);
        p += t->a_step;
        q += t->b_step;
        if (some) tap += t->tap_step;
    }
}

/* The same with rows that are told apart as it goes. */
ALWAYS_INLINE void NAME(window_step_loose)(const enum window_form form, const int pairs, const struct window_step *s,
                                           const struct window_tile *t, const char *p, const char *q, int64_t tap,
                                           VEC acc[][WINDOW_LONG])
{
    const int first = s->rows / WINDOW_ROWS, last = s->rows % WINDOW_ROWS;
    if (s->rows < 0) return;
    for (int64_t len = s->len; len > 0; len--) {
        const struct window_lanes l = t->lanes[0][tap];
        const VEC_MASK some = VEC_RANGE(l.lo, l.hi);
        const VEC shared = form == WINDOW_LANES ? VEC_LOAD(q) : NAME(window_load_some)(form, pairs, p, l);
        UNROLL(4)
        for (int r = 0; r < WINDOW_ROWS; r++) {
            VEC a = shared, b = shared;
            if (r < first || r > last) continue;
            if (form == WINDOW_LANES) a = VEC_LOAD_SOME(some, p + r * t->a_row);
            if (form == WINDOW_LANES) b = VEC_CHOOSE(some, shared, VEC_SPLAT(-(T)0));
            if (form == WINDOW_SPREAD) b = NAME(window_spread)(q + r * t->b_row, some);
            acc[r][0] = NAME(window_combine)(form, a, b, acc[r][0]);
        }
        p += t->a_step;
        q += t->b_step;
        tap += t->tap_step;
    }
}

ALWAYS_INLINE void NAME(window_rows)(const enum window_form form, const int pairs, const int some, const int nv, const struct window_step *s,
                                     const struct window_tile *t, const char *p, const char *q, int64_t tap, VEC acc[][WINDOW_LONG])
{
#define ROWS(first, last)     case WINDOW_ROWS * first + last: NAME(window_step)(form, pairs, some, nv, first, last, t, p, q, tap, s->len, acc); break;
    switch (s->rows) {
    ROWS(0, 0) ROWS(0, 1) ROWS(0, 2) ROWS(0, 3) ROWS(1, 1) ROWS(1, 2) ROWS(1, 3) ROWS(2, 2) ROWS(2, 3) ROWS(3, 3)
    default: break;
    }
#undef ROWS
}

ALWAYS_INLINE void NAME(window_walk)(const enum window_form form, const int pairs, const enum NAME(window_lanes) lanes, const int height,
                                     const int nv, const struct window_tile *t, const char *a, const char *b, VEC acc[][WINDOW_LONG])
{
    for (int64_t g = 0; g < t->groups; g++)
        for (int64_t i = t->from; i < t->to; i++) {
            const struct window_step *s = &t->step[i];
            const char *p = a + t->group[g].a + s->a, *q = b + t->group[g].b + s->b;
            const int64_t tap = t->group[g].tap + s->tap;
            if (lanes == NAME(WINDOW_LOOSE)) NAME(window_step_loose)(form, pairs, s, t, p, q, tap, acc);
            else if (height == 1) NAME(window_step)(form, pairs, 0, nv, 0, 0, t, p, q, tap, s->len, acc);
            else NAME(window_rows)(form, pairs, lanes == NAME(WINDOW_SOME), nv, s, t, p, q, tap, acc);
        }
}

ALWAYS_INLINE void NAME(window_start)(const enum window_form form, const enum NAME(window_lanes) lanes, const int height, const int nv,
                                      const struct window_tile *t, const char *dst, VEC acc[][WINDOW_LONG])
{
    const int64_t dst_vector = lanes || nv == 2 ? t->dst_vector : VECTOR_BYTES;
    UNROLL(8)
    for (int r = 0; r < height; r++)
        UNROLL(8)
        for (int v = 0; v < nv; v++) {
            const char *c = dst + r * t->dst_row + v * dst_vector;
            acc[r][v] = form == WINDOW_MAX ? VEC_SPLAT(-(T)INFINITY) : (VEC){ 0 };
            if (form != WINDOW_LANES || !t->resumes || r >= t->rows) continue;
            acc[r][v] = lanes ? VEC_LOAD_SOME(VEC_RANGE(0, t->stored[v]), c) : VEC_LOAD(c);
        }
}

ALWAYS_INLINE void NAME(window_store)(const enum window_form form, const enum NAME(window_lanes) lanes, const int height, const int nv,
                                      const struct window_tile *t, char *dst, VEC acc[][WINDOW_LONG])
{
    const int64_t dst_vector = lanes || nv == 2 ? t->dst_vector : VECTOR_BYTES;
    if (form == WINDOW_SUM && t->divides) {
        const VEC by = VEC_SPLAT((T)t->divisor);
        UNROLL(8)
        for (int r = 0; r < height; r++)
            UNROLL(8)
            for (int v = 0; v < nv; v++) acc[r][v] = acc[r][v] / by;
    }
    UNROLL(8)
    for (int r = 0; r < height; r++) {
        if (r >= t->rows) break;
        UNROLL(8)
        for (int v = 0; v < nv; v++) {
            char *c = dst + r * t->dst_row + v * dst_vector;
            if (lanes) VEC_STORE_FIRST(t->stored[v], c, acc[r][v]);
            else VEC_STORE(c, acc[r][v]);
        }
    }
}

ALWAYS_INLINE void NAME(window_tiles)(const enum window_form form, const int pairs, const enum NAME(window_lanes) lanes, const int height,
                                      const int nv, struct window_tile *t)
{
    const char *a = t->a, *b = t->b;
    char *dst = t->dst;
    for (int64_t n = t->count; n > 0; n--) {
        VEC acc[WINDOW_ROWS][WINDOW_LONG];
        NAME(window_start)(form, lanes, height, nv, t, dst, acc);
        NAME(window_walk)(form, pairs, lanes, height, nv, t, a, b, acc);
        NAME(window_store)(form, lanes, height, nv, t, dst, acc);
        a += t->a_move;
        b += t->b_move;
        dst += t->dst_move;
    }
}

#define TILE(form, pairs, shape, lanes, height, nv) \
    static void NAME(window_##form##_##pairs##_##shape)(struct window_tile *t) \
    { NAME(window_tiles)(WINDOW_##form, pairs, NAME(WINDOW_##lanes), height, nv, t); }
#define ENTRY(form, pairs, shape) [SHAPE_##shape] = NAME(window_##form##_##pairs##_##shape)
#define TILES(form, pairs) TILE(form, pairs, 2, ALL, WINDOW_ROWS, 2) TILE(form, pairs, LONG, ALL, 1, WINDOW_LONG) \
                           TILE(form, pairs, SOME_1, LOOSE, WINDOW_ROWS, 1)
#define ENTRIES(form, pairs) ENTRY(form, pairs, 2), ENTRY(form, pairs, LONG), ENTRY(form, pairs, SOME_1)
TILES(SPREAD, 0) TILES(SPREAD, 1) TILES(SUM, 0) TILES(SUM, 1) TILES(MAX, 0) TILES(MAX, 1)
TILE(SPREAD, 0, 3, ALL, WINDOW_ROWS, 3) TILE(SPREAD, 0, SOME_2, SOME, WINDOW_ROWS, 2)
TILE(LANES, 0, 1, ALL, WINDOW_ROWS, 1) TILE(LANES, 0, 2, ALL, WINDOW_ROWS, 2)
TILE(LANES, 0, SOME_1, LOOSE, WINDOW_ROWS, 1)

/* Doubles with b, channels last, are seldom enough to go two at a time. */
#if IS_F32
TILE(LANES, 0, 3, ALL, WINDOW_ROWS, 3)
#define LANES_3 NAME(window_LANES_0_3)
#else
#define LANES_3 NULL
#endif
