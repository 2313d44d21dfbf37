/*
 * product.h - template: sums over k that a register tile does (tile.h). One class of a work that product.c found fit:
 * rows x columns x k, for every batch. Columns lie in vectors, rows are addresses, k is a list of segments.
 *
 * Blocks: some rows and a group of panels at a time; for one block of k after the other, each panel passes through the registers
 * of each tile of rows. Sums stay in dst itself, or in a buffer that is stored when they are complete; what the rows multiply is
 * read in place, or gathered (gather.h). The same bits as the generic kernels: chains may be cut, their order is kept.
 */

/* Taps that are seen by the n rows to come. */
static void NAME(set_taps)(const struct NAME(product) *p, struct NAME(block) *b, const struct cursor *k, int64_t n)
{
    for (int e = 0; e < p->w->edges; e++) {
        const struct edge *edge = &p->w->edge[e];
        const int axis = p->edge[e].m;
        const int64_t first = p->from[e] + (axis < 0 ? 0 : k->index[axis]), taps = p->w->nest.axis[edge->other].len;
        for (int64_t i = 0; i < n; i++)
            b->taps[b->rows + i][e] = i && axis != k->n - 1 ? b->taps[b->rows][e] : strided__edge_taps(edge, first + i, taps);
    }
}

/* `n` more rows, along the last row axis. */
static void NAME(add_rows)(const struct NAME(product) *p, struct NAME(block) *b, const struct cursor *k, const struct nest_axis *axis, int64_t n)
{
    if (p->plan->whole) NAME(set_taps)(p, b, k, n);
    for (int o = 0; o < NEST_OPERANDS; o++) {
        const int64_t step = axis->stride[o] * k->unit[o];
        char **row = b->at[o] + b->rows, *at = k->at[o];
        if (!k->unit[o]) continue;
        for (int64_t i = 0; i < n; i++, at = shift(at, step)) row[i] = at;
    }
    b->rows += n;
}

/* At most `most` rows of the block, from a cursor over the row axes. 0: there are no more after these. */
static int NAME(block_rows)(const struct NAME(product) *p, struct NAME(block) *b, struct cursor *k, int64_t most)
{
    const struct nest_axis *axis = k->n ? &k->axis[k->n - 1] : &single_axis;
    int more = 1;
    b->rows = 0;
    while (b->rows < most && more) {
        const int64_t n = min_size(k->n ? axis->len - k->index[k->n - 1] : 1, most - b->rows);
        NAME(add_rows)(p, b, k, axis, n);
        cursor_skip(k, n - 1);
        more = cursor_next(k);
    }
    return more;
}

/* One block of k. */
struct NAME(depth) {
    NAME(tile_fn) *const (*tile)[TILE_ROWS + 1];  /* by vectors of columns and rows */
    struct NAME(sums) of;
};

/* The rows of a group that a block of k is for: where their a is read, and their sums. */
struct NAME(rows) {
    int64_t n;
    const char *const *a;
    T *const *sum;
};

/* Whether a row sees the tap that the walk has come to. */
static int NAME(sees)(const struct NAME(product) *p, const struct range *taps, const struct NAME(k_walk) *k)
{
    for (int e = 0; e < p->w->edges; e++) {
        const int64_t tap = p->edge[e].k < 0 ? 0 : k->outer.index[p->edge[e].k];
        if (tap < taps[e].lo || tap >= taps[e].hi) return 0;
    }
    return 1;
}

/* Those rows of the group that see it, into a and sum. */
static struct NAME(rows) NAME(pick_rows)(const char *a[BLOCK], T *sum[BLOCK], const struct NAME(product) *p, const struct NAME(group) *g,
                                         const struct NAME(k_walk) *k)
{
    struct NAME(rows) rows = { 0, a, sum };
    for (int64_t r = 0; r < g->block->rows; r++) {
        if (!NAME(sees)(p, g->block->taps[r], k)) continue;
        a[rows.n] = g->a[r];
        sum[rows.n++] = g->sum[r];
    }
    return rows;
}

