/*
 * window_problem.h - windows of all kinds by chance, as works of their own, against the generic loop.
 */
#ifndef STRIDED_TESTS_WINDOW_PROBLEM_H
#define STRIDED_TESTS_WINDOW_PROBLEM_H

#include "../../src/kernels/window_plan.h"
#include "guard.h"
#include "random.h"

/* One window: an axis of x with its edge. */
struct line { int64_t n, taps, step, dilation, before, positions; int padded; enum edge_mode mode; strided_pad_mode pad; };

/* How x lies: as y, or backwards, rows and columns exchanged, channels where y has none; whole. */
enum lie { AS_Y, BACKWARDS, TURNED, ACROSS };

struct problem {
    enum window_form form;
    strided_dtype dtype;
    int     last;                     /* channels last */
    enum lie x_lies;
    int64_t n, groups, c, o, stretch; /* images, groups, channels and outputs of each; from column to column, 0: there is but one */
    int     still;                    /* axes of x (bits: image, channel, row, column) along which all elements are one: strides of 0 */
    int64_t gap, skip;                /* elements between the lines of x and of y; between the planes */
    int     lone;                     /* one element of x is not 0, and vanishes */
    int64_t deep;                     /* images that a window reaches over; 0: one */
    int64_t before, apart;            /* them: how many before the first, how far apart */
    int     adds;                     /* what is added to a sum is not a bias, but lies as y does */
    int     crossed;                  /* columns of y are what rows would be, without gaps */
    strided_dtype x_is, b_is, c_is, y_is; /* 0: dtype, like all else */
    int64_t zero;                     /* what is taken from each x of whole numbers */
    int     requantized;              /* what becomes of sums of these */
    int64_t spread;                   /* elements of y from one to what would be its neighbour, maybe negative; 0: 1 */
    struct line h, w;
    struct guard *x, *b, *bias, *by, *more, *y[2];
};

enum { BY_CLASS = WINDOW_FORMS, BLOCKS, STRETCHES, RIBBONS, FLAT, COPIED, CUT, FOURS, FIVES, STAGED, JOINED, COUNTS }; /* what is counted behind the forms */

extern struct rng rng;

static inline int64_t any(int64_t lo, int64_t hi) { return rng_between(&rng, lo, hi); }

/* s with padding by chance, so that there is a position. One in three has none, and then no edge. */
struct line    padded_line(struct line s);
struct line    any_line(int64_t n_most, int64_t taps_most, int64_t step_most);
struct problem any_problem(void);

/* Its operands, guarded, with values by chance; they are put back by put_back. */
void lay_out(struct problem *p);
void make_work(struct work *w, const struct problem *p, strided_context *ctx);
void put_back(struct problem *p);

/* What the default context's windows make of p, which is laid out for it: `on` is the work that they plan. */
struct planned { struct work work, on; struct window_plan plan; };
void plan_problem(struct planned *is, struct problem *p);

/* Into more blocks than one, because the buffer holds no more. */
int  is_cut(const struct blocks_plan *p);
int  has_ribbons(const struct window_plan *p, const struct work *w);

/* The two results, y[0] and y[1], have the same bits. */
void compare(const struct problem *p, uint64_t seed, const char *isa);
/* 1 if windows did it. Those that are walked class by class, and those that go by blocks of whatever kind, are counted behind the forms. */
int  same_as_generic(struct problem *p, uint64_t seed, strided_context *ctx, int count[COUNTS]);

/* High tiles (SHAPE_HIGH) that same_as_generic took, on one thread; -1: they are not counted. */
extern int high_tiles;

/* By every instruction set, and by threads. */
void on_every_set(void (*test)(const strided_config *config));
int  has_blocks(strided_context *ctx);

#endif
