/*
 * pool_grad.c - gradients of pools.
 *
 * max  the winners' places again, then dx[place] += dy
 * avg  dy / divisor, then each element of x sums over the windows that cover it
 * lp   d|x|_p = sign(x) |x|^(p-1) |x|_p^(1-p): the second factor, times dy, sums over windows as an average does, and
 *      the first is taken outside. p = infinity is the max of |x|, with the sign outside.
 */
#include <math.h>
#include "../base/error.h"
#include "check.h"
#include "operands.h"
#include "pool.h"
#include "unpool.h"

/* dx from dy; x is NULL for AVG. */
struct gradient {
    struct pool_table table;
    strided_tensor *dx;
    const strided_tensor *dy, *x;
    strided_context *ctx;
};

/* Of the shape of one of them, in the order of dx, which it leads to. */
static strided_tensor *temporary(const struct gradient *g, strided_dtype dtype, const strided_tensor *of)
{
    return strided__empty_ordered(g->table.who, g->dx, dtype, of->shape);
}

/* ---- max --------------------------------------------------------------------------------------------- */

static strided_status grad_max(const struct gradient *g, const strided_tensor *x)
{
    struct pool_table t = g->table;
    t.kind = STRIDED_POOL_MAX;
    strided_tensor *idx = temporary(g, STRIDED_I64, g->dy);
    strided_status s = idx ? strided__pool_run(&t, NULL, idx, x) : strided__failed();
    if (!s) s = strided__scatter_sum(t.who, g->dx, g->dy, idx, t.nd);
    strided_release(idx);
    return s;
}

/* ---- avg --------------------------------------------------------------------------------------------- */

static strided_status grad_avg(const struct gradient *g)
{
    const struct pool_table *t = &g->table;
    struct divisors d;
    enum compute compute = strided__pool_compute(t, g->dy->dtype, g->dx->dtype);
    strided_status s = strided__pool_divisors(&d, t, compute, g->ctx);
    if (s) return s;
    strided_tensor *share = temporary(g, strided__compute_dtype(compute), g->dy);
    if (share) {
        strided__pool_divide(t, share, g->dy, &d, compute);
        strided__pool_gather(t, g->dx, share, compute);
    }
    s = share ? STRIDED_OK : strided__failed();
    strided_release(share);
    strided__divisors_release(&d);
    return s;
}

/* ---- lp ---------------------------------------------------------------------------------------------- */

/* dst = a * sign(b)|b|^(p-1) * c^(1-p) */
static void lp_factor(const strided_tensor *dst, const strided_tensor *a, const strided_tensor *b, const strided_tensor *c, double p)
{
    struct work w;
    const strided_tensor *const operands[NEST_OPERANDS] = { dst, a, b, c, NULL };
    strided__work_init(&w, WORK_MAP, COMPUTE_F64, strided_context_of(dst));
    w.op = MAP_LP_GRAD;
    w.param[0] = p;
    strided__work_elementwise(&w, operands);
    strided__work_run(&w);
}

/* norm holds y, then its factor; sum what the windows add up to. */
static strided_status lp_through(const struct gradient *g, strided_tensor *one, strided_tensor *norm, strided_tensor *sum)
{
    const struct pool_table *t = &g->table;
    strided_status s = strided__pool_run(t, norm, NULL, g->x);
    if (s) return s;
    lp_factor(norm, g->dy, one, norm, t->p);
    strided__pool_gather(t, sum, norm, COMPUTE_F64);
    lp_factor(g->dx, sum, g->x, one, t->p);
    return STRIDED_OK;
}

static strided_status grad_lp(const struct gradient *g)
{
    strided_tensor *one = strided__full(g->table.who, g->ctx, STRIDED_F64, 0, NULL, 1);
    strided_tensor *norm = temporary(g, STRIDED_F64, g->dy);
    strided_tensor *sum = temporary(g, STRIDED_F64, g->dx);
    strided_status s = one && norm && sum ? lp_through(g, one, norm, sum) : strided__failed();
    strided_release(sum);
    strided_release(norm);
    strided_release(one);
    return s;
}

static strided_status grad_lp_inf(const struct gradient *g)
{
    strided_tensor *one = strided__full(g->table.who, g->ctx, STRIDED_F64, 0, NULL, 1);
    strided_tensor *size = temporary(g, g->x->dtype, g->x);
    strided_status s = one && size ? strided_unary(size, STRIDED_ABS, g->x) : strided__failed();
    if (!s) s = grad_max(g, size);
    if (!s) lp_factor(g->dx, g->dx, g->x, one, 1);
    strided_release(size);
    strided_release(one);
    return s;
}

/* ---- all --------------------------------------------------------------------------------------------- */

static strided_status check_operands(const struct gradient *g)
{
    const struct pool_table *t = &g->table;
    const struct operand ops[] = { { .name = "dx", .x = g->dx }, { .name = "dy", .x = g->dy },
                                   { .name = "x", .x = g->x, .optional = 1 } };
    strided_status s = strided__pool_check_dtype(t, "dy", g->dy->dtype);
    if (!s && g->x) s = strided__pool_check_dtype(t, "x", g->x->dtype);
    if (!s) s = strided__check_shape(t->who, "dy", g->dy, t->outer + t->nd, t->shape);
    if (!s && g->x) s = strided__check_shape(t->who, "x", g->x, g->dx->ndim, g->dx->shape);
    return s ? s : strided__check_memory(t->who, 3, ops);
}

static strided_status run_gradient(struct gradient *g)
{
    strided_status s = check_operands(g);
    if (s || g->dx->count == 0) return s;
    g->ctx = strided_context_of(g->dx);
    if (g->table.kind == STRIDED_POOL_MAX) return grad_max(g, g->x);
    if (g->table.kind == STRIDED_POOL_AVG) return grad_avg(g);
    return isinf(g->table.p) ? grad_lp_inf(g) : grad_lp(g);
}

static strided_status check_given(const char *who, const strided_tensor *dx, const strided_tensor *dy,
                                  const strided_tensor *x, strided_pool_kind kind)
{
    const struct operand ops[] = { { .name = "dx", .x = dx }, { .name = "dy", .x = dy },
                                   { .name = "x", .x = x, .optional = kind == STRIDED_POOL_AVG } };
    return strided__check_given(who, 3, ops);
}

strided_status strided_pool_grad(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *x,
                                 const strided_pool_params *params)
{
    static const char who[] = "pool_grad";
    struct gradient g = { .dx = dx, .dy = dy };
    const strided_pool_kind kind = params ? params->kind : STRIDED_POOL_MAX;
    strided_status s = check_given(who, dx, dy, x, kind);
    if (!s) s = strided__pool_table(&g.table, who, "dx", dx, params);
    if (s) return s;
    g.x = kind == STRIDED_POOL_AVG ? NULL : x;
    return run_gradient(&g);
}

strided_status strided_adaptive_pool_grad(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *x,
                                          strided_pool_kind kind, int nspatial)
{
    static const char who[] = "adaptive_pool_grad";
    struct gradient g = { .dx = dx, .dy = dy };
    strided_status s = check_given(who, dx, dy, x, kind);
    if (!s) s = strided__adaptive_table(&g.table, who, "dx", dx, "dy", dy, kind, nspatial);
    if (s) return s;
    g.x = kind == STRIDED_POOL_AVG ? NULL : x;
    return run_gradient(&g);
}
