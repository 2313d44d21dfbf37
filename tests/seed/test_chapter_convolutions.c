/*
 * test_chapter_convolutions.c - conv1d and conv2d, minimal and full: window views contracted by einsum, and the one
 * call.
 *
 * Both ways form the same chain of multiply-adds, so they agree in every bit on random floats.
 */
#include "chapter.h"

/* ---- the chapter's way --------------------------------------------------------------------------- */

/* x (w) and weights (kw): a row for every place of the window, each row one element on. */
static strided_tensor *conv1d_minimal_simple(const strided_tensor *x, const strided_tensor *weights) {
    int64_t kw = strided_dim(weights, 0), ow = strided_dim(x, 0) - kw + 1, s = strided_stride(x, 0);
    STRIDED_AUTO strided_tensor *windows = MADE(strided_as_strided(x, STRIDED_DIMS(ow, kw), STRIDED_LIST(s, s), 0));
    strided_tensor *y = MADE(strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(ow)));

    DONE(strided_einsum_named(y, "ow kw, kw -> ow", STRIDED_TENSORS(windows, weights)));
    return y;
}

/* The strides of the window view by hand: x's own, and the windowed axis once more. */
static strided_tensor *conv1d_windows(const strided_tensor *x, int64_t kw, int64_t step) {
    const int64_t *n = strided_shape(x), *s = strided_strides(x);
    return MADE(strided_as_strided(x, STRIDED_DIMS(n[0], n[1], (n[2] - kw) / step + 1, kw),
                                   STRIDED_LIST(s[0], s[1], step * s[2], s[2]), 0));
}

static strided_tensor *conv2d_windows(const strided_tensor *x, int64_t kh, int64_t kw, int64_t step_h, int64_t step_w) {
    const int64_t *n = strided_shape(x), *s = strided_strides(x);
    int64_t oh = (n[2] - kh) / step_h + 1, ow = (n[3] - kw) / step_w + 1;
    return MADE(strided_as_strided(x, STRIDED_DIMS(n[0], n[1], oh, ow, kh, kw),
                                   STRIDED_LIST(s[0], s[1], step_h * s[2], step_w * s[3], s[2], s[3]), 0));
}

static strided_tensor *contract(const char *spec, const strided_tensor *windows, const strided_tensor *weights) {
    strided_tensor *y = MADE(strided_einsum_named_empty(spec, STRIDED_TENSORS(windows, weights)));
    DONE(strided_einsum_named(y, spec, STRIDED_TENSORS(windows, weights)));
    return y;
}

static strided_tensor *conv1d_by_view(const strided_tensor *x, const strided_tensor *w, int64_t step, int64_t pad) {
    STRIDED_AUTO strided_tensor *padded = MADE(strided_pad1d(x, pad, pad, 0));
    STRIDED_AUTO strided_tensor *windows = conv1d_windows(padded, strided_dim(w, 2), step);
    return contract("b ic ow kw, oc ic kw -> b oc ow", windows, w);
}

static strided_tensor *conv2d_by_view(const strided_tensor *x, const strided_tensor *w, const int64_t step[2],
                                      const int64_t pad[2]) {
    STRIDED_AUTO strided_tensor *padded = MADE(strided_pad2d(x, pad[1], pad[1], pad[0], pad[0], 0));
    STRIDED_AUTO strided_tensor *windows =
        conv2d_windows(padded, strided_dim(w, 2), strided_dim(w, 3), step[0], step[1]);
    return contract("b ic oh ow kh kw, oc ic kh kw -> b oc oh ow", windows, w);
}

/* ---- references ---------------------------------------------------------------------------------- */

/* x[b, c, r, s], and 0 outside. */
static double pixel(const strided_tensor *x, int64_t b, int64_t c, int64_t r, int64_t s) {
    if (r < 0 || r >= strided_dim(x, 2) || s < 0 || s >= strided_dim(x, 3)) return 0;
    return AT(x, b, c, r, s);
}

