/*
 * conv_call.h - a whole call made of the table: everything checked, in the order that all operators keep.
 */
#ifndef STRIDED_SRC_CONV_CALL_H
#define STRIDED_SRC_CONV_CALL_H

#include "conv_table.h"
#include "operands.h"

/* A convolution, or a transposed one, and what becomes of its sums. */
struct conv_call {
    struct conv_table table;
    enum compute compute;
    struct conv_epilogue epilogue;
};

/* All checks but those of memory: the tensors may be geometries. */
strided_status strided__conv_call(struct conv_call *c, const struct conv_roles *roles, const strided_tensor *bias,
                                  const strided_conv_params *params);
/* A gradient: memory too. ops[0] is the destination. */
strided_status strided__conv_call_gradient(struct conv_table *t, const struct conv_roles *roles, const struct operand ops[3],
                                           const strided_conv_params *params);

#endif
