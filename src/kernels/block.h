/*
 * block.h - template: sums of windows whose lanes lie together in a buffer, see blocks.h.
 *
 *     strip     slots  a a a a a a a a a a a a a      each is loaded once for all of the sums that have one of four taps there
 *               sums   s s s s s s s s s s            four vectors of b stay in registers
 *
 *     tile      sums of a few positions: a b serves all of them
 *
 * Every sum is one chain in the order of lines, taps, depth. Slots that are not there are not visited.
 */
enum { NAME(BLOCK_TAPS) = 4, NAME(BLOCK_STRIP) = VECTOR_BYTES == 64 ? 14 : BLOCK_STRIP }; /* in registers: 32 hold more */

/* ---- in and out ---------------------------------------------------------------------------------- */

/* One run, whose memory is any, along the lanes, or along the run. */
ALWAYS_INLINE void NAME(block_get_any)(const struct block_move *m, char *to, const char *from)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    for (int64_t i = 0; i < m->n; i++)
        for (int l = 0; l < LANES; l++) ((T *)(void *)(to + i * m->buffer_step))[l] = *(const ANY *)(const void *)(from + i * m->step + l * m->lane);
}

ALWAYS_INLINE void NAME(block_get_vectors)(const struct block_move *m, char *to, const char *from)
{
    const int64_t step = m->step, pitch = m->buffer_step, twin = m->twin;
    for (int64_t i = 0; !twin && i < m->n; i++) put_wide(to + i * pitch, get_wide(from + i * step));
    for (int64_t i = 0; twin && i < m->n; i++) {
        put_wide(to + i * pitch, get_wide(from + i * step));
        put_wide(to + i * pitch + twin, get_wide(from + i * step + VECTOR_BYTES));
    }
}

ALWAYS_INLINE void NAME(block_get_second)(const struct block_move *m, char *to, const char *from)
{
    for (int64_t i = 0; i < m->n; i++) VEC_STORE(to + i * m->buffer_step, NAME(load_even)(from + i * m->step));
}

/* The last one may overlap the one before it. */
ALWAYS_INLINE void NAME(block_get_squares)(const struct block_move *m, char *to, const char *from)
{
    const int64_t lane = m->lane, step = m->buffer_step, next = m->step;
    const int second = next > (int64_t)sizeof(T);
    for (int64_t i = 0; i < m->n; i += NAME(SIDE)) {
        const int64_t at = min_size(i, m->n - NAME(SIDE));
        NAME1(square, BITS)(second, to + at * step, step, from + at * next, lane);
    }
}

static void NAME(block_get)(const struct block_move *m)
{
    enum { SIZE = sizeof(T) };
    const char *from = m->memory;
    char *to = m->buffer;
    for (int64_t j = 0; j < m->count; j++, to += m->buffer_next, from = shift((char *)(intptr_t)from, m->next))
        if (m->lane == SIZE) NAME(block_get_vectors)(m, to, from);
        else if (m->lane == 2 * SIZE) NAME(block_get_second)(m, to, from);
        else if ((m->step == SIZE || m->step == 2 * SIZE) && m->n >= NAME(SIDE)) NAME(block_get_squares)(m, to, from);
        else NAME(block_get_any)(m, to, from);
}

#if defined(__AVX512F__)
/* Of groups side by side, a channel in all lanes of its group; of four channels two in turn, of which strips take one. */
static void NAME(block_get_groups)(const struct block_move *m)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int outputs = (int)m->outputs, channels = (int)m->channels, single = channels == 1;
    const int64_t n = m->n, step = m->step, pitch = m->buffer_step;
    const VEC_MASK all = VEC_RANGE(0, LANES / outputs * channels);
    const char *line = m->memory;
    char *to_line = m->buffer;
    vec_i32 at;
    for (int i = 0; i < LANES; i++) at[i] = i / outputs * channels + (single ? 0 : i % 2);
    for (int64_t j = 0; j < m->count; j++, to_line += m->buffer_next, line = shift((char *)(intptr_t)line, m->next)) {
        const char *from = line;
        char *to = to_line;
        for (int64_t i = 0; i < n; i++, from = shift((char *)(intptr_t)from, step), to = shift(to, pitch)) {
            const VEC v = VEC_LOAD_SOME(all, from);
            VEC_STORE(to, vec_moved(v, at));
            if (!single) VEC_STORE(to + VECTOR_BYTES, vec_moved(v, at + 2));
        }
    }
}
#endif

