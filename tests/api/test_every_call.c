/*
 * test_every_call.c - every public function that takes a tensor or makes something, called once in a small way: with each
 * allocation failing in turn, with each handle NULL, with each destination read-only and each overlapping itself, and in
 * each dtype.
 *
 * What the functions compute is the business of their own tests. That none is forgotten here is checked against the linker's
 * map, so a new function is refused until it has a line in CALLS or in QUIET.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strided.h>
#include "support/cmocka_compat.h"
#include "support/number.h"
#include "support/oom.h"

enum { TENSORS = 32, OUTS = 2, BEFORE = 7 };

enum fault { NONE, NULL_HANDLE, READ_ONLY, OVERLAPPING };

/* One call: the faulty operand is the `at`-th of those that can have the fault. */
struct use {
    struct oom *o;
    strided_context *ctx;
    strided_dtype dtype; /* of what has no dtype of its own */
    enum fault fault;
    int at, seen, faulty;
    strided_tensor *t[TENSORS]; /* made anew for each call */
    strided_tensor *outs[OUTS]; /* of those, the destinations */
    int n, nouts;
};

static strided_tensor *keep(struct use *u, strided_tensor *t)
{
    assert_non_null(t);
    assert_true(u->n < TENSORS);
    return u->t[u->n++] = t;
}

/* Making an operand is no part of the call: no allocation of it fails. */
static strided_tensor *filled(struct use *u, strided_dtype dtype, int ndim, const int64_t *shape, double value)
{
    int64_t calls = u->o->calls, fail_at = u->o->fail_at;
    u->o->fail_at = 0;
    strided_tensor *t = keep(u, strided_full(u->ctx, dtype, ndim, shape, value));
    u->o->calls = calls;
    u->o->fail_at = fail_at;
    return t;
}

static strided_tensor *made(struct use *u, strided_dtype dtype, int ndim, const int64_t *shape)
{
    return filled(u, dtype, ndim, shape, 0);
}

static int hit(struct use *u)
{
    if (u->seen++ != u->at) return 0;
    return u->faulty = 1;
}

static const strided_tensor *in(struct use *u, strided_dtype dtype, int ndim, const int64_t *shape)
{
    strided_tensor *t = made(u, dtype, ndim, shape);
    return u->fault == NULL_HANDLE && hit(u) ? NULL : t;
}

/* Every axis on the same element. */
static strided_tensor *folded(struct use *u, strided_tensor *t)
{
    int64_t strides[STRIDED_MAX_NDIM] = { 0 };
    return keep(u, strided_as_strided(t, strided_ndim(t), strided_shape(t), strides, 0));
}

static strided_tensor *out(struct use *u, strided_dtype dtype, int ndim, const int64_t *shape)
{
    strided_tensor *t = filled(u, dtype, ndim, shape, BEFORE);
    assert_true(u->nouts < OUTS);
    u->outs[u->nouts++] = t;
    if (u->fault == NONE || (u->fault == OVERLAPPING && strided_count(t) < 2) || !hit(u)) return t;
    if (u->fault == NULL_HANDLE) return NULL;
    if (u->fault == OVERLAPPING) return folded(u, t);
    return keep(u, strided_wrap_const(u->ctx, strided_data(t), dtype, ndim, shape, NULL));
}

/* What a maker made goes at once. */
static strided_status tensor(strided_tensor *t)
{
    if (!t) return strided_error_status();
    strided_release(t);
    return STRIDED_OK;
}

static strided_status plan(strided_plan *p)
{
    if (!p) return strided_error_status();
    strided_plan_release(p);
    return STRIDED_OK;
}

static strided_status parts(strided_status s, int n, strided_tensor **part)
{
    for (int i = 0; i < n && !s; i++) strided_release(part[i]);
    return s;
}

#define F(...)   in(u, u->dtype, STRIDED_DIMS(__VA_ARGS__))
#define I(...)   in(u, STRIDED_I64, STRIDED_DIMS(__VA_ARGS__))
#define B(...)   in(u, STRIDED_I8, STRIDED_DIMS(__VA_ARGS__))
#define TO(...)  out(u, u->dtype, STRIDED_DIMS(__VA_ARGS__))
#define SCALAR   out(u, u->dtype, STRIDED_NO_DIMS)
#define D        STRIDED_DIMS
#define L        STRIDED_LIST

