/*
 * peer_blas.c - OpenBLAS and BLIS, and convolution the way one writes it on top of them: im2col and a product.
 *
 * Both are opened at run time and kept apart, for they define the same names. OpenBLAS wants one unit stride a matrix:
 * other operands are copied first. BLIS takes any strides.
 *
 * Both choose kernels by the processor's family, and fall back to slow ones on families newer than they are. So they
 * are told which to use, by the instruction sets that are there; --as-installed leaves them alone.
 */
#define _GNU_SOURCE
#include "bench.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef void cblas_sgemm_fn(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda,
                            const float *b, int ldb, float beta, float *c, int ldc);
typedef void cblas_sgemv_fn(int order, int ta, int m, int n, float alpha, const float *a, int lda, const float *x,
                            int incx, float beta, float *y, int incy);
typedef void bli_sgemm_fn(int ta, int tb, int64_t m, int64_t n, int64_t k, const float *alpha, const float *a,
                          int64_t rsa, int64_t csa, const float *b, int64_t rsb, int64_t csb, const float *beta,
                          float *c, int64_t rsc, int64_t csc);
typedef void bli_sgemv_fn(int ta, int cx, int64_t m, int64_t n, const float *alpha, const float *a, int64_t rsa,
                          int64_t csa, const float *x, int64_t incx, const float *beta, float *y, int64_t incy);

static cblas_sgemm_fn *cblas_sgemm;
static cblas_sgemv_fn *cblas_sgemv;
static bli_sgemm_fn *bli_sgemm;
static bli_sgemv_fn *bli_sgemv;
static void (*openblas_threads)(int);
static void (*blis_threads)(int64_t);

/* ISO C has no conversion from an object pointer to a function pointer; POSIX promises this one. */
static int symbol(void *function, void *library, const char *name)
{
    void *at = dlsym(library, name);
    memcpy(function, &at, sizeof at);
    return at != NULL;
}

static void *library(const char *const *names)
{
    void *h = NULL;
    for (int i = 0; names[i] && !h; i++) h = dlopen(names[i], RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    return h;
}

/* One of the three names, by the instruction set that the probe uses. */
static const char *by_isa(const char *sse2, const char *avx2, const char *avx512)
{
    return strcmp(probe_isa(), "avx512") == 0 ? avx512 : strcmp(probe_isa(), "avx2") == 0 ? avx2 : sse2;
}

static int open_openblas(void)
{
    static const char *const names[] = {"libopenblas.so.0", "libopenblas.so", NULL};
    if (!options.as_installed) setenv("OPENBLAS_CORETYPE", by_isa("Core2", "Haswell", "SkylakeX"), 1);
    void *h = library(names);
    return h && symbol(&cblas_sgemm, h, "cblas_sgemm") && symbol(&cblas_sgemv, h, "cblas_sgemv") &&
           symbol(&openblas_threads, h, "openblas_set_num_threads");
}

/* BLIS wants a number, which its versions do not agree about: ask it for the names. */
static void tell_blis(void *h, const char *wanted)
{
    enum { KINDS = 64 };
    const char *(*name_of)(int);
    char number[12];
    if (!symbol(&name_of, h, "bli_arch_string")) return;
    for (int i = 0; i < KINDS && name_of(i); i++) {
        snprintf(number, sizeof number, "%d", i);
        if (strcmp(name_of(i), wanted) == 0) setenv("BLIS_ARCH_TYPE", number, 1);
        if (strcmp(name_of(i), wanted) == 0 || strcmp(name_of(i), "generic") == 0) return;
    }
}

static int open_blis(void)
{
    static const char *const names[] = {"libblis.so.4", "libblis.so", NULL};
    void *h = library(names);
    if (h && !options.as_installed) tell_blis(h, by_isa("penryn", "haswell", "skx"));
    return h && symbol(&bli_sgemm, h, "bli_sgemm") && symbol(&bli_sgemv, h, "bli_sgemv") &&
           symbol(&blis_threads, h, "bli_thread_set_num_threads");
}

enum which { OPENBLAS, BLIS };

static void set_threads(enum which which, int n)
{
    if (which == OPENBLAS)
        openblas_threads(n);
    else
        blis_threads(n);
}

/* ---- one product --------------------------------------------------------------------------------- */

struct matrix {
    float *at;
    int64_t rows, columns, row, column;
}; /* strides in elements */

static struct matrix matrix_of(const strided_tensor *x)
{
    union {
        const void *in;
        float *out;
    } data = {strided_const_data(x)};
    return (struct matrix){data.out, strided_dim(x, 0), strided_dim(x, 1), strided_stride(x, 0), strided_stride(x, 1)};
}

/* Whether OpenBLAS takes it as it is: some axis of unit stride, the other one long enough. */
static int has_leading(const struct matrix *m)
{
    return (m->column == 1 && m->row >= m->columns) || (m->row == 1 && m->column >= m->rows);
}

static int transposed(const struct matrix *m) { return !(m->column == 1 && m->row >= m->columns); }
static int leading(const struct matrix *m) { return (int)(transposed(m) ? m->column : m->row); }

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 };

