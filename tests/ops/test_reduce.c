/*
 * test_reduce.c - strided_reduce() and strided_reduce_empty(): every operator over every set of axes, layouts, dtypes,
 * NaN, infinities, ties, and nothing at all.
 */
#include "support/cmocka_compat.h"
#include "support/tensors.h"
#include "support/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const struct { strided_reduce_op op; const char *name; } all[] = {
#define STRIDED_X(name, value, formula, empty) { STRIDED_REDUCE_##name, #name },
    STRIDED_REDUCE_LIST(STRIDED_X)
#undef STRIDED_X
};

struct params { strided_reduce_op op; int naxes; const int64_t *axes; };

static strided_status call(strided_tensor *const *out, const strided_tensor *const *in, const void *params)
{
    const struct params *p = params;
    return strided_reduce(out[0], p->op, in[0], p->naxes, p->axes);
}

static void chosen(const struct params *p, int ndim, int *set)
{
    for (int a = 0; a < ndim; a++) set[a] = p->axes == NULL;
    for (int i = 0; p->axes && i < p->naxes; i++) set[p->axes[i] < 0 ? p->axes[i] + ndim : p->axes[i]] = 1;
}

static void reference(struct array *const *out, const struct array *const *in, const void *params)
{
    const struct params *p = params;
    int set[STRIDED_MAX_NDIM];
    chosen(p, in[0]->ndim, set);
    ref_reduce(out[0], p->op, in[0], set);
}

static int is_arg(strided_reduce_op op) { return op == STRIDED_REDUCE_ARGMAX || op == STRIDED_REDUCE_ARGMIN; }

static int leaves_integers(strided_reduce_op op)
{
    return op == STRIDED_REDUCE_L2 || op == STRIDED_REDUCE_LOG_SUM || op == STRIDED_REDUCE_LOG_SUM_EXP || op == STRIDED_REDUCE_MEAN;
}

static int left(const struct params *p, int ndim, const int64_t *shape, int keepdims, int64_t *out)
{
    int set[STRIDED_MAX_NDIM], n = 0;
    chosen(p, ndim, set);
    for (int a = 0; a < ndim; a++)
        if (!set[a]) out[n++] = shape[a];
        else if (keepdims) out[n++] = 1;
    return n;
}

static struct trial trial_of(const struct params *p, char name[80], strided_dtype to, strided_dtype from, const struct array *x,
                             int keepdims)
{
    int64_t shape[STRIDED_MAX_NDIM];
    snprintf(name, 80, "reduce %s %s -> %s, %d axes", all[p->op - 1].name, strided_dtype_name(from), strided_dtype_name(to),
             p->axes ? p->naxes : -1);
    struct trial t = trial_new(name, call, reference, p);
    trial_out(&t, to, left(p, x->ndim, x->shape, keepdims, shape), shape);
    trial_in(&t, from, x)->loose = p->axes == NULL || p->naxes > 0;
    t.store = number_is_float(from) || leaves_integers(p->op) ? STORE_ROUND : STORE_WRAP;
    if (number_is_float(to)) t.ulp = to == STRIDED_F64 ? 8 : 1;
    return t;
}

static void every_operator_and_set_of_axes(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3, 2, 5 };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++)
        for (int set = 0; set < 8; set++)
            for (int keepdims = 0; keepdims < 2; keepdims++) {
                struct rng r = rng_seed(i * 8 + (size_t)set);
                int64_t axes[3];
                int n = 0;
                for (int a = 0; a < 3; a++) if (set >> a & 1) axes[n++] = keepdims ? a - 3 : a;
                struct params p = { all[i].op, n, axes };
                struct array *x = array_real(&r, all[i].op == STRIDED_REDUCE_LOG_SUM ? 0.1 : -2, 2, 3, shape);
                struct trial t = trial_of(&p, name, is_arg(p.op) ? STRIDED_I64 : STRIDED_F32, STRIDED_F32, x, keepdims);
                t.mixes = 8;
                trial_run(&t);
                if (set == 3) trial_refuse(&t);
                if (set == 3 || set == 0) trial_oom(&t);
                arrays_release();
            }
}

static void all_axes(void **state)
{
    (void)state;
    static const struct { int ndim; int64_t shape[5]; } list[] = { { 0, {0} }, { 1, { 1 } }, { 1, { 300 } }, { 2, { 17, 33 } },
                                                                   { 5, { 2, 1, 3, 2, 2 } } };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++)
        for (size_t s = 0; s < COUNT(list); s++)
            for (int keepdims = 0; keepdims < 2; keepdims++) {
                struct rng r = rng_seed(i * 8 + s);
                struct params p = { all[i].op, 0, NULL };
                struct array *x = array_small(&r, STRIDED_U8, list[s].ndim, list[s].shape);
                for (int64_t k = 0; k < x->count; k++) x->v[k] = x->v[k] / 8 + 1;
                struct trial t = trial_of(&p, name, is_arg(p.op) ? STRIDED_I64 : STRIDED_F32, STRIDED_F32, x, keepdims);
                t.mixes = 8;
                trial_run(&t);
                arrays_release();
            }
}

