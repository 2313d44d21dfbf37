/*
 * permute.c - the same axes in another order.
 */
#include "axes.h"
#include "../base/error.h"

/* order[a] is the axis of x that becomes axis a. */
static strided_tensor *reorder(const char *who, const strided_tensor *x, const int *order)
{
    struct axes v = {.n = x->ndim};
    for (int a = 0; a < v.n; a++) {
        v.shape[a] = x->shape[order[a]];
        v.stride[a] = x->strides[order[a]];
    }
    return strided__axes_view(who, x, &v);
}

strided_tensor *strided_permute(const strided_tensor *x, int ndim, const int64_t *axes)
{
    int order[STRIDED_MAX_NDIM];
    if (!x) {
        strided__fail_null("permute", "x");
        return NULL;
    }
    if (ndim != x->ndim) {
        strided__fail(STRIDED_ERR_ARG, "permute: %d axes named, x has %d", ndim, x->ndim);
        return NULL;
    }
    return strided__axes_list("permute", ndim, ndim, axes, order) ? reorder("permute", x, order) : NULL;
}

strided_tensor *strided_transpose(const strided_tensor *x, int axis_a, int axis_b)
{
    int order[STRIDED_MAX_NDIM], a, b;
    if (!x) {
        strided__fail_null("transpose", "x");
        return NULL;
    }
    if ((a = strided__axis("transpose", axis_a, x->ndim)) < 0) return NULL;
    if ((b = strided__axis("transpose", axis_b, x->ndim)) < 0) return NULL;
    for (int i = 0; i < x->ndim; i++) order[i] = i == a ? b : i == b ? a : i;
    return reorder("transpose", x, order);
}

/* Those that move are put in place, the others fill the gaps. */
static void fill_order(int rank, int n, const int *source, const int *place, int *order)
{
    int moves[STRIDED_MAX_NDIM] = {0}, next = 0;
    for (int a = 0; a < rank; a++) order[a] = -1;
    for (int i = 0; i < n; i++) {
        order[place[i]] = source[i];
        moves[source[i]] = 1;
    }
    for (int a = 0; a < rank; a++) {
        if (order[a] >= 0) continue;
        while (moves[next]) next++;
        order[a] = next++;
    }
}

strided_tensor *strided_movedim(const strided_tensor *x, int n, const int64_t *from, const int64_t *to)
{
    int source[STRIDED_MAX_NDIM], place[STRIDED_MAX_NDIM], order[STRIDED_MAX_NDIM];
    if (!x) {
        strided__fail_null("movedim", "x");
        return NULL;
    }
    if (!strided__axes_list("movedim", x->ndim, n, from, source)) return NULL;
    if (!strided__axes_list("movedim", x->ndim, n, to, place)) return NULL;
    fill_order(x->ndim, n, source, place, order);
    return reorder("movedim", x, order);
}
