/*
 * test_conv.c - strided_conv() in one to three dimensions: geometries by the hundred, layouts, dtypes, padding modes,
 * epilogues, identities, refusals.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/convolution.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv(out[0], in[0], in[1], in[2], &((const struct convolution *)params)->params);
}

/* ---- geometry ----------------------------------------------------------------------------------- */

/* A geometry that is allowed, with some channels. */
static struct convolution random_setting(struct rng *r, int nd, int64_t most)
{
    int64_t n[3];
    struct ref_window w = window_random(r, nd, most, n);
    struct convolution s = convolution_of(&w, rng_between(r, 1, 2), w.groups * rng_between(r, 1, 3), w.groups * rng_between(r, 1, 3), n);
    s.bias = (int)rng_between(r, 0, 1);
    s.unbatched = s.x[0] == 1 && rng_between(r, 0, 1);
    return s;
}

static void geometries(int nd, int count, int64_t most)
{
    char name[300];
    for (int i = 0; i < count; i++) {
        struct rng r = rng_seed((uint64_t)(nd * 1000 + i));
        struct convolution s = random_setting(&r, nd, most);
        struct trial t = convolution_trial(window_text(&s.window, s.x + 2, name, sizeof name), call, &s, convolution_all(STRIDED_F32), (uint64_t)i, array_small);
        t.mixes = 12;
        trial_mixed(&t);
        arrays_release();
    }
}

static void geometries_1d(void **state) { (void)state; geometries(1, 300, 24); }
static void geometries_2d(void **state) { (void)state; geometries(2, 200, 9); }
static void geometries_3d(void **state) { (void)state; geometries(3, 60, 5); }

static void every_layout(void **state)
{
    (void)state;
    struct ref_window w = window_of(1, 3, 1, 1, 0, 0);
    struct convolution s = convolution_of(&w, 2, 3, 4, STRIDED_LIST(7));
    struct trial t = convolution_trial("conv1d", call, &s, convolution_all(STRIDED_F32), 1, array_small);
    trial_all(&t);
    w = window_of(2, 3, 2, 1, 1, 1);
    s = convolution_of(&w, 2, 2, 4, STRIDED_LIST(5, 6));
    s.bias = 1;
    t = convolution_trial("conv2d stride 2 pad 1", call, &s, convolution_all(STRIDED_F32), 2, array_small);
    trial_all(&t);
    w = window_of(3, 2, 1, 2, 1, 0);
    w.groups = 2;
    s = convolution_of(&w, 2, 4, 4, STRIDED_LIST(3, 4, 3));
    s.bias = 1;
    t = convolution_trial("conv3d dilation 2 groups 2", call, &s, convolution_all(STRIDED_F64), 3, array_small);
    trial_all(&t);
    for (int mode = STRIDED_PAD_REPLICATE; mode <= STRIDED_PAD_CIRCULAR; mode++) {
        w = window_of(2, 3, 2, 1, 2, 3);
        w.mode = (strided_pad_mode)mode;
        s = convolution_of(&w, 2, 2, 4, STRIDED_LIST(3, 4));
        t = convolution_trial("conv2d padded by a mode", call, &s, convolution_all(STRIDED_F32), 4, array_small);
        trial_all(&t);
    }
    w = window_of(2, 3, 1, 1, 1, 1);
    s = convolution_of(&w, 1, 3, 2, STRIDED_LIST(4, 5));
    s.unbatched = s.bias = 1;
    t = convolution_trial("conv2d without N", call, &s, convolution_all(STRIDED_F32), 5, array_small);
    trial_all(&t);
    arrays_release();
}

