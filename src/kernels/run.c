/*
 * run.c - from a work to kernels: shares for the threads, edges into runs, nests made simple.
 */
#include "cursor.h"
#include "divide.h"
#include "handful_plan.h"
#include "mosaic.h"
#include "prepared.h"
#include "../nest/edges.h"
#include "../nest/simplify.h"
#include "../base/checked.h"
#include "../base/context.h"
#include "../base/memory.h"
#include <stddef.h>
#include <assert.h>
#include <string.h>

struct share {
    const struct work *work;
    const struct product *product;    /* or NULL, */
    const struct window_plan *window; /* or NULL, */
    const struct sliding_plan *sliding; /* or NULL: the generic kernels */
    const struct mosaic *mosaic;      /* of the product, or NULL */
    int handful;                      /* rows may go by handfuls */
    const struct kernels *kernels;
    void *const *data;
    struct division division;
    const int64_t *slice;      /* of each kept axis: how much of it is walked at a time, 0: all. NULL: everything at once */
};

/* One thread's walk: the nest with the runs chosen so far, and where every operand stands. */
struct walk {
    const struct work *work;
    const struct product *product;
    const struct window_plan *window;
    const struct kernels *kernels;
    int handful;
    struct nest nest;
    int64_t lo[NEST_EDGES], hi[NEST_EDGES]; /* positions of each edge */
};

struct place { char *data[NEST_OPERANDS]; };

static int64_t unit(const struct work *w, int operand)
{
    /* the running index of ARG is a number, not an address */
    return w->kind == WORK_ARG && operand == NEST_B ? 1 : (int64_t)strided_dtype_size(w->dtype[operand]);
}

static void move(const struct work *w, struct place *at, int operand, int64_t elements)
{
    at->data[operand] = (char *)((intptr_t)at->data[operand] + (intptr_t)(elements * unit(w, operand)));
}

static void move_all(const struct work *w, struct place *at, int axis, int64_t by, int except)
{
    for (int i = 0; i < NEST_OPERANDS; i++)
        if (i != except) move(w, at, i, by * w->nest.axis[axis].stride[i]);
}

/* A nest has room for many axes; most have few. */
static void copy_nest(struct nest *to, const struct nest *from)
{
    to->keep = from->keep;
    to->fold = from->fold;
    for (int i = 0; i < from->keep + from->fold; i++) to->axis[i] = from->axis[i];
}

enum { FEW_OUTPUTS = 4 };

/* So few sums that a map leads to are not worth the steps that windows go by. */
static int is_lone(const struct nest *n)
{
    int64_t outputs = 1, mapped = 0;
    for (int i = 0; i < n->keep && outputs < FEW_OUTPUTS; i++) outputs *= n->axis[i].len;
    for (int i = n->keep; i < n->keep + n->fold; i++) mapped |= has_map(&n->axis[i]);
    return mapped && outputs < FEW_OUTPUTS;
}

/* The class as a work without edges. 0: its windows are too long to be walked. */
static int run_windows(const struct walk *k, const struct place *at)
{
    struct work class;
    struct window_plan plan;
    void *data[NEST_OPERANDS];
    memcpy(&class, k->work, offsetof(struct work, nest));
    copy_nest(&class.nest, &k->nest);
    for (int i = class.nest.keep; i < class.nest.keep + class.nest.fold; i++) /* no rows go with it */
        if (has_map(&class.nest.axis[i])) class.nest.axis[i].stride[NEST_A] = 0;
    class.edges = 0;
    class.ctx = k->work->ctx;
    strided__windows_plan_class(&plan, k->window, &class);
    for (int i = 0; i < NEST_OPERANDS; i++) data[i] = at->data[i];
    if (plan.fits) strided__windows_run(&class, &plan, data, -1, 0, 0);
    return plan.fits;
}

static void leaf(const struct walk *k, const struct place *at)
{
    struct nest simple;
    const struct work *w = k->work;
    if (k->window && !is_lone(&k->nest) && run_windows(k, at)) return;
    if (k->product) {
        k->kernels->product[w->compute](w, k->product, &k->nest, k->lo, at->data);
        return;
    }
    if (!strided__nest_simplify(&simple, &k->nest, w)) return;
    if (k->handful && strided__handful_run(w, &simple, k->kernels, at->data)) return;
    strided__nest_kernel(k->kernels, w, &simple)(w, &simple, at->data);
}

