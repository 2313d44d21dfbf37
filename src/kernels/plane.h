/*
 * plane.h - template: a plane of elements moved as bits, from one place to another, by any strides of both: every copy, and
 * every operand on its way into a row of a compute type or out of it.
 *
 * Wants ELEM (an unsigned integer of the element's size), BITS (its size), and what its vectors do (pieces.h): LOW, HIGH, BACK, EVEN.
 * Strides in bytes, 0 and negative included (a destination's elements are apart); any alignment. Not one byte is read or written
 * that is not of an element.
 */
#define PLANE(what) PLANE1(what, BITS)
#define PLANE1(what, bits) PLANE2(what, bits)
#define PLANE2(what, bits) what##_##bits

typedef ELEM PLANE(one) __attribute__((aligned(1), may_alias));
enum { PLANE(LANES) = 16 / sizeof(ELEM), PLANE(SPAN) = VECTOR_BYTES / sizeof(ELEM) }; /* elements of a piece, of a vector */

/* One element at a time: what the others equal. A loop of one that lies on two lines of the cache would take twice as long. */
static __attribute__((noinline)) void PLANE(each)(char *d, int64_t dstep, const char *s, int64_t sstep, int64_t n)
{
    UNROLL(2)
    for (int64_t i = 0; i < n; i++) *(PLANE(one) *)(void *)(d + i * dstep) = *(const PLANE(one) *)(const void *)(s + i * sstep);
}

/* The destination is dense from here on, and at least a vector long; the last vector may overlap the one before it. */
static void PLANE(same)(char *d, const char *s, int64_t n)
{
    const int64_t size = sizeof(ELEM), last = n - PLANE(SPAN);
    ELEM all[PLANE(SPAN)];
    for (int i = 0; i < PLANE(SPAN); i++) all[i] = *(const PLANE(one) *)(const void *)s;
    const wide v = get_wide((const char *)all);
    for (int64_t i = 0; i < last; i += PLANE(SPAN)) put_wide(d + i * size, v);
    put_wide(d + last * size, v);
}

/* Elements i ... of a line whose source runs backwards; what is asked for of the `next` line, which no prefetcher foresees, is at `ask`. */
ALWAYS_INLINE void PLANE(reverse_some)(char *d, const char *s, int64_t i, const char *ask)
{
    const int64_t size = sizeof(ELEM);
    __builtin_prefetch(ask);
    put_wide(d + i * size, BACK(get_pieces_back(s - (i + PLANE(SPAN) - 1) * size)));
}

/* Lines that follow each other the other way are asked for that way: else a prefetcher would run on before the beginning of each. */
static void PLANE(reversed)(char *d, const char *s, int64_t n, int64_t next)
{
    const int64_t last = n - PLANE(SPAN), size = sizeof(ELEM);
    const char *first = s - (n - 1) * size + next;
    if (next > 0)
        for (int64_t i = 0; i < last; i += PLANE(SPAN)) PLANE(reverse_some)(d, s, i, first + i * size);
    else
        for (int64_t i = 0; i < last; i += PLANE(SPAN)) PLANE(reverse_some)(d, s, i, s - i * size + next);
    PLANE(reverse_some)(d, s, last, next > 0 ? first + last * size : first);
}

/* The same of every second element. The last one read is the last one wanted. */
ALWAYS_INLINE void PLANE(second_some)(char *d, const char *s, int64_t i, int64_t next)
{
    const int64_t size = sizeof(ELEM);
    __builtin_prefetch(s + 2 * i * size + next);
    if (VECTOR_BYTES == 64) __builtin_prefetch(s + 2 * i * size + next + 64);
    put_wide(d + i * size, PLANE(get_even)(s + 2 * i * size));
}

static void PLANE(second)(char *d, const char *s, int64_t n, int64_t next)
{
    const int64_t last = n - PLANE(SPAN);
    for (int64_t i = 0; i < last; i += PLANE(SPAN)) PLANE(second_some)(d, s, i, next);
    PLANE(second_some)(d, s, last, next);
}

