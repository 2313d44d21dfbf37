/*
 * chapter.h - what the tests of the chapter share: making inputs, and saying that two tensors are equal.
 *
 * The references here are index arithmetic in double, with no call into the library but reading one element. They
 * check that both ways of doing an exercise are right, not only that they agree.
 */
#ifndef STRIDED_TESTS_CHAPTER_H
#define STRIDED_TESTS_CHAPTER_H

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <strided.h>
#include "support/cmocka_compat.h"

#define COUNT_OF(a) (sizeof(a) / sizeof *(a))
#define VALUES(...) ((const double[]){__VA_ARGS__})

/* What was just made, or the reason why it was not. */
static inline strided_tensor *made(strided_tensor *t, const char *what) {
    if (!t) fail_msg("%s: %s", what, strided_error());
    return t;
}
#define MADE(call) made(call, #call)

static inline void done(strided_status s, const char *what) {
    if (s) fail_msg("%s: %s (%s)", what, strided_error(), strided_status_name(s));
}
#define DONE(call) done(call, #call)

static inline void refused(strided_tensor *t, strided_status want, const char *what) {
    if (t) fail_msg("%s was not refused", what);
    if (strided_error_status() != want)
        fail_msg("%s: %s, wanted %s; %s", what, strided_status_name(strided_error_status()),
                 strided_status_name(want), strided_error());
}
#define REFUSED(call, want) refused(call, STRIDED_##want, #call)

/* The last message has all of these words in it. */
static inline void says(int n, const char *const *words) {
    for (int i = 0; i < n; i++)
        if (!strstr(strided_error(), words[i])) fail_msg("\"%s\" does not say \"%s\"", strided_error(), words[i]);
}
#define SAYS(...) \
    says((int)COUNT_OF(((const char *const[]){__VA_ARGS__})), (const char *const[]){__VA_ARGS__})

static inline int64_t product(int ndim, const int64_t *shape) {
    int64_t n = 1;
    for (int a = 0; a < ndim; a++) n *= shape[a];
    return n;
}

/* first, first + 1, ... in row-major order. */
static inline strided_tensor *counting(strided_dtype dtype, double first, int ndim, const int64_t *shape) {
    double n = (double)product(ndim, shape);
    STRIDED_AUTO strided_tensor *line = MADE(strided_arange(NULL, dtype, first, first + n, 1));
    return MADE(strided_reshape(line, ndim, shape));
}

/* The chapter's test_input: 0 .. 19 in four rows of five. */
static inline strided_tensor *chapter_input(void) { return counting(STRIDED_F32, 0, STRIDED_DIMS(4, 5)); }

/* A multiplicative generator modulo 2^31 - 1: the same numbers everywhere. */
static inline int64_t next_random(int64_t *state) {
    *state = *state * 48271 % 2147483647;
    return *state;
}

static inline strided_tensor *filled(int64_t seed, int whole, int ndim, const int64_t *shape) {
    strided_tensor *t = MADE(strided_empty(NULL, STRIDED_F32, ndim, shape));
    float *p = strided_data(t);
    int64_t state = seed;

    for (int64_t i = 0; i < strided_count(t); i++) {
        int64_t r = next_random(&state);
        p[i] = whole ? (float)(r % 17 - 8) : (float)r / 1073741824.0f - 1.0f;
    }
    return t;
}

/* Floats in (-1, 1), and whole numbers -8 .. 8 (whose sums of products are exact in any order). */
static inline strided_tensor *random_floats(int64_t seed, int ndim, const int64_t *shape) {
    return filled(seed, 0, ndim, shape);
}
static inline strided_tensor *whole_floats(int64_t seed, int ndim, const int64_t *shape) {
    return filled(seed, 1, ndim, shape);
}

/* The next index in row-major order; 0 after the last. */
static inline int next_index(int ndim, const int64_t *shape, int64_t *index) {
    for (int a = ndim; a-- > 0;) {
        if (++index[a] < shape[a]) return 1;
        index[a] = 0;
    }
    return 0;
}

static inline const char *index_text(int ndim, const int64_t *index, char buf[256]) {
    size_t at = 0;
    buf[0] = '\0';
    for (int a = 0; a < ndim && at < 200; a++)
        at += (size_t)snprintf(buf + at, 256 - at, "%s%" PRId64, a ? ", " : "", index[a]);
    return buf;
}

static inline void has_shape(const strided_tensor *t, int ndim, const int64_t *shape, const char *what) {
    char got[256], want[256];
    if (strided_ndim(t) != ndim || (ndim && memcmp(strided_shape(t), shape, (size_t)ndim * sizeof *shape)))
        fail_msg("%s: shape (%s), wanted (%s)", what, index_text(strided_ndim(t), strided_shape(t), got),
                 index_text(ndim, shape, want));
}

/* The shape, and the elements in row-major order. */
static inline void holds(const strided_tensor *t, int ndim, const int64_t *shape, const double *values,
                         const char *what) {
    int64_t index[STRIDED_MAX_NDIM] = {0}, i = 0;
    char text[256];

    has_shape(t, ndim, shape, what);
    do {
        double got = strided_get(t, ndim, index);
        if (got != values[i])
            fail_msg("%s: [%s] is %.9g, wanted %.9g", what, index_text(ndim, index, text), got, values[i]);
        i++;
    } while (next_index(ndim, shape, index));
}
/* HOLDS(t, STRIDED_DIMS(2, 2), VALUES(0, 2, 5, 7)) */
#define HOLDS(t, ...) holds(t, __VA_ARGS__, #t)

/* Same dtype, same shape, the same bits in every element. */
static inline void same_bits(const strided_tensor *a, const strided_tensor *b, const char *what) {
    int64_t index[STRIDED_MAX_NDIM] = {0};
    int ndim = strided_ndim(b);
    char text[256];
    STRIDED_AUTO strided_tensor *ca = MADE(strided_clone(a));
    STRIDED_AUTO strided_tensor *cb = MADE(strided_clone(b));
    size_t size = strided_dtype_size(strided_dtype_of(b));
    const char *pa = strided_const_data(ca), *pb = strided_const_data(cb);

    has_shape(a, ndim, strided_shape(b), what);
    assert_int_equal(strided_dtype_of(a), strided_dtype_of(b));
    for (int64_t i = 0; i < strided_count(b); i++, next_index(ndim, strided_shape(b), index))
        if (memcmp(pa + (size_t)i * size, pb + (size_t)i * size, size))
            fail_msg("%s: [%s] is %.9g by one way and %.9g by the other", what, index_text(ndim, index, text),
                     strided_get(ca, ndim, index), strided_get(cb, ndim, index));
}
#define SAME_BITS(a, b) same_bits(a, b, #a " and " #b)

/* |got - want| is within the rounding of a sum of f32 products whose absolute values add up to `weight`. */
static inline void near(double got, double want, double weight, const char *what, int ndim, const int64_t *index) {
    char text[256];
    if (!(fabs(got - want) <= 1e-5 * weight + 1e-12))
        fail_msg("%s: [%s] is %.9g, wanted %.9g", what, index_text(ndim, index, text), got, want);
}

static inline double at(const strided_tensor *t, int n, const int64_t *index) { return strided_get(t, n, index); }
#define AT(t, ...) at(t, STRIDED_DIMS(__VA_ARGS__))

#endif
