/*
 * random.c - see random.h.
 */
#include "random.h"

struct rng rng_seed(uint64_t seed)
{
    return (struct rng){ seed };
}

uint64_t rng_next(struct rng *r)
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

int64_t rng_between(struct rng *r, int64_t lo, int64_t hi)
{
    uint64_t span = (uint64_t)(hi - lo) + 1;
    return lo + (int64_t)((rng_next(r) >> 16) % span);
}

double rng_real(struct rng *r, double lo, double hi)
{
    return lo + (hi - lo) * (double)(rng_next(r) >> 11) * 0x1p-53;
}

double rng_small(struct rng *r, strided_dtype dtype)
{
    switch (dtype) {
    case STRIDED_BOOL: return (double)rng_between(r, 0, 1);
    case STRIDED_U8: case STRIDED_U16: case STRIDED_U32: case STRIDED_U64: return (double)rng_between(r, 0, 8);
    default: return (double)rng_between(r, -8, 8);
    }
}

void rng_shape(struct rng *r, int ndim, int64_t lo, int64_t hi, int64_t *shape)
{
    for (int a = 0; a < ndim; a++) shape[a] = rng_between(r, lo, hi);
}
