/*
 * command_conv.c - `strided conv`: a picture or an array, convolved.
 */
#include "clock.h"
#include "commands.h"
#include "filter.h"
#include "material.h"
#include "preview.h"
#include "report.h"
#include "window_options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: strided conv IN OUT --kernel KERNEL [OPTION...]\n"
    "\n"
    "Convolves a picture or an array. IN and OUT are .png, .ppm, .pgm or .npy files.\n"
    "A picture stays as it lies in memory, colours interleaved: the convolution reads\n"
    "it through strides and writes the result's pixels. Each colour is on its own,\n"
    "alpha is kept. In an array (..., rows, columns) each plane is on its own.\n"
    "\n"
    "  --kernel blur      5x5, binomial\n"
    "           soft      15x15, a bell curve\n"
    "           sharpen   3x3, the pixel against its neighbours\n"
    "           sobel     the length of the gradient, per colour\n"
    "           edges     the length of the gradient of the brightness, grey\n"
    "           FILE.npy  (rows, columns): each plane on its own;\n"
    "                     (out, in, rows, columns): over the colours of a picture;\n"
    "                     (out, in/groups, taps...): over an array (N, C, ...) or\n"
    "                     (C, ...) with one to three further axes\n"
    "  --stride LIST      how far apart windows lie, 1 if left out; one number, or\n"
    "                     one for each axis\n"
    "  --pad same|LIST    same (default): OUT is as large as IN, per stride; or how\n"
    "                     many elements there are on every side\n"
    "  --pad-mode MODE    zero, replicate (default), reflect, symmetric, circular\n"
    "  --groups N         for FILE.npy over an array; 1 if left out\n"
    "  --preview          shows the result in the terminal\n"
    "  --color WHEN       auto (default), always or never\n"
    "  -q, --quiet        says nothing but what went wrong\n"
    "\n"
    "examples:\n"
    "  strided conv photo.png edges.png --kernel edges --preview\n"
    "  strided conv photo.ppm small.ppm --kernel blur --stride 2\n"
    "  strided conv x.npy y.npy --kernel w.npy --pad 0\n";

struct request {
    const char *kernel;
    struct window_options windows;
    int64_t groups;
    int preview, quiet;
    enum colour_choice colours;
};

/* ---- options ------------------------------------------------------------------------------------- */

static int take_groups(struct request *r, const char *text) {
    if (parse_number(text, &r->groups) && r->groups >= 1) return DONE;
    return misuse("--groups '%s' is no number above 0", text);
}

static int take_option(struct request *r, int c, char **argv) {
    switch (c) {
    case 'k': r->kernel = optarg; return DONE;
    case 's': return take_stride(&r->windows, optarg);
    case 'p': return take_pad(&r->windows, optarg);
    case 'm': return take_pad_mode(&r->windows, optarg);
    case 'g': return take_groups(r, optarg);
    case 'v': r->preview = 1; return DONE;
    case 'q': r->quiet = 1; return DONE;
    case 'c': return parse_colour_choice(optarg, &r->colours) ? DONE : misuse("--color is auto, always or never");
    default: return bad_option(c, argv);
    }
}

