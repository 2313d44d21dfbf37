/*
 * rows.h - template: rows of T from and to memory of any dtype. Instantiates row_of.h for every dtype.
 *
 * A row is at most ROW elements, contiguous, of the compute type: some indices of one or two axes of an operand. Kernels work on
 * rows only, so that every operator takes every dtype and every stride.
 */
#define ROW_NAME(what, dt) ROW_NAME1(what, dt, SUFFIX)
#define ROW_NAME1(what, dt, suffix) ROW_NAME2(what, dt, suffix)
#define ROW_NAME2(what, dt, suffix) what##_##dt##_##suffix

#if IS_F32
/* Rounded, or cut off, to whole numbers within [lo, hi]; NaN is 0 (convert.h's whole()). Added to 1.5 * 2^23 a number is whole. */
static inline void NAME(some_wholes)(int32_t *whole, const T *row, int64_t n, int truncate, T lo, T hi)
{
    const T up = truncate ? 0 : 0x1.8p23f;
    int64_t i = 0;
#if defined(__AVX2__)
    const vec_f32 lows = vec_splat_f32(lo), highs = vec_splat_f32(hi), ups = vec_splat_f32(up);
    for (; i + NAME(LANES) <= n; i += NAME(LANES)) {
        const vec_f32 v = vec_load_f32((const char *)(row + i)), number = (vec_f32)((mask_f32)v & (v == v));
        const vec_f32 in = vec_less_f32(highs, vec_more_f32(lows, number)) + ups - ups;
        vec_store_f32((char *)(whole + i), (vec_f32)__builtin_convertvector(in, mask_f32));
    }
#endif
    for (; i < n; i++) {
        const T v = row[i] < lo ? lo : row[i] > hi ? hi : row[i], r = v + up - up;
        whole[i] = (int32_t)(v != v ? 0 : r);
    }
}

/* The same as elements of one or two bytes. */
static __attribute__((noinline)) void NAME(wholes)(char *to, int64_t size, const T *row, int64_t n, int truncate, T lo, T hi)
{
    enum { SOME = 256 };
    typedef uint16_t any_u16 __attribute__((aligned(1), may_alias));
    int32_t whole[SOME];
    for (int64_t m; n > 0; n -= m, row += m, to += m * size) {
        m = min_size(n, SOME);
        NAME(some_wholes)(whole, row, m, truncate, lo, hi);
        if (size == 1)
            for (int64_t i = 0; i < m; i++) to[i] = (char)whole[i];
        else
            for (int64_t i = 0; i < m; i++) ((any_u16 *)(void *)to)[i] = (uint16_t)whole[i];
    }
}

/* The largest is none that T has. */
static inline int32_t NAME(saturate_i32)(T v, int truncate)
{
    const T r = truncate ? FN(trunc)(v) : FN(rint)(v);
    const int32_t inside = (int32_t)(r >= -0x1p31f && r < 0x1p31f ? r : 0);
    return r >= 0x1p31f ? INT32_MAX : r < -0x1p31f ? INT32_MIN : inside;
}
#define SATURATED_I32(v, truncate) NAME(saturate_i32)(v, truncate)
#else
#define SATURATED_I32(v, truncate) (int32_t)saturate((double)(v), truncate, INT32_MIN, INT32_MAX)
#endif

#define ELEM uint8_t
#define DT u8
#define FROM(e) (T)(e)
#if IS_F32
#  define WITHIN 0, UINT8_MAX
#elif IS_FLOAT
#  define TO(v, truncate) (uint8_t)saturate((double)(v), truncate, 0, UINT8_MAX)
#else
#  define TO(v, truncate) (uint8_t)(v)
#endif
#include "row_of.h"

#define ELEM int8_t
#define DT i8
#define FROM(e) (T)(e)
#if IS_F32
#  define WITHIN INT8_MIN, INT8_MAX
#elif IS_FLOAT
#  define TO(v, truncate) (int8_t)saturate((double)(v), truncate, INT8_MIN, INT8_MAX)
#else
#  define TO(v, truncate) (int8_t)(v)
#endif
#include "row_of.h"

#define ELEM int16_t
#define DT i16
#define FROM(e) (T)(e)
#if IS_F32
#  define WITHIN INT16_MIN, INT16_MAX
#elif IS_FLOAT
#  define TO(v, truncate) (int16_t)saturate((double)(v), truncate, INT16_MIN, INT16_MAX)
#else
#  define TO(v, truncate) (int16_t)(v)
#endif
#include "row_of.h"

