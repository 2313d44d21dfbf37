/*
 * winograd.h - template: the transforms of winograd_plan.h, and the products between them.
 *
 * x and y: any strides, 0 and negative included; fast where channels or pixels of a row are neighbours. Nothing outside of
 * them is touched: pixels beyond x are zeros made here, pixels beyond y are not computed to the end. Transforms go down the
 * columns of a tile first, then along its rows; every sum has one order on every instruction set.
 */
enum { WINOGRAD_SIDE = 6, WINOGRAD_STRIP = WINOGRAD_PIXELS + 2, WINOGRAD_ROWS = 4 }; /* of the larger tile; pixels of x under a run; its rows of y */

/* ---- one side of each transform ---------------------------------------------------------------------- */

/* m + 2 pixels to as many points: 0, 1, -1, infinity; 0, 3/4, -3/4, 3/2, -3/2, infinity. */
ALWAYS_INLINE void NAME(points_of_pixels)(const int m, const VEC *d, VEC *v)
{
    if (m == 2) {
        v[0] = d[0] - d[2];
        v[1] = d[1] + d[2];
        v[2] = d[2] - d[1];
        v[3] = d[1] - d[3];
        return;
    }
    const VEC a = VEC_SPLAT(0.75f), b = VEC_SPLAT(1.5f), aa = VEC_SPLAT(-0.5625f), bb = VEC_SPLAT(-2.25f);
    const VEC sum = VEC_SPLAT(-2.8125f), product = VEC_SPLAT(1.265625f); /* -(aa + bb), aa * bb */
    const VEC even_a = VEC_MULADD(bb, d[2], d[4]), odd_a = VEC_MULADD(bb, d[1], d[3]);
    const VEC even_b = VEC_MULADD(aa, d[2], d[4]), odd_b = VEC_MULADD(aa, d[1], d[3]);
    v[0] = VEC_MULADD(product, d[0], VEC_MULADD(sum, d[2], d[4]));
    v[1] = VEC_MULADD(a, odd_a, even_a);
    v[2] = VEC_MULADD(-a, odd_a, even_a);
    v[3] = VEC_MULADD(b, odd_b, even_b);
    v[4] = VEC_MULADD(-b, odd_b, even_b);
    v[5] = VEC_MULADD(product, d[1], VEC_MULADD(sum, d[3], d[5]));
}

/* Three taps to m + 2 points, with the divisors that belong to these. */
ALWAYS_INLINE void NAME(points_of_taps)(const int m, const VEC *g, VEC *u)
{
    if (m == 2) {
        const VEC half = VEC_SPLAT(0.5f), even = (g[0] + g[2]) * half, odd = g[1] * half;
        u[0] = g[0];
        u[1] = even + odd;
        u[2] = even - odd;
        u[3] = g[2];
        return;
    }
    const VEC even_a = VEC_MULADD(VEC_SPLAT(0.5625f), g[2], g[0]) * VEC_SPLAT(-128.0f / 243), odd_a = g[1] * VEC_SPLAT(-96.0f / 243);
    const VEC even_b = VEC_MULADD(VEC_SPLAT(2.25f), g[2], g[0]) * VEC_SPLAT(32.0f / 243), odd_b = g[1] * VEC_SPLAT(48.0f / 243);
    u[0] = g[0] * VEC_SPLAT(64.0f / 81);
    u[1] = even_a + odd_a;
    u[2] = even_a - odd_a;
    u[3] = even_b + odd_b;
    u[4] = even_b - odd_b;
    u[5] = g[2];
}

/* m + 2 points to m outputs. */
ALWAYS_INLINE void NAME(outputs_of_points)(const int m, const VEC *s, VEC *y)
{
    if (m == 2) {
        y[0] = s[0] + (s[1] + s[2]);
        y[1] = (s[1] - s[2]) - s[3];
        return;
    }
    const VEC even_a = s[1] + s[2], odd_a = s[1] - s[2], even_b = s[3] + s[4], odd_b = s[3] - s[4];
    y[0] = s[0] + (even_a + even_b);
    y[1] = VEC_MULADD(VEC_SPLAT(1.5f), odd_b, VEC_SPLAT(0.75f) * odd_a);
    y[2] = VEC_MULADD(VEC_SPLAT(2.25f), even_b, VEC_SPLAT(0.5625f) * even_a);
    y[3] = VEC_MULADD(VEC_SPLAT(3.375f), odd_b, VEC_MULADD(VEC_SPLAT(0.421875f), odd_a, s[5]));
}