/* To every second element, a line of the cache at once, for which each store waits. 0: the set has no such stores, or it is something else. */
static int PLANE(to_second)(char *d, int64_t dstep, const char *s, int64_t sstep, int64_t n)
{
#if defined(__AVX512F__) && BITS == 32
    const int64_t size = sizeof(ELEM), last = n - PLANE(SPAN);
    if (dstep != 2 * size || sstep != size || last < 0) return 0;
    for (int64_t i = 0; i < last; i += PLANE(SPAN)) put_even_32(d + 2 * i * size, get_wide(s + i * size));
    put_even_32(d + 2 * last * size, get_wide(s + last * size));
    return 1;
#else
    (void)d, (void)dstep, (void)s, (void)sstep, (void)n;
    return 0;
#endif
}

/* One channel of pixels of three or four bytes. 0: it is something else, or the set has no such shuffles. */
static int PLANE(few_channels)(char *d, const char *s, int64_t sstep, int64_t n)
{
#if defined(__SSSE3__) && BITS == 8
    if (n < PLANE(LANES) || sstep < 3 || sstep > 4) return 0;
    if (sstep == 3) nth_bytes(d, s, 3, n);
    else nth_bytes(d, s, 4, n);
    return 1;
#else
    (void)d, (void)s, (void)sstep, (void)n;
    return 0;
#endif
}

static void PLANE(line)(char *d, int64_t dstep, const char *s, int64_t sstep, int64_t n, int64_t next)
{
    const int64_t size = sizeof(ELEM);
    if (PLANE(to_second)(d, dstep, s, sstep, n)) return;
    if (dstep == size && PLANE(few_channels)(d, s, sstep, n)) return;
    if (dstep != size || n < PLANE(SPAN)) PLANE(each)(d, dstep, s, sstep, n);
    else if (sstep == 0) PLANE(same)(d, s, n);
    else if (sstep == -size) PLANE(reversed)(d, s, n, next);
    else if (sstep == 2 * size) PLANE(second)(d, s, n, next);
    else PLANE(each)(d, dstep, s, sstep, n);
}

/* LANES vectors, each with a piece of SPAN/LANES rows, become columns: halves are interleaved until rows have turned. */
ALWAYS_INLINE void PLANE(turn_pieces)(wide *v)
{
    wide u[PLANE(LANES)];
    UNROLL(4)
    for (int round = 1; round < PLANE(LANES); round *= 2) {
        UNROLL(8)
        for (int i = 0; i < PLANE(LANES) / 2; i++) {
            u[2 * i] = LOW(v[i], v[i + PLANE(LANES) / 2]);
            u[2 * i + 1] = HIGH(v[i], v[i + PLANE(LANES) / 2]);
        }
        UNROLL(16)
        for (int i = 0; i < PLANE(LANES); i++) v[i] = u[i];
    }
}

/* LANES lines x SPAN elements: the source runs across, the destination along. `second`: of every second line of the source. */
ALWAYS_INLINE void PLANE(square)(int second, char *d, int64_t dline, const char *s, int64_t sstep)
{
    const int64_t high = 16 - (int64_t)sizeof(ELEM);
    wide v[PLANE(LANES)];
    UNROLL(16)
    for (int i = 0; i < PLANE(LANES); i++) {
        v[i] = get_pieces(s + i * sstep, PLANE(LANES) * sstep);
        if (second) v[i] = EVEN(v[i], get_pieces(s + high + i * sstep, PLANE(LANES) * sstep));
    }
    PLANE(turn_pieces)(v);
    UNROLL(16)
    for (int i = 0; i < PLANE(LANES); i++) put_wide(d + i * dline, v[i]);
}

/* As many as there are before a stop; never leaves less than `least`. */
static inline int64_t PLANE(part)(int64_t left, int64_t stop, int64_t least) { return left < stop + least ? left : stop; }

/* The square at line l, element i of a tile; where squares do not fill it, the last ones overlap. Of the next tile, which no prefetcher
 * foresees, the source is asked for. */
