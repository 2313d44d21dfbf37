/*
 * contract.h - template: WORK_CONTRACT, dst = epilogue(sum over the fold axes of a*b), one chain per output.
 */

enum { NAME(STEPS_WIDE) = 64, NAME(STEPS) = 8 }; /* outputs at once where a's memory runs along the sum; steps at once of rows in place */

/* A factor for some steps of the sum: of each output, or one for all. */
struct NAME(factor) { const T *at; int64_t step, moves; };

#if IS_FLOAT
/* acc[i] += a*b for `steps` steps, in order; the sums of some vectors stay in registers. */
ALWAYS_INLINE void NAME(muladd_vectors)(T *acc, struct NAME(factor) a, struct NAME(factor) b, int64_t steps, int vectors, int both)
{
    NAME(vec) s[4];
    UNROLL(4)
    for (int j = 0; j < vectors; j++) s[j] = NAME(vec_get)(acc + j * NAME(LANES));
    for (int64_t t = 0; t < steps; t++)
        UNROLL(4)
        for (int j = 0; j < vectors; j++) {
            NAME(vec) v = NAME(vec_get)(a.at + t * a.step + j * NAME(LANES));
            s[j] = both ? NAME(vec_step2)(v, NAME(vec_get)(b.at + t * b.step + j * NAME(LANES)), s[j]) : NAME(vec_step)(v, b.at[t * b.step], s[j]);
        }
    UNROLL(4)
    for (int j = 0; j < vectors; j++) NAME(vec_put)(acc + j * NAME(LANES), s[j]);
}

static inline struct NAME(factor) NAME(factor_from)(struct NAME(factor) f, int64_t i)
{
    f.at += f.moves ? i : 0;
    return f;
}
#endif

ALWAYS_INLINE void NAME(muladd_some)(T *acc, struct NAME(factor) a, struct NAME(factor) b, int64_t steps, int64_t n, int both)
{
    (void)both;
    int64_t i = 0;
#if IS_FLOAT
    for (; i + 4 * NAME(LANES) <= n; i += 4 * NAME(LANES))
        NAME(muladd_vectors)(acc + i, NAME(factor_from)(a, i), NAME(factor_from)(b, i), steps, 4, both);
    for (; i + NAME(LANES) <= n; i += NAME(LANES))
        NAME(muladd_vectors)(acc + i, NAME(factor_from)(a, i), NAME(factor_from)(b, i), steps, 1, both);
#endif
    for (; i < n; i++) {
        T sum = acc[i];
        const T *p = a.at + (a.moves ? i : 0), *q = b.at + (b.moves ? i : 0);
        for (int64_t t = 0; t < steps; t++) sum = NAME(muladd)(p[t * a.step], q[t * b.step], sum);
        acc[i] = sum;
    }
}

static void NAME(muladd_steps)(T *acc, struct NAME(factor) a, struct NAME(factor) b, int64_t steps, int64_t n)
{
    if (!a.moves) { struct NAME(factor) c = a; a = b; b = c; }
    if (a.moves && b.moves) NAME(muladd_some)(acc, a, b, steps, n, 1);
    else NAME(muladd_some)(acc, a, b, steps, n, 0);
}

static int NAME(moves)(const struct nest_axis *axis, int o) { return axis->stride[o] != 0 || is_mapped(axis, o); }

/* Operand o for some steps of the sum, in place if it can be. One of the two has a value for each output. */
static struct NAME(factor) NAME(factor)(T *buf, const struct work *w, int o, char *at, const struct span *step, const struct span *row)
{
    struct NAME(factor) f = { .moves = NAME(moves)(row->axis, o) || (o == NEST_A && !NAME(moves)(row->axis, NEST_B)) };
    const struct span one = { row->axis, row->from, 1 };
    if (!f.moves) row = &one;
    struct NAME(lines) v = NAME(lines)(buf, w, o, at, step, row);
    if (v.narrow || v.step % (int64_t)sizeof(T)) v = NAME(rows)(buf, w, o, at, step, row);
    f.step = v.step / (int64_t)sizeof(T);
    f.at = (const T *)(const void *)v.at;
    if (o != NEST_A || !w->a_zero) return f;
    for (int64_t i = 0; i < step->len; i++)
        AT_ONCE for (int64_t j = 0; j < row->len; j++) buf[i * row->len + j] = NAME(sub)(f.at[i * f.step + j], (T)w->a_zero);
    return (struct NAME(factor)){ buf, row->len, f.moves };
}