/* Pixels beyond those that a last tile of the larger kind needs, for one output or two: as those before them would have them, so that the
 * points that such a tile does not have are 0. */
ALWAYS_INLINE void NAME(extend_pixels)(int64_t outputs, VEC *d)
{
    const VEC aa = VEC_SPLAT(0.5625f), b = VEC_SPLAT(1.5f);
    if (outputs > 2) return;
    if (outputs == 1) d[3] = aa * d[1];
    d[4] = VEC_MULADD(b, VEC_MULADD(-aa, d[1], d[3]), aa * d[2]);
}

ALWAYS_INLINE VEC NAME(vec_at)(const void *p) { return *(const VEC *)p; }

/* ---- weights ----------------------------------------------------------------------------------------- */

ALWAYS_INLINE void NAME(weights_of)(const int m, const T *w, int64_t pitch, T *u, int64_t plane)
{
    const int e = m + 2;
    VEC down[3][WINOGRAD_SIDE], in[3], out[WINOGRAD_SIDE];
    UNROLL(3)
    for (int j = 0; j < 3; j++) {
        for (int i = 0; i < 3; i++) in[i] = NAME(vec_at)(w + (3 * i + j) * pitch);
        NAME(points_of_taps)(m, in, down[j]);
    }
    UNROLL(6)
    for (int i = 0; i < e; i++) {
        for (int j = 0; j < 3; j++) in[j] = down[j][i];
        NAME(points_of_taps)(m, in, out);
        UNROLL(6)
        for (int j = 0; j < e; j++) *(VEC *)(void *)(u + (i * e + j) * plane) = out[j];
    }
}

static void NAME(winograd_weights)(const struct winograd *g, const T *w, T *u, int64_t c, int64_t count)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t plane = g->channels * g->width;
    for (int64_t i = 0; i < count; i++)
        for (int64_t o = 0; o < g->width; o += LANES) {
            const T *from = w + i * 9 * g->width + o;
            T *to = u + (c + i) * g->width + o;
            if (g->m == 2) NAME(weights_of)(2, from, g->width, to, plane);
            else NAME(weights_of)(4, from, g->width, to, plane);
        }
}

/* ---- squares of memory ------------------------------------------------------------------------------- */

/* LANES rows of n elements, SIDE or more, become columns: SIDE of these at a time, the last of which may be some of those before. Steps in bytes. */
static void NAME(turn)(const char *from, int64_t from_step, char *to, int64_t to_step, int64_t n)
{
    enum { SIDE = 16 / sizeof(T) };
    for (int64_t c = 0; c < n; c += SIDE) {
        const int64_t at = min_size(c, n - SIDE);
        wide u[SIDE];
        UNROLL(4)
        for (int i = 0; i < SIDE; i++) u[i] = get_pieces(from + at * (int64_t)sizeof(T) + i * from_step, SIDE * from_step);
        NAME1(turn_pieces, BITS)(u);
        UNROLL(4)
        for (int i = 0; i < SIDE; i++) *(VEC *)(void *)(to + (at + i) * to_step) = (VEC)u[i];
    }
}

/* The same of `rows` rows of n elements, at most LANES: no others are touched. */
static void NAME(turn_part)(const char *from, int64_t from_step, int64_t rows, char *to, int64_t to_step, int64_t n)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    VEC in[LANES], out[LANES];
    for (int64_t i = 0; i < LANES; i++) in[i] = VEC_LOAD_SOME(VEC_RANGE(0, n), from + (i < rows ? i : 0) * from_step);
    NAME(turn)((const char *)in, VECTOR_BYTES, (char *)out, VECTOR_BYTES, LANES);
    for (int64_t i = 0; i < n; i++) VEC_STORE_FIRST((int)rows, to + i * to_step, out[i]);
}

