/*
 * reduce.c - strided_reduce(): a table from operators to folds, and the three that need more than one row of it
 * (LOG_SUM_EXP takes the maximum first; ARGMAX and ARGMIN have a work of their own).
 */
#include "axis_set.h"
#include "check.h"
#include "operands.h"
#include "table_rows.h"
#include "../base/checked.h"
#include "../base/error.h"

enum domain { OWN, EXACT, FLOATING }; /* the input's own type; i64, u64 or f64; f64 */

static const struct recipe {
    enum domain domain;
    enum reduce_fold fold;
    enum reduce_pre pre;
    enum reduce_finish finish;
} recipes[] = {
    [STRIDED_REDUCE_SUM]         = { EXACT, FOLD_SUM, PRE_NONE, FINISH_NONE },
    [STRIDED_REDUCE_MEAN]        = { FLOATING, FOLD_SUM, PRE_NONE, FINISH_DIV },
    [STRIDED_REDUCE_PROD]        = { EXACT, FOLD_PROD, PRE_NONE, FINISH_NONE },
    [STRIDED_REDUCE_MAX]         = { OWN, FOLD_MAX, PRE_NONE, FINISH_NONE },
    [STRIDED_REDUCE_MIN]         = { OWN, FOLD_MIN, PRE_NONE, FINISH_NONE },
    [STRIDED_REDUCE_L1]          = { EXACT, FOLD_SUM, PRE_ABS, FINISH_NONE },
    [STRIDED_REDUCE_L2]          = { FLOATING, FOLD_SUM, PRE_SQUARE, FINISH_ROOT },
    [STRIDED_REDUCE_SUM_SQUARE]  = { EXACT, FOLD_SUM, PRE_SQUARE, FINISH_NONE },
    [STRIDED_REDUCE_LOG_SUM]     = { FLOATING, FOLD_SUM, PRE_NONE, FINISH_LOG },
    [STRIDED_REDUCE_LOG_SUM_EXP] = { FLOATING, FOLD_SUM, PRE_EXP_SUB, FINISH_ADD_LOG },
    [STRIDED_REDUCE_ARGMAX]      = { OWN, FOLD_MAX, PRE_NONE, FINISH_NONE },
    [STRIDED_REDUCE_ARGMIN]      = { OWN, FOLD_MIN, PRE_NONE, FINISH_NONE },
};

struct reduction {
    strided_tensor *dst;
    const strided_tensor *x;
    strided_reduce_op op;
    struct axis_set axes;
};

static int is_arg(strided_reduce_op op) { return op == STRIDED_REDUCE_ARGMAX || op == STRIDED_REDUCE_ARGMIN; }
static int is_extreme(strided_reduce_op op) { return op == STRIDED_REDUCE_MAX || op == STRIDED_REDUCE_MIN; }

static int is_known(strided_reduce_op op)
{
    switch ((int)op) {
#define STRIDED_X(name, value, formula, empty) case value:
        STRIDED_REDUCE_LIST(STRIDED_X) return 1;
#undef STRIDED_X
    default: return 0;
    }
}

static const char *name_of(strided_reduce_op op)
{
    switch (op) {
#define STRIDED_X(name, value, formula, empty) case STRIDED_REDUCE_##name: return #name;
        STRIDED_REDUCE_LIST(STRIDED_X)
#undef STRIDED_X
    default: return "?";
    }
}

static enum compute compute_of(strided_reduce_op op, strided_dtype x)
{
    switch (recipes[op].domain) {
    case OWN:   return strided__compute_of(x);
    case EXACT: return strided__compute_sum(x);
    default:    return COMPUTE_F64;
    }
}

/* ---- checks ------------------------------------------------------------------------------------- */

static strided_status check_dtypes(const struct reduction *r)
{
    if (is_arg(r->op) && r->dst->dtype != STRIDED_I64)
        return strided__fail(STRIDED_ERR_DTYPE, "reduce: %s gives i64, dst is %s", name_of(r->op), strided_dtype_name(r->dst->dtype));
    if (r->op == STRIDED_REDUCE_MEAN && !strided__dtype_is_float(r->dst->dtype))
        return strided__fail(STRIDED_ERR_DTYPE, "reduce: a mean is not an integer, dst is %s", strided_dtype_name(r->dst->dtype));
    return STRIDED_OK;
}

static strided_status check_shape(const struct reduction *r)
{
    int64_t shape[STRIDED_MAX_NDIM];
    int keepdims = r->dst->ndim == r->x->ndim;
    int n = strided__axis_set_left(&r->axes, r->x, keepdims, shape);
    return strided__check_shape("reduce", "dst", r->dst, n, shape);
}

/* What is the largest of nothing? For floats -inf; there is no such integer, and no such index. */
static strided_status check_empty(const struct reduction *r)
{
    int has_identity = !is_arg(r->op) && !(is_extreme(r->op) && !strided__dtype_is_float(r->x->dtype));
    if (r->axes.count > 0 || r->dst->count == 0 || has_identity) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "reduce: %s of no element (x is %s)", name_of(r->op), strided_dtype_name(r->x->dtype));
}

