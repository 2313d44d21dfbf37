/*
 * pick.c - from an instruction set to its kernels.
 */
#include "kernels.h"
#include "blocks_plan.h"

extern const struct kernels strided__kernels_scalar, strided__kernels_neon, strided__kernels_avx2, strided__kernels_avx512;

/* Those that were built, the best first: each serves the sets above it as well. */
static const struct { enum isa isa; const struct kernels *kernels; } built[] = {
#ifdef STRIDED_HAVE_AVX512
    { ISA_AVX512, &strided__kernels_avx512 },
#endif
#ifdef STRIDED_HAVE_AVX2
    { ISA_AVX2, &strided__kernels_avx2 },
#endif
#ifdef STRIDED_HAVE_NEON
    { ISA_NEON, &strided__kernels_neon },
#endif
    { ISA_SCALAR, &strided__kernels_scalar },
};

const struct kernels *strided__kernels(enum isa isa)
{
    int i = 0;
    while (built[i].isa > isa) i++;
    return built[i].kernels;
}

static int number_of(const struct kernels *k)
{
    int i = 0;
    while (built[i].kernels != k) i++;
    return i;
}

/* Functions are computed; all else that goes by elements waits for memory. */
static int computes(const struct work *w)
{
    enum { FUNCTIONS = 1 << STRIDED_EXP | 1 << STRIDED_LOG | 1 << STRIDED_TANH | 1 << STRIDED_ERF | 1 << STRIDED_SIGMOID | 1 << STRIDED_GELU |
                       1 << STRIDED_GELU_TANH | 1 << STRIDED_SILU };
    return w->op == MAP_EXP_DIV || w->op == MAP_EXP_SUB || (w->op == MAP_UNARY && FUNCTIONS >> w->sub & 1);
}

/* Every second element of either side is put in order on its way. That, too, is work for long vectors. */
static int orders(const struct nest *n)
{
    const int64_t *stride = n->axis[n->keep ? n->keep - 1 : 0].stride;
    return n->keep && (stride[NEST_A] == 2 || stride[NEST_DST] == 2);
}

/* Lines of sums lie pages apart: those of a long vector's outputs would push each other out of the first-level cache (contract.h). */
static int crowds(const struct work *w)
{
    const struct nest_axis *row = w->nest.axis, *fold = row + w->nest.keep + w->nest.fold - 1;
    enum { PAGE = 4096 };
    for (; row < w->nest.axis + w->nest.keep; row++)
        if (fold->stride[NEST_A] == 1 && row->stride[NEST_A] && !row->stride[NEST_B] && row->stride[NEST_A] % (PAGE / 4) == 0) return 1;
    return 0;
}

/* Sums of several axes whose lines are shorter than half a long vector: what is loaded of each crosses lines of the cache less often. */
static int folds_short_lines(const struct nest *n)
{
    enum { SHORT = 8 };
    const struct nest_axis *inner = &n->axis[n->keep + n->fold - 1];
    return n->fold > 1 && inner->stride[NEST_A] == 1 && inner->len <= SHORT;
}

/* Where long vectors are worked on in halves they gain nothing on memory: what goes by elements is left to vectors that are not. Behind a long
 * store a load waits whose address is the same but for the page, as it mostly is where two operands have one shape; and what long vectors ask for
 * ahead, for the sake of slow third-level caches, is in the way of a fast one. A context that wants "avx512" and no more has just that. */
static int is_left(const struct kernels *k, const struct work *w, const struct nest *n)
{
    if (k->vector_bytes != 64 || strided__context_isa(w->ctx) <= ISA_AVX512 || !strided__cpu_halves()) return 0;
    if (w->kind == WORK_REDUCE) return w->op == FOLD_SUM && folds_short_lines(n);
    return w->kind == WORK_MAP ? !computes(w) && !orders(n) : w->kind == WORK_CONTRACT && w->nest.fold && crowds(w);
}

nest_kernel *strided__nest_kernel(const struct kernels *k, const struct work *w, const struct nest *n)
{
    int i = number_of(k) + is_left(k, w, n);
    while (!built[i].kernels->nest[w->kind][w->compute]) i++;
    return built[i].kernels->nest[w->kind][w->compute];
}

/* What vectors of sums would lie along is no more than a vector of so many bytes: channels that are neighbours and fill it, or positions of a row
 * that fill more than half of it. */
static int half_holds(const struct work *w, int64_t vector)
{
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        const int64_t bytes = a->len * (int64_t)strided__compute_size(w->compute);
        if (a->stride[NEST_DST] != 1 || !a->stride[NEST_A] || a->len == 1) continue;
        return a->stride[NEST_B] ? a->stride[NEST_A] == 1 && bytes == vector : bytes <= vector && 2 * bytes > vector;
    }
    return 0;
}

