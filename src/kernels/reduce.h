/*
 * reduce.h - template: WORK_REDUCE, dst = finish(fold over the fold axes of pre(a, b, c)).
 *
 * Values are fetched so that the ones that meet different accumulators lie side by side, and folding is one loop over neighbours:
 *
 *     across:  acc[chain][output],  values[step][output]       rows of outputs, step by step
 *     along:   acc[output][chain],  values[output][step]       each output's own values; long folds only
 */
enum { NAME(WIDE) = 64, NAME(MANY) = 32 }; /* outputs at once, across and along, of long folds */
enum { NAME(ROUNDS) = 4 };                 /* of the chains at once, across, of values that are read where they are */

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

/* Values are folded where they lie: floats for doubles, if they are summed. */
static int NAME(folds_lying)(const struct work *w) { return w->sub == PRE_NONE && (w->op == FOLD_SUM || !NAME(is_narrow)(w->dtype[NEST_A])); }

/* The values to fold: indices x by y of the axes whose indices 0 are at `at`. */
static struct NAME(lines) NAME(values)(T *buf, const struct work *w, char *const at[NEST_OPERANDS], const struct span *x, const struct span *y)
{
    T more[3][ROW];
    if (NAME(folds_lying)(w)) return NAME(lines)(buf, w, NEST_A, at[NEST_A], x, y);
    if (w->sub == PRE_NONE) return NAME(rows)(buf, w, NEST_A, at[NEST_A], x, y);
    const T *a = NAME(fetch)(more[0], w, NEST_A, at[NEST_A], x, y);
    const T *b = w->sub >= PRE_EXP_SUB ? NAME(fetch)(more[1], w, NEST_B, at[NEST_B], x, y) : NULL;
    const T *c = w->sub == PRE_MUL_DIFF ? NAME(fetch)(more[2], w, NEST_C, at[NEST_C], x, y) : NULL;
    NAME(pre_row)(w, buf, a, b, c, x->len * y->len);
    return (struct NAME(lines)){ (const char *)buf, y->len * (int64_t)sizeof(T), 0 };
}

/* Elements i ... of some lines, `vectors` of them (4 at most), which stay in registers. */
ALWAYS_INLINE void NAME(fold_vectors)(int fold, T *acc, struct NAME(lines) v, int narrow, int64_t lines, int64_t i, const int vectors)
{
    NAME(vec) s[4];
    UNROLL(4)
    for (int j = 0; j < vectors; j++) s[j] = NAME(vec_get)(acc + i + j * NAME(LANES));
    for (; lines; lines--, v.at += v.step)
        UNROLL(4)
        for (int j = 0; j < vectors; j++) s[j] = NAME(fold_widened)(fold, narrow, s[j], NAME(vec_of_line)(v.at, narrow, i + j * NAME(LANES)));
    UNROLL(4)
    for (int j = 0; j < vectors; j++) NAME(vec_put)(acc + i + j * NAME(LANES), s[j]);
}

/* Products and minima are rarely many: several vectors at a time are for the others. */
ALWAYS_INLINE void NAME(fold_rows_by)(int fold, T *acc, struct NAME(lines) v, int narrow, int64_t lines, int64_t n)
{
    enum { LANES = NAME(LANES), MANY = 4 };
    const int usual = fold == FOLD_SUM || fold == FOLD_MAX;
    int64_t i = 0;
    for (; usual && i + MANY * LANES <= n; i += MANY * LANES) NAME(fold_vectors)(fold, acc, v, narrow, lines, i, MANY);
    for (; i + LANES <= n; i += LANES) NAME(fold_vectors)(fold, acc, v, narrow, lines, i, 1);
    for (; i < n; i++)
        for (int64_t l = 0; l < lines; l++) acc[i] = NAME(fold_one)(fold, acc[i], NAME(of_line)(v.at + l * v.step, narrow, i));
}

/* All into one. */
ALWAYS_INLINE void NAME(fold_chain_by)(int fold, T *acc, const char *v, int narrow, int64_t n)
{
    T sum = *acc;
    for (int64_t i = 0; i < n; i++) sum = NAME(fold_one)(fold, sum, NAME(of_line)(v, narrow, i));
    *acc = sum;
}

