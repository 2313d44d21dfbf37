/*
 * gather_rows.h - rows of a block whose a is brought together (gather.h): in which runs they lie, and where each lies then. Knows no type.
 *
 *     taps of a line    0   a b c d e f            each sees the rows that the one before it sees, some further on: of all of
 *                       1     b c d e f g          them is gathered once what the first one reads, and what lies behind it
 *                       2       c d e f g h
 *
 * Where rows are some taps apart, as many taps in turn (phases) share nothing, and each is shared by those that come so many taps after it:
 *
 *     rows two apart    0   a c e g       2   c e g i
 *                       1   b d f h       3   d f h j
 */
#ifndef STRIDED_SRC_GATHER_ROWS_H
#define STRIDED_SRC_GATHER_ROWS_H

#include "../nest/nest.h"

enum { BLOCK = 120, SEGMENTS = 64 }; /* rows that share a panel while it is in the cache; segments of k that pass at once */

/* Elements of a sum at a constant step: where it starts (bytes from each row of a; elements of packed b), and how many. */
struct segment { int64_t a, b, len; int last; /* so many k are in the last bunch (pairs.h, quads.h); 0: all */ };

/* Rows of a block at a constant distance from each other, in bytes. */
struct gather_run { int64_t first, len, step; };

struct gather_rows {
    int     along;             /* k are neighbours, not rows */
    int     shares;            /* these rows share what the taps of a line read; else each segment is gathered */
    int64_t size;              /* bytes of what is gathered, an element each */
    int64_t pitch, depth;      /* so many elements from k to k, or else from row to row; depth: and so many k at most */
    int64_t taps;              /* segments that a line of taps has; 1: they share nothing */
    int64_t phases, every;     /* of them the first are gathered; rows from each to the next that shares with it */
    int64_t runs;
    struct gather_run run[BLOCK];
    const char *to[BLOCK];     /* where each row lies */
    char   *out;
};

/* Elements from k to k. */
static inline int64_t gather_pitch(const struct gather_rows *g) { return g->along ? 1 : g->pitch; }

/* Rows that the taps which share with one of a line's first reach over behind a run. */
int64_t strided__gather_beyond(const struct gather_rows *g, int64_t tap);

/* Sets taps, phases and every: of the row axis that is innermost in a, and the axes of k, in elements of a. */
void strided__gather_taps(struct gather_rows *g, const struct nest_axis *row, const struct nest_axis *k, int ks);

/* For these rows, whose neighbours are `step` bytes apart where they may share. */
void strided__gather_start(struct gather_rows *g, const char *const *row, int64_t rows, int64_t step);

/* Segments that go on in b are one, once their a lies together. Their number. */
int64_t strided__gather_join(struct segment *seg, int64_t segments, int64_t b_pitch);

/* Segments and elements of the sum that pass at once: whole lines of taps that share, as many as there is room for. */
void strided__gather_lines(const struct gather_rows *g, const struct nest_axis *inner, int64_t *segments, int64_t *most);

#endif
