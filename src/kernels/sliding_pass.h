/*
 * sliding_pass.h - template: maxima of all windows along one axis of a buffer, see sliding.h.
 *
 *     shift    windows of 1, 2, 4, ... elements: each is two of those before it. Neighbours may lie in one vector.
 *     across   rows of vectors, any window at the same cost (M. van Herk, "A fast algorithm for local minimum and maximum filters on
 *              rectangular and octagonal kernels", Pattern Recognition Letters 13, 1992; J. Gil and M. Werman, "Computing 2-D min,
 *              median, and max filters", IEEE PAMI 15, 1993):
 *
 *              rows       a b c d | e f g h          abcd  bcd  cd  d       from each to the end of its block, in place
 *              windows      b c d   e                      e    ef  efg     from the beginning of the next one, in a register
 */
ALWAYS_INLINE NAME(vec) NAME(sliding_pick)(const enum sliding_form form, NAME(vec) before, NAME(vec) behind)
{
    return form == SLIDING_NUMBERS ? NAME(vec_larger)(before, behind) : NAME(vec_better)(before, behind, 0);
}

static void NAME(sliding_fill)(const struct work *w, void *to, int64_t pitch, int64_t lines, int64_t n)
{
    const NAME(vec) nothing = NAME(vec_all)(NAME(identity)(w));
    for (T *p = to; lines > 0; lines--, p += pitch)
        for (int64_t i = 0; i < n; i += NAME(LANES)) NAME(vec_put)(p + i, nothing);
}

static enum sliding_form NAME(sliding_form)(const void *at, int64_t pitch, int64_t lines, int64_t n)
{
#if IS_FLOAT && defined(__AVX2__)
    const int64_t last = n - NAME(LANES);
    NAME(some) any = { 0 };
    for (const T *p = at; lines > 0; lines--, p += pitch)
        for (int64_t i = 0; i < n; i += 2 * NAME(LANES))
            any |= NAME(vec_nans)(NAME(vec_get)(p + min_size(i, last)), NAME(vec_get)(p + min_size(i + NAME(LANES), last)));
    return vec_is_some(any) ? SLIDING_ANY : SLIDING_NUMBERS;
#else
    (void)at;
    (void)pitch;
    (void)lines;
    (void)n;
    return SLIDING_ANY;
#endif
}

ALWAYS_INLINE void NAME(sliding_shift)(const enum sliding_form form, T *p, int64_t n, int64_t by)
{
    for (int64_t i = 0; i < n; i += NAME(LANES)) NAME(vec_put)(p + i, NAME(sliding_pick)(form, NAME(vec_get)(p + i), NAME(vec_get)(p + i + by)));
}

#if IS_F32 && defined(__AVX512F__)
/* From vectors of windows, one after the other, to windows that are at[] elements longer, and so on: what comes out is as many vectors before. */
enum { NAME(LENGTHENED) = 5 };

ALWAYS_INLINE VEC NAME(sliding_lengthened)(const vec_i32 at[NAME(LENGTHENED)], VEC before[NAME(LENGTHENED)], VEC next)
{
    UNROLL(5)
    for (int i = 0; i < NAME(LENGTHENED); i++) {
        const VEC longer = NAME(vec_larger)(before[i], vec_picked(before[i], next, at[i]));
        before[i] = next;
        next = longer;
    }
    return next;
}

/* Windows of up to two vectors are formed in registers. Longer ones are such windows, the last one as much longer as it takes, and then windows across
 * rows of one vector: a block of these is kept, from each row to its end, while the next one is begun. */
