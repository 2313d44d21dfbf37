/*
 * gemm.c - strided_mm() and strided_gemm(): the table with the rows i, j, k, and what is done to the sum.
 */
#include "check.h"
#include "operands.h"
#include "factors.h"
#include "table_rows.h"
#include "../base/error.h"
#include <math.h>
#include <strided/linalg.h>

static strided_status check_shapes(const struct factors *p)
{
    strided_status s = strided__check_rank(p->who, "dst", p->dst, 2);
    if (!s) s = strided__check_rank(p->who, "a", p->a, 2);
    if (!s) s = strided__check_rank(p->who, "b", p->b, 2);
    if (!s) s = strided__factors_inner(p, p->a->shape[1], p->b->shape[0]);
    if (!s) s = strided__check_shape(p->who, "dst", p->dst, 2, (const int64_t[]){ p->a->shape[0], p->b->shape[1] });
    if (!s && p->c) s = strided__check_broadcast(p->who, "c", p->c, "dst", p->dst);
    return s;
}

static void run(const struct factors *p, double alpha, double beta)
{
    struct work w;
    strided__factors_init(&w, p);
    keep_row(&w, p->a->shape[0], axis_stride(p->dst, 0), axis_stride(p->a, 0), 0);
    keep_row(&w, p->b->shape[1], axis_stride(p->dst, 1), 0, axis_stride(p->b, 1));
    fold_row(&w, p->a->shape[1], axis_stride(p->a, 1), axis_stride(p->b, 0));
    if (p->c) strided__factors_addend(&w, p);
    w.epilogue.alpha = alpha;
    w.epilogue.beta = beta;
    strided__factors_order(&w, p->a->shape[0], p->b->shape[1]);
    strided__work_run(&w);
}

static strided_status check_given(const struct factors *p)
{
    const struct operand ops[] = { { .name = "dst", .x = p->dst }, { .name = "a", .x = p->a }, { .name = "b", .x = p->b } };
    return strided__check_given(p->who, 3, ops);
}

strided_status strided_mm(strided_tensor *dst, const strided_tensor *a, const strided_tensor *b)
{
    const struct factors p = { .who = "mm", .dst = dst, .a = a, .b = b, .b_name = "b" };
    strided_status s = check_given(&p);
    if (!s) s = check_shapes(&p);
    if (!s) s = strided__factors_memory(&p);
    if (!s) run(&p, 1, 1);
    return s;
}

static int is_whole(double v) { return v == floor(v) && fabs(v) < 0x1p63; }

/* Integers are scaled by integers only: 0.5 of an exact sum is not one. */
static strided_status check_scale(const struct factors *p, double alpha, double beta)
{
    const strided_tensor *const inputs[] = { p->a, p->b, p->c };
    enum compute c = strided__compute_for(p->dst->dtype, 3, inputs);
    if (c == COMPUTE_F32 || c == COMPUTE_F64 || (is_whole(alpha) && is_whole(beta))) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_DTYPE, "gemm: integers cannot be scaled by alpha %g, beta %g", alpha, beta);
}

strided_status strided_gemm(strided_tensor *dst, double alpha, const strided_tensor *a, const strided_tensor *b,
                            double beta, const strided_tensor *c)
{
    const struct factors p = { .who = "gemm", .dst = dst, .a = a, .b = b, .c = beta == 0 ? NULL : c, .b_name = "b", .c_name = "c" };
    strided_status s = check_given(&p);
    if (!s) s = check_scale(&p, alpha, beta);
    if (!s) s = check_shapes(&p);
    if (!s) s = strided__factors_memory(&p);
    if (!s) run(&p, alpha, beta);
    return s;
}
