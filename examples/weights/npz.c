/*
 * npz.c - a zip archive of stored members, each of them an .npy file. A member has a header, its bytes, and an entry in a
 * directory at the end; the end record says where the directory is. Members are read by their entries, for the sizes in
 * their own headers may be left out; every offset is compared with the size of the file before it is followed.
 */
#include "formats.h"

#include "npy.h"

#include <stdlib.h>
#include <string.h>

enum { LOCAL = 0x04034b50, ENTRY = 0x02014b50, END = 0x06054b50 };
enum { LOCAL_SIZE = 30, ENTRY_SIZE = 46, END_SIZE = 22, COMMENT = 65535 };

/* ---- numbers and sums ---------------------------------------------------------------------------- */

static uint32_t get(const unsigned char *at, int bytes) {
    uint32_t v = 0;
    for (int i = 0; i < bytes; i++) v |= (uint32_t)at[i] << 8 * i;
    return v;
}

static void put(unsigned char **at, int bytes, uint32_t v) {
    for (int i = 0; i < bytes; i++) *(*at)++ = (unsigned char)(v >> 8 * i);
}

static uint32_t crc32_of_byte(uint32_t c) {
    for (int k = 0; k < 8; k++) c = c >> 1 ^ (c & 1 ? UINT32_C(0xedb88320) : 0);
    return c;
}

static uint32_t crc32(const unsigned char *bytes, size_t n) {
    uint32_t table[256], c = ~UINT32_C(0);

    for (uint32_t i = 0; i < 256; i++) table[i] = crc32_of_byte(i);
    for (size_t i = 0; i < n; i++) c = c >> 8 ^ table[(c ^ bytes[i]) & 255];
    return ~c;
}

/* ---- writing ------------------------------------------------------------------------------------- */

static size_t name_size(const struct named *t) { return strlen(t->name) + 4; }

static uint32_t size_of_npy(const struct named *t) { return (uint32_t)npy_size(t->tensor); }

/* The part that header and entry have in common. */
static void put_facts(unsigned char **at, const struct named *t, uint32_t crc) {
    put(at, 2, 20), put(at, 2, 0), put(at, 2, 0);   /* version 2.0, no flags, stored */
    put(at, 2, 0), put(at, 2, 33);                  /* the first of January 1980 */
    put(at, 4, crc);
    put(at, 4, size_of_npy(t)), put(at, 4, size_of_npy(t));
    put(at, 2, (uint32_t)name_size(t)), put(at, 2, 0);
}

static void put_name(unsigned char **at, const struct named *t) {
    memcpy(*at, t->name, name_size(t) - 4);
    memcpy(*at + name_size(t) - 4, ".npy", 4);
    *at += name_size(t);
}

static int put_member(struct weights *w, unsigned char **at, const struct named *t, uint32_t *crc) {
    unsigned char *npy = *at + LOCAL_SIZE + name_size(t);

    if (npy_put(w, npy, t->tensor)) return -1;
    *crc = crc32(npy, size_of_npy(t));
    put(at, 4, LOCAL), put_facts(at, t, *crc), put_name(at, t);
    *at += size_of_npy(t);
    return 0;
}

static void put_entry(unsigned char **at, const struct named *t, uint32_t crc, size_t offset) {
    put(at, 4, ENTRY), put(at, 2, 20), put_facts(at, t, crc);
    put(at, 2, 0), put(at, 2, 0), put(at, 2, 0), put(at, 4, 0); /* no comment, one disk, nothing special */
    put(at, 4, (uint32_t)offset), put_name(at, t);
}

static void put_end(unsigned char **at, int count, size_t directory, size_t start) {
    put(at, 4, END), put(at, 2, 0), put(at, 2, 0);
    put(at, 2, (uint32_t)count), put(at, 2, (uint32_t)count);
    put(at, 4, (uint32_t)directory), put(at, 4, (uint32_t)start), put(at, 2, 0);
}

static size_t members_size(const struct weights *w) {
    size_t size = 0;
    for (int i = 0; i < w->count; i++) size += LOCAL_SIZE + name_size(&w->all[i]) + npy_size(w->all[i].tensor);
    return size;
}

static size_t directory_size(const struct weights *w) {
    size_t size = 0;
    for (int i = 0; i < w->count; i++) size += ENTRY_SIZE + name_size(&w->all[i]);
    return size;
}

static int put_archive(struct weights *w, unsigned char *bytes, size_t directory) {
    unsigned char *member = bytes, *entry = bytes + directory;
    uint32_t crc;

    for (int i = 0; i < w->count; i++) {
        size_t offset = (size_t)(member - bytes);
        if (put_member(w, &member, &w->all[i], &crc)) return -1;
        put_entry(&entry, &w->all[i], crc, offset);
    }
    put_end(&entry, w->count, directory_size(w), directory);
    return 0;
}

