/*
 * main.c - a residual network learns to read handwritten digits; every array operation in it is libstrided's.
 */
#include "session.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>

static const char help[] =
    "usage: digits [--epochs N] [--seed N] [--runs N] [--threads N] [--plot FILE]\n"
    "              [--save FILE] [--load FILE] [--data FOLDER] [--color WHEN]\n"
    "\n"
    "Trains a small residual network on 1437 handwritten digits and lets it read\n"
    "360 others. The same seed gives the same weights, bit for bit.\n"
    "\n"
    "  --epochs N       how often it sees every digit; 25 if left out\n"
    "  --seed N         of weights, shuffling and shifts; 0 if left out\n"
    "  --runs N         train N times, with this seed and the next ones\n"
    "  --threads N      1 if left out\n"
    "  --plot FILE      writes the learning curve of the last run as .svg\n"
    "  --save FILE      writes the weights of the last run as .npz\n"
    "  --load FILE      no training: these weights\n"
    "  --data FOLDER    of images.npy and labels.npy\n"
    "  --color WHEN     auto (default), always or never; NO_COLOR is respected\n"
    "  --at-least X     exit code 1 if the mean accuracy is below X percent\n";

static const struct option options[] = {
    {"epochs", required_argument, NULL, 'e'},  {"seed", required_argument, NULL, 's'}, {"runs", required_argument, NULL, 'r'},
    {"threads", required_argument, NULL, 't'}, {"plot", required_argument, NULL, 'p'}, {"save", required_argument, NULL, 'w'},
    {"load", required_argument, NULL, 'l'},    {"data", required_argument, NULL, 'd'}, {"color", required_argument, NULL, 'c'},
    {"at-least", required_argument, NULL, 'a'}, {"help", no_argument, NULL, 'h'},      {NULL, 0, NULL, 0},
};

static int misused(const char *why) {
    fprintf(stderr, "digits: %s; digits --help says more\n", why);
    return 2;
}

/* A whole number in lowest .. highest. */
static int number(long long *n, long long lowest, long long highest) {
    char *end;

    errno = 0;
    *n = strtoll(optarg, &end, 10);
    return !errno && end != optarg && !*end && *n >= lowest && *n <= highest;
}

static int percent(double *x) {
    char *end;

    *x = strtod(optarg, &end);
    return end != optarg && !*end && *x >= 0 && *x <= 100;
}

static int take(struct session *s, int c, enum colour_choice *colours) {
    long long n = 0;
    int good = 1;

    if (c == 'e') good = number(&n, 1, 10000), s->epochs = n;
    else if (c == 's') good = number(&n, 0, INT64_MAX), s->seed = (uint64_t)n;
    else if (c == 'r') good = number(&n, 1, 1000), s->runs = n;
    else if (c == 't') good = number(&n, 1, 256), s->threads = (int)n;
    else if (c == 'p') s->plot = optarg;
    else if (c == 'w') s->save = optarg;
    else if (c == 'l') s->load = optarg;
    else if (c == 'd') s->data = optarg;
    else if (c == 'a') good = percent(&s->at_least);
    else good = c == 'c' && parse_colour_choice(optarg, colours);
    return good;
}

int main(int argc, char **argv) {
    struct session s = {.data = DIGITS_DATA, .epochs = 25, .runs = 1, .threads = 1};
    enum colour_choice colours = COLOUR_AUTO;
    int c;

    setlocale(LC_CTYPE, "");
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') return fputs(help, stdout) < 0;
        if (!take(&s, c, &colours)) return misused("an option is unknown or out of range");
    }
    if (optind < argc) return misused("it takes options only");
    s.terminal = terminal_open(stdout, colours);
    return session_run(&s);
}
