/*
 * layers.h - the two parts a residual network is made of: a convolution with its batch normalisation, and the block of
 * two such with a way around them. They know their parameters and keep the buffers that training needs; the input is
 * the caller's.
 *
 *     block:   x --- first --- relu --- second --- + --- relu --- y
 *               \------- around, or nothing ------/
 */
#ifndef DIGITS_LAYERS_H
#define DIGITS_LAYERS_H

#include "parameters.h"

/* A square convolution, padded so that stride 1 keeps the size. */
struct unit_shape {
    int64_t in, out, taps, stride;
};

struct unit {
    strided_conv_params conv;
    int64_t fan_in;
    const struct parameter *w, *scale, *bias, *running_mean, *running_var; /* borrowed */
    strided_tensor *mean, *var; /* of the batch, (out) */
    strided_tensor *z, *dz;     /* what the convolution gives, and the gradient there */
    strided_tensor *y, *dy;     /* the same normalised */
};

struct block {
    struct unit first, second;
    struct unit around;  /* a 1x1 convolution where the block changes the shape */
    int has_around;
    strided_tensor *dx;  /* what comes back through `around` */
};

int64_t unit_size(struct unit_shape shape); /* numbers it learns */
void unit_open(struct unit *u, struct parameters *p, const char *name, struct unit_shape shape, int64_t batch, int64_t side);
void unit_close(struct unit *u);
strided_status unit_draw(const struct unit *u, struct random *r);
/* y = norm(conv(x)), by the statistics of the batch. */
strided_status unit_forward(const struct unit *u, const strided_tensor *x);
/* From dy: the gradients of the parameters and, unless NULL, dx. */
strided_status unit_backward(const struct unit *u, strided_tensor *dx, const strided_tensor *dy, const strided_tensor *x);

/* x is (batch, in, side, side). */
int64_t block_size(int64_t in, int64_t out, int64_t stride);
void block_open(struct block *b, struct parameters *p, const char *name, int64_t in, int64_t out, int64_t stride,
                int64_t batch, int64_t side);
void block_close(struct block *b);
strided_status block_draw(const struct block *b, struct random *r);
/* The result is b->second.y, its gradient is expected in b->second.dy. */
strided_status block_forward(const struct block *b, const strided_tensor *x);
strided_status block_backward(const struct block *b, strided_tensor *dx, const strided_tensor *x);

/* y = max(y, 0), and back: dy = dy where y > 0, else 0. y is spent. */
strided_status relu_forward(strided_tensor *y);
strided_status relu_backward(strided_tensor *dy, strided_tensor *y);

/* (batch, channels, side, side) with the channels next to each other in memory. */
strided_tensor *activations(strided_context *ctx, int64_t batch, int64_t channels, int64_t side);

#endif
