/*
 * test_windows.c - windows against the generic loop: the same bits for every form, layout, geometry, edge, epilogue, share and
 * instruction set, with NaN, infinities, zeros of both signs and numbers whose products vanish; nothing beyond the views is touched.
 */
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "support/window_problem.h"
#include "../../src/kernels/prepared.h"
#include "../../src/kernels/window_walk.h"

/* A quarter of the problems is of doubles, of which vectors that hold two make no windows on x86. */
static int has_doubles(strided_context *ctx)
{
    static const struct work doubles = { .compute = COMPUTE_F64 };
    return strided__windows_of(strided__kernels(strided__context_isa(ctx)), &doubles)->window[COMPUTE_F64] != NULL;
}

static void same_bits(const strided_config *config)
{
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, taken = 0;
    enum { PROBLEMS = 1000 };
    if (!ctx) skip();
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 7919);
        struct problem p = any_problem();
        taken += same_as_generic(&p, i * 7919, ctx, count);
    }
    for (int f = 0; f < (has_blocks(ctx) ? STAGED : BLOCKS); f++)
        if (count[f] < PROBLEMS / (f >= CUT ? 100 : 25))
            fail_msg("form %d was taken %d times: the test does not test", f, count[f]);
    if (taken < PROBLEMS * (has_blocks(ctx) ? 70 : has_doubles(ctx) ? 55 : 55 * 3 / 4) / 100) fail_msg("windows did %d of %d", taken, (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

/* An x that repeats along its lines, columns, channels or images, of which strides do not say how far apart windows are; every other one of
 * colours beside each other, the lines of which are joined (if they are fewer than a vector has lanes: the shortest has four). */
static void still_on(const strided_config *config)
{
    enum { PROBLEMS = 400 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 };
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 8837);
        struct problem p = any_problem();
        if (i % 2) {
            p = (struct problem){ .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(2, 6), .c = 1, .o = 1 };
            p.h = padded_line((struct line){ .n = any(1, 12), .taps = any(0, 2) ? 3 : any(1, 5), .step = any(1, 2), .dilation = any(1, 2) });
            p.w = padded_line((struct line){ .n = any(1, 90), .taps = any(0, 2) ? 3 : any(1, 5), .step = 1, .dilation = any(1, 2) });
        }
        p.still = any(0, 1) ? 4 : (int)any(1, 15);
        same_as_generic(&p, i * 8837, ctx, count);
    }
    const int least = lanes_of(strided__kernels(strided__context_isa(ctx)), COMPUTE_F32) > 4 ? PROBLEMS / 10 : PROBLEMS / 25;
    if (has_blocks(ctx) && count[JOINED] < least) fail_msg("%d of %d were joined", count[JOINED], (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void still(void **state) { (void)state; on_every_set(still_on); }

/* Lines so long that what becomes of their sums does so in pieces, and sums that end in another way than by vectors. */
static void long_lines_on(const strided_config *config)
{
    enum { PROBLEMS = 100 };
    static const strided_dtype of_bias[] = { STRIDED_F16, STRIDED_I32, STRIDED_BF16, STRIDED_F64, 0 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, taken = 0;
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 6571);
        struct problem p = { .form = (enum window_form[]){ WINDOW_SPREAD, WINDOW_LANES, WINDOW_SUM }[i % 3], .stretch = 1 };
        p.dtype = any(0, 3) ? STRIDED_F32 : STRIDED_F64;
        p.last = p.form == WINDOW_LANES;
        p.n = any(1, 2);
        p.groups = p.last ? any(16, 70) : any(1, 3);
        p.o = p.form == WINDOW_SPREAD ? any(1, 3) : 1;
        p.c = 1;
        p.c_is = of_bias[any(0, 4)];
        p.h = any_line(4, 2, 2);
        p.w = any_line(p.last ? 200 : 6000, 4, 2);
        taken += same_as_generic(&p, i * 6571, ctx, count);
    }
    if (taken < PROBLEMS / 2) fail_msg("%s: windows did %d of %d", config->isa, taken, (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void long_lines(void **state)
{
    (void)state;
    on_every_set(long_lines_on);
}

/* Pools of few channels that lie last, some pixels of which fill a vector, and of planes whose lines are shorter than a vector. */
static void small_pools(void **state)
{
    enum { PROBLEMS = 1000 };
    int count[COUNTS] = { 0 }, taken = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 5381);
        struct problem p = { .form = any(0, 1) ? WINDOW_MAX : WINDOW_SUM, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 9),
                             .c = 1, .o = 1, .last = (int)any(0, 1) };
        const int64_t taps = any(0, 2) ? 2 : 3;
        p.h = padded_line((struct line){ .n = any(2, 20), .taps = taps, .step = any(0, 3) ? 2 : 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(2, p.last ? 150 : 40), .taps = taps, .step = p.h.step, .dilation = 1 });
        taken += same_as_generic(&p, i * 5381, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(taken > PROBLEMS / 2);
    guard_trim();
}

/* Long lines of taps go by waves where vectors are long: rows of all lengths, planes and lines of them, whatever becomes of the sums. */
static void long_lines_of_taps_on(const strided_config *config)
{
    enum { PROBLEMS = 200, MANY_TAPS = 256 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 };
    if (!ctx) return;
    const struct kernels *k = strided__kernels(strided__context_isa(ctx));
    window_tile_fn *waves = k->window[COMPUTE_F32]->tile[WINDOW_SPREAD][0][SHAPE_WAVES];
    const int64_t all = waves ? wave_most(lanes_of(k, COMPUTE_F32)) : MANY_TAPS;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 5077);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 3), .c = 1, .o = 1 };
        const int64_t most = any(0, 3) ? all : max_size(WAVE_LEAST, all / 3);
        p.gap = any(0, 1);
        p.h = (struct line){ .n = any(1, 3), .taps = 1, .step = 1, .dilation = 1 };
        p.h.positions = p.h.n;
        p.w = (struct line){ .n = any(0, 9) ? any(most, 2 * most + 500) : any(8000, 9000), .taps = any(WAVE_LEAST, most), .step = 1, .dilation = 1 };
        p.w = padded_line(p.w);
        same_as_generic(&p, i * 5077, ctx, count);
    }
    if (has_blocks(ctx) && lanes_of(k, COMPUTE_F32) >= 8) assert_non_null(waves);
    if (waves) assert_int_equal(count[WINDOW_SPREAD], PROBLEMS);
    else if (has_blocks(ctx)) assert_true(count[STRETCHES] > PROBLEMS / 2);
    strided_context_release(ctx);
    guard_trim();
}

