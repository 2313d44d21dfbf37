/*
 * plan_conv.c - convolution planned: w and bias are copied, or w packed alone; the rest is the immediate call's.
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
    strided_plan *plan;
    int n = 0;
    if (check(&work, y, x, w, bias, params)) return NULL;
    if (bias) parts.held[n++] = strided__plan_pack(who, bias, strided_context_of(y));
    if (n && (!parts.held[0] || strided__conv_prepare(&work, who, y, x, w, parts.held[0], params))) goto out;
    if (strided__plan_of_packed(&plan, &parts, w)) return plan;
    parts.held[n] = strided__plan_pack(who, w, strided_context_of(y));
    if (parts.held[n] && !strided__conv_prepare(&work, who, y, x, parts.held[n], n ? parts.held[0] : NULL, params)) return strided__plan_new(&parts);
out:
    strided_release(parts.held[0]);
    strided_release(parts.held[1]);
    return NULL;
}
