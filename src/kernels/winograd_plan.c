/*
 * winograd_plan.c - see winograd_plan.h.
 */
#include "winograd_plan.h"
#include "kernels.h"
#include "../base/checked.h"
#include "../base/context.h"
#include <string.h>

/* ---- the choice -------------------------------------------------------------------------------------- */

/* The larger tile saves more, so that fewer columns pay for its transforms; of fewer channels its error would be more than is promised. */
enum { FEWEST_CHANNELS = 24, FEWEST_COLUMNS = 32, FEWEST_LARGE_CHANNELS = 32, FEWEST_LARGE_COLUMNS = 16 };
enum { MANY_CHANNELS = 48, MANY_COLUMNS = 32, FEWEST_TILES = 12, MOST_SCRATCH = 2 << 20 };
enum { MOST_SMALL_TILES = WINOGRAD_TILES, MOST_LARGE_TILES = 28 }; /* of a block: beside their points the caches hold x, y and U */

static int64_t len_of(const struct work *w, int axis) { return w->nest.axis[axis].len; }

static int types_fit(const struct work *w)
{
    if (w->kind != WORK_CONTRACT || w->compute != COMPUTE_F32 || w->a_zero || w->epilogue.requantize) return 0;
    for (int o = NEST_DST; o <= NEST_C; o++)
        if (w->dtype[o] != STRIDED_F32 && (o != NEST_C || w->dtype[o])) return 0;
    return 1;
}

/* A window of three neighbouring taps; the taps of one that runs backwards are counted from the other end. */
static int axis_fits(struct winograd_axis *a, const struct work *w, const struct edge *e)
{
    if (e->operand != NEST_A || e->mode != EDGE_SKIP || e->other < w->nest.keep || e->beyond) return 0;
    if (len_of(w, e->other) != 3 || e->keep_mul != 1 || (e->fold_mul != 1 && e->fold_mul != -1)) return 0;
    *a = (struct winograd_axis){ .keep = e->keep, .tap = e->other, .flipped = e->fold_mul < 0, .n = e->n, .stride = e->stride,
                                 .before = e->fold_mul < 0 ? e->before + 2 : e->before, .positions = len_of(w, e->keep) };
    return 1;
}

static int has_edge(const struct work *w, int keep)
{
    for (int i = 0; i < w->edges; i++)
        if (w->edge[i].keep == keep) return 1;
    return 0;
}

/* Two windows of 3; a third has one tap that is never outside, so that its positions are images. */
static int windows_fit(struct winograd *g, const struct work *w)
{
    int found = 0;
    for (int i = 0; i < w->windows; i++) {
        const struct edge *e = &w->window[i];
        if (len_of(w, e->other) == 1 && !has_edge(w, e->keep)) continue;
        if (found == 2 || !axis_fits(&g->axis[found++], w, e)) return 0;
    }
    return found == 2;
}

static int is_position(const struct winograd *g, int axis) { return axis == g->axis[0].keep || axis == g->axis[1].keep; }

/* The kept axis along which b moves, else (b is broadcast) the last along which a does not either; -1: more than one. */
static int find_column(const struct winograd *g, const struct work *w)
{
    int moving = -1, still = -1;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->len < 2 || is_position(g, i)) continue;
        if (a->stride[NEST_B] && (moving >= 0 || a->stride[NEST_A])) return -1;
        if (a->stride[NEST_B]) moving = i;
        else if (!a->stride[NEST_A]) still = i;
    }
    return moving >= 0 ? moving : still;
}

/* The one fold axis besides the taps; -1: none, or more. */
static int find_channel(const struct winograd *g, const struct work *w)
{
    int found = -1;
    for (int i = w->nest.keep; i < w->nest.keep + w->nest.fold; i++) {
        if (w->nest.axis[i].len == 1 || i == g->axis[0].tap || i == g->axis[1].tap) continue;
        if (found >= 0) return -1;
        found = i;
    }
    return found;
}

static int images_fit(struct winograd *g, const struct work *w)
{
    for (int i = 0; i < w->nest.keep; i++) {
        if (w->nest.axis[i].len == 1 || is_position(g, i) || i == g->column) continue;
        if (g->images == WINOGRAD_IMAGES) return 0;
        g->image[g->images++] = i;
    }
    return 1;
}

