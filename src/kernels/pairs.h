/*
 * pairs.h - what a product of short integers multiplies: two neighbouring k in 32 bits, as they lie in memory, so that one instruction
 * multiplies both and adds them up (vec_pairs_i32 in vector.h). u8, i8 and i16, less a zero point; the result fits i16. Pairs of bf16 (amx.h) are
 * 16 bits like others, their zero 0.
 */
#ifndef STRIDED_SRC_PAIRS_H
#define STRIDED_SRC_PAIRS_H

#include <stdint.h>
#include <strided/base.h>
#include "planes.h"
#include "vector.h"

enum { PAIRS_LANES = 8 };
typedef int16_t pairs_halves __attribute__((vector_size(PAIRS_LANES * 2), aligned(2), may_alias));

static inline int32_t pair_of(int32_t first, int32_t second)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (int32_t)((uint32_t)first << 16 | (uint16_t)second);
#else
    return (int32_t)((uint16_t)first | (uint32_t)second << 16);
#endif
}

/* The bits of the first `few` of `bunch` integers that share 32. */
static inline int32_t first_of(int few, int bunch)
{
    const int missing = 32 / bunch * (bunch - few);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (int32_t)(UINT32_MAX << missing);
#else
    return (int32_t)(UINT32_MAX >> missing);
#endif
}

#define PAIRS_NAME(what, dt) PAIRS_NAME1(what, dt)
#define PAIRS_NAME1(what, dt) what##_##dt

#define ELEM uint8_t
#define DT u8
#include "pairs_of.h"
#define ELEM int8_t
#define DT i8
#include "pairs_of.h"
#define ELEM int16_t
#define DT i16
#include "pairs_of.h"

/* n elements `step` bytes apart become (n + 1)/2 pairs; the half that is missing is 0. */
static void pairs_along(strided_dtype t, any_i32 *out, const char *p, int64_t step, int64_t n, int16_t zero)
{
    int16_t *halves = (int16_t *)(void *)out;
    switch (t) {
    case STRIDED_U8: pairs_along_u8(halves, p, step, n, zero); break;
    case STRIDED_I8: pairs_along_i8(halves, p, step, n, zero); break;
    default: pairs_along_i16(halves, p, step, n, zero); break;
    }
    if (n % 2) halves[n] = 0;
}

/* n pairs `step` bytes apart, their halves `apart`. */
static void pairs_across(strided_dtype t, any_i32 *out, const char *p, int64_t apart, int64_t step, int64_t n, int16_t zero)
{
    switch (t) {
    case STRIDED_U8: pairs_across_u8(out, p, apart, step, n, zero); break;
    case STRIDED_I8: pairs_across_i8(out, p, apart, step, n, zero); break;
    default: pairs_across_i16(out, p, apart, step, n, zero); break;
    }
}

#if defined(MULTIPLIES_TILES)
/* As pairs_across of 16 bits, but the pairs of each k lie in rows of out, `pitch` from each other; of the last k so many are there, 0: both. */
static void pairs_turned(any_i32 *out, int64_t pitch, const char *p, int64_t apart, int few, int64_t step, int64_t n, int64_t len)
{
    const int64_t halves = 2 * len - (few > 0);
    int16_t *end = (int16_t *)(void *)out + halves;
    plane_16(&(struct side){ (char *)out, pitch * (int64_t)sizeof *out, 2 }, &(struct side){ (char *)(uintptr_t)p, step, apart }, n, halves);
    for (int64_t i = 0; few && i < n; i++) end[2 * i * pitch] = 0;
}
#endif

#if defined(MULTIPLIES_DOTS)
/* Pairs of bf16 whose first k is above (dots.h). Of those that are made the least is kept, lane by lane: its bits without sign, less 1, so that zeros
 * are none. */
enum { DOTS_LANES = 16 };
struct dots_least { __m512i lane; };

ALWAYS_INLINE __m512i dots_lesser(__m512i least, __m512i v)
{
    return _mm512_min_epu16(least, _mm512_sub_epi16(_mm512_and_si512(v, _mm512_set1_epi16(INT16_MAX)), _mm512_set1_epi16(1)));
}

static __attribute__((noinline)) uint32_t dots_least(const struct dots_least *d)
{
    uint16_t lane[2 * DOTS_LANES], least = UINT16_MAX;
    _mm512_storeu_si512(lane, d->lane);
    UNROLL(1)
    for (int i = 0; i < 2 * DOTS_LANES; i++) least = lane[i] < least ? lane[i] : least;
    return least;
}

