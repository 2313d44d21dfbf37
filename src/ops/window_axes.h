/*
 * window_axes.h - windows in a nest: from positions to taps (forward), and from an input position to the windows that
 * reach it (the gather form that gradients and transposed convolution take, so that every result is one chain).
 *
 * In the gather form the input positions of an axis fall into phases, p = first + step*q. All p of a phase are reached
 * by the same taps, tap + u*tap_step, and by window q - u*lag - before of each:
 *
 *     step 2, dilation 1, 3 taps:   p even: taps 0, 2 of windows q, q-1      p odd: tap 1 of window q
 */
#ifndef STRIDED_SRC_WINDOW_AXES_H
#define STRIDED_SRC_WINDOW_AXES_H

#include "../nest/nest.h"
#include "window_geometry.h"

/* One axis of an operand, walked as p = i*keep_mul + k*fold_mul - before by nest axes `keep` and `other`. */
struct window_walk {
    int operand;
    int keep, other;
    int64_t keep_mul, fold_mul;
    int64_t stride;             /* of the axis in the operand */
    int64_t index_stride;       /* WORK_ARG: in the index; else 0 */
    strided_pad_mode mode;      /* CONSTANT: taps outside are left out */
};
/* Plain strides where no tap falls outside, else an edge. */
void strided__window_walk(struct work *w, const struct window_axis *a, const struct window_walk *walk);

struct phase {
    int64_t first, step, len;      /* p = first + step*q, q in [0, len) */
    int64_t tap, tap_step, taps;   /* t = tap + tap_step*u, u in [0, taps); taps may be 0 */
    int64_t lag, before;           /* window q - lag*u - before */
};
struct phases {
    int nd;
    struct phase axis[STRIDED_MAX_SPATIAL];
};

/* for (int more = strided__phases_first(&ph, &win); more; more = strided__phases_next(&ph, &win)) */
int strided__phases_first(struct phases *ph, const struct window *win);
int strided__phases_next(struct phases *ph, const struct window *win);

/* Operand A is walked over its windows (`positions` long, `stride` apart) by nest axes q and u; from tap to tap it moves
 * by `tap_stride` besides, from where tap 0 stands. */
void strided__phase_walk(struct work *w, const struct phase *ph, int64_t positions, int q, int u, int64_t stride,
                         int64_t tap_stride);

#endif
