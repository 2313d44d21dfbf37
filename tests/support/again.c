/*
 * again.c - see again.h.
 */
#include "again.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_compat.h"

enum { CASE_SIZE = 600 };

static const char *program = "", *only; /* NULL: all */

void again_choose(int argc, char **argv)
{
    program = argv[0];
    if (argc > 2) only = argv[2];
}

/* What all cases of a trial begin with; returns its length. */
static int head_of(const struct trial *t, char text[CASE_SIZE])
{
    return snprintf(text, CASE_SIZE, "%.400s | seed %" PRIu64 ", ", t->name, t->seed);
}

static int put_numbers(char *text, int used, const char *what, int n, const int *numbers)
{
    for (int i = 0; i < n; i++) used += snprintf(text + used, (size_t)(CASE_SIZE - used), "%s%d", i ? "." : what, numbers[i]);
    return used;
}

static void text_of(const struct stage *s, char text[CASE_SIZE])
{
    int n = s->t->outs + s->t->ins, sides[OPERANDS], used = head_of(s->t, text);
    for (int i = 0; i < n; i++) sides[i] = s->mix.side[i];
    used = put_numbers(text, used, "context ", 1, &s->mix.context);
    used = put_numbers(text, used, ", layouts ", n, s->mix.layout);
    put_numbers(text, used, ", sides ", n, sides);
}

void again_print(const struct stage *s)
{
    char text[CASE_SIZE];
    text_of(s, text);
    print_error("again: %s '*' '%s'\n", program, text);
}

int again_has(const struct trial *t)
{
    char head[CASE_SIZE];
    if (!only) return 1;
    size_t length = (size_t)head_of(t, head);
    return strncmp(only, head, length) == 0;
}

int again_is(const struct stage *s)
{
    char text[CASE_SIZE];
    if (!only) return 1;
    text_of(s, text);
    return strcmp(only, text) == 0;
}
