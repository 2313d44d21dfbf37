/*
 * draw.h - what a person sees: the progress bar, the confusion matrix, the digits that were read wrongly.
 */
#ifndef DIGITS_DRAW_H
#define DIGITS_DRAW_H

#include "terminal.h"
#include "training.h"

/* On a terminal, over the line that is there; share is of the whole training. */
void draw_bar(const struct terminal *t, double share, const char *words);
/* Rows: what was written; columns: what was read. */
void draw_confusion(const struct terminal *t, const struct digits *d, const strided_tensor *answers);
void draw_mistakes(const struct terminal *t, const struct digits *d, const strided_tensor *answers);

#endif
