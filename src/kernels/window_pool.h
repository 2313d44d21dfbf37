/*
 * window_pool.h - template: maxima and sums over windows of 2x2 and 3x3 with channels last, see struct window_lines in window.h.
 *
 *            columns of a, vectors of channels
 *     line 0   a a a a             side 1: one output, wherever the next one is. A sum is one chain in the order of the taps
 *     line 1   a a a a             side 2: 2 x 2 outputs that are one line and one column apart: each a is loaded once, and what maxima
 *     line 2   a a a a                     share is found once
 *     line 3   a a a a
 *
 * To a maximum a tap that is not there is the nearest one that is, so edges are like everything else; it goes by instructions that would
 * lose a NaN. They are looked for by adding everything up, which may see some where there are only infinities: then all of it is done again,
 * one output after the other, as are sums that miss taps.
 */
enum { NAME(POOL_SIDE) = 2, NAME(POOL_CELLS) = WINDOW_SIDE + 1 };

/* Where the lines and columns of a tile are; from output to output of dst, bytes: 0 if there is but one. */
struct NAME(pool_cells) { const char *line[NAME(POOL_CELLS)]; int64_t column[NAME(POOL_CELLS)], dst_line, dst_column; };

/* The largest of `taps` neighbours, from the first on and from the second on. */
ALWAYS_INLINE void NAME(pool_largest)(const int taps, const int side, const VEC v[NAME(POOL_CELLS)], VEC largest[NAME(POOL_SIDE)])
{
    const VEC shared = taps == 2 ? v[1] : NAME(vec_larger)(v[1], v[2]);
    largest[0] = NAME(vec_larger)(v[0], shared);
    if (side == 2) largest[1] = NAME(vec_larger)(shared, v[taps]);
}

/* One vector of channels; `any` is not a number if one of them is not. */
ALWAYS_INLINE void NAME(pool_maxima)(const int taps, const int side, const int some, const struct NAME(pool_cells) *cells, int64_t at, VEC_MASK lanes,
                                     VEC any[WINDOW_SIDE], VEC acc[NAME(POOL_SIDE)][NAME(POOL_SIDE)])
{
    const int chains = side == 1 ? taps : 2;
    VEC line[NAME(POOL_SIDE)][NAME(POOL_CELLS)];
    UNROLL(4)
    for (int j = 0; j < taps + side - 1; j++) {
        VEC v[NAME(POOL_CELLS)], largest[NAME(POOL_SIDE)], sum = VEC_SPLAT(0);
        UNROLL(4)
        for (int i = 0; i < taps + side - 1; i++) {
            const char *p = cells->line[j] + cells->column[i] + at;
            v[i] = some ? VEC_LOAD_SOME(lanes, p) : VEC_LOAD(p);
            sum = i ? VEC_MULADD(v[i], VEC_SPLAT(1), sum) : v[0];
        }
        any[j % chains] = VEC_MULADD(sum, VEC_SPLAT(1), any[j % chains]);
        NAME(pool_largest)(taps, side, v, largest);
        UNROLL(2)
        for (int x = 0; x < side; x++) line[x][j] = largest[x];
    }
    UNROLL(2)
    for (int x = 0; x < side; x++) {
        VEC largest[NAME(POOL_SIDE)];
        NAME(pool_largest)(taps, side, line[x], largest);
        UNROLL(2)
        for (int r = 0; r < side; r++) acc[r][x] = largest[r];
    }
}

ALWAYS_INLINE void NAME(pool_sums)(const int taps, const int side, const int some, const struct NAME(pool_cells) *cells, int64_t at, VEC_MASK lanes,
                                   VEC acc[NAME(POOL_SIDE)][NAME(POOL_SIDE)])
{
    UNROLL(2)
    for (int r = 0; r < side; r++)
        UNROLL(2)
        for (int x = 0; x < side; x++) acc[r][x] = VEC_SPLAT(0);
    UNROLL(4)
    for (int j = 0; j < taps + side - 1; j++)
        UNROLL(4)
        for (int i = 0; i < taps + side - 1; i++) {
            const char *p = cells->line[j] + cells->column[i] + at;
            const VEC v = some ? VEC_LOAD_SOME(lanes, p) : VEC_LOAD(p);
            UNROLL(2)
            for (int r = 0; r < side; r++)
                UNROLL(2)
                for (int x = 0; x < side; x++)
                    if (j >= r && j < r + taps && i >= x && i < x + taps) acc[r][x] = NAME(pool_strip_sum)(side > 1 && (i + r + x) % 2, acc[r][x], v);
        }
}

