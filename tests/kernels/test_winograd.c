/*
 * test_winograd.c - 3x3 convolution by transforms: chosen by extents alone, as exact as promised, with the same bits from
 * every layout, number of threads and instruction set, and infinities, NaN and overflow as the direct sum has them.
 */
#include "support/compare.h"
#include "support/layouts.h"
#include "support/oom.h"
#include "support/operand.h"
#include "support/tensors.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_compat.h"
#include "../../src/kernels/kernels.h"
#include "../../src/kernels/prepared.h"
#include "../../src/ops/conv.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { X, W, BIAS, Y, OPERANDS };

/* A convolution of 3x3 taps. */
struct trial_conv {
    int64_t n, c, high, wide, o;
    strided_conv_params params;
};

struct tensors { strided_tensor *t[OPERANDS]; };

static int64_t positions(const struct trial_conv *k, int a)
{
    return (a ? k->wide : k->high) + k->params.pad[a][0] + k->params.pad[a][1] - 2;
}

static void shapes_of(const struct trial_conv *k, int64_t shape[OPERANDS][4])
{
    const int64_t all[OPERANDS][4] = { [X] = { k->n, k->c, k->high, k->wide }, [W] = { k->o, k->c, 3, 3 }, [BIAS] = { k->o },
                                       [Y] = { k->n, k->o, positions(k, 0), positions(k, 1) } };
    memcpy(shape, all, sizeof all);
}

static int ndim_of(int operand) { return operand == BIAS ? 1 : 4; }

static struct tensors make(strided_context *ctx, const struct trial_conv *k, uint64_t seed)
{
    struct tensors m;
    struct rng r = rng_seed(seed);
    int64_t shape[OPERANDS][4];
    shapes_of(k, shape);
    for (int i = 0; i < OPERANDS; i++) m.t[i] = tensor_random(ctx, &r, STRIDED_F32, ndim_of(i), shape[i]);
    return m;
}

static void drop(struct tensors *m)
{
    for (int i = 0; i < OPERANDS; i++) strided_release(m->t[i]);
}

static void must(strided_status s)
{
    if (s != STRIDED_OK) fail_msg("%s", strided_error());
}

/* m of the tile that would be taken: 2 or 4, 0 for the direct sum. */
static int tile_of(const struct tensors *m, strided_conv_params params, strided_arithmetic level)
{
    struct work work;
    struct prepared p;
    params.arithmetic = level;
    must(strided__conv_prepare(&work, "conv", m->t[Y], m->t[X], m->t[W], m->t[BIAS], &params));
    must(strided__prepare(&p, &work, 1));
    int tile = p.winograd.m;
    strided__prepared_release(&p);
    return tile;
}

static int tile_for(const struct trial_conv *k, strided_arithmetic level)
{
    struct tensors m = make(NULL, k, 1);
    int tile = tile_of(&m, k->params, level);
    drop(&m);
    return tile;
}

#define PAD(a, b, c, d) .pad = { { a, b }, { c, d } }
#define LEVELS STRIDED_ARITHMETIC_DEFAULT, STRIDED_ARITHMETIC_FAST
static const strided_arithmetic levels[] = { LEVELS };

/* ---- the choice --------------------------------------------------------------------------------- */

