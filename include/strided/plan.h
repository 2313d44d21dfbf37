/*
 * plan.h - an operator prepared once and run many times.
 *
 * A plan fixes the geometry of an operator (the shapes, strides and dtypes of the tensors it is made with),
 * packs the constant operands into memory of its own, and picks the kernels. The data of y and x is not looked
 * at: the plan then runs on any pair of pointers with that geometry. A plan never changes after it is made, and
 * outlives the tensors it was made from.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_PLAN_H
#define STRIDED_PLAN_H

#include <strided/quant.h>

#ifdef __cplusplus
extern "C" {
#endif

STRIDED_API STRIDED_CHECKED strided_plan *
strided_conv_plan(const strided_tensor *y, const strided_tensor *x, const strided_tensor *w,
                  const strided_tensor *bias, const strided_conv_params *params);
STRIDED_API STRIDED_CHECKED strided_plan *
strided_pool_plan(const strided_tensor *y, const strided_tensor *x, const strided_pool_params *params);
/* operands[0] is run on; the others are constant and packed. n is 1 or 2. */
STRIDED_API STRIDED_CHECKED strided_plan *
strided_einsum_plan(const strided_tensor *y, const char *spec, int n, const strided_tensor *const *operands);
STRIDED_API STRIDED_CHECKED strided_plan *
strided_einsum_named_plan(const strided_tensor *y, const char *spec, int n, const strided_tensor *const *operands);
STRIDED_API strided_plan *strided_plan_retain(strided_plan *plan);
STRIDED_API void          strided_plan_release(strided_plan *plan);

/* Bytes that a run wants to work in, on all threads of the context together; often 0. */
STRIDED_API size_t strided_plan_scratch(const strided_plan *plan);

/* y and x are the addresses of elements 0,0,... . With scratch NULL the plan uses memory that it set aside when
 * it was made, and must not run twice at once; with scratch of your own (aligned to 64), one plan runs on many
 * threads. Without an executor this call allocates nothing, takes no lock, makes no system call and writes no
 * message unless it fails: it is fit for an audio callback. That y and x do not overlap is the caller's word. */
STRIDED_API STRIDED_CHECKED strided_status
strided_plan_run(const strided_plan *plan, void *y, const void *x, void *scratch);

/* What was chosen, for people: operator, shapes, loop order, edges and the classes of positions they make, the kernels that
 * take them and what stands against the others, bytes packed, scratch. Text as snprintf does it. */
STRIDED_API int strided_plan_describe(const strided_plan *plan, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_PLAN_H */
