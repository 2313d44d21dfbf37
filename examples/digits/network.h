/*
 * network.h - a small residual network for pictures of 8 by 8: 10 classes, 77,754 parameters at widths 16, 32, 64.
 */
#ifndef DIGITS_NETWORK_H
#define DIGITS_NETWORK_H

#include "layers.h"

enum { SIDE = 8, CLASSES = 10, BLOCKS = 3 };

struct network {
    struct parameters parameters;
    int64_t batch;
    struct unit stem;
    struct block blocks[BLOCKS];
    const struct parameter *w, *bias; /* of the last layer, borrowed */
    strided_tensor *means, *dmeans;   /* (batch, channels), of each channel over its plane */
    strided_tensor *planes, *dplanes; /* the same as planes of one pixel */
    strided_tensor *logits, *dlogits; /* (batch, CLASSES) */
};

/* Buffers for training on `batch` pictures at a time. Zero on success; else strided_error() says why. */
strided_status network_open(struct network *net, strided_context *ctx, int64_t batch, const int64_t widths[BLOCKS]);
void network_close(struct network *net);
strided_status network_draw(struct network *net, uint64_t seed); /* fresh parameters */

/* x is (batch, 1, SIDE, SIDE). Forward writes logits, backward reads dlogits and writes every gradient. */
strided_status network_forward(const struct network *net, const strided_tensor *x);
strided_status network_backward(const struct network *net, const strided_tensor *x);

/* The mean cross-entropy of softmax(logits) against targets, (batch, CLASSES), each row of sum 1; dlogits is its
 * gradient. */
strided_status network_loss(const struct network *net, const strided_tensor *targets, double *loss);

/* The trained network as it is used: normalisation folded into the convolutions, sums and relus done by them. x is
 * any number of pictures; logits are new, NULL on failure. */
strided_tensor *network_apply(const struct network *net, const strided_tensor *x);

#endif
