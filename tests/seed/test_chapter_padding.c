/*
 * test_chapter_padding.c - pad1d and pad2d: into the middle of a filled tensor, as the chapter does it, and the one
 * call.
 */
#include "chapter.h"

/* new_full, then a slice of it takes x. */
static strided_tensor *pad1d_by_view(const strided_tensor *x, int64_t left, int64_t right, double value) {
    const int64_t *n = strided_shape(x);
    strided_tensor *y =
        MADE(strided_full(NULL, strided_dtype_of(x), STRIDED_DIMS(n[0], n[1], left + n[2] + right), value));
    STRIDED_AUTO strided_tensor *middle = MADE(strided_slice(y, 2, left, left + n[2], 1));

    DONE(strided_copy(middle, x));
    return y;
}

static strided_tensor *pad2d_by_view(const strided_tensor *x, int64_t left, int64_t right, int64_t top, int64_t bottom,
                                     double value) {
    const int64_t *n = strided_shape(x);
    strided_tensor *y = MADE(strided_full(NULL, strided_dtype_of(x),
        STRIDED_DIMS(n[0], n[1], top + n[2] + bottom, left + n[3] + right), value));
    STRIDED_AUTO strided_tensor *rows = MADE(strided_slice(y, 2, top, top + n[2], 1));
    STRIDED_AUTO strided_tensor *middle = MADE(strided_slice(rows, 3, left, left + n[3], 1));

    DONE(strided_copy(middle, x));
    return y;
}

static void pad1d(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_F32, 0, STRIDED_DIMS(1, 1, 4));
    STRIDED_AUTO strided_tensor *both = MADE(strided_pad1d(x, 1, 3, -2.0));
    STRIDED_AUTO strided_tensor *no_right = MADE(strided_pad1d(x, 1, 0, -2.0));
    STRIDED_AUTO strided_tensor *no_left = MADE(strided_pad1d(x, 0, 1, -2.0));
    STRIDED_AUTO strided_tensor *neither = MADE(strided_pad1d(x, 0, 0, -2.0));

    HOLDS(both, STRIDED_DIMS(1, 1, 8), VALUES(-2, 0, 1, 2, 3, -2, -2, -2));
    HOLDS(no_right, STRIDED_DIMS(1, 1, 5), VALUES(-2, 0, 1, 2, 3));
    HOLDS(no_left, STRIDED_DIMS(1, 1, 5), VALUES(0, 1, 2, 3, -2));
    SAME_BITS(neither, x);
}

static void pad1d_over_channels(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_F32, 0, STRIDED_DIMS(2, 2, 2));
    STRIDED_AUTO strided_tensor *y = MADE(strided_pad1d(x, 0, 2, -2.0));

    HOLDS(y, STRIDED_DIMS(2, 2, 4), VALUES(0, 1, -2, -2, 2, 3, -2, -2, 4, 5, -2, -2, 6, 7, -2, -2));
}

/* right = 0 and bottom = 0, where Python's x[:-0] would be empty. */
static void pad2d(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_F32, 0, STRIDED_DIMS(1, 1, 2, 3));
    STRIDED_AUTO strided_tensor *three_sides = MADE(strided_pad2d(x, 0, 1, 2, 3, 9));
    STRIDED_AUTO strided_tensor *no_right = MADE(strided_pad2d(x, 1, 0, 1, 0, 9));
    STRIDED_AUTO strided_tensor *none = MADE(strided_pad2d(x, 0, 0, 0, 0, 9));

    HOLDS(three_sides, STRIDED_DIMS(1, 1, 7, 4),
          VALUES(9, 9, 9, 9, 9, 9, 9, 9, 0, 1, 2, 9, 3, 4, 5, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9));
    HOLDS(no_right, STRIDED_DIMS(1, 1, 3, 4), VALUES(9, 9, 9, 9, 9, 0, 1, 2, 9, 3, 4, 5));
    SAME_BITS(none, x);
}

static void both_ways(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *line = random_floats(81, STRIDED_DIMS(2, 3, 7));
    STRIDED_AUTO strided_tensor *image = random_floats(82, STRIDED_DIMS(2, 3, 5, 4));
    const double values[] = { 0, -2.5, -INFINITY };

    for (size_t v = 0; v < COUNT_OF(values); v++)
        for (int64_t sides = 0; sides < 81; sides++) { /* each side 0, 1 or 2 wide */
            int64_t l = sides % 3, r = sides / 3 % 3, t = sides / 9 % 3, b = sides / 27;
            STRIDED_AUTO strided_tensor *by_view = pad2d_by_view(image, l, r, t, b, values[v]);
            STRIDED_AUTO strided_tensor *by_call = MADE(strided_pad2d(image, l, r, t, b, values[v]));
            STRIDED_AUTO strided_tensor *line_by_view = pad1d_by_view(line, l, r, values[v]);
            STRIDED_AUTO strided_tensor *line_by_call = MADE(strided_pad1d(line, l, r, values[v]));

            SAME_BITS(by_view, by_call);
            SAME_BITS(line_by_view, line_by_call);
        }
}

/* Padding a transposed, mirrored view is padding its copy. */
static void of_any_view(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *image = random_floats(83, STRIDED_DIMS(2, 5, 4, 3));
    STRIDED_AUTO strided_tensor *nchw = MADE(strided_permute(image, STRIDED_DIMS(0, 3, 1, 2)));
    STRIDED_AUTO strided_tensor *mirrored = MADE(strided_flip(nchw, STRIDED_DIMS(3)));
    STRIDED_AUTO strided_tensor *dense = MADE(strided_clone(mirrored));
    STRIDED_AUTO strided_tensor *from_view = MADE(strided_pad2d(mirrored, 1, 2, 0, 3, -1));
    STRIDED_AUTO strided_tensor *from_dense = MADE(strided_pad2d(dense, 1, 2, 0, 3, -1));

    SAME_BITS(from_view, from_dense);
}

STRIDED_TEST_GROUP("chapter: padding",
    cmocka_unit_test(pad1d),
    cmocka_unit_test(pad1d_over_channels),
    cmocka_unit_test(pad2d),
    cmocka_unit_test(both_ways),
    cmocka_unit_test(of_any_view))
