/*
 * blocks_walk.c - see blocks_walk.h.
 */
#include "blocks_walk.h"

void strided__blocks_outers(struct cursor *c, struct nest_axis outer[WINDOW_AXES], struct block_place *b, const struct blocks_plan *p,
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

static void begin(struct block_place *b, const struct blocks_plan *p, int i, int64_t first)
{
    b->first[i] = i == p->column ? max_size(b->mine[i].lo, min_size(first, b->mine[i].hi - b->least)) : first;
    b->count[i] = min_size(p->axis[i].tile, b->mine[i].hi - b->first[i]);
}

static void start(struct block_place *b, const struct blocks_plan *p)
{
    for (int i = 0; i < p->axes; i++) begin(b, p, i, b->mine[i].lo);
}

/* 0: there are no more, and it is the first again. */
static int next_block(struct block_place *b, const struct blocks_plan *p)
{
    for (int i = 0; i < p->axes; i++) {
        const int64_t next = b->first[i] + b->count[i];
        begin(b, p, i, next < b->mine[i].hi ? next : b->mine[i].lo);
        if (next < b->mine[i].hi) return 1;
    }
    return 0;
}

void strided__blocks_walk(struct cursor *c, struct block_place *b, const struct blocks_plan *p, void (*run)(void *walk), void *walk)
{
    do {
        start(b, p);
        do run(walk);
        while (next_block(b, p));
    } while (cursor_next(c));
}

struct range strided__blocks_reach(const struct block_axis *a, int64_t first, int64_t count)
{
    const struct edge *e = &a->edge;
    const int64_t lo = max_size(0, first * e->keep_mul - e->before);
    return (struct range){ lo, max_size(lo, min_size(e->n, (first + count - 1) * e->keep_mul + (a->taps - 1) * e->fold_mul - e->before + 1)) };
}
