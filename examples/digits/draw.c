/*
 * draw.c - tables and pictures in a terminal; plain characters where there are no colours.
 */
#include "draw.h"

#include <string.h>

enum { BAR = 24, PIXEL = 2, GAP = 3 };

static const struct rgb wrong = {222, 60, 60};

void draw_bar(const struct terminal *t, double share, const char *words) {
    int full = (int)(share * BAR);

    if (!t->live) return;
    fputs("\r\033[K", t->out);
    terminal_foreground(t, hue(2, 8));
    for (int i = 0; i < full; i++) fputs(t->unicode ? "━" : "=", t->out);
    terminal_plain(t);
    terminal_faint(t);
    for (int i = full; i < BAR; i++) fputs(t->unicode ? "━" : "-", t->out);
    terminal_plain(t);
    fprintf(t->out, " %s", words);
    fflush(t->out);
}

/* ---- the confusion matrix ------------------------------------------------------------------------ */

static int answer_at(const strided_tensor *answers, int64_t i) { return (int)strided_get_int(answers, 1, &i); }

static void count(const struct digits *d, const strided_tensor *answers, int table[CLASSES][CLASSES]) {
    memset(table, 0, sizeof(int[CLASSES][CLASSES]));
    for (int64_t i = 0; i < digits_count(d); i++) table[digits_label(d, i)][answer_at(answers, i)]++;
}

static void draw_count(const struct terminal *t, int n, int right) {
    if (!n) {
        terminal_faint(t);
        fputs(t->unicode ? "   ·" : "   .", t->out);
    } else {
        if (right) terminal_bold(t);
        else terminal_foreground(t, wrong);
        fprintf(t->out, "%4d", n);
    }
    terminal_plain(t);
}

void draw_confusion(const struct terminal *t, const struct digits *d, const strided_tensor *answers) {
    int table[CLASSES][CLASSES];

    count(d, answers, table);
    fputs("\nwritten   read as\n       ", t->out);
    for (int c = 0; c < CLASSES; c++) fprintf(t->out, "%4d", c);
    for (int row = 0; row < CLASSES; row++) {
        fprintf(t->out, "\n%7d", row);
        for (int c = 0; c < CLASSES; c++) draw_count(t, table[row][c], row == c);
    }
    fputc('\n', t->out);
}

/* ---- pictures ------------------------------------------------------------------------------------ */

static void draw_pixel(const struct terminal *t, double v) {
    static const char *const blocks[] = {" ", "░", "▒", "▓", "█"}, *const letters[] = {" ", ".", ":", "*", "#"};
    uint8_t grey = (uint8_t)(255 * v);

    if (t->colours) terminal_background(t, (struct rgb){grey, grey, grey});
    int level = t->colours ? 0 : (int)(4 * v + 0.5);
    for (int i = 0; i < PIXEL; i++) fputs(t->unicode ? blocks[level] : letters[level], t->out);
    if (t->colours) terminal_plain(t);
}

static void draw_row(const struct terminal *t, const struct digits *d, int64_t which, int64_t row) {
    for (int64_t column = 0; column < SIDE; column++)
        draw_pixel(t, strided_get(d->images, 4, STRIDED_LIST(which, 0, row, column)));
    fprintf(t->out, "%*s", GAP, "");
}

static void draw_side_by_side(const struct terminal *t, const struct digits *d, const strided_tensor *answers,
                              const int64_t *which, int n) {
    fputc('\n', t->out);
    for (int64_t row = 0; row < SIDE; row++) {
        for (int i = 0; i < n; i++) draw_row(t, d, which[i], row);
        fputc('\n', t->out);
    }
    for (int i = 0; i < n; i++)
        fprintf(t->out, "a %d, read as %d%*s", digits_label(d, which[i]), answer_at(answers, which[i]), SIDE * PIXEL + GAP - 14, "");
    fputc('\n', t->out);
}

void draw_mistakes(const struct terminal *t, const struct digits *d, const strided_tensor *answers) {
    int64_t which[500 / (SIDE * PIXEL)];
    int fit = t->columns / (SIDE * PIXEL + GAP), n = 0;

    for (int64_t i = 0; i < digits_count(d); i++) {
        if (answer_at(answers, i) != digits_label(d, i)) which[n++] = i;
        if (n == fit || (n && i == digits_count(d) - 1)) draw_side_by_side(t, d, answers, which, n), n = 0;
    }
}