/* rows x n elements, any numbers, n along memory: rows become columns. The last rows begin early if they would reach beyond the end. */
static void NAME(turn_all)(const char *from, int64_t from_step, int64_t rows, char *to, int64_t to_step, int64_t n)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), SIDE = 16 / sizeof(T) };
    const int64_t size = sizeof(T), high = min_size(rows, LANES);
    for (int64_t i = 0; i < rows; i += LANES) {
        const int64_t r = min_size(i, rows - high);
        const char *p = from + r * from_step;
        if (high == LANES && n >= SIDE) { NAME(turn)(p, from_step, to + r * size, to_step, n); continue; }
        for (int64_t j = 0; j < n; j += LANES)
            NAME(turn_part)(p + j * size, from_step, high, to + r * size + j * to_step, to_step, min_size(n - j, LANES));
    }
}

/* ---- input ------------------------------------------------------------------------------------------- */

/* LANES channels of the pixels under a run: rows, NULL outside of x, and the pixels from lo to hi that are inside. */
struct NAME(strip) {
    const char *row[WINOGRAD_SIDE]; /* at pixel lo */
    int64_t step;                   /* bytes */
    int64_t lo, hi;
    int64_t high, wide;             /* outputs that the run has */
};

/* Column p of the strip. */
ALWAYS_INLINE void NAME(transform_column)(const int m, const struct NAME(strip) *s, int64_t p, VEC *out)
{
    VEC d[WINOGRAD_SIDE];
    UNROLL(6)
    for (int i = 0; i < m + 2; i++) {
        d[i] = (VEC){ 0 };
        if (s->row[i] && p >= s->lo && p < s->hi) d[i] = NAME(vec_at)(s->row[i] + (p - s->lo) * s->step);
    }
    if (m == 4) NAME(extend_pixels)(s->high, d);
    NAME(points_of_pixels)(m, d, out);
}

/* Row i of a tile's points. */
ALWAYS_INLINE void NAME(transform_row)(const int m, const VEC *d, T *v, int64_t plane)
{
    VEC out[WINOGRAD_SIDE];
    NAME(points_of_pixels)(m, d, out);
    UNROLL(6)
    for (int j = 0; j < m + 2; j++) *(VEC *)(void *)(v + j * plane) = out[j];
}

/* The smaller kind, tile by tile: the registers hold it. */
static void NAME(transform_small)(const struct NAME(strip) *s, int64_t tiles, T *v, int64_t pitch, int64_t plane)
{
    VEC down[4][WINOGRAD_SIDE], d[4];
    UNROLL(2)
    for (int p = 0; p < 2; p++) NAME(transform_column)(2, s, p, down[p]);
    for (int64_t k = 0; k < tiles; k++, v += pitch) {
        UNROLL(2)
        for (int p = 2; p < 4; p++) NAME(transform_column)(2, s, 2 * k + p, down[p]);
        UNROLL(4)
        for (int i = 0; i < 4; i++) {
            UNROLL(4)
            for (int j = 0; j < 4; j++) d[j] = down[j][i];
            NAME(transform_row)(2, d, v + i * 4 * plane, plane);
        }
        UNROLL(2)
        for (int p = 0; p < 2; p++) memcpy(down[p], down[p + 2], sizeof *down);
    }
}

/* The larger kind: all columns, then row by row. */
static void NAME(transform_large)(const struct NAME(strip) *s, int64_t tiles, T *v, int64_t pitch, int64_t plane)
{
    VEC down[WINOGRAD_STRIP][WINOGRAD_SIDE], d[WINOGRAD_SIDE];
    for (int64_t p = 0; p < tiles * 4 + 2; p++) NAME(transform_column)(4, s, p, down[p]);
    for (int i = 0; i < s->high + 2; i++)
        for (int64_t k = 0; k < tiles; k++) {
            UNROLL(6)
            for (int j = 0; j < 6; j++) d[j] = down[k * 4 + j][i];
            NAME(extend_pixels)(s->wide - k * 4, d);
            NAME(transform_row)(4, d, v + k * pitch + i * 6 * plane, plane);
        }
}

