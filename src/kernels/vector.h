/*
 * vector.h - one vector register of T, on every instruction set: load, store, splat, multiply-add, transpose.
 *
 * Wants the compiler's own macros (__AVX512F__, __AVX2__) or STRIDED_NEON; without them 16 bytes by GNU vectors. Nothing here may
 * assume alignment.
 */
#ifndef STRIDED_SRC_VECTOR_H
#define STRIDED_SRC_VECTOR_H

#include <stdint.h>

/* TILE_ROWS rows of PANEL_VECTORS vectors, the vectors that they are multiplied by and a splat fit the registers. A splat that is not an
 * instruction must serve many vectors. */
#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64, PANEL_VECTORS = 4, TILE_ROWS = 6 };
#elif defined(__AVX2__)
enum { VECTOR_BYTES = 32, PANEL_VECTORS = 2, TILE_ROWS = 6 };
#elif defined(STRIDED_NEON)
enum { VECTOR_BYTES = 16, PANEL_VECTORS = 3, TILE_ROWS = 6 };
#else
enum { VECTOR_BYTES = 16, PANEL_VECTORS = 3, TILE_ROWS = 4 };
#endif
enum { HIGHEST_ROWS = 8 }; /* of a tile of one vector, where there are registers for it */

/* The instruction set multiplies and adds with one rounding; it can shuffle two vectors in any way. */
#if defined(__FMA__) || defined(__FP_FAST_FMAF)
#define FUSES
#endif
#if defined(__AVX2__) || defined(STRIDED_NEON)
#define SHUFFLES
#endif
#if defined(__AVX2__)
#define PICKS /* each lane from any other, by numbers (vec_from) */
#endif

/* There are processors with this set and products of four bytes (vec_quads_i32). */
#if defined(__AVX512F__)
#define MULTIPLIES_BYTES
#if defined(STRIDED_HAVE_AMX) /* and of tiles of them (amx.h) */
#define MULTIPLIES_TILES
#define MULTIPLIES_DOTS /* and of pairs of bf16 (dots.h) */
#endif
#endif

#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(STRIDED_NEON)
#include <arm_neon.h>
#endif
#include <string.h>

/* Before a loop over rows that operators promise are apart or the same (views that overlap otherwise are refused): it goes by vectors without
 * finding that out. */
#if defined(__clang__) && defined(__OPTIMIZE_SIZE__)
#define AT_ONCE
#elif defined(__clang__)
#define AT_ONCE _Pragma("clang loop vectorize(assume_safety) interleave(disable)")
#else
#define AT_ONCE _Pragma("GCC ivdep")
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))
/* All passes of the loop that follows are written out, n at most: what they keep in registers depends on it. (clang takes GCC's pragma without a
 * word, and does nothing.) */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed" /* where a function is compiled by itself, before it is inlined, the number is not known */
#define UNROLL(n) _Pragma("clang loop unroll(full)")
#else
#define UNROLL(n) UNROLL_AS(GCC unroll n)
#define UNROLL_AS(words) _Pragma(#words)
#endif

typedef float  vec_f32 __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef double vec_f64 __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
typedef int32_t  vec_i32 __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef int64_t  vec_i64 __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
typedef uint64_t vec_u64 __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
typedef int32_t any_i32 __attribute__((aligned(1), may_alias));
typedef float  any_f32 __attribute__((aligned(1), may_alias));
typedef double any_f64 __attribute__((aligned(1), may_alias));

ALWAYS_INLINE vec_f32 vec_splat_f32(float a)
{
#if defined(__AVX512F__)
    return (vec_f32)_mm512_set1_ps(a);
#elif defined(__AVX2__)
    return (vec_f32)_mm256_set1_ps(a);
#else
    return (vec_f32){ a, a, a, a };
#endif
}

ALWAYS_INLINE vec_f64 vec_splat_f64(double a)
{
#if defined(__AVX512F__)
    return (vec_f64)_mm512_set1_pd(a);
#elif defined(__AVX2__)
    return (vec_f64)_mm256_set1_pd(a);
#else
    return (vec_f64){ a, a };
#endif
}

ALWAYS_INLINE vec_i32 vec_splat_i32(int32_t a)
{
#if defined(__AVX512F__)
    return (vec_i32)_mm512_set1_epi32(a);
#elif defined(__AVX2__)
    return (vec_i32)_mm256_set1_epi32(a);
#else
    return (vec_i32){ a, a, a, a };
#endif
}