/* Rows of this operand are read where they are. */
static int NAME(in_place)(const struct NAME(chunk) *c, int o)
{
    const int aligned = is_aligned(c->at[o], sizeof(T)), dense = c->row->stride[o] == 1 || !NAME(moves)(c->row, o);
    return c->w->dtype[o] == NATIVE && dense && aligned && !is_mapped(c->row, o) && !is_mapped(inner_fold(c->n), o);
}

/* Steps that are done at once. */
static int64_t NAME(steps_of)(const struct NAME(chunk) *c)
{
    const int moves = NAME(moves)(c->row, NEST_A) || NAME(moves)(c->row, NEST_B);
    const int stay = moves && NAME(in_place)(c, NEST_A) && NAME(in_place)(c, NEST_B) && !c->w->a_zero;
    return max_size(ROW / c->len, stay ? NAME(STEPS) : 1);
}

static void NAME(sum_steps)(const struct NAME(chunk) *c, T *acc)
{
    const struct nest_axis *inner = inner_fold(c->n);
    const int64_t steps = NAME(steps_of)(c);
    const struct span row = { c->row, c->from, c->len };
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    do
        for (struct span step = { inner, 0, 0 }; step.from < inner->len; step.from += step.len) {
            T abuf[ROW], bbuf[ROW];
            step.len = min_size(inner->len - step.from, steps);
            struct NAME(factor) a = NAME(factor)(abuf, c->w, NEST_A, k.at[NEST_A], &step, &row);
            struct NAME(factor) b = NAME(factor)(bbuf, c->w, NEST_B, k.at[NEST_B], &step, &row);
            NAME(muladd_steps)(acc, a, b, step.len, c->len);
        }
    while (cursor_next(&k));
}

#if IS_FLOAT
/* acc[i] += a[i][t]*b[t] of some vectors of outputs, whose lines of a are `step` bytes apart: a is turned in registers. n is a multiple
 * of the elements of 16 bytes. Vectors of 64 bytes wait for memory: they ask for what comes later, each time in some of the lines. */
ALWAYS_INLINE void NAME(dot_vectors)(T *acc, const char *a, int64_t step, const T *b, int64_t n, int vectors)
{
    enum { SIDE = 16 / sizeof(T), AHEAD_BYTES = 256 };
    NAME(vec) sum[4];
    UNROLL(4)
    for (int j = 0; j < vectors; j++) sum[j] = NAME(vec_get)(acc + j * NAME(LANES));
    for (int64_t t = 0; t < n; t += SIDE)
        UNROLL(4)
        for (int j = 0; j < vectors; j++) {
            const char *later = a + (j * NAME(LANES) + t % NAME(LANES)) * step + t * (int64_t)sizeof(T) + AHEAD_BYTES;
            wide v[SIDE];
            UNROLL(4)
            for (int i = 0; VECTOR_BYTES == 64 && i < SIDE; i++) __builtin_prefetch(later + i * step);
            UNROLL(4)
            for (int i = 0; i < SIDE; i++) v[i] = get_pieces(a + (j * NAME(LANES) + i) * step + t * (int64_t)sizeof(T), SIDE * step);
            NAME1(turn_pieces, BITS)(v);
            UNROLL(4)
            for (int i = 0; i < SIDE; i++) sum[j] = NAME(vec_step)((NAME(vec))v[i], b[t + i], sum[j]);
        }
    UNROLL(4)
    for (int j = 0; j < vectors; j++) NAME(vec_put)(acc + j * NAME(LANES), sum[j]);
}

