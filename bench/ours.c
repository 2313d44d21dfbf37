/*
 * ours.c - libstrided as a contender: by plans, by immediate calls, by einsum over a window view.
 */
#include "bench.h"
#include <stdlib.h>
#include <string.h>

struct mine {
    struct problem p; /* borrows x and w, and y */
    strided_plan *plan;
    strided_tensor *window;
    const char *spec;
};

/* ---- runs ---------------------------------------------------------------------------------------- */

static int run_plan(void *state)
{
    struct mine *m = state;
    return strided_plan_run(m->plan, strided_data(m->p.y), strided_const_data(m->p.x), NULL) != STRIDED_OK;
}

static strided_status call(const struct problem *p)
{
    switch (p->op) {
    case OP_CONV: return strided_conv(p->y, p->x, p->w, NULL, &p->conv);
    case OP_CONV_TRANSPOSE: return strided_conv_transpose(p->y, p->x, p->w, NULL, &p->conv);
    case OP_GRAD_INPUT: return strided_conv_grad_input(p->y, p->x, p->w, &p->conv);
    case OP_GRAD_WEIGHT: return strided_conv_grad_weight(p->y, p->x, p->w, &p->conv);
    case OP_POOL: return strided_pool(p->y, NULL, p->x, &p->pool);
    case OP_PRODUCT: return strided_mm(p->y, p->x, p->w);
    case OP_COPY: return strided_copy(p->y, p->x);
    case OP_UNARY: return strided_unary(p->y, (strided_unary_op)p->sub, p->x);
    case OP_BINARY: return strided_binary(p->y, (strided_binary_op)p->sub, p->x, p->w);
    case OP_REDUCE: return strided_reduce(p->y, (strided_reduce_op)p->sub, p->x, p->naxes, p->axes);
    }
    return STRIDED_ERR_ARG;
}

static int run_call(void *state)
{
    const struct mine *m = state;
    return call(&m->p) != STRIDED_OK;
}

static int run_einsum(void *state)
{
    struct mine *m = state;
    return strided_einsum(m->p.y, m->spec, STRIDED_TENSORS(m->window, m->p.w)) != STRIDED_OK;
}

/* The chapter's call makes its result itself; ours is where it would have been copied to. */
static int run_chapter(void *state)
{
    struct mine *m = state;
    int64_t step = m->p.conv.stride[0];
    strided_tensor *y = strided_conv2d(m->p.x, m->p.w, 1, &step, STRIDED_NO_DIMS);
    strided_release(y);
    return y == NULL;
}

static int make_chapter(struct contender *c, struct mine *m)
{
    int64_t step = m->p.conv.stride[0];
    strided_tensor *y = strided_conv2d(m->p.x, m->p.w, 1, &step, STRIDED_NO_DIMS);
    int ok = y && strided_copy(m->p.y, y) == STRIDED_OK; /* to be compared */
    strided_release(y);
    c->run = run_chapter;
    return ok;
}

static void drop(void *state)
{
    struct mine *m = state;
    strided_plan_release(m->plan);
    strided_release(m->window);
    free(m);
}

/* ---- plans --------------------------------------------------------------------------------------- */

static strided_plan *plan_of(const struct problem *p)
{
    if (p->op == OP_CONV) return strided_conv_plan(p->y, p->x, p->w, NULL, &p->conv);
    if (p->op == OP_POOL) return strided_pool_plan(p->y, p->x, &p->pool);
    if (p->op == OP_PRODUCT) return strided_einsum_plan(p->y, "ij,jk->ik", STRIDED_TENSORS(p->x, p->w));
    return NULL;
}

/* The window view of x that the convolution contracts with w: without padding, in one group. */
static strided_tensor *window_of(const struct problem *p)
{
    int nd = strided_ndim(p->x) - 2;
    strided_window_axis axes[STRIDED_MAX_SPATIAL] = {{0}};
    for (int i = 0; i < nd; i++)
        axes[i] = (strided_window_axis){i + 2, strided_dim(p->w, i + 2), p->conv.stride[i], p->conv.dilation[i]};
    return strided_window(p->x, nd, axes);
}

static const char *spec_of(const struct problem *p)
{
    static const char *const specs[] = {"", "bcxu,ocu->box", "bcyxvu,ocvu->boyx", "bczyxtvu,octvu->bozyx"};
    return specs[strided_ndim(p->x) - 2];
}

static int make(struct contender *c, const struct problem *p, int variant)
{
    struct mine *m = calloc(1, sizeof *m);
    if (!m) return 0;
    m->p = *p;
    c->state = m;
    c->drop = drop;
    m->p.conv.arithmetic = variant == OURS_STRICT || variant == OURS_CALL_STRICT ? STRIDED_ARITHMETIC_STRICT
                           : variant == OURS_FAST                                ? STRIDED_ARITHMETIC_FAST
                                                                                 : STRIDED_ARITHMETIC_DEFAULT;
    if (variant == OURS_EINSUM || variant == OURS_EINSUM_CALL) {
        m->window = window_of(p);
        m->spec = spec_of(p);
        if (!m->window) goto fail;
    }
    if (variant == OURS_CHAPTER) {
        if (make_chapter(c, m)) return 1;
        goto fail;
    }
    if (variant == OURS_EINSUM)
        m->plan = strided_einsum_plan(p->y, m->spec, STRIDED_TENSORS(m->window, p->w));
    else if (variant <= OURS_FAST)
        m->plan = plan_of(&m->p);
    if (variant <= OURS_FAST || variant == OURS_EINSUM) {
        if (!m->plan) goto fail;
        c->run = run_plan;
        c->scratch = strided_plan_scratch(m->plan);
        return 1;
    }
    c->run = variant == OURS_EINSUM_CALL ? run_einsum : run_call;
    return 1;
fail:
    fprintf(stderr, "bench: no plan: %s\n", strided_error());
    drop(m);
    return 0;
}

const struct peer ours = {"strided", 1, NULL, make};
