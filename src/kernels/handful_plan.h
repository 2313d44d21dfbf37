/*
 * handful_plan.h - sums of few terms, and few of them to a row, of rows that lie close together in all operands (colours, points, matrices of 3 x 3):
 * some rows fit one vector, a handful. What of them each lane multiplies is picked from vectors of a and b (handful.h).
 */
#ifndef STRIDED_SRC_HANDFUL_PLAN_H
#define STRIDED_SRC_HANDFUL_PLAN_H

#include "kernels.h"

enum { HANDFUL_LANES = 16, HANDFUL_TERMS = 16, HANDFUL_AXES = 4, HANDFULS = 4 }; /* at most; at once: each sum waits for the one before it */

struct handful {
    struct nest_axis row;               /* the kept axis whose indices lie side by side */
    struct nest_axis inner[HANDFUL_AXES], fold[HANDFUL_AXES], outer[HANDFUL_AXES]; /* the kept ones that are in a row; what is folded; all others */
    int inners, folds, outers;
    int a, b;                           /* operands: rows have a of their own, and perhaps b */
    int moves;                          /* they have */
    int dense;                          /* rows of dst have no gaps */
    int outputs, terms;
    int lanes, rows;                    /* of a vector; rows in it */
};

/* An operand's vectors. */
struct handful_operand {
    char *at;                           /* the first of them, */
    int64_t row;                        /* and bytes to that of the next row */
    int64_t low;                        /* the first lane, in elements from row 0 of the vector */
    uint32_t some;                      /* lanes that are of its rows */
    int32_t pick[HANDFUL_TERMS][HANDFUL_LANES]; /* for each lane of dst a lane; of what stands still an element */
};

/* Rows that follow each other, no fewer than a handful. */
struct handful_rows {
    int rows, terms, moves, dense, ends; /* as above; something becomes of sums */
    struct handful_operand dst, a, b, c;
    float factor[HANDFUL_TERMS][HANDFUL_LANES]; /* of a b that stands still */
    float bias[HANDFUL_LANES], lo, hi;
};

void strided__handful_rows_avx2(const struct handful_rows *k, int64_t rows);
void strided__handful_rows_avx512(const struct handful_rows *k, int64_t rows);

/* n is simple (nest/simplify.h). 0: it is something else, or better done otherwise. */
int strided__handful_plan(struct handful *h, const struct nest *n, const struct work *w, const struct kernels *k);
/* The same of w; cheap where it is something else. */
int strided__handful_fits(const struct work *w, const struct kernels *k);
/* All of a simple nest of such a w. 0: not this one. */
int strided__handful_run(const struct work *w, const struct nest *n, const struct kernels *k, char *const data[NEST_OPERANDS]);

#endif