static void chosen_by_extents(void **state)
{
    static const struct { struct trial_conv k; int usual, fast; } cases[] = {
        { { 1, 64, 56, 56, 64, { PAD(1, 1, 1, 1) } }, 2, 4 },
        { { 1, 64, 30, 30, 64, { .groups = 1 } }, 2, 4 },
        { { 1, 48, 14, 14, 32, { PAD(1, 1, 1, 1) } }, 2, 4 },
        { { 1, 512, 7, 7, 512, { PAD(1, 1, 1, 1) } }, 2, 2 },  /* four tiles of the larger kind are too few, */
        { { 4, 512, 7, 7, 64, { PAD(1, 1, 1, 1) } }, 2, 4 },   /* sixteen are not                            */
        { { 1, 32, 56, 56, 32, { PAD(1, 1, 1, 1) } }, 2, 4 },
        { { 64, 32, 8, 8, 64, { PAD(1, 1, 1, 1) } }, 2, 4 },
        { { 1, 31, 56, 56, 64, { PAD(1, 1, 1, 1) } }, 2, 2 },  /* the larger tile's error is promised of 32 channels or more, */
        { { 1, 24, 56, 56, 32, { PAD(1, 1, 1, 1) } }, 2, 2 },
        { { 1, 23, 56, 56, 64, { PAD(1, 1, 1, 1) } }, 0, 0 },
        { { 1, 64, 56, 56, 31, { PAD(1, 1, 1, 1) } }, 0, 4 },  /* but it pays for fewer columns */
        { { 1, 32, 56, 56, 16, { PAD(1, 1, 1, 1) } }, 0, 4 },
        { { 1, 64, 56, 56, 15, { PAD(1, 1, 1, 1) } }, 0, 0 },
        { { 1, 64, 5, 5, 64, { PAD(1, 1, 1, 1) } }, 0, 0 },
        { { 8, 64, 5, 5, 64, { PAD(1, 1, 1, 1) } }, 2, 2 },
        { { 8, 32, 5, 5, 64, { PAD(1, 1, 1, 1) } }, 0, 0 },    /* tiles that are half empty: only of many channels */
        { { 1, 32, 3, 200, 64, { PAD(1, 1, 1, 1) } }, 0, 4 },
        { { 1, 64, 30, 30, 64, { PAD(1, 1, 1, 1), .pad_mode = STRIDED_PAD_REFLECT } }, 0, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(tile_for(&cases[i].k, STRIDED_ARITHMETIC_STRICT), 0);
        assert_int_equal(tile_for(&cases[i].k, STRIDED_ARITHMETIC_DEFAULT), cases[i].usual);
        assert_int_equal(tile_for(&cases[i].k, STRIDED_ARITHMETIC_FAST), cases[i].fast);
    }
}

/* Steps, dilations, groups, other dtypes and windows: direct at every level, with the bits of STRICT (bf16 at FAST: test_bf16_runs). */
static void others_are_direct(void **state)
{
    static const struct { strided_dtype dtype; int64_t taps; strided_conv_params params; } cases[] = {
        { STRIDED_F32, 3, { .stride = { 2, 1 } } },  { STRIDED_F32, 3, { .dilation = { 1, 2 } } }, { STRIDED_F32, 3, { .groups = 2 } },
        { STRIDED_F64, 3, { .groups = 1 } },         { STRIDED_F16, 3, { .groups = 1 } },          { STRIDED_F32, 2, { .groups = 1 } },
        { STRIDED_BF16, 3, { .groups = 1 } },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rng r = rng_seed(i);
        const strided_arithmetic level = cases[i].dtype == STRIDED_BF16 ? STRIDED_ARITHMETIC_DEFAULT : STRIDED_ARITHMETIC_FAST;
        strided_conv_params p = cases[i].params;
        const int64_t shape[] = { 1, 128, 20, 20 }, taps[] = { 64, p.groups == 2 ? 64 : 128, 3, cases[i].taps };
        strided_tensor *x = tensor_random(NULL, &r, cases[i].dtype, 4, shape), *w = tensor_random(NULL, &r, cases[i].dtype, 4, taps);
        strided_tensor *y = strided_conv_empty(x, w, &p), *strict = strided_conv_empty(x, w, &p);
        p.arithmetic = STRIDED_ARITHMETIC_STRICT;
        must(strided_conv(strict, x, w, NULL, &p));
        p.arithmetic = level;
        must(strided_conv(y, x, w, NULL, &p));
        assert_same_bits("direct", y, strict);
        strided_release(x);
        strided_release(w);
        strided_release(y);
        strided_release(strict);
    }
}

/* ---- error -------------------------------------------------------------------------------------- */

/* Normal: the sum of twelve of [-1/2, 1/2). */
static double normal(struct rng *r)
{
    double v = 0;
    for (int i = 0; i < 12; i++) v += rng_real(r, -0.5, 0.5);
    return v;
}

static struct array *array_normal(struct rng *r, const int64_t *shape)
{
    struct array *x = array_new(4, shape);
    for (int64_t i = 0; i < x->count; i++) x->v[i] = (double)(float)normal(r);
    return x;
}

struct errors { double rms, max; }; /* relative to the rms of the exact output */

static struct errors errors_of(const struct array *got, const struct array *want)
{
    double sum = 0, square = 0, most = 0;
    for (int64_t i = 0; i < want->count; i++) {
        double e = fabs(got->v[i] - want->v[i]);
        sum += e * e;
        square += want->v[i] * want->v[i];
        if (e > most) most = e;
    }
    return (struct errors){ sqrt(sum / square), most / sqrt(square / (double)want->count) };
}

static struct errors errors_at(strided_arithmetic level, const struct array *x, const struct array *w, const struct array *want)
{
    strided_conv_params p = { PAD(1, 1, 1, 1), .arithmetic = level };
    struct operand *in = operand_new(NULL, 0, LAYOUT_INPUT, GUARD_AFTER, STRIDED_F32, 4, x->shape, x);
    struct operand *taps = operand_new(NULL, 0, LAYOUT_INPUT, GUARD_AFTER, STRIDED_F32, 4, w->shape, w);
    struct operand *out = operand_new(NULL, 0, LAYOUT_OUTPUT, GUARD_AFTER, STRIDED_F32, 4, want->shape, NULL);
    must(strided_conv(out->tensor, in->tensor, taps->tensor, NULL, &p));
    struct errors e = errors_of(operand_read(out), want);
    operand_free(in);
    operand_free(taps);
    operand_free(out);
    return e;
}

/* Of sums of few, 64 and 256 channels: rms and largest, and both against the direct sum's; and of last tiles of one output to four. */
static void errors_are_bounded(void **state)
{
    static const int64_t sides[][2] = { { 14, 14 }, { 13, 14 }, { 14, 13 }, { 15, 16 } };
    static const struct { int64_t c; strided_arithmetic level; double rms, max, rms_ratio, max_ratio; } cases[] = {
        { 24, STRIDED_ARITHMETIC_DEFAULT, 2.2e-7, 1.6e-6, 0.8, 0.8 },    { 32, STRIDED_ARITHMETIC_FAST, 7.5e-7, 7.5e-6, 2.2, 3 },
        { 64, STRIDED_ARITHMETIC_DEFAULT, 3.0e-7, 1.8e-6, 0.75, 0.75 },  { 64, STRIDED_ARITHMETIC_FAST, 9.0e-7, 8.8e-6, 2.2, 3 },
        { 256, STRIDED_ARITHMETIC_DEFAULT, 5.5e-7, 3.5e-6, 0.75, 0.75 }, { 256, STRIDED_ARITHMETIC_FAST, 1.7e-6, 1.5e-5, 2.2, 3 },
    };
    const double products = strcmp(strided_context_isa(NULL), "scalar") ? 1 : 1.1; /* which there may round by themselves */
    (void)state;
    for (size_t j = 0; j < COUNT(cases) * COUNT(sides); j++) {
        const size_t i = j % COUNT(cases);
        if (j >= COUNT(cases) && cases[i].c != 64) continue;
        const int64_t high = sides[j / COUNT(cases)][0], wide = sides[j / COUNT(cases)][1];
        struct rng r = rng_seed(i / 2);
        struct ref_window window = ref_window_plain(2);
        struct array *x = array_normal(&r, (const int64_t[]){ 1, cases[i].c, high, wide });
        struct array *w = array_normal(&r, (const int64_t[]){ 32, cases[i].c, 3, 3 });
        struct array *want = array_new(4, (const int64_t[]){ 1, 32, high, wide });
        for (int a = 0; a < 2; a++) window.size[a] = 3, window.pad[a][0] = window.pad[a][1] = 1;
        ref_conv(want, x, w, &window);
        struct errors e = errors_at(cases[i].level, x, w, want), direct = errors_at(STRIDED_ARITHMETIC_STRICT, x, w, want);
        if (e.rms > cases[i].rms || e.max > cases[i].max || e.rms > direct.rms * cases[i].rms_ratio * products ||
            e.max > direct.max * cases[i].max_ratio)
            fail_msg("%d channels of %d x %d, level %d: rms %.2g, largest %.2g; directly %.2g, %.2g", (int)cases[i].c, (int)high, (int)wide,
                     (int)cases[i].level, e.rms, e.max, direct.rms, direct.max);
        arrays_release();
    }
}

/* ---- every geometry ----------------------------------------------------------------------------- */

/* y of `m`, which has the sums' operands and y's old values, against index arithmetic. */
static void assert_close(const struct trial_conv *k, struct tensors *m, strided_arithmetic level)
{
    struct ref_window window = ref_window_plain(2);
    strided_conv_params p = k->params;
    struct array *x = tensor_read(m->t[X]), *w = tensor_read(m->t[W]), *bias = tensor_read(m->t[BIAS]), *old = tensor_read(m->t[Y]);
    struct array *want = array_new(4, old->shape);
    for (int a = 0; a < 2; a++) {
        window.size[a] = 3;
        memcpy(window.pad[a], p.pad[a], sizeof window.pad[a]);
    }
    ref_conv(want, x, w, &window);
    ref_add_bias(want, bias);
    for (int64_t i = 0; i < want->count; i++)
        want->v[i] = ref_activation(p.activation, want->v[i] + (p.accumulate ? old->v[i] : 0), p.clamp[0], p.clamp[1]);
    p.arithmetic = level;
    must(strided_conv(m->t[Y], m->t[X], m->t[W], m->t[BIAS], &p));
    assert_tensor_close("winograd", m->t[Y], want, 4, 1.5e-4);
}

static void every_geometry(void **state)
{
    struct rng r = rng_seed(7);
    int tiles[5] = { 0 };
    (void)state;
    for (int i = 0; i < 28; i++) {
        struct trial_conv k = { .n = rng_between(&r, 1, 3), .c = rng_between(&r, 24, 66), .high = rng_between(&r, 3, 14),
                                .wide = rng_between(&r, 5, 40), .o = rng_between(&r, 16, 70) };
        for (int a = 0; a < 4; a++) k.params.pad[a / 2][a % 2] = rng_between(&r, 0, 3);
        k.params.accumulate = (int)rng_between(&r, 0, 1);
        k.params.activation = (strided_activation)rng_between(&r, 0, 3);
        k.params.clamp[0] = -1;
        k.params.clamp[1] = 2;
        for (size_t l = 0; l < COUNT(levels); l++) {
            struct tensors m = make(trial_context(i % 2), &k, (uint64_t)i);
            tiles[tile_of(&m, k.params, levels[l])]++;
            assert_close(&k, &m, levels[l]);
            drop(&m);
            arrays_release();
        }
    }
    if (tiles[2] < 8 || tiles[4] < 8) fail_msg("%d and %d of 56: the test does not test", tiles[2], tiles[4]);
}

/* The gradient of x and the transposed convolution are such works too, with their taps backwards. */
static void gradients(void **state)
{
    const int64_t xs[] = { 2, 50, 13, 14 }, ws[] = { 70, 50, 3, 3 }, ys[] = { 2, 70, 13, 15 };
    struct ref_window window = ref_window_plain(2);
    strided_conv_params p = { PAD(1, 1, 2, 1) };
    (void)state;
    for (int a = 0; a < 2; a++) {
        window.size[a] = 3;
        memcpy(window.pad[a], p.pad[a], sizeof window.pad[a]);
    }
    for (size_t l = 0; l < COUNT(levels); l++) {
        struct rng r = rng_seed(3);
        strided_tensor *dy = tensor_random(NULL, &r, STRIDED_F32, 4, ys), *w = tensor_random(NULL, &r, STRIDED_F32, 4, ws);
        strided_tensor *dx = strided_zeros(NULL, STRIDED_F32, 4, xs), *strict = strided_zeros(NULL, STRIDED_F32, 4, xs);
        struct array *want = array_new(4, xs);
        ref_conv_grad_input(want, tensor_read(dy), tensor_read(w), &window);
        p.arithmetic = STRIDED_ARITHMETIC_STRICT;
        must(strided_conv_grad_input(strict, dy, w, &p));
        p.arithmetic = levels[l];
        must(strided_conv_grad_input(dx, dy, w, &p));
        assert_tensor_close("gradient", dx, want, 4, 1.5e-4);
        assert_int_not_equal(memcmp(strided_const_data(dx), strided_const_data(strict), (size_t)want->count * 4), 0);
        must(strided_conv_transpose(strict, dy, w, NULL, &p));
        assert_same_bits("transposed convolution", strict, dx);
        strided_release(dy);
        strided_release(w);
        strided_release(dx);
        strided_release(strict);
    }
}

/* ---- last tiles --------------------------------------------------------------------------------- */

/* Points of the block's tiles that serve outputs beyond y alone become NaN. Their number, of one channel. */
static int64_t spoil_points(const struct winograd_block *b)
{
    const struct winograd *g = b->plan;
    const int64_t e = g->m + 2;
    int64_t spoilt = 0;
    for (int64_t t = 0; t < b->count; t++) {
        const struct winograd_run r = strided__winograd_run_at(g, b->first + t, 1);
        for (int64_t xi = 0; xi < e * e; xi++) {
            if (xi / e < r.high + 2 && xi % e < r.wide + 2) continue;
            for (int64_t c = 0; c < g->channels; c++) b->v[xi * g->v_plane + t * g->pitch + c] = NAN;
            spoilt++;
        }
    }
    return spoilt;
}

/* The work by blocks, with what nobody may look at spoilt. */
static int64_t run_spoilt(const struct winograd *g, const struct work *w)
{
    const struct winograd_kernels *k = &strided__kernels(strided__context_isa(w->ctx))->winograd;
    float *u = aligned_alloc(64, (size_t)(g->packed + 16) * 4 / 64 * 64), *scratch = aligned_alloc(64, (size_t)(g->scratch + 16) * 4 / 64 * 64);
    int64_t spoilt = 0;
    strided__winograd_pack(g, w, strided__kernels(strided__context_isa(w->ctx)), u);
    for (int64_t t = 0; t < g->tiles; t += g->block) {
        const int64_t count = t + g->block < g->tiles ? g->block : g->tiles - t;
        struct winograd_block b = { .plan = g, .work = w, .data = w->data, .u = u, .first = t, .count = count, .v = scratch,
                                    .m = scratch + g->v_size };
        k->input(&b, 0, g->channels);
        spoilt += spoil_points(&b);
        k->output(&b, 0, g->columns);
    }
    free(u);
    free(scratch);
    return spoilt;
}

/* Of a last tile only those points are multiplied that its outputs need. */
static void last_tiles_have_fewer_points(void **state)
{
    (void)state;
    for (int i = 0; i < 16; i++)
        for (size_t l = 0; l < COUNT(levels); l++) {
            const struct trial_conv k = { 2, 48, 13 + i % 4, 13 + i / 4, 70, { PAD(1, 1, 1, 1), .arithmetic = levels[l] } };
            struct tensors m = make(NULL, &k, (uint64_t)i);
            strided_tensor *want = strided_clone(m.t[Y]);
            struct work work;
            struct prepared p;
            must(strided_conv(want, m.t[X], m.t[W], m.t[BIAS], &k.params));
            must(strided__conv_prepare(&work, "conv", m.t[Y], m.t[X], m.t[W], m.t[BIAS], &k.params));
            must(strided__prepare(&p, &work, 1));
            const int whole = k.high % p.winograd.m == 0 && k.wide % p.winograd.m == 0;
            assert_int_equal(run_spoilt(&p.winograd, &p.work) == 0, whole);
            assert_same_bits("last tiles", m.t[Y], want);
            strided__prepared_release(&p);
            strided_release(want);
            drop(&m);
        }
}

/* ---- the same bits ------------------------------------------------------------------------------ */

static const struct trial_conv common = { 1, 53, 11, 23, 43, { PAD(1, 1, 2, 0), .activation = STRIDED_ACT_RELU } };

static struct operand *operand_in(const struct trial_conv *k, int which, int layout, enum guard_side side, const struct array *values)
{
    int64_t shape[OPERANDS][4];
    shapes_of(k, shape);
    return operand_new(NULL, layout, which == Y ? LAYOUT_OUTPUT : LAYOUT_INPUT, side, STRIDED_F32, ndim_of(which), shape[which], values);
}

static void conv_into(struct operand *const m[OPERANDS], const struct trial_conv *k, strided_arithmetic level)
{
    strided_conv_params p = k->params;
    p.arithmetic = level;
    must(strided_conv(m[Y]->tensor, m[X]->tensor, m[W]->tensor, m[BIAS]->tensor, &p));
}

/* Operand `which` in a layout, against its values in a dense one. 0: the layout says nothing new. */
static int same_in_layout(const struct trial_conv *k, int which, int layout, enum guard_side side, strided_arithmetic level)
{
    struct rng r = rng_seed(11);
    struct operand *m[OPERANDS], *plain[OPERANDS];
    int64_t shape[OPERANDS][4];
    char text[200];
    int applies = 1;
    shapes_of(k, shape);
    for (int i = 0; i < OPERANDS; i++) {
        struct array *values = i == Y ? NULL : array_real(&r, -1, 1, ndim_of(i), shape[i]);
        m[i] = operand_in(k, i, i == which ? layout : 0, side, values);
        if (!m[i]) { applies = 0; m[i] = operand_in(k, i, 0, side, values); }
        plain[i] = operand_in(k, i, 0, side, i == Y ? NULL : operand_read(m[i]));
    }
    conv_into(m, k, level);
    conv_into(plain, k, level);
    unsigned char *got = operand_bytes(m[Y]), *want = operand_bytes(plain[Y]);
    if (memcmp(got, want, (size_t)m[Y]->count * 4)) fail_msg("other bits, level %d: %s", (int)level, operand_text(m[which], text, sizeof text));
    assert_true(operand_gaps_kept(m[Y]));
    free(got);
    free(want);
    for (int i = 0; i < OPERANDS; i++) {
        operand_free(m[i]);
        operand_free(plain[i]);
    }
    arrays_release();
    return applies;
}

static void same_bits_from_every_layout(void **state)
{
    int count = 0;
    (void)state;
    for (size_t l = 0; l < COUNT(levels); l++)
        for (int which = 0; which < OPERANDS; which++)
            for (int layout = 0; layout < LAYOUTS; layout++)
                count += same_in_layout(&common, which, layout, layout % 2 ? GUARD_AFTER : GUARD_BEFORE, levels[l]);
    assert_true(count > 80);
}

/* Rows that are less than vectors, or not many whole ones: dense, with guards at either end, against another layout. */
static void same_bits_of_every_width(void **state)
{
    struct trial_conv k = { 1, 50, 15, 0, 33, { PAD(1, 1, 1, 1) } };
    (void)state;
    for (size_t l = 0; l < COUNT(levels); l++)
        for (k.wide = 5; k.wide < 35; k.wide++)
            for (int which = 0; which < 2; which++)
                same_in_layout(&k, which ? X : Y, 1 + (int)k.wide % (LAYOUTS - 1), k.wide % 2 ? GUARD_AFTER : GUARD_BEFORE, levels[l]);
}

/* Channels last in both, pixels backwards in both: the fast ways in and out. */
static void same_bits_channels_last(void **state)
{
    static const int64_t last[] = { 0, 3, 1, 2 }, backwards[] = { 3 };
    (void)state;
    for (size_t l = 0; l < COUNT(levels); l++)
        for (int back = 0; back < 2; back++) {
            struct tensors m = make(NULL, &common, 5);
            const int64_t *s = strided_shape(m.t[X]), *t = strided_shape(m.t[Y]);
            const int64_t xs[] = { s[0], s[2], s[3], s[1] }, ys[] = { t[0], t[2], t[3], t[1] };
            strided_tensor *x = back ? strided_empty(NULL, STRIDED_F32, 4, s) : strided_empty(NULL, STRIDED_F32, 4, xs);
            strided_tensor *y = back ? strided_empty(NULL, STRIDED_F32, 4, t) : strided_empty(NULL, STRIDED_F32, 4, ys);
            strided_tensor *xv = back ? strided_flip(x, 1, backwards) : strided_permute(x, 4, last);
            strided_tensor *yv = back ? strided_flip(y, 1, backwards) : strided_permute(y, 4, last), *copy;
            strided_conv_params p = common.params;
            p.arithmetic = levels[l];
            must(strided_copy(xv, m.t[X]));
            must(strided_conv(yv, xv, m.t[W], m.t[BIAS], &p));
            must(strided_conv(m.t[Y], m.t[X], m.t[W], m.t[BIAS], &p));
            copy = strided_clone(yv);
            assert_same_bits(back ? "backwards" : "channels last", copy, m.t[Y]);
            strided_tensor *const all[] = { x, y, xv, yv, copy };
            for (size_t i = 0; i < COUNT(all); i++) strided_release(all[i]);
            drop(&m);
        }
}

static strided_tensor *result_in(strided_context *ctx, const struct trial_conv *k, strided_arithmetic level)
{
    struct tensors m = make(ctx, k, 9);
    strided_conv_params p = k->params;
    p.arithmetic = level;
    must(strided_conv(m.t[Y], m.t[X], m.t[W], m.t[BIAS], &p));
    strided_tensor *y = strided_clone(m.t[Y]);
    drop(&m);
    return y;
}

/* Many blocks of tiles, shared out; one block, which the threads do together; an image that is asked for while others are multiplied. */
static void same_bits_on_threads_and_instruction_sets(void **state)
{
    static const struct trial_conv cases[] = { { 2, 64, 40, 40, 48, { PAD(1, 1, 1, 1) } }, { 1, 200, 14, 14, 150, { PAD(1, 1, 1, 1) } },
                                               { 2, 48, 74, 75, 50, { PAD(1, 1, 1, 1) } } };
    static const strided_config others[] = { { .threads = 2 }, { .threads = 3 }, { .isa = "avx512" }, { .isa = "avx2" } };
    (void)state;
    if (strcmp(strided_context_isa(NULL), "scalar") == 0) skip();
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t l = 0; l < COUNT(levels); l++) {
            strided_tensor *want = result_in(NULL, &cases[i], levels[l]);
            for (size_t j = 0; j < COUNT(others); j++) {
                strided_context *ctx = strided_context_new(&others[j]);
                if (!ctx) continue;
                strided_tensor *got = result_in(ctx, &cases[i], levels[l]);
                assert_same_bits("threads and instruction sets", got, want);
                strided_release(got);
                strided_context_release(ctx);
            }
            strided_release(want);
        }
}

