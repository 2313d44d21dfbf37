/*
 * probe_isa.h - the loops that measure what one core can do, compiled once per instruction set by probe_isa.c.
 */
#ifndef STRIDED_BENCH_PROBE_ISA_H
#define STRIDED_BENCH_PROBE_ISA_H

#include <stddef.h>
#include <stdint.h>

enum { LINE = 8 };

struct probe_isa {
    const char *name;
    double (*fma)(long rounds, float factor, float term); /* does probe_isa.flops per round; gives back a sum */
    double flops;
    double (*whole)(long rounds, float factor, float term, const uint64_t *line); /* and reads LINE words */
    /* Reads all of `from` and writes all of `to`, a few KiB of each in turn; sizes are multiples of 64, or 0. */
    unsigned (*stream)(void *to, size_t written, const void *from, size_t read);
};

extern const struct probe_isa probe_sse2, probe_avx2, probe_avx512;

#endif
