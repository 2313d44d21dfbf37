/*
 * gather.h - template: what a block of rows multiplies, brought together. A register tile reads one value per row and k; where
 * those of neighbouring k lie far apart (channels first), or are not of type T, they are copied once for many panels:
 *
 *     across   out[k*GATHER_ROWS + row]    rows are neighbours in memory, or nothing is
 *     along    out[row*gather_depth() + k]   k are neighbours in memory
 *
 * Nothing but the elements themselves is read.
 */

/* Rows of a block at a constant distance from each other, in bytes. */
struct NAME(run) {
    int64_t first, len, step;
};

struct NAME(gather) {
    int     along;
    strided_dtype dtype;
    int16_t zero;                          /* of integers */
    int64_t runs;
    struct NAME(run) run[BLOCK];
    T      *out;
};

static void NAME(find_runs)(struct NAME(gather) *g, const char *const *row, int64_t rows)
{
    g->runs = 0;
    for (int64_t r = 0, len; r < rows; r += len) {
        int64_t step = r + 1 < rows ? (int64_t)((intptr_t)row[r + 1] - (intptr_t)row[r]) : 0;
        for (len = 1; r + len < rows && (intptr_t)row[r + len] - (intptr_t)row[r + len - 1] == step; len++) ;
        g->run[g->runs++] = (struct NAME(run)){ r, len, step };
    }
}

/* How deep a block of k may be. */
static inline int64_t NAME(gather_depth)(void) { return GATHER_BYTES / (int64_t)sizeof(T) / GATHER_ROWS; }

/* For these rows; gathered, each of them lies at to[]. */
static void NAME(gather_start)(struct NAME(gather) *g, const char *const *row, int64_t rows, const char **to)
{
    NAME(find_runs)(g, row, rows);
    for (int64_t r = 0; r < rows; r++) to[r] = (const char *)(g->out + (g->along ? r * NAME(gather_depth)() : r));
}

#if IS_FLOAT
/* n elements of T, `step` bytes apart; the last vector may begin before the end of the one before. The same is wanted `ahead`
 * bytes from there soon. */
ALWAYS_INLINE void NAME(gather_run)(T *out, const char *p, int64_t step, int64_t n, int64_t ahead)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t size = sizeof(T);
    if (step == size && n >= LANES) {
        for (int64_t i = 0; i < n - LANES; i += LANES) {
            __builtin_prefetch(p + i * size + ahead);
            *(VEC *)(void *)(out + i) = *(const VEC *)(const void *)(p + i * size);
        }
        *(VEC *)(void *)(out + n - LANES) = *(const VEC *)(const void *)(p + (n - LANES) * size);
    } else if (step == 2 * size && n >= LANES) {
        for (int64_t i = 0; i < n - LANES; i += LANES) {
            __builtin_prefetch(p + i * step + ahead);
            *(VEC *)(void *)(out + i) = NAME(load_even)(p + i * step);
        }
        *(VEC *)(void *)(out + n - LANES) = NAME(load_even)(p + (n - LANES) * step);
    } else
        for (int64_t i = 0; i < n; i++) out[i] = *(const ANY *)(const void *)(p + i * step);
}


/* One k of neighbouring rows; k are a_step bytes apart. */
static void NAME(bring_rows)(const struct NAME(gather) *g, T *out, const char *p, const struct NAME(run) *n, int64_t a_step, int single)
{
    (void)single;
    if (g->dtype == NATIVE) NAME(gather_run)(out, p, n->step, n->len, AHEAD * a_step);
    else NAME(load)(g->dtype, out, p, n->step, n->len);
}

/* The k of a segment, of one row. */
static void NAME(bring_k)(const struct NAME(gather) *g, T *out, const char *p, int64_t a_step, const struct segment *seg)
{
    NAME(load)(g->dtype, out, p, a_step, seg->len);
}
#else
static void NAME(bring_rows)(const struct NAME(gather) *g, T *out, const char *p, const struct NAME(run) *n, int64_t a_step, int single)
{
    pairs_across(g->dtype, out, p, single ? 0 : a_step / 2, n->step, n->len, g->zero);
}

static void NAME(bring_k)(const struct NAME(gather) *g, T *out, const char *p, int64_t a_step, const struct segment *seg)
{
    pairs_along(g->dtype, out, p, a_step / 2, 2 * seg->len - seg->single, g->zero);
}
#endif

static void NAME(gather_across)(const struct NAME(gather) *g, const char *const *row, int64_t offset, int64_t a_step, int single, T *out)
{
    for (int64_t i = 0; i < g->runs; i++) {
        const struct NAME(run) *n = &g->run[i];
        NAME(bring_rows)(g, out + n->first, row[n->first] + offset, n, a_step, single);
    }
}

/* Segments that go on in b are one, once their a lies together. Their number. */
static int64_t NAME(join_segments)(struct segment *seg, int64_t segments, int64_t b_pitch)
{
    int64_t n = 0;
    for (int64_t s = 0; s < segments; s++)
        if (n && seg[s].b == seg[n - 1].b + seg[n - 1].len * b_pitch) seg[n - 1].len += seg[s].len;
        else seg[n++] = seg[s];
    return n;
}

/* One block of k. The segments then say where its elements lie in g->out; returned: the distance of neighbouring k. */
static int64_t NAME(gather)(const struct NAME(gather) *g, const char *const *row, int64_t rows, int64_t a_step, struct segment *seg,
                            int64_t segments)
{
    int64_t depth = 0, unit = (g->along ? 1 : GATHER_ROWS) * (int64_t)sizeof(T);
    for (int64_t s = 0; s < segments; s++) {
        if (g->along)
            for (int64_t r = 0; r < rows; r++)
                NAME(bring_k)(g, g->out + r * NAME(gather_depth)() + depth, row[r] + seg[s].a, a_step, &seg[s]);
        else
            for (int64_t k = 0; k < seg[s].len; k++)
                NAME(gather_across)(g, row, seg[s].a + k * a_step, a_step, seg[s].single && k == seg[s].len - 1,
                                    g->out + (depth + k) * GATHER_ROWS);
        seg[s].a = depth * unit;
        depth += seg[s].len;
    }
    return unit;
}
