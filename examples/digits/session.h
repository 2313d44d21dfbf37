/*
 * session.h - training from the first seed to the last, watched: what the program and `strided demo` both run.
 */
#ifndef DIGITS_SESSION_H
#define DIGITS_SESSION_H

#include "terminal.h"

#include <stdint.h>

enum { TRAINED_ON = 1437, HELD_OUT = 360 };

struct session {
    struct terminal terminal;
    const char *data;       /* the folder of the digits */
    const char *save, *load, *plot; /* files, or NULL */
    int64_t epochs, runs;
    uint64_t seed;          /* of the first run; the next has the next */
    int threads;
    double at_least;        /* the mean accuracy wanted, in percent */
};

/* 0, or 1 after a line to stderr that says what is wrong. */
int session_run(const struct session *session);

#endif
