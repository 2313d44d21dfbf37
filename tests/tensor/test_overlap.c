/*
 * test_overlap.c - do indices meet, do tensors share bytes: the search against marking every byte.
 */
#include <strided.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/reference.h"

/* Elements that each element of the storage is reached by. */
static void mark(const strided_tensor *x, int *hits)
{
    int64_t index[STRIDED_MAX_NDIM] = {0};
    int ndim = strided_ndim(x);
    if (strided_count(x) == 0) return;
    do {
        int64_t at = strided_offset(x);
        for (int a = 0; a < ndim; a++) at += index[a] * (strided_dim(x, a) == 1 ? 0 : strided_stride(x, a));
        hits[at]++;
    } while (shape_next(ndim, strided_shape(x), index));
}

static void explain(const char *what, const strided_tensor *a, const strided_tensor *b, int got)
{
    char ta[4096], tb[4096] = "";
    strided_describe(a, ta, sizeof ta);
    if (b) strided_describe(b, tb, sizeof tb);
    ta[strcspn(ta, "\n")] = tb[strcspn(tb, "\n")] = 0;
    fail_msg("%s is %d: %s | %s", what, got, ta, tb);
}

/* ---- one tensor --------------------------------------------------------------------------------------- */

enum { STORAGE = 48 };

static void check_alone(const strided_tensor *x)
{
    int hits[STORAGE] = {0}, twice = 0;
    mark(x, hits);
    for (int i = 0; i < STORAGE; i++) twice |= hits[i] > 1;
    if (strided_is_overlapping(x) != twice) explain("is_overlapping", x, NULL, !twice);
}

static void every_small_layout(void **state)
{
    (void)state;
    strided_tensor *all = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(STORAGE));
    int64_t n[3], s[3];
    for (n[0] = 0; n[0] <= 4; n[0]++)
        for (n[1] = 1; n[1] <= 4; n[1]++)
            for (n[2] = 1; n[2] <= 3; n[2]++)
                for (s[0] = -7; s[0] <= 7; s[0]++)
                    for (s[1] = -7; s[1] <= 7; s[1]++)
                        for (s[2] = 0; s[2] <= 7; s[2]++)
                            for (int64_t offset = 0; offset < STORAGE; offset += 23) {
                                strided_tensor *x = strided_as_strided(all, 3, n, s, offset);
                                if (x) check_alone(x);
                                strided_release(x);
                            }
    strided_release(all);
}

static strided_tensor *random_view(struct rng *r, const strided_tensor *all, int most_axes, int64_t reach)
{
    for (;;) {
        int ndim = (int)rng_between(r, 0, most_axes);
        int64_t shape[STRIDED_MAX_NDIM], strides[STRIDED_MAX_NDIM];
        for (int a = 0; a < ndim; a++) {
            shape[a] = rng_between(r, 1, 4);
            strides[a] = rng_between(r, -reach, reach);
        }
        strided_tensor *x = strided_as_strided(all, ndim, shape, strides, rng_between(r, 0, strided_count(all) - 1));
        if (x) return x;
    }
}

static void random_layouts(void **state)
{
    (void)state;
    struct rng r = rng_seed(7);
    strided_tensor *all = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(STORAGE));
    for (int i = 0; i < 50000; i++) {
        strided_tensor *x = random_view(&r, all, 6, 16);
        check_alone(x);
        strided_release(x);
    }
    strided_release(all);
}

