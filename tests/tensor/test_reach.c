/*
 * test_reach.c - counts, row-major strides, reach, contiguity.
 */
#include "src/tensor/tensor.h"
#include "support/refuse.h"
#include "support/reference.h"
#include "support/wide.h"

static const int64_t extreme[] = {INT64_MIN, INT64_MIN + 1, -4294967296, -1, 0, 1, 2, 3037000499, 3037000500,
                                  4294967296, INT64_MAX - 1, INT64_MAX};
enum { EXTREMES = sizeof extreme / sizeof *extreme };

static void counts(void **state)
{
    (void)state;
    skip_unless_wide();
    for (int i = 0; i < EXTREMES; i++)
        for (int j = 0; j < EXTREMES; j++)
            for (int k = 0; k < EXTREMES; k++) {
                const int64_t s[] = {extreme[i], extreme[j], extreme[k]};
                int64_t count = -7, empty = !s[0] || !s[1] || !s[2], negative = s[0] < 0 || s[1] < 0 || s[2] < 0;
                wide two = negative ? 0 : (wide)s[0] * s[1], most = INT64_MAX;
                int large = !empty && (two > most || two * s[2] > most);
                strided_status got = strided__shape_count("counts", 3, s, &count);
                strided_status want = negative ? STRIDED_ERR_ARG : large ? STRIDED_ERR_OVERFLOW : STRIDED_OK;
                if (want != got) fail_msg("%" PRId64 " %" PRId64 " %" PRId64 ": %s", s[0], s[1], s[2], strided_status_name(got));
                assert_int_equal(count, got ? -7 : empty ? 0 : (int64_t)(two * s[2]));
            }
}

static void ranks(void **state)
{
    (void)state;
    int64_t count, ones[17] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    assert_int_equal(strided__shape_count("f", 0, NULL, &count), STRIDED_OK);
    assert_int_equal(count, 1);
    assert_int_equal(strided__shape_count("f", 16, ones, &count), STRIDED_OK);
    refused_doing(STRIDED_ERR_ARG, "f", strided__shape_count("f", 17, ones, &count));
    refused_doing(STRIDED_ERR_ARG, "f", strided__shape_count("f", -1, ones, &count));
    refused_doing(STRIDED_ERR_NULL, "f", strided__shape_count("f", 1, NULL, &count));
}

static void row_major(void **state)
{
    (void)state;
    int64_t strides[3];
    strided__row_major(3, STRIDED_LIST(2, 3, 4), strides);
    assert_memory_equal(strides, STRIDED_LIST(12, 4, 1), sizeof strides);
    strided__row_major(3, STRIDED_LIST(2, 0, 4), strides);
    assert_memory_equal(strides, STRIDED_LIST(4, 4, 1), sizeof strides);
    strided__row_major(3, STRIDED_LIST(0, INT64_MAX, INT64_MAX), strides);
    assert_memory_equal(strides, STRIDED_LIST(0, INT64_MAX, 1), sizeof strides);
}

static void reach(void **state)
{
    (void)state;
    skip_unless_wide();
    int64_t lo, hi;
    const wide most = INT64_MAX, least = INT64_MIN;
    for (int i = 0; i < EXTREMES; i++)
        for (int j = 0; j < EXTREMES; j++)
            for (int k = 0; k < EXTREMES; k++)
                for (int l = 0; l < EXTREMES; l++) {
                    const int64_t shape[] = {extreme[i], extreme[j]}, strides[] = {extreme[k], extreme[l]};
                    if (shape[0] < 1 || shape[1] < 1) continue;
                    wide want_lo = 0, want_hi = 0;
                    for (int a = 0; a < 2; a++) {
                        wide span = (wide)(shape[a] - 1) * strides[a];
                        *(span < 0 ? &want_lo : &want_hi) += span;
                    }
                    int fits = strided__reach(2, shape, strides, &lo, &hi);
                    assert_int_equal(fits, want_lo >= least && want_hi <= most);
                    if (fits) assert_true(lo == (int64_t)want_lo && hi == (int64_t)want_hi);
                }
}

/* Contiguous: each element comes right behind the one before it. */
static int by_walking(const strided_tensor *x)
{
    int64_t index[STRIDED_MAX_NDIM] = {0}, next = strided_offset(x);
    if (strided_count(x) == 0) return 1;
    do {
        int64_t at = strided_offset(x);
        for (int a = 0; a < strided_ndim(x); a++) at += index[a] * (strided_dim(x, a) == 1 ? 0 : strided_stride(x, a));
        if (at != next++) return 0;
    } while (shape_next(strided_ndim(x), strided_shape(x), index));
    return 1;
}

static void contiguous(void **state)
{
    (void)state;
    strided_tensor *all = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(64));
    int64_t n[3], s[3];
    for (n[0] = 0; n[0] <= 2; n[0]++)
        for (n[1] = 0; n[1] <= 3; n[1]++)
            for (n[2] = 0; n[2] <= 2; n[2]++)
                for (s[0] = -2; s[0] <= 6; s[0]++)
                    for (s[1] = -2; s[1] <= 6; s[1]++)
                        for (s[2] = -2; s[2] <= 2; s[2]++) {
                            STRIDED_AUTO strided_tensor *x = strided_as_strided(all, 3, n, s, 20);
                            assert_non_null(x);
                            if (strided_is_contiguous(x) != by_walking(x))
                                fail_msg("shape %" PRId64 " %" PRId64 " %" PRId64 " strides %" PRId64 " %" PRId64
                                         " %" PRId64, n[0], n[1], n[2], s[0], s[1], s[2]);
                        }
    strided_release(all);
    assert_false(strided_is_contiguous(NULL));
}

STRIDED_TEST_GROUP("tensor/reach", cmocka_unit_test(counts), cmocka_unit_test(ranks), cmocka_unit_test(row_major),
                   cmocka_unit_test(reach), cmocka_unit_test(contiguous))
