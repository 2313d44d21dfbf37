/*
 * test_plan_einsum.c - planned sums of products: the bits of strided_einsum() in every form that one or two operands
 * allow; what they refuse is what it refuses.
 */
#include "planned.h"
#include "support/trial.h"

#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* The text, and the same by one letter for each axis. */
struct form {
    const char *spec;
    int named, n;
    const char *term[2], *out;
    int ndim[3];           /* of the operands, and of y */
    int64_t shape[3][6];
};

static const struct form forms[] = {
    { "bac,aj->bjc", 0, 2, { "bac", "aj" }, "bjc", { 3, 2, 3 }, { { 2, 5, 4 }, { 5, 3 }, { 2, 3, 4 } } },
    { "ij,jk", 0, 2, { "ij", "jk" }, "ik", { 2, 2, 2 }, { { 3, 4 }, { 4, 5 }, { 3, 5 } } },
    { "...ij,...jk->...ik", 0, 2, { "bij", "bjk" }, "bik", { 3, 3, 3 }, { { 2, 3, 4 }, { 2, 4, 5 }, { 2, 3, 5 } } },
    { "...ij,jk->k...i", 0, 2, { "bij", "jk" }, "kbi", { 3, 2, 3 }, { { 2, 3, 4 }, { 4, 5 }, { 5, 2, 3 } } },
    { "i,j->ij", 0, 2, { "i", "j" }, "ij", { 1, 1, 2 }, { { 5 }, { 7 }, { 5, 7 } } },
    { "ij,ij->", 0, 2, { "ij", "ij" }, "", { 2, 2, 0 }, { { 3, 4 }, { 3, 4 }, {0} } },
    { "ij,->ij", 0, 2, { "ij", "" }, "ij", { 2, 0, 2 }, { { 3, 4 }, {0}, { 3, 4 } } },
    { "ii,ij->j", 0, 2, { "ii", "ij" }, "j", { 2, 2, 1 }, { { 3, 3 }, { 3, 4 }, { 4 } } },
    { "iij,jj->i", 0, 2, { "iij", "jj" }, "i", { 3, 2, 1 }, { { 3, 3, 4 }, { 4, 4 }, { 3 } } },
    { "ij,kj->ik", 0, 2, { "ij", "kj" }, "ik", { 2, 2, 2 }, { { 3, 1 }, { 5, 4 }, { 3, 5 } } }, /* extents of 1 broadcast */
    { "ij,jk->ik", 0, 2, { "ij", "jk" }, "ik", { 2, 2, 2 }, { { 3, 0 }, { 0, 5 }, { 3, 5 } } },
    { "ij,jk->ik", 0, 2, { "ij", "jk" }, "ik", { 2, 2, 2 }, { { 0, 4 }, { 4, 5 }, { 0, 5 } } },
    { "ab,cd->dacb", 0, 2, { "ab", "cd" }, "dacb", { 2, 2, 4 }, { { 2, 3 }, { 4, 2 }, { 2, 2, 4, 3 } } },
    { "ij->ji", 0, 1, { "ij" }, "ji", { 2, 0, 2 }, { { 3, 4 }, {0}, { 4, 3 } } },
    { "ii->i", 0, 1, { "ii" }, "i", { 2, 0, 1 }, { { 4, 4 }, {0}, { 4 } } },
    { "ii", 0, 1, { "ii" }, "", { 2, 0, 0 }, { { 4, 4 }, {0}, {0} } },
    { "a...->...", 0, 1, { "abc" }, "bc", { 3, 0, 2 }, { { 2, 3, 4 }, {0}, { 3, 4 } } },
    { "", 0, 1, { "" }, "", { 0, 0, 0 }, { {0}, {0}, {0} } },
    { "one two three -> two one", 1, 1, { "abc" }, "ba", { 3, 0, 2 }, { { 2, 3, 4 }, {0}, { 3, 2 } } },
    { "b ic ow kw, oc ic kw -> b oc ow", 1, 2, { "biwk", "oik" }, "bow", { 4, 3, 3 }, { { 2, 3, 5, 2 }, { 4, 3, 2 }, { 2, 4, 5 } } },
    { "b ic oh ow kh kw, oc ic kh kw -> b oc oh ow", 1, 2, { "bihwkl", "oikl" }, "bohw", { 6, 4, 4 },
      { { 1, 2, 3, 4, 2, 3 }, { 3, 2, 2, 3 }, { 1, 3, 3, 4 } } },
};