static void scalar_is_as_exact(void **state)
{
    strided_context *ctx = strided_context_new(&(strided_config){ .isa = "scalar" });
    (void)state;
    for (size_t l = 0; l < COUNT(levels); l++) {
        struct tensors m = make(ctx, &common, 2);
        assert_close(&common, &m, levels[l]);
        drop(&m);
    }
    strided_context_release(ctx);
}

/* ---- infinities, NaN, overflow ------------------------------------------------------------------ */

static float *element(const struct tensors *m, int which, int64_t i) { return (float *)strided_data(m->t[which]) + i; }

static void run_at(strided_arithmetic level, const struct trial_conv *k, const struct tensors *m, strided_tensor *y)
{
    strided_conv_params p = k->params;
    p.arithmetic = level;
    must(strided_copy(y, m->t[Y]));
    must(strided_conv(y, m->t[X], m->t[W], m->t[BIAS], &p));
}

static int same(float a, float b) { return isnan(a) ? isnan(b) : a == b; }

/* Where the direct sum is not finite it is what comes out; elsewhere something close to it does. Returns the number of the former. */
static int64_t assert_as_direct(const char *what, const struct trial_conv *k, const struct tensors *m, float error)
{
    strided_tensor *direct = strided_clone(m->t[Y]), *y = strided_clone(m->t[Y]);
    const float *want = strided_const_data(direct), *got = strided_const_data(y);
    int64_t odd = 0;
    run_at(STRIDED_ARITHMETIC_STRICT, k, m, direct);
    for (size_t l = 0; l < COUNT(levels); l++) {
        run_at(levels[l], k, m, y);
        for (int64_t i = 0; i < strided_count(y); i++) {
            odd += !isfinite(want[i]);
            if (isfinite(want[i]) ? !(fabsf(got[i] - want[i]) <= error) : !same(got[i], want[i]))
                fail_msg("%s, level %d: element %d is %g, directly %g", what, (int)levels[l], (int)i, (double)got[i], (double)want[i]);
        }
    }
    strided_release(direct);
    strided_release(y);
    return odd / (int64_t)COUNT(levels);
}

