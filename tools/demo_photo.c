/*
 * demo_photo.c - a photograph, filtered in the app's own buffer.
 *
 * Four results, each written by its operator straight into a rectangle of one large picture:
 *
 *     the photograph        blurred
 *     edges                 the slopes of each colour, of the mirrored view
 *
 * Then the claim that layout does not matter is put to the test: the interleaved bytes, a planar copy, a mirrored and a
 * cropped view against their dense copies, bit for bit.
 */
#include "clock.h"
#include "demo.h"
#include "filter.h"
#include "image.h"
#include "numbers.h"
#include "preview.h"
#include "report.h"

#include <inttypes.h>

struct photo {
    struct image in, sheet;
    strided_tensor *x;      /* (3, 1, rows, columns), on the bytes of `in` */
    strided_tensor *whole;  /* of the sheet, likewise */
};

static const strided_conv_params as_large = {.auto_pad = STRIDED_AUTO_PAD_SAME, .pad_mode = STRIDED_PAD_REPLICATE};

/* ---- the sheet ----------------------------------------------------------------------------------- */

/* The rectangle (row, column) of the sheet, as large as the photograph. */
static strided_tensor *rectangle(const struct photo *p, int64_t row, int64_t column) {
    strided_tensor *rows = strided_narrow(p->whole, 2, row * p->in.rows, p->in.rows);
    strided_tensor *both = strided_narrow(rows, 3, column * p->in.columns, p->in.columns);

    strided_release(rows);
    return both;
}

/* Edges are grey; for a colour picture the same weights stand for all three results, by a stride of 0. */
static void repeat_outputs(struct filter *f, int64_t outputs) {
    for (int i = 0; i < 2 && f->mixes; i++) {
        strided_tensor *w = strided_broadcast_to(f->w[i], STRIDED_DIMS(outputs, strided_dim(f->w[i], 1), 3, 3));
        strided_release(f->w[i]);
        f->w[i] = w;
    }
}

static strided_status timed(const struct demo *d, const struct filter *f, strided_tensor *y, const strided_tensor *x,
                            const char *words) {
    double start = clock_ms();
    strided_status s = filter_apply(y, x, f, &as_large);

    if (!s) fprintf(d->terminal.out, "  %-6s %s: %.1f ms\n", f->name, words, clock_ms() - start);
    return s;
}

static int filter_into(const struct demo *d, const struct photo *p, const char *name, const strided_tensor *from,
                       int64_t row, int64_t column, const char *words) {
    struct filter f;
    int code = filter_open(&f, name, p->in.channels);

    if (code) return code;
    repeat_outputs(&f, p->in.channels);
    strided_tensor *to = rectangle(p, row, column);
    strided_tensor *x = filter_view(&f, from), *y = filter_view(&f, to);
    if (timed(d, &f, y, x, words)) code = fail_call(name);
    strided_release(to), strided_release(x), strided_release(y);
    filter_close(&f);
    return code;
}

static int keep_original(const struct photo *p) {
    strided_tensor *to = rectangle(p, 0, 0);
    strided_status s = strided_copy(to, p->x);

    strided_release(to);
    return s ? fail_call(NULL) : DONE;
}

static int fill_sheet(const struct demo *d, const struct photo *p) {
    strided_tensor *mirrored = strided_flip(p->x, STRIDED_DIMS(3));
    int code = keep_original(p);

    if (!code) code = filter_into(d, p, "soft", p->x, 0, 1, "15x15 weights, each colour on its own");
    if (!code) code = filter_into(d, p, "edges", p->x, 1, 0, "slopes of the brightness, two 3x3 over three colours");
    if (!code) code = filter_into(d, p, "sobel", mirrored, 1, 1, "slopes of each colour, of the mirrored view");
    strided_release(mirrored);
    return code;
}

/* ---- layout does not matter ---------------------------------------------------------------------- */

/* The blur of x in floats. */
static strided_tensor *blurred(const strided_tensor *x, const struct filter *f) {
    strided_tensor *y = strided_conv_empty(x, f->w[0], &as_large);

    if (strided_conv(y, x, f->w[0], NULL, &as_large)) strided_release(y), y = NULL;
    return y;
}

