/*
 * convolution.c - convolutions forward: every parameter once, transposed, streaming, in 8 bits, with batch norm folded in, and as
 * columns (docs/reference/convolution.md).
 */
#include "show.h"

#include <string.h>

static strided_tensor *counting(int ndim, const int64_t *shape, double n) {
    STRIDED_AUTO strided_tensor *line = strided_arange(NULL, STRIDED_F32, 1, n + 1, 1);
    return strided_reshape(line, ndim, shape);
}

/* The chapter's calls: stride and padding as one number or one for each axis, the result is new. */
static strided_status as_in_the_chapter(void) {
    STRIDED_AUTO strided_tensor *line = counting(STRIDED_DIMS(1, 1, 6), 6);
    STRIDED_AUTO strided_tensor *plane = counting(STRIDED_DIMS(1, 1, 3, 4), 12);
    STRIDED_AUTO strided_tensor *space = counting(STRIDED_DIMS(1, 1, 2, 2, 2), 8);
    STRIDED_AUTO strided_tensor *one3 = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 3), 1);
    STRIDED_AUTO strided_tensor *one22 = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2, 2), 1);
    STRIDED_AUTO strided_tensor *one222 = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2, 2, 2), 1);
    STRIDED_AUTO strided_tensor *y1 = strided_conv1d(line, one3, STRIDED_DIMS(2), STRIDED_DIMS(1));
    STRIDED_AUTO strided_tensor *y2 = strided_conv2d(plane, one22, STRIDED_NO_DIMS, STRIDED_DIMS(0, 1));
    STRIDED_AUTO strided_tensor *y3 = strided_conv3d(space, one222, STRIDED_NO_DIMS, STRIDED_NO_DIMS);

    show("conv1d, stride 2, padding 1", y1);
    show("conv2d, padding (0, 1)", y2);
    show("conv3d", y3);
    return strided_error_status();
}

/* The operator: every parameter of the geometry has one entry per spatial axis, and zero means "the usual". */
static strided_status in_full(void) {
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(1, 2, 5), 10);
    STRIDED_AUTO strided_tensor *w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(2, 1, 3), 1); /* one input channel each */
    STRIDED_AUTO strided_tensor *bias = strided_arange(NULL, STRIDED_F32, 0, -40, -20);         /* 0, -20 */
    const strided_conv_params params = {.groups = 2, .dilation = {2}, .auto_pad = STRIDED_AUTO_PAD_SAME,
                                        .pad_mode = STRIDED_PAD_REPLICATE, .activation = STRIDED_ACT_RELU};
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, &params);
    strided_status s = strided_conv(y, x, w, bias, &params);

    if (!s) show("depthwise, dilated, edge repeated, bias, relu", y);
    return s;
}

/* Each x adds w times itself, two elements further on: twice as long, and it is added to what is there. */
static strided_status transposed(void) {
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(1, 1, 3), 3);
    STRIDED_AUTO strided_tensor *w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2), 1);
    const strided_conv_params params = {.stride = {2}};
    STRIDED_AUTO strided_tensor *y = strided_conv_transpose_empty(x, w, &params);
    strided_status s = strided_conv_transpose(y, x, w, NULL, &params);

    if (!s) show("conv_transpose, stride 2", y);
    return s;
}

/* A stream in blocks of 2: the state is what the taps still need of the past. */
static strided_status streaming(void) {
    STRIDED_AUTO strided_tensor *stream = counting(STRIDED_DIMS(1, 1, 6), 6);
    STRIDED_AUTO strided_tensor *w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 3), 1);
    STRIDED_AUTO strided_tensor *state = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 2));
    STRIDED_AUTO strided_tensor *y = strided_empty_like(stream);
    strided_status s = STRIDED_OK;

    for (int64_t at = 0; at < 6 && !s; at += 2) {
        STRIDED_AUTO strided_tensor *in = strided_narrow(stream, 2, at, 2), *out = strided_narrow(y, 2, at, 2);
        s = strided_causal_conv1d(out, in, w, NULL, state, STRIDED_ACT_NONE);
    }
    if (!s) show("causal_conv1d, block by block", y);
    return s;
}

/* Bytes with zero points in, bytes out: the sum is exact, and rounded once. */
static strided_status eight_bits(void) {
    const uint8_t pixels[4] = {100, 110, 120, 130};
    const int8_t taps[2] = {1, 1};
    uint8_t result[3];
    STRIDED_AUTO strided_tensor *x = strided_wrap_const(NULL, pixels, STRIDED_U8, STRIDED_DIMS(1, 1, 4), NULL);
    STRIDED_AUTO strided_tensor *w = strided_wrap_const(NULL, taps, STRIDED_I8, STRIDED_DIMS(1, 1, 2), NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, result, STRIDED_U8, STRIDED_DIMS(1, 1, 3), NULL);
    const strided_quantization q = {.x_zero = 100, .y_scale = 2, .y_zero = 100};
    strided_status s = strided_conv_quantized(y, x, w, NULL, &q, NULL);

    if (!s) show("conv_quantized", y);
    return s;
}

/* Batch norm of what a network learned, as one more operator or as other weights. */
static strided_status batch_norm(void) {
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(1, 1, 4), 4);
    STRIDED_AUTO strided_tensor *w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 1), 2);
    STRIDED_AUTO strided_tensor *mean = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1), 4);
    STRIDED_AUTO strided_tensor *variance = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1), 4);
    STRIDED_AUTO strided_tensor *bias = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(1));
    STRIDED_AUTO strided_tensor *y = strided_conv_empty(x, w, NULL);
    STRIDED_AUTO strided_tensor *folded = strided_empty_like(y);
    strided_status s = strided_conv(y, x, w, NULL, NULL);

    if (!s) s = strided_batch_norm(y, y, mean, variance, NULL, NULL, 0);
    if (!s) s = strided_batch_norm_fold(w, bias, w, NULL, mean, variance, NULL, NULL, 0); /* w is other weights now */
    if (!s) s = strided_conv(folded, x, w, bias, NULL);
    if (!s) show("conv and batch_norm", y);
    if (!s) show("conv with both folded", folded);
    return s;
}

/* What other libraries convolve through: windows copied into columns, and added back. */
static strided_status columns(void) {
    STRIDED_AUTO strided_tensor *x = counting(STRIDED_DIMS(1, 1, 5), 5);
    STRIDED_AUTO strided_tensor *copied = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, 3));
    STRIDED_AUTO strided_tensor *added = strided_empty_like(x);
    strided_status s = strided_im2col(copied, x, STRIDED_DIMS(3), NULL);

    if (!s) show("im2col", copied);
    if (!s) s = strided_col2im(added, copied, STRIDED_DIMS(3), NULL);
    if (!s) show("col2im of it", added);
    return s;
}

int main(void) {
    strided_status s = as_in_the_chapter();

    if (!s) s = in_full();
    if (!s) s = transposed();
    if (!s) s = streaming();
    if (!s) s = eight_bits();
    if (!s) s = batch_norm();
    if (!s) s = columns();
    return finish(s);
}
