/*
 * windows.h - the reference's window and the library's parameters, from one description.
 */
#ifndef STRIDED_TESTS_WINDOWS_H
#define STRIDED_TESTS_WINDOWS_H

#include "reference.h"

/* The same numbers on every spatial axis. */
struct ref_window   window_of(int nd, int64_t size, int64_t stride, int64_t dilation, int64_t before, int64_t after);
strided_conv_params window_conv_params(const struct ref_window *w);
strided_pool_params window_pool_params(const struct ref_pool *p);

#endif
