/*
 * test_chapter_stride_exercises.c - the 25 stride exercises of the chapter's reading, in its order.
 *
 * The reading uses NumPy, whose strides count bytes; so does this table, and the test divides by the element's size.
 * Each row is made by as_strided and, where the view has a name, by that name too.
 */
#include "chapter.h"

/* x with its first `n` rows and `m` columns. */
static strided_tensor *corner(const strided_tensor *x, int64_t n, int64_t m) {
    STRIDED_AUTO strided_tensor *rows = strided_narrow(x, 0, 0, n);
    return strided_narrow(rows, 1, 0, m);
}

static strided_tensor *row_of_three(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *row = strided_select(x, 0, 0);
    return strided_narrow(row, 0, 0, 3);
}

static strided_tensor *first_eight(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *line = strided_flatten(x, 0, 1);
    return strided_narrow(line, 0, 0, 8);
}

static strided_tensor *flat(const strided_tensor *x) { return strided_flatten(x, 0, -1); }

static strided_tensor *every_other(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *row = strided_select(x, 0, 0);
    return strided_slice(row, 0, STRIDED_NONE, STRIDED_NONE, 2);
}

static strided_tensor *column(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *all = strided_select(x, 1, 0);
    return strided_slice(all, 0, STRIDED_NONE, 4, 1);
}

static strided_tensor *diagonal(const strided_tensor *x) { return strided_diagonal(x, 0, 0, 1); }

static strided_tensor *one_element(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *row = strided_select(x, 0, 0);
    STRIDED_AUTO strided_tensor *element = strided_select(row, 0, 0);
    return strided_broadcast_to(element, STRIDED_DIMS(5));
}

static strided_tensor *three_by_four(const strided_tensor *x) { return corner(x, 3, 4); }

/* Neighbours (r, c), (r, c + 1) on the diagonal: the diagonal of the windows of two. */
static strided_tensor *zigzag(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *pairs = strided_window(x, 1, &(strided_window_axis){ .axis = 1, .size = 2 });
    STRIDED_AUTO strided_tensor *square = strided_narrow(pairs, 0, 0, 4);
    STRIDED_AUTO strided_tensor *down = strided_diagonal(square, 0, 0, 1);
    return strided_transpose(down, 0, 1);
}

static strided_tensor *sparse(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *rows = strided_slice(x, 0, STRIDED_NONE, STRIDED_NONE, 2);
    return strided_slice(rows, 1, STRIDED_NONE, STRIDED_NONE, 2);
}

static strided_tensor *transposed(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *square = corner(x, 3, 3);
    return strided_transpose(square, 0, 1);
}

static strided_tensor *wide_column(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *one = strided_narrow(x, 1, 0, 1);
    return strided_expand(one, STRIDED_DIMS(-1, 4));
}

static strided_tensor *four_rows(const strided_tensor *x) { return strided_reshape(x, STRIDED_DIMS(4, -1)); }

static strided_tensor *windows_of_three(const strided_tensor *x) { return strided_unfold(x, 0, 3, 1); }

static strided_tensor *flat_windows(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *line = strided_flatten(x, 0, 1);
    return strided_unfold(line, 0, 6, 2);
}

static strided_tensor *axes_merged(const strided_tensor *x) { return strided_flatten(x, 1, 2); }

static strided_tensor *two_corners(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *left = strided_narrow(x, 1, 0, 2);
    STRIDED_AUTO strided_tensor *pairs = strided_unfold(left, 0, 2, 3);
    return strided_transpose(pairs, 1, 2);
}

static strided_tensor *three_times(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *two = corner(x, 2, 4);
    return strided_broadcast_to(two, STRIDED_DIMS(3, 2, 4));
}

static strided_tensor *pages_transposed(const strided_tensor *x) { return strided_transpose(x, 1, 2); }

static strided_tensor *pairs_of_rows(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *pairs = strided_unfold(x, 0, 2, 1);
    return strided_movedim(pairs, 1, STRIDED_LIST(2), STRIDED_LIST(1));
}

static strided_tensor *cube(const strided_tensor *x) { return strided_reshape(x, STRIDED_DIMS(2, 2, 3)); }

static strided_tensor *patches(const strided_tensor *x) {
    return strided_window(x, 2, (strided_window_axis[]){
        { .axis = 0, .size = 3, .step = 2 }, { .axis = 1, .size = 3, .step = 2 } });
}

static strided_tensor *pages_twice(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *apart = strided_unsqueeze(x, 1);
    return strided_expand(apart, STRIDED_DIMS(-1, 2, -1, -1));
}

