/*
 * subject.h - what `strided show` and `strided explain` look at: "4x5" or "a.npy", and a slice of it as NumPy writes one: "a.npy[::-1,::2]".
 */
#ifndef STRIDED_TOOL_SUBJECT_H
#define STRIDED_TOOL_SUBJECT_H

#include <strided.h>

struct subject {
    strided_tensor *base; /* the whole; of a shape, its elements count 0, 1, 2, ... */
    strided_tensor *view; /* the slice of it; base once more if there is none */
};

/* An exit code; it has been reported. */
int subject_open(struct subject *s, const char *text);
/* A shape has no memory, and elements of this dtype. */
int subject_open_geometry(struct subject *s, const char *text, strided_dtype dtype);
void subject_close(struct subject *s);

#endif
