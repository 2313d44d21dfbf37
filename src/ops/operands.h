/*
 * operands.h - what an operator does with its operands before it describes a nest: are they given, of the right rank,
 * readable, writable and apart; and in which type the arithmetic is done.
 */
#ifndef STRIDED_SRC_OPERANDS_H
#define STRIDED_SRC_OPERANDS_H

#include "../base/dtype.h"
#include <strided/tensor.h>

struct operand {
    const char *name;
    const strided_tensor *x;
    int optional;    /* x may be NULL */
    int elementwise; /* 1 + the number of the destination that may be this very view; 0 = none */
};

/* No operand is NULL that has to be there. */
strided_status strided__check_given(const char *who, int n, const struct operand *operands);
/* operands[0] may be written, the others read, and they share nothing with it. Absent ones are fine. */
strided_status strided__check_memory(const char *who, int n, const struct operand *operands);
strided_status strided__check_rank(const char *who, const char *name, const strided_tensor *x, int ndim);
/* x broadcasts to dst's shape, aligned at the right. */
strided_status strided__check_broadcast(const char *who, const char *name, const strided_tensor *x,
                                        const char *dst_name, const strided_tensor *dst);
/* Floating, or ERR_DTYPE. x NULL is fine. */
strided_status strided__check_float(const char *who, const char *name, const strided_tensor *x);

/* ops.h's rule: the inputs decide (NULL ones do not count), and a destination widens: f64 f32 to f64, any of 64 bits i32 to i64. */
enum compute strided__compute_for(strided_dtype dst, int n, const strided_tensor *const *inputs);
enum compute strided__compute_widen(enum compute c, strided_dtype dst);
/* Where the formula leaves the integers: f32 for i32, f64 for 64-bit integers. */
enum compute strided__compute_float(enum compute c);
/* Sums of one operand: f64 for floats, i64 or u64 for integers. */
enum compute strided__compute_sum(strided_dtype x);
/* The dtype of a product of these: the widest float among them, or the integers' compute type. */
strided_dtype strided__product_dtype(int n, const strided_tensor *const *inputs);

#endif
