/*
 * demo.h - what the parts of `strided demo` share. Each part is a file: demo_puzzles.c, demo_windows.c, demo_photo.c.
 *
 * Whatever the demo says about results it has just computed; a claim that does not hold ends it with exit code 1.
 */
#ifndef STRIDED_TOOL_DEMO_H
#define STRIDED_TOOL_DEMO_H

#include "terminal.h"

#include <strided.h>

struct demo {
    struct terminal terminal;
    const char *picture; /* the photograph */
    const char *result;  /* where the filtered one goes */
    const char *digits;  /* the folder of the handwritten digits; "" if they are nowhere */
    int step, steps;
};

/* All return an exit code; what went wrong has been reported. */
int demo_puzzles(struct demo *d);
int demo_windows(struct demo *d);
int demo_photo(struct demo *d);
int demo_digits(struct demo *d);

/* The next step begins: on a terminal a line that demo_ready() wipes away, elsewhere a line. */
void demo_step(struct demo *d, const char *what);
void demo_ready(const struct demo *d);
void demo_title(const struct demo *d, const char *title);

/* The tensor's grid, and the view's beside it. */
int demo_draw(const struct demo *d, const strided_tensor *tensor, const strided_tensor *view);
/* The elements of a small tensor, row by row. */
void demo_print(const struct demo *d, const char *label, const strided_tensor *x);
/* Same dtype, shape and bits. */
int same_bits(const strided_tensor *a, const strided_tensor *b);

/* How the program was called, for systems that do not say where it lies. */
void remember_program(const char *argv0);
/* The photograph that comes with the tool: beside the program, in its installed place, or where the build said. "" if
 * it is nowhere. PNG if this build reads it. */
const char *find_photograph(char buf[4096]);
/* The same for the folder of handwritten digits. */
const char *find_digits(char buf[4096]);

#endif
