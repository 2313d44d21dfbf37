/*
 * test_pool.c - maxima, averages and norms over windows, and their gradients by the same geometries: hundreds of them,
 * layouts, dtypes, NaN and ties, windows that see nothing, identities, refusals.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/trial.h"
#include "support/windows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* What is tried: the pool, ceil mode, and the shapes that follow. */
struct setting {
    struct ref_pool pool;
    int     ceil_mode;
    int     outer; /* axes before the pooled ones */
    int64_t x[5], y[5];
};

static strided_pool_params params_of(const struct setting *s)
{
    strided_pool_params p = window_pool_params(&s->pool);
    p.ceil_mode = s->ceil_mode;
    return p;
}

static int rank(const struct setting *s) { return s->outer + s->pool.window.nd; }

static struct setting setting_of(const struct ref_pool *p, int ceil_mode, int outer, const int64_t *before, const int64_t *n)
{
    struct setting s = { .pool = *p, .ceil_mode = ceil_mode, .outer = outer };
    for (int a = 0; a < outer; a++) s.x[a] = s.y[a] = before[a];
    for (int a = 0; a < p->window.nd; a++) {
        s.x[outer + a] = n[a];
        s.y[outer + a] = ref_positions(&p->window, a, n[a], ceil_mode);
    }
    return s;
}

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    strided_pool_params p = params_of(params);
    return strided_pool(out[0], out[1], in[0], &p);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_pool(out[0], out[1], in[0], &((const struct setting *)params)->pool);
}

static strided_status call_grad(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    strided_pool_params p = params_of(params);
    return strided_pool_grad(out[0], in[0], in[1], &p);
}

static void reference_grad(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    ref_pool_grad(out[0], in[0], in[1] ? in[1] : array_new(out[0]->ndim, out[0]->shape), &s->pool);
}

static void tolerate(struct trial *t, const struct setting *s, strided_dtype dtype)
{
    if (s->pool.kind == STRIDED_POOL_MAX || !number_is_float(dtype)) return;
    t->ulp = number_size(dtype) < 4 ? 1 : 4;
    t->absolute = dtype == STRIDED_F64 ? 1e-12 : dtype == STRIDED_F32 ? 1e-5 : 0;
}

static struct trial forward(const char *name, const struct setting *s, strided_dtype to, strided_dtype from, const struct array *x,
                            int indices)
{
    struct trial t = trial_new(name, call, reference, s);
    trial_out(&t, to, rank(s), s->y);
    if (indices) trial_out(&t, STRIDED_I64, rank(s), s->y)->optional = 1;
    else trial_no_out(&t);
    trial_in(&t, from, x)->loose = 1; /* a step may not reach the end */
    trial_store_by_inputs(&t);
    tolerate(&t, s, to);
    return t;
}

static struct trial backward(const char *name, const struct setting *s, strided_dtype dtype, const struct array *dy, const struct array *x)
{
    struct trial t = trial_new(name, call_grad, reference_grad, s);
    trial_out(&t, dtype, rank(s), s->x)->loose = 1;
    trial_in(&t, dtype, dy);
    if (s->pool.kind == STRIDED_POOL_AVG) trial_no_in(&t);
    else trial_in(&t, dtype, x);
    trial_store_by_inputs(&t);
    tolerate(&t, s, dtype);
    return t;
}

/* ---- geometry ----------------------------------------------------------------------------------- */

static struct setting random_setting(struct rng *r, int nd, int64_t most)
{
    static const double powers[] = { 1, 2, 3, 2.5, INFINITY };
    struct ref_pool p = { .window = ref_window_plain(nd), .lowest = -INFINITY };
    int64_t n[3], before[2] = { rng_between(r, 1, 2), rng_between(r, 1, 3) };
    p.kind = (strided_pool_kind)rng_between(r, 0, 2);
    p.count_include_pad = (int)rng_between(r, 0, 1);
    p.divisor = rng_between(r, 0, 3) ? 0 : rng_between(r, 1, 7);
    p.p = powers[rng_between(r, 0, 4)];
    for (int a = 0; a < nd; a++) {
        struct ref_window *w = &p.window;
        n[a] = rng_between(r, 1, most);
        w->stride[a] = rng_between(r, 1, 4);
        w->dilation[a] = rng_between(r, 1, 3);
        do w->size[a] = rng_between(r, 1, 4);
        while (w->dilation[a] * (w->size[a] - 1) + 1 > 3 * n[a]);
        int64_t span = w->dilation[a] * (w->size[a] - 1) + 1;
        do for (int side = 0; side < 2; side++) w->pad[a][side] = rng_between(r, 0, 2) ? rng_between(r, 0, span - 1) : 0;
        while (n[a] + w->pad[a][0] + w->pad[a][1] < span);
    }
    return setting_of(&p, (int)rng_between(r, 0, 1), (int)rng_between(r, 0, 2), before, n);
}

