/*
 * tile.h - template: the innermost loops of every product. rows outputs x nv vectors of columns, kept in registers
 * while k runs.
 *
 *     sum[r][column + v] (+)= over segments, over k < len, of  a * b,   a at row[r] + seg.a + k*a_step,   b at seg.b + k*b_pitch
 *
 * a is one value, at any step (0 and negative included), b a vector. Forms:
 *     OUTER   segments of any length
 *     LIST    segments of one k      where they would be short: a loop that ends soon is mispredicted
 *     FETCH   as OUTER               b is too large for the cache: while this panel is multiplied the next is asked for, each tile its share:
 *                                    memory that brings less than a tile takes has the time of all of them; a tile may run an errand besides
 *     BESIDE  as OUTER               rows are neighbours in a, and at one distance in sum; one line is asked for with each k (of short vectors: of a
 *                                    itself, if no other)
 *     COPY    as BESIDE              b lies as it likes, and is brought together for the tiles that come after: copy, k by k
 *     QUADS   as OUTER               of bytes, four k in an element (quads.h)
 *     DOTS    as OUTER               of bf16, two k in an element (dots.h)
 * A tile of few rows takes several panels at once: each sum waits for the one before it, so that there must be enough of them. Both
 * are for float alone: doubles are rare, and integers always gathered (gather.h), in long segments.
 *
 * sum: rows of nv whole vectors (the last one in part, where the set can do so), unaligned; read unless `first`. Every output is one chain in
 * the order of k.
 */

/* What the tiles of a panel have in common: segments of the sum, in which elements lie at constant steps (a_step in bytes, b_pitch in
 * elements), b, and whether sums begin. */
struct NAME(sums) {
    const struct segment *seg;
    int64_t segments, a_step, b_pitch, panel; /* panel: from one to the next, in elements */
    const T *b;
    int first;
    T *copy;
    int64_t ahead;                            /* of b, elements */
    const char **next;                        /* what is asked for, `ask` bytes for each k; a tile goes on where the one before it stopped */
    int64_t ask;
    int64_t pitch;                            /* of sums that are BESIDE, in elements */
    int64_t apart;                            /* 0: the next panel is asked for; else what is so many bytes from this one */
    uint64_t last;                            /* lanes of the last vector of columns (DOTS: of all) that are some, as bits */
    const char *errand;                       /* what else a tile asks for, `errand_step` bytes for each k; NULL: the a of later k */
    int64_t errand_step;
};

typedef void NAME(tile_fn)(const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t column);

/* A square of memory, rows `step` bytes apart: its columns. */
ALWAYS_INLINE void NAME(load_turned)(VEC *v, const char *p, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), SIDE = 16 / sizeof(T) };
    UNROLL(4)
    for (int c = 0; c < LANES; c += SIDE) {
        wide u[SIDE];
        UNROLL(4)
        for (int i = 0; i < SIDE; i++) u[i] = get_pieces(p + c * (int64_t)sizeof(T) + i * step, SIDE * step);
        NAME1(turn_pieces, BITS)(u);
        UNROLL(4)
        for (int i = 0; i < SIDE; i++) v[c + i] = (VEC)u[i];
    }
}

#if IS_FLOAT
/* Every second element; nothing beyond the last of them is read. */
ALWAYS_INLINE VEC NAME(load_even)(const char *p)
{
    return (VEC)NAME1(get_even, BITS)(p);
}
#endif

ALWAYS_INLINE VEC NAME(tile_muladd)(const enum tile_form form, VEC a, VEC b, VEC c)
{
#if !IS_FLOAT && defined(MULTIPLIES_BYTES)
    if (form == TILE_QUADS) return vec_quads_i32(a, b, c);
#endif
#if IS_F32 && defined(MULTIPLIES_DOTS)
    if (form == TILE_DOTS) return vec_dots_f32(a, b, c);
#endif
    (void)form;
    return VEC_MULADD(a, b, c);
}

