/*
 * cmocka_compat.c - see cmocka_compat.h.
 */
#include "cmocka_compat.h"

#include "again.h"
#include "guard.h"
#include "reference.h"
#include "trial.h"

int strided_test_end(void **state)
{
    (void)state;
    trial_end();
    arrays_release();
    guard_trim();
    return 0;
}

void strided_test_filter(int argc, char **argv)
{
    again_choose(argc, argv);
    if (argc > 1) cmocka_set_test_filter(argv[1]);
}
