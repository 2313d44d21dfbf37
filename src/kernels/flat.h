/*
 * flat.h - template: sums of windows whose lines lie one behind the other in a buffer, see flat_run.c.
 *
 *     c[o][v] = sum over taps of  a * b,   a: vector v from tap[k] on, b: one value for each output
 *
 * Nothing is known of lines here: where one ends and the next begins, sums of no position are formed. Every sum is one chain in the order
 * of the list.
 */
enum { NAME(FLAT_REGISTERS) = FLAT_VECTORS / (VECTOR_BYTES == 32 ? 2 : 1) }; /* half of 16 registers are not enough, of 32 they are */

ALWAYS_INLINE VEC NAME(flat_spread)(const char *b, int i) { return VEC_SPLAT(*(const ANY *)(const void *)(b + i * (int64_t)sizeof(T))); }

ALWAYS_INLINE VEC NAME(flat_choose)(const char *mask, VEC a, VEC b)
{
    const NAME(mask) m = (NAME(mask))VEC_LOAD(mask);
    return (VEC)((m & (NAME(mask))a) | (~m & (NAME(mask))b));
}

/* One tap: the fewer of both are kept in registers. */
ALWAYS_INLINE void NAME(flat_tap)(const int rows, const int nv, const int seen, const struct flat *k, const char *const *a, const char *const *mask,
                                  int64_t t, const char *b, VEC acc[][NAME(FLAT_REGISTERS)])
{
    const int held = rows > nv ? nv : rows, others = rows > nv ? rows : nv;
    const int64_t panel = rows > FLAT_ROWS ? k->b_panel : 0;
    VEC v[FLAT_ROWS];
    UNROLL(4)
    for (int i = 0; i < held; i++) v[i] = rows > nv ? NAME(window_shared)(a[i] + k->tap[t]) : NAME(flat_spread)(b, i);
    UNROLL(12)
    for (int j = 0; j < others; j++) {
        const VEC u = rows > nv ? NAME(flat_spread)(b + j / FLAT_ROWS * panel, j % FLAT_ROWS) : NAME(window_shared)(a[j] + k->tap[t]);
        UNROLL(4)
        for (int i = 0; i < held; i++) {
            VEC *sum = rows > nv ? &acc[j][i] : &acc[i][j];
            const VEC c = VEC_MULADD(u, v[i], *sum);
            *sum = seen ? NAME(flat_choose)(mask[rows > nv ? i : j] + k->seen[t], c, *sum) : c;
        }
    }
}

/* The sums of four outputs, as all four of each position. */
ALWAYS_INLINE void NAME(flat_turned)(char *sum, const int32_t *place, VEC a, VEC b, VEC c, VEC d)
{
    wide v[FLAT_ROWS] = { (wide)a, (wide)b, (wide)c, (wide)d };
    NAME1(turn_pieces, BITS)(v);
    UNROLL(4)
    for (int i = 0; i < FLAT_ROWS; i++, place += PIECES) {
        char *to[PIECES];
        UNROLL(4)
        for (int j = 0; j < PIECES; j++) to[j] = sum + place[j];
        put_each(to, v[i]);
    }
}

#if IS_F32 && defined(__AVX512F__)
/* The same of eight: each position has a piece of a and one of b, side by side. */
ALWAYS_INLINE void NAME(put_pairs)(char *sum, const int32_t *place, wide a, wide b)
{
    const __m512i low = _mm512_permutex2var_epi64((__m512i)a, _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0), (__m512i)b);
    const __m512i high = _mm512_permutex2var_epi64((__m512i)a, _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4), (__m512i)b);
    _mm256_storeu_si256((__m256i *)(void *)(sum + place[0]), _mm512_castsi512_si256(low));
    _mm256_storeu_si256((__m256i *)(void *)(sum + place[1]), _mm512_extracti64x4_epi64(low, 1));
    _mm256_storeu_si256((__m256i *)(void *)(sum + place[2]), _mm512_castsi512_si256(high));
    _mm256_storeu_si256((__m256i *)(void *)(sum + place[3]), _mm512_extracti64x4_epi64(high, 1));
}

