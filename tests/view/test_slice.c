/*
 * test_slice.c - slice against Python's rules, written down a second time; narrow, select, flip against counting.
 */
#include "positions.h"
#include "support/oom.h"

static const int64_t none = STRIDED_NONE;

/* Python's slice.indices(), as its documentation says it, walked one by one. */
static int64_t python_positions(int64_t n, int64_t start, int64_t stop, int64_t step, int64_t *out)
{
    int64_t lower = step < 0 ? -1 : 0, upper = step < 0 ? n - 1 : n, count = 0;
    if (start == none) start = step < 0 ? upper : lower;
    else if (start < 0) start = start + n < lower ? lower : start + n;
    else start = start > upper ? upper : start;
    if (stop == none) stop = step < 0 ? lower : upper;
    else if (stop < 0) stop = stop + n < lower ? lower : stop + n;
    else stop = stop > upper ? upper : stop;
    for (int64_t i = start; step < 0 ? i > stop : i < stop; i += step) {
        out[count++] = i;
        if (step > 100 || step < -100) break; /* one step leaves the axis */
    }
    return count;
}

static void compare_slice(const strided_tensor *x, int64_t n, int64_t start, int64_t stop, int64_t step)
{
    int64_t want[32], count = python_positions(n, start, stop, step, want);
    STRIDED_AUTO strided_tensor *t = strided_slice(x, 1, start, stop, step);
    int same = t && strided_ndim(t) == 2 && strided_dim(t, 0) == 2 && strided_dim(t, 1) == count;
    for (int64_t r = 0; same && r < 2; r++)
        for (int64_t i = 0; i < count; i++)
            same = same && strided_get_int(t, STRIDED_DIMS(r, i)) == strided_get_int(x, STRIDED_DIMS(r, want[i]));
    if (!same)
        fail_msg("extent %" PRId64 ": [%" PRId64 ":%" PRId64 ":%" PRId64 "]: %s", n, start, stop, step,
                 t ? "other elements" : strided_error());
}

static void python_rules(void **state)
{
    (void)state;
    static const int64_t far[] = {INT64_MIN, INT64_MIN + 1, INT64_MIN / 2, INT64_MAX / 2, INT64_MAX - 1, INT64_MAX};
    int64_t bounds[32], steps[32];
    int nb = 0, ns = 0;
    for (int64_t i = -8; i <= 8; i++) bounds[nb++] = i;
    for (int64_t i = -8; i <= 8; i++) if (i) steps[ns++] = i;
    for (int i = 0; i < 6; i++) bounds[nb++] = steps[ns++] = far[i];
    for (int64_t n = 0; n <= 6; n++) {
        strided_tensor *x = positions_shaped(2, (int64_t[]){2, n}), *back = strided_flip(x, 1, (int64_t[]){1});
        for (int i = 0; i < nb; i++)
            for (int j = 0; j < nb; j++)
                for (int k = 0; k < ns; k++) {
                    compare_slice(x, n, bounds[i], bounds[j], steps[k]);
                    compare_slice(back, n, bounds[i], bounds[j], steps[k]);
                }
        strided_release(back);
        strided_release(x);
    }
}

static void slice_refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions(5), *scalar = strided_select(x, 0, 3);
    refused(STRIDED_ERR_ARG, "slice", strided_slice(x, 0, 0, 1, 0));
    refused(STRIDED_ERR_ARG, "slice", strided_slice(x, 1, 0, 1, 1));
    refused(STRIDED_ERR_ARG, "slice", strided_slice(x, -2, 0, 1, 1));
    refused(STRIDED_ERR_ARG, "slice", strided_slice(x, INT32_MIN, 0, 1, 1));
    refused(STRIDED_ERR_ARG, "slice", strided_slice(scalar, 0, 0, 1, 1));
    assert_null(strided_slice(NULL, 0, 0, 1, 1));
    is_view(strided_slice(x, -1, 1, none, 2), 1, 1, STRIDED_LIST(2), STRIDED_LIST(2));
}

static void narrow_counts(void **state)
{
    (void)state;
    for (int64_t n = 0; n <= 4; n++) {
        STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){n, 3});
        for (int64_t start = -6; start <= 6; start++)
            for (int64_t len = -2; len <= 6; len++) {
                int64_t first = start < 0 ? start + n : start;
                int fits = first >= 0 && len >= 0 && first + len <= n;
                strided_tensor *t = strided_narrow(x, 0, start, len);
                if (!fits) check_no_tensor("narrow", STRIDED_ERR_ARG, "narrow", t);
                else check_view("narrow", t, 3 * first, 2, (int64_t[]){len, 3}, (int64_t[]){3, 1});
            }
    }
}

static void narrow_refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions(5);
    refused(STRIDED_ERR_ARG, "narrow", strided_narrow(x, 0, 1, INT64_MAX));
    refused(STRIDED_ERR_ARG, "narrow", strided_narrow(x, 0, INT64_MAX, 1));
    refused(STRIDED_ERR_ARG, "narrow", strided_narrow(x, 0, INT64_MIN, 1));
    refused(STRIDED_ERR_ARG, "narrow", strided_narrow(x, 0, 0, INT64_MIN));
    refused(STRIDED_ERR_ARG, "narrow", strided_narrow(x, 1, 0, 0));
    assert_null(strided_narrow(NULL, 0, 0, 0));
    is_view(strided_narrow(x, 0, 5, 0), 5, 1, STRIDED_LIST(0), STRIDED_LIST(1));
    is_view(strided_narrow(x, -1, -2, 2), 3, 1, STRIDED_LIST(2), STRIDED_LIST(1));
}

