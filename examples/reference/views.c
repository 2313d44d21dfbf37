/*
 * views.c - every view there is, of a tensor that counts (docs/reference/views.md). Nothing here copies an element.
 */
#include "show.h"

#include <inttypes.h>

static strided_tensor *counting(int ndim, const int64_t *shape, double n) {
    STRIDED_AUTO strided_tensor *line = strided_arange(NULL, STRIDED_I32, 0, n, 1);
    return strided_reshape(line, ndim, shape);
}

/* Of x (3, 4). */
static strided_status parts_of(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *row = strided_select(x, 0, -1);                          /* x[-1]           */
    STRIDED_AUTO strided_tensor *middle = strided_narrow(x, 1, 1, 2);                     /* x[:, 1:3]       */
    STRIDED_AUTO strided_tensor *odd = strided_slice(x, 1, 1, STRIDED_NONE, 2);           /* x[:, 1::2]      */
    STRIDED_AUTO strided_tensor *back = strided_slice(x, 0, STRIDED_NONE, STRIDED_NONE, -2); /* x[::-2]      */
    STRIDED_AUTO strided_tensor *around = strided_flip(x, STRIDED_NO_DIMS);               /* x[::-1, ::-1]   */
    STRIDED_AUTO strided_tensor *diagonal = strided_diagonal(x, 1, 0, 1);                 /* x[i, i + 1]     */

    show("select", row);
    show("narrow", middle);
    show("slice", odd);
    show("backwards", back);
    show("flip", around);
    show("diagonal", diagonal);
    return strided_error_status();
}

static void show_shape(const char *name, int ndim, const int64_t *shape) {
    printf("%s: (", name);
    for (int i = 0; i < ndim; i++) printf("%s%" PRId64, i ? ", " : "", shape[i]);
    printf(")\n");
}

/* Of x (2, 3, 4): where its axes go. */
static strided_status orders_of(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *last_first = strided_permute(x, STRIDED_DIMS(2, 0, 1));
    STRIDED_AUTO strided_tensor *exchanged = strided_transpose(x, -2, -1);
    STRIDED_AUTO strided_tensor *moved = strided_movedim(x, 1, STRIDED_LIST(0), STRIDED_LIST(-1));

    show_shape("permute", 3, strided_shape(last_first));
    show_shape("transpose", 3, strided_shape(exchanged));
    show_shape("movedim", 3, strided_shape(moved));
    return strided_error_status();
}

/* A row that stands for many, a column that is as wide as wanted, and the shape that both agree on. */
static strided_status repeated(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *row = strided_select(x, 0, 1);       /* (4)    */
    STRIDED_AUTO strided_tensor *first = strided_select(x, 1, 0);     /* (3)    */
    STRIDED_AUTO strided_tensor *column = strided_unsqueeze(first, 1); /* (3, 1) */
    STRIDED_AUTO strided_tensor *rows = strided_broadcast_to(row, STRIDED_DIMS(2, 4));
    STRIDED_AUTO strided_tensor *wide = strided_expand(column, STRIDED_DIMS(-1, 2));
    STRIDED_AUTO strided_tensor *flat = strided_squeeze(column, STRIDED_NO_DIMS);
    int64_t shape[STRIDED_MAX_NDIM];
    int ndim;
    strided_status s = strided_broadcast_shape(&ndim, shape, STRIDED_TENSORS(row, column));

    if (s) return s;
    show("broadcast_to", rows);
    show("expand", wide);
    show("squeeze", flat);
    show_shape("broadcast_shape", ndim, shape);
    return strided_error_status();
}

/* The same elements in the same order under other shapes: only where strides can say it. */
static strided_status other_shapes(const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *pairs = strided_unflatten(x, 1, STRIDED_DIMS(2, -1)); /* (3, 2, 2) */
    STRIDED_AUTO strided_tensor *line = strided_flatten(x, 0, -1);
    STRIDED_AUTO strided_tensor *turned = strided_transpose(x, 0, 1);

    show("unflatten", pairs);
    show("flatten", line);
    if (strided_error_status()) return strided_error_status();
    STRIDED_AUTO strided_tensor *impossible = strided_flatten(turned, 0, 1);
    show("flatten of the transpose", impossible);
    return strided_error_status() == STRIDED_ERR_NEEDS_COPY ? STRIDED_OK : STRIDED_ERR_ARG;
}

/* Windows: as torch.Tensor.unfold makes them, and over several axes at once. */
static strided_status windows_of(const strided_tensor *line, const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *pairs = strided_unfold(line, 0, 2, 3);
    STRIDED_AUTO strided_tensor *squares =
        strided_window(x, 2, (strided_window_axis[]){{.axis = 0, .size = 2}, {.axis = 1, .size = 2, .step = 2}});

    show("unfold", pairs);
    show("window", squares);
    return strided_error_status();
}

/* Parts along an axis: of 3 each, or so many of them. */
static strided_status cut(const strided_tensor *line) {
    strided_tensor *threes[4], *halves[2];
    strided_status s = strided_split(threes, 4, line, 0, 3);

    if (s) return s;
    show("last of four", threes[3]);
    for (int i = 0; i < 4; i++) strided_release(threes[i]);
    if ((s = strided_chunk(halves, 2, line, 0))) return s;
    show("second half", halves[1]);
    for (int i = 0; i < 2; i++) strided_release(halves[i]);
    return STRIDED_OK;
}

/* What all of them are: a shape, strides, and a place to start. */
static strided_status by_hand(const strided_tensor *line) {
    STRIDED_AUTO strided_tensor *x = strided_as_strided(line, STRIDED_DIMS(2, 3), STRIDED_LIST(-1, 2), 1);
    STRIDED_AUTO strided_tensor *beyond = strided_as_strided(line, STRIDED_DIMS(2, 3), STRIDED_LIST(5, 4), 0);

    show("as_strided", x);
    show("too far", beyond);
    return strided_error_status() == STRIDED_ERR_BOUNDS ? STRIDED_OK : STRIDED_ERR_ARG;
}

int main(void) {
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(3, 4), 12);
    STRIDED_AUTO strided_tensor *cube = counting(STRIDED_DIMS(2, 3, 4), 24);
    STRIDED_AUTO strided_tensor *line = counting(STRIDED_DIMS(10), 10);
    strided_status s = parts_of(x);

    if (!s) s = orders_of(cube);
    if (!s) s = repeated(x);
    if (!s) s = windows_of(line, x);
    if (!s) s = cut(line);
    if (!s) s = other_shapes(x);
    if (!s) s = by_hand(line);
    return finish(s);
}
