/*
 * peer_xnnpack.c - XNNPACK's operators: 2-d, channels last, f32. Anything else is copied to that first and back after,
 * by strided_copy(), which is faster than what XNNPACK of this age has for it.
 */
#include "bench.h"
#include <math.h>
#include <pthreadpool.h>
#include <stdlib.h>
#include <string.h>
#include <xnnpack.h>

struct state {
    xnn_operator_t op;
    pthreadpool_t pool;
    const strided_tensor *x;
    strided_tensor *y, *last_x, *last_y; /* channels-last copies, NULL where the tensor is that already */
};

/* It cannot be told to use less than the processor has. */
static int open_xnnpack(void)
{
    return (!options.isa || strncmp(options.isa, "avx512", 6) == 0) && xnn_initialize(NULL) == xnn_status_success;
}

/* Whether (N, C, H, W) lies as N, H, W, C without gaps. */
static int is_last(const strided_tensor *x)
{
    int nd = strided_ndim(x);
    int64_t next = strided_dim(x, 1);
    if (strided_dim(x, 1) > 1 && strided_stride(x, 1) != 1) return 0;
    for (int a = nd - 1; a >= 2; next *= strided_dim(x, a--))
        if (strided_dim(x, a) > 1 && strided_stride(x, a) != next) return 0;
    return strided_dim(x, 0) == 1 || strided_stride(x, 0) == next;
}

static int change_in(struct state *s) { return s->last_x && strided_copy(s->last_x, s->x) != STRIDED_OK; }
static int change_out(struct state *s) { return s->last_y && strided_copy(s->y, s->last_y) != STRIDED_OK; }

static int run(void *state)
{
    struct state *s = state;
    return change_in(s) || xnn_run_operator(s->op, s->pool) != xnn_status_success || change_out(s);
}

static int run_changes(void *state) { return change_in(state) || change_out(state); }

static void drop(void *state)
{
    struct state *s = state;
    if (s->op) xnn_delete_operator(s->op);
    if (s->pool) pthreadpool_destroy(s->pool);
    strided_release(s->last_x);
    strided_release(s->last_y);
    free(s);
}

static strided_tensor *last_copy(const strided_tensor *x)
{
    return is_last(x)
               ? NULL
               : layout_tensor(strided_context_of(x), STRIDED_F32, strided_ndim(x), strided_shape(x), 1, VIEW_NONE);
}

/* w (O, C/g, taps) as O, taps, C/g; of a depthwise one as taps, O. */
static float *packed(const strided_tensor *w, int depthwise)
{
    int nd = strided_ndim(w);
    int64_t order[5], shape[5];
    for (int a = 0; a < nd; a++) order[a] = a == 0 ? (depthwise ? 1 : 0) : a == nd - 1 ? (depthwise ? 0 : 1) : a + 1;
    strided_tensor *v = strided_permute(w, nd, order);
    for (int a = 0; a < nd; a++) shape[a] = strided_dim(v, a);
    strided_tensor *c = strided_empty(NULL, STRIDED_F32, nd, shape);
    float *data = malloc((size_t)(strided_count(w) * 4));
    if (data && strided_copy(c, v) == STRIDED_OK) memcpy(data, strided_data(c), (size_t)(strided_count(w) * 4));
    strided_release(v);
    strided_release(c);
    return data;
}

struct geometry {
    uint32_t size[2], stride[2], dilation[2], before[2], after[2];
};

static struct geometry geometry_of(const struct problem *p)
{
    int nd = strided_ndim(p->x) - 2, pool = p->op == OP_POOL;
    struct geometry g = {{1, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0}};
    for (int a = 0; a < nd; a++) {
        int i = a + 2 - nd;
        g.size[i] = (uint32_t)(pool ? p->pool.size[a] : strided_dim(p->w, a + 2));
        int64_t stride = pool ? p->pool.stride[a] : p->conv.stride[a],
                dil = pool ? p->pool.dilation[a] : p->conv.dilation[a];
        g.stride[i] = (uint32_t)(stride ? stride : pool ? p->pool.size[a] : 1);
        g.dilation[i] = (uint32_t)(dil ? dil : 1);
        g.before[i] = (uint32_t)(pool ? p->pool.pad[a][0] : p->conv.pad[a][0]);
        g.after[i] = (uint32_t)(pool ? p->pool.pad[a][1] : p->conv.pad[a][1]);
    }
    return g;
}

