/*
 * pad.h - padding as other operators use it: refusals under the caller's name.
 */
#ifndef STRIDED_SRC_OPS_PAD_H
#define STRIDED_SRC_OPS_PAD_H

#include <strided/pad.h>

/* strided_pad_empty(), called `who` where it refuses. */
strided_tensor *strided__pad_empty(const char *who, const strided_tensor *x, int ndim, const int64_t *before, const int64_t *after);

#endif
