/*
 * concat.c - strided_concat(): one move for each input, into its part of dst.
 */
#include "check.h"
#include "move.h"
#include "operands.h"
#include "table_rows.h"
#include "../base/checked.h"
#include "../base/error.h"

static strided_status check_given(const strided_tensor *dst, int n, const strided_tensor *const *inputs)
{
    if (!dst) return strided__fail_null("concat", "dst");
    if (!inputs) return strided__fail(STRIDED_ERR_NULL, "concat: the list of inputs is NULL");
    if (n < 1) return strided__fail(STRIDED_ERR_ARG, "concat: %d inputs", n);
    for (int i = 0; i < n; i++)
        if (!inputs[i]) return strided__fail_null("concat", "an input");
    return STRIDED_OK;
}

static strided_status misfit(const strided_tensor *dst, int i, const strided_tensor *x, int axis)
{
    char have[512], want[512];
    return strided__fail(STRIDED_ERR_SHAPE, "concat: input %d is %s, dst is %s (axis %d)", i,
                         strided__shape_text(x->ndim, x->shape, have),
                         strided__shape_text(dst->ndim, dst->shape, want), axis);
}

static strided_status check_shapes(const strided_tensor *dst, int n, const strided_tensor *const *inputs, int axis)
{
    int64_t total = 0;
    for (int i = 0; i < n; i++) {
        const strided_tensor *x = inputs[i];
        if (x->ndim != dst->ndim) return misfit(dst, i, x, axis);
        for (int a = 0; a < x->ndim; a++)
            if (a != axis && x->shape[a] != dst->shape[a]) return misfit(dst, i, x, axis);
        if (!add_size(&total, total, x->shape[axis]))
            return strided__fail(STRIDED_ERR_OVERFLOW, "concat: the extents along axis %d do not add up in 64 bits", axis);
    }
    if (total == dst->shape[axis]) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "concat: the inputs have %" PRId64 " along axis %d, dst has %" PRId64, total,
                         axis, dst->shape[axis]);
}

static strided_status check_memory(const strided_tensor *dst, int n, const strided_tensor *const *inputs)
{
    strided_status s = strided__check_dst("concat", "dst", dst);
    for (int i = 0; i < n && !s; i++) s = strided__check_input("concat", "an input", inputs[i]);
    for (int i = 0; i < n && !s; i++) s = strided__check_apart("concat", "dst", dst, "an input", inputs[i], 0);
    return s;
}

static void move_part(const strided_tensor *dst, const strided_tensor *x, int axis, int64_t start)
{
    struct work w;
    strided__move_init(&w, MOVE_COPY, strided_context_of(dst), dst->dtype, x->dtype);
    w.data[NEST_DST] = strided__data(dst);
    w.data[NEST_A] = strided__data(x);
    for (int a = 0; a < x->ndim; a++) keep_row(&w, x->shape[a], axis_stride(dst, a), axis_stride(x, a), 0);
    if (x->count) advance(&w, NEST_DST, start * axis_stride(dst, axis));
    strided__work_run(&w);
}

strided_status strided_concat(strided_tensor *dst, int n, const strided_tensor *const *inputs, int axis)
{
    strided_status s = check_given(dst, n, inputs);
    if (s) return s;
    int along = strided__axis("concat", axis, dst->ndim);
    if (along < 0) return STRIDED_ERR_ARG;
    s = check_shapes(dst, n, inputs, along);
    if (!s) s = check_memory(dst, n, inputs);
    if (s) return s;

    int64_t start = 0;
    for (int i = 0; i < n; i++) {
        move_part(dst, inputs[i], along, start);
        start += inputs[i]->shape[along];
    }
    return STRIDED_OK;
}
