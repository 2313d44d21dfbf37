/*
 * peer_dnnl.c - oneDNN 2.x, by its C interface.
 *
 * Variant 0 gives it the tensors as they are (it takes positive strides, and falls back to its reference loops where
 * its fast code wants another layout); variant 1 lets it choose the layouts of x and y and reorders on the way in and
 * out; variant 2 asks for Winograd as well. Weights are reordered beforehand, when the primitive is made. Views that it
 * cannot express (strides below 1) are copied first, by strided_copy(), in variants 1 and 2.
 */
#include "bench.h"
#include <dnnl.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN, ANY, WINOGRAD, VARIANTS };

/* One primitive and what it is run on. */
struct step {
    dnnl_primitive_t primitive;
    dnnl_memory_t memory[3];
    int role[3]; /* DNNL_ARG_... */
    int change;  /* it only changes a layout */
};

struct state {
    struct step step[4];
    int steps;
    strided_tensor *copy; /* of a view that cannot be described */
    const strided_tensor *view;
    void *room[8];
    int rooms;
};

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static int good(dnnl_status_t s) { return s == dnnl_success; }

#if defined(__GNUC__)
/* oneDNN of Debian takes its threads from OpenMP. */
extern void omp_set_num_threads(int) __attribute__((weak));
#endif

