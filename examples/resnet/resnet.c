/*
 * resnet.c - the network, from the picture to a number for each class.
 *
 *     conv1 7x7/2, bn1, ReLU, max pool 3x3/2
 *     layer1 .. layer4: blocks of two 3x3; the first of layer2, 3, 4 takes every second pixel
 *     mean of each channel, fc
 *
 *     block:   x --- conv1 bn1 ReLU --- conv2 bn2 --- + --- ReLU --- y
 *               \------- downsample, or nothing ------/
 */
#include "layers.h"

#include <stdio.h>
#include <string.h>

enum { STAGES = 4 };

/* ---- the definition --------------------------------------------------------------------------------- */

static struct unit unit(int stage, int i, const char *conv, const char *bn, int64_t size, int64_t stride,
                        strided_activation activation) {
    struct unit u = {.size = size, .stride = stride, .activation = activation};

    snprintf(u.conv, sizeof u.conv, "layer%d.%d.%s", stage, i, conv);
    snprintf(u.bn, sizeof u.bn, "layer%d.%d.%s", stage, i, bn);
    return u;
}

static strided_tensor *block(struct resnet *net, strided_tensor *x, int stage, int i, int64_t stride) {
    struct unit first = unit(stage, i, "conv1", "bn1", 3, stride, STRIDED_ACT_RELU);
    struct unit second = unit(stage, i, "conv2", "bn2", 3, 1, STRIDED_ACT_RELU);
    struct unit around = unit(stage, i, "downsample.0", "downsample.1", 1, stride, STRIDED_ACT_NONE);
    strided_tensor *h = conv_bn(net, NULL, x, &first);

    net->depth += 2;
    if (has_weight(net, around.conv)) x = conv_bn(net, NULL, x, &around);
    return h && x ? conv_bn(net, x, h, &second) : NULL;
}

static int is_block(const struct resnet *net, int stage, int i) {
    return has_weight(net, unit(stage, i, "conv1", "", 3, 1, STRIDED_ACT_NONE).conv);
}

static strided_tensor *stages(struct resnet *net, strided_tensor *x) {
    for (int stage = 1; stage <= STAGES && x; stage++) {
        x = block(net, x, stage, 0, stage == 1 ? 1 : 2);
        for (int i = 1; x && is_block(net, stage, i); i++) x = block(net, x, stage, i, 1);
    }
    return x;
}

static strided_tensor *network(struct resnet *net, const strided_tensor *input) {
    struct unit stem = {.conv = "conv1", .bn = "bn1", .size = 7, .stride = 2, .activation = STRIDED_ACT_RELU};
    strided_tensor *x = conv_bn(net, NULL, input, &stem);

    x = max_pool(net, x);
    x = stages(net, x);
    x = mean(net, x);
    net->depth += 2;
    return linear(net, x, "fc");
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

int resnet_open(struct resnet *net, strided_context *ctx, const struct weights *weights, const strided_tensor *x,
                struct resnet_options options) {
    *net = (struct resnet){.weights = weights, .ctx = ctx, .options = options};
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

strided_status resnet_run_step(const struct step *s, const void *x) {
    const struct norm *n = &s->norm;

    if (s->kind == NORM) return strided_batch_norm(s->y, s->y, n->mean, n->var, n->scale, n->bias, RESNET_EPS);
    if (s->kind == ADD) return strided_binary(s->y, STRIDED_ADD, s->y, s->x);
    if (s->kind == RELU) return strided_unary(s->y, STRIDED_RELU, s->y);
    return strided_plan_run(s->plan, strided_data(s->y), s->x ? strided_const_data(s->x) : x, NULL);
}

strided_status resnet_run(const struct resnet *net, const void *x) {
    strided_status s = STRIDED_OK;

    for (int i = 0; i < net->count && !s; i++) s = resnet_run_step(&net->steps[i], x);
    return s;
}
