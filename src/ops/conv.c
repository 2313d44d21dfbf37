/*
 * conv.c - convolution in one to three dimensions, and the tensor it writes into.
 */
#include "conv.h"
#include "../base/error.h"

static struct conv_roles roles_of(const char *who, const strided_tensor *y, const strided_tensor *x, const strided_tensor *w)
{
    return (struct conv_roles){ .who = who, .in_name = "x", .w_name = "w", .out_name = "y", .in = x, .w = w, .out = y };
}

static struct conv_call call_of(const char *who, const strided_tensor *y, const strided_tensor *x, const strided_tensor *w,
                                const strided_tensor *bias)
{
    return (struct conv_call){ .who = who, .dst = { "y", y }, .a = { "x", x }, .b = { "w", w }, .bias = bias };
}

strided_status strided__conv_prepare(struct work *work, const char *who, const strided_tensor *y, const strided_tensor *x,
                                     const strided_tensor *w, const strided_tensor *bias, const strided_conv_params *params)
{
    struct conv_table t;
    struct conv_call call = call_of(who, y, x, w, bias);
    struct conv_roles roles = roles_of(who, y, x, w);
    strided_status s = strided__conv_check_call(&call, params);
    if (s) return s;
    params = strided__conv_params(params);
    enum compute compute = strided__conv_compute(x, w, bias, params->accumulate ? y : NULL);
    s = strided__conv_table(&t, &roles, params);
    if (!s) s = strided__conv_check_epilogue(who, params, compute);
    if (!s) s = strided__conv_check_shape(&t);
    if (!s) s = strided__conv_check_bias(&t, bias);
    if (!s) strided__conv_forward(work, &t, compute, (struct conv_epilogue){ bias, params });
    return s;
}

strided_status strided_conv(strided_tensor *y, const strided_tensor *x, const strided_tensor *w, const strided_tensor *bias,
                            const strided_conv_params *params)
{
    struct work work;
    struct conv_call call = call_of("conv", y, x, w, bias);
    strided_status s = strided__conv_prepare(&work, "conv", y, x, w, bias, params);
    if (!s) s = strided__conv_check_memory(&call);
    if (!s) strided__work_run(&work);
    return s;
}

/* ---- the tensor for the result ----------------------------------------------------------------------- */

strided_dtype strided__conv_result_dtype(const strided_tensor *x, const strided_tensor *w)
{
    enum compute c = strided__conv_compute(x, w, NULL, NULL);
    if (x->dtype == w->dtype && strided__dtype_is_float(x->dtype)) return x->dtype;
    if (c != COMPUTE_F32) return c == COMPUTE_U64 ? STRIDED_I64 : strided__compute_dtype(c);
    if (!strided__dtype_is_float(x->dtype)) return w->dtype;
    return strided__dtype_is_float(w->dtype) ? STRIDED_F32 : x->dtype;
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