ALWAYS_INLINE void NAME(flat_turned_twice)(char *sum, const int32_t *place, VEC (*acc)[NAME(FLAT_REGISTERS)], int v)
{
    wide a[FLAT_ROWS], b[FLAT_ROWS];
    UNROLL(4)
    for (int r = 0; r < FLAT_ROWS; r++) {
        a[r] = (wide)acc[r][v];
        b[r] = (wide)acc[r + FLAT_ROWS][v];
    }
    NAME1(turn_pieces, BITS)(a);
    NAME1(turn_pieces, BITS)(b);
    UNROLL(4)
    for (int i = 0; i < FLAT_ROWS; i++, place += PIECES) NAME(put_pairs)(sum, place, a[i], b[i]);
}
#endif

/* Sums of a vector that may lie on two lines. Masks that leave nothing out, or all, are slow. */
ALWAYS_INLINE void NAME(flat_parted)(char *sum, int64_t sum_output, const struct flat_vector *v, VEC a, VEC b, VEC c, VEC d)
{
#if defined(__AVX512F__)
    const VEC acc[FLAT_ROWS] = { a, b, c, d };
    char *to = sum + v->sum, *next = sum + v->next;
    if (v->lanes == UINT32_MAX) {
        UNROLL(4)
        for (int r = 0; r < FLAT_ROWS; r++, to += sum_output) VEC_STORE(to, acc[r]);
        return;
    }
    UNROLL(4)
    for (int r = 0; r < FLAT_ROWS; r++, to += sum_output, next += sum_output) {
        VEC_STORE_SOME((VEC_MASK)v->lanes, to, acc[r]);
        if (v->next_lanes) VEC_STORE_SOME((VEC_MASK)v->next_lanes, next, acc[r]);
    }
#else
    (void)sum, (void)sum_output, (void)v, (void)a, (void)b, (void)c, (void)d;
#endif
}

ALWAYS_INLINE void NAME(flat_tile)(const int rows, const int nv, const int turned, const int seen, const struct flat *k,
                                   const struct flat_vector *vector, int64_t group, const char *b, char *sum, int64_t stored)
{
    const char *a[NAME(FLAT_REGISTERS)], *mask[NAME(FLAT_REGISTERS)];
    VEC acc[2 * FLAT_ROWS][NAME(FLAT_REGISTERS)];
    UNROLL(12)
    for (int v = 0; v < nv; v++) {
        a[v] = k->a + group * k->a_group + vector[v].a;
        if (seen) mask[v] = k->mask + vector[v].a;
        UNROLL(8)
        for (int r = 0; r < rows; r++) acc[r][v] = (VEC){ 0 };
    }
    for (int64_t t = 0; t < k->taps; t++, b += FLAT_ROWS * sizeof(T)) NAME(flat_tap)(rows, nv, seen, k, a, mask, t, b, acc);
#if IS_F32 && defined(__AVX512F__)
    if (rows > FLAT_ROWS) {
        UNROLL(3)
        for (int v = 0; v < nv; v++) NAME(flat_turned_twice)(sum, k->place + vector[v].sum, acc, v);
        return;
    }
#endif
    if (turned) {
        UNROLL(12)
        for (int v = 0; v < nv; v++) NAME(flat_turned)(sum, k->place + vector[v].sum, acc[0][v], acc[1][v], acc[2][v], acc[3][v]);
        return;
    }
    if (VECTOR_BYTES == 64 && rows == FLAT_ROWS && k->parted) {
        /* Written out: of a loop clang would keep an index into acc, and acc in memory. */
#define PARTED(v) if (v < nv) NAME(flat_parted)(sum, k->sum_output, &vector[v], acc[0][v], acc[1][v], acc[2][v], acc[3][v])
        _Static_assert(VECTOR_BYTES != 64 || NAME(FLAT_REGISTERS) / FLAT_ROWS <= 6, "a vector of a tile is not stored");
        PARTED(0); PARTED(1); PARTED(2); PARTED(3); PARTED(4); PARTED(5);
#undef PARTED
        return;
    }
    UNROLL(4)
    for (int r = 0; r < rows; r++, sum += k->sum_output) {
        if (seen && r >= stored) break;
        UNROLL(12)
        for (int v = 0; v < nv; v++) VEC_STORE(sum + vector[v].sum, acc[r][v]);
    }
}

