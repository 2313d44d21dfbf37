/*
 * ops_norm.c - batch normalisation: evaluation, training, gradient, folding.
 *
 * The training form exists in two conventions. A case whose source is ONNX means running = momentum * running +
 * (1 - momentum) * batch with the biased variance; any other source PyTorch's, the library's default.
 */
#include "ops.h"

#include <string.h>

strided_status run_batchnorm(struct call *k)
{
    return strided_batch_norm(output(k, "y"), input(k, "x"), input(k, "mean"), input(k, "var"), input(k, "scale"),
                              input(k, "bias"), attr_real(k->c, "eps", 1e-5));
}

static strided_batch_norm_params train_params(const struct call *k)
{
    int onnx = strstr(k->c->src, "onnx") != NULL;
    double momentum = attr_real(k->c, "momentum", onnx ? 0.9 : 0.1);
    return (strided_batch_norm_params){
        .eps = stated_real(attr_real(k->c, "eps", 1e-5)),
        .momentum = stated_real(onnx ? 1 - momentum : momentum),
        .biased_running_var = onnx,
    };
}

/* The running statistics are updated in place: they start in their destinations. */
static strided_status start(strided_tensor *running, const strided_tensor *before)
{
    return running ? strided_copy(running, before) : STRIDED_OK;
}

strided_status run_batchnorm_train(struct call *k)
{
    strided_batch_norm_params p = train_params(k);
    strided_tensor *mean = output(k, "mean_out"), *var = output(k, "var_out");
    strided_status status = start(mean, input(k, "mean"));
    if (!status)
        status = start(var, input(k, "var"));
    if (status)
        return status;
    return strided_batch_norm_train(output(k, "y"), input(k, "x"), input(k, "scale"), input(k, "bias"), mean, var,
                                    output(k, "batch_mean"), output(k, "batch_var"), &p);
}

strided_status run_batchnorm_bwd(struct call *k)
{
    strided_batch_norm_params p = train_params(k);
    return strided_batch_norm_grad(output(k, "gx"), output(k, "gscale"), output(k, "gbias"), input(k, "gy"),
                                   input(k, "x"), input(k, "scale"), input(k, "mean"), input(k, "var"), &p);
}

strided_status run_batchnorm_fold(struct call *k)
{
    return strided_batch_norm_fold(output(k, "w_out"), output(k, "b_out"), input(k, "w"), input(k, "b"),
                                   input(k, "mean"), input(k, "var"), input(k, "scale"), input(k, "bias"),
                                   attr_real(k->c, "eps", 1e-5));
}
