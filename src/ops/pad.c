/*
 * pad.c - strided_pad() and its gradient.
 *
 *      x         [0 . . . n)
 *      dst  [0 . before . . . . . n')           position p reads x[p - before]
 *
 * CONSTANT fills the border, slab by slab, and moves the inside. The other modes crop x first (negative widths), then
 * read it through an edge for each axis: one work, in which nothing is stored twice. The gradient is the same table with
 * dst and x exchanged.
 */
#include "check.h"
#include "move.h"
#include "operands.h"
#include "pad.h"
#include "table_rows.h"
#include "../base/checked.h"
#include "../base/error.h"

/* One axis: extents of x and of the padded tensor, and the part of x that is left by cropping. */
struct side {
    int64_t n, padded;
    int64_t before;      /* as given */
    int64_t crop, left;  /* x[crop, crop + left) */
    int64_t added;       /* in front of it: >= 0 */
};

struct padding {
    const char *who;
    int ndim;
    strided_pad_mode mode;
    struct side side[STRIDED_MAX_NDIM];
};

/* ---- geometry ----------------------------------------------------------------------------------- */

static strided_status find_side(const struct padding *p, int axis, struct side *s, int64_t n, int64_t before, int64_t after)
{
    int64_t crop_after = after < 0 ? after : 0;
    int fits = add_size(&s->padded, n, before) && add_size(&s->padded, s->padded, after) && sub_size(&s->crop, 0, before);
    if (!fits)
        return strided__fail(STRIDED_ERR_OVERFLOW, "%s: axis %d: %" PRId64 " + %" PRId64 " + %" PRId64 " does not fit", p->who,
                             axis, n, before, after);
    if (s->padded < 0)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: axis %d of %" PRId64 " cannot be cropped by %" PRId64 " and %" PRId64,
                             p->who, axis, n, before, after);
    s->n = n;
    s->before = before;
    s->added = max_size(before, 0);
    s->crop = max_size(s->crop, 0);
    s->left = n - s->crop + crop_after;
    if (p->mode == STRIDED_PAD_CONSTANT || s->padded == s->left || s->left > 0) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "%s: axis %d: nothing of x is left to pad with (%" PRId64 ", padded by %" PRId64
                         " and %" PRId64 ")", p->who, axis, n, before, after);
}

static strided_status find(struct padding *p, const strided_tensor *x, int ndim, const int64_t *before, const int64_t *after)
{
    strided_status s = STRIDED_OK;
    if (ndim != x->ndim)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: widths for %d axes, x has %d", p->who, ndim, x->ndim);
    if (ndim && (!before || !after))
        return strided__fail(STRIDED_ERR_NULL, "%s: the widths %s are NULL", p->who, before ? "after" : "before");
    if ((int)p->mode < STRIDED_PAD_CONSTANT || (int)p->mode > STRIDED_PAD_CIRCULAR)
        return strided__fail(STRIDED_ERR_ARG, "%s: there is no padding mode %d", p->who, (int)p->mode);
    p->ndim = ndim;
    for (int a = 0; a < ndim && !s; a++) s = find_side(p, a, &p->side[a], x->shape[a], before[a], after[a]);
    return s;
}

static void padded_shape(const struct padding *p, int64_t shape[STRIDED_MAX_NDIM])
{
    for (int a = 0; a < p->ndim; a++) shape[a] = p->side[a].padded;
}

/* Positions of the padded axis that lie inside x: [lo, hi), empty as [0, 0). */
static void inside(const struct side *s, int64_t *lo, int64_t *hi)
{
    *lo = s->added;
    *hi = min_size(s->n + s->before, s->padded);
    if (*hi <= *lo) *lo = *hi = 0;
}

/* ---- CONSTANT ----------------------------------------------------------------------------------- */