static void not_finite_as_directly(void **state)
{
    static const float odd[] = { INFINITY, -INFINITY, NAN };
    static const strided_conv_params params[] = { { PAD(1, 1, 1, 1) }, { PAD(2, 0, 1, 2), .accumulate = 1 } };
    (void)state;
    for (int i = 0; i < 24; i++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .threads = 1 + i / 12 });
        struct trial_conv k = { 2, 49, 13, 18, 70, params[i / 6 % 2] };
        struct tensors m = make(ctx, &k, (uint64_t)i);
        int which = i / 3 % 2;
        *element(&m, which, 3 + 900 * i) = odd[i % 3];
        assert_true(assert_as_direct(which ? "weight" : "input", &k, &m, 3e-4f) > 0);
        drop(&m);
        strided_context_release(ctx);
    }
}

/* Sums below the largest number, whose transforms are above it. */
static void overflow_inside_is_not_seen(void **state)
{
    struct trial_conv k = { 1, 48, 14, 14, 32, { PAD(1, 1, 1, 1) } };
    struct tensors m = make(NULL, &k, 1);
    (void)state;
    for (int64_t i = 0; i < strided_count(m.t[X]); i++) *element(&m, X, i) = 3e38f;
    for (int64_t i = 0; i < strided_count(m.t[W]); i++) *element(&m, W, i) *= 1e-3f;
    assert_int_equal(assert_as_direct("overflow", &k, &m, 1e33f), 0);
    drop(&m);
}

