/*
 * product.c - see product_plan.h.
 */
#include "cursor.h"
#include "divide.h"
#include "product_plan.h"
#include "../base/checked.h"
#include "../nest/edges.h"
#include <string.h>

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

int64_t strided__product_least_columns(const struct work *w, const struct kernels *k)
{
    return min_size(lanes_of(k, w->compute) / 2, 16 / (int64_t)strided__compute_size(w->compute));
}

/* How many there are: of the columns' all but one are batches, which are packed one by one, also where they overlap. */
static int free_axes(const struct work *w, int mover, int still)
{
    int n = 0;
    for (int i = 0; i < w->nest.keep; i++) n += w->nest.axis[i].len > 1 && w->nest.axis[i].stride[mover] && !w->nest.axis[i].stride[still];
    return n;
}

enum { READY_BYTES = 160 << 10, LONG_LANES = 16, MOST_FEW = 128 };

/* Of two axes that move one operand each, `many` are neighbours in memory and in dst, more than lie ready, and those of the other operand few: of
 * long vectors these are packed, and vectors lie along the many where they are (across.h). */
static int is_beside_few(const struct work *w, const struct kernels *k, int many, int operand, int few, int other)
{
    const int64_t columns = len_of(w, few), rows = len_of(w, many);
    return w->compute == COMPUTE_F32 && lanes_of(k, w->compute) >= LONG_LANES && w->dtype[operand] == STRIDED_F32 && epilogue_is_trivial(w) &&
           columns >= strided__product_least_columns(w, k) && columns <= MOST_FEW && rows >= 2 * columns && free_axes(w, other, operand) == 1 &&
           dst_is_unit(w, many) && w->nest.axis[many].stride[operand] == 1 && work_terms(w) * (double)rows * sizeof(float) > READY_BYTES;
}

