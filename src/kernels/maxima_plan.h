/*
 * maxima_plan.h - maxima of integers, and of floats of 16 bits, over windows of few taps, where they lie: no order of taps changes a bit, so
 * a vector of the type itself takes the larger of one tap after the other. Floats are turned into integers of the same order, and back; if
 * there are NaN or -0 among them, of which it is the order that decides, others do all of it again.
 *
 *     vectors across the windows     dst = the largest of all taps                                channels last
 *     vectors along windows          lines = the largest of the taps of one column, in a buffer;  channels first
 *                                    their elements `step` apart, side by side, if they are not bytes two apart;
 *                                    dst = the largest of the taps along them
 */
#ifndef STRIDED_SRC_MAXIMA_PLAN_H
#define STRIDED_SRC_MAXIMA_PLAN_H

#include "../nest/edges.h"

enum { MAXIMA_TAPS = 32, MAXIMA_BYTES = 8 << 10, MAXIMA_VECTOR = 16 };

/* Floats come as what they are and go as integers, the other way round, or as what they are. */
enum maxima_pass { MAXIMA_FIRST = 1, MAXIMA_LAST = 2, MAXIMA_ALL = 3 };

/* Some rows of dst, no shorter than a vector: the largest of what stands `place` bytes behind the same element of a; or, of elements of a byte, of
 * `pairs` neighbours from every second one of a on. Bytes; of floats the bits of infinity. */
struct maxima_rows { int64_t place[MAXIMA_TAPS], taps, pairs, bytes, rows, a_row, dst_row; enum maxima_pass pass; int16_t infinity; };
/* 0: there is something whose order matters. */
typedef int maxima_kernel(const struct maxima_rows *m, char *dst, const char *a);

struct maxima_plan {
    int     fits;
    maxima_kernel *kernel;
    int     vector, row;        /* kept axes */
    int64_t line, rows;         /* vectors along a window: elements of a line in the buffer, a multiple of the step; lines at once */
};

struct kernels;

/* Of a work that is maxima over windows and nothing else (sliding_plan.c). */
void strided__maxima_plan(struct maxima_plan *p, const struct work *w, const struct kernels *k);

/* The work; of `axis` (a kept one but the vectors'; -1: none) only lo <= i < hi. 0: there are floats whose order matters. */
int strided__maxima_run(const struct work *w, const struct maxima_plan *p, const struct kernels *k, void *const data[NEST_OPERANDS],
                        int axis, int64_t lo, int64_t hi);

#endif
