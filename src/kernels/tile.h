/*
 * tile.h - template: the innermost loops of every product. rows outputs x nv vectors of columns, kept in registers
 * while k runs.
 *
 *     c[r][v] (+)= sum over segments, over k < len, of  row[r][seg.a + k*a_step] (one value) * b[seg.b + k*b_pitch + v] (vectors)
 *
 * row: any addresses, any step (0 and negative included): the user's own view. b: packed, see product.h.
 * c: rows of nv whole vectors, unaligned; read unless `first`. Every output is one chain in the order of k.
 */

/* Elements of the sum that lie at a constant step: `a` in bytes from each row, `b` in elements. */
typedef void NAME(tile_fn)(const struct segment *seg, int64_t segments, int64_t a_step, const char *const *row, const T *b,
                           int64_t b_pitch, T *const *c, int first);

ALWAYS_INLINE void NAME(tile)(const int rows, const int nv, const struct segment *seg, int64_t segments, int64_t a_step,
                              const char *const *row, const T *b, int64_t b_pitch, T *const *c, int first)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    VEC acc[8][4];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < nv; v++) acc[r][v] = first ? (VEC){ 0 } : *(const VEC *)(const void *)(c[r] + v * LANES);

    for (int64_t s = 0; s < segments; s++) {
        const char *p[8];
        const T *q = b + seg[s].b;
        int64_t at = 0;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) p[r] = row[r] + seg[s].a;
        for (int64_t k = seg[s].len; k > 0; k--) {
            VEC bv[4];
#pragma GCC unroll 4
            for (int v = 0; v < nv; v++) bv[v] = *(const VEC *)(const void *)(q + v * LANES);
#pragma GCC unroll 8
            for (int r = 0; r < rows; r++) {
                VEC av = VEC_SPLAT(*(const ANY *)(const void *)(p[r] + at));
#pragma GCC unroll 4
                for (int v = 0; v < nv; v++) acc[r][v] = VEC_MULADD(av, bv[v], acc[r][v]);
            }
            at += a_step;
            q += b_pitch;
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < nv; v++) *(VEC *)(void *)(c[r] + v * LANES) = acc[r][v];
}

#define TILE(rows, nv) \
    static void NAME(tile_##rows##x##nv)(const struct segment *seg, int64_t segments, int64_t a_step, const char *const *row, \
                                         const T *b, int64_t b_pitch, T *const *c, int first) \
    { NAME(tile)(rows, nv, seg, segments, a_step, row, b, b_pitch, c, first); }
TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1)
TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2) TILE(6, 2)
#if defined(__AVX512F__)
TILE(1, 3) TILE(2, 3) TILE(3, 3) TILE(4, 3) TILE(5, 3) TILE(6, 3)
TILE(1, 4) TILE(2, 4) TILE(3, 4) TILE(4, 4) TILE(5, 4) TILE(6, 4)
#endif
#undef TILE

#define TILES(nv) { 0, NAME(tile_1x##nv), NAME(tile_2x##nv), NAME(tile_3x##nv), NAME(tile_4x##nv), NAME(tile_5x##nv), NAME(tile_6x##nv) }
static NAME(tile_fn) *const NAME(tiles)[][TILE_ROWS + 1] = {
    { 0 }, TILES(1), TILES(2),
#if defined(__AVX512F__)
    TILES(3), TILES(4),
#endif
};
#undef TILES
