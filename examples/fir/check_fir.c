/*
 * check_fir.c - tests of the example: streams of both sample types, mono and stereo, are the bits of the whole recording
 * and allocate nothing once they are open; files come back as they were written, and damaged ones are refused.
 */
#include "stream.h"
#include "wav.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 3001, TAPS = 129 };

static int failures;

static void expect(int true_, const char *what, int case_) {
    if (!true_) failures++, fprintf(stderr, "check_fir: case %d: %s (%s)\n", case_, what, strided_error());
}

/* ---- an allocator that refuses once it is shut ------------------------------------------------------ */

struct gate {
    int shut, asked;
};

static void *take(void *user, size_t size, size_t alignment) {
    struct gate *g = user;

    if (g->shut) return g->asked++, NULL;
    return aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

static void give(void *user, void *p, size_t size) {
    (void)user, (void)size;
    free(p);
}

/* ---- a recording ------------------------------------------------------------------------------------ */

static unsigned noise(unsigned *seed) { return (*seed = *seed * 1664525u + 1013904223u) >> 16; }

static struct wav recording(strided_dtype dtype, int channels) {
    struct wav w = {.dtype = dtype, .channels = channels, .rate = 48000, .frames = FRAMES};
    unsigned seed = 7;

    w.samples = malloc(wav_frame_size(&w) * FRAMES);
    for (int i = 0; w.samples && i < FRAMES * channels; i++) {
        int16_t sample = (int16_t)((int)noise(&seed) - 32768);
        if (dtype == STRIDED_I16) ((int16_t *)w.samples)[i] = sample;
        else ((float *)w.samples)[i] = (float)sample / 32768;
    }
    return w;
}

/* Weights that overflow 16 bits now and then: saturation is part of the bits. */
static strided_tensor *weights(void) {
    strided_tensor *taps = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(TAPS));
    unsigned seed = 3;

    for (int k = 0; k < TAPS; k++) ((float *)strided_data(taps))[k] = (float)((int)noise(&seed) - 32768) / 32768 / 4;
    return taps;
}

/* ---- the checks ------------------------------------------------------------------------------------- */

/* The sum as the definition says it, in double. */
static double by_hand(const struct wav *w, const float *taps, int t, int channel) {
    double sum = 0;

    for (int k = 0; k < TAPS && k <= t; k++) {
        int at = (t - k) * w->channels + channel;
        sum += taps[k] * (w->dtype == STRIDED_I16 ? (double)((const int16_t *)w->samples)[at] : (double)((const float *)w->samples)[at]);
    }
    return sum;
}

static int near(const struct wav *w, const unsigned char *out, const float *taps) {
    for (int i = 0; i < FRAMES * w->channels; i++) {
        double sum = by_hand(w, taps, i / w->channels, i % w->channels), got, room;
        if (w->dtype == STRIDED_I16) got = ((const int16_t *)(const void *)out)[i], room = 0.6;
        else got = (double)((const float *)(const void *)out)[i], room = 1e-5;
        if (w->dtype == STRIDED_I16) sum = sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum;
        if (!(got - sum < room && sum - got < room)) return 0;
    }
    return 1;
}