/* As in networks: enough channels for every kernel, real numbers, the same bits everywhere. */
static void like_networks(void **state)
{
    (void)state;
    static const struct { int nd; int64_t size, stride, dilation, pad, groups, c, o, n; } list[] = {
        { 2, 3, 1, 1, 1, 1, 16, 32, 9 },   { 2, 3, 2, 1, 1, 1, 17, 19, 10 },  { 2, 1, 1, 1, 0, 1, 33, 40, 7 },
        { 2, 1, 2, 1, 0, 1, 8, 16, 9 },    { 2, 3, 1, 1, 1, 24, 24, 24, 11 }, { 2, 3, 2, 1, 1, 8, 8, 16, 11 },
        { 2, 3, 1, 2, 2, 1, 5, 17, 12 },   { 2, 7, 2, 1, 3, 1, 3, 16, 21 },   { 2, 5, 1, 1, 2, 4, 16, 32, 9 },
        { 1, 3, 1, 1, 1, 1, 16, 16, 37 },  { 1, 4, 1, 1, 3, 32, 32, 32, 40 }, { 1, 9, 3, 1, 0, 1, 1, 40, 70 },
        { 3, 3, 1, 1, 1, 1, 4, 16, 5 },    { 2, 4, 4, 1, 0, 1, 3, 32, 16 },   { 2, 2, 1, 1, 0, 1, 1, 1, 40 },
        { 2, 3, 1, 1, 1, 1, 64, 3, 8 },
    };
    char name[300];
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_FLOATS; d++) {
            struct ref_window w = window_of(list[i].nd, list[i].size, list[i].stride, list[i].dilation, list[i].pad, list[i].pad);
            w.groups = list[i].groups;
            struct convolution s = convolution_of(&w, 1, list[i].c, list[i].o, (int64_t[]){ list[i].n, list[i].n + 1, list[i].n });
            s.bias = 1;
            if (d > 0 && i % 4 != 0) continue;
            strided_dtype dtype = number_floats[(d + 2) % NUMBER_FLOATS];
            struct trial t = convolution_trial(window_text(&s.window, s.x + 2, name, sizeof name), call, &s, convolution_all(dtype), i, array_unit);
            t.ulp = 2;
            t.absolute = dtype == STRIDED_F64 ? 1e-13 : 3e-4;
            t.fused = 1;
            t.mixes = d ? 4 : 12;
            trial_mixed(&t);
            arrays_release();
        }
}

/* Nothing to do, nothing to sum. */
static void empty(void **state)
{
    (void)state;
    struct ref_window w = window_of(2, 2, 1, 1, 1, 0);
    struct convolution none = convolution_of(&w, 0, 2, 3, STRIDED_LIST(4, 4));
    none.bias = 1;
    struct trial t = convolution_trial("conv2d of no image", call, &none, convolution_all(STRIDED_F32), 1, array_small);
    trial_all(&t);
    struct convolution sum = convolution_of(&w, 2, 0, 3, STRIDED_LIST(4, 4));
    sum.bias = 1;
    t = convolution_trial("conv2d of no channel", call, &sum, convolution_all(STRIDED_F32), 1, array_small);
    trial_all(&t);
    struct convolution out = convolution_of(&w, 2, 2, 0, STRIDED_LIST(4, 4));
    t = convolution_trial("conv2d to no channel", call, &out, convolution_all(STRIDED_F32), 1, array_small);
    trial_all(&t);
    arrays_release();
}

/* ---- dtypes ------------------------------------------------------------------------------------- */

static void every_pair_of_dtypes(void **state)
{
    (void)state;
    struct ref_window w = window_of(2, 2, 1, 1, 1, 0);
    struct convolution s = convolution_of(&w, 1, 2, 3, STRIDED_LIST(3, 4));
    for (int p = 0; p < NUMBER_DTYPES; p++)
        for (int q = 0; q < NUMBER_DTYPES; q++) {
            strided_dtype x = number_dtypes[p], k = number_dtypes[q];
            struct convolution_dtypes list[] = { { STRIDED_F64, x, k, x }, { x, x, k, k }, { STRIDED_I8, x, k, x } };
            s.bias = (p + q) % 2;
            for (size_t i = 0; i < COUNT(list); i++) {
                struct trial t = convolution_trial("conv2d of two dtypes", call, &s, list[i], 7, array_small);
                t.mixes = 3;
                trial_mixed(&t);
            }
            arrays_release();
        }
}

