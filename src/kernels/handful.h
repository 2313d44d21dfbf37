/*
 * handful.h - template: sums of rows that lie side by side in vectors (handful_plan.h). A vector of a has all that some rows have of it, and so has
 * one of dst: for each term every lane picks its factor of a there, and its factor of b likewise, or has one that is the same in every handful.
 */

/* Stores of some lanes are slow in AVX2: where rows have no gaps a vector may end in the next ones, before these are stored. */
ALWAYS_INLINE void NAME(store_handful)(VEC_MASK some, char *dst, const char *end, VEC sum)
{
    if (VECTOR_BYTES < 64 && dst + VECTOR_BYTES <= end) VEC_STORE(dst, sum);
    else VEC_STORE_SOME(some, dst, sum);
}

#if defined(__AVX512F__)
void strided__handful_rows_avx512(const struct handful_rows *k, int64_t rows)
#else
void strided__handful_rows_avx2(const struct handful_rows *k, int64_t rows)
#endif
{
    enum { N = HANDFULS };
    const VEC_MASK some_a = vec_some_of(k->a.some), some_b = vec_some_of(k->b.some), some = vec_some_of(k->dst.some);
    const int64_t step = N * k->rows, step_a = step * k->a.row, step_b = step * k->b.row, step_dst = step * k->dst.row;
    const char *a = k->a.at, *b = k->b.at, *end = k->dense ? k->dst.at + rows * k->dst.row : NULL;
    char *dst = k->dst.at;
    for (int64_t left = rows; left > 0; left -= step, a += step_a, b += step_b, dst += step_dst) {
        VEC va[N], vb[N], sum[N];
        int64_t first[N]; /* rows; of handfuls that are not there, the last one's, which ends where the rows do */
        UNROLL(4)
        for (int i = 0; i < N; i++) {
            first[i] = min_size(i * k->rows, left - k->rows);
            va[i] = VEC_LOAD_SOME(some_a, a + first[i] * k->a.row);
            vb[i] = VEC_LOAD_SOME(some_b, b + first[i] * k->b.row); /* nothing, if it stands still */
            sum[i] = (VEC){ 0 };
        }
        for (int t = 0; t < k->terms && !k->moves; t++) {
            const VEC pick = VEC_LOAD((const char *)k->a.pick[t]), factor = VEC_LOAD((const char *)k->factor[t]);
            UNROLL(4)
            for (int i = 0; i < N; i++) sum[i] = VEC_MULADD(vec_from(va[i], pick), factor, sum[i]);
        }
        for (int t = 0; t < k->terms && k->moves; t++) {
            const VEC pick = VEC_LOAD((const char *)k->a.pick[t]), other = VEC_LOAD((const char *)k->b.pick[t]);
            UNROLL(4)
            for (int i = 0; i < N; i++) sum[i] = VEC_MULADD(vec_from(va[i], pick), vec_from(vb[i], other), sum[i]);
        }
        if (k->ends) {
            const struct NAME(ending) ending = { VEC_LOAD((const char *)k->bias), VEC_SPLAT(k->lo), VEC_SPLAT(k->hi) };
            UNROLL(4)
            for (int i = 0; i < N; i++) sum[i] = NAME(ended)(sum[i], ending);
        }
        UNROLL(4)
        for (int i = 0; i < N; i++) NAME(store_handful)(some, dst + first[i] * k->dst.row, end, sum[i]);
    }
}
