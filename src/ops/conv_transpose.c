/*
 * conv_transpose.c - the transposed convolution and its gradients: the convolution's table with x and y exchanged.
 */
#include "../base/error.h"
#include "conv.h"
#include "conv_call.h"

/* x (dx) is `out` of the table, and decides the shape of `in`, which is y (dy). */
static struct conv_roles roles_of(const char *who, struct operand in, struct operand w, struct operand out)
{
    return (struct conv_roles){ .who = who, .in_name = in.name, .w_name = w.name, .out_name = out.name,
                                .in = in.x, .w = w.x, .out = out.x, .transposed = 1 };
}

strided_status strided_conv_transpose(strided_tensor *y, const strided_tensor *x, const strided_tensor *w,
                                      const strided_tensor *bias, const strided_conv_params *params)
{
    struct conv_call c;
    static const char who[] = "conv_transpose";
    const struct operand ops[] = { { .name = "y", .x = y }, { .name = "x", .x = x }, { .name = "w", .x = w },
                                   { .name = "bias", .x = bias, .optional = 1 } };
    struct conv_roles roles = roles_of(who, ops[0], ops[2], ops[1]);
    strided_status s = strided__conv_call(&c, &roles, bias, params);
    if (!s) s = strided__check_memory(who, 4, ops);
    if (!s) s = strided__conv_gather(&c.table, c.compute, c.epilogue);
    return s;
}

strided_status strided_conv_transpose_grad_input(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *w,
                                                 const strided_conv_params *params)
{
    struct conv_table t;
    struct work work;
    static const char who[] = "conv_transpose_grad_input";
    const struct operand ops[] = { { .name = "dx", .x = dx }, { .name = "dy", .x = dy }, { .name = "w", .x = w } };
    struct conv_roles roles = roles_of(who, ops[1], ops[2], ops[0]);
    strided_status s = strided__conv_call_gradient(&t, &roles, ops, params);
    if (s) return s;
    strided__conv_forward(&work, &t, strided__conv_compute(dx, dy, w, NULL, 0), (struct conv_epilogue){ .params = NULL });
    return strided__work_run(&work);
}

strided_status strided_conv_transpose_grad_weight(strided_tensor *dw, const strided_tensor *dy, const strided_tensor *x,
                                                  const strided_conv_params *params)
{
    struct conv_table t;
    struct work work;
    static const char who[] = "conv_transpose_grad_weight";
    const struct operand ops[] = { { .name = "dw", .x = dw }, { .name = "dy", .x = dy }, { .name = "x", .x = x } };
    struct conv_roles roles = roles_of(who, ops[1], ops[0], ops[2]);
    strided_status s = strided__conv_call_gradient(&t, &roles, ops, params);
    if (s) return s;
    strided__conv_weight(&work, &t, strided__conv_compute(dw, dy, x, NULL, 0));
    return strided__work_run(&work);
}

strided_tensor *strided_conv_transpose_empty(const strided_tensor *x, const strided_tensor *w, const strided_conv_params *params)
{
    static const char who[] = "conv_transpose_empty";
    struct conv_table t;
    const struct operand ops[] = { { .name = "x", .x = x }, { .name = "w", .x = w } };
    struct conv_roles roles = roles_of(who, (struct operand){ .name = "y" }, ops[1], ops[0]);
    if (strided__check_given(who, 2, ops) || strided__conv_check_tail(who, params) || strided__conv_table(&t, &roles, params)) return NULL;
    return strided__empty_ordered(who, x, strided__conv_result_dtype(x, w), t.shape);
}
