/*
 * window_plan.h - seeing a work as windows: sums (maxima) short enough that what they cost is reading, not multiplying.
 *
 *     depthwise conv   vector ow or c | rows oh or ow     max, average pool  the same without b
 *     few channels     vector ow      | rows o            SPREAD while sums are short
 *
 * The vector axis has unit stride in dst and one or two elements in a; rows share what they read. Edges stay in the work:
 * a tile walks only the taps that its rows see. Edges that cannot be walked so (padding that is read, adaptive windows) are cut
 * first; each class of positions is then walked as a work of its own. Everything is decided by strides and extents.
 */
#ifndef STRIDED_SRC_WINDOW_PLAN_H
#define STRIDED_SRC_WINDOW_PLAN_H

#include "blocks_plan.h"
#include "kernels.h"
#include "stage.h"
#include "window.h"

struct window_plan {
    int     fits;
    const struct kernels *kernels;  /* that it is made for */
    int     by_class;               /* edges are cut first; what is said of rows is said for each class */
    enum window_form form;
    int     vector, row;            /* kept axes; row -1: none */
    int     pairs;                  /* the vector is every second element of a */
    int     vector_edge, row_edge;  /* of the work; -1: none, or (vector) nothing is ever outside */
    int     row_fold;               /* the fold that the rows go with; -1: none */
    int     slides;                 /* rows share a: a tap of one row is another tap of the next */
    int64_t spacing, ratio;         /* rows of a tile are so many positions, so many taps apart */
    int64_t width, packed;          /* LANES: columns of a panel of b, and elements of them all */
    int     joined;                 /* the work is one of joined axes; */
    int     repeats;                /* along whose vectors b repeats: no panels, but for each tap some vectors, which any may be read from */
    int64_t converted;              /* else: elements of b, if they have to be converted before */
    struct blocks_plan blocks;      /* if it fits, it does all of it; `vector` are its lanes. If they are copied, the rest is about the copies */
    struct stage staged;            /* if it fits, the rest is about pieces of dst in a buffer */
    int     whole;                  /* staged sums of floats are those of integers, and end as these do when they are moved */
};

/* `out` is w, for LANES with the packed b as an operand, or with a b that lies as it is converted. */
void strided__windows_plan(struct window_plan *p, struct work *out, const struct work *w, const struct kernels *k);

/* joined_plan.c: w, the pixels of a line and their colours being one axis. 0: they are none, or it is better not so. */
int strided__windows_join(struct work *joined, const struct work *w, const struct kernels *k);

/* window_whole.c: sums of whole numbers so small and few that floats hold them exactly are sums of floats: w as that. What gives the most that
 * a sum may be; 0: it may be too large. */
double strided__windows_as_floats(struct work *floats, const struct work *w);

/* What was planned for that, as what does w. */
void strided__windows_end_whole(struct window_plan *p, struct work *planned, const struct work *w, double most);

/* For one class of positions, whose edges are cut, of a work that p was made for. */
void strided__windows_plan_class(struct window_plan *of_class, const struct window_plan *p, const struct work *class);

/* b at data[NEST_B] into p->packed elements of the compute type. */
void strided__windows_pack(const struct window_plan *p, const struct work *w, void *const data[NEST_OPERANDS], void *packed);

/* w's b into p->converted elements, as `planned` has it. */
void strided__windows_convert(const struct window_plan *p, const struct work *w, const struct work *planned, void *converted);

/* The work with its edges; of `axis` (a kept one, not that of the vectors if b is packed; -1: none) only lo <= i < hi. */
void strided__windows_run(const struct work *w, const struct window_plan *p, void *const data[NEST_OPERANDS], int axis, int64_t lo, int64_t hi);
/* The same by blocks; not if strided__blocks_can_run() says no. */
void strided__blocks_run(const struct work *w, const struct window_plan *p, const struct kernels *k, void *const data[NEST_OPERANDS],
                         int axis, int64_t lo, int64_t hi);
void strided__copied_run(const struct work *w, const struct window_plan *p, const struct kernels *k, void *const data[NEST_OPERANDS],
                         int axis, int64_t lo, int64_t hi);
void strided__flat_run(const struct work *w, const struct window_plan *p, const struct kernels *k, void *const data[NEST_OPERANDS],
                       int axis, int64_t lo, int64_t hi);
/* What becomes of the sums of a block, in dst: positions first .. first + count of the tied axes; operands stand at position 0 of them. */
void strided__blocks_finish(const struct work *w, const struct blocks_plan *p, window_finish_fn *finish, char *const at[NEST_OPERANDS],
                            const int64_t *first, const int64_t *count);

#endif