void strided__nest_begin_move(struct work *move, const struct work *w)
{
    strided__work_init(move, WORK_MAP, w->compute, w->ctx);
    move->op = MAP_COPY;
}

void strided__nest_move_of(const struct kernels *k, struct work *move, strided_dtype to, char *dst, strided_dtype of, char *from, float less)
{
    char *data[NEST_OPERANDS] = { dst, from };
    assert(less == 0 || (to == STRIDED_F32 && of != to));
    move->param[0] = to != of; /* rounded, as results are */
    move->param[1] = less;
    move->dtype[NEST_DST] = to;
    move->dtype[NEST_A] = of;
    if (strided__nest_simplify(&move->nest, &move->nest, move)) strided__nest_kernel(k, move, &move->nest)(move, &move->nest, data);
}

void strided__nest_move(const struct kernels *k, const struct work *w, const struct nest *n, strided_dtype to, char *dst, strided_dtype of, char *from)
{
    struct work move; /* here alone: while sums are formed, stack is scarce */
    strided__nest_begin_move(&move, w);
    copy_nest(&move.nest, n);
    strided__nest_move_of(k, &move, to, dst, of, from, 0);
}

static void set_map(struct nest_axis *axis, const struct edge *e, const struct edge_run *r)
{
    axis->map = (struct nest_map){ .operand = e->operand, .mode = e->pad, .n = e->n, .origin = r->p,
                                   .mul = e->other < 0 ? e->keep_mul : e->fold_mul, .stride = e->stride };
}

/* Where a run begins: the edge's operand by the run's own offset, the index of ARG likewise, the rest along the axes. */
static struct place begin(const struct work *w, const struct edge *e, const struct edge_run *r, struct place at)
{
    move(w, &at, e->operand, r->offset + r->tap * e->beyond);
    for (int i = 0; i < NEST_OPERANDS; i++) {
        if (i == e->operand) continue;
        if (w->kind == WORK_ARG && i == NEST_B) { move(w, &at, i, r->taps ? r->p * e->index_stride : 0); continue; }
        move(w, &at, i, r->first * w->nest.axis[e->keep].stride[i]);
        if (e->other >= 0) move(w, &at, i, r->tap * w->nest.axis[e->other].stride[i]);
    }
    return at;
}

static void edges_from(struct walk *k, int i, struct place at)
{
    const struct work *w = k->work;
    const struct edge *e = &w->edge[i];
    if (i == w->edges) { leaf(k, &at); return; }

    struct nest_axis *keep = &k->nest.axis[e->keep];
    struct nest_axis *other = e->other < 0 ? keep : &k->nest.axis[e->other];
    int64_t m = w->nest.axis[e->keep].len;
    int64_t taps = e->other < 0 ? 1 : w->nest.axis[e->other].len;

    for (int64_t p = k->lo[i]; p < k->hi[i];) {
        struct edge_run r = strided__edge_run(e, p, k->hi[i], m, taps);
        if (e->other >= 0) other->len = r.taps;
        keep->len = r.count;
        keep->stride[e->operand] = r.taps ? w->nest.axis[e->keep].stride[e->operand] : 0;
        if (r.mapped) set_map(other, e, &r);
        edges_from(k, i + 1, begin(w, e, &r, at));
        other->map = (struct nest_map){ 0 };
        p += r.count;
    }
}

/* All positions with all taps; who takes them leaves out those that are outside. */
static void whole_edges(struct walk *k, struct place at)
{
    const struct work *w = k->work;
    for (int i = 0; i < w->edges; i++) {
        const struct edge *e = &w->edge[i];
        k->nest.axis[e->keep].len = k->hi[i] - k->lo[i];
        move_all(w, &at, e->keep, k->lo[i], -1);
        move(w, &at, e->operand, -e->before * e->stride);
    }
    leaf(k, &at);
}

static void all_classes(struct walk *k, struct place at)
{
    if (k->product && k->product->whole) whole_edges(k, at);
    else edges_from(k, 0, at);
}

