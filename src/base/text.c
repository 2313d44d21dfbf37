/*
 * text.c - text that is counted in full and kept as far as it fits.
 */
#include "text.h"
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

void strided__text_put(struct text *t, const char *format, ...)
{
    size_t room = t->buf && t->length < t->size ? t->size - t->length : 0;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(room ? t->buf + t->length : NULL, room, format, args);
    va_end(args);
    if (n > 0) t->length += (size_t)n;
}

void strided__text_list(struct text *t, int n, const int64_t *list)
{
    strided__text_put(t, "(");
    for (int i = 0; i < n; i++) strided__text_put(t, i ? ", %" PRId64 : "%" PRId64, list[i]);
    strided__text_put(t, ")");
}

int strided__text_length(const struct text *t) { return t->length > INT_MAX ? INT_MAX : (int)t->length; }
