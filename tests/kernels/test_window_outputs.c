/*
 * test_window_outputs.c - windows of which each channel has some outputs: vectors lie along lists of positions, along lines, down the rows, on
 * two lines, on some groups at once.
 */
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "support/window_problem.h"
#include "../../src/base/checked.h"

/* Some outputs of `columns` columns, on whatever instruction set: it is asked what it would do. */
static void plan_flat(struct window_plan *p, const struct kernels *k, int64_t columns)
{
    const struct line h = { .n = 3, .taps = 1, .step = 1, .dilation = 1, .positions = 3 };
    struct line w = { .n = columns, .taps = 3, .step = 1, .dilation = 1, .before = 1, .positions = columns, .padded = 1 };
    struct problem problem = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = 1, .groups = 1, .c = 3, .o = 4, .h = h, .w = w };
    struct work work, planned;
    lay_out(&problem);
    make_work(&work, &problem, NULL);
    strided__windows_plan(p, &planned, &work, k);
    put_back(&problem);
}

static void sums_that_go_to_dst_fill_a_vector(void **state)
{
    (void)state;
    for (int isa = ISA_SCALAR; isa <= ISA_AVX512; isa++) {
        const struct kernels *k = strided__kernels((enum isa)isa);
        const int64_t lanes = k->vector_bytes / (int64_t)sizeof(float);
        int direct = 0;
        for (int64_t columns = 1; columns <= 4 * lanes; columns++) {
            struct window_plan p;
            plan_flat(&p, k, columns);
            if (!p.fits || !p.blocks.fits || !p.blocks.flat || !p.blocks.direct) continue;
            direct++;
            assert_true(columns >= lanes);
        }
        if (k->window[COMPUTE_F32]->blocks) assert_true(direct > 0);
    }
}

/* The last tile of an output's vectors is half as wide as the others. */
static int ends_half(const struct blocks_plan *p, int64_t lanes)
{
    const int64_t most = FLAT_VECTORS / FLAT_ROWS, rows = p->row < 0 ? 1 : p->axis[p->row].tile;
    const int64_t vectors = ceil_div((rows - 1) * p->line + p->axis[p->column].tile, lanes);
    return (vectors - 1) % most < most / 2;
}

/* Outputs in fours of many taps, of lines that fill no vectors: where there are masks a vector may lie on two of them. */
static void vectors_on_two_lines(void **state)
{
    enum { PROBLEMS = 300, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, parted = 0, halves = 0, parts = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 3571);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 5), .c = any(3, 9) };
        p.o = 4 * any(1, 5);
        p.h = padded_line((struct line){ .n = any(1, 40), .taps = any(1, 3), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(13, 70), .taps = any(2, 5), .step = any(1, 2), .dilation = any(1, 2) });
        p.gap = any(0, 1) ? 0 : any(1, 5);
        p.skip = any(0, 1) ? 0 : any(1, 9);
        plan_problem(&is, &p);
        const int fits = is.plan.fits && is.plan.blocks.flat && is.plan.blocks.parted;
        parted += fits;
        halves += fits && ends_half(&is.plan.blocks, LONG_VECTOR / (int64_t)sizeof(float));
        parts += fits && p.w.n < p.w.step * (LONG_VECTOR / (int64_t)sizeof(float)); /* lines are brought in by masks */
        put_back(&p);
        same_as_generic(&p, i * 3571, NULL, count);
    }
    if (k->vector_bytes == LONG_VECTOR) assert_true(parted > PROBLEMS / 4 && halves > PROBLEMS / 8 && parts > PROBLEMS / 60);
    else assert_int_equal(parted, 0);
    guard_trim();
}

/* Few outputs of so many channels that few positions are brought in at once. */
static void few_outputs_of_many_taps(void **state)
{
    enum { PROBLEMS = 60, MANY = 512 };
    int count[COUNTS] = { 0 }, many = 0, most = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 6007);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = (int)any(0, 1), .stretch = 1, .n = 1, .groups = any(1, 2) };
        p.c = any(50, 170);
        p.o = any(2, 9);
        p.h = padded_line((struct line){ .n = any(1, 9), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(8, 60), .taps = 3, .step = any(1, 2), .dilation = 1 });
        if (i % 3 == 0) { /* and of more still */
            p.c = any(200, 300);
            p.groups = 1;
            p.w = padded_line((struct line){ .n = any(16, 30), .taps = 3, .step = 1, .dilation = 1 });
        }
        plan_problem(&is, &p);
        most += i % 3 == 0 && is.plan.fits && is.plan.blocks.flat;
        many += is.plan.fits && is.plan.blocks.flat && 9 * p.c > MANY;
        put_back(&p);
        same_as_generic(&p, i * 6007, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(many > PROBLEMS / 4 && most > PROBLEMS / 10);
    guard_trim();
}

