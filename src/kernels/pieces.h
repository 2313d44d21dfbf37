/*
 * pieces.h - a vector as pieces of 16 bytes, each of them shuffled alike: what moves elements of 8 to 64 bits (plane.h).
 *
 * For elements of b bits: LOW_b, HIGH_b interleave the low (high) halves of a's and b's pieces; BACK_b reverses each piece; EVEN_b
 * takes every second element of 2*lanes - 1 of them, of which a has the first piece and b the last.
 */
#ifndef STRIDED_SRC_PIECES_H
#define STRIDED_SRC_PIECES_H

#include "vector.h"

enum { PIECES = VECTOR_BYTES / 16 };
typedef uint8_t wide __attribute__((vector_size(VECTOR_BYTES)));
typedef uint8_t wide_memory __attribute__((vector_size(VECTOR_BYTES), aligned(1), may_alias));
typedef uint8_t piece_memory __attribute__((vector_size(16), aligned(1), may_alias));

ALWAYS_INLINE wide get_wide(const char *p) { return *(const wide_memory *)(const void *)p; }
ALWAYS_INLINE void put_wide(char *p, wide v) { *(wide_memory *)(void *)p = v; }

/* Past the caches, to an aligned address; stream_end() once all is written. */
ALWAYS_INLINE void stream_wide(char *p, wide v)
{
#if defined(__AVX512F__)
    _mm512_stream_si512((void *)p, (__m512i)v);
#elif defined(__AVX2__)
    _mm256_stream_si256((__m256i *)(void *)p, (__m256i)v);
#else
    put_wide(p, v);
#endif
}

ALWAYS_INLINE void stream_end(void)
{
#if defined(__AVX2__)
    _mm_sfence();
#endif
}

#if defined(__AVX2__)
#define PIECE(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#if defined(__AVX512F__)
#define WIDE(verb) _mm512_##verb
typedef __m512i wide_int;
typedef __m512  wide_f32;
typedef __m512d wide_f64;
#else
#define WIDE(verb) _mm256_##verb
typedef __m256i wide_int;
typedef __m256  wide_f32;
typedef __m256d wide_f64;
#endif

/* Pieces at p, p + step, ... */
ALWAYS_INLINE wide get_pieces(const char *p, int64_t step)
{
#if defined(__AVX512F__)
    __m512i v = _mm512_inserti64x2(_mm512_castsi128_si512(PIECE(p)), PIECE(p + step), 1);
    return (wide)_mm512_inserti64x2(_mm512_inserti64x2(v, PIECE(p + 2 * step), 2), PIECE(p + 3 * step), 3);
#else
    return (wide)_mm256_inserti128_si256(_mm256_castsi128_si256(PIECE(p)), PIECE(p + step), 1);
#endif
}

/* Each piece to its own place, in their order: places may be the same. */
ALWAYS_INLINE void put_each(char *const to[PIECES], wide v)
{
#if defined(__AVX512F__)
    const __m256i low = _mm512_castsi512_si256((__m512i)v);
#else
    const __m256i low = (__m256i)v;
#endif
    _mm_storeu_si128((__m128i *)(void *)to[0], _mm256_castsi256_si128(low));
    _mm_storeu_si128((__m128i *)(void *)to[1], _mm256_extracti128_si256(low, 1));
#if defined(__AVX512F__)
    _mm_storeu_si128((__m128i *)(void *)to[2], _mm512_extracti32x4_epi32((__m512i)v, 2));
    _mm_storeu_si128((__m128i *)(void *)to[3], _mm512_extracti32x4_epi32((__m512i)v, 3));
#endif
}

