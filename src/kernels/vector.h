/*
 * vector.h - one vector register of T, on every instruction set: load, store, splat, multiply-add, transpose.
 *
 * Wants the compiler's own macros (__AVX512F__, __AVX2__); without them 16 bytes by GNU vectors. Nothing here may
 * assume alignment.
 */
#ifndef STRIDED_SRC_VECTOR_H
#define STRIDED_SRC_VECTOR_H

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64, VECTOR_REGISTERS = 32 };
#elif defined(__AVX2__)
enum { VECTOR_BYTES = 32, VECTOR_REGISTERS = 16 };
#else
enum { VECTOR_BYTES = 16, VECTOR_REGISTERS = 16 };
#endif

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef float  vec_f32 __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef double vec_f64 __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
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

/* a*b + c, rounded once where there is FMA; the same as muladd on one value. */
ALWAYS_INLINE vec_f32 vec_muladd_f32(vec_f32 a, vec_f32 b, vec_f32 c)
{
#if defined(__AVX512F__)
    return (vec_f32)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
    return (vec_f32)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
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
#else
    return a * b + c;
#endif
}

#endif
