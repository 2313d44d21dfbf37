/*
 * ops_reduce.c - reductions, places of extremes, softmax.
 */
#include "ops.h"

#include <string.h>

static int reduce_op(const char *kind)
{
    static const struct { const char *name; strided_reduce_op op; } rows[] = {
        {"sum", STRIDED_REDUCE_SUM}, {"mean", STRIDED_REDUCE_MEAN}, {"prod", STRIDED_REDUCE_PROD},
        {"max", STRIDED_REDUCE_MAX}, {"min", STRIDED_REDUCE_MIN}, {"l1", STRIDED_REDUCE_L1}, {"l2", STRIDED_REDUCE_L2},
        {"sum_square", STRIDED_REDUCE_SUM_SQUARE}, {"log_sum", STRIDED_REDUCE_LOG_SUM},
        {"log_sum_exp", STRIDED_REDUCE_LOG_SUM_EXP},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, kind) == 0)
            return (int)rows[i].op;
    return 0;
}

strided_status run_reduce(struct call *k)
{
    int64_t axes[STRIDED_MAX_NDIM];
    int n = attr_ints(k->c, "axes", axes, STRIDED_MAX_NDIM);
    return strided_reduce(output(k, "y"), (strided_reduce_op)reduce_op(attr_text(k->c, "kind")), input(k, "x"), n, axes);
}

strided_tensor *make_reduce(struct call *k)
{
    int64_t axes[STRIDED_MAX_NDIM];
    int n = attr_ints(k->c, "axes", axes, STRIDED_MAX_NDIM);
    return strided_reduce_empty((strided_reduce_op)reduce_op(attr_text(k->c, "kind")), input(k, "x"), n, axes,
                                (int)attr_int(k->c, "keepdims", 0));
}

static strided_reduce_op place_op(const struct call *k)
{
    return strcmp(attr_text(k->c, "kind"), "min") == 0 ? STRIDED_REDUCE_ARGMIN : STRIDED_REDUCE_ARGMAX;
}

/* The last of equals is the first of the reversed axis: n-1 minus its place there. */
static strided_status last_place(struct call *k, int64_t axis)
{
    strided_tensor *y = output(k, "y"), *x = input(k, "x");
    STRIDED_AUTO strided_tensor *reversed = strided_flip(x, 1, &axis);
    STRIDED_AUTO strided_tensor *place = strided_empty_like(y);
    STRIDED_AUTO strided_tensor *end = strided_full(k->ctx, STRIDED_I64, STRIDED_NO_DIMS,
                                                    (double)(strided_dim(x, (int)axis) - 1));
    strided_status status = strided_reduce(place, place_op(k), reversed, 1, &axis);
    return status ? status : strided_binary(y, STRIDED_SUB, end, place);
}

strided_status run_argreduce(struct call *k)
{
    int64_t axis = attr_int(k->c, "axis", 0);
    if (attr_int(k->c, "last", 0))
        return last_place(k, axis);
    return strided_reduce(output(k, "y"), place_op(k), input(k, "x"), 1, &axis);
}

strided_tensor *make_argreduce(struct call *k)
{
    int64_t axis = attr_int(k->c, "axis", 0);
    return strided_reduce_empty(place_op(k), input(k, "x"), 1, &axis, (int)attr_int(k->c, "keepdims", 0));
}

strided_status run_softmax(struct call *k)
{
    return strided_softmax(output(k, "y"), input(k, "x"), (int)attr_int(k->c, "axis", -1));
}

strided_status run_log_softmax(struct call *k)
{
    return strided_log_softmax(output(k, "y"), input(k, "x"), (int)attr_int(k->c, "axis", -1));
}
