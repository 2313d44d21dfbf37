/*
 * blocks.h - what the walk over windows by blocks (blocks_run.c) hands to the loops of an instruction set (block.h).
 *
 * A block is some positions of every window, a vector of lanes at a time. What its windows reach over is brought into a buffer of
 * vectors; sums go to another, and from there to dst.
 */
#ifndef STRIDED_SRC_BLOCKS_H
#define STRIDED_SRC_BLOCKS_H

#include <stdint.h>

/* Positions side by side of one output, of which all that they share is read once, at least; sums of a tile. */
enum { BLOCK_STRIP = 10, BLOCK_SUMS = 12 };
enum { GROUP = 4, GROUP_TAPS = 3 };    /* channels of groups that are lanes side by side, two to a vector of the buffer; taps of a line */

/* Runs of n elements, `count` of them, of as many lines as there are lanes. Bytes; the buffer's elements are vectors. */
struct block_move {
    char   *buffer, *memory;
    int64_t twin;                                      /* where the lanes behind these go in the buffer, from where these do; 0: nowhere */
    int64_t buffer_step, buffer_next, lane, step, next, n, count;
    int64_t outputs, channels;                         /* of groups side by side: lanes of each */
};

struct block_line { int32_t a, b; };                   /* a line of taps: bytes from the row's a and from b */
/* What each tile asks for: some lines of the cache, `step` bytes apart, of what is brought in next, and of where its sums go from the buffer. */
enum { ASK_A, ASK_DST, ASKS };
struct block_ask { const char *at; int64_t step, n; };
struct block_row { int64_t sum; int from, to; int64_t at[ASKS]; }; /* a row of positions: where its sums go; its lines; where it is in memory */
/* Neighbouring positions: where the first one's window begins, and where its sums go. Of slots from .. to what is there. */
struct block_tile { int64_t a, sum; int columns; int64_t from, to, at[ASKS]; };

struct block {
    const char *a, *b;
    char   *sum;
    const struct block_line *line;
    const struct block_row *row;
    const struct block_tile *tile;
    int64_t rows, tiles, outputs;
    int64_t taps, tap, step;                           /* of a line; slots from tap to tap, from position to position */
    int64_t depth;                                     /* vectors of a slot: the folds inside of the taps */
    int64_t slot, b_tap, b_output;                     /* bytes */
    int     half;                                      /* of the slot before those that are there the second half is, of that behind them the first */
    int64_t four_taps;                                 /* of a strip, bytes: what no compiler knows it does not keep in registers */
    int64_t sum_column, sum_output;
    struct block_ask ask[ASKS];
};

typedef void block_fn(const struct block *k);

/* Outputs that share what they read; of a panel of b, of what is done before sums are put away, and taps of a list, at most. */
enum { FLAT_ROWS = 4, FLAT_OUTPUTS = 16, FLAT_SUMS = 64, FLAT_TAPS = 1536, FLAT_MOST_TAPS = 4608, FLAT_VECTORS = 24, FLAT_LIST = 512, FLAT_PLACES = 2048 };
enum { FLAT_LINES = 3 };               /* of windows whose lines come one by one */
enum { FLAT_WIDE = 14 };               /* positions of a tile whose outputs are vectors, times these */
enum { BUT_NONE, BUT_FIRST, BUT_LAST };

/* Vectors of positions side by side, whatever line they are of. Bytes; `seen` goes with `mask`, whose elements are those of one plane, all
 * bits set where something is there. Where there are masks, `lanes` of a vector go to `sum`, and those of the next line to `next`; of outputs that
 * are vectors some positions to the places from number `sum` on. */
struct flat_vector { int64_t a, sum, next; uint32_t lanes, next_lanes; };
/* Taps that positions of such a tile see: all of them, or all but one. */
struct flat_run { int16_t from, to, but; };
struct flat {
    const struct flat_vector *vector;
    const char *a, *b, *mask;
    char   *sum;
    const int32_t *tap, *seen;
    const int32_t *place;                              /* NULL: sums are stored as they are; else some outputs of each position: bytes */
    int64_t taps, vectors, outputs, b_panel, sum_output;
    int64_t groups, a_group, b_group, sum_group;       /* side by side in dst, and bytes from one to the next */
    int     parted;                                    /* vectors may have lanes of two lines */
    int64_t rows, a_row, sum_row;                      /* of a block whose first vectors are those of a row; bytes from row to row */
    /* Of one line: */
    char   *row[FLAT_LINES];                           /* sums that see it as the first of their lines, the second, the third */
    int64_t run, step;                                 /* taps that are equally far apart, by so many bytes */
    const char *ask;                                   /* in the line that is brought in next, asked for meanwhile: */
    int64_t ask_column, ask_run, ask_step;             /* with each column, run and tap so many bytes further on */
    int     wide;                                      /* vectors of all outputs, `b_panel` from one to the next, side by side where they go */
    const struct flat_run *run_of;                     /* of these, those of a vector from number `next` on, `lanes` of them */
};

typedef void block_flat_fn(const struct flat *k);

struct flat_move { int64_t to_line, to_step, from_line, from_step, ahead; }; /* bytes from line to line, and along it; to what is brought in next */
struct flat_bounds { uint32_t least, most; }; /* bits of absolute values, twice: of those that are not 0 the least, less 1 */
enum { FLAT_BOUNDS = 2 };              /* elements, behind the packed b, that these are */

struct flat_look { const char *at; int64_t plane, planes, line, lines, bytes; }; /* planes of lines; bytes from one to the next, of a line */

struct block_kernels {
    void (*get)(const struct block_move *m);           /* into the buffer */
    void (*put)(const struct block_move *m);           /* out of it */
    block_fn *strip[3];                                /* `columns` positions of one output, depth 1; by step */
    void (*get_groups)(const struct block_move *m);    /* the same of groups side by side; */
    block_fn *strip_groups;                            /* step 1. NULL: none */
    block_fn *strip_abreast;                           /* of two positions side by side. NULL: none */
    int       columns;
    block_fn *tile;
    block_flat_fn *flat, *flat_seen;                   /* by the mask */
    block_flat_fn *flat_down;                          /* of FLAT_LINES lines of taps, fours of outputs: from row to row. NULL: none */
    block_flat_fn *flat_line;                          /* adds what a line gives to the sums of the rows that see it. NULL: none */
    block_flat_fn *flat_wide, *flat_wide_seen;         /* the same where outputs are vectors. NULL: none */
    void (*flat_move)(const struct flat_move *m, char *to, char *from, int64_t lines, int64_t n);
    struct flat_bounds (*flat_bounds)(const void *p, int64_t n);
    int (*flat_less)(const struct flat_look *l, uint32_t limit);
};

#endif
