/*
 * number.c - see number.h. Floats of 16 bits are handled as sign, exponent and significand by ldexp() and rint(),
 * not as bits: another way than the library's.
 */
#include "number.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* X(dtype, C type) for the dtypes that C has. */
#define PLAIN_LIST(X) \
    X(U8, uint8_t) X(I8, int8_t) X(I16, int16_t) X(I32, int32_t) X(I64, int64_t) \
    X(U16, uint16_t) X(U32, uint32_t) X(U64, uint64_t) X(F32, float) X(F64, double)

const strided_dtype number_dtypes[NUMBER_DTYPES] = {
#define STRIDED_X(name, value, bytes) STRIDED_##name,
    STRIDED_DTYPE_LIST(STRIDED_X)
#undef STRIDED_X
};
const strided_dtype number_floats[NUMBER_FLOATS] = { STRIDED_F16, STRIDED_BF16, STRIDED_F32, STRIDED_F64 };
const strided_dtype number_integers[NUMBER_INTEGERS] = {
    STRIDED_U8, STRIDED_I8, STRIDED_I16, STRIDED_I32, STRIDED_I64, STRIDED_U16, STRIDED_U32, STRIDED_U64
};

/* A binary format: significand bits with the hidden one, exponent of the smallest and the largest normal number. */
struct format { int digits, min_exponent, max_exponent; };

static const struct format f16_format  = { 11,   -14,   15 };
static const struct format bf16_format = {  8,  -126,  127 };
static const struct format f32_format  = { 24,  -126,  127 };
static const struct format f64_format  = { 53, -1022, 1023 };

static const struct format *format_of(strided_dtype dtype)
{
    switch (dtype) {
    case STRIDED_F16:  return &f16_format;
    case STRIDED_BF16: return &bf16_format;
    case STRIDED_F32:  return &f32_format;
    case STRIDED_F64:  return &f64_format;
    default:           return NULL;
    }
}

size_t number_size(strided_dtype dtype)
{
    switch (dtype) {
#define STRIDED_X(name, value, bytes) case STRIDED_##name: return bytes;
    STRIDED_DTYPE_LIST(STRIDED_X)
#undef STRIDED_X
    default: return 0;
    }
}

int number_is_float(strided_dtype dtype)
{
    return format_of(dtype) != NULL;
}

static double spacing(const struct format *f, double v)
{
    int e;
    frexp(v, &e); /* |v| = m 2^e with m in [0.5, 1) */
    e -= 1;
    if (v == 0 || e < f->min_exponent) e = f->min_exponent;
    return ldexp(1, e - (f->digits - 1));
}

double number_ulp(strided_dtype dtype, double v)
{
    const struct format *f = format_of(dtype);
    return f == NULL ? 1 : isfinite(v) ? spacing(f, v) : 0;
}

/* v rounded to a number of the format. */
static double round_to(const struct format *f, double v)
{
    if (!isfinite(v)) return v;
    double step = spacing(f, v);
    double r = rint(v / step) * step;
    double largest = ldexp(2 - ldexp(1, 1 - f->digits), f->max_exponent);
    return fabs(r) > largest ? copysign(INFINITY, v) : r;
}

/* 16 bits: sign, exponent field, significand. */
static double decode(const struct format *f, uint16_t bits)
{
    int low = f->digits - 1;
    int fraction = bits & ((1 << low) - 1);
    int field = (bits & 0x7fff) >> low;
    double sign = bits & 0x8000 ? -1 : 1;
    if (field == f->max_exponent * 2 + 1) return fraction ? NAN : sign * INFINITY;
    if (field == 0) return sign * ldexp(fraction, f->min_exponent - low);
    return sign * ldexp(fraction + (1 << low), field - 1 + f->min_exponent - low);
}

static uint16_t encode(const struct format *f, double v)
{
    int low = f->digits - 1;
    int sign = signbit(v) ? 0x8000 : 0, top = (f->max_exponent * 2 + 1) << low;
    if (isnan(v)) return (uint16_t)(sign | top | 1 << (low - 1));
    double r = fabs(round_to(f, v));
    if (isinf(r)) return (uint16_t)(sign | top);
    if (r < ldexp(1, f->min_exponent)) return (uint16_t)(sign | (int)ldexp(r, low - f->min_exponent));
    int e;
    double m = frexp(r, &e);
    int fraction = (int)ldexp(m, low + 1) - (1 << low);
    return (uint16_t)(sign | (e - 1 - f->min_exponent + 1) << low | fraction);
}