ALWAYS_INLINE void PLANE(turn_square)(char *d, int64_t dline, const char *s, int64_t sstep, int64_t lines, int64_t n, int64_t l, int64_t i)
{
    const int64_t size = sizeof(ELEM), r = min_size(l, lines - PLANE(LANES)), c = min_size(i, n - PLANE(SPAN));
    if (l == 0 && lines * size <= TURN_HIGH)
        UNROLL(16)
        for (int k = 0; k < PLANE(SPAN); k++) __builtin_prefetch(s + (c + k) * sstep + TURN_HIGH);
    PLANE(square)(0, d + r * dline + c * size, dline, s + r * size + c * sstep, sstep);
}

/* A tile of whole cache lines of both sides: those that are more likely to push each other out of the cache are finished first. */
static void PLANE(turn_tile)(char *d, int64_t dline, const char *s, int64_t sstep, int64_t lines, int64_t n, int by_lines)
{
    const int64_t outer = by_lines ? lines : n, outer_step = by_lines ? PLANE(LANES) : PLANE(SPAN);
    const int64_t inner = by_lines ? n : lines, inner_step = by_lines ? PLANE(SPAN) : PLANE(LANES);
    for (int64_t a = 0; a < outer; a += outer_step)
        for (int64_t b = 0; b < inner; b += inner_step) PLANE(turn_square)(d, dline, s, sstep, lines, n, by_lines ? a : b, by_lines ? b : a);
}

static void PLANE(turn)(char *d, int64_t dline, const char *s, int64_t sstep, int64_t lines, int64_t n)
{
    const int64_t size = sizeof(ELEM);
    const int by_lines = crowding(dline) > crowding(sstep);
    const int64_t wide = TURN_WIDE / size * (by_lines ? TURN_CROWDED : 1), high = TURN_HIGH / size * (by_lines ? 1 : TURN_CROWDED);
    for (int64_t i = 0, w; i < n; i += w) {
        w = PLANE(part)(n - i, wide, PLANE(SPAN));
        for (int64_t l = 0, h; l < lines; l += h) {
            h = PLANE(part)(lines - l, high, PLANE(LANES));
            PLANE(turn_tile)(d + l * dline + i * size, dline, s + l * size + i * sstep, sstep, h, w, by_lines);
        }
    }
}

/* A vector's length of lines x LANES elements: vectors lie along the source, pieces along the destination. */
ALWAYS_INLINE void PLANE(turn_short_square)(char *d, int64_t dline, const char *s, int64_t sstep)
{
    wide v[PLANE(LANES)];
    UNROLL(16)
    for (int i = 0; i < PLANE(LANES); i++) v[i] = get_wide(s + i * sstep);
    PLANE(turn_pieces)(v);
    UNROLL(16)
    for (int i = 0; i < PLANE(LANES); i++) put_pieces(d + i * dline, PLANE(LANES) * dline, v[i]);
}

/* Lines that are shorter than a vector; the last squares overlap those before. */
static void PLANE(turn_short)(char *d, int64_t dline, const char *s, int64_t sstep, int64_t lines, int64_t n)
{
    const int64_t size = sizeof(ELEM);
    for (int64_t l = 0; l < lines; l += PLANE(SPAN))
        for (int64_t i = 0; i < n; i += PLANE(LANES)) {
            const int64_t r = min_size(l, lines - PLANE(SPAN)), c = min_size(i, n - PLANE(LANES));
            PLANE(turn_short_square)(d + r * dline + c * size, dline, s + r * size + c * sstep, sstep);
        }
}

/* Three lines of n columns, which in one side (`zip`: the destination) lie one right behind the other: how many of them. A piece of four holds the
 * first of the column behind it too: columns that have none behind them are left. Long vectors may overlap those before. */