/* LANES vectors become runs of as many elements; or SIDE of them. */
ALWAYS_INLINE void NAME(block_put_vectors)(char *to, int64_t lane, const char *from, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    UNROLL(4)
    for (int i = 0; i < LANES; i += NAME(SIDE)) NAME1(square, BITS)(0, shift(to, i * lane), lane, from + i * (int64_t)sizeof(T), step);
}

ALWAYS_INLINE void NAME(block_put_square)(char *to, int64_t lane, const char *from, int64_t step)
{
    wide v[NAME(SIDE)];
    UNROLL(4)
    for (int i = 0; i < NAME(SIDE); i++) v[i] = get_wide(from + i * step);
    NAME1(turn_pieces, BITS)(v);
    UNROLL(4)
    for (int i = 0; i < NAME(SIDE); i++) put_pieces(shift(to, i * lane), NAME(SIDE) * lane, v[i]);
}

ALWAYS_INLINE void NAME(block_put_any)(const struct block_move *m, char *to, const char *from)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    for (int64_t i = 0; i < m->n; i++)
        for (int l = 0; l < LANES; l++) *(ANY *)(void *)(to + i * m->step + l * m->lane) = ((const T *)(const void *)(from + i * m->buffer_step))[l];
}

ALWAYS_INLINE void NAME(block_put_lanes)(const struct block_move *m, char *to, const char *from)
{
    for (int64_t i = 0; i < m->n; i++) put_wide(to + i * m->step, get_wide(from + i * m->buffer_step));
}

/* `side` vectors at a time, LANES or SIDE; the last of them may overlap those before. */
ALWAYS_INLINE void NAME(block_put_squares)(const int side, const struct block_move *m, char *to, const char *from)
{
    const int64_t size = sizeof(T), lane = m->lane, step = m->buffer_step;
    for (int64_t i = 0; i < m->n; i += side) {
        const int64_t at = min_size(i, m->n - side);
        if (side == NAME(SIDE)) NAME(block_put_square)(to + at * size, lane, from + at * step, step);
        else NAME(block_put_vectors)(to + at * size, lane, from + at * step, step);
    }
}

static void NAME(block_put)(const struct block_move *m)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int along = m->step == sizeof(T);
    const char *from = m->buffer;
    char *to = m->memory;
    for (int64_t j = 0; j < m->count; j++, from += m->buffer_next, to = shift(to, m->next))
        if (m->lane == sizeof(T)) NAME(block_put_lanes)(m, to, from);
        else if (along && m->n >= LANES) NAME(block_put_squares)(LANES, m, to, from);
        else if (along && m->n >= NAME(SIDE)) NAME(block_put_squares)(NAME(SIDE), m, to, from);
        else NAME(block_put_any)(m, to, from);
}

/* ---- strips -------------------------------------------------------------------------------------- */

/* What a slot is, or, of groups, one of its channels. */
ALWAYS_INLINE VEC NAME(strip_value)(const int channels, const int channel, const char *a)
{
#if defined(__AVX512F__)
    const char *two = a + channel / 2 * VECTOR_BYTES;
    if (channels > 1) return channel % 2 ? vec_seconds(two) : vec_firsts(two);
#else
    (void)channels, (void)channel;
#endif
    return NAME(window_shared)(a);
}

/* Some taps of a line, whose slots from .. to are there. If `all` are there is nothing to look at, which units that multiply would do. */
ALWAYS_INLINE void NAME(strip_taps)(const int step, const int channels, const int taps, const int all, const int slot, const char *a, const char *b,
                                    int64_t from, int64_t to, VEC acc[NAME(BLOCK_STRIP)])
{
    VEC w[NAME(BLOCK_TAPS) * GROUP];
    UNROLL(16)
    for (int i = 0; i < taps * channels; i++) w[i] = VEC_LOAD(b + i * VECTOR_BYTES);
    UNROLL(32)
    for (int i = 0; i < taps + step * (NAME(BLOCK_STRIP) - 1); i++) {
        if (!all && (i < from || i >= to)) continue;
        UNROLL(4)
        for (int c = 0; c < channels; c++) {
            const VEC v = NAME(strip_value)(channels, c, a + i * (channels > 1 ? channels / 2 : 1) * slot);
            UNROLL(16)
            for (int x = 0; x < NAME(BLOCK_STRIP); x++)
                if (i - step * x >= 0 && i - step * x < taps) acc[x] = VEC_MULADD(v, w[(i - step * x) * channels + c], acc[x]);
        }
    }
}

