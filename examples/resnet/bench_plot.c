/*
 * bench_plot.c - the figures as a picture: a bar for each layer, as long as it takes; the line across it is where it would
 * end at the FMA peak. It reads on white and on dark pages alike.
 */
#include "bench.h"

#include <stdio.h>

#define INK "#6e7781"

enum { MARGIN = 14, NAME = 150, LEFT = 240, SPAN = 420, RIGHT = 130, ROW = 18, TOP = 62, FOOT = 30 };

struct chart {
    FILE *out;
    const struct bench *bench;
    double most; /* seconds at the right end */
};

static double place(const struct chart *c, double seconds) { return LEFT + SPAN * seconds / c->most; }

/* 1, 2 or 5 times a power of ten, so that no more than eight ticks fall on the scale. */
static double tick_of(double most) {
    static const double factors[] = {2, 2.5, 2};
    double step = 1e-6;

    for (int i = 0; most / step > 8; i++) step *= factors[i % 3];
    return step;
}

static void draw_scale(const struct chart *c, int rows) {
    int bottom = TOP + rows * ROW + 4;

    for (double v = 0; v <= c->most; v += tick_of(c->most))
        fprintf(c->out, "<path d='M%.1f %dV%d' stroke='" INK "' stroke-width='0.5' stroke-dasharray='2 3'/>\n"
                        "<text x='%.1f' y='%d' text-anchor='middle'>%g</text>\n",
                place(c, v), TOP - 4, bottom, place(c, v), bottom + 14, 1e3 * v);
    fprintf(c->out, "<text x='%d' y='%d'>ms</text>\n", LEFT + SPAN + 14, bottom + 14);
}

static const char *colour(const struct step *s) {
    if (s->flops > 0) return "#1a7f6b";
    return s->kind == PLANNED ? "#4c78a8" : "#c08a2d";
}

static void draw_names(const struct chart *c, const struct step *s, double y) {
    char name[BENCH_LABEL], shape[BENCH_LABEL];

    bench_label(name, shape, s);
    fprintf(c->out, "<text x='%d' y='%.1f' text-anchor='end'>%s</text>\n"
                    "<text x='%d' y='%.1f' text-anchor='end' font-size='11' fill-opacity='0.75'>%s</text>\n",
            NAME, y + 12, name, LEFT - 8, y + 12, shape);
}

static void draw_bar(const struct chart *c, const struct step *s, const struct timing *t, double y) {
    double end = place(c, t->seconds), ideal = place(c, t->seconds * t->share);

    fprintf(c->out, "<rect x='%d' y='%.1f' width='%.1f' height='%d' fill='%s'/>\n"
                    "<text x='%.1f' y='%.1f'>%.2f",
            LEFT, y + 2, end - LEFT, ROW - 5, colour(s), (end > ideal ? end : ideal) + 6, y + 12, 1e3 * t->seconds);
    if (s->flops > 0) fprintf(c->out, " <tspan font-weight='bold'>%.0f %%</tspan>", 100 * t->share);
    fputs("</text>\n", c->out);
    if (s->flops > 0) fprintf(c->out, "<path d='M%.1f %.1fv%d' stroke='#e5484d' stroke-width='2'/>\n", ideal, y, ROW - 1);
}

static void draw_title(const struct chart *c) {
    const struct bench *b = c->bench;
    char title[256];

    bench_title(title, b);
    fprintf(c->out, "<text x='%d' y='20' font-size='15' font-weight='bold'>%s</text>\n"
                    "<text x='%d' y='40'>%.1f ms an image, %.0f GFLOP/s, %.0f %% of the FMA peak; red: where a layer would "
                    "end at the peak</text>\n",
            MARGIN, title, MARGIN, bench_ms(b), bench_rate(b), 100 * b->whole.share);
}

static double longest(const struct bench *b) {
    double most = 1e-9;

    for (int i = 0; i < b->net->count; i++) {
        double share = b->steps[i].share > 1 ? b->steps[i].share : 1;
        if (b->steps[i].seconds * share > most) most = b->steps[i].seconds * share;
    }
    return most;
}

const char *bench_plot(const struct bench *b, const char *path) {
    struct chart c = {.out = fopen(path, "w"), .bench = b, .most = longest(b)};
    int rows = b->net->count, width = LEFT + SPAN + RIGHT, height = TOP + rows * ROW + FOOT;

    if (!c.out) return "cannot be opened for writing";
    fprintf(c.out, "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' "
                   "font-family='system-ui, sans-serif' font-size='12' fill='" INK "'>\n", width, height, width, height);
    draw_title(&c);
    draw_scale(&c, rows);
    for (int i = 0; i < rows; i++) {
        draw_names(&c, &b->net->steps[i], TOP + i * ROW);
        draw_bar(&c, &b->net->steps[i], &b->steps[i], TOP + i * ROW);
    }
    fputs("</svg>\n", c.out);
    int bad = ferror(c.out);
    return fclose(c.out) || bad ? "cannot be written" : NULL;
}
