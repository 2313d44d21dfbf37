/*
 * tensors.h - dense tensors of random numbers, and comparing such tensors as a whole: for tests of identities.
 */
#ifndef STRIDED_TESTS_TENSORS_H
#define STRIDED_TESTS_TENSORS_H

#include <strided.h>
#include "random.h"

/* New and row-major: numbers of [-1, 1) (integers: rounded), or whole numbers of -8..8 (rng_small()). */
strided_tensor *tensor_random(strided_context *ctx, struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape);
strided_tensor *tensor_small(strided_context *ctx, struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape);
/* The sum of products of elements at the same place in memory, of two dense tensors in f64. */
double tensor_dot(const strided_tensor *a, const strided_tensor *b);
/* Dense, of the same dtype and shape, and the same bytes; fails the test, naming it. */
void assert_same_bits(const char *what, const strided_tensor *got, const strided_tensor *want);

#endif
