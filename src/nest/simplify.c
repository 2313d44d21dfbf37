/*
 * simplify.c - see simplify.h.
 */
#include "simplify.h"
#include "../base/checked.h"

static int has_map(const struct nest_axis *a) { return a->map.mode != STRIDED_PAD_CONSTANT; }

/* The operand whose memory decides the order: the one written. */
static int written(const struct work *w) { return w->dtype[NEST_DST] ? NEST_DST : NEST_C; }

static int order_is_fixed(const struct work *w) { return w->kind == WORK_MAP && w->op == MAP_ACCUMULATE; }

/* Outer before inner. Mapped axes go outermost; among equals the one the input walks faster is inner. */
static int goes_before(const struct nest_axis *a, const struct nest_axis *b, int by)
{
    if (has_map(a) != has_map(b)) return has_map(a);
    if (abs_size(a->stride[by]) != abs_size(b->stride[by])) return abs_size(a->stride[by]) > abs_size(b->stride[by]);
    return abs_size(a->stride[NEST_A]) > abs_size(b->stride[NEST_A]);
}

static void insert(struct nest_axis *axis, int n, const struct nest_axis *a, int sorted, int by)
{
    int i = n;
    for (; sorted && i > 0 && goes_before(a, &axis[i - 1], by); i--) axis[i] = axis[i - 1];
    axis[i] = *a;
}

static int one_axis(const struct nest_axis *outer, const struct nest_axis *inner)
{
    if (has_map(outer) || has_map(inner)) return 0;
    for (int i = 0; i < NEST_OPERANDS; i++) {
        int64_t span;
        if (!mul_size(&span, inner->stride[i], inner->len) || span != outer->stride[i]) return 0;
    }
    return 1;
}

static int merge(struct nest_axis *axis, int n)
{
    int m = 0;
    for (int i = 0; i < n; i++) {
        int64_t len;
        if (m && one_axis(&axis[m - 1], &axis[i]) && mul_size(&len, axis[m - 1].len, axis[i].len)) {
            axis[m - 1] = axis[i];
            axis[m - 1].len = len;
        } else
            axis[m++] = axis[i];
    }
    return m;
}

/* The row should be long: if the innermost axis is short, the longest one becomes the row. */
static void choose_row(struct nest_axis *axis, int n)
{
    int best = n - 1;
    if (n < 2 || axis[n - 1].len >= 16) return;
    for (int i = 0; i < n; i++)
        if (!has_map(&axis[i]) && axis[i].len > axis[best].len) best = i;
    struct nest_axis row = axis[best];
    for (int i = best; i < n - 1; i++) axis[i] = axis[i + 1];
    axis[n - 1] = row;
}

int strided__nest_simplify(struct nest *out, const struct nest *in, const struct work *w)
{
    int keep = 0, fold = 0, sorted = !order_is_fixed(w), by = written(w);
    for (int i = 0; i < in->keep; i++) {
        const struct nest_axis a = in->axis[i];
        if (a.len == 0) return 0;
        if (a.len > 1 || has_map(&a)) insert(out->axis, keep++, &a, sorted, by);
    }
    keep = merge(out->axis, keep);
    if (w->kind != WORK_MAP) choose_row(out->axis, keep);

    struct nest_axis *folds = out->axis + keep;
    for (int i = 0; i < in->fold; i++) {
        const struct nest_axis *a = &in->axis[in->keep + i];
        if (a->len != 1 || has_map(a)) folds[fold++] = *a;
    }
    out->keep = keep;
    out->fold = merge(folds, fold);
    return 1;
}
