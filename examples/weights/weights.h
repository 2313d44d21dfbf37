/*
 * weights.h - tensors by name, as networks are kept in files: .safetensors, and .npz, which NumPy reads and writes.
 *
 * Strict and small: every number of a file is held against the bytes that are there before a tensor is made of it.
 */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include <strided.h>

enum { WEIGHTS_NAME = 128, WEIGHTS_TEXT = 256, MOST_WEIGHTS = 4096 };

struct named {
    char name[WEIGHTS_NAME];
    strided_tensor *tensor;
};

struct weights {
    struct named *all; /* owned, tensors included */
    int count;
    strided_context *ctx; /* borrowed: whose memory new tensors are */
    char why[WEIGHTS_TEXT]; /* a sentence, once something has failed */
};

void weights_open(struct weights *w, strided_context *ctx);
void weights_close(struct weights *w);

/* Borrowed; NULL if there is none of that name. */
const strided_tensor *weights_find(const struct weights *w, const char *name);

/* All that return int return 0, or -1 and a sentence in w->why. */

/* Takes the tensor over, also when it fails; NULL is what a maker gave that failed. */
int weights_add(struct weights *w, const char *name, strided_tensor *tensor);
/* What the file holds, by how it begins. */
int weights_read(struct weights *w, const char *path);
int weights_parse(struct weights *w, const unsigned char *bytes, size_t size);
/* As an .npz archive of f32. */
int weights_write(struct weights *w, const char *path);

#endif