#if !IS_FLOAT && defined(MULTIPLIES_BYTES)
/* Sums begin with, or are less, what a's zero adds to them: that times the sum of b, which a row of ones gives. */
static void NAME(take_zero)(const struct NAME(product) *p, const struct NAME(group) *g, struct NAME(rows) rows, struct NAME(depth) *d)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    static const uint8_t ones[sizeof(T)] = { 1, 1, 1, 1 };
    const uint32_t zero = (uint32_t)p->w->a_zero + flip_of(p->w->dtype[NEST_A]);
    const char *row = (const char *)ones;
    struct segment seg[SEGMENTS];
    struct NAME(sums) of = d->of;
    wrap_i32 total[PANEL_VECTORS];
    T *sum = (T *)(void *)total;
    if (!zero) return;
    for (int64_t s = 0; s < of.segments; s++) seg[s] = (struct segment){ .b = of.seg[s].b, .len = of.seg[s].len };
    of.seg = seg;
    of.a_step = 0;
    of.first = 1;
    for (int64_t j = 0; j < g->cols; j += p->plan->width, of.b += of.panel) {
        const int64_t vectors = (min_size(p->plan->width, g->cols - j) + LANES - 1) / LANES;
        d->tile[vectors][1](&of, &row, &sum, 0);
        for (int64_t r = 0; r < rows.n; r++)
            for (int64_t v = 0; v < vectors; v++) {
                char *at = (char *)(rows.sum[r] + j + v * LANES);
                const wrap_i32 so_far = d->of.first ? (wrap_i32){ 0 } : (wrap_i32)*(const VEC *)(const void *)at;
                VEC_STORE(at, (VEC)(so_far - zero * total[v]));
            }
    }
    d->of.first = 0;
}
#endif

#if IS_F32
/* Short segments as a list of single k. Their number; 0: they are not short, or too many (taps share them, gather_rows.h). */
static int64_t NAME(list_k)(struct segment *list, const struct segment *seg, int64_t segments, int64_t a_step, int64_t b_pitch)
{
    int64_t length = 0;
    for (int64_t s = 0; s < segments; s++) length += seg[s].len;
    if (segments < 2 || length > LIST || length >= segments * SHORT_SEGMENT) return 0;
    for (int64_t s = 0; s < segments; s++)
        for (int64_t k = 0; k < seg[s].len; k++)
            *list++ = (struct segment){ .a = seg[s].a + k * a_step, .b = seg[s].b + k * b_pitch, .len = 1 };
    return length;
}

/* All k of a sum that is one block, whose rows are read where they lie. Their number; 0: they are no list. */
static int64_t NAME(list_all)(const struct NAME(product) *p)
{
    struct segment seg[SEGMENTS];
    struct NAME(k_walk) k;
    if (p->gathers || p->plan->whole || p->plan->amx) return 0;
    NAME(k_start)(&k, p);
    const int64_t segments = NAME(k_block)(&k, seg, SEGMENTS, LIST);
    return k.more ? 0 : NAME(list_k)(p->list, seg, segments, k.inner->stride[NEST_A] * p->unit[NEST_A], k.inner->stride[NEST_PACKED]);
}
#endif