/* The slab [lo, hi) of one axis; inside x along the axes before it, everything along those behind. */
static void fill_slab(const struct padding *p, const strided_tensor *dst, double value, int axis, int64_t lo, int64_t hi)
{
    struct work w;
    if (lo >= hi) return;
    strided__fill_init(&w, strided_context_of(dst), dst->dtype, value);
    w.data[NEST_DST] = strided__data(dst);
    for (int a = 0; a < p->ndim; a++) {
        int64_t from = 0, to = p->side[a].padded;
        if (a < axis) inside(&p->side[a], &from, &to);
        if (a == axis) from = lo, to = hi;
        keep_row(&w, to - from, axis_stride(dst, a), 0, 0);
        if (dst->count) advance(&w, NEST_DST, from * axis_stride(dst, a));
    }
    strided__work_run(&w);
}

static void fill_border(const struct padding *p, const strided_tensor *dst, double value)
{
    for (int a = 0; a < p->ndim; a++) {
        int64_t lo, hi;
        inside(&p->side[a], &lo, &hi);
        fill_slab(p, dst, value, a, 0, lo);
        fill_slab(p, dst, value, a, hi, p->side[a].padded);
    }
}

/* The part that both have: from x to the padded tensor, or (`back`) the other way. */
static void move_inside(const struct padding *p, enum move how, const strided_tensor *dst, const strided_tensor *src, int back)
{
    struct work w;
    int of_padded = back ? NEST_A : NEST_DST, of_x = back ? NEST_DST : NEST_A;
    strided__move_init(&w, how, strided_context_of(dst), dst->dtype, src->dtype);
    w.data[NEST_DST] = strided__data(dst);
    w.data[NEST_A] = strided__data(src);
    const strided_tensor *padded = back ? src : dst, *x = back ? dst : src;
    for (int a = 0; a < p->ndim; a++) {
        int64_t lo, hi;
        inside(&p->side[a], &lo, &hi);
        keep_row(&w, hi - lo, axis_stride(dst, a), axis_stride(src, a), 0);
        if (lo == hi) return;
        advance(&w, of_padded, lo * axis_stride(padded, a));
        advance(&w, of_x, (lo - p->side[a].before) * axis_stride(x, a));
    }
    strided__work_run(&w);
}

/* ---- the other modes ---------------------------------------------------------------------------- */

/* The table: the padded tensor's axes, along which `of_x` is read (or written) through the mode. */
static void mapped_axes(struct work *w, const struct padding *p, int of_padded, const strided_tensor *padded, int of_x,
                        const strided_tensor *x)
{
    for (int a = 0; a < p->ndim; a++) {
        const struct side *s = &p->side[a];
        int axis = keep_row(w, s->padded, 0, 0, 0);
        strided__work_stride(w, axis, of_padded, axis_stride(padded, a));
        strided__work_stride(w, axis, of_x, axis_stride(x, a));
        if (x->count && s->left) advance(w, of_x, s->crop * axis_stride(x, a));
        if (s->padded != s->left)
            strided__work_edge(w, (struct edge){ .mode = EDGE_PAD, .pad = p->mode, .operand = of_x, .keep = axis, .other = -1,
                                                 .keep_mul = 1, .before = s->added, .n = s->left, .stride = axis_stride(x, a) });
    }
}

static void read_mapped(const struct padding *p, const strided_tensor *dst, const strided_tensor *x)
{
    struct work w;
    strided__move_init(&w, MOVE_COPY, strided_context_of(dst), dst->dtype, x->dtype);
    w.data[NEST_DST] = strided__data(dst);
    w.data[NEST_A] = strided__data(x);
    mapped_axes(&w, p, NEST_DST, dst, NEST_A, x);
    strided__work_run(&w);
}

static void add_mapped(const struct padding *p, const strided_tensor *dx, const strided_tensor *dy)
{
    struct work w;
    strided__work_init(&w, WORK_MAP, strided__compute_for(dx->dtype, 2, (const strided_tensor *[]){ dx, dy }), strided_context_of(dx));
    w.op = MAP_ACCUMULATE;
    strided__work_operand(&w, NEST_DST, dx);
    strided__work_operand(&w, NEST_A, dy);
    mapped_axes(&w, p, NEST_A, dy, NEST_DST, dx);
    strided__work_run(&w);
}

