/*
 * convolution.c - see convolution.h.
 */
#include "convolution.h"

#include <string.h>

struct convolution convolution_of(const struct ref_window *p, int64_t batch, int64_t c, int64_t o, const int64_t *n)
{
    struct convolution s = { .window = *p, .params = window_conv_params(p), .x = { batch, c }, .w = { o, c / p->groups }, .y = { batch, o } };
    for (int a = 0; a < p->nd; a++) {
        s.x[2 + a] = n[a];
        s.w[2 + a] = p->size[a];
        s.y[2 + a] = ref_positions(p, a, n[a], 0);
    }
    return s;
}

void convolution_finish(struct array *y, const struct array *bias, const struct convolution *s)
{
    if (bias) ref_add_bias(y, bias);
    for (int64_t i = 0; i < y->count; i++)
        y->v[i] = ref_activation(s->params.activation, y->v[i], s->params.clamp[0], s->params.clamp[1]);
}

void convolution_reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct convolution *s = params;
    struct array y = array_batched(out[0], s->window.nd), x = array_batched(in[0], s->window.nd);
    if (!s->params.accumulate) memset(y.v, 0, (size_t)y.count * sizeof *y.v);
    ref_conv(&y, &x, in[1], &s->window);
    convolution_finish(&y, in[2], s);
}

struct convolution_dtypes convolution_all(strided_dtype dtype)
{
    return (struct convolution_dtypes){ dtype, dtype, dtype, dtype };
}

struct trial convolution_trial(const char *name, trial_call *call, const struct convolution *s, struct convolution_dtypes d,
                               uint64_t seed, array_fill *fill)
{
    struct rng r = rng_seed(seed);
    int first = s->unbatched, full = s->window.nd + 2;
    struct trial t = trial_new(name, call, convolution_reference, s);
    if (s->params.accumulate) trial_inout(&t, d.y, fill(&r, d.y, full - first, s->y + first));
    else trial_out(&t, d.y, full - first, s->y + first);
    trial_in(&t, d.x, fill(&r, d.x, full - first, s->x + first))->loose = 1; /* a step may not reach the end */
    trial_in(&t, d.w, fill(&r, d.w, full, s->w))->loose = 1;
    if (s->bias) trial_in(&t, d.bias, fill(&r, d.bias, 1, &s->y[1]))->optional = 1;
    else trial_no_in(&t);
    trial_store_by_inputs(&t);
    if (s->params.accumulate && number_is_float(d.y)) t.store = STORE_ROUND;
    t.seed = seed;
    return t;
}
