/*
 * cursor.h - walking some axes of a nest: one address per operand, moved by strides (or a padding map).
 */
#ifndef STRIDED_SRC_CURSOR_H
#define STRIDED_SRC_CURSOR_H

#include "../base/checked.h"
#include "../nest/nest.h"

struct cursor {
    int n;
    const struct nest_axis *axis;     /* n of them, outermost first */
    int64_t unit[NEST_OPERANDS];      /* bytes of an element; 0 = absent, stays where it is */
    char   *at[NEST_OPERANDS];
    int64_t index[NEST_AXES];
};

/* Some neighbouring indices of an axis. Handed on by its address: a copy is read by vectors right after it was written one by one, and waits for
 * all that is stored before it. */
struct span { const struct nest_axis *axis; int64_t from, len; };

static const struct nest_axis single_axis = { .len = 1 };

/* How far an operand moves, whichever way. */
static inline int64_t step_of(const struct nest_axis *a, int o) { return abs_size(a->stride[o]); }

/* Bytes of an element. */
static inline int64_t size_of(strided_dtype t)
{
    static const uint8_t sizes[] = {
#define STRIDED_X(name, value, bytes) [value] = bytes,
        STRIDED_DTYPE_LIST(STRIDED_X)
#undef STRIDED_X
    };
    return sizes[t];
}

/* Bytes of an element of each operand; 0 for one that is absent. The running index of ARG counts in ones. */
static inline void work_units(const struct work *w, int64_t unit[NEST_OPERANDS])
{
    for (int o = 0; o < NEST_OPERANDS; o++) unit[o] = size_of(w->dtype[o]);
    if (w->kind == WORK_ARG) unit[NEST_B] = 1;
}

static inline int has_map(const struct nest_axis *a) { return a->map.mode != STRIDED_PAD_CONSTANT; }

static inline int is_mapped(const struct nest_axis *a, int operand)
{
    return a->map.mode != STRIDED_PAD_CONSTANT && a->map.operand == operand;
}

static inline int64_t map_offset(const struct nest_map *m, int64_t i)
{
    return strided__pad_index(m->mode, m->origin + i * m->mul, m->n) * m->stride;
}

static inline char *shift(char *p, int64_t bytes) { return (char *)((intptr_t)p + (intptr_t)bytes); }

/* The same n places, from the last to the first. */
static inline void flip(char **at, int64_t *step, int64_t n)
{
    *at = shift(*at, (n - 1) * *step);
    *step = -*step;
}

/* An axis that begins at index `first` of another: where its map does, and the elements that operand o stands further on. */
static inline int64_t map_from(const struct nest_map *m, int64_t first) { return m->origin + first * m->mul; }
static inline int64_t axis_from(const struct nest_axis *a, int o, int64_t first) { return is_mapped(a, o) ? 0 : first * a->stride[o]; }

/* Elements that operand o moves when the axis goes from index i to j. */
static inline int64_t axis_move(const struct nest_axis *a, int o, int64_t i, int64_t j)
{
    return is_mapped(a, o) ? map_offset(&a->map, j) - map_offset(&a->map, i) : (j - i) * a->stride[o];
}

/* Elements from where operand o stands before a map is applied to its index i. */
static inline int64_t axis_offset(const struct nest_axis *a, int o, int64_t i)
{
    return is_mapped(a, o) ? map_offset(&a->map, i) : i * a->stride[o];
}

static inline void cursor_move(struct cursor *c, const struct nest_axis *a, int64_t i, int64_t j)
{
    for (int o = 0; o < NEST_OPERANDS; o++)
        if (c->unit[o]) c->at[o] = shift(c->at[o], c->unit[o] * axis_move(a, o, i, j));
}

/* At the first index of every axis, from the addresses of index 0,0,... */
static inline void cursor_start(struct cursor *c, const struct nest_axis *axis, int n, char *const at[NEST_OPERANDS])
{
    c->n = n;
    c->axis = axis;
    for (int o = 0; o < NEST_OPERANDS; o++) c->at[o] = at[o];
    for (int i = 0; i < n; i++) {
        const struct nest_map *m = &axis[i].map;
        c->index[i] = 0;
        if (m->mode != STRIDED_PAD_CONSTANT)
            c->at[m->operand] = shift(c->at[m->operand], c->unit[m->operand] * map_offset(m, 0));
    }
}

/* So many indices on along the last axis, which is long enough. */
static inline void cursor_skip(struct cursor *c, int64_t by)
{
    if (by == 0) return;
    cursor_move(c, &c->axis[c->n - 1], 0, by);
    c->index[c->n - 1] += by;
}

/* To the next index, the last axis fastest. 0: that was the last one. */
static inline int cursor_next(struct cursor *c)
{
    for (int i = c->n - 1; i >= 0; i--) {
        const struct nest_axis *a = &c->axis[i];
        if (c->index[i] + 1 < a->len) {
            cursor_move(c, a, c->index[i], c->index[i] + 1);
            c->index[i]++;
            return 1;
        }
        cursor_move(c, a, c->index[i], 0);
        c->index[i] = 0;
    }
    return 0;
}

static inline int any_empty(const struct nest_axis *axis, int n)
{
    for (int i = 0; i < n; i++)
        if (axis[i].len == 0) return 1;
    return 0;
}

#endif
