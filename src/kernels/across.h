/*
 * across.h - template: a class of a product whose rows are neighbours in dst where its columns are not (channels first). The tiles are those
 * of tile.h with a and b exchanged: vectors lie along the rows, columns of the packed b are what is broadcast, and sums are formed in dst.
 *
 *     a line of rows   | part | part | part ...         part: 2 or 3 vectors. All k that there is room for are brought together, if rows are
 *        columns       | tile |                         neighbours in a too by the first tiles as they multiply; then all columns follow
 *
 * The last part of a line begins where it ends with the line: some sums are formed twice (a few rows that are left go as rows do, after all lines).
 * Where the packed b is large, PARTS of them take each block of k before the next block comes: b is read from memory once for all. The first of
 * them asks for the panel that follows. They are no wider than the first, for which the room is divided. All others ask for what the rows of the
 * next part read, a line for each k by a tile: lines that lie as far apart as k do no prefetcher foresees.
 */
enum { ACROSS_LANES = VECTOR_BYTES / sizeof(T), FINISHED_ROWS = 64, MANY_COLUMNS = 100, SOME_COLUMNS = 48, LONG_DEPTH = 512, LONG_LINE = 64,
       GROUPED_SUMS = 1 << 17, MANY_K = 96, FEW_VECTORS = 2, SOME_VECTORS = 6 };

/* Many columns make the bringing together worth it, or where rows are read from another page with each k, or from lines that crowd. */
static int NAME(is_worth_bringing)(const struct NAME(product) *p, int64_t k_step)
{
    return p->column.len >= MANY_COLUMNS || NAME(crowds)(k_step) || (p->ks == 1 && llabs(k_step) >= PAGE_BYTES / (int64_t)sizeof(T));
}

/* Where k are neighbours it is rows of a that are turned when they are brought: fewer elements than sums of short ones, which would be otherwise. */
static int NAME(is_worth_turning)(const struct NAME(product) *p, int64_t len)
{
    const int64_t depth = all_indices(p->k, p->ks);
    return len >= LONG_LINE && p->column.len >= SOME_COLUMNS && depth <= 2 * p->column.len && depth <= LONG_DEPTH;
}

/* Rows that lie in one line of dst are those of one axis, or of two: their lines go on. */
static int NAME(line_axes)(const struct NAME(product) *p)
{
    const struct nest_axis *m = p->ms ? &p->m[p->ms - 1] : &single_axis;
    return p->ms > 1 && m->len == m[-1].stride[NEST_DST] ? 2 : p->ms > 0;
}

static int64_t NAME(line_length)(const struct NAME(product) *p)
{
    const int axes = NAME(line_axes)(p);
    return all_indices(p->m + p->ms - axes, axes);
}

/* So few rows are left of a line's end that they had better go as rows do that lie anywhere, their columns in vectors. All of b is read once more
 * for them: where it is large the line must be longer. */
static int64_t NAME(rest_of_line)(const struct NAME(product) *p)
{
    const int64_t len = NAME(line_length)(p), rest = len % ACROSS_LANES;
    const int64_t vectors = NAME(form_of)(p->plan->packed) == TILE_OUTER ? FEW_VECTORS : SOME_VECTORS;
    return len >= vectors * ACROSS_LANES && 4 * rest <= ACROSS_LANES && rest <= p->m[p->ms - 1].len ? rest : 0;
}

static int64_t NAME(length_across)(const struct NAME(product) *p) { return NAME(line_length)(p) - NAME(rest_of_line)(p); }

/* Lines that fill vectors, or nearly. */
static int NAME(goes_across)(const struct NAME(product) *p, char *const at[NEST_OPERANDS])
{
    const struct nest_axis *m = p->ms ? &p->m[p->ms - 1] : &single_axis;
    const int64_t k_step = p->ks ? p->k[p->ks - 1].stride[NEST_A] : 0, len = NAME(length_across)(p);
    const int64_t whole = ceil_div(len, ACROSS_LANES) * ACROSS_LANES;
    return p->plan->bunch == 1 && m->stride[NEST_DST] == 1 && p->column.stride[NEST_DST] != 1 && NAME(dst_holds_sums)(p, at[NEST_DST]) &&
           p->w->dtype[NEST_A] == NATIVE && is_aligned(at[NEST_A], sizeof(T)) && !p->plan->whole && !p->empty &&
           len >= 2 * ACROSS_LANES && 6 * whole <= 7 * len && p->column.len >= TILE_ROWS &&
           (NAME(is_near)(k_step) ? NAME(is_worth_turning)(p, len) : NAME(is_worth_bringing)(p, k_step));
}

