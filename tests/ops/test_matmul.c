/*
 * test_matmul.c - strided_trace(), mv, mm, matmul, linear and gemm: layouts, dtypes, batches, empty sums.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---- matmul, mm, mv ----------------------------------------------------------------------------- */

static strided_status matmul(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_matmul(out[0], in[0], in[1]);
}

static strided_status mm(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_mm(out[0], in[0], in[1]);
}

static strided_status mv(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_mv(out[0], in[0], in[1]);
}

static void product(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    ref_matmul(out[0], in[0], in[1]);
}

static struct trial trial_of(const char *name, trial_call *call, strided_dtype to, int n, const int64_t *shape, strided_dtype ta,
                             const struct array *a, strided_dtype tb, const struct array *b)
{
    struct trial t = trial_new(name, call, product, NULL);
    trial_out(&t, to, n, shape);
    trial_in(&t, ta, a);
    trial_in(&t, tb, b);
    trial_store_by_inputs(&t);
    return t;
}

/* Extents of 1 in a batch may grow: those operands are loose. */
static int has_one_in_batch(int n, const int64_t *shape)
{
    for (int a = 0; a + 2 < n; a++)
        if (shape[a] == 1) return 1;
    return 0;
}

static void ranks_and_batches(void **state)
{
    (void)state;
    static const struct { int n, na, nb; int64_t shape[5], a[5], b[5]; } list[] = {
        { 0, 1, 1, { 0 }, { 4 }, { 4 } },
        { 1, 1, 2, { 3 }, { 4 }, { 4, 3 } },
        { 1, 2, 1, { 3 }, { 3, 4 }, { 4 } },
        { 2, 2, 2, { 3, 5 }, { 3, 4 }, { 4, 5 } },
        { 2, 2, 2, { 1, 1 }, { 1, 1 }, { 1, 1 } },
        { 2, 2, 2, { 7, 35 }, { 7, 33 }, { 33, 35 } },
        { 2, 2, 2, { 35, 7 }, { 35, 2 }, { 2, 7 } },
        { 2, 2, 2, { 3, 5 }, { 3, 0 }, { 0, 5 } },
        { 2, 2, 2, { 0, 5 }, { 0, 4 }, { 4, 5 } },
        { 2, 2, 2, { 3, 0 }, { 3, 4 }, { 4, 0 } },
        { 3, 3, 2, { 2, 3, 5 }, { 2, 3, 4 }, { 4, 5 } },
        { 3, 2, 3, { 2, 3, 5 }, { 3, 4 }, { 2, 4, 5 } },
        { 3, 3, 3, { 2, 3, 5 }, { 2, 3, 4 }, { 1, 4, 5 } },
        { 4, 4, 3, { 2, 3, 2, 2 }, { 2, 1, 2, 3 }, { 3, 3, 2 } },
        { 2, 1, 3, { 2, 5 }, { 4 }, { 2, 4, 5 } },
        { 2, 3, 1, { 2, 3 }, { 2, 3, 4 }, { 4 } },
        { 3, 3, 3, { 0, 3, 5 }, { 0, 3, 4 }, { 1, 4, 5 } },
        { 5, 5, 5, { 2, 1, 2, 2, 3 }, { 1, 1, 2, 2, 2 }, { 2, 1, 1, 2, 3 } },
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        struct array *a = array_small(&r, STRIDED_F32, list[i].na, list[i].a), *b = array_small(&r, STRIDED_F32, list[i].nb, list[i].b);
        struct trial t = trial_of("matmul", matmul, STRIDED_F32, list[i].n, list[i].shape, STRIDED_F32, a, STRIDED_F32, b);
        t.in[0].any_rank = t.in[1].any_rank = t.out[0].ndim > 2; /* there is a batch to broadcast to */
        t.in[0].loose = has_one_in_batch(list[i].na, list[i].a);
        t.in[1].loose = has_one_in_batch(list[i].nb, list[i].b);
        trial_all(&t);
        arrays_release();
    }
}

