/*
 * test_diagonal.c - diagonals of every offset, along every pair of axes, against counting.
 */
#include "positions.h"
#include "support/oom.h"

static void try_diagonal(const strided_tensor *x, const int64_t *shape, const int64_t *strides, int64_t offset, int a,
                         int b)
{
    int64_t row = offset < 0 ? -offset : 0, column = offset > 0 ? offset : 0, len = 0;
    while (row + len < shape[a] && column + len < shape[b]) len++;
    int other = 3 - a - b;
    char call[80];
    snprintf(call, sizeof call, "diagonal %" PRId64 " of axes %d %d", offset, a, b);
    check_view(call, strided_diagonal(x, offset, a, b), row * strides[a] + column * strides[b], 2,
               (int64_t[]){shape[other], len}, (int64_t[]){strides[other], strides[a] + strides[b]});
}

static void every_diagonal(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{2, 3, 4}, {3, 3, 1}, {2, 0, 3}, {4, 1, 2}};
    for (int s = 0; s < 4; s++) {
        const int64_t *shape = shapes[s], strides[] = {shape[1] * shape[2], shape[2], 1};
        STRIDED_AUTO strided_tensor *x = positions_shaped(3, shape);
        for (int64_t offset = -6; offset <= 6; offset++)
            for (int a = 0; a < 3; a++)
                for (int b = 0; b < 3; b++)
                    if (a != b) try_diagonal(x, shape, strides, offset, a, b);
    }
}

static void extremes(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){2, 3}), *one = positions(1);
    const int64_t far[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX};
    for (int i = 0; i < 4; i++)
        check_view("far", strided_diagonal(x, far[i], 0, 1), 0, 1, (int64_t[]){0}, (int64_t[]){4});
    STRIDED_AUTO strided_tensor *odd =
        strided_as_strided(one, STRIDED_DIMS(1, 1), STRIDED_LIST(INT64_MAX, INT64_MAX), 0);
    is_view(strided_diagonal(odd, 0, 0, 1), 0, 1, STRIDED_LIST(1), STRIDED_LIST(0));
    refused(STRIDED_ERR_ARG, "diagonal", strided_diagonal(x, 0, 1, 1));
    refused(STRIDED_ERR_ARG, "diagonal", strided_diagonal(x, 0, 1, -1));
    refused(STRIDED_ERR_ARG, "diagonal", strided_diagonal(x, 0, 2, 1));
    refused(STRIDED_ERR_ARG, "diagonal", strided_diagonal(x, 0, 0, -3));
    refused(STRIDED_ERR_ARG, "diagonal", strided_diagonal(one, 0, 0, 1));
    assert_null(strided_diagonal(NULL, 0, 0, 1));
}

static strided_status attempt(void *job)
{
    return oom_made(1, (strided_tensor *const[]){strided_diagonal(job, 0, 0, 1)});
}

static void out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(oom_sweep_views("diagonal", attempt, STRIDED_DIMS(4, 1)), 1);
}

STRIDED_TEST_GROUP("view/diagonal", cmocka_unit_test(every_diagonal), cmocka_unit_test(extremes),
                   cmocka_unit_test(out_of_memory))
