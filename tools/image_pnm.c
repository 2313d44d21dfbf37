/*
 * image_pnm.c - PBM, PGM and PPM, in digits (P1, P2, P3) and in bytes (P4, P5, P6). What is written is P5 or P6.
 *
 * A header is "P6", width, height, the largest sample, between blanks and comments, then one blank; then the samples,
 * of two bytes if the largest is above 255. Bitmaps have no largest sample; eight of them make a byte, and 1 is black.
 */
#include "image.h"

#include "report.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct header {
    int digits, bits; /* samples are text; are black or white */
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
static int take_number(FILE *f, int64_t least, int64_t most, int64_t *value) {
    int c = next_sign(f);

    if (!isdigit(c)) return 0;
    for (*value = 0; isdigit(c) && *value <= most; c = getc(f)) *value = 10 * *value + c - '0';
    ungetc(c, f);
    return *value >= least && *value <= most;
}

static int read_header(struct header *h, FILE *f, const char *path) {
    char magic[2];

    if (fread(magic, 1, 2, f) != 2 || magic[1] < '1' || magic[1] > '6')
        return fail("%s: of the PNM formats P1 to P6 are read", path);
    *h = (struct header){.digits = magic[1] < '4', .bits = magic[1] % 3 == '1' % 3, .largest = 1};
    h->channels = magic[1] % 3 == '3' % 3 ? 3 : 1;
    if (!isspace(getc(f))) return fail("%s: no blank after P%c", path, magic[1]);
    if (!take_number(f, 1, 1 << 20, &h->width)) return fail("%s: the width is no number from 1 to %d", path, 1 << 20);
    if (!take_number(f, 1, 1 << 20, &h->height)) return fail("%s: the height is no number from 1 to %d", path, 1 << 20);
    if (!h->bits && !take_number(f, 1, 65535, &h->largest))
        return fail("%s: the largest sample is no number from 1 to 65535", path);
    if (!isspace(getc(f))) return fail("%s: no blank after the header", path);
    return DONE;
}

/* ---- the samples --------------------------------------------------------------------------------- */

static uint8_t bit(int black) { return black ? 0 : 255; }

static uint8_t scaled(int64_t sample, int64_t largest) {
    if (sample > largest) sample = largest;
    return (uint8_t)((sample * 255 + largest / 2) / largest);
}

static int take_sample(FILE *f, uint8_t *to, int64_t largest) {
    int64_t sample;

    if (!take_number(f, 0, 65535, &sample)) return 0;
    *to = scaled(sample, largest);
    return 1;
}

/* The digits of bitmaps need no blank between them. */
static int take_bit(FILE *f, uint8_t *to) {
    int c = next_sign(f);

    *to = bit(c == '1');
    return c == '0' || c == '1';
}

static int digits_row(FILE *f, uint8_t *row, size_t n, const struct header *h) {
    size_t i = 0;

    while (i < n && (h->bits ? take_bit(f, row + i) : take_sample(f, row + i, h->largest))) i++;
    return i == n;
}

static int bits_row(FILE *f, uint8_t *row, uint8_t *raw, size_t n) {
    if (fread(raw, 1, (n + 7) / 8, f) != (n + 7) / 8) return 0;
    for (size_t i = 0; i < n; i++) row[i] = bit(raw[i / 8] >> (7 - i % 8) & 1);
    return 1;
}

static int bytes_row(FILE *f, uint8_t *row, uint8_t *raw, size_t n, int64_t largest) {
    size_t size = largest > 255 ? 2 : 1;

    if (fread(raw, size, n, f) != n) return 0;
    for (size_t i = 0; i < n; i++) row[i] = scaled(size == 2 ? raw[2 * i] << 8 | raw[2 * i + 1] : raw[i], largest);
    return 1;
}

/* One row of n samples into `row`; 0 if the file ends before, or has something else there. */
static int read_row(FILE *f, uint8_t *row, uint8_t *raw, size_t n, const struct header *h) {
    if (h->digits) return digits_row(f, row, n, h);
    if (h->bits) return bits_row(f, row, raw, n);
    return bytes_row(f, row, raw, n, h->largest);
}

static int read_samples(struct image *image, const struct header *h, FILE *f, const char *path) {
    size_t n = (size_t)(h->width * h->channels);
    uint8_t *raw = malloc(2 * n);
    int64_t r = 0;

    if (!raw) return fail("out of memory");
    while (r < h->height && read_row(f, image->pixels + (size_t)r * n, raw, n, h)) r++;
    free(raw);
    if (r == h->height) return DONE;
    if (feof(f)) return fail("%s: the file ends in row %" PRId64 " of %" PRId64, path, r, h->height);
    return fail("%s: row %" PRId64 " of %" PRId64 " is no row of numbers", path, r, h->height);
}

int image_read_pnm(struct image *image, FILE *f, const char *path) {
    struct header h;
    int code = read_header(&h, f, path);

    if (!code) code = image_new(image, path, h.height, h.width, h.channels);
    if (!code) code = read_samples(image, &h, f, path);
    return code;
}

int image_fits_pnm(const struct image *image, const char *path) {
    return image->channels % 2 ? DONE : fail("%s: PPM and PGM have no alpha channel; a name in .png would do", path);
}

int image_write_pnm(const struct image *image, FILE *f, const char *path) {
    size_t size = (size_t)(image->rows * image->columns * image->channels);

    fprintf(f, "P%c\n%" PRId64 " %" PRId64 "\n255\n", image->channels == 3 ? '6' : '5', image->columns, image->rows);
    if (fwrite(image->pixels, 1, size, f) == size && !fflush(f)) return DONE;
    return fail("%s: %s", path, strerror(errno));
}
