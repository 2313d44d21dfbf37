/*
 * bench_print.c - the figures as a table.
 */
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { BAR = 24 };

void bench_label(char name[BENCH_LABEL], char shape[BENCH_LABEL], const struct step *step) {
    int used = 0;

    snprintf(name, BENCH_LABEL, "%.90s", step->name);
    for (int a = 1; a < strided_ndim(step->y); a++)
        used += snprintf(shape + used, (size_t)(BENCH_LABEL - used), a > 1 ? "x%lld" : "%lld", (long long)strided_dim(step->y, a));
}

void bench_title(char text[256], const struct bench *b) {
    const struct resnet *net = b->net;
    char threads[32] = "one thread";

    if (b->threads > 1) snprintf(threads, sizeof threads, "%d threads", b->threads);
    snprintf(text, 256, "ResNet-%d, %lldx%lld, %s, batch norm %s, %s, %s", net->depth, (long long)b->rows, (long long)b->columns,
             net->options.nhwc ? "NHWC" : "NCHW", net->options.unfolded ? "unfolded" : "folded", threads,
             strided_context_isa(net->ctx));
}

/* A bar as long as its share of the slowest. */
static void print_bar(const struct terminal *t, double share, int stage) {
    terminal_foreground(t, hue(stage, 6));
    for (int i = 0; i < (int)(share * BAR + 0.5); i++) fputs(t->unicode ? "━" : "=", t->out);
    terminal_plain(t);
}

/* 0 for the stem, 1 to 4, 5 for the rest: colours. */
static int stage_of(const struct step *s, int before) {
    int stage;

    if (sscanf(s->name, "layer%d", &stage) == 1) return stage;
    return before && s->kind == PLANNED ? 5 : before;
}

static double slowest(const struct bench *b) {
    double most = 0;
    for (int i = 0; i < b->net->count; i++) most = b->steps[i].seconds > most ? b->steps[i].seconds : most;
    return most;
}

static void print_step(const struct bench *b, const struct terminal *t, int i, int stage, double most) {
    const struct step *s = &b->net->steps[i];
    char name[BENCH_LABEL], shape[BENCH_LABEL];

    bench_label(name, shape, s);
    fprintf(t->out, "%-22s %11s %8.3f ", name, shape, 1e3 * b->steps[i].seconds);
    if (s->flops > 0) fprintf(t->out, "%8.1f %6.1f %%  ", 1e-9 * s->flops / b->steps[i].seconds, 100 * b->steps[i].share);
    else fprintf(t->out, "%8s %8s  ", "", "");
    print_bar(t, b->steps[i].seconds / most, stage);
    fputc('\n', t->out);
}

/* Such shares are no mistake. */
static void print_above(const struct bench *b, const struct terminal *t) {
    int above = 0;

    for (int i = 0; i < b->net->count; i++) above |= b->steps[i].share > 1;
    if (above) fputs("above 100 %: Winograd's transforms, and padding left out, save some of what is counted\n", t->out);
}

static double mib(size_t bytes) { return (double)bytes / 1048576; }

static void print_memory(const struct bench *b, const struct terminal *t) {
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    fprintf(t->out, "memory: %.1f MiB to run, %.1f at most while it was planned; the whole process %.1f at most\n",
            mib(b->meter->now), mib(b->meter->most), mib((size_t)usage.ru_maxrss * 1024));
}

void bench_print(const struct bench *b, const struct terminal *t) {
    double most = slowest(b);
    char title[256];
    int stage = 0;

    bench_title(title, b);
    fprintf(t->out, "%s: medians of %d rounds\n\n%-22s %11s %8s %8s %8s\n", title, b->rounds, "layer", "gives", "ms",
            "GFLOP/s", "of peak");
    for (int i = 0; i < b->net->count; i++) {
        stage = stage_of(&b->net->steps[i], stage);
        print_step(b, t, i, stage, most);
    }
    fprintf(t->out, "\n%.2f ms an image, %.1f GFLOP/s, %.1f %% of the FMA peak (%.1f GFLOP/s)\n", bench_ms(b), bench_rate(b),
            100 * b->whole.share, 1e-9 * b->peak);
    print_above(b, t);
    print_memory(b, t);
}
