/*
 * layers.h - what a ResNet is made of. Each layer finds its weights by name, plans, and becomes a step of the network.
 *
 * All give y, owned by the network, or NULL once anything has failed: then net->why says what, and a NULL for x is
 * passed on.
 */
#ifndef RESNET_LAYERS_H
#define RESNET_LAYERS_H

#include "resnet.h"

/* A square convolution without bias, padded by half its size, its batch norm, and what follows. */
struct unit {
    char conv[40], bn[40];
    int64_t size, stride;
    strided_activation activation;
    const strided_tensor *w; /* this and the next are found by conv_bn() */
    struct norm norm;
};

/* act(bn(conv(x))), or with a tensor to add onto, which may be written over, act(bn(conv(x)) + onto). */
strided_tensor *conv_bn(struct resnet *net, strided_tensor *onto, const strided_tensor *x, struct unit *u);
strided_tensor *max_pool(struct resnet *net, const strided_tensor *x); /* 3x3, every second pixel */
strided_tensor *mean(struct resnet *net, const strided_tensor *x);     /* of each channel: (N, C, 1, 1) */
strided_tensor *linear(struct resnet *net, const strided_tensor *x, const char *name); /* (N, classes, 1, 1) */

int has_weight(const struct resnet *net, const char *name);

/* Keeps the first sentence; NULL. */
void *failed(struct resnet *net, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
