/*
 * test_move.c - elements moved, converted and folded, on every instruction set, against loops by index: all strides and extents at
 * which the kernels change their ways, between pages that may not be touched.
 */
#include "support/cmocka_compat.h"
#include "support/guard.h"
#include "../../src/kernels/kernels.h"
#include "../../src/nest/nest.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static uint64_t bits(void)
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int64_t any(int64_t lo, int64_t hi) { return lo + (int64_t)(bits() % (uint64_t)(hi - lo + 1)); }

static const char *const isas[] = { "scalar", "neon", "avx2", "avx512" };
enum { ISAS_TRIED = 4, AXES = 4 };

/* Where one operand lies: strides in elements along the axes of the work, in its own guarded memory. */
struct operand { int64_t stride[AXES], first, count; struct guard *memory; };

/* Dense in a random order of the axes in use, with gaps and reversed axes; `axes` is a set of bits, the others do not move. */
static void lay_out(struct operand *o, const int64_t *len, unsigned axes)
{
    int order[AXES], n = 0;
    int64_t at = any(0, 3) ? 1 : 2;
    memset(o, 0, sizeof *o);
    for (int i = 0; i < AXES; i++) {
        if (!(axes >> i & 1u)) continue;
        int j = (int)any(0, n);
        order[n++] = order[j];
        order[j] = i;
    }
    o->count = 1;
    for (int i = 0; i < n; i++) {
        int back = any(0, 3) == 0;
        o->stride[order[i]] = back ? -at : at;
        if (back) o->first += (len[order[i]] - 1) * at;
        o->count += (len[order[i]] - 1) * at;
        at = at * len[order[i]] + (any(0, 2) ? 0 : any(1, 3));
    }
}

static void *place(struct operand *o, size_t size)
{
    o->memory = guard_new((size_t)o->count * size, any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
    return o->memory->data + (size_t)o->first * size;
}

static void set(struct work *w, int which, strided_dtype t, struct operand *o)
{
    strided__work_memory(w, which, t, place(o, strided_dtype_size(t)));
    for (int i = 0; i < w->nest.keep + w->nest.fold; i++) strided__work_stride(w, i, which, o->stride[i]);
}

static int64_t offset(const struct operand *o, const int64_t *index)
{
    int64_t at = o->first;
    for (int i = 0; i < AXES; i++) at += index[i] * o->stride[i];
    return at;
}

static int next(int64_t *index, const int64_t *len)
{
    for (int i = AXES - 1; i >= 0; i--) {
        if (++index[i] < len[i]) return 1;
        index[i] = 0;
    }
    return 0;
}

static int64_t extent(void) { return any(0, 3) ? any(1, 9) : any(10, 80); }

/* ---- moves --------------------------------------------------------------------------------------- */

static void move_once(strided_context *ctx, strided_dtype t)
{
    struct work w;
    struct operand d, s;
    const size_t size = strided_dtype_size(t);
    int64_t len[AXES], index[AXES] = { 0 };
    for (int i = 0; i < AXES; i++) len[i] = extent();
    strided__work_init(&w, WORK_MAP, strided__compute_of(t), ctx);
    w.op = MAP_COPY;
    for (int i = 0; i < AXES; i++) strided__work_keep(&w, len[i]);
    lay_out(&d, len, 15);
    lay_out(&s, len, any(0, 3) ? 15 : (unsigned)any(0, 15));
    set(&w, NEST_DST, t, &d);
    set(&w, NEST_A, t, &s);
    unsigned char *want = malloc((size_t)d.count * size);
    memset(d.memory->data, 0xa5, (size_t)d.count * size);
    memset(want, 0xa5, (size_t)d.count * size);
    for (int64_t i = 0; i < s.count * (int64_t)size; i++) s.memory->data[i] = (unsigned char)bits();
    do memcpy(want + (size_t)offset(&d, index) * size, s.memory->data + (size_t)offset(&s, index) * size, size);
    while (next(index, len));
    strided__work_run(&w);
    if (memcmp(want, d.memory->data, (size_t)d.count * size)) fail_msg("seed %llu, %s", (unsigned long long)seed, strided_context_isa(ctx));
    guard_free(d.memory);
    guard_free(s.memory);
    free(want);
}

static void moves(void **state)
{
    static const strided_dtype types[] = { STRIDED_I8, STRIDED_I16, STRIDED_I32, STRIDED_I64 };
    (void)state;
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        for (int i = 0; ctx && i < 300; i++) move_once(ctx, types[i % 4]);
        strided_context_release(ctx);
    }
}

