/*
 * chapter.c - four exercises of "Convolutions From Scratch": each is a view, multiplied and summed, or reduced.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strided.h>

/* One step down and one to the right is one step along the diagonal. */
static double trace(const strided_tensor *m) {
    STRIDED_AUTO strided_tensor *diagonal = strided_as_strided(
        m, STRIDED_DIMS(strided_dim(m, 0)), STRIDED_LIST(strided_stride(m, 0) + strided_stride(m, 1)), 0);
    STRIDED_AUTO strided_tensor *sum = strided_empty(NULL, STRIDED_F32, STRIDED_NO_DIMS);

    if (strided_reduce(sum, STRIDED_REDUCE_SUM, diagonal, STRIDED_NO_DIMS)) return NAN;
    return strided_item(sum);
}

/* y = m v: let v repeat down the rows (stride 0), multiply, sum each row. */
static strided_status mv(strided_tensor *y, const strided_tensor *m, const strided_tensor *v) {
    STRIDED_AUTO strided_tensor *rows =
        strided_as_strided(v, strided_ndim(m), strided_shape(m), STRIDED_LIST(0, strided_stride(v, 0)), 0);
    STRIDED_AUTO strided_tensor *products = strided_empty_like(m);
    strided_status s = strided_binary(products, STRIDED_MUL, m, rows);

    return s ? s : strided_reduce(y, STRIDED_REDUCE_SUM, products, STRIDED_DIMS(1));
}

/* conv1d, minimal: the window view, contracted with the weights; nothing is copied. */
static strided_status conv1d_minimal(strided_tensor *y, const strided_tensor *x, const strided_tensor *w) {
    STRIDED_AUTO strided_tensor *windows =
        strided_window(x, 1, &(strided_window_axis){.axis = 2, .size = strided_dim(w, 2)});

    return strided_einsum_named(y, "b ic ow kw, oc ic kw -> b oc ow", STRIDED_TENSORS(windows, w));
}

/* maxpool2d: the same view of two axes, reduced. */
static strided_status maxpool2d(strided_tensor *y, const strided_tensor *x, int64_t size, int64_t step) {
    STRIDED_AUTO strided_tensor *windows = strided_window(
        x, 2,
        (strided_window_axis[]){{.axis = 2, .size = size, .step = step}, {.axis = 3, .size = size, .step = step}});

    return strided_reduce(y, STRIDED_REDUCE_MAX, windows, STRIDED_DIMS(-2, -1));
}

static strided_tensor *counting(int ndim, const int64_t *shape, double n) {
    STRIDED_AUTO strided_tensor *line = strided_arange(NULL, STRIDED_F32, 0, n, 1);
    return strided_reshape(line, ndim, shape);
}

static int same(const strided_tensor *a, const strided_tensor *b) {
    return a && b && !memcmp(strided_const_data(a), strided_const_data(b), (size_t)strided_count(a) * sizeof(float));
}

static int all_four(void) {
    STRIDED_AUTO strided_tensor *m = counting(STRIDED_DIMS(4, 4), 16);
    STRIDED_AUTO strided_tensor *v = counting(STRIDED_DIMS(4), 4);
    STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(4));
    STRIDED_AUTO strided_tensor *by_call = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(4));
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(2, 3, 8), 48);
    STRIDED_AUTO strided_tensor *w = counting(STRIDED_DIMS(5, 3, 3), 45);
    STRIDED_AUTO strided_tensor *line = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, 5, 6));
    STRIDED_AUTO strided_tensor *image = counting(STRIDED_DIMS(1, 2, 6, 6), 72);
    STRIDED_AUTO strided_tensor *largest = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(1, 2, 3, 3));

    if (mv(y, m, v) || strided_mv(by_call, m, v)) return 0;
    if (conv1d_minimal(line, x, w) || maxpool2d(largest, image, 2, 2)) return 0;
    STRIDED_AUTO strided_tensor *conv = strided_conv1d(x, w, STRIDED_NO_DIMS, STRIDED_NO_DIMS);
    STRIDED_AUTO strided_tensor *pool = strided_maxpool2d(image, STRIDED_DIMS(2), STRIDED_NO_DIMS, STRIDED_NO_DIMS);
    int ok[] = {trace(m) == 30, same(y, by_call), same(line, conv), same(largest, pool)};

    printf("trace 30: %s\nmv: %s\nconv1d: %s\nmaxpool2d: %s\n", ok[0] ? "yes" : "no", ok[1] ? "same bits" : "differs",
           ok[2] ? "same bits" : "differs", ok[3] ? "same bits" : "differs");
    return ok[0] && ok[1] && ok[2] && ok[3];
}

int main(void) {
    if (all_four()) return 0;
    fprintf(stderr, "chapter: %s\n", strided_error());
    return 1;
}
