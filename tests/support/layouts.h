/*
 * layouts.h - the table of layouts: every way the tests lay a tensor into memory.
 *
 *     struct place p;
 *     for (int i = 0; i < LAYOUTS; i++)
 *         if (layout_place(i, LAYOUT_INPUT, ndim, shape, &p)) ... layout_name(i) ...
 *
 * A place is numbers only; operand.h puts memory behind it.
 */
#ifndef STRIDED_TESTS_LAYOUTS_H
#define STRIDED_TESTS_LAYOUTS_H

#include <strided/base.h>

enum layout_role { LAYOUT_INPUT, LAYOUT_OUTPUT };

/* Where element 0,0,.. lies in a storage of `count` elements, and the strides from there. */
struct place {
    int64_t strides[STRIDED_MAX_NDIM];
    int64_t offset, count;
};

enum { LAYOUT_CONTIGUOUS = 0, LAYOUTS = 22 };

const char *layout_name(int layout);
/* 0 if the layout says nothing new about this shape, or is for inputs only. */
int layout_place(int layout, enum layout_role role, int ndim, const int64_t *shape, struct place *p);

#endif
