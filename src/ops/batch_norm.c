/*
 * batch_norm.c - batch normalisation in evaluation, and its folding into the convolution before it. Training is in
 * batch_norm_train.c.
 */
#include "channels.h"
#include "check.h"
#include "../base/error.h"
#include <strided/norm.h>

strided_status strided_batch_norm(strided_tensor *y, const strided_tensor *x, const strided_tensor *mean, const strided_tensor *var,
                                  const strided_tensor *scale, const strided_tensor *bias, double eps)
{
    const char *who = "batch_norm";
    const struct operand ops[] = {
        { .name = "y", .x = y }, { .name = "x", .x = x, .elementwise = 1 }, { .name = "mean", .x = mean },
        { .name = "var", .x = var }, { .name = "scale", .x = scale, .optional = 1 }, { .name = "bias", .x = bias, .optional = 1 },
    };
    strided_status s = strided__check_given(who, 6, ops);
    if (!s) s = strided__channels_check_x(who, x);
    if (!s) s = strided__channels_check_eps(who, eps);
    if (!s) s = strided__channels_check(who, 6, ops, 2, x->shape[CHANNEL_AXIS]);
    if (!s) s = strided__check_shape(who, "y", y, x->ndim, x->shape);
    if (!s) s = strided__channels_check_memory(who, 1, 6, ops);
    if (s) return s;

    strided_context *ctx = strided_context_of(y);
    int64_t n = x->shape[CHANNEL_AXIS];
    strided_tensor *rows = strided__channels_new(who, ctx, 1, n);
    if (!rows) return strided__failed();
    struct channels factor = strided__channels_row(rows, 0);
    enum compute c = strided__compute_for(y->dtype, 5, (const strided_tensor *[]){ x, mean, var, scale, bias });
    strided__channels_inverse_root(ctx, n, factor, strided__channels_of(var), strided__channels_of(scale), eps);
    strided__channels_scale_shift(y, x, CHANNEL_AXIS, c, strided__channels_of(mean), factor, strided__channels_of(bias));
    strided_release(rows);
    return STRIDED_OK;
}

/* ---- folding ------------------------------------------------------------------------------------ */

struct fold {
    strided_tensor *w_out, *bias_out;
    const strided_tensor *w, *bias_in, *mean, *var, *scale, *bias;
    double eps;
};

static strided_status check_fold(const struct fold *f)
{
    const char *who = "batch_norm_fold";
    const struct operand ops[] = {
        { .name = "w_out", .x = f->w_out }, { .name = "bias_out", .x = f->bias_out }, { .name = "w", .x = f->w, .elementwise = 1 },
        { .name = "bias_in", .x = f->bias_in, .optional = 1, .elementwise = 2 }, { .name = "mean", .x = f->mean },
        { .name = "var", .x = f->var }, { .name = "scale", .x = f->scale, .optional = 1 },
        { .name = "bias", .x = f->bias, .optional = 1 },
    };
    strided_status s = strided__check_given(who, 8, ops);
    if (!s && f->w->ndim == 0) s = strided__check_rank(who, "w", f->w, 1);
    if (!s) s = strided__channels_check_eps(who, f->eps);
    if (!s) s = strided__channels_check(who, 8, ops, 3, f->w->shape[0]);
    if (!s) s = strided__check_shape(who, "w_out", f->w_out, f->w->ndim, f->w->shape);
    if (!s) s = strided__check_shape(who, "bias_out", f->bias_out, 1, f->w->shape);
    if (!s) s = strided__channels_check_memory(who, 2, 8, ops);
    return s;
}

static void fold(const struct fold *f, const strided_tensor *rows)
{
    strided_context *ctx = strided_context_of(f->w_out);
    struct channels factor = strided__channels_row(rows, 0), old = strided__channels_row(rows, 1);
    int64_t n = f->w->shape[0];
    enum compute c = strided__compute_for(f->w_out->dtype, 3, (const strided_tensor *[]){ f->w, f->var, f->scale });

    strided__channels_inverse_root(ctx, n, factor, strided__channels_of(f->var), strided__channels_of(f->scale), f->eps);
    if (f->bias_in) old = strided__channels_of(f->bias_in);
    else strided__channels_map(ctx, MAP_FILL, 0, 0, n, (const struct channels[NEST_OPERANDS]){ old });
    strided__channels_map(ctx, MAP_SCALE_SHIFT, 0, 0, n, (const struct channels[NEST_OPERANDS]){
        strided__channels_of(f->bias_out), old, strided__channels_of(f->mean), factor, strided__channels_of(f->bias) });
    strided__channels_scale_shift(f->w_out, f->w, 0, c, (struct channels){ 0 }, factor, (struct channels){ 0 });
}

strided_status strided_batch_norm_fold(strided_tensor *w_out, strided_tensor *bias_out, const strided_tensor *w,
                                       const strided_tensor *bias_in, const strided_tensor *mean, const strided_tensor *var,
                                       const strided_tensor *scale, const strided_tensor *bias, double eps)
{
    const struct fold f = { w_out, bias_out, w, bias_in, mean, var, scale, bias, eps };
    strided_status s = check_fold(&f);
    if (s) return s;
    strided_tensor *rows = strided__channels_new("batch_norm_fold", strided_context_of(w_out), 2, w->shape[0]);
    if (!rows) return strided__failed();
    fold(&f, rows);
    strided_release(rows);
    return STRIDED_OK;
}
