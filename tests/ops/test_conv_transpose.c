/*
 * test_conv_transpose.c - the transposed convolution and both its gradients: geometries by the hundred, layouts, dtypes,
 * epilogues, automatic padding, and the gradient of the convolution that it is.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/tensors.h"
#include "support/convolution.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static int64_t extent(const struct ref_window *p, int a, int64_t i)
{
    return (i - 1) * p->stride[a] - p->pad[a][0] - p->pad[a][1] + p->dilation[a] * (p->size[a] - 1) + 1 + p->output_padding[a];
}

/* c channels of x, `per_group` channels of y in each group, extents i of x. */
static struct convolution setting_of(const struct ref_window *p, int64_t batch, int64_t c, int64_t per_group, const int64_t *i)
{
    struct convolution s = { .window = *p, .params = window_conv_params(p), .x = { batch, c }, .w = { c, per_group },
                         .y = { batch, per_group * p->groups } };
    for (int a = 0; a < p->nd; a++) {
        s.x[2 + a] = i[a];
        s.w[2 + a] = p->size[a];
        s.y[2 + a] = extent(p, a, i[a]);
    }
    return s;
}

/* ---- the three calls ---------------------------------------------------------------------------- */

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose(out[0], in[0], in[1], in[2], &((const struct convolution *)params)->params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct convolution *s = params;
    struct array y = array_batched(out[0], s->window.nd), x = array_batched(in[0], s->window.nd);
    if (!s->params.accumulate) memset(y.v, 0, (size_t)y.count * sizeof *y.v);
    ref_conv_transpose(&y, &x, in[1], &s->window);
    convolution_finish(&y, in[2], s);
}

static strided_status call_input(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose_grad_input(out[0], in[0], in[1], &((const struct convolution *)params)->params);
}

static void reference_input(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct convolution *s = params;
    struct array dx = array_batched(out[0], s->window.nd), dy = array_batched(in[0], s->window.nd);
    ref_conv_transpose_grad_input(&dx, &dy, in[1], &s->window);
}

static strided_status call_weight(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose_grad_weight(out[0], in[0], in[1], &((const struct convolution *)params)->params);
}

static void reference_weight(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct convolution *s = params;
    struct array dy = array_batched(in[0], s->window.nd), x = array_batched(in[1], s->window.nd);
    ref_conv_transpose_grad_weight(out[0], &dy, &x, &s->window);
}

enum { FORWARD, INPUT, WEIGHT, CALLS };
struct trials { struct trial of[CALLS]; };

/* Rows are y, x, w; the destination of each call is one of them, the other two go in. */
static struct trials trials_of(const char *name, const struct convolution *s, struct convolution_dtypes d, uint64_t seed, array_fill *fill)
{
    struct rng r = rng_seed(seed);
    int first = s->unbatched, rank = s->window.nd + 2 - first;
    struct array *x = fill(&r, d.x, rank, s->x + first), *y = fill(&r, d.y, rank, s->y + first);
    struct array *w = fill(&r, d.w, s->window.nd + 2, s->w);
    struct trials t = { { trial_new(name, call, reference, s), trial_new(name, call_input, reference_input, s),
                          trial_new(name, call_weight, reference_weight, s) } };
    if (s->params.accumulate) trial_inout(&t.of[FORWARD], d.y, y);
    else trial_out(&t.of[FORWARD], d.y, rank, s->y + first);
    trial_in(&t.of[FORWARD], d.x, x);
    trial_in(&t.of[FORWARD], d.w, w);
    if (s->bias) trial_in(&t.of[FORWARD], d.bias, fill(&r, d.bias, 1, &s->y[1]))->optional = 1;
    else trial_no_in(&t.of[FORWARD]);

    trial_out(&t.of[INPUT], d.x, rank, s->x + first);
    trial_in(&t.of[INPUT], d.y, y);
    trial_in(&t.of[INPUT], d.w, w);

