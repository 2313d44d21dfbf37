/*
 * factors.c - see factors.h.
 */
#include "factors.h"
#include "check.h"
#include "operands.h"
#include "table_rows.h"
#include "../base/error.h"

strided_status strided__factors_inner(const struct factors *p, int64_t of_a, int64_t of_b)
{
    char a[512], b[512];
    if (of_a == of_b) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "%s: a is %s, %s is %s", p->who, strided__shape_text(p->a->ndim, p->a->shape, a),
                         p->b_name, strided__shape_text(p->b->ndim, p->b->shape, b));
}

strided_status strided__factors_memory(const struct factors *p)
{
    const struct operand ops[] = { { .name = "dst", .x = p->dst }, { .name = "a", .x = p->a }, { .name = p->b_name, .x = p->b },
                                   { .name = p->c_name, .x = p->c, .optional = 1, .elementwise = 1 } };
    return strided__check_memory(p->who, 4, ops);
}

void strided__factors_init(struct work *w, const struct factors *p)
{
    const strided_tensor *const inputs[] = { p->a, p->b, p->c };
    strided__work_init(w, WORK_CONTRACT, strided__compute_for(p->dst->dtype, 3, inputs), strided_context_of(p->dst));
    strided__work_operand(w, NEST_DST, p->dst);
    strided__work_operand(w, NEST_A, p->a);
    strided__work_operand(w, NEST_B, p->b);
}

void strided__factors_addend(struct work *w, const struct factors *p)
{
    int lead = w->nest.keep - p->c->ndim;
    strided__work_operand(w, NEST_C, p->c);
    for (int i = 0; i < p->c->ndim; i++) strided__work_stride(w, lead + i, NEST_C, axis_stride(p->c, i));
}

void strided__factors_order(struct work *w, int64_t rows, int64_t columns)
{
    strided__work_sort_folds(w);
    if (rows >= RUN_OUTPUTS) strided__work_runs(w, columns);
}
