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
        .values = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(size)),
        .gradients = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(size)),
        .velocities = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(size)),
        .scaled = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(size)),
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
    strided_release(p->scaled);
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

/* dst = a x: a number is a tensor without axes, broadcast. */
static strided_status scale(strided_tensor *dst, double a, const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *number = strided_full(strided_context_of(dst), STRIDED_F32, STRIDED_NO_DIMS, a);
    return strided_binary(dst, STRIDED_MUL, x, number);
}

/* dst = dst + a x */
static strided_status add(const struct parameters *p, strided_tensor *dst, double a, const strided_tensor *x) {
    strided_status s = scale(p->scaled, a, x);
    return s ? s : strided_binary(dst, STRIDED_ADD, dst, p->scaled);
}

strided_status parameters_step(const struct parameters *p, double rate, double momentum, double decay) {
    strided_status s = add(p, p->gradients, decay, p->values);

    if (!s) s = scale(p->velocities, momentum, p->velocities);
    if (!s) s = strided_binary(p->velocities, STRIDED_ADD, p->velocities, p->gradients);
    if (!s) s = add(p, p->gradients, momentum, p->velocities); /* look ahead */
    return s ? s : add(p, p->values, -rate, p->gradients);
}
