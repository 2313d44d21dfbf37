/*
 * resnet.h - ResNet-18 and -34 (He et al. 2015) as torchvision defines them, for inference: planned once for an input
 * of one geometry, then run on any data of it. How many blocks there are, and how wide, is what the weights say.
 */
#ifndef RESNET_H
#define RESNET_H

#include "safetensors.h"

enum { RESNET_STEPS = 80, RESNET_TEXT = 512 };

/* One operator on its way from x to y. */
struct step {
    char name[SAFETENSORS_NAME];
    strided_plan *plan;
    const strided_tensor *x; /* borrowed, as y: NULL is the input */
    strided_tensor *y;
    double flops;
};

struct resnet {
    struct step steps[RESNET_STEPS];
    int count;
    strided_tensor *kept[RESNET_STEPS]; /* activations, owned */
    int nkept, used;
    strided_tensor *logits; /* (N, classes), owned */
    const struct safetensors *weights; /* while it is opened */
    strided_context *ctx;
    int nhwc;
    char why[RESNET_TEXT];
};

/* x is (N, 3, H, W) through any strides; nhwc is how activations lie in memory. 0, or -1 and a sentence in net->why;
 * resnet_close() either way. Memory and threads are ctx's. */
int resnet_open(struct resnet *net, strided_context *ctx, const struct safetensors *weights, const strided_tensor *x,
                int nhwc);
void resnet_close(struct resnet *net);

/* From the input whose element 0,0,0,0 is at x to net->logits. */
strided_status resnet_run(const struct resnet *net, const void *x);

#endif
