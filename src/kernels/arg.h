/*
 * arg.h - template: WORK_ARG, the largest (smallest) a, and where it is.
 *
 * Operand b is no memory: its "address" is the index itself, moved by its strides like the others.
 */

struct NAME(best) { T value[ROW]; int64_t index[ROW]; };

static inline int NAME(takes)(const struct work *w, T v, T best, int64_t index)
{
    if (index < 0) return 1;
    if (NAME(is_nan)(best) && !w->last) return 0;
    return NAME(wins)(v, best, w->op);
}

static void NAME(arg_row)(const struct NAME(chunk) *c, struct NAME(best) *best, char *const at[NEST_OPERANDS])
{
    T buf[ROW];
    const T *v = NAME(row_in)(buf, c->w, NEST_A, c->row, at[NEST_A], c->from, c->len);
    int64_t index = (int64_t)(intptr_t)at[NEST_B] + c->from * c->row->stride[NEST_B], step = c->row->stride[NEST_B];
    for (int64_t i = 0; i < c->len; i++, index += step)
        if (NAME(takes)(c->w, v[i], best->value[i], best->index[i])) {
            best->value[i] = v[i];
            best->index[i] = index;
        }
}

static void NAME(store_index)(const struct NAME(chunk) *c, const int64_t *index)
{
    int64_t step = c->row->stride[NEST_C] * (int64_t)sizeof *index;
    for (int64_t i = 0; i < c->len; i++) memcpy(shift(c->at[NEST_C], (c->from + i) * step), &index[i], sizeof *index);
}

static void NAME(arg_chunk)(const struct NAME(chunk) *c)
{
    struct NAME(best) best;
    struct cursor k;
    T none = c->w->op ? NAME(highest)(c->w->dtype[NEST_A]) : NAME(lowest)(c->w->dtype[NEST_A]);
    for (int64_t i = 0; i < c->len; i++) { best.value[i] = none; best.index[i] = -1; }

    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, c->n->fold, c->at);
    if (!any_empty(c->n->axis + c->n->keep, c->n->fold))
        do NAME(arg_row)(c, &best, k.at);
        while (cursor_next(&k));

    if (c->w->dtype[NEST_C]) NAME(store_index)(c, best.index);
    if (c->w->dtype[NEST_DST]) NAME(chunk_out)(c, best.value, 0);
}

static void NAME(arg)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    NAME(each_chunk)(w, n, data, -1, NAME(arg_chunk));
}
