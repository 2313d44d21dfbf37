/*
 * demo.c - progress, titles, and what the parts of the demo use to show and compare tensors.
 */
#include "demo.h"

#include "picture.h"
#include "report.h"

#include <string.h>

void demo_step(struct demo *d, const char *what) {
    fprintf(d->terminal.out, d->terminal.live ? "[%d/%d] %s ..." : "[%d/%d] %s\n", ++d->step, d->steps, what);
    fflush(d->terminal.out);
}

void demo_ready(const struct demo *d) {
    if (d->terminal.live) fputs("\r\033[K", d->terminal.out);
}

void demo_title(const struct demo *d, const char *title) {
    fputc('\n', d->terminal.out);
    terminal_bold(&d->terminal);
    fputs(title, d->terminal.out);
    terminal_plain(&d->terminal);
    fputc('\n', d->terminal.out);
}

int demo_draw(const struct demo *d, const strided_tensor *tensor, const strided_tensor *view) {
    struct picture picture;

    if (!view) return fail_call(NULL);
    int code = picture_make(&picture, tensor, view);
    if (code) return code;
    picture_pair(&picture, &d->terminal);
    picture_free(&picture);
    return DONE;
}

void demo_print(const struct demo *d, const char *label, const strided_tensor *x) {
    int64_t index[STRIDED_MAX_NDIM] = {0};

    fprintf(d->terminal.out, "  %-8s", label);
    do fprintf(d->terminal.out, " %g", strided_get(x, strided_ndim(x), index));
    while (picture_next(strided_ndim(x), strided_shape(x), index));
}

static int same_shape(const strided_tensor *a, const strided_tensor *b) {
    size_t size = (size_t)strided_ndim(a) * sizeof(int64_t);
    return a && b && strided_ndim(a) == strided_ndim(b) && !memcmp(strided_shape(a), strided_shape(b), size);
}

int same_bits(const strided_tensor *a, const strided_tensor *b) {
    strided_tensor *row_a = strided_clone(a), *row_b = strided_clone(b);
    size_t size = (size_t)strided_count(a) * strided_dtype_size(strided_dtype_of(a));
    int same = row_a && row_b && strided_dtype_of(a) == strided_dtype_of(b) && same_shape(a, b) &&
               !memcmp(strided_const_data(row_a), strided_const_data(row_b), size);

    strided_release(row_a);
    strided_release(row_b);
    return same;
}
