/*
 * resnet.h - ResNet-18 and -34 (He et al. 2015) as torchvision defines them, for inference: planned once for an input
 * of one geometry, then run on any data of it. How many blocks there are, and how wide, is what the weights say.
 */
#ifndef RESNET_H
#define RESNET_H

#include "weights.h"

#define RESNET_EPS 1e-5 /* added to every variance */

enum { RESNET_STEPS = 160, RESNET_TEXT = 512 };

/* What a batch norm has learned, one number of each a channel. */
struct norm {
    const strided_tensor *mean, *var, *scale, *bias;
};

/* One operator on its way to y. */
struct step {
    char name[WEIGHTS_NAME];
    enum { PLANNED, NORM, ADD, RELU } kind; /* all but PLANNED change y in place */
    strided_plan *plan;      /* owned: a convolution or a pool */
    struct norm norm;        /* borrowed from the weights */
    const strided_tensor *x; /* borrowed, as y; NULL is the input */
    strided_tensor *y;
    double flops;
};

struct resnet_options {
    int nhwc;     /* how activations lie in memory: channels next to each other, or pixels */
    int unfolded; /* batch norms, sums and ReLUs are steps of their own */
};

struct resnet {
    struct resnet_options options;
    struct step steps[RESNET_STEPS];
    int count;
    strided_tensor *kept[RESNET_STEPS]; /* activations, owned */
    int nkept, used;
    int depth;              /* layers with weights, by which the network is named; not those on the way around */
    strided_tensor *logits; /* (N, classes), owned */
    const struct weights *weights; /* while it is opened */
    strided_context *ctx;
    char why[RESNET_TEXT];
};

/* x is (N, 3, H, W) through any strides. 0, or -1 and a sentence in net->why; resnet_close() either way. Memory and
 * threads are ctx's. The weights may go once it is open, unless batch norms are unfolded. */
int resnet_open(struct resnet *net, strided_context *ctx, const struct weights *weights, const strided_tensor *x,
                struct resnet_options options);
void resnet_close(struct resnet *net);

/* From the input whose element 0,0,0,0 is at x to net->logits. */
strided_status resnet_run(const struct resnet *net, const void *x);
strided_status resnet_run_step(const struct step *step, const void *x);

#endif
