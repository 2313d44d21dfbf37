/*
 * test_bf16_runs.c - products of bf16 at ARITHMETIC_FAST: where the processor has sums of its own (AMX), the bits that context.h says, from every
 * layout and number of threads; elsewhere, and where they do not apply, those of one chain.
 */
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "support/compare.h"
#include "support/layouts.h"
#include "support/operand.h"
#include "support/tensors.h"

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

/* a*b + c: tiny is what is less than 2^-126 when it is rounded with exponents that have no end. */
static float muladd(float a, float b, float c)
{
    const float v = fmaf(a, b, c), scaled = fmaf(a * 0x1p32f, b * 0x1p32f, c * 0x1p64f);
    return fabsf(v) < 0x1p-120f && fabsf(scaled) < 0x1p-62f ? copysignf(0, v) : v;
}

static float term(const double *v, int64_t step, int64_t t, int64_t n) { return t < n ? normal((float)v[t * step]) : 0; }

/* sum + products of n terms, 32 after the other: the even of them + the odd ones. */
static float add_runs(float sum, const double *a, int64_t a_step, const double *b, int64_t b_step, int64_t n)
{
    for (int64_t from = 0; from < n; from += 32) {
        float part[2] = { 0, 0 };
        for (int64_t t = from; t < from + 32; t++) part[t % 2] = muladd(term(a, a_step, t, n), term(b, b_step, t, n), part[t % 2]);
        sum = normal(sum + normal(part[0] + part[1]));
    }
    return sum;
}

/* x is (1, C, H, W), w (O, C, R, S), padded by one on each side. */
static float conv_at(const struct array *x, const struct array *w, const int64_t at[4])
{
    float sum = 0;
    for (int64_t r = 0; r < w->shape[2]; r++)
        for (int64_t s = 0; s < w->shape[3]; s++) {
            const int64_t i = at[2] + r - 1, j = at[3] + s - 1;
            if (i < 0 || j < 0 || i >= x->shape[2] || j >= x->shape[3]) continue;
            const double *a = x->v + shape_flat(4, x->shape, (int64_t[]){ 0, 0, i, j });
            const double *b = w->v + shape_flat(4, w->shape, (int64_t[]){ at[1], 0, r, s });
            sum = add_runs(sum, a, x->shape[2] * x->shape[3], b, w->shape[2] * w->shape[3], x->shape[1]);
        }
    return sum;
}

static void conv_reference(struct array *y, const struct array *x, const struct array *w)
{
    int64_t at[4] = { 0 };
    do y->v[shape_flat(4, y->shape, at)] = (double)conv_at(x, w, at);
    while (shape_next(4, y->shape, at));
}

static strided_conv_params params_at(strided_arithmetic level)
{
    return (strided_conv_params){ .pad = { { 1, 1 }, { 1, 1 } }, .arithmetic = level };
}

static const int64_t xs[] = { 1, 70, 5, 7 }, ws[] = { 17, 70, 3, 3 }, ys[] = { 1, 17, 5, 7 };

/* Operand `which` (x, w, y) in a layout, the others contiguous, to f32: the bits of the meaning. 0: the layout says nothing new. */
static int same_in_layout(int which, int layout, enum guard_side side, strided_context *ctx)
{
    static const int64_t *const shapes[] = { xs, ws, ys };
    const strided_conv_params p = params_at(STRIDED_ARITHMETIC_FAST);
    struct rng r = rng_seed(5);
    struct operand *m[3];
    char text[200];
    int applies = 1;
    for (int i = 0; i < 3; i++) {
        const struct array *values = i < 2 ? array_unit(&r, STRIDED_BF16, 4, shapes[i]) : NULL;
        const enum layout_role role = i < 2 ? LAYOUT_INPUT : LAYOUT_OUTPUT;
        const strided_dtype t = i < 2 ? STRIDED_BF16 : STRIDED_F32;
        m[i] = operand_new(ctx, i == which ? layout : 0, role, side, t, 4, shapes[i], values);
        if (m[i]) continue;
        applies = 0;
        m[i] = operand_new(ctx, 0, role, side, t, 4, shapes[i], values);
    }
    struct array *want = array_new(4, ys);
    conv_reference(want, operand_read(m[0]), operand_read(m[1]));
    must(strided_conv(m[2]->tensor, m[0]->tensor, m[1]->tensor, NULL, &p));
    assert_tensor_close(operand_text(m[which], text, sizeof text), m[2]->tensor, want, has_tiles() ? 0 : 4, has_tiles() ? 0 : 1e-4);
    for (int i = 0; i < 3; i++) {
        assert_true(i < 2 ? operand_untouched(m[i]) : operand_gaps_kept(m[i]));
        operand_free(m[i]);
    }
    arrays_release();
    return applies;
}

static void every_layout(void **state)
{
    strided_context *three = eager_context(&(strided_config){ .threads = 3 });
    int taken = 0;
    (void)state;
    for (int layout = 0; layout < LAYOUTS; layout++)
        for (int which = 0; which < 3; which++) taken += same_in_layout(which, layout, layout % 2, which % 2 ? three : NULL);
    if (taken < LAYOUTS) fail_msg("%d layouts: the test does not test", taken);
    strided_context_release(three);
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
        conv_reference(want, tensor_read(x), tensor_read(w));
        must(strided_conv(y, x, w, NULL, &p));
        assert_tensor_close("runs", y, want, 0, 0);
        strided_release(x);
        strided_release(w);
        strided_release(y);
        arrays_release();
    }
}