/* A weight on padding is left out, whatever it is: outputs of the first row and column do not have the first tap. */
static void padding_hides_weights(void **state)
{
    struct trial_conv k = { 1, 48, 13, 18, 32, { PAD(1, 1, 1, 1) } };
    struct tensors m = make(NULL, &k, 1);
    (void)state;
    for (int64_t i = 0; i < 32 * 48; i++) *element(&m, W, 9 * i) = i % 2 ? INFINITY : NAN;
    assert_int_equal(assert_as_direct("first tap", &k, &m, 3e-4f), 32 * (13 - 1) * (18 - 1));
    drop(&m);
}

/* What is computed again does not depend on who does it. */
static void again_to_the_same_bits(void **state)
{
    static const strided_config others[] = { { .threads = 3 }, { .isa = "avx2" }, { .isa = "avx512" } };
    struct trial_conv k = { 2, 64, 21, 21, 80, { PAD(1, 1, 1, 1), .activation = STRIDED_ACT_RELU } };
    strided_tensor *want = NULL;
    (void)state;
    if (strcmp(strided_context_isa(NULL), "scalar") == 0) skip();
    for (size_t i = 0; i <= COUNT(others); i++) {
        strided_context *ctx = i ? strided_context_new(&others[i - 1]) : NULL;
        if (i && !ctx) continue;
        struct tensors m = make(ctx, &k, 4);
        for (int64_t j = 0; j < 5; j++) *element(&m, X, 777 * j) = j % 2 ? NAN : INFINITY;
        for (int64_t j = 0; j < 5; j++) *element(&m, W, 999 * j) = -INFINITY;
        must(strided_conv(m.t[Y], m.t[X], m.t[W], m.t[BIAS], &k.params));
        if (want) assert_same_bits("again", m.t[Y], want);
        else want = strided_clone(m.t[Y]);
        drop(&m);
        strided_context_release(ctx);
    }
    strided_release(want);
}

