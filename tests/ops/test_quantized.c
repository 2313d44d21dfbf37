/*
 * test_quantized.c - 8-bit convolution and matrix product: every pair of dtypes, zero points and scales of every kind,
 * rounding, saturation, geometries by the hundred, everything that is refused.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"
#include "support/windows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* The operands are x, w, bias, w_scale, w_zero. */
struct setting {
    struct ref_window window;
    strided_conv_params params;
    double  x_scale, y_scale;
    int64_t x_zero, y_zero;
    strided_dtype x, w, y;
    int64_t shape_x[5], shape_w[5], shape_y[5];
    int     unbatched;
};

static const strided_dtype bytes[] = { STRIDED_U8, STRIDED_I8 };

static strided_quantization quantization(const struct setting *s, const strided_tensor *const *in)
{
    return (strided_quantization){ .x_scale = s->x_scale, .x_zero = s->x_zero, .w_scale = in[3], .w_zero = in[4],
                                   .y_scale = s->y_scale, .y_zero = s->y_zero };
}

static double or_one(double scale) { return scale == 0 ? 1 : scale; }

static double at(const struct array *v, int64_t i, double absent)
{
    return v == NULL ? absent : v->v[v->count == 1 ? 0 : i];
}

static double requantized(const struct setting *s, double acc, const struct array *w_scale, int64_t channel)
{
    if (s->y == STRIDED_I32) return acc;
    double factor = or_one(s->x_scale) * at(w_scale, channel, 1) / or_one(s->y_scale);
    return ref_requantize(acc, factor, (double)s->y_zero, number_lowest(s->y), number_highest(s->y));
}

/* Any value of the dtype. */
static struct array *any(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape)
{
    struct array *v = array_new(ndim, shape);
    int64_t lo = (int64_t)number_lowest(dtype), hi = (int64_t)number_highest(dtype);
    for (int64_t i = 0; i < v->count; i++) v->v[i] = (double)rng_between(r, lo, hi);
    return v;
}

/* ---- convolution -------------------------------------------------------------------------------- */

static struct setting setting_of(const struct ref_window *p, int64_t batch, int64_t c, int64_t o, const int64_t *n)
{
    struct setting s = { .window = *p, .params = window_conv_params(p), .x = STRIDED_U8, .w = STRIDED_I8, .y = STRIDED_I32,
                         .shape_x = { batch, c }, .shape_w = { o, c / p->groups }, .shape_y = { batch, o } };
    for (int a = 0; a < p->nd; a++) {
        s.shape_x[2 + a] = n[a];
        s.shape_w[2 + a] = p->size[a];
        s.shape_y[2 + a] = ref_positions(p, a, n[a], 0);
    }
    return s;
}

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    strided_quantization q = quantization(s, in);
    return strided_conv_quantized(out[0], in[0], in[1], in[2], &q, &s->params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    const struct array *zero = in[4] ? in[4] : array_full(0, 1, STRIDED_LIST(1));
    struct array y = array_batched(out[0], s->window.nd), x = array_batched(in[0], s->window.nd);
    int64_t plane = shape_count(s->window.nd, y.shape + 2);
    ref_conv_zero_points(&y, &x, (double)s->x_zero, in[1], zero, &s->window);
    if (in[2]) ref_add_bias(&y, in[2]);
    for (int64_t i = 0; i < y.count; i++) y.v[i] = requantized(s, y.v[i], in[3], i / plane % y.shape[1]);
}

/* What comes beside x and w: 0 nothing, 1 a scalar, 2 one in a vector, 3 one for each channel. */
struct extras { int bias, scale, zero; strided_dtype scale_dtype, zero_dtype; };

static int kind_shape(int kind, int64_t channels, int64_t *shape)
{
    *shape = kind == 3 ? channels : 1;
    return kind == 1 ? 0 : 1;
}

/* A scalar and a vector of one are the same. */
static void add_vector(struct trial *t, strided_dtype dtype, const struct array *v)
{
    struct trial_operand *o = trial_in(t, dtype, v);
    o->optional = 1;
    o->any_rank = v->ndim == 0;
}

