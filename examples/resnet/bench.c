/*
 * bench.c - measuring. One thread is timed by its processor time, which leaves other programs out; several by the clock.
 */
#include "bench.h"

#include "peak.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LEAST_ROUNDS = 5, MOST_ROUNDS = 101 };

/* What was measured in each round. */
struct samples {
    double seconds[RESNET_STEPS][MOST_ROUNDS], whole[MOST_ROUNDS], peak[MOST_ROUNDS];
};

static double wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static strided_status take_round(const struct bench *b, struct samples *s, const void *x, int round) {
    double (*clock)(void) = b->threads > 1 ? wall : worked;

    s->peak[round] = b->threads * fma_peak(), s->whole[round] = 0;
    for (int i = 0; i < b->net->count; i++) {
        double start = clock();
        strided_status bad = resnet_run_step(&b->net->steps[i], x);
        if (bad) return bad;
        s->seconds[i][round] = clock() - start;
        s->whole[round] += s->seconds[i][round];
    }
    return STRIDED_OK;
}

/* ---- medians ---------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *values, int n) {
    double sorted[MOST_ROUNDS];

    for (int i = 0; i < n; i++) sorted[i] = values[i];
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    return sorted[n / 2];
}

static struct timing timing(const struct samples *s, const double *seconds, int rounds, double flops) {
    double share[MOST_ROUNDS];

    for (int i = 0; i < rounds; i++) share[i] = flops / (seconds[i] * s->peak[i]);
    return (struct timing){median(seconds, rounds), median(share, rounds)};
}

static void conclude(struct bench *b, const struct samples *s) {
    b->flops = 0;
    for (int i = 0; i < b->net->count; i++) {
        b->flops += b->net->steps[i].flops;
        b->steps[i] = timing(s, s->seconds[i], b->rounds, b->net->steps[i].flops);
    }
    b->whole = timing(s, s->whole, b->rounds, b->flops);
    b->peak = median(s->peak, b->rounds);
}

/* ---- all of it -------------------------------------------------------------------------------------- */

strided_status bench_run(struct bench *b, const strided_tensor *x, double seconds) {
    static struct samples s;
    strided_status bad = resnet_run(b->net, strided_const_data(x)); /* touches all memory */
    double end = wall() + seconds;

    b->images = strided_dim(x, 0), b->rows = strided_dim(x, 2), b->columns = strided_dim(x, 3);
    for (b->rounds = 0; !bad && b->rounds < MOST_ROUNDS && (b->rounds < LEAST_ROUNDS || wall() < end); b->rounds++)
        bad = take_round(b, &s, strided_const_data(x), b->rounds);
    if (!bad) conclude(b, &s);
    return bad;
}
