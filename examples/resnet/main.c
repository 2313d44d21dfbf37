/*
 * resnet - what a ResNet-18 or -34 sees in a picture: its five best classes. Or how fast it is.
 */
#include "bench.h"
#include "classes.h"
#include "look.h"
#include "made.h"
#include "report.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_SIDE = 4096 };

static const char help[] =
    "usage: resnet WEIGHTS PICTURE [--labels FILE] [options]\n"
    "       resnet WEIGHTS [PICTURE] --bench [--seconds S] [--plot FILE] [options]\n"
    "\n"
    "WEIGHTS is a .safetensors or .npz file with torchvision's names (export.py writes\n"
    "one), or resnet18 or resnet34 for random numbers, which take as long. PICTURE is\n"
    "a .png, .ppm or .pgm file.\n"
    "\n"
    "  --labels FILE    the name of a class on each line\n"
    "  --size N         N x N pixels are looked at; 224 if left out\n"
    "  --nhwc           activations lie in memory with channels next to each other\n"
    "  --unfolded       batch norms, sums and ReLUs as steps of their own\n"
    "  --threads N      1 if left out\n"
    "  --bench          how long each layer takes, and the share of the FMA peak\n"
    "  --seconds S      for that; 2 if left out\n"
    "  --plot FILE      the same as a picture, .svg\n"
    "  --color WHEN     auto (default), always or never; NO_COLOR is respected\n";

static const struct option options[] = {
    {"labels", required_argument, NULL, 'l'},  {"size", required_argument, NULL, 's'}, {"nhwc", no_argument, NULL, 'n'},
    {"unfolded", no_argument, NULL, 'u'},      {"threads", required_argument, NULL, 't'}, {"bench", no_argument, NULL, 'b'},
    {"seconds", required_argument, NULL, 'd'}, {"plot", required_argument, NULL, 'p'}, {"color", required_argument, NULL, 'c'},
    {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
};

struct order {
    const char *weights, *picture, *labels, *plot;
    struct resnet_options layout;
    int64_t side;
    int threads, bench;
    double seconds;
    enum colour_choice colours;
};

/* A whole number in lowest .. highest, or 0. */
static int64_t number(int64_t lowest, int64_t highest) {
    char *end;
    errno = 0;
    long long n = strtoll(optarg, &end, 10);

    return !errno && end != optarg && !*end && n >= lowest && n <= highest ? n : 0;
}

static int take(struct order *o, int c) {
    char *end = "";

    if (c == 'l') o->labels = optarg;
    else if (c == 'p') o->plot = optarg;
    else if (c == 'n') o->layout.nhwc = 1;
    else if (c == 'u') o->layout.unfolded = 1;
    else if (c == 'b') o->bench = 1;
    else if (c == 's') o->side = number(32, LARGEST_SIDE);
    else if (c == 't') o->threads = (int)number(1, 256);
    else if (c == 'd') o->seconds = strtod(optarg, &end);
    else return c == 'c' && parse_colour_choice(optarg, &o->colours);
    return o->side && o->threads && o->seconds > 0 && o->seconds <= 600 && !*end;
}

static int misused(const char *why) {
    fprintf(stderr, "resnet: %s; resnet --help says more\n", why);
    return MISUSED;
}

static int take_files(struct order *o, int n, char **files) {
    if (n < 1 || n > 2) return misused("it takes WEIGHTS and a PICTURE");
    o->weights = files[0], o->picture = n > 1 ? files[1] : NULL;
    if (!o->picture && !o->bench) return misused("it wants a PICTURE, or --bench");
    return o->plot && !o->bench ? misused("--plot goes with --bench") : DONE;
}

/* What the readers of pictures report by, as we do. */
int fail(const char *format, ...) {
    va_list args;

    fputs("resnet: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return FAILED;
}

static int show_classes(const struct order *o, strided_tensor *shares) {
    struct terminal t = terminal_open(stdout, o->colours);
    FILE *labels = o->labels ? fopen(o->labels, "r") : NULL;

    if (o->labels && !labels) return fail("%s: %s", o->labels, strerror(errno));
    classes_print(&t, shares, labels);
    if (labels) fclose(labels);
    return DONE;
}

/* A logit that is no number leaves no share a number. */
static int classify(const struct order *o, const struct resnet *net, const strided_tensor *x) {
    STRIDED_AUTO strided_tensor *shares = strided_empty(NULL, STRIDED_F32, 2, strided_shape(net->logits));

    if (resnet_run(net, strided_const_data(x)) || strided_softmax(shares, net->logits, 1)) return fail("%s", strided_error());
    if (isnan(strided_get(shares, STRIDED_DIMS(0, 0)))) return fail("%s: what it computes are no numbers", o->weights);
    return show_classes(o, shares);
}

static int measure(const struct order *o, const struct resnet *net, const strided_tensor *x, const struct meter *meter) {
    struct terminal t = terminal_open(stdout, o->colours);
    struct bench b = {.net = net, .meter = meter, .threads = o->threads};

    if (bench_run(&b, x, o->seconds)) return fail("%s", strided_error());
    bench_print(&b, &t);
    const char *why = o->plot ? bench_plot(&b, o->plot) : NULL;
    return why ? fail("%s: %s", o->plot, why) : DONE;
}

/* ---- from files to a network ------------------------------------------------------------------------ */

/* Time does not depend on what is seen. */
static strided_tensor *open_input(const struct order *o) {
    struct terminal t = terminal_open(stdout, o->colours);

    if (o->picture) return look_at(o->picture, o->side, o->bench ? NULL : &t);
    return strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, o->side, o->side), 0.5);
}

static int open_network(const struct order *o, struct resnet *net, struct weights *w, const strided_tensor *x) {
    int depth = made_depth(o->weights);

    if (depth ? made_weights(w, depth) : weights_read(w, o->weights)) return fail("%s: %s", o->weights, w->why);
    if (resnet_open(net, w->ctx, w, x, o->layout)) return fail("%s: %s", o->weights, net->why);
    if (!o->layout.unfolded) weights_close(w); /* they are packed now */
    return DONE;
}

static int run(const struct order *o, strided_context *ctx, const struct meter *meter, const strided_tensor *x) {
    struct resnet net = {.count = 0};
    struct weights w;

    weights_open(&w, ctx);
    int code = open_network(o, &net, &w, x);
    if (!code) code = o->bench ? measure(o, &net, x, meter) : classify(o, &net, x);
    resnet_close(&net);
    weights_close(&w);
    return code;
}

int main(int argc, char **argv) {
    struct order o = {.side = 224, .threads = 1, .seconds = 2};
    struct meter meter = {0, 0};
    int c, code = FAILED;

    setlocale(LC_CTYPE, "");
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') return fputs(help, stdout) < 0;
        if (!take(&o, c)) return misused("an option is unknown or out of range");
    }
    if (take_files(&o, argc - optind, argv + optind)) return MISUSED;
    strided_context *ctx = strided_context_new(&(strided_config){.threads = o.threads, .allocator = meter_allocator(&meter)});
    if (!ctx) return fail("%s", strided_error());
    STRIDED_AUTO strided_tensor *x = open_input(&o);
    if (x) code = run(&o, ctx, &meter, x);
    strided_context_release(ctx);
    return code;
}
