/*
 * check_resnet.c - tests of the example: the shipped network's logits are PyTorch's from every view of the same pixels,
 * bit for bit the same among them and for one and two threads; damaged weights are refused with a sentence.
 */
#include "prepare.h"
#include "resnet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 64, TOP = 9, LEFT = 17 }; /* of the cut, as make_narrow.py has it */

static int failures;

static int expect(int ok, const char *subject, const char *what) {
    if (!ok) failures++, fprintf(stderr, "check_resnet: %s: %s\n", subject, what);
    return ok;
}

/* ---- the same pixels in other places ---------------------------------------------------------------- */

enum view { PLANES, INTERLEAVED, MIRRORED, CROPPED, VIEWS };

static const char *const view_names[VIEWS] = {"NCHW", "NHWC", "mirrored", "cropped"};

/* The cut out of what is larger. */
static strided_tensor *cut(const strided_tensor *images, int h, int w) {
    STRIDED_AUTO strided_tensor *rows = strided_narrow(images, h, TOP, SIDE);
    return strided_narrow(rows, w, LEFT, SIDE);
}

/* (N, 3, 64, 64) of uninitialised memory that lies as the view says. */
static strided_tensor *room(enum view v, int64_t n) {
    STRIDED_AUTO strided_tensor *nhwc = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(n, SIDE, SIDE, 3));
    STRIDED_AUTO strided_tensor *nchw = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(n, 3, SIDE, SIDE));
    STRIDED_AUTO strided_tensor *large = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(n, 3, 80, 96), 1e30);

    if (v == INTERLEAVED) return strided_permute(nhwc, STRIDED_DIMS(0, 3, 1, 2));
    if (v == MIRRORED) return strided_flip(nchw, STRIDED_DIMS(2, 3));
    return v == CROPPED ? cut(large, 2, 3) : strided_retain(nchw);
}

/* ---- the network ------------------------------------------------------------------------------------ */

/* A dense copy of the logits; NULL if something failed, and said so. */
static strided_tensor *logits_of(const struct safetensors *weights, const strided_tensor *pixels, enum view v, int nhwc,
                                 int threads) {
    strided_context *ctx = strided_context_new(&(strided_config){.threads = threads});
    STRIDED_AUTO strided_tensor *x = room(v, strided_dim(pixels, 0));
    strided_tensor *y = NULL;
    struct resnet net;

    if (expect(!prepare_normalised(x, pixels), "normalising", strided_error()) &&
        expect(!resnet_open(&net, ctx, weights, x, nhwc), view_names[v], net.why) &&
        expect(!resnet_run(&net, strided_const_data(x)), view_names[v], strided_error())) y = strided_clone(net.logits);
    resnet_close(&net);
    strided_context_release(ctx);
    return y;
}

static void check_near(const strided_tensor *y, const strided_tensor *want) {
    double largest = 0, error = 0;

    for (int64_t i = 0; i < strided_count(want); i++) {
        const float *a = strided_const_data(y), *b = strided_const_data(want);
        largest = fmax(largest, fabs((double)b[i])), error = fmax(error, fabs((double)a[i] - (double)b[i]));
    }
    printf("logits: %.1e of the largest off PyTorch's\n", error / largest);
    expect(largest > 1 && error <= 1e-4 * largest, "logits", "they are not PyTorch's");
}

static void check_views(const struct safetensors *weights, const struct safetensors *fixture) {
    const strided_tensor *want = safetensors_find(fixture, "logits");
    STRIDED_AUTO strided_tensor *pixels = cut(safetensors_find(fixture, "images"), 1, 2);
    STRIDED_AUTO strided_tensor *first = logits_of(weights, pixels, PLANES, 0, 1);

    if (!expect(first && want && strided_count(first) == strided_count(want), "logits", "they are not there")) return;
    check_near(first, want);
    for (int i = 0; i < VIEWS * 4; i++) {
        int nhwc = i / VIEWS % 2, threads = 1 + i / VIEWS / 2;
        STRIDED_AUTO strided_tensor *y = logits_of(weights, pixels, (enum view)(i % VIEWS), nhwc, threads);
        size_t size = (size_t)strided_count(first) * sizeof(float);
        int same = y && !memcmp(strided_const_data(y), strided_const_data(first), size);
        printf("from %-8s with %s activations and %d thread%s: %s\n", view_names[i % VIEWS], nhwc ? "NHWC" : "NCHW",
               threads, threads > 1 ? "s" : "", same ? "the same bits" : "OTHER BITS");
        expect(same, view_names[i % VIEWS], "other bits");
    }
}

static void check_resize(const struct safetensors *fixture) {
    const strided_tensor *want = safetensors_find(fixture, "resized");
    STRIDED_AUTO strided_tensor *y = prepare_resized(safetensors_find(fixture, "photo"), 72);
    const unsigned char *a = strided_const_data(y), *b = strided_const_data(want);
    int worst = 0;

    if (!expect(a && b && strided_count(y) == strided_count(want), "resizing", strided_error())) return;
    for (int64_t i = 0; i < strided_count(y); i++) worst = abs(a[i] - b[i]) > worst ? abs(a[i] - b[i]) : worst;
    printf("resized: %d of 255 off PIL's\n", worst);
    expect(worst <= 1, "resizing", "it is not PIL's");
}

/* ---- damaged files ---------------------------------------------------------------------------------- */

struct bytes {
    unsigned char *p;
    size_t size;
};

