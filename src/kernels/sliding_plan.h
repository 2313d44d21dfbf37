/*
 * sliding_plan.h - maxima over windows that overlap so much that it is cheaper to take them along one axis after the other.
 *
 *     x  ──►  buffer, a tile and what its windows reach over  ──►  maxima along kw  ──►  along kh  ──►  y
 *
 * The last fold comes first, so that of equals the first in the order of the folds wins, as in the generic loop. Windows that lie along
 * the innermost axis of the buffer are doubled by shifts; along the others, and where they are long, their cost does not depend on their
 * length. Any strides, every dtype: tiles are copied in and out, unless vectors lie along x and y and nothing is NaN. Windows too long for
 * the buffer have the rows of the first fold brought there one at a time, all others' maxima taken, and twice each: what is kept meanwhile
 * lies in y. Whether and how is decided by strides and extents; the bits are the same.
 */
#ifndef STRIDED_SRC_SLIDING_PLAN_H
#define STRIDED_SRC_SLIDING_PLAN_H

#include "kernels.h"

enum { SLIDING_AXES = STRIDED_MAX_SPATIAL + 2, SLIDING_BYTES = 60 << 10 };
enum { SLIDING_ROWS = 3 }; /* in the buffer: one that comes, all before it, and what dst has */

/* An axis of the buffer: elements `slots`, of which the window of position i begins with number i*step of those from -before on. */
struct sliding_axis {
    int     keep;                      /* the axis of the nest */
    int64_t len;                       /* positions */
    int64_t taps, step, dilation, before, n; /* n: elements of a */
    int64_t a, dst;                    /* from element to element of a, from position to position of dst */
    int64_t tile, slots, pitch;        /* positions at once, what they reach over, elements of the buffer from slot to slot */
};

struct sliding_plan {
    int     fits;
    const struct sliding_kernels *kernels;
    struct maxima_plan in_place;       /* if it fits, it does all of it, but of floats perhaps */
    int     axes, passes;
    struct sliding_axis axis[SLIDING_AXES]; /* outermost first */
    int     pass[STRIDED_MAX_SPATIAL]; /* windows, that of the last fold first, but for those of one tap */
    int     line;                      /* the axis whose windows are shifted; -1: none */
    int64_t block;                     /* windows of so many taps are rows of others; 0: they are not so long */
    int     keeps;                     /* from tile to tile of the outermost axis, what both reach over */
    unsigned near;                     /* axes of few taps */
    int     straight;                  /* lines of neighbours in a and in dst: numbers go from one to the other */
    int     direct;                    /* numbers go from a, and to dst, without a copy */
    int     by_rows;                   /* axis 0 is a row of its window at a time, which is then: */
    struct sliding_axis window;
    double  copy;                      /* what an element takes, in or out, where a pass takes 1 */
    int64_t used, size;                /* elements of the buffer, and with those that are read behind them; of one row */
};

/* fits: it is worth it, where the windows' own way takes `tap` times as long for each tap as these passes for a maximum. */
void strided__sliding_plan(struct sliding_plan *p, const struct work *w, const struct kernels *k, double tap);

/* Whose kept axis or fold this is; NULL: none. */
const struct edge *strided__sliding_window(const struct work *w, int axis);

/* The kept axis with the most tiles, and how many of its positions are one. */
int strided__sliding_axis(const struct sliding_plan *p, const struct work *w, int64_t *tile);

/* The work; of `axis` (a kept one; -1: none) only lo <= i < hi. */
void strided__sliding_run(const struct work *w, const struct sliding_plan *p, const struct kernels *k, void *const data[NEST_OPERANDS],
                          int axis, int64_t lo, int64_t hi);

#endif
