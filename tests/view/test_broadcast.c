/*
 * test_broadcast.c - axes of extent 1: unsqueeze, squeeze, broadcast_to, expand, broadcast_shape.
 */
#include "positions.h"
#include "support/oom.h"

static void unsqueezes(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){2, 3});
    is_view(strided_unsqueeze(x, 0), 0, 3, STRIDED_LIST(1, 2, 3), STRIDED_LIST(6, 3, 1));
    is_view(strided_unsqueeze(x, 1), 0, 3, STRIDED_LIST(2, 1, 3), STRIDED_LIST(3, 3, 1));
    is_view(strided_unsqueeze(x, 2), 0, 3, STRIDED_LIST(2, 3, 1), STRIDED_LIST(3, 1, 1));
    is_view(strided_unsqueeze(x, -1), 0, 3, STRIDED_LIST(2, 3, 1), STRIDED_LIST(3, 1, 1));
    is_view(strided_unsqueeze(x, -3), 0, 3, STRIDED_LIST(1, 2, 3), STRIDED_LIST(6, 3, 1));
    STRIDED_AUTO strided_tensor *front = strided_unsqueeze(x, 0), *end = strided_unsqueeze(x, 2);
    assert_int_equal(strided_stride(front, 0), 6);
    assert_int_equal(strided_stride(end, 2), 1);
    refused(STRIDED_ERR_ARG, "unsqueeze", strided_unsqueeze(x, 3));
    refused(STRIDED_ERR_ARG, "unsqueeze", strided_unsqueeze(x, -4));
    refused(STRIDED_ERR_ARG, "unsqueeze", strided_unsqueeze(x, INT32_MIN));
    assert_null(strided_unsqueeze(NULL, 0));
}

static void sixteen_axes_and_no_more(void **state)
{
    (void)state;
    strided_tensor *x = positions(1);
    for (int n = 1; n < STRIDED_MAX_NDIM; n++) {
        strided_tensor *t = strided_unsqueeze(x, n / 2);
        assert_non_null(t);
        strided_release(x);
        x = t;
    }
    assert_int_equal(strided_ndim(x), STRIDED_MAX_NDIM);
    refused(STRIDED_ERR_ARG, "unsqueeze", strided_unsqueeze(x, 0));
    is_view(strided_squeeze(x, STRIDED_NO_DIMS), 0, 0, NULL, NULL);
    strided_release(x);
}

static void squeezes(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(4, (int64_t[]){1, 2, 1, 3});
    is_view(strided_squeeze(x, STRIDED_NO_DIMS), 0, 2, STRIDED_LIST(2, 3), STRIDED_LIST(3, 1));
    is_view(strided_squeeze(x, STRIDED_DIMS(0)), 0, 3, STRIDED_LIST(2, 1, 3), STRIDED_LIST(3, 3, 1));
    is_view(strided_squeeze(x, STRIDED_DIMS(-2)), 0, 3, STRIDED_LIST(1, 2, 3), STRIDED_LIST(6, 3, 1));
    is_view(strided_squeeze(x, STRIDED_DIMS(2, 1, 0)), 0, 2, STRIDED_LIST(2, 3), STRIDED_LIST(3, 1));
    is_view(strided_squeeze(x, STRIDED_DIMS(1)), 0, 4, STRIDED_LIST(1, 2, 1, 3), STRIDED_LIST(6, 3, 3, 1));
    is_view(strided_squeeze(x, 0, STRIDED_LIST(0)), 0, 4, STRIDED_LIST(1, 2, 1, 3), STRIDED_LIST(6, 3, 3, 1));
    refused(STRIDED_ERR_ARG, "squeeze", strided_squeeze(x, STRIDED_DIMS(4)));
    refused(STRIDED_ERR_ARG, "squeeze", strided_squeeze(x, STRIDED_DIMS(0, -4)));
    refused(STRIDED_ERR_ARG, "squeeze", strided_squeeze(x, -1, NULL));
    refused(STRIDED_ERR_NULL, "squeeze", strided_squeeze(x, 1, NULL));
    assert_null(strided_squeeze(NULL, STRIDED_NO_DIMS));
}

/* ---- broadcast_to and expand ------------------------------------------------------------------------ */

