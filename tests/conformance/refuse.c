/*
 * refuse.c - cases that must come back with an error status.
 *
 * The suites do not say which destination the call was given. So the maker, where there is one, must refuse, and
 * the operation must refuse the destination that the attributes imply; where they imply none, every destination of a
 * whole family: all small shapes whose extents occur among the inputs, and for windows all small extents of the
 * spatial axes. A case that one destination makes acceptable fails.
 */
#include "ops.h"

#include <stdio.h>
#include <string.h>

enum { LARGEST = 12, MOST_OCCURRING = 6, MOST_ELEMENTS = 100000 };

/* Statuses that say "you asked for something impossible", as bits. */
#define BIT(s) (1u << STRIDED_##s)

static unsigned acceptable(const char *word)
{
    static const struct { const char *word; unsigned statuses; } rows[] = {
        {"not_viewable", BIT(ERR_NEEDS_COPY)},
        {"bounds", BIT(ERR_BOUNDS) | BIT(ERR_OVERFLOW)},
        {"axis", BIT(ERR_ARG) | BIT(ERR_SHAPE)},
        {"shape", BIT(ERR_SHAPE) | BIT(ERR_ARG)},
        {"step", BIT(ERR_ARG)},
        {"range", BIT(ERR_ARG) | BIT(ERR_BOUNDS) | BIT(ERR_SHAPE)},
        {"index", BIT(ERR_ARG) | BIT(ERR_BOUNDS)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].word, word) == 0)
            return rows[i].statuses;
    return BIT(ERR_ARG) | BIT(ERR_SHAPE) | BIT(ERR_DTYPE) | BIT(ERR_BOUNDS) | BIT(ERR_NEEDS_COPY) | BIT(ERR_OVERFLOW);
}

static void expect(struct call *k, strided_status status, const char *who, unsigned statuses)
{
    if (status == STRIDED_OK)
        complain(k, "%s was not refused", who);
    else if (!((statuses >> status) & 1))
        complain(k, "%s was refused with %s (\"%s\"), which does not fit the hint '%s'", who, strided_status_name(status),
                 strided_error(), k->c->error);
}

/* Runs the operation on one canary-filled destination. */
static void try_destination(struct call *k, const struct operation *op, strided_dtype dtype, struct layout *l)
{
    char who[160];
    int used = snprintf(who, sizeof who, "a destination of shape (");
    layout_row_major(l);
    if (l->length > MOST_ELEMENTS || k->complaint[0])
        return;
    for (int a = 0; a < l->ndim && used < 120; a++)
        used += snprintf(who + used, sizeof who - (size_t)used, "%s%lld", a ? ", " : "", (long long)l->shape[a]);
    snprintf(who + used, sizeof who - (size_t)used, ")");
    k->nouts = 1;
    if (slot_open_output(k, &k->outs[0], op->out, dtype, l)) {
        expect(k, op->run(k), who, acceptable("any"));
        if (!all_canary(&k->outs[0]))
            complain(k, "%s was refused but written to", who);
    }
    slot_close(&k->outs[0]);
    k->nouts = 0;
}

/* The extents that a shape may be made of. */
struct extents { int n; int64_t of[LARGEST]; };

static void add_occurring(struct extents *e, int64_t v)
{
    for (int i = 0; i < e->n; i++)
        if (e->of[i] == v)
            return;
    if (e->n < MOST_OCCURRING)
        e->of[e->n++] = v;
}

/* All shapes that start with the first `axis` extents of l. */
static void try_shapes(struct call *k, const struct operation *op, strided_dtype dtype, const struct extents *e,
                       struct layout *l, int axis)
{
    if (axis == l->ndim) {
        try_destination(k, op, dtype, l);
        return;
    }
    for (int i = 0; i < e->n && !k->complaint[0]; i++) {
        l->shape[axis] = e->of[i];
        try_shapes(k, op, dtype, e, l, axis + 1);
    }
}

static void try_any_shape(struct call *k, const struct operation *op, strided_dtype dtype)
{
    struct extents e = {1, {1}};
    int most = 0;
    for (int i = 0; i < k->nins; i++) {
        const struct layout *l = &k->ins[i].spec->layout;
        most = l->ndim > most ? l->ndim : most;
        for (int a = 0; a < l->ndim; a++)
            add_occurring(&e, l->shape[a]);
    }
    for (int ndim = 0; ndim <= (most < 4 ? most + 1 : 4); ndim++) {
        struct layout l = {.ndim = ndim};
        try_shapes(k, op, dtype, &e, &l, 0);
    }
}

