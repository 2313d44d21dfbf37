/*
 * im2col.c - windows laid out as columns, and columns summed back.
 *
 * Row c*K + tap and column `position` are flat row-major counts, so both split into one axis for each spatial axis.
 * im2col copies pairs (position, tap) that lie inside x; col2im gathers by phases (window_axes.h): one chain of sums
 * for every element, rounded once.
 */
#include "../base/checked.h"
#include "../base/error.h"
#include "check.h"
#include "conv_table.h"
#include "operands.h"
#include "table_rows.h"
#include "window_axes.h"

struct columns {
    const char *who;
    int nd;
    struct window window;
    const strided_tensor *x, *columns;
    int64_t tap[STRIDED_MAX_SPATIAL], position[STRIDED_MAX_SPATIAL];  /* strides in columns */
    int64_t channel;                                                  /* likewise */
};

/* ---- checks ------------------------------------------------------------------------------------------ */

static strided_status check_params(const char *who, const strided_conv_params *p)
{
    int extra = p->groups > 1 || p->groups < 0 || p->pad_mode != STRIDED_PAD_CONSTANT || p->activation != STRIDED_ACT_NONE ||
                p->accumulate;
    for (int a = 0; a < STRIDED_MAX_SPATIAL; a++) extra |= p->output_padding[a] != 0;
    if (!extra) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_ARG, "%s: of the parameters only stride, dilation and pad have a meaning here", who);
}

static strided_status check_size(const struct columns *c, const int64_t *size)
{
    for (int a = 0; a < c->nd; a++)
        if (size[a] < 1)
            return strided__fail(STRIDED_ERR_ARG, "%s: size %" PRId64 " on spatial axis %d", c->who, size[a], a);
    return STRIDED_OK;
}

static strided_status find_window(struct columns *c, const int64_t *size, const strided_conv_params *p)
{
    struct window_params wp = { .step = p->stride, .dilation = p->dilation, .pad = p->pad, .auto_pad = p->auto_pad };
    strided_status s = check_params(c->who, p);
    if (!s) s = check_size(c, size);
    if (!s) s = strided__window_check_params(c->who, &wp, c->nd);
    return s ? s : strided__window_forward(&c->window, c->who, &wp, c->nd, c->x->shape + 2, size);
}

static strided_status check_columns(const struct columns *c)
{
    int64_t shape[3] = { c->x->shape[0], c->x->shape[1], 1 };
    for (int a = 0; a < c->nd; a++)
        if (!mul_size(&shape[1], shape[1], c->window.axis[a].size) || !mul_size(&shape[2], shape[2], c->window.axis[a].positions))
            return strided__fail(STRIDED_ERR_OVERFLOW, "%s: the columns do not fit in 64 bits", c->who);
    return strided__check_shape(c->who, "columns", c->columns, 3, shape);
}

/* Rows and columns are flat counts over several axes: the last one moves fastest. 0 where nothing moves. */
static void split_strides(struct columns *c)
{
    int64_t tap = axis_stride(c->columns, 1), position = axis_stride(c->columns, 2);
    for (int a = c->nd - 1; a >= 0; a--) {
        const struct window_axis *axis = &c->window.axis[a];
        c->tap[a] = axis->size > 1 ? tap : 0;
        c->position[a] = axis->positions > 1 ? position : 0;
        if (axis->size > 1) tap *= axis->size;
        if (axis->positions > 1) position *= axis->positions;
    }
    c->channel = c->x->shape[1] > 1 ? tap : 0;
}

static strided_status check(struct columns *c, int nspatial, const int64_t *size, const strided_conv_params *params)
{
    strided_status s = strided__conv_check_tail(c->who, params);
    if (s) return s;
    if (nspatial < 1 || nspatial > STRIDED_MAX_SPATIAL)
        return strided__fail(STRIDED_ERR_ARG, "%s: nspatial %d is not in [1, %d]", c->who, nspatial, STRIDED_MAX_SPATIAL);
    if (!size) return strided__fail_null(c->who, "size");
    if (c->x->ndim != nspatial + 2)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: x has rank %d, not %d (N, C, %d spatial axes)", c->who, c->x->ndim,
                             nspatial + 2, nspatial);
    c->nd = nspatial;
    s = find_window(c, size, strided__conv_params(params));
    if (!s) s = check_columns(c);
    return s;
}

/* ---- im2col ------------------------------------------------------------------------------------------ */

static void pair(struct work *w, int axis, int64_t dst, int64_t a)
{
    strided__work_stride(w, axis, NEST_DST, dst);
    strided__work_stride(w, axis, NEST_A, a);
}