/* One block of k, of all that it is for. */
static void NAME(multiply_block)(const struct NAME(product) *p, const struct NAME(group) *g, struct NAME(rows) rows, struct segment *seg,
                                 struct NAME(depth) *d)
{
    if (g->gather) {
        d->of.a_step = NAME(gather)(g->gather, rows.a, rows.n, d->of.a_step, seg, d->of.segments);
        if (!NAME(SHARES) || !g->gather->rows.shares) d->of.segments = strided__gather_join(seg, d->of.segments, d->of.b_pitch);
        rows.a = g->gather->rows.to;
    }
#if IS_F32
    int64_t listed = p->listed;
    if (!listed && p->plan->bunch == 1) listed = NAME(list_k)(p->list, seg, d->of.segments, d->of.a_step, d->of.b_pitch);
    if (listed) {
        d->tile = NAME(tiles)[TILE_LIST];
        d->of.seg = p->list;
        d->of.segments = listed;
    }
#endif
#if !IS_FLOAT && defined(MULTIPLIES_BYTES)
    if (p->plan->bunch == 4) {
        d->tile = NAME(tiles)[TILE_QUADS];
        NAME(take_zero)(p, g, rows, d);
    }
#endif
#if defined(BY_TILES)
    if (p->plan->amx && d->of.a_step == sizeof(T)) {
        NAME(amx_panels)(&d->of, rows.a, rows.sum, rows.n, g->cols, p->plan->width);
        return;
    }
#endif
#if defined(BY_DOTS)
    if (p->plan->dots) {
        NAME(dots_panels)(&d->of, rows.a, rows.sum, rows.n, g->cols, dots_are_exact(dots_least(&g->gather->least), p->plan->least));
        return;
    }
#endif
    NAME(all_panels)(d->tile, &d->of, rows.a, rows.sum, rows.n, g->cols, p->plan->width);
}

/* Whole vectors of columns, if sums are those. */
static void NAME(clear)(const struct NAME(group) *n)
{
    const int64_t cols = NAME(CUTS) ? n->cols : ceil_div(n->cols, NAME(LANES)) * NAME(LANES);
    for (int64_t r = 0; r < n->block->rows; r++) memset(n->sum[r], 0, (size_t)cols * sizeof(T));
}

static int64_t NAME(last_step)(const struct nest_axis *axis, int n) { return n ? axis[n - 1].stride[NEST_A] : 0; }

/* k that pass at once, of rows that are read where they lie: of those that are neighbours and many, more, in blocks of one size. */
static int64_t NAME(depth_of)(const struct NAME(product) *p, const struct nest_axis *inner)
{
    if (!p->plan->whole && !NAME(is_near)(inner->stride[NEST_A])) return FAR_KBLOCK;
    return inner->len > KBLOCK ? ceil_div(inner->len, ceil_div(inner->len, LONG_KBLOCK)) : KBLOCK;
}

/* The segments that come next; none, if all k are listed. */
static int64_t NAME(next_segments)(const struct NAME(product) *p, struct NAME(k_walk) *k, const struct NAME(gather) *gather, struct segment *seg,
                                   int64_t most)
{
    int64_t segments = p->plan->whole ? 1 : SEGMENTS;
    if (NAME(SHARES) && gather) strided__gather_lines(&gather->rows, k->inner, &segments, &most);
    if (!p->listed) return NAME(k_block)(k, seg, segments, most);
    k->more = 0;
    return 0;
}

/* Sums over all of k. */
static void NAME(multiply)(const struct NAME(product) *p, struct NAME(group) *g)
{
    const int whole = p->plan->whole;
    const char *a[BLOCK];
    T *sum[BLOCK];
    struct NAME(rows) rows = { g->block->rows, g->a, g->sum };
    struct segment seg[SEGMENTS];
    struct NAME(k_walk) k;
    NAME(k_start)(&k, p);
    const int64_t panel = p->plan->width * p->column.stride[NEST_PACKED], far = k.inner->stride[NEST_A];
    const enum tile_form form = NAME(form_of)(p->plan->ahead ? INT64_MAX : p->plan->packed);
    const int64_t most = g->gather ? g->gather->rows.depth : p->plan->amx ? TILES_DEPTH : NAME(depth_of)(p, k.inner);

    if (whole) NAME(clear)(g);
#if defined(BY_DOTS)
    if (g->gather) g->gather->least.lane = _mm512_set1_epi16(-1);
#endif
    for (int first = !whole; k.more; first = 0) {
        if (whole) rows = NAME(pick_rows)(a, sum, p, g, &k);
        if (g->gather && (whole || first)) strided__gather_start(&g->gather->rows, rows.a, rows.n, NAME(last_step)(p->m, p->ms) * p->unit[NEST_A]);
        const int64_t segments = NAME(next_segments)(p, &k, g->gather, seg, most);
        if (!rows.n) continue;
        struct NAME(depth) d = { NAME(tiles)[form],
                                 { .seg = seg, .segments = segments, .a_step = far * p->unit[NEST_A], .b_pitch = k.inner->stride[NEST_PACKED],
                                   .panel = panel, .b = g->b, .first = first, .ask = NAME(share_of)(rows.n, p->plan->width),
                                   .apart = p->plan->ahead,
                                   .errand = g->gather ? (const char *)seg : NULL /* what is gathered needs none */ } };
        NAME(multiply_block)(p, g, rows, seg, &d);
    }
}

