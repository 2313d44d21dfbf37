/*
 * command_demo.c - `strided demo`: the library at work, in a terminal, in a few seconds.
 */
#include "clock.h"
#include "commands.h"
#include "demo.h"
#include "report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: strided demo [--image FILE] [--output FOLDER] [--color WHEN]\n"
    "\n"
    "Draws views of a small tensor, shows how products, convolutions and pooling are\n"
    "views multiplied and summed, then filters a photograph in its own buffer of\n"
    "interleaved bytes, compares layouts bit for bit, previews the result and writes\n"
    "it as strided-demo.png (.ppm in a build without PNG). At the end a residual\n"
    "network learns to read handwritten digits.\n"
    "\n"
    "  --image FILE     another photograph: .png, .ppm or .pgm\n"
    "  --output FOLDER  where the result goes; the current folder if left out\n"
    "  --color WHEN     auto (default), always or never; NO_COLOR is respected\n"
    "\n"
    "Everything it says about results it has computed; exit code 1 if a comparison\n"
    "fails.\n";

#ifdef STRIDED_HAVE_PNG
#define RESULT "strided-demo.png"
#else
#define RESULT "strided-demo.ppm"
#endif

struct request {
    const char *image, *folder;
    enum colour_choice colours;
};

static int take_options(struct request *r, int argc, char **argv) {
    static const struct option options[] = {
        {"image", required_argument, NULL, 'i'}, {"output", required_argument, NULL, 'o'},
        {"color", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0},
    };
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
        if (c == 'i') r->image = optarg;
        else if (c == 'o') r->folder = optarg;
        else if (c != 'c') return bad_option(c, argv);
        else if (!parse_colour_choice(optarg, &r->colours)) return misuse("--color is auto, always or never");
    }
    return optind < argc ? misuse("what is '%s'?", argv[optind]) : DONE;
}

static void greet(const struct demo *d) {
    int v = strided_version();

    terminal_bold(&d->terminal);
    fprintf(d->terminal.out, "libstrided %d.%d.%d", v / 1000000, v / 1000 % 1000, v % 1000);
    terminal_plain(&d->terminal);
    fprintf(d->terminal.out, ", %s kernels, one thread\n", strided_context_isa(NULL));
}

static int show(struct demo *d) {
    double start = clock_ms();
    int code;

    greet(d);
    code = demo_puzzles(d);
    if (!code) code = demo_windows(d);
    if (!code) code = demo_photo(d);
    if (!code) code = demo_digits(d);
    if (!code) fprintf(d->terminal.out, "all of this took %.1f s\n", (clock_ms() - start) / 1000);
    return code;
}

static int run(int argc, char **argv) {
    struct request r = {.folder = "."};
    char found[4096], digits[4096], result[4096];
    int code = take_options(&r, argc, argv);

    if (code) return code;
    if (!*r.folder) return misuse("--output '' is no folder");
    if (!r.image && !*(r.image = find_photograph(found)))
        return fail(
            "the photograph that comes with the tool is not where it was installed; --image FILE takes another");
    snprintf(result, sizeof result, "%s/%s", r.folder, RESULT);
    return show(
        &(struct demo){.terminal = terminal_open(stdout, r.colours), .picture = r.image, .result = result,
                       .digits = find_digits(digits), .steps = 6});
}

const struct command command_demo = {"demo", "the library at work: views drawn, a photograph filtered, a network trained", help, run};