static void NAME(dot_scalar)(T *acc, const char *a, int64_t step, const T *b, int64_t len, int64_t n)
{
    for (int64_t i = 0; i < len; i++)
        for (int64_t t = 0; t < n; t++) acc[i] = NAME(muladd)(NAME(of_line)(a + i * step, 0, t), b[t], acc[i]);
}

/* n steps of `len` outputs, as many at once as there are lines that the cache holds. */
static void NAME(dot_steps)(T *acc, const char *a, int64_t step, const T *b, int64_t len, int64_t n)
{
    const int64_t even = n - n % (16 / (int64_t)sizeof(T)), most = lines_that_fit(step) / NAME(LANES);
    int64_t i = 0;
    for (; most >= 4 && i + 4 * NAME(LANES) <= len; i += 4 * NAME(LANES)) NAME(dot_vectors)(acc + i, a + i * step, step, b, even, 4);
    for (; most >= 2 && i + 2 * NAME(LANES) <= len; i += 2 * NAME(LANES)) NAME(dot_vectors)(acc + i, a + i * step, step, b, even, 2);
    for (; i + NAME(LANES) <= len; i += NAME(LANES)) NAME(dot_vectors)(acc + i, a + i * step, step, b, even, 1);
    NAME(dot_scalar)(acc, a + even * (int64_t)sizeof(T), step, b + even, i, n - even);
    NAME(dot_scalar)(acc + i, a + i * step, step, b, len - i, n);
}

/* Steps that are done at once: as many as there is room for, if a has to be brought there. */
static int64_t NAME(steps_along)(const struct NAME(chunk) *c, const struct nest_axis *inner)
{
    const int aligned = is_aligned(c->at[NEST_A], sizeof(T)), dense = inner->stride[NEST_A] == 1 && !is_mapped(inner, NEST_A);
    return c->w->dtype[NEST_A] == NATIVE && dense && aligned ? ROW : ROW / c->len;
}

static void NAME(sum_along)(const struct NAME(chunk) *c, T *acc)
{
    const struct nest_axis *inner = inner_fold(c->n);
    const int64_t steps = NAME(steps_along)(c, inner);
    const struct span row = { c->row, c->from, c->len }, one = { &single_axis, 0, 1 };
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    do
        for (struct span step = { inner, 0, 0 }; step.from < inner->len; step.from += step.len) {
            T abuf[ROW], bbuf[ROW];
            step.len = min_size(inner->len - step.from, steps);
            struct NAME(lines) a = NAME(lines)(abuf, c->w, NEST_A, k.at[NEST_A], &row, &step);
            if (a.narrow) a = NAME(rows)(abuf, c->w, NEST_A, k.at[NEST_A], &row, &step);
            NAME(dot_steps)(acc, a.at, a.step, NAME(fetch)(bbuf, c->w, NEST_B, k.at[NEST_B], &one, &step), c->len, step.len);
        }
    while (cursor_next(&k));
}

/* a's memory runs along the sum, and b is the same for a whole row. */
static int NAME(sums_along)(const struct nest *n)
{
    const struct nest_axis *inner = inner_fold(n), *row = n->keep ? &n->axis[n->keep - 1] : &single_axis;
    return n->fold && step_of(inner, NEST_A) < step_of(row, NEST_A) && !NAME(moves)(row, NEST_B) && !is_mapped(row, NEST_A);
}
#endif

#if IS_F32 && defined(BY_TILES)
static float flushed(float v) { return fabsf(v) < 0x1p-126f ? copysignf(0, v) : v; }

/* a*b + c, rounded as if exponents had no end: what is then subnormal is 0, also where it would be rounded up to what is not. */
static float flushed_muladd(float a, float b, float c)
{
    const float v = fmaf(a, b, c);
    if (fabsf(v) == 0x1p-126f && fabsf(fmaf(a * 0x1p32f, b * 0x1p32f, c * 0x1p64f)) < 0x1p-62f) return copysignf(0, v);
    return flushed(v);
}

static float bf16_at(const char *p)
{
    uint16_t half;
    uint32_t bits;
    float v;
    memcpy(&half, p, sizeof half);
    bits = (uint32_t)half << 16;
    memcpy(&v, &bits, sizeof v);
    return flushed(v);
}