static const strided_conv_params same = { .pad = { { 1, 1 }, { 1, 1 } } };
static const strided_pool_params two = { .size = { 2, 2 } }, lp = { .kind = STRIDED_POOL_LP, .size = { 2, 2 } };
static double numbers[16];

static void nothing(void *user) { (void)user; }

/* X(function without strided_, call). The call sees `u`; `part` takes handles. */
#define MAKERS(X)                                                                                                          \
    X(empty, tensor(strided_empty(u->ctx, u->dtype, D(2, 3))))                                                             \
    X(zeros, tensor(strided_zeros(u->ctx, u->dtype, D(2, 3))))                                                             \
    X(full, tensor(strided_full(u->ctx, u->dtype, D(2, 3), 1)))                                                            \
    X(arange, tensor(strided_arange(u->ctx, u->dtype, 0, 5, 1)))                                                           \
    X(wrap, tensor(strided_wrap(u->ctx, numbers, u->dtype, D(4, 4), NULL)))                                                \
    X(wrap_const, tensor(strided_wrap_const(u->ctx, numbers, u->dtype, D(4, 4), NULL)))                                    \
    X(adopt, tensor(strided_adopt(u->ctx, numbers, u->dtype, D(4, 4), NULL, nothing, NULL)))                               \
    X(adopt_const, tensor(strided_adopt_const(u->ctx, numbers, u->dtype, D(4, 4), NULL, nothing, NULL)))                   \
    X(empty_like, tensor(strided_empty_like(F(2, 3))))                                                                     \
    X(clone, tensor(strided_clone(F(2, 3))))                                                                               \
    X(as_strided, tensor(strided_as_strided(F(4, 5), D(2, 2), L(5, 1), 0)))                                                \
    X(slice, tensor(strided_slice(F(4, 5), 0, 0, 3, 2)))                                                                   \
    X(narrow, tensor(strided_narrow(F(4, 5), 0, 1, 2)))                                                                    \
    X(select, tensor(strided_select(F(4, 5), 0, 1)))                                                                       \
    X(flip, tensor(strided_flip(F(4, 5), D(1))))                                                                           \
    X(permute, tensor(strided_permute(F(4, 5), D(1, 0))))                                                                  \
    X(transpose, tensor(strided_transpose(F(4, 5), 0, 1)))                                                                 \
    X(movedim, tensor(strided_movedim(F(4, 5), 1, L(0), L(1))))                                                            \
    X(unsqueeze, tensor(strided_unsqueeze(F(4, 5), 0)))                                                                    \
    X(squeeze, tensor(strided_squeeze(F(4, 1), D(1))))                                                                     \
    X(broadcast_to, tensor(strided_broadcast_to(F(1, 5), D(4, 5))))                                                        \
    X(expand, tensor(strided_expand(F(1, 5), D(4, -1))))                                                                   \
    X(diagonal, tensor(strided_diagonal(F(4, 5), 0, 0, 1)))                                                                \
    X(reshape, tensor(strided_reshape(F(4, 5), D(20))))                                                                    \
    X(flatten, tensor(strided_flatten(F(4, 5), 0, 1)))                                                                     \
    X(unflatten, tensor(strided_unflatten(F(4, 5), 0, D(2, 2))))                                                           \
    X(unfold, tensor(strided_unfold(F(4, 5), 0, 2, 1)))                                                                    \
    X(window, tensor(strided_window(F(4, 5), 1, &(strided_window_axis){ .axis = 0, .size = 2 })))                          \
    X(split, parts(strided_split(part, 2, F(4, 5), 0, 2), 2, part))                                                        \
    X(chunk, parts(strided_chunk(part, 2, F(4, 5), 0), 2, part))                                                           \
    X(reduce_empty, tensor(strided_reduce_empty(STRIDED_REDUCE_SUM, F(4, 5), D(1), 0)))                                    \
    X(matmul_empty, tensor(strided_matmul_empty(F(4, 5), F(5, 3))))                                                        \
    X(einsum_empty, tensor(strided_einsum_empty("ij,jk->ik", STRIDED_TENSORS(F(4, 5), F(5, 3)))))                          \
    X(einsum_named_empty, tensor(strided_einsum_named_empty("a b, b c -> a c", STRIDED_TENSORS(F(4, 5), F(5, 3)))))        \
    X(pad_empty, tensor(strided_pad_empty(F(4, 5), 2, L(1, 1), L(1, 1))))                                                  \
    X(conv_empty, tensor(strided_conv_empty(F(1, 2, 5, 5), F(3, 2, 3, 3), NULL)))                                          \
    X(conv_transpose_empty, tensor(strided_conv_transpose_empty(F(1, 2, 5, 5), F(2, 3, 3, 3), NULL)))                      \
    X(pool_empty, tensor(strided_pool_empty(F(2, 4, 4), &two)))                                                            \
    X(conv1d, tensor(strided_conv1d(F(1, 2, 9), F(3, 2, 3), D(2), D(1))))                                                  \
    X(conv2d, tensor(strided_conv2d(F(1, 2, 5, 5), F(3, 2, 3, 3), D(2), D(1))))                                            \
    X(conv3d, tensor(strided_conv3d(F(1, 2, 3, 4, 5), F(3, 2, 3, 3, 3), D(2), D(1))))                                      \
    X(maxpool1d, tensor(strided_maxpool1d(F(1, 2, 9), D(2), STRIDED_NO_DIMS, D(1))))                                       \
    X(maxpool2d, tensor(strided_maxpool2d(F(1, 2, 5, 5), D(2), STRIDED_NO_DIMS, D(1))))                                    \
    X(avgpool2d, tensor(strided_avgpool2d(F(1, 2, 5, 5), D(2), STRIDED_NO_DIMS, D(1))))                                    \
    X(pad1d, tensor(strided_pad1d(F(2, 5), 1, 2, 0)))                                                                      \
    X(pad2d, tensor(strided_pad2d(F(4, 5), 1, 2, 3, 4, 0)))                                                                \
    X(conv_plan, plan(strided_conv_plan(F(1, 3, 5, 5), F(1, 2, 5, 5), F(3, 2, 3, 3), made(u, u->dtype, D(3)), &same)))     \
    X(pool_plan, plan(strided_pool_plan(F(2, 2, 2), F(2, 4, 4), &two)))                                                    \
    X(einsum_plan, plan(strided_einsum_plan(F(4, 3), "ij,jk->ik", STRIDED_TENSORS(F(4, 5), F(5, 3)))))                     \
    X(einsum_named_plan, plan(strided_einsum_named_plan(F(4, 3), "a b, b c -> a c", STRIDED_TENSORS(F(4, 5), F(5, 3)))))