/* One channel of pixels of some bytes, and nothing beyond the last of them. */
static void channels_of_bytes(void **state)
{
    (void)state;
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        for (int64_t n = 1; ctx && n < 80; n++)
            for (int64_t every = 2; every < 6; every++) {
                struct guard *s = guard_new((size_t)((n - 1) * every + 1), any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
                struct guard *d = guard_new((size_t)n, any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
                struct work w;
                for (size_t i = 0; i < s->bytes; i++) s->data[i] = (unsigned char)bits();
                strided__work_init(&w, WORK_MAP, COMPUTE_I32, ctx);
                w.op = MAP_COPY;
                strided__work_keep(&w, n);
                strided__work_memory(&w, NEST_DST, STRIDED_U8, d->data);
                strided__work_memory(&w, NEST_A, STRIDED_U8, s->data);
                strided__work_stride(&w, 0, NEST_DST, 1);
                strided__work_stride(&w, 0, NEST_A, every);
                strided__work_run(&w);
                for (int64_t i = 0; i < n; i++) assert_int_equal(d->data[i], s->data[i * every]);
                guard_free(s);
                guard_free(d);
            }
        strided_context_release(ctx);
    }
    guard_trim();
}

/* More than caches hold: written past them, where the destination's lines are rows and where they are not. */
enum { HIGH = 3000, WIDE = 3001 };

static float at(const float *x, int64_t i, int64_t j) { return x[i * (WIDE + 5) + j + 3]; }

static void large_once(strided_context *ctx, float *x, float *y)
{
    STRIDED_AUTO strided_tensor *a = strided_wrap(ctx, x + 3, STRIDED_F32, STRIDED_DIMS(HIGH, WIDE), STRIDED_LIST(WIDE + 5, 1));
    STRIDED_AUTO strided_tensor *b = strided_wrap(ctx, y + 3, STRIDED_F32, STRIDED_DIMS(HIGH, WIDE), STRIDED_LIST(WIDE + 5, 1));
    STRIDED_AUTO strided_tensor *back = strided_flip(a, STRIDED_DIMS(1));
    assert_int_equal(strided_copy(b, back), STRIDED_OK);
    for (int64_t i = 0; i < HIGH; i++)
        for (int64_t j = 0; j < WIDE; j++) assert_true(at(y, i, j) == at(x, i, WIDE - 1 - j));
    assert_int_equal(strided_unary(b, STRIDED_NEG, a), STRIDED_OK);
    for (int64_t i = 0; i < HIGH; i++)
        for (int64_t j = 0; j < WIDE; j++) assert_true(at(y, i, j) == -at(x, i, j));
    STRIDED_AUTO strided_tensor *turned = strided_wrap(ctx, y + 3, STRIDED_F32, STRIDED_DIMS(WIDE, HIGH), STRIDED_LIST(HIGH, 1));
    STRIDED_AUTO strided_tensor *across = strided_transpose(a, 0, 1);
    assert_int_equal(strided_copy(turned, across), STRIDED_OK);
    for (int64_t i = 0; i < HIGH; i++)
        for (int64_t j = 0; j < WIDE; j++) assert_true(y[3 + j * HIGH + i] == at(x, i, j));
}

static void large(void **state)
{
    const size_t count = (size_t)HIGH * (WIDE + 5) + 8;
    float *x = malloc(count * sizeof *x), *y = calloc(count, sizeof *y);
    (void)state;
    assert_true(x && y);
    for (size_t i = 0; i < count; i++) x[i] = (float)(i % 8000009);
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        memset(y, 0, count * sizeof *y);
        if (ctx) large_once(ctx, x, y);
        for (int i = 0; i < 3; i++) assert_true(y[i] == 0);
        strided_context_release(ctx);
    }
    free(x);
    free(y);
}

/* ---- conversions ---------------------------------------------------------------------------------- */

enum { N = 65536 };

