/*
 * window_steps.h - the lists that tiles of windows walk (window.h): which taps, in the order of the folds, and which rows of
 * the tile see each.
 */
#ifndef STRIDED_SRC_WINDOW_STEPS_H
#define STRIDED_SRC_WINDOW_STEPS_H

#include "window_plan.h"
#include "../nest/edges.h"

enum { WINDOW_STEPS = 512 };

struct window_lists {
    const struct work *w;
    const struct window_plan *plan;
    int     row_fold, vector_fold;     /* nest axes that edges tie to the rows and the vectors; -1: none */
    int     operand_b;                 /* NEST_B, or the packed one */
    int64_t size;                      /* bytes of an element */
    struct range taps[WINDOW_AXES];     /* of every fold: those that the outer axes leave */
    int64_t rows, first;               /* of the tile: how many, and the position of the first (not if rows share a) */
    int64_t per_tap;                   /* steps of each tap of the row axis */
    int64_t groups, steps;
    struct window_step *step;          /* behind as many groups as there may be */
    struct window_step group[WINDOW_STEPS];
};

/* Taps of all folds; no more than a million are counted. */
int64_t strided__windows_volume(const struct work *w);

/* More groups and steps than there is room for. */
int strided__windows_is_long(const struct window_plan *p, const struct work *w);

/* Where the steps will be, in lists that say all but what they consist of. */
void strided__windows_lists(struct window_lists *l);

/* The groups; steps of one more tile, behind those that are there. */
void strided__windows_groups(struct window_lists *l);
void strided__windows_steps(struct window_lists *l);
/* There may be no room for another tile's. */
int strided__windows_are_full(const struct window_lists *l);

/* Of rows that share a: taps of the row axis from that of row 0 on; the first of them, in taps; how many. */
int64_t strided__windows_first_tap(const struct window_lists *l);
int64_t strided__windows_taps(const struct window_lists *l);

#endif