#define DOERS(X)                                                                                                           \
    X(broadcast_shape, strided_broadcast_shape(&ndim, shape, STRIDED_TENSORS(F(4, 1), F(1, 5))))                           \
    X(set, strided_set(TO(4, 5), D(1, 1), 3))                                                                              \
    X(fill, strided_fill(TO(4, 5), 1))                                                                                     \
    X(copy, strided_copy(TO(4, 5), F(1, 5)))                                                                               \
    X(accumulate, strided_accumulate(TO(4, 5), F(1, 5)))                                                                   \
    X(concat, strided_concat(TO(4, 5), STRIDED_TENSORS(F(1, 5), F(3, 5)), 0))                                              \
    X(unary, strided_unary(TO(4, 5), STRIDED_EXP, F(4, 5)))                                                                \
    X(binary, strided_binary(TO(4, 5), STRIDED_ADD, F(4, 5), F(1, 5)))                                                     \
    X(clamp, strided_clamp(TO(4, 5), F(4, 5), 0, 1))                                                                       \
    X(reduce, strided_reduce(TO(4), STRIDED_REDUCE_SUM, F(4, 5), D(1)))                                                    \
    X(softmax, strided_softmax(TO(4, 5), F(4, 5), 1))                                                                      \
    X(log_softmax, strided_log_softmax(TO(4, 5), F(4, 5), 0))                                                              \
    X(trace, strided_trace(SCALAR, F(4, 5)))                                                                               \
    X(mv, strided_mv(TO(4), F(4, 5), F(5)))                                                                                \
    X(mm, strided_mm(TO(4, 3), F(4, 5), F(5, 3)))                                                                          \
    X(matmul, strided_matmul(TO(2, 4, 3), F(2, 4, 5), F(5, 3)))                                                            \
    X(linear, strided_linear(TO(4, 3), F(4, 5), F(3, 5), made(u, u->dtype, D(3))))                                         \
    X(gemm, strided_gemm(TO(4, 3), 2, F(4, 5), F(5, 3), 1, made(u, u->dtype, D(3))))                                       \
    X(einsum, strided_einsum(TO(4, 2), "ij,jk,kl->il", STRIDED_TENSORS(F(4, 5), F(5, 3), F(3, 2))))                        \
    X(einsum_named, strided_einsum_named(TO(4, 2), "a b, b c, c d -> a d", STRIDED_TENSORS(F(4, 5), F(5, 3), F(3, 2))))    \
    X(pad, strided_pad(TO(6, 7), F(4, 5), 2, L(1, 1), L(1, 1), STRIDED_PAD_REFLECT, 0))                                    \
    X(pad_grad, strided_pad_grad(TO(4, 5), F(6, 7), 2, L(1, 1), L(1, 1), STRIDED_PAD_REFLECT))                             \
    X(conv, strided_conv(TO(1, 3, 5, 5), F(1, 2, 5, 5), F(3, 2, 3, 3), made(u, u->dtype, D(3)), &same))                    \
    X(conv_grad_input, strided_conv_grad_input(TO(1, 2, 5, 5), F(1, 3, 5, 5), F(3, 2, 3, 3), &same))                       \
    X(conv_grad_weight, strided_conv_grad_weight(TO(3, 2, 3, 3), F(1, 3, 5, 5), F(1, 2, 5, 5), &same))                     \
    X(conv_grad_bias, strided_conv_grad_bias(TO(3), F(1, 3, 5, 5)))                                                        \
    X(conv_transpose, strided_conv_transpose(TO(1, 2, 5, 5), F(1, 3, 5, 5), F(3, 2, 3, 3), NULL, &same))                   \
    X(conv_transpose_grad_input, strided_conv_transpose_grad_input(TO(1, 3, 5, 5), F(1, 2, 5, 5), F(3, 2, 3, 3), &same))   \
    X(conv_transpose_grad_weight, strided_conv_transpose_grad_weight(TO(3, 2, 3, 3), F(1, 2, 5, 5), F(1, 3, 5, 5), &same)) \
    X(causal_conv1d, strided_causal_conv1d(TO(1, 2, 7), F(1, 2, 7), F(2, 1, 3), NULL, made(u, u->dtype, D(1, 2, 2)), STRIDED_ACT_NONE)) \
    X(im2col, strided_im2col(TO(1, 8, 9), F(1, 2, 4, 4), D(2, 2), NULL))                                                   \
    X(col2im, strided_col2im(TO(1, 2, 4, 4), F(1, 8, 9), D(2, 2), NULL))                                                   \
    X(pool, strided_pool(TO(2, 2, 2), made(u, STRIDED_I64, D(2, 2, 2)), F(2, 4, 4), &two))                                 \
    X(pool_grad, strided_pool_grad(TO(2, 4, 4), F(2, 2, 2), F(2, 4, 4), &lp))                                              \
    X(pool_grad_indices, strided_pool_grad_indices(TO(2, 4, 4), F(2, 2, 2), I(2, 2, 2), 2))                                \
    X(unpool, strided_unpool(TO(2, 4, 4), F(2, 2, 2), I(2, 2, 2), 2))                                                      \
    X(adaptive_pool, strided_adaptive_pool(TO(2, 2, 3), made(u, STRIDED_I64, D(2, 2, 3)), F(2, 4, 4), STRIDED_POOL_MAX, 2)) \
    X(adaptive_pool_grad, strided_adaptive_pool_grad(TO(2, 4, 4), F(2, 2, 3), F(2, 4, 4), STRIDED_POOL_MAX, 2))            \
    X(resize, strided_resize(TO(2, 8, 8), F(2, 4, 4), STRIDED_RESIZE_BILINEAR, 2))                                         \
    X(batch_norm, strided_batch_norm(TO(2, 3, 4), F(2, 3, 4), F(3), F(3), NULL, NULL, 1e-5))                               \
    X(batch_norm_train, strided_batch_norm_train(TO(2, 3, 4), F(2, 3, 4), NULL, NULL, NULL, NULL, NULL, NULL, NULL))       \
    X(batch_norm_grad, strided_batch_norm_grad(made(u, u->dtype, D(2, 3, 4)), NULL, NULL, F(2, 3, 4), F(2, 3, 4), NULL, F(3), F(3), NULL)) \
    X(batch_norm_fold, strided_batch_norm_fold(TO(4, 2, 3), TO(4), F(4, 2, 3), NULL, F(4), F(4), NULL, NULL, 1e-5))        \
    X(conv_quantized, strided_conv_quantized(out(u, STRIDED_I32, D(1, 3, 5, 5)), B(1, 2, 5, 5), B(3, 2, 3, 3), NULL, NULL, &same)) \
    X(matmul_quantized, strided_matmul_quantized(out(u, STRIDED_I32, D(4, 3)), B(4, 5), B(5, 3), NULL))

