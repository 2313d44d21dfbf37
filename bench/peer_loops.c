/*
 * peer_loops.c - what one writes without a library: plain C loops, the innermost along whatever has unit stride,
 * compiled with -O3 for this machine's vectors.
 */
#include "bench.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#  define FOR_THIS_MACHINE __attribute__((target_clones("avx512f", "fma", "default")))
#else
#  define FOR_THIS_MACHINE
#endif

/* Three spatial axes, those that are not there of extent 1. */
struct loops {
    enum op op;
    int64_t n, groups, c, o; /* c, o of a group */
    int64_t in[3], out[3], tap[3], step[3], dilation[3], before[3];
    int64_t xn, xc, x[3], yn, yo, y[3];
    const float *from, *left;
    float *to, *weights; /* (g, O/g, C/g, taps), or with channels last (g, C/g, taps, O/g) */
    int last, is_max;
    int64_t m, k, a[2], b[2], r[2]; /* of a product */
};

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/* The positions [*from, *to) at which tap `t` of axis a lies inside. */
static void inside(const struct loops *v, int a, int64_t t, int64_t *from, int64_t *to)
{
    int64_t shift = t * v->dilation[a] - v->before[a];
    *from = shift >= 0 ? 0 : (-shift + v->step[a] - 1) / v->step[a];
    *to = v->in[a] - shift <= 0 ? 0 : least(v->out[a], (v->in[a] - shift - 1) / v->step[a] + 1);
}

FOR_THIS_MACHINE
static void add_row(float *restrict y, const float *restrict x, float w, int64_t n, int64_t step)
{
    if (step == 1)
        for (int64_t i = 0; i < n; i++) y[i] += w * x[i];
    else
        for (int64_t i = 0; i < n; i++) y[i] += w * x[i * step];
}

FOR_THIS_MACHINE
static void add_strided(float *y, const float *x, float w, int64_t n, int64_t step, int64_t stride)
{
    for (int64_t i = 0; i < n; i++) y[i * stride] += w * x[i * step];
}

/* One plane of y from one plane of x, for all taps. */
static void add_plane(const struct loops *v, float *y, const float *x, const float *w)
{
    int64_t d0, d1, h0, h1, w0, w1, step = v->step[2] * v->x[2];
    for (int64_t t = 0; t < v->tap[0]; t++)
        for (int64_t r = 0; r < v->tap[1]; r++)
            for (int64_t s = 0; s < v->tap[2]; s++, w++) {
                inside(v, 0, t, &d0, &d1);
                inside(v, 1, r, &h0, &h1);
                inside(v, 2, s, &w0, &w1);
                for (int64_t d = d0; d < d1; d++)
                    for (int64_t h = h0; h < h1; h++) {
                        const float *from = x + (d * v->step[0] + t * v->dilation[0] - v->before[0]) * v->x[0] +
                                            (h * v->step[1] + r * v->dilation[1] - v->before[1]) * v->x[1] +
                                            (w0 * v->step[2] + s * v->dilation[2] - v->before[2]) * v->x[2];
                        float *to = y + d * v->y[0] + h * v->y[1] + w0 * v->y[2];
                        if (v->y[2] == 1)
                            add_row(to, from, *w, w1 - w0, step);
                        else
                            add_strided(to, from, *w, w1 - w0, step, v->y[2]);
                    }
            }
}

static void clear_plane(const struct loops *v, float *y)
{
    for (int64_t d = 0; d < v->out[0]; d++)
        for (int64_t h = 0; h < v->out[1]; h++)
            for (int64_t w = 0; w < v->out[2]; w++) y[d * v->y[0] + h * v->y[1] + w * v->y[2]] = 0;
}

static void conv_first(const struct loops *v)
{
    int64_t taps = v->tap[0] * v->tap[1] * v->tap[2];
    for (int64_t n = 0; n < v->n; n++)
        for (int64_t g = 0; g < v->groups; g++)
            for (int64_t o = 0; o < v->o; o++) {
                float *y = v->to + n * v->yn + (g * v->o + o) * v->yo;
                clear_plane(v, y);
                for (int64_t c = 0; c < v->c; c++)
                    add_plane(v, y, v->from + n * v->xn + (g * v->c + c) * v->xc,
                              v->weights + ((g * v->o + o) * v->c + c) * taps);
            }
}

FOR_THIS_MACHINE
static void add_products(float *restrict y, const float *restrict x, const float *restrict w, int64_t n)
{
    for (int64_t i = 0; i < n; i++) y[i] += w[i] * x[i];
}

