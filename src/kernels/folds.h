/*
 * folds.h - template: folding one value, one vector of them, and, of floats, sums and maxima of values that are at hand all at once: each
 * output from its first value to its last in registers.
 *
 *     lines     an output's values are neighbours, forwards or backwards: a vector is some of its chains; long folds only
 *     stretches an output's values are few pieces of neighbours: lanes of each go to the chains that they belong to
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

/* The same; floats that become doubles are multiplied by one as they are added, which rounds nothing: where sums are added floats are converted as
 * well, on some processors, but nothing is multiplied. */
ALWAYS_INLINE NAME(vec) NAME(fold_widened)(int fold, int narrow, NAME(vec) acc, NAME(vec) v)
{
#if IS_FLOAT && defined(__AVX2__)
    if (fold == FOLD_SUM && narrow) return NAME(vec_step2)(v, NAME(vec_one)(), acc);
#endif
    (void)narrow;
    return NAME(fold_vec)(fold, acc, v);
}

/* Where sums that are doubles go to as floats, divided by `by`, side by side; NULL: not there, but to `out`, as all others. */
struct NAME(goal) { char *to; T by; };

#if IS_FLOAT && defined(__AVX2__)
enum { NAME(CHAIN_VECTORS) = CHAINS / NAME(LANES) };
enum { NAME(ACROSS) = 2 * NAME(LANES) }; /* outputs that are folded at once across */

/* ---- lines --------------------------------------------------------------------------------------- */

/* Neighbouring values: n of each line, `step` bytes from line to line, 1 or -1 element from value to value, of which those `ahead` bytes on are
 * asked for. Backwards, the first value is the last lane of the vector at `at`. */
struct NAME(whole) { const char *at; int64_t step, way, n, ahead; int narrow; struct NAME(goal) goal; };

/* The i-th and those behind it. */
ALWAYS_INLINE void NAME(put_end)(const struct NAME(goal) *g, int64_t i, NAME(vec) v)
{
#if !IS_F32
    vec_narrow(g->to + 4 * i, v);
#endif
    (void)g, (void)i, (void)v;
}

/* Fewer than that, which are at `from`. */
static __attribute__((noinline)) void NAME(put_few)(const struct NAME(goal) *g, int64_t i, int64_t some, const T *from)
{
    for (int64_t j = 0; j < some; j++) ((any_f32 *)(void *)g->to)[i + j] = (float)(from[j] / g->by);
}

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

/* Of n values, which are CHAINS or more: combined by halves, down to the chains of one vector. Without an end they are whole rounds. */
ALWAYS_INLINE NAME(vec) NAME(fold_line)(int fold, const char *p, int narrow, int64_t way, int64_t n, int64_t ahead, const struct NAME(line_end) *end)
{
    enum { HALF = NAME(CHAIN_VECTORS) / 2 };
    const int64_t step = way * NAME(LANES) * (narrow ? 4 : (int64_t)sizeof(T));
    const int against = way < 0 && ahead > 0; /* lines that follow each other the other way: a prefetcher would run on before the beginning of each */
    const int64_t on = NAME(CHAIN_VECTORS) * (against ? -step : step);
    const char *ask = p + ahead + (against ? (n / NAME(LANES) - 1) * step : 0);
    NAME(vec) s[NAME(CHAIN_VECTORS)];
    __builtin_prefetch(ask);
    __builtin_prefetch(ask + on / 2);
    UNROLL(8)
    for (int j = 0; j < NAME(CHAIN_VECTORS); j++) {
        s[j] = NAME(vec_of_line)(p + j * step, narrow, 0);
        __asm__("" : "+v"(s[j])); /* else what is read narrow would be widened by an instruction of its own, where it is used */
    }
    for (n -= CHAINS, p += NAME(CHAIN_VECTORS) * step, ask += on; n >= CHAINS; n -= CHAINS, ask += on) {
        __builtin_prefetch(ask);
        __builtin_prefetch(ask + on / 2);
        UNROLL(8)
        for (int j = 0; j < NAME(CHAIN_VECTORS); j++, p += step) s[j] = NAME(fold_widened)(fold, narrow, s[j], NAME(vec_of_line)(p, narrow, 0));
    }
    if (end && n) {
        __builtin_prefetch(ask);
        UNROLL(8)
        for (int j = 0; j < NAME(CHAIN_VECTORS); j++, p += step)
            s[j] = NAME(fold_widened)(fold, narrow, s[j], NAME(load_line_end)(fold, p, narrow, end->some[j]));
    }
    UNROLL(4)
    for (int j = 0; j < HALF; j++) s[j] = NAME(fold_widened)(fold, narrow, s[j], s[j + HALF]); /* each a loop of its own, for s to stay in registers */
    UNROLL(2)
    for (int j = 0; j < HALF / 2; j++) s[j] = NAME(fold_widened)(fold, narrow, s[j], s[j + HALF / 2]);
    for (int j = 0; j < HALF / 4; j++) s[j] = NAME(fold_widened)(fold, narrow, s[j], s[j + HALF / 4]);
    return s[0];
}

