/*
 * test_accumulate.c - strided_accumulate(): dst += src, also where elements of dst meet: col2im is accumulating
 * through a window.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/operand.h"
#include "support/trial.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    (void)params;
    return strided_accumulate(out[0], in[0]);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    struct array *a = array_broadcast(in[0], out[0]->ndim, out[0]->shape);
    for (int64_t i = 0; i < a->count; i++) out[0]->v[i] += a->v[i];
}

static struct trial trial_of(char name[60], struct rng *r, strided_dtype to, int ndim, const int64_t *shape, strided_dtype from,
                             int from_ndim, const int64_t *from_shape)
{
    snprintf(name, 60, "accumulate %s into %s", strided_dtype_name(from), strided_dtype_name(to));
    struct trial t = trial_new(name, call, reference, NULL);
    struct trial_operand *dst = trial_inout(&t, to, array_small(r, to, ndim, shape));
    dst->may_meet = dst->any_rank = 1;
    t.elementwise = 1;
    trial_in(&t, from, array_small(r, from, from_ndim, from_shape));
    t.store = number_is_float(to) || number_is_float(from) ? STORE_ROUND : STORE_WRAP;
    return t;
}

static void every_pair_of_dtypes(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3, 9 };
    char name[60];
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_DTYPES; to++) {
            struct rng r = rng_seed((uint64_t)(from * 16 + to));
            struct trial t = trial_of(name, &r, number_dtypes[to], 2, shape, number_dtypes[from], 2, shape);
            t.mixes = 8;
            trial_run(&t);
            arrays_release();
        }
}

static void shapes_and_broadcasting(void **state)
{
    (void)state;
    static const struct { int n, m; int64_t shape[4], from[4]; } list[] = {
        { 0, 0, {0}, {0} }, { 1, 1, { 0 }, { 0 } }, { 1, 1, { 70 }, { 70 } }, { 1, 0, { 5 }, {0} }, { 2, 2, { 3, 4 }, { 3, 1 } },
        { 2, 1, { 3, 4 }, { 4 } }, { 3, 3, { 2, 3, 4 }, { 2, 3, 4 } }, { 3, 3, { 2, 0, 4 }, { 1, 1, 4 } },
        { 4, 2, { 2, 1, 3, 5 }, { 3, 1 } },
    };
    char name[60];
    for (size_t i = 0; i < COUNT(list); i++) {
        struct rng r = rng_seed(i);
        struct trial t = trial_of(name, &r, STRIDED_F32, list[i].n, list[i].shape, STRIDED_F32, list[i].m, list[i].from);
        t.out[0].loose = t.in[0].loose = 1;
        trial_all(&t);
        arrays_release();
    }
}

static void refusals(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3 };
    char name[60];
    struct rng r = rng_seed(1);
    struct trial t = trial_of(name, &r, STRIDED_F32, 2, shape, STRIDED_F32, 2, shape);
    trial_refuse(&t);
    struct trial deep = trial_of(name, &r, STRIDED_F32, 2, shape, STRIDED_F32, 3, STRIDED_LIST(1, 2, 3));
    trial_refused(&deep, STRIDED_ERR_SHAPE);
}

/* x += x is element by element; x += a part of x is not. */
static void itself(void **state)
{
    (void)state;
    float v[6] = { 1, 2, 3, 4, 5, 6 };
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, 2, STRIDED_LIST(2, 3), NULL), *row = strided_select(x, 0, 1);
    assert_int_equal(strided_accumulate(x, x), STRIDED_OK);
    for (int i = 0; i < 6; i++) assert_true(v[i] == (float)(2 * i + 2));
    assert_int_equal(strided_accumulate(x, row), STRIDED_ERR_OVERLAP);
    strided_tensor *one = strided_broadcast_to(row, STRIDED_DIMS(4, 3));
    assert_int_equal(strided_accumulate(one, one), STRIDED_ERR_OVERLAP);
    for (int i = 0; i < 6; i++) assert_true(v[i] == (float)(2 * i + 2));
    strided_release(one);
    strided_release(row);
    strided_release(x);
}