static void geometries(int nd, int count, int64_t most)
{
    char name[340], geometry[300];
    for (int i = 0; i < count; i++) {
        struct rng r = rng_seed((uint64_t)(nd * 1000 + i));
        struct setting s = random_setting(&r, nd, most);
        snprintf(name, sizeof name, "pool kind %d ceil %d pad %d divisor %d p %g ", (int)s.pool.kind, s.ceil_mode, s.pool.count_include_pad,
                 (int)s.pool.divisor, s.pool.p);
        size_t used = strlen(name);
        snprintf(name + used, sizeof name - used, "%s", window_text(&s.pool.window, s.x + s.outer, geometry, sizeof geometry));
        struct array *x = array_small(&r, STRIDED_F32, rank(&s), s.x), *dy = array_small(&r, STRIDED_F32, rank(&s), s.y);
        struct trial t = forward(name, &s, STRIDED_F32, STRIDED_F32, x, s.pool.kind == STRIDED_POOL_MAX && i % 3);
        struct trial b = backward(name, &s, STRIDED_F32, dy, x);
        t.mixes = b.mixes = 6;
        t.seed = b.seed = (uint64_t)i;
        trial_mixed(&t);
        if (s.pool.kind != STRIDED_POOL_LP || !isinf(s.pool.p)) trial_mixed(&b);
        arrays_release();
    }
}

static void geometries_1d(void **state) { (void)state; geometries(1, 400, 20); }
static void geometries_2d(void **state) { (void)state; geometries(2, 200, 8); }
static void geometries_3d(void **state) { (void)state; geometries(3, 60, 5); }

/* Every layout, refusal and failing allocation, for each kind. */
static void every_layout(void **state)
{
    (void)state;
    for (int kind = 0; kind <= STRIDED_POOL_LP; kind++)
        for (int geometry = 0; geometry < 4; geometry++) {
            struct rng r = rng_seed((uint64_t)(kind * 4 + geometry));
            static const int64_t n[] = { 5, 4, 3 };
            struct ref_pool p = { .window = geometry == 0 ? window_of(1, 3, 2, 1, 1, 1) : geometry == 1 ? window_of(2, 2, 2, 1, 0, 0) :
                                            geometry == 2 ? window_of(2, 2, 1, 3, 3, 2) : window_of(3, 2, 1, 1, 1, 0),
                                  .kind = (strided_pool_kind)kind, .lowest = -INFINITY, .p = 3 };
            struct setting s = setting_of(&p, 0, 2, STRIDED_LIST(2, 3), n);
            struct array *x = array_small(&r, STRIDED_F32, rank(&s), s.x), *dy = array_small(&r, STRIDED_F32, rank(&s), s.y);
            struct trial t = forward("pool", &s, STRIDED_F32, STRIDED_F32, x, 0), b = backward("pool_grad", &s, STRIDED_F32, dy, x);
            trial_all(&t);
            trial_all(&b);
            if (kind == STRIDED_POOL_MAX) {
                t = forward("pool with indices", &s, STRIDED_F32, STRIDED_F32, x, 1);
                trial_all(&t);
            }
            arrays_release();
        }
}

