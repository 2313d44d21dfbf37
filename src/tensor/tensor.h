/*
 * tensor.h - the inside of a handle and of its storage. Only src/tensor looks into struct storage;
 * the layers above use the public getters and the functions below.
 */
#ifndef STRIDED_SRC_TENSOR_H
#define STRIDED_SRC_TENSOR_H

#include <stdatomic.h>
#include <strided/tensor.h>
#include "../base/dtype.h"

struct storage {
    atomic_int       refs;
    strided_context *ctx;    /* held; NULL = default */
    char            *data;   /* element 0; NULL: a geometry only (or an empty storage) */
    int64_t          count;  /* elements */
    size_t           owned;  /* bytes to give back to ctx's allocator; 0 = not ours */
    void           (*drop)(void *user);
    void            *user;
};

struct strided_tensor {
    atomic_int      refs;
    struct storage *storage; /* held */
    strided_dtype   dtype;
    int             read_only;
    int             geometry_only; /* made with data NULL */
    int             ndim;
    int64_t         offset;  /* of element 0,0,... in the storage, in elements */
    int64_t         count;   /* product of shape */
    int64_t         shape[STRIDED_MAX_NDIM];
    int64_t         strides[STRIDED_MAX_NDIM];
};

/* Product of a shape with every check: ndim in 0..16, extents >= 0, the count fits. */
strided_status strided__shape_count(const char *who, int ndim, const int64_t *shape, int64_t *count);
/* Row-major strides; an extent 0 counts as 1. Shape already checked. */
void strided__row_major(int ndim, const int64_t *shape, int64_t *strides);

/* strided_empty() and strided_full() on behalf of the public function `who`. */
strided_tensor *strided__empty(const char *who, strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape);
strided_tensor *strided__full(const char *who, strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape,
                              double value);
/* Dense and uninitialised, in x's context and with its order of axes in memory; `shape` has x's rank. */
strided_tensor *strided__empty_ordered(const char *who, const strided_tensor *x, strided_dtype dtype, const int64_t *shape);

/* Lowest and highest element, relative to the element at index 0 (lo <= 0 <= hi). 0 = does not fit in 64 bits.
 * Not for empty shapes. */
int strided__reach(int ndim, const int64_t *shape, const int64_t *strides, int64_t *lo, int64_t *hi);

/* The one way to make a view: x's storage, other geometry; every check of SEMANTICS 1; read_only is inherited.
 * `offset` counts from the start of the storage. */
strided_tensor *strided__view(const char *who, const strided_tensor *x, int64_t offset, int ndim,
                              const int64_t *shape, const int64_t *strides);

/* -n to n-1; returns 0..n-1, or -1 with ERR_ARG recorded. */
int strided__axis(const char *who, int64_t axis, int n);

/* Address of element 0,0,...; NULL only for geometry-only tensors and empty ones. Ignores read_only. */
void *strided__data(const strided_tensor *x);

/* The one element-by-element aliasing that is allowed: the same address (two may have wrapped it), shape, strides and dtype. */
int strided__same_view(const strided_tensor *a, const strided_tensor *b);

#endif