static void every_dtype(void **state)
{
    (void)state;
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int mode = 0; mode < 5; mode += 2) {
            struct ref_window w = window_of(2, 3, 1, 1, 1, 1);
            w.mode = (strided_pad_mode)mode;
            struct convolution s = convolution_of(&w, 1, 2, 18, STRIDED_LIST(3, 5));
            s.bias = 1;
            struct trial t = convolution_trial("conv2d", call, &s, convolution_all(number_dtypes[d]), 7, array_small);
            t.mixes = 8;
            trial_run(&t);
            arrays_release();
        }
}

/* Sums of 8-bit products at their largest do not saturate half way. */
static void extreme_bytes(void **state)
{
    (void)state;
    static const struct { strided_dtype x, w; double vx, vw; } list[] = {
        { STRIDED_U8, STRIDED_I8, 255, -128 }, { STRIDED_U8, STRIDED_I8, 255, 127 }, { STRIDED_I8, STRIDED_I8, -128, -128 },
        { STRIDED_U8, STRIDED_U8, 255, 255 }, { STRIDED_I16, STRIDED_I16, -32768, 32767 },
    };
    struct ref_window w = window_of(2, 3, 1, 1, 1, 1);
    struct convolution s = convolution_of(&w, 1, 16, 17, STRIDED_LIST(5, 5));
    for (size_t i = 0; i < COUNT(list); i++) {
        struct trial t = convolution_trial("conv2d of extremes", call, &s, (struct convolution_dtypes){ STRIDED_I32, list[i].x, list[i].w, 0 }, 1, array_small);
        t.in[0].values = array_full(list[i].vx, 4, STRIDED_LIST(1, 16, 5, 5));
        t.in[1].values = array_full(list[i].vw, 4, STRIDED_LIST(17, 16, 3, 3));
        t.mixes = 12;
        trial_mixed(&t);
        arrays_release();
    }
}

/* Not finite elements reach exactly the outputs whose windows hold them; padding makes no NaN of them. */
static void infinities(void **state)
{
    (void)state;
    for (int64_t o = 1; o < 20; o += 18)
        for (int pad = 0; pad < 3; pad++) {
            struct ref_window w = window_of(2, 3, 1, 1, pad, pad);
            struct convolution s = convolution_of(&w, 1, 2, o, STRIDED_LIST(6, 7));
            struct trial t = convolution_trial("conv2d of infinities", call, &s, convolution_all(STRIDED_F32), 3, array_small);
            struct array *x = array_copy(t.in[0].values);
            x->v[0] = INFINITY, x->v[20] = NAN, x->v[41] = -INFINITY, x->v[83] = INFINITY;
            t.in[0].values = x;
            trial_mixed(&t);
            arrays_release();
        }
}

/* ---- epilogues ---------------------------------------------------------------------------------- */

static void epilogues(void **state)
{
    (void)state;
    static const strided_dtype dtypes[] = { STRIDED_F32, STRIDED_F64, STRIDED_F16, STRIDED_BF16, STRIDED_I32, STRIDED_U8 };
    struct ref_window w = window_of(1, 2, 1, 1, 1, 0);
    for (size_t d = 0; d < COUNT(dtypes); d++)
        for (int act = STRIDED_ACT_NONE; act <= STRIDED_ACT_SILU; act++)
            for (int bits = 0; bits < 4; bits++) {
                struct convolution s = convolution_of(&w, 2, 3, 5 + 14 * (bits & 1), STRIDED_LIST(6));
                s.params.activation = (strided_activation)act;
                s.params.clamp[0] = -3;
                s.params.clamp[1] = 20;
                s.params.accumulate = bits & 1;
                s.bias = bits >> 1;
                struct trial t = convolution_trial("conv1d and more", call, &s, convolution_all(dtypes[d]), (uint64_t)bits, array_small);
                if (act == STRIDED_ACT_SILU) t.ulp = number_size(dtypes[d]) < 4 ? 1 : 4, t.absolute = dtypes[d] == STRIDED_F64 ? 1e-14 : 1e-6;
                if (act == STRIDED_ACT_SILU && !number_is_float(dtypes[d])) trial_refused(&t, STRIDED_ERR_DTYPE);
                else if (d == 0) trial_all(&t);
                else trial_mixed(&t);
                arrays_release();
            }
}

