/*
 * test_reshape.c - reshape, flatten, unflatten: a view exactly where strides can say it.
 *
 * What is wanted is found without the library: read the elements in row-major order into the new shape; if their
 * places in memory are a linear function of the new index, those are the strides, else none exist.
 */
#include "positions.h"
#include "support/oom.h"

enum { MOST = 64 };

/* 1 if strides exist for the places given, in row-major order of `shape`. Not for empty shapes. */
static int find_strides(const int64_t *place, int ndim, const int64_t *shape, int64_t *strides)
{
    int64_t index[STRIDED_MAX_NDIM] = {0}, flat = 0, step = 1;
    for (int a = ndim - 1; a >= 0; a--) {
        strides[a] = shape[a] > 1 ? place[step] - place[0] : 0;
        step *= shape[a];
    }
    do {
        int64_t at = place[0];
        for (int a = 0; a < ndim; a++) at += index[a] * strides[a];
        if (at != place[flat++]) return 0;
    } while (shape_next(ndim, shape, index));
    return 1;
}

static void read_places(const strided_tensor *x, int64_t place[MOST])
{
    int64_t index[STRIDED_MAX_NDIM] = {0}, flat = 0;
    do place[flat++] = strided_get_int(x, strided_ndim(x), index);
    while (shape_next(strided_ndim(x), strided_shape(x), index));
}

/* `t` is what came back for x under this shape. */
static void check_shape_of(const strided_tensor *x, const char *who, strided_tensor *t, int ndim, const int64_t *shape)
{
    int64_t place[MOST] = {0}, strides[STRIDED_MAX_NDIM];
    char text[2048], call[2300];
    snprintf(call, sizeof call, "%s to %d axes %" PRId64 " %" PRId64 " %" PRId64 " of %s", who, ndim,
             ndim > 0 ? shape[0] : 0, ndim > 1 ? shape[1] : 0, ndim > 2 ? shape[2] : 0, view_text(x, text));
    if (strided_count(x) == 0) {
        check_view(call, t, 0, ndim, shape, shape);
        return;
    }
    read_places(x, place);
    if (find_strides(place, ndim, shape, strides)) check_view(call, t, place[0], ndim, shape, strides);
    else check_no_tensor(call, STRIDED_ERR_NEEDS_COPY, who, t);
}

static void try_shapes(const strided_tensor *x)
{
    int64_t n = strided_count(x), s[4];
    for (s[0] = 0; s[0] <= n; s[0]++)
        for (s[1] = 0; s[1] <= n; s[1]++)
            for (s[2] = 0; s[2] <= n; s[2]++)
                for (int ndim = 1; ndim <= 3; ndim++)
                    if (shape_count(ndim, s) == n) check_shape_of(x, "reshape", strided_reshape(x, ndim, s), ndim, s);
    for (int a = 0; a < strided_ndim(x); a++)
        for (int b = a; b < strided_ndim(x); b++) {
            int64_t flat[STRIDED_MAX_NDIM], run = 1;
            int k = 0;
            for (int i = 0; i < a; i++) flat[k++] = strided_dim(x, i);
            for (int i = a; i <= b; i++) run *= strided_dim(x, i);
            flat[k++] = run;
            for (int i = b + 1; i < strided_ndim(x); i++) flat[k++] = strided_dim(x, i);
            check_shape_of(x, "flatten", strided_flatten(x, a, b), k, flat);
            check_shape_of(x, "flatten", strided_flatten(x, a - strided_ndim(x), b), k, flat);
        }
}

static void try_layouts(const strided_tensor *all, int ndim, const int64_t *shape, int64_t most)
{
    int64_t strides[3];
    for (strides[0] = -most; strides[0] <= most; strides[0]++)
        for (strides[1] = -most; strides[1] <= most; strides[1]++)
            for (strides[2] = -most; strides[2] <= most; strides[2]++) {
                STRIDED_AUTO strided_tensor *x = strided_as_strided(all, ndim, shape, strides, 50);
                assert_non_null(x);
                try_shapes(x);
                if (ndim < 3 && strides[2] == -most) break;
            }
}

static void every_small_layout(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *all = positions(101);
    static const int64_t shapes[][3] = {{2, 2, 2}, {2, 1, 3}, {1, 4, 1}, {3, 2, 1}, {2, 0, 3}, {1, 1, 1}};
    for (int i = 0; i < 6; i++)
        for (int ndim = 2; ndim <= 3; ndim++) try_layouts(all, ndim, shapes[i], 4);
}

