/*
 * quads.h - what a product of bytes multiplies: four neighbouring k in 32 bits, the first lowest, so that one instruction multiplies all four
 * and adds them up (vec_quads_i32 in vector.h). It takes a for unsigned and b for signed: `flip` makes i8 unsigned, 128 more.
 */
#ifndef STRIDED_SRC_QUADS_H
#define STRIDED_SRC_QUADS_H

#include <stdint.h>
#include <string.h>
#include <strided/base.h>
#include "planes.h"
#include "vector.h"

#if defined(MULTIPLIES_BYTES)
enum { QUADS_LANES = 16 };

static inline uint8_t flip_of(strided_dtype t) { return t == STRIDED_I8 ? 128 : 0; }

/* n elements `step` bytes apart become (n + 3)/4 quads; what is missing is 0. */
static void quads_along(any_i32 *out, const char *p, int64_t step, int64_t n, uint8_t flip)
{
    uint8_t *restrict to = (uint8_t *)(void *)out;
    const uint8_t *restrict from = (const uint8_t *)(const void *)p;
    if (step == 1)
        for (int64_t i = 0; i < n; i++) to[i] = from[i] ^ flip;
    else
        for (int64_t i = 0; i < n; i++) to[i] = from[i * step] ^ flip;
    for (int64_t i = n; i % 4; i++) to[i] = 0;
}

/* n bytes, neighbours or every second one. */
ALWAYS_INLINE __m128i quads_load(const char *p, const int step, int64_t n)
{
    if (step == 1) return _mm_maskz_loadu_epi8((__mmask16)(UINT32_MAX >> (32 - n)), p);
    return _mm256_cvtepi16_epi8(_mm256_maskz_loadu_epi8((__mmask32)(UINT32_MAX >> (33 - 2 * n)), p));
}

/* Where the elements of quads begin: of a few the first stands for those that are missing. */
struct quads_rows { const char *p[4]; };

static inline struct quads_rows quads_rows(const char *p, int64_t apart, int few)
{
    return (struct quads_rows){ { p, few == 1 ? p : p + apart, few && few < 3 ? p : p + 2 * apart, few ? p : p + 3 * apart } };
}

/* As many quads, from `at` on, of bytes that are neighbours, or every second one. */
ALWAYS_INLINE void quads_vector(any_i32 *out, const struct quads_rows *of, const int step, int64_t at, int64_t n, __m512i flip)
{
    const __m512i fours = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i bytes = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const __m256i low = _mm256_setr_m128i(quads_load(of->p[0] + at * step, step, n), quads_load(of->p[1] + at * step, step, n));
    const __m256i high = _mm256_setr_m128i(quads_load(of->p[2] + at * step, step, n), quads_load(of->p[3] + at * step, step, n));
    const __m512i all = _mm512_permutexvar_epi32(fours, _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1));
    _mm512_mask_storeu_epi32(out + at, (__mmask16)(UINT32_MAX >> (32 - n)), _mm512_xor_si512(_mm512_shuffle_epi8(all, bytes), flip));
}

ALWAYS_INLINE void quads_vectors(any_i32 *out, const struct quads_rows *of, const int step, int64_t n, __m512i flip)
{
    int64_t i = 0;
    for (; i + QUADS_LANES <= n; i += QUADS_LANES) quads_vector(out, of, step, i, QUADS_LANES, flip);
    if (i < n) quads_vector(out, of, step, i, n - i, flip);
}

/* n quads of any bytes. */
static void quads_any(any_i32 *out, const struct quads_rows *of, int64_t step, int64_t n, uint8_t flip)
{
    for (int64_t i = 0, at = 0; i < n; i++, at += step) {
        uint32_t quad = 0;
        UNROLL(4)
        for (int j = 3; j >= 0; j--) quad = quad << 8 | *(const uint8_t *)(const void *)(of->p[j] + at);
        out[i] = (int32_t)(quad ^ flip * 0x01010101u);
    }
}

/* n quads `step` bytes apart, whose elements lie `apart` from each other; of each k the next, which is four elements on and `pitch` quads in
 * out. Of the last k's elements `few` are there, 0: all; the first stands for the others. */
static void quads_across(any_i32 *out, int64_t pitch, const char *p, int64_t apart, int few, int64_t step, int64_t n, int64_t len, uint8_t flip)
{
    const __m512i flips = _mm512_set1_epi8((char)flip);
    for (int64_t k = 0; k < len; k++, out += pitch, p += 4 * apart) {
        const struct quads_rows of = quads_rows(p, apart, k == len - 1 ? few : 0);
        if (step == 1) quads_vectors(out, &of, 1, n, flips);
        else if (step == 2) quads_vectors(out, &of, 2, n, flips);
        else quads_any(out, &of, step, n, flip);
    }
}

#if defined(MULTIPLIES_TILES)
/* As quads_across, but the quads of each k lie in rows of out, `pitch` from each other: bytes turn as they are, or quads where they are few or
 * no neighbours. What is missing of the last k stays as it was. */
static void quads_turned(int32_t *out, int64_t pitch, const char *p, int64_t apart, int few, int64_t step, int64_t n, int64_t len, uint8_t flip)
{
    enum { TURNED = 16, ROOM = 64 };
    const struct side to = { (char *)out, pitch * (int64_t)sizeof *out, 1 }, from = { (char *)(uintptr_t)p, step, apart };
    int32_t strip[TURNED][ROOM];
    if ((step == 1 || step == -1) && n >= TURNED && len >= TURNED) {
        const int64_t bytes = 4 * len - (few ? 4 - few : 0);
        plane_8(&to, &from, n, bytes);
        for (int64_t i = 0; i < n && flip; i++)
            for (int64_t k = 0; k < bytes; k++) to.at[i * to.line + k] ^= (char)flip;
        return;
    }
    for (int64_t k = 0; k < len; k += TURNED, p += TURNED * 4 * apart) {
        const int64_t some = min_size(TURNED, len - k);
        quads_across(strip[0], ROOM, p, apart, k + some == len ? few : 0, step, n, some, flip);
        plane_32(&(struct side){ (char *)(out + k), to.line, sizeof *out }, &(struct side){ (char *)strip, sizeof *out, sizeof strip[0] }, n, some);
    }
}
#endif
#endif

#endif
