/*
 * test_causal_conv.c - a stream convolved block by block: the reference, and the same bits as all at once.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"
#include <string.h>

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    return strided_causal_conv1d(out[0], in[0], in[1], in[2], out[1], *(const strided_activation *)params);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    struct array *state = out[1];
    if (!state) state = array_new(3, STRIDED_LIST(in[0]->shape[0], in[0]->shape[1], in[1]->shape[2] - 1));
    ref_causal_conv(out[0], state, in[0], in[1], in[2]);
    for (int64_t i = 0; i < out[0]->count; i++)
        out[0]->v[i] = ref_activation(*(const strided_activation *)params, out[0]->v[i], 0, 0);
}

static void try(const char *name, strided_dtype dtype, int64_t length, int64_t taps, int with_state, strided_activation act)
{
    struct rng r = rng_seed(16);
    struct trial t = trial_new(name, call, reference, &act);
    trial_out(&t, dtype, 3, STRIDED_LIST(2, 3, length));
    if (with_state) trial_inout(&t, dtype, array_small(&r, dtype, 3, STRIDED_LIST(2, 3, taps - 1)))->optional = 1;
    else trial_no_out(&t);
    trial_in(&t, dtype, array_small(&r, dtype, 3, STRIDED_LIST(2, 3, length)));
    trial_in(&t, dtype, array_small(&r, dtype, 3, STRIDED_LIST(3, 1, taps)))->loose = !with_state;
    trial_in(&t, dtype, array_small(&r, dtype, 1, STRIDED_LIST(3)))->optional = 1;
    if (act == STRIDED_ACT_SILU) t.ulp = 2, t.absolute = 1e-6;
    trial_all(&t);
    arrays_release();
}

static void blocks(void **state)
{
    (void)state;
    try("causal, long block", STRIDED_F32, 7, 3, 1, STRIDED_ACT_NONE);
    try("causal, short block", STRIDED_F16, 2, 5, 1, STRIDED_ACT_RELU);
    try("causal, as long as the state", STRIDED_F64, 3, 4, 1, STRIDED_ACT_NONE);
    try("causal, silu", STRIDED_F32, 5, 2, 1, STRIDED_ACT_SILU);
    try("causal, no state", STRIDED_F32, 4, 3, 0, STRIDED_ACT_NONE);
}

static void every_length_and_dtype(void **state)
{
    (void)state;
    for (int64_t length = 0; length < 7; length++)
        for (int64_t taps = 1; taps < 6; taps++)
            for (int kept = 0; kept < 2; kept++) {
                strided_dtype dtype = number_floats[(length + taps) % NUMBER_FLOATS];
                struct rng r = rng_seed((uint64_t)(length * 8 + taps));
                strided_activation act = STRIDED_ACT_NONE;
                struct trial t = trial_new("causal conv", call, reference, &act);
                trial_out(&t, dtype, 3, STRIDED_LIST(2, 3, length));
                if (kept) trial_inout(&t, dtype, array_small(&r, dtype, 3, STRIDED_LIST(2, 3, taps - 1)));
                else trial_no_out(&t);
                trial_in(&t, dtype, array_small(&r, dtype, 3, STRIDED_LIST(2, 3, length)));
                trial_in(&t, dtype, array_small(&r, dtype, 3, STRIDED_LIST(3, 1, taps)));
                trial_no_in(&t);
                t.mixes = 8;
                trial_mixed(&t);
                arrays_release();
            }
    try("causal, integers", STRIDED_I32, 5, 3, 1, STRIDED_ACT_RELU);
    try("causal, no block", STRIDED_F32, 0, 3, 1, STRIDED_ACT_NONE);
    try("causal, one tap", STRIDED_F32, 4, 1, 1, STRIDED_ACT_NONE);
}

/* x and w of any two types, y and the state of others. */
static void every_pair_of_dtypes(void **state)
{
    (void)state;
    static const strided_activation act = STRIDED_ACT_NONE;
    for (int i = 0; i < NUMBER_DTYPES; i++)
        for (int k = 0; k < NUMBER_DTYPES; k++) {
            strided_dtype x = number_dtypes[i], w = number_dtypes[k];
            struct rng r = rng_seed((uint64_t)(i * 16 + k));
            const strided_dtype results[] = { STRIDED_F64, x, STRIDED_I8, w };
            for (int n = 0; n < 4; n++) {
                struct trial t = trial_new("causal conv of two dtypes", call, reference, &act);
                trial_out(&t, results[n], 3, STRIDED_LIST(2, 3, 4));
                if (n % 2) trial_inout(&t, x, array_small(&r, x, 3, STRIDED_LIST(2, 3, 2)));
                else trial_no_out(&t);
                trial_in(&t, x, array_small(&r, x, 3, STRIDED_LIST(2, 3, 4)));
                trial_in(&t, w, array_small(&r, w, 3, STRIDED_LIST(3, 1, 3)));
                if (n < 2) trial_no_in(&t);
                else trial_in(&t, w, array_small(&r, w, 1, STRIDED_LIST(3)));
                trial_store_by_inputs(&t);
                t.mixes = 3;
                trial_mixed(&t);
            }
            arrays_release();
        }
}

