/*
 * maxima.c - planning and walking maxima of integers, and floats of 16 bits, where they lie, see maxima_plan.h.
 */
#include "sliding_plan.h"
#include "cursor.h"
#include <stddef.h>
#include <string.h>

enum { TAP_BYTES = 56 }; /* more taps, of larger elements, are better taken along one axis after the other; those of a line count twice */

/* ---- plan ------------------------------------------------------------------------------------------ */

/* The longest axis that both run along. */
static int vector_axis(const struct work *w)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        const struct edge *e = strided__sliding_window(w, i);
        if (a->stride[NEST_DST] == 1 && (e ? e->stride : a->stride[NEST_A]) == 1 && (best < 0 || a->len > w->nest.axis[best].len)) best = i;
    }
    return best;
}

/* Positions that share what they read, before others; what lies closest in dst. */
static int64_t worth_as_rows(const struct work *w, int axis)
{
    return w->nest.axis[axis].len < 2 ? 0 : strided__sliding_window(w, axis) ? 2 : 1;
}

static int row_axis(const struct work *w, int vector)
{
    int best = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const int64_t more = best < 0 ? 1 : worth_as_rows(w, i) - worth_as_rows(w, best);
        if (i == vector || more < 0) continue;
        if (more > 0 || step_of(&w->nest.axis[i], NEST_DST) < step_of(&w->nest.axis[best], NEST_DST)) best = i;
    }
    return best;
}

/* Taps that are looked at one by one, but for those along the vectors. */
static double taps_of(const struct work *w, const struct edge *along)
{
    double taps = 1;
    for (int f = w->nest.keep; f < w->nest.keep + w->nest.fold; f++)
        if (!along || f != along->other) taps *= (double)w->nest.axis[f].len;
    return taps;
}

/* Elements that the windows of all positions reach over. */
static int64_t reach_of(const struct edge *e, const struct nest *n)
{
    return (n->axis[e->keep].len - 1) * e->keep_mul + (n->axis[e->other].len - 1) * e->fold_mul + 1;
}

/* Those of them that are there. */
static int64_t real_of(const struct edge *e, const struct nest *n) { return min_size(e->n, reach_of(e, n) - e->before); }

/* 0: there is no room for a line, or it is too short. */
static int set_lines(struct maxima_plan *p, const struct work *w, const struct edge *e, int64_t size)
{
    if (real_of(e, &w->nest) < MAXIMA_VECTOR / size || w->nest.axis[e->other].len > MAXIMA_TAPS) return 0;
    p->line = ceil_div(reach_of(e, &w->nest), e->keep_mul) * e->keep_mul;
    p->rows = MAXIMA_BYTES / size / p->line;
    return p->rows > 0;
}

void strided__maxima_plan(struct maxima_plan *p, const struct work *w, const struct kernels *k)
{
    const int64_t size = size_of(w->dtype[NEST_A]);
    memset(p, 0, sizeof *p);
    p->kernel = strided__maxima_kernel(k, w->dtype[NEST_A]);
    p->vector = vector_axis(w);
    if (!p->kernel || w->dtype[NEST_DST] != w->dtype[NEST_A] || p->vector < 0 || w->nest.axis[p->vector].len < MAXIMA_VECTOR / size) return;
    const struct edge *along = strided__sliding_window(w, p->vector);
    const double taps = taps_of(w, along), line = along ? (double)w->nest.axis[along->other].len : 0;
    p->row = row_axis(w, p->vector);
    p->fits = p->row >= 0 && taps <= MAXIMA_TAPS && (taps + 2 * line) * (double)size <= TAP_BYTES && (!along || set_lines(p, w, along, size));
}

/* ---- run ------------------------------------------------------------------------------------------- */

