/*
 * saved.h - the parameters in a file: written as .npz, which NumPy reads, and read from .npz or .safetensors.
 */
#ifndef DIGITS_SAVED_H
#define DIGITS_SAVED_H

#include "parameters.h"
#include "weights.h"

/* 0, or -1 and a sentence in why. The parameters are as they were if reading fails. */
int parameters_save(const struct parameters *p, const char *path, char why[WEIGHTS_TEXT]);
int parameters_load(const struct parameters *p, const char *path, char why[WEIGHTS_TEXT]);
/* Tensors that are no parameter of ours are left alone. */
int parameters_take(const struct parameters *p, const struct weights *w, char why[WEIGHTS_TEXT]);

#endif