/* Few outputs of many channels, lines of which the buffer does not hold as many as windows see: they come one by one, in some sets, unless something
 * may vanish. Pieces of lines as well, of which some are narrower than a vector. */
static void lines_one_by_one(void **state)
{
    enum { PROBLEMS = 120 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    strided_context *many = backward_context(7);
    int count[COUNTS] = { 0 }, rolls = 0, rest = 0, twos = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 6173);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = (int)any(0, 1), .stretch = 1, .n = any(1, 2), .groups = 1 };
        p.c = any(16, 60);
        p.o = any(0, 3) ? 4 * any(1, 2) - any(0, 1) : 2;
        if (p.o == 2) p.c += any(0, 60); /* two are of many channels, if images lie in planes */
        p.lone = any(0, 2) == 0;
        p.h = padded_line((struct line){ .n = any(1, 12), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(100, 300), .taps = any(2, 4), .step = any(1, 2), .dilation = any(1, 2) });
        plan_problem(&is, &p);
        rolls += is.plan.fits && is.plan.blocks.rolls;
        twos += is.plan.fits && is.plan.blocks.rolls && p.o == 2;
        rest += is.plan.fits && is.plan.blocks.rolls && p.lone && (p.h.before > 0 || p.w.before > 0);
        put_back(&p);
        same_as_generic(&p, i * 6173, i % 3 ? many : NULL, count);
    }
    if (has_blocks(NULL) && k->window[COMPUTE_F32]->blocks->flat_line && (rolls < PROBLEMS / 4 || rest < PROBLEMS / 20 || twos < PROBLEMS / 20))
        fail_msg("%d of %d, %d where something may vanish, %d of two: the test does not test", rolls, (int)PROBLEMS, rest, twos);
    strided_context_release(many);
    guard_trim();
}

/* Outputs in fours of one channel, of rows that fill vectors: with the longest ones columns go down the rows. */
static void down_the_rows(void **state)
{
    enum { PROBLEMS = 100 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, down = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 6199);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 4), .c = 1 };
        p.o = 4 * any(1, 6);
        p.lone = any(0, 5) == 0;
        p.skip = any(0, 1) * any(1, 9);
        p.h = padded_line((struct line){ .n = any(1, 30), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(16, 140), .taps = any(2, 5), .step = any(0, 4) ? 1 : 2, .dilation = any(1, 2) });
        plan_problem(&is, &p);
        down += is.plan.fits && is.plan.blocks.down;
        put_back(&p);
        same_as_generic(&p, i * 6199, NULL, count);
    }
    if (has_blocks(NULL) && k->window[COMPUTE_F32]->blocks->flat_down) assert_true(down > PROBLEMS / 4);
    guard_trim();
}

/* Few channels that lie last, and outputs that do not, or rows and columns exchanged: they are brought in as if they lay otherwise. */
static void what_lies_otherwise(void **state)
{
    enum { PROBLEMS = 120 };
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 6211);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .x_lies = i % 2 ? ACROSS : TURNED, .stretch = 1, .n = any(1, 2), .groups = 1 };
        if (p.x_lies == TURNED) p.groups = any(1, 3);
        p.c = any(3, 16);
        p.o = any(17, 70);
        p.gap = any(0, 1) * any(1, 5);
        p.h = padded_line((struct line){ .n = any(1, 20), .taps = any(1, 3), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(20, 140), .taps = any(2, 4), .step = any(1, 2), .dilation = any(1, 2) });
        same_as_generic(&p, i * 6211, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(count[FLAT] > PROBLEMS * 2 / 3);
    guard_trim();
}

/* Groups of four channels that lie last, of as many outputs or twice as many, or of one channel: where vectors hold some of them they are lanes side
 * by side. */
static void groups_side_by_side(void **state)
{
    enum { PROBLEMS = 500, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, beside = 0, single = 0, cut = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 4271);
        const int wide = any(0, 2) == 0;
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(2, 13) };
        p.c = any(0, 1) ? 4 : 1;
        p.o = p.c > 1 ? 4 * any(1, 2) : 1 << any(1, 3);
        p.h = padded_line((struct line){ .n = any(1, wide ? 40 : 20), .taps = any(1, 4), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(2, wide ? 90 : 40), .taps = any(0, 5) ? 3 : any(2, 4), .step = any(0, 4) ? 1 : 2, .dilation = 1 });
        plan_problem(&is, &p);
        const int fits = is.plan.fits && is.plan.blocks.fits && is.plan.blocks.shared > 1;
        beside += fits && p.c > 1;
        single += fits && p.c == 1;
        cut += fits && is_cut(&is.plan.blocks);
        put_back(&p);
        same_as_generic(&p, i * 4271, NULL, count);
    }
    if (k->vector_bytes == LONG_VECTOR) assert_true(beside > PROBLEMS / 8 && single > PROBLEMS / 8 && cut > PROBLEMS / 100);
    else assert_int_equal(beside + single, 0);
    guard_trim();
}