/* The folds of windows of taps x taps, if that is all there is to fold. */
static int is_square(const struct work *w, int64_t taps, const struct nest_axis *fold[2])
{
    int n = 0;
    for (int i = w->nest.keep; i < w->nest.keep + w->nest.fold; i++) {
        if (w->nest.axis[i].len == 1) continue;
        if (w->nest.axis[i].len != taps || n == 2) return 0;
        fold[n++] = &w->nest.axis[i];
    }
    return n == 2;
}

/* Windows of two by two, side by side: short rows of them that follow each other go two at once by long vectors (pool_strip.h). */
static int rows_pair_up(const struct work *w)
{
    const struct nest_axis *axis = w->nest.axis, *fold[2];
    int64_t row = 0;
    if (w->kind != WORK_REDUCE || w->edges || !is_square(w, 2, fold)) return 0;
    for (int i = 0; i < w->nest.keep; i++)
        if (axis[i].stride[NEST_DST] == 1) row = axis[i].len;
    for (int i = 0; i < w->nest.keep; i++)
        if (axis[i].stride[NEST_DST] == row && axis[i].stride[NEST_A] == 2 * fold[0]->stride[NEST_A]) return 1;
    return 0;
}

/* So do planes of short rows that windows of 3x3 with weights slide over (window_ribbon.h), unless their sums are formed apart from dst. */
static int planes_pair_up(const struct work *w)
{
    const struct nest_axis *axis = w->nest.axis, *fold[2];
    int64_t ratio = 0;
    int rows = 0, planes = 0;
    if (w->kind != WORK_CONTRACT || w->epilogue.accumulate || !is_square(w, 3, fold)) return 0;
    for (int i = 0; i < w->nest.keep; i++)
        if (axis[i].stride[NEST_DST] == 1 && axis[i].len > 1) ratio = axis[i].stride[NEST_A];
    for (int i = 0; i < w->nest.keep; i++) {
        rows |= !axis[i].stride[NEST_B] && axis[i].stride[NEST_A] == ratio * fold[0]->stride[NEST_A];
        planes |= axis[i].stride[NEST_B] && axis[i].stride[NEST_A] && axis[i].len > 1;
    }
    return rows && planes && fold[1]->stride[NEST_A] == 1;
}

/* So do positions of channels that half holds, of long lines of taps that are far longer still (blocks_plan.c). */
static int positions_pair_up(const struct work *w, int64_t half)
{
    enum { LONG = 8 };
    const int64_t lanes = half / (int64_t)strided__compute_size(w->compute);
    const int64_t taps = w->nest.fold ? w->nest.axis[w->nest.keep + w->nest.fold - 1].len : 1;
    if (w->kind != WORK_CONTRACT || taps <= ABREAST_TAPS || work_terms(w) > (double)taps) return 0;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        if (a->stride[NEST_A] == lanes && a->stride[NEST_DST] == lanes && a->len >= LONG * taps) return 1;
    }
    return 0;
}

/* Outputs that share what they read are whole vectors, of one group after the other (flat_plan.c). */
static int outputs_fill(const struct work *w, int64_t vector)
{
    const int64_t size = (int64_t)strided__compute_size(w->compute);
    int fill = 0, groups = 0;
    for (int i = 0; i < w->nest.keep; i++) {
        const struct nest_axis *a = &w->nest.axis[i];
        fill |= a->stride[NEST_B] && !a->stride[NEST_A] && a->len * size % vector == 0;
        groups |= a->stride[NEST_B] && a->stride[NEST_A] && a->len > 1;
    }
    return fill && groups;
}

const struct kernels *strided__windows_of(const struct kernels *k, const struct work *w)
{
    int i = number_of(k);
    while (!built[i].kernels->window[w->compute] && built[i].isa != ISA_SCALAR) i++;
    if (built[i].isa == ISA_SCALAR || built[i + 1].isa == ISA_SCALAR) return built[i].kernels; /* which may round twice */
    return built[i + (!rows_pair_up(w) && !planes_pair_up(w) && !outputs_fill(w, built[i].kernels->vector_bytes) &&
                      !positions_pair_up(w, built[i + 1].kernels->vector_bytes) &&
                      half_holds(w, built[i + 1].kernels->vector_bytes))].kernels;
}

const struct sliding_kernels *strided__sliding_kernels(const struct kernels *k, enum compute compute)
{
    int i = number_of(k);
    while (!built[i].kernels->sliding[compute] && built[i].isa != ISA_SCALAR) i++;
    return built[i].kernels->sliding[compute];
}

maxima_kernel *strided__maxima_kernel(const struct kernels *k, strided_dtype dtype)
{
    int i = number_of(k);
    while (!built[i].kernels->maxima[dtype] && built[i].isa != ISA_SCALAR) i++;
    return built[i].kernels->maxima[dtype];
}