static strided_status planned(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct form *f = params;
    return run_once(f->named ? strided_einsum_named_plan(out[0], f->spec, f->n, in) : strided_einsum_plan(out[0], f->spec, f->n, in), out[0], in[0]);
}

static strided_status either(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct form *f = params;
    if (planned_turn()) return planned(out, in, params);
    return f->named ? strided_einsum_named(out[0], f->spec, f->n, in) : strided_einsum(out[0], f->spec, f->n, in);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct form *f = params;
    ref_einsum(out[0], f->out, f->n, in, f->term);
}

static struct trial trial_of(const struct form *f, strided_dtype dy, strided_dtype da, strided_dtype db, uint64_t seed, array_fill *fill)
{
    struct rng r = rng_seed(seed);
    struct trial t = trial_new(f->spec, either, reference, f);
    trial_out(&t, dy, f->ndim[2], f->shape[2]);
    trial_in(&t, da, fill(&r, da, f->ndim[0], f->shape[0]));
    if (f->n == 2) trial_in(&t, db, fill(&r, db, f->ndim[1], f->shape[1]));
    trial_store_by_inputs(&t);
    t.seed = seed;
    return t;
}

static void every_layout(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct trial t = trial_of(&forms[i], STRIDED_F32, STRIDED_F32, STRIDED_F32, i, array_small);
        trial_run(&t);
        t.call = planned;
        trial_oom(&t);
        arrays_release();
    }
}

static void every_pair_of_dtypes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i += 6)
        for (int p = 0; p < NUMBER_DTYPES; p++)
            for (int q = 0; q < NUMBER_DTYPES; q++) {
                struct trial t = trial_of(&forms[i], p % 2 ? number_dtypes[q] : STRIDED_F64, number_dtypes[p], number_dtypes[q], i, array_small);
                t.mixes = 2;
                trial_mixed(&t);
                arrays_release();
            }
}

/* Real numbers, enough for every kernel and several threads. */
static void large(void **state)
{
    (void)state;
    static const struct form list[] = {
        { "ij,jk->ik", 0, 2, { "ij", "jk" }, "ik", { 2, 2, 2 }, { { 40, 33 }, { 33, 50 }, { 40, 50 } } },
        { "bij,bjk->bki", 0, 2, { "bij", "bjk" }, "bki", { 3, 3, 3 }, { { 3, 17, 40 }, { 3, 40, 19 }, { 3, 19, 17 } } },
        { "b ic ow kw, oc ic kw -> b oc ow", 1, 2, { "biwk", "oik" }, "bow", { 4, 3, 3 }, { { 1, 8, 60, 3 }, { 24, 8, 3 }, { 1, 24, 60 } } },
        { "ij->j", 0, 1, { "ij" }, "j", { 2, 0, 1 }, { { 200, 120 }, {0}, { 120 } } },
    };
    for (size_t i = 0; i < COUNT(list); i++)
        for (int d = 0; d < NUMBER_FLOATS; d++) {
            strided_dtype dtype = number_floats[d];
            struct trial t = trial_of(&list[i], dtype, dtype, dtype, i, array_unit);
            t.ulp = 2;
            t.absolute = dtype == STRIDED_F64 ? 1e-12 : 2e-4;
            t.fused = 1;
            t.mixes = 8;
            trial_mixed(&t);
            arrays_release();
        }
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void texts(void **state)
{
    (void)state;
    static const struct { const char *spec; int named, n; } list[] = {
        { "ij->", 0, 2 }, { "ij,jk,kl->il", 0, 2 }, { "ij,jk->iz", 0, 2 }, { "ij,jk->ii", 0, 2 }, { "ij,jk->ik->", 0, 2 }, { "i1,jk->ik", 0, 2 },
        { "ijk,jk->ik", 0, 2 }, { "i...j...,jk->ik", 0, 2 }, { "ij,ik->jk", 0, 2 }, { "ii,jk->ik", 0, 2 }, { "ij,jk->ki", 0, 2 }, { "ij->ji", 0, 1 },
        { "a b, b c -> a d", 1, 2 }, { "a b, b c -> a c c", 1, 2 }, { "a b, c d -> a d e", 1, 2 }, { "a b -> b a", 1, 1 }, { "a, b -> a b", 1, 2 },
    };
    STRIDED_AUTO strided_tensor *a = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3, 4)), *b = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 5));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(3, 5));
    const strided_tensor *const operands[] = { a, b };
    for (size_t i = 0; i < COUNT(list); i++) {
        const char *spec = list[i].spec;
        int n = list[i].n;
        strided_status s = list[i].named ? strided_einsum_named(y, spec, n, operands) : strided_einsum(y, spec, n, operands);
        if (s == STRIDED_OK) fail_msg("\"%s\" is accepted", spec);
        if (list[i].named) check_no_plan(spec, s, "einsum_named_plan", strided_einsum_named_plan(y, spec, n, operands));
        else check_no_plan(spec, s, "einsum_plan", strided_einsum_plan(y, spec, n, operands));
    }
}

