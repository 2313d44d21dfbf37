/*
 * positions.h - views of a storage in which every element holds its own place, so that a view says where it reads.
 */
#ifndef STRIDED_TESTS_POSITIONS_H
#define STRIDED_TESTS_POSITIONS_H

#include "support/refuse.h"
#include "support/reference.h"
#include <inttypes.h>
#include <stdio.h>

static inline strided_tensor *positions(int64_t count)
{
    strided_tensor *t = strided_arange(NULL, STRIDED_I64, 0, (double)count, 1);
    assert_non_null(t);
    return t;
}

/* Row-major, as if strided_reshape() were not under test. */
static inline strided_tensor *positions_shaped(int ndim, const int64_t *shape)
{
    int64_t strides[STRIDED_MAX_NDIM], n = 1;
    for (int a = ndim - 1; a >= 0; a--) {
        strides[a] = n;
        n *= shape[a];
    }
    strided_tensor *all = positions(n), *t = strided_as_strided(all, ndim, shape, strides, 0);
    strided_release(all);
    assert_non_null(t);
    return t;
}

static inline const char *view_text(const strided_tensor *t, char buf[2048])
{
    strided_describe(t, buf, 2048);
    return buf;
}

/* Geometry, where it means something, and every element. */
static inline void check_view(const char *call, strided_tensor *t, int64_t offset, int ndim, const int64_t *shape,
                              const int64_t *strides)
{
    int64_t index[STRIDED_MAX_NDIM] = {0}, count = shape_count(ndim, shape);
    char text[2048];
    if (!t) fail_msg("%s: %s", call, strided_error());
    int same = strided_ndim(t) == ndim && strided_count(t) == count;
    for (int a = 0; same && a < ndim; a++)
        same = strided_dim(t, a) == shape[a] && (count == 0 || shape[a] == 1 || strided_stride(t, a) == strides[a]);
    if (!same || (count && strided_offset(t) != offset)) fail_msg("%s: is %s", call, view_text(t, text));
    if (count) do {
        int64_t at = offset;
        for (int a = 0; a < ndim; a++) at += index[a] * (shape[a] == 1 ? 0 : strides[a]);
        if (strided_get_int(t, ndim, index) != at) fail_msg("%s: is %s", call, view_text(t, text));
    } while (shape_next(ndim, shape, index));
    strided_release(t);
}

#define is_view(call, offset, ndim, shape, strides) check_view(#call, call, offset, ndim, shape, strides)

#endif
