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
static strided_tensor *logits_of(const struct weights *weights, const strided_tensor *pixels, enum view v,
                                 struct resnet_options options, int threads) {
    strided_context *ctx = strided_context_new(&(strided_config){.threads = threads});
    STRIDED_AUTO strided_tensor *x = room(v, strided_dim(pixels, 0));
    strided_tensor *y = NULL;
    struct resnet net;

    if (expect(!prepare_normalised(x, pixels), "normalising", strided_error()) &&
        expect(!resnet_open(&net, ctx, weights, x, options), view_names[v], net.why) &&
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

static void check_same(const strided_tensor *y, const strided_tensor *first, const char *name) {
    size_t size = (size_t)strided_count(first) * sizeof(float);
    int same = y && !memcmp(strided_const_data(y), strided_const_data(first), size);

    printf("%s: %s\n", name, same ? "the same bits" : "OTHER BITS");
    expect(same, name, "other bits");
}

static void check_views(const struct weights *weights, const struct weights *fixture, int unfolded) {
    const strided_tensor *want = weights_find(fixture, "logits");
    STRIDED_AUTO strided_tensor *pixels = cut(weights_find(fixture, "images"), 1, 2);
    struct resnet_options options = {.unfolded = unfolded};
    STRIDED_AUTO strided_tensor *first = logits_of(weights, pixels, PLANES, options, 1);
    char name[128];

    if (!expect(first && want && strided_count(first) == strided_count(want), "logits", "they are not there")) return;
    printf("batch norms %s\n", unfolded ? "unfolded" : "folded");
    check_near(first, want);
    for (int i = 0; i < VIEWS * 4; i++) {
        int threads = 1 + i / VIEWS / 2;
        options.nhwc = i / VIEWS % 2;
        STRIDED_AUTO strided_tensor *y = logits_of(weights, pixels, (enum view)(i % VIEWS), options, threads);
        snprintf(name, sizeof name, "from %-8s with %s activations and %d thread%s", view_names[i % VIEWS],
                 options.nhwc ? "NHWC" : "NCHW", threads, threads > 1 ? "s" : "");
        check_same(y, first, name);
    }
}

static void check_resize(const struct weights *fixture) {
    const strided_tensor *want = weights_find(fixture, "resized");
    STRIDED_AUTO strided_tensor *y = prepare_resized(weights_find(fixture, "photo"), 72);
    const unsigned char *a = strided_const_data(y), *b = strided_const_data(want);
    int worst = 0;

    if (!expect(a && b && strided_count(y) == strided_count(want), "resizing", strided_error())) return;
    for (int64_t i = 0; i < strided_count(y); i++) worst = abs(a[i] - b[i]) > worst ? abs(a[i] - b[i]) : worst;
    printf("resized: %d of 255 off PIL's\n", worst);
    expect(worst <= 1, "resizing", "it is not PIL's");
}

/* ---- wrong weights ---------------------------------------------------------------------------------- */

/* A network of which one tensor is missing, or has another shape. */
static void check_wrong_weights(const struct weights *weights) {
    static const struct { const char *name; const char *part; } wrong[] = {
        {"conv1.weight", "conv1.weight has"}, {"layer2.0.bn1.running_var", "layer2.0.bn1.running_var has"},
        {"layer3.0.downsample.0.weight", "layer3.0.downsample.0.weight has"}, {"fc.weight", "fc.weight has"},
        {"fc.bias", "fc.bias has"}, {"layer1.1.conv1.weight", "layer1.1.conv1.weight has"}};
    const struct resnet_options folded = {.unfolded = 0};
    STRIDED_AUTO strided_tensor *x = room(PLANES, 1), *odd = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(5, 2));

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct named *at = NULL;
        struct resnet net;
        for (int k = 0; k < weights->count; k++)
            if (!strcmp(weights->all[k].name, wrong[i].name)) at = &weights->all[k];
        if (!expect(at != NULL, wrong[i].name, "it is not there")) continue;
        strided_tensor *right = at->tensor;
        at->tensor = odd;
        expect(resnet_open(&net, NULL, weights, x, folded) && strstr(net.why, wrong[i].part), wrong[i].name, net.why);
        resnet_close(&net);
        at->tensor = right, at->name[0] ^= 1;
        expect(resnet_open(&net, NULL, weights, x, folded) && *net.why, wrong[i].name, "it may be missing");
        resnet_close(&net);
        at->name[0] ^= 1;
    }
}

int main(int argc, char **argv) {
    struct weights weights, fixture;

    if (argc != 3) return fputs("usage: check_resnet NARROW.safetensors FIXTURE.safetensors\n", stderr), 2;
    weights_open(&weights, NULL), weights_open(&fixture, NULL);
    if (expect(!weights_read(&weights, argv[1]), argv[1], weights.why) &&
        expect(!weights_read(&fixture, argv[2]), argv[2], fixture.why)) {
        check_views(&weights, &fixture, 0), check_views(&weights, &fixture, 1);
        check_resize(&fixture);
        check_wrong_weights(&weights);
    }
    weights_close(&weights), weights_close(&fixture);
    printf("check_resnet: %d failures\n", failures);
    return failures != 0;
}