/* ---- levels, memory ----------------------------------------------------------------------------- */

/* STRICT is the generic loop's bits, and so is einsum over the windows, at every level. */
static void strict_is_the_direct_sum(void **state)
{
    const struct trial_conv k = { 1, 64, 18, 18, 40, { .arithmetic = STRIDED_ARITHMETIC_STRICT } };
    struct tensors m = make(NULL, &k, 6), generic = make(NULL, &k, 6);
    struct work work;
    (void)state;
    must(strided__conv_prepare(&work, "conv", generic.t[Y], m.t[X], m.t[W], NULL, &k.params));
    strided__work_run_on(&work, work.data);
    must(strided_conv(m.t[Y], m.t[X], m.t[W], NULL, &k.params));
    assert_same_bits("strict", m.t[Y], generic.t[Y]);

    strided_tensor *windows = strided_window(m.t[X], 2, (const strided_window_axis[]){ { .axis = 2, .size = 3 }, { .axis = 3, .size = 3 } });
    const strided_tensor *const both[] = { windows, m.t[W] };
    must(strided_einsum(m.t[Y], "ncpqij,ocij->nopq", 2, both));
    assert_same_bits("einsum", m.t[Y], generic.t[Y]);
    strided_release(windows);
    drop(&m);
    drop(&generic);
}

