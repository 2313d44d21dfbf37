/*
 * pool_table.c - what all pools check, and their works.
 */
#include "pool_table.h"
#include <math.h>
#include "../base/checked.h"
#include "../base/error.h"
#include "../base/options.h"
#include "../nest/edges.h"
#include "operands.h"
#include "table_rows.h"
#include "window_axes.h"

/* ---- checks ------------------------------------------------------------------------------------------ */

static strided_status check_kind(const char *who, strided_pool_kind kind)
{
    if ((unsigned)kind <= STRIDED_POOL_LP) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_ARG, "%s: kind %d is unknown", who, (int)kind);
}

/* The leading entries of size that are not zero are the pooled axes. */
static strided_status count_axes(struct pool_table *t, const char *x_name, const strided_tensor *x, const strided_pool_params *params)
{
    int nd = 0;
    while (nd < STRIDED_MAX_SPATIAL && params->size[nd] != 0) nd++;
    for (int a = 0; a < STRIDED_MAX_SPATIAL; a++)
        if (params->size[a] < 0 || (a >= nd && params->size[a] != 0) || nd == 0)
            return strided__fail(STRIDED_ERR_ARG, "%s: size (%" PRId64 ", %" PRId64 ", %" PRId64 ") is no window", t->who,
                                 params->size[0], params->size[1], params->size[2]);
    if (x->ndim < nd)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: %s has rank %d, the window %d axes", t->who, x_name, x->ndim, nd);
    t->nd = nd;
    t->outer = x->ndim - nd;
    return STRIDED_OK;
}

strided_status strided__pool_check_dtype(const struct pool_table *t, const char *name, strided_dtype dtype)
{
    int averaged = dtype == STRIDED_I32 || dtype == STRIDED_I64;
    if (t->kind == STRIDED_POOL_MAX || strided__dtype_is_float(dtype) || (t->kind == STRIDED_POOL_AVG && averaged))
        return STRIDED_OK;
    return strided__fail(STRIDED_ERR_DTYPE, "%s: %s is %s; an %s pool wants floats%s", t->who, name, strided_dtype_name(dtype),
                         t->kind == STRIDED_POOL_AVG ? "average" : "lp", t->kind == STRIDED_POOL_AVG ? ", i32 or i64" : "");
}

static strided_status check_numbers(struct pool_table *t, const strided_pool_params *params)
{
    if (params->divisor < 0)
        return strided__fail(STRIDED_ERR_ARG, "%s: divisor %" PRId64 " is negative", t->who, params->divisor);
    if (!(params->p >= 0)) return strided__fail(STRIDED_ERR_ARG, "%s: p is %g", t->who, params->p);
    t->include_pad = params->count_include_pad != 0;
    t->divisor = params->divisor;
    t->p = params->p == 0 ? 2 : params->p;
    return STRIDED_OK;
}

/* Windows that begin inside x, or whose taps reach into it; not such as lie in the padding alone. */
static strided_status check_padding(const struct pool_table *t)
{
    for (int a = 0; a < t->nd; a++) {
        const struct window_axis *w = &t->window.axis[a];
        int64_t span = w->dilation * (w->size - 1) + 1;
        if (w->before >= span || w->after >= span)
            return strided__fail(STRIDED_ERR_ARG, "%s: padding (%" PRId64 ", %" PRId64 ") on spatial axis %d, the window spans %"
                                 PRId64, t->who, w->before, w->after, a, span);
    }
    return STRIDED_OK;
}

static void set_shape(struct pool_table *t, const strided_tensor *x)
{
    for (int a = 0; a < t->outer; a++) t->shape[a] = x->shape[a];
    for (int a = 0; a < t->nd; a++) t->shape[t->outer + a] = t->window.axis[a].positions;
}

static int is_empty(const struct pool_table *t)
{
    for (int a = 0; a < t->outer; a++)
        if (t->shape[a] == 0) return 1;
    return 0;
}

/* All windows whole: the number of taps is the divisor. Nothing to divide: any number, for no vector may be as long as
 * the positions of nothing are many. */
static void settle_divisor(struct pool_table *t)
{
    int64_t taps = 1;
    if (t->kind != STRIDED_POOL_AVG || t->divisor != 0) return;
    if (is_empty(t)) {
        t->divisor = 1;
        return;
    }
    for (int a = 0; a < t->nd; a++) {
        const struct window_axis *w = &t->window.axis[a];
        int whole = t->adaptive ? w->n % w->positions == 0 : strided__window_is_inside(w);
        if (!whole || !mul_size(&taps, taps, t->adaptive ? w->n / w->positions : w->size)) return;
    }
    t->divisor = taps;
}

