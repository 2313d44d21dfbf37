/*
 * command_bench.c - `strided bench`: how fast this machine runs a dozen problems, as shares of what its cores can do.
 *
 * The short form of bench/, which measures hundreds of problems beside other libraries. Every sample is held against the
 * FMA peak, or against memcpy, measured at the same moment, for clocks drift; the median of those ratios is shown.
 */
#include "commands.h"
#include "peak.h"
#include "report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strided.h>
#include <unistd.h>

static const char help[] =
    "usage: strided bench [--seconds S]\n"
    "\n"
    "A dozen problems on one thread: time, rate, and the share of the FMA peak (of\n"
    "memcpy's rate for what only moves memory) that was measured beside every sample.\n"
    "STRIDED_MAX_ISA caps the kernels, and then the peak too.\n"
    "\n"
    "  --seconds S  for each of them (0.1)\n";

enum kind { CONV, POOL, PRODUCT };

/* Channels, side of the image, outputs, window, step; of a product m, n, k are c, side, o. */
struct task { const char *name; enum kind kind; int last, c, side, o, size, step, pad, groups; };

static const struct task tasks[] = {
    {"conv 3x3, 64 -> 64 channels, 56x56, NCHW", CONV, 0, 64, 56, 64, 3, 1, 1, 1},
    {"the same, NHWC", CONV, 1, 64, 56, 64, 3, 1, 1, 1},
    {"conv 3x3, 256 -> 256, 14x14, NCHW", CONV, 0, 256, 14, 256, 3, 1, 1, 1},
    {"conv 1x1, 64 -> 256, 56x56, NCHW", CONV, 0, 64, 56, 256, 1, 1, 0, 1},
    {"the same, NHWC", CONV, 1, 64, 56, 256, 1, 1, 0, 1},
    {"conv 7x7 step 2, 3 -> 64, 224x224, NCHW", CONV, 0, 3, 224, 64, 7, 2, 3, 1},
    {"depthwise 3x3, 144 channels, 56x56, NCHW", CONV, 0, 144, 56, 144, 3, 1, 1, 144},
    {"the same, NHWC", CONV, 1, 144, 56, 144, 3, 1, 1, 144},
    {"filter 11x11 of a gray image, 1024x1024", CONV, 0, 1, 1024, 1, 11, 1, 5, 1},
    {"matrix product, 512x512x512", PRODUCT, 0, 512, 512, 512, 0, 0, 0, 0},
    {"max pool 2x2, 128 channels, 112x112, NCHW", POOL, 0, 128, 112, 128, 2, 2, 0, 0},
    {"the same, NHWC", POOL, 1, 128, 112, 128, 2, 2, 0, 0},
};
enum { TASKS = sizeof tasks / sizeof *tasks, ROUNDS = 9 };

/* One task made ready, and what it amounts to. */
struct work {
    strided_tensor *x, *w, *y;
    strided_plan   *plan;
    double flops, bytes;
    void  *from, *to; /* for memcpy of as many bytes */
};

/* (1, c, side, side), channels first or last in memory. */
static strided_tensor *image(int c, int side, int last) {
    if (!last) return strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, c, side, side), 0.5);
    strided_tensor *m = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, side, side, c), 0.5);
    strided_tensor *x = strided_permute(m, STRIDED_DIMS(0, 3, 1, 2));
    strided_release(m);
    return x;
}

static double bytes_of(const strided_tensor *x) { return 4.0 * (double)strided_count(x); }

static void prepare_product(struct work *k, const struct task *t) {
    k->x = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(t->c, t->o), 0.5);
    k->w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(t->o, t->side), 0.5);
    k->y = strided_zeros(NULL, STRIDED_F32, STRIDED_DIMS(t->c, t->side));
    k->plan = strided_einsum_plan(k->y, "ij,jk->ik", STRIDED_TENSORS(k->x, k->w));
    k->flops = 2.0 * t->c * t->o * t->side;
}

static void prepare_conv(struct work *k, const struct task *t) {
    strided_conv_params p = {
        .stride = {t->step, t->step}, .pad = {{t->pad, t->pad}, {t->pad, t->pad}}, .groups = t->groups};
    int side = (t->side + 2 * t->pad - t->size) / t->step + 1;

    k->x = image(t->c, t->side, t->last);
    k->w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(t->o, t->c / t->groups, t->size, t->size), 0.01);
    k->y = image(t->o, side, t->last);
    k->plan = strided_conv_plan(k->y, k->x, k->w, NULL, &p);
    k->flops = 2.0 * t->o * side * side * t->size * t->size * t->c / t->groups;
}

