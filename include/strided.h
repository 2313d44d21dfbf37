/*
 * strided.h - libstrided: strided views of memory, and convolution and pooling on any of them.
 *
 * The whole library in six sentences:
 *
 *   1. A tensor is a handle: shared storage + a dtype + one extent and one stride per axis.
 *   2. View constructors (slice, permute, window, ...) make a new handle on the same storage;
 *      they never copy and never touch an element.
 *   3. Operators write into a destination you pass first, through any strides, in any layout.
 *   4. Layout is never an argument: axes are always N, C, [D, [H,]] W; NHWC memory is the same
 *      tensor seen through strided_permute().
 *   5. Convolution is the window view of x contracted with w; pooling is the window view reduced;
 *      zero padding is taps that are not visited. Nothing is unrolled into memory.
 *   6. A plan is one operator with geometry fixed and weights packed; running it takes two bare
 *      pointers and allocates nothing.
 *
 * Conventions, each with no exception:
 *
 *   makers   return the new thing, or NULL; why is in strided_error(). You own what you make:
 *            give it back with the release function of its type. Release accepts NULL.
 *   doers    return a strided_status, 0 on success; destination first, then inputs, then options.
 *   getters  return the value, borrow from the handle, and cannot fail on a valid handle.
 *   NULL     given as a handle makes a maker return NULL and a doer return STRIDED_ERR_NULL, and
 *            leaves the first failure's message in place until you have asked for it: build a
 *            chain of views, check once.
 *   failure  writes nothing to any destination, leaks nothing, prints nothing, aborts nothing.
 *   zero     in an options struct means "the usual"; a NULL options pointer means all zero.
 *   lists    of integers are passed as (count, const int64_t *); STRIDED_DIMS() writes both.
 *   axes     count from 0; negative axes count from the end.
 *   strides  are in elements and may be zero or negative.
 *   handles  never change after they are made, so any number of threads may read one.
 */
#ifndef STRIDED_H
#define STRIDED_H

#include <strided/base.h>
#include <strided/context.h>
#include <strided/tensor.h>
#include <strided/view.h>
#include <strided/ops.h>
#include <strided/linalg.h>
#include <strided/pad.h>
#include <strided/conv.h>
#include <strided/pool.h>
#include <strided/norm.h>
#include <strided/quant.h>
#include <strided/plan.h>
#include <strided/io.h>
#include <strided/course.h>

#endif /* STRIDED_H */