static int open_engine(void)
{
    const char *isa = options.isa;
    if (isa && strcmp(isa, "avx2") == 0) dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    if (isa && strcmp(isa, "scalar") == 0) dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
    dnnl_set_primitive_cache_capacity(0); /* so that making one is measured, not finding it */
    return good(dnnl_engine_create(&engine, dnnl_cpu, 0)) &&
           good(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
}

/* ---- descriptors --------------------------------------------------------------------------------- */

static dnnl_data_type_t type_of(const strided_tensor *x)
{
    switch (strided_dtype_of(x)) {
    case STRIDED_F32: return dnnl_f32;
    case STRIDED_BF16: return dnnl_bf16;
    case STRIDED_F16: return dnnl_f16;
    case STRIDED_U8: return dnnl_u8;
    case STRIDED_I8: return dnnl_s8;
    case STRIDED_I32: return dnnl_s32;
    default: return dnnl_data_type_undef;
    }
}

struct axes {
    int n;
    dnnl_dims_t dim, stride;
};

static void push(struct axes *a, int64_t dim, int64_t stride)
{
    a->dim[a->n] = dim;
    a->stride[a->n++] = stride;
}

/* The axes of x; a sequence becomes an image of height 1, which oneDNN is faster on. */
static struct axes axes_of(const strided_tensor *x, int flat)
{
    struct axes a = {0};
    int last = strided_ndim(x) - 1;
    for (int i = 0; i <= last; i++) {
        if (i == 2 && last == 2 && !flat) push(&a, 1, strided_stride(x, last) * strided_dim(x, last));
        push(&a, strided_dim(x, i), strided_stride(x, i));
    }
    return a;
}

/* (O, C/g, taps) as (g, O/g, C/g, taps); for a transposed convolution (C, O/g, taps) as (g, O/g, C/g, taps). */
static struct axes weight_axes(const strided_tensor *w, int64_t groups, int transposed)
{
    struct axes a = axes_of(w, 0), b = {0};
    if (groups > 1) push(&b, groups, a.stride[0] * (a.dim[0] / groups));
    a.dim[0] /= groups;
    for (int i = 0; i < a.n; i++) {
        int from = transposed && i < 2 ? 1 - i : i;
        push(&b, a.dim[from], a.stride[from]);
    }
    return b;
}

static int expressible(const strided_tensor *x)
{
    for (int i = 0; i < strided_ndim(x); i++)
        if (strided_dim(x, i) > 1 && strided_stride(x, i) < 1) return 0;
    return type_of(x) != dnnl_data_type_undef;
}

static int described(dnnl_memory_desc_t *md, const struct axes *a, dnnl_data_type_t type)
{
    return good(dnnl_memory_desc_init_by_strides(md, a->n, a->dim, type, a->stride));
}

static int undecided(dnnl_memory_desc_t *md, const dnnl_memory_desc_t *like)
{
    return good(dnnl_memory_desc_init_by_tag(md, like->ndims, like->dims, like->data_type, dnnl_format_tag_any));
}

/* ---- steps --------------------------------------------------------------------------------------- */

static dnnl_memory_t memory_at(const dnnl_memory_desc_t *md, const void *at)
{
    dnnl_memory_t m = NULL;
    /* oneDNN's handles are not const; it writes destinations only */
    union {
        const void *in;
        void *out;
    } address = {at};
    return good(dnnl_memory_create(&m, md, engine, address.out)) ? m : NULL;
}

static void *new_room(struct state *s, const dnnl_memory_desc_t *md)
{
    return s->room[s->rooms++] = room_of(dnnl_memory_desc_get_size(md));
}

static int execute(const struct step *p)
{
    dnnl_exec_arg_t args[3];
    int n = 0;
    for (int i = 0; i < 3; i++)
        if (p->memory[i]) args[n++] = (dnnl_exec_arg_t){p->role[i], p->memory[i]};
    return !good(dnnl_primitive_execute(p->primitive, stream, n, args));
}

static struct step *new_step(struct state *s, dnnl_primitive_desc_t pd)
{
    struct step *p = &s->step[s->steps];
    if (!good(dnnl_primitive_create(&p->primitive, pd))) return NULL;
    s->steps++;
    return p;
}

static void argument(struct step *p, int place, int role, dnnl_memory_t m)
{
    p->role[place] = role;
    p->memory[place] = m;
}

/* A reorder as the next step. */
static struct step *reorder(struct state *s, const dnnl_memory_desc_t *to, void *y, const dnnl_memory_desc_t *from,
                            const void *x)
{
    dnnl_primitive_desc_t pd = NULL;
    if (!good(dnnl_reorder_primitive_desc_create(&pd, from, engine, to, engine, NULL))) return NULL;
    struct step *p = new_step(s, pd);
    dnnl_primitive_desc_destroy(pd);
    if (!p) return NULL;
    p->change = 1;
    argument(p, 0, DNNL_ARG_FROM, memory_at(from, x));
    argument(p, 1, DNNL_ARG_TO, memory_at(to, y));
    return p;
}

static void clear_step(struct step *p)
{
    for (int i = 0; i < 3; i++)
        if (p->memory[i]) dnnl_memory_destroy(p->memory[i]);
    dnnl_primitive_destroy(p->primitive);
    memset(p, 0, sizeof *p);
}

static int run_some(struct state *s, int changes_only)
{
    if (s->copy && strided_copy(s->copy, s->view) != STRIDED_OK) return 1;
    for (int i = 0; i < s->steps; i++)
        if ((!changes_only || s->step[i].change) && execute(&s->step[i])) return 1;
    return !good(dnnl_stream_wait(stream));
}

static int run(void *state) { return run_some(state, 0); }
static int run_changes(void *state) { return run_some(state, 1); }

static void drop(void *state)
{
    struct state *s = state;
    for (int i = 0; i < s->steps; i++) clear_step(&s->step[i]);
    for (int i = 0; i < s->rooms; i++) free(s->room[i]);
    strided_release(s->copy);
    free(s);
}

/* ---- operators ----------------------------------------------------------------------------------- */

/* An operand: what the user has, what the primitive wants, and under which names each side goes. */
struct operand {
    dnnl_memory_desc_t mine, wanted;
    const void *data;
    int role;
    dnnl_query_t query;
    int constant; /* changed once, beforehand */
};

static int operand(struct operand *o, const struct axes *a, const strided_tensor *x, int any, int role,
                   dnnl_query_t query)
{
    memset(o, 0, sizeof *o);
    o->data = strided_const_data(x);
    o->role = role;
    o->query = query;
    if (!described(&o->mine, a, type_of(x))) return 0;
    o->wanted = o->mine;
    return !any || undecided(&o->wanted, &o->mine);
}

/* The address the primitive reads this input at; a reorder is put before it where layouts differ. */
static const void *input_at(struct state *s, struct operand *o, const dnnl_memory_desc_t *want)
{
    if (dnnl_memory_desc_equal(&o->mine, want)) return o->data;
    void *at = new_room(s, want);
    if (!at || !reorder(s, want, at, &o->mine, o->data)) return NULL;
    if (o->constant) {
        s->steps--;
        execute(&s->step[s->steps]);
        clear_step(&s->step[s->steps]);
    }
    return at;
}

/* Its reference loops, of a tenth of a GFLOP/s, on a problem that would take them minutes. */
static int is_hopeless(dnnl_primitive_desc_t pd, const struct problem *p)
{
    const char *how = NULL;
    return good(dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, &how)) && strncmp(how, "ref", 3) == 0 &&
           problem_flops(p) > (options.quick ? 2e7 : 3e8);
}

