/*
 * mosaic.h - a product whose classes lie among each other in dst, as the taps do in a gradient of weights: of some rows and columns at a
 * time, all classes are laid out in a buffer, each by itself, and then moved to dst as a whole.
 *
 *     buffer   c kh kw o          dst   o c kh kw
 */
#ifndef STRIDED_SRC_MOSAIC_H
#define STRIDED_SRC_MOSAIC_H

#include "product_plan.h"

enum { MOSAIC_BYTES = 54 << 10 };

struct mosaic {
    int64_t slice[NEST_AXES]; /* of kept axes: so much at a time; 0: all of it */
    struct product product;
    struct work work;         /* with a buffer for dst */
};

/* 0: classes do not lie so, or too little of them has room in the buffer. */
int strided__mosaic_plan(struct mosaic *m, const struct product *p, const struct work *w);

/* The piece of w at dst. */
void strided__mosaic_put(const struct mosaic *m, const struct work *w, const struct kernels *k, const struct nest *piece, char *dst, char *buffer);

#endif
