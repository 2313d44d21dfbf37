/*
 * curve.c - two panels one above the other, epochs to the right, on logarithmic scales: the loss, and the errors in
 * training and on what was held out. It reads on white and on dark pages alike.
 */
#include "curve.h"

#include <math.h>
#include <stdio.h>

#define INK      "#6e7781"
#define TRAINING "#3b7dd8"
#define HELD_OUT "#d9622b"

enum { WIDTH = 720, PANEL = 190, LEFT = 58, RIGHT = 150, TOP = 40, BETWEEN = 64 };

struct panel {
    FILE *out;
    int top;
    double lowest, highest;
    int64_t epochs;
};

/* ---- scales -------------------------------------------------------------------------------------- */

/* 1, 2, 5, 10, 20, 50 ... and down: the next after one of them. */
static double next_tick(double v) {
    double decade = pow(10, floor(log10(v * 1.01)));
    return v / decade < 1.5 ? 2 * decade : v / decade < 3 ? 5 * decade : 10 * decade;
}

/* The last tick that is not above v. */
static double tick_below(double v) {
    double tick = pow(10, floor(log10(v)));
    while (next_tick(tick) <= v) tick = next_tick(tick);
    return tick;
}

static double place_x(const struct panel *p, int64_t i) {
    double steps = p->epochs > 1 ? (double)(p->epochs - 1) : 1;
    return LEFT + (WIDTH - LEFT - RIGHT) * (double)i / steps;
}

/* What is below the lowest line, 0 too, lies on it. */
static double place_y(const struct panel *p, double v) {
    double up = v > 0 ? log(v / p->lowest) / log(p->highest / p->lowest) : 0;
    return p->top + PANEL * (1 - fmin(fmax(up, 0), 1));
}

static void draw_scale(const struct panel *p, const char *title) {
    int64_t step = p->epochs > 5 ? p->epochs / 5 : 1;

    fprintf(p->out, "<text x='%d' y='%d' font-weight='bold'>%s</text>\n", LEFT, p->top - 14, title);
    for (double v = p->lowest; v <= p->highest * 1.01; v = next_tick(v))
        fprintf(p->out, "<path d='M%d %.1fH%d' stroke='" INK "' stroke-opacity='0.3'/>\n"
                        "<text x='%d' y='%.1f' text-anchor='end'>%g</text>\n",
                LEFT, place_y(p, v), WIDTH - RIGHT, LEFT - 8, place_y(p, v) + 4, v);
    for (int64_t e = 1; e <= p->epochs; e++)
        if (e == 1 || e % step == 0)
            fprintf(p->out, "<text x='%.1f' y='%d' text-anchor='middle'>%lld</text>\n", place_x(p, e - 1), p->top + PANEL + 18,
                    (long long)e);
    fprintf(p->out, "<text x='%d' y='%d'>epoch</text>\n", WIDTH - RIGHT + 12, p->top + PANEL + 18);
}

/* ---- lines --------------------------------------------------------------------------------------- */

/* The name stands at the end of its line, or as much lower, with the last value. */
static void draw_line(const struct panel *p, const double *values, double unit, const char *colour, const char *name,
                      double lower) {
    double last = unit * values[p->epochs - 1];

    fprintf(p->out, "<polyline fill='none' stroke='%s' stroke-width='2' stroke-linejoin='round' points='", colour);
    for (int64_t i = 0; i < p->epochs; i++) fprintf(p->out, "%.1f,%.1f ", place_x(p, i), place_y(p, unit * values[i]));
    fprintf(p->out, "'/>\n<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>\n", place_x(p, p->epochs - 1), place_y(p, last),
            colour);
    fprintf(p->out, "<text x='%d' y='%.1f' fill='%s'>%s: %.3g</text>\n", WIDTH - RIGHT + 12, place_y(p, last) + lower + 4, colour,
            name, last);
}

static double largest(const double *values, int64_t n) {
    double most = values[0];
    for (int64_t i = 1; i < n; i++) most = fmax(most, values[i]);
    return most;
}

static double smallest(const double *values, int64_t n) {
    double least = values[0];
    for (int64_t i = 1; i < n; i++) least = fmin(least, values[i]);
    return least;
}

static void draw_loss(FILE *out, const struct curve *c) {
    double least = fmax(smallest(c->loss, c->epochs), 1e-6), most = fmax(largest(c->loss, c->epochs), least);
    struct panel p = {out, TOP, tick_below(least), next_tick(tick_below(most)), c->epochs};

    draw_scale(&p, "loss (smoothed labels allow no less than 0.5)");
    draw_line(&p, c->loss, 1, TRAINING, "training", 0);
}

/* So far that names of lines which end side by side are told apart. */
static double apart(const struct panel *p, double a, double b) {
    double between = place_y(p, a) - place_y(p, b);
    return fabs(between) >= 14 ? 0 : between >= 0 ? 7 - between / 2 : -7 - between / 2;
}

static void draw_errors(FILE *out, const struct curve *c) {
    struct panel p = {out, TOP + PANEL + BETWEEN, 0.1, 100, c->epochs};
    double lower = apart(&p, 100 * c->errors[c->epochs - 1], 100 * c->held_out_errors[c->epochs - 1]);

    draw_scale(&p, "errors, %");
    draw_line(&p, c->errors, 100, TRAINING, "training", lower);
    draw_line(&p, c->held_out_errors, 100, HELD_OUT, "the last 360", -lower);
}

const char *curve_write(const struct curve *c, const char *path) {
    int height = TOP + 2 * PANEL + BETWEEN + 34;
    FILE *out = fopen(path, "w");

    if (!out) return "cannot be opened for writing";
    fprintf(out, "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' "
                 "font-family='system-ui, sans-serif' font-size='12' fill='" INK "'>\n", WIDTH, height, WIDTH, height);
    draw_loss(out, c);
    draw_errors(out, c);
    fputs("</svg>\n", out);
    int bad = ferror(out);
    return fclose(out) || bad ? "cannot be written" : NULL;
}
