/*
 * window_ribbon.h - template: sums of windows of 3x3 that slide over planes, one vector of columns down the rows, see struct window_plane in
 * window.h.
 *
 *     line j    v v v     each is loaded once: last line of row j - 2, whose sum it completes and which is stored,
 *                         middle line of row j - 1, first line of row j. All of b stays in registers.
 *
 * The same for rows two lines apart, of vectors of every second element. Lanes that are left out of a tap: what is loaded of a is +0, b is -0
 * there, and the product, -0, changes no sum. Where an instruction adds to some lanes it may be anything: then the neighbouring lines are, and
 * planes of half a vector, or less, go two at once, side by side. Windows that reach over planes of a as well, one apart, go plane by plane, a vector
 * of columns through all of them before the next.
 */
enum { NAME(RIBBON_TAPS) = 3, NAME(RIBBON_SUMS) = 3, NAME(RIBBON_HALF) = VECTOR_BYTES / sizeof(T) / 2 };

/* Two planes side by side: bytes from one to the other, to the first element of a line that is loaded (masks.load[0] of them), and which elements of
 * a line of both, one after the other, the taps are. */
struct NAME(ribbon_pair) { int fits; int64_t a, b, dst, first; vec_i32 at[NAME(RIBBON_TAPS)]; struct NAME(window_masks) masks; };

/* All taps; lanes are left out of those of `ends`. */
ALWAYS_INLINE void NAME(ribbon_b)(const struct NAME(ribbon_pair) *pair, const int apart, const int ratio, const unsigned ends, const struct window_plane *w,
                                  const char *b, const struct NAME(window_masks) *m, VEC all[NAME(RIBBON_TAPS)][NAME(RIBBON_TAPS)])
{
    const VEC_MASK first = VEC_RANGE(0, NAME(RIBBON_HALF));
    UNROLL(4)
    for (int j = 0; j < NAME(RIBBON_TAPS); j++)
        UNROLL(4)
        for (int i = 0; i < NAME(RIBBON_TAPS); i++) {
            const char *at = b + j * w->b_line + i * w->b_tap;
            all[j][i] = apart && w->repeats ? VEC_LOAD(at) : VEC_SPLAT(*(const ANY *)(const void *)at);
            if (pair) all[j][i] = VEC_CHOOSE(first, all[j][i], VEC_SPLAT(*(const ANY *)(const void *)(at + pair->b)));
            if (ADDS_TO_SOME || !(ends >> i & 1)) continue;
            all[j][i] = VEC_CHOOSE(m->lanes[i], all[j][i], VEC_SPLAT(-(T)0));
            if (ratio == 2) all[j][i] = vec_sorted(all[j][i]);
        }
}

/* The taps of a line of two planes. */
ALWAYS_INLINE void NAME(ribbon_pick)(const struct NAME(ribbon_pair) *pair, const char *a, const struct NAME(window_masks) *m, VEC v[NAME(PARTS)])
{
    const VEC first = VEC_LOAD_SOME(m->load[0], a), second = VEC_LOAD_SOME(m->load[0], a + pair->a);
    UNROLL(4)
    for (int i = 0; i < NAME(RIBBON_TAPS); i++) v[i] = vec_picked(first, second, pair->at[i]);
}

/* A line that is the j-th of the windows of sum[0], loaded with lanes of `some` left out, to all sums that see it: tap by tap, or, what is split from
 * a line, row by row. */
ALWAYS_INLINE void NAME(ribbon_line)(const struct NAME(ribbon_pair) *pair, const int ratio, const unsigned some, const unsigned ends, const int j,
                                     const char *a, int64_t a_tap, VEC b[NAME(RIBBON_TAPS)][NAME(RIBBON_TAPS)], const struct NAME(window_masks) *m,
                                     VEC sum[NAME(RIBBON_SUMS)])
{
    VEC v[NAME(PARTS)];
    if (pair) NAME(ribbon_pick)(pair, a, m, v);
    else NAME(window_plane_line)(WINDOW_SPREAD, NAME(RIBBON_TAPS), ratio == 2, some, a, a_tap, m, v);
    UNROLL(9)
    for (int n = 0; n < NAME(RIBBON_TAPS) * NAME(RIBBON_SUMS); n++) {
        const int i = ratio == 1 ? n / NAME(RIBBON_SUMS) : n % NAME(RIBBON_TAPS), r = ratio == 1 ? n % NAME(RIBBON_SUMS) : n / NAME(RIBBON_TAPS);
        if (j - ratio * r < 0 || j - ratio * r >= NAME(RIBBON_TAPS)) continue;
        const VEC tap = b[j - ratio * r][i];
        sum[r] = ADDS_TO_SOME && (ends >> i & 1) ? vec_muladd_some(m->lanes[i], v[i], tap, sum[r]) : VEC_MULADD(v[i], tap, sum[r]);
    }
}

