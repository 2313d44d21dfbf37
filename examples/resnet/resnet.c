/*
 * resnet.c - the network. Batch norms are folded into the convolutions before them. A block's second convolution adds
 * what it computes to what went around the block and takes the ReLU, in one pass and, where nothing stands in the way
 * around, in place.
 *
 *     conv1 7x7/2, bn1, ReLU, max pool 3x3/2
 *     layer1 .. layer4: blocks of two 3x3; the first of layer2, 3, 4 takes every second pixel
 *     mean of each channel, fc
 */
#include "resnet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STAGES = 4, ANY = -1 };

/* The first failure is the one that is told. */
static __attribute__((format(printf, 2, 3))) void *failed(struct resnet *net, const char *format, ...) {
    va_list args;

    va_start(args, format);
    if (!*net->why) vsnprintf(net->why, sizeof net->why, format, args);
    va_end(args);
    return NULL;
}

/* ---- weights ---------------------------------------------------------------------------------------- */

static int is_there(const struct resnet *net, const char *unit, const char *part) {
    char name[SAFETENSORS_NAME];

    snprintf(name, sizeof name, "%s.%s", unit, part);
    return safetensors_find(net->weights, name) != NULL;
}

static const strided_tensor *weight(struct resnet *net, const char *unit, const char *part, int ndim,
                                    const int64_t *shape) {
    char name[SAFETENSORS_NAME];

    snprintf(name, sizeof name, "%s.%s", unit, part);
    const strided_tensor *t = safetensors_find(net->weights, name);
    if (!t) return failed(net, "there is no %s", name);
    if (strided_ndim(t) != ndim) return failed(net, "%s has %d axes, not %d", name, strided_ndim(t), ndim);
    for (int a = 0; a < ndim; a++)
        if (strided_dim(t, a) < 1 || (shape[a] != ANY && strided_dim(t, a) != shape[a]))
            return failed(net, "%s has extent %lld in axis %d, not %lld", name, (long long)strided_dim(t, a), a,
                          (long long)(shape[a] == ANY ? 1 : shape[a]));
    net->used++;
    return t;
}

/* ---- steps ------------------------------------------------------------------------------------------ */

/* The one place that knows how activations lie in memory. */
static strided_tensor *activation(struct resnet *net, int64_t n, int64_t c, int64_t h, int64_t w) {
    const int64_t *shape = net->nhwc ? STRIDED_LIST(n, h, w, c) : STRIDED_LIST(n, c, h, w);
    const int64_t *axes = net->nhwc ? STRIDED_LIST(0, 3, 1, 2) : STRIDED_LIST(0, 1, 2, 3);
    STRIDED_AUTO strided_tensor *memory = strided_empty(net->ctx, STRIDED_F32, 4, shape);
    strided_tensor *y = net->nkept < RESNET_STEPS ? strided_permute(memory, 4, axes) : NULL;

    return y ? net->kept[net->nkept++] = y : failed(net, "an activation: %s", strided_error());
}

static strided_tensor *step(struct resnet *net, const char *name, strided_plan *plan, strided_tensor *y,
                            const strided_tensor *x, double flops) {
    struct step s = {.plan = plan, .x = net->count ? x : NULL, .y = y, .flops = flops};

    if (!plan) return failed(net, "%s: %s", name, strided_error());
    if (net->count == RESNET_STEPS) return strided_plan_release(plan), failed(net, "%s: it is too deep", name);
    snprintf(s.name, sizeof s.name, "%s", name);
    net->steps[net->count++] = s;
    return y;
}

static int64_t positions(int64_t n, int64_t size, int64_t stride) { return (n + 2 * (size / 2) - size) / stride + 1; }

/* y = act(bn(conv(x))), or act(y + bn(conv(x))) for a y that is there already. */
static strided_tensor *conv_bn(struct resnet *net, strided_tensor *y, const strided_tensor *x, const char *conv,
                               const char *bn, int64_t size, int64_t stride, strided_activation activate) {
    const strided_tensor *w = x ? weight(net, conv, "weight", STRIDED_DIMS(ANY, strided_dim(x, 1), size, size)) : NULL;
    const int64_t out[] = {strided_dim(w, 0)}, pad = size / 2;
    const strided_tensor *scale = w ? weight(net, bn, "weight", 1, out) : NULL;
    const strided_tensor *bias = w ? weight(net, bn, "bias", 1, out) : NULL;
    const strided_tensor *mean = w ? weight(net, bn, "running_mean", 1, out) : NULL;
    const strided_tensor *var = w ? weight(net, bn, "running_var", 1, out) : NULL;
    const strided_conv_params params = {.stride = {stride, stride}, .pad = {{pad, pad}, {pad, pad}},
                                        .accumulate = y != NULL, .activation = activate};

    if (!scale || !bias || !mean || !var) return NULL;
    STRIDED_AUTO strided_tensor *folded = strided_empty(net->ctx, STRIDED_F32, 4, strided_shape(w));
    STRIDED_AUTO strided_tensor *shift = strided_empty(net->ctx, STRIDED_F32, 1, out);
    if (strided_batch_norm_fold(folded, shift, w, NULL, mean, var, scale, bias, 1e-5))
        return failed(net, "%s: %s", conv, strided_error());
    if (!y) y = activation(net, strided_dim(x, 0), out[0], positions(strided_dim(x, 2), size, stride),
                           positions(strided_dim(x, 3), size, stride));
    if (!y) return NULL;
    double flops = 2.0 * (double)strided_count(y) * (double)(strided_dim(x, 1) * size * size);
    return step(net, conv, strided_conv_plan(y, x, folded, shift, &params), y, x, flops);
}

