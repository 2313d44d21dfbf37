/*
 * data.h - the digits, and the batches that training takes from them.
 *
 * The pictures lie once in memory, each with a frame of zeros one pixel wide; a picture shifted by a pixel is another
 * 8x8 window of the same 10x10.
 */
#ifndef DIGITS_DATA_H
#define DIGITS_DATA_H

#include "random.h"

#include <strided.h>

struct digits {
    strided_tensor *framed; /* (n, 1, 10, 10), 0 .. 1 */
    strided_tensor *images; /* (n, 1, 8, 8), the middle of it */
    strided_tensor *labels; /* (n), u8 */
};

struct batch {
    strided_tensor *x;       /* (size, 1, 8, 8) */
    strided_tensor *targets; /* (size, classes): each row is what should be thought of a digit, and sums to 1 */
};

/* images.npy and labels.npy of a folder. */
strided_status digits_load(struct digits *d, strided_context *ctx, const char *folder);
void digits_free(struct digits *d);
int64_t digits_count(const struct digits *d);
int digits_label(const struct digits *d, int64_t i);
/* `count` of them from `start`: views. */
strided_status digits_part(struct digits *part, const struct digits *d, int64_t start, int64_t count);

strided_status batch_open(struct batch *b, strided_context *ctx, int64_t size);
void batch_close(struct batch *b);
/* The pictures that `chosen` names, each shifted at random by -1, 0 or 1 in both directions. A tenth of every target is
 * spread over all classes (Szegedy and others 2016): who is not asked to be certain reads unknown hands better. */
strided_status batch_fill(const struct batch *b, const struct digits *d, const int64_t *chosen, struct random *r);

#endif
