/*
 * conv_table.c - the checks that all convolutions share, and the rows of the table.
 */
#include "conv_table.h"
#include "../base/checked.h"
#include "../base/context.h"
#include "../base/error.h"
#include "../base/options.h"
#include "check.h"
#include "move.h"
#include "operands.h"
#include "table_rows.h"
#include "window_axes.h"

/* ---- checks ------------------------------------------------------------------------------------------ */

const strided_conv_params *strided__conv_params(const strided_conv_params *params)
{
    static const strided_conv_params defaults;
    return params ? params : &defaults;
}

strided_status strided__conv_check_tail(const char *who, const strided_conv_params *params)
{
    if (!params) return STRIDED_OK;
    if (params->reserved_int != 0)
        return strided__fail(STRIDED_ERR_UNSUPPORTED, "%s: reserved_int is %d, not 0", who, params->reserved_int);
    return strided__check_reserved(who, params->reserved);
}

/* w says how many spatial axes there are; in and out have them too, behind N (or not) and the channels. */
static strided_status check_ranks(struct conv_table *t)
{
    const struct conv_roles *r = &t->roles;
    const strided_tensor *given = r->transposed ? r->out : r->in;
    t->nd = r->w->ndim - 2;
    if (t->nd < 1 || t->nd > STRIDED_MAX_SPATIAL)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: %s has rank %d; wanted 3 to 5 %s", r->who, r->w_name, r->w->ndim,
                             r->transposed ? "(C, O/groups, taps...)" : "(O, C/groups, taps...)");
    t->batched = given->ndim == t->nd + 2;
    if (!t->batched && given->ndim != t->nd + 1)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: %s has rank %d, %s has %d spatial axes: rank %d wanted, or %d without N",
                             r->who, r->transposed ? r->out_name : r->in_name, given->ndim, r->w_name, t->nd,
                             t->nd + 2, t->nd + 1);
    return STRIDED_OK;
}

static strided_status check_modes(struct conv_table *t, const strided_conv_params *p)
{
    const char *who = t->roles.who;
    if (p->groups < 0) return strided__fail(STRIDED_ERR_ARG, "%s: groups %" PRId64 " is negative", who, p->groups);
    if ((unsigned)p->pad_mode > STRIDED_PAD_CIRCULAR)
        return strided__fail(STRIDED_ERR_ARG, "%s: pad_mode %d is unknown", who, (int)p->pad_mode);
    if (t->roles.transposed && p->pad_mode != STRIDED_PAD_CONSTANT)
        return strided__fail(STRIDED_ERR_ARG, "%s: pad_mode %d; a transposed convolution has zero padding only",
                             who, (int)p->pad_mode);
    if ((unsigned)p->arithmetic > STRIDED_ARITHMETIC_FAST)
        return strided__fail(STRIDED_ERR_ARG, "%s: arithmetic %d is unknown", who, (int)p->arithmetic);
    for (int a = 0; a < STRIDED_MAX_SPATIAL; a++)
        if (p->output_padding[a] != 0 && (!t->roles.transposed || a >= t->nd))
            return strided__fail(STRIDED_ERR_ARG, "%s: output_padding %" PRId64 " on spatial axis %d has no meaning here",
                                 who, p->output_padding[a], a);
    t->groups = p->groups ? p->groups : 1;
    t->mode = p->pad_mode;
    return STRIDED_OK;
}

