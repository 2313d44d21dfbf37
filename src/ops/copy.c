/*
 * copy.c - strided_copy() and strided_clone(), and the moves that other operators are made of.
 */
#include "check.h"
#include "move.h"
#include "operands.h"

/* What carries the bits of a dtype; bool is left alone, because any non-zero byte reads as 1. */
static strided_dtype bits_of(strided_dtype t)
{
    if (t == STRIDED_BOOL) return t;
    switch (strided_dtype_size(t)) {
    case 1:  return STRIDED_I8;
    case 2:  return STRIDED_I16;
    case 4:  return STRIDED_F32; /* which every set has kernels for */
    default: return STRIDED_I64;
    }
}

void strided__move_init(struct work *w, enum move how, strided_context *ctx, strided_dtype dst, strided_dtype src)
{
    const int rounds = how == MOVE_STORE && dst != src && strided__dtype_is_float(src);
    if (dst == src) dst = src = bits_of(src);
    strided__work_init(w, WORK_MAP, strided__compute_of(src), ctx);
    w->op = MAP_COPY;
    w->param[0] = rounds;
    w->dtype[NEST_DST] = dst;
    w->dtype[NEST_A] = src;
}

void strided__move_run(enum move how, const strided_tensor *dst, const strided_tensor *src)
{
    struct work w;
    strided__move_init(&w, how, strided_context_of(dst), dst->dtype, src->dtype);
    const strided_dtype as[2] = { w.dtype[NEST_DST], w.dtype[NEST_A] };
    strided__work_elementwise(&w, (const strided_tensor *[NEST_OPERANDS]){ dst, src });
    w.dtype[NEST_DST] = as[0];
    w.dtype[NEST_A] = as[1];
    strided__work_run(&w);
}

strided_status strided_copy(strided_tensor *dst, const strided_tensor *src)
{
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "src", .x = src, .elementwise = 1 } };
    strided_status s = strided__check_given("copy", 2, ops);
    if (!s) s = strided__check_broadcast("copy", "src", src, "dst", dst);
    if (!s) s = strided__check_memory("copy", 2, ops);
    if (!s && !strided__same_view(dst, src)) strided__move_run(MOVE_COPY, dst, src);
    return s;
}

strided_tensor *strided_clone(const strided_tensor *x)
{
    if (strided__check_input("clone", "x", x)) return NULL;
    strided_tensor *y = strided__empty("clone", strided_context_of(x), x->dtype, x->ndim, x->shape);
    if (y) strided__move_run(MOVE_COPY, y, x);
    return y;
}
