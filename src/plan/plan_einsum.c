/*
 * plan_einsum.c - a sum of products planned: the second operand, if there is one, is copied, or packed alone.
 */
#include "plan.h"
#include "../base/error.h"
#include "../ops/check.h"
#include "../ops/einsum.h"

struct einsum_call {
    const char *who;
    const strided_tensor *y;
    const char *spec;
    int named, n;
    const strided_tensor *const *operands;
};

static strided_status check(struct work *work, const struct einsum_call *c)
{
    if (!c->y) return strided__fail_null(c->who, "y");
    strided_status s = strided__einsum_prepare(work, c->who, c->y, c->spec, c->named, c->n, c->operands);
    if (!s && c->n == 2) s = strided__check_input(c->who, "operand 1", c->operands[1]);
    return s ? s : strided__plan_check_y(c->who, c->y);
}

static strided_plan *plan_einsum(const struct einsum_call *c)
{
    struct work work;
    struct plan_parts parts = { .who = c->who, .name = "einsum", .operand = { "y", "a", "b", NULL, NULL, "packed" },
                                .y = c->y, .work = &work };
    strided_plan *plan;
    if (check(&work, c)) return NULL;
    parts.x = c->operands[0];
    if (c->n == 1) return strided__plan_new(&parts);

    if (strided__plan_of_packed(&plan, &parts, c->operands[1])) return plan;
    parts.held[0] = strided__plan_pack(c->who, c->operands[1], strided_context_of(c->y));
    const strided_tensor *const packed[2] = { c->operands[0], parts.held[0] };
    if (parts.held[0] && !strided__einsum_prepare(&work, c->who, c->y, c->spec, c->named, 2, packed)) return strided__plan_new(&parts);
    strided_release(parts.held[0]);
    return NULL;
}

strided_plan *strided_einsum_plan(const strided_tensor *y, const char *spec, int n, const strided_tensor *const *operands)
{
    return plan_einsum(&(struct einsum_call){ .who = "einsum_plan", .y = y, .spec = spec, .n = n, .operands = operands });
}

strided_plan *strided_einsum_named_plan(const strided_tensor *y, const char *spec, int n, const strided_tensor *const *operands)
{
    return plan_einsum(&(struct einsum_call){ .who = "einsum_named_plan", .y = y, .spec = spec, .named = 1, .n = n,
                                              .operands = operands });
}
