/*
 * conv_transpose.c - the transposed convolution and its gradients: the convolution's table with x and y exchanged.
 */
#include "../base/error.h"
#include "conv.h"

/* x (dx) is `out` of the table, and decides the shape of `in`, which is y (dy). */
static struct conv_roles roles_of(const char *who, struct named in, struct named w, struct named out)
{
    return (struct conv_roles){ .who = who, .in_name = in.name, .w_name = w.name, .out_name = out.name,
                                .in = in.x, .w = w.x, .out = out.x, .transposed = 1 };
}

strided_status strided_conv_transpose(strided_tensor *y, const strided_tensor *x, const strided_tensor *w,
                                      const strided_tensor *bias, const strided_conv_params *params)
{
    struct conv_table t;
    struct conv_call call = { .who = "conv_transpose", .dst = { "y", y }, .a = { "x", x }, .b = { "w", w }, .bias = bias };
    struct conv_roles roles = roles_of(call.who, call.dst, call.b, call.a);
    strided_status s = strided__conv_check_call(&call, params);
    if (s) return s;
    params = strided__conv_params(params);
    enum compute compute = strided__conv_compute(x, w, bias, params->accumulate ? y : NULL);
    s = strided__conv_table(&t, &roles, params);
    if (!s) s = strided__conv_check_epilogue(call.who, params, compute);
    if (!s) s = strided__conv_check_shape(&t);
    if (!s) s = strided__conv_check_bias(&t, bias);
    if (!s) s = strided__conv_check_memory(&call);
    if (!s) strided__conv_gather(&t, compute, (struct conv_epilogue){ bias, params });
    return s;
}

strided_status strided_conv_transpose_grad_input(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *w,
                                                 const strided_conv_params *params)
{
    struct conv_table t;
    struct work work;
    struct conv_call call = { .who = "conv_transpose_grad_input", .dst = { "dx", dx }, .a = { "dy", dy }, .b = { "w", w } };
    struct conv_roles roles = roles_of(call.who, call.a, call.b, call.dst);
    strided_status s = strided__conv_check_call(&call, params);
    if (!s) s = strided__conv_table(&t, &roles, params);
    if (!s) s = strided__conv_check_shape(&t);
    if (!s) s = strided__conv_check_memory(&call);
    if (s) return s;
    strided__conv_forward(&work, &t, strided__conv_compute(dy, w, NULL, NULL), (struct conv_epilogue){ NULL, NULL });
    strided__work_run(&work);
    return STRIDED_OK;
}

strided_status strided_conv_transpose_grad_weight(strided_tensor *dw, const strided_tensor *dy, const strided_tensor *x,
                                                  const strided_conv_params *params)
{
    struct conv_table t;
    struct work work;
    struct conv_call call = { .who = "conv_transpose_grad_weight", .dst = { "dw", dw }, .a = { "dy", dy }, .b = { "x", x } };
    struct conv_roles roles = roles_of(call.who, call.a, call.dst, call.b);
    strided_status s = strided__conv_check_call(&call, params);
    if (!s) s = strided__conv_table(&t, &roles, params);
    if (!s) s = strided__conv_check_shape(&t);
    if (!s) s = strided__conv_check_memory(&call);
    if (s) return s;
    strided__conv_weight(&work, &t, strided__conv_compute(dy, x, NULL, NULL));
    strided__work_run(&work);
    return STRIDED_OK;
}

strided_tensor *strided_conv_transpose_empty(const strided_tensor *x, const strided_tensor *w, const strided_conv_params *params)
{
    static const char who[] = "conv_transpose_empty";
    struct conv_table t;
    struct conv_roles roles = roles_of(who, (struct named){ "y", NULL }, (struct named){ "w", w }, (struct named){ "x", x });
    if (!x || !w) {
        strided__fail_null(who, x ? "w" : "x");
        return NULL;
    }
    if (strided__conv_check_tail(who, params) || strided__conv_table(&t, &roles, params)) return NULL;
    return strided__empty_ordered(who, x, strided__conv_result_dtype(x, w), t.shape);
}