    trial_out(&t.of[WEIGHT], d.w, s->window.nd + 2, s->w);
    trial_in(&t.of[WEIGHT], d.y, y);
    trial_in(&t.of[WEIGHT], d.x, x);
    for (int i = 0; i < CALLS; i++) {
        trial_store_by_inputs(&t.of[i]);
        t.of[i].seed = seed;
    }
    if (s->params.accumulate && number_is_float(d.y)) t.of[FORWARD].store = STORE_ROUND;
    return t;
}

static void run_all(struct trials t)
{
    for (int i = 0; i < CALLS; i++) trial_all(&t.of[i]);
}

static void run_mixed(struct trials t, int mixes)
{
    for (int i = 0; i < CALLS; i++) {
        t.of[i].mixes = mixes;
        trial_mixed(&t.of[i]);
    }
}

/* ---- geometry ----------------------------------------------------------------------------------- */

/* A geometry that leaves something of y. */
static struct ref_window random_window(struct rng *r, int nd, int64_t most, int64_t i[3])
{
    struct ref_window p = ref_window_plain(nd);
    p.groups = rng_between(r, 1, 3);
    for (int a = 0; a < nd; a++) {
        i[a] = rng_between(r, 1, most);
        p.size[a] = rng_between(r, 1, 5);
        p.stride[a] = rng_between(r, 1, 4);
        p.dilation[a] = rng_between(r, 1, 3);
        int64_t widest = p.stride[a] > p.dilation[a] ? p.stride[a] : p.dilation[a];
        p.output_padding[a] = rng_between(r, 0, 1) ? 0 : rng_between(r, 0, widest - 1);
        do {
            p.pad[a][0] = rng_between(r, 0, 1) ? 0 : rng_between(r, 0, 4);
            p.pad[a][1] = rng_between(r, 0, 1) ? 0 : rng_between(r, 0, 4);
        } while (extent(&p, a, i[a]) < 1);
    }
    return p;
}

static struct convolution random_setting(struct rng *r, int nd, int64_t most)
{
    int64_t i[3];
    struct ref_window p = random_window(r, nd, most, i);
    struct convolution s = setting_of(&p, rng_between(r, 1, 2), p.groups * rng_between(r, 1, 3), rng_between(r, 1, 3), i);
    s.bias = (int)rng_between(r, 0, 1);
    s.unbatched = s.x[0] == 1 && rng_between(r, 0, 1);
    return s;
}

static void geometries(int nd, int count, int64_t most)
{
    char name[300];
    for (int i = 0; i < count; i++) {
        struct rng r = rng_seed((uint64_t)(nd * 1000 + i));
        struct convolution s = random_setting(&r, nd, most);
        run_mixed(trials_of(window_text(&s.window, s.x + 2, name, sizeof name), &s, convolution_all(STRIDED_F32), (uint64_t)i, array_small), 6);
        arrays_release();
    }
}

static void geometries_1d(void **state) { (void)state; geometries(1, 200, 20); }
static void geometries_2d(void **state) { (void)state; geometries(2, 100, 6); }
static void geometries_3d(void **state) { (void)state; geometries(3, 25, 3); }

static void every_layout(void **state)
{
    (void)state;
    struct ref_window p = window_of(1, 3, 2, 1, 1, 1);
    p.output_padding[0] = 1;
    struct convolution s = setting_of(&p, 2, 3, 2, STRIDED_LIST(4));
    s.bias = 1;
    run_all(trials_of("conv_transpose1d stride 2", &s, convolution_all(STRIDED_F32), 1, array_small));
    p = window_of(2, 2, 3, 2, 0, 1);
    p.groups = 2;
    p.output_padding[0] = 2;
    s = setting_of(&p, 2, 4, 2, STRIDED_LIST(2, 3));
    s.bias = 1;
    run_all(trials_of("conv_transpose2d stride 3 dilation 2 groups 2", &s, convolution_all(STRIDED_F64), 2, array_small));
    p = window_of(3, 2, 1, 1, 1, 0);
    s = setting_of(&p, 2, 2, 3, STRIDED_LIST(2, 3, 2));
    run_all(trials_of("conv_transpose3d", &s, convolution_all(STRIDED_F16), 3, array_small));
    p = window_of(2, 2, 4, 1, 0, 0);
    s = setting_of(&p, 1, 3, 2, STRIDED_LIST(2, 2));
    s.unbatched = s.bias = 1;
    run_all(trials_of("conv_transpose2d with gaps, without N", &s, convolution_all(STRIDED_F32), 4, array_small));
    arrays_release();
}

