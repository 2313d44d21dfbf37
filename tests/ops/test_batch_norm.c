/*
 * test_batch_norm.c - batch normalisation in evaluation, training, its gradient, and folded into a convolution.
 */
#include "support/cmocka_compat.h"
#include "support/compare.h"
#include "support/refuse.h"
#include "support/trial.h"
#include <math.h>

enum { C = 3 };
static const int64_t channels[1] = { C };
static const int64_t x_shape[4] = { 2, C, 4, 3 };

/* ---- evaluation --------------------------------------------------------------------------------- */

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_batch_norm(out[0], in[0], in[1], in[2], in[3], in[4], *(const double *)params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_batch_norm(out[0], in[0], in[1], in[2], in[3], in[4], *(const double *)params);
}

static void evaluation(void **state)
{
    (void)state;
    static const double eps = 1e-3;
    for (int d = 0; d < NUMBER_FLOATS; d++)
        for (int affine = 0; affine < 2; affine++) {
            strided_dtype dtype = number_floats[d];
            struct rng r = rng_seed(11);
            struct trial t = trial_new("batch_norm", call, reference, &eps);
            trial_out(&t, dtype, 4, x_shape);
            trial_in(&t, dtype, array_small(&r, dtype, 4, x_shape));
            trial_in(&t, dtype, array_small(&r, dtype, 1, channels));
            trial_in(&t, dtype, array_list((const double[]){ 1, 0.5, 4 }, 1, channels));
            if (affine) {
                trial_in(&t, dtype, array_small(&r, dtype, 1, channels))->optional = 1;
                trial_in(&t, dtype, array_small(&r, dtype, 1, channels))->optional = 1;
            } else {
                trial_no_in(&t);
                trial_no_in(&t);
            }
            t.ulp = 4;
            t.absolute = 1e-5;
            t.elementwise = 1;
            trial_run(&t);
            t.elementwise = 0; /* y may be x, not a vector */
            trial_refuse(&t);
            trial_oom(&t);
            arrays_release();
        }
}

/* Ranks two to five, vectors of other dtypes, nothing at all, one channel, none. */
static void shapes_and_dtypes(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[5]; } list[] = {
        { 2, { 4, 3 } }, { 3, { 2, 5, 7 } }, { 3, { 1, 1, 33 } }, { 4, { 3, 2, 1, 5 } }, { 5, { 2, 2, 2, 3, 2 } }, { 3, { 0, 3, 4 } },
        { 3, { 2, 0, 4 } }, { 3, { 2, 3, 0 } }, { 2, { 70, 18 } },
    };
    static const double eps = 0.5;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        for (size_t d = 0; d < NUMBER_FLOATS; d++) {
            struct rng r = rng_seed(i);
            strided_dtype y = number_floats[d], x = number_floats[(d + i) % 4], v = number_floats[(d + 2 * i + 1) % 4];
            int64_t c = list[i].shape[1];
            struct array *var = array_small(&r, STRIDED_U8, 1, &c);
            struct trial t = trial_new("batch_norm", call, reference, &eps);
            trial_out(&t, y, list[i].ndim, list[i].shape);
            trial_in(&t, x, array_small(&r, x, list[i].ndim, list[i].shape));
            trial_in(&t, v, array_small(&r, v, 1, &c));
            trial_in(&t, x, var);
            trial_in(&t, v, array_small(&r, v, 1, &c))->optional = 1;
            trial_in(&t, STRIDED_F64, array_small(&r, STRIDED_F64, 1, &c))->optional = 1;
            t.ulp = 4;
            t.absolute = 1e-5;
            t.mixes = 8;
            trial_mixed(&t);
            arrays_release();
        }
}

/* ---- training ----------------------------------------------------------------------------------- */

static strided_status call_train(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_batch_norm_train(out[0], in[0], in[1], in[2], out[1], out[2], out[3], out[4], params);
}

