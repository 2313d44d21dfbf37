/*
 * broadcast.c - axes of extent 1: putting them in, taking them out, letting them stand for any extent.
 */
#include "axes.h"
#include "../base/checked.h"
#include "../base/error.h"

/* As PyTorch has it: the stride that would step over the axes behind it. No element uses it. */
strided_tensor *strided_unsqueeze(const strided_tensor *x, int axis)
{
    struct axes v;
    if (!strided__axes_of("unsqueeze", x, &v)) return NULL;
    int a = strided__axis("unsqueeze", axis, v.n + 1);
    if (a < 0) return NULL;
    int64_t stride = a < v.n ? strided__stride_mul(v.shape[a], v.stride[a]) : 1;
    return strided__axes_insert("unsqueeze", &v, a, 1, stride) ? strided__axes_view("unsqueeze", x, &v) : NULL;
}

strided_tensor *strided_squeeze(const strided_tensor *x, int naxes, const int64_t *axes)
{
    int places[STRIDED_MAX_NDIM], named[STRIDED_MAX_NDIM] = {0};
    struct axes v;
    if (!strided__axes_of("squeeze", x, &v)) return NULL;
    if (!strided__axes_list("squeeze", v.n, naxes, axes, places)) return NULL;
    for (int i = 0; i < naxes; i++) named[places[i]] = 1;
    for (int a = v.n - 1; a >= 0; a--)
        if (v.shape[a] == 1 && (!axes || named[a])) strided__axes_remove(&v, a);
    return strided__axes_view("squeeze", x, &v);
}

/* ---- stretching ------------------------------------------------------------------------------------ */

/* Axis a of the result wants `extent`; `from` is the axis of x at the same place from the right, < 0 if new. */
static strided_status stretch(const char *who, const strided_tensor *x, int from, struct axes *v, int a,
                              int64_t extent, int may_keep)
{
    int64_t have = from < 0 ? 1 : x->shape[from];
    if (extent == -1 && may_keep) {
        if (from < 0) return strided__fail(STRIDED_ERR_ARG, "%s: -1 for axis %d, which x does not have", who, a);
        extent = have;
    }
    if (extent < 0)
        return strided__fail(STRIDED_ERR_ARG, "%s: axis %d is to have extent %" PRId64, who, a, extent);
    if (have != 1 && have != extent)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: axis %d has extent %" PRId64 " in x and cannot become %" PRId64, who,
                             a, have, extent);
    v->shape[a] = extent;
    v->stride[a] = from < 0 || have != extent ? 0 : x->strides[from];
    return STRIDED_OK;
}

static strided_tensor *broadcast(const char *who, const strided_tensor *x, int ndim, const int64_t *shape,
                                 int may_keep)
{
    struct axes v = {.n = ndim};
    if (!x) {
        strided__fail_null(who, "x");
        return NULL;
    }
    if (ndim < x->ndim || ndim > STRIDED_MAX_NDIM) {
        strided__fail(STRIDED_ERR_ARG, "%s: to %d axes; x has %d, at most %d are possible", who, ndim, x->ndim,
                      STRIDED_MAX_NDIM);
        return NULL;
    }
    if (ndim > 0 && !shape) {
        strided__fail(STRIDED_ERR_NULL, "%s: shape is NULL, with %d axes", who, ndim);
        return NULL;
    }
    for (int a = 0; a < ndim; a++)
        if (stretch(who, x, a - (ndim - x->ndim), &v, a, shape[a], may_keep)) return NULL;
    return strided__axes_view(who, x, &v);
}

strided_tensor *strided_broadcast_to(const strided_tensor *x, int ndim, const int64_t *shape)
{
    return broadcast("broadcast_to", x, ndim, shape, 0);
}

strided_tensor *strided_expand(const strided_tensor *x, int ndim, const int64_t *shape)
{
    return broadcast("expand", x, ndim, shape, 1);
}

/* ---- the common shape ------------------------------------------------------------------------------ */

static int64_t extent_from_right(const strided_tensor *x, int place)
{
    return place < x->ndim ? x->shape[x->ndim - 1 - place] : 1;
}

static strided_status check_tensors(int n, const strided_tensor *const *tensors, int *rank)
{
    if (n < 0) return strided__fail(STRIDED_ERR_ARG, "broadcast_shape: %d tensors", n);
    if (n > 0 && !tensors) return strided__fail(STRIDED_ERR_NULL, "broadcast_shape: the list of %d tensors is NULL", n);
    for (int i = 0; i < n; i++) {
        if (!tensors[i]) return strided__fail_null("broadcast_shape", "a tensor");
        *rank = tensors[i]->ndim > *rank ? tensors[i]->ndim : *rank;
    }
    return STRIDED_OK;
}

strided_status strided_broadcast_shape(int *ndim, int64_t shape[STRIDED_MAX_NDIM], int n,
                                       const strided_tensor *const *tensors)
{
    int rank = 0;
    int64_t common[STRIDED_MAX_NDIM];
    if (!ndim || !shape) return strided__fail(STRIDED_ERR_NULL, "broadcast_shape: %s is NULL", ndim ? "shape" : "ndim");
    strided_status s = check_tensors(n, tensors, &rank);
    if (s) return s;
    for (int place = 0; place < rank; place++) {
        int64_t *to = &common[rank - 1 - place];
        *to = 1;
        for (int i = 0; i < n; i++) {
            int64_t extent = extent_from_right(tensors[i], place);
            if (extent == 1 || extent == *to) continue;
            if (*to != 1)
                return strided__fail(STRIDED_ERR_SHAPE, "broadcast_shape: axis %d has extents %" PRId64 " and %" PRId64,
                                     rank - 1 - place, *to, extent);
            *to = extent;
        }
    }
    *ndim = rank;
    for (int a = 0; a < rank; a++) shape[a] = common[a];
    return STRIDED_OK;
}
