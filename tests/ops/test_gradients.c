/*
 * test_gradients.c - every gradient there is against central differences of its forward operator, in f64.
 *
 * With L = <y, dy> the gradient of input i is dL/di: each element in turn is moved up and down by a step, and the
 * difference of L over twice the step must be what the gradient says. Where y depends linearly on the input the step
 * may be large; where it does not, values keep off the places where it has a corner.
 */
#include "support/cmocka_compat.h"
#include "support/tensors.h"
#include "support/windows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { INPUTS = 3 };

struct shape { int ndim; int64_t n[5]; }; /* ndim -1: no such input */

/* y from the inputs; what each input's gradient is (grad[i] has its shape). */
typedef strided_status forward_call(strided_tensor *y, strided_tensor *const in[INPUTS], const void *params);
typedef strided_status backward_call(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS],
                                     const void *params);
typedef double draw(struct rng *r, int64_t i, int64_t count);

struct subject {
    const char    *name;
    forward_call  *forward;
    backward_call *backward;
    const void    *params;
    struct shape   y, in[INPUTS];
    draw          *values;    /* of in[0]; the others are anything in [-1, 1) */
    double         step, tolerance;
};

static void none(struct subject *s, int from)
{
    for (int i = from; i < INPUTS; i++) s->in[i].ndim = -1;
}

/* ---- values ------------------------------------------------------------------------------------- */

static double anything(struct rng *r, int64_t i, int64_t count)
{
    (void)i, (void)count;
    return rng_real(r, -1, 1);
}

/* All different in size, by much more than a step: the largest stays the largest. 7919 is prime to every count. */
static double far_apart(struct rng *r, int64_t i, int64_t count)
{
    (void)r;
    double v = 0.05 * (double)(1 + i * 7919 % count);
    return i % 3 ? v : -v;
}

/* ---- the check ---------------------------------------------------------------------------------- */

static strided_tensor *make(const struct shape *s)
{
    return s->ndim < 0 ? NULL : strided_zeros(NULL, STRIDED_F64, s->ndim, s->n);
}

/* The maximum of no tap is -infinity whatever x holds: a constant. */
static double loss(const struct subject *s, strided_tensor *y, const strided_tensor *dy, strided_tensor *const in[INPUTS])
{
    if (s->forward(y, in, s->params) != STRIDED_OK) fail_msg("%s: %s", s->name, strided_error());
    double *v = strided_data(y);
    for (int64_t i = 0; i < strided_count(y); i++)
        if (v[i] == -INFINITY) v[i] = 0;
    return tensor_dot(y, dy);
}

static void check_element(const struct subject *s, int i, int64_t k, double numeric, double analytic)
{
    if (fabs(numeric - analytic) <= s->tolerance * (1 + fabs(numeric))) return;
    fail_msg("%s: input %d, element %d: the gradient is %.12g, differences say %.12g", s->name, i, (int)k, analytic, numeric);
}

static void check_input(const struct subject *s, int i, strided_tensor *y, const strided_tensor *dy, strided_tensor *const in[INPUTS],
                        const strided_tensor *grad)
{
    double *x = strided_data(in[i]);
    const double *g = strided_const_data(grad);
    for (int64_t k = 0; k < strided_count(in[i]); k++) {
        double was = x[k];
        x[k] = was + s->step;
        double up = loss(s, y, dy, in);
        x[k] = was - s->step;
        double down = loss(s, y, dy, in);
        x[k] = was;
        check_element(s, i, k, (up - down) / (2 * s->step), g[k]);
    }
}

