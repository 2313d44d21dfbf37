/*
 * numbers.c - numbers and lists of numbers on the command line.
 */
#include "numbers.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One number at *text, which moves behind it. */
static int take_number(const char **text, int64_t *value) {
    const char *digits = *text + (**text == '-' || **text == '+');
    char *end;

    if (!isdigit((unsigned char)*digits)) return 0;
    errno = 0;
    long long v = strtoll(*text, &end, 10);
    if (errno || v > LARGEST_NUMBER || v < -LARGEST_NUMBER) return 0;
    *text = end;
    *value = v;
    return 1;
}

int parse_number(const char *text, int64_t *value) { return take_number(&text, value) && !*text; }

int parse_list(const char *text, struct list *list) {
    for (list->n = 0; list->n < STRIDED_MAX_NDIM; text++) {
        if (!take_number(&text, &list->at[list->n])) return 0;
        list->n++;
        if (*text != ',' && *text != 'x') return !*text;
    }
    return 0;
}

const char *tuple_text(int n, const int64_t *at, char buf[512]) {
    size_t used = 1;

    strcpy(buf, "(");
    for (int i = 0; i < n && used < 500; i++)
        used += (size_t)snprintf(buf + used, 500 - used, i ? ", %" PRId64 : "%" PRId64, at[i]);
    strcat(buf, n == 1 ? ",)" : ")");
    return buf;
}
