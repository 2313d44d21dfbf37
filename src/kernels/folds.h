/*
 * folds.h - template: folding one value, one vector of them, and, of floats, sums and maxima of values that are at hand all at once: each
 * output from its first value to its last in registers.
 *
 *     lines     an output's values are neighbours, forwards or backwards: a vector is some of its chains; long folds only
 *     columns   outputs are neighbours, their values anywhere: a vector is one chain of each
 *
 * Chains may begin with their first values instead of the identity, which is folded in last: only zeros could tell, and it makes them one.
 */
static inline T NAME(fold_one)(int fold, T acc, T v)
{
    switch (fold) {
    case FOLD_SUM:  return NAME(add)(acc, v);
    case FOLD_PROD: return NAME(mul)(acc, v);
    case FOLD_MAX:  return NAME(wins)(v, acc, 0) ? v : acc;
    default:        return NAME(wins)(v, acc, 1) ? v : acc;
    }
}

ALWAYS_INLINE NAME(vec) NAME(fold_vec)(int fold, NAME(vec) acc, NAME(vec) v)
{
    switch (fold) {
    case FOLD_SUM:  return NAME(vec_add)(acc, v);
    case FOLD_PROD: return NAME(vec_mul)(acc, v);
    case FOLD_MAX:  return NAME(vec_better)(acc, v, 0);
    default:        return NAME(vec_better)(acc, v, 1);
    }
}

#if IS_FLOAT && defined(__AVX2__)
enum { NAME(CHAIN_VECTORS) = CHAINS / NAME(LANES) };
enum { NAME(ACROSS) = 2 * NAME(LANES) }; /* outputs that are folded at once across */

/* ---- lines --------------------------------------------------------------------------------------- */

/* Neighbouring values: n of each line, `step` bytes from line to line, 1 or -1 element from value to value. Backwards, the first value is
 * the last lane of the vector at `at`. */
struct NAME(whole) { const char *at; int64_t step, way, n; int narrow; };

/* Of the last round, lanes of each vector that there are values for. */
struct NAME(line_end) { VEC_MASK some[NAME(CHAIN_VECTORS)]; };

static void NAME(set_line_end)(struct NAME(line_end) *e, const struct NAME(whole) *w)
{
    for (int64_t j = 0, left = w->n % CHAINS; j < NAME(CHAIN_VECTORS); j++, left = max_size(left - NAME(LANES), 0)) {
        const int64_t some = min_size(left, NAME(LANES)), lo = w->way < 0 ? NAME(LANES) - some : 0;
        e->some[j] = VEC_RANGE(lo, lo + some);
    }
}

/* In the other lanes what changes no maximum, and no sum that 0 is added to in the end. */
ALWAYS_INLINE NAME(vec) NAME(load_line_end)(int fold, const char *p, int narrow, VEC_MASK some)
{
#if IS_F32
    const NAME(vec) v = VEC_LOAD_SOME(some, p);
#else
    const NAME(vec) v = narrow ? vec_widen_some(some, p) : VEC_LOAD_SOME(some, p);
#endif
    (void)narrow;
    return fold == FOLD_SUM ? v : VEC_CHOOSE(some, v, NAME(vec_all)(-(T)INFINITY));
}

/* Combined by halves, down to the chains of one piece. */
ALWAYS_INLINE NAME(vec) NAME(chains_halve)(int fold, NAME(vec) *s, int back)
{
    enum { HALF = NAME(CHAIN_VECTORS) / 2, FOURTH = HALF / 2, EIGHTH = FOURTH / 2 }; /* each a loop of its own, for s to stay in registers */
#pragma GCC unroll 4
    for (int j = 0; j < HALF; j++) s[j] = NAME(fold_vec)(fold, s[j], s[j + HALF]);
#pragma GCC unroll 2
    for (int j = 0; j < FOURTH; j++) s[j] = NAME(fold_vec)(fold, s[j], s[j + FOURTH]);
    for (int j = 0; j < EIGHTH; j++) s[j] = NAME(fold_vec)(fold, s[j], s[j + EIGHTH]);
    if (back) s[0] = (NAME(vec))NAME1(BACK, BITS)(pieces_back((wide)s[0]));
#pragma GCC unroll 2
    for (int half = VECTOR_BYTES / 32; half; half /= 2) s[0] = NAME(fold_vec)(fold, s[0], (NAME(vec))pieces_on((wide)s[0], half));
    return s[0];
}