/* The steps: reorders in, the primitive, a reorder out. Takes pd over. */
static int assemble(struct state *s, struct contender *c, const struct problem *p, dnnl_primitive_desc_t pd,
                    struct operand *y, struct operand *in, int n)
{
    if (is_hopeless(pd, p)) {
        dnnl_primitive_desc_destroy(pd);
        return 0;
    }
    const void *at[2];
    int ok = 1;
    for (int i = 0; i < n && ok; i++)
        ok = (at[i] = input_at(s, &in[i], dnnl_primitive_desc_query_md(pd, in[i].query, 0))) != NULL;
    const dnnl_memory_desc_t *out = dnnl_primitive_desc_query_md(pd, y->query, 0);
    int same = dnnl_memory_desc_equal(out, &y->mine);
    union {
        const void *in;
        void *out;
    } result = {y->data};
    void *to = !ok ? NULL : same ? result.out : new_room(s, out);
    struct step *step = to ? new_step(s, pd) : NULL;
    if (step) {
        for (int i = 0; i < n; i++)
            argument(step, i, in[i].role, memory_at(dnnl_primitive_desc_query_md(pd, in[i].query, 0), at[i]));
        argument(step, n, y->role, memory_at(out, to));
        ok = same || reorder(s, &y->mine, result.out, out, to) != NULL;
    }
    int64_t scratch = 0;
    dnnl_primitive_desc_query(pd, dnnl_query_memory_consumption_s64, 0, &scratch);
    c->scratch = (size_t)scratch;
    dnnl_primitive_desc_destroy(pd);
    for (int i = 0; i < s->steps; i++)
        if (s->step[i].change) c->copies = run_changes;
    if (s->copy) c->copies = run_changes;
    return step && ok;
}

struct window {
    dnnl_dims_t stride, dilation, before, after, size;
};

/* oneDNN's dilation is 0 for "none". Axis 0 of a lifted sequence is the height of 1. */
static struct window window_of(const struct problem *p, int nd, int lifted)
{
    struct window w;
    for (int i = 0; i < nd; i++) {
        int a = i - lifted, none = a < 0;
        int pool = p->op == OP_POOL;
        int64_t size = none ? 1 : pool ? p->pool.size[a] : 0;
        int64_t stride = none ? 1 : pool ? p->pool.stride[a] : p->conv.stride[a];
        int64_t dil = none ? 1 : pool ? p->pool.dilation[a] : p->conv.dilation[a];
        w.size[i] = size;
        w.stride[i] = stride ? stride : pool ? size : 1;
        w.dilation[i] = dil ? dil - 1 : 0;
        w.before[i] = none ? 0 : pool ? p->pool.pad[a][0] : p->conv.pad[a][0];
        w.after[i] = none ? 0 : pool ? p->pool.pad[a][1] : p->conv.pad[a][1];
    }
    return w;
}