static void known_layouts(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 6));
    STRIDED_AUTO strided_tensor *window = strided_unfold(x, 1, 3, 1), *apart = strided_unfold(x, 1, 3, 3);
    STRIDED_AUTO strided_tensor *same = strided_expand(x, STRIDED_DIMS(2, -1, -1)), *once = strided_expand(x, STRIDED_DIMS(1, 4, 6));
    STRIDED_AUTO strided_tensor *none = strided_expand(x, STRIDED_DIMS(0, 4, 6));
    assert_false(strided_is_overlapping(x));
    assert_true(strided_is_overlapping(window));
    assert_false(strided_is_overlapping(apart));
    assert_true(strided_is_overlapping(same));
    assert_false(strided_is_overlapping(once));
    assert_false(strided_is_overlapping(none));
    assert_false(strided_is_overlapping(NULL));
    assert_false(strided_shares_memory(none, x));
    assert_false(strided_shares_memory(x, none));
    assert_false(strided_shares_memory(NULL, x));
    assert_false(strided_shares_memory(x, NULL));
    assert_true(strided_shares_memory(x, x));
}

/* ---- two tensors in one storage ------------------------------------------------------------------------ */

static void check_pair(const strided_tensor *a, const strided_tensor *b)
{
    int hits_a[STORAGE] = {0}, hits_b[STORAGE] = {0}, meet = 0;
    mark(a, hits_a);
    mark(b, hits_b);
    for (int i = 0; i < STORAGE; i++) meet |= hits_a[i] && hits_b[i];
    if (strided_shares_memory(a, b) != meet) explain("shares_memory", a, b, !meet);
    if (strided_shares_memory(b, a) != meet) explain("shares_memory", b, a, !meet);
}

static void random_pairs(void **state)
{
    (void)state;
    struct rng r = rng_seed(11);
    strided_tensor *all = strided_zeros(NULL, STRIDED_I16, STRIDED_DIMS(STORAGE));
    for (int i = 0; i < 100000; i++) {
        strided_tensor *a = random_view(&r, all, 3, 16), *b = random_view(&r, all, 3, 16);
        check_pair(a, b);
        strided_release(a);
        strided_release(b);
    }
    strided_release(all);
}

/* The colours of an image, and two halves of it side by side, share nothing though they are interleaved. */
static void interleaved(void **state)
{
    (void)state;
    static unsigned char image[480 * 640 * 3];
    strided_tensor *x = strided_wrap(NULL, image, STRIDED_U8, STRIDED_DIMS(480, 640, 3), NULL), *colour[3];
    for (int i = 0; i < 3; i++) colour[i] = strided_select(x, 2, i);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) assert_int_equal(strided_shares_memory(colour[i], colour[j]), i == j);
    STRIDED_AUTO strided_tensor *left = strided_narrow(x, 1, 0, 320), *right = strided_narrow(x, 1, 320, 320);
    STRIDED_AUTO strided_tensor *middle = strided_narrow(x, 1, 319, 2), *back = strided_flip(right, STRIDED_NO_DIMS);
    assert_false(strided_shares_memory(left, right));
    assert_false(strided_shares_memory(left, back));
    assert_true(strided_shares_memory(left, middle));
    assert_true(strided_shares_memory(middle, back));
    for (int i = 0; i < 3; i++) strided_release(colour[i]);
    strided_release(x);
}

/* ---- two storages over one memory ---------------------------------------------------------------------- */

static _Alignas(8) unsigned char memory[STORAGE];

static void mark_bytes(const strided_tensor *x, int *hits)
{
    int64_t index[STRIDED_MAX_NDIM] = {0};
    int ndim = strided_ndim(x);
    int64_t size = (int64_t)strided_dtype_size(strided_dtype_of(x));
    do {
        int64_t at = (const unsigned char *)strided_const_data(x) - memory;
        for (int a = 0; a < ndim; a++) at += size * index[a] * strided_stride(x, a);
        for (int64_t k = 0; k < size; k++) hits[at + k]++;
    } while (shape_next(ndim, strided_shape(x), index));
}