/* Long rows, large windows: what kernels have for them. */
static void large(void **state)
{
    (void)state;
    static const struct { int nd; int64_t size, stride, pad, n; } list[] = {
        { 1, 40, 1, 20, 300 }, { 1, 3, 1, 1, 257 }, { 1, 2, 2, 0, 300 }, { 2, 3, 2, 1, 33 }, { 2, 7, 1, 3, 20 }, { 2, 33, 33, 0, 33 },
        { 2, 2, 2, 0, 34 }, { 3, 3, 1, 1, 9 },
    };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int kind = 0; kind <= STRIDED_POOL_LP; kind++) {
            struct rng r = rng_seed(i);
            struct ref_pool p = { .window = window_of(list[i].nd, list[i].size, list[i].stride, 1, list[i].pad, list[i].pad),
                                  .kind = (strided_pool_kind)kind, .lowest = -INFINITY, .p = 2 };
            struct setting s = setting_of(&p, 0, 1, STRIDED_LIST(2), (int64_t[]){ list[i].n, list[i].n - (list[i].size < 33), list[i].n });
            struct array *x = array_real(&r, -1, 1, rank(&s), s.x);
            struct trial t = forward("large pool", &s, STRIDED_F32, STRIDED_F32, x, 0);
            t.mixes = 8;
            trial_mixed(&t);
            t = forward("large pool", &s, STRIDED_F32, STRIDED_F32, x, kind == STRIDED_POOL_MAX);
            t.mixes = 4;
            trial_mixed(&t);
            arrays_release();
        }
}

/* ---- dtypes ------------------------------------------------------------------------------------- */

static void every_dtype(void **state)
{
    (void)state;
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int kind = 0; kind <= STRIDED_POOL_LP; kind++)
            for (int geometry = 0; geometry < 2; geometry++) {
                strided_dtype dtype = number_dtypes[d];
                struct rng r = rng_seed((uint64_t)d);
                int whole = dtype == STRIDED_I32 || dtype == STRIDED_I64;
                struct ref_pool p = { .window = geometry ? window_of(2, 2, 1, 3, 3, 2) : window_of(2, 3, 2, 1, 1, 1),
                                      .kind = (strided_pool_kind)kind, .lowest = number_lowest(dtype), .p = 2, .truncate = whole };
                struct setting s = setting_of(&p, 0, 1, STRIDED_LIST(3), STRIDED_LIST(4, 5));
                struct array *x = array_small(&r, dtype, rank(&s), s.x), *dy = array_small(&r, dtype, rank(&s), s.y);
                struct trial t = forward("pool", &s, dtype, dtype, x, kind == STRIDED_POOL_MAX && geometry);
                struct trial b = backward("pool_grad", &s, dtype, dy, x);
                t.mixes = b.mixes = 6;
                int offered = kind == STRIDED_POOL_MAX || number_is_float(dtype) || (kind == STRIDED_POOL_AVG && whole);
                if (offered) trial_mixed(&t);
                else trial_refused(&t, STRIDED_ERR_DTYPE);
                if (offered && (kind == STRIDED_POOL_MAX || number_is_float(dtype))) trial_mixed(&b);
                else if (!offered) trial_refused(&b, STRIDED_ERR_DTYPE);
                arrays_release();
            }
}

/* The destination may be of another type. */
static void dtypes_mix(void **state)
{
    (void)state;
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_DTYPES; to++) {
            strided_dtype a = number_dtypes[from], b = number_dtypes[to];
            struct rng r = rng_seed((uint64_t)(from * 16 + to));
            struct ref_pool p = { .window = window_of(1, 2, 2, 1, 0, 0) };
            struct setting s = setting_of(&p, 0, 1, STRIDED_LIST(3), STRIDED_LIST(6));
            struct trial t = forward("pool into another dtype", &s, b, a, array_small(&r, a, 2, s.x), to % 2);
            t.mixes = 4;
            trial_mixed(&t);
            arrays_release();
        }
}

/* ---- numbers that are special ------------------------------------------------------------------- */

/* Rows of windows of three: NaN in each place, ties, infinities, zeros of both signs. */
static void nan_and_ties(void **state)
{
    (void)state;
    static const double list[] = { 1, NAN, 2, 5, 5, 3, NAN, NAN, 1, -INFINITY, -INFINITY, -INFINITY, INFINITY, NAN, INFINITY,
                                   0, -0.0, 0, -0.0, 0, -1, 3, 3, NAN, NAN, 2, 1, -1, -1, -1, 1e38, 1e38, 1e38 };
    for (int d = 0; d < NUMBER_FLOATS; d++)
        for (int kind = 0; kind <= STRIDED_POOL_LP; kind++)
            for (int64_t stride = 1; stride <= 3; stride += 2) {
                struct ref_pool p = { .window = window_of(1, 3, stride, 1, 1, 1), .kind = (strided_pool_kind)kind, .lowest = -INFINITY, .p = 2 };
                struct setting s = setting_of(&p, 0, 1, STRIDED_LIST(1), STRIDED_LIST(COUNT(list)));
                struct rng r = rng_seed(1);
                strided_dtype dtype = number_floats[d];
                struct array *x = array_list(list, 2, s.x);
                struct trial t = forward("pool", &s, dtype, dtype, x, kind == STRIDED_POOL_MAX);
                trial_mixed(&t);
                if (kind == STRIDED_POOL_MAX) {
                    struct trial b = backward("pool_grad", &s, dtype, array_small(&r, dtype, 2, s.y), x);
                    trial_mixed(&b);
                }
                arrays_release();
            }
}