static dnnl_primitive_desc_t desc_of(const void *d, dnnl_primitive_desc_t hint)
{
    dnnl_primitive_desc_t pd = NULL;
    return good(dnnl_primitive_desc_create(&pd, d, NULL, engine, hint)) ? pd : NULL;
}

static dnnl_primitive_desc_t conv_desc(const dnnl_memory_desc_t *y, const dnnl_memory_desc_t *x,
                                       const dnnl_memory_desc_t *w, const struct window *v, dnnl_alg_kind_t alg)
{
    dnnl_convolution_desc_t d;
    return good(dnnl_dilated_convolution_forward_desc_init(&d, dnnl_forward_inference, alg, x, w, NULL, y, v->stride,
                                                           v->dilation, v->before, v->after))
               ? desc_of(&d, NULL)
               : NULL;
}

/* Under which names a convolution, or one of its gradients, takes its x (dy for gradients), its weights and its y, and
 * which of the three problem tensors is the weights. */
struct roles {
    int          x, w, y;
    dnnl_query_t ask_x, ask_w, ask_y;
    int          weights_are_y, transposed;
};

static const struct roles forward = {
    DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md, 0, 0};
static const struct roles transposed = {
    DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md, 0, 1};
static const struct roles grad_input = {DNNL_ARG_DIFF_DST,      DNNL_ARG_WEIGHTS,       DNNL_ARG_DIFF_SRC,
                                        dnnl_query_diff_dst_md, dnnl_query_weights_md,  dnnl_query_diff_src_md, 0, 0};
static const struct roles grad_weight = {DNNL_ARG_DIFF_DST,      DNNL_ARG_SRC,      DNNL_ARG_DIFF_WEIGHTS,
                                         dnnl_query_diff_dst_md, dnnl_query_src_md, dnnl_query_diff_weights_md, 1, 0};

/* A convolution's operands: y; x and w. */
struct conv {
    struct operand y, in[2];
    struct window  v;
};

/* The weights are always in the layout of oneDNN's choice; the images are in PLAIN as they are. */
static int describe(struct conv *c, const struct problem *p, const strided_tensor *x, int variant, const struct roles *r)
{
    int     any = variant != PLAIN, flip = r->weights_are_y;
    int64_t groups = p->conv.groups ? p->conv.groups : 1;
    struct axes ax = axes_of(x, 0), aw = flip ? axes_of(p->w, 0) : weight_axes(p->w, groups, r->transposed);
    struct axes ay = flip ? weight_axes(p->y, groups, 0) : axes_of(p->y, 0);
    c->v = window_of(p, ax.n - 2, ax.n > strided_ndim(x));
    if (!operand(&c->in[0], &ax, x, any, r->x, r->ask_x) || !operand(&c->in[1], &aw, p->w, any || !flip, r->w, r->ask_w) ||
        !operand(&c->y, &ay, p->y, any || flip, r->y, r->ask_y))
        return 0;
    c->in[1].constant = !flip;
    return 1;
}

static int make_conv(struct state *s, struct contender *c, const struct problem *p, const strided_tensor *x, int variant)
{
    struct conv o;
    if (!describe(&o, p, x, variant, &forward)) return 0;
    dnnl_primitive_desc_t pd = conv_desc(&o.y.wanted, &o.in[0].wanted, &o.in[1].wanted, &o.v,
                                         variant == WINOGRAD ? dnnl_convolution_winograd : dnnl_convolution_direct);
    return pd && assemble(s, c, p, pd, &o.y, o.in, 2);
}