static void check(const struct subject *s, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    strided_tensor *in[INPUTS], *grad[INPUTS];
    strided_tensor *y = make(&s->y), *dy = tensor_random(NULL, &r, STRIDED_F64, s->y.ndim, s->y.n);
    for (int i = 0; i < INPUTS; i++) {
        in[i] = make(&s->in[i]);
        grad[i] = make(&s->in[i]);
        double *x = strided_data(in[i]);
        for (int64_t k = 0; k < strided_count(in[i]); k++)
            x[k] = i ? anything(&r, k, 0) : s->values(&r, k, strided_count(in[i]));
        if (grad[i] && strided_fill(grad[i], NAN) != STRIDED_OK) fail_msg("%s", strided_error());
    }
    if (s->backward(grad, dy, in, s->params) != STRIDED_OK) fail_msg("%s: %s", s->name, strided_error());
    for (int i = 0; i < INPUTS; i++)
        if (in[i]) check_input(s, i, y, dy, in, grad[i]);
    for (int i = 0; i < INPUTS; i++) {
        strided_release(in[i]);
        strided_release(grad[i]);
    }
    strided_release(y);
    strided_release(dy);
}

/* ---- convolution -------------------------------------------------------------------------------- */

static strided_status conv(strided_tensor *y, strided_tensor *const in[INPUTS], const void *params)
{
    return strided_conv(y, in[0], in[1], in[2], params);
}

static strided_status conv_back(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS], const void *params)
{
    strided_status s = strided_conv_grad_input(grad[0], dy, in[1], params);
    if (!s) s = strided_conv_grad_weight(grad[1], dy, in[0], params);
    return s ? s : strided_conv_grad_bias(grad[2], dy);
}

static strided_status transposed(strided_tensor *y, strided_tensor *const in[INPUTS], const void *params)
{
    return strided_conv_transpose(y, in[0], in[1], in[2], params);
}

static strided_status transposed_back(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS], const void *params)
{
    strided_status s = strided_conv_transpose_grad_input(grad[0], dy, in[1], params);
    if (!s) s = strided_conv_transpose_grad_weight(grad[1], dy, in[0], params);
    return s ? s : strided_conv_grad_bias(grad[2], dy);
}

/* A random window over inputs of at most `most`, in this padding mode. */
static struct ref_window window_in(struct rng *r, int nd, strided_pad_mode mode, int64_t n[3])
{
    struct ref_window w = window_random(r, nd, nd == 1 ? 8 : nd == 2 ? 4 : 3, n);
    w.mode = mode;
    return w;
}

static void convolution(void **state)
{
    (void)state;
    char name[300];
    for (int nd = 1; nd <= 3; nd++)
        for (int mode = STRIDED_PAD_CONSTANT; mode <= STRIDED_PAD_CIRCULAR; mode++)
            for (uint64_t seed = 0; seed < (nd < 3 ? 6 : 2); seed++) {
                int64_t n[3];
                struct rng r = rng_seed(seed * 8 + (uint64_t)mode);
                struct ref_window w = window_in(&r, nd, (strided_pad_mode)mode, n);
                strided_conv_params p = window_conv_params(&w);
                int64_t o = w.groups * rng_between(&r, 1, 2);
                struct subject s = { window_text(&w, n, name, sizeof name), conv, conv_back, &p, { nd + 2, { 2, o } },
                                     { { nd + 2, { 2, 2 * w.groups } }, { nd + 2, { o, 2 } }, { 1, { o } } }, anything, 0.5, 1e-11 };
                for (int a = 0; a < nd; a++) {
                    s.y.n[2 + a] = ref_positions(&w, a, n[a], 0);
                    s.in[0].n[2 + a] = n[a];
                    s.in[1].n[2 + a] = w.size[a];
                }
                check(&s, seed);
            }
}

static void transposed_convolution(void **state)
{
    (void)state;
    char name[300];
    for (int nd = 1; nd <= 3; nd++)
        for (uint64_t seed = 0; seed < 10; seed++) {
            int64_t n[3];
            struct rng r = rng_seed(seed);
            struct ref_window w = window_in(&r, nd, STRIDED_PAD_CONSTANT, n);
            struct subject s = { window_text(&w, n, name, sizeof name), transposed, transposed_back, NULL, { nd + 2, { 2, 2 * w.groups } },
                                 { { nd + 2, { 2, w.groups } }, { nd + 2, { w.groups, 2 } }, { 1, { 2 * w.groups } } }, anything, 0.5, 1e-11 };
            for (int a = 0; a < nd; a++) {
                w.output_padding[a] = w.stride[a] - 1;
                int64_t whole = (n[a] - 1) * w.stride[a] + w.dilation[a] * (w.size[a] - 1) + 1 + w.output_padding[a];
                if (w.pad[a][0] + w.pad[a][1] >= whole) w.pad[a][0] = w.pad[a][1] = 0;
                s.y.n[2 + a] = whole - w.pad[a][0] - w.pad[a][1];
                s.in[0].n[2 + a] = n[a];
                s.in[1].n[2 + a] = w.size[a];
            }
            strided_conv_params p = window_conv_params(&w);
            s.params = &p;
            check(&s, seed);
        }
}

