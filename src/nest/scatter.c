/*
 * scatter.c - see scatter.h.
 */
#include "scatter.h"
#include "../base/checked.h"
#include "../base/context.h"
#include "../base/error.h"
#include <string.h>

/* What one element does. */
typedef void scatter_one(char *dst, const char *src);

static void put1(char *dst, const char *src) { memcpy(dst, src, 1); }
static void put2(char *dst, const char *src) { memcpy(dst, src, 2); }
static void put4(char *dst, const char *src) { memcpy(dst, src, 4); }
static void put8(char *dst, const char *src) { memcpy(dst, src, 8); }

static void add_f32(char *dst, const char *src) { *(float *)(void *)dst += *(const float *)(const void *)src; }
static void add_f64(char *dst, const char *src) { *(double *)(void *)dst += *(const double *)(const void *)src; }
static void add_i32(char *dst, const char *src) { *(uint32_t *)(void *)dst += *(const uint32_t *)(const void *)src; }
static void add_i64(char *dst, const char *src) { *(uint64_t *)(void *)dst += *(const uint64_t *)(const void *)src; }

static scatter_one *adder(strided_dtype t)
{
    switch (t) {
    case STRIDED_F32: return add_f32;
    case STRIDED_F64: return add_f64;
    case STRIDED_I32: return add_i32;
    default:          return add_i64;
    }
}

static scatter_one *pick(const struct scatter *s)
{
    if (s->op == SCATTER_ADD) return adder(s->dst->dtype);
    switch (strided_dtype_size(s->dst->dtype)) {
    case 1:  return put1;
    case 2:  return put2;
    case 4:  return put4;
    default: return put8;
    }
}

static int outer_axes(const struct scatter *s) { return s->src->ndim - s->nspatial; }

/* Of a shape that is not empty, so that it fits. */
static int64_t product(const int64_t *shape, int n)
{
    int64_t p = 1;
    for (int a = 0; a < n; a++) p *= shape[a];
    return p;
}

/* Element `flat` in row-major order of `n` axes from `axis` on, relative to the first. In elements. */
static int64_t offset_of(const strided_tensor *x, int axis, int n, const int64_t *shape, int64_t flat)
{
    int64_t at = 0;
    for (int a = n - 1; a >= 0; a--) {
        int64_t i = flat % shape[a];
        flat /= shape[a];
        if (i) at += i * x->strides[axis + a];
    }
    return at;
}

static char *address(const strided_tensor *x, int64_t elements)
{
    return (char *)strided__data(x) + elements * (int64_t)strided_dtype_size(x->dtype);
}

/* Where a plane of each begins. */
struct plane { char *dst; const char *src, *idx; };

static struct plane plane_of(const struct scatter *s, int64_t i)
{
    int outer = outer_axes(s);
    const int64_t *shape = s->src->shape;
    return (struct plane){
        .dst = address(s->dst, offset_of(s->dst, 0, outer, shape, i)),
        .src = address(s->src, offset_of(s->src, 0, outer, shape, i)),
        .idx = address(s->idx, offset_of(s->idx, 0, outer, shape, i)),
    };
}

static void run_plane(const struct scatter *s, const struct plane *p, scatter_one *one)
{
    int outer = outer_axes(s), n = s->nspatial;
    const int64_t *shape = s->src->shape + outer;
    int64_t size = (int64_t)strided_dtype_size(s->dst->dtype), count = product(shape, n);
    for (int64_t i = 0; i < count; i++) {
        int64_t at = *(const int64_t *)(const void *)(p->idx + offset_of(s->idx, outer, n, shape, i) * (int64_t)sizeof at);
        if (at < 0) continue;
        one(p->dst + offset_of(s->dst, outer, n, s->dst->shape + outer, at) * size,
            p->src + offset_of(s->src, outer, n, shape, i) * size);
    }
}

struct share { const struct scatter *scatter; int64_t planes, pieces; };

static void run_share(void *job, int64_t index, int worker)
{
    const struct share *k = job;
    int64_t size = k->planes / k->pieces, rest = k->planes % k->pieces;
    int64_t from = index * size + min_size(index, rest), to = from + size + (index < rest);
    (void)worker;
    for (int64_t i = from; i < to; i++) {
        struct plane p = plane_of(k->scatter, i);
        run_plane(k->scatter, &p, pick(k->scatter));
    }
}

void strided__scatter_run(const struct scatter *s, strided_context *ctx)
{
    struct share k = { .scatter = s };
    if (s->src->count == 0) return;
    k.planes = product(s->src->shape, outer_axes(s));
    k.pieces = min_size(k.planes, 4 * (int64_t)strided__context_workers(ctx));
    strided__context_run(ctx, k.pieces, run_share, &k);
}

strided_status strided__scatter_check(const char *who, const struct scatter *s)
{
    const strided_tensor *idx = s->idx;
    if (idx->count == 0) return STRIDED_OK;
    int64_t plane = product(s->dst->shape + outer_axes(s), s->nspatial);
    for (int64_t i = 0; i < idx->count; i++) {
        int64_t at = *(const int64_t *)(const void *)address(idx, offset_of(idx, 0, idx->ndim, idx->shape, i));
        if (at < -1 || at >= plane)
            return strided__fail(STRIDED_ERR_BOUNDS, "%s: index %" PRId64 " (element %" PRId64 " of idx) is not in a plane of %"
                                 PRId64, who, at, i, plane);
    }
    return STRIDED_OK;
}