/* Of a plane, or of two. */
ALWAYS_INLINE struct NAME(ending) NAME(ribbon_ending)(const struct NAME(ribbon_pair) *pair, const struct window_ending *e, const char *bias)
{
    const VEC v = VEC_SPLAT(*(const ANY *)(const void *)bias);
    return NAME(ending_of)(e, pair ? VEC_CHOOSE(VEC_RANGE(0, NAME(RIBBON_HALF)), v, VEC_SPLAT(*(const ANY *)(const void *)(bias + e->step))) : v);
}

/* One row is done, those behind it move up. */
ALWAYS_INLINE void NAME(ribbon_next)(const struct NAME(ribbon_pair) *pair, const int ratio, int ends, const struct NAME(ending) *ending, int stored,
                                     int overlaps, char *dst, VEC sum[NAME(RIBBON_SUMS)])
{
    VEC v = ratio == 2 ? vec_sorted(sum[0]) : sum[0];
    if (ends) v = NAME(ended)(v, *ending);
    if (pair) vec_store_halves(stored, dst, dst + pair->dst, v);
    else if (overlaps) VEC_STORE(dst, v);
    else VEC_STORE_FIRST(stored, dst, v);
    sum[0] = sum[1]; /* no loop: clang would see a block of memory that moves */
    sum[1] = sum[2];
    sum[2] = (VEC){ 0 };
}

/* The sum of one of the `rows` that are left goes on from what is in dst. */
ALWAYS_INLINE void NAME(ribbon_resume)(int64_t *rows, int stored, const char *dst, VEC *sum)
{
    if ((*rows)-- > 0) *sum = VEC_LOAD_SOME(VEC_RANGE(0, stored), dst);
}

/* Rows from .. from + rows of some planes; bytes to what of a, and of dst, comes after them. `closed`: a plane begins where the one before ends.
 * `ends`: sums become what they are to be; `bias` is that of the first plane. */
struct NAME(ribbon) { int64_t from, rows, planes, ahead, dst_ahead; int closed, ends; const char *bias; };

/* One vector of columns. Where lines are close, only `most` has lanes left out, but of the last line, if it is the `last` one: a vector goes on
 * in the next. So do those that are stored, whose next row is stored after them. What comes next is asked for, once for each line of the cache (of every
 * second element a vector has two); short vectors of lines that follow each other in memory need it not. `plain`: nothing becomes of the sums;
 * where rows are short even asking costs. */
