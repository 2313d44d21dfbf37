/*
 * test_pool.c - maxima, averages and norms over windows against the reference, and what is refused.
 */
#include "support/cmocka_compat.h"
#include "support/trial.h"
#include "support/windows.h"
#include <math.h>

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    strided_pool_params p = window_pool_params(params);
    return strided_pool(out[0], out[1], in[0], &p);
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    ref_pool(out[0], out[1], in[0], params);
}

/* x (2, 3, n..) */
static void try(const char *name, const struct ref_pool *p, strided_dtype dtype, const int64_t *n, double ulp)
{
    struct rng r = rng_seed(11);
    int nd = p->window.nd;
    int64_t x[5] = { 2, 3 }, y[5] = { 2, 3 };
    for (int a = 0; a < nd; a++) {
        x[2 + a] = n[a];
        y[2 + a] = ref_positions(&p->window, a, n[a], 0);
    }
    struct trial t = trial_new(name, call, reference, p);
    trial_out(&t, dtype, nd + 2, y);
    if (p->kind == STRIDED_POOL_MAX) trial_out(&t, STRIDED_I64, nd + 2, y)->optional = 1;
    else trial_no_out(&t);
    trial_in(&t, dtype, array_small(&r, dtype, nd + 2, x))->loose = 1;
    trial_store_by_inputs(&t);
    t.ulp = ulp;
    trial_all(&t);
    arrays_release();
}

static void maxima(void **state)
{
    (void)state;
    struct ref_pool p = { .window = window_of(1, 3, 2, 1, 1, 1), .kind = STRIDED_POOL_MAX, .lowest = -INFINITY };
    try("maxpool1d", &p, STRIDED_F32, STRIDED_LIST(8), 0);
    p.window = window_of(2, 2, 1, 3, 3, 2);
    try("maxpool2d with empty windows", &p, STRIDED_F16, STRIDED_LIST(2, 3), 0);
    p.lowest = INT8_MIN;
    try("maxpool2d with empty windows", &p, STRIDED_I8, STRIDED_LIST(2, 3), 0);
    p.window = window_of(3, 2, 2, 1, 0, 1);
    try("maxpool3d", &p, STRIDED_I64, STRIDED_LIST(3, 4, 5), 0);
}

static void averages(void **state)
{
    (void)state;
    struct ref_pool p = { .window = window_of(2, 3, 2, 1, 1, 2), .kind = STRIDED_POOL_AVG };
    try("avgpool2d", &p, STRIDED_F32, STRIDED_LIST(5, 4), 2);
    p.count_include_pad = 1;
    try("avgpool2d, padding counts", &p, STRIDED_F64, STRIDED_LIST(5, 4), 2);
    p.divisor = 7;
    try("avgpool2d by 7", &p, STRIDED_BF16, STRIDED_LIST(5, 4), 1);
    p = (struct ref_pool){ .window = window_of(1, 2, 2, 1, 0, 0), .kind = STRIDED_POOL_AVG, .truncate = 1 };
    try("avgpool1d i32", &p, STRIDED_I32, STRIDED_LIST(6), 0);
    p.window = window_of(1, 2, 1, 3, 3, 3);
    try("avgpool1d with empty windows", &p, STRIDED_I64, STRIDED_LIST(2), 0);
}

static void norms(void **state)
{
    (void)state;
    struct ref_pool p = { .window = window_of(2, 2, 1, 2, 1, 1), .kind = STRIDED_POOL_LP, .p = 2 };
    try("lppool2d p 2", &p, STRIDED_F32, STRIDED_LIST(3, 4), 2);
    p.p = 1;
    try("lppool2d p 1", &p, STRIDED_F32, STRIDED_LIST(3, 4), 2);
    p.p = 3.5;
    try("lppool2d p 3.5", &p, STRIDED_F64, STRIDED_LIST(3, 4), 8);
    p.p = INFINITY;
    p.window = window_of(1, 2, 1, 3, 3, 3);
    try("lppool1d p inf with empty windows", &p, STRIDED_F32, STRIDED_LIST(2), 0);
}

/* ceil(7 / 3) windows; the last NaN is reported, the first of equal maxima wins. */
static void ceil_mode_and_nan(void **state)
{
    (void)state;
    float v[7] = { 1, NAN, 2, 5, 5, NAN, NAN };
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, v, STRIDED_F32, STRIDED_DIMS(7), NULL);
    strided_pool_params p = { .size = { 3 }, .ceil_mode = 1 };
    STRIDED_AUTO strided_tensor *y = strided_pool_empty(x, &p);
    assert_int_equal(strided_dim(y, 0), 3);
    STRIDED_AUTO strided_tensor *idx = strided_empty(NULL, STRIDED_I64, STRIDED_DIMS(3));
    v[5] = 5;
    assert_int_equal(strided_pool(y, idx, x, &p), STRIDED_OK);
    assert_memory_equal(strided_const_data(idx), STRIDED_LIST(1, 3, 6), 3 * sizeof(int64_t));
    v[2] = NAN;
    assert_int_equal(strided_pool(y, idx, x, &p), STRIDED_OK);
    assert_int_equal(strided_get_int(idx, 1, STRIDED_LIST(0)), 2);
}

static void refusals(void **state)
{
    (void)state;
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 8));
    STRIDED_AUTO strided_tensor *y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 4));
    STRIDED_AUTO strided_tensor *idx = strided_zeros(NULL, STRIDED_I64, STRIDED_DIMS(1, 4));
    STRIDED_AUTO strided_tensor *bytes = strided_zeros(NULL, STRIDED_U8, STRIDED_DIMS(1, 8));
    strided_pool_params p = { .size = { 2 } };
    assert_int_equal(strided_pool(y, y, x, &p), STRIDED_ERR_DTYPE);
    assert_int_equal(strided_pool(y, idx, x, &p), STRIDED_OK);
    p.kind = STRIDED_POOL_AVG;
    assert_int_equal(strided_pool(y, idx, x, &p), STRIDED_ERR_ARG);
    assert_int_equal(strided_pool(y, NULL, bytes, &p), STRIDED_ERR_DTYPE);
    p.divisor = -1;
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_ERR_ARG);
    p = (strided_pool_params){ .size = { 0 } };
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_ERR_ARG);
    p = (strided_pool_params){ .size = { 2 }, .pad = { { 2, 0 } } };
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_ERR_ARG);
    p = (strided_pool_params){ .size = { 2 }, .kind = STRIDED_POOL_LP, .p = NAN };
    assert_int_equal(strided_pool(y, NULL, x, &p), STRIDED_ERR_ARG);
    assert_int_equal(strided_pool(y, NULL, x, NULL), STRIDED_ERR_NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maxima), cmocka_unit_test(averages), cmocka_unit_test(norms),
        cmocka_unit_test(ceil_mode_and_nan), cmocka_unit_test(refusals),
    };
    int failed = cmocka_run_group_tests_name("pool", tests, NULL, NULL);
    trial_end();
    return failed;
}
