/*
 * compare.c - see compare.h.
 */
#include "compare.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cmocka_compat.h"

static int close_enough(double got, double want, double ulp, double absolute, strided_dtype dtype)
{
    if (isnan(want) || isnan(got)) return isnan(want) && isnan(got);
    if (got == want) return 1;
    return fabs(got - want) <= ulp * number_ulp(dtype, want) + absolute;
}

int64_t compare_arrays(const struct array *got, const struct array *want, strided_dtype dtype, enum store how,
                       double ulp, double absolute)
{
    for (int64_t i = 0; i < want->count; i++) {
        double stored = number_stored(dtype, want->v[i], how);
        if (!close_enough(got->v[i], stored, ulp, absolute, dtype)) return i;
    }
    return -1;
}

struct array *tensor_read(const strided_tensor *x)
{
    strided_dtype dtype = strided_dtype_of(x);
    int ndim = strided_ndim(x);
    const int64_t *strides = strided_strides(x);
    const char *first = strided_const_data(x);
    struct array *v = array_new(ndim, strided_shape(x));
    int64_t index[STRIDED_MAX_NDIM] = {0};
    for (int64_t i = 0; i < v->count; i++) {
        int64_t at = 0;
        for (int a = 0; a < ndim; a++)
            if (index[a] != 0) at += index[a] * strides[a];
        v->v[i] = number_read(dtype, first + at * (int64_t)number_size(dtype));
        shape_next(ndim, v->shape, index);
    }
    return v;
}

void assert_tensor_close(const char *what, const strided_tensor *got, const struct array *want, double ulp, double absolute)
{
    char text[600];
    if (got == NULL) fail_msg("%s: no tensor: %s", what, strided_error());
    struct array *v = tensor_read(got);
    int same = v->ndim == want->ndim && memcmp(v->shape, want->shape, (size_t)v->ndim * sizeof *v->shape) == 0;
    int64_t bad = same ? compare_arrays(v, want, strided_dtype_of(got), STORE_ROUND, ulp, absolute) : -1;
    if (same && bad < 0) return;
    strided_describe(got, text, sizeof text);
    if (!same) fail_msg("%s: another shape than wanted: %s", what, text);
    fail_msg("%s: element %" PRId64 " is %.17g, wanted %.17g: %s", what, bad, v->v[bad], want->v[bad], text);
}
