/*
 * terminal.c - what the place we print to can show, and the escape sequences for it.
 */
#include "terminal.h"

#include <langinfo.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int parse_colour_choice(const char *text, enum colour_choice *choice) {
    static const char *const names[] = { "auto", "always", "never" };

    for (int i = 0; i < 3; i++)
        if (!strcmp(text, names[i])) return *choice = (enum colour_choice)i, 1;
    return 0;
}

static const char *environment(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static enum colours most_colours(void) {
    const char *colorterm = environment("COLORTERM"), *term = environment("TERM");

    if (!strcmp(colorterm, "truecolor") || !strcmp(colorterm, "24bit")) return COLOURS_24_BIT;
    if (strstr(term, "direct")) return COLOURS_24_BIT;
    if (strstr(term, "256color") || !*term || !strcmp(term, "dumb")) return COLOURS_256;
    return COLOURS_16;
}

static enum colours colours_of(int is_terminal, enum colour_choice choice) {
    const char *term = environment("TERM");

    if (choice == COLOUR_ALWAYS) return most_colours();
    if (choice == COLOUR_NEVER || !is_terminal || *environment("NO_COLOR")) return NO_COLOURS;
    return !*term || !strcmp(term, "dumb") ? NO_COLOURS : most_colours();
}

static int columns_of(FILE *out) {
    struct winsize size;
    int columns = atoi(environment("COLUMNS"));

    if (columns <= 0 && !ioctl(fileno(out), TIOCGWINSZ, &size)) columns = size.ws_col;
    if (columns <= 0) columns = 80;
    return columns < 40 ? 40 : columns > 500 ? 500 : columns;
}

struct terminal terminal_open(FILE *out, enum colour_choice choice) {
    int live = isatty(fileno(out)) && strcmp(environment("TERM"), "dumb");

    return (struct terminal){
        .out = out,
        .colours = colours_of(live, choice),
        .columns = columns_of(out),
        .unicode = !strcmp(nl_langinfo(CODESET), "UTF-8"),
        .live = live,
    };
}

/* ---- escape sequences ---------------------------------------------------------------------------- */

/* The 6x6x6 cube of the 256 colours has these levels; its greys are 8, 18, 28, ..., 238. */
static int cube_level(int v) { return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40; }

static int near_grey(struct rgb c) {
    int low = c.r < c.g ? c.r : c.g, high = c.r > c.g ? c.r : c.g;
    low = low < c.b ? low : c.b;
    high = high > c.b ? high : c.b;
    return high - low < 12;
}

static int among_256(struct rgb c) {
    if (near_grey(c) && c.g > 3 && c.g < 243) return 232 + (c.g - 3) / 10;
    return 16 + 36 * cube_level(c.r) + 6 * cube_level(c.g) + cube_level(c.b);
}

/* The strongest of red, green and blue. */
static int brightness(struct rgb c) {
    int high = c.r > c.g ? c.r : c.g;
    return high > c.b ? high : c.b;
}

/* Of the eight colours, by which of red, green and blue are strong. */
static int among_8(struct rgb c) {
    int threshold = brightness(c) > 64 ? brightness(c) * 7 / 10 : 64;
    return (c.r >= threshold) | (c.g >= threshold) << 1 | (c.b >= threshold) << 2;
}

/* The eight colours have a bright form, 60 further on. */
static int among_16(struct rgb c) { return among_8(c) + (brightness(c) > 160 ? 60 : 0); }

static void set_colour(const struct terminal *t, int layer, struct rgb c) {
    if (t->colours == COLOURS_24_BIT) fprintf(t->out, "\033[%d8;2;%d;%d;%dm", layer, c.r, c.g, c.b);
    if (t->colours == COLOURS_256) fprintf(t->out, "\033[%d8;5;%dm", layer, among_256(c));
    if (t->colours == COLOURS_16) fprintf(t->out, "\033[%dm", 10 * layer + among_16(c));
}

void terminal_background(const struct terminal *t, struct rgb c) { set_colour(t, 4, c); }
void terminal_foreground(const struct terminal *t, struct rgb c) { set_colour(t, 3, c); }

void terminal_faint(const struct terminal *t) {
    if (t->colours) fputs("\033[90m", t->out);
}

void terminal_bold(const struct terminal *t) {
    if (t->colours) fputs("\033[1m", t->out);
}

void terminal_plain(const struct terminal *t) {
    if (t->colours) fputs("\033[0m", t->out);
}

/* ---- hues ---------------------------------------------------------------------------------------- */

static uint8_t channel(double hue_degrees, double shift) {
    double k = fmod(shift + hue_degrees / 60, 6), ramp = fmin(fmin(k, 4 - k), 1);
    return (uint8_t)lround(255 * (1 - 0.5 * fmax(0, ramp)));
}

static struct rgb wheel(double degrees) {
    return (struct rgb){ channel(degrees, 5), channel(degrees, 3), channel(degrees, 1) };
}

struct rgb hue(int64_t i, int64_t n) {
    static const struct rgb few[] = {
        {124, 170, 255}, {255, 184, 96}, {144, 214, 120}, {255, 136, 156},
        {196, 160, 255}, {110, 220, 224}, {236, 212, 92}, {222, 150, 214},
    };
    if (n <= (int64_t)(sizeof few / sizeof *few)) return few[i];
    return wheel(360 * (double)i / (double)n);
}