/* `nv` vectors of `panels` of as many outputs. What all panels read stays in the cache, and so does what groups write side by side: turned sums are
 * a line of the cache for each position, and few of those may stay. */
ALWAYS_INLINE void NAME(flat_tiles)(const int rows, const int nv, const int turned, const int seen, const struct flat *k,
                                    const struct flat_vector *vector, int64_t from, int64_t panels)
{
    for (int64_t g = 0; g < k->groups; g++)
        for (int64_t i = from; i < from + panels; i += ceil_div(rows, FLAT_ROWS))
            NAME(flat_tile)(rows, nv, turned, seen, k, vector, g, k->b + g * k->b_group + i * k->b_panel,
                            k->sum + g * k->sum_group + i * FLAT_ROWS * k->sum_output, k->outputs - i * FLAT_ROWS);
}

/* All vectors; the last tile may overlap the one before it, and is half as wide where that is enough. */
ALWAYS_INLINE void NAME(flat_panels)(const int rows, const int turned, const int seen, const struct flat *k, int64_t from, int64_t panels)
{
    const int few = VECTOR_BYTES == 64 ? 3 : 2;
    const int nv = seen ? 1 : turned && VECTOR_BYTES == 64 ? 3 : NAME(FLAT_REGISTERS) / (rows > 2 ? rows : few); /* what is seldom done is short */
    const int half = VECTOR_BYTES == 64 && rows == FLAT_ROWS && !turned && !seen ? nv / 2 : 0;
    int64_t v = 0;
    for (; v < k->vectors && k->vectors - v > half; v += nv)
        NAME(flat_tiles)(rows, nv, turned, seen, k, k->vector + min_size(v, max_size(0, k->vectors - nv)), from, panels);
    if (half && v < k->vectors) NAME(flat_tiles)(rows, half, turned, seen, k, k->vector + max_size(0, k->vectors - half), from, panels);
}

/* Turned: outputs come in fours, and eight of them leave in half as many pieces. */
static __attribute__((noinline)) void NAME(flat_fours)(const struct flat *k)
{
#if IS_F32 && defined(__AVX512F__)
    if (k->outputs % (2 * FLAT_ROWS) == 0) {
        NAME(flat_panels)(2 * FLAT_ROWS, 1, 0, k, 0, k->outputs / FLAT_ROWS);
        return;
    }
#endif
    NAME(flat_panels)(FLAT_ROWS, 1, 0, k, 0, k->outputs / FLAT_ROWS);
}

/* Its loops are short: where in a line of the cache they begin is worth some percent, and nothing that is compiled before it shall move them. */
__attribute__((aligned(64))) static void NAME(flat)(const struct flat *k)
{
    const int64_t panels = k->outputs / FLAT_ROWS;
    if (k->place) { NAME(flat_fours)(k); return; }
    NAME(flat_panels)(FLAT_ROWS, 0, 0, k, 0, panels);
    switch (k->outputs % FLAT_ROWS) {
    case 1: NAME(flat_panels)(1, 0, 0, k, panels, 1); break;
    case 2: NAME(flat_panels)(2, 0, 0, k, panels, 1); break;
    case 3: NAME(flat_panels)(3, 0, 0, k, panels, 1); break;
    default: break;
    }
}

/* The same of what the mask says is there; panels of b are whole. */
static void NAME(flat_seen)(const struct flat *k)
{
    NAME(flat_panels)(FLAT_ROWS, k->place != NULL, 1, k, 0, ceil_div(k->outputs, FLAT_ROWS));
}

