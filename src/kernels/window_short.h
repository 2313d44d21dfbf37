/*
 * window_short.h - template: sums of lines of few taps along the vectors, one line for each sum, see struct window_plane in window.h (a plane is a
 * line here).
 *
 *     a   | v | next |        tap t of a vector is v from lane t on, and then next: what is loaded once serves all taps
 *
 * A vector that begins anywhere may lie in two lines of the cache, which costs more to load than to put together from two that do not. Vectors that are
 * short are loaded for each tap. Lanes that are left out of a tap: a is +0 there, b -0, and the product, -0, changes no sum. Every sum is one chain in
 * the order of the taps.
 */

/* What a vector sees as its tap t. */
ALWAYS_INLINE VEC NAME(short_tap)(const int t, const char *a, VEC v, VEC next)
{
#if defined(__AVX512F__)
    (void)a;
    switch (t) {
    case 1: return VEC_BEHIND(v, next, 1);
    case 2: return VEC_BEHIND(v, next, 2);
    case 3: return VEC_BEHIND(v, next, 3);
    case 4: return VEC_BEHIND(v, next, 4);
    case 5: return VEC_BEHIND(v, next, 5);
    case 6: return VEC_BEHIND(v, next, 6);
    default: return v;
    }
#else
    (void)next;
    return t ? VEC_LOAD(a + t * (int64_t)sizeof(T)) : v;
#endif
}

/* Vectors side by side that see all taps: of what is behind the last of them no more is read than it sees. */
ALWAYS_INLINE void NAME(short_vectors)(const int taps, const struct window_plane *w, int64_t count, const char *a, const char *b, char *dst,
                                       struct NAME(ending) ending)
{
    const int ends = w->ending.ends;
    VEC all[WINDOW_SHORT], v = VEC_LOAD(a);
    UNROLL(7)
    for (int t = 0; t < taps; t++) all[t] = VEC_SPLAT(*(const ANY *)(const void *)(b + t * w->b_tap));
    for (; count > 0; count--, a += VECTOR_BYTES, dst += VECTOR_BYTES) {
        const char *behind = a + VECTOR_BYTES;
        const VEC next = count > 1 ? VEC_LOAD(behind) : VEC_LOAD_SOME(VEC_RANGE(0, taps - 1), behind);
        VEC sum = { 0 };
        UNROLL(7)
        for (int t = 0; t < taps; t++) sum = VEC_MULADD(NAME(short_tap)(t, a, v, next), all[t], sum);
        if (ends) sum = NAME(ended)(sum, ending);
        VEC_STORE(dst, sum);
        v = next;
    }
}

/* One vector, with lanes left out. */
static __attribute__((noinline)) void NAME(short_some)(const struct window_plane *w, const struct window_columns *c, const char *a, const char *b,
                                                       char *dst, const struct NAME(ending) *ending)
{
    VEC sum = { 0 };
    for (int64_t t = 0; t < w->taps; t++) {
        const VEC_MASK some = VEC_RANGE(c->lanes[t].lo, c->lanes[t].hi);
        sum = VEC_MULADD(VEC_LOAD_SOME(some, a + t * (int64_t)sizeof(T)), NAME(window_spread)(b + t * w->b_tap, some), sum);
    }
    if (w->ending.ends) sum = NAME(ended)(sum, *ending);
    VEC_STORE_FIRST(c->stored, dst, sum);
}

static int NAME(short_is_whole)(const struct window_plane *w, const struct window_columns *c)
{
    for (int64_t t = 0; t < w->taps; t++)
        if (c->lanes[t].lo > 0 || c->lanes[t].hi < NAME(LANES)) return 0;
    return c->stored == NAME(LANES);
}

static int64_t NAME(window_short)(const struct window_plane *w)
{
    const char *b = w->b, *bias = w->ending.bias;
    int whole[WINDOW_KINDS];
    for (int64_t i = 0; i < w->kinds; i++) whole[i] = NAME(short_is_whole)(w, &w->columns[i]);
    for (int64_t n = 0; n < w->planes; n++, b += w->b_plane, bias += w->ending.step) {
        const struct NAME(ending) ending = NAME(ending_of)(&w->ending, VEC_SPLAT(*(const ANY *)(const void *)bias));
        for (int64_t i = 0; i < w->kinds; i++) {
            const struct window_columns *c = &w->columns[i];
            const char *a = shift(w->a, n * w->a_plane + c->a);
            char *dst = shift(w->dst, n * w->dst_plane + c->dst);
            if (!whole[i]) NAME(short_some)(w, c, a, b, dst, &ending);
            else
                switch (w->taps) {
                case 2: NAME(short_vectors)(2, w, c->count, a, b, dst, ending); break;
                case 3: NAME(short_vectors)(3, w, c->count, a, b, dst, ending); break;
                case 4: NAME(short_vectors)(4, w, c->count, a, b, dst, ending); break;
                case 5: NAME(short_vectors)(5, w, c->count, a, b, dst, ending); break;
                case 6: NAME(short_vectors)(6, w, c->count, a, b, dst, ending); break;
                default: NAME(short_vectors)(WINDOW_SHORT, w, c->count, a, b, dst, ending); break;
                }
        }
    }
    return w->planes;
}