ALWAYS_INLINE void NAME(ribbon)(const struct NAME(ribbon_pair) *pair, const int plain, const int apart, const int ratio, const unsigned some,
                                const unsigned most, const unsigned ends, const struct window_plane *w, const struct NAME(ribbon) *r, int stored, int last, int resumes,
                                const char *a, char *dst, VEC b[NAME(RIBBON_TAPS)][NAME(RIBBON_TAPS)], const struct NAME(ending) *ending,
                                const struct NAME(window_masks) *m)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), WHOLE = LINE_VECTORS == 1 };
    const int64_t a_line = w->a_line, a_tap = apart ? w->a_tap : (int64_t)sizeof(T), dst_row = w->dst_row;
    const int64_t from = w->rows->from - ratio * r->from, to = w->rows->to - ratio * r->from, ahead = r->ahead, dst_ahead = r->dst_ahead;
    const int before = NAME(RIBBON_TAPS) - ratio;
    const int64_t end = to - (some != most && last);
    const int64_t inside = most == ~0u || from > before || end < NAME(RIBBON_TAPS) ? 0
                         : min_size(r->rows - (stored < LANES), (end - NAME(RIBBON_TAPS)) / ratio + 1);
    const int overlaps = stored == LANES || (2 * stored >= LANES && dst_row == stored * (int64_t)sizeof(T));
    int64_t resumed = r->rows;
    VEC sum[NAME(RIBBON_SUMS)] = { { 0 }, { 0 }, { 0 } };
    UNROLL(4)
    for (int i = 0; resumes && i < NAME(RIBBON_SUMS); i++) NAME(ribbon_resume)(&resumed, stored, shift(dst, i * dst_row), &sum[i]);
    UNROLL(4)
    for (int j = 0; j < before; j++, a = shift((char *)(intptr_t)a, a_line))
        if (j >= from && j < to) NAME(ribbon_line)(pair, ratio, some, ends, j, a, a_tap, b, m, sum);
    for (int64_t n = inside; n > 0; n--, dst = shift(dst, dst_row)) {
        UNROLL(4)
        for (int j = before; j < NAME(RIBBON_TAPS); j++, a = shift((char *)(intptr_t)a, a_line)) {
            NAME(ribbon_line)(pair, ratio, most, ends, j, a, a_tap, b, m, sum);
            if (WHOLE || some == most) __builtin_prefetch(a + ahead);
            if (WHOLE && ratio == 2 && !pair && some != ~0u) __builtin_prefetch(a + ahead + VECTOR_BYTES);
            if (pair) __builtin_prefetch(a + pair->a + ahead);
        }
        if (WHOLE) __builtin_prefetch(dst + dst_ahead);
        if (pair) __builtin_prefetch(dst + pair->dst + dst_ahead);
        NAME(ribbon_next)(pair, ratio, !plain && r->ends, ending, stored, overlaps, dst, sum);
        if (resumes) NAME(ribbon_resume)(&resumed, stored, shift(dst, NAME(RIBBON_SUMS) * dst_row), &sum[NAME(RIBBON_SUMS) - 1]);
    }
    for (int64_t n = r->rows - inside, at = before + ratio * inside; n > 0; n--, dst = shift(dst, dst_row)) {
        UNROLL(4)
        for (int j = before; j < NAME(RIBBON_TAPS); j++, at++, a = shift((char *)(intptr_t)a, a_line))
            if (at >= from && at < to) NAME(ribbon_line)(pair, ratio, some, ends, j, a, a_tap, b, m, sum);
        NAME(ribbon_next)(pair, ratio, !plain && r->ends, ending, stored, overlaps && (stored == LANES || n > 1 || !last), dst, sum);
        if (resumes) NAME(ribbon_resume)(&resumed, stored, shift(dst, NAME(RIBBON_SUMS) * dst_row), &sum[NAME(RIBBON_SUMS) - 1]);
    }
}

/* Some columns of these rows, in one plane; in all of them if there are no others. */
ALWAYS_INLINE void NAME(ribbon_columns)(const int plain, const int apart, const int ratio, const unsigned some, const unsigned most, const unsigned ends,
                                        const struct window_plane *w, const struct NAME(ribbon) *r, const struct window_columns *c, const char *a,
                                        const char *b, char *dst, const struct NAME(window_masks) *masks)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    const struct NAME(window_masks) copy = *masks, *m = ADDS_TO_SOME ? &copy : masks; /* no store changes sets that registers hold */
    const int stored = some == ~0u ? c->stored : LANES;
    const int64_t count = some && !apart ? 1 : c->count;
    const char *bias = r->bias;
    a = shift((char *)(intptr_t)a, c->a + ratio * r->from * w->a_line);
    dst = shift(dst, c->dst + r->from * w->dst_row);
    for (int64_t n = some == ~0u ? r->planes : 1; n > 0; n--, a = shift((char *)(intptr_t)a, w->a_plane), b += w->b_plane, dst += w->dst_plane) {
        const struct NAME(ending) ending = NAME(ribbon_ending)(NULL, &w->ending, bias);
        VEC all[NAME(RIBBON_TAPS)][NAME(RIBBON_TAPS)];
        if (!apart) NAME(ribbon_b)(NULL, apart, ratio, ends, w, b, m, all);
        for (int64_t x = 0; x < count; x++) {
            const int64_t begins = w->repeats ? (c->b + x * LANES) % w->repeats * (int64_t)sizeof(T) : 0;
            if (apart) NAME(ribbon_b)(NULL, apart, ratio, ends, w, b + begins, m, all);
            NAME(ribbon)(NULL, plain, apart, ratio, some, most, ends, w, r, stored, n == 1 || !r->closed, 0, a + ratio * x * VECTOR_BYTES,
                         dst + x * VECTOR_BYTES, all, &ending, m);
        }
        bias += w->ending.step;
    }
}