/* As in networks: real numbers, enough channels for every kernel and for several threads, the same bits everywhere. */
static void like_networks(void **state)
{
    (void)state;
    static const struct { int nd; int64_t size, stride, pad, output, groups, c, o, n; } list[] = {
        { 2, 2, 2, 0, 0, 1, 16, 24, 6 }, { 2, 4, 2, 1, 0, 1, 17, 19, 5 },  { 2, 3, 2, 1, 1, 1, 16, 16, 6 }, { 2, 3, 1, 1, 0, 8, 16, 2, 9 },
        { 1, 8, 4, 2, 0, 1, 16, 16, 12 }, { 2, 1, 1, 0, 0, 1, 33, 40, 6 }, { 3, 2, 2, 0, 0, 1, 4, 16, 3 },  { 2, 4, 4, 0, 0, 24, 24, 1, 7 },
    };
    char name[300];
    for (size_t i = 0; i < COUNT(list); i++)
        for (int wide = 0; wide < 2; wide++) {
            strided_dtype dtype = wide ? STRIDED_F64 : STRIDED_F32;
            struct ref_window p = window_of(list[i].nd, list[i].size, list[i].stride, 1, list[i].pad, list[i].pad);
            for (int a = 0; a < p.nd; a++) p.output_padding[a] = list[i].output;
            p.groups = list[i].groups;
            struct convolution s = setting_of(&p, 2, list[i].c, list[i].o, (int64_t[]){ list[i].n, list[i].n + 1, list[i].n });
            s.bias = 1;
            if (wide && i % 3) continue;
            struct trials t = trials_of(window_text(&p, s.x + 2, name, sizeof name), &s, convolution_all(dtype), i, array_unit);
            for (int k = 0; k < CALLS; k++) {
                t.of[k].ulp = 2;
                t.of[k].absolute = wide ? 1e-12 : 5e-5;
                t.of[k].fused = 1;
            }
            run_mixed(t, 6);
            arrays_release();
        }
}

static void empty(void **state)
{
    (void)state;
    struct ref_window p = window_of(2, 2, 2, 1, 0, 1);
    struct convolution list[] = { setting_of(&p, 0, 2, 3, STRIDED_LIST(3, 2)), setting_of(&p, 2, 0, 3, STRIDED_LIST(3, 2)),
                              setting_of(&p, 2, 2, 0, STRIDED_LIST(3, 2)) };
    for (size_t i = 0; i < COUNT(list); i++) {
        list[i].bias = 1;
        run_all(trials_of("conv_transpose2d of nothing", &list[i], convolution_all(STRIDED_F32), 1, array_small));
    }
    arrays_release();
}

/* ---- dtypes ------------------------------------------------------------------------------------- */

static void every_dtype(void **state)
{
    (void)state;
    struct ref_window p = window_of(2, 3, 2, 1, 1, 0);
    for (int d = 0; d < NUMBER_DTYPES; d++) {
        struct convolution s = setting_of(&p, 1, 2, 3, STRIDED_LIST(2, 3));
        s.bias = 1;
        struct trials t = trials_of("conv_transpose2d", &s, convolution_all(number_dtypes[d]), 7, array_small);
        for (int i = 0; i < CALLS; i++) {
            t.of[i].mixes = 4;
            trial_run(&t.of[i]);
        }
        arrays_release();
    }
}

static void every_pair_of_dtypes(void **state)
{
    (void)state;
    struct ref_window p = window_of(1, 3, 2, 1, 1, 0);
    struct convolution s = setting_of(&p, 1, 2, 3, STRIDED_LIST(4));
    for (int i = 0; i < NUMBER_DTYPES; i++)
        for (int k = 0; k < NUMBER_DTYPES; k++) {
            strided_dtype a = number_dtypes[i], b = number_dtypes[k];
            struct convolution_dtypes list[] = { { STRIDED_F64, a, b, a }, { a, b, b, b }, { b, a, STRIDED_I8, a } };
            s.bias = (i + k) % 2;
            for (size_t n = 0; n < COUNT(list); n++)
                run_mixed(trials_of("conv_transpose1d of two dtypes", &s, list[n], 7, array_small), 2);
            arrays_release();
        }
}

