/*
 * scatter.c - see scatter.h.
 */
#include "scatter.h"
#include "../base/checked.h"
#include "../base/context.h"
#include "../base/error.h"
#include <string.h>

/* ---- walking ----------------------------------------------------------------------------------------- */

/* Some axes, the last one fastest; from index to index each operand moves so many bytes. */
enum { IDX, SRC, DST, MOVED };
struct axis { int64_t len, by[MOVED]; };
struct walk {
    int n;
    struct axis axis[STRIDED_MAX_NDIM + 1];
    char *at[MOVED];
};

/* Bytes from index to index of an axis; none along one that is too short to be walked, whose stride may be anything. */
static int64_t step_of(const strided_tensor *x, int axis)
{
    return x->shape[axis] > 1 ? x->strides[axis] * (int64_t)strided_dtype_size(x->dtype) : 0;
}

/* There is always one, and but for it none of a single index. */
static void add_axis(struct walk *w, int64_t len, int64_t idx, int64_t src, int64_t dst)
{
    if (w->n == 0 || len > 1) w->axis[w->n++] = (struct axis){ len, { idx, src, dst } };
}

static void move(struct walk *w, const struct axis *a, int64_t by)
{
    for (int o = 0; o < MOVED; o++)
        if (w->at[o]) w->at[o] += by * a->by[o];
}

/* To the next index of all axes but the last; 0: that was the last one. */
static int next_line(struct walk *w, int64_t index[STRIDED_MAX_NDIM])
{
    for (int i = w->n - 2; i >= 0; i--) {
        const struct axis *a = &w->axis[i];
        if (++index[i] < a->len) {
            move(w, a, 1);
            return 1;
        }
        move(w, a, 1 - a->len);
        index[i] = 0;
    }
    return 0;
}

/* ---- lines ------------------------------------------------------------------------------------------- */

/* Bytes from a plane's first element to its place `at`: by one step where places are as far apart everywhere. */
struct plane { int even; int64_t step; const strided_tensor *dst; int outer, n; };

static int64_t far_place(const struct plane *p, int64_t at)
{
    int64_t bytes = 0;
    for (int a = p->outer + p->n - 1; a >= p->outer; a--) {
        bytes += at % p->dst->shape[a] * step_of(p->dst, a);
        at /= p->dst->shape[a];
    }
    return bytes;
}

static inline int64_t place(const struct plane *p, int64_t at) { return p->even ? at * p->step : far_place(p, at); }

static struct plane plane_of(const strided_tensor *dst, int n)
{
    struct plane p = { .even = 1, .dst = dst, .outer = dst->ndim - n, .n = n };
    int64_t inside = 1; /* places of the axes that were looked at */
    for (int a = dst->ndim - 1; a >= p.outer; a--) {
        if (dst->shape[a] == 1) continue;
        if (inside == 1) p.step = step_of(dst, a);
        else if (step_of(dst, a) != inside * p.step) p.even = 0;
        inside *= dst->shape[a];
    }
    return p;
}

/* What one element does. */
typedef void scatter_one(char *dst, const char *src);

static inline void put1(char *dst, const char *src) { memcpy(dst, src, 1); }
static inline void put2(char *dst, const char *src) { memcpy(dst, src, 2); }
static inline void put4(char *dst, const char *src) { memcpy(dst, src, 4); }
static inline void put8(char *dst, const char *src) { memcpy(dst, src, 8); }

static inline void add_f32(char *dst, const char *src) { *(float *)(void *)dst += *(const float *)(const void *)src; }
static inline void add_f64(char *dst, const char *src) { *(double *)(void *)dst += *(const double *)(const void *)src; }
static inline void add_i32(char *dst, const char *src) { *(uint32_t *)(void *)dst += *(const uint32_t *)(const void *)src; }
static inline void add_i64(char *dst, const char *src) { *(uint64_t *)(void *)dst += *(const uint64_t *)(const void *)src; }

