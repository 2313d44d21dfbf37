/*
 * test_turn.c - operands whose memory runs across the rows that kernels walk: long enough for whole squares and for what
 * is left of them, in every dtype, forwards and backwards.
 */
#include "support/cmocka_compat.h"
#include <strided.h>

enum { ROWS = 37, COLS = 53 };

static const strided_dtype dtypes[] = { STRIDED_U8, STRIDED_I8, STRIDED_I16, STRIDED_I32, STRIDED_I64, STRIDED_F16, STRIDED_BF16,
                                        STRIDED_F32, STRIDED_F64, STRIDED_U16, STRIDED_U32, STRIDED_U64 };
enum { DTYPES = sizeof dtypes / sizeof *dtypes };

static int64_t value(int64_t i, int64_t j) { return (i * 7 + j * 3) % 61; }

/* (ROWS, COLS) with value(i, j), rows or columns backwards if asked. */
static strided_tensor *matrix(strided_dtype t, int flipped)
{
    STRIDED_AUTO strided_tensor *x = strided_empty(NULL, t, STRIDED_DIMS(ROWS, COLS));
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t j = 0; j < COLS; j++) assert_int_equal(strided_set(x, STRIDED_DIMS(i, j), (double)value(i, j)), 0);
    return flipped ? strided_flip(x, STRIDED_DIMS(flipped - 1)) : strided_retain(x);
}

static int64_t seen(int flipped, int64_t i, int64_t j)
{
    return value(flipped == 1 ? ROWS - 1 - i : i, flipped == 2 ? COLS - 1 - j : j);
}

static void copies(void **state)
{
    (void)state;
    for (int a = 0; a < DTYPES; a++)
        for (int b = 0; b < DTYPES; b++)
            for (int flipped = 0; flipped < 3; flipped++) {
                STRIDED_AUTO strided_tensor *x = matrix(dtypes[a], flipped);
                STRIDED_AUTO strided_tensor *turned = strided_transpose(x, 0, 1);
                STRIDED_AUTO strided_tensor *y = strided_empty(NULL, dtypes[b], STRIDED_DIMS(COLS, ROWS));
                assert_int_equal(strided_copy(y, turned), 0);
                for (int64_t i = 0; i < ROWS; i++)
                    for (int64_t j = 0; j < COLS; j++)
                        if (strided_get_int(y, STRIDED_DIMS(j, i)) != seen(flipped, i, j))
                            fail_msg("%s to %s, flipped %d, at %d, %d", strided_dtype_name(dtypes[a]), strided_dtype_name(dtypes[b]), flipped,
                                     (int)i, (int)j);
            }
}

/* (n, few) to the other order of memory, first among rows that stay as they are. */
static void thin(strided_dtype t, int64_t n, int64_t few, int interleaved)
{
    STRIDED_AUTO strided_tensor *x = strided_empty(NULL, t, STRIDED_DIMS(interleaved ? few : n, interleaved ? n : few));
    STRIDED_AUTO strided_tensor *from = interleaved ? strided_transpose(x, 0, 1) : strided_retain(x);
    STRIDED_AUTO strided_tensor *all = strided_full(NULL, t, STRIDED_DIMS(interleaved ? n + 2 : few + 2, interleaved ? few : n), 99);
    STRIDED_AUTO strided_tensor *inner = strided_narrow(all, 0, 1, interleaved ? n : few);
    STRIDED_AUTO strided_tensor *to = interleaved ? strided_retain(inner) : strided_transpose(inner, 0, 1);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < few; j++) assert_int_equal(strided_set(from, STRIDED_DIMS(i, j), (double)value(i, j)), 0);
    assert_int_equal(strided_copy(to, from), 0);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < few; j++)
            if (strided_get_int(to, STRIDED_DIMS(i, j)) != value(i, j))
                fail_msg("%s, %d by %d, interleaved %d, at %d, %d", strided_dtype_name(t), (int)n, (int)few, interleaved, (int)i, (int)j);
    for (int64_t j = 0; j < strided_shape(all)[1]; j++) {
        assert_int_equal(strided_get_int(all, STRIDED_DIMS(0, j)), 99);
        assert_int_equal(strided_get_int(all, STRIDED_DIMS(strided_shape(all)[0] - 1, j)), 99);
    }
}

