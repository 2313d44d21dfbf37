/*
 * npz.h - the parameters as an .npz file, which NumPy reads and writes: a zip archive of .npy files, not compressed.
 */
#ifndef DIGITS_NPZ_H
#define DIGITS_NPZ_H

#include "parameters.h"

/* NULL on success; else a sentence. The parameters are as they were if reading fails. */
const char *npz_save(const struct parameters *p, const char *path);
const char *npz_load(const struct parameters *p, const char *path);
/* The same from memory. */
const char *npz_read(const struct parameters *p, const uint8_t *bytes, size_t size);

#endif
