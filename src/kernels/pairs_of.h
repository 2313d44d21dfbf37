/*
 * pairs_of.h - template: elements of one dtype, less their zero, as the halves of pairs (pairs.h). Wants ELEM and DT.
 */
typedef ELEM PAIRS_NAME(pairs_elem, DT) __attribute__((aligned(1), may_alias));

/* n elements `step` bytes apart, one after the other. */
static void PAIRS_NAME(pairs_along, DT)(int16_t *restrict out, const char *p, int64_t step, int64_t n, int16_t zero)
{
    const PAIRS_NAME(pairs_elem, DT) *restrict q = (const void *)p;
    if (step == sizeof(ELEM))
        for (int64_t i = 0; i < n; i++) out[i] = (int16_t)(q[i] - zero);
    else
        for (int64_t i = 0; i < n; i++) out[i] = (int16_t)(*(const PAIRS_NAME(pairs_elem, DT) *)(const void *)(p + i * step) - zero);
}

static inline int32_t PAIRS_NAME(pair, DT)(ELEM first, ELEM second, int16_t zero)
{
    return (int32_t)((uint32_t)(uint16_t)(first - zero) | (uint32_t)(second - zero) << 16);
}

/* n pairs `step` bytes apart, whose second elements lie `apart` bytes from the first. */
static void PAIRS_NAME(pairs_across, DT)(int32_t *restrict out, const char *p, int64_t apart, int64_t step, int64_t n, int16_t zero)
{
    const PAIRS_NAME(pairs_elem, DT) *q = (const void *)p, *r = (const void *)(p + apart);
    if (step == sizeof(ELEM))
        for (int64_t i = 0; i < n; i++) out[i] = PAIRS_NAME(pair, DT)(q[i], r[i], zero);
    else
        for (int64_t i = 0; i < n; i++)
            out[i] = PAIRS_NAME(pair, DT)(*(const PAIRS_NAME(pairs_elem, DT) *)(const void *)(p + i * step),
                                          *(const PAIRS_NAME(pairs_elem, DT) *)(const void *)(p + apart + i * step), zero);
}

#undef ELEM
#undef DT
