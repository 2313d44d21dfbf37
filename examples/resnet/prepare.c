/*
 * prepare.c - resizing is a matrix product along each axis, cropping a view, normalising a batch norm.
 */
#include "prepare.h"

#include <math.h>

static double triangle(double x) { return fmax(1 - fabs(x), 0); }

/* Row o says of which of n pixels pixel o of m is made. */
static strided_tensor *triangles(int64_t m, int64_t n) {
    strided_tensor *t = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(m, n));
    double scale = (double)n / (double)m, reach = fmax(scale, 1);
    float *row = strided_data(t);

    for (int64_t o = 0; row && o < m; o++, row += n) {
        double middle = ((double)o + 0.5) * scale, sum = 0;
        int64_t first = (int64_t)fmax(middle - reach + 0.5, 0), last = (int64_t)fmin(middle + reach + 0.5, (double)n);
        for (int64_t i = first; i < last; i++) sum += triangle(((double)i + 0.5 - middle) / reach);
        for (int64_t i = first; i < last; i++) row[i] = (float)(triangle(((double)i + 0.5 - middle) / reach) / sum);
    }
    return t;
}

static strided_tensor *resized(const strided_tensor *picture, int64_t h, int64_t w) {
    STRIDED_AUTO strided_tensor *across = triangles(w, strided_dim(picture, 1));
    STRIDED_AUTO strided_tensor *down = triangles(h, strided_dim(picture, 0));
    STRIDED_AUTO strided_tensor *half = strided_empty(NULL, STRIDED_U8, STRIDED_DIMS(strided_dim(picture, 0), w, 3));
    strided_tensor *y = strided_empty(NULL, STRIDED_U8, STRIDED_DIMS(h, w, 3));

    if (!strided_einsum(half, "ow,hwc->hoc", STRIDED_TENSORS(across, picture)) &&
        !strided_einsum(y, "oh,hwc->owc", STRIDED_TENSORS(down, half))) return y;
    strided_release(y);
    return NULL;
}

strided_tensor *prepare_resized(const strided_tensor *picture, int64_t side) {
    int64_t h = strided_dim(picture, 0), w = strided_dim(picture, 1);

    if (h < 1 || w < 1) return NULL;
    return h < w ? resized(picture, side, side * w / h) : resized(picture, side * h / w, side);
}

/* Halves go to the even side, as Python rounds. */
static int64_t margin(int64_t n, int64_t side) { return (int64_t)nearbyint((double)(n - side) / 2); }

strided_tensor *prepare_cropped(const strided_tensor *picture, int64_t side) {
    int64_t h = strided_dim(picture, 0), w = strided_dim(picture, 1);
    STRIDED_AUTO strided_tensor *rows = strided_narrow(picture, 0, margin(h, side), side);

    return strided_narrow(rows, 1, margin(w, side), side);
}

strided_status prepare_normalised(strided_tensor *y, const strided_tensor *pictures) {
    static const double means[3] = {0.485 * 255, 0.456 * 255, 0.406 * 255};
    static const double variances[3] = {0.229 * 0.229 * 65025, 0.224 * 0.224 * 65025, 0.225 * 0.225 * 65025};
    STRIDED_AUTO strided_tensor *mean = strided_wrap_const(NULL, means, STRIDED_F64, STRIDED_DIMS(3), NULL);
    STRIDED_AUTO strided_tensor *var = strided_wrap_const(NULL, variances, STRIDED_F64, STRIDED_DIMS(3), NULL);
    STRIDED_AUTO strided_tensor *planes = strided_permute(pictures, STRIDED_DIMS(0, 3, 1, 2));
    strided_status s = strided_copy(y, planes);

    return s ? s : strided_batch_norm(y, y, mean, var, NULL, NULL, 0);
}