/* Edges must all be on a; without edges the longer, or the one that lies in dst's direction, gives the columns, if it is the only one. */
static int should_exchange(const struct work *w, const struct kernels *k)
{
    int in_b = free_axis(w, NEST_B, NEST_A), in_a = free_axis(w, NEST_A, NEST_B);
    if (w->edges) return w->edge[0].operand == NEST_B;
    if (len_of(w, in_b) < strided__product_least_columns(w, k)) return len_of(w, in_a) > len_of(w, in_b);
    if (is_beside_few(w, k, in_b, NEST_B, in_a, NEST_A)) return 1;
    if (is_beside_few(w, k, in_a, NEST_A, in_b, NEST_B)) return 0;
    return len_of(w, in_a) >= lanes_of(k, w->compute) && dst_is_unit(w, in_a) && !dst_is_unit(w, in_b) &&
           free_axes(w, NEST_A, NEST_B) <= free_axes(w, NEST_B, NEST_A);
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

/* Vectors in a panel: the number that wastes least, wider panels being better at keeping the multipliers busy; no more than there are, for lines of
 * the cache that are left out crowd the others. */
static int64_t panel_width(int64_t columns, int64_t lanes, int most)
{
    static const double cost[] = { 0, 1.4, 2.2, 3.1, 4.0 };
    double best = 0;
    int64_t vectors = ceil_div(columns, lanes), choice = 0;
    for (int nv = (int)min_size(most, vectors); nv >= 1; nv--) {
        double total = (double)(vectors / nv) * cost[nv] + cost[vectors % nv];
        if (!choice || total < best) { best = total; choice = nv; }
    }
    return choice * lanes;
}

static int is_bunched(const struct product *p, int axis) { return p->bunch > 1 && axis == p->bunched; }

/* k in the packed form: outermost-first as the folds stand, the bunched axis innermost. Elements of a panel: *at; of a column: *depth. */
static int set_fold_strides(const struct product *p, struct nest *n, int64_t *at, int64_t *depth)
{
    if (p->bunch > 1) {
        n->axis[p->bunched].stride[NEST_PACKED] = *at;
        *depth = ceil_div(n->axis[p->bunched].len, p->bunch * p->unit) * p->unit;
        if (!mul_size(at, *at, *depth)) return 0;
    }
    for (int i = n->keep + n->fold - 1; i >= n->keep; i--) {
        if (is_bunched(p, i)) continue;
        n->axis[i].stride[NEST_PACKED] = *at;
        if (!mul_size(at, *at, n->axis[i].len) || !mul_size(depth, *depth, n->axis[i].len)) return 0;
    }
    return 1;
}

enum { AMX_BEYOND = 15 }; /* k that are read of a packed b beyond its last */

/* Strides of the packed form in panels: k, then whole panels, then batches. */
static int set_packed_strides(struct product *p, struct work *w)
{
    struct nest *n = &w->nest;
    int64_t depth = 1, at = p->width;
    if (!set_fold_strides(p, n, &at, &depth)) return 0;
    n->axis[p->column].stride[NEST_PACKED] = depth;
    if (!mul_size(&at, at, ceil_div(n->axis[p->column].len, p->width))) return 0;
    for (int i = n->keep - 1; i >= 0; i--) {
        if (p->role[i] != ROLE_BATCH || !n->axis[i].stride[NEST_B]) continue;
        n->axis[i].stride[NEST_PACKED] = at;
        if (!mul_size(&at, at, n->axis[i].len)) return 0;
    }
    if (at <= 0 || at >= INT64_MAX / 16) return 0;
    p->packed = p->amx ? at + AMX_BEYOND * p->width : at;
    return 1;
}

static int is_short_integer(strided_dtype t) { return t == STRIDED_U8 || t == STRIDED_I8 || t == STRIDED_I16; }

/* Products of integers are those of 16 bits: a less its zero must have room in them. */
static int is_product(const struct work *w)
{
    if (w->kind != WORK_CONTRACT || w->compute != COMPUTE_I32) return w->kind == WORK_CONTRACT;
    return is_short_integer(w->dtype[NEST_A]) && is_short_integer(w->dtype[NEST_B]) && (!w->a_zero || w->dtype[NEST_A] != STRIDED_I16);
}

static double rows_of(const struct product *p, const struct work *w)
{
    double rows = 1;
    for (int i = 0; i < w->nest.keep; i++)
        if (p->role[i] == ROLE_ROW) rows *= (double)w->nest.axis[i].len;
    return rows;
}

enum { PAIRED_ROWS = 4, PAIRED_TERMS = 16, PAIRED_COLUMNS = 24 }; /* there is one form of tile */

/* Pairs of bf16, of which the processor makes one chain: of the last fold, if no edge cuts it. */
static int are_dots(const struct work *w, const struct product *p)
{
    const int last = w->nest.keep + w->nest.fold - 1;
    return !w->runs && w->compute == COMPUTE_F32 && w->dtype[NEST_A] == STRIDED_BF16 && w->dtype[NEST_B] == STRIDED_BF16 && w->nest.fold &&
           len_of(w, last) >= PAIRED_TERMS && strided__edge_over(w, last) < 0 && rows_of(p, w) >= PAIRED_ROWS && len_of(w, p->column) >= PAIRED_COLUMNS &&
           strided__context_isa(w->ctx) >= ISA_AVX512_VNNI && strided__cpu_dots();
}

static int bunch_of(const struct work *w, const struct product *p)
{
    if (w->runs || p->dots) return 2;
    if (w->compute != COMPUTE_I32) return 1;
    return strided__context_isa(w->ctx) >= ISA_AVX512_VNNI && w->dtype[NEST_B] == STRIDED_I8 && w->dtype[NEST_A] != STRIDED_I16 ? 4 : 2;
}

/* The longest fold axis without an edge: the order of integer sums is nobody's concern. Pairs of bf16 go along the last. */
static int find_bunches(struct product *p, const struct work *w)
{
    p->dots = are_dots(w, p);
    p->bunch = bunch_of(w, p);
    p->unit = w->runs ? RUN_TERMS / p->bunch : 1;
    p->bunched = w->runs || p->dots ? w->nest.keep + w->nest.fold - 1 : -1;
    for (int i = w->nest.keep; p->bunch > 1 && p->bunched < w->nest.keep + w->nest.fold - 1 && i < w->nest.keep + w->nest.fold; i++) {
        if (strided__edge_over(w, i) < 0 && len_of(w, i) > len_of(w, p->bunched)) p->bunched = i;
    }
    return p->bunch == 1 || p->bunched >= 0;
}

enum { FAR_BYTES = 1 << 23 };

/* How many rows b must be packed for: the more, the further away b is, and where it could be read along memory as it lies. */
static double least_rows(const struct work *w, const struct product *p, double elements)
{
    if (!w->edges && elements * (double)strided_dtype_size(w->dtype[NEST_B]) > FAR_BYTES) return 16;
    return w->nest.axis[p->column].stride[NEST_B] == 1 ? 8 : 4;
}

/* Multiply-adds in all, and rows: too few of either are not worth the packing, unless it is done once for all. */
static int is_worth_it(const struct work *w, const struct product *p, int b_is_constant)
{
    double all = 1, rows = 1;
    if (w->runs) return 1;
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) {
        all *= (double)w->nest.axis[i].len;
        if (p->role[i] == ROLE_ROW) rows *= (double)w->nest.axis[i].len;
    }
    return b_is_constant ? all >= (w->edges ? 512 : 1) : all >= (w->edges ? 8192 : 512) && rows >= least_rows(w, p, all / rows);
}

