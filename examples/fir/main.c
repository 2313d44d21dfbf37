/*
 * fir_wav - filters a recording block by block, as in a sound card's callback, and says how much faster than the recording
 * plays that was, and whether it gave the bits of the whole recording convolved at once.
 */
#include "chirp.h"
#include "stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_TAPS = 1 << 20, MOST_BLOCK = 1 << 20 };

struct options {
    const char *in, *out, *impulse;
    double cutoff; /* Hz */
    int64_t taps, block;
};

static int fail(const char *subject, const char *why) { return fprintf(stderr, "fir_wav: %s: %s\n", subject, why), 1; }

static int usage(FILE *out, int code) {
    fputs("usage: fir_wav IN.wav OUT.wav [--cutoff HZ] [--taps N] [--impulse FILE.wav] [--block N]\n"
          "A low-pass filter (1000 Hz, 511 taps), or the recorded answer of a room to a click, on 16-bit or float WAV.\n"
          "For IN.wav, `chirp` is ten seconds of a rising tone on the left, and of clicks in noise on the right.\n", out);
    return code;
}

static int number(double *value, const char *text, double lowest, double highest) {
    char *end;

    *value = strtod(text, &end);
    return *text && !*end && *value >= lowest && *value <= highest ? 0 : -1;
}

static int count(int64_t *value, const char *text, double highest) {
    double v;

    if (number(&v, text, 1, highest) || v != floor(v)) return -1;
    *value = (int64_t)v;
    return 0;
}

static int parse(struct options *o, int argc, char **argv) {
    int bad = argc < 3 || argc % 2 == 0;

    *o = (struct options){.in = argv[1], .out = argv[2], .cutoff = 1000, .taps = 511, .block = 256};
    if (bad) return -1;
    for (int i = 3; i < argc && !bad; i += 2) {
        if (!strcmp(argv[i], "--cutoff")) bad = number(&o->cutoff, argv[i + 1], 1, 1e6);
        else if (!strcmp(argv[i], "--taps")) bad = count(&o->taps, argv[i + 1], MOST_TAPS);
        else if (!strcmp(argv[i], "--block")) bad = count(&o->block, argv[i + 1], MOST_BLOCK);
        else if (!strcmp(argv[i], "--impulse")) o->impulse = argv[i + 1];
        else bad = -1;
    }
    return bad ? -1 : 0;
}

/* ---- the filter ------------------------------------------------------------------------------------- */

/* The ideal low pass, sin(2 pi f t) / (pi t), under a Hann window; its taps add up to 1. */
static strided_tensor *low_pass(double cutoff, unsigned rate, int64_t n) {
    const double pi = 3.14159265358979323846, f = fmin(cutoff / rate, 0.5);
    strided_tensor *taps = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(n));
    float *h = strided_data(taps);
    double sum = 0;

    for (int64_t i = 0; h && i < n; i++) {
        double t = (double)i - (double)(n - 1) / 2, window = 0.5 - 0.5 * cos(2 * pi * (double)(i + 1) / (double)(n + 1));
        double ideal = t == 0 ? 2 * f : sin(2 * pi * f * t) / (pi * t);
        h[i] = (float)(ideal * window), sum += ideal * window;
    }
    for (int64_t i = 0; h && i < n; i++) h[i] = (float)(h[i] / sum);
    return taps;
}

/* The first channel of a recording; 16-bit samples stand for 1/32768. */
static strided_tensor *recorded(const struct wav *w) {
    STRIDED_AUTO strided_tensor *first =
        strided_wrap_const(NULL, w->samples, w->dtype, STRIDED_DIMS(w->frames), STRIDED_LIST(w->channels));
    STRIDED_AUTO strided_tensor *scale =
        strided_full(NULL, STRIDED_F32, STRIDED_NO_DIMS, w->dtype == STRIDED_I16 ? 1.0 / 32768 : 1);
    strided_tensor *taps = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(w->frames));

    if (!strided_binary(taps, STRIDED_MUL, first, scale)) return taps;
    strided_release(taps);
    return NULL;
}

static strided_tensor *filter(const struct options *o, unsigned rate, char why[WAV_TEXT]) {
    struct wav w;

    if (!o->impulse) return low_pass(o->cutoff, rate, o->taps);
    if (wav_read(&w, o->impulse, why)) return NULL;
    strided_tensor *taps = NULL;
    if (w.frames < 1 || w.frames > MOST_TAPS)
        snprintf(why, WAV_TEXT, "it has %lld frames, not 1 to %d", (long long)w.frames, MOST_TAPS);
    else taps = recorded(&w);
    wav_free(&w);
    return taps;
}

/* ---- the recording ---------------------------------------------------------------------------------- */

static double now(void) {
    struct timespec t;

    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds, or -1. */
static double run(struct stream *s, unsigned char *out, const struct wav *w) {
    const unsigned char *in = w->samples;
    double start = now();

    for (int64_t at = 0; at < w->frames; at += s->block) {
        int64_t frames = w->frames - at < s->block ? w->frames - at : s->block;
        if (stream_block(s, out + (size_t)at * s->frame, in + (size_t)at * s->frame, frames)) return -1;
    }
    return now() - start;
}

static void report(const struct options *o, const struct wav *w, const strided_tensor *taps, double seconds, int same) {
    double length = (double)w->frames / w->rate;

    printf("%s: %.1f s, %d x %s, %u frames a second\n", o->in, length, w->channels,
           w->dtype == STRIDED_I16 ? "16-bit" : "float", w->rate);
    printf("%lld taps in blocks of %lld (%.1f ms): %.2f s, %.0f times as fast as it plays\n", (long long)strided_count(taps),
           (long long)o->block, 1e3 * (double)o->block / w->rate, seconds, seconds > 0 ? length / seconds : 0);
    puts(same ? "the same bits as the whole recording at once" : "NOT the bits of the whole recording at once");
}

/* w's samples become the filtered ones. */
static int filter_wav(const struct options *o, struct wav *w, const strided_tensor *taps) {
    size_t frame = wav_frame_size(w), size = frame * (size_t)w->frames;
    unsigned char *out = malloc(size + frame * (size_t)o->block); /* the last block is a whole one */
    unsigned char *whole = malloc(size + 1);
    struct stream s = {.plan = NULL};
    int ok = out && whole && !stream_open(&s, NULL, taps, w->dtype, w->channels, o->block);
    double seconds = ok ? run(&s, out, w) : -1;

    ok = seconds >= 0 && !(w->frames && stream_whole(whole, w->samples, NULL, taps, w->dtype, w->channels, w->frames));
    int same = ok && !memcmp(out, whole, size);
    if (ok) memcpy(w->samples, out, size), report(o, w, taps, seconds, same);
    else fail(o->in, out && whole ? strided_error() : "there is no memory");
    stream_close(&s);
    free(out), free(whole);
    return same ? 0 : 1;
}

int main(int argc, char **argv) {
    char why[WAV_TEXT] = "";
    struct options o;
    struct wav w;

    if (argc == 2 && !strcmp(argv[1], "--help")) return usage(stdout, 0);
    if (argc < 3 || parse(&o, argc, argv)) return usage(stderr, 2);
    if (strcmp(o.in, "chirp") ? wav_read(&w, o.in, why) : chirp(&w, why)) return fail(o.in, why);
    STRIDED_AUTO strided_tensor *taps = filter(&o, w.rate, why);
    int code = taps ? filter_wav(&o, &w, taps) : fail(o.impulse ? o.impulse : o.in, *why ? why : strided_error());
    if (!code && wav_write(&w, o.out, why)) code = fail(o.out, why);
    wav_free(&w);
    return code;
}
