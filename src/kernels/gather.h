/*
 * gather.h - template: what a block of rows multiplies, brought together. A register tile reads one value per row and k; where
 * those of neighbouring k lie far apart (channels first), or are not of type T, they are copied once for many panels:
 *
 *     across   out[k*pitch + row]     rows are neighbours in memory, or nothing is
 *     along    out[row*depth + k]     k are neighbours in memory, or tiles (amx.h) want them so: then they are turned
 *
 * Nothing but the elements themselves is read.
 */

enum { NAME(SHARES) = !IS_FLOAT || IS_F32 }; /* what taps share is not gathered for doubles, which seldom are converted */

struct NAME(gather) {
    struct gather_rows rows;
    int     turned;                        /* it lies along, of what lies across */
    strided_dtype dtype;
    int16_t zero;                          /* of pairs: what a is less */
    int     bunch;                         /* k in an element: see product_plan.h */
    int     dots;                          /* pairs are those of dots.h, */
#if defined(BY_DOTS)
    struct dots_least least;               /* of which these are the least so far */
#endif
    int64_t most;                          /* rows that are gathered at once */
    int64_t ahead;                         /* bytes from these rows to those that come next */
};

#if IS_FLOAT
/* A vector from p on, of every element, every second or fourth one, or backwards (-1, -2). */
ALWAYS_INLINE VEC NAME(gathered)(const int every, const char *p)
{
#if IS_F32
    if (every == 4) return (VEC)get_fourth_32(p);
    if (every == -2) return (VEC)BACK_32(pieces_back(get_even_32(p - 2 * (VECTOR_BYTES - 4))));
#endif
    if (every == 2) return NAME(load_even)(p);
    return every == 1 ? VEC_LOAD(p) : (VEC)NAME1(BACK, BITS)(get_pieces_back(p - VECTOR_BYTES + sizeof(T)));
}

/* So many bytes. */
ALWAYS_INLINE void NAME(ask_for_next)(const char *p, const int64_t bytes)
{
    UNROLL(4)
    for (int64_t i = 0; i < llabs(bytes); i += LINE_BYTES) __builtin_prefetch(bytes < 0 ? p - i : p + i);
}

/* `len` k of n elements of T, by vectors; the last may begin before the end of the one before. */
ALWAYS_INLINE void NAME(gather_vectors)(T *out, const char *p, const int every, int64_t n, int64_t a_step, int64_t len,
                                    int64_t pitch, int64_t ahead)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t step = every * (int64_t)sizeof(T), last = n - LANES;
    for (int64_t k = 0; k < len; k++, p += a_step, out += pitch) {
        for (int64_t i = 0; i < last; i += LANES) {
            NAME(ask_for_next)(p + i * step + ahead, LANES * step);
            *(VEC *)(void *)(out + i) = NAME(gathered)(every, p + i * step);
        }
        NAME(ask_for_next)(p + last * step + ahead, LANES * step);
        *(VEC *)(void *)(out + last) = NAME(gathered)(every, p + last * step);
    }
}

#if defined(__AVX512F__)
/* `len` k of less than a vector. */
ALWAYS_INLINE void NAME(gather_some)(T *out, const char *p, const int every, int64_t n, int64_t a_step, int64_t len, int64_t pitch)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t reach = every == 2 ? 2 * n - 1 : n, other = VECTOR_BYTES - sizeof(T);
    const VEC_MASK first = every < 0 ? VEC_RANGE(LANES - n, LANES) : VEC_RANGE(0, min_size(reach, LANES));
    const VEC_MASK last = VEC_RANGE(0, max_size(0, 2 * n - LANES));
    for (int64_t k = 0; k < len; k++, p += a_step, out += pitch) {
        VEC v = VEC_LOAD_SOME(first, every < 0 ? p - other : p);
        if (every == 2) v = VEC_EVEN(v, VEC_LOAD_SOME(last, p + other));
        if (every < 0) v = (VEC)NAME1(BACK, BITS)(pieces_back((wide)v));
        VEC_STORE_FIRST((int)n, (char *)out, v);
    }
}
#endif

/* 0: there is no such way, step bytes from element to element. */
static int NAME(gather_steps)(T *out, const char *p, int64_t step, int64_t n, int64_t a_step, int64_t len, int64_t pitch, int64_t ahead)
{
    const int64_t size = sizeof(T), lanes = VECTOR_BYTES / size;
    if (step == size && n >= lanes) NAME(gather_vectors)(out, p, 1, n, a_step, len, pitch, ahead);
    else if (step == 2 * size && n >= lanes) NAME(gather_vectors)(out, p, 2, n, a_step, len, pitch, ahead);
    else if (step == -size && n >= lanes) NAME(gather_vectors)(out, p, -1, n, a_step, len, pitch, ahead);
    else if (IS_F32 && step == 4 * size && n >= lanes) NAME(gather_vectors)(out, p, 4, n, a_step, len, pitch, ahead);
    else if (IS_F32 && step == -2 * size && n >= lanes) NAME(gather_vectors)(out, p, -2, n, a_step, len, pitch, ahead);
#if defined(__AVX512F__)
    else if (step == size) NAME(gather_some)(out, p, 1, n, a_step, len, pitch);
    else if (step == 2 * size) NAME(gather_some)(out, p, 2, n, a_step, len, pitch);
    else if (step == -size) NAME(gather_some)(out, p, -1, n, a_step, len, pitch);
#else
    else if (step == size)
        copy_short((struct side){ (char *)out, pitch * size, size }, (struct side){ (char *)(uintptr_t)p, a_step, size }, len, n * size);
#endif
    else return 0;
    return 1;
}

