/*
 * batch_norm_train.c - batch normalisation by the statistics of the batch itself, and its gradient. Sums over a channel
 * are formed in f64.
 */
#include "channels.h"
#include "check.h"
#include "table_rows.h"
#include "../base/error.h"
#include "../base/options.h"
#include <math.h>
#include <strided/norm.h>

/* ---- parameters --------------------------------------------------------------------------------- */

static strided_status find_params(const char *who, strided_batch_norm_params *p, const strided_batch_norm_params *given)
{
    *p = given ? *given : (strided_batch_norm_params){ 0 };
    if (p->eps == 0) p->eps = 1e-5;
    if (p->momentum == 0) p->momentum = 0.1;
    if (p->reserved_int) return strided__fail(STRIDED_ERR_UNSUPPORTED, "%s: reserved_int is %d", who, p->reserved_int);
    return strided__check_reserved(who, p->reserved);
}

static strided_status check_params(const char *who, const strided_batch_norm_params *p)
{
    if (!isfinite(p->momentum)) return strided__fail(STRIDED_ERR_ARG, "%s: momentum is %g", who, p->momentum);
    return strided__channels_check_eps(who, p->eps);
}

/* Values per channel. */
static int64_t population(const strided_tensor *x)
{
    return x->shape[CHANNEL_AXIS] ? x->count / x->shape[CHANNEL_AXIS] : 0;
}

static strided_status check_population(const char *who, const strided_tensor *x, int unbiased)
{
    int64_t n = population(x);
    if (x->shape[CHANNEL_AXIS] == 0 || n > (unbiased ? 1 : 0)) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "%s: %" PRId64 " values per channel have no %svariance", who, n, n ? "unbiased " : "");
}

/* ---- sums over a channel ------------------------------------------------------------------------ */

/* dst = sum of pre(a, b, c) / by over all but the channels; b is like a (`all`), or one value per channel. */
struct sum {
    struct channels dst;
    const strided_tensor *a;
    enum reduce_pre pre;
    const strided_tensor *all;
    struct channels b, c;
    int mean;
};

static void sum_channels(strided_context *ctx, const struct sum *s)
{
    struct work w;
    const strided_tensor *a = s->a, *all = s->all;
    strided__work_init(&w, WORK_REDUCE, COMPUTE_F64, ctx);
    w.op = FOLD_SUM;
    w.sub = (int)s->pre;
    w.finish = s->mean ? FINISH_DIV : FINISH_NONE;
    w.param[0] = (double)population(a);
    strided__work_operand(&w, NEST_A, a);
    if (all) strided__work_operand(&w, NEST_B, all);
    keep_row(&w, a->shape[CHANNEL_AXIS], 0, axis_stride(a, CHANNEL_AXIS), all ? axis_stride(all, CHANNEL_AXIS) : 0);
    for (int i = 0; i < a->ndim; i++)
        if (i != CHANNEL_AXIS) fold_row(&w, a->shape[i], axis_stride(a, i), all ? axis_stride(all, i) : 0);
    strided__channels_put(&w, NEST_DST, s->dst, 0);
    strided__channels_put(&w, NEST_B, s->b, 0);
    strided__channels_put(&w, NEST_C, s->c, 0);
    strided__work_run(&w);
}

/* ---- training ----------------------------------------------------------------------------------- */

struct training {
    strided_tensor *y, *running_mean, *running_var, *batch_mean, *batch_var;
    const strided_tensor *x, *scale, *bias;
    strided_batch_norm_params params;
};

enum { MEAN, VAR, FACTOR, TRAIN_ROWS };

static strided_status check_training(const struct training *t)
{
    const char *who = "batch_norm_train";
    const struct operand ops[] = {
        { .name = "y", .x = t->y }, { .name = "running_mean", .x = t->running_mean, .optional = 1 },
        { .name = "running_var", .x = t->running_var, .optional = 1 }, { .name = "batch_mean", .x = t->batch_mean, .optional = 1 },
        { .name = "batch_var", .x = t->batch_var, .optional = 1 }, { .name = "scale", .x = t->scale, .optional = 1 },
        { .name = "bias", .x = t->bias, .optional = 1 }, { .name = "x", .x = t->x, .elementwise = 1 },
    };
    strided_status s = strided__check_given(who, 8, ops);
    if (!s) s = strided__channels_check_x(who, t->x);
    if (!s) s = strided__check_float(who, "x", t->x);
    if (!s) s = strided__check_float(who, "y", t->y);
    if (!s) s = check_params(who, &t->params);
    if (!s) s = check_population(who, t->x, t->running_var && !t->params.biased_running_var);
    if (!s) s = strided__channels_check(who, 7, ops, 1, t->x->shape[CHANNEL_AXIS]);
    if (!s) s = strided__check_shape(who, "y", t->y, t->x->ndim, t->x->shape);
    if (!s) s = strided__channels_check_memory(who, 5, 8, ops);
    return s;
}