enum { LONG_SEGMENT = 192 };

/* Edges need not be cut where k comes in segments that are long, between which rows may be left out. Tiles (amx.h) that
 * read a where it lies want longer ones. */
static int is_whole(const struct work *w, const struct product *p)
{
    const int inner = p->bunch > 1 ? p->bunched : w->nest.keep + w->nest.fold - 1, a_lies_ready = w->nest.axis[inner].stride[NEST_A] == 1;
    for (int e = 0; e < w->edges; e++)
        if (w->edge[e].mode != EDGE_SKIP || w->edge[e].beyond || !strided__edge_is_walkable(&w->edge[e], &w->nest)) return 0;
    return w->edges > 0 && w->edges <= PRODUCT_EDGES && strided__edge_over(w, inner) < 0 && len_of(w, inner) >= LONG_SEGMENT &&
           !(p->amx && a_lies_ready);
}

static void set_edges(struct product *p, const struct work *w)
{
    p->whole = is_whole(w, p);
    for (int e = 0; p->whole && e < w->edges; e++) p->edge[w->edge[e].keep] = p->edge[w->edge[e].other] = e + 1;
}

/* The row axis that lies closest in an operand; NULL: there is none. */
static const struct nest_axis *closest_row(const struct product *p, const struct work *w, int operand)
{
    const struct nest_axis *best = NULL;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (p->role[i] != ROLE_ROW || a->len < 2) continue;
        if (!best || abs_size(a->stride[operand]) < abs_size(best->stride[operand])) best = a;
    }
    return best;
}

enum { GROUP_COLUMNS = 256 };

/* Where rows that are neighbours in dst are none in a: each element of a that is gathered by itself serves a group of columns, each sum that is
 * stored by itself is one of them. */
static int follows_a(const struct product *p, const struct work *w)
{
    const struct nest_axis *in_a = closest_row(p, w, NEST_A), *in_dst = closest_row(p, w, NEST_DST), *column = &w->nest.axis[p->column];
    return in_a != in_dst && abs_size(in_a->stride[NEST_A]) <= 2 && abs_size(in_dst->stride[NEST_A]) > 2 &&
           (column->stride[NEST_DST] == 1 || work_terms(w) >= 2.0 * (double)min_size(column->len, GROUP_COLUMNS));
}

/* Of a small b whose columns are neighbours, whole vectors of each k lie ready. */
static int lies_ready(const struct work *w, const struct product *p, int64_t lanes)
{
    const struct nest_axis *column = &w->nest.axis[p->column];
    const size_t size = strided__compute_size(w->compute);
    const double bytes = (double)size * (double)column->len * work_terms(w);
    return w->dtype[NEST_B] == w->dtype[NEST_PACKED] && !w->edges && p->bunch == 1 && column->stride[NEST_B] == 1 && column->len % lanes == 0 &&
           is_aligned(w->data[NEST_B], size) && bytes <= READY_BYTES;
}

/* b is its own packed form. */
static int take_as_it_lies(struct product *p, struct work *w)
{
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) w->nest.axis[i].stride[NEST_PACKED] = w->nest.axis[i].stride[NEST_B];
    w->data[NEST_PACKED] = w->data[NEST_B];
    p->packed = 0;
    return 1;
}

enum { LONG_WINDOW = 128 };

