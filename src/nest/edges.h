/*
 * edges.h - cutting an edge into runs of positions that see the same taps.
 *
 *     3 taps, padding 1, n = 5:    position   0 | 1 2 3 | 4
 *                                  taps      .x x|xxx..  |xx.      three runs
 *
 * Two edges (h and w) give the product of their runs: the nine classes of a 3x3 window.
 */
#ifndef STRIDED_SRC_EDGES_H
#define STRIDED_SRC_EDGES_H

#include "nest.h"

struct edge_run {
    int64_t first, count;      /* positions i                                                         */
    int64_t tap, taps;         /* k of each of them                                                   */
    int64_t offset;            /* elements from p = 0 to p of (first, tap) along the edge's operand; 0 without taps */
    int64_t p;                 /* that p                                                              */
    int     mapped;            /* read through the padding mode                                       */
};

/* The run that starts at position `from` < end. m is the extent of the kept axis, taps of the other (1 if none). */
struct edge_run strided__edge_run(const struct edge *e, int64_t from, int64_t end, int64_t m, int64_t taps);

struct range { int64_t lo, hi; }; /* lo <= i < hi */

/* Taps that position i sees, positions that see tap k, positions that see all taps; not of ADAPTIVE. */
struct range strided__edge_taps(const struct edge *e, int64_t i, int64_t taps);
struct range strided__edge_positions(const struct edge *e, int64_t k, int64_t positions);
struct range strided__edge_whole(const struct edge *e, int64_t positions, int64_t taps);
/* The edge whose kept (other) axis this is; -1: none. */
int strided__edge_of(const struct work *w, int keep);
int strided__edge_over(const struct work *w, int other);
/* Positions can be counted in int64 without a thought, and offsets in bytes. */
int strided__edge_is_walkable(const struct edge *e, const struct nest *n);
/* All positions see all their taps, and there are some of both. */
int strided__edge_never_ends(const struct edge *e, const struct nest *n);

#endif