static void clamp_limits(void **state)
{
    (void)state;
    static const double list[][2] = { { -INFINITY, INFINITY }, { 0, INFINITY }, { -INFINITY, 0 }, { 5, 5 } };
    struct ref_window w = window_of(1, 2, 1, 1, 0, 0);
    for (size_t i = 0; i < COUNT(list); i++) {
        struct convolution s = convolution_of(&w, 1, 2, 3, STRIDED_LIST(6));
        s.params.activation = STRIDED_ACT_CLAMP;
        s.params.clamp[0] = list[i][0];
        s.params.clamp[1] = list[i][1];
        struct trial t = convolution_trial("conv1d clamped", call, &s, convolution_all(STRIDED_F32), 1, array_small);
        trial_mixed(&t);
        t = convolution_trial("conv1d of integers clamped", call, &s, convolution_all(STRIDED_I32), 1, array_small);
        trial_mixed(&t);
        s.params.clamp[i % 2] = NAN;
        trial_refused(&t, STRIDED_ERR_ARG);
        arrays_release();
    }
}

/* ---- automatic padding -------------------------------------------------------------------------- */

/* What SAME means, from the formulas: ceil(n/step) positions, the odd element behind (LOWER: in front). */
static void same_padding(struct ref_window *w, int a, int64_t n, int lower)
{
    int64_t o = (n + w->stride[a] - 1) / w->stride[a];
    int64_t total = (o - 1) * w->stride[a] + w->dilation[a] * (w->size[a] - 1) + 1 - n;
    if (total < 0) total = 0;
    w->pad[a][0] = lower ? (total + 1) / 2 : total / 2;
    w->pad[a][1] = total - w->pad[a][0];
}

static void auto_padding(void **state)
{
    (void)state;
    for (int64_t n = 1; n < 9; n++)
        for (int64_t size = 1; size < 5; size++)
            for (int64_t stride = 1; stride < 4; stride++)
                for (int64_t dilation = 1; dilation < 3; dilation++)
                    for (int kind = STRIDED_AUTO_PAD_SAME; kind <= STRIDED_AUTO_PAD_SAME_LOWER; kind++) {
                        struct ref_window w = window_of(1, size, stride, dilation, 0, 0);
                        w.mode = (strided_pad_mode)(n % 2 ? STRIDED_PAD_CONSTANT : STRIDED_PAD_REFLECT);
                        struct convolution s = convolution_of(&w, 1, 2, 2, &n);
                        same_padding(&s.window, 0, n, kind == STRIDED_AUTO_PAD_SAME_LOWER);
                        s.y[2] = (n + stride - 1) / stride;
                        if (s.y[2] != ref_positions(&s.window, 0, n, 0)) continue; /* the last step would leave more */
                        s.params.auto_pad = (strided_auto_pad)kind;
                        struct trial t = convolution_trial("conv1d with padding of its own", call, &s, convolution_all(STRIDED_F32), 1, array_small);
                        t.mixes = 1;
                        trial_mixed(&t);
                        arrays_release();
                    }
    struct ref_window w = window_of(2, 3, 1, 1, 0, 0);
    struct convolution s = convolution_of(&w, 1, 2, 2, STRIDED_LIST(5, 4));
    s.params.auto_pad = STRIDED_AUTO_PAD_VALID;
    struct trial t = convolution_trial("conv2d valid", call, &s, convolution_all(STRIDED_F32), 1, array_small);
    trial_mixed(&t);
    s.params.pad[1][0] = 1;
    trial_refused(&t, STRIDED_ERR_ARG);
}

/* ---- identities --------------------------------------------------------------------------------- */

static strided_tensor *random_tensor(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape)
{
    strided_tensor *x = strided_empty(NULL, dtype, ndim, shape);
    assert_non_null(x);
    char *p = strided_data(x);
    for (int64_t i = 0; i < strided_count(x); i++)
        number_write(dtype, p + (size_t)i * number_size(dtype), rng_real(r, -1, 1), STORE_ROUND);
    return x;
}

static void assert_same_bits(const strided_tensor *a, const strided_tensor *b)
{
    assert_int_equal(strided_count(a), strided_count(b));
    assert_memory_equal(strided_const_data(a), strided_const_data(b), (size_t)strided_count(a) * number_size(strided_dtype_of(a)));
}

