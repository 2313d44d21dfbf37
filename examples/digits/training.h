/*
 * training.h - the schedule, an epoch of it, and what the network then answers.
 */
#ifndef DIGITS_TRAINING_H
#define DIGITS_TRAINING_H

#include "data.h"
#include "network.h"

struct schedule {
    int64_t epochs, batch;
    double peak;            /* of the learning rate */
    double momentum, decay;
};

/* Loss and accuracy over the batches of an epoch, up to now. */
struct progress {
    int64_t epoch, step, steps; /* steps: of an epoch */
    double loss, accuracy;
};

struct trainer {
    struct schedule schedule;
    struct network *net;        /* borrowed */
    const struct digits *data;  /* borrowed */
    struct batch batch;
    struct random random;
    int64_t *order; /* of the pictures, shuffled */
    double seconds, processor; /* spent in steps: by the clock on the wall, and by all processors together */
    void (*show)(void *user, const struct progress *now); /* after each step; NULL: nobody looks */
    void *user;
};

/* A rate that rises to the peak over the first three tenths of the steps and falls to almost nothing, both along a
 * cosine: the one cycle of Smith and Topin 2018. */
double one_cycle(double peak, int64_t step, int64_t steps);

strided_status trainer_open(struct trainer *t, struct network *net, const struct digits *data, struct schedule schedule,
                            uint64_t seed);
void trainer_close(struct trainer *t);
/* Every picture once, in random order, in whole batches; what is left over waits for the next epoch. */
strided_status trainer_epoch(struct trainer *t, int64_t epoch, struct progress *result);

/* answers (n), i64: the class of each picture. */
strided_status answer(const struct network *net, const struct digits *d, strided_tensor *answers);
/* The share of right ones among answers, (n). */
double share_right(const struct digits *d, const strided_tensor *answers);

#endif