/* w is (O, C/groups, taps...) where O are the channels of out and C those of in. */
static strided_status check_channels(struct conv_table *t)
{
    const struct conv_roles *r = &t->roles;
    int64_t outs = r->w->shape[0];
    t->ic = r->w->shape[1];
    t->oc = outs / t->groups;
    if (r->transposed) {
        int64_t have = r->out->shape[t->batched];
        if (have != outs)
            return strided__fail(STRIDED_ERR_SHAPE, "%s: %s has %" PRId64 " channels, %s wants %" PRId64, r->who,
                                 r->out_name, have, r->w_name, outs);
    } else {
        int64_t have = r->in->shape[t->batched], want;
        if (!mul_size(&want, t->ic, t->groups) || have != want)
            return strided__fail(STRIDED_ERR_SHAPE, "%s: %s has %" PRId64 " channels, %s wants %" PRId64 " (groups %" PRId64 ")",
                                 r->who, r->in_name, have, r->w_name, mul_size(&want, t->ic, t->groups) ? want : INT64_MAX,
                                 t->groups);
    }
    if (outs % t->groups != 0)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: the %" PRId64 " channels of %s are no multiple of groups %" PRId64,
                             r->who, outs, r->w_name, t->groups);
    return STRIDED_OK;
}

static strided_status find_window(struct conv_table *t, const strided_conv_params *p)
{
    const struct conv_roles *r = &t->roles;
    struct window_params wp = { .step = p->stride, .dilation = p->dilation, .pad = p->pad, .auto_pad = p->auto_pad };
    const int64_t *taps = r->w->shape + 2;
    int spatial = t->batched + 1;
    strided_status s = strided__window_check_params(r->who, &wp, t->nd);
    if (s) return s;
    s = r->transposed ? strided__window_transposed(&t->window, r->who, &wp, p->output_padding, t->nd, r->out->shape + spatial, taps)
                      : strided__window_forward(&t->window, r->who, &wp, t->nd, r->in->shape + spatial, taps);
    for (int a = 0; !s && a < t->nd; a++)
        if (t->mode != STRIDED_PAD_CONSTANT && t->window.axis[a].n > INT64_MAX / 2)
            s = strided__fail(STRIDED_ERR_OVERFLOW, "%s: extent %" PRId64 " is too large for pad_mode %d", r->who,
                              t->window.axis[a].n, (int)t->mode);
    return s;
}

/* Of the tensor that follows: N (if any), its channels, its spatial extents. */
static strided_status derive_shape(struct conv_table *t)
{
    const struct conv_roles *r = &t->roles;
    int at = 0;
    int64_t channels = r->w->shape[0];
    if (r->transposed && !mul_size(&channels, t->ic, t->groups))
        return strided__fail(STRIDED_ERR_OVERFLOW, "%s: %" PRId64 " channels in %" PRId64 " groups do not fit in 64 bits",
                             r->who, t->ic, t->groups);
    if (t->batched) t->shape[at++] = t->batch;
    t->shape[at++] = channels;
    for (int a = 0; a < t->nd; a++)
        t->shape[at++] = r->transposed ? t->window.axis[a].n : t->window.axis[a].positions;
    return STRIDED_OK;
}

strided_status strided__conv_table(struct conv_table *t, const struct conv_roles *roles, const strided_conv_params *params)
{
    const strided_conv_params *p = strided__conv_params(params);
    *t = (struct conv_table){ .roles = *roles, .batch = 1 };
    strided_status s = check_ranks(t);
    if (!s) s = check_modes(t, p);
    if (!s) s = find_window(t, p);
    if (!s) s = check_channels(t);
    if (s) return s;
    if (t->batched) t->batch = (roles->transposed ? roles->out : roles->in)->shape[0];
    t->arithmetic = p->arithmetic;
    return derive_shape(t);
}

static int rank_of(const struct conv_table *t) { return t->nd + 1 + t->batched; }

strided_status strided__conv_check_shape(const struct conv_table *t)
{
    const struct conv_roles *r = &t->roles;
    return strided__check_shape(r->who, r->transposed ? r->in_name : r->out_name, r->transposed ? r->in : r->out,
                                rank_of(t), t->shape);
}

strided_status strided__conv_check_bias(const struct conv_table *t, const strided_tensor *bias)
{
    return bias ? strided__check_shape(t->roles.who, "bias", bias, 1, &t->shape[t->batched]) : STRIDED_OK;
}

