/*
 * test_resize.c - nearest and bilinear resizing, up, down, by whole and other factors, against the reference.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"

#include <stdio.h>

struct resize { strided_resize_mode mode; int nd; };

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct resize *p = params;
    return strided_resize(out[0], in[0], p->mode, p->nd);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct resize *p = params;
    ref_resize(out[0], in[0], p->mode, p->nd);
}

static void try(strided_resize_mode mode, int nd, strided_dtype dtype, int ndim, const int64_t *from, const int64_t *to)
{
    struct rng r = rng_seed(7);
    const struct resize p = { mode, nd };
    struct trial t = trial_new("resize", call, reference, &p);
    trial_out(&t, dtype, ndim, to)->loose = 1;
    trial_in(&t, dtype, array_small(&r, dtype, ndim, from))->loose = 1;
    t.store = STORE_ROUND;
    t.ulp = mode == STRIDED_RESIZE_NEAREST ? 0 : 1;
    t.absolute = number_is_float(dtype) && mode != STRIDED_RESIZE_NEAREST ? 1e-5 : 0;
    trial_all(&t);
    arrays_release();
}

static void one_axis(void **state)
{
    (void)state;
    for (int mode = STRIDED_RESIZE_NEAREST; mode <= STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS; mode++)
        for (int64_t n = 1; n <= 7; n += 2)
            for (int64_t o = 1; o <= 15; o += n < 7 ? 3 : 1)
                try((strided_resize_mode)mode, 1, STRIDED_F32, 2, STRIDED_LIST(2, n), STRIDED_LIST(2, o));
}

static void several_axes(void **state)
{
    (void)state;
    for (int mode = STRIDED_RESIZE_NEAREST; mode <= STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS; mode++) {
        try((strided_resize_mode)mode, 2, STRIDED_F32, 4, STRIDED_LIST(1, 2, 4, 6), STRIDED_LIST(1, 2, 6, 4));
        try((strided_resize_mode)mode, 3, STRIDED_F64, 3, STRIDED_LIST(2, 3, 4), STRIDED_LIST(4, 5, 3));
        try((strided_resize_mode)mode, 2, STRIDED_U8, 2, STRIDED_LIST(4, 4), STRIDED_LIST(8, 2));
    }
    try(STRIDED_RESIZE_NEAREST, 2, STRIDED_I64, 2, STRIDED_LIST(3, 4), STRIDED_LIST(5, 9));
    try(STRIDED_RESIZE_NEAREST, 2, STRIDED_BOOL, 2, STRIDED_LIST(3, 4), STRIDED_LIST(5, 9));
}

/* Halves and quarters: exact in every float, and what is stored rounds as it does anywhere. */
static void every_dtype(void **state)
{
    (void)state;
    for (int mode = STRIDED_RESIZE_NEAREST; mode <= STRIDED_RESIZE_BILINEAR; mode++)
        for (int d = 0; d < NUMBER_DTYPES; d++)
            try((strided_resize_mode)mode, 2, number_dtypes[d], 3, STRIDED_LIST(2, 2, 4), STRIDED_LIST(2, 4, 2));
}

static void geometries(void **state)
{
    (void)state;
    for (int i = 0; i < 240; i++) {
        char name[60];
        struct rng r = rng_seed((uint64_t)i);
        int nd = 1 + i % 3, outer = (int)rng_between(&r, 0, 2), rank = nd + outer;
        const struct resize p = { (strided_resize_mode)(i / 3 % 3), nd };
        strided_dtype dtype = number_floats[i % NUMBER_FLOATS];
        int64_t x[5], y[5], most = nd == 1 ? 40 : nd == 2 ? 9 : 5;
        rng_shape(&r, rank, 1, most, x);
        rng_shape(&r, rank, 0, most, y);
        for (int a = 0; a < outer; a++) y[a] = x[a] = rng_between(&r, 0, 2);
        snprintf(name, sizeof name, "resize mode %d, geometry %d", (int)p.mode, i);
        struct trial t = trial_new(name, call, reference, &p);
        trial_out(&t, dtype, rank, y);
        trial_in(&t, dtype, array_real(&r, -1, 1, rank, x));
        t.mixes = 8;
        t.ulp = p.mode == STRIDED_RESIZE_NEAREST ? 0 : 1;
        t.absolute = p.mode == STRIDED_RESIZE_NEAREST ? 0 : dtype == STRIDED_F64 ? 1e-14 : 1e-6;
        trial_mixed(&t);
        arrays_release();
    }
}

