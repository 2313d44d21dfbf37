/*
 * window_geometry.c - how many positions a window has, and what padding "same" means.
 */
#include "window_geometry.h"
#include "../base/checked.h"
#include "../base/error.h"

static strided_status overflow(const char *who, int axis)
{
    return strided__fail(STRIDED_ERR_OVERFLOW, "%s: the window on spatial axis %d does not fit in 64 bits", who, axis);
}

static strided_status check_unused(const char *who, const struct window_params *p, int nd)
{
    for (int a = nd; a < STRIDED_MAX_SPATIAL; a++)
        if (p->step[a] != 0 || p->dilation[a] != 0 || p->pad[a][0] != 0 || p->pad[a][1] != 0)
            return strided__fail(STRIDED_ERR_ARG, "%s: parameters for spatial axis %d, where the axes are %d", who, a, nd);
    return STRIDED_OK;
}

static strided_status check_axis(const char *who, const struct window_params *p, int a)
{
    if (p->step[a] < 0)
        return strided__fail(STRIDED_ERR_ARG, "%s: stride %" PRId64 " on spatial axis %d is negative", who, p->step[a], a);
    if (p->dilation[a] < 0)
        return strided__fail(STRIDED_ERR_ARG, "%s: dilation %" PRId64 " on spatial axis %d is negative", who, p->dilation[a], a);
    if (p->pad[a][0] < 0 || p->pad[a][1] < 0)
        return strided__fail(STRIDED_ERR_ARG, "%s: padding (%" PRId64 ", %" PRId64 ") on spatial axis %d is negative",
                             who, p->pad[a][0], p->pad[a][1], a);
    if (p->auto_pad != STRIDED_AUTO_PAD_EXPLICIT && (p->pad[a][0] != 0 || p->pad[a][1] != 0))
        return strided__fail(STRIDED_ERR_ARG, "%s: padding (%" PRId64 ", %" PRId64 ") on spatial axis %d beside auto_pad %d",
                             who, p->pad[a][0], p->pad[a][1], a, (int)p->auto_pad);
    return STRIDED_OK;
}

strided_status strided__window_check_params(const char *who, const struct window_params *p, int nd)
{
    if ((unsigned)p->auto_pad > STRIDED_AUTO_PAD_SAME_LOWER)
        return strided__fail(STRIDED_ERR_ARG, "%s: auto_pad %d is unknown", who, (int)p->auto_pad);
    for (int a = 0; a < nd; a++) {
        strided_status s = check_axis(who, p, a);
        if (s) return s;
    }
    return check_unused(who, p, nd);
}

/* What is known before padding and positions are: defaults filled in. */
static strided_status start_axis(struct window_axis *w, const char *who, const struct window_params *p, int a, int64_t size)
{
    if (size < 1)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: the window has %" PRId64 " taps on spatial axis %d", who, size, a);
    *w = (struct window_axis){
        .size = size,
        .step = p->step[a] ? p->step[a] : p->step_is_size ? size : 1,
        .dilation = p->dilation[a] ? p->dilation[a] : 1,
        .before = p->pad[a][0],
        .after = p->pad[a][1],
    };
    return STRIDED_OK;
}

/* From the first tap to the last, both counted: dilation*(size-1) + 1. */
static int tap_span(int64_t *span, const struct window_axis *w)
{
    return mul_size(span, w->dilation, w->size - 1) && add_size(span, *span, 1);
}

/* total = before + after; an odd one has its extra element at the end, or with SAME_LOWER at the beginning. */
static void split_padding(struct window_axis *w, strided_auto_pad auto_pad, int64_t total)
{
    w->before = auto_pad == STRIDED_AUTO_PAD_SAME_LOWER ? ceil_div(total, 2) : total / 2;
    w->after = total - w->before;
}

static int is_same(strided_auto_pad auto_pad)
{
    return auto_pad != STRIDED_AUTO_PAD_EXPLICIT && auto_pad != STRIDED_AUTO_PAD_VALID;
}

/* ceil(n/step) positions, the padding that they need. The last window begins before n: nothing overflows but the span. */
static int same_positions(struct window_axis *w, strided_auto_pad auto_pad, int64_t span)
{
    int64_t end;
    w->positions = ceil_div(w->n, w->step);
    if (!add_size(&end, (w->positions - 1) * w->step, span)) return 0;
    split_padding(w, auto_pad, max_size(0, end - w->n));
    return 1;
}

/* The last position of ceil mode may overhang, but begins inside the input or the padding before it. */
static void round_up(struct window_axis *w, int64_t room)
{
    w->positions = ceil_div(room, w->step) + 1;
    int64_t last;
    if (!mul_size(&last, w->positions - 1, w->step) || last >= w->n + w->before) w->positions--;
}

/* One position never steps, one tap never spreads: strides then stay within what the tensors have. */
static void drop_idle_steps(struct window_axis *w)
{
    if (w->positions == 1) w->step = 1;
    if (w->size == 1) w->dilation = 1;
}

