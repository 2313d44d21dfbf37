/*
 * course.c - the chapter's calls: lists of one number or of one for each axis become parameters, results are new.
 */
#include <strided/course.h>
#include "../base/error.h"
#include "check.h"
#include "conv.h"
#include "operands.h"
#include "pad.h"
#include "pool.h"

/* "An int or a tuple", as the chapter calls it. */
struct numbers {
    const char *name;
    int n;
    const int64_t *list;
    int64_t lowest;      /* allowed */
};

static strided_status check_numbers(const char *who, const struct numbers *k, int nd)
{
    if (k->n != 0 && k->n != 1 && k->n != nd)
        return strided__fail(STRIDED_ERR_ARG, "%s: %s has %d numbers for %d axes; wanted 1%s", who, k->name, k->n, nd,
                             nd == 1 ? "" : nd == 2 ? " or 2" : " or 3");
    if (k->n != 0 && !k->list) return strided__fail(STRIDED_ERR_NULL, "%s: %s is NULL", who, k->name);
    for (int a = 0; a < k->n; a++)
        if (k->list[a] < k->lowest)
            return strided__fail(STRIDED_ERR_ARG, "%s: %s %" PRId64 " is below %" PRId64, who, k->name, k->list[a], k->lowest);
    return STRIDED_OK;
}

static int64_t number_at(const struct numbers *k, int a) { return k->list[k->n == 1 ? 0 : a]; }

static strided_status set_steps(const char *who, int64_t *to, const struct numbers *k, int nd)
{
    strided_status s = check_numbers(who, k, nd);
    for (int a = 0; !s && a < nd && k->n; a++) to[a] = number_at(k, a);
    return s;
}

static strided_status set_padding(const char *who, int64_t (*to)[2], const struct numbers *k, int nd)
{
    strided_status s = check_numbers(who, k, nd);
    for (int a = 0; !s && a < nd && k->n; a++) to[a][0] = to[a][1] = number_at(k, a);
    return s;
}

static strided_status check_rank(const char *who, const char *name, const strided_tensor *x, int ndim)
{
    return x ? strided__check_rank(who, name, x, ndim) : strided__fail_null(who, name);
}

/* y, unless its making failed; then nothing. */
static strided_tensor *keep_if(strided_status s, strided_tensor *y)
{
    if (!s) return y;
    strided_release(y);
    return NULL;
}

/* ---- convolution ------------------------------------------------------------------------------------- */

struct course_conv {
    const char *who;
    int nd;
    const strided_tensor *x, *weights;
    struct numbers stride, padding;
};

/* What does not fit is said with both shapes. */
static strided_status check_shapes(const struct course_conv *c, const strided_conv_params *p)
{
    char x[512], w[512];
    const int64_t *n = c->x->shape, *k = c->weights->shape;
    strided__shape_text(c->nd + 2, n, x);
    strided__shape_text(c->nd + 2, k, w);
    if (n[1] != k[1])
        return strided__fail(STRIDED_ERR_SHAPE, "%s: x %s has %" PRId64 " channels, weights %s want %" PRId64, c->who, x, n[1], w, k[1]);
    for (int a = 0; a < c->nd; a++) {
        int64_t beyond = k[a + 2] - n[a + 2];
        if (beyond > p->pad[a][0] && beyond - p->pad[a][0] > p->pad[a][1])
            return strided__fail(STRIDED_ERR_SHAPE, "%s: weights %s are larger than x %s with padding %" PRId64 " on axis %d",
                                 c->who, w, x, p->pad[a][0], a + 2);
    }
    return STRIDED_OK;
}

static strided_status conv_params(strided_conv_params *p, const struct course_conv *c)
{
    strided_status s = check_rank(c->who, "x", c->x, c->nd + 2);
    if (!s) s = check_rank(c->who, "weights", c->weights, c->nd + 2);
    if (!s) s = set_steps(c->who, p->stride, &c->stride, c->nd);
    if (!s) s = set_padding(c->who, p->pad, &c->padding, c->nd);
    return s ? s : check_shapes(c, p);
}

static strided_tensor *conv(const struct course_conv *c)
{
    strided_conv_params p = { .groups = 1 };
    struct conv_table t;
    struct work work;
    if (conv_params(&p, c) || strided__conv_result(&t, c->who, c->x, c->weights, &p)) return NULL;
    strided_tensor *y = strided__empty(c->who, strided_context_of(c->x), strided__conv_result_dtype(c->x, c->weights), c->nd + 2, t.shape);
    if (!y) return NULL;
    const struct operand ops[] = { { .name = "y", .x = y }, { .name = "x", .x = c->x }, { .name = "weights", .x = c->weights } };
    strided_status s = strided__conv_prepare(&work, c->who, y, c->x, c->weights, NULL, &p);
    if (!s) s = strided__check_memory(c->who, 3, ops);
    if (!s) s = strided__work_run(&work);
    return keep_if(s, y);
}

strided_tensor *strided_conv1d(const strided_tensor *x, const strided_tensor *weights,
                               int nstride, const int64_t *stride, int npadding, const int64_t *padding)
{
    return conv(&(struct course_conv){ "conv1d", 1, x, weights, { "stride", nstride, stride, 1 }, { "padding", npadding, padding, 0 } });
}

