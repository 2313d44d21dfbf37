/*
 * conv.h - what plans, and calls built on convolution, share with strided_conv().
 */
#ifndef STRIDED_SRC_CONV_H
#define STRIDED_SRC_CONV_H

#include "conv_table.h"

/* All checks but those of memory (the tensors may be geometries), then the work. */
strided_status strided__conv_prepare(struct work *work, const char *who, const strided_tensor *y, const strided_tensor *x,
                                     const strided_tensor *w, const strided_tensor *bias, const strided_conv_params *params);

/* Shape (t->shape) and dtype of what strided_conv() would write. */
strided_status strided__conv_result(struct conv_table *t, const char *who, const strided_tensor *x, const strided_tensor *w,
                                    const strided_conv_params *params);
strided_dtype  strided__conv_result_dtype(const strided_tensor *x, const strided_tensor *w);

#endif
