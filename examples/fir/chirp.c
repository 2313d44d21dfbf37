/*
 * chirp.c - left, sin of a phase that grows faster and faster; right, ten clicks a second, and noise.
 */
#include "chirp.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { RATE = 48000, SECONDS = 10, CLICK = RATE / 10 };

/* At frequency f0 (f1/f0)^(t/SECONDS); its phase is the integral of that. */
static double rising_tone(double t) {
    const double pi = 3.14159265358979323846, f0 = 40, octaves = log(10000 / f0);
    return sin(2 * pi * f0 * SECONDS / octaves * (exp(octaves * t / SECONDS) - 1));
}

static double noise(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 8388608 - 1;
}

int chirp(struct wav *w, char why[WAV_TEXT]) {
    uint32_t seed = 1;
    *w = (struct wav){.dtype = STRIDED_I16, .channels = 2, .rate = RATE, .frames = RATE * SECONDS};
    int16_t *samples = w->samples = malloc(wav_frame_size(w) * RATE * SECONDS);

    if (!samples) return snprintf(why, WAV_TEXT, "there is no memory"), -1;
    for (int i = 0; i < RATE * SECONDS; i++) {
        samples[2 * i] = (int16_t)lrint(20000 * rising_tone((double)i / RATE));
        samples[2 * i + 1] = (int16_t)lrint(i % CLICK == 0 ? 30000 : 3000 * noise(&seed));
    }
    return 0;
}