/* conv is einsum over a window view, bit for bit. */
static void is_an_einsum(void **state)
{
    (void)state;
    static const struct { int64_t c, o, n, k; } list[] = { { 3, 4, 9, 3 }, { 16, 32, 12, 3 }, { 1, 1, 50, 5 }, { 5, 17, 8, 2 } };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        STRIDED_AUTO strided_tensor *x = random_tensor(&r, STRIDED_F32, 4, STRIDED_LIST(2, list[i].c, list[i].n, list[i].n));
        STRIDED_AUTO strided_tensor *w = random_tensor(&r, STRIDED_F32, 4, STRIDED_LIST(list[i].o, list[i].c, list[i].k, list[i].k));
        STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, NULL);
        STRIDED_AUTO strided_tensor *v = strided_window(x, 2, (const strided_window_axis[]){ { .axis = 2, .size = list[i].k }, { .axis = 3, .size = list[i].k } });
        STRIDED_AUTO strided_tensor *z = strided_einsum_named_empty("b ic oh ow kh kw, oc ic kh kw -> b oc oh ow", STRIDED_TENSORS(v, w));
        assert_int_equal(strided_conv(y, x, w, NULL, NULL), STRIDED_OK);
        assert_int_equal(strided_einsum_named(z, "b ic oh ow kh kw, oc ic kh kw -> b oc oh ow", STRIDED_TENSORS(v, w)), STRIDED_OK);
        assert_same_bits(y, z);
    }
}

/* 1x1 is a matrix product; padding in the kernel is padding before it. */
static void is_what_it_says(void **state)
{
    (void)state;
    struct rng r = rng_seed(2);
    STRIDED_AUTO strided_tensor *x = random_tensor(&r, STRIDED_F32, 4, STRIDED_LIST(1, 5, 6, 7));
    STRIDED_AUTO strided_tensor *w = random_tensor(&r, STRIDED_F32, 4, STRIDED_LIST(4, 5, 1, 1));
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, NULL);
    STRIDED_AUTO strided_tensor *flat = strided_reshape(x, STRIDED_DIMS(5, 42)), *matrix = strided_reshape(w, STRIDED_DIMS(4, 5));
    STRIDED_AUTO strided_tensor *z = strided_matmul_empty(matrix, flat);
    assert_int_equal(strided_conv(y, x, w, NULL, NULL), STRIDED_OK);
    assert_int_equal(strided_mm(z, matrix, flat), STRIDED_OK);
    assert_same_bits(y, z);

    STRIDED_AUTO strided_tensor *k = random_tensor(&r, STRIDED_F32, 4, STRIDED_LIST(3, 5, 3, 2));
    static const int64_t before[] = { 0, 0, 2, 1 }, after[] = { 0, 0, 1, 3 };
    STRIDED_AUTO strided_tensor *padded = strided_pad_empty(x, 4, before, after);
    for (int mode = STRIDED_PAD_REPLICATE; mode <= STRIDED_PAD_CIRCULAR; mode++) {
        strided_conv_params p = { .pad = { { 2, 1 }, { 1, 3 } }, .pad_mode = (strided_pad_mode)mode };
        STRIDED_AUTO strided_tensor *one = strided_conv_empty(x, k, &p), *two = strided_empty_like(one);
        assert_int_equal(strided_conv(one, x, k, NULL, &p), STRIDED_OK);
        assert_int_equal(strided_pad(padded, x, 4, before, after, (strided_pad_mode)mode, 0), STRIDED_OK);
        assert_int_equal(strided_conv(two, padded, k, NULL, NULL), STRIDED_OK);
        assert_same_bits(one, two);
    }
}

