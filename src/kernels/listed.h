/*
 * listed.h - template: products of short sums, all k of which are one list (product.h), whose rows are some steps apart and go to dst: stems.
 *
 * Rows need no pointers of their own then, neither where they are multiplied, so that tiles may be higher, nor before: of short sums the time that
 * tiles begin and end in counts. Where a line ends those of product.h do the rows that fill none.
 */
#if IS_F32 && defined(__AVX2__)
enum { LISTED_HIGH = 12, LISTED_LEFT = 4, LISTED_MOST = 3 * LISTED_HIGH }; /* rows of a tile; that fill one; that are left */
/* Tiles ask for the lines that they fill; of short vectors they have no time for it. */
enum { NAME(LISTED_ASKS) = VECTOR_BYTES == 64 };
/* Of 32 registers 24 hold sums, of 16 twelve. */
#define LISTED_ROWS(nv) (VECTOR_BYTES == 64 ? (nv) < 3 ? LISTED_HIGH : 24 / (nv) : LISTED_HIGH / (nv))

/* Of a panel: its list of k, and the lanes of its last vector. */
struct NAME(list) {
    const struct segment *k, *end;
    const T *b;
    int64_t a_row, dst_row, asked; /* asked: vectors of the tiles that the list is for */
    uint32_t last;
};

/* Rows by fours, one pointer each. */
ALWAYS_INLINE void NAME(listed_tile)(const int nv, const struct NAME(list) *l, const char *a, char *dst)
{
    const int rows = LISTED_ROWS(nv);
    const int64_t a_row = l->a_row, dst_row = l->dst_row;
    VEC acc[LISTED_HIGH][PANEL_VECTORS];
    UNROLL(12)
    for (int r = 0; r < rows; r++)
        UNROLL(4)
        for (int v = 0; v < nv; v++) acc[r][v] = (VEC){ 0 };
    for (const struct segment *k = l->k, *end = l->end; k < end; k++) {
        const T *b = l->b + k->b;
        const char *p = a + k->a;
        VEC bv[PANEL_VECTORS];
        if (NAME(LISTED_ASKS)) __builtin_prefetch(dst + k->last, 1);
        UNROLL(4)
        for (int v = 0; v < nv; v++) bv[v] = *(const VEC *)(const void *)(b + v * NAME(LANES));
        UNROLL(12)
        for (int r = 0; r < rows; r++) {
            if (r && r % 4 == 0) {
                p += 4 * a_row;
                __asm__("" : "+r"(p));
            }
            const VEC av = VEC_SPLAT(*(const ANY *)(const void *)(p + r % 4 * a_row));
            UNROLL(4)
            for (int v = 0; v < nv; v++) acc[r][v] = VEC_MULADD(av, bv[v], acc[r][v]);
        }
    }
    UNROLL(12)
    for (int r = 0; r < rows; r++, dst += dst_row) {
        T *row = (T *)(void *)dst;
        UNROLL(4)
        for (int v = 0; v < nv - 1; v++) *(VEC *)(void *)(row + v * NAME(LANES)) = acc[r][v];
        NAME(store_last)(l->last, row + (nv - 1) * NAME(LANES), acc[r][nv - 1]);
    }
}

