/*
 * preview.h - a picture in the terminal.
 *
 * Two pixels per character where the terminal has colours and UTF-8 (the upper half block: one pixel is its ink, one
 * its paper), one with colours alone, shades of ASCII without. The shrinking is adaptive average pooling, the library's
 * own.
 */
#ifndef STRIDED_TOOL_PREVIEW_H
#define STRIDED_TOOL_PREVIEW_H

#include "terminal.h"

#include <strided.h>

/* Whether so many planes can be shown: an exit code; what cannot has been reported. */
int preview_fits(int64_t planes, const char *path);
/* Planes (1 or 3, 1, rows, columns), values 0 to 255, in at most so many columns and lines. */
strided_status preview(const strided_tensor *planes, const struct terminal *t, int columns, int lines);

#endif
