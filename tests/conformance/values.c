/*
 * values.c - reading one element of any type as a wide number, and the generator of inputs that are not stored.
 *
 * Written apart from the library on purpose: it is what the library is measured with.
 */
#include "conformance.h"

#include <math.h>
#include <string.h>

struct dtype { const char *name; size_t bytes; };

static const struct dtype *dtype_row(strided_dtype t)
{
    static const struct dtype rows[] = {
        [STRIDED_U8] = {"u8", 1},   [STRIDED_I8] = {"i8", 1},   [STRIDED_I16] = {"i16", 2}, [STRIDED_I32] = {"i32", 4},
        [STRIDED_I64] = {"i64", 8}, [STRIDED_F16] = {"f16", 2}, [STRIDED_BF16] = {"bf16", 2}, [STRIDED_F32] = {"f32", 4},
        [STRIDED_F64] = {"f64", 8}, [STRIDED_BOOL] = {"bool", 1}, [STRIDED_U16] = {"u16", 2}, [STRIDED_U32] = {"u32", 4},
        [STRIDED_U64] = {"u64", 8},
    };
    size_t n = sizeof rows / sizeof rows[0];
    return (size_t)t < n && rows[t].name ? &rows[t] : NULL;
}

size_t dtype_bytes(strided_dtype t)
{
    const struct dtype *row = dtype_row(t);
    return row ? row->bytes : 0;
}

int dtype_parse(const char *name, strided_dtype *t)
{
    for (int i = 1; i <= STRIDED_U64; i++) {
        const struct dtype *row = dtype_row((strided_dtype)i);
        if (row && strcmp(row->name, name) == 0) {
            *t = (strided_dtype)i;
            return 1;
        }
    }
    return 0;
}

static wide half_value(uint16_t bits)
{
    int exponent = (bits >> 10) & 31, fraction = bits & 1023;
    wide sign = bits >> 15 ? -1 : 1;
    if (exponent == 31)
        return fraction ? (wide)NAN : sign * (wide)INFINITY;
    if (exponent == 0)
        return sign * ldexpl((wide)fraction, -24);
    return sign * ldexpl((wide)(1024 + fraction), exponent - 25);
}

static wide brain_value(uint16_t bits)
{
    uint32_t word = (uint32_t)bits << 16;
    float f;
    memcpy(&f, &word, sizeof f);
    return (wide)f;
}

#define READ_AS(type) do { type v; memcpy(&v, p, sizeof v); return (wide)v; } while (0)

wide value_at(strided_dtype t, const void *p)
{
    uint16_t bits;
    switch (t) {
    case STRIDED_BOOL: case STRIDED_U8: READ_AS(uint8_t); /* a bool that is neither 0 nor 1 shows as itself */
    case STRIDED_I8:  READ_AS(int8_t);
    case STRIDED_I16: READ_AS(int16_t);
    case STRIDED_U16: READ_AS(uint16_t);
    case STRIDED_I32: READ_AS(int32_t);
    case STRIDED_U32: READ_AS(uint32_t);
    case STRIDED_I64: READ_AS(int64_t);
    case STRIDED_U64: READ_AS(uint64_t);
    case STRIDED_F32: READ_AS(float);
    case STRIDED_F64: READ_AS(double);
    case STRIDED_F16:  memcpy(&bits, p, 2); return half_value(bits);
    case STRIDED_BF16: memcpy(&bits, p, 2); return brain_value(bits);
    default: return (wide)NAN;
    }
}

/* v is an integer from -8 to 8, so both 16-bit floats hold it exactly. */
static uint16_t half_of_small(int v)
{
    uint32_t word;
    float f = (float)v;
    memcpy(&word, &f, sizeof word);
    return v == 0 ? 0 : (uint16_t)((word >> 16 & 0x8000u) | ((word >> 23 & 255u) - 112u) << 10 | (word >> 13 & 1023u));
}

static uint16_t brain_of_small(int v)
{
    uint32_t word;
    float f = (float)v;
    memcpy(&word, &f, sizeof word);
    return (uint16_t)(word >> 16);
}

#define WRITE_AS(type) do { type x = (type)v; memcpy(p, &x, sizeof x); return; } while (0)

static void store_small(strided_dtype t, void *p, int v)
{
    uint16_t bits;
    switch (t) {
    case STRIDED_BOOL: *(unsigned char *)p = v != 0; return;
    case STRIDED_U8: case STRIDED_I8: WRITE_AS(int8_t);
    case STRIDED_U16: case STRIDED_I16: WRITE_AS(int16_t);
    case STRIDED_U32: case STRIDED_I32: WRITE_AS(int32_t);
    case STRIDED_U64: case STRIDED_I64: WRITE_AS(int64_t);
    case STRIDED_F32: WRITE_AS(float);
    case STRIDED_F64: WRITE_AS(double);
    case STRIDED_F16:  bits = half_of_small(v);  memcpy(p, &bits, 2); return;
    case STRIDED_BF16: bits = brain_of_small(v); memcpy(p, &bits, 2); return;
    default: return;
    }
}

void generate(strided_dtype t, void *p, uint64_t seed, uint64_t i)
{
    uint64_t z = ((seed << 32) + i + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
    store_small(t, p, (int)((z >> 40) % 17) - 8);
}