/* Sums may be formed in dst itself: its columns are neighbours that nothing else reads meanwhile. Tiles take whole vectors. */
static int NAME(sums_in_dst)(const struct NAME(product) *p, const char *dst)
{
    return !(NAME(CUTS) && p->plan->amx) && p->column.stride[NEST_DST] == 1 && NAME(dst_holds_sums)(p, dst);
}

static void NAME(do_group)(const struct NAME(product) *p, struct NAME(group) *n, T *buffer)
{
    const int64_t lanes = VECTOR_BYTES / sizeof(T), rows = n->block->rows, width = (n->cols + lanes - 1) / lanes * lanes;
    n->a = (const char *const *)n->block->at[NEST_A];
    for (int64_t r = 0; r < rows; r++) n->sum[r] = buffer ? buffer + r * width : (T *)(void *)NAME(dst_of)(p, n, r);
    if (p->empty) NAME(clear)(n);
    else NAME(multiply)(p, n);
    NAME(finish_group)(p, n);
    if (buffer) NAME(store_group)(p, n);
}

/* Columns from .. from + cols. Without a buffer sums are formed in dst. */
static void NAME(do_columns)(const struct NAME(product) *p, const struct NAME(block) *rows, const char *base, int64_t from, int64_t cols,
                             T *buffer, struct NAME(gather) *gather)
{
    struct NAME(group) n;
    n.block = rows;
    n.from = from;
    n.cols = cols;
    n.gather = gather;
    n.b = (const T *)(const void *)shift((char *)(intptr_t)base, from * p->column.stride[NEST_PACKED] * (int64_t)sizeof(T));
    NAME(do_group)(p, &n, buffer);
}

/* The columns that come next: whole panels whose sums stay in the cache, in dst or in the buffer, or what is left. */
static int64_t NAME(columns_from)(const struct NAME(product) *p, int64_t rows, int64_t from, int in_dst)
{
    const int64_t lanes = VECTOR_BYTES / sizeof(T), left = p->column.len - from, width = p->plan->width;
    const int64_t room = (in_dst ? CACHED_SUM_BYTES : p->room) / (int64_t)sizeof(T) / rows / width * width;
    if (left > room) return room;
    return in_dst && left % lanes && !NAME(CUTS) ? left / width * width : left;
}

/* All columns of a block of rows. */
static void NAME(do_block)(const struct NAME(product) *p, const struct NAME(block) *rows, const char *base, T *buffer, struct NAME(gather) *gather)
{
    const int64_t lanes = VECTOR_BYTES / sizeof(T);
    const int in_dst = NAME(sums_in_dst)(p, rows->at[NEST_DST][0]);
    int64_t cols;
    for (int64_t j = 0; j < p->column.len; j += cols) {
        cols = NAME(columns_from)(p, rows->rows, j, in_dst);
        const int here = in_dst && cols && (cols % lanes == 0 || NAME(CUTS));
        if (!cols) cols = NAME(columns_from)(p, rows->rows, j, 0);
        NAME(do_columns)(p, rows, base, j, cols, here ? NULL : buffer, gather);
    }
}