/* running = (1 - momentum) running + momentum correction batch */
static void blend(const struct training *t, strided_tensor *running, struct channels batch, double correction)
{
    struct channels r = strided__channels_of(running);
    if (running)
        strided__channels_map(strided_context_of(t->y), MAP_BLEND, t->params.momentum, correction, running->count,
                              (const struct channels[NEST_OPERANDS]){ r, r, batch });
}

static void store(const struct training *t, strided_tensor *dst, struct channels batch)
{
    if (dst)
        strided__channels_map(strided_context_of(t->y), MAP_COPY, 0, 0, dst->count,
                              (const struct channels[NEST_OPERANDS]){ strided__channels_of(dst), batch });
}

static void train(const struct training *t, const strided_tensor *rows)
{
    strided_context *ctx = strided_context_of(t->y);
    struct channels mean = strided__channels_row(rows, MEAN), var = strided__channels_row(rows, VAR);
    struct channels factor = strided__channels_row(rows, FACTOR);
    double n = (double)population(t->x), correction = t->params.biased_running_var ? 1 : n / (n - 1);
    enum compute c = strided__compute_for(t->y->dtype, 3, (const strided_tensor *[]){ t->x, t->scale, t->bias });

    sum_channels(ctx, &(struct sum){ .dst = mean, .a = t->x, .mean = 1 });
    sum_channels(ctx, &(struct sum){ .dst = var, .a = t->x, .pre = PRE_DIFF_SQUARE, .b = mean, .mean = 1 });
    strided__channels_inverse_root(ctx, t->x->shape[CHANNEL_AXIS], factor, var, strided__channels_of(t->scale), t->params.eps);
    strided__channels_scale_shift(t->y, t->x, CHANNEL_AXIS, c, mean, factor, strided__channels_of(t->bias));
    blend(t, t->running_mean, mean, 1);
    blend(t, t->running_var, var, correction);
    store(t, t->batch_mean, mean);
    store(t, t->batch_var, var);
}

strided_status strided_batch_norm_train(strided_tensor *y, const strided_tensor *x, const strided_tensor *scale, const strided_tensor *bias,
                                        strided_tensor *running_mean, strided_tensor *running_var,
                                        strided_tensor *batch_mean, strided_tensor *batch_var,
                                        const strided_batch_norm_params *params)
{
    struct training t = { .y = y, .running_mean = running_mean, .running_var = running_var, .batch_mean = batch_mean,
                          .batch_var = batch_var, .x = x, .scale = scale, .bias = bias };
    strided_status s = find_params("batch_norm_train", &t.params, params);
    if (!s) s = check_training(&t);
    if (s) return s;
    strided_tensor *rows = strided__channels_new("batch_norm_train", strided_context_of(y), TRAIN_ROWS, x->shape[CHANNEL_AXIS]);
    if (!rows) return strided__failed();
    train(&t, rows);
    strided_release(rows);
    return STRIDED_OK;
}

/* ---- gradient ----------------------------------------------------------------------------------- */

struct gradient {
    strided_tensor *dx, *dscale, *dbias;
    const strided_tensor *dy, *x, *scale, *mean, *var;
    strided_batch_norm_params params;
};

/* With r = 1/sqrt(v + eps) and g = scale r:  dx = g dy + ((x - m) SLOPE + SHIFT),
 * SLOPE = -g r dscale/n, SHIFT = -g dbias/n. */
enum { ROOT, GAIN, DSCALE, DBIAS, SLOPE, SHIFT, GRADIENT_ROWS };

static strided_context *context_of(const struct gradient *g)
{
    return strided_context_of(g->dx ? g->dx : g->dscale ? g->dscale : g->dbias);
}

static strided_status check_gradient(const struct gradient *g)
{
    const char *who = "batch_norm_grad";
    const struct operand ops[] = {
        { .name = "dx", .x = g->dx, .optional = 1 }, { .name = "dscale", .x = g->dscale, .optional = 1 },
        { .name = "dbias", .x = g->dbias, .optional = 1 }, { .name = "scale", .x = g->scale, .optional = 1 },
        { .name = "batch_mean", .x = g->mean }, { .name = "batch_var", .x = g->var },
        { .name = "dy", .x = g->dy, .elementwise = 1 }, { .name = "x", .x = g->x, .elementwise = 1 },
    };
    strided_status s = strided__check_given(who, 8, ops);
    if (!s) s = strided__channels_check_x(who, g->x);
    if (!s) s = strided__check_float(who, "x", g->x);
    if (!s) s = strided__check_float(who, "dy", g->dy);
    if (!s) s = strided__check_float(who, "dx", g->dx);
    if (!s) s = check_params(who, &g->params);
    if (!s) s = check_population(who, g->x, 0);
    if (!s) s = strided__channels_check(who, 6, ops, 1, g->x->shape[CHANNEL_AXIS]);
    if (!s) s = strided__check_shape(who, "dy", g->dy, g->x->ndim, g->x->shape);
    if (!s && g->dx) s = strided__check_shape(who, "dx", g->dx, g->x->ndim, g->x->shape);
    if (!s) s = strided__channels_check_memory(who, 3, 8, ops);
    return s;
}

