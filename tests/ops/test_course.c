/*
 * test_course.c - the chapter's calls: the same bits as the general operators, results row-major, lists of any legal length.
 */
#include "support/cmocka_compat.h"
#include "support/random.h"
#include <math.h>
#include <strided.h>

static strided_tensor *random_tensor(int ndim, const int64_t *shape)
{
    struct rng r = rng_seed(31);
    strided_tensor *t = strided_empty(NULL, STRIDED_F32, ndim, shape);
    for (int64_t i = 0; i < strided_count(t); i++) ((float *)strided_data(t))[i] = (float)rng_real(&r, -1, 1);
    return t;
}

static void assert_same(strided_tensor *got, const strided_tensor *want)
{
    assert_non_null(got);
    assert_true(strided_is_contiguous(got));
    assert_int_equal(strided_ndim(got), strided_ndim(want));
    assert_memory_equal(strided_shape(got), strided_shape(want), (size_t)strided_ndim(want) * sizeof(int64_t));
    assert_memory_equal(strided_const_data(got), strided_const_data(want), (size_t)strided_count(want) * sizeof(float));
    strided_release(got);
}

static void assert_refused(strided_tensor *got, strided_status want)
{
    assert_null(got);
    assert_int_equal(strided_error_status(), want);
}

static void conv(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_tensor(STRIDED_DIMS(2, 3, 7, 6));
    STRIDED_AUTO strided_tensor *w = random_tensor(STRIDED_DIMS(4, 3, 3, 2));
    strided_conv_params p = { .stride = { 2, 2 }, .pad = { { 1, 1 }, { 0, 0 } } };
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, &p);
    assert_int_equal(strided_conv(y, x, w, NULL, &p), STRIDED_OK);
    assert_same(strided_conv2d(x, w, STRIDED_DIMS(2), STRIDED_DIMS(1, 0)), y);
    assert_same(strided_conv2d(x, w, STRIDED_DIMS(2, 2), STRIDED_DIMS(1, 0)), y);
    assert_refused(strided_conv2d(x, w, STRIDED_DIMS(1, 1, 1), STRIDED_NO_DIMS), STRIDED_ERR_ARG);
    assert_string_equal(strided_error(), "conv2d: stride has 3 numbers for 2 axes; wanted 1 or 2");
    assert_refused(strided_conv2d(x, w, STRIDED_DIMS(0), STRIDED_NO_DIMS), STRIDED_ERR_ARG);
    assert_refused(strided_conv2d(x, w, STRIDED_NO_DIMS, STRIDED_DIMS(-1)), STRIDED_ERR_ARG);
    assert_refused(strided_conv1d(x, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS), STRIDED_ERR_SHAPE);
    assert_null(strided_conv1d(NULL, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS));
}

static void other_ranks(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x1 = random_tensor(STRIDED_DIMS(2, 3, 7)), *w1 = random_tensor(STRIDED_DIMS(4, 3, 3));
    STRIDED_AUTO strided_tensor *y1 = strided_conv_empty(x1, w1, NULL);
    assert_int_equal(strided_conv(y1, x1, w1, NULL, NULL), STRIDED_OK);
    assert_same(strided_conv1d(x1, w1, STRIDED_NO_DIMS, STRIDED_NO_DIMS), y1);
    STRIDED_AUTO strided_tensor *x3 = random_tensor(STRIDED_DIMS(1, 2, 3, 4, 5)), *w3 = random_tensor(STRIDED_DIMS(2, 2, 2, 2, 2));
    STRIDED_AUTO strided_tensor *y3 = strided_conv_empty(x3, w3, NULL);
    assert_int_equal(strided_conv(y3, x3, w3, NULL, NULL), STRIDED_OK);
    assert_same(strided_conv3d(x3, w3, STRIDED_NO_DIMS, STRIDED_NO_DIMS), y3);
}

static void pool(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = random_tensor(STRIDED_DIMS(2, 3, 7, 6));
    STRIDED_AUTO strided_tensor *x1 = random_tensor(STRIDED_DIMS(2, 3, 9));
    strided_pool_params p = { .size = { 3, 3 }, .pad = { { 1, 1 }, { 1, 1 } }, .count_include_pad = 1 };
    STRIDED_AUTO strided_tensor *y = strided_pool_empty(x, &p);
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_OK);
    assert_same(strided_maxpool2d(x, STRIDED_DIMS(3), STRIDED_NO_DIMS, STRIDED_DIMS(1)), y);
    p.kind = STRIDED_POOL_AVG;
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_OK);
    assert_same(strided_avgpool2d(x, STRIDED_DIMS(3), STRIDED_NO_DIMS, STRIDED_DIMS(1)), y);
    p = (strided_pool_params){ .size = { 2 }, .stride = { 1 } };
    STRIDED_AUTO strided_tensor *y1 = strided_pool_empty(x1, &p);
    assert_int_equal(strided_pool(y1, NULL, x1, &p), STRIDED_OK);
    assert_same(strided_maxpool1d(x1, STRIDED_DIMS(2), STRIDED_DIMS(1), STRIDED_NO_DIMS), y1);
    assert_refused(strided_maxpool2d(x, STRIDED_NO_DIMS, STRIDED_NO_DIMS, STRIDED_NO_DIMS), STRIDED_ERR_ARG);
    assert_refused(strided_maxpool2d(x, STRIDED_DIMS(2, 2, 2), STRIDED_NO_DIMS, STRIDED_NO_DIMS), STRIDED_ERR_ARG);
}

static void pad(void **state)
{
    (void)state;
    float want1[] = { 9, 1, 2, 9, 9, 9, 3, 4, 9, 9 };
    float want2[] = { 0, 1, 2, 0, 3, 4, 0, 0, 0 };
    float v[] = { 1, 2, 3, 4 };
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, STRIDED_DIMS(2, 2), NULL);
    STRIDED_AUTO strided_tensor *y1 = strided_wrap(NULL, want1, STRIDED_F32, STRIDED_DIMS(2, 5), NULL);
    STRIDED_AUTO strided_tensor *y2 = strided_wrap(NULL, want2, STRIDED_F32, STRIDED_DIMS(3, 3), NULL);
    assert_same(strided_pad1d(x, 1, 2, 9), y1);
    assert_same(strided_pad2d(x, 1, 0, 0, 1, 0), y2);
    STRIDED_AUTO strided_tensor *line = strided_narrow(x, 0, 0, 1);
    STRIDED_AUTO strided_tensor *one = strided_select(line, 0, 0);
    assert_refused(strided_pad2d(one, 1, 1, 1, 1, 0), STRIDED_ERR_SHAPE);
    assert_null(strided_pad1d(NULL, 1, 1, 0));
    assert_refused(strided_pad1d(x, -3, 0, 0), STRIDED_ERR_SHAPE);
    assert_string_equal(strided_error(), "pad1d: axis 1 of 2 cannot be cropped by -3 and 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conv), cmocka_unit_test(other_ranks), cmocka_unit_test(pool), cmocka_unit_test(pad),
    };
    return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}
