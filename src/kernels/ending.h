/*
 * ending.h - template: what becomes of sums where that is what it mostly is, a bias (one value, or neighbours) and limits, by vectors: the bits of
 * contract.h's epilogue, which calls it. Kernels that finish many short rows ask once for all of them.
 */
#if IS_FLOAT
/* Plus a bias (without one -0, which changes nothing), at least lo, at most hi. NaN stays NaN, and -0 what it is. */
struct NAME(ending) { VEC bias, lo, hi; };

ALWAYS_INLINE VEC NAME(ended)(VEC v, struct NAME(ending) e) { return NAME(vec_smaller)(NAME(vec_larger)(v + e.bias, e.lo), e.hi); }

struct NAME(plain) {
    struct NAME(ending) ending;
    int64_t step;                      /* elements of the bias from one to the next, 0 or 1 */
    int     biased;
};

/* Of rows along the axis. */
static __attribute__((noinline)) int NAME(is_plain)(const struct work *w, const struct nest_axis *axis, struct NAME(plain) *p)
{
    const struct epilogue *e = &w->epilogue;
    double lo, hi;
    if (e->alpha != 1 || e->accumulate || e->requantize || !activation_limits(e, &lo, &hi)) return 0;
    *p = (struct NAME(plain)){ { VEC_SPLAT(-(T)0), VEC_SPLAT((T)lo), VEC_SPLAT((T)hi) }, axis->stride[NEST_C], w->dtype[NEST_C] != 0 };
    return !p->biased || (w->dtype[NEST_C] == NATIVE && e->beta == 1 && !is_mapped(axis, NEST_C) && (p->step == 0 || p->step == 1));
}

/* n sums, the bias of the first of which is at `bias`. */
static __attribute__((noinline)) void NAME(end_row)(const struct NAME(plain) *p, const char *bias, T *row, int64_t n)
{
    const int64_t moves = p->biased && p->step;
    struct NAME(ending) end = p->ending;
    char *at = (char *)row;
    if (p->biased && !moves) end.bias = VEC_SPLAT(*(const ANY *)(const void *)bias);
    for (; n >= NAME(LANES); n -= NAME(LANES), at += VECTOR_BYTES, bias += moves * VECTOR_BYTES) {
        if (moves) end.bias = VEC_LOAD(bias);
        VEC_STORE(at, NAME(ended)(VEC_LOAD(at), end));
    }
    if (n == 0) return;
    const VEC_MASK some = VEC_RANGE(0, n);
    if (moves) end.bias = VEC_LOAD_SOME(some, bias);
    VEC_STORE_FIRST((int)n, at, NAME(ended)(VEC_LOAD_SOME(some, at), end));
}

/* The same of rows that have the same bias; short ones side by side. */
static void NAME(end_rows)(const struct NAME(plain) *p, char *bias, T *const *row, int64_t rows, int64_t n)
{
    const int64_t side_by_side = p->biased && p->step && n <= 4 * NAME(LANES) ? n - n % NAME(LANES) : 0;
    struct NAME(ending) end = p->ending;
    for (int64_t i = 0; i < side_by_side; i += NAME(LANES)) {
        end.bias = VEC_LOAD(bias + i * (int64_t)sizeof(T));
        for (int64_t r = 0; r < rows; r++) VEC_STORE((char *)(row[r] + i), NAME(ended)(VEC_LOAD((char *)(row[r] + i)), end));
    }
    for (int64_t r = 0; r < rows && side_by_side < n; r++)
        NAME(end_row)(p, shift(bias, side_by_side * p->step * (int64_t)sizeof(T)), row[r] + side_by_side, n - side_by_side);
}
#endif
