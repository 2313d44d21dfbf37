/*
 * plan.h - the inside of a plan: a work with its kernel chosen, and the memory that the work reads besides x.
 *
 * A maker prepares the same work as the immediate call does, with packed copies in place of the constant operands, and
 * hands it to strided__plan_new(). Nothing here knows which operator it was.
 */
#ifndef STRIDED_SRC_PLAN_H
#define STRIDED_SRC_PLAN_H

#include <stdatomic.h>
#include <strided/plan.h>
#include "../kernels/prepared.h"
#include "../tensor/tensor.h"

enum { PLAN_HELD = 3 };

/* y or x, as a maker got it. */
struct plan_tensor {
    strided_dtype dtype;
    int           ndim;
    int64_t       count;
    int64_t       shape[STRIDED_MAX_NDIM], strides[STRIDED_MAX_NDIM];
};

struct strided_plan {
    atomic_int         refs;
    strided_context   *ctx;             /* held; NULL = default */
    struct prepared    prepared;
    strided_tensor    *held[PLAN_HELD]; /* packed operands, vectors of divisors; NULL at the end */
    struct plan_tensor y, x;
    const char        *name, *operand[NEST_OPERANDS]; /* for strided_plan_describe(), as is `work`: what the maker handed over */
    struct work        work;
};

/* What a maker hands over; names are for ever. */
struct plan_parts {
    const char *who;                         /* the maker */
    const char *name;                        /* of the operator */
    const char *operand[NEST_OPERANDS];      /* names, dst first */
    const strided_tensor *y, *x;             /* geometries */
    const struct work *work;                 /* NEST_DST is y, NEST_A is x */
    strided_tensor *held[PLAN_HELD];         /* now the plan's, or released if there will be none */
};
strided_plan *strided__plan_new(const struct plan_parts *parts);

/* The same of a work whose b is `b`, the caller's own, if it is large and no run will read it, but only what is packed of it: a copy would cost more
 * than all the rest. 0: it must be copied first; what the parts hold is still the maker's. */
int strided__plan_of_packed(strided_plan **plan, const struct plan_parts *parts, const strided_tensor *b);

/* y does not overlap itself: all that can be said of a tensor without memory. */
strided_status strided__plan_check_y(const char *who, const strided_tensor *y);

/* A dense row-major copy of x in ctx; NULL with the reason recorded. */
strided_tensor *strided__plan_pack(const char *who, const strided_tensor *x, strided_context *ctx);

#endif
