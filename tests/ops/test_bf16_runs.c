/*
 * test_bf16_runs.c - products of bf16 at ARITHMETIC_FAST: where the processor has sums of its own (AMX), the bits that context.h says, from every
 * layout and number of threads; elsewhere, and where they do not apply, those of one chain.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/tensors.h"
#include "support/trial.h"

#include <math.h>
#include <string.h>

#include "../../src/base/context.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void must(strided_status s)
{
    if (s != STRIDED_OK) fail_msg("%s", strided_error());
}

static int has_tiles(void) { return strided__context_isa(NULL) >= ISA_AVX512_AMX && strided__cpu_tiles(); }

/* ---- the meaning, as context.h says it ---------------------------------------------------------- */

static float normal(float v) { return fabsf(v) < 0x1p-126f ? copysignf(0, v) : v; }

/* sum + the even terms of 32 + the odd ones. */
static float add_run(float sum, const float *a, const float *b)
{
    float part[2] = { 0, 0 };
    for (int t = 0; t < 32; t++) part[t % 2] = normal(fmaf(normal(a[t]), normal(b[t]), part[t % 2]));
    return normal(sum + normal(part[0] + part[1]));
}

/* x is (1, C, H, W), w (O, C, R, S), padded by one on each side. */
static float conv_at(const struct array *x, const struct array *w, const int64_t at[4])
{
    float sum = 0;
    for (int64_t r = 0; r < w->shape[2]; r++)
        for (int64_t s = 0; s < w->shape[3]; s++) {
            const int64_t i = at[2] + r - 1, j = at[3] + s - 1;
            if (i < 0 || j < 0 || i >= x->shape[2] || j >= x->shape[3]) continue;
            for (int64_t c = 0; c < x->shape[1]; c += 32) {
                float a[32] = { 0 }, b[32] = { 0 };
                for (int64_t t = 0; t < 32 && c + t < x->shape[1]; t++) {
                    a[t] = (float)x->v[shape_flat(4, x->shape, (int64_t[]){ 0, c + t, i, j })];
                    b[t] = (float)w->v[shape_flat(4, w->shape, (int64_t[]){ at[1], c + t, r, s })];
                }
                sum = add_run(sum, a, b);
            }
        }
    return sum;
}

static void conv_reference(struct array *const *out, const struct array *const *in, const void *params)
{
    int64_t at[4] = { 0 };
    (void)params;
    do out[0]->v[shape_flat(4, out[0]->shape, at)] = (double)conv_at(in[0], in[1], at);
    while (shape_next(4, out[0]->shape, at));
}

static strided_conv_params params_at(strided_arithmetic level)
{
    return (strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } }, .arithmetic = level };
}

static strided_status conv(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const strided_conv_params p = params_at(STRIDED_ARITHMETIC_FAST);
    (void)params;
    return strided_conv(out[0], in[0], in[1], NULL, &p);
}

static const int64_t xs[] = { 1, 70, 5, 7 }, ws[] = { 17, 70, 3, 3 }, ys[] = { 1, 17, 5, 7 };

/* Every layout of every operand, threads, instruction sets; those without tiles are near. */
static void every_layout(void **state)
{
    struct rng r = rng_seed(5);
    struct trial t = trial_new("conv bf16 fast", conv, conv_reference, NULL);
    (void)state;
    trial_out(&t, STRIDED_BF16, 4, ys);
    trial_in(&t, STRIDED_BF16, array_unit(&r, STRIDED_BF16, 4, xs));
    trial_in(&t, STRIDED_BF16, array_unit(&r, STRIDED_BF16, 4, ws));
    t.ulp = 1;
    t.absolute = 1e-3;
    t.fused = 1;
    trial_run(&t);
    arrays_release();
}

/* Some elements are so small that they count for nothing, and sums of others. */
static void with_small(strided_tensor *x, struct rng *r)
{
    for (int i = 0; i < 400; i++) {
        uint16_t *at = (uint16_t *)strided_data(x) + rng_between(r, 0, strided_count(x) - 1);
        *at = (uint16_t)rng_between(r, 0, 0x20ff) ^ (uint16_t)(rng_between(r, 0, 1) << 15);
    }
}

static void to_the_bit(void **state)
{
    struct rng r = rng_seed(9);
    const strided_conv_params p = params_at(STRIDED_ARITHMETIC_FAST);
    (void)state;
    if (!has_tiles()) skip(); /* this processor has no sums of its own */
    for (int i = 0; i < 6; i++) {
        const int64_t c = rng_between(&r, 32, 200), xd[] = { 1, c, 5, 6 }, wd[] = { 16 + 9 * i, c, 3, 2 }, yd[] = { 1, wd[0], 5, 7 };
        strided_tensor *x = tensor_random(NULL, &r, STRIDED_BF16, 4, xd), *w = tensor_random(NULL, &r, STRIDED_BF16, 4, wd);
        strided_tensor *y = strided_zeros(NULL, STRIDED_BF16, 4, yd);
        struct array *want = array_new(4, yd);
        with_small(x, &r);
        with_small(w, &r);
        conv_reference(&want, (const struct array *const[]){ tensor_read(x), tensor_read(w) }, NULL);
        must(strided_conv(y, x, w, NULL, &p));
        assert_tensor_close("runs", y, want, 0, 0);
        strided_release(x);
        strided_release(w);
        strided_release(y);
        arrays_release();
    }
}

/* ---- where runs do not apply -------------------------------------------------------------------- */

