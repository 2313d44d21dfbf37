/*
 * network.c - the network, forward and backward.
 *
 *     stem     3x3, 1 -> 16 channels          8x8
 *     block1   16 -> 16                       8x8
 *     block2   16 -> 32, every second pixel   4x4
 *     block3   32 -> 64, every second pixel   2x2
 *     mean of each channel, linear 64 -> 10
 */
#include "network.h"

#include <stdio.h>

static const int64_t strides[BLOCKS] = {1, 2, 2};

static int64_t width_before(const int64_t widths[BLOCKS], int block) { return widths[block ? block - 1 : 0]; }

static struct unit_shape stem_shape(const int64_t widths[BLOCKS]) { return (struct unit_shape){1, widths[0], 3, 1}; }

static int64_t size_of(const int64_t widths[BLOCKS]) {
    int64_t size = unit_size(stem_shape(widths)) + CLASSES * widths[BLOCKS - 1] + CLASSES;
    for (int i = 0; i < BLOCKS; i++) size += block_size(width_before(widths, i), widths[i], strides[i]);
    return size;
}

static void open_blocks(struct network *net, const int64_t widths[BLOCKS]) {
    int64_t side = SIDE;
    char name[24];

    unit_open(&net->stem, &net->parameters, "stem", stem_shape(widths), net->batch, side);
    for (int i = 0; i < BLOCKS; i++) {
        snprintf(name, sizeof name, "block%d", i + 1);
        block_open(&net->blocks[i], &net->parameters, name, width_before(widths, i), widths[i], strides[i], net->batch, side);
        side /= strides[i];
    }
}

static void open_head(struct network *net, int64_t width) {
    struct parameters *p = &net->parameters;

    net->w = parameters_learn(p, "linear", "weight", STRIDED_DIMS(CLASSES, width), STRIDED_LIST(0, 1));
    net->bias = parameters_learn(p, "linear", "bias", STRIDED_DIMS(CLASSES), STRIDED_LIST(0));
    net->means = strided_empty(p->ctx, STRIDED_F32, STRIDED_DIMS(net->batch, width));
    net->dmeans = strided_empty(p->ctx, STRIDED_F32, STRIDED_DIMS(net->batch, width));
    net->planes = strided_reshape(net->means, STRIDED_DIMS(net->batch, width, 1, 1));
    net->dplanes = strided_reshape(net->dmeans, STRIDED_DIMS(net->batch, width, 1, 1));
    net->logits = strided_empty(p->ctx, STRIDED_F32, STRIDED_DIMS(net->batch, CLASSES));
    net->dlogits = strided_empty(p->ctx, STRIDED_F32, STRIDED_DIMS(net->batch, CLASSES));
}

strided_status network_open(struct network *net, strided_context *ctx, int64_t batch, const int64_t widths[BLOCKS]) {
    *net = (struct network){.batch = batch};
    parameters_open(&net->parameters, ctx, size_of(widths));
    open_blocks(net, widths);
    open_head(net, widths[BLOCKS - 1]);
    return network_draw(net, 0); /* touches everything that could be missing but the buffers */
}

void network_close(struct network *net) {
    unit_close(&net->stem);
    for (int i = 0; i < BLOCKS; i++) block_close(&net->blocks[i]);
    strided_release(net->means), strided_release(net->dmeans);
    strided_release(net->planes), strided_release(net->dplanes);
    strided_release(net->logits), strided_release(net->dlogits);
    parameters_close(&net->parameters);
}

strided_status network_draw(struct network *net, uint64_t seed) {
    struct random r = {seed};
    int64_t width = strided_dim(net->w->value, 1);
    strided_status s = strided_fill(net->parameters.values, 0);

    if (!s) s = strided_fill(net->parameters.velocities, 0);
    if (!s) s = unit_draw(&net->stem, &r);
    for (int i = 0; i < BLOCKS && !s; i++) s = block_draw(&net->blocks[i], &r);
    if (!s) s = parameter_draw(net->w, width, &r);
    return s ? s : parameter_draw(net->bias, width, &r);
}

/* ---- forward and backward ------------------------------------------------------------------------ */

/* What block i reads, and the gradient there. */
static strided_tensor *input(const struct network *net, int i) { return i ? net->blocks[i - 1].second.y : net->stem.y; }
static strided_tensor *input_gradient(const struct network *net, int i) {
    return i ? net->blocks[i - 1].second.dy : net->stem.dy;
}

strided_status network_forward(const struct network *net, const strided_tensor *x) {
    strided_status s = unit_forward(&net->stem, x);

    if (!s) s = relu_forward(net->stem.y);
    for (int i = 0; i < BLOCKS && !s; i++) s = block_forward(&net->blocks[i], input(net, i));
    if (!s) s = strided_adaptive_pool(net->planes, NULL, input(net, BLOCKS), STRIDED_POOL_AVG, 2);
    return s ? s : strided_linear(net->logits, net->means, net->w->value, net->bias->value);
}

static strided_status head_backward(const struct network *net) {
    STRIDED_AUTO strided_tensor *transposed = strided_transpose(net->dlogits, 0, 1);
    strided_status s = strided_mm(net->w->gradient, transposed, net->means);

    if (!s) s = strided_reduce(net->bias->gradient, STRIDED_REDUCE_SUM, net->dlogits, STRIDED_DIMS(0));
    if (!s) s = strided_mm(net->dmeans, net->dlogits, net->w->value);
    return s ? s : strided_adaptive_pool_grad(input_gradient(net, BLOCKS), net->dplanes, input(net, BLOCKS), STRIDED_POOL_AVG, 2);
}

strided_status network_backward(const struct network *net, const strided_tensor *x) {
    strided_status s = head_backward(net);

    for (int i = BLOCKS - 1; i >= 0 && !s; i--) s = block_backward(&net->blocks[i], input_gradient(net, i), input(net, i));
    if (!s) s = relu_backward(net->stem.dy, net->stem.y);
    return s ? s : unit_backward(&net->stem, NULL, net->stem.dy, x);
}

strided_status network_loss(const struct network *net, const strided_tensor *targets, double *loss) {
    strided_context *ctx = net->parameters.ctx;
    STRIDED_AUTO strided_tensor *total = strided_empty(ctx, STRIDED_F64, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *share = strided_full(ctx, STRIDED_F32, STRIDED_NO_DIMS, 1 / (double)net->batch);
    strided_status s = strided_log_softmax(net->dlogits, net->logits, 1);

    if (!s) s = strided_einsum(total, "nc,nc->", STRIDED_TENSORS(net->dlogits, targets));
    *loss = -strided_item(total) / (double)net->batch;
    if (!s) s = strided_softmax(net->dlogits, net->logits, 1);
    if (!s) s = strided_binary(net->dlogits, STRIDED_SUB, net->dlogits, targets);
    return s ? s : strided_binary(net->dlogits, STRIDED_MUL, net->dlogits, share);
}