#if defined(__AVX512F__)
/* Two vectors of columns down all rows: what is loaded of a line serves all outputs of the rows that see it, one of which is then done. */
ALWAYS_INLINE void NAME(flat_columns)(const struct flat *k, const struct flat_vector *left, const struct flat_vector *right, const char *b, char *to)
{
    const int64_t taps = k->taps / FLAT_LINES, b_tap = FLAT_ROWS * sizeof(T), b_line = taps * b_tap, output = k->sum_output, rows = k->rows;
    const int64_t a_row = k->a_row, sum_row = k->sum_row, apart = right->a - left->a;
    const int32_t *tap = k->tap;
    const char *a = k->a + left->a;
    VEC sum[FLAT_LINES][FLAT_ROWS][2] = { { { { 0 } } } };
    to += left->sum;
    for (int64_t line = 0; line < rows + FLAT_LINES - 1; line++, a += a_row) {
        const char *q = b;
        for (int64_t t = 0; t < taps; t++, q += b_tap) {
            const VEC u[2] = { NAME(window_shared)(a + tap[t]), NAME(window_shared)(a + tap[t] + apart) };
            UNROLL(4)
            for (int j = 0; j < FLAT_LINES; j++) {
                if (line < j || line - j >= rows) continue;
                UNROLL(4)
                for (int r = 0; r < FLAT_ROWS; r++) {
                    const VEC w = NAME(flat_spread)(q + j * b_line, r);
                    UNROLL(2)
                    for (int v = 0; v < 2; v++) sum[j][r][v] = VEC_MULADD(w, u[v], sum[j][r][v]);
                }
            }
        }
        char *p = to;
        UNROLL(4)
        for (int r = 0; r < FLAT_ROWS; r++, p = shift(p, output))
            UNROLL(2)
            for (int v = 0; v < 2; v++) {
                if (line >= FLAT_LINES - 1) VEC_STORE(p + v * apart, sum[FLAT_LINES - 1][r][v]);
                UNROLL(4)
                for (int j = FLAT_LINES - 1; j > 0; j--) sum[j][r][v] = sum[j - 1][r][v];
                sum[0][r][v] = (VEC){ 0 };
            }
        if (line >= FLAT_LINES - 1) to = shift(to, sum_row);
    }
}

static void NAME(flat_down)(const struct flat *k)
{
    const int64_t wide = k->vectors / k->rows;
    for (int64_t o = 0; o < k->outputs / FLAT_ROWS; o++)
        for (int64_t v = 0; v < wide; v += 2)
            NAME(flat_columns)(k, k->vector + v, k->vector + min_size(v + 1, wide - 1), k->b + o * k->b_panel,
                               k->sum + o * FLAT_ROWS * k->sum_output);
}

/* One line, two vectors of it: they serve all outputs of the rows that see the line. The first runs ask for what is brought in next. */
ALWAYS_INLINE void NAME(flat_line_tile)(const int outputs, const struct flat *k, const char *b, int64_t sums, int64_t x)
{
    enum { WIDE = 2 };
    const int64_t taps = k->taps / FLAT_LINES, b_tap = FLAT_ROWS * sizeof(T), b_line = taps * b_tap, step = k->step, output = k->sum_output;
    VEC sum[FLAT_LINES][FLAT_ROWS][WIDE];
    UNROLL(4)
    for (int j = 0; j < FLAT_LINES; j++)
        UNROLL(4)
        for (int r = 0; r < outputs; r++)
            UNROLL(2)
            for (int v = 0; v < WIDE; v++) sum[j][r][v] = VEC_LOAD(k->row[j] + sums + r * output + x + v * VECTOR_BYTES);
    for (int64_t i = 0; i < taps; i += k->run) {
        const int64_t run = i / k->run, asks = run < WIDE;
        const char *a = k->a + x + k->tap[i], *ask = asks ? k->ask + x * k->ask_column + run * k->ask_run : a;
        for (int64_t n = k->run; n > 0; n--, a += step, ask += asks ? k->ask_step : 0, b += b_tap) {
            const VEC u[WIDE] = { NAME(window_shared)(a), NAME(window_shared)(a + VECTOR_BYTES) };
            __builtin_prefetch(ask, 0, 2);
            UNROLL(4)
            for (int j = 0; j < FLAT_LINES; j++)
                UNROLL(4)
                for (int r = 0; r < outputs; r++) {
                    const VEC w = NAME(flat_spread)(b + j * b_line, r);
                    UNROLL(2)
                    for (int v = 0; v < WIDE; v++) sum[j][r][v] = VEC_MULADD(w, u[v], sum[j][r][v]);
                }
        }
    }
    UNROLL(4)
    for (int j = 0; j < FLAT_LINES; j++) {
        char *to = k->row[j] + sums + x;
        UNROLL(4)
        for (int r = 0; r < outputs; r++, to += output)
            UNROLL(2)
            for (int v = 0; v < WIDE; v++) VEC_STORE(to + v * VECTOR_BYTES, sum[j][r][v]);
    }
}

