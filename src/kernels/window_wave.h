/*
 * window_wave.h - template: sums of one long line of taps along the vectors, see window.h.
 *
 *     a    |  P taps  |  P taps  |  P taps  |
 *     y 0  |  0 ..    |  P ..    |                 a vector of a is loaded once for all sums that have a tap there: P further back,
 *     y 1             |  0 ..    |  P ..    |      P taps further on
 *
 * A vector that begins anywhere lies in two lines of the cache, and loading it takes as long as two multiplications. Blocks of positions, P apart,
 * follow one another as a wave does: while one has its first P taps the one before has its next. Some streams of them go side by side, so that no sum
 * waits for itself; where P is more than a vector, streams are neighbours too. Sums of blocks that are not there are formed, and not stored. Every
 * sum is one chain in the order of the taps.
 */
#if defined(__AVX2__)
enum { NAME(WAVE_PHASES) = 4 };

/* Some taps of all phases: those of the next one lie `next` further on in b. */
ALWAYS_INLINE void NAME(wave_taps)(const int streams, const int phases, const char *a, const char *b, int64_t taps, int64_t b_step, int64_t next,
                                   const int64_t at[WAVE_VECTORS], VEC acc[WAVE_VECTORS][NAME(WAVE_PHASES)])
{
    for (; taps > 0; taps--, a += sizeof(T), b += b_step) {
        VEC w[NAME(WAVE_PHASES)];
        UNROLL(4)
        for (int i = 0; i < phases; i++) w[i] = VEC_SPLAT(*(const ANY *)(const void *)(b + i * next));
        UNROLL(8)
        for (int s = 0; s < streams; s++) {
            const VEC v = NAME(window_shared)(a + at[s]);
            UNROLL(4)
            for (int i = 0; i < phases; i++) acc[s][i] = VEC_MULADD(v, w[i], acc[s][i]);
        }
    }
}

/* Blocks of streams, `beside` of which are neighbours. */
ALWAYS_INLINE void NAME(wave)(const int streams, const int phases, int64_t beside, const struct window_tile *t)
{
    const struct window_step *step = &t->step[t->from];
    const int64_t taps = beside * NAME(LANES), block = beside * VECTOR_BYTES, blocks = t->dst_move / (streams * VECTOR_BYTES);
    const int64_t last = step->len - (phases - 1) * taps, next = taps * t->b_step; /* taps of the last phase */
    const char *a = t->a + t->group->a + step->a, *b = t->b + t->group->b + step->b;
    char *dst = t->dst;
    int64_t at[WAVE_VECTORS];
    VEC acc[WAVE_VECTORS][NAME(WAVE_PHASES)];
    UNROLL(8)
    for (int s = 0; s < streams; s++) {
        at[s] = s / beside * blocks * block + s % beside * VECTOR_BYTES;
        UNROLL(4)
        for (int i = 0; i < phases; i++) acc[s][i] = (VEC){ 0 };
    }
    for (int64_t done = 1 - phases; done < blocks; done++, a += block) {
        NAME(wave_taps)(streams, phases, a, b, last, t->b_step, next, at, acc);
        if (done + 1 < blocks)
            NAME(wave_taps)(streams, phases - 1, a + last * (int64_t)sizeof(T), b + last * t->b_step, taps - last, t->b_step, next, at, acc);
        UNROLL(8)
        for (int s = 0; s < streams; s++) {
            if (done >= 0) VEC_STORE(dst + at[s], acc[s][phases - 1]);
            UNROLL(4)
            for (int i = phases - 1; i > 0; i--) acc[s][i] = acc[s][i - 1];
            acc[s][0] = (VEC){ 0 };
        }
        if (done >= 0) dst += block;
    }
}

/* As many phases as taps fill, streams as registers hold: two phases are those of the longest vectors alone. */
static void NAME(window_waves)(struct window_tile *t)
{
    const int64_t taps = t->step[t->from].len;
    int64_t beside = 1;
    while (NAME(WAVE_PHASES) * NAME(LANES) * beside < taps) beside *= 2;
    switch (ceil_div(taps, NAME(LANES) * beside)) {
    case 2: if (LINE_VECTORS == 1) NAME(wave)(8, 2, beside, t); break; /* of short vectors WAVE_LEAST taps fill more */
    case 3: NAME(wave)(LINE_VECTORS == 1 ? 8 : 4, 3, beside, t); break;
    default: NAME(wave)(LINE_VECTORS == 1 ? 4 : 2, 4, beside, t); break;
    }
}
#define WAVES NAME(window_waves)
#endif