/* Rows so few lie together with all k; there are columns enough to make the copy worth it. */
static int NAME(is_small)(const struct NAME(product) *p, int64_t stride)
{
    return llabs(stride) <= 2 * SHORT_BLOCK && p->column.len > 4 * p->plan->width;
}

/* Some rows reach over so little with all k that the cache holds it. */
static int NAME(is_close)(const struct NAME(product) *p, int64_t m_step)
{
    int64_t reach = BLOCK * llabs(m_step);
    for (int i = 0; i < p->ks; i++) reach += (p->k[i].len - 1) * llabs(p->k[i].stride[NEST_A]);
    return reach * (int64_t)sizeof(T) <= CLOSE_BYTES;
}

/* k are far apart, and what rows multiply better brought together: either they are no neighbours and reach far, or the lines crowd in the
 * cache (for long vectors those of pages alone: tiles ask for neighbours in time), or all of it is a small image. */
static int NAME(is_scattered)(const struct NAME(product) *p, int64_t m_step, int64_t k_step)
{
    if (NAME(is_near)(k_step)) return 0;
    const int asked = VECTOR_BYTES == 64 && llabs(m_step) == 1 && k_step * (int64_t)sizeof(T) % PAGE_BYTES;
    return (llabs(m_step) != 1 && !NAME(is_close)(p, m_step)) || (!asked && NAME(crowds)(k_step)) || NAME(is_small)(p, k_step);
}

/* Elements of T stand in a as they are multiplied: whole bunches of neighbours. */
static int NAME(lies_ready)(const struct NAME(product) *p, int64_t k_step)
{
    const strided_dtype t = p->w->dtype[NEST_A];
    const int bunch = t == STRIDED_U8 ? 4 : t == STRIDED_BF16 && p->plan->amx ? 2 : 0;
    return t == NATIVE || (bunch && p->plan->bunch == bunch && k_step == bunch && !p->left);
}

/* So it is if it is not of type T, and if it is scattered and rows meet more than one panel. */
static int NAME(gathers)(const struct NAME(product) *p)
{
    const int64_t k_step = NAME(last_step)(p->k, p->ks), m_step = NAME(last_step)(p->m, p->ms);
    return !NAME(lies_ready)(p, k_step) || (p->column.len > p->plan->width && NAME(is_scattered)(p, m_step, k_step));
}

/* Rows of a block: as many as there is room for, in blocks of one size and, if that is not more, whole units. */
static int64_t NAME(block_height)(const struct NAME(product) *p, int64_t most, int64_t unit)
{
    const int64_t rows = all_indices(p->m, p->ms), blocks = (rows + most - 1) / most, height = (rows + blocks - 1) / blocks;
    return min_size((height + unit - 1) / unit * unit, most);
}

/* Whole lines of rows, or pieces of one, are gathered with less to do at their ends. */
static int64_t NAME(gathered_height)(const struct NAME(product) *p, int64_t most)
{
    const int64_t line = p->ms ? p->m[p->ms - 1].len : 1, pieces = (line + most - 1) / most, whole = most / line * line;
    if (pieces > 1 && pieces <= MANY_PIECES) return (line + pieces - 1) / pieces;
    return 5 * whole >= 4 * most ? NAME(block_height)(p, whole, line) : NAME(block_height)(p, most, TILE_ROWS);
}

/* Sums lie apart in dst: their buffer is larger, and so is that of what is gathered. */
static int NAME(lies_apart)(const struct NAME(product) *p) { return IS_F32 && p->gathers && p->column.stride[NEST_DST] != 1; }

static int64_t NAME(gathered_rows)(const struct NAME(product) *p)
{
    return p->plan->amx ? TILES_GATHERED : p->w->dtype[NEST_A] == NATIVE ? SHORT_BLOCK : CONVERTED_BLOCK;
}

