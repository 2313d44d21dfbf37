/*
 * pack.h - template: operand b of a product into panels, out[batch][panel][k][lane], from any view and any dtype.
 *
 * k is walked as it lies in b, whatever the order of the sum: what is read is read in lines, and each k has its place in the
 * panels. Where columns are not neighbours in memory, squares of lanes columns x lanes k are turned.
 */
struct NAME(packing) {
    const struct work *w;
    const struct product *p;
    struct nest_axis column;
    char   *from;
    T      *to;                                       /* of this batch */
    int64_t n;
    intptr_t of_b[PACK_DEPTH], in_panel[PACK_DEPTH];  /* some k: where each lies, in bytes of b and in elements of a panel */
    int64_t run, step;                                /* all k come in runs of so many, so many bytes apart */
    int64_t outside;                                  /* bytes from k to k of the axis outside of the runs; else the step */
    int64_t line;                                     /* bytes from each of the runs to the next; 0: they are not at one distance */
    int64_t done;                                     /* of all k, those that are behind */
    int64_t apart;                                    /* those of a bunch, in bytes */
    int     few;                                      /* of a bunch that are there; 0: all */
#if defined(BY_DOTS)
    struct dots_least *least;                         /* of all that is packed */
#endif
};

static T *NAME(place_of)(const struct NAME(packing) *k, int64_t column)
{
    return k->to + column / k->p->width * k->p->width * k->column.stride[NEST_PACKED] + column % k->p->width;
}

/* n elements of T, from what lies `step` bytes apart. */
static void NAME(bring)(const struct NAME(packing) *k, T *out, const char *p, int64_t step, int64_t n)
{
#if IS_FLOAT
    if (k->p->bunch == 1) { NAME(load)(k->w->dtype[NEST_B], out, p, step, n); return; }
#endif
#if defined(BY_DOTS)
    if (k->p->dots) {
        any_i32 *pairs = (any_i32 *)(void *)out;
        dots_across(k->least, pairs, 0, p, 2 * k->apart, k->few, step, n, 1);
        for (int64_t i = 0; k->few && i < n; i++) pairs[i] |= 0x8000; /* what is missing of a is 0 and here -0: that changes no sum */
        return;
    }
#endif
#if BITS == 32
    const int32_t there = k->few ? first_of(k->few, k->p->bunch) : -1;
    any_i32 *bunches = (any_i32 *)(void *)out;
#if defined(MULTIPLIES_BYTES)
    if (k->p->bunch == 4) quads_across(bunches, 0, p, k->apart, k->few, step, n, 1, 0);
    else
#endif
        pairs_across(k->w->dtype[NEST_B], bunches, p, k->few ? 0 : k->apart, step, n, 0);
    for (int64_t i = 0; k->few && i < n; i++) bunches[i] &= there;
#endif
}

/* b's elements of one column at every k: where they lie, if they lie together, or else brought to buf. */
static const T *NAME(column_of)(const struct NAME(packing) *k, int64_t column, T *buf)
{
    const strided_dtype t = k->w->dtype[NEST_B];
    const int64_t size = (int64_t)strided_dtype_size(t);
    char *p = shift(k->from, column * k->column.stride[NEST_B] * size);
    if (t == NATIVE && k->step == size && k->run >= k->n && is_aligned(p, sizeof(T))) return (const T *)(const void *)shift(p, k->of_b[0]);
    if (t == NATIVE && k->step == size && k->line && k->run * size <= SHORT_RUN_BYTES) {
        const struct side runs = { shift(p, k->of_b[0]), k->line, size };
        copy_short((struct side){ (char *)buf, k->run * size, size }, runs, k->n / k->run, k->run * size);
        return buf;
    }
    for (int64_t i = 0; i < k->n; i += k->run) {
        const int64_t n = k->n - i < k->run ? k->n - i : k->run;
        if (t != NATIVE) NAME(bring)(k, buf + i, shift(p, k->of_b[i]), k->step, n);
        else
            for (int64_t l = 0; l < n; l++) buf[i + l] = *(const ANY *)(const void *)shift(p, k->of_b[i] + l * k->step);
    }
    return buf;
}

/* lanes columns, `step` bytes apart: squares, and the k that are left over. */
static void NAME(pack_turned)(const struct NAME(packing) *k, const char *column, int64_t step, T *out)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    int64_t i = 0;
    for (; i + LANES <= k->n; i += LANES) {
        VEC v[LANES];
        NAME(load_turned)(v, column + i * (int64_t)sizeof(T), step);
        UNROLL(16)
        for (int l = 0; l < LANES; l++) *(VEC *)(void *)(out + k->in_panel[i + l]) = v[l];
    }
    for (; i < k->n; i++)
        for (int l = 0; l < LANES; l++) out[k->in_panel[i] + l] = *(const ANY *)(const void *)(column + l * step + i * (int64_t)sizeof(T));
}