/* Some rows of a line. */
struct NAME(part) {
    const struct NAME(product) *p;
    char *const *line;
    int64_t from;
    char *at[NEST_OPERANDS];  /* of the first, at column 0 */
    int vectors;
    int fetches;              /* asks for the panel that follows, where it is of more than two vectors */
    T *room;                  /* for k by k of them */
};

/* a and b of segments change places. */
static void NAME(exchange)(struct segment *seg, int64_t segments)
{
    const int64_t size = sizeof(T);
    for (int64_t s = 0; s < segments; s++) seg[s] = (struct segment){ .a = seg[s].b * size, .b = seg[s].a / size, .len = seg[s].len };
}

/* Segments as they lie in the room; there, those that go on in b are one. Their number. */
static int64_t NAME(in_room)(struct segment *to, const struct segment *seg, int64_t segments, int64_t b_pitch, int64_t pitch)
{
    for (int64_t s = 0, depth = 0; s < segments; depth += seg[s++].len) {
        to[s] = seg[s];
        to[s].a = depth * pitch * (int64_t)sizeof(T);
    }
    segments = strided__gather_join(to, segments, b_pitch);
    NAME(exchange)(to, segments);
    return segments;
}

/* A row of a line, at column 0. */
static char *NAME(row_of_line)(const struct NAME(product) *p, char *const line[NEST_OPERANDS], int o, int64_t row)
{
    const struct nest_axis *m = &p->m[p->ms - 1];
    const int64_t outer = row / m->len, inner = row % m->len;
    return shift(line[o], (inner * m->stride[o] + (outer ? outer * m[-1].stride[o] : 0)) * p->unit[o]);
}

/* Of rows from .. to - 1 of a line, as many as neighbour each other in every operand. */
static int64_t NAME(piece_of_line)(const struct NAME(product) *p, int64_t from, int64_t to)
{
    const int64_t len = p->m[p->ms - 1].len;
    return min_size(to - from, len - from % len);
}

/* Tiles ask for the k of the next part's rows, or for the b that comes next. */
static int NAME(asks_for_rows)(const struct NAME(part) *part, int64_t segments) { return segments == 1 && !part->fetches; }

/* Rows that are no neighbours in a. */
static void NAME(bring_part)(const struct NAME(part) *part, const struct segment *seg, int64_t segments, int64_t a_step, int64_t row_step)
{
    const int64_t size = sizeof(T), n = part->vectors * ACROSS_LANES;
    const int asked = NAME(asks_for_rows)(part, segments);
    for (int64_t i = 0, len; i < n; i += len) {
        char *from = NAME(row_of_line)(part->p, part->line, NEST_A, part->from + i), *to = (char *)(part->room + i);
        len = NAME(piece_of_line)(part->p, part->from + i, part->from + n);
        for (int64_t s = 0; s < segments; to += seg[s++].len * n * size)
            if (!NAME(gather_steps)((T *)(void *)to, shift(from, seg[s].a), row_step, len, a_step, seg[s].len, n, asked ? 0 : n * row_step))
                move_plane(size, &(struct side){ to, n * size, size }, &(struct side){ shift(from, seg[s].a), a_step, row_step }, seg[s].len, len);
    }
}

/* Columns of a tile of so many vectors. */
static int NAME(highest_across)(int vectors)
{
    if (VECTOR_BYTES == 64) return vectors == 2 ? MOST_ROWS : TILE_ROWS;
    return vectors == 3 ? TILE_ROWS - 2 : TILE_ROWS;
}

/* Rows of a line that come next, whose a tiles ask for: each of them for a line of the cache with each k, `step` bytes apart. */
struct NAME(asked) {
    const struct NAME(part) *part;
    int64_t row, to, a, step;
};