static void is_conv2d(const strided_tensor *y, const strided_tensor *x, const strided_tensor *w, const int64_t step[2],
                      const int64_t pad[2], const char *what) {
    const int64_t *n = strided_shape(x), *k = strided_shape(w);
    int64_t shape[4] = {n[0], k[0], (n[2] + 2 * pad[0] - k[2]) / step[0] + 1, (n[3] + 2 * pad[1] - k[3]) / step[1] + 1};
    int64_t i[4] = {0};

    has_shape(y, 4, shape, what);
    do {
        double sum = 0, weight = 0;
        int64_t t[3] = {0};
        do {
            double p = pixel(x, i[0], t[0], i[2] * step[0] + t[1] - pad[0], i[3] * step[1] + t[2] - pad[1]) *
                       AT(w, i[1], t[0], t[1], t[2]);
            sum += p;
            weight += fabs(p);
        } while (next_index(3, k + 1, t));
        near(strided_get(y, 4, i), sum, weight, what, 4, i);
    } while (next_index(4, shape, i));
}

/* conv1d is conv2d of one row. */
static void is_conv1d(const strided_tensor *y, const strided_tensor *x, const strided_tensor *w, int64_t step,
                      int64_t pad, const char *what) {
    STRIDED_AUTO strided_tensor *y2 = MADE(strided_unsqueeze(y, 2));
    STRIDED_AUTO strided_tensor *x2 = MADE(strided_unsqueeze(x, 2));
    STRIDED_AUTO strided_tensor *w2 = MADE(strided_unsqueeze(w, 2));
    is_conv2d(y2, x2, w2, STRIDED_LIST(1, step), STRIDED_LIST(0, pad), what);
}

/* ---- minimal ------------------------------------------------------------------------------------- */

