/*
 * npz.c - a zip archive of stored members: each has a header, its bytes, and an entry in a directory at the end; the end
 * record says where the directory is. Numbers in it are little-endian whatever the machine. A member is read by its entry
 * in the directory, for the sizes in its own header may be left out; every offset is compared with the size of the file
 * before it is followed.
 */
#include "npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOCAL = 0x04034b50, ENTRY = 0x02014b50, END = 0x06054b50 };
enum { LOCAL_SIZE = 30, ENTRY_SIZE = 46, END_SIZE = 22, NPY_SIZE = 128, COMMENT = 65535 };

/* ---- numbers and sums ---------------------------------------------------------------------------- */

static uint32_t get(const uint8_t *at, int bytes) {
    uint32_t v = 0;
    for (int i = 0; i < bytes; i++) v |= (uint32_t)at[i] << 8 * i;
    return v;
}

static void put(uint8_t **at, int bytes, uint32_t v) {
    for (int i = 0; i < bytes; i++) *(*at)++ = (uint8_t)(v >> 8 * i);
}

static uint32_t crc32(const uint8_t *bytes, size_t n) {
    uint32_t c = ~UINT32_C(0);
    for (size_t i = 0; i < n; i++) {
        c ^= bytes[i];
        for (int k = 0; k < 8; k++) c = c >> 1 ^ (c & 1 ? UINT32_C(0xedb88320) : 0);
    }
    return ~c;
}

/* ---- .npy ---------------------------------------------------------------------------------------- */

/* "(16, 1, 3, 3)", "(16,)" */
static void shape_text(const strided_tensor *x, char *text, size_t size) {
    int used = snprintf(text, size, "(");
    for (int i = 0; i < strided_ndim(x); i++)
        used += snprintf(text + used, size - (size_t)used, "%s%lld", i ? ", " : "", (long long)strided_dim(x, i));
    snprintf(text + used, size - (size_t)used, strided_ndim(x) == 1 ? ",)" : ")");
}

static size_t npy_size(const strided_tensor *x) { return NPY_SIZE + 4 * (size_t)strided_count(x); }

static void npy_header(const strided_tensor *x, uint8_t head[NPY_SIZE]) {
    char shape[64];

    shape_text(x, shape, sizeof shape);
    memcpy(head, "\x93NUMPY\x01\x00\x76\x00", 10); /* version 1.0, 118 bytes follow */
    int n = snprintf((char *)head + 10, NPY_SIZE - 10, "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }", shape);
    memset(head + 10 + n, ' ', (size_t)(NPY_SIZE - 10 - n));
    head[NPY_SIZE - 1] = '\n';
}

static void put_floats(uint8_t *at, const float *from, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &from[i], 4);
        put(&at, 4, bits);
    }
}

static void get_floats(float *to, const uint8_t *at, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        uint32_t bits = get(at + 4 * i, 4);
        memcpy(&to[i], &bits, 4);
    }
}

/* The header must be one of ours or one NumPy writes: little-endian f32, row-major, this shape. */
static const char *npy_find(const uint8_t *npy, size_t size, const strided_tensor *x, const uint8_t **floats) {
    char head[1024], shape[64];
    size_t length;

    if (size < 10 || memcmp(npy, "\x93NUMPY\x01", 7)) return "a member is not an .npy file of version 1";
    length = get(npy + 8, 2);
    if (length >= sizeof head || size < 10 + length) return "the header of a member is too long";
    memcpy(head, npy + 10, length);
    head[length] = '\0';
    shape_text(x, shape, sizeof shape);
    if (!strstr(head, "'<f4'") || !strstr(head, "'fortran_order': False")) return "a member is not row-major f32";
    if (!strstr(head, shape)) return "a member has another shape: these are the weights of another network";
    if (size - 10 - length != 4 * (size_t)strided_count(x)) return "a member is too short or too long";
    *floats = npy + 10 + length;
    return NULL;
}

/* ---- writing ------------------------------------------------------------------------------------- */

static size_t name_size(const struct parameter *q) { return strlen(q->name) + 4; }

