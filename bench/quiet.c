/*
 * quiet.c - whether the core is ours alone.
 *
 * Another's work on the second thread of a core takes up instructions, ports and cache that kernels need, but leaves the
 * multipliers, and so the FMA peak, as they are: for a while every figure is a third less and nothing shows why. So a loop that
 * needs the whole core is held against one that needs the multipliers, and both against their best: a clock that drifts
 * moves both. Waiting takes no longer than measuring has, so a run never takes more than twice its time.
 */
#include "bench.h"

static double least(double *best, double seconds)
{
    if (*best == 0 || seconds < *best) *best = seconds;
    return *best;
}

int quiet_now(void)
{
    static double best_multiplying, best_whole;
    double multiplying, whole;
    probe_pace(&multiplying, &whole);
    double usual = least(&best_whole, whole) / least(&best_multiplying, multiplying);
    return whole / multiplying < 1.25 * usual;
}

void quiet_wait(void)
{
    static double begin, waited;
    const double  patience = 0.1;
    double start = now(), at = start;
    if (begin == 0) begin = start;
    while (!quiet_now() && at - start < patience && 2 * waited < at - begin) at = now();
    waited += at - start;
}
