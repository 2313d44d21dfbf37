/*
 * unpool.c - the inverse of a max pool, and its gradient, from indices.
 */
#include "unpool.h"
#include <math.h>
#include <strided/pool.h>
#include "../base/error.h"
#include "../nest/scatter.h"
#include "check.h"
#include "operands.h"

/* The arguments of both calls, by their names. */
struct scatter_call {
    const char *who, *dst_name, *src_name;
    const strided_tensor *dst, *src, *idx;
    int nspatial;
};

static strided_status check_shapes(const struct scatter_call *c)
{
    if (c->nspatial < 1 || c->nspatial > STRIDED_MAX_SPATIAL)
        return strided__fail(STRIDED_ERR_ARG, "%s: nspatial %d is not in [1, %d]", c->who, c->nspatial, STRIDED_MAX_SPATIAL);
    if (c->src->ndim < c->nspatial || c->dst->ndim != c->src->ndim)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: %s has rank %d, %s rank %d, nspatial %d", c->who, c->dst_name, c->dst->ndim,
                             c->src_name, c->src->ndim, c->nspatial);
    for (int a = 0; a < c->src->ndim - c->nspatial; a++)
        if (c->dst->shape[a] != c->src->shape[a])
            return strided__fail(STRIDED_ERR_SHAPE, "%s: axis %d of %s has extent %" PRId64 ", of %s %" PRId64, c->who, a,
                                 c->dst_name, c->dst->shape[a], c->src_name, c->src->shape[a]);
    return strided__check_shape(c->who, "idx", c->idx, c->src->ndim, c->src->shape);
}

static strided_status check_call(const struct scatter_call *c)
{
    const struct operand ops[] = { { .name = c->dst_name, .x = c->dst }, { .name = c->src_name, .x = c->src },
                                   { .name = "idx", .x = c->idx } };
    strided_status s = strided__check_given(c->who, 3, ops);
    if (s) return s;
    if (c->idx->dtype != STRIDED_I64)
        return strided__fail(STRIDED_ERR_DTYPE, "%s: idx is %s, not i64", c->who, strided_dtype_name(c->idx->dtype));
    s = check_shapes(c);
    if (!s) s = strided__check_memory(c->who, 3, ops);
    if (s) return s;
    return strided__scatter_check(c->who, &(struct scatter){ .nspatial = c->nspatial, .dst = c->dst, .src = c->src, .idx = c->idx });
}

/* x itself if it has that dtype, else new memory of its shape; to be released. NULL: no memory. */
static strided_tensor *temporary(const char *who, strided_tensor *x, strided_dtype dtype, strided_context *ctx)
{
    return x->dtype == dtype ? strided_retain(x) : strided__empty(who, ctx, dtype, x->ndim, x->shape);
}

/* A copy of x in another dtype. */
static strided_tensor *converted(const char *who, const strided_tensor *x, strided_dtype dtype, strided_context *ctx)
{
    strided_tensor *t = strided__empty(who, ctx, dtype, x->ndim, x->shape);
    if (!t || !strided_copy(t, x)) return t;
    strided_release(t);
    return NULL;
}

/* dst = 0, then the indices; src has dst's dtype. */
static strided_status zero_and_scatter(enum scatter_op op, strided_tensor *dst, const strided_tensor *src,
                                       const strided_tensor *idx, int nspatial)
{
    strided_status s = strided_fill(dst, 0);
    if (s) return s;
    strided__scatter_run(&(struct scatter){ .op = op, .nspatial = nspatial, .dst = dst, .src = src, .idx = idx },
                         strided_context_of(dst));
    return STRIDED_OK;
}

/* The sums in `into`, which is dx or a wider temporary of it: a clamp that limits nothing rounds as operators do. */
static strided_status sum_into(strided_tensor *dx, strided_tensor *into, const strided_tensor *from, const strided_tensor *idx,
                               int nspatial)
{
    strided_status s = zero_and_scatter(SCATTER_ADD, into, from, idx, nspatial);
    return s || into == dx ? s : strided_clamp(dx, into, -INFINITY, INFINITY);
}

strided_status strided__scatter_sum(const char *who, strided_tensor *dx, const strided_tensor *dy, const strided_tensor *idx,
                                    int nspatial)
{
    strided_context *ctx = strided_context_of(dx);
    strided_dtype dtype = strided__compute_dtype(strided__compute_promote(strided__compute_of(dx->dtype), strided__compute_of(dy->dtype)));
    strided_tensor *into = temporary(who, dx, dtype, ctx);
    strided_tensor *from = dy->dtype == dtype ? NULL : converted(who, dy, dtype, ctx);
    strided_status s = into && (from || dy->dtype == dtype) ? STRIDED_OK : strided__failed();
    if (!s) s = sum_into(dx, into, from ? from : dy, idx, nspatial);
    strided_release(from);
    strided_release(into);
    return s;
}

strided_status strided_pool_grad_indices(strided_tensor *dx, const strided_tensor *dy, const strided_tensor *idx, int nspatial)
{
    strided_status s = check_call(&(struct scatter_call){ .who = "pool_grad_indices", .dst_name = "dx", .src_name = "dy",
                                                          .dst = dx, .src = dy, .idx = idx, .nspatial = nspatial });
    return s ? s : strided__scatter_sum("pool_grad_indices", dx, dy, idx, nspatial);
}

strided_status strided_unpool(strided_tensor *y, const strided_tensor *x, const strided_tensor *idx, int nspatial)
{
    strided_status s = check_call(&(struct scatter_call){ .who = "unpool", .dst_name = "y", .src_name = "x",
                                                          .dst = y, .src = x, .idx = idx, .nspatial = nspatial });
    if (s) return s;
    if (x->dtype == y->dtype) return zero_and_scatter(SCATTER_PUT, y, x, idx, nspatial);
    strided_tensor *from = converted("unpool", x, y->dtype, strided_context_of(y));
    if (!from) return strided__failed();
    s = zero_and_scatter(SCATTER_PUT, y, from, idx, nspatial);
    strided_release(from);
    return s;
}
