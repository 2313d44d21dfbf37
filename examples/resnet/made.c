/*
 * made.c - every tensor of the network, in the order of its layers. Numbers are drawn so that activations neither grow nor
 * fade (He et al. 2015), for denormal ones would be slow.
 */
#include "made.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STAGES = 4, CLASSES = 1000 };

static const int64_t widths[STAGES] = {64, 128, 256, 512};

static const int *blocks_of(int depth) {
    static const int blocks18[STAGES] = {2, 2, 2, 2}, blocks34[STAGES] = {3, 4, 6, 3};
    return depth == 18 ? blocks18 : blocks34;
}

int made_depth(const char *name) { return !strcmp(name, "resnet18") ? 18 : !strcmp(name, "resnet34") ? 34 : 0; }

/* Uniform, of variance 2 / fan-in. */
static int add_drawn(struct weights *w, const char *layer, int ndim, const int64_t *shape) {
    static uint32_t seed = 1;
    strided_tensor *t = strided_empty(w->ctx, STRIDED_F32, ndim, shape);
    int64_t n = strided_count(t);
    float *p = strided_data(t), limit = n > 0 ? sqrtf(6 * (float)shape[0] / (float)n) : 0;
    char name[WEIGHTS_NAME];

    for (int64_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        p[i] = limit * ((float)(seed >> 8) / 8388608.0f - 1.0f);
    }
    snprintf(name, sizeof name, "%s.weight", layer);
    return weights_add(w, name, t);
}

static int add_full(struct weights *w, const char *layer, const char *part, int64_t n, double value) {
    char name[WEIGHTS_NAME];

    snprintf(name, sizeof name, "%s.%s", layer, part);
    return weights_add(w, name, strided_full(w->ctx, STRIDED_F32, STRIDED_DIMS(n), value));
}

static int add_norm(struct weights *w, const char *bn, int64_t n) {
    return add_full(w, bn, "running_mean", n, 0) || add_full(w, bn, "running_var", n, 1) || add_full(w, bn, "weight", n, 1) ||
           add_full(w, bn, "bias", n, 0) ? -1 : 0;
}

static int add_unit(struct weights *w, const char *block, const char *conv, const char *bn, int64_t out, int64_t in,
                    int64_t size) {
    char name[64];

    snprintf(name, sizeof name, "%s%s", block, conv);
    if (add_drawn(w, name, STRIDED_DIMS(out, in, size, size))) return -1;
    snprintf(name, sizeof name, "%s%s", block, bn);
    return add_norm(w, name, out);
}

static int add_block(struct weights *w, int stage, int i) {
    int64_t out = widths[stage], in = i || !stage ? out : widths[stage - 1];
    char name[32];

    snprintf(name, sizeof name, "layer%d.%d.", stage + 1, i);
    if (add_unit(w, name, "conv1", "bn1", out, in, 3) || add_unit(w, name, "conv2", "bn2", out, out, 3)) return -1;
    return in == out ? 0 : add_unit(w, name, "downsample.0", "downsample.1", out, in, 1);
}

int made_weights(struct weights *w, int depth) {
    const int *blocks = blocks_of(depth);

    if (add_unit(w, "", "conv1", "bn1", widths[0], 3, 7)) return -1;
    for (int stage = 0; stage < STAGES; stage++)
        for (int i = 0; i < blocks[stage]; i++)
            if (add_block(w, stage, i)) return -1;
    return add_drawn(w, "fc", STRIDED_DIMS(CLASSES, widths[STAGES - 1])) || add_full(w, "fc", "bias", CLASSES, 0) ? -1 : 0;
}
