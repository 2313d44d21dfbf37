/*
 * reduce.h - template: WORK_REDUCE, dst = finish(fold over the fold axes of pre(a, b, c)).
 *
 * Values are fetched so that the ones that meet different accumulators lie side by side, and folding is one loop over neighbours:
 *
 *     across:  acc[chain][output],  values[step][output]       rows of outputs, step by step
 *     along:   acc[output][chain],  values[output][step]       each output's own values; long folds only
 */
enum { NAME(WIDE) = 64, NAME(MANY) = 32 }; /* outputs at once, across and along, of long folds */
enum { NAME(CHAIN_VECTORS) = CHAINS / NAME(LANES) };

static void NAME(pre_row)(const struct work *w, T *restrict out, const T *a, const T *b, const T *c, int64_t n)
{
    switch (w->sub) {
    case PRE_ABS:         for (int64_t i = 0; i < n; i++) out[i] = NAME(magnitude)(a[i]); break;
    case PRE_SQUARE:      for (int64_t i = 0; i < n; i++) out[i] = NAME(mul)(a[i], a[i]); break;
    case PRE_DIFF_SQUARE: for (int64_t i = 0; i < n; i++) { T d = NAME(sub)(a[i], b[i]); out[i] = NAME(mul)(d, d); } break;
    case PRE_MUL:         for (int64_t i = 0; i < n; i++) out[i] = NAME(mul)(a[i], b[i]); break;
    case PRE_MUL_DIFF:    for (int64_t i = 0; i < n; i++) out[i] = NAME(mul)(a[i], NAME(sub)(b[i], c[i])); break;
#if IS_FLOAT
    case PRE_POW:         for (int64_t i = 0; i < n; i++) out[i] = FN(pow)(FN(fabs)(a[i]), (T)w->param[0]); break;
    case PRE_EXP_SUB:     NAME(exp_sub_row)(out, a, b, n); break;
#endif
    default: break;
    }
}

/* The values to fold: indices x by y of the axes whose indices 0 are at `at`. */
static struct NAME(lines) NAME(values)(T *buf, const struct work *w, char *const at[NEST_OPERANDS], struct span x, struct span y)
{
    T more[3][ROW];
    if (w->sub == PRE_NONE) return NAME(lines)(buf, w, NEST_A, at[NEST_A], x, y);
    const T *a = NAME(fetch)(more[0], w, NEST_A, at[NEST_A], x, y);
    const T *b = w->sub >= PRE_EXP_SUB ? NAME(fetch)(more[1], w, NEST_B, at[NEST_B], x, y) : NULL;
    const T *c = w->sub == PRE_MUL_DIFF ? NAME(fetch)(more[2], w, NEST_C, at[NEST_C], x, y) : NULL;
    NAME(pre_row)(w, buf, a, b, c, x.len * y.len);
    return (struct NAME(lines)){ (const char *)buf, y.len * (int64_t)sizeof(T), 0 };
}

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

ALWAYS_INLINE void NAME(fold_row_by)(int fold, T *acc, const char *v, int narrow, int64_t n)
{
    int64_t i = 0;
    for (; i + NAME(LANES) <= n; i += NAME(LANES))
        NAME(vec_put)(acc + i, NAME(fold_vec)(fold, NAME(vec_get)(acc + i), NAME(vec_of_line)(v, narrow, i)));
    for (; i < n; i++) acc[i] = NAME(fold_one)(fold, acc[i], NAME(of_line)(v, narrow, i));
}

ALWAYS_INLINE void NAME(chains_get)(NAME(vec) *s, const T *acc)
{
#pragma GCC unroll 8
    for (int j = 0; j < NAME(CHAIN_VECTORS); j++) s[j] = NAME(vec_get)(acc + j * NAME(LANES));
}

ALWAYS_INLINE void NAME(chains_put)(T *acc, const NAME(vec) *s)
{
#pragma GCC unroll 8
    for (int j = 0; j < NAME(CHAIN_VECTORS); j++) NAME(vec_put)(acc + j * NAME(LANES), s[j]);
}

/* Whole rounds of the chains, which are in registers. */
ALWAYS_INLINE void NAME(chains_fold)(int fold, NAME(vec) *s, const char *v, int narrow, int64_t rounds)
{
    for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 8
        for (int j = 0; j < NAME(CHAIN_VECTORS); j++) s[j] = NAME(fold_vec)(fold, s[j], NAME(vec_of_line)(v, narrow, r * CHAINS + j * NAME(LANES)));
}

