/*
 * reduce.h - template: WORK_REDUCE, dst = finish(fold over the fold axes of pre(a, b, c)).
 */

static void NAME(pre_row)(const struct work *w, T *out, const T *a, const T *b, const T *c, int64_t n)
{
    switch (w->sub) {
    case PRE_ABS:         for (int64_t i = 0; i < n; i++) out[i] = NAME(magnitude)(a[i]); break;
    case PRE_SQUARE:      for (int64_t i = 0; i < n; i++) out[i] = NAME(mul)(a[i], a[i]); break;
    case PRE_DIFF_SQUARE: for (int64_t i = 0; i < n; i++) { T d = NAME(sub)(a[i], b[i]); out[i] = NAME(mul)(d, d); } break;
    case PRE_MUL:         for (int64_t i = 0; i < n; i++) out[i] = NAME(mul)(a[i], b[i]); break;
    case PRE_MUL_DIFF:    for (int64_t i = 0; i < n; i++) out[i] = NAME(mul)(a[i], NAME(sub)(b[i], c[i])); break;
#if IS_FLOAT
    case PRE_POW:         for (int64_t i = 0; i < n; i++) out[i] = FN(pow)(FN(fabs)(a[i]), (T)w->param[0]); break;
    case PRE_EXP_SUB:     for (int64_t i = 0; i < n; i++) out[i] = FN(exp)(a[i] - b[i]); break;
#endif
    default:              memcpy(out, a, (size_t)n * sizeof *out); break;
    }
}