static void tensors(void **state)
{
    (void)state;
    static const int counts[] = { 0, -1, 3, INT32_MAX, INT32_MIN };
    STRIDED_AUTO strided_tensor *a = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(3, 4), NULL);
    STRIDED_AUTO strided_tensor *b = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(4, 5));
    STRIDED_AUTO strided_tensor *no_b = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(4, 5), NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(3, 5), NULL);
    STRIDED_AUTO strided_tensor *meeting = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(3, 5), STRIDED_LIST(1, 1));
    STRIDED_AUTO strided_tensor *scalar = strided_wrap(NULL, NULL, STRIDED_F32, 0, NULL, NULL);
    const strided_tensor *const operands[] = { a, b, b }, *const without[] = { a, no_b }, *const none[] = { a, NULL }, *const no_x[] = { NULL, b };
    assert_null(strided_einsum_plan(NULL, "ij,jk->ik", 2, operands));
    assert_null(strided_einsum_plan(y, "ij,jk->ik", 2, none));
    assert_null(strided_einsum_plan(y, "ij,jk->ik", 2, no_x));
    assert_null(strided_einsum_plan(y, "ij,jk->ik", 2, NULL));
    assert_null(strided_einsum_plan(y, NULL, 2, operands));
    assert_null(strided_einsum_named_plan(y, NULL, 2, operands));
    no_plan(STRIDED_ERR_NULL, "einsum_plan", strided_einsum_plan(y, "ij,jk->ik", 2, without));
    no_plan(STRIDED_ERR_OVERLAP, "einsum_plan", strided_einsum_plan(meeting, "ij,jk->ik", 2, operands));
    no_plan(STRIDED_ERR_OVERLAP, "einsum_named_plan", strided_einsum_named_plan(meeting, "i j, j k -> i k", 2, operands));
    no_plan(STRIDED_ERR_ARG, "einsum_plan", strided_einsum_plan(scalar, "ij,jk,jk->", 3, operands));
    for (size_t i = 0; i < COUNT(counts); i++) no_plan(STRIDED_ERR_ARG, "einsum_plan", strided_einsum_plan(y, "ij,jk->ik", counts[i], operands));
}

STRIDED_TEST_GROUP("plan/plan_einsum",
    cmocka_unit_test(every_layout),
    cmocka_unit_test(every_pair_of_dtypes),
    cmocka_unit_test(large),
    cmocka_unit_test(texts),
    cmocka_unit_test(tensors))
