/*
 * number.h - one element of any dtype as a double, by arithmetic of the tests' own.
 *
 * Every value up to 2^53 passes exactly; tests of 64-bit integers beyond that look at the memory itself.
 */
#ifndef STRIDED_TESTS_NUMBER_H
#define STRIDED_TESTS_NUMBER_H

#include <stddef.h>
#include <strided/base.h>

/* How a result becomes an element of a narrower dtype: an integer result wraps, a float result is rounded and
 * saturated, a copy of a float is truncated and saturated. Floating dtypes are rounded to nearest even by all. */
enum store { STORE_WRAP, STORE_ROUND, STORE_TRUNCATE };

enum { NUMBER_DTYPES = 13, NUMBER_FLOATS = 4, NUMBER_INTEGERS = 8 };
extern const strided_dtype number_dtypes[NUMBER_DTYPES];
extern const strided_dtype number_floats[NUMBER_FLOATS];     /* f16 bf16 f32 f64 */
extern const strided_dtype number_integers[NUMBER_INTEGERS]; /* without bool */

size_t number_size(strided_dtype dtype);
int    number_is_float(strided_dtype dtype);
double number_read(strided_dtype dtype, const void *p);
void   number_write(strided_dtype dtype, void *p, double v, enum store how);
/* v as it comes back from memory of that dtype. */
double number_stored(strided_dtype dtype, double v, enum store how);
/* Distance between v and the next number of this dtype; 1 for integers. */
double number_ulp(strided_dtype dtype, double v);
double number_lowest(strided_dtype dtype);  /* integers; -inf for floats */
double number_highest(strided_dtype dtype);
/* What lies in the gaps of inputs: NaN, and max-3 for integers. */
void   number_poison(strided_dtype dtype, void *p);

#endif