static void long_lines_of_taps(void **state) { (void)state; on_every_set(long_lines_of_taps_on); }

/* Lines of few taps, one for each sum: rows of all lengths, some shorter than a vector, planes and lines of them, whatever becomes of the sums. */
static void short_lines_of_taps(void **state)
{
    enum { PROBLEMS = 600 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, lines = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 5693);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(2, 9), .c = 1, .o = 1 };
        p.gap = any(0, 1);
        p.skip = any(0, 2) ? 0 : any(1, 9);
        p.h = (struct line){ .n = any(0, 2) ? 1 : any(2, 3), .taps = 1, .step = 1, .dilation = 1 };
        p.h.positions = p.h.n;
        p.w = padded_line((struct line){ .n = any(0, 9) ? any(1, 100) : any(1000, 1100), .taps = any(2, WINDOW_SHORT + 1), .step = 1, .dilation = 1 });
        plan_problem(&is, &p);
        lines += is.plan.fits && !is.plan.blocks.fits && is.plan.form == WINDOW_SPREAD && is.plan.row < 0 && p.w.taps <= WINDOW_SHORT && k->window[COMPUTE_F32]->line;
        put_back(&p);
        same_as_generic(&p, i * 5693, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(lines > PROBLEMS / 3);
    guard_trim();
}

