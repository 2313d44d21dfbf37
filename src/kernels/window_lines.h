/*
 * window_lines.h - template: windows of 3x3, and of 5x5 that are two apart, with channels last, see struct window_lines in window.h.
 *
 *            columns of a, vectors of channels
 *     line 0   a a a a a a         each is loaded once, for all of the 2 x 4 sums that have a tap there, and each line meets
 *     line 1   a a a a a a         three or six vectors of b
 *     line 2   a a a a a a
 *     line 3   a a a a a a         rows and columns `ratio` apart; of 5x5 a line of b meets a line of a for each row
 *
 * Channels are innermost: memory is walked as it lies. Windows of 3x3 may reach over planes of a as well: a tile goes on from plane to plane.
 */
enum { NAME(LINE_TAPS) = 3, NAME(LINE_ROWS) = 2, NAME(LINE_COLUMNS) = WINDOW_ROWS };

/* One vector of `columns` columns, of which those from .. to of a are inside. Of several no more than the first is outside, or the last of
 * neighbours. */
ALWAYS_INLINE void NAME(window_lines_sum)(const int ratio, const int columns, const struct window_lines *w, int64_t from, int64_t to,
                                          const char *a, const char *b, VEC_MASK lanes, VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)])
{
    const int64_t a_line = w->a_line, a_column = w->a_column;
    const int one = columns == 1, last = NAME(LINE_TAPS) + ratio * (columns - 1) - 1;
    UNROLL(8)
    for (int j = 0; j < NAME(LINE_TAPS) + ratio; j++, a = shift((char *)(intptr_t)a, a_line)) {
        VEC taps[NAME(LINE_ROWS)][NAME(LINE_TAPS)];
        if (j < w->from || j >= w->to) continue;
        UNROLL(2)
        for (int r = 0; r < NAME(LINE_ROWS); r++)
            UNROLL(4)
            for (int i = 0; i < NAME(LINE_TAPS); i++)
                if (j - ratio * r >= 0 && j - ratio * r < NAME(LINE_TAPS))
                    taps[r][i] = VEC_LOAD(b + (NAME(LINE_TAPS) * (j - ratio * r) + i) * VECTOR_BYTES);
        UNROLL(16)
        for (int i = 0; i <= last; i++) {
            if ((one || i == 0) && i < from) continue;
            if ((one || (ratio == 1 && i == last)) && i >= to) continue;
            const VEC v = one ? VEC_LOAD_SOME(lanes, a + i * a_column) : VEC_LOAD(a + i * a_column);
            UNROLL(2)
            for (int r = 0; r < NAME(LINE_ROWS); r++)
                UNROLL(4)
                for (int x = 0; x < columns; x++)
                    if (j - ratio * r >= 0 && j - ratio * r < NAME(LINE_TAPS) && i - ratio * x >= 0 && i - ratio * x < NAME(LINE_TAPS))
                        acc[r][x] = VEC_MULADD(v, taps[r][i - ratio * x], acc[r][x]);
        }
    }
}

/* The same of more taps than registers hold, line by line of b; of several columns half a window may be outside. */
ALWAYS_INLINE void NAME(window_lines_long)(const int taps, const int ratio, const int columns, const struct window_lines *w, int64_t from,
                                           int64_t to, const char *a, const char *b, VEC_MASK lanes,
                                           VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)])
{
    const int64_t a_line = w->a_line, a_column = w->a_column;
    const int one = columns == 1, last = taps + ratio * (columns - 1) - 1;
    for (int64_t j = 0; j < taps; j++, a = shift((char *)(intptr_t)a, a_line), b += taps * VECTOR_BYTES) {
        VEC tap[WINDOW_LINE];
        UNROLL(8)
        for (int i = 0; i < taps; i++) tap[i] = VEC_LOAD(b + i * VECTOR_BYTES);
        UNROLL(2)
        for (int r = 0; r < NAME(LINE_ROWS); r++) {
            const char *line = shift((char *)(intptr_t)a, ratio * r * a_line);
            if (j + ratio * r < w->from || j + ratio * r >= w->to) continue;
            UNROLL(16)
            for (int i = 0; i <= last; i++) {
                if (((one || i < taps / 2) && i < from) || ((one || i > last - taps / 2) && i >= to)) continue;
                const VEC v = one ? VEC_LOAD_SOME(lanes, line + i * a_column) : vec_load_once(line + i * a_column);
                UNROLL(4)
                for (int x = 0; x < columns; x++)
                    if (i - ratio * x >= 0 && i - ratio * x < taps) acc[r][x] = VEC_MULADD(v, tap[i - ratio * x], acc[r][x]);
            }
        }
    }
}

/* What becomes of the sums of a tile, whose channels have these bias values. */
ALWAYS_INLINE void NAME(window_lines_end)(const int columns, const struct window_ending *e, const char *bias, VEC_MASK lanes,
                                          VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)])
{
    const struct NAME(ending) end = NAME(ending_of)(e, columns > 1 ? VEC_LOAD(bias) : VEC_LOAD_SOME(lanes, bias));
    UNROLL(2)
    for (int r = 0; r < NAME(LINE_ROWS); r++)
        UNROLL(4)
        for (int x = 0; x < columns; x++) acc[r][x] = NAME(ended)(acc[r][x], end);
}