static void NAME(gather_run)(T *out, const char *p, int64_t step, int64_t n, int64_t a_step, int64_t len, int64_t pitch, int64_t ahead)
{
    if (NAME(gather_steps)(out, p, step, n, a_step, len, pitch, ahead)) return;
    for (int64_t k = 0; k < len; k++)
        for (int64_t i = 0; i < n; i++) out[k * pitch + i] = *(const ANY *)(const void *)(p + k * a_step + i * step);
}

/* `len` k of a run, a_step bytes apart. */
static void NAME(bring_rows)(struct NAME(gather) *g, T *out, const char *p, const struct gather_run *n, int64_t a_step, int64_t len,
                             int last)
{
#if defined(BY_TILES)
    if (g->turned) { pairs_turned((any_i32 *)(void *)out, g->rows.depth, p, a_step / 2, last, n->step, n->len, len); return; }
#endif
#if defined(BY_DOTS)
    if (g->dots) { dots_across(&g->least, (any_i32 *)(void *)out, g->rows.pitch, p, a_step, last, n->step, n->len, len); return; }
#endif
    (void)last;
    if (g->dtype == NATIVE) NAME(gather_run)(out, p, n->step, n->len, a_step, len, g->rows.pitch, g->ahead);
    else
        for (int64_t k = 0; k < len; k++) NAME(load)(g->dtype, out + k * g->rows.pitch, p + k * a_step, n->step, n->len);
}

/* The k of a segment, of one row. */
static void NAME(bring_k)(struct NAME(gather) *g, T *out, const char *p, int64_t a_step, const struct segment *seg)
{
#if defined(BY_TILES)
    if (g->bunch == 2) { pairs_along(g->dtype, (any_i32 *)(void *)out, p, a_step / 2, 2 * seg->len - (seg->last > 0), 0); return; }
#endif
    NAME(load)(g->dtype, out, p, a_step, seg->len);
}
#else
static void NAME(bring_rows)(const struct NAME(gather) *g, T *out, const char *p, const struct gather_run *n, int64_t a_step, int64_t len,
                             int last)
{
#if defined(BY_TILES)
    if (g->turned) { quads_turned(out, g->rows.depth, p, a_step / 4, last, n->step, n->len, len, flip_of(g->dtype)); return; }
#endif
#if defined(MULTIPLIES_BYTES)
    if (g->bunch == 4) { quads_across(out, g->rows.pitch, p, a_step / 4, last, n->step, n->len, len, flip_of(g->dtype)); return; }
#endif
    for (int64_t k = 0; k < len; k++)
        pairs_across(g->dtype, out + k * g->rows.pitch, p + k * a_step, last && k == len - 1 ? 0 : a_step / 2, n->step, n->len, g->zero);
}

static void NAME(bring_k)(const struct NAME(gather) *g, T *out, const char *p, int64_t a_step, const struct segment *seg)
{
    const int64_t n = g->bunch * seg->len - (seg->last ? g->bunch - seg->last : 0), step = a_step / g->bunch;
#if defined(MULTIPLIES_BYTES)
    if (g->bunch == 4) { quads_along(out, p, step, n, flip_of(g->dtype)); return; }
#endif
    pairs_along(g->dtype, out, p, step, n, g->zero);
}
#endif

/* The k of a segment, a tap of its line, of all rows, behind `depth` others. */
static void NAME(bring_segment)(struct NAME(gather) *g, const char *const *row, int64_t rows, int64_t a_step, const struct segment *seg, int64_t depth,
                                int64_t tap)
{
    const int64_t at = depth * gather_pitch(&g->rows);
    if (g->rows.along && !g->turned) {
        T *out = (T *)(void *)g->rows.out + at;
#if defined(BY_DOTS)
        if (g->dots) {
            dots_along(&g->least, (any_i32 *)(void *)out, g->rows.depth, row, seg->a, rows, a_step / 2, 2 * seg->len - (seg->last > 0));
            return;
        }
#endif
        for (int64_t r = 0; r < rows; r++) NAME(bring_k)(g, out + r * g->rows.depth, row[r] + seg->a, a_step, seg);
        return;
    }
    for (int64_t i = 0; i < g->rows.runs; i++) {
        struct gather_run n = g->rows.run[i];
        if (NAME(SHARES)) n.len += strided__gather_beyond(&g->rows, tap);
        NAME(bring_rows)(g, (T *)(uintptr_t)g->rows.to[n.first] + at, row[n.first] + seg->a, &n, a_step, seg->len, seg->last);
    }
}

/* One block of k. The segments then say where its elements lie in g->out; returned: the distance of neighbouring k. */
static int64_t NAME(gather)(struct NAME(gather) *g, const char *const *row, int64_t rows, int64_t a_step, struct segment *seg,
                            int64_t segments)
{
    const int64_t pitch = gather_pitch(&g->rows), shares = NAME(SHARES) && g->rows.shares;
    const int64_t taps = shares ? g->rows.taps : 1, phases = shares ? g->rows.phases : 1;
    for (int64_t s = 0, depth = 0, tap = 0; s < segments; s++) {
        const int64_t at = depth + tap % phases * seg[s].len;
        if (tap < phases) NAME(bring_segment)(g, row, rows, a_step, &seg[s], at, tap);
        seg[s].a = (at * pitch + tap / phases * g->rows.every) * (int64_t)sizeof(T);
        tap = tap + 1 < taps ? tap + 1 : 0;
        if (!tap) depth += phases * seg[s].len;
    }
    return pitch * (int64_t)sizeof(T);
}
