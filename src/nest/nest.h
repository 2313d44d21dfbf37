/*
 * nest.h - loops as data. Every operator of the library is one `struct work`; nothing above src/nest holds
 * an element loop.
 *
 * A nest is a list of axes. Each has an extent and, for every operand, a stride in elements. The axes that
 * the destination keeps come first, then those that are folded over, both outermost first. The value of
 * one destination element is a chain over the fold axes in exactly that order: that order is the meaning,
 * kernels may only be faster. Kept axes may be walked in any order, by any number of threads (except by
 * ACCUMULATE through a destination that overlaps itself).
 *
 *     conv2d      b g o oh ow | c kh kw        dst = y, a = x, b = w
 *     matmul      batch i j | k
 *     max pool    b c oh ow | kh kw            dst = y, a = x
 *     add         axes of dst                  dst, a, b
 *
 * An edge ties a kept axis i and another axis k to a position on an axis of one operand that is only `n` long:
 *     p = i*keep_mul + k*fold_mul - before.
 * The operand's data pointer is that of p = 0, and its strides along both axes follow from the edge. What happens
 * outside [0, n) is `mode`: SKIP leaves those k out (zero padding, minus infinity, dropped gradients); PAD reads
 * (for the destination: writes) another position, by a padding mode; ADAPTIVE instead gives each i its own run of
 * p: floor(i*n/m) <= p < ceil((i+1)*n/m) with m the extent of axis i, and k counts through them.
 */
#ifndef STRIDED_SRC_NEST_H
#define STRIDED_SRC_NEST_H

#include "../base/dtype.h"
#include <strided/conv.h>
#include <math.h>

/* NEST_PACKED: b, in the order of a kernel that wants it so. */
enum { NEST_DST, NEST_A, NEST_B, NEST_C, NEST_D, NEST_PACKED, NEST_OPERANDS };
enum { NEST_AXES = 60, NEST_EDGES = 16, FOLD_CHAINS = 32 };

/* An axis of one operand that is read through a padding mode: element k of the axis is at
 * strided__pad_index(mode, origin + k*mul, n) * stride. */
struct nest_map {
    int     operand;           /* which; 0 with mode CONSTANT: the axis has no map */
    strided_pad_mode mode;     /* CONSTANT: no map */
    int64_t n, origin, mul, stride;
};

struct nest_axis {
    int64_t len;
    int64_t stride[NEST_OPERANDS]; /* elements; 0 where the operand does not move */
    struct nest_map map;           /* if set, stride[map.operand] is not used */
};

struct nest {
    int keep, fold;            /* axis[0..keep) then axis[keep..keep+fold) */
    struct nest_axis axis[NEST_AXES];
};

/* CONTRACT of bf16 at ARITHMETIC_FAST, by the processor's own products of tiles (TDPBF16PS of Intel's manual), where it has them: the last fold
 * goes RUN_TERMS terms at a time, the last run may be less; the even and the odd terms of a run are a chain each, which begins with 0, and
 * their sum is added to the output's. Whatever is subnormal, is 0. With fewer outputs for each row of a than RUN_OUTPUTS it is one chain. */
enum { RUN_TERMS = 32, RUN_OUTPUTS = 16 };

enum edge_mode { EDGE_SKIP, EDGE_PAD, EDGE_ADAPTIVE };

/* No two edges share an axis. For SKIP and ADAPTIVE `other` is another axis: a fold axis (a position left with no k
 * folds over nothing, and is still written), or a kept one (a pair outside is not written). For PAD it is a fold
 * axis, or -1: p depends on i alone. */
struct edge {
    enum edge_mode   mode;
    strided_pad_mode pad;      /* for EDGE_PAD */
    int     operand;           /* whose axis this is */
    int     keep, other;       /* indices into nest.axis */
    int64_t keep_mul, fold_mul, before, n;
    int64_t stride;            /* of that axis in the operand */
    int64_t index_stride;      /* ARG only: what a step of p adds to the index */
    int64_t beyond;            /* SKIP: what a step of `other` moves the operand besides (col2im: to another row) */
};

/* REDUCE is one chain, too, while it folds fewer than FOLD_CHAINS values or has an edge (windows). A longer fold is
 * FOLD_CHAINS chains: value t, counted through all fold axes in their order, goes to chain t % FOLD_CHAINS. Then chain i takes
 * chain i + FOLD_CHAINS/2, for the first half of them; then those likewise, until one is left. Like everything here that
 * depends on extents alone; it can be done several at a time whichever way memory runs, and rounds less than one chain.
 * A maximum over windows is one chain always, so that of zeros and NaN it is the one whose place a pool says. */