/* The switch outside of the loops. Only doubles are read from floats, and only to be summed. */
#define ONE(f, call) case 2 * f: call(f, 0); break;
#if IS_FLOAT && !IS_F32
#define BOTH(f, call) ONE(f, call) case 2 * f + 1: call(f, 1); break;
#else
#define BOTH(f, call) ONE(f, call)
#endif
#define EACH_FOLD(call) BOTH(FOLD_SUM, call) ONE(FOLD_PROD, call) ONE(FOLD_MAX, call) ONE(FOLD_MIN, call)
#define BY_ROWS(f, narrow) NAME(fold_rows_by)(f, acc, v, narrow, lines, n)
#define BY_CHAIN(f, narrow) NAME(fold_chain_by)(f, acc, v, narrow, n)

static __attribute__((noinline)) void NAME(fold_rows)(int fold, T *acc, struct NAME(lines) v, int64_t lines, int64_t n)
{
    switch (2 * fold + v.narrow) { EACH_FOLD(BY_ROWS) default: break; }
}

static void NAME(fold_row)(int fold, T *acc, const char *v, int narrow, int64_t n)
{
    NAME(fold_rows)(fold, acc, (struct NAME(lines)){ v, 0, narrow }, 1, n);
}

static void NAME(fold_chain)(int fold, T *acc, const char *v, int narrow, int64_t n)
{
    switch (2 * fold + narrow) { EACH_FOLD(BY_CHAIN) default: break; }
}

#undef ONE
#undef BOTH
#undef EACH_FOLD
#undef BY_ROWS
#undef BY_CHAIN

static T NAME(identity)(const struct work *w)
{
    switch (w->op) {
    case FOLD_SUM:  return 0;
    case FOLD_PROD: return 1;
    case FOLD_MAX:  return w->sub == PRE_ABS ? 0 : NAME(lowest)(w->dtype[NEST_A]);
    default:        return NAME(highest)(w->dtype[NEST_A]);
    }
}

#if IS_FLOAT && defined(__AVX2__)
/* ---- values at hand ------------------------------------------------------------------------------ */

static int NAME(folds_whole)(const struct work *w) { return w->op == FOLD_SUM || (w->op == FOLD_MAX && IS_F32); }

/* Values that are read where they are, along no map. */
static int NAME(lies_still)(const struct work *w, const struct nest *n)
{
    for (int i = n->keep ? n->keep - 1 : 0; i < n->keep + n->fold; i++)
        if (has_map(&n->axis[i])) return 0;
    return NAME(folds_whole)(w) && w->sub == PRE_NONE;
}

static int NAME(sums_narrow)(const struct work *w) { return NAME(is_narrow)(w->dtype[NEST_A]) && w->op == FOLD_SUM; }

/* A long fold of one axis, which the values lie along. */
static int NAME(lies_along)(const struct work *w, const struct nest *n)
{
    return n->fold == 1 && step_of(inner_fold(n), NEST_A) == 1 && NAME(lies_still)(w, n) && (NAME(sums_narrow)(w) || w->dtype[NEST_A] == NATIVE);
}

/* How far ahead values are asked for: those that the second-level cache holds need not be, and would be gone from the first. */
static int64_t NAME(reads_ahead)(const struct NAME(chunk) *c)
{
    enum { NEAR = 2 << 20, FEW = READ_AHEAD / 4 };
    double bytes = (double)size_of(c->w->dtype[NEST_A]);
    for (int i = 0; i < c->n->keep + c->n->fold; i++) bytes *= c->n->axis[i].stride[NEST_A] ? (double)c->n->axis[i].len : 1;
    return bytes > NEAR ? READ_AHEAD : FEW;
}

static void NAME(reduce_lines)(const struct NAME(chunk) *c, T identity, T *out, const struct NAME(goal) *goal)
{
    const int64_t size = size_of(c->w->dtype[NEST_A]), way = inner_fold(c->n)->stride[NEST_A], row = c->row->stride[NEST_A];
    const char *at = shift(c->at[NEST_A], (c->from * row - (way < 0 ? NAME(LANES) - 1 : 0)) * size);
    const struct NAME(whole) all = { at, row * size, way, inner_fold(c->n)->len, NAME(reads_ahead)(c), size != sizeof(T), *goal };
    NAME(fold_lines)(c->w->op, out, identity, &all, c->len);
}

/* One fold axis, and all of its values fit into a row. */
static int NAME(is_short)(const struct NAME(chunk) *c)
{
    return NAME(folds_whole)(c->w) && c->n->fold == 1 && inner_fold(c->n)->len * c->len <= ROW;
}

