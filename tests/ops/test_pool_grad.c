/*
 * test_pool_grad.c - gradients of pools against the reference.
 */
#include "support/cmocka_compat.h"
#include "support/refuse.h"
#include "support/trial.h"
#include "support/windows.h"
#include <math.h>

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    strided_pool_params p = window_pool_params(params);
    return strided_pool_grad(out[0], in[0], in[1], &p);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_pool_grad(out[0], in[0], in[1] ? in[1] : array_copy(out[0]), params); /* averages take no values */
}

static void try(const char *name, const struct ref_pool *p, strided_dtype dtype, const int64_t *n, double ulp, double absolute)
{
    struct rng r = rng_seed(12);
    int nd = p->window.nd;
    int64_t x[5] = { 2, 3 }, y[5] = { 2, 3 };
    for (int a = 0; a < nd; a++) {
        x[2 + a] = n[a];
        y[2 + a] = ref_positions(&p->window, a, n[a], 0);
    }
    struct trial t = trial_new(name, call, reference, p);
    trial_out(&t, dtype, nd + 2, x)->loose = 1;
    trial_in(&t, dtype, array_small(&r, dtype, nd + 2, y));
    if (p->kind == STRIDED_POOL_AVG) trial_no_in(&t);
    else trial_in(&t, dtype, array_small(&r, dtype, nd + 2, x));
    trial_store_by_inputs(&t);
    t.ulp = ulp;
    t.absolute = absolute;
    trial_all(&t);
    arrays_release();
}

static void max_gradient(void **state)
{
    (void)state;
    struct ref_pool p = { .window = window_of(2, 3, 1, 1, 1, 1), .kind = STRIDED_POOL_MAX, .lowest = -INFINITY };
    try("maxpool2d gradient", &p, STRIDED_F32, STRIDED_LIST(4, 5), 0, 0);
    p.window = window_of(2, 2, 1, 3, 3, 2);
    try("maxpool2d gradient, empty windows", &p, STRIDED_F16, STRIDED_LIST(2, 3), 0, 0);
}

static void avg_gradient(void **state)
{
    (void)state;
    struct ref_pool p = { .window = window_of(2, 3, 2, 2, 1, 2), .kind = STRIDED_POOL_AVG };
    try("avgpool2d gradient", &p, STRIDED_F32, STRIDED_LIST(5, 6), 2, 1e-5);
    p.count_include_pad = 1;
    try("avgpool2d gradient, padding counts", &p, STRIDED_F64, STRIDED_LIST(5, 6), 2, 1e-14);
    p.window = window_of(1, 2, 3, 1, 0, 0);
    try("avgpool1d gradient with gaps", &p, STRIDED_F16, STRIDED_LIST(8), 1, 0);
}

static void lp_gradient(void **state)
{
    (void)state;
    struct ref_pool p = { .window = window_of(1, 3, 1, 1, 1, 0), .kind = STRIDED_POOL_LP, .p = 2 };
    try("lppool1d gradient, p 2", &p, STRIDED_F32, STRIDED_LIST(6), 2, 1e-6);
    p.p = 3;
    try("lppool1d gradient, p 3", &p, STRIDED_F64, STRIDED_LIST(6), 4, 1e-13);
}

/* The largest magnitude alone has a slope, its sign; of equal ones the first. */
static void inf_gradient(void **state)
{
    (void)state;
    float v[4] = { 1, -3, 2, 3 }, g[2] = { 10, 20 }, d[4], want[4] = { 0, -10, 0, 20 };
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, STRIDED_DIMS(4), NULL);
    STRIDED_AUTO strided_tensor *dy = strided_wrap(NULL, g, STRIDED_F32, STRIDED_DIMS(2), NULL);
    STRIDED_AUTO strided_tensor *dx = strided_wrap(NULL, d, STRIDED_F32, STRIDED_DIMS(4), NULL);
    strided_pool_params p = { .kind = STRIDED_POOL_LP, .size = { 2 }, .p = INFINITY };
    assert_int_equal(strided_pool_grad(dx, dy, x, &p), STRIDED_OK);
    for (int i = 0; i < 4; i++) assert_true(d[i] == want[i]);
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 8)), *dy = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(2, 4));
    STRIDED_AUTO strided_tensor *bytes = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(2, 4));
    STRIDED_AUTO strided_tensor *x_bytes = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(2, 8));
    STRIDED_AUTO strided_tensor *dx = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(2, 8), 7);
    const strided_pool_params avg = { .kind = STRIDED_POOL_AVG, .size = { 2 } }, lp = { .kind = STRIDED_POOL_LP, .size = { 2 } };
    refused_doing(STRIDED_ERR_DTYPE, "pool_grad", strided_pool_grad(dx, bytes, NULL, &avg));
    refused_doing(STRIDED_ERR_DTYPE, "pool_grad", strided_pool_grad(dx, bytes, x, &lp));
    refused_doing(STRIDED_ERR_DTYPE, "pool_grad", strided_pool_grad(x_bytes, dy, x, &lp));
    assert_string_equal(strided_error(), "pool_grad: dx is u8; an lp pool wants floats");
    refused_doing(STRIDED_ERR_DTYPE, "pool_grad", strided_pool_grad(dx, dy, x_bytes, &lp));
    refused_doing(STRIDED_ERR_SHAPE, "pool_grad", strided_pool_grad(dx, x, x, &lp));
    refused_doing(STRIDED_ERR_SHAPE, "pool_grad", strided_pool_grad(dx, dy, dy, &lp));
    for (int i = 0; i < 16; i++) assert_true(((const float *)strided_const_data(dx))[i] == 7);
}

STRIDED_TEST_GROUP("ops/pool_grad",
    cmocka_unit_test(max_gradient),
    cmocka_unit_test(avg_gradient),
    cmocka_unit_test(lp_gradient),
    cmocka_unit_test(inf_gradient),
    cmocka_unit_test(refusals))
