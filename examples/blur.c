/*
 * blur.c - an 8-bit colour picture, blurred in the buffers of the app: rows with padding behind them, bottom row first.
 * A picture is a pointer, two extents and a pitch; the library reads and writes it where it lies.
 */
#include <stdio.h>
#include <strided.h>

/* (N, C, H, W) = (colour, 1, rows, columns): one 3x3 kernel for all three colours. `pitch` is the bytes from row to
 * row; a negative pitch is a bottom-up bitmap, and a rectangle of a picture is a pointer and sizes. */
static strided_tensor *rgb(uint8_t *top_left, int64_t rows, int64_t columns, int64_t pitch) {
    return strided_wrap(NULL, top_left, STRIDED_U8, STRIDED_DIMS(3, 1, rows, columns), STRIDED_LIST(1, 0, pitch, 3));
}

static strided_status blur(uint8_t *to, int64_t to_pitch, uint8_t *from, int64_t from_pitch, int64_t rows,
                           int64_t columns) {
    static const float bell[9] = {1 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 4 / 16.f,
                                  2 / 16.f, 1 / 16.f, 2 / 16.f, 1 / 16.f};
    const strided_conv_params params = {.pad = {{1, 1}, {1, 1}}, .pad_mode = STRIDED_PAD_REPLICATE};
    STRIDED_AUTO strided_tensor *x = rgb(from, rows, columns, from_pitch);
    STRIDED_AUTO strided_tensor *y = rgb(to, rows, columns, to_pitch);
    STRIDED_AUTO strided_tensor *w = strided_wrap_const(NULL, bell, STRIDED_F32, STRIDED_DIMS(1, 1, 3, 3), NULL);

    return strided_conv(y, x, w, NULL, &params);
}

/* ---- a picture to try it on: a white dot on black, in memory from the bottom up ------------------ */

enum { ROWS = 7, COLUMNS = 9, PITCH = 32 };

static uint8_t bitmap[ROWS * PITCH], result[ROWS * COLUMNS * 3];

static uint8_t *pixel(int row, int column) { return &bitmap[(ROWS - 1 - row) * PITCH + column * 3]; }

static void print_reds(void) {
    for (int r = 0; r < ROWS; r++, putchar('\n'))
        for (int c = 0; c < COLUMNS; c++) printf("%4d", result[(r * COLUMNS + c) * 3]);
}

int main(void) {
    for (int colour = 0; colour < 3; colour++) pixel(2, 4)[colour] = 240;
    if (blur(result, COLUMNS * 3, pixel(0, 0), -PITCH, ROWS, COLUMNS)) {
        fprintf(stderr, "blur: %s\n", strided_error()); /* e.g. "conv: y has shape ..., x and w give ..." */
        return 1;
    }
    print_reds();
    return result[(2 * COLUMNS + 4) * 3] == 60 && result[(1 * COLUMNS + 4) * 3] == 30 &&
                   result[(3 * COLUMNS + 5) * 3] == 15 && result[0] == 0
               ? 0
               : 1;
}