static void scratch_is_bounded(void **state)
{
    static const int64_t channels[] = { 48, 64, 100, 256, 512, 700, 1024, 2048, 5000 };
    strided_context *ctx = strided_context_new(&(strided_config){ .threads = 2 });
    int64_t threads = strided_context_threads(ctx), tiles[5] = { 0 };
    (void)state;
    for (size_t i = 0; i < COUNT(channels) * 2; i++) {
        const struct trial_conv k = { 1, channels[i / 2], 20, 90, 32, { .arithmetic = levels[i % 2] } };
        int64_t shape[OPERANDS][4];
        shapes_of(&k, shape);
        strided_tensor *x = strided_wrap(ctx, NULL, STRIDED_F32, 4, shape[X], NULL), *w = strided_zeros(ctx, STRIDED_F32, 4, shape[W]);
        strided_tensor *y = strided_wrap(ctx, NULL, STRIDED_F32, 4, shape[Y], NULL);
        strided_plan *plan = strided_conv_plan(y, x, w, NULL, &k.params);
        char text[4000];
        strided_plan_describe(plan, text, sizeof text);
        int m = strstr(text, "F(4x4,3x3)") ? 4 : strstr(text, "F(2x2,3x3)") ? 2 : 0;
        tiles[m]++;
        assert_true((int64_t)strided_plan_scratch(plan) <= threads * (2 << 20));
        assert_int_equal(strided_plan_scratch(plan) != 0, m != 0);
        strided_plan_release(plan);
        strided_release(x);
        strided_release(w);
        strided_release(y);
    }
    assert_true(tiles[0] >= 2 && tiles[2] >= 8 && tiles[4] >= 6);
    strided_context_release(ctx);
}