/* Any alignment. */
typedef float  vec_any_f32 __attribute__((vector_size(VECTOR_BYTES), aligned(1), may_alias));
typedef double vec_any_f64 __attribute__((vector_size(VECTOR_BYTES), aligned(1), may_alias));
ALWAYS_INLINE vec_f32 vec_load_f32(const char *p) { return *(const vec_any_f32 *)(const void *)p; }
ALWAYS_INLINE vec_f64 vec_load_f64(const char *p) { return *(const vec_any_f64 *)(const void *)p; }
/* By an instruction that the compiler does not repeat where what it loads is used. */
#if defined(__AVX512F__)
ALWAYS_INLINE vec_f32 vec_load_once(const char *p)
{
    vec_f32 v = vec_load_f32(p);
    __asm__("" : "+v"(v)); /* not volatile: its address may be a sum */
    return v;
}
#else
ALWAYS_INLINE vec_f32 vec_load_once(const char *p) { return *(const volatile vec_any_f32 *)(const void *)p; }
#endif
typedef int32_t vec_any_i32 __attribute__((vector_size(VECTOR_BYTES), aligned(1), may_alias));
ALWAYS_INLINE void vec_store_i32(char *p, vec_i32 v) { *(vec_any_i32 *)(void *)p = v; }
ALWAYS_INLINE void vec_store_f32(char *p, vec_f32 v) { *(vec_any_f32 *)(void *)p = v; }
ALWAYS_INLINE void vec_store_f64(char *p, vec_f64 v) { *(vec_any_f64 *)(void *)p = v; }

/* As many floats as there are doubles in a vector. */
ALWAYS_INLINE vec_f64 vec_widen(const any_f32 *p)
{
#if defined(__AVX512F__)
    return (vec_f64)_mm512_cvtps_pd(_mm256_loadu_ps((const float *)p));
#elif defined(__AVX2__)
    return (vec_f64)_mm256_cvtps_pd(_mm_loadu_ps((const float *)p));
#else
    return (vec_f64){ (double)p[0], (double)p[1] };
#endif
}

#if defined(__AVX2__)
/* As many doubles become floats. */
ALWAYS_INLINE void vec_narrow(char *p, vec_f64 v)
{
#if defined(__AVX512F__)
    _mm256_storeu_ps((float *)(void *)p, _mm512_cvtpd_ps((__m512d)v));
#else
    _mm_storeu_ps((float *)(void *)p, _mm256_cvtpd_ps((__m256d)v));
#endif
}
#endif

/* a*b + c, rounded once where there is FMA; the same as muladd on one value. */
ALWAYS_INLINE vec_f32 vec_muladd_f32(vec_f32 a, vec_f32 b, vec_f32 c)
{
#if defined(__AVX512F__)
    return (vec_f32)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
    return (vec_f32)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(STRIDED_NEON)
    return (vec_f32)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#elif defined(FUSES)
    for (int i = 0; i < VECTOR_BYTES / 4; i++) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
    return c;
#else
    return a * b + c;
#endif
}

ALWAYS_INLINE vec_f64 vec_muladd_f64(vec_f64 a, vec_f64 b, vec_f64 c)
{
#if defined(__AVX512F__)
    return (vec_f64)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__AVX2__)
    return (vec_f64)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(STRIDED_NEON)
    return (vec_f64)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#elif defined(FUSES)
    for (int i = 0; i < VECTOR_BYTES / 8; i++) c[i] = __builtin_fma(a[i], b[i], c[i]);
    return c;
#else
    return a * b + c;
#endif
}

/* Each lane two integers of 16 bits: the sum of both products + c, modulo 2^32. */
ALWAYS_INLINE vec_i32 vec_pairs_i32(vec_i32 a, vec_i32 b, vec_i32 c)
{
#if defined(__AVX512BW__)
    return (vec_i32)_mm512_add_epi32(_mm512_madd_epi16((__m512i)a, (__m512i)b), (__m512i)c);
#elif defined(__AVX2__)
    return (vec_i32)_mm256_add_epi32(_mm256_madd_epi16((__m256i)a, (__m256i)b), (__m256i)c);
#elif defined(__SSE2__)
    return (vec_i32)_mm_add_epi32(_mm_madd_epi16((__m128i)a, (__m128i)b), (__m128i)c);
#elif defined(STRIDED_NEON)
    const int32x4_t low = vmull_s16(vget_low_s16((int16x8_t)a), vget_low_s16((int16x8_t)b)), high = vmull_high_s16((int16x8_t)a, (int16x8_t)b);
    return (vec_i32)vaddq_s32((int32x4_t)c, vpaddq_s32(low, high));
#else
    typedef uint32_t wrap __attribute__((vector_size(VECTOR_BYTES)));
    wrap low = (wrap)((vec_i32)((wrap)a << 16) >> 16) * (wrap)((vec_i32)((wrap)b << 16) >> 16);
    return (vec_i32)(low + (wrap)(a >> 16) * (wrap)(b >> 16) + (wrap)c);
#endif
}