/* ---- columns: each is the other's gradient ------------------------------------------------------ */

static strided_status to_columns(strided_tensor *y, strided_tensor *const in[INPUTS], const void *params)
{
    const struct ref_window *w = params;
    strided_conv_params p = window_conv_params(w);
    return strided_im2col(y, in[0], w->nd, w->size, &p);
}

static strided_status to_columns_back(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS], const void *params)
{
    const struct ref_window *w = params;
    strided_conv_params p = window_conv_params(w);
    (void)in;
    return strided_col2im(grad[0], dy, w->nd, w->size, &p);
}

static void columns(void **state)
{
    (void)state;
    char name[300];
    for (int nd = 1; nd <= 3; nd++)
        for (uint64_t seed = 0; seed < 8; seed++) {
            int64_t n[3];
            struct rng r = rng_seed(seed);
            struct ref_window w = window_in(&r, nd, STRIDED_PAD_CONSTANT, n);
            w.groups = 1;
            struct subject s = { window_text(&w, n, name, sizeof name), to_columns, to_columns_back, &w, { 3, { 1, 2, 1 } },
                                 { { nd + 2, { 1, 2 } } }, anything, 0.5, 1e-11 };
            none(&s, 1);
            for (int a = 0; a < nd; a++) {
                s.in[0].n[2 + a] = n[a];
                s.y.n[1] *= w.size[a];
                s.y.n[2] *= ref_positions(&w, a, n[a], 0);
            }
            check(&s, seed);
        }
}

/* ---- pooling ------------------------------------------------------------------------------------ */

static strided_status pool(strided_tensor *y, strided_tensor *const in[INPUTS], const void *params)
{
    return strided_pool(y, NULL, in[0], params);
}

static strided_status pool_back(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS], const void *params)
{
    const strided_pool_params *p = params;
    return strided_pool_grad(grad[0], dy, p->kind == STRIDED_POOL_AVG ? NULL : in[0], p);
}

static int axes_of(const strided_pool_params *p)
{
    int nd = 0;
    while (nd < STRIDED_MAX_SPATIAL && p->size[nd]) nd++;
    return nd;
}

static strided_status pool_back_by_index(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS],
                                         const void *params)
{
    STRIDED_AUTO strided_tensor *y = strided_empty_like(dy);
    STRIDED_AUTO strided_tensor *idx = strided_zeros(NULL, STRIDED_I64, strided_ndim(dy), strided_shape(dy));
    strided_status s = strided_pool(y, idx, in[0], params);
    return s ? s : strided_pool_grad_indices(grad[0], dy, idx, axes_of(params));
}

/* Over x (2, n..). */
static void check_pool(const char *name, const strided_pool_params *p, const int64_t *n, backward_call *backward, uint64_t seed)
{
    int nd = axes_of(p), linear = p->kind == STRIDED_POOL_AVG;
    struct subject s = { name, pool, backward, p, { nd + 1, { 2 } }, { { nd + 1, { 2 } } }, linear ? anything : far_apart, linear ? 0.5 : 1e-5,
                         linear ? 1e-11 : 1e-7 };
    none(&s, 1);
    for (int a = 0; a < nd; a++) s.in[0].n[1 + a] = n[a];
    STRIDED_AUTO strided_tensor *x = make(&s.in[0]), *y = strided_pool_empty(x, p);
    if (y == NULL) fail_msg("%s: %s", name, strided_error());
    memcpy(s.y.n, strided_shape(y), (size_t)s.y.ndim * sizeof *s.y.n);
    check(&s, seed);
}

