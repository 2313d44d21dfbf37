/*
 * einsum.h - sums of products over named axes: the parsed text, and the work it becomes.
 *
 * Every label of the text is one axis of a nest; an operand's stride along a label is the sum of its strides along the
 * axes that carry it (a repeated label is a diagonal), 0 if none does. Nothing is copied or permuted.
 */
#ifndef STRIDED_SRC_EINSUM_H
#define STRIDED_SRC_EINSUM_H

#include "../nest/nest.h"
#include "../tensor/tensor.h"

enum { EINSUM_OPERANDS = 64, EINSUM_LABELS = NEST_AXES };

struct einsum_label {
    const char *name;  /* in the text; not terminated */
    int     length;    /* of the name */
    int     ellipsis;  /* axis of "...", counted from the right, from 1; 0 = a label of its own */
    int     uses;      /* axes that carry it */
    int     from;      /* operand that decided its extent */
    int64_t extent;
};

struct einsum_term {
    int     n;
    uint8_t label[STRIDED_MAX_NDIM]; /* of each axis */
};

struct einsum {
    const char *who, *spec;
    int named;
    int labels;                                /* in the order they appear */
    struct einsum_label label[EINSUM_LABELS];
    int operands;
    struct einsum_term term[EINSUM_OPERANDS];
    struct einsum_term out;
};

/* einsum_parse.c: the text against the operands' shapes. */
strided_status strided__einsum_parse(struct einsum *e, const char *who, const char *spec, int named, int n,
                                     const strided_tensor *const *operands);
void strided__einsum_shape(const struct einsum *e, int64_t shape[STRIDED_MAX_NDIM]);

/* einsum.c: the work of one or two operands. Text, dtypes and shapes are checked, memory is not: y and the operands
 * may be geometries without data (a plan's). */
strided_status strided__einsum_prepare(struct work *w, const char *who, const strided_tensor *y, const char *spec, int named,
                                       int n, const strided_tensor *const *operands);

#endif