/* Enough of them; of long windows, which nothing else takes channels last, two: the generic kernels would go value by value. */
static int has_columns(const struct product *p, const struct work *w, const struct kernels *k)
{
    const int64_t columns = len_of(w, p->column);
    const int is_long = w->compute == COMPUTE_F32 && w->nest.fold > 1 && work_terms(w) >= LONG_WINDOW && dst_is_unit(w, p->column);
    return columns >= (is_long ? 2 : strided__product_least_columns(w, k));
}

/* Columns of b in packed panels. */
static int plan_panels(struct product *p, struct work *w, const struct kernels *k, int b_is_constant)
{
    p->column = free_axis(w, NEST_B, NEST_A);
    if (!has_columns(p, w, k)) return 0;
    set_roles(p, w);
    if (!find_bunches(p, w) || !edges_fit(w, p) || !is_worth_it(w, p, b_is_constant)) return 0;
    p->amx = w->runs || (p->bunch == 4 && strided__context_isa(w->ctx) >= ISA_AVX512_AMX && strided__cpu_tiles());

    set_edges(p, w);
    p->follows_a = follows_a(p, w);
    p->c_is_dst = w->dtype[NEST_C] && w->data[NEST_C] == w->data[NEST_DST];
    const int64_t lanes = lanes_of(k, w->compute);
    p->width = p->dots ? k->panel_vectors * lanes : panel_width(len_of(w, p->column), lanes, p->amx ? TILES_WIDE : k->panel_vectors);
    w->dtype[NEST_PACKED] = strided__compute_dtype(w->compute);
    return !b_is_constant && lies_ready(w, p, lanes) ? take_as_it_lies(p, w) : set_packed_strides(p, w);
}

void strided__product_plan(struct product *p, struct work *out, const struct work *w, const struct kernels *k, int b_is_constant)
{
    memset(p, 0, sizeof *p);
    strided__work_copy(out, w);
    if (!is_product(w) || !k->product[w->compute]) return;
    if (!b_is_constant && !w->a_zero && should_exchange(w, k)) exchange(out);
    p->fits = plan_panels(p, out, k, b_is_constant);
}

/* Of a result's row: the kept axis that lies closest in dst. */
static const struct nest_axis *row_of(const struct work *w)
{
    const struct nest_axis *row = NULL;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->len > 1 && (!row || abs_size(a->stride[NEST_DST]) < abs_size(row->stride[NEST_DST]))) row = a;
    }
    return row;
}

void strided__product_face(struct work *w)
{
    const struct nest_axis *row = row_of(w), *end = w->nest.axis + w->nest.keep + w->nest.fold;
    if (w->kind != WORK_CONTRACT || w->a_zero || w->edges || !w->nest.fold || !row || row->stride[NEST_A]) return;
    if (abs_size(end[-1].stride[NEST_B]) < abs_size(row->stride[NEST_B])) exchange(w);
}

/* As many elements at a time, `len` times. */
static struct nest_axis in_bunches(const struct product *p, const struct nest_axis *a, int operand, int64_t len)
{
    struct nest_axis bunches = *a;
    bunches.len = len;
    bunches.stride[operand] *= p->bunch;
    return bunches;
}

int strided__product_pack_axes(struct nest_axis *out, const struct work *w, const struct product *p, enum role role, int cut)
{
    int count = 0;
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        int j = count;
        if (p->role[i] != role || (a->len == 1 && !is_bunched(p, i)) || (role == ROLE_BATCH && !a->stride[NEST_B])) continue;
        for (; j > 0 && abs_size(a->stride[NEST_B]) > abs_size(out[j - 1].stride[NEST_B]); j--) out[j] = out[j - 1];
        out[j] = is_bunched(p, i) ? in_bunches(p, a, NEST_B, cut ? 1 : a->len / p->bunch) : *a;
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
    atomic_uint least;
};

static void pack_piece(void *job, int64_t index, int worker)
{
    struct packing *k = job;
    int64_t from = index * k->columns, all = k->w->nest.axis[k->p->column].len;
    (void)worker;
    const unsigned least = k->kernel(k->w, k->p, k->data, from, all - from < k->columns ? all : from + k->columns);
    unsigned known = atomic_load(&k->least);
    while (least < known && !atomic_compare_exchange_weak(&k->least, &known, least)) continue;
}

