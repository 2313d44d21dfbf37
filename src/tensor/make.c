/*
 * make.c - tensors on new storage, and on memory of the caller.
 */
#include "storage.h"
#include "../base/checked.h"
#include "../base/error.h"
#include <math.h>
#include <string.h>

/* ---- new storage ----------------------------------------------------------------------------------- */

static strided_status check_dtype(const char *who, strided_dtype dtype)
{
    if (strided__dtype_is_known(dtype)) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_DTYPE, "%s: %d is not a dtype", who, (int)dtype);
}

/* Elements whose bytes fit too. */
static strided_status check_bytes(const char *who, strided_dtype dtype, int64_t count)
{
    int64_t bytes;
    if (mul_size(&bytes, count, (int64_t)strided_dtype_size(dtype))) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_OVERFLOW, "%s: the bytes of %" PRId64 " elements do not fit in 64 bits", who,
                         count);
}

/* On the storage just made, which goes if the handle cannot be had. */
static strided_tensor *finish(const char *who, struct storage *s, strided_dtype dtype, int64_t offset, int ndim,
                              const int64_t *shape, const int64_t *strides)
{
    if (!s) return NULL;
    strided_tensor *t = strided__tensor_new(who, s, dtype, offset, ndim, shape, strides);
    if (!t) strided__storage_forget(s);
    return t;
}

static strided_tensor *fresh(const char *who, strided_context *ctx, strided_dtype dtype, int ndim,
                             const int64_t *shape, const int64_t *strides)
{
    int64_t count;
    if (strided__shape_count(who, ndim, shape, &count)) return NULL;
    if (check_dtype(who, dtype) || check_bytes(who, dtype, count)) return NULL;
    struct storage *s = strided__storage_new(who, ctx, count, strided_dtype_size(dtype));
    return finish(who, s, dtype, 0, ndim, shape, strides);
}

static size_t bytes_of(const strided_tensor *t) { return (size_t)t->count * strided_dtype_size(t->dtype); }

strided_tensor *strided__empty(const char *who, strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape)
{
    return fresh(who, ctx, dtype, ndim, shape, NULL);
}

strided_tensor *strided_empty(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape)
{
    return strided__empty("empty", ctx, dtype, ndim, shape);
}

strided_tensor *strided_zeros(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape)
{
    strided_tensor *t = strided__empty("zeros", ctx, dtype, ndim, shape);
    if (t && t->count) memset(t->storage->data, 0, bytes_of(t));
    return t;
}

strided_tensor *strided__full(const char *who, strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape,
                              double value)
{
    strided_tensor *t = strided__empty(who, ctx, dtype, ndim, shape);
    if (!t) return NULL;
    size_t size = strided_dtype_size(dtype);
    char element[8], *p = t->storage->data;
    strided__store_double(dtype, element, value);
    for (int64_t i = 0; i < t->count; i++, p += size) memcpy(p, element, size);
    return t;
}

strided_tensor *strided_full(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape,
                             double value)
{
    return strided__full("full", ctx, dtype, ndim, shape, value);
}

strided_tensor *strided_arange(strided_context *ctx, strided_dtype dtype, double start, double stop, double step)
{
    if (!isfinite(start) || !isfinite(stop) || !isfinite(step) || step == 0) {
        strided__fail(STRIDED_ERR_ARG, "arange: from %g to %g by %g; wanted are numbers, none infinite, and a step that is not 0", start, stop, step);
        return NULL;
    }
    double steps = ceil((stop - start) / step);
    if (!(steps < 0x1p63)) {
        strided__fail(STRIDED_ERR_OVERFLOW, "arange: from %g to %g by %g is too many elements", start, stop, step);
        return NULL;
    }
    int64_t n = steps > 0 ? (int64_t)steps : 0;
    strided_tensor *t = strided__empty("arange", ctx, dtype, 1, &n);
    if (!t) return NULL;
    size_t size = strided_dtype_size(dtype);
    char *p = t->storage->data;
    for (int64_t i = 0; i < n; i++, p += size) strided__store_double(dtype, p, start + (double)i * step);
    return t;
}

static uint64_t magnitude(int64_t stride) { return stride < 0 ? -(uint64_t)stride : (uint64_t)stride; }

/* Axes of x from the largest stride to the smallest; ties keep their order. */
static void order_in_memory(const strided_tensor *x, int order[STRIDED_MAX_NDIM])
{
    for (int a = 0; a < x->ndim; a++) {
        int i = a;
        for (; i > 0 && magnitude(x->strides[order[i - 1]]) < magnitude(x->strides[a]); i--) order[i] = order[i - 1];
        order[i] = a;
    }
}

strided_tensor *strided__empty_ordered(const char *who, const strided_tensor *like, strided_dtype dtype,
                                       const int64_t *shape)
{
    int order[STRIDED_MAX_NDIM];
    int64_t sorted[STRIDED_MAX_NDIM], dense[STRIDED_MAX_NDIM], strides[STRIDED_MAX_NDIM];
    order_in_memory(like, order);
    for (int i = 0; i < like->ndim; i++) sorted[i] = shape[order[i]];
    strided__row_major(like->ndim, sorted, dense);
    for (int i = 0; i < like->ndim; i++) strides[order[i]] = dense[i];
    return fresh(who, like->storage->ctx, dtype, like->ndim, shape, strides);
}