/* Fours of outputs, of which the last may be three. */
static void NAME(flat_line)(const struct flat *k)
{
    const char *b = k->b;
    for (int64_t o = 0; o < k->outputs; o += FLAT_ROWS, b += k->b_panel)
        for (int64_t v = 0; v < k->vectors; v += 2)
            if (k->outputs - o < FLAT_ROWS) NAME(flat_line_tile)(FLAT_ROWS - 1, k, b, o * k->sum_output, v * VECTOR_BYTES);
            else NAME(flat_line_tile)(FLAT_ROWS, k, b, o * k->sum_output, v * VECTOR_BYTES);
}
#endif

/* ---- outputs that are vectors -------------------------------------------------------------------- */

#if defined(__AVX512F__)
/* Columns first .. end take part: what is spread costs nothing where it is multiplied. */
ALWAYS_INLINE void NAME(flat_wide_taps)(const int vectors, const int first, const int end, const struct flat *k, const struct flat_run *r,
                                        const char *a, const char *b, VEC acc[2][FLAT_WIDE])
{
    const int64_t panel = k->b_panel;
    b += r->from * (int64_t)VECTOR_BYTES;
    for (int64_t t = r->from; t < r->to; t++, b += VECTOR_BYTES) {
        const char *at = a + k->tap[t];
        VEC w[2];
        __asm__("" : "+r"(at)); /* or its sums with all columns are kept in registers */
        UNROLL(2)
        for (int i = 0; i < vectors; i++) w[i] = VEC_LOAD(b + i * panel);
        UNROLL(14)
        for (int x = first; x < end; x++) {
            const VEC u = NAME(flat_spread)(at + x * LINE_BYTES, 0);
            UNROLL(2)
            for (int i = 0; i < vectors; i++) acc[i][x] = VEC_MULADD(u, w[i], acc[i][x]);
        }
    }
}

/* Some positions of one or two vectors of outputs. Those of no position go where the one before them goes after them. */
ALWAYS_INLINE void NAME(flat_wide_tile)(const int vectors, const struct flat *k, const struct flat_vector *v, const char *a, const char *b, char *sum)
{
    const int columns = FLAT_WIDE / vectors;
    const int32_t *place = k->place + v->sum;
    const struct flat_run *r = k->run_of + v->next, *end = r + v->lanes;
    __asm__("" : "+r"(a));
    VEC acc[2][FLAT_WIDE];
    UNROLL(2)
    for (int i = 0; i < vectors; i++)
        UNROLL(14)
        for (int x = 0; x < columns; x++) acc[i][x] = (VEC){ 0 };
    for (; r < end; r++)
        if (r->but == BUT_NONE) NAME(flat_wide_taps)(vectors, 0, columns, k, r, a, b, acc);
        else if (r->but == BUT_FIRST) NAME(flat_wide_taps)(vectors, 1, columns, k, r, a, b, acc);
        else NAME(flat_wide_taps)(vectors, 0, columns - 1, k, r, a, b, acc);
    UNROLL(14)
    for (int x = columns - 1; x >= 0; x--)
        UNROLL(2)
        for (int i = 0; i < vectors; i++) VEC_STORE(sum + place[x] + i * VECTOR_BYTES, acc[i][x]);
}

