/*
 * image.c - a picture's memory, its file's format, and the view that the library gets.
 */
#include "image.h"

#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LARGEST_SIDE = 1 << 20, LARGEST_PICTURE = 1 << 30 }; /* pixels; bytes */

int image_new(struct image *image, const char *path, int64_t rows, int64_t columns, int64_t channels) {
    if (rows < 1 || columns < 1) return fail("%s: a picture of %" PRId64 "x%" PRId64 " pixels", path, columns, rows);
    if (rows > LARGEST_SIDE || columns > LARGEST_SIDE || rows * columns > LARGEST_PICTURE / channels)
        return fail("%s: a picture of %" PRId64 "x%" PRId64 " pixels is too large", path, columns, rows);
    image->pixels = malloc((size_t)(rows * columns * channels));
    if (!image->pixels) return fail("out of memory");
    image->rows = rows;
    image->columns = columns;
    image->channels = channels;
    return DONE;
}

void image_free(struct image *image) {
    free(image->pixels);
    *image = (struct image){0};
}

strided_tensor *image_planes(const struct image *image) {
    int64_t row = image->columns * image->channels;

    return strided_wrap(NULL, image->pixels, STRIDED_U8, STRIDED_DIMS(image->channels, 1, image->rows, image->columns),
                        STRIDED_LIST(1, 0, row, image->channels));
}

/* ---- files --------------------------------------------------------------------------------------- */

static const char *extension(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot && !strchr(dot, '/') ? dot : "";
}

static int is_png(const char *path) { return !strcasecmp(extension(path), ".png"); }

static int is_pnm(const char *path) {
    const char *end = extension(path);
    return !strcasecmp(end, ".ppm") || !strcasecmp(end, ".pgm") || !strcasecmp(end, ".pnm");
}

int image_is_named(const char *path) { return is_png(path) || is_pnm(path); }

static int read_open(struct image *image, FILE *f, const char *path) {
    unsigned char first[8] = {0};
    size_t n = fread(first, 1, sizeof first, f);

    if (ferror(f)) return fail("%s: %s", path, strerror(errno));
    rewind(f);
    if (n == 8 && !memcmp(first, "\211PNG\r\n\032\n", 8)) return image_read_png(image, f, path);
    if (n >= 2 && first[0] == 'P' && first[1] >= '1' && first[1] <= '7') return image_read_pnm(image, f, path);
    return fail("%s: neither PNG nor PBM, PGM, PPM", path);
}

int image_read(struct image *image, const char *path) {
    FILE *f = fopen(path, "rb");

    *image = (struct image){0};
    if (!f) return fail("%s: %s", path, strerror(errno));
    int code = read_open(image, f, path);
    fclose(f);
    if (code) image_free(image);
    return code;
}

int image_write(const struct image *image, const char *path) {
    if (!image_is_named(path)) return fail("%s: a picture's name ends in .png, .ppm or .pgm", path);
    int code = is_png(path) ? image_fits_png(image, path) : image_fits_pnm(image, path);
    if (code) return code;
    FILE *f = fopen(path, "wb");
    if (!f) return fail("%s: %s", path, strerror(errno));
    code = is_png(path) ? image_write_png(image, f, path) : image_write_pnm(image, f, path);
    if (fclose(f) && !code) code = fail("%s: %s", path, strerror(errno));
    if (code) remove(path);
    return code;
}
