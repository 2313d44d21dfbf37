/*
 * demo_windows.c - what views are for: trace, matrix products, convolution and pooling as views that are multiplied and
 * summed, drawn; and each once more by the library's one call, with equal bits.
 */
#include "demo.h"
#include "report.h"

#include <stdio.h>

/* "first + i" for i over the shape. */
static strided_tensor *counting(double first, int ndim, const int64_t *shape) {
    int64_t n = 1;
    for (int a = 0; a < ndim; a++) n *= shape[a];
    strided_tensor *line = strided_arange(NULL, STRIDED_F32, first, first + (double)n, 1);
    strided_tensor *x = strided_reshape(line, ndim, shape);
    strided_release(line);
    return x;
}

/* Prints the result of both ways; they must agree in every bit. */
static int both(const struct demo *d, const strided_tensor *by_view, const strided_tensor *by_call, const char *call) {
    if (!by_view || !by_call) return fail_call(NULL);
    demo_print(d, "result", by_view);
    if (!same_bits(by_view, by_call)) return fputc('\n', d->terminal.out), fail("%s gives other bits", call);
    fprintf(d->terminal.out, "    the same bits from %s\n", call);
    return DONE;
}

static int trace(struct demo *d) {
    STRIDED_AUTO strided_tensor *m = counting(0, STRIDED_DIMS(4, 4));
    STRIDED_AUTO strided_tensor *diagonal = strided_as_strided(m, STRIDED_DIMS(4), STRIDED_LIST(4 + 1), 0);
    STRIDED_AUTO strided_tensor *by_view = strided_reduce_empty(STRIDED_REDUCE_SUM, diagonal, STRIDED_NO_DIMS, 0);
    STRIDED_AUTO strided_tensor *by_call = strided_empty(NULL, STRIDED_F32, STRIDED_NO_DIMS);

    demo_title(d, "trace: one down and one to the right is a stride of 5; sum");
    int code = demo_draw(d, m, diagonal);
    if (code || strided_reduce(by_view, STRIDED_REDUCE_SUM, diagonal, STRIDED_NO_DIMS) || strided_trace(by_call, m))
        return code ? code : fail_call(NULL);
    return both(d, by_view, by_call, "strided_trace()");
}

static int matrix_times_vector(struct demo *d) {
    STRIDED_AUTO strided_tensor *m = counting(0, STRIDED_DIMS(3, 4));
    STRIDED_AUTO strided_tensor *v = counting(1, STRIDED_DIMS(4));
    STRIDED_AUTO strided_tensor *rows = strided_as_strided(v, STRIDED_DIMS(3, 4), STRIDED_LIST(0, 1), 0);
    STRIDED_AUTO strided_tensor *products = strided_empty_like(m);
    STRIDED_AUTO strided_tensor *by_view = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(3));
    STRIDED_AUTO strided_tensor *by_call = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(3));

    demo_title(d, "matrix times vector: it lies in every row, by a stride of 0; multiply, sum rows");
    int code = demo_draw(d, v, rows);
    if (code || strided_binary(products, STRIDED_MUL, m, rows) ||
        strided_reduce(by_view, STRIDED_REDUCE_SUM, products, STRIDED_DIMS(1)) || strided_mv(by_call, m, v))
        return code ? code : fail_call(NULL);
    return both(d, by_view, by_call, "strided_mv()");
}

static int matrix_times_matrix(struct demo *d) {
    STRIDED_AUTO strided_tensor *a = counting(0, STRIDED_DIMS(2, 3));
    STRIDED_AUTO strided_tensor *b = counting(6, STRIDED_DIMS(3, 2));
    STRIDED_AUTO strided_tensor *left = strided_as_strided(a, STRIDED_DIMS(2, 3, 2), STRIDED_LIST(3, 1, 0), 0);
    STRIDED_AUTO strided_tensor *right = strided_as_strided(b, STRIDED_DIMS(2, 3, 2), STRIDED_LIST(0, 2, 1), 0);
    STRIDED_AUTO strided_tensor *products = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, 3, 2));
    STRIDED_AUTO strided_tensor *by_view = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, 2));
    STRIDED_AUTO strided_tensor *by_call = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, 2));

    demo_title(d, "matrix times matrix: both as (i, j, k), a stride of 0 for what is not there");
    int code = demo_draw(d, a, left);
    if (!code) fputc('\n', d->terminal.out), code = demo_draw(d, b, right);
    if (code || strided_binary(products, STRIDED_MUL, left, right) ||
        strided_reduce(by_view, STRIDED_REDUCE_SUM, products, STRIDED_DIMS(1)) || strided_mm(by_call, a, b))
        return code ? code : fail_call(NULL);
    return both(d, by_view, by_call, "strided_mm()");
}

