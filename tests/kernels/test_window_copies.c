/*
 * test_window_copies.c - windows whose x is copied on the way in, or whose results are moved on the way out: other types, other layouts, padding
 * that is read, colours.
 */
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "support/oom.h"
#include "support/window_problem.h"

/* Results backwards, with others between them, or rows and columns exchanged: formed side by side, and moved. Some are so many that they do not all
 * find room. */
static void results_apart_on(const strided_config *config)
{
    enum { PROBLEMS = 400 };
    static const int64_t spread[] = { -1, 2, -2, 3 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, crossed = 0;
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 3583);
        struct problem p = any_problem();
        p.spread = spread[any(0, 3)];
        if (any(0, 3) == 0) p.groups *= 3;
        if (i % 3 == 0) {
            p.crossed = 1;
            p.spread = p.gap = p.skip = p.adds = 0;
        }
        if (i % 8 == 0) {
            p = (struct problem){ .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .x_lies = (enum lie)any(AS_Y, ACROSS), .stretch = 1, .n = 1, .groups = 1 };
            p.spread = spread[any(0, 3)];
            p.crossed = 0;
            p.c = any(1, 8);
            p.o = i % 32 ? 16 * any(1, 4) : any(5, 70);
            p.last = (int)any(0, 1);
            p.h = padded_line((struct line){ .n = any(5, 20), .taps = any(1, 3), .step = any(1, 2), .dilation = any(1, 2) });
            p.w = padded_line((struct line){ .n = any(60, 300), .taps = any(2, 4), .step = any(1, 2), .dilation = 1 });
        }
        const int before = count[STAGED];
        same_as_generic(&p, i * 3583, ctx, count);
        if (p.crossed) crossed += count[STAGED] - before;
    }
    if (has_blocks(ctx) && crossed < PROBLEMS / 40) fail_msg("%d of those that are crossed were staged", crossed);
    if (count[STAGED] < PROBLEMS / 5) fail_msg("%d of %d were staged: the test does not test", count[STAGED], (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void results_apart(void **state)
{
    (void)state;
    on_every_set(results_apart_on);
}

/* x, b and y of other types than sums are formed in: x is converted as it is copied, b before, y as it is moved. */
static void other_types_on(const strided_config *config)
{
    enum { PROBLEMS = 600 };
    static const strided_dtype type[] = { 0, STRIDED_U8, STRIDED_I8, STRIDED_I16, STRIDED_BF16, STRIDED_F16, STRIDED_U16, STRIDED_F64 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, all = 0;
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 2741);
        struct problem p = any_problem();
        if (p.form == WINDOW_MAX) p.form = WINDOW_SUM;
        p.x_is = type[any(0, 7 - (p.dtype == STRIDED_F32))];
        p.b_is = type[any(0, 7 - (p.dtype == STRIDED_F32))];
        p.y_is = type[any(0, 7)];
        p.c_is = type[any(0, 7)];
        if (any(0, 3) == 0) p.spread = any(0, 1) ? -1 : 3;
        if (any(0, 3) == 0) p.groups = any(2, 4);
        all += same_as_generic(&p, i * 2741, ctx, count);
    }
    if (!has_blocks(ctx)) count[COPIED] = count[STAGED] = all = PROBLEMS;
    if (count[COPIED] < PROBLEMS / 8 || count[STAGED] < PROBLEMS / 8 || all < PROBLEMS / 4)
        fail_msg("of %d windows did %d, %d by copies, %d were moved: the test does not test", (int)PROBLEMS, all, count[COPIED], count[STAGED]);
    strided_context_release(ctx);
    guard_trim();
}

static void other_types(void **state)
{
    (void)state;
    on_every_set(other_types_on);
}

/* Whole numbers, of which floats hold all sums, or may not; of some that is seen in the weights alone. */
static void whole_numbers_on(const strided_config *config)
{
    enum { PROBLEMS = 500 };
    static const strided_dtype of_x[] = { STRIDED_U8, STRIDED_I8, STRIDED_I16, STRIDED_U16 }, of_b[] = { STRIDED_I8, STRIDED_U8, STRIDED_I16 };
    static const strided_dtype of_y[] = { STRIDED_I32, STRIDED_I32, STRIDED_I16, STRIDED_U8, STRIDED_I8, STRIDED_I64, STRIDED_F32 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, all = 0;
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 8387);
        struct problem p = any_problem();
        if (p.form > WINDOW_LANES) p.form = WINDOW_LANES;
        p.dtype = STRIDED_I32;
        p.x_is = of_x[any(0, any(0, 2) ? 1 : 3)];
        p.b_is = of_b[any(0, 2)];
        p.y_is = of_y[any(0, 6)];
        p.zero = any(0, 1) ? any(-128, 255) : 0;
        p.requantized = (p.y_is == STRIDED_U8 || p.y_is == STRIDED_I8) && any(0, 3);
        if (any(0, 1)) p.o = p.c = 1;
        if (any(0, 3) == 0) p.spread = any(0, 1) ? -1 : 3;
        all += same_as_generic(&p, i * 8387, ctx, count);
    }
    if (has_blocks(ctx) && (all < PROBLEMS / 4 || count[STAGED] < all / 2))
        fail_msg("of %d windows did %d, %d were moved: the test does not test", (int)PROBLEMS, all, count[STAGED]);
    strided_context_release(ctx);
    guard_trim();
}

