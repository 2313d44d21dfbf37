/*
 * chunks.h - template: the kept axes of a nest, walked row by row in pieces of at most ROW elements.
 */
struct NAME(chunk) {
    const struct work *w;
    const struct nest *n;
    const struct nest_axis *row;  /* the last kept axis */
    const struct nest_axis *across; /* a kept axis that is left to the function; NULL: none is */
    char   *at[NEST_OPERANDS];    /* at index 0 of the row axis */
    int64_t from, len;            /* the piece */
};

typedef void NAME(chunk_fn)(const struct NAME(chunk) *c);

/* fn for every piece of every row; with across >= 0, for every piece of the rows of all kept axes but that one. */
static void NAME(each_chunk)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS], int across, NAME(chunk_fn) *fn)
{
    static const struct nest_axis one = { .len = 1 };
    struct NAME(chunk) c = { .w = w, .n = n, .row = n->keep ? &n->axis[n->keep - 1] : &one };
    struct nest_axis outer[NEST_AXES];
    struct cursor k;
    int outers = 0;

    for (int i = 0; i < n->keep - 1; i++)
        if (i != across) outer[outers++] = n->axis[i];
    if (across >= 0) c.across = &n->axis[across];
    work_units(w, k.unit);
    cursor_start(&k, outer, outers, data);
    do {
        memcpy(c.at, k.at, sizeof c.at);
        for (c.from = 0; c.from < c.row->len; c.from += c.len) {
            c.len = c.row->len - c.from < ROW ? c.row->len - c.from : ROW;
            fn(&c);
        }
    } while (cursor_next(&k));
}

static const T *NAME(chunk_in)(const struct NAME(chunk) *c, T *buf, int o)
{
    return NAME(row_in)(buf, c->w, o, c->row, c->at[o], c->from, c->len);
}

/* The row of the destination itself, if it lies there as T does; else NULL. */
static T *NAME(chunk_place)(const struct NAME(chunk) *c)
{
    char *p = shift(c->at[NEST_DST], c->from * c->row->stride[NEST_DST] * (int64_t)sizeof(T));
    int fits = c->w->dtype[NEST_DST] == NATIVE && c->row->stride[NEST_DST] == 1 && !is_mapped(c->row, NEST_DST);
    return fits && (uintptr_t)p % sizeof(T) == 0 ? (T *)(void *)p : NULL;
}

static void NAME(chunk_out)(const struct NAME(chunk) *c, const T *row, int truncate)
{
    NAME(row_out)(c->w, NEST_DST, c->row, c->at[NEST_DST], c->from, row, c->len, truncate);
}

/* The first element of the piece, for a cursor over the fold axes. */
static void NAME(chunk_start)(const struct NAME(chunk) *c, struct cursor *k, const struct nest_axis *folds, int nfolds,
                              int64_t element, const int64_t unit[NEST_OPERANDS])
{
    char *at[NEST_OPERANDS];
    for (int o = 0; o < NEST_OPERANDS; o++) {
        int64_t by = is_mapped(c->row, o) ? map_offset(&c->row->map, element) : element * c->row->stride[o];
        at[o] = shift(c->at[o], by * unit[o]);
    }
    memcpy(k->unit, unit, sizeof k->unit);
    cursor_start(k, folds, nfolds, at);
}

/* Few outputs with long sums: the row of work is along the last fold axis instead. */
static int NAME(fold_is_row)(const struct NAME(chunk) *c)
{
    return c->len < 8 && c->n->fold && c->n->axis[c->n->keep + c->n->fold - 1].len >= 16;
}