void strided__product_pack(struct product *p, const struct work *w, void *const data[NEST_OPERANDS], void *packed)
{
    const struct kernels *k = strided__kernels(strided__context_isa(w->ctx));
    int64_t columns = w->nest.axis[p->column].len, panels = ceil_div(columns, p->width);
    struct packing job = { .w = w, .p = p, .kernel = k->pack[w->compute], .data = { [NEST_B] = data[NEST_B], [NEST_PACKED] = packed },
                           .least = UINT16_MAX };
    if (columns % p->width || p->unit > 1) memset(packed, 0, (size_t)p->packed * strided__compute_size(w->compute));
    job.columns = ceil_div(panels, strided__worth_dividing(w->ctx, p->packed) ? strided__context_workers(w->ctx) : 1) * p->width;
    strided__context_run(w->ctx, ceil_div(columns, job.columns), pack_piece, &job);
    p->least = job.least;
}

enum { CACHED_BYTES = 1 << 19, FEW_COLUMNS = 64, SCATTERED_COLUMNS = 1024, SHARING_COLUMNS = 256, SQUARED_ROWS = 1024 };

/* Columns that are to share what is gathered of a: many where it is converted, few where it lies in lines; single elements are gathered faster by
 * long vectors. */
static int64_t sharing_columns(const struct product *p, const struct work *w)
{
    const struct nest_axis *row = closest_row(p, w, NEST_A), *inner = &w->nest.axis[w->nest.keep + w->nest.fold - 1];
    if (w->dtype[NEST_A] != w->dtype[NEST_PACKED]) return SHARING_COLUMNS;
    if (!row || abs_size(row->stride[NEST_A]) == 1 || abs_size(inner->stride[NEST_A]) == 1) return FEW_COLUMNS;
    return SCATTERED_COLUMNS / lanes_of(strided__kernels(strided__context_isa(w->ctx)), w->compute);
}

/* Columns of a part. The more rows there are, the less time packing is of all, and the more of a is read again for each part: as rows squared. That
 * costs twice as much where a is gathered, as it is if k are far apart. */
static int64_t columns_of_part(const struct product *p, const struct work *w)
{
    const int is_far = abs_size(w->nest.axis[w->nest.keep + w->nest.fold - 1].stride[NEST_A]) > 2;
    const double rows = rows_of(p, w), many = rows * rows / (is_far ? SQUARED_ROWS / 2 : SQUARED_ROWS), all = (double)w->nest.axis[p->column].len;
    return max_size(sharing_columns(p, w), (int64_t)(many < all ? many : all));
}

/* The packed axis outside of all others: of the batches, or the column's. */
static int outermost_packed(const struct product *p, const struct work *w)
{
    int best = p->column;
    for (int i = 0; i < w->nest.keep; i++)
        if (p->role[i] == ROLE_BATCH && w->nest.axis[i].len > 1 && w->nest.axis[i].stride[NEST_PACKED] > w->nest.axis[best].stride[NEST_PACKED]) best = i;
    return best;
}

int64_t strided__product_cut(struct product *p, const struct work *w, int *of)
{
    const int axis = outermost_packed(p, w), by_columns = axis == p->column;
    const int64_t unit = by_columns ? p->width : 1, one = w->nest.axis[axis].stride[NEST_PACKED] * unit, all = ceil_div(w->nest.axis[axis].len, unit);
    const int64_t cached = CACHED_BYTES / (int64_t)strided__compute_size(w->compute);
    if (p->packed <= cached) return 0;
    const int64_t most = max_size(cached / one, by_columns ? ceil_div(columns_of_part(p, w), unit) : 1);
    if (most >= all) return 0;
    const int64_t units = ceil_div(all, ceil_div(all, most)); /* as often, of one size */
    p->packed -= (all - units) * one;
    *of = axis;
    return units * unit;
}

int64_t strided__product_ahead(const struct product *p, const struct work *w, const char *packed, const char *next)
{
    const struct nest_axis *column = &w->nest.axis[p->column];
    int64_t reach = 1;
    for (int i = w->nest.keep; i < w->nest.keep + w->nest.fold; i++) reach += (w->nest.axis[i].len - 1) * w->nest.axis[i].stride[NEST_B];
    const int one_piece = reach == column->stride[NEST_B] && reach == column->stride[NEST_PACKED] && w->dtype[NEST_B] == w->dtype[NEST_PACKED];
    if (!one_piece || p->bunch > 1 || outermost_packed(p, w) != p->column) return 0;
    return p->packed * (int64_t)strided__compute_size(w->compute) <= CACHED_BYTES ? (intptr_t)next - (intptr_t)packed : 0;
}

