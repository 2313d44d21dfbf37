/*
 * formats.h - what weights.c and the two formats share.
 */
#ifndef WEIGHTS_FORMATS_H
#define WEIGHTS_FORMATS_H

#include "weights.h"

int safetensors_parse(struct weights *w, const unsigned char *bytes, size_t size);

int is_npz(const unsigned char *bytes, size_t size);
int npz_parse(struct weights *w, const unsigned char *bytes, size_t size);
/* The whole archive; NULL on failure, else the caller's to free. */
unsigned char *npz_bytes(struct weights *w, size_t *size);

/* -1 */
int weights_refuse(struct weights *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Both formats keep numbers of `size` bytes with the lowest byte first, whatever the machine does. */
void copy_numbers(void *to, const void *from, int64_t n, size_t size);
/* UINT64_MAX where no 63 bits hold them. */
uint64_t bytes_of_shape(strided_dtype dtype, int ndim, const int64_t *shape);

#endif