enum work_kind {
    WORK_MAP,      /* dst = f(a, b, c, d), element by element                                          */
    WORK_CONTRACT, /* dst = epilogue(sum over the fold axes of a*b)                                    */
    WORK_REDUCE,   /* dst = finish(fold over the fold axes of pre(a, b)); of nothing: 0, 1, -inf, +inf (max |a|: 0) */
    WORK_ARG,      /* dst = largest (smallest) a, c = i64 index of it; either may be absent            */
    WORK_KINDS
};

/* WORK_MAP. Operands are loaded into `compute`; x is param[0], y is param[1]. */
enum map_op {
    MAP_FILL,        /* x (integers: the exact int64 in ivalue)  */
    MAP_COPY,        /* a (less y, if it becomes floats), stored as strided_copy() converts, or (x) rounded as results are */
    MAP_ACCUMULATE,  /* dst + a; dst may overlap itself          */
    MAP_UNARY,       /* strided_unary_op in `sub`                */
    MAP_BINARY,      /* strided_binary_op in `sub`               */
    MAP_CLAMP,       /* min(max(a, x), y)                        */
    MAP_LERP,        /* a*(1 - x) + b*x                          */
    MAP_SCALE_SHIFT, /* (a - b)*c + d; absent: b, d 0, c 1: batch norm */
    MAP_MUL_ADD,     /* a*b + c, each rounded                     */
    MAP_SCALE,       /* a*x                                      */
    MAP_ROOT_SCALE,  /* b / sqrt(a + x)                          */
    MAP_BLEND,       /* a*(1 - x) + b*x*y   (running statistics) */
    MAP_EXP_DIV,     /* exp(a - b) / c: softmax                  */
    MAP_EXP_SUB,     /* exp(a - b)                               */
    MAP_SUB_SUB,     /* (a - b) - c: log_softmax                 */
    MAP_DIVIDE,      /* a / (b*c*d), which is never 0; absent operands count as 1: average pool's gradient */
    MAP_FINITE,      /* a, and 0 for an infinity                 */
    MAP_LP_GRAD,     /* a * sign(b)|b|^(x-1) * c^(1-x), 0 where c is 0 */
    MAP_OPS
};

/* WORK_REDUCE: what is folded, and what is made of it. */
enum reduce_fold { FOLD_SUM, FOLD_PROD, FOLD_MAX, FOLD_MIN, FOLDS };
enum reduce_pre  { PRE_NONE, PRE_ABS, PRE_SQUARE, PRE_POW /* |a|^x */, PRE_EXP_SUB /* exp(a - b) */,
                   PRE_DIFF_SQUARE /* (a - b)^2 */, PRE_MUL /* a*b, product rounded */,
                   PRE_MUL_DIFF /* a*(b - c): batch norm */, PRES };
enum reduce_finish { FINISH_NONE, FINISH_DIV /* by x */, FINISH_ROOT /* ^(1/x); x = 2 is sqrt */, FINISH_LOG,
                     FINISH_ADD_LOG /* c + log(acc) */,
                     FINISH_DIV_OPERANDS /* acc / (b*c*d), which is never 0 */, FINISHES };

/* WORK_CONTRACT: v = alpha*acc; + beta*c if there is a c; + dst's old value if accumulate; activation; one
 * rounding into dst. With `requantize` (compute I32): v = acc + c; round_half_even(v * d) + y_zero, saturated. */
struct epilogue {
    double alpha, beta;
    int    accumulate;
    strided_activation activation;
    double lo, hi;
    int    requantize;
    int64_t y_zero;
};

struct work {
    enum work_kind kind;
    enum compute   compute;
    int            op;                     /* map_op, or reduce_fold; WORK_ARG: 0 largest, 1 smallest       */
    int            sub;                    /* unary or binary op, or reduce_pre                             */
    enum reduce_finish finish;
    double         param[4];
    int64_t        ivalue;
    int64_t        a_zero;                 /* CONTRACT in I32: subtracted from every a                      */
    int            last;                   /* ARG: the last NaN is reported (pooling), not the first        */
    struct epilogue epilogue;
    strided_arithmetic arithmetic;
    int64_t        runs;                   /* CONTRACT of bf16: 0, or sums go by runs of RUN_TERMS of the last fold's so many elements */
    strided_dtype  dtype[NEST_OPERANDS];   /* 0 = no such operand. ARG: b is the running index, never memory */
    void          *data[NEST_OPERANDS];    /* element at index 0,0,..., position p = 0 of every edge. ARG: b is
                                              the index there, as an integer (usually 0)                    */
    struct nest    nest;
    int            edges;
    struct edge    edge[NEST_EDGES];
    int            windows;                /* axes that are positions and taps, with an edge or all inside: what the */
    struct edge    window[STRIDED_MAX_SPATIAL]; /* strides alone cannot say, a broadcast axis hiding its step        */
    strided_context *ctx;                  /* whose threads and ISA; borrowed */
    const char    *who;                    /* the public function, for works that may want memory; else NULL */
};

