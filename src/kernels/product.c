/*
 * product.c - see product_plan.h.
 */
#include "product_plan.h"
#include "../base/checked.h"
#include <string.h>

static int64_t magnitude(int64_t s) { return s < 0 ? -s : s; }

static void exchange(struct work *w)
{
    strided_dtype t = w->dtype[NEST_A];
    void *data = w->data[NEST_A];
    w->dtype[NEST_A] = w->dtype[NEST_B];
    w->data[NEST_A] = w->data[NEST_B];
    w->dtype[NEST_B] = t;
    w->data[NEST_B] = data;
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) {
        struct nest_axis *a = &w->nest.axis[i];
        int64_t s = a->stride[NEST_A];
        a->stride[NEST_A] = a->stride[NEST_B];
        a->stride[NEST_B] = s;
    }
    for (int e = 0; e < w->edges; e++) w->edge[e].operand = w->edge[e].operand == NEST_A ? NEST_B : NEST_A;
}

/* The longest kept axis along which `mover` moves and `still` does not, and no edge runs; -1 if none. */
static int free_axis(const struct work *w, int mover, int still)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->len < 2 || !a->stride[mover] || a->stride[still]) continue;
        if (best < 0 || a->len > w->nest.axis[best].len) best = i;
    }
    return best;
}

static int64_t len_of(const struct work *w, int axis) { return axis < 0 ? 0 : w->nest.axis[axis].len; }

static int dst_is_unit(const struct work *w, int axis) { return axis >= 0 && w->nest.axis[axis].stride[NEST_DST] == 1; }

/* Edges must all be on a; without edges the longer, or the one that lies in dst's direction, gives the columns. */
static int should_exchange(const struct work *w, int64_t lanes)
{
    int in_b = free_axis(w, NEST_B, NEST_A), in_a = free_axis(w, NEST_A, NEST_B);
    if (w->edges) return w->edge[0].operand == NEST_B;
    if (len_of(w, in_b) < lanes / 2) return len_of(w, in_a) > len_of(w, in_b);
    return len_of(w, in_a) >= lanes && dst_is_unit(w, in_a) && !dst_is_unit(w, in_b);
}

static int edges_fit(const struct work *w, const struct product *p)
{
    for (int e = 0; e < w->edges; e++) {
        const struct edge *d = &w->edge[e];
        if (d->operand != NEST_A || d->mode == EDGE_ADAPTIVE || d->other < w->nest.keep || p->role[d->keep] != ROLE_ROW) return 0;
    }
    return 1;
}

static void set_roles(struct product *p, const struct work *w)
{
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        p->role[i] = a->stride[NEST_A] && !a->stride[NEST_B] ? ROLE_ROW : ROLE_BATCH;
    }
    for (int e = 0; e < w->edges; e++)
        if (!w->nest.axis[w->edge[e].keep].stride[NEST_B]) p->role[w->edge[e].keep] = ROLE_ROW;
    for (int i = 0; i < w->nest.fold; i++) p->role[w->nest.keep + i] = ROLE_FOLD;
    if (p->column >= 0) p->role[p->column] = ROLE_COLUMN;
}

/* Vectors in a panel: the number that wastes least, wider panels being better at keeping the multipliers busy. */
static int64_t panel_width(int64_t columns, int64_t lanes, int most)
{
    static const double cost[] = { 0, 1.4, 2.2, 3.1, 4.0 };
    double best = 0;
    int64_t vectors = ceil_div(columns, lanes), choice = 0;
    for (int nv = most; nv >= 1; nv--) {
        double total = (double)(vectors / nv) * cost[nv] + cost[vectors % nv];
        if (!choice || total < best) { best = total; choice = nv; }
    }
    return choice * lanes;
}

/* Strides of the packed form in panels: k outermost-first as the folds stand, then whole panels, then batches. */
static int set_packed_strides(struct product *p, struct work *w)
{
    struct nest *n = &w->nest;
    int64_t depth = 1, at = p->width;
    for (int i = n->keep + n->fold - 1; i >= n->keep; i--) {
        n->axis[i].stride[NEST_PACKED] = at;
        if (!mul_size(&at, at, n->axis[i].len) || !mul_size(&depth, depth, n->axis[i].len)) return 0;
    }
    n->axis[p->column].stride[NEST_PACKED] = depth;
    if (!mul_size(&at, at, ceil_div(n->axis[p->column].len, p->width))) return 0;
    for (int i = n->keep - 1; i >= 0; i--) {
        if (p->role[i] != ROLE_BATCH || !n->axis[i].stride[NEST_B]) continue;
        n->axis[i].stride[NEST_PACKED] = at;
        if (!mul_size(&at, at, n->axis[i].len)) return 0;
    }
    p->packed = at;
    return at > 0 && at < INT64_MAX / 16;
}

