/*
 * test_fill.c - one value everywhere, in every dtype, converted as a copy converts.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"
#include <math.h>
#include <string.h>

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

/* A value becomes the same element by all that take one, and by copying it from f64. */
static void all_agree(void **state)
{
    (void)state;
    static const double values[] = {
        0, -0.0, 0.5, -0.5, 0.999, 1, -1, 2.7, -2.7, 127, 127.9, 128, -128, -128.9, -129, 255, 255.5, 256, 300, 32767.9, 32768,
        -32768.9, -32769, 65504, 65519, 65520, 65535.9, 65536, 2147483647, 2147483647.9, 2147483648, -2147483648.9, -2147483649,
        4294967295, 4294967295.9, 4294967296, 0x1p53 + 2, -0x1p53 - 2, 0x1p63 - 1024, 0x1p63, -0x1p63, -0x1p63 - 2048,
        0x1p64 - 2048, 0x1p64, 1e300, -1e300, 1e-300, 0x1p-24, 0x1p-25, 0x1p-26, 0.1, 1.0009765625, 1.00048828125, 1.00390625,
        INFINITY, -INFINITY, NAN,
    };
    for (int d = 0; d < NUMBER_DTYPES; d++)
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            const strided_dtype dtype = number_dtypes[d];
            const size_t size = number_size(dtype);
            unsigned char want[8];
            STRIDED_AUTO strided_tensor *value = strided_full(NULL, STRIDED_F64, STRIDED_NO_DIMS, values[i]);
            strided_tensor *by[4] = { strided_full(NULL, dtype, STRIDED_NO_DIMS, values[i]) };
            for (int k = 1; k < 4; k++) by[k] = strided_empty(NULL, dtype, STRIDED_NO_DIMS);
            assert_int_equal(strided_fill(by[1], values[i]), STRIDED_OK);
            assert_int_equal(strided_set(by[2], STRIDED_NO_DIMS, values[i]), STRIDED_OK);
            assert_int_equal(strided_copy(by[3], value), STRIDED_OK);
            number_write(dtype, want, values[i], STORE_TRUNCATE);
            for (int k = 0; k < 4; k++) {
                if (memcmp(strided_const_data(by[k]), want, size) != 0 && !(isnan(values[i]) && isnan(strided_item(by[k]))))
                    fail_msg("%.17g in %s by %s is %.17g", values[i], strided_dtype_name(dtype),
                             (const char *[]){ "full", "fill", "set", "copy" }[k], strided_item(by[k]));
                strided_release(by[k]);
            }
        }
}

STRIDED_TEST_GROUP("ops/fill", cmocka_unit_test(every_dtype), cmocka_unit_test(all_agree))