#if defined(MULTIPLIES_BYTES)
/* Each lane four bytes, of a unsigned, of b signed: the sum of all products + c, modulo 2^32. By hand: the compiler, not told of this part of the
 * set, would not, and where it is told it copies. */
ALWAYS_INLINE vec_i32 vec_quads_i32(vec_i32 a, vec_i32 b, vec_i32 c)
{
    __asm__("vpdpbusd %2, %1, %0" : "+v"(c) : "v"(a), "v"(b));
    return c;
}
#endif

#if defined(MULTIPLIES_DOTS)
/* Each lane two bf16: c + the product of the high ones, + that of the low ones. */
ALWAYS_INLINE vec_f32 vec_dots_f32(vec_f32 a, vec_f32 b, vec_f32 c)
{
    __asm__("vdpbf16ps %2, %1, %0" : "+v"(c) : "v"(a), "v"(b));
    return c;
}
#endif

/* Elements of a and b, one after the other, by their numbers. */
#ifdef __clang__
#define SHUFFLE(a, b, mask_type, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, mask_type, ...) __builtin_shuffle(a, b, (mask_type){ __VA_ARGS__ })
#endif
typedef int32_t mask_f32 __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t mask_f64 __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t mask_i32 __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t mask_i64 __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t mask_u64 __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t wrap_i32 __attribute__((vector_size(VECTOR_BYTES)));
typedef uint64_t wrap_i64 __attribute__((vector_size(VECTOR_BYTES)));
typedef uint64_t wrap_u64 __attribute__((vector_size(VECTOR_BYTES)));

#if defined(__AVX512F__)
#define EVEN_f32 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31
#define EVEN_f64 0, 2, 4, 6, 9, 11, 13, 15
#elif defined(__AVX2__)
#define EVEN_f32 0, 2, 4, 6, 9, 11, 13, 15
#define EVEN_f64 0, 2, 5, 7
#else
#define EVEN_f32 0, 2, 5, 7
#define EVEN_f64 0, 3
#endif

/* Every second element of 2*lanes - 1 of them: a holds the first lanes, b the last. */
ALWAYS_INLINE vec_f32 vec_even_f32(vec_f32 a, vec_f32 b) { return SHUFFLE(a, b, mask_f32, EVEN_f32); }
ALWAYS_INLINE vec_f64 vec_even_f64(vec_f64 a, vec_f64 b) { return SHUFFLE(a, b, mask_f64, EVEN_f64); }

/* Of twice as many elements as there are lanes, in a and b: the even ones, the odd ones, and those of which b holds the odd ones (b begins
 * one element late). They come in an order of their own, which vec_sorted() puts right. Where that is their order, they can move up instead
 * (MOVES_UP): all of a but the first, and the first of b. */
