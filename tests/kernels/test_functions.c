/*
 * test_functions.c - functions of floats against the C library's of doubles: every exponent, some hundred mantissas of each, on every
 * instruction set; special values; and the same bits wherever in a row a value lies. Prints the largest error of each.
 */
#include "support/cmocka_compat.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strided.h>

enum { MANTISSAS = 512, N = 512 * MANTISSAS, ISAS_TRIED = 4 };

static const char *const isas[ISAS_TRIED] = { "scalar", "neon", "avx2", "avx512" };
static float x[N], y[N];

static double sigmoid(double v) { return 1 / (1 + exp(-v)); }
static double silu(double v) { return v / (1 + exp(-v)); }

static const struct function { strided_unary_op op; const char *name; double (*of)(double); double ulp, absolute; } functions[] = {
    { STRIDED_EXP, "exp", exp, 2, 0 }, { STRIDED_LOG, "log", log, 2, 0 }, { STRIDED_TANH, "tanh", tanh, 2, 0 }, { STRIDED_ERF, "erf", erf, 2, 0 },
    { STRIDED_SIGMOID, "sigmoid", sigmoid, 3, 0 }, { STRIDED_SILU, "silu", silu, 3, 2e-43 },
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* Every sign and exponent, with mantissas spread over all of them. */
static void fill(void)
{
    for (uint32_t i = 0; i < N; i++) {
        uint32_t u = i / MANTISSAS << 23 | (i % MANTISSAS * 0x9e3779b1u >> 9 & 0x7fffff);
        memcpy(&x[i], &u, sizeof u);
    }
}

static void apply(strided_context *ctx, strided_unary_op op, float *out, float *in, int64_t n, int64_t step)
{
    const int64_t shape[] = { n }, strides[] = { step };
    STRIDED_AUTO strided_tensor *a = strided_wrap(ctx, in, STRIDED_F32, 1, shape, strides);
    STRIDED_AUTO strided_tensor *b = strided_wrap(ctx, out, STRIDED_F32, 1, shape, strides);
    assert_int_equal(strided_unary(b, op, a), STRIDED_OK);
}

static double spacing(double v)
{
    int e;
    frexp(v, &e);
    return ldexp(1, (e < -125 ? -125 : e) - 24);
}

/* In units of the last place of the float that is wanted; 0 where both are NaN or the same infinity. */
static double error_of(float got, double want)
{
    if (isnan(want) || isnan(got)) return isnan(want) && isnan(got) ? 0 : INFINITY;
    if (isinf(got)) return fabs(want) > (double)0x1.fffffefp127f && !signbit(got) == !signbit(want) ? 0 : INFINITY;
    if (isinf(want)) return INFINITY;
    return fabs((double)got - want) / spacing(want);
}

static void within_bounds(void **state)
{
    (void)state;
    fill();
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        for (int f = 0; ctx && f < FUNCTIONS; f++) {
            double worst = 0;
            float at = 0;
            apply(ctx, functions[f].op, y, x, N, 1);
            for (int i = 0; i < N; i++) {
                double want = functions[f].of((double)x[i]), e = error_of(y[i], want);
                if (e > worst && !(fabs((double)y[i] - want) <= functions[f].absolute)) worst = e, at = x[i];
            }
            printf("%s %s: %.3f ulp, at %a\n", isas[k], functions[f].name, worst, (double)at);
            if (worst > functions[f].ulp) fail_msg("%s of %a on %s is wrong by %g ulp", functions[f].name, (double)at, isas[k], worst);
        }
        strided_context_release(ctx);
    }
}

static void special_values(void **state)
{
    static float in[] = { 0.0f, -0.0f, INFINITY, -INFINITY, NAN, 0x1p-149f, -0x1p-149f, 1, -1, 0x1.fffffep127f, -0x1.fffffep127f };
    enum { COUNT = sizeof in / sizeof *in };
    float out[COUNT];
    (void)state;
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        for (int f = 0; ctx && f < 4; f++) {
            apply(ctx, functions[f].op, out, in, COUNT, 1);
            for (int i = 0; i < COUNT; i++) {
                double want = functions[f].of((double)in[i]);
                int same = error_of(out[i], want) <= functions[f].ulp && (isnan(want) || !signbit(out[i]) == !signbit(want));
                if (!same) fail_msg("%s of %a on %s is %a", functions[f].name, (double)in[i], isas[k], (double)out[i]);
            }
        }
        strided_context_release(ctx);
    }
}

/* One at a time, from the end, every third: always the same bits. */
static void wherever_it_lies(void **state)
{
    enum { COUNT = 2001 };
    (void)state;
    fill();
    for (int i = 0; i < COUNT; i++) x[i] = x[i * 131];
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        for (int f = 0; ctx && f < FUNCTIONS; f++) {
            static float all[COUNT], other[COUNT];
            apply(ctx, functions[f].op, all, x, COUNT, 1);
            for (int i = 0; i < 100; i++) apply(ctx, functions[f].op, other + i, x + i, 1, 1);
            assert_memory_equal(all, other, 100 * sizeof *all);
            apply(ctx, functions[f].op, other + COUNT - 1, x + COUNT - 1, COUNT, -1);
            assert_memory_equal(all, other, sizeof all);
            for (int i = 0; i < 3; i++) apply(ctx, functions[f].op, other + i, x + i, COUNT / 3, 3);
            assert_memory_equal(all, other, sizeof all);
        }
        strided_context_release(ctx);
    }
}

STRIDED_TEST_GROUP("kernels/functions", cmocka_unit_test(within_bounds), cmocka_unit_test(special_values), cmocka_unit_test(wherever_it_lies))
