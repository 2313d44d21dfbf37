/*
 * axes.c - what all view constructors share.
 */
#include "axes.h"
#include "../base/checked.h"
#include "../base/error.h"
#include <string.h>

int strided__axes_of(const char *who, const strided_tensor *x, struct axes *axes)
{
    if (!x) {
        strided__fail_null(who, "x");
        return 0;
    }
    axes->n = x->ndim;
    axes->shift = 0;
    memcpy(axes->shape, x->shape, sizeof axes->shape);
    memcpy(axes->stride, x->strides, sizeof axes->stride);
    return 1;
}

void strided__axes_remove(struct axes *axes, int axis)
{
    axes->n--;
    for (int a = axis; a < axes->n; a++) {
        axes->shape[a] = axes->shape[a + 1];
        axes->stride[a] = axes->stride[a + 1];
    }
}

int strided__axes_insert(const char *who, struct axes *axes, int axis, int64_t extent, int64_t stride)
{
    if (axes->n == STRIDED_MAX_NDIM) {
        strided__fail(STRIDED_ERR_ARG, "%s: more than %d axes", who, STRIDED_MAX_NDIM);
        return 0;
    }
    for (int a = axes->n++; a > axis; a--) {
        axes->shape[a] = axes->shape[a - 1];
        axes->stride[a] = axes->stride[a - 1];
    }
    axes->shape[axis] = extent;
    axes->stride[axis] = stride;
    return 1;
}

static int is_empty(const struct axes *axes)
{
    for (int a = 0; a < axes->n; a++)
        if (axes->shape[a] == 0) return 1;
    return 0;
}

strided_tensor *strided__axes_view(const char *who, const strided_tensor *x, const struct axes *axes)
{
    int64_t offset = is_empty(axes) ? x->offset : x->offset + axes->shift;
    return strided__view(who, x, offset, axes->n, axes->shape, axes->stride);
}

int64_t strided__stride_mul(int64_t a, int64_t b) { return mul_size(&a, a, b) ? a : 0; }
int64_t strided__stride_add(int64_t a, int64_t b) { return add_size(&a, a, b) ? a : 0; }

int strided__axes_list(const char *who, int rank, int n, const int64_t *list, int *places)
{
    int seen[STRIDED_MAX_NDIM] = {0};
    if (n < 0 || n > rank) {
        strided__fail(STRIDED_ERR_ARG, "%s: %d axes named, x has %d", who, n, rank);
        return 0;
    }
    if (n > 0 && !list) {
        strided__fail(STRIDED_ERR_NULL, "%s: the list of %d axes is NULL", who, n);
        return 0;
    }
    for (int i = 0; i < n; i++) {
        int a = strided__axis(who, list[i], rank);
        if (a < 0) return 0;
        if (seen[a]++) {
            strided__fail(STRIDED_ERR_ARG, "%s: axis %d is named twice", who, a);
            return 0;
        }
        places[i] = a;
    }
    return 1;
}
