/*
 * tile.h - template: the innermost loops of every product. rows outputs x nv vectors of columns, kept in registers
 * while k runs.
 *
 *     c[r][v] (+)= sum over segments, over k < len, of  a * b,   a at row[r] + seg.a + k*a_step,   b at seg.b + k*b_pitch
 *
 * Three forms, by what a register of columns is filled from (enum tile_form in product_plan.h):
 *     OUTER   a is one value, b a vector     dense: any step of a (0 and negative included)
 *     LANES   a and b are vectors            columns move along both: depthwise, channels last
 *     SPREAD  a is a vector, b one value     columns move along a only: depthwise, rows of pixels
 * c: rows of nv whole vectors, unaligned; read unless `first`. Every output is one chain in the order of k.
 */

/* Elements of the sum that lie at a constant step: `a` in bytes from each row, `b` in elements. */
typedef void NAME(tile_fn)(const struct segment *seg, int64_t segments, int64_t a_step, const char *const *row, const T *b,
                           int64_t b_pitch, T *const *c, int first);

ALWAYS_INLINE void NAME(tile)(const enum tile_form form, const int rows, const int nv, const struct segment *seg, int64_t segments, int64_t a_step,
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
            for (int v = 0; v < nv; v++) bv[v] = form == TILE_SPREAD ? VEC_SPLAT(*q) : *(const VEC *)(const void *)(q + v * LANES);
#pragma GCC unroll 8
            for (int r = 0; r < rows; r++) {
                const char *x = p[r] + at;
                VEC one = form == TILE_OUTER ? VEC_SPLAT(*(const ANY *)(const void *)x) : (VEC){ 0 };
#pragma GCC unroll 4
                for (int v = 0; v < nv; v++) {
                    VEC av = form == TILE_OUTER ? one : *(const VEC *)(const void *)(x + v * VECTOR_BYTES);
                    acc[r][v] = VEC_MULADD(av, bv[v], acc[r][v]);
                }
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

#define TILE(form, rows, nv) \
    static void NAME(tile_##form##_##rows##x##nv)(const struct segment *seg, int64_t segments, int64_t a_step, const char *const *row, \
                                                  const T *b, int64_t b_pitch, T *const *c, int first) \
    { NAME(tile)(TILE_##form, rows, nv, seg, segments, a_step, row, b, b_pitch, c, first); }
#define TILES(form, nv) TILE(form, 1, nv) TILE(form, 2, nv) TILE(form, 3, nv) TILE(form, 4, nv) TILE(form, 5, nv) TILE(form, 6, nv)
#define LIST(form, nv) { 0, NAME(tile_##form##_1x##nv), NAME(tile_##form##_2x##nv), NAME(tile_##form##_3x##nv), \
                         NAME(tile_##form##_4x##nv), NAME(tile_##form##_5x##nv), NAME(tile_##form##_6x##nv) }
TILES(OUTER, 1) TILES(OUTER, 2) TILES(LANES, 1) TILES(LANES, 2) TILES(SPREAD, 1) TILES(SPREAD, 2)
#if defined(__AVX512F__)
TILES(OUTER, 3) TILES(OUTER, 4) TILES(LANES, 3) TILES(LANES, 4) TILES(SPREAD, 3) TILES(SPREAD, 4)
#define LISTS(form) { { 0 }, LIST(form, 1), LIST(form, 2), LIST(form, 3), LIST(form, 4) }
#else
#define LISTS(form) { { 0 }, LIST(form, 1), LIST(form, 2) }
#endif
static NAME(tile_fn) *const NAME(tiles)[][PANEL_VECTORS + 1][TILE_ROWS + 1] = { LISTS(OUTER), LISTS(LANES), LISTS(SPREAD) };
#undef TILE
#undef TILES
#undef LIST
#undef LISTS