static int is_product(const struct work *w)
{
    return w->kind == WORK_CONTRACT && !w->a_zero && !w->epilogue.requantize;
}

/* a and dst lie in memory as the compute type does. */
static int types_are_native(const struct work *w)
{
    strided_dtype t = strided__compute_dtype(w->compute);
    return w->dtype[NEST_DST] == t && w->dtype[NEST_A] == t;
}

/* Multiply-adds in all, and rows: too few of either are not worth the packing, unless it is done once for all. */
static int is_worth_it(const struct work *w, const struct product *p, int b_is_constant)
{
    double all = 1, rows = 1;
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) {
        all *= (double)w->nest.axis[i].len;
        if (p->role[i] == ROLE_ROW) rows *= (double)w->nest.axis[i].len;
    }
    return b_is_constant ? all >= 512 : all >= 8192 && rows >= 4;
}

static int64_t lanes_of(const struct work *w, const struct kernels *k)
{
    return k->vector_bytes / (int64_t)strided__compute_size(w->compute);
}

static void set_form(struct product *p, const struct work *w, enum tile_form form, int by, int along)
{
    p->form = form;
    p->by = by;
    p->along = along;
    p->c_is_dst = w->dtype[NEST_C] && w->data[NEST_C] == w->data[NEST_DST];
}

/* Dense: columns of b in packed panels. */
static int plan_panels(struct product *p, struct work *w, const struct kernels *k, int b_is_constant)
{
    p->column = free_axis(w, NEST_B, NEST_A);
    if (len_of(w, p->column) < lanes_of(w, k) / 2) return 0;
    set_roles(p, w);
    if (!edges_fit(w, p) || !is_worth_it(w, p, b_is_constant)) return 0;

    set_form(p, w, TILE_OUTER, NEST_A, NEST_PACKED);
    p->width = panel_width(len_of(w, p->column), lanes_of(w, k), k->panel_vectors);
    w->dtype[NEST_PACKED] = strided__compute_dtype(w->compute);
    return set_packed_strides(p, w);
}

/* A kept axis with this stride in a and unit stride in dst; a product's b moves along it or does not. -1: none. */
static int vector_axis(const struct work *w, int64_t stride, int b_moves)
{
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->len < 2 || a->stride[NEST_A] != stride || a->stride[NEST_DST] != 1) continue;
        if (w->kind == WORK_REDUCE || !a->stride[NEST_B] == !b_moves) return i;
    }
    return -1;
}

/* b packed so that the columns have unit stride: the column innermost, then folds, then batches. */
static int set_lane_strides(struct product *p, struct work *w)
{
    struct nest *n = &w->nest;
    int64_t at = n->axis[p->column].len;
    n->axis[p->column].stride[NEST_PACKED] = 1;
    for (int i = n->keep + n->fold - 1; i >= 0; i--) {
        if (i == p->column || (i < n->keep && (p->role[i] != ROLE_BATCH || !n->axis[i].stride[NEST_B]))) continue;
        n->axis[i].stride[NEST_PACKED] = at;
        if (!mul_size(&at, at, n->axis[i].len)) return 0;
    }
    p->packed = at;
    return at > 0 && at < INT64_MAX / 16;
}

/* Columns that move along a, b and dst together. */
static int plan_lanes(struct product *p, struct work *w, const struct kernels *k, int b_is_constant)
{
    p->column = vector_axis(w, 1, 1);
    if (!types_are_native(w) || len_of(w, p->column) < lanes_of(w, k)) return 0;
    set_roles(p, w);
    if (!edges_fit(w, p) || !is_worth_it(w, p, b_is_constant)) return 0;

    set_form(p, w, TILE_LANES, NEST_A, NEST_PACKED);
    p->reads_view = 1;
    p->width = k->panel_vectors * lanes_of(w, k);
    w->dtype[NEST_PACKED] = strided__compute_dtype(w->compute);
    return set_lane_strides(p, w);
}

void strided__product_plan(struct product *p, struct work *out, const struct work *w, const struct kernels *k, int b_is_constant)
{
    memset(p, 0, sizeof *p);
    *out = *w;
    if (!is_product(w) || !k->product[w->compute]) return;
    if (!b_is_constant && should_exchange(w, lanes_of(w, k))) exchange(out);
    p->fits = plan_panels(p, out, k, b_is_constant);
    if (p->fits) return;
    memset(p, 0, sizeof *p);
    *out = *w;
    p->fits = plan_lanes(p, out, k, b_is_constant);
}

static double rows_of(const struct product *p, const struct work *w)
{
    double rows = 1;
    for (int i = 0; i < w->nest.keep; i++)
        if (p->role[i] == ROLE_ROW) rows *= (double)w->nest.axis[i].len;
    return rows;
}