static void result_tensors(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *memory = strided_zeros(NULL, STRIDED_F16, STRIDED_DIMS(1, 5, 6, 3));
    STRIDED_AUTO strided_tensor *x = strided_permute(memory, STRIDED_DIMS(0, 3, 1, 2));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_BF16, STRIDED_DIMS(4, 3, 3, 3));
    strided_conv_params p = { .auto_pad = STRIDED_AUTO_PAD_SAME, .stride = { 2, 2 } };
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, &p);
    assert_non_null(y);
    assert_memory_equal(strided_shape(y), STRIDED_LIST(1, 4, 3, 3), 4 * sizeof(int64_t));
    assert_int_equal(strided_stride(y, 1), 1);
    assert_int_equal(strided_dtype_of(y), STRIDED_F32);
    static const struct { strided_dtype x, w, y; } list[] = {
        { STRIDED_U8, STRIDED_I8, STRIDED_I32 }, { STRIDED_I64, STRIDED_I8, STRIDED_I64 }, { STRIDED_U8, STRIDED_F32, STRIDED_F32 },
        { STRIDED_F32, STRIDED_F64, STRIDED_F64 }, { STRIDED_F16, STRIDED_F16, STRIDED_F16 }, { STRIDED_F16, STRIDED_F32, STRIDED_F32 },
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        STRIDED_AUTO strided_tensor *a = strided_zeros(NULL, list[i].x, STRIDED_DIMS(2, 3, 5));
        STRIDED_AUTO strided_tensor *b = strided_zeros(NULL, list[i].w, STRIDED_DIMS(4, 3, 2));
        STRIDED_AUTO strided_tensor *c = strided_conv_empty(a, b, NULL);
        assert_int_equal(strided_dtype_of(c), list[i].y);
        assert_int_equal(strided_conv(c, a, b, NULL, NULL), STRIDED_OK);
    }
    assert_null(strided_conv_empty(NULL, w, NULL));
    assert_null(strided_conv_empty(x, NULL, NULL));
    p.reserved[7] = 1;
    assert_null(strided_conv_empty(x, w, &p));
    assert_int_equal(strided_error_status(), STRIDED_ERR_UNSUPPORTED);
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void shapes_that_do_not_fit(void **state)
{
    (void)state;
    static const struct { int ny, nx, nw; int64_t y[6], x[6], w[6], bias, groups; } list[] = {
        { 3, 3, 3, { 1, 2, 3 }, { 1, 3, 5 }, { 2, 4, 3 }, 0, 0 },       /* channels */
        { 3, 3, 3, { 1, 2, 3 }, { 1, 4, 5 }, { 2, 4, 3 }, 0, 2 },       /* of groups */
        { 3, 3, 3, { 1, 3, 3 }, { 1, 4, 5 }, { 3, 2, 3 }, 0, 2 },       /* outputs no multiple of groups */
        { 3, 3, 3, { 1, 2, 4 }, { 1, 4, 5 }, { 2, 4, 3 }, 0, 0 },       /* positions */
        { 3, 3, 3, { 2, 2, 3 }, { 1, 4, 5 }, { 2, 4, 3 }, 0, 0 },       /* batch */
        { 3, 3, 3, { 1, 2, 3 }, { 1, 4, 5 }, { 2, 4, 3 }, 3, 0 },       /* bias */
        { 2, 3, 3, { 2, 3 }, { 1, 4, 5 }, { 2, 4, 3 }, 0, 0 },          /* N missing from y alone */
        { 3, 2, 3, { 1, 2, 3 }, { 4, 5 }, { 2, 4, 3 }, 0, 0 },
        { 3, 4, 3, { 1, 2, 3 }, { 1, 4, 5, 1 }, { 2, 4, 3 }, 0, 0 },    /* ranks */
        { 2, 2, 2, { 1, 2 }, { 1, 4 }, { 2, 4 }, 0, 0 },
        { 6, 6, 6, { 1, 2, 1, 1, 1, 1 }, { 1, 4, 1, 1, 1, 1 }, { 2, 4, 1, 1, 1, 1 }, 0, 0 },
        { 3, 3, 3, { 1, 2, 1 }, { 1, 4, 2 }, { 2, 4, 3 }, 0, 0 },       /* a window that does not fit */
        { 3, 3, 3, { 1, 2, 1 }, { 1, 4, 0 }, { 2, 4, 1 }, 0, 0 },       /* nothing to see */
        { 3, 3, 3, { 1, 2, 6 }, { 1, 4, 5 }, { 2, 4, 0 }, 0, 0 },       /* no window */
        { 3, 3, 3, { 1, 2, 3 }, { 1, 4, 5 }, { 2, 4, 3 }, 0, INT64_MAX },
        { 3, 3, 3, { 1, 2, 3 }, { 1, 4, 5 }, { 2, 4, 3 }, 0, INT64_MAX / 2 },
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct convolution s = { .params = { .groups = list[i].groups } };
        struct trial t = trial_new("conv that does not fit", call, convolution_reference, &s);
        trial_out(&t, STRIDED_F32, list[i].ny, list[i].y);
        trial_in(&t, STRIDED_F32, array_new(list[i].nx, list[i].x));
        trial_in(&t, STRIDED_F32, array_new(list[i].nw, list[i].w));
        if (list[i].bias) trial_in(&t, STRIDED_F32, array_new(1, &list[i].bias));
        else trial_no_in(&t);
        trial_refused(&t, STRIDED_ERR_SHAPE);
        arrays_release();
    }
}

