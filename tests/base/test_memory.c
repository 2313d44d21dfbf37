/*
 * test_memory.c - malloc or the context's allocator; checked arithmetic; text that is cut.
 */
#include "src/base/checked.h"
#include "src/base/memory.h"
#include "src/base/text.h"
#include "support/may_fail.h"
#include "support/oom.h"
#include "support/cmocka_compat.h"
#include <stdio.h>
#include <string.h>

static void from_malloc(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 63, 64, 65, 100000};
    for (int i = 0; i < 6; i++) {
        void *p = strided__alloc("f", NULL, sizes[i]);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        memset(p, 1, sizes[i]);
        strided__free(NULL, p, sizes[i]);
    }
    static const size_t large[] = {1000000, 1400000, 2097152, 2200000, 3000000, 9999999};
    for (int i = 0; i < 6; i++) {
        void *p = strided__alloc("f", NULL, large[i]);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % (large[i] < 1400000 ? 64 : 2097152), 0);
        memset(p, 1, large[i]);
        strided__free(NULL, p, large[i]);
    }
    strided__free(NULL, NULL, 5);
    static const size_t too_much[] = {PTRDIFF_MAX, (size_t)PTRDIFF_MAX + 1, SIZE_MAX};
    for (int i = 0; i < 3; i++) {
        assert_null(strided__alloc("f", NULL, too_much[i]));
        assert_int_equal(strided_error_status(), STRIDED_ERR_NO_MEMORY);
    }
    char line[100];
    snprintf(line, sizeof line, "f: the allocator returned NULL for %zu bytes", SIZE_MAX);
    assert_string_equal(strided_error(), line);
}

static void from_the_context(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    int64_t blocks = o->blocks;
    void *none = strided__alloc("f", o->ctx, 0), *some = strided__alloc("f", o->ctx, 100);
    assert_int_equal(o->blocks, blocks + 2);
    assert_int_equal((uintptr_t)some % 64, 0);
    strided__free(o->ctx, none, 0);
    strided__free(o->ctx, some, 100);
    strided__free(o->ctx, NULL, 100);
    assert_null(strided__alloc("f", o->ctx, SIZE_MAX));
    oom_arm(o, 1);
    assert_null(strided__alloc("f", o->ctx, 100));
    assert_int_equal(strided_error_status(), STRIDED_ERR_NO_MEMORY);
    oom_arm(o, 0);
    oom_free(o);
}

static void checked_arithmetic(void **state)
{
    (void)state;
    int64_t r;
    assert_true(add_size(&r, INT64_MAX, INT64_MIN) && r == -1);
    assert_false(add_size(&r, INT64_MAX, 1));
    assert_true(sub_size(&r, INT64_MIN, INT64_MIN) && r == 0);
    assert_false(sub_size(&r, 0, INT64_MIN));
    assert_true(mul_size(&r, -4294967296, 2147483648) && r == INT64_MIN);
    assert_false(mul_size(&r, INT64_MIN, -1));
    for (int64_t a = -20; a <= 20; a++)
        for (int64_t b = 1; b <= 7; b++) {
            int64_t down = floor_div(a, b), up = ceil_div(a, b);
            assert_true(down * b <= a && (down + 1) * b > a);
            assert_true(up * b >= a && (up - 1) * b < a);
        }
    assert_true(floor_div(INT64_MIN, 1) == INT64_MIN && ceil_div(INT64_MAX, 1) == INT64_MAX);
    assert_true(min_size(-1, 1) == -1 && max_size(-1, 1) == 1);
    for (int64_t a = 0; a <= 40; a++)
        for (int64_t b = 1; b <= 40; b++) {
            int64_t g = gcd_size(a, b), larger = g + 1;
            assert_true(g > 0 && a % g == 0 && b % g == 0 && g == gcd_size(b, a));
            while (larger <= b && (a % larger != 0 || b % larger != 0)) larger++;
            assert_true(larger > b);
        }
    assert_true(gcd_size(0, 0) == 0 && gcd_size(INT64_MAX, 7) == 7);
}

static void text(void **state)
{
    (void)state;
    char buf[8];
    for (size_t size = 0; size <= sizeof buf; size++) {
        memset(buf, 'x', sizeof buf);
        struct text t = {.buf = size ? buf : NULL, .size = size};
        strided__text_list(&t, 2, (int64_t[]){-3, 45});
        assert_int_equal(strided__text_length(&t), 8);
        if (size) assert_int_equal(strlen(buf), size - 1);
        if (size) assert_memory_equal(buf, "(-3, 45)", size - 1);
        for (size_t i = size; i < sizeof buf; i++) assert_int_equal(buf[i], 'x');
    }
    struct text t = {.buf = buf, .size = sizeof buf};
    strided__text_list(&t, 0, NULL);
    assert_string_equal(buf, "()");
    assert_int_equal(strided__text_length(&(struct text){.length = SIZE_MAX / 2 + 1}), INT32_MAX);
}

STRIDED_TEST_GROUP("base/memory", cmocka_unit_test(from_malloc), cmocka_unit_test(from_the_context),
                   cmocka_unit_test(checked_arithmetic), cmocka_unit_test(text))
