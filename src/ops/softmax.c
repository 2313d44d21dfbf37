/*
 * softmax.c - strided_softmax() and strided_log_softmax(): maximum, sum of exponentials, quotient or difference. The two per-row
 * values lie in temporaries, so dst may be x itself.
 */
#include "axis_set.h"
#include "check.h"
#include "operands.h"
#include "../base/error.h"

struct rows {
    enum compute compute;
    struct axis_set axes;
    strided_tensor *max; /* in the compute type */
    strided_tensor *sum; /* likewise */
};

static void reduce(const struct rows *r, const strided_tensor *dst, const strided_tensor *x, enum reduce_fold fold, enum reduce_pre pre)
{
    struct work w;
    strided__work_init(&w, WORK_REDUCE, r->compute, strided_context_of(dst));
    w.op = (int)fold;
    w.sub = (int)pre;
    strided__axis_set_rows(&w, &r->axes, dst, NEST_DST, x);
    if (pre == PRE_EXP_SUB) strided__axis_set_operand(&w, &r->axes, NEST_B, r->max);
    strided__work_run(&w);
}

static void map(const struct rows *r, enum map_op op, int sub, const strided_tensor *const operands[NEST_OPERANDS])
{
    struct work w;
    strided__work_init(&w, WORK_MAP, r->compute, strided_context_of(operands[NEST_DST]));
    w.op = (int)op;
    w.sub = sub;
    strided__work_elementwise(&w, operands);
    strided__work_run(&w);
}

/* Where dst holds the exponentials as they are they wait there for their sum: they are what takes long. */
static void divide(const struct rows *r, strided_tensor *dst, const strided_tensor *x)
{
    if (dst->dtype != strided__compute_dtype(r->compute)) {
        reduce(r, r->sum, x, FOLD_SUM, PRE_EXP_SUB);
        map(r, MAP_EXP_DIV, 0, (const strided_tensor *[NEST_OPERANDS]){ dst, x, r->max, r->sum });
        return;
    }
    map(r, MAP_EXP_SUB, 0, (const strided_tensor *[NEST_OPERANDS]){ dst, x, r->max });
    reduce(r, r->sum, dst, FOLD_SUM, PRE_NONE);
    map(r, MAP_BINARY, STRIDED_DIV, (const strided_tensor *[NEST_OPERANDS]){ dst, dst, r->sum });
}

static void subtract(const struct rows *r, strided_tensor *dst, const strided_tensor *x)
{
    reduce(r, r->sum, x, FOLD_SUM, PRE_EXP_SUB);
    map(r, MAP_UNARY, STRIDED_LOG, (const strided_tensor *[NEST_OPERANDS]){ r->sum, r->sum });
    map(r, MAP_SUB_SUB, 0, (const strided_tensor *[NEST_OPERANDS]){ dst, x, r->max, r->sum });
}

static strided_status along(const char *who, struct rows *r, const strided_tensor *x, int axis)
{
    int a = strided__axis(who, axis, x->ndim);
    return a < 0 ? STRIDED_ERR_ARG : strided__axis_set(who, &r->axes, x, 1, (const int64_t[]){ a });
}

static strided_status softmax(const char *who, strided_tensor *dst, const strided_tensor *x, int axis,
                              void (*finish)(const struct rows *, strided_tensor *, const strided_tensor *))
{
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "x", .x = x, .elementwise = 1 } };
    struct rows r = { 0 };
    int64_t shape[STRIDED_MAX_NDIM];

    strided_status s = strided__check_given(who, 2, ops);
    if (!s) s = along(who, &r, x, axis);
    if (!s) s = strided__check_shape(who, "dst", dst, x->ndim, x->shape);
    if (!s) s = strided__check_memory(who, 2, ops);
    if (s) return s;

    r.compute = strided__compute_widen(strided__compute_float(strided__compute_of(x->dtype)), dst->dtype);
    int n = strided__axis_set_left(&r.axes, x, 1, shape);
    r.max = strided__empty(who, strided_context_of(dst), strided__compute_dtype(r.compute), n, shape);
    r.sum = r.max ? strided__empty(who, strided_context_of(dst), strided__compute_dtype(r.compute), n, shape) : NULL;
    if (r.sum) {
        reduce(&r, r.max, x, FOLD_MAX, PRE_NONE);
        finish(&r, dst, x);
    } else {
        s = strided__failed();
    }
    strided_release(r.max);
    strided_release(r.sum);
    return s;
}

strided_status strided_softmax(strided_tensor *dst, const strided_tensor *x, int axis)
{
    return softmax("softmax", dst, x, axis, divide);
}

strided_status strided_log_softmax(strided_tensor *dst, const strided_tensor *x, int axis)
{
    return softmax("log_softmax", dst, x, axis, subtract);
}
