/*
 * options.c - the command line.
 */
#include "bench.h"
#include <stdlib.h>
#include <string.h>

struct options options = {
    .workloads = BENCH_FOLDER "/workloads", .seconds = 0.15, .patience = 20, .threads = 1, .rounds = 9, .cpu = -1};

static const char help[] =
    "strided-bench: libstrided and its peers on the same problems, in turns.\n"
    "\n"
    "  --family LIST    conv views grad pool product move types uses threads einsum plan process; all if left out\n"
    "  --filter LIST    problems whose name contains one of these\n"
    "  --layout LIST    nchw nhwc mixed views, or a layout's own name\n"
    "  --peers LIST     onednn xnnpack openblas blis pytorch 'c loops' none; all that are there if left out\n"
    "  --threads N      threads of every contender (1)\n"
    "  --isa NAME       scalar, avx2, avx512, avx512_vnni or avx512_amx, for libstrided and the probes, and the peers that can be told\n"
    "  --seconds S      time for each contender of each problem (0.15)\n"
    "  --rounds N       turns that this time is cut into (9)\n"
    "  --patience S     how long to wait in all while others work on this core (20)\n"
    "  --quick          a hundredth of the time, three rounds: to see that it works\n"
    "  --torch          PyTorch takes part too (needs python3-torch)\n"
    "  --as-installed   OpenBLAS and BLIS choose kernels themselves (slow ones on processors newer than they are)\n"
    "  --cpu N          the core that one-threaded work is tied to (the last one allowed)\n"
    "  --json FILE      everything that was measured\n"
    "  --svg FOLDER     charts\n"
    "  --workloads DIR  the lists of problems\n"
    "  -v               a line for every problem\n"
    "\n"
    "Figures are shares of the FMA peak, or of the bandwidth, that was measured in the same turn: medians over the\n"
    "turns. A peer's time includes the copies it needs to take and to give the layouts that were asked for.\n";

static void wrong(const char *what, const char *which)
{
    fprintf(stderr, "strided-bench: %s: %s (--help lists the options)\n", what, which);
    exit(2);
}

static double number(const char *name, const char *text, double lowest)
{
    char  *end;
    double v = strtod(text, &end);
    if (*end || !(v >= lowest)) wrong("not a fitting number", name);
    return v;
}

/* An option with a value; 0 if it is none of those. */
static int valued(const char *name, const char *value)
{
    if (strcmp(name, "--family") == 0) options.families = value;
    else if (strcmp(name, "--filter") == 0) options.filter = value;
    else if (strcmp(name, "--layout") == 0) options.layouts = value;
    else if (strcmp(name, "--peers") == 0) options.peers = value;
    else if (strcmp(name, "--isa") == 0) options.isa = value;
    else if (strcmp(name, "--json") == 0) options.json = value;
    else if (strcmp(name, "--svg") == 0) options.svg = value;
    else if (strcmp(name, "--workloads") == 0) options.workloads = value;
    else if (strcmp(name, "--threads") == 0) options.threads = (int)number(name, value, 1);
    else if (strcmp(name, "--rounds") == 0) options.rounds = (int)number(name, value, 1);
    else if (strcmp(name, "--cpu") == 0) options.cpu = (int)number(name, value, 0);
    else if (strcmp(name, "--patience") == 0) options.patience = number(name, value, 0);
    else if (strcmp(name, "--seconds") == 0) options.seconds = number(name, value, 1e-6);
    else return 0;
    return 1;
}

void options_parse(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
            fputs(help, stdout);
            exit(0);
        } else if (strcmp(a, "-v") == 0) options.verbose = 1;
        else if (strcmp(a, "--torch") == 0) options.torch = 1;
        else if (strcmp(a, "--as-installed") == 0) options.as_installed = 1;
        else if (strcmp(a, "--quick") == 0) options.quick = 1, options.seconds = 0.0015, options.rounds = 3, options.patience = 0;
        else if (i + 1 == argc) wrong("no such option, or no value after it", a);
        else if (!valued(a, argv[++i])) wrong("no such option", a);
    }
    if (options.rounds > ROUNDS_MAX) options.rounds = ROUNDS_MAX;
}

int option_lists(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
        if (strncmp(at, word, n) == 0 && (at[n] == ',' || at[n] == 0)) return 1;
    return list == NULL;
}

int option_filter(const char *name)
{
    for (const char *at = options.filter; at && *at; at += strcspn(at, ","), at += *at == ',') {
        char   word[64];
        size_t n = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), at);
        if (strstr(name, word)) return 1;
    }
    return options.filter == NULL;
}

strided_context *bench_context(int threads)
{
    enum { KEPT = 8 };
    static struct { int threads; strided_context *ctx; } kept[KEPT];
    int i = 0;
    for (; i < KEPT && kept[i].ctx; i++)
        if (kept[i].threads == threads) return kept[i].ctx;
    strided_config config = {.threads = threads, .isa = options.isa};
    strided_context *ctx = strided_context_new(&config);
    if (!ctx || i == KEPT) {
        fprintf(stderr, "strided-bench: no context: %s\n", strided_error());
        exit(2);
    }
    kept[i].threads = threads;
    return kept[i].ctx = ctx;
}
