/*
 * random.h - the tests' numbers: splitmix64, so that a seed printed on one machine is the case on any other.
 */
#ifndef STRIDED_TESTS_RANDOM_H
#define STRIDED_TESTS_RANDOM_H

#include <stdint.h>
#include <strided/base.h>

struct rng { uint64_t state; };

struct rng rng_seed(uint64_t seed);
uint64_t   rng_next(struct rng *r);
int64_t    rng_between(struct rng *r, int64_t lo, int64_t hi); /* both included */
double     rng_real(struct rng *r, double lo, double hi);
/* A small integer that every dtype but bool holds, and whose sums of products are exact in f32:
 * -8..8, 0..8 for unsigned types, 0..1 for bool. */
double     rng_small(struct rng *r, strided_dtype dtype);
/* An extent for each of ndim axes, lo..hi. */
void       rng_shape(struct rng *r, int ndim, int64_t lo, int64_t hi, int64_t *shape);

#endif