static void whole_numbers(void **state)
{
    (void)state;
    on_every_set(whole_numbers_on);
}

/* A line whose padding is read: around, or more than there is of it. */
static struct line read_line(struct line s)
{
    s = padded_line(s);
    s.padded = 1;
    s.mode = EDGE_PAD;
    s.pad = (strided_pad_mode)any(STRIDED_PAD_CONSTANT + 1, STRIDED_PAD_CIRCULAR);
    s.before = any(1, any(0, 9) ? 4 : 2 * s.n);
    s.positions = s.n / s.step + any(1, 4);
    return s;
}

/* Planes, colours beside each other, and what has to be converted or lies otherwise: padding that is read is copied with the rest. */
static void padding_is_copied_on(const strided_config *config)
{
    enum { PROBLEMS = 400 };
    static const strided_dtype type[] = { 0, 0, 0, STRIDED_U8, STRIDED_F16 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 };
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 9049);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = any(0, 3) == 0, .stretch = 1, .n = any(1, 2), .c = 1, .o = 1 };
        p.groups = p.last ? any(2, 4) : any(1, 30);
        p.x_lies = any(0, 3) ? AS_Y : (enum lie)any(BACKWARDS, ACROSS);
        p.x_is = type[any(0, 4)];
        p.w = read_line((struct line){ .n = any(20, any(0, 9) ? 70 : 700), .taps = any(1, 5), .step = any(1, 2), .dilation = any(1, 2) });
        p.h = (struct line){ .n = any(1, 40), .taps = any(1, 5), .step = any(1, 2), .dilation = any(1, 2) };
        p.h = any(0, 2) ? read_line(p.h) : padded_line(p.h);
        if (i % 2 == 0) p.h.taps = p.w.taps = 3, p.h.step = p.w.step = p.h.dilation = p.w.dilation = 1, p.h = read_line(p.h), p.w = read_line(p.w);
        same_as_generic(&p, i * 9049, ctx, count);
    }
    if (has_blocks(ctx) && count[COPIED] < PROBLEMS / 2) fail_msg("%d of %d were copied", count[COPIED], (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void padding_is_copied(void **state)
{
    (void)state;
    on_every_set(padding_is_copied_on);
}

/* Colours beside each other, in windows of one column, two pixels apart: their lines are copied, each by itself, and put together again. Fewer are where
 * vectors hold four: two to four of them are vectors as they lie. */
static void tall_windows_of_colours(void **state)
{
    enum { PROBLEMS = 100 };
    const int least = strided__kernels(strided__context_isa(NULL))->vector_bytes > 16 ? PROBLEMS / 2 : PROBLEMS / 8;
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 5741);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(2, 4), .c = 1, .o = 1 };
        p.h = padded_line((struct line){ .n = any(100, 150), .taps = any(3, 9), .step = any(1, 2), .dilation = 1 });
        p.w = (struct line){ .n = any(128, 600), .taps = 1, .step = 2, .dilation = 1 };
        p.w.positions = (p.w.n + 1) / 2;
        same_as_generic(&p, i * 5741, NULL, count);
    }
    if (has_blocks(NULL) && (count[STAGED] < least || count[COPIED] < least))
        fail_msg("%d were staged, %d copied", count[STAGED], count[COPIED]);
    guard_trim();
}