static void add_scale(struct trial *t, struct rng *r, const struct extras *e, int64_t channels)
{
    int64_t shape;
    int ndim = kind_shape(e->scale, channels, &shape);
    if (e->scale == 0) trial_no_in(t);
    else add_vector(t, e->scale_dtype, array_real(r, 0.01, 0.05, ndim, &shape));
}

static void add_zero(struct trial *t, struct rng *r, const struct extras *e, strided_dtype w, int64_t channels)
{
    int64_t shape;
    int ndim = kind_shape(e->zero, channels, &shape);
    struct array *v = e->zero ? any(r, w, ndim, &shape) : NULL;
    for (int64_t i = 0; v && i < v->count; i++)
        if (v->v[i] < number_lowest(e->zero_dtype)) v->v[i] = 0;
    for (int64_t i = 0; v && i < v->count; i++)
        if (v->v[i] > number_highest(e->zero_dtype)) v->v[i] = number_highest(e->zero_dtype);
    if (v == NULL) trial_no_in(t);
    else add_vector(t, e->zero_dtype, v);
}

static struct trial trial_of(const char *name, const struct setting *s, struct extras e, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    int first = s->unbatched, rank = s->window.nd + 2 - first;
    int64_t o = s->shape_w[0];
    struct trial t = trial_new(name, call, reference, s);
    trial_out(&t, s->y, rank, s->shape_y + first);
    trial_in(&t, s->x, any(&r, s->x, rank, s->shape_x + first))->loose = 1; /* a step may not reach the end */
    trial_in(&t, s->w, any(&r, s->w, s->window.nd + 2, s->shape_w))->loose = 1;
    if (e.bias) trial_in(&t, STRIDED_I32, array_real(&r, -5000, 5000, 1, &o))->optional = 1;
    else trial_no_in(&t);
    add_scale(&t, &r, &e, o);
    add_zero(&t, &r, &e, s->w, o);
    t.store = STORE_WRAP;
    t.seed = seed;
    return t;
}

static void set_requantizing(struct setting *s, strided_dtype y, int64_t y_zero)
{
    s->y = y;
    s->x_scale = 0.5;
    s->y_scale = 0.75;
    s->y_zero = y_zero;
}

static void every_layout(void **state)
{
    (void)state;
    struct ref_window p = window_of(2, 3, 1, 1, 1, 1);
    struct setting s = setting_of(&p, 2, 2, 5, STRIDED_LIST(4, 5));
    struct extras e = { 1, 0, 0, STRIDED_F64, STRIDED_I8 };
    struct trial t = trial_of("conv2d_quantized to i32", &s, e, 1);
    trial_all(&t);
    s.x_zero = 3;
    e.zero = 3;
    t = trial_of("conv2d_quantized to i32, zeros by channel", &s, e, 2);
    trial_all(&t);
    p.groups = 2;
    s = setting_of(&p, 2, 4, 4, STRIDED_LIST(4, 3));
    set_requantizing(&s, STRIDED_I8, -7);
    s.x_zero = 255;
    e.scale = 3;
    t = trial_of("conv2d_quantized to i8, groups, scales and zeros by channel", &s, e, 3);
    trial_all(&t);
    p = window_of(1, 3, 2, 2, 2, 1);
    s = setting_of(&p, 1, 3, 5, STRIDED_LIST(9));
    set_requantizing(&s, STRIDED_U8, 100);
    s.x = STRIDED_I8, s.x_zero = -128, s.unbatched = 1;
    e.scale = e.zero = 1;
    t = trial_of("conv1d_quantized to u8, one scale and zero, without N", &s, e, 4);
    trial_all(&t);
    arrays_release();
}