#if defined(__AVX512F__)
ALWAYS_INLINE vec_f32 vec_evens(vec_f32 a, vec_f32 b)
{
    return SHUFFLE(a, b, mask_f32, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

ALWAYS_INLINE vec_f32 vec_odds(vec_f32 a, vec_f32 b)
{
    return SHUFFLE(a, b, mask_f32, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/* Of each lane the element that `at` says. */
ALWAYS_INLINE vec_f32 vec_moved(vec_f32 v, vec_i32 at) { return (vec_f32)_mm512_permutexvar_ps((__m512i)at, (__m512)v); }

/* The first, or the second, of each two neighbours in memory, twice. */
ALWAYS_INLINE vec_f32 vec_firsts(const char *p)  { return (vec_f32)_mm512_moveldup_ps(_mm512_loadu_ps(p)); }
ALWAYS_INLINE vec_f32 vec_seconds(const char *p) { return (vec_f32)_mm512_movehdup_ps(_mm512_loadu_ps(p)); }

enum { MOVES_UP = 1 };
ALWAYS_INLINE vec_f32 vec_later(vec_f32 a, vec_f32 b) { return (vec_f32)_mm512_alignr_epi32((__m512i)b, (__m512i)a, 1); }
ALWAYS_INLINE vec_f32 vec_sorted(vec_f32 v)           { return v; }
#elif defined(__AVX2__)
enum { MOVES_UP = 0 };
ALWAYS_INLINE vec_f32 vec_evens(vec_f32 a, vec_f32 b) { return SHUFFLE(a, b, mask_f32, 0, 2, 8, 10, 4, 6, 12, 14); }
ALWAYS_INLINE vec_f32 vec_odds(vec_f32 a, vec_f32 b)  { return SHUFFLE(a, b, mask_f32, 1, 3, 9, 11, 5, 7, 13, 15); }
ALWAYS_INLINE vec_f32 vec_later(vec_f32 a, vec_f32 b) { return SHUFFLE(a, b, mask_f32, 0, 2, 9, 11, 4, 6, 13, 15); }
ALWAYS_INLINE vec_f32 vec_sorted(vec_f32 v)           { return (vec_f32)SHUFFLE((vec_f64)v, (vec_f64)v, mask_f64, 0, 2, 1, 3); }
#elif defined(SHUFFLES)
enum { MOVES_UP = 0 };
ALWAYS_INLINE vec_f32 vec_evens(vec_f32 a, vec_f32 b) { return SHUFFLE(a, b, mask_f32, 0, 2, 4, 6); }
ALWAYS_INLINE vec_f32 vec_odds(vec_f32 a, vec_f32 b)  { return SHUFFLE(a, b, mask_f32, 1, 3, 5, 7); }
ALWAYS_INLINE vec_f32 vec_later(vec_f32 a, vec_f32 b) { return vec_even_f32(a, b); }
ALWAYS_INLINE vec_f32 vec_sorted(vec_f32 v)           { return v; }
#endif

#if defined(__AVX512F__)
/* Lanes n.. of a, then those of b; n is a constant. */
#define VEC_BEHIND(a, b, n) (vec_f32)_mm512_alignr_epi32((__m512i)(b), (__m512i)(a), n)

/* Of pixels of so many channels, side by side in a and then in b, `some` lanes of each: every second one, from the first or the second on. */
ALWAYS_INLINE vec_f32 vec_pixels(vec_f32 a, vec_f32 b, int channels, int some, int first)
{
    const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i pixel = _mm512_srli_epi32(_mm512_mullo_epi32(lane, _mm512_set1_epi32(256 / channels + 1)), 8);
    const __m512i at = _mm512_add_epi32(lane, _mm512_mullo_epi32(_mm512_add_epi32(pixel, _mm512_set1_epi32(first)), _mm512_set1_epi32(channels)));
    const __mmask16 later = _mm512_cmpge_epi32_mask(at, _mm512_set1_epi32(some));
    return (vec_f32)_mm512_permutex2var_ps((__m512)a, _mm512_mask_add_epi32(at, later, at, _mm512_set1_epi32(16 - some)), (__m512)b);
}
#endif

/* Sets of lanes: lo <= lane < hi, 0 <= lo <= hi <= lanes. Loads give 0 in the others and read nothing there. */
#if defined(__AVX512F__)
typedef __mmask16 some_f32;
typedef __mmask8  some_f64;
ALWAYS_INLINE some_f32 vec_range_f32(int64_t lo, int64_t hi) { return (some_f32)((1u << hi) - (1u << lo)); }
ALWAYS_INLINE some_f64 vec_range_f64(int64_t lo, int64_t hi) { return (some_f64)((1u << hi) - (1u << lo)); }
ALWAYS_INLINE vec_f32 vec_load_some_f32(some_f32 m, const char *p) { return (vec_f32)_mm512_maskz_loadu_ps(m, p); }
ALWAYS_INLINE vec_f64 vec_load_some_f64(some_f64 m, const char *p) { return (vec_f64)_mm512_maskz_loadu_pd(m, p); }
ALWAYS_INLINE vec_f32 vec_choose_f32(some_f32 m, vec_f32 a, vec_f32 b) { return (vec_f32)_mm512_mask_mov_ps((__m512)b, m, (__m512)a); }
ALWAYS_INLINE vec_f64 vec_choose_f64(some_f64 m, vec_f64 a, vec_f64 b) { return (vec_f64)_mm512_mask_mov_pd((__m512d)b, m, (__m512d)a); }
#else
typedef mask_f32 some_f32;
typedef mask_f64 some_f64;

/* A vector of it that starts at lane lanes - n is set from lane n on; one at 2*lanes - n, below lane n. */
#if defined(__AVX2__)
static const int32_t range_f32[] = { 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0 };
static const int64_t range_f64[] = { 0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0 };
#else
static const int32_t range_f32[] = { 0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0 };
static const int64_t range_f64[] = { 0, 0, -1, -1, 0, 0 };
#endif

ALWAYS_INLINE some_f32 vec_range_f32(int64_t lo, int64_t hi)
{
    some_f32 from, below;
    memcpy(&from, range_f32 + VECTOR_BYTES / 4 - lo, sizeof from);
    memcpy(&below, range_f32 + 2 * (VECTOR_BYTES / 4) - hi, sizeof below);
    return from & below;
}

ALWAYS_INLINE some_f64 vec_range_f64(int64_t lo, int64_t hi)
{
    some_f64 from, below;
    memcpy(&from, range_f64 + VECTOR_BYTES / 8 - lo, sizeof from);
    memcpy(&below, range_f64 + 2 * (VECTOR_BYTES / 8) - hi, sizeof below);
    return from & below;
}

ALWAYS_INLINE vec_f32 vec_load_some_f32(some_f32 m, const char *p)
{
#if defined(__AVX2__)
    return (vec_f32)_mm256_maskload_ps((const float *)(const void *)p, (__m256i)m);
#else
    vec_f32 v = { 0 };
    for (int i = 0; i < VECTOR_BYTES / 4; i++)
        if (m[i]) v[i] = ((const any_f32 *)(const void *)p)[i];
    return v;
#endif
}

ALWAYS_INLINE vec_f64 vec_load_some_f64(some_f64 m, const char *p)
{
#if defined(__AVX2__)
    return (vec_f64)_mm256_maskload_pd((const double *)(const void *)p, (__m256i)m);
#else
    vec_f64 v = { 0 };
    for (int i = 0; i < VECTOR_BYTES / 8; i++)
        if (m[i]) v[i] = ((const any_f64 *)(const void *)p)[i];
    return v;
#endif
}

/* a in the set, b elsewhere. */
#if defined(__AVX2__)
ALWAYS_INLINE vec_f32 vec_choose_f32(some_f32 m, vec_f32 a, vec_f32 b) { return (vec_f32)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)m); }
ALWAYS_INLINE vec_f64 vec_choose_f64(some_f64 m, vec_f64 a, vec_f64 b) { return (vec_f64)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)m); }
#else
ALWAYS_INLINE vec_f32 vec_choose_f32(some_f32 m, vec_f32 a, vec_f32 b) { return (vec_f32)((m & (mask_f32)a) | (~m & (mask_f32)b)); }
ALWAYS_INLINE vec_f64 vec_choose_f64(some_f64 m, vec_f64 a, vec_f64 b) { return (vec_f64)((m & (mask_f64)a) | (~m & (mask_f64)b)); }
#endif
#endif

