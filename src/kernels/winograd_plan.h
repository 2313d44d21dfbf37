/*
 * winograd_plan.h - 3x3 convolution by transforms: F(2x2,3x3) and F(4x4,3x3) of Winograd, for f32.
 *
 *     x: tiles of e*e pixels,   V[xi][tile][c]   one product   M[xi][tile][o]   y: m*m pixels
 *     e = m + 2, two shared  ->  xi < e*e      -> for each xi ->               -> of each tile
 *
 * Direct sums take 9*m*m multiply-adds for each tile, c and o; these products take e*e: 16 for 36, 36 for 144. The error of
 * m = 2 is below that of the direct sum, that of m = 4 (points 0, +-3/4, +-3/2) twice as large: for ARITHMETIC_FAST only.
 *
 * The last tiles of an axis, where y ends within them, are as many points as they have outputs, and two: the last points serve others.
 *
 * Whether and how is decided by extents, parameters and the level of arithmetic, never by strides, threads or instruction
 * set, so that neither do the bits depend on those. Padding is a transform of zeros. What is not finite in a tile is
 * computed again by the direct sum: infinities, NaN and overflow come out as the formula says.
 */
#ifndef STRIDED_SRC_WINOGRAD_PLAN_H
#define STRIDED_SRC_WINOGRAD_PLAN_H

#include "../nest/nest.h"

struct kernels;

enum {
    WINOGRAD_COLUMNS = 64,  /* outputs o that are worked on at once */
    WINOGRAD_PIXELS = 32,   /* pixels in a row of y, likewise: whole vectors and lines */
    WINOGRAD_CHANNELS = 16, /* channels c that a thread may take by itself */
    WINOGRAD_IMAGES = 4,    /* axes of images, at most */
    WINOGRAD_TILES = 48     /* of a block, at most */
};

struct winograd_axis {
    int     keep, flipped;        /* the positions; the taps run backwards */
    int     tap;
    int64_t before, n, positions; /* tap 0 of position 0 is at -before of n pixels */
    int64_t stride;               /* of a pixel, in x */
    int64_t tiles;
};

struct winograd {
    int m;                        /* outputs along the sides of a tile: 2 or 4; 0: the work is none of these */
    struct winograd_axis axis[2];
    int channel, column;          /* the axes of c and o, and how many there are */
    int64_t channels, columns;
    int images, image[WINOGRAD_IMAGES];
    int64_t tiles, block;         /* in all; those whose V is there at once */
    int64_t width;                /* columns of a panel of U */
    int64_t packed;               /* elements of U: [panel][xi][c][width] */
    int64_t pitch, v_plane, m_plane; /* from tile to tile in V; from xi to xi in V and M; elements */
    int64_t v_size, scratch;      /* of V, and of all that a thread works in; elements */
};

/* Some tiles, neighbours in a row of them, and the pixels of y that they are: at most WINOGRAD_PIXELS in a row, in runs alike. */
struct winograd_run { int64_t image, i, j, count, high, wide; };

/* A block of tiles and the memory for it. */
struct winograd_block {
    const struct winograd *plan;
    const struct work *work;
    void *const *data;
    const float *u;
    int64_t first, count;
    int64_t ahead;                /* the tile with which this thread is likely to go on; 0: it does not have the block for itself */
    float *v, *m;                 /* WINOGRAD_COLUMNS of M */
    float *sums;                  /* the outputs of a run: [pixel][WINOGRAD_COLUMNS] */
};

/* What an instruction set offers, templates in winograd.h. */
struct winograd_kernels {
    /* U of channels c .. c + count from w as [channel][tap][width], for one panel. */
    void (*weights)(const struct winograd *g, const float *w, float *u, int64_t c, int64_t count);
    /* V of channels from .. to, whole multiples of WINOGRAD_CHANNELS but for the last. */
    void (*input)(const struct winograd_block *b, int64_t from, int64_t to);
    /* y of columns from .. to. */
    void (*output)(const struct winograd_block *b, int64_t from, int64_t to);
};

/* Fills g; m = 0 if the work is better done, or must be done, directly. */
void strided__winograd_plan(struct winograd *g, const struct work *w, const struct kernels *k);
/* w's weights, at data[NEST_B], as U. */
void strided__winograd_pack(const struct winograd *g, const struct work *w, const struct kernels *k, float *u);
/* Bytes that a run works in, for all threads of the context. */
size_t strided__winograd_scratch(const struct winograd *g, const struct work *w);
/* The work, with U and that scratch. */
void strided__winograd_run(const struct winograd *g, const struct work *w, void *const data[NEST_OPERANDS], const float *u, void *scratch);

/* ---- for the kernels ---------------------------------------------------------------------------------- */

/* The run that begins at this tile, of the `left` that there still are. */
struct winograd_run strided__winograd_run_at(const struct winograd *g, int64_t tile, int64_t left);
/* Where operand o stands at this image, at position 0 and column 0; of x, at pixel 0. */
char *strided__winograd_image(const struct winograd_block *b, int operand, int64_t image);
/* Sums of the run's tile k and of columns from .. to once more, directly, into b->sums, which begins with column `base`. */
void strided__winograd_again(const struct winograd_block *b, const struct winograd_run *r, int64_t k, int64_t base, int64_t from,
                             int64_t to);

#endif
