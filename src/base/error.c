/*
 * error.c - the last failure of each thread. A fixed buffer: reporting a failure never allocates.
 */
#include "error.h"
#include <stdarg.h>
#include <stdio.h>

enum { LINE_SIZE = 512 };

/* Small enough for the room that the C library keeps for libraries loaded later, so that no call is needed to find it
 * (and the shared library needs nothing of the dynamic linker). */
static _Thread_local strided_status last_status __attribute__((tls_model("initial-exec"))) = STRIDED_OK;
/* Somebody has asked for the last failure, or there is none: no chain of calls waits to hear why it broke. */
static _Thread_local int is_told __attribute__((tls_model("initial-exec"))) = 1;
static _Thread_local char last_line[LINE_SIZE] __attribute__((tls_model("initial-exec")));

/* What callers gave (a path, a spec) is quoted: it stays one line, and gives no terminal orders. */
static void keep_one_line(char *line)
{
    for (; *line; line++)
        if ((unsigned char)*line < ' ' || *line == 0x7f) *line = '?';
}

strided_status strided__fail(strided_status s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(last_line, sizeof last_line, format, args);
    va_end(args);
    keep_one_line(last_line);
    last_status = s;
    is_told = 0;
    return s;
}

strided_status strided__fail_null(const char *who, const char *what)
{
    if (is_told) strided__fail(STRIDED_ERR_NULL, "%s: %s is NULL", who, what);
    return STRIDED_ERR_NULL;
}

strided_status strided__failed(void) { return last_status; }

strided_status strided_error_status(void)
{
    is_told = 1;
    return last_status;
}

const char *strided_error(void)
{
    is_told = 1;
    return last_line;
}