/* Every parameter at the ends of its type, by the status that names what is wrong. */
static void parameters(void **state)
{
    (void)state;
    enum { ARG = STRIDED_ERR_ARG, FLOW = STRIDED_ERR_OVERFLOW, SHAPE = STRIDED_ERR_SHAPE, LATER = STRIDED_ERR_UNSUPPORTED };
    static const struct { strided_conv_params p; int want; } list[] = {
        { { .stride = { -1 } }, ARG },                  { { .stride = { INT64_MIN } }, ARG },
        { { .stride = { INT64_MAX } }, SHAPE },         { { .stride = { 1, 1 } }, ARG },
        { { .stride = { 0, 0, 1 } }, ARG },             { { .dilation = { -1 } }, ARG },
        { { .dilation = { INT64_MIN } }, ARG },         { { .dilation = { INT64_MAX } }, FLOW },
        { { .dilation = { INT64_MAX / 2 } }, FLOW },    { { .dilation = { INT64_MAX / 4 } }, SHAPE },
        { { .dilation = { 3 } }, SHAPE },
        { { .dilation = { 0, 2 } }, ARG },              { { .pad = { { -1, 0 } } }, ARG },
        { { .pad = { { 0, -1 } } }, ARG },              { { .pad = { { INT64_MIN, 0 } } }, ARG },
        { { .pad = { { INT64_MAX, 0 } } }, FLOW },      { { .pad = { { 0, INT64_MAX } } }, FLOW },
        { { .pad = { { INT64_MAX / 2, INT64_MAX / 2 } } }, FLOW }, { { .pad = { { 0, 0 }, { 1, 0 } } }, ARG },
        { { .pad = { { INT64_MAX / 4, 0 } } }, SHAPE }, { { .pad = { { 1, 0 } } }, SHAPE },
        { { .groups = -1 }, ARG },                      { { .groups = INT64_MIN }, ARG },
        { { .groups = 3 }, SHAPE },                     { { .output_padding = { 1 } }, ARG },
        { { .output_padding = { INT64_MIN } }, ARG },   { { .output_padding = { 0, 0, 1 } }, ARG },
        { { .auto_pad = (strided_auto_pad)5 }, ARG },   { { .auto_pad = (strided_auto_pad)-1 }, ARG },
        { { .auto_pad = STRIDED_AUTO_PAD_SAME }, SHAPE },
        { { .auto_pad = STRIDED_AUTO_PAD_SAME, .pad = { { 1, 1 } } }, ARG },
        { { .auto_pad = STRIDED_AUTO_PAD_VALID, .pad = { { 0, 1 } } }, ARG },
        { { .pad_mode = (strided_pad_mode)5 }, ARG },   { { .pad_mode = (strided_pad_mode)-1 }, ARG },
        { { .activation = (strided_activation)4 }, ARG }, { { .activation = (strided_activation)-1 }, ARG },
        { { .arithmetic = (strided_arithmetic)3 }, ARG }, { { .arithmetic = (strided_arithmetic)-1 }, ARG },
        { { .reserved_int = 1 }, LATER },               { { .reserved = { 1 } }, LATER },
        { { .reserved = { [7] = UINT64_MAX } }, LATER },
    };
    struct ref_window w = window_of(1, 3, 1, 1, 0, 0);
    struct convolution s = convolution_of(&w, 1, 2, 2, STRIDED_LIST(5));
    for (size_t i = 0; i < COUNT(list); i++) {
        char name[40];
        snprintf(name, sizeof name, "conv1d, wrong parameters %d", (int)i);
        struct convolution wrong = s;
        wrong.params = list[i].p;
        struct trial t = convolution_trial(name, call, &s, convolution_all(STRIDED_F32), 1, array_small);
        t.params = &wrong;
        trial_refused(&t, (strided_status)list[i].want);
        arrays_release();
    }
}

