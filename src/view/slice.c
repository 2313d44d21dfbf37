/*
 * slice.c - fewer positions of an axis, or the same backwards: slice, narrow, select, flip.
 */
#include "axes.h"
#include "../base/checked.h"
#include "../base/error.h"

/* Python's: a negative bound counts from the end, then both ends clamp to [lo, hi]. */
static int64_t bound(int64_t i, int64_t n, int64_t lo, int64_t hi)
{
    if (i < 0) i += n;
    return i < lo ? lo : i > hi ? hi : i;
}

struct range { int64_t start, count; };

static struct range resolve(int64_t n, int64_t start, int64_t stop, int64_t step)
{
    int64_t lo = step > 0 ? 0 : -1, hi = step > 0 ? n : n - 1;
    int64_t first = step > 0 ? lo : hi, end = step > 0 ? hi : lo;
    if (start != STRIDED_NONE) first = bound(start, n, lo, hi);
    if (stop != STRIDED_NONE) end = bound(stop, n, lo, hi);
    if (step > 0) return (struct range){first, end > first ? (end - first - 1) / step + 1 : 0};
    return (struct range){first, end < first ? (end - first + 1) / step + 1 : 0};
}

strided_tensor *strided_slice(const strided_tensor *x, int axis, int64_t start, int64_t stop, int64_t step)
{
    struct axes v;
    if (!strided__axes_of("slice", x, &v)) return NULL;
    int a = strided__axis("slice", axis, v.n);
    if (a < 0) return NULL;
    if (step == 0) {
        strided__fail(STRIDED_ERR_ARG, "slice: step is 0");
        return NULL;
    }
    struct range r = resolve(v.shape[a], start, stop, step);
    v.shift = strided__stride_mul(r.start, v.stride[a]);
    v.shape[a] = r.count;
    v.stride[a] = strided__stride_mul(v.stride[a], step);
    return strided__axes_view("slice", x, &v);
}

strided_tensor *strided__narrow(const char *who, const strided_tensor *x, int axis, int64_t start, int64_t len)
{
    struct axes v;
    if (!strided__axes_of(who, x, &v)) return NULL;
    int a = strided__axis(who, axis, v.n);
    if (a < 0) return NULL;
    int64_t n = v.shape[a], first = start < 0 ? start + n : start;
    if (len < 0 || first < 0 || first > n || len > n - first) {
        strided__fail(STRIDED_ERR_ARG, "%s: %" PRId64 " positions from %" PRId64 " on axis %d of extent %" PRId64,
                      who, len, start, a, n);
        return NULL;
    }
    v.shift = strided__stride_mul(first, v.stride[a]);
    v.shape[a] = len;
    return strided__axes_view(who, x, &v);
}

strided_tensor *strided_narrow(const strided_tensor *x, int axis, int64_t start, int64_t len)
{
    return strided__narrow("narrow", x, axis, start, len);
}

strided_tensor *strided_select(const strided_tensor *x, int axis, int64_t index)
{
    struct axes v;
    if (!strided__axes_of("select", x, &v)) return NULL;
    int a = strided__axis("select", axis, v.n);
    if (a < 0) return NULL;
    int64_t n = v.shape[a], i = index < 0 ? index + n : index;
    if (i < 0 || i >= n) {
        strided__fail(STRIDED_ERR_ARG, "select: index %" PRId64 " on axis %d of extent %" PRId64, index, a, n);
        return NULL;
    }
    v.shift = strided__stride_mul(i, v.stride[a]);
    strided__axes_remove(&v, a);
    return strided__axes_view("select", x, &v);
}

static void turn(struct axes *v, int a)
{
    v->shift = strided__stride_add(v->shift, strided__stride_mul(v->shape[a] - 1, v->stride[a]));
    v->stride[a] = strided__stride_mul(v->stride[a], -1);
}

strided_tensor *strided_flip(const strided_tensor *x, int naxes, const int64_t *axes)
{
    int places[STRIDED_MAX_NDIM];
    struct axes v;
    if (!strided__axes_of("flip", x, &v)) return NULL;
    if (!strided__axes_list("flip", v.n, naxes, axes, places)) return NULL;
    int all = !axes;
    for (int i = 0; i < (all ? v.n : naxes); i++) turn(&v, all ? i : places[i]);
    return strided__axes_view("flip", x, &v);
}
