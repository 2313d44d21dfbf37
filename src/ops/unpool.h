/*
 * unpool.h - writing through indices, with the checks done and temporaries where types differ.
 */
#ifndef STRIDED_SRC_UNPOOL_H
#define STRIDED_SRC_UNPOOL_H

#include "../tensor/tensor.h"

/* dx = 0; dx[idx] += dy over the last nspatial axes, indices and operands already checked. The sums are formed in the
 * wider compute type of the two and rounded once. ERR_NO_MEMORY is all that can happen. */
strided_status strided__scatter_sum(const char *who, strided_tensor *dx, const strided_tensor *dy, const strided_tensor *idx,
                                    int nspatial);

#endif