static void NAME(ask_for_line)(struct NAME(asked) *rows, struct NAME(sums) *of)
{
    const struct NAME(product) *p = rows->part->p;
    const int64_t apart = llabs(p->m[p->ms - 1].stride[NEST_A]) * (int64_t)sizeof(T);
    *of->next = (const char *)of; /* which is near: to ask for it costs least */
    of->ask = 0;
    if (rows->row >= rows->to) return; /* as most tiles do, of many columns */
    const int64_t each = apart ? max_size(1, LINE_BYTES / apart) : rows->to;
    *of->next = shift(NAME(row_of_line)(p, rows->part->line, NEST_A, rows->row), rows->a);
    of->ask = rows->step;
    const int64_t next = rows->row + min_size(each, NAME(piece_of_line)(p, rows->row, rows->to)), last = rows->to - 1;
    rows->row = rows->row < last && next > last ? last : next; /* which may be in a line of its own */
}

/* n columns, in tiles of even height, at most so high. */
static void NAME(tiles_across)(int vectors, struct NAME(sums) *of, struct NAME(asked) *asked, const T *b, T *dst, int64_t n, int most)
{
    const uint32_t listed = vectors == 2 ? NAME(LISTED_TWOS) : NAME(LISTED);
    const char *row[TILE_ROWS];
    T *sum[TILE_ROWS];
    if (!n) return;
    const uint32_t all = (uint32_t)n, tiles = (all + (uint32_t)most - 1) / (uint32_t)most, low = all / tiles, higher = all % tiles; /* quick to divide */
    for (uint32_t t = 0, rows; t < tiles; t++, b += rows, dst += rows * of->pitch) {
        rows = low + (t < higher);
        row[0] = (const char *)b;
        sum[0] = dst;
        for (uint32_t r = 1; rows <= listed && r < rows; r++) {
            row[r] = (const char *)(b + r);
            sum[r] = dst + r * of->pitch;
        }
        if (asked) NAME(ask_for_line)(asked, of);
        NAME(across_tiles)[vectors][rows](of, row, sum, 0);
    }
}

/* Columns of a panel: the first by a tile that brings k together, if there is such. */
static void NAME(panel_across)(const struct NAME(part) *part, struct NAME(sums) *of, const struct NAME(sums) *copying, struct NAME(asked) *asked,
                               int64_t j, int64_t cols)
{
    const struct NAME(product) *p = part->p;
    const T *b = (const T *)(const void *)part->at[NEST_PACKED] + j * p->column.stride[NEST_PACKED];
    T *dst = (T *)(void *)part->at[NEST_DST] + j * of->pitch;
    const char *row = (const char *)b;
    const int high = NAME(highest_across)(part->vectors), asks = of->first && of->seg->len >= LONG_DEPTH;
    const int64_t i = !copying ? 0 : cols < high ? TILE_ROWS : high;
    for (int64_t c = 0; asks && c < cols; c++) __builtin_prefetch(dst + c * of->pitch + part->vectors * ACROSS_LANES, 1); /* the next part's */
    if (copying) (cols < high ? NAME(tile_COPY_6x2) : NAME(copying_tiles)[part->vectors])(copying, &row, &dst, 0);
    NAME(tiles_across)(part->vectors, of, asked, b + i, dst + i * of->pitch, cols - i, high);
}

/* What is read after the panel that ends with column `to`: the same k of the next one, or the k that follow, in the first. */
static const char *NAME(after_panel)(const struct NAME(part) *part, const struct NAME(sums) *of, int more, int64_t to)
{
    const struct segment *last = of->seg + of->segments - 1;
    const char *b = part->at[NEST_PACKED];
    if (to < part->p->column.len) return b + to * part->p->column.stride[NEST_PACKED] * (int64_t)sizeof(T) + of->seg->a;
    return more ? b + last->a + last->len * of->a_step : b;
}