static void matrix_and_vector(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = { { 3, 4, 5 }, { 1, 9, 1 }, { 33, 2, 3 }, { 2, 0, 3 }, { 0, 2, 2 }, { 17, 19, 18 } };
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct rng r = rng_seed(i);
        int64_t m = shapes[i][0], k = shapes[i][1], n = shapes[i][2];
        struct array *a = array_small(&r, STRIDED_F32, 2, STRIDED_LIST(m, k)), *b = array_small(&r, STRIDED_F32, 2, STRIDED_LIST(k, n));
        struct trial t = trial_of("mm", mm, STRIDED_F32, 2, STRIDED_LIST(m, n), STRIDED_F32, a, STRIDED_F32, b);
        trial_all(&t);
        t = trial_of("mv", mv, STRIDED_F32, 1, STRIDED_LIST(m), STRIDED_F32, a, STRIDED_F32,
                     array_small(&r, STRIDED_F32, 1, STRIDED_LIST(k)));
        trial_all(&t);
        arrays_release();
    }
}

/* Sums that round: near the exact ones, and the same bits whatever the layout and the number of threads. */
static void real_numbers(void **state)
{
    (void)state;
    for (int d = 0; d < NUMBER_FLOATS; d++) {
        struct rng r = rng_seed((uint64_t)d);
        strided_dtype dtype = number_floats[d];
        struct array *a = array_real(&r, -1, 1, 2, STRIDED_LIST(13, 129)), *b = array_real(&r, -1, 1, 2, STRIDED_LIST(129, 37));
        struct trial t = trial_of("mm of reals", mm, dtype, 2, STRIDED_LIST(13, 37), dtype, a, dtype, b);
        t.ulp = 2;
        t.absolute = dtype == STRIDED_F64 ? 1e-14 : 1e-5;
        t.mixes = 40;
        t.fused = 1;
        trial_run(&t);
        arrays_release();
    }
}

static void every_pair_of_dtypes(void **state)
{
    (void)state;
    for (int p = 0; p < NUMBER_DTYPES; p++)
        for (int q = 0; q < NUMBER_DTYPES; q++) {
            struct rng r = rng_seed((uint64_t)(p * 16 + q));
            strided_dtype ta = number_dtypes[p], tb = number_dtypes[q], tos[] = { ta, STRIDED_F64, STRIDED_I8 };
            struct array *a = array_small(&r, ta, 2, STRIDED_LIST(3, 6)), *b = array_small(&r, tb, 2, STRIDED_LIST(6, 5));
            for (size_t i = 0; i < COUNT(tos); i++) {
                struct trial t = trial_of("mm", mm, tos[i], 2, STRIDED_LIST(3, 5), ta, a, tb, b);
                t.mixes = 4;
                trial_run(&t);
            }
            arrays_release();
        }
}

/* 8-bit extremes: a sum of pairs does not saturate, and the result wraps only in its own type. */
static void extreme_integers(void **state)
{
    (void)state;
    static const int64_t m[] = { 2, 70 }, k[] = { 70, 3 }, y[] = { 2, 3 };
    static const struct { strided_dtype a, b; double va, vb; } list[] = {
        { STRIDED_U8, STRIDED_I8, 255, -128 }, { STRIDED_U8, STRIDED_I8, 255, 127 }, { STRIDED_I8, STRIDED_I8, -128, -128 },
        { STRIDED_U8, STRIDED_U8, 255, 255 }, { STRIDED_I16, STRIDED_I16, -32768, -32768 }, { STRIDED_U16, STRIDED_U16, 65535, 65535 },
        { STRIDED_I32, STRIDED_I32, -2147483648.0, 3 },
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct array *a = array_full(list[i].va, 2, m), *b = array_full(list[i].vb, 2, k);
        struct trial t = trial_of("mm at the ends", mm, STRIDED_I32, 2, y, list[i].a, a, list[i].b, b);
        trial_run(&t);
        arrays_release();
    }
}

static void empty_results(void **state)
{
    (void)state;
    strided_tensor *a = strided_zeros(NULL, STRIDED_F16, STRIDED_DIMS(2, 1, 3, 4)), *b = strided_zeros(NULL, STRIDED_BF16, STRIDED_DIMS(5, 4, 6));
    strided_tensor *v = strided_zeros(NULL, STRIDED_I8, STRIDED_DIMS(4)), *s = strided_zeros(NULL, STRIDED_I8, 0, NULL);
    strided_tensor *y = strided_matmul_empty(a, b), *z = strided_matmul_empty(v, v);
    assert_non_null(y);
    assert_int_equal(strided_dtype_of(y), STRIDED_F32);
    assert_int_equal(strided_ndim(y), 4);
    assert_memory_equal(strided_shape(y), STRIDED_LIST(2, 5, 3, 6), 4 * sizeof(int64_t));
    assert_non_null(z);
    assert_int_equal(strided_dtype_of(z), STRIDED_I32);
    assert_int_equal(strided_ndim(z), 0);
    assert_null(strided_matmul_empty(v, s));
    assert_int_equal(strided_error_status(), STRIDED_ERR_SHAPE);
    assert_null(strided_matmul_empty(b, b));
    assert_int_equal(strided_error_status(), STRIDED_ERR_SHAPE);
    assert_null(strided_matmul_empty(NULL, b));
    assert_null(strided_matmul_empty(a, NULL));
    strided_release(z);
    strided_release(y);
    strided_release(s);
    strided_release(v);
    strided_release(b);
    strided_release(a);
}

