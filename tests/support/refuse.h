/*
 * refuse.h - calls that must fail: nothing comes back, this status, and a line that begins with the function's name.
 *
 *     refused(STRIDED_ERR_ARG, "slice", strided_slice(x, 0, 0, 1, 0));
 */
#ifndef STRIDED_TESTS_REFUSE_H
#define STRIDED_TESTS_REFUSE_H

#include <inttypes.h>
#include <strided.h>
#include <string.h>
#include "cmocka_compat.h"

static inline void check_refusal(const char *call, strided_status want, const char *who, strided_status got)
{
    size_t n = strlen(who);
    if (got != want) fail_msg("%s: %s, not %s: %s", call, strided_status_name(got), strided_status_name(want), strided_error());
    if (strncmp(strided_error(), who, n) != 0 || strided_error()[n] != ':')
        fail_msg("%s: the line is \"%s\"", call, strided_error());
}

static inline void check_no_tensor(const char *call, strided_status want, const char *who, strided_tensor *t)
{
    if (t) fail_msg("%s: was accepted", call);
    check_refusal(call, want, who, strided_error_status());
}

/* A maker, and a doer. */
#define refused(status, who, call) check_no_tensor(#call, status, who, call)
#define refused_doing(status, who, call) check_refusal(#call, status, who, call)

#endif
