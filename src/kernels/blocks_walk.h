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
void strided__blocks_outers(struct cursor *c, struct nest_axis outer[WINDOW_AXES], struct block_place *b, const struct blocks_plan *p,
                            const struct work *w, const struct part *part, char *at[NEST_OPERANDS]);

/* All blocks, of every index of these axes. */
void strided__blocks_walk(struct cursor *c, struct block_place *b, const struct blocks_plan *p, void (*run)(void *walk), void *walk);

/* Slots of a that positions first .. first + count reach over. */
struct range strided__blocks_reach(const struct block_axis *a, int64_t first, int64_t count);

#endif
