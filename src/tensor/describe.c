/*
 * describe.c - a tensor as text: one line about it, then its elements as NumPy prints them.
 *
 * Rows are not wrapped, and beyond 1000 elements only the first line is written.
 */
#include "number.h"
#include "tensor.h"

enum { MOST_ELEMENTS = 1000 };

static void put_header(struct text *t, const strided_tensor *x)
{
    strided__text_put(t, "%s ", strided_dtype_name(x->dtype));
    strided__text_list(t, x->ndim, x->shape);
    strided__text_put(t, " strides ");
    strided__text_list(t, x->ndim, x->strides);
    strided__text_put(t, " offset %" PRId64, x->offset);
    if (x->read_only) strided__text_put(t, " read-only");
    if (x->geometry_only) strided__text_put(t, " without data");
}

static const void *element(const strided_tensor *x, int64_t at)
{
    return x->storage->data + at * (int64_t)strided_dtype_size(x->dtype);
}

/* Every element, in row-major order. */
static void visit(const strided_tensor *x, int axis, int64_t at, struct number_style *style)
{
    if (axis == x->ndim) {
        strided__number_measure(style, element(x, at));
        return;
    }
    for (int64_t i = 0; i < x->shape[axis]; i++) visit(x, axis + 1, i ? at += x->strides[axis] : at, style);
}

/* Between elements a space, between rows a new line, and one more for every further level that ends. */
static void put_separator(struct text *t, int ndim, int axis)
{
    if (axis == ndim - 1) {
        strided__text_put(t, " ");
        return;
    }
    for (int i = axis; i < ndim - 1; i++) strided__text_put(t, "\n");
    for (int i = 0; i <= axis; i++) strided__text_put(t, " ");
}

static void put_elements(struct text *t, const strided_tensor *x, int axis, int64_t at,
                         const struct number_style *style)
{
    if (axis == x->ndim) {
        strided__number_put(t, style, element(x, at));
        return;
    }
    strided__text_put(t, "[");
    for (int64_t i = 0; i < x->shape[axis]; i++) {
        if (i) put_separator(t, x->ndim, axis);
        put_elements(t, x, axis + 1, i ? at += x->strides[axis] : at, style);
    }
    strided__text_put(t, "]");
}

int strided_describe(const strided_tensor *x, char *buf, size_t size)
{
    struct text t = {.buf = buf, .size = size};
    if (buf && size) buf[0] = 0;
    if (!x) return 0;
    put_header(&t, x);
    if (x->count > MOST_ELEMENTS || x->geometry_only) return strided__text_length(&t);
    strided__text_put(&t, "\n");
    if (x->count == 0) {
        strided__text_put(&t, "[]");
        return strided__text_length(&t);
    }
    struct number_style style = {.dtype = x->dtype, .width = x->dtype == STRIDED_BOOL && x->ndim > 0 ? 5 : 0};
    visit(x, 0, x->offset, &style);
    put_elements(&t, x, 0, x->offset, &style);
    return strided__text_length(&t);
}
