/*
 * fir.c - a filter of 1024 taps in a realtime audio callback: planned at start-up, run block by block on interleaved
 * stereo. The callback allocates nothing, takes no lock and makes no system call; its blocks are the convolution of the
 * whole recording, bit for bit.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strided.h>

enum { CHANNELS = 2, TAPS = 1024, BLOCK = 256, BLOCKS = 20 };

typedef struct fir {
    strided_plan *plan;
    float past[TAPS - 1 + BLOCK][CHANNELS]; /* interleaved, as the sound card has it */
} fir;

/* (N, C, W) = (channels, 1, frames) in interleaved memory. With data NULL it is a geometry: the samples come later. */
static strided_tensor *interleaved(float *data, int64_t frames) {
    return strided_wrap(NULL, data, STRIDED_F32, STRIDED_DIMS(CHANNELS, 1, frames), STRIDED_LIST(1, 0, CHANNELS));
}

/* taps[0] weighs the newest sample, so the kernel is the flipped view of the taps. */
static strided_tensor *kernel(const float taps[TAPS]) {
    STRIDED_AUTO strided_tensor *h = strided_wrap_const(NULL, taps, STRIDED_F32, STRIDED_DIMS(1, 1, TAPS), NULL);
    return strided_flip(h, STRIDED_DIMS(2));
}

/* At start-up. */
static strided_status fir_open(fir *f, const float taps[TAPS]) {
    STRIDED_AUTO strided_tensor *x = interleaved(NULL, TAPS - 1 + BLOCK);
    STRIDED_AUTO strided_tensor *y = interleaved(NULL, BLOCK);
    STRIDED_AUTO strided_tensor *w = kernel(taps);

    memset(f->past, 0, sizeof f->past);
    f->plan = strided_conv_plan(y, x, w, NULL, NULL);
    return f->plan ? STRIDED_OK : strided_error_status();
}

/* In the callback. */
static void fir_callback(fir *f, float *out, const float *in) {
    memmove(f->past, f->past[BLOCK], (TAPS - 1) * sizeof f->past[0]);
    memcpy(f->past[TAPS - 1], in, BLOCK * sizeof f->past[0]);
    if (strided_plan_run(f->plan, out, f->past, NULL)) memset(out, 0, BLOCK * sizeof f->past[0]);
}

/* ---- a recording to try it on -------------------------------------------------------------------- */

static float padded[TAPS - 1 + BLOCK * BLOCKS][CHANNELS]; /* silence, then the recording */
static float streamed[BLOCK * BLOCKS][CHANNELS], whole[BLOCK * BLOCKS][CHANNELS];

static void record(float taps[TAPS]) {
    for (int i = 0; i < TAPS; i++) taps[i] = expf(-(float)i / 200) * cosf((float)i * 0.03f);
    for (int i = 0; i < BLOCK * BLOCKS; i++) {
        padded[TAPS - 1 + i][0] = sinf((float)i * 0.05f);
        padded[TAPS - 1 + i][1] = i % 500 == 0 ? 1 : 0;
    }
}

static strided_status convolve_whole(const float taps[TAPS]) {
    STRIDED_AUTO strided_tensor *x = interleaved(padded[0], TAPS - 1 + BLOCK * BLOCKS);
    STRIDED_AUTO strided_tensor *y = interleaved(whole[0], BLOCK * BLOCKS);
    STRIDED_AUTO strided_tensor *w = kernel(taps);

    return strided_conv(y, x, w, NULL, NULL);
}

int main(void) {
    static float taps[TAPS];
    static fir f;

    record(taps);
    if (fir_open(&f, taps) || convolve_whole(taps)) return fprintf(stderr, "fir: %s\n", strided_error()), 1;
    for (int b = 0; b < BLOCKS; b++) fir_callback(&f, streamed[b * BLOCK], padded[TAPS - 1 + b * BLOCK]);
    strided_plan_release(f.plan);

    int same = !memcmp(streamed, whole, sizeof whole);
    printf("%d blocks of %d stereo frames, %d taps: %s\n", BLOCKS, BLOCK, TAPS,
           same ? "the same bits as the whole recording at once" : "not the whole recording's bits");
    return same ? 0 : 1;
}
