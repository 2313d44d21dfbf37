/*
 * handful_plan.c - see handful_plan.h.
 */
#include "handful_plan.h"
#include "../base/checked.h"
#include "../nest/simplify.h"

enum { NEAR_ELEMENTS = 1 << 30 }; /* picks are of 32 bits */

/* Elements from the lowest to the highest of some axes, and those before the first one. */
static int64_t reach(const struct nest_axis *axis, int n, int o, int64_t *before)
{
    int64_t all = 0;
    for (int i = 0; i < n; i++) {
        const int64_t by = (axis[i].len - 1) * axis[i].stride[o];
        all += abs_size(by);
        *before -= min_size(by, 0);
    }
    return all;
}

static int64_t width_of(const struct handful *h, int o)
{
    int64_t before = 0;
    return 1 + reach(h->inner, h->inners, o, &before) + reach(h->fold, h->folds, o, &before);
}

/* From the one that lies closest in dst: axes are a row's as long as they fit a vector. */
static int set_axes(struct handful *h, const struct nest *n)
{
    int taken = 0;
    h->row.len = 0;
    for (int i = 0; i < n->keep; i++) {
        int best = -1;
        for (int j = 0; j < n->keep; j++)
            if (!(taken >> j & 1) && (best < 0 || abs_size(n->axis[j].stride[NEST_DST]) < abs_size(n->axis[best].stride[NEST_DST]))) best = j;
        const struct nest_axis *a = &n->axis[best];
        taken |= 1 << best;
        if (h->row.len) h->outer[h->outers++] = *a;
        else if (a->len > h->lanes || a->len * abs_size(a->stride[NEST_DST]) > h->lanes) h->row = *a;
        else {
            h->inner[h->inners++] = *a;
            h->outputs *= (int)a->len;
        }
    }
    for (int i = 0; i < n->fold; i++) {
        const struct nest_axis *a = &n->axis[n->keep + i];
        if (a->len > HANDFUL_TERMS / h->terms) return 0;
        h->terms *= (int)a->len;
        h->fold[h->folds++] = *a;
    }
    return h->row.len > 1;
}

/* As many as there are whose elements fit a vector of each operand. */
static int rows_that_fit(const struct handful *h)
{
    int64_t rows = min_size(h->lanes, h->row.len);
    const int operand[] = { NEST_DST, h->a, h->b };
    for (int i = 0; i < 2 + h->moves; i++) {
        const int64_t room = h->lanes - width_of(h, operand[i]);
        if (room < 0) return 0;
        rows = min_size(rows, 1 + room / abs_size(h->row.stride[operand[i]]));
    }
    return (int)rows;
}

static int ends_here(const struct handful *h, const struct work *w)
{
    const struct epilogue *e = &w->epilogue;
    double lo, hi;
    int64_t before = 0;
    if (e->alpha != 1 || e->accumulate || e->requantize || !activation_limits(e, &lo, &hi)) return 0;
    if (!w->dtype[NEST_C]) return 1;
    return w->dtype[NEST_C] == STRIDED_F32 && e->beta == 1 && !h->row.stride[NEST_C] && reach(h->inner, h->inners, NEST_C, &before) < NEAR_ELEMENTS;
}

/* Rows of an operand are one piece of memory, as what is converted must be. */
static int is_dense(const struct handful *h, int o)
{
    int64_t all = 1;
    for (int i = 0; i < h->inners; i++) all *= h->inner[i].stride[o] ? h->inner[i].len : 1;
    for (int i = 0; i < h->folds; i++) all *= h->fold[i].stride[o] ? h->fold[i].len : 1;
    return h->row.stride[o] == all && width_of(h, o) == all;
}

enum { FEW_TERMS = 6 };

/* Than sums one after the other; than a packed product, whose vectors lie along outputs. */
static int is_better(const struct handful *h)
{
    if (!h->moves && h->outputs >= 4) return h->rows >= 2 && h->terms <= FEW_TERMS;
    return h->rows * h->outputs > 1;
}

int strided__handful_plan(struct handful *h, const struct nest *n, const struct work *w, const struct kernels *k)
{
    int64_t before = 0;
    if (w->runs || n->keep < 1 || n->keep > HANDFUL_AXES || n->fold > HANDFUL_AXES) return 0;
    for (int i = 0; i < n->keep + n->fold; i++)
        if (n->axis[i].map.mode != STRIDED_PAD_CONSTANT || n->axis[i].len == 0) return 0;
    h->inners = h->folds = h->outers = 0;
    h->outputs = h->terms = 1;
    h->lanes = (int)lanes_of(k, COMPUTE_F32);
    if (!set_axes(h, n)) return 0;
    h->a = h->row.stride[NEST_A] ? NEST_A : NEST_B;
    h->b = NEST_A + NEST_B - h->a;
    h->moves = h->row.stride[h->b] != 0;
    h->dense = is_dense(h, NEST_DST);
    if (w->dtype[NEST_DST] != STRIDED_F32 && !h->dense) return 0;
    if ((w->dtype[h->a] != STRIDED_F32 && !is_dense(h, h->a)) || w->dtype[h->b] != STRIDED_F32) return 0;
    if (abs_size(h->row.stride[h->a]) < width_of(h, h->a) || !ends_here(h, w)) return 0; /* windows */
    if (!h->moves && reach(h->inner, h->inners, h->b, &before) + reach(h->fold, h->folds, h->b, &before) >= NEAR_ELEMENTS) return 0;
    h->rows = rows_that_fit(h);
    return is_better(h);
}

enum { HANDFUL_VECTOR = 32 };      /* bytes: the sets that pick lanes */
enum { FEW_PRODUCTS = 200 }; /* multiply-adds, which the generic kernel has done before a handful is laid out */

int strided__handful_fits(const struct work *w, const struct kernels *k)
{
    struct nest simple;
    struct handful h;
    double all = work_terms(w);
    if (k->vector_bytes < HANDFUL_VECTOR || w->kind != WORK_CONTRACT || w->compute != COMPUTE_F32 || w->edges || all > HANDFUL_TERMS) return 0;
    for (int i = 0; i < w->nest.keep; i++) all *= (double)w->nest.axis[i].len;
    return all >= FEW_PRODUCTS && strided__nest_simplify(&simple, &w->nest, w) && strided__handful_plan(&h, &simple, w, k);
}
