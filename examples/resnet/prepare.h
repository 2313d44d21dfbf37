/*
 * prepare.h - from a picture to what the network reads, as torchvision's presets do it: resize, crop, normalise.
 */
#ifndef RESNET_PREPARE_H
#define RESNET_PREPARE_H

#include <strided.h>

/* New; NULL and strided_error() if it cannot be made. Pictures are (H, W, 3) bytes, through any strides. */

/* The shorter side becomes `side`. A pixel is the mean of those it covers, weighed by a triangle, as PIL's BILINEAR has
 * it; rounded to bytes after each axis, to within one of PIL's. */
strided_tensor *prepare_resized(const strided_tensor *picture, int64_t side);
/* The middle: a view. */
strided_tensor *prepare_cropped(const strided_tensor *picture, int64_t side);
/* (x/255 - mean) / std of each colour. pictures is (N, H, W, 3); y is (N, 3, H, W), floating, through any strides. */
strided_status prepare_normalised(strided_tensor *y, const strided_tensor *pictures);

#endif