/* Batch and channels as the operation would have them, all small extents behind. */
static void try_windows(struct call *k, const struct operation *op, strided_dtype dtype, int nd)
{
    struct layout l = k->ins[0].spec->layout;
    const struct operand *w = k->nins > 1 ? k->ins[1].spec : NULL;
    struct extents e = {0, {0}};
    int channels = l.ndim - nd - 1;
    if (nd < 1 || channels < 0)
        return;
    if (w && w->layout.ndim == nd + 2)
        l.shape[channels] = strstr(op->name, "transpose") ? w->layout.shape[1] : w->layout.shape[0];
    while (e.n < LARGEST) {
        e.of[e.n] = e.n + 1;
        e.n++;
    }
    try_shapes(k, op, dtype, &e, &l, channels + 1);
}

/* x with other extents at the end. */
static int resized_shape(const struct call *k, const struct layout *x, struct layout *l)
{
    int64_t size[STRIDED_MAX_SPATIAL];
    int n = attr_ints(k->c, "output_size", size, STRIDED_MAX_SPATIAL);
    if (n == 0 || n > x->ndim)
        return 0;
    *l = *x;
    memcpy(l->shape + x->ndim - n, size, (size_t)n * sizeof *size);
    return 1;
}

/* (N, C taps, columns) as (N, C, extents) */
static int folded_shape(const struct call *k, const struct layout *x, struct layout *l)
{
    int64_t kernel[STRIDED_MAX_SPATIAL], taps = 1;
    int n = attr_ints(k->c, "kernel", kernel, STRIDED_MAX_SPATIAL);
    if (x->ndim < 2)
        return 0;
    for (int a = 0; a < n; a++)
        taps *= kernel[a];
    l->ndim = 2 + attr_ints(k->c, "output_size", l->shape + 2, STRIDED_MAX_SPATIAL);
    l->shape[0] = x->shape[0];
    l->shape[1] = taps > 0 ? x->shape[1] / taps : x->shape[1];
    return 1;
}

/* Where the destination's shape is itself an argument: x_shape, w_shape, or output_size behind batch and
 * channels. An extent that is negative stays in it: then there is no such destination. */
static int implied_shape(const struct call *k, const struct operation *op, struct layout *l)
{
    const struct layout *x = k->nins ? &k->ins[0].spec->layout : NULL;
    if ((l->ndim = attr_ints(k->c, "x_shape", l->shape, STRIDED_MAX_NDIM))
        || (l->ndim = attr_ints(k->c, "w_shape", l->shape, STRIDED_MAX_NDIM)))
        return 1;
    return x && (strcmp(op->name, "fold") == 0 ? folded_shape(k, x, l) : resized_shape(k, x, l));
}

static int makeable(const struct layout *l)
{
    int64_t count = 1;
    for (int a = 0; a < l->ndim; a++)
        if (l->shape[a] < 0 || __builtin_mul_overflow(count, l->shape[a], &count))
            return 0;
    return 1;
}

/* The element type that the operation would want. */
static strided_dtype wanted_dtype(const struct call *k, const struct operation *op)
{
    if (strcmp(op->name, "argreduce") == 0)
        return STRIDED_I64;
    if (strcmp(op->name, "conv_integer") == 0 || strcmp(op->name, "matmul_integer") == 0)
        return STRIDED_I32;
    return k->nins ? k->ins[0].spec->dtype : STRIDED_F32;
}

/* These makers look at shapes alone: they may know the shape of what cannot be computed. */
static int looks_at_everything(const struct operation *op)
{
    return op->make != make_like_x && op->make != make_reduce && op->make != make_argreduce;
}

static void refuse_all(struct call *k, const struct operation *op)
{
    if (op->make && looks_at_everything(op)) {
        STRIDED_AUTO strided_tensor *made = op->make(k);
        expect(k, made ? STRIDED_OK : strided_error_status(), "the maker", acceptable(k->c->error));
    }
    if (!op->out[0]) {
        expect(k, op->run(k), "the call", acceptable(k->c->error));
        return;
    }
    strided_dtype dtype = wanted_dtype(k, op);
    struct layout implied;
    if (implied_shape(k, op, &implied)) {
        if (makeable(&implied))
            try_destination(k, op, dtype, &implied);
        return;
    }
    try_any_shape(k, op, dtype);
    try_windows(k, op, dtype, (int)attr_int(k->c, "nd", 0));
}

enum outcome refuse(const struct suite *s, const struct oracle_case *c, const struct operation *op,
                    strided_context *ctx, char *complaint)
{
    struct call k;
    if (call_open(&k, s, c, ctx, PLAIN)) {
        if (c->nouts)
            expect(&k, op->run(&k), "the call", acceptable(c->error));
        else
            refuse_all(&k, op);
        for (int i = 0; i < k.nouts; i++)
            if (!all_canary(&k.outs[i]))
                complain(&k, "%s was written to", k.outs[i].name);
        inputs_untouched(&k);
    }
    memcpy(complaint, k.complaint, COMPLAINT_SIZE);
    call_close(&k);
    return complaint[0] ? FAILED : k.not_offered ? NOT_OFFERED : PASSED;
}
