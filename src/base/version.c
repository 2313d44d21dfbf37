/*
 * version.c - the version of the library that is running, which may not be that of the header.
 */
#include <strided/base.h>

int strided_version(void) { return STRIDED_VERSION; }
