/*
 * pad.h - padding as other operators use it: refusals under the caller's name.
 */
#ifndef STRIDED_SRC_OPS_PAD_H
#define STRIDED_SRC_OPS_PAD_H

#include <strided/pad.h>

/* strided_pad_empty() and strided_pad_grad(), called `who` where they refuse. */
strided_tensor *strided__pad_empty(const char *who, const strided_tensor *x, int ndim, const int64_t *before, const int64_t *after);
strided_status  strided__pad_grad(const char *who, strided_tensor *dx, const strided_tensor *dy, int ndim, const int64_t *before,
                                  const int64_t *after, strided_pad_mode mode);

#endif
