/*
 * blocks_walk.h - from block to block (blocks_plan.h).
 */
#ifndef STRIDED_SRC_BLOCKS_WALK_H
#define STRIDED_SRC_BLOCKS_WALK_H

#include "blocks_plan.h"
#include "cursor.h"
#include "../base/checked.h"

/* The positions of each axis that are walked, those of the block, and how many columns it has at least, if there are so many. */
struct block_place {
    struct range mine[BLOCK_AXES];
    int64_t first[BLOCK_AXES], count[BLOCK_AXES], least;
};

/* The axes that are not the plan's, of the part, from these addresses on; c->unit is set. */
static inline void block_outers(struct cursor *c, struct nest_axis outer[NEST_AXES], struct block_place *b, const struct blocks_plan *p,
                                const struct work *w, const struct part *part, char *at[NEST_OPERANDS])
{
    int outers = 0;
    for (int i = 0; i < p->axes; i++) b->mine[i] = (struct range){ 0, p->axis[i].len };
    for (int i = 0; i < w->nest.keep; i++) {
        const struct range r = { i == part->axis ? part->lo : 0, i == part->axis ? part->hi : w->nest.axis[i].len };
        const int j = block_axis_of(p, i);
        if (j >= 0 && i == part->axis) b->mine[j] = r;
        if (j >= 0 || i == p->lane || i == p->output) continue;
        outer[outers] = w->nest.axis[i];
        outer[outers++].len = r.hi - r.lo;
        for (int o = 0; o < NEST_OPERANDS; o++) at[o] = shift(at[o], r.lo * w->nest.axis[i].stride[o] * c->unit[o]);
    }
    cursor_start(c, outer, outers, at);
}

static inline void block_begin(struct block_place *b, const struct blocks_plan *p, int i, int64_t first)
{
    b->first[i] = i == p->column ? max_size(b->mine[i].lo, min_size(first, b->mine[i].hi - b->least)) : first;
    b->count[i] = min_size(p->axis[i].tile, b->mine[i].hi - b->first[i]);
}

static inline void block_start(struct block_place *b, const struct blocks_plan *p)
{
    for (int i = 0; i < p->axes; i++) block_begin(b, p, i, b->mine[i].lo);
}

/* 0: there are no more, and it is the first again. */
static inline int block_next(struct block_place *b, const struct blocks_plan *p)
{
    for (int i = 0; i < p->axes; i++) {
        const int64_t next = b->first[i] + b->count[i];
        block_begin(b, p, i, next < b->mine[i].hi ? next : b->mine[i].lo);
        if (next < b->mine[i].hi) return 1;
    }
    return 0;
}

#endif