/* n terms of a run (nest.h), `a` and `b` bytes apart, and zeros. */
static float run_of_terms(const char *p, int64_t a, const char *q, int64_t b, int64_t n)
{
    float sum[2] = { 0, 0 };
    for (int64_t t = 0; t < RUN_TERMS; t++)
        sum[t % 2] = flushed_muladd(t < n ? bf16_at(p + t * a) : 0, t < n ? bf16_at(q + t * b) : 0, sum[t % 2]);
    return flushed(sum[0] + sum[1]);
}

/* What tiles of bf16 give, one output after the other: the last fold may be several by now. */
static void NAME(sum_runs)(const struct NAME(chunk) *c, T *acc)
{
    const struct nest_axis *inner = inner_fold(c->n);
    const int64_t size = sizeof(uint16_t), a = inner->stride[NEST_A] * size, b = inner->stride[NEST_B] * size;
    const int64_t a_row = c->row->stride[NEST_A] * size, b_row = c->row->stride[NEST_B] * size;
    struct cursor k;
    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    do
        for (int64_t from = 0, n; from < inner->len; from += n) {
            n = min_size(RUN_TERMS, c->w->runs - from % c->w->runs);
            for (int64_t i = 0; i < c->len; i++) {
                const char *p = k.at[NEST_A] + (c->from + i) * a_row + from * a, *q = k.at[NEST_B] + (c->from + i) * b_row + from * b;
                acc[i] = flushed(acc[i] + run_of_terms(p, a, q, b, n));
            }
        }
    while (cursor_next(&k));
}
#endif

/* In loops that become vectors. NaN stays NaN, and -0 what it is. */
static void NAME(activate_row)(const struct epilogue *e, T *row, int64_t n)
{
    double lo, hi;
    if (activation_limits(e, &lo, &hi)) NAME(clamp_row)(row, row, n, NAME(limit)(lo), NAME(limit)(hi));
    else NAME(unary_row)(STRIDED_SILU, row, row, n);
}

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

static void NAME(add_row)(T *restrict row, const T *restrict other, double by, int64_t n)
{
    const T factor = NAME(factor_of)(by);
    if (by == 1)
        for (int64_t i = 0; i < n; i++) row[i] = NAME(add)(row[i], other[i]);
    else
        for (int64_t i = 0; i < n; i++) row[i] = NAME(add)(row[i], NAME(mul)(other[i], factor));
}

static void NAME(add_value)(T *row, T value, double by, int64_t n)
{
    const T v = by == 1 ? value : NAME(mul)(value, NAME(factor_of)(by));
    for (int64_t i = 0; i < n; i++) row[i] = NAME(add)(row[i], v);
}

static __attribute__((noinline)) void NAME(add_brought)(const struct NAME(chunk) *c, int o, double by, T *acc)
{
    T buf[ROW];
    NAME(add_row)(acc, NAME(chunk_in)(c, buf, o), by, c->len);
}

/* The chunk's first element of an operand of type T. */
static char *NAME(first_of)(const struct NAME(chunk) *c, int o) { return shift(c->at[o], c->from * c->row->stride[o] * (int64_t)sizeof(T)); }

/* A bias most of all: one value, or neighbours, which chunks are too short to ask for from afar. */
static void NAME(add_operand)(const struct NAME(chunk) *c, int o, double by, T *acc)
{
    const int64_t step = c->row->stride[o];
    const T *p = (const T *)(const void *)NAME(first_of)(c, o);
    if (c->w->dtype[o] != NATIVE || is_mapped(c->row, o) || !is_aligned((const char *)p, sizeof(T)) || (step != 0 && step != 1))
        NAME(add_brought)(c, o, by, acc);
    else if (step) NAME(add_row)(acc, p, by, c->len);
    else NAME(add_value)(acc, *p, by, c->len);
}