/* The part that header and entry have in common. */
static void put_facts(uint8_t **at, const struct parameter *q, uint32_t crc) {
    put(at, 2, 20), put(at, 2, 0), put(at, 2, 0);   /* version 2.0, no flags, stored */
    put(at, 2, 0), put(at, 2, 33);                  /* the first of January 1980 */
    put(at, 4, crc);
    put(at, 4, (uint32_t)npy_size(q->value)), put(at, 4, (uint32_t)npy_size(q->value));
    put(at, 2, (uint32_t)name_size(q)), put(at, 2, 0);
}

static void put_name(uint8_t **at, const struct parameter *q) {
    memcpy(*at, q->name, name_size(q) - 4);
    memcpy(*at + name_size(q) - 4, ".npy", 4);
    *at += name_size(q);
}

static const char *put_member(uint8_t **at, const struct parameter *q, uint32_t *crc) {
    STRIDED_AUTO strided_tensor *dense = strided_clone(q->value);
    uint8_t *npy = *at + LOCAL_SIZE + name_size(q);

    if (!dense) return strided_error();
    npy_header(dense, npy);
    put_floats(npy + NPY_SIZE, strided_const_data(dense), strided_count(dense));
    *crc = crc32(npy, npy_size(dense));
    put(at, 4, LOCAL), put_facts(at, q, *crc), put_name(at, q);
    *at += npy_size(dense);
    return NULL;
}

static void put_entry(uint8_t **at, const struct parameter *q, uint32_t crc, size_t offset) {
    put(at, 4, ENTRY), put(at, 2, 20), put_facts(at, q, crc);
    put(at, 2, 0), put(at, 2, 0), put(at, 2, 0), put(at, 4, 0); /* no comment, one disk, nothing special */
    put(at, 4, (uint32_t)offset), put_name(at, q);
}

static void put_end(uint8_t **at, int count, size_t directory, size_t start) {
    put(at, 4, END), put(at, 2, 0), put(at, 2, 0);
    put(at, 2, (uint32_t)count), put(at, 2, (uint32_t)count);
    put(at, 4, (uint32_t)directory), put(at, 4, (uint32_t)start), put(at, 2, 0);
}

static size_t archive_size(const struct parameters *p) {
    size_t size = END_SIZE;
    for (int i = 0; i < p->count; i++)
        size += LOCAL_SIZE + ENTRY_SIZE + 2 * name_size(&p->list[i]) + npy_size(p->list[i].value);
    return size;
}

static const char *put_archive(uint8_t *bytes, const struct parameters *p) {
    uint32_t crc[MOST_PARAMETERS];
    size_t offset[MOST_PARAMETERS];
    uint8_t *at = bytes;

    for (int i = 0; i < p->count; i++) {
        offset[i] = (size_t)(at - bytes);
        const char *why = put_member(&at, &p->list[i], &crc[i]);
        if (why) return why;
    }
    size_t start = (size_t)(at - bytes);
    for (int i = 0; i < p->count; i++) put_entry(&at, &p->list[i], crc[i], offset[i]);
    put_end(&at, p->count, (size_t)(at - bytes) - start, start);
    return NULL;
}

static const char *write_file(const char *path, const uint8_t *bytes, size_t size) {
    FILE *f = fopen(path, "wb");
    if (!f) return "cannot be opened for writing";
    int whole = fwrite(bytes, 1, size, f) == size;
    return fclose(f) || !whole ? "cannot be written" : NULL;
}

const char *npz_save(const struct parameters *p, const char *path) {
    size_t size = archive_size(p);
    uint8_t *bytes = malloc(size);

    if (!bytes) return "no memory";
    const char *why = put_archive(bytes, p);
    if (!why) why = write_file(path, bytes, size);
    free(bytes);
    return why;
}

/* ---- reading ------------------------------------------------------------------------------------- */

struct archive {
    const uint8_t *bytes;
    size_t size;
    const uint8_t *directory;
    size_t directory_size;
};

/* The end record is the last thing in the file but for a comment. */
static const char *find_directory(struct archive *a) {
    for (size_t back = END_SIZE; back <= a->size && back <= END_SIZE + COMMENT; back++) {
        const uint8_t *end = a->bytes + a->size - back;
        if (get(end, 4) != END) continue;
        size_t size = get(end + 12, 4), start = get(end + 16, 4);
        if (start > a->size - back || size > a->size - back - start) return "its directory lies outside the file";
        a->directory = a->bytes + start;
        a->directory_size = size;
        return NULL;
    }
    return "it is not a zip archive";
}

