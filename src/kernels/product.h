/*
 * product.h - template: sums over k that a register tile does (tile.h). One class of a work that product.c found fit:
 * rows x columns x k, for every batch. Columns lie in vectors, rows are addresses, k is a list of segments.
 *
 * Operand `by` moves along rows, `along` is the other (packed into panels, or a view, or absent); see product_plan.h for the
 * forms. Blocks: BLOCK rows at a time stay in the tile of sums while a panel, KBLOCK deep, passes from the second-level
 * cache. The same bits as the generic kernels: chains may be cut, their order is kept.
 */

struct NAME(product) {
    const struct work *w;
    const struct product *plan;
    struct nest_axis m[NEST_AXES], k[NEST_AXES], batch[NEST_AXES];
    int ms, ks, batches, empty;          /* empty: nothing to sum */
    struct nest_axis column;
    int64_t unit[NEST_OPERANDS];
};

/* A block of rows: where every operand stands at column 0. */
struct NAME(block) {
    int64_t rows;
    struct { char *at[NEST_OPERANDS]; } row[BLOCK];
};

/* Some columns of a block. The vectors begin `skip` columns before the first of them. */
struct NAME(panel) {
    const struct NAME(block) *block;
    int64_t from, cols, skip;
    const T *b;                          /* what `along` offers for these columns, at k = 0 */
    const char *a[BLOCK];                /* operand `by` of each row, likewise              */
    T *sum[BLOCK];                       /* where each row's sums are formed                */
};

