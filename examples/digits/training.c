/*
 * training.c - batches, steps, epochs.
 */
#include "training.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double along_cosine(double from, double to, double share) {
    return to + (from - to) * (1 + cos(3.14159265358979323846 * share)) / 2;
}

double one_cycle(double peak, int64_t step, int64_t steps) {
    double first = peak / 25, last = first / 1e4, top = fmax(0.3 * (double)steps - 1, 1), end = fmax((double)steps - 1, top + 1);
    double at = (double)step;

    return at <= top ? along_cosine(first, peak, at / top) : along_cosine(peak, last, (at - top) / (end - top));
}

strided_status trainer_open(struct trainer *t, struct network *net, const struct digits *data, struct schedule schedule,
                            uint64_t seed) {
    int64_t n = digits_count(data);

    *t = (struct trainer){.schedule = schedule, .net = net, .data = data, .random = {~seed},
                          .order = malloc((size_t)n * sizeof(int64_t))};
    for (int64_t i = 0; t->order && i < n; i++) t->order[i] = i;
    strided_status s = batch_open(&t->batch, net->parameters.ctx, schedule.batch);
    return s || t->order ? s : STRIDED_ERR_NO_MEMORY;
}

void trainer_close(struct trainer *t) {
    batch_close(&t->batch);
    free(t->order);
}

static void shuffle(int64_t *order, int64_t n, struct random *r) {
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = random_below(r, i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

static int64_t rights_of_batch(const struct trainer *t, const int64_t *chosen) {
    STRIDED_AUTO strided_tensor *answers = strided_reduce_empty(STRIDED_REDUCE_ARGMAX, t->net->logits, STRIDED_DIMS(1), 0);
    int64_t rights = 0;

    if (strided_reduce(answers, STRIDED_REDUCE_ARGMAX, t->net->logits, STRIDED_DIMS(1))) return 0;
    for (int64_t i = 0; i < t->schedule.batch; i++)
        rights += strided_get_int(answers, 1, &i) == digits_label(t->data, chosen[i]);
    return rights;
}

/* Forward, backward, and downhill. */
static strided_status step(struct trainer *t, const int64_t *chosen, double rate, double *loss) {
    strided_status s = batch_fill(&t->batch, t->data, chosen, &t->random);

    if (!s) s = network_forward(t->net, t->batch.x);
    if (!s) s = network_loss(t->net, t->batch.targets, loss);
    if (!s) s = network_backward(t->net, t->batch.x);
    return s ? s : parameters_step(&t->net->parameters, rate, t->schedule.momentum, t->schedule.decay);
}

static strided_status timed_step(struct trainer *t, const int64_t *chosen, double rate, double *loss) {
    double wall = seconds_of(CLOCK_MONOTONIC), processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    strided_status s = step(t, chosen, rate, loss);

    t->seconds += seconds_of(CLOCK_MONOTONIC) - wall;
    t->processor += seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor;
    return s;
}

strided_status trainer_epoch(struct trainer *t, int64_t epoch, struct progress *now) {
    int64_t steps = digits_count(t->data) / t->schedule.batch, rights = 0;
    double losses = 0, loss;
    strided_status s = STRIDED_OK;

    shuffle(t->order, digits_count(t->data), &t->random);
    for (int64_t i = 0; i < steps && !s; i++) {
        const int64_t *chosen = t->order + i * t->schedule.batch;
        s = timed_step(t, chosen, one_cycle(t->schedule.peak, epoch * steps + i, t->schedule.epochs * steps), &loss);
        rights += rights_of_batch(t, chosen);
        losses += loss;
        *now = (struct progress){.epoch = epoch, .step = i + 1, .steps = steps, .loss = losses / (double)(i + 1),
                                 .accuracy = (double)rights / (double)((i + 1) * t->schedule.batch)};
        if (t->show && !s) t->show(t->user, now);
    }
    return s;
}

strided_status answer(const struct network *net, const struct digits *d, strided_tensor *answers) {
    STRIDED_AUTO strided_tensor *logits = network_apply(net, d->images);
    return strided_reduce(answers, STRIDED_REDUCE_ARGMAX, logits, STRIDED_DIMS(1));
}

double share_right(const struct digits *d, const strided_tensor *answers) {
    int64_t rights = 0, n = digits_count(d);

    for (int64_t i = 0; i < n; i++) rights += strided_get_int(answers, 1, &i) == digits_label(d, i);
    return (double)rights / (double)n;
}
