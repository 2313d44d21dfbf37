/*
 * check_weights.c - tests of the readers: both formats hold the same arrays, what is written comes back, and damaged files
 * are refused with a sentence. Takes the folder of the fixture and the name of a file to write.
 */
#include "weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static int expect(int ok, const char *subject, const char *what) {
    if (!ok) failures++, fprintf(stderr, "check_weights: %s: %s\n", subject, what);
    return ok;
}

/* ---- files ------------------------------------------------------------------------------------------ */

struct bytes {
    unsigned char *p;
    size_t size;
};

static struct bytes read_whole(const char *path) {
    enum { ROOM = 1 << 16 };
    struct bytes b = {.p = malloc(ROOM)};
    FILE *f = fopen(path, "rb");

    b.size = f ? fread(b.p, 1, ROOM, f) : 0;
    if (f) fclose(f);
    expect(b.size > 0, path, "it cannot be read");
    return b;
}

/* A .safetensors file of that header and so many zeros behind it, in memory of exactly its size. */
static struct bytes with_header(const char *header, size_t data) {
    struct bytes f = {.size = 8 + strlen(header) + data};

    f.p = calloc(f.size, 1);
    for (int i = 0; i < 4; i++) f.p[i] = (unsigned char)(strlen(header) >> 8 * i);
    memcpy(f.p + 8, header, strlen(header));
    return f;
}

static int taken(struct bytes f, char why[WEIGHTS_TEXT]) {
    struct weights w;

    weights_open(&w, NULL);
    int bad = weights_parse(&w, f.p, f.size);
    expect(!bad || (*w.why && !w.all && !w.count), "a refusal", "it is silent, or leaves something behind");
    memcpy(why, w.why, WEIGHTS_TEXT);
    weights_close(&w);
    return !bad;
}

/* ---- what is in them -------------------------------------------------------------------------------- */

/* fixture/make.py: element i, row after row, is 3 i mod 101. */
static void check_array(const struct weights *w, const char *name, strided_dtype dtype, int ndim, const int64_t *shape) {
    const strided_tensor *t = weights_find(w, name);
    STRIDED_AUTO strided_tensor *rows = strided_empty(NULL, STRIDED_F64, ndim, shape);

    int read = t && strided_dtype_of(t) == dtype && strided_count(t) == strided_count(rows) && !strided_copy(rows, t);
    if (!expect(read, name, "it is missing, or of another type or shape")) return;
    const double *v = strided_const_data(rows);
    int64_t i = 0;
    while (i < strided_count(rows) && v[i] == (double)(3 * i % 101)) i++;
    expect(i == strided_count(rows), name, "it has other numbers");
}

static void check_fixture(const char *path) {
    struct weights w;

    weights_open(&w, NULL);
    expect(!weights_read(&w, path), path, w.why);
    expect(w.count == 6, path, "it has another number of arrays");
    check_array(&w, "conv.weight", STRIDED_F32, STRIDED_DIMS(2, 3, 2, 2));
    check_array(&w, "fc.weight", STRIDED_F64, STRIDED_DIMS(3, 4));
    check_array(&w, "fc.bias", STRIDED_F16, STRIDED_DIMS(5));
    check_array(&w, "norm.num_batches_tracked", STRIDED_I64, STRIDED_NO_DIMS);
    check_array(&w, "bytes", STRIDED_U8, STRIDED_DIMS(7, 1));
    check_array(&w, "nothing", STRIDED_F32, STRIDED_DIMS(0, 3));
    weights_close(&w);
}

/* (3, 2) of any strides, counted as the fixture's are. */
static strided_tensor *counted(void) {
    strided_tensor *t = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(2, 3));
    for (int i = 0; i < 6; i++)
        if (strided_set(t, 2, STRIDED_LIST(i % 2, i / 2), 3 * i)) abort();
    strided_tensor *turned = strided_transpose(t, 0, 1);
    strided_release(t);
    return turned;
}

static void check_written(const char *path) {
    struct weights w, back;

    weights_open(&w, NULL), weights_open(&back, NULL);
    expect(!weights_add(&w, "turned", counted()) && !weights_add(&w, "one", strided_zeros(NULL, STRIDED_F64, STRIDED_NO_DIMS)),
           "adding", w.why);
    expect(weights_add(&w, "one", counted()) != 0, "adding", "the same name is taken twice");
    expect(weights_add(&w, "none", NULL) != 0, "adding", "no tensor is taken");
    expect(!weights_write(&w, path), path, w.why);
    expect(!weights_read(&back, path), path, back.why);
    check_array(&back, "turned", STRIDED_F32, STRIDED_DIMS(3, 2));
    check_array(&back, "one", STRIDED_F32, STRIDED_NO_DIMS);
    expect(weights_write(&w, "") && *w.why, "a file without a name", "it is written");
    weights_close(&w), weights_close(&back);
}

/* ---- damaged files ---------------------------------------------------------------------------------- */

