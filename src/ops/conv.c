/*
 * conv.c - convolution in one to three dimensions, and the tensor it writes into.
 */
#include "conv.h"
#include "../base/error.h"
#include "conv_call.h"

static struct conv_roles roles_of(const char *who, const strided_tensor *y, const strided_tensor *x, const strided_tensor *w)
{
    return (struct conv_roles){ .who = who, .in_name = "x", .w_name = "w", .out_name = "y", .in = x, .w = w, .out = y };
}

strided_status strided__conv_prepare(struct work *work, const char *who, const strided_tensor *y, const strided_tensor *x,
                                     const strided_tensor *w, const strided_tensor *bias, const strided_conv_params *params)
{
    struct conv_call c;
    struct conv_roles roles = roles_of(who, y, x, w);
    strided_status s = strided__conv_call(&c, &roles, bias, params);
    if (!s) strided__conv_forward(work, &c.table, c.compute, c.epilogue);
    return s;
}

strided_status strided_conv(strided_tensor *y, const strided_tensor *x, const strided_tensor *w, const strided_tensor *bias,
                            const strided_conv_params *params)
{
    struct work work;
    const struct operand ops[] = { { .name = "y", .x = y }, { .name = "x", .x = x }, { .name = "w", .x = w },
                                   { .name = "bias", .x = bias, .optional = 1 } };
    strided_status s = strided__conv_prepare(&work, "conv", y, x, w, bias, params);
    if (!s) s = strided__check_memory("conv", 4, ops);
    if (!s) s = strided__work_run(&work);
    return s;
}

/* ---- the tensor for the result ----------------------------------------------------------------------- */

strided_dtype strided__conv_result_dtype(const strided_tensor *x, const strided_tensor *w)
{
    return strided__product_dtype(2, (const strided_tensor *const[]){ x, w });
}

strided_status strided__conv_result(struct conv_table *t, const char *who, const strided_tensor *x, const strided_tensor *w,
                                    const strided_conv_params *params)
{
    struct conv_roles roles = roles_of(who, NULL, x, w);
    if (!x) return strided__fail_null(who, "x");
    if (!w) return strided__fail_null(who, "w");
    strided_status s = strided__conv_check_tail(who, params);
    return s ? s : strided__conv_table(t, &roles, params);
}

strided_tensor *strided_conv_empty(const strided_tensor *x, const strided_tensor *w, const strided_conv_params *params)
{
    struct conv_table t;
    if (strided__conv_result(&t, "conv_empty", x, w, params)) return NULL;
    return strided__empty_ordered("conv_empty", x, strided__conv_result_dtype(x, w), t.shape);
}