/* n pixels, `lanes` channels of each, to [pixel][LANES]; steps in bytes. */
static void NAME(fetch_row)(T *to, const char *from, int64_t pixel, int64_t channel, int64_t n, int64_t lanes)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const int64_t step = LANES * (int64_t)sizeof(T), size = sizeof(T);
    if (pixel == size) { NAME(turn_all)(from, channel, lanes, (char *)to, step, n); return; }
    if (pixel == -size) { NAME(turn_all)(from + (n - 1) * pixel, channel, lanes, (char *)(to + (n - 1) * LANES), -step, n); return; }
    for (int64_t p = 0; p < n; p++)
        for (int64_t c = 0; c < lanes; c++) to[p * LANES + c] = *(const ANY *)(const void *)(from + p * pixel + c * channel);
}

/* The strip of a run from channel c on: in place where a vector of channels lies together, else brought to `room`. */
static void NAME(find_strip)(struct NAME(strip) *s, const struct winograd_block *b, const struct winograd_run *r, int64_t c,
                             T (*room)[WINOGRAD_STRIP * (VECTOR_BYTES / sizeof(T))])
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct winograd *g = b->plan;
    const struct winograd_axis *rows = &g->axis[0], *row = &g->axis[1];
    const int64_t size = sizeof(T), channel = b->work->nest.axis[g->channel].stride[NEST_A] * size, pixel = row->stride * size;
    const int64_t left = g->channels - c, lanes = left < LANES ? left : LANES;
    const int64_t top = r->i * g->m - rows->before, start = r->j * g->m - row->before;
    const int64_t wide = r->count * g->m + 2, in_place = channel == size && lanes == LANES;
    const char *x = shift(strided__winograd_image(b, NEST_A, r->image), c * channel);
    s->high = r->high;
    s->wide = r->wide;
    s->step = in_place ? pixel : VECTOR_BYTES;
    s->lo = start < 0 ? -start < wide ? -start : wide : 0;
    s->hi = row->n - start < wide ? row->n - start : wide;
    for (int64_t i = 0; i < g->m + 2; i++) {
        s->row[i] = NULL;
        if (top + i < 0 || top + i >= rows->n || i >= r->high + 2 || s->lo >= s->hi) continue;
        s->row[i] = shift((char *)(intptr_t)x, (top + i) * rows->stride * size + (start + s->lo) * pixel);
        if (in_place) continue;
        NAME(fetch_row)(room[i], s->row[i], pixel, channel, s->hi - s->lo, lanes);
        s->row[i] = (const char *)room[i];
    }
}

static void NAME(winograd_input)(const struct winograd_block *b, int64_t from, int64_t to)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct winograd *g = b->plan;
    T room[WINOGRAD_SIDE][WINOGRAD_STRIP * LANES] __attribute__((aligned(64)));
    struct winograd_run r;
    memset(room, 0, sizeof room); /* the channels beyond the last */
    for (int64_t t = 0; t < b->count; t += r.count) {
        r = strided__winograd_run_at(g, b->first + t, b->count - t);
        for (int64_t c = from; c < to; c += LANES) {
            struct NAME(strip) s;
            T *v = b->v + t * g->pitch + c;
            NAME(find_strip)(&s, b, &r, c, room);
            (g->m == 2 ? NAME(transform_small) : NAME(transform_large))(&s, r.count, v, g->pitch, g->v_plane);
        }
    }
}

/* ---- products ---------------------------------------------------------------------------------------- */

/* Tiles of a block that have a point: V and M of the first of their points. */
struct NAME(takers) {
    int64_t n;
    const char *row[WINOGRAD_TILES];
    T *sum[WINOGRAD_TILES];
};

/* How many points along an axis the last tiles have. */
static int64_t NAME(last_points)(const struct winograd_axis *a, int m) { return a->positions - (a->tiles - 1) * m + 2; }