/* Padding that the window allows. */
static struct ref_window pool_window(struct rng *r, int nd, int64_t n[3])
{
    struct ref_window w = window_in(r, nd, STRIDED_PAD_CONSTANT, n);
    for (int a = 0; a < nd; a++)
        for (int side = 0; side < 2; side++) {
            int64_t span = w.dilation[a] * (w.size[a] - 1);
            if (w.pad[a][side] > span) w.pad[a][side] = span;
        }
    for (int a = 0; a < nd; a++) {
        int64_t room = (n[a] + w.pad[a][0] + w.pad[a][1] - 1) / w.dilation[a] + 1;
        if (w.size[a] > room) w.size[a] = 1, w.pad[a][0] = w.pad[a][1] = 0;
    }
    return w;
}

static void pooling(void **state)
{
    (void)state;
    static const double powers[] = { 0, 1, 1.5, 3, INFINITY };
    char name[300];
    for (int nd = 1; nd <= 3; nd++)
        for (uint64_t seed = 0; seed < 12; seed++) {
            int64_t n[3];
            struct rng r = rng_seed(seed);
            struct ref_window w = pool_window(&r, nd, n);
            struct ref_pool ref = { .window = w };
            strided_pool_params p = window_pool_params(&ref);
            window_text(&w, n, name, sizeof name);
            p.ceil_mode = seed % 2;
            p.kind = STRIDED_POOL_MAX;
            check_pool(name, &p, n, pool_back, seed);
            check_pool(name, &p, n, pool_back_by_index, seed);
            p.kind = STRIDED_POOL_AVG;
            p.count_include_pad = seed / 2 % 2;
            p.divisor = seed % 5 == 4 ? 7 : 0;
            check_pool(name, &p, n, pool_back, seed);
            p.kind = STRIDED_POOL_LP;
            p.divisor = 0;
            p.p = powers[seed % COUNT(powers)];
            check_pool(name, &p, n, pool_back, seed);
        }
}

struct adaptive { strided_pool_kind kind; int nd; };

static strided_status adaptive(strided_tensor *y, strided_tensor *const in[INPUTS], const void *params)
{
    const struct adaptive *a = params;
    return strided_adaptive_pool(y, NULL, in[0], a->kind, a->nd);
}

static strided_status adaptive_back(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS], const void *params)
{
    const struct adaptive *a = params;
    return strided_adaptive_pool_grad(grad[0], dy, a->kind == STRIDED_POOL_AVG ? NULL : in[0], a->kind, a->nd);
}

static strided_status adaptive_back_by_index(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS],
                                             const void *params)
{
    const struct adaptive *a = params;
    STRIDED_AUTO strided_tensor *y = strided_empty_like(dy);
    STRIDED_AUTO strided_tensor *idx = strided_zeros(NULL, STRIDED_I64, strided_ndim(dy), strided_shape(dy));
    strided_status s = strided_adaptive_pool(y, idx, in[0], a->kind, a->nd);
    return s ? s : strided_pool_grad_indices(grad[0], dy, idx, a->nd);
}

static void adaptive_pooling(void **state)
{
    (void)state;
    static const struct { int nd; int64_t n[3], o[3]; } list[] = {
        { 1, { 7 }, { 3 } }, { 1, { 3 }, { 7 } }, { 1, { 6 }, { 1 } }, { 2, { 5, 4 }, { 3, 3 } }, { 2, { 3, 4 }, { 4, 2 } },
        { 3, { 3, 2, 4 }, { 2, 3, 1 } },
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        int nd = list[i].nd;
        struct adaptive max = { STRIDED_POOL_MAX, nd }, avg = { STRIDED_POOL_AVG, nd };
        struct subject s = { "adaptive max pool", adaptive, adaptive_back, &max, { nd + 1, { 2 } }, { { nd + 1, { 2 } } }, far_apart, 1e-5, 1e-7 };
        none(&s, 1);
        memcpy(s.in[0].n + 1, list[i].n, sizeof list[i].n);
        memcpy(s.y.n + 1, list[i].o, sizeof list[i].o);
        check(&s, i);
        s.backward = adaptive_back_by_index;
        check(&s, i);
        s.name = "adaptive average pool", s.backward = adaptive_back, s.params = &avg, s.values = anything, s.step = 0.5, s.tolerance = 1e-11;
        check(&s, i);
    }
}

