/*
 * window_lines.h - template: windows of 3x3 with channels last, see struct window_lines in window.h.
 *
 *            columns of a, vectors of channels
 *     line 0   a a a a a a         each is loaded once, for all of the 2 x 4 sums that have a tap there, and each line meets
 *     line 1   a a a a a a         three or six vectors of b
 *     line 2   a a a a a a
 *     line 3   a a a a a a         rows and columns `ratio` apart
 *
 * Channels are innermost: memory is walked as it lies.
 */
enum { NAME(LINE_TAPS) = 3, NAME(LINE_ROWS) = 2, NAME(LINE_COLUMNS) = WINDOW_ROWS };

/* One vector. `some`: columns, or lanes, are left out. */
ALWAYS_INLINE void NAME(window_lines_sum)(const int ratio, const int some, const struct window_lines *w, const struct window_rows *c,
                                          const char *a, const char *b, VEC_MASK lanes, VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)])
{
    const int64_t a_line = w->a_line, a_column = w->a_column;
    const int from = (int)c->from, to = (int)c->to;
#pragma GCC unroll 2
    for (int r = 0; r < NAME(LINE_ROWS); r++)
#pragma GCC unroll 4
        for (int x = 0; x < NAME(LINE_COLUMNS); x++) acc[r][x] = (VEC){ 0 };
#pragma GCC unroll 8
    for (int j = 0; j < NAME(LINE_TAPS) + ratio; j++, a = shift((char *)(intptr_t)a, a_line)) {
        VEC taps[NAME(LINE_ROWS)][NAME(LINE_TAPS)];
        if (j < w->from || j >= w->to) continue;
#pragma GCC unroll 2
        for (int r = 0; r < NAME(LINE_ROWS); r++)
#pragma GCC unroll 4
            for (int i = 0; i < NAME(LINE_TAPS); i++)
                if (j - ratio * r >= 0 && j - ratio * r < NAME(LINE_TAPS))
                    taps[r][i] = VEC_LOAD(b + (NAME(LINE_TAPS) * (j - ratio * r) + i) * VECTOR_BYTES);
#pragma GCC unroll 16
        for (int i = 0; i < NAME(LINE_TAPS) + ratio * (NAME(LINE_COLUMNS) - 1); i++) {
            if (some && (i < from || i >= to)) continue;
            const VEC v = some ? VEC_LOAD_SOME(lanes, a + i * a_column) : VEC_LOAD(a + i * a_column);
#pragma GCC unroll 2
            for (int r = 0; r < NAME(LINE_ROWS); r++)
#pragma GCC unroll 4
                for (int x = 0; x < NAME(LINE_COLUMNS); x++)
                    if (j - ratio * r >= 0 && j - ratio * r < NAME(LINE_TAPS) && i - ratio * x >= 0 && i - ratio * x < NAME(LINE_TAPS))
                        acc[r][x] = VEC_MULADD(v, taps[r][i - ratio * x], acc[r][x]);
        }
    }
}

ALWAYS_INLINE void NAME(window_lines_store)(const struct window_lines *w, int64_t columns, int stored, char *dst,
                                            VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)])
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
#pragma GCC unroll 2
    for (int r = 0; r < NAME(LINE_ROWS); r++) {
        char *p = dst + r * w->dst_line;
        if (r >= w->rows) break;
#pragma GCC unroll 4
        for (int x = 0; x < NAME(LINE_COLUMNS); x++, p = shift(p, w->dst_column)) {
            if (x >= columns) break;
            if (stored == LANES) VEC_STORE(p, acc[r][x]);
            else VEC_STORE_FIRST(stored, p, acc[r][x]);
        }
    }
}

/* All channels of some columns. */
ALWAYS_INLINE void NAME(window_lines_tile)(const int ratio, const int some, const struct window_lines *w, const struct window_rows *c,
                                           const char *a, char *dst)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const char *b = w->b;
    for (int64_t left = w->channels; left >= (some ? 1 : LANES); left -= LANES) {
        VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)];
        const int stored = some && left < LANES ? (int)left : LANES;
        NAME(window_lines_sum)(ratio, some, w, c, a, b, VEC_RANGE(0, stored), acc);
        NAME(window_lines_store)(w, c->rows, stored, dst, acc);
        a += VECTOR_BYTES;
        b += w->b_panel;
        dst += VECTOR_BYTES;
    }
}

ALWAYS_INLINE void NAME(window_lines)(const int ratio, const struct window_lines *w)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    for (const struct window_rows *c = w->columns; c < w->columns + w->kinds; c++)
        for (int64_t n = 0; n < c->count; n++) {
            const char *a = shift(w->a, c->a + n * c->a_move);
            char *dst = w->dst + c->dst + n * c->dst_move;
            const int whole = c->rows == NAME(LINE_COLUMNS) && c->from == 0 && c->to == NAME(LINE_TAPS) + ratio * (NAME(LINE_COLUMNS) - 1);
            if (whole && w->channels % LANES == 0) NAME(window_lines_tile)(ratio, 0, w, c, a, dst);
            else NAME(window_lines_tile)(ratio, 1, w, c, a, dst);
        }
}

static void NAME(window_lines_1)(const struct window_lines *w) { NAME(window_lines)(1, w); }
static void NAME(window_lines_2)(const struct window_lines *w) { NAME(window_lines)(2, w); }