static void openblas_product(struct matrix c, struct matrix a, struct matrix b)
{
    if (c.columns == 1 && !transposed(&c))
        cblas_sgemv(ROW_MAJOR, transposed(&a) ? TRANS : NO_TRANS, (int)(transposed(&a) ? a.columns : a.rows),
                    (int)(transposed(&a) ? a.rows : a.columns), 1, a.at, leading(&a), b.at, (int)b.row, 0, c.at,
                    (int)c.row);
    else
        cblas_sgemm(ROW_MAJOR, transposed(&a) ? TRANS : NO_TRANS, transposed(&b) ? TRANS : NO_TRANS, (int)c.rows,
                    (int)c.columns, (int)a.columns, 1, a.at, leading(&a), b.at, leading(&b), 0, c.at, leading(&c));
}

static void blis_product(struct matrix c, struct matrix a, struct matrix b)
{
    const float one = 1, zero = 0;
    if (c.columns == 1)
        bli_sgemv(0, 0, a.rows, a.columns, &one, a.at, a.row, a.column, b.at, b.row, &zero, c.at, c.row);
    else
        bli_sgemm(0, 0, c.rows, c.columns, a.columns, &one, a.at, a.row, a.column, b.at, b.row, b.column, &zero, c.at,
                  c.row, c.column);
}

static void product(enum which which, struct matrix c, struct matrix a, struct matrix b)
{
    if (which == OPENBLAS)
        openblas_product(c, a, b);
    else
        blis_product(c, a, b);
}

struct product_state {
    enum which which;
    struct matrix a, b, c;
    const strided_tensor *from[2];
    strided_tensor *copy[2];
};

static int change_operands(void *state)
{
    struct product_state *s = state;
    for (int i = 0; i < 2; i++)
        if (s->copy[i] && strided_copy(s->copy[i], s->from[i]) != STRIDED_OK) return 1;
    return 0;
}

static int run_product(void *state)
{
    struct product_state *s = state;
    if (change_operands(s)) return 1;
    product(s->which, s->c, s->a, s->b);
    return 0;
}

static void drop_product(void *state)
{
    struct product_state *s = state;
    strided_release(s->copy[0]);
    strided_release(s->copy[1]);
    free(s);
}

static int make_product(struct contender *c, const struct problem *p, enum which which)
{
    struct product_state *s = calloc(1, sizeof *s);
    if (!s) return 0;
    s->which = which;
    s->c = matrix_of(p->y);
    s->from[0] = p->x;
    s->from[1] = p->w;
    for (int i = 0; i < 2; i++) {
        struct matrix *m = i ? &s->b : &s->a;
        *m = matrix_of(s->from[i]);
        if (which == BLIS || has_leading(m)) continue;
        s->copy[i] = strided_empty(strided_context_of(p->x), STRIDED_F32, 2, strided_shape(s->from[i]));
        *m = matrix_of(s->copy[i]);
        c->copies = change_operands;
    }
    c->state = s;
    c->run = run_product;
    c->drop = drop_product;
    return 1;
}

/* ---- im2col -------------------------------------------------------------------------------------- */

/* Three spatial axes, those that are not there of extent 1. */
struct columns {
    int64_t n, groups, c, o; /* c, o of a group */
    int64_t in[3], out[3], tap[3], step[3], dilation[3], before[3];
    int64_t xn, xc, x[3], yn, yo, places, taps;
    const float *from;
    float *to, *weights, *room; /* weights: a group's O x K one after the other */
    enum which which;
    int last, in_place; /* y has channels last; x can be used as the columns */
};

