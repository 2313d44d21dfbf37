/*
 * window.c - sliding windows. An axis of extent n becomes the positions of the window, and its taps a new last axis:
 *
 *     n = 7, size 3, step 2:   0 1 2 3 4 5 6      positions 0 1 2, stride 2*s
 *                              ^ ^ ^              taps      0 1 2, stride s
 *                                  ^ ^ ^
 *                                      ^ ^ ^
 *
 * Taps of neighbouring positions are the same elements: nothing is unrolled.
 */
#include "axes.h"
#include "../base/error.h"
#include "../base/checked.h"

/* Elements from the first to the last tap; a window of nothing covers nothing. 0 = does not fit in 64 bits. */
static int cover(const strided_window_axis *w, int64_t *span)
{
    *span = 0;
    return w->size == 0 || (mul_size(span, w->size - 1, w->dilation) && add_size(span, *span, 1));
}

/* Puts window w, step and dilation filled in, on the axes of v. */
static strided_status apply(const char *who, struct axes *v, const strided_window_axis *w)
{
    int64_t span;
    int a = strided__axis(who, w->axis, v->n);
    if (a < 0) return STRIDED_ERR_ARG;
    if (w->size < 0 || w->step < 1 || w->dilation < 1)
        return strided__fail(STRIDED_ERR_ARG, "%s: size %" PRId64 ", step %" PRId64 ", dilation %" PRId64
                             " on axis %d; at least 0, 1, 1 are wanted", who, w->size, w->step, w->dilation, a);
    if (!cover(w, &span) || span > v->shape[a])
        return strided__fail(STRIDED_ERR_SHAPE, "%s: a window of size %" PRId64 ", dilation %" PRId64
                             " on axis %d of extent %" PRId64, who, w->size, w->dilation, a, v->shape[a]);
    int64_t stride = v->stride[a];
    v->shape[a] = (v->shape[a] - span) / w->step + 1;
    v->stride[a] = strided__stride_mul(stride, w->step);
    stride = strided__stride_mul(stride, w->dilation);
    return strided__axes_insert(who, v, v->n, w->size, stride) ? STRIDED_OK : STRIDED_ERR_ARG;
}

strided_tensor *strided_unfold(const strided_tensor *x, int axis, int64_t size, int64_t step)
{
    struct axes v;
    const strided_window_axis w = {.axis = axis, .size = size, .step = step, .dilation = 1};
    if (!strided__axes_of("unfold", x, &v) || apply("unfold", &v, &w)) return NULL;
    return strided__axes_view("unfold", x, &v);
}

static strided_status check_windows(int rank, int n, const strided_window_axis *windows)
{
    if (n < 0 || n > STRIDED_MAX_NDIM - rank)
        return strided__fail(STRIDED_ERR_ARG, "window: %d windows on %d axes; %d axes are possible", n, rank,
                             STRIDED_MAX_NDIM);
    if (n > 0 && !windows) return strided__fail(STRIDED_ERR_NULL, "window: the list of %d windows is NULL", n);
    return STRIDED_OK;
}

/* The axes named are x's: a negative one counts from x's end, not from the taps added so far. */
strided_tensor *strided_window(const strided_tensor *x, int n, const strided_window_axis *windows)
{
    struct axes v;
    if (!strided__axes_of("window", x, &v) || check_windows(v.n, n, windows)) return NULL;
    for (int i = 0; i < n; i++) {
        strided_window_axis w = windows[i];
        int a = strided__axis("window", w.axis, x->ndim);
        if (a < 0) return NULL;
        w.axis = a;
        if (w.step == 0) w.step = 1;
        if (w.dilation == 0) w.dilation = 1;
        if (apply("window", &v, &w)) return NULL;
    }
    return strided__axes_view("window", x, &v);
}
