/*
 * test_error.c - the last failure of a thread; statuses by name; the version; the tail of options.
 */
#include "src/base/error.h"
#include "src/base/options.h"
#include "support/cmocka_compat.h"
#include <strided.h>
#include <pthread.h>
#include <string.h>

/* Runs first: no call of this program has failed yet. */
static void before_any_failure(void **state)
{
    (void)state;
    assert_int_equal(strided_error_status(), STRIDED_OK);
    assert_string_equal(strided_error(), "");
}

static void a_handle_that_is_null(void **state)
{
    (void)state;
    assert_int_equal(strided__fail_null("f", "x"), STRIDED_ERR_NULL);
    assert_string_equal(strided_error(), "f: x is NULL");
    assert_int_equal(strided_error_status(), STRIDED_ERR_NULL);
    assert_int_equal(strided__fail(STRIDED_ERR_SHAPE, "g: %d and %s", 3, "four"), STRIDED_ERR_SHAPE);
    assert_int_equal(strided__fail_null("f", "y"), STRIDED_ERR_NULL);
    assert_string_equal(strided_error(), "g: 3 and four");
    assert_int_equal(strided_error_status(), STRIDED_ERR_SHAPE);
}

/* A chain that breaks keeps its first line until somebody asks for it; what is NULL after that is a failure of its own. */
static void a_chain_is_told_once(void **state)
{
    (void)state;
    for (int by_status = 0; by_status < 2; by_status++) {
        strided__fail(STRIDED_ERR_BOUNDS, "first: failed");
        assert_int_equal(strided__failed(), STRIDED_ERR_BOUNDS);
        assert_null(strided_flip(strided_select(NULL, 0, 0), STRIDED_NO_DIMS));
        if (by_status) assert_int_equal(strided_error_status(), STRIDED_ERR_BOUNDS);
        else assert_string_equal(strided_error(), "first: failed");
        assert_null(strided_flip(strided_select(NULL, 0, 0), STRIDED_NO_DIMS));
        assert_string_equal(strided_error(), "select: x is NULL");
        assert_int_equal(strided_error_status(), STRIDED_ERR_NULL);
    }
}

/* Success in between changes nothing. */
static void a_chain_with_a_good_link(void **state)
{
    (void)state;
    float data[6] = {0};
    strided_tensor *x = strided_wrap(NULL, data, STRIDED_F32, STRIDED_DIMS(2, 3), NULL);
    strided_tensor *row = strided_select(x, 0, 2), *column = strided_select(x, 1, 2);
    assert_null(row);
    assert_non_null(column);
    assert_int_equal(strided_copy(column, row), STRIDED_ERR_NULL);
    assert_string_equal(strided_error(), "select: index 2 on axis 0 of extent 2");
    assert_int_equal(strided_copy(column, row), STRIDED_ERR_NULL);
    assert_string_equal(strided_error(), "copy: src is NULL");
    strided_release(column);
    strided_release(x);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 0;
    strided__fail(STRIDED_ERR_ARG, "h: %s", text);
    assert_true(strlen(strided_error()) >= 256);
    assert_true(strlen(strided_error()) < sizeof text);
}

static void a_line_is_one_line(void **state)
{
    (void)state;
    strided__fail(STRIDED_ERR_ARG, "h: %s", "one\ntwo\r\tthree \x1b[1m \x7f \xc3\xa9");
    assert_string_equal(strided_error(), "h: one?two??three ?[1m ? \xc3\xa9");
    assert_null(strided_load_npy(NULL, "no such\nfile"));
    assert_null(strchr(strided_error(), '\n'));
}

static void *elsewhere(void *seen)
{
    *(int *)seen = strided_error_status() == STRIDED_OK && strided_error()[0] == 0;
    strided__fail(STRIDED_ERR_IO, "elsewhere: failed");
    return NULL;
}

static void each_thread_has_its_own(void **state)
{
    (void)state;
    pthread_t t;
    int clean = 0;
    strided__fail(STRIDED_ERR_ARG, "here: failed");
    assert_int_equal(pthread_create(&t, NULL, elsewhere, &clean), 0);
    pthread_join(t, NULL);
    assert_true(clean);
    assert_string_equal(strided_error(), "here: failed");
    assert_int_equal(strided_error_status(), STRIDED_ERR_ARG);
}

static void names_and_meanings(void **state)
{
    (void)state;
    assert_string_equal(strided_status_name(STRIDED_OK), "OK");
    assert_string_equal(strided_status_name(STRIDED_ERR_NEEDS_COPY), "ERR_NEEDS_COPY");
    assert_string_equal(strided_status_meaning(STRIDED_OK), "success");
    for (int s = 0; s < 14; s++) {
        assert_true(strlen(strided_status_name((strided_status)s)) > 1);
        assert_true(strlen(strided_status_meaning((strided_status)s)) > 1);
    }
    static const int unknown[] = {14, -1, 0x7fffffff};
    for (int i = 0; i < 3; i++) {
        assert_string_equal(strided_status_name((strided_status)unknown[i]), "?");
        assert_string_equal(strided_status_meaning((strided_status)unknown[i]), "?");
    }
}

static void version(void **state)
{
    (void)state;
    assert_int_equal(strided_version(), STRIDED_VERSION);
}

static void reserved(void **state)
{
    (void)state;
    uint64_t tail[8] = {0};
    assert_int_equal(strided__check_reserved("f", tail), STRIDED_OK);
    for (int i = 0; i < 8; i++) {
        tail[i] = (uint64_t)1 << (8 * i);
        assert_int_equal(strided__check_reserved("f", tail), STRIDED_ERR_UNSUPPORTED);
        assert_true(strncmp(strided_error(), "f: reserved[", 12) == 0);
        tail[i] = 0;
    }
}

STRIDED_TEST_GROUP("base/error", cmocka_unit_test(before_any_failure), cmocka_unit_test(a_handle_that_is_null),
                   cmocka_unit_test(a_chain_is_told_once), cmocka_unit_test(a_chain_with_a_good_link),
                   cmocka_unit_test(long_lines_are_cut), cmocka_unit_test(a_line_is_one_line),
                   cmocka_unit_test(each_thread_has_its_own), cmocka_unit_test(names_and_meanings),
                   cmocka_unit_test(version), cmocka_unit_test(reserved))
