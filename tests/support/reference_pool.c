/*
 * reference_pool.c - see reference.h: pooling, unpooling, resizing over the last nd axes of an array.
 */
#include "reference.h"

#include <math.h>
#include <string.h>

/* The taps of one window: along each axis `count` places from `first`, `step` apart; those outside [0, n) are not
 * visited. `padded` is how many lie before the end of the padding. */
struct span { int64_t first, step, count, n, padded_end; };

struct box { int nd; struct span span[3]; };

static int inside(const struct span *s, int64_t t)
{
    int64_t p = s->first + t * s->step;
    return p >= 0 && p < s->n;
}

/* Calls see(job, place in the plane) for every tap inside, row-major. */
typedef void look(void *job, int64_t place);

static void each_tap(const struct box *b, look *see, void *job)
{
    int64_t count[3], n[3], t[3] = {0};
    for (int a = 0; a < b->nd; a++) count[a] = b->span[a].count, n[a] = b->span[a].n;
    if (shape_count(b->nd, count) == 0) return;
    do {
        int64_t at[3];
        int all = 1;
        for (int a = 0; a < b->nd; a++) {
            at[a] = b->span[a].first + t[a] * b->span[a].step;
            if (!inside(&b->span[a], t[a])) all = 0;
        }
        if (all) see(job, shape_flat(b->nd, n, at));
    } while (shape_next(b->nd, count, t));
}

/* Taps whose product divides an average: those before the end of x and its padding. */
static double padded_taps(const struct box *b)
{
    double product = 1;
    for (int a = 0; a < b->nd; a++) {
        int64_t n = 0;
        for (int64_t t = 0; t < b->span[a].count; t++) n += b->span[a].first + t * b->span[a].step < b->span[a].padded_end;
        product *= (double)n;
    }
    return product;
}

static struct box box_at(const struct ref_window *w, const int64_t *n, const int64_t *j)
{
    struct box b = { .nd = w->nd };
    for (int a = 0; a < w->nd; a++)
        b.span[a] = (struct span){ j[a] * w->stride[a] - w->pad[a][0], w->dilation[a], w->size[a], n[a],
                                   n[a] + w->pad[a][1] };
    return b;
}

/* Position j of o covers [floor(j n/o), ceil((j+1) n/o)). */
static struct box adaptive_box(int nd, const int64_t *n, const int64_t *o, const int64_t *j)
{
    struct box b = { .nd = nd };
    for (int a = 0; a < nd; a++) {
        int64_t first = j[a] * n[a] / o[a], end = ((j[a] + 1) * n[a] + o[a] - 1) / o[a];
        b.span[a] = (struct span){ first, 1, end - first, n[a], n[a] };
    }
    return b;
}

/* What one window sees. */
struct seen { const double *plane; double p, most, sum, power, largest; int64_t place, count; };

static void see_tap(void *job, int64_t place)
{
    struct seen *s = job;
    double v = s->plane[place];
    if (s->count == 0 || v > s->most || isnan(v)) s->most = v, s->place = place;
    s->count++;
    s->sum += v;
    s->power += pow(fabs(v), s->p);
    s->largest = ref_binary(STRIDED_MAX, s->largest, fabs(v));
}

static struct seen look_at(const struct box *b, const double *plane, double p)
{
    struct seen s = { .plane = plane, .p = p, .place = -1 };
    each_tap(b, see_tap, &s);
    return s;
}

static double divisor(const struct box *b, const struct seen *s, const struct ref_pool *p)
{
    if (p->divisor != 0) return (double)p->divisor;
    return p->count_include_pad ? padded_taps(b) : (double)s->count;
}

static double pooled(const struct box *b, const struct seen *s, const struct ref_pool *p)
{
    if (p->kind == STRIDED_POOL_MAX) return s->count == 0 ? p->lowest : s->most;
    if (p->kind == STRIDED_POOL_LP) return isinf(p->p) ? s->largest : pow(s->power, 1 / p->p);
    if (s->count == 0) return 0;
    double mean = s->sum / divisor(b, s, p);
    return p->truncate ? trunc(mean) : mean;
}

/* Visits every position of every plane: its box, which plane of x, which element of y. */
struct grid { const struct array *x, *y; int nd; const struct ref_window *window; /* NULL: adaptive */ };

typedef void position(void *job, const struct box *b, int64_t plane, int64_t y);

static void each_position(const struct grid *g, position *see, void *job)
{
    int lead = g->x->ndim - g->nd;
    const int64_t *n = g->x->shape + lead, *o = g->y->shape + lead;
    int64_t plane = shape_count(g->nd, n), windows = shape_count(g->nd, o), j[3] = {0};
    for (int64_t i = 0; i < g->y->count; i++) {
        struct box b = g->window ? box_at(g->window, n, j) : adaptive_box(g->nd, n, o, j);
        see(job, &b, i / windows * plane, i);
        shape_next(g->nd, o, j);
    }
}

struct pool_job { struct array *y, *idx; const struct array *x, *dy; struct array *dx; const struct ref_pool *p; };

static void pool_one(void *job, const struct box *b, int64_t plane, int64_t y)
{
    struct pool_job *k = job;
    struct seen s = look_at(b, k->x->v + plane, k->p->p);
    k->y->v[y] = pooled(b, &s, k->p);
    if (k->idx) k->idx->v[y] = (double)s.place;
}

