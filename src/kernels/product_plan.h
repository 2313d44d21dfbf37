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

enum { PRODUCT_EDGES = STRIDED_MAX_SPATIAL };

/* By tiles (amx.h): rows and vectors of columns at once, rows that are gathered for them, quads or pairs of k that pass at once. */
enum { TILES_HIGH = 32, TILES_WIDE = 2, TILES_GATHERED = 64, TILES_DEPTH = 640 };

struct product {
    int     fits;
    int     whole;         /* edges are not cut into classes: rows leave out the taps that they do not see */
    int     edge[NEST_AXES]; /* then: 1 + the edge whose axis this is, or 0 */
    enum role role[NEST_AXES];
    int     column;        /* the axis of the vectors */
    int64_t width;         /* columns of a panel: whole vectors */
    int64_t packed;        /* elements; 0: b is read as it lies */
    int     bunch, bunched;/* an element of T is so many k of this fold axis: two of 16 bits each, of integers of 8 and 16 bits (pairs.h), or
                            * four of 8 (quads.h); or two of bf16, for tiles; 1: one */
    int     unit;          /* bunches of a run (nest.h): in the packed b whole ones, filled up with zeros; 1: there are no runs */
    int     amx;           /* the processor multiplies tiles of them (amx.h) */
    int     dots;          /* it multiplies pairs of bf16 one after the other (dots.h), */
    uint32_t least;        /* of which the packed b has this as its least */
    int     follows_a;     /* rows are walked as they lie in a rather than in dst */
    int     c_is_dst;
    int64_t ahead;         /* bytes from the packed b to as much that is asked for while it is multiplied; 0: a large b asks for itself */
};

/* `out` is w with the packed operand and, if that is better and b need not stay b, a and b exchanged. */
void strided__product_plan(struct product *p, struct work *out, const struct work *w, const struct kernels *k, int b_is_constant);

/* Half a short vector. Of a long one few lanes are as many multiplications in as many instructions. */
int64_t strided__product_least_columns(const struct work *w, const struct kernels *k);

/* For works that nothing is packed for: the operand whose memory runs along the sum becomes a, if it alone moves along the rows of dst. */
void strided__product_face(struct work *w);

/* b of `w` (made by strided__product_plan) at data[NEST_B] into `packed`: p->packed elements of the compute type. Sets p->least. */
void strided__product_pack(struct product *p, const struct work *w, void *const data[NEST_OPERANDS], void *packed);

/* Of a large b that is used once: how many along an axis, column or batch, to pack at a time (of columns whole panels), so that the cache holds
 * them until they are multiplied; p->packed becomes what these take. 0: all. */
int64_t strided__product_cut(struct product *p, const struct work *w, int *axis);

/* For p->ahead, where the columns of b that come `next` lie in one piece as large as what is packed, and the cache has room for both; or 0. */
int64_t strided__product_ahead(const struct product *p, const struct work *w, const char *packed, const char *next);

/* Several classes of one product each write to the same lines of dst, or each want all of b: then the kept axis that is better cut,
 * into how long slices, so that these stay in the cache from class to class. -1: none is. */
int strided__product_slice(const struct product *p, const struct work *w, int64_t *len);

/* The axes along which b is packed, of one role, as they lie in b: outermost first. Their number. Of the bunched axis the bunches
 * that are whole, or the one that is cut. */
int strided__product_pack_axes(struct nest_axis *out, const struct work *w, const struct product *p, enum role role, int cut);

/* The axes of one role that the class has, merged and in the order to walk them, and what p->edge says of each (room for NEST_AXES);
 * the number of them. The bunched axis comes last, in bunches. */
int strided__product_axes(struct nest_axis *out, const struct product *p, const struct nest *n, enum role role, int *edge);

#endif
