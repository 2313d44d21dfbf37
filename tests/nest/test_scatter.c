/*
 * test_scatter.c - writing where an index says, on views of every kind, by any number of threads.
 */
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "src/nest/scatter.h"
#include <string.h>

static strided_tensor *wrap(void *data, strided_dtype dtype, int ndim, const int64_t *shape, const int64_t *strides)
{
    strided_tensor *t = strided_wrap(NULL, data, dtype, ndim, shape, strides);
    assert_non_null(t);
    return t;
}

/* Two planes of 2x2 in a reversed, interleaved dst; row-major places. */
static void puts_the_last(void **state)
{
    (void)state;
    int64_t place[6] = { 0, 3, 0, -1, 2, 1 };
    uint16_t from[6] = { 1, 2, 3, 4, 5, 6 }, to[8] = { 0 }, want[8] = { 0, 2, 5, 0, 6, 0, 0, 3 };
    STRIDED_AUTO strided_tensor *idx = wrap(place, STRIDED_I64, 2, STRIDED_LIST(2, 3), NULL);
    STRIDED_AUTO strided_tensor *src = wrap(from, STRIDED_U16, 2, STRIDED_LIST(2, 3), NULL);
    STRIDED_AUTO strided_tensor *planes = wrap(to + 7, STRIDED_U16, 2, STRIDED_LIST(2, 4), STRIDED_LIST(-1, -2));
    struct scatter s = { .op = SCATTER_PUT, .nspatial = 1, .dst = planes, .src = src, .idx = idx };
    assert_int_equal(strided__scatter_check("t", &s), STRIDED_OK);
    strided__scatter_run(&s, NULL);
    assert_memory_equal(to, want, sizeof to);
}

static void adds_by_type(void **state)
{
    (void)state;
    int64_t place[3] = { 1, 1, 0 };
    float f[3] = { 1, 2, 4 }, fsum[2] = { 10, 20 };
    double d[3] = { 1, 2, 4 }, dsum[2] = { 10, 20 };
    int32_t i[3] = { INT32_MAX, 1, 4 }, isum[2] = { 10, 0 };
    int64_t l[3] = { INT64_MAX, 1, 4 }, lsum[2] = { 10, 0 };
    STRIDED_AUTO strided_tensor *idx = wrap(place, STRIDED_I64, 1, STRIDED_LIST(3), NULL);
    const struct { strided_dtype dtype; void *from, *to; } all[] = {
        { STRIDED_F32, f, fsum }, { STRIDED_F64, d, dsum }, { STRIDED_I32, i, isum }, { STRIDED_I64, l, lsum } };
    for (int k = 0; k < 4; k++) {
        STRIDED_AUTO strided_tensor *src = wrap(all[k].from, all[k].dtype, 1, STRIDED_LIST(3), NULL);
        STRIDED_AUTO strided_tensor *dst = wrap(all[k].to, all[k].dtype, 1, STRIDED_LIST(2), NULL);
        strided__scatter_run(&(struct scatter){ .op = SCATTER_ADD, .nspatial = 1, .dst = dst, .src = src, .idx = idx }, NULL);
    }
    assert_true(fsum[0] == 14 && fsum[1] == 23 && dsum[0] == 14 && dsum[1] == 23);
    assert_int_equal(isum[1], INT32_MIN);
    assert_true(lsum[1] == INT64_MIN && lsum[0] == 14 && isum[0] == 14);
}

enum { PLANES = 100, WINDOWS = 30, PLANE = 20 };

static void threads_change_nothing(void **state)
{
    (void)state;
    static int64_t place[PLANES * WINDOWS];
    static float from[PLANES * WINDOWS], one[PLANES * PLANE], many[PLANES * PLANE];
    for (int i = 0; i < PLANES * WINDOWS; i++) {
        place[i] = i * 7919 % (PLANE + 1) - 1;
        from[i] = (float)(i * 31 % 97) / 7;
    }
    STRIDED_AUTO strided_tensor *idx = wrap(place, STRIDED_I64, 2, STRIDED_LIST(PLANES, WINDOWS), NULL);
    STRIDED_AUTO strided_tensor *src = wrap(from, STRIDED_F32, 2, STRIDED_LIST(PLANES, WINDOWS), NULL);
    STRIDED_AUTO strided_tensor *a = wrap(one, STRIDED_F32, 2, STRIDED_LIST(PLANES, PLANE), NULL);
    STRIDED_AUTO strided_tensor *b = wrap(many, STRIDED_F32, 2, STRIDED_LIST(PLANES, PLANE), NULL);
    strided_context *ctx = eager_context(&(strided_config){ .threads = 3 });
    strided__scatter_run(&(struct scatter){ .op = SCATTER_ADD, .nspatial = 1, .dst = a, .src = src, .idx = idx }, NULL);
    strided__scatter_run(&(struct scatter){ .op = SCATTER_ADD, .nspatial = 1, .dst = b, .src = src, .idx = idx }, ctx);
    assert_memory_equal(one, many, sizeof one);
    strided_context_release(ctx);
}

static void refuses_places(void **state)
{
    (void)state;
    int64_t place[2] = { 3, -2 };
    STRIDED_AUTO strided_tensor *idx = wrap(place, STRIDED_I64, 1, STRIDED_LIST(2), NULL);
    STRIDED_AUTO strided_tensor *none = wrap(place, STRIDED_I64, 1, STRIDED_LIST(0), NULL);
    STRIDED_AUTO strided_tensor *dst = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4));
    struct scatter s = { .op = SCATTER_ADD, .nspatial = 1, .dst = dst, .src = idx, .idx = idx };
    assert_int_equal(strided__scatter_check("t", &s), STRIDED_ERR_BOUNDS);
    place[1] = INT64_MIN;
    assert_int_equal(strided__scatter_check("t", &s), STRIDED_ERR_BOUNDS);
    place[1] = 4;
    assert_int_equal(strided__scatter_check("t", &s), STRIDED_ERR_BOUNDS);
    place[1] = -1;
    assert_int_equal(strided__scatter_check("t", &s), STRIDED_OK);
    s.src = s.idx = none;
    assert_int_equal(strided__scatter_check("t", &s), STRIDED_OK);
    strided__scatter_run(&s, NULL);
}

STRIDED_TEST_GROUP("nest/scatter", cmocka_unit_test(puts_the_last), cmocka_unit_test(adds_by_type),
                   cmocka_unit_test(threads_change_nothing), cmocka_unit_test(refuses_places))
