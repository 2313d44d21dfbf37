/*
 * dtype.h - what the library knows about element types: classes, promotion, the scalar conversions.
 */
#ifndef STRIDED_SRC_DTYPE_H
#define STRIDED_SRC_DTYPE_H

#include <stdint.h>
#include <strided/base.h>

/* The types in which arithmetic is done. A dtype is loaded into one of them, and stored out of one. */
enum compute { COMPUTE_I32, COMPUTE_I64, COMPUTE_U64, COMPUTE_F32, COMPUTE_F64, COMPUTES };

int strided__dtype_is_known(strided_dtype t);
int strided__dtype_is_float(strided_dtype t);
size_t strided__compute_size(enum compute c);
/* The dtype whose memory form is the compute type itself: I32 I64 U64 F32 F64. */
strided_dtype strided__compute_dtype(enum compute c);

/* ops.h's rule for one dtype, and for two of them together. */
enum compute strided__compute_of(strided_dtype t);
enum compute strided__compute_promote(enum compute a, enum compute b);

/* One element, converted as strided_copy() converts. */
double  strided__load_double(strided_dtype t, const void *p);
int64_t strided__load_int(strided_dtype t, const void *p);
void    strided__store_double(strided_dtype t, void *p, double v);

/* 16-bit floats as bits; nearest even, one rounding even from double; NaN stays NaN. */
float    strided__f16_to_f32(uint16_t h);
uint16_t strided__f64_to_f16(double d);
float    strided__bf16_to_f32(uint16_t b);
uint16_t strided__f64_to_bf16(double d);

#endif