/* The last vector of a row of sums: where the set can leave lanes out, only those that are columns are read and written. */
#if IS_FLOAT && defined(__AVX512F__)
enum { NAME(CUTS) = 1 };
ALWAYS_INLINE VEC NAME(load_last)(uint32_t lanes, const T *sum)    { return VEC_LOAD_SOME((VEC_MASK)lanes, (const char *)sum); }
ALWAYS_INLINE void NAME(store_last)(uint32_t lanes, T *sum, VEC v) { VEC_STORE_SOME((VEC_MASK)lanes, (char *)sum, v); }
#else
enum { NAME(CUTS) = 0 };
ALWAYS_INLINE VEC NAME(load_last)(uint32_t lanes, const T *sum)    { (void)lanes; return *(const VEC *)(const void *)sum; }
ALWAYS_INLINE void NAME(store_last)(uint32_t lanes, T *sum, VEC v) { (void)lanes; *(VEC *)(void *)sum = v; }
#endif

ALWAYS_INLINE uint32_t NAME(lanes_at)(const enum tile_form form, uint64_t last, int v)
{
    return (uint32_t)(form == TILE_DOTS ? last >> v * (VECTOR_BYTES / (int)sizeof(T)) : last);
}

/* A row of sums: after the one before it, or anywhere. One register has it: vectors find it there. */
ALWAYS_INLINE T *NAME(row_of_sums)(const int beside, T *const *sum, int64_t column, int64_t pitch, int r, T *before)
{
    T *row = beside && r ? before + pitch : sum[r] + column;
    __asm__("" : "+r"(row));
    return row;
}

/* What the sums are so far. */
ALWAYS_INLINE void NAME(load_tile)(const enum tile_form form, const int rows, const int wide, const struct NAME(sums) *of, T *const *sum, int64_t column,
                                   VEC acc[][9])
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int beside = form == TILE_BESIDE || form == TILE_COPY, first = of->first;
    T *at_row = NULL;
    UNROLL(14)
    for (int r = 0; r < rows; r++) {
        if (!first) at_row = NAME(row_of_sums)(beside, sum, column, of->pitch, r, at_row);
        UNROLL(9)
        for (int v = 0; v < wide; v++) {
            acc[r][v] = (VEC){ 0 };
            if (first) continue;
            acc[r][v] = beside || (v < wide - 1 && form != TILE_DOTS) ? *(const VEC *)(const void *)(at_row + v * LANES)
                                                          : NAME(load_last)(NAME(lanes_at)(form, of->last, v), at_row + v * LANES);
        }
    }
}

/* Where sums are is looked up once more: short of registers, the loop would get none back that are kept for it. */
ALWAYS_INLINE void NAME(store_tile)(const enum tile_form form, const int rows, const int wide, const struct NAME(sums) *of, T *const *sum, int64_t column,
                                    VEC acc[][9])
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int beside = form == TILE_BESIDE || form == TILE_COPY, whole = beside ? wide : wide - 1;
    T *at_row = NULL;
    __asm__("" : "+r"(of), "+r"(sum));
    const int64_t pitch = of->pitch;
    const uint64_t last = of->last;
    UNROLL(14)
    for (int r = 0; r < rows; r++) {
        at_row = NAME(row_of_sums)(beside, sum, column, pitch, r, at_row);
        UNROLL(9)
        for (int v = 0; v < whole; v++)
            if (form == TILE_DOTS) NAME(store_last)(NAME(lanes_at)(form, last, v), at_row + v * LANES, acc[r][v]);
            else *(VEC *)(void *)(at_row + v * LANES) = acc[r][v];
        if (!beside) NAME(store_last)(NAME(lanes_at)(form, last, wide - 1), at_row + (wide - 1) * LANES, acc[r][wide - 1]);
    }
}

