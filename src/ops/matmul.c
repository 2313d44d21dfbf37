/*
 * matmul.c - strided_mv(), strided_matmul() and strided_linear(): matrix products with a batch around them, or an axis
 * less.
 */
#include "check.h"
#include "operands.h"
#include "factors.h"
#include "table_rows.h"
#include "../base/error.h"
#include <strided/linalg.h>

/* ---- mv ----------------------------------------------------------------------------------------- */

static strided_status check_mv(const struct factors *p)
{
    strided_status s = strided__check_rank("mv", "dst", p->dst, 1);
    if (!s) s = strided__check_rank("mv", "a", p->a, 2);
    if (!s) s = strided__check_rank("mv", "x", p->b, 1);
    if (!s) s = strided__factors_inner(p, p->a->shape[1], p->b->shape[0]);
    if (!s) s = strided__check_shape("mv", "dst", p->dst, 1, p->a->shape);
    if (!s) s = strided__factors_memory(p);
    return s;
}

strided_status strided_mv(strided_tensor *dst, const strided_tensor *a, const strided_tensor *x)
{
    const struct factors p = { .who = "mv", .dst = dst, .a = a, .b = x, .b_name = "x" };
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "a", .x = a }, { .name = "x", .x = x } };
    strided_status s = strided__check_given("mv", 3, ops);
    if (!s) s = check_mv(&p);
    if (s) return s;

    struct work w;
    strided__factors_init(&w, &p);
    keep_row(&w, a->shape[0], axis_stride(dst, 0), axis_stride(a, 0), 0);
    fold_row(&w, a->shape[1], axis_stride(a, 1), axis_stride(x, 0));
    strided__factors_order(&w, a->shape[0], 1);
    strided__work_run(&w);
    return STRIDED_OK;
}

/* ---- matmul ------------------------------------------------------------------------------------- */

/* The shape of a result: batch axes, then rows if a has them, then columns if b has them. */
struct matrices {
    int     ndim;
    int64_t shape[STRIDED_MAX_NDIM];
};

static int batch_of(const strided_tensor *x) { return x->ndim > 2 ? x->ndim - 2 : 0; }
static int batch_axes(const struct factors *p) { return batch_of(p->a) > batch_of(p->b) ? batch_of(p->a) : batch_of(p->b); }

/* The extent of batch axis i of n, counted in the result; 1 where x has none. */
static int64_t batch_extent(const strided_tensor *x, int i, int n)
{
    int a = i - (n - batch_of(x));
    return a < 0 ? 1 : x->shape[a];
}

static int64_t batch_stride(const strided_tensor *x, int i, int n)
{
    int a = i - (n - batch_of(x));
    return a < 0 ? 0 : axis_stride(x, a);
}

static strided_status check_factors(const struct factors *p)
{
    if (p->a->ndim == 0 || p->b->ndim == 0)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: %s is a scalar", p->who, p->a->ndim ? "b" : "a");
    return strided__factors_inner(p, p->a->shape[p->a->ndim - 1], p->b->shape[p->b->ndim > 1 ? p->b->ndim - 2 : 0]);
}

static strided_status find_shape(const struct factors *p, struct matrices *m)
{
    const strided_tensor *a = p->a, *b = p->b;
    char at[512], bt[512];
    int batch = batch_axes(p);
    m->ndim = 0;
    for (int i = 0; i < batch; i++) {
        int64_t u = batch_extent(a, i, batch), v = batch_extent(b, i, batch);
        if (u != v && u != 1 && v != 1)
            return strided__fail(STRIDED_ERR_SHAPE, "%s: a is %s and b is %s: their batches do not broadcast", p->who,
                                 strided__shape_text(a->ndim, a->shape, at), strided__shape_text(b->ndim, b->shape, bt));
        m->shape[m->ndim++] = u == 1 ? v : u;
    }
    if (a->ndim > 1) m->shape[m->ndim++] = a->shape[a->ndim - 2];
    if (b->ndim > 1) m->shape[m->ndim++] = b->shape[b->ndim - 1];
    return STRIDED_OK;
}

strided_status strided__matmul_check(const struct factors *p, const char *dst_name)
{
    struct matrices m;
    strided_status s = check_factors(p);
    if (!s) s = find_shape(p, &m);
    return s ? s : strided__check_shape(p->who, dst_name, p->dst, m.ndim, m.shape);
}