#define ELEM int32_t
#define DT i32
#define FROM(e) (T)(e)
#if IS_FLOAT
#  define TO(v, truncate) SATURATED_I32(v, truncate)
#else
#  define TO(v, truncate) (int32_t)(v)
#endif
#include "row_of.h"

#define ELEM int64_t
#define DT i64
#define FROM(e) (T)(e)
#if IS_FLOAT
#  define TO(v, truncate) saturate_i64((double)(v), truncate)
#else
#  define TO(v, truncate) (int64_t)(v)
#endif
#include "row_of.h"

#define ELEM uint16_t
#define DT u16
#define FROM(e) (T)(e)
#if IS_F32
#  define WITHIN 0, UINT16_MAX
#elif IS_FLOAT
#  define TO(v, truncate) (uint16_t)saturate((double)(v), truncate, 0, UINT16_MAX)
#else
#  define TO(v, truncate) (uint16_t)(v)
#endif
#include "row_of.h"

#define ELEM uint32_t
#define DT u32
#define FROM(e) (T)(e)
#if IS_FLOAT
#  define TO(v, truncate) (uint32_t)saturate((double)(v), truncate, 0, UINT32_MAX)
#else
#  define TO(v, truncate) (uint32_t)(v)
#endif
#include "row_of.h"

#define ELEM uint64_t
#define DT u64
#define FROM(e) (T)(e)
#if IS_FLOAT
#  define TO(v, truncate) saturate_u64((double)(v), truncate)
#else
#  define TO(v, truncate) (uint64_t)(v)
#endif
#include "row_of.h"

#define ELEM uint8_t
#define DT boolean
#define FROM(e) (T)((e) != 0)
#define TO(v, truncate) (uint8_t)((v) != 0)
#include "row_of.h"

#define ELEM float
#define DT f32
#define FROM(e) (T)(e)
#define TO(v, truncate) (float)(v)
#include "row_of.h"

#define ELEM double
#define DT f64
#define FROM(e) (T)(e)
#define TO(v, truncate) (double)(v)
#include "row_of.h"

#define ELEM uint16_t
#define DT f16
#define FROM(e) (T)f32_of_f16(e)
#if IS_F32
#  define TO(v, truncate) f16_of_f32(v)
#  define FROM_SOME f32s_of_f16s
#  define TO_SOME f16s_of_f32s
#else
#  define TO(v, truncate) strided__f64_to_f16((double)(v))
#endif
#include "row_of.h"

#define ELEM uint16_t
#define DT bf16
#define FROM(e) (T)f32_of_bf16(e)
#if IS_F32
#  define TO(v, truncate) bf16_of_f32(v)
#else
#  define TO(v, truncate) strided__f64_to_bf16((double)(v))
#endif
#include "row_of.h"

#undef SATURATED_I32

/* What has the longest vectors only multiplies doubles (isa.c), whose rows are seldom of another type: small rather than fast. */
#if BITS == 64 && defined(__AVX512F__)
#define SELDOM __attribute__((cold))
#else
#define SELDOM
#endif

SELDOM static void NAME(load_dense)(strided_dtype t, T *row, const char *p, int64_t n)
{
    switch (t) {
    case STRIDED_U8: ROW_NAME(load, u8)(row, p, n); break;
    case STRIDED_I8: ROW_NAME(load, i8)(row, p, n); break;
    case STRIDED_I16: ROW_NAME(load, i16)(row, p, n); break;
    case STRIDED_I32: ROW_NAME(load, i32)(row, p, n); break;
    case STRIDED_I64: ROW_NAME(load, i64)(row, p, n); break;
    case STRIDED_U16: ROW_NAME(load, u16)(row, p, n); break;
    case STRIDED_U32: ROW_NAME(load, u32)(row, p, n); break;
    case STRIDED_U64: ROW_NAME(load, u64)(row, p, n); break;
    case STRIDED_BOOL: ROW_NAME(load, boolean)(row, p, n); break;
    case STRIDED_F32: ROW_NAME(load, f32)(row, p, n); break;
    case STRIDED_F64: ROW_NAME(load, f64)(row, p, n); break;
    case STRIDED_F16: ROW_NAME(load, f16)(row, p, n); break;
    case STRIDED_BF16: ROW_NAME(load, bf16)(row, p, n); break;
    default: break;
    }
}