static int NAME(sliding_line)(const void *from, void *to, int64_t n, int64_t taps, int64_t first, int64_t end, void *room)
{
    enum { LANES = NAME(LANES), AHEAD = NAME(LENGTHENED) };
    const int64_t rows = max_size(ceil_div(taps, LANES) - 1, 1), longest = taps - (rows - 1) * LANES;
    vec_i32 at[AHEAD], lane;
    const VEC nothing = VEC_SPLAT(-(T)INFINITY);
    VEC before[AHEAD] = { { 0 } }, any = VEC_SPLAT(0), begun = nothing, *kept = room;
    for (int i = 0; i < LANES; i++) lane[i] = i;
    for (int64_t i = 0, have = 1, by; i < AHEAD; i++, have += by) at[i] = lane + (int)(by = min_size(have, longest - have));
    for (int64_t v = -AHEAD, row = 0; v * LANES < n + rows * LANES; v++) {
        const int64_t i = (v + AHEAD) * LANES, o = (v - rows) * LANES;
        const char *p = shift((char *)(intptr_t)from, i * (int64_t)sizeof(T));
        VEC next, one;
        if (i >= first && i + LANES <= end) any = VEC_MULADD(next = VEC_LOAD(p), VEC_SPLAT(1), any);
        else {
            const VEC_MASK some = VEC_RANGE(max_size(min_size(first - i, LANES), 0), max_size(min_size(end - i, LANES), 0));
            next = VEC_LOAD_SOME(some, p);
            any += next;
            next = VEC_CHOOSE(some, next, nothing);
        }
        one = NAME(sliding_lengthened)(at, before, next);
        if (v < 0) continue;
        if (row == 0) begun = nothing;
        if (o >= 0 && o + LANES <= n) NAME(vec_put)((T *)to + o, NAME(vec_larger)(kept[row], begun));
        else if (o >= 0) VEC_STORE_FIRST((int)(n - o), (char *)((T *)to + o), NAME(vec_larger)(kept[row], begun));
        begun = NAME(vec_larger)(begun, one);
        kept[row++] = one;
        if (row < rows) continue;
        for (VEC behind = one; --row > 0;) kept[row - 1] = behind = NAME(vec_larger)(kept[row - 1], behind);
    }
    return !vec_any_nan(any);
}
#endif

/* Vectors of all rows: row 0, and which of its elements they begin with. */
struct NAME(sliding_side) { T *p; int64_t apart, column[4]; };

ALWAYS_INLINE void NAME(sliding_get)(NAME(vec) *v, const T *row, const struct NAME(sliding_side) *s, const int nv)
{
    UNROLL(4)
    for (int i = 0; i < nv; i++) v[i] = NAME(vec_get)(row + s->column[i]);
}

ALWAYS_INLINE void NAME(sliding_put)(T *row, const NAME(vec) *v, const struct NAME(sliding_side) *s, const int nv)
{
    UNROLL(4)
    for (int i = 0; i < nv; i++) NAME(vec_put)(row + s->column[i], v[i]);
}

/* Rows last >= q >= from become all of q ... end - 1; `all` those of `from`. */
ALWAYS_INLINE void NAME(sliding_back)(const enum sliding_form form, const struct NAME(sliding_side) *s, int64_t from, int64_t last, int64_t end,
                                      NAME(vec) *all, const int nv)
{
    T *row = s->p + (end - 1) * s->apart;
    for (int64_t q = end - 1; q >= from; q--, row -= s->apart) {
        UNROLL(4)
        for (int v = 0; v < nv; v++) all[v] = NAME(sliding_pick)(form, NAME(vec_get)(row + s->column[v]), all[v]);
        if (q <= last) NAME(sliding_put)(row, all, s, nv);
    }
}

/* One more row behind. */
ALWAYS_INLINE void NAME(sliding_on)(const enum sliding_form form, const T *row, const struct NAME(sliding_side) *s, NAME(vec) *all, const int nv)
{
    UNROLL(4)
    for (int v = 0; v < nv; v++) all[v] = NAME(sliding_pick)(form, all[v], NAME(vec_get)(row + s->column[v]));
}

/* A row, and all that lies behind. */
ALWAYS_INLINE void NAME(sliding_place)(const enum sliding_form form, T *row, const struct NAME(sliding_side) *s, const NAME(vec) *all, const int nv)
{
    UNROLL(4)
    for (int v = 0; v < nv; v++)
        NAME(vec_put)(row + s->column[v], NAME(sliding_pick)(form, NAME(vec_get)(row + s->column[v]), all[v]));
}

/* Windows from `lo` on that see one more row each, the first of them row q, and none of whose rows is left out. */
static inline int64_t NAME(sliding_run)(const struct sliding_rows *r, int64_t lo, int64_t limit, int64_t q)
{
    return r->step == 1 && lo >= r->first && q == lo + r->taps - 1 ? min_size(limit - lo, r->end - q) : 0;
}

/* The window that begins at row lo; `first` is the first row there is, and those behind it in the block. */
ALWAYS_INLINE void NAME(sliding_one)(const enum sliding_form form, const struct NAME(sliding_side) *s, const struct sliding_rows *r, int64_t lo,
                                     const NAME(vec) *first, const NAME(vec) *all, const int nv)
{
    T *row = s->p + lo * s->apart;
    if (lo < r->first) NAME(sliding_put)(row, first, s, nv);
    if (lo >= r->end) NAME(sliding_put)(row, all, s, nv);
    NAME(sliding_place)(form, row, s, all, nv);
}

