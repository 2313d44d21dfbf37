/*
 * turn.h - template: rows of an operand whose memory runs across them. A matrix read down its columns is fetched in
 * squares along its rows and turned, instead of one element from every row at a time.
 */
enum { NAME(TURN) = 16 };  /* rows fetched at once */

/* The operand's memory runs along `across`, not along the row. */
static int NAME(runs_across)(const struct nest_axis *row, const struct nest_axis *across, int o)
{
    int64_t s = row->stride[o], t = across->stride[o];
    if (row->repeats >> o & 1u) return 0;
    return !is_mapped(row, o) && !is_mapped(across, o) && (t == 1 || t == -1) && s != 1 && s != -1 && s != 0 && row->len >= 16 && across->len >= 4;
}

/* A vector of T as bits. */
#if BITS == 32
#define TURN_VEC vec_f32
#define TURN_LOW vec_low_f32
#define TURN_HIGH vec_high_f32
#else
#define TURN_VEC vec_f64
#define TURN_LOW vec_low_f64
#define TURN_HIGH vec_high_f64
#endif

/* lanes x lanes elements of T itself: out[k][i] = row i, element k. */
static void NAME(turn_square)(T *out, const char *p, int64_t step)
{
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    TURN_VEC v[LANES], u[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) v[i] = *(const TURN_VEC *)(const void *)(p + i * step);
#pragma GCC unroll 4
    for (int round = 1; round < LANES; round *= 2) {
#pragma GCC unroll 8
        for (int i = 0; i < LANES / 2; i++) {
            u[2 * i] = TURN_LOW(v[i], v[i + LANES / 2]);
            u[2 * i + 1] = TURN_HIGH(v[i], v[i + LANES / 2]);
        }
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++) v[i] = u[i];
    }
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) memcpy(out + i * ROW, &v[i], sizeof v[i]);
}

/* out[k*ROW + i] = element (i, k) of operand o, i < n along the row axis, k < count <= TURN along `across`; `at` is element (0, 0). */
static void NAME(turn_in)(T *out, const struct work *w, int o, const struct nest_axis *row, const struct nest_axis *across, const char *at,
                          int64_t n, int64_t count)
{
    const strided_dtype t = w->dtype[o];
    const int64_t size = (int64_t)strided_dtype_size(t), step = row->stride[o] * size, unit = across->stride[o] * size;
    int64_t i = 0;
    enum { LANES = VECTOR_BYTES / sizeof(T) };
    if (t == NATIVE && unit == size && count % LANES == 0)
        for (; i + LANES <= n; i += LANES)
            for (int64_t k = 0; k < count; k += LANES) NAME(turn_square)(out + k * ROW + i, at + i * step + k * size, step);
    for (; i < n; i++) {
        T tmp[NAME(TURN)];
        NAME(load)(t, tmp, at + i * step, unit, count);
        for (int64_t k = 0; k < count; k++) out[k * ROW + i] = tmp[k];
    }
}

/* a's memory runs along the last fold axis, across the row. */
static int NAME(folds_run_across)(const struct NAME(chunk) *c)
{
    return c->n->fold && c->len >= 16 && NAME(runs_across)(c->row, inner_fold(c->n), NEST_A);
}

#undef TURN_VEC
#undef TURN_LOW
#undef TURN_HIGH
