/*
 * functions.h - exponential, logarithm, tanh and erf of floats, a vector at a time, within 2 units in the last place. What is left of a
 * row goes through a whole vector too, so that a value's result does not depend on where it lies; nothing is fused, so that it does not
 * depend on the instruction set either.
 *
 * Polynomials are minimax fits of the named function in the named interval. Zeros, infinities, NaN and subnormals are what C's own
 * functions make of them.
 */
#ifndef STRIDED_SRC_FUNCTIONS_H
#define STRIDED_SRC_FUNCTIONS_H

#include "vector.h"
#include <math.h>
#include <string.h>

enum { LANES_OF_F32 = VECTOR_BYTES / 4 };

#define F(c) vec_splat_f32(c)
#define BITS_OF(v) ((mask_f32)(v))

ALWAYS_INLINE vec_f32 vec_pick(mask_f32 m, vec_f32 yes, vec_f32 no) { return (vec_f32)((m & BITS_OF(yes)) | (~m & BITS_OF(no))); }
ALWAYS_INLINE vec_f32 vec_abs(vec_f32 a) { return (vec_f32)(BITS_OF(a) & 0x7fffffff); }
ALWAYS_INLINE vec_f32 vec_signed(vec_f32 magnitude, vec_f32 sign) { return (vec_f32)(BITS_OF(magnitude) | (BITS_OF(sign) & ~0x7fffffff)); }

/* NaN stays. */
#if defined(__AVX2__)
ALWAYS_INLINE vec_f32 vec_at_most(vec_f32 a, float limit) { return vec_less_f32(a, F(limit)); }
ALWAYS_INLINE vec_f32 vec_at_least(vec_f32 a, float limit) { return vec_more_f32(a, F(limit)); }
#else
ALWAYS_INLINE vec_f32 vec_at_most(vec_f32 a, float limit) { return vec_pick(a > F(limit), F(limit), a); }
ALWAYS_INLINE vec_f32 vec_at_least(vec_f32 a, float limit) { return vec_pick(a < F(limit), F(limit), a); }
#endif

/* c[0] + c[1] x + ... */
ALWAYS_INLINE vec_f32 vec_polynomial(vec_f32 x, const float *c, int terms)
{
    vec_f32 p = F(c[terms - 1]);
    UNROLL(16)
    for (int i = terms - 2; i >= 0; i--) p = p * x + F(c[i]);
    return p;
}

static const float ln2_high = 0x1.62ep-1f, ln2_low = 0x1.0bfbe8p-15f; /* a small integer times the first is exact */

/* e^x = 2^n e^r, |r| <= ln(2)/2. 2^n in two factors: the result may be subnormal, or n 128. */
ALWAYS_INLINE vec_f32 vec_exp(vec_f32 a)
{
    static const float p[] = { 0x1.fffffcp-2f, 0x1.55548ap-3f, 0x1.555916p-5f, 0x1.123fc6p-7f, 0x1.6a1a9cp-10f }; /* (e^r - 1 - r) / r^2 */
    const float shifter = 0x1.8p23f;
    vec_f32 x = vec_at_least(vec_at_most(a, 89), -104), t = x * 0x1.715476p0f + shifter, n = t - shifter;
    vec_f32 r = (x - n * ln2_high) - n * ln2_low;
    mask_f32 k = BITS_OF(t) - 0x4b400000, half = k >> 1;
    vec_f32 e = (r * r * vec_polynomial(r, p, 5) + r) + 1;
    return e * (vec_f32)((half + 127) << 23) * (vec_f32)((k - half + 127) << 23);
}

/* log x = e log 2 + log(1 + f), sqrt(1/2) <= 1 + f < sqrt(2). */
ALWAYS_INLINE vec_f32 vec_log(vec_f32 a)
{
    static const float p[] = { 0x1.555548p-2f, -0x1.000006p-2f, 0x1.99a4b4p-3f, -0x1.555c52p-3f, 0x1.233774p-3f, -0x1.fc2180p-4f,
                               0x1.e6ef22p-4f, -0x1.de3ed2p-4f, 0x1.145df6p-4f }; /* (log(1 + f) - f + f^2/2) / f^3 */
    const int32_t root = 0x3f3504f3;
    mask_f32 small = a < F(0x1p-126f), u = (mask_f32)((wrap_i32)BITS_OF(vec_pick(small, a * 0x1p24f, a)) - (uint32_t)root);
    vec_f32 e = __builtin_convertvector((u >> 23) - (small & 24), vec_f32), f = (vec_f32)((u & 0x7fffff) + root) - 1, square = f * f;
    vec_f32 rest = f * square * vec_polynomial(f, p, 9) + e * ln2_low;
    vec_f32 y = (f + (rest - 0.5f * square)) + e * ln2_high;
    y = vec_pick((a != a) | (a == F(INFINITY)), a, y);
    return vec_pick(a == F(0), F(-INFINITY), vec_pick(a < F(0), F(NAN), y));
}

