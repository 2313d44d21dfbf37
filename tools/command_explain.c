/*
 * command_explain.c - `strided explain`: what a plan of a convolution or a pool says of itself.
 */
#include "commands.h"
#include "report.h"
#include "subject.h"
#include "window_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: strided explain conv X W [OPTION...]\n"
    "       strided explain pool X --size LIST [OPTION...]\n"
    "\n"
    "How a convolution or a pool is done: its loops, the classes of its positions,\n"
    "the kernels that take it and what stands against the others, the bytes that a\n"
    "plan packs. X and W are shapes, 1x64x56x56 (batch, channels, rows, columns) and\n"
    "64x64x3x3 for example, or .npy files; a slice may follow, as NumPy writes it.\n"
    "\n"
    "  --permute LIST   the axes of X in another order: 1x56x56x64 with 0,3,1,2 is\n"
    "                   memory that has channels last\n"
    "  --dtype NAME     the type of a shape's elements: f32 (default), f64, f16, ...\n"
    "  --stride LIST    how far apart windows lie; 1, or a pool's size, if left out\n"
    "  --dilation LIST  how far apart the elements of a window lie, 1 if left out\n"
    "  --pad LIST       elements on every side, none if left out; or same\n"
    "\n"
    "for conv:\n"
    "  --pad-mode MODE  zero (default), replicate, reflect, symmetric, circular\n"
    "  --groups N       1 if left out\n"
    "  --bias           with one bias for each output channel\n"
    "  --arithmetic A   default, strict or fast\n"
    "for pool:\n"
    "  --size LIST      of the window, over the last axes; one number: all but two\n"
    "  --kind KIND      max (default), avg or lp\n"
    "  --ceil           windows that reach over the end count, too\n"
    "\n"
    "examples:\n"
    "  strided explain conv 1x64x56x56 64x64x3x3 --pad 1\n"
    "  strided explain conv 1x56x56x32 32x1x3x3 --permute 0,3,1,2 --groups 32\n"
    "  strided explain pool 1x64x112x112 --size 3 --stride 2 --pad 1\n";

struct request {
    struct list permute, dilation, size;
    struct window_options windows;
    strided_dtype dtype;
    int64_t groups;
    strided_arithmetic arithmetic;
    strided_pool_kind kind;
    int bias, ceil;
};

/* ---- options ------------------------------------------------------------------------------------- */

static int take_dtype(struct request *r, const char *text) {
    for (int t = 1; strided_dtype_size((strided_dtype)t); t++)
        if (!strcmp(text, strided_dtype_name((strided_dtype)t))) return r->dtype = (strided_dtype)t, DONE;
    return misuse("--dtype '%s' is no type of elements", text);
}

/* Which of n words; -1: none of them. */
static int find_word(const char *text, int n, const char *const *words) {
    for (int i = 0; i < n; i++)
        if (!strcmp(text, words[i])) return i;
    return -1;
}

static int take_arithmetic(struct request *r, const char *text) {
    int i = find_word(text, 3, (const char *const[]){"default", "strict", "fast"});

    if (i < 0) return misuse("--arithmetic is default, strict or fast");
    r->arithmetic = (strided_arithmetic)i;
    return DONE;
}

static int take_kind(struct request *r, const char *text) {
    int i = find_word(text, 3, (const char *const[]){"max", "avg", "lp"});

    if (i < 0) return misuse("--kind is max, avg or lp");
    r->kind = (strided_pool_kind)i;
    return DONE;
}

static int take_permute(struct request *r, const char *text) {
    return parse_list(text, &r->permute) ? DONE : misuse("--permute '%s' is no list of numbers " UP_TO_LARGEST, text);
}

static int take_groups(struct request *r, const char *text) {
    if (parse_number(text, &r->groups) && r->groups >= 1) return DONE;
    return misuse("--groups '%s' is no number above 0", text);
}

