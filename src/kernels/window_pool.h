/*
 * window_pool.h - template: maxima and sums over windows of 2x2 and 3x3 with channels last, see struct window_lines in window.h.
 *
 *            columns of a, vectors of channels
 *     line 0   a a a a a a         each is loaded once. The largest of a line's taps serves all rows; a sum is one chain in the order
 *     line 1   a a a a a a         of the taps
 *     line 2   a a a a a a
 *     line 3   a a a a a a         rows and columns `ratio` apart: two rows if they are one line apart, else one
 *
 * Tiles of whole vectors and columns go by instructions that would lose a NaN. They are looked for by adding everything up, which may
 * see some where there are only infinities; those tiles, and all that is not whole, are done one output after the other.
 */
enum { NAME(POOL_ROWS) = 2, NAME(POOL_COLUMNS) = WINDOW_ROWS };

/* Line j of all taps: the largest of each column's, or all of them to the sums of each row. */
ALWAYS_INLINE void NAME(pool_line)(const enum window_form form, const int taps, const int ratio, const int rows, const int j, const char *a,
                                   int64_t a_column, VEC any[2], VEC acc[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)])
{
    VEC best[NAME(POOL_COLUMNS)];
#pragma GCC unroll 16
    for (int i = 0; i < taps + ratio * (NAME(POOL_COLUMNS) - 1); i++) {
        const VEC v = VEC_LOAD(a + i * a_column);
        if (form == WINDOW_MAX) any[i % 2] += v;
#pragma GCC unroll 4
        for (int x = 0; x < NAME(POOL_COLUMNS); x++) {
            if (i < ratio * x || i >= ratio * x + taps) continue;
            if (form == WINDOW_MAX) best[x] = i == ratio * x ? v : NAME(vec_larger)(best[x], v);
#pragma GCC unroll 2
            for (int r = 0; r < rows; r++)
                if (form == WINDOW_SUM && j >= ratio * r && j < ratio * r + taps) acc[r][x] += v;
        }
    }
#pragma GCC unroll 2
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int x = 0; x < NAME(POOL_COLUMNS); x++)
            if (form == WINDOW_MAX && j >= ratio * r && j < ratio * r + taps) acc[r][x] = NAME(vec_larger)(acc[r][x], best[x]);
}

/* One vector of channels. 0: there may be NaN. */
ALWAYS_INLINE int NAME(pool_sum)(const enum window_form form, const int taps, const int ratio, const int rows, const struct window_lines *w,
                                 const char *a, VEC acc[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)])
{
    const int64_t a_line = w->a_line, a_column = w->a_column;
    VEC any[2] = { { 0 }, { 0 } };
#pragma GCC unroll 2
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int x = 0; x < NAME(POOL_COLUMNS); x++) acc[r][x] = VEC_SPLAT(form == WINDOW_MAX ? -(T)INFINITY : 0);
#pragma GCC unroll 8
    for (int j = 0; j < taps + ratio * (rows - 1); j++, a = shift((char *)(intptr_t)a, a_line))
        if (j >= w->from && j < w->to) NAME(pool_line)(form, taps, ratio, rows, j, a, a_column, any, acc);
    any[0] += any[1];
    return form == WINDOW_SUM || !vec_any_nan(any[0]);
}

/* The divisor of a sum at this row and column, and the sum divided by it. */
ALWAYS_INLINE T NAME(pool_divisor)(const struct window_divide *d, int64_t row, int64_t column)
{
    T by = 1;
    if (d->by != DIVIDE_OPERANDS) return (T)d->number;
    for (int o = 0; o < 3; o++)
        if (d->at[o]) by = by * *(const ANY *)(const void *)(d->at[o] + row * d->row[o] + column * d->column[o]);
    return by;
}

ALWAYS_INLINE VEC NAME(pool_quotient)(const struct window_divide *d, VEC sum, T by)
{
    if (d->by == DIVIDE_NOT) return sum;
    if (d->by == DIVIDE_SCALE) return sum * VEC_SPLAT(by);
    return d->by == DIVIDE_OPERANDS && by == 0 ? VEC_SPLAT(0) : (VEC)(sum / VEC_SPLAT(by));
}

/* One output: its taps, and where it goes. */
struct NAME(pool_output) { const char *a; char *dst; int64_t lines, columns; T by; };

/* Some vectors of its channels, or the first `stored` of one. */
ALWAYS_INLINE void NAME(pool_one)(const enum window_form form, const int vectors, const struct window_lines *w, const struct NAME(pool_output) *o, int64_t at,
                                  int stored)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), MANY = 4 };
    const VEC_MASK some = VEC_RANGE(0, stored);
    const char *line = o->a + at;
    VEC acc[MANY];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) acc[v] = VEC_SPLAT(form == WINDOW_MAX ? -(T)INFINITY : 0);
    for (int64_t j = 0; j < o->lines; j++, line = shift((char *)(intptr_t)line, w->a_line)) {
        const char *p = line;
        for (int64_t i = 0; i < o->columns; i++, p = shift((char *)(intptr_t)p, w->a_column))
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++) {
                const VEC tap = vectors > 1 ? VEC_LOAD(p + v * VECTOR_BYTES) : VEC_LOAD_SOME(some, p);
                if (form == WINDOW_MAX) acc[v] = VEC_WINNER(acc[v], tap);
                else acc[v] += tap;
            }
    }
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
        char *dst = o->dst + at + v * VECTOR_BYTES;
        if (form == WINDOW_SUM) acc[v] = NAME(pool_quotient)(&w->divide, acc[v], o->by);
        if (stored == LANES) VEC_STORE(dst, acc[v]);
        else VEC_STORE_FIRST(stored, dst, acc[v]);
    }
}