/* Pieces in reverse order. Of two vectors: their even pieces, their odd ones; their first halves, their last ones. */
#if defined(__AVX512F__)
#define TWO_OF(a, b, which) (wide)_mm512_shuffle_i64x2((__m512i)(a), (__m512i)(b), which)
#define EVEN_PIECES(a, b)  TWO_OF(a, b, 0x88)
#define ODD_PIECES(a, b)   TWO_OF(a, b, 0xdd)
#define FIRST_HALVES(a, b) TWO_OF(a, b, 0x44)
#define LAST_HALVES(a, b)  TWO_OF(a, b, 0xee)
ALWAYS_INLINE wide pieces_back(wide v) { return TWO_OF(v, v, 0x1b); }
#else
#define TWO_OF(a, b, which) (wide)_mm256_permute2x128_si256((__m256i)(a), (__m256i)(b), which)
#define EVEN_PIECES(a, b) TWO_OF(a, b, 0x20)
#define ODD_PIECES(a, b)  TWO_OF(a, b, 0x31)
ALWAYS_INLINE wide pieces_back(wide v) { return TWO_OF(v, v, 0x01); }
#endif

#define ON_PIECES(verb, a, b) (wide)WIDE(verb)((wide_int)(a), (wide_int)(b))
#define LOW_8(a, b)   ON_PIECES(unpacklo_epi8, a, b)
#define LOW_16(a, b)  ON_PIECES(unpacklo_epi16, a, b)
#define LOW_32(a, b)  ON_PIECES(unpacklo_epi32, a, b)
#define LOW_64(a, b)  ON_PIECES(unpacklo_epi64, a, b)
#define HIGH_8(a, b)  ON_PIECES(unpackhi_epi8, a, b)
#define HIGH_16(a, b) ON_PIECES(unpackhi_epi16, a, b)
#define HIGH_32(a, b) ON_PIECES(unpackhi_epi32, a, b)
#define HIGH_64(a, b) ON_PIECES(unpackhi_epi64, a, b)

ALWAYS_INLINE wide by_bytes(wide v, const char order[16]) { return ON_PIECES(shuffle_epi8, v, get_pieces(order, 0)); }

static const char back_8[16] = { 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 };
static const char back_16[16] = { 14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1 };
#define BACK_8(v)  by_bytes(v, back_8)
#define BACK_16(v) by_bytes(v, back_16)
#define BACK_32(v) (wide)WIDE(shuffle_epi32)((wide_int)(v), 0x1b)
#define BACK_64(v) (wide)WIDE(shuffle_epi32)((wide_int)(v), 0x4e)

#define EVENS_32(a, b) (wide)WIDE(shuffle_ps)((wide_f32)(a), (wide_f32)(b), 0x88)
#define ODDS_32(a, b)  (wide)WIDE(shuffle_ps)((wide_f32)(a), (wide_f32)(b), 0xdd)

#define EVEN_8(a, b)  (wide)WIDE(packus_epi16)((wide_int)(a) & WIDE(set1_epi16)(0xff), WIDE(srli_epi16)((wide_int)(b), 8))
#define EVEN_16(a, b) (wide)WIDE(packus_epi32)((wide_int)(a) & WIDE(set1_epi32)(0xffff), WIDE(srli_epi32)((wide_int)(b), 16))
#define EVEN_32(a, b) (wide)WIDE(shuffle_ps)((wide_f32)(a), (wide_f32)(b), 0xd8)
#define ENDS_32(a, b) (wide)WIDE(shuffle_ps)((wide_f32)(a), (wide_f32)(b), 0xc4) /* the first two; the first, the last */
#define EVEN_64(a, b) (wide)WIDE(shuffle_pd)((wide_f64)(a), (wide_f64)(b), 0xaa & ((1 << VECTOR_BYTES / 8) - 1))

#else /* one piece, by the compiler's own vectors */

ALWAYS_INLINE wide get_pieces(const char *p, int64_t step)  { (void)step; return get_wide(p); }
ALWAYS_INLINE wide pieces_back(wide v)                      { return v; }
ALWAYS_INLINE void put_each(char *const to[PIECES], wide v) { put_wide(to[0], v); }