static void geometries(int nd, int count, int64_t most)
{
    char name[300];
    for (int i = 0; i < count; i++) {
        int64_t n[3];
        struct rng r = rng_seed((uint64_t)(nd * 1000 + i));
        struct ref_window p = window_random(&r, nd, most, n);
        p.mode = STRIDED_PAD_CONSTANT;
        struct setting s = setting_of(&p, rng_between(&r, 1, 2), p.groups * rng_between(&r, 1, 3), p.groups * rng_between(&r, 1, 3), n);
        struct extras e = { i % 2, (int)rng_between(&r, 0, 3), (int)rng_between(&r, 0, 3), STRIDED_F32, STRIDED_I16 };
        s.unbatched = s.shape_x[0] == 1 && i % 3 == 0;
        s.x = bytes[rng_between(&r, 0, 1)];
        s.w = bytes[rng_between(&r, 0, 1)];
        s.x_zero = rng_between(&r, (int64_t)number_lowest(s.x), (int64_t)number_highest(s.x));
        if (i % 4) set_requantizing(&s, bytes[i % 4 == 1], rng_between(&r, 0, 127));
        struct trial t = trial_of(window_text(&p, n, name, sizeof name), &s, e, (uint64_t)i);
        t.mixes = 8;
        trial_mixed(&t);
        arrays_release();
    }
}

static void geometries_1d(void **state) { (void)state; geometries(1, 200, 20); }
static void geometries_2d(void **state) { (void)state; geometries(2, 100, 7); }
static void geometries_3d(void **state) { (void)state; geometries(3, 25, 4); }

/* Enough work for several threads and for every kernel there is. */
static void like_networks(void **state)
{
    (void)state;
    static const struct { int64_t size, stride, pad, groups, c, o, n; } list[] = {
        { 3, 1, 1, 1, 16, 33, 9 }, { 1, 1, 0, 1, 64, 48, 6 }, { 3, 2, 1, 24, 24, 24, 13 }, { 7, 2, 3, 1, 3, 16, 17 },
    };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int pair = 0; pair < 4; pair++) {
            struct ref_window p = window_of(2, list[i].size, list[i].stride, 1, list[i].pad, list[i].pad);
            p.groups = list[i].groups;
            struct setting s = setting_of(&p, 1, list[i].c, list[i].o, STRIDED_LIST(list[i].n, list[i].n + 1));
            struct extras e = { 1, 3, pair % 2 ? 3 : 0, STRIDED_F32, STRIDED_I32 };
            if (pair % 2) s.x_zero = 7;
            s.x = bytes[pair % 2], s.w = bytes[pair / 2];
            if (pair) set_requantizing(&s, bytes[pair / 2], 11);
            s.y_scale *= 40;
            struct trial t = trial_of("conv2d_quantized as in networks", &s, e, i);
            t.mixes = 6;
            trial_mixed(&t);
            arrays_release();
        }
}

/* Products at the ends of their range, sums of hundreds of them: nothing saturates half way. */
static void extreme_bytes(void **state)
{
    (void)state;
    struct ref_window p = window_of(2, 3, 1, 1, 1, 1);
    for (int pair = 0; pair < 4; pair++)
        for (int bits = 0; bits < 16; bits++) {
            struct setting s = setting_of(&p, 1, 16, 17, STRIDED_LIST(4, 5));
            s.x = bytes[pair % 2], s.w = bytes[pair / 2];
            double x[2] = { number_lowest(s.x), number_highest(s.x) }, w[2] = { number_lowest(s.w), number_highest(s.w) };
            s.x_zero = (int64_t)x[bits & 1];
            struct trial t = trial_of("conv2d_quantized of extremes", &s, (struct extras){ 0, 0, 2, 0, s.w }, 1);
            t.in[0].values = array_full(x[bits >> 1 & 1], 4, s.shape_x);
            t.in[1].values = array_full(w[bits >> 2 & 1], 4, s.shape_w);
            t.in[4].values = array_full(w[bits >> 3 & 1], 1, STRIDED_LIST(1));
            t.mixes = 4;
            trial_mixed(&t);
            arrays_release();
        }
}

