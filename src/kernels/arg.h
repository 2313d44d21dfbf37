/*
 * arg.h - template: WORK_ARG, the largest (smallest) a, and where it is.
 *
 * Operand b is no memory: its "address" is the index itself, moved by its strides like the others.
 */

enum { NAME(ARG_WIDE) = 64 }; /* outputs at once */

struct NAME(best) { T value[NAME(ARG_WIDE)]; int64_t index[NAME(ARG_WIDE)]; };

static inline int NAME(takes)(const struct work *w, T v, T best, int64_t index)
{
    if (index < 0) return 1;
    if (NAME(is_nan)(best) && !w->last) return 0;
    return NAME(wins)(v, best, w->op);
}

static void NAME(arg_step)(const struct work *w, struct NAME(best) *best, const T *v, int64_t index, int64_t move, int64_t n)
{
    for (int64_t i = 0; i < n; i++, index += move)
        if (NAME(takes)(w, v[i], best->value[i], best->index[i])) {
            best->value[i] = v[i];
            best->index[i] = index;
        }
}

static void NAME(arg_steps)(const struct NAME(chunk) *c, struct NAME(best) *best, char *const at[NEST_OPERANDS])
{
    const struct nest_axis *inner = inner_fold(c->n);
    for (struct span step = { inner, 0, 0 }; step.from < inner->len; step.from += step.len) {
        T buf[ROW];
        step.len = min_size(inner->len - step.from, ROW / c->len);
        const T *v = NAME(fetch)(buf, c->w, NEST_A, at[NEST_A], &step, &(struct span){ c->row, c->from, c->len });
        for (int64_t t = 0; t < step.len; t++) {
            int64_t index = (int64_t)(intptr_t)at[NEST_B] + axis_offset(inner, NEST_B, step.from + t) + axis_offset(c->row, NEST_B, c->from);
            NAME(arg_step)(c->w, best, v + t * c->len, index, c->row->stride[NEST_B], c->len);
        }
    }
}

static void NAME(store_index)(const struct NAME(chunk) *c, const int64_t *index)
{
    const int64_t step = c->row->stride[NEST_C] * (int64_t)sizeof *index;
    const struct side to = { shift(c->at[NEST_C], c->from * step), 0, step }, from = { (char *)(uintptr_t)index, 0, sizeof *index };
    move_plane(sizeof *index, &to, &from, 1, c->len);
}

static void NAME(arg_chunk)(const struct NAME(chunk) *c)
{
    struct NAME(best) best;
    struct cursor k;
    T none = c->w->op ? NAME(highest)(c->w->dtype[NEST_A]) : NAME(lowest)(c->w->dtype[NEST_A]);
    for (int64_t i = 0; i < c->len; i++) { best.value[i] = none; best.index[i] = -1; }

    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    if (!any_empty(c->n->axis + c->n->keep, c->n->fold))
        do NAME(arg_steps)(c, &best, k.at);
        while (cursor_next(&k));

    if (c->w->dtype[NEST_C]) NAME(store_index)(c, best.index);
    if (c->w->dtype[NEST_DST]) NAME(chunk_out)(c, best.value, 0);
}

static void NAME(arg)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    NAME(each_chunk)(w, n, data, NAME(ARG_WIDE), NAME(arg_chunk));
}