/* ---- padding ------------------------------------------------------------------------------------ */

struct padding { int ndim; int64_t before[3], after[3]; strided_pad_mode mode; };

static strided_status pad(strided_tensor *y, strided_tensor *const in[INPUTS], const void *params)
{
    const struct padding *p = params;
    return strided_pad(y, in[0], p->ndim, p->before, p->after, p->mode, 3);
}

static strided_status pad_back(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS], const void *params)
{
    const struct padding *p = params;
    (void)in;
    return strided_pad_grad(grad[0], dy, p->ndim, p->before, p->after, p->mode);
}

static void padding(void **state)
{
    (void)state;
    for (int mode = STRIDED_PAD_CONSTANT; mode <= STRIDED_PAD_CIRCULAR; mode++)
        for (uint64_t seed = 0; seed < 15; seed++) {
            struct rng r = rng_seed(seed);
            struct padding p = { .ndim = 1 + (int)(seed % 3), .mode = (strided_pad_mode)mode };
            struct subject s = { "pad", pad, pad_back, &p, { p.ndim, {0} }, { { p.ndim, {0} } }, anything, 0.5, 1e-11 };
            none(&s, 1);
            for (int a = 0; a < p.ndim; a++) {
                int64_t n = rng_between(&r, 3, 5);
                p.before[a] = rng_between(&r, -1, 7);
                p.after[a] = rng_between(&r, -1, 7);
                s.in[0].n[a] = n;
                s.y.n[a] = n + p.before[a] + p.after[a];
            }
            check(&s, seed);
        }
}

/* ---- batch norm --------------------------------------------------------------------------------- */

static strided_status norm(strided_tensor *y, strided_tensor *const in[INPUTS], const void *params)
{
    return strided_batch_norm_train(y, in[0], in[1], in[2], NULL, NULL, NULL, NULL, params);
}

static strided_status norm_back(strided_tensor *const grad[INPUTS], const strided_tensor *dy, strided_tensor *const in[INPUTS], const void *params)
{
    int64_t channels = strided_dim(dy, 1);
    STRIDED_AUTO strided_tensor *y = strided_empty_like(dy), *mean = strided_zeros(NULL, STRIDED_F64, 1, &channels);
    STRIDED_AUTO strided_tensor *var = strided_zeros(NULL, STRIDED_F64, 1, &channels);
    strided_status s = strided_batch_norm_train(y, in[0], in[1], in[2], NULL, NULL, mean, var, params);
    return s ? s : strided_batch_norm_grad(grad[0], grad[1], grad[2], dy, in[0], in[1], mean, var, params);
}

static void batch_norm(void **state)
{
    (void)state;
    static const struct shape list[] = { { 2, { 6, 3 } }, { 3, { 2, 2, 5 } }, { 4, { 2, 3, 2, 3 } }, { 5, { 1, 2, 2, 2, 2 } } };
    static const strided_batch_norm_params params[] = { { 0 }, { .eps = 0.3 } };
    for (size_t i = 0; i < COUNT(list); i++)
        for (size_t k = 0; k < COUNT(params); k++)
            for (int plain = 0; plain < 2; plain++) {
                struct shape c = { plain ? -1 : 1, { list[i].n[1] } };
                struct subject s = { "batch norm", norm, norm_back, &params[k], list[i], { list[i], c, c }, anything, 1e-5, 1e-7 };
                check(&s, i);
            }
}

STRIDED_TEST_GROUP("ops/gradients",
    cmocka_unit_test(convolution),
    cmocka_unit_test(transposed_convolution),
    cmocka_unit_test(columns),
    cmocka_unit_test(pooling),
    cmocka_unit_test(adaptive_pooling),
    cmocka_unit_test(padding),
    cmocka_unit_test(batch_norm))
