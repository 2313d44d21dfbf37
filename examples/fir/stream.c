/*
 * stream.c - the filter is one convolution. Interleaving is a stride, the sample type a dtype, the order of the taps a
 * flipped view: no sample is moved to another order and none is converted on the way in or out.
 */
#include "stream.h"

#include <string.h>

/* (N, C, W) = (channels, 1, frames) of interleaved memory: the next frame is `channels` samples on. With data NULL it is
 * a geometry, good for planning. */
static strided_tensor *interleaved(strided_context *ctx, const void *data, strided_dtype dtype, int channels, int64_t frames) {
    return strided_wrap_const(ctx, data, dtype, STRIDED_DIMS(channels, 1, frames), STRIDED_LIST(1, 0, channels));
}

static strided_tensor *target(strided_context *ctx, void *data, strided_dtype dtype, int channels, int64_t frames) {
    return strided_wrap(ctx, data, dtype, STRIDED_DIMS(channels, 1, frames), STRIDED_LIST(1, 0, channels));
}

/* (O, C, W) = (1, 1, taps), backwards. */
static strided_tensor *kernel(const strided_tensor *taps) {
    STRIDED_AUTO strided_tensor *flipped = strided_flip(taps, STRIDED_NO_DIMS);
    return strided_reshape(flipped, STRIDED_DIMS(1, 1, strided_count(taps)));
}

/* Room for `frames` frames behind taps - 1 frames of silence. */
static strided_tensor *silence(strided_context *ctx, const strided_tensor *taps, strided_dtype dtype, int channels,
                               int64_t frames) {
    return strided_zeros(ctx, dtype, STRIDED_DIMS(strided_count(taps) - 1 + frames, channels));
}

strided_status stream_open(struct stream *s, strided_context *ctx, const strided_tensor *taps, strided_dtype dtype,
                           int channels, int64_t block) {
    int64_t n = strided_count(taps);
    STRIDED_AUTO strided_tensor *x = interleaved(ctx, NULL, dtype, channels, n - 1 + block);
    STRIDED_AUTO strided_tensor *y = target(ctx, NULL, dtype, channels, block);
    STRIDED_AUTO strided_tensor *w = kernel(taps);

    *s = (struct stream){.frame = (size_t)channels * strided_dtype_size(dtype), .taps = n, .block = block};
    s->plan = strided_conv_plan(y, x, w, NULL, NULL);
    if (!s->plan) return strided_error_status();
    s->past = silence(ctx, taps, dtype, channels, block);
    return s->past ? STRIDED_OK : strided_error_status();
}

void stream_close(struct stream *s) {
    strided_plan_release(s->plan);
    strided_release(s->past);
}

/* Behind a shorter block lies what is left of the one before: it reaches only frames that nobody asked for. */
strided_status stream_block(struct stream *s, void *out, const void *in, int64_t frames) {
    size_t kept = (size_t)(s->taps - 1) * s->frame;
    unsigned char *past = strided_data(s->past);

    memmove(past, past + (size_t)s->block * s->frame, kept);
    memcpy(past + kept, in, (size_t)frames * s->frame);
    return strided_plan_run(s->plan, out, past, NULL);
}

strided_status stream_whole(void *out, const void *in, strided_context *ctx, const strided_tensor *taps,
                            strided_dtype dtype, int channels, int64_t frames) {
    size_t frame = (size_t)channels * strided_dtype_size(dtype), before = (size_t)(strided_count(taps) - 1) * frame;
    STRIDED_AUTO strided_tensor *padded = silence(ctx, taps, dtype, channels, frames);
    STRIDED_AUTO strided_tensor *x =
        interleaved(ctx, strided_data(padded), dtype, channels, strided_count(taps) - 1 + frames);
    STRIDED_AUTO strided_tensor *y = target(ctx, out, dtype, channels, frames);
    STRIDED_AUTO strided_tensor *w = kernel(taps);

    if (!padded) return strided_error_status();
    memcpy((unsigned char *)strided_data(padded) + before, in, (size_t)frames * frame);
    return strided_conv(y, x, w, NULL, NULL);
}