static int make_transpose(struct state *s, struct contender *c, const struct problem *p, const strided_tensor *x,
                          int variant)
{
    struct conv o;
    dnnl_deconvolution_desc_t d;
    if (!describe(&o, p, x, variant, &transposed)) return 0;
    int lifted = strided_ndim(x) == 3;
    for (int a = 0; a + 2 < strided_ndim(x); a++) o.v.after[a + lifted] -= p->conv.output_padding[a];
    if (!good(dnnl_dilated_deconvolution_forward_desc_init(
            &d, dnnl_forward_inference, dnnl_deconvolution_direct, &o.in[0].wanted, &o.in[1].wanted, NULL, &o.y.wanted,
            o.v.stride, o.v.dilation, o.v.before, o.v.after)))
        return 0;
    dnnl_primitive_desc_t pd = desc_of(&d, NULL);
    return pd && assemble(s, c, p, pd, &o.y, o.in, 2);
}

/* y = dx, x = dy. */
static int make_grad_input(struct state *s, struct contender *c, const struct problem *p, const strided_tensor *x,
                           int variant)
{
    struct conv o;
    dnnl_convolution_desc_t d;
    if (!describe(&o, p, x, variant, &grad_input)) return 0;
    dnnl_primitive_desc_t hint = conv_desc(&o.in[0].wanted, &o.y.wanted, &o.in[1].wanted, &o.v, dnnl_convolution_direct);
    if (!hint || !good(dnnl_dilated_convolution_backward_data_desc_init(
                     &d, dnnl_convolution_direct, &o.y.wanted, &o.in[1].wanted, &o.in[0].wanted, o.v.stride,
                     o.v.dilation, o.v.before, o.v.after)))
        return 0;
    dnnl_primitive_desc_t pd = desc_of(&d, hint);
    dnnl_primitive_desc_destroy(hint);
    return pd && assemble(s, c, p, pd, &o.y, o.in, 2);
}

/* y = dw, x = dy, w = the convolution's x. */
static int make_grad_weight(struct state *s, struct contender *c, const struct problem *p, const strided_tensor *x,
                            int variant)
{
    struct conv o;
    dnnl_convolution_desc_t d;
    if (!describe(&o, p, x, variant, &grad_weight)) return 0;
    dnnl_primitive_desc_t hint = conv_desc(&o.in[0].wanted, &o.in[1].wanted, &o.y.wanted, &o.v, dnnl_convolution_direct);
    if (!hint || !good(dnnl_dilated_convolution_backward_weights_desc_init(
                     &d, dnnl_convolution_direct, &o.in[1].wanted, &o.y.wanted, NULL, &o.in[0].wanted, o.v.stride,
                     o.v.dilation, o.v.before, o.v.after)))
        return 0;
    dnnl_primitive_desc_t pd = desc_of(&d, hint);
    dnnl_primitive_desc_destroy(hint);
    return pd && assemble(s, c, p, pd, &o.y, o.in, 2);
}

static int make_pool(struct state *s, struct contender *c, const struct problem *p, const strided_tensor *x,
                     int variant)
{
    struct axes ax = axes_of(x, 0), ay = axes_of(p->y, 0);
    struct operand y, in;
    struct window v = window_of(p, ax.n - 2, ax.n > strided_ndim(x));
    dnnl_pooling_v2_desc_t d;
    dnnl_alg_kind_t alg = p->pool.kind == STRIDED_POOL_MAX ? dnnl_pooling_max
                          : p->pool.count_include_pad      ? dnnl_pooling_avg_include_padding
                                                           : dnnl_pooling_avg_exclude_padding;
    if (!operand(&in, &ax, x, 0, DNNL_ARG_SRC, dnnl_query_src_md) ||
        !operand(&y, &ay, p->y, variant != PLAIN, DNNL_ARG_DST, dnnl_query_dst_md))
        return 0;
    if (variant != PLAIN) { /* pooling follows its source: offer it blocks of 16 channels */
        dnnl_format_tag_t tag = in.mine.ndims == 5 ? dnnl_nCdhw16c : dnnl_nChw16c;
        if (!good(dnnl_memory_desc_init_by_tag(&in.wanted, in.mine.ndims, in.mine.dims, in.mine.data_type, tag)))
            return 0;
    }
    if (!good(dnnl_pooling_v2_forward_desc_init(&d, dnnl_forward_inference, alg, &in.wanted, &y.wanted, v.stride,
                                                v.size, v.dilation, v.before, v.after)))
        return 0;
    dnnl_primitive_desc_t pd = desc_of(&d, NULL);
    return pd && assemble(s, c, p, pd, &y, &in, 1);
}

