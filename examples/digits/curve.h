/*
 * curve.h - the learning curve, as a picture in a file.
 */
#ifndef DIGITS_CURVE_H
#define DIGITS_CURVE_H

#include <stdint.h>

/* One number of each after every epoch. */
struct curve {
    int64_t epochs;
    double *loss, *errors, *held_out_errors; /* errors: a share, 0 .. 1 */
};

/* An .svg file. NULL, or what is wrong. */
const char *curve_write(const struct curve *c, const char *path);

#endif
