/*
 * replace.h - a file that takes the place of another only when it is whole.
 *
 * It is written beside the one it replaces and renamed at the end, so whoever reads that name sees the old file or the
 * new one. A name that stands for no regular file (a device, a pipe) is written in place.
 */
#ifndef STRIDED_SRC_REPLACE_H
#define STRIDED_SRC_REPLACE_H

#include <stdio.h>

enum { REPLACE_PATH = 4096 }; /* bytes of the longest name; longer ones no system opens */

struct replacement {
    FILE *file;
    char  to[REPLACE_PATH];   /* with links followed */
    char  part[REPLACE_PATH]; /* what is written; "": `to` itself */
};

/* A file open for writing, or NULL with errno set. */
FILE *strided__replace_begin(struct replacement *r, const char *path);
/* Closes it. whole: the new file is there; 1. Else, or if that fails, the old one is untouched: 0, and errno says what the
 * caller's own failure or this one was. */
int   strided__replace_end(struct replacement *r, int whole);

#endif