/* Lines of few taps along the rows, channels last: high tiles, whose rows see all taps, beside those that do not. */
static void few_taps_of_channels_on(const strided_config *config)
{
    enum { PROBLEMS = 200 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, of_high = 0;
    if (!ctx) return;
    const int has_high = !config->threads && strided__kernels(strided__context_isa(ctx))->window[COMPUTE_F32]->tile[WINDOW_LANES][0][SHAPE_HIGH];
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 3947);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(65, 150), .c = 1, .o = 1 };
        const int64_t taps = any(2, 5), step = any(0, 7) ? 1 : 2, dilation = any(0, 7) ? 1 : 2;
        p.h = (struct line){ .n = any(1, 2), .taps = 1, .step = 1, .dilation = 1 };
        p.h.positions = p.h.n;
        p.w = padded_line((struct line){ .n = any(1, 40), .taps = taps, .step = step, .dilation = dilation });
        high_tiles = has_high ? 0 : -1;
        same_as_generic(&p, i * 3947, ctx, count);
        if (high_tiles > 0 && (taps < 3 || taps > 4 || step != dilation)) fail_msg("high tiles of %d taps", (int)taps);
        of_high += high_tiles > 0;
    }
    high_tiles = -1;
    if (has_high && of_high < PROBLEMS / 8) fail_msg("%d of %d had high tiles", of_high, (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void few_taps_of_channels(void **state) { (void)state; on_every_set(few_taps_of_channels_on); }

/* Half a vector of channels that lie last, and long lines of taps: positions go in pairs, whatever the number of them, in one piece or some. */
static void positions_abreast(void **state)
{
    enum { PROBLEMS = 300, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    strided_context *some = backward_context(7);
    int count[COUNTS] = { 0 }, abreast = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 6101);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = 8, .c = 1, .o = 1 };
        p.h = (struct line){ .n = any(1, 3), .taps = 1, .step = 1, .dilation = 1 };
        p.h.positions = p.h.n;
        p.w = padded_line((struct line){ .n = any(0, 9) ? any(280, 500) : any(1300, 1500), .taps = any(17, 40), .step = 1, .dilation = 1 });
        plan_problem(&is, &p);
        abreast += is.plan.fits && is.plan.blocks.fits && is.plan.blocks.abreast > 1;
        put_back(&p);
        same_as_generic(&p, i * 6101, any(0, 1) ? some : NULL, count);
    }
    assert_int_equal(abreast > PROBLEMS / 2, k->vector_bytes == LONG_VECTOR);
    strided_context_release(some);
    guard_trim();
}

/* Planes of 3x3 with weights whose rows are short: where vectors hold two of them they go in pairs. */
static void planes_in_pairs(void **state)
{
    enum { PROBLEMS = 400, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, pairs = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 4051);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(2, 40), .c = 1, .o = 1 };
        const int64_t step = any(1, 2);
        p.h = padded_line((struct line){ .n = any(0, 7) ? any(1, 20) : any(300, 400), .taps = 3, .step = step, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(1, 8 * step), .taps = 3, .step = step, .dilation = 1 });
        p.gap = any(0, 1) ? 0 : any(1, 5);
        p.skip = any(0, 1) ? 0 : any(1, 9);
        plan_problem(&is, &p);
        pairs += is.plan.fits && !is.plan.blocks.fits && has_ribbons(&is.plan, &is.work) && is.plan.kernels == k && !is.work.epilogue.accumulate &&
                 2 * p.w.positions * (int64_t)sizeof(float) <= k->vector_bytes;
        put_back(&p);
        same_as_generic(&p, i * 4051, NULL, count);
    }
    if (k->vector_bytes == LONG_VECTOR) assert_true(pairs > PROBLEMS / 10);
    guard_trim();
}

/* All of it, in place. */
static const struct window_walk *started(const struct window_plan *p, const struct work *w)
{
    static struct window_walk walk;
    strided__windows_start(&walk, w, p, p->kernels, w->data, -1, 0, 0);
    return &walk;
}

static int has_lines(const struct window_plan *p, const struct work *w) { return strided__windows_lines_of(started(p, w)) != NULL; }

/* Whether planes or lines are compiled for a position that sees all its taps. */
static int is_straight(const struct window_plan *p, const struct work *w)
{
    return p->form == WINDOW_LANES ? has_lines(p, w) : strided__windows_planes_of(started(p, w)) != NULL;
}

/* Whether a bias and limits are all that becomes of sums, and planes or lines see to them. */
static int ends_there(const struct window_plan *p, const struct work *w)
{
    return started(p, w)->ends && is_straight(p, w);
}