/* Each as {dst, a, b}, all zeros. */
static void do_not_fit(void **state)
{
    (void)state;
    static const struct { trial_call *call; int n, na, nb; int64_t y[3], a[3], b[3]; } list[] = {
        { matmul, 2, 2, 2, { 3, 5 }, { 3, 4 }, { 5, 4 } },        { matmul, 2, 2, 2, { 5, 3 }, { 3, 4 }, { 4, 5 } },
        { matmul, 0, 0, 0, { 0 }, { 0 }, { 0 } },                 { matmul, 1, 0, 1, { 4 }, { 0 }, { 4 } },
        { matmul, 3, 2, 2, { 1, 3, 5 }, { 3, 4 }, { 4, 5 } },     { matmul, 3, 3, 3, { 2, 3, 5 }, { 2, 3, 4 }, { 3, 4, 5 } },
        { matmul, 1, 1, 1, { 1 }, { 4 }, { 4 } },                 { mm, 2, 2, 2, { 3, 5 }, { 3, 4 }, { 3, 5 } },
        { mm, 3, 3, 3, { 1, 1, 1 }, { 1, 1, 1 }, { 1, 1, 1 } },   { mm, 2, 2, 1, { 3, 5 }, { 3, 4 }, { 4 } },
        { mm, 1, 2, 2, { 15 }, { 3, 4 }, { 4, 5 } },              { mm, 2, 1, 2, { 1, 5 }, { 4 }, { 4, 5 } },
        { mv, 1, 2, 1, { 3 }, { 3, 4 }, { 3 } },                  { mv, 1, 2, 2, { 3 }, { 3, 4 }, { 4, 1 } },
        { mv, 2, 2, 1, { 3, 1 }, { 3, 4 }, { 4 } },               { mv, 1, 1, 1, { 1 }, { 4 }, { 4 } },
        { mv, 1, 2, 1, { 4 }, { 3, 4 }, { 4 } },
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct trial t = trial_of("does not fit", list[i].call, STRIDED_F32, list[i].n, list[i].y, STRIDED_F32,
                                  array_new(list[i].na, list[i].a), STRIDED_F32, array_new(list[i].nb, list[i].b));
        trial_refused(&t, STRIDED_ERR_SHAPE);
        arrays_release();
    }
}

/* ---- linear ------------------------------------------------------------------------------------- */

static strided_status linear(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_linear(out[0], in[0], in[1], in[2]);
}

static void linear_reference(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    static const char *const terms[][2] = { { "i", "o" }, { "ai", "ao" }, { "abi", "abo" }, { "abci", "abco" } };
    const char *const *t = terms[in[0]->ndim - 1];
    ref_einsum(out[0], t[1], 2, in, (const char *const[]){ t[0], "oi" });
    for (int64_t i = 0; in[2] && i < out[0]->count; i++) out[0]->v[i] += in[2]->v[i % in[2]->count];
}

static void linear_layers(void **state)
{
    (void)state;
    static const struct { int n; int64_t x[4], o; } list[] = { { 1, { 5 }, 3 }, { 2, { 4, 5 }, 3 }, { 3, { 2, 3, 17 }, 35 },
                                                               { 4, { 2, 1, 2, 3 }, 1 }, { 2, { 0, 5 }, 3 }, { 2, { 4, 0 }, 3 } };
    static const strided_dtype dtypes[] = { STRIDED_F32, STRIDED_F64, STRIDED_F16, STRIDED_BF16, STRIDED_I32, STRIDED_U8 };
    for (size_t i = 0; i < COUNT(list); i++)
        for (size_t d = 0; d < COUNT(dtypes); d++)
            for (int bias = 0; bias < 2; bias++) {
                struct rng r = rng_seed(i);
                int n = list[i].n;
                int64_t y[4], features = list[i].x[n - 1];
                memcpy(y, list[i].x, sizeof y);
                y[n - 1] = list[i].o;
                struct trial t = trial_new("linear", linear, linear_reference, NULL);
                trial_out(&t, dtypes[d], n, y);
                trial_in(&t, dtypes[d], array_small(&r, dtypes[d], n, list[i].x));
                trial_in(&t, dtypes[d], array_small(&r, dtypes[d], 2, STRIDED_LIST(list[i].o, features)));
                if (bias) trial_in(&t, dtypes[d], array_small(&r, dtypes[d], 1, STRIDED_LIST(list[i].o)))->optional = 1;
                else trial_no_in(&t);
                trial_store_by_inputs(&t);
                if (d > 0) t.mixes = 6;
                if (d == 0) trial_all(&t);
                else trial_run(&t);
                arrays_release();
            }
}