SELDOM static void NAME(store_dense)(strided_dtype t, char *p, const T *row, int64_t n, int truncate)
{
    switch (t) {
    case STRIDED_U8: ROW_NAME(store, u8)(p, row, n, truncate); break;
    case STRIDED_I8: ROW_NAME(store, i8)(p, row, n, truncate); break;
    case STRIDED_I16: ROW_NAME(store, i16)(p, row, n, truncate); break;
    case STRIDED_I32: ROW_NAME(store, i32)(p, row, n, truncate); break;
    case STRIDED_I64: ROW_NAME(store, i64)(p, row, n, truncate); break;
    case STRIDED_U16: ROW_NAME(store, u16)(p, row, n, truncate); break;
    case STRIDED_U32: ROW_NAME(store, u32)(p, row, n, truncate); break;
    case STRIDED_U64: ROW_NAME(store, u64)(p, row, n, truncate); break;
    case STRIDED_BOOL: ROW_NAME(store, boolean)(p, row, n, truncate); break;
    case STRIDED_F32: ROW_NAME(store, f32)(p, row, n, truncate); break;
    case STRIDED_F64: ROW_NAME(store, f64)(p, row, n, truncate); break;
    case STRIDED_F16: ROW_NAME(store, f16)(p, row, n, truncate); break;
    case STRIDED_BF16: ROW_NAME(store, bf16)(p, row, n, truncate); break;
    default: break;
    }
}
#undef SELDOM

#if IS_FLOAT
/* The same of elements `step` bytes apart, as many as there are. */
static void NAME(load)(strided_dtype t, T *row, const char *p, int64_t step, int64_t n)
{
    const int64_t size = size_of(t);
    uint64_t bits[ROW];
    for (int64_t i = 0, m; i < n; i += m) {
        const char *from = p + i * step;
        m = min_size(n - i, ROW);
        if (step != size) move_plane(size, &(struct side){ (char *)bits, 0, size }, &(struct side){ (char *)(uintptr_t)from, 0, step }, 1, m);
        NAME(load_dense)(t, row + i, step != size ? (const char *)bits : from, m);
    }
}
#endif

/* Element (i, j) of operand o along two axes, `at` being its address at index 0 of both (before a map is applied). */
static inline char *NAME(element)(int o, char *at, int64_t size, const struct nest_axis *x, int64_t i, const struct nest_axis *y, int64_t j)
{
    return shift(at, size * (axis_offset(x, o, i) + axis_offset(y, o, j)));
}

static inline int NAME(is_dense)(const char *p, int64_t dx, int64_t dy, int64_t size, int64_t xs, int64_t ys)
{
    return (ys == 1 || dy == size) && (xs == 1 || dx == ys * size) && is_aligned(p, sizeof(T));
}

/* Indices x by y of operand o, of which one has a map. */
static void NAME(fetch_mapped)(T *buf, const struct work *w, int o, char *at, const struct span *x, const struct span *y)
{
    const int64_t size = size_of(w->dtype[o]);
    for (int64_t i = 0; i < x->len; i++)
        for (int64_t j = 0; j < y->len; j++)
            NAME(load_dense)(w->dtype[o], buf + i * y->len + j, NAME(element)(o, at, size, x->axis, x->from + i, y->axis, y->from + j), 1);
}

/* Indices x by y of operand o, at most ROW elements; `at` is its address at index 0 of both axes. In place if they lie as a row of T,
 * else brought to buf. */
static const T *NAME(fetch)(T *buf, const struct work *w, int o, char *at, const struct span *x, const struct span *y)
{
    const strided_dtype t = w->dtype[o];
    const int64_t size = size_of(t), dx = x->axis->stride[o] * size, dy = y->axis->stride[o] * size, n = x->len * y->len;
    uint64_t bits[ROW];
    if (is_mapped(x->axis, o) || is_mapped(y->axis, o)) {
        NAME(fetch_mapped)(buf, w, o, at, x, y);
        return buf;
    }
    char *p = shift(at, x->from * dx + y->from * dy);
    const int dense = NAME(is_dense)(p, dx, dy, size, x->len, y->len);
    if (t == NATIVE && dense) return (const T *)(const void *)p;
    if (t == NATIVE) move_plane(size, &(struct side){ (char *)buf, y->len * size, size }, &(struct side){ p, dx, dy }, x->len, y->len);
    else {
        const int lies = dense || (x->len == 1 && dy == size); /* aligned or not */
        if (!lies) move_plane(size, &(struct side){ (char *)bits, y->len * size, size }, &(struct side){ p, dx, dy }, x->len, y->len);
        NAME(load_dense)(t, buf, lies ? p : (const char *)bits, n);
    }
    return buf;
}

/* Lines of values that loops read: n of T each, or of floats that become T on the way (narrow). */
struct NAME(lines) { const char *at; int64_t step; int narrow; };

