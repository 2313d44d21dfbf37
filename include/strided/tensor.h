/*
 * tensor.h - making tensors and looking at them.
 *
 * A tensor is a handle: shared storage, a dtype, and one extent and one stride per axis. Its element
 * at index i is storage[offset + sum of i[a] * stride[a]]. Handles never change after they are made,
 * so any number of threads may read one.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_TENSOR_H
#define STRIDED_TENSOR_H

#include <strided/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/* New storage, row-major, aligned to 64 bytes; ndim 0 is a scalar. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_empty(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_zeros(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape);
/* The value converted as strided_copy() does from f64. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_full(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape, double value);
/* 1-d: start, start + step, ... below (above, for a negative step) stop: ceil((stop - start) / step)
 * of them, none if that is negative. step 0 and non-finite arguments are refused. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_arange(strided_context *ctx, strided_dtype dtype, double start, double stop, double step);
/* Same dtype, shape, context and order of axes in memory as x; dense; uninitialised. */
STRIDED_API STRIDED_CHECKED strided_tensor *strided_empty_like(const strided_tensor *x);
/* A dense row-major copy of x. */
STRIDED_API STRIDED_CHECKED strided_tensor *strided_clone(const strided_tensor *x);

/* Memory that you own, seen as a tensor. `data` is the element at index 0,0,...; NULL strides mean
 * row-major. Views of it are checked against exactly the elements that shape and strides reach.
 * With wrap() you keep the memory alive until the last view is released; with adopt() the library
 * calls `drop(user)` then (not if adopt() fails). The const forms refuse to be a destination. `data`
 * must be aligned to its element. With data NULL the tensor is a geometry and nothing else: good for
 * making plans, ERR_NULL to whatever would touch an element. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_wrap(strided_context *ctx, void *data, strided_dtype dtype,
             int ndim, const int64_t *shape, const int64_t *strides);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_wrap_const(strided_context *ctx, const void *data, strided_dtype dtype,
                   int ndim, const int64_t *shape, const int64_t *strides);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_adopt(strided_context *ctx, void *data, strided_dtype dtype,
              int ndim, const int64_t *shape, const int64_t *strides,
              void (*drop)(void *user), void *user);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_adopt_const(strided_context *ctx, const void *data, strided_dtype dtype,
                    int ndim, const int64_t *shape, const int64_t *strides,
                    void (*drop)(void *user), void *user);

STRIDED_API strided_tensor *strided_retain(strided_tensor *x); /* returns x; NULL gives NULL */
STRIDED_API void            strided_release(strided_tensor *x);

#if defined(__GNUC__) && !defined(__cplusplus)
/* STRIDED_AUTO strided_tensor *t = ...;  released at the end of its scope. */
static inline void strided_release_at(strided_tensor **x) { strided_release(*x); }
#  define STRIDED_AUTO __attribute__((cleanup(strided_release_at)))
#endif

/* Getters. A NULL handle gives 0 or NULL; an axis out of range gives -1 (strided_dim) or 0. */
STRIDED_API strided_dtype  strided_dtype_of(const strided_tensor *x);
STRIDED_API int            strided_ndim(const strided_tensor *x);
STRIDED_API const int64_t *strided_shape(const strided_tensor *x);   /* ndim entries */
STRIDED_API const int64_t *strided_strides(const strided_tensor *x); /* ndim entries, in elements */
STRIDED_API int64_t        strided_dim(const strided_tensor *x, int axis);
STRIDED_API int64_t        strided_stride(const strided_tensor *x, int axis);
STRIDED_API int64_t        strided_count(const strided_tensor *x);   /* product of the shape */
STRIDED_API int64_t        strided_offset(const strided_tensor *x);  /* of element 0,0,... in its storage */
STRIDED_API int64_t        strided_storage_count(const strided_tensor *x); /* elements in the storage */
STRIDED_API void          *strided_data(strided_tensor *x);          /* element 0,0,...; NULL if read-only */
STRIDED_API const void    *strided_const_data(const strided_tensor *x);
STRIDED_API strided_context *strided_context_of(const strided_tensor *x); /* borrowed; NULL = default */
STRIDED_API int            strided_is_read_only(const strided_tensor *x);
STRIDED_API int            strided_is_contiguous(const strided_tensor *x); /* row-major; empty counts */

/* Exact, by a bounded search; a search cut short counts as yes. Two indices, one element: */
STRIDED_API int            strided_is_overlapping(const strided_tensor *x);
/* Some element of a and some element of b share a byte: */
STRIDED_API int            strided_shares_memory(const strided_tensor *a, const strided_tensor *b);

/* One element. Negative indices count from the end. get() and item() give NaN for what cannot be
 * read, get_int() and item_int() give 0; strided_error() then says why. A float read as an integer is
 * truncated and saturated, NaN is 0; a u64 above INT64_MAX is read modulo 2^64, negative. set() converts
 * as strided_copy() does. */
STRIDED_API double         strided_get(const strided_tensor *x, int n, const int64_t *index);
STRIDED_API int64_t        strided_get_int(const strided_tensor *x, int n, const int64_t *index);
STRIDED_API STRIDED_CHECKED strided_status
strided_set(strided_tensor *x, int n, const int64_t *index, double value);
STRIDED_API double         strided_item(const strided_tensor *x);     /* the only element */
STRIDED_API int64_t        strided_item_int(const strided_tensor *x);

/* Text as snprintf does it (returns the full length, always terminates if size > 0; a NULL buf has none): dtype, shape,
 * strides, offset and, up to 1000 elements, the elements as NumPy prints them. */
STRIDED_API int strided_describe(const strided_tensor *x, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_TENSOR_H */