/* Lanes are left out of nothing, of the first tap, of the last one; of both ends where lines are close; or of any. Where sums are added to in some
 * lanes, none are left out of lines that are close. */
ALWAYS_INLINE void NAME(ribbon_rows)(const int apart, const int ratio, const struct window_plane *w, const struct NAME(ribbon) *r, const char *a,
                                     const char *b, char *dst,
                                     const struct NAME(window_masks) *m)
{
    const unsigned left = 1, right = 4, ends = ratio == 1 ? 5 : 1, any = ~0u, loads = ADDS_TO_SOME && ratio == 1 ? 0 : any;
    for (const struct window_columns *c = w->columns, *end = c + w->kinds; c < end; c++, m++)
        if (apart && ADDS_TO_SOME) NAME(ribbon_columns)(0, apart, ratio, any, any, any, w, r, c, a, b, dst, m);
        else if (m->some == 0) NAME(ribbon_columns)(0, apart, ratio, 0, 0, 0, w, r, c, a, b, dst, m);
        else if (apart) NAME(ribbon_columns)(0, apart, ratio, any, any, any, w, r, c, a, b, dst, m);
        else if (m->some == left && m->most == (left & loads)) NAME(ribbon_columns)(0, apart, ratio, left, left & loads, left, w, r, c, a, b, dst, m);
        else if (ratio == 1 && m->some == right && m->most == (right & loads))
            NAME(ribbon_columns)(0, apart, ratio, right, right & loads, right, w, r, c, a, b, dst, m);
        else if (ADDS_TO_SOME && ratio == 1 && !r->ends && m->most == (ends & loads) && !(m->ends & ~ends))
            NAME(ribbon_columns)(1, apart, ratio, any, ends & loads, ends, w, r, c, a, b, dst, m);
        else if (m->most == (ends & loads) && !(m->ends & ~ends)) NAME(ribbon_columns)(0, apart, ratio, any, ends & loads, ends, w, r, c, a, b, dst, m);
        else NAME(ribbon_columns)(0, apart, ratio, any, any, any, w, r, c, a, b, dst, m);
}

/* Where it does not matter what is loaded in lanes that are left out, a vector may begin in the line before and end in the next one, if lines follow
 * each other without a gap. */
ALWAYS_INLINE void NAME(ribbon_masks)(const int ratio, struct NAME(window_masks) *m, const struct window_plane *w, const struct window_columns *c)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    NAME(set_window_masks)(m, NAME(RIBBON_TAPS), ratio == 2, c, w->a_line, 1);
    m->ends = m->most;
    if (!ADDS_TO_SOME || ratio != 1) return;
    m->ends = m->most = 0;
    for (int i = 0; i < NAME(RIBBON_TAPS); i++) {
        const int64_t first = c->at + i * w->a_tap / (int64_t)sizeof(T), end = first + LANES;
        if (c->lanes[i].lo > 0 || c->lanes[i].hi < c->stored) m->ends |= 1u << i;
        if (end > 2 * w->joined || (first < 0 && (first < -w->joined || w->rows->from >= NAME(RIBBON_TAPS) - ratio))) m->most |= m->some & 1u << i;
    }
}