static int find_axes(struct winograd *g, const struct work *w)
{
    if (!types_fit(w) || !windows_fit(g, w)) return 0;
    g->column = find_column(g, w);
    g->channel = find_channel(g, w);
    if (g->column < 0 || g->channel < 0 || !images_fit(g, w)) return 0;
    g->channels = len_of(w, g->channel);
    g->columns = len_of(w, g->column);
    return 1;
}

static int sums_fit(const struct winograd *g, int m)
{
    if (m == 2) return g->channels >= FEWEST_CHANNELS && g->columns >= FEWEST_COLUMNS;
    return g->channels >= FEWEST_LARGE_CHANNELS && g->columns >= FEWEST_LARGE_COLUMNS;
}

static int64_t points(const struct winograd *g) { return (int64_t)(g->m + 2) * (g->m + 2); }

/* Sets all that follows from the side of a tile. 0: too many tiles to count. */
static int set_tiles(struct winograd *g, const struct work *w, int m)
{
    g->m = m;
    g->tiles = 1;
    for (int a = 0; a < 2; a++) {
        g->axis[a].tiles = ceil_div(g->axis[a].positions, m);
        if (!mul_size(&g->tiles, g->tiles, g->axis[a].tiles)) return 0;
    }
    for (int i = 0; i < g->images; i++)
        if (!mul_size(&g->tiles, g->tiles, len_of(w, g->image[i]))) return 0;
    return g->tiles < INT64_MAX / 1024;
}

/* Memory of a thread: V, WINOGRAD_COLUMNS of M. Planes of V and M keep off powers of two. */
static void set_block(struct winograd *g, int64_t block)
{
    g->block = block;
    g->pitch = ceil_div(g->channels, WINOGRAD_CHANNELS) * WINOGRAD_CHANNELS;
    g->v_plane = block * g->pitch + 16;
    g->m_plane = block * WINOGRAD_COLUMNS + 16;
    g->v_size = points(g) * g->v_plane;
    g->scratch = g->v_size + points(g) * g->m_plane;
}

static int scratch_fits(const struct winograd *g) { return g->scratch * (int64_t)sizeof(float) <= MOST_SCRATCH; }

/* As many tiles in a block as the memory holds, in blocks alike: whole rows of tiles if these fit as well. */
static int fits_block(struct winograd *g)
{
    const int64_t row = g->axis[1].tiles, many = g->m == 2 ? MOST_SMALL_TILES : MOST_LARGE_TILES;
    for (int64_t most = many; most >= FEWEST_TILES; most--) {
        const int64_t block = ceil_div(g->tiles, ceil_div(g->tiles, most)), rows = ceil_div(block, row) * row;
        set_block(g, min_size(rows, many));
        if (rows <= many && scratch_fits(g)) return 1;
        set_block(g, block);
        if (scratch_fits(g)) return 1;
    }
    return 0;
}

/* Multiply-adds for each c and o. */
static double cost(const struct winograd *g) { return (double)points(g) * (double)g->tiles; }

static double direct_cost(const struct winograd *g, const struct work *w)
{
    double v = 9.0 * (double)g->axis[0].positions * (double)g->axis[1].positions;
    for (int i = 0; i < g->images; i++) v *= (double)len_of(w, g->image[i]);
    return v;
}

/* Times as much must the direct sum be: more where transforms serve few channels or columns. */
static double worth(const struct winograd *g) { return g->channels < MANY_CHANNELS || g->columns < MANY_COLUMNS ? 1.75 : 1.25; }

static int tiles_fit(struct winograd *g, const struct work *w, int m)
{
    return sums_fit(g, m) && set_tiles(g, w, m) && g->tiles >= FEWEST_TILES && cost(g) * worth(g) < direct_cost(g, w) && fits_block(g);
}

/* The larger tile where it saves work against the smaller. */
static int choose_tile(struct winograd *g, const struct work *w)
{
    struct winograd small = *g;
    int has_small = tiles_fit(&small, w, 2);
    if (w->arithmetic == STRIDED_ARITHMETIC_FAST && tiles_fit(g, w, 4) && (!has_small || cost(g) < cost(&small))) return 1;
    *g = small;
    return has_small;
}

/* As many blocks for each thread, all alike, if they are not too small. What is chosen must not depend on threads, so this comes last. */
static void share_blocks(struct winograd *g, int64_t workers)
{
    const int64_t blocks = ceil_div(g->tiles, g->block), block = ceil_div(g->tiles, ceil_div(blocks, workers) * workers);
    if (workers > 1 && blocks > 1 && block >= FEWEST_TILES && ceil_div(g->tiles, block) % workers == 0) set_block(g, block);
}