/* Not finite elements reach exactly the outputs they are added to. */
static void infinities(void **state)
{
    (void)state;
    for (int64_t stride = 1; stride < 4; stride++) {
        struct ref_window p = window_of(2, 2, stride, 1, 1, 0);
        struct convolution s = setting_of(&p, 1, 2, 20, STRIDED_LIST(4, 5));
        struct trials t = trials_of("conv_transpose2d of infinities", &s, convolution_all(STRIDED_F32), 3, array_small);
        struct array *x = array_copy(t.of[FORWARD].in[0].values);
        x->v[0] = INFINITY, x->v[13] = NAN, x->v[39] = -INFINITY;
        t.of[FORWARD].in[0].values = x;
        trial_mixed(&t.of[FORWARD]);
        arrays_release();
    }
}

/* ---- epilogues ---------------------------------------------------------------------------------- */

static void epilogues(void **state)
{
    (void)state;
    static const strided_dtype dtypes[] = { STRIDED_F32, STRIDED_F64, STRIDED_F16, STRIDED_BF16, STRIDED_I32, STRIDED_U8 };
    struct ref_window p = window_of(1, 2, 3, 1, 1, 0); /* some positions get nothing but the bias */
    for (size_t d = 0; d < COUNT(dtypes); d++)
        for (int act = STRIDED_ACT_NONE; act <= STRIDED_ACT_SILU; act++)
            for (int bits = 0; bits < 4; bits++) {
                struct convolution s = setting_of(&p, 2, 3, 5 + 14 * (bits & 1), STRIDED_LIST(4));
                s.params.activation = (strided_activation)act;
                s.params.clamp[0] = -3;
                s.params.clamp[1] = 20;
                s.params.accumulate = bits & 1;
                s.bias = bits >> 1;
                struct trial t = trials_of("conv_transpose1d and more", &s, convolution_all(dtypes[d]), (uint64_t)bits, array_small).of[FORWARD];
                if (act == STRIDED_ACT_SILU) t.ulp = number_size(dtypes[d]) < 4 ? 1 : 4, t.absolute = dtypes[d] == STRIDED_F64 ? 1e-14 : 1e-6;
                if (act == STRIDED_ACT_SILU && !number_is_float(dtypes[d])) trial_refused(&t, STRIDED_ERR_DTYPE);
                else if (d == 0) trial_all(&t);
                else trial_mixed(&t);
                arrays_release();
            }
}

/* The gradients do not look at them. */
static void epilogue_is_left_out(void **state)
{
    (void)state;
    struct ref_window p = window_of(2, 3, 2, 1, 1, 1);
    struct convolution s = setting_of(&p, 1, 2, 2, STRIDED_LIST(3, 3));
    s.params.activation = STRIDED_ACT_RELU;
    s.params.accumulate = 1;
    struct trials t = trials_of("conv_transpose2d gradients", &s, convolution_all(STRIDED_F32), 1, array_small);
    trial_mixed(&t.of[INPUT]);
    trial_mixed(&t.of[WEIGHT]);
}

/* ---- automatic padding -------------------------------------------------------------------------- */

/* SAME makes `stride` positions of each: of what the windows span beyond that the odd element goes behind (LOWER: before). */
static void same_padding(struct convolution *s, int lower)
{
    struct ref_window *p = &s->window;
    int64_t wanted = s->x[2] * p->stride[0], total = s->y[2] - wanted;
    if (total < 0) total = 0;
    p->pad[0][0] = lower ? (total + 1) / 2 : total / 2;
    p->pad[0][1] = total - p->pad[0][0];
    s->y[2] = wanted;
}