static void select_positions(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(3, (int64_t[]){2, 3, 4});
    static const int64_t shape[] = {2, 3, 4}, strides[] = {12, 4, 1};
    for (int axis = 0; axis < 3; axis++)
        for (int64_t i = -shape[axis]; i < shape[axis]; i++) {
            int64_t s[2], d[2], at = (i < 0 ? i + shape[axis] : i) * strides[axis];
            for (int a = 0, j = 0; a < 3; a++) {
                if (a == axis) continue;
                s[j] = shape[a];
                d[j++] = strides[a];
            }
            check_view("select", strided_select(x, axis, i), at, 2, s, d);
            check_view("select", strided_select(x, axis - 3, i), at, 2, s, d);
        }
    for (int axis = 0; axis < 3; axis++) {
        refused(STRIDED_ERR_ARG, "select", strided_select(x, axis, shape[axis]));
        refused(STRIDED_ERR_ARG, "select", strided_select(x, axis, -shape[axis] - 1));
        refused(STRIDED_ERR_ARG, "select", strided_select(x, axis, INT64_MIN));
        refused(STRIDED_ERR_ARG, "select", strided_select(x, axis, INT64_MAX));
    }
    refused(STRIDED_ERR_ARG, "select", strided_select(x, 3, 0));
    assert_null(strided_select(NULL, 0, 0));
}

static void select_of_empty(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions(2);
    STRIDED_AUTO strided_tensor *empty = strided_as_strided(x, STRIDED_DIMS(4, 0), STRIDED_LIST(INT64_MAX, 1), 1);
    is_view(strided_select(empty, 0, 3), 1, 1, STRIDED_LIST(0), STRIDED_LIST(1));
    refused(STRIDED_ERR_ARG, "select", strided_select(empty, 1, 0));
}

static void flips(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(3, (int64_t[]){2, 3, 4});
    const int64_t shape[] = {2, 3, 4};
    is_view(strided_flip(x, STRIDED_NO_DIMS), 23, 3, shape, STRIDED_LIST(-12, -4, -1));
    is_view(strided_flip(x, 0, shape), 0, 3, shape, STRIDED_LIST(12, 4, 1));
    is_view(strided_flip(x, STRIDED_DIMS(1)), 8, 3, shape, STRIDED_LIST(12, -4, 1));
    is_view(strided_flip(x, STRIDED_DIMS(-1, 0)), 15, 3, shape, STRIDED_LIST(-12, 4, -1));
    refused(STRIDED_ERR_ARG, "flip", strided_flip(x, STRIDED_DIMS(3)));
    refused(STRIDED_ERR_ARG, "flip", strided_flip(x, STRIDED_DIMS(0, 0)));
    refused(STRIDED_ERR_ARG, "flip", strided_flip(x, STRIDED_DIMS(0, -3)));
    refused(STRIDED_ERR_ARG, "flip", strided_flip(x, STRIDED_DIMS(0, 1, 2, 0)));
    refused(STRIDED_ERR_ARG, "flip", strided_flip(x, STRIDED_DIMS(INT64_MIN)));
    refused(STRIDED_ERR_ARG, "flip", strided_flip(x, -1, shape));
    refused(STRIDED_ERR_NULL, "flip", strided_flip(x, 2, NULL));
    assert_null(strided_flip(NULL, STRIDED_NO_DIMS));
}

/* Strides that no element uses cannot overflow anything. */
static void strides_of_nothing(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions(3);
    STRIDED_AUTO strided_tensor *one = strided_as_strided(x, STRIDED_DIMS(1, 1), STRIDED_LIST(INT64_MIN, INT64_MAX), 2);
    STRIDED_AUTO strided_tensor *empty =
        strided_as_strided(x, STRIDED_DIMS(9, 0), STRIDED_LIST(INT64_MIN, INT64_MAX), 3);
    is_view(strided_flip(one, STRIDED_NO_DIMS), 2, 2, STRIDED_LIST(1, 1), STRIDED_LIST(0, 0));
    is_view(strided_flip(empty, STRIDED_NO_DIMS), 3, 2, STRIDED_LIST(9, 0), STRIDED_LIST(0, 0));
    is_view(strided_slice(one, 1, none, none, INT64_MIN), 2, 2, STRIDED_LIST(1, 1), STRIDED_LIST(0, 0));
    is_view(strided_slice(empty, 0, none, none, -3), 3, 2, STRIDED_LIST(3, 0), STRIDED_LIST(0, 0));
    is_view(strided_slice(x, 0, none, none, INT64_MAX), 0, 1, STRIDED_LIST(1), STRIDED_LIST(0));
}

static strided_status attempt(void *job)
{
    strided_tensor *const views[] = {strided_slice(job, 0, none, none, -1), strided_narrow(job, 0, 1, 2),
                                     strided_select(job, 0, 1), strided_flip(job, STRIDED_NO_DIMS)};
    return oom_made((int)(sizeof views / sizeof *views), views);
}

static void out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(oom_sweep_views("slice, narrow, select, flip", attempt, STRIDED_DIMS(4)), 4);
}

STRIDED_TEST_GROUP("view/slice", cmocka_unit_test(python_rules), cmocka_unit_test(slice_refusals),
                   cmocka_unit_test(narrow_counts), cmocka_unit_test(narrow_refusals),
                   cmocka_unit_test(select_positions), cmocka_unit_test(select_of_empty), cmocka_unit_test(flips),
                   cmocka_unit_test(strides_of_nothing), cmocka_unit_test(out_of_memory))