/* Combined by halves, down to the chains of one vector. */
ALWAYS_INLINE NAME(vec) NAME(chains_halve)(int fold, NAME(vec) *s)
{
#pragma GCC unroll 4
    for (int half = NAME(CHAIN_VECTORS) / 2; half; half /= 2)
#pragma GCC unroll 8
        for (int j = 0; j < half; j++) s[j] = NAME(fold_vec)(fold, s[j], s[j + half]);
    return s[0];
}

ALWAYS_INLINE void NAME(fold_rounds_by)(int fold, T *acc, const char *v, int narrow, int64_t rounds)
{
    NAME(vec) s[NAME(CHAIN_VECTORS)];
    NAME(chains_get)(s, acc);
    NAME(chains_fold)(fold, s, v, narrow, rounds);
    NAME(chains_put)(acc, s);
}

#if IS_FLOAT
/* An output from its first value to the chains of one vector. */
ALWAYS_INLINE void NAME(fold_whole_one)(int fold, T *ends, T identity, const char *v, int narrow, int64_t n)
{
    NAME(vec) s[NAME(CHAIN_VECTORS)];
    const int64_t done = n - n % CHAINS;
#pragma GCC unroll 8
    for (int j = 0; j < NAME(CHAIN_VECTORS); j++) s[j] = NAME(vec_all)(identity);
    NAME(chains_fold)(fold, s, v, narrow, n / CHAINS);
    if (done < n) {
        T acc[CHAINS];
        NAME(chains_put)(acc, s);
        for (int64_t i = done; i < n; i++) acc[i - done] = NAME(fold_one)(fold, acc[i - done], NAME(of_line)(v, narrow, i));
        NAME(chains_get)(s, acc);
    }
    NAME(vec_put)(ends, NAME(chains_halve)(fold, s));
}

ALWAYS_INLINE void NAME(fold_whole_by)(int fold, T (*ends)[NAME(LANES)], T identity, struct NAME(lines) v, int narrow, int64_t len, int64_t n)
{
    for (int64_t i = 0; i < len; i++) NAME(fold_whole_one)(fold, ends[i], identity, v.at + i * v.step, narrow, n);
}
#endif

/* All into one. */
ALWAYS_INLINE void NAME(fold_chain_by)(int fold, T *acc, const char *v, int narrow, int64_t n)
{
    T sum = *acc;
    for (int64_t i = 0; i < n; i++) sum = NAME(fold_one)(fold, sum, NAME(of_line)(v, narrow, i));
    *acc = sum;
}

/* The switch outside of the loops. Only doubles are read from floats. */
#if IS_FLOAT && !IS_F32
#define BOTH(f, call) case 2 * f: call(f, 0); break; case 2 * f + 1: call(f, 1); break;
#else
#define BOTH(f, call) case 2 * f: call(f, 0); break;
#endif
#define EACH_FOLD(call) BOTH(FOLD_SUM, call) BOTH(FOLD_PROD, call) BOTH(FOLD_MAX, call) BOTH(FOLD_MIN, call)
#define USUAL_FOLDS(call) BOTH(FOLD_SUM, call) BOTH(FOLD_MAX, call)
#define BY_ROW(f, narrow) NAME(fold_row_by)(f, acc, v, narrow, n)
#define BY_ROUNDS(f, narrow) NAME(fold_rounds_by)(f, acc, v, narrow, n)
#define BY_CHAIN(f, narrow) NAME(fold_chain_by)(f, acc, v, narrow, n)
#define BY_WHOLE(f, narrow) NAME(fold_whole_by)(f, ends, identity, v, narrow, len, n)

static void NAME(fold_row)(int fold, T *acc, const char *v, int narrow, int64_t n)
{
    switch (2 * fold + narrow) { EACH_FOLD(BY_ROW) default: break; }
}

/* Products, minima and integers are rarely so many that registers matter. */
static void NAME(fold_rounds)(int fold, T *acc, const char *v, int narrow, int64_t n)
{
    const int64_t step = CHAINS * (narrow ? 4 : (int64_t)sizeof(T));
    switch (2 * fold + narrow) {
#if IS_FLOAT
        USUAL_FOLDS(BY_ROUNDS)
#endif
    default:
        for (int64_t r = 0; r < n; r++) NAME(fold_row)(fold, acc, v + r * step, narrow, CHAINS);
    }
}

