/*
 * divide.h - which kept axis of a work the threads share, and in how many pieces. It decides how long things take, never a bit.
 */
#ifndef STRIDED_SRC_KERNELS_DIVIDE_H
#define STRIDED_SRC_KERNELS_DIVIDE_H

#include "product_plan.h"
#include "sliding_plan.h"
#include "window_plan.h"

struct division {
    int     axis;              /* the kept axis that is divided; -1: none */
    int64_t grain;             /* in multiples of this,                   */
    int64_t pieces;            /* into so many,                           */
    int     rows;              /* each of them along this one once more   */
    int64_t parts;             /* into so many; 1: it is not              */
};

/* Of a work that is done as one of these plans says (the others are NULL; all: by the generic kernels), by so many workers. No axis: it is not worth
 * it, or the order of additions matters. */
struct division strided__divide(const struct work *w, const struct product *product, const struct window_plan *window,
                                const struct sliding_plan *sliding, int64_t workers);

/* Whether to copy so many elements is. */
int strided__worth_dividing(const strided_context *ctx, int64_t elements);

/* One of the pieces of an axis so long; those of any few that are neighbours are as long together as of any others, or nearly. */
struct part strided__division_part(const struct division *d, int64_t len, int64_t index);

/* The same of a work with these axes, and, where rows are divided too, the part of these; how many parts. */
int strided__division_parts(const struct division *d, const struct nest_axis *axis, int64_t index, struct part part[2]);

#endif