/* Row (channel, tap) of the columns: x at that tap for every position. */
static void column_row(const struct columns *v, const float *x, const int64_t tap[3], float *row)
{
    int64_t shift = tap[2] * v->dilation[2] - v->before[2], step = v->step[2];
    for (int64_t d = 0; d < v->out[0]; d++) {
        int64_t id = d * v->step[0] + tap[0] * v->dilation[0] - v->before[0];
        for (int64_t h = 0; h < v->out[1]; h++, row += v->out[2]) {
            int64_t ih = h * v->step[1] + tap[1] * v->dilation[1] - v->before[1];
            if (id < 0 || id >= v->in[0] || ih < 0 || ih >= v->in[1]) {
                memset(row, 0, (size_t)v->out[2] * sizeof *row);
                continue;
            }
            const float *line = x + id * v->x[0] + ih * v->x[1];
            for (int64_t w = 0; w < v->out[2]; w++) {
                int64_t iw = w * step + shift;
                row[w] = iw >= 0 && iw < v->in[2] ? line[iw * v->x[2]] : 0;
            }
        }
    }
}

static void fill_rows(const struct columns *v, const float *x)
{
    float *row = v->room;
    for (int64_t c = 0; c < v->c; c++)
        for (int64_t t = 0; t < v->taps; t++, row += v->places)
            column_row(v, x + c * v->xc,
                       (int64_t[]){t / (v->tap[1] * v->tap[2]), t / v->tap[2] % v->tap[1], t % v->tap[2]}, row);
}

/* Row of a position: its taps, each with all channels. */
static void fill_position(const struct columns *v, const float *x, int64_t d, int64_t h, int64_t w, float *row)
{
    for (int64_t t = 0; t < v->taps; t++, row += v->c) {
        int64_t id = d * v->step[0] + t / (v->tap[1] * v->tap[2]) * v->dilation[0] - v->before[0];
        int64_t ih = h * v->step[1] + t / v->tap[2] % v->tap[1] * v->dilation[1] - v->before[1];
        int64_t iw = w * v->step[2] + t % v->tap[2] * v->dilation[2] - v->before[2];
        if (id < 0 || id >= v->in[0] || ih < 0 || ih >= v->in[1] || iw < 0 || iw >= v->in[2]) {
            memset(row, 0, (size_t)v->c * sizeof *row);
            continue;
        }
        const float *from = x + id * v->x[0] + ih * v->x[1] + iw * v->x[2];
        if (v->xc == 1)
            memcpy(row, from, (size_t)v->c * sizeof *row);
        else
            for (int64_t c = 0; c < v->c; c++) row[c] = from[c * v->xc];
    }
}

static void fill_positions(const struct columns *v, const float *x)
{
    float *row = v->room;
    for (int64_t d = 0; d < v->out[0]; d++)
        for (int64_t h = 0; h < v->out[1]; h++)
            for (int64_t w = 0; w < v->out[2]; w++, row += v->taps * v->c) fill_position(v, x, d, h, w, row);
}

static void group_product(const struct columns *v, const float *x, const float *weights, float *y)
{
    int64_t k = v->c * v->taps;
    union {
        const float *in;
        float *out;
    } columns = {v->in_place ? x : v->room}, w = {weights};
    struct matrix left = {w.out, v->o, k, k, 1}, right = {columns.out, k, v->places, v->places, 1};
    if (!v->last) {
        product(v->which, (struct matrix){y, v->o, v->places, v->o > 1 ? v->yo : v->places, 1}, left, right);
        return;
    }
    left = (struct matrix){columns.out, v->places, k, v->in_place ? v->x[2] : k, 1};
    right = (struct matrix){w.out, k, v->o, 1, k};
    product(v->which, (struct matrix){y, v->places, v->o, v->o * v->groups, 1}, left, right);
}

static void each_group(const struct columns *v, int products)
{
    int64_t k = v->c * v->taps;
    for (int64_t n = 0; n < v->n; n++)
        for (int64_t g = 0; g < v->groups; g++) {
            const float *x = v->from + n * v->xn + g * v->c * v->xc;
            if (!v->in_place) (v->last ? fill_positions : fill_rows)(v, x);
            if (products) group_product(v, x, v->weights + g * v->o * k, v->to + n * v->yn + g * v->o * v->yo);
        }
}

static int run_columns(void *state)
{
    each_group(state, 1);
    return 0;
}

static int fill_columns(void *state)
{
    each_group(state, 0);
    return 0;
}

