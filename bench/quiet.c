/*
 * quiet.c - whether the core is ours alone.
 *
 * Another's work on the second thread of a core takes up instructions, ports and cache that kernels need, and often leaves
 * the multipliers, and so the FMA peak, as they are: for a while figures are a third less and nothing shows why. So a loop
 * that needs the whole core is held against its best. All waits of a run, and what was measured in vain, take no longer
 * than options.patience; so a clock that has slowed down for good costs no more than that.
 */
#include "bench.h"

int quiet_now(void)
{
    static double best = 1e9;
    double seconds = probe_whole();
    if (seconds < best) best = seconds;
    return seconds < 1.2 * best;
}

static double waited;

int quiet_wasted(double seconds)
{
    waited += seconds;
    return waited < options.patience;
}

void quiet_wait(void)
{
    double start = now(), at = start;
    while (!quiet_now() && waited + at - start < options.patience) at = now();
    waited += at - start;
}

double quiet_waited(void) { return waited; }