/* Groups of one or two vectors of outputs, however images lie: sums go to dst, or to a buffer and are turned. */
static void outputs_that_are_vectors(void **state)
{
    enum { PROBLEMS = 400, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, direct = 0, turned = 0, lone = 0, cut = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 5309);
        const int wide = any(0, 3) == 0;
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = (int)any(0, 1), .stretch = 1, .n = any(1, 2), .groups = any(2, 5) };
        p.x_lies = any(0, 2) ? AS_Y : ACROSS;
        p.lone = any(0, 3) == 0;
        p.c = any(2, 36);
        p.o = 16 * any(1, 2);
        p.h = padded_line((struct line){ .n = any(1, wide ? 50 : 16), .taps = any(1, 4), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(7, wide ? 70 : 20), .taps = any(2, 4), .step = any(0, 2) ? 1 : 2, .dilation = any(1, 2) });
        if (any(0, 2) == 0) { /* tiles of one line, whose first and last positions miss a tap */
            p.w = (struct line){ .taps = 3, .step = 1, .dilation = 1, .before = 1, .positions = any(7, wide ? 70 : 20), .padded = 1 };
            p.w.n = p.w.positions;
        }
        plan_problem(&is, &p);
        const int fits = is.plan.fits && is.plan.blocks.flat && is.plan.blocks.wide;
        direct += fits && is.plan.blocks.direct;
        turned += fits && !is.plan.blocks.direct;
        lone += fits && p.lone;
        cut += fits && is_cut(&is.plan.blocks);
        put_back(&p);
        same_as_generic(&p, i * 5309, NULL, count);
    }
    if (k->vector_bytes == LONG_VECTOR) assert_true(direct > PROBLEMS / 8 && turned > PROBLEMS / 20 && lone > PROBLEMS / 20 && cut > PROBLEMS / 100);
    else assert_int_equal(direct + turned, 0);
    guard_trim();
}

/* Eight outputs, or more of them, that lie last: what is turned leaves in whole eights. */
static void eights_last(void **state)
{
    enum { PROBLEMS = 150 };
    int count[COUNTS] = { 0 }, turned = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct planned is;
        rng = rng_seed(i * 6529);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(1, 5) };
        p.c = any(2, 9);
        p.o = p.groups > 1 ? 8 : 8 * any(1, 3);
        p.lone = any(0, 5) == 0;
        p.h = padded_line((struct line){ .n = any(1, 30), .taps = any(1, 3), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(16, 70), .taps = any(2, 4), .step = any(0, 3) ? 1 : 2, .dilation = any(1, 2) });
        plan_problem(&is, &p);
        turned += is.plan.fits && is.plan.blocks.flat && is.plan.blocks.turned;
        put_back(&p);
        same_as_generic(&p, i * 6529, NULL, count);
    }
    if (has_blocks(NULL) && turned < PROBLEMS / 4) fail_msg("%d of %d: the test does not test", turned, (int)PROBLEMS);
    guard_trim();
}

/* Images of three channels that lie last, of which three are formed: lines are unzipped on the way in, and zipped on the way out. */
static void three_channels_last(void **state)
{
    enum { PROBLEMS = 150 };
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 6473);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = 1, .c = 3, .o = 3 };
        p.h = padded_line((struct line){ .n = any(1, 12), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(10, 80), .taps = 3, .step = 1, .dilation = 1 });
        same_as_generic(&p, i * 6473, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(count[FLAT] > PROBLEMS / 2);
    guard_trim();
}

/* One that vanishes shows where padding is added to it: wherever it is, it is found. */
static void what_vanishes_is_found(void **state)
{
    enum { PROBLEMS = 1000 };
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 6101);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .lone = 1, .stretch = 1, .n = 1, .groups = any(1, 3), .c = any(1, 2), .o = 4 };
        p.last = (int)any(0, 1);
        p.h = padded_line((struct line){ .n = any(1, 40), .taps = any(1, 3), .step = any(1, 2), .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(9, 150), .taps = any(2, 3), .step = any(1, 2), .dilation = any(1, 2) });
        same_as_generic(&p, i * 6101, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(count[FLAT] > PROBLEMS / 10);
    guard_trim();
}

STRIDED_TEST_GROUP("kernels/window_outputs", cmocka_unit_test(sums_that_go_to_dst_fill_a_vector), cmocka_unit_test(vectors_on_two_lines),
                   cmocka_unit_test(few_outputs_of_many_taps), cmocka_unit_test(lines_one_by_one), cmocka_unit_test(down_the_rows),
                   cmocka_unit_test(what_lies_otherwise), cmocka_unit_test(groups_side_by_side), cmocka_unit_test(outputs_that_are_vectors),
                   cmocka_unit_test(eights_last), cmocka_unit_test(three_channels_last), cmocka_unit_test(what_vanishes_is_found))
