/*
 * plan_pool.c - pooling planned: there is nothing to pack but the divisors of an average.
 */
#include "plan.h"
#include "../ops/pool.h"

strided_plan *strided_pool_plan(const strided_tensor *y, const strided_tensor *x, const strided_pool_params *params)
{
    struct pool_work p;
    struct plan_parts parts = { .who = "pool_plan", .name = "pool", .operand = { "y", "x", "taps", "taps", "taps" },
                                .y = y, .x = x, .work = &p.work };
    if (strided__pool_plan(&p, "pool_plan", y, x, params)) return NULL;
    if (strided__plan_check_y("pool_plan", y)) {
        strided__pool_release(&p);
        return NULL;
    }
    for (int a = 0; a < STRIDED_MAX_SPATIAL; a++) parts.held[a] = p.divisors.axis[a];
    return strided__plan_new(&parts);
}