static void NAME(reduce_short)(const struct NAME(chunk) *c, T identity, T *out)
{
    const struct span row = { c->row, c->from, c->len }, fold = { inner_fold(c->n), 0, inner_fold(c->n)->len };
    T buf[ROW];
    const struct NAME(lines) v = NAME(values)(buf, c->w, c->at, &row, &fold);
    const struct NAME(whole) all = { v.at, v.step, 1, fold.len, READ_AHEAD, v.narrow, { NULL, 1 } };
    NAME(fold_lines)(c->w->op, out, identity, &all, c->len);
}

/* Of one output; more than WHOLE_VALUES are not counted. */
static int64_t NAME(values_of)(const struct nest *n)
{
    int64_t values = 1;
    for (int i = n->keep; i < n->keep + n->fold; i++)
        if (values <= WHOLE_VALUES) values *= min_size(n->axis[i].len, WHOLE_VALUES + 1);
    return values;
}

/* Outputs lie side by side, and so does each of their values, of which there are not too many. */
static int NAME(lies_across)(const struct work *w, const struct nest *n)
{
    return NAME(values_of)(n) <= WHOLE_VALUES && n->keep && n->axis[n->keep - 1].stride[NEST_A] == 1 && n->axis[n->keep - 1].len >= NAME(ACROSS) &&
           NAME(lies_still)(w, n) && (IS_F32 ? w->dtype[NEST_A] == NATIVE : NAME(sums_narrow)(w));
}

#if !IS_F32
/* Where sums go that are floats there, side by side, and are no more than divided. */
static struct NAME(goal) NAME(goal_of)(const struct NAME(chunk) *c, int64_t ways, int along)
{
    const struct work *w = c->w;
    const struct NAME(goal) none = { NULL, 1 };
    if (w->dtype[NEST_DST] != STRIDED_F32 || c->row->stride[NEST_DST] != 1 || has_map(c->row)) return none;
    if (!NAME(sums_narrow)(w) || w->sub != PRE_NONE || (w->finish != FINISH_NONE && w->finish != FINISH_DIV)) return none;
    if (along ? !NAME(lies_along)(w, c->n) : ways > 1 || c->len < NAME(ACROSS) || !NAME(lies_across)(w, c->n)) return none;
    return (struct NAME(goal)){ c->at[NEST_DST] + 4 * c->from, w->finish == FINISH_DIV ? (T)w->param[0] : 1 };
}
#endif

#if IS_F32
/* A long fold of several axes, of values that lie anyhow: the outputs' values are turned until they lie side by side. */
static int NAME(can_turn)(const struct work *w, const struct nest *n)
{
    return n->fold > 1 && NAME(folds_whole)(w) && NAME(values_of)(n) <= WHOLE_VALUES && n->keep && n->axis[n->keep - 1].len >= NAME(ACROSS);
}

static void NAME(reduce_turned)(const struct NAME(chunk) *c, T identity, T *out)
{
    const struct nest_axis *inner = inner_fold(c->n);
    const struct span row = { c->row, c->from, c->len };
    T block[TURNED_VALUES];
    int64_t place[WHOLE_VALUES], n = 0;
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    do
        for (struct span step = { inner, 0, 0 }; step.from < inner->len; step.from += step.len) {
            step.len = min_size(inner->len - step.from, ROW / c->len);
            const struct NAME(lines) v = NAME(values)(block + n * c->len, c->w, k.at, &step, &row);
            for (int64_t i = 0; i < step.len; i++) place[n++] = (intptr_t)v.at + i * v.step - (intptr_t)block;
        }
    while (cursor_next(&k));
    const struct NAME(columns) all = { (const char *)block, place, n, 0, { NULL, 1 } };
    NAME(fold_columns)(c->w->op, out, identity, &all, CHAINS, c->len);
}
#endif

static void NAME(reduce_columns)(const struct NAME(chunk) *c, T identity, T *out, int64_t chains, const struct NAME(goal) *goal)
{
    const struct nest_axis *inner = inner_fold(c->n);
    const int64_t size = size_of(c->w->dtype[NEST_A]);
    int64_t place[WHOLE_VALUES], n = 0;
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    do
        for (int64_t i = 0; i < inner->len; i++) place[n++] = k.at[NEST_A] - c->at[NEST_A] + i * inner->stride[NEST_A] * size;
    while (cursor_next(&k));
    const struct NAME(columns) all = { c->at[NEST_A] + c->from * size, place, n, size != sizeof(T), *goal };
    NAME(fold_columns)(c->w->op, out, identity, &all, chains, c->len);
}
#endif

