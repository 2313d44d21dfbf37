/*
 * pad_index.c - which element a position outside an axis reads, mode by mode.
 */
#include "nest.h"
#include <assert.h>

static int64_t modulo(int64_t p, int64_t n)
{
    int64_t r = p % n;
    return r < 0 ? r + n : r;
}

/* A wave that runs up 0 .. n-1 and down again; `period` says whether its ends are repeated. */
static int64_t mirror(int64_t p, int64_t n, int64_t period)
{
    int64_t q = modulo(p, period);
    return q < n ? q : period - q - (period == 2 * n);
}

int64_t strided__pad_index(strided_pad_mode mode, int64_t p, int64_t n)
{
    assert(n >= 1 && n <= INT64_MAX / 2);
    switch (mode) {
    case STRIDED_PAD_REPLICATE: return p < 0 ? 0 : p < n ? p : n - 1;
    case STRIDED_PAD_REFLECT:   return n == 1 ? 0 : mirror(p, n, 2 * (n - 1));
    case STRIDED_PAD_SYMMETRIC: return mirror(p, n, 2 * n);
    default:                    return modulo(p, n);
    }
}