ALWAYS_INLINE void NAME(tile)(const enum tile_form form, const int rows, const int panels, const int nv, const struct NAME(sums) *of,
                              const char *const *row, T *const *sum, int64_t column)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int wide = nv * panels, beside = form == TILE_BESIDE || form == TILE_COPY;
    const char *next = form == TILE_FETCH || form == TILE_BESIDE ? *of->next : NULL, *errand = of->errand;
    T *copy = of->copy;
    int unasked = form == TILE_FETCH && PARTS > 1 && of->first && !errand ? rows : 0; /* rows of sums */
    VEC acc[MOST_ROWS][9];
    NAME(load_tile)(form, rows, wide, of, sum, column, acc);
    for (const struct segment *seg = of->seg, *end = seg + of->segments; seg < end; seg++) {
        /* Each segment looks up what it needs: kept for all of them it would be spilled before the first, while nothing multiplies. */
        if (form != TILE_LIST) __asm__("" : "+r"(of), "+r"(row));
        const int64_t a_step = of->a_step, b_pitch = form == TILE_FETCH ? nv * LANES : of->b_pitch, ahead = of->ahead;
        int64_t ask = of->ask;
        int64_t errand_step = of->errand ? of->errand_step : a_step;
        const char *p[MOST_ROWS];
        const T *q[4];
        int64_t at = 0;
        UNROLL(14)
        for (int r = 0; r < rows; r++) p[r] = beside ? row[0] + seg->a + r * (int64_t)sizeof(T) : row[r] + seg->a;
        UNROLL(4)
        for (int i = 0; i < panels; i++) q[i] = of->b + seg->b + i * of->panel;
        if (form == TILE_BESIDE && PARTS == 1 && !ask) { /* short vectors have no time for two */
            next = p[rows - 1] + AHEAD * a_step;
            ask = a_step;
        }
        int64_t left = form == TILE_LIST ? 1 : seg->len;
        do {
            int64_t k = left;
            if (form == TILE_FETCH && unasked > 0 && left > nv) { /* the first k run it for sums: those that leave all at once would wait */
                errand = (const char *)(sum[rows - unasked--] + column);
                errand_step = VECTOR_BYTES;
                k = nv;
            } else if (form == TILE_FETCH && !of->errand) {
                errand = p[rows - 1] + at + AHEAD * a_step; /* as OUTER does */
                errand_step = a_step;
            }
            left -= k;
            for (; k > 0; k--) {
                VEC bv[9];
                /* Rows are neighbours, k may be pages apart; one long vector loads enough. */
                if ((form == TILE_OUTER || (form == TILE_BESIDE && PARTS > 1)) && (wide > 1 || VECTOR_BYTES < 64))
                    __builtin_prefetch(p[rows - 1] + at + AHEAD * a_step);
                if (form == TILE_BESIDE) {
                    __builtin_prefetch(next, 0, PARTS > 1 ? 2 : 3);
                    next += ask;
                }
                UNROLL(9)
                for (int v = 0; v < wide; v++) bv[v] = *(const VEC *)(const void *)(q[v / nv] + v % nv * LANES);
                if (form == TILE_FETCH) {
                    __builtin_prefetch(next, 0, 2);
                    __builtin_prefetch(errand, 0, 2);
                    next += ask;
                    errand += errand_step;
                }
                if (form == TILE_COPY) {
                    UNROLL(4)
                    for (int v = 0; v < nv; v += LINE_VECTORS) __builtin_prefetch(q[0] + ahead + v * LANES);
                    UNROLL(9)
                    for (int v = 0; v < wide; v++, copy += LANES) *(VEC *)(void *)copy = bv[v];
                }
                UNROLL(14)
                for (int r = 0; r < rows; r++) {
                    const VEC av = VEC_SPLAT(*(const ANY *)(const void *)(p[r] + at));
                    UNROLL(9)
                    for (int v = 0; v < wide; v++) acc[r][v] = NAME(tile_muladd)(form, av, bv[v], acc[r][v]);
                }
                at += a_step;
                UNROLL(4)
                for (int i = 0; i < panels; i++) q[i] += b_pitch;
            }
        } while (form == TILE_FETCH && left > 0);
    }
    if (form == TILE_FETCH || form == TILE_BESIDE) *of->next = next;
    NAME(store_tile)(form, rows, wide, of, sum, column, acc);
}