/* The rows of the block, from a cursor over the row axes. 0: there are no more after these. */
static int NAME(block_rows)(struct NAME(block) *b, struct cursor *k)
{
    int more = 1;
    for (b->rows = 0; b->rows < BLOCK && more; b->rows++) {
        memcpy(b->row[b->rows].at, k->at, sizeof k->at);
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

/* Sums over all of k, tile by tile. */
static void NAME(multiply)(const struct NAME(product) *p, const struct NAME(panel) *n, int nv)
{
    static const struct nest_axis one = { .len = 1 };
    char *zero[NEST_OPERANDS] = { 0 };
    NAME(tile_fn) *const *tile = NAME(tiles)[p->plan->form][nv];
    struct segment seg[SEGMENTS];
    struct NAME(k_walk) k = { .plan = p->plan, .inner = p->ks ? &p->k[p->ks - 1] : &one, .more = 1 };
    const int64_t a_step = k.inner->stride[p->plan->by] * (int64_t)sizeof(T), b_pitch = k.inner->stride[p->plan->along];
    const int64_t most = NAME(tile_rows)[p->plan->form];
    int first = 1;

    memcpy(k.outer.unit, p->unit, sizeof p->unit);
    cursor_start(&k.outer, p->k, p->ks ? p->ks - 1 : 0, zero);
    while (k.more) {
        int64_t segments = NAME(k_block)(&k, seg);
        for (int64_t r = 0; r < n->block->rows; r += most) {
            int64_t rows = n->block->rows - r < most ? n->block->rows - r : most;
            tile[rows](seg, segments, a_step, n->a + r, n->b, b_pitch, n->sum + r, first);
        }
        first = 0;
    }
}

static void NAME(clear)(const struct NAME(product) *p, const struct NAME(panel) *n)
{
    T nothing = p->w->kind == WORK_REDUCE ? NAME(identity)(p->w) : 0;
    for (int64_t r = 0; r < n->block->rows; r++)
        for (int64_t i = 0; i < n->skip + n->cols; i++) n->sum[r][i] = nothing;
}

/* What becomes of the sums before they are stored: the generic kernels' own code, on one row of the panel. */
static void NAME(finish_panel)(const struct NAME(product) *p, const struct NAME(panel) *n)
{
    const struct work *w = p->w;
    struct NAME(chunk) c = { .w = w, .row = &p->column, .from = n->from, .len = n->cols };
    if (w->kind == WORK_REDUCE ? w->finish == FINISH_NONE : NAME(epilogue_is_trivial)(w)) return;
    for (int64_t r = 0; r < n->block->rows; r++) {
        memcpy(c.at, n->block->row[r].at, sizeof c.at);
        if (w->kind == WORK_REDUCE) NAME(finish)(&c, n->sum[r]);
        else NAME(epilogue)(&c, n->sum[r]);
    }
}

static char *NAME(dst_of)(const struct NAME(product) *p, const struct NAME(panel) *n, int64_t r)
{
    return shift(n->block->row[r].at[NEST_DST], n->from * p->column.stride[NEST_DST] * (int64_t)sizeof(T));
}

/* The rows of dst lie one element apart, for a whole vector of rows. */
static int NAME(rows_adjoin)(const struct NAME(block) *b, int64_t r)
{
    for (int64_t i = 1; i < (int64_t)(VECTOR_BYTES / sizeof(T)); i++)
        if (b->row[r + i].at[NEST_DST] != b->row[r].at[NEST_DST] + i * (int64_t)sizeof(T)) return 0;
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

static void NAME(store_turned)(const struct NAME(panel) *n, int64_t r, char *dst, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    int64_t j = 0;
    for (; j + LANES <= n->cols; j += LANES) NAME(store_square)(n->sum + r, j, dst + j * step, step);
    for (; j < n->cols; j++)
        for (int i = 0; i < LANES; i++) memcpy(dst + j * step + i * (int64_t)sizeof(T), &n->sum[r + i][j], sizeof(T));
}

static void NAME(store_panel)(const struct NAME(product) *p, const struct NAME(panel) *n)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    int64_t step = p->column.stride[NEST_DST] * (int64_t)sizeof(T);
    for (int64_t r = 0; r < n->block->rows;) {
        if (step != (int64_t)sizeof(T) && n->block->rows - r >= LANES && NAME(rows_adjoin)(n->block, r)) {
            NAME(store_turned)(n, r, NAME(dst_of)(p, n, r), step);
            r += LANES;
        } else {
            NAME(row_out)(p->w, NEST_DST, &p->column, n->block->row[r].at[NEST_DST], n->from, n->sum[r], n->cols, 0);
            r++;
        }
    }
}

/* Sums may be formed in dst itself: whole vectors of neighbouring elements that nothing else reads meanwhile. */
static int NAME(in_place)(const struct NAME(product) *p, const struct NAME(panel) *n)
{
    return !n->skip && p->column.stride[NEST_DST] == 1 && n->cols % (int64_t)(VECTOR_BYTES / sizeof(T)) == 0 &&
           (uintptr_t)n->block->row[0].at[NEST_DST] % sizeof(T) == 0 && !p->w->epilogue.accumulate && !p->plan->c_is_dst;
}

static void NAME(do_panel)(const struct NAME(product) *p, struct NAME(panel) *n)
{
    T tile[BLOCK * PANEL_VECTORS * (VECTOR_BYTES / sizeof(T))] __attribute__((aligned(64)));
    const int64_t lanes = VECTOR_BYTES / sizeof(T), rows = n->block->rows;
    const int nv = (int)((n->skip + n->cols + lanes - 1) / lanes), direct = NAME(in_place)(p, n);

    for (int64_t r = 0; r < rows; r++) n->sum[r] = direct ? (T *)(void *)NAME(dst_of)(p, n, r) : tile + r * nv * lanes;
    if (p->empty) NAME(clear)(p, n);
    else NAME(multiply)(p, n, nv);
    for (int64_t r = 0; r < rows; r++) n->sum[r] += n->skip;
    NAME(finish_panel)(p, n);
    if (!direct) NAME(store_panel)(p, n);
}

/* Columns from .. from + cols. Vectors in a view may not reach beyond its last column: what is left over after whole ones
 * is the end of a vector that begins before it. */
static void NAME(do_columns)(const struct NAME(product) *p, const struct NAME(block) *rows, const char *base, int64_t from, int64_t cols)
{
    const int64_t lanes = VECTOR_BYTES / sizeof(T), size = sizeof(T);
    struct NAME(panel) n = { .block = rows, .from = from, .cols = cols };
    if (p->plan->reads_view && cols % lanes) n.skip = lanes - cols % lanes;
    n.b = (const T *)(const void *)shift((char *)(intptr_t)base, (from - n.skip) * p->column.stride[p->plan->along] * size);
    for (int64_t r = 0; r < rows->rows; r++)
        n.a[r] = shift(rows->row[r].at[p->plan->by], (from - n.skip) * p->column.stride[p->plan->by] * size);
    NAME(do_panel)(p, &n);
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
    struct NAME(product) p = { .w = w, .plan = plan, .column = n->axis[plan->column] };
    struct NAME(block) rows;
    struct cursor batch, m;
    work_units(w, p.unit);
    p.ms = strided__product_axes(p.m, plan, n, ROLE_ROW);
    p.ks = strided__product_axes(p.k, plan, n, ROLE_FOLD);
    p.batches = strided__product_axes(p.batch, plan, n, ROLE_BATCH);
    p.empty = any_empty(p.k, p.ks);
    NAME(lengthen_column)(&p);
    if (any_empty(p.m, p.ms) || any_empty(p.batch, p.batches)) return;

    memcpy(batch.unit, p.unit, sizeof p.unit);
    memcpy(m.unit, p.unit, sizeof p.unit);
    cursor_start(&batch, p.batch, p.batches, data);
    do {
        int more = 1;
        cursor_start(&m, p.m, p.ms, batch.at);
        while (more) {
            more = NAME(block_rows)(&rows, &m);
            NAME(do_block)(&p, &rows, batch.at[plan->along]);
        }
    } while (cursor_next(&batch));
}
