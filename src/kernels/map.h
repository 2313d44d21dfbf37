/*
 * map.h - template: WORK_MAP, element by element.
 */

static inline T NAME(unary)(int op, T a)
{
    switch (op) {
    case STRIDED_NEG:        return NAME(negate)(a);
    case STRIDED_ABS:        return NAME(magnitude)(a);
    case STRIDED_SQUARE:     return NAME(mul)(a, a);
    case STRIDED_SIGN:       return NAME(sign)(a);
    case STRIDED_RELU:       return NAME(is_negative)(a) ? 0 : a;
#if IS_FLOAT
    case STRIDED_SQRT:       return FN(sqrt)(a);
    case STRIDED_RECIPROCAL: return 1 / a;
    case STRIDED_FLOOR:      return FN(floor)(a);
    case STRIDED_CEIL:       return FN(ceil)(a);
    case STRIDED_ROUND:      return FN(rint)(a);
#endif
#if IS_FLOAT && !IS_F32 /* those of floats are in functions.h */
    case STRIDED_EXP:        return exp(a);
    case STRIDED_LOG:        return log(a);
    case STRIDED_TANH:       return tanh(a);
    case STRIDED_ERF:        return erf(a);
    case STRIDED_SIGMOID:    return 1 / (1 + exp(-a));
    case STRIDED_GELU:       return 0.5 * a * (1 + erf(a * M_SQRT1_2));
    case STRIDED_GELU_TANH:  return 0.5 * a * (1 + tanh(M_2_SQRTPI * M_SQRT1_2 * (a + 0.044715 * a * a * a)));
    case STRIDED_SILU:       return a / (1 + exp(-a));
#endif
    default:                 return a;
    }
}

static inline T NAME(binary)(int op, T a, T b)
{
    switch (op) {
    case STRIDED_ADD: return NAME(add)(a, b);
    case STRIDED_SUB: return NAME(sub)(a, b);
    case STRIDED_MUL: return NAME(mul)(a, b);
    case STRIDED_DIV: return NAME(div)(a, b);
    case STRIDED_MAX: return NAME(larger)(a, b);
    case STRIDED_MIN: return NAME(smaller)(a, b);
    case STRIDED_POW: return NAME(power)(a, b);
    default:          return NAME(is_negative)(a) ? NAME(mul)(a, b) : a; /* PRELU */
    }
}

/* The whole row by one operator, so that the switch is outside the loop. */
#define UNARY_ROW(name, value, formula) \
    case value: AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = NAME(unary)(value, a[i]); break;
#define BINARY_ROW(name, value, formula) \
    case value: EACH_LINE { AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = NAME(binary)(value, a[i], b[i]); } break;

static void NAME(unary_row)(int op, T *out, const T *a, int64_t n)
{
#if IS_F32
    if (function_row(op, out, a, n)) return;
#endif
    switch (op) { STRIDED_UNARY_LIST(UNARY_ROW) default: break; }
}

/* Of floats also lines, which lie so many elements apart: what is short is not brought together before. */
#if IS_F32
#define EACH_LINE for (int64_t l = 0; l < k->lines; l++, out += k->out, a += k->a, b += k->b)
struct NAME(apart) { int64_t lines, out, a, b; };

static void NAME(binary_lines)(int op, T *out, const T *a, const T *b, int64_t n, const struct NAME(apart) *k)
{
    switch (op) { STRIDED_BINARY_LIST(BINARY_ROW) default: break; }
}

static void NAME(binary_row)(int op, T *out, const T *a, const T *b, int64_t n)
{
    NAME(binary_lines)(op, out, a, b, n, &(struct NAME(apart)){ 1, 0, 0, 0 });
}
#else
#define EACH_LINE
static void NAME(binary_row)(int op, T *out, const T *a, const T *b, int64_t n)
{
    switch (op) { STRIDED_BINARY_LIST(BINARY_ROW) default: break; }
}
#endif

#undef EACH_LINE
#undef UNARY_ROW
#undef BINARY_ROW

static void NAME(clamp_row)(T *out, const T *a, int64_t n, T lo, T hi)
{
    AT_ONCE for (int64_t i = 0; i < n; i++) {
        T v = a[i] < lo ? lo : a[i];
        out[i] = v > hi ? hi : v;
    }
}

static void NAME(mul_row)(T *out, const T *a, int64_t n)
{
    AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = NAME(mul)(out[i], a[i]);
}

/* a / (b*c*d); absent rows count as 1. */
static void NAME(divide_row)(T *out, const T *a, const T *b, const T *c, const T *d, int64_t n)
{
    T by[ROW];
    AT_ONCE for (int64_t i = 0; i < n; i++) by[i] = 1;
    if (b) NAME(mul_row)(by, b, n);
    if (c) NAME(mul_row)(by, c, n);
    if (d) NAME(mul_row)(by, d, n);
    AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = NAME(div)(a[i], by[i]);
}

#if IS_FLOAT
/* What is known without the C library, which takes its time, is what it gives. */
static inline T NAME(lp_power)(T a, T e) { return e == 0 || a == 1 ? 1 : e == 1 ? a : FN(pow)(a, e); }

