/*
 * einsum.c - from labels to nests. One operand is a move or a sum, two are a contraction; more are contracted from the
 * left, two at a time, through temporaries that keep the labels still needed.
 */
#include "einsum.h"
#include "check.h"
#include "move.h"
#include "operands.h"
#include "table_rows.h"
#include "../base/checked.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "../view/axes.h"
#include <strided/linalg.h>

/* A set of labels: bit l for label l. */
typedef uint64_t label_set;

/* One operand by label: a tensor, or a temporary (which may have more axes than any tensor). */
struct factor {
    label_set     labels;
    int64_t       stride[EINSUM_LABELS];
    strided_dtype dtype;
    void         *data;
};

/* Labels in the order in which the result has them. */
struct order {
    int     n;
    uint8_t label[EINSUM_LABELS];
};

static label_set bit(int label) { return (label_set)1 << label; }
static int has(label_set s, int label) { return (s >> label) & 1; }

static void factor_of(struct factor *f, const struct einsum_term *term, const strided_tensor *x)
{
    *f = (struct factor){ .dtype = x->dtype, .data = strided__data(x) };
    for (int a = 0; a < term->n; a++) {
        int64_t *stride = &f->stride[term->label[a]];
        *stride = strided__stride_add(*stride, axis_stride(x, a));
        f->labels |= bit(term->label[a]);
    }
}

static struct order out_order(const struct einsum *e)
{
    struct order o = { .n = e->out.n };
    for (int a = 0; a < o.n; a++) o.label[a] = e->out.label[a];
    return o;
}

static void put(struct work *w, int operand, const struct factor *f)
{
    strided__work_memory(w, operand, f->dtype, f->data);
}

/* One axis for each label: those of the result in its order, then the others as they first appear. */
static void add_axes(struct work *w, const struct einsum *e, const struct order *keep, const struct factor *dst,
                     const struct factor *a, const struct factor *b)
{
    label_set kept = 0, present = a->labels | (b ? b->labels : 0);
    for (int i = 0; i < keep->n; i++) {
        int l = keep->label[i];
        keep_row(w, e->label[l].extent, dst->stride[l], a->stride[l], b ? b->stride[l] : 0);
        kept |= bit(l);
    }
    for (int l = 0; l < e->labels; l++)
        if (has(present, l) && !has(kept, l)) fold_row(w, e->label[l].extent, a->stride[l], b ? b->stride[l] : 0);
}

static void build_pair(struct work *w, const struct einsum *e, enum compute compute, strided_context *ctx, const struct order *keep,
                       const struct factor *dst, const struct factor *a, const struct factor *b)
{
    strided__work_init(w, WORK_CONTRACT, compute, ctx);
    put(w, NEST_DST, dst);
    put(w, NEST_A, a);
    put(w, NEST_B, b);
    add_axes(w, e, keep, dst, a, b);
    strided__work_sort_folds(w);
}

static void build_single(struct work *w, const struct einsum *e, strided_context *ctx, const struct factor *dst, const struct factor *a)
{
    struct order keep = out_order(e);
    if (keep.n < e->labels) {
        strided__work_init(w, WORK_REDUCE, strided__compute_sum(a->dtype), ctx);
        put(w, NEST_DST, dst);
        put(w, NEST_A, a);
    } else {
        strided__move_init(w, MOVE_STORE, ctx, dst->dtype, a->dtype);
        w->data[NEST_DST] = dst->data;
        w->data[NEST_A] = a->data;
    }
    add_axes(w, e, &keep, dst, a, NULL);
}

static strided_status parse(struct einsum *e, const char *who, const strided_tensor *y, const char *spec, int named, int n,
                            const strided_tensor *const *operands)
{
    int64_t shape[STRIDED_MAX_NDIM];
    if (!y) return strided__fail_null(who, "dst");
    strided_status s = strided__einsum_parse(e, who, spec, named, n, operands);
    if (s) return s;
    strided__einsum_shape(e, shape);
    return strided__check_shape(who, "dst", y, e->out.n, shape);
}

strided_status strided__einsum_prepare(struct work *w, const char *who, const strided_tensor *y, const char *spec, int named,
                                       int n, const strided_tensor *const *operands)
{
    struct einsum e;
    struct factor dst, a, b;
    strided_status s = parse(&e, who, y, spec, named, n, operands);
    if (s) return s;
    if (n > 2) return strided__fail(STRIDED_ERR_ARG, "%s: %d operands; at most 2 become one work", who, n);

    factor_of(&dst, &e.out, y);
    factor_of(&a, &e.term[0], operands[0]);
    if (n == 1) {
        build_single(w, &e, strided_context_of(y), &dst, &a);
        return STRIDED_OK;
    }
    factor_of(&b, &e.term[1], operands[1]);
    struct order keep = out_order(&e);
    build_pair(w, &e, strided__compute_for(y->dtype, n, operands), strided_context_of(y), &keep, &dst, &a, &b);
    return STRIDED_OK;
}

/* ---- more than two ------------------------------------------------------------------------------ */

/* The temporaries take turns: result k lies in memory[k % 2]. */
struct chain {
    struct einsum e;
    const strided_tensor *y;
    const strided_tensor *const *operands;
    enum compute compute;
    void  *memory[2];
    size_t size[2];
};

/* Labels of the result and of operands k and later. */
static label_set needed(const struct einsum *e, int k)
{
    label_set s = 0;
    for (int a = 0; a < e->out.n; a++) s |= bit(e->out.label[a]);
    for (; k < e->operands; k++)
        for (int a = 0; a < e->term[k].n; a++) s |= bit(e->term[k].label[a]);
    return s;
}