/* The state may be of another type than x: what goes through it is converted as a copy. */
static void dtypes_of_the_state(void **state)
{
    (void)state;
    static const strided_activation act = STRIDED_ACT_NONE;
    for (int i = 0; i < NUMBER_FLOATS; i++)
        for (int k = 0; k < NUMBER_FLOATS; k++)
            for (int64_t length = 1; length < 5; length += 3) {
                strided_dtype x = number_floats[i], past = number_floats[k];
                struct rng r = rng_seed((uint64_t)(i * 4 + k));
                struct trial t = trial_new("causal conv, state of another dtype", call, reference, &act);
                trial_out(&t, STRIDED_F32, 3, STRIDED_LIST(2, 3, length));
                trial_inout(&t, past, array_small(&r, past, 3, STRIDED_LIST(2, 3, 3)));
                trial_in(&t, x, array_small(&r, x, 3, STRIDED_LIST(2, 3, length)));
                trial_in(&t, x, array_small(&r, x, 3, STRIDED_LIST(3, 1, 4)));
                trial_no_in(&t);
                t.mixes = 4;
                trial_mixed(&t);
                arrays_release();
            }
}

static void do_not_fit(void **state)
{
    (void)state;
    static const struct { int64_t y[3], x[3], w[3], past[3], bias; int want; } list[] = {
        { { 1, 2, 5 }, { 1, 2, 5 }, { 2, 1, 3 }, { 1, 2, 2 }, 2, STRIDED_OK },
        { { 1, 2, 4 }, { 1, 2, 5 }, { 2, 1, 3 }, { 1, 2, 2 }, 2, STRIDED_ERR_SHAPE },
        { { 1, 3, 5 }, { 1, 2, 5 }, { 2, 1, 3 }, { 1, 2, 2 }, 2, STRIDED_ERR_SHAPE },
        { { 1, 2, 5 }, { 1, 2, 5 }, { 2, 2, 3 }, { 1, 2, 2 }, 2, STRIDED_ERR_SHAPE },
        { { 1, 2, 5 }, { 1, 2, 5 }, { 3, 1, 3 }, { 1, 2, 2 }, 2, STRIDED_ERR_SHAPE },
        { { 1, 2, 5 }, { 1, 2, 5 }, { 2, 1, 0 }, { 1, 2, 0 }, 2, STRIDED_ERR_SHAPE },
        { { 1, 2, 5 }, { 1, 2, 5 }, { 2, 1, 3 }, { 1, 2, 3 }, 2, STRIDED_ERR_SHAPE },
        { { 1, 2, 5 }, { 1, 2, 5 }, { 2, 1, 3 }, { 2, 2, 2 }, 2, STRIDED_ERR_SHAPE },
        { { 1, 2, 5 }, { 1, 2, 5 }, { 2, 1, 3 }, { 1, 2, 2 }, 1, STRIDED_ERR_SHAPE },
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, 3, list[i].y), *x = strided_zeros(NULL, STRIDED_F32, 3, list[i].x);
        STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, 3, list[i].w), *past = strided_zeros(NULL, STRIDED_F32, 3, list[i].past);
        STRIDED_AUTO strided_tensor *bias = strided_zeros(NULL, STRIDED_F32, 1, &list[i].bias);
        assert_int_equal(strided_causal_conv1d(y, x, w, bias, past, STRIDED_ACT_NONE), list[i].want);
        assert_int_equal(strided_causal_conv1d(y, x, w, bias, past, (strided_activation)7), STRIDED_ERR_ARG);
        refused_doing(STRIDED_ERR_ARG, "causal_conv1d", strided_causal_conv1d(y, x, w, bias, past, STRIDED_ACT_CLAMP));
    }
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 5)), *y = strided_empty_like(x);
    STRIDED_AUTO strided_tensor *w = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 1, 3)), *flat = strided_flatten(x, 1, 2);
    refused_doing(STRIDED_ERR_SHAPE, "causal_conv1d", strided_causal_conv1d(y, flat, w, NULL, NULL, STRIDED_ACT_NONE));
    refused_doing(STRIDED_ERR_SHAPE, "causal_conv1d", strided_causal_conv1d(y, x, flat, NULL, NULL, STRIDED_ACT_NONE));
}