/* The windows that begin in a block, which begins with the first of them. Returns where the next one begins. */
ALWAYS_INLINE int64_t NAME(sliding_block)(const enum sliding_form form, const struct NAME(sliding_side) *s, const struct sliding_rows *r, int64_t lo,
                                          int64_t last, const NAME(vec) nothing, const int nv)
{
    const int64_t stop = lo + r->taps, limit = min_size(stop, last + 1);
    NAME(vec) first[4] = { nothing, nothing, nothing, nothing }, all[4] = { nothing, nothing, nothing, nothing };
    int64_t q = max_size(stop, r->first);
    NAME(sliding_back)(form, s, max_size(lo, r->first), last, min_size(stop, r->end), first, nv);
    while (lo < limit) {
        const int64_t n = NAME(sliding_run)(r, lo, limit, q);
        T *row = s->p + lo * s->apart;
        const T *next = s->p + q * s->apart;
        for (int64_t i = 0; i < n; i++, row += s->apart, next += s->apart) {
            NAME(sliding_on)(form, next, s, all, nv);
            NAME(sliding_place)(form, row, s, all, nv);
        }
        if (n > 0) { lo += n; q += n; continue; }
        for (; q < min_size(lo + r->taps, r->end); q++, next += s->apart) NAME(sliding_on)(form, next, s, all, nv);
        NAME(sliding_one)(form, s, r, lo, first, all, nv);
        lo += r->step;
    }
    return lo;
}

/* nv vectors of each row, from number i of the columns on. */
ALWAYS_INLINE void NAME(sliding_side)(const enum sliding_form form, T *p, const struct sliding_rows *r, const struct sliding_columns *c, int64_t i,
                                      const NAME(vec) nothing, const int nv)
{
    const int64_t last = r->start + (r->positions - 1) * r->step;
    struct NAME(sliding_side) s = { .p = p, .apart = r->apart };
    for (int v = 0; v < nv; v++) s.column[v] = (i + v) / c->vectors * c->apart + (i + v) % c->vectors * NAME(LANES);
    for (int64_t lo = r->start; lo <= last;) lo = NAME(sliding_block)(form, &s, r, lo, last, nothing, nv);
}

static void NAME(sliding_shift_any)(void *p, int64_t n, int64_t by) { NAME(sliding_shift)(SLIDING_ANY, p, n, by); }

/* Columns i and on. Here it is rather short than fast. */
static void NAME(sliding_across_from)(const struct work *w, T *p, const struct sliding_rows *r, const struct sliding_columns *c, int64_t i)
{
    const NAME(vec) nothing = NAME(vec_all)(NAME(identity)(w));
    for (; i < c->vectors * c->groups; i++) NAME(sliding_side)(SLIDING_ANY, p, r, c, i, nothing, 1);
}

static void NAME(sliding_across_any)(const struct work *w, void *p, const struct sliding_rows *r, const struct sliding_columns *c)
{
    NAME(sliding_across_from)(w, p, r, c, 0);
}

#if IS_F32 && defined(__AVX2__)
/* Two vectors of every row: the first of row 0 (of position 0), and from it to the second, which may be the same; from row to row. */
struct NAME(sliding_pair) { T *p; int64_t second, apart; };

/* A row, where `of` is 0, or the larger of v and a row, which lies behind (1) or before (-1). */
ALWAYS_INLINE void NAME(sliding_more)(const int of, NAME(vec) *v, const struct NAME(sliding_pair) *s, int64_t row)
{
    UNROLL(2)
    for (int i = 0; i < 2; i++) {
        const NAME(vec) one = NAME(vec_get)(s->p + row * s->apart + i * s->second);
        v[i] = of == 0 ? one : of > 0 ? NAME(vec_larger)(v[i], one) : NAME(vec_larger)(one, v[i]);
    }
}

ALWAYS_INLINE void NAME(sliding_set)(const struct NAME(sliding_pair) *s, int64_t row, const NAME(vec) *v)
{
    UNROLL(2)
    for (int i = 0; i < 2; i++) NAME(vec_put)(s->p + row * s->apart + i * s->second, v[i]);
}

/* So many windows from row lo on, 1 or LEAST_NEAR, none of whose rows is left out: the rows that all of them see are taken once. */
ALWAYS_INLINE void NAME(sliding_inside)(const int windows, const struct NAME(sliding_pair) *to, const struct NAME(sliding_pair) *from, int64_t lo,
                                        int64_t taps)
{
    NAME(vec) all[2], before[LEAST_NEAR][2], behind[2] = { 0 };
    struct NAME(sliding_pair) x = *from, y = *to;
    x.p += lo * x.apart;
    y.p += lo * y.apart;
    NAME(sliding_more)(0, all, &x, windows - 1);
    for (int64_t i = windows; i < taps; i++) NAME(sliding_more)(1, all, &x, i);
    UNROLL(4)
    for (int i = windows - 2; i >= 0; i--) {
        if (i < windows - 2) memcpy(before[i], before[i + 1], sizeof before[i]);
        NAME(sliding_more)(i < windows - 2 ? -1 : 0, before[i], &x, i);
    }
    x.p += (taps - 1) * x.apart;
    UNROLL(4)
    for (int i = 0; i < windows; i++) {
        NAME(vec) some[2];
        if (i > 0) NAME(sliding_more)(i > 1, behind, &x, i);
        UNROLL(2)
        for (int v = 0; v < 2; v++) {
            some[v] = i < windows - 1 ? NAME(vec_larger)(before[i][v], all[v]) : all[v];
            if (i > 0) some[v] = NAME(vec_larger)(some[v], behind[v]);
        }
        NAME(sliding_set)(&y, i, some);
    }
}

