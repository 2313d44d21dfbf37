/*
 * sliding.h - what the walk over sliding maxima (sliding_run.c) hands to the passes of an instruction set (sliding_pass.h).
 *
 * A pass replaces every element of a buffer by the largest of the window that begins there. What lies before wins over equals that lie
 * behind, and a NaN behind over what lies before, as in the order of the fold: so parts of windows may be combined in any way that keeps
 * this order, and may overlap.
 */
#ifndef STRIDED_SRC_SLIDING_H
#define STRIDED_SRC_SLIDING_H

#include "../nest/nest.h"

/* Rows `apart` elements apart, of which first <= q < end are there. Position i sees those of start + i*step <= q < start + i*step + taps;
 * what it sees takes the place of row start + i*step. */
struct sliding_rows { int64_t apart, first, end, start, step, taps, positions; };

/* Vectors of a row: neighbours, in groups `apart` elements apart. */
struct sliding_columns { int64_t vectors, groups, apart; };

/* Row 0, or position 0; elements from one to the next, and from group to group of them. */
struct sliding_side { void *p; int64_t apart, group; };

enum sliding_form { SLIDING_ANY, SLIDING_NUMBERS, SLIDING_FORMS }; /* integers, or there may be NaN; there is none */

enum { LEAST_NEAR = 4, MOST_NEAR = 24 }; /* taps that are few */
enum { LINE_AT_ONCE = 2 }; /* windows of a line that need no room */

/* Counts are elements of the compute type, to which buffers are aligned; up to a vector more than n may be read and written. */
struct sliding_kernels {
    int64_t lanes; /* of a vector */
    void (*fill)(const struct work *w, void *to, int64_t pitch, int64_t lines, int64_t n); /* with what changes no maximum */
    enum sliding_form (*form)(const void *p, int64_t pitch, int64_t lines, int64_t n); /* lines are no shorter than a vector */
    void (*shift[SLIDING_FORMS])(void *p, int64_t n, int64_t by); /* elements i and i + by, 0 <= i < n */
    /* n windows of neighbours, which may take the place of where they begin, of numbers first .. end - 1 from there on; room for as many elements as
     * they are long, or a vector. 0: there may be NaN, and this was in vain. NULL: there is none. */
    int  (*line)(const void *from, void *to, int64_t n, int64_t taps, int64_t first, int64_t end, void *room);
    void (*across[SLIDING_FORMS])(const struct work *w, void *p, const struct sliding_rows *r, const struct sliding_columns *c);
    /* The same of numbers and few taps, one row further for each position, of which none sees nothing; in place, where n is whole vectors, or from
     * rows of n neighbours, at least a vector, to others. NULL: there is none. */
    void (*near)(const struct sliding_side *from, const struct sliding_side *to, const struct sliding_rows *r, int64_t n, int64_t groups);
};

#endif
