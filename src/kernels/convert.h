/*
 * convert.h - from a compute type to an integer element: saturating, truncating or rounding; and floats of 16 bits, with the bits of
 * base/half.c but in a form that compilers can do several at a time.
 */
#ifndef STRIDED_SRC_CONVERT_H
#define STRIDED_SRC_CONVERT_H

#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__F16C__)
#include <immintrin.h>
#endif

/* Truncated (as strided_copy() does) or rounded to nearest even (as operators do); NaN is 0. */
static inline double whole(double v, int truncate)
{
    return v != v ? 0 : truncate ? trunc(v) : rint(v);
}

static inline int64_t saturate(double v, int truncate, double lo, double hi)
{
    double r = whole(v, truncate);
    return (int64_t)(r < lo ? lo : r > hi ? hi : r);
}

static inline int64_t saturate_i64(double v, int truncate)
{
    double r = whole(v, truncate);
    return r < -0x1p63 ? INT64_MIN : r >= 0x1p63 ? INT64_MAX : (int64_t)r;
}

static inline uint64_t saturate_u64(double v, int truncate)
{
    double r = whole(v, truncate);
    return r <= 0 ? 0 : r >= 0x1p64 ? UINT64_MAX : (uint64_t)r;
}

static inline uint32_t bits_of(float f) { uint32_t u; memcpy(&u, &f, sizeof u); return u; }
static inline float f32_of(uint32_t u) { float f; memcpy(&f, &u, sizeof f); return f; }

static inline float f32_of_bf16(uint16_t b) { return f32_of((uint32_t)b << 16); }

static inline uint16_t bf16_of_f32(float f)
{
    uint32_t u = bits_of(f), nan = u >> 16 | 0x40, near = (u + 0x7fff + (u >> 16 & 1)) >> 16;
    return (uint16_t)((u & 0x7fffffff) > 0x7f800000 ? nan : near);
}

/* A subnormal is a whole multiple of 2^-24. */
static inline float f32_of_f16(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, u = (uint32_t)(h & 0x7fff) << 13;
    uint32_t large = u + (u >= 0x0f800000 ? (uint32_t)224 << 23 : (uint32_t)112 << 23);
    uint32_t small = bits_of((float)(int32_t)(h & 0x3ff) * 0x1p-24f);
    return f32_of(sign | (u < 0x00800000 ? small : large));
}

/* Nearest even: above 2^-14 by a carry that may run into the exponent, below by shifting the fraction to multiples of 2^-24. */
static inline uint16_t f16_of_f32(float f)
{
    uint32_t sign = bits_of(f) >> 16 & 0x8000, u = bits_of(f) & 0x7fffffff, shift = 126 - (u >> 23);
    if (u > 0x7f800000) return (uint16_t)(sign | 0x7e00 | (u >> 13 & 0x3ff));
    if (u >= 0x47800000) return (uint16_t)(sign | 0x7c00);
    if (u >= 0x38800000) return (uint16_t)(sign | (((u + 0xfff + (u >> 13 & 1)) >> 13) - (112 << 10)));
    if (shift > 24) return (uint16_t)sign;
    uint32_t m = (u & 0x7fffff) | 0x800000, q = m >> shift;
    return (uint16_t)(sign | ((m + (((uint32_t)1 << (shift - 1)) - 1) + (q & 1)) >> shift));
}

/* All of n that are 8 or more, up to a NaN, whose payload processors would change; how many. */
static inline int64_t f32s_of_f16s(float *to, const char *from, int64_t n)
{
    int64_t i = 0;
#if defined(__F16C__)
    for (; n >= 8 && i < n; i += 8) {
        if (i > n - 8) i = n - 8;
        const __m256 v = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(from + 2 * i)));
        if (_mm256_movemask_ps(_mm256_cmp_ps(v, v, _CMP_UNORD_Q))) break;
        _mm256_storeu_ps(to + i, v);
    }
#endif
    (void)to, (void)from, (void)n;
    return i;
}

/* The first of n; how many: as many as whole vectors hold. */
static inline int64_t f16s_of_f32s(char *to, const float *from, int64_t n)
{
    int64_t i = 0;
#if defined(__F16C__)
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(void *)(to + 2 * i), _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT));
#endif
    (void)to, (void)from, (void)n;
    return i;
}

#endif