static void linear_of_two_dtypes(void **state)
{
    (void)state;
    for (int p = 0; p < NUMBER_DTYPES; p++)
        for (int q = 0; q < NUMBER_DTYPES; q++) {
            strided_dtype x = number_dtypes[p], w = number_dtypes[q];
            static const strided_dtype tos[] = { STRIDED_F64, STRIDED_F16, STRIDED_I8 };
            for (size_t i = 0; i < COUNT(tos); i++) {
                struct rng r = rng_seed((uint64_t)(p * 16 + q));
                struct trial t = trial_new("linear of two dtypes", linear, linear_reference, NULL);
                trial_out(&t, tos[i], 2, STRIDED_LIST(4, 3));
                trial_in(&t, x, array_small(&r, x, 2, STRIDED_LIST(4, 5)));
                trial_in(&t, w, array_small(&r, w, 2, STRIDED_LIST(3, 5)));
                trial_in(&t, i ? x : w, array_small(&r, i ? x : w, 1, STRIDED_LIST(3)));
                trial_store_by_inputs(&t);
                t.mixes = 2;
                trial_mixed(&t);
            }
            arrays_release();
        }
}

/* Enough of them for several threads and for every kernel. */
static void linear_of_reals(void **state)
{
    (void)state;
    static const struct { int64_t n, features, o; } list[] = { { 40, 33, 50 }, { 1, 700, 70 }, { 300, 5, 17 } };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_FLOATS; d++) {
            struct rng r = rng_seed(i);
            strided_dtype dtype = number_floats[d];
            struct trial t = trial_new("linear of reals", linear, linear_reference, NULL);
            trial_out(&t, dtype, 2, STRIDED_LIST(list[i].n, list[i].o));
            trial_in(&t, dtype, array_real(&r, -1, 1, 2, STRIDED_LIST(list[i].n, list[i].features)));
            trial_in(&t, dtype, array_real(&r, -1, 1, 2, STRIDED_LIST(list[i].o, list[i].features)));
            trial_in(&t, dtype, array_real(&r, -1, 1, 1, STRIDED_LIST(list[i].o)));
            t.ulp = 2;
            t.absolute = dtype == STRIDED_F64 ? 1e-13 : 3e-5;
            t.fused = 1;
            t.mixes = 8;
            trial_mixed(&t);
            arrays_release();
        }
}

/* Each as {dst, x, w, bias}, all zeros. */
static void linear_does_not_fit(void **state)
{
    (void)state;
    static const struct { int n, nx, nw, nb; int64_t y[3], x[3], w[3], b[2]; } list[] = {
        { 2, 2, 2, 1, { 4, 3 }, { 4, 5 }, { 5, 3 }, { 3 } },   { 2, 2, 2, 1, { 4, 3 }, { 4, 5 }, { 3, 5 }, { 5 } },
        { 2, 2, 2, 1, { 4, 5 }, { 4, 5 }, { 3, 5 }, { 3 } },   { 2, 2, 2, 1, { 3, 3 }, { 4, 5 }, { 3, 5 }, { 3 } },
        { 1, 2, 2, 1, { 3 }, { 1, 5 }, { 3, 5 }, { 3 } },      { 0, 0, 2, 1, {0}, {0}, { 3, 1 }, { 3 } },
        { 2, 2, 3, 1, { 4, 3 }, { 4, 5 }, { 1, 3, 5 }, { 3 } }, { 2, 2, 1, 1, { 4, 3 }, { 4, 5 }, { 5 }, { 3 } },
        { 2, 2, 2, 2, { 4, 3 }, { 4, 5 }, { 3, 5 }, { 1, 3 } }, { 2, 2, 2, 0, { 4, 3 }, { 4, 5 }, { 3, 5 }, {0} },
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct trial t = trial_new("linear that does not fit", linear, linear_reference, NULL);
        trial_out(&t, STRIDED_F32, list[i].n, list[i].y);
        trial_in(&t, STRIDED_F32, array_new(list[i].nx, list[i].x));
        trial_in(&t, STRIDED_F32, array_new(list[i].nw, list[i].w));
        trial_in(&t, STRIDED_F32, array_new(list[i].nb, list[i].b));
        trial_refused(&t, STRIDED_ERR_SHAPE);
        arrays_release();
    }
}

