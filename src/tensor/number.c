/*
 * number.c - one element as text, as NumPy's array printing writes it: integers aligned at the right; floats with as
 * few digits as tell them apart in their own dtype, at most 8 after the point, aligned at the point; all of them
 * scientific if the largest is 1e8 or more, the smallest below 1e-4, or they are further apart than 1000 times.
 *
 * The digits come from printf, so they are exact; the locale's decimal point is not taken over.
 */
#include "number.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRECISION = 8 };
static const double LARGE = 1e8, SMALL = 1e-4;

/* digits d0.d1d2... times 10^exponent, without trailing zeros (but at least one digit). */
struct decimal { int negative, count, exponent; char digit[24]; };

/* v rounded to `count` significant digits. */
static struct decimal to_decimal(double v, int count)
{
    char text[48];
    struct decimal d = {.negative = signbit(v) != 0};
    snprintf(text, sizeof text, "%.*e", count - 1, fabs(v));
    const char *p = text;
    for (; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9') d.digit[d.count++] = *p;
    d.exponent = atoi(p + 1);
    while (d.count > 1 && d.digit[d.count - 1] == '0') d.count--;
    return d;
}

/* v survives being written with so many digits and read again. */
static int tells_apart(strided_dtype t, double v, int count)
{
    char text[48], a[8] = {0}, b[8] = {0};
    snprintf(text, sizeof text, "%.*e", count - 1, v);
    strided__store_double(t, a, v);
    strided__store_double(t, b, strtod(text, NULL));
    return memcmp(a, b, sizeof a) == 0;
}

static int digits_needed(strided_dtype t, double v)
{
    int count = 1;
    while (count < 17 && !tells_apart(t, v, count)) count++;
    return count;
}

/* As few digits as needed, at most PRECISION after the point, and all before it. */
static struct decimal shorten(strided_dtype t, double v, int scientific)
{
    struct decimal d = to_decimal(v, digits_needed(t, v));
    int whole = scientific ? 1 : 1 + d.exponent, most = whole + PRECISION;
    if (d.count < whole) return to_decimal(v, whole);
    return d.count <= most ? d : to_decimal(v, most);
}

static int whole_width(const struct decimal *d, int scientific)
{
    return d->negative + (scientific || d->exponent < 0 ? 1 : d->exponent + 1);
}

static int fraction_width(const struct decimal *d, int scientific)
{
    int n = d->count - 1 - (scientific ? 0 : d->exponent);
    return n > 0 ? n : 0;
}

static int larger(int a, int b) { return a > b ? a : b; }

static void measure_float(struct number_style *s, double v)
{
    if (!isfinite(v)) {
        s->other = larger(s->other, isinf(v) && v < 0 ? 4 : 3);
        return;
    }
    double magnitude = fabs(v);
    if (magnitude > s->largest) s->largest = magnitude;
    if (magnitude > 0 && (s->smallest == 0 || magnitude < s->smallest)) s->smallest = magnitude;
    s->scientific = s->largest >= LARGE || (s->smallest > 0 && (s->smallest < SMALL || s->largest / s->smallest > 1000));
    int may_be_positional = magnitude == 0 || (magnitude >= SMALL && magnitude < LARGE);
    for (int form = may_be_positional ? 0 : 1; form < 2; form++) {
        struct decimal d = shorten(s->dtype, v, form);
        s->whole[form] = larger(s->whole[form], whole_width(&d, form));
        s->fraction[form] = larger(s->fraction[form], fraction_width(&d, form));
        s->exponent = larger(s->exponent, abs(d.exponent) > 99 ? 3 : 2);
    }
}

static int integer_text(strided_dtype t, const void *element, char text[24])
{
    if (t == STRIDED_BOOL) return snprintf(text, 24, "%s", strided__load_int(t, element) ? "True" : "False");
    if (t == STRIDED_U64) return snprintf(text, 24, "%" PRIu64, (uint64_t)strided__load_int(t, element));
    return snprintf(text, 24, "%" PRId64, strided__load_int(t, element));
}

void strided__number_measure(struct number_style *s, const void *element)
{
    char text[24];
    if (strided__dtype_is_float(s->dtype)) measure_float(s, strided__load_double(s->dtype, element));
    else s->width = larger(s->width, integer_text(s->dtype, element, text));
}

/* ---- putting --------------------------------------------------------------------------------------- */

static void put_repeated(struct text *t, char c, int n)
{
    for (int i = 0; i < n; i++) strided__text_put(t, "%c", c);
}

/* The digit of 10^place. */
static char digit_at(const struct decimal *d, int place)
{
    int i = d->exponent - place;
    return i >= 0 && i < d->count ? d->digit[i] : '0';
}

/* All numbers of a scientific column have as many digits as the longest needs, true ones rather than zeros. */
static void put_scientific(struct text *t, const struct number_style *s, double v)
{
    struct decimal d = to_decimal(v, s->fraction[1] + 1);
    strided__text_put(t, "%s%c.", d.negative ? "-" : "", d.digit[0]);
    for (int i = 1; i <= s->fraction[1]; i++) strided__text_put(t, "%c", digit_at(&d, d.exponent - i));
    strided__text_put(t, "e%c%0*d", d.exponent < 0 ? '-' : '+', s->exponent, abs(d.exponent));
}

static void put_positional(struct text *t, const struct number_style *s, const struct decimal *d)
{
    int fraction = fraction_width(d, 0);
    strided__text_put(t, "%s", d->negative ? "-" : "");
    for (int place = d->exponent > 0 ? d->exponent : 0; place >= 0; place--)
        strided__text_put(t, "%c", digit_at(d, place));
    strided__text_put(t, ".");
    for (int i = 1; i <= fraction; i++) strided__text_put(t, "%c", digit_at(d, -i));
    put_repeated(t, ' ', s->fraction[0] - fraction);
}

static void put_float(struct text *t, const struct number_style *s, double v)
{
    int form = s->scientific, after = 1 + s->fraction[form] + (form ? s->exponent + 2 : 0);
    int before = larger(s->whole[form], s->other - after);
    if (!isfinite(v)) {
        strided__text_put(t, "%*s", before + after, isnan(v) ? "nan" : v < 0 ? "-inf" : "inf");
        return;
    }
    struct decimal d = shorten(s->dtype, v, form);
    put_repeated(t, ' ', before - whole_width(&d, form));
    if (form) put_scientific(t, s, v);
    else put_positional(t, s, &d);
}

void strided__number_put(struct text *t, const struct number_style *s, const void *element)
{
    char text[24];
    if (strided__dtype_is_float(s->dtype)) {
        put_float(t, s, strided__load_double(s->dtype, element));
        return;
    }
    integer_text(s->dtype, element, text);
    strided__text_put(t, "%*s", s->width, text);
}
