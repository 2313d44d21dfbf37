/*
 * test_tensor.c - handles: counting and getters, NULL and axes out of range included.
 */
#include "src/tensor/tensor.h"
#include "support/refuse.h"
#include <pthread.h>

static void getters(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_I16, STRIDED_DIMS(2, 3, 4));
    STRIDED_AUTO strided_tensor *v = strided_slice(x, 1, STRIDED_NONE, STRIDED_NONE, -1);
    assert_int_equal(strided_dtype_of(v), STRIDED_I16);
    assert_int_equal(strided_ndim(v), 3);
    assert_memory_equal(strided_shape(v), STRIDED_LIST(2, 3, 4), 3 * sizeof(int64_t));
    assert_memory_equal(strided_strides(v), STRIDED_LIST(12, -4, 1), 3 * sizeof(int64_t));
    assert_int_equal(strided_count(v), 24);
    assert_int_equal(strided_offset(v), 8);
    assert_int_equal(strided_storage_count(v), 24);
    assert_true(strided_data(v) == (int16_t *)strided_data(x) + 8);
    assert_true(strided_const_data(v) == strided_data(v));
    assert_null(strided_context_of(v));
    for (int a = 0; a < 3; a++) {
        assert_int_equal(strided_dim(v, a), strided_shape(v)[a]);
        assert_int_equal(strided_dim(v, a - 3), strided_shape(v)[a]);
        assert_int_equal(strided_stride(v, a), strided_strides(v)[a]);
        assert_int_equal(strided_stride(v, a - 3), strided_strides(v)[a]);
    }
    static const int out[] = {3, -4, INT32_MAX, INT32_MIN};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(strided_dim(v, out[i]), -1);
        assert_int_equal(strided_stride(v, out[i]), 0);
    }
}

static void null_handles(void **state)
{
    (void)state;
    assert_int_equal(strided_dtype_of(NULL), 0);
    assert_int_equal(strided_ndim(NULL), 0);
    assert_null(strided_shape(NULL));
    assert_null(strided_strides(NULL));
    assert_int_equal(strided_dim(NULL, 0), 0);
    assert_int_equal(strided_stride(NULL, 0), 0);
    assert_int_equal(strided_count(NULL), 0);
    assert_int_equal(strided_offset(NULL), 0);
    assert_int_equal(strided_storage_count(NULL), 0);
    assert_null(strided_data(NULL));
    assert_null(strided_const_data(NULL));
    assert_null(strided_context_of(NULL));
    assert_int_equal(strided_is_read_only(NULL), 0);
    assert_null(strided_retain(NULL));
    strided_release(NULL);
}

static void count_drop(void *user) { ++*(int *)user; }

static void counting(void **state)
{
    (void)state;
    static float memory[2];
    int drops = 0;
    strided_tensor *x = strided_adopt(NULL, memory, STRIDED_F32, STRIDED_DIMS(2), NULL, count_drop, &drops);
    assert_true(strided_retain(x) == x);
    strided_release(x);
    assert_int_equal(drops, 0);
    strided_release(x);
    assert_int_equal(drops, 1);
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *retain_and_release(void *x)
{
    for (int i = 0; i < ROUNDS; i++) {
        strided_tensor *view = strided_flip(x, STRIDED_NO_DIMS);
        strided_release(strided_retain(x));
        strided_release(view);
    }
    return NULL;
}

static void counting_on_many_threads(void **state)
{
    (void)state;
    static float memory[2];
    int drops = 0;
    pthread_t threads[THREADS];
    strided_tensor *x = strided_adopt(NULL, memory, STRIDED_F32, STRIDED_DIMS(2), NULL, count_drop, &drops);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, retain_and_release, x), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(drops, 0);
    strided_release(x);
    assert_int_equal(drops, 1);
}

static void axes(void **state)
{
    (void)state;
    assert_int_equal(strided__axis("f", 2, 3), 2);
    assert_int_equal(strided__axis("f", -3, 3), 0);
    static const int64_t out[] = {3, -4, INT64_MAX, INT64_MIN, (int64_t)1 << 32};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(strided__axis("f", out[i], 3), -1);
        assert_int_equal(strided_error_status(), STRIDED_ERR_ARG);
    }
    assert_int_equal(strided__axis("f", 0, 0), -1);
}

static void same_views(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 1, 6));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 1, 6));
    STRIDED_AUTO strided_tensor *z = strided_zeros(NULL, STRIDED_I32, STRIDED_DIMS(4, 1, 6));
    STRIDED_AUTO strided_tensor *again = strided_as_strided(x, STRIDED_DIMS(4, 1, 6), STRIDED_LIST(6, 99, 1), 0);
    STRIDED_AUTO strided_tensor *less = strided_narrow(x, 2, 0, 5), *later = strided_narrow(x, 2, 1, 5), *flat = strided_flatten(x, 0, -1);
    STRIDED_AUTO strided_tensor *part = strided_narrow(x, 2, 0, 4), *turned = strided_as_strided(x, STRIDED_DIMS(4, 1, 4), STRIDED_LIST(1, 1, 4), 0);
    STRIDED_AUTO strided_tensor *wrapped = strided_wrap(NULL, strided_data(x), STRIDED_F32, STRIDED_DIMS(4, 1, 6), NULL);
    STRIDED_AUTO strided_tensor *wrapped_later = strided_wrap(NULL, strided_data(later), STRIDED_F32, STRIDED_DIMS(4, 1, 5), STRIDED_LIST(6, 9, 1));
    assert_true(strided__same_view(x, x));
    assert_true(strided__same_view(x, again));
    assert_true(strided__same_view(x, wrapped));
    assert_true(strided__same_view(later, wrapped_later));
    assert_false(strided__same_view(x, wrapped_later));
    assert_false(strided__same_view(x, y));
    assert_false(strided__same_view(x, z));
    assert_false(strided__same_view(x, less));
    assert_false(strided__same_view(less, later));
    assert_false(strided__same_view(x, flat));
    assert_false(strided__same_view(part, turned));
}

STRIDED_TEST_GROUP("tensor/tensor", cmocka_unit_test(getters), cmocka_unit_test(null_handles), cmocka_unit_test(counting),
                   cmocka_unit_test(counting_on_many_threads), cmocka_unit_test(axes), cmocka_unit_test(same_views))