static void reference_train(struct array *const *out, const struct array *const *in, const void *params)
{
    const strided_batch_norm_params *p = params;
    struct array *mean = array_new(1, channels), *var = array_new(1, channels);
    double n = 24, correction = p->biased_running_var ? 1 : n / (n - 1), m = p->momentum == 0 ? 0.1 : p->momentum;
    ref_batch_moments(mean, var, in[0]);
    ref_batch_norm(out[0], in[0], mean, var, in[1], in[2], p->eps == 0 ? 1e-5 : p->eps);
    for (int c = 0; c < C; c++) {
        if (out[1]) out[1]->v[c] = (1 - m) * out[1]->v[c] + m * mean->v[c];
        if (out[2]) out[2]->v[c] = (1 - m) * out[2]->v[c] + m * correction * var->v[c];
        if (out[3]) out[3]->v[c] = mean->v[c];
        if (out[4]) out[4]->v[c] = var->v[c];
    }
}

static void training(void **state)
{
    (void)state;
    static const strided_batch_norm_params usual = { 0 }, onnx = { .eps = 0.5, .momentum = 0.25, .biased_running_var = 1 };
    for (int i = 0; i < 2 * NUMBER_FLOATS; i++) {
        struct rng r = rng_seed(13);
        strided_dtype dtype = number_floats[i / 2];
        struct trial t = trial_new("batch_norm_train", call_train, reference_train, i % 2 ? &onnx : &usual);
        trial_out(&t, dtype, 4, x_shape);
        trial_inout(&t, dtype, array_small(&r, dtype, 1, channels))->optional = 1;
        trial_inout(&t, dtype, array_small(&r, dtype, 1, channels))->optional = 1;
        trial_out(&t, dtype, 1, channels)->optional = 1;
        trial_out(&t, dtype, 1, channels)->optional = 1;
        trial_in(&t, dtype, array_small(&r, dtype, 4, x_shape));
        trial_in(&t, dtype, array_small(&r, dtype, 1, channels))->optional = 1;
        trial_in(&t, dtype, array_small(&r, dtype, 1, channels))->optional = 1;
        t.ulp = 16;
        t.absolute = dtype == STRIDED_F64 ? 1e-10 : 1e-5;
        trial_run(&t);
        trial_refuse(&t);
        trial_oom(&t);
        arrays_release();
    }
}

/* ---- gradient ----------------------------------------------------------------------------------- */

static strided_status call_grad(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_batch_norm_grad(out[0], out[1], out[2], in[0], in[1], in[2], in[3], in[4], params);
}

static void reference_grad(struct array *const *out, const struct array *const *in, const void *params)
{
    (void)params;
    struct array *dscale = out[1] ? out[1] : array_new(1, channels), *dbias = out[2] ? out[2] : array_new(1, channels);
    struct array *dx = out[0] ? out[0] : array_new(4, x_shape);
    ref_batch_norm_grad(dx, dscale, dbias, in[0], in[1], in[2], in[3], in[4], 1e-5);
}

static void gradient(void **state)
{
    (void)state;
    for (int d = 0; d < NUMBER_FLOATS; d++) {
        struct rng r = rng_seed(17);
        strided_dtype dtype = number_floats[d];
        struct trial t = trial_new("batch_norm_grad", call_grad, reference_grad, NULL);
        trial_out(&t, dtype, 4, x_shape)->optional = 1;
        trial_out(&t, dtype, 1, channels)->optional = 1;
        trial_out(&t, dtype, 1, channels)->optional = 1;
        trial_in(&t, dtype, array_small(&r, dtype, 4, x_shape));
        trial_in(&t, dtype, array_small(&r, dtype, 4, x_shape));
        trial_in(&t, dtype, array_small(&r, dtype, 1, channels))->optional = 1;
        trial_in(&t, dtype, array_small(&r, dtype, 1, channels));
        trial_in(&t, dtype, array_list((const double[]){ 1, 0.5, 4 }, 1, channels));
        t.ulp = 16;
        t.absolute = dtype == STRIDED_F64 ? 1e-12 : 1e-4;
        t.elementwise = 1;
        trial_run(&t);
        t.elementwise = 0;
        trial_refuse(&t);
        trial_oom(&t);
        arrays_release();
    }
}