/* All classes go to a buffer, and from there to dst. */
static void walk_mosaic(const struct share *s, struct walk *k, struct place at)
{
    char buffer[MOSAIC_BYTES] __attribute__((aligned(64)));
    struct place to = at;
    at.data[NEST_DST] = buffer;
    all_classes(k, at);
    for (int i = 0; i < k->work->edges; i++) {
        const int axis = k->work->edge[i].keep;
        k->nest.axis[axis].len = k->hi[i] - k->lo[i];
        move(s->work, &to, NEST_DST, k->lo[i] * s->work->nest.axis[axis].stride[NEST_DST]);
        move(k->work, &at, NEST_DST, k->lo[i] * k->work->nest.axis[axis].stride[NEST_DST]);
    }
    strided__mosaic_put(s->mosaic, s->work, s->kernels, &k->nest, to.data[NEST_DST], at.data[NEST_DST]);
}

/* All classes of one slice before the next: what they share is still in the cache. */
static void walk_slices(const struct share *s, struct walk *k, int axis, struct place at)
{
    if (axis == k->nest.keep) {
        if (s->mosaic) walk_mosaic(s, k, at);
        else all_classes(k, at);
        return;
    }
    const int64_t len = k->nest.axis[axis].len, step = s->slice[axis];
    if (!step) { walk_slices(s, k, axis + 1, at); return; }
    for (int64_t from = 0; from < len; from += step) {
        k->nest.axis[axis].len = min_size(step, len - from);
        walk_slices(s, k, axis + 1, at);
        move_all(s->work, &at, axis, step, -1);
    }
    k->nest.axis[axis].len = len;
}

static void cut(struct walk *k, const struct work *w, struct place *at, const struct part *part)
{
    for (int i = 0; i < w->edges; i++)
        if (w->edge[i].keep == part->axis) {
            k->lo[i] = part->lo;
            k->hi[i] = part->hi;
            return;
        }
    k->nest.axis[part->axis].len = part->hi - part->lo;
    move_all(w, at, part->axis, part->lo, -1);
}

/* The walk takes no stack while windows, which have large buffers, walk by themselves. */
static __attribute__((noinline)) void walk_classes(const struct share *s, const struct part *part, int parts)
{
    const struct work *w = s->work;
    struct walk k;
    struct place at;
    k.work = s->mosaic ? &s->mosaic->work : w;
    k.product = s->mosaic ? &s->mosaic->product : s->product;
    k.window = s->window;
    k.kernels = s->kernels;
    k.handful = s->handful;
    copy_nest(&k.nest, &k.work->nest);
    for (int i = 0; i < NEST_OPERANDS; i++) at.data[i] = s->data[i];
    for (int i = 0; i < w->edges; i++) {
        k.lo[i] = 0;
        k.hi[i] = w->nest.axis[w->edge[i].keep].len;
    }
    for (int i = 0; i < parts; i++) cut(&k, w, &at, &part[i]);
    if (s->slice) walk_slices(s, &k, 0, at);
    else all_classes(&k, at);
}

static void walk_part(const struct share *s, const struct part *part, int parts)
{
    const struct part all = { .axis = -1 }, *mine = parts ? part : &all;
    if (s->sliding) strided__sliding_run(s->work, s->sliding, s->kernels, s->data, mine->axis, mine->lo, mine->hi);
    else if (s->window && !s->window->by_class) strided__windows_run(s->work, s->window, s->data, mine->axis, mine->lo, mine->hi);
    else walk_classes(s, part, parts);
}

static void piece(void *job, int64_t index, int worker)
{
    const struct share *s = job;
    struct part part[2];
    (void)worker;
    walk_part(s, part, strided__division_parts(&s->division, s->work->nest.axis, index, part));
}

/* Nothing is written. The other axes may then be as long as they like: there is no walking along them. */
static int is_empty(const struct nest *n)
{
    for (int i = 0; i < n->keep; i++)
        if (n->axis[i].len == 0) return 1;
    return 0;
}

/* Of the product, if it is better done so. */
static void set_slices(struct share *s, struct mosaic *mosaic)
{
    int64_t len;
    const int axis = strided__product_slice(s->product, s->work, &len);
    if (strided__mosaic_plan(mosaic, s->product, s->work)) s->mosaic = mosaic;
    else if (axis >= 0) {
        memset(mosaic->slice, 0, sizeof mosaic->slice);
        mosaic->slice[axis] = len;
    } else return;
    s->slice = mosaic->slice;
}

static void divide(struct share *s)
{
    const struct work *w = s->work;
    if (is_empty(&w->nest)) return;
    s->division = strided__divide(w, s->product, s->window, s->sliding, strided__context_workers(w->ctx));
    if (s->division.axis < 0) walk_part(s, NULL, 0);
    else strided__context_run(w->ctx, s->division.pieces, piece, s);
}

