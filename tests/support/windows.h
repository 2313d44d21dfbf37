/*
 * windows.h - the reference's window and the library's parameters, from one description.
 */
#ifndef STRIDED_TESTS_WINDOWS_H
#define STRIDED_TESTS_WINDOWS_H

#include "reference.h"

/* The same numbers on every spatial axis. */
struct ref_window   window_of(int nd, int64_t size, int64_t stride, int64_t dilation, int64_t before, int64_t after);
/* A window over inputs of extents n (chosen too, 1..most) that fits into them and their padding; modes: by chance. */
struct ref_window   window_random(struct rng *r, int nd, int64_t most, int64_t n[3]);
/* "2d groups 1 mode 0: (n 5 size 3 stride 1 dilation 1 pad 0 2) ..."; returns buf. */
const char         *window_text(const struct ref_window *w, const int64_t *n, char *buf, size_t size);
strided_conv_params window_conv_params(const struct ref_window *w);
strided_pool_params window_pool_params(const struct ref_pool *p);

#endif
