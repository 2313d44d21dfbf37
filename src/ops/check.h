/*
 * check.h - the checks that operators share. Each records one line and returns a status.
 *
 * Order, everywhere: NULL and options tail, rank, dtype, sizes, parameters, geometry, shapes of operands,
 * destination (read-only, overlap), memory.
 */
#ifndef STRIDED_SRC_CHECK_H
#define STRIDED_SRC_CHECK_H

#include "../tensor/tensor.h"

/* dst may be written: has data (or is empty), is not read-only, does not overlap itself. */
strided_status strided__check_dst(const char *who, const char *name, const strided_tensor *dst);
/* x may be read: has data (or is empty). */
strided_status strided__check_input(const char *who, const char *name, const strided_tensor *x);
/* dst and x share no element; with `elementwise`, the identical view is fine. x NULL is fine. */
strided_status strided__check_apart(const char *who, const char *dst_name, const strided_tensor *dst,
                                    const char *x_name, const strided_tensor *x, int elementwise);
/* x has exactly this shape; the line prints both. */
strided_status strided__check_shape(const char *who, const char *name, const strided_tensor *x,
                                    int ndim, const int64_t *shape);
/* "(2, 3, 4)" into buf; returns buf. */
const char *strided__shape_text(int ndim, const int64_t *shape, char buf[512]);

#endif
