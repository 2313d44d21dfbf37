/*
 * winograd_run.c - blocks of tiles among the threads, and the direct sum where a transform is not finite.
 */
#include "winograd_plan.h"
#include "kernels.h"
#include "../base/checked.h"
#include "../base/context.h"

struct blocks {
    const struct winograd *plan;
    const struct work *work;
    const struct winograd_kernels *kernels;
    void *const *data;
    const float *u;
    float *scratch;               /* of all threads, one after the other */
    int64_t block;                /* the one that all threads work on together */
};

static int64_t count_of(const struct winograd *g) { return ceil_div(g->tiles, g->block); }

/* V may be that of another thread. */
static struct winograd_block block_of(const struct blocks *s, int64_t index, int worker, int of_v)
{
    const struct winograd *g = s->plan;
    float *mine = s->scratch + worker * g->scratch;
    int64_t first = index * g->block;
    return (struct winograd_block){ .plan = g, .work = s->work, .data = s->data, .u = s->u, .first = first,
                                    .count = min_size(g->block, g->tiles - first), .v = s->scratch + of_v * g->scratch, .m = mine + g->v_size };
}

static void whole_block(void *job, int64_t index, int worker)
{
    const struct blocks *s = job;
    struct winograd_block b = block_of(s, index, worker, worker);
    b.ahead = b.first + s->plan->block * strided__context_workers(s->work->ctx);
    s->kernels->input(&b, 0, s->plan->channels);
    s->kernels->output(&b, 0, s->plan->columns);
}

static void input_piece(void *job, int64_t index, int worker)
{
    const struct blocks *s = job;
    int64_t from = index * WINOGRAD_CHANNELS, len = s->plan->channels;
    struct winograd_block b = block_of(s, s->block, worker, 0);
    s->kernels->input(&b, from, min_size(from + WINOGRAD_CHANNELS, len));
}

enum { PIECE_COLUMNS = 32 };

/* Whole panels. */
static int64_t piece_of(const struct winograd *g) { return max_size(PIECE_COLUMNS, g->width); }

static void output_piece(void *job, int64_t index, int worker)
{
    const struct blocks *s = job;
    const int64_t piece = piece_of(s->plan), from = index * piece;
    struct winograd_block b = block_of(s, s->block, worker, 0);
    s->kernels->output(&b, from, min_size(from + piece, s->plan->columns));
}

/* Block by block, all threads on the channels and then on the columns of each. */
static void run_together(struct blocks *s)
{
    strided_context *ctx = s->work->ctx;
    for (s->block = 0; s->block < count_of(s->plan); s->block++) {
        strided__context_run(ctx, ceil_div(s->plan->channels, WINOGRAD_CHANNELS), input_piece, s);
        strided__context_run(ctx, ceil_div(s->plan->columns, piece_of(s->plan)), output_piece, s);
    }
}

void strided__winograd_run(const struct winograd *g, const struct work *w, void *const data[NEST_OPERANDS], const float *u, void *scratch)
{
    const struct kernels *k = strided__kernels(strided__context_isa(w->ctx));
    struct blocks s = { .plan = g, .work = w, .kernels = &k->winograd, .data = data, .u = u, .scratch = scratch };
    int64_t workers = strided__context_workers(w->ctx), blocks = count_of(g);
    if (blocks % workers == 0 || blocks >= 4 * workers) strided__context_run(w->ctx, blocks, whole_block, &s);
    else run_together(&s);
}

size_t strided__winograd_scratch(const struct winograd *g, const struct work *w)
{
    return (size_t)g->scratch * sizeof(float) * (size_t)strided__context_workers(w->ctx);
}

/* ---- again ------------------------------------------------------------------------------------------- */

/* The same sums with nothing done to them, into an array: [pixel][column], `wide` pixels in a row. */
static void to_sums(struct work *w, const struct winograd *g, int64_t wide)
{
    for (int i = 0; i < w->nest.keep; i++) w->nest.axis[i].stride[NEST_DST] = 0;
    strided__work_stride(w, g->axis[0].keep, NEST_DST, wide * WINOGRAD_COLUMNS);
    strided__work_stride(w, g->axis[1].keep, NEST_DST, WINOGRAD_COLUMNS);
    strided__work_stride(w, g->column, NEST_DST, 1);
    w->epilogue = (struct epilogue){ .alpha = 1, .beta = 1 };
    w->dtype[NEST_C] = 0;
}

static int image_parts(const struct winograd *g, const struct work *w, int64_t image, struct part *part)
{
    for (int i = g->images - 1; i >= 0; i--) {
        int64_t len = w->nest.axis[g->image[i]].len, at = image % len;
        part[i] = (struct part){ g->image[i], at, at + 1 };
        image /= len;
    }
    return g->images;
}

static struct part tile_part(const struct winograd_axis *a, int64_t m, int64_t tile)
{
    return (struct part){ a->keep, tile * m, min_size((tile + 1) * m, a->positions) };
}

void strided__winograd_again(const struct winograd_block *b, const struct winograd_run *r, int64_t k, int64_t base, int64_t from,
                             int64_t to)
{
    const struct winograd *g = b->plan;
    const int64_t before = (r->i * r->wide + r->j) * g->m * WINOGRAD_COLUMNS + base; /* elements of all positions up to the run */
    struct work w = *b->work;
    struct part part[WINOGRAD_IMAGES + 3];
    void *data[NEST_OPERANDS];
    int parts = image_parts(g, &w, r->image, part);
    part[parts++] = tile_part(&g->axis[0], g->m, r->i);
    part[parts++] = tile_part(&g->axis[1], g->m, r->j + k);
    part[parts++] = (struct part){ g->column, from, to };

    to_sums(&w, g, r->wide);
    for (int o = 0; o < NEST_OPERANDS; o++) data[o] = b->data[o];
    data[NEST_DST] = (void *)((intptr_t)b->sums - (intptr_t)(before * (int64_t)sizeof(float)));
    strided__work_run_part(&w, data, part, parts);
}
