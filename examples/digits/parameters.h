/*
 * parameters.h - what the network learns. All parameters lie one behind the other in one vector, their gradients in a
 * second, their velocities in a third; the tensors that the layers use are views of these. So a step of the optimiser is
 * a few operations on whole vectors.
 */
#ifndef DIGITS_PARAMETERS_H
#define DIGITS_PARAMETERS_H

#include "random.h"

#include <strided.h>

enum { MOST_PARAMETERS = 64 };

struct parameter {
    char name[48];
    strided_tensor *value;    /* owned */
    strided_tensor *gradient; /* owned; NULL if it is measured and not learned */
};

struct parameters {
    strided_context *ctx; /* borrowed */
    strided_tensor *values, *gradients, *velocities; /* (size) */
    strided_tensor *scaled;                          /* (size), for the step */
    int64_t used;
    int count;
    struct parameter list[MOST_PARAMETERS];
};

/* Room for `size` numbers. */
void parameters_open(struct parameters *p, strided_context *ctx, int64_t size);
void parameters_close(struct parameters *p);

/* The next parameter. Axes are as they are named; `order` says how they follow each other in memory, outermost first. */
const struct parameter *parameters_learn(struct parameters *p, const char *layer, const char *name, int ndim,
                                         const int64_t *shape, const int64_t *order);
/* A vector that is saved with the parameters and not learned. */
const struct parameter *parameters_keep(struct parameters *p, const char *layer, const char *name, int64_t size,
                                        double value);

/* Uniform within 1/sqrt(fan_in). */
strided_status parameter_draw(const struct parameter *q, int64_t fan_in, struct random *r);

/* Stochastic gradient descent with Nesterov's momentum; decay adds decay times the parameters to their gradient. */
strided_status parameters_step(const struct parameters *p, double rate, double momentum, double decay);

#endif