/* Room for a row of them with each k, and for what taps reach over behind it. */
static int64_t NAME(gathered_pitch)(const struct NAME(product) *p)
{
    const int64_t most = NAME(gathered_rows)(p), beyond = p->w->dtype[NEST_A] == NATIVE ? 2 : BEYOND_ROWS;
    return (NAME(lies_apart)(p) ? NAME(gathered_height)(p, most) : most) + beyond;
}

/* Bytes of the buffer of sums; what is gathered has the rest. */
static int64_t NAME(room_of_sums)(const struct NAME(product) *p, const char *dst)
{
    if (NAME(lies_apart)(p)) return min_size(APART_SUM_BYTES, APART_BYTES - NAME(gathered_pitch)(p) * GATHERED_KBLOCK * (int64_t)sizeof(T));
    return p->gathers && NAME(sums_in_dst)(p, dst) ? SUM_BYTES + GATHER_BYTES - LONG_GATHER_BYTES : SUM_BYTES;
}

/* k that are gathered at once: short segments may become a list. */
static int64_t NAME(gathered_depth)(const struct NAME(product) *p, int64_t pitch)
{
    const int64_t size = sizeof(T);
    if (p->plan->amx) return min_size(KBLOCK, GATHER_BYTES / size / TILES_GATHERED);
    if (p->room == SUM_BYTES || (p->ks && p->k[p->ks - 1].len < SHORT_SEGMENT)) return min_size(KBLOCK, GATHER_BYTES / size / pitch);
    return min_size(GATHERED_KBLOCK, LONG_GATHER_BYTES / size / pitch);
}

/* How, and how much at a time. */
static void NAME(gather_plan)(const struct NAME(product) *p, struct NAME(gather) *g, T *out)
{
    struct gather_rows *lie = &g->rows;
    g->dtype = p->w->dtype[NEST_A];
    g->zero = (int16_t)p->w->a_zero;
    g->bunch = p->plan->bunch;
    g->dots = p->plan->dots;
    g->most = NAME(gathered_rows)(p);
    lie->out = (char *)out;
    lie->size = sizeof(T);
    lie->pitch = NAME(gathered_pitch)(p);
    lie->depth = NAME(gathered_depth)(p, lie->pitch);
    lie->along = g->dtype != NATIVE && NAME(last_step)(p->m, p->ms) != 1 && llabs(NAME(last_step)(p->k, p->ks)) == p->plan->bunch;
    g->turned = p->plan->amx && !lie->along;
    lie->along |= g->turned;
    strided__gather_taps(lie, p->ms ? &p->m[p->ms - 1] : &single_axis, p->k, NAME(SHARES) && !p->plan->whole ? p->ks : 0);
}

/* All rows and columns, from these addresses on. The room of sums is what p says. */
static void NAME(rows_by)(const struct NAME(product) *p, char *const at[NEST_OPERANDS], T *sums)
{
    T *gathered = sums + p->room / (int64_t)sizeof(T);
    struct NAME(block) rows;
    struct NAME(gather) gather;
    struct cursor m;
    NAME(gather_plan)(p, &gather, gathered);
    const int64_t unit = p->plan->amx ? TILES_HIGH : TILE_ROWS;
    const int64_t most = p->gathers ? NAME(gathered_height)(p, gather.most) : NAME(block_height)(p, BLOCK / unit * unit, unit);
    int more = 1;

    rows.apart = 0;
    memcpy(m.unit, p->unit, sizeof p->unit);
    cursor_start(&m, p->m, p->ms, at);
    while (more) {
        more = NAME(block_rows)(p, &rows, &m, most);
        gather.ahead = more ? (intptr_t)m.at[NEST_A] - (intptr_t)rows.at[NEST_A][0] : 0;
        NAME(do_block)(p, &rows, at[NEST_PACKED], sums, p->gathers ? &gather : NULL);
    }
}

