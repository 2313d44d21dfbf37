/*
 * element.c - one element at a time, for tests, examples and scalars. Not for loops that matter.
 */
#include "tensor.h"
#include "../base/error.h"
#include <math.h>

static strided_status check_memory(const char *who, const strided_tensor *x)
{
    if (!x) return strided__fail_null(who, "x");
    if (x->geometry_only) return strided__fail(STRIDED_ERR_NULL, "%s: x is a geometry without data", who);
    return STRIDED_OK;
}

static strided_status check_index(const char *who, const strided_tensor *x, int n, const int64_t *index)
{
    if (n != x->ndim) return strided__fail(STRIDED_ERR_ARG, "%s: %d indices for %d axes", who, n, x->ndim);
    if (n > 0 && !index) return strided__fail(STRIDED_ERR_NULL, "%s: index is NULL, with %d axes", who, n);
    for (int a = 0; a < n; a++)
        if (index[a] < -x->shape[a] || index[a] >= x->shape[a])
            return strided__fail(STRIDED_ERR_ARG, "%s: index %" PRId64 " on axis %d of extent %" PRId64, who, index[a],
                                 a, x->shape[a]);
    return STRIDED_OK;
}

/* Index already checked; what it reaches fits. */
static void *address(const strided_tensor *x, const int64_t *index)
{
    int64_t at = x->offset;
    for (int a = 0; a < x->ndim; a++) {
        int64_t i = index[a] < 0 ? index[a] + x->shape[a] : index[a];
        if (i > 0) at += i * x->strides[a];
    }
    return x->storage->data + at * (int64_t)strided_dtype_size(x->dtype);
}

/* Address of x[index], or NULL with the reason recorded. */
static void *locate(const char *who, const strided_tensor *x, int n, const int64_t *index)
{
    return check_memory(who, x) || check_index(who, x, n, index) ? NULL : address(x, index);
}

static void *locate_only(const char *who, const strided_tensor *x)
{
    if (check_memory(who, x)) return NULL;
    if (x->count == 1) return strided__data(x);
    strided__fail(STRIDED_ERR_SHAPE, "%s: x has %" PRId64 " elements, not one", who, x->count);
    return NULL;
}

double strided_get(const strided_tensor *x, int n, const int64_t *index)
{
    const void *p = locate("get", x, n, index);
    return p ? strided__load_double(x->dtype, p) : (double)NAN;
}

int64_t strided_get_int(const strided_tensor *x, int n, const int64_t *index)
{
    const void *p = locate("get_int", x, n, index);
    return p ? strided__load_int(x->dtype, p) : 0;
}

double strided_item(const strided_tensor *x)
{
    const void *p = locate_only("item", x);
    return p ? strided__load_double(x->dtype, p) : (double)NAN;
}

int64_t strided_item_int(const strided_tensor *x)
{
    const void *p = locate_only("item_int", x);
    return p ? strided__load_int(x->dtype, p) : 0;
}

strided_status strided_set(strided_tensor *x, int n, const int64_t *index, double value)
{
    strided_status s = check_memory("set", x);
    if (s) return s;
    if (x->read_only) return strided__fail(STRIDED_ERR_READ_ONLY, "set: x is read-only");
    s = check_index("set", x, n, index);
    if (s) return s;
    strided__store_double(x->dtype, address(x, index), value);
    return STRIDED_OK;
}
