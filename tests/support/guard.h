/*
 * guard.h - memory between two pages that may not be touched.
 *
 * The block ends exactly where a forbidden page begins (GUARD_AFTER), or begins right behind one
 * (GUARD_BEFORE), so that one byte too far is a fault. Blocks are recycled: asking for many is cheap.
 */
#ifndef STRIDED_TESTS_GUARD_H
#define STRIDED_TESTS_GUARD_H

#include <stddef.h>

enum guard_side { GUARD_AFTER, GUARD_BEFORE };

struct guard {
    unsigned char *data;  /* `bytes` of them; contents undefined */
    size_t         bytes;
    size_t         room;  /* bytes between the two forbidden pages */
    unsigned char *base;  /* first byte of that room */
    struct guard  *next;
};

struct guard *guard_new(size_t bytes, enum guard_side side);
void          guard_free(struct guard *g); /* NULL is fine */
void          guard_trim(void);            /* gives recycled blocks back to the system */

#endif