/* Zeros of both signs, and now and then a NaN that can be told from others. */
static float zero_or_nan(struct rng *r, int rate)
{
    union { float f; uint32_t bits; } v = { .f = rng_between(r, 0, 1) ? 0.0f : -0.0f };
    if (rng_between(r, 0, rate) == 0) v.bits = 0x7fc00000u + (uint32_t)rng_between(r, 0, 99);
    return v.f;
}

/* Of windows that are long, and inside: of equals the first, of NaN the last, by whatever kernel. */
static void is_what_its_index_says(void **state)
{
    static const int64_t sizes[][2] = { { 5, 7 }, { 12, 20 }, { 1, 20 }, { 12, 3 }, { 6, 6 } };
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(sizes); i++) {
        const int64_t *size = sizes[i / 2];
        struct rng r = rng_seed(i);
        STRIDED_AUTO strided_tensor *dense = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3, 12, 20, 9));
        STRIDED_AUTO strided_tensor *x = strided_permute(dense, STRIDED_DIMS(0, 3, 1, 2));
        const strided_pool_params p = { .size = { size[0], size[1] }, .stride = { 1, 1 } };
        for (int64_t j = 0; j < strided_count(dense); j++) ((float *)strided_data(dense))[j] = zero_or_nan(&r, i % 2 ? 30 : 1 << 20);
        STRIDED_AUTO strided_tensor *y = strided_pool_empty(x, &p), *z = strided_pool_empty(x, &p);
        STRIDED_AUTO strided_tensor *idx = strided_zeros(NULL, STRIDED_I64, strided_ndim(y), strided_shape(y));
        assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_OK);
        assert_int_equal(strided_pool(z, idx, x, &p), STRIDED_OK);
        assert_memory_equal(strided_data(y), strided_data(z), (size_t)strided_count(y) * sizeof(float));
    }
}

/* 64-bit integers that no double holds. */
static void integers_of_64_bits(void **state)
{
    (void)state;
    int64_t v[] = { INT64_MAX - 1, INT64_MAX, INT64_MIN, INT64_MIN + 1, -1, -2 }, y[3], at[3], shape[] = { 6 }, half[] = { 3 };
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, v, STRIDED_I64, 1, shape, NULL), *t = strided_wrap(NULL, y, STRIDED_I64, 1, half, NULL);
    STRIDED_AUTO strided_tensor *idx = strided_wrap(NULL, at, STRIDED_I64, 1, half, NULL);
    strided_pool_params p = { .size = { 2 } };
    assert_int_equal(strided_pool(t, idx, x, &p), STRIDED_OK);
    assert_true(y[0] == INT64_MAX && y[1] == INT64_MIN + 1 && y[2] == -1);
    assert_true(at[0] == 1 && at[1] == 3 && at[2] == 4);
    p.kind = STRIDED_POOL_AVG;
    assert_int_equal(strided_pool(t, NULL, x, &p), STRIDED_OK);
    assert_true(y[0] == -1 && y[2] == -1); /* the sum wraps; -3/2 is truncated */
    uint64_t u[] = { UINT64_MAX, 1, 0, (uint64_t)1 << 63, 5, 5 };
    STRIDED_AUTO strided_tensor *ux = strided_wrap(NULL, u, STRIDED_U64, 1, shape, NULL), *uy = strided_wrap(NULL, y, STRIDED_U64, 1, half, NULL);
    assert_int_equal(strided_pool(uy, idx, ux, &(strided_pool_params){ .size = { 2 } }), STRIDED_OK);
    assert_true((uint64_t)y[0] == UINT64_MAX && (uint64_t)y[1] == (uint64_t)1 << 63 && at[0] == 0 && at[1] == 3 && at[2] == 4);
}

/* ---- identities --------------------------------------------------------------------------------- */