static int take_options(struct request *r, int argc, char **argv) {
    static const struct option options[] = {
        {"kernel", required_argument, NULL, 'k'},   {"stride", required_argument, NULL, 's'},
        {"pad", required_argument, NULL, 'p'},      {"pad-mode", required_argument, NULL, 'm'},
        {"groups", required_argument, NULL, 'g'},   {"preview", no_argument, NULL, 'v'},
        {"quiet", no_argument, NULL, 'q'},          {"color", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
    };
    int c, code;

    opterr = 0;
    while ((c = getopt_long(argc, argv, ":q", options, NULL)) != -1)
        if ((code = take_option(r, c, argv))) return code;
    if (argc - optind != 2) return misuse("IN and OUT, two files, are wanted");
    if (!r->kernel) return misuse("--kernel is wanted");
    return DONE;
}

/* The parameters for `axes` spatial axes. */
static int params_of(strided_conv_params *p, const struct request *r, int axes) {
    *p = (strided_conv_params){.groups = r->groups, .pad_mode = r->windows.mode};
    if (r->windows.same) p->auto_pad = STRIDED_AUTO_PAD_SAME;
    int code = spread(p->stride, axes, &r->windows.stride, "--stride");
    return code ? code : spread_pad(p->pad, axes, &r->windows.pad);
}

static void tell(const struct request *r, const struct source *in, const char *out, const char *result, double ms) {
    char text[600];
    if (!r->quiet)
        printf("%s, %s -> %s, %s: %s, %.1f ms\n", in->path, source_text(in, text), out, result, r->kernel, ms);
}

/* ---- planes: pictures, and arrays by a filter of two axes ---------------------------------------- */

static int show(const struct request *r, const struct sink *out) {
    struct terminal terminal = terminal_open(stdout, r->colours);

    if (!r->preview) return DONE;
    return preview(out->planes, &terminal, terminal.columns, 40) ? fail_call("preview") : DONE;
}

static int convolve_into(const struct request *r, struct sink *out, const struct source *in, const strided_tensor *x,
                         const struct filter *f, const strided_conv_params *params) {
    strided_tensor *y = filter_view(f, out->planes);
    double start = clock_ms();
    strided_status s = filter_apply(y, x, f, params);
    double ms = clock_ms() - start;
    char text[600];

    strided_release(y);
    if (s) return fail_call(in->path);
    int code = sink_save(out, in);
    if (!code) tell(r, in, out->path, sink_text(out, text), ms);
    return code ? code : show(r, out);
}

static int convolve_view(const struct request *r, const struct source *in, const char *path, const strided_tensor *x,
                         const struct filter *f) {
    strided_conv_params params;
    struct sink out;
    int64_t shape[4];
    int code = params_of(&params, r, 2);

    if (code) return code;
    if (r->groups != 1 && !f->mixes) return misuse("--groups: with %s each plane is on its own", r->kernel);
    if (filter_shape(f, x, &params, shape)) return fail_call(in->path);
    if (r->preview && (code = preview_fits(shape[0] * shape[1], path))) return code;
    code = sink_open(&out, path, in, shape[0] * shape[1], shape[2], shape[3]);
    if (code) return code;
    code = convolve_into(r, &out, in, x, f, &params);
    sink_close(&out);
    return code;
}

static int convolve_planes(const struct request *r, const struct source *in, const char *path) {
    struct filter f;
    int code;

    if (!in->planes) return fail("%s: a filter of rows and columns wants an array of two axes or more", in->path);
    if ((code = filter_open(&f, r->kernel, in->is_image ? colours_of(&in->image) : 1))) return code;
    strided_tensor *x = filter_view(&f, in->planes);
    code = x ? convolve_view(r, in, path, x, &f) : fail_call(in->path);
    strided_release(x);
    filter_close(&f);
    return code;
}

/* ---- arrays: the operator as it is --------------------------------------------------------------- */

static int convolve_array(const struct request *r, const struct source *in, const char *path, const strided_tensor *w) {
    strided_conv_params params;
    struct sink out = {.path = path};
    char text[600];
    int code = params_of(&params, r, strided_ndim(w) - 2);

    if (code) return code;
    if (!is_array_path(path)) return misuse("%s: the result is an array; its name ends in .npy", path);
    if (r->preview) return misuse("--preview shows planes, and %s is weights of the operator itself", r->kernel);
    out.array = strided_conv_empty(in->array, w, &params);
    double start = clock_ms();
    strided_status s = strided_conv(out.array, in->array, w, NULL, &params);
    double ms = clock_ms() - start;
    code = s ? fail_call(in->path) : sink_save(&out, in);
    if (!code) tell(r, in, path, sink_text(&out, text), ms);
    sink_close(&out);
    return code;
}

/* Weights of 3, 4 or 5 axes over an array are the operator's own; everything else is planes. */
static int convolve(const struct request *r, const struct source *in, const char *path) {
    if (in->is_image || !is_array_path(r->kernel)) return convolve_planes(r, in, path);
    strided_tensor *w = strided_load_npy(NULL, r->kernel);
    if (!w) return fail_call(NULL);
    int n = strided_ndim(w);
    int code = n >= 3 && n <= 5 ? convolve_array(r, in, path, w) : convolve_planes(r, in, path);
    strided_release(w);
    return code;
}

static int run(int argc, char **argv) {
    struct request r = {.groups = 1, .windows = {.same = 1, .mode = STRIDED_PAD_REPLICATE}};
    struct source in;
    int code = take_options(&r, argc, argv);

    if (code || (code = source_open(&in, argv[optind]))) return code;
    code = convolve(&r, &in, argv[optind + 1]);
    source_close(&in);
    return code;
}

const struct command command_conv = {"conv", "convolve a picture or an array", help, run};