/* What a sum at this row and column is divided by, or multiplied. */
ALWAYS_INLINE T NAME(pool_divisor)(const struct window_divide *d, int64_t row, int64_t column)
{
    T by = 1;
    if (d->by != DIVIDE_OPERANDS) return (T)d->number;
    for (int o = 0; o < 3; o++)
        if (d->at[o]) by = by * *(const ANY *)(const void *)(d->at[o] + row * d->row[o] + column * d->column[o]);
    return by;
}

/* One output: its taps, and where it goes. */
struct NAME(pool_output) { const char *a; char *dst; int64_t lines, columns; T by; };

/* Some vectors of its channels, or the first `stored` of one. */
ALWAYS_INLINE void NAME(pool_one)(const enum window_form form, const int vectors, const struct window_lines *w,
                                  const struct NAME(pool_output) *o, int64_t at,
                                  int stored)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), MANY = 4 };
    const VEC_MASK some = VEC_RANGE(0, stored);
    const char *line = o->a + at;
    VEC acc[MANY];
    UNROLL(4)
    for (int v = 0; v < vectors; v++) acc[v] = VEC_SPLAT(form == WINDOW_MAX ? -(T)INFINITY : 0);
    for (int64_t j = 0; j < o->lines; j++, line = shift((char *)(intptr_t)line, w->a_line)) {
        const char *p = line;
        for (int64_t i = 0; i < o->columns; i++, p = shift((char *)(intptr_t)p, w->a_column))
            UNROLL(4)
            for (int v = 0; v < vectors; v++) {
                const VEC tap = vectors > 1 ? VEC_LOAD(p + v * VECTOR_BYTES) : VEC_LOAD_SOME(some, p);
                if (form == WINDOW_MAX) acc[v] = VEC_WINNER(acc[v], tap);
                else acc[v] += tap;
            }
    }
    UNROLL(4)
    for (int v = 0; v < vectors; v++) {
        char *dst = o->dst + at + v * VECTOR_BYTES;
        if (form == WINDOW_SUM) acc[v] = NAME(pool_quotient)(&w->divide, acc[v], o->by);
        if (stored == LANES) VEC_STORE(dst, acc[v]);
        else VEC_STORE_FIRST(stored, dst, acc[v]);
    }
}

static struct NAME(pool_output) NAME(pool_output)(const struct window_lines *w, const struct window_rows *c, int64_t r, int64_t x,
                                                  const char *a, char *dst)
{
    const int64_t lo = max_size(w->from, r), from = max_size(c->from, x);
    return (struct NAME(pool_output)){ .a = shift((char *)(intptr_t)a, lo * w->a_line + from * w->a_column),
                                       .dst = shift(dst, r * w->dst_line + x * w->dst_column),
                                       .lines = min_size(w->to, r + w->taps) - lo, .columns = min_size(c->to, x + w->taps) - from };
}

/* Some columns, one output after the other. */
typedef void NAME(pool_each_fn)(const struct window_lines *w, const struct window_rows *c);

ALWAYS_INLINE void NAME(pool_each)(const enum window_form form, const struct window_lines *w, const struct window_rows *c)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), MANY = 4 };
    for (int64_t n = 0; n < c->count; n++)
        for (int64_t r = 0; r < w->rows; r++)
            for (int64_t x = 0; x < c->rows; x++) {
                struct NAME(pool_output) o = NAME(pool_output)(w, c, r, x, shift(w->a, c->a + n * c->a_move), w->dst + c->dst + n * c->dst_move);
                int64_t i = 0;
                if (form == WINDOW_SUM) o.by = NAME(pool_divisor)(&w->divide, r, c->first + n * c->move + x);
                for (; i + MANY * LANES <= w->channels; i += MANY * LANES) NAME(pool_one)(form, MANY, w, &o, i * (int64_t)sizeof(T), LANES);
                for (; i < w->channels; i += LANES) NAME(pool_one)(form, 1, w, &o, i * (int64_t)sizeof(T), (int)min_size(w->channels - i, LANES));
            }
}

static __attribute__((noinline)) void NAME(pool_each_MAX)(const struct window_lines *w, const struct window_rows *c)
{
    NAME(pool_each)(WINDOW_MAX, w, c);
}

static __attribute__((noinline)) void NAME(pool_each_SUM)(const struct window_lines *w, const struct window_rows *c)
{
    NAME(pool_each)(WINDOW_SUM, w, c);
}