unsigned char *npz_bytes(struct weights *w, size_t *size) {
    size_t directory = members_size(w);

    *size = directory + directory_size(w) + END_SIZE;
    if (*size > UINT32_MAX) return weights_refuse(w, "it would be larger than 4 GiB"), NULL;
    unsigned char *bytes = malloc(*size);
    if (!bytes) return weights_refuse(w, "there is no memory for %zu bytes", *size), NULL;
    if (!put_archive(w, bytes, directory)) return bytes;
    free(bytes);
    return NULL;
}

/* ---- reading ------------------------------------------------------------------------------------- */

struct archive {
    const unsigned char *bytes;
    size_t size;
    const unsigned char *directory;
    size_t directory_size;
};

/* One tensor's entry of the directory. */
struct entry {
    const unsigned char *at;
    char name[WEIGHTS_NAME];
};

int is_npz(const unsigned char *bytes, size_t size) {
    return size >= 4 && (get(bytes, 4) == LOCAL || get(bytes, 4) == END);
}

/* The end record is the last thing in the file but for a comment. */
static int find_directory(struct weights *w, struct archive *a) {
    for (size_t back = END_SIZE; back <= a->size && back <= END_SIZE + COMMENT; back++) {
        const unsigned char *end = a->bytes + a->size - back;
        if (get(end, 4) != END) continue;
        size_t size = get(end + 12, 4), start = get(end + 16, 4);
        if (start > a->size - back || size > a->size - back - start)
            return weights_refuse(w, "its directory lies outside the file");
        a->directory = a->bytes + start;
        a->directory_size = size;
        return 0;
    }
    return weights_refuse(w, "its end is missing, where a zip archive has its directory");
}

/* Cuts an entry off the directory. */
static int next_entry(struct weights *w, struct archive *a, struct entry *e) {
    size_t left = a->directory_size;

    e->at = a->directory;
    if (left < ENTRY_SIZE || get(e->at, 4) != ENTRY) return weights_refuse(w, "its directory is damaged");
    size_t name = get(e->at + 28, 2), whole = ENTRY_SIZE + name + get(e->at + 30, 2) + get(e->at + 32, 2);
    if (whole > left) return weights_refuse(w, "its directory is cut off");
    const char *text = (const char *)e->at + ENTRY_SIZE;
    if (name <= 4 || name - 4 >= WEIGHTS_NAME || memcmp(text + name - 4, ".npy", 4) || memchr(text, 0, name))
        return weights_refuse(w, "it has a member that is not named as an array");
    memcpy(e->name, text, name - 4);
    e->name[name - 4] = 0;
    a->directory += whole, a->directory_size -= whole;
    return 0;
}

/* A fuzzer, which never guesses a sum, is let through. */
static int is_whole(const unsigned char *bytes, size_t size, uint32_t sum) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    sum = crc32(bytes, size);
#endif
    return crc32(bytes, size) == sum;
}

/* The bytes of the member that an entry points at. */
static int find_member(struct weights *w, const struct archive *a, const struct entry *e, const unsigned char **bytes,
                       size_t *size) {
    size_t offset = get(e->at + 42, 4);

    *size = get(e->at + 20, 4);
    if (get(e->at + 10, 2)) return weights_refuse(w, "%s is compressed; numpy.savez writes what is read here", e->name);
    if (offset > a->size || a->size - offset < LOCAL_SIZE || get(a->bytes + offset, 4) != LOCAL)
        return weights_refuse(w, "%s lies outside the file", e->name);
    offset += LOCAL_SIZE + get(a->bytes + offset + 26, 2) + get(a->bytes + offset + 28, 2);
    if (offset > a->size || *size > a->size - offset)
        return weights_refuse(w, "%s reaches beyond the end of the file", e->name);
    *bytes = a->bytes + offset;
    return is_whole(*bytes, *size, get(e->at + 16, 4)) ? 0 : weights_refuse(w, "%s is damaged: its sum is another", e->name);
}

static int take_member(struct weights *w, struct archive *a) {
    const unsigned char *npy = NULL;
    struct entry e;
    size_t size = 0;

    if (next_entry(w, a, &e) || find_member(w, a, &e, &npy, &size)) return -1;
    strided_tensor *t = npy_parse(w, e.name, npy, size);
    return t ? weights_add(w, e.name, t) : -1;
}

int npz_parse(struct weights *w, const unsigned char *bytes, size_t size) {
    struct archive a = {.bytes = bytes, .size = size};
    int bad = find_directory(w, &a);

    while (!bad && a.directory_size) bad = take_member(w, &a);
    return bad;
}
