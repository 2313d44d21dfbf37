/*
 * test_window_geometry.c - positions by counting them, "same" by its definition, phases by trying every tap, and what does
 * not fit in 64 bits.
 */
#include "support/cmocka_compat.h"
#include "src/ops/window_axes.h"
#include <strided.h>
#include <stdio.h>

struct numbers {
    int64_t step[3], dilation[3], pad[3][2];
};

static struct window_params params_of(const struct numbers *k)
{
    return (struct window_params){ .step = k->step, .dilation = k->dilation, .pad = k->pad };
}

static struct window_axis forward(const struct numbers *k, strided_auto_pad auto_pad, int ceil_mode, int64_t n, int64_t size)
{
    struct window win;
    struct window_params p = params_of(k);
    p.auto_pad = auto_pad;
    p.ceil_mode = ceil_mode;
    assert_int_equal(strided__window_check_params("t", &p, 1), STRIDED_OK);
    assert_int_equal(strided__window_forward(&win, "t", &p, 1, &n, &size), STRIDED_OK);
    return win.axis[0];
}

/* Windows are laid one after the other as long as they fit. In ceil mode one more if some padded input is left; the last
 * must begin before the padding behind. */
static int64_t count_positions(const struct numbers *k, int64_t n, int64_t size, int ceil_mode)
{
    int64_t span = k->dilation[0] * (size - 1) + 1, end = n + k->pad[0][1], count = 0, at = -k->pad[0][0];
    for (; at + span <= end; at += k->step[0]) count++;
    if (!ceil_mode || count == 0) return count;
    if (at - k->step[0] + span < end) count++;
    else at -= k->step[0];
    return at < n ? count : count - 1;
}

static int64_t count_taps(const struct numbers *k, int64_t n, int64_t size, int64_t j, int include_pad)
{
    int64_t count = 0;
    for (int64_t t = 0; t < size; t++) {
        int64_t p = j * k->step[0] + t * k->dilation[0] - k->pad[0][0];
        count += include_pad ? p < n + k->pad[0][1] : p >= 0 && p < n;
    }
    return count;
}

static void compare_forward(const struct numbers *k, int64_t n, int64_t size, int ceil_mode)
{
    struct window_axis w = forward(k, STRIDED_AUTO_PAD_EXPLICIT, ceil_mode, n, size);
    int64_t want = count_positions(k, n, size, ceil_mode);
    int inside = 1;
    if (w.positions != want) fail_msg("n %d size %d step %d dilation %d pad %d %d ceil %d: %d positions, not %d", (int)n, (int)size,
                                      (int)k->step[0], (int)k->dilation[0], (int)k->pad[0][0], (int)k->pad[0][1], ceil_mode,
                                      (int)w.positions, (int)want);
    for (int64_t j = 0; j < want; j++) {
        assert_int_equal(strided__window_taps(&w, j, 0), count_taps(k, n, size, j, 0));
        assert_int_equal(strided__window_taps(&w, j, 1), count_taps(k, n, size, j, 1));
        inside &= count_taps(k, n, size, j, 0) == size;
    }
    if (strided__window_is_inside(&w)) assert_true(inside);
}

/* Every (p, window, tap) that meets, and no other, is in the phases; each p is in one. */
static void compare_phases(const struct window *win)
{
    const struct window_axis *w = &win->axis[0];
    int64_t found = 0, want = 0, covered = 0;
    struct phases ph;
    for (int64_t j = 0; j < w->positions; j++) want += strided__window_taps(w, j, 0);
    for (int more = strided__phases_first(&ph, win); more; more = strided__phases_next(&ph, win)) {
        const struct phase *f = &ph.axis[0];
        covered += f->len;
        for (int64_t q = 0; q < f->len; q++)
            for (int64_t u = 0; u < f->taps; u++) {
                int64_t p = f->first + f->step * q, t = f->tap + f->tap_step * u, j = q - f->lag * u - f->before;
                assert_true(p < w->n && t < w->size);
                assert_int_equal(j * w->step + t * w->dilation - w->before, p);
                found += j >= 0 && j < w->positions;
            }
    }
    assert_int_equal(covered, w->n);
    assert_int_equal(found, want);
}

