/*
 * made.h - a ResNet-18 or -34 of random numbers, under torchvision's names: it sees nothing, and takes as long.
 */
#ifndef RESNET_MADE_H
#define RESNET_MADE_H

#include "weights.h"

/* "resnet18", "resnet34": 18, 34; anything else: 0. */
int made_depth(const char *name);
int made_weights(struct weights *w, int depth);

#endif
