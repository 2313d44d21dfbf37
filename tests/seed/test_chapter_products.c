/*
 * test_chapter_products.c - trace, matrix times vector, matrix times matrix: by views, and by the one call.
 *
 * "Multiply, then sum" rounds every product, the one call does not: on whole numbers both are exact and equal in every
 * bit; einsum over the same views is the same chain as the one call, and equal on any floats.
 */
#include "chapter.h"

/* ---- by views, as the chapter does it ------------------------------------------------------------ */

/* One down and one to the right is one step along the diagonal. */
static strided_tensor *trace_by_view(const strided_tensor *m) {
    STRIDED_AUTO strided_tensor *diagonal = strided_as_strided(m, STRIDED_DIMS(strided_dim(m, 0)),
        STRIDED_LIST(strided_stride(m, 0) + strided_stride(m, 1)), 0);
    strided_tensor *sum = MADE(strided_reduce_empty(STRIDED_REDUCE_SUM, diagonal, 0, NULL, 0));

    DONE(strided_reduce(sum, STRIDED_REDUCE_SUM, diagonal, 0, NULL));
    return sum;
}

/* The vector in every row of m's shape. */
static strided_tensor *as_rows(const strided_tensor *v, const strided_tensor *m) {
    return MADE(strided_as_strided(v, strided_ndim(m), strided_shape(m), STRIDED_LIST(0, strided_stride(v, 0)), 0));
}

/* a[i, k] and b[k, j] as (i, k, j). */
static strided_tensor *left_cube(const strided_tensor *a, int64_t columns) {
    return MADE(strided_as_strided(a, STRIDED_DIMS(strided_dim(a, 0), strided_dim(a, 1), columns),
                                   STRIDED_LIST(strided_stride(a, 0), strided_stride(a, 1), 0), 0));
}
static strided_tensor *right_cube(const strided_tensor *b, int64_t rows) {
    return MADE(strided_as_strided(b, STRIDED_DIMS(rows, strided_dim(b, 0), strided_dim(b, 1)),
                                   STRIDED_LIST(0, strided_stride(b, 0), strided_stride(b, 1)), 0));
}

static strided_tensor *multiply_and_sum(const strided_tensor *a, const strided_tensor *b) {
    STRIDED_AUTO strided_tensor *products = MADE(strided_empty(NULL, STRIDED_F32, strided_ndim(a), strided_shape(a)));
    DONE(strided_binary(products, STRIDED_MUL, a, b));
    strided_tensor *sums = MADE(strided_reduce_empty(STRIDED_REDUCE_SUM, products, STRIDED_DIMS(1), 0));
    DONE(strided_reduce(sums, STRIDED_REDUCE_SUM, products, STRIDED_DIMS(1)));
    return sums;
}

/* ---- by the one call, and by einsum -------------------------------------------------------------- */

static strided_tensor *mv(const strided_tensor *m, const strided_tensor *v) {
    strided_tensor *y = MADE(strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(strided_dim(m, 0))));
    DONE(strided_mv(y, m, v));
    return y;
}

static strided_tensor *mm(const strided_tensor *a, const strided_tensor *b) {
    strided_tensor *y = MADE(strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(strided_dim(a, 0), strided_dim(b, 1))));
    DONE(strided_mm(y, a, b));
    return y;
}

static strided_tensor *einsum(const char *spec, const strided_tensor *a, const strided_tensor *b) {
    strided_tensor *y = MADE(strided_einsum_empty(spec, STRIDED_TENSORS(a, b)));
    DONE(strided_einsum(y, spec, STRIDED_TENSORS(a, b)));
    return y;
}

/* ---- references ---------------------------------------------------------------------------------- */

static void is_product(const strided_tensor *y, const strided_tensor *a, const strided_tensor *b, const char *what) {
    for (int64_t i = 0; i < strided_dim(a, 0); i++)
        for (int64_t j = 0; j < strided_dim(b, 1); j++) {
            double sum = 0, weight = 0;
            for (int64_t k = 0; k < strided_dim(a, 1); k++) {
                sum += AT(a, i, k) * AT(b, k, j);
                weight += fabs(AT(a, i, k) * AT(b, k, j));
            }
            near(AT(y, i, j), sum, weight, what, STRIDED_DIMS(i, j));
        }
}