static void few_lines(void **state)
{
    (void)state;
    for (int a = 0; a < DTYPES; a++)
        for (int64_t n = 1; n < 40; n++)
            for (int64_t few = 1; few < 17; few += few < 5 ? 1 : 4)
                for (int interleaved = 0; interleaved < 2; interleaved++) thin(dtypes[a], n, few, interleaved);
}

static void sums_of_two(void **state)
{
    (void)state;
    for (int a = 0; a < DTYPES; a++) {
        STRIDED_AUTO strided_tensor *x = matrix(dtypes[a], 0);
        STRIDED_AUTO strided_tensor *turned = strided_transpose(x, 0, 1);
        STRIDED_AUTO strided_tensor *z = strided_full(NULL, dtypes[a], STRIDED_DIMS(COLS, ROWS), 5);
        STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_I64, STRIDED_DIMS(COLS, ROWS));
        assert_int_equal(strided_binary(y, STRIDED_ADD, turned, z), 0);
        for (int64_t i = 0; i < ROWS; i++)
            for (int64_t j = 0; j < COLS; j++) assert_int_equal(strided_get_int(y, STRIDED_DIMS(j, i)), value(i, j) + 5);
    }
}

static void reductions(void **state)
{
    (void)state;
    for (int a = 0; a < DTYPES; a++)
        for (int flipped = 0; flipped < 3; flipped++) {
            STRIDED_AUTO strided_tensor *x = matrix(dtypes[a], flipped);
            STRIDED_AUTO strided_tensor *sum = strided_empty(NULL, STRIDED_I64, STRIDED_DIMS(ROWS));
            STRIDED_AUTO strided_tensor *most = strided_empty(NULL, dtypes[a], STRIDED_DIMS(ROWS));
            assert_int_equal(strided_reduce(sum, STRIDED_REDUCE_SUM, x, STRIDED_DIMS(1)), 0);
            assert_int_equal(strided_reduce(most, STRIDED_REDUCE_MAX, x, STRIDED_DIMS(1)), 0);
            for (int64_t i = 0; i < ROWS; i++) {
                int64_t s = 0, m = 0;
                for (int64_t j = 0; j < COLS; j++) {
                    s += seen(flipped, i, j);
                    m = seen(flipped, i, j) > m ? seen(flipped, i, j) : m;
                }
                assert_int_equal(strided_get_int(sum, STRIDED_DIMS(i)), s);
                assert_int_equal(strided_get_int(most, STRIDED_DIMS(i)), m);
            }
        }
}

/* Both ways round a matrix, by the same chain: the same bits. */
static void products(void **state)
{
    (void)state;
    for (int a = 0; a < DTYPES; a++)
        for (int flipped = 0; flipped < 3; flipped++) {
            STRIDED_AUTO strided_tensor *m = matrix(dtypes[a], flipped);
            STRIDED_AUTO strided_tensor *v = strided_full(NULL, dtypes[a], STRIDED_DIMS(COLS), 2);
            STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_F64, STRIDED_DIMS(ROWS));
            assert_int_equal(strided_mv(y, m, v), 0);
            for (int64_t i = 0; i < ROWS; i++) {
                int64_t s = 0;
                for (int64_t j = 0; j < COLS; j++) s += 2 * seen(flipped, i, j);
                assert_int_equal(strided_get_int(y, STRIDED_DIMS(i)), s);
            }
        }
}

STRIDED_TEST_GROUP("kernels/turn", cmocka_unit_test(copies), cmocka_unit_test(few_lines), cmocka_unit_test(sums_of_two),
                   cmocka_unit_test(reductions), cmocka_unit_test(products))
