/*
 * convolution.h - a convolution on trial: window, parameters, shapes, and what the reference makes of them.
 */
#ifndef STRIDED_TESTS_CONVOLUTION_H
#define STRIDED_TESTS_CONVOLUTION_H

#include "trial.h"
#include "windows.h"

struct convolution {
    struct ref_window   window;
    strided_conv_params params;
    int64_t x[5], w[5], y[5];
    int     bias, unbatched; /* there is one; x and y lack N */
};

/* c channels of x of extents n, o of y. */
struct convolution convolution_of(const struct ref_window *p, int64_t batch, int64_t c, int64_t o, const int64_t *n);

/* Outputs: y. Inputs: x, w, bias or none. params: a struct convolution. */
void convolution_reference(struct array *const *out, const struct array *const *in, const void *params);
/* What becomes of the sums in y: bias (or NULL) and activation. */
void convolution_finish(struct array *y, const struct array *bias, const struct convolution *s);

struct convolution_dtypes { strided_dtype y, x, w, bias; };
struct convolution_dtypes convolution_all(strided_dtype dtype);

struct trial convolution_trial(const char *name, trial_call *call, const struct convolution *s, struct convolution_dtypes d,
                               uint64_t seed, array_fill *fill);

#endif