static void try_stretch(const strided_tensor *x, int ndim, const int64_t *shape)
{
    int lead = ndim - strided_ndim(x), fits = lead >= 0, fits_kept = fits, negative = 0;
    int64_t kept[3], strides[3];
    for (int a = 0; fits_kept && a < ndim; a++) {
        int64_t have = a < lead ? 1 : strided_dim(x, a - lead);
        kept[a] = shape[a] == -1 ? have : shape[a];
        negative |= shape[a] < 0;
        fits = fits && shape[a] >= 0 && (have == 1 || have == shape[a]);
        fits_kept = (shape[a] >= 0 || a >= lead) && (have == 1 || have == kept[a]);
        strides[a] = a < lead || have == 1 ? 0 : strided_stride(x, a - lead);
    }
    char call[100];
    snprintf(call, sizeof call, "to %d axes: %" PRId64 " %" PRId64 " %" PRId64, ndim, shape[0], shape[1], shape[2]);
    strided_tensor *b = strided_broadcast_to(x, ndim, shape), *e = strided_expand(x, ndim, shape);
    if (fits) check_view(call, b, strided_offset(x), ndim, shape, strides);
    else assert_null(b);
    if (fits_kept) check_view(call, e, strided_offset(x), ndim, kept, strides);
    else assert_null(e);
    if (lead >= 0 && !negative && !fits)
        check_refusal(call, STRIDED_ERR_SHAPE, "expand", strided_error_status());
}

static void every_small_stretch(void **state)
{
    (void)state;
    int64_t from[2], to[3];
    for (from[0] = 0; from[0] <= 3; from[0]++)
        for (from[1] = 0; from[1] <= 3; from[1]++) {
            STRIDED_AUTO strided_tensor *x = positions_shaped(2, from);
            for (to[0] = -1; to[0] <= 3; to[0]++)
                for (to[1] = -1; to[1] <= 3; to[1]++)
                    for (to[2] = -1; to[2] <= 3; to[2]++)
                        for (int ndim = 1; ndim <= 3; ndim++) try_stretch(x, ndim, to);
        }
}