/* Of two buffers of sums the stack has one. */
#if IS_F32
#define WITH_BUFFER static __attribute__((noinline))
WITH_BUFFER void NAME(rows_apart)(const struct NAME(product) *p, char *const at[NEST_OPERANDS])
{
    T sums[APART_BYTES / sizeof(T)] __attribute__((aligned(64)));
    NAME(rows_by)(p, at, sums);
}
#else
#define WITH_BUFFER static
#endif

WITH_BUFFER void NAME(do_rows)(const struct NAME(product) *p, char *const at[NEST_OPERANDS])
{
    T sums[(SUM_BYTES + GATHER_BYTES) / sizeof(T)] __attribute__((aligned(64)));
    NAME(rows_by)(p, at, sums);
}
#undef WITH_BUFFER

static void NAME(do_any_rows)(struct NAME(product) *p, char *const at[NEST_OPERANDS])
{
    p->room = NAME(room_of_sums)(p, at[NEST_DST]); /* beside these rows: those that lines leave are others */
#if IS_F32
    if (NAME(lies_apart)(p)) { NAME(rows_apart)(p, at); return; }
#endif
    NAME(do_rows)(p, at);
}

#if IS_F32 && defined(SHUFFLES)
/* What is left of lines that went across: rows of one axis. */
static void NAME(do_rest)(struct NAME(product) *p, char *const at[NEST_OPERANDS])
{
    const int ms = p->ms, outer = ms - NAME(line_axes)(p);
    const struct nest_axis line = p->m[outer];
    const int64_t rest = NAME(rest_of_line)(p), first = NAME(length_across)(p);
    char *from[NEST_OPERANDS];
    if (!rest) return;
    for (int o = 0; o < NEST_OPERANDS; o++) from[o] = NAME(row_of_line)(p, at, o, first);
    p->m[outer] = p->m[ms - 1];
    p->m[outer].len = rest;
    p->ms = outer + 1;
    NAME(do_any_rows)(p, from);
    p->m[outer] = line;
    p->ms = ms;
}
#endif

/* Rows are walked as they lie in a, in place; those of the axis outside of them are neighbours in dst. */
static int NAME(goes_by_squares)(const struct NAME(product) *p)
{
    return IS_F32 && p->plan->follows_a && !p->plan->whole && p->ms > 1 && p->m[p->ms - 2].stride[NEST_DST] == 1 && p->column.stride[NEST_DST] != 1 &&
           p->w->dtype[NEST_DST] == NATIVE && p->w->dtype[NEST_A] == NATIVE;
}

#if IS_F32
/* Rows that are pieces of both axes, the inner one's together. */
static void NAME(square)(const struct NAME(product) *p, struct NAME(block) *b, char *const at[NEST_OPERANDS], struct span outer, struct span inner)
{
    b->rows = outer.len * inner.len;
    b->apart = inner.len;
    for (int o = 0; o < NEST_OPERANDS; o++)
        for (int64_t r = 0; p->unit[o] && r < b->rows; r++) {
            const int64_t i = outer.from + r / inner.len, j = inner.from + r % inner.len;
            b->at[o][r] = shift(at[o], (i * outer.axis->stride[o] + j * inner.axis->stride[o]) * p->unit[o]);
        }
}

