/*
 * peak.c - the probes of bench/, tried a few times each.
 */
#include "peak.h"

#include "../bench/probe_isa.h"

#include <string.h>
#include <strided.h>
#include <time.h>

double worked(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const struct probe_isa *probe(void) {
#if defined(__x86_64__)
    if (!strncmp(strided_context_isa(NULL), "avx512", 6)) return &probe_avx512;
    if (!strcmp(strided_context_isa(NULL), "avx2")) return &probe_avx2;
#endif
    return &probe_sse2;
}

static volatile double sink; /* keeps what is computed from being left out */

double fma_peak(void) {
    enum { TURNS = 40000, TRIES = 4 };
    static volatile float factor = 0.75F, term = 0.25F;
    double best = 1e9;

    for (int i = 0; i < TRIES; i++) {
        double start = worked();
        sink = probe()->fma(TURNS, factor, term);
        double took = worked() - start;
        if (took < best) best = took;
    }
    return probe()->flops * TURNS / best;
}