/* Variant 1: the second matrix in a layout of its choice, beforehand. */
static int make_product(struct state *s, struct contender *c, const struct problem *p, const strided_tensor *x,
                        int variant)
{
    struct axes ax = axes_of(x, 1), ay = axes_of(p->y, 1), aw = axes_of(p->w, 1);
    struct operand y, in[2];
    dnnl_matmul_desc_t d;
    if (!operand(&in[0], &ax, x, 0, DNNL_ARG_SRC, dnnl_query_src_md) ||
        !operand(&in[1], &aw, p->w, variant != PLAIN, DNNL_ARG_WEIGHTS, dnnl_query_weights_md) ||
        !operand(&y, &ay, p->y, 0, DNNL_ARG_DST, dnnl_query_dst_md))
        return 0;
    in[1].constant = 1;
    if (!good(dnnl_matmul_desc_init(&d, &in[0].wanted, &in[1].wanted, NULL, &y.wanted))) return 0;
    dnnl_primitive_desc_t pd = desc_of(&d, NULL);
    return pd && assemble(s, c, p, pd, &y, in, 2);
}

static int make_copy(struct state *s, const struct problem *p, const strided_tensor *x)
{
    struct axes ax = axes_of(x, 1), ay = axes_of(p->y, 1);
    dnnl_memory_desc_t from, to;
    if (!described(&from, &ax, type_of(x)) || !described(&to, &ay, type_of(p->y))) return 0;
    return reorder(s, &to, strided_data(p->y), &from, strided_const_data(x)) != NULL;
}

/* ---- the peer ------------------------------------------------------------------------------------ */

static int offers(const struct problem *p, int variant)
{
    int packs = p->op != OP_COPY;
    if (variant == WINOGRAD && (p->op != OP_CONV || strided_dtype_of(p->x) != STRIDED_F32)) return 0;
    if (variant == ANY && !packs) return 0;
    if (p->op == OP_PRODUCT || p->op == OP_COPY)
        return expressible(p->x) && expressible(p->y) && (!p->w || expressible(p->w));
    return p->op <= OP_POOL && (expressible(p->x) || variant != PLAIN);
}

static int dispatch(struct state *s, struct contender *c, const struct problem *p, const strided_tensor *x, int variant)
{
    switch (p->op) {
    case OP_CONV: return make_conv(s, c, p, x, variant);
    case OP_CONV_TRANSPOSE: return make_transpose(s, c, p, x, variant);
    case OP_GRAD_INPUT: return make_grad_input(s, c, p, x, variant);
    case OP_GRAD_WEIGHT: return make_grad_weight(s, c, p, x, variant);
    case OP_POOL: return make_pool(s, c, p, x, variant);
    case OP_PRODUCT: return make_product(s, c, p, x, variant);
    case OP_COPY: return make_copy(s, p, x);
    default: return 0;
    }
}

static int make(struct contender *c, const struct problem *p, int variant)
{
    static const char *const names[VARIANTS] = {"onednn", "onednn any", "onednn winograd"};
    struct state *s = offers(p, variant) ? calloc(1, sizeof *s) : NULL;
    if (!s) return 0;
    if (&omp_set_num_threads) omp_set_num_threads(p->threads);
    c->name = names[variant];
    c->state = s;
    c->run = run;
    c->drop = drop;
    const strided_tensor *x = p->x;
    if (!expressible(x)) {
        s->view = x;
        x = s->copy = strided_empty(strided_context_of(x), strided_dtype_of(x), strided_ndim(x), strided_shape(x));
    }
    if (x && dispatch(s, c, p, x, variant)) return 1;
    drop(s);
    return 0;
}

const struct peer peer_dnnl = {"onednn", VARIANTS, open_engine, make};
