/*
 * stray.c - the first index of a view that lies outside its memory, found axis by axis without walking the view.
 */
#include "stray.h"

static int64_t lower(int64_t size, int64_t stride) { return stride < 0 ? (size - 1) * stride : 0; }
static int64_t upper(int64_t size, int64_t stride) { return stride > 0 ? (size - 1) * stride : 0; }

/* The least i >= 0 for which one of low + i*stride < 0 and high + i*stride >= count holds; one exists. */
static int64_t first_outside(int64_t low, int64_t high, int64_t stride, int64_t count) {
    if (low < 0 || high >= count) return 0;
    return stride > 0 ? (count - high + stride - 1) / stride : low / -stride + 1;
}

int find_stray(int ndim, const int64_t *size, const int64_t *stride, int64_t start, int64_t count,
               struct stray *stray) {
    int64_t low = start, high = start;

    for (int a = 0; a < ndim; a++) {
        if (size[a] == 0) return 0;
        low += lower(size[a], stride[a]);
        high += upper(size[a], stride[a]);
    }
    if (low >= 0 && high < count) return 0;
    for (int a = 0; a < ndim; a++) { /* low and high are those of the axes from a on; then index a is fixed */
        low -= lower(size[a], stride[a]);
        high -= upper(size[a], stride[a]);
        stray->index[a] = first_outside(low, high, stride[a], count);
        low += stray->index[a] * stride[a];
        high += stray->index[a] * stride[a];
    }
    stray->place = low;
    return 1;
}