static strided_tensor *random_wrap(struct rng *r)
{
    static const strided_dtype dtypes[] = {STRIDED_U8, STRIDED_I16, STRIDED_F32, STRIDED_F64};
    for (;;) {
        strided_dtype t = dtypes[rng_between(r, 0, 3)];
        int64_t size = (int64_t)strided_dtype_size(t), lo, hi;
        int64_t shape[2] = {rng_between(r, 1, 4), rng_between(r, 1, 4)};
        int64_t strides[2] = {rng_between(r, -9, 9), rng_between(r, -9, 9)};
        int64_t at = rng_between(r, 0, STORAGE / size - 1);
        lo = hi = at;
        for (int a = 0; a < 2; a++) {
            int64_t span = (shape[a] - 1) * strides[a];
            if (span < 0) lo += span;
            else hi += span;
        }
        if (lo >= 0 && (hi + 1) * size <= STORAGE) return strided_wrap(NULL, memory + at * size, t, 2, shape, strides);
    }
}

static void random_wraps(void **state)
{
    (void)state;
    struct rng r = rng_seed(13);
    for (int i = 0; i < 100000; i++) {
        STRIDED_AUTO strided_tensor *a = random_wrap(&r), *b = random_wrap(&r);
        int hits_a[STORAGE] = {0}, hits_b[STORAGE] = {0}, meet = 0;
        mark_bytes(a, hits_a);
        mark_bytes(b, hits_b);
        for (int k = 0; k < STORAGE; k++) meet |= hits_a[k] && hits_b[k];
        if (strided_shares_memory(a, b) != meet) explain("shares_memory", a, b, !meet);
    }
}

static void geometries_share_nothing(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *g = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(4), NULL);
    STRIDED_AUTO strided_tensor *h = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(4), NULL);
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4));
    STRIDED_AUTO strided_tensor *left = strided_narrow(g, 0, 0, 2), *right = strided_narrow(g, 0, 2, 2);
    assert_false(strided_shares_memory(g, h));
    assert_false(strided_shares_memory(g, x));
    assert_false(strided_shares_memory(x, g));
    assert_true(strided_shares_memory(g, left));
    assert_false(strided_shares_memory(left, right));
}

/* Pretended memory at both ends of the address space. */
static void far_apart(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *low = strided_wrap(NULL, (void *)(uintptr_t)64, STRIDED_U8, STRIDED_DIMS(INT64_MAX / 2), NULL);
    STRIDED_AUTO strided_tensor *high = strided_wrap(NULL, (void *)(UINTPTR_MAX - 63), STRIDED_U8, STRIDED_DIMS(8), NULL);
    STRIDED_AUTO strided_tensor *next = strided_wrap(NULL, (void *)(uintptr_t)(64 + INT64_MAX / 2), STRIDED_U8, STRIDED_DIMS(8), NULL);
    STRIDED_AUTO strided_tensor *last = strided_wrap(NULL, (void *)(uintptr_t)(63 + INT64_MAX / 2), STRIDED_U8, STRIDED_DIMS(8), NULL);
    assert_non_null(low);
    assert_non_null(high);
    assert_false(strided_shares_memory(low, high));
    assert_false(strided_shares_memory(high, low));
    assert_false(strided_shares_memory(low, next));
    assert_true(strided_shares_memory(low, last));
}

static int64_t max_of(int64_t a, int64_t b) { return a > b ? a : b; }

/* ---- large numbers ------------------------------------------------------------------------------------- */