/* All windows of a pair: those that begin before the first row there is see one more each, those that end behind the last one a row less. */
static void NAME(sliding_few)(const struct NAME(sliding_pair) *to, const struct NAME(sliding_pair) *from, const struct sliding_rows *r)
{
    const int64_t stop = r->start + r->positions, begin = min_size(r->first, stop), end = max_size(begin, min_size(stop, r->end - r->taps + 1));
    NAME(vec) v[2] = { { 0 } };
    int64_t lo = r->start, q = r->first;
    if (lo < begin) NAME(sliding_more)(0, v, from, q++);
    for (; lo < begin; lo++) {
        for (; q < min_size(lo + r->taps, r->end); q++) NAME(sliding_more)(1, v, from, q);
        NAME(sliding_set)(to, lo, v);
    }
    for (; lo + LEAST_NEAR <= end; lo += LEAST_NEAR) NAME(sliding_inside)(LEAST_NEAR, to, from, lo, r->taps);
    for (; lo < end; lo++) NAME(sliding_inside)(1, to, from, lo, r->taps);
    q = r->end - 1;
    if (lo < stop) NAME(sliding_more)(0, v, from, q);
    for (int64_t i = stop - 1; i >= lo; i--) {
        for (; q > i; q--) NAME(sliding_more)(-1, v, from, q - 1);
        NAME(sliding_set)(to, i, v);
    }
}

/* Pairs are neighbours, or where there are none, of two groups. */
static void NAME(sliding_near)(const struct sliding_side *from, const struct sliding_side *to, const struct sliding_rows *r, int64_t n,
                               int64_t groups)
{
    const int64_t last = n - NAME(LANES);
    for (int64_t g = 0; g < groups; g += last ? 1 : 2)
        for (int64_t i = 0; i < n; i += 2 * NAME(LANES)) {
            const int64_t at = min_size(i, last), second = min_size(i + NAME(LANES), last) - at, other = !last && g + 1 < groups;
            const struct NAME(sliding_pair) x = { (T *)from->p + g * from->group + at, other ? from->group : second, from->apart };
            const struct NAME(sliding_pair) y = { (T *)to->p + g * to->group + at - r->start * to->apart, other ? to->group : second, to->apart };
            NAME(sliding_few)(&y, &x, r);
        }
}
#endif

#if IS_FLOAT && defined(__AVX2__)
/* A loop so short that it is slower where it lies across lines of the cache. */
static __attribute__((aligned(64))) void NAME(sliding_shift_numbers)(void *p, int64_t n, int64_t by) { NAME(sliding_shift)(SLIDING_NUMBERS, p, n, by); }

static void NAME(sliding_across_numbers)(const struct work *w, void *p, const struct sliding_rows *r, const struct sliding_columns *c)
{
    const NAME(vec) nothing = NAME(vec_all)(NAME(identity)(w));
    int64_t i = 0;
    for (; i + 4 <= c->vectors * c->groups; i += 4) NAME(sliding_side)(SLIDING_NUMBERS, p, r, c, i, nothing, 4);
    NAME(sliding_across_from)(w, p, r, c, i);
}
#endif

static const struct sliding_kernels NAME(sliding_kernels) = {
    .lanes = NAME(LANES), .fill = NAME(sliding_fill), .form = NAME(sliding_form),
    .shift[SLIDING_ANY] = NAME(sliding_shift_any), .across[SLIDING_ANY] = NAME(sliding_across_any),
#if IS_FLOAT && defined(__AVX2__)
    .shift[SLIDING_NUMBERS] = NAME(sliding_shift_numbers), .across[SLIDING_NUMBERS] = NAME(sliding_across_numbers),
#endif
#if IS_F32 && defined(__AVX2__)
    .near = NAME(sliding_near),
#endif
#if IS_F32 && defined(__AVX512F__)
    .line = NAME(sliding_line),
#endif
};