static strided_tensor *four_axes(const strided_tensor *x) { return strided_unflatten(x, 0, STRIDED_DIMS(2, 2, 2, -1)); }

struct exercise {
    int number;
    strided_dtype dtype;
    int in_ndim;
    int64_t in[3];
    int ndim;
    int64_t shape[4], bytes[4];
    strided_tensor *(*by_name)(const strided_tensor *x); /* NULL: the view has no other name */
    double result[36];
};

/* Number 15's input is not 1, 2, 3, ... but 0, 1, 10, 11, 20, ...: see input_of(). */
static const struct exercise exercises[] = {
    {  1, STRIDED_I8,  2, { 5, 5 }, 1, { 3 }, { 1 }, row_of_three, { 1, 2, 3 } },
    {  2, STRIDED_I8,  2, { 5, 5 }, 1, { 8 }, { 1 }, first_eight, { 1, 2, 3, 4, 5, 6, 7, 8 } },
    {  3, STRIDED_I16, 2, { 5, 5 }, 1, { 25 }, { 2 }, flat,
       { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25 } },
    {  4, STRIDED_I8,  2, { 5, 5 }, 1, { 3 }, { 2 }, every_other, { 1, 3, 5 } },
    {  5, STRIDED_I64, 2, { 5, 5 }, 1, { 4 }, { 40 }, column, { 1, 6, 11, 16 } },
    {  6, STRIDED_I64, 2, { 5, 5 }, 1, { 5 }, { 48 }, diagonal, { 1, 7, 13, 19, 25 } },
    {  7, STRIDED_I64, 2, { 5, 5 }, 1, { 5 }, { 0 }, one_element, { 1, 1, 1, 1, 1 } },
    {  8, STRIDED_I64, 2, { 5, 5 }, 2, { 3, 4 }, { 40, 8 }, three_by_four,
       { 1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14 } },
    {  9, STRIDED_I64, 2, { 5, 5 }, 2, { 4, 2 }, { 48, 8 }, zigzag, { 1, 2, 7, 8, 13, 14, 19, 20 } },
    { 10, STRIDED_I64, 2, { 5, 5 }, 2, { 3, 3 }, { 80, 16 }, sparse, { 1, 3, 5, 11, 13, 15, 21, 23, 25 } },
    { 11, STRIDED_I8,  2, { 5, 5 }, 2, { 3, 3 }, { 1, 5 }, transposed, { 1, 6, 11, 2, 7, 12, 3, 8, 13 } },
    { 12, STRIDED_I32, 2, { 5, 5 }, 2, { 5, 4 }, { 20, 0 }, wide_column,
       { 1, 1, 1, 1, 6, 6, 6, 6, 11, 11, 11, 11, 16, 16, 16, 16, 21, 21, 21, 21 } },
    { 13, STRIDED_I32, 1, { 12 }, 2, { 4, 3 }, { 12, 4 }, four_rows, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } },
    { 14, STRIDED_I8,  1, { 10 }, 2, { 8, 3 }, { 1, 1 }, windows_of_three,
       { 1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6, 5, 6, 7, 6, 7, 8, 7, 8, 9, 8, 9, 10 } },
    { 15, STRIDED_I8,  2, { 6, 2 }, 2, { 4, 6 }, { 2, 1 }, flat_windows,
       { 0, 1, 10, 11, 20, 21, 10, 11, 20, 21, 30, 31, 20, 21, 30, 31, 40, 41, 30, 31, 40, 41, 50, 51 } },
    { 16, STRIDED_I8,  3, { 3, 2, 2 }, 2, { 3, 4 }, { 4, 1 }, axes_merged,
       { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } },
    { 17, STRIDED_I16, 2, { 5, 5 }, 3, { 2, 2, 2 }, { 30, 10, 2 }, two_corners, { 1, 2, 6, 7, 16, 17, 21, 22 } },
    { 18, STRIDED_I8,  2, { 5, 5 }, 3, { 2, 2, 3 }, { 10, 6, 1 }, NULL,
       { 1, 2, 3, 7, 8, 9, 11, 12, 13, 17, 18, 19 } },
    { 19, STRIDED_I16, 2, { 5, 5 }, 3, { 3, 2, 4 }, { 0, 10, 2 }, three_times,
       { 1, 2, 3, 4, 6, 7, 8, 9, 1, 2, 3, 4, 6, 7, 8, 9, 1, 2, 3, 4, 6, 7, 8, 9 } },
    { 20, STRIDED_I32, 3, { 3, 2, 2 }, 3, { 3, 2, 2 }, { 16, 4, 8 }, pages_transposed,
       { 1, 3, 2, 4, 5, 7, 6, 8, 9, 11, 10, 12 } },
    { 21, STRIDED_I64, 2, { 4, 5 }, 3, { 3, 2, 5 }, { 40, 40, 8 }, pairs_of_rows,
       { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
         11, 12, 13, 14, 15, 16, 17, 18, 19, 20 } },
    { 22, STRIDED_I8,  1, { 12 }, 3, { 2, 2, 3 }, { 6, 3, 1 }, cube, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } },
    { 23, STRIDED_I8,  2, { 5, 5 }, 4, { 2, 2, 3, 3 }, { 10, 2, 5, 1 }, patches,
       { 1, 2, 3, 6, 7, 8, 11, 12, 13,         3, 4, 5, 8, 9, 10, 13, 14, 15,
         11, 12, 13, 16, 17, 18, 21, 22, 23,   13, 14, 15, 18, 19, 20, 23, 24, 25 } },
    { 24, STRIDED_I64, 3, { 2, 2, 3 }, 4, { 2, 2, 2, 3 }, { 48, 0, 24, 8 }, pages_twice,
       { 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 7, 8, 9, 10, 11, 12 } },
    { 25, STRIDED_I64, 1, { 16 }, 4, { 2, 2, 2, 2 }, { 64, 32, 16, 8 }, four_axes,
       { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } },
};

