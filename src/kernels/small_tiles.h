/*
 * small_tiles.h - template: all tiles of a small product (small_product.h), panel by panel.
 *
 * Rows that are a step apart need no pointers of their own: tiles that know it begin at once. They are of one height for each number of vectors,
 * the last of them begins before the rows that are left, and the last vector of a row may be stored in part. A bias and limits are added while
 * sums are in registers: of short ones a pass after them would take as long as they do.
 */
enum { NAME(SMALL_REGISTERS) = VECTOR_BYTES == 64 ? 32 : 16 };
/* Tiles make of sums what becomes of them; or those are so few that it may be done afterwards. */
enum { NAME(ENDS_SUMS) = IS_F32 && VECTOR_BYTES == 64 };
/* Rows of a tile: of 32 registers 24 hold sums. */
#define SMALL_HIGH(nv) (NAME(SMALL_REGISTERS) == 32 ? (nv) == 4 ? 6 : SMALL_ROWS : SMALL_ROWS * (nv) * 2 <= 16 ? SMALL_ROWS : SMALL_ROWS / 2)

/* Of a vector whose second half has no columns the first alone: some processors work on long vectors in halves. */
ALWAYS_INLINE VEC NAME(muladd_first)(const char *a, VEC b, VEC c)
{
#if IS_F32 && defined(__AVX512F__)
    return (VEC)_mm512_castps256_ps512(_mm256_fmadd_ps(_mm256_set1_ps(*(const ANY *)(const void *)a), _mm512_castps512_ps256((__m512)b),
                                                       _mm512_castps512_ps256((__m512)c)));
#else
    return VEC_MULADD(VEC_SPLAT(*(const ANY *)(const void *)a), b, c);
#endif
}

/* One k. What is spread costs nothing where it is multiplied, once for each half. */
ALWAYS_INLINE void NAME(small_step)(const int rows, const int nv, const int half, VEC acc[SMALL_ROWS][4], const char *p[2], int64_t a_row, const T *b)
{
    VEC bv[4];
    UNROLL(4)
    for (int v = 0; v < nv; v++) bv[v] = *(const VEC *)(const void *)(b + v * NAME(LANES));
    UNROLL(8)
    for (int r = 0; r < rows; r++) {
        const VEC av = VEC_SPLAT(*(const ANY *)(const void *)(p[r / 4] + r % 4 * a_row));
        UNROLL(4)
        for (int v = 0; v < nv - half; v++) acc[r][v] = VEC_MULADD(av, bv[v], acc[r][v]);
    }
    if (!half) return;
    __asm__("" : "+r"(p[0]), "+r"(p[1])); /* or what was spread is kept */
    UNROLL(8)
    for (int r = 0; r < rows; r++) acc[r][nv - 1] = NAME(muladd_first)(p[r / 4] + r % 4 * a_row, bv[nv - 1], acc[r][nv - 1]);
}

/* Rows by fours, one pointer each. `end`: lanes of the last vector; `half`: its first half has them all. */
ALWAYS_INLINE void NAME(small_tile)(const int rows, const int nv, const int half, const struct small_product *s, char *dst, const char *a, const T *b,
                                    int end)
{
    const int64_t a_row = s->a_row, a_k = s->a_k, b_k = s->b_k, dst_row = s->dst_row;
    const char *p[2];
    VEC acc[SMALL_ROWS][4];
    UNROLL(8)
    for (int r = 0; r < rows; r++)
        UNROLL(4)
        for (int v = 0; v < nv; v++) acc[r][v] = (VEC){ 0 };
    UNROLL(2)
    for (int r = 0; r < rows; r += 4) p[r / 4] = a + r * a_row;
    /* Of wide panels each of the first k asks for a row of dst: sums that leave all at once would wait for it. */
    const int64_t asked = NAME(ENDS_SUMS) && nv == 4 ? min_size(rows, s->depth) : 0;
    const char *ask = dst;
    for (int64_t k = asked; k > 0; k--, b += b_k, ask += dst_row) {
        UNROLL(4)
        for (int v = 0; v < nv; v++) __builtin_prefetch(ask + v * VECTOR_BYTES, 1);
        NAME(small_step)(rows, nv, half, acc, p, a_row, b);
        UNROLL(2)
        for (int r = 0; r < rows; r += 4) p[r / 4] += a_k;
    }
    for (int64_t k = s->depth - asked; k > 0; k--, b += b_k) {
        NAME(small_step)(rows, nv, half, acc, p, a_row, b);
        UNROLL(2)
        for (int r = 0; r < rows; r += 4) p[r / 4] += a_k;
    }
    if (NAME(ENDS_SUMS) && s->bias) {
        struct NAME(ending) ending = { .lo = VEC_SPLAT((T)s->lo), .hi = VEC_SPLAT((T)s->hi) };
        UNROLL(4)
        for (int v = 0; v < nv; v++) {
            ending.bias = *(const VEC *)(const void *)(s->bias + v * NAME(LANES));
            UNROLL(8)
            for (int r = 0; r < rows; r++) acc[r][v] = NAME(ended)(acc[r][v], ending);
        }
    }
    UNROLL(8)
    for (int r = 0; r < rows; r++, dst += dst_row) {
        UNROLL(4)
        for (int v = 0; v < nv - 1; v++) VEC_STORE(dst + v * VECTOR_BYTES, acc[r][v]);
        VEC_STORE_FIRST(end, dst + (nv - 1) * VECTOR_BYTES, acc[r][nv - 1]);
    }
}

