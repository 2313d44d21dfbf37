/*
 * compare.h - results against what was wanted.
 */
#ifndef STRIDED_TESTS_COMPARE_H
#define STRIDED_TESTS_COMPARE_H

#include "number.h"
#include "reference.h"

/* |got - want| <= ulp * (spacing of dtype at want) + absolute, NaN equals NaN, inf equals inf. Returns the first index
 * that is not so, -1 if none. want is rounded to dtype first. */
int64_t compare_arrays(const struct array *got, const struct array *want, strided_dtype dtype, enum store how,
                       double ulp, double absolute);

/* Any tensor's elements by its getters and index arithmetic. */
struct array *tensor_read(const strided_tensor *x);

/* Prints what, the first bad index, both values and the tensor's geometry, and fails the test. */
void assert_tensor_close(const char *what, const strided_tensor *got, const struct array *want, double ulp, double absolute);

#endif
