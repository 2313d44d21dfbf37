/*
 * image_png.c - PNG by libpng, or a sentence where it was not built in.
 *
 * libpng reports errors by a jump; each function that calls it has its own place to land, and what must survive the
 * jump lies in a struct outside of it.
 */
#include "image.h"

#include "report.h"

#ifndef STRIDED_HAVE_PNG

static int not_built_in(const char *path) {
    return fail("%s: this build has no PNG (libpng was not there); PPM and PGM work", path);
}

int image_fits_png(const struct image *image, const char *path) {
    (void)image;
    return not_built_in(path);
}

int image_read_png(struct image *image, FILE *f, const char *path) {
    (void)image, (void)f;
    return not_built_in(path);
}

int image_write_png(const struct image *image, FILE *f, const char *path) {
    (void)image, (void)f;
    return not_built_in(path);
}

#else

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

struct job {
    png_structp png;
    png_infop info;
    png_bytep *rows;
    const char *path;
};

static void on_error(png_structp png, png_const_charp text) {
    const struct job *job = png_get_error_ptr(png);
    fail("%s: %s", job->path, text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) { (void)png, (void)text; }

static int set_rows(struct job *job, const struct image *image) {
    job->rows = malloc((size_t)image->rows * sizeof *job->rows);
    if (!job->rows) return fail("out of memory");
    for (int64_t r = 0; r < image->rows; r++) job->rows[r] = image->pixels + r * image->columns * image->channels;
    return DONE;
}

/* ---- reading ------------------------------------------------------------------------------------- */

/* Whatever the file has becomes 8 bits of grey or colour, with alpha if it says so. */
static void read_head(struct job *job, FILE *f) {
    png_init_io(job->png, f);
    png_read_info(job->png, job->info);
    png_set_expand(job->png);
    png_set_scale_16(job->png);
    png_set_interlace_handling(job->png);
    png_read_update_info(job->png, job->info);
}

static int read_pixels(struct job *job, struct image *image) {
    int code = image_new(image, job->path, png_get_image_height(job->png, job->info),
                         png_get_image_width(job->png, job->info), png_get_channels(job->png, job->info));

    if (!code) code = set_rows(job, image);
    if (code) return code;
    png_read_image(job->png, job->rows);
    png_read_end(job->png, NULL);
    return DONE;
}

static int read_guarded(struct job *job, struct image *image, FILE *f) {
    if (setjmp(png_jmpbuf(job->png))) return FAILED;
    read_head(job, f);
    return read_pixels(job, image);
}

int image_read_png(struct image *image, FILE *f, const char *path) {
    struct job job = {.path = path};

    job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    int code = job.info ? read_guarded(&job, image, f) : fail("out of memory");
    free(job.rows);
    png_destroy_read_struct(&job.png, &job.info, NULL);
    return code;
}

/* ---- writing ------------------------------------------------------------------------------------- */

int image_fits_png(const struct image *image, const char *path) {
    (void)image, (void)path;
    return DONE;
}

static int colour_type(const struct image *image) {
    static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                PNG_COLOR_TYPE_RGB_ALPHA};
    return types[image->channels - 1];
}

static int write_guarded(struct job *job, const struct image *image, FILE *f) {
    if (setjmp(png_jmpbuf(job->png))) return FAILED;
    png_init_io(job->png, f);
    png_set_IHDR(job->png, job->info, (png_uint_32)image->columns, (png_uint_32)image->rows, 8, colour_type(image),
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(job->png, job->info);
    png_write_image(job->png, job->rows);
    png_write_end(job->png, NULL);
    return DONE;
}

int image_write_png(const struct image *image, FILE *f, const char *path) {
    struct job job = {.path = path};

    job.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    int code = job.info ? set_rows(&job, image) : fail("out of memory");
    if (!code) code = write_guarded(&job, image, f);
    free(job.rows);
    png_destroy_write_struct(&job.png, &job.info);
    return code;
}

#endif