static int is_integer(enum compute c) { return c != COMPUTE_F32 && c != COMPUTE_F64; }

strided_status strided__conv_check_epilogue(const char *who, const strided_conv_params *params, enum compute compute)
{
    if ((unsigned)params->activation > STRIDED_ACT_SILU)
        return strided__fail(STRIDED_ERR_ARG, "%s: activation %d is unknown", who, (int)params->activation);
    if (params->activation == STRIDED_ACT_CLAMP && (params->clamp[0] != params->clamp[0] || params->clamp[1] != params->clamp[1]))
        return strided__fail(STRIDED_ERR_ARG, "%s: clamp between %g and %g", who, params->clamp[0], params->clamp[1]);
    if (params->activation == STRIDED_ACT_SILU && is_integer(compute))
        return strided__fail(STRIDED_ERR_DTYPE, "%s: silu of integer sums (%s)", who,
                             strided_dtype_name(strided__compute_dtype(compute)));
    return STRIDED_OK;
}

enum compute strided__conv_compute(const strided_tensor *dst, const strided_tensor *a, const strided_tensor *b,
                                   const strided_tensor *bias, int accumulate)
{
    enum compute c = strided__compute_for(dst->dtype, 3, (const strided_tensor *const[]){ a, b, bias });
    return accumulate ? strided__compute_promote(c, strided__compute_of(dst->dtype)) : c;
}

/* ---- the rows ---------------------------------------------------------------------------------------- */

/* Strides by the letters of the table; for w, n is o. */
struct lanes { int64_t n, c, x[STRIDED_MAX_SPATIAL]; };

static struct lanes lanes_of(const strided_tensor *x, int batched, int nd)
{
    struct lanes l = { .n = batched ? axis_stride(x, 0) : 0, .c = axis_stride(x, batched) };
    for (int a = 0; a < nd; a++) l.x[a] = axis_stride(x, batched + 1 + a);
    return l;
}

struct table_lanes { struct lanes in, w, out; };

static struct table_lanes all_lanes(const struct conv_table *t)
{
    return (struct table_lanes){
        .in = lanes_of(t->roles.in, t->batched, t->nd),
        .w = lanes_of(t->roles.w, 1, t->nd),
        .out = lanes_of(t->roles.out, t->batched, t->nd),
    };
}

/* From one group to the next; with one group it does not matter, and the product might not fit. */
static int64_t group(const struct conv_table *t, int64_t stride, int64_t channels)
{
    return t->groups == 1 ? 0 : stride * channels;
}

static void set_operands(struct work *w, const strided_tensor *dst, const strided_tensor *a, const strided_tensor *b)
{
    strided__work_operand(w, NEST_DST, dst);
    strided__work_operand(w, NEST_A, a);
    strided__work_operand(w, NEST_B, b);
}

static void start(struct work *w, const struct conv_table *t, enum compute compute, const strided_tensor *dst)
{
    strided_context *ctx = strided_context_of(dst);
    strided__work_init(w, WORK_CONTRACT, compute, ctx);
    w->who = t->roles.who;
    w->arithmetic = t->groups > 1 ? STRIDED_ARITHMETIC_STRICT : t->arithmetic ? t->arithmetic : strided__context_arithmetic(ctx);
}

/* A vector along the channels of dst: axis `g` counts groups, axis `c` the channels of one. */
static void set_vector(struct work *w, const struct conv_table *t, int operand, const strided_tensor *v, int g, int c, int64_t channels)
{
    if (!v) return;
    int64_t stride = axis_stride(v, 0);
    strided__work_operand(w, operand, v);
    strided__work_stride(w, g, operand, group(t, stride, channels));
    strided__work_stride(w, c, operand, stride);
}

