/*
 * dots.h - template: products of bf16 two k at a time, by an instruction (vec_dots_f32) that adds first the product of the high halves to a sum,
 * then that of the low ones, and rounds after each: with the first k of a pair above, that is the chain which the generic kernels make of floats.
 *
 * But it takes what is subnormal for 0. So what a block of rows and the packed b hold is looked at: where no product can have bits below 2^-126, all sums
 * are multiples of that, and there is nothing subnormal. Elsewhere halves become floats, pair by pair.
 */
static __attribute__((noinline)) void NAME(dots_tile)(const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t column)
{
    NAME(tile)(TILE_DOTS, TILE_ROWS, 1, PANEL_VECTORS, of, row, sum, column);
}

/* Sums of one row, whatever they are of. */
static __attribute__((noinline)) void NAME(sum_halves)(const struct NAME(sums) *of, const char *row, T *sum)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const T *b = of->b;
    for (uint64_t some = of->last; some; some = some >> (LANES - 1) >> 1, b += LANES, sum += LANES) {
        VEC acc = { 0 };
        if (!of->first) acc = NAME(load_last)((uint32_t)some, sum);
        for (const struct segment *seg = of->seg, *end = seg + of->segments; seg < end; seg++)
            for (int64_t k = 0; k < seg->len; k++) {
                const wrap_i32 p = (wrap_i32)VEC_SPLAT(*(const ANY *)(const void *)(row + seg->a + k * of->a_step));
                const wrap_i32 q = *(const wrap_i32 *)(const void *)(b + seg->b + k * of->b_pitch);
                acc = VEC_MULADD((VEC)(p & 0xffff0000), (VEC)(q & 0xffff0000), acc);
                acc = VEC_MULADD((VEC)(p << 16), (VEC)(q << 16), acc);
            }
        NAME(store_last)((uint32_t)some, sum, acc);
    }
}

/* All columns, panel by panel. A tile that has too few rows takes its last one several times: all sums are loaded before the first is stored. */
static void NAME(dots_panels)(struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t n, int64_t cols, int exact)
{
    enum { WIDTH = PANEL_VECTORS * VECTOR_BYTES / sizeof(T) };
    const int64_t whole = n / TILE_ROWS * TILE_ROWS;
    const char *last_row[TILE_ROWS];
    T *last_sum[TILE_ROWS];
    UNROLL(1)
    for (int64_t r = 0; r < TILE_ROWS; r++) {
        const int64_t from = min_size(whole + r, n - 1);
        last_row[r] = row[from];
        last_sum[r] = sum[from];
    }
    for (int64_t j = 0; j < cols; j += WIDTH, of->b += of->panel) {
        of->last = UINT64_MAX >> (WIDTH - min_size(WIDTH, cols - j));
        if (!exact) {
            for (int64_t r = 0; r < n; r++) NAME(sum_halves)(of, row[r], sum[r] + j);
            continue;
        }
        for (int64_t r = 0; r < whole; r += TILE_ROWS) NAME(dots_tile)(of, row + r, sum + r, j);
        if (whole < n) NAME(dots_tile)(of, last_row, last_sum, j);
    }
}
