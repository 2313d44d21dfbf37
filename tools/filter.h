/*
 * filter.h - what is done to a picture: one convolution, or two whose results are the sides of a right angle (the
 * length of the gradient). Everything runs on views; nothing here knows how pixels lie in memory.
 */
#ifndef STRIDED_TOOL_FILTER_H
#define STRIDED_TOOL_FILTER_H

#include <strided.h>

struct filter {
    const char *name;
    strided_tensor *w[2]; /* (O, C, kh, kw); w[1] NULL: one convolution */
    int mixes; /* C is the number of colours: x is (1, C, rows, columns). If not, C = 1 and each plane is on its own */
};

/* blur, soft, sharpen, sobel, edges, or a .npy file with (kh, kw) or (O, C, kh, kw). An exit code; it has been
 * reported. */
int  filter_open(struct filter *f, const char *name, int64_t colours);
void filter_close(struct filter *f);

/* Planes (P, 1, rows, columns) as the filter wants them: a view. */
strided_tensor *filter_view(const struct filter *f, const strided_tensor *planes);
/* The shape of the result for filter_view()'s x, into shape[4]. */
strided_status filter_shape(const struct filter *f, const strided_tensor *x, const strided_conv_params *params,
                            int64_t shape[4]);
strided_status filter_apply(strided_tensor *y, const strided_tensor *x, const struct filter *f,
                            const strided_conv_params *params);

#endif