static void open_extents(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){4, 6}), *empty = strided_narrow(x, 0, 0, 0);
    is_view(strided_reshape(x, STRIDED_DIMS(-1)), 0, 1, STRIDED_LIST(24), STRIDED_LIST(1));
    is_view(strided_reshape(x, STRIDED_DIMS(2, -1, 3)), 0, 3, STRIDED_LIST(2, 4, 3), STRIDED_LIST(12, 3, 1));
    is_view(strided_reshape(x, STRIDED_DIMS(24, -1)), 0, 2, STRIDED_LIST(24, 1), STRIDED_LIST(1, 1));
    is_view(strided_reshape(empty, STRIDED_DIMS(-1, 3)), 0, 2, STRIDED_LIST(0, 3), STRIDED_LIST(3, 1));
    is_view(strided_reshape(empty, STRIDED_DIMS(7, 0, 2)), 0, 3, STRIDED_LIST(7, 0, 2), STRIDED_LIST(2, 2, 1));
    refused(STRIDED_ERR_SHAPE, "reshape", strided_reshape(empty, STRIDED_DIMS(-1, 0)));
    refused(STRIDED_ERR_SHAPE, "reshape", strided_reshape(x, STRIDED_DIMS(-1, 0)));
    refused(STRIDED_ERR_SHAPE, "reshape", strided_reshape(x, STRIDED_DIMS(-1, 5)));
    refused(STRIDED_ERR_SHAPE, "reshape", strided_reshape(x, STRIDED_DIMS(5, 5)));
    refused(STRIDED_ERR_SHAPE, "reshape", strided_reshape(x, STRIDED_DIMS(0)));
    refused(STRIDED_ERR_SHAPE, "reshape", strided_reshape(empty, STRIDED_DIMS(24)));
    refused(STRIDED_ERR_ARG, "reshape", strided_reshape(x, STRIDED_DIMS(-1, -1)));
    refused(STRIDED_ERR_ARG, "reshape", strided_reshape(x, STRIDED_DIMS(-2, -12)));
    refused(STRIDED_ERR_ARG, "reshape", strided_reshape(x, STRIDED_DIMS(INT64_MIN)));
    refused(STRIDED_ERR_OVERFLOW, "reshape", strided_reshape(x, STRIDED_DIMS(INT64_MAX, INT64_MAX)));
    refused(STRIDED_ERR_OVERFLOW, "reshape", strided_reshape(x, STRIDED_DIMS(INT64_MAX, -1, 2)));
}

static void reshape_refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions(1), *scalar = strided_select(x, 0, 0);
    const int64_t ones[17] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    is_view(strided_reshape(scalar, 16, ones), 0, 16, ones, ones);
    is_view(strided_reshape(x, 0, NULL), 0, 0, NULL, NULL);
    refused(STRIDED_ERR_ARG, "reshape", strided_reshape(x, 17, ones));
    refused(STRIDED_ERR_ARG, "reshape", strided_reshape(x, -1, ones));
    refused(STRIDED_ERR_NULL, "reshape", strided_reshape(x, 1, NULL));
    assert_null(strided_reshape(NULL, 0, NULL));
}

static void flatten_ranges(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){4, 6}), *one = positions(1);
    STRIDED_AUTO strided_tensor *scalar = strided_select(one, 0, 0);
    is_view(strided_flatten(scalar, 0, -1), 0, 1, STRIDED_LIST(1), STRIDED_LIST(1));
    refused(STRIDED_ERR_ARG, "flatten", strided_flatten(x, 1, 0));
    refused(STRIDED_ERR_ARG, "flatten", strided_flatten(x, 2, 2));
    refused(STRIDED_ERR_ARG, "flatten", strided_flatten(x, 0, 2));
    refused(STRIDED_ERR_ARG, "flatten", strided_flatten(x, INT32_MIN, INT32_MAX));
    refused(STRIDED_ERR_ARG, "flatten", strided_flatten(scalar, 0, 1));
    assert_null(strided_flatten(NULL, 0, -1));
    STRIDED_AUTO strided_tensor *huge =
        strided_as_strided(x, STRIDED_DIMS(0, INT64_MAX, INT64_MAX), STRIDED_LIST(1, 1, 1), 0);
    refused(STRIDED_ERR_OVERFLOW, "flatten", strided_flatten(huge, 1, 2));
}

