/*
 * causal_conv.c - depthwise convolution of a stream that comes in blocks.
 *
 * Only the first k-1 results see the state. They read a short copy, state followed by the first elements of x; the
 * others read x as it is. All are the chains of the convolution of the whole stream:
 *
 *     state  . . . | x  0 1 2 3 4 5 6 ...
 *           [. . .      0 1 2]               k = 4: the copy, for y[0], y[1], y[2]
 *                      [0 1 2 3 4 5 6 ...]   x itself, from y[3] on
 */
#include "../base/checked.h"
#include "../base/error.h"
#include "../view/axes.h"
#include "check.h"
#include "conv.h"
#include "operands.h"

struct stream {
    const char *who;
    strided_tensor *y, *state;
    const strided_tensor *x, *w, *bias;
    strided_conv_params params;
    int64_t taps, length, head;   /* head: results that see the state */
};

/* Views and memory of one call, so that everything is there before anything is written. */
struct pieces {
    strided_tensor *copy;               /* (N, C, k-1 + head), in the compute type */
    strided_tensor *copy_state, *copy_x; /* its two parts */
    strided_tensor *x_head, *y_head, *y_tail;
    strided_tensor *next;               /* what the state becomes: the end of the copy, or of x */
    struct work head, tail;
};

/* ---- checks ------------------------------------------------------------------------------------------ */

static strided_status check_shapes(const struct stream *c)
{
    if (c->x->ndim != 3)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: x has rank %d; wanted (N, C, L)", c->who, c->x->ndim);
    if (c->w->ndim != 3 || c->w->shape[2] < 1)
        return strided__fail(STRIDED_ERR_SHAPE, "%s: w has rank %d%s; wanted (C, 1, k), k >= 1", c->who, c->w->ndim,
                             c->w->ndim == 3 ? " and no taps" : "");
    int64_t channels = c->x->shape[1], w_shape[3] = { channels, 1, c->w->shape[2] };
    int64_t state_shape[3] = { c->x->shape[0], channels, c->w->shape[2] - 1 };
    strided_status s = strided__check_shape(c->who, "w", c->w, 3, w_shape);
    if (!s) s = strided__check_shape(c->who, "y", c->y, 3, c->x->shape);
    if (!s && c->bias) s = strided__check_shape(c->who, "bias", c->bias, 1, &channels);
    if (!s && c->state) s = strided__check_shape(c->who, "state", c->state, 3, state_shape);
    return s;
}

static strided_status check_state_memory(const struct stream *c)
{
    if (!c->state) return STRIDED_OK;
    strided_status s = strided__check_dst(c->who, "state", c->state);
    if (!s) s = strided__check_apart(c->who, "y", c->y, "state", c->state, 0);
    if (!s) s = strided__check_apart(c->who, "state", c->state, "x", c->x, 0);
    if (!s) s = strided__check_apart(c->who, "state", c->state, "w", c->w, 0);
    if (!s) s = strided__check_apart(c->who, "state", c->state, "bias", c->bias, 0);
    return s;
}

static strided_status check(const struct stream *c)
{
    const struct operand ops[] = { { .name = "y", .x = c->y }, { .name = "x", .x = c->x }, { .name = "w", .x = c->w },
                                   { .name = "bias", .x = c->bias, .optional = 1 } };
    strided_status s = strided__check_given(c->who, 4, ops);
    if (s) return s;
    s = strided__conv_check_epilogue(c->who, &c->params, strided__conv_compute(c->y, c->x, c->w, c->bias, 0));
    if (!s && c->params.activation == STRIDED_ACT_CLAMP)
        s = strided__fail(STRIDED_ERR_ARG, "%s: activation %d has limits, which cannot be given here", c->who, (int)c->params.activation);
    if (!s) s = check_shapes(c);
    if (!s) s = strided__check_memory(c->who, 4, ops);
    return s ? s : check_state_memory(c);
}

/* ---- pieces ------------------------------------------------------------------------------------------ */

static void release_pieces(struct pieces *p)
{
    strided_tensor *all[] = { p->copy, p->copy_state, p->copy_x, p->x_head, p->y_head, p->y_tail, p->next };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) strided_release(all[i]);
}

static strided_status make_pieces(struct pieces *p, const struct stream *c)
{
    int64_t past = c->taps - 1, shape[3] = { c->x->shape[0], c->x->shape[1], past + c->head };
    strided_dtype dtype = strided__compute_dtype(strided__conv_compute(c->y, c->x, c->w, c->bias, 0));
    p->copy = strided__empty(c->who, strided_context_of(c->y), dtype, 3, shape);
    p->copy_state = strided__narrow(c->who, p->copy, 2, 0, past);
    p->copy_x = strided__narrow(c->who, p->copy, 2, past, c->head);
    p->x_head = strided__narrow(c->who, c->x, 2, 0, c->head);
    p->y_head = strided__narrow(c->who, c->y, 2, 0, c->head);
    p->y_tail = strided__narrow(c->who, c->y, 2, c->head, c->length - c->head);
    p->next = c->length < past ? strided__narrow(c->who, p->copy, 2, c->length, past)
                               : strided__narrow(c->who, c->x, 2, c->length - past, past);
    int made = p->copy_state && p->copy_x && p->x_head && p->y_head && p->y_tail && p->next;
    return made ? STRIDED_OK : strided__failed();
}

static strided_status prepare(struct pieces *p, const struct stream *c)
{
    strided_status s = STRIDED_OK;
    if (c->head > 0) s = strided__conv_prepare(&p->head, c->who, p->y_head, p->copy, c->w, c->bias, &c->params);
    if (!s && c->length > c->head) s = strided__conv_prepare(&p->tail, c->who, p->y_tail, c->x, c->w, c->bias, &c->params);
    return s;
}

static strided_status run(const struct pieces *p, const struct stream *c)
{
    strided_status s = strided_copy(p->copy_state, c->state);
    if (!s) s = strided_copy(p->copy_x, p->x_head);
    if (s) return s;
    if (c->head > 0) strided__work_run(&p->head);
    if (c->length > c->head) strided__work_run(&p->tail);
    return strided_copy(c->state, p->next);
}

/* Without a state, zeros went before: padding. */
static strided_status run_stateless(const struct stream *c)
{
    struct work work;
    strided_conv_params params = c->params;
    params.pad[0][0] = c->taps - 1;
    strided_status s = strided__conv_prepare(&work, c->who, c->y, c->x, c->w, c->bias, &params);
    if (!s) strided__work_run(&work);
    return s;
}

strided_status strided_causal_conv1d(strided_tensor *y, const strided_tensor *x, const strided_tensor *w, const strided_tensor *bias,
                                     strided_tensor *state, strided_activation activation)
{
    struct stream c = { .who = "causal_conv1d", .y = y, .state = state, .x = x, .w = w, .bias = bias,
                        .params = { .activation = activation } };
    struct pieces p = { .copy = NULL };
    strided_status s = check(&c);
    if (s) return s;
    c.taps = w->shape[2];
    c.length = x->shape[2];
    c.head = min_size(c.taps - 1, c.length);
    c.params.groups = x->shape[1];
    if (x->count == 0) return STRIDED_OK;
    if (!state) return run_stateless(&c);
    s = make_pieces(&p, &c);
    if (!s) s = prepare(&p, &c);
    if (!s) s = run(&p, &c);
    release_pieces(&p);
    return s;
}