static inline T NAME(lp_grad)(T gy, T x, T y, T p)
{
    T s = NAME(sign)(x);
    return y == 0 ? 0 : gy * s * NAME(lp_power)(FN(fabs)(x), p - 1) * NAME(lp_power)(y, 1 - p);
}

static void NAME(exp_sub_row)(T *out, const T *a, const T *b, int64_t n)
{
    AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = a[i] - b[i];
    NAME(unary_row)(STRIDED_EXP, out, out, n);
}

static void NAME(float_row)(const struct work *w, T *out, const T *a, const T *b, const T *c, const T *d, int64_t n)
{
    T tmp[ROW];
    const T x = (T)w->param[0], y = (T)w->param[1];
    switch (w->op) {
    case MAP_LERP:       AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = a[i] * (1 - x) + b[i] * x; break;
    case MAP_BLEND:      AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = a[i] * (1 - x) + b[i] * (x * y); break;
    case MAP_MUL_ADD:    AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = a[i] * b[i] + c[i]; break;
    case MAP_SCALE:      AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = a[i] * x; break;
    case MAP_ROOT_SCALE: AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = (b ? b[i] : 1) / FN(sqrt)(a[i] + x); break;
    case MAP_FINITE:     AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = isinf(a[i]) ? 0 : a[i]; break;
    case MAP_EXP_DIV:    NAME(exp_sub_row)(tmp, a, b, n); AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = tmp[i] / c[i]; break;
    case MAP_EXP_SUB:    NAME(exp_sub_row)(out, a, b, n); break;
    case MAP_SUB_SUB:    AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = (a[i] - b[i]) - c[i]; break;
    case MAP_LP_GRAD:    AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = NAME(lp_grad)(a[i], b[i], c[i], x); break;
    case MAP_SCALE_SHIFT:
        AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = (a[i] - (b ? b[i] : 0)) * (c ? c[i] : 1) + (d ? d[i] : 0);
        break;
    default: break;
    }
}
#endif

static void NAME(fill_row)(const struct work *w, T *out, int64_t n)
{
    T v = IS_FLOAT ? (T)w->param[0] : (T)w->ivalue;
    AT_ONCE for (int64_t i = 0; i < n; i++) out[i] = v;
}

static void NAME(map_row)(const struct work *w, T *out, const T *a, const T *b, const T *c, const T *d, int64_t n)
{
    switch (w->op) {
    case MAP_FILL:   NAME(fill_row)(w, out, n); break;
    case MAP_UNARY:  NAME(unary_row)(w->sub, out, a, n); break;
    case MAP_BINARY: NAME(binary_row)(w->sub, out, a, b, n); break;
    case MAP_CLAMP:  NAME(clamp_row)(out, a, n, NAME(limit)(w->param[0]), NAME(limit)(w->param[1])); break;
    case MAP_DIVIDE: NAME(divide_row)(out, a, b, c, d, n); break;
    default:
#if IS_FLOAT
        NAME(float_row)(w, out, a, b, c, d, n);
#endif
        break;
    }
}

/* Some indices of two axes; everything else stands still. */
struct NAME(patch) {
    const struct work *w;
    char *const *at;       /* at index 0 of both axes */
    struct span x, y;
    int stream;            /* the destination is written past the caches, if it is a row of T */
};

/* On its way to another dtype, and straight to where it is to be, if that is a row of T. Windows are converted by this, while they have much of the
 * stack. */
static __attribute__((noinline)) void NAME(copy_patch)(const struct NAME(patch) *p)
{
    T buf[ROW] __attribute__((aligned(64)));
    T *place = NAME(place)(p->w, NEST_DST, p->at[NEST_DST], &p->x, &p->y);
    T *out = place ? place : buf;
    const T *in = NAME(fetch)(out, p->w, NEST_A, p->at[NEST_A], &p->x, &p->y);
    if (IS_F32 && p->w->param[1] != 0) {
        const T less = (T)p->w->param[1];
        AT_ONCE for (int64_t i = 0; i < p->x.len * p->y.len; i++) out[i] = in[i] - less;
        in = out;
    }
    if (in != place) NAME(put)(p->w, NEST_DST, p->at[NEST_DST], &p->x, &p->y, in, p->w->param[0] == 0);
}

static __attribute__((noinline)) void NAME(map_patch)(const struct NAME(patch) *p)
{
    T buf[NEST_OPERANDS][ROW] __attribute__((aligned(64)));
    const T *in[NEST_OPERANDS] = { 0 };
    T *place = NAME(place)(p->w, NEST_DST, p->at[NEST_DST], &p->x, &p->y), *out = place && !p->stream ? place : buf[NEST_DST];
    for (int o = NEST_A; o < NEST_OPERANDS; o++)
        if (p->w->dtype[o]) in[o] = NAME(fetch)(buf[o], p->w, o, p->at[o], &p->x, &p->y);
    for (int o = NEST_A; VECTOR_BYTES == 64 && p->stream && o < NEST_OPERANDS; o++)
        if (in[o] && in[o] != buf[o]) ask_ahead(in[o], p->x.len * p->y.len * (int64_t)sizeof(T));
    NAME(map_row)(p->w, out, in[NEST_A], in[NEST_B], in[NEST_C], in[NEST_D], p->x.len * p->y.len);
    if (p->stream && place) stream_bytes((char *)place, (const char *)out, p->x.len * p->y.len * (int64_t)sizeof(T));
    else if (!place) NAME(put)(p->w, NEST_DST, p->at[NEST_DST], &p->x, &p->y, out, p->w->op == MAP_FILL);
}

