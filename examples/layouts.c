/*
 * layouts.c - one convolution on memory as it comes: interleaved pixels (channels last), read bottom row first, every second
 * column, written into one plane of a larger picture. Each is a view; no operand is copied.
 */
#include <stdio.h>
#include <strided.h>

enum { ROWS = 6, COLUMNS = 8, COLOURS = 3 };

int main(void) {
    float pixels[ROWS][COLUMNS][COLOURS], result[ROWS][COLUMNS / 2][2] = {{{0}}};
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            for (int c = 0; c < COLOURS; c++) pixels[i][j][c] = (float)(100 * c + 10 * i + j);

    /* Axes are always batch, channels, rows, columns; where they lie is what the strides say. */
    STRIDED_AUTO strided_tensor *photo = strided_wrap_const(NULL, pixels, STRIDED_F32, STRIDED_DIMS(1, COLOURS, ROWS, COLUMNS),
                                                            STRIDED_LIST(0, 1, COLUMNS * COLOURS, COLOURS));
    STRIDED_AUTO strided_tensor *upside_down = strided_flip(photo, STRIDED_DIMS(2));
    STRIDED_AUTO strided_tensor *x = strided_slice(upside_down, 3, 0, STRIDED_NONE, 2);

    STRIDED_AUTO strided_tensor *half = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, 1, 1), 0.5);
    STRIDED_AUTO strided_tensor *w = strided_expand(half, STRIDED_DIMS(1, COLOURS, 1, 1)); /* one weight for all colours: stride 0 */

    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, &result[0][0][1], STRIDED_F32, STRIDED_DIMS(1, 1, ROWS, COLUMNS / 2),
                                                  STRIDED_LIST(0, 0, COLUMNS, 2)); /* the second of two planes */
    if (strided_conv(y, x, w, NULL, NULL)) {
        fprintf(stderr, "layouts: %s\n", strided_error());
        return 1;
    }
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS / 2; j++) printf("%4.0f %4.0f  ", (double)result[i][j][0], (double)result[i][j][1]);
        printf("\n");
    }
    return result[0][1][1] == 228 && result[ROWS - 1][0][1] == 150 && result[0][1][0] == 0 ? 0 : 1;
}