static void convert(strided_context *ctx, int rounds, strided_dtype to, void *dst, strided_dtype from, void *src)
{
    struct work w;
    strided__work_init(&w, WORK_MAP, COMPUTE_F32, ctx);
    w.op = MAP_COPY;
    w.param[0] = rounds;
    strided__work_keep(&w, N);
    strided__work_memory(&w, NEST_DST, to, dst);
    strided__work_memory(&w, NEST_A, from, src);
    strided__work_stride(&w, 0, NEST_DST, 1);
    strided__work_stride(&w, 0, NEST_A, 1);
    strided__work_run(&w);
}

static uint32_t bits_of(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
#ifdef __i386__
    if (f != f) u |= 0x400000; /* functions return floats in registers that make every NaN a quiet one */
#endif
    return u;
}

/* One after the other, and NaNs among others. */
static void halves_to_floats(strided_context *ctx)
{
    static uint16_t h[N];
    static float f[N];
    for (int apart = 1; apart <= 40503; apart += 40502) {
        for (int i = 0; i < N; i++) h[i] = (uint16_t)(i * (unsigned)apart);
        convert(ctx, 1, STRIDED_F32, f, STRIDED_F16, h);
        for (int i = 0; i < N; i++) assert_int_equal(bits_of(f[i]), bits_of(strided__f16_to_f32(h[i])));
        convert(ctx, 1, STRIDED_F32, f, STRIDED_BF16, h);
        for (int i = 0; i < N; i++) assert_int_equal(bits_of(f[i]), bits_of(strided__bf16_to_f32(h[i])));
    }
}

static void floats_to_halves(strided_context *ctx)
{
    static uint16_t h[N];
    static uint32_t u[N];
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < N; i++) u[i] = round ? (uint32_t)bits() : (uint32_t)i << 16 | 0x1000u * (unsigned)any(0, 15);
        convert(ctx, 1, STRIDED_F16, h, STRIDED_F32, u);
        for (int i = 0; i < N; i++) {
            float f;
            memcpy(&f, &u[i], sizeof f);
            if (h[i] != strided__f64_to_f16((double)f)) fail_msg("%s: f16 of %08x is %04x", strided_context_isa(ctx), u[i], h[i]);
        }
        convert(ctx, 1, STRIDED_BF16, h, STRIDED_F32, u);
        for (int i = 0; i < N; i++) {
            float f;
            memcpy(&f, &u[i], sizeof f);
            if (h[i] != strided__f64_to_bf16((double)f)) fail_msg("%s: bf16 of %08x is %04x", strided_context_isa(ctx), u[i], h[i]);
        }
    }
}

static int64_t whole(float v, int truncate, int64_t lo, int64_t hi)
{
    double r = isnan(v) ? 0 : truncate ? trunc((double)v) : rint((double)v);
    return r < (double)lo ? lo : r > (double)hi ? hi : (int64_t)r;
}

static void floats_to_integers(strided_context *ctx)
{
    static const struct { strided_dtype t; int64_t lo, hi; } types[] = {
        { STRIDED_U8, 0, UINT8_MAX }, { STRIDED_I8, INT8_MIN, INT8_MAX }, { STRIDED_U16, 0, UINT16_MAX },
        { STRIDED_I16, INT16_MIN, INT16_MAX }, { STRIDED_I32, INT32_MIN, INT32_MAX }, { STRIDED_U32, 0, UINT32_MAX } };
    static float f[N];
    static uint64_t out[N];
    for (int i = 0; i < N; i++) {
        uint32_t u = (uint32_t)bits();
        memcpy(&f[i], &u, sizeof u);
        if (i % 2) f[i] = (float)any(-140000, 140000) / 2;
        if (i % 8 == 1) f[i] /= 256;
    }
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        for (int truncate = 0; truncate < 2; truncate++) {
            convert(ctx, !truncate, types[k].t, out, STRIDED_F32, f);
            for (size_t i = 0; i < N; i++) {
                const char *p = (const char *)out + i * strided_dtype_size(types[k].t);
                int64_t want = whole(f[i], truncate, types[k].lo, types[k].hi);
                if (strided__load_int(types[k].t, p) != want)
                    fail_msg("%s: %a as %s is %lld", strided_context_isa(ctx), (double)f[i], strided_dtype_name(types[k].t),
                             (long long)strided__load_int(types[k].t, p));
            }
        }
}