static void multiply(strided_context *ctx, int64_t n, struct channels dst, struct channels a, struct channels b)
{
    strided__channels_map(ctx, MAP_BINARY, 0, 0, n, (const struct channels[NEST_OPERANDS]){ dst, a, b });
}

static void scale_by(strided_context *ctx, int64_t n, struct channels c, double by)
{
    strided__channels_map(ctx, MAP_SCALE, by, 0, n, (const struct channels[NEST_OPERANDS]){ c, c });
}

static void find_rows(const struct gradient *g, struct channels r[GRADIENT_ROWS])
{
    strided_context *ctx = context_of(g);
    struct channels var = strided__channels_of(g->var), mean = strided__channels_of(g->mean);
    int64_t n = g->x->shape[CHANNEL_AXIS];
    double share = -1 / (double)population(g->x);

    strided__channels_inverse_root(ctx, n, r[ROOT], var, (struct channels){ 0 }, g->params.eps);
    strided__channels_inverse_root(ctx, n, r[GAIN], var, strided__channels_of(g->scale), g->params.eps);
    sum_channels(ctx, &(struct sum){ .dst = r[DBIAS], .a = g->dy });
    sum_channels(ctx, &(struct sum){ .dst = r[DSCALE], .a = g->dy, .pre = PRE_MUL_DIFF, .all = g->x, .c = mean });
    multiply(ctx, n, r[DSCALE], r[DSCALE], r[ROOT]);
    multiply(ctx, n, r[SHIFT], r[GAIN], r[DBIAS]);
    scale_by(ctx, n, r[SHIFT], share);
    multiply(ctx, n, r[SLOPE], r[GAIN], r[ROOT]);
    multiply(ctx, n, r[SLOPE], r[SLOPE], r[DSCALE]);
    scale_by(ctx, n, r[SLOPE], share);
}

/* t is dx itself, or a temporary where dx would round too early or is dy. */
static void write_dx(const struct gradient *g, strided_tensor *t, enum compute c, const struct channels r[GRADIENT_ROWS])
{
    struct work w;
    strided__channels_scale_shift(t, g->x, CHANNEL_AXIS, c, strided__channels_of(g->mean), r[SLOPE], r[SHIFT]);
    strided__work_init(&w, WORK_MAP, c, strided_context_of(g->dx));
    w.op = MAP_MUL_ADD;
    strided__work_elementwise(&w, (const strided_tensor *[NEST_OPERANDS]){ g->dx, g->dy, NULL, t });
    strided__channels_put(&w, NEST_B, r[GAIN], CHANNEL_AXIS);
    strided__work_run(&w);
}

static void store_sum(const struct gradient *g, strided_tensor *dst, struct channels sum)
{
    if (dst)
        strided__channels_map(context_of(g), MAP_COPY, 0, 0, dst->count,
                              (const struct channels[NEST_OPERANDS]){ strided__channels_of(dst), sum });
}

static void run_gradient(const struct gradient *g, const strided_tensor *rows, strided_tensor *t, enum compute c)
{
    struct channels r[GRADIENT_ROWS];
    for (int i = 0; i < GRADIENT_ROWS; i++) r[i] = strided__channels_row(rows, i);
    find_rows(g, r);
    if (g->dx) write_dx(g, t, c, r);
    store_sum(g, g->dscale, r[DSCALE]);
    store_sum(g, g->dbias, r[DBIAS]);
}

static int needs_temporary(const struct gradient *g, enum compute c)
{
    return g->dx && (g->dx->dtype != strided__compute_dtype(c) || strided__same_view(g->dx, g->dy));
}

strided_status strided_batch_norm_grad(strided_tensor *dx, strided_tensor *dscale, strided_tensor *dbias, const strided_tensor *dy,
                                       const strided_tensor *x, const strided_tensor *scale, const strided_tensor *batch_mean,
                                       const strided_tensor *batch_var, const strided_batch_norm_params *params)
{
    struct gradient g = { .dx = dx, .dscale = dscale, .dbias = dbias, .dy = dy, .x = x, .scale = scale, .mean = batch_mean,
                          .var = batch_var };
    strided_status s = find_params("batch_norm_grad", &g.params, params);
    if (!s) s = check_gradient(&g);
    if (s || (!dx && !dscale && !dbias)) return s;

    enum compute c = strided__compute_for(dx ? dx->dtype : dy->dtype, 5, (const strided_tensor *[]){ dy, x, scale, batch_mean, batch_var });
    strided_context *ctx = context_of(&g);
    strided_tensor *own = NULL, *rows = strided__channels_new("batch_norm_grad", ctx, GRADIENT_ROWS, x->shape[CHANNEL_AXIS]);
    if (rows && needs_temporary(&g, c)) own = strided__empty("batch_norm_grad", ctx, strided__compute_dtype(c), x->ndim, x->shape);
    if (!rows || (needs_temporary(&g, c) && !own)) s = strided__failed();
    else run_gradient(&g, rows, own ? own : dx, c);
    strided_release(own);
    strided_release(rows);
    return s;
}