static uint16_t load16(const void *p)
{
    uint16_t bits;
    memcpy(&bits, p, sizeof bits);
    return bits;
}

double number_read(strided_dtype dtype, const void *p)
{
    switch (dtype) {
#define STRIDED_X(name, type) case STRIDED_##name: { type v; memcpy(&v, p, sizeof v); return (double)v; }
    PLAIN_LIST(STRIDED_X)
#undef STRIDED_X
    case STRIDED_F16:  return decode(&f16_format, load16(p));
    case STRIDED_BF16: return decode(&bf16_format, load16(p));
    case STRIDED_BOOL: return *(const unsigned char *)p != 0;
    default:           return NAN;
    }
}

double number_lowest(strided_dtype dtype)
{
    switch (dtype) {
    case STRIDED_I8:  return INT8_MIN;
    case STRIDED_I16: return INT16_MIN;
    case STRIDED_I32: return INT32_MIN;
    case STRIDED_I64: return (double)INT64_MIN;
    default:          return number_is_float(dtype) ? -INFINITY : 0;
    }
}

/* The largest double that the type holds; for 64-bit integers the power of two above it. */
double number_highest(strided_dtype dtype)
{
    switch (dtype) {
    case STRIDED_U8:   return UINT8_MAX;
    case STRIDED_I8:   return INT8_MAX;
    case STRIDED_I16:  return INT16_MAX;
    case STRIDED_U16:  return UINT16_MAX;
    case STRIDED_I32:  return INT32_MAX;
    case STRIDED_U32:  return UINT32_MAX;
    case STRIDED_I64:  return 0x1p63;
    case STRIDED_U64:  return 0x1p64;
    case STRIDED_BOOL: return 1;
    default:           return INFINITY;
    }
}

/* v modulo 2^64, v an integer. */
static uint64_t modulo64(double v)
{
    if (fabs(v) < 0x1p63) return (uint64_t)(int64_t)v;
    double m = fmod(v, 0x1p64);
    return m < 0 ? (uint64_t)0 - (uint64_t)-m : (uint64_t)m;
}

static uint64_t saturated(strided_dtype dtype, double v)
{
    if (isnan(v)) return 0;
    if (v <= number_lowest(dtype)) return modulo64(number_lowest(dtype));
    if (v < number_highest(dtype)) return modulo64(v);
    if (dtype == STRIDED_I64) return INT64_MAX;
    return dtype == STRIDED_U64 ? UINT64_MAX : modulo64(number_highest(dtype));
}

static void write_integer(strided_dtype dtype, void *p, uint64_t bits)
{
    switch (number_size(dtype)) {
    case 1: { uint8_t  v = (uint8_t)bits;  memcpy(p, &v, 1); break; }
    case 2: { uint16_t v = (uint16_t)bits; memcpy(p, &v, 2); break; }
    case 4: { uint32_t v = (uint32_t)bits; memcpy(p, &v, 4); break; }
    default: memcpy(p, &bits, 8);
    }
}

static void write_float(strided_dtype dtype, void *p, double v)
{
    float narrow = (float)v;
    uint16_t bits;
    switch (dtype) {
    case STRIDED_F32: memcpy(p, &narrow, sizeof narrow); return;
    case STRIDED_F64: memcpy(p, &v, sizeof v); return;
    case STRIDED_F16: bits = encode(&f16_format, v); break;
    default:          bits = encode(&bf16_format, v);
    }
    memcpy(p, &bits, sizeof bits);
}

void number_write(strided_dtype dtype, void *p, double v, enum store how)
{
    if (number_is_float(dtype)) write_float(dtype, p, v);
    else if (dtype == STRIDED_BOOL) *(unsigned char *)p = v != 0;
    else if (how == STORE_WRAP) write_integer(dtype, p, modulo64(v));
    else write_integer(dtype, p, saturated(dtype, how == STORE_ROUND ? rint(v) : trunc(v)));
}

double number_stored(strided_dtype dtype, double v, enum store how)
{
    unsigned char bytes[8];
    number_write(dtype, bytes, v, how);
    return number_read(dtype, bytes);
}

void number_poison(strided_dtype dtype, void *p)
{
    if (number_is_float(dtype)) number_write(dtype, p, NAN, STORE_ROUND);
    else if (dtype == STRIDED_BOOL) memset(p, 253, 1);
    else if (dtype == STRIDED_I64 || dtype == STRIDED_U64) write_integer(dtype, p, INT64_MAX - 3);
    else number_write(dtype, p, number_highest(dtype) - 3, STORE_WRAP);
}