ALWAYS_INLINE void NAME(strip_some)(const int step, const int channels, const int taps, const char *a, const char *b, int64_t from, int64_t to,
                                    VEC acc[NAME(BLOCK_STRIP)])
{
    const int often = LINE_VECTORS == 1 && step == 1 && channels == 1 && taps > 2;
    if (often && from <= 0 && to >= taps + NAME(BLOCK_STRIP) - 1) NAME(strip_taps)(step, channels, taps, 1, VECTOR_BYTES, a, b, from, to, acc);
    else NAME(strip_taps)(step, channels, taps, 0, VECTOR_BYTES, a, b, from, to, acc);
}

ALWAYS_INLINE void NAME(strip_line)(const int step, const struct block *k, const struct block_tile *t, const char *a, const char *b,
                                    VEC acc[NAME(BLOCK_STRIP)])
{
    const int once = NAME(BLOCK_TAPS);
    const int64_t last = step * (t->columns - 1), some = k->four_taps;
    int64_t tap = 0;
#define TAPS(n) NAME(strip_some)(step, 1, n, a, b, t->from - tap, min_size(t->to - tap, last + n), acc)
    for (; tap + once <= k->taps; tap += once, a += some, b += once * VECTOR_BYTES) TAPS(once);
    switch (k->taps - tap) {
    case 3: TAPS(3); break;
    case 2: TAPS(2); break;
    case 1: TAPS(1); break;
    default: break;
    }
#undef TAPS
}

/* What comes from afar, as far as the second-level cache; what is stored next, all the way. */
ALWAYS_INLINE void NAME(block_asks)(const struct block *k, const struct block_row *r, const struct block_tile *t)
{
    UNROLL(2)
    for (int i = 0; i < ASKS; i++) {
        const int64_t step = k->ask[i].step;
        const char *p = shift((char *)(intptr_t)k->ask[i].at, r->at[i] + t->at[i]);
        for (int64_t n = k->ask[i].n; n > 0; n--, p = shift((char *)(intptr_t)p, step)) {
            if (i == ASK_A) __builtin_prefetch(p, 0, 2);
            else __builtin_prefetch(p);
        }
    }
}

ALWAYS_INLINE void NAME(strip)(const int step, const int channels, const struct block *k, const struct block_row *r, const struct block_tile *t,
                               const char *b, char *sum)
{
    const char *a = k->a + t->a;
    VEC acc[NAME(BLOCK_STRIP)];
    NAME(block_asks)(k, r, t);
    UNROLL(16)
    for (int x = 0; x < NAME(BLOCK_STRIP); x++) acc[x] = (VEC){ 0 };
    const struct block_line *l = k->line + r->from, *end = k->line + r->to;
    const int64_t to = channels > 1 ? min_size(t->to, t->columns - 1 + GROUP_TAPS) : t->to;
    if (channels > 1 || (step == 1 && k->taps == 3)) for (; l < end; l++) NAME(strip_some)(step, channels, 3, a + l->a, b + l->b, t->from, to, acc);
    else for (; l < end; l++) NAME(strip_line)(step, k, t, a + l->a, b + l->b, acc);
    sum += r->sum + t->sum;
    const int columns = t->columns;
    const int64_t column = k->sum_column;
    UNROLL(16)
    for (int x = 0; x < NAME(BLOCK_STRIP); x++, sum = shift(sum, column))
        if (x < columns) VEC_STORE(sum, acc[x]);
}

ALWAYS_INLINE void NAME(strips)(const int step, const int channels, const struct block *k)
{
    const char *b = k->b;
    char *sum = k->sum;
    for (int64_t o = k->outputs; o > 0; o--, b += k->b_output, sum += k->sum_output)
        for (const struct block_row *r = k->row; r < k->row + k->rows; r++)
            for (const struct block_tile *t = k->tile; t < k->tile + k->tiles; t++)
                NAME(strip)(step, channels, k, r, t, b, sum);
}

static void NAME(strips_1)(const struct block *k) { NAME(strips)(1, 1, k); }
static void NAME(strips_2)(const struct block *k) { NAME(strips)(2, 1, k); }
#if defined(__AVX512F__)
static void NAME(strips_of_groups)(const struct block *k) { NAME(strips)(1, GROUP, k); }