static void NAME(fold_chain)(int fold, T *acc, const char *v, int narrow, int64_t n)
{
    switch (2 * fold + narrow) { EACH_FOLD(BY_CHAIN) default: break; }
}

#if IS_FLOAT
/* Each of `len` lines of n values. */
static void NAME(fold_whole)(int fold, T (*ends)[NAME(LANES)], T identity, struct NAME(lines) v, int64_t len, int64_t n)
{
    switch (2 * fold + v.narrow) { USUAL_FOLDS(BY_WHOLE) default: break; }
}
#endif

#undef BOTH
#undef EACH_FOLD
#undef USUAL_FOLDS
#undef BY_ROW
#undef BY_ROUNDS
#undef BY_CHAIN
#undef BY_WHOLE

static T NAME(identity)(const struct work *w)
{
    switch (w->op) {
    case FOLD_SUM:  return 0;
    case FOLD_PROD: return 1;
    case FOLD_MAX:  return w->sub == PRE_ABS ? 0 : NAME(lowest)(w->dtype[NEST_A]);
    default:        return NAME(highest)(w->dtype[NEST_A]);
    }
}

/* ---- across -------------------------------------------------------------------------------------- */

/* Steps t, t + 1, ... of `len` outputs; `values` are as many lines. */
static void NAME(fold_steps)(int fold, T *acc, int64_t chains, int64_t t, struct NAME(lines) v, int64_t steps, int64_t len)
{
    const int dense = v.step == len * (v.narrow ? 4 : (int64_t)sizeof(T));
    if (dense && len == 1 && chains == 1) NAME(fold_chain)(fold, acc, v.at, v.narrow, steps);
    else
        for (int64_t n; steps; steps -= n, t += n, v.at += n * v.step) {
            n = dense ? min_size(steps, chains - t % chains) : 1;
            NAME(fold_row)(fold, acc + t % chains * len, v.at, v.narrow, n * len);
        }
}

static void NAME(reduce_across)(const struct NAME(chunk) *c, T *acc, int64_t chains)
{
    const struct nest_axis *inner = inner_fold(c->n);
    const struct span row = { c->row, c->from, c->len };
    int64_t t = 0;
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    do
        for (struct span step = { inner, 0, 0 }; step.from < inner->len; step.from += step.len) {
            T buf[ROW];
            step.len = min_size(inner->len - step.from, ROW / c->len);
            NAME(fold_steps)(c->w->op, acc, chains, t, NAME(values)(buf, c->w, k.at, step, row), step.len, c->len);
            t += step.len;
        }
    while (cursor_next(&k));
    for (int64_t half = chains / 2; half; half /= 2) NAME(fold_row)(c->w->op, acc, (const char *)(acc + half * c->len), 0, half * c->len);
}

/* ---- along --------------------------------------------------------------------------------------- */

/* Values t, t + 1, ... of one output. */
static void NAME(fold_along)(int fold, T *acc, int64_t t, const char *v, int narrow, int64_t n)
{
    const int64_t size = narrow ? 4 : sizeof(T), chain = t % CHAINS, head = chain ? min_size(n, CHAINS - chain) : 0;
    const int64_t rounds = (n - head) / CHAINS, done = head + rounds * CHAINS;
    if (head) NAME(fold_row)(fold, acc + chain, v, narrow, head);
    if (rounds) NAME(fold_rounds)(fold, acc, v + head * size, narrow, rounds);
    if (done < n) NAME(fold_row)(fold, acc, v + done * size, narrow, n - done);
}

/* Several outputs, whose values lie along the innermost fold axis. */
static void NAME(reduce_many)(const struct NAME(chunk) *c, T (*acc)[CHAINS])
{
    const struct nest_axis *inner = inner_fold(c->n);
    const struct span row = { c->row, c->from, c->len };
    int64_t t = 0;
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    do
        for (struct span step = { inner, 0, 0 }; step.from < inner->len; step.from += step.len) {
            T buf[ROW];
            step.len = min_size(inner->len - step.from, ROW / c->len);
            struct NAME(lines) v = NAME(values)(buf, c->w, k.at, row, step);
            for (int64_t i = 0; i < c->len; i++) NAME(fold_along)(c->w->op, acc[i], t, v.at + i * v.step, v.narrow, step.len);
            t += step.len;
        }
    while (cursor_next(&k));
}

