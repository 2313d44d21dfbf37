/*
 * test_describe.c - the text of a tensor. The wanted texts are what NumPy's str() gives for the same arrays, with
 * rows not wrapped.
 */
#include "support/refuse.h"
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>

static void says(const strided_tensor *x, const char *want)
{
    char text[20000];
    int n = strided_describe(x, text, sizeof text);
    if (strcmp(text, want) != 0) fail_msg("is:\n%s\nnot:\n%s", text, want);
    assert_int_equal(n, strlen(want));
}

/* The elements alone. */
static void prints(strided_dtype t, int n, const double *v, const char *want)
{
    int64_t count = n;
    char text[4000], *elements;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, t, 1, &count);
    for (int64_t i = 0; i < n; i++) assert_int_equal(strided_set(x, 1, &i, v[i]), STRIDED_OK);
    strided_describe(x, text, sizeof text);
    elements = strchr(text, '\n') + 1;
    if (strcmp(elements, want) != 0) fail_msg("%s is:\n%s\nnot:\n%s", strided_dtype_name(t), elements, want);
}

#define print(t, want, ...) \
    prints(t, (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)), (double[]){__VA_ARGS__}, want)

static void heads(void **state)
{
    (void)state;
    static const uint8_t memory[] = {1, 20, 3};
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_I32, 0, 20, 1), *m = strided_reshape(x, STRIDED_DIMS(4, 5));
    STRIDED_AUTO strided_tensor *v = strided_as_strided(m, STRIDED_DIMS(2, 3), STRIDED_LIST(-5, 1), 15), *s = strided_select(x, 0, 7);
    STRIDED_AUTO strided_tensor *r = strided_wrap_const(NULL, memory, STRIDED_U8, STRIDED_DIMS(3), NULL);
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(3), NULL);
    STRIDED_AUTO strided_tensor *e = strided_zeros(NULL, STRIDED_BF16, STRIDED_DIMS(2, 0, 3));
    says(v, "i32 (2, 3) strides (-5, 1) offset 15\n[[15 16 17]\n [10 11 12]]");
    says(s, "i32 () strides () offset 7\n7");
    says(r, "u8 (3) strides (1) offset 0 read-only\n[ 1 20  3]");
    says(g, "f32 (3) strides (1) offset 0 without data");
    says(e, "bf16 (2, 0, 3) strides (3, 3, 1) offset 0\n[]");
    assert_int_equal(strided_describe(NULL, NULL, 0), 0);
    char text[4] = "xyz";
    assert_int_equal(strided_describe(NULL, text, sizeof text), 0);
    assert_string_equal(text, "");
}

static void nesting(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_I8, 0, 8, 1), *t = strided_reshape(x, STRIDED_DIMS(2, 2, 1, 2));
    says(t, "i8 (2, 2, 1, 2) strides (4, 2, 2, 1) offset 0\n[[[[0 1]]\n\n  [[2 3]]]\n\n\n [[[4 5]]\n\n  [[6 7]]]]");
}

static void integers(void **state)
{
    (void)state;
    print(STRIDED_I8, "[   1   -2 -128]", 1, -2, -128);
    print(STRIDED_BOOL, "[ True False]", 1, 0);
    print(STRIDED_BOOL, "[ True  True]", 1, 1);
    print(STRIDED_U64, "[18446744073709551615                    0]", 1e30, 0);
    print(STRIDED_I64, "[-9223372036854775808                    1]", -1e30, 1);
}

static void floats(void **state)
{
    (void)state;
    print(STRIDED_F64, "[1. 2.]", 1, 2);
    print(STRIDED_F64, "[0. 0.]", 0, 0);
    print(STRIDED_F64, "[ 1.   -2.25 10.5 ]", 1, -2.25, 10.5);
    print(STRIDED_F64, "[-0.  0.]", -0.0, 0);
    print(STRIDED_F64, "[0.1 0.2 0.3]", 0.1, 0.2, 0.3);
    print(STRIDED_F64, "[0.33333333 0.66666667]", 1. / 3, 2. / 3);
    print(STRIDED_F32, "[0.33333334 0.6666667 ]", 1. / 3, 2. / 3);
    print(STRIDED_F16, "[0.3333 0.6665]", 1. / 3, 2. / 3);
    print(STRIDED_BF16, "[0.334 0.668]", 1. / 3, 2. / 3);
    print(STRIDED_F32, "[0.1]", 0.1);
    print(STRIDED_F64, "[99999999.]", 99999999);
    print(STRIDED_F64, "[3.14159265]", 3.14159265358979);
    print(STRIDED_F64, "[12345.67891235]", 12345.678912345678);
    print(STRIDED_F64, "[0.0001]", 0.0001);
    print(STRIDED_F64, "[1.    0.001]", 1, 0.001);
    print(STRIDED_F32, "[16777216. 16777215.]", 16777216, 16777215);
    print(STRIDED_F64, "[0.00012346]", 0.000123456789);
    print(STRIDED_F16, "[ 664. 9584.]", 664, 9584);
}

