/*
 * test_fill.c - one value everywhere, in every dtype, converted as a copy converts.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"
#include <math.h>

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)in;
    return strided_fill(out[0], *(const double *)params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)in;
    for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = *(const double *)params;
}

static void every_dtype(void **state)
{
    (void)state;
    static const double values[] = { 0, -1.75, 2.5, 300, -1e30, 1e30, NAN, INFINITY };
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            struct trial t = trial_new("fill", call, reference, &values[i]);
            trial_out(&t, number_dtypes[d], 3, STRIDED_LIST(2, 3, 4))->loose = 1;
            t.store = STORE_TRUNCATE;
            trial_run(&t);
            if (i == 0) trial_refuse(&t);
            arrays_release();
        }
}

STRIDED_TEST_GROUP("ops/fill", cmocka_unit_test(every_dtype))
