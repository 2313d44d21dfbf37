/*
 * plan.c - the life of a plan, and its run.
 */
#include "plan.h"
#include "../base/checked.h"
#include "../base/error.h"
#include "../base/memory.h"
#include <string.h>

/* ---- making ------------------------------------------------------------------------------------------ */

strided_status strided__plan_check_y(const char *who, const strided_tensor *y)
{
    if (!strided_is_overlapping(y)) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_OVERLAP, "%s: two indices of y reach one element", who);
}

strided_tensor *strided__plan_pack(const char *who, const strided_tensor *x, strided_context *ctx)
{
    strided_tensor *t = strided__empty(who, ctx, x->dtype, x->ndim, x->shape);
    if (!t || !strided_copy(t, x)) return t;
    strided_release(t);
    return NULL;
}

static void release_held(strided_tensor *const held[PLAN_HELD])
{
    for (int i = 0; i < PLAN_HELD; i++) strided_release(held[i]);
}

static struct plan_tensor geometry_of(const strided_tensor *x)
{
    struct plan_tensor t = { .dtype = x->dtype, .ndim = x->ndim, .count = x->count };
    memcpy(t.shape, x->shape, (size_t)x->ndim * sizeof *t.shape);
    memcpy(t.strides, x->strides, (size_t)x->ndim * sizeof *t.strides);
    return t;
}

/* All but `prepared`. */
static void fill(strided_plan *plan, const struct plan_parts *parts, strided_context *ctx)
{
    atomic_init(&plan->refs, 1);
    plan->ctx = strided_context_retain(ctx);
    plan->y = geometry_of(parts->y);
    plan->x = geometry_of(parts->x);
    plan->name = parts->name;
    memcpy(plan->operand, parts->operand, sizeof plan->operand);
    memcpy(plan->held, parts->held, sizeof plan->held);
    strided__work_copy(&plan->work, parts->work);
}

strided_plan *strided__plan_new(const struct plan_parts *parts)
{
    strided_context *ctx = strided_context_of(parts->y);
    strided_plan *plan = strided__alloc(parts->who, ctx, sizeof *plan);
    if (!plan) {
        release_held(parts->held);
        return NULL;
    }
    fill(plan, parts, ctx);
    if (!strided__prepare(&plan->prepared, parts->work, 1)) return plan;
    strided_plan_release(plan);
    return NULL;
}

enum { LARGE_BYTES = 1 << 18 };

int strided__plan_of_packed(strided_plan **plan, const struct plan_parts *parts, const strided_tensor *b)
{
    if (b->count < LARGE_BYTES / (int64_t)strided_dtype_size(b->dtype) || !strided__prepare_packs_alone(parts->work)) return 0;
    for (int i = 0; i < PLAN_HELD; i++) strided_retain(parts->held[i]);
    *plan = strided__plan_new(parts);
    if (*plan && !(*plan)->prepared.product.fits) { /* no room to pack it */
        strided_plan_release(*plan);
        return 0;
    }
    if (*plan) (*plan)->prepared.work.data[NEST_B] = NULL;
    release_held(parts->held);
    return 1;
}

/* ---- holding ----------------------------------------------------------------------------------------- */

strided_plan *strided_plan_retain(strided_plan *plan)
{
    if (plan) atomic_fetch_add_explicit(&plan->refs, 1, memory_order_relaxed);
    return plan;
}

void strided_plan_release(strided_plan *plan)
{
    if (!plan || atomic_fetch_sub_explicit(&plan->refs, 1, memory_order_acq_rel) != 1) return;
    strided_context *ctx = plan->ctx;
    strided__prepared_release(&plan->prepared);
    release_held(plan->held);
    strided__free(ctx, plan, sizeof *plan);
    strided_context_release(ctx);
}

size_t strided_plan_scratch(const strided_plan *plan) { return plan ? plan->prepared.scratch_bytes : 0; }

/* ---- running ----------------------------------------------------------------------------------------- */

static inline strided_status check_address(const char *name, const void *data, const struct plan_tensor *t)
{
    const size_t size = strided_dtype_size(t->dtype);
    if (data && is_aligned(data, size)) return STRIDED_OK;
    if (t->count == 0) return STRIDED_OK;
    if (!data) return strided__fail(STRIDED_ERR_NULL, "plan_run: %s is NULL", name);
    return strided__fail(STRIDED_ERR_ARG, "plan_run: %s is not aligned to its elements of %zu bytes", name, size);
}

strided_status strided_plan_run(const strided_plan *plan, void *y, const void *x, void *scratch)
{
    void *data[NEST_OPERANDS];
    if (!plan) return strided__fail_null("plan_run", "plan");
    strided_status s = check_address("y", y, &plan->y);
    if (!s) s = check_address("x", x, &plan->x);
    if (s) return s;
    for (int i = 0; i < NEST_OPERANDS; i++) data[i] = plan->prepared.work.data[i];
    data[NEST_DST] = y;
    data[NEST_A] = (void *)x;
    strided__prepared_run(&plan->prepared, data, scratch);
    return STRIDED_OK;
}
