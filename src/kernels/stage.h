/*
 * stage.h - windows whose results lie where no vector of them would (every 2nd element, backwards, channels among others' channels), or otherwise than
 * what they are made of: sums of some positions are formed in a buffer, side by side, and are moved to dst from there.
 */
#ifndef STRIDED_SRC_STAGE_H
#define STRIDED_SRC_STAGE_H

#include "../nest/nest.h"

struct window_plan;
struct kernels;

/* Bytes of the buffer; less beside blocks that are gathered or lie flat, which have a large one of their own. */
enum { STAGE_AXES = 12, STAGE_BYTES = 60 << 10, STAGE_SOME_BYTES = 24 << 10 };

struct stage {
    int     fits;
    int64_t some[STAGE_AXES];   /* of each kept axis: so much at a time, always */
    int64_t stride[STAGE_AXES]; /* of these in the buffer, elements */
};

/* `out` is w with results side by side, in the order in which this operand lies, but `first` (-1: none) innermost; 0: they are too many. */
int strided__stage_work(struct work *out, const struct work *w, int operand, int first);

/* For p, made for the work `staged` that this gave of w: how much at a time; then it has the buffer for its dst, for which p is to be made again.
 * 0: no part of it fits. */
int strided__stage_plan(struct stage *s, struct work *staged, const struct work *w, const struct window_plan *p);

/* As strided__windows_run(). */
void strided__stage_run(const struct work *w, const struct window_plan *p, void *const data[NEST_OPERANDS], const struct part *part);

#endif