/* Depthwise with one output a channel, and all channels side by side. */
static int all_at_once(const struct loops *v) { return v->c == 1 && v->o == 1 && v->groups > 1 && v->xc == 1; }

/* One position of y with channels last: for each tap, each channel's row of weights; depthwise all channels at once. */
static void conv_position(const struct loops *v, float *y, const float *x, const int64_t at[3])
{
    int64_t taps = v->tap[0] * v->tap[1] * v->tap[2], t = 0;
    memset(y, 0, (size_t)(v->groups * v->o) * sizeof *y);
    for (; t < taps; t++) {
        int64_t id = at[0] * v->step[0] + t / (v->tap[1] * v->tap[2]) * v->dilation[0] - v->before[0];
        int64_t ih = at[1] * v->step[1] + t / v->tap[2] % v->tap[1] * v->dilation[1] - v->before[1];
        int64_t iw = at[2] * v->step[2] + t % v->tap[2] * v->dilation[2] - v->before[2];
        if (id < 0 || id >= v->in[0] || ih < 0 || ih >= v->in[1] || iw < 0 || iw >= v->in[2]) continue;
        const float *from = x + id * v->x[0] + ih * v->x[1] + iw * v->x[2];
        if (all_at_once(v)) {
            add_products(y, from, v->weights + t * v->groups, v->groups);
            continue;
        }
        for (int64_t g = 0; g < v->groups; g++)
            for (int64_t c = 0; c < v->c; c++)
                add_row(y + g * v->o, v->weights + ((g * v->c + c) * taps + t) * v->o, from[(g * v->c + c) * v->xc],
                        v->o, 1);
    }
}

static void conv_last(const struct loops *v)
{
    for (int64_t n = 0; n < v->n; n++)
        for (int64_t d = 0; d < v->out[0]; d++)
            for (int64_t h = 0; h < v->out[1]; h++)
                for (int64_t w = 0; w < v->out[2]; w++)
                    conv_position(v, v->to + n * v->yn + d * v->y[0] + h * v->y[1] + w * v->y[2], v->from + n * v->xn,
                                  (const int64_t[]){d, h, w});
}

static float pool_position(const struct loops *v, const float *x, const int64_t at[3])
{
    float best = -INFINITY, sum = 0;
    int count = 0;
    int64_t lo[3], hi[3];
    for (int a = 0; a < 3; a++) {
        lo[a] = most(0, at[a] * v->step[a] - v->before[a]);
        hi[a] = least(v->in[a], at[a] * v->step[a] - v->before[a] + v->tap[a]);
    }
    for (int64_t d = lo[0]; d < hi[0]; d++)
        for (int64_t h = lo[1]; h < hi[1]; h++)
            for (int64_t w = lo[2]; w < hi[2]; w++, count++) {
                float value = x[d * v->x[0] + h * v->x[1] + w * v->x[2]];
                sum += value;
                if (value > best) best = value;
            }
    return v->is_max ? best : sum / (float)count;
}

FOR_THIS_MACHINE
static void pool_planes(const struct loops *v)
{
    for (int64_t n = 0; n < v->n; n++)
        for (int64_t c = 0; c < v->c; c++)
            for (int64_t d = 0; d < v->out[0]; d++)
                for (int64_t h = 0; h < v->out[1]; h++)
                    for (int64_t w = 0; w < v->out[2]; w++)
                        v->to[n * v->yn + c * v->yo + d * v->y[0] + h * v->y[1] + w * v->y[2]] =
                            pool_position(v, v->from + n * v->xn + c * v->xc, (const int64_t[]){d, h, w});
}

/* Rows of b added to rows of c. */
static void product(const struct loops *v)
{
    for (int64_t i = 0; i < v->m; i++) {
        float *row = v->to + i * v->r[0];
        memset(row, 0, (size_t)v->n * sizeof *row);
        for (int64_t k = 0; k < v->k; k++)
            add_row(row, v->from + k * v->b[0], v->left[i * v->a[0] + k * v->a[1]], v->n, v->b[1]);
    }
}

static int run(void *state)
{
    const struct loops *v = state;
    if (v->op == OP_PRODUCT)
        product(v);
    else if (v->op == OP_POOL)
        pool_planes(v);
    else if (v->last)
        conv_last(v);
    else
        conv_first(v);
    return 0;
}

static void drop(void *state)
{
    struct loops *v = state;
    free(v->weights);
    free(v);
}

/* ---- setting up ---------------------------------------------------------------------------------- */

