/*
 * window_options.c - reading --stride, --pad, --pad-mode, and lists like them.
 */
#include "window_options.h"

#include "report.h"

#include <string.h>

int take_positive(struct list *list, const char *text, const char *option) {
    if (!parse_list(text, list)) return misuse("%s '%s' is no list of numbers " UP_TO_LARGEST, option, text);
    for (int i = 0; i < list->n; i++)
        if (list->at[i] < 1) return misuse("%s is at least 1", option);
    return DONE;
}

int take_stride(struct window_options *o, const char *text) { return take_positive(&o->stride, text, "--stride"); }

int take_pad(struct window_options *o, const char *text) {
    o->same = !strcmp(text, "same");
    o->pad.n = 0;
    if (o->same) return DONE;
    if (!parse_list(text, &o->pad))
        return misuse("--pad '%s' is neither 'same' nor a list of numbers " UP_TO_LARGEST, text);
    for (int i = 0; i < o->pad.n; i++)
        if (o->pad.at[i] < 0) return misuse("--pad is at least 0");
    return DONE;
}

int take_pad_mode(struct window_options *o, const char *text) {
    static const char *const names[] = {"zero", "replicate", "reflect", "symmetric", "circular"};

    for (int i = 0; i < 5; i++)
        if (!strcmp(text, names[i])) return o->mode = (strided_pad_mode)i, DONE;
    return misuse("--pad-mode is zero, replicate, reflect, symmetric or circular");
}

int spread(int64_t *to, int axes, const struct list *list, const char *option) {
    if (list->n > 1 && list->n != axes) return misuse("%s has %d numbers for %d axes", option, list->n, axes);
    for (int a = 0; a < axes && list->n; a++) to[a] = list->at[list->n == 1 ? 0 : a];
    return DONE;
}

int spread_pad(int64_t (*to)[2], int axes, const struct list *list) {
    int64_t pad[STRIDED_MAX_SPATIAL] = {0};
    int code = spread(pad, axes, list, "--pad");

    for (int a = 0; a < axes && !code; a++) to[a][0] = to[a][1] = pad[a];
    return code;
}