/* Labels of the product of operands 0 to k: those they have and somebody still wants. */
static label_set labels_after(const struct einsum *e, int k)
{
    label_set had = 0;
    for (int i = 0; i <= k; i++)
        for (int a = 0; a < e->term[i].n; a++) had |= bit(e->term[i].label[a]);
    return had & needed(e, k + 1);
}

/* A temporary with these labels, row-major; its size in elements, or -1 if that does not fit. */
static int64_t lay_out(const struct einsum *e, label_set labels, struct factor *f, struct order *order)
{
    int64_t count = 1;
    *f = (struct factor){ .labels = labels };
    order->n = 0;
    for (int l = 0; l < e->labels; l++)
        if (has(labels, l)) order->label[order->n++] = (uint8_t)l;
    for (int i = order->n - 1; i >= 0; i--) {
        int64_t extent = e->label[order->label[i]].extent;
        f->stride[order->label[i]] = extent == 1 ? 0 : count;
        if (!mul_size(&count, count, extent)) return -1;
    }
    return count;
}

static strided_status set_aside(struct chain *c, const char *who)
{
    struct factor f;
    struct order order;
    for (int k = 1; k < c->e.operands - 1; k++) {
        int64_t bytes, count = lay_out(&c->e, labels_after(&c->e, k), &f, &order);
        if (count < 0 || !mul_size(&bytes, count, (int64_t)strided__compute_size(c->compute)))
            return strided__fail(STRIDED_ERR_OVERFLOW, "%s: \"%s\": the product of operands 0 to %d is too large", who, c->e.spec, k);
        if ((size_t)bytes > c->size[k % 2]) c->size[k % 2] = (size_t)bytes;
    }
    for (int i = 0; i < 2; i++) {
        c->memory[i] = strided__alloc(who, strided_context_of(c->y), c->size[i]);
        if (!c->memory[i]) return strided__failed();
    }
    return STRIDED_OK;
}

static void give_back(struct chain *c)
{
    for (int i = 0; i < 2; i++) strided__free(strided_context_of(c->y), c->memory[i], c->size[i]);
}

static void run_chain(const struct chain *c)
{
    const struct einsum *e = &c->e;
    struct factor left, right, dst;
    factor_of(&left, &e->term[0], c->operands[0]);
    for (int k = 1; k < e->operands; k++) {
        struct work w;
        struct order order = out_order(e);
        if (k < e->operands - 1) {
            lay_out(e, labels_after(e, k), &dst, &order);
            dst.dtype = strided__compute_dtype(c->compute);
            dst.data = c->memory[k % 2];
        } else
            factor_of(&dst, &e->out, c->y);
        factor_of(&right, &e->term[k], c->operands[k]);
        build_pair(&w, e, c->compute, strided_context_of(c->y), &order, &dst, &left, &right);
        strided__work_run(&w);
        left = dst;
    }
}

/* ---- public ------------------------------------------------------------------------------------- */

static strided_status check_memory(const char *who, const strided_tensor *y, int n, const strided_tensor *const *operands)
{
    strided_status s = STRIDED_OK;
    for (int i = 0; i < n && !s; i++) s = strided__check_input(who, "an operand", operands[i]);
    if (!s) s = strided__check_dst(who, "dst", y);
    for (int i = 0; i < n && !s; i++) s = strided__check_apart(who, "dst", y, "an operand", operands[i], 0);
    return s;
}

static strided_status contract_all(const char *who, const strided_tensor *y, const char *spec, int named, int n,
                                   const strided_tensor *const *operands)
{
    struct chain c = { .y = y, .operands = operands };
    strided_status s = parse(&c.e, who, y, spec, named, n, operands);
    if (!s) s = check_memory(who, y, n, operands);
    if (s) return s;
    c.compute = strided__compute_for(y->dtype, n, operands);
    s = set_aside(&c, who);
    if (!s) run_chain(&c);
    give_back(&c);
    return s;
}

static strided_status einsum(const char *who, const strided_tensor *y, const char *spec, int named, int n,
                             const strided_tensor *const *operands)
{
    struct work w;
    if (n > 2) return contract_all(who, y, spec, named, n, operands);
    strided_status s = strided__einsum_prepare(&w, who, y, spec, named, n, operands);
    if (!s) s = check_memory(who, y, n, operands);
    if (!s) strided__work_run(&w);
    return s;
}

static strided_tensor *einsum_empty(const char *who, const char *spec, int named, int n, const strided_tensor *const *operands)
{
    struct einsum e;
    int64_t shape[STRIDED_MAX_NDIM];
    if (strided__einsum_parse(&e, who, spec, named, n, operands)) return NULL;
    strided__einsum_shape(&e, shape);
    return strided__empty(who, strided_context_of(operands[0]), strided__product_dtype(n, operands), e.out.n, shape);
}

strided_status strided_einsum(strided_tensor *dst, const char *spec, int n, const strided_tensor *const *operands)
{
    return einsum("einsum", dst, spec, 0, n, operands);
}

strided_status strided_einsum_named(strided_tensor *dst, const char *spec, int n, const strided_tensor *const *operands)
{
    return einsum("einsum_named", dst, spec, 1, n, operands);
}

strided_tensor *strided_einsum_empty(const char *spec, int n, const strided_tensor *const *operands)
{
    return einsum_empty("einsum_empty", spec, 0, n, operands);
}

strided_tensor *strided_einsum_named_empty(const char *spec, int n, const strided_tensor *const *operands)
{
    return einsum_empty("einsum_named_empty", spec, 1, n, operands);
}