strided_status strided__pool_table(struct pool_table *t, const char *who, const char *x_name, const strided_tensor *x,
                                   const strided_pool_params *params)
{
    if (!params) return strided__fail(STRIDED_ERR_ARG, "%s: without params there is no window", who);
    struct window_params wp = { .step = params->stride, .dilation = params->dilation, .pad = params->pad,
                                .auto_pad = params->auto_pad, .ceil_mode = params->ceil_mode, .step_is_size = 1 };
    *t = (struct pool_table){ .who = who, .kind = params->kind };
    strided_status s = strided__check_reserved(who, params->reserved);
    if (!s) s = count_axes(t, x_name, x, params);
    if (!s) s = check_kind(who, params->kind);
    if (!s) s = strided__pool_check_dtype(t, x_name, x->dtype);
    if (!s) s = check_numbers(t, params);
    if (!s) s = strided__window_check_params(who, &wp, t->nd);
    if (!s) s = strided__window_forward(&t->window, who, &wp, t->nd, x->shape + t->outer, params->size);
    if (!s) s = check_padding(t);
    if (s) return s;
    set_shape(t, x);
    settle_divisor(t);
    return STRIDED_OK;
}

static strided_status check_pooled(const struct pool_table *t, const char *name, const strided_tensor *x)
{
    for (int a = 0; a < t->nd; a++)
        if (x->shape[t->outer + a] < 1)
            return strided__fail(STRIDED_ERR_SHAPE, "%s: pooled axis %d of %s has extent %" PRId64, t->who, a, name, x->shape[t->outer + a]);
    return STRIDED_OK;
}

static struct window_axis adaptive_axis(int64_t n, int64_t positions)
{
    return (struct window_axis){ .n = n, .positions = positions, .step = 1, .dilation = 1,
                                 .size = min_size(n, n / positions + (n % positions != 0) + 1) };
}

strided_status strided__adaptive_table(struct pool_table *t, const char *who, const char *x_name, const strided_tensor *x,
                                       const char *y_name, const strided_tensor *y, strided_pool_kind kind, int nspatial)
{
    *t = (struct pool_table){ .who = who, .kind = kind, .nd = nspatial, .adaptive = 1, .window = { .nd = nspatial } };
    if (nspatial < 1 || nspatial > STRIDED_MAX_SPATIAL)
        return strided__fail(STRIDED_ERR_ARG, "%s: nspatial %d is not in [1, %d]", who, nspatial, STRIDED_MAX_SPATIAL);
    if (x->ndim < nspatial || y->ndim != x->ndim)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: %s has rank %d, %s rank %d, nspatial %d", who, x_name, x->ndim, y_name, y->ndim, nspatial);
    strided_status s = check_kind(who, kind);
    if (!s && kind == STRIDED_POOL_LP) s = strided__fail(STRIDED_ERR_ARG, "%s: there is no adaptive lp pool", who);
    if (!s) s = strided__pool_check_dtype(t, x_name, x->dtype);
    t->outer = x->ndim - nspatial;
    if (!s) s = check_pooled(t, x_name, x);
    if (!s) s = check_pooled(t, y_name, y);
    if (s) return s;
    for (int a = 0; a < nspatial; a++) t->window.axis[a] = adaptive_axis(x->shape[t->outer + a], y->shape[t->outer + a]);
    set_shape(t, x);
    settle_divisor(t);
    return STRIDED_OK;
}

/* ---- arithmetic -------------------------------------------------------------------------------------- */

/* |x|^p overflows and vanishes early: f64 whatever the elements are. A maximum is one of them. */
enum compute strided__pool_compute(const struct pool_table *t, strided_dtype from, strided_dtype to)
{
    enum compute c = strided__compute_of(from);
    if (t->kind == STRIDED_POOL_LP) return COMPUTE_F64;
    if (t->kind == STRIDED_POOL_MAX) return c;
    return strided__dtype_is_float(from) ? strided__compute_widen(c, to) : COMPUTE_I64;
}

static int64_t taps_of(const struct pool_table *t, int a, int64_t j)
{
    const struct window_axis *w = &t->window.axis[a];
    struct edge e = { .mode = EDGE_ADAPTIVE, .n = w->n };
    if (!t->adaptive) return strided__window_taps(w, j, t->include_pad);
    return strided__edge_run(&e, j, j + 1, w->positions, w->size).taps;
}

/* What is divided by them is 0 where there are none. */
static strided_tensor *taps_vector(const struct pool_table *t, int a, strided_dtype dtype, strided_context *ctx)
{
    int64_t n = t->window.axis[a].positions;
    strided_tensor *v = strided__empty(t->who, ctx, dtype, 1, &n);
    if (!v) return NULL;
    char *p = strided__data(v);
    for (int64_t j = 0; j < n; j++, p += strided_dtype_size(dtype)) strided__store_double(dtype, p, (double)max_size(taps_of(t, a, j), 1));
    return v;
}

