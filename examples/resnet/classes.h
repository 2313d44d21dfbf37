/*
 * classes.h - what the network thinks of a picture.
 */
#ifndef RESNET_CLASSES_H
#define RESNET_CLASSES_H

#include "terminal.h"

#include <strided.h>

/* The five largest shares, dense f32; they are taken out as they are shown. labels: the name of a class on each line, or
 * NULL. */
void classes_print(const struct terminal *t, strided_tensor *shares, FILE *labels);

#endif