/* The first last: it takes the place of those that are not there. */
ALWAYS_INLINE void NAME(pool_store)(const int side, const int some, const struct NAME(pool_cells) *cells, int stored, char *dst,
                                    VEC acc[NAME(POOL_SIDE)][NAME(POOL_SIDE)])
{
    UNROLL(2)
    for (int r = side - 1; r >= 0; r--)
        UNROLL(2)
        for (int x = side - 1; x >= 0; x--) {
            char *p = dst + r * cells->dst_line + x * cells->dst_column;
            if (some) VEC_STORE_FIRST(stored, p, acc[r][x]);
            else VEC_STORE(p, acc[r][x]);
        }
}

/* All channels of a tile: the last vector of them may overlap the one before it. */
ALWAYS_INLINE void NAME(pool_tile)(const enum window_form form, const int taps, const int side, const int some,
                                   const struct window_lines *w, int64_t channels, const struct NAME(pool_cells) *cells, char *dst,
                                   T by[NAME(POOL_SIDE)][NAME(POOL_SIDE)], VEC any[WINDOW_SIDE])
{
    const int64_t last = some ? 0 : channels * (int64_t)sizeof(T) - VECTOR_BYTES;
    const VEC_MASK lanes = VEC_RANGE(0, some ? channels : 0);
    for (int64_t at = 0;; at = min_size(at + VECTOR_BYTES, last)) {
        VEC acc[NAME(POOL_SIDE)][NAME(POOL_SIDE)];
        if (form == WINDOW_MAX) NAME(pool_maxima)(taps, side, some, cells, at, lanes, any, acc);
        else NAME(pool_sums)(taps, side, some, cells, at, lanes, acc);
        UNROLL(4)
        for (int o = 0; o < side * side; o++)
            if (form == WINDOW_SUM) acc[o / side][o % side] = NAME(pool_quotient)(&w->divide, acc[o / side][o % side], by[o / side][o % side]);
        NAME(pool_store)(side, some, cells, (int)channels, dst + at, acc);
        if (at == last) return;
    }
}

/* Of the cells of a tile from .. to are there: which one this is. */
static int64_t NAME(pool_cell)(int64_t cell, int64_t from, int64_t to) { return max_size(from, min_size(cell, to - 1)); }

/* Tiles from .. to of a kind, so many channels of them. */
ALWAYS_INLINE void NAME(pool_columns)(const enum window_form form, const int taps, const int side, const int some, const struct window_lines *w,
                                      const struct window_rows *c, int64_t from, int64_t to, int64_t channels, VEC any[WINDOW_SIDE])
{
    struct NAME(pool_cells) cells = { .dst_line = w->rows > 1 ? w->dst_line : 0, .dst_column = c->rows > 1 ? w->dst_column : 0 };
    const int64_t a_move = c->a_move, dst_move = c->dst_move;
    char *dst = w->dst + c->dst + from * dst_move;
    UNROLL(4)
    for (int i = 0; i < taps + side - 1; i++) {
        cells.line[i] = shift(w->a, c->a + from * a_move + NAME(pool_cell)(i, w->from, w->to) * w->a_line);
        cells.column[i] = NAME(pool_cell)(i, c->from, c->to) * w->a_column;
    }
    for (int64_t n = from; n < to; n++, dst += dst_move) {
        const int64_t first = c->first + n * c->move;
        T by[NAME(POOL_SIDE)][NAME(POOL_SIDE)];
        if (form == WINDOW_SUM) by[0][0] = NAME(pool_divisor)(&w->divide, 0, first);
        for (int o = 1; form == WINDOW_SUM && o < side * side; o++)
            by[o / side][o % side] = NAME(pool_divisor)(&w->divide, min_size(o / side, w->rows - 1), first + min_size(o % side, c->rows - 1));
        NAME(pool_tile)(form, taps, side, some, w, channels, &cells, dst, by, any);
        UNROLL(4)
        for (int j = 0; j < taps + side - 1; j++) cells.line[j] = shift((char *)(intptr_t)cells.line[j], a_move);
    }
}

/* Of maxima every output sees some tap; of sums, all of them. */
ALWAYS_INLINE int NAME(pool_is_straight)(const enum window_form form, int64_t taps, int64_t outputs, int64_t from, int64_t to)
{
    return form == WINDOW_MAX ? from < to && from < taps && to >= outputs : from == 0 && to == taps + outputs - 1;
}