/* ---- across -------------------------------------------------------------------------------------- */

/* Steps t, t + 1, ... of `len` outputs; `values` are as many lines: all of a chain at once, and dense ones side by side. */
static void NAME(fold_steps)(int fold, T *acc, int64_t chains, int64_t t, struct NAME(lines) v, int64_t steps, int64_t len)
{
    const int dense = v.step == len * (v.narrow ? 4 : (int64_t)sizeof(T));
    if (dense && len == 1 && chains == 1) { NAME(fold_chain)(fold, acc, v.at, v.narrow, steps); return; }
    for (int64_t i = 0, n, rounds; i < (dense ? steps : min_size(chains, steps)); i += dense ? n * rounds : 1) {
        n = dense ? min_size(steps - i, chains - (t + i) % chains) : 1;
        rounds = !dense ? ceil_div(steps - i, chains) : n == chains ? (steps - i) / chains : 1;
        NAME(fold_rows)(fold, acc + (t + i) % chains * len, (struct NAME(lines)){ v.at + i * v.step, chains * v.step, v.narrow }, rounds, n * len);
    }
}

static void NAME(reduce_across)(const struct NAME(chunk) *c, T *acc, int64_t chains)
{
    const struct nest_axis *inner = inner_fold(c->n);
    const struct span row = { c->row, c->from, c->len };
    const int lies = NAME(folds_lying)(c->w) && NAME(lies)(c->w, NEST_A, c->at[NEST_A], &(struct span){ inner, 0, inner->len }, &row);
    int64_t t = 0;
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    do
        for (struct span step = { inner, 0, 0 }; step.from < inner->len; step.from += step.len) {
            T buf[ROW];
            step.len = min_size(inner->len - step.from, max_size(lies ? NAME(ROUNDS) * chains : 1, ROW / c->len));
            NAME(fold_steps)(c->w->op, acc, chains, t, NAME(values)(buf, c->w, k.at, &step, &row), step.len, c->len);
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
    if (rounds) NAME(fold_rows)(fold, acc, (struct NAME(lines)){ v + head * size, CHAINS * size, narrow }, rounds, CHAINS);
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
            struct NAME(lines) v = NAME(values)(buf, c->w, k.at, &row, &step);
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
                struct NAME(lines) v = NAME(values)(buf, c->w, k.at, &x, &y);
                for (int64_t i = 0; i < x.len; i++, t += y.len) NAME(fold_along)(c->w->op, acc, t, v.at + i * v.step, v.narrow, y.len);
            }
        }
    while (cursor_next(&k));
}

static void NAME(reduce_long)(const struct NAME(chunk) *c, T identity, T *out)
{
    T acc[NAME(MANY)][CHAINS];
    for (int64_t i = 0; i < c->len; i++)
        for (int j = 0; j < CHAINS; j++) acc[i][j] = identity;
    if (c->len > 1) NAME(reduce_many)(c, acc);
    else NAME(reduce_one)(c, acc[0]);
    for (int64_t i = 0; i < c->len; i++) {
        for (int64_t half = CHAINS / 2; half; half /= 2) NAME(fold_row)(c->w->op, acc[i], (const char *)(acc[i] + half), 0, half);
        out[i] = acc[i][0];
    }
}

static void NAME(reduce_along)(const struct NAME(chunk) *c, T identity, T *out, const struct NAME(goal) *goal)
{
    (void)goal;
#if IS_FLOAT && defined(__AVX2__)
    if (NAME(lies_along)(c->w, c->n)) { NAME(reduce_lines)(c, identity, out, goal); return; }
    if (NAME(is_short)(c)) { NAME(reduce_short)(c, identity, out); return; }
#if IS_F32
    if (c->len >= NAME(ACROSS) && NAME(can_turn)(c->w, c->n)) { NAME(reduce_turned)(c, identity, out); return; }
#endif
#endif
    NAME(reduce_long)(c, identity, out);
}

/* ---- what becomes of it -------------------------------------------------------------------------- */

#if IS_FLOAT
static T NAME(root)(T v, T p)
{
    return p == 2 ? FN(sqrt)(v) : p == 1 ? v : FN(pow)(v, 1 / p);
}
#endif

