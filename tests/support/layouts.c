/*
 * layouts.c - see layouts.h. A layout is a row of numbers: the order of the axes in memory, what lies between their
 * elements, which run backwards, what lies around; or a rule for strides that make elements meet.
 */
#include "layouts.h"

#include <string.h>

enum order { AS_GIVEN, BACKWARDS, ROTATED, CHANNELS_LAST, SWAPPED_LAST };
enum which { NONE, FIRST, LAST, ALL };
enum meet  { APART, BROADCAST_FIRST, BROADCAST_LAST, BROADCAST_ALL, ALL_ONES, WINDOW, WINDOW_BACK };

struct layout {
    const char *name;
    enum order order;
    enum which stepped; /* every `step`th element of these axes */
    int        step;
    enum which flipped;
    enum which around;        /* crop: along these axes, so many other elements */
    int        before, after;
    int        lead;          /* other elements before and behind everything */
    int        absurd;        /* strides of axes of extent 1 (of an empty view: all) are nonsense */
    enum meet  meet;          /* inputs only */
};

static const struct layout table[LAYOUTS] = {
    [LAYOUT_CONTIGUOUS] = { .name = "contiguous" },
    { .name = "axes backwards",         .order = BACKWARDS },
    { .name = "axes rotated",           .order = ROTATED },
    { .name = "channels last",          .order = CHANNELS_LAST },
    { .name = "last two swapped",       .order = SWAPPED_LAST },
    { .name = "first axis reversed",    .flipped = FIRST },
    { .name = "last axis reversed",     .flipped = LAST },
    { .name = "all reversed",           .flipped = ALL },
    { .name = "every 2nd",              .stepped = ALL, .step = 2 },
    { .name = "every 3rd of the last",  .stepped = LAST, .step = 3 },
    { .name = "offset by one",          .lead = 1 },
    { .name = "crop",                   .around = ALL, .before = 1, .after = 2 },
    { .name = "rows with room",         .around = LAST, .after = 3 },
    { .name = "channels last, crop",    .order = CHANNELS_LAST, .around = ALL, .before = 2, .after = 1 },
    { .name = "backwards, 2nd, reversed, crop",
      .order = BACKWARDS, .stepped = ALL, .step = 2, .flipped = ALL, .around = ALL, .before = 1,
      .lead = 3 },
    { .name = "absurd strides of 1",    .absurd = 1 },
    { .name = "broadcast first",        .meet = BROADCAST_FIRST },
    { .name = "broadcast last",         .meet = BROADCAST_LAST },
    { .name = "broadcast all",          .meet = BROADCAST_ALL },
    { .name = "all strides 1",          .meet = ALL_ONES },
    { .name = "window",                 .meet = WINDOW },
    { .name = "window, backwards",      .meet = WINDOW_BACK },
};

const char *layout_name(int layout)
{
    return table[layout].name;
}

/* order[0] is the outermost axis in memory. */
static void order_axes(enum order kind, int ndim, int *order)
{
    for (int a = 0; a < ndim; a++) order[a] = kind == BACKWARDS ? ndim - 1 - a : kind == ROTATED ? (a + 1) % ndim : a;
    if (kind == SWAPPED_LAST) order[ndim - 1] = ndim - 2, order[ndim - 2] = ndim - 1;
    if (kind != CHANNELS_LAST) return;
    for (int a = 1; a + 1 < ndim; a++) order[a] = a + 1;
    order[ndim - 1] = 1;
}

static int needs_rank(const struct layout *l)
{
    switch (l->order) {
    case BACKWARDS: case SWAPPED_LAST: return 2;
    case ROTATED: case CHANNELS_LAST:  return 3;
    default: return l->lead || l == table ? 0 : 1;
    }
}

static int chosen(enum which w, int axis, int ndim)
{
    return w == ALL || (w == FIRST && axis == 0) || (w == LAST && axis == ndim - 1);
}

static int has_extent(int ndim, const int64_t *shape, int64_t below)
{
    for (int a = 0; a < ndim; a++)
        if (shape[a] < below) return 1;
    return 0;
}

static void place_apart(const struct layout *l, int ndim, const int64_t *shape, struct place *p)
{
    int order[STRIDED_MAX_NDIM];
    int64_t running = 1;
    order_axes(l->order, ndim, order);
    p->offset = l->lead;
    for (int i = ndim - 1; i >= 0; i--) {
        int a = order[i];
        int64_t step = chosen(l->stepped, a, ndim) ? l->step : 1, span = shape[a] > 0 ? (shape[a] - 1) * step : 0;
        int back = chosen(l->flipped, a, ndim);
        p->strides[a] = (back ? -step : step) * running;
        int before = chosen(l->around, a, ndim) ? l->before : 0, after = chosen(l->around, a, ndim) ? l->after : 0;
        p->offset += (before + (back ? span : 0)) * running;
        running *= before + span + 1 + after;
    }
    p->count = running + 2 * l->lead;
}

/* What meets: stride 0 on an axis, or strides so small that rows run into each other. */
static int64_t meeting_stride(enum meet meet, int axis, int ndim)
{
    switch (meet) {
    case ALL_ONES:    return 1;
    case WINDOW:      return ndim - axis;
    case WINDOW_BACK: return axis % 2 ? 1 : -2;
    default:          return 0;
    }
}

static void place_meeting(const struct layout *l, int ndim, const int64_t *shape, struct place *p)
{
    int64_t low = 0, high = 0, running = 1;
    for (int a = ndim - 1; a >= 0; a--) {
        int zero = l->meet == BROADCAST_ALL || (l->meet == BROADCAST_FIRST && a == 0) ||
                   (l->meet == BROADCAST_LAST && a == ndim - 1);
        int small = l->meet >= ALL_ONES;
        p->strides[a] = zero ? 0 : small ? meeting_stride(l->meet, a, ndim) : running;
        if (!zero) running *= shape[a];
        int64_t span = (shape[a] - 1) * p->strides[a];
        if (span < 0) low += span;
        else high += span;
    }
    p->offset = -low;
    p->count = high - low + 1;
}

static void make_absurd(int ndim, const int64_t *shape, int empty, int64_t *strides)
{
    static const int64_t nonsense[] = { INT64_MAX, INT64_MIN, -7, 0, INT64_MAX - 1 };
    for (int a = 0; a < ndim; a++)
        if (empty || shape[a] == 1) strides[a] = nonsense[a % 5];
}

int layout_place(int layout, enum layout_role role, int ndim, const int64_t *shape, struct place *p)
{
    const struct layout *l = &table[layout];
    int empty = has_extent(ndim, shape, 1);
    memset(p, 0, sizeof *p);
    if (ndim < needs_rank(l)) return 0;
    if (l->absurd && !has_extent(ndim, shape, 2)) return 0;
    if (l->meet != APART && (role == LAYOUT_OUTPUT || empty)) return 0;
    if (l->meet == APART) place_apart(l, ndim, shape, p);
    else place_meeting(l, ndim, shape, p);
    if (empty) p->offset = p->count = 0;
    if (l->absurd) make_absurd(ndim, shape, empty, p->strides);
    return 1;
}