ALWAYS_INLINE vec_f32 vec_tanh(vec_f32 a)
{
    static const float p[] = { -0x1.555554p-2f, 0x1.11103ep-3f, -0x1.b9e660p-5f, 0x1.633046p-6f, -0x1.0a2d8ap-7f, 0x1.12503cp-9f };
    vec_f32 m = vec_abs(a), u = a * a; /* p: (tanh x - x) / x^3 in x^2, |x| < 0.64 */
    vec_f32 large = 1 - 2 / (vec_exp(m + m) + 1), small = a * u * vec_polynomial(u, p, 6) + a;
    return vec_signed(vec_pick(m < F(0.625f), vec_abs(small), large), a);
}

ALWAYS_INLINE vec_f32 vec_erf(vec_f32 a)
{
    static const float p[] = { 0x1.06eba8p-3f, -0x1.81273ep-2f, 0x1.ce2cf8p-4f, -0x1.b7f90cp-6f, 0x1.5405b2p-8f, -0x1.a3f702p-11f,
                               0x1.496a3ep-14f }; /* erf x / x - 1 in x^2, |x| < 1 */
    static const float q[] = { -0x1.8b38b8p-13f, 0x1.212c2cp+0f, 0x1.4434f4p-1f, 0x1.bc18b6p-4f, -0x1.9d0b9ap-6f, 0x1.1398a6p-8f,
                               -0x1.cee9f4p-12f, 0x1.6c0554p-16f }; /* -log(1 - erf x), 1 <= x < 3.95, where erf is 1 */
    vec_f32 m = vec_at_most(vec_abs(a), 3.95f);
    vec_f32 large = 1 - vec_exp(-vec_polynomial(m, q, 8)), small = a * vec_polynomial(a * a, p, 7) + a;
    return vec_pick(m < F(1), small, vec_signed(large, a));
}

/* by / (1 + e^-a); of a < 0 by e^a / (1 + e^a), which does not overflow. */
ALWAYS_INLINE vec_f32 vec_logistic(vec_f32 a, vec_f32 by)
{
    vec_f32 e = vec_exp(-vec_abs(a));
    return vec_pick(a < F(0), by * e, by) / (1 + e);
}

ALWAYS_INLINE vec_f32 vec_gelu_tanh(vec_f32 a)
{
    return 0.5f * a * (1 + vec_tanh((float)(M_2_SQRTPI * M_SQRT1_2) * (a + 0.044715f * a * a * a)));
}

ALWAYS_INLINE vec_f32 vec_function(int op, vec_f32 a)
{
    switch (op) {
    case STRIDED_EXP:       return vec_exp(a);
    case STRIDED_LOG:       return vec_log(a);
    case STRIDED_TANH:      return vec_tanh(a);
    case STRIDED_ERF:       return vec_erf(a);
    case STRIDED_SIGMOID:   return vec_logistic(a, F(1));
    case STRIDED_GELU:      return 0.5f * a * (1 + vec_erf(a * (float)M_SQRT1_2));
    case STRIDED_GELU_TANH: return vec_gelu_tanh(a);
    default:                return vec_logistic(a, a); /* SILU */
    }
}

ALWAYS_INLINE void function_vectors_by(int op, float *out, const float *a, int64_t n)
{
    for (int64_t i = 0; i < n; i += LANES_OF_F32) *(vec_f32 *)(out + i) = vec_function(op, *(const vec_f32 *)(a + i));
}

/* Whole vectors; out may be a. 0: it is none of these functions. */
static int function_vectors(int op, float *out, const float *a, int64_t n)
{
#define VECTORS_OF(op) case op: function_vectors_by(op, out, a, n); return 1;
    switch (op) {
        VECTORS_OF(STRIDED_EXP) VECTORS_OF(STRIDED_LOG) VECTORS_OF(STRIDED_TANH) VECTORS_OF(STRIDED_ERF) VECTORS_OF(STRIDED_SIGMOID)
        VECTORS_OF(STRIDED_GELU) VECTORS_OF(STRIDED_GELU_TANH) VECTORS_OF(STRIDED_SILU)
    default: return 0;
    }
#undef VECTORS_OF
}

static int function_row(int op, float *out, const float *a, int64_t n)
{
    const int64_t done = n - n % LANES_OF_F32;
    float rest[LANES_OF_F32] = { 0 };
    memcpy(rest, a + done, (size_t)(n - done) * sizeof *rest);
    if (!function_vectors(op, rest, rest, LANES_OF_F32)) return 0;
    function_vectors(op, out, a, done);
    memcpy(out + done, rest, (size_t)(n - done) * sizeof *rest);
    return 1;
}

#undef F
#undef BITS_OF

#endif
