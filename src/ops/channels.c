/*
 * channels.c - see channels.h.
 */
#include "channels.h"
#include "check.h"
#include "table_rows.h"
#include "../base/error.h"
#include <math.h>
#include <strided/ops.h>

struct channels strided__channels_of(const strided_tensor *x)
{
    if (!x) return (struct channels){ 0 };
    return (struct channels){ x->dtype, strided__data(x), axis_stride(x, 0) };
}

strided_tensor *strided__channels_new(const char *who, strided_context *ctx, int rows, int64_t channels)
{
    return strided__empty(who, ctx, STRIDED_F64, 2, (const int64_t[]){ rows, channels });
}

struct channels strided__channels_row(const strided_tensor *rows, int row)
{
    double *data = strided__data(rows);
    return (struct channels){ STRIDED_F64, data ? data + row * rows->shape[1] : NULL, 1 };
}

void strided__channels_put(struct work *w, int operand, struct channels c, int axis)
{
    if (!c.dtype) return;
    strided__work_memory(w, operand, c.dtype, c.data);
    strided__work_stride(w, axis, operand, c.stride);
}

void strided__channels_map(strided_context *ctx, enum map_op op, double x, double y, int64_t n,
                           const struct channels in[NEST_OPERANDS])
{
    struct work w;
    strided__work_init(&w, WORK_MAP, COMPUTE_F64, ctx);
    w.op = (int)op;
    w.sub = STRIDED_MUL;
    w.param[0] = x;
    w.param[1] = y;
    strided__work_keep(&w, n);
    for (int i = 0; i < NEST_OPERANDS; i++) strided__channels_put(&w, i, in[i], 0);
    strided__work_run(&w);
}

void strided__channels_inverse_root(strided_context *ctx, int64_t n, struct channels dst, struct channels var,
                                    struct channels scale, double eps)
{
    strided__channels_map(ctx, MAP_ROOT_SCALE, eps, 0, n, (const struct channels[NEST_OPERANDS]){ dst, var, scale });
}

void strided__channels_scale_shift(const strided_tensor *y, const strided_tensor *x, int axis, enum compute compute,
                                   struct channels b, struct channels c, struct channels d)
{
    struct work w;
    strided__work_init(&w, WORK_MAP, compute, strided_context_of(y));
    w.op = MAP_SCALE_SHIFT;
    strided__work_elementwise(&w, (const strided_tensor *[NEST_OPERANDS]){ y, x });
    strided__channels_put(&w, NEST_B, b, axis);
    strided__channels_put(&w, NEST_C, c, axis);
    strided__channels_put(&w, NEST_D, d, axis);
    strided__work_run(&w);
}

strided_status strided__channels_check(const char *who, int n, const struct operand *operands, int from, int64_t channels)
{
    strided_status s = STRIDED_OK;
    for (int i = 0; i < n && !s; i++) s = strided__check_float(who, operands[i].name, operands[i].x);
    for (int i = from; i < n && !s; i++)
        if (operands[i].x) s = strided__check_shape(who, operands[i].name, operands[i].x, 1, &channels);
    return s;
}

strided_status strided__channels_check_x(const char *who, const strided_tensor *x)
{
    if (x->ndim > CHANNEL_AXIS) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "%s: x has %d axes; N and C are two", who, x->ndim);
}

strided_status strided__channels_check_eps(const char *who, double eps)
{
    if (eps >= 0 && isfinite(eps)) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_ARG, "%s: eps is %g", who, eps);
}

/* Destination i against all inputs, and against the destinations before it. */
static strided_status check_apart(const char *who, int i, int dsts, int n, const struct operand *operands)
{
    strided_status s = STRIDED_OK;
    for (int j = 0; j < n && !s; j++)
        if (j < i || j >= dsts)
            s = strided__check_apart(who, operands[i].name, operands[i].x, operands[j].name, operands[j].x,
                                     operands[j].elementwise == i + 1);
    return s;
}

strided_status strided__channels_check_memory(const char *who, int dsts, int n, const struct operand *operands)
{
    strided_status s = STRIDED_OK;
    for (int j = dsts; j < n && !s; j++)
        if (operands[j].x) s = strided__check_input(who, operands[j].name, operands[j].x);
    for (int i = 0; i < dsts && !s; i++)
        if (operands[i].x) s = strided__check_dst(who, operands[i].name, operands[i].x);
    for (int i = 0; i < dsts && !s; i++)
        if (operands[i].x) s = check_apart(who, i, dsts, n, operands);
    return s;
}