static void NAME(pack_columns)(const struct NAME(packing) *k, int64_t from, int64_t to)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    T buf[LANES][PACK_DEPTH];
    const T *column[LANES];
    int64_t j = from;
    for (; j + LANES <= to; j += LANES) { /* all in place, or all in the buffer: at one distance */
        for (int l = 0; l < LANES; l++) column[l] = NAME(column_of)(k, j + l, buf[l]);
        NAME(pack_turned)(k, (const char *)column[0], (intptr_t)column[1] - (intptr_t)column[0], NAME(place_of)(k, j));
    }
    for (; j < to; j++) {
        T *out = NAME(place_of)(k, j);
        column[0] = NAME(column_of)(k, j, buf[0]);
        for (int64_t i = 0; i < k->n; i++) out[k->in_panel[i]] = column[0][i];
    }
}

#if IS_FLOAT
/* Whole panels of every k, of neighbours or of every second element. */
ALWAYS_INLINE void NAME(copy_panels)(const struct NAME(packing) *k, T *out, int64_t column, int64_t panels, const int every)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t width = k->p->width, pitch = width * k->column.stride[NEST_PACKED];
    for (int64_t i = 0; i < k->n; i++) {
        const char *p = shift(k->from, k->of_b[i] + column * every * (int64_t)sizeof(T));
        T *to = out + k->in_panel[i];
        for (int64_t j = 0; j < panels; j++, to += pitch)
            for (int64_t l = 0; l < width; l += LANES, p += every * VECTOR_BYTES)
                *(VEC *)(void *)(to + l) = every == 1 ? VEC_LOAD(p) : NAME(load_even)(p);
    }
}
#endif

/* Columns closer to each other in memory than k are. */
static void NAME(pack_rows)(const struct NAME(packing) *k, int64_t from, int64_t to)
{
    const int64_t step = k->column.stride[NEST_B] * (int64_t)strided_dtype_size(k->w->dtype[NEST_B]);
    int64_t copied = 0;
#if IS_FLOAT
    const int64_t panels = k->w->dtype[NEST_B] == NATIVE ? (to - from) / k->p->width : 0, size = sizeof(T);
    if (step == size || step == 2 * size) copied = panels * k->p->width;
    if (step == size) NAME(copy_panels)(k, NAME(place_of)(k, from), from, panels, 1);
    else if (step == 2 * size) NAME(copy_panels)(k, NAME(place_of)(k, from), from, panels, 2);
#endif
    for (int64_t i = 0; i < k->n; i++)
        for (int64_t j = from + copied, n; j < to; j += n) {
            n = to - j < k->p->width ? to - j : k->p->width;
            NAME(bring)(k, NAME(place_of)(k, j) + k->in_panel[i], shift(k->from, k->of_b[i] + j * step), step, n);
        }
}

/* k as they lie in b: those that run backwards from their last, those of two axes that go on in b and in the panels as one. Axes that are left. */
static int NAME(straighten)(struct nest_axis *fold, int folds, char *start[NEST_OPERANDS], const int64_t unit[NEST_OPERANDS])
{
    int n = 0;
    for (int i = 0; i < folds; i++) {
        struct nest_axis a = fold[i], *outer = n ? &fold[n - 1] : NULL;
        for (int o = 0; fold[i].stride[NEST_B] < 0 && o < NEST_OPERANDS; o++) {
            start[o] = shift(start[o], (a.len - 1) * fold[i].stride[o] * unit[o]);
            a.stride[o] = -fold[i].stride[o];
        }
        if (outer && outer->stride[NEST_B] == a.stride[NEST_B] * a.len && outer->stride[NEST_PACKED] == a.stride[NEST_PACKED] * a.len) {
            a.len *= outer->len;
            n--;
        }
        fold[n++] = a;
    }
    return n;
}

/* The innermost axes of the walk that are one axis in b make the runs. */
static void NAME(find_run)(struct NAME(packing) *k, const struct nest_axis *fold, int folds, int64_t size)
{
    int i = folds - 2;
    k->run = folds ? fold[folds - 1].len : 1;
    k->step = (folds ? fold[folds - 1].stride[NEST_B] : 1) * size;
    for (; i >= 0 && fold[i].stride[NEST_B] == fold[i + 1].stride[NEST_B] * fold[i + 1].len; i--) k->run *= fold[i].len;
    k->outside = i >= 0 ? fold[i].stride[NEST_B] * size : k->step;
}

