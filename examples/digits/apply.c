/*
 * apply.c - the network after training. Each convolution takes its batch normalisation into its weights, and the sum at
 * the end of a block and the relu into its epilogue: a block is two convolutions, or three, and nothing else.
 */
#include "network.h"

/* act(conv(x) + onto), written over `onto` if there is one. The result is new, or `onto` once more. */
static strided_tensor *folded(const struct unit *u, const strided_tensor *x, strided_tensor *onto, strided_activation act) {
    strided_conv_params params = u->conv;
    strided_tensor *y = onto ? strided_retain(onto) : strided_conv_empty(x, u->w->value, &params);
    STRIDED_AUTO strided_tensor *w = strided_empty_like(u->w->value), *bias = strided_empty_like(u->bias->value);

    params.activation = act;
    params.accumulate = onto != NULL;
    if (!strided_batch_norm_fold(w, bias, u->w->value, NULL, u->running_mean->value, u->running_var->value, u->scale->value,
                                 u->bias->value, 1e-5) &&
        !strided_conv(y, x, w, bias, &params))
        return y;
    strided_release(y);
    return NULL;
}

static strided_tensor *folded_block(const struct block *b, const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *h = folded(&b->first, x, NULL, STRIDED_ACT_RELU);
    STRIDED_AUTO strided_tensor *around =
        b->has_around ? folded(&b->around, x, NULL, STRIDED_ACT_NONE) : strided_clone(x);
    return around ? folded(&b->second, h, around, STRIDED_ACT_RELU) : NULL;
}

static strided_tensor *head(const struct network *net, const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *means = strided_empty(net->parameters.ctx, STRIDED_F32,
                                                       STRIDED_DIMS(strided_dim(x, 0), strided_dim(x, 1), 1, 1));
    STRIDED_AUTO strided_tensor *flat = strided_flatten(means, 1, 3);
    strided_tensor *logits = strided_empty(net->parameters.ctx, STRIDED_F32, STRIDED_DIMS(strided_dim(x, 0), CLASSES));

    if (!strided_adaptive_pool(means, NULL, x, STRIDED_POOL_AVG, 2) &&
        !strided_linear(logits, flat, net->w->value, net->bias->value))
        return logits;
    strided_release(logits);
    return NULL;
}

strided_tensor *network_apply(const struct network *net, const strided_tensor *x) {
    strided_tensor *y = folded(&net->stem, x, NULL, STRIDED_ACT_RELU);

    for (int i = 0; i < BLOCKS && y; i++) {
        strided_tensor *next = folded_block(&net->blocks[i], y);
        strided_release(y);
        y = next;
    }
    strided_tensor *logits = y ? head(net, y) : NULL;
    strided_release(y);
    return logits;
}