/* One output: the two innermost fold axes at once. */
static void NAME(reduce_one)(const struct NAME(chunk) *c, T *acc)
{
    const struct nest_axis *inner = inner_fold(c->n), *next = c->n->fold > 1 && !has_map(inner - 1) ? inner - 1 : &single_axis;
    struct span x = { next, 0, 0 }, y = { inner, 0, 0 };
    int64_t t = 0;
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n) - (next != &single_axis), c->at);
    for (int o = 0; o < NEST_OPERANDS; o++) k.at[o] = shift(k.at[o], axis_offset(c->row, o, c->from) * k.unit[o]);
    do
        for (x.from = 0; x.from < next->len; x.from += x.len) {
            x.len = min_size(next->len - x.from, inner->len < ROW ? ROW / inner->len : 1);
            for (y.from = 0; y.from < inner->len; y.from += y.len) {
                T buf[ROW];
                y.len = min_size(inner->len - y.from, ROW);
                struct NAME(lines) v = NAME(values)(buf, c->w, k.at, x, y);
                for (int64_t i = 0; i < x.len; i++, t += y.len) NAME(fold_along)(c->w->op, acc, t, v.at + i * v.step, v.narrow, y.len);
            }
        }
    while (cursor_next(&k));
}

/* Every output's chains of one vector become one value. */
static void NAME(fold_ends)(int fold, T *out, const T (*ends)[NAME(LANES)], int64_t len)
{
    T turned[NAME(LANES) * NAME(MANY)];
    const struct side to = { (char *)turned, len * (int64_t)sizeof(T), sizeof(T) }, from = { (char *)(uintptr_t)ends, sizeof(T), sizeof *ends };
    move_plane(sizeof(T), to, from, NAME(LANES), len);
    for (int64_t half = NAME(LANES) / 2; half; half /= 2) NAME(fold_row)(fold, turned, (const char *)(turned + half * len), 0, half * len);
    memcpy(out, turned, (size_t)len * sizeof *out);
}

#if IS_FLOAT
/* One fold axis, all of its values fit, and there is a loop for the fold. */
static int NAME(is_short)(const struct NAME(chunk) *c)
{
    return (c->w->op == FOLD_SUM || c->w->op == FOLD_MAX) && c->n->fold == 1 && inner_fold(c->n)->len * c->len <= ROW;
}

static void NAME(reduce_short)(const struct NAME(chunk) *c, T identity, T (*ends)[NAME(LANES)])
{
    const struct span row = { c->row, c->from, c->len }, fold = { inner_fold(c->n), 0, inner_fold(c->n)->len };
    T buf[ROW];
    NAME(fold_whole)(c->w->op, ends, identity, NAME(values)(buf, c->w, c->at, row, fold), c->len, fold.len);
}
#endif

static void NAME(reduce_long)(const struct NAME(chunk) *c, T identity, T (*ends)[NAME(LANES)])
{
    T acc[NAME(MANY)][CHAINS];
    for (int64_t i = 0; i < c->len; i++)
        for (int j = 0; j < CHAINS; j++) acc[i][j] = identity;
    if (c->len > 1) NAME(reduce_many)(c, acc);
    else NAME(reduce_one)(c, acc[0]);
    for (int64_t i = 0; i < c->len; i++) {
        for (int64_t half = CHAINS / 2; half >= NAME(LANES); half /= 2) NAME(fold_row)(c->w->op, acc[i], (const char *)(acc[i] + half), 0, half);
        memcpy(ends[i], acc[i], sizeof ends[i]);
    }
}

static void NAME(reduce_along)(const struct NAME(chunk) *c, T identity, T *out)
{
    T ends[NAME(MANY)][NAME(LANES)];
#if IS_FLOAT
    if (NAME(is_short)(c)) NAME(reduce_short)(c, identity, ends);
    else
#endif
    NAME(reduce_long)(c, identity, ends);
    NAME(fold_ends)(c->w->op, out, (const T (*)[NAME(LANES)])ends, c->len);
}

/* ---- what becomes of it -------------------------------------------------------------------------- */

#if IS_FLOAT
static T NAME(root)(T v, T p)
{
    return p == 2 ? FN(sqrt)(v) : p == 1 ? v : FN(pow)(v, 1 / p);
}
#endif