/* How many ways a fold of REDUCE in this nest of w is divided while it is done; how many chains it is, in the end. */
static inline int64_t work_ways(const struct work *w, const struct nest *n)
{
    int64_t count = 1;
    for (int i = n->keep; i < n->keep + n->fold; i++)
        if (count < FOLD_CHAINS) count *= n->axis[i].len < FOLD_CHAINS ? n->axis[i].len : FOLD_CHAINS;
    return count < FOLD_CHAINS || w->edges ? 1 : FOLD_CHAINS;
}

static inline int64_t work_chains(const struct work *w, const struct nest *n)
{
    return w->windows && w->op == FOLD_MAX ? 1 : work_ways(w, n);
}

/* How many terms a fold has. */
static inline double work_terms(const struct work *w)
{
    double terms = 1;
    for (int i = 0; i < w->nest.fold; i++) terms *= (double)w->nest.axis[w->nest.keep + i].len;
    return terms;
}

/* What an activation leaves as it is: from *lo to *hi, which is all it is. 0: it is something else. */
static inline int activation_limits(const struct epilogue *e, double *lo, double *hi)
{
    *lo = e->activation == STRIDED_ACT_RELU ? 0 : e->activation == STRIDED_ACT_CLAMP ? e->lo : -INFINITY;
    *hi = e->activation == STRIDED_ACT_CLAMP ? e->hi : INFINITY;
    return e->activation != STRIDED_ACT_SILU;
}

/* Nothing becomes of the sums of a CONTRACT. */
static inline int epilogue_is_trivial(const struct work *w)
{
    const struct epilogue *e = &w->epilogue;
    return e->alpha == 1 && !w->dtype[NEST_C] && !e->accumulate && !e->activation && !e->requantize;
}

/* build.c ------------------------------------------------------------------------------------------- */

/* An empty work of this kind: no axes, no operands, epilogue alpha 1, beta 1, the context's arithmetic. */
void strided__work_init(struct work *w, enum work_kind kind, enum compute compute, strided_context *ctx);
/* The same work, of the axes and edges that there are. */
void strided__work_copy(struct work *to, const struct work *from);
/* Operand `which` lies at x's element 0,0,... (or at data); its strides are set axis by axis below. */
void strided__work_operand(struct work *w, int which, const strided_tensor *x);
void strided__work_memory(struct work *w, int which, strided_dtype dtype, void *data);
/* Appends a kept (folded) axis with no strides; returns its index. All kept axes come before the first folded one. */
int  strided__work_keep(struct work *w, int64_t len);
int  strided__work_fold(struct work *w, int64_t len);
void strided__work_stride(struct work *w, int axis, int operand, int64_t stride);
/* Sets the edge and the operand's strides along its axes (for ARG those of the index, operand B, too). */
void strided__work_edge(struct work *w, struct edge e);
/* Notes that axes e.keep and e.other are the positions and taps of a window over e.operand. Changes no stride. */
void strided__work_window(struct work *w, const struct edge *e);
/* For elementwise work: operands and kept axes at once. Kept axes are dst's; the others (NULL = absent) are
 * broadcast to them, aligned at the right; shapes are already checked. */
void strided__work_elementwise(struct work *w, const strided_tensor *const tensors[NEST_OPERANDS]);
/* For products, once all axes are set: the fold order becomes a function of the extents alone, shortest axis
 * outermost, longest innermost, ties as they stand. So conv, einsum and matmul of the same problem agree bit for bit. */
void strided__work_sort_folds(struct work *w);

/* For products of bf16, once folds are sorted, with so many outputs for each row of a: sets w->runs, if arithmetic and processor allow it. It
 * depends on extents alone. */
void strided__work_runs(struct work *w, int64_t outputs);

/* run.c --------------------------------------------------------------------------------------------- */

/* Does it, with the context's threads. Only what is done by a transform (a CONTRACT with windows) can fail, for want of
 * memory, before anything is written. */
strided_status strided__work_run(const struct work *w);
/* The same with other addresses for the operands (a plan's run). */
void strided__work_run_on(const struct work *w, void *const data[NEST_OPERANDS]);
/* Indices lo <= i < hi of a kept axis. */
struct part { int axis; int64_t lo, hi; };
/* Only some of dst, on this thread, by the generic kernels. */
void strided__work_run_part(const struct work *w, void *const data[NEST_OPERANDS], const struct part *part, int parts);

/* pad_index.c: which element position p of an axis of n reads; mode is not CONSTANT, n >= 1. */
int64_t strided__pad_index(strided_pad_mode mode, int64_t p, int64_t n);

#endif