/* ---- public ------------------------------------------------------------------------------------- */

static strided_status check(const struct padding *p, const struct operand ops[2], const strided_tensor *padded)
{
    int64_t shape[STRIDED_MAX_NDIM];
    padded_shape(p, shape);
    strided_status s = strided__check_shape(p->who, padded == ops[0].x ? ops[0].name : ops[1].name, padded, p->ndim, shape);
    return s ? s : strided__check_memory(p->who, 2, ops);
}

strided_status strided_pad(strided_tensor *dst, const strided_tensor *x, int ndim, const int64_t *before,
                           const int64_t *after, strided_pad_mode mode, double value)
{
    const struct operand ops[] = { { .name = "dst", .x = dst }, { .name = "x", .x = x } };
    struct padding p = { .who = "pad", .mode = mode };
    strided_status s = strided__check_given("pad", 2, ops);
    if (!s) s = find(&p, x, ndim, before, after);
    if (!s) s = check(&p, ops, dst);
    if (s) return s;
    if (mode != STRIDED_PAD_CONSTANT) {
        read_mapped(&p, dst, x);
        return STRIDED_OK;
    }
    fill_border(&p, dst, value);
    move_inside(&p, MOVE_COPY, dst, x, 0);
    return STRIDED_OK;
}

strided_tensor *strided_pad_empty(const strided_tensor *x, int ndim, const int64_t *before, const int64_t *after)
{
    return strided__pad_empty("pad_empty", x, ndim, before, after);
}

strided_tensor *strided__pad_empty(const char *who, const strided_tensor *x, int ndim, const int64_t *before, const int64_t *after)
{
    struct padding p = { .who = who };
    int64_t shape[STRIDED_MAX_NDIM];
    if (!x) {
        strided__fail_null(who, "x");
        return NULL;
    }
    if (find(&p, x, ndim, before, after)) return NULL;
    padded_shape(&p, shape);
    return strided__empty(who, strided_context_of(x), x->dtype, ndim, shape);
}

/* Sums are formed in the compute type; a dx of another type takes them from a temporary, rounded once. */
static strided_status grad_mapped(const struct padding *p, strided_tensor *dx, const strided_tensor *dy)
{
    enum compute c = strided__compute_for(dx->dtype, 2, (const strided_tensor *[]){ dx, dy });
    strided_dtype sums = strided__compute_dtype(c);
    strided_tensor *t = dx;
    if (dx->dtype != sums) t = strided__empty(p->who, strided_context_of(dx), sums, dx->ndim, dx->shape);
    if (!t) return strided__failed();
    strided__fill_run(t, 0);
    add_mapped(p, t, dy);
    if (t == dx) return STRIDED_OK;
    strided__move_run(MOVE_STORE, dx, t);
    strided_release(t);
    return STRIDED_OK;
}

strided_status strided_pad_grad(strided_tensor *dx, const strided_tensor *dy, int ndim, const int64_t *before,
                                const int64_t *after, strided_pad_mode mode)
{
    return strided__pad_grad("pad_grad", dx, dy, ndim, before, after, mode);
}

strided_status strided__pad_grad(const char *who, strided_tensor *dx, const strided_tensor *dy, int ndim, const int64_t *before,
                                 const int64_t *after, strided_pad_mode mode)
{
    const struct operand ops[] = { { .name = "dx", .x = dx }, { .name = "dy", .x = dy } };
    struct padding p = { .who = who, .mode = mode };
    strided_status s = strided__check_given(who, 2, ops);
    if (!s) s = find(&p, dx, ndim, before, after);
    if (!s) s = check(&p, ops, dy);
    if (s) return s;
    if (mode != STRIDED_PAD_CONSTANT) return grad_mapped(&p, dx, dy);
    strided__fill_run(dx, 0);
    move_inside(&p, MOVE_STORE, dx, dy, 1);
    return STRIDED_OK;
}