static void check_stream(strided_dtype dtype, int channels, int block) {
    int id = (int)dtype * 100000 + channels * 10000 + block;
    struct gate gate = {0, 0};
    strided_context *ctx = strided_context_new(&(strided_config){.allocator = {take, give, &gate}});
    struct wav w = recording(dtype, channels);
    size_t frame = wav_frame_size(&w), size = frame * FRAMES;
    unsigned char *out = malloc(size + frame * (size_t)block), *whole = malloc(size);
    STRIDED_AUTO strided_tensor *taps = weights();
    struct stream s;

    expect(!stream_whole(whole, w.samples, ctx, taps, dtype, channels, FRAMES), "the whole recording fails", id);
    gate.shut = 1;
    expect(stream_open(&s, ctx, taps, dtype, channels, block) != STRIDED_OK, "opening asks the allocator for nothing", id);
    stream_close(&s);
    gate.shut = gate.asked = 0;
    expect(!stream_open(&s, ctx, taps, dtype, channels, block), "opening fails", id);
    gate.shut = 1;
    for (int at = 0; at < FRAMES; at += block) {
        int frames = FRAMES - at < block ? FRAMES - at : block;
        const unsigned char *in = (const unsigned char *)w.samples + (size_t)at * frame;
        expect(!stream_block(&s, out + (size_t)at * frame, in, frames), "a block fails", id);
    }
    expect(gate.asked == 0, "memory was asked for after set-up", id);
    gate.shut = 0;
    expect(!memcmp(out, whole, size), "the blocks are not the whole recording's bits", id);
    expect(near(&w, out, strided_const_data(taps)), "the sums are wrong", id);
    stream_close(&s);
    strided_context_release(ctx);
    wav_free(&w), free(out), free(whole);
}

static void check_file(strided_dtype dtype, int channels, const char *path) {
    struct wav w = recording(dtype, channels), back;
    char why[WAV_TEXT] = "";

    expect(!wav_write(&w, path, why), why, channels);
    expect(!wav_read(&back, path, why), why, channels);
    expect(back.dtype == dtype && back.channels == channels && back.rate == w.rate && back.frames == FRAMES &&
           !memcmp(back.samples, w.samples, wav_frame_size(&w) * FRAMES), "a file does not come back", channels);
    wav_free(&w), wav_free(&back);
}

static void refused(const unsigned char *bytes, size_t size, int id) {
    char why[WAV_TEXT] = "";
    struct wav w;

    expect(wav_parse(&w, bytes, size, why) && *why && !w.samples, "a damaged file is taken", id);
    wav_free(&w);
}

/* A file of two stereo frames, cut anywhere and wrong in every number. */
static void check_damage(void) {
    static const unsigned char good[52] = {
        'R', 'I', 'F', 'F', 44, 0, 0, 0, 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ', 16, 0, 0, 0, 1, 0, 2, 0, 0x44, 0xac, 0, 0,
        0x10, 0xb1, 2, 0, 4, 0, 16, 0, 'd', 'a', 't', 'a', 8, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0};
    static const unsigned char wrong_at[] = {0, 4, 7, 8, 12, 16, 19, 20, 22, 32, 34, 36, 40, 43};
    unsigned char bytes[sizeof good];
    char why[WAV_TEXT] = "";
    struct wav w;

    expect(!wav_parse(&w, good, sizeof good, why) && w.frames == 2, "a good file is refused", 0);
    wav_free(&w);
    for (size_t size = 0; size < sizeof good; size++) {
        unsigned char *exact = malloc(size + 1); /* so that a sanitizer sees a read behind the end */
        memcpy(exact, good, size);
        refused(exact, size, (int)size);
        free(exact);
    }
    for (size_t i = 0; i < sizeof wrong_at; i++) {
        memcpy(bytes, good, sizeof good);
        bytes[wrong_at[i]] = (unsigned char)(bytes[wrong_at[i]] + 0x55);
        refused(bytes, sizeof bytes, 1000 + wrong_at[i]);
    }
}

int main(void) {
    static const int blocks[] = {1, 64, 256, 4000};

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        for (int channels = 1; channels <= 2; channels++) {
            check_stream(STRIDED_I16, channels, blocks[i]);
            check_stream(STRIDED_F32, channels, blocks[i]);
        }
    check_file(STRIDED_I16, 1, "check_mono16.wav"), check_file(STRIDED_I16, 2, "check_stereo16.wav");
    check_file(STRIDED_F32, 1, "check_mono32.wav"), check_file(STRIDED_F32, 2, "check_stereo32.wav");
    check_damage();
    printf("check_fir: %d failures\n", failures);
    return failures != 0;
}
