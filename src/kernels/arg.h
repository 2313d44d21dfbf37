/*
 * arg.h - template: WORK_ARG, the largest (smallest) a, and where it is.
 *
 * Operand b is no memory: its "address" is the index itself, moved by its strides like the others.
 *
 * Outputs lie side by side in vectors, and so does each of their values: where they do in memory they are read there, else brought. What is
 * counted beside the best value is lines of values, and only in the end, of each output's best line, is the index looked up.
 */

enum { NAME(ARG_WIDE) = 64, NAME(ARG_ROOM) = (1 << 14) / sizeof(T) }; /* outputs at once; values that are brought at once */

#if BITS == 32
typedef int32_t NAME(line_number);
#else
typedef int64_t NAME(line_number);
#endif

/* Of each output. `line`: of those that were found last, where it is one of them; else -1. */
struct NAME(best) { T value[NAME(ARG_WIDE)]; NAME(line_number) line[NAME(ARG_WIDE)]; int64_t index[NAME(ARG_WIDE)]; int any; };

/* Some lines of values, one for each output: runs of lines that are as far apart, bytes, and each line's index for the first output. */
struct NAME(arg_lines) {
    int64_t runs, lines, brought;
    struct { const char *at; int64_t step, n; } run[WHOLE_VALUES];
    int64_t index[WHOLE_VALUES];
    T room[NAME(ARG_ROOM)];
};

static inline int NAME(takes)(const struct work *w, T v, T best, int64_t index)
{
    if (index < 0) return 1;
    if (NAME(is_nan)(best) && !w->last) return 0;
    return NAME(wins)(v, best, w->op);
}

/* Fewer outputs than a vector has lanes. */
static void NAME(arg_few)(const struct NAME(chunk) *c, const struct NAME(arg_lines) *l, struct NAME(best) *best)
{
    for (int64_t r = 0, line = 0; r < l->runs; r++)
        for (int64_t t = 0; t < l->run[r].n; t++, line++) {
            const T *v = (const T *)(const void *)(l->run[r].at + t * l->run[r].step);
            for (int64_t i = 0; i < c->len; i++)
                if (NAME(takes)(c->w, v[i], best->value[i], best->index[i])) {
                    best->value[i] = v[i];
                    best->index[i] = l->index[line] + i * c->row->stride[NEST_B];
                }
        }
}

/* takes() of what is not the first value. */
ALWAYS_INLINE NAME(mask) NAME(vec_takes)(const int smallest, const int last, NAME(vec) best, NAME(vec) v)
{
    NAME(mask) m = smallest ? v < best : v > best;
#if IS_FLOAT
    m |= v != v;
    if (!last) m &= best == best;
#endif
    (void)last;
    return m;
}

/* Outputs i ..., some vectors of them. What is done twice, where the last vector overlaps, changes nothing. */
ALWAYS_INLINE void NAME(arg_vectors)(const int smallest, const int last, const struct NAME(arg_lines) *l, struct NAME(best) *best, int64_t i,
                                     const int vectors)
{
    NAME(vec) value[4];
    NAME(mask) line[4], now = { 0 };
    UNROLL(4)
    for (int j = 0; j < vectors; j++) {
        value[j] = NAME(vec_get)(best->value + i + j * NAME(LANES));
        line[j] = (NAME(mask))NAME(vec_get)((const T *)(const void *)(best->line + i + j * NAME(LANES)));
    }
    for (int64_t r = 0; r < l->runs; r++) {
        const char *at = l->run[r].at;
        for (int64_t t = 0; t < l->run[r].n; t++, at += l->run[r].step, now += 1)
            UNROLL(4)
            for (int j = 0; j < vectors; j++) {
                const NAME(vec) v = NAME(vec_of_line)(at, 0, i + j * NAME(LANES));
                const NAME(mask) m = NAME(vec_takes)(smallest, last, value[j], v);
                value[j] = NAME(vec_pick)(m, v, value[j]);
                line[j] = (NAME(mask))NAME(vec_pick)(m, (NAME(vec))now, (NAME(vec))line[j]);
            }
    }
    UNROLL(4)
    for (int j = 0; j < vectors; j++) {
        NAME(vec_put)(best->value + i + j * NAME(LANES), value[j]);
        NAME(vec_put)((T *)(void *)(best->line + i + j * NAME(LANES)), (NAME(vec))line[j]);
    }
}

