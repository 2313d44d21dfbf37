/*
 * wide.h - integers that hold products of two int64_t, where the compiler has them; a test that wants them calls skip_unless_wide().
 */
#ifndef STRIDED_TESTS_WIDE_H
#define STRIDED_TESTS_WIDE_H

#include <stdint.h>
#include "cmocka_compat.h"

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 wide;
#else
typedef int64_t wide;
#endif

static inline void skip_unless_wide(void)
{
    if (sizeof(wide) < 16) skip();
}

#endif
