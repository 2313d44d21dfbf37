/*
 * layers.c - from weights to steps. Folded, a batch norm is part of the weights of the convolution before it, and the sum
 * at the end of a block and the ReLU are part of its one pass over y; unfolded, each is a step.
 */
#include "layers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ANY = -1 };

void *failed(struct resnet *net, const char *format, ...) {
    va_list args;

    va_start(args, format);
    if (!*net->why) vsnprintf(net->why, sizeof net->why, format, args);
    va_end(args);
    return NULL;
}

/* ---- weights ---------------------------------------------------------------------------------------- */

int has_weight(const struct resnet *net, const char *name) {
    char whole[WEIGHTS_NAME];

    snprintf(whole, sizeof whole, "%s.weight", name);
    return weights_find(net->weights, whole) != NULL;
}

static const strided_tensor *weight(struct resnet *net, const char *layer, const char *part, int ndim,
                                    const int64_t *shape) {
    char name[WEIGHTS_NAME];

    snprintf(name, sizeof name, "%s.%s", layer, part);
    const strided_tensor *t = weights_find(net->weights, name);
    if (!t) return failed(net, "there is no %s", name);
    if (strided_ndim(t) != ndim) return failed(net, "%s has %d axes, not %d", name, strided_ndim(t), ndim);
    for (int a = 0; a < ndim; a++)
        if (strided_dim(t, a) < 1 || (shape[a] != ANY && strided_dim(t, a) != shape[a]))
            return failed(net, "%s has extent %lld in axis %d, not %lld", name, (long long)strided_dim(t, a), a,
                          (long long)(shape[a] == ANY ? 1 : shape[a]));
    net->used++;
    return t;
}

static int find_unit(struct resnet *net, struct unit *u, int64_t channels) {
    u->w = weight(net, u->conv, "weight", STRIDED_DIMS(ANY, channels, u->size, u->size));
    if (!u->w) return 0;
    const int64_t *out = strided_shape(u->w);
    u->norm.mean = weight(net, u->bn, "running_mean", 1, out);
    u->norm.var = weight(net, u->bn, "running_var", 1, out);
    u->norm.scale = weight(net, u->bn, "weight", 1, out);
    u->norm.bias = weight(net, u->bn, "bias", 1, out);
    return u->norm.mean && u->norm.var && u->norm.scale && u->norm.bias;
}

/* ---- steps ------------------------------------------------------------------------------------------ */

/* The one place that knows how activations lie in memory. */
static strided_tensor *activation(struct resnet *net, int64_t n, int64_t c, int64_t h, int64_t w) {
    const int64_t *shape = net->options.nhwc ? STRIDED_LIST(n, h, w, c) : STRIDED_LIST(n, c, h, w);
    const int64_t *axes = net->options.nhwc ? STRIDED_LIST(0, 3, 1, 2) : STRIDED_LIST(0, 1, 2, 3);
    STRIDED_AUTO strided_tensor *memory = strided_empty(net->ctx, STRIDED_F32, 4, shape);
    strided_tensor *y = net->nkept < RESNET_STEPS ? strided_permute(memory, 4, axes) : NULL;

    return y ? net->kept[net->nkept++] = y : failed(net, "an activation: %s", strided_error());
}

static strided_tensor *step(struct resnet *net, const char *name, struct step s) {
    if (s.kind == PLANNED && !s.plan) return failed(net, "%s: %s", name, strided_error());
    if (net->count == RESNET_STEPS) return strided_plan_release(s.plan), failed(net, "%s: it is too deep", name);
    snprintf(s.name, sizeof s.name, "%s", name);
    net->steps[net->count++] = s;
    return s.y;
}

static strided_tensor *planned(struct resnet *net, const char *name, strided_plan *plan, strided_tensor *y,
                               const strided_tensor *x, double flops) {
    return step(net, name, (struct step){.plan = plan, .x = net->count ? x : NULL, .y = y, .flops = flops});
}

/* Multiplications and additions of a convolution, those on the padding too. */
static double flops_of(const strided_tensor *y, const strided_tensor *w) {
    return 2.0 * (double)strided_count(y) * (double)strided_count(w) / (double)strided_dim(w, 0);
}

/* ---- a convolution and its batch norm --------------------------------------------------------------- */

static strided_conv_params params_of(const struct unit *u) {
    const int64_t pad = u->size / 2;
    return (strided_conv_params){.stride = {u->stride, u->stride}, .pad = {{pad, pad}, {pad, pad}}};
}