static int take_option(struct request *r, int c, char **argv) {
    switch (c) {
    case 'o': return take_permute(r, optarg);
    case 't': return take_dtype(r, optarg);
    case 's': return take_stride(&r->windows, optarg);
    case 'd': return take_positive(&r->dilation, optarg, "--dilation");
    case 'p': return take_pad(&r->windows, optarg);
    case 'm': return take_pad_mode(&r->windows, optarg);
    case 'g': return take_groups(r, optarg);
    case 'a': return take_arithmetic(r, optarg);
    case 'z': return take_positive(&r->size, optarg, "--size");
    case 'k': return take_kind(r, optarg);
    case 'b': r->bias = 1; return DONE;
    case 'e': r->ceil = 1; return DONE;
    default: return bad_option(c, argv);
    }
}

#define BOTH                                                                                               \
    {"permute", required_argument, NULL, 'o'}, {"dtype", required_argument, NULL, 't'},                    \
    {"stride", required_argument, NULL, 's'}, {"dilation", required_argument, NULL, 'd'},                  \
    {"pad", required_argument, NULL, 'p'}

static const struct option conv_options[] = {
    BOTH,
    {"pad-mode", required_argument, NULL, 'm'}, {"groups", required_argument, NULL, 'g'},
    {"arithmetic", required_argument, NULL, 'a'}, {"bias", no_argument, NULL, 'b'},
    {NULL, 0, NULL, 0},
};
static const struct option pool_options[] = {
    BOTH,
    {"size", required_argument, NULL, 'z'}, {"kind", required_argument, NULL, 'k'}, {"ceil", no_argument, NULL, 'e'},
    {NULL, 0, NULL, 0},
};

static int take_options(struct request *r, int argc, char **argv, const struct option *options) {
    int c, code;

    opterr = 0;
    while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1)
        if ((code = take_option(r, c, argv))) return code;
    return DONE;
}

/* ---- what is explained --------------------------------------------------------------------------- */

/* What the library refused was asked for; want of memory is a failure. */
static int refuse_call(void) {
    return strided_error_status() == STRIDED_ERR_NO_MEMORY ? fail_call(NULL) : refuse("%s", strided_error());
}

/* Prints it and lets it go. */
static int print_plan(strided_plan *plan) {
    if (!plan) return refuse_call();
    size_t size = (size_t)strided_plan_describe(plan, NULL, 0) + 1;
    char *text = malloc(size);

    if (text) strided_plan_describe(plan, text, size), fputs(text, stdout);
    free(text);
    strided_plan_release(plan);
    return text ? DONE : fail("out of memory");
}

/* x's axes in the order asked for. */
static int permute(struct subject *s, const struct request *r) {
    if (!r->permute.n) return DONE;
    strided_tensor *x = strided_permute(s->view, r->permute.n, r->permute.at);

    if (!x) return refuse_call();
    strided_release(s->view);
    s->view = x;
    return DONE;
}

static int conv_params(strided_conv_params *p, const struct request *r, int axes) {
    *p = (strided_conv_params){.groups = r->groups, .pad_mode = r->windows.mode, .arithmetic = r->arithmetic};
    if (axes < 1 || axes > STRIDED_MAX_SPATIAL) return refuse("W has %d axes, not 3, 4 or 5: (out, in/groups, taps...)", axes + 2);
    if (r->windows.same) p->auto_pad = STRIDED_AUTO_PAD_SAME;
    int code = spread(p->stride, axes, &r->windows.stride, "--stride");
    if (!code) code = spread(p->dilation, axes, &r->dilation, "--dilation");
    return code ? code : spread_pad(p->pad, axes, &r->windows.pad);
}