/* Rows are the axes along which `by` moves and the other stays; edges run along rows or batches as it happens. */
static void set_direct_roles(struct product *p, const struct work *w, int by, int other)
{
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        p->role[i] = i >= w->nest.keep ? ROLE_FOLD : a->stride[by] && !a->stride[other] ? ROLE_ROW : ROLE_BATCH;
    }
    p->role[p->column] = ROLE_COLUMN;
}

static int edges_are_on_a(const struct work *w)
{
    for (int e = 0; e < w->edges; e++)
        if (w->edge[e].operand != NEST_A || w->edge[e].other < w->nest.keep) return 0;
    return 1;
}

/* The columns of a direct form: neighbours, else every second element. */
static int find_columns(struct product *p, const struct work *w, const struct kernels *k)
{
    p->column = vector_axis(w, 1, 0);
    if (len_of(w, p->column) < lanes_of(w, k)) p->column = vector_axis(w, 2, 0);
    p->reads_view = 1;
    p->width = k->panel_vectors * lanes_of(w, k);
    return len_of(w, p->column) >= lanes_of(w, k);
}

static int plan_direct_product(struct product *p, const struct work *w, const struct kernels *k)
{
    if (!is_product(w) || !types_are_native(w) || w->dtype[NEST_B] != w->dtype[NEST_A]) return 0;
    if (!edges_are_on_a(w) || !find_columns(p, w, k)) return 0;
    int pairs = w->nest.axis[p->column].stride[NEST_A] == 2;

    set_form(p, w, TILE_OUTER, NEST_B, NEST_A);
    set_direct_roles(p, w, NEST_B, NEST_A);
    if (!pairs && rows_of(p, w) >= 3) return 1;
    set_form(p, w, pairs ? TILE_SPREAD2 : TILE_SPREAD, NEST_A, NEST_B);
    set_direct_roles(p, w, NEST_A, NEST_B);
    return 1;
}

static int plan_reduce(struct product *p, const struct work *w, const struct kernels *k)
{
    strided_dtype t = strided__compute_dtype(w->compute);
    if (w->sub != PRE_NONE || (w->op != FOLD_SUM && w->op != FOLD_MAX)) return 0;
    if (w->dtype[NEST_DST] != t || w->dtype[NEST_A] != t || !edges_are_on_a(w) || !find_columns(p, w, k)) return 0;
    int pairs = w->nest.axis[p->column].stride[NEST_A] == 2;

    set_form(p, w, w->op == FOLD_MAX ? (pairs ? TILE_MAX2 : TILE_MAX) : pairs ? TILE_SUM2 : TILE_SUM, NEST_A, NEST_B);
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) p->role[i] = i < w->nest.keep ? ROLE_ROW : ROLE_FOLD;
    p->role[p->column] = ROLE_COLUMN;
    return 1;
}

static int plan_direct(struct product *p, const struct work *w, const struct kernels *k)
{
    if (!k->product[w->compute]) return 0;
    return w->kind == WORK_REDUCE ? plan_reduce(p, w, k) : w->kind == WORK_CONTRACT && plan_direct_product(p, w, k);
}

void strided__product_plan_direct(struct product *p, const struct work *w, const struct kernels *k)
{
    memset(p, 0, sizeof *p);
    p->fits = plan_direct(p, w, k);
}

/* Axes i of w's nest as an axis of the packing copy. */
static void pack_axis(struct work *copy, const struct nest_axis *a)
{
    int i = strided__work_keep(copy, a->len);
    strided__work_stride(copy, i, NEST_DST, a->stride[NEST_PACKED]);
    strided__work_stride(copy, i, NEST_A, a->stride[NEST_B]);
}

static void pack_lanes(const struct product *p, const struct work *w, char *from, char *to)
{
    struct work copy;
    strided__work_init(&copy, WORK_MAP, w->compute, w->ctx);
    copy.op = MAP_COPY;
    strided__work_memory(&copy, NEST_DST, w->dtype[NEST_PACKED], to);
    strided__work_memory(&copy, NEST_A, w->dtype[NEST_B], from);
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++)
        if (w->nest.axis[i].stride[NEST_PACKED] && i != p->column) pack_axis(&copy, &w->nest.axis[i]);
    pack_axis(&copy, &w->nest.axis[p->column]);
    strided__work_run(&copy);
}

int strided__product_pack_axes(struct nest_axis *out, const struct work *w, const struct product *p, enum role role)
{
    int count = 0;
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        int j = count;
        if (p->role[i] != role || a->len == 1 || (role == ROLE_BATCH && !a->stride[NEST_B])) continue;
        for (; j > 0 && magnitude(a->stride[NEST_B]) > magnitude(out[j - 1].stride[NEST_B]); j--) out[j] = out[j - 1];
        out[j] = *a;
        count++;
    }
    return count;
}

