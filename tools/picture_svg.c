/*
 * picture_svg.c - a picture as SVG: the same strip, grids, hues and badges as in the terminal.
 */
#include "picture.h"

#include "numbers.h"
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* All in pixels. */
enum { CELL = 34, GROUP_GAP = 12, MARGIN = 16, LINE = 22, PER_LINE = 24 };

struct svg {
    FILE *out;
    const struct picture *picture;
    int64_t x, y; /* where the next part begins */
    int64_t width;
};

/* ---- one cell ------------------------------------------------------------------------------------ */

static void put_rect(FILE *out, double x, double y, double w, double h, struct rgb c) {
    fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#%02x%02x%02x\"/>\n", x, y, w, h,
            c.r, c.g, c.b);
}

static void put_stripes(const struct svg *s, int64_t x, int64_t y, const struct cell *c) {
    double w = (double)CELL / (c->owners ? c->owners : 1);

    if (!c->owners) put_rect(s->out, (double)x, (double)y, CELL, CELL, (struct rgb){ 236, 236, 236 });
    for (int i = 0; i < c->owners; i++)
        put_rect(s->out, (double)x + i * w, (double)y, w, CELL, hue(c->owner[i], s->picture->hues));
    fprintf(s->out, "<rect x=\"%" PRId64 "\" y=\"%" PRId64 "\" width=\"%d\" height=\"%d\" class=\"frame\"/>\n", x, y,
            CELL, CELL);
}

static void put_badge(const struct svg *s, int64_t x, int64_t y, int64_t touches) {
    fprintf(s->out, "<text x=\"%" PRId64 "\" y=\"%" PRId64 "\" class=\"badge\">&#215;%" PRId64 "</text>\n",
            x + CELL - 3, y + 9, touches);
}

static void put_cell(const struct svg *s, int64_t x, int64_t y, int64_t place, const struct cell *c) {
    char value[32];

    picture_value(s->picture, place, value);
    put_stripes(s, x, y, c);
    fprintf(s->out, "<text x=\"%" PRId64 "\" y=\"%" PRId64 "\" class=\"%s\">%s</text>\n", x + CELL / 2,
            y + CELL / 2 + 6, c->owners ? "value" : "value grey", value);
    if (c->touches > 1) put_badge(s, x, y, c->touches);
}

/* ---- grids --------------------------------------------------------------------------------------- */

/* From one position of each axis to the next, in pixels: across for the last axis, down for the one before it, and so
 * on in turns, so that windows of an image lie as patches. */
struct pitch {
    int64_t at[STRIDED_MAX_NDIM];
    int64_t across, down; /* of the whole */
};

static struct pitch pitch_of(const strided_tensor *x) {
    struct pitch p = {.across = CELL, .down = CELL};

    if (!strided_count(x)) return (struct pitch){.across = 0, .down = 0}; /* whatever its other extents are */
    for (int a = strided_ndim(x), i = 0; a-- > 0; i++) {
        int64_t *extent = i % 2 ? &p.down : &p.across;
        p.at[a] = *extent + (i < 2 ? 0 : GROUP_GAP);
        *extent += (strided_dim(x, a) - 1) * p.at[a];
    }
    return p;
}

static void put_element(const struct svg *s, const strided_tensor *of, const struct pitch *p, const int64_t *index) {
    int64_t place = picture_place(of, index), x = s->x, y = s->y;
    int ndim = strided_ndim(of);
    struct cell own = {.touches = 1, .owners = 1, .owner = { ndim ? index[0] : 0 }};

    for (int a = 0; a < ndim; a++) {
        if ((ndim - 1 - a) % 2) y += index[a] * p->at[a];
        else x += index[a] * p->at[a];
    }
    put_cell(s, x, y, place, of == s->picture->view ? &own : &s->picture->cells[place]);
}