static int packing_fits(struct winograd *g)
{
    int64_t panels = ceil_div(g->columns, g->width);
    return mul_size(&g->packed, points(g) * g->width, g->channels) && mul_size(&g->packed, g->packed, panels) && g->packed < INT64_MAX / 16;
}

void strided__winograd_plan(struct winograd *g, const struct work *w, const struct kernels *k)
{
    memset(g, 0, sizeof *g);
    if (w->arithmetic == STRIDED_ARITHMETIC_STRICT || w->runs || !w->who) return;
    g->width = k->panel_vectors * (k->vector_bytes / (int64_t)sizeof(float));
    if (!find_axes(g, w) || !choose_tile(g, w) || !packing_fits(g)) g->m = 0;
    else share_blocks(g, strided__context_workers(w->ctx));
}

/* ---- weights ----------------------------------------------------------------------------------------- */

enum { PACK_CHANNELS = 8 };

/* Weights of some channels for one panel: [channel][tap][width]. */
static void gather(const struct winograd *g, const struct work *w, float *to, int64_t first, int64_t columns, int64_t c, int64_t count)
{
    const int axes[] = { g->channel, g->axis[0].tap, g->axis[1].tap, g->column };
    const int64_t len[] = { count, 3, 3, columns }, step[] = { 9 * g->width, 3 * g->width, g->width, 1 };
    int64_t at = c * w->nest.axis[g->channel].stride[NEST_B] + first * w->nest.axis[g->column].stride[NEST_B];
    struct work copy;
    strided__work_init(&copy, WORK_MAP, w->compute, w->ctx);
    copy.op = MAP_COPY;
    for (int i = 0; i < 4; i++) {
        int64_t stride = w->nest.axis[axes[i]].stride[NEST_B];
        int axis = strided__work_keep(&copy, len[i]), back = (i == 1 || i == 2) && g->axis[i - 1].flipped;
        strided__work_stride(&copy, axis, NEST_DST, step[i]);
        strided__work_stride(&copy, axis, NEST_A, back ? -stride : stride);
        if (back) at += 2 * stride;
    }
    strided__work_memory(&copy, NEST_DST, STRIDED_F32, to);
    strided__work_memory(&copy, NEST_A, STRIDED_F32, (float *)w->data[NEST_B] + at);
    strided__work_run(&copy);
}

static void pack_panel(const struct winograd *g, const struct work *w, const struct winograd_kernels *k, float *u, int64_t first)
{
    float taps[PACK_CHANNELS * 9 * WINOGRAD_COLUMNS];
    int64_t columns = min_size(g->width, g->columns - first);
    memset(taps, 0, sizeof taps);
    for (int64_t c = 0; c < g->channels; c += PACK_CHANNELS) {
        int64_t count = min_size(PACK_CHANNELS, g->channels - c);
        gather(g, w, taps, first, columns, c, count);
        k->weights(g, taps, u, c, count);
    }
}

void strided__winograd_pack(const struct winograd *g, const struct work *w, const struct kernels *k, float *u)
{
    const int64_t size = points(g) * g->channels * g->width;
    for (int64_t first = 0; first < g->columns; first += g->width, u += size) pack_panel(g, w, &k->winograd, u, first);
}

/* ---- geometry for the kernels ------------------------------------------------------------------------ */

struct winograd_run strided__winograd_run_at(const struct winograd *g, int64_t tile, int64_t left)
{
    int64_t row = tile / g->axis[1].tiles, j = tile % g->axis[1].tiles;
    int64_t some = min_size(left, g->axis[1].tiles - j), count = ceil_div(some, ceil_div(some, WINOGRAD_PIXELS / g->m));
    int64_t i = row % g->axis[0].tiles;
    return (struct winograd_run){ .image = row / g->axis[0].tiles, .i = i, .j = j, .count = count,
                                  .high = min_size(g->m, g->axis[0].positions - i * g->m),
                                  .wide = min_size(count * g->m, g->axis[1].positions - j * g->m) };
}

char *strided__winograd_image(const struct winograd_block *b, int operand, int64_t image)
{
    const struct winograd *g = b->plan;
    int64_t at = 0;
    for (int i = g->images - 1; i >= 0; i--) {
        const struct nest_axis *a = &b->work->nest.axis[g->image[i]];
        at += image % a->len * a->stride[operand];
        image /= a->len;
    }
    return (char *)((intptr_t)b->data[operand] + (intptr_t)(at * (int64_t)sizeof(float)));
}
