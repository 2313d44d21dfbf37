/*
 * test_conv_transpose.c - the transposed convolution and its gradients: geometries by the hundred against the reference,
 * and against the gradient that it is.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"
#include "support/windows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct setting {
    struct ref_window   window;
    strided_conv_params params;
    int64_t x[5], w[5], y[5];
    int     bias, unbatched;
};

static int64_t extent(const struct ref_window *p, int a, int64_t i)
{
    return (i - 1) * p->stride[a] - p->pad[a][0] - p->pad[a][1] + p->dilation[a] * (p->size[a] - 1) + 1 + p->output_padding[a];
}

static struct setting setting_of(const struct ref_window *p, int64_t batch, int64_t c, int64_t o, const int64_t *i)
{
    struct setting s = { .window = *p, .params = window_conv_params(p), .x = { batch, c }, .w = { c, o / p->groups }, .y = { batch, o } };
    for (int a = 0; a < p->nd; a++) {
        s.x[2 + a] = i[a];
        s.w[2 + a] = p->size[a];
        s.y[2 + a] = extent(p, a, i[a]);
    }
    return s;
}

/* With N in front, if it is missing. */
static struct array batched(const struct array *x, int nd)
{
    struct array y = *x;
    if (x->ndim == nd + 2) return y;
    for (int a = 0; a <= nd; a++) y.shape[a + 1] = x->shape[a];
    y.shape[0] = 1;
    y.ndim = nd + 2;
    return y;
}

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose(out[0], in[0], in[1], in[2], &((const struct setting *)params)->params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    struct array y = batched(out[0], s->window.nd), x = batched(in[0], s->window.nd);
    if (!s->params.accumulate) memset(y.v, 0, (size_t)y.count * sizeof *y.v);
    ref_conv_transpose(&y, &x, in[1], &s->window);
    if (in[2]) ref_add_bias(&y, in[2]);
    for (int64_t i = 0; i < y.count; i++)
        y.v[i] = ref_activation(s->params.activation, y.v[i], s->params.clamp[0], s->params.clamp[1]);
}

static strided_status call_input(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose_grad_input(out[0], in[0], in[1], &((const struct setting *)params)->params);
}

static void reference_input(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    struct array dx = batched(out[0], s->window.nd), dy = batched(in[0], s->window.nd);
    ref_conv_transpose_grad_input(&dx, &dy, in[1], &s->window);
}

static strided_status call_weight(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_conv_transpose_grad_weight(out[0], in[0], in[1], &((const struct setting *)params)->params);
}

static void reference_weight(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    struct array dy = batched(in[0], s->window.nd), x = batched(in[1], s->window.nd);
    ref_conv_transpose_grad_weight(out[0], &dy, &x, &s->window);
}

enum { FORWARD, INPUT, WEIGHT, KINDS };

typedef struct array *fill_array(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape);

static struct array *reals(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape)
{
    (void)dtype;
    return array_real(r, -1, 1, ndim, shape);
}

static struct trial trial_of(int kind, const char *name, const struct setting *s, strided_dtype to, strided_dtype one, strided_dtype two,
                             uint64_t seed, fill_array *fill)
{
    static trial_call *const calls[KINDS] = { call, call_input, call_weight };
    static trial_reference *const references[KINDS] = { reference, reference_input, reference_weight };
    struct rng r = rng_seed(seed);
    int first = s->unbatched, full = s->window.nd + 2, rank = full - first;
    struct trial t = trial_new(name, calls[kind], references[kind], s);
    const int64_t *y = s->y + first, *x = s->x + first, *w = s->w;
    if (kind == FORWARD && s->params.accumulate) trial_inout(&t, to, fill(&r, to, rank, y));
    else if (kind == FORWARD) trial_out(&t, to, rank, y);
    else if (kind == INPUT) trial_out(&t, to, rank, x);
    else trial_out(&t, to, full, w);
    trial_in(&t, one, kind == FORWARD ? fill(&r, one, rank, x) : fill(&r, one, rank, y));
    trial_in(&t, two, kind == WEIGHT ? fill(&r, two, rank, x) : fill(&r, two, full, w));
    if (kind == FORWARD && s->bias) trial_in(&t, to, fill(&r, to, 1, &s->y[1]))->optional = 1;
    else if (kind == FORWARD) trial_no_in(&t);
    trial_store_by_inputs(&t);
    t.seed = seed;
    return t;
}

/* ---- geometry ----------------------------------------------------------------------------------- */