/* A zero point and a scale may be of any dtype that says them. */
static void dtypes_of_parameters(void **state)
{
    (void)state;
    struct ref_window p = window_of(1, 2, 1, 1, 1, 0);
    struct setting s = setting_of(&p, 1, 2, 5, STRIDED_LIST(4));
    set_requantizing(&s, STRIDED_U8, 9);
    for (int i = 0; i < NUMBER_INTEGERS; i++)
        for (int k = 0; k < NUMBER_FLOATS; k++)
            for (int kind = 1; kind < 4; kind++) {
                struct trial t = trial_of("conv1d_quantized", &s, (struct extras){ 0, kind, kind, number_floats[k], number_integers[i] }, 5);
                t.mixes = 2;
                trial_mixed(&t);
                arrays_release();
            }
    for (int k = 0; k < NUMBER_FLOATS; k++) {
        struct trial t = trial_of("conv1d_quantized, zeros of a float", &s, (struct extras){ 0, 0, 3, STRIDED_F32, STRIDED_I32 }, 5);
        t.in[4].dtype = number_floats[k];
        trial_refused(&t, STRIDED_ERR_DTYPE);
        arrays_release();
    }
}

/* acc runs over -32 .. 31 in one image; halves go to the even neighbour, both ends of y saturate. */
static void rounding(void **state)
{
    (void)state;
    static const double scales[] = { 0.5, 0.25, 1.5, 1, 100, 1e300, 1e-300, 0.1, 2.5 };
    struct ref_window p = window_of(1, 1, 1, 1, 0, 0);
    for (size_t i = 0; i < COUNT(scales); i++)
        for (int to = 0; to < 2; to++)
            for (int64_t y_zero = to ? -128 : 0; y_zero <= (to ? 127 : 255); y_zero += 51) {
                struct setting s = setting_of(&p, 1, 1, 1, STRIDED_LIST(64));
                s.x = STRIDED_I8;
                s.y = bytes[to];
                s.x_scale = scales[i];
                s.y_zero = y_zero;
                struct trial t = trial_of("requantised", &s, (struct extras){ 0, 0, 0, 0, 0 }, 1);
                struct array *x = array_new(3, s.shape_x);
                for (int k = 0; k < 64; k++) x->v[k] = k - 32;
                t.in[0].values = x;
                t.in[1].values = array_full(1, 3, s.shape_w);
                t.mixes = 3;
                trial_mixed(&t);
                arrays_release();
            }
}

static void empty(void **state)
{
    (void)state;
    struct ref_window p = window_of(2, 2, 1, 1, 1, 0);
    const int64_t *n = STRIDED_LIST(3, 4);
    struct setting list[] = { setting_of(&p, 0, 2, 5, n), setting_of(&p, 2, 0, 5, n), setting_of(&p, 2, 2, 0, n) };
    for (size_t i = 0; i < COUNT(list); i++) {
        set_requantizing(&list[i], STRIDED_I8, 3);
        list[i].x_zero = 4;
        struct trial t = trial_of("conv2d_quantized of nothing", &list[i], (struct extras){ 1, 3, 3, STRIDED_F32, STRIDED_I8 }, 1);
        trial_all(&t);
        arrays_release();
    }
}

/* ---- matrix product ----------------------------------------------------------------------------- */

static strided_status call_matmul(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    strided_quantization q = quantization(params, in);
    return strided_matmul_quantized(out[0], in[0], in[1], &q);
}

static void reference_matmul(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    struct array *a = array_copy(in[0]), *b = array_copy(in[1]);
    int64_t columns = b->ndim > 1 ? b->shape[b->ndim - 1] : 1;
    for (int64_t i = 0; i < a->count; i++) a->v[i] -= (double)s->x_zero;
    for (int64_t i = 0; i < b->count; i++) b->v[i] -= at(in[4], i % columns, 0);
    ref_matmul(out[0], a, b);
    for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = requantized(s, out[0]->v[i], in[3], i % columns);
}

static struct trial matmul_trial(const char *name, const struct setting *s, int ny, const int64_t *y, int na, const int64_t *a, int nb,
                                 const int64_t *b, struct extras e, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    int64_t columns = nb > 1 ? b[nb - 1] : 1;
    struct trial t = trial_new(name, call_matmul, reference_matmul, s);
    trial_out(&t, s->y, ny, y);
    trial_in(&t, s->x, any(&r, s->x, na, a))->loose = 1; /* batches of 1 broadcast */
    trial_in(&t, s->w, any(&r, s->w, nb, b))->loose = 1;
    trial_no_in(&t);
    add_scale(&t, &r, &e, columns);
    add_zero(&t, &r, &e, s->w, columns);
    t.store = STORE_WRAP;
    t.seed = seed;
    return t;
}

