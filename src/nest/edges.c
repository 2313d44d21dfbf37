/*
 * edges.c - see edges.h.
 */
#include "edges.h"
#include "../base/checked.h"

/* Holds the product of two counts of elements that memory can hold. */
#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;
#else
typedef uint64_t wide;
#endif

static struct range cut(struct range r, int64_t lo, int64_t hi)
{
    r.lo = max_size(r.lo, lo);
    r.hi = max_size(r.lo, min_size(r.hi, hi));
    return r;
}

/* The x in [0, end) with 0 <= x*mul + c < n, mul != 0. */
static struct range inside(int64_t mul, int64_t c, int64_t n, int64_t end)
{
    struct range all = { 0, end };
    if (mul == 1) return cut(all, -c, n - c);
    if (mul > 0) return cut(all, ceil_div(-c, mul), ceil_div(n - c, mul));
    return cut(all, floor_div(c - n, -mul) + 1, floor_div(c, -mul) + 1);
}

struct range strided__edge_taps(const struct edge *e, int64_t i, int64_t taps)
{
    struct range r = inside(e->fold_mul, i * e->keep_mul - e->before, e->n, taps);
    return r.lo < r.hi ? r : (struct range){ 0, 0 };
}

struct range strided__edge_positions(const struct edge *e, int64_t k, int64_t positions)
{
    return inside(e->keep_mul, k * e->fold_mul - e->before, e->n, positions);
}

struct range strided__edge_whole(const struct edge *e, int64_t positions, int64_t taps)
{
    struct range a = strided__edge_positions(e, 0, positions);
    struct range b = e->other < 0 ? a : strided__edge_positions(e, taps - 1, positions);
    return cut(a, b.lo, b.hi);
}

int strided__edge_never_ends(const struct edge *e, const struct nest *n)
{
    int64_t positions = n->axis[e->keep].len, taps = e->other < 0 ? 1 : n->axis[e->other].len;
    if (e->mode == EDGE_ADAPTIVE || positions == 0 || taps == 0) return 0;
    struct range r = strided__edge_whole(e, positions, taps);
    return r.lo == 0 && r.hi == positions;
}

static int64_t end_of_run(const struct edge *e, int64_t from, int64_t end, int64_t taps, struct range t)
{
    int64_t i = from + 1;
    for (; i < end; i++) {
        struct range u = strided__edge_taps(e, i, taps);
        if (u.lo != t.lo || u.hi != t.hi) break;
    }
    return i;
}

/* p that position i of m sees. */
static struct range adaptive_range(const struct edge *e, int64_t i, int64_t m)
{
    /* floor(i*n/m) and ceil((i+1)*n/m) without the product: n = q*m + r */
    int64_t q = e->n / m, r = e->n % m;
    return (struct range){ i * q + (int64_t)((wide)i * (wide)r / (wide)m), (i + 1) * q + (int64_t)(((wide)(i + 1) * (wide)r + (wide)m - 1) / (wide)m) };
}

static struct edge_run adaptive(const struct edge *e, int64_t from, int64_t end, int64_t m)
{
    const struct range r = adaptive_range(e, from, m);
    int64_t i = from + 1;
    for (; i < end; i++) {
        const struct range next = adaptive_range(e, i, m);
        if (next.lo != r.lo || next.hi != r.hi) break;
    }
    return (struct edge_run){ .first = from, .count = i - from, .tap = 0, .taps = r.hi - r.lo, .p = r.lo };
}

static struct edge_run skip(const struct edge *e, int64_t from, int64_t end, int64_t taps, struct range f)
{
    struct range t = strided__edge_taps(e, from, taps);
    int64_t stop = from >= f.lo && from < f.hi ? min_size(f.hi, end) : end_of_run(e, from, end, taps, t);
    return (struct edge_run){ .first = from, .count = stop - from, .tap = t.lo, .taps = t.hi - t.lo,
                              .p = from * e->keep_mul + t.lo * e->fold_mul - e->before };
}

static struct edge_run padded(const struct edge *e, int64_t from, int64_t end, int64_t taps, struct range f)
{
    int in = from >= f.lo && from < f.hi;
    int64_t stop = in ? min_size(f.hi, end)
                 : e->other >= 0 ? from + 1
                 : from < f.lo ? min_size(f.lo, end) : end;
    return (struct edge_run){ .first = from, .count = stop - from, .tap = 0, .taps = taps,
                              .p = from * e->keep_mul - e->before, .mapped = !in };
}

struct edge_run strided__edge_run(const struct edge *e, int64_t from, int64_t end, int64_t m, int64_t taps)
{
    struct edge_run r;
    struct range f = { 0, 0 };
    if (e->mode != EDGE_ADAPTIVE && taps > 0) f = strided__edge_whole(e, m, taps);
    if (f.lo >= f.hi) f = (struct range){ end, end };

    r = e->mode == EDGE_ADAPTIVE ? adaptive(e, from, end, m)
      : e->mode == EDGE_SKIP ? skip(e, from, end, taps, f) : padded(e, from, end, taps, f);
    r.offset = r.mapped || r.taps == 0 ? 0 : r.p * e->stride; /* without taps p is anywhere */
    return r;
}

int strided__edge_of(const struct work *w, int keep)
{
    for (int e = 0; e < w->edges; e++)
        if (w->edge[e].keep == keep) return e;
    return -1;
}

int strided__edge_over(const struct work *w, int other)
{
    for (int e = 0; e < w->edges; e++)
        if (w->edge[e].other == other) return e;
    return -1;
}

int strided__edge_is_walkable(const struct edge *e, const struct nest *n)
{
    int64_t keep, fold, span, bytes, taps = e->other < 0 ? 1 : n->axis[e->other].len;
    if (!mul_size(&keep, abs_size(e->keep_mul), n->axis[e->keep].len) || !mul_size(&fold, abs_size(e->fold_mul), taps)) return 0;
    if (!add_size(&span, keep, fold) || !add_size(&span, span, abs_size(e->before)) || !add_size(&span, span, e->n)) return 0;
    return span < INT64_MAX / 64 && mul_size(&bytes, span, 64) && mul_size(&bytes, span, abs_size(e->stride)) && bytes < INT64_MAX / 64;
}