#if defined(__AVX512F__)
static int64_t PLANE(zip_some)(int zip, struct side d, struct side s, int64_t n)
{
    enum { AHEAD = 1024 };             /* bytes: stores wait for their lines */
    const int64_t from = zip ? s.line : VECTOR_BYTES, to = zip ? VECTOR_BYTES : d.line;
    if (n < PLANE(SPAN)) return 0;
    for (int64_t i = 0; i < n; i += PLANE(SPAN)) {
        const int64_t at = min_size(i, n - PLANE(SPAN));
        const char *p = s.at + at * s.step;
        const wide v[3] = { get_wide(p), get_wide(p + from), get_wide(p + 2 * from) };
        for (int e = 0; e < 3; e++) {
            char *q = d.at + at * d.step + e * to;
            __builtin_prefetch(q + AHEAD, 1);
            put_wide(q, of_three(v, thirds[zip] + e * 16));
        }
    }
    return n;
}
#else
ALWAYS_INLINE int64_t PLANE(zip_some)(int zip, struct side d, struct side s, int64_t n)
{
    const int64_t size = sizeof(ELEM), pieces = PLANE(LANES);
    int64_t i = 0;
    for (; i + PLANE(SPAN) < n; i += PLANE(SPAN)) {
        wide v[PLANE(LANES)];
        UNROLL(16)
        for (int64_t e = 0; e < PLANE(LANES); e++)
            v[e] = zip ? get_wide(s.at + e % 3 * s.line + (i + e / 3) * size) : get_pieces(s.at + (i + e) * s.step, pieces * s.step);
        PLANE(turn_pieces)(v);
        UNROLL(16)
        for (int64_t e = 0; e < PLANE(LANES); e++)
            if (zip) put_pieces(d.at + (i + e) * d.step, pieces * d.step, v[e]);
            else if (e < 3) put_wide(d.at + e * d.line + i * size, v[e]);
    }
    return i;
}
#endif

static void PLANE(zip)(struct side d, struct side s, int64_t n)
{
    int64_t i = d.step == sizeof(ELEM) ? PLANE(zip_some)(0, d, s, n) : PLANE(zip_some)(1, d, s, n);
    for (; i < n; i++) PLANE(each)(d.at + i * d.step, d.line, s.at + i * s.step, s.line, 3);
}

/* lines x n elements; see the head of the file. */
static void PLANE(plane)(const struct side *to, const struct side *from, int64_t lines, int64_t n)
{
    const int64_t size = sizeof(ELEM);
    struct side d = { to->at, to->line, to->step }, s = { from->at, from->line, from->step };
    if (d.step < 0) { flip(&d.at, &d.step, n); flip(&s.at, &s.step, n); }
    if (d.line < 0) { flip(&d.at, &d.line, lines); flip(&s.at, &s.line, lines); }
    const int across = d.line == size || (n < lines && (n < SHORT_LINE || d.line < d.step));
    if (d.step != size && across) {
        swap(&d.line, &d.step);
        swap(&s.line, &s.step);
        swap(&lines, &n);
    }
    const int64_t next = s.line * lines_ahead(s.line, lines);
    const int zips = PLANE(LANES) == 4 && VECTOR_BYTES > 16 && d.step == size && s.line == size;
    if (zips && lines == 3 && s.step == 3 * size) PLANE(zip)(d, s, n);
    else if (zips && n == 3 && d.line == 3 * size) PLANE(zip)((struct side){ d.at, d.step, d.line }, (struct side){ s.at, s.step, s.line }, lines);
    else if (d.step == size && s.step != size && n >= PLANE(SPAN) && lines >= PLANE(LANES) && (s.line == size || s.line == -size)) {
        if (s.line < 0) { flip(&s.at, &s.line, lines); flip(&d.at, &d.line, lines); }
        PLANE(turn)(d.at, d.line, s.at, s.step, lines, n);
    } else if (zips && n >= PLANE(LANES) && lines >= PLANE(SPAN)) PLANE(turn_short)(d.at, d.line, s.at, s.step, lines, n);
    else if (d.step == size && s.step == size && n >= PLANE(SPAN)) copy_lines(d, s, lines, n * size);
    else if (d.step == size && s.step == size) copy_short(d, s, lines, n * size);
    else
        for (int64_t l = 0; l < lines; l++) PLANE(line)(d.at + l * d.line, d.step, s.at + l * s.line, s.step, n, next);
}

#undef ELEM
#undef BITS
#undef LOW
#undef HIGH
#undef BACK
#undef EVEN
#undef PLANE
#undef PLANE1
#undef PLANE2