static void auto_padding(void **state)
{
    (void)state;
    for (int64_t i = 1; i < 6; i++)
        for (int64_t size = 1; size < 5; size++)
            for (int64_t stride = 1; stride < 4; stride++)
                for (int64_t output = 0; output < stride; output++)
                    for (int kind = STRIDED_AUTO_PAD_VALID; kind <= STRIDED_AUTO_PAD_SAME_LOWER; kind++) {
                        struct ref_window p = window_of(1, size, stride, 1, 0, 0);
                        p.output_padding[0] = output;
                        struct convolution s = setting_of(&p, 1, 2, 2, &i);
                        s.params.auto_pad = (strided_auto_pad)kind;
                        if (kind != STRIDED_AUTO_PAD_VALID) same_padding(&s, kind == STRIDED_AUTO_PAD_SAME_LOWER);
                        char name[100];
                        snprintf(name, sizeof name, "conv_transpose1d auto_pad %d, i %d size %d stride %d output_padding %d", kind,
                                 (int)i, (int)size, (int)stride, (int)output);
                        run_mixed(trials_of(name, &s, convolution_all(STRIDED_F32), 1, array_small), 0);
                        arrays_release();
                    }
}

/* ---- identities --------------------------------------------------------------------------------- */

/* Bit for bit the gradient of the convolution with the same parameters, and that convolution is its own gradient. */
static void is_a_gradient(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        int64_t i[3];
        struct rng r = rng_seed(seed);
        struct ref_window p = random_window(&r, 1 + (int)(seed % 3), 5, i);
        for (int a = 0; a < p.nd; a++) p.output_padding[a] = 0;
        for (int a = 0; a < p.nd; a++)
            if (extent(&p, a, i[a]) < 1) p.pad[a][0] = p.pad[a][1] = 0;
        struct convolution s = setting_of(&p, 2, 2 * p.groups, 3, i);
        int rank = p.nd + 2;
        STRIDED_AUTO strided_tensor *x = tensor_random(NULL, &r, STRIDED_F32, rank, s.x), *w = tensor_random(NULL, &r, STRIDED_F32, rank, s.w);
        STRIDED_AUTO strided_tensor *y = strided_conv_transpose_empty(x, w, &s.params), *dx = strided_empty_like(y);
        assert_int_equal(strided_conv_transpose(y, x, w, NULL, &s.params), STRIDED_OK);
        assert_int_equal(strided_conv_grad_input(dx, x, w, &s.params), STRIDED_OK);
        assert_same_bits("conv_transpose and conv_grad_input", y, dx);
        STRIDED_AUTO strided_tensor *z = strided_conv_empty(y, w, &s.params), *dz = strided_empty_like(x);
        assert_int_equal(strided_conv(z, y, w, NULL, &s.params), STRIDED_OK);
        assert_int_equal(strided_conv_transpose_grad_input(dz, y, w, &s.params), STRIDED_OK);
        assert_same_bits("conv and conv_transpose_grad_input", dz, z);
    }
}

/* <conv_transpose(x, w), y> = <x, grad_input(y, w)> = <w, grad_weight(y, x)>, exactly. */
static void adjoint(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        int64_t i[3];
        struct rng r = rng_seed(seed);
        struct ref_window p = random_window(&r, 1 + (int)(seed % 3), 5, i);
        struct convolution s = setting_of(&p, 2, 2 * p.groups, 3, i);
        int rank = p.nd + 2;
        STRIDED_AUTO strided_tensor *x = tensor_small(NULL, &r, STRIDED_F64, rank, s.x), *w = tensor_small(NULL, &r, STRIDED_F64, rank, s.w);
        STRIDED_AUTO strided_tensor *y = tensor_small(NULL, &r, STRIDED_F64, rank, s.y), *z = strided_empty_like(y);
        STRIDED_AUTO strided_tensor *dx = strided_empty_like(x), *dw = strided_empty_like(w);
        assert_int_equal(strided_conv_transpose(z, x, w, NULL, &s.params), STRIDED_OK);
        assert_int_equal(strided_conv_transpose_grad_input(dx, y, w, &s.params), STRIDED_OK);
        assert_int_equal(strided_conv_transpose_grad_weight(dw, y, x, &s.params), STRIDED_OK);
        assert_true(tensor_dot(z, y) == tensor_dot(x, dx));
        assert_true(tensor_dot(z, y) == tensor_dot(w, dw));
    }
}