void ref_pool(struct array *y, struct array *idx, const struct array *x, const struct ref_pool *p)
{
    each_position(&(struct grid){ x, y, p->window.nd, &p->window }, pool_one,
                  &(struct pool_job){ .y = y, .idx = idx, .x = x, .p = p });
}

static struct ref_pool adaptive(strided_pool_kind kind, int nd)
{
    return (struct ref_pool){ .window = { .nd = nd }, .kind = kind, .lowest = -INFINITY };
}

void ref_adaptive_pool(struct array *y, struct array *idx, const struct array *x, strided_pool_kind kind, int nd)
{
    struct ref_pool p = adaptive(kind, nd);
    each_position(&(struct grid){ x, y, nd, NULL }, pool_one, &(struct pool_job){ .y = y, .idx = idx, .x = x, .p = &p });
}

/* One window's gradient, given to its taps. */
struct spread { const double *plane; double *dx; double dy, p, total; strided_pool_kind kind; };

static void spread_tap(void *job, int64_t place)
{
    struct spread *s = job;
    if (s->kind == STRIDED_POOL_AVG) s->dx[place] += s->dy;
    if (s->kind != STRIDED_POOL_LP || s->total == 0) return;
    double v = s->plane[place], sign = ref_unary(STRIDED_SIGN, v);
    s->dx[place] += s->dy * sign * pow(fabs(v), s->p - 1) * pow(s->total, 1 - s->p);
}

static void grad_one(void *job, const struct box *b, int64_t plane, int64_t y)
{
    struct pool_job *k = job;
    struct seen s = look_at(b, k->x->v + plane, k->p->p);
    if (s.count == 0) return;
    if (k->p->kind == STRIDED_POOL_MAX) k->dx->v[plane + s.place] += k->dy->v[y];
    struct spread to = { k->x->v + plane, k->dx->v + plane, k->dy->v[y], k->p->p, 0, k->p->kind };
    if (k->p->kind == STRIDED_POOL_AVG) to.dy /= divisor(b, &s, k->p);
    if (k->p->kind == STRIDED_POOL_LP) to.total = pooled(b, &s, k->p);
    each_tap(b, spread_tap, &to);
}

void ref_pool_grad(struct array *dx, const struct array *dy, const struct array *x, const struct ref_pool *p)
{
    each_position(&(struct grid){ dx, dy, p->window.nd, &p->window }, grad_one,
                  &(struct pool_job){ .x = x, .dy = dy, .dx = dx, .p = p });
}

void ref_adaptive_pool_grad(struct array *dx, const struct array *dy, const struct array *x, strided_pool_kind kind, int nd)
{
    struct ref_pool p = adaptive(kind, nd);
    each_position(&(struct grid){ dx, dy, nd, NULL }, grad_one, &(struct pool_job){ .x = x, .dy = dy, .dx = dx, .p = &p });
}

/* ---- by index ----------------------------------------------------------------------------------- */

void ref_pool_grad_indices(struct array *dx, const struct array *dy, const struct array *idx, int nd)
{
    int64_t plane = shape_count(nd, dx->shape + dx->ndim - nd), windows = shape_count(nd, dy->shape + dy->ndim - nd);
    for (int64_t i = 0; i < dy->count; i++)
        if (idx->v[i] >= 0) dx->v[i / windows * plane + (int64_t)idx->v[i]] += dy->v[i];
}

void ref_unpool(struct array *y, const struct array *x, const struct array *idx, int nd)
{
    int64_t plane = shape_count(nd, y->shape + y->ndim - nd), windows = shape_count(nd, x->shape + x->ndim - nd);
    for (int64_t i = 0; i < x->count; i++)
        if (idx->v[i] >= 0) y->v[i / windows * plane + (int64_t)idx->v[i]] = x->v[i];
}

/* ---- resize ------------------------------------------------------------------------------------- */

/* Where position i of o falls on an axis of n. */
static double place_of(strided_resize_mode mode, int64_t i, int64_t n, int64_t o)
{
    if (mode == STRIDED_RESIZE_NEAREST) return (double)(i * n / o);
    if (mode == STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS) return o == 1 ? 0 : (double)(i * (n - 1)) / (double)(o - 1);
    return fmax(0, ((double)i + 0.5) * (double)n / (double)o - 0.5);
}

void ref_resize(struct array *y, const struct array *x, strided_resize_mode mode, int nd)
{
    int lead = x->ndim - nd;
    int64_t index[ARRAY_NDIM] = {0};
    for (int64_t i = 0; i < y->count; i++) {
        double sum = 0;
        for (int corner = 0; corner < 1 << nd; corner++) {
            double weight = 1;
            int64_t at[ARRAY_NDIM];
            memcpy(at, index, sizeof at);
            for (int a = 0; a < nd; a++) {
                int64_t n = x->shape[lead + a];
                double place = place_of(mode, index[lead + a], n, y->shape[lead + a]), low = floor(place);
                int up = corner >> a & 1;
                weight *= up ? place - low : 1 - (place - low);
                at[lead + a] = (int64_t)low + up < n ? (int64_t)low + up : n - 1;
            }
            if (weight != 0) sum += weight * x->v[shape_flat(x->ndim, x->shape, at)];
        }
        y->v[i] = sum;
        shape_next(y->ndim, y->shape, index);
    }
}
