/*
 * picture.h - a view drawn: the memory as a strip, the tensor and the view as grids, one hue for each index of the
 * view's outermost axis. A cell of memory that the view shows n times has a badge "xn"; one that lies under several
 * outermost indices is split among their hues; what the view does not touch is grey.
 *
 * picture.c counts, picture_text.c draws in a terminal, picture_svg.c draws into a file. All three read elements
 * through the public face only.
 */
#ifndef STRIDED_TOOL_PICTURE_H
#define STRIDED_TOOL_PICTURE_H

#include "terminal.h"

#include <strided.h>

enum {
    PICTURE_OWNERS = 4,          /* hues that share a cell, at most */
    PICTURE_DRAWN = 1024,        /* elements that are drawn, at most */
    PICTURE_COUNTED = 1 << 26,   /* elements that are counted, at most */
};

struct cell {
    int64_t touches; /* how many indices of the view lie here */
    int64_t owner[PICTURE_OWNERS];
    int owners;      /* outermost indices among them: owner[0..owners), the first ones */
    int more;        /* there are more than that */
};

struct picture {
    const strided_tensor *tensor, *view; /* borrowed; of one storage */
    strided_tensor *memory;              /* the storage as one axis */
    struct cell *cells;                  /* one per element of memory; NULL if there are too many to count */
    int64_t count;                       /* of memory */
    int64_t hues;                        /* extent of the view's outermost axis */
    int64_t touched, repeated, most;     /* cells; cells shown more than once; the largest number of times */
};

/* An exit code; it has been reported. */
int picture_make(struct picture *p, const strided_tensor *tensor, const strided_tensor *view);
void picture_free(struct picture *p);
int picture_is_drawable(const struct picture *p);

/* Which cell of memory element `index` of t is. */
int64_t picture_place(const strided_tensor *t, const int64_t *index);
/* The element as text: up to six digits. */
void picture_value(const struct picture *p, int64_t place, char text[32]);
/* The next index in row-major order; 0 after the last. */
int picture_next(int ndim, const int64_t *shape, int64_t *index);

void picture_text(const struct picture *p, const struct terminal *t);
/* The tensor's grid and the view's, side by side where there is room, without the strip: for small pictures in a row.
 */
void picture_pair(const struct picture *p, const struct terminal *t);
/* An exit code. */
int picture_svg(const struct picture *p, const char *path);

#endif