/* ---- results ------------------------------------------------------------------------------------ */

static void result_tensors(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *memory = strided_zeros(NULL, STRIDED_F16, STRIDED_DIMS(1, 5, 6, 4));
    STRIDED_AUTO strided_tensor *x = strided_permute(memory, STRIDED_DIMS(0, 3, 1, 2));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_BF16, STRIDED_DIMS(4, 3, 3, 2));
    strided_conv_params p = { .stride = { 2, 3 }, .groups = 2, .output_padding = { 1, 2 } };
    STRIDED_AUTO strided_tensor *y = strided_conv_transpose_empty(x, w, &p);
    assert_non_null(y);
    assert_memory_equal(strided_shape(y), STRIDED_LIST(1, 6, 12, 19), 4 * sizeof(int64_t));
    assert_int_equal(strided_stride(y, 1), 1);
    assert_int_equal(strided_dtype_of(y), STRIDED_F32);
    assert_int_equal(strided_conv_transpose(y, x, w, NULL, &p), STRIDED_OK);
    STRIDED_AUTO strided_tensor *one = strided_select(x, 0, 0), *single = strided_conv_transpose_empty(one, w, &p);
    assert_int_equal(strided_ndim(single), 3);
    assert_null(strided_conv_transpose_empty(NULL, w, NULL));
    assert_null(strided_conv_transpose_empty(x, NULL, NULL));
    p.reserved[7] = 1;
    refused(STRIDED_ERR_UNSUPPORTED, "conv_transpose_empty", strided_conv_transpose_empty(x, w, &p));
    refused(STRIDED_ERR_SHAPE, "conv_transpose_empty", strided_conv_transpose_empty(w, x, NULL));
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void shapes_that_do_not_fit(void **state)
{
    (void)state;
    static const struct { int ny, nx, nw; int64_t y[6], x[6], w[6], bias, groups; int want; } list[] = {
        { 3, 3, 3, { 1, 2, 7 }, { 1, 3, 5 }, { 4, 2, 3 }, 0, 0, STRIDED_ERR_SHAPE },   /* channels of x */
        { 3, 3, 3, { 1, 3, 7 }, { 1, 4, 5 }, { 4, 2, 3 }, 0, 0, STRIDED_ERR_SHAPE },   /* of y */
        { 3, 3, 3, { 1, 2, 7 }, { 1, 4, 5 }, { 4, 2, 3 }, 0, 2, STRIDED_ERR_SHAPE },   /* groups make more of y */
        { 3, 3, 3, { 1, 6, 7 }, { 1, 4, 5 }, { 4, 2, 3 }, 0, 3, STRIDED_ERR_SHAPE },   /* x no multiple of groups */
        { 3, 3, 3, { 1, 2, 6 }, { 1, 4, 5 }, { 4, 2, 3 }, 0, 0, STRIDED_ERR_SHAPE },   /* extents */
        { 3, 3, 3, { 2, 2, 7 }, { 1, 4, 5 }, { 4, 2, 3 }, 0, 0, STRIDED_ERR_SHAPE },   /* batch */
        { 3, 3, 3, { 1, 2, 7 }, { 1, 4, 5 }, { 4, 2, 3 }, 4, 0, STRIDED_ERR_SHAPE },   /* bias is of y */
        { 2, 3, 3, { 2, 7 }, { 1, 4, 5 }, { 4, 2, 3 }, 0, 0, STRIDED_ERR_SHAPE },      /* N missing from y alone */
        { 3, 2, 3, { 1, 2, 7 }, { 4, 5 }, { 4, 2, 3 }, 0, 0, STRIDED_ERR_SHAPE },
        { 3, 4, 3, { 1, 2, 7 }, { 1, 4, 5, 1 }, { 4, 2, 3 }, 0, 0, STRIDED_ERR_SHAPE },
        { 2, 2, 2, { 1, 2 }, { 1, 4 }, { 4, 2 }, 0, 0, STRIDED_ERR_SHAPE },
        { 6, 6, 6, { 1, 2, 1, 1, 1, 1 }, { 1, 4, 1, 1, 1, 1 }, { 4, 2, 1, 1, 1, 1 }, 0, 0, STRIDED_ERR_SHAPE },
        { 3, 3, 3, { 1, 2, 1 }, { 1, 4, 0 }, { 4, 2, 2 }, 0, 0, STRIDED_ERR_SHAPE },   /* nothing to spread */
        { 3, 3, 3, { 1, 2, 4 }, { 1, 4, 5 }, { 4, 2, 0 }, 0, 0, STRIDED_ERR_SHAPE },   /* no window */
        { 3, 3, 3, { 1, 2, 7 }, { 1, 4, 5 }, { 4, 2, 3 }, 0, INT64_MAX, STRIDED_ERR_SHAPE },
        { 3, 3, 3, { 1, 2, 7 }, { 1, 0, 5 }, { 0, 2, 3 }, 0, INT64_MAX, STRIDED_ERR_OVERFLOW },
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct convolution s = { .params = { .groups = list[i].groups } };
        char name[60];
        snprintf(name, sizeof name, "conv_transpose that does not fit %d", (int)i);
        struct trial t = trial_new(name, call, reference, &s);
        trial_out(&t, STRIDED_F32, list[i].ny, list[i].y);
        trial_in(&t, STRIDED_F32, array_new(list[i].nx, list[i].x));
        trial_in(&t, STRIDED_F32, array_new(list[i].nw, list[i].w));
        if (list[i].bias) trial_in(&t, STRIDED_F32, array_new(1, &list[i].bias));
        else trial_no_in(&t);
        trial_refused(&t, (strided_status)list[i].want);
        arrays_release();
    }
}