/* Which list of takers has point xi: not 0 if last tiles do not have it, down (1), along rows (2). */
static int NAME(lacking)(const struct winograd *g, int64_t xi)
{
    const int64_t e = g->m + 2;
    return (xi / e >= NAME(last_points)(&g->axis[0], g->m)) + 2 * (xi % e >= NAME(last_points)(&g->axis[1], g->m));
}

/* Tile t of a block, which lacks last points down (1), along rows (2): these are sums of nothing. */
static void NAME(take)(struct NAME(takers) of[4], const struct winograd_block *b, int64_t t, int lacks)
{
    const struct winograd *g = b->plan;
    T *sum = b->m + t * WINOGRAD_COLUMNS;
    for (int i = 0; i < 4; i++) {
        if (i & lacks) continue;
        of[i].row[of[i].n] = (const char *)(b->v + t * g->pitch);
        of[i].sum[of[i].n++] = sum;
    }
    for (int64_t xi = 0; lacks && xi < (g->m + 2) * (g->m + 2); xi++)
        if (NAME(lacking)(g, xi) & lacks) memset(sum + xi * g->m_plane, 0, WINOGRAD_COLUMNS * sizeof(T));
}

static void NAME(find_takers)(struct NAME(takers) of[4], const struct winograd_block *b)
{
    const int m = b->plan->m;
    struct winograd_run r;
    for (int i = 0; i < 4; i++) of[i].n = 0;
    for (int64_t t = 0; t < b->count; t += r.count) {
        r = strided__winograd_run_at(b->plan, b->first + t, b->count - t);
        for (int64_t k = 0; k < r.count; k++) NAME(take)(of, b, t + k, (r.high < m) + 2 * (r.wide < (k + 1) * m));
    }
}

/* Memory that is asked for while tiles multiply: stretches of it, in so many pieces each; a tile takes a piece. */
struct NAME(errand) {
    const char *at;
    int64_t stretches, step, pieces, bytes; /* step: from stretch to stretch; bytes: of a piece, */
    int64_t each, piece;                    /* for each k; the piece that is next */
};

enum { ERRANDS = 3, LONG_HALF = 1 << 14, FAR_IMAGE = 1 << 17 }; /* of a panel, bytes; elements that the caches do not hold beside all else */

/* To what `count` tiles from `first` on, as far as they are of one image, have in an operand with channels or columns `across`. 0: it is near. */
static int NAME(find_errand)(struct NAME(errand) *e, const struct winograd_block *b, int o, int64_t first, int64_t count, int across)
{
    const struct winograd *g = b->plan;
    const struct nest_axis *axis = b->work->nest.axis;
    const struct winograd_run r = strided__winograd_run_at(g, first, count);
    const int64_t size = sizeof(T), m = g->m, wide = g->axis[1].tiles, over = r.j + count > wide;
    const int64_t rows = m * min_size(ceil_div(r.j + count, wide), g->axis[0].tiles - r.i), pixels = m * (over ? wide : count);
    const int64_t down = (o == NEST_A ? g->axis[0].stride : axis[g->axis[0].keep].stride[o]) * size;
    const int64_t along = (o == NEST_A ? g->axis[1].stride : axis[g->axis[1].keep].stride[o]) * size, line = pixels * llabs(along);
    const int64_t before = o == NEST_A ? 2 - g->axis[0].before : 0; /* rows of x that the tiles above have as well */
    const int64_t at = (r.i * m + before) * down + (over ? 0 : r.j * m * along) + min_size(along, 0) * (pixels - 1);
    const int64_t calls = (m + 2) * (m + 2) * ceil_div(g->columns, g->width) * ceil_div(b->count, TILE_ROWS);
    *e = (struct NAME(errand)){ .at = shift(strided__winograd_image(b, o, r.image), at), .stretches = rows, .step = down, .bytes = line };
    if (llabs(axis[across].stride[o]) * size > llabs(along)) {
        e->at = shift((char *)(intptr_t)e->at, min_size(down, 0) * (rows - 1));
        e->stretches = axis[across].len;
        e->step = axis[across].stride[o] * size;
        e->bytes = (rows - 1) * llabs(down) + line;
    }
    e->pieces = max_size(1, calls / 2 / e->stretches);
    e->bytes = ceil_div(e->bytes, e->pieces);
    e->each = min_size(LINE_BYTES, ceil_div(e->bytes, g->channels));
    return axis[across].len * g->axis[0].positions * g->axis[1].positions >= FAR_IMAGE;
}

