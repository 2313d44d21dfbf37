/*
 * random.h - numbers that look random and depend on a seed alone: SplitMix64 (Steele, Lea and Flood 2014).
 */
#ifndef DIGITS_RANDOM_H
#define DIGITS_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t random_bits(struct random *r) {
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 .. n-1 */
static inline int64_t random_below(struct random *r, int64_t n) { return (int64_t)(random_bits(r) % (uint64_t)n); }

/* In [-limit, limit). */
static inline float random_within(struct random *r, double limit) {
    return (float)(limit * ((double)(random_bits(r) >> 11) / 4503599627370496.0 - 1));
}

#endif