/* So many lines of a plane are a row of T where they lie, of every operand. */
static int NAME(lies_as_row)(const struct work *w, const struct planes *k, char *const at[NEST_OPERANDS], int64_t lines)
{
    const struct span x = { k->x, 0, lines }, y = { k->y, 0, k->y->len };
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (w->dtype[o] && !NAME(place)(w, o, at[o], &x, &y)) return 0;
    return 1;
}

#if IS_F32
/* Lines of a plane where they lie, of an operator that takes them so. 0: it is another, or they do not. */
static int NAME(map_lines)(const struct work *w, const struct planes *k, char *const at[NEST_OPERANDS])
{
    const struct NAME(apart) by = { k->x->len, k->x->stride[NEST_DST], k->x->stride[NEST_A], k->x->stride[NEST_B] };
    if (w->op != MAP_BINARY || k->stream || k->y->len < NAME(LANES) || !NAME(lies_as_row)(w, k, at, 1)) return 0;
    NAME(binary_lines)(w->sub, (T *)(void *)at[NEST_DST], (const T *)(const void *)at[NEST_A], (const T *)(const void *)at[NEST_B], k->y->len, &by);
    return 1;
}
#endif

/* Patches as long as rows can be; of a plane that is turned, as high as a cache line is long. What lies as one row is one, if nothing on its way
 * needs room; long lines go one at a time where they lie. */
static void NAME(map_plane)(const struct work *w, const struct planes *k, char *const at[NEST_OPERANDS])
{
    enum { LONG = 128 };
#if IS_F32
    if (NAME(map_lines)(w, k, at)) return;
#endif
    const int roomless = !k->stream && (w->op == MAP_UNARY || w->op == MAP_BINARY || w->op == MAP_CLAMP);
    const int one = roomless && NAME(lies_as_row)(w, k, at, k->x->len), apart = !one && k->y->len >= LONG && NAME(lies_as_row)(w, k, at, 1);
    const int64_t low = k->turned ? TURN_HIGH / (int64_t)sizeof(T) : 1;
    const int64_t wide = one || (apart && roomless) ? k->y->len : min_size(k->y->len, ROW / min_size(low, k->x->len));
    const int64_t high = one ? k->x->len : apart ? 1 : min_size(k->x->len, ROW / wide);
    struct NAME(patch) p = { .w = w, .at = at, .stream = k->stream, .x = { k->x, 0, 0 }, .y = { k->y, 0, 0 } };
    for (p.y.from = 0; p.y.from < k->y->len; p.y.from += p.y.len) {
        p.y.len = min_size(wide, k->y->len - p.y.from);
        for (p.x.from = 0; p.x.from < k->x->len; p.x.from += p.x.len) {
            p.x.len = min_size(high, k->x->len - p.x.from);
            if (w->op == MAP_COPY) NAME(copy_patch)(&p);
            else NAME(map_patch)(&p);
        }
    }
}

static void NAME(map_planes)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    struct planes p;
    struct cursor k;
    planes_of(&p, w, n);
    work_units(w, k.unit);
    cursor_start(&k, p.outer, p.outers, data);
    do NAME(map_plane)(w, &p, k.at);
    while (cursor_next(&k));
    if (p.stream) stream_end();
}

/* The destination may overlap itself: elements that a row meets again are taken one at a time. */
static void NAME(accumulate_chunk)(const struct NAME(chunk) *c)
{
    T abuf[ROW], old[ROW], sum[ROW];
    const T *a = NAME(chunk_in)(c, abuf, NEST_A);
    const int apart = c->row->stride[NEST_DST] && !is_mapped(c->row, NEST_DST);
    for (int64_t i = 0, n; i < c->len; i += n) {
        n = apart ? c->len : 1;
        const T *d = NAME(row_in)(old, c->w, NEST_DST, c->row, c->at[NEST_DST], c->from + i, n);
        AT_ONCE for (int64_t j = 0; j < n; j++) sum[j] = NAME(add)(d[j], a[i + j]);
        NAME(row_out)(c->w, NEST_DST, c->row, c->at[NEST_DST], c->from + i, sum, n, 0);
    }
}

static void NAME(map)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    if (w->op == MAP_ACCUMULATE) NAME(each_chunk)(w, n, data, ROW, NAME(accumulate_chunk));
    else if (moves_bits(w, n)) move_bits(w, n, data);
    else NAME(map_planes)(w, n, data);
}
