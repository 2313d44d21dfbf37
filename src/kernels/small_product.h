/*
 * small_product.h - products so small that choosing takes longer than multiplying: without edges and batches, of the sums nothing to become
 * but those plus a bias, within limits, neighbours in dst; or of sums so short that finding rows takes as long, and ending them after they are
 * stored no less. What there is to choose is chosen when the plan is made, and a run is its tiles (small_tiles.h), of some rows for each thread.
 */
#ifndef STRIDED_SRC_SMALL_PRODUCT_H
#define STRIDED_SRC_SMALL_PRODUCT_H

#include "divide.h"

enum { SMALL_ROWS = 8 }; /* a tile's, of one vector */

struct small_product {
    small_kernel *run;              /* NULL: the product is not one of these */
    size_t  size;                   /* bytes of a sum */
    int64_t rows, cols, depth;
    int64_t width;                  /* columns of a panel */
    int64_t a_row, a_k, dst_row;    /* bytes */
    int64_t b_k, b_column;          /* elements of the packed b */
    int     ends, biased;           /* sums become something else: plus a bias, one for each column, that may be; within limits */
    float   lo, hi;
    const float *bias;              /* of a panel's columns, in whole vectors, while tiles are formed that end sums */
    struct division shared;         /* of all rows as one axis: -1, not at all */
};

/* p and w as strided__product_plan() made them. */
void strided__small_product_plan(struct small_product *s, const struct product *p, const struct work *w, const struct kernels *k);
/* By the threads of the context, where rows are shared. */
void strided__small_product_run(const struct small_product *s, strided_context *ctx, void *const data[NEST_OPERANDS]);

#endif