static void conv1d_simple(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_floats(21, STRIDED_DIMS(13));
    STRIDED_AUTO strided_tensor *w = random_floats(22, STRIDED_DIMS(4));
    STRIDED_AUTO strided_tensor *x3 = MADE(strided_reshape(x, STRIDED_DIMS(1, 1, 13)));
    STRIDED_AUTO strided_tensor *w3 = MADE(strided_reshape(w, STRIDED_DIMS(1, 1, 4)));
    STRIDED_AUTO strided_tensor *by_view = conv1d_minimal_simple(x, w);
    STRIDED_AUTO strided_tensor *y3 = MADE(strided_conv1d(x3, w3, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
    STRIDED_AUTO strided_tensor *by_call = MADE(strided_reshape(y3, STRIDED_DIMS(10)));

    is_conv1d(y3, x3, w3, 1, 0, "conv1d, one channel");
    SAME_BITS(by_view, by_call);
}

static void conv1d_by_hand(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_F32, 1, STRIDED_DIMS(6));
    STRIDED_AUTO strided_tensor *w = counting(STRIDED_F32, 1, STRIDED_DIMS(3));
    STRIDED_AUTO strided_tensor *y = conv1d_minimal_simple(x, w);

    HOLDS(y, STRIDED_DIMS(4), VALUES(14, 20, 26, 32));
}

struct sizes {
    int64_t b, ic, oc, h, w, kh, kw;
};

static const struct sizes table[] = {
    { 1, 1, 1, 5, 5, 1, 1 },  { 1, 1, 1, 7, 6, 3, 2 },  { 2, 3, 4, 8, 9, 3, 3 },   { 3, 2, 5, 6, 11, 2, 4 },
    { 1, 5, 17, 9, 20, 3, 3 }, { 2, 4, 8, 5, 5, 5, 5 }, { 4, 1, 3, 12, 33, 5, 1 },
};

static strided_tensor *x1(const struct sizes *s) { return random_floats(31, STRIDED_DIMS(s->b, s->ic, s->w)); }
static strided_tensor *w1(const struct sizes *s) { return random_floats(32, STRIDED_DIMS(s->oc, s->ic, s->kw)); }
static strided_tensor *x2(const struct sizes *s) { return random_floats(33, STRIDED_DIMS(s->b, s->ic, s->h, s->w)); }
static strided_tensor *w2(const struct sizes *s) { return random_floats(34, STRIDED_DIMS(s->oc, s->ic, s->kh, s->kw)); }

static const char *label(const struct sizes *s, const char *what, char buf[160]) {
    snprintf(buf, 160,
             "%s b=%" PRId64 " ic=%" PRId64 " oc=%" PRId64 " h=%" PRId64 " w=%" PRId64 " kh=%" PRId64 " kw=%" PRId64,
             what, s->b, s->ic, s->oc, s->h, s->w, s->kh, s->kw);
    return buf;
}

static void conv1d_minimal(void **state) {
    (void)state;
    for (const struct sizes *s = table; s < table + COUNT_OF(table); s++) {
        char what[160];
        STRIDED_AUTO strided_tensor *x = x1(s);
        STRIDED_AUTO strided_tensor *w = w1(s);
        STRIDED_AUTO strided_tensor *windows = conv1d_windows(x, s->kw, 1);
        STRIDED_AUTO strided_tensor *named = MADE(strided_window(x, 1,
            &(strided_window_axis){ .axis = 2, .size = s->kw }));
        STRIDED_AUTO strided_tensor *by_view = contract("b ic ow kw, oc ic kw -> b oc ow", windows, w);
        STRIDED_AUTO strided_tensor *by_name = contract("b ic ow kw, oc ic kw -> b oc ow", named, w);
        STRIDED_AUTO strided_tensor *by_call = MADE(strided_conv1d(x, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS));

        is_conv1d(by_call, x, w, 1, 0, label(s, "conv1d", what));
        same_bits(by_view, by_call, what);
        same_bits(by_name, by_call, what);
    }
}

static void conv2d_minimal(void **state) {
    (void)state;
    for (const struct sizes *s = table; s < table + COUNT_OF(table); s++) {
        char what[160];
        STRIDED_AUTO strided_tensor *x = x2(s);
        STRIDED_AUTO strided_tensor *w = w2(s);
        STRIDED_AUTO strided_tensor *windows = conv2d_windows(x, s->kh, s->kw, 1, 1);
        STRIDED_AUTO strided_tensor *named = MADE(strided_window(x, 2, (strided_window_axis[]){
            { .axis = 2, .size = s->kh }, { .axis = 3, .size = s->kw } }));
        STRIDED_AUTO strided_tensor *by_view = contract("b ic oh ow kh kw, oc ic kh kw -> b oc oh ow", windows, w);
        STRIDED_AUTO strided_tensor *by_name = contract("b ic oh ow kh kw, oc ic kh kw -> b oc oh ow", named, w);
        STRIDED_AUTO strided_tensor *by_call = MADE(strided_conv2d(x, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS));

        is_conv2d(by_call, x, w, STRIDED_LIST(1, 1), STRIDED_LIST(0, 0), label(s, "conv2d", what));
        same_bits(by_view, by_call, what);
        same_bits(by_name, by_call, what);
    }
}

/* ---- stride and padding -------------------------------------------------------------------------- */

static void conv1d_with_stride_and_padding(void **state) {
    (void)state;
    for (const struct sizes *s = table; s < table + COUNT_OF(table); s++)
        for (int64_t step = 1; step <= 3; step++)
            for (int64_t pad = 0; pad <= 3; pad++) {
                char what[160];
                STRIDED_AUTO strided_tensor *x = x1(s);
                STRIDED_AUTO strided_tensor *w = w1(s);
                STRIDED_AUTO strided_tensor *by_view = conv1d_by_view(x, w, step, pad);
                STRIDED_AUTO strided_tensor *by_call =
                    MADE(strided_conv1d(x, w, STRIDED_DIMS(step), STRIDED_DIMS(pad)));

                is_conv1d(by_call, x, w, step, pad, label(s, "conv1d with stride and padding", what));
                is_conv1d(by_view, x, w, step, pad, what);
                if (pad == 0) same_bits(by_view, by_call, what);
            }
}

/* A padded tap multiplies by zero, a tap not visited does not: on whole numbers, equal in every bit. */
static void padded_copy_and_taps_not_visited(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = whole_floats(41, STRIDED_DIMS(2, 3, 9, 10));
    STRIDED_AUTO strided_tensor *w = whole_floats(42, STRIDED_DIMS(4, 3, 3, 5));
    STRIDED_AUTO strided_tensor *by_view = conv2d_by_view(x, w, STRIDED_LIST(2, 1), STRIDED_LIST(1, 2));
    STRIDED_AUTO strided_tensor *by_call = MADE(strided_conv2d(x, w, STRIDED_DIMS(2, 1), STRIDED_DIMS(1, 2)));

    SAME_BITS(by_view, by_call);
}

static const int64_t pairs[][4] = { /* step h, w; pad h, w */
    { 1, 1, 0, 0 }, { 2, 2, 0, 0 }, { 1, 1, 1, 1 }, { 2, 1, 0, 3 }, { 1, 3, 2, 0 }, { 3, 2, 2, 1 },
};

static void conv2d_with_stride_and_padding(void **state) {
    (void)state;
    for (const struct sizes *s = table; s < table + COUNT_OF(table); s++)
        for (size_t i = 0; i < COUNT_OF(pairs); i++) {
            const int64_t *p = pairs[i];
            char what[160];
            STRIDED_AUTO strided_tensor *x = x2(s);
            STRIDED_AUTO strided_tensor *w = w2(s);
            STRIDED_AUTO strided_tensor *by_view = conv2d_by_view(x, w, p, p + 2);
            STRIDED_AUTO strided_tensor *by_call = MADE(strided_conv2d(x, w, 2, p, 2, p + 2));

            is_conv2d(by_call, x, w, p, p + 2, label(s, "conv2d with stride and padding", what));
            is_conv2d(by_view, x, w, p, p + 2, what);
            if (p[2] == 0 && p[3] == 0) same_bits(by_view, by_call, what);
        }
}

/* One number is that number on both axes. */
static void one_number_is_a_pair(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_floats(51, STRIDED_DIMS(2, 3, 9, 9));
    STRIDED_AUTO strided_tensor *w = random_floats(52, STRIDED_DIMS(4, 3, 3, 3));
    STRIDED_AUTO strided_tensor *one = MADE(strided_conv2d(x, w, STRIDED_DIMS(2), STRIDED_DIMS(1)));
    STRIDED_AUTO strided_tensor *pair = MADE(strided_conv2d(x, w, STRIDED_DIMS(2, 2), STRIDED_DIMS(1, 1)));

    SAME_BITS(one, pair);
}

static void triples_are_refused(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_floats(51, STRIDED_DIMS(2, 3, 9, 9));
    STRIDED_AUTO strided_tensor *w = random_floats(52, STRIDED_DIMS(4, 3, 3, 3));
    STRIDED_AUTO strided_tensor *line = random_floats(53, STRIDED_DIMS(2, 3, 9));
    STRIDED_AUTO strided_tensor *taps = random_floats(54, STRIDED_DIMS(4, 3, 3));

    REFUSED(strided_conv2d(x, w, STRIDED_DIMS(1, 2, 3), STRIDED_NO_DIMS), ERR_ARG);
    SAYS("conv2d", "3");
    REFUSED(strided_conv2d(x, w, STRIDED_NO_DIMS, STRIDED_DIMS(1, 2, 3)), ERR_ARG);
    REFUSED(strided_conv1d(line, taps, STRIDED_DIMS(1, 2), STRIDED_NO_DIMS), ERR_ARG);
    REFUSED(strided_conv1d(line, taps, STRIDED_NO_DIMS, STRIDED_DIMS(1, 2)), ERR_ARG);
    REFUSED(strided_maxpool2d(x, STRIDED_DIMS(2, 2, 2), STRIDED_NO_DIMS, STRIDED_NO_DIMS), ERR_ARG);
    REFUSED(strided_maxpool2d(x, STRIDED_DIMS(2), STRIDED_DIMS(1, 2, 3), STRIDED_NO_DIMS), ERR_ARG);
    REFUSED(strided_maxpool2d(x, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_DIMS(0, 0, 1)), ERR_ARG);
}

static void strides_and_paddings_out_of_domain(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_floats(51, STRIDED_DIMS(1, 1, 9));
    STRIDED_AUTO strided_tensor *w = random_floats(52, STRIDED_DIMS(1, 1, 3));

    REFUSED(strided_conv1d(x, w, STRIDED_DIMS(-1), STRIDED_NO_DIMS), ERR_ARG);
    REFUSED(strided_conv1d(x, w, STRIDED_NO_DIMS, STRIDED_DIMS(-1)), ERR_ARG);
    REFUSED(strided_conv1d(x, w, STRIDED_DIMS(INT64_MIN), STRIDED_NO_DIMS), ERR_ARG);
}

/* The message names both shapes. */
static void shapes_that_do_not_fit(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_floats(61, STRIDED_DIMS(2, 3, 9));
    STRIDED_AUTO strided_tensor *channels = random_floats(62, STRIDED_DIMS(5, 4, 3));
    STRIDED_AUTO strided_tensor *too_long = random_floats(63, STRIDED_DIMS(5, 3, 11));
    STRIDED_AUTO strided_tensor *image = random_floats(64, STRIDED_DIMS(2, 3, 9, 9));
    STRIDED_AUTO strided_tensor *wide = random_floats(65, STRIDED_DIMS(4, 3, 3, 12));

    REFUSED(strided_conv1d(x, channels, STRIDED_NO_DIMS, STRIDED_NO_DIMS), ERR_SHAPE);
    SAYS("conv1d", "(2, 3, 9)", "(5, 4, 3)");
    REFUSED(strided_conv1d(x, too_long, STRIDED_NO_DIMS, STRIDED_NO_DIMS), ERR_SHAPE);
    SAYS("conv1d", "(2, 3, 9)", "(5, 3, 11)");
    REFUSED(strided_conv2d(image, wide, STRIDED_DIMS(2), STRIDED_DIMS(1)), ERR_SHAPE);
    SAYS("conv2d", "(2, 3, 9, 9)", "(4, 3, 3, 12)");
    REFUSED(strided_conv1d(image, channels, STRIDED_NO_DIMS, STRIDED_NO_DIMS), ERR_SHAPE);
    REFUSED(strided_conv2d(image, channels, STRIDED_NO_DIMS, STRIDED_NO_DIMS), ERR_SHAPE);
}

/* Transposed, mirrored and stepped inputs: the bits of their dense copies. */
static void layout_does_not_matter(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *big = random_floats(71, STRIDED_DIMS(2, 14, 9, 3));
    STRIDED_AUTO strided_tensor *nchw = MADE(strided_permute(big, STRIDED_DIMS(0, 3, 1, 2)));
    STRIDED_AUTO strided_tensor *mirrored = MADE(strided_flip(nchw, STRIDED_DIMS(2, 3)));
    STRIDED_AUTO strided_tensor *x = MADE(strided_slice(mirrored, 2, STRIDED_NONE, STRIDED_NONE, 2));
    STRIDED_AUTO strided_tensor *w = random_floats(72, STRIDED_DIMS(4, 3, 3, 3));
    STRIDED_AUTO strided_tensor *dense = MADE(strided_clone(x));
    STRIDED_AUTO strided_tensor *from_view = MADE(strided_conv2d(x, w, STRIDED_NO_DIMS, STRIDED_DIMS(1)));
    STRIDED_AUTO strided_tensor *from_dense = MADE(strided_conv2d(dense, w, STRIDED_NO_DIMS, STRIDED_DIMS(1)));

    SAME_BITS(from_view, from_dense);
}

STRIDED_TEST_GROUP("chapter: convolutions",
    cmocka_unit_test(conv1d_simple),
    cmocka_unit_test(conv1d_by_hand),
    cmocka_unit_test(conv1d_minimal),
    cmocka_unit_test(conv2d_minimal),
    cmocka_unit_test(conv1d_with_stride_and_padding),
    cmocka_unit_test(conv2d_with_stride_and_padding),
    cmocka_unit_test(padded_copy_and_taps_not_visited),
    cmocka_unit_test(one_number_is_a_pair),
    cmocka_unit_test(triples_are_refused),
    cmocka_unit_test(strides_and_paddings_out_of_domain),
    cmocka_unit_test(shapes_that_do_not_fit),
    cmocka_unit_test(layout_does_not_matter))
