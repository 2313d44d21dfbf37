/*
 * product.h - template: products of matrices that are views. One class of a CONTRACT work (product.c chose it):
 * rows (kept axes that only a moves along) x columns (one kept axis that only b moves along) x k (the fold axes).
 *
 * Packed form: a is read in place, one value at a time, through one pointer per row and a list of segments: any strides. b is read
 * from its packed form, operand d: panels [column block][k][width columns]. Direct form: the vectors are read in place
 * along an axis of unit stride, the other operand one value at a time: nothing is packed, nothing turned. Blocks: BLOCK rows
 * at a time stay in the tile of sums while a panel of b, KBLOCK deep, passes from the second-level cache.
 */

struct NAME(product) {
    const struct work *w;
    const struct product *plan;
    struct nest_axis m[NEST_AXES], k[NEST_AXES], batch[NEST_AXES];
    int ms, ks, batches;
    struct nest_axis column;
    int64_t unit[NEST_OPERANDS];
};

/* A block of rows and one panel of columns, and where they go. */
struct NAME(block) {
    int64_t rows, cols;
    const char *a[BLOCK];        /* row r of a, at k = 0                   */
    char *dst[BLOCK];            /* of column 0 of the panel               */
    const char *c[BLOCK];        /* likewise; not set if there is no c     */
    T *sum[BLOCK];               /* where the tile of sums has its rows    */
};

/* The rows of the block, from a cursor over the row axes. 0: there are no more after these. */
static int NAME(block_rows)(struct NAME(block) *b, struct cursor *k, int by)
{
    int more = 1;
    for (b->rows = 0; b->rows < BLOCK && more; b->rows++) {
        b->a[b->rows] = k->at[by];
        b->dst[b->rows] = k->at[NEST_DST];
        b->c[b->rows] = k->at[NEST_C];
        more = cursor_next(k);
    }
    return more;
}

/* Where the walk over k has come to. */
struct NAME(k_walk) {
    const struct product *plan;
    const struct nest_axis *inner;
    struct cursor outer;          /* from address 0: its addresses are offsets */
    int64_t from;                 /* along the inner axis */
    int more;
};

/* The next segments of k, at most KBLOCK elements of the sum. */
static int64_t NAME(k_block)(struct NAME(k_walk) *k, struct segment seg[SEGMENTS])
{
    const int by = k->plan->by, along = k->plan->along;
    int64_t n = 0, depth = 0, unit = sizeof(T);
    while (k->more && n < SEGMENTS && depth < KBLOCK) {
        int64_t left = k->inner->len - k->from, len = left < KBLOCK - depth ? left : KBLOCK - depth;
        seg[n++] = (struct segment){ .a = (int64_t)(intptr_t)k->outer.at[by] + k->from * k->inner->stride[by] * unit,
                                     .b = (int64_t)(intptr_t)k->outer.at[along] / unit + k->from * k->inner->stride[along],
                                     .len = len };
        depth += len;
        k->from += len;
        if (k->from == k->inner->len) { k->from = 0; k->more = cursor_next(&k->outer); }
    }
    return n;
}

static void NAME(clear)(const struct NAME(block) *b, int64_t width)
{
    for (int64_t r = 0; r < b->rows; r++) memset(b->sum[r], 0, (size_t)width * sizeof(T));
}

/* sum = a*b over all of k, tile by tile. `panel` is the packed b of these columns. */
static void NAME(multiply)(const struct NAME(product) *p, const struct NAME(block) *b, const T *panel, int nv)
{
    static const struct nest_axis one = { .len = 1 };
    char *zero[NEST_OPERANDS] = { 0 };
    NAME(tile_fn) *const *tile = NAME(tiles)[p->plan->form][nv];
    struct segment seg[SEGMENTS];
    struct NAME(k_walk) k = { .plan = p->plan, .inner = p->ks ? &p->k[p->ks - 1] : &one, .more = 1 };
    const int64_t a_step = k.inner->stride[p->plan->by] * (int64_t)sizeof(T), b_pitch = k.inner->stride[p->plan->along];
    int first = 1;

    memcpy(k.outer.unit, p->unit, sizeof p->unit);
    cursor_start(&k.outer, p->k, p->ks ? p->ks - 1 : 0, zero);
    while (k.more) {
        int64_t n = NAME(k_block)(&k, seg);
        for (int64_t r = 0; r < b->rows; r += TILE_ROWS) {
            int64_t rows = b->rows - r < TILE_ROWS ? b->rows - r : TILE_ROWS;
            tile[rows](seg, n, a_step, b->a + r, panel, b_pitch, b->sum + r, first);
        }
        first = 0;
    }
}

