/*
 * command_show.c - `strided show`: a view of a shape or of a file, drawn.
 */
#include "commands.h"
#include "numbers.h"
#include "picture.h"
#include "stray.h"
#include "report.h"
#include "subject.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: strided show WHAT [--size LIST --stride LIST [--offset N]]\n"
    "                         [--window AXIS:SIZE[:STEP[:DILATION]]]... [-o FILE.svg]\n"
    "\n"
    "Draws a view: the memory as a strip, the tensor and the view as grids, a hue (a\n"
    "letter, without colours) for each index of the view's outermost axis, xN on\n"
    "elements that the view shows N times.\n"
    "\n"
    "WHAT is a shape, whose elements count 0, 1, 2, ..., or a .npy file; a slice may\n"
    "follow, as NumPy writes it:  4x5   a.npy   4x5[::-1,::2]   a.npy[...,0]\n"
    "\n"
    "  --size LIST      the view's shape, with --stride\n"
    "  --stride LIST    its strides, in elements; they may be 0 or negative\n"
    "  --offset N       where it starts, counted from the first element of WHAT\n"
    "  --window WINDOW  the sliding window along an axis; may be repeated\n"
    "  -o FILE.svg      the same picture into a file\n"
    "  --color WHEN     auto (default), always or never; NO_COLOR is respected\n"
    "\n"
    "examples:\n"
    "  strided show 4x5 --size 2,3 --stride 11,0\n"
    "  strided show 10 --window 0:3:2\n"
    "  strided show 6x6 --window 0:3:3 --window 1:3:3 -o patches.svg\n"
    "\n"
    "Exit code 2 and the first bad index when the view would leave its memory.\n";

struct request {
    struct list size, stride;
    int sized, strided;
    int64_t offset;
    int nwindows;
    strided_window_axis windows[STRIDED_MAX_NDIM];
    const char *svg;
    enum colour_choice colours;
};

/* ---- options ------------------------------------------------------------------------------------- */

/* "1:3:2" into at most four numbers; how many, 0 if it is no such thing. */
static int take_colons(const char *text, int64_t number[4]) {
    char own[128], *part = own, *colon;
    int n = 0;

    if (strlen(text) >= sizeof own) return 0;
    strcpy(own, text);
    do {
        if ((colon = strchr(part, ':'))) *colon = '\0';
        if (n == 4 || !parse_number(part, &number[n++])) return 0;
    } while (colon && (part = colon + 1));
    return n;
}

static int add_window(struct request *r, const char *text) {
    int64_t number[4] = { 0, 0, 1, 1 };

    if (take_colons(text, number) < 2) return misuse("--window '%s' is not AXIS:SIZE[:STEP[:DILATION]]", text);
    if (r->nwindows == STRIDED_MAX_NDIM) return misuse("more than %d windows", STRIDED_MAX_NDIM);
    if (number[2] < 1 || number[3] < 1) return misuse("--window '%s': step and dilation are at least 1", text);
    r->windows[r->nwindows++] = (strided_window_axis){ number[0], number[1], number[2], number[3] };
    return DONE;
}

static int take_option(struct request *r, int c, char **argv) {
    switch (c) {
    case 's':
        r->sized = 1;
        return parse_list(optarg, &r->size) ? DONE : misuse("--size '%s' is no list of numbers " UP_TO_LARGEST, optarg);
    case 't':
        r->strided = 1;
        return parse_list(optarg, &r->stride) ? DONE : misuse("--stride '%s' is no list of numbers " UP_TO_LARGEST, optarg);
    case 'f': return parse_number(optarg, &r->offset) ? DONE : misuse("--offset '%s' is no number " UP_TO_LARGEST, optarg);
    case 'w': return add_window(r, optarg);
    case 'o': r->svg = optarg; return DONE;
    case 'c': return parse_colour_choice(optarg, &r->colours) ? DONE : misuse("--color is auto, always or never");
    default: return bad_option(c, argv);
    }
}

static int take_options(struct request *r, int argc, char **argv) {
    static const struct option options[] = {
        { "size", required_argument, NULL, 's' },   { "stride", required_argument, NULL, 't' },
        { "offset", required_argument, NULL, 'f' }, { "window", required_argument, NULL, 'w' },
        { "output", required_argument, NULL, 'o' }, { "color", required_argument, NULL, 'c' },
        { NULL, 0, NULL, 0 },
    };
    int c, code;

    opterr = 0;
    while ((c = getopt_long(argc, argv, ":o:", options, NULL)) != -1)
        if ((code = take_option(r, c, argv))) return code;
    if (optind + 1 != argc)
        return misuse(optind == argc ? "what? a shape, like 4x5, or a .npy file" : "one thing at a time");
    if (r->sized != r->strided) return misuse("--size and --stride go together");
    if (r->size.n != r->stride.n) return misuse("--size has %d numbers, --stride %d", r->size.n, r->stride.n);
    return DONE;
}

/* ---- the view ------------------------------------------------------------------------------------ */

static int out_of_bounds(const struct request *r, const strided_tensor *x) {
    int64_t count = strided_storage_count(x);
    char index[512];
    struct stray stray;

    if (!find_stray(r->size.n, r->size.at, r->stride.at, strided_offset(x) + r->offset, count, &stray))
        return refuse("%s", strided_error());
    return refuse("out of bounds: index %s would lie at %" PRId64 ", memory has 0 to %" PRId64,
                  tuple_text(r->size.n, stray.index, index), stray.place, count - 1);
}

static int restride(const struct request *r, strided_tensor **view) {
    for (int a = 0; a < r->size.n; a++)
        if (r->size.at[a] < 0) return misuse("--size: no extent is negative");
    strided_tensor *next = strided_as_strided(*view, r->size.n, r->size.at, r->stride.at, r->offset);
    if (!next && strided_error_status() == STRIDED_ERR_BOUNDS) return out_of_bounds(r, *view);
    if (!next) return refuse("%s", strided_error());
    strided_release(*view);
    *view = next;
    return DONE;
}

static int slide(const struct request *r, strided_tensor **view) {
    strided_tensor *next = strided_window(*view, r->nwindows, r->windows);

    if (!next) return refuse("%s", strided_error());
    strided_release(*view);
    *view = next;
    return DONE;
}

static int apply(const struct request *r, strided_tensor **view) {
    int code = r->sized ? restride(r, view) : DONE;

    if (!r->sized && r->offset) return misuse("--offset goes with --size and --stride");
    if (!code && r->nwindows) code = slide(r, view);
    return code;
}

static int draw(const struct request *r, const struct subject *s) {
    struct terminal terminal = terminal_open(stdout, r->colours);
    struct picture picture;
    int code = picture_make(&picture, s->base, s->view);

    if (code) return code;
    picture_text(&picture, &terminal);
    if (r->svg) code = picture_svg(&picture, r->svg);
    picture_free(&picture);
    return code;
}

static int run(int argc, char **argv) {
    struct request r = {0};
    struct subject s;
    int code = take_options(&r, argc, argv);

    if (code || (code = subject_open(&s, argv[optind]))) return code;
    code = apply(&r, &s.view);
    if (!code) code = draw(&r, &s);
    subject_close(&s);
    return code;
}

const struct command command_show = { "show", "draw a view of a shape or a .npy file", help, run };