/* Each of the results alone is what it is among the others. */
static void gradient_in_parts(void **state)
{
    (void)state;
    for (int parts = 1; parts < 8; parts++) {
        struct rng r = rng_seed(17);
        struct trial t = trial_new("batch_norm_grad", call_grad, reference_grad, NULL);
        trial_out(&t, STRIDED_F32, 4, x_shape)->absent = !(parts & 1);
        trial_out(&t, STRIDED_F32, 1, channels)->absent = !(parts & 2);
        trial_out(&t, STRIDED_F32, 1, channels)->absent = !(parts & 4);
        trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 4, x_shape));
        trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 4, x_shape));
        trial_no_in(&t);
        trial_in(&t, STRIDED_F32, array_small(&r, STRIDED_F32, 1, channels));
        trial_in(&t, STRIDED_F32, array_list((const double[]){ 1, 0.5, 4 }, 1, channels));
        t.ulp = 16;
        t.absolute = 1e-4;
        trial_run(&t);
        trial_oom(&t);
        arrays_release();
    }
}

/* dx may be dy or x itself. */
static void gradient_in_place(void **state)
{
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct rng r = rng_seed(23);
        STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, 4, x_shape), *dy = strided_empty_like(x), *dx = strided_empty_like(x);
        STRIDED_AUTO strided_tensor *mean = strided_zeros(NULL, STRIDED_F32, 1, channels), *var = strided_full(NULL, STRIDED_F32, 1, channels, 2);
        for (int64_t i = 0; i < strided_count(x); i++) ((float *)strided_data(x))[i] = (float)rng_real(&r, -1, 1);
        for (int64_t i = 0; i < strided_count(x); i++) ((float *)strided_data(dy))[i] = (float)rng_real(&r, -1, 1);
        assert_int_equal(strided_batch_norm_grad(dx, NULL, NULL, dy, x, NULL, mean, var, NULL), STRIDED_OK);
        strided_tensor *place = which ? x : dy;
        assert_int_equal(strided_batch_norm_grad(place, NULL, NULL, dy, x, NULL, mean, var, NULL), STRIDED_OK);
        assert_memory_equal(strided_const_data(place), strided_const_data(dx), (size_t)strided_count(x) * sizeof(float));
    }
}

/* ---- folding ------------------------------------------------------------------------------------ */

static strided_status call_fold(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_batch_norm_fold(out[0], out[1], in[0], in[1], in[2], in[3], in[4], in[5], *(const double *)params);
}

static void reference_fold(struct array *const *out, const struct array *const *in, const void *params)
{
    int64_t outputs = in[0]->shape[0], taps = outputs ? in[0]->count / outputs : 0;
    for (int64_t o = 0; o < outputs; o++) {
        double factor = (in[4] ? in[4]->v[o] : 1) / sqrt(in[3]->v[o] + *(const double *)params);
        for (int64_t t = 0; t < taps; t++) out[0]->v[o * taps + t] = in[0]->v[o * taps + t] * factor;
        out[1]->v[o] = ((in[1] ? in[1]->v[o] : 0) - in[2]->v[o]) * factor + (in[5] ? in[5]->v[o] : 0);
    }
}

