/*
 * data.c - reads the digits, and shifts them by taking another window.
 */
#include "data.h"

#include "network.h"

#include <stdio.h>

enum { FRAMED = SIDE + 2 };

static const double spread = 0.1;

static strided_tensor *load(strided_context *ctx, const char *folder, const char *file) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    return strided_load_npy(ctx, path);
}

/* Rows and columns top .. top + SIDE - 1, left .. left + SIDE - 1 of the last two axes. */
static strided_tensor *window_at(const strided_tensor *x, int64_t top, int64_t left) {
    STRIDED_AUTO strided_tensor *rows = strided_narrow(x, -2, top, SIDE);
    return strided_narrow(rows, -1, left, SIDE);
}

strided_status digits_load(struct digits *d, strided_context *ctx, const char *folder) {
    STRIDED_AUTO strided_tensor *bytes = load(ctx, folder, "images.npy");
    STRIDED_AUTO strided_tensor *planes = strided_unsqueeze(bytes, 1);
    STRIDED_AUTO strided_tensor *full = strided_full(ctx, STRIDED_F32, STRIDED_NO_DIMS, 16);

    d->labels = load(ctx, folder, "labels.npy");
    d->framed = strided_zeros(ctx, STRIDED_F32, STRIDED_DIMS(strided_dim(bytes, 0), 1, FRAMED, FRAMED));
    d->images = window_at(d->framed, 1, 1);
    return strided_binary(d->images, STRIDED_DIV, planes, full);
}

void digits_free(struct digits *d) { strided_release(d->framed), strided_release(d->images), strided_release(d->labels); }

int64_t digits_count(const struct digits *d) { return strided_dim(d->images, 0); }

int digits_label(const struct digits *d, int64_t i) { return (int)strided_get_int(d->labels, 1, &i); }

strided_status digits_part(struct digits *part, const struct digits *d, int64_t start, int64_t count) {
    *part = (struct digits){
        .framed = strided_narrow(d->framed, 0, start, count),
        .images = strided_narrow(d->images, 0, start, count),
        .labels = strided_narrow(d->labels, 0, start, count),
    };
    return part->framed && part->images && part->labels ? STRIDED_OK : strided_error_status();
}

/* ---- batches ------------------------------------------------------------------------------------- */

strided_status batch_open(struct batch *b, strided_context *ctx, int64_t size) {
    b->x = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(size, 1, SIDE, SIDE));
    b->targets = strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(size, CLASSES));
    return b->x && b->targets ? STRIDED_OK : strided_error_status();
}

void batch_close(struct batch *b) { strided_release(b->x), strided_release(b->targets); }

static strided_status place(const struct batch *b, int64_t i, const struct digits *d, int64_t which, struct random *r) {
    int64_t top = random_below(r, 3), left = random_below(r, 3);
    STRIDED_AUTO strided_tensor *framed = strided_select(d->framed, 0, which);
    STRIDED_AUTO strided_tensor *shifted = window_at(framed, top, left);
    STRIDED_AUTO strided_tensor *to = strided_select(b->x, 0, i);
    strided_status s = strided_copy(to, shifted);

    return s ? s : strided_set(b->targets, 2, STRIDED_LIST(i, digits_label(d, which)), 1 - spread + spread / CLASSES);
}

strided_status batch_fill(const struct batch *b, const struct digits *d, const int64_t *chosen, struct random *r) {
    strided_status s = strided_fill(b->targets, spread / CLASSES);

    for (int64_t i = 0; i < strided_dim(b->x, 0) && !s; i++) s = place(b, i, d, chosen[i], r);
    return s;
}
