/*
 * maxima.h - the largest of some taps, vector by vector, see struct maxima_rows in maxima_plan.h. The last vector of a row may overlap the one
 * before it. Vectors are of 32 bytes, those of the shortest rows of MAXIMA_VECTOR, on every instruction set that has them: lines are short.
 */
typedef __m256i maxima_vec;

ALWAYS_INLINE maxima_vec maxima_load(const int bytes, const char *p)
{
    if (bytes == 32) return _mm256_loadu_si256((const void *)p);
    return _mm256_inserti128_si256(_mm256_setzero_si256(), _mm_loadu_si128((const void *)p), 0);
}

ALWAYS_INLINE void maxima_store(const int bytes, char *p, maxima_vec v)
{
    if (bytes == 32) _mm256_storeu_si256((void *)p, v);
    else _mm_storeu_si128((void *)p, _mm256_castsi256_si128(v));
}

/* Of floats: bits that only -0 has no fewer of, and without sign NaN the most of. */
struct maxima_seen { maxima_vec least, most; };

/* Neither NaN nor -0 was among them. */
static int maxima_are_plain(const struct maxima_rows *m, const struct maxima_seen *s)
{
    const maxima_vec nan = _mm256_cmpgt_epi16(s->most, _mm256_set1_epi16(m->infinity));
    return !_mm256_movemask_epi8(_mm256_or_si256(nan, _mm256_cmpeq_epi16(s->least, _mm256_set1_epi16(INT16_MIN))));
}

/* Floats, of magnitude and sign, as integers, and back. */
ALWAYS_INLINE maxima_vec maxima_integers(maxima_vec v, struct maxima_seen *s)
{
    const maxima_vec magnitude = _mm256_and_si256(v, _mm256_set1_epi16(INT16_MAX));
    s->least = _mm256_min_epi16(s->least, v);
    s->most = _mm256_max_epi16(s->most, magnitude);
    return _mm256_sign_epi16(magnitude, v);
}

ALWAYS_INLINE maxima_vec maxima_floats(maxima_vec v)
{
    return _mm256_or_si256(_mm256_abs_epi16(v), _mm256_and_si256(v, _mm256_set1_epi16(INT16_MIN)));
}

ALWAYS_INLINE maxima_vec maxima_larger(const strided_dtype t, maxima_vec a, maxima_vec b)
{
    switch (t) {
    case STRIDED_U8:  return _mm256_max_epu8(a, b);
    case STRIDED_I8:  return _mm256_max_epi8(a, b);
    case STRIDED_U16: return _mm256_max_epu16(a, b);
    case STRIDED_I32: return _mm256_max_epi32(a, b);
    default:          return _mm256_max_epi16(a, b);
    }
}

ALWAYS_INLINE maxima_vec maxima_lowest(const strided_dtype t, const struct maxima_rows *m)
{
    switch (t) {
    case STRIDED_F16: return _mm256_set1_epi16((int16_t)-m->infinity);
    case STRIDED_I8:  return _mm256_set1_epi8(INT8_MIN);
    case STRIDED_I16: return _mm256_set1_epi16(INT16_MIN);
    case STRIDED_I32: return _mm256_set1_epi32(INT32_MIN);
    default:          return _mm256_setzero_si256();
    }
}

/* What stands so far behind a. */
ALWAYS_INLINE void maxima_tap(const strided_dtype t, const enum maxima_pass pass, const int bytes, const int vectors, maxima_vec *all, const char *a,
                              struct maxima_seen *s)
{
    UNROLL(2)
    for (int n = 0; n < vectors; n++) {
        const maxima_vec v = maxima_load(bytes, a + n * bytes);
        all[n] = maxima_larger(t, all[n], t == STRIDED_F16 && pass & MAXIMA_FIRST ? maxima_integers(v, s) : v);
    }
}

/* One vector, or two neighbours; of so many taps, which are at place[], 0: those that m says. */
ALWAYS_INLINE void maxima_of(const strided_dtype t, const enum maxima_pass pass, const int bytes, const int taps, const int vectors,
                             const struct maxima_rows *m, const int64_t *place, char *dst, const char *a, struct maxima_seen *s)
{
    maxima_vec all[2] = { maxima_lowest(t, m), maxima_lowest(t, m) };
    UNROLL(9)
    for (int i = 0; i < taps; i++) maxima_tap(t, pass, bytes, vectors, all, a + place[i], s);
    for (int64_t i = taps; !taps && i < m->taps; i++) maxima_tap(t, pass, bytes, vectors, all, a + m->place[i], s);
    UNROLL(2)
    for (int n = 0; n < vectors; n++)
        maxima_store(bytes, dst + n * bytes, t == STRIDED_F16 && pass & MAXIMA_LAST ? maxima_floats(all[n]) : all[n]);
}