/* Each of the vectors there or not; weights of one axis to five. */
static void folding(void **state)
{
    (void)state;
    static const double eps = 1e-3;
    static const struct { int ndim; int64_t shape[5]; } list[] = {
        { 1, { C } }, { 2, { C, 4 } }, { 3, { C, 2, 3 } }, { 4, { C, 2, 3, 2 } }, { 5, { C, 1, 2, 2, 3 } }, { 3, { C, 0, 3 } }, { 3, { 0, 2, 3 } },
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        for (int given = 0; given < 8; given++) {
            struct rng r = rng_seed(i);
            strided_dtype w = number_floats[i % 4], v = number_floats[(i + (size_t)given) % 4];
            const int64_t *o = list[i].shape;
            struct trial t = trial_new("batch_norm_fold", call_fold, reference_fold, &eps);
            trial_out(&t, w, list[i].ndim, list[i].shape);
            trial_out(&t, v, 1, o);
            trial_in(&t, w, array_small(&r, w, list[i].ndim, list[i].shape));
            if (given & 1) trial_in(&t, w, array_small(&r, w, 1, o))->optional = 1;
            else trial_no_in(&t);
            trial_in(&t, v, array_small(&r, v, 1, o));
            trial_in(&t, v, array_small(&r, STRIDED_U8, 1, o));
            if (given & 2) trial_in(&t, v, array_small(&r, v, 1, o))->optional = 1;
            else trial_no_in(&t);
            if (given & 4) trial_in(&t, w, array_small(&r, w, 1, o))->optional = 1;
            else trial_no_in(&t);
            t.ulp = 4;
            t.absolute = 1e-5;
            t.mixes = 8;
            if (given == 7 && i == 2) trial_all(&t);
            else trial_mixed(&t);
            arrays_release();
        }
}

static void folded_is_both(void **state)
{
    (void)state;
    struct rng r = rng_seed(19);
    double v[C * 2] = { 0 };
    for (int i = 0; i < C * 2; i++) v[i] = rng_small(&r, STRIDED_F64);
    STRIDED_AUTO strided_tensor *x = strided_arange(NULL, STRIDED_F64, -7, 9, 1), *xs = strided_reshape(x, STRIDED_DIMS(1, 2, 8));
    STRIDED_AUTO strided_tensor *w = strided_wrap_const(NULL, v, STRIDED_F64, 3, STRIDED_LIST(C, 2, 1), NULL);
    STRIDED_AUTO strided_tensor *mean = strided_arange(NULL, STRIDED_F64, 1, 4, 1), *var = strided_arange(NULL, STRIDED_F64, 2, 5, 1);
    STRIDED_AUTO strided_tensor *scale = strided_arange(NULL, STRIDED_F64, -1, 2, 1), *bias = strided_arange(NULL, STRIDED_F64, 5, 8, 1);
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F64, 3, STRIDED_LIST(1, C, 8)), *z = strided_empty_like(y);
    STRIDED_AUTO strided_tensor *w2 = strided_clone(w), *b2 = strided_clone(bias), *b3 = strided_empty_like(bias);

    for (int with_bias = 0; with_bias < 2; with_bias++) {
        const strided_tensor *bias_in = with_bias ? bias : NULL;
        assert_int_equal(strided_conv(y, xs, w, bias_in, NULL), STRIDED_OK);
        assert_int_equal(strided_batch_norm(y, y, mean, var, scale, bias, 1e-3), STRIDED_OK);
        assert_int_equal(strided_copy(w2, w), STRIDED_OK);
        assert_int_equal(strided_copy(b2, bias), STRIDED_OK);
        strided_tensor *into = with_bias ? b2 : b3; /* in place, and not */
        assert_int_equal(strided_batch_norm_fold(w2, into, w2, with_bias ? b2 : NULL, mean, var, scale, bias, 1e-3), STRIDED_OK);
        assert_int_equal(strided_conv(z, xs, w2, into, NULL), STRIDED_OK);
        assert_tensor_close("folded", z, tensor_read(y), 16, 1e-12);
        arrays_release();
    }
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(1, C)), *y = strided_empty_like(x);
    STRIDED_AUTO strided_tensor *none = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(0, C));
    STRIDED_AUTO strided_tensor *v = strided_zeros(NULL, STRIDED_F32, 1, channels), *u = strided_empty_like(v);
    STRIDED_AUTO strided_tensor *i = strided_zeros(NULL, STRIDED_I32, 1, channels), *w = strided_zeros(NULL, STRIDED_F32, 1, STRIDED_LIST(2));
    strided_batch_norm_params p = { .eps = -1 };
    refused_doing(STRIDED_ERR_ARG, "batch_norm", strided_batch_norm(y, x, v, u, NULL, NULL, -1));
    refused_doing(STRIDED_ERR_DTYPE, "batch_norm", strided_batch_norm(y, x, v, i, NULL, NULL, 1));
    refused_doing(STRIDED_ERR_SHAPE, "batch_norm", strided_batch_norm(y, x, v, u, w, NULL, 1));
    refused_doing(STRIDED_ERR_SHAPE, "batch_norm", strided_batch_norm(v, v, v, u, NULL, NULL, 1));
    refused_doing(STRIDED_ERR_ARG, "batch_norm", strided_batch_norm(y, x, v, u, NULL, NULL, INFINITY));
    refused_doing(STRIDED_ERR_ARG, "batch_norm", strided_batch_norm(y, x, v, u, NULL, NULL, NAN));
    assert_int_equal(strided_batch_norm(y, x, NULL, u, NULL, NULL, 1), STRIDED_ERR_NULL);
    refused_doing(STRIDED_ERR_SHAPE, "batch_norm_train", strided_batch_norm_train(y, x, NULL, NULL, NULL, v, NULL, NULL, NULL));
    refused_doing(STRIDED_ERR_SHAPE, "batch_norm_train", strided_batch_norm_train(none, none, NULL, NULL, v, NULL, NULL, NULL, NULL));
    refused_doing(STRIDED_ERR_OVERLAP, "batch_norm_train", strided_batch_norm_train(y, x, NULL, NULL, v, NULL, v, NULL, NULL));
    refused_doing(STRIDED_ERR_ARG, "batch_norm_train", strided_batch_norm_train(y, x, NULL, NULL, v, NULL, NULL, NULL, &p));
    p = (strided_batch_norm_params){ .momentum = INFINITY };
    refused_doing(STRIDED_ERR_ARG, "batch_norm_train", strided_batch_norm_train(y, x, NULL, NULL, v, NULL, NULL, NULL, &p));
    p = (strided_batch_norm_params){ .reserved_int = 1 };
    refused_doing(STRIDED_ERR_UNSUPPORTED, "batch_norm_train", strided_batch_norm_train(y, x, NULL, NULL, v, NULL, NULL, NULL, &p));
    p = (strided_batch_norm_params){ .reserved = { [7] = 1 } };
    refused_doing(STRIDED_ERR_UNSUPPORTED, "batch_norm_grad", strided_batch_norm_grad(y, v, NULL, x, x, NULL, u, u, &p));
    refused_doing(STRIDED_ERR_SHAPE, "batch_norm_fold", strided_batch_norm_fold(y, v, x, NULL, u, u, NULL, NULL, 1));
    STRIDED_AUTO strided_tensor *point = strided_zeros(NULL, STRIDED_F32, STRIDED_NO_DIMS);
    refused_doing(STRIDED_ERR_SHAPE, "batch_norm_fold", strided_batch_norm_fold(y, v, point, NULL, u, u, NULL, NULL, 1));
}

/* No channel has no variance, and needs none. */
static void no_channels(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, 2, STRIDED_LIST(1, 0));
    STRIDED_AUTO strided_tensor *v = strided_zeros(NULL, STRIDED_F32, 1, STRIDED_LIST(0));
    assert_int_equal(strided_batch_norm_train(x, x, NULL, NULL, v, NULL, NULL, NULL, NULL), STRIDED_OK);
}

STRIDED_TEST_GROUP("ops/batch_norm", cmocka_unit_test(evaluation), cmocka_unit_test(shapes_and_dtypes), cmocka_unit_test(training),
                   cmocka_unit_test(gradient), cmocka_unit_test(gradient_in_parts), cmocka_unit_test(gradient_in_place),
                   cmocka_unit_test(folding), cmocka_unit_test(folded_is_both), cmocka_unit_test(refusals), cmocka_unit_test(no_channels))