typedef uint16_t piece_16 __attribute__((vector_size(16)));
typedef uint32_t piece_32 __attribute__((vector_size(16)));
typedef uint64_t piece_64 __attribute__((vector_size(16)));
#define ON_PIECE(type, a, b, ...) (wide)SHUFFLE((type)(a), (type)(b), type, __VA_ARGS__)
#define LOW_8(a, b)   ON_PIECE(wide, a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_8(a, b)  ON_PIECE(wide, a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define BACK_8(v)     ON_PIECE(wide, v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define EVEN_8(a, b)  ON_PIECE(wide, a, b, 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31)
#define LOW_16(a, b)  ON_PIECE(piece_16, a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_16(a, b) ON_PIECE(piece_16, a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define BACK_16(v)    ON_PIECE(piece_16, v, v, 7, 6, 5, 4, 3, 2, 1, 0)
#define EVEN_16(a, b) ON_PIECE(piece_16, a, b, 0, 2, 4, 6, 9, 11, 13, 15)
#define LOW_32(a, b)  ON_PIECE(piece_32, a, b, 0, 4, 1, 5)
#define HIGH_32(a, b) ON_PIECE(piece_32, a, b, 2, 6, 3, 7)
#define BACK_32(v)    ON_PIECE(piece_32, v, v, 3, 2, 1, 0)
#define EVEN_32(a, b) ON_PIECE(piece_32, a, b, 0, 2, 5, 7)
#define ENDS_32(a, b) ON_PIECE(piece_32, a, b, 0, 1, 4, 7) /* the first two; the first, the last */
#define LOW_64(a, b)  ON_PIECE(piece_64, a, b, 0, 2)
#define HIGH_64(a, b) ON_PIECE(piece_64, a, b, 1, 3)
#define BACK_64(v)    ON_PIECE(piece_64, v, v, 1, 0)
#define EVEN_64(a, b) ON_PIECE(piece_64, a, b, 0, 3)
#endif

/* Every second of 2*lanes - 1 elements, and the pieces of a vector in reverse order. A vector of many pieces is not brought together from them. */
#define GET_EVEN(b) ALWAYS_INLINE wide get_even_##b(const char *p) { return EVEN_##b(get_pieces(p, 32), get_pieces(p + 16 - b / 8, 32)); }
GET_EVEN(8)
GET_EVEN(16)
#if defined(__AVX2__) && !defined(__AVX512F__)
/* Pairs of each load's elements lie in turns. */
ALWAYS_INLINE wide get_even_32(const char *p) { return (wide)_mm256_permute4x64_epi64((__m256i)EVEN_32(get_wide(p), get_wide(p + 28)), 0xd8); }
ALWAYS_INLINE wide get_even_64(const char *p) { return (wide)_mm256_permute4x64_epi64((__m256i)EVEN_64(get_wide(p), get_wide(p + 24)), 0xd8); }
#elif !defined(__AVX512F__)
GET_EVEN(32)
GET_EVEN(64)
#endif
#if defined(__AVX512F__)
ALWAYS_INLINE wide get_even_32(const char *p)
{
    const __m512i order = _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 14, 12, 10, 8, 6, 4, 2, 0);
    return (wide)_mm512_permutex2var_epi32((__m512i)get_wide(p), order, (__m512i)get_wide(p + 60));
}

ALWAYS_INLINE wide get_even_64(const char *p)
{
    const __m512i order = _mm512_set_epi64(15, 13, 11, 9, 6, 4, 2, 0);
    return (wide)_mm512_permutex2var_epi64((__m512i)get_wide(p), order, (__m512i)get_wide(p + 56));
}

/* To every second element, and no other. */
ALWAYS_INLINE void put_even_32(char *p, wide v)
{
    const __m512i low = _mm512_set_epi32(7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0), high = _mm512_or_si512(low, _mm512_set1_epi32(8));
    _mm512_mask_storeu_epi32(p, 0x5555, _mm512_permutexvar_epi32(low, (__m512i)v));
    _mm512_mask_storeu_epi32(p + 64, 0x5555, _mm512_permutexvar_epi32(high, (__m512i)v));
}

