/*
 * plan.c - the life of a plan, and its run.
 */
#include "plan.h"
#include "../base/checked.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "../base/text.h"

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

/* Counted first, then written: the text is as long as it is. */
static int write_text(strided_plan *plan, const struct plan_parts *parts)
{
    struct text t = { NULL, 0, 0 };
    strided__plan_text(&t, plan, parts);
    plan->text_size = t.length + 1;
    plan->text = strided__alloc(parts->who, plan->ctx, plan->text_size);
    if (!plan->text) return 0;
    t = (struct text){ .buf = plan->text, .size = plan->text_size };
    strided__plan_text(&t, plan, parts);
    return 1;
}

static strided_status fill(strided_plan *plan, const struct plan_parts *parts, strided_context *ctx)
{
    *plan = (strided_plan){ .ctx = strided_context_retain(ctx), .y_count = parts->y->count, .x_count = parts->x->count,
                            .y_size = strided_dtype_size(parts->y->dtype), .x_size = strided_dtype_size(parts->x->dtype) };
    atomic_init(&plan->refs, 1);
    for (int i = 0; i < PLAN_HELD; i++) plan->held[i] = parts->held[i];
    return strided__prepare(&plan->prepared, parts->work, 1);
}

strided_plan *strided__plan_new(const struct plan_parts *parts)
{
    strided_context *ctx = strided_context_of(parts->y);
    strided_plan *plan = strided__alloc(parts->who, ctx, sizeof *plan);
    if (!plan) {
        release_held(parts->held);
        return NULL;
    }
    if (!fill(plan, parts, ctx) && write_text(plan, parts)) return plan;
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
    strided__free(ctx, plan->text, plan->text_size);
    strided__free(ctx, plan, sizeof *plan);
    strided_context_release(ctx);
}

size_t strided_plan_scratch(const strided_plan *plan) { return plan ? plan->prepared.scratch_bytes : 0; }

int strided_plan_describe(const strided_plan *plan, char *buf, size_t size)
{
    struct text t = { .buf = buf, .size = size };
    strided__text_put(&t, "%s", plan ? plan->text : "no plan\n");
    return strided__text_length(&t);
}

/* ---- running ----------------------------------------------------------------------------------------- */

static inline strided_status check_address(const char *name, const void *data, size_t size, int64_t count)
{
    if (data && is_aligned(data, size)) return STRIDED_OK;
    if (count == 0) return STRIDED_OK;
    if (!data) return strided__fail(STRIDED_ERR_NULL, "plan_run: %s is NULL", name);
    return strided__fail(STRIDED_ERR_ARG, "plan_run: %s is not aligned to its elements of %zu bytes", name, size);
}

strided_status strided_plan_run(const strided_plan *plan, void *y, const void *x, void *scratch)
{
    void *data[NEST_OPERANDS];
    if (!plan) return strided__fail_null("plan_run", "plan");
    strided_status s = check_address("y", y, plan->y_size, plan->y_count);
    if (!s) s = check_address("x", x, plan->x_size, plan->x_count);
    if (s) return s;
    for (int i = 0; i < NEST_OPERANDS; i++) data[i] = plan->prepared.work.data[i];
    data[NEST_DST] = y;
    data[NEST_A] = (void *)x;
    strided__prepared_run(&plan->prepared, data, scratch);
    return STRIDED_OK;
}
