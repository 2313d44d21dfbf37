/*
 * test_dtype.c - sizes, names, classes, promotion, and one element converted every way.
 */
#include "src/base/dtype.h"
#include "support/cmocka_compat.h"
#include "support/number.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

static const struct { strided_dtype t; size_t size; const char *name; int is_float; enum compute compute; } table[] = {
    {STRIDED_U8, 1, "u8", 0, COMPUTE_I32},   {STRIDED_I8, 1, "i8", 0, COMPUTE_I32},
    {STRIDED_I16, 2, "i16", 0, COMPUTE_I32}, {STRIDED_I32, 4, "i32", 0, COMPUTE_I32},
    {STRIDED_I64, 8, "i64", 0, COMPUTE_I64}, {STRIDED_F16, 2, "f16", 1, COMPUTE_F32},
    {STRIDED_BF16, 2, "bf16", 1, COMPUTE_F32}, {STRIDED_F32, 4, "f32", 1, COMPUTE_F32},
    {STRIDED_F64, 8, "f64", 1, COMPUTE_F64}, {STRIDED_BOOL, 1, "bool", 0, COMPUTE_I32},
    {STRIDED_U16, 2, "u16", 0, COMPUTE_I32}, {STRIDED_U32, 4, "u32", 0, COMPUTE_I64},
    {STRIDED_U64, 8, "u64", 0, COMPUTE_U64}};
enum { DTYPES = sizeof table / sizeof *table };

static void facts(void **state)
{
    (void)state;
    for (int i = 0; i < DTYPES; i++) {
        assert_int_equal(strided_dtype_size(table[i].t), table[i].size);
        assert_string_equal(strided_dtype_name(table[i].t), table[i].name);
        assert_true(strided__dtype_is_known(table[i].t));
        assert_int_equal(strided__dtype_is_float(table[i].t), table[i].is_float);
        assert_int_equal(strided__compute_of(table[i].t), table[i].compute);
    }
    static const int unknown[] = {0, 14, -1, 1000, 0x7fffffff};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(strided_dtype_size((strided_dtype)unknown[i]), 0);
        assert_string_equal(strided_dtype_name((strided_dtype)unknown[i]), "?");
        assert_false(strided__dtype_is_known((strided_dtype)unknown[i]));
    }
}

static void computes(void **state)
{
    (void)state;
    static const size_t sizes[COMPUTES] = {4, 8, 8, 4, 8};
    for (int c = 0; c < COMPUTES; c++) {
        assert_int_equal(strided__compute_size((enum compute)c), sizes[c]);
        assert_int_equal(strided__compute_of(strided__compute_dtype((enum compute)c)), c);
    }
    enum { I = COMPUTE_I32, L = COMPUTE_I64, U = COMPUTE_U64, F = COMPUTE_F32, D = COMPUTE_F64 };
    static const int met[COMPUTES][COMPUTES] = {{I, L, L, F, D}, {L, L, L, F, D}, {L, L, U, F, D}, {F, F, F, F, D}, {D, D, D, D, D}};
    for (int a = 0; a < COMPUTES; a++)
        for (int b = 0; b < COMPUTES; b++)
            assert_int_equal(strided__compute_promote((enum compute)a, (enum compute)b), met[a][b]);
}

static void conversions(void **state)
{
    (void)state;
    static const double values[] = {0, -0.0, 0.5, -0.5, 0.99, -0.99, 1, -1, 1.5, 2.5, -2.5, 127, 127.9, 128, -128, -128.9, -129, 255,
                                    255.9, 256, 32767, 32768, -32768, -32769, 65504, 65519, 65520, 65535, 65536, 2147483647,
                                    2147483648, -2147483648.0, -2147483649.0, 4294967295, 4294967296, 0x1p53, 1e10, 0x1p62, 1e300,
                                    -1e300, 1e-300, 3.4028235e38, 3.4028236e38, INFINITY, -INFINITY, NAN};
    for (int i = 0; i < DTYPES; i++)
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            unsigned char got[16], want[8] = {0};
            memset(got, 0xee, sizeof got);
            strided__store_double(table[i].t, got + 3, values[k]); /* no alignment needed */
            if (table[i].t == STRIDED_BOOL) want[0] = values[k] != 0;
            else number_write(table[i].t, want, values[k], STORE_TRUNCATE);
            double back = strided__load_double(table[i].t, got + 3), wanted = number_read(table[i].t, want);
            if (!(back == wanted || (isnan(back) && isnan(wanted))))
                fail_msg("%g as %s: %g, not %g", values[k], table[i].name, back, wanted);
            for (size_t b = 0; b < sizeof got; b++)
                if (b < 3 || b >= 3 + table[i].size) assert_int_equal(got[b], 0xee);
        }
}

static void integers_beyond_doubles(void **state)
{
    (void)state;
    static const int64_t values[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX, 9007199254740993};
    for (int i = 0; i < 8; i++) {
        assert_true(strided__load_int(STRIDED_I64, &values[i]) == values[i]);
        assert_true(strided__load_int(STRIDED_U64, &values[i]) == values[i]);
    }
    uint64_t u = UINT64_MAX;
    assert_true(strided__load_double(STRIDED_U64, &u) == 0x1p64);
    strided__store_double(STRIDED_U64, &u, 0x1p63);
    assert_true(u == (uint64_t)1 << 63);
    strided__store_double(STRIDED_U64, &u, 0x1p64);
    assert_true(u == UINT64_MAX);
    strided__store_double(STRIDED_U64, &u, -0.5);
    assert_true(u == 0);
    uint8_t two = 2;
    assert_int_equal(strided__load_int(STRIDED_BOOL, &two), 1);
    assert_true(strided__load_double(STRIDED_BOOL, &two) == 1);
}

static void integers_of_floats(void **state)
{
    (void)state;
    static const struct { double v; int64_t i; } cases[] = {{1.9, 1}, {-1.9, -1}, {1e19, INT64_MAX}, {-1e19, INT64_MIN}, {NAN, 0},
                                                            {INFINITY, INT64_MAX}, {-INFINITY, INT64_MIN}};
    static const strided_dtype floats[] = {STRIDED_F64, STRIDED_F32, STRIDED_BF16};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int k = 0; k < 3; k++) {
            unsigned char p[8];
            strided__store_double(floats[k], p, cases[i].v);
            if (strided__load_int(floats[k], p) != cases[i].i)
                fail_msg("%g in %s as an integer: %" PRId64, cases[i].v, strided_dtype_name(floats[k]), strided__load_int(floats[k], p));
        }
}

STRIDED_TEST_GROUP("base/dtype", cmocka_unit_test(facts), cmocka_unit_test(computes), cmocka_unit_test(conversions),
                   cmocka_unit_test(integers_beyond_doubles), cmocka_unit_test(integers_of_floats))
