/*
 * pool.c - maxima, averages and p-norms over windows.
 */
#include "pool.h"
#include "../base/error.h"
#include "check.h"
#include "operands.h"

static strided_status check_idx(const struct pool_table *t, const strided_tensor *idx)
{
    if (!idx) return STRIDED_OK;
    if (idx->dtype != STRIDED_I64)
        return strided__fail(STRIDED_ERR_DTYPE, "%s: idx is %s, not i64", t->who, strided_dtype_name(idx->dtype));
    if (t->kind != STRIDED_POOL_MAX)
        return strided__fail(STRIDED_ERR_ARG, "%s: idx with a pool of kind %d; only maxima have a place", t->who, (int)t->kind);
    return strided__check_shape(t->who, "idx", idx, t->outer + t->nd, t->shape);
}

static strided_status check_memory(const char *who, const strided_tensor *y, const strided_tensor *idx, const strided_tensor *x)
{
    const struct operand values[] = { { .name = "y", .x = y }, { .name = "x", .x = x } };
    const struct operand places[] = { { .name = "idx", .x = idx }, { .name = "x", .x = x }, { .name = "y", .x = y } };
    strided_status s = strided__check_memory(who, 2, values);
    return s || !idx ? s : strided__check_memory(who, 3, places);
}

strided_status strided__pool_check_results(const struct pool_table *t, const strided_tensor *y, const strided_tensor *idx,
                                           const strided_tensor *x)
{
    strided_status s = strided__check_shape(t->who, "y", y, t->outer + t->nd, t->shape);
    if (!s) s = check_idx(t, idx);
    return s ? s : check_memory(t->who, y, idx, x);
}

strided_status strided__pool_run(const struct pool_table *t, const strided_tensor *y, const strided_tensor *idx,
                                 const strided_tensor *x)
{
    struct pool_work p;
    strided_status s = strided__pool_prepare(&p, t, y, idx, x);
    if (s) return s;
    strided__work_run(&p.work);
    strided__pool_release(&p);
    return STRIDED_OK;
}

static strided_status check_given(const char *who, const strided_tensor *y, const strided_tensor *x)
{
    const struct operand ops[] = { { .name = "y", .x = y }, { .name = "x", .x = x } };
    return strided__check_given(who, 2, ops);
}

strided_status strided_pool(strided_tensor *y, strided_tensor *idx, const strided_tensor *x, const strided_pool_params *params)
{
    struct pool_table t;
    strided_status s = check_given("pool", y, x);
    if (!s) s = strided__pool_table(&t, "pool", "x", x, params);
    if (!s) s = strided__pool_check_results(&t, y, idx, x);
    return s ? s : strided__pool_run(&t, y, idx, x);
}

strided_status strided__pool_plan(struct pool_work *p, const char *who, const strided_tensor *y, const strided_tensor *x,
                                  const strided_pool_params *params)
{
    struct pool_table t;
    strided_status s = check_given(who, y, x);
    if (!s) s = strided__pool_table(&t, who, "x", x, params);
    if (!s) s = strided__check_shape(who, "y", y, t.outer + t.nd, t.shape);
    return s ? s : strided__pool_prepare(p, &t, y, NULL, x);
}

strided_tensor *strided_pool_empty(const strided_tensor *x, const strided_pool_params *params)
{
    static const char who[] = "pool_empty";
    struct pool_table t;
    if (!x) {
        strided__fail_null(who, "x");
        return NULL;
    }
    return strided__pool_table(&t, who, "x", x, params) ? NULL : strided__empty_ordered(who, x, x->dtype, t.shape);
}