static void set_epilogue(struct work *w, const struct conv_table *t, struct conv_epilogue e, int g, int c, int64_t channels)
{
    set_vector(w, t, NEST_C, e.bias, g, c, channels);
    set_vector(w, t, NEST_D, e.factor, g, c, channels);
    if (!e.params) return;
    w->epilogue.accumulate = e.params->accumulate != 0;
    w->epilogue.activation = e.params->activation;
    w->epilogue.lo = e.params->clamp[0];
    w->epilogue.hi = e.params->clamp[1];
}

void strided__conv_forward(struct work *w, const struct conv_table *t, enum compute compute, struct conv_epilogue e)
{
    struct table_lanes l = all_lanes(t);
    int g, o, p[STRIDED_MAX_SPATIAL];
    start(w, t, compute, t->roles.out);
    set_operands(w, t->roles.out, t->roles.in, t->roles.w);
    keep_row(w, t->batch, l.out.n, l.in.n, 0);
    g = keep_row(w, t->groups, group(t, l.out.c, t->oc), group(t, l.in.c, t->ic), group(t, l.w.n, t->oc));
    o = keep_row(w, t->oc, l.out.c, 0, l.w.n);
    for (int a = 0; a < t->nd; a++)
        p[a] = keep_row(w, t->window.axis[a].positions, l.out.x[a], 0, 0);
    fold_row(w, t->ic, l.in.c, l.w.c);
    for (int a = 0; a < t->nd; a++) {
        const struct window_axis *axis = &t->window.axis[a];
        int k = fold_row(w, axis->size, 0, l.w.x[a]);
        strided__window_walk(w, axis, &(struct window_walk){
            .operand = NEST_A, .keep = p[a], .keep_mul = axis->step, .other = k, .fold_mul = axis->dilation,
            .stride = l.in.x[a], .mode = t->mode });
    }
    set_epilogue(w, t, e, g, o, t->oc);
    strided__work_sort_folds(w);
    strided__work_runs(w, t->oc);
}

void strided__conv_weight(struct work *w, const struct conv_table *t, enum compute compute)
{
    struct table_lanes l = all_lanes(t);
    int k[STRIDED_MAX_SPATIAL];
    start(w, t, compute, t->roles.w);
    set_operands(w, t->roles.w, t->roles.in, t->roles.out);
    keep_row(w, t->groups, group(t, l.w.n, t->oc), group(t, l.in.c, t->ic), group(t, l.out.c, t->oc));
    keep_row(w, t->oc, l.w.n, 0, l.out.c);
    keep_row(w, t->ic, l.w.c, l.in.c, 0);
    for (int a = 0; a < t->nd; a++)
        k[a] = keep_row(w, t->window.axis[a].size, l.w.x[a], 0, 0);
    fold_row(w, t->batch, l.in.n, l.out.n);
    for (int a = 0; a < t->nd; a++) {
        const struct window_axis *axis = &t->window.axis[a];
        int p = fold_row(w, axis->positions, 0, l.out.x[a]);
        strided__window_walk(w, axis, &(struct window_walk){
            .operand = NEST_A, .keep = k[a], .keep_mul = axis->dilation, .other = p, .fold_mul = axis->step,
            .stride = l.in.x[a], .mode = t->mode });
    }
    strided__work_sort_folds(w);
}

/* ---- the gather form --------------------------------------------------------------------------------- */

/* Fold axes of every phase: the channels of out (0), then taps by spatial axis (1 ..), shortest extent outermost as
 * strided__work_sort_folds() does it, but by the extents of the whole window, so that all phases agree. */
static void fold_order(const struct conv_table *t, int order[1 + STRIDED_MAX_SPATIAL])
{
    int64_t len[1 + STRIDED_MAX_SPATIAL] = { t->oc };
    for (int a = 0; a < t->nd; a++) len[1 + a] = t->window.axis[a].size;
    for (int i = 0; i <= t->nd; i++) {
        int at = i;
        for (; at > 0 && len[order[at - 1]] > len[i]; at--) order[at] = order[at - 1];
        order[at] = i;
    }
}