/* First to y, then to the x of the tiles to come; the last one is none. */
static void NAME(find_errands)(struct NAME(errand) e[ERRANDS], const struct winograd_block *b)
{
    const struct winograd *g = b->plan;
    if (b->ahead && NAME(find_errand)(e, b, NEST_DST, b->first, b->count, g->column)) e++;
    if (b->ahead && b->ahead < g->tiles && NAME(find_errand)(e, b, NEST_A, b->ahead, min_size(g->block, g->tiles - b->ahead), g->channel)) e++;
    *e = (struct NAME(errand)){ 0 };
}

/* 0: there is none left. */
ALWAYS_INLINE int NAME(run_errand)(struct NAME(sums) *of, struct NAME(errand) **errand)
{
    struct NAME(errand) *e = *errand;
    of->errand = e->stretches ? e->at + e->piece * e->bytes : NULL;
    of->errand_step = e->each;
    if (!e->stretches) return 0;
    if (++e->piece < e->pieces) return 1;
    e->piece = 0;
    e->at = shift((char *)(intptr_t)e->at, e->step);
    *errand += --e->stretches == 0;
    return 1;
}

/* Tiles of one point and panel. Where they are few and the panel is long they ask for two lines of the next one, one in each half of it. */
static void NAME(multiply_tiles)(NAME(tile_fn) *const *tile, struct NAME(sums) *of, const char *const *row, T *const *sum, int64_t column, int64_t n,
                                 struct NAME(errand) **errand)
{
    const uint32_t rows = (uint32_t)n, tiles = (rows + TILE_ROWS - 1) / TILE_ROWS, low = rows / tiles, higher = rows % tiles;
    const int64_t share = NAME(share_of)(n, of->b_pitch), half = of->seg->len * of->b_pitch * (int64_t)sizeof(T) / 2;
    for (uint32_t t = 0, high; t < tiles; t++, row += high, sum += high) {
        high = low + (t < higher);
        of->ask = share;
        if (!NAME(run_errand)(of, errand) && share > LINE_BYTES && half >= LONG_HALF) {
            of->errand = *of->next + half;
            of->errand_step = of->ask = share / 2;
        }
        tile[high](of, row, sum, column);
    }
}

/* Columns base .. base + columns, at most WINOGRAD_COLUMNS: M from V and U, point by point. */
static void NAME(multiply_points)(const struct winograd_block *b, const struct NAME(takers) takers[4], int64_t base, int64_t columns,
                                  struct NAME(errand) **errand)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct winograd *g = b->plan;
    const int64_t points = (g->m + 2) * (g->m + 2), plane = g->channels * g->width;
    NAME(tile_fn) *const (*const tile)[TILE_ROWS + 1] = NAME(tiles)[NAME(form_of)(INT64_MAX)];
    for (int64_t xi = 0; xi < points; xi++) {
        const struct NAME(takers) *of_xi = &takers[NAME(lacking)(g, xi)];
        for (int64_t j = 0, n; j < columns; j += n) {
            const int64_t panel = (base + j) / g->width, at = (base + j) % g->width;
            const struct segment all = { .a = xi * g->v_plane * (int64_t)sizeof(T), .len = g->channels };
            const T *u = b->u + (panel * points + xi) * plane + at;
            const char *next = (const char *)(j + g->width < columns ? u + points * plane : b->u + (base / g->width * points + xi + 1) * plane);
            struct NAME(sums) of = { .seg = &all, .segments = 1, .a_step = sizeof(T), .b_pitch = g->width, .b = u, .first = 1, .next = &next,
                                     .last = UINT32_MAX };
            n = min_size(columns - j, g->width - at);
            if (of_xi->n) NAME(multiply_tiles)(tile[(n + LANES - 1) / LANES], &of, of_xi->row, of_xi->sum, xi * g->m_plane + j, of_xi->n, errand);
        }
    }
}