static void matmul(void **state)
{
    (void)state;
    static const struct { int ny, na, nb; int64_t y[4], a[4], b[4]; } list[] = {
        { 2, 2, 2, { 3, 5 }, { 3, 6 }, { 6, 5 } },             { 3, 3, 2, { 2, 3, 4 }, { 2, 3, 6 }, { 6, 4 } },
        { 3, 2, 3, { 2, 3, 4 }, { 3, 6 }, { 2, 6, 4 } },       { 4, 4, 3, { 2, 3, 2, 5 }, { 2, 1, 2, 7 }, { 3, 7, 5 } },
        { 0, 1, 1, {0}, { 9 }, { 9 } },                        { 1, 1, 2, { 5 }, { 4 }, { 4, 5 } },
        { 1, 2, 1, { 5 }, { 5, 4 }, { 4 } },                   { 2, 3, 1, { 2, 5 }, { 2, 5, 4 }, { 4 } },
        { 2, 2, 2, { 3, 5 }, { 3, 0 }, { 0, 5 } },             { 2, 2, 2, { 0, 5 }, { 0, 4 }, { 4, 5 } },
        { 2, 2, 2, { 3, 0 }, { 3, 4 }, { 4, 0 } },             { 2, 2, 2, { 33, 48 }, { 33, 40 }, { 40, 48 } },
    };
    char name[60];
    for (size_t i = 0; i < COUNT(list); i++)
        for (int k = 0; k < 8; k++) {
            struct setting s = { .x = bytes[k & 1], .w = bytes[k >> 1 & 1], .y = STRIDED_I32, .x_zero = k % 3 ? 100 : 0 };
            struct extras e = { 0, k > 3 ? k % 4 : 0, k % 4, STRIDED_F64, STRIDED_I64 };
            if (k > 3) set_requantizing(&s, bytes[k & 1], 5);
            snprintf(name, sizeof name, "matmul_quantized %d %d", (int)i, k);
            struct trial t = matmul_trial(name, &s, list[i].ny, list[i].y, list[i].na, list[i].a, list[i].nb, list[i].b, e, i);
            t.mixes = 6;
            if (k == 7 && i < 4) trial_all(&t);
            else trial_mixed(&t);
            arrays_release();
        }
}

static void matmul_do_not_fit(void **state)
{
    (void)state;
    static const struct { int ny, na, nb; int64_t y[3], a[3], b[3]; } list[] = {
        { 2, 2, 2, { 3, 5 }, { 3, 6 }, { 7, 5 } }, { 2, 2, 2, { 3, 4 }, { 3, 6 }, { 6, 5 } }, { 2, 2, 2, { 4, 5 }, { 3, 6 }, { 6, 5 } },
        { 3, 3, 3, { 2, 3, 5 }, { 2, 3, 6 }, { 3, 6, 5 } }, { 1, 2, 2, { 5 }, { 1, 6 }, { 6, 5 } }, { 0, 0, 0, {0}, {0}, {0} },
        { 2, 0, 2, { 6, 5 }, {0}, { 6, 5 } }, { 2, 2, 0, { 6, 5 }, { 6, 5 }, {0} },
    };
    struct setting s = { .x = STRIDED_U8, .w = STRIDED_I8, .y = STRIDED_I32 };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct trial t = matmul_trial("matmul_quantized that does not fit", &s, list[i].ny, list[i].y, list[i].na, list[i].a, list[i].nb,
                                      list[i].b, (struct extras){ 0, 0, 0, 0, 0 }, i);
        trial_refused(&t, STRIDED_ERR_SHAPE);
        arrays_release();
    }
}

/* ---- refusals ----------------------------------------------------------------------------------- */