static strided_status too_wide(const struct window_axis *w, const char *who, int a, int64_t span, int64_t padded)
{
    return strided__fail(STRIDED_ERR_SHAPE, "%s: the window spans %" PRId64 " (%" PRId64 " taps, dilation %" PRId64
                         ") on spatial axis %d, the padded input %" PRId64 " (%" PRId64 " + %" PRId64 " + %" PRId64 ")",
                         who, span, w->size, w->dilation, a, padded, w->before, w->n, w->after);
}

static strided_status forward_axis(struct window_axis *w, const char *who, const struct window_params *p, int a)
{
    int64_t span, padded, end;
    if (w->n < 1)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: spatial axis %d of the input has extent %" PRId64, who, a, w->n);
    if (!tap_span(&span, w)) return overflow(who, a);
    if (is_same(p->auto_pad) && !same_positions(w, p->auto_pad, span)) return overflow(who, a);
    if (!add_size(&padded, w->n, w->before) || !add_size(&padded, padded, w->after)) return overflow(who, a);
    /* bounds every position that a tap may have, the overhang of ceil mode and "same" included */
    if (!add_size(&end, padded, span)) return overflow(who, a);
    if (!is_same(p->auto_pad) && padded < span) return too_wide(w, who, a, span, padded);
    if (!is_same(p->auto_pad)) {
        w->positions = (padded - span) / w->step + 1;
        if (p->ceil_mode) round_up(w, padded - span);
    }
    drop_idle_steps(w);
    return STRIDED_OK;
}

strided_status strided__window_forward(struct window *win, const char *who, const struct window_params *p,
                                       int nd, const int64_t *n, const int64_t *size)
{
    win->nd = nd;
    for (int a = 0; a < nd; a++) {
        strided_status s = start_axis(&win->axis[a], who, p, a, size[a]);
        if (s) return s;
        win->axis[a].n = n[a];
        s = forward_axis(&win->axis[a], who, p, a);
        if (s) return s;
    }
    return STRIDED_OK;
}

static strided_status check_output_padding(const char *who, const struct window_axis *w, int64_t output_padding, int a)
{
    if (output_padding < 0 || output_padding >= max_size(w->step, w->dilation))
        return strided__fail(STRIDED_ERR_ARG, "%s: output_padding %" PRId64 " on spatial axis %d is not in [0, max(stride %" PRId64
                             ", dilation %" PRId64 "))", who, output_padding, a, w->step, w->dilation);
    return STRIDED_OK;
}

/* "Same" makes step extents of every position: what the windows span beyond that is cut off, what they lack is added. */
static int transposed_extent(struct window_axis *w, strided_auto_pad auto_pad, int64_t output_padding)
{
    int64_t span, full;
    if (!tap_span(&span, w)) return 0;
    if (!mul_size(&full, w->positions - 1, w->step) || !add_size(&full, full, span)) return 0;
    if (!add_size(&full, full, output_padding)) return 0;
    if (is_same(auto_pad)) {
        int64_t wanted;
        if (!mul_size(&wanted, w->positions, w->step)) return 0;
        split_padding(w, auto_pad, max_size(0, full - wanted));
        w->n = wanted;
        return 1;
    }
    return sub_size(&w->n, full, w->before) && sub_size(&w->n, w->n, w->after);
}

static strided_status transposed_axis(struct window_axis *w, const char *who, const struct window_params *p,
                                      int64_t output_padding, int a)
{
    int64_t end;
    strided_status s = check_output_padding(who, w, output_padding, a);
    if (s) return s;
    if (w->positions < 1)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: spatial axis %d of the input has extent %" PRId64, who, a, w->positions);
    if (!transposed_extent(w, p->auto_pad, output_padding)) return overflow(who, a);
    if (w->n < 1)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: the result would have extent %" PRId64 " on spatial axis %d", who, w->n, a);
    if (!add_size(&end, w->n, w->before) || !add_size(&end, end, w->after)) return overflow(who, a);
    drop_idle_steps(w);
    return STRIDED_OK;
}

strided_status strided__window_transposed(struct window *win, const char *who, const struct window_params *p,
                                          const int64_t *output_padding, int nd, const int64_t *positions,
                                          const int64_t *size)
{
    win->nd = nd;
    for (int a = 0; a < nd; a++) {
        strided_status s = start_axis(&win->axis[a], who, p, a, size[a]);
        if (s) return s;
        win->axis[a].positions = positions[a];
        s = transposed_axis(&win->axis[a], who, p, output_padding[a], a);
        if (s) return s;
    }
    return STRIDED_OK;
}

int strided__window_is_inside(const struct window_axis *a)
{
    return a->before == 0 && (a->positions - 1) * a->step + (a->size - 1) * a->dilation < a->n;
}

int64_t strided__window_taps(const struct window_axis *a, int64_t j, int include_pad)
{
    int64_t start = j * a->step - a->before;
    int64_t lowest = include_pad ? -a->before : 0, end = include_pad ? a->n + a->after : a->n;
    int64_t first = max_size(0, ceil_div(lowest - start, a->dilation));
    int64_t last = min_size(a->size, ceil_div(end - start, a->dilation));
    return max_size(0, last - first);
}