ALWAYS_INLINE __mmask16 dots_some(int64_t n) { return (__mmask16)(UINT32_MAX >> (32 - min_size(n, DOTS_LANES))); }

static inline uint32_t half_at(const char *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Of each row n elements from `at` on, `step` bytes apart, become (n + 1)/2 pairs; the half that is missing is 0. */
static __attribute__((noinline)) void dots_along(struct dots_least *d, any_i32 *out, int64_t pitch, const char *const *row, int64_t at, int64_t rows,
                                                 int64_t step, int64_t n)
{
    const int64_t pairs = n / 2, there = step == 2 ? pairs : 0;
    __m512i least = d->lane, v;
    for (int64_t r = 0; r < rows; r++, out += pitch) {
        const char *p = row[r] + at;
        int64_t i = 0;
        for (; i + DOTS_LANES <= there; i += DOTS_LANES, least = dots_lesser(least, v))
            _mm512_storeu_si512(out + i, v = _mm512_rol_epi32(_mm512_loadu_si512(p + 4 * i), 16));
        for (; i < pairs + n % 2; i++) {
            const uint32_t pair = half_at(p + 2 * i * step) << 16 | (i < pairs ? half_at(p + (2 * i + 1) * step) : 0);
            least = dots_lesser(least, _mm512_set1_epi32((int32_t)pair));
            out[i] = (int32_t)pair;
        }
    }
    d->lane = least;
}

/* Halves that are neighbours, or every second one, each the low one of a lane; above it is what may be. */
ALWAYS_INLINE __m512i dots_halves(const int step, const char *p, int64_t n)
{
    if (step == 2) return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16((__mmask16)(UINT32_MAX >> (32 - n)), p));
    return _mm512_maskz_loadu_epi16((__mmask32)(UINT32_MAX >> (33 - 2 * n)), p);
}

/* n pairs, `step` bytes apart, of the halves at p and at q; NULL: there are none. */
ALWAYS_INLINE __m512i dots_vectors(const int step, any_i32 *out, const char *p, const char *q, int64_t n, __m512i least)
{
    for (int64_t i = 0; i < n; i += DOTS_LANES) {
        const int64_t some = min_size(n - i, DOTS_LANES);
        const __m512i first = _mm512_slli_epi32(dots_halves(step, p + i * step, some), 16);
        const __m512i second = q ? _mm512_and_si512(dots_halves(step, q + i * step, some), _mm512_set1_epi32(UINT16_MAX)) : _mm512_setzero_si512();
        const __m512i v = _mm512_or_si512(first, second);
        least = dots_lesser(least, v);
        _mm512_mask_storeu_epi32(out + i, dots_some(some), v);
    }
    return least;
}

/* Of `len` k, a_step bytes apart, n pairs each, `step` bytes apart: the second half lies as far from the first as the next. The last k has
 * none, if it is `cut`; then it is 0. */
static __attribute__((noinline)) void dots_across(struct dots_least *d, any_i32 *out, int64_t pitch, const char *p, int64_t a_step, int cut,
                                                  int64_t step, int64_t n, int64_t len)
{
    __m512i least = d->lane;
    for (int64_t k = 0; k < len; k++, p += a_step, out += pitch) {
        const char *q = cut && k == len - 1 ? NULL : p + a_step / 2;
        if (step == 2) least = dots_vectors(2, out, p, q, n, least);
        else if (step == 4) least = dots_vectors(4, out, p, q, n, least);
        else
            for (int64_t i = 0; i < n; i++) {
                const uint32_t pair = half_at(p + i * step) << 16 | (q ? half_at(q + i * step) : 0);
                least = dots_lesser(least, _mm512_set1_epi32((int32_t)pair));
                out[i] = (int32_t)pair;
            }
    }
    d->lane = least;
}

/* Bits of a product are below 2^-126, or an element is subnormal, in neither of what has these least ones. */
static inline int dots_are_exact(uint32_t least, uint32_t other)
{
    enum { EXPONENTS = 2 * 127 + 2 * 7 - 126 };
    const uint32_t e = (least + 1) >> 7, f = (other + 1) >> 7;
    return e && f && e + f >= EXPONENTS;
}
#endif

#endif
