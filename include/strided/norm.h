/*
 * norm.h - batch normalisation (Ioffe and Szegedy 2015), its gradient, and its folding into a convolution.
 *
 * x and y are (N, C, anything...); mean, var, scale, bias are (C). scale and bias may be NULL (1 and 0). All are
 * floating; what is one value per channel is computed in f64.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_NORM_H
#define STRIDED_NORM_H

#include <strided/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* y = (x - mean) / sqrt(var + eps) * scale + bias */
STRIDED_API STRIDED_CHECKED strided_status
strided_batch_norm(strided_tensor *y, const strided_tensor *x, const strided_tensor *mean, const strided_tensor *var,
                   const strided_tensor *scale, const strided_tensor *bias, double eps);

typedef struct strided_batch_norm_params {
    double eps;                 /* 0 = 1e-5 */
    double momentum;            /* running = (1 - momentum) running + momentum batch; 0 = 0.1 */
    int    biased_running_var;  /* running_var takes the biased variance (ONNX), not the unbiased one (PyTorch) */
    int    reserved_int;
    uint64_t reserved[8];
} strided_batch_norm_params;

/* Training: y = (x - m) / sqrt(v + eps) * scale + bias with m and v the mean and biased variance of each channel
 * of this batch. running_mean and running_var are updated unless NULL; batch_mean and batch_var (v) are written
 * unless NULL: strided_batch_norm_grad() wants them. A channel of no values, and the unbiased variance of one, are
 * refused. */
STRIDED_API STRIDED_CHECKED strided_status
strided_batch_norm_train(strided_tensor *y, const strided_tensor *x, const strided_tensor *scale, const strided_tensor *bias,
                         strided_tensor *running_mean, strided_tensor *running_var,
                         strided_tensor *batch_mean, strided_tensor *batch_var,
                         const strided_batch_norm_params *params);
/* Gradient of the training form. Any of dx, dscale, dbias may be NULL.
 *   xh = (x - m)/sqrt(v + eps), dbias = sum dy, dscale = sum dy xh,
 *   dx = scale/sqrt(v + eps) (dy - dbias/n - xh dscale/n) */
STRIDED_API STRIDED_CHECKED strided_status
strided_batch_norm_grad(strided_tensor *dx, strided_tensor *dscale, strided_tensor *dbias, const strided_tensor *dy,
                        const strided_tensor *x, const strided_tensor *scale, const strided_tensor *batch_mean,
                        const strided_tensor *batch_var, const strided_batch_norm_params *params);

/* w_out = w scale/sqrt(var + eps) along w's axis 0, bias_out = (bias_in - mean) scale/sqrt(var + eps) + bias: the
 * convolution that does conv and strided_batch_norm() in one. w_out may be w. bias_in may be NULL. */
STRIDED_API STRIDED_CHECKED strided_status
strided_batch_norm_fold(strided_tensor *w_out, strided_tensor *bias_out, const strided_tensor *w,
                        const strided_tensor *bias_in, const strided_tensor *mean, const strided_tensor *var,
                        const strided_tensor *scale, const strided_tensor *bias, double eps);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_NORM_H */
