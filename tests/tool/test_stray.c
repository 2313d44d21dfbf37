/*
 * test_stray.c - the first index outside memory, found without walking the view, is the one that walking finds.
 */
#include <inttypes.h>
#include <string.h>

#include "support/cmocka_compat.h"
#include "tools/numbers.c"
#include "tools/stray.c"

static int64_t place_of(int ndim, const int64_t *stride, int64_t start, const int64_t *index) {
    for (int a = 0; a < ndim; a++) start += index[a] * stride[a];
    return start;
}

static int next(int ndim, const int64_t *size, int64_t *index) {
    for (int a = ndim; a-- > 0;) {
        if (++index[a] < size[a]) return 1;
        index[a] = 0;
    }
    return 0;
}

/* The same by walking. */
static int walk(int ndim, const int64_t *size, const int64_t *stride, int64_t start, int64_t count, struct stray *s) {
    memset(s, 0, sizeof *s);
    for (int a = 0; a < ndim; a++)
        if (size[a] == 0) return 0;
    do {
        s->place = place_of(ndim, stride, start, s->index);
        if (s->place < 0 || s->place >= count) return 1;
    } while (next(ndim, size, s->index));
    return 0;
}

static void check(int ndim, const int64_t *size, const int64_t *stride, int64_t start, int64_t count) {
    struct stray want, got = {{0}, 0};
    int outside = walk(ndim, size, stride, start, count, &want);
    char view[3][512], found[2][512];

    if (find_stray(ndim, size, stride, start, count, &got) == outside &&
        (!outside || (got.place == want.place && !memcmp(got.index, want.index, (size_t)ndim * sizeof *size))))
        return;
    fail_msg("size %s stride %s start %" PRId64 " of %" PRId64 ": outside %d, index %s, wanted %s",
             tuple_text(ndim, size, view[0]), tuple_text(ndim, stride, view[1]), start, count, outside,
             tuple_text(ndim, got.index, found[0]), tuple_text(ndim, want.index, found[1]));
}

static void all_small_views(void **state) {
    (void)state;
    for (int64_t i = 0; i < 4 * 4 * 9 * 9 * 9; i++) {
        const int64_t size[] = {i % 4, i / 4 % 4}, stride[] = {i / 16 % 9 - 4, i / 144 % 9 - 4}, start = i / 1296 - 1;
        check(0, size, stride, start, 6);
        check(1, size, stride, start, 6);
        check(2, size, stride, start, 6);
    }
}

static void three_axes(void **state) {
    (void)state;
    uint32_t seed = 1;
    for (int i = 0; i < 50000; i++) {
        int64_t number[7];
        for (int k = 0; k < 7; k++) number[k] = (int64_t)((seed = seed * 1664525u + 1013904223u) >> 24);
        const int64_t size[] = {number[0] % 5, 1 + number[1] % 4, 1 + number[2] % 4};
        const int64_t stride[] = {number[3] % 15 - 7, number[4] % 15 - 7, number[5] % 15 - 7};
        check(3, size, stride, number[6] % 30 - 3, 25);
    }
}

/* Numbers as large as the command line takes. */
static void far_away(void **state) {
    (void)state;
    const int64_t large = LARGEST_NUMBER, size[] = {large, large}, up[] = {large, large}, down[] = {-large, -large};
    struct stray s;

    assert_int_equal(find_stray(2, size, up, 0, 20, &s), 1);
    assert_true(s.index[0] == 0 && s.index[1] == 1 && s.place == large);
    assert_int_equal(find_stray(2, size, down, 19, 20, &s), 1);
    assert_true(s.index[0] == 0 && s.index[1] == 1 && s.place == 19 - large);
}

STRIDED_TEST_GROUP("tool/stray", cmocka_unit_test(all_small_views), cmocka_unit_test(three_axes), cmocka_unit_test(far_away))