struct walk {
    const struct work *w;
    const struct maxima_plan *plan;
    const struct edge *along;          /* the window of the vectors; NULL: none */
    int64_t size;
    struct range taps[NEST_AXES];      /* of each fold, those that are there */
    struct range mine[NEST_AXES];      /* positions of each kept axis */
    nest_kernel *copy;
    struct work split;                 /* of lines: what is a step apart comes to lie side by side */
    struct maxima_rows first, second;  /* across the windows, along them */
    char    line[MAXIMA_BYTES] __attribute__((aligned(64))), parts[MAXIMA_BYTES] __attribute__((aligned(64)));
};

/* Bytes from position to position. */
static int64_t step_in(const struct walk *k, int operand, int axis)
{
    const struct edge *e = operand == NEST_A ? strided__sliding_window(k->w, axis) : NULL;
    return k->size * (e ? e->keep_mul * e->stride : k->w->nest.axis[axis].stride[operand]);
}

/* The taps at position i of a kept axis. */
static void set_taps(struct walk *k, int keep, int64_t i)
{
    const struct edge *e = strided__sliding_window(k->w, keep);
    if (e) k->taps[e->other] = strided__edge_taps(e, i, k->w->nest.axis[e->other].len);
}

/* Where all of them are. */
static void set_places(struct walk *k)
{
    struct maxima_rows *m = &k->first;
    m->taps = 1;
    m->place[0] = 0;
    for (int f = k->w->nest.keep; f < k->w->nest.keep + k->w->nest.fold; f++) {
        const struct edge *e = strided__sliding_window(k->w, f);
        const struct range r = k->taps[f];
        if (e == k->along) continue;
        for (int64_t t = r.hi - 1; t >= r.lo; t--)
            for (int64_t i = 0; i < m->taps; i++) m->place[(t - r.lo) * m->taps + i] = m->place[i] + t * e->fold_mul * e->stride * k->size;
        m->taps *= max_size(r.hi - r.lo, 0);
    }
}

/* From lines in the buffer. */
static int run_lines(struct walk *k, int64_t count, char *dst)
{
    char *data[NEST_OPERANDS] = { [NEST_DST] = k->parts, [NEST_A] = k->line };
    const int splits = k->along->keep_mul > 1 && !k->second.pairs;
    k->second.rows = count;
    k->split.nest.axis[1].len = count * k->plan->line / k->along->keep_mul;
    if (splits) k->copy(&k->split, &k->split.nest, data);
    return k->plan->kernel(&k->second, dst, splits ? k->parts : k->line);
}

/* Some rows that see the same taps. 0, here and below: there are floats whose order matters. */
static int run_rows(struct walk *k, int64_t count, char *dst, const char *a)
{
    struct maxima_rows *m = &k->first;
    const int64_t most = k->along ? k->plan->rows : count;
    set_places(k);
    for (; count > 0; count -= m->rows, a = shift((char *)(intptr_t)a, m->rows * m->a_row), dst = shift(dst, m->rows * k->second.dst_row)) {
        m->rows = min_size(most, count);
        if (!k->plan->kernel(m, k->along ? k->line + k->along->before * k->size : dst, a)) return 0;
        if (k->along && !run_lines(k, m->rows, dst)) return 0;
    }
    return 1;
}

static int all_rows(struct walk *k, char *dst, const char *a)
{
    const int row = k->plan->row;
    const struct edge *e = strided__sliding_window(k->w, row);
    const struct range all = k->mine[row], whole = e ? strided__edge_whole(e, k->w->nest.axis[row].len, k->w->nest.axis[e->other].len) : all;
    for (int64_t i = all.lo, count; i < all.hi; i += count) {
        count = i < whole.lo || i >= whole.hi ? 1 : min_size(whole.hi, all.hi) - i;
        set_taps(k, row, i);
        if (!run_rows(k, count, shift(dst, i * k->second.dst_row), shift((char *)(intptr_t)a, i * k->first.a_row))) return 0;
    }
    return 1;
}

