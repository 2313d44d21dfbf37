/*
 * elementwise.c - filling, copying, arithmetic, joining and padding (docs/reference/elementwise.md).
 */
#include "show.h"

#include <math.h>

static strided_tensor *row(int n, const float *values) {
    return strided_wrap_const(NULL, values, STRIDED_F32, STRIDED_DIMS(n), NULL);
}

/* The destination is a view like any other: a frame around what stays as it is. */
static strided_status fill_and_copy(void) {
    STRIDED_AUTO strided_tensor *x = strided_zeros(NULL, STRIDED_I32, STRIDED_DIMS(4, 5));
    STRIDED_AUTO strided_tensor *rows = strided_narrow(x, 0, 1, 2);
    STRIDED_AUTO strided_tensor *inside = strided_narrow(rows, 1, 1, 3);
    STRIDED_AUTO strided_tensor *line = strided_arange(NULL, STRIDED_F32, 1.75, 4, 1); /* 1.75 2.75 3.75 */
    strided_status s = strided_fill(x, 9);

    if (!s) s = strided_copy(inside, line); /* broadcast down the rows; truncated into integers */
    if (!s) show("a frame of nines", x);
    return s;
}

/* dst += src may write through a view that meets itself: every window of 3 adds 1 to what it sees. */
static strided_status accumulate(void) {
    STRIDED_AUTO strided_tensor *line = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(6));
    STRIDED_AUTO strided_tensor *windows = strided_window(line, 1, &(strided_window_axis){.size = 3});
    STRIDED_AUTO strided_tensor *one = strided_full(NULL, STRIDED_F32, STRIDED_NO_DIMS, 1);
    strided_status s = strided_accumulate(windows, one);

    if (!s) show("windows that see each element", line);
    return s;
}

static strided_status functions(void) {
    STRIDED_AUTO strided_tensor *x = row(4, (const float[]){-4, 0, 1, 9});
    STRIDED_AUTO strided_tensor *y = strided_empty_like(x);
    strided_status s = strided_unary(y, STRIDED_RELU, x);

    if (!s) show("relu", y);
    if (!s) s = strided_unary(y, STRIDED_SQRT, y); /* in place: the same view, element by element */
    if (!s) show("sqrt of it", y);
    if (!s) s = strided_clamp(y, x, -1, INFINITY);
    if (!s) show("clamp from -1 up", y);
    return s;
}

/* (3, 1) and (4) meet in (3, 4); the types differ, and the result is rounded once into dst's. */
static strided_status of_two(void) {
    STRIDED_AUTO strided_tensor *tens = strided_arange(NULL, STRIDED_I32, 10, 40, 10);
    STRIDED_AUTO strided_tensor *column = strided_unsqueeze(tens, 1);
    STRIDED_AUTO strided_tensor *x = row(4, (const float[]){0, 0.25f, 0.5f, 2});
    STRIDED_AUTO strided_tensor *y = strided_empty(NULL, STRIDED_F64, STRIDED_DIMS(3, 4));
    strided_status s = strided_binary(y, STRIDED_MUL, column, x);

    if (!s) show("column times row", y);
    return s;
}

static strided_status join(void) {
    STRIDED_AUTO strided_tensor *a = row(2, (const float[]){1, 2});
    STRIDED_AUTO strided_tensor *b = row(3, (const float[]){3, 4, 5});
    STRIDED_AUTO strided_tensor *both = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(5));
    strided_status s = strided_concat(both, STRIDED_TENSORS(a, b), 0);

    if (!s) show("concat", both);
    return s;
}

/* Two before and one behind, in every mode. */
static strided_status pad(void) {
    static const char *const names[] = {"constant", "replicate", "reflect", "symmetric", "circular"};
    STRIDED_AUTO strided_tensor *x = row(4, (const float[]){1, 2, 3, 4});
    STRIDED_AUTO strided_tensor *y = strided_pad_empty(x, STRIDED_DIMS(2), STRIDED_LIST(1));
    strided_status s = STRIDED_OK;

    for (int mode = STRIDED_PAD_CONSTANT; mode <= STRIDED_PAD_CIRCULAR && !s; mode++) {
        s = strided_pad(y, x, 1, STRIDED_LIST(2), STRIDED_LIST(1), (strided_pad_mode)mode, 0);
        if (!s) show(names[mode], y);
    }
    return s;
}

/* As the chapter pads: the last axis, the last two; the result is new. A negative width crops. */
static strided_status pad_as_in_the_chapter(void) {
    STRIDED_AUTO strided_tensor *x = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 2), 7);
    STRIDED_AUTO strided_tensor *wide = strided_pad1d(x, 1, 0, 0);
    STRIDED_AUTO strided_tensor *around = strided_pad2d(x, 0, -1, 1, 1, 0);

    show("pad1d", wide);
    show("pad2d", around);
    return strided_error_status();
}

int main(void) {
    strided_status s = fill_and_copy();

    if (!s) s = accumulate();
    if (!s) s = functions();
    if (!s) s = of_two();
    if (!s) s = join();
    if (!s) s = pad();
    if (!s) s = pad_as_in_the_chapter();
    return finish(s);
}