/* The value to fold, along `axis`, from what the operands hold at `at`; a's values are given, or NULL to be read. */
static const T *NAME(pre)(const struct work *w, T *buf, const T *a, const struct nest_axis *axis, char *const at[NEST_OPERANDS],
                          int64_t from, int64_t n)
{
    T more[3][ROW];
    int uses_b = w->sub >= PRE_EXP_SUB, uses_c = w->sub == PRE_MUL_DIFF;
    if (!a) a = NAME(row_in)(w->sub == PRE_NONE ? buf : more[0], w, NEST_A, axis, at[NEST_A], from, n);
    if (w->sub == PRE_NONE) return a;
    NAME(pre_row)(w, buf, a, uses_b ? NAME(row_in)(more[1], w, NEST_B, axis, at[NEST_B], from, n) : 0,
                  uses_c ? NAME(row_in)(more[2], w, NEST_C, axis, at[NEST_C], from, n) : 0, n);
    return buf;
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

static inline void NAME(fold_row)(int fold, T *acc, const T *v, int64_t n)
{
    switch (fold) {
    case FOLD_SUM:  for (int64_t i = 0; i < n; i++) acc[i] = NAME(fold_one)(FOLD_SUM, acc[i], v[i]); break;
    case FOLD_PROD: for (int64_t i = 0; i < n; i++) acc[i] = NAME(fold_one)(FOLD_PROD, acc[i], v[i]); break;
    case FOLD_MAX:  for (int64_t i = 0; i < n; i++) acc[i] = NAME(fold_one)(FOLD_MAX, acc[i], v[i]); break;
    default:        for (int64_t i = 0; i < n; i++) acc[i] = NAME(fold_one)(FOLD_MIN, acc[i], v[i]); break;
    }
}

static T NAME(identity)(const struct work *w)
{
    switch (w->op) {
    case FOLD_SUM:  return 0;
    case FOLD_PROD: return 1;
    case FOLD_MAX:  return w->sub == PRE_ABS ? 0 : NAME(lowest)(w->dtype[NEST_A]);
    default:        return NAME(highest)(w->dtype[NEST_A]);
    }
}

/* Short rows that follow each other in memory along the last fold axis are fetched many at a time. 0: these do not. */
static int NAME(reduce_short_rows)(const struct NAME(chunk) *c, T *acc, const int64_t unit[NEST_OPERANDS])
{
    struct nest_axis rows;
    struct cursor k;
    T buf[ROW];
    if (!c->n->fold || c->len != c->row->len || !strided__nest_repeat(&rows, inner_fold(c->n), c->row)) return 0;
    if (rows.repeats >> NEST_A & 1u) return 0;
    memcpy(k.unit, unit, sizeof k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, c->n->fold - 1, c->at);
    do
        for (int64_t j = 0, n; j < rows.len; j += n) {
            n = rows.len - j < ROW / c->len * c->len ? rows.len - j : ROW / c->len * c->len;
            const T *v = NAME(pre)(c->w, buf, NULL, &rows, k.at, j, n);
            for (int64_t i = 0; i < n; i += c->len) NAME(fold_row)(c->w->op, acc, v + i, c->len);
        }
    while (cursor_next(&k));
    return 1;
}

static void NAME(reduce_rows)(const struct NAME(chunk) *c, T *acc, const int64_t unit[NEST_OPERANDS])
{
    struct cursor k;
    if (NAME(reduce_short_rows)(c, acc, unit)) return;
    memcpy(k.unit, unit, sizeof k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, c->n->fold, c->at);
    do {
        T buf[ROW];
        NAME(fold_row)(c->w->op, acc, NAME(pre)(c->w, buf, NULL, c->row, k.at, c->from, c->len), c->len);
    } while (cursor_next(&k));
}

/* The same where a's memory runs along the last fold axis; b and c do not move along it. */
static void NAME(reduce_turned)(const struct NAME(chunk) *c, T *acc, const int64_t unit[NEST_OPERANDS])
{
    T turned[NAME(TURN)][ROW], buf[ROW];
    const struct nest_axis *inner = inner_fold(c->n);
    const int64_t step = inner->stride[NEST_A] * unit[NEST_A], start = c->from * c->row->stride[NEST_A] * unit[NEST_A];
    struct cursor k;
    memcpy(k.unit, unit, sizeof k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, c->n->fold - 1, c->at);
    do
        for (int64_t j = 0, n; j < inner->len; j += n) {
            n = inner->len - j < NAME(TURN) ? inner->len - j : NAME(TURN);
            NAME(turn_in)(turned[0], c->w, NEST_A, c->row, inner, shift(k.at[NEST_A], start + j * step), c->len, n);
            for (int64_t i = 0; i < n; i++)
                NAME(fold_row)(c->w->op, acc, NAME(pre)(c->w, buf, turned[i], c->row, k.at, c->from, c->len), c->len);
        }
    while (cursor_next(&k));
}

/* Every operand but a stands still along the last fold axis. */
static int NAME(only_a_moves)(const struct NAME(chunk) *c)
{
    const struct nest_axis *inner = inner_fold(c->n);
    return !inner->stride[NEST_B] && !inner->stride[NEST_C] && inner->map.mode == STRIDED_PAD_CONSTANT;
}

static T NAME(reduce_piece)(const struct work *w, const struct nest_axis *row, char *const at[NEST_OPERANDS], T acc)
{
    T buf[ROW];
    for (int64_t from = 0, n; from < row->len; from += n) {
        n = row->len - from < ROW ? row->len - from : ROW;
        const T *v = NAME(pre)(w, buf, NULL, row, at, from, n);
        for (int64_t i = 0; i < n; i++) acc = NAME(fold_one)(w->op, acc, v[i]);
    }
    return acc;
}

static void NAME(reduce_folds)(const struct NAME(chunk) *c, T *acc, const int64_t unit[NEST_OPERANDS])
{
    const struct nest_axis *folds = c->n->axis + c->n->keep;
    for (int64_t i = 0; i < c->len; i++) {
        struct cursor k;
        NAME(chunk_start)(c, &k, folds, c->n->fold - 1, c->from + i, unit);
        do acc[i] = NAME(reduce_piece)(c->w, &folds[c->n->fold - 1], k.at, acc[i]);
        while (cursor_next(&k));
    }
}

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
    case FINISH_LOG:     for (int64_t i = 0; i < c->len; i++) acc[i] = FN(log)(acc[i]); break;
    case FINISH_ADD_LOG: for (int64_t i = 0; i < c->len; i++) acc[i] = in[1][i] + FN(log)(acc[i]); break;
#endif
    default: break;
    }
}

static void NAME(reduce_chunk)(const struct NAME(chunk) *c)
{
    T acc[ROW], identity = NAME(identity)(c->w);
    int64_t unit[NEST_OPERANDS];
    work_units(c->w, unit);
    for (int64_t i = 0; i < c->len; i++) acc[i] = identity;
    if (any_empty(c->n->axis + c->n->keep, c->n->fold)) ;
    else if (NAME(fold_is_row)(c)) NAME(reduce_folds)(c, acc, unit);
    else if (NAME(folds_run_across)(c) && NAME(only_a_moves)(c)) NAME(reduce_turned)(c, acc, unit);
    else NAME(reduce_rows)(c, acc, unit);
    NAME(finish)(c, acc);
    NAME(chunk_out)(c, acc, 0);
}

static void NAME(reduce)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    NAME(each_chunk)(w, n, data, -1, NAME(reduce_chunk));
}
