/*
 * test_ranks.c - tensors of as many axes as there can be, in every operator that takes any number of them: the same bits as
 * with the axes in front of the last three made one.
 */
#include "support/cmocka_compat.h"
#include "support/tensors.h"

#include <strided.h>

enum { RANK = STRIDED_MAX_NDIM, LAST = 3 };

/* One operator with its parameters; ranks are the tensors' own. */
typedef strided_status operator(strided_tensor *y, const strided_tensor *x);

static strided_status copy(strided_tensor *y, const strided_tensor *x) { return strided_copy(y, x); }
static strided_status hyperbolic(strided_tensor *y, const strided_tensor *x) { return strided_unary(y, STRIDED_TANH, x); }
static strided_status square(strided_tensor *y, const strided_tensor *x) { return strided_binary(y, STRIDED_MUL, x, x); }
static strided_status clamp(strided_tensor *y, const strided_tensor *x) { return strided_clamp(y, x, -0.5, 0.25); }
static strided_status softmax(strided_tensor *y, const strided_tensor *x) { return strided_softmax(y, x, -2); }
static strided_status log_softmax(strided_tensor *y, const strided_tensor *x) { return strided_log_softmax(y, x, -1); }
static strided_status sum(strided_tensor *y, const strided_tensor *x) { return strided_reduce(y, STRIDED_REDUCE_SUM, x, 2, STRIDED_LIST(-1, -3)); }
static strided_status norm(strided_tensor *y, const strided_tensor *x) { return strided_reduce(y, STRIDED_REDUCE_L2, x, 1, STRIDED_LIST(-2)); }
static strided_status argmax(strided_tensor *y, const strided_tensor *x) { return strided_reduce(y, STRIDED_REDUCE_ARGMAX, x, 1, STRIDED_LIST(-1)); }
static strided_status twice(strided_tensor *y, const strided_tensor *x) { return strided_concat(y, STRIDED_TENSORS(x, x), -2); }
static strided_status adaptive(strided_tensor *y, const strided_tensor *x) { return strided_adaptive_pool(y, NULL, x, STRIDED_POOL_AVG, 3); }
static strided_status resize(strided_tensor *y, const strided_tensor *x) { return strided_resize(y, x, STRIDED_RESIZE_BILINEAR, 3); }
static strided_status gram(strided_tensor *y, const strided_tensor *x) { return strided_einsum(y, "...ij,...kj->...ik", STRIDED_TENSORS(x, x)); }

static strided_status accumulate(strided_tensor *y, const strided_tensor *x)
{
    strided_status s = strided_fill(y, 0.5);
    return s ? s : strided_accumulate(y, x);
}

/* The last two axes; a crop and a border. */
static strided_status pad(strided_tensor *y, const strided_tensor *x)
{
    int64_t before[RANK] = { 0 }, after[RANK] = { 0 };
    int n = strided_ndim(x);
    before[n - 1] = 2, after[n - 1] = 1, before[n - 2] = 1, after[n - 2] = -1;
    return strided_pad(y, x, n, before, after, STRIDED_PAD_REFLECT, 0);
}

static strided_status max_pool(strided_tensor *y, const strided_tensor *x)
{
    return strided_pool(y, NULL, x, &(strided_pool_params){ .size = { 2, 2, 2 }, .stride = { 1, 1, 1 }, .pad = { { 1, 0 }, { 0, 1 }, { 1, 1 } } });
}

static strided_status max_unpool(strided_tensor *y, const strided_tensor *x)
{
    const strided_pool_params p = { .size = { 2, 1, 2 } };
    STRIDED_AUTO strided_tensor *small = strided_pool_empty(x, &p);
    STRIDED_AUTO strided_tensor *idx = strided_empty(NULL, STRIDED_I64, strided_ndim(small), strided_shape(small));
    strided_status s = strided_pool(small, idx, x, &p);
    return s ? s : strided_unpool(y, small, idx, 3);
}

static strided_status max_pool_gradient(strided_tensor *y, const strided_tensor *x)
{
    const strided_pool_params p = { .size = { 2, 2 }, .stride = { 1, 1 } };
    STRIDED_AUTO strided_tensor *dy = strided_pool_empty(x, &p);
    strided_status s = strided_pool(dy, NULL, x, &p);
    return s ? s : strided_pool_grad(y, dy, x, &p);
}

static strided_status matmul(strided_tensor *y, const strided_tensor *x)
{
    STRIDED_AUTO strided_tensor *w = strided_arange(NULL, STRIDED_F32, -3, 3, 0.5), *b = strided_reshape(w, STRIDED_DIMS(3, 4));
    return strided_matmul(y, x, b);
}

static strided_status linear(strided_tensor *y, const strided_tensor *x)
{
    STRIDED_AUTO strided_tensor *w = strided_arange(NULL, STRIDED_F32, -3, 3, 0.5), *b = strided_reshape(w, STRIDED_DIMS(4, 3));
    return strided_linear(y, x, b, NULL);
}

