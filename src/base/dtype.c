/*
 * dtype.c - element types: size and name, the type each computes in, and one element read or written.
 *
 * Elements are moved with memcpy, so any address will do here.
 */
#include "dtype.h"
#include <string.h>

size_t strided_dtype_size(strided_dtype t)
{
    switch ((int)t) {
#define STRIDED_X(name, value, bytes) case value: return bytes;
        STRIDED_DTYPE_LIST(STRIDED_X)
#undef STRIDED_X
    }
    return 0;
}

const char *strided_dtype_name(strided_dtype t)
{
    switch (t) {
    case STRIDED_U8: return "u8";
    case STRIDED_I8: return "i8";
    case STRIDED_I16: return "i16";
    case STRIDED_I32: return "i32";
    case STRIDED_I64: return "i64";
    case STRIDED_F16: return "f16";
    case STRIDED_BF16: return "bf16";
    case STRIDED_F32: return "f32";
    case STRIDED_F64: return "f64";
    case STRIDED_BOOL: return "bool";
    case STRIDED_U16: return "u16";
    case STRIDED_U32: return "u32";
    case STRIDED_U64: return "u64";
    case STRIDED_DTYPE_FORCE_INT: break;
    }
    return "?";
}

int strided__dtype_is_known(strided_dtype t) { return strided_dtype_size(t) != 0; }

int strided__dtype_is_float(strided_dtype t)
{
    return t == STRIDED_F16 || t == STRIDED_BF16 || t == STRIDED_F32 || t == STRIDED_F64;
}

size_t strided__compute_size(enum compute c) { return strided_dtype_size(strided__compute_dtype(c)); }

strided_dtype strided__compute_dtype(enum compute c)
{
    static const strided_dtype dtypes[COMPUTES] = {
        [COMPUTE_I32] = STRIDED_I32, [COMPUTE_I64] = STRIDED_I64, [COMPUTE_U64] = STRIDED_U64,
        [COMPUTE_F32] = STRIDED_F32, [COMPUTE_F64] = STRIDED_F64,
    };
    return dtypes[c];
}

enum compute strided__compute_of(strided_dtype t)
{
    switch (t) {
    case STRIDED_F64: return COMPUTE_F64;
    case STRIDED_F32: case STRIDED_F16: case STRIDED_BF16: return COMPUTE_F32;
    case STRIDED_U64: return COMPUTE_U64;
    case STRIDED_I64: case STRIDED_U32: return COMPUTE_I64;
    default: return COMPUTE_I32;
    }
}

/* Two different integer types meet in i64. */
enum compute strided__compute_promote(enum compute a, enum compute b)
{
    if (a == b) return a;
    if (a == COMPUTE_F64 || b == COMPUTE_F64) return COMPUTE_F64;
    if (a == COMPUTE_F32 || b == COMPUTE_F32) return COMPUTE_F32;
    return COMPUTE_I64;
}

/* ---- one element ---------------------------------------------------------------------------------- */

/* Truncated toward zero and saturated; NaN is 0. The limits are exact doubles: -2^63 and 2^63. */
static int64_t int_from_double(double v)
{
    if (!(v >= -0x1p63)) return v < 0 ? INT64_MIN : 0;
    return v < 0x1p63 ? (int64_t)v : INT64_MAX;
}

static uint64_t uint_from_double(double v)
{
    if (!(v > 0)) return 0;
    return v < 0x1p64 ? (uint64_t)v : UINT64_MAX;
}

static int64_t clamp_int(double v, int64_t lo, int64_t hi)
{
    int64_t i = int_from_double(v);
    return i < lo ? lo : i > hi ? hi : i;
}

#define READ(T, name) T name; memcpy(&name, p, sizeof name)

double strided__load_double(strided_dtype t, const void *p)
{
    switch (t) {
    case STRIDED_F64: { READ(double, v); return v; }
    case STRIDED_F32: { READ(float, v); return (double)v; }
    case STRIDED_F16: { READ(uint16_t, v); return (double)strided__f16_to_f32(v); }
    case STRIDED_BF16: { READ(uint16_t, v); return (double)strided__bf16_to_f32(v); }
    case STRIDED_U64: { READ(uint64_t, v); return (double)v; }
    default: return (double)strided__load_int(t, p);
    }
}

int64_t strided__load_int(strided_dtype t, const void *p)
{
    switch (t) {
    case STRIDED_U8: { READ(uint8_t, v); return v; }
    case STRIDED_I8: { READ(int8_t, v); return v; }
    case STRIDED_U16: { READ(uint16_t, v); return v; }
    case STRIDED_I16: { READ(int16_t, v); return v; }
    case STRIDED_U32: { READ(uint32_t, v); return v; }
    case STRIDED_I32: { READ(int32_t, v); return v; }
    case STRIDED_U64: case STRIDED_I64: { READ(int64_t, v); return v; }
    case STRIDED_BOOL: { READ(uint8_t, v); return v != 0; }
    default: return int_from_double(strided__load_double(t, p));
    }
}

#undef READ

#define WRITE(T, value) do { T v_ = (T)(value); memcpy(p, &v_, sizeof v_); } while (0)

void strided__store_double(strided_dtype t, void *p, double v)
{
    switch (t) {
    case STRIDED_F64: WRITE(double, v); break;
    case STRIDED_F32: WRITE(float, v); break;
    case STRIDED_F16: WRITE(uint16_t, strided__f64_to_f16(v)); break;
    case STRIDED_BF16: WRITE(uint16_t, strided__f64_to_bf16(v)); break;
    case STRIDED_U64: WRITE(uint64_t, uint_from_double(v)); break;
    case STRIDED_I64: WRITE(int64_t, int_from_double(v)); break;
    case STRIDED_U32: WRITE(uint32_t, clamp_int(v, 0, UINT32_MAX)); break;
    case STRIDED_I32: WRITE(int32_t, clamp_int(v, INT32_MIN, INT32_MAX)); break;
    case STRIDED_U16: WRITE(uint16_t, clamp_int(v, 0, UINT16_MAX)); break;
    case STRIDED_I16: WRITE(int16_t, clamp_int(v, INT16_MIN, INT16_MAX)); break;
    case STRIDED_U8: WRITE(uint8_t, clamp_int(v, 0, UINT8_MAX)); break;
    case STRIDED_I8: WRITE(int8_t, clamp_int(v, INT8_MIN, INT8_MAX)); break;
    case STRIDED_BOOL: WRITE(uint8_t, v != 0); break;
    case STRIDED_DTYPE_FORCE_INT: break;
    }
}

#undef WRITE
