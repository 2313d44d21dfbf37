/*
 * chunks.h - template: the kept axes of a nest, walked row by row in pieces of at most ROW elements.
 */
struct NAME(chunk) {
    const struct work *w;
    const struct nest *n;
    const struct nest_axis *row;  /* the last kept axis */
    char   *at[NEST_OPERANDS];    /* at index 0 of the row axis */
    int64_t from, len;            /* the piece */
};

typedef void NAME(chunk_fn)(const struct NAME(chunk) *c);

/* fn for every piece, of at most `most` elements, of every row. */
static void NAME(each_chunk)(const struct work *w, const struct nest *n, char *const data[NEST_OPERANDS], int64_t most, NAME(chunk_fn) *fn)
{
    struct NAME(chunk) c = { .w = w, .n = n, .row = n->keep ? &n->axis[n->keep - 1] : &single_axis };
    struct cursor k;
    work_units(w, k.unit);
    cursor_start(&k, n->axis, n->keep ? n->keep - 1 : 0, data);
    do {
        memcpy(c.at, k.at, sizeof c.at);
        for (c.from = 0; c.from < c.row->len; c.from += c.len) {
            c.len = c.row->len - c.from < most ? c.row->len - c.from : most;
            fn(&c);
        }
    } while (cursor_next(&k));
}

static const T *NAME(chunk_in)(const struct NAME(chunk) *c, T *buf, int o)
{
    return NAME(row_in)(buf, c->w, o, c->row, c->at[o], c->from, c->len);
}

static void NAME(chunk_out)(const struct NAME(chunk) *c, const T *row, int truncate)
{
    NAME(row_out)(c->w, NEST_DST, c->row, c->at[NEST_DST], c->from, row, c->len, truncate);
}
