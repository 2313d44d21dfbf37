/*
 * text.h - text that is counted in full and kept as far as it fits, as snprintf does it.
 */
#ifndef STRIDED_SRC_TEXT_H
#define STRIDED_SRC_TEXT_H

#include <inttypes.h>
#include <stddef.h>

struct text {
    char  *buf;    /* `size` bytes; NULL with size 0 */
    size_t size;
    size_t length; /* of all that was put, without the final 0 */
};

void strided__text_put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "(2, 3)", "()". */
void strided__text_list(struct text *t, int n, const int64_t *list);
/* The length as an int, INT_MAX if it is longer. */
int  strided__text_length(const struct text *t);

#endif
