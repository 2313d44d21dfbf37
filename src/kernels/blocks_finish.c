/*
 * blocks_finish.c - what becomes of the sums of a block, in dst itself: walked along dst's memory.
 */
#include "window_plan.h"
#include "cursor.h"
#include "../base/checked.h"
#include <string.h>

enum { FINISHED = 512 };               /* elements at once whose biases are repeated */

struct finish {
    int64_t unit[NEST_OPERANDS];
    struct nest_axis along, inner[BLOCK_AXES + 2]; /* what is finished at once, and the others */
    int     n;
    int64_t biases;                    /* so many values are repeated along it; 0: it has one for each element, or none */
};

/* Every operand moves on along an axis as it does along the finished one, but that it may be still. */
static int continues(const struct finish *f, const struct nest_axis *a, int still)
{
    for (int o = 0; o < NEST_OPERANDS; o++) {
        if (!f->unit[o] || o == NEST_A || o == NEST_B || o == NEST_PACKED) continue;
        if (a->stride[o] != (o == still ? 0 : f->along.stride[o] * f->along.len)) return 0;
    }
    return 1;
}

static void add_inner(struct finish *f, const struct nest_axis *a, int64_t len)
{
    if (len == 1) return;
    f->inner[f->n] = *a;
    f->inner[f->n++].len = len;
}

static void take_out(struct finish *f, int i) { f->inner[i] = f->inner[--f->n]; }

/* dst has unit stride along the finished axis, and others may go on where it ends. */
static void set_along(struct finish *f)
{
    f->along = single_axis;
    for (int i = f->n - 1; i >= 0; i--) {
        if (f->inner[i].stride[NEST_DST] != 1) continue;
        f->along = f->inner[i];
        take_out(f, i);
    }
    for (int i = f->n - 1; i >= 0; i--) {
        if (!continues(f, &f->inner[i], -1)) continue;
        f->along.len *= f->inner[i].len;
        take_out(f, i);
    }
}

/* Few neighbours with a bias each, and an axis that goes on where they end: there are as many again, with the same. */
static void repeat_biases(struct finish *f, const struct work *w)
{
    if (w->dtype[NEST_C] != strided__compute_dtype(w->compute) || f->along.stride[NEST_C] != 1 || f->along.len > FINISHED / 2) return;
    for (int i = f->n - 1; i >= 0 && !f->biases; i--) {
        if (!continues(f, &f->inner[i], NEST_C)) continue;
        f->biases = f->along.len;
        f->along.len *= f->inner[i].len;
        take_out(f, i);
    }
}

/* All along, from these addresses on: some at once, whose biases stand one behind the other. */
static void finish_along(const struct finish *f, const struct work *w, window_finish_fn *finish, char *const from[NEST_OPERANDS])
{
    char *at[NEST_OPERANDS], biases[FINISHED * sizeof(double)];
    const int64_t size = (int64_t)strided__compute_size(w->compute), once = f->biases * size;
    const int64_t some = f->biases ? FINISHED / f->biases * f->biases : f->along.len, all = min_size(some, f->along.len) * size;
    memcpy(at, from, sizeof at);
    for (int64_t i = 0; f->biases && i < all; i += once) memcpy(biases + i, from[NEST_C], (size_t)once);
    for (int64_t i = 0; i < f->along.len; i += some) {
        if (f->biases) at[NEST_C] = shift(biases, -i * size);
        finish(w, &f->along, at, i, min_size(some, f->along.len - i), shift(at[NEST_DST], i * size), 0);
    }
}

void strided__blocks_finish(const struct work *w, const struct blocks_plan *p, window_finish_fn *finish, char *const from[NEST_OPERANDS],
                            const int64_t *first, const int64_t *count)
{
    char *at[NEST_OPERANDS];
    struct finish f = { .n = 0 };
    struct cursor c;
    work_units(w, f.unit);
    memcpy(at, from, sizeof at);
    if (p->output >= 0) add_inner(&f, &w->nest.axis[p->output], w->nest.axis[p->output].len);
    for (int i = 0; i < p->axes; i++) {
        if (p->axis[i].keep < 0) continue;
        const struct nest_axis *a = &w->nest.axis[p->axis[i].keep];
        const int64_t abreast = i == p->column ? p->abreast : 1;
        for (int o = 0; o < NEST_OPERANDS; o++) at[o] = shift(at[o], first[i] * abreast * a->stride[o] * f.unit[o]);
        add_inner(&f, a, count[i] * abreast);
    }
    add_inner(&f, &p->lanes, p->lanes.len);
    set_along(&f);
    repeat_biases(&f, w);
    memcpy(c.unit, f.unit, sizeof c.unit);
    cursor_start(&c, f.inner, f.n, at);
    do finish_along(&f, w, finish, c.at);
    while (cursor_next(&c));
}