/* Maxima of floats are what is mostly wanted. */
ALWAYS_INLINE void NAME(arg_many)(const int smallest, const int last, const struct NAME(arg_lines) *l, struct NAME(best) *best, int64_t len)
{
    enum { LANES = NAME(LANES), MANY = 4 };
    const int usual = IS_F32 && VECTOR_BYTES > 16 && !smallest;
    int64_t i = 0;
    for (; usual && i + MANY * LANES <= len; i += MANY * LANES) NAME(arg_vectors)(smallest, last, l, best, i, MANY);
    for (; i < len; i += LANES) NAME(arg_vectors)(smallest, last, l, best, min_size(i, len - LANES), 1);
}

/* The first value of all is the best so far, whatever it is. */
static void NAME(arg_begin)(const struct NAME(arg_lines) *l, struct NAME(best) *best, int64_t len)
{
    if (!best->any) memcpy(best->value, l->run[0].at, (size_t)len * sizeof(T));
    for (int64_t i = 0; i < len; i++) best->line[i] = -(NAME(line_number))best->any;
    best->any = 1;
}

/* All lines that were found. */
static void NAME(arg_found)(const struct NAME(chunk) *c, struct NAME(arg_lines) *l, struct NAME(best) *best)
{
    const int64_t move = c->row->stride[NEST_B];
    if (c->len < NAME(LANES)) NAME(arg_few)(c, l, best);
    else {
        NAME(arg_begin)(l, best, c->len);
        if (c->w->op) NAME(arg_many)(1, 0, l, best, c->len);
        else if (c->w->last || !IS_FLOAT) NAME(arg_many)(0, 1, l, best, c->len);
        else NAME(arg_many)(0, 0, l, best, c->len);
        for (int64_t i = 0; i < c->len; i++)
            if (best->line[i] >= 0) best->index[i] = l->index[best->line[i]] + i * move;
    }
    l->runs = l->lines = l->brought = 0;
}

/* How many lines there is room for. */
static int64_t NAME(arg_room)(const struct NAME(arg_lines) *l, int lies, int64_t len)
{
    const int64_t some = WHOLE_VALUES - l->lines;
    return lies ? some : min_size(some, min_size(ROW, NAME(ARG_ROOM) - l->brought) / len);
}

/* Lines along the last fold. */
static void NAME(arg_steps)(const struct NAME(chunk) *c, struct NAME(arg_lines) *l, struct NAME(best) *best, char *const at[NEST_OPERANDS])
{
    const struct nest_axis *inner = inner_fold(c->n);
    const struct span row = { c->row, c->from, c->len };
    struct span step = { inner, 0, 0 };
    const int lies = c->w->dtype[NEST_A] == NATIVE && NAME(lies)(c->w, NEST_A, at[NEST_A], &(struct span){ inner, 0, inner->len }, &row);
    for (; step.from < inner->len; step.from += step.len) {
        int64_t index = (int64_t)(intptr_t)at[NEST_B] + axis_offset(inner, NEST_B, step.from) + axis_offset(c->row, NEST_B, c->from);
        if (NAME(arg_room)(l, lies, c->len) <= 0) NAME(arg_found)(c, l, best);
        step.len = min_size(inner->len - step.from, NAME(arg_room)(l, lies, c->len));
        const struct NAME(lines) v = lies ? NAME(lines)(NULL, c->w, NEST_A, at[NEST_A], &step, &row)
                                          : NAME(rows)(l->room + l->brought, c->w, NEST_A, at[NEST_A], &step, &row);
        l->run[l->runs].at = v.at;
        l->run[l->runs].step = v.step;
        l->run[l->runs++].n = step.len;
        if (!lies) l->brought += step.len * c->len;
        for (int64_t t = 0; t < step.len; t++, index += inner->stride[NEST_B]) l->index[l->lines++] = index;
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
    struct NAME(arg_lines) lines;
    struct NAME(best) best;
    struct cursor k;
    T none = c->w->op ? NAME(highest)(c->w->dtype[NEST_A]) : NAME(lowest)(c->w->dtype[NEST_A]);
    for (int64_t i = 0; i < c->len; i++) { best.value[i] = none; best.index[i] = -1; }

    work_units(c->w, k.unit);
    cursor_start(&k, c->n->axis + c->n->keep, outer_folds(c->n), c->at);
    lines.runs = lines.lines = lines.brought = best.any = 0;
    if (!any_empty(c->n->axis + c->n->keep, c->n->fold)) {
        do NAME(arg_steps)(c, &lines, &best, k.at);
        while (cursor_next(&k));
        NAME(arg_found)(c, &lines, &best);
    }

    if (c->w->dtype[NEST_C]) NAME(store_index)(c, best.index);
    if (c->w->dtype[NEST_DST]) NAME(chunk_out)(c, best.value, 0);
}

static void NAME(arg)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS])
{
    NAME(each_chunk)(w, n, data, NAME(ARG_WIDE), NAME(arg_chunk));
}