/* a*b + c in the set, c elsewhere: one instruction, or two. */
#if defined(__AVX512F__)
enum { ADDS_TO_SOME = 1 };
ALWAYS_INLINE vec_f32 vec_muladd_some(some_f32 m, vec_f32 a, vec_f32 b, vec_f32 c)
{
    return (vec_f32)_mm512_mask3_fmadd_ps((__m512)a, (__m512)b, (__m512)c, m);
}
#else
enum { ADDS_TO_SOME = 0 };
ALWAYS_INLINE vec_f32 vec_muladd_some(some_f32 m, vec_f32 a, vec_f32 b, vec_f32 c) { return vec_choose_f32(m, vec_muladd_f32(a, b, c), c); }
#endif

/* Of each lane the element of a and b, one after the other, that `at` says, of which only the last bits count. */
ALWAYS_INLINE vec_f32 vec_picked(vec_f32 a, vec_f32 b, vec_i32 at)
{
#if defined(__AVX512F__)
    return (vec_f32)_mm512_permutex2var_ps((__m512)a, (__m512i)at, (__m512)b);
#else
    enum { LANES = VECTOR_BYTES / 4 };
    vec_f32 v = { 0 };
    for (int i = 0; i < LANES; i++) v[i] = at[i] & LANES ? b[at[i] & (LANES - 1)] : a[at[i] & (LANES - 1)];
    return v;
#endif
}

