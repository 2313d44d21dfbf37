/*
 * small_tiles.h - template: all tiles of a small product (small_product.h), of even height, panel by panel; sums are formed in dst.
 */
enum { NAME(SMALL_ROWS) = 8 };

/* Rows of one vector: each sum waits for the one before it, so that there must be many of them. */
static __attribute__((noinline)) void NAME(small_rows)(const struct NAME(sums) *of, const char *const *row, T *const *sum)
{
    NAME(tile)(TILE_OUTER, NAME(SMALL_ROWS), 1, 1, of, row, sum, 0);
}

static void NAME(small_tiles)(const struct small_product *s, char *dst, const char *a, const void *packed)
{
    const struct segment all = { .len = s->depth };
    struct NAME(sums) of = { .seg = &all, .segments = 1, .a_step = s->a_k, .b_pitch = s->b_k,
                            .panel = s->width * s->b_column, .first = 1 };
    const char *row[BLOCK];
    T *sum[BLOCK];
    for (int64_t r = 0, n; r < s->rows; r += n) {
        n = min_size(s->rows - r, s->cols == NAME(LANES) && s->rows - r >= NAME(SMALL_ROWS) ? NAME(SMALL_ROWS) : BLOCK);
        for (int64_t i = 0; i < n; i++, a += s->a_row, dst += s->dst_row) {
            row[i] = a;
            sum[i] = (T *)(void *)dst;
        }
        of.b = packed;
        if (s->cols == NAME(LANES) && n == NAME(SMALL_ROWS)) NAME(small_rows)(&of, row, sum);
        else NAME(all_panels)(NAME(tiles)[TILE_OUTER], &of, row, sum, n, s->cols, s->width);
    }
}
