/*
 * checked.h - arithmetic on sizes that says when it does not fit. 1 = fits.
 */
#ifndef STRIDED_SRC_CHECKED_H
#define STRIDED_SRC_CHECKED_H

#include <stddef.h>
#include <stdint.h>

static inline int add_size(int64_t *r, int64_t a, int64_t b) { return !__builtin_add_overflow(a, b, r); }
static inline int sub_size(int64_t *r, int64_t a, int64_t b) { return !__builtin_sub_overflow(a, b, r); }
static inline int mul_size(int64_t *r, int64_t a, int64_t b) { return !__builtin_mul_overflow(a, b, r); }

/* floor(a/b) and ceil(a/b) for b > 0, a of any sign. */
static inline int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }
static inline int64_t ceil_div(int64_t a, int64_t b) { return a / b + (a % b > 0); }
static inline int64_t min_size(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t max_size(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t abs_size(int64_t a) { return a < 0 ? -a : a; }

/* Whether p is a multiple of size, a power of two. */
static inline int is_aligned(const void *p, size_t size) { return ((uintptr_t)p & (size - 1)) == 0; }

/* The greatest common divisor of a and b, >= 0; of 0 and b: b. */
static inline int64_t gcd_size(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

#endif