static inline __attribute__((always_inline)) void each(scatter_one *one, const struct plane *p, const struct axis *a, char *const at[MOVED])
{
    const struct plane plane = *p;
    const struct axis axis = *a; /* which are not what is written */
    const char *idx = at[IDX], *src = at[SRC];
    char *dst = at[DST];
    for (int64_t i = 0; i < axis.len; i++, idx += axis.by[IDX], src += axis.by[SRC], dst += axis.by[DST]) {
        const int64_t to = *(const int64_t *)(const void *)idx;
        if (to >= 0) one(dst + place(&plane, to), src);
    }
}

/* The same for a line of them. */
typedef void scatter_line(const struct plane *p, const struct axis *a, char *const at[MOVED]);

#define LINE(one) static void one##_line(const struct plane *p, const struct axis *a, char *const at[MOVED]) { each(one, p, a, at); }
LINE(put1) LINE(put2) LINE(put4) LINE(put8) LINE(add_f32) LINE(add_f64) LINE(add_i32) LINE(add_i64)
#undef LINE

static scatter_line *adder(strided_dtype t)
{
    switch (t) {
    case STRIDED_F32: return add_f32_line;
    case STRIDED_F64: return add_f64_line;
    case STRIDED_I32: return add_i32_line;
    default:          return add_i64_line;
    }
}

static scatter_line *pick(const struct scatter *s)
{
    if (s->op == SCATTER_ADD) return adder(s->dst->dtype);
    switch (strided_dtype_size(s->dst->dtype)) {
    case 1:  return put1_line;
    case 2:  return put2_line;
    case 4:  return put4_line;
    default: return put8_line;
    }
}

/* ---- shares ------------------------------------------------------------------------------------------ */

static int outer_axes(const struct scatter *s) { return s->src->ndim - s->nspatial; }

/* The longest axis of planes, which threads share; -1: there is one plane. */
static int shared_axis(const struct scatter *s)
{
    int longest = -1;
    for (int a = 0; a < outer_axes(s); a++)
        if (s->src->shape[a] > (longest < 0 ? 1 : s->src->shape[longest])) longest = a;
    return longest;
}

/* The axis of planes that idx runs along: a line of it goes through planes, which are in no order. -1: none runs faster than what is in a plane. */
static int fastest_axis(const struct scatter *s)
{
    int fastest = -1;
    int64_t least = INT64_MAX;
    for (int a = s->idx->ndim - 1; a >= 0; a--) {
        const int64_t step = abs_size(step_of(s->idx, a));
        if (s->idx->shape[a] == 1 || step >= least) continue;
        least = step;
        fastest = a < outer_axes(s) ? a : -1;
    }
    return fastest;
}

static void walk_axis(struct walk *w, const struct scatter *s, int a, int64_t len)
{
    add_axis(w, len, step_of(s->idx, a), step_of(s->src, a), a < outer_axes(s) ? step_of(s->dst, a) : 0);
}

struct share { const struct scatter *scatter; struct plane plane; int shared, fastest; int64_t pieces; };

/* Planes of piece `index`. */
static void run_share(void *job, int64_t index, int worker)
{
    const struct share *k = job;
    const struct scatter *s = k->scatter;
    const int64_t all = k->shared < 0 ? 1 : s->src->shape[k->shared], size = all / k->pieces, rest = all % k->pieces;
    const int64_t from = index * size + min_size(index, rest), len = size + (index < rest);
    struct walk w = { .at = { strided__data(s->idx), strided__data(s->src), strided__data(s->dst) } };
    int64_t count[STRIDED_MAX_NDIM] = { 0 };
    scatter_line *line = pick(s);
    (void)worker;
    add_axis(&w, 1, 0, 0, 0);
    for (int a = 0; a < s->src->ndim; a++)
        if (a != k->fastest) walk_axis(&w, s, a, a == k->shared ? len : s->src->shape[a]);
    if (k->fastest >= 0) walk_axis(&w, s, k->fastest, k->fastest == k->shared ? len : s->src->shape[k->fastest]);
    if (k->shared >= 0) {
        w.at[IDX] += from * step_of(s->idx, k->shared);
        w.at[SRC] += from * step_of(s->src, k->shared);
        w.at[DST] += from * step_of(s->dst, k->shared);
    }
    do line(&k->plane, &w.axis[w.n - 1], w.at);
    while (next_line(&w, count));
}