/* A geometry so long that strides of merged axes do not fit. */
static void far_strides(void **state)
{
    (void)state;
    const int64_t half = (int64_t)1 << 62;
    STRIDED_AUTO strided_tensor *huge = strided_wrap(NULL, NULL, STRIDED_U8, STRIDED_DIMS(INT64_MAX), NULL);
    STRIDED_AUTO strided_tensor *two = strided_as_strided(huge, STRIDED_DIMS(2, 2), STRIDED_LIST(1, half), 0);
    refused(STRIDED_ERR_NEEDS_COPY, "reshape", strided_reshape(two, STRIDED_DIMS(4)));
    assert_string_equal(strided_error(), "reshape: x is (2, 2) with strides (1, 4611686018427387904); no strides say (4), clone() it first");
    STRIDED_AUTO strided_tensor *one = strided_as_strided(huge, STRIDED_DIMS(2), STRIDED_LIST(half), 0);
    STRIDED_AUTO strided_tensor *t = strided_reshape(one, STRIDED_DIMS(1, 2, 1));
    assert_non_null(t);
    assert_int_equal(strided_stride(t, 1), half);
}

static void unflattens(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){4, 6}), *back = strided_flip(x, STRIDED_DIMS(1));
    is_view(strided_unflatten(x, 1, STRIDED_DIMS(2, 3)), 0, 3, STRIDED_LIST(4, 2, 3), STRIDED_LIST(6, 3, 1));
    is_view(strided_unflatten(x, 0, STRIDED_DIMS(2, -1)), 0, 3, STRIDED_LIST(2, 2, 6), STRIDED_LIST(12, 6, 1));
    is_view(strided_unflatten(back, -1, STRIDED_DIMS(3, -1)), 5, 3, STRIDED_LIST(4, 3, 2), STRIDED_LIST(6, -2, -1));
    is_view(strided_unflatten(x, 0, STRIDED_DIMS(1, 4, 1)), 0, 4, STRIDED_LIST(1, 4, 1, 6), STRIDED_LIST(0, 6, 0, 1));
    STRIDED_AUTO strided_tensor *row = strided_narrow(x, 0, 1, 1), *none = strided_narrow(x, 1, 0, 0);
    is_view(strided_unflatten(row, 0, 0, NULL), 6, 1, STRIDED_LIST(6), STRIDED_LIST(1));
    is_view(strided_unflatten(none, 1, STRIDED_DIMS(3, -1)), 0, 3, STRIDED_LIST(4, 3, 0), STRIDED_LIST(0, 0, 0));
    refused(STRIDED_ERR_SHAPE, "unflatten", strided_unflatten(x, 0, STRIDED_DIMS(3, 2)));
    refused(STRIDED_ERR_SHAPE, "unflatten", strided_unflatten(x, 0, STRIDED_DIMS(3, -1)));
    refused(STRIDED_ERR_SHAPE, "unflatten", strided_unflatten(x, 0, 0, NULL));
    refused(STRIDED_ERR_SHAPE, "unflatten", strided_unflatten(none, 1, STRIDED_DIMS(0, -1)));
    refused(STRIDED_ERR_ARG, "unflatten", strided_unflatten(x, 2, STRIDED_DIMS(2, 2)));
    refused(STRIDED_ERR_ARG, "unflatten", strided_unflatten(x, 0, STRIDED_DIMS(-1, -1)));
    refused(STRIDED_ERR_ARG, "unflatten", strided_unflatten(x, 0, -1, NULL));
    refused(STRIDED_ERR_NULL, "unflatten", strided_unflatten(x, 0, 2, NULL));
    assert_null(strided_unflatten(NULL, 0, 0, NULL));
}

static void unflatten_to_sixteen(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = positions_shaped(2, (int64_t[]){1, 6});
    const int64_t ones[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6};
    is_view(strided_unflatten(x, 0, 15, ones), 0, 16, ones, STRIDED_LIST(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
    refused(STRIDED_ERR_ARG, "unflatten", strided_unflatten(x, 0, 16, ones));
}

static strided_status attempt(void *job)
{
    strided_tensor *const views[] = {strided_reshape(job, STRIDED_DIMS(8)), strided_flatten(job, 0, 1),
                                     strided_unflatten(job, 0, STRIDED_DIMS(2, 2))};
    return oom_made((int)(sizeof views / sizeof *views), views);
}

static void out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(oom_sweep_views("reshape, flatten, unflatten", attempt, STRIDED_DIMS(4, 2)), 3);
}

STRIDED_TEST_GROUP("view/reshape", cmocka_unit_test(every_small_layout), cmocka_unit_test(open_extents),
                   cmocka_unit_test(reshape_refusals), cmocka_unit_test(flatten_ranges), cmocka_unit_test(far_strides),
                   cmocka_unit_test(unflattens), cmocka_unit_test(unflatten_to_sixteen), cmocka_unit_test(out_of_memory))