/* vec_load_some_f64() of floats that become doubles. */
ALWAYS_INLINE vec_f64 vec_widen_some(some_f64 m, const char *p)
{
#if defined(__AVX512F__)
    return (vec_f64)_mm512_cvtps_pd(_mm256_maskz_loadu_ps(m, p));
#elif defined(__AVX2__)
    const __m128 some = _mm_shuffle_ps(_mm256_castps256_ps128((__m256)m), _mm256_extractf128_ps((__m256)m, 1), 0x88);
    return (vec_f64)_mm256_cvtps_pd(_mm_maskload_ps((const float *)(const void *)p, (__m128i)some));
#else
    vec_f64 v = { 0 };
    for (int i = 0; i < VECTOR_BYTES / 8; i++)
        if (m[i]) v[i] = (double)((const any_f32 *)(const void *)p)[i];
    return v;
#endif
}

/* The others are not written. */
#if defined(__AVX512F__)
ALWAYS_INLINE void vec_store_some_f32(some_f32 m, char *p, vec_f32 v) { _mm512_mask_storeu_ps(p, m, (__m512)v); }
ALWAYS_INLINE void vec_store_some_f64(some_f64 m, char *p, vec_f64 v) { _mm512_mask_storeu_pd(p, m, (__m512d)v); }
#endif

#if defined(PICKS)
/* Lanes that are bits; lane i of what each has in `from`. Stores of some lanes are slow in AVX2. */
#if defined(__AVX512F__)
ALWAYS_INLINE some_f32 vec_some_of(uint32_t bits) { return (some_f32)bits; }
ALWAYS_INLINE vec_f32 vec_from(vec_f32 v, vec_f32 from) { return (vec_f32)_mm512_permutexvar_ps((__m512i)from, (__m512)v); }
#else
ALWAYS_INLINE some_f32 vec_some_of(uint32_t bits)
{
    const mask_f32 bit = { 1, 2, 4, 8, 16, 32, 64, 128 };
    return (bit & (int32_t)bits) == bit;
}
ALWAYS_INLINE vec_f32 vec_from(vec_f32 v, vec_f32 from) { return (vec_f32)_mm256_permutevar8x32_ps((__m256)v, (__m256i)from); }
ALWAYS_INLINE void vec_store_some_f32(some_f32 m, char *p, vec_f32 v) { _mm256_maskstore_ps((float *)(void *)p, (__m256i)m, (__m256)v); }
#endif
#endif

/* The first n lanes. Masked stores are far slower than this on some processors. */
ALWAYS_INLINE void vec_store_first_f32(int n, char *p, vec_f32 v)
{
#if defined(__AVX512F__)
    vec_store_some_f32(vec_range_f32(0, n), p, v);
#elif defined(__AVX2__)
    __m128 half = _mm256_castps256_ps128((__m256)v);
    if (n & 8) { vec_store_f32(p, v); return; }
    if (n & 4) { _mm_storeu_ps((float *)(void *)p, half); half = _mm256_extractf128_ps((__m256)v, 1); p += 16; }
    if (n & 2) { _mm_storel_pi((__m64 *)(void *)p, half); half = _mm_movehl_ps(half, half); p += 8; }
    if (n & 1) _mm_store_ss((float *)(void *)p, half);
#else
    for (int i = 0; i < n; i++) ((any_f32 *)(void *)p)[i] = v[i];
#endif
}

/* The first n lanes of each half of it, to p and to q. */
ALWAYS_INLINE void vec_store_halves(int n, char *p, char *q, vec_f32 v)
{
#if defined(__AVX512F__)
    enum { HALF = VECTOR_BYTES / 8 };
    _mm256_mask_storeu_ps(p, (__mmask8)vec_range_f32(0, n), _mm512_castps512_ps256((__m512)v));
    vec_store_some_f32(vec_range_f32(HALF, HALF + n), q - VECTOR_BYTES / 2, v);
#else
    memcpy(p, &v, (size_t)n * sizeof v[0]);
    memcpy(q, (const char *)&v + VECTOR_BYTES / 2, (size_t)n * sizeof v[0]);
#endif
}