/* What the sums become; the caller stores them. */
static void NAME(epilogue)(const struct NAME(chunk) *c, T *acc)
{
    const struct epilogue *e = &c->w->epilogue;
#if IS_FLOAT
    struct NAME(plain) p;
    if (NAME(is_plain)(c->w, c->row, &p)) { NAME(end_row)(&p, NAME(first_of)(c, NEST_C), acc, c->len); return; }
#endif
    if (e->alpha != 1) NAME(scale_row)(acc, e->alpha, c->len);
    if (c->w->dtype[NEST_C]) NAME(add_operand)(c, NEST_C, e->beta, acc);
    if (e->accumulate) NAME(add_operand)(c, NEST_DST, 1, acc);
    if (e->activation) NAME(activate_row)(e, acc, c->len);
}

#if BITS == 32 && !IS_FLOAT
/* round_half_even(v*factor) + zero, at least lo and at most hi; 0 for what is no number. */
static void NAME(scale_whole)(T *restrict v, const double *restrict factor, double zero, double lo, double hi, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        double r = rint((double)v[i] * factor[i]) + zero, in = r < lo ? lo : r > hi ? hi : r;
        v[i] = (T)(r != r ? 0 : in);
    }
}

/* v = acc + c; round_half_even(v*d) + y_zero, saturated to dst's 8 bits. d is f64. */
static void NAME(requantize)(const struct NAME(chunk) *c, T *acc)
{
    const struct work *w = c->w;
    const int is_signed = w->dtype[NEST_DST] == STRIDED_I8;
    const int64_t size = sizeof(double), step = c->row->stride[NEST_D] * size;
    double factor[ROW];
    if (w->dtype[NEST_C]) NAME(add_operand)(c, NEST_C, 1, acc);
    for (int64_t i = 0; i < c->len; i++) memcpy(&factor[i], shift(c->at[NEST_D], (c->from + i) * step), sizeof factor[i]);
    NAME(scale_whole)(acc, factor, (double)w->epilogue.y_zero, is_signed ? INT8_MIN : 0, is_signed ? INT8_MAX : UINT8_MAX, c->len);
}
#endif

static void NAME(sum)(const struct NAME(chunk) *c, T *acc)
{
#if IS_F32 && defined(BY_TILES)
    if (c->w->runs) { NAME(sum_runs)(c, acc); return; }
#endif
#if IS_FLOAT
    if (NAME(sums_along)(c->n)) { NAME(sum_along)(c, acc); return; }
#endif
    NAME(sum_steps)(c, acc);
}

static void NAME(complete)(const struct NAME(chunk) *c, T *acc)
{
#if BITS == 32 && !IS_FLOAT
    if (c->w->epilogue.requantize) { NAME(requantize)(c, acc); return; }
#endif
    NAME(epilogue)(c, acc);
}

static void NAME(contract_chunk)(const struct NAME(chunk) *c)
{
    T acc[ROW];
    memset(acc, 0, (size_t)c->len * sizeof *acc);
    if (!any_empty(c->n->axis + c->n->keep, c->n->fold)) NAME(sum)(c, acc);
    NAME(complete)(c, acc);
    NAME(chunk_out)(c, acc, 0);
}

/* How many outputs at once. */
static int64_t NAME(contract_most)(const struct work *w, const struct nest *n)
{
    const struct nest_axis *inner = inner_fold(n), *row = n->keep ? &n->axis[n->keep - 1] : &single_axis;
    if (step_of(inner, NEST_A) >= step_of(row, NEST_A)) return ROW;
#if IS_FLOAT
    if (NAME(sums_along)(n) && w->dtype[NEST_A] == NATIVE && inner->stride[NEST_A] == 1 && inner->len <= ROW) return 16 * NAME(LANES); /* in place */
    if (NAME(sums_along)(n)) return max_size(NAME(LANES), min_size(4 * NAME(LANES), lines_that_fit(row->stride[NEST_A] * size_of(w->dtype[NEST_A]))));
#endif
    (void)w;
    return NAME(STEPS_WIDE);
}

static void NAME(contract)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    NAME(each_chunk)(w, n, data, NAME(contract_most)(w, n), NAME(contract_chunk));
}