/* From this axis on, but for those of the rows and the vectors. */
static int all_positions(struct walk *k, int axis, char *dst, const char *a)
{
    while (axis == k->plan->vector || axis == k->plan->row) axis++;
    if (axis >= k->w->nest.keep) return all_rows(k, dst, a);
    const int64_t dst_step = step_in(k, NEST_DST, axis), a_step = step_in(k, NEST_A, axis);
    for (int64_t i = k->mine[axis].lo; i < k->mine[axis].hi; i++) {
        set_taps(k, axis, i);
        if (!all_positions(k, axis + 1, shift(dst, i * dst_step), shift((char *)(intptr_t)a, i * a_step))) return 0;
    }
    return 1;
}

static void set_rows(struct walk *k)
{
    const struct maxima_plan *p = k->plan;
    k->first.pass = k->along ? MAXIMA_FIRST : MAXIMA_ALL;
    k->second.pass = MAXIMA_LAST;
    k->first.infinity = k->second.infinity = k->w->dtype[NEST_A] == STRIDED_F16 ? 0x7c00 : 0x7f80;
    k->second.bytes = k->w->nest.axis[p->vector].len * k->size;
    k->second.dst_row = step_in(k, NEST_DST, p->row);
    k->first.bytes = k->along ? real_of(k->along, &k->w->nest) * k->size : k->second.bytes;
    k->first.a_row = step_in(k, NEST_A, p->row);
    k->first.dst_row = k->along ? p->line * k->size : k->second.dst_row;
}

/* What lies around the lines changes no maximum. */
static void set_lines_of(struct walk *k, const struct kernels *kernels)
{
    const struct maxima_plan *p = k->plan;
    const int64_t step = k->along->keep_mul, part = p->line / step;
    struct maxima_rows *m = &k->second;
    p->kernel(&(struct maxima_rows){ .bytes = MAXIMA_BYTES, .rows = 1, .pass = MAXIMA_FIRST, .infinity = m->infinity }, k->line, k->line);
    m->taps = k->w->nest.axis[k->along->other].len;
    m->pairs = k->size == 1 && step == 2 && k->along->fold_mul == 1 ? m->taps : 0;
    m->a_row = m->pairs ? p->line : part * k->size;
    for (int64_t t = 0, at = 0; t < m->taps; t++, at += k->along->fold_mul) m->place[t] = (at % step * p->rows * part + at / step) * k->size;
    strided__work_init(&k->split, WORK_MAP, k->w->compute, k->w->ctx);
    k->split.op = MAP_COPY;
    k->split.dtype[NEST_DST] = k->split.dtype[NEST_A] = k->w->dtype[NEST_A];
    strided__work_keep(&k->split, step);
    strided__work_keep(&k->split, part);
    strided__work_stride(&k->split, 0, NEST_DST, p->rows * part);
    strided__work_stride(&k->split, 0, NEST_A, 1);
    strided__work_stride(&k->split, 1, NEST_DST, 1);
    strided__work_stride(&k->split, 1, NEST_A, step);
    k->copy = strided__nest_kernel(kernels, &k->split, &k->split.nest);
}

int strided__maxima_run(const struct work *w, const struct maxima_plan *p, const struct kernels *kernels, void *const data[NEST_OPERANDS],
                        int axis, int64_t lo, int64_t hi)
{
    struct walk k;
    char *a = data[NEST_A];
    memset(&k, 0, offsetof(struct walk, line));
    k.w = w;
    k.plan = p;
    k.along = strided__sliding_window(w, p->vector);
    k.size = size_of(w->dtype[NEST_A]);
    for (int i = 0; i < w->nest.keep; i++) k.mine[i] = (struct range){ i == axis ? lo : 0, i == axis ? hi : w->nest.axis[i].len };
    for (int i = 0; i < w->windows; i++)
        if (&w->window[i] != k.along) a = shift(a, -w->window[i].before * w->window[i].stride * k.size);
    set_rows(&k);
    if (k.along) set_lines_of(&k, kernels);
    return all_positions(&k, 0, data[NEST_DST], a);
}
