/*
 * small_product.h - products so small that choosing takes longer than multiplying: without edges and batches, nothing to become of the
 * sums, neighbours in dst; or of sums so short that finding rows takes as long. What there is to choose is chosen when the plan is made, and a
 * run is its tiles (small_tiles.h).
 */
#ifndef STRIDED_SRC_SMALL_PRODUCT_H
#define STRIDED_SRC_SMALL_PRODUCT_H

#include "product_plan.h"

enum { SMALL_ROWS = 8 }; /* a tile's, of one vector */

struct small_product {
    small_kernel *run;              /* NULL: the product is not one of these */
    size_t  size;                   /* bytes of a sum */
    int64_t rows, cols, depth;
    int64_t width;                  /* columns of a panel */
    int64_t a_row, a_k, dst_row;    /* bytes */
    int64_t b_k, b_column;          /* elements of the packed b */
};

/* p and w as strided__product_plan() made them. */
void strided__small_product_plan(struct small_product *s, const struct product *p, const struct work *w, const struct kernels *k);

#endif
