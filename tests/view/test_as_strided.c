/*
 * test_as_strided.c - which views exist: every small geometry against index arithmetic, and the extremes of every
 * parameter against arithmetic in 128 bits.
 */
#include "positions.h"
#include "support/oom.h"
#include "support/wide.h"

/* Whether every element reached lies in [0, n); an empty view starts in [0, n]. Sums are small. */
static int exists(int64_t n, int64_t start, int ndim, const int64_t *shape, const int64_t *strides)
{
    int64_t index[STRIDED_MAX_NDIM] = {0};
    if (shape_count(ndim, shape) == 0) return start >= 0 && start <= n;
    do {
        int64_t at = start;
        for (int a = 0; a < ndim; a++) at += index[a] * strides[a];
        if (at < 0 || at >= n) return 0;
    } while (shape_next(ndim, shape, index));
    return 1;
}

static void try_view(const strided_tensor *x, int64_t offset, int ndim, const int64_t *shape, const int64_t *strides)
{
    char call[200];
    int64_t start = strided_offset(x) + offset;
    snprintf(call, sizeof call, "storage of %" PRId64 ", start %" PRId64 ", shape %" PRId64 " %" PRId64 " %" PRId64
             ", strides %" PRId64 " %" PRId64 " %" PRId64, strided_storage_count(x), start, shape[0], shape[1], shape[2],
             strides[0], strides[1], strides[2]);
    strided_tensor *t = strided_as_strided(x, ndim, shape, strides, offset);
    if (exists(strided_storage_count(x), start, ndim, shape, strides)) {
        check_view(call, t, start, ndim, shape, strides);
        return;
    }
    if (t) fail_msg("%s: accepted", call);
    check_refusal(call, STRIDED_ERR_BOUNDS, "as_strided", strided_error_status());
}

static void small_geometries(int64_t n, int64_t begin, int ndim, int64_t extent, int64_t stride)
{
    strided_tensor *all = positions(n), *x = strided_narrow(all, 0, begin, n - begin);
    int64_t from[6] = {0}, to[6] = {0}, at[6], shape[3] = {1, 1, 1}, strides[3] = {0};
    for (int a = 0; a < ndim; a++) {
        to[a] = extent;
        from[3 + a] = -stride;
        to[3 + a] = stride;
    }
    memcpy(at, from, sizeof at);
    for (;;) {
        memcpy(shape, at, sizeof shape);
        for (int a = ndim; a < 3; a++) shape[a] = 1;
        memcpy(strides, at + 3, sizeof strides);
        for (int64_t offset = -begin - 1; offset <= n - begin + 1; offset++) try_view(x, offset, ndim, shape, strides);
        int i = 0;
        while (i < 6 && ++at[i] > to[i]) {
            at[i] = from[i];
            i++;
        }
        if (i == 6) break;
    }
    strided_release(x);
    strided_release(all);
}

static void every_small_view(void **state)
{
    (void)state;
    for (int64_t n = 0; n < 6; n++) {
        small_geometries(n, n / 2, 0, 0, 0);
        small_geometries(n, n / 2, 1, 4, 5);
        small_geometries(n, n / 2, 2, 3, 3);
    }
    small_geometries(5, 1, 3, 2, 2);
}

/* ---- extremes --------------------------------------------------------------------------------------- */

static const int64_t extreme[] = {INT64_MIN, INT64_MIN + 1, -((int64_t)1 << 62), -4294967296, -2, -1, 0, 1, 2, 3,
                                  4294967296, (int64_t)1 << 62, INT64_MAX - 1, INT64_MAX};
enum { EXTREMES = sizeof extreme / sizeof *extreme };

static strided_status judge(int64_t n, int64_t start, const int64_t *shape, const int64_t *strides)
{
    wide lo = start, hi = start;
    if (shape[0] < 0 || shape[1] < 0) return STRIDED_ERR_ARG;
    wide count = (wide)shape[0] * shape[1];
    if (count > INT64_MAX) return STRIDED_ERR_OVERFLOW;
    if (count == 0) return start >= 0 && start <= n ? STRIDED_OK : STRIDED_ERR_BOUNDS;
    for (int a = 0; a < 2; a++) {
        wide span = (wide)(shape[a] - 1) * strides[a];
        if (span < 0) lo += span;
        else hi += span;
    }
    return lo >= 0 && hi < n ? STRIDED_OK : STRIDED_ERR_BOUNDS;
}

static void try_extreme(const strided_tensor *x, const int64_t *shape, const int64_t *strides, int64_t offset)
{
    wide start = (wide)strided_offset(x) + offset;
    strided_status want = start > INT64_MAX || start < INT64_MIN ? STRIDED_ERR_BOUNDS
                        : judge(strided_storage_count(x), (int64_t)start, shape, strides);
    strided_tensor *t = strided_as_strided(x, 2, shape, strides, offset);
    strided_status got = t ? STRIDED_OK : strided_error_status();
    if (want != got)
        fail_msg("storage %" PRId64 " at %" PRId64 ": shape %" PRId64 " %" PRId64 " strides %" PRId64 " %" PRId64
                 " offset %" PRId64 ": %s, not %s", strided_storage_count(x), strided_offset(x), shape[0], shape[1],
                 strides[0], strides[1], offset, strided_status_name(got), strided_status_name(want));
    strided_release(t);
}