/* A window whose result is not empty. */
static struct ref_window random_window(struct rng *r, int nd, int64_t most, int64_t i[3])
{
    struct ref_window w = ref_window_plain(nd);
    w.groups = rng_between(r, 1, 3);
    for (int a = 0; a < nd; a++) {
        i[a] = rng_between(r, 1, most);
        w.size[a] = rng_between(r, 1, 5);
        w.stride[a] = rng_between(r, 1, 4);
        w.dilation[a] = rng_between(r, 1, 3);
        int64_t more = w.stride[a] > w.dilation[a] ? w.stride[a] : w.dilation[a];
        w.output_padding[a] = rng_between(r, 0, 1) ? 0 : rng_between(r, 0, more - 1);
        int64_t room = extent(&w, a, i[a]) - 1;
        w.pad[a][0] = rng_between(r, 0, room < 4 ? room : 4);
        room -= w.pad[a][0];
        w.pad[a][1] = rng_between(r, 0, room < 4 ? room : 4);
    }
    return w;
}

static void geometries(int nd, int count, int64_t most)
{
    char name[300];
    for (int i = 0; i < count; i++) {
        int64_t n[3];
        struct rng r = rng_seed((uint64_t)(nd * 1000 + i));
        struct ref_window w = random_window(&r, nd, most, n);
        struct setting s = setting_of(&w, rng_between(&r, 1, 2), w.groups * rng_between(&r, 1, 3), w.groups * rng_between(&r, 1, 3), n);
        s.unbatched = s.x[0] == 1 && i % 2;
        s.bias = i / 2 % 2;
        window_text(&w, n, name, sizeof name);
        for (int kind = 0; kind < KINDS; kind++) {
            struct trial t = trial_of(kind, name, &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, (uint64_t)i, array_small);
            t.mixes = 8;
            trial_mixed(&t);
        }
        arrays_release();
    }
}

static void geometries_1d(void **state) { (void)state; geometries(1, 250, 12); }
static void geometries_2d(void **state) { (void)state; geometries(2, 80, 5); }
static void geometries_3d(void **state) { (void)state; geometries(3, 25, 3); }

static void every_layout(void **state)
{
    (void)state;
    struct ref_window one = window_of(1, 3, 2, 1, 1, 1), two = window_of(2, 2, 3, 2, 0, 1), three = window_of(3, 2, 1, 1, 1, 0);
    one.output_padding[0] = 1;
    two.groups = 2;
    two.output_padding[0] = 2;
    struct setting list[] = { setting_of(&one, 2, 4, 3, STRIDED_LIST(4)), setting_of(&two, 2, 4, 6, STRIDED_LIST(2, 3)),
                              setting_of(&three, 2, 4, 3, STRIDED_LIST(2, 3, 2)), setting_of(&one, 0, 4, 3, STRIDED_LIST(4)),
                              setting_of(&one, 2, 0, 3, STRIDED_LIST(4)), setting_of(&one, 2, 4, 0, STRIDED_LIST(4)) };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int kind = 0; kind < KINDS; kind++) {
            list[i].bias = i < 5;
            struct trial t = trial_of(kind, "conv_transpose", &list[i], STRIDED_F32, STRIDED_F32, STRIDED_F32, i, array_small);
            if (i >= 4) t.in[0].loose = t.in[1].loose = t.out[0].loose = 1; /* 0 channels: as many groups of as many */
            trial_all(&t);
        }
    arrays_release();
}

static void every_dtype(void **state)
{
    (void)state;
    struct ref_window w = window_of(2, 3, 2, 1, 1, 0);
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (int kind = 0; kind < KINDS; kind++) {
            struct setting s = setting_of(&w, 1, 2, 3, STRIDED_LIST(3, 2));
            strided_dtype one = number_dtypes[d], two = number_dtypes[(d + 5) % NUMBER_DTYPES];
            s.bias = d % 2;
            struct trial list[] = { trial_of(kind, "conv_transpose", &s, one, one, one, 1, array_small),
                                    trial_of(kind, "conv_transpose, mixed dtypes", &s, STRIDED_F64, one, two, 1, array_small) };
            for (size_t i = 0; i < COUNT(list); i++) {
                list[i].mixes = 6;
                trial_mixed(&list[i]);
            }
            arrays_release();
        }
}