static struct NAME(pool_output) NAME(pool_output)(const struct window_lines *w, const struct window_rows *c, int64_t r, int64_t x, const char *a, char *dst)
{
    const int64_t left = w->ratio * x, top = w->ratio * r, lo = max_size(w->from, top), from = max_size(c->from, left);
    return (struct NAME(pool_output)){ .a = shift((char *)(intptr_t)a, lo * w->a_line + from * w->a_column), .dst = shift(dst, r * w->dst_line + x * w->dst_column),
                                       .lines = min_size(w->to, top + w->taps) - lo, .columns = min_size(c->to, left + w->taps) - from };
}

/* Channels from .. to of some columns, one output after the other. */
typedef void NAME(pool_some_fn)(const struct window_lines *w, const struct window_rows *c, const char *a, char *dst, int64_t from, int64_t to,
                                T by[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)]);

ALWAYS_INLINE void NAME(pool_some)(const enum window_form form, const struct window_lines *w, const struct window_rows *c, const char *a, char *dst,
                                   int64_t from, int64_t to, T by[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)])
{
    enum { LANES = VECTOR_BYTES / sizeof(T), MANY = 4 };
    for (int64_t r = 0; r < w->rows; r++)
        for (int64_t x = 0; x < c->rows; x++) {
            struct NAME(pool_output) o = NAME(pool_output)(w, c, r, x, a, dst);
            int64_t i = from;
            o.by = by[r][x];
            for (; i + MANY * LANES <= to; i += MANY * LANES) NAME(pool_one)(form, MANY, w, &o, i * (int64_t)sizeof(T), LANES);
            for (; i < to; i += LANES) NAME(pool_one)(form, 1, w, &o, i * (int64_t)sizeof(T), (int)min_size(to - i, LANES));
        }
}

static __attribute__((noinline)) void NAME(pool_some_MAX)(const struct window_lines *w, const struct window_rows *c, const char *a, char *dst, int64_t from, int64_t to,
                                T by[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)])
{
    NAME(pool_some)(WINDOW_MAX, w, c, a, dst, from, to, by);
}

static __attribute__((noinline)) void NAME(pool_some_SUM)(const struct window_lines *w, const struct window_rows *c, const char *a, char *dst, int64_t from, int64_t to,
                                T by[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)])
{
    NAME(pool_some)(WINDOW_SUM, w, c, a, dst, from, to, by);
}

ALWAYS_INLINE void NAME(pool_store)(const enum window_form form, const int rows, const struct window_lines *w, char *dst,
                                    T by[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)], VEC acc[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)])
{
#pragma GCC unroll 2
    for (int r = 0; r < rows; r++) {
        char *p = dst + r * w->dst_line;
        if (r >= w->rows) break;
#pragma GCC unroll 4
        for (int x = 0; x < NAME(POOL_COLUMNS); x++, p = shift(p, w->dst_column))
            VEC_STORE(p, form == WINDOW_SUM ? NAME(pool_quotient)(&w->divide, acc[r][x], by[r][x]) : acc[r][x]);
    }
}

/* All channels of some columns. */
ALWAYS_INLINE void NAME(pool_tile)(const enum window_form form, const int taps, const int ratio, NAME(pool_some_fn) *some,
                                   const struct window_lines *w, const struct window_rows *c, const char *a, char *dst,
                                   T by[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)])
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int rows = ratio == 1 ? NAME(POOL_ROWS) : 1;
    const int64_t whole = c->rows < NAME(POOL_COLUMNS) ? 0 : w->channels - w->channels % LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        const char *p = a + i * (int64_t)sizeof(T);
        VEC acc[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)];
        if (NAME(pool_sum)(form, taps, ratio, rows, w, p, acc)) NAME(pool_store)(form, rows, w, dst + i * (int64_t)sizeof(T), by, acc);
        else some(w, c, a, dst, i, i + LANES, by);
    }
    if (whole < w->channels) some(w, c, a, dst, whole, w->channels, by);
}

ALWAYS_INLINE void NAME(pool_lines)(const enum window_form form, const int taps, const int ratio, NAME(pool_some_fn) *some, const struct window_lines *w)
{
    for (const struct window_rows *c = w->columns; c < w->columns + w->kinds; c++)
        for (int64_t n = 0; n < c->count; n++) {
            T by[NAME(POOL_ROWS)][NAME(POOL_COLUMNS)] = { { 0 } };
            for (int r = 0; form == WINDOW_SUM && r < w->rows; r++)
                for (int x = 0; x < c->rows; x++) by[r][x] = NAME(pool_divisor)(&w->divide, r, c->first + n * c->move + x);
            NAME(pool_tile)(form, taps, ratio, some, w, c, shift(w->a, c->a + n * c->a_move), w->dst + c->dst + n * c->dst_move, by);
        }
}

#define POOL(form, taps, ratio) \
    static void NAME(pool_##form##_##taps##_##ratio)(const struct window_lines *w) \
    { NAME(pool_lines)(WINDOW_##form, taps, ratio, NAME(pool_some_##form), w); }
#define POOL_ENTRY(form, taps, ratio) [WINDOW_##form][taps][ratio] = NAME(pool_##form##_##taps##_##ratio)
POOL(MAX, 2, 2) POOL(MAX, 3, 1) POOL(MAX, 3, 2) POOL(SUM, 2, 2) POOL(SUM, 3, 1) POOL(SUM, 3, 2)