#define SMALL(name, nv, half) \
    static void NAME(small_panel_##name)(const struct small_product *s, char *dst, const char *a, const T *b, int64_t rows, int end) \
    { \
        for (int64_t r = 0, at; r < rows; r += SMALL_HIGH(nv)) { \
            at = min_size(r, rows - SMALL_HIGH(nv)); \
            NAME(small_tile)(SMALL_HIGH(nv), nv, half, s, dst + at * s->dst_row, a + at * s->a_row, b, end); \
        } \
    }
SMALL(1, 1, 0)
SMALL(2, 2, 0)
#if !defined(__AVX2__) || (defined(__AVX512F__) && IS_F32)
SMALL(3, 3, 0)
#endif
#if defined(__AVX512F__) && IS_F32
SMALL(4, 4, 0)
SMALL(one_and_half, 2, 1)
#endif

static void NAME(small_panel)(const struct small_product *s, char *dst, const char *a, const T *b, int64_t rows, int64_t cols)
{
#if defined(__AVX512F__) && !IS_F32 /* doubles are rare */
    for (; cols > 2 * NAME(LANES); cols -= 2 * NAME(LANES), dst += 2 * VECTOR_BYTES, b += 2 * NAME(LANES))
        NAME(small_panel_2)(s, dst, a, b, rows, NAME(LANES));
#endif
    const int end = (int)((cols - 1) % NAME(LANES)) + 1;
    switch ((cols + NAME(LANES) - 1) / NAME(LANES)) {
#if defined(__AVX512F__) && IS_F32
    case 4: NAME(small_panel_4)(s, dst, a, b, rows, end); break;
#endif
#if !defined(__AVX2__) || (defined(__AVX512F__) && IS_F32)
    case 3: NAME(small_panel_3)(s, dst, a, b, rows, end); break;
#endif
#if defined(__AVX512F__) && IS_F32
    case 2: (end <= NAME(LANES) / 2 ? NAME(small_panel_one_and_half) : NAME(small_panel_2))(s, dst, a, b, rows, end); break;
#else
    case 2: NAME(small_panel_2)(s, dst, a, b, rows, end); break;
#endif
    default: NAME(small_panel_1)(s, dst, a, b, rows, end); break;
    }
}

/* Few rows take several panels at once; of 16 registers those tiles fill more that are of even height. */
static int NAME(goes_even)(const struct small_product *s)
{
    return (NAME(CUTS) || s->cols % NAME(LANES) == 0) && (s->rows < SMALL_ROWS || (NAME(SMALL_REGISTERS) == 16 && s->cols > NAME(LANES)));
}

/* Whole vectors of sums, if the last of them is not cut. */
static void NAME(small_even)(const struct small_product *s, char *dst, int64_t dst_row, const char *a, const T *b, int64_t cols)
{
    const struct segment all = { .len = s->depth };
    struct NAME(sums) of = { .seg = &all, .segments = 1, .a_step = s->a_k, .b_pitch = s->b_k,
                            .panel = s->width * s->b_column, .first = 1 };
    const char *row[BLOCK];
    T *sum[BLOCK];
    for (int64_t r = 0, n; r < s->rows; r += n) {
        n = min_size(s->rows - r, BLOCK);
        for (int64_t i = 0; i < n; i++, a += s->a_row, dst += dst_row) {
            row[i] = a;
            sum[i] = (T *)(void *)dst;
        }
        of.b = b;
        NAME(all_panels)(NAME(tiles)[TILE_OUTER], &of, row, sum, n, cols, s->width);
    }
}

/* Of few rows panels whose vectors are not whole: sums are formed in a buffer. */
static void NAME(small_few)(const struct small_product *s, char *dst, const char *a, const T *b)
{
    T whole[SMALL_ROWS][PANEL_VECTORS * NAME(LANES)];
    for (int64_t j = 0, cols; j < s->cols; j += s->width, b += s->width * s->b_column) {
        cols = min_size(s->width, s->cols - j);
        NAME(small_even)(s, (char *)whole, sizeof whole[0], a, b, cols);
        for (int64_t r = 0; r < s->rows; r++)
            for (int64_t i = 0; i < cols; i += NAME(LANES))
                VEC_STORE_FIRST((int)min_size(cols - i, NAME(LANES)), dst + r * s->dst_row + (j + i) * (int64_t)sizeof(T),
                                VEC_LOAD((const char *)(whole[r] + i)));
    }
}

/* All panels of some rows. */
static void NAME(small_rows)(const struct small_product *s, char *dst, const char *a, const T *b, int64_t rows)
{
    for (int64_t j = 0; j < s->cols; j += s->width, b += s->width * s->b_column)
        NAME(small_panel)(s, dst + j * (int64_t)sizeof(T), a, b, rows, min_size(s->width, s->cols - j));
}

#if IS_F32
/* The same, of sums of which something becomes: a panel's bias lies in whole vectors. */
static __attribute__((noinline)) void NAME(small_ended)(const struct small_product *s, char *dst, const char *a, const T *b, int64_t rows, const char *bias)
{
    T whole[PANEL_VECTORS * NAME(LANES)] __attribute__((aligned(64))) = { 0 };
    struct small_product panel = *s;
    panel.bias = whole;
    for (int64_t j = 0; j < s->cols; j += s->width, b += s->width * s->b_column) {
        panel.cols = min_size(s->width, s->cols - j);
        for (int64_t i = 0; i < panel.cols; i++) whole[i] = s->biased ? ((const ANY *)(const void *)bias)[j + i] : -(T)0;
        NAME(small_rows)(&panel, dst + j * (int64_t)sizeof(T), a, b, rows);
    }
}
#endif

/* What becomes of sums that are stored, so few that the cache holds them. */
static __attribute__((noinline)) void NAME(end_small)(const struct small_product *s, char *dst, const char *bias)
{
#if IS_F32
    const struct NAME(plain) plain = { { VEC_SPLAT(-(T)0), VEC_SPLAT(s->lo), VEC_SPLAT(s->hi) }, 1, s->biased };
    for (int64_t r = 0; r < s->rows; r++) NAME(end_row)(&plain, bias, (T *)(void *)(dst + r * s->dst_row), s->cols);
#endif
    (void)s, (void)dst, (void)bias;
}

static void NAME(small_tiles)(const struct small_product *s, char *dst, const char *a, const void *packed, const char *bias)
{
    if (NAME(goes_even)(s)) NAME(small_even)(s, dst, s->dst_row, a, packed, s->cols);
    else if (s->rows < SMALL_ROWS) NAME(small_few)(s, dst, a, packed);
    else {
        for (int64_t r = 0, rows; r < s->rows; r += rows) {
            rows = s->rows - r < 2 * MANY_ROWS ? s->rows - r : MANY_ROWS;
#if IS_F32
            if (NAME(ENDS_SUMS) && s->ends) { NAME(small_ended)(s, dst + r * s->dst_row, a + r * s->a_row, packed, rows, bias); continue; }
#endif
            NAME(small_rows)(s, dst + r * s->dst_row, a + r * s->a_row, packed, rows);
        }
        if (NAME(ENDS_SUMS)) return;
    }
    if (s->ends) NAME(end_small)(s, dst, bias);
}
#undef SMALL
#undef SMALL_HIGH