void strided__divisors_release(struct divisors *d)
{
    for (int a = 0; a < STRIDED_MAX_SPATIAL; a++) strided_release(d->axis[a]);
}

strided_status strided__pool_divisors(struct divisors *d, const struct pool_table *t, enum compute compute, strided_context *ctx)
{
    strided_dtype dtype = strided__compute_dtype(compute);
    *d = (struct divisors){ { NULL } };
    if (t->divisor != 0) {
        d->axis[0] = strided__full(t->who, ctx, dtype, 0, NULL, (double)t->divisor);
        return d->axis[0] ? STRIDED_OK : strided__failed();
    }
    for (int a = 0; a < t->nd; a++) {
        d->axis[a] = taps_vector(t, a, dtype, ctx);
        if (d->axis[a]) continue;
        strided__divisors_release(d);
        return strided__failed();
    }
    return STRIDED_OK;
}

/* The vectors are operands B, C, D of a work whose positions are axes pos, pos + 1, ... */
static void set_divisors(struct work *w, const struct divisors *d, int pos)
{
    for (int a = 0; a < STRIDED_MAX_SPATIAL; a++) {
        if (!d->axis[a]) continue;
        strided__work_operand(w, NEST_B + a, d->axis[a]);
        if (d->axis[a]->ndim) strided__work_stride(w, pos + a, NEST_B + a, 1);
    }
}

/* ---- forward ----------------------------------------------------------------------------------------- */

static void set_kind(struct work *w, const struct pool_table *t)
{
    if (w->kind == WORK_ARG) {
        w->last = 1;
        return;
    }
    int is_inf = t->kind == STRIDED_POOL_LP && isinf(t->p);
    w->op = t->kind == STRIDED_POOL_MAX || is_inf ? FOLD_MAX : FOLD_SUM;
    if (t->kind == STRIDED_POOL_AVG) w->finish = t->divisor ? FINISH_DIV : FINISH_DIV_OPERANDS;
    if (t->kind == STRIDED_POOL_AVG) w->param[0] = (double)t->divisor;
    if (t->kind != STRIDED_POOL_LP) return;
    w->sub = is_inf || t->p == 1 ? PRE_ABS : t->p == 2 ? PRE_SQUARE : PRE_POW;
    w->finish = is_inf || t->p == 1 ? FINISH_NONE : FINISH_ROOT;
    w->param[0] = t->p;
}

static void add_row(struct work *w, int axis, int operand, const strided_tensor *x, int x_axis)
{
    if (x) strided__work_stride(w, axis, operand, axis_stride(x, x_axis));
}

static void tie_axis(struct work *w, const struct pool_table *t, int a, int pos, int tap, int64_t stride, int64_t index_stride)
{
    const struct window_axis *axis = &t->window.axis[a];
    if (t->adaptive)
        strided__work_edge(w, (struct edge){ .mode = EDGE_ADAPTIVE, .operand = NEST_A, .keep = pos, .other = tap, .fold_mul = 1,
                                             .n = axis->n, .stride = stride, .index_stride = index_stride });
    else
        strided__window_walk(w, axis, &(struct window_walk){
            .operand = NEST_A, .keep = pos, .keep_mul = axis->step, .other = tap, .fold_mul = axis->dilation,
            .stride = stride, .index_stride = index_stride });
}

/* Elements of a plane from one position on axis a to the next. The planes of an empty x have no elements to count. */
static int64_t index_stride(const struct pool_table *t, const strided_tensor *x, int a)
{
    int64_t step = 1;
    for (int i = a + 1; i < t->nd; i++) step *= x->count ? t->window.axis[i].n : 1;
    return step;
}

static void set_axes(struct work *w, const struct pool_table *t, const strided_tensor *y, const strided_tensor *idx,
                     const strided_tensor *x)
{
    int rank = t->outer + t->nd;
    for (int a = 0; a < rank; a++) {
        int k = strided__work_keep(w, t->shape[a]);
        add_row(w, k, NEST_DST, y, a);
        add_row(w, k, NEST_C, idx, a);
        if (a < t->outer) add_row(w, k, NEST_A, x, a);
    }
    for (int a = 0; a < t->nd; a++) {
        int tap = strided__work_fold(w, t->window.axis[a].size);
        tie_axis(w, t, a, t->outer + a, tap, axis_stride(x, t->outer + a), w->kind == WORK_ARG ? index_stride(t, x, a) : 0);
    }
}

