/*
 * fill.c - strided_fill(): one value everywhere, converted as strided_copy() converts.
 */
#include "check.h"
#include "move.h"
#include "operands.h"

/* The value as dst's integer: converted once, by the scalar conversion, so that the kernel only has to store it. */
static int64_t as_integer(strided_dtype t, double value)
{
    uint64_t element = 0;
    strided__store_double(t, &element, value);
    return strided__load_int(t, &element);
}

void strided__fill_init(struct work *w, strided_context *ctx, strided_dtype dst, double value)
{
    int is_float = strided__dtype_is_float(dst);
    enum compute exact = dst == STRIDED_U64 ? COMPUTE_U64 : COMPUTE_I64, real = dst == STRIDED_F32 ? COMPUTE_F32 : COMPUTE_F64; /* rounded once */
    strided__work_init(w, WORK_MAP, is_float ? real : exact, ctx);
    w->op = MAP_FILL;
    w->dtype[NEST_DST] = dst;
    if (is_float) w->param[0] = value;
    else w->ivalue = as_integer(dst, value);
}

void strided__fill_run(const strided_tensor *dst, double value)
{
    struct work w;
    strided__fill_init(&w, strided_context_of(dst), dst->dtype, value);
    strided__work_elementwise(&w, (const strided_tensor *[NEST_OPERANDS]){ dst });
    strided__work_run(&w);
}

strided_status strided_fill(strided_tensor *dst, double value)
{
    const struct operand ops[] = { { .name = "dst", .x = dst } };
    strided_status s = strided__check_given("fill", 1, ops);
    if (!s) s = strided__check_memory("fill", 1, ops);
    if (!s) strided__fill_run(dst, value);
    return s;
}
