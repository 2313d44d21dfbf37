/*
 * stage.c - see stage.h.
 */
#include "window_plan.h"
#include "cursor.h"
#include "../base/checked.h"
#include "../nest/edges.h"
#include "../nest/simplify.h"
#include <string.h>

/* Positions of a line, lines that share what they read, and outputs that do, which are worth having before there are more of others. */
enum { LINE = 64, LINES = 8, OUTPUTS = 16 };

/* The kept axes, those first that an operand's memory runs along most closely, but `first` (-1: none) before all. */
static void order_axes(int order[STAGE_AXES], const struct work *w, int operand, int first)
{
    int64_t far[STAGE_AXES];
    for (int i = 0, j; i < w->nest.keep; i++) {
        const int64_t stride = abs_size(w->nest.axis[i].stride[operand]), key = i == first ? 0 : stride ? stride : INT64_MAX;
        for (j = i; j > 0 && far[j - 1] > key; j--) {
            far[j] = far[j - 1];
            order[j] = order[j - 1];
        }
        far[j] = key;
        order[j] = i;
    }
}

/* Side by side in this order. */
static void set_strides(int64_t stride[STAGE_AXES], const int64_t len[STAGE_AXES], const int order[STAGE_AXES], int axes)
{
    int64_t at = 1;
    for (int i = 0; i < axes; i++) {
        stride[order[i]] = at;
        at *= len[order[i]];
    }
}

static void put_strides(struct work *w, const int64_t stride[STAGE_AXES])
{
    for (int i = 0; i < w->nest.keep; i++) w->nest.axis[i].stride[NEST_DST] = stride[i];
}

int strided__stage_work(struct work *out, const struct work *w, int operand, int first)
{
    int64_t len[STAGE_AXES], stride[STAGE_AXES], all = 1;
    int order[STAGE_AXES];
    if (w->nest.keep > STAGE_AXES || w->epilogue.accumulate) return 0;
    for (int i = 0; i < w->nest.keep; i++) {
        len[i] = w->nest.axis[i].len;
        if (!mul_size(&all, all, len[i])) return 0;
    }
    order_axes(order, w, operand, first);
    set_strides(stride, len, order, w->nest.keep);
    strided__work_copy(out, w);
    out->dtype[NEST_DST] = strided__compute_dtype(w->compute);
    put_strides(out, stride);
    return all > 1;
}

/* ---- how much at a time ---------------------------------------------------------------------------- */

/* At least, where dst is no narrower: lanes and packed vectors are the plan's, of which it wants all; outputs are vectors, or share what they read. */
static int64_t least_of(const struct work *w, const struct window_plan *p, int axis)
{
    const int64_t len = w->nest.axis[axis].len;
    if (axis == (p->blocks.fits ? p->blocks.lane : p->packed && !p->repeats ? p->vector : -1)) return len;
    if (w->nest.axis[axis].stride[NEST_A]) return 1;
    return p->blocks.fits ? len : min_size(len, OUTPUTS);
}

/* Elements of dst that there is room for. */
static int64_t room_of(const struct work *w, const struct window_plan *p)
{
    return (p->blocks.fits ? STAGE_SOME_BYTES : STAGE_BYTES) / (int64_t)strided__compute_size(w->compute);
}

/* More of an axis, in pieces alike, as far as there is room. */
static void grow(struct stage *s, const struct work *w, int64_t room, int axis, int64_t upto)
{
    const int64_t len = w->nest.axis[axis].len;
    for (int i = 0; i < w->nest.keep; i++)
        if (i != axis) room /= s->some[i];
    const int64_t most = min_size(len, min_size(room, upto));
    if (most > s->some[axis]) s->some[axis] = max_size(s->some[axis], ceil_div(len, ceil_div(len, most)));
}