/* A pool is a reduction of the window view, bit for bit. */
static void is_a_reduction(void **state)
{
    (void)state;
    struct rng r = rng_seed(3);
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3, 9, 11));
    for (int64_t i = 0; i < strided_count(x); i++) ((float *)strided_data(x))[i] = (float)rng_real(&r, -1, 1);
    strided_pool_params p = { .size = { 3, 2 }, .stride = { 2, 3 }, .dilation = { 1, 2 } };
    STRIDED_AUTO strided_tensor *y = strided_pool_empty(x, &p), *z = strided_empty_like(y);
    STRIDED_AUTO strided_tensor *v = strided_window(x, 2, (const strided_window_axis[]){ { 2, 3, 2, 1 }, { 3, 2, 3, 2 } });
    static const int64_t taps[] = { 4, 5 };
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_OK);
    assert_int_equal(strided_reduce(z, STRIDED_REDUCE_MAX, v, 2, taps), STRIDED_OK);
    assert_memory_equal(strided_const_data(y), strided_const_data(z), (size_t)strided_count(y) * sizeof(float));
    p.kind = STRIDED_POOL_AVG;
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_OK);
    assert_int_equal(strided_reduce(z, STRIDED_REDUCE_MEAN, v, 2, taps), STRIDED_OK);
    assert_tensor_close("average pool and mean of windows", y, tensor_read(z), 2, 1e-7);
    p.kind = STRIDED_POOL_LP;
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_OK);
    assert_int_equal(strided_reduce(z, STRIDED_REDUCE_L2, v, 2, taps), STRIDED_OK);
    assert_memory_equal(strided_const_data(y), strided_const_data(z), (size_t)strided_count(y) * sizeof(float));
}

/* <avg(x), y> = <x, grad(y)>; the winners' gradients are dy at the indices. */
static void gradients_are_adjoint(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        struct rng r = rng_seed((uint64_t)i);
        struct setting s = random_setting(&r, 1 + i % 3, 7);
        s.pool.kind = i % 2 ? STRIDED_POOL_AVG : STRIDED_POOL_MAX;
        strided_pool_params p = params_of(&s);
        STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F64, rank(&s), s.x), *dx = strided_empty_like(x);
        STRIDED_AUTO strided_tensor *y = strided_pool_empty(x, &p), *dy = strided_empty_like(y);
        STRIDED_AUTO strided_tensor *idx = strided_zeros(NULL, STRIDED_I64, rank(&s), s.y), *other = strided_empty_like(x);
        double *vx = strided_data(x), *vy = strided_data(y), *g = strided_data(dy), *gx = strided_data(dx), left = 0, right = 0;
        for (int64_t k = 0; k < strided_count(x); k++) vx[k] = rng_real(&r, -1, 1);
        for (int64_t k = 0; k < strided_count(y); k++) g[k] = rng_real(&r, -1, 1);
        assert_int_equal(strided_pool(y, i % 2 ? NULL : idx, x, &p), STRIDED_OK);
        assert_int_equal(strided_pool_grad(dx, dy, x, &p), STRIDED_OK);
        for (int64_t k = 0; k < strided_count(y); k++) left += isinf(vy[k]) ? 0 : vy[k] * g[k];
        for (int64_t k = 0; k < strided_count(x); k++) right += vx[k] * gx[k];
        assert_true(fabs(left - right) < 1e-12);
        if (i % 2) continue;
        assert_int_equal(strided_pool_grad_indices(other, dy, idx, s.pool.window.nd), STRIDED_OK);
        assert_memory_equal(strided_const_data(dx), strided_const_data(other), (size_t)strided_count(x) * sizeof(double));
    }
}

/* The norm's slope where it is largest alone, or first of equals; d|x|_p by differences. */
static void norm_gradients(void **state)
{
    (void)state;
    float v[4] = { 1, -3, 2, 3 }, g[2] = { 10, 20 }, d[4], want[4] = { 0, -10, 0, 20 };
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, STRIDED_DIMS(4), NULL);
    STRIDED_AUTO strided_tensor *dy = strided_wrap(NULL, g, STRIDED_F32, STRIDED_DIMS(2), NULL);
    STRIDED_AUTO strided_tensor *dx = strided_wrap(NULL, d, STRIDED_F32, STRIDED_DIMS(4), NULL);
    strided_pool_params p = { .kind = STRIDED_POOL_LP, .size = { 2 }, .p = INFINITY };
    assert_int_equal(strided_pool_grad(dx, dy, x, &p), STRIDED_OK);
    for (int i = 0; i < 4; i++) assert_true(d[i] == want[i]);
    p.p = 1;
    assert_int_equal(strided_pool_grad(dx, dy, x, &p), STRIDED_OK);
    assert_true(d[0] == 10 && d[1] == -10 && d[2] == 20 && d[3] == 20);
}

