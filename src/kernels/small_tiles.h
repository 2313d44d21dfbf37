/*
 * small_tiles.h - template: all tiles of a small product (small_product.h), of even height, panel by panel; sums are formed in dst.
 */
static void NAME(small_tiles)(const struct small_product *s, char *dst, const char *a, const void *packed)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct segment all = { .len = s->depth };
    const int64_t tiles = (s->rows + TILE_ROWS - 1) / TILE_ROWS, low = s->rows / tiles, higher = s->rows % tiles;
    for (int64_t j = 0; j < s->cols; j += s->width) {
        NAME(tile_fn) *const *tile = NAME(tiles)[TILE_OUTER][min_size(s->width, s->cols - j) / LANES];
        const T *b = (const T *)packed + j * s->b_column;
        const char *p = a;
        char *c = dst + j * (int64_t)sizeof(T);
        for (int64_t t = 0, n; t < tiles; t++) {
            const char *row[TILE_ROWS];
            T *sum[TILE_ROWS];
            n = low + (t < higher);
            for (int64_t i = 0; i < n; i++, p = shift((char *)(intptr_t)p, s->a_row), c = shift(c, s->dst_row)) {
                row[i] = p;
                sum[i] = (T *)(void *)c;
            }
            tile[n](&all, 1, s->a_k, row, b, s->b_k, sum, 1);
        }
    }
}