static void scientific(void **state)
{
    (void)state;
    print(STRIDED_F64, "[1.e+08]", 1e8);
    print(STRIDED_F64, "[1.e-05]", 1e-5);
    print(STRIDED_F64, "[1.e+00 1.e-04]", 1, 0.0001);
    print(STRIDED_F64, "[1.0e+00 1.5e+10]", 1, 1.5e10);
    print(STRIDED_F64, "[ 1.00e+00 -1.25e+10]", 1, -1.25e10);
    print(STRIDED_F64, "[1.e+000 1.e+300]", 1, 1e300);
    print(STRIDED_F64, "[1.e-310 0.e+000]", 1e-310, 0);
    print(STRIDED_F64, "[1.23456789e+20]", 1.2345678901234e20);
    print(STRIDED_F64, "[1.00000000e-05 1.23456789e+02]", 1e-5, 123.456789);
    print(STRIDED_F32, "[1.e+10 3.e-05]", 1e10, 3e-5);
    print(STRIDED_F16, "[4.71e-06 7.75e-06]", 4.708766937255859e-06, 7.748603820800781e-06);
    print(STRIDED_F32, "[3.7924278e+34 6.9117631e-39]", 3.7924278248227153e+34, 6.911763144137263e-39);
}

static void inf_and_nan(void **state)
{
    (void)state;
    print(STRIDED_F64, "[nan]", NAN);
    print(STRIDED_F64, "[ inf -inf]", INFINITY, -INFINITY);
    print(STRIDED_F64, "[inf inf]", INFINITY, INFINITY);
    print(STRIDED_F64, "[ 1. nan]", 1, NAN);
    print(STRIDED_F64, "[  1. -inf]", 1, -INFINITY);
    print(STRIDED_F64, "[1.25  nan]", 1.25, NAN);
    print(STRIDED_F64, "[1.e+10    inf]", 1e10, INFINITY);
    print(STRIDED_F32, "[  1.5   inf -20.    nan]", 1.5, INFINITY, -20, NAN);
}

static void many_elements(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *some = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(1000));
    STRIDED_AUTO strided_tensor *many = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(1001));
    says(many, "u8 (1001) strides (1) offset 0");
    assert_int_equal(strided_describe(some, NULL, 0), (int)strlen("u8 (1000) strides (1) offset 0\n[]") + 1999);
    STRIDED_AUTO strided_tensor *zero = strided_zeros(NULL, STRIDED_U8, STRIDED_NO_DIMS), *huge = strided_broadcast_to(zero, STRIDED_DIMS(INT64_MAX));
    says(huge, "u8 (9223372036854775807) strides (0) offset 0");
}

static void cut_as_snprintf_does(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_F32, 0, 3, 0.5);
    char whole[200], part[200];
    int n = strided_describe(x, whole, sizeof whole);
    assert_int_equal(strided_describe(x, NULL, 9), n);
    for (size_t size = 0; size < sizeof part; size++) {
        memset(part, 'x', sizeof part);
        assert_int_equal(strided_describe(x, size ? part : NULL, size), n);
        size_t kept = size == 0 ? 0 : size - 1 < (size_t)n ? size - 1 : (size_t)n;
        assert_memory_equal(part, whole, kept);
        if (size) assert_int_equal(part[kept], 0);
        for (size_t i = size ? kept + 1 : 0; i < sizeof part; i++) assert_int_equal(part[i], 'x');
    }
}

static void any_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    int found = 0;
    for (int i = 0; i < 3 && !found; i++) found = setlocale(LC_ALL, names[i]) != NULL;
    if (!found) {
        print_message("no locale with another decimal point here\n");
        skip();
    }
    print(STRIDED_F64, "[1.25 2.5 ]", 1.25, 2.5);
    setlocale(LC_ALL, "C");
}

STRIDED_TEST_GROUP("tensor/describe", cmocka_unit_test(heads), cmocka_unit_test(nesting), cmocka_unit_test(integers),
                   cmocka_unit_test(floats), cmocka_unit_test(scientific), cmocka_unit_test(inf_and_nan),
                   cmocka_unit_test(many_elements), cmocka_unit_test(cut_as_snprintf_does), cmocka_unit_test(any_locale))
