/*
 * stream.h - a filter that is fed block by block, as a sound card does it.
 *
 *     y[t, channel] = sum over k of taps[k] x[t - k, channel]
 *
 * stream_open() plans; stream_block() then allocates nothing. stream_whole() is the same sum over a whole recording at
 * once: the blocks are its bits.
 */
#ifndef FIR_STREAM_H
#define FIR_STREAM_H

#include <strided.h>

struct stream {
    strided_plan *plan;
    strided_tensor *past; /* the last taps - 1 frames, then the block; interleaved */
    size_t frame;         /* bytes */
    int64_t taps, block;  /* frames */
};

/* taps is 1-d; its first element weighs the newest frame. All memory comes from ctx, here. */
strided_status stream_open(struct stream *s, strided_context *ctx, const strided_tensor *taps, strided_dtype dtype,
                           int channels, int64_t block);
void stream_close(struct stream *s);

/* One block of interleaved frames. The last may have fewer; out has room for a whole block all the same. */
strided_status stream_block(struct stream *s, void *out, const void *in, int64_t frames);

strided_status stream_whole(void *out, const void *in, strided_context *ctx, const strided_tensor *taps,
                            strided_dtype dtype, int channels, int64_t frames);

#endif
