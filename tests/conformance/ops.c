/*
 * ops.c - the list of operations.
 */
#include "ops.h"

#include <string.h>

#define NONE NULL

/* out "": the call is refused before it looks at a destination. */
static const struct operation operations[] = {
    {"view", "x", "", run_view, NONE},
    {"overlap", "a b", "", run_overlap, NONE},
    {"broadcast", "", "", run_broadcast, NONE},
    {"graph", "", "", run_graph, NONE},
    {"copy", "x", "y", run_copy, make_like_x},
    {"unary", "x", "y", run_unary, make_like_x},
    {"binary", "a b", "y", run_binary, make_broadcast},
    {"concat", "x0 x1 x2 x3 x4 x5 x6 x7", "y", run_concat, NONE},
    {"reduce", "x", "y", run_reduce, make_reduce},
    {"argreduce", "x", "y", run_argreduce, make_argreduce},
    {"softmax", "x", "y", run_softmax, make_like_x},
    {"log_softmax", "x", "y", run_log_softmax, make_like_x},
    {"einsum", "x0 x1 x2 x3 x4 x5 x6 x7", "y", run_einsum, make_einsum},
    {"matmul", "a b", "y", run_matmul, make_matmul},
    {"linear", "x w b", "y", run_linear, NONE},
    {"gemm", "a b c", "y", run_gemm, NONE},
    {"conv", "x w b", "y", run_conv, make_conv},
    {"conv_bwd_x", "gy w", "gx", run_conv_bwd_x, NONE},
    {"conv_bwd_w", "gy x", "gw", run_conv_bwd_w, NONE},
    {"conv_bwd_b", "gy", "gb", run_conv_bwd_b, NONE},
    {"conv_transpose", "x w b", "y", run_conv_transpose, make_conv_transpose},
    {"conv_transpose_bwd_x", "gy w", "gx", run_conv_transpose_bwd_x, NONE},
    {"conv_transpose_bwd_w", "gy x", "gw", run_conv_transpose_bwd_w, NONE},
    {"conv_integer", "x w x_zp w_zp", "y", run_conv_integer, make_conv},
    {"qlinear_conv", "x x_scale x_zp w w_scale w_zp y_scale y_zp b", "y", run_qlinear_conv, make_conv},
    {"causal_conv1d", "x w b past", "y", run_causal_conv1d, make_like_x},
    {"maxpool", "x", "y", run_maxpool, make_maxpool},
    {"maxpool_bwd", "gy idx", "gx", run_maxpool_bwd, NONE},
    {"maxunpool", "x idx", "y", run_maxunpool, NONE},
    {"avgpool", "x", "y", run_avgpool, make_avgpool},
    {"avgpool_bwd", "gy", "gx", run_avgpool_bwd, NONE},
    {"lppool", "x", "y", run_lppool, make_lppool},
    {"lppool_bwd", "gy x", "gx", run_lppool_bwd, NONE},
    {"adaptive_avgpool", "x", "y", run_adaptive_avgpool, NONE},
    {"adaptive_maxpool", "x", "y", run_adaptive_maxpool, NONE},
    {"adaptive_avgpool_bwd", "gy", "gx", run_adaptive_avgpool_bwd, NONE},
    {"adaptive_maxpool_bwd", "gy x", "gx", run_adaptive_maxpool_bwd, NONE},
    {"resize", "x", "y", run_resize, NONE},
    {"pad", "x", "y", run_pad, make_pad},
    {"pad_bwd", "gy", "gx", run_pad_bwd, NONE},
    {"unfold", "x", "y", run_unfold, NONE},
    {"fold", "x", "y", run_fold, NONE},
    {"batchnorm", "x scale bias mean var", "y", run_batchnorm, make_like_x},
    {"batchnorm_train", "x scale bias mean var", "y", run_batchnorm_train, make_like_x},
    {"batchnorm_bwd", "gy x scale mean var", "gx", run_batchnorm_bwd, NONE},
    {"batchnorm_fold", "w b scale bias mean var", "w_out", run_batchnorm_fold, NONE},
    {"matmul_integer", "a b a_zp b_zp", "y", run_matmul_integer, make_matmul},
    {"qlinear_matmul", "a a_scale a_zp b b_scale b_zp y_scale y_zp", "y", run_qlinear_matmul, make_matmul},
    {"where", "c a b", "y", NONE, NONE},
    {"tile", "x", "y", NONE, NONE},
};

const struct operation *find_operation(const char *name)
{
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    return NULL;
}
