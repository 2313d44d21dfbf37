/*
 * conv_grad.c - gradients of convolution with respect to input, weights and bias.
 *
 * dx through a padding mode other than zero is the gradient of the padded input first, in memory of its own, which
 * strided__pad_grad() then folds back: a padded position may be read by many windows, an element by many positions.
 */
#include "../base/checked.h"
#include "../base/error.h"
#include "check.h"
#include "conv_call.h"
#include "pad.h"

/* ---- input ------------------------------------------------------------------------------------------- */

static int needs_unpadding(const struct conv_table *t)
{
    int padded = 0;
    for (int a = 0; a < t->nd; a++) padded |= t->window.axis[a].before != 0 || t->window.axis[a].after != 0;
    return padded && t->mode != STRIDED_PAD_CONSTANT;
}

/* The table as if the padding were part of the input: its gradient goes to a tensor that is so much larger. */
static strided_tensor *pad_table(struct conv_table *t, const strided_tensor *dx, enum compute compute)
{
    int64_t shape[STRIDED_MAX_NDIM];
    for (int a = 0; a < dx->ndim; a++) shape[a] = dx->shape[a];
    for (int a = 0; a < t->nd; a++) {
        struct window_axis *axis = &t->window.axis[a];
        axis->n += axis->before + axis->after;
        axis->before = axis->after = 0;
        shape[t->batched + 1 + a] = axis->n;
    }
    return strided__empty(t->roles.who, strided_context_of(dx), strided__compute_dtype(compute), dx->ndim, shape);
}

static strided_status through_padding(struct conv_table *t, strided_tensor *dx, enum compute compute)
{
    int64_t before[STRIDED_MAX_NDIM] = { 0 }, after[STRIDED_MAX_NDIM] = { 0 };
    for (int a = 0; a < t->nd; a++) {
        before[t->batched + 1 + a] = t->window.axis[a].before;
        after[t->batched + 1 + a] = t->window.axis[a].after;
    }
    strided_tensor *padded = pad_table(t, dx, compute);
    if (!padded) return strided__failed();
    t->roles.in = padded;
    strided_status s = strided__conv_gather(t, compute, (struct conv_epilogue){ .params = NULL });
    if (!s) s = strided__pad_grad(t->roles.who, dx, padded, dx->ndim, before, after, t->mode);
    strided_release(padded);
    return s;
}

strided_status strided_conv_grad_input(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *w,
                                       const strided_conv_params *params)
{
    static const char who[] = "conv_grad_input";
    struct conv_table t;
    const struct operand ops[] = { { .name = "dx", .x = dx }, { .name = "dy", .x = dy }, { .name = "w", .x = w } };
    struct conv_roles roles = { .who = who, .in_name = "dx", .w_name = "w", .out_name = "dy", .in = dx, .w = w, .out = dy };
    strided_status s = strided__conv_call_gradient(&t, &roles, ops, params);
    if (s) return s;
    enum compute compute = strided__conv_compute(dx, dy, w, NULL, 0);
    if (needs_unpadding(&t)) return through_padding(&t, dx, compute);
    return strided__conv_gather(&t, compute, (struct conv_epilogue){ .params = NULL });
}

/* ---- weights ----------------------------------------------------------------------------------------- */

strided_status strided_conv_grad_weight(strided_tensor *dw, const strided_tensor *dy, const strided_tensor *x,
                                        const strided_conv_params *params)
{
    static const char who[] = "conv_grad_weight";
    struct conv_table t;
    struct work work;
    const struct operand ops[] = { { .name = "dw", .x = dw }, { .name = "dy", .x = dy }, { .name = "x", .x = x } };
    struct conv_roles roles = { .who = who, .in_name = "x", .w_name = "dw", .out_name = "dy", .in = x, .w = dw, .out = dy };
    strided_status s = strided__conv_call_gradient(&t, &roles, ops, params);
    if (s) return s;
    strided__conv_weight(&work, &t, strided__conv_compute(dw, dy, x, NULL, 0));
    return strided__work_run(&work);
}

/* ---- bias -------------------------------------------------------------------------------------------- */

/* dy without N has rank 2: with one axis of positions. More would look like N. */
static strided_status check_bias_shapes(const strided_tensor *db, const strided_tensor *dy, int channel)
{
    static const char who[] = "conv_grad_bias";
    if (dy->ndim < 2 || dy->ndim > STRIDED_MAX_SPATIAL + 2)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: dy has rank %d; wanted (N, O, positions...)", who, dy->ndim);
    if (db->ndim != 1 || db->shape[0] != dy->shape[channel])
        return strided__check_shape(who, "db", db, 1, &dy->shape[channel]);
    return STRIDED_OK;
}

strided_status strided_conv_grad_bias(strided_tensor *db, const strided_tensor *dy)
{
    const struct operand ops[] = { { .name = "db", .x = db }, { .name = "dy", .x = dy } };
    strided_status s = strided__check_given("conv_grad_bias", 2, ops);
    if (s) return s;
    int channel = dy->ndim > 2, n = 0;
    int64_t axes[STRIDED_MAX_SPATIAL + 2];
    s = check_bias_shapes(db, dy, channel);
    if (!s) s = strided__check_memory("conv_grad_bias", 2, ops);
    if (s) return s;
    for (int a = 0; a < dy->ndim; a++)
        if (a != channel) axes[n++] = a;
    return strided_reduce(db, STRIDED_REDUCE_SUM, dy, n, axes);
}
