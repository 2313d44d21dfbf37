/*
 * half.c - f16 and bf16 as bit patterns, in integer arithmetic only.
 *
 * This is the meaning of both types everywhere: rounding mode, FTZ and compiler options do not touch it. Kernels may
 * use instructions that give the same bits.
 */
#include "dtype.h"
#include <string.h>

static uint32_t bits_of_f32(float f) { uint32_t u; memcpy(&u, &f, sizeof u); return u; }
static uint64_t bits_of_f64(double d) { uint64_t u; memcpy(&u, &d, sizeof u); return u; }
static float f32_of_bits(uint32_t u) { float f; memcpy(&f, &u, sizeof f); return f; }

/* A binary format of 16 bits: sign, exponent, `fraction` bits. */
struct format { int fraction, bias; uint32_t infinity, quiet; };
static const struct format f16  = {10, 15, 0x7c00, 0x0200};
static const struct format bf16 = {7, 127, 0x7f80, 0x0040};

/* m / 2^shift to nearest even, 1 <= shift <= 63. */
static uint64_t round_shift(uint64_t m, int shift)
{
    uint64_t q = m >> shift, rest = m & (((uint64_t)1 << shift) - 1), half = (uint64_t)1 << (shift - 1);
    return q + (rest > half || (rest == half && (q & 1)));
}

/* The bits without sign; f32 widens to f64 exactly, and is rounded once as well. A carry out of the fraction runs into the
 * exponent, which is what rounding up means; out of the largest exponent it gives infinity. */
static uint32_t narrow(double d, const struct format *to)
{
    uint64_t bits = bits_of_f64(d) & INT64_MAX, fraction = bits & 0xfffffffffffffU;
    int exponent = (int)(bits >> 52);
    if (exponent == 0x7ff)
        return fraction ? to->infinity | to->quiet | (uint32_t)(fraction >> (52 - to->fraction)) : to->infinity;
    int e = exponent - 1023 + to->bias;              /* the exponent field wanted; < 1: subnormal */
    int shift = 52 - to->fraction + (e < 1 ? 1 - e : 0);
    if (exponent == 0 || shift > 53) return 0;       /* below half of the smallest subnormal */
    if (e >= (int)(to->infinity >> to->fraction)) return to->infinity;
    uint64_t q = round_shift(fraction | (uint64_t)1 << 52, shift);
    return (uint32_t)q + (e < 1 ? 0 : (uint32_t)(e - 1) << to->fraction);
}

static uint16_t with_sign(double d, uint32_t magnitude)
{
    return (uint16_t)((bits_of_f64(d) >> 63) << 15 | magnitude);
}

uint16_t strided__f64_to_f16(double d) { return with_sign(d, narrow(d, &f16)); }
uint16_t strided__f64_to_bf16(double d) { return with_sign(d, narrow(d, &bf16)); }

float strided__bf16_to_f32(uint16_t b) { return f32_of_bits((uint32_t)b << 16); }

float strided__f16_to_f32(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, exponent = h >> 10 & 0x1f, fraction = h & 0x3ff;
    if (exponent == 0x1f) return f32_of_bits(sign | 0x7f800000 | fraction << 13);
    if (exponent) return f32_of_bits(sign | (exponent + 112) << 23 | fraction << 13);
    float magnitude = (float)fraction * 0x1p-24f; /* exact: a subnormal is a multiple of 2^-24, normal in f32 */
    return f32_of_bits(sign | bits_of_f32(magnitude));
}
