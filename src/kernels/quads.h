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
ALWAYS_INLINE __m512i quads_load(const char *p, const int step, int64_t n)
{
    if (step == 1) return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8((__mmask16)(UINT32_MAX >> (32 - n)), p));
    const __m512i twos = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi8((__mmask32)(UINT32_MAX >> (33 - 2 * n)), p));
    return _mm512_and_si512(twos, _mm512_set1_epi32(UINT8_MAX));
}

/* n quads of bytes that are neighbours, or every second one. */
ALWAYS_INLINE void quads_vectors(any_i32 *out, const char *p, int64_t apart, int few, const int step, int64_t n, __m512i flip)
{
    const char *second = few == 1 ? p : p + apart, *third = few && few < 3 ? p : p + 2 * apart, *fourth = few ? p : p + 3 * apart;
    for (int64_t i = 0; i < n; i += QUADS_LANES) {
        const int64_t some = n - i < QUADS_LANES ? n - i : QUADS_LANES, at = i * step;
        const __m512i low = _mm512_or_si512(quads_load(p + at, step, some), _mm512_slli_epi32(quads_load(second + at, step, some), 8));
        const __m512i high = _mm512_or_si512(quads_load(third + at, step, some), _mm512_slli_epi32(quads_load(fourth + at, step, some), 8));
        const __m512i all = _mm512_xor_si512(_mm512_or_si512(low, _mm512_slli_epi32(high, 16)), flip);
        _mm512_mask_storeu_epi32(out + i, (__mmask16)(UINT32_MAX >> (32 - some)), all);
    }
}

/* n quads of any bytes. */
static void quads_any(any_i32 *out, const char *p, int64_t apart, int few, int64_t step, int64_t n, uint8_t flip)
{
    for (int64_t i = 0; i < n; i++, p += step) {
        uint8_t quad[4];
        for (int j = 0; j < 4; j++) quad[j] = (uint8_t)(*(const uint8_t *)(const void *)(few && j >= few ? p : p + j * apart) ^ flip);
        memcpy(&out[i], quad, sizeof quad);
    }
}

/* n quads `step` bytes apart, whose elements lie `apart` from each other; of each k the next, which is four elements on and `pitch` quads in
 * out. Of the last k's elements `few` are there, 0: all; the first stands for the others. */
static void quads_across(any_i32 *out, int64_t pitch, const char *p, int64_t apart, int few, int64_t step, int64_t n, int64_t len, uint8_t flip)
{
    const __m512i flips = _mm512_set1_epi8((char)flip);
    for (int64_t k = 0; k < len; k++, out += pitch, p += 4 * apart) {
        const int there = k == len - 1 ? few : 0;
        if (step == 1) quads_vectors(out, p, apart, there, 1, n, flips);
        else if (step == 2) quads_vectors(out, p, apart, there, 2, n, flips);
        else quads_any(out, p, apart, there, step, n, flip);
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