/* ---- gemm --------------------------------------------------------------------------------------- */

struct scale { double alpha, beta; };

static strided_status gemm(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct scale *s = params;
    return strided_gemm(out[0], s->alpha, in[0], in[1], s->beta, in[2]);
}

static void gemm_reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct scale *s = params;
    ref_matmul(out[0], in[0], in[1]);
    const struct array *c = in[2] ? array_broadcast(in[2], 2, out[0]->shape) : NULL;
    for (int64_t i = 0; i < out[0]->count; i++) {
        out[0]->v[i] *= s->alpha;
        if (c && s->beta != 0) out[0]->v[i] += s->beta * c->v[i];
    }
}

static void gemm_scaled(void **state)
{
    (void)state;
    static const struct scale scales[] = { { 1, 1 }, { 2, -3 }, { 0, 1 }, { 1, 0 }, { 0, 0 }, { -0.5, 0.25 } };
    static const struct { int n; int64_t c[2]; } cs[] = { { 2, { 5, 7 } }, { 2, { 1, 7 } }, { 2, { 5, 1 } }, { 1, { 7 } }, { 0, {0} } };
    static const int64_t a[] = { 5, 6 }, b[] = { 6, 7 }, y[] = { 5, 7 };
    static const strided_dtype dtypes[] = { STRIDED_F32, STRIDED_F64, STRIDED_F16, STRIDED_I32, STRIDED_I64, STRIDED_U8 };
    for (size_t s = 0; s < COUNT(scales); s++)
        for (size_t c = 0; c < COUNT(cs); c++)
            for (size_t d = 0; d < COUNT(dtypes); d++) {
                if (!number_is_float(dtypes[d]) && scales[s].alpha == -0.5) continue;
                struct rng r = rng_seed(s * 64 + c * 8 + d);
                struct trial t = trial_new("gemm", gemm, gemm_reference, &scales[s]);
                trial_out(&t, dtypes[d], 2, y);
                trial_in(&t, dtypes[d], array_small(&r, dtypes[d], 2, a));
                trial_in(&t, dtypes[d], array_small(&r, dtypes[d], 2, b));
                struct trial_operand *added = trial_in(&t, dtypes[d], array_small(&r, dtypes[d], cs[c].n, cs[c].c));
                added->optional = 1;
                trial_store_by_inputs(&t);
                t.mixes = d ? 4 : 12;
                trial_run(&t);
                if (c == 0 && d == 0 && scales[s].beta != 0) trial_refuse(&t);
                if (c == 0 && d == 0) trial_oom(&t);
                arrays_release();
            }
}

/* beta 0: c may hold anything, NaN, or not be there; alpha 0 still makes NaN of NaN times 0. */
static void gemm_ignores_c(void **state)
{
    (void)state;
    static const struct scale s = { 1, 0 };
    struct rng r = rng_seed(1);
    struct trial t = trial_new("gemm without c", gemm, gemm_reference, &s);
    trial_out(&t, STRIDED_F32, 2, STRIDED_LIST(2, 2));
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 2, STRIDED_LIST(2, 3)));
    trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 2, STRIDED_LIST(3, 2)));
    trial_in(&t, STRIDED_F32, array_full(NAN, 2, STRIDED_LIST(2, 2)))->optional = 1;
    trial_run(&t);
    t.in[2].absent = 1;
    trial_run(&t);
}

