/*
 * pairs.h - what a product of short integers multiplies: two neighbouring k in 32 bits, the first below, so that one instruction
 * multiplies both and adds them up (vec_pairs_i32 in vector.h). u8, i8 and i16, less a zero point; the result fits i16. Pairs of bf16 (amx.h) are
 * 16 bits like others, their zero 0.
 */
#ifndef STRIDED_SRC_PAIRS_H
#define STRIDED_SRC_PAIRS_H

#include <stdint.h>
#include <strided/base.h>
#include "planes.h"
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
static void pairs_along(strided_dtype t, any_i32 *out, const char *p, int64_t step, int64_t n, int16_t zero)
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
static void pairs_across(strided_dtype t, any_i32 *out, const char *p, int64_t apart, int64_t step, int64_t n, int16_t zero)
{
    switch (t) {
    case STRIDED_U8: pairs_across_u8(out, p, apart, step, n, zero); break;
    case STRIDED_I8: pairs_across_i8(out, p, apart, step, n, zero); break;
    default: pairs_across_i16(out, p, apart, step, n, zero); break;
    }
}

#if defined(MULTIPLIES_TILES)
/* As pairs_across of 16 bits, but the pairs of each k lie in rows of out, `pitch` from each other; of the last k so many are there, 0: both. */
static void pairs_turned(any_i32 *out, int64_t pitch, const char *p, int64_t apart, int few, int64_t step, int64_t n, int64_t len)
{
    const int64_t halves = 2 * len - (few > 0);
    int16_t *end = (int16_t *)(void *)out + halves;
    plane_16(&(struct side){ (char *)out, pitch * (int64_t)sizeof *out, 2 }, &(struct side){ (char *)(uintptr_t)p, step, apart }, n, halves);
    for (int64_t i = 0; few && i < n; i++) end[2 * i * pitch] = 0;
}
#endif

#endif
