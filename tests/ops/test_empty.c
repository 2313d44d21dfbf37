/*
 * test_empty.c - tensors without elements may have extents without number: operators that walk windows answer at once,
 * with success or ERR_OVERFLOW, and allocate nothing of that size.
 */
#include "support/cmocka_compat.h"
#include "support/may_fail.h"

#include <stdio.h>
#include <strided.h>

static const int64_t sizes[] = { (int64_t)1 << 33, INT64_MAX / 16, INT64_MAX / 2 - 8, INT64_MAX / 2, INT64_MAX - 1, INT64_MAX };

enum { SIZES = sizeof sizes / sizeof *sizes };

static void answers(const char *what, int64_t n, strided_status s)
{
    if (s != STRIDED_OK && s != STRIDED_ERR_OVERFLOW) fail_msg("%s, extent %lld: %s", what, (long long)n, strided_error());
}

static strided_tensor *none(strided_dtype dtype, int ndim, const int64_t *shape)
{
    strided_tensor *x = strided_wrap(NULL, NULL, dtype, ndim, shape, NULL);
    if (x == NULL) fail_msg("%s", strided_error());
    return x;
}

static void pools(void **state)
{
    (void)state;
    for (int i = 0; i < SIZES; i++) {
        int64_t n = sizes[i];
        STRIDED_AUTO strided_tensor *x = none(STRIDED_F32, 2, STRIDED_LIST(0, n)), *y = none(STRIDED_F32, 2, STRIDED_LIST(0, n));
        STRIDED_AUTO strided_tensor *few = none(STRIDED_F32, 2, STRIDED_LIST(0, 3));
        STRIDED_AUTO strided_tensor *idx = none(STRIDED_I64, 2, STRIDED_LIST(0, n));
        STRIDED_AUTO strided_tensor *places = none(STRIDED_I64, 2, STRIDED_LIST(0, 3));
        for (int kind = STRIDED_POOL_MAX; kind <= STRIDED_POOL_LP; kind++) {
            strided_pool_params p = { .size = { 2 }, .stride = { 1 }, .pad = { { 1, 0 } }, .kind = (strided_pool_kind)kind };
            answers("pool", n, strided_pool(y, NULL, x, &p));
            answers("pool_grad", n, strided_pool_grad(x, y, x, &p));
            strided_plan *plan = strided_pool_plan(y, x, &p);
            answers("pool_plan", n, plan ? strided_plan_run(plan, NULL, NULL, NULL) : strided_error_status());
            strided_plan_release(plan);
            if (kind == STRIDED_POOL_LP) continue;
            answers("adaptive_pool", n, strided_adaptive_pool(few, NULL, x, p.kind, 1));
            answers("adaptive_pool to much", n, strided_adaptive_pool(y, NULL, few, p.kind, 1));
            answers("adaptive_pool_grad", n, strided_adaptive_pool_grad(x, few, x, p.kind, 1));
            answers("adaptive_pool_grad of much", n, strided_adaptive_pool_grad(few, y, few, p.kind, 1));
        }
        answers("adaptive_pool with places", n, strided_adaptive_pool(y, idx, few, STRIDED_POOL_MAX, 1));
        answers("unpool", n, strided_unpool(x, few, places, 1));
        answers("pool_grad_indices", n, strided_pool_grad_indices(few, y, idx, 1));
        for (int mode = STRIDED_RESIZE_NEAREST; mode <= STRIDED_RESIZE_BILINEAR_ALIGN_CORNERS; mode++) {
            answers("resize", n, strided_resize(y, few, (strided_resize_mode)mode, 1));
            answers("resize to few", n, strided_resize(few, x, (strided_resize_mode)mode, 1));
        }
    }
}

static void convolutions(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3, 2, 1));
    STRIDED_AUTO strided_tensor *wt = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 3, 1));
    STRIDED_AUTO strided_tensor *taps = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 1, 4)), *past = none(STRIDED_F32, 3, STRIDED_LIST(0, 2, 3));
    for (int i = 0; i < SIZES; i++) {
        int64_t n = sizes[i];
        STRIDED_AUTO strided_tensor *x = none(STRIDED_F32, 3, STRIDED_LIST(0, 2, n));
        STRIDED_AUTO strided_tensor *y = none(STRIDED_F32, 3, STRIDED_LIST(0, 3, n));
        STRIDED_AUTO strided_tensor *z = none(STRIDED_F32, 3, STRIDED_LIST(0, 2, n));
        answers("conv", n, strided_conv(y, x, w, NULL, NULL));
        answers("conv_grad_input", n, strided_conv_grad_input(x, y, w, NULL));
        answers("conv_grad_weight", n, strided_conv_grad_weight(w, y, x, NULL));
        answers("conv_transpose", n, strided_conv_transpose(y, x, wt, NULL, NULL));
        answers("conv_transpose_grad_input", n, strided_conv_transpose_grad_input(x, y, wt, NULL));
        answers("conv_transpose_grad_weight", n, strided_conv_transpose_grad_weight(wt, y, x, NULL));
        answers("im2col", n, strided_im2col(z, x, 1, STRIDED_LIST(1), NULL));
        answers("col2im", n, strided_col2im(x, z, 1, STRIDED_LIST(1), NULL));
        answers("causal_conv1d", n, strided_causal_conv1d(z, x, taps, NULL, past, STRIDED_ACT_NONE));
        answers("causal_conv1d without state", n, strided_causal_conv1d(z, x, taps, NULL, NULL, STRIDED_ACT_NONE));
    }
}

/* Two windows, a step of that size apart: as many phases as the step. */
static void far_apart(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2, 1)), *two = none(STRIDED_F32, 3, STRIDED_LIST(0, 2, 2));
    for (int i = 0; i < SIZES - 1; i++) {
        int64_t n = sizes[i] + 1;
        strided_conv_params p = { .stride = { sizes[i] } };
        STRIDED_AUTO strided_tensor *x = none(STRIDED_F32, 3, STRIDED_LIST(0, 2, n));
        answers("conv", n, strided_conv(two, x, w, NULL, &p));
        answers("conv_grad_input", n, strided_conv_grad_input(x, two, w, &p));
        answers("conv_grad_weight", n, strided_conv_grad_weight(w, two, x, &p));
        answers("conv_transpose", n, strided_conv_transpose(x, two, w, NULL, &p));
        answers("conv_transpose_grad_input", n, strided_conv_transpose_grad_input(two, x, w, &p));
        answers("im2col", n, strided_im2col(two, x, 1, STRIDED_LIST(1), &p));
        answers("col2im", n, strided_col2im(x, two, 1, STRIDED_LIST(1), &p));
        for (int kind = STRIDED_POOL_MAX; kind <= STRIDED_POOL_LP; kind++) {
            strided_pool_params q = { .size = { 1 }, .stride = { sizes[i] }, .kind = (strided_pool_kind)kind };
            answers("pool", n, strided_pool(two, NULL, x, &q));
            answers("pool_grad", n, strided_pool_grad(x, two, x, &q));
        }
    }
}

STRIDED_TEST_GROUP("ops/empty", cmocka_unit_test(pools), cmocka_unit_test(convolutions), cmocka_unit_test(far_apart))
