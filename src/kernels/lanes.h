/*
 * lanes.h - template: a vector of T, and operators of scalar_ops.h on it: lane by lane the same bits.
 */
enum { NAME(LANES) = VECTOR_BYTES / sizeof(T), NAME(SIDE) = 16 / sizeof(T) }; /* elements of a vector, of a piece (pieces.h) */

ALWAYS_INLINE NAME(vec) NAME(vec_get)(const T *p) { return *(const NAME(vec) *)(const void *)p; }
ALWAYS_INLINE void NAME(vec_put)(T *p, NAME(vec) v) { *(NAME(vec) *)(void *)p = v; }

#if IS_FLOAT
ALWAYS_INLINE NAME(vec) NAME(vec_add)(NAME(vec) a, NAME(vec) b) { return a + b; }
ALWAYS_INLINE NAME(vec) NAME(vec_mul)(NAME(vec) a, NAME(vec) b) { return a * b; }
ALWAYS_INLINE NAME(vec) NAME(vec_all)(T a) { return VEC_SPLAT(a); }
ALWAYS_INLINE NAME(vec) NAME(vec_step)(NAME(vec) a, T b, NAME(vec) acc) { return VEC_MULADD(a, VEC_SPLAT(b), acc); }
ALWAYS_INLINE NAME(vec) NAME(vec_step2)(NAME(vec) a, NAME(vec) b, NAME(vec) acc) { return VEC_MULADD(a, b, acc); }
#if defined(__AVX2__)
/* Which compilers do not know to be one. */
ALWAYS_INLINE NAME(vec) NAME(vec_one)(void)
{
    NAME(vec) one = VEC_SPLAT(1);
    __asm__("" : "+v"(one));
    return one;
}
#endif
#else
ALWAYS_INLINE NAME(vec) NAME(vec_all)(T a) { return (NAME(vec)){ 0 } + a; }
ALWAYS_INLINE NAME(vec) NAME(vec_add)(NAME(vec) a, NAME(vec) b) { return (NAME(vec))((NAME(wrap))a + (NAME(wrap))b); }
ALWAYS_INLINE NAME(vec) NAME(vec_mul)(NAME(vec) a, NAME(vec) b) { return (NAME(vec))((NAME(wrap))a * (NAME(wrap))b); }
ALWAYS_INLINE NAME(vec) NAME(vec_step)(NAME(vec) a, T b, NAME(vec) acc)
{
    return (NAME(vec))((NAME(wrap))a * (NAME(wrap))NAME(vec_all)(b) + (NAME(wrap))acc);
}
ALWAYS_INLINE NAME(vec) NAME(vec_step2)(NAME(vec) a, NAME(vec) b, NAME(vec) acc) { return NAME(vec_add)(NAME(vec_mul)(a, b), acc); }
#endif

/* a in the lanes of m, which are all ones or none, else b. */
ALWAYS_INLINE NAME(vec) NAME(vec_pick)(NAME(mask) m, NAME(vec) a, NAME(vec) b)
{
#if defined(__AVX2__) && !defined(__AVX512F__)
    return (NAME(vec))_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)m);
#else
    return (NAME(vec))((m & (NAME(mask))a) | (~m & (NAME(mask))b));
#endif
}

/* wins() decides. */
ALWAYS_INLINE NAME(vec) NAME(vec_better)(NAME(vec) best, NAME(vec) v, int smallest)
{
#if IS_FLOAT && defined(__AVX2__)
    return NAME(vec_extreme)(best, v, smallest);
#else
    NAME(mask) m = smallest ? v < best : v > best;
#if IS_FLOAT
    m |= v != v;
#endif
    return (NAME(vec))((m & (NAME(mask))v) | (~m & (NAME(mask))best));
#endif
}

/* The larger of numbers, the first of two equals. */
ALWAYS_INLINE NAME(vec) NAME(vec_larger)(NAME(vec) best, NAME(vec) v)
{
#if IS_FLOAT && defined(__AVX2__)
    return NAME(vec_more)(best, v);
#else
    const NAME(mask) m = v > best;
    return (NAME(vec))((m & (NAME(mask))v) | (~m & (NAME(mask))best));
#endif
}

/* The smaller of numbers, the first of two equals. */
ALWAYS_INLINE NAME(vec) NAME(vec_smaller)(NAME(vec) best, NAME(vec) v)
{
#if IS_FLOAT && defined(__AVX2__)
    return NAME(vec_less)(best, v);
#else
    const NAME(mask) m = v < best;
    return (NAME(vec))((m & (NAME(mask))v) | (~m & (NAME(mask))best));
#endif
}

/* A vector, or one value, of a line (rows.h): element i. */
ALWAYS_INLINE NAME(vec) NAME(vec_of_line)(const char *line, int narrow, int64_t i)
{
#if IS_FLOAT && !IS_F32
    if (narrow) return vec_widen((const any_f32 *)(const void *)line + i);
#endif
    (void)narrow;
#if IS_FLOAT
    return VEC_LOAD(line + i * (int64_t)sizeof(T));
#else
    return *(const NAME(vec) *)(const void *)(line + i * (int64_t)sizeof(T));
#endif
}

ALWAYS_INLINE T NAME(of_line)(const char *line, int narrow, int64_t i)
{
#if IS_FLOAT && !IS_F32
    if (narrow) return (T)((const any_f32 *)(const void *)line)[i];
#endif
    (void)narrow;
    return ((const T *)(const void *)line)[i];
}
