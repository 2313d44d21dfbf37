/*
 * simplify.h - the same nest with fewer, better axes: what every kernel gets.
 *
 * Axes of extent 1 go; kept axes are put in the order of the destination's memory, outermost first, so that the
 * last one is the row that kernels walk; neighbours that are one axis for every operand become one. Fold axes
 * are merged, never reordered: their order is the meaning.
 */
#ifndef STRIDED_SRC_SIMPLIFY_H
#define STRIDED_SRC_SIMPLIFY_H

#include "nest.h"

/* `out` may be `in`. 0: nothing to do (a kept axis has extent 0). */
int strided__nest_simplify(struct nest *out, const struct nest *in, const struct work *w);

#endif
