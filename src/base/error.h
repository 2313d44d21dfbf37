/*
 * error.h - the last failure of this thread: a status and one line.
 *
 * Every check ends in `return strided__fail(STRIDED_ERR_SHAPE, "conv: x has %" PRId64 " channels ...", c)`.
 * The line starts with the public function's name (without strided_) and carries the numbers.
 */
#ifndef STRIDED_SRC_ERROR_H
#define STRIDED_SRC_ERROR_H

#include <inttypes.h>
#include <strided/base.h>

/* Records status and line, returns status. */
strided_status strided__fail(strided_status s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A handle that is NULL: ERR_NULL. It may come from a call that failed, so the message of a failure that nobody has
 * asked for yet stays in place; else the line is "who: what is NULL". */
strided_status strided__fail_null(const char *who, const char *what);

/* strided_error_status() for the library itself: the caller has still not asked. */
strided_status strided__failed(void);

#endif