static void prepare_pool(struct work *k, const struct task *t) {
    strided_pool_params p = {.size = {t->size, t->size}, .stride = {t->step, t->step}};

    k->x = image(t->c, t->side, t->last);
    k->y = image(t->c, (t->side - t->size) / t->step + 1, t->last);
    k->plan = strided_pool_plan(k->y, k->x, &p);
    k->bytes = bytes_of(k->x) + bytes_of(k->y);
    k->from = calloc(1, (size_t)k->bytes / 2);
    k->to = calloc(1, (size_t)k->bytes / 2);
}

static int prepare(struct work *k, const struct task *t) {
    memset(k, 0, sizeof *k);
    if (t->kind == PRODUCT) prepare_product(k, t);
    else if (t->kind == CONV) prepare_conv(k, t);
    else prepare_pool(k, t);
    return k->plan && (t->kind != POOL || (k->from && k->to));
}

static void discard(struct work *k) {
    strided_plan_release(k->plan);
    strided_release(k->x);
    strided_release(k->w);
    strided_release(k->y);
    free(k->from);
    free(k->to);
}

static int run_once(const struct work *k) {
    return strided_plan_run(k->plan, strided_data(k->y), strided_const_data(k->x), NULL) == STRIDED_OK;
}

/* What the same work takes at the peak, or memcpy for as many bytes, now. */
static double ideal(const struct work *k) {
    if (k->flops > 0) return k->flops / fma_peak();
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        double start = worked();
        memcpy(k->to, k->from, (size_t)k->bytes / 2);
        __asm__ volatile("" ::: "memory");
        double took = worked() - start;
        if (took < best) best = took;
    }
    return best;
}

/* The least seconds of a run within about `seconds`; 0 if one failed. */
static double least(const struct work *k, double seconds) {
    double best = 1e9, at = worked(), end = at + seconds;
    do {
        if (!run_once(k)) return 0;
        double after = worked();
        if (after - at < best) best = after - at;
        at = after;
    } while (at < end);
    return best;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int measure(const struct task *t, double seconds) {
    struct work k;
    double share[ROUNDS], fastest = 1e9;
    int n = 0;

    if (prepare(&k, t) && run_once(&k))
        for (; n < ROUNDS; n++) {
            double best = ideal(&k), took = least(&k, seconds / ROUNDS);
            if (took <= 0) break;
            share[n] = 100 * best / took;
            if (took < fastest) fastest = took;
        }
    double rate = 1e-9 * (k.flops > 0 ? k.flops : k.bytes) / fastest;
    int is_compute = k.flops > 0;
    discard(&k);
    if (n < ROUNDS) return 0;
    qsort(share, ROUNDS, sizeof *share, ascending);
    printf("%-44s %9.1f us %7.1f %s %6.1f %% of %s\n", t->name, 1e6 * fastest, rate, is_compute ? "GFLOP/s" : "GB/s   ",
           share[ROUNDS / 2], is_compute ? "peak" : "memcpy");
    return 1;
}

/* Which of them is running, on a terminal only; the line goes when the figure is there. */
static void show_progress(int i) {
    if (!isatty(2)) return;
    if (i < TASKS) fprintf(stderr, "\r\033[K%d of %d: %s", i + 1, TASKS, tasks[i].name);
    else fprintf(stderr, "\r\033[K");
    fflush(stdout);
}

static int run(int argc, char **argv) {
    static const struct option options[] = {{"seconds", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    double seconds = 0.1;
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        char *end;
        if (c != 's') return bad_option(c, argv);
        seconds = strtod(optarg, &end);
        if (*end || !(seconds > 0 && seconds <= 60)) return misuse("--seconds wants 0 to 60, not '%s'", optarg);
    }
    if (optind < argc) return misuse("what is '%s'?", argv[optind]);
    printf("kernels %s, one thread, FMA peak %.1f GFLOP/s\n\n", strided_context_isa(NULL), 1e-9 * fma_peak());
    for (int i = 0; i < TASKS; i++) {
        show_progress(i);
        if (!measure(&tasks[i], seconds)) return show_progress(TASKS), fail_call(tasks[i].name);
        if (isatty(1) && isatty(2)) show_progress(TASKS);
    }
    show_progress(TASKS);
    return DONE;
}

const struct command command_bench = {"bench", "how fast this machine runs a dozen problems", help, run};