/* Colours beside each other, whose lines of pixels are lines of elements: windows of all kinds, of all types, in one piece or some. */
static void joined_colours_on(const strided_config *config)
{
    enum { PROBLEMS = 300 };
    static const strided_dtype type[] = { 0, 0, 0, STRIDED_U8, STRIDED_F16, STRIDED_BF16 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 };
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 4567);
        struct problem p = { .form = WINDOW_LANES, .dtype = any(0, 5) ? STRIDED_F32 : STRIDED_F64, .last = 1, .stretch = 1, .n = any(1, 2), .c = 1, .o = 1 };
        p.groups = any(2, any(0, 1) ? 4 : 15);
        p.x_is = p.dtype == STRIDED_F32 ? type[any(0, 5)] : 0;
        p.y_is = p.dtype == STRIDED_F32 ? type[any(0, 5)] : 0;
        p.h = padded_line((struct line){ .n = any(2, 30), .taps = any(1, 5), .step = any(0, 2) ? 1 : 2, .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(0, 5) ? any(2, 90) : any(500, 700), .taps = any(1, 5), .step = 1, .dilation = any(1, 2) });
        if (i % 2) {
            p.h = padded_line((struct line){ .n = any(3, 30), .taps = 3, .step = 1, .dilation = 1 });
            p.w = padded_line((struct line){ .n = any(0, 5) ? any(3, 90) : 512, .taps = 3, .step = 1, .dilation = any(1, 2) });
        }
        if (i % 8 == 0) { /* lines so short that others would fill vectors, in a buffer */
            p.groups = any(2, 4);
            p.h = padded_line((struct line){ .n = any(10, 60), .taps = 3, .step = 1, .dilation = 1 });
            p.w = padded_line((struct line){ .n = any(2, 6), .taps = any(1, 3), .step = 1, .dilation = 1 });
        }
        same_as_generic(&p, i * 4567, ctx, count);
    }
    if (has_blocks(ctx) && count[JOINED] < PROBLEMS / 10) fail_msg("%d of %d were joined", count[JOINED], (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void joined_colours(void **state) { (void)state; on_every_set(joined_colours_on); }

/* Of lines that hardly fill a vector, or to which much is added, columns fill vectors, in a buffer. */
static void narrow_colours_on(const strided_config *config)
{
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 };
    if (!ctx) return;
    rng = rng_seed(17);
    struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = 1, .groups = 2, .c = 1, .o = 1 };
    p.h = (struct line){ .n = 200, .positions = 200, .taps = 5, .step = 1, .dilation = 1, .before = 2, .padded = 1 };
    p.w = (struct line){ .n = 2, .positions = 2, .taps = 5, .step = 1, .dilation = 1, .before = 2, .padded = 1 };
    same_as_generic(&p, 17, ctx, count);
    assert_int_equal(count[JOINED], 0);
    if (has_blocks(ctx)) assert_int_equal(count[STAGED], 1);
    strided_context_release(ctx);
    guard_trim();
}

static void narrow_colours(void **state) { (void)state; on_every_set(narrow_colours_on); }

/* Without room for the weights of joined pixels they are not joined. */
static void colours_without_memory(void **state)
{
    int count[COUNTS] = { 0 };
    struct oom *o = oom_new();
    (void)state;
    oom_arm(o, OOM_ALL);
    for (uint64_t i = 1; i <= 20; i++) {
        rng = rng_seed(i * 5557);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(2, 3), .c = 1, .o = 1 };
        p.h = padded_line((struct line){ .n = any(3, 30), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(20, 90), .taps = 3, .step = 1, .dilation = 1 });
        same_as_generic(&p, i * 5557, o->ctx, count);
    }
    assert_int_equal(count[JOINED], 0);
    assert_true(o->failed);
    oom_free(o);
    guard_trim();
}

/* What runs backwards, or is every second element of which each is seen by many windows, is copied as results lie, and they go where they belong. */
static void pools_of_views(void **state)
{
    static const strided_config configs[] = { { .isa = "avx2" }, { .isa = "avx512" } };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof configs / sizeof *configs; i++) {
        strided_context *ctx = eager_context(&configs[i / 2]);
        const int thin = i % 2, step = thin ? 1 : 2;
        int count[COUNTS] = { 0 };
        if (!ctx) continue;
        rng = rng_seed(i + 1);
        struct problem p = { .form = WINDOW_MAX, .dtype = STRIDED_F32, .x_lies = thin ? AS_Y : BACKWARDS, .stretch = 1 + thin, .n = 1, .groups = 5, .o = 1, .c = 1 };
        p.h = p.w = padded_line((struct line){ .n = 36, .taps = 2 + thin, .step = step, .dilation = 1 });
        same_as_generic(&p, i + 1, ctx, count);
        assert_int_equal(count[COPIED], 1);
        assert_int_equal(count[STAGED], 0);
        strided_context_release(ctx);
    }
    guard_trim();
}

/* Rows of pools that are shorter than a vector are done where they lie, whatever else there is to fill one. */
static void short_rows_of_pools(void **state)
{
    (void)state;
    strided_context *ctx = eager_context(&(strided_config){ 0 });
    int count[COUNTS] = { 0 };
    rng = rng_seed(7);
    struct problem p = { .form = WINDOW_MAX, .dtype = STRIDED_F32, .x_lies = AS_Y, .stretch = 1, .n = 1, .groups = 64, .o = 1, .c = 1 };
    p.h = p.w = padded_line((struct line){ .n = 14, .taps = 2, .step = 2, .dilation = 1 });
    same_as_generic(&p, 7, ctx, count);
    assert_int_equal(count[STAGED] + count[COPIED], 0);
    strided_context_release(ctx);
    guard_trim();
}

STRIDED_TEST_GROUP("kernels/window_copies", cmocka_unit_test(results_apart), cmocka_unit_test(other_types), cmocka_unit_test(whole_numbers),
                   cmocka_unit_test(padding_is_copied), cmocka_unit_test(tall_windows_of_colours), cmocka_unit_test(joined_colours),
                   cmocka_unit_test(narrow_colours), cmocka_unit_test(colours_without_memory), cmocka_unit_test(pools_of_views), cmocka_unit_test(short_rows_of_pools))