/* A file of that header and so many zeros behind it, in memory of exactly its size. */
static struct bytes file(const char *header, size_t data) {
    struct bytes f = {.size = 8 + strlen(header) + data};

    f.p = calloc(f.size, 1);
    for (int i = 0; i < 4; i++) f.p[i] = (unsigned char)(strlen(header) >> 8 * i);
    memcpy(f.p + 8, header, strlen(header));
    return f;
}

static int taken(struct bytes f, char why[SAFETENSORS_TEXT]) {
    struct safetensors s;
    int bad = safetensors_parse(&s, NULL, f.p, f.size, why);

    safetensors_free(&s);
    return !bad;
}

static void check_headers(void) {
    static const struct { const char *header; size_t data; const char *part; } wrong[] = {
        {"", 0, "'{' expected"}, {"[]", 0, "'{' expected"}, {"{", 0, "expected"}, {"{}", 1, "0 bytes of its 1"},
        {"{}x", 0, "nothing more"}, {"{\"a\":1}", 0, "'{' expected"}, {"{\"a\"", 0, "':' expected"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", 8, "',' or '}'"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,12]}}", 8, "bytes 0 to 12 of 8"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "bytes 8 to 0 of 8"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775807,0]}}", 8, "bytes 922337203685477"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9223372036854775808]}}", 8, "below 2^63"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "not its shape's"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0, "not its shape's"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "whole number"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 8, "','"},
        {"{\"a\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "not read: \"F4\""},
        {"{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "dtype, shape and data_offsets"},
        {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "each once"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}", 1, "16 axes"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
         "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2, "two tensors"},
        {"{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
         "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "on one another"},
        {"{\"\\u0061\":1}", 0, "without escapes"}, {"{\"__metadata__\":{\"a\":1}}", 0, "'\"' expected"}};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char why[SAFETENSORS_TEXT] = "";
        struct bytes f = file(wrong[i].header, wrong[i].data);
        expect(!taken(f, why) && strstr(why, wrong[i].part), wrong[i].header, why);
        free(f.p);
    }
}

/* Cut anywhere, and with any byte of the header turned into another: never read outside, never taken when cut. */
static void check_damage(void) {
    static const char good[] = "{\"__metadata__\":{\"a\\\"b\":\"c\"}, \"a\" : {\"dtype\":\"F16\",\"shape\":[2, 3],"
                               "\"data_offsets\":[0,12]},\"b\":{\"shape\":[],\"data_offsets\":[12,13],\"dtype\":\"I8\"}} ";
    char why[SAFETENSORS_TEXT] = "";
    struct bytes f = file(good, 13);

    expect(taken(f, why), "a good file", why);
    for (size_t size = 0; size < f.size; size++) {
        struct bytes part = {malloc(size + !size), size};
        memcpy(part.p, f.p, size);
        expect(!taken(part, why), "a file cut off", "it is taken");
        free(part.p);
    }
    for (size_t i = 0; i < f.size - 13; i++)
        for (int bit = 0; bit < 8; bit++) {
            f.p[i] ^= (unsigned char)(1 << bit);
            taken(f, why);
            f.p[i] ^= (unsigned char)(1 << bit);
        }
    f.p[7] = 1;
    expect(!taken(f, why) && strstr(why, "does not fit"), "a huge header", why);
    free(f.p);
}

/* A network of which one tensor is missing, or has another shape. */
static void check_wrong_weights(const struct safetensors *weights) {
    static const struct { const char *name; const char *part; } wrong[] = {
        {"conv1.weight", "conv1.weight has"}, {"layer2.0.bn1.running_var", "layer2.0.bn1.running_var has"},
        {"layer3.0.downsample.0.weight", "layer3.0.downsample.0.weight has"}, {"fc.weight", "fc.weight has"},
        {"fc.bias", "fc.bias has"}, {"layer1.1.conv1.weight", "layer1.1.conv1.weight has"}};
    STRIDED_AUTO strided_tensor *x = room(PLANES, 1), *odd = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(5, 2));

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct named *at = NULL;
        struct resnet net;
        for (int k = 0; k < weights->count; k++)
            if (!strcmp(weights->all[k].name, wrong[i].name)) at = &weights->all[k];
        if (!expect(at != NULL, wrong[i].name, "it is not there")) continue;
        strided_tensor *right = at->tensor;
        at->tensor = odd;
        expect(resnet_open(&net, NULL, weights, x, 0) && strstr(net.why, wrong[i].part), wrong[i].name, net.why);
        resnet_close(&net);
        at->tensor = right, at->name[0] ^= 1;
        expect(resnet_open(&net, NULL, weights, x, 0) && *net.why, wrong[i].name, "it may be missing");
        resnet_close(&net);
        at->name[0] ^= 1;
    }
}

int main(int argc, char **argv) {
    struct safetensors weights = {.count = 0}, fixture = {.count = 0};
    char why[SAFETENSORS_TEXT] = "";

    if (argc != 3) return fputs("usage: check_resnet NARROW.safetensors FIXTURE.safetensors\n", stderr), 2;
    if (expect(!safetensors_read(&weights, NULL, argv[1], why), argv[1], why) &&
        expect(!safetensors_read(&fixture, NULL, argv[2], why), argv[2], why)) {
        check_views(&weights, &fixture);
        check_resize(&fixture);
        check_wrong_weights(&weights);
    }
    check_headers();
    check_damage();
    safetensors_free(&weights), safetensors_free(&fixture);
    printf("check_resnet: %d failures\n", failures);
    return failures != 0;
}
