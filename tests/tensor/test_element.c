/*
 * test_element.c - get, set, item: every dtype, every index, every refusal.
 */
#include "support/number.h"
#include "support/refuse.h"
#include <math.h>

static const strided_dtype dtypes[] = {STRIDED_U8, STRIDED_I8, STRIDED_I16, STRIDED_I32, STRIDED_I64, STRIDED_F16, STRIDED_BF16,
                                       STRIDED_F32, STRIDED_F64, STRIDED_BOOL, STRIDED_U16, STRIDED_U32, STRIDED_U64};
enum { DTYPES = sizeof dtypes / sizeof *dtypes };

static void set_then_get(void **state)
{
    (void)state;
    for (int i = 0; i < DTYPES; i++) {
        STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, dtypes[i], STRIDED_DIMS(3, 4)), *t = strided_transpose(x, 0, 1);
        for (int64_t r = -3; r < 3; r++)
            for (int64_t c = -4; c < 4; c++) {
                double v = (double)((r + 3) * 8 + c + 4);
                assert_int_equal(strided_set(t, STRIDED_DIMS(c, r), v), STRIDED_OK);
                if (dtypes[i] == STRIDED_BOOL) v = v != 0;
                assert_true(strided_get(x, STRIDED_DIMS(r, c)) == v);
                assert_true(strided_get_int(x, STRIDED_DIMS(r, c)) == (int64_t)v);
                int64_t row = r < 0 ? r + 3 : r, column = c < 0 ? c + 4 : c;
                const char *memory = strided_const_data(x);
                assert_true(number_read(dtypes[i], memory + (row * 4 + column) * (int64_t)number_size(dtypes[i])) == v);
            }
    }
}

static void extremes_of_integers(void **state)
{
    (void)state;
    static const struct { double v; int64_t i; } cases[] = {
        {0, 0}, {-0.9, 0}, {0.9, 0}, {1e300, INT64_MAX}, {-1e300, INT64_MIN}, {0x1p63, INT64_MAX}, {-0x1p63, INT64_MIN},
        {INFINITY, INT64_MAX}, {-INFINITY, INT64_MIN}, {NAN, 0}, {-2.99, -2}, {4503599627370497.0, 4503599627370497}};
    STRIDED_AUTO strided_tensor *f = strided_zeros(NULL, STRIDED_F64, STRIDED_NO_DIMS), *i = strided_zeros(NULL, STRIDED_I64, STRIDED_NO_DIMS);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_int_equal(strided_set(f, STRIDED_NO_DIMS, cases[k].v), STRIDED_OK);
        assert_int_equal(strided_set(i, STRIDED_NO_DIMS, cases[k].v), STRIDED_OK);
        assert_true(strided_item_int(f) == cases[k].i);
        assert_true(strided_item_int(i) == cases[k].i);
        assert_true(strided_get_int(i, STRIDED_NO_DIMS) == cases[k].i);
    }
}

static void items(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_F32, 0, 6, 1), *one = strided_narrow(x, 0, 4, 1);
    assert_true(strided_item(one) == 4);
    assert_int_equal(strided_item_int(one), 4);
    assert_true(isnan(strided_item(x)));
    check_refusal("item", STRIDED_ERR_SHAPE, "item", strided_error_status());
    assert_int_equal(strided_item_int(x), 0);
    check_refusal("item_int", STRIDED_ERR_SHAPE, "item_int", strided_error_status());
    STRIDED_AUTO strided_tensor *none = strided_narrow(x, 0, 4, 0);
    assert_true(isnan(strided_item(none)));
    STRIDED_AUTO strided_tensor *geometry = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1), NULL);
    assert_true(isnan(strided_item(geometry)));
    check_refusal("item", STRIDED_ERR_NULL, "item", strided_error_status());
    assert_true(isnan(strided_item(NULL)));
    assert_int_equal(strided_item_int(NULL), 0);
}

static void check_both(const strided_tensor *x, int n, const int64_t *index, strided_status want)
{
    assert_true(isnan(strided_get(x, n, index)));
    check_refusal("get", want, "get", strided_error_status());
    assert_int_equal(strided_get_int(x, n, index), 0);
    check_refusal("get_int", want, "get_int", strided_error_status());
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3, 4));
    static const int64_t bad[][2] = {{3, 0}, {0, 4}, {-4, 0}, {0, -5}, {INT64_MIN, 0}, {0, INT64_MAX}};
    for (int i = 0; i < 6; i++) {
        check_both(x, 2, bad[i], STRIDED_ERR_ARG);
        refused_doing(STRIDED_ERR_ARG, "set", strided_set(x, 2, bad[i], 1));
    }
    check_both(x, 1, bad[0], STRIDED_ERR_ARG);
    check_both(x, 3, bad[0], STRIDED_ERR_ARG);
    check_both(x, -1, bad[0], STRIDED_ERR_ARG);
    check_both(x, 2, NULL, STRIDED_ERR_NULL);
    refused_doing(STRIDED_ERR_NULL, "set", strided_set(x, 2, NULL, 1));
    refused_doing(STRIDED_ERR_ARG, "set", strided_set(x, 0, NULL, 1));
    assert_int_equal(strided_set(NULL, 0, NULL, 1), STRIDED_ERR_NULL);
    assert_true(isnan(strided_get(NULL, 0, NULL)));
    assert_int_equal(strided_get_int(NULL, 0, NULL), 0);
}

/* Strides of an empty view may be anything; no address is formed with them. */
static void empty_views_have_no_elements(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4));
    STRIDED_AUTO strided_tensor *e = strided_as_strided(x, STRIDED_DIMS(9, 0), STRIDED_LIST(INT64_MAX, INT64_MIN), 4);
    check_both(e, 2, STRIDED_LIST(8, 0), STRIDED_ERR_ARG);
    STRIDED_AUTO strided_tensor *one = strided_as_strided(x, STRIDED_DIMS(1), STRIDED_LIST(INT64_MIN), 3);
    assert_true(strided_get(one, STRIDED_DIMS(0)) == 0);
    assert_true(strided_get(one, STRIDED_DIMS(-1)) == 0);
}

STRIDED_TEST_GROUP("tensor/element", cmocka_unit_test(set_then_get), cmocka_unit_test(extremes_of_integers),
                   cmocka_unit_test(items), cmocka_unit_test(refusals), cmocka_unit_test(empty_views_have_no_elements))
