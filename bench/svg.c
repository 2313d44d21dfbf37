/*
 * svg.c - charts: for each plain layout the ratio to the best peer, layer by layer; and the roofline, with every
 * convolution on it. Both are plain SVG that reads on white and on dark pages alike.
 */
#include "bench.h"
#include <math.h>
#include <string.h>

#define INK    "#57606a"
#define OURS   "#1a7f6b"
#define BEHIND "#c2542d"
#define PEER   "#8b949e"

static FILE *open_chart(const char *folder, const char *name, double width, double height)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        return NULL;
    }
    fprintf(f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
            "font-family=\"system-ui, sans-serif\" font-size=\"11\" fill=\"" INK "\">\n",
            width, height, width, height);
    return f;
}

static void close_chart(FILE *f)
{
    fputs("</svg>\n", f);
    fclose(f);
}

static void line(FILE *f, double x1, double y1, double x2, double y2, const char *dash)
{
    fprintf(f,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"" INK
            "\" stroke-width=\"0.7\" stroke-dasharray=\"%s\"/>\n",
            x1, y1, x2, y2, dash);
}

static void text(FILE *f, double x, double y, const char *anchor, const char *words)
{
    fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    for (; *words; words++) {
        if (*words == '<')
            fputs("&lt;", f);
        else if (*words == '&')
            fputs("&amp;", f);
        else
            fputc(*words, f);
    }
    fputs("</text>\n", f);
}

/* ---- ratios -------------------------------------------------------------------------------------- */

static const struct entry *shown(const struct result *r)
{
    const struct entry *e = result_entry(r, "default");
    return e ? e : &r->entry[0];
}

static int in_chart(const struct result *r, const char *family, const char *layout)
{
    return r->entries > 0 && strcmp(r->family, family) == 0 && strcmp(r->layout, layout) == 0 && result_best_peer(r);
}

/* Bars on a logarithmic axis around 1: to the right we are faster. */
static void ratios(const char *folder, const char *family, const char *layout)
{
    enum { LEFT = 190, SPAN = 480, ROW = 15, TOP = 44 };
    const double low = 0.5, high = 16;
    int n = 0;
    for (int i = 0; i < results_count(); i++) n += in_chart(result_at(i), family, layout);
    if (n == 0) return;
    char name[64], words[128];
    snprintf(name, sizeof name, "ratios-%s-%s.svg", family, layout);
    FILE *f = open_chart(folder, name, LEFT + SPAN + 130, TOP + n * ROW + 14);
    if (!f) return;
    snprintf(words, sizeof words, "%s, %s: times faster than the best peer on this machine (its copies counted)",
             family, layout);
    text(f, LEFT, 14, "start", words);
    for (double tick = low; tick <= high; tick *= 2) {
        double x = LEFT + SPAN * log(tick / low) / log(high / low);
        snprintf(words, sizeof words, "%gx", tick);
        text(f, x, 32, "middle", words);
        line(f, x, TOP - 8, x, TOP + n * ROW, tick == 1 ? "" : "2 3");
    }
    double one = LEFT + SPAN * log(1 / low) / log(high / low), y = TOP;
    for (int i = 0; i < results_count(); i++) {
        const struct result *r = result_at(i);
        if (!in_chart(r, family, layout)) continue;
        const struct entry *peer = result_best_peer(r);
        double ratio = shown(r)->share / peer->share, cut = fmin(fmax(ratio, low), high);
        double x = LEFT + SPAN * log(cut / low) / log(high / low);
        text(f, LEFT - 6, y + 10, "end", r->name);
        fprintf(f, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", fmin(one, x), y + 1,
                fabs(x - one), ROW - 4, ratio >= 1 ? OURS : BEHIND);
        snprintf(words, sizeof words, "%.2f  %s", ratio, peer->name);
        text(f, fmax(x, one) + 4, y + 10, "start", words);
        y += ROW;
    }
    close_chart(f);
}

/* ---- roofline ------------------------------------------------------------------------------------ */

enum { PLOT_LEFT = 60, PLOT_TOP = 30, PLOT_WIDE = 640, PLOT_HIGH = 360 };