/* A resize to the same extents is a copy; one to twice as many repeats, or blends by quarters. */
static void known_results(void **state)
{
    (void)state;
    float v[3] = { 0, 4, 8 }, y[6];
    static const float twice[] = { 0, 0, 4, 4, 8, 8 }, blend[] = { 0, 1, 3, 5, 7, 8 };
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, 1, STRIDED_LIST(3), NULL), *same = strided_empty_like(x);
    STRIDED_AUTO strided_tensor *large = strided_wrap(NULL, y, STRIDED_F32, 1, STRIDED_LIST(6), NULL);
    for (int mode = STRIDED_RESIZE_NEAREST; mode <= STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS; mode++) {
        assert_int_equal(strided_resize(same, x, (strided_resize_mode)mode, 1), STRIDED_OK);
        assert_memory_equal(strided_const_data(same), v, sizeof v);
    }
    assert_int_equal(strided_resize(large, x, STRIDED_RESIZE_NEAREST, 1), STRIDED_OK);
    assert_memory_equal(y, twice, sizeof y);
    assert_int_equal(strided_resize(large, x, STRIDED_RESIZE_BILINEAR, 1), STRIDED_OK);
    assert_memory_equal(y, blend, sizeof y);
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(3, 4));
    STRIDED_AUTO strided_tensor *none = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(3, 0));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(3, 8));
    STRIDED_AUTO strided_tensor *z = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(4, 8));
    const strided_resize_mode near = STRIDED_RESIZE_NEAREST;
    refused_doing(STRIDED_ERR_ARG, "resize", strided_resize(y, x, near, 0));
    refused_doing(STRIDED_ERR_ARG, "resize", strided_resize(y, x, near, 3));
    refused_doing(STRIDED_ERR_ARG, "resize", strided_resize(y, x, (strided_resize_mode)3, 1));
    refused_doing(STRIDED_ERR_SHAPE, "resize", strided_resize(z, x, near, 1));
    refused_doing(STRIDED_ERR_SHAPE, "resize", strided_resize(y, none, near, 1));
    assert_int_equal(strided_resize(none, x, near, 1), STRIDED_OK);
    refused_doing(STRIDED_ERR_ARG, "resize", strided_resize(y, x, near, -1));
    refused_doing(STRIDED_ERR_ARG, "resize", strided_resize(y, x, near, INT32_MAX));
    refused_doing(STRIDED_ERR_ARG, "resize", strided_resize(y, x, near, INT32_MIN));
    refused_doing(STRIDED_ERR_ARG, "resize", strided_resize(y, x, (strided_resize_mode)-1, 1));
    STRIDED_AUTO strided_tensor *nothing = strided_empty_like(none);
    assert_int_equal(strided_resize(nothing, none, near, 1), STRIDED_OK);
    STRIDED_AUTO strided_tensor *deep = strided_unsqueeze(x, 0), *high = strided_zeros(NULL, STRIDED_F32, 3, STRIDED_LIST(2, 3, 8));
    refused_doing(STRIDED_ERR_SHAPE, "resize", strided_resize(high, deep, near, 1));
    static const int64_t far[] = { INT64_MAX, INT64_MAX / 4, ((int64_t)1 << 60) + 1 };
    for (int i = 0; i < 3; i++) {
        STRIDED_AUTO strided_tensor *geometry = strided_wrap(NULL, NULL, STRIDED_F32, 1, &far[i], STRIDED_LIST(0));
        STRIDED_AUTO strided_tensor *one = strided_zeros(NULL, STRIDED_F32, 1, STRIDED_LIST(1));
        refused_doing(STRIDED_ERR_OVERFLOW, "resize", strided_resize(geometry, one, near, 1));
    }
}

STRIDED_TEST_GROUP("ops/resize", cmocka_unit_test(one_axis), cmocka_unit_test(several_axes), cmocka_unit_test(every_dtype),
                   cmocka_unit_test(geometries), cmocka_unit_test(known_results), cmocka_unit_test(refusals))