static void conversions(void **state)
{
    (void)state;
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        if (!ctx) continue;
        halves_to_floats(ctx);
        floats_to_halves(ctx);
        floats_to_integers(ctx);
        strided_context_release(ctx);
    }
}

/* ---- folds ---------------------------------------------------------------------------------------- */

static double fold_two(int fold, double a, double b, int single)
{
    switch (fold) {
    case FOLD_SUM:  return single ? (double)((float)a + (float)b) : a + b;
    case FOLD_PROD: return single ? (double)((float)a * (float)b) : a * b;
    case FOLD_MAX:  return b > a || isnan(b) ? b : a;
    default:        return b < a || isnan(b) ? b : a;
    }
}

/* nest.h's words, on values in their order. */
static double fold_all(int fold, const double *v, int64_t n, int single)
{
    static const double identity[] = { 0, 1, -INFINITY, INFINITY };
    double chain[FOLD_CHAINS];
    int64_t chains = n < FOLD_CHAINS ? 1 : FOLD_CHAINS;
    for (int64_t i = 0; i < chains; i++) chain[i] = identity[fold];
    for (int64_t t = 0; t < n; t++) chain[t % chains] = fold_two(fold, chain[t % chains], v[t], single);
    for (int64_t half = chains / 2; half; half /= 2)
        for (int64_t i = 0; i < half; i++) chain[i] = fold_two(fold, chain[i], chain[i + half], single);
    return chain[0];
}

static float element(void)
{
    static const float odd[] = { 0.0f, -0.0f, INFINITY, -INFINITY, NAN };
    return any(0, 3000) ? (float)any(-9999, 9999) * 0.0001f + 1 : odd[any(0, 4)];
}

/* Two kept axes, two folded. */
static void fold_once(strided_context *ctx)
{
    struct work w;
    struct operand d, s;
    const int single = (int)any(0, 1), fold = (int)any(0, 3);
    int64_t len[AXES], index[AXES] = { 0 };
    for (int i = 0; i < AXES; i++) len[i] = extent();
    strided__work_init(&w, WORK_REDUCE, single ? COMPUTE_F32 : COMPUTE_F64, ctx);
    w.op = fold;
    for (int i = 0; i < 2; i++) strided__work_keep(&w, len[i]);
    for (int i = 2; i < AXES; i++) strided__work_fold(&w, len[i]);
    lay_out(&d, len, 3);
    lay_out(&s, len, any(0, 3) ? 15 : (unsigned)any(0, 15));
    set(&w, NEST_DST, single ? STRIDED_F32 : STRIDED_F64, &d);
    set(&w, NEST_A, STRIDED_F32, &s);
    float *x = (float *)(void *)s.memory->data;
    for (int64_t i = 0; i < s.count; i++) x[i] = element();
    strided__work_run(&w);

    double *v = malloc((size_t)(len[2] * len[3]) * sizeof *v);
    int64_t n = 0;
    for (int more = 1; more;) {
        int64_t at = offset(&d, index);
        v[n++] = (double)x[offset(&s, index)];
        more = next(index, len);
        if (index[2] || index[3]) continue;
        double want = fold_all(fold, v, n, single);
        double got = single ? (double)((float *)(void *)d.memory->data)[at] : ((double *)(void *)d.memory->data)[at];
        if (isnan(want) ? !isnan(got) : memcmp(&want, &got, sizeof got))
            fail_msg("seed %llu, %s: fold %d of %lld values is %a, wanted %a", (unsigned long long)seed, strided_context_isa(ctx), fold,
                     (long long)n, got, want);
        n = 0;
    }
    guard_free(d.memory);
    guard_free(s.memory);
    free(v);
}

static void folds(void **state)
{
    (void)state;
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        for (int i = 0; ctx && i < 300; i++) fold_once(ctx);
        strided_context_release(ctx);
    }
}

/* ---- products ------------------------------------------------------------------------------------- */

