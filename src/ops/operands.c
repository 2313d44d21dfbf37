/*
 * operands.c - see operands.h.
 */
#include "operands.h"
#include "check.h"
#include "../base/error.h"

strided_status strided__check_given(const char *who, int n, const struct operand *operands)
{
    for (int i = 0; i < n; i++)
        if (!operands[i].x && !operands[i].optional) return strided__fail_null(who, operands[i].name);
    return STRIDED_OK;
}

strided_status strided__check_memory(const char *who, int n, const struct operand *operands)
{
    const struct operand *dst = operands;
    strided_status s = STRIDED_OK;

    for (int i = 1; i < n && !s; i++)
        if (operands[i].x) s = strided__check_input(who, operands[i].name, operands[i].x);
    if (!s && dst->x) s = strided__check_dst(who, dst->name, dst->x);
    for (int i = 1; i < n && !s && dst->x; i++)
        s = strided__check_apart(who, dst->name, dst->x, operands[i].name, operands[i].x, operands[i].elementwise == 1);
    return s;
}

strided_status strided__check_rank(const char *who, const char *name, const strided_tensor *x, int ndim)
{
    char have[512];
    if (x->ndim == ndim) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "%s: %s is %s, should have %d axes", who, name,
                         strided__shape_text(x->ndim, x->shape, have), ndim);
}

strided_status strided__check_broadcast(const char *who, const char *name, const strided_tensor *x,
                                        const char *dst_name, const strided_tensor *dst)
{
    char have[512], want[512];
    int lead = dst->ndim - x->ndim, fits = lead >= 0;
    for (int a = 0; fits && a < x->ndim; a++) fits = x->shape[a] == 1 || x->shape[a] == dst->shape[lead + a];
    if (fits) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "%s: %s is %s and does not broadcast to %s, %s", who, name,
                         strided__shape_text(x->ndim, x->shape, have), dst_name,
                         strided__shape_text(dst->ndim, dst->shape, want));
}

strided_status strided__check_float(const char *who, const char *name, const strided_tensor *x)
{
    if (!x || strided__dtype_is_float(x->dtype)) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_DTYPE, "%s: %s is %s, should be floating", who, name, strided_dtype_name(x->dtype));
}

enum compute strided__compute_widen(enum compute c, strided_dtype dst)
{
    if (strided_dtype_size(dst) < 8) return c;
    return c == COMPUTE_F32 && dst == STRIDED_F64 ? COMPUTE_F64 : c == COMPUTE_I32 ? COMPUTE_I64 : c;
}

enum compute strided__compute_for(strided_dtype dst, int n, const strided_tensor *const *inputs)
{
    enum compute c = COMPUTES;
    for (int i = 0; i < n; i++) {
        if (!inputs[i]) continue;
        enum compute of = strided__compute_of(inputs[i]->dtype);
        c = c == COMPUTES ? of : strided__compute_promote(c, of);
    }
    return strided__compute_widen(c, dst);
}

enum compute strided__compute_float(enum compute c)
{
    if (c == COMPUTE_F32 || c == COMPUTE_F64) return c;
    return c == COMPUTE_I32 ? COMPUTE_F32 : COMPUTE_F64;
}

enum compute strided__compute_sum(strided_dtype x)
{
    if (strided__dtype_is_float(x)) return COMPUTE_F64;
    return x == STRIDED_U64 ? COMPUTE_U64 : COMPUTE_I64;
}

static strided_dtype wider_float(strided_dtype a, strided_dtype b)
{
    if (!a || a == b) return b;
    return a == STRIDED_F64 || b == STRIDED_F64 ? STRIDED_F64 : STRIDED_F32;
}

strided_dtype strided__product_dtype(int n, const strided_tensor *const *inputs)
{
    strided_dtype widest = 0;
    for (int i = 0; i < n; i++)
        if (strided__dtype_is_float(inputs[i]->dtype)) widest = wider_float(widest, inputs[i]->dtype);
    return widest ? widest : strided__compute_dtype(strided__compute_for(inputs[0]->dtype, n, inputs));
}
