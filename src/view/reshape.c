/*
 * reshape.c - the same elements in row-major order under another shape, where strides can say so.
 *
 * Neighbouring axes that step evenly are one run: with extents and strides (2, 3) (12, 4) the elements lie every 4.
 * Each run can be cut anywhere; a new axis that would straddle two runs has no stride. Axes of extent 1 belong to
 * any run.
 */
#include "axes.h"
#include "../base/checked.h"
#include "../base/error.h"
#include "../base/text.h"

struct run { int64_t len, stride; }; /* stride of the innermost step */

/* From the innermost outwards; returns how many. Not for empty tensors. */
static int find_runs(const strided_tensor *x, struct run runs[STRIDED_MAX_NDIM])
{
    int n = 0;
    for (int a = x->ndim - 1; a >= 0; a--) {
        int64_t next;
        if (x->shape[a] == 1) continue;
        struct run *inner = n ? &runs[n - 1] : NULL;
        if (inner && mul_size(&next, inner->len, inner->stride) && x->strides[a] == next) inner->len *= x->shape[a];
        else runs[n++] = (struct run){x->shape[a], x->strides[a]};
    }
    return n;
}

/* Strides for v's shape, which has as many elements as the runs; 0 = there are none. */
static int cut_runs(const struct run *run, struct axes *v)
{
    int64_t done = 1; /* elements of the current run that the axes so far take */
    for (int a = v->n - 1; a >= 0; a--) {
        if (v->shape[a] > 1 && done == run->len) {
            run++;
            done = 1;
        }
        v->stride[a] = strided__stride_mul(done, run->stride);
        done *= v->shape[a];
        if (done > run->len || run->len % done) return 0;
    }
    return 1;
}

static void fail_needs_copy(const char *who, const strided_tensor *x, const struct axes *v)
{
    char line[1536]; /* three lists */
    struct text t = { .buf = line, .size = sizeof line };
    strided__text_list(&t, x->ndim, x->shape);
    strided__text_put(&t, " with strides ");
    strided__text_list(&t, x->ndim, x->strides);
    strided__text_put(&t, "; no strides say ");
    strided__text_list(&t, v->n, v->shape);
    strided__fail(STRIDED_ERR_NEEDS_COPY, "%s: x is %s, clone() it first", who, line);
}

static strided_tensor *view_as(const char *who, const strided_tensor *x, struct axes *v)
{
    struct run runs[STRIDED_MAX_NDIM] = {{1, 1}};
    if (x->count == 0) {
        strided__row_major(v->n, v->shape, v->stride);
        return strided__axes_view(who, x, v);
    }
    find_runs(x, runs);
    if (cut_runs(runs, v)) return strided__axes_view(who, x, v);
    fail_needs_copy(who, x, v);
    return NULL;
}

/* to[0..n) = shape, with one -1 made what is missing to `count`. */
static strided_status resolve(const char *who, int64_t count, int n, const int64_t *shape, int64_t *to)
{
    int open = -1;
    int64_t known;
    for (int a = 0; a < n; a++) {
        to[a] = shape[a];
        if (shape[a] != -1) continue;
        if (open >= 0) return strided__fail(STRIDED_ERR_ARG, "%s: -1 for axes %d and %d", who, open, a);
        open = a;
        to[a] = 1;
    }
    strided_status s = strided__shape_count(who, n, to, &known);
    if (s) return s;
    if (open >= 0 && known > 0 && count % known == 0) {
        to[open] = count / known;
        return STRIDED_OK;
    }
    if (open < 0 && known == count) return STRIDED_OK;
    return strided__fail(STRIDED_ERR_SHAPE, "%s: %" PRId64 " elements cannot become %s%" PRId64, who, count,
                         open < 0 ? "" : "a multiple of ", known);
}

static strided_status check_list(const char *who, int room, int n, const int64_t *shape)
{
    if (n < 0 || n > room) return strided__fail(STRIDED_ERR_ARG, "%s: %d axes; 0 to %d are possible", who, n, room);
    if (n > 0 && !shape) return strided__fail(STRIDED_ERR_NULL, "%s: shape is NULL, with %d axes", who, n);
    return STRIDED_OK;
}

strided_tensor *strided_reshape(const strided_tensor *x, int ndim, const int64_t *shape)
{
    struct axes v;
    if (!strided__axes_of("reshape", x, &v)) return NULL;
    if (check_list("reshape", STRIDED_MAX_NDIM, ndim, shape)) return NULL;
    v.n = ndim;
    return resolve("reshape", x->count, ndim, shape, v.shape) ? NULL : view_as("reshape", x, &v);
}

/* A scalar counts as one axis of extent 1. */
strided_tensor *strided_flatten(const strided_tensor *x, int first, int last)
{
    struct axes v;
    if (!strided__axes_of("flatten", x, &v)) return NULL;
    if (v.n == 0) (void)strided__axes_insert("flatten", &v, 0, 1, 1);
    int a = strided__axis("flatten", first, v.n), b = a < 0 ? -1 : strided__axis("flatten", last, v.n);
    if (b < 0) return NULL;
    if (a > b) {
        strided__fail(STRIDED_ERR_ARG, "flatten: axis %d lies behind axis %d", a, b);
        return NULL;
    }
    if (strided__shape_count("flatten", b - a + 1, v.shape + a, &v.shape[a])) return NULL;
    for (int i = b; i > a; i--) strided__axes_remove(&v, i);
    return view_as("flatten", x, &v);
}

strided_tensor *strided_unflatten(const strided_tensor *x, int axis, int ndim, const int64_t *shape)
{
    struct axes v;
    int64_t parts[STRIDED_MAX_NDIM];
    if (!strided__axes_of("unflatten", x, &v)) return NULL;
    int a = strided__axis("unflatten", axis, v.n);
    if (a < 0) return NULL;
    if (check_list("unflatten", STRIDED_MAX_NDIM + 1 - v.n, ndim, shape)) return NULL;
    if (resolve("unflatten", v.shape[a], ndim, shape, parts)) return NULL;
    strided__axes_remove(&v, a);
    for (int i = 0; i < ndim; i++) (void)strided__axes_insert("unflatten", &v, a + i, parts[i], 0);
    return view_as("unflatten", x, &v);
}