static strided_status check(struct reduction *r, int naxes, const int64_t *axes)
{
    const struct operand ops[] = { { .name = "dst", .x = r->dst }, { .name = "x", .x = r->x } };
    strided_status s = strided__check_given("reduce", 2, ops);
    if (s) return s;
    if (!is_known(r->op)) return strided__fail(STRIDED_ERR_ARG, "reduce: there is no operator %d", (int)r->op);
    s = check_dtypes(r);
    if (!s) s = strided__axis_set("reduce", &r->axes, r->x, naxes, axes);
    if (!s) s = check_shape(r);
    if (!s) s = check_empty(r);
    if (!s) s = strided__check_memory("reduce", 2, ops);
    return s;
}

/* ---- works -------------------------------------------------------------------------------------- */

static void init(struct work *w, const struct reduction *r, enum compute compute, const struct recipe *how,
                 const strided_tensor *dst)
{
    strided__work_init(w, WORK_REDUCE, compute, strided_context_of(r->dst));
    w->op = (int)how->fold;
    w->sub = (int)how->pre;
    w->finish = how->finish;
    w->param[0] = how->finish == FINISH_ROOT ? 2 : (double)r->axes.count;
    strided__axis_set_rows(w, &r->axes, dst, NEST_DST, r->x);
}

static void fold(const struct reduction *r)
{
    struct work w;
    init(&w, r, compute_of(r->op, r->x->dtype), &recipes[r->op], r->dst);
    strided__work_run(&w);
}

/* m = max x, or 0 where that is infinite: then x - m is never inf - inf. */
static void finite_maximum(const struct reduction *r, strided_tensor *m)
{
    static const struct recipe maximum = { FLOATING, FOLD_MAX, PRE_NONE, FINISH_NONE };
    struct work w;
    init(&w, r, COMPUTE_F64, &maximum, m);
    strided__work_run(&w);

    strided__work_init(&w, WORK_MAP, COMPUTE_F64, strided_context_of(r->dst));
    w.op = MAP_FINITE;
    strided__work_elementwise(&w, (const strided_tensor *[NEST_OPERANDS]){ m, m });
    strided__work_run(&w);
}

static strided_status log_sum_exp(const struct reduction *r)
{
    struct work w;
    strided_tensor *m = strided__empty("reduce", strided_context_of(r->dst), STRIDED_F64, r->dst->ndim, r->dst->shape);
    if (!m) return strided__failed();
    finite_maximum(r, m);
    init(&w, r, COMPUTE_F64, &recipes[r->op], r->dst);
    strided__axis_set_operand(&w, &r->axes, NEST_B, m);
    strided__axis_set_operand(&w, &r->axes, NEST_C, m);
    strided__work_run(&w);
    strided_release(m);
    return STRIDED_OK;
}

/* The index counts the reduced axes in row-major order: that is operand B, a number that walks with the folds. */
static void arg(const struct reduction *r)
{
    struct work w;
    int64_t step = 1;
    strided__work_init(&w, WORK_ARG, compute_of(r->op, r->x->dtype), strided_context_of(r->dst));
    w.op = r->op == STRIDED_REDUCE_ARGMIN;
    strided__axis_set_rows(&w, &r->axes, r->dst, NEST_C, r->x);
    for (int i = w.nest.keep + w.nest.fold - 1; i >= w.nest.keep; i--) {
        strided__work_stride(&w, i, NEST_B, step);
        if (!mul_size(&step, step, w.nest.axis[i].len)) step = 0; /* some kept extent is 0 */
    }
    strided__work_run(&w);
}

strided_status strided_reduce(strided_tensor *dst, strided_reduce_op op, const strided_tensor *x, int naxes, const int64_t *axes)
{
    struct reduction r = { .dst = dst, .x = x, .op = op };
    strided_status s = check(&r, naxes, axes);
    if (s) return s;
    if (op == STRIDED_REDUCE_LOG_SUM_EXP) return log_sum_exp(&r);
    if (is_arg(op)) arg(&r);
    else fold(&r);
    return STRIDED_OK;
}

/* ---- the result --------------------------------------------------------------------------------- */

static strided_dtype result_dtype(strided_reduce_op op, strided_dtype x)
{
    if (is_arg(op)) return STRIDED_I64;
    if (recipes[op].domain == OWN || strided__dtype_is_float(x)) return x;
    if (recipes[op].domain == EXACT) return strided__compute_dtype(compute_of(op, x));
    return strided__compute_dtype(strided__compute_float(strided__compute_of(x)));
}

strided_tensor *strided_reduce_empty(strided_reduce_op op, const strided_tensor *x, int naxes, const int64_t *axes, int keepdims)
{
    struct axis_set set;
    int64_t shape[STRIDED_MAX_NDIM];
    if (!x) { strided__fail_null("reduce_empty", "x"); return NULL; }
    if (!is_known(op)) { strided__fail(STRIDED_ERR_ARG, "reduce_empty: there is no operator %d", (int)op); return NULL; }
    if (strided__axis_set("reduce_empty", &set, x, naxes, axes)) return NULL;
    int n = strided__axis_set_left(&set, x, keepdims, shape);
    return strided__empty("reduce_empty", strided_context_of(x), result_dtype(op, x->dtype), n, shape);
}
