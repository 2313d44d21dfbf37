/*
 * look.c - from a file to what the network reads.
 */
#include "look.h"

#include "image.h"
#include "prepare.h"
#include "preview.h"
#include "report.h"

enum { LONGEST = 32, PREVIEW_COLUMNS = 64, PREVIEW_LINES = 20 };

static int read_picture(struct image *image, const char *path) {
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

/* Where there are colours to show it. */
static void show(const struct terminal *t, const strided_tensor *cropped) {
    STRIDED_AUTO strided_tensor *planes = strided_permute(cropped, STRIDED_DIMS(2, 0, 1));
    STRIDED_AUTO strided_tensor *images = strided_unsqueeze(planes, 1);

    if (t && t->colours && !preview(images, t, PREVIEW_COLUMNS, PREVIEW_LINES)) fputc('\n', t->out);
}

/* (1, 3, side, side) */
static strided_tensor *input(const struct image *image, int64_t side, const struct terminal *t) {
    STRIDED_AUTO strided_tensor *picture = colours(image);
    STRIDED_AUTO strided_tensor *resized = prepare_resized(picture, side * 8 / 7);
    STRIDED_AUTO strided_tensor *cropped = prepare_cropped(resized, side);
    STRIDED_AUTO strided_tensor *batch = strided_unsqueeze(cropped, 0);
    strided_tensor *x = strided_empty(NULL, STRIDED_F32, STRIDED_DIMS(1, 3, side, side));

    show(t, cropped);
    if (!prepare_normalised(x, batch)) return x;
    strided_release(x);
    return NULL;
}

strided_tensor *look_at(const char *path, int64_t side, const struct terminal *t) {
    struct image image = {.pixels = NULL};

    if (read_picture(&image, path)) return image_free(&image), NULL;
    strided_tensor *x = input(&image, side, t);
    if (!x) fail("%s: %s", path, strided_error());
    image_free(&image);
    return x;
}
