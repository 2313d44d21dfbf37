/*
 * small_product.c - see small_product.h.
 */
#include "small_product.h"
#include "divide.h"
#include "cursor.h"

enum { SMALL = 1 << 17, SMALL_BYTES = 32 << 10, WIDE_PANEL = 4 }; /* multiply-adds; of a panel, beside rows in the first-level cache; vectors */

/* Or of short sums, of as many rows as there are, if threads do not share them: of wide panels these tiles are as good as any. */
static int is_small(const struct small_product *s, const struct product *p, const struct work *w, const struct kernels *k)
{
    if (!s->rows || !s->depth) return 0;
    if ((double)s->rows * (double)s->depth * (double)s->cols <= SMALL) return 1;
    return k->panel_vectors >= WIDE_PANEL && s->rows >= SMALL_ROWS && s->depth <= SMALL_BYTES / (s->width * (int64_t)s->size) &&
           strided__divide(w, p, NULL, NULL, strided__context_workers(w->ctx)).axis < 0;
}

/* Sums are stored as they are, in vectors. */
static int stores_sums(const struct product *p, const struct work *w)
{
    return epilogue_is_trivial(w) && w->dtype[NEST_DST] == w->dtype[NEST_PACKED] && w->nest.axis[p->column].stride[NEST_DST] == 1;
}

void strided__small_product_plan(struct small_product *s, const struct product *p, const struct work *w, const struct kernels *k)
{
    struct nest_axis row[NEST_AXES], fold[NEST_AXES], batch[NEST_AXES];
    int edge[NEST_AXES]; /* there are none */
    const int64_t size = size_of(w->dtype[NEST_PACKED]);
    s->run = NULL;
    if (!k->small[w->compute] || w->edges || w->dtype[NEST_A] != w->dtype[NEST_PACKED] || p->bunch > 1 || !stores_sums(p, w)) return;
    if (strided__product_axes(batch, p, &w->nest, ROLE_BATCH, edge) || strided__product_axes(fold, p, &w->nest, ROLE_FOLD, edge) != 1) return;
    row[0] = single_axis;
    if (strided__product_axes(row, p, &w->nest, ROLE_ROW, edge) > 1) return;
    *s = (struct small_product){ .size = (size_t)size, .rows = row->len, .depth = fold->len, .cols = w->nest.axis[p->column].len, .width = p->width,
                                 .a_row = row->stride[NEST_A] * size, .a_k = fold->stride[NEST_A] * size,
                                 .dst_row = row->stride[NEST_DST] * size,
                                 .b_k = fold->stride[NEST_PACKED], .b_column = w->nest.axis[p->column].stride[NEST_PACKED] };
    if (is_small(s, p, w, k)) s->run = k->small[w->compute];
}