/* One chain of multiply-adds, with one rounding each where there is an instruction for it. */
static void product_once(strided_context *ctx, int fused)
{
    struct work w;
    struct operand d, a, b;
    int64_t len[AXES], index[AXES] = { 0 };
    for (int i = 0; i < AXES; i++) len[i] = extent();
    strided__work_init(&w, WORK_CONTRACT, COMPUTE_F32, ctx);
    for (int i = 0; i < 2; i++) strided__work_keep(&w, len[i]);
    for (int i = 2; i < AXES; i++) strided__work_fold(&w, len[i]);
    lay_out(&d, len, 3);
    lay_out(&a, len, (unsigned)any(1, 15));
    lay_out(&b, len, (unsigned)any(1, 15));
    set(&w, NEST_DST, STRIDED_F32, &d);
    set(&w, NEST_A, STRIDED_F32, &a);
    set(&w, NEST_B, STRIDED_F32, &b);
    float *x = (float *)(void *)a.memory->data, *y = (float *)(void *)b.memory->data, sum = 0;
    for (int64_t i = 0; i < a.count; i++) x[i] = element();
    for (int64_t i = 0; i < b.count; i++) y[i] = element();
    strided__work_run(&w);
    for (int more = 1; more;) {
        float got = ((float *)(void *)d.memory->data)[offset(&d, index)], p = x[offset(&a, index)], q = y[offset(&b, index)];
        volatile float product = p * q;
        sum = fused ? fmaf(p, q, sum) : product + sum;
        more = next(index, len);
        if (index[2] || index[3]) continue;
        if (isnan(sum) ? !isnan(got) : bits_of(sum) != bits_of(got))
            fail_msg("seed %llu, %s: %a, wanted %a", (unsigned long long)seed, strided_context_isa(ctx), (double)got, (double)sum);
        sum = 0;
    }
    guard_free(d.memory);
    guard_free(a.memory);
    guard_free(b.memory);
}

#ifdef __FP_FAST_FMAF
enum { baseline_fuses = 1 };
#else
enum { baseline_fuses = 0 };
#endif

static void products(void **state)
{
    (void)state;
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        for (int i = 0; ctx && i < 200; i++) product_once(ctx, k > 0 || baseline_fuses);
        strided_context_release(ctx);
    }
}

/* ---- elements where they lie --------------------------------------------------------------------- */

/* Rows longer than those that pass through buffers, of which lines are dense, crowded or apart; in place too. */
static void in_place_once(strided_context *ctx)
{
    const int64_t lines = any(1, 5), n = any(200, 3000), gap = any(0, 2) ? 0 : any(1, 9), pitch = n + gap, count = (lines - 1) * pitch + n;
    struct guard *ga = guard_new((size_t)count * 4, GUARD_AFTER), *gb = guard_new((size_t)count * 4, GUARD_BEFORE);
    struct guard *gd = guard_new((size_t)count * 4, any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
    float *a = (float *)(void *)ga->data, *b = (float *)(void *)gb->data, *d = (float *)(void *)gd->data;
    const int64_t shape[] = { lines, n }, strides[] = { pitch, 1 };
    STRIDED_AUTO strided_tensor *x = strided_wrap(ctx, a, STRIDED_F32, 2, shape, strides), *y = strided_wrap(ctx, b, STRIDED_F32, 2, shape, strides);
    STRIDED_AUTO strided_tensor *z = strided_wrap(ctx, d, STRIDED_F32, 2, shape, strides);
    for (int64_t i = 0; i < count; i++) a[i] = (float)any(-99, 99), b[i] = (float)any(-99, 99), d[i] = 1e30f;
    for (int op = 0; op < 4; op++) {
        if (op == 0) assert_int_equal(strided_unary(z, STRIDED_RELU, x), STRIDED_OK);
        if (op == 1) assert_int_equal(strided_binary(z, STRIDED_SUB, x, y), STRIDED_OK);
        if (op == 2) assert_int_equal(strided_binary(z, STRIDED_MUL, z, y), STRIDED_OK);
        if (op == 3) assert_int_equal(strided_clamp(z, x, -7, 31), STRIDED_OK);
        for (int64_t i = 0; i < count; i++) {
            const float m = a[i] < -7 ? -7 : a[i], want[] = { a[i] > 0 ? a[i] : 0, a[i] - b[i], (a[i] - b[i]) * b[i], m > 31 ? 31 : m };
            if (i % pitch >= n ? d[i] != 1e30f : d[i] != want[op])
                fail_msg("seed %llu, %s, operator %d: %g at %lld", (unsigned long long)seed, strided_context_isa(ctx), op, (double)d[i], (long long)i);
        }
    }
    guard_free(ga);
    guard_free(gb);
    guard_free(gd);
}

static void in_place(void **state)
{
    (void)state;
    for (int k = 0; k < ISAS_TRIED; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = isas[k] });
        for (int i = 0; ctx && i < 60; i++) in_place_once(ctx);
        strided_context_release(ctx);
    }
}

