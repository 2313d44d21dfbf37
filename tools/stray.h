/*
 * stray.h - where a view of given size, stride and offset first leaves its memory.
 */
#ifndef STRIDED_TOOL_STRAY_H
#define STRIDED_TOOL_STRAY_H

#include "numbers.h"

struct stray {
    int64_t index[STRIDED_MAX_NDIM]; /* the first, in row-major order, that lies outside */
    int64_t place;                   /* where it would lie */
};

/* Memory has places 0 .. count-1, index 0,0,... lies at `start`. 0: all of the view lies inside. The numbers are at
 * most LARGEST_NUMBER, so nothing here overflows. */
int find_stray(int ndim, const int64_t *size, const int64_t *stride, int64_t start, int64_t count, struct stray *stray);

#endif
