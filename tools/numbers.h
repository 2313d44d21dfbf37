/*
 * numbers.h - numbers and lists of numbers on the command line.
 */
#ifndef STRIDED_TOOL_NUMBERS_H
#define STRIDED_TOOL_NUMBERS_H

#include <stdint.h>
#include <strided.h>

/* No number on the command line is larger: sums of products of two of them, one per axis, fit in 64 bits. */
#define LARGEST_NUMBER ((int64_t)1 << 28)

struct list {
    int n;
    int64_t at[STRIDED_MAX_NDIM];
};

/* The whole text is one number; 0 if not. */
int parse_number(const char *text, int64_t *value);
/* "2,3" or "2x3"; 0 if it is not such a list. */
int parse_list(const char *text, struct list *list);
/* The same as parse_list() with one or two entries; one stands for both. */
int parse_pair(const char *text, int64_t pair[2]);

/* "(2, 3)", as Python writes a tuple; returns buf. */
const char *tuple_text(int n, const int64_t *at, char buf[512]);
/* "2x3"; returns buf. */
const char *times_text(int n, const int64_t *at, char buf[512]);

#endif
