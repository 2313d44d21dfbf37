/*
 * weights.c - the list of named tensors, and the files it comes from and goes to.
 */
#include "weights.h"

#include "formats.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int weights_refuse(struct weights *w, const char *format, ...) {
    va_list args;

    va_start(args, format);
    vsnprintf(w->why, WEIGHTS_TEXT, format, args);
    va_end(args);
    return -1;
}

/* ---- the list --------------------------------------------------------------------------------------- */

void weights_open(struct weights *w, strided_context *ctx) { *w = (struct weights){.ctx = ctx}; }

void weights_close(struct weights *w) {
    for (int i = 0; i < w->count; i++) strided_release(w->all[i].tensor);
    free(w->all);
    w->all = NULL, w->count = 0;
}

const strided_tensor *weights_find(const struct weights *w, const char *name) {
    for (int i = 0; i < w->count; i++)
        if (!strcmp(w->all[i].name, name)) return w->all[i].tensor;
    return NULL;
}

static int check_new(struct weights *w, const char *name, const strided_tensor *tensor) {
    if (!tensor) return weights_refuse(w, "%s: %s", name, strided_error());
    if (strlen(name) >= WEIGHTS_NAME) return weights_refuse(w, "it has a tensor whose name is too long");
    if (weights_find(w, name)) return weights_refuse(w, "it has two tensors of the name %s", name);
    if (w->count == MOST_WEIGHTS) return weights_refuse(w, "it has more than %d tensors", MOST_WEIGHTS);
    if (!w->all) w->all = malloc(MOST_WEIGHTS * sizeof *w->all);
    return w->all ? 0 : weights_refuse(w, "there is no memory");
}

int weights_add(struct weights *w, const char *name, strided_tensor *tensor) {
    if (check_new(w, name, tensor)) return strided_release(tensor), -1;
    strcpy(w->all[w->count].name, name);
    w->all[w->count++].tensor = tensor;
    return 0;
}

/* ---- numbers ---------------------------------------------------------------------------------------- */

static int lowest_byte_first(void) {
    const uint16_t one = 1;
    return *(const unsigned char *)&one;
}

void copy_numbers(void *to, const void *from, int64_t n, size_t size) {
    const unsigned char *in = from;
    unsigned char *out = to;

    if (n > 0 && lowest_byte_first()) memcpy(to, from, (size_t)n * size);
    for (int64_t i = 0; i < n && !lowest_byte_first(); i++, in += size, out += size)
        for (size_t b = 0; b < size; b++) out[b] = in[size - 1 - b];
}

uint64_t bytes_of_shape(strided_dtype dtype, int ndim, const int64_t *shape) {
    uint64_t n = strided_dtype_size(dtype);

    for (int i = 0; i < ndim; i++)
        if (shape[i] == 0) return 0;
    for (int i = 0; i < ndim; i++) {
        if (n > INT64_MAX / (uint64_t)shape[i]) return UINT64_MAX;
        n *= (uint64_t)shape[i];
    }
    return n;
}

/* ---- files ------------------------------------------------------------------------------------------ */

int weights_parse(struct weights *w, const unsigned char *bytes, size_t size) {
    int bad = is_npz(bytes, size) ? npz_parse(w, bytes, size) : safetensors_parse(w, bytes, size);

    if (bad) weights_close(w);
    return bad;
}

static int read_all(struct weights *w, FILE *f, unsigned char **bytes, size_t *size) {
    int folder = fgetc(f) == EOF && ferror(f);
    long end = folder || fseek(f, 0, SEEK_END) ? -1 : ftell(f);

    if (end < 0 || fseek(f, 0, SEEK_SET)) return weights_refuse(w, "%s", strerror(errno));
    *size = (size_t)end, *bytes = malloc(*size < SIZE_MAX ? *size + 1 : *size);
    if (!*bytes) return weights_refuse(w, "there is no memory for %zu bytes", *size);
    return fread(*bytes, 1, *size, f) == *size ? 0 : weights_refuse(w, "it cannot be read");
}

int weights_read(struct weights *w, const char *path) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    FILE *f = fopen(path, "rb");

    if (!f) return weights_refuse(w, "%s", strerror(errno));
    int bad = read_all(w, f, &bytes, &size);
    if (!bad) bad = weights_parse(w, bytes, size);
    free(bytes);
    fclose(f);
    return bad;
}

static int write_all(struct weights *w, const char *path, const unsigned char *bytes, size_t size) {
    FILE *f = fopen(path, "wb");

    if (!f) return weights_refuse(w, "%s", strerror(errno));
    int whole = fwrite(bytes, 1, size, f) == size;
    return fclose(f) || !whole ? weights_refuse(w, "it cannot be written") : 0;
}

int weights_write(struct weights *w, const char *path) {
    size_t size = 0;
    unsigned char *bytes = npz_bytes(w, &size);
    int bad = bytes ? write_all(w, path, bytes, size) : -1;

    free(bytes);
    return bad;
}