/* Both operators on operands that fit: 1x1, and (1, 1) times (1, 1). */
static void refuse_both(const char *what, const struct setting *s, strided_dtype x, strided_dtype w, strided_dtype y,
                        const struct array *scale, const struct array *zero, strided_dtype zero_dtype, strided_status want)
{
    struct ref_window p = window_of(1, 1, 1, 1, 0, 0);
    struct setting one = setting_of(&p, 1, 1, 2, STRIDED_LIST(2)), all = *s;
    struct extras none = { 0, 0, 0, 0, 0 };
    all.window = p, all.params = one.params;
    memcpy(all.shape_x, one.shape_x, sizeof all.shape_x);
    memcpy(all.shape_w, one.shape_w, sizeof all.shape_w);
    memcpy(all.shape_y, one.shape_y, sizeof all.shape_y);
    all.x = x, all.w = w, all.y = y;
    struct trial list[] = { trial_of(what, &all, none, 1), matmul_trial(what, &all, STRIDED_DIMS(1, 2), STRIDED_DIMS(1, 1), STRIDED_DIMS(1, 2), none, 1) };
    for (int i = 0; i < 2; i++) {
        list[i].ins = 3;
        if (scale) trial_in(&list[i], STRIDED_F64, scale);
        else trial_no_in(&list[i]);
        if (zero) trial_in(&list[i], zero_dtype, zero);
        else trial_no_in(&list[i]);
        trial_refused(&list[i], want);
    }
    arrays_release();
}

static void numbers(void **state)
{
    (void)state;
    static const struct { strided_dtype y; double x_scale, y_scale; int64_t x_zero, y_zero; } list[] = {
        { STRIDED_U8, -1, 0, 0, 0 }, { STRIDED_U8, NAN, 0, 0, 0 }, { STRIDED_U8, INFINITY, 0, 0, 0 }, { STRIDED_I32, -1, 0, 0, 0 },
        { STRIDED_U8, 1, -1, 0, 0 }, { STRIDED_U8, 1, NAN, 0, 0 }, { STRIDED_U8, 1, INFINITY, 0, 0 }, { STRIDED_I32, 1, 1, 0, 0 },
        { STRIDED_I32, 1, 0, 0, 1 }, { STRIDED_U8, 1, 1, -1, 0 }, { STRIDED_U8, 1, 1, 256, 0 }, { STRIDED_U8, 1, 1, INT64_MIN, 0 },
        { STRIDED_U8, 1, 1, INT64_MAX, 0 }, { STRIDED_U8, 1, 1, 0, -1 }, { STRIDED_U8, 1, 1, 0, 256 }, { STRIDED_I8, 1, 1, 0, 128 },
        { STRIDED_I8, 1, 1, 0, -129 }, { STRIDED_I8, 1, 1, 0, INT64_MAX }, { STRIDED_I8, 1, 1, 0, INT64_MIN },
    };
    char name[60];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct setting s = { .x_scale = list[i].x_scale, .y_scale = list[i].y_scale, .x_zero = list[i].x_zero, .y_zero = list[i].y_zero };
        snprintf(name, sizeof name, "quantized, wrong numbers %d", (int)i);
        refuse_both(name, &s, STRIDED_U8, STRIDED_I8, list[i].y, NULL, NULL, 0, STRIDED_ERR_ARG);
    }
    struct setting s = { .x_zero = 128 };
    refuse_both("x_zero of i8", &s, STRIDED_I8, STRIDED_I8, STRIDED_I32, NULL, NULL, 0, STRIDED_ERR_ARG);
    s.x_zero = -129;
    refuse_both("x_zero of i8", &s, STRIDED_I8, STRIDED_I8, STRIDED_I32, NULL, NULL, 0, STRIDED_ERR_ARG);
}