/* Of n values, which are CHAINS or more. */
ALWAYS_INLINE NAME(vec) NAME(fold_line)(int fold, const char *p, int narrow, int64_t way, int64_t n, int64_t ahead, const struct NAME(line_end) *end)
{
    const int64_t step = way * NAME(LANES) * (narrow ? 4 : (int64_t)sizeof(T));
    NAME(vec) s[NAME(CHAIN_VECTORS)];
    __builtin_prefetch(p + ahead);
    __builtin_prefetch(p + ahead + NAME(CHAIN_VECTORS) / 2 * step);
#pragma GCC unroll 8
    for (int j = 0; j < NAME(CHAIN_VECTORS); j++) s[j] = NAME(vec_of_line)(p + j * step, narrow, 0);
    for (n -= CHAINS, p += NAME(CHAIN_VECTORS) * step; n >= CHAINS; n -= CHAINS) {
        __builtin_prefetch(p + ahead);
        __builtin_prefetch(p + ahead + NAME(CHAIN_VECTORS) / 2 * step);
#pragma GCC unroll 8
        for (int j = 0; j < NAME(CHAIN_VECTORS); j++, p += step) s[j] = NAME(fold_vec)(fold, s[j], NAME(vec_of_line)(p, narrow, 0));
    }
    if (n)
#pragma GCC unroll 8
        for (int j = 0; j < NAME(CHAIN_VECTORS); j++, p += step)
            s[j] = NAME(fold_vec)(fold, s[j], NAME(load_line_end)(fold, p, narrow, end->some[j]));
    return NAME(chains_halve)(fold, s, way < 0);
}

/* The chains of one piece of as many outputs as a vector holds become their values. */
ALWAYS_INLINE NAME(vec) NAME(fold_pieces)(int fold, const T *pieces)
{
    wide v[NAME(SIDE)];
#pragma GCC unroll 4
    for (int i = 0; i < NAME(SIDE); i++) v[i] = get_pieces((const char *)(pieces + i * NAME(SIDE)), 16 * NAME(SIDE));
    NAME1(turn_pieces, BITS)(v);
#pragma GCC unroll 2
    for (int half = NAME(SIDE) / 2; half; half /= 2)
#pragma GCC unroll 2
        for (int j = 0; j < half; j++) v[j] = (wide)NAME(fold_vec)(fold, (NAME(vec))v[j], (NAME(vec))v[j + half]);
    return (NAME(vec))v[0];
}

enum { NAME(BACK_AHEAD) = 4 }; /* lines at least: what runs backwards no prefetcher foresees */

/* From a value to what is asked for beside it, bytes: in the same line, or in one that is not too far. */
static int64_t NAME(line_ahead)(const struct NAME(whole) *w, int64_t lines)
{
    const int64_t bytes = w->n * (w->narrow ? 4 : (int64_t)sizeof(T)), some = READ_AHEAD / bytes, least = w->way < 0 ? NAME(BACK_AHEAD) : 1;
    if (!some) return w->way * READ_AHEAD;
    return w->step * (some < lines ? max_size(some, least) : least);
}

/* `out` has room for whole vectors. */
ALWAYS_INLINE void NAME(fold_lines_by)(int fold, T *out, T identity, const struct NAME(whole) *w, int narrow, int64_t lines)
{
    const int64_t step = w->step, way = w->way, n = w->n, ahead = NAME(line_ahead)(w, lines);
    const char *line = w->at;
    struct NAME(line_end) end;
    T pieces[NAME(LANES) * NAME(SIDE)] = { 0 };
    NAME(set_line_end)(&end, w);
    for (int64_t i = 0; i < lines; i += NAME(LANES)) {
        const int64_t some = min_size(lines - i, NAME(LANES));
#pragma GCC unroll 1
        for (int64_t j = 0; j < some; j++, line += step) {
            const NAME(vec) piece = NAME(fold_line)(fold, line, narrow, way, n, ahead, &end);
            memcpy(pieces + j * NAME(SIDE), &piece, 16);
        }
        NAME(vec_put)(out + i, NAME(fold_vec)(fold, NAME(vec_all)(identity), NAME(fold_pieces)(fold, pieces)));
    }
}

/* ---- columns ------------------------------------------------------------------------------------- */

/* Places of an output's values from the first output's on, bytes. */
struct NAME(columns) { const char *at; const int64_t *place; int64_t n; int narrow; };

ALWAYS_INLINE void NAME(columns_get)(NAME(vec) *v, const struct NAME(columns) *w, const char *at, int narrow, int64_t t)
{
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) v[i] = NAME(vec_of_line)(at + w->place[t], narrow, i * NAME(LANES));
}

ALWAYS_INLINE void NAME(columns_fold)(int fold, NAME(vec) *s, const struct NAME(columns) *w, const char *at, int narrow, int64_t t)
{
    NAME(vec) v[2];
    NAME(columns_get)(v, w, at, narrow, t);
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) s[i] = NAME(fold_vec)(fold, s[i], v[i]);
}