static void is_mv(const strided_tensor *y, const strided_tensor *m, const strided_tensor *v, const char *what) {
    STRIDED_AUTO strided_tensor *column = MADE(strided_unsqueeze(v, 1));
    STRIDED_AUTO strided_tensor *out = MADE(strided_unsqueeze(y, 1));
    is_product(out, m, column, what);
}

/* ---- inputs: dense, and all of them views of one vector of 30 ------------------------------------ */

/* Both matrices and the vector show the same elements, some of them several times. */
struct operands {
    strided_tensor *a, *b, *v;
};

static struct operands dense(strided_tensor *(*fill)(int64_t, int, const int64_t *)) {
    return (struct operands){ fill(11, STRIDED_DIMS(3, 4)), fill(12, STRIDED_DIMS(4, 5)), fill(13, STRIDED_DIMS(4)) };
}

static struct operands of_one_vector(strided_tensor *(*fill)(int64_t, int, const int64_t *)) {
    STRIDED_AUTO strided_tensor *big = fill(14, STRIDED_DIMS(30));
    return (struct operands){
        MADE(strided_as_strided(big, STRIDED_DIMS(3, 4), STRIDED_LIST(2, 4), 8)),
        MADE(strided_as_strided(big, STRIDED_DIMS(4, 5), STRIDED_LIST(3, 2), 8)),
        MADE(strided_as_strided(big, STRIDED_DIMS(4), STRIDED_LIST(3), 8)),
    };
}

static void drop(struct operands o) {
    strided_release(o.a);
    strided_release(o.b);
    strided_release(o.v);
}

/* ---- tests --------------------------------------------------------------------------------------- */

static void is_trace(const strided_tensor *m, const char *what) {
    STRIDED_AUTO strided_tensor *by_view = trace_by_view(m);
    STRIDED_AUTO strided_tensor *by_einsum = MADE(strided_einsum_empty("ii->", STRIDED_TENSORS(m)));
    STRIDED_AUTO strided_tensor *by_call = MADE(strided_empty(NULL, STRIDED_F32, STRIDED_NO_DIMS));
    double sum = 0;

    DONE(strided_einsum(by_einsum, "ii->", STRIDED_TENSORS(m)));
    DONE(strided_trace(by_call, m));
    for (int64_t i = 0; i < strided_dim(m, 0); i++) sum += AT(m, i, i);
    near(strided_item(by_call), sum, 8, what, 0, NULL);
    near(strided_item(by_einsum), sum, 8, what, 0, NULL);
    same_bits(by_view, by_call, what);
}

static void trace(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *ones = MADE(strided_full(NULL, STRIDED_F32, STRIDED_DIMS(4, 4), 1));
    STRIDED_AUTO strided_tensor *counted = counting(STRIDED_F32, 0, STRIDED_DIMS(4, 4));
    STRIDED_AUTO strided_tensor *random = random_floats(3, STRIDED_DIMS(6, 6));
    STRIDED_AUTO strided_tensor *transposed = MADE(strided_transpose(random, 0, 1));
    STRIDED_AUTO strided_tensor *mirrored = MADE(strided_flip(random, STRIDED_DIMS(1)));
    STRIDED_AUTO strided_tensor *sum = trace_by_view(counted);

    assert_true(strided_item(sum) == 0 + 5 + 10 + 15);
    is_trace(ones, "ones");
    is_trace(counted, "0 .. 15");
    is_trace(random, "random");
    is_trace(transposed, "transposed");
    is_trace(mirrored, "mirrored");
}

static void check_mv(struct operands o, int exact, const char *what) {
    STRIDED_AUTO strided_tensor *rows = as_rows(o.v, o.a);
    STRIDED_AUTO strided_tensor *by_view = multiply_and_sum(o.a, rows);
    STRIDED_AUTO strided_tensor *by_einsum = einsum("ij,j->i", o.a, o.v);
    STRIDED_AUTO strided_tensor *over_view = einsum("ij,ij->i", o.a, rows);
    STRIDED_AUTO strided_tensor *by_call = mv(o.a, o.v);

    is_mv(by_view, o.a, o.v, what);
    is_mv(by_call, o.a, o.v, what);
    same_bits(by_einsum, by_call, what);
    same_bits(over_view, by_call, what);
    if (exact) same_bits(by_view, by_call, what);
    drop(o);
}