/* The mosaic, too, takes no stack of others. */
static __attribute__((noinline)) void divide_product(struct share *s)
{
    struct mosaic mosaic;
    set_slices(s, &mosaic);
    divide(s);
}

/* With p, what it says; without, by the generic kernels. */
static void run(const struct work *w, const struct prepared *p, void *const data[NEST_OPERANDS])
{
    struct share s = { .work = w, .kernels = strided__kernels(strided__context_isa(w->ctx)), .data = data };
    if (p && p->product.fits) s.product = &p->product;
    if (p && p->window.fits && (!p->window.blocks.fits || p->window.staged.fits || strided__blocks_can_run(w, data))) s.window = &p->window;
    if (p && p->sliding.fits) s.sliding = &p->sliding;
    s.handful = p && p->handful;
    if (s.product) divide_product(&s);
    else divide(&s);
}

void strided__work_run_on(const struct work *w, void *const data[NEST_OPERANDS])
{
    run(w, NULL, data);
}

void strided__work_run_part(const struct work *w, void *const data[NEST_OPERANDS], const struct part *part, int parts)
{
    struct share s = { .work = w, .kernels = strided__kernels(strided__context_isa(w->ctx)), .data = data };
    walk_part(&s, part, parts);
}

/* Sums shorter than this are not worth the turning and packing that the packed form costs; of many outputs beside edges, or in lines that do not
 * fill vectors, and where windows do not read neighbours, or lines that crowd in the cache, they must be shorter still, the more so the longer
 * vectors are, and if each takes as long as two halves: then high tiles, which read less, go by registers alone. */
enum { SHORT_SUM = 100, SHORT_EDGED_SUM = 40, SHORT_STEPPED_SUM = 15, MANY_OUTPUTS = 16, HIGH_OUTPUTS = 48, LONG_VECTOR = 64 };
enum { CACHE_SPAN = 1 << 12 }; /* bytes from a line to the next that takes the same place */

/* The terms of the longest fold are all in one place of the cache. */
static int crowds(const struct work *w)
{
    if (w->nest.fold == 0) return 0;
    const struct nest_axis *fold = &w->nest.axis[w->nest.keep + w->nest.fold - 1];
    return fold->stride[NEST_A] && fold->stride[NEST_A] * (int64_t)strided_dtype_size(w->dtype[NEST_A]) % CACHE_SPAN == 0;
}

/* Vectors that lie along lines of so many elements are filled to less than eight ninths. */
static int wastes(int64_t len, int64_t lanes) { return 8 * lanes * ceil_div(len, lanes) > 9 * len; }

static int64_t short_sum(const struct window_plan *p, const struct work *w, int64_t lanes)
{
    const struct nest_axis *line = &w->nest.axis[p->vector];
    const int many = !p->by_class && p->row >= 0 && !p->slides && w->nest.axis[p->row].len >= MANY_OUTPUTS;
    if ((line->stride[NEST_A] != 1 && line->stride[NEST_A] != -1) || crowds(w)) return SHORT_STEPPED_SUM;
    if (!many) return SHORT_SUM;
    if (p->vector_edge >= 0) return SHORT_EDGED_SUM;
    if (p->kernels->vector_bytes < LONG_VECTOR) return wastes(line->len, lanes) ? SHORT_EDGED_SUM : SHORT_SUM;
    if (w->nest.axis[p->row].len >= HIGH_OUTPUTS && strided__cpu_halves()) return SHORT_STEPPED_SUM;
    return wastes(line->len, lanes) || line->len < 4 * lanes ? SHORT_EDGED_SUM / 2 : SHORT_EDGED_SUM;
}

static int is_short(const struct window_plan *p, const struct work *w, int64_t lanes)
{
    return work_terms(w) <= (double)short_sum(p, w, lanes);
}

/* Room for so many elements of packed b; 0: there is none. */
static int make_room(struct prepared *p, const struct work *planned, int64_t elements)
{
    size_t bytes = (size_t)elements * strided__compute_size(planned->compute);
    p->packed = strided__try_alloc(planned->ctx, bytes);
    if (!p->packed) return 0;
    p->bytes = bytes;
    strided__work_copy(&p->work, planned);
    return 1;
}

