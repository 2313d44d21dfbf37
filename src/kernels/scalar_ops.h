/*
 * scalar_ops.h - template: the operators on one value of T.
 */
#if IS_SIGNED
static inline int NAME(is_negative)(T a) { return a < 0; }
#else
static inline int NAME(is_negative)(T a) { (void)a; return 0; }
#endif

#if IS_FLOAT
static inline T NAME(negate)(T a) { return -a; }
static inline T NAME(add)(T a, T b) { return a + b; }
static inline T NAME(sub)(T a, T b) { return a - b; }
static inline T NAME(mul)(T a, T b) { return a * b; }
static inline T NAME(div)(T a, T b) { return a / b; }
static inline T NAME(power)(T a, T b) { return FN(pow)(a, b); }
static inline T NAME(lowest)(strided_dtype t)  { (void)t; return -(T)INFINITY; }
static inline T NAME(highest)(strided_dtype t) { (void)t; return (T)INFINITY; }
static inline int NAME(is_nan)(T a) { return a != a; }
/* One rounding where the instruction set has it (every one but the baseline). */
static inline T NAME(muladd)(T a, T b, T c)
{
#ifdef FUSES
    return FN(__builtin_fma)(a, b, c);
#else
    return a * b + c;
#endif
}
#else
static inline T NAME(negate)(T a) { return (T)(0 - (uint64_t)a); }
static inline T NAME(add)(T a, T b) { return (T)((uint64_t)a + (uint64_t)b); }
static inline T NAME(sub)(T a, T b) { return (T)((uint64_t)a - (uint64_t)b); }
static inline T NAME(mul)(T a, T b) { return (T)((uint64_t)a * (uint64_t)b); }
static inline T NAME(muladd)(T a, T b, T c) { return (T)((uint64_t)a * (uint64_t)b + (uint64_t)c); }
static inline int NAME(is_nan)(T a) { (void)a; return 0; }

/* Truncates; x/0 is 0, and the lowest value divided by -1 wraps to itself. */
static inline T NAME(div)(T a, T b)
{
    if (b == 0) return 0;
#if IS_SIGNED
    if (b == -1) return NAME(negate)(a);
#endif
    return a / b;
}

static inline T NAME(power)(T a, T b)
{
    T r = 1;
#if IS_SIGNED
    if (b < 0) return a == 1 ? 1 : a == -1 ? (b % 2 ? -1 : 1) : 0;
#endif
    for (; b; b /= 2) {
        if (b % 2) r = NAME(mul)(r, a);
        a = NAME(mul)(a, a);
    }
    return r;
}

static inline T NAME(lowest)(strided_dtype t)
{
    switch (t) {
    case STRIDED_I8:  return (T)INT8_MIN;
    case STRIDED_I16: return (T)INT16_MIN;
    case STRIDED_I32: return (T)INT32_MIN;
    case STRIDED_I64: return (T)INT64_MIN;
    default:          return 0;
    }
}

static inline T NAME(highest)(strided_dtype t)
{
    switch (t) {
    case STRIDED_BOOL: return 1;
    case STRIDED_U8:  return UINT8_MAX;
    case STRIDED_I8:  return INT8_MAX;
    case STRIDED_U16: return UINT16_MAX;
    case STRIDED_I16: return INT16_MAX;
    case STRIDED_U32: return (T)UINT32_MAX;
    case STRIDED_I32: return INT32_MAX;
    case STRIDED_U64: return (T)UINT64_MAX;
    default:          return (T)INT64_MAX;
    }
}
#endif

/* `v` takes the place of `best`: greater, or NaN. So the first of equals stays, and NaN beats numbers. */
static inline int NAME(wins)(T v, T best, int smallest)
{
    return (smallest ? v < best : v > best) || NAME(is_nan)(v);
}

static inline T NAME(larger)(T a, T b)  { return NAME(is_nan)(a) ? a : NAME(wins)(b, a, 0) ? b : a; }
static inline T NAME(smaller)(T a, T b) { return NAME(is_nan)(a) ? a : NAME(wins)(b, a, 1) ? b : a; }

static inline T NAME(magnitude)(T a)
{
#if IS_FLOAT
    return FN(fabs)(a);
#else
    return NAME(is_negative)(a) ? NAME(negate)(a) : a;
#endif
}

static inline T NAME(sign)(T a)
{
    if (NAME(is_nan)(a)) return a;
    return NAME(is_negative)(a) ? (T)-1 : (T)(a > 0);
}

/* A limit of clamp() as a value of T. */
static inline T NAME(limit)(double v)
{
#if IS_FLOAT
    return (T)v;
#elif IS_SIGNED
    return sizeof(T) == 4 ? (T)saturate(v, 1, INT32_MIN, INT32_MAX) : (T)saturate_i64(v, 1);
#else
    return saturate_u64(v, 1);
#endif
}