/* Called through tables alone: beside what a loop over tiles holds, too few registers would be left for the innermost one. */
#define TILE(form, rows, nv) \
    static void NAME(tile_##form##_##rows##x##nv)(const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t column) \
    { NAME(tile)(TILE_##form, rows, 1, nv, of, row, sum, column); }
#if defined(SHUFFLES)
#define LOW_TILES(form, nv) TILE(form, 1, nv) TILE(form, 2, nv) TILE(form, 3, nv)
#define HIGH_TILES(form, nv) TILE(form, 4, nv) TILE(form, 5, nv) TILE(form, 6, nv)
#define BY_ROWS(highest, low, high, nv) { highest, NAME(tile_##low##_1x##nv), NAME(tile_##low##_2x##nv), NAME(tile_##low##_3x##nv), \
                                          NAME(tile_##high##_4x##nv), NAME(tile_##high##_5x##nv), NAME(tile_##high##_6x##nv) }
#else
#define LOW_TILES(form, nv) TILE(form, 1, nv) TILE(form, 2, nv)
#define HIGH_TILES(form, nv) TILE(form, 3, nv) TILE(form, 4, nv)
#define BY_ROWS(highest, low, high, nv) { highest, NAME(tile_##low##_1x##nv), NAME(tile_##low##_2x##nv), NAME(tile_##high##_3x##nv), \
                                          NAME(tile_##high##_4x##nv) }
#endif
/* A single vector wants more rows: so many sums wait for the one before them. */
#if IS_F32 && defined(__AVX512F__)
#define HIGHEST TILE(OUTER, 8, 1)
#define HIGHEST_OUTER NAME(tile_OUTER_8x1)
#else
#define HIGHEST
#define HIGHEST_OUTER 0
#endif
#define HIGHEST_LIST 0
#define HIGHEST_QUADS 0
#define ALL_TILES(form, nv) LOW_TILES(form, nv) HIGH_TILES(form, nv)
/* Tiles that are not high are not worth a form. Of whole panels alone `widest` may be another one. */
#if defined(__AVX512F__)
#define WIDTHS(some, form) some(form, 1) some(form, 2) some(form, 3) WIDEST(some, form)
#define WIDEST(some, form) some(form, 4)
#define BY_VECTORS(low, high, widest) { { 0 }, BY_ROWS(HIGHEST_##high, low, high, 1), BY_ROWS(0, low, high, 2), BY_ROWS(0, low, high, 3), \
                                        BY_ROWS(0, low, widest, 4) }
#elif defined(__AVX2__)
#define WIDTHS(some, form) some(form, 1) WIDEST(some, form)
#define WIDEST(some, form) some(form, 2)
#define BY_VECTORS(low, high, widest) { { 0 }, BY_ROWS(HIGHEST_##high, low, high, 1), BY_ROWS(0, low, widest, 2) }
#else
#define WIDTHS(some, form) some(form, 1) some(form, 2) WIDEST(some, form)
#define WIDEST(some, form) some(form, 3)
#define BY_VECTORS(low, high, widest) { { 0 }, BY_ROWS(HIGHEST_##high, low, high, 1), BY_ROWS(0, low, high, 2), BY_ROWS(0, low, widest, 3) }
#endif
WIDTHS(ALL_TILES, OUTER)
HIGHEST
#if IS_F32
WIDTHS(HIGH_TILES, LIST)
#define LIST_TILES [TILE_LIST] = BY_VECTORS(OUTER, LIST, LIST),
#else
#define LIST_TILES
#endif
#if !IS_FLOAT && defined(MULTIPLIES_BYTES)
WIDTHS(ALL_TILES, QUADS)
#define QUADS_TILES [TILE_QUADS] = BY_VECTORS(QUADS, QUADS, QUADS),
#else
#define QUADS_TILES
#endif
#if IS_F32 && defined(SHUFFLES)
WIDEST(HIGH_TILES, FETCH)
#define FETCHING_TILES [TILE_FETCH] = BY_VECTORS(OUTER, OUTER, FETCH),
#else
#define FETCHING_TILES
#endif

/* By form, vectors of columns, rows; 0: HIGHEST_ROWS, if there is such. */
static NAME(tile_fn) *const NAME(tiles)[IS_FLOAT && !IS_F32 ? 1 : TILE_FORMS][PANEL_VECTORS + 1][TILE_ROWS + 1] = {
    [TILE_OUTER] = BY_VECTORS(OUTER, OUTER, OUTER), LIST_TILES FETCHING_TILES QUADS_TILES
};

/* Of tiles whose packed b has so many elements. */
static enum tile_form NAME(form_of)(int64_t packed)
{
#if IS_F32 && defined(SHUFFLES)
    if (packed > FETCHED_ELEMENTS) return TILE_FETCH;
#endif
    (void)packed;
    return TILE_OUTER;
}

/* Bytes that n rows are ahead with each k: in the end of a panel, of which few rows have asked for some lines only. */
static int64_t NAME(share_of)(int64_t n, int64_t width) { return width * (int64_t)sizeof(T) / ((n + TILE_ROWS - 1) / TILE_ROWS); }

/* `tiles` of them, which take their rows one after the other. The number of these. */
static int64_t NAME(some_tiles)(NAME(tile_fn) *tile, const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t column,
                                int64_t tiles, int64_t high)
{
    for (int64_t i = 0; i < tiles; i++, row += high, sum += high) tile(of, row, sum, column);
    return tiles * high;
}

/* All of n rows, which are some, in tiles of even height, at most so high; `tile` by height. */
static void NAME(all_tiles)(NAME(tile_fn) *const *tile, const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t column,
                            int64_t n, int most)
{
    int64_t done = 0;
    if (IS_F32 && VECTOR_BYTES == 64 && tile[0]) done = NAME(some_tiles)(tile[0], of, row, sum, column, n / HIGHEST_ROWS, HIGHEST_ROWS);
    if (done == n) return;
    const uint32_t rows = (uint32_t)(n - done), high = (uint32_t)most; /* quick to divide */
    const uint32_t tiles = (rows + high - 1) / high, low = rows / tiles, higher = rows % tiles;
    done += NAME(some_tiles)(tile[low + 1 - !higher], of, row + done, sum + done, column, higher, low + 1);
    NAME(some_tiles)(tile[low], of, row + done, sum + done, column, tiles - higher, low);
}

#if IS_F32 && defined(SHUFFLES)
/* Tiles that lie across (across.h), by vectors, of which there are two to ACROSS_VECTORS, and rows: low ones are like any others, so that their
 * rows are listed; those that copy are as high as can be. */
#define LISTED_3(nv) 0, NAME(tile_OUTER_1x##nv), NAME(tile_OUTER_2x##nv), NAME(tile_OUTER_3x##nv)
#define LISTED_4(nv) LISTED_3(nv), NAME(tile_OUTER_4x##nv)
#define BESIDE(rows, nv) NAME(tile_BESIDE_##rows##x##nv)
TILE(COPY, 6, 2)
#if defined(__AVX512F__)
TILE(BESIDE, 7, 2) TILE(BESIDE, 8, 2) TILE(BESIDE, 9, 2) TILE(BESIDE, 10, 2)
TILE(BESIDE, 11, 2) TILE(BESIDE, 12, 2) TILE(BESIDE, 13, 2) TILE(BESIDE, 14, 2)
TILE(BESIDE, 5, 3) TILE(BESIDE, 6, 3) TILE(COPY, 14, 2) TILE(COPY, 6, 3)
static NAME(tile_fn) *const NAME(across_tiles)[ACROSS_VECTORS + 1][MOST_ROWS + 1] = {
    [2] = { LISTED_4(2), NAME(tile_OUTER_5x2), NAME(tile_OUTER_6x2), BESIDE(7, 2), BESIDE(8, 2), BESIDE(9, 2), BESIDE(10, 2), BESIDE(11, 2),
            BESIDE(12, 2), BESIDE(13, 2), BESIDE(14, 2) },
    [3] = { LISTED_4(3), BESIDE(5, 3), BESIDE(6, 3) }
};
static NAME(tile_fn) *const NAME(copying_tiles)[] = { [2] = NAME(tile_COPY_14x2), NAME(tile_COPY_6x3) };
enum { NAME(LISTED_TWOS) = 6, NAME(LISTED) = 4 };
#else
#if defined(__AVX2__) /* whose panels have two vectors */
LOW_TILES(OUTER, 3)
#endif
TILE(BESIDE, 4, 3) TILE(BESIDE, 4, 2) TILE(BESIDE, 5, 2) TILE(BESIDE, 6, 2) TILE(COPY, 4, 3)
static NAME(tile_fn) *const NAME(across_tiles)[ACROSS_VECTORS + 1][TILE_ROWS + 1] = {
    [2] = { LISTED_3(2), BESIDE(4, 2), BESIDE(5, 2), BESIDE(6, 2) }, [3] = { LISTED_3(3), BESIDE(4, 3) }
};
static NAME(tile_fn) *const NAME(copying_tiles)[] = { [2] = NAME(tile_COPY_6x2), NAME(tile_COPY_4x3) };
enum { NAME(LISTED_TWOS) = 3, NAME(LISTED) = 3 };
#endif
#undef LISTED_3
#undef LISTED_4
#undef BESIDE
#endif

#if IS_F32
#define FEW(rows) \
    static void NAME(few_##rows)(const struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t column) \
    { NAME(tile)(TILE_OUTER, rows, FEW_PANELS(rows), PANEL_VECTORS, of, row, sum, column); }
FEW(1) FEW(2)
#undef FEW

/* As many columns as there are in whole tiles of several panels. Their number. */
static int64_t NAME(few_rows)(struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t n, int64_t cols, int64_t width)
{
    const int64_t lanes = VECTOR_BYTES / sizeof(T), panels = FEW_PANELS(n);
    int64_t j = 0;
    if (n > FEW_ROWS || width != PANEL_VECTORS * lanes) return 0;
    for (; j + panels * width <= cols; j += panels * width, of->b += panels * of->panel) (n == 1 ? NAME(few_1) : NAME(few_2))(of, row, sum, j);
    return j;
}
#endif

/* All columns, panel by panel: of->b is the first. After the last of them comes the first again, with the k that follow. */
static void NAME(all_panels)(NAME(tile_fn) *const (*tile)[TILE_ROWS + 1], struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t n,
                             int64_t cols, int64_t width)
{
    const int64_t lanes = VECTOR_BYTES / sizeof(T);
    const struct segment *last = of->seg + of->segments - 1;
    const T *begin = of->b;
    int64_t j = 0;
#if IS_F32
    of->last = UINT32_MAX;
    j = NAME(few_rows)(of, row, sum, n, cols, width);
#endif
    for (; j < cols; j += width, of->b += of->panel) {
        const char *next = of->apart ? (const char *)(of->b + of->seg->b) + of->apart :
                           (const char *)(j + width < cols ? of->b + of->panel + of->seg->b : begin + last->b + last->len * of->b_pitch);
        const int64_t some = min_size(width, cols - j), vectors = ceil_div(some, lanes);
        of->next = &next;
        of->last = UINT32_MAX >> (32 - some + (vectors - 1) * lanes);
        NAME(all_tiles)(tile[vectors], of, row, sum, j, n, TILE_ROWS);
    }
}
#undef LIST_TILES
#undef QUADS_TILES
#undef FETCHING_TILES
#undef TILE
#undef HIGHEST
#undef HIGHEST_OUTER
#undef HIGHEST_LIST
#undef HIGHEST_QUADS
#undef LOW_TILES
#undef HIGH_TILES
#undef ALL_TILES
#undef BY_ROWS
#undef BY_VECTORS
#undef WIDTHS
#undef WIDEST
