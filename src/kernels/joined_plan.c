/*
 * joined_plan.c - depthwise windows of few channels that lie beside each other, as colours do. Where pixels follow each other without a gap in all
 * but b a line of pixels is a line of elements, whose taps are a pixel apart:
 *
 *     x   r g b r g b r g b ...        y[e] = x[e - 3] b[0][e % 3] + x[e] b[1][e % 3] + x[e + 3] b[2][e % 3]
 *
 * Nothing has to be gathered for that, nor put back. b repeats along the line, which the nest says by a map.
 */
#include "window_plan.h"
#include "cursor.h"
#include "../base/checked.h"

/* Pixels go on along every operand as their colours do, but of b, which they share; in a they slide one by one over what there is, or is nothing. */
static int go_on(const struct work *w, int pixel, int colour)
{
    const struct nest_axis *outer = &w->nest.axis[pixel], *inner = &w->nest.axis[colour];
    const int e = strided__edge_of(w, pixel);
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (outer->stride[o] != (o == NEST_B ? 0 : inner->stride[o] * inner->len)) return 0;
    return e < 0 || (w->edge[e].mode == EDGE_SKIP && w->edge[e].operand == NEST_A && w->edge[e].keep_mul == 1);
}

static int pixels_of(const struct work *w, int colour)
{
    for (int i = 0; i < w->nest.keep; i++)
        if (i != colour && w->nest.axis[i].len > 1 && go_on(w, i, colour)) return i;
    return -1;
}

/* Pixels that are so many elements apart. */
static int join_edge(struct edge *e, int64_t elements)
{
    e->stride /= elements;
    return mul_size(&e->fold_mul, e->fold_mul, elements) && mul_size(&e->before, e->before, elements) && mul_size(&e->n, e->n, elements);
}

static int join(struct work *w, int pixel, int colour)
{
    struct nest_axis *line = &w->nest.axis[pixel], *none = &w->nest.axis[colour];
    const int e = strided__edge_of(w, pixel);
    const int64_t len = line->len, elements = none->len, b = none->stride[NEST_B];
    *line = *none;
    *none = single_axis;
    line->stride[NEST_B] = 0;
    if (b) line->map = (struct nest_map){ .operand = NEST_B, .mode = STRIDED_PAD_CIRCULAR, .n = elements, .mul = 1, .stride = b };
    for (int i = 0; i < w->windows; i++)
        if (w->window[i].keep == pixel) w->windows = 0; /* what they say of steps is for others */
    return mul_size(&line->len, len, elements) && (e < 0 || join_edge(&w->edge[e], elements));
}

/* Positions of half a vector of channels go two at once (blocks_plan.c). */
static int has_long_lines(const struct work *w) { return w->nest.fold && w->nest.axis[w->nest.keep + w->nest.fold - 1].len > ABREAST_TAPS; }

/* Other positions fill vectors, in a buffer, for less than vectors cost that are hardly filled, or to which much is added. */
static int is_short(const struct work *w, int pixel, int colour, int64_t lanes)
{
    enum { FEW_TERMS = 9 };
    return w->nest.axis[pixel].len <= lanes / (w->nest.axis[colour].len * (work_terms(w) > FEW_TERMS ? 1 : 2));
}

int strided__windows_join(struct work *joined, const struct work *w, const struct kernels *k)
{
    enum { LONG_SUM = 64, LONG_CONVERTED_SUM = 16 }; /* gathering is less than what loads at any place cost, each of two lines of the cache */
    const int colour = strided__along_dst(w);
    const int64_t lanes = lanes_of(k, w->compute);
    const int converts = w->dtype[NEST_A] != strided__compute_dtype(w->compute), most = converts ? LONG_CONVERTED_SUM : LONG_SUM;
    if (w->kind != WORK_CONTRACT || colour < 0 || strided__edge_of(w, colour) >= 0 || w->nest.axis[colour].stride[NEST_A] != 1) return 0;
    if (w->nest.axis[colour].len >= lanes || work_terms(w) > most || (2 * w->nest.axis[colour].len == lanes && has_long_lines(w))) return 0;
    const int pixel = pixels_of(w, colour);
    if (pixel < 0 || is_short(w, pixel, colour, lanes)) return 0;
    strided__work_copy(joined, w);
    return join(joined, pixel, colour);
}