/* One block of k. */
static void NAME(columns_across)(const struct NAME(part) *part, const struct segment *block, int64_t segments, const struct NAME(k_walk) *k, int first)
{
    const struct NAME(product) *p = part->p;
    const int64_t size = sizeof(T), b_pitch = k->inner->stride[NEST_PACKED], pitch = part->vectors * ACROSS_LANES;
    const int64_t a_step = k->inner->stride[NEST_A], row_step = p->m[p->ms - 1].stride[NEST_A], columns = p->column.len;
    const int copies = row_step == 1 && NAME(piece_of_line)(p, part->from, part->from + pitch) == pitch;
    struct segment here[SEGMENTS], there[SEGMENTS];
    const int64_t joined = NAME(in_room)(here, block, segments, b_pitch, pitch);
    const char *next;
    struct NAME(sums) of = { .seg = here, .segments = joined, .a_step = b_pitch * size, .b_pitch = pitch, .b = part->room, .first = first,
                             .next = &next, .pitch = p->column.stride[NEST_DST], .last = UINT32_MAX };

    if (!copies) NAME(bring_part)(part, block, segments, a_step * size, row_step * size);
    memcpy(there, block, (size_t)segments * sizeof *block);
    NAME(exchange)(there, segments);
    const struct NAME(sums) copying = { .seg = there, .segments = segments, .a_step = b_pitch * size, .b_pitch = a_step,
                                        .b = (const T *)(const void *)part->at[NEST_A], .first = first, .copy = part->room,
                                        .pitch = of.pitch, .ahead = NAME(crowds)(a_step) ? pitch : AHEAD * a_step, .last = UINT32_MAX };
    struct NAME(asked) rows = { part, part->from + pitch, min_size(part->from + 2 * pitch, NAME(length_across)(p)), block->a, a_step * size };
    if (!NAME(asks_for_rows)(part, segments)) rows.row = rows.to;
    for (int64_t j = 0, cols; j < columns; j += cols) {
        cols = min_size(p->plan->width, columns - j);
        of.ask = NAME(share_of)(cols, p->plan->width);
        next = NAME(after_panel)(part, &of, k->more, j + cols);
        NAME(panel_across)(part, &of, copies && j == 0 ? &copying : NULL, part->fetches ? NULL : &rows, j, cols);
    }
}

/* Sums over all k, in blocks of one size. */
static void NAME(multiply_parts)(const struct NAME(part) *part, int parts)
{
    struct segment seg[SEGMENTS];
    struct NAME(k_walk) k;
    const int64_t all = all_indices(part->p->k, part->p->ks), most = ROOM_ELEMENTS / ACROSS_LANES / part->vectors;
    const int64_t depth = ceil_div(all, ceil_div(all, most));
    NAME(k_start)(&k, part->p);
    for (int first = 1; k.more; first = 0) {
        const int64_t segments = NAME(k_block)(&k, seg, SEGMENTS, depth);
        for (int i = 0; i < parts; i++) NAME(columns_across)(part + i, seg, segments, &k, first);
    }
}

/* What becomes of n sums of each of some lines, `step` bytes apart, that have a bias each, `next` bytes from that of the line before. Short lines are
 * many: calls for each would take as long. */
static __attribute__((noinline)) void NAME(end_lines)(const struct NAME(plain) *p, const char *bias, int64_t next, char *line, int64_t step, int64_t n,
                                                      int64_t lines)
{
    struct NAME(ending) end = p->ending;
    const VEC_MASK some = VEC_RANGE(0, n % NAME(LANES));
    for (; lines > 0; lines--, line += step, bias += next) {
        char *at = line;
        if (p->biased) end.bias = VEC_SPLAT(*(const ANY *)(const void *)bias);
        for (int64_t i = n; i >= NAME(LANES); i -= NAME(LANES), at += VECTOR_BYTES) VEC_STORE(at, NAME(ended)(VEC_LOAD(at), end));
        if (n % NAME(LANES)) VEC_STORE_FIRST((int)(n % NAME(LANES)), at, NAME(ended)(VEC_LOAD_SOME(some, at), end));
    }
}

/* What becomes of the sums of `len` rows, one column after the other, from these addresses on. */
static void NAME(finish_columns)(const struct NAME(product) *p, char *const at[NEST_OPERANDS], int64_t len)
{
    struct NAME(chunk) c = { .w = p->w, .row = &p->m[p->ms - 1], .len = len };
    struct NAME(plain) plain;
    const int64_t size = sizeof(T);
    if (NAME(is_plain)(p->w, c.row, &plain) && !(plain.biased && plain.step)) {
        NAME(end_lines)(&plain, at[NEST_C], p->column.stride[NEST_C] * size, at[NEST_DST], p->column.stride[NEST_DST] * size, len, p->column.len);
        return;
    }
    for (int64_t j = 0; j < p->column.len; j++) {
        for (int o = 0; o < NEST_OPERANDS; o++) c.at[o] = shift(at[o], j * p->column.stride[o] * p->unit[o]);
        NAME(complete)(&c, (T *)(void *)c.at[NEST_DST]);
    }
}

