/*
 * test_concat.c - strided_concat() along every axis, over layouts and dtypes.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"

#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct params { int n, axis; };

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct params *p = params;
    return strided_concat(out[0], p->n, in, p->axis);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct params *p = params;
    int axis = p->axis < 0 ? p->axis + out[0]->ndim : p->axis;
    int64_t start = 0;
    for (int i = 0; i < p->n; i++) {
        int64_t at[STRIDED_MAX_NDIM] = {0};
        for (int64_t k = 0; k < in[i]->count; k++) {
            int64_t to[STRIDED_MAX_NDIM];
            for (int a = 0; a < in[i]->ndim; a++) to[a] = at[a] + (a == axis ? start : 0);
            out[0]->v[shape_flat(out[0]->ndim, out[0]->shape, to)] = in[i]->v[k];
            shape_next(in[i]->ndim, in[i]->shape, at);
        }
        start += in[i]->shape[axis];
    }
}

/* Inputs of these extents along axis, `shape` along the others. */
static struct trial trial_of(const struct params *p, strided_dtype to, strided_dtype from, int ndim, const int64_t *shape,
                             const int64_t *extents)
{
    struct trial t = trial_new("concat", call, reference, p);
    struct rng r = rng_seed((uint64_t)(p->n * 8 + p->axis + 20));
    int64_t total[STRIDED_MAX_NDIM], part[STRIDED_MAX_NDIM];
    int axis = p->axis < 0 ? p->axis + ndim : p->axis;
    for (int a = 0; a < ndim; a++) total[a] = part[a] = shape[a];
    total[axis] = 0;
    for (int i = 0; i < p->n; i++) {
        part[axis] = extents[i];
        total[axis] += extents[i];
        trial_in(&t, from, array_small(&r, from, ndim, part));
    }
    trial_out(&t, to, ndim, total);
    t.store = number_is_float(from) ? STORE_TRUNCATE : STORE_WRAP;
    return t;
}

static void every_axis(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3, 4 }, extents[] = { 3, 1, 0, 2, 5 };
    for (int axis = -3; axis < 3; axis++)
        for (int n = 1; n <= 5; n++) {
            struct params p = { n, axis };
            struct trial t = trial_of(&p, STRIDED_F32, STRIDED_F32, 3, shape, extents);
            trial_all(&t);
            arrays_release();
        }
}

static void every_pair_of_dtypes(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 0 }, extents[] = { 3, 2 };
    struct params p = { 2, 1 };
    for (int from = 0; from < NUMBER_DTYPES; from++)
        for (int to = 0; to < NUMBER_DTYPES; to++) {
            struct trial t = trial_of(&p, number_dtypes[to], number_dtypes[from], 2, shape, extents);
            t.mixes = 4;
            trial_run(&t);
            arrays_release();
        }
}

static void dtypes_mix(void **state)
{
    (void)state;
    struct rng r = rng_seed(3);
    struct params p = { 3, 0 };
    struct trial t = trial_new("concat, mixed dtypes", call, reference, &p);
    trial_out(&t, STRIDED_F64, 1, STRIDED_LIST(9));
    trial_in(&t, STRIDED_U8, array_small(&r, STRIDED_U8, 1, STRIDED_LIST(2)));
    trial_in(&t, STRIDED_F16, array_small(&r, STRIDED_F16, 1, STRIDED_LIST(4)));
    trial_in(&t, STRIDED_I64, array_small(&r, STRIDED_I64, 1, STRIDED_LIST(3)));
    trial_all(&t);
}

static void refusals(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3 }, extents[] = { 3, 1 };
    static const int axes[] = { 2, -3, INT32_MAX, INT32_MIN };
    struct params usual = { 2, 1 };
    struct trial t = trial_of(&usual, STRIDED_F32, STRIDED_F32, 2, shape, extents);
    for (size_t i = 0; i < COUNT(axes); i++) {
        struct params p = { 2, axes[i] };
        t.params = &p;
        trial_refused(&t, STRIDED_ERR_ARG);
    }
    for (int n = -1; n < 1; n++) {
        struct params p = { n, 1 };
        t.params = &p;
        trial_refused(&t, STRIDED_ERR_ARG);
    }
    float v = 0;
    strided_tensor *scalar = strided_wrap(NULL, &v, STRIDED_F32, 0, NULL, NULL), *y = strided_empty(NULL, STRIDED_F32, 0, NULL);
    assert_int_equal(strided_concat(y, STRIDED_TENSORS(scalar), 0), STRIDED_ERR_ARG);
    assert_int_equal(strided_concat(y, 1, NULL, 0), STRIDED_ERR_NULL);
    strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2)), *z = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4));
    strided_tensor *deep = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 1));
    assert_int_equal(strided_concat(z, STRIDED_TENSORS(x, deep), 0), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_concat(z, STRIDED_TENSORS(x), 0), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_concat(z, STRIDED_TENSORS(x, x, x), 0), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_concat(z, STRIDED_TENSORS(x, x), 0), STRIDED_OK);
    strided_tensor *one = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1)), *endless = strided_expand(one, STRIDED_DIMS(INT64_MAX));
    assert_int_equal(strided_concat(z, STRIDED_TENSORS(one, endless), 0), STRIDED_ERR_OVERFLOW);
    strided_release(endless);
    strided_release(one);
    strided_release(deep);
    strided_release(z);
    strided_release(x);
    strided_release(y);
    strided_release(scalar);
}

STRIDED_TEST_GROUP("ops/concat",
    cmocka_unit_test(every_axis),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(dtypes_mix),
    cmocka_unit_test(refusals))
