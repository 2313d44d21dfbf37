/*
 * look.h - a picture as the network sees it.
 */
#ifndef RESNET_LOOK_H
#define RESNET_LOOK_H

#include "terminal.h"

#include <strided.h>

/* The middle of the picture, (1, 3, side, side); NULL, and it has been reported. Shown on t unless that is NULL. */
strided_tensor *look_at(const char *path, int64_t side, const struct terminal *t);

#endif