/* A plan packs its weights, so these have memory; x and y need none. */
static int explain_weights(const struct request *r, const strided_tensor *x, const strided_tensor *shape) {
    strided_conv_params params;
    int code = conv_params(&params, r, strided_ndim(shape) - 2);

    if (code) return code;
    strided_tensor *w = strided_zeros(NULL, strided_dtype_of(shape), strided_ndim(shape), strided_shape(shape));
    strided_tensor *y = strided_conv_empty(x, w, &params);
    strided_tensor *bias = r->bias ? strided_zeros(NULL, strided_dtype_of(y), STRIDED_DIMS(strided_dim(shape, 0))) : NULL;
    code = print_plan(y && (bias || !r->bias) ? strided_conv_plan(y, x, w, bias, &params) : NULL);
    strided_release(w);
    strided_release(y);
    strided_release(bias);
    return code;
}

static int explain_conv(const struct request *r, const struct subject *x, int n, char **words) {
    struct subject w;
    int code = n == 1 ? subject_open_geometry(&w, words[0], r->dtype) : misuse("X and W, two shapes, are wanted");

    if (code) return code;
    code = explain_weights(r, x->view, w.view);
    subject_close(&w);
    return code;
}

static int pool_params(strided_pool_params *p, const struct request *r, int ndim) {
    int axes = r->size.n > 1 ? r->size.n : ndim > 2 ? ndim - 2 : ndim;

    *p = (strided_pool_params){.kind = r->kind, .ceil_mode = r->ceil};
    if (!r->size.n) return misuse("--size is wanted");
    if (axes < 1 || axes > STRIDED_MAX_SPATIAL) return refuse("a window has one to three axes, not %d", axes);
    if (r->windows.same) p->auto_pad = STRIDED_AUTO_PAD_SAME;
    int code = spread(p->size, axes, &r->size, "--size");
    if (!code) code = spread(p->stride, axes, &r->windows.stride, "--stride");
    if (!code) code = spread(p->dilation, axes, &r->dilation, "--dilation");
    return code ? code : spread_pad(p->pad, axes, &r->windows.pad);
}

static int explain_pool(const struct request *r, const struct subject *x, int n, char **words) {
    strided_pool_params params;
    int code = n ? misuse("what is '%s'?", words[0]) : pool_params(&params, r, strided_ndim(x->view));

    if (code) return code;
    strided_tensor *y = strided_pool_empty(x->view, &params);
    code = print_plan(y ? strided_pool_plan(y, x->view, &params) : NULL);
    strided_release(y);
    return code;
}

/* ---- both ---------------------------------------------------------------------------------------- */

static const struct operation {
    const char *name;
    const struct option *options;
    int (*explain)(const struct request *r, const struct subject *x, int n, char **words); /* words behind X */
} operations[] = {
    {"conv", conv_options, explain_conv},
    {"pool", pool_options, explain_pool},
};

static const struct operation *find(const char *name) {
    for (size_t i = 0; name && i < sizeof operations / sizeof *operations; i++)
        if (!strcmp(name, operations[i].name)) return &operations[i];
    return NULL;
}

static int explain(const struct operation *o, int argc, char **argv) {
    struct request r = {.dtype = STRIDED_F32};
    struct subject x;
    int code = take_options(&r, argc, argv, o->options);

    if (!code && optind == argc) code = misuse("%s: X, a shape, is wanted", o->name);
    if (code || (code = subject_open_geometry(&x, argv[optind], r.dtype))) return code;
    code = permute(&x, &r);
    if (!code) code = o->explain(&r, &x, argc - optind - 1, argv + optind + 1);
    subject_close(&x);
    return code;
}

static int run(int argc, char **argv) {
    const struct operation *o = find(argc > 1 ? argv[1] : NULL);

    if (o) return explain(o, argc - 1, argv + 1);
    if (argc > 1 && argv[1][0] == '-') return misuse("unknown option %s", argv[1]);
    return misuse(argc > 1 ? "there is conv and pool, no '%s'" : "conv or pool is wanted", argv[1]);
}

const struct command command_explain = {"explain", "how a convolution or a pool is done, and why so", help, run};