/* Planes go in pairs that are half a vector wide, and whose windows reach over a vector at most. */
static void NAME(set_ribbon_pair)(const int ratio, struct NAME(ribbon_pair) *pair, const struct window_plane *w)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), HALF = NAME(RIBBON_HALF) };
    const struct window_columns *c = w->columns;
    int lo = INT_MAX, hi = 0;
    for (int i = 0; i < NAME(RIBBON_TAPS); i++) {
        const struct window_lanes l = c->lanes[i];
        if (l.lo == l.hi) continue;
        lo = (int)min_size(lo, ratio * l.lo + i);
        hi = (int)max_size(hi, ratio * (l.hi - 1) + i + 1);
    }
    pair->fits = w->planes > 1 && w->kinds == 1 && c->stored <= HALF && lo < hi && hi - lo <= LANES;
    if (!pair->fits) return;
    pair->a = w->a_plane;
    pair->b = w->b_plane;
    pair->dst = w->dst_plane;
    pair->first = lo * (int64_t)sizeof(T);
    pair->masks.load[0] = VEC_RANGE(0, hi - lo);
    for (int i = 0; i < NAME(RIBBON_TAPS); i++) {
        const struct window_lanes l = c->lanes[i];
        pair->masks.lanes[i] = (VEC_MASK)(VEC_RANGE(l.lo, l.hi) | VEC_RANGE(HALF + l.lo, HALF + l.hi));
        for (int x = 0; x < LANES; x++) pair->at[i][x] = ratio * (x % HALF) + i - lo + x / HALF * LANES;
    }
}

/* These rows of all planes. One that is left goes with the one before it. */
ALWAYS_INLINE void NAME(ribbon_pairs)(const int ratio, const struct window_plane *w, const struct NAME(ribbon) *r, const char *a, const char *b,
                                      char *dst, const struct NAME(ribbon_pair) *pairs)
{
    const struct NAME(ribbon_pair) pair = *pairs; /* no store changes what registers hold */
    const unsigned any = ~0u, taps = 7;
    a = shift((char *)(intptr_t)a, w->columns->a + pair.first + ratio * r->from * w->a_line);
    dst = shift(dst, w->columns->dst + r->from * w->dst_row);
    for (int64_t i = 0; i < r->planes; i += 2) {
        const int64_t n = min_size(i, r->planes - 2);
        const struct NAME(ending) ending = NAME(ribbon_ending)(&pair, &w->ending, r->bias + n * w->ending.step);
        VEC all[NAME(RIBBON_TAPS)][NAME(RIBBON_TAPS)];
        NAME(ribbon_b)(&pair, 0, ratio, taps, w, b + n * w->b_plane, NULL, all);
        NAME(ribbon)(&pair, 0, 0, ratio, any, 0, taps, w, r, w->columns->stored, 0, 0, shift((char *)(intptr_t)a, n * w->a_plane),
                     dst + n * w->dst_plane, all, &ending, &pair.masks);
    }
}

/* Lines that are all in one place of the first-level cache, or in two, as those of 4096 and 2048 bytes are: so few rows at once that what they see and
 * what they are stay there, and nothing is asked for. 0: others. */
ALWAYS_INLINE int64_t NAME(rows_that_crowd)(int64_t line)
{
    enum { SPAN = 1 << 12, ROWS = 3 };
    return !line || line % (SPAN / 2) ? 0 : line % SPAN ? 2 * ROWS : ROWS;
}