/* Padding far larger than the input is a geometry like any other. */
static void large_padding(void **state)
{
    (void)state;
    for (int mode = STRIDED_PAD_CONSTANT; mode <= STRIDED_PAD_CIRCULAR; mode++) {
        struct ref_window w = window_of(1, 3, 1000, 7, 4000, 5000);
        w.mode = (strided_pad_mode)mode;
        struct convolution s = convolution_of(&w, 1, 2, 3, STRIDED_LIST(5));
        struct trial t = convolution_trial("conv1d in a sea of padding", call, &s, convolution_all(STRIDED_F32), 1, array_small);
        trial_mixed(&t);
        arrays_release();
    }
}

static void messages(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 5));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 4, 3));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 3));
    assert_int_equal(strided_conv(y, x, w, NULL, NULL), STRIDED_ERR_SHAPE);
    assert_string_equal(strided_error(), "conv: x has 3 channels, w wants 4 (groups 1)");
    STRIDED_AUTO strided_tensor *flat = strided_flatten(w, 1, 2);
    assert_int_equal(strided_conv(y, x, flat, NULL, NULL), STRIDED_ERR_SHAPE);
    assert_string_equal(strided_error(), "conv: w has rank 2; wanted 3 to 5 (O, C/groups, taps...)");
    STRIDED_AUTO strided_tensor *one = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 1));
    STRIDED_AUTO strided_tensor *line = strided_expand(one, STRIDED_DIMS(1, 1, INT64_MAX / 2 + 1));
    const strided_conv_params p = { .pad_mode = STRIDED_PAD_REFLECT };
    assert_int_equal(strided_conv(y, line, one, NULL, &p), STRIDED_ERR_OVERFLOW);
    assert_string_equal(strided_error(), "conv: extent 4611686018427387904 is too large for pad_mode 2");
}

/* Windows further apart than offsets in bytes can say, of which one reaches x: channels few, and enough for products that leave edges whole. */
static void far_windows(void **state)
{
    const int64_t far = (int64_t)1 << 58;
    const strided_conv_params p = { .stride = { far, far }, .pad = { { far, far }, { far, far } }, .arithmetic = STRIDED_ARITHMETIC_STRICT };
    (void)state;
    for (int64_t channels = 1; channels <= 256; channels *= 16) {
        STRIDED_AUTO strided_tensor *x = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, channels, 8, 8), 1);
        STRIDED_AUTO strided_tensor *w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(64, channels, 3, 3), 1), *y = strided_conv_empty(x, w, &p);
        assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_OK);
        assert_int_equal(strided_count(y), 64 * 9);
        for (int i = 0; i < 64 * 9; i++) assert_true(((const float *)strided_data(y))[i] == (float)(i % 9 == 4 ? 9 * channels : 0));
    }
}

STRIDED_TEST_GROUP("ops/conv",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(geometries_1d),
    cmocka_unit_test(geometries_2d),
    cmocka_unit_test(geometries_3d),
    cmocka_unit_test(like_networks),
    cmocka_unit_test(empty),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(extreme_bytes),
    cmocka_unit_test(infinities),
    cmocka_unit_test(epilogues),
    cmocka_unit_test(clamp_limits),
    cmocka_unit_test(auto_padding),
    cmocka_unit_test(is_an_einsum),
    cmocka_unit_test(is_what_it_says),
    cmocka_unit_test(result_tensors),
    cmocka_unit_test(shapes_that_do_not_fit),
    cmocka_unit_test(parameters),
    cmocka_unit_test(large_padding),
    cmocka_unit_test(far_windows),
    cmocka_unit_test(messages))
