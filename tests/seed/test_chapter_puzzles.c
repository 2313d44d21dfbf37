/*
 * test_chapter_puzzles.c - size and stride of the 4x5 tensor, and the chapter's eight as_strided puzzles in its order.
 */
#include "chapter.h"

static void size_and_stride_of_the_input(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = chapter_input();

    has_shape(x, STRIDED_DIMS(4, 5), "test_input");
    assert_int_equal(strided_stride(x, 0), 5);
    assert_int_equal(strided_stride(x, 1), 1);
    assert_int_equal(strided_offset(x), 0);
    assert_true(strided_is_contiguous(x));
}

/* An element lies where the strides say: five on is the next row, one on the next column. */
static void strides_are_where_elements_lie(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = chapter_input();
    const float *p = strided_const_data(x);

    for (int64_t r = 0; r < 4; r++)
        for (int64_t c = 0; c < 5; c++) {
            assert_true(p[r * 5 + c] == (float)(r * 5 + c));
            assert_true(AT(x, r, c) == (double)(r * 5 + c));
        }
}

struct puzzle {
    const char *what;
    int ndim;
    int64_t size[2], stride[2];
    double result[6];
};

static const struct puzzle puzzles[] = {
    { "the first four",            1, { 4 },    { 1 },     { 0, 1, 2, 3 } },
    { "a square, every other",     2, { 2, 2 }, { 5, 2 },  { 0, 2, 5, 7 } },
    { "the first row",             1, { 5 },    { 1 },     { 0, 1, 2, 3, 4 } },
    { "the first column",          1, { 4 },    { 5 },     { 0, 5, 10, 15 } },
    { "two rows of three",         2, { 2, 3 }, { 5, 1 },  { 0, 1, 2, 5, 6, 7 } },
    { "the same, a row left out",  2, { 2, 3 }, { 10, 1 }, { 0, 1, 2, 10, 11, 12 } },
    { "two elements, three times", 2, { 2, 3 }, { 11, 0 }, { 0, 0, 0, 11, 11, 11 } },
    { "the diagonal",              1, { 4 },    { 6 },     { 0, 6, 12, 18 } },
};

static void eight_puzzles(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = chapter_input();

    assert_int_equal(COUNT_OF(puzzles), 8);
    for (const struct puzzle *p = puzzles; p < puzzles + COUNT_OF(puzzles); p++) {
        STRIDED_AUTO strided_tensor *view = MADE(strided_as_strided(x, p->ndim, p->size, p->stride, 0));
        holds(view, p->ndim, p->size, p->result, p->what);
        assert_memory_equal(strided_strides(view), p->stride, (size_t)p->ndim * sizeof *p->stride);
        assert_ptr_equal(strided_const_data(view), strided_const_data(x));
    }
}

/* Each view also has a name of its own; both are the same geometry. */
static void eight_puzzles_by_name(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = chapter_input();
    STRIDED_AUTO strided_tensor *first = MADE(strided_select(x, 0, 0));
    STRIDED_AUTO strided_tensor *four = MADE(strided_narrow(first, 0, 0, 4));
    STRIDED_AUTO strided_tensor *two_rows = MADE(strided_narrow(x, 0, 0, 2));
    STRIDED_AUTO strided_tensor *to_four = MADE(strided_narrow(two_rows, 1, 0, 4));
    STRIDED_AUTO strided_tensor *square = MADE(strided_slice(to_four, 1, STRIDED_NONE, STRIDED_NONE, 2));
    STRIDED_AUTO strided_tensor *column = MADE(strided_select(x, 1, 0));
    STRIDED_AUTO strided_tensor *rows_of_three = MADE(strided_narrow(two_rows, 1, 0, 3));
    STRIDED_AUTO strided_tensor *three = MADE(strided_narrow(x, 1, 0, 3));
    STRIDED_AUTO strided_tensor *left_out = MADE(strided_slice(three, 0, 0, 3, 2));
    STRIDED_AUTO strided_tensor *line = MADE(strided_flatten(x, 0, 1));
    STRIDED_AUTO strided_tensor *far = MADE(strided_slice(line, 0, 0, 12, 11));
    STRIDED_AUTO strided_tensor *upright = MADE(strided_unsqueeze(far, 1));
    STRIDED_AUTO strided_tensor *repeated = MADE(strided_broadcast_to(upright, STRIDED_DIMS(2, 3)));
    STRIDED_AUTO strided_tensor *diagonal = MADE(strided_diagonal(x, 0, 0, 1));
    const strided_tensor *by_name[] = { four, square, first, column, rows_of_three, left_out, repeated, diagonal };

    for (size_t i = 0; i < COUNT_OF(puzzles); i++) {
        const struct puzzle *p = &puzzles[i];
        holds(by_name[i], p->ndim, p->size, p->result, p->what);
        assert_memory_equal(strided_strides(by_name[i]), p->stride, (size_t)p->ndim * sizeof *p->stride);
        assert_ptr_equal(strided_const_data(by_name[i]), strided_const_data(x));
    }
}

/* Writing through a view writes the tensor. */
static void views_share_memory(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = chapter_input();
    STRIDED_AUTO strided_tensor *diagonal = MADE(strided_as_strided(x, STRIDED_DIMS(4), STRIDED_LIST(6), 0));

    assert_true(strided_shares_memory(x, diagonal));
    DONE(strided_set(diagonal, STRIDED_DIMS(2), -1));
    assert_true(AT(x, 2, 2) == -1);
}

/* One element too far, in either direction, is no view. */
static void beyond_the_storage(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = chapter_input();

    REFUSED(strided_as_strided(x, STRIDED_DIMS(5), STRIDED_LIST(5), 0), ERR_BOUNDS);
    REFUSED(strided_as_strided(x, STRIDED_DIMS(4), STRIDED_LIST(6), 2), ERR_BOUNDS);
    REFUSED(strided_as_strided(x, STRIDED_DIMS(2), STRIDED_LIST(-1), 0), ERR_BOUNDS);
    REFUSED(strided_as_strided(x, STRIDED_DIMS(1), STRIDED_LIST(1), 20), ERR_BOUNDS);
    SAYS("20");
}

STRIDED_TEST_GROUP("chapter: puzzles",
    cmocka_unit_test(size_and_stride_of_the_input),
    cmocka_unit_test(strides_are_where_elements_lie),
    cmocka_unit_test(eight_puzzles),
    cmocka_unit_test(eight_puzzles_by_name),
    cmocka_unit_test(views_share_memory),
    cmocka_unit_test(beyond_the_storage))