static void prepare_product(struct prepared *p, const struct work *w, const struct kernels *k, int b_is_constant)
{
    struct work planned;
    strided__product_plan(&p->product, &planned, w, k, b_is_constant);
    if (!p->product.fits) return;
    strided__small_product_plan(&p->small, &p->product, &planned, k); /* reads all of b */
    if (!b_is_constant && !p->small.run && strided__context_workers(w->ctx) == 1) p->some = strided__product_cut(&p->product, &planned, &p->cut);
    if (!p->product.packed) strided__work_copy(&p->work, &planned);
    else if (make_room(p, &planned, p->product.packed)) {
        if (!p->some) strided__product_pack(&p->product, &planned, planned.data, p->packed);
    } else {
        p->product.fits = 0;
        p->small.run = NULL;
    }
}

static int pack_window(struct prepared *p, const struct work *planned, const struct work *w)
{
    const struct window_plan *v = &p->window;
    if (!v->packed && !v->converted) {
        if (v->joined) strided__work_copy(&p->work, planned);
        return 1;
    }
    if (!make_room(p, planned, v->packed + v->converted)) return 0;
    if (v->packed) strided__windows_pack(v, planned, planned->data, p->packed);
    else strided__windows_convert(v, w, planned, p->packed);
    return 1;
}

/* How long one tap of a maximum takes by windows, and by the generic kernels, where a pass of a sliding one takes 1. */
static const double window_tap = 0.6, generic_tap = 5;

/* A packed product makes more of long sums, and of results that are narrow where the vectors of windows would lie. */
static int product_may_be_better(const struct window_plan *p, const struct work *w)
{
    if (!p->fits) return 1;
    if (p->form != WINDOW_SPREAD) return 0;
    const int64_t lanes = lanes_of(p->kernels, w->compute);
    return !is_short(p, w, lanes) || w->nest.axis[p->vector].len < lanes;
}

/* Whether it may be a product, and as what it is planned by windows. */
static int may_be_product(struct window_plan *p, struct work *planned, const struct work *w, const struct kernels *k)
{
    struct work floats;
    p->fits = 0;
    if (w->runs) return 1;
    const double most = strided__windows_as_floats(&floats, w);
    if (most > 0) {
        strided__windows_plan(p, planned, &floats, strided__windows_of(k, &floats));
        strided__windows_end_whole(p, planned, w, most);
        return 1; /* products of integers are made for them */
    }
    strided__windows_plan(p, planned, w, strided__windows_of(k, w));
    return product_may_be_better(p, planned);
}

/* Sliding maxima, or windows, or a packed product. */
static void prepare_direct(struct prepared *p, const struct work *w, const struct kernels *k, int b_is_constant)
{
    if (w->kind == WORK_REDUCE && work_chains(w, &w->nest) > 1) return; /* the sums of tiles are one chain */
    p->handful = strided__handful_fits(w, k);
    if (p->handful) return;
    struct work planned;
    const int may_multiply = may_be_product(&p->window, &planned, w, k);
    strided__sliding_plan(&p->sliding, w, k, p->window.fits ? window_tap : generic_tap);
    if (p->sliding.fits) {
        p->window.fits = 0;
        return;
    }
    if (may_multiply) prepare_product(p, w, k, b_is_constant);
    p->window.fits = p->window.fits && !p->product.fits && pack_window(p, &planned, w);
    if (!p->window.fits && !p->product.fits && !b_is_constant) strided__product_face(&p->work);
}

int strided__prepare_packs_alone(const struct work *w)
{
    const struct kernels *k = strided__kernels(strided__context_isa(w->ctx));
    struct prepared p;
    struct work planned;
    if (w->kind != WORK_CONTRACT) return 0;
    strided__winograd_plan(&p.winograd, w, k);
    if (p.winograd.m || strided__handful_fits(w, k)) return 0;
    if (!may_be_product(&p.window, &planned, w, k)) return 0;
    strided__product_plan(&p.product, &planned, w, k, 1);
    return p.product.fits && p.product.packed;
}

