/*
 * window_geometry.h - where windows lie: positions, taps and padding of convolution and pooling, per spatial axis.
 *
 * Window j of an axis covers the input positions j*step - before + t*dilation, t in [0, size). Everything here is
 * checked 64-bit arithmetic; what the structs hold afterwards may be computed with freely. Not here: loops (see
 * window_axes.h, which puts a window into a nest) and which operator takes which parameter.
 */
#ifndef STRIDED_SRC_WINDOW_GEOMETRY_H
#define STRIDED_SRC_WINDOW_GEOMETRY_H

#include <strided/conv.h>

/* What the options of convolution and pooling have in common, as the caller wrote it. */
struct window_params {
    const int64_t *step, *dilation;  /* STRIDED_MAX_SPATIAL entries; 0 = the default */
    const int64_t (*pad)[2];
    strided_auto_pad auto_pad;
    int ceil_mode;
    int step_is_size;                /* default of step: the size of the window (pools), not 1 */
};

struct window_axis {
    int64_t n;                       /* extent of the input; positions outside [0, n) are padding */
    int64_t size, step, dilation;    /* taps; from position to position; from tap to tap */
    int64_t before, after;           /* padding */
    int64_t positions;               /* extent of the output */
};

struct window {
    int nd;
    struct window_axis axis[STRIDED_MAX_SPATIAL];
};

/* The domains: steps, dilations and padding not negative, entries from nd on zero, no padding beside auto_pad. */
strided_status strided__window_check_params(const char *who, const struct window_params *p, int nd);

/* From inputs of extents n and windows of `size` taps to positions. */
strided_status strided__window_forward(struct window *win, const char *who, const struct window_params *p,
                                       int nd, const int64_t *n, const int64_t *size);

/* The other way: from positions to the extents n of what the windows were taken from (transposed convolution). */
strided_status strided__window_transposed(struct window *win, const char *who, const struct window_params *p,
                                          const int64_t *output_padding, int nd, const int64_t *positions,
                                          const int64_t *size);

/* No tap of any position lies outside [0, n). */
int strided__window_is_inside(const struct window_axis *a);

/* Taps of position j inside [0, n); with include_pad inside [-before, n + after). */
int64_t strided__window_taps(const struct window_axis *a, int64_t j, int include_pad);

#endif