/* Rows in whole tiles. */
#define LISTED(nv) \
    static __attribute__((noinline)) void NAME(listed_##nv)(const struct NAME(list) *l, const char *a, char *dst, int64_t tiles) \
    { \
        for (; tiles > 0; tiles--, a += LISTED_ROWS(nv) * l->a_row, dst += LISTED_ROWS(nv) * l->dst_row) NAME(listed_tile)(nv, l, a, dst); \
    }
LISTED(1)
LISTED(2)
#if defined(__AVX512F__)
LISTED(3)
LISTED(4)
static void (*const NAME(listed)[])(const struct NAME(list) *l, const char *a, char *dst, int64_t tiles) = {
    NULL, NAME(listed_1), NAME(listed_2), NAME(listed_3), NAME(listed_4)
};
#else
static void (*const NAME(listed)[])(const struct NAME(list) *l, const char *a, char *dst, int64_t tiles) = { NULL, NAME(listed_1), NAME(listed_2) };
#endif

/* Sums go to dst as they are, or with a bias of their column and limits. */
static int NAME(goes_listed)(const struct NAME(product) *p, char *const at[NEST_OPERANDS], struct NAME(plain) *plain)
{
    if (!p->listed || p->empty || !p->ms || p->m[p->ms - 1].len < LISTED_HIGH) return 0;
    if (p->column.stride[NEST_DST] != 1 || !NAME(dst_holds_sums)(p, at[NEST_DST])) return 0;
    if (!NAME(CUTS) && p->column.len % NAME(LANES)) return 0;
    for (int i = 0; i < p->ms && p->w->dtype[NEST_C]; i++)
        if (p->m[i].stride[NEST_C]) return 0;
    return epilogue_is_trivial(p->w) || NAME(is_plain)(p->w, &p->column, plain);
}

/* Whole tiles of these rows: what is left fills tiles of four rows or more. */
static int64_t NAME(listed_whole)(int64_t rows, int64_t high)
{
    int64_t tiles = rows / high, left = rows % high;
    for (; tiles && left && (left < LISTED_LEFT || left == LISTED_LEFT + TILE_ROWS / 2); left += high) tiles--;
    return tiles;
}

/* With each k a tile asks for a line of dst that it will fill: sums that leave all at once would wait for them. */
static void NAME(list_asks)(struct segment *k, const struct segment *end, int64_t dst_row, int vectors, int high)
{
    for (int r = 0; r < high; r++)
        for (int v = 0; v < vectors && k < end; v++, k++) k->last = (int)(r * dst_row) + v * VECTOR_BYTES;
}

/* All columns of some rows of a line. */
static void NAME(listed_block)(const struct NAME(product) *p, struct NAME(list) *l, const char *a, char *dst, const T *packed, int64_t rows)
{
    const int64_t cols = p->column.len, width = p->plan->width;
    const char *row[LISTED_MOST];
    T *sum[LISTED_MOST];
    for (int64_t j = 0, some; j < cols; j += some, dst += some * (int64_t)sizeof(T)) {
        some = min_size(width, cols - j);
        const int64_t vectors = ceil_div(some, NAME(LANES)), high = LISTED_ROWS((int)vectors), tiles = NAME(listed_whole)(rows, high);
        l->b = packed + j * p->column.stride[NEST_PACKED];
        l->last = UINT32_MAX >> (32 - some + (vectors - 1) * NAME(LANES));
        if (NAME(LISTED_ASKS) && l->asked != vectors) NAME(list_asks)(p->list, l->end, l->dst_row, (int)(l->asked = vectors), (int)high);
        NAME(listed)[vectors](l, a, dst, tiles);
        const int64_t done = tiles * high, n = rows - done;
        places_apart(row, shift((char *)(intptr_t)a, done * l->a_row), l->a_row, n);
        places_apart(sum, shift(dst, done * l->dst_row), l->dst_row, n);
        struct NAME(sums) of = { .seg = l->k, .segments = p->listed, .b = l->b, .first = 1 };
        if (n) NAME(all_panels)(NAME(tiles)[TILE_LIST], &of, row, sum, n, some, some);
    }
}

/* 0: rows or sums are not such. */
static __attribute__((noinline)) int NAME(do_listed)(const struct NAME(product) *p, char *const at[NEST_OPERANDS])
{
    struct NAME(plain) plain;
    struct cursor m;
    T *sum[BLOCK + LISTED_HIGH];
    if (!NAME(goes_listed)(p, at, &plain)) return 0;
    const struct nest_axis *line = &p->m[p->ms - 1];
    struct NAME(list) l = { .k = p->list, .end = p->list + p->listed, .a_row = line->stride[NEST_A] * p->unit[NEST_A],
                            .dst_row = line->stride[NEST_DST] * p->unit[NEST_DST] };
    memcpy(m.unit, p->unit, sizeof p->unit);
    cursor_start(&m, p->m, p->ms - 1, at);
    do
        for (int64_t i = 0, rows; i < line->len; i += rows) {
            rows = line->len - i < BLOCK + LISTED_HIGH ? line->len - i : BLOCK;
            char *dst = shift(m.at[NEST_DST], i * l.dst_row);
            NAME(listed_block)(p, &l, shift(m.at[NEST_A], i * l.a_row), dst, (const T *)(const void *)at[NEST_PACKED], rows);
            if (epilogue_is_trivial(p->w)) continue;
            places_apart(sum, dst, l.dst_row, rows);
            NAME(end_rows)(&plain, at[NEST_C], sum, rows, p->column.len);
        }
    while (cursor_next(&m));
    return 1;
}
#undef LISTED
#undef LISTED_ROWS
#endif
