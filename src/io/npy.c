/*
 * npy.c - tensors from and to .npy files.
 *
 * A file is believed only as far as its size goes: nothing is allocated for elements that are not there. A Fortran
 * ordered file is read as it lies, and seen through strides. Saving writes rows in order, into a file that takes its
 * place only when it is whole.
 */
#include <strided/io.h>
#include "npy_header.h"
#include "replace.h"
#include "../base/checked.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "../tensor/tensor.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MAGIC = 8, MOST_HEADER = 65536 }; /* bytes; MAGIC counts the version */

static strided_status system_failure(const char *who, const char *what, const char *path)
{
    return strided__fail(STRIDED_ERR_IO, "%s: %s %.200s: %s", who, what, path, strerror(errno));
}

/* ---- loading ------------------------------------------------------------------------------------------ */

struct source { FILE *file; const char *path; };

static strided_status read_bytes(struct source f, void *to, size_t n)
{
    errno = 0;
    if (n == 0 || fread(to, 1, n, f.file) == n) return STRIDED_OK;
    if (ferror(f.file)) return system_failure("load_npy", "cannot read", f.path);
    return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s ends too early", f.path);
}

/* The length of the dictionary. */
static strided_status read_prefix(struct source f, size_t *length)
{
    unsigned char head[MAGIC], size[4] = {0};
    strided_status s = read_bytes(f, head, sizeof head);
    if (s) return s;
    if (memcmp(head, "\x93NUMPY", 6) != 0)
        return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s is not a .npy file", f.path);
    if (head[6] < 1 || head[6] > 3 || head[7] != 0)
        return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s has version %d.%d; 1.0 to 3.0 are known", f.path,
                             head[6], head[7]);
    s = read_bytes(f, size, head[6] == 1 ? 2 : 4);
    *length = size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
    if (!s && *length > MOST_HEADER)
        return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s has a header of %zu bytes; at most %d are read",
                             f.path, *length, MOST_HEADER);
    return s;
}

static strided_status read_header(strided_context *ctx, struct source f, struct npy_header *h)
{
    size_t length = 0;
    strided_status s = read_prefix(f, &length);
    if (s) return s;
    char *text = strided__alloc("load_npy", ctx, length);
    if (!text) return STRIDED_ERR_NO_MEMORY;
    s = read_bytes(f, text, length);
    if (!s) s = strided__npy_parse(f.path, text, length, h);
    strided__free(ctx, text, length);
    return s;
}

/* The file holds all the elements that it says. */
static strided_status check_size(struct source f, const struct npy_header *h, int64_t *bytes)
{
    int64_t count;
    strided_status s = strided__shape_count("load_npy", h->ndim, h->shape, &count);
    if (s || !mul_size(bytes, count, (int64_t)strided_dtype_size(h->dtype)))
        return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s has more elements than 64 bits count", f.path);
    off_t here = ftello(f.file), end = -1;
    if (here < 0 || fseeko(f.file, 0, SEEK_END) != 0 || (end = ftello(f.file)) < 0 || fseeko(f.file, here, SEEK_SET) != 0)
        return system_failure("load_npy", "cannot tell the size of", f.path);
    if (end - here < *bytes)
        return strided__fail(STRIDED_ERR_FORMAT, "load_npy: %.200s should have %" PRId64 " bytes of elements, it has %" PRId64,
                             f.path, *bytes, (int64_t)(end - here));
    return STRIDED_OK;
}

/* The same elements with the first axis innermost. */
static strided_tensor *in_fortran_order(strided_tensor *t, const struct npy_header *h)
{
    int64_t reversed[STRIDED_MAX_NDIM], dense[STRIDED_MAX_NDIM], strides[STRIDED_MAX_NDIM];
    for (int a = 0; a < h->ndim; a++) reversed[h->ndim - 1 - a] = h->shape[a];
    strided__row_major(h->ndim, reversed, dense);
    for (int a = 0; a < h->ndim; a++) strides[a] = dense[h->ndim - 1 - a];
    strided_tensor *v = strided__view("load_npy", t, 0, h->ndim, h->shape, strides);
    strided_release(t);
    return v;
}