static void put_grid(struct svg *s, const strided_tensor *of) {
    struct pitch p = pitch_of(of);
    int64_t index[STRIDED_MAX_NDIM] = {0};

    if (!strided_count(of)) return;
    do put_element(s, of, &p, index);
    while (picture_next(strided_ndim(of), strided_shape(of), index));
    s->y += p.down;
}

static void put_strip(struct svg *s) {
    for (int64_t i = 0; i < s->picture->count; i++)
        put_cell(s, s->x + i % PER_LINE * CELL, s->y + i / PER_LINE * CELL, i, &s->picture->cells[i]);
    s->y += (s->picture->count + PER_LINE - 1) / PER_LINE * CELL;
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static void put_words(struct svg *s, const char *words) {
    s->y += LINE;
    fprintf(s->out, "<text x=\"%" PRId64 "\" y=\"%" PRId64 "\" class=\"words\">%s</text>\n", s->x, s->y, words);
    s->y += LINE / 2;
}

static void put_heading(struct svg *s, const char *what, const strided_tensor *x) {
    char shape[512], strides[512], words[1200];

    snprintf(words, sizeof words, "%s &#160; shape %s &#160; strides %s", what,
             tuple_text(strided_ndim(x), strided_shape(x), shape),
             tuple_text(strided_ndim(x), strided_strides(x), strides));
    put_words(s, words);
}

static void put_counts(struct svg *s) {
    const struct picture *p = s->picture;
    char words[160];

    snprintf(words, sizeof words, "touched %" PRId64 " of %" PRId64 ", repeated %" PRId64 ", untouched %" PRId64,
             p->touched, p->count, p->repeated, p->count - p->touched);
    put_words(s, words);
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t width_of(const struct picture *p) {
    int64_t strip = (p->count < PER_LINE ? p->count : PER_LINE) * CELL;
    int64_t grids = larger(pitch_of(p->tensor).across, pitch_of(p->view).across);
    return larger(larger(strip, grids), 420) + 2 * MARGIN;
}

static int64_t height_of(const struct picture *p) {
    int64_t strip = (p->count + PER_LINE - 1) / PER_LINE * CELL;
    return strip + pitch_of(p->tensor).down + pitch_of(p->view).down + 4 * (LINE + LINE / 2) + LINE;
}

static void put_head(const struct svg *s) {
    int64_t w = s->width, h = height_of(s->picture);

    fprintf(s->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%" PRId64 "\" height=\"%" PRId64
            "\" viewBox=\"0 0 %" PRId64 " %" PRId64 "\">\n", w, h, w, h);
    fputs("<style>text{font-family:ui-monospace,Menlo,Consolas,monospace}.value{font-size:15px;text-anchor:middle}"
          ".grey{fill:#999}.badge{font-size:9px;text-anchor:end}.words{font-size:14px}"
          ".frame{fill:none;stroke:#fff;stroke-width:2}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
          s->out);
}

static void put_all(struct svg *s) {
    char words[64];

    put_head(s);
    snprintf(words, sizeof words, "memory &#160; %" PRId64 " elements", s->picture->count);
    put_words(s, words);
    put_strip(s);
    put_heading(s, "tensor", s->picture->tensor);
    put_grid(s, s->picture->tensor);
    put_heading(s, "view", s->picture->view);
    put_grid(s, s->picture->view);
    put_counts(s);
    fputs("</svg>\n", s->out);
}

int picture_svg(const struct picture *p, const char *path) {
    struct svg s = {.picture = p, .x = MARGIN, .width = width_of(p)};

    if (!picture_is_drawable(p)) return fail("more than %d elements: no picture in %s", PICTURE_DRAWN, path);
    s.out = fopen(path, "w");
    if (!s.out) return fail("%s: %s", path, strerror(errno));
    put_all(&s);
    int bad = ferror(s.out);
    if (!fclose(s.out) && !bad) return DONE;
    remove(path);
    return fail("%s: writing failed", path);
}