static void drop_columns(void *state)
{
    struct columns *v = state;
    free(v->weights);
    free(v->room);
    free(v);
}

/* (O, C/g, taps) as rows of (c, taps), or of (taps, c). */
static float *weights_in_rows(const strided_tensor *w, int last)
{
    int nd = strided_ndim(w);
    int64_t order[5];
    for (int a = 0; a < nd; a++) order[a] = !last || a == 0 ? a : a == nd - 1 ? 1 : a + 1;
    strided_tensor *v = strided_permute(w, nd, order), *c = strided_clone(v);
    float *data = c ? malloc((size_t)strided_count(c) * sizeof *data) : NULL;
    if (data) memcpy(data, strided_data(c), (size_t)strided_count(c) * sizeof *data);
    strided_release(v);
    strided_release(c);
    return data;
}

static void geometry(struct columns *v, const struct problem *p)
{
    int nd = strided_ndim(p->x) - 2;
    v->taps = v->places = 1;
    for (int i = 0; i < 3; i++) {
        int a = i - (3 - nd);
        int there = a >= 0;
        v->in[i] = there ? strided_dim(p->x, a + 2) : 1;
        v->out[i] = there ? strided_dim(p->y, a + 2) : 1;
        v->tap[i] = there ? strided_dim(p->w, a + 2) : 1;
        v->step[i] = there && p->conv.stride[a] ? p->conv.stride[a] : 1;
        v->dilation[i] = there && p->conv.dilation[a] ? p->conv.dilation[a] : 1;
        v->before[i] = there ? p->conv.pad[a][0] : 0;
        v->x[i] = there ? strided_stride(p->x, a + 2) : 0;
        v->taps *= v->tap[i];
        v->places *= v->out[i];
    }
}

/* x is the columns: one tap, every position, and the positions lie one behind the other. */
static int usable_in_place(const struct columns *v)
{
    int64_t line = v->in[2], all = line * v->in[1] * v->in[0];
    int dense = (v->in[1] == 1 || v->x[1] == line * v->x[2]) && (v->in[0] == 1 || v->x[0] == line * v->in[1] * v->x[2]);
    int unit = v->last ? v->xc == 1 : v->x[2] == 1 && (v->xc == all || v->c == 1);
    return v->taps == 1 && v->places == all && dense && unit;
}

static int make_conv(struct contender *c, const struct problem *p, enum which which)
{
    struct columns *v = calloc(1, sizeof *v);
    if (!v) return 0;
    geometry(v, p);
    v->which = which;
    v->groups = p->conv.groups ? p->conv.groups : 1;
    v->n = strided_dim(p->x, 0), v->c = strided_dim(p->w, 1), v->o = strided_dim(p->y, 1) / v->groups;
    v->xn = strided_stride(p->x, 0), v->xc = strided_stride(p->x, 1);
    v->yn = strided_stride(p->y, 0), v->yo = strided_stride(p->y, 1);
    v->last = strided_dim(p->y, 1) > 1 && v->yo == 1;
    v->from = strided_const_data(p->x);
    v->to = strided_data(p->y);
    v->in_place = usable_in_place(v);
    v->weights = weights_in_rows(p->w, v->last);
    c->scratch = v->in_place ? 0 : (size_t)(v->c * v->taps * v->places) * sizeof(float);
    v->room = room_of(c->scratch + 64);
    c->state = v;
    c->run = run_columns;
    c->copies = v->in_place ? NULL : fill_columns;
    c->drop = drop_columns;
    if (v->weights) return 1;
    drop_columns(v);
    return 0;
}

/* ---- the peers ----------------------------------------------------------------------------------- */

static int make(struct contender *c, const struct problem *p, enum which which)
{
    if (strided_dtype_of(p->x) != STRIDED_F32 || (p->op != OP_PRODUCT && p->op != OP_CONV)) return 0;
    set_threads(which, p->threads);
    return p->op == OP_PRODUCT ? make_product(c, p, which) : make_conv(c, p, which);
}

static int make_openblas(struct contender *c, const struct problem *p, int variant)
{
    (void)variant;
    return make(c, p, OPENBLAS);
}

static int make_blis(struct contender *c, const struct problem *p, int variant)
{
    (void)variant;
    return make(c, p, BLIS);
}

const struct peer peer_openblas = {"openblas", 1, open_openblas, make_openblas};
const struct peer peer_blis = {"blis", 1, open_blis, make_blis};