/* Tiles that may read and write whole vectors: of fewer channels those whose vector ends within the last one, if pixels lie side by side. What
 * they write behind their own channels the next ones write again. */
static int64_t NAME(pool_loose)(const struct window_lines *w, const struct window_rows *c)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t pixel = w->channels * (int64_t)sizeof(T);
    if (w->channels >= LANES) return c->count;
    return w->a_column == pixel && w->dst_column == pixel && c->a_move >= pixel ? max_size(0, c->count - (LANES - 1) / w->channels) : 0;
}

#if defined(__AVX512F__)
/* Windows of 2x2 side by side, of few channels, pixels side by side too: a vector of outputs at once, whose pixels are brought together from two
 * vectors of each line; the next lines' are asked for. So many outputs are done; what is written behind them the next ones write again. */
ALWAYS_INLINE int64_t NAME(pool_few)(const enum window_form form, const struct window_lines *w, const struct window_rows *c, VEC any[WINDOW_SIDE])
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t size = sizeof(T), channels = w->channels, pixel = channels * size, some = LANES / channels * channels;
    if (channels > LANES / 2 || w->a_column != pixel || c->dst_move != pixel || c->a_move != 2 * pixel || c->from || c->to != 2 || w->from ||
        w->to != 2 || (form == WINDOW_SUM && w->divide.by == DIVIDE_OPERANDS))
        return 0;
    const char *a = shift(w->a, c->a);
    char *dst = w->dst + c->dst;
    int64_t n = 0;
    for (const int64_t values = c->count * channels, next = 2 * w->a_line; n + LANES <= values; n += some, a += 2 * some * size, dst += some * size) {
        VEC acc = VEC_SPLAT(0), v[4];
        UNROLL(4)
        for (int i = 0; i < 4; i++) {
            const char *p = a + i / 2 * w->a_line;
            __builtin_prefetch(p + next + i % 2 * some * size);
            v[i] = vec_pixels(VEC_LOAD(p), VEC_LOAD(p + some * size), (int)channels, (int)some, i % 2);
            if (form == WINDOW_SUM) acc += v[i];
            else any[i % 2] = VEC_MULADD(v[i], VEC_SPLAT(1), any[i % 2]);
        }
        if (form == WINDOW_SUM) acc = NAME(pool_quotient)(&w->divide, acc, (T)w->divide.number);
        else acc = NAME(vec_larger)(NAME(vec_larger)(v[0], v[1]), NAME(vec_larger)(v[2], v[3]));
        VEC_STORE(dst, acc);
    }
    return n / channels;
}
#else
ALWAYS_INLINE int64_t NAME(pool_few)(const enum window_form form, const struct window_lines *w, const struct window_rows *c, VEC any[WINDOW_SIDE])
{
    (void)form, (void)w, (void)c, (void)any;
    return 0;
}
#endif

ALWAYS_INLINE void NAME(pool_lines)(const enum window_form form, const int taps, const int side, NAME(pool_each_fn) *each,
                                    const struct window_lines *w)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct window_rows *end = w->columns + w->kinds;
    VEC any[WINDOW_SIDE] = { { 0 } };
    for (const struct window_rows *c = w->columns; c < end; c++)
        if (!NAME(pool_is_straight)(form, taps, w->rows, w->from, w->to) || !NAME(pool_is_straight)(form, taps, c->rows, c->from, c->to)) each(w, c);
        else {
            const int64_t few = taps == 2 ? NAME(pool_few)(form, w, c, any) : 0, loose = max_size(few, NAME(pool_loose)(w, c));
            NAME(pool_columns)(form, taps, side, 0, w, c, few, loose, max_size(w->channels, LANES), any);
            if (side == 1 && loose < c->count) NAME(pool_columns)(form, taps, side, 1, w, c, loose, c->count, w->channels, any);
        }
    if (form == WINDOW_SUM || !vec_any_nan(any[0] + any[1] + any[2])) return;
    for (const struct window_rows *c = w->columns; c < end; c++) each(w, c);
}

#define POOL(form, taps, side) \
    static void NAME(pool_##form##_##taps##_##side)(const struct window_lines *w) \
    { NAME(pool_lines)(WINDOW_##form, taps, side, NAME(pool_each_##form), w); }
POOL(MAX, 2, 1) POOL(MAX, 3, 1) POOL(MAX, 3, 2) POOL(SUM, 2, 1) POOL(SUM, 3, 1) POOL(SUM, 3, 2)
