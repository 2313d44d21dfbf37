/*
 * options.h - what every options struct has in common: a tail that must be zero.
 */
#ifndef STRIDED_SRC_OPTIONS_H
#define STRIDED_SRC_OPTIONS_H

#include <strided/base.h>

/* ERR_UNSUPPORTED unless reserved[0..8) are all zero. */
strided_status strided__check_reserved(const char *who, const uint64_t reserved[8]);

#endif