/* Panels, for one thread after the other. */
struct packing {
    const struct work *w;
    const struct product *p;
    pack_kernel *kernel;
    char *data[NEST_OPERANDS];
    int64_t columns; /* of each piece */
};

static void pack_piece(void *job, int64_t index, int worker)
{
    const struct packing *k = job;
    int64_t from = index * k->columns, all = k->w->nest.axis[k->p->column].len;
    (void)worker;
    k->kernel(k->w, k->p, k->data, from, all - from < k->columns ? all : from + k->columns);
}

static void pack_panels(const struct product *p, const struct work *w, void *from, void *to)
{
    const struct kernels *k = strided__kernels(strided__context_isa(w->ctx));
    int64_t columns = w->nest.axis[p->column].len, panels = ceil_div(columns, p->width), workers = strided__context_workers(w->ctx);
    struct packing job = { .w = w, .p = p, .kernel = k->pack[w->compute], .data = { [NEST_B] = from, [NEST_PACKED] = to } };
    if (columns % p->width) memset(to, 0, (size_t)p->packed * strided__compute_size(w->compute));
    job.columns = ceil_div(panels, workers) * p->width;
    if (workers == 1 || panels == 1) pack_piece(&job, 0, 0);
    else strided__context_run(w->ctx, ceil_div(columns, job.columns), pack_piece, &job);
}

void strided__product_pack(const struct product *p, const struct work *w, void *const data[NEST_OPERANDS], void *packed)
{
    if (p->form == TILE_LANES) pack_lanes(p, w, data[NEST_B], packed);
    else pack_panels(p, w, data[NEST_B], packed);
}

enum { SLICE_ROWS = 48, SLICE_BYTES = 1 << 18 };

/* A row axis without an edge, outside of the axes with edges in dst: their classes interleave there. */
static int interleaved_rows(const struct product *p, const struct work *w)
{
    int64_t inner = INT64_MAX, best = -1;
    for (int e = 0; e < w->edges; e++) {
        int64_t s = magnitude(w->nest.axis[w->edge[e].keep].stride[NEST_DST]);
        if (s < inner) inner = s;
    }
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        int tied = 0;
        for (int e = 0; e < w->edges; e++) tied |= w->edge[e].keep == i;
        if (tied || p->role[i] != ROLE_ROW || a->len <= SLICE_ROWS || magnitude(a->stride[NEST_DST]) <= inner) continue;
        if (best < 0 || magnitude(a->stride[NEST_DST]) < magnitude(w->nest.axis[best].stride[NEST_DST])) best = i;
    }
    return (int)best;
}

int strided__product_slice(const struct product *p, const struct work *w, int64_t *len)
{
    const int64_t size = (int64_t)strided__compute_size(w->compute), columns = w->nest.axis[p->column].len;
    int axis = w->edges ? interleaved_rows(p, w) : -1;
    *len = SLICE_ROWS;
    if (axis >= 0 || !w->edges || p->form != TILE_OUTER || p->packed * size <= SLICE_BYTES) return axis;
    *len = SLICE_BYTES / size / (p->packed / columns) / p->width * p->width;
    if (*len < p->width) *len = p->width;
    return rows_of(p, w) * (double)(p->packed / columns) <= SLICE_BYTES && *len < columns ? p->column : -1;
}

/* Rows as they lie in dst; of those that lie together, as they lie in the operand read by rows. */
static int goes_before(const struct nest_axis *a, const struct nest_axis *b, int by)
{
    if (magnitude(a->stride[NEST_DST]) != magnitude(b->stride[NEST_DST]))
        return magnitude(a->stride[NEST_DST]) > magnitude(b->stride[NEST_DST]);
    return magnitude(a->stride[by]) > magnitude(b->stride[by]);
}

int strided__product_merges(const struct product *p, const struct nest_axis *outer, const struct nest_axis *inner)
{
    const int replaced = p->along == NEST_PACKED ? NEST_B : -1;
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (o != replaced && outer->stride[o] != inner->stride[o] * inner->len) return 0;
    return 1;
}

int strided__product_axes(struct nest_axis *out, const struct product *p, const struct nest *n, enum role role)
{
    int count = 0, merged = 0;
    for (int i = 0; i < n->keep + n->fold; i++) {
        const struct nest_axis *a = &n->axis[i];
        int j = count;
        if (p->role[i] != role || a->len == 1) continue;
        for (; role == ROLE_ROW && j > 0 && goes_before(a, &out[j - 1], p->by); j--) out[j] = out[j - 1];
        out[j] = *a;
        count++;
    }
    for (int i = 0; i < count; i++) {
        if (merged && strided__product_merges(p, &out[merged - 1], &out[i])) {
            int64_t len = out[merged - 1].len * out[i].len;
            out[merged - 1] = out[i];
            out[merged - 1].len = len;
        } else
            out[merged++] = out[i];
    }
    return merged;
}