/* ---- output ------------------------------------------------------------------------------------------ */

/* Outputs of one tile in a vector of columns, as far as y goes: `high` rows of `wide` pixels, `row` elements apart. Not 0: some
 * of them are not finite. */
ALWAYS_INLINE VEC NAME(transform_sums)(const int m, const T *in, int64_t plane, T *sums, int64_t row, int64_t high, int64_t wide)
{
    const int e = m + 2;
    VEC down[4][WINOGRAD_SIDE], s[WINOGRAD_SIDE], y[4], bad = { 0 };
    UNROLL(6)
    for (int j = 0; j < e; j++) {
        UNROLL(6)
        for (int i = 0; i < e; i++) s[i] = NAME(vec_at)(in + (i * e + j) * plane);
        NAME(outputs_of_points)(m, s, y);
        UNROLL(4)
        for (int i = 0; i < m; i++) down[i][j] = y[i];
    }
    UNROLL(4)
    for (int i = 0; i < m; i++) {
        if (i >= high) break;
        NAME(outputs_of_points)(m, down[i], y);
        UNROLL(4)
        for (int j = 0; j < m; j++) {
            if (j >= wide) break;
            *(VEC *)(void *)(sums + i * row + j * WINOGRAD_COLUMNS) = y[j];
            bad = VEC_MULADD(y[j], (VEC){ 0 }, bad);
        }
    }
    return bad;
}

/* The outputs of a run that begins with tile t of the block. 0: all are finite. */
static int NAME(sums_of_run)(const struct winograd_block *b, const struct winograd_run *r, int64_t t, int64_t columns)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct winograd *g = b->plan;
    const int64_t row = r->wide * WINOGRAD_COLUMNS;
    VEC bad = { 0 };
    for (int64_t k = 0; k < r->count; k++)
        for (int64_t c = 0; c < columns; c += LANES) {
            const T *in = b->m + (t + k) * WINOGRAD_COLUMNS + c;
            T *out = b->sums + k * g->m * WINOGRAD_COLUMNS + c;
            const int64_t wide = r->wide - k * g->m;
            bad += g->m == 2 ? NAME(transform_sums)(2, in, g->m_plane, out, row, r->high, wide)
                             : NAME(transform_sums)(4, in, g->m_plane, out, row, r->high, wide);
        }
    for (int i = 0; i < LANES; i++)
        if (bad[i] != 0) return 1;
    return 0;
}

/* Column c of tile k has an output that is not finite. */
static int NAME(is_bad)(const struct winograd_block *b, const struct winograd_run *r, int64_t k, int64_t c)
{
    const int64_t m = b->plan->m, end = (k + 1) * m < r->wide ? (k + 1) * m : r->wide;
    for (int64_t i = 0; i < r->high; i++)
        for (int64_t j = k * m; j < end; j++)
            if (b->sums[(i * r->wide + j) * WINOGRAD_COLUMNS + c] * 0 != 0) return 1;
    return 0;
}

/* Whatever is not finite is summed once more, directly: columns of a tile that are neighbours at once. */
static void NAME(sum_again)(const struct winograd_block *b, const struct winograd_run *r, int64_t base, int64_t columns)
{
    for (int64_t k = 0; k < r->count; k++)
        for (int64_t c = 0; c < columns; c++) {
            const int64_t from = c;
            while (c < columns && NAME(is_bad)(b, r, k, c)) c++;
            if (c > from) strided__winograd_again(b, r, k, base, base + from, base + c);
        }
}

/* Where operand o stands at pixel (i, j) of the run. */
static char *NAME(pixel_at)(const struct winograd_block *b, const struct winograd_run *r, char *image, int o, int64_t i, int64_t j)
{
    const struct winograd *g = b->plan;
    const struct nest_axis *axis = b->work->nest.axis;
    const int64_t down = axis[g->axis[0].keep].stride[o], along = axis[g->axis[1].keep].stride[o];
    return shift(image, ((r->i * g->m + i) * down + (r->j * g->m + j) * along) * (int64_t)sizeof(T));
}

