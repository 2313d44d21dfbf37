/*
 * course.h - the calls of the chapter "Convolutions From Scratch", by their own names, with the result returned.
 *
 * Each is one line over the general operator: strided_conv1d(x, w, STRIDED_DIMS(2), STRIDED_DIMS(1)) is
 * conv1d(x, weights, stride=2, padding=1). Lists hold one number for all spatial axes or one for each (any other
 * length is refused); STRIDED_NO_DIMS is the default. Results are new, row-major, and yours to release.
 *
 * Part of libstrided; include <strided.h>.
 */
#ifndef STRIDED_COURSE_H
#define STRIDED_COURSE_H

#include <strided/io.h>

#ifdef __cplusplus
extern "C" {
#endif

/* x (b, ic, w), weights (oc, ic, kw) -> (b, oc, ow); stride defaults to 1, padding to 0. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_conv1d(const strided_tensor *x, const strided_tensor *weights,
               int nstride, const int64_t *stride, int npadding, const int64_t *padding);
/* x (b, ic, h, w), weights (oc, ic, kh, kw) -> (b, oc, oh, ow). */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_conv2d(const strided_tensor *x, const strided_tensor *weights,
               int nstride, const int64_t *stride, int npadding, const int64_t *padding);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_conv3d(const strided_tensor *x, const strided_tensor *weights,
               int nstride, const int64_t *stride, int npadding, const int64_t *padding);
/* x (b, ic, h, w) -> (b, ic, oh, ow); stride defaults to kernel_size, padding is minus infinity (avgpool2d: zeros, which
 * count). */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_maxpool1d(const strided_tensor *x, int nkernel_size, const int64_t *kernel_size,
                  int nstride, const int64_t *stride, int npadding, const int64_t *padding);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_maxpool2d(const strided_tensor *x, int nkernel_size, const int64_t *kernel_size,
                  int nstride, const int64_t *stride, int npadding, const int64_t *padding);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_avgpool2d(const strided_tensor *x, int nkernel_size, const int64_t *kernel_size,
                  int nstride, const int64_t *stride, int npadding, const int64_t *padding);
/* The last axis, the last two axes, with pad_value around. */
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_pad1d(const strided_tensor *x, int64_t left, int64_t right, double pad_value);
STRIDED_API STRIDED_CHECKED strided_tensor *
strided_pad2d(const strided_tensor *x, int64_t left, int64_t right, int64_t top, int64_t bottom, double pad_value);

#ifdef __cplusplus
}
#endif

#endif /* STRIDED_COURSE_H */
