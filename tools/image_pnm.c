/*
 * image_pnm.c - PPM and PGM, the binary forms P6 and P5.
 *
 * A header is "P6", width, height, the largest sample, between blanks and comments, then one blank; then the samples,
 * of two bytes if the largest is above 255.
 */
#include "image.h"

#include "report.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct header {
    int64_t channels, width, height, largest;
};

/* ---- the header ---------------------------------------------------------------------------------- */

/* The next character that is neither blank nor comment. */
static int next_sign(FILE *f) {
    int c = getc(f);

    while (isspace(c) || c == '#') {
        if (c == '#')
            while (c != '\n' && c != '\r' && c != EOF) c = getc(f);
        if (c != EOF) c = getc(f);
    }
    return c;
}

/* Digits; the sign behind them is left to be read. */
static int take_number(FILE *f, int64_t most, int64_t *value) {
    int c = next_sign(f);

    if (!isdigit(c)) return 0;
    for (*value = 0; isdigit(c) && *value <= most; c = getc(f)) *value = 10 * *value + c - '0';
    ungetc(c, f);
    return *value >= 1 && *value <= most;
}

static int read_header(struct header *h, FILE *f, const char *path) {
    char magic[2];

    if (fread(magic, 1, 2, f) != 2 || (magic[1] != '5' && magic[1] != '6'))
        return fail("%s: of the PNM formats only P5 and P6 (binary PGM and PPM) are read", path);
    h->channels = magic[1] == '6' ? 3 : 1;
    if (!isspace(getc(f))) return fail("%s: no blank after P%c", path, magic[1]);
    if (!take_number(f, 1 << 20, &h->width)) return fail("%s: the width is no number from 1 to %d", path, 1 << 20);
    if (!take_number(f, 1 << 20, &h->height)) return fail("%s: the height is no number from 1 to %d", path, 1 << 20);
    if (!take_number(f, 65535, &h->largest)) return fail("%s: the largest sample is no number from 1 to 65535", path);
    if (!isspace(getc(f))) return fail("%s: no blank after the largest sample", path);
    return DONE;
}

/* ---- the samples --------------------------------------------------------------------------------- */

static uint8_t scaled(int64_t sample, int64_t largest) {
    if (sample > largest) sample = largest;
    return (uint8_t)((sample * 255 + largest / 2) / largest);
}

/* One row of n samples into `row`; 0 if the file ends before. */
static int read_row(FILE *f, uint8_t *row, uint8_t *raw, size_t n, int64_t largest) {
    size_t size = largest > 255 ? 2 : 1;

    if (fread(raw, size, n, f) != n) return 0;
    for (size_t i = 0; i < n; i++) row[i] = scaled(size == 2 ? raw[2 * i] << 8 | raw[2 * i + 1] : raw[i], largest);
    return 1;
}

static int read_samples(struct image *image, const struct header *h, FILE *f, const char *path) {
    size_t n = (size_t)(h->width * h->channels);
    uint8_t *raw = malloc(2 * n);
    int64_t r = 0;

    if (!raw) return fail("out of memory");
    while (r < h->height && read_row(f, image->pixels + (size_t)r * n, raw, n, h->largest)) r++;
    free(raw);
    if (r == h->height) return DONE;
    return fail("%s: the file ends in row %" PRId64 " of %" PRId64, path, r, h->height);
}

int image_read_pnm(struct image *image, FILE *f, const char *path) {
    struct header h;
    int code = read_header(&h, f, path);

    if (!code) code = image_new(image, path, h.height, h.width, h.channels);
    if (!code) code = read_samples(image, &h, f, path);
    return code;
}

int image_write_pnm(const struct image *image, FILE *f, const char *path) {
    size_t size = (size_t)(image->rows * image->columns * image->channels);

    if (image->channels % 2 == 0) return fail("%s: PPM and PGM have no alpha channel; a name in .png would do", path);
    fprintf(f, "P%c\n%" PRId64 " %" PRId64 "\n255\n", image->channels == 3 ? '6' : '5', image->columns, image->rows);
    if (fwrite(image->pixels, 1, size, f) == size && !fflush(f)) return DONE;
    return fail("%s: %s", path, strerror(errno));
}
