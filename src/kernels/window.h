/*
 * window.h - what the walk over windows (window_run.c) hands to the tiles of an instruction set (window_tile.h).
 *
 * A tile is up to WINDOW_ROWS rows x some vectors of sums that stay in registers while the folds are walked. The walk is
 * two lists: groups (the folds outside the one that the row axis is tied to) and, inside each, steps. A step is a run along
 * the last fold in which the same rows of the tile see the taps.
 */
#ifndef STRIDED_SRC_WINDOW_H
#define STRIDED_SRC_WINDOW_H

#include "../nest/nest.h"
#include "blocks.h"

/* What fills the registers:
 *     SPREAD  a is a vector that all rows share, b one value for each row     rows of pixels
 *     LANES   a is a vector for each row, b a vector that all rows share      channels last
 *     SUM     a is a vector that all rows share, no b                         average pools
 *     MAX     the same, the larger of the two, NaN wins                       max pools                        */
enum window_form { WINDOW_SPREAD, WINDOW_LANES, WINDOW_SUM, WINDOW_MAX, WINDOW_FORMS };

enum { WINDOW_ROWS = 4, WINDOW_HIGH = 6, WINDOW_FEW = 4, WINDOW_WIDTH = 3, WINDOW_LONG = 8, WINDOW_TAPS = 512,
       WINDOW_SIDE = 3, WINDOW_LINE = 5, WINDOW_SHORT = 7, WINDOW_KINDS = 8 };

/* Vectors side by side: one, two or three of WINDOW_ROWS rows; WINDOW_LONG of one row; one or two, in which some lanes are left out; of one row and a
 * single step of WAVE_LEAST taps to wave_most() some times WAVE_VECTORS; one of WINDOW_HIGH rows and a single step
 * of WINDOW_FEW taps or one less, as far apart as the rows are. NULL in the table: there is no such tile. */
enum window_shape { SHAPE_1, SHAPE_2, SHAPE_3, SHAPE_LONG, SHAPE_SOME_1, SHAPE_SOME_2, SHAPE_WAVES, SHAPE_HIGH, WINDOW_SHAPES };
enum { WAVE_VECTORS = 8, WAVE_LEAST = 20 };
static inline int64_t wave_most(int64_t lanes) { return lanes * lanes; }

/* Bytes from the tile's a and b; taps along the last fold; tap of the vector axis; rows: WINDOW_ROWS*first + last, -1: none. Of a group a, b and tap. */
struct window_step { int64_t a, b; int32_t len; int16_t tap, rows; };
struct window_lanes { unsigned char lo, hi; };               /* lanes of a vector that see a tap: lo <= i < hi */

struct window_tile {
    const struct window_step *group;
    const struct window_step *step;
    int64_t groups, from, to;                 /* steps from <= i < to of each group */
    int64_t a_step, b_step, tap_step;         /* along a step: bytes, taps of the vector axis */
    int64_t a_row, b_row, dst_row;            /* from row to row, bytes */
    int64_t a_vector, b_vector, dst_vector;   /* from vector to vector of a tile */
    int64_t a_move, b_move, dst_move, count;  /* from tile to tile, so many tiles */
    char   *a, *b, *dst;                      /* row 0 and vector 0 of the first */
    int64_t rows;                             /* that are stored */
    int     resumes;                          /* sums go on from what is in dst */
    int     divides;                          /* the sums, by `divisor` */
    double  divisor;
    const struct window_lanes *lanes[2];      /* vectors in which lanes are left out: by tap, */
    int     stored[2];                        /* and how many are stored                       */
};

typedef void window_tile_fn(struct window_tile *t);

/* What sums are divided by where they are formed: nothing, a number (a power of two: they are multiplied by its inverse), or the product of
 * operands. */
enum window_division { DIVIDE_NOT, DIVIDE_NUMBER, DIVIDE_SCALE, DIVIDE_OPERANDS };
struct window_divide {
    enum window_division by;
    double number;
    const char *at[3];                        /* of row 0 and column 0; NULL: none */
    int64_t row[3], column[3];                /* bytes */
};

