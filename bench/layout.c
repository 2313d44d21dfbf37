/*
 * layout.c - tensors as people have them: channels first, channels last, and views of something larger.
 */
#include "bench.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct layout layouts[] = {
    {"nchw", "nchw", 0, 0, VIEW_NONE},
    {"nhwc", "nhwc", 1, 1, VIEW_NONE},
    {"nchw-nhwc", "mixed", 0, 1, VIEW_NONE},
    {"nhwc-nchw", "mixed", 1, 0, VIEW_NONE},
    {"nchw flip w", "views", 0, 0, VIEW_FLIP_W},
    {"nchw crop", "views", 0, 0, VIEW_CROP},
    {"nchw channel 2", "views", 0, 0, VIEW_CHANNEL2},
    {"nchw swap hw", "views", 0, 0, VIEW_SWAP_HW},
    {"nchw step 2", "views", 0, 0, VIEW_STEP2},
    {"nchw batch 0", "views", 0, 0, VIEW_BATCH0},
    {"nhwc flip w", "views", 1, 1, VIEW_FLIP_W},
    {"nhwc crop", "views", 1, 1, VIEW_CROP},
    {"nhwc channel 2", "views", 1, 1, VIEW_CHANNEL2},
    {"nhwc swap hw", "views", 1, 1, VIEW_SWAP_HW},
    {"nhwc step 2", "views", 1, 1, VIEW_STEP2},
};
const int layout_count = sizeof layouts / sizeof *layouts;

int layout_wanted(const struct layout *l)
{
    return option_lists(options.layouts, l->name) || option_lists(options.layouts, l->group);
}

/* What `from` becomes once the larger tensor is seen through the view. Takes its argument over. */
static strided_tensor *seen(strided_tensor *from, int ndim, const int64_t *shape, enum view view)
{
    strided_tensor *x = from, *next = NULL;
    int64_t w = ndim - 1;
    switch (view) {
    case VIEW_NONE: return x;
    case VIEW_FLIP_W: next = strided_flip(x, 1, &w); break;
    case VIEW_CHANNEL2: next = strided_slice(x, 1, STRIDED_NONE, STRIDED_NONE, 2); break;
    case VIEW_SWAP_HW: next = strided_transpose(x, ndim - 2, ndim - 1); break;
    case VIEW_BATCH0: next = strided_expand(x, ndim, shape); break;
    case VIEW_CROP:
    case VIEW_STEP2:
        for (int a = 2; a < ndim; a++) {
            next = view == VIEW_CROP ? strided_narrow(x, a, 4, shape[a])
                                     : strided_slice(x, a, STRIDED_NONE, STRIDED_NONE, 2);
            strided_release(x);
            x = next;
        }
        return x;
    }
    strided_release(x);
    return next;
}

strided_tensor *layout_tensor(strided_context *ctx, strided_dtype dtype, int ndim, const int64_t *shape, int last,
                              enum view view)
{
    int64_t size[8], memory[8], order[8];
    memcpy(size, shape, (size_t)ndim * sizeof *size);
    if (view == VIEW_CHANNEL2) size[1] *= 2;
    if (view == VIEW_BATCH0) size[0] = 1;
    if (view == VIEW_SWAP_HW) size[ndim - 2] = shape[ndim - 1], size[ndim - 1] = shape[ndim - 2];
    for (int a = 2; a < ndim; a++) {
        if (view == VIEW_CROP) size[a] += 8;
        if (view == VIEW_STEP2) size[a] *= 2;
    }
    if (!last) return seen(strided_empty(ctx, dtype, ndim, size), ndim, shape, view);
    memory[0] = size[0];
    memory[ndim - 1] = size[1];
    order[0] = 0, order[1] = ndim - 1;
    for (int a = 2; a < ndim; a++) memory[a - 1] = size[a], order[a] = a - 1;
    strided_tensor *plain = strided_empty(ctx, dtype, ndim, memory), *x = strided_permute(plain, ndim, order);
    strided_release(plain);
    return seen(x, ndim, shape, view);
}

/* xorshift: the same values on every machine. */
static double uniform(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (double)(*state >> 11) / 4503599627370496.0 - 1.0; /* [-1, 1) */
}

/* The whole storage as one axis. */
static strided_tensor *storage_of(const strided_tensor *x)
{
    int64_t n = strided_storage_count(x), one = 1;
    return strided_as_strided(x, 1, &n, &one, -strided_offset(x));
}

static int is_integer(strided_dtype t)
{
    return t != STRIDED_F32 && t != STRIDED_F64 && t != STRIDED_F16 && t != STRIDED_BF16;
}

int tensor_fill(strided_tensor *x, double scale, uint64_t seed)
{
    strided_dtype t = strided_dtype_of(x);
    strided_tensor *all = storage_of(x);
    int64_t n = strided_count(all);
    float *values = malloc((size_t)(n ? n : 1) * sizeof *values);
    uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
    int ok = all && values;
    for (int64_t i = 0; ok && i < n; i++) {
        double v = uniform(&state);
        values[i] = is_integer(t) ? (float)(t == STRIDED_U8 ? (int)(8 * v + 8) : (int)(8 * v)) : (float)(scale * v);
    }
    if (ok && t == STRIDED_F32) memcpy(strided_data(all), values, (size_t)n * sizeof *values);
    if (ok && t != STRIDED_F32) {
        strided_tensor *f = strided_wrap_const(NULL, values, STRIDED_F32, 1, &n, NULL);
        ok = strided_copy(all, f) == STRIDED_OK;
        strided_release(f);
    }
    free(values);
    strided_release(all);
    return ok;
}

/* Row-major f32 copy. */
static strided_tensor *plain_copy(const strided_tensor *x)
{
    strided_tensor *c = strided_empty(NULL, STRIDED_F32, strided_ndim(x), strided_shape(x));
    if (c && strided_copy(c, x) != STRIDED_OK) {
        strided_release(c);
        return NULL;
    }
    return c;
}

double tensor_distance(const strided_tensor *a, const strided_tensor *b)
{
    strided_tensor *p = plain_copy(a), *q = plain_copy(b);
    double largest = 0, square = 0;
    int64_t n = strided_count(q);
    int ok = p && q && strided_count(p) == n;
    for (int64_t i = 0; ok && i < n; i++) {
        double u = (double)((const float *)strided_const_data(p))[i],
               v = (double)((const float *)strided_const_data(q))[i];
        double d = fabs(u - v);
        if (!(d <= largest)) largest = d; /* a NaN stays */
        square += v * v;
    }
    strided_release(p);
    strided_release(q);
    return ok ? (square > 0 ? largest / sqrt(square / (double)n) : largest) : NAN;
}

size_t tensor_bytes(const strided_tensor *x)
{
    size_t n = strided_dtype_size(strided_dtype_of(x));
    for (int a = 0; a < strided_ndim(x); a++)
        if (strided_stride(x, a) != 0) n *= (size_t)strided_dim(x, a);
    return n;
}
