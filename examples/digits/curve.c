/*
 * curve.c - two panels one above the other, epochs to the right, on logarithmic scales: the loss, and the errors in
 * training and on what was held out.
 */
#include "curve.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 640, PANEL = 180, LEFT = 64, RIGHT = 130, TOP = 36, BETWEEN = 52 };

struct panel {
    FILE *out;
    int top, lowest, decades; /* from 10^lowest upwards */
    int64_t epochs;
};

static double place_x(const struct panel *p, int64_t i) {
    double steps = p->epochs > 1 ? (double)(p->epochs - 1) : 1;
    return LEFT + (WIDTH - LEFT - RIGHT) * (double)i / steps;
}

/* What is below the lowest line, 0 too, lies on it. */
static double place_y(const struct panel *p, double v) {
    double up = v > 0 ? (log10(v) - p->lowest) / p->decades : 0;
    return p->top + PANEL * (1 - fmin(fmax(up, 0), 1));
}

static void draw_scale(const struct panel *p, const char *title) {
    fprintf(p->out, "<text x='%d' y='%d' font-weight='bold'>%s</text>\n", LEFT, p->top - 12, title);
    for (int i = 0; i <= p->decades; i++) {
        double v = pow(10, p->lowest + i), y = place_y(p, v);
        fprintf(p->out, "<path d='M%d %.1fH%d' stroke='#ddd'/><text x='%d' y='%.1f' text-anchor='end'>%g</text>\n", LEFT, y,
                WIDTH - RIGHT, LEFT - 8, y + 4, v);
    }
    fprintf(p->out, "<text x='%d' y='%d'>1</text><text x='%d' y='%d' text-anchor='end'>epoch %lld</text>\n", LEFT,
            p->top + PANEL + 18, WIDTH - RIGHT, p->top + PANEL + 18, (long long)p->epochs);
}

static void draw_line(const struct panel *p, const double *values, double unit, const char *colour, const char *name, int line) {
    fprintf(p->out, "<polyline fill='none' stroke='%s' stroke-width='2' points='", colour);
    for (int64_t i = 0; i < p->epochs; i++) fprintf(p->out, "%.1f,%.1f ", place_x(p, i), place_y(p, unit * values[i]));
    fprintf(p->out, "'/>\n<text x='%d' y='%d' fill='%s'>%s</text>\n", WIDTH - RIGHT + 12, p->top + 14 + 18 * line, colour, name);
}

const char *curve_write(const struct curve *c, const char *path) {
    FILE *out = fopen(path, "w");
    if (!out) return "cannot be opened for writing";
    struct panel loss = {out, TOP, -1, 2, c->epochs}, errors = {out, TOP + PANEL + BETWEEN, -1, 3, c->epochs};
    int height = errors.top + PANEL + TOP;

    fprintf(out, "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' "
                 "font-family='sans-serif' font-size='12'>\n<rect width='%d' height='%d' fill='white'/>\n",
            WIDTH, height, WIDTH, height, WIDTH, height);
    draw_scale(&loss, "loss");
    draw_line(&loss, c->loss, 1, "#3b6fb6", "training", 0);
    draw_scale(&errors, "errors, %");
    draw_line(&errors, c->errors, 100, "#3b6fb6", "training", 0);
    draw_line(&errors, c->held_out_errors, 100, "#c8553d", "the last 360", 1);
    fputs("</svg>\n", out);
    int bad = ferror(out);
    return fclose(out) || bad ? "cannot be written" : NULL;
}