int strided__stage_plan(struct stage *s, struct work *staged, const struct work *w, const struct window_plan *p)
{
    const int64_t size = (int64_t)strided_dtype_size(w->dtype[NEST_DST]);
    int order[STAGE_AXES], in_dst[STAGE_AXES];
    const int64_t room = room_of(w, p);
    int64_t left = room;
    memset(s, 0, sizeof *s);
    if (!p->fits || p->by_class || (p->blocks.fits && !p->blocks.wide)) return 0;
    for (int i = 0; i < w->nest.keep; i++) {
        s->some[i] = least_of(w, p, i);
        left /= s->some[i];
    }
    if (!left) return 0;
    order_axes(order, staged, NEST_DST, -1);
    order_axes(in_dst, w, NEST_DST, -1);
    grow(s, w, room, order[0], LINE);
    if (s->some[order[0]] < min_size(LINE / 2, w->nest.axis[order[0]].len)) return 0;
    grow(s, w, room, in_dst[0], LINE_BYTES / size);
    for (int i = 0; i < w->nest.keep; i++)
        if (strided__edge_of(w, order[i]) >= 0) grow(s, w, room, order[i], LINES);
    for (int i = 0; i < w->nest.keep; i++)
        if (w->nest.axis[order[i]].stride[NEST_A]) grow(s, w, room, order[i], INT64_MAX);
    set_strides(s->stride, s->some, order, w->nest.keep);
    put_strides(staged, s->stride);
    return s->fits = 1;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

struct walk {
    const struct work *w;
    const struct stage *stage;
    const struct kernels *kernels;
    void *const *data;
    struct work piece;          /* w, of so much at a time, with the buffer for dst */
    struct window_plan plan;    /* p, for that */
    int64_t unit[NEST_OPERANDS];
    struct range here[STAGE_AXES]; /* what is moved */
    char *buffer;
};

/* The piece begins here, or earlier, as it has one size. */
static int64_t first_of(const struct walk *k, int axis) { return min_size(k->here[axis].lo, k->w->nest.axis[axis].len - k->stage->some[axis]); }

static void form_sums(struct walk *k)
{
    void *data[NEST_OPERANDS];
    for (int o = 0; o < NEST_OPERANDS; o++) data[o] = o == NEST_DST ? k->buffer : k->data[o];
    for (int i = 0; i < k->w->nest.keep; i++) {
        const int64_t first = first_of(k, i);
        const int e = strided__edge_of(k->w, i);
        if (e >= 0) k->piece.edge[e].before = k->w->edge[e].before - first * k->w->edge[e].keep_mul;
        strided__blocks_piece(&k->plan.blocks, i, k->stage->some[i], e < 0 ? NULL : &k->piece.edge[e]);
        for (int o = 0; o < NEST_OPERANDS; o++)
            if (o != NEST_DST && !(o == NEST_A && e >= 0)) data[o] = shift(data[o], axis_from(&k->w->nest.axis[i], o, first) * k->unit[o]);
        k->piece.nest.axis[i].map.origin = map_from(&k->w->nest.axis[i].map, first);
    }
    strided__windows_run(&k->piece, &k->plan, data, -1, 0, 0);
}

/* Takes no stack while sums are formed. */
static __attribute__((noinline)) void move_sums(const struct walk *k)
{
    struct nest n = { .keep = k->w->nest.keep };
    char *dst = k->data[NEST_DST], *from_buffer = k->buffer;
    for (int i = 0; i < n.keep; i++) {
        const int64_t to = k->w->nest.axis[i].stride[NEST_DST], from = k->stage->stride[i], lo = k->here[i].lo;
        n.axis[i] = (struct nest_axis){ .len = k->here[i].hi - lo, .stride = { to, from } };
        dst = shift(dst, lo * to * k->unit[NEST_DST]);
        from_buffer = shift(from_buffer, (lo - first_of(k, i)) * from * (int64_t)strided__compute_size(k->w->compute));
    }
    strided__nest_move(k->kernels, k->w, &n, k->w->dtype[NEST_DST], dst, k->piece.dtype[NEST_DST], from_buffer);
}

/* What becomes of sums of whole numbers is what integers become: they are products with 1 that nothing is folded over. */
static __attribute__((noinline)) void end_whole(const struct walk *k)
{
    static const int32_t one = 1;
    struct work end;
    char *at[NEST_OPERANDS];
    strided__work_init(&end, WORK_CONTRACT, COMPUTE_I32, k->w->ctx);
    end.epilogue = k->w->epilogue;
    memcpy(end.dtype, k->w->dtype, sizeof end.dtype);
    end.dtype[NEST_A] = k->piece.dtype[NEST_DST];
    end.dtype[NEST_B] = STRIDED_I32;
    end.dtype[NEST_PACKED] = 0;
    memcpy(at, k->data, sizeof at);
    at[NEST_A] = k->buffer;
    at[NEST_B] = (char *)&one;
    for (int i = 0; i < k->w->nest.keep; i++) {
        const int64_t lo = k->here[i].lo, from = k->stage->stride[i];
        struct nest_axis *a = &end.nest.axis[strided__work_keep(&end, k->here[i].hi - lo)];
        memcpy(a->stride, k->w->nest.axis[i].stride, sizeof a->stride);
        a->stride[NEST_A] = from;
        a->stride[NEST_B] = a->stride[NEST_PACKED] = 0;
        for (int o = 0; o < NEST_OPERANDS; o++)
            if (o == NEST_A) at[o] = shift(at[o], (lo - first_of(k, i)) * from * (int64_t)sizeof(float));
            else if (o != NEST_B) at[o] = shift(at[o], lo * a->stride[o] * k->unit[o]);
    }
    if (strided__nest_simplify(&end.nest, &end.nest, &end)) strided__nest_kernel(k->kernels, &end, &end.nest)(&end, &end.nest, at);
}

/* The piece after this one, of what is `mine`: first of other outputs, which read the same, then along the lines. 0: there is none. */
static int next_piece(struct walk *k, const struct range mine[STAGE_AXES])
{
    for (int moves = 0; moves < 2; moves++)
        for (int i = k->w->nest.keep - 1; i >= 0; i--) {
            struct range *here = &k->here[i];
            const int more = here->hi < mine[i].hi;
            if ((k->w->nest.axis[i].stride[NEST_A] != 0) != moves) continue;
            here->lo = more ? here->hi : mine[i].lo;
            here->hi = min_size(here->lo + k->stage->some[i], mine[i].hi);
            if (more) return 1;
        }
    return 0;
}

static void start(struct walk *k, struct range mine[STAGE_AXES], const struct part *part)
{
    strided__work_copy(&k->piece, k->w);
    k->piece.dtype[NEST_DST] = strided__compute_dtype(k->w->compute);
    if (k->plan.whole) {
        k->piece.epilogue = (struct epilogue){ .alpha = 1 };
        k->piece.dtype[NEST_C] = k->piece.dtype[NEST_D] = 0;
    }
    work_units(k->w, k->unit);
    put_strides(&k->piece, k->stage->stride);
    k->plan.staged.fits = 0;
    for (int i = 0; i < k->w->nest.keep; i++) {
        const int64_t len = k->w->nest.axis[i].len, some = k->stage->some[i];
        mine[i] = i == part->axis ? (struct range){ part->lo, part->hi } : (struct range){ 0, len };
        k->here[i] = (struct range){ mine[i].lo, min_size(mine[i].lo + some, mine[i].hi) };
        k->piece.nest.axis[i].len = some;
    }
}

static __attribute__((noinline)) void run(const struct work *w, const struct window_plan *p, void *const data[NEST_OPERANDS],
                                           const struct part *part, char *buffer)
{
    struct range mine[STAGE_AXES];
    struct walk k = { .w = w, .stage = &p->staged, .kernels = p->kernels, .data = data, .plan = *p, .buffer = buffer };
    start(&k, mine, part);
    do {
        form_sums(&k);
        if (p->whole) end_whole(&k);
        else move_sums(&k);
    } while (next_piece(&k, mine));
}

static __attribute__((noinline)) void run_some(const struct work *w, const struct window_plan *p, void *const data[NEST_OPERANDS], const struct part *part)
{
    char buffer[STAGE_SOME_BYTES] __attribute__((aligned(64)));
    run(w, p, data, part, buffer);
}

static __attribute__((noinline)) void run_many(const struct work *w, const struct window_plan *p, void *const data[NEST_OPERANDS], const struct part *part)
{
    char buffer[STAGE_BYTES] __attribute__((aligned(64)));
    run(w, p, data, part, buffer);
}

void strided__stage_run(const struct work *w, const struct window_plan *p, void *const data[NEST_OPERANDS], const struct part *part)
{
    if (p->blocks.fits) run_some(w, p, data, part);
    else run_many(w, p, data, part);
}