ALWAYS_INLINE void NAME(window_lines_store)(const int columns, const struct window_lines *w, int stored, char *dst,
                                            VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)])
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    UNROLL(2)
    for (int r = 0; r < NAME(LINE_ROWS); r++) {
        char *p = dst + r * w->dst_line;
        if (r >= w->rows) break;
        UNROLL(4)
        for (int x = 0; x < columns; x++, p = shift(p, w->dst_column))
            if (columns > 1 || stored == LANES) VEC_STORE(p, acc[r][x]);
            else VEC_STORE_FIRST(stored, p, acc[r][x]);
    }
}

/* Sums that go on from what is in dst. */
ALWAYS_INLINE void NAME(window_lines_resume)(const int columns, const struct window_lines *w, VEC_MASK lanes, const char *dst,
                                             VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)])
{
    UNROLL(2)
    for (int r = 0; r < NAME(LINE_ROWS); r++)
        UNROLL(4)
        for (int x = 0; x < columns; x++) {
            if (r >= w->rows) break;
            const char *p = shift((char *)(intptr_t)dst, r * w->dst_line + x * w->dst_column);
            acc[r][x] = columns > 1 ? VEC_LOAD(p) : VEC_LOAD_SOME(lanes, p);
        }
}

/* Some columns of the channels first .. end, of plane `n` of a. `deep`: there are several. */
ALWAYS_INLINE void NAME(window_lines_tile)(const int deep, const int taps, const int ratio, const int columns, const struct window_lines *w,
                                           int64_t n, int64_t from, int64_t to, int64_t first, int64_t end, const char *a, char *dst)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const char *b = w->b + (deep ? n * w->b_plane : 0) + first / LANES * w->b_panel;
    const int ends = w->ending.ends && (!deep || n + 1 == w->planes);
    if (deep) a = shift((char *)(intptr_t)a, n * w->a_plane);
    for (; first < end; first += LANES, b += w->b_panel) {
        VEC acc[NAME(LINE_ROWS)][NAME(LINE_COLUMNS)] = { { { 0 } } };
        const int stored = (int)min_size(LANES, end - first);
        const char *at = a + first * (int64_t)sizeof(T);
        if (deep && n > 0) NAME(window_lines_resume)(columns, w, VEC_RANGE(0, stored), dst + first * (int64_t)sizeof(T), acc);
        if (taps == NAME(LINE_TAPS)) NAME(window_lines_sum)(ratio, columns, w, from, to, at, b, VEC_RANGE(0, stored), acc);
        else NAME(window_lines_long)(taps, ratio, columns, w, from, to, at, b, VEC_RANGE(0, stored), acc);
        if (ends) NAME(window_lines_end)(columns, &w->ending, w->ending.bias + first * w->ending.step, VEC_RANGE(0, stored), acc);
        NAME(window_lines_store)(columns, w, stored, dst + first * (int64_t)sizeof(T), acc);
    }
}

/* One column of windows of 3x3 that are one apart, for all who walk these. */
static __attribute__((noinline)) void NAME(window_lines_column)(const struct window_lines *w, int64_t n, int64_t from, int64_t to, int64_t first,
                                                                int64_t end, const char *a, char *dst)
{
    NAME(window_lines_tile)(1, NAME(LINE_TAPS), 1, 1, w, n, from, to, first, end, a, dst);
}

/* Whole vectors of channels of a whole tile, then what is left, column by column. */
ALWAYS_INLINE void NAME(window_lines)(const int deep, const int taps, const int ratio, const struct window_lines *w)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), COLUMNS = NAME(LINE_COLUMNS) };
    const int64_t planes = deep ? w->planes : 1;
    const int outside = taps == NAME(LINE_TAPS) ? ratio == 1 : taps / 2; /* of a whole tile, at the end */
    for (const struct window_rows *c = w->columns; c < w->columns + w->kinds; c++)
        for (int64_t n = 0; n < c->count; n++) {
            const char *a = shift(w->a, c->a + n * c->a_move);
            char *dst = w->dst + c->dst + n * c->dst_move;
            const int whole = c->rows == COLUMNS && c->from <= taps / 2 && c->to + outside >= taps + ratio * (COLUMNS - 1);
            const int64_t done = whole ? w->channels - w->channels % LANES : 0;
            for (int64_t p = 0; p < planes; p++) NAME(window_lines_tile)(deep, taps, ratio, COLUMNS, w, p, c->from, c->to, 0, done, a, dst);
            for (int64_t x = 0; x < c->rows && done < w->channels; x++)
                for (int64_t p = 0; p < planes; p++) {
                    const int64_t from = c->from - ratio * x, to = c->to - ratio * x;
                    const char *at = shift((char *)(intptr_t)a, ratio * x * w->a_column);
                    if (taps == NAME(LINE_TAPS) && ratio == 1) NAME(window_lines_column)(w, p, from, to, done, w->channels, at, shift(dst, x * w->dst_column));
                    else NAME(window_lines_tile)(deep, taps, ratio, 1, w, p, from, to, done, w->channels, at, shift(dst, x * w->dst_column));
                }
        }
}

#define LINES(name, deep, taps, ratio) \
    static __attribute__((noinline)) void NAME(window_lines_##name)(const struct window_lines *w) { NAME(window_lines)(deep, taps, ratio, w); }
#define LINES_ENTRY(name, ratio) [ratio - 1] = NAME(window_lines_##name)
LINES(flat, 0, 3, 1) LINES(deep, 1, 3, 1) LINES(3_2, 0, 3, 2) LINES(5_2, 0, 5, 2)

static void NAME(window_lines_3_1)(const struct window_lines *w)
{
    if (ADDS_TO_SOME && w->planes != 1) NAME(window_lines_deep)(w);
    else NAME(window_lines_flat)(w);
}
