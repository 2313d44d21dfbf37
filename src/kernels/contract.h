/*
 * contract.h - template: WORK_CONTRACT, dst = epilogue(sum over the fold axes of a*b), one chain per output.
 */

/* acc[i] += a[i]*b[i]; an operand that does not move along the row is one value. */
static void NAME(muladd_row)(T *acc, const T *a, int a_moves, const T *b, int b_moves, int64_t n)
{
    if (a_moves && b_moves)
        for (int64_t i = 0; i < n; i++) acc[i] = NAME(muladd)(a[i], b[i], acc[i]);
    else if (a_moves)
        for (int64_t i = 0; i < n; i++) acc[i] = NAME(muladd)(a[i], b[0], acc[i]);
    else
        for (int64_t i = 0; i < n; i++) acc[i] = NAME(muladd)(a[0], b[b_moves ? i : 0], acc[i]);
}

static const T *NAME(factor)(T *buf, const struct work *w, int o, const struct nest_axis *axis, char *at, int64_t from, int64_t n)
{
    const T *row = NAME(row_in)(buf, w, o, axis, at, from, n);
    if (o != NEST_A || !w->a_zero) return row;
    for (int64_t i = 0; i < n; i++) buf[i] = NAME(sub)(row[i], (T)w->a_zero);
    return buf;
}

static int NAME(moves)(const struct nest_axis *axis, int o) { return axis->stride[o] != 0 || is_mapped(axis, o); }

/* One step of the sum for the whole row; a's values are given, or NULL to be read at `at`. */
static void NAME(sum_step)(const struct NAME(chunk) *c, T *acc, const T *a, char *const at[NEST_OPERANDS], char *at_b)
{
    T abuf[ROW], bbuf[ROW];
    const struct nest_axis *row = c->row;
    int a_moves = NAME(moves)(row, NEST_A), b_moves = NAME(moves)(row, NEST_B);
    if (!a) a = NAME(factor)(abuf, c->w, NEST_A, row, at[NEST_A], c->from, a_moves ? c->len : 1);
    const T *b = NAME(factor)(bbuf, c->w, NEST_B, row, at_b, c->from, b_moves ? c->len : 1);
    NAME(muladd_row)(acc, a, a_moves, b, b_moves, c->len);
}

static void NAME(sum_rows)(const struct NAME(chunk) *c, T *acc, const int64_t unit[NEST_OPERANDS])
{
    struct cursor k;
    memcpy(k.unit, unit, sizeof k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, c->n->fold, c->at);
    do NAME(sum_step)(c, acc, NULL, k.at, k.at[NEST_B]);
    while (cursor_next(&k));
}

/* The same where a's memory runs along the last fold axis. */
static void NAME(sum_turned)(const struct NAME(chunk) *c, T *acc, const int64_t unit[NEST_OPERANDS])
{
    T turned[NAME(TURN)][ROW];
    const struct nest_axis *inner = inner_fold(c->n);
    const int64_t a_step = inner->stride[NEST_A] * unit[NEST_A], b_step = inner->stride[NEST_B] * unit[NEST_B];
    const int64_t start = c->from * c->row->stride[NEST_A] * unit[NEST_A];
    struct cursor k;
    memcpy(k.unit, unit, sizeof k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, c->n->fold - 1, c->at);
    do
        for (int64_t j = 0, n; j < inner->len; j += n) {
            n = inner->len - j < NAME(TURN) ? inner->len - j : NAME(TURN);
            NAME(turn_in)(turned[0], c->w, NEST_A, c->row, inner, shift(k.at[NEST_A], start + j * a_step), c->len, n);
            for (int64_t i = 0; i < n; i++) NAME(sum_step)(c, acc, turned[i], k.at, shift(k.at[NEST_B], (j + i) * b_step));
        }
    while (cursor_next(&k));
}

static T NAME(sum_piece)(const struct work *w, const struct nest_axis *row, char *const at[NEST_OPERANDS], T acc)
{
    T abuf[ROW], bbuf[ROW];
    for (int64_t from = 0, n; from < row->len; from += n) {
        n = row->len - from < ROW ? row->len - from : ROW;
        const T *a = NAME(factor)(abuf, w, NEST_A, row, at[NEST_A], from, n);
        const T *b = NAME(factor)(bbuf, w, NEST_B, row, at[NEST_B], from, n);
        for (int64_t i = 0; i < n; i++) acc = NAME(muladd)(a[i], b[i], acc);
    }
    return acc;
}

