/*
 * rows.h - template: rows of T from and to memory of any dtype. Instantiates row_of.h for every dtype.
 *
 * A row is at most ROW elements, contiguous, of the compute type. Kernels work on rows only, so that every operator
 * takes every dtype and every stride.
 */
#define ROW_NAME(what, dt) ROW_NAME1(what, dt, SUFFIX)
#define ROW_NAME1(what, dt, suffix) ROW_NAME2(what, dt, suffix)
#define ROW_NAME2(what, dt, suffix) what##_##dt##_##suffix

#define ELEM uint8_t
#define DT u8
#define FROM(e) (T)(e)
#if IS_FLOAT
#  define TO(v, truncate) (uint8_t)saturate((double)(v), truncate, 0, UINT8_MAX)
#else
#  define TO(v, truncate) (uint8_t)(v)
#endif
#include "row_of.h"

#define ELEM int8_t
#define DT i8
#define FROM(e) (T)(e)
#if IS_FLOAT
#  define TO(v, truncate) (int8_t)saturate((double)(v), truncate, INT8_MIN, INT8_MAX)
#else
#  define TO(v, truncate) (int8_t)(v)
#endif
#include "row_of.h"

#define ELEM int16_t
#define DT i16
#define FROM(e) (T)(e)
#if IS_FLOAT
#  define TO(v, truncate) (int16_t)saturate((double)(v), truncate, INT16_MIN, INT16_MAX)
#else
#  define TO(v, truncate) (int16_t)(v)
#endif
#include "row_of.h"

#define ELEM int32_t
#define DT i32
#define FROM(e) (T)(e)
#if IS_FLOAT
#  define TO(v, truncate) (int32_t)saturate((double)(v), truncate, INT32_MIN, INT32_MAX)
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
#if IS_FLOAT
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
#define FROM(e) (T)strided__f16_to_f32(e)
#if IS_F32
#  define TO(v, truncate) strided__f32_to_f16(v)
#else
#  define TO(v, truncate) strided__f64_to_f16((double)(v))
#endif
#include "row_of.h"

#define ELEM uint16_t
#define DT bf16
#define FROM(e) (T)strided__bf16_to_f32(e)
#if IS_F32
#  define TO(v, truncate) strided__f32_to_bf16(v)
#else
#  define TO(v, truncate) strided__f64_to_bf16((double)(v))
#endif
#include "row_of.h"

static void NAME(load)(strided_dtype t, T *row, const char *p, int64_t step, int64_t n)
{
    switch (t) {
    case STRIDED_U8: ROW_NAME(load, u8)(row, p, step, n); break;
    case STRIDED_I8: ROW_NAME(load, i8)(row, p, step, n); break;
    case STRIDED_I16: ROW_NAME(load, i16)(row, p, step, n); break;
    case STRIDED_I32: ROW_NAME(load, i32)(row, p, step, n); break;
    case STRIDED_I64: ROW_NAME(load, i64)(row, p, step, n); break;
    case STRIDED_U16: ROW_NAME(load, u16)(row, p, step, n); break;
    case STRIDED_U32: ROW_NAME(load, u32)(row, p, step, n); break;
    case STRIDED_U64: ROW_NAME(load, u64)(row, p, step, n); break;
    case STRIDED_BOOL: ROW_NAME(load, boolean)(row, p, step, n); break;
    case STRIDED_F32: ROW_NAME(load, f32)(row, p, step, n); break;
    case STRIDED_F64: ROW_NAME(load, f64)(row, p, step, n); break;
    case STRIDED_F16: ROW_NAME(load, f16)(row, p, step, n); break;
    case STRIDED_BF16: ROW_NAME(load, bf16)(row, p, step, n); break;
    default: break;
    }
}

static void NAME(store)(strided_dtype t, char *p, int64_t step, const T *row, int64_t n, int truncate)
{
    switch (t) {
    case STRIDED_U8: ROW_NAME(store, u8)(p, step, row, n, truncate); break;
    case STRIDED_I8: ROW_NAME(store, i8)(p, step, row, n, truncate); break;
    case STRIDED_I16: ROW_NAME(store, i16)(p, step, row, n, truncate); break;
    case STRIDED_I32: ROW_NAME(store, i32)(p, step, row, n, truncate); break;
    case STRIDED_I64: ROW_NAME(store, i64)(p, step, row, n, truncate); break;
    case STRIDED_U16: ROW_NAME(store, u16)(p, step, row, n, truncate); break;
    case STRIDED_U32: ROW_NAME(store, u32)(p, step, row, n, truncate); break;
    case STRIDED_U64: ROW_NAME(store, u64)(p, step, row, n, truncate); break;
    case STRIDED_BOOL: ROW_NAME(store, boolean)(p, step, row, n, truncate); break;
    case STRIDED_F32: ROW_NAME(store, f32)(p, step, row, n, truncate); break;
    case STRIDED_F64: ROW_NAME(store, f64)(p, step, row, n, truncate); break;
    case STRIDED_F16: ROW_NAME(store, f16)(p, step, row, n, truncate); break;
    case STRIDED_BF16: ROW_NAME(store, bf16)(p, step, row, n, truncate); break;
    default: break;
    }
}

/* The same for an operand that goes back to the axis' index 0 after each period. */
static void NAME(repeat_in)(T *buf, strided_dtype t, const struct nest_axis *axis, const char *at, int64_t step, int64_t from, int64_t n)
{
    T once[PERIOD_MAX];
    int64_t p = from % axis->period;
    NAME(load)(t, once, at, step, axis->period);
    for (int64_t i = 0, m; i < n; i += m, p = 0) {
        m = axis->period - p < n - i ? axis->period - p : n - i;
        memcpy(buf + i, once + p, (size_t)m * sizeof *buf);
    }
}

/* n elements of operand o along `axis` from index `from`; `at` is its address at index 0 (of a mapped axis: before
 * the map is applied). In place if they lie as a row of T, else brought to buf. */
static const T *NAME(row_in)(T *buf, const struct work *w, int o, const struct nest_axis *axis, char *at, int64_t from, int64_t n)
{
    strided_dtype t = w->dtype[o];
    int64_t size = (int64_t)strided_dtype_size(t), step = axis->stride[o] * size;
    if (is_mapped(axis, o)) {
        for (int64_t i = 0; i < n; i++) NAME(load)(t, buf + i, shift(at, map_offset(&axis->map, from + i) * size), 0, 1);
        return buf;
    }
    if (axis->repeats >> o & 1u) {
        NAME(repeat_in)(buf, t, axis, at, step, from, n);
        return buf;
    }
    if (step == 0) {
        T one;
        NAME(load)(t, &one, at, 0, 1);
        for (int64_t i = 0; i < n; i++) buf[i] = one;
        return buf;
    }
    const char *p = shift(at, from * step);
    if (t == NATIVE && step == (int64_t)sizeof(T) && (uintptr_t)p % sizeof(T) == 0) return (const T *)(const void *)p;
    NAME(load)(t, buf, p, step, n);
    return buf;
}

static void NAME(row_out)(const struct work *w, int o, const struct nest_axis *axis, char *at, int64_t from, const T *row, int64_t n,
                          int truncate)
{
    strided_dtype t = w->dtype[o];
    int64_t size = (int64_t)strided_dtype_size(t), step = axis->stride[o] * size;
    if (is_mapped(axis, o))
        for (int64_t i = 0; i < n; i++)
            NAME(store)(t, shift(at, map_offset(&axis->map, from + i) * size), 0, row + i, 1, truncate);
    else
        NAME(store)(t, shift(at, from * step), step, row, n, truncate);
}
