/*
 * may_fail.h - for tests that ask for more memory than there is: sanitizers would rather end the program than let an
 * allocation return NULL. Include it in the test's own file.
 */
#ifndef STRIDED_TESTS_MAY_FAIL_H
#define STRIDED_TESTS_MAY_FAIL_H

#define MAY_FAIL __attribute__((visibility("default")))

MAY_FAIL const char *__asan_default_options(void);
MAY_FAIL const char *__tsan_default_options(void);
const char *__asan_default_options(void) { return "allocator_may_return_null=1"; }
const char *__tsan_default_options(void) { return "allocator_may_return_null=1"; }

#undef MAY_FAIL

#endif
