/*
 * terminal.h - what the place we print to can show: colours, characters beyond ASCII, how wide it is.
 */
#ifndef STRIDED_TOOL_TERMINAL_H
#define STRIDED_TOOL_TERMINAL_H

#include <stdint.h>
#include <stdio.h>

/* What --color says. AUTO: only on a terminal, and not if NO_COLOR is set or TERM is "dumb". */
enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

enum colours { NO_COLOURS = 0, COLOURS_16, COLOURS_256, COLOURS_24_BIT };

struct terminal {
    FILE *out;
    enum colours colours;
    int columns;
    int unicode; /* the locale is UTF-8 */
    int live;    /* a terminal: a line may be written over */
};

struct rgb {
    uint8_t r, g, b;
};

struct terminal terminal_open(FILE *out, enum colour_choice choice);
/* "auto", "always", "never"; 0 if it is none of them. */
int parse_colour_choice(const char *text, enum colour_choice *choice);

void terminal_background(const struct terminal *t, struct rgb c);
void terminal_foreground(const struct terminal *t, struct rgb c);
void terminal_faint(const struct terminal *t);
void terminal_bold(const struct terminal *t);
void terminal_plain(const struct terminal *t); /* ends all of the above */

/* The colour of the i-th of n things that must be told apart, light enough for black text on it. */
struct rgb hue(int64_t i, int64_t n);

#endif
