/*
 * classes.c - the best of them, each with a bar.
 */
#include "classes.h"

#include <string.h>

enum { BEST = 5, BAR = 30, LABEL = 40 };

/* The class's line of the file, or its number. */
static void label(char text[LABEL + 1], FILE *labels, int64_t class_) {
    char line[256] = "";
    int64_t at = -1;

    if (labels) rewind(labels);
    while (labels && at < class_ && fgets(line, sizeof line, labels)) at++;
    line[strcspn(line, "\r\n,")] = 0;
    if (at == class_ && *line) snprintf(text, LABEL + 1, "%.*s", LABEL, line);
    else snprintf(text, LABEL + 1, "class %lld", (long long)class_);
}

/* Eighths of a character where the terminal has them. */
static void bar(const struct terminal *t, double share) {
    static const char *const part[] = {"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
    int eighths = (int)(share * BAR * 8 + 0.5);

    for (int i = 0; i < eighths / 8; i++) fputs(t->unicode ? "\u2588" : "#", t->out);
    if (t->unicode) fputs(part[eighths % 8], t->out);
}

void classes_print(const struct terminal *t, strided_tensor *tensor, FILE *labels) {
    float *shares = strided_data(tensor);
    int64_t classes = strided_count(tensor);

    for (int i = 0; i < BEST && i < classes; i++) {
        char text[LABEL + 1];
        int64_t best = 0;
        for (int64_t c = 1; c < classes; c++)
            if (shares[c] > shares[best]) best = c;
        double share = (double)shares[best];
        shares[best] = -1;
        label(text, labels, best);
        fprintf(t->out, "%6.2f %%  %-20s ", 100 * share, text);
        terminal_foreground(t, hue(i, BEST)), bar(t, share), terminal_plain(t);
        fputc('\n', t->out);
    }
}