/* dst has these strides over a storage of n, src is anything of that shape. */
static void accumulate_through(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape, const int64_t *strides,
                               int64_t offset, int64_t n, int layout, uint64_t seed)
{
    struct rng r = rng_seed(seed);
    struct array *start = array_small(&r, dtype, 1, &n), *src = array_small(&r, dtype, ndim, shape);
    struct operand *x = operand_new(ctx, layout, LAYOUT_INPUT, GUARD_AFTER, dtype, ndim, shape, src);
    struct operand *store = operand_new(ctx, LAYOUT_CONTIGUOUS, LAYOUT_OUTPUT, GUARD_AFTER, dtype, 1, &n, start);
    if (x != NULL) {
        src = operand_read(x);
        int64_t index[STRIDED_MAX_NDIM] = {0};
        for (int64_t i = 0; i < src->count; i++) {
            int64_t at = offset;
            for (int a = 0; a < ndim; a++) at += index[a] * strides[a];
            start->v[at] += src->v[i];
            shape_next(ndim, shape, index);
        }
        strided_tensor *dst = strided_as_strided(store->tensor, ndim, shape, strides, offset);
        assert_non_null(dst);
        assert_int_equal(strided_accumulate(dst, x->tensor), STRIDED_OK);
        struct array *got = operand_read(store);
        for (int64_t i = 0; i < n; i++)
            if (got->v[i] != number_stored(dtype, start->v[i], STORE_WRAP))
                fail_msg("accumulate %s, layout %s, seed %d: element %d is %g, wanted %g", strided_dtype_name(dtype),
                         layout_name(layout), (int)seed, (int)i, got->v[i], start->v[i]);
        strided_release(dst);
    }
    operand_free(store);
    operand_free(x);
    arrays_release();
}

static void elements_that_meet(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[4], strides[4], offset, n; } list[] = {
        { 1, { 7 }, { 0 }, 0, 1 },
        { 2, { 5, 3 }, { 1, 1 }, 0, 7 },
        { 2, { 5, 3 }, { 2, 1 }, 1, 12 },
        { 2, { 40, 9 }, { 1, 1 }, 0, 48 },
        { 2, { 6, 4 }, { -1, 2 }, 5, 12 },
        { 3, { 2, 3, 4 }, { 12, 0, 1 }, 0, 16 },
        { 4, { 3, 3, 2, 2 }, { 4, 1, 4, 1 }, 0, 16 },
        { 4, { 2, 3, 3, 2 }, { 10, 1, 5, 2 }, 0, 30 },
    };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int layout = 0; layout < LAYOUTS; layout++)
            for (int context = 0; context < TRIAL_CONTEXTS; context++)
                for (int d = 0; d < NUMBER_DTYPES; d += layout == 0 ? 1 : 7)
                    if (number_dtypes[d] != STRIDED_BF16 && number_dtypes[d] != STRIDED_BOOL)
                        accumulate_through(trial_context(context), number_dtypes[d], list[i].ndim, list[i].shape, list[i].strides,
                                           list[i].offset, list[i].n, layout, i);
}

/* Enough elements to be divided among threads; and where they meet, that must not be. */
static void large(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3, 90, 77 }, window[] = { 40, 20, 5, 5 }, strides[] = { 24, 1, 24, 1 };
    char name[60];
    struct rng r = rng_seed(1);
    struct trial t = trial_of(name, &r, STRIDED_F32, 3, shape, STRIDED_F32, 3, shape);
    t.mixes = 12;
    trial_mixed(&t);
    for (int context = 0; context < TRIAL_CONTEXTS; context++)
        accumulate_through(trial_context(context), STRIDED_F32, 4, window, strides, 0, 44 * 24, context, 9);
}

/* Where elements meet, they are added in row-major order of src: 1e8 + 1 - 1e8 is 0 in f32, 1e8 - 1e8 + 1 is 1. */
static void order_of_additions(void **state)
{
    (void)state;
    float forward[3] = { 1e8f, 1, -1e8f }, other[3] = { 1e8f, -1e8f, 1 }, sum = 0;
    for (int context = 0; context < TRIAL_CONTEXTS; context++) {
        strided_tensor *y = strided_wrap(trial_context(context), &sum, STRIDED_F32, 1, STRIDED_LIST(3), STRIDED_LIST(0));
        strided_tensor *x = strided_wrap(NULL, forward, STRIDED_F32, 1, STRIDED_LIST(3), NULL);
        strided_tensor *z = strided_wrap(NULL, other, STRIDED_F32, 1, STRIDED_LIST(3), NULL);
        sum = 0;
        assert_int_equal(strided_accumulate(y, x), STRIDED_OK);
        assert_true(sum == 0);
        assert_int_equal(strided_accumulate(y, z), STRIDED_OK);
        assert_true(sum == 1);
        strided_release(z);
        strided_release(x);
        strided_release(y);
    }
}

STRIDED_TEST_GROUP("ops/accumulate",
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(shapes_and_broadcasting),
    cmocka_unit_test(refusals),
    cmocka_unit_test(itself),
    cmocka_unit_test(elements_that_meet),
    cmocka_unit_test(order_of_additions),
    cmocka_unit_test(large))
