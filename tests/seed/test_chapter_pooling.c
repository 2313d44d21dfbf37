/*
 * test_chapter_pooling.c - maxpool2d: the window view reduced, as the chapter does it, and the one call.
 */
#include "chapter.h"

struct windows {
    int64_t size[2], step[2], pad[2]; /* rows, columns */
};

static strided_tensor *windows_of(const strided_tensor *x, const struct windows *p) {
    const int64_t *n = strided_shape(x), *s = strided_strides(x);
    int64_t oh = (n[2] - p->size[0]) / p->step[0] + 1, ow = (n[3] - p->size[1]) / p->step[1] + 1;

    return MADE(strided_as_strided(x, STRIDED_DIMS(n[0], n[1], oh, ow, p->size[0], p->size[1]),
                                   STRIDED_LIST(s[0], s[1], p->step[0] * s[2], p->step[1] * s[3], s[2], s[3]), 0));
}

/* Pad with minus infinity, take the windows, keep the largest of each. */
static strided_tensor *maxpool2d_by_view(const strided_tensor *x, const struct windows *p) {
    STRIDED_AUTO strided_tensor *padded = MADE(strided_pad2d(x, p->pad[1], p->pad[1], p->pad[0], p->pad[0], -INFINITY));
    STRIDED_AUTO strided_tensor *windows = windows_of(padded, p);
    strided_tensor *y = MADE(strided_reduce_empty(STRIDED_REDUCE_MAX, windows, STRIDED_DIMS(-2, -1), 0));

    DONE(strided_reduce(y, STRIDED_REDUCE_MAX, windows, STRIDED_DIMS(-2, -1)));
    return y;
}

/* The largest tap inside, by index arithmetic. */
static void is_maxpool2d(const strided_tensor *y, const strided_tensor *x, const struct windows *p, const char *what) {
    const int64_t *n = strided_shape(x);
    int64_t shape[4] = { n[0], n[1], (n[2] + 2 * p->pad[0] - p->size[0]) / p->step[0] + 1,
                         (n[3] + 2 * p->pad[1] - p->size[1]) / p->step[1] + 1 }, i[4] = {0};
    char text[256];

    has_shape(y, 4, shape, what);
    do {
        double best = -INFINITY;
        int64_t t[2] = {0};
        do {
            int64_t r = i[2] * p->step[0] + t[0] - p->pad[0], c = i[3] * p->step[1] + t[1] - p->pad[1];
            if (r >= 0 && r < n[2] && c >= 0 && c < n[3]) best = fmax(best, AT(x, i[0], i[1], r, c));
        } while (next_index(2, p->size, t));
        if (strided_get(y, 4, i) != best)
            fail_msg("%s: [%s] is %.9g, wanted %.9g", what, index_text(4, i, text), strided_get(y, 4, i), best);
    } while (next_index(4, shape, i));
}

static void by_hand(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_F32, 0, STRIDED_DIMS(1, 1, 4, 4));
    STRIDED_AUTO strided_tensor *y = MADE(strided_maxpool2d(x, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    STRIDED_AUTO strided_tensor *every =
        MADE(strided_maxpool2d(x, STRIDED_DIMS(2, 3), STRIDED_DIMS(1), STRIDED_NO_DIMS));

    HOLDS(y, STRIDED_DIMS(1, 1, 2, 2), VALUES(5, 7, 13, 15));
    HOLDS(every, STRIDED_DIMS(1, 1, 3, 2), VALUES(6, 7, 10, 11, 14, 15));
}

static const struct windows table[] = {
    { { 1, 1 }, { 1, 1 }, { 0, 0 } }, { { 2, 2 }, { 2, 2 }, { 0, 0 } }, { { 3, 3 }, { 2, 2 }, { 1, 1 } },
    { { 2, 3 }, { 1, 1 }, { 1, 1 } }, { { 3, 2 }, { 2, 3 }, { 1, 0 } }, { { 4, 5 }, { 3, 1 }, { 2, 2 } },
};

static void both_ways(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_floats(91, STRIDED_DIMS(2, 3, 9, 14));

    for (const struct windows *p = table; p < table + COUNT_OF(table); p++) {
        char what[64];
        STRIDED_AUTO strided_tensor *by_view = maxpool2d_by_view(x, p);
        STRIDED_AUTO strided_tensor *by_call = MADE(strided_maxpool2d(x, 2, p->size, 2, p->step, 2, p->pad));

        snprintf(what, sizeof what, "maxpool2d %" PRId64 "x%" PRId64, p->size[0], p->size[1]);
        is_maxpool2d(by_call, x, p, what);
        same_bits(by_view, by_call, what);
    }
}

static void stride_left_out_is_the_size(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_floats(92, STRIDED_DIMS(1, 2, 9, 12));
    STRIDED_AUTO strided_tensor *left_out =
        MADE(strided_maxpool2d(x, STRIDED_DIMS(2, 3), STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    STRIDED_AUTO strided_tensor *said =
        MADE(strided_maxpool2d(x, STRIDED_DIMS(2, 3), STRIDED_DIMS(2, 3), STRIDED_NO_DIMS));

    SAME_BITS(left_out, said);
}

/* With zeros as padding the border of an all-negative image would be 0. */
static void padding_never_wins(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = MADE(strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 3, 3), -5));
    STRIDED_AUTO strided_tensor *y = MADE(strided_maxpool2d(x, STRIDED_DIMS(3), STRIDED_DIMS(1), STRIDED_DIMS(1)));

    HOLDS(y, STRIDED_DIMS(1, 1, 3, 3), VALUES(-5, -5, -5, -5, -5, -5, -5, -5, -5));
}

static void layout_does_not_matter(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *nhwc = random_floats(93, STRIDED_DIMS(2, 9, 8, 3));
    STRIDED_AUTO strided_tensor *nchw = MADE(strided_permute(nhwc, STRIDED_DIMS(0, 3, 1, 2)));
    STRIDED_AUTO strided_tensor *x = MADE(strided_flip(nchw, STRIDED_DIMS(2)));
    STRIDED_AUTO strided_tensor *dense = MADE(strided_clone(x));
    STRIDED_AUTO strided_tensor *from_view =
        MADE(strided_maxpool2d(x, STRIDED_DIMS(3), STRIDED_DIMS(2), STRIDED_DIMS(1)));
    STRIDED_AUTO strided_tensor *from_dense =
        MADE(strided_maxpool2d(dense, STRIDED_DIMS(3), STRIDED_DIMS(2), STRIDED_DIMS(1)));

    SAME_BITS(from_view, from_dense);
}

static void shapes_that_do_not_fit(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_floats(94, STRIDED_DIMS(1, 1, 4, 5));

    REFUSED(strided_maxpool2d(x, STRIDED_DIMS(6), STRIDED_NO_DIMS, STRIDED_NO_DIMS), ERR_SHAPE);
    SAYS("maxpool2d", "4", "6");
    REFUSED(strided_maxpool2d(x, STRIDED_NO_DIMS, STRIDED_NO_DIMS, STRIDED_NO_DIMS), ERR_ARG);
}

STRIDED_TEST_GROUP("chapter: max pooling",
    cmocka_unit_test(by_hand),
    cmocka_unit_test(both_ways),
    cmocka_unit_test(stride_left_out_is_the_size),
    cmocka_unit_test(padding_never_wins),
    cmocka_unit_test(layout_does_not_matter),
    cmocka_unit_test(shapes_that_do_not_fit))
