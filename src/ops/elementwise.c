/*
 * elementwise.c - strided_unary(), strided_binary(), strided_clamp().
 */
#include "check.h"
#include "operands.h"
#include "../base/error.h"
#include "../nest/nest.h"
#include <math.h>

/* On integers these are integers; everything else leaves them. */
static int is_exact(strided_unary_op op)
{
    switch (op) {
    case STRIDED_NEG: case STRIDED_ABS: case STRIDED_RELU: case STRIDED_SQUARE: case STRIDED_SIGN:
    case STRIDED_FLOOR: case STRIDED_CEIL: case STRIDED_ROUND: return 1;
    default: return 0;
    }
}

static int is_unary(strided_unary_op op)
{
    switch ((int)op) {
#define STRIDED_X(name, value, formula) case value:
        STRIDED_UNARY_LIST(STRIDED_X) return 1;
#undef STRIDED_X
    default: return 0;
    }
}

static int is_binary(strided_binary_op op)
{
    switch ((int)op) {
#define STRIDED_X(name, value, formula) case value:
        STRIDED_BINARY_LIST(STRIDED_X) return 1;
#undef STRIDED_X
    default: return 0;
    }
}

/* Shapes and memory of dst, a and perhaps b; all broadcast, all may be dst itself. */
static strided_status check(const char *who, const strided_tensor *dst, const strided_tensor *a, const strided_tensor *b)
{
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "a", .x = a, .elementwise = 1 },
                                   { .name = "b", .x = b, .optional = 1, .elementwise = 1 } };
    strided_status s = strided__check_broadcast(who, "a", a, "dst", dst);
    if (!s && b) s = strided__check_broadcast(who, "b", b, "dst", dst);
    if (!s) s = strided__check_memory(who, 3, ops);
    return s;
}

static void map(struct work *w, enum map_op op, int sub, const strided_tensor *dst, const strided_tensor *a,
                const strided_tensor *b)
{
    w->op = (int)op;
    w->sub = sub;
    strided__work_elementwise(w, (const strided_tensor *[NEST_OPERANDS]){ dst, a, b });
    strided__work_run(w);
}

strided_status strided_unary(strided_tensor *dst, strided_unary_op op, const strided_tensor *a)
{
    if (!dst || !a) return strided__fail_null("unary", dst ? "a" : "dst");
    if (!is_unary(op)) return strided__fail(STRIDED_ERR_ARG, "unary: there is no operator %d", (int)op);
    strided_status s = check("unary", dst, a, NULL);
    if (s) return s;

    struct work w;
    enum compute c = strided__compute_of(a->dtype);
    c = strided__compute_widen(is_exact(op) ? c : strided__compute_float(c), dst->dtype);
    strided__work_init(&w, WORK_MAP, c, strided_context_of(dst));
    map(&w, MAP_UNARY, (int)op, dst, a, NULL);
    return STRIDED_OK;
}

strided_status strided_binary(strided_tensor *dst, strided_binary_op op, const strided_tensor *a, const strided_tensor *b)
{
    if (!dst || !a || !b) return strided__fail_null("binary", !dst ? "dst" : !a ? "a" : "b");
    if (!is_binary(op)) return strided__fail(STRIDED_ERR_ARG, "binary: there is no operator %d", (int)op);
    strided_status s = check("binary", dst, a, b);
    if (s) return s;

    struct work w;
    strided__work_init(&w, WORK_MAP, strided__compute_for(dst->dtype, 2, (const strided_tensor *[]){ a, b }),
                       strided_context_of(dst));
    map(&w, MAP_BINARY, (int)op, dst, a, b);
    return STRIDED_OK;
}

strided_status strided_clamp(strided_tensor *dst, const strided_tensor *a, double lowest, double highest)
{
    if (!dst || !a) return strided__fail_null("clamp", dst ? "a" : "dst");
    if (isnan(lowest) || isnan(highest)) return strided__fail(STRIDED_ERR_ARG, "clamp: the limits are %g and %g", lowest, highest);
    strided_status s = check("clamp", dst, a, NULL);
    if (s) return s;

    struct work w;
    int is_float = strided__dtype_is_float(a->dtype);
    strided__work_init(&w, WORK_MAP, strided__compute_for(dst->dtype, 1, (const strided_tensor *[]){ a }),
                       strided_context_of(dst));
    w.param[0] = is_float ? lowest : ceil(lowest);
    w.param[1] = is_float ? highest : floor(highest);
    map(&w, MAP_CLAMP, 0, dst, a, NULL);
    return STRIDED_OK;
}