/* Maxima of two neighbours with channels last: straight lines of them, in one line or some. */
static void maxima_of_two(void **state)
{
    enum { PROBLEMS = 300 };
    int count[COUNTS] = { 0 }, straight = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 5099);
        struct problem p = { .form = WINDOW_MAX, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 70), .c = 1, .o = 1, .last = 1 };
        p.h = padded_line((struct line){ .n = any(0, 1) ? 1 : any(2, 4), .taps = 1, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(2, 100), .taps = 2, .step = any(1, 3), .dilation = any(1, 2) });
        plan_problem(&is, &p);
        straight += is.plan.fits && !is.plan.by_class && !is.plan.blocks.fits && !is.plan.blocks.copied && !is.plan.staged.fits && has_lines(&is.plan, &is.on);
        put_back(&p);
        same_as_generic(&p, i * 5099, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(straight > PROBLEMS / 10);
    guard_trim();
}

/* Depthwise windows of 3x3, and of 5x5 that are two apart: what becomes of sums where they are stored; not if it moves along a row. */
static void sums_that_end(void **state)
{
    enum { PROBLEMS = 600 };
    int count[COUNTS] = { 0 }, ends[2] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 5659);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .c = 1, .o = 1, .last = i % 2 };
        const int64_t fives = p.last && any(0, 3) == 0, step = fives ? 2 : any(1, 2);
        p.groups = p.last ? any(16, 70) : any(1, 9);
        p.adds = any(0, 5) == 0;
        p.h = padded_line((struct line){ .n = any(0, 5) ? any(1, 20) : any(100, 200), .taps = fives ? 5 : 3, .step = step, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(3, 100), .taps = fives ? 5 : 3, .step = step, .dilation = 1 });
        if (!p.last) p.gap = any(0, 2) ? 0 : any(1, 5);
        if (!p.last) p.skip = any(0, 2) ? 0 : any(1, 9);
        plan_problem(&is, &p);
        if (is.plan.fits && !is.plan.by_class && !is.plan.blocks.fits && ends_there(&is.plan, &is.on)) {
            assert_false(p.adds || is.work.epilogue.accumulate);
            ends[i % 2]++;
        }
        put_back(&p);
        same_as_generic(&p, i * 5659, NULL, count);
    }
    if (has_blocks(NULL) && (ends[0] < PROBLEMS / 20 || ends[1] < PROBLEMS / 20))
        fail_msg("%d and %d of %d: the test does not test", ends[0], ends[1], (int)PROBLEMS);
    guard_trim();
}

/* Windows of 3x3 that reach over some planes as well: of long vectors sums go on from plane to plane, by ribbons and by lines. */
static void some_planes(void **state)
{
    enum { PROBLEMS = 400 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, straight[2] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 3067);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 4), .c = 1, .o = 1, .deep = any(1, 3) };
        const int64_t step = any(0, 7) ? 1 : 2;
        p.apart = any(0, 4) ? 1 : 2;
        p.before = any(0, 2) ? p.deep / 2 : any(0, 2 * p.deep + 1); /* or images see none */
        p.last = i % 2;
        p.groups = p.last ? any(16, 70) : any(1, 6);
        p.h = padded_line((struct line){ .n = any(1, 20), .taps = 3, .step = step, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(8, 60), .taps = 3, .step = step, .dilation = 1 });
        if (!p.last) p.gap = any(0, 2) ? 0 : any(1, 5);
        if (!p.last) p.skip = any(0, 2) ? 0 : any(1, 9);
        plan_problem(&is, &p);
        straight[i % 2] += is.plan.fits && !is.plan.by_class && !is.plan.blocks.fits && is.plan.form == (p.last ? WINDOW_LANES : WINDOW_SPREAD) &&
                           is_straight(&is.plan, &is.on);
        put_back(&p);
        same_as_generic(&p, i * 3067, NULL, count);
    }
    if (k->window[COMPUTE_F32]->resumes && (straight[0] < PROBLEMS / 5 || straight[1] < PROBLEMS / 5))
        fail_msg("%d and %d of %d: the test does not test", straight[0], straight[1], (int)PROBLEMS);
    guard_trim();
}

/* Channels last that are half a vector, and rows of more than a quarter and at most half of one, go by the set whose vector holds them; but not
 * those of windows of two by two, of which there are two in a vector. */