static void small_windows(void **state)
{
    (void)state;
    int cases = 0;
    for (int64_t n = 1; n <= 9; n += 2)
        for (int64_t size = 1; size <= 4; size++)
            for (int64_t i = 0; i < 4 * 4 * 4 * 4; i++) {
                struct numbers k = { { i % 4 + 1 }, { i / 4 % 4 + 1 }, { { i / 16 % 4, i / 64 } } };
                if (count_positions(&k, n, size, 0) == 0) continue;
                struct window win = { .nd = 1, .axis = { forward(&k, STRIDED_AUTO_PAD_EXPLICIT, 0, n, size) } };
                compare_forward(&k, n, size, 0);
                compare_forward(&k, n, size, 1);
                compare_phases(&win);
                cases++;
            }
    assert_true(cases > 2000);
}

static void same(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 8; n++)
        for (int64_t size = 1; size <= 5; size++)
            for (int64_t step = 1; step <= 4; step++) {
                struct numbers k = { { step }, { 1 }, { { 0 } } };
                struct window_axis up = forward(&k, STRIDED_AUTO_PAD_SAME, 0, n, size);
                struct window_axis low = forward(&k, STRIDED_AUTO_PAD_SAME_LOWER, 0, n, size);
                assert_int_equal(up.positions, (n + step - 1) / step);
                assert_int_equal(low.positions, up.positions);
                assert_int_equal(up.before, low.after);
                assert_int_equal(up.after, low.before);
                assert_true(up.after == up.before || up.after == up.before + 1);
                int64_t end = (up.positions - 1) * step + size;
                assert_int_equal(up.before + up.after, end > n ? end - n : 0);
            }
}

static void transposed(void **state)
{
    (void)state;
    struct numbers k = { { 3 }, { 2 }, { { 1, 2 } } };
    struct window_params p = params_of(&k);
    struct window win;
    assert_int_equal(strided__window_transposed(&win, "t", &p, STRIDED_LIST(2), 1, STRIDED_LIST(4), STRIDED_LIST(3)), STRIDED_OK);
    assert_int_equal(win.axis[0].n, 3 * 3 - 3 + 5 + 2);
    assert_int_equal(strided__window_transposed(&win, "t", &p, STRIDED_LIST(3), 1, STRIDED_LIST(4), STRIDED_LIST(3)), STRIDED_ERR_ARG);
    assert_int_equal(strided__window_transposed(&win, "t", &p, STRIDED_LIST(0), 1, STRIDED_LIST(1), STRIDED_LIST(1)), STRIDED_ERR_SHAPE);
    assert_int_equal(strided__window_transposed(&win, "t", &p, STRIDED_LIST(0), 1, STRIDED_LIST(0), STRIDED_LIST(1)), STRIDED_ERR_SHAPE);
    k = (struct numbers){ { INT64_MAX / 2 }, { 1 }, { { 0 } } };
    assert_int_equal(strided__window_transposed(&win, "t", &p, STRIDED_LIST(0), 1, STRIDED_LIST(4), STRIDED_LIST(1)), STRIDED_ERR_OVERFLOW);
    k = (struct numbers){ { 3 }, { 1 }, { { 0 } } };
    p.auto_pad = STRIDED_AUTO_PAD_SAME;
    assert_int_equal(strided__window_transposed(&win, "t", &p, STRIDED_LIST(0), 1, STRIDED_LIST(4), STRIDED_LIST(6)), STRIDED_OK);
    assert_int_equal(win.axis[0].n, 12);
    assert_int_equal(win.axis[0].before, 1);
    assert_int_equal(win.axis[0].after, 2);
}

static strided_status try_huge(int64_t step, int64_t dilation, int64_t before, int64_t after, int64_t n, int64_t size, int ceil_mode)
{
    struct numbers k = { { step }, { dilation }, { { before, after } } };
    struct window_params p = params_of(&k);
    struct window win;
    p.ceil_mode = ceil_mode;
    strided_status s = strided__window_check_params("t", &p, 1);
    return s ? s : strided__window_forward(&win, "t", &p, 1, &n, &size);
}