static strided_tensor *pool(struct resnet *net, const char *name, const strided_tensor *x,
                            const strided_pool_params *params, int64_t h, int64_t w) {
    strided_tensor *y = x ? activation(net, strided_dim(x, 0), strided_dim(x, 1), h, w) : NULL;
    return y ? step(net, name, strided_pool_plan(y, x, params), y, x, 0) : NULL;
}

/* ---- the definition --------------------------------------------------------------------------------- */

static strided_tensor *block(struct resnet *net, strided_tensor *x, int stage, int i, int64_t stride) {
    enum { ROOM = 40 };
    char conv1[ROOM], bn1[ROOM], conv2[ROOM], bn2[ROOM], conv3[ROOM], bn3[ROOM];

    snprintf(conv1, ROOM, "layer%d.%d.conv1", stage, i), snprintf(bn1, ROOM, "layer%d.%d.bn1", stage, i);
    snprintf(conv2, ROOM, "layer%d.%d.conv2", stage, i), snprintf(bn2, ROOM, "layer%d.%d.bn2", stage, i);
    snprintf(conv3, ROOM, "layer%d.%d.downsample.0", stage, i);
    snprintf(bn3, ROOM, "layer%d.%d.downsample.1", stage, i);
    strided_tensor *h = conv_bn(net, NULL, x, conv1, bn1, 3, stride, STRIDED_ACT_RELU);
    if (is_there(net, conv3, "weight")) x = conv_bn(net, NULL, x, conv3, bn3, 1, stride, STRIDED_ACT_NONE);
    return h && x ? conv_bn(net, x, h, conv2, bn2, 3, 1, STRIDED_ACT_RELU) : NULL;
}

static int is_block(const struct resnet *net, int stage, int i) {
    char name[40];

    snprintf(name, sizeof name, "layer%d.%d.conv1", stage, i);
    return is_there(net, name, "weight");
}

static strided_tensor *stages(struct resnet *net, strided_tensor *x) {
    for (int stage = 1; stage <= STAGES && x; stage++) {
        x = block(net, x, stage, 0, stage == 1 ? 1 : 2);
        for (int i = 1; x && is_block(net, stage, i); i++) x = block(net, x, stage, i, 1);
    }
    return x;
}

/* The linear layer is a 1x1 convolution of the 1x1 picture that the means are. */
static strided_tensor *classify(struct resnet *net, const strided_tensor *x) {
    const strided_tensor *w = x ? weight(net, "fc", "weight", STRIDED_DIMS(ANY, strided_dim(x, 1))) : NULL;
    const strided_tensor *bias = w ? weight(net, "fc", "bias", STRIDED_DIMS(strided_dim(w, 0))) : NULL;
    if (!bias) return NULL;
    STRIDED_AUTO strided_tensor *w11 = strided_reshape(w, STRIDED_DIMS(strided_dim(w, 0), strided_dim(w, 1), 1, 1));
    strided_tensor *y = activation(net, strided_dim(x, 0), strided_dim(w, 0), 1, 1);
    double flops = 2.0 * (double)strided_count(y) * (double)strided_dim(x, 1);

    return y ? step(net, "fc", strided_conv_plan(y, x, w11, bias, NULL), y, x, flops) : NULL;
}

static strided_tensor *network(struct resnet *net, const strided_tensor *input) {
    const strided_pool_params third = {.size = {3, 3}, .stride = {2, 2}, .pad = {{1, 1}, {1, 1}}};
    strided_tensor *x = conv_bn(net, NULL, input, "conv1", "bn1", 7, 2, STRIDED_ACT_RELU);

    if (x) x = pool(net, "max pool", x, &third, positions(strided_dim(x, 2), 3, 2), positions(strided_dim(x, 3), 3, 2));
    x = stages(net, x);
    const strided_pool_params all = {.kind = STRIDED_POOL_AVG, .size = {strided_dim(x, 2), strided_dim(x, 3)}};
    if (x) x = pool(net, "mean", x, &all, 1, 1);
    return classify(net, x);
}

/* What no layer asked for belongs to a network that this is not. num_batches_tracked is of use in training only. */
static int all_used(struct resnet *net) {
    int left = net->weights->count - net->used;

    for (int i = 0; i < net->weights->count; i++)
        if (strstr(net->weights->all[i].name, ".num_batches_tracked")) left--;
    if (left) failed(net, "%d of its %d tensors have no place in a ResNet-18 or -34", left, net->weights->count);
    return !left;
}

/* ---- opening and running ---------------------------------------------------------------------------- */

int resnet_open(struct resnet *net, strided_context *ctx, const struct safetensors *weights, const strided_tensor *x,
                int nhwc) {
    *net = (struct resnet){.weights = weights, .ctx = ctx, .nhwc = nhwc};
    if (strided_ndim(x) != 4) return failed(net, "the input has %d axes, not 4", strided_ndim(x)), -1;
    strided_tensor *y = network(net, x);
    net->logits = y ? strided_squeeze(y, STRIDED_DIMS(2, 3)) : NULL;
    if (y && !net->logits) failed(net, "%s", strided_error());
    return net->logits && all_used(net) ? 0 : -1;
}

void resnet_close(struct resnet *net) {
    for (int i = 0; i < net->count; i++) strided_plan_release(net->steps[i].plan);
    for (int i = 0; i < net->nkept; i++) strided_release(net->kept[i]);
    strided_release(net->logits);
    net->count = net->nkept = 0, net->logits = NULL;
}

strided_status resnet_run(const struct resnet *net, const void *x) {
    strided_status s = STRIDED_OK;

    for (int i = 0; i < net->count && !s; i++) {
        const struct step *at = &net->steps[i];
        s = strided_plan_run(at->plan, strided_data(at->y), at->x ? strided_const_data(at->x) : x, NULL);
    }
    return s;
}