static void geometry(struct loops *v, const struct problem *p)
{
    int nd = strided_ndim(p->x) - 2, pool = p->op == OP_POOL;
    for (int i = 0; i < 3; i++) {
        int a = i - (3 - nd), there = a >= 0;
        int64_t stride = !there ? 1 : pool ? p->pool.stride[a] : p->conv.stride[a];
        int64_t dilation = !there ? 1 : pool ? 1 : p->conv.dilation[a];
        v->in[i] = there ? strided_dim(p->x, a + 2) : 1;
        v->out[i] = there ? strided_dim(p->y, a + 2) : 1;
        v->tap[i] = !there ? 1 : pool ? p->pool.size[a] : strided_dim(p->w, a + 2);
        v->step[i] = stride ? stride : pool ? v->tap[i] : 1;
        v->dilation[i] = dilation ? dilation : 1;
        v->before[i] = !there ? 0 : pool ? p->pool.pad[a][0] : p->conv.pad[a][0];
        v->x[i] = there ? strided_stride(p->x, a + 2) : 0;
        v->y[i] = there ? strided_stride(p->y, a + 2) : 0;
    }
    v->n = strided_dim(p->x, 0);
    v->xn = strided_stride(p->x, 0), v->xc = strided_stride(p->x, 1);
    v->yn = strided_stride(p->y, 0), v->yo = strided_stride(p->y, 1);
}

/* Channels last: (taps, g) where all are taken at once, else (g, C/g, taps, O/g). */
static float *weights_of(const struct loops *v, const strided_tensor *w)
{
    int nd = strided_ndim(w);
    int64_t split[6], order[6];
    split[0] = v->groups;
    split[1] = v->o;
    for (int a = 1; a < nd; a++) split[a + 1] = strided_dim(w, a);
    for (int a = 0; a <= nd; a++) order[a] = a;
    if (v->last && all_at_once(v))
        for (int a = 0; a <= nd; a++) order[a] = a == nd ? 0 : a + 1;
    else if (v->last)
        for (int a = 1; a <= nd; a++) order[a] = a == nd ? 1 : a + 1;
    strided_tensor *s = strided_reshape(w, nd + 1, split), *q = strided_permute(s, nd + 1, order),
                   *c = strided_clone(q);
    float *data = c ? malloc((size_t)strided_count(c) * sizeof *data) : NULL;
    if (data) memcpy(data, strided_data(c), (size_t)strided_count(c) * sizeof *data);
    strided_release(s);
    strided_release(q);
    strided_release(c);
    return data;
}

static int make_product(struct loops *v, const struct problem *p)
{
    v->m = strided_dim(p->y, 0), v->n = strided_dim(p->y, 1), v->k = strided_dim(p->x, 1);
    for (int i = 0; i < 2; i++)
        v->a[i] = strided_stride(p->x, i), v->b[i] = strided_stride(p->w, i), v->r[i] = strided_stride(p->y, i);
    v->left = strided_const_data(p->x);
    v->from = strided_const_data(p->w);
    return 1;
}

static int make_conv(struct loops *v, const struct problem *p)
{
    geometry(v, p);
    v->groups = p->conv.groups ? p->conv.groups : 1;
    v->c = strided_dim(p->w, 1), v->o = strided_dim(p->y, 1) / v->groups;
    v->last = strided_dim(p->y, 1) > 1 && v->yo == 1;
    v->weights = weights_of(v, p->w);
    return v->weights != NULL;
}

static int make_pool(struct loops *v, const struct problem *p)
{
    geometry(v, p);
    v->c = strided_dim(p->x, 1);
    v->is_max = p->pool.kind == STRIDED_POOL_MAX;
    return p->pool.kind != STRIDED_POOL_LP && !p->pool.count_include_pad;
}

static int make(struct contender *c, const struct problem *p, int variant)
{
    (void)variant;
    if (p->threads > 1 || strided_dtype_of(p->x) != STRIDED_F32) return 0;
    if (p->op != OP_CONV && p->op != OP_POOL && p->op != OP_PRODUCT) return 0;
    if (problem_flops(p) > (options.quick ? 1e8 : 4e9)) return 0; /* seconds */
    struct loops *v = calloc(1, sizeof *v);
    if (!v) return 0;
    v->op = p->op;
    v->from = strided_const_data(p->x);
    v->to = strided_data(p->y);
    c->state = v;
    c->run = run;
    c->drop = drop;
    if (p->op == OP_CONV ? make_conv(v, p) : p->op == OP_POOL ? make_pool(v, p) : make_product(v, p)) return 1;
    drop(v);
    return 0;
}

const struct peer peer_loops = {"c loops", 1, NULL, make};
