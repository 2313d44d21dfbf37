/*
 * window_options.h - how windows are laid, as `strided conv`, `pool` and `explain` are told: --stride, --pad, --pad-mode.
 */
#ifndef STRIDED_TOOL_WINDOW_OPTIONS_H
#define STRIDED_TOOL_WINDOW_OPTIONS_H

#include "numbers.h"

struct window_options {
    struct list stride, pad;  /* one number for all axes, or one for each; n = 0: left out */
    int same;                 /* --pad same: as many positions as x has, per step */
    strided_pad_mode mode;
};

/* An exit code; it has been reported. */
int take_positive(struct list *list, const char *text, const char *option);
int take_stride(struct window_options *o, const char *text);
int take_pad(struct window_options *o, const char *text);
int take_pad_mode(struct window_options *o, const char *text);
/* Into `axes` entries. */
int spread(int64_t *to, int axes, const struct list *list, const char *option);
int spread_pad(int64_t (*to)[2], int axes, const struct list *list);

#endif