/* What allocates nothing, takes no destination and has a meaning for NULL; and what has sweeps of its own: contexts
 * (tests/base), files (tests/io), running plans (tests/plan). */
static const char *const quiet[] = {
    "version", "status_name", "status_meaning", "error_status", "error", "dtype_size", "dtype_name", "retain", "release",
    "dtype_of", "ndim", "shape", "strides", "dim", "stride", "count", "offset", "storage_count", "data", "const_data",
    "context_of", "is_read_only", "is_contiguous", "is_overlapping", "shares_memory", "get", "get_int", "item", "item_int",
    "describe", "context_new", "context_retain", "context_release", "context_isa", "context_threads", "load_npy", "save_npy",
    "plan_retain", "plan_release", "plan_scratch", "plan_run", "plan_describe",
};

#define DEFINE(name, call)                                   \
    static strided_status call_##name(struct use *u)         \
    {                                                        \
        strided_tensor *part[2];                             \
        int64_t shape[STRIDED_MAX_NDIM];                     \
        int ndim;                                            \
        (void)u, (void)part, (void)shape, (void)ndim;        \
        return call;                                         \
    }
MAKERS(DEFINE)
DOERS(DEFINE)

static const struct call {
    const char *name;
    strided_status (*call)(struct use *u);
} calls[] = {
#define ROW(name, call) { #name, call_##name },
    MAKERS(ROW) DOERS(ROW)
};

