/*
 * window_walk.h - where a walk over windows stands, which window_start.c begins, for its two halves: window_run.c walks bands of rows and
 * vectors of columns tile by tile; window_straight.c hands whole planes, or two lines, to tiles of which all is known when they are compiled.
 */
#ifndef STRIDED_SRC_WINDOW_WALK_H
#define STRIDED_SRC_WINDOW_WALK_H

#include "window_plan.h"
#include "window_steps.h"
#include "cursor.h"
#include <stddef.h>

/* Bytes of a row that are formed apart at once, and finished at once at least; elements of waves that are; bands that are walked at once; vectors with
 * lanes left out that are remembered, if there is room: the two of a tile at least. */
enum { PANE_BYTES = 768, WAVED = 8192, BANDS = 64, LANE_LISTS = 8, LANE_ROOM = 2 * WINDOW_TAPS };

/* Tiles of rows that walk the same steps: `count` of them, `move` positions apart. */
struct window_band {
    int64_t first, count, move;
    int     rows;
    int     skip;                      /* rows of the first tile that the band before has done */
    int     from, to;                  /* steps */
    int     whole;                     /* its rows see all their taps */
};

struct window_walk {
    const struct work *w;
    const struct window_plan *plan;
    const struct window_kernels *kernels;
    int64_t size, lanes;
    int64_t unit[NEST_OPERANDS];
    struct nest_axis vector, row;
    struct range columns, rows, whole; /* mine along both axes; columns that see all their taps */
    int     outers;
    int     finishes, apart;           /* sums become something else; they are formed apart from dst */
    int     vectors_inside;            /* all vectors of one tile of rows, then the next tile */
    int64_t pass;                      /* groups that are walked before the next tile */
    int     kept;                      /* the bands are all there are, and those of the next position of the outer axes too */
    struct range next;                 /* the next band: positions from lo on, `hi` of them done */
    int     bands;
    struct window_tile tile;
    int64_t from;                      /* column that `sums` begin with */
    int64_t held;                      /* a vector with lanes left out that waits for another; -1: none */
    int64_t lone;                      /* one with all lanes that does; -1: none */
    struct range lane_key[LANE_LISTS]; /* vector, and the end of its row, that `lane` is about; the list that was made last */
    int     lane_list, lane_lists;
    struct range plane_key;            /* columns that `plane_columns` are */
    window_lines_fn *lines;             /* what walks two rows of the innermost outer axis, vectors along the channels, or NULL */
    int     lined;                     /* so many `plane_rows` are its columns; 0: not yet */
    window_plane_fn *planes;            /* what walks all rows of some columns at once, or NULL */
    struct window_plane plane;
    struct window_divide divide;       /* what planes and lines do to their sums themselves: */
    struct window_ending ending;
    int     ends;                      /* all there is to be done */
    struct nest_axis outer[WINDOW_AXES]; /* from here on what is not used is not cleared */
    int     outer_edge[WINDOW_AXES];   /* -1: none */
    int64_t outer_first[WINDOW_AXES];
    struct cursor at;
    struct window_band band[BANDS];
    struct window_rows plane_rows[BANDS];
    struct window_columns plane_columns[WINDOW_KINDS];
    struct window_lists lists;
    struct window_lanes lane[LANE_ROOM]; /* by list, by tap */
    char    sums[WINDOW_ROWS * PANE_BYTES] __attribute__((aligned(64)));
};

/* Taps of the fold that is tied to the vectors. */
static inline int64_t vector_taps(const struct window_walk *k)
{
    const struct work *w = k->w;
    return k->plan->vector_edge < 0 ? 1 : w->nest.axis[w->edge[k->plan->vector_edge].other].len;
}

/* Columns that are formed apart at once. */
static inline int64_t pane(const struct window_walk *k) { return PANE_BYTES / k->size; }

/* b is packed in panels, with which vectors begin. */
static inline int has_panels(const struct window_walk *k) { return k->plan->packed && !k->plan->repeats; }

/* window_start.c: all of it in place, or of `axis` only lo <= i < hi, from these addresses on; then the walk, there or elsewhere. */
void strided__windows_start(struct window_walk *k, const struct work *w, const struct window_plan *p, const struct kernels *kernels,
                            void *const data[NEST_OPERANDS], int axis, int64_t lo, int64_t hi);
void strided__windows_walk(struct window_walk *k, void *const data[NEST_OPERANDS]);

/* Vectors side by side that are whole, or one in which lanes are left out; the columns behind them. */
struct window_vectors { int64_t x, count, next; int whole; };

/* The next vectors of columns from .. to. 0: there are none. */
int strided__windows_vectors(const struct window_walk *k, int64_t from, int64_t to, struct window_vectors *v);

/* Which lanes of the vector at x see this tap, if the row ends at `end`. */
struct window_lanes strided__windows_lanes(const struct window_walk *k, int64_t tap, int64_t x, int64_t end);

/* What planes and lines do to their sums: divide them; or add a bias and limit them. */
void strided__windows_ends(struct window_walk *k);

/* What does the rows by planes: windows of taps x taps, with few columns that miss some. NULL: nothing. */
window_plane_fn *strided__windows_planes_of(const struct window_walk *k);

/* Columns from .. to of the bands, and of those of the planes behind this one. 0: one of them, where the walk then stands, is left to others. */
int strided__windows_planes(struct window_walk *k, int64_t from, int64_t to);

/* What does two rows of the innermost outer axis at once: taps x taps that lie as the rows and their elements do, or twice as close. */
window_lines_fn *strided__windows_lines_of(const struct window_walk *k);

/* How far apart the rows and columns are that it does, in taps. */
int64_t strided__windows_ratio(const struct window_walk *k);

/* One or two rows: how many. */
int64_t strided__windows_lines(struct window_walk *k);

#endif
