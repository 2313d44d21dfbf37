/*
 * pairs_of.h - template: elements of one dtype, less their zero, as the halves of pairs (pairs.h). Wants ELEM and DT.
 */
typedef ELEM PAIRS_NAME(pairs_elem, DT) __attribute__((aligned(1), may_alias));
typedef ELEM PAIRS_NAME(pairs_elems, DT) __attribute__((vector_size(PAIRS_LANES * sizeof(ELEM)), aligned(1), may_alias));

static inline ELEM PAIRS_NAME(pairs_at, DT)(const char *p) { return *(const PAIRS_NAME(pairs_elem, DT) *)(const void *)p; }

/* n elements `step` bytes apart, one after the other. */
static void PAIRS_NAME(pairs_along, DT)(int16_t *restrict out, const char *p, int64_t step, int64_t n, int16_t zero)
{
    const PAIRS_NAME(pairs_elem, DT) *restrict q = (const void *)p;
    if (step == sizeof(ELEM))
        for (int64_t i = 0; i < n; i++) out[i] = (int16_t)(q[i] - zero);
    else
        for (int64_t i = 0; i < n; i++) out[i] = (int16_t)(PAIRS_NAME(pairs_at, DT)(p + i * step) - zero);
}

/* PAIRS_LANES pairs of neighbours at p and at q. */
static inline void PAIRS_NAME(pairs_some, DT)(any_i32 *out, const char *p, const char *q, int16_t zero)
{
    const pairs_halves first = __builtin_convertvector(*(const PAIRS_NAME(pairs_elems, DT) *)(const void *)p, pairs_halves) - zero;
    const pairs_halves second = __builtin_convertvector(*(const PAIRS_NAME(pairs_elems, DT) *)(const void *)q, pairs_halves) - zero;
    *(pairs_halves *)(void *)out = SHUFFLE(first, second, pairs_halves, 0, 8, 1, 9, 2, 10, 3, 11);
    *(pairs_halves *)(void *)(out + PAIRS_LANES / 2) = SHUFFLE(first, second, pairs_halves, 4, 12, 5, 13, 6, 14, 7, 15);
}

/* n pairs `step` bytes apart, whose second elements lie `apart` bytes from the first. The last vector may begin before the end of the
 * one before. */
static void PAIRS_NAME(pairs_across, DT)(any_i32 *out, const char *p, int64_t apart, int64_t step, int64_t n, int16_t zero)
{
    const char *q = p + apart;
    const int64_t size = sizeof(ELEM), last = n - PAIRS_LANES;
    if (step == size && last >= 0) {
        for (int64_t i = 0; i < last; i += PAIRS_LANES) PAIRS_NAME(pairs_some, DT)(out + i, p + i * size, q + i * size, zero);
        PAIRS_NAME(pairs_some, DT)(out + last, p + last * size, q + last * size, zero);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        const int32_t first = PAIRS_NAME(pairs_at, DT)(p + i * step) - zero, second = PAIRS_NAME(pairs_at, DT)(q + i * step) - zero;
        out[i] = pair_of(first, second);
    }
}

#undef ELEM
#undef DT