/* Two positions abreast, of a line as it lies, of which every slot is there. */
ALWAYS_INLINE void NAME(strip_abreast)(const struct block *k, const char *a, char *sum)
{
    enum { MANY = NAME(BLOCK_TAPS), HALF = VECTOR_BYTES / 2 };
    const int64_t four = k->four_taps;
    const char *b = k->b;
    int64_t taps = k->taps;
    VEC acc[NAME(BLOCK_STRIP)] = { { 0 } };
    for (; taps >= MANY; taps -= MANY, a += four, b += MANY * VECTOR_BYTES) NAME(strip_taps)(2, 1, MANY, 1, HALF, a, b, 0, 0, acc);
    for (; taps > 0; taps--, a += four / MANY, b += VECTOR_BYTES) NAME(strip_taps)(2, 1, 1, 1, HALF, a, b, 0, 0, acc);
    UNROLL(16)
    for (int x = 0; x < NAME(BLOCK_STRIP); x++) VEC_STORE(sum + x * VECTOR_BYTES, acc[x]);
}

/* The same one by one: before the slots that are there is one of which the second half is, behind them one of which the first is. */
ALWAYS_INLINE void NAME(strip_halves)(const struct block *k, const struct block_tile *t, const char *a, char *sum)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    for (int64_t x = 0; x < t->columns; x++, sum += VECTOR_BYTES) {
        const int64_t from = t->from - 2 * x, to = t->to - 2 * x;
        VEC acc = { 0 };
        for (int64_t tap = max_size(from - 1, 0); tap < k->taps && tap <= to; tap++) {
            const VEC_MASK some = VEC_RANGE(tap < from ? LANES / 2 : 0, tap < to ? LANES : LANES / 2);
            const VEC v = VEC_LOAD_SOME(some, a + (2 * x + tap) * (VECTOR_BYTES / 2));
            acc = VEC_CHOOSE(some, VEC_MULADD(v, VEC_LOAD(k->b + tap * VECTOR_BYTES), acc), acc);
        }
        VEC_STORE(sum, acc);
    }
}

static void NAME(strips_abreast)(const struct block *k)
{
    for (const struct block_tile *t = k->tile; t < k->tile + k->tiles; t++)
        if (t->from == 0 && t->to >= k->taps + 2 * (NAME(BLOCK_STRIP) - 1)) NAME(strip_abreast)(k, k->a + t->a, k->sum + t->sum);
        else NAME(strip_halves)(k, t, k->a + t->a, k->sum + t->sum);
}
#endif

/* ---- tiles --------------------------------------------------------------------------------------- */

/* Some steps, side by side in the buffer. Column x has them in slot x*step from a, of which from .. to are there. */
ALWAYS_INLINE void NAME(block_steps)(const struct block *k, const char *a, const char *b, int64_t steps, int64_t from, int64_t to,
                                     VEC acc[BLOCK_SUMS])
{
    const int64_t step = k->step, column = step * k->slot;
    for (; steps > 0; steps--, a += VECTOR_BYTES, b += VECTOR_BYTES) {
        const VEC w = VEC_LOAD(b);
        UNROLL(12)
        for (int x = 0; x < BLOCK_SUMS; x++) {
            if (x * step < from || x * step >= to) continue;
            acc[x] = VEC_MULADD(VEC_LOAD(a + x * column), w, acc[x]);
        }
    }
}

ALWAYS_INLINE void NAME(block_tile)(const struct block *k, const struct block_row *r, const struct block_tile *t, const char *b, char *sum)
{
    VEC acc[BLOCK_SUMS];
    UNROLL(12)
    for (int x = 0; x < BLOCK_SUMS; x++) acc[x] = (VEC){ 0 };
    for (int i = r->from; i < r->to; i++)
        for (int64_t j = 0, at = 0; j < k->taps; j++, at += k->tap)
            NAME(block_steps)(k, shift((char *)(intptr_t)k->a, k->line[i].a + t->a + at * k->slot), b + k->line[i].b + j * k->b_tap, k->depth,
                              t->from - at, t->to - at, acc);
    UNROLL(12)
    for (int x = 0; x < BLOCK_SUMS; x++)
        if (x < t->columns) VEC_STORE(sum + r->sum + t->sum + x * k->sum_column, acc[x]);
}

static void NAME(block_tiles)(const struct block *k)
{
    for (int64_t o = 0; o < k->outputs; o++)
        for (const struct block_row *r = k->row; r < k->row + k->rows; r++)
            for (const struct block_tile *t = k->tile; t < k->tile + k->tiles; t++)
                NAME(block_tile)(k, r, t, k->b + o * k->b_output, k->sum + o * k->sum_output);
}
