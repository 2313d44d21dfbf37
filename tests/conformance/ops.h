/*
 * ops.h - the operations that the runner knows, each as a call of the public interface.
 *
 * X(name in the suites, its inputs in order, its first output, run, make). run() fills the outputs of the call and
 * returns the library's status, or sets not_offered. make() calls the library's own maker of a destination (or
 * makes what the operation's definition says); OPS_NONE where there is none. OPS_NONE for run: not offered.
 */
#ifndef CONFORMANCE_OPS_H
#define CONFORMANCE_OPS_H

#include "conformance.h"

typedef strided_status op_run(struct call *k);
typedef strided_tensor *op_make(struct call *k);

struct operation {
    const char *name, *ins, *out;
    op_run  *run;
    op_make *make;
};

const struct operation *find_operation(const char *name); /* NULL if unknown */

/* ops_view.c */
op_run run_view, run_overlap, run_broadcast;
/* ops_elementwise.c */
op_run run_copy, run_unary, run_binary, run_concat;
op_make make_like_x, make_broadcast;
/* ops_reduce.c */
op_run run_reduce, run_argreduce, run_softmax, run_log_softmax;
op_make make_reduce, make_argreduce;
/* ops_linalg.c */
op_run run_einsum, run_matmul, run_linear, run_gemm;
op_make make_einsum, make_matmul;
/* ops_conv.c */
op_run run_conv, run_conv_bwd_x, run_conv_bwd_w, run_conv_bwd_b, run_conv_transpose, run_conv_transpose_bwd_x,
       run_conv_transpose_bwd_w, run_causal_conv1d, run_unfold, run_fold;
op_make make_conv, make_conv_transpose;
/* Everything a convolution's attributes say. */
strided_conv_params conv_params(const struct call *k);
/* ops_pool.c */
op_run run_maxpool, run_avgpool, run_lppool, run_maxpool_bwd, run_avgpool_bwd, run_maxunpool, run_adaptive_avgpool,
       run_adaptive_maxpool, run_adaptive_avgpool_bwd, run_adaptive_maxpool_bwd, run_lppool_bwd, run_resize;
op_make make_maxpool, make_avgpool, make_lppool;
/* ops_pad.c */
op_run run_pad, run_pad_bwd;
op_make make_pad;
int pad_mode_parse(const char *word, strided_pad_mode *mode);
/* ops_norm.c */
op_run run_batchnorm, run_batchnorm_train, run_batchnorm_bwd, run_batchnorm_fold;
/* ops_quant.c */
op_run run_conv_integer, run_qlinear_conv, run_matmul_integer, run_qlinear_matmul;
/* ops_graph.c */
op_run run_graph;

/* Options structs spell "the usual" as 0, so a case that states 0 where 0 is out of the domain is posed as -1. */
static inline int64_t stated(int64_t v) { return v == 0 ? -1 : v; }
static inline double stated_real(double v) { return v == 0 ? 1e-300 : v; }

#endif
