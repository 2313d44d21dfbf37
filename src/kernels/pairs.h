/*
 * pairs.h - what a product of short integers multiplies: two neighbouring k in 32 bits, the first below, so that one instruction
 * multiplies both and adds them up (vec_pairs_i32 in vector.h). u8, i8 and i16, less a zero point; the result fits i16.
 */
#ifndef STRIDED_SRC_PAIRS_H
#define STRIDED_SRC_PAIRS_H

#include <stdint.h>
#include <strided/base.h>
#include "vector.h"

enum { PAIRS_LANES = 8 };
typedef int16_t pairs_halves __attribute__((vector_size(PAIRS_LANES * 2), aligned(2), may_alias));

#define PAIRS_NAME(what, dt) PAIRS_NAME1(what, dt)
#define PAIRS_NAME1(what, dt) what##_##dt

#define ELEM uint8_t
#define DT u8
#include "pairs_of.h"
#define ELEM int8_t
#define DT i8
#include "pairs_of.h"
#define ELEM int16_t
#define DT i16
#include "pairs_of.h"

/* n elements `step` bytes apart become (n + 1)/2 pairs; the half that is missing is 0. */
static void pairs_along(strided_dtype t, int32_t *out, const char *p, int64_t step, int64_t n, int16_t zero)
{
    int16_t *halves = (int16_t *)(void *)out;
    switch (t) {
    case STRIDED_U8: pairs_along_u8(halves, p, step, n, zero); break;
    case STRIDED_I8: pairs_along_i8(halves, p, step, n, zero); break;
    default: pairs_along_i16(halves, p, step, n, zero); break;
    }
    if (n % 2) halves[n] = 0;
}

/* n pairs `step` bytes apart, their halves `apart`. */
static void pairs_across(strided_dtype t, int32_t *out, const char *p, int64_t apart, int64_t step, int64_t n, int16_t zero)
{
    switch (t) {
    case STRIDED_U8: pairs_across_u8(out, p, apart, step, n, zero); break;
    case STRIDED_I8: pairs_across_i8(out, p, apart, step, n, zero); break;
    default: pairs_across_i16(out, p, apart, step, n, zero); break;
    }
}

#endif
