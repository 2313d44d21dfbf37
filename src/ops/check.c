/*
 * check.c - the checks that operators share.
 */
#include "check.h"
#include "../base/error.h"
#include "../base/text.h"
#include <string.h>

strided_status strided__check_input(const char *who, const char *name, const strided_tensor *x)
{
    if (!x) return strided__fail_null(who, name);
    if (x->geometry_only && x->count)
        return strided__fail(STRIDED_ERR_NULL, "%s: %s is a geometry without data", who, name);
    return STRIDED_OK;
}

strided_status strided__check_dst(const char *who, const char *name, const strided_tensor *dst)
{
    strided_status s = strided__check_input(who, name, dst);
    if (s) return s;
    if (dst->read_only) return strided__fail(STRIDED_ERR_READ_ONLY, "%s: %s is read-only", who, name);
    if (strided_is_overlapping(dst))
        return strided__fail(STRIDED_ERR_OVERLAP, "%s: two indices of %s reach one element", who, name);
    return STRIDED_OK;
}

strided_status strided__check_apart(const char *who, const char *dst_name, const strided_tensor *dst,
                                    const char *x_name, const strided_tensor *x, int elementwise)
{
    if (!x || (elementwise && strided__same_view(dst, x)) || !strided_shares_memory(dst, x)) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_OVERLAP, "%s: %s and %s share memory", who, dst_name, x_name);
}

strided_status strided__check_shape(const char *who, const char *name, const strided_tensor *x,
                                    int ndim, const int64_t *shape)
{
    char have[512], want[512];
    if (x->ndim == ndim && (ndim == 0 || memcmp(x->shape, shape, (size_t)ndim * sizeof *shape) == 0)) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "%s: %s has shape %s, not %s", who, name,
                         strided__shape_text(x->ndim, x->shape, have), strided__shape_text(ndim, shape, want));
}

const char *strided__shape_text(int ndim, const int64_t *shape, char buf[512])
{
    struct text t = {.buf = buf, .size = 512};
    strided__text_list(&t, ndim, shape);
    return buf;
}