/* Where long vectors are worked on in halves copies and the like are left to a shorter set, functions are not; with "avx512" nothing is. */
static void left(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        strided_context *ctx = strided_context_new(&(strided_config){ .isa = k ? "avx512_vnni" : "avx512" });
        if (!ctx) continue;
        const struct kernels *own = strided__kernels(strided__context_isa(ctx)), *shorter = strided__kernels(ISA_AVX2);
        const struct kernels *wanted = k && strided__cpu_halves() ? shorter : own;
        struct work w;
        strided__work_init(&w, WORK_MAP, COMPUTE_F32, ctx);
        w.op = MAP_COPY;
        assert_ptr_equal(strided__nest_kernel(own, &w, &w.nest), wanted->nest[WORK_MAP][COMPUTE_F32]);
        const int kept = strided__work_keep(&w, 64);
        for (int step = -1; step < 3; step++) { /* 2 is put in order on its way */
            strided__work_stride(&w, kept, NEST_A, step);
            w.op = MAP_COPY;
            assert_ptr_equal(strided__nest_kernel(own, &w, &w.nest), (step == 2 ? own : wanted)->nest[WORK_MAP][COMPUTE_F32]);
            w.op = MAP_CLAMP;
            assert_ptr_equal(strided__nest_kernel(own, &w, &w.nest), (step == 2 ? own : wanted)->nest[WORK_MAP][COMPUTE_F32]);
        }
        strided__work_stride(&w, kept, NEST_A, 1);
        w.op = MAP_COPY;
        for (int step = -1; step < 3; step++) {
            strided__work_stride(&w, kept, NEST_DST, step);
            assert_ptr_equal(strided__nest_kernel(own, &w, &w.nest), (step == 2 ? own : wanted)->nest[WORK_MAP][COMPUTE_F32]);
        }
        strided__work_stride(&w, kept, NEST_DST, 1);
        w.op = MAP_UNARY;
        w.sub = STRIDED_RELU;
        assert_ptr_equal(strided__nest_kernel(own, &w, &w.nest), wanted->nest[WORK_MAP][COMPUTE_F32]);
        w.sub = STRIDED_TANH;
        assert_ptr_equal(strided__nest_kernel(own, &w, &w.nest), own->nest[WORK_MAP][COMPUTE_F32]);
        for (int crowded = 0; crowded < 2; crowded++) { /* lines that lie pages apart */
            strided__work_init(&w, WORK_CONTRACT, COMPUTE_F32, ctx);
            strided__work_stride(&w, strided__work_keep(&w, 64), NEST_A, crowded ? 2048 : 2049);
            const int fold = strided__work_fold(&w, 2048);
            strided__work_stride(&w, fold, NEST_A, 1);
            strided__work_stride(&w, fold, NEST_B, 1);
            assert_ptr_equal(strided__nest_kernel(own, &w, &w.nest), (crowded ? wanted : own)->nest[WORK_CONTRACT][COMPUTE_F32]);
        }
        strided__work_init(&w, WORK_REDUCE, COMPUTE_F32, ctx);
        assert_ptr_equal(strided__nest_kernel(own, &w, &w.nest), own->nest[WORK_REDUCE][COMPUTE_F32]);
        strided_context_release(ctx);
    }
}

STRIDED_TEST_GROUP("kernels/move", cmocka_unit_test(in_place), cmocka_unit_test(left), cmocka_unit_test(moves), cmocka_unit_test(channels_of_bytes), cmocka_unit_test(large),
                   cmocka_unit_test(conversions), cmocka_unit_test(folds), cmocka_unit_test(products))