enum { SLICE_ROWS = 48, SLICE_BYTES = 1 << 18 };

/* A row axis without an edge, outside of the axes with edges in dst: their classes interleave there. */
static int interleaved_rows(const struct product *p, const struct work *w)
{
    int64_t inner = INT64_MAX, best = -1;
    for (int e = 0; e < w->edges; e++) {
        int64_t s = abs_size(w->nest.axis[w->edge[e].keep].stride[NEST_DST]);
        if (s < inner) inner = s;
    }
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (strided__edge_of(w, i) >= 0 || p->role[i] != ROLE_ROW || a->len <= SLICE_ROWS || abs_size(a->stride[NEST_DST]) <= inner) continue;
        if (best < 0 || abs_size(a->stride[NEST_DST]) < abs_size(w->nest.axis[best].stride[NEST_DST])) best = i;
    }
    return (int)best;
}

int strided__product_slice(const struct product *p, const struct work *w, int64_t *len)
{
    const int64_t size = (int64_t)strided__compute_size(w->compute), columns = w->nest.axis[p->column].len;
    int axis = w->edges && !p->whole ? interleaved_rows(p, w) : -1;
    *len = SLICE_ROWS;
    if (axis >= 0 || p->whole || !w->edges || p->packed * size <= SLICE_BYTES) return axis;
    *len = SLICE_BYTES / size / (p->packed / columns) / p->width * p->width;
    if (*len < p->width) *len = p->width;
    return rows_of(p, w) * (double)(p->packed / columns) <= SLICE_BYTES && *len < columns ? p->column : -1;
}

/* Rows as they lie in one operand, dst or a; of those that lie together there, as they lie in the other. */
static int goes_before(const struct nest_axis *a, const struct nest_axis *b, int first)
{
    const int second = NEST_DST + NEST_A - first;
    if (abs_size(a->stride[first]) != abs_size(b->stride[first])) return abs_size(a->stride[first]) > abs_size(b->stride[first]);
    return abs_size(a->stride[second]) > abs_size(b->stride[second]);
}

/* They are one axis for all operands; the packed b takes the place of b. */
static int merges(const struct nest_axis *outer, const struct nest_axis *inner)
{
    if (has_map(outer) || has_map(inner)) return 0;
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (o != NEST_B && outer->stride[o] != inner->stride[o] * inner->len) return 0;
    return 1;
}

/* Axis i, in its place among `count`. */
static void insert(struct nest_axis *out, int *edge, int count, const struct product *p, const struct nest *n, int i)
{
    const struct nest_axis *a = &n->axis[i];
    int j = count;
    for (; p->role[i] == ROLE_ROW && j > 0 && goes_before(a, &out[j - 1], p->follows_a ? NEST_A : NEST_DST); j--) {
        out[j] = out[j - 1];
        edge[j] = edge[j - 1];
    }
    out[j] = *a;
    edge[j] = p->edge[i];
}

int strided__product_axes(struct nest_axis *out, const struct product *p, const struct nest *n, enum role role, int *edge)
{
    int count = 0, merged = 0;
    for (int i = 0; i < n->keep + n->fold; i++) {
        if (p->role[i] != role || (n->axis[i].len == 1 && !has_map(&n->axis[i])) || is_bunched(p, i)) continue;
        insert(out, edge, count++, p, n, i);
    }
    if (p->bunch > 1 && role == ROLE_FOLD) {
        edge[count] = 0;
        out[count++] = in_bunches(p, &n->axis[p->bunched], NEST_A, ceil_div(n->axis[p->bunched].len, p->bunch));
    }
    for (int i = 0; i < count; i++) {
        const int cut = p->bunch > 1 && role == ROLE_FOLD && i == count - 1 && n->axis[p->bunched].len % p->bunch;
        if (merged && !cut && !edge[i] && !edge[merged - 1] && merges(&out[merged - 1], &out[i])) {
            int64_t len = out[merged - 1].len * out[i].len;
            out[merged - 1] = out[i];
            out[merged - 1].len = len;
        } else {
            edge[merged] = edge[i];
            out[merged++] = out[i];
        }
    }
    return merged;
}