static void copy_windows(const struct columns *c)
{
    struct work w;
    int k[STRIDED_MAX_SPATIAL];
    strided__work_init(&w, WORK_MAP, strided__compute_of(c->x->dtype), strided_context_of(c->columns));
    w.op = MAP_COPY;
    strided__work_operand(&w, NEST_DST, c->columns);
    strided__work_operand(&w, NEST_A, c->x);
    pair(&w, strided__work_keep(&w, c->x->shape[0]), axis_stride(c->columns, 0), axis_stride(c->x, 0));
    pair(&w, strided__work_keep(&w, c->x->shape[1]), c->channel, axis_stride(c->x, 1));
    for (int a = 0; a < c->nd; a++) pair(&w, k[a] = strided__work_keep(&w, c->window.axis[a].size), c->tap[a], 0);
    for (int a = 0; a < c->nd; a++) {
        const struct window_axis *axis = &c->window.axis[a];
        int p = strided__work_keep(&w, axis->positions);
        pair(&w, p, c->position[a], 0);
        strided__window_walk(&w, axis, &(struct window_walk){
            .operand = NEST_A, .keep = p, .keep_mul = axis->step, .other = k[a], .fold_mul = axis->dilation,
            .stride = axis_stride(c->x, 2 + a) });
    }
    strided__work_run(&w);
}

strided_status strided_im2col(strided_tensor *columns, const strided_tensor *x, int nspatial, const int64_t *size,
                              const strided_conv_params *params)
{
    struct columns c = { .who = "im2col", .x = x, .columns = columns };
    const struct operand ops[] = { { .name = "columns", .x = columns }, { .name = "x", .x = x } };
    strided_status s = strided__check_given(c.who, 2, ops);
    if (!s) s = check(&c, nspatial, size, params);
    if (!s) s = strided__check_memory(c.who, 2, ops);
    if (s) return s;
    split_strides(&c);
    int inside = 1;
    for (int a = 0; a < c.nd; a++) inside &= strided__window_is_inside(&c.window.axis[a]);
    if (!inside) s = strided_fill(columns, 0);
    if (!s) copy_windows(&c);
    return s;
}

/* ---- col2im ------------------------------------------------------------------------------------------ */

static void sum_phase(const struct columns *c, const struct phases *ph)
{
    struct work w;
    int q[STRIDED_MAX_SPATIAL];
    strided__work_init(&w, WORK_REDUCE, strided__compute_for(c->x->dtype, 1, &c->columns), strided_context_of(c->x));
    w.op = FOLD_SUM;
    strided__work_operand(&w, NEST_DST, c->x);
    strided__work_operand(&w, NEST_A, c->columns);
    pair(&w, strided__work_keep(&w, c->x->shape[0]), axis_stride(c->x, 0), axis_stride(c->columns, 0));
    pair(&w, strided__work_keep(&w, c->x->shape[1]), axis_stride(c->x, 1), c->channel);
    for (int a = 0; a < c->nd; a++) {
        const struct phase *axis = &ph->axis[a];
        int64_t stride = axis_stride(c->x, 2 + a);
        pair(&w, q[a] = strided__work_keep(&w, axis->len), axis->len > 1 ? axis->step * stride : 0, 0);
        advance(&w, NEST_DST, axis->first * stride);
    }
    for (int a = 0; a < c->nd; a++) {
        const struct phase *axis = &ph->axis[a];
        int u = strided__work_fold(&w, axis->taps);
        strided__phase_walk(&w, axis, c->window.axis[a].positions, q[a], u, c->position[a], c->tap[a]);
    }
    strided__work_run(&w);
}

strided_status strided_col2im(strided_tensor *x, const strided_tensor *columns, int nspatial, const int64_t *size,
                              const strided_conv_params *params)
{
    struct columns c = { .who = "col2im", .x = x, .columns = columns };
    struct phases ph;
    const struct operand ops[] = { { .name = "x", .x = x }, { .name = "columns", .x = columns } };
    strided_status s = strided__check_given(c.who, 2, ops);
    if (!s) s = check(&c, nspatial, size, params);
    if (!s) s = strided__check_memory(c.who, 2, ops);
    if (s) return s;
    if (x->count == 0) return STRIDED_OK; /* its axes may be of any length, and have as many phases */
    split_strides(&c);
    for (int more = strided__phases_first(&ph, &c.window); more; more = strided__phases_next(&ph, &c.window)) sum_phase(&c, &ph);
    return STRIDED_OK;
}
