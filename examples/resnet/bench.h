/*
 * bench.h - how long a network takes, layer by layer, and how near that is to what the processor can do.
 */
#ifndef RESNET_BENCH_H
#define RESNET_BENCH_H

#include "meter.h"
#include "resnet.h"
#include "terminal.h"

/* Medians over the rounds. A share is of the FMA peak that was measured in the same round: of one core, times threads. */
struct timing {
    double seconds, share;
};

struct bench {
    const struct resnet *net;
    const struct meter *meter;
    int64_t images, rows, columns; /* of the input */
    int threads, rounds;
    struct timing steps[RESNET_STEPS], whole;
    double flops, peak; /* of all steps; flops a second, the median */
};

/* "layer1.0.conv1" and what it gives, "64x56x56". */
enum { BENCH_LABEL = 96 };
void bench_label(char name[BENCH_LABEL], char shape[BENCH_LABEL], const struct step *step);
/* "ResNet-18, 224x224, NHWC, batch norm folded, one thread, avx2" */
void bench_title(char text[256], const struct bench *b);

static inline double bench_ms(const struct bench *b) { return 1e3 * b->whole.seconds / (double)b->images; } /* an image */
static inline double bench_rate(const struct bench *b) { return 1e-9 * b->flops / b->whole.seconds; } /* GFLOP/s */

/* Runs the network again and again, for about so many seconds. x is what it was opened for. */
strided_status bench_run(struct bench *b, const strided_tensor *x, double seconds);
void bench_print(const struct bench *b, const struct terminal *t);
/* The same as a picture, .svg; NULL, or what is wrong. */
const char *bench_plot(const struct bench *b, const char *path);

#endif
