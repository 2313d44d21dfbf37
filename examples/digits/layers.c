/*
 * layers.c - forward and backward through a convolution with batch normalisation, and through a residual block.
 */
#include "layers.h"

#include <stdio.h>

strided_tensor *activations(strided_context *ctx, int64_t batch, int64_t channels, int64_t side) {
    STRIDED_AUTO strided_tensor *memory = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(batch, side, side, channels));
    return strided_permute(memory, STRIDED_DIMS(0, 3, 1, 2));
}

strided_status relu_forward(strided_tensor *y) { return strided_unary(y, STRIDED_RELU, y); }

strided_status relu_backward(strided_tensor *dy, strided_tensor *y) {
    strided_status s = strided_unary(y, STRIDED_SIGN, y); /* 1 where relu let it through, else 0 */
    return s ? s : strided_binary(dy, STRIDED_MUL, dy, y);
}

/* ---- a convolution and its normalisation --------------------------------------------------------- */

int64_t unit_size(struct unit_shape c) { return c.out * c.in * c.taps * c.taps + 2 * c.out; }

static void open_parameters(struct unit *u, struct parameters *p, const char *name, struct unit_shape c) {
    u->w = parameters_learn(p, name, "conv.weight", STRIDED_DIMS(c.out, c.in, c.taps, c.taps), STRIDED_LIST(0, 2, 3, 1));
    u->scale = parameters_learn(p, name, "norm.weight", STRIDED_DIMS(c.out), STRIDED_LIST(0));
    u->bias = parameters_learn(p, name, "norm.bias", STRIDED_DIMS(c.out), STRIDED_LIST(0));
    u->running_mean = parameters_keep(p, name, "norm.running_mean", c.out, 0);
    u->running_var = parameters_keep(p, name, "norm.running_var", c.out, 1);
}

void unit_open(struct unit *u, struct parameters *p, const char *name, struct unit_shape c, int64_t batch, int64_t side) {
    int64_t pad = c.taps / 2, result = (side - 1) / c.stride + 1;

    *u = (struct unit){
        .conv = {.stride = {c.stride, c.stride}, .pad = {{pad, pad}, {pad, pad}}},
        .fan_in = c.in * c.taps * c.taps,
        .mean = strided_empty(p->ctx, STRIDED_F32, STRIDED_DIMS(c.out)),
        .var = strided_empty(p->ctx, STRIDED_F32, STRIDED_DIMS(c.out)),
        .z = activations(p->ctx, batch, c.out, result),
        .dz = activations(p->ctx, batch, c.out, result),
        .y = activations(p->ctx, batch, c.out, result),
        .dy = activations(p->ctx, batch, c.out, result),
    };
    open_parameters(u, p, name, c);
}

void unit_close(struct unit *u) {
    strided_release(u->mean), strided_release(u->var);
    strided_release(u->z), strided_release(u->dz), strided_release(u->y), strided_release(u->dy);
}

strided_status unit_draw(const struct unit *u, struct random *r) {
    strided_status s = parameter_draw(u->w, u->fan_in, r);
    return s ? s : strided_fill(u->scale->value, 1);
}

strided_status unit_forward(const struct unit *u, const strided_tensor *x) {
    strided_status s = strided_conv(u->z, x, u->w->value, NULL, &u->conv);
    return s ? s : strided_batch_norm_train(u->y, u->z, u->scale->value, u->bias->value, u->running_mean->value,
                                            u->running_var->value, u->mean, u->var, NULL);
}

strided_status unit_backward(const struct unit *u, strided_tensor *dx, const strided_tensor *dy, const strided_tensor *x) {
    strided_status s = strided_batch_norm_grad(u->dz, u->scale->gradient, u->bias->gradient, dy, u->z, u->scale->value,
                                               u->mean, u->var, NULL);
    if (!s) s = strided_conv_grad_weight(u->w->gradient, u->dz, x, &u->conv);
    return s || !dx ? s : strided_conv_grad_input(dx, u->dz, u->w->value, &u->conv);
}

/* ---- the residual block -------------------------------------------------------------------------- */

static struct unit_shape first(int64_t in, int64_t out, int64_t stride) { return (struct unit_shape){in, out, 3, stride}; }
static struct unit_shape second(int64_t out) { return (struct unit_shape){out, out, 3, 1}; }
static struct unit_shape around(int64_t in, int64_t out, int64_t stride) { return (struct unit_shape){in, out, 1, stride}; }

static int changes_shape(int64_t in, int64_t out, int64_t stride) { return in != out || stride != 1; }

int64_t block_size(int64_t in, int64_t out, int64_t stride) {
    int64_t size = unit_size(first(in, out, stride)) + unit_size(second(out));
    return size + (changes_shape(in, out, stride) ? unit_size(around(in, out, stride)) : 0);
}

void block_open(struct block *b, struct parameters *p, const char *name, int64_t in, int64_t out, int64_t stride,
                int64_t batch, int64_t side) {
    char part[32];

    *b = (struct block){.has_around = changes_shape(in, out, stride)};
    snprintf(part, sizeof part, "%s.first", name);
    unit_open(&b->first, p, part, first(in, out, stride), batch, side);
    snprintf(part, sizeof part, "%s.second", name);
    unit_open(&b->second, p, part, second(out), batch, (side - 1) / stride + 1);
    if (!b->has_around) return;
    snprintf(part, sizeof part, "%s.around", name);
    unit_open(&b->around, p, part, around(in, out, stride), batch, side);
    b->dx = activations(p->ctx, batch, in, side);
}

void block_close(struct block *b) {
    unit_close(&b->first), unit_close(&b->second), unit_close(&b->around);
    strided_release(b->dx);
}

strided_status block_draw(const struct block *b, struct random *r) {
    strided_status s = unit_draw(&b->first, r);
    if (!s) s = unit_draw(&b->second, r);
    return s || !b->has_around ? s : unit_draw(&b->around, r);
}

strided_status block_forward(const struct block *b, const strided_tensor *x) {
    strided_tensor *h = b->first.y, *y = b->second.y;
    strided_status s = unit_forward(&b->first, x);

    if (!s) s = relu_forward(h);
    if (!s) s = unit_forward(&b->second, h);
    if (!s && b->has_around) s = unit_forward(&b->around, x);
    if (!s) s = strided_binary(y, STRIDED_ADD, y, b->has_around ? b->around.y : x);
    return s ? s : relu_forward(y);
}

strided_status block_backward(const struct block *b, strided_tensor *dx, const strided_tensor *x) {
    strided_tensor *h = b->first.y, *dh = b->first.dy, *y = b->second.y, *dy = b->second.dy;
    strided_status s = relu_backward(dy, y);

    if (!s) s = unit_backward(&b->second, dh, dy, h);
    if (!s) s = relu_backward(dh, h);
    if (!s) s = unit_backward(&b->first, dx, dh, x);
    if (!s && b->has_around) s = unit_backward(&b->around, b->dx, dy, x);
    return s ? s : strided_binary(dx, STRIDED_ADD, dx, b->has_around ? b->dx : dy); /* both ways add up */
}