/* Halves of two vectors of chains, of two outputs or more, are combined: their chains side by side, half as many each. Backwards chains are
 * in reverse order. */
ALWAYS_INLINE wide NAME(halves)(int fold, wide low, wide high, int back)
{
    return back ? (wide)NAME(fold_vec)(fold, (NAME(vec))high, (NAME(vec))low) : (wide)NAME(fold_vec)(fold, (NAME(vec))low, (NAME(vec))high);
}

/* The chains of as many outputs as a vector holds, each a vector of its own, become their values. */
ALWAYS_INLINE NAME(vec) NAME(fold_turned)(int fold, wide v[NAME(LANES)], int back)
{
    enum { SIDE = NAME(SIDE) };
#if defined(__AVX512F__)
    UNROLL(8)
    for (int j = 0; j < 2 * SIDE; j++) {
        const wide *of = v + j / SIDE * 2 * SIDE + j % SIDE;
        v[j / SIDE * 2 * SIDE + j % SIDE] = NAME(halves)(fold, FIRST_HALVES(of[0], of[SIDE]), LAST_HALVES(of[0], of[SIDE]), back);
    }
#endif
    UNROLL(4)
    for (int j = 0; j < SIDE; j++) {
        const wide other = v[j + NAME(LANES) / 2];
        v[j] = NAME(halves)(fold, EVEN_PIECES(v[j], other), ODD_PIECES(v[j], other), back);
    }
    UNROLL(2)
    for (int j = 0; j < SIDE; j += 2) v[j] = NAME(halves)(fold, LOW_64(v[j], v[j + 1]), HIGH_64(v[j], v[j + 1]), back);
#if IS_F32
    v[0] = NAME(halves)(fold, EVENS_32(v[0], v[2]), ODDS_32(v[0], v[2]), back);
#endif
    return (NAME(vec))v[0];
}

enum { NAME(BACK_AHEAD) = 4 }; /* lines at least: what runs backwards no prefetcher foresees */

/* From a value to what is asked for beside it, bytes: in the same line, or in one that is not too far. */
static int64_t NAME(line_ahead)(const struct NAME(whole) *w, int64_t lines)
{
    const int64_t bytes = w->n * (w->narrow ? 4 : (int64_t)sizeof(T)), some = w->ahead / bytes, least = w->way < 0 ? NAME(BACK_AHEAD) : 1;
    if (!some) return w->way * w->ahead;
    return w->step * (some < lines ? max_size(some, least) : least);
}

/* `out` has room for whole vectors. Floats that become doubles are many instructions, and maxima of the shortest lines few: as many lines as a
 * vector has lanes are one piece of code. */
