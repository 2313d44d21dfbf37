/*
 * test_adaptive_pool.c - pooling to a given extent, and its gradients, against the reference.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"

struct setting { strided_pool_kind kind; int nd; };

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    return strided_adaptive_pool(out[0], out[1], in[0], s->kind, s->nd);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    ref_adaptive_pool(out[0], out[1], in[0], s->kind, s->nd);
}

static strided_status call_grad(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct setting *s = params;
    return strided_adaptive_pool_grad(out[0], in[0], in[1], s->kind, s->nd);
}

static void reference_grad(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct setting *s = params;
    ref_adaptive_pool_grad(out[0], in[0], in[1] ? in[1] : array_copy(out[0]), s->kind, s->nd); /* averages take no values */
}

static void loosen(struct trial_operand *x) { x->loose = 1; } /* any extent pools to any other */

static void both(const char *name, const struct setting *s, strided_dtype dtype, const int64_t *x, const int64_t *y)
{
    struct rng r = rng_seed(13);
    int max = s->kind == STRIDED_POOL_MAX, rank = s->nd + 1;
    struct array *vx = array_small(&r, dtype, rank, x);
    struct trial t = trial_new(name, call, reference, s);
    loosen(trial_out(&t, dtype, rank, y));
    if (max) trial_out(&t, STRIDED_I64, rank, y)->optional = 1;
    else trial_no_out(&t);
    loosen(trial_in(&t, dtype, vx));
    t.ulp = max ? 0 : 2;
    t.absolute = max ? 0 : 1e-6;
    trial_all(&t);

    t = trial_new(name, call_grad, reference_grad, s);
    loosen(trial_out(&t, dtype, rank, x));
    loosen(trial_in(&t, dtype, array_small(&r, dtype, rank, y)));
    if (max) trial_in(&t, dtype, vx);
    else trial_no_in(&t);
    t.ulp = max ? 0 : 2;
    t.absolute = max ? 0 : 1e-5;
    trial_all(&t);
    arrays_release();
}

static void average(void **state)
{
    (void)state;
    struct setting s = { STRIDED_POOL_AVG, 2 };
    both("adaptive avg 2d", &s, STRIDED_F32, STRIDED_LIST(3, 7, 5), STRIDED_LIST(3, 3, 4));
    both("adaptive avg 2d, larger", &s, STRIDED_F64, STRIDED_LIST(3, 3, 4), STRIDED_LIST(3, 7, 6));
    both("adaptive avg 2d, even", &s, STRIDED_F32, STRIDED_LIST(3, 6, 4), STRIDED_LIST(3, 3, 1));
}

static void maximum(void **state)
{
    (void)state;
    struct setting s = { STRIDED_POOL_MAX, 3 };
    both("adaptive max 3d", &s, STRIDED_F32, STRIDED_LIST(2, 5, 3, 4), STRIDED_LIST(2, 2, 4, 3));
    s.nd = 1;
    both("adaptive max 1d, global", &s, STRIDED_F16, STRIDED_LIST(2, 9), STRIDED_LIST(2, 1));
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 4));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 2));
    STRIDED_AUTO strided_tensor *none = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 0));
    assert_int_equal(strided_adaptive_pool(y, NULL, x, STRIDED_POOL_LP, 1), STRIDED_ERR_ARG);
    assert_int_equal(strided_adaptive_pool(y, NULL, x, STRIDED_POOL_AVG, 0), STRIDED_ERR_ARG);
    assert_int_equal(strided_adaptive_pool(y, NULL, x, STRIDED_POOL_AVG, 3), STRIDED_ERR_SHAPE);
    assert_int_equal(strided_adaptive_pool(none, NULL, x, STRIDED_POOL_AVG, 1), STRIDED_ERR_SHAPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(average), cmocka_unit_test(maximum), cmocka_unit_test(refusals),
    };
    int failed = cmocka_run_group_tests_name("adaptive_pool", tests, NULL, NULL);
    trial_end();
    return failed;
}
