/*
 * product_plan.h - seeing a CONTRACT work as matrix products: which axes are rows, columns, batch; how b is packed.
 *
 *     conv2d    batch g | rows n oh ow | column o | folds c kh kw          matmul   rows i | column j | fold k
 *
 * Rows move along in a only, the column in b only, batch in both; the decision looks at strides and extents, never at
 * who called. The packed b is an operand of the work, with strides of its own, so that edges and shares move it as they
 * move the others. The generic kernel computes the same bits from the same work.
 */
#ifndef STRIDED_SRC_PRODUCT_PLAN_H
#define STRIDED_SRC_PRODUCT_PLAN_H

#include "kernels.h"

enum role { ROLE_BATCH, ROLE_ROW, ROLE_COLUMN, ROLE_FOLD };

/* What the registers of columns are filled from; see tile.h. */
enum tile_form { TILE_OUTER, TILE_LIST, TILE_LANES, TILE_SPREAD, TILE_SPREAD2, TILE_SUM, TILE_SUM2, TILE_MAX, TILE_MAX2, TILE_FORMS };

static inline int tile_pairs(enum tile_form f)   { return f == TILE_SPREAD2 || f == TILE_SUM2 || f == TILE_MAX2; }
static inline int tile_spreads(enum tile_form f) { return f == TILE_SPREAD || f == TILE_SPREAD2; }
static inline int tile_is_sum(enum tile_form f)  { return f == TILE_SUM || f == TILE_SUM2; }
static inline int tile_is_max(enum tile_form f)  { return f == TILE_MAX || f == TILE_MAX2; }

struct product {
    int     fits;
    enum tile_form form;
    int     by, along;     /* the operand that rows move along (a of tile.h), and the other (b) */
    int     reads_view;    /* vectors come straight from a view: they may not reach beyond the last column */
    enum role role[NEST_AXES];
    int     column;        /* the axis of the vectors */
    int64_t width;         /* columns of a panel: whole vectors */
    int64_t packed;        /* elements; 0: nothing is packed */
    int     c_is_dst;
};

/* The packed form: `out` is w with the packed operand and, if that is better and b need not stay b, a and b exchanged. */
void strided__product_plan(struct product *p, struct work *out, const struct work *w, const struct kernels *k, int b_is_constant);

/* The forms that pack nothing: columns along an axis with unit stride (or every second element) in a and unit stride in
 * dst. Products whose sums are too short, or columns of b too few, to be worth packing; and REDUCE by sum or max. */
void strided__product_plan_direct(struct product *p, const struct work *w, const struct kernels *k);

/* b of `w` (made by strided__product_plan) at data[NEST_B] into `packed`: p->packed elements of the compute type. */
void strided__product_pack(const struct product *p, const struct work *w, void *const data[NEST_OPERANDS], void *packed);

/* Several classes of one product each write to the same lines of dst, or each want all of b: then the kept axis that is better cut,
 * into how long slices, so that these stay in the cache from class to class. -1: none is. */
int strided__product_slice(const struct product *p, const struct work *w, int64_t *len);

/* The axes along which b is packed, of one role, as they lie in b: outermost first. Their number. */
int strided__product_pack_axes(struct nest_axis *out, const struct work *w, const struct product *p, enum role role);

/* The axes of one role that the class has, merged and in the order to walk them; the number of them. */
int strided__product_axes(struct nest_axis *out, const struct product *p, const struct nest *n, enum role role);

/* `outer` and `inner` are one axis for all operands that p uses. */
int strided__product_merges(const struct product *p, const struct nest_axis *outer, const struct nest_axis *inner);

#endif