static void check_mm(struct operands o, int exact, const char *what) {
    STRIDED_AUTO strided_tensor *left = left_cube(o.a, strided_dim(o.b, 1));
    STRIDED_AUTO strided_tensor *right = right_cube(o.b, strided_dim(o.a, 0));
    STRIDED_AUTO strided_tensor *by_view = multiply_and_sum(left, right);
    STRIDED_AUTO strided_tensor *by_einsum = einsum("ij,jk->ik", o.a, o.b);
    STRIDED_AUTO strided_tensor *over_view = einsum("ijk,ijk->ik", left, right);
    STRIDED_AUTO strided_tensor *by_call = mm(o.a, o.b);

    is_product(by_view, o.a, o.b, what);
    is_product(by_call, o.a, o.b, what);
    same_bits(by_einsum, by_call, what);
    same_bits(over_view, by_call, what);
    if (exact) same_bits(by_view, by_call, what);
    drop(o);
}

static void matrix_times_vector(void **state) {
    (void)state;
    check_mv(dense(whole_floats), 1, "dense, whole");
    check_mv(dense(random_floats), 0, "dense");
    check_mv(of_one_vector(whole_floats), 1, "of one vector, whole");
    check_mv(of_one_vector(random_floats), 0, "of one vector");
}

static void matrix_times_matrix(void **state) {
    (void)state;
    check_mm(dense(whole_floats), 1, "dense, whole");
    check_mm(dense(random_floats), 0, "dense");
    check_mm(of_one_vector(whole_floats), 1, "of one vector, whole");
    check_mm(of_one_vector(random_floats), 0, "of one vector");
}

/* The same values give the same bits, dense or scattered over the one vector. */
static void layout_does_not_matter(void **state) {
    (void)state;
    struct operands o = of_one_vector(random_floats);
    STRIDED_AUTO strided_tensor *a = MADE(strided_clone(o.a));
    STRIDED_AUTO strided_tensor *b = MADE(strided_clone(o.b));
    STRIDED_AUTO strided_tensor *v = MADE(strided_clone(o.v));
    STRIDED_AUTO strided_tensor *mm_dense = mm(a, b);
    STRIDED_AUTO strided_tensor *mm_views = mm(o.a, o.b);
    STRIDED_AUTO strided_tensor *mv_dense = mv(a, v);
    STRIDED_AUTO strided_tensor *mv_views = mv(o.a, o.v);

    SAME_BITS(mm_views, mm_dense);
    SAME_BITS(mv_views, mv_dense);
    drop(o);
}

/* A message names both shapes, and nothing is written. */
static void shapes_that_do_not_fit(void **state) {
    (void)state;
    STRIDED_AUTO strided_tensor *a = random_floats(1, STRIDED_DIMS(3, 4));
    STRIDED_AUTO strided_tensor *b = random_floats(2, STRIDED_DIMS(5, 6));
    STRIDED_AUTO strided_tensor *v = random_floats(3, STRIDED_DIMS(5));
    STRIDED_AUTO strided_tensor *y = MADE(strided_full(NULL, STRIDED_F32, STRIDED_DIMS(3, 6), 7));
    STRIDED_AUTO strided_tensor *row = MADE(strided_select(y, 1, 0));
    STRIDED_AUTO strided_tensor *untouched = MADE(strided_clone(y));

    assert_int_equal(strided_mm(y, a, b), STRIDED_ERR_SHAPE);
    SAYS("mm", "(3, 4)", "(5, 6)");
    assert_int_equal(strided_mv(row, a, v), STRIDED_ERR_SHAPE);
    SAYS("mv", "(3, 4)", "(5)");
    assert_int_equal(strided_mm(y, a, v), STRIDED_ERR_SHAPE);
    SAME_BITS(y, untouched);
}

STRIDED_TEST_GROUP("chapter: trace, mv, mm",
    cmocka_unit_test(trace),
    cmocka_unit_test(matrix_times_vector),
    cmocka_unit_test(matrix_times_matrix),
    cmocka_unit_test(layout_does_not_matter),
    cmocka_unit_test(shapes_that_do_not_fit))
