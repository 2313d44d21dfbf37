/*
 * safetensors.h - tensors by name from a .safetensors file: eight bytes of length, a JSON header, the data.
 *
 * Strict and small: every number of the header is held against the bytes that are there before a tensor is made of it.
 * What it does not read: sub-byte and 8-bit float types, names with escapes.
 */
#ifndef RESNET_SAFETENSORS_H
#define RESNET_SAFETENSORS_H

#include <strided.h>

enum { SAFETENSORS_NAME = 128, SAFETENSORS_TEXT = 256 };

struct named {
    char name[SAFETENSORS_NAME];
    strided_tensor *tensor;
};

struct safetensors {
    struct named *all; /* owned, tensors included */
    int count;
};

/* 0, or -1 and a sentence in why; then *f is empty. The tensors are copies; their memory is ctx's. */
int safetensors_read(struct safetensors *f, strided_context *ctx, const char *path, char why[SAFETENSORS_TEXT]);
int safetensors_parse(struct safetensors *f, strided_context *ctx, const unsigned char *bytes, size_t size,
                      char why[SAFETENSORS_TEXT]);
void safetensors_free(struct safetensors *f);

/* Borrowed; NULL if there is none of that name. */
const strided_tensor *safetensors_find(const struct safetensors *f, const char *name);

#endif