enum { CALLS = sizeof calls / sizeof *calls, QUIET = sizeof quiet / sizeof *quiet };

/* ---- one call, and what is left of it ------------------------------------------------------------- */

static int unchanged(const strided_tensor *t)
{
    double before = strided_dtype_of(t) == STRIDED_BOOL ? 1 : BEFORE;
    for (int64_t i = 0; i < strided_storage_count(t); i++) {
        strided_tensor *flat = strided_as_strided(t, STRIDED_NO_DIMS, NULL, i - strided_offset(t));
        double value = strided_item(flat);
        strided_release(flat);
        if (value != before) return 0;
    }
    return 1;
}

/* `u` says how. A failure writes nothing and leaks nothing. */
static strided_status attempt(const struct call *c, struct use u, int64_t nth, int *happened)
{
    struct oom *o = u.o;
    int64_t blocks = o->blocks;
    u.ctx = o->ctx;
    oom_arm(o, nth);
    strided_status s = c->call(&u);
    *happened = nth ? o->failed : u.faulty;
    oom_arm(o, 0);
    for (int i = 0; i < u.nouts && s; i++)
        if (!unchanged(u.outs[i]))
            fail_msg("%s in %s: fault %d at %d, allocation %" PRId64 ": written to", c->name, strided_dtype_name(u.dtype), (int)u.fault,
                     u.at, nth);
    for (int i = u.n; i-- > 0;) strided_release(u.t[i]);
    if (o->blocks != blocks)
        fail_msg("%s in %s: fault %d at %d, allocation %" PRId64 ": %" PRId64 " blocks leak", c->name, strided_dtype_name(u.dtype),
                 (int)u.fault, u.at, nth, o->blocks - blocks);
    return s;
}

/* The failure just seen has one line: it begins with the function's name, and `with` is in it. */
static void check_line(const struct call *c, const char *with)
{
    const char *line = strided_error();
    size_t n = strlen(c->name);
    if (strncmp(line, c->name, n) != 0 || line[n] != ':' || strchr(line, '\n') || !strstr(line, with))
        fail_msg("%s: the line is \"%s\", without \"%s\"", c->name, line, with);
}

/* One element, and sums through an overlapping view. */
static int may_overlap(const char *name) { return strcmp(name, "set") == 0 || strcmp(name, "accumulate") == 0; }