/* Every parameter at the ends of its type. x is (1, 2, 5), w (2, 2, 3). */
static void parameters(void **state)
{
    (void)state;
    enum { ARG = STRIDED_ERR_ARG, FLOW = STRIDED_ERR_OVERFLOW, SHAPE = STRIDED_ERR_SHAPE, LATER = STRIDED_ERR_UNSUPPORTED };
    static const struct { strided_conv_params p; int want, forward_only; } list[] = {
        { { .stride = { -1 } }, ARG, 0 },                  { { .stride = { INT64_MIN } }, ARG, 0 },
        { { .stride = { INT64_MAX } }, FLOW, 0 },          { { .stride = { INT64_MAX / 8 } }, SHAPE, 0 },
        { { .stride = { 2 } }, SHAPE, 0 },                 { { .stride = { 0, 1 } }, ARG, 0 },
        { { .dilation = { -1 } }, ARG, 0 },                { { .dilation = { INT64_MIN } }, ARG, 0 },
        { { .dilation = { INT64_MAX } }, FLOW, 0 },        { { .dilation = { INT64_MAX / 2 } }, FLOW, 0 },
        { { .dilation = { INT64_MAX / 4 } }, SHAPE, 0 },   { { .dilation = { 0, 0, 1 } }, ARG, 0 },
        { { .pad = { { -1, 0 } } }, ARG, 0 },              { { .pad = { { 0, INT64_MIN } } }, ARG, 0 },
        { { .pad = { { INT64_MAX, 0 } } }, SHAPE, 0 },     { { .pad = { { 0, INT64_MAX } } }, SHAPE, 0 },
        { { .pad = { { INT64_MAX, INT64_MAX } } }, FLOW, 0 }, { { .pad = { { 3, 4 } } }, SHAPE, 0 },
        { { .pad = { { 1, 0 } } }, SHAPE, 0 },             { { .pad = { { 0, 0 }, { 0, 1 } } }, ARG, 0 },
        { { .output_padding = { 1 } }, ARG, 0 },           { { .output_padding = { -1 } }, ARG, 0 },
        { { .output_padding = { INT64_MAX } }, ARG, 0 },   { { .output_padding = { INT64_MIN } }, ARG, 0 },
        { { .output_padding = { 0, 1 } }, ARG, 0 },        { { .dilation = { 3 }, .output_padding = { 3 } }, ARG, 0 },
        { { .stride = { 2 }, .output_padding = { 1 } }, SHAPE, 0 },
        { { .groups = -1 }, ARG, 0 },                      { { .groups = INT64_MIN }, ARG, 0 },
        { { .groups = 3 }, SHAPE, 0 },                     { { .groups = INT64_MAX }, SHAPE, 0 },
        { { .auto_pad = (strided_auto_pad)5 }, ARG, 0 },   { { .auto_pad = (strided_auto_pad)-1 }, ARG, 0 },
        { { .auto_pad = STRIDED_AUTO_PAD_SAME }, SHAPE, 0 },
        { { .auto_pad = STRIDED_AUTO_PAD_VALID, .pad = { { 1, 1 } } }, ARG, 0 },
        { { .pad_mode = STRIDED_PAD_REPLICATE }, ARG, 0 }, { { .pad_mode = STRIDED_PAD_CIRCULAR }, ARG, 0 },
        { { .pad_mode = (strided_pad_mode)-1 }, ARG, 0 },  { { .arithmetic = (strided_arithmetic)3 }, ARG, 0 },
        { { .arithmetic = (strided_arithmetic)-1 }, ARG, 0 },
        { { .activation = (strided_activation)4 }, ARG, 1 }, { { .activation = (strided_activation)-1 }, ARG, 1 },
        { { .activation = STRIDED_ACT_CLAMP, .clamp = { NAN, 1 } }, ARG, 1 },
        { { .activation = STRIDED_ACT_CLAMP, .clamp = { 1, NAN } }, ARG, 1 },
        { { .reserved_int = 1 }, LATER, 0 },               { { .reserved = { 1 } }, LATER, 0 },
        { { .reserved = { [7] = UINT64_MAX } }, LATER, 0 },
    };
    struct ref_window p = window_of(1, 3, 1, 1, 0, 0);
    struct convolution s = setting_of(&p, 1, 2, 2, STRIDED_LIST(5));
    for (size_t i = 0; i < COUNT(list); i++) {
        char name[60];
        snprintf(name, sizeof name, "conv_transpose1d, wrong parameters %d", (int)i);
        struct convolution wrong = s;
        wrong.params = list[i].p;
        struct trials t = trials_of(name, &s, convolution_all(STRIDED_F32), 1, array_small);
        for (int k = 0; k < (list[i].forward_only ? 1 : CALLS); k++) {
            t.of[k].params = &wrong;
            trial_refused(&t.of[k], (strided_status)list[i].want);
        }
        arrays_release();
    }
}