enum { CHANNELS = 2, TAPS = 5, LENGTH = 64 };

static void in_pieces(void **state)
{
    (void)state;
    struct rng r = rng_seed(17);
    float xv[CHANNELS * LENGTH], wv[CHANNELS * TAPS], whole[CHANNELS * LENGTH], pieces[CHANNELS * LENGTH];
    for (int i = 0; i < CHANNELS * LENGTH; i++) xv[i] = (float)rng_real(&r, -1, 1);
    for (int i = 0; i < CHANNELS * TAPS; i++) wv[i] = (float)rng_real(&r, -1, 1);
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, xv, STRIDED_F32, STRIDED_DIMS(1, CHANNELS, LENGTH), NULL);
    STRIDED_AUTO strided_tensor *w = strided_wrap(NULL, wv, STRIDED_F32, STRIDED_DIMS(CHANNELS, 1, TAPS), NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, whole, STRIDED_F32, STRIDED_DIMS(1, CHANNELS, LENGTH), NULL);
    STRIDED_AUTO strided_tensor *z = strided_wrap(NULL, pieces, STRIDED_F32, STRIDED_DIMS(1, CHANNELS, LENGTH), NULL);
    STRIDED_AUTO strided_tensor *past = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, CHANNELS, TAPS - 1));
    assert_int_equal(strided_causal_conv1d(y, x, w, NULL, NULL, STRIDED_ACT_NONE), STRIDED_OK);
    for (int64_t from = 0, n = 1; from < LENGTH; from += n, n = n % 9 + 1) {
        if (n > LENGTH - from) n = LENGTH - from;
        STRIDED_AUTO strided_tensor *xb = strided_narrow(x, 2, from, n);
        STRIDED_AUTO strided_tensor *zb = strided_narrow(z, 2, from, n);
        assert_int_equal(strided_causal_conv1d(zb, xb, w, NULL, past, STRIDED_ACT_NONE), STRIDED_OK);
    }
    assert_memory_equal(whole, pieces, sizeof whole);
}

STRIDED_TEST_GROUP("ops/causal_conv",
    cmocka_unit_test(blocks),
    cmocka_unit_test(in_pieces),
    cmocka_unit_test(every_length_and_dtype),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(dtypes_of_the_state),
    cmocka_unit_test(do_not_fit))