/* acc / (b*c*d), all of them one value for the whole row. */
static void NAME(divide_by_one)(const struct NAME(chunk) *c, T *acc)
{
    struct NAME(chunk) first = *c;
    T by = 1, value;
    first.len = 1;
    for (int o = NEST_B; o <= NEST_D; o++)
        if (c->w->dtype[o]) by = NAME(mul)(by, *NAME(chunk_in)(&first, &value, o));
    if (by == 0) memset(acc, 0, (size_t)c->len * sizeof *acc);
    else
        for (int64_t i = 0; i < c->len; i++) acc[i] = NAME(div)(acc[i], by);
}

static int NAME(divisors_stand_still)(const struct NAME(chunk) *c)
{
    const int64_t *s = c->row->stride;
    return c->row->map.mode == STRIDED_PAD_CONSTANT && !s[NEST_B] && !s[NEST_C] && !s[NEST_D];
}

static void NAME(finish)(const struct NAME(chunk) *c, T *acc)
{
    const struct work *w = c->w;
    if (w->finish == FINISH_DIV_OPERANDS && NAME(divisors_stand_still)(c)) { NAME(divide_by_one)(c, acc); return; }
    T buf[3][ROW];
    const T *in[3];
    for (int o = 0; o < 3; o++) in[o] = w->finish >= FINISH_ADD_LOG && w->dtype[NEST_B + o] ? NAME(chunk_in)(c, buf[o], NEST_B + o) : 0;
    switch (w->finish) {
    case FINISH_DIV_OPERANDS: NAME(divide_row)(acc, acc, in[0], in[1], in[2], c->len); break;
    case FINISH_DIV: for (int64_t i = 0; i < c->len; i++) acc[i] = NAME(div)(acc[i], (T)w->param[0]); break;
#if IS_FLOAT
    case FINISH_ROOT:    for (int64_t i = 0; i < c->len; i++) acc[i] = NAME(root)(acc[i], (T)w->param[0]); break;
    case FINISH_LOG:     NAME(unary_row)(STRIDED_LOG, acc, acc, c->len); break;
    case FINISH_ADD_LOG: for (int64_t i = 0; i < c->len; i++) acc[i] = in[1][i] + FN(log)(acc[i]); break;
#endif
    default: break;
    }
}

/* A long fold whose values lie along the fold rather than the row. */
static int NAME(goes_along)(const struct work *w, const struct nest *n)
{
    const struct nest_axis *row = n->keep ? &n->axis[n->keep - 1] : &single_axis;
    if (work_ways(w, n) == 1) return 0;
    return row->len == 1 || step_of(inner_fold(n), NEST_A) < step_of(row, NEST_A);
}

/* One is 0 or NaN: of several in a fold it depends on the order which one is the largest. */
static int NAME(any_void)(const T *acc, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (IS_FLOAT && (acc[i] == 0 || NAME(is_nan)(acc[i]))) return 1;
    return 0;
}

static void NAME(reduce_ways)(const struct NAME(chunk) *c, T *acc, int64_t ways, int along)
{
    const T identity = NAME(identity)(c->w);
    for (int64_t i = 0; i < (along ? 1 : ways) * c->len; i++) acc[i] = identity;
    if (any_empty(c->n->axis + c->n->keep, c->n->fold)) return;
    if (along) NAME(reduce_along)(c, identity, acc);
    else NAME(reduce_across)(c, acc, ways);
}

static void NAME(reduce_chunk)(const struct NAME(chunk) *c)
{
    T acc[CHAINS * NAME(WIDE)];
    const int64_t ways = work_ways(c->w, c->n), chains = work_chains(c->w, c->n);
    NAME(reduce_ways)(c, acc, ways, NAME(goes_along)(c->w, c->n));
    if (chains < ways && NAME(any_void)(acc, c->len)) NAME(reduce_ways)(c, acc, chains, 0);
    NAME(finish)(c, acc);
    NAME(chunk_out)(c, acc, 0);
}

/* How many outputs at once. */
static int64_t NAME(reduce_most)(const struct work *w, const struct nest *n)
{
    if (NAME(goes_along)(w, n)) return max_size(1, min_size(NAME(MANY), ROW / max_size(1, inner_fold(n)->len)));
    const struct nest_axis *inner = inner_fold(n), *row = n->keep ? &n->axis[n->keep - 1] : &single_axis;
    return work_ways(w, n) > 1 || step_of(inner, NEST_A) < step_of(row, NEST_A) ? NAME(WIDE) : ROW;
}

static void NAME(reduce)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    NAME(each_chunk)(w, n, data, NAME(reduce_most)(w, n), NAME(reduce_chunk));
}
