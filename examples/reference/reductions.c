/*
 * reductions.c - sums, means, largest and where, softmax (docs/reference/reductions.md).
 */
#include "show.h"

/* One more per row, along the axes named. The maker gives the destination that the reduction wants. */
static strided_status reduce(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *sums = strided_reduce_empty(STRIDED_REDUCE_SUM, x, STRIDED_DIMS(1), 0);
    STRIDED_AUTO strided_tensor *means = strided_reduce_empty(STRIDED_REDUCE_MEAN, x, STRIDED_DIMS(0), 1);
    STRIDED_AUTO strided_tensor *where = strided_reduce_empty(STRIDED_REDUCE_ARGMAX, x, STRIDED_NO_DIMS, 0);
    strided_status s = strided_reduce(sums, STRIDED_REDUCE_SUM, x, STRIDED_DIMS(1));

    if (!s) s = strided_reduce(means, STRIDED_REDUCE_MEAN, x, STRIDED_DIMS(0));
    if (!s) s = strided_reduce(where, STRIDED_REDUCE_ARGMAX, x, STRIDED_NO_DIMS);
    if (s) return s;
    show("sums of the rows", sums);
    show("means of the columns, kept as a row", means);
    show("where the largest of all is", where);
    return STRIDED_OK;
}

/* Pooling, a norm, a trace: reductions of a view. */
static strided_status of_views(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *windows = strided_window(x, 1, &(strided_window_axis){.axis = 1, .size = 2, .step = 2});
    STRIDED_AUTO strided_tensor *largest = strided_reduce_empty(STRIDED_REDUCE_MAX, windows, STRIDED_DIMS(-1), 0);
    STRIDED_AUTO strided_tensor *corner = strided_narrow(x, 1, 0, 2);
    STRIDED_AUTO strided_tensor *number = strided_empty(NULL, STRIDED_F64, STRIDED_NO_DIMS);
    strided_status s = strided_reduce(largest, STRIDED_REDUCE_MAX, windows, STRIDED_DIMS(-1));

    if (!s) show("largest of every two", largest);
    if (!s) s = strided_trace(number, corner);
    if (!s) printf("trace of the corner: %g\n", strided_item(number));
    if (!s) s = strided_reduce(number, STRIDED_REDUCE_L2, corner, STRIDED_DIMS(0, 1));
    if (!s) printf("its length: %g\n", strided_item(number));
    return s;
}

static strided_status softmax(void) {
    STRIDED_AUTO strided_tensor *scores = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(2, 4), 100);
    STRIDED_AUTO strided_tensor *y = strided_empty_like(scores);
    strided_status s = strided_softmax(y, scores, -1);

    if (!s) show("softmax of equals", y);
    if (!s) s = strided_log_softmax(y, scores, 0);
    if (!s) printf("log_softmax of two equals: %.4f\n", strided_get(y, STRIDED_DIMS(0, 0)));
    return s;
}

/* Of nothing: a sum is 0, a largest element does not exist. */
static strided_status of_nothing(void) {
    STRIDED_AUTO strided_tensor *none = strided_zeros(NULL, STRIDED_I32, STRIDED_DIMS(0));
    STRIDED_AUTO strided_tensor *y = strided_full(NULL, STRIDED_I64, STRIDED_NO_DIMS, -1);
    strided_status s = strided_reduce(y, STRIDED_REDUCE_SUM, none, STRIDED_NO_DIMS);

    if (s) return s;
    printf("sum of nothing: %g\n", strided_item(y));
    s = strided_reduce(y, STRIDED_REDUCE_MAX, none, STRIDED_NO_DIMS);
    printf("largest of nothing: %s\n", strided_error());
    return s ? STRIDED_OK : STRIDED_ERR_ARG;
}

int main(void) {
    static const float numbers[2][4] = {{3, 1, 0, 2}, {4, 0, 8, 6}};
    STRIDED_AUTO strided_tensor *x = strided_wrap_const(NULL, numbers, STRIDED_F32, STRIDED_DIMS(2, 4), NULL);
    strided_status s = reduce(x);

    if (!s) s = of_views(x);
    if (!s) s = softmax();
    if (!s) s = of_nothing();
    return finish(s);
}