/* As many rows at once as the cache holds of their lines; of planes that are no vector wide as many planes. */
ALWAYS_INLINE int64_t NAME(ribbons)(const int apart, const int ratio, const struct window_plane *w)
{
    enum { LANES = VECTOR_BYTES / sizeof(T), HIGH = 8, CACHED_LINES = LINE_VECTORS == 1 ? 6 << 10 : 14 << 10 };
    const int64_t line = ratio * w->a_line, rows = w->rows->rows, few = ratio == 1 ? NAME(rows_that_crowd)(line) : 0,
                  high = few ? few : max_size(HIGH, CACHED_LINES / max_size(1, abs_size(line)));
    const int64_t wide = w->columns->stored == LANES ? 1 : max_size(1, high / rows);
    struct NAME(window_masks) m[WINDOW_KINDS];
    struct NAME(ribbon_pair) pair = { .fits = 0 };
    struct NAME(ribbon) r = { .ends = w->ending.ends,
                              .closed = w->a_plane == (w->rows->to - w->rows->from) * w->a_line && w->dst_plane == rows * w->dst_row };
    for (int64_t i = 0; i < w->kinds; i++) NAME(ribbon_masks)(ratio, &m[i], w, &w->columns[i]);
    if (ADDS_TO_SOME && wide > 1 && !apart) NAME(set_ribbon_pair)(ratio, &pair, w); /* then one that is left has one before it */
    for (int64_t plane = 0; plane < w->planes; plane += wide) {
        const char *a = shift(w->a, w->rows->a + plane * w->a_plane), *b = w->b + plane * w->b_plane;
        r.planes = min_size(wide, w->planes - plane);
        r.bias = w->ending.bias + plane * w->ending.step;
        for (r.from = 0; r.from < rows; r.from += high) {
            const int on = r.from + high < rows;
            r.rows = min_size(high, rows - r.from);
            r.ahead = few ? 0 : on ? high * line : wide * w->a_plane - r.from * line;
            r.dst_ahead = few ? 0 : on ? high * w->dst_row : wide * w->dst_plane - r.from * w->dst_row;
            char *dst = w->dst + w->rows->dst + plane * w->dst_plane;
            if (!apart && pair.fits) NAME(ribbon_pairs)(ratio, w, &r, a, b, dst, &pair);
            else NAME(ribbon_rows)(apart, ratio, w, &r, a, b, dst, m);
        }
    }
    return w->planes;
}

/* Some columns of a plane, whose sums go on from plane to plane of a. */
ALWAYS_INLINE void NAME(ribbon_groups)(const struct window_plane *w, struct NAME(ribbon) *r, const struct window_columns *c, const char *a,
                                       const char *b, char *dst, const struct NAME(window_masks) *masks)
{
    const struct NAME(window_masks) m = *masks; /* no store changes what registers hold */
    const struct NAME(ending) ending = NAME(ribbon_ending)(NULL, &w->ending, r->bias);
    const unsigned any = ~0u;
    for (const struct window_step *g = w->group; g < w->group + w->groups; g++) {
        const char *at = shift((char *)(intptr_t)a, c->a + g->a - w->group->a);
        VEC all[NAME(RIBBON_TAPS)][NAME(RIBBON_TAPS)];
        r->ends = w->ending.ends && g + 1 == w->group + w->groups;
        NAME(ribbon_b)(NULL, 0, 1, any, w, b + (g->b - w->group->b), &m, all);
        for (int64_t x = 0; x < c->count; x++)
            NAME(ribbon)(NULL, 0, 0, 1, any, 0, any, w, r, c->stored, 1, g > w->group, at + x * VECTOR_BYTES, dst + c->dst + x * VECTOR_BYTES, all,
                         &ending, &m);
    }
}

/* Planes of sums, each of some planes of a. None if lines are not close. */
static __attribute__((noinline)) int64_t NAME(ribbons_of_groups)(const struct window_plane *w)
{
    struct NAME(ribbon) r = { .bias = w->ending.bias, .rows = w->rows->rows, .planes = 1, .ahead = w->a_plane, .dst_ahead = w->dst_plane };
    struct NAME(window_masks) m[WINDOW_KINDS];
    for (int64_t i = 0; i < w->kinds; i++) {
        NAME(ribbon_masks)(1, &m[i], w, &w->columns[i]);
        if (m[i].most) return 0;
    }
    for (int64_t n = 0; n < w->planes; n++, r.bias += w->ending.step)
        for (int64_t i = 0; i < w->kinds; i++)
            NAME(ribbon_groups)(w, &r, &w->columns[i], shift(w->a, w->rows->a + n * w->a_plane), w->b + n * w->b_plane,
                                w->dst + w->rows->dst + n * w->dst_plane, &m[i]);
    return w->planes;
}

static int64_t NAME(window_ribbons_1)(const struct window_plane *w)
{
    return ADDS_TO_SOME && w->groups > 1 ? NAME(ribbons_of_groups)(w) : NAME(ribbons)(0, 1, w);
}

static int64_t NAME(window_ribbons_2)(const struct window_plane *w) { return NAME(ribbons)(0, 2, w); }

/* Taps that are not neighbours, or b that repeats. */
static int64_t NAME(window_ribbons_apart)(const struct window_plane *w) { return NAME(ribbons)(1, 1, w); }