static void epilogues(void **state)
{
    (void)state;
    struct ref_window w = window_of(1, 2, 3, 1, 0, 0); /* with outputs that no window reaches */
    for (int act = STRIDED_ACT_NONE; act <= STRIDED_ACT_SILU; act++)
        for (int bits = 0; bits < 4; bits++) {
            struct setting s = setting_of(&w, 2, 3, 2, STRIDED_LIST(4));
            s.params.activation = (strided_activation)act;
            s.params.clamp[0] = -2;
            s.params.clamp[1] = 9;
            s.params.accumulate = bits & 1;
            s.bias = bits >> 1;
            struct trial t = trial_of(FORWARD, "conv_transpose1d and more", &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
            if (act == STRIDED_ACT_SILU) t.ulp = 4, t.absolute = 1e-6;
            trial_all(&t);
            arrays_release();
        }
}

static void like_networks(void **state)
{
    (void)state;
    static const struct { int64_t size, stride, pad, groups, c, o, i; } list[] = {
        { 4, 2, 1, 1, 16, 32, 6 }, { 2, 2, 0, 1, 33, 17, 5 }, { 3, 1, 1, 1, 8, 16, 7 }, { 4, 4, 0, 8, 8, 16, 5 }, { 5, 3, 2, 1, 3, 40, 6 },
    };
    for (size_t k = 0; k < COUNT(list); k++) {
        struct ref_window w = window_of(2, list[k].size, list[k].stride, 1, list[k].pad, list[k].pad);
        w.groups = list[k].groups;
        struct setting s = setting_of(&w, 1, list[k].c, list[k].o, STRIDED_LIST(list[k].i, list[k].i + 1));
        s.bias = 1;
        for (int kind = 0; kind < KINDS; kind++) {
            struct trial t = trial_of(kind, "conv_transpose2d of reals", &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, k, reals);
            t.ulp = 2;
            t.absolute = 3e-4;
            t.fused = 1;
            t.mixes = 8;
            trial_mixed(&t);
        }
        arrays_release();
    }
}

/* ---- identities --------------------------------------------------------------------------------- */

/* Bit for bit the gradient of the convolution with the same parameters. */
static void is_a_gradient(void **state)
{
    (void)state;
    for (int k = 0; k < 40; k++) {
        int64_t i[3];
        struct rng r = rng_seed((uint64_t)k);
        struct ref_window w = random_window(&r, 1 + k % 3, 4, i);
        for (int a = 0; a < 3; a++) w.output_padding[a] = 0;
        for (int a = 0; a < w.nd; a++) w.pad[a][0] = w.pad[a][1] = 0;
        struct setting s = setting_of(&w, 1, 2 * w.groups, 3 * w.groups, i);
        STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, w.nd + 2, s.x), *v = strided_zeros(NULL, STRIDED_F32, w.nd + 2, s.w);
        for (int64_t e = 0; e < strided_count(x); e++) ((float *)strided_data(x))[e] = (float)rng_real(&r, -1, 1);
        for (int64_t e = 0; e < strided_count(v); e++) ((float *)strided_data(v))[e] = (float)rng_real(&r, -1, 1);
        STRIDED_AUTO strided_tensor *y = strided_conv_transpose_empty(x, v, &s.params), *dx = strided_empty_like(y);
        assert_non_null(y);
        assert_memory_equal(strided_shape(y), s.y, (size_t)(w.nd + 2) * sizeof(int64_t));
        assert_int_equal(strided_conv_transpose(y, x, v, NULL, &s.params), STRIDED_OK);
        assert_int_equal(strided_conv_grad_input(dx, x, v, &s.params), STRIDED_OK);
        assert_memory_equal(strided_const_data(y), strided_const_data(dx), (size_t)strided_count(y) * sizeof(float));
    }
}

