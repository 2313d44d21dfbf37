/*
 * test_pad.c - padding and its gradient by every mode, widths of every sign, against the reference.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"
#include <math.h>

struct widths {
    int64_t before[2], after[2];
    strided_pad_mode mode;
    double value;
};

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct widths *w = params;
    return strided_pad(out[0], in[0], 2, w->before, w->after, w->mode, w->value);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct widths *w = params;
    ref_pad(out[0], in[0], w->before, w->after, w->mode, w->value);
}

static strided_status call_grad(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct widths *w = params;
    return strided_pad_grad(out[0], in[0], 2, w->before, w->after, w->mode);
}

static void reference_grad(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct widths *w = params;
    for (int64_t i = 0; i < out[0]->count; i++) out[0]->v[i] = 0;
    ref_pad_grad(out[0], in[0], w->before, w->after, w->mode);
}

static void try(const struct widths *w, strided_dtype dtype, const int64_t *n)
{
    int64_t padded[2];
    struct rng r = rng_seed(5);
    for (int a = 0; a < 2; a++) padded[a] = n[a] + w->before[a] + w->after[a];
    struct trial t = trial_new("pad", call, reference, w);
    trial_out(&t, dtype, 2, padded);
    trial_in(&t, dtype, array_small(&r, dtype, 2, n));
    t.store = STORE_TRUNCATE;
    trial_all(&t);

    t = trial_new("pad_grad", call_grad, reference_grad, w);
    trial_out(&t, dtype, 2, n);
    trial_in(&t, dtype, array_small(&r, dtype, 2, padded));
    trial_store_by_inputs(&t);
    trial_all(&t);
    arrays_release();
}

static void every_mode(void **state)
{
    (void)state;
    static const struct widths table[] = {
        { .before = { 1, 2 }, .after = { 2, 0 }, .value = 7 },    { .before = { 0, 0 }, .after = { 0, 0 }, .value = 7 },
        { .before = { -1, 3 }, .after = { 2, -2 }, .value = 7 },  { .before = { 9, 8 }, .after = { 7, 11 }, .value = 7 },
        { .before = { -2, -1 }, .after = { 0, -1 }, .value = 7 },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (int mode = STRIDED_PAD_CONSTANT; mode <= STRIDED_PAD_CIRCULAR; mode++) {
            struct widths w = table[i];
            w.mode = (strided_pad_mode)mode;
            try(&w, STRIDED_F32, STRIDED_LIST(3, 4));
            if (i == 0) try(&w, STRIDED_F16, STRIDED_LIST(1, 4));
            if (i == 0) try(&w, STRIDED_U8, STRIDED_LIST(3, 2));
        }
}

static void all_border(void **state)
{
    (void)state;
    static const struct widths past = { .before = { -4, 0 }, .after = { 3, 0 }, .value = -3 };
    static const struct widths empty = { .before = { 1, 0 }, .after = { 1, 2 }, .value = -3 };
    try(&past, STRIDED_F32, STRIDED_LIST(3, 4));
    try(&empty, STRIDED_F32, STRIDED_LIST(0, 4));
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, 1, STRIDED_LIST(3));
    STRIDED_AUTO strided_tensor *none = strided_zeros(NULL, STRIDED_F32, 1, STRIDED_LIST(0));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, 1, STRIDED_LIST(5));
    const int64_t one[] = { 1 }, huge[] = { INT64_MAX }, lowest[] = { INT64_MIN }, crop[] = { -3 }, two[] = { 2 }, five[] = { 5 };
    refused_doing(STRIDED_ERR_SHAPE, "pad", strided_pad(y, x, 1, two, one, STRIDED_PAD_REFLECT, 0));
    refused_doing(STRIDED_ERR_SHAPE, "pad", strided_pad(y, x, 2, one, one, STRIDED_PAD_REFLECT, 0));
    refused_doing(STRIDED_ERR_OVERFLOW, "pad", strided_pad(y, x, 1, huge, one, STRIDED_PAD_REFLECT, 0));
    refused_doing(STRIDED_ERR_OVERFLOW, "pad", strided_pad(y, x, 1, lowest, huge, STRIDED_PAD_CONSTANT, 0));
    refused_doing(STRIDED_ERR_SHAPE, "pad", strided_pad(y, x, 1, crop, crop, STRIDED_PAD_CONSTANT, 0));
    refused_doing(STRIDED_ERR_SHAPE, "pad", strided_pad(y, x, 1, crop, five, STRIDED_PAD_REPLICATE, 0));
    refused_doing(STRIDED_ERR_SHAPE, "pad", strided_pad(y, none, 1, five, STRIDED_LIST(0), STRIDED_PAD_CIRCULAR, 0));
    refused_doing(STRIDED_ERR_ARG, "pad", strided_pad(y, x, 1, one, one, (strided_pad_mode)5, 0));
    refused_doing(STRIDED_ERR_NULL, "pad", strided_pad(y, x, 1, NULL, one, STRIDED_PAD_CONSTANT, 0));
    assert_null(strided_pad_empty(NULL, 1, one, one));
    STRIDED_AUTO strided_tensor *made = strided_pad_empty(x, 1, two, crop);
    assert_int_equal(strided_dim(made, 0), 2);
}

STRIDED_TEST_GROUP("ops/pad", cmocka_unit_test(every_mode), cmocka_unit_test(all_border), cmocka_unit_test(refusals))
