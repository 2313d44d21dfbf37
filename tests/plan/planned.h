/*
 * planned.h - plans on trial: made, run once on the tensors they were made from, released.
 *
 * A trial compares the bits of all its calls. When every second call is the operator itself and the others are plans,
 * it finds any difference between the two: planned_turn() says whose turn it is.
 */
#ifndef STRIDED_TESTS_PLANNED_H
#define STRIDED_TESTS_PLANNED_H

#include <string.h>
#include <strided.h>
#include "support/cmocka_compat.h"

static inline strided_status run_once(strided_plan *plan, strided_tensor *y, const strided_tensor *x)
{
    if (plan == NULL) return strided_error_status();
    strided_status s = strided_plan_run(plan, strided_data(y), strided_const_data(x), NULL);
    strided_plan_release(plan);
    return s;
}

static inline int planned_turn(void)
{
    static int turn;
    return turn++ % 2;
}

static inline void check_no_plan(const char *call, strided_status want, const char *who, strided_plan *plan)
{
    size_t n = strlen(who);
    if (plan != NULL) fail_msg("%s: was accepted", call);
    if (strided_error_status() != want)
        fail_msg("%s: %s, not %s: %s", call, strided_status_name(strided_error_status()), strided_status_name(want), strided_error());
    if (strncmp(strided_error(), who, n) != 0 || strided_error()[n] != ':') fail_msg("%s: the line is \"%s\"", call, strided_error());
}

/* No plan, this status, and a line that begins with the maker's name. */
#define no_plan(status, who, call) check_no_plan(#call, status, who, call)

#endif