/* x against a dense row-major copy of it. */
static int compare(const struct demo *d, const strided_tensor *x, const struct filter *f, const char *what) {
    char strides[512];
    strided_tensor *dense = strided_clone(x);
    strided_tensor *a = blurred(x, f), *b = blurred(dense, f);
    int code = !a || !b ? fail_call(what) : same_bits(a, b) ? DONE : fail("%s: the dense copy gives other bits", what);

    if (!code)
        fprintf(d->terminal.out, "  %-12s strides %-18s the bits of its dense copy\n", what,
                tuple_text(strided_ndim(x), strided_strides(x), strides));
    strided_release(dense), strided_release(a), strided_release(b);
    return code;
}

static int compare_layouts(const struct demo *d, const struct photo *p) {
    struct filter f;
    int code = filter_open(&f, "blur", p->in.channels);
    strided_tensor *mirrored = strided_flip(p->x, STRIDED_DIMS(3)), *upside = strided_flip(p->x, STRIDED_DIMS(2));
    strided_tensor *rows = strided_narrow(p->x, 2, p->in.rows / 4, p->in.rows / 2);
    strided_tensor *crop = strided_narrow(rows, 3, p->in.columns / 4, p->in.columns / 2);
    strided_tensor *turned = strided_transpose(p->x, 2, 3);

    if (!code) code = compare(d, p->x, &f, "interleaved");
    if (!code) code = compare(d, mirrored, &f, "mirrored");
    if (!code) code = compare(d, upside, &f, "upside down");
    if (!code) code = compare(d, crop, &f, "cropped");
    if (!code) code = compare(d, turned, &f, "transposed");
    strided_release(mirrored), strided_release(upside), strided_release(rows), strided_release(crop),
        strided_release(turned);
    filter_close(&f);
    return code;
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static int open_photo(struct photo *p, const char *path) {
    int code = image_read(&p->in, path);

    if (!code && p->in.channels % 2 == 0) code = fail("%s: the demo wants a picture without alpha", path);
    if (!code) code = image_new(&p->sheet, path, 2 * p->in.rows, 2 * p->in.columns, p->in.channels);
    if (code) return code;
    p->x = image_planes(&p->in);
    p->whole = image_planes(&p->sheet);
    return p->x && p->whole ? DONE : fail_call(NULL);
}

static void close_photo(struct photo *p) {
    strided_release(p->x);
    strided_release(p->whole);
    image_free(&p->in);
    image_free(&p->sheet);
}

static void introduce(const struct demo *d, const struct photo *p) {
    char shape[512], strides[512];

    demo_title(d, "a photograph, filtered where it lies");
    fprintf(d->terminal.out,
            "  %s\n  %" PRId64 "x%" PRId64 ", %" PRId64 " bytes in a buffer of this program, colours interleaved\n",
            d->picture, p->in.columns, p->in.rows, strided_count(p->x));
    fprintf(d->terminal.out, "  (N, C, H, W) = %s by strides %s: no byte is moved\n",
            tuple_text(4, strided_shape(p->x), shape), tuple_text(4, strided_strides(p->x), strides));
}

static int show_sheet(struct demo *d, const struct photo *p) {
    fputc('\n', d->terminal.out);
    if (preview(p->whole, &d->terminal, d->terminal.columns, 40)) return fail_call("preview");
    int code = image_write(&p->sheet, d->result);
    if (!code)
        fprintf(d->terminal.out, "\nwritten: %s, %" PRId64 "x%" PRId64 "\n", d->result, p->sheet.columns,
                p->sheet.rows);
    return code;
}

static int run_photo(struct demo *d, const struct photo *p) {
    introduce(d, p);
    demo_step(d, "three filters, each into its rectangle of one sheet");
    demo_ready(d);
    int code = fill_sheet(d, p);
    if (code) return code;
    demo_title(d, "the same picture by other strides, and its dense copies");
    demo_step(d, "five layouts, each blurred twice");
    demo_ready(d);
    code = compare_layouts(d, p);
    if (code) return code;
    demo_step(d, "the result");
    demo_ready(d);
    return show_sheet(d, p);
}

int demo_photo(struct demo *d) {
    struct photo p = {{0}, {0}, NULL, NULL};
    int code = open_photo(&p, d->picture);

    if (!code) code = run_photo(d, &p);
    close_photo(&p);
    return code;
}
