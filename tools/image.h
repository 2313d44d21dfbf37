/*
 * image.h - pictures of 8 bits, colours interleaved, as most programs hold them; PNG and PNM files.
 *
 * The pixels are the tool's own buffer: the library sees them through image_planes() and copies nothing. Files of 16
 * bits are read as 8.
 */
#ifndef STRIDED_TOOL_IMAGE_H
#define STRIDED_TOOL_IMAGE_H

#include <stdint.h>
#include <stdio.h>
#include <strided.h>

struct image {
    uint8_t *pixels; /* rows * columns * channels, row after row, r g b r g b ... */
    int64_t rows, columns;
    int64_t channels; /* 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha */
};

/* All that return int return an exit code; it has been reported. */
int image_new(struct image *image, const char *path, int64_t rows, int64_t columns,
              int64_t channels); /* path: for messages */
void image_free(struct image *image);

/* The name ends as a picture's does. */
int image_is_named(const char *path);
/* By the first bytes of the file. */
int image_read(struct image *image, const char *path);
/* By the end of the name. Nothing is left behind when it fails; what the format cannot hold touches no file. */
int image_write(const struct image *image, const char *path);

/* (N, C, H, W) = (channels, 1, rows, columns): one kernel for all channels, each on its own. */
strided_tensor *image_planes(const struct image *image);

/* One function per format; `f` stands at its beginning. What a format cannot hold is reported before there is one. */
int image_fits_png(const struct image *image, const char *path);
int image_fits_pnm(const struct image *image, const char *path);
int image_read_png(struct image *image, FILE *f, const char *path);
int image_read_pnm(struct image *image, FILE *f, const char *path);
int image_write_png(const struct image *image, FILE *f, const char *path);
int image_write_pnm(const struct image *image, FILE *f, const char *path);

#endif