/* Flops a byte from 1/4 to 1024, GFLOP/s from 1 to 1024. */
static double at_x(double intensity) { return PLOT_LEFT + PLOT_WIDE * fmin(fmax((log2(intensity) + 2) / 12, 0), 1); }
static double at_y(double gflops) { return PLOT_TOP + PLOT_HIGH * (1 - fmin(fmax(log2(gflops) / 10, 0), 1)); }

static void roofs(FILE *f, double peak)
{
    char words[64];
    const struct bandwidth *b = probe_levels();
    line(f, at_x(0.25), at_y(peak), at_x(1024), at_y(peak), "");
    snprintf(words, sizeof words, "FMA peak %.0f GFLOP/s", peak);
    text(f, at_x(0.25) + 4, at_y(peak) - 5, "start", words);
    for (int i = 0; i < LEVELS; i++) {
        double rate = 1e-9 * b[i].read, knee = peak / rate;
        line(f, at_x(0.25), at_y(0.25 * rate), at_x(knee), at_y(peak), "4 3");
        snprintf(words, sizeof words, "%s %.0f GB/s", probe_level_name(i), rate);
        text(f, at_x(0.25) + 4, at_y(0.25 * rate) - 6, "start", words);
    }
}

static void axes(FILE *f)
{
    char words[32];
    line(f, PLOT_LEFT, PLOT_TOP, PLOT_LEFT, PLOT_TOP + PLOT_HIGH, "");
    line(f, PLOT_LEFT, PLOT_TOP + PLOT_HIGH, PLOT_LEFT + PLOT_WIDE, PLOT_TOP + PLOT_HIGH, "");
    for (double v = 1; v <= 1024; v *= 4) {
        snprintf(words, sizeof words, "%g", v);
        text(f, at_x(v), PLOT_TOP + PLOT_HIGH + 16, "middle", words);
        text(f, PLOT_LEFT - 6, at_y(v) + 4, "end", words);
    }
    text(f, PLOT_LEFT + PLOT_WIDE / 2, PLOT_TOP + PLOT_HIGH + 34, "middle", "flops a byte of x, w and y");
    text(f, PLOT_LEFT, PLOT_TOP - 12, "middle", "GFLOP/s");
}

static void dot(FILE *f, const struct result *r, const struct entry *e, const char *colour)
{
    double bytes = (double)(r->read + r->written);
    fprintf(f,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\" fill-opacity=\"0.8\"><title>%s %s: %s, %.0f "
            "GFLOP/s</title></circle>\n",
            at_x(r->flops / bytes), at_y(1e-9 * r->flops / e->seconds), colour, r->name, r->layout, e->name,
            1e-9 * r->flops / e->seconds);
}

static void roofline(const char *folder)
{
    int n = 0;
    for (int i = 0; i < results_count(); i++) n += strcmp(result_at(i)->family, "conv") == 0;
    FILE *f = n ? open_chart(folder, "roofline.svg", PLOT_LEFT + PLOT_WIDE + 30, PLOT_TOP + PLOT_HIGH + 60) : NULL;
    if (!f) return;
    axes(f);
    roofs(f, 1e-9 * probe_peak());
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < results_count(); i++) {
            const struct result *r = result_at(i);
            const struct entry *peer = result_best_peer(r);
            if (strcmp(r->family, "conv") != 0 || r->entries == 0) continue;
            if (turn == 0 && peer) dot(f, r, peer, PEER);
            if (turn == 1) dot(f, r, shown(r), OURS);
        }
    fprintf(f, "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"" OURS "\"/>", PLOT_LEFT + 20, PLOT_TOP + PLOT_HIGH + 50);
    text(f, PLOT_LEFT + 28, PLOT_TOP + PLOT_HIGH + 54, "start", "libstrided");
    fprintf(f, "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"" PEER "\"/>", PLOT_LEFT + 110, PLOT_TOP + PLOT_HIGH + 50);
    text(f, PLOT_LEFT + 118, PLOT_TOP + PLOT_HIGH + 54, "start", "best peer");
    close_chart(f);
}

void svg_write(const char *folder)
{
    static const char *const plain[] = {"nchw", "nhwc"};
    for (int i = 0; i < 2; i++) {
        ratios(folder, "conv", plain[i]);
        ratios(folder, "pool", plain[i]);
    }
    roofline(folder);
}
