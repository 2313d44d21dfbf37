/*
 * row_of.h - template: n neighbouring elements of one dtype into, and out of, a row of the compute type.
 *
 * Wants ELEM (its memory form), DT (its name), FROM(e) (element to T), TO(v, truncate) (T to element) or WITHIN (the least and the largest whole
 * number that it holds), and perhaps FROM_SOME and TO_SOME, which do the first of them and say how many. Any alignment; memory and row are apart.
 */
typedef ELEM ROW_NAME(elem, DT) __attribute__((aligned(1), may_alias));

static void ROW_NAME(load, DT)(T *restrict row, const char *from, int64_t n)
{
    const ROW_NAME(elem, DT) *restrict p = (const void *)from;
    int64_t i = 0;
#ifdef FROM_SOME
    i = FROM_SOME(row, from, n);
#endif
    for (; i < n; i++) row[i] = FROM(p[i]);
}

static void ROW_NAME(store, DT)(char *to, const T *restrict row, int64_t n, int truncate)
{
#ifdef WITHIN
    NAME(wholes)(to, sizeof(ELEM), row, n, truncate, WITHIN);
#else
    ROW_NAME(elem, DT) *restrict p = (void *)to;
    int64_t i = 0;
    (void)truncate;
#ifdef TO_SOME
    i = TO_SOME(to, row, n);
#endif
    for (; i < n; i++) p[i] = (ROW_NAME(elem, DT))TO(row[i], truncate);
#endif
}

#undef ELEM
#undef DT
#undef FROM
#undef TO
#undef WITHIN
#undef FROM_SOME
#undef TO_SOME
