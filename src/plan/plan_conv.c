/*
 * plan_conv.c - convolution planned: w and bias are copied, the rest is the immediate call's.
 */
#include "plan.h"
#include "../ops/check.h"
#include "../ops/conv.h"

static const char who[] = "conv_plan";

static strided_status check(struct work *work, const strided_tensor *y, const strided_tensor *x, const strided_tensor *w,
                            const strided_tensor *bias, const strided_conv_params *params)
{
    strided_status s = strided__conv_prepare(work, who, y, x, w, bias, params);
    if (!s) s = strided__check_input(who, "w", w);
    if (!s && bias) s = strided__check_input(who, "bias", bias);
    return s ? s : strided__plan_check_y(who, y);
}

strided_plan *strided_conv_plan(const strided_tensor *y, const strided_tensor *x, const strided_tensor *w,
                                const strided_tensor *bias, const strided_conv_params *params)
{
    struct work work;
    struct plan_parts parts = { .who = who, .name = "conv", .operand = { "y", "x", "w", "bias", NULL, "packed" },
                                .y = y, .x = x, .work = &work };
    if (check(&work, y, x, w, bias, params)) return NULL;
    parts.held[0] = strided__plan_pack(who, w, strided_context_of(y));
    parts.held[1] = parts.held[0] && bias ? strided__plan_pack(who, bias, strided_context_of(y)) : NULL;
    int packed = parts.held[0] && (!bias || parts.held[1]);
    if (packed && !strided__conv_prepare(&work, who, y, x, parts.held[0], parts.held[1], params)) return strided__plan_new(&parts);
    strided_release(parts.held[0]);
    strided_release(parts.held[1]);
    return NULL;
}