/* Of rows from .. to - 1 of a line: some time after their sums were formed, for which the memory they go to keeps others waiting. */
static void NAME(finish_across)(const struct NAME(product) *p, char *const line[NEST_OPERANDS], int64_t from, int64_t to)
{
    char *at[NEST_OPERANDS];
    if (epilogue_is_trivial(p->w)) return;
    for (int64_t len; from < to; from += len) {
        len = NAME(piece_of_line)(p, from, to);
        for (int o = 0; o < NEST_OPERANDS; o++) at[o] = NAME(row_of_line)(p, line, o, from);
        NAME(finish_columns)(p, at, len);
    }
}

/* Many k to few columns: the tile that brings them together waits for memory, and had better be a high one. */
static int NAME(is_deep)(const struct NAME(product) *p)
{
    return p->ks == 1 && p->k[0].len >= MANY_K && 2 * p->k[0].len >= p->column.len && NAME(form_of)(p->plan->packed) == TILE_OUTER;
}

/* Of a line's next part: two, three if they are the last; of long vectors, where k are not many, as few parts as can be, of even width. */
static int NAME(vectors_across)(const struct NAME(product) *p, int64_t len, int64_t from)
{
    const int64_t left = ceil_div(len - from, ACROSS_LANES), most = min_size(ACROSS_VECTORS, len / ACROSS_LANES);
    if (VECTOR_BYTES < 64 || NAME(is_deep)(p)) return left == 3 && most >= 3 ? 3 : 2;
    return (int)max_size(2, ceil_div(left, ceil_div(left, most)));
}

static int64_t NAME(part_end)(const struct NAME(part) *part) { return part->from + part->vectors * ACROSS_LANES; }

/* The parts of a line that come next: one, or as many as share no rows and whose sums the second-level cache holds. Their number. */
static int NAME(next_parts)(struct NAME(part) part[PARTS], const struct NAME(product) *p, char *const line[NEST_OPERANDS], T *room, int64_t from)
{
    const int64_t len = NAME(length_across)(p), rows = GROUPED_SUMS / p->column.len;
    const enum tile_form form = NAME(form_of)(p->plan->packed);
    int n = 0;
    for (int64_t at = from; n < PARTS && at < len; at = NAME(part_end)(part + n++)) {
        struct NAME(part) *next = &part[n];
        next->p = p;
        next->line = line;
        next->vectors = NAME(vectors_across)(p, len, at);
        next->fetches = PARTS > 1 && !n && form == TILE_FETCH;
        next->room = room;
        next->from = min_size(at, len - next->vectors * ACROSS_LANES);
        if (n && (form == TILE_OUTER || next->from < at || NAME(part_end)(next) - from > rows)) break;
        for (int o = 0; o < NEST_OPERANDS; o++) next->at[o] = NAME(row_of_line)(p, line, o, next->from);
    }
    return n;
}

static void NAME(line_across)(const struct NAME(product) *p, char *const line[NEST_OPERANDS], T *room)
{
    const int64_t len = NAME(length_across)(p);
    struct NAME(part) part[PARTS];
    int64_t done = 0, to = 0;
    while (to < len) {
        const int parts = NAME(next_parts)(part, p, line, room, to);
        NAME(multiply_parts)(part, parts);
        to = NAME(part_end)(part + parts - 1);
        done = min_size(done, part->from);
        if (to < len && to - done < FINISHED_ROWS) continue;
        NAME(finish_across)(p, line, done, to);
        done = to;
    }
}

/* All rows and columns, from these addresses on; called, so that its room does not stand beside that of the rest. */
static __attribute__((noinline)) void NAME(do_across)(const struct NAME(product) *p, char *const at[NEST_OPERANDS])
{
    T room[ROOM_ELEMENTS] __attribute__((aligned(64)));
    struct cursor line;
    memcpy(line.unit, p->unit, sizeof p->unit);
    cursor_start(&line, p->m, p->ms - NAME(line_axes)(p), at);
    do NAME(line_across)(p, line.at, room);
    while (cursor_next(&line));
}
