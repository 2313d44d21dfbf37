/*
 * cmocka_compat.h - cmocka with the headers it wants, and the one main() of every test program.
 *
 * A test program ends with
 *
 *     STRIDED_TEST_GROUP("view/window", cmocka_unit_test(positions), cmocka_unit_test(refusals))
 *
 * and takes a pattern of test names (* and ?) as its argument, and one case of a trial as a second (again.h). What the helpers of tests/support keep between
 * tests (guarded pages, shared contexts, arrays) is given back when the group ends.
 */
#ifndef STRIDED_TESTS_CMOCKA_COMPAT_H
#define STRIDED_TESTS_CMOCKA_COMPAT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Gives back what tests/support holds; a group teardown. */
int strided_test_end(void **state);

/* argv[1], if there, becomes the filter of test names, and argv[2] the one case of a trial (again.h). */
void strided_test_filter(int argc, char **argv);

#define STRIDED_TEST_GROUP(group, ...)                                               \
    int main(int argc, char **argv)                                                  \
    {                                                                                \
        const struct CMUnitTest tests[] = { __VA_ARGS__ };                           \
        strided_test_filter(argc, argv);                                             \
        return cmocka_run_group_tests_name(group, tests, NULL, strided_test_end);    \
    }

#endif
