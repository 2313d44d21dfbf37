/*
 * resnet - what a ResNet-18 or -34 sees in a picture: its five best classes.
 */
#include "image.h"
#include "prepare.h"
#include "report.h"
#include "resnet.h"
#include "terminal.h"

#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { BEST = 5, BAR = 30, LABEL = 40, LARGEST_SIDE = 4096, LONGEST = 32 };

struct options {
    const char *weights, *picture, *labels;
    int64_t side;
    int nhwc, threads;
};

static int usage(void) {
    fputs("usage: resnet WEIGHTS.safetensors PICTURE.png [--labels FILE] [--size N] [--threads N] [--nhwc]\n"
          "WEIGHTS are torchvision's, by export.py; FILE has the name of a class on each line; the picture's middle of\n"
          "N x N pixels (224) is looked at, once its shorter side is N * 8 / 7.\n", stderr);
    return MISUSED;
}

static int64_t number(const char *text, int64_t lowest, int64_t highest) {
    char *end;
    long long n = strtoll(text, &end, 10);

    return *text && !*end && n >= lowest && n <= highest ? n : 0;
}

static int parse(struct options *o, int argc, char **argv) {
    int bad = argc < 3;

    *o = (struct options){.side = 224, .threads = 1};
    if (bad) return -1;
    o->weights = argv[1], o->picture = argv[2];
    for (int i = 3; i < argc && !bad; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (!strcmp(argv[i], "--nhwc")) o->nhwc = 1;
        else if (!strcmp(argv[i], "--labels")) o->labels = value, bad = !*value, i++;
        else if (!strcmp(argv[i], "--size")) o->side = number(value, 32, LARGEST_SIDE), bad = !o->side, i++;
        else if (!strcmp(argv[i], "--threads")) o->threads = (int)number(value, 1, 256), bad = !o->threads, i++;
        else bad = 1;
    }
    return bad ? -1 : 0;
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

/* ---- the picture ------------------------------------------------------------------------------------ */

static int picture(struct image *image, const char *path) {
    int code = image_read(image, path);

    if (code || (image->rows <= LONGEST * image->columns && image->columns <= LONGEST * image->rows)) return code;
    return fail("%s: one side is more than %d times the other", path, LONGEST);
}

/* (H, W, 3): grey is repeated by a stride of 0, alpha is stepped over. */
static strided_tensor *colours(const struct image *image) {
    const int64_t shape[] = {image->rows, image->columns, image->channels};
    STRIDED_AUTO strided_tensor *all = strided_wrap_const(NULL, image->pixels, STRIDED_U8, 3, shape, NULL);
    STRIDED_AUTO strided_tensor *shown = strided_narrow(all, 2, 0, image->channels < 3 ? 1 : 3);
    return strided_expand(shown, STRIDED_DIMS(-1, -1, 3));
}

/* (1, 3, side, side) */
static strided_tensor *input(const struct image *image, int64_t side) {
    STRIDED_AUTO strided_tensor *picture = colours(image);
    STRIDED_AUTO strided_tensor *resized = prepare_resized(picture, side * 8 / 7);
    STRIDED_AUTO strided_tensor *cropped = prepare_cropped(resized, side);
    STRIDED_AUTO strided_tensor *batch = strided_unsqueeze(cropped, 0);
    strided_tensor *x = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, side, side));

    if (!prepare_normalised(x, batch)) return x;
    strided_release(x);
    return NULL;
}

/* ---- what it sees ----------------------------------------------------------------------------------- */

/* The class's line of the file, or its number. */
static void label(char text[LABEL + 1], const char *path, int64_t class_) {
    FILE *f = path ? fopen(path, "r") : NULL;
    char line[256] = "";
    int64_t at = -1;

    while (f && at < class_ && fgets(line, sizeof line, f)) at++;
    if (f) fclose(f);
    line[strcspn(line, "\r\n,")] = 0;
    if (at == class_ && *line) snprintf(text, LABEL + 1, "%.*s", LABEL, line);
    else snprintf(text, LABEL + 1, "class %lld", (long long)class_);
}

/* Eighths of a character where the terminal has them. */
static void bar(const struct terminal *t, double share) {
    static const char *const part[] = {"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
    int eighths = (int)(share * BAR * 8 + 0.5);

    for (int i = 0; i < eighths / 8; i++) fputs(t->unicode ? "\u2588" : "#", t->out);
    if (t->unicode) fputs(part[eighths % 8], t->out);
}

/* Takes the shares it has shown away. */
static void show(const struct terminal *t, float *shares, int64_t classes, const char *labels) {
    for (int i = 0; i < BEST && i < classes; i++) {
        char text[LABEL + 1];
        int64_t best = 0;
        for (int64_t c = 1; c < classes; c++)
            if (shares[c] > shares[best]) best = c;
        double share = (double)shares[best];
        shares[best] = -1;
        label(text, labels, best);
        fprintf(t->out, "%6.2f %%  %-20s ", 100 * share, text);
        terminal_foreground(t, hue(i, BEST)), bar(t, share), terminal_plain(t);
        fputc('\n', t->out);
    }
}

static int classify(const struct options *o, strided_context *ctx, const struct safetensors *weights,
                    const strided_tensor *x) {
    struct terminal t = terminal_open(stdout, COLOUR_AUTO);
    struct resnet net;
    int code = resnet_open(&net, ctx, weights, x, o->nhwc) ? fail("%s: %s", o->weights, net.why) : DONE;
    STRIDED_AUTO strided_tensor *shares = code ? NULL : strided_empty(NULL, STRIDED_F32, 2, strided_shape(net.logits));

    if (!code && (resnet_run(&net, strided_const_data(x)) || strided_softmax(shares, net.logits, 1)))
        code = fail("%s", strided_error());
    if (!code) show(&t, strided_data(shares), strided_count(shares), o->labels);
    resnet_close(&net);
    return code;
}

int main(int argc, char **argv) {
    struct options o;
    struct safetensors weights = {.count = 0};
    struct image image = {.pixels = NULL};
    char why[SAFETENSORS_TEXT] = "";

    setlocale(LC_CTYPE, "");
    if (parse(&o, argc, argv)) return usage();
    strided_context *ctx = strided_context_new(&(strided_config){.threads = o.threads});
    int code = ctx ? picture(&image, o.picture) : fail("%s", strided_error());
    if (!code && safetensors_read(&weights, ctx, o.weights, why)) code = fail("%s: %s", o.weights, why);
    STRIDED_AUTO strided_tensor *x = code ? NULL : input(&image, o.side);
    if (!code) code = x ? classify(&o, ctx, &weights, x) : fail("%s", strided_error());
    safetensors_free(&weights);
    image_free(&image);
    strided_context_release(ctx);
    return code;
}