/* Elements of so many bytes, each from its last byte to its first. */
static void turn_bytes(char *p, size_t bytes, size_t size)
{
    for (const char *end = p + bytes; p < end; p += size)
        for (size_t i = 0; i < size / 2; i++) {
            const char byte = p[i];
            p[i] = p[size - 1 - i];
            p[size - 1 - i] = byte;
        }
}

static strided_tensor *load(strided_context *ctx, struct source f)
{
    struct npy_header h = {.ndim = 0};
    int64_t bytes = 0;
    if (read_header(ctx, f, &h) || check_size(f, &h, &bytes)) return NULL;
    strided_tensor *t = strided__empty("load_npy", ctx, h.dtype, h.ndim, h.shape);
    if (!t) return NULL;
    if (read_bytes(f, strided__data(t), (size_t)bytes)) {
        strided_release(t);
        return NULL;
    }
    if (h.swapped) turn_bytes(strided__data(t), (size_t)bytes, strided_dtype_size(h.dtype));
    return h.fortran_order ? in_fortran_order(t, &h) : t;
}

strided_tensor *strided_load_npy(strided_context *ctx, const char *path)
{
    if (!path) {
        strided__fail(STRIDED_ERR_NULL, "load_npy: path is NULL");
        return NULL;
    }
    struct source f = {fopen(path, "rbe"), path};
    if (!f.file) {
        system_failure("load_npy", "cannot open", path);
        return NULL;
    }
    strided_tensor *t = load(ctx, f);
    fclose(f.file);
    return t;
}

/* ---- saving ------------------------------------------------------------------------------------------- */

/* `n` elements `stride` bytes apart, gathered in a buffer. Any true bool is written as 1. */
static int write_row(FILE *f, strided_dtype t, const char *p, int64_t n, int64_t stride)
{
    char buffer[4096];
    const size_t size = strided_dtype_size(t);
    size_t used = 0;
    for (int64_t i = 0; i < n; i++) {
        const char *element = p + i * stride;
        if (t == STRIDED_BOOL) buffer[used] = *element != 0;
        else memcpy(buffer + used, element, size);
        used += size;
        if (used < sizeof buffer && i + 1 < n) continue;
        if (fwrite(buffer, 1, used, f) != used) return 0;
        used = 0;
    }
    return 1;
}

static int write_axes(FILE *f, const strided_tensor *x, int axis, const char *p)
{
    const int64_t size = (int64_t)strided_dtype_size(x->dtype);
    if (axis == x->ndim) return write_row(f, x->dtype, p, 1, 0);
    const int64_t n = x->shape[axis], stride = n > 1 ? x->strides[axis] * size : 0;
    if (axis == x->ndim - 1) return write_row(f, x->dtype, p, n, stride);
    for (int64_t i = 0; i < n; i++)
        if (!write_axes(f, x, axis + 1, p + i * stride)) return 0;
    return 1;
}

static int write_all(FILE *f, const strided_tensor *x)
{
    char head[NPY_HEAD];
    struct npy_header h = {.dtype = x->dtype, .ndim = x->ndim};
    memcpy(h.shape, x->shape, sizeof h.shape);
    size_t n = strided__npy_write(&h, head);
    return fwrite(head, 1, n, f) == n && (x->count == 0 || write_axes(f, x, 0, strided__data(x)));
}

static strided_status check_save(const char *path, const strided_tensor *x)
{
    if (!x) return strided__fail_null("save_npy", "x");
    if (!path) return strided__fail(STRIDED_ERR_NULL, "save_npy: path is NULL");
    if (x->geometry_only && x->count)
        return strided__fail(STRIDED_ERR_NULL, "save_npy: x is a geometry without data");
    if (x->dtype == STRIDED_BF16) return strided__fail(STRIDED_ERR_DTYPE, "save_npy: bf16 has no .npy dtype");
    return STRIDED_OK;
}

strided_status strided_save_npy(const char *path, const strided_tensor *x)
{
    strided_status s = check_save(path, x);
    if (s) return s;
    struct replacement r;
    FILE *f = strided__replace_begin(&r, path);
    if (!f) return system_failure("save_npy", "cannot open", path);
    errno = 0;
    return strided__replace_end(&r, write_all(f, x)) ? STRIDED_OK : system_failure("save_npy", "cannot write", path);
}
