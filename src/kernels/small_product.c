/*
 * small_product.c - see small_product.h.
 */
#include "small_product.h"
#include "cursor.h"
#include "../base/context.h"

enum { SMALL = 1 << 17, SMALL_BYTES = 32 << 10, WIDE_PANEL = 4 }; /* multiply-adds; of a panel, beside rows in the first-level cache; vectors */
enum { WHOLE_TILES = 24, MANY_TILES = 96 }; /* rows: of any tiles; that a thread had better have for some to be too many */

/* Of short sums, of as many rows as there are, if threads share rows or nothing: of wide panels these tiles are as good as any. */
static int is_short(struct small_product *s, const struct product *p, const struct work *w, const struct kernels *k)
{
    if (k->panel_vectors < WIDE_PANEL || s->rows < SMALL_ROWS || s->depth > SMALL_BYTES / (s->width * (int64_t)s->size)) return 0;
    s->shared = strided__divide(w, p, NULL, NULL, strided__context_workers(w->ctx));
    if (s->shared.axis < 0) return 1;
    s->shared.grain = s->rows >= MANY_TILES * s->shared.pieces ? WHOLE_TILES : SMALL_ROWS;
    return p->role[s->shared.axis] == ROLE_ROW;
}

static int is_small(struct small_product *s, const struct product *p, const struct work *w, const struct kernels *k)
{
    s->shared.axis = -1;
    return s->rows && s->depth && ((double)s->rows * (double)s->depth * (double)s->cols <= SMALL || is_short(s, p, w, k));
}

/* What becomes of sums is what these tiles do with them. */
static int can_end(struct small_product *s, const struct product *p, const struct work *w)
{
    const struct epilogue *e = &w->epilogue;
    double lo, hi;
    s->ends = !epilogue_is_trivial(w);
    s->biased = w->dtype[NEST_C] != 0;
    if (e->alpha != 1 || e->accumulate || e->requantize || !activation_limits(e, &lo, &hi)) return 0;
    s->lo = (float)lo;
    s->hi = (float)hi;
    for (int i = 0; s->biased && i < w->nest.keep; i++)
        if (w->nest.axis[i].len > 1 && w->nest.axis[i].stride[NEST_C] != (i == p->column)) return 0;
    return !s->biased || (e->beta == 1 && w->dtype[NEST_C] == STRIDED_F32 && !p->c_is_dst);
}

/* Sums are stored as they are, in vectors, or as what a bias and limits make of them. */
static int stores_sums(struct small_product *s, const struct product *p, const struct work *w)
{
    return w->dtype[NEST_DST] == w->dtype[NEST_PACKED] && w->nest.axis[p->column].stride[NEST_DST] == 1 &&
           (epilogue_is_trivial(w) || (w->compute == COMPUTE_F32 && can_end(s, p, w)));
}

void strided__small_product_plan(struct small_product *s, const struct product *p, const struct work *w, const struct kernels *k)
{
    struct nest_axis row[NEST_AXES], fold[NEST_AXES], batch[NEST_AXES];
    int edge[NEST_AXES]; /* there are none */
    const int64_t size = size_of(w->dtype[NEST_PACKED]);
    *s = (struct small_product){ .size = (size_t)size };
    if (!k->small[w->compute] || w->edges || w->dtype[NEST_A] != w->dtype[NEST_PACKED] || p->bunch > 1 || !stores_sums(s, p, w)) return;
    if (strided__product_axes(batch, p, &w->nest, ROLE_BATCH, edge) || strided__product_axes(fold, p, &w->nest, ROLE_FOLD, edge) != 1) return;
    row[0] = single_axis;
    if (strided__product_axes(row, p, &w->nest, ROLE_ROW, edge) > 1) return;
    s->rows = row->len;
    s->depth = fold->len;
    s->cols = w->nest.axis[p->column].len;
    s->width = p->width;
    s->a_row = row->stride[NEST_A] * size;
    s->a_k = fold->stride[NEST_A] * size;
    s->dst_row = row->stride[NEST_DST] * size;
    s->b_k = fold->stride[NEST_PACKED];
    s->b_column = w->nest.axis[p->column].stride[NEST_PACKED];
    if (is_small(s, p, w, k)) s->run = k->small[w->compute];
}

struct job {
    const struct small_product *all;
    void *const *data;
};

/* Some rows of all. */
static void run_piece(void *user, int64_t index, int worker)
{
    const struct job *j = user;
    struct small_product s = *j->all;
    const struct part part = strided__division_part(&s.shared, s.rows, index);
    (void)worker;
    s.rows = part.hi - part.lo;
    s.run(&s, shift(j->data[NEST_DST], part.lo * s.dst_row), shift(j->data[NEST_A], part.lo * s.a_row), j->data[NEST_PACKED], j->data[NEST_C]);
}

void strided__small_product_run(const struct small_product *s, strided_context *ctx, void *const data[NEST_OPERANDS])
{
    strided__context_run(ctx, s->shared.pieces, run_piece, &(struct job){ s, data });
}
