/*
 * test_half.c - every f16 and bf16 value, and around every halfway point between two of them.
 */
#include "src/base/dtype.h"
#include "support/cmocka_compat.h"
#include <math.h>
#include <string.h>

static double value_of(uint16_t bits, int fraction, int bias)
{
    int exponent = (bits & 0x7fff) >> fraction, rest = bits & ((1 << fraction) - 1);
    int top = 2 * bias + 1;
    double sign = bits & 0x8000 ? -1 : 1;
    if (exponent == top) return rest ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * ldexp(rest, 1 - bias - fraction);
    return sign * ldexp(rest + (1 << fraction), exponent - bias - fraction);
}

struct format {
    const char *name;
    int fraction, bias;
    uint16_t infinity;
    float (*widen)(uint16_t);
    uint16_t (*from_f64)(double);
};

static const struct format formats[] = {
    {"f16", 10, 15, 0x7c00, strided__f16_to_f32, strided__f64_to_f16},
    {"bf16", 7, 127, 0x7f80, strided__bf16_to_f32, strided__f64_to_bf16},
};

static void widening_is_exact(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++)
        for (int bits = 0; bits < 65536; bits++) {
            const struct format *f = &formats[k];
            double want = value_of((uint16_t)bits, f->fraction, f->bias);
            float got = f->widen((uint16_t)bits);
            if (isnan(want) ? !isnan(got) : want != (double)got || !signbit(want) != !signbit(got))
                fail_msg("%s 0x%04x is %a, not %a", f->name, (unsigned)bits, (double)got, want);
        }
}

static void every_value_comes_back(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++)
        for (int bits = 0; bits < 65536; bits++) {
            const struct format *f = &formats[k];
            float v = f->widen((uint16_t)bits);
            uint16_t back = f->from_f64((double)v);
            if (isnan(v)) {
                /* A NaN stays one, quiet, with its sign and the rest of its bits. */
                uint16_t quiet = (uint16_t)(bits | 1 << (f->fraction - 1));
                if (back != quiet) fail_msg("%s NaN 0x%04x: 0x%04x", f->name, (unsigned)bits, back);
            } else if (back != bits) {
                fail_msg("%s 0x%04x: 0x%04x", f->name, (unsigned)bits, back);
            }
        }
}

static void check(const struct format *f, double v, uint16_t want)
{
    uint16_t got = f->from_f64(v), minus = f->from_f64(-v);
    if (got != want || minus != (want | 0x8000)) fail_msg("%s of %a: 0x%04x, not 0x%04x", f->name, v, got, want);
}

/* Between two neighbours: the nearer, in the middle the even one. The last middle is before infinity, whose place is
 * that of the next number. A double just off the middle would round twice on its way through f32. */
static void nearest_even(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++)
        for (uint16_t low = 0; low < formats[k].infinity; low++) {
            const struct format *f = &formats[k];
            uint16_t high = (uint16_t)(low + 1), even = low & 1 ? high : low;
            double a = value_of(low, f->fraction, f->bias);
            double b = high < f->infinity ? value_of(high, f->fraction, f->bias) : ldexp(1, f->bias + 1);
            double middle = (a + b) / 2;
            check(f, middle, even);
            check(f, nextafter(middle, 0), low);
            check(f, nextafter(middle, INFINITY), high);
            check(f, nextafter(a, INFINITY), low);
            if ((double)(float)middle != middle) continue;
            check(f, (double)nextafterf((float)middle, 0), low);
            check(f, (double)nextafterf((float)middle, INFINITY), high);
        }
}

static void extremes(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        const struct format *f = &formats[k];
        check(f, INFINITY, f->infinity);
        check(f, 1.7976931348623157e308, f->infinity);
        check(f, ldexp(1, f->bias + 1), f->infinity);
        check(f, 4.9406564584124654e-324, 0);
        check(f, 2.2250738585072014e-308, 0);
        check(f, 0, 0);
        check(f, 0x1.fffffep127, f->infinity); /* the largest f32 */
        check(f, 0x1p-149, 0);                 /* the smallest */
        check(f, ldexp(1, -f->bias - f->fraction), 0); /* half of the smallest: to even, 0 */
        check(f, nextafter(ldexp(1, -f->bias - f->fraction), 1), 1);
    }
    /* Payloads that lie below the fraction of 16 bits must not turn into infinity. */
    uint64_t low_bits = UINT64_C(0x7ff0000000000001);
    double d;
    memcpy(&d, &low_bits, sizeof d);
    for (int k = 0; k < 2; k++) assert_true(isnan(formats[k].widen(formats[k].from_f64(d))));
}

#if defined(__FLT16_MANT_DIG__) && !defined(__clang__)
static void as_the_compiler(void **state)
{
    (void)state;
    uint64_t r = 88172645463325252u;
    for (int i = 0; i < 2000000; i++) {
        r ^= r << 13;
        r ^= r >> 7;
        r ^= r << 17;
        double v = ldexp((double)(int64_t)r, (int)(r % 50) - 90);
        _Float16 h = (_Float16)v, hf = (_Float16)(float)v;
        uint16_t bits, bits_f;
        memcpy(&bits, &h, sizeof bits);
        memcpy(&bits_f, &hf, sizeof bits_f);
        uint16_t ours = strided__f64_to_f16(v), ours_f = strided__f64_to_f16((double)(float)v);
        if (ours != bits || ours_f != bits_f)
            fail_msg("%a: 0x%04x and 0x%04x, the compiler has 0x%04x and 0x%04x", v, ours, ours_f, bits, bits_f);
    }
    for (int i = 0; i < 65536; i++) {
        uint16_t bits = (uint16_t)i;
        _Float16 h;
        memcpy(&h, &bits, sizeof h);
        float want = (float)h, got = strided__f16_to_f32(bits);
        if (!(want == got || (isnan(want) && isnan(got)))) fail_msg("0x%04x: %a, the compiler has %a", bits, (double)got, (double)want);
    }
}
#else
static void as_the_compiler(void **state)
{
    (void)state;
    print_message("this compiler has no _Float16\n");
    skip();
}
#endif

STRIDED_TEST_GROUP("base/half", cmocka_unit_test(widening_is_exact), cmocka_unit_test(every_value_comes_back),
                   cmocka_unit_test(nearest_even), cmocka_unit_test(extremes), cmocka_unit_test(as_the_compiler))