static void messages(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 5));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 4, 3));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 4, 7));
    refused_doing(STRIDED_ERR_SHAPE, "conv_transpose", strided_conv_transpose(y, x, w, NULL, NULL));
    assert_string_equal(strided_error(), "conv_transpose: x has 3 channels, w wants 2");
    STRIDED_AUTO strided_tensor *flat = strided_flatten(w, 1, 2);
    refused_doing(STRIDED_ERR_SHAPE, "conv_transpose", strided_conv_transpose(y, x, flat, NULL, NULL));
    assert_string_equal(strided_error(), "conv_transpose: w has rank 2; wanted 3 to 5 (C, O/groups, taps...)");
    refused_doing(STRIDED_ERR_SHAPE, "conv_transpose_grad_input", strided_conv_transpose_grad_input(x, y, w, NULL));
    refused_doing(STRIDED_ERR_SHAPE, "conv_transpose_grad_weight", strided_conv_transpose_grad_weight(w, y, x, NULL));
}

STRIDED_TEST_GROUP("ops/conv_transpose",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(geometries_1d),
    cmocka_unit_test(geometries_2d),
    cmocka_unit_test(geometries_3d),
    cmocka_unit_test(like_networks),
    cmocka_unit_test(empty),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(infinities),
    cmocka_unit_test(epilogues),
    cmocka_unit_test(epilogue_is_left_out),
    cmocka_unit_test(auto_padding),
    cmocka_unit_test(is_a_gradient),
    cmocka_unit_test(adjoint),
    cmocka_unit_test(result_tensors),
    cmocka_unit_test(shapes_that_do_not_fit),
    cmocka_unit_test(parameters),
    cmocka_unit_test(messages))