static void every_dtype(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3, 11 }, axes[] = { 1 };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            strided_dtype from = number_dtypes[d];
            struct rng r = rng_seed(i * 16 + (size_t)d);
            struct params p = { all[i].op, 1, axes };
            struct array *x = array_small(&r, from, 2, shape);
            strided_dtype tos[] = { from, STRIDED_F64, STRIDED_I64, STRIDED_I8 };
            for (size_t k = 0; k < COUNT(tos); k++) {
                if (is_arg(p.op) && tos[k] != STRIDED_I64) continue;
                if (p.op == STRIDED_REDUCE_MEAN && !number_is_float(tos[k])) continue;
                if (p.op == STRIDED_REDUCE_PROD && number_size(tos[k]) < 8) continue; /* 8^11 */
                struct trial t = trial_of(&p, name, tos[k], from, x, 0);
                t.mixes = 6;
                trial_run(&t);
            }
            arrays_release();
        }
}

/* NaN anywhere, ties, infinities, both zeros. */
static void extremes(void **state)
{
    (void)state;
    static const double rows[][6] = {
        { 1, NAN, 3, NAN, 5, 6 }, { NAN, 1, 2, 3, 4, 5 }, { 5, 1, 5, 1, 5, 1 }, { -INFINITY, -INFINITY, -INFINITY, -INFINITY,
        -INFINITY, -INFINITY }, { INFINITY, 1, INFINITY, -INFINITY, 0, 2 }, { 0, -0.0, 0, -0.0, 0, 0 }, { -0.0, 0, -1, -1, 1, 1 },
        { 1, 2, 3, 4, 5, NAN }, { INFINITY, INFINITY, INFINITY, INFINITY, INFINITY, INFINITY },
    };
    static const int64_t shape[] = { COUNT(rows), 6 }, axes[] = { 1 };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++)
        for (int d = 0; d < NUMBER_FLOATS; d++) {
            struct params p = { all[i].op, 1, axes };
            struct trial t = trial_of(&p, name, is_arg(p.op) ? STRIDED_I64 : number_floats[d], number_floats[d],
                                      array_list(&rows[0][0], 2, shape), 0);
            trial_run(&t);
            arrays_release();
        }
}

/* A row-major index over the reduced axes, whatever their order in memory. */
static void index_over_many_axes(void **state)
{
    (void)state;
    static const int64_t shape[] = { 3, 2, 4, 3 }, first[] = { 0, 2 }, last[] = { 3, 1 };
    char name[80];
    for (int op = STRIDED_REDUCE_ARGMAX; op <= STRIDED_REDUCE_ARGMIN; op++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            struct rng r = rng_seed((uint64_t)d);
            struct params p = { (strided_reduce_op)op, 2, first }, q = { (strided_reduce_op)op, 2, last };
            struct array *x = array_small(&r, number_dtypes[d], 4, shape);
            struct trial t = trial_of(&p, name, STRIDED_I64, number_dtypes[d], x, 1);
            trial_run(&t);
            t = trial_of(&q, name, STRIDED_I64, number_dtypes[d], x, 0);
            trial_run(&t);
            arrays_release();
        }
}

/* Equals and NaN among more values than are looked at once, of more outputs than go at once and of less than a vector has. */
static void index_of_many(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = { { 1, 600, 70 }, { 70, 300, 1 }, { 3, 257, 17 }, { 33, 5, 41 }, { 1, 5000, 2 } }, middle[] = { 1 };
    static const strided_dtype dtypes[] = { STRIDED_F32, STRIDED_F64, STRIDED_F16, STRIDED_I32, STRIDED_U8, STRIDED_I64, STRIDED_U64 };
    char name[80];
    for (int op = STRIDED_REDUCE_ARGMAX; op <= STRIDED_REDUCE_ARGMIN; op++)
        for (size_t d = 0; d < COUNT(dtypes); d++)
            for (size_t i = 0; i < COUNT(shapes); i++) {
                struct rng r = rng_seed(i);
                struct params p = { (strided_reduce_op)op, 1, middle };
                struct array *x = array_small(&r, dtypes[d], 3, shapes[i]);
                for (int64_t k = rng_between(&r, 0, 999); number_is_float(dtypes[d]) && k < x->count; k += rng_between(&r, 1, 1999)) x->v[k] = NAN;
                struct trial t = trial_of(&p, name, STRIDED_I64, dtypes[d], x, 0);
                t.mixes = 6;
                trial_mixed(&t);
                arrays_release();
            }
}

