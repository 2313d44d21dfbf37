/*
 * flat_walk.h - what a walk over blocks that lie flat (flat_run.c) knows of the one it is at.
 */
#ifndef STRIDED_SRC_FLAT_WALK_H
#define STRIDED_SRC_FLAT_WALK_H

#include "blocks_walk.h"
#include "window_plan.h"

enum { FLAT_RUNS = 256 };

/* Lines of an axis (-1: of groups), every step-th; bytes of a from one to its neighbour. */
struct flat_lines { int axis; int64_t groups, step, a; struct flat_move move; };

struct flat_walk {
    const struct work *w;
    const struct blocks_plan *plan;
    const struct block_kernels *kernels;
    window_finish_fn *finish;          /* NULL: sums are what is wanted */
    int64_t size, bytes;               /* of an element, of a vector */
    int64_t unit[NEST_OPERANDS];
    struct block_place here;
    char   *dst;                       /* where they begin */
    struct range real[BLOCK_AXES], held[BLOCK_AXES]; /* slots of it that are there; of the block before */
    int     padded;                    /* some slot is not there: 1 of lines, 2 of another axis */
    int     exact;                     /* no tap of a slot that is not there is multiplied */
    int64_t listed[BLOCK_AXES];        /* positions that the vectors are of */
    struct flat_lines lines;           /* that are brought in at once */
    struct flat_bounds b;
    struct flat_look look[4];          /* what is brought in that windows reach over which miss a slot */
    int     looks;
    struct flat flat;
    char   *slots, *mask, *sums;       /* of the buffer */
    int64_t row_bytes;                 /* of the sums of a row that wait */
    int     unsure;                    /* something may vanish, which only blocks can do that are whole */
    struct nest_axis outer[WINDOW_AXES];
    struct cursor at;
    struct flat_vector vector[FLAT_LIST + FLAT_VECTORS];
    int32_t place[FLAT_PLACES];
    int32_t *tap, *seen;               /* in `list`, or, if they are more, behind all else in the buffer */
    int32_t list[2 * FLAT_TAPS];
    struct flat_run run[FLAT_RUNS];
    int     runs;
    char    buffer[FLAT_BYTES] __attribute__((aligned(64))); /* slots, mask, sums */
};

static inline const struct block_axis *flat_axis(const struct flat_walk *k, int i) { return &k->plan->axis[i]; }

static inline int is_line(const struct blocks_plan *p, int i) { return i == p->column || i == p->row; }

static inline int64_t step_of_slots(const struct blocks_plan *p, int i)
{
    return is_line(p, i) ? p->axis[i].edge.keep_mul : i == p->beside ? LINE_BYTES / p->residue[i] : 1;
}

/* Bytes to slot u of an axis. */
static inline int64_t place_of_slot(const struct blocks_plan *p, int i, int64_t u)
{
    const int64_t step = step_of_slots(p, i);
    return step == 1 ? u * p->pitch[i] : u / step * p->pitch[i] + u % step * p->residue[i];
}

/* ---- flat_lists.c --------------------------------------------------------------------------------- */

/* Taps in the order of the folds: those of the last fold, and those that are so far from them. */
void strided__flat_taps(struct flat_walk *k);
/* The vectors that a block's sums are formed in. */
void strided__flat_vectors(struct flat_walk *k);

/* ---- flat_padding.c ------------------------------------------------------------------------------- */

/* The slots of this block that are there; 0 is the first of them all. */
void strided__flat_real(struct flat_walk *k);
/* Where outputs are vectors, the runs of taps that each tile sees. */
void strided__flat_runs(struct flat_walk *k);
/* What has to be looked at before zeros are multiplied. */
void strided__flat_looks(struct flat_walk *k);
/* Of what is in the buffer nothing vanishes if zeros are multiplied. */
int  strided__flat_is_sure(const struct flat_walk *k);
/* Else this is which slots are there. */
void strided__flat_mask(struct flat_walk *k);

#endif