static strided_status prepare_winograd(struct prepared *p, const struct work *w, const struct kernels *k)
{
    p->bytes = (size_t)p->winograd.packed * sizeof(float);
    p->packed = strided__alloc(w->who, w->ctx, p->bytes);
    if (!p->packed) return STRIDED_ERR_NO_MEMORY;
    p->scratch_bytes = strided__winograd_scratch(&p->winograd, w);
    p->scratch = strided__alloc(w->who, w->ctx, p->scratch_bytes);
    if (p->scratch) {
        strided__winograd_pack(&p->winograd, w, k, p->packed);
        return STRIDED_OK;
    }
    strided__prepared_release(p);
    p->packed = NULL;
    return STRIDED_ERR_NO_MEMORY;
}

strided_status strided__prepare(struct prepared *p, const struct work *w, int b_is_constant)
{
    const struct kernels *k = strided__kernels(strided__context_isa(w->ctx));
    strided__work_copy(&p->work, w);
    p->packed = p->scratch = NULL;
    p->bytes = p->scratch_bytes = 0;
    p->some = 0;
    p->product.fits = p->window.fits = p->sliding.fits = 0;
    p->small.run = NULL;
    p->handful = 0;
    strided__winograd_plan(&p->winograd, w, k);
    if (p->winograd.m) return prepare_winograd(p, w, k);
    prepare_direct(p, w, k, b_is_constant);
    return STRIDED_OK;
}

void strided__prepared_release(struct prepared *p)
{
    strided__free(p->work.ctx, p->packed, p->bytes);
    strided__free(p->work.ctx, p->scratch, p->scratch_bytes);
}

const char *strided__prepared_name(const struct prepared *p)
{
    if (p->winograd.m) return p->winograd.m == 2 ? "winograd F(2x2,3x3)" : "winograd F(4x4,3x3)";
    if (p->sliding.fits) return "sliding maxima";
    if (p->window.fits) return "windows";
    if (p->handful) return "handfuls";
    return p->product.fits ? "packed product" : "generic";
}

/* Some columns or batches after the other: packed, and multiplied while the cache holds them. */
static void run_in_parts(struct prepared *p, void *const data[NEST_OPERANDS])
{
    int64_t *len = &p->work.nest.axis[p->cut].len;
    const int64_t all = *len;
    struct place at;
    void *here[NEST_OPERANDS];
    for (int i = 0; i < NEST_OPERANDS; i++) at.data[i] = data[i];
    at.data[NEST_PACKED] = p->packed;
    for (int64_t from = 0; from < all; from += p->some) {
        *len = min_size(p->some, all - from);
        for (int i = 0; i < NEST_OPERANDS; i++) here[i] = at.data[i];
        strided__product_pack(&p->product, &p->work, here, p->packed);
        move_all(&p->work, &at, p->cut, p->some, NEST_PACKED);
        p->product.ahead = from + p->some < all ? strided__product_ahead(&p->product, &p->work, p->packed, at.data[NEST_B]) : 0;
        run(&p->work, p, here);
    }
    *len = all;
}

void strided__prepared_run(const struct prepared *p, void *const data[NEST_OPERANDS], void *scratch)
{
    void *all[NEST_OPERANDS];
    if (p->winograd.m) {
        strided__winograd_run(&p->winograd, &p->work, data, p->packed, scratch ? scratch : p->scratch);
        return;
    }
    if (p->small.run && p->small.shared.axis < 0 && is_aligned(data[NEST_DST], p->small.size)) {
        p->small.run(&p->small, data[NEST_DST], data[NEST_A], p->packed ? p->packed : data[NEST_PACKED], data[NEST_C]);
        return;
    }
    for (int i = 0; i < NEST_OPERANDS; i++) all[i] = data[i];
    if (p->packed) all[p->window.fits && p->window.converted ? NEST_B : NEST_PACKED] = p->packed;
    if (p->small.run && is_aligned(data[NEST_DST], p->small.size)) strided__small_product_run(&p->small, p->work.ctx, all);
    else run(&p->work, p, all);
}

void strided__prepared_run_once(struct prepared *p, void *const data[NEST_OPERANDS])
{
    if (p->product.fits && p->some) run_in_parts(p, data);
    else strided__prepared_run(p, data, NULL);
}

strided_status strided__work_run(const struct work *w)
{
    struct prepared p;
    if (w->kind != WORK_CONTRACT && w->kind != WORK_REDUCE) { run(w, NULL, w->data); return STRIDED_OK; }
    strided_status s = strided__prepare(&p, w, 0);
    if (s) return s;
    strided__prepared_run_once(&p, p.work.data);
    strided__prepared_release(&p);
    return s;
}