/* What sums of floats with b become where they are stored: plus a bias, `step` bytes before that of the next plane or channel (without one a vector
 * of -0, which changes nothing); at least lo and at most hi. */
struct window_ending { int ends; int64_t step; const char *bias; float lo, hi; };

/* Windows of taps x taps that slide by `ratio` over planes of lines: sums with b by ribbons, pools by strips, of all rows. Of their lines those
 * from .. to are inside; kinds of columns see the same taps: `count` vectors side by side, or one in which lanes are left out. */
struct window_rows { int64_t a, dst, a_move, dst_move, count, from, to, rows, first, move; /* positions */ };
struct window_columns {
    int64_t a, dst, count, first, at;         /* at: where in a line the first tap begins */
    int64_t b;                                /* of b that repeats: its first element */
    int stored;
    struct window_lanes lanes[WINDOW_SHORT];
};

struct window_plane {
    char   *a, *b, *dst;
    int64_t planes, a_plane, b_plane, dst_plane;
    int64_t a_line, a_tap, b_line, b_tap, dst_row;
    int64_t joined;                           /* elements of a line of a, if lines follow each other without a gap; else 0 */
    const struct window_rows *rows;
    const struct window_columns *columns;
    int64_t kinds;
    struct window_divide divide;
    struct window_ending ending;
    const struct window_step *group;          /* planes of a, one after the other, of which a plane of sums is formed; a and b are of the first */
    int64_t groups;
    int64_t taps;                             /* of a line */
    int64_t repeats;                          /* b of a tap is that many elements, again and again, of which a vector may begin with any; 0: one for all */
};

/* How many planes are done: the next one may have NaN, which others must look at. */
typedef int64_t window_plane_fn(const struct window_plane *w);

/* Windows of 3x3 (5x5 that are two apart; pools: 2x2 too), vectors along the channels: one or two `rows` of dst, in tiles of some columns; lines
 * from .. to are inside. Kinds of tiles are struct window_rows whose `rows` are columns, and which see columns from .. to. */
struct window_lines {
    char   *a, *b, *dst;
    int64_t channels, b_panel;                /* b in panels of one vector of all taps */
    int64_t a_line, a_column, dst_line, dst_column;
    int64_t from, to, rows, taps;
    const struct window_rows *columns;
    int64_t kinds;
    struct window_divide divide;
    struct window_ending ending;
    int64_t planes, a_plane, b_plane;         /* of sums with b: of a, one after the other, of which sums are formed */
};

typedef void window_lines_fn(const struct window_lines *w);
/* What the sums of a row become, `from` .. from + len along the axis; then, if `stores`, they go to dst. */
typedef void window_finish_fn(const struct work *w, const struct nest_axis *axis, char *const at[NEST_OPERANDS], int64_t from, int64_t len,
                              void *sum, int stores);

struct window_kernels {
    window_tile_fn *tile[WINDOW_FORMS][2][WINDOW_SHAPES];   /* 1: every second element of a */
    window_plane_fn *plane[WINDOW_FORMS][WINDOW_SIDE + 1][3]; /* by taps and ratio; 2: every second element. NULL: there is none */
    window_plane_fn *apart;                                   /* planes with b of taps that lie apart, or whose b repeats; NULL: there is none */
    window_plane_fn *line;                                    /* sums with b of one line of 2 to WINDOW_SHORT taps; NULL: there is none */
    window_lines_fn *lines[WINDOW_FORMS][WINDOW_LINE + 1][2]; /* channels last: by taps and ratio - 1, pools by the side of a tile */
    int beside;                                               /* planes of half a vector that ribbons take at once */
    int resumes;                                              /* sums of planes and lines of 3x3 may go on, plane by plane of a */
    const struct block_kernels *blocks;                       /* NULL: none for this type */
    window_finish_fn *finish;
};

#endif