/* Chain j, and all that halving brings to it from others, of 8. */
ALWAYS_INLINE void NAME(columns_chain)(int fold, NAME(vec) *s, const struct NAME(columns) *w, const char *at, int narrow, int64_t j)
{
    NAME(vec) c[4][2];
    int64_t t = j;
#pragma GCC unroll 4
    for (int m = 0; m < 4; m++) NAME(columns_get)(c[m], w, at, narrow, t + 8 * m);
    for (t += CHAINS; t + 24 < w->n; t += CHAINS)
#pragma GCC unroll 4
        for (int m = 0; m < 4; m++) NAME(columns_fold)(fold, c[m], w, at, narrow, t + 8 * m);
#pragma GCC unroll 4
    for (int m = 0; m < 3; m++)
        if (t + 8 * m < w->n) NAME(columns_fold)(fold, c[m], w, at, narrow, t + 8 * m);
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) s[i] = NAME(fold_vec)(fold, NAME(fold_vec)(fold, c[0][i], c[2][i]), NAME(fold_vec)(fold, c[1][i], c[3][i]));
}

enum { NAME(ABREAST) = 32 };

/* Some times ACROSS outputs, `size` bytes apart: a few chains of all of them, then the next, so that few values that lie a power of two apart
 * are wanted at once, and many neighbours. */
ALWAYS_INLINE void NAME(fold_chains)(int fold, NAME(vec) out[][2], const struct NAME(columns) *w, const char *at, int narrow,
                                     int64_t size, int64_t abreast)
{
    NAME(vec) chain[4][NAME(ABREAST)][2];
    for (int64_t j = 0; j < 8; j++)
        for (int64_t x = 0; x < abreast; x++) {
            NAME(vec) s[2], *c = chain[j % 4][x];
            NAME(columns_chain)(fold, s, w, at + x * size, narrow, j);
#pragma GCC unroll 2
            for (int i = 0; i < 2; i++) c[i] = j < 4 ? s[i] : NAME(fold_vec)(fold, c[i], s[i]);
        }
    for (int64_t x = 0; x < abreast; x++)
        for (int i = 0; i < 2; i++)
            out[x][i] = NAME(fold_vec)(fold, NAME(fold_vec)(fold, chain[0][x][i], chain[2][x][i]),
                                       NAME(fold_vec)(fold, chain[1][x][i], chain[3][x][i]));
}

ALWAYS_INLINE void NAME(fold_short_columns)(int fold, NAME(vec) out[][2], const struct NAME(columns) *w, const char *at, int narrow,
                                            int64_t size, int64_t abreast)
{
    for (int64_t x = 0; x < abreast; x++, at += size) {
        NAME(vec) s[2];
        NAME(columns_get)(s, w, at, narrow, 0);
        for (int64_t t = 1; t < w->n; t++) NAME(columns_fold)(fold, s, w, at, narrow, t);
        out[x][0] = s[0];
        out[x][1] = s[1];
    }
}

/* At least ACROSS; the last of them may be done twice. */
ALWAYS_INLINE void NAME(fold_columns_by)(int fold, T *out, T identity, const struct NAME(columns) *w, int narrow, int64_t chains, int64_t len)
{
    const int64_t size = narrow ? 4 : sizeof(T);
    for (int64_t i = 0, n; i < len; i += n * NAME(ACROSS)) {
        NAME(vec) sums[NAME(ABREAST)][2];
        n = max_size(1, min_size((len - i) / NAME(ACROSS), NAME(ABREAST)));
        i = min_size(i, len - NAME(ACROSS));
        if (chains > 1) NAME(fold_chains)(fold, sums, w, w->at + i * size, narrow, NAME(ACROSS) * size, n);
        else NAME(fold_short_columns)(fold, sums, w, w->at + i * size, narrow, NAME(ACROSS) * size, n);
        for (int64_t v = 0; v < 2 * n; v++)
            NAME(vec_put)(out + i + v * NAME(LANES), NAME(fold_vec)(fold, NAME(vec_all)(identity), sums[v / 2][v % 2]));
    }
}

/* ---- both ---------------------------------------------------------------------------------------- */

/* The switch outside of the loops. Only doubles are read from floats, and only to be summed. */
#define LINES(f, narrow) case 2 * f + narrow: NAME(fold_lines_by)(f, out, identity, w, narrow, lines); break;
#define COLUMNS(f, narrow) case 2 * f + narrow: NAME(fold_columns_by)(f, out, identity, w, narrow, chains, len); break;

static void NAME(fold_lines)(int fold, T *out, T identity, const struct NAME(whole) *w, int64_t lines)
{
    switch (2 * fold + w->narrow) {
        LINES(FOLD_SUM, 0)
#if IS_F32
        LINES(FOLD_MAX, 0)
#else
        LINES(FOLD_SUM, 1)
#endif
    default: break;
    }
}

static void NAME(fold_columns)(int fold, T *out, T identity, const struct NAME(columns) *w, int64_t chains, int64_t len)
{
    switch (2 * fold + w->narrow) {
#if IS_F32
        COLUMNS(FOLD_SUM, 0)
        COLUMNS(FOLD_MAX, 0)
#else
        COLUMNS(FOLD_SUM, 1)
#endif
    default: break;
    }
}

#undef LINES
#undef COLUMNS
#endif