void strided__matmul_work(struct work *w, const struct factors *p)
{
    const strided_tensor *dst = p->dst, *a = p->a, *b = p->b;
    int batch = batch_axes(p), i = 0;
    strided__factors_init(w, p);
    for (; i < batch; i++)
        keep_row(w, dst->shape[i], axis_stride(dst, i), batch_stride(a, i, batch), batch_stride(b, i, batch));
    if (a->ndim > 1) {
        keep_row(w, dst->shape[i], axis_stride(dst, i), axis_stride(a, -2), 0);
        i++;
    }
    if (b->ndim > 1) keep_row(w, dst->shape[i], axis_stride(dst, i), 0, axis_stride(b, -1));
    fold_row(w, a->shape[a->ndim - 1], axis_stride(a, -1), axis_stride(b, b->ndim > 1 ? -2 : -1));
    strided__factors_order(w, a->ndim > 1 ? a->shape[a->ndim - 2] : 1, b->ndim > 1 ? b->shape[b->ndim - 1] : 1);
}

strided_status strided_matmul(strided_tensor *dst, const strided_tensor *a, const strided_tensor *b)
{
    const struct factors p = { .who = "matmul", .dst = dst, .a = a, .b = b, .b_name = "b" };
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "a", .x = a }, { .name = "b", .x = b } };
    struct work w;
    strided_status s = strided__check_given("matmul", 3, ops);
    if (!s) s = strided__matmul_check(&p, "dst");
    if (!s) s = strided__factors_memory(&p);
    if (s) return s;
    strided__matmul_work(&w, &p);
    strided__work_run(&w);
    return STRIDED_OK;
}

strided_tensor *strided_matmul_empty(const strided_tensor *a, const strided_tensor *b)
{
    const struct factors p = { .who = "matmul_empty", .a = a, .b = b, .b_name = "b" };
    struct matrices m;
    if (!a || !b) { strided__fail_null("matmul_empty", a ? "b" : "a"); return NULL; }
    if (check_factors(&p) || find_shape(&p, &m)) return NULL;
    strided_dtype dtype = strided__product_dtype(2, (const strided_tensor *[]){ a, b });
    return strided__empty("matmul_empty", strided_context_of(a), dtype, m.ndim, m.shape);
}

/* ---- linear ------------------------------------------------------------------------------------- */

static strided_status check_bias(const strided_tensor *w, const strided_tensor *bias)
{
    if (!bias) return STRIDED_OK;
    strided_status s = strided__check_rank("linear", "bias", bias, 1);
    return s ? s : strided__check_shape("linear", "bias", bias, 1, w->shape);
}

static strided_status check_linear(const struct factors *p)
{
    const strided_tensor *x = p->a, *w = p->b;
    int64_t shape[STRIDED_MAX_NDIM];
    strided_status s = strided__check_rank("linear", "w", w, 2);
    if (s) return s;
    if (x->ndim == 0) return strided__fail(STRIDED_ERR_SHAPE, "linear: x is a scalar");
    for (int i = 0; i < x->ndim; i++) shape[i] = x->shape[i];
    shape[x->ndim - 1] = w->shape[0];
    if (x->shape[x->ndim - 1] != w->shape[1])
        return strided__fail(STRIDED_ERR_SHAPE, "linear: x has %" PRId64 " features, w wants %" PRId64, x->shape[x->ndim - 1], w->shape[1]);
    s = check_bias(w, p->c);
    return s ? s : strided__check_shape("linear", "dst", p->dst, x->ndim, shape);
}

/* The bias may be anything but part of dst, so memory is checked here and not as gemm's addend. */
static strided_status check_linear_memory(const struct factors *p)
{
    const struct operand ops[] = { { .name = "dst", .x = p->dst }, { .name = "x", .x = p->a }, { .name = "w", .x = p->b },
                                   { .name = "bias", .x = p->c, .optional = 1 } };
    return strided__check_memory("linear", 4, ops);
}

strided_status strided_linear(strided_tensor *dst, const strided_tensor *x, const strided_tensor *w, const strided_tensor *bias)
{
    const struct factors p = { .who = "linear", .dst = dst, .a = x, .b = w, .c = bias, .b_name = "w", .c_name = "bias" };
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "x", .x = x }, { .name = "w", .x = w } };
    strided_status s = strided__check_given("linear", 3, ops);
    if (!s) s = check_linear(&p);
    if (!s) s = check_linear_memory(&p);
    if (s) return s;

    struct work k;
    strided__factors_init(&k, &p);
    for (int i = 0; i + 1 < x->ndim; i++) keep_row(&k, x->shape[i], axis_stride(dst, i), axis_stride(x, i), 0);
    keep_row(&k, w->shape[0], axis_stride(dst, -1), 0, axis_stride(w, 0));
    fold_row(&k, w->shape[1], axis_stride(x, -1), axis_stride(w, 1));
    if (bias) strided__factors_addend(&k, &p);
    strided__factors_order(&k, x->count / (w->shape[1] ? w->shape[1] : 1), w->shape[0]);
    strided__work_run(&k);
    return STRIDED_OK;
}
