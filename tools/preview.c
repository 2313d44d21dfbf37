/*
 * preview.c - a picture in the terminal.
 */
#include "preview.h"

#include "report.h"

#include <inttypes.h>

int preview_fits(int64_t planes, const char *path) {
    if (planes == 1 || planes == 3) return DONE;
    return fail("%s: a preview has 1 or 3 planes, the result %" PRId64, path, planes);
}

/* ---- fewer pixels -------------------------------------------------------------------------------- */

struct size {
    int64_t rows, columns;
};

/* As large as fits, keeping the proportions. A pixel is `aspect` times as high as wide. */
static struct size fit(const strided_tensor *planes, int64_t columns, int64_t rows, int64_t aspect) {
    int64_t h = strided_dim(planes, 2), w = strided_dim(planes, 3);
    struct size s = {.columns = w < columns ? w : columns};

    s.rows = (h * s.columns + w * aspect / 2) / (w * aspect);
    if (s.rows > rows) {
        s.rows = rows;
        s.columns = (w * aspect * rows + h / 2) / h;
    }
    if (s.rows < 1) s.rows = 1;
    if (s.columns < 1) s.columns = 1;
    return s;
}

/* (3, rows, columns) of floats; grey is shown as three equal colours, by a stride of 0. */
static strided_tensor *shrunk(const strided_tensor *planes, struct size s) {
    int64_t n = strided_dim(planes, 0);
    strided_tensor *whole = strided_empty(NULL, STRIDED_F32, 4, strided_shape(planes));
    strided_tensor *small = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(n, 1, s.rows, s.columns));
    strided_tensor *flat = strided_select(small, 1, 0), *colour = NULL;

    if (!strided_copy(whole, planes) && !strided_adaptive_pool(small, NULL, whole, STRIDED_POOL_AVG, 2))
        colour = strided_broadcast_to(flat, STRIDED_DIMS(3, s.rows, s.columns));
    strided_release(whole), strided_release(small), strided_release(flat);
    return colour;
}

/* NaN is 0. */
static uint8_t level(const strided_tensor *colour, int64_t c, int64_t row, int64_t column) {
    double v = strided_get(colour, STRIDED_DIMS(c, row, column));
    return (uint8_t)(v > 255 ? 255 : v >= 0 ? v + 0.5 : 0);
}

static struct rgb pixel(const strided_tensor *colour, int64_t row, int64_t column) {
    return (struct rgb){level(colour, 0, row, column), level(colour, 1, row, column), level(colour, 2, row, column)};
}

/* ---- three ways to draw -------------------------------------------------------------------------- */

static void put_half_blocks(const strided_tensor *colour, const struct terminal *t, int64_t row) {
    for (int64_t c = 0; c < strided_dim(colour, 2); c++) {
        terminal_foreground(t, pixel(colour, row, c));
        if (row + 1 < strided_dim(colour, 1)) terminal_background(t, pixel(colour, row + 1, c));
        fputs("\342\226\200", t->out); /* the upper half block */
    }
    terminal_plain(t);
    fputc('\n', t->out);
}

static void put_blanks(const strided_tensor *colour, const struct terminal *t, int64_t row) {
    for (int64_t c = 0; c < strided_dim(colour, 2); c++) {
        terminal_background(t, pixel(colour, row, c));
        fputc(' ', t->out);
    }
    terminal_plain(t);
    fputc('\n', t->out);
}

static void put_shades(const strided_tensor *colour, const struct terminal *t, int64_t row) {
    static const char shades[] = " .:-=+*#%@";

    for (int64_t c = 0; c < strided_dim(colour, 2); c++) {
        struct rgb p = pixel(colour, row, c);
        fputc(shades[(p.r * 299 + p.g * 587 + p.b * 114) * 10 / 255001], t->out);
    }
    fputc('\n', t->out);
}

strided_status preview(const strided_tensor *planes, const struct terminal *t, int columns, int lines) {
    int halves = t->colours && t->unicode, step = 1 + halves;
    struct size s = fit(planes, columns, (int64_t)lines * step, 2 - halves);
    strided_tensor *colour = shrunk(planes, s);

    if (!colour) return strided_error_status();
    for (int64_t row = 0; row < s.rows; row += step) {
        if (halves) put_half_blocks(colour, t, row);
        else if (t->colours) put_blanks(colour, t, row);
        else put_shades(colour, t, row);
    }
    strided_release(colour);
    return STRIDED_OK;
}