ALWAYS_INLINE void NAME(fold_lines_by)(int fold, T *out, T identity, const struct NAME(whole) *w, int narrow, int64_t way, int64_t lines)
{
    const int64_t step = w->step, n = w->n, ahead = NAME(line_ahead)(w, lines);
    const int at_once = narrow ? n % CHAINS == 0 : fold == FOLD_MAX && n == CHAINS;
    const char *line = w->at;
    struct NAME(line_end) end;
    wide chains[NAME(LANES)] = { 0 };
    NAME(set_line_end)(&end, w);
    for (int64_t i = 0; i < lines; i += NAME(LANES)) {
        const int64_t some = min_size(lines - i, NAME(LANES));
        wide turned[NAME(LANES)];
        if (at_once && some == NAME(LANES)) {
            UNROLL(16)
            for (int j = 0; j < NAME(LANES); j++, line += step)
                turned[j] = (wide)NAME(fold_line)(fold, line, narrow, way, narrow ? n : CHAINS, ahead, NULL);
        } else {
            UNROLL(1)
            for (int64_t j = 0; j < some; j++, line += step) chains[j] = (wide)NAME(fold_line)(fold, line, narrow, way, n, ahead, &end);
            memcpy(turned, chains, sizeof turned);
        }
        const NAME(vec) all = NAME(fold_vec)(fold, NAME(vec_all)(identity), NAME(fold_turned)(fold, turned, way < 0));
        if (narrow && w->goal.to && some == NAME(LANES)) {
            NAME(put_end)(&w->goal, i, w->goal.by == 1 ? all : (NAME(vec))(all / NAME(vec_all)(w->goal.by)));
            continue;
        }
        NAME(vec_put)(out + i, all);
        if (narrow && w->goal.to) NAME(put_few)(&w->goal, i, some, out + i);
    }
}

#if IS_F32
/* ---- stretches ----------------------------------------------------------------------------------- */

/* Neighbours that belong to the chains of one vector: these lanes of the vector that lies so many bytes behind an output's first value. */
struct NAME(stretch) { int64_t at; VEC_MASK some; };

enum { NAME(STRETCHES) = WHOLE_VALUES / NAME(SIDE) + WHOLE_VALUES / NAME(LANES) }; /* at most: lines of SIDE values or more, and ends of vectors */
enum { NAME(STRETCHES_ABREAST) = VECTOR_BYTES == 64 ? 8 : 4 };                     /* outputs that are folded at once */

struct NAME(stretches) { int64_t count[NAME(CHAIN_VECTORS)]; struct NAME(stretch) of[NAME(CHAIN_VECTORS)][NAME(STRETCHES)]; };

/* One more line of n values, of which `before` are known. */
static void NAME(add_stretches)(struct NAME(stretches) *p, int64_t at, int64_t n, int64_t before)
{
    enum { LANES = NAME(LANES) };
    for (int64_t i = 0, some; i < n; i += some) {
        const int64_t lane = (before + i) % LANES, j = (before + i) / LANES % NAME(CHAIN_VECTORS);
        some = min_size(n - i, LANES - lane);
        p->of[j][p->count[j]++] = (struct NAME(stretch)){ at + (i - lane) * (int64_t)sizeof(T), VEC_RANGE(lane, lane + some) };
    }
}

/* A vector of the chains of each output: lanes that are not there add 0. */
ALWAYS_INLINE void NAME(stretches_chains)(NAME(vec) *s, const struct NAME(stretch) *one, int64_t count, const char *const *at)
{
    UNROLL(8)
    for (int o = 0; o < NAME(STRETCHES_ABREAST); o++) s[o] = NAME(vec_all)(0);
    for (const struct NAME(stretch) *end = one + count; one < end; one++)
        UNROLL(8)
        for (int o = 0; o < NAME(STRETCHES_ABREAST); o++) s[o] += VEC_LOAD_SOME(one->some, at[o] + one->at);
}

/* Sums of as many outputs as a vector has lanes. */
static __attribute__((noinline)) NAME(vec) NAME(sum_stretches)(const struct NAME(stretches) *p, const char *const *at)
{
    enum { ABREAST = NAME(STRETCHES_ABREAST), HALF = NAME(CHAIN_VECTORS) / 2 };
    wide turned[NAME(LANES)];
    int left = NAME(LANES);
    __asm__("" : "+r"(left)); /* how many turns there are is hidden: they are large */
    for (int from = 0; from < left; from += ABREAST) {
        NAME(vec) s[NAME(CHAIN_VECTORS)][ABREAST];
        UNROLL(4)
        for (int j = 0; j < NAME(CHAIN_VECTORS); j++) NAME(stretches_chains)(s[j], p->of[j], p->count[j], at + from);
        UNROLL(8)
        for (int o = 0; o < ABREAST; o++) {
            NAME(vec) all = s[0][o] + s[HALF][o];
            if (HALF > 1) all += s[1][o] + s[HALF + 1][o];
            turned[from + o] = (wide)all;
        }
    }
    return NAME(vec_all)(0) + (NAME(vec))NAME(fold_turned)(FOLD_SUM, turned, 0);
}
#endif

