/*
 * wav.h - recordings as .wav files: 16-bit integers or 32-bit floats, frame after frame, the channels of a frame side by
 * side. The samples stay what they are in the file; a tensor over them says how to walk.
 */
#ifndef FIR_WAV_H
#define FIR_WAV_H

#include <strided.h>

enum { WAV_CHANNELS = 8, WAV_TEXT = 160 };

struct wav {
    strided_dtype dtype; /* STRIDED_I16 or STRIDED_F32 */
    int channels;
    unsigned rate; /* frames a second */
    int64_t frames;
    void *samples; /* owned; frames * channels of them */
};

size_t wav_frame_size(const struct wav *w); /* bytes */

/* 0, or -1 and a sentence in why; then *w is empty. */
int wav_read(struct wav *w, const char *path, char why[WAV_TEXT]);
int wav_parse(struct wav *w, const unsigned char *bytes, size_t size, char why[WAV_TEXT]);
int wav_write(const struct wav *w, const char *path, char why[WAV_TEXT]);
void wav_free(struct wav *w);

#endif