/* Sums at the edge of what is subnormal: by tiles, and, b being the same for all columns, by the generic kernel. */
static void edge_of_subnormals(void **state)
{
    strided_context *ctx = strided_context_new(&(strided_config){ .arithmetic = STRIDED_ARITHMETIC_FAST });
    (void)state;
    for (int part = 0; part < 256; part++) { /* 2^-126 less 2^-151 and more */
        uint16_t a[32] = { 0x2000, 0, (uint16_t)(0x9a00 + part), 0 }, b[32] = { 0x2000, 0, 0x1980, 0 }; /* 2^-63, about 2^-75 and 2^-76 */
        strided_tensor *x = strided_wrap(ctx, a, STRIDED_BF16, 2, (int64_t[]){ 16, 32 }, (int64_t[]){ 0, 1 });
        strided_tensor *same = strided_wrap(ctx, b, STRIDED_BF16, 2, (int64_t[]){ 32, 16 }, (int64_t[]){ 1, 0 });
        strided_tensor *dense = strided_clone(same), *dst = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(16, 16)), *other = strided_clone(dst);
        must(strided_matmul(dst, x, dense));
        must(strided_matmul(other, x, same));
        assert_same_bits("edge", other, dst);
        for (strided_tensor **t = (strided_tensor *[]){ x, same, dense, dst, other, NULL }; *t; t++) strided_release(*t);
    }
    strided_context_release(ctx);
}

/* Sums of two products that are one bit of either: where that is subnormal, and where not any more. In order they are one chain, pairs of which an
 * instruction may multiply that knows nothing subnormal (dots.h). */
static void bits_of_products(void **state)
{
    strided_context *ctx = strided_context_new(&(strided_config){ .arithmetic = STRIDED_ARITHMETIC_STRICT });
    (void)state;
    if (!strcmp(strided_context_isa(NULL), "scalar")) skip(); /* products may round by themselves */
    for (int e = 1; e < 160; e++) {
        const uint16_t up = (uint16_t)(e << 7), other = 71 << 7;
        uint16_t a[16][32] = { { 0 } }, b[32] = { other + 1, other + 2 }; /* (1 + d)(1 + d) - (1 + 2d) */
        for (int i = 0; i < 16; i++) memcpy(a[i], (uint16_t[]){ up + 1, up ^ 0x8000 }, 4);
        strided_tensor *x = strided_wrap(ctx, a, STRIDED_BF16, 2, (int64_t[]){ 16, 32 }, (int64_t[]){ 32, 1 });
        strided_tensor *same = strided_wrap(ctx, b, STRIDED_BF16, 2, (int64_t[]){ 32, 16 }, (int64_t[]){ 1, 0 });
        strided_tensor *dense = strided_clone(same), *dst = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(16, 16)), *want = strided_clone(dst);
        must(strided_fill(want, ldexp(1, e + 71 - 254 - 14)));
        must(strided_matmul(dst, x, dense));
        assert_same_bits("bits", dst, want);
        for (strided_tensor **t = (strided_tensor *[]){ x, same, dense, dst, want, NULL }; *t; t++) strided_release(*t);
    }
    strided_context_release(ctx);
}

/* ---- where runs do not apply -------------------------------------------------------------------- */

static void same_as_strict(const char *what, const int64_t xd[4], const int64_t wd[4], strided_conv_params p, strided_arithmetic level,
                           strided_context *ctx)
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

/* mm, gemm and linear are the same product. */
static void others_agree(const strided_tensor *dst, const strided_tensor *a, const strided_tensor *b)
{
    strided_tensor *other = strided_clone(dst), *turned = strided_transpose(b, 0, 1);
    must(strided_fill(other, 0));
    must(strided_mm(other, a, b));
    assert_same_bits("mm", other, dst);
    must(strided_fill(other, 0));
    must(strided_gemm(other, 1, a, b, 0, NULL));
    assert_same_bits("gemm", other, dst);
    must(strided_fill(other, 0));
    must(strided_linear(other, a, turned, NULL));
    assert_same_bits("linear", other, dst);
    strided_release(other);
    strided_release(turned);
}

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
    others_agree(dst, a, b);
    if (want) {
        const struct array *p = tensor_read(a), *q = tensor_read(b);
        for (int64_t i = 0; i < m * n; i++) want->v[i] = (double)add_runs(0, p->v + i / n * k, 1, q->v + i % n, n, k);
    }
    strided_release(a);
    strided_release(b);
    return dst;
}

static void matrices(void **state)
{
    static const int64_t sizes[][3] = { { 16, 32, 16 }, { 40, 77, 33 }, { 100, 300, 64 } };
    strided_context *one = strided_context_new(&(strided_config){ .arithmetic = STRIDED_ARITHMETIC_FAST });
    strided_context *three = eager_context(&(strided_config){ .arithmetic = STRIDED_ARITHMETIC_FAST, .threads = 3 });
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

STRIDED_TEST_GROUP("ops/bf16_runs", cmocka_unit_test(every_layout), cmocka_unit_test(to_the_bit), cmocka_unit_test(edge_of_subnormals),
                   cmocka_unit_test(bits_of_products),
                   cmocka_unit_test(one_chain_elsewhere), cmocka_unit_test(matrices))
