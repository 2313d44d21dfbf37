/*
 * tensor.c - handles: counting them, asking them, and the one way to make a view.
 */
#include "tensor.h"
#include "storage.h"
#include "../base/checked.h"
#include "../base/error.h"
#include "../base/memory.h"
#include <string.h>

strided_tensor *strided__tensor_new(const char *who, struct storage *s, strided_dtype dtype, int64_t offset, int ndim,
                                    const int64_t *shape, const int64_t *strides)
{
    strided_tensor *t = strided__alloc(who, s->ctx, sizeof *t);
    if (!t) return NULL;
    *t = (strided_tensor){.storage = s, .dtype = dtype, .ndim = ndim, .offset = offset, .count = 1};
    atomic_init(&t->refs, 1);
    for (int a = 0; a < ndim; a++) t->shape[a] = shape[a];
    if (strides) for (int a = 0; a < ndim; a++) t->strides[a] = strides[a];
    else strided__row_major(ndim, shape, t->strides);
    (void)strided__shape_count(who, ndim, shape, &t->count);
    return t;
}

strided_tensor *strided_retain(strided_tensor *x)
{
    if (x) atomic_fetch_add_explicit(&x->refs, 1, memory_order_relaxed);
    return x;
}

void strided_release(strided_tensor *x)
{
    if (!x || atomic_fetch_sub_explicit(&x->refs, 1, memory_order_acq_rel) > 1) return;
    struct storage *s = x->storage;
    strided__free(s->ctx, x, sizeof *x);
    strided__storage_release(s);
}

/* ---- views ---------------------------------------------------------------------------------------- */

/* Every element reached lies in the storage; an empty view reaches none and only starts inside. */
static strided_status check_reach(const char *who, const strided_tensor *x, int64_t offset, int64_t count, int ndim,
                                  const int64_t *shape, const int64_t *strides)
{
    int64_t n = x->storage->count, lo = 0, hi = 0;
    if (count == 0) {
        if (offset >= 0 && offset <= n) return STRIDED_OK;
        return strided__fail(STRIDED_ERR_BOUNDS, "%s: an empty view at %" PRId64 ", the storage has %" PRId64
                             " elements", who, offset, n);
    }
    if (!strided__reach(ndim, shape, strides, &lo, &hi) || !add_size(&lo, lo, offset) || !add_size(&hi, hi, offset))
        return strided__fail(STRIDED_ERR_BOUNDS, "%s: the elements reached do not fit in 64 bits; the storage has %"
                             PRId64, who, n);
    if (lo < 0 || hi >= n)
        return strided__fail(STRIDED_ERR_BOUNDS, "%s: reaches elements %" PRId64 " to %" PRId64
                             ", the storage has %" PRId64, who, lo, hi, n);
    return STRIDED_OK;
}

strided_tensor *strided__view(const char *who, const strided_tensor *x, int64_t offset, int ndim,
                              const int64_t *shape, const int64_t *strides)
{
    int64_t count;
    if (!x) {
        strided__fail_null(who, "x");
        return NULL;
    }
    if (strided__shape_count(who, ndim, shape, &count)) return NULL;
    if (ndim > 0 && !strides) {
        strided__fail(STRIDED_ERR_NULL, "%s: strides is NULL, with %d axes", who, ndim);
        return NULL;
    }
    if (check_reach(who, x, offset, count, ndim, shape, strides)) return NULL;
    strided_tensor *t = strided__tensor_new(who, x->storage, x->dtype, offset, ndim, shape, strides);
    if (!t) return NULL;
    strided__storage_retain(x->storage);
    t->read_only = x->read_only;
    t->geometry_only = x->geometry_only;
    return t;
}

int strided__axis(const char *who, int64_t axis, int n)
{
    if (axis >= -(int64_t)n && axis < n) return (int)(axis < 0 ? axis + n : axis);
    strided__fail(STRIDED_ERR_ARG, "%s: axis %" PRId64 " is not one of %d", who, axis, n);
    return -1;
}

/* ---- what a handle says ---------------------------------------------------------------------------- */

strided_dtype strided_dtype_of(const strided_tensor *x) { return x ? x->dtype : (strided_dtype)0; }
int strided_ndim(const strided_tensor *x) { return x ? x->ndim : 0; }
const int64_t *strided_shape(const strided_tensor *x) { return x ? x->shape : NULL; }
const int64_t *strided_strides(const strided_tensor *x) { return x ? x->strides : NULL; }
int64_t strided_count(const strided_tensor *x) { return x ? x->count : 0; }
int64_t strided_offset(const strided_tensor *x) { return x ? x->offset : 0; }
int64_t strided_storage_count(const strided_tensor *x) { return x ? x->storage->count : 0; }
strided_context *strided_context_of(const strided_tensor *x) { return x ? x->storage->ctx : NULL; }
int strided_is_read_only(const strided_tensor *x) { return x ? x->read_only : 0; }
void *strided_data(strided_tensor *x) { return x && !x->read_only ? strided__data(x) : NULL; }
const void *strided_const_data(const strided_tensor *x) { return x ? strided__data(x) : NULL; }

/* Any int; -1 = out of range. */
static int place(const strided_tensor *x, int axis)
{
    int n = strided_ndim(x);
    return axis < -n || axis >= n ? -1 : axis < 0 ? axis + n : axis;
}

int64_t strided_dim(const strided_tensor *x, int axis)
{
    int a = place(x, axis);
    if (!x) return 0;
    return a < 0 ? -1 : x->shape[a];
}

int64_t strided_stride(const strided_tensor *x, int axis)
{
    int a = place(x, axis);
    return a < 0 ? 0 : x->strides[a];
}

void *strided__data(const strided_tensor *x)
{
    char *data = x->storage->data;
    return data ? data + x->offset * (int64_t)strided_dtype_size(x->dtype) : NULL;
}

/* Strides of axes of extent 1 say nothing. */
int strided__same_view(const strided_tensor *a, const strided_tensor *b)
{
    if (a->dtype != b->dtype || a->ndim != b->ndim || strided__data(a) != strided__data(b)) return 0;
    for (int i = 0; i < a->ndim; i++)
        if (a->shape[i] != b->shape[i] || (a->shape[i] != 1 && a->strides[i] != b->strides[i])) return 0;
    return 1;
}