static void of_nothing(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 0, 3 }, axes[] = { 1 }, other[] = { 0 }, nothing[] = { 0, 0, 3 };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            strided_dtype from = number_dtypes[d];
            struct params p = { all[i].op, 1, axes }, q = { all[i].op, 1, other };
            int extreme = p.op == STRIDED_REDUCE_MAX || p.op == STRIDED_REDUCE_MIN;
            strided_dtype to = is_arg(p.op) ? STRIDED_I64 : extreme ? from : STRIDED_F64;
            struct array *x = array_new(3, shape);
            struct trial t = trial_of(&p, name, to, from, x, 0);
            if (is_arg(p.op) || (extreme && !number_is_float(from))) trial_refused(&t, STRIDED_ERR_SHAPE);
            else trial_run(&t);
            t = trial_of(&q, name, to, from, x, 0); /* an empty result: fine for all */
            trial_run(&t);
            t = trial_of(&q, name, to, from, array_new(3, nothing), 0); /* even of nothing */
            trial_run(&t);
            arrays_release();
        }
}

/* Long sums of f32 are formed in f64, of integers in 64 bits. */
static void long_sums(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct rng r = rng_seed(9);
    struct params p = { STRIDED_REDUCE_SUM, 0, NULL };
    char name[80];
    struct trial t = trial_of(&p, name, STRIDED_F32, STRIDED_F32, array_real(&r, 0, 1, 1, STRIDED_LIST(N)), 0);
    t.mixes = 2;
    trial_run(&t);
    arrays_release();
    static int32_t v[N];
    for (int i = 0; i < N; i++) v[i] = INT32_MAX;
    strided_tensor *x = strided_wrap(NULL, v, STRIDED_I32, 1, STRIDED_LIST(N), NULL), *y = strided_zeros(NULL, STRIDED_I64, 0, NULL);
    assert_int_equal(strided_reduce(y, STRIDED_REDUCE_SUM, x, 0, NULL), STRIDED_OK);
    assert_true(strided_item_int(y) == (int64_t)N * INT32_MAX);
    strided_release(y);
    strided_release(x);
}

/* Of each column of some lines, which lie apart if not all their elements are taken: the same bits as along a copy's lines. */
static void sums_of_columns(strided_dtype dtype, strided_reduce_op op, int64_t lines, int64_t all, int64_t some)
{
    struct rng r = rng_seed((uint64_t)lines);
    strided_tensor *x = tensor_random(NULL, &r, dtype, 2, STRIDED_LIST(lines, all)), *part = strided_narrow(x, 1, all - some, some);
    strided_tensor *turned = strided_transpose(part, 0, 1), *copy = strided_clone(turned);
    strided_tensor *across = strided_empty(NULL, dtype, 1, &some), *along = strided_empty(NULL, dtype, 1, &some);
    assert_int_equal(strided_reduce(across, op, part, 1, STRIDED_LIST(0)), STRIDED_OK);
    assert_int_equal(strided_reduce(along, op, copy, 1, STRIDED_LIST(1)), STRIDED_OK);
    assert_same_bits("columns", across, along);
    strided_tensor *of[] = { x, part, turned, copy, across, along };
    for (size_t i = 0; i < COUNT(of); i++) strided_release(of[i]);
}

static void many_columns(void **state)
{
    (void)state;
    static const strided_dtype types[] = { STRIDED_F32, STRIDED_F64, STRIDED_F16, STRIDED_I32 };
    static const strided_reduce_op ops[] = { STRIDED_REDUCE_SUM, STRIDED_REDUCE_MAX, STRIDED_REDUCE_L1 };
    static const int64_t lines[] = { 33, 49, 64, 250, 257, 300, 1000 }, widths[] = { 1, 3, 21, 64, 150, 700 };
    for (size_t t = 0; t < COUNT(types); t++)
        for (size_t o = 0; o < COUNT(ops); o++)
            for (size_t i = 0; i < COUNT(lines) * COUNT(widths); i++) {
                const int64_t n = lines[i / COUNT(widths)], some = widths[i % COUNT(widths)];
                sums_of_columns(types[t], ops[o], n, some, some);
                sums_of_columns(types[t], ops[o], n, some + 5, some);
            }
}