/* Every fourth, and nothing beyond the last of them. */
ALWAYS_INLINE wide get_fourth_32(const char *p)
{
    const __m512i order = _mm512_set_epi32(31, 27, 23, 19, 12, 8, 4, 0, 28, 24, 20, 16, 12, 8, 4, 0);
    const __m512i low = _mm512_permutex2var_epi32((__m512i)get_wide(p), order, (__m512i)get_wide(p + 64));
    const __m512i high = _mm512_permutex2var_epi32((__m512i)get_wide(p + 128), order, (__m512i)get_wide(p + 180));
    return (wide)_mm512_shuffle_i64x2(low, high, 0xe4);
}

ALWAYS_INLINE wide get_pieces_back(const char *p) { return pieces_back(get_wide(p)); }

/* Sixteen of three vectors' elements of 32 bits, by number. */
ALWAYS_INLINE wide of_three(const wide v[3], const int32_t numbers[16])
{
    const __m512i at = (__m512i)get_wide((const char *)numbers), two = _mm512_permutex2var_epi32((__m512i)v[0], at, (__m512i)v[1]);
    return (wide)_mm512_mask_permutexvar_epi32(two, _mm512_cmpgt_epi32_mask(at, _mm512_set1_epi32(31)), at, (__m512i)v[2]);
}

/* Every third one, from each of the first three on; and back. */
static const int32_t thirds[2][48] = {
    { 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37, 40, 43, 46,
      2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 32, 35, 38, 41, 44, 47 },
    { 0, 16, 32, 1, 17, 33, 2, 18, 34, 3, 19, 35, 4, 20, 36, 5, 21, 37, 6, 22, 38, 7, 23, 39, 8, 24, 40, 9, 25, 41, 10, 26,
      42, 11, 27, 43, 12, 28, 44, 13, 29, 45, 14, 30, 46, 15, 31, 47 } };
#else
ALWAYS_INLINE wide get_fourth_32(const char *p)
{
    const wide low = LOW_32(get_pieces(p, 64), get_pieces(p + 16, 64)), high = EVEN_32(get_pieces(p + 32, 64), get_pieces(p + 36, 64));
    return ENDS_32(low, high);
}

#if defined(__AVX2__)
ALWAYS_INLINE wide get_pieces_back(const char *p) { return (wide)_mm256_permute4x64_epi64((__m256i)get_wide(p), 0x4e); }
#else
ALWAYS_INLINE wide get_pieces_back(const char *p) { return get_wide(p); }
#endif
#endif
#undef GET_EVEN

/* The other way of get_pieces(). */
ALWAYS_INLINE void put_pieces(char *p, int64_t step, wide v)
{
    char *to[PIECES];
    UNROLL(4)
    for (int i = 0; i < PIECES; i++) to[i] = p + i * step;
    put_each(to, v);
}

#if defined(__SSSE3__)
/* Every third or fourth byte, n >= 16 of them; nothing beyond the last one. Pieces of 16 bytes: of the last that serve 16 results, the end is the last
 * byte that is wanted. */
ALWAYS_INLINE void nth_bytes(char *d, const char *s, const int every, int64_t n)
{
    static const int8_t from[2][4][16] = { {
        { 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 },
        { -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1 },
        { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 3, 6, 9, 12, 15 } }, {
        { 0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 },
        { -1, -1, -1, -1, 0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1 },
        { -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12, -1, -1, -1, -1 },
        { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 3, 7, 11, 15 } } };
    for (int64_t i = 0; i < n; i += 16) {
        const int64_t at = i < n - 16 ? i : n - 16;
        const char *p = s + at * every;
        __m128i v = _mm_setzero_si128();
        UNROLL(4)
        for (int j = 0; j < every; j++) {
            const __m128i piece = _mm_loadu_si128((const __m128i *)(const void *)(j < every - 1 ? p + 16 * j : p + 15 * every - 15));
            v = _mm_or_si128(v, _mm_shuffle_epi8(piece, _mm_loadu_si128((const __m128i *)(const void *)from[every - 3][j])));
        }
        _mm_storeu_si128((__m128i *)(void *)(d + at), v);
    }
}
#endif

#endif