static void huge(void **state)
{
    (void)state;
    const int64_t most = INT64_MAX;
    for (int ceil_mode = 0; ceil_mode < 2; ceil_mode++) {
        assert_int_equal(try_huge(1, 1, most, 0, 1, 1, ceil_mode), STRIDED_ERR_OVERFLOW);
        assert_int_equal(try_huge(1, 1, most / 2, most / 2, 3, 1, ceil_mode), STRIDED_ERR_OVERFLOW);
        assert_int_equal(try_huge(1, most, 0, 0, 5, 3, ceil_mode), STRIDED_ERR_OVERFLOW);
        assert_int_equal(try_huge(1, most - 5, 0, 0, 5, 2, ceil_mode), STRIDED_ERR_OVERFLOW);
        assert_int_equal(try_huge(1, most - 10, 0, 0, 5, 2, ceil_mode), STRIDED_ERR_SHAPE);
        assert_int_equal(try_huge(most, 1, 0, 0, 5, 2, ceil_mode), STRIDED_OK);
        assert_int_equal(try_huge(most, 1, most / 4, most / 4, 5, 2, ceil_mode), STRIDED_OK);
        assert_int_equal(try_huge(1, 1, 0, 0, most, 2, ceil_mode), STRIDED_ERR_OVERFLOW);
        assert_int_equal(try_huge(1, 1, 0, 0, 5, most, ceil_mode), STRIDED_ERR_OVERFLOW);
    }
    assert_int_equal(try_huge(-1, 1, 0, 0, 5, 2, 0), STRIDED_ERR_ARG);
    assert_int_equal(try_huge(1, -1, 0, 0, 5, 2, 0), STRIDED_ERR_ARG);
    assert_int_equal(try_huge(1, 1, INT64_MIN, 0, 5, 2, 0), STRIDED_ERR_ARG);
    assert_int_equal(try_huge(1, 1, 0, -1, 5, 2, 0), STRIDED_ERR_ARG);
    assert_int_equal(try_huge(1, 1, 0, 0, 0, 1, 0), STRIDED_ERR_SHAPE);
    assert_int_equal(try_huge(1, 1, 0, 0, 5, 0, 0), STRIDED_ERR_SHAPE);
}

/* An empty batch may have positions without number: nobody walks along them. */
static void nothing_of_any_length(void **state)
{
    (void)state;
    const int64_t far = (int64_t)1 << 60;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(0, 2, 3));
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2, 3));
    strided_conv_params p = { .pad = { { far, 0 } }, .pad_mode = STRIDED_PAD_REFLECT };
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, &p);
    assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_OK);
    assert_int_equal(strided_conv_grad_input(x, y, w, &p), STRIDED_OK);
    p = (strided_conv_params){ .stride = { far / 4 } };
    STRIDED_AUTO strided_tensor *up = strided_conv_transpose_empty(x, w, &p);
    assert_true(strided_dim(up, 2) > far / 4);
    assert_int_equal(strided_conv_transpose(up, x, w, NULL, &p), STRIDED_OK);
    strided_pool_params q = { .kind = STRIDED_POOL_AVG, .size = { 4 }, .stride = { 1 } };
    STRIDED_AUTO strided_tensor *less = strided_pool_empty(up, &q);
    assert_int_equal(strided_pool(less, NULL, up, &q), STRIDED_OK);
    assert_int_equal(strided_pool_grad(up, less, NULL, &q), STRIDED_OK);
    STRIDED_AUTO strided_tensor *columns = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(0, 2, strided_dim(up, 2)));
    assert_int_equal(strided_im2col(columns, up, 1, STRIDED_LIST(1), NULL), STRIDED_OK);
    assert_int_equal(strided_col2im(up, columns, 1, STRIDED_LIST(1), NULL), STRIDED_OK);
}

static void parameters(void **state)
{
    (void)state;
    struct numbers k = { { 1 }, { 1 }, { { 1, 0 } } };
    struct window_params p = params_of(&k);
    p.auto_pad = STRIDED_AUTO_PAD_SAME;
    assert_int_equal(strided__window_check_params("t", &p, 1), STRIDED_ERR_ARG);
    p.auto_pad = (strided_auto_pad)9;
    assert_int_equal(strided__window_check_params("t", &p, 1), STRIDED_ERR_ARG);
    p.auto_pad = STRIDED_AUTO_PAD_EXPLICIT;
    k.dilation[1] = 2;
    assert_int_equal(strided__window_check_params("t", &p, 1), STRIDED_ERR_ARG);
    assert_string_equal(strided_error(), "t: parameters for spatial axis 1, where the axes are 1");
    assert_int_equal(strided__window_check_params("t", &p, 2), STRIDED_OK);
}

STRIDED_TEST_GROUP("ops/window_geometry",
    cmocka_unit_test(small_windows),
    cmocka_unit_test(same),
    cmocka_unit_test(transposed),
    cmocka_unit_test(huge),
    cmocka_unit_test(nothing_of_any_length),
    cmocka_unit_test(parameters))
