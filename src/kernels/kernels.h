/*
 * kernels.h - what an instruction set offers: for every kind of work and every compute type, a function that does
 * one simple nest (no edges; see nest/simplify.h). src/kernels/isa.c is compiled once per instruction set and
 * defines one of these tables.
 */
#ifndef STRIDED_SRC_KERNELS_H
#define STRIDED_SRC_KERNELS_H

#include "../base/context.h"
#include "../base/dtype.h"
#include "maxima_plan.h"
#include "sliding.h"
#include "window.h"
#include "winograd_plan.h"

typedef void nest_kernel(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS]);

struct product;
/* `from`: of a product with whole edges, the first position of each. */
typedef void product_kernel(const struct work *w, const struct product *p, const struct nest *n, const int64_t *from,
                            char *const data[NEST_OPERANDS]);
/* What it gives is the least that it packed, of pairs of bf16 (dots.h). */
typedef uint32_t pack_kernel(const struct work *w, const struct product *p, char *const data[NEST_OPERANDS], int64_t from, int64_t to);

struct small_product;
typedef void small_kernel(const struct small_product *s, char *dst, const char *a, const void *packed, const char *bias);

enum { LINE_BYTES = 64 }; /* of the cache */

struct kernels {
    const char     *name;
    nest_kernel    *nest[WORK_KINDS][COMPUTES]; /* NULL: that of a set below serves */
    product_kernel *product[COMPUTES];  /* NULL: none for this type */
    pack_kernel    *pack[COMPUTES];     /* where there is a product */
    small_kernel   *small[COMPUTES];    /* NULL: small products are products */
    const struct window_kernels *window[COMPUTES]; /* NULL: those of a set below */
    const struct sliding_kernels *sliding[COMPUTES]; /* NULL: those of a set below, if it has them */
    maxima_kernel  *maxima[STRIDED_U64 + 1];         /* by dtype; likewise */
    struct winograd_kernels winograd;
    int             vector_bytes;
    int             panel_vectors;      /* vectors of columns in a product's panel, at most */
};

/* Elements of a compute type in a vector. */
static inline int64_t lanes_of(const struct kernels *k, enum compute compute) { return k->vector_bytes / (int64_t)strided__compute_size(compute); }

/* The table of this instruction set, or of the best one below it that was built. */
const struct kernels *strided__kernels(enum isa isa);

/* That of this set, or of one below it, for the nest that it is to walk: see pick.c. */
nest_kernel *strided__nest_kernel(const struct kernels *k, const struct work *w, const struct nest *n);
/* Elements from one place to another, by w's compute type: the strides of n are those of both, in this order. */
void strided__nest_move(const struct kernels *k, const struct work *w, const struct nest *n, strided_dtype to, char *dst, strided_dtype of, char *from);
/* The same in two steps, between which the axes are added, and each less this. */
void strided__nest_begin_move(struct work *move, const struct work *w);
void strided__nest_move_of(const struct kernels *k, struct work *move, strided_dtype to, char *dst, strided_dtype of, char *from, float less);
/* The set, this one or one below, that has windows of this type; the lowest where none has. Channels last and short rows that half a
 * vector holds are left to the one whose vector that is. */
const struct kernels *strided__windows_of(const struct kernels *k, const struct work *w);
/* NULL: no set has them. */
const struct sliding_kernels *strided__sliding_kernels(const struct kernels *k, enum compute compute);
maxima_kernel *strided__maxima_kernel(const struct kernels *k, strided_dtype dtype);

#endif