static int is_named(const uint8_t *name, size_t size, const struct parameter *q) {
    return size == name_size(q) && !memcmp(name, q->name, size - 4) && !memcmp(name + size - 4, ".npy", 4);
}

static const uint8_t *find_entry(const struct archive *a, const struct parameter *q) {
    const uint8_t *at = a->directory;
    size_t left = a->directory_size;

    while (left >= ENTRY_SIZE && get(at, 4) == ENTRY) {
        size_t name = get(at + 28, 2), whole = ENTRY_SIZE + name + get(at + 30, 2) + get(at + 32, 2);
        if (whole > left) return NULL;
        if (is_named(at + ENTRY_SIZE, name, q)) return at;
        at += whole;
        left -= whole;
    }
    return NULL;
}

/* The bytes of the member that an entry of the directory points at. */
static const char *member(const struct archive *a, const uint8_t *entry, const uint8_t **bytes, size_t *size) {
    size_t offset = get(entry + 42, 4);

    *size = get(entry + 20, 4);
    if (get(entry + 10, 2)) return "a member is compressed; numpy.savez writes them as they are wanted";
    if (offset > a->size || a->size - offset < LOCAL_SIZE || get(a->bytes + offset, 4) != LOCAL)
        return "a member lies outside the file";
    offset += LOCAL_SIZE + get(a->bytes + offset + 26, 2) + get(a->bytes + offset + 28, 2);
    if (offset > a->size || *size > a->size - offset) return "a member reaches beyond the end of the file";
    *bytes = a->bytes + offset;
    return crc32(*bytes, *size) == get(entry + 16, 4) ? NULL : "a member is damaged: its sum is another";
}

static const char *find_floats(const struct archive *a, const struct parameter *q, const uint8_t **floats) {
    const uint8_t *entry = find_entry(a, q), *npy = NULL;
    size_t size = 0;

    if (!entry) return "it lacks a parameter of this network";
    const char *why = member(a, entry, &npy, &size);
    return why ? why : npy_find(npy, size, q->value, floats);
}

static const char *set_parameter(const struct parameter *q, const uint8_t *floats) {
    STRIDED_AUTO strided_tensor *dense = strided_empty(NULL, STRIDED_F32, strided_ndim(q->value), strided_shape(q->value));

    if (dense) get_floats(strided_data(dense), floats, strided_count(dense));
    return strided_copy(q->value, dense) ? strided_error() : NULL;
}

static const char *set_all(const struct archive *a, const struct parameters *p) {
    const uint8_t *floats[MOST_PARAMETERS];
    const char *why = NULL;

    for (int i = 0; i < p->count && !why; i++) why = find_floats(a, &p->list[i], &floats[i]);
    for (int i = 0; i < p->count && !why; i++) why = set_parameter(&p->list[i], floats[i]);
    return why;
}

const char *npz_read(const struct parameters *p, const uint8_t *bytes, size_t size) {
    struct archive a = {.bytes = bytes, .size = size};
    const char *why = find_directory(&a);
    return why ? why : set_all(&a, p);
}

/* NULL, or why not; *bytes is then the caller's to free. */
static const char *read_file(const char *path, uint8_t **bytes, size_t *size) {
    FILE *f = fopen(path, "rb");
    long end;

    if (!f) return "cannot be opened";
    if (fseek(f, 0, SEEK_END) || (end = ftell(f)) < 0 || fseek(f, 0, SEEK_SET)) return fclose(f), "is not a plain file";
    *size = (size_t)end;
    *bytes = *size < SIZE_MAX ? malloc(*size + 1) : NULL;
    int whole = *bytes && fread(*bytes, 1, *size, f) == *size;
    fclose(f);
    return whole ? NULL : "cannot be read";
}

const char *npz_load(const struct parameters *p, const char *path) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    const char *why = read_file(path, &bytes, &size);

    if (!why) why = npz_read(p, bytes, size);
    free(bytes);
    return why;
}
