/*
 * convert.h - from a compute type to an integer element: saturating, truncating or rounding.
 */
#ifndef STRIDED_SRC_CONVERT_H
#define STRIDED_SRC_CONVERT_H

#include <math.h>
#include <stdint.h>

/* Truncated (as strided_copy() does) or rounded to nearest even (as operators do); NaN is 0. */
static inline double whole(double v, int truncate)
{
    return v != v ? 0 : truncate ? trunc(v) : rint(v);
}

static inline int64_t saturate(double v, int truncate, double lo, double hi)
{
    double r = whole(v, truncate);
    return (int64_t)(r < lo ? lo : r > hi ? hi : r);
}

static inline int64_t saturate_i64(double v, int truncate)
{
    double r = whole(v, truncate);
    return r < -0x1p63 ? INT64_MIN : r >= 0x1p63 ? INT64_MAX : (int64_t)r;
}

static inline uint64_t saturate_u64(double v, int truncate)
{
    double r = whole(v, truncate);
    return r <= 0 ? 0 : r >= 0x1p64 ? UINT64_MAX : (uint64_t)r;
}

#endif
