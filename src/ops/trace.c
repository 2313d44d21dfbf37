/*
 * trace.c - strided_trace(): the diagonal is one axis whose stride is the sum of both, folded.
 */
#include "check.h"
#include "operands.h"
#include "table_rows.h"
#include "../base/checked.h"
#include "../view/axes.h"
#include <strided/linalg.h>

strided_status strided_trace(strided_tensor *dst, const strided_tensor *x)
{
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "x", .x = x } };
    strided_status s = strided__check_given("trace", 2, ops);
    if (!s) s = strided__check_rank("trace", "x", x, 2);
    if (!s) s = strided__check_rank("trace", "dst", dst, 0);
    if (!s) s = strided__check_memory("trace", 2, ops);
    if (s) return s;

    struct work w;
    strided__work_init(&w, WORK_REDUCE, strided__compute_sum(x->dtype), strided_context_of(dst));
    strided__work_operand(&w, NEST_DST, dst);
    strided__work_operand(&w, NEST_A, x);
    fold_row(&w, min_size(x->shape[0], x->shape[1]), strided__stride_add(axis_stride(x, 0), axis_stride(x, 1)), 0);
    strided__work_run(&w);
    return STRIDED_OK;
}