static strided_tensor *input_of(const struct exercise *e) {
    static const int8_t tens[12] = { 0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51 };

    if (e->number == 15) return MADE(strided_wrap_const(NULL, tens, STRIDED_I8, e->in_ndim, e->in, NULL));
    return counting(e->dtype, 1, e->in_ndim, e->in);
}

static void check_by_as_strided(const struct exercise *e, const strided_tensor *x, const int64_t *strides,
                                const char *what) {
    STRIDED_AUTO strided_tensor *view = MADE(strided_as_strided(x, e->ndim, e->shape, strides, 0));
    holds(view, e->ndim, e->shape, e->result, what);
    assert_ptr_equal(strided_const_data(view), strided_const_data(x));
}

static void check_by_name(const struct exercise *e, const strided_tensor *x, const int64_t *strides, const char *what) {
    STRIDED_AUTO strided_tensor *view = made(e->by_name(x), what);
    holds(view, e->ndim, e->shape, e->result, what);
    if (memcmp(strided_strides(view), strides, (size_t)e->ndim * sizeof *strides))
        fail_msg("%s: the named view has other strides", what);
    assert_ptr_equal(strided_const_data(view), strided_const_data(x));
}

static void twenty_five_exercises(void **state) {
    (void)state;
    assert_int_equal(COUNT_OF(exercises), 25);
    for (const struct exercise *e = exercises; e < exercises + COUNT_OF(exercises); e++) {
        STRIDED_AUTO strided_tensor *x = input_of(e);
        int64_t strides[4], size = (int64_t)strided_dtype_size(e->dtype);
        char what[32];

        snprintf(what, sizeof what, "exercise %d", e->number);
        for (int a = 0; a < e->ndim; a++) strides[a] = e->bytes[a] / size;
        check_by_as_strided(e, x, strides, what);
        if (e->by_name) check_by_name(e, x, strides, what);
    }
}

/* Which of them show an element twice: exactly those whose views have fewer elements than indices. */
static void overlap_is_known(void **state) {
    (void)state;
    for (const struct exercise *e = exercises; e < exercises + COUNT_OF(exercises); e++) {
        STRIDED_AUTO strided_tensor *x = input_of(e);
        int64_t strides[4], size = (int64_t)strided_dtype_size(e->dtype), n = product(e->ndim, e->shape);
        int repeats = 0;

        for (int a = 0; a < e->ndim; a++) strides[a] = e->bytes[a] / size;
        for (int64_t i = 0; i < n; i++) /* elements are distinct in every input */
            for (int64_t j = 0; j < i; j++) repeats |= e->result[i] == e->result[j];
        STRIDED_AUTO strided_tensor *view = MADE(strided_as_strided(x, e->ndim, e->shape, strides, 0));
        if (strided_is_overlapping(view) != repeats) fail_msg("exercise %d: overlap", e->number);
    }
}

STRIDED_TEST_GROUP("chapter: 25 stride exercises",
    cmocka_unit_test(twenty_five_exercises),
    cmocka_unit_test(overlap_is_known))
