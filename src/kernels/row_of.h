/*
 * row_of.h - template: n elements of one dtype into, and out of, a row of the compute type.
 *
 * Wants ELEM (its memory form), DT (its name), FROM(e) (element to T), TO(v, truncate) (T to element).
 * Any step in bytes, 0 and negative included; any alignment.
 */
static void ROW_NAME(load, DT)(T *row, const char *p, int64_t step, int64_t n)
{
    ELEM e;
    if (step == (int64_t)sizeof e)
        for (int64_t i = 0; i < n; i++) { memcpy(&e, p + i * (int64_t)sizeof e, sizeof e); row[i] = FROM(e); }
    else if (step == 0 && n > 0) {
        memcpy(&e, p, sizeof e);
        T same = FROM(e);
        for (int64_t i = 0; i < n; i++) row[i] = same;
    } else
        for (int64_t i = 0; i < n; i++) { memcpy(&e, p + i * step, sizeof e); row[i] = FROM(e); }
}

static void ROW_NAME(store, DT)(char *p, int64_t step, const T *row, int64_t n, int truncate)
{
    (void)truncate;
    if (step == (int64_t)sizeof(ELEM))
        for (int64_t i = 0; i < n; i++) { ELEM e = TO(row[i], truncate); memcpy(p + i * (int64_t)sizeof e, &e, sizeof e); }
    else
        for (int64_t i = 0; i < n; i++) { ELEM e = TO(row[i], truncate); memcpy(p + i * step, &e, sizeof e); }
}

#undef ELEM
#undef DT
#undef FROM
#undef TO