static void half_a_vector(void **state)
{
    enum { PROBLEMS = 400 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL)), *half = strided__kernels(ISA_AVX2);
    const int64_t lanes = k->vector_bytes / (int64_t)sizeof(float);
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct work w;
        rng = rng_seed(i * 4507);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .c = 1, .o = 1 };
        p.groups = lanes / 2;
        p.h = any_line(20, 5, 2);
        p.w = any_line(60, 7, 2);
        if (i % 2) {
            p.last = 0;
            p.form = any(0, 1) ? WINDOW_SPREAD : any(0, 1) ? WINDOW_SUM : WINDOW_MAX;
            p.w = (struct line){ .n = any(lanes / 4 + 1, lanes / 2) * 2, .taps = 2, .step = 2, .dilation = 1 };
            p.w.positions = p.w.n / 2;
        }
        if (i % 4 == 1) {
            const int64_t rows = any(2, 20);
            p.form = any(0, 1) ? WINDOW_SUM : WINDOW_MAX;
            p.h = (struct line){ .n = 2 * rows, .taps = 2, .step = 2, .dilation = 1, .positions = rows };
        } else if (i % 2 && p.form != WINDOW_SPREAD && p.h.taps == 2) p.h = (struct line){ .n = 1, .taps = 1, .step = 1, .dilation = 1, .positions = 1 };
        lay_out(&p);
        make_work(&w, &p, NULL);
        if (i % 4 != 1 && k->vector_bytes == 2 * half->vector_bytes && half->vector_bytes == 32) assert_ptr_equal(strided__windows_of(k, &w), half);
        else assert_ptr_equal(strided__windows_of(k, &w), k);
        put_back(&p);
        same_as_generic(&p, i * 4507, NULL, count);
    }
    guard_trim();
}

/* Padding that is read, channels last: b, once it is packed, is not looked at again, at the border either. */
static void borders_read_what_is_packed(void **state)
{
    (void)state;
    for (int mode = STRIDED_PAD_CONSTANT + 1; mode <= STRIDED_PAD_CIRCULAR; mode++) {
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .n = 1, .groups = 40, .c = 1, .o = 1, .stretch = 1 };
        struct work w;
        struct prepared prepared;
        float b[40 * 9];
        p.h = p.w = (struct line){ .n = 9, .taps = 3, .step = 1, .dilation = 2, .before = 3, .positions = 11, .padded = 1, .mode = EDGE_PAD,
                                   .pad = (strided_pad_mode)mode };
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__work_run_on(&w, w.data);
        assert_int_equal(p.b->bytes, sizeof b);
        memcpy(b, p.b->data, sizeof b);
        w.data[NEST_B] = b;
        assert_int_equal(strided__prepare(&prepared, &w, 1), STRIDED_OK);
        if (prepared.window.fits && prepared.window.packed) {
            void *data[NEST_OPERANDS];
            memcpy(data, prepared.work.data, sizeof data);
            data[NEST_DST] = p.y[1]->data;
            memset(b, 0xff, sizeof b);
            strided__prepared_run(&prepared, data, NULL);
            if (!w.epilogue.accumulate) compare(&p, (uint64_t)mode, "any");
        }
        strided__prepared_release(&prepared);
        put_back(&p);
    }
    guard_trim();
}

static void scalar(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "scalar" }); }

static void neon(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "neon" }); }

static void avx2(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "avx2" }); }

static void avx512(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "avx512" }); }

static void threads(void **state) { (void)state; same_bits(&(strided_config){ .threads = 3 }); }

STRIDED_TEST_GROUP("kernels/windows", cmocka_unit_test(long_lines), cmocka_unit_test(small_pools), cmocka_unit_test(long_lines_of_taps),
                   cmocka_unit_test(short_lines_of_taps), cmocka_unit_test(positions_abreast), cmocka_unit_test(few_taps_of_channels), cmocka_unit_test(planes_in_pairs),
                   cmocka_unit_test(maxima_of_two), cmocka_unit_test(sums_that_end), cmocka_unit_test(some_planes), cmocka_unit_test(half_a_vector),
                   cmocka_unit_test(borders_read_what_is_packed), cmocka_unit_test(still), cmocka_unit_test(scalar), cmocka_unit_test(neon), cmocka_unit_test(avx2),
                   cmocka_unit_test(avx512), cmocka_unit_test(threads))
