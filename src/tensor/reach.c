/*
 * reach.c - what a shape and strides amount to: how many elements, and from where to where in memory.
 */
#include "tensor.h"
#include "../base/checked.h"
#include "../base/error.h"

static strided_status check_rank(const char *who, int ndim, const int64_t *shape)
{
    if (ndim < 0 || ndim > STRIDED_MAX_NDIM)
        return strided__fail(STRIDED_ERR_ARG, "%s: %d axes; 0 to %d are possible", who, ndim, STRIDED_MAX_NDIM);
    if (ndim > 0 && !shape) return strided__fail(STRIDED_ERR_NULL, "%s: shape is NULL, with %d axes", who, ndim);
    return STRIDED_OK;
}

strided_status strided__shape_count(const char *who, int ndim, const int64_t *shape, int64_t *count)
{
    strided_status s = check_rank(who, ndim, shape);
    if (s) return s;
    int empty = 0, fits = 1;
    int64_t n = 1;
    for (int a = 0; a < ndim; a++) {
        if (shape[a] < 0)
            return strided__fail(STRIDED_ERR_ARG, "%s: axis %d has extent %" PRId64, who, a, shape[a]);
        if (shape[a] == 0) empty = 1;
        else fits = fits && mul_size(&n, n, shape[a]);
    }
    if (!empty && !fits)
        return strided__fail(STRIDED_ERR_OVERFLOW, "%s: the number of elements does not fit in 64 bits", who);
    *count = empty ? 0 : n;
    return STRIDED_OK;
}

/* Only the strides of an empty shape can fail to fit; no element uses them, and they are 0 then. */
void strided__row_major(int ndim, const int64_t *shape, int64_t *strides)
{
    int64_t n = 1;
    for (int a = ndim - 1; a >= 0; a--) {
        strides[a] = n;
        if (!mul_size(&n, n, max_size(shape[a], 1))) n = 0;
    }
}

int strided__reach(int ndim, const int64_t *shape, const int64_t *strides, int64_t *lo, int64_t *hi)
{
    *lo = *hi = 0;
    for (int a = 0; a < ndim; a++) {
        int64_t span, *end = strides[a] < 0 ? lo : hi;
        if (shape[a] == 1) continue;
        if (!mul_size(&span, shape[a] - 1, strides[a]) || !add_size(end, *end, span)) return 0;
    }
    return 1;
}

int strided_is_contiguous(const strided_tensor *x)
{
    if (!x) return 0;
    int64_t n = 1;
    if (x->count == 0) return 1;
    for (int a = x->ndim - 1; a >= 0; a--) {
        if (x->shape[a] == 1) continue;
        if (x->strides[a] != n) return 0;
        n *= x->shape[a];
    }
    return 1;
}