static void gemm_in_place(void **state)
{
    (void)state;
    float c[4] = { 1, 2, 3, 4 }, e[4] = { 1, 0, 0, 1 };
    strided_tensor *y = strided_wrap(NULL, c, STRIDED_F32, 2, STRIDED_LIST(2, 2), NULL);
    strided_tensor *id = strided_wrap(NULL, e, STRIDED_F32, 2, STRIDED_LIST(2, 2), NULL);
    assert_int_equal(strided_gemm(y, 10, id, id, 2, y), STRIDED_OK);
    assert_true(c[0] == 12 && c[1] == 4 && c[2] == 6 && c[3] == 18);
    strided_tensor *t = strided_transpose(y, 0, 1), *row = strided_select(y, 0, 0);
    assert_int_equal(strided_gemm(y, 1, id, id, 1, t), STRIDED_ERR_OVERLAP);
    assert_int_equal(strided_gemm(y, 1, id, id, 1, row), STRIDED_ERR_OVERLAP);
    assert_int_equal(strided_gemm(y, 1, y, id, 1, NULL), STRIDED_ERR_OVERLAP);
    assert_true(c[0] == 12 && c[1] == 4 && c[2] == 6 && c[3] == 18);
    strided_release(row);
    strided_release(t);
    strided_release(id);
    strided_release(y);
}

static void gemm_refusals(void **state)
{
    (void)state;
    static const struct scale halves[] = { { 0.5, 1 }, { 1, 0.5 }, { NAN, 1 }, { INFINITY, 1 } }, one = { 1, 1 };
    for (size_t i = 0; i < COUNT(halves); i++) {
        struct trial t = trial_new("gemm of integers", gemm, gemm_reference, &halves[i]);
        trial_out(&t, STRIDED_I32, 2, STRIDED_LIST(2, 2));
        for (int k = 0; k < 3; k++) trial_in(&t, STRIDED_I32, array_new(2, STRIDED_LIST(2, 2)));
        trial_refused(&t, STRIDED_ERR_DTYPE);
    }
    struct trial t = trial_new("gemm, c too large", gemm, gemm_reference, &one);
    trial_out(&t, STRIDED_F32, 2, STRIDED_LIST(1, 2));
    trial_in(&t, STRIDED_F32, array_new(2, STRIDED_LIST(1, 3)));
    trial_in(&t, STRIDED_F32, array_new(2, STRIDED_LIST(3, 2)));
    trial_in(&t, STRIDED_F32, array_new(2, STRIDED_LIST(2, 2)));
    trial_refused(&t, STRIDED_ERR_SHAPE);
}

/* ---- trace -------------------------------------------------------------------------------------- */

static strided_status trace(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_trace(out[0], in[0]);
}

static void trace_reference(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    for (int64_t i = 0; i < in[0]->shape[0] && i < in[0]->shape[1]; i++) out[0]->v[0] += in[0]->v[i * in[0]->shape[1] + i];
}

static void traces(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = { { 4, 4 }, { 3, 5 }, { 5, 3 }, { 1, 7 }, { 0, 3 }, { 3, 0 }, { 40, 41 } };
    for (size_t i = 0; i < COUNT(shapes); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct rng r = rng_seed(i);
            struct trial t = trial_new("trace", trace, trace_reference, NULL);
            trial_out(&t, number_dtypes[d], 0, NULL);
            trial_in(&t, number_dtypes[d], array_small(&r, number_dtypes[d], 2, shapes[i]))->loose = 1;
            trial_store_by_inputs(&t);
            trial_all(&t);
            arrays_release();
        }
    struct trial t = trial_new("trace of a vector", trace, trace_reference, NULL);
    trial_out(&t, STRIDED_F32, 0, NULL);
    trial_in(&t, STRIDED_F32, array_new(1, STRIDED_LIST(4)));
    trial_refused(&t, STRIDED_ERR_SHAPE);
    t.out[0].ndim = 1, t.out[0].shape[0] = 1;
    t.in[0] = (struct trial_operand){ .dtype = STRIDED_F32, .ndim = 2, .shape = { 2, 2 }, .values = array_new(2, STRIDED_LIST(2, 2)) };
    trial_refused(&t, STRIDED_ERR_SHAPE);
}

STRIDED_TEST_GROUP("ops/matmul",
    cmocka_unit_test(ranks_and_batches),
    cmocka_unit_test(matrix_and_vector),
    cmocka_unit_test(real_numbers),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(extreme_integers),
    cmocka_unit_test(empty_results),
    cmocka_unit_test(do_not_fit),
    cmocka_unit_test(linear_layers),
    cmocka_unit_test(linear_of_two_dtypes),
    cmocka_unit_test(linear_of_reals),
    cmocka_unit_test(linear_does_not_fit),
    cmocka_unit_test(gemm_scaled),
    cmocka_unit_test(gemm_ignores_c),
    cmocka_unit_test(gemm_in_place),
    cmocka_unit_test(gemm_refusals),
    cmocka_unit_test(traces))
