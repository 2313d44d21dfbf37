/*
 * material.c - pictures and arrays as planes, and back.
 */
#include "material.h"

#include "numbers.h"
#include "report.h"

#include <inttypes.h>
#include <string.h>

int is_array_path(const char *path) {
    size_t n = strlen(path);
    return n >= 4 && !strcmp(path + n - 4, ".npy");
}

int64_t colours_of(const struct image *image) { return image->channels < 3 ? 1 : 3; }

/* The colours of (channels, 1, rows, columns), and alpha if there is one behind them. */
static int split(strided_tensor *all, strided_tensor **colours, strided_tensor **alpha) {
    int64_t channels = strided_dim(all, 0);

    *colours = strided_narrow(all, 0, 0, channels < 3 ? 1 : 3);
    if (channels % 2 == 0) {
        strided_tensor *last = strided_select(all, 0, -1);
        *alpha = strided_select(last, 0, 0);
        strided_release(last);
    }
    strided_release(all);
    return *colours && (channels % 2 || *alpha) ? DONE : fail_call(NULL);
}

/* ---- in ------------------------------------------------------------------------------------------ */

/* (..., rows, columns) as (P, 1, rows, columns): a view, or of a copy where no strides say that. */
static strided_tensor *array_planes(const strided_tensor *x) {
    int n = strided_ndim(x);
    const int64_t shape[] = {-1, 1, strided_dim(x, n - 2), strided_dim(x, n - 1)};
    strided_tensor *planes = strided_reshape(x, 4, shape);

    if (planes || strided_error_status() != STRIDED_ERR_NEEDS_COPY) return planes;
    strided_tensor *copy = strided_clone(x);
    planes = strided_reshape(copy, 4, shape);
    strided_release(copy);
    return planes;
}

static int open_array(struct source *s) {
    s->array = strided_load_npy(NULL, s->path);
    if (!s->array) return fail_call(NULL);
    if (!strided_count(s->array)) return fail("%s: an array without elements", s->path);
    if (strided_ndim(s->array) < 2) return DONE;
    s->planes = array_planes(s->array);
    return s->planes ? DONE : fail_call(s->path);
}

static int open_image(struct source *s) {
    int code = image_read(&s->image, s->path);

    if (code) return code;
    s->is_image = 1;
    return split(image_planes(&s->image), &s->planes, &s->alpha);
}

int source_open(struct source *s, const char *path) {
    *s = (struct source){.path = path};
    int code = is_array_path(path) ? open_array(s) : open_image(s);
    if (code) source_close(s);
    return code;
}

void source_close(struct source *s) {
    strided_release(s->alpha);
    strided_release(s->planes);
    strided_release(s->array);
    image_free(&s->image);
    *s = (struct source){0};
}

/* ---- out ----------------------------------------------------------------------------------------- */

static int open_picture(struct sink *s, int64_t rows, int64_t columns, int64_t channels) {
    if (!image_is_named(s->path)) return misuse("%s: a result's name ends in .png, .ppm, .pgm or .npy", s->path);
    int code = image_new(&s->image, s->path, rows, columns, channels);
    if (code) return code;
    s->is_image = 1;
    return split(image_planes(&s->image), &s->planes, &s->alpha);
}

/* (rows, columns) or (rows, columns, channels), bytes. */
static int open_picture_array(struct sink *s, int64_t rows, int64_t columns, int64_t channels) {
    s->array = strided_empty(NULL, STRIDED_U8, channels > 1 ? 3 : 2, STRIDED_LIST(rows, columns, channels));
    return split(strided_as_strided(s->array, STRIDED_DIMS(channels, 1, rows, columns),
                                    STRIDED_LIST(1, 0, columns * channels, channels), 0),
                 &s->planes, &s->alpha);
}

static strided_dtype result_dtype(const strided_tensor *x) {
    strided_dtype t = strided_dtype_of(x);
    return t == STRIDED_F64 || t == STRIDED_F16 ? t : STRIDED_F32;
}

static int open_array_like(struct sink *s, const strided_tensor *x, int64_t planes, int64_t rows, int64_t columns) {
    int64_t shape[STRIDED_MAX_NDIM], leading = 1;
    int n = strided_ndim(x);

    for (int a = 0; a < n - 2; a++) leading *= shape[a] = strided_dim(x, a);
    if (leading != planes) n = 3, shape[0] = planes;
    shape[n - 2] = rows;
    shape[n - 1] = columns;
    s->array = strided_empty(NULL, result_dtype(x), n, shape);
    s->planes = strided_reshape(s->array, STRIDED_DIMS(planes, 1, rows, columns));
    return s->planes ? DONE : fail_call(s->path);
}

int sink_open(struct sink *s, const char *path, const struct source *from, int64_t planes, int64_t rows,
              int64_t columns) {
    int64_t channels = planes + (from->alpha != NULL);
    int code;

    *s = (struct sink){.path = path};
    if (planes != 1 && planes != 3 && (from->is_image || !is_array_path(path)))
        return fail("%s: a picture has 1 or 3 planes, the result %" PRId64, path, planes);
    if (!is_array_path(path)) code = open_picture(s, rows, columns, channels);
    else if (from->is_image) code = open_picture_array(s, rows, columns, channels);
    else code = open_array_like(s, from->array, planes, rows, columns);
    if (code) sink_close(s);
    return code;
}

int sink_save(struct sink *s, const struct source *from) {
    if (s->alpha && strided_resize(s->alpha, from->alpha, STRIDED_RESIZE_NEAREST, 2)) return fail_call("alpha");
    if (s->is_image) return image_write(&s->image, s->path);
    return strided_save_npy(s->path, s->array) ? fail_call(NULL) : DONE;
}

void sink_close(struct sink *s) {
    strided_release(s->alpha);
    strided_release(s->planes);
    strided_release(s->array);
    image_free(&s->image);
    *s = (struct sink){0};
}

/* ---- words --------------------------------------------------------------------------------------- */

static const char *text_of(const struct image *image, const strided_tensor *array, char buf[600]) {
    static const char *const kinds[] = {"grey", "grey with alpha", "colour", "colour with alpha"};
    char shape[512];

    if (image->pixels)
        snprintf(buf, 600, "%" PRId64 "x%" PRId64 " %s", image->columns, image->rows, kinds[image->channels - 1]);
    else snprintf(buf, 600, "%s %s", strided_dtype_name(strided_dtype_of(array)),
                  tuple_text(strided_ndim(array), strided_shape(array), shape));
    return buf;
}

const char *source_text(const struct source *s, char buf[600]) { return text_of(&s->image, s->array, buf); }
const char *sink_text(const struct sink *s, char buf[600]) { return text_of(&s->image, s->array, buf); }