static void with_fault(enum fault fault, strided_status want)
{
    struct oom *o = oom_new();
    for (int i = 0; i < CALLS; i++)
        for (int at = 0, happened = 1;; at++) {
            strided_status want_here = want;
            strided_status s = attempt(&calls[i], (struct use){ .o = o, .dtype = STRIDED_F32, .fault = fault, .at = at }, 0,
                                       &happened);
            if (!happened) break;
            if (fault == OVERLAPPING && may_overlap(calls[i].name)) want_here = STRIDED_OK;
            if (s != want_here)
                fail_msg("%s: fault %d at operand %d: %s, not %s", calls[i].name, (int)fault, at, strided_status_name(s),
                         strided_status_name(want_here));
            if (s) check_line(&calls[i], fault == NULL_HANDLE ? "NULL" : "");
        }
    oom_free(o);
}

/* ---- the tests ------------------------------------------------------------------------------------- */

/* What has no meaning in a dtype is refused, and everything else is done in it. */
static strided_status in_dtype(const char *name, strided_dtype dtype)
{
    int normalises = strncmp(name, "batch_norm", strlen("batch_norm")) == 0;
    int takes_roots = strcmp(name, "pool_grad") == 0; /* of kind lp */
    int averages = strcmp(name, "avgpool2d") == 0 && dtype != STRIDED_I32 && dtype != STRIDED_I64;
    return !number_is_float(dtype) && (normalises || takes_roots || averages) ? STRIDED_ERR_DTYPE : STRIDED_OK;
}

static void without_a_fault(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    for (int i = 0; i < CALLS; i++)
        for (int d = 0; d < NUMBER_DTYPES; d++) {
            int happened;
            strided_status s = attempt(&calls[i], (struct use){ .o = o, .dtype = number_dtypes[d] }, 0, &happened);
            if (s != in_dtype(calls[i].name, number_dtypes[d]))
                fail_msg("%s in %s: %s: %s", calls[i].name, strided_dtype_name(number_dtypes[d]), strided_status_name(s),
                         strided_error());
        }
    oom_free(o);
}

/* Memory that only speeds up may fail without a word: then the call succeeds. */
static void every_allocation(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    for (int i = 0; i < CALLS; i++)
        for (int64_t nth = 1, happened = 1; happened; nth++) {
            int failed;
            strided_status s = attempt(&calls[i], (struct use){ .o = o, .dtype = STRIDED_F32 }, nth, &failed);
            if (s && s != STRIDED_ERR_NO_MEMORY)
                fail_msg("%s: allocation %" PRId64 " fails: %s: %s", calls[i].name, nth, strided_status_name(s), strided_error());
            if (s && !failed) fail_msg("%s: ERR_NO_MEMORY, and no allocation failed", calls[i].name);
            if (s) check_line(&calls[i], " bytes");
            happened = failed;
        }
    oom_free(o);
}

static void null_handles(void **state)
{
    (void)state;
    with_fault(NULL_HANDLE, STRIDED_ERR_NULL);
}

static void read_only_destinations(void **state)
{
    (void)state;
    with_fault(READ_ONLY, STRIDED_ERR_READ_ONLY);
}

static void overlapping_destinations(void **state)
{
    (void)state;
    with_fault(OVERLAPPING, STRIDED_ERR_OVERLAP);
}

static int known(const char *name)
{
    for (int i = 0; i < CALLS; i++)
        if (strcmp(calls[i].name, name) == 0) return 1;
    for (int i = 0; i < QUIET; i++)
        if (strcmp(quiet[i], name) == 0) return 1;
    return 0;
}

static void none_is_forgotten(void **state)
{
    (void)state;
    char line[256], name[128];
    int found = 0;
    FILE *map = fopen(STRIDED_MAP, "r");
    if (!map) fail_msg("cannot read %s", STRIDED_MAP);
    while (fgets(line, sizeof line, map))
        if (sscanf(line, " strided_%127[a-z0-9_];", name) == 1) {
            found++;
            if (!known(name)) fail_msg("strided_%s has no line in this file", name);
        }
    fclose(map);
    assert_int_equal(found, CALLS + QUIET);
}

STRIDED_TEST_GROUP("api/every_call", cmocka_unit_test(without_a_fault), cmocka_unit_test(every_allocation), cmocka_unit_test(null_handles),
                   cmocka_unit_test(read_only_destinations), cmocka_unit_test(overlapping_destinations),
                   cmocka_unit_test(none_is_forgotten))
