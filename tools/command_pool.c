/*
 * command_pool.c - `strided pool`: a picture or an array, pooled.
 */
#include "clock.h"
#include "commands.h"
#include "material.h"
#include "preview.h"
#include "report.h"
#include "window_options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: strided pool IN OUT --size LIST [OPTION...]\n"
    "\n"
    "The largest, or the average, of every window of a picture or an array. IN and\n"
    "OUT are .png, .ppm, .pgm or .npy files. Each colour of a picture, and each plane\n"
    "of an array (..., rows, columns), is on its own.\n"
    "\n"
    "  --size LIST    rows,columns of the window; one number stands for both\n"
    "  --kind KIND    max (default) or avg\n"
    "  --stride LIST  how far apart windows lie; the size if left out\n"
    "  --pad LIST     elements on every side, less than the size; they never win, and\n"
    "                 no average counts them\n"
    "  --ceil         windows that reach over the end count, too\n"
    "  --preview      shows the result in the terminal\n"
    "  --color WHEN   auto (default), always or never\n"
    "  -q, --quiet    says nothing but what went wrong\n"
    "\n"
    "examples:\n"
    "  strided pool photo.png half.png --size 2 --kind avg\n"
    "  strided pool x.npy y.npy --size 3 --stride 2 --pad 1\n";

struct request {
    struct list size;
    struct window_options windows;
    strided_pool_kind kind;
    int ceil, preview, quiet;
    enum colour_choice colours;
};

/* ---- options ------------------------------------------------------------------------------------- */

static int take_size(struct request *r, const char *text) {
    if (!parse_list(text, &r->size) || r->size.n > 2)
        return misuse("--size '%s' is not one or two numbers " UP_TO_LARGEST, text);
    for (int i = 0; i < r->size.n; i++)
        if (r->size.at[i] < 1) return misuse("--size is at least 1");
    return DONE;
}

static int take_kind(struct request *r, const char *text) {
    if (!strcmp(text, "max")) return r->kind = STRIDED_POOL_MAX, DONE;
    if (!strcmp(text, "avg")) return r->kind = STRIDED_POOL_AVG, DONE;
    return misuse("--kind is max or avg");
}

static int take_option(struct request *r, int c, char **argv) {
    switch (c) {
    case 'z': return take_size(r, optarg);
    case 'k': return take_kind(r, optarg);
    case 's': return take_stride(&r->windows, optarg);
    case 'p': return strcmp(optarg, "same") ? take_pad(&r->windows, optarg) : misuse("--pad is a list of numbers");
    case 'e': r->ceil = 1; return DONE;
    case 'v': r->preview = 1; return DONE;
    case 'q': r->quiet = 1; return DONE;
    case 'c': return parse_colour_choice(optarg, &r->colours) ? DONE : misuse("--color is auto, always or never");
    default: return bad_option(c, argv);
    }
}

static int take_options(struct request *r, int argc, char **argv) {
    static const struct option options[] = {
        {"size", required_argument, NULL, 'z'},  {"kind", required_argument, NULL, 'k'},
        {"stride", required_argument, NULL, 's'}, {"pad", required_argument, NULL, 'p'},
        {"ceil", no_argument, NULL, 'e'},        {"preview", no_argument, NULL, 'v'},
        {"quiet", no_argument, NULL, 'q'},       {"color", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
    };
    int c, code;

    opterr = 0;
    while ((c = getopt_long(argc, argv, ":q", options, NULL)) != -1)
        if ((code = take_option(r, c, argv))) return code;
    if (argc - optind != 2) return misuse("IN and OUT, two files, are wanted");
    if (!r->size.n) return misuse("--size is wanted");
    return DONE;
}

static int params_of(strided_pool_params *p, const struct request *r) {
    *p = (strided_pool_params){.kind = r->kind, .ceil_mode = r->ceil};
    int code = spread(p->size, 2, &r->size, "--size");
    if (!code) code = spread(p->stride, 2, &r->windows.stride, "--stride");
    if (!code) code = spread_pad(p->pad, 2, &r->windows.pad);
    for (int a = 0; a < 2 && !code; a++)
        if (p->pad[a][0] >= p->size[a]) code = misuse("--pad is less than --size");
    return code;
}

/* ---- running ------------------------------------------------------------------------------------- */

/* A largest element is an element and stays what it is; an average is formed in floats, then rounded into what y holds.
 */
static strided_status pool_into(strided_tensor *y, const strided_tensor *x, const strided_pool_params *params) {
    if (params->kind == STRIDED_POOL_MAX && strided_dtype_of(x) == strided_dtype_of(y))
        return strided_pool(y, NULL, x, params);

    strided_tensor *from = strided_empty(NULL, STRIDED_F64, strided_ndim(x), strided_shape(x));
    strided_tensor *to = strided_empty(NULL, STRIDED_F64, strided_ndim(y), strided_shape(y));
    strided_status s = strided_copy(from, x);
    if (!s) s = strided_pool(to, NULL, from, params);
    if (!s) s = strided_dtype_of(y) == STRIDED_U8 ? strided_unary(y, STRIDED_ROUND, to) : strided_copy(y, to);
    strided_release(from);
    strided_release(to);
    return s;
}

static int pool_and_save(const struct request *r, struct sink *out, const struct source *in,
                         const strided_pool_params *params) {
    struct terminal terminal = terminal_open(stdout, r->colours);
    char from[600], to[600];
    double start = clock_ms();

    if (pool_into(out->planes, in->planes, params)) return fail_call(in->path);
    double ms = clock_ms() - start;
    int code = sink_save(out, in);
    if (code) return code;
    if (!r->quiet)
        printf("%s, %s -> %s, %s: %s, %.1f ms\n", in->path, source_text(in, from), out->path, sink_text(out, to),
               r->kind == STRIDED_POOL_MAX ? "max" : "avg", ms);
    return r->preview && preview(out->planes, &terminal, terminal.columns, 40) ? fail_call("preview") : DONE;
}

static int pool(const struct request *r, const struct source *in, const char *path) {
    strided_pool_params params;
    struct sink out;
    int code = params_of(&params, r);

    if (code) return code;
    if (!in->planes) return fail("%s: an array of two axes or more is wanted", in->path);
    if (r->preview && (code = preview_fits(strided_dim(in->planes, 0), path))) return code;
    strided_pool_params largest = params; /* the shape is the same for all kinds, and MAX takes every dtype */
    largest.kind = STRIDED_POOL_MAX;
    strided_tensor *like = strided_pool_empty(in->planes, &largest);
    if (!like) return fail_call(in->path);
    code = sink_open(&out, path, in, strided_dim(like, 0), strided_dim(like, 2), strided_dim(like, 3));
    strided_release(like);
    if (code) return code;
    code = pool_and_save(r, &out, in, &params);
    sink_close(&out);
    return code;
}

static int run(int argc, char **argv) {
    struct request r = {0};
    struct source in;
    int code = take_options(&r, argc, argv);

    if (code || (code = source_open(&in, argv[optind]))) return code;
    code = pool(&r, &in, argv[optind + 1]);
    source_close(&in);
    return code;
}

const struct command command_pool = {"pool", "pool a picture or an array", help, run};