void strided__scatter_run(const struct scatter *s, strided_context *ctx)
{
    struct share k = { .scatter = s, .pieces = 1 };
    const int64_t workers = strided__context_workers(ctx);
    if (s->src->count == 0 || s->dst->count == 0) return; /* whose strides may be anything */
    k.shared = shared_axis(s);
    k.fastest = fastest_axis(s);
    k.plane = plane_of(s->dst, s->nspatial);
    if (k.shared >= 0 && workers > 1) k.pieces = min_size(s->src->shape[k.shared], 4 * workers);
    strided__context_run(ctx, k.pieces, run_share, &k);
}

/* ---- checks ------------------------------------------------------------------------------------------ */

static int64_t places(const struct scatter *s)
{
    int64_t n = 1; /* of a shape that is not empty, so that it fits */
    for (int a = outer_axes(s); a < s->dst->ndim; a++) n *= s->dst->shape[a];
    return n;
}

static int is_place(int64_t at, int64_t plane) { return at >= -1 && at < plane; }

/* Some negative number if an index of the line is neither -1 nor a place. */
static int64_t strays(const char *idx, int64_t step, int64_t n, int64_t plane)
{
    uint64_t any = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint64_t at = *(const uint64_t *)(const void *)(idx + i * step);
        any |= (at + 1) | ((uint64_t)plane - 1 - at);
    }
    return (int64_t)any;
}

/* The same of all of idx, as it lies in memory. */
static int64_t any_strays(const strided_tensor *idx, int64_t plane)
{
    struct walk w = { .at = { strided__data(idx) } };
    int64_t count[STRIDED_MAX_NDIM] = { 0 }, any = 0;
    add_axis(&w, 1, 0, 0, 0);
    for (int a = 0; a < idx->ndim; a++) {
        if (idx->shape[a] == 1) continue;
        int i = w.n++;
        for (; i > 1 && abs_size(w.axis[i - 1].by[IDX]) < abs_size(step_of(idx, a)); i--) w.axis[i] = w.axis[i - 1];
        w.axis[i] = (struct axis){ idx->shape[a], { step_of(idx, a) } };
    }
    do {
        const struct axis *a = &w.axis[w.n - 1];
        any |= a->by[IDX] == sizeof(int64_t) ? strays(w.at[IDX], sizeof(int64_t), a->len, plane) : strays(w.at[IDX], a->by[IDX], a->len, plane);
    } while (next_line(&w, count));
    return any;
}

/* The first of them, in row-major order. */
static strided_status refuse(const char *who, const strided_tensor *idx, int64_t plane)
{
    struct walk w = { .at = { strided__data(idx) } };
    int64_t count[STRIDED_MAX_NDIM] = { 0 }, i = 0;
    for (int a = 0; a < idx->ndim; a++) add_axis(&w, idx->shape[a], step_of(idx, a), 0, 0);
    w.n++; /* each line is one index */
    while (is_place(*(const int64_t *)(const void *)w.at[IDX], plane)) {
        next_line(&w, count);
        i++;
    }
    return strided__fail(STRIDED_ERR_BOUNDS, "%s: index %" PRId64 " (element %" PRId64 " of idx) is not in a plane of %" PRId64, who,
                         *(const int64_t *)(const void *)w.at[IDX], i, plane);
}

strided_status strided__scatter_check(const char *who, const struct scatter *s)
{
    if (s->idx->count == 0) return STRIDED_OK;
    const int64_t plane = places(s);
    return any_strays(s->idx, plane) < 0 ? refuse(who, s->idx, plane) : STRIDED_OK;
}