/* From each run to the next, if that is one distance. */
static int64_t NAME(line_of)(const struct NAME(packing) *k)
{
    const int64_t line = k->run < k->n ? k->of_b[k->run] - k->of_b[0] : 0;
    for (int64_t i = k->run; i < k->n; i += k->run)
        if (k->of_b[i] - k->of_b[i - k->run] != line) return 0;
    return line;
}

/* The next k of the walk, in the order in which b has them: whole runs, or some of one run. 0: there are none after these. */
static int NAME(next_k)(struct NAME(packing) *k, struct cursor *walk)
{
    const struct nest_axis *last = walk->n ? &walk->axis[walk->n - 1] : &single_axis;
    const int64_t left = k->run - k->done % k->run, most = min_size(PACK_DEPTH, k->run > PACK_DEPTH ? left : PACK_DEPTH / k->run * k->run);
    int more = 1;
    k->n = 0;
    while (k->n < most && more) {
        const int64_t len = min_size(walk->n ? last->len - walk->index[walk->n - 1] : 1, most - k->n);
        places_apart(k->of_b + k->n, walk->at[NEST_B], last->stride[NEST_B] * walk->unit[NEST_B], len);
        places_apart(k->in_panel + k->n, walk->at[NEST_PACKED], last->stride[NEST_PACKED] * walk->unit[NEST_PACKED], len);
        k->n += len;
        cursor_skip(walk, len - 1);
        more = cursor_next(walk);
    }
    k->done += k->n;
    k->line = NAME(line_of)(k);
    return more;
}

/* Columns from .. to, whole panels, of w's b in data[NEST_B] into data[NEST_PACKED]; `to` may be the last column. Bunches that are
 * whole, or those of which few are there. */
static uint32_t NAME(pack_k)(const struct work *w, const struct product *p, char *const data[NEST_OPERANDS], int64_t from, int64_t to, int few)
{
    struct nest_axis fold[NEST_AXES], batch[NEST_AXES];
    struct NAME(packing) k; /* large: what is not used is not cleared */
    const int all = strided__product_pack_axes(fold, w, p, ROLE_FOLD, few > 0), batches = strided__product_pack_axes(batch, w, p, ROLE_BATCH, 0);
    const struct nest_axis *bunched = p->bunch > 1 ? &w->nest.axis[p->bunched] : &single_axis;
    const int64_t size = (int64_t)strided_dtype_size(w->dtype[NEST_B]);
    char *start[NEST_OPERANDS] = { 0 };
    struct cursor each = { .unit = { [NEST_B] = size, [NEST_PACKED] = sizeof(T) } }, walk = each;
    if (any_empty(fold, all)) return UINT16_MAX;
#if defined(BY_DOTS)
    struct dots_least least = { _mm512_set1_epi16(-1) };
    k.least = &least;
#endif
    k.w = w;
    k.p = p;
    k.column = w->nest.axis[p->column];
    k.few = few;
    if (few) {
        start[NEST_B] = shift(NULL, (bunched->len - few) * bunched->stride[NEST_B] * size);
        start[NEST_PACKED] = shift(NULL, bunched->len / p->bunch * bunched->stride[NEST_PACKED]);
    }
    k.apart = bunched->stride[NEST_B] * size;
    walk.unit[NEST_PACKED] = 1;
    const int folds = p->bunch == 1 ? NAME(straighten)(fold, all, start, walk.unit) : all;
    NAME(find_run)(&k, fold, folds, each.unit[NEST_B]);
    const int64_t far = llabs(k.run < TURNED_RUN ? k.outside : k.step);
    const int by_rows = k.column.stride[NEST_B] == 1 || llabs(k.column.stride[NEST_B] * size) < far;
    cursor_start(&each, batch, batches, data);
    do {
        int more = 1;
        k.from = each.at[NEST_B];
        k.to = (T *)(void *)each.at[NEST_PACKED];
        cursor_start(&walk, fold, folds, start);
        k.done = 0;
        while (more) {
            more = NAME(next_k)(&k, &walk);
            if (by_rows) NAME(pack_rows)(&k, from, to);
            else NAME(pack_columns)(&k, from, to);
        }
    } while (cursor_next(&each));
#if defined(BY_DOTS)
    return dots_least(&least);
#else
    return UINT16_MAX;
#endif
}

static uint32_t NAME(pack)(const struct work *w, const struct product *p, char *const data[NEST_OPERANDS], int64_t from, int64_t to)
{
    const int few = p->bunch > 1 ? (int)(w->nest.axis[p->bunched].len % p->bunch) : 0;
    const uint32_t least = NAME(pack_k)(w, p, data, from, to, 0), rest = few ? NAME(pack_k)(w, p, data, from, to, few) : UINT16_MAX;
    return rest < least ? rest : least;
}