static void vectors(void **state)
{
    (void)state;
    static const struct { strided_dtype w, zero; double v; } list[] = {
        { STRIDED_I8, STRIDED_I32, 128 }, { STRIDED_I8, STRIDED_I32, -129 }, { STRIDED_U8, STRIDED_I32, -1 }, { STRIDED_U8, STRIDED_I32, 256 },
        { STRIDED_U8, STRIDED_I8, -1 }, { STRIDED_I8, STRIDED_U8, 200 }, { STRIDED_U8, STRIDED_I64, (double)INT64_MIN },
        { STRIDED_U8, STRIDED_I64, 0x1p62 }, { STRIDED_U8, STRIDED_U64, 0x1p63 }, { STRIDED_I8, STRIDED_U64, 0x1p64 - 2048 },
    };
    const struct setting s = { .x_scale = 1 };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int second = 0; second < 2; second++) {
            struct array *v = array_new(1, STRIDED_LIST(2));
            v->v[second] = list[i].v;
            refuse_both("w_zero out of range", &s, STRIDED_U8, list[i].w, STRIDED_I32, NULL, v, list[i].zero, STRIDED_ERR_ARG);
        }
    static const double wrong[] = { -1, NAN, INFINITY, -INFINITY };
    for (size_t i = 0; i < 2 * COUNT(wrong); i++) {
        struct array *v = array_new(1, STRIDED_LIST(2));
        v->v[i % 2] = wrong[i / 2];
        refuse_both("w_scale that is no scale", &s, STRIDED_U8, STRIDED_I8, STRIDED_U8, v, NULL, 0, STRIDED_ERR_ARG);
    }
    static const struct { int ndim; int64_t shape[2]; } shapes[] = { { 1, { 3 } }, { 1, { 0 } }, { 2, { 1, 2 } }, { 2, { 1, 1 } } };
    for (size_t i = 0; i < COUNT(shapes); i++) {
        refuse_both("w_scale of another shape", &s, STRIDED_U8, STRIDED_I8, STRIDED_U8, array_full(1, shapes[i].ndim, shapes[i].shape), NULL, 0,
                    STRIDED_ERR_SHAPE);
        refuse_both("w_zero of another shape", &s, STRIDED_U8, STRIDED_I8, STRIDED_U8, NULL, array_new(shapes[i].ndim, shapes[i].shape), STRIDED_I8,
                    STRIDED_ERR_SHAPE);
    }
}

static void dtypes(void **state)
{
    (void)state;
    const struct setting s = { .x_scale = 1 };
    for (int d = 0; d < NUMBER_DTYPES; d++) {
        strided_dtype dtype = number_dtypes[d];
        if (dtype == STRIDED_U8 || dtype == STRIDED_I8) continue;
        refuse_both("x of another dtype", &s, dtype, STRIDED_I8, STRIDED_I32, NULL, NULL, 0, STRIDED_ERR_DTYPE);
        refuse_both("w of another dtype", &s, STRIDED_U8, dtype, STRIDED_I32, NULL, NULL, 0, STRIDED_ERR_DTYPE);
        if (dtype == STRIDED_I32) continue;
        refuse_both("y of another dtype", &s, STRIDED_U8, STRIDED_I8, dtype, NULL, NULL, 0, STRIDED_ERR_DTYPE);
        struct ref_window p = window_of(1, 2, 1, 1, 0, 0);
        struct setting conv = setting_of(&p, 1, 1, 2, STRIDED_LIST(4));
        struct trial t = trial_of("bias of another dtype", &conv, (struct extras){ 1, 0, 0, 0, 0 }, 1);
        t.in[2].dtype = dtype;
        trial_refused(&t, STRIDED_ERR_DTYPE);
        arrays_release();
    }
}