ALWAYS_INLINE void vec_store_first_i32(int n, char *p, vec_i32 v) { vec_store_first_f32(n, p, (vec_f32)v); }

ALWAYS_INLINE void vec_store_first_f64(int n, char *p, vec_f64 v)
{
#if defined(__AVX512F__)
    vec_store_some_f64(vec_range_f64(0, n), p, v);
#elif defined(__AVX2__)
    __m128d half = _mm256_castpd256_pd128((__m256d)v);
    if (n & 4) { vec_store_f64(p, v); return; }
    if (n & 2) { _mm_storeu_pd((double *)(void *)p, half); half = _mm256_extractf128_pd((__m256d)v, 1); p += 16; }
    if (n & 1) _mm_store_sd((double *)(void *)p, half);
#else
    for (int i = 0; i < n; i++) ((any_f64 *)(void *)p)[i] = v[i];
#endif
}

/* v where it is greater than best or NaN, else best: what `wins` is to one value. */
ALWAYS_INLINE vec_f32 vec_winner_f32(vec_f32 best, vec_f32 v)
{
#if defined(__AVX512F__)
    const __mmask16 number = _mm512_cmp_ps_mask((__m512)v, (__m512)v, _CMP_ORD_Q);
    return (vec_f32)_mm512_mask_max_ps((__m512)v, number, (__m512)v, (__m512)best); /* best if they are equal or it is NaN */
#elif defined(__AVX2__)
    __m256 larger = _mm256_max_ps((__m256)v, (__m256)best);
    return (vec_f32)_mm256_blendv_ps(larger, (__m256)v, _mm256_cmp_ps((__m256)v, (__m256)v, _CMP_UNORD_Q));
#elif defined(__SSE2__)
    const __m128 nan = _mm_cmpunord_ps((__m128)v, (__m128)v), larger = _mm_max_ps((__m128)v, (__m128)best);
    return (vec_f32)_mm_or_ps(_mm_and_ps(nan, (__m128)v), _mm_andnot_ps(nan, larger));
#else
    mask_f32 m = (v > best) | (v != v);
    return (vec_f32)((m & (mask_f32)v) | (~m & (mask_f32)best));
#endif
}

ALWAYS_INLINE vec_f64 vec_winner_f64(vec_f64 best, vec_f64 v)
{
#if defined(__AVX512F__)
    const __mmask8 number = _mm512_cmp_pd_mask((__m512d)v, (__m512d)v, _CMP_ORD_Q);
    return (vec_f64)_mm512_mask_max_pd((__m512d)v, number, (__m512d)v, (__m512d)best);
#elif defined(__AVX2__)
    __m256d larger = _mm256_max_pd((__m256d)v, (__m256d)best);
    return (vec_f64)_mm256_blendv_pd(larger, (__m256d)v, _mm256_cmp_pd((__m256d)v, (__m256d)v, _CMP_UNORD_Q));
#elif defined(__SSE2__) /* which the compiler finds for floats, but not for doubles */
    const __m128d nan = _mm_cmpunord_pd((__m128d)v, (__m128d)v), larger = _mm_max_pd((__m128d)v, (__m128d)best);
    return (vec_f64)_mm_or_pd(_mm_and_pd(nan, (__m128d)v), _mm_andnot_pd(nan, larger));
#else
    mask_f64 m = (v > best) | (v != v);
    return (vec_f64)((m & (mask_f64)v) | (~m & (mask_f64)best));
#endif
}

/* The larger, the smaller of two numbers, the first of two equals, or where one is NaN. */
#if defined(__AVX512F__)
ALWAYS_INLINE vec_f32 vec_more_f32(vec_f32 best, vec_f32 v) { return (vec_f32)_mm512_max_ps((__m512)v, (__m512)best); }
ALWAYS_INLINE vec_f64 vec_more_f64(vec_f64 best, vec_f64 v) { return (vec_f64)_mm512_max_pd((__m512d)v, (__m512d)best); }
ALWAYS_INLINE vec_f32 vec_less_f32(vec_f32 best, vec_f32 v) { return (vec_f32)_mm512_min_ps((__m512)v, (__m512)best); }
ALWAYS_INLINE vec_f64 vec_less_f64(vec_f64 best, vec_f64 v) { return (vec_f64)_mm512_min_pd((__m512d)v, (__m512d)best); }
#elif defined(__AVX2__)
ALWAYS_INLINE vec_f32 vec_more_f32(vec_f32 best, vec_f32 v) { return (vec_f32)_mm256_max_ps((__m256)v, (__m256)best); }
ALWAYS_INLINE vec_f64 vec_more_f64(vec_f64 best, vec_f64 v) { return (vec_f64)_mm256_max_pd((__m256d)v, (__m256d)best); }
ALWAYS_INLINE vec_f32 vec_less_f32(vec_f32 best, vec_f32 v) { return (vec_f32)_mm256_min_ps((__m256)v, (__m256)best); }
ALWAYS_INLINE vec_f64 vec_less_f64(vec_f64 best, vec_f64 v) { return (vec_f64)_mm256_min_pd((__m256d)v, (__m256d)best); }
#endif

