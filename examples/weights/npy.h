/*
 * npy.h - one array of an .npz archive, in memory: a line that says what it is, then its numbers.
 */
#ifndef WEIGHTS_NPY_H
#define WEIGHTS_NPY_H

#include "weights.h"

/* NULL and a sentence that begins with the name, if it is not an array as NumPy writes it. */
strided_tensor *npy_parse(struct weights *w, const char *name, const unsigned char *bytes, size_t size);

/* As f32, row after row. */
size_t npy_size(const strided_tensor *x);
int npy_put(struct weights *w, unsigned char *to, const strided_tensor *x);

#endif