strided_status strided__pool_prepare(struct pool_work *p, const struct pool_table *t, const strided_tensor *y,
                                     const strided_tensor *idx, const strided_tensor *x)
{
    strided_context *ctx = strided_context_of(y ? y : idx);
    enum compute compute = strided__pool_compute(t, x->dtype, y ? y->dtype : x->dtype);
    struct work *w = &p->work;
    p->divisors = (struct divisors){ { NULL } };
    strided__work_init(w, idx ? WORK_ARG : WORK_REDUCE, compute, ctx);
    set_kind(w, t);
    strided__work_operand(w, NEST_A, x);
    if (y) strided__work_operand(w, NEST_DST, y);
    if (idx) strided__work_operand(w, NEST_C, idx);
    set_axes(w, t, y, idx, x);
    if (w->finish != FINISH_DIV_OPERANDS || w->kind == WORK_ARG || x->count == 0) return STRIDED_OK;
    strided_status s = strided__pool_divisors(&p->divisors, t, compute, ctx);
    if (!s) set_divisors(w, &p->divisors, t->outer);
    return s;
}

void strided__pool_release(struct pool_work *p) { strided__divisors_release(&p->divisors); }

/* ---- backward ---------------------------------------------------------------------------------------- */

void strided__pool_divide(const struct pool_table *t, const strided_tensor *share, const strided_tensor *dy,
                          const struct divisors *d, enum compute compute)
{
    struct work w;
    strided__work_init(&w, WORK_MAP, compute, strided_context_of(share));
    w.op = MAP_DIVIDE;
    strided__work_operand(&w, NEST_DST, share);
    strided__work_operand(&w, NEST_A, dy);
    for (int a = 0; a < t->outer + t->nd; a++) {
        int k = strided__work_keep(&w, t->shape[a]);
        add_row(&w, k, NEST_DST, share, a);
        add_row(&w, k, NEST_A, dy, a);
    }
    set_divisors(&w, d, t->outer);
    strided__work_run(&w);
}

static void start_gather(struct work *w, const struct pool_table *t, const strided_tensor *dx, const strided_tensor *share,
                         enum compute compute)
{
    strided__work_init(w, WORK_REDUCE, compute, strided_context_of(dx));
    w->op = FOLD_SUM;
    strided__work_operand(w, NEST_DST, dx);
    strided__work_operand(w, NEST_A, share);
    for (int a = 0; a < t->outer; a++) {
        int k = strided__work_keep(w, dx->shape[a]);
        add_row(w, k, NEST_DST, dx, a);
        add_row(w, k, NEST_A, share, a);
    }
}

/* Element p of n lies in window j exactly if j lies in the window of p, with n and o exchanged. */
static void gather_adaptive(struct work *w, const struct pool_table *t, const strided_tensor *dx, const strided_tensor *share)
{
    for (int a = 0; a < t->nd; a++)
        add_row(w, strided__work_keep(w, t->window.axis[a].n), NEST_DST, dx, t->outer + a);
    for (int a = 0; a < t->nd; a++) {
        int64_t n = t->window.axis[a].n, o = t->window.axis[a].positions;
        int u = strided__work_fold(w, min_size(o, o / n + (o % n != 0) + 1));
        strided__work_edge(w, (struct edge){ .mode = EDGE_ADAPTIVE, .operand = NEST_A, .keep = t->outer + a, .other = u,
                                             .fold_mul = 1, .n = o, .stride = axis_stride(share, t->outer + a) });
    }
    strided__work_run(w);
}

static void gather_phase(struct work *w, const struct pool_table *t, const strided_tensor *dx, const strided_tensor *share,
                         const struct phases *ph)
{
    for (int a = 0; a < t->nd; a++) {
        const struct phase *axis = &ph->axis[a];
        int64_t stride = axis_stride(dx, t->outer + a);
        int q = strided__work_keep(w, axis->len);
        strided__work_stride(w, q, NEST_DST, axis->len > 1 ? axis->step * stride : 0);
        advance(w, NEST_DST, axis->first * stride);
    }
    for (int a = 0; a < t->nd; a++) {
        int u = strided__work_fold(w, ph->axis[a].taps);
        strided__phase_walk(w, &ph->axis[a], t->window.axis[a].positions, t->outer + a, u,
                            axis_stride(share, t->outer + a), 0);
    }
    strided__work_run(w);
}

void strided__pool_gather(const struct pool_table *t, const strided_tensor *dx, const strided_tensor *share, enum compute compute)
{
    struct work w;
    struct phases ph;
    if (dx->count == 0) return; /* its axes may be of any length, and have as many phases */
    start_gather(&w, t, dx, share, compute);
    if (t->adaptive) {
        gather_adaptive(&w, t, dx, share);
        return;
    }
    const struct work start = w;
    for (int more = strided__phases_first(&ph, &t->window); more; more = strided__phases_next(&ph, &t->window)) {
        w = start;
        gather_phase(&w, t, dx, share, &ph);
    }
}
