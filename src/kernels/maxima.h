/*
 * maxima.h - the largest of some taps, vector by vector, see struct maxima_rows in maxima_plan.h. The last vectors of a row may overlap those
 * before them. Vectors are of MAXIMA_VECTOR bytes on every instruction set that has them: lines are short.
 */
typedef __m128i maxima_vec;

ALWAYS_INLINE maxima_vec maxima_larger(const strided_dtype t, maxima_vec a, maxima_vec b)
{
    switch (t) {
    case STRIDED_U8:  return _mm_max_epu8(a, b);
    case STRIDED_I8:  return _mm_max_epi8(a, b);
    case STRIDED_U16: return _mm_max_epu16(a, b);
    default:          return _mm_max_epi16(a, b);
    }
}

ALWAYS_INLINE maxima_vec maxima_lowest(const strided_dtype t)
{
    switch (t) {
    case STRIDED_I8:  return _mm_set1_epi8(INT8_MIN);
    case STRIDED_I16: return _mm_set1_epi16(INT16_MIN);
    default:          return _mm_setzero_si128();
    }
}

ALWAYS_INLINE void maxima_of(const strided_dtype t, const int vectors, const struct maxima_rows *m, char *dst, const char *a)
{
    maxima_vec all[4];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) all[v] = maxima_lowest(t);
    for (int64_t i = 0; i < m->taps; i++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            all[v] = maxima_larger(t, all[v], _mm_loadu_si128((const void *)(a + m->place[i] + v * MAXIMA_VECTOR)));
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) _mm_storeu_si128((void *)(dst + v * MAXIMA_VECTOR), all[v]);
}

ALWAYS_INLINE void maxima_by(const strided_dtype t, const int vectors, const struct maxima_rows *m, char *dst, const char *a)
{
    const int64_t last = m->bytes - vectors * MAXIMA_VECTOR;
    for (int64_t r = 0; r < m->rows; r++, a = shift((char *)(intptr_t)a, m->a_row), dst = shift(dst, m->dst_row))
        for (int64_t i = 0;; i = min_size(i + vectors * MAXIMA_VECTOR, last)) {
            maxima_of(t, vectors, m, dst + i, a + i);
            if (i == last) break;
        }
}

ALWAYS_INLINE void maxima(const strided_dtype t, const struct maxima_rows *m, char *dst, const char *a)
{
    if (m->bytes >= 2 * MAXIMA_VECTOR) maxima_by(t, 2, m, dst, a);
    else maxima_by(t, 1, m, dst, a);
}

static void maxima_u8(const struct maxima_rows *m, char *dst, const char *a) { maxima(STRIDED_U8, m, dst, a); }
static void maxima_i8(const struct maxima_rows *m, char *dst, const char *a) { maxima(STRIDED_I8, m, dst, a); }
static void maxima_u16(const struct maxima_rows *m, char *dst, const char *a) { maxima(STRIDED_U16, m, dst, a); }
static void maxima_i16(const struct maxima_rows *m, char *dst, const char *a) { maxima(STRIDED_I16, m, dst, a); }
