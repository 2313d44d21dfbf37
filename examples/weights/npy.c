/*
 * npy.c - the line is a Python dictionary. NumPy writes it in one way, and that way is read:
 *
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (16, 1, 3, 3), }
 */
#include "npy.h"

#include "formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC = 10, HEAD = 128, LONGEST = 1024, LONGEST_SHAPE = 56 };

struct array {
    strided_dtype dtype;
    int columns_first; /* in memory: 'fortran_order' */
    int ndim;
    int64_t shape[STRIDED_MAX_NDIM];
};

/* ---- reading ---------------------------------------------------------------------------------------- */

/* Steps over `text` if it is there. */
static int skip(const char **at, const char *text) {
    size_t n = strlen(text);

    if (strncmp(*at, text, n)) return 0;
    *at += n;
    return 1;
}

static int take_dtype(const char **at, strided_dtype *dtype) {
    static const struct { const char *name; strided_dtype dtype; } known[] = {
        {"'<f4'", STRIDED_F32}, {"'<f8'", STRIDED_F64}, {"'<f2'", STRIDED_F16}, {"'<i8'", STRIDED_I64}, {"'<i4'", STRIDED_I32},
        {"'<i2'", STRIDED_I16}, {"'|i1'", STRIDED_I8}, {"'|u1'", STRIDED_U8}, {"'|b1'", STRIDED_BOOL}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (skip(at, known[i].name)) return *dtype = known[i].dtype, 1;
    return 0;
}

static int take_extent(const char **at, int64_t *n) {
    const char *digits = *at;

    for (*n = 0; **at >= '0' && **at <= '9'; ++*at) {
        if (*n > (INT64_MAX - 9) / 10) return 0;
        *n = *n * 10 + (**at - '0');
    }
    return *at > digits;
}

/* "()", "(5,)", "(2, 3)" */
static int take_shape(const char **at, struct array *a) {
    if (!skip(at, "(")) return 0;
    for (a->ndim = 0; !skip(at, ")"); a->ndim++) {
        if (a->ndim == STRIDED_MAX_NDIM || !take_extent(at, &a->shape[a->ndim])) return 0;
        if (!skip(at, ", ")) skip(at, ",");
    }
    return 1;
}

static int parse_line(const char *at, struct array *a) {
    if (!skip(&at, "{'descr': ") || !take_dtype(&at, &a->dtype) || !skip(&at, ", 'fortran_order': ")) return 0;
    a->columns_first = skip(&at, "True");
    if ((!a->columns_first && !skip(&at, "False")) || !skip(&at, ", 'shape': ") || !take_shape(&at, a)) return 0;
    return skip(&at, ", }") && at[strspn(at, " ")] == '\n';
}

/* The text of the line, terminated, and where the numbers begin: 0 if it is no .npy file. */
static size_t find_line(const unsigned char *bytes, size_t size, char line[LONGEST]) {
    if (size < MAGIC || memcmp(bytes, "\x93NUMPY\x01", 7)) return 0;
    size_t length = bytes[8] | (size_t)bytes[9] << 8;
    if (length >= LONGEST || length > size - MAGIC) return 0;
    memcpy(line, bytes + MAGIC, length);
    line[length] = 0;
    return MAGIC + length;
}

/* Columns first is the transposed view of rows first. */
static strided_tensor *make(strided_context *ctx, const struct array *a, const unsigned char *numbers) {
    int64_t shape[STRIDED_MAX_NDIM], axes[STRIDED_MAX_NDIM];

    for (int i = 0; i < a->ndim; i++) {
        axes[i] = a->columns_first ? a->ndim - 1 - i : i;
        shape[i] = a->shape[axes[i]];
    }
    STRIDED_AUTO strided_tensor *memory = strided_empty(ctx, a->dtype, a->ndim, shape);
    if (memory) copy_numbers(strided_data(memory), numbers, strided_count(memory), strided_dtype_size(a->dtype));
    return strided_permute(memory, a->ndim, axes);
}

strided_tensor *npy_parse(struct weights *w, const char *name, const unsigned char *bytes, size_t size) {
    char line[LONGEST];
    struct array a;
    size_t start = find_line(bytes, size, line);

    if (!start || !parse_line(line, &a))
        return weights_refuse(w, "%s is not an array of plain numbers as NumPy writes it", name), NULL;
    if (bytes_of_shape(a.dtype, a.ndim, a.shape) != size - start)
        return weights_refuse(w, "%s has %zu bytes, not its shape's", name, size - start), NULL;
    strided_tensor *t = make(w->ctx, &a, bytes + start);
    if (!t) weights_refuse(w, "%s: %s", name, strided_error());
    return t;
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static void shape_text(const strided_tensor *x, char *text, size_t size) {
    int used = snprintf(text, size, "(");
    for (int i = 0; i < strided_ndim(x); i++)
        used += snprintf(text + used, size - (size_t)used, "%s%lld", i ? ", " : "", (long long)strided_dim(x, i));
    snprintf(text + used, size - (size_t)used, strided_ndim(x) == 1 ? ",)" : ")");
}

size_t npy_size(const strided_tensor *x) { return HEAD + sizeof(float) * (size_t)strided_count(x); }

int npy_put(struct weights *w, unsigned char *to, const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *rows = strided_empty(w->ctx, STRIDED_F32, strided_ndim(x), strided_shape(x));
    char shape[24 * STRIDED_MAX_NDIM];

    if (strided_copy(rows, x)) return weights_refuse(w, "%s", strided_error());
    shape_text(x, shape, sizeof shape);
    if (strlen(shape) > LONGEST_SHAPE) return weights_refuse(w, "a shape is too long to be written: %s", shape);
    memcpy(to, "\x93NUMPY\x01\x00\x76\x00", MAGIC); /* version 1.0, 118 bytes follow */
    memset(to + MAGIC, ' ', HEAD - MAGIC);
    int n = snprintf((char *)to + MAGIC, HEAD - MAGIC, "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }", shape);
    to[MAGIC + n] = ' ', to[HEAD - 1] = '\n';
    copy_numbers(to + HEAD, strided_const_data(rows), strided_count(rows), sizeof(float));
    return 0;
}
