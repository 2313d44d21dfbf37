/*
 * reference_norm.c - see reference.h: batch norm.
 */
#include "reference.h"

#include <math.h>

static int64_t channel_of(const struct array *x, int64_t flat)
{
    return flat / shape_count(x->ndim - 2, x->shape + 2) % x->shape[1];
}

static double or_else(const struct array *x, int64_t i, double other)
{
    return x == NULL ? other : x->v[i];
}

void ref_batch_norm(struct array *y, const struct array *x, const struct array *mean, const struct array *var,
                    const struct array *scale, const struct array *bias, double eps)
{
    for (int64_t i = 0; i < x->count; i++) {
        int64_t c = channel_of(x, i);
        y->v[i] = (x->v[i] - mean->v[c]) / sqrt(var->v[c] + eps) * or_else(scale, c, 1) + or_else(bias, c, 0);
    }
}

void ref_batch_moments(struct array *mean, struct array *var, const struct array *x)
{
    double n = (double)(x->count / x->shape[1]);
    for (int64_t i = 0; i < x->count; i++) mean->v[channel_of(x, i)] += x->v[i] / n;
    for (int64_t i = 0; i < x->count; i++) {
        double d = x->v[i] - mean->v[channel_of(x, i)];
        var->v[channel_of(x, i)] += d * d / n;
    }
}

void ref_batch_norm_grad(struct array *dx, struct array *dscale, struct array *dbias, const struct array *dy,
                         const struct array *x, const struct array *scale, const struct array *mean,
                         const struct array *var, double eps)
{
    double n = (double)(x->count / x->shape[1]);
    for (int64_t i = 0; i < x->count; i++) {
        int64_t c = channel_of(x, i);
        dbias->v[c] += dy->v[i];
        dscale->v[c] += dy->v[i] * (x->v[i] - mean->v[c]) / sqrt(var->v[c] + eps);
    }
    for (int64_t i = 0; i < x->count; i++) {
        int64_t c = channel_of(x, i);
        double root = sqrt(var->v[c] + eps), xh = (x->v[i] - mean->v[c]) / root;
        dx->v[i] = or_else(scale, c, 1) / root * (dy->v[i] - dbias->v[c] / n - xh * dscale->v[c] / n);
    }
}
