/*
 * ops_pad.c - padding and its gradient.
 */
#include "ops.h"

#include <string.h>

int pad_mode_parse(const char *word, strided_pad_mode *mode)
{
    static const struct { const char *name; strided_pad_mode mode; } rows[] = {
        {"const", STRIDED_PAD_CONSTANT}, {"zeros", STRIDED_PAD_CONSTANT}, {"reflect", STRIDED_PAD_REFLECT},
        {"replicate", STRIDED_PAD_REPLICATE}, {"circular", STRIDED_PAD_CIRCULAR}, {"symmetric", STRIDED_PAD_SYMMETRIC},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, word) == 0) {
            *mode = rows[i].mode;
            return 1;
        }
    return 0;
}

struct widths { int n; int64_t before[STRIDED_MAX_NDIM], after[STRIDED_MAX_NDIM]; strided_pad_mode mode; };

static struct widths read_widths(struct call *k)
{
    struct widths w = {.n = 0};
    const char *mode = attr_text(k->c, "mode");
    w.n = attr_ints(k->c, "pad_begin", w.before, STRIDED_MAX_NDIM);
    attr_ints(k->c, "pad_end", w.after, STRIDED_MAX_NDIM);
    if (!mode || !pad_mode_parse(mode, &w.mode))
        complain(k, "the mode of padding is not understood");
    return w;
}

strided_status run_pad(struct call *k)
{
    struct widths w = read_widths(k);
    return strided_pad(output(k, "y"), input(k, "x"), w.n, w.before, w.after, w.mode, attr_real(k->c, "value", 0));
}

strided_tensor *make_pad(struct call *k)
{
    struct widths w = read_widths(k);
    return strided_pad_empty(input(k, "x"), w.n, w.before, w.after);
}

strided_status run_pad_bwd(struct call *k)
{
    struct widths w = read_widths(k);
    return strided_pad_grad(output(k, "gx"), input(k, "gy"), w.n, w.before, w.after, w.mode);
}