#define ONE(dtype, shape, offsets) "{\"a\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void check_headers(void) {
    static const struct { const char *header; size_t data; const char *part; } wrong[] = {
        {"", 0, "'{' expected"}, {"[]", 0, "'{' expected"}, {"{", 0, "expected"}, {"{}", 1, "0 bytes of its 1"},
        {"{}x", 0, "nothing more"}, {"{\"a\":1}", 0, "'{' expected"}, {"{\"a\"", 0, "':' expected"},
        {ONE("F32", "[2]", "[0,8]"), 8, "',' or '}'"},
        {ONE("F32", "[2]", "[0,12]") "}", 8, "bytes 0 to 12 of 8"},
        {ONE("F32", "[2]", "[8,0]") "}", 8, "bytes 8 to 0 of 8"},
        {ONE("F32", "[2]", "[9223372036854775807,0]") "}", 8, "bytes 922337203685477"},
        {ONE("F32", "[2]", "[0,9223372036854775808]") "}", 8, "below 2^63"},
        {ONE("F32", "[3]", "[0,8]") "}", 8, "not its shape's"},
        {ONE("F32", "[4294967296,4294967296]", "[0,0]") "}", 0, "not its shape's"},
        {ONE("F32", "[-2]", "[0,8]") "}", 8, "whole number"},
        {ONE("F32", "[2]", "[0]") "}", 8, "','"},
        {ONE("F4", "[2]", "[0,8]") "}", 8, "not read: \"F4\""},
        {"{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "dtype, shape and data_offsets"},
        {ONE("F32\",\"dtype\":\"F32", "[2]", "[0,8]") "}", 8, "each once"},
        {ONE("U8", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,1]") "}", 1, "16 axes"},
        {ONE("U8", "[1]", "[0,1]") ",\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2, "two tensors"},
        {ONE("U8", "[2]", "[0,2]") ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "on one another"},
        {"{\"\\u0061\":1}", 0, "without escapes"}, {"{\"__metadata__\":{\"a\":1}}", 0, "'\"' expected"}};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char why[WEIGHTS_TEXT];
        struct bytes f = with_header(wrong[i].header, wrong[i].data);
        expect(!taken(f, why) && strstr(why, wrong[i].part), wrong[i].header, why);
        free(f.p);
    }
}

/* Memory of its own for each, so that a sanitizer sees a step beyond the end. */
static void check_cuts(struct bytes f, const char *name) {
    char why[WEIGHTS_TEXT];

    for (size_t size = 0; size < f.size; size++) {
        struct bytes part = {malloc(size + !size), size};
        memcpy(part.p, f.p, size);
        expect(!taken(part, why), name, "it is taken though it was cut off");
        free(part.p);
    }
}

/* Every bit in turn: nothing outside is read. An .npz whose numbers have changed is never taken. */
static void check_flips(struct bytes f, size_t first, size_t last, int must_refuse, const char *name) {
    char why[WEIGHTS_TEXT];

    for (size_t i = first; i < last; i++)
        for (int bit = 0; bit < 8; bit++) {
            f.p[i] ^= (unsigned char)(1 << bit);
            if (taken(f, why)) expect(!must_refuse, name, "it is taken though a number was changed");
            f.p[i] ^= (unsigned char)(1 << bit);
        }
}

static void check_npz(const char *path) {
    enum { NUMBERS = 220, SOME = 16 }; /* of the first array, behind its headers */
    struct bytes f = read_whole(path);
    char why[WEIGHTS_TEXT];

    expect(taken(f, why), path, why);
    check_cuts(f, path);
    check_flips(f, 0, f.size, 0, path);
    check_flips(f, NUMBERS, NUMBERS + SOME, 1, path);
    free(f.p);
}

static void check_safetensors(const char *path) {
    static const char odd[] = "{\"__metadata__\":{\"a\\\"b\":\"c\"}, \"a\" : {\"dtype\":\"F16\",\"shape\":[2, 3],"
                              "\"data_offsets\":[0,12]},\"b\":{\"shape\":[],\"data_offsets\":[12,13],\"dtype\":\"I8\"}} ";
    struct bytes f = read_whole(path), g = with_header(odd, 13);
    char why[WEIGHTS_TEXT];

    expect(taken(f, why), path, why);
    expect(taken(g, why), odd, why);
    check_cuts(f, path), check_cuts(g, odd);
    check_flips(f, 0, f.size, 0, path), check_flips(g, 0, g.size, 0, odd);
    g.p[7] = 1;
    expect(!taken(g, why) && strstr(why, "does not fit"), "a huge header", why);
    free(f.p), free(g.p);
}

int main(int argc, char **argv) {
    char npz[4096], safetensors[4096];

    if (argc != 3) return fputs("usage: check_weights FIXTURE FILE\n", stderr), 2;
    snprintf(npz, sizeof npz, "%s/small.npz", argv[1]);
    snprintf(safetensors, sizeof safetensors, "%s/small.safetensors", argv[1]);
    check_fixture(npz), check_fixture(safetensors);
    check_written(argv[2]);
    check_headers();
    check_npz(npz), check_safetensors(safetensors);
    printf("check_weights: %d failures\n", failures);
    return failures != 0;
}
