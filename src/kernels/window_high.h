/*
 * window_high.h - template: sums of a few taps along the rows, vectors along the channels, see window.h.
 *
 *     a     0 1 2 3 4 5 6 7 8
 *     y 0   w w w w                    a row of a is loaded once, for all rows of dst that have a tap there
 *     y 1     w w w w
 *     ...
 *     y 5             w w w w
 *
 * Such sums wait for memory, and what counts is what goes to and from the first-level cache: b, which is as long as some rows, and the rows that
 * the tile before has read, once for each tile. Higher tiles would have more lines in the cache than there are places for, as rows that are a
 * power of two apart crowd. Sums are stored when all is loaded: what is loaded soon after something was stored a multiple of a page from it waits.
 */
#if defined(__AVX2__)
ALWAYS_INLINE void NAME(high)(const int taps, const struct window_tile *t)
{
    const struct window_step *step = &t->step[t->from];
    const int64_t a_row = t->a_row, dst_row = t->dst_row;
    const char *a = t->a + t->group->a + step->a, *b = t->b + t->group->b + step->b;
    char *dst = t->dst;
    for (int64_t n = t->count; n > 0; n--, a += t->a_move, b += t->b_move, dst += t->dst_move) {
        const char *from = a;
        VEC w[WINDOW_FEW], acc[WINDOW_HIGH];
        UNROLL(4)
        for (int i = 0; i < taps; i++) w[i] = VEC_LOAD(b + i * t->b_step);
        UNROLL(16)
        for (int r = 0; r < WINDOW_HIGH + taps - 1; r++, from += a_row) {
            const VEC v = vec_load_once(from);
            if (r < WINDOW_HIGH) acc[r] = (VEC){ 0 };
            UNROLL(4)
            for (int i = 0; i < taps; i++)
                if (r - i >= 0 && r - i < WINDOW_HIGH) acc[r - i] = VEC_MULADD(v, w[i], acc[r - i]);
        }
        char *to = dst;
        UNROLL(8)
        for (int r = 0; r < WINDOW_HIGH; r++, to += dst_row) VEC_STORE(to, acc[r]);
    }
}

static void NAME(window_high)(struct window_tile *t)
{
    if (t->step[t->from].len == WINDOW_FEW) NAME(high)(WINDOW_FEW, t);
    else NAME(high)(WINDOW_FEW - 1, t);
}
#define HIGH NAME(window_high)
#endif
