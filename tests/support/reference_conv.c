/*
 * reference_conv.c - see reference.h: padding, convolution and everything that walks a window.
 */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- padding ------------------------------------------------------------------------------------ */

/* By walking back into the tensor, mirror by mirror. */
int64_t ref_pad_index(strided_pad_mode mode, int64_t p, int64_t n)
{
    if (p >= 0 && p < n) return p;
    if (mode == STRIDED_PAD_CONSTANT) return -1;
    if (mode == STRIDED_PAD_REPLICATE) return p < 0 ? 0 : n - 1;
    if (mode == STRIDED_PAD_REFLECT && n == 1) return 0;
    while (p < 0 || p >= n)
        switch (mode) {
        case STRIDED_PAD_REFLECT:   p = p < 0 ? -p : 2 * (n - 1) - p; break;
        case STRIDED_PAD_SYMMETRIC: p = p < 0 ? -p - 1 : 2 * n - 1 - p; break;
        default:                    p = p < 0 ? p + n : p - n;
        }
    return p;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Which element of one axis of n the padded position i reads: crop first, then pad what is left. -1: the value. */
static int64_t padded(int64_t i, int64_t n, int64_t before, int64_t after, strided_pad_mode mode)
{
    int64_t crop = before < 0 ? -before : 0, left = n - crop + least(after, 0);
    int64_t p = ref_pad_index(mode, before < 0 ? i : i - before, left);
    return p < 0 ? -1 : p + crop;
}

/* Flat index into x of the padded index; -1: the value. */
static int64_t pad_source(const struct array *x, const int64_t *index, const int64_t *before, const int64_t *after,
                          strided_pad_mode mode)
{
    int64_t at[ARRAY_NDIM];
    for (int a = 0; a < x->ndim; a++) {
        at[a] = padded(index[a], x->shape[a], before[a], after[a], mode);
        if (at[a] < 0) return -1;
    }
    return shape_flat(x->ndim, x->shape, at);
}

void ref_pad(struct array *dst, const struct array *x, const int64_t *before, const int64_t *after,
             strided_pad_mode mode, double value)
{
    int64_t index[ARRAY_NDIM] = {0};
    for (int64_t i = 0; i < dst->count; i++) {
        int64_t from = pad_source(x, index, before, after, mode);
        dst->v[i] = from < 0 ? value : x->v[from];
        shape_next(dst->ndim, dst->shape, index);
    }
}

void ref_pad_grad(struct array *dx, const struct array *dy, const int64_t *before, const int64_t *after,
                  strided_pad_mode mode)
{
    int64_t index[ARRAY_NDIM] = {0};
    for (int64_t i = 0; i < dy->count; i++) {
        int64_t to = pad_source(dx, index, before, after, mode);
        if (to >= 0) dx->v[to] += dy->v[i];
        shape_next(dy->ndim, dy->shape, index);
    }
}

/* ---- windows ------------------------------------------------------------------------------------ */

struct ref_window ref_window_plain(int nd)
{
    struct ref_window w = { .nd = nd, .groups = 1 };
    for (int a = 0; a < nd; a++) w.size[a] = w.stride[a] = w.dilation[a] = 1;
    return w;
}

/* By trying: the window at j is there while it still fits. */
int64_t ref_positions(const struct ref_window *w, int axis, int64_t n, int ceil_mode)
{
    int64_t s = w->stride[axis], b = w->pad[axis][0], e = w->pad[axis][1];
    int64_t reach = w->dilation[axis] * (w->size[axis] - 1) + 1, o = 0;
    while (o * s + reach <= n + b + e) o++;
    int64_t rest = n + b + e - reach;
    if (ceil_mode && rest >= 0 && rest % s != 0 && o * s < n + b) o++;
    return o;
}

/* One multiply of a convolution: flat indices into y, x and w. */
typedef void visit(void *job, int64_t y, int64_t x, int64_t w);

/* Place on spatial axis a of n that tap t of position j reads; -1: nothing. */
static int64_t tap(const struct ref_window *p, int a, int64_t n, int64_t j, int64_t t)
{
    return ref_pad_index(p->mode, j * p->stride[a] - p->pad[a][0] + t * p->dilation[a], n);
}

/* Every (n, o, j.., c, t..) of conv with ys = (N, O, j..), xs = (N, C, ..), ws = (O, C/g, t..). */
static void walk_conv(const int64_t *ys, const int64_t *xs, const int64_t *ws, const struct ref_window *p,
                      visit *see, void *job)
{
    int nd = p->nd, n = 3 + 2 * nd;
    int64_t extent[9], i[9] = {0}, per_group = ys[1] / p->groups;
    extent[0] = ys[0], extent[1] = ys[1], extent[2 + nd] = ws[1];
    for (int a = 0; a < nd; a++) extent[2 + a] = ys[2 + a], extent[3 + nd + a] = ws[2 + a];
    if (shape_count(n, extent) == 0) return;
    do {
        int64_t at[5] = { i[0], i[1] / per_group * ws[1] + i[2 + nd] }, in[5] = { i[1], i[2 + nd] };
        int inside = 1;
        for (int a = 0; a < nd; a++) {
            in[2 + a] = i[3 + nd + a];
            at[2 + a] = tap(p, a, xs[2 + a], i[2 + a], in[2 + a]);
            if (at[2 + a] < 0) inside = 0;
        }
        if (inside) see(job, shape_flat(2 + nd, ys, i), shape_flat(2 + nd, xs, at), shape_flat(2 + nd, ws, in));
    } while (shape_next(n, extent, i));
}

/* Every (n, c, i.., o, t..) of the transposed convolution with xs = (N, C, i..), ws = (C, O/g, t..), ys = (N, O, ..). */
static void walk_transpose(const int64_t *ys, const int64_t *xs, const int64_t *ws, const struct ref_window *p,
                           visit *see, void *job)
{
    int nd = p->nd, n = 3 + 2 * nd;
    int64_t extent[9], i[9] = {0}, per_group = xs[1] / p->groups;
    extent[0] = xs[0], extent[1] = xs[1], extent[2 + nd] = ws[1];
    for (int a = 0; a < nd; a++) extent[2 + a] = xs[2 + a], extent[3 + nd + a] = ws[2 + a];
    if (shape_count(n, extent) == 0) return;
    do {
        int64_t to[5] = { i[0], i[1] / per_group * ws[1] + i[2 + nd] }, in[5] = { i[1], i[2 + nd] };
        int inside = 1;
        for (int a = 0; a < nd; a++) {
            in[2 + a] = i[3 + nd + a];
            to[2 + a] = i[2 + a] * p->stride[a] - p->pad[a][0] + in[2 + a] * p->dilation[a];
            if (to[2 + a] < 0 || to[2 + a] >= ys[2 + a]) inside = 0;
        }
        if (inside) see(job, shape_flat(2 + nd, ys, to), shape_flat(2 + nd, xs, i), shape_flat(2 + nd, ws, in));
    } while (shape_next(n, extent, i));
}

struct product { double *y, *x, *w; };

static void into_y(void *job, int64_t y, int64_t x, int64_t w)
{
    struct product *p = job;
    p->y[y] += p->x[x] * p->w[w];
}

static void into_x(void *job, int64_t y, int64_t x, int64_t w)
{
    struct product *p = job;
    p->x[x] += p->y[y] * p->w[w];
}

static void into_w(void *job, int64_t y, int64_t x, int64_t w)
{
    struct product *p = job;
    p->w[w] += p->y[y] * p->x[x];
}

void ref_conv(struct array *y, const struct array *x, const struct array *w, const struct ref_window *p)
{
    walk_conv(y->shape, x->shape, w->shape, p, into_y, &(struct product){ y->v, x->v, w->v });
}

void ref_conv_grad_input(struct array *dx, const struct array *dy, const struct array *w, const struct ref_window *p)
{
    walk_conv(dy->shape, dx->shape, w->shape, p, into_x, &(struct product){ dy->v, dx->v, w->v });
}

void ref_conv_grad_weight(struct array *dw, const struct array *dy, const struct array *x, const struct ref_window *p)
{
    walk_conv(dy->shape, x->shape, dw->shape, p, into_w, &(struct product){ dy->v, x->v, dw->v });
}

void ref_conv_transpose(struct array *y, const struct array *x, const struct array *w, const struct ref_window *p)
{
    walk_transpose(y->shape, x->shape, w->shape, p, into_y, &(struct product){ y->v, x->v, w->v });
}

void ref_conv_transpose_grad_input(struct array *dx, const struct array *dy, const struct array *w,
                                   const struct ref_window *p)
{
    walk_transpose(dy->shape, dx->shape, w->shape, p, into_x, &(struct product){ dy->v, dx->v, w->v });
}

void ref_conv_transpose_grad_weight(struct array *dw, const struct array *dy, const struct array *x,
                                    const struct ref_window *p)
{
    walk_transpose(dy->shape, x->shape, dw->shape, p, into_w, &(struct product){ dy->v, x->v, dw->v });
}

static int64_t channel_of(const struct array *y, int64_t flat)
{
    return flat / shape_count(y->ndim - 2, y->shape + 2) % y->shape[1];
}

void ref_add_bias(struct array *y, const struct array *bias)
{
    for (int64_t i = 0; i < y->count; i++) y->v[i] += bias->v[channel_of(y, i)];
}

void ref_bias_grad(struct array *db, const struct array *dy)
{
    for (int64_t i = 0; i < dy->count; i++) db->v[channel_of(dy, i)] += dy->v[i];
}

double ref_activation(strided_activation a, double v, double lo, double hi)
{
    switch (a) {
    case STRIDED_ACT_RELU:  return ref_unary(STRIDED_RELU, v);
    case STRIDED_ACT_CLAMP: return isnan(v) ? v : v < lo && lo <= hi ? lo : v > hi ? hi : v < lo ? hi : v;
    case STRIDED_ACT_SILU:  return ref_unary(STRIDED_SILU, v);
    default:                return v;
    }
}

/* ---- streams, 8 bits, columns ------------------------------------------------------------------- */

/* Element i of past followed by x, for stream `row`. */
static double streamed(const struct array *state, const struct array *x, int64_t row, int64_t i)
{
    int64_t past = state->shape[2], len = x->shape[2];
    return i < past ? state->v[row * past + i] : x->v[row * len + i - past];
}

void ref_causal_conv(struct array *y, struct array *state, const struct array *x, const struct array *w,
                     const struct array *bias)
{
    int64_t k = w->shape[2], len = x->shape[2], channels = x->shape[1], past = k - 1;
    struct array *next = array_copy(state);
    for (int64_t row = 0; row < x->shape[0] * channels; row++) {
        int64_t c = row % channels;
        for (int64_t i = 0; i < len; i++) {
            double sum = bias == NULL ? 0 : bias->v[c];
            for (int64_t t = 0; t < k; t++) sum += streamed(state, x, row, i + t) * w->v[c * k + t];
            y->v[row * len + i] = sum;
        }
        for (int64_t i = 0; i < past; i++) next->v[row * past + i] = streamed(state, x, row, len + i);
    }
    memcpy(state->v, next->v, (size_t)state->count * sizeof *state->v);
}

static struct array *shifted(const struct array *x, const struct array *zero)
{
    struct array *y = array_copy(x);
    int64_t run = zero->count > 1 ? x->count / zero->count : x->count;
    for (int64_t i = 0; i < y->count; i++) y->v[i] -= zero->v[i / run];
    return y;
}

void ref_conv_zero_points(struct array *y, const struct array *x, double x_zero, const struct array *w,
                          const struct array *w_zero, const struct ref_window *p)
{
    ref_conv(y, shifted(x, array_full(x_zero, 0, NULL)), shifted(w, w_zero), p);
}

double ref_requantize(double acc, double factor, double zero, double lowest, double highest)
{
    double q = rint(acc * factor) + zero;
    return q < lowest ? lowest : q > highest ? highest : q;
}

/* im2col as a convolution that copies: output channel (c, t) has the one weight 1 at tap t of channel c. */
static struct array *selector(int64_t channels, const struct ref_window *p)
{
    int64_t taps = shape_count(p->nd, p->size);
    int64_t shape[5] = { channels * taps, channels };
    for (int a = 0; a < p->nd; a++) shape[2 + a] = p->size[a];
    struct array *w = array_new(2 + p->nd, shape);
    for (int64_t row = 0; row < channels * taps; row++) w->v[(row * channels + row / taps) * taps + row % taps] = 1;
    return w;
}

/* columns (N, C prod(k), prod(o)) seen as (N, C prod(k), o..). */
static struct array as_images(const struct array *columns, const struct array *x, const struct ref_window *p)
{
    struct array y = { .ndim = 2 + p->nd, .shape = { columns->shape[0], columns->shape[1] }, .count = columns->count,
                       .v = columns->v };
    for (int a = 0; a < p->nd; a++) y.shape[2 + a] = ref_positions(p, a, x->shape[2 + a], 0);
    return y;
}

void ref_im2col(struct array *columns, const struct array *x, const struct ref_window *p)
{
    struct array y = as_images(columns, x, p);
    ref_conv(&y, x, selector(x->shape[1], p), p);
}

void ref_col2im(struct array *x, const struct array *columns, const struct ref_window *p)
{
    struct array y = as_images(columns, x, p);
    ref_conv_grad_input(x, &y, selector(x->shape[1], p), p);
}
