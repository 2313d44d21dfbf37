/*
 * tile.h - template: the innermost loops of every product. rows outputs x nv vectors of columns, kept in registers
 * while k runs.
 *
 *     c[r][v] (+)= sum over segments, over k < len, of  a * b,   a at row[r] + seg.a + k*a_step,   b at seg.b + k*b_pitch
 *
 * Forms, by what the registers are filled from and how they are combined (enum tile_form in product_plan.h):
 *     OUTER   a is one value, b a vector     dense: any step of a (0 and negative included)
 *     LIST    the same, segments of one k    dense, where segments would be short: a loop that ends soon is mispredicted
 *     LANES   a and b are vectors            columns move along both: depthwise, channels last
 *     SPREAD  a is a vector, b one value     columns move along a only: depthwise, rows of pixels
 *     SUM     a is a vector, no b            average pools
 *     MAX     the same, the larger of the two, NaN wins
 * A 2 behind the name: the vector of a is every second element. c: rows of nv whole vectors, unaligned; read unless
 * `first`. Every output is one chain in the order of k.
 */

/* Elements of the sum that lie at a constant step: `a` in bytes from each row, `b` in elements. */
typedef void NAME(tile_fn)(const struct segment *seg, int64_t segments, int64_t a_step, const char *const *row, const T *b,
                           int64_t b_pitch, T *const *c, int first);

/* lanes vectors as a square: rows become columns. */
ALWAYS_INLINE void NAME(turn_vectors)(VEC *v)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    VEC u[LANES];
#pragma GCC unroll 4
    for (int round = 1; round < LANES; round *= 2) {
#pragma GCC unroll 8
        for (int i = 0; i < LANES / 2; i++) {
            u[2 * i] = VEC_LOW(v[i], v[i + LANES / 2]);
            u[2 * i + 1] = VEC_HIGH(v[i], v[i + LANES / 2]);
        }
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++) v[i] = u[i];
    }
}

/* A vector of a: neighbours, or every second element; nothing beyond the last of them is read. */
ALWAYS_INLINE VEC NAME(tile_load)(const enum tile_form form, const char *p)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    VEC v = *(const VEC *)(const void *)p;
    if (tile_pairs(form)) v = VEC_EVEN(v, *(const VEC *)(const void *)(p + (LANES - 1) * sizeof(T)));
    return v;
}

ALWAYS_INLINE VEC NAME(tile_combine)(const enum tile_form form, VEC a, VEC b, VEC acc)
{
    if (tile_is_max(form)) return VEC_WINNER(acc, a);
    if (tile_is_sum(form)) return acc + a;
    return VEC_MULADD(a, b, acc);
}

ALWAYS_INLINE void NAME(tile)(const enum tile_form form, const int rows, const int nv, const struct segment *seg, int64_t segments, int64_t a_step,
                              const char *const *row, const T *b, int64_t b_pitch, T *const *c, int first)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int multiplies = !tile_is_max(form) && !tile_is_sum(form), listed = form == TILE_LIST, a_is_value = form == TILE_OUTER || listed, b_is_value = tile_spreads(form);
    const int64_t next = tile_pairs(form) ? 2 * VECTOR_BYTES : VECTOR_BYTES;
    const VEC nothing = tile_is_max(form) ? VEC_SPLAT(-(T)INFINITY) : (VEC){ 0 };
    VEC acc[8][4];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < nv; v++) {
            acc[r][v] = nothing;
            if (!first) acc[r][v] = *(const VEC *)(const void *)(c[r] + v * LANES);
        }

    for (int64_t s = 0; s < segments; s++) {
        const char *p[8];
        const T *q = b + seg[s].b;
        int64_t at = 0;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) p[r] = row[r] + seg[s].a;
        for (int64_t k = listed ? 1 : seg[s].len; k > 0; k--) {
            VEC bv[4];
            if (form == TILE_OUTER) __builtin_prefetch(p[0] + at + AHEAD * a_step); /* rows are neighbours, k may be pages apart */
#pragma GCC unroll 4
            for (int v = 0; v < nv; v++)
                if (multiplies && b_is_value) bv[v] = VEC_SPLAT(*q);
                else if (multiplies) bv[v] = *(const VEC *)(const void *)(q + v * LANES);
                else bv[v] = nothing;
#pragma GCC unroll 8
            for (int r = 0; r < rows; r++) {
                const char *x = p[r] + at;
                VEC av = nothing;
                if (a_is_value) av = VEC_SPLAT(*(const ANY *)(const void *)x);
#pragma GCC unroll 4
                for (int v = 0; v < nv; v++) {
                    if (!a_is_value) av = NAME(tile_load)(form, x + v * next);
                    acc[r][v] = NAME(tile_combine)(form, av, bv[v], acc[r][v]);
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
#define TALL(form, nv) TILE(form, 1, nv) TILE(form, 2, nv) TILE(form, 3, nv) TILE(form, 4, nv) TILE(form, 5, nv) TILE(form, 6, nv)
#define FLAT(form, nv) TILE(form, 1, nv) TILE(form, 2, nv)
#define TALL_LIST(form, nv) { 0, NAME(tile_##form##_1x##nv), NAME(tile_##form##_2x##nv), NAME(tile_##form##_3x##nv), \
                              NAME(tile_##form##_4x##nv), NAME(tile_##form##_5x##nv), NAME(tile_##form##_6x##nv) }
#define FLAT_LIST(form, nv) { 0, NAME(tile_##form##_1x##nv), NAME(tile_##form##_2x##nv) }
#if defined(__AVX512F__)
#define WIDTHS(height, form) height(form, 1) height(form, 2) height(form, 3) height(form, 4)
#define LISTS(height, form) { { 0 }, height##_LIST(form, 1), height##_LIST(form, 2), height##_LIST(form, 3), height##_LIST(form, 4) }
#else
#define WIDTHS(height, form) height(form, 1) height(form, 2)
#define LISTS(height, form) { { 0 }, height##_LIST(form, 1), height##_LIST(form, 2) }
#endif
WIDTHS(TALL, OUTER) WIDTHS(TALL, LIST) WIDTHS(FLAT, LANES) WIDTHS(FLAT, SPREAD) WIDTHS(FLAT, SPREAD2)
WIDTHS(FLAT, SUM) WIDTHS(FLAT, SUM2) WIDTHS(FLAT, MAX) WIDTHS(FLAT, MAX2)

/* By form, vectors of columns, rows; and the most rows that a form has. */
static NAME(tile_fn) *const NAME(tiles)[TILE_FORMS][PANEL_VECTORS + 1][TILE_ROWS + 1] = {
    [TILE_OUTER] = LISTS(TALL, OUTER), [TILE_LIST] = LISTS(TALL, LIST), [TILE_LANES] = LISTS(FLAT, LANES), [TILE_SPREAD] = LISTS(FLAT, SPREAD),
    [TILE_SPREAD2] = LISTS(FLAT, SPREAD2), [TILE_SUM] = LISTS(FLAT, SUM), [TILE_SUM2] = LISTS(FLAT, SUM2),
    [TILE_MAX] = LISTS(FLAT, MAX), [TILE_MAX2] = LISTS(FLAT, MAX2),
};
static const int NAME(tile_rows)[TILE_FORMS] = { 6, 6, 2, 2, 2, 2, 2, 2, 2 };
#undef TILE
#undef TALL
#undef FLAT
#undef TALL_LIST
#undef FLAT_LIST
#undef WIDTHS
#undef LISTS
