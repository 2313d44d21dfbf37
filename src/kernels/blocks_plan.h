/*
 * blocks_plan.h - windows that go by blocks: a vector of lanes at a time is brought together first.
 *
 *     x  ──►  buffer: what a block of windows reaches over, [line][slot][depth][lane]  ──►  sums [output][row][column][lane]  ──►  y
 *
 * (Lanes that are neighbours in y: sums are stored there at once. In x: two vectors of them are brought in together, which are one line of the
 * cache, and summed one after the other.)
 * Lanes are any kept axis, whatever its strides: the planes of a depthwise convolution, groups. (Of groups that lie side by side, all of whose
 * outputs are lanes, each channel is brought to the lanes of its group.) Then no load crosses a line of the cache,
 * and neither rows that are short nor windows that are long cost more than their multiplications. Columns are the kept axis that the last
 * fold with an edge (or with strides like one) is tied to; folds inside of it are the depth of a slot, those outside are lines.
 * Where no kept axis is fit to be the lanes, they are stretches of the columns that see all their taps; the other columns are left to
 * the generic kernels. (So they are where channels are half a vector, and long lines of taps go by pairs of positions: every slot is a vector that
 * begins with it.)
 *
 *     flat      [group][fold][residues][line][slot]      ──►  [output][line][column]
 *
 * Where some outputs share what they read, lanes are neighbouring columns: lines lie flat, one behind the other, slots a step apart side by
 * side, and vectors may begin anywhere.
 *
 *     copied    [lane][line][slot], [line][slot][lane]   ──►  y, by windows that are walked in place (window_plan.h)
 *
 * Where vectors would lie along y's memory if only a's did too, or padding is read, blocks of a are copied, as y lies, with that padding. Everything
 * is decided by strides and extents.
 */
#ifndef STRIDED_SRC_BLOCKS_PLAN_H
#define STRIDED_SRC_BLOCKS_PLAN_H

#include "../nest/edges.h"
#include "blocks.h"

struct kernels;

/* Axes of a work that is planned, at most, kept ones and folds; those of blocks; bytes of their buffers. */
enum { WINDOW_AXES = 16, BLOCK_AXES = 16, BLOCK_ROWS = 256, BLOCK_LINES = 1024, BLOCK_TILES = 64,
       FLAT_BYTES = 116 << 10, COPIED_BYTES = 60 << 10, CONVERTED_BYTES = 76 << 10 };
/* Slots, and the sums of so many positions: short windows of many lines gain by blocks that are far larger than a first-level cache. */
enum { SLOT_BYTES = 160 << 10, BLOCK_SOME = 112 };
enum { ABREAST_TAPS = 16 };            /* lines of more of them go by positions abreast */

/* A fold, and the kept axis that it is tied to: position i sees tap k in slot i*keep_mul + k*fold_mul - before of `edge`. */
struct block_axis {
    int     keep, fold;                /* keep -1: none, one position sees all */
    struct edge edge;
    int64_t len, taps, tile;           /* positions; at once */
    int64_t a, dst;                    /* elements from slot to slot, from position to position */
    strided_pad_mode pad;              /* of blocks that are copied: not 0, slots `inset` .. inset + n are there, others are read so */
    int64_t inset, n;
};

struct blocks_plan {
    int     fits;
    int     lane, output;              /* kept axes; lane -1: stretches of columns; output: shares a, -1: none */
    struct nest_axis lanes;            /* the lanes' axis */
    int     axes, column;              /* axes in the order of folds; the columns' one, behind it the depth, if there is one */
    struct block_axis axis[BLOCK_AXES];
    int64_t outputs, depth;
    int     strip;                     /* not tiles */
    int     twins;                     /* of lanes that are neighbours in a two vectors are brought in at once: a line of the cache */
    int     in_dst;                    /* lanes are neighbours there: sums need no buffer */
    int64_t shared;                    /* lanes of each element of the lanes' axis: all outputs of a group, side by side; else 1 */
    int64_t abreast;                   /* positions side by side whose channels, half a vector of neighbours, are lanes together: 2; else 1 */
    int     flat, direct, turned;      /* sums go to dst, whose memory runs along the columns, or (turned) along the outputs */
    int     parted;                    /* direct, of vectors that may lie on two lines */
    int     wide;                      /* outputs are so many vectors; to dst directly if it has unit stride along them */
    int     beside;                    /* wide: the fold some of which, a line of the cache, are a slot; else -1 */
    int     down;                      /* direct, of short windows: from row to row */
    int     rolls;                     /* lines of the first axis come one by one, and the sums of all rows that see one wait for the next */
    int     copied;                    /* instead of fits: `groups` are lanes at once */
    int     row;                       /* the axis of the lines of a block that lies flat; -1: it is one line. Its lanes' axis are groups */
    int64_t groups, line;              /* at once; slots from line to line */
    int64_t pitch[BLOCK_AXES], residue[BLOCK_AXES]; /* bytes to the slot that is a step away, and to the neighbour */
    int64_t group_bytes, mask_bytes, sum_bytes; /* of all slots, of the mask, of the sums of an output */
};

/* The one that a kept axis is tied to; -1: there is none. */
static inline int block_axis_of(const struct blocks_plan *p, int keep)
{
    for (int i = 0; i < p->axes; i++)
        if (p->axis[i].keep == keep) return i;
    return -1;
}

/* A position sees taps that another one sees, or may: where none does, there is nothing to plan here. */
int strided__blocks_have_windows(const struct work *w);
void strided__blocks_plan(struct blocks_plan *p, const struct work *w, const struct kernels *k);
/* The axes alone; 0: there is an edge that is not walked so. */
int strided__blocks_axes(struct blocks_plan *p, const struct work *w);
/* Slots that a tile's windows reach over; those that are not there need no room. */
int64_t strided__blocks_slots(const struct block_axis *a, int64_t tile);
/* The longest kept axis that dst's memory runs along; -1: it runs along none. */
int strided__along_dst(const struct work *w);
/* w as it is where its blocks are copied; 0: it does not pay. */
int strided__copied_plan(struct blocks_plan *p, struct work *copy, const struct work *w, const struct kernels *k);
/* Strides of a, and of its edges, in the buffer. */
void strided__copied_strides(const struct blocks_plan *p, struct work *copy, int64_t size);
/* The same where blocks lie flat; the axes are there. 0: it does not pay. */
int strided__flat_plan(struct blocks_plan *p, const struct work *w, const struct kernels *k);
/* The same for one that rolls, as if it did not. */
void strided__flat_plan_blocks(struct blocks_plan *p, const struct work *w, const struct kernels *k);
int64_t strided__blocks_shorter(const struct block_axis *a);

/* Columns that see all their taps. */
struct range strided__blocks_whole(const struct blocks_plan *p, const struct work *w);

/* Lanes are stretches of columns `first` .. first + count: of how many each is what the plan then has as its columns. Of positions abreast these are
 * pairs of them. */
void strided__blocks_stretch(struct blocks_plan *p, const struct work *w, int64_t lanes, int64_t first, int64_t count);

/* For a piece of a work that p was made for: of a kept axis, which is not the outputs', only so many, whose edge (NULL: it has none) is this. */
void strided__blocks_piece(struct blocks_plan *p, int keep, int64_t len, const struct edge *edge);

/* Sums become something else in dst itself, which can be read as what it is, and is nothing that they are added to. */
int strided__blocks_can_run(const struct work *w, void *const data[NEST_OPERANDS]);

#endif