/* ---- columns ------------------------------------------------------------------------------------- */

/* Places of an output's values from the first output's on, bytes. */
struct NAME(columns) { const char *at; const int64_t *place; int64_t n; int narrow; struct NAME(goal) goal; };

ALWAYS_INLINE void NAME(columns_get)(NAME(vec) *v, const struct NAME(columns) *w, const char *at, int narrow, int64_t t, const int vectors)
{
    UNROLL(8)
    for (int i = 0; i < vectors; i++) v[i] = NAME(vec_of_line)(at + w->place[t], narrow, i * NAME(LANES));
}

ALWAYS_INLINE void NAME(line_fold)(int fold, NAME(vec) *s, const char *line, int narrow, const int vectors)
{
    UNROLL(8)
    for (int i = 0; i < vectors; i++) s[i] = NAME(fold_widened)(fold, narrow, s[i], NAME(vec_of_line)(line, narrow, i * NAME(LANES)));
}

ALWAYS_INLINE void NAME(columns_fold)(int fold, NAME(vec) *s, const struct NAME(columns) *w, const char *at, int narrow, int64_t t, const int vectors)
{
    NAME(line_fold)(fold, s, at + w->place[t], narrow, vectors);
}

ALWAYS_INLINE void NAME(columns_put)(int fold, T *out, T identity, const NAME(vec) *s, const int vectors)
{
    UNROLL(8)
    for (int i = 0; i < vectors; i++) NAME(vec_put)(out + i * NAME(LANES), NAME(fold_vec)(fold, NAME(vec_all)(identity), s[i]));
}

/* Sums, each to where it goes. */
ALWAYS_INLINE void NAME(columns_end)(const struct NAME(goal) *g, int64_t first, NAME(vec) *s, const int vectors)
{
    UNROLL(8)
    for (int i = 0; i < vectors; i++) s[i] += NAME(vec_all)(0);
    if (g->by != 1)
        UNROLL(8)
        for (int i = 0; i < vectors; i++) s[i] /= NAME(vec_all)(g->by);
    UNROLL(8)
    for (int i = 0; i < vectors; i++) NAME(put_end)(g, first + i * NAME(LANES), s[i]);
}

/* Chain j, and all that halving brings to it from others, of 8. */
ALWAYS_INLINE void NAME(columns_chain)(int fold, NAME(vec) *s, const struct NAME(columns) *w, const char *at, int narrow, int64_t j)
{
    NAME(vec) c[4][2];
    int64_t t = j;
    UNROLL(4)
    for (int m = 0; m < 4; m++) NAME(columns_get)(c[m], w, at, narrow, t + 8 * m, 2);
    for (t += CHAINS; t + 24 < w->n; t += CHAINS)
        UNROLL(4)
        for (int m = 0; m < 4; m++) NAME(columns_fold)(fold, c[m], w, at, narrow, t + 8 * m, 2);
    UNROLL(4)
    for (int m = 0; m < 3; m++)
        if (t + 8 * m < w->n) NAME(columns_fold)(fold, c[m], w, at, narrow, t + 8 * m, 2);
    UNROLL(2)
    for (int i = 0; i < 2; i++) s[i] = NAME(fold_vec)(fold, NAME(fold_vec)(fold, c[0][i], c[2][i]), NAME(fold_vec)(fold, c[1][i], c[3][i]));
}

enum { NAME(ABREAST) = 32 }; /* outputs, by ACROSS */

/* Some times ACROSS outputs, `size` bytes apart: a few chains of all of them, then the next, so that few values that lie a power of two apart
 * are wanted at once, and many neighbours. */
