/*
 * resize.c - strided_resize(): one axis after the other, first to last, through temporaries.
 *
 * Position i of an axis falls on (i*num + add)/den of x's axis. That repeats: positions i, i + period, i + 2 period ...
 * fall `shift` elements apart and share their fraction, so they are one work: the blend of two stepped views with one
 * weight. Positions in front of the first element, and behind the last, read that element alone.
 */
#include "check.h"
#include "move.h"
#include "operands.h"
#include "table_rows.h"
#include "../base/checked.h"
#include "../base/error.h"
#include <strided/pool.h>

struct place { int64_t num, add, den; };

/* One axis of one step, from src to dst. */
struct step {
    const strided_tensor *dst, *src;
    int axis;
    int blends;
    enum compute compute;
    struct place place;
    int64_t period, shift;
};

static struct place place_of(strided_resize_mode mode, int64_t n, int64_t o)
{
    switch (mode) {
    case STRIDED_RESIZE_BILINEAR:               return (struct place){ 2 * n, n - o, 2 * o };
    case STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS: return (struct place){ o > 1 ? n - 1 : 0, 0, o > 1 ? o - 1 : 1 };
    default:                                    return (struct place){ n, 0, o };
    }
}

/* ---- one step ----------------------------------------------------------------------------------- */

/* Positions i = first + period*j, j in [from, to), from element at + shift*j (0 for a fixed one). */
struct run {
    int64_t first, from, to;
    int64_t at, shift;
    double  weight;         /* of the element after it; 0: it alone */
};

static void run_axes(struct work *w, const struct step *s, const struct run *r, int operands)
{
    for (int a = 0; a < s->dst->ndim; a++) {
        int64_t dst = axis_stride(s->dst, a), src = axis_stride(s->src, a);
        if (a != s->axis) {
            keep_row(w, s->dst->shape[a], dst, src, operands == 2 ? src : 0);
            continue;
        }
        keep_row(w, r->to - r->from, dst * s->period, src * r->shift, operands == 2 ? src * r->shift : 0);
        advance(w, NEST_DST, dst * (r->first + s->period * r->from));
        advance(w, NEST_A, src * (r->at + r->shift * r->from));
        advance(w, NEST_B, src * (r->at + r->shift * r->from + 1));
    }
}

static void move_run(const struct step *s, const struct run *r)
{
    struct work w;
    strided__move_init(&w, MOVE_STORE, strided_context_of(s->dst), s->dst->dtype, s->src->dtype);
    w.data[NEST_DST] = strided__data(s->dst);
    w.data[NEST_A] = strided__data(s->src);
    run_axes(&w, s, r, 1);
    strided__work_run(&w);
}

static void blend_run(const struct step *s, const struct run *r)
{
    struct work w;
    strided__work_init(&w, WORK_MAP, s->compute, strided_context_of(s->dst));
    w.op = MAP_LERP;
    w.param[0] = r->weight;
    strided__work_operand(&w, NEST_DST, s->dst);
    strided__work_operand(&w, NEST_A, s->src);
    strided__work_operand(&w, NEST_B, s->src);
    run_axes(&w, s, r, 2);
    strided__work_run(&w);
}

static void do_run(const struct step *s, struct run r)
{
    if (r.from >= r.to) return;
    if (r.weight > 0) blend_run(s, &r);
    else move_run(s, &r);
}

/* The j from which at + shift*j >= limit, in [0, count]. */
static int64_t reaches(int64_t at, int64_t shift, int64_t limit, int64_t count)
{
    if (at >= limit) return 0;
    return shift ? min_size(ceil_div(limit - at, shift), count) : count;
}

static void do_residue(const struct step *s, int64_t first)
{
    int64_t o = s->dst->shape[s->axis], n = s->src->shape[s->axis];
    int64_t count = ceil_div(o - first, s->period);
    int64_t at = floor_div(first * s->place.num + s->place.add, s->place.den);
    int64_t rest = first * s->place.num + s->place.add - at * s->place.den;
    double weight = s->blends ? (double)rest / (double)s->place.den : 0;
    int64_t begin = reaches(at, s->shift, 0, count);
    int64_t end = reaches(at, s->shift, weight > 0 ? n - 1 : n, count);

    do_run(s, (struct run){ .first = first, .to = begin });
    do_run(s, (struct run){ .first = first, .from = begin, .to = end, .at = at, .shift = s->shift, .weight = weight });
    do_run(s, (struct run){ .first = first, .from = max_size(begin, end), .to = count, .at = n - 1 });
}