static int convolution_of_a_line(struct demo *d) {
    STRIDED_AUTO strided_tensor *x = counting(0, STRIDED_DIMS(1, 1, 8));
    STRIDED_AUTO strided_tensor *line = strided_flatten(x, 0, 2);
    STRIDED_AUTO strided_tensor *w = counting(1, STRIDED_DIMS(1, 1, 3));
    STRIDED_AUTO strided_tensor *taps = strided_flatten(w, 0, 2);
    STRIDED_AUTO strided_tensor *windows = strided_window(line, 1, &(strided_window_axis){.axis = 0, .size = 3});
    STRIDED_AUTO strided_tensor *by_view = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(6));
    STRIDED_AUTO strided_tensor *y = strided_conv1d(x, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *by_call = strided_flatten(y, 0, 2);

    demo_title(d, "conv1d: windows of 3 by strides (1, 1); \"ow kw, kw -> ow\" with 1 2 3");
    int code = demo_draw(d, line, windows);
    if (code || strided_einsum_named(by_view, "ow kw, kw -> ow", STRIDED_TENSORS(windows, taps)))
        return code ? code : fail_call(NULL);
    return both(d, by_view, by_call, "strided_conv1d()");
}

static int convolution_of_a_plane(struct demo *d) {
    STRIDED_AUTO strided_tensor *x = counting(0, STRIDED_DIMS(1, 1, 4, 4));
    STRIDED_AUTO strided_tensor *w = counting(1, STRIDED_DIMS(1, 1, 2, 2));
    STRIDED_AUTO strided_tensor *plane = strided_as_strided(x, STRIDED_DIMS(4, 4), STRIDED_LIST(4, 1), 0);
    STRIDED_AUTO strided_tensor *patches = strided_as_strided(x, STRIDED_DIMS(3, 3, 2, 2), STRIDED_LIST(4, 1, 4, 1), 0);
    STRIDED_AUTO strided_tensor *windows = strided_window(x, 2, (strided_window_axis[]){
        {.axis = 2, .size = 2}, {.axis = 3, .size = 2}});
    STRIDED_AUTO strided_tensor *by_view = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 3, 3));
    STRIDED_AUTO strided_tensor *by_call = strided_conv2d(x, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS);

    demo_title(d, "conv2d: a patch for every place of a 2x2 window, by strides (4, 1, 4, 1)");
    int code = demo_draw(d, plane, patches);
    if (code ||
        strided_einsum_named(by_view, "b ic oh ow kh kw, oc ic kh kw -> b oc oh ow", STRIDED_TENSORS(windows, w)))
        return code ? code : fail_call(NULL);
    return both(d, by_view, by_call, "strided_conv2d()");
}

static int largest_of_windows(struct demo *d) {
    STRIDED_AUTO strided_tensor *x = counting(0, STRIDED_DIMS(1, 1, 4, 6));
    STRIDED_AUTO strided_tensor *plane = strided_as_strided(x, STRIDED_DIMS(4, 6), STRIDED_LIST(6, 1), 0);
    STRIDED_AUTO strided_tensor *windows = strided_window(plane, 2, (strided_window_axis[]){
        {.axis = 0, .size = 2, .step = 2}, {.axis = 1, .size = 3, .step = 3}});
    STRIDED_AUTO strided_tensor *by_view = strided_reduce_empty(STRIDED_REDUCE_MAX, windows, STRIDED_DIMS(-2, -1), 0);
    STRIDED_AUTO strided_tensor *y = strided_maxpool2d(x, STRIDED_DIMS(2, 3), STRIDED_NO_DIMS, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *by_call = strided_reshape(y, STRIDED_DIMS(2, 2));

    demo_title(d, "max pooling: windows by strides (12, 3, 6, 1); the largest of each");
    int code = demo_draw(d, plane, windows);
    if (code || strided_reduce(by_view, STRIDED_REDUCE_MAX, windows, STRIDED_DIMS(-2, -1)))
        return code ? code : fail_call(NULL);
    return both(d, by_view, by_call, "strided_maxpool2d()");
}

int demo_windows(struct demo *d) {
    int (*const parts[])(struct demo *) = {trace, matrix_times_vector, matrix_times_matrix, convolution_of_a_line,
                                           convolution_of_a_plane, largest_of_windows};
    int code = DONE;

    demo_step(d, "products, convolutions, pooling: views, multiplied and summed");
    demo_ready(d);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !code; i++) code = parts[i](d);
    return code;
}