/* Without memory nothing is written, and nothing of the plan stays: no other sum takes the transform's place. */
static strided_status immediate(void *job)
{
    struct tensors *m = job;
    return strided_conv(m->t[Y], m->t[X], m->t[W], m->t[BIAS], NULL);
}

static strided_status planned(void *job)
{
    struct tensors *m = job;
    strided_plan *plan = strided_conv_plan(m->t[Y], m->t[X], m->t[W], NULL, NULL);
    if (!plan) return strided_error_status();
    strided_plan_release(plan);
    return STRIDED_OK;
}

static void without_memory(void **state)
{
    struct oom *memory = oom_new();
    const struct trial_conv k = { 1, 64, 18, 18, 40, { .groups = 1 } };
    struct tensors m = make(memory->ctx, &k, 6);
    strided_tensor *before = strided_clone(m.t[Y]);
    (void)state;
    oom_arm(memory, 2);
    assert_int_equal(immediate(&m), STRIDED_ERR_NO_MEMORY);
    oom_arm(memory, 0);
    assert_same_bits("before", m.t[Y], before);
    assert_int_equal(oom_sweep(memory, "conv", immediate, &m), 2);
    oom_sweep(memory, "conv_plan", planned, &m);
    strided_release(before);
    drop(&m);
    oom_free(memory);
}

STRIDED_TEST_GROUP("kernels/winograd", cmocka_unit_test(chosen_by_extents), cmocka_unit_test(others_are_direct),
                   cmocka_unit_test(errors_are_bounded), cmocka_unit_test(every_geometry), cmocka_unit_test(gradients), cmocka_unit_test(last_tiles_have_fewer_points),
                   cmocka_unit_test(same_bits_from_every_layout), cmocka_unit_test(same_bits_of_every_width),
                   cmocka_unit_test(same_bits_channels_last),
                   cmocka_unit_test(same_bits_on_threads_and_instruction_sets), cmocka_unit_test(scalar_is_as_exact),
                   cmocka_unit_test(not_finite_as_directly), cmocka_unit_test(overflow_inside_is_not_seen),
                   cmocka_unit_test(padding_hides_weights),
                   cmocka_unit_test(again_to_the_same_bits), cmocka_unit_test(strict_is_the_direct_sum),
                   cmocka_unit_test(scratch_is_bounded), cmocka_unit_test(without_memory))