/* Strides near 2^58: products do not fit in 64 bits. 3 steps of 2*k are 2 steps of 3*k. */
static void large_strides(void **state)
{
    (void)state;
    const int64_t k = ((int64_t)1 << 57) + 1;
    STRIDED_AUTO strided_tensor *all = strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(INT64_MAX), NULL);
    STRIDED_AUTO strided_tensor *meet = strided_as_strided(all, STRIDED_DIMS(4, 3), STRIDED_LIST(2 * k, 3 * k), 0);
    STRIDED_AUTO strided_tensor *apart = strided_as_strided(all, STRIDED_DIMS(3, 3), STRIDED_LIST(2 * k, 3 * k), 0);
    STRIDED_AUTO strided_tensor *close = strided_as_strided(all, STRIDED_DIMS(4, 3), STRIDED_LIST(2 * k, 3 * k - 1), 0);
    STRIDED_AUTO strided_tensor *three =
        strided_as_strided(all, STRIDED_DIMS(4, 3, 3), STRIDED_LIST(2 * k, 3 * k - 2, 1), 0);
    STRIDED_AUTO strided_tensor *five =
        strided_as_strided(all, STRIDED_DIMS(4, 3, 5), STRIDED_LIST(2 * k, 3 * k - 2, 1), 0);
    assert_true(strided_is_overlapping(meet));
    assert_false(strided_is_overlapping(apart));
    assert_false(strided_is_overlapping(close));
    assert_false(strided_is_overlapping(three));
    assert_true(strided_is_overlapping(five));
    for (int64_t shift = 0; shift <= 40; shift++) {
        STRIDED_AUTO strided_tensor *x = strided_as_strided(all, STRIDED_DIMS(20, 20), STRIDED_LIST(k - 2, k), 0);
        STRIDED_AUTO strided_tensor *y = strided_as_strided(all, STRIDED_DIMS(20, 20), STRIDED_LIST(k - 2, k), shift);
        assert_int_equal(strided_shares_memory(x, y), shift % 2 == 0 && shift <= 38);
    }
}

/* One element against three axes of large strides: all of two axes are tried, the third is what is left. */
static void large_strides_at_random(void **state)
{
    (void)state;
    struct rng r = rng_seed(17);
    STRIDED_AUTO strided_tensor *all = strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(INT64_MAX), NULL);
    for (int round = 0; round < 3000; round++) {
        int bits = (int)rng_between(&r, 8, 54);
        int64_t shape[3], strides[3], at = 0, meet = 0;
        for (int a = 0; a < 3; a++) {
            shape[a] = rng_between(&r, 1, 30);
            strides[a] = rng_between(&r, ((int64_t)1 << bits) - 200, (int64_t)1 << bits);
            at += rng_between(&r, 0, shape[a] - 1) * strides[a];
        }
        at = max_of(at + rng_between(&r, -1, 1) * rng_between(&r, 0, 600), 0);
        for (int64_t i = 0; i < shape[0]; i++)
            for (int64_t j = 0; j < shape[1]; j++) {
                int64_t left = at - i * strides[0] - j * strides[1];
                meet |= left >= 0 && left % strides[2] == 0 && left / strides[2] < shape[2];
            }
        STRIDED_AUTO strided_tensor *x = strided_as_strided(all, 3, shape, strides, 0);
        STRIDED_AUTO strided_tensor *one = strided_as_strided(all, 0, NULL, NULL, at);
        if (strided_shares_memory(x, one) != meet) explain("shares_memory", x, one, !meet);
        if (strided_shares_memory(one, x) != meet) explain("shares_memory", one, x, !meet);
    }
}

/* A knapsack that only a full search decides: the answer comes in bounded time, and "maybe" is yes. */
static void bounded_work(void **state)
{
    (void)state;
    int64_t shape[11], strides[11], n = 1;
    for (int a = 0; a < 11; a++) {
        shape[a] = 40;
        strides[a] = 1000000007 + 7919 * (int64_t)a * a + 104729 * (int64_t)a * a * a;
        n += 39 * strides[a];
    }
    STRIDED_AUTO strided_tensor *all = strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(n), NULL);
    STRIDED_AUTO strided_tensor *x = strided_as_strided(all, 11, shape, strides, 0);
    assert_non_null(x);
    assert_true(strided_is_overlapping(x));
}

STRIDED_TEST_GROUP("tensor/overlap", cmocka_unit_test(every_small_layout), cmocka_unit_test(random_layouts),
                   cmocka_unit_test(known_layouts), cmocka_unit_test(random_pairs), cmocka_unit_test(interleaved),
                   cmocka_unit_test(random_wraps), cmocka_unit_test(geometries_share_nothing),
                   cmocka_unit_test(far_apart), cmocka_unit_test(large_strides), cmocka_unit_test(large_strides_at_random), cmocka_unit_test(bounded_work))