static void NAME(finish_row)(const struct NAME(product) *p, T *sum, const char *dst, const char *c, int64_t cols)
{
    const struct epilogue *e = &p->w->epilogue;
    T buf[(4 * VECTOR_BYTES / sizeof(T))];
    if (e->alpha != 1) NAME(scale_row)(sum, e->alpha, cols);
    if (p->w->dtype[NEST_C]) NAME(add_row)(sum, NAME(row_in)(buf, p->w, NEST_C, &p->column, (char *)(intptr_t)c, 0, cols), e->beta, cols);
    if (e->accumulate) NAME(add_row)(sum, NAME(row_in)(buf, p->w, NEST_DST, &p->column, (char *)(intptr_t)dst, 0, cols), 1, cols);
    if (e->activation)
        for (int64_t i = 0; i < cols; i++) sum[i] = NAME(activate)(e, sum[i]);
}

/* The rows of dst lie one element apart, as far as `n` rows go. */
static int NAME(rows_adjoin)(const struct NAME(block) *b, int64_t r, int64_t n)
{
    for (int64_t i = 1; i < n; i++)
        if (b->dst[r + i] != b->dst[r] + i * (int64_t)sizeof(T)) return 0;
    return 1;
}

/* lanes x lanes sums, rows become columns of memory: `step` bytes apart, each a vector. */
static void NAME(store_square)(T *const *sum, int64_t j, char *dst, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    VEC v[LANES], u[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) v[i] = *(const VEC *)(const void *)(sum[i] + j);
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
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) memcpy(dst + i * step, &v[i], sizeof v[i]);
}

static void NAME(store_turned)(const struct NAME(block) *b, int64_t r, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    int64_t j = 0;
    for (; j + LANES <= b->cols; j += LANES) NAME(store_square)(b->sum + r, j, b->dst[r] + j * step, step);
    for (; j < b->cols; j++)
        for (int i = 0; i < LANES; i++) memcpy(b->dst[r] + j * step + i * (int64_t)sizeof(T), &b->sum[r + i][j], sizeof(T));
}

static void NAME(store_block)(const struct NAME(product) *p, const struct NAME(block) *b)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    int64_t step = p->column.stride[NEST_DST] * (int64_t)sizeof(T);
    for (int64_t r = 0; r < b->rows;) {
        if (step != (int64_t)sizeof(T) && b->rows - r >= LANES && NAME(rows_adjoin)(b, r, LANES)) {
            NAME(store_turned)(b, r, step);
            r += LANES;
        } else {
            if ((char *)b->sum[r] != b->dst[r]) NAME(row_out)(p->w, NEST_DST, &p->column, b->dst[r], 0, b->sum[r], b->cols, 0);
            r++;
        }
    }
}

/* Sums may be formed in dst itself: whole vectors of neighbouring elements that nothing else reads meanwhile. */
static int NAME(in_place)(const struct NAME(product) *p, const char *at, int64_t cols, int nv)
{
    const struct work *w = p->w;
    return p->column.stride[NEST_DST] == 1 && (uintptr_t)at % sizeof(T) == 0 && cols == nv * (int64_t)(VECTOR_BYTES / sizeof(T)) && !w->epilogue.accumulate &&
           (!w->dtype[NEST_C] || !p->plan->c_is_dst);
}

