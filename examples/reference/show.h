/*
 * show.h - how the programs of docs/reference print: a name, and the tensor as strided_describe() puts it.
 */
#ifndef STRIDED_EXAMPLE_SHOW_H
#define STRIDED_EXAMPLE_SHOW_H

#include <stdio.h>
#include <strided.h>

static inline void show(const char *name, const strided_tensor *x) {
    char text[2000];

    strided_describe(x, text, sizeof text);
    printf("%s: %s\n", name, x ? text : strided_error());
}

/* The end of a main(): the exit code, and what went wrong. */
static inline int finish(strided_status s) {
    if (s) fprintf(stderr, "%s: %s\n", strided_status_name(s), strided_error());
    return s ? 1 : 0;
}

#endif