/* Enough elements to be divided among threads. */
static void large(void **state)
{
    (void)state;
    static const int64_t shape[] = { 20, 30, 41 }, sets[][2] = { { 0, 1 }, { 1, 2 }, { 0, 2 }, { 2, 2 }, { 0, 0 } };
    char name[80];
    for (size_t i = 0; i < COUNT(all); i++)
        for (size_t k = i % 2; k < COUNT(sets); k += 2) {
            struct rng r = rng_seed(i);
            struct params p = { all[i].op, 1 + (sets[k][0] != sets[k][1]), sets[k] };
            struct array *x = array_real(&r, all[i].op == STRIDED_REDUCE_LOG_SUM ? 0.1 : -1, 1, 3, shape);
            struct trial t = trial_of(&p, name, is_arg(p.op) ? STRIDED_I64 : STRIDED_F32, STRIDED_F32, x, 0);
            if (!is_arg(p.op)) t.absolute = 1e-6;
            t.mixes = 5;
            trial_mixed(&t);
            arrays_release();
        }
}

static void results(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3, 4 }, axes[] = { -1, 0 };
    for (size_t i = 0; i < COUNT(all); i++)
        for (int d = 0; d < NUMBER_DTYPES; d++)
            for (int keepdims = 0; keepdims < 2; keepdims++) {
                strided_tensor *x = strided_full(NULL, number_dtypes[d], 3, shape, 1);
                strided_tensor *y = strided_reduce_empty(all[i].op, x, 2, axes, keepdims);
                assert_non_null(y);
                assert_int_equal(strided_ndim(y), keepdims ? 3 : 1);
                assert_int_equal(strided_count(y), 3);
                assert_int_equal(strided_reduce(y, all[i].op, x, 2, axes), STRIDED_OK);
                if (is_arg(all[i].op)) assert_int_equal(strided_dtype_of(y), STRIDED_I64);
                else if (number_is_float(number_dtypes[d])) assert_int_equal(strided_dtype_of(y), number_dtypes[d]);
                if (all[i].op == STRIDED_REDUCE_SUM && number_dtypes[d] == STRIDED_I8) assert_int_equal(strided_dtype_of(y), STRIDED_I64);
                strided_release(y);
                strided_release(x);
            }
    assert_null(strided_reduce_empty(STRIDED_REDUCE_SUM, NULL, 0, NULL, 0));
    strided_tensor *x = strided_full(NULL, STRIDED_F32, 3, shape, 1);
    assert_null(strided_reduce_empty((strided_reduce_op)0, x, 0, NULL, 0));
    assert_int_equal(strided_error_status(), STRIDED_ERR_ARG);
    assert_null(strided_reduce_empty(STRIDED_REDUCE_SUM, x, 1, STRIDED_LIST(3), 0));
    assert_int_equal(strided_error_status(), STRIDED_ERR_ARG);
    strided_release(x);
}

static void refusals(void **state)
{
    (void)state;
    static const int64_t shape[] = { 2, 3 };
    static const int64_t bad[][2] = { { 2, 0 }, { -3, 0 }, { 0, 0 }, { 1, -1 }, { INT64_MAX, 0 }, { INT64_MIN, 0 } };
    static const strided_reduce_op codes[] = { (strided_reduce_op)0, (strided_reduce_op)-1, (strided_reduce_op)13,
                                               (strided_reduce_op)INT32_MAX };
    static const int64_t axis[] = { 1 };
    struct rng r = rng_seed(1);
    struct array *x = array_small(&r, STRIDED_F32, 2, shape);
    char name[80];
    struct params usual = { STRIDED_REDUCE_SUM, 1, axis };
    struct trial t = trial_of(&usual, name, STRIDED_F32, STRIDED_F32, x, 0);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct params p = { STRIDED_REDUCE_SUM, 2, bad[i] };
        t.params = &p;
        trial_refused(&t, STRIDED_ERR_ARG);
    }
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct params p = { codes[i], 1, axis };
        t.params = &p;
        trial_refused(&t, STRIDED_ERR_ARG);
    }
    t.params = &(struct params){ STRIDED_REDUCE_SUM, -1, axis };
    trial_refused(&t, STRIDED_ERR_ARG);
    t.params = &(struct params){ STRIDED_REDUCE_ARGMAX, 1, axis };
    trial_refused(&t, STRIDED_ERR_DTYPE);
    struct trial mean = trial_of(&(struct params){ STRIDED_REDUCE_MEAN, 1, axis }, name, STRIDED_I32, STRIDED_F32, x, 0);
    trial_refused(&mean, STRIDED_ERR_DTYPE);
}

STRIDED_TEST_GROUP("ops/reduce",
    cmocka_unit_test(every_operator_and_set_of_axes),
    cmocka_unit_test(all_axes),
    cmocka_unit_test(every_dtype),
    cmocka_unit_test(extremes),
    cmocka_unit_test(index_over_many_axes),
    cmocka_unit_test(index_of_many),
    cmocka_unit_test(of_nothing),
    cmocka_unit_test(long_sums),
    cmocka_unit_test(many_columns),
    cmocka_unit_test(results),
    cmocka_unit_test(refusals),
    cmocka_unit_test(large))
