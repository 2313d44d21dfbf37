/*
 * diagonal.c - one step along two axes at once.
 */
#include "axes.h"
#include "../base/checked.h"
#include "../base/error.h"

strided_tensor *strided_diagonal(const strided_tensor *x, int64_t offset, int axis_a, int axis_b)
{
    struct axes v;
    int a, b;
    if (!strided__axes_of("diagonal", x, &v)) return NULL;
    if ((a = strided__axis("diagonal", axis_a, v.n)) < 0) return NULL;
    if ((b = strided__axis("diagonal", axis_b, v.n)) < 0) return NULL;
    if (a == b) {
        strided__fail(STRIDED_ERR_ARG, "diagonal: both axes are %d", a);
        return NULL;
    }
    int64_t left_a = v.shape[a] + min_size(offset, 0), left_b = v.shape[b] - max_size(offset, 0);
    int64_t len = max_size(min_size(left_a, left_b), 0), stride = strided__stride_add(v.stride[a], v.stride[b]);
    if (len > 0) v.shift = offset < 0 ? strided__stride_mul(-offset, v.stride[a])
                                      : strided__stride_mul(offset, v.stride[b]);
    strided__axes_remove(&v, a > b ? a : b);
    strided__axes_remove(&v, a < b ? a : b);
    (void)strided__axes_insert("diagonal", &v, v.n, len, stride);
    return strided__axes_view("diagonal", x, &v);
}
