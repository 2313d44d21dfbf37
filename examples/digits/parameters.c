/*
 * parameters.c - views of three vectors, and the step of the optimiser on these.
 */
#include "parameters.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

void parameters_open(struct parameters *p, strided_context *ctx, int64_t size) {
    *p = (struct parameters){
        .ctx = ctx,
        .values = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(1, size)),
        .gradients = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(1, size)),
        .velocities = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(1, size)),
        .one = strided_full(ctx, STRIDED_F32, STRIDED_DIMS(1, 1), 1),
    };
}

void parameters_close(struct parameters *p) {
    for (int i = 0; i < p->count; i++) {
        strided_release(p->list[i].value);
        strided_release(p->list[i].gradient);
    }
    strided_release(p->values);
    strided_release(p->gradients);
    strided_release(p->velocities);
    strided_release(p->one);
}

static struct parameter *next(struct parameters *p, const char *layer, const char *name) {
    assert(p->count < MOST_PARAMETERS);
    struct parameter *q = &p->list[p->count++];
    snprintf(q->name, sizeof q->name, "%s.%s", layer, name);
    return q;
}

/* The strides of a dense tensor whose axes follow each other in this order. */
static void dense_strides(int ndim, const int64_t *shape, const int64_t *order, int64_t *strides) {
    int64_t step = 1;
    for (int i = ndim - 1; i >= 0; i--) {
        strides[order[i]] = step;
        step *= shape[order[i]];
    }
}

const struct parameter *parameters_learn(struct parameters *p, const char *layer, const char *name, int ndim,
                                         const int64_t *shape, const int64_t *order) {
    struct parameter *q = next(p, layer, name);
    int64_t strides[STRIDED_MAX_NDIM];

    dense_strides(ndim, shape, order, strides);
    q->value = strided_as_strided(p->values, ndim, shape, strides, p->used);
    q->gradient = strided_as_strided(p->gradients, ndim, shape, strides, p->used);
    p->used += strided_count(q->value);
    return q;
}

const struct parameter *parameters_keep(struct parameters *p, const char *layer, const char *name, int64_t size,
                                        double value) {
    struct parameter *q = next(p, layer, name);

    q->value = strided_full(p->ctx, STRIDED_F32, 1, &size, value);
    return q;
}

strided_status parameter_draw(const struct parameter *q, int64_t fan_in, struct random *r) {
    STRIDED_AUTO strided_tensor *drawn = strided_empty(NULL, STRIDED_F32, strided_ndim(q->value), strided_shape(q->value));
    float *numbers = strided_data(drawn);

    for (int64_t i = 0; i < strided_count(drawn); i++) numbers[i] = random_within(r, 1 / sqrt((double)fan_in));
    return strided_copy(q->value, drawn);
}

/* dst = a x + b dst: the product with a 1x1 matrix. */
static strided_status blend(const struct parameters *p, strided_tensor *dst, double a, const strided_tensor *x, double b) {
    return strided_gemm(dst, a, p->one, x, b, dst);
}

strided_status parameters_step(const struct parameters *p, double rate, double momentum, double decay) {
    strided_status s = blend(p, p->gradients, decay, p->values, 1);

    if (!s) s = blend(p, p->velocities, 1, p->gradients, momentum);
    if (!s) s = blend(p, p->gradients, momentum, p->velocities, 1); /* look ahead */
    return s ? s : blend(p, p->values, -rate, p->gradients, 1);
}