/* step extents for every position. */
static void same_padding(void **state)
{
    (void)state;
    for (int64_t i = 1; i < 5; i++)
        for (int64_t size = 1; size < 5; size++)
            for (int64_t stride = 1; stride < 4; stride++)
                for (int kind = STRIDED_AUTO_PAD_SAME; kind <= STRIDED_AUTO_PAD_SAME_LOWER; kind++) {
                    struct ref_window w = window_of(1, size, stride, 1, 0, 0);
                    struct setting s = setting_of(&w, 1, 2, 2, &i);
                    int64_t total = s.y[2] - i * stride;
                    s.params.auto_pad = (strided_auto_pad)kind;
                    s.y[2] = i * stride;
                    if (total < 0) total = 0; /* what the windows lack is added at the end */
                    s.window.pad[0][0] = kind == STRIDED_AUTO_PAD_SAME_LOWER ? (total + 1) / 2 : total / 2;
                    struct trial t = trial_of(FORWARD, "conv_transpose1d with padding of its own", &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
                    t.mixes = 1;
                    trial_mixed(&t);
                    arrays_release();
                }
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void parameters(void **state)
{
    (void)state;
    enum { ARG = STRIDED_ERR_ARG, FLOW = STRIDED_ERR_OVERFLOW, SHAPE = STRIDED_ERR_SHAPE, LATER = STRIDED_ERR_UNSUPPORTED };
    static const struct { strided_conv_params p; int want; } list[] = {
        { { .stride = { -1 } }, ARG },                   { { .stride = { INT64_MIN } }, ARG },
        { { .stride = { INT64_MAX } }, FLOW },           { { .stride = { 0, 1 } }, ARG },
        { { .stride = { 2 } }, SHAPE },                  { { .dilation = { -1 } }, ARG },
        { { .dilation = { INT64_MAX } }, FLOW },         { { .dilation = { 0, 2 } }, ARG },
        { { .pad = { { -1, 0 } } }, ARG },               { { .pad = { { INT64_MAX, INT64_MAX } } }, FLOW },
        { { .pad = { { INT64_MAX, 0 } } }, SHAPE },
        { { .pad = { { 4, 3 } } }, SHAPE },              { { .pad = { { 1, 0 } } }, SHAPE },
        { { .groups = -1 }, ARG },                       { { .groups = INT64_MAX }, SHAPE },
        { { .groups = 3 }, SHAPE },                      { { .output_padding = { -1 } }, ARG },
        { { .output_padding = { 1 } }, ARG },            { { .output_padding = { INT64_MAX } }, ARG },
        { { .output_padding = { 0, 1 } }, ARG },         { { .stride = { 2 }, .output_padding = { 2 } }, ARG },
        { { .stride = { 2 }, .output_padding = { 1 } }, SHAPE },
        { { .auto_pad = (strided_auto_pad)9 }, ARG },    { { .pad_mode = STRIDED_PAD_REFLECT }, ARG },
        { { .pad_mode = (strided_pad_mode)9 }, ARG },    { { .reserved_int = -1 }, LATER },
        { { .reserved = { 0, 0, 0, 1 } }, LATER },
    };
    struct ref_window w = window_of(1, 3, 1, 1, 0, 0);
    struct setting s = setting_of(&w, 1, 2, 2, STRIDED_LIST(5));
    for (size_t i = 0; i < COUNT(list); i++)
        for (int kind = 0; kind < KINDS; kind++) {
            char name[60];
            snprintf(name, sizeof name, "conv_transpose1d %d, wrong parameters %d", kind, (int)i);
            struct setting wrong = s;
            wrong.params = list[i].p;
            struct trial t = trial_of(kind, name, &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
            t.params = &wrong;
            trial_refused(&t, (strided_status)list[i].want);
            arrays_release();
        }
    static const struct { strided_conv_params p; int want; } epilogues[] = {
        { { .activation = (strided_activation)4 }, ARG },
        { { .activation = STRIDED_ACT_CLAMP, .clamp = { NAN, 1 } }, ARG },
    };
    for (size_t i = 0; i < COUNT(epilogues); i++) {
        struct setting wrong = s;
        wrong.params = epilogues[i].p;
        struct trial t = trial_of(FORWARD, "conv_transpose1d, wrong epilogue", &s, STRIDED_F32, STRIDED_F32, STRIDED_F32, 1, array_small);
        t.params = &wrong;
        trial_refused(&t, (strided_status)epilogues[i].want);
    }
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 5)), *v = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2, 3));
    assert_null(strided_conv_transpose_empty(NULL, v, NULL));
    assert_null(strided_conv_transpose_empty(x, NULL, NULL));
    assert_null(strided_conv_transpose_empty(x, v, &(strided_conv_params){ .reserved_int = 1 }));
    assert_int_equal(strided_error_status(), STRIDED_ERR_UNSUPPORTED);
    assert_null(strided_conv_transpose_empty(x, v, &(strided_conv_params){ .pad = { { 9, 9 } } }));
    assert_int_equal(strided_error_status(), STRIDED_ERR_SHAPE);
}

STRIDED_TEST_GROUP("ops/conv_transpose",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(geometries_1d),
    cmocka_unit_test(geometries_2d),
    cmocka_unit_test(geometries_3d),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(epilogues),
    cmocka_unit_test(like_networks),
    cmocka_unit_test(is_a_gradient),
    cmocka_unit_test(same_padding),
    cmocka_unit_test(parameters))