strided_tensor *strided_conv2d(const strided_tensor *x, const strided_tensor *weights,
                               int nstride, const int64_t *stride, int npadding, const int64_t *padding)
{
    return conv(&(struct course_conv){ "conv2d", 2, x, weights, { "stride", nstride, stride, 1 }, { "padding", npadding, padding, 0 } });
}

strided_tensor *strided_conv3d(const strided_tensor *x, const strided_tensor *weights,
                               int nstride, const int64_t *stride, int npadding, const int64_t *padding)
{
    return conv(&(struct course_conv){ "conv3d", 3, x, weights, { "stride", nstride, stride, 1 }, { "padding", npadding, padding, 0 } });
}

/* ---- pooling ----------------------------------------------------------------------------------------- */

struct course_pool {
    const char *who;
    int nd;
    strided_pool_kind kind;
    const strided_tensor *x;
    struct numbers size, stride, padding;
};

static strided_status pool_params(strided_pool_params *p, const struct course_pool *c)
{
    strided_status s = check_rank(c->who, "x", c->x, c->nd + 2);
    if (!s && c->size.n == 0) s = strided__fail(STRIDED_ERR_ARG, "%s: kernel_size has no numbers", c->who);
    if (!s) s = set_steps(c->who, p->size, &c->size, c->nd);
    if (!s) s = set_steps(c->who, p->stride, &c->stride, c->nd);
    return s ? s : set_padding(c->who, p->pad, &c->padding, c->nd);
}

static strided_tensor *pool(const struct course_pool *c)
{
    strided_pool_params p = { .kind = c->kind, .count_include_pad = 1 };
    struct pool_table t;
    if (pool_params(&p, c) || strided__pool_table(&t, c->who, "x", c->x, &p)) return NULL;
    strided_tensor *y = strided__empty(c->who, strided_context_of(c->x), c->x->dtype, c->nd + 2, t.shape);
    if (!y) return NULL;
    strided_status s = strided__pool_check_results(&t, y, NULL, c->x);
    if (!s) s = strided__pool_run(&t, y, NULL, c->x);
    return keep_if(s, y);
}

strided_tensor *strided_maxpool1d(const strided_tensor *x, int nkernel_size, const int64_t *kernel_size,
                                  int nstride, const int64_t *stride, int npadding, const int64_t *padding)
{
    return pool(&(struct course_pool){ "maxpool1d", 1, STRIDED_POOL_MAX, x, { "kernel_size", nkernel_size, kernel_size, 1 },
                                       { "stride", nstride, stride, 1 }, { "padding", npadding, padding, 0 } });
}

strided_tensor *strided_maxpool2d(const strided_tensor *x, int nkernel_size, const int64_t *kernel_size,
                                  int nstride, const int64_t *stride, int npadding, const int64_t *padding)
{
    return pool(&(struct course_pool){ "maxpool2d", 2, STRIDED_POOL_MAX, x, { "kernel_size", nkernel_size, kernel_size, 1 },
                                       { "stride", nstride, stride, 1 }, { "padding", npadding, padding, 0 } });
}

strided_tensor *strided_avgpool2d(const strided_tensor *x, int nkernel_size, const int64_t *kernel_size,
                                  int nstride, const int64_t *stride, int npadding, const int64_t *padding)
{
    return pool(&(struct course_pool){ "avgpool2d", 2, STRIDED_POOL_AVG, x, { "kernel_size", nkernel_size, kernel_size, 1 },
                                       { "stride", nstride, stride, 1 }, { "padding", npadding, padding, 0 } });
}

/* ---- padding ----------------------------------------------------------------------------------------- */

/* The last n axes; before and after in their order. */
static strided_tensor *pad_last(const char *who, const strided_tensor *x, int n, const int64_t *before, const int64_t *after, double value)
{
    int64_t b[STRIDED_MAX_NDIM] = { 0 }, e[STRIDED_MAX_NDIM] = { 0 };
    if (strided__check_input(who, "x", x)) return NULL;
    if (x->ndim < n) {
        strided__fail(STRIDED_ERR_SHAPE, "%s: x has rank %d, not %d or more", who, x->ndim, n);
        return NULL;
    }
    for (int a = 0; a < n; a++) {
        b[x->ndim - n + a] = before[a];
        e[x->ndim - n + a] = after[a];
    }
    strided_tensor *y = strided__pad_empty(who, x, x->ndim, b, e);
    return y ? keep_if(strided_pad(y, x, x->ndim, b, e, STRIDED_PAD_CONSTANT, value), y) : NULL;
}

strided_tensor *strided_pad1d(const strided_tensor *x, int64_t left, int64_t right, double pad_value)
{
    return pad_last("pad1d", x, 1, &left, &right, pad_value);
}

strided_tensor *strided_pad2d(const strided_tensor *x, int64_t left, int64_t right, int64_t top, int64_t bottom, double pad_value)
{
    return pad_last("pad2d", x, 2, STRIDED_LIST(top, left), STRIDED_LIST(bottom, right), pad_value);
}
