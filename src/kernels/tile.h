/*
 * tile.h - template: the innermost loops of every product. rows outputs x nv vectors of columns, kept in registers
 * while k runs.
 *
 *     c[r][v] (+)= sum over segments, over k < len, of  a * b,   a at row[r] + seg.a + k*a_step,   b at seg.b + k*b_pitch
 *
 * a is one value, at any step (0 and negative included), b a vector. Forms:
 *     OUTER   segments of any length
 *     LIST    segments of one k      where they would be short: a loop that ends soon is mispredicted
 * c: rows of nv whole vectors, unaligned; read unless `first`. Every output is one chain in the order of k.
 */

/* Elements of the sum that lie at a constant step: `a` in bytes from each row, `b` in elements. */
typedef void NAME(tile_fn)(const struct segment *seg, int64_t segments, int64_t a_step, const char *const *row, const T *b,
                           int64_t b_pitch, T *const *c, int first);

/* A square of memory, rows `step` bytes apart: its columns. */
ALWAYS_INLINE void NAME(load_turned)(VEC *v, const char *p, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), SIDE = 16 / sizeof(T) };
#pragma GCC unroll 4
    for (int c = 0; c < LANES; c += SIDE) {
        wide u[SIDE];
#pragma GCC unroll 4
        for (int i = 0; i < SIDE; i++) u[i] = get_pieces(p + c * (int64_t)sizeof(T) + i * step, SIDE * step);
        NAME1(turn_pieces, BITS)(u);
#pragma GCC unroll 4
        for (int i = 0; i < SIDE; i++) v[c + i] = (VEC)u[i];
    }
}

#if IS_FLOAT
/* Every second element; nothing beyond the last of them is read. */
ALWAYS_INLINE VEC NAME(load_even)(const char *p)
{
    return (VEC)NAME1(EVEN, BITS)(get_pieces(p, 32), get_pieces(p + 16 - sizeof(T), 32));
}
#endif

ALWAYS_INLINE void NAME(tile)(const enum tile_form form, const int rows, const int nv, const struct segment *seg, int64_t segments, int64_t a_step,
                              const char *const *row, const T *b, int64_t b_pitch, T *const *c, int first)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    VEC acc[8][4];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < nv; v++) {
            acc[r][v] = (VEC){ 0 };
            if (!first) acc[r][v] = *(const VEC *)(const void *)(c[r] + v * LANES);
        }

    for (int64_t s = 0; s < segments; s++) {
        const char *p[8];
        const T *q = b + seg[s].b;
        int64_t at = 0;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) p[r] = row[r] + seg[s].a;
        for (int64_t k = form == TILE_LIST ? 1 : seg[s].len; k > 0; k--) {
            VEC bv[4];
            if (form == TILE_OUTER) __builtin_prefetch(p[0] + at + AHEAD * a_step); /* rows are neighbours, k may be pages apart */
#pragma GCC unroll 4
            for (int v = 0; v < nv; v++) bv[v] = *(const VEC *)(const void *)(q + v * LANES);
#pragma GCC unroll 8
            for (int r = 0; r < rows; r++) {
                const VEC av = VEC_SPLAT(*(const ANY *)(const void *)(p[r] + at));
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

#define TILE(form, rows, nv) \
    static void NAME(tile_##form##_##rows##x##nv)(const struct segment *seg, int64_t segments, int64_t a_step, const char *const *row, \
                                                  const T *b, int64_t b_pitch, T *const *c, int first) \
    { NAME(tile)(TILE_##form, rows, nv, seg, segments, a_step, row, b, b_pitch, c, first); }
#define TALL(form, nv) TILE(form, 1, nv) TILE(form, 2, nv) TILE(form, 3, nv) TILE(form, 4, nv) TILE(form, 5, nv) TILE(form, 6, nv)
#define TALL_LIST(form, nv) { 0, NAME(tile_##form##_1x##nv), NAME(tile_##form##_2x##nv), NAME(tile_##form##_3x##nv), \
                              NAME(tile_##form##_4x##nv), NAME(tile_##form##_5x##nv), NAME(tile_##form##_6x##nv) }
#if defined(__AVX512F__)
#define WIDTHS(form) TALL(form, 1) TALL(form, 2) TALL(form, 3) TALL(form, 4)
#define LISTS(form) { { 0 }, TALL_LIST(form, 1), TALL_LIST(form, 2), TALL_LIST(form, 3), TALL_LIST(form, 4) }
#elif defined(STRIDED_NEON)
#define WIDTHS(form) TALL(form, 1) TALL(form, 2) TALL(form, 3)
#define LISTS(form) { { 0 }, TALL_LIST(form, 1), TALL_LIST(form, 2), TALL_LIST(form, 3) }
#else
#define WIDTHS(form) TALL(form, 1) TALL(form, 2)
#define LISTS(form) { { 0 }, TALL_LIST(form, 1), TALL_LIST(form, 2) }
#endif
WIDTHS(OUTER)
#if IS_FLOAT /* integers are always gathered (gather.h), and their segments long */
WIDTHS(LIST)
#define LIST_TILES [TILE_LIST] = LISTS(LIST)
#else
#define LIST_TILES
#endif

/* By form, vectors of columns, rows. */
static NAME(tile_fn) *const NAME(tiles)[TILE_FORMS][PANEL_VECTORS + 1][TILE_ROWS + 1] = { [TILE_OUTER] = LISTS(OUTER), LIST_TILES };
#undef LIST_TILES
#undef TILE
#undef TALL
#undef TALL_LIST
#undef WIDTHS
#undef LISTS