/* Over `onto`, if there is one. */
static strided_tensor *folded(struct resnet *net, strided_tensor *y, const strided_tensor *x, const struct unit *u, int onto) {
    STRIDED_AUTO strided_tensor *w = strided_empty(net->ctx, STRIDED_F32, 4, strided_shape(u->w));
    STRIDED_AUTO strided_tensor *bias = strided_empty(net->ctx, STRIDED_F32, 1, strided_shape(u->w));
    const struct norm *n = &u->norm;
    strided_conv_params params = params_of(u);

    params.accumulate = onto;
    params.activation = u->activation;
    if (strided_batch_norm_fold(w, bias, u->w, NULL, n->mean, n->var, n->scale, n->bias, RESNET_EPS))
        return failed(net, "%s: %s", u->conv, strided_error());
    return planned(net, u->conv, strided_conv_plan(y, x, w, bias, &params), y, x, flops_of(y, w));
}

static strided_tensor *unfolded(struct resnet *net, strided_tensor *y, const strided_tensor *x, const struct unit *u,
                                const strided_tensor *onto) {
    STRIDED_AUTO strided_tensor *w = strided_empty(net->ctx, STRIDED_F32, 4, strided_shape(u->w));
    const strided_conv_params params = params_of(u);

    if (strided_copy(w, u->w)) return failed(net, "%s: %s", u->conv, strided_error());
    y = planned(net, u->conv, strided_conv_plan(y, x, w, NULL, &params), y, x, flops_of(y, w));
    if (y) y = step(net, u->bn, (struct step){.kind = NORM, .norm = u->norm, .y = y});
    if (y && onto) y = step(net, "add", (struct step){.kind = ADD, .x = onto, .y = y});
    return y && u->activation == STRIDED_ACT_RELU ? step(net, "relu", (struct step){.kind = RELU, .y = y}) : y;
}

static int64_t positions(const strided_tensor *x, int axis, int64_t size, int64_t stride) {
    return (strided_dim(x, axis) + 2 * (size / 2) - size) / stride + 1;
}

/* Memory for `channels` of what a window of that size sees of x. */
static strided_tensor *windowed(struct resnet *net, const strided_tensor *x, int64_t channels, int64_t size, int64_t stride) {
    return activation(net, strided_dim(x, 0), channels, positions(x, 2, size, stride), positions(x, 3, size, stride));
}

strided_tensor *conv_bn(struct resnet *net, strided_tensor *onto, const strided_tensor *x, struct unit *u) {
    if (!x || !find_unit(net, u, strided_dim(x, 1))) return NULL;
    int in_place = onto && !net->options.unfolded;
    strided_tensor *y = in_place ? onto : windowed(net, x, strided_dim(u->w, 0), u->size, u->stride);

    if (!y) return NULL;
    return net->options.unfolded ? unfolded(net, y, x, u, onto) : folded(net, y, x, u, in_place);
}

/* ---- the others ------------------------------------------------------------------------------------- */

strided_tensor *max_pool(struct resnet *net, const strided_tensor *x) {
    const strided_pool_params params = {.size = {3, 3}, .stride = {2, 2}, .pad = {{1, 1}, {1, 1}}};
    strided_tensor *y = x ? windowed(net, x, strided_dim(x, 1), 3, 2) : NULL;

    return y ? planned(net, "max pool", strided_pool_plan(y, x, &params), y, x, 0) : NULL;
}

strided_tensor *mean(struct resnet *net, const strided_tensor *x) {
    const strided_pool_params params = {.kind = STRIDED_POOL_AVG, .size = {strided_dim(x, 2), strided_dim(x, 3)}};
    strided_tensor *y = x ? activation(net, strided_dim(x, 0), strided_dim(x, 1), 1, 1) : NULL;

    return y ? planned(net, "mean", strided_pool_plan(y, x, &params), y, x, 0) : NULL;
}

/* A 1x1 convolution of the 1x1 picture that the means are. */
strided_tensor *linear(struct resnet *net, const strided_tensor *x, const char *name) {
    const strided_tensor *w = x ? weight(net, name, "weight", STRIDED_DIMS(ANY, strided_dim(x, 1))) : NULL;
    const strided_tensor *bias = w ? weight(net, name, "bias", 1, strided_shape(w)) : NULL;
    if (!bias) return NULL;
    STRIDED_AUTO strided_tensor *w11 = strided_unsqueeze(w, 2), *w1111 = strided_unsqueeze(w11, 3);
    strided_tensor *y = activation(net, strided_dim(x, 0), strided_dim(w, 0), 1, 1);

    return y ? planned(net, name, strided_conv_plan(y, x, w1111, bias, NULL), y, x, flops_of(y, w)) : NULL;
}