static void NAME(sum_folds)(const struct NAME(chunk) *c, T *acc, const int64_t unit[NEST_OPERANDS])
{
    const struct nest_axis *folds = c->n->axis + c->n->keep;
    for (int64_t i = 0; i < c->len; i++) {
        struct cursor k;
        NAME(chunk_start)(c, &k, folds, c->n->fold - 1, c->from + i, unit);
        do acc[i] = NAME(sum_piece)(c->w, &folds[c->n->fold - 1], k.at, acc[i]);
        while (cursor_next(&k));
    }
}

static inline T NAME(activate)(const struct epilogue *e, T v)
{
    switch (e->activation) {
    case STRIDED_ACT_RELU:  return NAME(is_negative)(v) ? 0 : v;
    case STRIDED_ACT_CLAMP: { T lo = NAME(limit)(e->lo), hi = NAME(limit)(e->hi), u = v < lo ? lo : v; return u > hi ? hi : u; }
#if IS_FLOAT
    case STRIDED_ACT_SILU:  return v / (1 + FN(exp)(-v));
#endif
    default:                return v;
    }
}

/* Of integers `by` is one too. */
/* A scale of the epilogue as T; integers have whole ones. */
static inline T NAME(factor_of)(double by)
{
#if IS_FLOAT
    return (T)by;
#else
    return (T)saturate_i64(by, 0);
#endif
}

static void NAME(scale_row)(T *row, double by, int64_t n)
{
    const T factor = NAME(factor_of)(by);
    for (int64_t i = 0; i < n; i++) row[i] = NAME(mul)(row[i], factor);
}

static void NAME(add_row)(T *row, const T *other, double by, int64_t n)
{
    const T factor = NAME(factor_of)(by);
    if (by == 1)
        for (int64_t i = 0; i < n; i++) row[i] = NAME(add)(row[i], other[i]);
    else
        for (int64_t i = 0; i < n; i++) row[i] = NAME(add)(row[i], NAME(mul)(other[i], factor));
}

static inline int NAME(epilogue_is_trivial)(const struct work *w)
{
    const struct epilogue *e = &w->epilogue;
    return e->alpha == 1 && !w->dtype[NEST_C] && !e->accumulate && !e->activation;
}

/* What the sums become; the caller stores them. */
static void NAME(epilogue)(const struct NAME(chunk) *c, T *acc)
{
    const struct epilogue *e = &c->w->epilogue;
    T buf[ROW];
    if (e->alpha != 1) NAME(scale_row)(acc, e->alpha, c->len);
    if (c->w->dtype[NEST_C]) NAME(add_row)(acc, NAME(chunk_in)(c, buf, NEST_C), e->beta, c->len);
    if (e->accumulate) NAME(add_row)(acc, NAME(chunk_in)(c, buf, NEST_DST), 1, c->len);
    if (e->activation)
        for (int64_t i = 0; i < c->len; i++) acc[i] = NAME(activate)(e, acc[i]);
}

/* v = acc + c; round_half_even(v*d) + y_zero, saturated to dst's 8 bits. d is f64. */
static void NAME(requantize)(const struct NAME(chunk) *c, T *acc)
{
    const struct work *w = c->w;
    int is_signed = w->dtype[NEST_DST] == STRIDED_I8;
    T buf[ROW];
    if (w->dtype[NEST_C]) NAME(add_row)(acc, NAME(chunk_in)(c, buf, NEST_C), 1, c->len);
    for (int64_t i = 0; i < c->len; i++) {
        double factor;
        memcpy(&factor, shift(c->at[NEST_D], (c->from + i) * c->row->stride[NEST_D] * (int64_t)sizeof factor), sizeof factor);
        double v = rint((double)acc[i] * factor) + (double)w->epilogue.y_zero;
        acc[i] = (T)saturate(v, 1, is_signed ? INT8_MIN : 0, is_signed ? INT8_MAX : UINT8_MAX);
    }
}

static void NAME(contract_chunk)(const struct NAME(chunk) *c)
{
    T acc[ROW];
    int64_t unit[NEST_OPERANDS];
    memset(acc, 0, (size_t)c->len * sizeof *acc);
    work_units(c->w, unit);
    if (any_empty(c->n->axis + c->n->keep, c->n->fold)) ;
    else if (NAME(fold_is_row)(c)) NAME(sum_folds)(c, acc, unit);
    else if (NAME(folds_run_across)(c) && !c->w->a_zero && !is_mapped(inner_fold(c->n), NEST_B)) NAME(sum_turned)(c, acc, unit);
    else NAME(sum_rows)(c, acc, unit);
    if (c->w->epilogue.requantize) NAME(requantize)(c, acc);
    else NAME(epilogue)(c, acc);
    NAME(chunk_out)(c, acc, 0);
}

static void NAME(contract)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    NAME(each_chunk)(w, n, data, -1, NAME(contract_chunk));
}
