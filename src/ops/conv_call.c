/*
 * conv_call.c - see conv_call.h.
 */
#include "conv_call.h"

strided_status strided__conv_call(struct conv_call *c, const struct conv_roles *roles, const strided_tensor *bias,
                                  const strided_conv_params *params)
{
    const struct operand in = { .name = roles->in_name, .x = roles->in }, out = { .name = roles->out_name, .x = roles->out };
    const struct operand y = roles->transposed ? in : out, x = roles->transposed ? out : in;
    const struct operand ops[] = { y, x, { .name = roles->w_name, .x = roles->w } };
    strided_status s = strided__check_given(roles->who, 3, ops);
    if (!s) s = strided__conv_check_tail(roles->who, params);
    if (s) return s;
    c->epilogue = (struct conv_epilogue){ .bias = bias, .params = strided__conv_params(params) };
    c->compute = strided__conv_compute(y.x, x.x, roles->w, bias, c->epilogue.params->accumulate);
    s = strided__conv_table(&c->table, roles, c->epilogue.params);
    if (!s) s = strided__conv_check_epilogue(roles->who, c->epilogue.params, c->compute);
    if (!s) s = strided__conv_check_shape(&c->table);
    return s ? s : strided__conv_check_bias(&c->table, bias);
}

strided_status strided__conv_call_gradient(struct conv_table *t, const struct conv_roles *roles, const struct operand ops[3],
                                           const strided_conv_params *params)
{
    strided_status s = strided__check_given(roles->who, 3, ops);
    if (!s) s = strided__conv_check_tail(roles->who, params);
    if (!s) s = strided__conv_table(t, roles, params);
    if (!s) s = strided__conv_check_shape(t);
    return s ? s : strided__check_memory(roles->who, 3, ops);
}