ALWAYS_INLINE void NAME(fold_chains)(int fold, T *out, T identity, const struct NAME(columns) *w, const char *at, int narrow, int64_t size,
                                     int64_t abreast)
{
    NAME(vec) chain[4][NAME(ABREAST)][2];
    for (int64_t j = 0; j < 8; j++)
        for (int64_t x = 0; x < abreast; x++) {
            NAME(vec) s[2], *c = chain[j % 4][x];
            NAME(columns_chain)(fold, s, w, at + x * size, narrow, j);
            UNROLL(2)
            for (int i = 0; i < 2; i++) c[i] = j < 4 ? s[i] : NAME(fold_vec)(fold, c[i], s[i]);
        }
    for (int64_t x = 0; x < abreast; x++) {
        NAME(vec) s[2];
        UNROLL(2)
        for (int i = 0; i < 2; i++)
            s[i] = NAME(fold_vec)(fold, NAME(fold_vec)(fold, chain[0][x][i], chain[2][x][i]),
                                  NAME(fold_vec)(fold, chain[1][x][i], chain[3][x][i]));
        NAME(columns_put)(fold, out + x * NAME(ACROSS), identity, s, 2);
    }
}

ALWAYS_INLINE void NAME(ask)(const char *p, int64_t bytes)
{
    UNROLL(4)
    for (int64_t i = 0; i < bytes; i += 64) __builtin_prefetch(p + i);
}

/* Lines far apart take turns, so that none is seen to go on: what comes next of each is asked for, and what outputs will fill. */
ALWAYS_INLINE void NAME(fold_short_columns)(int fold, T *out, T identity, const struct NAME(columns) *w, int64_t first, int narrow,
                                            const int vectors)
{
    const int64_t size = narrow ? 4 : sizeof(T), bytes = vectors * NAME(LANES) * size, ahead = 2 * bytes;
    const char *at = w->at + first * size;
    const int64_t *place = w->place, *const end = place + w->n;
    NAME(vec) s[8];
    if (narrow && w->goal.to) NAME(ask)(w->goal.to + 4 * first + ahead, 4 * vectors * NAME(LANES));
    NAME(columns_get)(s, w, at, narrow, 0, vectors);
    while (++place < end) {
        const char *line = at + *place;
        __asm__("" : "+r"(line)); /* one sum, not one for each use */
        NAME(ask)(line + ahead, bytes);
        NAME(line_fold)(fold, s, line, narrow, vectors);
    }
    if (narrow && w->goal.to) NAME(columns_end)(&w->goal, first, s, vectors);
    else NAME(columns_put)(fold, out + first, identity, s, vectors);
}

/* At least ACROSS; the last of them may be done twice. */
ALWAYS_INLINE void NAME(fold_columns_by)(int fold, T *out, T identity, const struct NAME(columns) *w, int narrow, int64_t chains, int64_t len)
{
    enum { WIDENED = 4, OTHERS = 2 }; /* times ACROSS outputs at once, of which each is a chain: whole lines of the cache */
    const int64_t size = narrow ? 4 : sizeof(T), most = chains > 1 ? NAME(ABREAST) : narrow ? WIDENED : OTHERS;
    for (int64_t i = 0, n; i < len; i += n * NAME(ACROSS)) {
        n = max_size(1, min_size((len - i) / NAME(ACROSS), most));
        i = min_size(i, len - NAME(ACROSS));
        if (chains > 1) NAME(fold_chains)(fold, out + i, identity, w, w->at + i * size, narrow, NAME(ACROSS) * size, n);
        else if (n == most) NAME(fold_short_columns)(fold, out, identity, w, i, narrow, narrow ? 2 * WIDENED : 2 * OTHERS);
        else { NAME(fold_short_columns)(fold, out, identity, w, i, narrow, 2); n = 1; }
    }
}

/* ---- both ---------------------------------------------------------------------------------------- */

/* The switch outside of the loops. Only doubles are read from floats, and only to be summed. */
#define LINES(f, narrow) case 2 * f + narrow: NAME(fold_lines_by)(f, out, identity, w, narrow, w->way, lines); break;
#define COLUMNS(f, narrow) case 2 * f + narrow: NAME(fold_columns_by)(f, out, identity, w, narrow, chains, len); break;

static void NAME(fold_lines)(int fold, T *out, T identity, const struct NAME(whole) *w, int64_t lines)
{
    switch (2 * fold + w->narrow) {
        LINES(FOLD_SUM, 0)
#if IS_F32
        LINES(FOLD_MAX, 0)
#else
    case 2 * FOLD_SUM + 1:
        if (w->way > 0) NAME(fold_lines_by)(FOLD_SUM, out, identity, w, 1, 1, lines);
        else NAME(fold_lines_by)(FOLD_SUM, out, identity, w, 1, -1, lines);
        break;
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