/* Lanes in which a or b is NaN; are there any. */
#if defined(__AVX512F__)
ALWAYS_INLINE some_f32 vec_nans_f32(vec_f32 a, vec_f32 b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_UNORD_Q); }
ALWAYS_INLINE some_f64 vec_nans_f64(vec_f64 a, vec_f64 b) { return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_UNORD_Q); }
ALWAYS_INLINE int vec_is_some(__mmask16 m) { return m != 0; }
#elif defined(__AVX2__)
ALWAYS_INLINE some_f32 vec_nans_f32(vec_f32 a, vec_f32 b) { return (some_f32)_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_UNORD_Q); }
ALWAYS_INLINE some_f64 vec_nans_f64(vec_f64 a, vec_f64 b) { return (some_f64)_mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_UNORD_Q); }
#define vec_is_some(m) (_mm256_movemask_epi8((__m256i)(m)) != 0)
#endif

/* Is some lane NaN. */
#if defined(__AVX512F__)
ALWAYS_INLINE int vec_any_nan(vec_f32 v) { return _mm512_cmp_ps_mask((__m512)v, (__m512)v, _CMP_UNORD_Q) != 0; }
#elif defined(__AVX2__)
ALWAYS_INLINE int vec_any_nan(vec_f32 v) { return _mm256_movemask_ps(_mm256_cmp_ps((__m256)v, (__m256)v, _CMP_UNORD_Q)) != 0; }
#elif defined(SHUFFLES)
ALWAYS_INLINE int vec_any_nan(vec_f32 v)
{
    const mask_f32 nan = v != v;
    uint64_t half[2];
    memcpy(half, &nan, sizeof half);
    return (half[0] | half[1]) != 0;
}
#endif

/* What `wins` leaves of best and v. The instructions give their second operand of two equals, and where one is NaN. */
#if defined(__AVX512F__)
ALWAYS_INLINE vec_f32 vec_extreme_f32(vec_f32 best, vec_f32 v, int smallest)
{
    const __m512 b = (__m512)best, a = (__m512)v;
    const __mmask16 number = _mm512_cmp_ps_mask(a, a, _CMP_ORD_Q);
    return (vec_f32)(smallest ? _mm512_mask_min_ps(a, number, a, b) : _mm512_mask_max_ps(a, number, a, b));
}

ALWAYS_INLINE vec_f64 vec_extreme_f64(vec_f64 best, vec_f64 v, int smallest)
{
    const __m512d b = (__m512d)best, a = (__m512d)v;
    const __mmask8 number = _mm512_cmp_pd_mask(a, a, _CMP_ORD_Q);
    return (vec_f64)(smallest ? _mm512_mask_min_pd(a, number, a, b) : _mm512_mask_max_pd(a, number, a, b));
}
#elif defined(__AVX2__)
ALWAYS_INLINE vec_f32 vec_extreme_f32(vec_f32 best, vec_f32 v, int smallest)
{
    __m256 b = (__m256)best, a = (__m256)v, r = smallest ? _mm256_min_ps(a, b) : _mm256_max_ps(a, b);
    return (vec_f32)_mm256_blendv_ps(r, a, _mm256_cmp_ps(a, a, _CMP_UNORD_Q));
}

ALWAYS_INLINE vec_f64 vec_extreme_f64(vec_f64 best, vec_f64 v, int smallest)
{
    __m256d b = (__m256d)best, a = (__m256d)v, r = smallest ? _mm256_min_pd(a, b) : _mm256_max_pd(a, b);
    return (vec_f64)_mm256_blendv_pd(r, a, _mm256_cmp_pd(a, a, _CMP_UNORD_Q));
}
#endif

#endif