ALWAYS_INLINE int maxima_by(const strided_dtype t, const enum maxima_pass pass, const int bytes, const int taps, const struct maxima_rows *m,
                            char *dst, const char *a)
{
    const int64_t last = m->bytes - bytes;
    struct maxima_seen s = { _mm256_setzero_si256(), _mm256_setzero_si256() };
    int64_t place[9]; /* for dst might be m */
    for (int i = 0; i < taps; i++) place[i] = m->place[i];
    for (int64_t r = 0; r < m->rows; r++, a = shift((char *)(intptr_t)a, m->a_row), dst = shift(dst, m->dst_row)) {
        int64_t i = 0;
        for (; bytes == 32 && i + 2 * bytes <= m->bytes; i += 2 * bytes) maxima_of(t, pass, bytes, taps, 2, m, place, dst + i, a + i, &s);
        for (; i < m->bytes; i += bytes)
            maxima_of(t, pass, bytes, taps > 3 ? 0 : taps, 1, m, place, dst + min_size(i, last), a + min_size(i, last), &s);
    }
    return t != STRIDED_F16 || maxima_are_plain(m, &s);
}

ALWAYS_INLINE int maxima(const strided_dtype t, const enum maxima_pass pass, const struct maxima_rows *m, char *dst, const char *a)
{
    if (m->bytes >= 32) return maxima_by(t, pass, 32, 0, m, dst, a);
    return maxima_by(t, pass, MAXIMA_VECTOR, 0, m, dst, a);
}

/* The largest of `pairs` neighbours from every second byte on, in words: both bytes of a word are of use, but of an odd last one. */
ALWAYS_INLINE maxima_vec maxima_words(const strided_dtype t, const int64_t pairs, const struct maxima_rows *m, const char *a)
{
    maxima_vec all = maxima_lowest(t, m);
    int64_t i = 0;
    for (; i + 2 <= pairs; i += 2) all = maxima_larger(t, all, maxima_load(32, a + i));
    all = maxima_larger(t, all, _mm256_srli_epi16(all, 8));
    if (i < pairs) all = maxima_larger(t, all, maxima_load(32, a + i));
    return _mm256_and_si256(all, _mm256_set1_epi16(0xff));
}

ALWAYS_INLINE int maxima_pairs(const strided_dtype t, const int bytes, const int64_t pairs, const struct maxima_rows *m, char *dst, const char *a)
{
    const int64_t last = m->bytes - bytes;
    for (int64_t r = 0; r < m->rows; r++, a = shift((char *)(intptr_t)a, m->a_row), dst = shift(dst, m->dst_row))
        for (int64_t i = 0;; i = min_size(i + bytes, last)) {
            const maxima_vec low = maxima_words(t, pairs, m, a + 2 * i), high = bytes == 32 ? maxima_words(t, pairs, m, a + 2 * i + 32) : low;
            maxima_store(bytes, dst + i, _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xd8));
            if (i == last) break;
        }
    return 1;
}

/* Few taps are the usual ones. */
ALWAYS_INLINE int maxima_bytes(const strided_dtype t, const struct maxima_rows *m, char *dst, const char *a)
{
    if (m->pairs && m->bytes < 32) return maxima_pairs(t, MAXIMA_VECTOR, m->pairs, m, dst, a);
    if (m->pairs == 2) return maxima_pairs(t, 32, 2, m, dst, a);
    if (m->pairs == 3) return maxima_pairs(t, 32, 3, m, dst, a);
    if (m->pairs) return maxima_pairs(t, 32, m->pairs, m, dst, a);
    if (m->bytes >= 32 && m->taps == 2) return maxima_by(t, MAXIMA_ALL, 32, 2, m, dst, a);
    if (m->bytes >= 32 && m->taps == 3) return maxima_by(t, MAXIMA_ALL, 32, 3, m, dst, a);
    if (m->bytes >= 32 && m->taps == 9) return maxima_by(t, MAXIMA_ALL, 32, 9, m, dst, a);
    return maxima(t, MAXIMA_ALL, m, dst, a);
}

static int maxima_u8(const struct maxima_rows *m, char *dst, const char *a) { return maxima_bytes(STRIDED_U8, m, dst, a); }
static int maxima_i8(const struct maxima_rows *m, char *dst, const char *a) { return maxima_bytes(STRIDED_I8, m, dst, a); }
static int maxima_u16(const struct maxima_rows *m, char *dst, const char *a) { return maxima(STRIDED_U16, MAXIMA_ALL, m, dst, a); }
static int maxima_i16(const struct maxima_rows *m, char *dst, const char *a) { return maxima(STRIDED_I16, MAXIMA_ALL, m, dst, a); }
static int maxima_i32(const struct maxima_rows *m, char *dst, const char *a) { return maxima(STRIDED_I32, MAXIMA_ALL, m, dst, a); }

/* Both floats of 16 bits. */
static int maxima_f16(const struct maxima_rows *m, char *dst, const char *a)
{
    switch (m->pass) {
    case MAXIMA_FIRST: return maxima(STRIDED_F16, MAXIMA_FIRST, m, dst, a);
    case MAXIMA_LAST:  return maxima(STRIDED_F16, MAXIMA_LAST, m, dst, a);
    default:           return maxima(STRIDED_F16, MAXIMA_ALL, m, dst, a);
    }
}
