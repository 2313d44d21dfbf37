/*
 * test_window.c - windows against the definition: position j, tap t is element j*step + t*dilation, and there are as
 * many positions as fit.
 */
#include "positions.h"
#include "support/oom.h"

/* Positions by trying them. */
static int64_t count_positions(int64_t n, int64_t size, int64_t step, int64_t dilation)
{
    int64_t count = 0, last = size ? (size - 1) * dilation + 1 : 0;
    while (count * step + last <= n) count++;
    return count;
}

static void try_window(const strided_tensor *x, int axis, int64_t size, int64_t step, int64_t dilation)
{
    static const int64_t strides[] = {1, 10};
    int64_t shape[2] = {strided_dim(x, 0), strided_dim(x, 1)}, s = strides[axis];
    int64_t count = count_positions(shape[axis], size, step, dilation);
    int64_t want[3] = {shape[0], shape[1], size}, want_strides[3] = {strides[0], strides[1], s * dilation};
    char call[120];
    want[axis] = count;
    want_strides[axis] = s * step;
    snprintf(call, sizeof call, "window on axis %d of %" PRId64 ": size %" PRId64 " step %" PRId64 " dilation %" PRId64,
             axis, shape[axis], size, step, dilation);
    const strided_window_axis w = {axis, size, step, dilation}, from_end = {axis - 2, size, step, dilation};
    strided_tensor *t = strided_window(x, 1, &w), *u = strided_window(x, 1, &from_end);
    if (count > 0) {
        check_view(call, t, 0, 3, want, want_strides);
        check_view(call, u, 0, 3, want, want_strides);
        if (dilation == 1) check_view(call, strided_unfold(x, axis, size, step), 0, 3, want, want_strides);
        return;
    }
    check_no_tensor(call, STRIDED_ERR_SHAPE, "window", t);
    assert_null(u);
    if (dilation == 1) check_no_tensor(call, STRIDED_ERR_SHAPE, "unfold", strided_unfold(x, axis, size, step));
}

static void every_small_window(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *all = positions(100);
    for (int64_t n = 0; n <= 7; n++) {
        STRIDED_AUTO strided_tensor *x = strided_as_strided(all, STRIDED_DIMS(n, 4), STRIDED_LIST(1, 10), 0);
        for (int64_t size = 0; size <= 8; size++)
            for (int64_t step = 1; step <= 4; step++)
                for (int64_t dilation = 1; dilation <= 3; dilation++) {
                    try_window(x, 0, size, step, dilation);
                    try_window(x, 1, size, step, dilation);
                }
    }
}

static void zero_means_one(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions(7);
    is_view(strided_window(x, 1, &(strided_window_axis){0, 3, 0, 0}), 0, 2, STRIDED_LIST(5, 3), STRIDED_LIST(1, 1));
    is_view(strided_window(x, 0, NULL), 0, 1, STRIDED_LIST(7), STRIDED_LIST(1));
}

static void several_windows(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){4, 6});
    const strided_window_axis both[] = {{1, 3, 2, 1}, {0, 2, 1, 2}};
    is_view(strided_window(x, 2, both), 0, 4, STRIDED_LIST(2, 2, 3, 2), STRIDED_LIST(6, 2, 1, 12));
    /* An axis named twice is windowed twice; negative axes are x's. */
    const strided_window_axis twice[] = {{-1, 3, 1, 1}, {1, 2, 2, 1}};
    is_view(strided_window(x, 2, twice), 0, 4, STRIDED_LIST(4, 2, 3, 2), STRIDED_LIST(6, 2, 1, 1));
    const strided_window_axis too_much[] = {{1, 4, 1, 1}, {1, 4, 1, 1}};
    refused(STRIDED_ERR_SHAPE, "window", strided_window(x, 2, too_much));
    const strided_window_axis taps[] = {{1, 4, 1, 1}, {2, 2, 1, 1}};
    refused(STRIDED_ERR_ARG, "window", strided_window(x, 2, taps));
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){4, 6});
    static const strided_window_axis bad[] = {{2, 1, 1, 1}, {-3, 1, 1, 1}, {INT64_MIN, 1, 1, 1}, {0, -1, 1, 1},
                                              {0, INT64_MIN, 1, 1}, {0, 1, -1, 1}, {0, 1, INT64_MIN, 1},
                                              {0, 1, 1, -1}, {0, 1, 1, INT64_MIN}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refused(STRIDED_ERR_ARG, "window", strided_window(x, 1, &bad[i]));
    static const strided_window_axis large[] = {{0, INT64_MAX, 1, 1}, {0, INT64_MAX, 1, INT64_MAX}, {0, 2, 1, INT64_MAX},
                                                {0, 3, 1, INT64_MAX}};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        refused(STRIDED_ERR_SHAPE, "window", strided_window(x, 1, &large[i]));
    refused(STRIDED_ERR_NULL, "window", strided_window(x, 1, NULL));
    refused(STRIDED_ERR_ARG, "window", strided_window(x, -1, bad));
    refused(STRIDED_ERR_ARG, "window", strided_window(x, 15, bad));
    refused(STRIDED_ERR_ARG, "window", strided_window(x, INT32_MAX, bad));
    refused(STRIDED_ERR_ARG, "unfold", strided_unfold(x, 0, 1, 0));
    refused(STRIDED_ERR_ARG, "unfold", strided_unfold(x, 0, 1, INT64_MIN));
    refused(STRIDED_ERR_ARG, "unfold", strided_unfold(x, 0, -1, 1));
    refused(STRIDED_ERR_ARG, "unfold", strided_unfold(x, 2, 1, 1));
    refused(STRIDED_ERR_SHAPE, "unfold", strided_unfold(x, 0, INT64_MAX, 1));
    assert_null(strided_window(NULL, 0, NULL));
    assert_null(strided_unfold(NULL, 0, 1, 1));
}

static void large_steps(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){4, 6});
    const strided_window_axis w = {0, 1, INT64_MAX, INT64_MAX};
    is_view(strided_window(x, 1, &w), 0, 3, STRIDED_LIST(1, 6, 1), STRIDED_LIST(0, 1, 0));
    is_view(strided_unfold(x, 1, 6, INT64_MAX), 0, 3, STRIDED_LIST(4, 1, 6), STRIDED_LIST(6, 0, 1));
}

static void rank_is_bounded(void **state)
{
    (void)state;
    const int64_t ones[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    STRIDED_AUTO strided_tensor *x = positions_shaped(16, ones), *y = positions_shaped(15, ones);
    const strided_window_axis w = {0, 1, 1, 1};
    refused(STRIDED_ERR_ARG, "window", strided_window(x, 1, &w));
    refused(STRIDED_ERR_ARG, "unfold", strided_unfold(x, 0, 1, 1));
    is_view(strided_window(y, 1, &w), 0, 16, ones, ones);
}

static strided_status attempt(void *job)
{
    strided_tensor *const views[] = {strided_window(job, 1, &(strided_window_axis){.size = 2}), strided_unfold(job, 0, 2, 1)};
    return oom_made((int)(sizeof views / sizeof *views), views);
}

static void out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(oom_sweep_views("window, unfold", attempt, STRIDED_DIMS(4)), 2);
}

STRIDED_TEST_GROUP("view/window", cmocka_unit_test(every_small_window), cmocka_unit_test(zero_means_one),
                   cmocka_unit_test(several_windows), cmocka_unit_test(refusals), cmocka_unit_test(large_steps),
                   cmocka_unit_test(rank_is_bounded), cmocka_unit_test(out_of_memory))
