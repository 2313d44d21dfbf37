/*
 * test_split.c - split and chunk: the parts, one behind the other, are x.
 */
#include "positions.h"
#include "support/oom.h"

static void check_parts(const char *call, strided_tensor **parts, int n, int64_t extent, int64_t size)
{
    for (int i = 0; i < n; i++) {
        int64_t start = i * size < extent ? i * size : extent;
        int64_t len = extent - start < size ? extent - start : size;
        check_view(call, parts[i], start, 2, (int64_t[]){2, len}, (int64_t[]){extent, 1});
    }
}

static void every_split(void **state)
{
    (void)state;
    strided_tensor *parts[16], *const untouched = (strided_tensor *)parts;
    char call[80];
    for (int64_t extent = 0; extent <= 7; extent++) {
        STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){2, extent});
        for (int64_t size = 1; size <= 9; size++)
            for (int n = 0; n <= 9; n++) {
                for (int i = 0; i < 16; i++) parts[i] = untouched;
                snprintf(call, sizeof call, "split %" PRId64 " into %d of %" PRId64, extent, n, size);
                strided_status s = strided_split(parts, n, x, 1, size);
                int right = n == (extent + size - 1) / size;
                if (right && s) fail_msg("%s: %s", call, strided_error());
                if (!right) check_refusal(call, STRIDED_ERR_ARG, "split", s);
                for (int i = right ? n : 0; i < 16; i++) assert_true(parts[i] == untouched);
                if (right) check_parts(call, parts, n, extent, size);
            }
    }
}

static void every_chunk(void **state)
{
    (void)state;
    strided_tensor *parts[16];
    for (int64_t extent = 0; extent <= 7; extent++) {
        STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){2, extent});
        for (int n = 1; n <= 9; n++) {
            assert_int_equal(strided_chunk(parts, n, x, -1), STRIDED_OK);
            check_parts("chunk", parts, n, extent, (extent + n - 1) / n);
        }
    }
}

static void refusals(void **state)
{
    (void)state;
    strided_tensor *parts[4] = {NULL};
    STRIDED_AUTO strided_tensor *x = positions(4), *empty = positions(0);
    refused_doing(STRIDED_ERR_ARG, "split", strided_split(parts, 4, x, 0, 0));
    refused_doing(STRIDED_ERR_ARG, "split", strided_split(parts, 4, x, 0, INT64_MIN));
    refused_doing(STRIDED_ERR_ARG, "split", strided_split(parts, 4, x, 1, 1));
    refused_doing(STRIDED_ERR_ARG, "split", strided_split(parts, -1, x, 0, 1));
    refused_doing(STRIDED_ERR_NULL, "split", strided_split(NULL, 4, x, 0, 1));
    refused_doing(STRIDED_ERR_ARG, "chunk", strided_chunk(parts, 0, x, 0));
    refused_doing(STRIDED_ERR_ARG, "chunk", strided_chunk(parts, INT32_MIN, x, 0));
    refused_doing(STRIDED_ERR_ARG, "chunk", strided_chunk(parts, 1, x, -2));
    refused_doing(STRIDED_ERR_NULL, "chunk", strided_chunk(NULL, 1, x, 0));
    assert_int_equal(strided_split(parts, 1, NULL, 0, 1), STRIDED_ERR_NULL);
    assert_int_equal(strided_chunk(parts, 1, NULL, 0), STRIDED_ERR_NULL);
    assert_int_equal(strided_split(NULL, 0, empty, 0, INT64_MAX), STRIDED_OK);
    assert_null(parts[0]);
}

/* Parts of a geometry that fills 64 bits. */
static void extremes(void **state)
{
    (void)state;
    strided_tensor *parts[3];
    STRIDED_AUTO strided_tensor *huge = strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(INT64_MAX), NULL);
    assert_int_equal(strided_split(parts, 1, huge, 0, INT64_MAX), STRIDED_OK);
    assert_int_equal(strided_count(parts[0]), INT64_MAX);
    strided_release(parts[0]);
    assert_int_equal(strided_chunk(parts, 3, huge, 0), STRIDED_OK);
    int64_t third = INT64_MAX / 3 + (INT64_MAX % 3 > 0);
    assert_int_equal(strided_offset(parts[2]), 2 * third);
    assert_int_equal(strided_count(parts[2]), INT64_MAX - 2 * third);
    for (int i = 0; i < 3; i++) strided_release(parts[i]);
}

static strided_status attempt(void *job)
{
    strided_tensor *parts[4];
    parts[3] = job; /* not theirs */
    strided_status s = strided_split(parts, 3, job, 0, 2);
    assert_true(parts[3] == job);
    for (int i = 0; i < 3; i++) {
        if (s) assert_null(parts[i]);
        else strided_release(parts[i]);
        parts[i] = NULL;
    }
    return s;
}

static void out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(oom_sweep_views("split", attempt, STRIDED_DIMS(5)), 3);
}

STRIDED_TEST_GROUP("view/split", cmocka_unit_test(every_split), cmocka_unit_test(every_chunk),
                   cmocka_unit_test(refusals), cmocka_unit_test(extremes), cmocka_unit_test(out_of_memory))