/* All rows and columns, by blocks that are squares of the two: a line of the cache of dst, and whole tiles of a. */
static __attribute__((noinline)) void NAME(do_squares)(const struct NAME(product) *p, char *const at[NEST_OPERANDS])
{
    T sums[SUM_BYTES / sizeof(T)] __attribute__((aligned(64)));
    const struct nest_axis *outer = &p->m[p->ms - 2], *inner = outer + 1;
    const int64_t wide = min_size(outer->len, LINE_BYTES / (int64_t)sizeof(T)), high = BLOCK / wide / TILE_ROWS * TILE_ROWS;
    struct NAME(block) rows;
    struct cursor m;

    memcpy(m.unit, p->unit, sizeof p->unit);
    cursor_start(&m, p->m, p->ms - 2, at);
    do
        for (int64_t i = 0; i < outer->len; i += wide)
            for (int64_t j = 0; j < inner->len; j += high) {
                NAME(square)(p, &rows, m.at, (struct span){ outer, i, min_size(wide, outer->len - i) },
                             (struct span){ inner, j, min_size(high, inner->len - j) });
                NAME(do_block)(p, &rows, at[NEST_PACKED], sums, NULL);
            }
    while (cursor_next(&m));
}
#endif

/* Which axes of the m and k that there are the edges have. */
static void NAME(find_edges)(struct NAME(product) *p, const int *m, const int *k)
{
    for (int e = 0; p->plan->whole && e < p->w->edges; e++) p->edge[e].m = p->edge[e].k = -1;
    for (int i = 0; i < p->ms; i++)
        if (m[i]) p->edge[m[i] - 1].m = i;
    for (int i = 0; i < p->ks; i++)
        if (k[i]) p->edge[k[i] - 1].k = i;
}

/* Tiles are the processor's only as long as they are needed: else the system keeps them with each thread. */
static void NAME(start_tiles)(const struct product *plan)
{
#if defined(BY_TILES)
    if (plan->amx) amx_start(TILES_HIGH);
#endif
    (void)plan;
}

static void NAME(end_tiles)(const struct product *plan)
{
#if defined(BY_TILES)
    if (plan->amx) amx_end();
#endif
    (void)plan;
}

static void NAME(product_class)(const struct work *w, const struct product *plan, const struct nest *n, const int64_t *from,
                                char *const data[NEST_OPERANDS])
{
    int of_m[NEST_AXES], of_k[NEST_AXES], of_batch[NEST_AXES];
    struct NAME(product) p; /* large: what is not used is not cleared */
    struct cursor batch;
    p.w = w;
    p.plan = plan;
    p.column = n->axis[plan->column];
    work_units(w, p.unit);
    p.from = from;
    p.m = p.axes;
    p.ms = strided__product_axes(p.m, plan, n, ROLE_ROW, of_m);
    p.k = p.m + p.ms;
    p.ks = strided__product_axes(p.k, plan, n, ROLE_FOLD, of_k);
    p.batch = p.k + p.ks;
    p.batches = strided__product_axes(p.batch, plan, n, ROLE_BATCH, of_batch);
    NAME(find_edges)(&p, of_m, of_k);
    p.empty = any_empty(p.k, p.ks);
    p.left = plan->bunch > 1 ? (int)(n->axis[plan->bunched].len % plan->bunch) : 0;
    if (any_empty(p.m, p.ms) || any_empty(p.batch, p.batches)) return;
    p.squares = NAME(goes_by_squares)(&p);
    p.gathers = !p.squares && NAME(gathers)(&p);
    p.room = SUM_BYTES;
    p.listed = 0;
#if IS_F32
    struct segment list[LIST];
    p.list = list;
    p.listed = NAME(list_all)(&p);
#endif

    memcpy(batch.unit, p.unit, sizeof p.unit);
    cursor_start(&batch, p.batch, p.batches, data);
    NAME(start_tiles)(plan);
    do {
#if IS_F32 && defined(SHUFFLES)
        if (NAME(goes_across)(&p, batch.at)) { NAME(do_across)(&p, batch.at); NAME(do_rest)(&p, batch.at); continue; }
#endif
#if IS_F32 && defined(__AVX2__)
        if (NAME(do_listed)(&p, batch.at)) continue;
#endif
#if IS_F32
        if (p.squares) { NAME(do_squares)(&p, batch.at); continue; }
#endif
        NAME(do_any_rows)(&p, batch.at);
    } while (cursor_next(&batch));
    NAME(end_tiles)(plan);
}
