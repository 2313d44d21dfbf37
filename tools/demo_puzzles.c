/*
 * demo_puzzles.c - the eight as_strided puzzles of the chapter, drawn: left the tensor, right what the strides make of
 * it.
 */
#include "demo.h"
#include "numbers.h"
#include "report.h"

#include <stdio.h>

struct puzzle {
    const char *what;
    int ndim;
    int64_t size[2], stride[2];
};

static const struct puzzle puzzles[] = {
    {"the first four", 1, {4}, {1}},
    {"a square, every other", 2, {2, 2}, {5, 2}},
    {"the first row", 1, {5}, {1}},
    {"the first column", 1, {4}, {5}},
    {"two rows of three", 2, {2, 3}, {5, 1}},
    {"the same, a row left out", 2, {2, 3}, {10, 1}},
    {"two elements, three times each", 2, {2, 3}, {11, 0}},
    {"the diagonal", 1, {4}, {6}},
};
enum { PUZZLES = sizeof puzzles / sizeof *puzzles };

static int draw(struct demo *d, const strided_tensor *x, const struct puzzle *p, int number) {
    char size[512], stride[512], title[1200];
    strided_tensor *view = strided_as_strided(x, p->ndim, p->size, p->stride, 0);

    snprintf(title, sizeof title, "%d. %s: size %s, stride %s", number, p->what, tuple_text(p->ndim, p->size, size),
             tuple_text(p->ndim, p->stride, stride));
    demo_title(d, title);
    int code = demo_draw(d, x, view);
    strided_release(view);
    return code;
}

int demo_puzzles(struct demo *d) {
    strided_tensor *line = strided_arange(NULL, STRIDED_F32, 0, 20, 1);
    strided_tensor *x = strided_reshape(line, STRIDED_DIMS(4, 5));
    int code = x ? DONE : fail_call(NULL);

    demo_step(d, "eight views of one tensor");
    demo_ready(d);
    fputs("\nTwenty numbers in memory, seen as 4 rows of 5. A view of them is a size and a\n"
          "stride for each axis: how far apart in memory neighbours lie. No number is\n"
          "copied. Left the tensor, right the view.\n",
          d->terminal.out);
    for (int i = 0; i < PUZZLES && !code; i++) code = draw(d, x, &puzzles[i], i + 1);
    strided_release(line);
    strided_release(x);
    return code;
}