/* Extents 2 in front, and 2, 4, 3 at the end; y's last extents: 0 = there is no such axis. */
static const struct {
    const char *name;
    operator   *call;
    strided_dtype dtype;
    int64_t     y[LAST];
} all[] = {
    { "copy", copy, STRIDED_F32, { 2, 4, 3 } },           { "copy to i16", copy, STRIDED_I16, { 2, 4, 3 } },
    { "tanh", hyperbolic, STRIDED_F32, { 2, 4, 3 } },            { "mul", square, STRIDED_F64, { 2, 4, 3 } },
    { "clamp", clamp, STRIDED_F16, { 2, 4, 3 } },         { "softmax", softmax, STRIDED_F32, { 2, 4, 3 } },
    { "log_softmax", log_softmax, STRIDED_F32, { 2, 4, 3 } }, { "sum", sum, STRIDED_F32, { 0, 4, 0 } },
    { "l2", norm, STRIDED_F32, { 2, 0, 3 } },             { "argmax", argmax, STRIDED_I64, { 2, 4, 0 } },
    { "concat", twice, STRIDED_F32, { 2, 8, 3 } },        { "adaptive pool", adaptive, STRIDED_F32, { 1, 3, 2 } },
    { "resize", resize, STRIDED_F32, { 3, 2, 5 } },       { "einsum", gram, STRIDED_F32, { 2, 4, 4 } },
    { "accumulate", accumulate, STRIDED_F32, { 2, 4, 3 } }, { "pad", pad, STRIDED_F32, { 2, 4, 6 } },
    { "pool", max_pool, STRIDED_F32, { 2, 4, 4 } },       { "unpool", max_unpool, STRIDED_F32, { 2, 4, 3 } },
    { "pool_grad", max_pool_gradient, STRIDED_F32, { 2, 4, 3 } },
    { "matmul", matmul, STRIDED_F32, { 2, 4, 4 } },       { "linear", linear, STRIDED_F32, { 2, 4, 4 } },
};

/* `front` axes of extent 2 (or one of as many elements), and the last ones; returns how many. */
static int shape_of(int64_t shape[RANK], int front, int64_t elements, const int64_t last[LAST])
{
    int n = 0;
    for (int a = 0; a < front; a++) shape[n++] = elements;
    for (int a = 0; a < LAST; a++)
        if (last[a] > 0) shape[n++] = last[a];
    return n;
}

static strided_tensor *result(size_t i, int front, int64_t elements, const strided_tensor *x)
{
    int64_t shape[RANK];
    int n = shape_of(shape, front, elements, all[i].y);
    strided_tensor *y = strided_empty(NULL, all[i].dtype, n, shape);
    if (all[i].call(y, x) != STRIDED_OK) fail_msg("%s of %d axes: %s", all[i].name, strided_ndim(x), strided_error());
    return y;
}

/* The axes in front in an order that no two of them can be walked as one. */
static strided_tensor *interleaved(const strided_tensor *memory)
{
    int64_t order[RANK];
    for (int a = 0; a < RANK; a++) order[a] = a < RANK - LAST ? a * 5 % (RANK - LAST) : a;
    return strided_permute(memory, RANK, order);
}

static void sixteen_axes(void **state)
{
    (void)state;
    enum { FRONT = RANK - LAST };
    static const int64_t last[LAST] = { 2, 4, 3 };
    int64_t shape[RANK];
    struct rng r = rng_seed(1);
    shape_of(shape, FRONT, 2, last);
    STRIDED_AUTO strided_tensor *memory = tensor_random(NULL, &r, STRIDED_F32, RANK, shape), *x = interleaved(memory);
    STRIDED_AUTO strided_tensor *dense = strided_clone(x), *flat = strided_reshape(dense, STRIDED_DIMS(1 << FRONT, 2, 4, 3));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        STRIDED_AUTO strided_tensor *y = result(i, FRONT, 2, x), *want = result(i, 1, 1 << FRONT, flat);
        STRIDED_AUTO strided_tensor *got = strided_reshape(y, strided_ndim(want), strided_shape(want));
        assert_same_bits(all[i].name, got, want);
    }
}

/* Channels come second, all that follows is theirs. */
static void normalised(void **state)
{
    (void)state;
    int64_t shape[RANK];
    struct rng r = rng_seed(2);
    for (int a = 0; a < RANK; a++) shape[a] = 2;
    STRIDED_AUTO strided_tensor *memory = tensor_random(NULL, &r, STRIDED_F32, RANK, shape), *x = strided_transpose(memory, 3, 11);
    STRIDED_AUTO strided_tensor *dense = strided_clone(x), *flat = strided_reshape(dense, STRIDED_DIMS(2, 2, -1));
    STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_F32, RANK, shape), *z = strided_empty_like(flat);
    STRIDED_AUTO strided_tensor *got = strided_reshape(y, STRIDED_DIMS(2, 2, -1));
    assert_int_equal(strided_batch_norm_train(y, x, NULL, NULL, NULL, NULL, NULL, NULL, NULL), STRIDED_OK);
    assert_int_equal(strided_batch_norm_train(z, flat, NULL, NULL, NULL, NULL, NULL, NULL, NULL), STRIDED_OK);
    assert_same_bits("batch_norm_train", got, z);
}

STRIDED_TEST_GROUP("ops/ranks", cmocka_unit_test(sixteen_axes), cmocka_unit_test(normalised))