/* One vector after the other, of what the mask says is there. */
static void NAME(flat_wide_each)(const int vectors, const struct flat *k, const struct flat_vector *v, const char *b, char *sum)
{
    for (int64_t i = FLAT_WIDE / vectors * vectors - 1; i >= 0; i--) {
        const int64_t x = i / vectors, o = i % vectors, slot = v->a + x * LINE_BYTES;
        VEC acc = { 0 };
        for (int64_t t = 0; t < k->taps; t++)
            if (k->mask[k->seen[t] + slot])
                acc = VEC_MULADD(NAME(flat_spread)(k->a + k->tap[t] + slot, 0), VEC_LOAD(b + o * k->b_panel + t * VECTOR_BYTES), acc);
        VEC_STORE(sum + k->place[v->sum + x] + o * VECTOR_BYTES, acc);
    }
}

ALWAYS_INLINE void NAME(flat_wide_tiles)(const int vectors, const int seen, const struct flat *k)
{
    for (const struct flat_vector *v = k->vector; v < k->vector + k->vectors; v++)
        if (seen) NAME(flat_wide_each)(vectors, k, v, k->b, k->sum);
        else NAME(flat_wide_tile)(vectors, k, v, k->a + v->a, k->b, k->sum);
}

static void NAME(flat_wide)(const struct flat *k)
{
    if (k->wide == 1) NAME(flat_wide_tiles)(1, 0, k);
    else NAME(flat_wide_tiles)(2, 0, k);
}

static void NAME(flat_wide_seen)(const struct flat *k) { NAME(flat_wide_tiles)(k->wide, 1, k); }
#endif

/* ---- in ------------------------------------------------------------------------------------------ */

/* Lines of no less than a vector, of neighbours: most lines are, and there are many calls for few of them. What comes next is asked for, unless lines
 * go on one into the other: then the processor does. */
static void NAME(flat_lines)(const struct flat_move *m, char *to, const char *from, int64_t lines, int64_t bytes)
{
    const int64_t ahead = m->from_line == bytes ? 0 : m->ahead;
    for (int64_t l = 0; l < lines; l++, to += m->to_line, from += m->from_line) {
        for (int64_t i = 0; i < bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
            __builtin_prefetch(from + i + ahead);
            put_wide(to + i, get_wide(from + i));
        }
        put_wide(to + bytes - VECTOR_BYTES, get_wide(from + bytes - VECTOR_BYTES));
    }
}

static void NAME(flat_move)(const struct flat_move *m, char *to, char *from, int64_t lines, int64_t n)
{
    const int64_t size = sizeof(T);
    if (m->from_step == size && m->to_step == size && n >= NAME(LANES)) NAME(flat_lines)(m, to, from, lines, n * size);
    else if (m->to_step != size || llabs(m->from_line) == size ||
             !NAME(gather_steps)((T *)(void *)to, from, m->from_step, n, m->from_line, lines, m->to_line / size, m->ahead))
        NAME1(plane, BITS)(&(struct side){ to, m->to_line, m->to_step }, &(struct side){ from, m->from_line, m->from_step }, lines, n);
}

static struct flat_bounds NAME(flat_bounds)(const void *p, int64_t n)
{
    const uint32_t *v = p;
    struct flat_bounds b = { UINT32_MAX, 0 };
    for (int64_t i = 0; i < n; i++) {
        const uint32_t twice = v[i] << 1, less = twice - 1;
        b.least = less < b.least ? less : b.least;
        b.most = twice > b.most ? twice : b.most;
    }
    return b;
}

/* Is something there that is less than `limit`, by its bits as above, and not 0. What a line's last vector holds besides counts too. */
static int NAME(flat_less)(const struct flat_look *l, uint32_t limit)
{
    mask_i32 found = { 0 };
    const char *plane = l->at;
    for (int64_t i = 0; i < l->planes; i++, plane += l->plane) {
        const char *line = plane;
        for (int64_t j = 0; j < l->lines; j++, line += l->line)
            for (int64_t at = 0; at < l->bytes; at += VECTOR_BYTES) found |= ((wrap_i32)VEC_LOAD(line + at) << 1) - 1 < limit;
    }
    int any = 0;
    for (int i = 0; i < NAME(LANES); i++) any |= found[i];
    return any;
}