static void add_folds(struct work *w, const struct conv_table *t, const struct phases *ph, const struct table_lanes *l,
                      const int q[STRIDED_MAX_SPATIAL])
{
    int order[1 + STRIDED_MAX_SPATIAL];
    fold_order(t, order);
    for (int i = 0; i <= t->nd; i++) {
        int a = order[i] - 1;
        if (a < 0) {
            fold_row(w, t->oc, l->out.c, l->w.n);
            continue;
        }
        const struct phase *axis = &ph->axis[a];
        int u = fold_row(w, axis->taps, 0, axis->taps > 1 ? axis->tap_step * l->w.x[a] : 0);
        strided__phase_walk(w, axis, t->window.axis[a].positions, q[a], u, l->out.x[a], 0);
    }
}

static void gather_phase(struct work *w, const struct conv_table *t, enum compute compute, struct conv_epilogue e,
                         const struct phases *ph)
{
    struct table_lanes l = all_lanes(t);
    int g, c, q[STRIDED_MAX_SPATIAL];
    start(w, t, compute, t->roles.in);
    set_operands(w, t->roles.in, t->roles.out, t->roles.w);
    keep_row(w, t->batch, l.in.n, l.out.n, 0);
    g = keep_row(w, t->groups, group(t, l.in.c, t->ic), group(t, l.out.c, t->oc), group(t, l.w.n, t->oc));
    c = keep_row(w, t->ic, l.in.c, 0, l.w.c);
    for (int a = 0; a < t->nd; a++) {
        const struct phase *axis = &ph->axis[a];
        q[a] = keep_row(w, axis->len, axis->len > 1 ? axis->step * l.in.x[a] : 0, 0, 0);
        advance(w, NEST_DST, axis->first * l.in.x[a]);
        advance(w, NEST_B, axis->tap * l.w.x[a]);
    }
    add_folds(w, t, ph, &l, q);
    set_epilogue(w, t, e, g, c, t->ic);
}

static int has_taps(const struct phases *ph)
{
    for (int a = 0; a < ph->nd; a++)
        if (!ph->axis[a].taps) return 0;
    return 1;
}

/* A window that transforms may take, for which there may be no memory. */
static int may_fail(const struct phases *ph)
{
    int threes = 0;
    for (int a = 0; a < ph->nd; a++) threes += ph->axis[a].taps == 3;
    return threes > 1;
}

/* Some phases have no taps, and what is no sum stays 0: all of it is, before the others, which takes less than storing what lies between them. Not
 * where one of those may fail: then nothing is written. */
static int should_clear(const struct conv_table *t, struct conv_epilogue e)
{
    struct phases ph;
    int clear = 0;
    if (e.bias || e.factor || (e.params && (e.params->accumulate || e.params->activation))) return 0;
    for (int more = strided__phases_first(&ph, &t->window); more; more = strided__phases_next(&ph, &t->window)) {
        if (may_fail(&ph)) return 0;
        clear |= !has_taps(&ph);
    }
    return clear;
}

/* The phases that have taps, or those that have none. */
static strided_status gather_phases(const struct conv_table *t, enum compute compute, struct conv_epilogue e, int taps)
{
    struct phases ph;
    strided_status s = STRIDED_OK;
    for (int more = strided__phases_first(&ph, &t->window); more && !s; more = strided__phases_next(&ph, &t->window)) {
        struct work w;
        if (has_taps(&ph) != taps) continue;
        gather_phase(&w, t, compute, e, &ph);
        s = strided__work_run(&w);
    }
    return s;
}

strided_status strided__conv_gather(const struct conv_table *t, enum compute compute, struct conv_epilogue e)
{
    if (t->roles.in->count == 0) return STRIDED_OK; /* its axes may be of any length, and have as many phases */
    const int clear = should_clear(t, e);
    if (clear) strided__fill_run(t->roles.in, 0);
    const strided_status s = gather_phases(t, compute, e, 1);
    return s || clear ? s : gather_phases(t, compute, e, 0);
}
