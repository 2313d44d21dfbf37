/*
 * small_tiles.h - template: all tiles of a small product (small_product.h), of even height, panel by panel; sums are formed in dst.
 */
static void NAME(small_tiles)(const struct small_product *s, char *dst, const char *a, const void *packed)
{
    const struct segment all = { .len = s->depth };
    struct NAME(sums) of = { .seg = &all, .segments = 1, .a_step = s->a_k, .b_pitch = s->b_k,
                            .panel = s->width * s->b_column, .first = 1 };
    const char *row[BLOCK];
    T *sum[BLOCK];
    for (int64_t r = 0, n; r < s->rows; r += n) {
        n = min_size(s->rows - r, BLOCK);
        for (int64_t i = 0; i < n; i++) {
            row[i] = a + (r + i) * s->a_row;
            sum[i] = (T *)(void *)(dst + (r + i) * s->dst_row);
        }
        of.b = packed;
        NAME(all_panels)(NAME(tiles)[TILE_OUTER], &of, row, sum, n, s->cols, s->width);
    }
}