static int make_conv(struct state *s, const struct problem *p, size_t n, size_t h, size_t w, const float *x, float *y)
{
    struct geometry g = geometry_of(p);
    size_t groups = (size_t)(p->conv.groups ? p->conv.groups : 1), c = (size_t)strided_dim(p->x, 1),
           o = (size_t)strided_dim(p->y, 1);
    int depthwise = groups > 1 && groups == c;
    float *weights = packed(p->w, depthwise);
    if (!weights) return 0;
    enum xnn_status made = xnn_create_convolution2d_nhwc_f32(
        g.before[0], g.after[1], g.after[0], g.before[1], g.size[0], g.size[1], g.stride[0], g.stride[1], g.dilation[0],
        g.dilation[1], (uint32_t)groups, c / groups, o / groups, c, o, weights, NULL, -INFINITY, INFINITY,
        depthwise ? XNN_FLAG_DEPTHWISE_CONVOLUTION : 0, &s->op);
    free(weights);
    return made == xnn_status_success &&
           xnn_setup_convolution2d_nhwc_f32(s->op, n, h, w, x, y, s->pool) == xnn_status_success;
}

static int make_pool(struct state *s, const struct problem *p, size_t n, size_t h, size_t w, const float *x, float *y)
{
    struct geometry g = geometry_of(p);
    size_t c = (size_t)strided_dim(p->x, 1);
    if (p->pool.kind == STRIDED_POOL_MAX)
        return xnn_create_max_pooling2d_nhwc_f32(g.before[0], g.after[1], g.after[0], g.before[1], g.size[0], g.size[1],
                                                 g.stride[0], g.stride[1], g.dilation[0], g.dilation[1], c, c, c,
                                                 -INFINITY, INFINITY, 0, &s->op) == xnn_status_success &&
               xnn_setup_max_pooling2d_nhwc_f32(s->op, n, h, w, x, y, s->pool) == xnn_status_success;
    if (strided_count(p->y) == strided_dim(p->y, 0) * strided_dim(p->y, 1))
        return xnn_create_global_average_pooling_nwc_f32(c, c, c, -INFINITY, INFINITY, 0, &s->op) ==
                   xnn_status_success &&
               xnn_setup_global_average_pooling_nwc_f32(s->op, n, h * w, x, y, s->pool) == xnn_status_success;
    return xnn_create_average_pooling2d_nhwc_f32(g.before[0], g.after[1], g.after[0], g.before[1], g.size[0], g.size[1],
                                                 g.stride[0], g.stride[1], c, c, c, -INFINITY, INFINITY, 0,
                                                 &s->op) == xnn_status_success &&
           xnn_setup_average_pooling2d_nhwc_f32(s->op, n, h, w, x, y, s->pool) == xnn_status_success;
}

static int make(struct contender *c, const struct problem *p, int variant)
{
    (void)variant;
    int nd = strided_ndim(p->x) - 2;
    if ((p->op != OP_CONV && p->op != OP_POOL) || nd < 1 || nd > 2 || strided_dtype_of(p->x) != STRIDED_F32) return 0;
    struct state *s = calloc(1, sizeof *s);
    if (!s) return 0;
    s->x = p->x;
    s->y = p->y;
    s->last_x = last_copy(p->x);
    s->last_y = last_copy(p->y);
    s->pool = p->threads > 1 ? pthreadpool_create((size_t)p->threads) : NULL;
    c->state = s;
    c->run = run;
    c->drop = drop;
    if (s->last_x || s->last_y) c->copies = run_changes;
    size_t n = (size_t)strided_dim(p->x, 0), w = (size_t)strided_dim(p->x, nd + 1),
           h = nd == 2 ? (size_t)strided_dim(p->x, 2) : 1;
    const float *x = strided_const_data(s->last_x ? s->last_x : p->x);
    float *y = strided_data(s->last_y ? s->last_y : p->y);
    if (p->op == OP_CONV ? make_conv(s, p, n, h, w, x, y) : make_pool(s, p, n, h, w, x, y)) return 1;
    drop(s);
    return 0;
}

const struct peer peer_xnnpack = {"xnnpack", 1, open_xnnpack, make};
