/*
 * filter.c - the filters that have names, those from a file, and how they run.
 */
#include "filter.h"

#include "material.h"
#include "report.h"

#include <math.h>
#include <string.h>

/* ---- weights ------------------------------------------------------------------------------------- */

/* The fifth row of Pascal's triangle with itself. */
static const float blur[25] = {
    1 / 256.f, 4 / 256.f,  6 / 256.f,  4 / 256.f,  1 / 256.f,
    4 / 256.f, 16 / 256.f, 24 / 256.f, 16 / 256.f, 4 / 256.f,
    6 / 256.f, 24 / 256.f, 36 / 256.f, 24 / 256.f, 6 / 256.f,
    4 / 256.f, 16 / 256.f, 24 / 256.f, 16 / 256.f, 4 / 256.f,
    1 / 256.f, 4 / 256.f,  6 / 256.f,  4 / 256.f,  1 / 256.f,
};
static const float sharpen[9] = {0, -1, 0, -1, 5, -1, 0, -1, 0};
/* The slope to the right; the slope downwards is its transpose, a view. */
static const float sobel[9] = {-1, 0, 1, -2, 0, 2, -1, 0, 1};
/* How much red, green and blue add to brightness (ITU-R BT.601). */
static const float brightness[3] = {0.299f, 0.587f, 0.114f};

static strided_tensor *square(const float *weights, int64_t side) {
    return strided_wrap_const(NULL, weights, STRIDED_F32, STRIDED_DIMS(1, 1, side, side), NULL);
}

/* (1, 1, 3, 3) times (1, 3, 1, 1). */
static strided_tensor *of_brightness(const strided_tensor *weights) {
    strided_tensor *share = strided_wrap_const(NULL, brightness, STRIDED_F32, STRIDED_DIMS(1, 3, 1, 1), NULL);
    strided_tensor *w = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 3, 3));

    if (strided_binary(w, STRIDED_MUL, weights, share)) strided_release(w), w = NULL;
    strided_release(share);
    return w;
}

/* The bell curve of 15 taps, along rows times along columns: one row of floats, seen twice. */
static strided_tensor *bell(void) {
    enum { SIDE = 15 };
    float row[SIDE], sum = 0;

    for (int i = 0; i < SIDE; i++) sum += row[i] = expf(-(float)((i - 7) * (i - 7)) / (2 * 3.5f * 3.5f));
    for (int i = 0; i < SIDE; i++) row[i] /= sum;
    strided_tensor *across = strided_wrap_const(NULL, row, STRIDED_F32, STRIDED_DIMS(1, 1, 1, SIDE), NULL);
    strided_tensor *down = strided_transpose(across, 2, 3);
    strided_tensor *w = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, SIDE, SIDE));

    if (strided_binary(w, STRIDED_MUL, across, down)) strided_release(w), w = NULL;
    strided_release(across);
    strided_release(down);
    return w;
}

static void slopes(struct filter *f) {
    f->w[0] = square(sobel, 3);
    f->w[1] = strided_transpose(f->w[0], 2, 3);
}

static void slopes_of_brightness(struct filter *f) {
    slopes(f);
    for (int i = 0; i < 2; i++) {
        strided_tensor *w = of_brightness(f->w[i]);
        strided_release(f->w[i]);
        f->w[i] = w;
    }
    f->mixes = 1;
}

/* ---- from a file --------------------------------------------------------------------------------- */

static int take_weights(struct filter *f, const char *path, strided_tensor *w) {
    int n = strided_ndim(w);

    if (n != 2 && n != 4)
        return fail("%s: weights for pictures have 2 axes (rows, columns) or 4 (out, in, rows, columns), not %d", path, n);
    if (!strided_count(w)) return fail("%s: weights without elements", path);
    f->mixes = n == 4;
    f->w[0] = f->mixes ? strided_retain(w) : strided_reshape(w, STRIDED_DIMS(1, 1, strided_dim(w, 0), -1));
    return f->w[0] ? DONE : fail_call(path);
}

static int from_file(struct filter *f, const char *path) {
    strided_tensor *w = strided_load_npy(NULL, path);
    int code = w ? take_weights(f, path, w) : fail_call(NULL);

    strided_release(w);
    return code;
}

int filter_open(struct filter *f, const char *name, int64_t colours) {
    *f = (struct filter){.name = name};
    if (is_array_path(name)) return from_file(f, name);
    if (!strcmp(name, "blur")) f->w[0] = square(blur, 5);
    else if (!strcmp(name, "soft")) f->w[0] = bell();
    else if (!strcmp(name, "sharpen")) f->w[0] = square(sharpen, 3);
    else if (!strcmp(name, "sobel") || (!strcmp(name, "edges") && colours != 3)) slopes(f);
    else if (!strcmp(name, "edges")) slopes_of_brightness(f);
    else return misuse("no filter '%s'; there are blur, soft, sharpen, sobel, edges and .npy files", name);
    return f->w[0] ? DONE : fail_call(name);
}

void filter_close(struct filter *f) {
    strided_release(f->w[0]);
    strided_release(f->w[1]);
    *f = (struct filter){0};
}

/* ---- running ------------------------------------------------------------------------------------- */

strided_tensor *filter_view(const struct filter *f, const strided_tensor *planes) {
    return f->mixes ? strided_transpose(planes, 0, 1) : strided_permute(planes, STRIDED_DIMS(0, 1, 2, 3));
}

strided_status filter_shape(const struct filter *f, const strided_tensor *x, const strided_conv_params *params,
                            int64_t shape[4]) {
    strided_tensor *y = strided_conv_empty(x, f->w[0], params);

    if (!y) return strided_error_status();
    memcpy(shape, strided_shape(y), 4 * sizeof *shape);
    strided_release(y);
    return STRIDED_OK;
}

/* The square of one convolution, in floats. */
static strided_tensor *squared(const strided_tensor *x, const strided_tensor *w, const strided_conv_params *params) {
    strided_tensor *y = strided_conv_empty(x, w, params);
    strided_status s = strided_conv(y, x, w, NULL, params);

    if (!s) s = strided_unary(y, STRIDED_SQUARE, y);
    if (s) strided_release(y), y = NULL;
    return y;
}

/* y = sqrt(a a + b b), rounded into whatever y holds. */
static strided_status length(strided_tensor *y, const strided_tensor *x, const struct filter *f,
                             const strided_conv_params *params) {
    strided_tensor *a = squared(x, f->w[0], params);
    strided_tensor *b = squared(x, f->w[1], params);
    strided_status s = strided_binary(a, STRIDED_ADD, a, b);

    if (!s) s = strided_unary(y, STRIDED_SQRT, a);
    strided_release(a);
    strided_release(b);
    return s;
}

strided_status filter_apply(strided_tensor *y, const strided_tensor *x, const struct filter *f,
                            const strided_conv_params *params) {
    return f->w[1] ? length(y, x, f, params) : strided_conv(y, x, f->w[0], NULL, params);
}