/* What fetch() gives, as lines. */
static struct NAME(lines) NAME(rows)(T *buf, const struct work *w, int o, char *at, const struct span *x, const struct span *y)
{
    return (struct NAME(lines)){ (const char *)NAME(fetch)(buf, w, o, at, x, y), y->len * (int64_t)sizeof(T), 0 };
}

static int NAME(is_narrow)(strided_dtype t) { return NATIVE == STRIDED_F64 && t == STRIDED_F32; }

/* Indices x by y of operand o are lines of values as they lie. */
static int NAME(lies)(const struct work *w, int o, const char *at, const struct span *x, const struct span *y)
{
    const strided_dtype t = w->dtype[o];
    return (t == NATIVE || NAME(is_narrow)(t)) && (y->axis->stride[o] == 1 || y->len == 1) && !is_mapped(x->axis, o) && !is_mapped(y->axis, o) &&
           is_aligned(at, (size_t)size_of(t));
}

/* Indices x by y of operand o, as fetch() has them, but in place also where lines are apart, or are floats for a T of doubles. */
static struct NAME(lines) NAME(lines)(T *buf, const struct work *w, int o, char *at, const struct span *x, const struct span *y)
{
    const int64_t size = size_of(w->dtype[o]), dx = x->axis->stride[o] * size, dy = y->axis->stride[o] * size;
    if (!NAME(lies)(w, o, at, x, y)) return NAME(rows)(buf, w, o, at, x, y);
    return (struct NAME(lines)){ shift(at, x->from * dx + y->from * dy), dx, NAME(is_narrow)(w->dtype[o]) };
}

/* Where fetch() would look, if rows of T can be written there; else NULL. */
static T *NAME(place)(const struct work *w, int o, char *at, const struct span *x, const struct span *y)
{
    const int64_t dx = x->axis->stride[o] * (int64_t)sizeof(T), dy = y->axis->stride[o] * (int64_t)sizeof(T);
    if (w->dtype[o] != NATIVE || is_mapped(x->axis, o) || is_mapped(y->axis, o)) return NULL;
    char *p = shift(at, x->from * dx + y->from * dy);
    return NAME(is_dense)(p, dx, dy, sizeof(T), x->len, y->len) ? (T *)(void *)p : NULL;
}

static void NAME(put_mapped)(const struct work *w, int o, char *at, const struct span *x, const struct span *y, const T *row, int truncate)
{
    const int64_t size = size_of(w->dtype[o]);
    for (int64_t i = 0; i < x->len; i++)
        for (int64_t j = 0; j < y->len; j++)
            NAME(store_dense)(w->dtype[o], NAME(element)(o, at, size, x->axis, x->from + i, y->axis, y->from + j), row + i * y->len + j, 1, truncate);
}

/* From a row; of another type, or where they are apart, at most ROW_BYTES of them. */
static void NAME(put)(const struct work *w, int o, char *at, const struct span *x, const struct span *y, const T *row, int truncate)
{
    const strided_dtype t = w->dtype[o];
    const int64_t size = size_of(t), dx = x->axis->stride[o] * size, dy = y->axis->stride[o] * size, n = x->len * y->len;
    uint64_t bits[ROW_BYTES / sizeof(uint64_t)];
    if (is_mapped(x->axis, o) || is_mapped(y->axis, o)) {
        NAME(put_mapped)(w, o, at, x, y, row, truncate);
        return;
    }
    char *p = shift(at, x->from * dx + y->from * dy);
    const int dense = NAME(is_dense)(p, dx, dy, size, x->len, y->len);
    char *raw = t == NATIVE ? (char *)(uintptr_t)row : dense ? p : (char *)bits;
    if (t != NATIVE) NAME(store_dense)(t, raw, row, n, truncate);
    if (raw != p) move_plane(size, &(struct side){ p, dx, dy }, &(struct side){ raw, y->len * size, size }, x->len, y->len);
}

/* One row: n indices of an axis from index `from`. */
static const T *NAME(row_in)(T *buf, const struct work *w, int o, const struct nest_axis *axis, char *at, int64_t from, int64_t n)
{
    return NAME(fetch)(buf, w, o, at, &(struct span){ &single_axis, 0, 1 }, &(struct span){ axis, from, n });
}

static void NAME(row_out)(const struct work *w, int o, const struct nest_axis *axis, char *at, int64_t from, const T *row, int64_t n,
                          int truncate)
{
    NAME(put)(w, o, at, &(struct span){ &single_axis, 0, 1 }, &(struct span){ axis, from, n }, row, truncate);
}