static void stretch_refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){1, 3}), *one = positions(1);
    STRIDED_AUTO strided_tensor *scalar = strided_select(one, 0, 0);
    const int64_t big[17] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3};
    refused(STRIDED_ERR_SHAPE, "broadcast_to", strided_broadcast_to(x, STRIDED_DIMS(1, 4)));
    refused(STRIDED_ERR_SHAPE, "broadcast_to", strided_broadcast_to(x, STRIDED_DIMS(1, 0)));
    refused(STRIDED_ERR_ARG, "broadcast_to", strided_broadcast_to(x, STRIDED_DIMS(-1, 3)));
    refused(STRIDED_ERR_ARG, "broadcast_to", strided_broadcast_to(x, STRIDED_DIMS(3)));
    refused(STRIDED_ERR_ARG, "broadcast_to", strided_broadcast_to(x, 17, big));
    is_view(strided_broadcast_to(x, 16, big + 1), 0, 16, big + 1, STRIDED_LIST(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
    refused(STRIDED_ERR_ARG, "broadcast_to", strided_broadcast_to(scalar, -1, big));
    refused(STRIDED_ERR_NULL, "broadcast_to", strided_broadcast_to(x, 2, NULL));
    refused(STRIDED_ERR_OVERFLOW, "broadcast_to", strided_broadcast_to(x, STRIDED_DIMS(INT64_MAX, 1, 3)));
    refused(STRIDED_ERR_ARG, "expand", strided_expand(x, STRIDED_DIMS(-1, 1, 3)));
    refused(STRIDED_ERR_ARG, "expand", strided_expand(x, STRIDED_DIMS(-2, 3)));
    refused(STRIDED_ERR_ARG, "expand", strided_expand(x, STRIDED_DIMS(INT64_MIN, 3)));
    assert_null(strided_broadcast_to(NULL, STRIDED_NO_DIMS));
    assert_null(strided_expand(NULL, STRIDED_NO_DIMS));
    is_view(strided_broadcast_to(scalar, STRIDED_NO_DIMS), 0, 0, NULL, NULL);
    STRIDED_AUTO strided_tensor *huge = strided_broadcast_to(one, STRIDED_DIMS(INT64_MAX));
    assert_int_equal(strided_count(huge), INT64_MAX);
    assert_int_equal(strided_stride(huge, 0), 0);
}

/* ---- broadcast_shape --------------------------------------------------------------------------------- */

static void common_shapes(void **state)
{
    (void)state;
    int64_t from[4], shape[STRIDED_MAX_NDIM];
    int ndim;
    for (from[0] = 0; from[0] <= 3; from[0]++)
        for (from[1] = 0; from[1] <= 3; from[1]++)
            for (from[2] = 0; from[2] <= 3; from[2]++) {
                STRIDED_AUTO strided_tensor *a = positions_shaped(2, from), *b = positions_shaped(1, from + 2);
                int fits = from[1] == from[2] || from[1] == 1 || from[2] == 1;
                int64_t want = from[1] == 1 ? from[2] : from[1];
                for (int swap = 0; swap < 2; swap++) {
                    ndim = -7;
                    shape[0] = shape[1] = -7;
                    strided_status s = strided_broadcast_shape(&ndim, shape, STRIDED_TENSORS(swap ? b : a, swap ? a : b));
                    assert_int_equal(s, fits ? STRIDED_OK : STRIDED_ERR_SHAPE);
                    assert_int_equal(ndim, fits ? 2 : -7);
                    assert_int_equal(shape[0], fits ? from[0] : -7);
                    assert_int_equal(shape[1], fits ? want : -7);
                }
            }
}

static void common_shape_of_few(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){1, 3}), *y = positions_shaped(3, (int64_t[]){2, 5, 1});
    int64_t shape[STRIDED_MAX_NDIM];
    int ndim = -1;
    assert_int_equal(strided_broadcast_shape(&ndim, shape, 0, NULL), STRIDED_OK);
    assert_int_equal(ndim, 0);
    assert_int_equal(strided_broadcast_shape(&ndim, shape, STRIDED_TENSORS(x, y, x)), STRIDED_OK);
    assert_int_equal(ndim, 3);
    assert_memory_equal(shape, STRIDED_LIST(2, 5, 3), 3 * sizeof *shape);
    STRIDED_AUTO strided_tensor *z = positions_shaped(2, (int64_t[]){4, 1});
    assert_int_equal(strided_broadcast_shape(&ndim, shape, STRIDED_TENSORS(y, z)), STRIDED_ERR_SHAPE);
    assert_string_equal(strided_error(), "broadcast_shape: axis 1 has extents 5 and 4");
    refused_doing(STRIDED_ERR_ARG, "broadcast_shape", strided_broadcast_shape(&ndim, shape, -1, NULL));
    refused_doing(STRIDED_ERR_NULL, "broadcast_shape", strided_broadcast_shape(&ndim, shape, 1, NULL));
    refused_doing(STRIDED_ERR_NULL, "broadcast_shape", strided_broadcast_shape(NULL, shape, 0, NULL));
    refused_doing(STRIDED_ERR_NULL, "broadcast_shape", strided_broadcast_shape(&ndim, NULL, 0, NULL));
    assert_int_equal(strided_broadcast_shape(&ndim, shape, STRIDED_TENSORS(x, NULL)), STRIDED_ERR_NULL);
}

static strided_status attempt(void *job)
{
    strided_tensor *const views[] = {strided_unsqueeze(job, 0), strided_squeeze(job, STRIDED_NO_DIMS),
                                     strided_broadcast_to(job, STRIDED_DIMS(4, 2)), strided_expand(job, STRIDED_DIMS(-1, 2))};
    return oom_made((int)(sizeof views / sizeof *views), views);
}

static void out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(oom_sweep_views("unsqueeze, squeeze, broadcast_to, expand", attempt, STRIDED_DIMS(4, 1)), 4);
}

STRIDED_TEST_GROUP("view/broadcast", cmocka_unit_test(unsqueezes), cmocka_unit_test(sixteen_axes_and_no_more),
                   cmocka_unit_test(squeezes), cmocka_unit_test(every_small_stretch),
                   cmocka_unit_test(stretch_refusals), cmocka_unit_test(common_shapes),
                   cmocka_unit_test(common_shape_of_few), cmocka_unit_test(out_of_memory))