static void same_as_strict(const char *what, const int64_t xd[4], const int64_t wd[4], strided_conv_params p, strided_arithmetic level, strided_context *ctx)
{
    struct rng r = rng_seed(3);
    const int64_t yd[] = { xd[0], wd[0], xd[2] + p.pad[0][0] + p.pad[0][1] - wd[2] + 1, xd[3] + p.pad[1][0] + p.pad[1][1] - wd[3] + 1 };
    strided_tensor *x = tensor_random(ctx, &r, STRIDED_BF16, 4, xd), *w = tensor_random(ctx, &r, STRIDED_BF16, 4, wd);
    strided_tensor *y = strided_zeros(ctx, STRIDED_F32, 4, yd), *strict = strided_zeros(ctx, STRIDED_F32, 4, yd);
    p.arithmetic = level;
    must(strided_conv(y, x, w, NULL, &p));
    p.arithmetic = STRIDED_ARITHMETIC_STRICT;
    must(strided_conv(strict, x, w, NULL, &p));
    assert_same_bits(what, y, strict);
    strided_release(x);
    strided_release(w);
    strided_release(y);
    strided_release(strict);
}

static void one_chain_elsewhere(void **state)
{
    const int64_t x64[] = { 1, 64, 6, 6 }, x31[] = { 1, 31, 6, 6 }, w16[] = { 16, 64, 2, 2 };
    strided_context *below = strided_context_new(&(strided_config){ .isa = "avx512_vnni" });
    (void)state;
    same_as_strict("default", x64, w16, (strided_conv_params){ 0 }, STRIDED_ARITHMETIC_DEFAULT, NULL);
    same_as_strict("31 terms", x31, (const int64_t[]){ 16, 31, 2, 2 }, (strided_conv_params){ 0 }, STRIDED_ARITHMETIC_FAST, NULL);
    same_as_strict("15 outputs", x64, (const int64_t[]){ 15, 64, 2, 2 }, (strided_conv_params){ 0 }, STRIDED_ARITHMETIC_FAST, NULL);
    same_as_strict("groups", x64, (const int64_t[]){ 32, 32, 2, 2 }, (strided_conv_params){ .groups = 2 }, STRIDED_ARITHMETIC_FAST, NULL);
    same_as_strict("reflected", x64, w16, (strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } }, .pad_mode = STRIDED_PAD_REFLECT },
                   STRIDED_ARITHMETIC_FAST, NULL);
    if (below) same_as_strict("another set", x64, w16, (strided_conv_params){ 0 }, STRIDED_ARITHMETIC_FAST, below);
    strided_context_release(below);
}

/* ---- matrices ----------------------------------------------------------------------------------- */

/* a (m, k) by b (k, n) of a context, each as it is made or the transpose of one that is made so. */
static strided_tensor *product(strided_context *ctx, int64_t m, int64_t k, int64_t n, int turned, struct array *want)
{
    struct rng r = rng_seed((uint64_t)k);
    strided_tensor *a = tensor_random(ctx, &r, STRIDED_BF16, STRIDED_DIMS(m, k)), *b = tensor_random(ctx, &r, STRIDED_BF16, STRIDED_DIMS(k, n));
    strided_tensor *dst = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(m, n));
    for (int i = 0; i < 2; i++) {
        if (!(turned >> i & 1)) continue;
        strided_tensor **x = i ? &b : &a, *made = strided_zeros(ctx, STRIDED_BF16, STRIDED_DIMS(strided_dim(*x, 1), strided_dim(*x, 0)));
        strided_tensor *view = strided_transpose(made, 0, 1);
        must(strided_copy(view, *x));
        strided_release(*x);
        strided_release(made);
        *x = view;
    }
    must(strided_matmul(dst, a, b));
    if (want) {
        struct array *p = tensor_read(a), *q = tensor_read(b);
        for (int64_t i = 0; i < m * n; i++) {
            float sum = 0;
            for (int64_t t = 0; t < k; t += 32) {
                float u[32] = { 0 }, v[32] = { 0 };
                for (int64_t j = 0; j < 32 && t + j < k; j++) {
                    u[j] = (float)p->v[i / n * k + t + j];
                    v[j] = (float)q->v[(t + j) * n + i % n];
                }
                sum = add_run(sum, u, v);
            }
            want->v[i] = (double)sum;
        }
    }
    strided_release(a);
    strided_release(b);
    return dst;
}

static void matrices(void **state)
{
    static const int64_t sizes[][3] = { { 16, 32, 16 }, { 40, 77, 33 }, { 100, 300, 64 } };
    strided_context *one = strided_context_new(&(strided_config){ .arithmetic = STRIDED_ARITHMETIC_FAST });
    strided_context *three = strided_context_new(&(strided_config){ .arithmetic = STRIDED_ARITHMETIC_FAST, .threads = 3 });
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const int64_t *s = sizes[i];
        struct array *want = array_new(STRIDED_DIMS(s[0], s[2]));
        strided_tensor *plain = product(one, s[0], s[1], s[2], 0, want);
        if (has_tiles()) assert_tensor_close("product of runs", plain, want, 0, 0);
        else assert_tensor_close("product", plain, want, 4, 1e-5);
        for (int turned = 0; turned < 4; turned++) {
            strided_tensor *other = product(turned % 2 ? three : one, s[0], s[1], s[2], turned, NULL);
            assert_same_bits("turned", other, plain);
            strided_release(other);
        }
        strided_release(plain);
        arrays_release();
    }
    strided_context_release(one);
    strided_context_release(three);
}

STRIDED_TEST_GROUP("ops/bf16_runs", cmocka_unit_test(every_layout), cmocka_unit_test(to_the_bit), cmocka_unit_test(one_chain_elsewhere),
                   cmocka_unit_test(matrices))