/* What becomes of the sums: the generic kernels' own code, pixel by pixel. */
static void NAME(finish_run)(const struct winograd_block *b, const struct winograd_run *r, int64_t base, int64_t columns)
{
    const struct work *w = b->work;
    struct NAME(chunk) c = { .w = w, .row = &w->nest.axis[b->plan->column], .from = base, .len = columns };
    char *y = strided__winograd_image(b, NEST_DST, r->image), *bias = strided__winograd_image(b, NEST_C, r->image);
    if (epilogue_is_trivial(w)) return;
    for (int64_t i = 0; i < r->high; i++)
        for (int64_t j = 0; j < r->wide; j++) {
            c.at[NEST_DST] = NAME(pixel_at)(b, r, y, NEST_DST, i, j);
            c.at[NEST_C] = NAME(pixel_at)(b, r, bias, NEST_C, i, j);
            NAME(epilogue)(&c, b->sums + (i * r->wide + j) * WINOGRAD_COLUMNS);
        }
}

/* n pixels that are `pixel` bytes apart, columns `column` bytes. */
static void NAME(store_pixels)(const T *sums, char *to, int64_t pixel, int64_t column, int64_t n, int64_t columns)
{
    const int64_t size = sizeof(T), step = WINOGRAD_COLUMNS * size;
    if (column == size)
        for (int64_t p = 0; p < n; p++) memcpy(to + p * pixel, sums + p * WINOGRAD_COLUMNS, (size_t)(columns * size));
    else if (pixel == size)
        NAME(turn_all)((const char *)sums, step, n, to, column, columns);
    else if (pixel == -size)
        NAME(turn_all)((const char *)(sums + (n - 1) * WINOGRAD_COLUMNS), -step, n, to + (n - 1) * pixel, column, columns);
    else
        for (int64_t p = 0; p < n; p++)
            for (int64_t c = 0; c < columns; c++) memcpy(to + p * pixel + c * column, &sums[p * WINOGRAD_COLUMNS + c], sizeof(T));
}

/* Rows of y that follow each other are one. */
static void NAME(store_run)(const struct winograd_block *b, const struct winograd_run *r, int64_t base, int64_t columns)
{
    const struct winograd *g = b->plan;
    const struct nest_axis *axis = b->work->nest.axis;
    const int64_t size = sizeof(T), column = axis[g->column].stride[NEST_DST] * size, along = axis[g->axis[1].keep].stride[NEST_DST] * size;
    const int64_t down = axis[g->axis[0].keep].stride[NEST_DST] * size, rows = down == r->wide * along ? r->high : 1;
    char *y = shift(strided__winograd_image(b, NEST_DST, r->image), base * column);
    for (int64_t i = 0; i < r->high; i += rows)
        NAME(store_pixels)(b->sums + i * r->wide * WINOGRAD_COLUMNS, NAME(pixel_at)(b, r, y, NEST_DST, i, 0), along, column,
                           rows * r->wide, columns);
}

static void NAME(winograd_output)(const struct winograd_block *block, int64_t from, int64_t to)
{
    T sums[WINOGRAD_ROWS * WINOGRAD_PIXELS * WINOGRAD_COLUMNS] __attribute__((aligned(64)));
    struct winograd_block own = *block, *b = &own;
    struct NAME(errand) list[ERRANDS], *errand = list;
    struct NAME(takers) takers[4];
    struct winograd_run r;
    own.sums = sums;
    NAME(find_errands)(list, b);
    NAME(find_takers)(takers, b);
    for (int64_t base = from, columns; base < to; base += columns) {
        columns = to - base < WINOGRAD_COLUMNS ? to - base : WINOGRAD_COLUMNS;
        NAME(multiply_points)(b, takers, base, columns, &errand);
        for (int64_t t = 0; t < b->count; t += r.count) {
            r = strided__winograd_run_at(b->plan, b->first + t, b->count - t);
            if (NAME(sums_of_run)(b, &r, t, columns)) NAME(sum_again)(b, &r, base, columns);
            NAME(finish_run)(b, &r, base, columns);
            NAME(store_run)(b, &r, base, columns);
        }
    }
}
