/*
 * pool.h - what plans and gradients share with strided_pool() and strided_adaptive_pool().
 */
#ifndef STRIDED_SRC_POOL_H
#define STRIDED_SRC_POOL_H

#include "pool_table.h"

/* All checks but those of memory (the tensors may be geometries), then the work. */
strided_status strided__pool_plan(struct pool_work *p, const char *who, const strided_tensor *y, const strided_tensor *x,
                                  const strided_pool_params *params);

/* Of y and idx beside x: idx is int64 of y's shape and there for MAX alone; the memory of all three. */
strided_status strided__pool_check_results(const struct pool_table *t, const strided_tensor *y, const strided_tensor *idx,
                                           const strided_tensor *x);
/* Prepares, runs, releases. */
strided_status strided__pool_run(const struct pool_table *t, const strided_tensor *y, const strided_tensor *idx,
                                 const strided_tensor *x);

#endif
