/*
 * numbers.h - numbers and lists of numbers on the command line.
 */
#ifndef STRIDED_TOOL_NUMBERS_H
#define STRIDED_TOOL_NUMBERS_H

#include <stdint.h>
#include <strided.h>

/* No number on the command line is larger: sums of products of two of them, one per axis, fit in 64 bits. */
#define LARGEST_NUMBER ((int64_t)1 << 28)
#define UP_TO_LARGEST "up to 268435456" /* for messages */

struct list {
    int n;
    int64_t at[STRIDED_MAX_NDIM];
};

/* The whole text is one number; 0 if not. */
int parse_number(const char *text, int64_t *value);
/* "2,3" or "2x3"; 0 if it is not such a list. */
int parse_list(const char *text, struct list *list);

/* "(2, 3)", as Python writes a tuple; returns buf. */
const char *tuple_text(int n, const int64_t *at, char buf[512]);

#endif