strided_tensor *strided_empty_like(const strided_tensor *x)
{
    if (x) return strided__empty_ordered("empty_like", x, x->dtype, x->shape);
    strided__fail_null("empty_like", "x");
    return NULL;
}

/* ---- memory of the caller --------------------------------------------------------------------------- */

struct geometry { int64_t offset, count; }; /* of element 0,0,... in the storage; elements in the storage */

/* The storage is exactly the elements that shape and strides reach. */
static strided_status measure(const char *who, strided_dtype dtype, int ndim, const int64_t *shape,
                              const int64_t *strides, struct geometry *g)
{
    int64_t count, lo = 0, hi = -1, row_major[STRIDED_MAX_NDIM];
    strided_status s = strided__shape_count(who, ndim, shape, &count);
    if (!s) s = check_dtype(who, dtype);
    if (s) return s;
    if (!strides) {
        strided__row_major(ndim, shape, row_major);
        strides = row_major;
    }
    if (count > 0 && (!strided__reach(ndim, shape, strides, &lo, &hi) || !sub_size(&hi, hi, lo) ||
                      !add_size(&hi, hi, 1)))
        return strided__fail(STRIDED_ERR_OVERFLOW, "%s: the elements reached do not fit in 64 bits", who);
    *g = (struct geometry){.offset = count ? -lo : 0, .count = count ? hi : 0};
    return check_bytes(who, dtype, g->count);
}

/* The address can hold such an element, and the bytes around it do not run past the ends of memory (nor from address 0). No memory is
 * larger than half of what an int64 counts: overlap.c adds distances. */
static strided_status check_address(const char *who, const void *data, size_t size, struct geometry g)
{
    uint64_t address = (uintptr_t)data, before = (uint64_t)g.offset * size, all = (uint64_t)g.count * size;
    if (address % size)
        return strided__fail(STRIDED_ERR_ARG, "%s: data is not aligned to its elements of %zu bytes", who, size);
    if (g.count > INT64_MAX / 2 / (int64_t)size || before >= address || all > UINTPTR_MAX - (address - before))
        return strided__fail(STRIDED_ERR_OVERFLOW, "%s: reaches %" PRId64 " elements, past the end of memory", who,
                             g.count);
    return STRIDED_OK;
}

static strided_tensor *borrow(const char *who, strided_context *ctx, void *data, strided_dtype dtype, int ndim,
                              const int64_t *shape, const int64_t *strides, void (*drop)(void *user), void *user)
{
    struct geometry g = {0, 0};
    if (measure(who, dtype, ndim, shape, strides, &g)) return NULL;
    size_t size = strided_dtype_size(dtype);
    if (data && check_address(who, data, size, g)) return NULL;
    char *first = data ? (char *)data - (size_t)g.offset * size : NULL;
    struct storage *s = strided__storage_borrow(who, ctx, first, g.count, drop, user);
    strided_tensor *t = finish(who, s, dtype, g.offset, ndim, shape, strides);
    if (t) t->geometry_only = !data;
    return t;
}

strided_tensor *strided_wrap(strided_context *ctx, void *data, strided_dtype dtype, int ndim, const int64_t *shape,
                             const int64_t *strides)
{
    return borrow("wrap", ctx, data, dtype, ndim, shape, strides, NULL, NULL);
}

/* That which nothing may write to. */
static strided_tensor *borrow_const(const char *who, strided_context *ctx, const void *data, strided_dtype dtype, int ndim, const int64_t *shape,
                                    const int64_t *strides, void (*drop)(void *user), void *user)
{
    strided_tensor *t = borrow(who, ctx, (void *)(uintptr_t)data, dtype, ndim, shape, strides, drop, user);
    if (t) t->read_only = 1;
    return t;
}

strided_tensor *strided_wrap_const(strided_context *ctx, const void *data, strided_dtype dtype, int ndim,
                                   const int64_t *shape, const int64_t *strides)
{
    return borrow_const("wrap_const", ctx, data, dtype, ndim, shape, strides, NULL, NULL);
}

/* Memory that is given away comes with what is called in the end; `keeps` takes that which does not. */
static int gives_away(const char *who, const char *keeps, void (*drop)(void *user))
{
    if (!drop) strided__fail(STRIDED_ERR_NULL, "%s: drop is NULL; %s() takes memory that stays yours", who, keeps);
    return drop != NULL;
}

strided_tensor *strided_adopt(strided_context *ctx, void *data, strided_dtype dtype, int ndim, const int64_t *shape,
                              const int64_t *strides, void (*drop)(void *user), void *user)
{
    return gives_away("adopt", "wrap", drop) ? borrow("adopt", ctx, data, dtype, ndim, shape, strides, drop, user) : NULL;
}

strided_tensor *strided_adopt_const(strided_context *ctx, const void *data, strided_dtype dtype, int ndim,
                                    const int64_t *shape, const int64_t *strides, void (*drop)(void *user), void *user)
{
    return gives_away("adopt_const", "wrap_const", drop) ? borrow_const("adopt_const", ctx, data, dtype, ndim, shape, strides, drop, user) : NULL;
}