/* A destination of f64 widens the sums of averages, and those of their gradients. */
static void wide_destinations(void **state)
{
    (void)state;
    const float v[3] = { 1, 0x1p-30f, 1 };
    double d[3] = { 0 };
    STRIDED_AUTO strided_tensor *x = strided_wrap_const(NULL, v, STRIDED_F32, STRIDED_DIMS(3), NULL);
    STRIDED_AUTO strided_tensor *dy = strided_narrow(x, 0, 0, 2);
    STRIDED_AUTO strided_tensor *dx = strided_wrap(NULL, d, STRIDED_F64, STRIDED_DIMS(3), NULL);
    STRIDED_AUTO strided_tensor *y = strided_narrow(dx, 0, 0, 1), *wide = strided_narrow(dx, 0, 0, 2);
    const strided_pool_params all = { .kind = STRIDED_POOL_AVG, .size = { 3 } };
    const strided_pool_params pairs = { .kind = STRIDED_POOL_AVG, .size = { 2 }, .stride = { 1 } };
    assert_int_equal(strided_pool(y, NULL, x, &all), STRIDED_OK);
    assert_true(d[0] == (2 + 0x1p-30) / 3);
    assert_int_equal(strided_adaptive_pool(wide, NULL, x, STRIDED_POOL_AVG, 1), STRIDED_OK);
    assert_true(d[0] == (1 + 0x1p-30) / 2);
    assert_int_equal(strided_pool_grad(dx, dy, NULL, &pairs), STRIDED_OK);
    assert_true(d[1] == (1 + 0x1p-30) / 2);
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void parameters(void **state)
{
    (void)state;
    enum { ARG = STRIDED_ERR_ARG, FLOW = STRIDED_ERR_OVERFLOW, SHAPE = STRIDED_ERR_SHAPE, LATER = STRIDED_ERR_UNSUPPORTED };
    static const struct { strided_pool_params p; int want; } list[] = {
        { { .size = { 0 } }, ARG },                            { { .size = { -1 } }, ARG },
        { { .size = { INT64_MIN } }, ARG },                    { { .size = { INT64_MAX } }, FLOW },
        { { .size = { INT64_MAX / 4 } }, SHAPE },
        { { .size = { 2, 0, 2 } }, ARG },                      { { .size = { 0, 2 } }, ARG },
        { { .size = { 2, -2 } }, ARG },                        { { .size = { 2, 2, 2 } }, SHAPE },
        { { .size = { 9 } }, SHAPE },                          { { .size = { 2 }, .stride = { -1 } }, ARG },
        { { .size = { 2 }, .stride = { INT64_MIN } }, ARG },
        { { .size = { 2 }, .stride = { 0, 1 } }, ARG },        { { .size = { 2 }, .dilation = { -1 } }, ARG },
        { { .size = { 2 }, .dilation = { INT64_MAX } }, FLOW },{ { .size = { 2 }, .dilation = { 0, 0, 1 } }, ARG },
        { { .size = { 2 }, .pad = { { -1, 0 } } }, ARG },      { { .size = { 2 }, .pad = { { 0, INT64_MIN } } }, ARG },
        { { .size = { 2 }, .pad = { { 2, 0 } } }, ARG },       { { .size = { 2 }, .pad = { { 0, 2 } } }, ARG },
        { { .size = { 2 }, .pad = { { INT64_MAX, 0 } } }, FLOW }, { { .size = { 2 }, .pad = { { 0, 0 }, { 1, 0 } } }, ARG },
        { { .size = { 2 }, .kind = (strided_pool_kind)3 }, ARG }, { { .size = { 2 }, .kind = (strided_pool_kind)-1 }, ARG },
        { { .size = { 2 }, .auto_pad = (strided_auto_pad)9 }, ARG },
        { { .size = { 2 }, .auto_pad = STRIDED_AUTO_PAD_SAME, .pad = { { 1, 0 } } }, ARG },
        { { .size = { 2 }, .divisor = -1, .kind = STRIDED_POOL_AVG }, ARG },
        { { .size = { 2 }, .divisor = INT64_MIN, .kind = STRIDED_POOL_AVG }, ARG },
        { { .size = { 2 }, .p = -1, .kind = STRIDED_POOL_LP }, ARG }, { { .size = { 2 }, .p = NAN, .kind = STRIDED_POOL_LP }, ARG },
        { { .size = { 2 }, .p = -INFINITY, .kind = STRIDED_POOL_LP }, ARG },
        { { .size = { 2 }, .reserved = { 1 } }, LATER },       { { .size = { 2 }, .reserved = { [7] = 1 } }, LATER },
    };
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 8));
    STRIDED_AUTO strided_tensor *y = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(2, 4), 7);
    STRIDED_AUTO strided_tensor *idx = strided_zeros(NULL, STRIDED_I64, STRIDED_DIMS(2, 4));
    STRIDED_AUTO strided_tensor *wrong = strided_zeros(NULL, STRIDED_I32, STRIDED_DIMS(2, 4));
    STRIDED_AUTO strided_tensor *short_idx = strided_zeros(NULL, STRIDED_I64, STRIDED_DIMS(2, 3)), *point = strided_zeros(NULL, STRIDED_F32, 0, NULL);
    for (size_t i = 0; i < COUNT(list); i++) {
        strided_status s = strided_pool(y, NULL, x, &list[i].p), g = strided_pool_grad(x, y, x, &list[i].p);
        if ((int)s != list[i].want || (int)g != list[i].want)
            fail_msg("pool, wrong parameters %d: %s and %s (%s)", (int)i, strided_status_name(s), strided_status_name(g), strided_error());
        if (strided_pool_empty(x, &list[i].p)) fail_msg("pool_empty, wrong parameters %d", (int)i);
    }
    for (int64_t i = 0; i < 8; i++) assert_true(((float *)strided_data(y))[i] == 7);
    strided_pool_params p = { .size = { 3 } }; /* pools, but not of y's shape */
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_ERR_SHAPE);
    p = (strided_pool_params){ .size = { 2 }, .stride = { INT64_MAX } };
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_ERR_SHAPE);
    p = (strided_pool_params){ .size = { 2 } };
    assert_int_equal(strided_pool(y, wrong, x, &p), STRIDED_ERR_DTYPE);
    assert_int_equal(strided_pool(y, short_idx, x, &p), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_pool(point, NULL, point, &p), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_pool(y, NULL, x, NULL), STRIDED_ERR_ARG);
    assert_int_equal(strided_pool_grad(x, y, NULL, &p), STRIDED_ERR_NULL);
    assert_int_equal(strided_pool_grad(x, y, x, NULL), STRIDED_ERR_ARG);
    assert_null(strided_pool_empty(NULL, &p));
    assert_null(strided_pool_empty(x, NULL));
    assert_int_equal(strided_error_status(), STRIDED_ERR_ARG);
    p.kind = STRIDED_POOL_AVG;
    assert_int_equal(strided_pool(y, idx, x, &p), STRIDED_ERR_ARG);
    p.kind = STRIDED_POOL_LP;
    assert_int_equal(strided_pool(y, idx, x, &p), STRIDED_ERR_ARG);
    STRIDED_AUTO strided_tensor *none = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 0));
    STRIDED_AUTO strided_tensor *nothing = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(0, 8));
    assert_int_equal(strided_pool(y, NULL, none, &p), STRIDED_ERR_SHAPE);
    STRIDED_AUTO strided_tensor *empty = strided_pool_empty(nothing, &p);
    assert_int_equal(strided_pool(empty, NULL, nothing, &p), STRIDED_OK);
}

STRIDED_TEST_GROUP("ops/pool",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(geometries_1d),
    cmocka_unit_test(geometries_2d),
    cmocka_unit_test(geometries_3d),
    cmocka_unit_test(large),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(dtypes_mix),
    cmocka_unit_test(nan_and_ties),
    cmocka_unit_test(is_what_its_index_says),
    cmocka_unit_test(integers_of_64_bits),
    cmocka_unit_test(is_a_reduction),
    cmocka_unit_test(gradients_are_adjoint),
    cmocka_unit_test(norm_gradients),
    cmocka_unit_test(wide_destinations),
    cmocka_unit_test(parameters))