/* By vectors: not every compiler makes them of a loop that divides. */
static void NAME(divide_all)(T *acc, T by, int64_t n)
{
    int64_t i = 0;
#if IS_FLOAT
    for (; i + NAME(LANES) <= n; i += NAME(LANES)) NAME(vec_put)(acc + i, NAME(vec_get)(acc + i) / NAME(vec_all)(by));
#endif
    for (; i < n; i++) acc[i] = NAME(div)(acc[i], by);
}

/* acc / (b*c*d), all of them one value for the whole row. */
static void NAME(divide_by_one)(const struct NAME(chunk) *c, T *acc)
{
    struct NAME(chunk) first = *c;
    T by = 1, value;
    first.len = 1;
    for (int o = NEST_B; o <= NEST_D; o++)
        if (c->w->dtype[o]) by = NAME(mul)(by, *NAME(chunk_in)(&first, &value, o));
    NAME(divide_all)(acc, by, c->len);
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
    case FINISH_DIV: NAME(divide_all)(acc, (T)w->param[0], c->len); break;
#if IS_FLOAT
    case FINISH_ROOT:    for (int64_t i = 0; i < c->len; i++) acc[i] = NAME(root)(acc[i], (T)w->param[0]); break;
    case FINISH_LOG:     NAME(unary_row)(STRIDED_LOG, acc, acc, c->len); break;
    case FINISH_ADD_LOG: AT_ONCE for (int64_t i = 0; i < c->len; i++) acc[i] = in[1][i] + FN(log)(acc[i]); break;
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

static void NAME(reduce_ways)(const struct NAME(chunk) *c, T *acc, int64_t ways, int along, const struct NAME(goal) *goal)
{
    const T identity = NAME(identity)(c->w);
    const int empty = any_empty(c->n->axis + c->n->keep, c->n->fold);
    if (along && !empty) { NAME(reduce_along)(c, identity, acc, goal); return; }
#if IS_FLOAT && defined(__AVX2__)
    if (!empty && c->len >= NAME(ACROSS) && NAME(lies_across)(c->w, c->n)) { NAME(reduce_columns)(c, identity, acc, ways, goal); return; }
#endif
    for (int64_t i = 0; i < (along ? 1 : ways) * c->len; i++) acc[i] = identity;
    if (!empty) NAME(reduce_across)(c, acc, ways);
}

static void NAME(reduce_chunk)(const struct NAME(chunk) *c)
{
    T acc[CHAINS * NAME(WIDE)];
    const int64_t ways = work_ways(c->w, c->n), chains = work_chains(c->w, c->n);
    const int along = NAME(goes_along)(c->w, c->n);
    const struct NAME(goal) none = { NULL, 1 };
    struct NAME(goal) goal = none;
#if IS_FLOAT && !IS_F32 && defined(__AVX2__)
    if (!any_empty(c->n->axis + c->n->keep, c->n->fold)) goal = NAME(goal_of)(c, ways, along);
#endif
    NAME(reduce_ways)(c, acc, ways, along, &goal);
    if (goal.to) return;
    if (chains < ways && NAME(any_void)(acc, c->len)) NAME(reduce_ways)(c, acc, chains, 0, &none);
    NAME(finish)(c, acc);
    NAME(chunk_out)(c, acc, 0);
}

/* How many outputs at once. */
static int64_t NAME(reduce_most)(const struct work *w, const struct nest *n)
{
#if IS_FLOAT && defined(__AVX2__)
    if (NAME(goes_along)(w, n) ? NAME(lies_along)(w, n) : NAME(lies_across)(w, n)) return ROW;
#endif
#if IS_F32 && defined(__AVX2__)
    if (NAME(goes_along)(w, n) && NAME(can_turn)(w, n))
        return max_size(1, min_size(NAME(WIDE), TURNED_VALUES / max_size(1, NAME(values_of)(n))));
#endif
    if (NAME(goes_along)(w, n)) return max_size(1, min_size(NAME(MANY), ROW / max_size(1, inner_fold(n)->len)));
    const struct nest_axis *inner = inner_fold(n), *row = n->keep ? &n->axis[n->keep - 1] : &single_axis;
    return work_ways(w, n) > 1 || step_of(inner, NEST_A) < step_of(row, NEST_A) ? NAME(WIDE) : ROW;
}

#if IS_F32 && defined(__AVX2__)
/* ---- stretches ----------------------------------------------------------------------------------- */

/* A long sum of several axes, as windows are, of lines that are read where they are. */
static int NAME(has_stretches)(const struct work *w, const struct nest *n)
{
    const struct nest_axis *inner = inner_fold(n);
    for (int i = 0; i < n->keep + n->fold; i++)
        if (has_map(&n->axis[i])) return 0;
    return NAME(goes_along)(w, n) && n->fold > 1 && inner->len >= NAME(SIDE) && inner->stride[NEST_A] == 1 && NAME(values_of)(n) <= WHOLE_VALUES &&
           w->op == FOLD_SUM && w->sub == PRE_NONE && w->dtype[NEST_A] == NATIVE && w->dtype[NEST_DST] == NATIVE &&
           (w->finish == FINISH_NONE || w->finish == FINISH_DIV) && !any_empty(n->axis, n->keep + n->fold);
}

static void NAME(set_stretches)(struct NAME(stretches) *p, const struct work *w, const struct nest *n)
{
    int64_t before = 0;
    struct cursor k;
    char *none[NEST_OPERANDS] = { 0 };
    memset(p->count, 0, sizeof p->count);
    work_units(w, k.unit);
    cursor_start(&k, n->axis + n->keep, outer_folds(n), none);
    do {
        NAME(add_stretches)(p, (intptr_t)k.at[NEST_A], inner_fold(n)->len, before);
        before += inner_fold(n)->len;
    } while (cursor_next(&k));
}

/* Outputs that wait to be formed, and where they go; `dense`: side by side, all of them. */
struct NAME(waiting) { const char *at[NAME(LANES)]; char *dst[NAME(LANES)]; int64_t n; int dense; };

static int NAME(is_dense_dst)(const struct nest *n)
{
    int64_t step = 1;
    for (int i = n->keep - 1; i >= 0; step *= n->axis[i--].len)
        if (n->axis[i].len > 1 && n->axis[i].stride[NEST_DST] != step) return 0;
    return 1;
}

static void NAME(reduce_waiting)(const struct work *w, const struct NAME(stretches) *p, struct NAME(waiting) *o)
{
    for (int64_t i = o->n; i < NAME(LANES); i++) o->at[i] = o->at[0];
    NAME(vec) v = NAME(sum_stretches)(p, o->at);
    if (w->finish == FINISH_DIV) v /= NAME(vec_all)((T)w->param[0]);
    if (o->dense && o->n == NAME(LANES)) VEC_STORE(o->dst[0], v);
    else
        for (int64_t i = 0; i < o->n; i++) *(ANY *)(void *)o->dst[i] = v[i];
    o->n = 0;
}

/* Outputs of two axes at a time. */
static void NAME(reduce_stretches)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    const struct nest_axis *y = n->keep ? &n->axis[n->keep - 1] : &single_axis, *x = n->keep > 1 ? y - 1 : &single_axis;
    const int64_t size = sizeof(T);
    struct NAME(stretches) stretches;
    struct NAME(waiting) o = { .n = 0, .dense = NAME(is_dense_dst)(n) };
    struct cursor k;
    NAME(set_stretches)(&stretches, w, n);
    work_units(w, k.unit);
    cursor_start(&k, n->axis, n->keep > 2 ? n->keep - 2 : 0, data);
    do {
        const char *row = k.at[NEST_A];
        char *dst_row = k.at[NEST_DST];
        for (int64_t i = 0; i < x->len; i++, row += x->stride[NEST_A] * size, dst_row += x->stride[NEST_DST] * size) {
            const char *at = row;
            char *dst = dst_row;
            for (int64_t j = 0; j < y->len; j++, at += y->stride[NEST_A] * size, dst += y->stride[NEST_DST] * size) {
                o.at[o.n] = at;
                o.dst[o.n] = dst;
                if (++o.n == NAME(LANES)) NAME(reduce_waiting)(w, &stretches, &o);
            }
        }
    } while (cursor_next(&k));
    if (o.n) NAME(reduce_waiting)(w, &stretches, &o);
}
#endif

static void NAME(reduce)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
#if IS_F32 && defined(__AVX2__)
    if (NAME(has_stretches)(w, n)) { NAME(reduce_stretches)(w, n, data); return; }
#endif
    NAME(each_chunk)(w, n, data, NAME(reduce_most)(w, n), NAME(reduce_chunk));
}