static void every_extreme(const strided_tensor *x)
{
    for (int i = 0; i < EXTREMES; i++)
        for (int j = 0; j < EXTREMES; j++)
            for (int k = 0; k < EXTREMES; k++)
                for (int l = 0; l < EXTREMES; l++)
                    for (int m = 0; m < EXTREMES; m += 2)
                        try_extreme(x, (int64_t[]){extreme[i], extreme[j]}, (int64_t[]){extreme[k], extreme[l]},
                                    extreme[m]);
}

static void extremes(void **state)
{
    (void)state;
    skip_unless_wide();
    strided_tensor *all = positions(7), *x = strided_narrow(all, 0, 3, 2);
    every_extreme(x);
    strided_release(x);
    strided_release(all);
    /* A geometry may be as long as INT64_MAX bytes. */
    strided_tensor *huge = strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(INT64_MAX), NULL);
    assert_non_null(huge);
    every_extreme(huge);
    strided_release(huge);
}

/* ---- the rest --------------------------------------------------------------------------------------- */

static void ranks(void **state)
{
    (void)state;
    int64_t ones[17], strides[17];
    for (int a = 0; a < 17; a++) {
        ones[a] = 1;
        strides[a] = a % 2 ? INT64_MIN : INT64_MAX;
    }
    strided_tensor *x = positions(4);
    is_view(strided_as_strided(x, 0, NULL, NULL, 3), 3, 0, ones, strides);
    is_view(strided_as_strided(x, 16, ones, strides, 3), 3, 16, ones, strides);
    refused(STRIDED_ERR_ARG, "as_strided", strided_as_strided(x, 17, ones, strides, 0));
    refused(STRIDED_ERR_ARG, "as_strided", strided_as_strided(x, -1, ones, strides, 0));
    refused(STRIDED_ERR_ARG, "as_strided", strided_as_strided(x, INT32_MIN, ones, strides, 0));
    refused(STRIDED_ERR_NULL, "as_strided", strided_as_strided(x, 1, NULL, strides, 0));
    refused(STRIDED_ERR_NULL, "as_strided", strided_as_strided(x, 1, ones, NULL, 0));
    strided_release(x);
}

/* A product that does not fit is no matter if another extent is 0. */
static void empty_but_huge(void **state)
{
    (void)state;
    strided_tensor *x = positions(4);
    strided_tensor *t = strided_as_strided(x, 3, STRIDED_LIST(INT64_MAX, 0, INT64_MAX),
                                           STRIDED_LIST(INT64_MIN, INT64_MAX, -1), 4);
    assert_non_null(t);
    assert_int_equal(strided_count(t), 0);
    refused(STRIDED_ERR_BOUNDS, "as_strided", strided_as_strided(t, STRIDED_DIMS(0), STRIDED_LIST(1), 1));
    strided_release(t);
    strided_release(x);
}

/* A view may reach where the view it was made from does not. */
static void outside_the_view(void **state)
{
    (void)state;
    strided_tensor *x = positions(10), *part = strided_narrow(x, 0, 4, 2);
    is_view(strided_as_strided(part, 1, STRIDED_LIST(10), STRIDED_LIST(1), -4), 0, 1, STRIDED_LIST(10), STRIDED_LIST(1));
    refused(STRIDED_ERR_BOUNDS, "as_strided", strided_as_strided(part, STRIDED_DIMS(10), STRIDED_LIST(1), -3));
    strided_release(part);
    strided_release(x);
}

static void inherits(void **state)
{
    (void)state;
    static const double memory[3];
    strided_tensor *x = strided_wrap_const(NULL, memory, STRIDED_F64, STRIDED_DIMS(3), NULL);
    strided_tensor *t = strided_as_strided(x, STRIDED_DIMS(2), STRIDED_LIST(2), 0);
    assert_true(strided_is_read_only(t));
    assert_null(strided_data(t));
    assert_true(strided_const_data(t) == memory);
    assert_int_equal(strided_dtype_of(t), STRIDED_F64);
    strided_release(t);
    strided_release(x);
}

static void null_keeps_the_first_failure(void **state)
{
    (void)state;
    strided_tensor *x = positions(4);
    strided_tensor *bad = strided_as_strided(x, STRIDED_DIMS(5), STRIDED_LIST(1), 0);
    assert_null(bad);
    assert_null(strided_as_strided(strided_flip(bad, STRIDED_NO_DIMS), STRIDED_NO_DIMS, NULL, INT64_MAX));
    assert_string_equal(strided_error(), "as_strided: reaches elements 0 to 4, the storage has 4");
    assert_int_equal(strided_error_status(), STRIDED_ERR_BOUNDS);
    strided_release(x);
}

static strided_status attempt(void *job)
{
    return oom_made(1, (strided_tensor *const[]){strided_as_strided(job, STRIDED_DIMS(2), STRIDED_LIST(1), 0)});
}

static void out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(oom_sweep_views("as_strided", attempt, STRIDED_DIMS(4)), 1);
}

STRIDED_TEST_GROUP("view/as_strided", cmocka_unit_test(every_small_view), cmocka_unit_test(extremes),
                   cmocka_unit_test(ranks), cmocka_unit_test(empty_but_huge), cmocka_unit_test(outside_the_view),
                   cmocka_unit_test(inherits), cmocka_unit_test(null_keeps_the_first_failure),
                   cmocka_unit_test(out_of_memory))