/* x is (1, 2, 5), w (2, 2, 3). */
static void parameters(void **state)
{
    (void)state;
    enum { ARG = STRIDED_ERR_ARG, FLOW = STRIDED_ERR_OVERFLOW, SHAPE = STRIDED_ERR_SHAPE, LATER = STRIDED_ERR_UNSUPPORTED };
    static const struct { strided_conv_params p; int want; } list[] = {
        { { .stride = { -1 } }, ARG },                       { { .stride = { INT64_MIN } }, ARG },
        { { .stride = { INT64_MAX } }, SHAPE },              { { .stride = { 1, 1 } }, ARG },
        { { .dilation = { -1 } }, ARG },                     { { .dilation = { INT64_MAX } }, FLOW },
        { { .dilation = { 3 } }, SHAPE },                    { { .pad = { { -1, 0 } } }, ARG },
        { { .pad = { { 0, INT64_MIN } } }, ARG },            { { .pad = { { INT64_MAX, 0 } } }, FLOW },
        { { .pad = { { 1, 0 } } }, SHAPE },                  { { .groups = -1 }, ARG },
        { { .groups = 3 }, SHAPE },                          { { .groups = INT64_MAX }, SHAPE },
        { { .output_padding = { 1 } }, ARG },                { { .auto_pad = (strided_auto_pad)5 }, ARG },
        { { .auto_pad = STRIDED_AUTO_PAD_SAME }, SHAPE },    { { .pad_mode = STRIDED_PAD_REFLECT }, ARG },
        { { .pad_mode = (strided_pad_mode)-1 }, ARG },       { { .activation = STRIDED_ACT_RELU }, ARG },
        { { .activation = (strided_activation)-1 }, ARG },   { { .accumulate = 1 }, ARG },
        { { .arithmetic = (strided_arithmetic)3 }, ARG },    { { .reserved_int = 1 }, LATER },
        { { .reserved = { [7] = 1 } }, LATER },
    };
    struct ref_window p = window_of(1, 3, 1, 1, 0, 0);
    struct setting s = setting_of(&p, 1, 2, 2, STRIDED_LIST(5));
    char name[60];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct setting wrong = s;
        wrong.params = list[i].p;
        snprintf(name, sizeof name, "conv1d_quantized, wrong parameters %d", (int)i);
        struct trial t = trial_of(name, &s, (struct extras){ 0, 0, 0, 0, 0 }, 1);
        t.params = &wrong;
        trial_refused(&t, (strided_status)list[i].want);
        arrays_release();
    }
}

static void without_a_quantization(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(1, 1, 4));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_I8, STRIDED_DIMS(2, 1, 1));
    STRIDED_AUTO strided_tensor *y = strided_full(NULL, STRIDED_I32, STRIDED_DIMS(1, 2, 4), 7);
    STRIDED_AUTO strided_tensor *z = strided_full(NULL, STRIDED_I32, STRIDED_DIMS(2, 1, 1), 7);
    STRIDED_AUTO strided_tensor *a = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(1, 1));
    strided_quantization q = { .reserved = { 0, 1 } };
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, NULL), STRIDED_ERR_UNSUPPORTED);
    assert_int_equal(strided_matmul_quantized(z, w, a, &q), STRIDED_ERR_UNSUPPORTED);
    for (int i = 0; i < 8; i++) assert_int_equal(((const int32_t *)strided_const_data(y))[i], 7);
    q.reserved[1] = 0;
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, &q, NULL), STRIDED_OK);
    assert_int_equal(strided_matmul_quantized(z, w, a, &q), STRIDED_OK);
    assert_int_equal(strided_conv_quantized(y, x, w, NULL, NULL, NULL), STRIDED_OK);
    assert_int_equal(strided_fill(z, 7), STRIDED_OK);
    assert_int_equal(strided_matmul_quantized(z, w, a, NULL), STRIDED_OK);
    assert_int_equal(strided_get_int(z, STRIDED_DIMS(0, 0, 0)), 0);
}

STRIDED_TEST_GROUP("ops/quantized",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(geometries_1d),
    cmocka_unit_test(geometries_2d),
    cmocka_unit_test(geometries_3d),
    cmocka_unit_test(like_networks),
    cmocka_unit_test(extreme_bytes),
    cmocka_unit_test(dtypes_of_parameters),
    cmocka_unit_test(rounding),
    cmocka_unit_test(empty),
    cmocka_unit_test(matmul),
    cmocka_unit_test(matmul_do_not_fit),
    cmocka_unit_test(numbers),
    cmocka_unit_test(vectors),
    cmocka_unit_test(dtypes),
    cmocka_unit_test(parameters),
    cmocka_unit_test(without_a_quantization))