static void do_step(struct step *s, strided_resize_mode mode)
{
    int64_t n = s->src->shape[s->axis], o = s->dst->shape[s->axis];
    s->blends = mode != STRIDED_RESIZE_NEAREST;
    s->place = place_of(mode, n, o);
    int64_t d = gcd_size(s->place.den, s->place.num);
    s->period = s->place.den / d;
    s->shift = s->place.num / d;
    for (int64_t first = 0; first < min_size(s->period, o); first++) do_residue(s, first);
}

/* ---- all steps ---------------------------------------------------------------------------------- */

struct resize {
    const strided_tensor *y, *x;
    strided_resize_mode mode;
    int nspatial;
};

static strided_status check_axis(const struct resize *r, int a)
{
    int64_t n = r->x->shape[a], o = r->y->shape[a], unused;
    if (n == 0 && o > 0)
        return strided__fail(STRIDED_ERR_SHAPE, "resize: axis %d of x has no element to make %" PRId64 " from", a, o);
    if (!mul_size(&unused, n, 2) || !add_size(&unused, unused, 2) || !mul_size(&unused, unused, o) || !mul_size(&unused, unused, 2))
        return strided__fail(STRIDED_ERR_OVERFLOW, "resize: axis %d: %" PRId64 " positions on %" PRId64, a, o, n);
    return STRIDED_OK;
}

static strided_status check(const struct resize *r)
{
    const struct operand ops[] = { { .name = "y", .x = r->y }, { .name = "x", .x = r->x } };
    char xs[512], ys[512];
    strided_status s = strided__check_given("resize", 2, ops);
    if (s) return s;
    if (r->nspatial < 1 || r->nspatial > STRIDED_MAX_SPATIAL || r->nspatial > r->x->ndim)
        return strided__fail(STRIDED_ERR_ARG, "resize: %d spatial axes of %d", r->nspatial, r->x->ndim);
    int lead = r->x->ndim - r->nspatial;
    if ((int)r->mode < STRIDED_RESIZE_NEAREST || (int)r->mode > STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS)
        return strided__fail(STRIDED_ERR_ARG, "resize: there is no mode %d", (int)r->mode);
    s = strided__check_rank("resize", "y", r->y, r->x->ndim);
    for (int a = 0; a < lead && !s; a++)
        if (r->x->shape[a] != r->y->shape[a])
            s = strided__fail(STRIDED_ERR_SHAPE, "resize: x is %s, y is %s: only the last %d axes may differ",
                              strided__shape_text(r->x->ndim, r->x->shape, xs),
                              strided__shape_text(r->y->ndim, r->y->shape, ys), r->nspatial);
    for (int a = lead; a < r->x->ndim && !s; a++) s = check_axis(r, a);
    return s ? s : strided__check_memory("resize", 2, ops);
}

/* The result of step i of nspatial: a temporary, or y after the last. Temporaries of a nearest resize keep x's dtype,
 * others the type of the arithmetic. */
static strided_status find_temporaries(const struct resize *r, enum compute compute, strided_tensor *t[STRIDED_MAX_SPATIAL])
{
    int64_t shape[STRIDED_MAX_NDIM];
    strided_dtype dtype = r->mode == STRIDED_RESIZE_NEAREST ? r->x->dtype : strided__compute_dtype(compute);
    for (int a = 0; a < r->x->ndim; a++) shape[a] = r->x->shape[a];
    for (int i = 0; i + 1 < r->nspatial; i++) {
        int axis = r->x->ndim - r->nspatial + i;
        shape[axis] = r->y->shape[axis];
        t[i] = strided__empty("resize", strided_context_of(r->y), dtype, r->x->ndim, shape);
        if (!t[i]) return strided__failed();
    }
    return STRIDED_OK;
}

static void run(const struct resize *r, enum compute compute, strided_tensor *const t[STRIDED_MAX_SPATIAL])
{
    const strided_tensor *src = r->x;
    for (int i = 0; i < r->nspatial; i++) {
        const strided_tensor *dst = i + 1 < r->nspatial ? t[i] : r->y;
        struct step s = { .dst = dst, .src = src, .axis = r->x->ndim - r->nspatial + i, .compute = compute };
        do_step(&s, r->mode);
        src = dst;
    }
}

strided_status strided_resize(strided_tensor *y, const strided_tensor *x, strided_resize_mode mode, int nspatial)
{
    const struct resize r = { y, x, mode, nspatial };
    strided_tensor *t[STRIDED_MAX_SPATIAL] = { 0 };
    strided_status s = check(&r);
    if (s || y->count == 0) return s;
    enum compute compute = strided__compute_widen(strided__compute_float(strided__compute_of(x->dtype)), y->dtype);
    s = find_temporaries(&r, compute, t);
    if (!s) run(&r, compute, t);
    for (int i = 0; i < STRIDED_MAX_SPATIAL; i++) strided_release(t[i]);
    return s;
}
