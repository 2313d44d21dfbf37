/*
 * ops_linalg.c - einsum in both dialects, matmul, linear, gemm.
 */
#include "ops.h"

#include <stdio.h>
#include <string.h>

/* The equation with '_' as the spaces they stand for, and the operands x0, x1, ... */
struct sum { char spec[1024]; int named, n; const strided_tensor *operands[MAX_INS]; };

static struct sum read_sum(const struct call *k)
{
    struct sum s = {.named = (int)attr_int(k->c, "named", 0)};
    const char *spec = attr_text(k->c, "equation");
    char name[16];
    if (k->variant == COMPACT) {
        spec = attr_text(k->c, "compact");
        s.named = 0;
    }
    snprintf(s.spec, sizeof s.spec, "%s", spec ? spec : "");
    for (char *at = s.spec; (at = strchr(at, '_')); )
        *at = ' ';
    for (; s.n < MAX_INS; s.n++) {
        snprintf(name, sizeof name, "x%d", s.n);
        if (!(s.operands[s.n] = input(k, name)))
            break;
    }
    return s;
}

static strided_status planned(struct call *k, const struct sum *s)
{
    strided_tensor *y = output(k, "y");
    strided_plan *plan = (s->named ? strided_einsum_named_plan : strided_einsum_plan)(y, s->spec, s->n, s->operands);
    strided_status status = !plan ? strided_error_status() : strided_count(y) == 0 ? STRIDED_OK
        : strided_plan_run(plan, strided_data(y), strided_const_data(s->operands[0]), NULL);
    strided_plan_release(plan);
    return status;
}

strided_status run_einsum(struct call *k)
{
    struct sum s = read_sum(k);
    if (k->variant == PLAN)
        return planned(k, &s);
    return (s.named ? strided_einsum_named : strided_einsum)(output(k, "y"), s.spec, s.n, s.operands);
}

strided_tensor *make_einsum(struct call *k)
{
    struct sum s = read_sum(k);
    return (s.named ? strided_einsum_named_empty : strided_einsum_empty)(s.spec, s.n, s.operands);
}

strided_status run_matmul(struct call *k)
{
    return strided_matmul(output(k, "y"), input(k, "a"), input(k, "b"));
}

strided_tensor *make_matmul(struct call *k)
{
    return strided_matmul_empty(input(k, "a"), input(k, "b"));
}

strided_status run_linear(struct call *k)
{
    return strided_linear(output(k, "y"), input(k, "x"), input(k, "w"), input(k, "b"));
}

strided_status run_gemm(struct call *k)
{
    const strided_tensor *a = input(k, "a"), *b = input(k, "b");
    STRIDED_AUTO strided_tensor *at = attr_int(k->c, "trans_a", 0) ? strided_transpose(a, 0, 1) : NULL;
    STRIDED_AUTO strided_tensor *bt = attr_int(k->c, "trans_b", 0) ? strided_transpose(b, 0, 1) : NULL;
    return strided_gemm(output(k, "y"), attr_real(k->c, "alpha", 1), at ? at : a, bt ? bt : b,
                        attr_real(k->c, "beta", 1), input(k, "c"));
}
