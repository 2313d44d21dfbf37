/*
 * split.c - an axis cut into consecutive parts. All parts are made, or none.
 */
#include "axes.h"
#include "../base/checked.h"
#include "../base/error.h"

/* Part i covers [i*size, (i+1)*size), cut off at n. */
static strided_tensor *part(const char *who, const strided_tensor *x, int a, int64_t i, int64_t size)
{
    struct axes v;
    (void)strided__axes_of(who, x, &v);
    int64_t n = v.shape[a], start = size > 0 && i <= n / size ? i * size : n;
    v.shift = strided__stride_mul(start, v.stride[a]);
    v.shape[a] = min_size(size, n - start);
    return strided__axes_view(who, x, &v);
}

static strided_status make_parts(const char *who, strided_tensor **parts, int nparts, const strided_tensor *x, int a,
                                 int64_t size)
{
    for (int i = 0; i < nparts; i++) {
        parts[i] = part(who, x, a, i, size);
        if (parts[i]) continue;
        while (i > 0) strided_release(parts[--i]);
        for (; i < nparts; i++) parts[i] = NULL;
        return strided__failed();
    }
    return STRIDED_OK;
}

strided_status strided_split(strided_tensor **parts, int nparts, const strided_tensor *x, int axis, int64_t size)
{
    if (!x) return strided__fail_null("split", "x");
    int a = strided__axis("split", axis, x->ndim);
    if (a < 0) return STRIDED_ERR_ARG;
    if (size < 1) return strided__fail(STRIDED_ERR_ARG, "split: parts of size %" PRId64 "; at least 1 is wanted", size);
    if (nparts != ceil_div(x->shape[a], size))
        return strided__fail(STRIDED_ERR_ARG, "split: %d parts; an extent of %" PRId64 " in parts of %" PRId64
                             " gives %" PRId64, nparts, x->shape[a], size, ceil_div(x->shape[a], size));
    if (nparts > 0 && !parts) return strided__fail(STRIDED_ERR_NULL, "split: parts is NULL");
    return make_parts("split", parts, nparts, x, a, size);
}

strided_status strided_chunk(strided_tensor **parts, int nparts, const strided_tensor *x, int axis)
{
    if (!x) return strided__fail_null("chunk", "x");
    int a = strided__axis("chunk", axis, x->ndim);
    if (a < 0) return STRIDED_ERR_ARG;
    if (nparts < 1) return strided__fail(STRIDED_ERR_ARG, "chunk: %d parts; at least 1 is wanted", nparts);
    if (!parts) return strided__fail(STRIDED_ERR_NULL, "chunk: parts is NULL");
    return make_parts("chunk", parts, nparts, x, a, ceil_div(x->shape[a], nparts));
}