/* The columns of b; the vectors at `panel` begin `skip` columns before them. */
static void NAME(do_panel)(const struct NAME(product) *p, struct NAME(block) *b, const T *panel, int64_t skip)
{
    T tile[BLOCK * (4 * VECTOR_BYTES / sizeof(T))] __attribute__((aligned(64)));
    int64_t lanes = VECTOR_BYTES / sizeof(T);
    int nv = (int)((skip + b->cols + lanes - 1) / lanes), direct = !skip && NAME(in_place)(p, b->dst[0], b->cols, nv);
    const struct epilogue *e = &p->w->epilogue;

    for (int64_t r = 0; r < b->rows; r++) b->sum[r] = direct ? (T *)(void *)b->dst[r] : tile + r * nv * lanes;
    if (p->ks && any_empty(p->k, p->ks)) NAME(clear)(b, nv * lanes);
    else NAME(multiply)(p, b, panel, nv);

    for (int64_t r = 0; r < b->rows; r++) b->sum[r] += skip;
    if (e->alpha != 1 || p->w->dtype[NEST_C] || e->accumulate || e->activation)
        for (int64_t r = 0; r < b->rows; r++) NAME(finish_row)(p, b->sum[r], b->dst[r], b->c[r], b->cols);
    NAME(store_block)(p, b);
}

/* Columns j .. j + cols, for the rows of the block. Vectors in place may not reach beyond the last column: what is left
 * over after whole ones is the end of a vector that begins before it. */
static void NAME(do_columns)(const struct NAME(product) *p, const struct NAME(block) *rows, const char *base, int64_t j, int64_t cols)
{
    struct NAME(block) b = { .rows = rows->rows, .cols = cols };
    int64_t lanes = VECTOR_BYTES / sizeof(T), rest = cols % lanes;
    int64_t skip = p->plan->reads_view && rest && cols < lanes ? lanes - rest : 0;
    for (int64_t r = 0; r < b.rows; r++) {
        b.a[r] = shift((char *)(intptr_t)rows->a[r], (j - skip) * p->column.stride[p->plan->by] * (int64_t)sizeof(T));
        b.dst[r] = shift(rows->dst[r], j * p->column.stride[NEST_DST] * (int64_t)sizeof(T));
        b.c[r] = shift((char *)(intptr_t)rows->c[r], j * p->column.stride[NEST_C] * p->unit[NEST_C]);
    }
    NAME(do_panel)(p, &b, (const T *)(const void *)base + (j - skip) * p->column.stride[p->plan->along], skip);
}

/* All panels of the columns. */
static void NAME(do_block)(const struct NAME(product) *p, const struct NAME(block) *rows, const char *base)
{
    int64_t lanes = VECTOR_BYTES / sizeof(T), cols;
    for (int64_t j = 0; j < p->column.len; j += cols) {
        cols = p->column.len - j < p->plan->width ? p->column.len - j : p->plan->width;
        if (p->plan->reads_view && cols > lanes) cols -= cols % lanes;
        NAME(do_columns)(p, rows, base, j, cols);
    }
}

/* Outer axes along which the columns simply go on become columns. */
static void NAME(lengthen_column)(struct NAME(product) *p)
{
    for (int i = p->batches - 1; p->plan->reads_view && i >= 0; i--) {
        if (!strided__product_merges(p->plan, &p->batch[i], &p->column)) continue;
        p->column.len *= p->batch[i].len;
        memmove(&p->batch[i], &p->batch[i + 1], (size_t)(p->batches - i - 1) * sizeof *p->batch);
        p->batches--;
    }
}

static void NAME(product_class)(const struct work *w, const struct product *plan, const struct nest *n, char *const data[NEST_OPERANDS])
{
    struct NAME(product) p;
    struct NAME(block) rows;
    struct cursor batch, m;
    p.w = w;
    p.plan = plan;
    work_units(w, p.unit);
    p.ms = strided__product_axes(p.m, plan, n, ROLE_ROW);
    p.ks = strided__product_axes(p.k, plan, n, ROLE_FOLD);
    p.batches = strided__product_axes(p.batch, plan, n, ROLE_BATCH);
    p.column = n->axis[plan->column];
    NAME(lengthen_column)(&p);
    if (any_empty(p.m, p.ms) || any_empty(p.batch, p.batches)) return;

    memcpy(batch.unit, p.unit, sizeof p.unit);
    memcpy(m.unit, p.unit, sizeof p.unit);
    cursor_start(&batch, p.batch, p.batches, data);
    do {
        int more = 1;
        cursor_start(&m, p.m, p.ms, batch.at);
        while (more) {
            more = NAME(block_rows)(&rows, &m, plan->by);
            NAME(do_block)(&p, &rows, batch.at[plan->along]);
        }
    } while (cursor_next(&batch));
}
