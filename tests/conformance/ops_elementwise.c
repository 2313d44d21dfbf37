/*
 * ops_elementwise.c - copy, unary and binary functions, concat.
 *
 * A function that the library leaves out (comparisons, logic, the rarer activations) is "not offered".
 */
#include "ops.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

strided_tensor *make_like_x(struct call *k)
{
    return strided_empty_like(input(k, "x"));
}

strided_tensor *make_broadcast(struct call *k)
{
    const strided_tensor *both[] = {input(k, "a"), input(k, "b")};
    int64_t shape[STRIDED_MAX_NDIM];
    int ndim;
    if (strided_broadcast_shape(&ndim, shape, 2, both) != STRIDED_OK)
        return NULL;
    return strided_empty(k->ctx, strided_dtype_of(both[0]), ndim, shape);
}

strided_status run_copy(struct call *k)
{
    return strided_copy(output(k, "y"), input(k, "x"));
}

struct function { const char *name; int op; };

static int find_function(const struct function *rows, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].op;
    return 0;
}

static int unary_op(const struct oracle_case *c, const char *fn)
{
    static const struct function rows[] = {
        {"neg", STRIDED_NEG}, {"abs", STRIDED_ABS}, {"sqrt", STRIDED_SQRT}, {"exp", STRIDED_EXP}, {"log", STRIDED_LOG},
        {"tanh", STRIDED_TANH}, {"sigmoid", STRIDED_SIGMOID}, {"relu", STRIDED_RELU}, {"square", STRIDED_SQUARE},
        {"reciprocal", STRIDED_RECIPROCAL}, {"sign", STRIDED_SIGN}, {"floor", STRIDED_FLOOR}, {"ceil", STRIDED_CEIL},
        {"round", STRIDED_ROUND}, {"erf", STRIDED_ERF},
    };
    const char *approx = attr_text(c, "approx");
    if (strcmp(fn, "gelu") == 0)
        return approx && strcmp(approx, "tanh") == 0 ? STRIDED_GELU_TANH : STRIDED_GELU;
    if (strcmp(fn, "silu") == 0 || strcmp(fn, "swish") == 0)
        return attr_real(c, "alpha", 1) == 1 ? STRIDED_SILU : 0;
    return find_function(rows, sizeof rows / sizeof rows[0], fn);
}

strided_status run_unary(struct call *k)
{
    const char *fn = attr_text(k->c, "fn");
    strided_tensor *y = output(k, "y"), *x = input(k, "x");
    if (strcmp(fn, "identity") == 0)
        return strided_copy(y, x);
    if (strcmp(fn, "clip") == 0 || strcmp(fn, "clamp") == 0)
        return strided_clamp(y, x, attr_real(k->c, "lo", -INFINITY), attr_real(k->c, "hi", INFINITY));
    int op = unary_op(k->c, fn);
    k->not_offered = op == 0;
    return op ? strided_unary(y, (strided_unary_op)op, x) : STRIDED_OK;
}

strided_status run_binary(struct call *k)
{
    static const struct function rows[] = {
        {"add", STRIDED_ADD}, {"sub", STRIDED_SUB}, {"mul", STRIDED_MUL}, {"div", STRIDED_DIV}, {"max", STRIDED_MAX},
        {"min", STRIDED_MIN}, {"pow", STRIDED_POW}, {"prelu", STRIDED_PRELU},
    };
    int op = find_function(rows, sizeof rows / sizeof rows[0], attr_text(k->c, "fn"));
    k->not_offered = op == 0;
    return op ? strided_binary(output(k, "y"), (strided_binary_op)op, input(k, "a"), input(k, "b")) : STRIDED_OK;
}

strided_status run_concat(struct call *k)
{
    const strided_tensor *parts[MAX_INS];
    char name[16];
    int n = 0;
    for (; n < MAX_INS; n++) {
        snprintf(name, sizeof name, "x%d", n);
        if (!(parts[n] = input(k, name)))
            break;
    }
    return strided_concat(output(k, "y"), n, parts, (int)attr_int(k->c, "axis", 0));
}
