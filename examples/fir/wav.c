/*
 * wav.c - the RIFF container, read strictly: every length is held against the bytes that are there before it is used.
 * Numbers in it are little-endian, and so must the machine be for the samples.
 */
#include "wav.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PCM = 1, FLOAT = 3, EXTENSIBLE = 0xFFFE, HEADER = 44 };

#define REFUSE(...) (snprintf(why, WAV_TEXT, __VA_ARGS__), -1)

static unsigned u16(const unsigned char *p) { return p[0] | (unsigned)p[1] << 8; }
static unsigned u32(const unsigned char *p) { return u16(p) | u16(p + 2) << 16; }

size_t wav_frame_size(const struct wav *w) { return (size_t)w->channels * strided_dtype_size(w->dtype); }

void wav_free(struct wav *w) {
    free(w->samples);
    *w = (struct wav){.samples = NULL};
}

static int parse_format(struct wav *w, const unsigned char *p, size_t size, char why[WAV_TEXT]) {
    if (size < 16) return REFUSE("its format chunk has %zu bytes, not 16", size);
    unsigned code = u16(p), channels = u16(p + 2), bits = u16(p + 14);

    if (code == EXTENSIBLE && size >= 40) code = u16(p + 24); /* the true code begins the subformat's name */
    if (code == PCM && bits == 16) w->dtype = STRIDED_I16;
    else if (code == FLOAT && bits == 32) w->dtype = STRIDED_F32;
    else return REFUSE("its samples are of format %u with %u bits; 16-bit integers and 32-bit floats are read", code, bits);
    if (channels < 1 || channels > WAV_CHANNELS) return REFUSE("it has %u channels, not 1 to %d", channels, WAV_CHANNELS);
    w->channels = (int)channels, w->rate = u32(p + 4);
    if (w->rate == 0) return REFUSE("it says 0 frames a second");
    if (u16(p + 12) != wav_frame_size(w)) return REFUSE("it says %u bytes a frame, not %zu", u16(p + 12), wav_frame_size(w));
    return 0;
}

static int parse_samples(struct wav *w, const unsigned char *p, size_t size, char why[WAV_TEXT]) {
    if (!w->channels) return REFUSE("its samples come before their format");
    if (w->samples) return REFUSE("it has two chunks of samples");
    if (size % wav_frame_size(w)) return REFUSE("its last frame is cut off");
    w->samples = malloc(size ? size : 1);
    if (!w->samples) return REFUSE("there is no memory for %zu bytes", size);
    memcpy(w->samples, p, size);
    w->frames = (int64_t)(size / wav_frame_size(w));
    return 0;
}

static int parse_chunks(struct wav *w, const unsigned char *p, size_t left, char why[WAV_TEXT]) {
    while (left >= 8) {
        size_t size = u32(p + 4);
        int bad = 0;

        if (size > left - 8) return REFUSE("a chunk of %zu bytes reaches behind its end", size);
        if (!memcmp(p, "fmt ", 4)) bad = w->channels ? REFUSE("it has two formats") : parse_format(w, p + 8, size, why);
        else if (!memcmp(p, "data", 4)) bad = parse_samples(w, p + 8, size, why);
        if (bad) return bad;
        size += size % 2 && size < left - 8; /* chunks begin at even places */
        p += 8 + size, left -= 8 + size;
    }
    return w->samples ? 0 : REFUSE("it has no samples");
}

int wav_parse(struct wav *w, const unsigned char *bytes, size_t size, char why[WAV_TEXT]) {
    *w = (struct wav){.samples = NULL};
    if (size < 12 || memcmp(bytes, "RIFF", 4) || memcmp(bytes + 8, "WAVE", 4)) return REFUSE("it is not a WAV file");
    if (u32(bytes + 4) < 4 || u32(bytes + 4) > size - 8)
        return REFUSE("it says %u bytes and has %zu", u32(bytes + 4), size - 8);
    int bad = parse_chunks(w, bytes + 12, u32(bytes + 4) - 4, why);
    if (bad) wav_free(w);
    return bad;
}

/* ---- files ------------------------------------------------------------------------------------------ */

static int read_all(FILE *f, unsigned char **bytes, size_t *size, char why[WAV_TEXT]) {
    int folder = fgetc(f) == EOF && ferror(f);
    long end = folder || fseek(f, 0, SEEK_END) ? -1 : ftell(f);

    if (end < 0 || fseek(f, 0, SEEK_SET)) return REFUSE("%s", strerror(errno));
    *size = (size_t)end, *bytes = malloc(*size ? *size : 1);
    if (!*bytes) return REFUSE("there is no memory for %zu bytes", *size);
    return fread(*bytes, 1, *size, f) == *size ? 0 : REFUSE("it cannot be read");
}

int wav_read(struct wav *w, const char *path, char why[WAV_TEXT]) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    FILE *f = fopen(path, "rb");

    *w = (struct wav){.samples = NULL};
    if (!f) return REFUSE("%s", strerror(errno));
    int bad = read_all(f, &bytes, &size, why);
    if (!bad) bad = wav_parse(w, bytes, size, why);
    free(bytes);
    fclose(f);
    return bad;
}

static void put(unsigned char *p, int bytes, size_t value) {
    for (int i = 0; i < bytes; i++) p[i] = (unsigned char)(value >> 8 * i);
}

static void header(unsigned char p[HEADER], const struct wav *w) {
    size_t frame = wav_frame_size(w), size = frame * (size_t)w->frames;

    memcpy(p, "RIFF    WAVEfmt ", 16), put(p + 4, 4, HEADER - 8 + size), put(p + 16, 4, 16);
    put(p + 20, 2, w->dtype == STRIDED_I16 ? PCM : FLOAT), put(p + 22, 2, (size_t)w->channels);
    put(p + 24, 4, w->rate), put(p + 28, 4, w->rate * frame);
    put(p + 32, 2, frame), put(p + 34, 2, 8 * strided_dtype_size(w->dtype));
    memcpy(p + 36, "data", 4), put(p + 40, 4, size);
}

int wav_write(const struct wav *w, const char *path, char why[WAV_TEXT]) {
    size_t size = wav_frame_size(w) * (size_t)w->frames;
    unsigned char head[HEADER];
    FILE *f = size <= UINT32_MAX - HEADER ? fopen(path, "wb") : NULL;

    if (!f) return REFUSE("%s", size <= UINT32_MAX - HEADER ? strerror(errno) : "a WAV file holds 4 GiB at most");
    header(head, w);
    int written = fwrite(head, 1, HEADER, f) == HEADER && fwrite(w->samples, 1, size, f) == size;
    return !fclose(f) && written ? 0 : REFUSE("it cannot be written");
}
