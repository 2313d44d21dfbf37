/*
 * axes.h - what all view constructors share: a list of axes that starts as x's, is changed, and becomes a view.
 */
#ifndef STRIDED_SRC_AXES_H
#define STRIDED_SRC_AXES_H

#include <strided/view.h>
#include "../tensor/tensor.h"

struct axes {
    int     n;
    int64_t shift; /* from x's first element to the view's */
    int64_t shape[STRIDED_MAX_NDIM];
    int64_t stride[STRIDED_MAX_NDIM];
};

/* x's own axes; 0 if x is NULL, with the failure recorded. */
int  strided__axes_of(const char *who, const strided_tensor *x, struct axes *axes);
void strided__axes_remove(struct axes *axes, int axis);
/* Refuses the 17th axis: 0. */
int  strided__axes_insert(const char *who, struct axes *axes, int axis, int64_t extent, int64_t stride);
/* The view. One without elements starts where x starts, whatever shift says. */
strided_tensor *strided__axes_view(const char *who, const strided_tensor *x, const struct axes *axes);

/* strided_narrow() on behalf of the public function `who`. */
strided_tensor *strided__narrow(const char *who, const strided_tensor *x, int axis, int64_t start, int64_t len);

/* a*b and a+b of strides, and steps along them. What does not fit belongs to an axis or a tensor where no element
 * uses it, and is 0 then: every stride that is used was checked when its tensor was made. */
int64_t strided__stride_mul(int64_t a, int64_t b);
int64_t strided__stride_add(int64_t a, int64_t b);

/* Axes from a list as places 0..rank-1, each at most once; 0 with ERR_ARG or ERR_NULL recorded. */
int strided__axes_list(const char *who, int rank, int n, const int64_t *list, int *places);

#endif
