/*
 * test_windows.c - windows against the generic loop: the same bits for every form, layout, geometry, edge, epilogue, share and
 * instruction set, with NaN, infinities, zeros of both signs and numbers whose products vanish; nothing beyond the views is touched.
 */
#include <stdlib.h>
#include <string.h>
#include "support/cmocka_compat.h"
#include "support/contexts.h"
#include "../../src/base/checked.h"
#include "../../src/kernels/prepared.h"
#include "../../src/kernels/window_walk.h"
#include "../support/guard.h"
#include "../support/oom.h"
#include "../support/random.h"

/* One window: an axis of x with its edge. */
struct line { int64_t n, taps, step, dilation, before, positions; int padded; enum edge_mode mode; strided_pad_mode pad; };

/* How x lies: as y, or backwards, rows and columns exchanged, channels where y has none; whole. */
enum lie { AS_Y, BACKWARDS, TURNED, ACROSS };

struct problem {
    enum window_form form;
    strided_dtype dtype;
    int     last;                     /* channels last */
    enum lie x_lies;
    int64_t n, groups, c, o, stretch; /* images, groups, channels and outputs of each; from column to column, 0: there is but one */
    int64_t gap, skip;                /* elements between the lines of x and of y; between the planes */
    int     lone;                     /* one element of x is not 0, and vanishes */
    int64_t deep;                     /* images that a window reaches over; 0: one */
    int64_t before, apart;            /* them: how many before the first, how far apart */
    int     adds;                     /* what is added to a sum is not a bias, but lies as y does */
    int     crossed;                  /* columns of y are what rows would be, without gaps */
    strided_dtype x_is, b_is, c_is, y_is; /* 0: dtype, like all else */
    int64_t zero;                     /* what is taken from each x of whole numbers */
    int     requantized;              /* what becomes of sums of these */
    int64_t spread;                   /* elements of y from one to what would be its neighbour, maybe negative; 0: 1 */
    struct line h, w;
    struct guard *x, *b, *bias, *by, *more, *y[2];
};

enum { BY_CLASS = WINDOW_FORMS, BLOCKS, STRETCHES, RIBBONS, FLAT, COPIED, CUT, FOURS, FIVES, STAGED, JOINED, COUNTS }; /* what is counted behind the forms */

static struct rng rng;

static int64_t any(int64_t lo, int64_t hi) { return rng_between(&rng, lo, hi); }

/* One in three has no padding, and then no edge. */
static struct line padded_line(struct line s)
{
    s.padded = any(0, 2) > 0;
    int64_t length = (s.taps - 1) * s.dilation + 1, after = s.padded ? any(0, length) : 0;
    s.before = s.padded ? any(0, length) : 0;
    if (s.n + s.before + after < length) s.n = length;
    s.positions = (s.n + s.before + after - length) / s.step + 1;
    return s;
}

static struct line any_line(int64_t n_most, int64_t taps_most, int64_t step_most)
{
    return padded_line((struct line){ .n = any(1, n_most), .taps = any(1, taps_most), .step = any(1, step_most), .dilation = any(1, 3) });
}

/* Short windows, as long as they are wide: what planes are for, of lines that are close or not, some with more of them than are done at once. */
static void set_square(struct problem *p)
{
    const int short_rows = p->form != WINDOW_SPREAD && any(0, 2) == 0, many = any(0, 7) == 0;
    struct line s = { .taps = short_rows ? 2 : any(2, 3), .step = short_rows ? 2 : any(1, 2), .dilation = 1, .n = any(1, many ? 150 : 20) };
    p->h = padded_line(s);
    s.n = any(1, short_rows ? 34 : 60);
    p->w = padded_line(s);
    if (!p->last) p->gap = any(0, 2) ? 0 : any(1, 5);
    if (p->form == WINDOW_LANES && any(0, 3) == 0) p->groups = any(70, 260); /* more than are done at once */
}

/* Windows of 5x5 that are two apart. */
static void set_fives(struct problem *p)
{
    p->h = padded_line((struct line){ .n = any(1, 20), .taps = 5, .step = 2, .dilation = 1 });
    p->w = padded_line((struct line){ .n = any(1, 60), .taps = 5, .step = 2, .dilation = 1 });
}

/* Padding that is read, or windows of as many taps as it takes to share n out among the positions. */
static void other_edge(struct line *s)
{
    s->padded = 1;
    s->mode = any(0, 1) ? EDGE_PAD : EDGE_ADAPTIVE;
    s->pad = (strided_pad_mode)any(STRIDED_PAD_CONSTANT + 1, STRIDED_PAD_CIRCULAR);
    if (s->mode == EDGE_PAD) return;
    s->positions = any(1, s->n);
    s->dilation = 1;
    s->before = 0;
    s->taps = s->n / s->positions + 2;
}

/* Groups enough for a vector, of one channel and one output or of some, in every layout; also
 * outputs that are more than rows and columns, and planes of which the buffer holds a part. */
static void set_blocks(struct problem *p)
{
    const int many = (int)any(0, 1), few = many && any(0, 1);
    p->dtype = STRIDED_F32;
    p->last = (int)any(0, 1);
    p->groups = few ? any(100, 200) : any(8, 40);
    p->o = few ? 8 : many ? any(1, 8) : 1;
    p->c = many ? any(1, 9) : 1;
    p->h = any_line(few ? 2 : many ? 8 : 20, many ? 3 : 7, 3);
    p->w = any_line(few ? 2 : many ? 30 : 60, many ? 4 : any(0, 3) ? 12 : 40, 3);
    if (many && !few && p->c > 6) { /* more than a block holds, whatever the set */
        p->h = padded_line((struct line){ .n = any(20, 30), .taps = any(1, 3), .step = 1, .dilation = 1 });
        p->w = padded_line((struct line){ .n = any(70, 90), .taps = any(2, 4), .step = 1, .dilation = 1 });
    }
    if (many || any(0, 1)) return;
    p->h = padded_line((struct line){ .n = any(12, 24), .taps = any(2, 7), .step = 1, .dilation = 1 });
    p->w = padded_line((struct line){ .n = any(300, 400), .taps = any(3, 12), .step = 1, .dilation = 1 });
}

/* A channel that is no vector, or lines of more taps than waves have: rows go by stretches. */
static void set_stretches(struct problem *p)
{
    const int lines = any(0, 3) == 0;
    p->dtype = STRIDED_F32;
    p->last = !lines;
    p->groups = 1;
    p->o = 1;
    p->c = lines ? 1 : any(2, 5);
    p->h = any_line(5, lines ? 1 : 3, 2);
    p->w = lines ? (struct line){ .n = any(400, 500), .taps = any(WAVE_MOST + 1, WAVE_MOST + 12), .step = 1, .dilation = 1 }
                 : (struct line){ .n = any(230, 300), .taps = any(2, 4), .step = any(1, 2), .dilation = any(1, 2) };
    p->w = padded_line(p->w);
}

/* Planes of 3x3 with weights, of lines that are close or not; some with lines of which the cache holds few. */
static void set_ribbons(struct problem *p)
{
    const int64_t step = any(1, 2), wide = any(0, 7) == 0;
    p->form = WINDOW_SPREAD;
    p->dtype = STRIDED_F32;
    p->last = 0;
    p->groups = any(1, wide ? 3 : 9);
    p->o = p->c = 1;
    p->h = padded_line((struct line){ .n = any(1, 20), .taps = 3, .step = step, .dilation = 1 });
    p->w = padded_line((struct line){ .n = wide ? any(900, 1100) : any(0, 1) ? any(5, 20) : any(20, 60), .taps = 3, .step = step, .dilation = 1 });
    p->gap = any(0, 2) ? 0 : any(1, 5);
    p->skip = any(0, 2) ? 0 : any(1, 9);
}

/* Some outputs of a few channels, in every layout, often in fours that are neighbours; also lines longer than the buffer is wide, and more
 * outputs than are done at once. */
static void set_flat(struct problem *p)
{
    const int wide = any(0, 7) == 0, fours = any(0, 1) == 0;
    p->dtype = STRIDED_F32;
    p->last = fours || any(0, 1);
    p->groups = !fours && any(0, 1) ? 1 : any(2, 12);
    p->o = fours ? 4 * any(1, 2) : any(0, 4) ? any(2, 7) : any(15, 35);
    p->c = any(0, 7) ? any(2, 6) : any(20, 50);
    p->h = any_line(wide ? 4 : 20, 3, 3);
    p->w = any_line(wide ? 300 : fours ? 100 : 40, 3, 3);
}

/* Windows, some of them with long rows, that would be walked in place if x lay as y. */
static void set_copied(struct problem *p)
{
    const int wide = any(0, 7) == 0;
    p->dtype = STRIDED_F32;
    p->form = any(0, 2) ? WINDOW_SPREAD : any(0, 1) ? WINDOW_MAX : WINDOW_SUM;
    p->last = p->form != WINDOW_SPREAD && any(0, 1);
    p->x_lies = (enum lie)any(BACKWARDS, ACROSS);
    p->groups = any(2, wide ? 3 : 40);
    p->o = p->c = 1;
    p->h = any_line(30, 3, 2);
    p->w = any_line(wide ? 3000 : 90, 3, 2);
}

static struct problem any_problem(void)
{
    const int64_t kind = any(0, WINDOW_FORMS + 4);
    struct problem p = { .form = kind >= WINDOW_FORMS ? WINDOW_LANES : (enum window_form)kind, .dtype = any(0, 3) ? STRIDED_F32 : STRIDED_F64, .stretch = 1, .n = any(1, 2) };
    p.last = p.form == WINDOW_LANES || (p.form != WINDOW_SPREAD && any(0, 1));
    p.groups = p.last ? any(2, 70) : any(1, 4);
    p.o = p.form != WINDOW_SPREAD ? 1 : any(0, 3) ? any(6, 14) : any(1, 5);
    p.c = 1;
    if (p.form == WINDOW_SPREAD && any(0, 2)) {
        p.c = p.groups;
        p.groups = 1;
    }
    p.h = any_line(12, any(0, 3) ? 4 : 9, 3);
    p.w = any_line(any(0, 1) ? 70 : 9, any(0, 3) ? 4 : 9, p.last ? 3 : 2);
    if (p.form == WINDOW_LANES && any(0, 5) == 0) { /* more than the first-level cache holds */
        p.h = any_line(20, 13, 1);
        p.w = any_line(40, 13, 2);
    }
    if (any(0, 2) == 0) set_square(&p);
    if (kind == WINDOW_LANES && any(0, 2) == 0) set_fives(&p);
    if (p.last && p.form != WINDOW_LANES && any(0, 3) == 0) p.groups = any(2, 7);
    if (kind == WINDOW_FORMS) set_blocks(&p);
    if (kind == WINDOW_FORMS + 1) set_stretches(&p);
    if (kind == WINDOW_FORMS + 2) set_ribbons(&p);
    if (kind == WINDOW_FORMS + 3) set_flat(&p);
    if (kind > WINDOW_FORMS + 3) set_copied(&p);
    if (any(0, 3) == 0) other_edge(any(0, 1) ? &p.h : &p.w);
    if (!p.x_lies && !p.last && p.w.step == 1 && any(0, 3) == 0) p.stretch = 2;
    if (!p.x_lies && p.last && any(0, 3) == 0) p.stretch = 0;
    return p;
}

static double any_value(void)
{
    static const double odd[] = { 0.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0, 0.0, -0.0, 0.0, -0.0, 1e-30, -1e-30, 1e-200, -1e-200 };
    return any(0, 25) ? rng_real(&rng, -1, 1) : odd[any(0, 10)];
}

static strided_dtype x_type(const struct problem *p) { return p->x_is ? p->x_is : p->dtype; }
static strided_dtype b_type(const struct problem *p) { return p->b_is ? p->b_is : p->dtype; }
static strided_dtype c_type(const struct problem *p) { return p->c_is ? p->c_is : p->dtype; }
static strided_dtype y_type(const struct problem *p) { return p->y_is ? p->y_is : p->dtype; }

static struct guard *values(strided_dtype type, int64_t count)
{
    const double most = strided__dtype_is_float(type) ? 1 : 300;
    int64_t size = (int64_t)strided_dtype_size(type), tame = any(0, 1);
    struct guard *g = guard_new((size_t)(count * size), any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
    for (int64_t i = 0; i < count; i++) strided__store_double(type, g->data + i * size, most * (tame ? rng_real(&rng, -1, 1) : any_value()));
    return g;
}

static int64_t weights(const struct problem *p)
{
    return p->form > WINDOW_LANES ? 1 : p->groups * p->c * p->o * p->h.taps * p->w.taps * max_size(1, p->deep);
}

static int64_t channels(const struct problem *p) { return p->groups * p->o; }
static int64_t results(const struct problem *p)
{
    return p->n * channels(p) * (p->h.positions * (p->w.positions + p->gap) + p->skip) - p->gap - p->skip;
}

/* Elements of y, those between results included. */
static int64_t reach_of_y(const struct problem *p) { return p->spread ? (results(p) - 1) * abs_size(p->spread) + 1 : results(p); }

struct strides { int64_t image, channel, row, column, first; }; /* elements of x from image to image, from channel to channel, ..., and to the first */

static struct strides x_strides(const struct problem *p)
{
    const int64_t all = p->groups * p->c, hn = p->h.n, wn = p->w.n, plane = hn * wn;
    const int last = p->x_lies == ACROSS ? !p->last : p->last;
    if (p->x_lies == BACKWARDS && !last) return (struct strides){ all * plane, plane, wn, -1, wn - 1 };
    if (p->x_lies == TURNED && !last) return (struct strides){ all * plane, plane, 1, hn, 0 };
    const int64_t column = (last ? all : 1) * p->stretch, row = column * wn + p->gap;
    return (struct strides){ all * (hn * (wn * p->stretch + p->gap) + p->skip), last ? 1 : hn * row + p->skip, row, column, 0 };
}

static double any_sign(void) { return any(0, 1) ? 1 : -1; }

/* An index below n, often one of the first or the last. */
static int64_t outermost(int64_t n)
{
    const int64_t i = any(0, n < 4 ? n - 1 : 3);
    return any(0, 2) == 0 ? any(0, n - 1) : any(0, 1) ? i : n - 1 - i;
}

static void fill(const struct problem *p, struct guard *g, double value)
{
    const size_t size = strided_dtype_size(p->dtype);
    for (size_t i = 0; i < g->bytes; i += size) strided__store_double(p->dtype, g->data + i, any_sign() * value);
}

/* x is zeros of both signs, but for one element, whose products with b vanish. */
static void set_lone(struct problem *p)
{
    const struct strides x = x_strides(p);
    const int64_t i = x.first + any(0, p->n - 1) * x.image + any(0, p->groups * p->c - 1) * x.channel + outermost(p->h.n) * x.row +
                      outermost(p->w.n) * x.column;
    fill(p, p->x, 0);
    fill(p, p->b, 1e-30);
    strided__store_double(p->dtype, p->x->data + i * (int64_t)strided_dtype_size(p->dtype), any_sign() * 1e-30);
}

static void lay_out(struct problem *p)
{
    int64_t row = (p->w.n - 1) * p->stretch + 1, all = p->groups * p->c, size = (int64_t)strided_dtype_size(p->dtype);
    p->x = values(x_type(p), p->last ? p->n * p->h.n * p->w.n * all : (p->n * all * p->h.n - 1) * (p->w.n * p->stretch + p->gap) + (p->n * all - 1) * p->skip + row);
    p->b = values(b_type(p), weights(p));
    p->bias = values(c_type(p), channels(p));
    p->more = p->adds ? values(p->dtype, results(p)) : NULL;
    p->by = values(p->dtype, p->h.positions + p->w.positions + channels(p));
    for (int64_t i = 0; i < p->h.positions + p->w.positions; i++) strided__store_double(p->dtype, p->by->data + i * size, (double)any(1, 9));
    for (int i = 0; i < 2; i++) {
        const int64_t of_y = (int64_t)strided_dtype_size(y_type(p));
        p->y[i] = guard_new((size_t)(reach_of_y(p) * of_y), any(0, 1) ? GUARD_AFTER : GUARD_BEFORE);
        for (int64_t j = 0; j < reach_of_y(p); j++) strided__store_double(y_type(p), p->y[i]->data + j * of_y, (double)(j % 7));
    }
    if (p->lone) set_lone(p);
}

static void edge(struct work *w, const struct line *s, int keep, int fold, int64_t stride)
{
    strided__work_stride(w, keep, NEST_A, s->step * stride);
    strided__work_stride(w, fold, NEST_A, s->dilation * stride);
    if (!s->padded) return;
    strided__work_edge(w, (struct edge){ .mode = s->mode, .pad = s->pad, .operand = NEST_A, .keep = keep, .other = fold, .keep_mul = s->step,
                                         .fold_mul = s->dilation, .before = s->before, .n = s->n, .stride = stride });
}

static void set_epilogue(struct work *w, const struct problem *p, int g, int o)
{
    if (any(0, 2) == 0) return;
    if (any(0, 1)) {
        strided__work_memory(w, NEST_C, c_type(p), p->bias->data);
        strided__work_stride(w, g, NEST_C, p->o);
        strided__work_stride(w, o, NEST_C, 1);
    }
    w->epilogue.accumulate = any(0, 2) == 0;
    w->epilogue.activation = (strided_activation)any(0, 2);
    w->epilogue.lo = any(0, 3) ? -0.5 : any(0, 1) ? 0 : -INFINITY;
    w->epilogue.hi = any(0, 3) ? 0.75 : INFINITY;
}

static void set_requantize(struct work *w)
{
    static const double scale = 0.0117;
    w->epilogue.accumulate = 0;
    w->epilogue.activation = STRIDED_ACT_NONE;
    w->epilogue.requantize = 1;
    w->epilogue.y_zero = any(-5, 5);
    strided__work_memory(w, NEST_D, STRIDED_F64, (void *)(uintptr_t)&scale);
}

/* Sums are divided by a number, or by what stands for their row, their column and perhaps their channel. */
static void set_division(struct work *w, const struct problem *p, int c, int h, int v)
{
    const int64_t size = (int64_t)strided_dtype_size(p->dtype);
    w->finish = any(0, 2) == 0 ? FINISH_NONE : any(0, 1) ? FINISH_DIV : FINISH_DIV_OPERANDS;
    w->param[0] = 3;
    if (w->finish != FINISH_DIV_OPERANDS) return;
    strided__work_memory(w, NEST_B, p->dtype, p->by->data);
    strided__work_stride(w, h, NEST_B, 1);
    strided__work_memory(w, NEST_C, p->dtype, p->by->data + p->h.positions * size);
    strided__work_stride(w, v, NEST_C, 1);
    if (any(0, 3)) return;
    strided__work_memory(w, NEST_D, p->dtype, p->by->data + (p->h.positions + p->w.positions) * size);
    strided__work_stride(w, c, NEST_D, 1);
}

static void make_work(struct work *w, const struct problem *p, strided_context *ctx)
{
    enum { N, G, O, H, W };
    const int64_t oh = p->h.positions, ow = p->w.positions, taps = p->h.taps * p->w.taps, of = channels(p);
    const int64_t y_column = p->last ? of : 1, y_row = y_column * ow + p->gap, y_plane = oh * y_row + p->skip;
    const struct strides x = x_strides(p);
    strided__work_init(w, p->form > WINDOW_LANES ? WORK_REDUCE : WORK_CONTRACT, strided__compute_of(p->dtype), ctx);
    w->op = p->form == WINDOW_MAX ? FOLD_MAX : FOLD_SUM;
    strided__work_memory(w, NEST_DST, y_type(p), p->y[0]->data + (p->spread < 0 ? (reach_of_y(p) - 1) * (int64_t)strided_dtype_size(y_type(p)) : 0));
    strided__work_memory(w, NEST_A, x_type(p), p->x->data + x.first * (int64_t)strided_dtype_size(x_type(p)));
    if (w->kind == WORK_CONTRACT) strided__work_memory(w, NEST_B, b_type(p), p->b->data);

    const int64_t len[] = { p->n, p->groups, p->o, oh, ow };
    for (int i = N; i <= W; i++) strided__work_keep(w, len[i]);
    const int kd = p->deep ? strided__work_fold(w, p->deep) : -1, kh = strided__work_fold(w, p->h.taps), kw = strided__work_fold(w, p->w.taps),
              channel = p->c > 1 ? strided__work_fold(w, p->c) : -1;
    const int64_t y[] = { p->last ? of * oh * ow : of * y_plane, p->o * (p->last ? 1 : y_plane), p->last ? 1 : y_plane, y_row, y_column };
    for (int i = N; i <= W; i++) {
        const int64_t stride = !p->crossed || i < H ? y[i] : i == H ? y_column : y_column * oh;
        strided__work_stride(w, i, NEST_DST, stride * (p->spread ? p->spread : 1));
    }
    strided__work_stride(w, N, NEST_A, x.image);
    strided__work_stride(w, G, NEST_A, p->c * x.channel);
    if (p->c > 1) strided__work_stride(w, channel, NEST_A, x.channel);
    if (p->deep) edge(w, &(struct line){ .n = p->n, .step = 1, .dilation = p->apart, .before = p->before, .padded = 1 }, N, kd, x.image);
    edge(w, &p->h, H, kh, x.row);
    edge(w, &p->w, W, kw, x.column);
    if (w->kind == WORK_REDUCE) { set_division(w, p, G, H, W); return; }

    strided__work_stride(w, G, NEST_B, p->o * p->c * taps);
    strided__work_stride(w, O, NEST_B, p->c * taps);
    strided__work_stride(w, kh, NEST_B, p->w.taps);
    strided__work_stride(w, kw, NEST_B, 1);
    if (p->c > 1) strided__work_stride(w, channel, NEST_B, taps);
    if (p->deep) strided__work_stride(w, kd, NEST_B, p->groups * p->o * p->c * taps);
    strided__work_sort_folds(w);
    set_epilogue(w, p, G, O);
    w->a_zero = p->zero;
    if (p->requantized) set_requantize(w);
    if (!p->adds) return;
    strided__work_memory(w, NEST_C, p->dtype, p->more->data);
    for (int i = N; i <= W; i++) strided__work_stride(w, i, NEST_C, y[i]);
}

static void put_back(struct problem *p)
{
    guard_free(p->x);
    guard_free(p->b);
    guard_free(p->bias);
    if (p->more) guard_free(p->more);
    guard_free(p->by);
    guard_free(p->y[0]);
    guard_free(p->y[1]);
}

static int is_nan(const struct problem *p, const void *at)
{
    double v = strided__load_double(y_type(p), at);
    return v != v;
}

/* Which NaN a sum of several is, is left open; a maximum is one of its elements. */
static int same(const struct problem *p, size_t at)
{
    const void *a = p->y[0]->data + at, *b = p->y[1]->data + at;
    return memcmp(a, b, strided_dtype_size(y_type(p))) == 0 || (p->form != WINDOW_MAX && is_nan(p, a) && is_nan(p, b));
}

static void compare(const struct problem *p, uint64_t seed, const char *isa)
{
    const size_t size = strided_dtype_size(y_type(p));
    for (size_t i = 0; i < p->y[0]->bytes; i += size)
        if (!same(p, i))
            fail_msg("seed %llu on %s: form %d, element %zu of %zu differs", (unsigned long long)seed, isa, (int)p->form, i / size,
                     p->y[0]->bytes / size);
}

static int way_of(const struct window_plan *p)
{
    if (p->blocks.fits) return p->blocks.flat ? FLAT : p->blocks.lane < 0 ? STRETCHES : BLOCKS;
    return p->by_class ? BY_CLASS : (int)p->form;
}

/* Into more blocks than one, because the buffer holds no more. */
static int is_cut(const struct blocks_plan *p)
{
    for (int i = 0; p->fits && (p->flat || p->lane >= 0) && i < p->axes; i++)
        if (p->axis[i].tile < p->axis[i].len) return 1;
    return 0;
}

static int has_ribbons(const struct window_plan *p, const struct work *w)
{
    const struct nest_axis *fold = &w->nest.axis[w->nest.keep];
    return !p->by_class && p->form == WINDOW_SPREAD && p->slides && w->compute == COMPUTE_F32 && p->pairs == (p->ratio == 2) && p->ratio >= 1 &&
           w->nest.fold == 2 && fold[0].len == 3 && fold[1].len == 3;
}

/* Lines of 5x5, channels last. */
static int has_fives(const struct window_plan *p, const struct work *w)
{
    const struct nest_axis *fold = &w->nest.axis[w->nest.keep];
    return !p->by_class && p->form == WINDOW_LANES && w->compute == COMPUTE_F32 && w->nest.fold == 2 && fold[0].len == 5 && fold[1].len == 5;
}

/* 1 if windows did it. Those that are walked class by class, and those that go by blocks of whatever kind, are counted behind the forms. */
static int same_as_generic(struct problem *p, uint64_t seed, strided_context *ctx, int count[COUNTS])
{
    struct work w;
    struct prepared prepared;
    lay_out(p);
    make_work(&w, p, ctx);
    strided__work_run_on(&w, w.data);
    void *data[NEST_OPERANDS];
    memcpy(data, w.data, sizeof data);
    data[NEST_DST] = p->y[1]->data + ((unsigned char *)w.data[NEST_DST] - p->y[0]->data);
    assert_int_equal(strided__prepare(&prepared, &w, 1), STRIDED_OK);
    strided__prepared_run(&prepared, data, NULL);
    int taken = prepared.window.fits;
    if (taken) count[way_of(&prepared.window)]++;
    count[RIBBONS] += taken && !prepared.window.blocks.fits && has_ribbons(&prepared.window, &w);
    count[COPIED] += taken && prepared.window.blocks.copied;
    count[STAGED] += taken && prepared.window.staged.fits;
    count[JOINED] += taken && prepared.window.joined;
    count[CUT] += taken && is_cut(&prepared.window.blocks);
    count[FOURS] += taken && prepared.window.blocks.turned;
    count[FIVES] += taken && !prepared.window.blocks.fits && has_fives(&prepared.window, &w);
    strided__prepared_release(&prepared);
    compare(p, seed, strided_context_isa(ctx));
    put_back(p);
    return taken;
}

/* A quarter of the problems is of doubles, of which vectors that hold two make no windows on x86. */
static int has_doubles(strided_context *ctx)
{
    static const struct work doubles = { .compute = COMPUTE_F64 };
    return strided__windows_of(strided__kernels(strided__context_isa(ctx)), &doubles)->window[COMPUTE_F64] != NULL;
}

/* By every instruction set, and by threads. */
static void on_every_set(void (*test)(const strided_config *config))
{
    static const strided_config configs[] = { { .isa = "scalar" }, { .isa = "neon" }, { .isa = "avx2" }, { .isa = "avx512" }, { .threads = 3 } };
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) test(&configs[i]);
}

static int has_blocks(strided_context *ctx) { return strided__kernels(strided__context_isa(ctx))->window[COMPUTE_F32]->blocks != NULL; }

static void same_bits(const strided_config *config)
{
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, taken = 0;
    enum { PROBLEMS = 1000 };
    if (!ctx) skip();
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 7919);
        struct problem p = any_problem();
        taken += same_as_generic(&p, i * 7919, ctx, count);
    }
    for (int f = 0; f < (has_blocks(ctx) ? STAGED : BLOCKS); f++)
        if (count[f] < PROBLEMS / (f >= CUT ? 100 : 25))
            fail_msg("form %d was taken %d times: the test does not test", f, count[f]);
    if (taken < PROBLEMS * (has_blocks(ctx) ? 70 : has_doubles(ctx) ? 55 : 55 * 3 / 4) / 100) fail_msg("windows did %d of %d", taken, (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

/* Results backwards, with others between them, or rows and columns exchanged: formed side by side, and moved. Some are so many that they do not all
 * find room. */
static void results_apart_on(const strided_config *config)
{
    enum { PROBLEMS = 400 };
    static const int64_t spread[] = { -1, 2, -2, 3 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, crossed = 0;
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 3583);
        struct problem p = any_problem();
        p.spread = spread[any(0, 3)];
        if (any(0, 3) == 0) p.groups *= 3;
        if (i % 3 == 0) {
            p.crossed = 1;
            p.spread = p.gap = p.skip = p.adds = 0;
        }
        if (i % 8 == 0) {
            p = (struct problem){ .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .x_lies = (enum lie)any(AS_Y, ACROSS), .stretch = 1, .n = 1, .groups = 1 };
            p.spread = spread[any(0, 3)];
            p.crossed = 0;
            p.c = any(1, 8);
            p.o = i % 32 ? 16 * any(1, 4) : any(5, 70);
            p.last = (int)any(0, 1);
            p.h = padded_line((struct line){ .n = any(5, 20), .taps = any(1, 3), .step = any(1, 2), .dilation = any(1, 2) });
            p.w = padded_line((struct line){ .n = any(60, 300), .taps = any(2, 4), .step = any(1, 2), .dilation = 1 });
        }
        const int before = count[STAGED];
        same_as_generic(&p, i * 3583, ctx, count);
        if (p.crossed) crossed += count[STAGED] - before;
    }
    if (has_blocks(ctx) && crossed < PROBLEMS / 40) fail_msg("%d of those that are crossed were staged", crossed);
    if (count[STAGED] < PROBLEMS / 5) fail_msg("%d of %d were staged: the test does not test", count[STAGED], (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void results_apart(void **state)
{
    (void)state;
    on_every_set(results_apart_on);
}

/* x, b and y of other types than sums are formed in: x is converted as it is copied, b before, y as it is moved. */
static void other_types_on(const strided_config *config)
{
    enum { PROBLEMS = 600 };
    static const strided_dtype type[] = { 0, STRIDED_U8, STRIDED_I8, STRIDED_I16, STRIDED_BF16, STRIDED_F16, STRIDED_U16, STRIDED_F64 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, all = 0;
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 2741);
        struct problem p = any_problem();
        if (p.form == WINDOW_MAX) p.form = WINDOW_SUM;
        p.x_is = type[any(0, 7 - (p.dtype == STRIDED_F32))];
        p.b_is = type[any(0, 7 - (p.dtype == STRIDED_F32))];
        p.y_is = type[any(0, 7)];
        p.c_is = type[any(0, 7)];
        if (any(0, 3) == 0) p.spread = any(0, 1) ? -1 : 3;
        if (any(0, 3) == 0) p.groups = any(2, 4);
        all += same_as_generic(&p, i * 2741, ctx, count);
    }
    if (!has_blocks(ctx)) count[COPIED] = count[STAGED] = all = PROBLEMS;
    if (count[COPIED] < PROBLEMS / 8 || count[STAGED] < PROBLEMS / 8 || all < PROBLEMS / 4)
        fail_msg("of %d windows did %d, %d by copies, %d were moved: the test does not test", (int)PROBLEMS, all, count[COPIED], count[STAGED]);
    strided_context_release(ctx);
    guard_trim();
}

/* Lines so long that what becomes of their sums does so in pieces, and sums that end in another way than by vectors. */
static void long_lines_on(const strided_config *config)
{
    enum { PROBLEMS = 100 };
    static const strided_dtype of_bias[] = { STRIDED_F16, STRIDED_I32, STRIDED_BF16, STRIDED_F64, 0 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, taken = 0;
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 6571);
        struct problem p = { .form = (enum window_form[]){ WINDOW_SPREAD, WINDOW_LANES, WINDOW_SUM }[i % 3], .dtype = any(0, 3) ? STRIDED_F32 : STRIDED_F64, .stretch = 1 };
        p.last = p.form == WINDOW_LANES;
        p.n = any(1, 2);
        p.groups = p.last ? any(16, 70) : any(1, 3);
        p.o = p.form == WINDOW_SPREAD ? any(1, 3) : 1;
        p.c = 1;
        p.c_is = of_bias[any(0, 4)];
        p.h = any_line(4, 2, 2);
        p.w = any_line(p.last ? 200 : 6000, 4, 2);
        taken += same_as_generic(&p, i * 6571, ctx, count);
    }
    if (taken < PROBLEMS / 2) fail_msg("%s: windows did %d of %d", config->isa, taken, (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

/* A line whose padding is read: around, or more than there is of it. */
static struct line read_line(struct line s)
{
    s = padded_line(s);
    s.padded = 1;
    s.mode = EDGE_PAD;
    s.pad = (strided_pad_mode)any(STRIDED_PAD_CONSTANT + 1, STRIDED_PAD_CIRCULAR);
    s.before = any(1, any(0, 9) ? 4 : 2 * s.n);
    s.positions = s.n / s.step + any(1, 4);
    return s;
}

/* Planes, colours beside each other, and what has to be converted or lies otherwise: padding that is read is copied with the rest. */
static void padding_is_copied_on(const strided_config *config)
{
    enum { PROBLEMS = 400 };
    static const strided_dtype type[] = { 0, 0, 0, STRIDED_U8, STRIDED_F16 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 };
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 9049);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = any(0, 3) == 0, .stretch = 1, .n = any(1, 2), .c = 1, .o = 1 };
        p.groups = p.last ? any(2, 4) : any(1, 30);
        p.x_lies = any(0, 3) ? AS_Y : (enum lie)any(BACKWARDS, ACROSS);
        p.x_is = type[any(0, 4)];
        p.w = read_line((struct line){ .n = any(20, any(0, 9) ? 70 : 700), .taps = any(1, 5), .step = any(1, 2), .dilation = any(1, 2) });
        p.h = (struct line){ .n = any(1, 40), .taps = any(1, 5), .step = any(1, 2), .dilation = any(1, 2) };
        p.h = any(0, 2) ? read_line(p.h) : padded_line(p.h);
        if (i % 2 == 0) p.h.taps = p.w.taps = 3, p.h.step = p.w.step = p.h.dilation = p.w.dilation = 1, p.h = read_line(p.h), p.w = read_line(p.w);
        same_as_generic(&p, i * 9049, ctx, count);
    }
    if (has_blocks(ctx) && count[COPIED] < PROBLEMS / 2) fail_msg("%d of %d were copied", count[COPIED], (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void padding_is_copied(void **state)
{
    (void)state;
    on_every_set(padding_is_copied_on);
}

/* Colours beside each other, in windows of one column, two pixels apart: their lines are copied, each by itself, and put together again. Fewer are where
 * vectors hold four: two to four of them are vectors as they lie. */
static void tall_windows_of_colours(void **state)
{
    enum { PROBLEMS = 100 };
    const int least = strided__kernels(strided__context_isa(NULL))->vector_bytes > 16 ? PROBLEMS / 2 : PROBLEMS / 8;
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 5741);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(2, 4), .c = 1, .o = 1 };
        p.h = padded_line((struct line){ .n = any(100, 150), .taps = any(3, 9), .step = any(1, 2), .dilation = 1 });
        p.w = (struct line){ .n = any(128, 600), .taps = 1, .step = 2, .dilation = 1 };
        p.w.positions = (p.w.n + 1) / 2;
        same_as_generic(&p, i * 5741, NULL, count);
    }
    if (has_blocks(NULL) && (count[STAGED] < least || count[COPIED] < least))
        fail_msg("%d were staged, %d copied", count[STAGED], count[COPIED]);
    guard_trim();
}

/* Colours beside each other, whose lines of pixels are lines of elements: windows of all kinds, of all types, in one piece or some. */
static void joined_colours_on(const strided_config *config)
{
    enum { PROBLEMS = 300 };
    static const strided_dtype type[] = { 0, 0, 0, STRIDED_U8, STRIDED_F16, STRIDED_BF16 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 };
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 4567);
        struct problem p = { .form = WINDOW_LANES, .dtype = any(0, 5) ? STRIDED_F32 : STRIDED_F64, .last = 1, .stretch = 1, .n = any(1, 2), .c = 1, .o = 1 };
        p.groups = any(2, any(0, 1) ? 4 : 15);
        p.x_is = p.dtype == STRIDED_F32 ? type[any(0, 5)] : 0;
        p.y_is = p.dtype == STRIDED_F32 ? type[any(0, 5)] : 0;
        p.h = padded_line((struct line){ .n = any(2, 30), .taps = any(1, 5), .step = any(0, 2) ? 1 : 2, .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(0, 5) ? any(2, 90) : any(500, 700), .taps = any(1, 5), .step = 1, .dilation = any(1, 2) });
        if (i % 2) {
            p.h = padded_line((struct line){ .n = any(3, 30), .taps = 3, .step = 1, .dilation = 1 });
            p.w = padded_line((struct line){ .n = any(0, 5) ? any(3, 90) : 512, .taps = 3, .step = 1, .dilation = any(1, 2) });
        }
        if (i % 8 == 0) { /* lines so short that others would fill vectors, in a buffer */
            p.groups = any(2, 4);
            p.h = padded_line((struct line){ .n = any(10, 60), .taps = 3, .step = 1, .dilation = 1 });
            p.w = padded_line((struct line){ .n = any(2, 6), .taps = any(1, 3), .step = 1, .dilation = 1 });
        }
        same_as_generic(&p, i * 4567, ctx, count);
    }
    if (has_blocks(ctx) && count[JOINED] < PROBLEMS / 10) fail_msg("%d of %d were joined", count[JOINED], (int)PROBLEMS);
    strided_context_release(ctx);
    guard_trim();
}

static void joined_colours(void **state) { (void)state; on_every_set(joined_colours_on); }

/* Without room for the weights of joined pixels they are not joined. */
static void colours_without_memory(void **state)
{
    int count[COUNTS] = { 0 };
    struct oom *o = oom_new();
    (void)state;
    oom_arm(o, OOM_ALL);
    for (uint64_t i = 1; i <= 20; i++) {
        rng = rng_seed(i * 5557);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(2, 3), .c = 1, .o = 1 };
        p.h = padded_line((struct line){ .n = any(3, 30), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(20, 90), .taps = 3, .step = 1, .dilation = 1 });
        same_as_generic(&p, i * 5557, o->ctx, count);
    }
    assert_int_equal(count[JOINED], 0);
    assert_true(o->failed);
    oom_free(o);
    guard_trim();
}

static void long_lines(void **state)
{
    (void)state;
    on_every_set(long_lines_on);
}

static void other_types(void **state)
{
    (void)state;
    on_every_set(other_types_on);
}

/* Rows of pools that are shorter than a vector are done where they lie, whatever else there is to fill one. */
static void short_rows_of_pools(void **state)
{
    (void)state;
    strided_context *ctx = eager_context(&(strided_config){ 0 });
    int count[COUNTS] = { 0 };
    rng = rng_seed(7);
    struct problem p = { .form = WINDOW_MAX, .dtype = STRIDED_F32, .x_lies = AS_Y, .stretch = 1, .n = 1, .groups = 64, .o = 1, .c = 1 };
    p.h = p.w = padded_line((struct line){ .n = 14, .taps = 2, .step = 2, .dilation = 1 });
    same_as_generic(&p, 7, ctx, count);
    assert_int_equal(count[STAGED] + count[COPIED], 0);
    strided_context_release(ctx);
    guard_trim();
}

/* Whole numbers, of which floats hold all sums, or may not; of some that is seen in the weights alone. */
static void whole_numbers_on(const strided_config *config)
{
    enum { PROBLEMS = 500 };
    static const strided_dtype of_x[] = { STRIDED_U8, STRIDED_I8, STRIDED_I16, STRIDED_U16 }, of_b[] = { STRIDED_I8, STRIDED_U8, STRIDED_I16 };
    static const strided_dtype of_y[] = { STRIDED_I32, STRIDED_I32, STRIDED_I16, STRIDED_U8, STRIDED_I8, STRIDED_I64, STRIDED_F32 };
    strided_context *ctx = eager_context(config);
    int count[COUNTS] = { 0 }, all = 0;
    if (!ctx) return;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 8387);
        struct problem p = any_problem();
        if (p.form > WINDOW_LANES) p.form = WINDOW_LANES;
        p.dtype = STRIDED_I32;
        p.x_is = of_x[any(0, any(0, 2) ? 1 : 3)];
        p.b_is = of_b[any(0, 2)];
        p.y_is = of_y[any(0, 6)];
        p.zero = any(0, 1) ? any(-128, 255) : 0;
        p.requantized = (p.y_is == STRIDED_U8 || p.y_is == STRIDED_I8) && any(0, 3);
        if (any(0, 1)) p.o = p.c = 1;
        if (any(0, 3) == 0) p.spread = any(0, 1) ? -1 : 3;
        all += same_as_generic(&p, i * 8387, ctx, count);
    }
    if (has_blocks(ctx) && (all < PROBLEMS / 4 || count[STAGED] < all / 2))
        fail_msg("of %d windows did %d, %d were moved: the test does not test", (int)PROBLEMS, all, count[STAGED]);
    strided_context_release(ctx);
    guard_trim();
}

static void whole_numbers(void **state)
{
    (void)state;
    on_every_set(whole_numbers_on);
}

/* What runs backwards, or is every second element of which each is seen by many windows, is copied as results lie, and they go where they belong. */
static void pools_of_views(void **state)
{
    static const strided_config configs[] = { { .isa = "avx2" }, { .isa = "avx512" } };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof configs / sizeof *configs; i++) {
        strided_context *ctx = eager_context(&configs[i / 2]);
        const int thin = i % 2, step = thin ? 1 : 2;
        int count[COUNTS] = { 0 };
        if (!ctx) continue;
        rng = rng_seed(i + 1);
        struct problem p = { .form = WINDOW_MAX, .dtype = STRIDED_F32, .x_lies = thin ? AS_Y : BACKWARDS, .stretch = 1 + thin, .n = 1, .groups = 5, .o = 1, .c = 1 };
        p.h = p.w = padded_line((struct line){ .n = 36, .taps = 2 + thin, .step = step, .dilation = 1 });
        same_as_generic(&p, i + 1, ctx, count);
        assert_int_equal(count[COPIED], 1);
        assert_int_equal(count[STAGED], 0);
        strided_context_release(ctx);
    }
    guard_trim();
}

/* One that vanishes shows where padding is added to it: wherever it is, it is found. */
static void what_vanishes_is_found(void **state)
{
    enum { PROBLEMS = 1000 };
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 6101);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .lone = 1, .stretch = 1, .n = 1, .groups = any(1, 3), .c = any(1, 2), .o = 4 };
        p.last = (int)any(0, 1);
        p.h = padded_line((struct line){ .n = any(1, 40), .taps = any(1, 3), .step = any(1, 2), .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(9, 150), .taps = any(2, 3), .step = any(1, 2), .dilation = any(1, 2) });
        same_as_generic(&p, i * 6101, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(count[FLAT] > PROBLEMS / 10);
    guard_trim();
}

/* Pools of few channels that lie last, some pixels of which fill a vector, and of planes whose lines are shorter than a vector. */
static void small_pools(void **state)
{
    enum { PROBLEMS = 1000 };
    int count[COUNTS] = { 0 }, taken = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 5381);
        struct problem p = { .form = any(0, 1) ? WINDOW_MAX : WINDOW_SUM, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 9),
                             .c = 1, .o = 1, .last = (int)any(0, 1) };
        const int64_t taps = any(0, 2) ? 2 : 3;
        p.h = padded_line((struct line){ .n = any(2, 20), .taps = taps, .step = any(0, 3) ? 2 : 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(2, p.last ? 150 : 40), .taps = taps, .step = p.h.step, .dilation = 1 });
        taken += same_as_generic(&p, i * 5381, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(taken > PROBLEMS / 2);
    guard_trim();
}

/* Some outputs of `columns` columns, on whatever instruction set: it is asked what it would do. */
static void plan_flat(struct window_plan *p, const struct kernels *k, int64_t columns)
{
    const struct line h = { .n = 3, .taps = 1, .step = 1, .dilation = 1, .positions = 3 };
    struct line w = { .n = columns, .taps = 3, .step = 1, .dilation = 1, .before = 1, .positions = columns, .padded = 1 };
    struct problem problem = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = 1, .groups = 1, .c = 3, .o = 4, .h = h, .w = w };
    struct work work, planned;
    lay_out(&problem);
    make_work(&work, &problem, NULL);
    strided__windows_plan(p, &planned, &work, k);
    put_back(&problem);
}

static void sums_that_go_to_dst_fill_a_vector(void **state)
{
    (void)state;
    for (int isa = ISA_SCALAR; isa <= ISA_AVX512; isa++) {
        const struct kernels *k = strided__kernels((enum isa)isa);
        const int64_t lanes = k->vector_bytes / (int64_t)sizeof(float);
        int direct = 0;
        for (int64_t columns = 1; columns <= 4 * lanes; columns++) {
            struct window_plan p;
            plan_flat(&p, k, columns);
            if (!p.fits || !p.blocks.fits || !p.blocks.flat || !p.blocks.direct) continue;
            direct++;
            assert_true(columns >= lanes);
        }
        if (k->window[COMPUTE_F32]->blocks) assert_true(direct > 0);
    }
}

/* The last tile of an output's vectors is half as wide as the others. */
static int ends_half(const struct blocks_plan *p, int64_t lanes)
{
    const int64_t most = FLAT_VECTORS / FLAT_ROWS, rows = p->row < 0 ? 1 : p->axis[p->row].tile;
    const int64_t vectors = ceil_div((rows - 1) * p->line + p->axis[p->column].tile, lanes);
    return (vectors - 1) % most < most / 2;
}

/* Outputs in fours of many taps, of lines that fill no vectors: where there are masks a vector may lie on two of them. */
static void vectors_on_two_lines(void **state)
{
    enum { PROBLEMS = 300, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, parted = 0, halves = 0, parts = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 3571);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 5), .c = any(3, 9) };
        p.o = 4 * any(1, 5);
        p.h = padded_line((struct line){ .n = any(1, 40), .taps = any(1, 3), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(13, 70), .taps = any(2, 5), .step = any(1, 2), .dilation = any(1, 2) });
        p.gap = any(0, 1) ? 0 : any(1, 5);
        p.skip = any(0, 1) ? 0 : any(1, 9);
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, k);
        const int fits = plan.fits && plan.blocks.flat && plan.blocks.parted;
        parted += fits;
        halves += fits && ends_half(&plan.blocks, LONG_VECTOR / (int64_t)sizeof(float));
        parts += fits && p.w.n < p.w.step * (LONG_VECTOR / (int64_t)sizeof(float)); /* lines are brought in by masks */
        put_back(&p);
        same_as_generic(&p, i * 3571, NULL, count);
    }
    if (k->vector_bytes == LONG_VECTOR) assert_true(parted > PROBLEMS / 4 && halves > PROBLEMS / 8 && parts > PROBLEMS / 60);
    else assert_int_equal(parted, 0);
    guard_trim();
}

/* Few outputs of so many channels that few positions are brought in at once. */
static void few_outputs_of_many_taps(void **state)
{
    enum { PROBLEMS = 60, MANY = 512 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, many = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 6007);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = (int)any(0, 1), .stretch = 1, .n = 1, .groups = any(1, 2) };
        p.c = any(50, 170);
        p.o = any(2, 9);
        p.h = padded_line((struct line){ .n = any(1, 9), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(8, 60), .taps = 3, .step = any(1, 2), .dilation = 1 });
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, k);
        many += plan.fits && plan.blocks.flat && 9 * p.c > MANY;
        put_back(&p);
        same_as_generic(&p, i * 6007, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(many > PROBLEMS / 4);
    guard_trim();
}

static void last_first(void *user, int64_t count, strided_task *task, void *job)
{
    (void)user;
    while (count-- > 0) task(job, count, 0);
}

/* Few outputs of many channels, lines of which the buffer does not hold as many as windows see: they come one by one, in some sets, unless something
 * may vanish. Pieces of lines as well, of which some are narrower than a vector. */
static void lines_one_by_one(void **state)
{
    enum { PROBLEMS = 90 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    strided_context *many = eager_context(&(strided_config){ .executor = { .workers = 7, .run = last_first } });
    int count[COUNTS] = { 0 }, rolls = 0, rest = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 6173);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = (int)any(0, 1), .stretch = 1, .n = any(1, 2), .groups = 1 };
        p.c = any(16, 60);
        p.o = 4 * any(1, 2) - any(0, 1);
        p.lone = any(0, 3) == 0;
        p.h = padded_line((struct line){ .n = any(1, 12), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(100, 300), .taps = any(2, 4), .step = any(1, 2), .dilation = any(1, 2) });
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, k);
        rolls += plan.fits && plan.blocks.rolls;
        rest += plan.fits && plan.blocks.rolls && p.lone && (p.h.before > 0 || p.w.before > 0);
        put_back(&p);
        same_as_generic(&p, i * 6173, i % 3 ? many : NULL, count);
    }
    if (has_blocks(NULL) && k->window[COMPUTE_F32]->blocks->flat_line && (rolls < PROBLEMS / 4 || rest < PROBLEMS / 20))
        fail_msg("%d of %d, %d where something may vanish: the test does not test", rolls, (int)PROBLEMS, rest);
    strided_context_release(many);
    guard_trim();
}

/* Outputs in fours of one channel, of rows that fill vectors: with the longest ones columns go down the rows. */
static void down_the_rows(void **state)
{
    enum { PROBLEMS = 100 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, down = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 6199);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 4), .c = 1 };
        p.o = 4 * any(1, 6);
        p.lone = any(0, 5) == 0;
        p.skip = any(0, 1) * any(1, 9);
        p.h = padded_line((struct line){ .n = any(1, 30), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(16, 140), .taps = any(2, 5), .step = any(0, 4) ? 1 : 2, .dilation = any(1, 2) });
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, k);
        down += plan.fits && plan.blocks.down;
        put_back(&p);
        same_as_generic(&p, i * 6199, NULL, count);
    }
    if (has_blocks(NULL) && k->window[COMPUTE_F32]->blocks->flat_down) assert_true(down > PROBLEMS / 4);
    guard_trim();
}

/* Few channels that lie last, and outputs that do not, or rows and columns exchanged: they are brought in as if they lay otherwise. */
static void what_lies_otherwise(void **state)
{
    enum { PROBLEMS = 120 };
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 6211);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .x_lies = i % 2 ? ACROSS : TURNED, .stretch = 1, .n = any(1, 2), .groups = 1 };
        if (p.x_lies == TURNED) p.groups = any(1, 3);
        p.c = any(3, 16);
        p.o = any(17, 70);
        p.gap = any(0, 1) * any(1, 5);
        p.h = padded_line((struct line){ .n = any(1, 20), .taps = any(1, 3), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(20, 140), .taps = any(2, 4), .step = any(1, 2), .dilation = any(1, 2) });
        same_as_generic(&p, i * 6211, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(count[FLAT] > PROBLEMS * 2 / 3);
    guard_trim();
}

/* Groups of four channels that lie last, of as many outputs or twice as many, or of one channel: where vectors hold some of them they are lanes side
 * by side. */
static void groups_side_by_side(void **state)
{
    enum { PROBLEMS = 500, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, beside = 0, single = 0, cut = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 4271);
        const int wide = any(0, 2) == 0;
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = any(2, 13) };
        p.c = any(0, 1) ? 4 : 1;
        p.o = p.c > 1 ? 4 * any(1, 2) : 1 << any(1, 3);
        p.h = padded_line((struct line){ .n = any(1, wide ? 40 : 20), .taps = any(1, 4), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(2, wide ? 90 : 40), .taps = any(0, 5) ? 3 : any(2, 4), .step = any(0, 4) ? 1 : 2, .dilation = 1 });
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, k);
        const int fits = plan.fits && plan.blocks.fits && plan.blocks.shared > 1;
        beside += fits && p.c > 1;
        single += fits && p.c == 1;
        cut += fits && is_cut(&plan.blocks);
        put_back(&p);
        same_as_generic(&p, i * 4271, NULL, count);
    }
    if (k->vector_bytes == LONG_VECTOR) assert_true(beside > PROBLEMS / 8 && single > PROBLEMS / 8 && cut > PROBLEMS / 100);
    else assert_int_equal(beside + single, 0);
    guard_trim();
}

/* Groups of one or two vectors of outputs, however images lie: sums go to dst, or to a buffer and are turned. */
static void outputs_that_are_vectors(void **state)
{
    enum { PROBLEMS = 400, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, direct = 0, turned = 0, lone = 0, cut = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 5309);
        const int wide = any(0, 3) == 0;
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = (int)any(0, 1), .stretch = 1, .n = any(1, 2), .groups = any(2, 5) };
        p.x_lies = any(0, 2) ? AS_Y : ACROSS;
        p.lone = any(0, 3) == 0;
        p.c = any(2, 36);
        p.o = 16 * any(1, 2);
        p.h = padded_line((struct line){ .n = any(1, wide ? 50 : 16), .taps = any(1, 4), .step = any(1, 2), .dilation = any(1, 2) });
        p.w = padded_line((struct line){ .n = any(7, wide ? 70 : 20), .taps = any(2, 4), .step = any(0, 2) ? 1 : 2, .dilation = any(1, 2) });
        if (any(0, 2) == 0) { /* tiles of one line, whose first and last positions miss a tap */
            p.w = (struct line){ .taps = 3, .step = 1, .dilation = 1, .before = 1, .positions = any(7, wide ? 70 : 20), .padded = 1 };
            p.w.n = p.w.positions;
        }
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, strided__windows_of(k, &w));
        const int fits = plan.fits && plan.blocks.flat && plan.blocks.wide;
        direct += fits && plan.blocks.direct;
        turned += fits && !plan.blocks.direct;
        lone += fits && p.lone;
        cut += fits && is_cut(&plan.blocks);
        put_back(&p);
        same_as_generic(&p, i * 5309, NULL, count);
    }
    if (k->vector_bytes == LONG_VECTOR) assert_true(direct > PROBLEMS / 8 && turned > PROBLEMS / 20 && lone > PROBLEMS / 20 && cut > PROBLEMS / 100);
    else assert_int_equal(direct + turned, 0);
    guard_trim();
}

/* Long lines of taps go by waves where vectors are longest: rows of all lengths, planes and lines of them, whatever becomes of the sums. */
static void long_lines_of_taps(void **state)
{
    enum { PROBLEMS = 300 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    window_tile_fn *waves = k->window[COMPUTE_F32]->tile[WINDOW_SPREAD][0][SHAPE_WAVES];
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 5077);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 3), .c = 1, .o = 1 };
        const int64_t most = any(0, 3) ? WAVE_MOST : 4 * WAVE_LEAST;
        p.gap = any(0, 1);
        p.h = (struct line){ .n = any(1, 3), .taps = 1, .step = 1, .dilation = 1 };
        p.h.positions = p.h.n;
        p.w = (struct line){ .n = any(0, 9) ? any(most, 2 * most + 500) : any(8000, 9000), .taps = any(WAVE_LEAST, most), .step = 1, .dilation = 1 };
        p.w = padded_line(p.w);
        same_as_generic(&p, i * 5077, NULL, count);
    }
    if (waves) assert_int_equal(count[WINDOW_SPREAD], PROBLEMS);
    else if (has_blocks(NULL)) assert_true(count[STRETCHES] > PROBLEMS / 2);
    guard_trim();
}

/* Lines of few taps, one for each sum: rows of all lengths, some shorter than a vector, planes and lines of them, whatever becomes of the sums. */
static void short_lines_of_taps(void **state)
{
    enum { PROBLEMS = 600 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, lines = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 5693);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(2, 9), .c = 1, .o = 1 };
        p.gap = any(0, 1);
        p.skip = any(0, 2) ? 0 : any(1, 9);
        p.h = (struct line){ .n = any(0, 2) ? 1 : any(2, 3), .taps = 1, .step = 1, .dilation = 1 };
        p.h.positions = p.h.n;
        p.w = padded_line((struct line){ .n = any(0, 9) ? any(1, 100) : any(1000, 1100), .taps = any(2, WINDOW_SHORT + 1), .step = 1, .dilation = 1 });
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, k);
        lines += plan.fits && !plan.blocks.fits && plan.form == WINDOW_SPREAD && plan.row < 0 && p.w.taps <= WINDOW_SHORT && k->window[COMPUTE_F32]->line;
        put_back(&p);
        same_as_generic(&p, i * 5693, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(lines > PROBLEMS / 3);
    guard_trim();
}

/* Images of three channels that lie last, of which three are formed: lines are unzipped on the way in, and zipped on the way out. */
static void three_channels_last(void **state)
{
    enum { PROBLEMS = 150 };
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        rng = rng_seed(i * 6473);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = 1, .c = 3, .o = 3 };
        p.h = padded_line((struct line){ .n = any(1, 12), .taps = 3, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(10, 80), .taps = 3, .step = 1, .dilation = 1 });
        same_as_generic(&p, i * 6473, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(count[FLAT] > PROBLEMS / 2);
    guard_trim();
}

/* Half a vector of channels that lie last, and long lines of taps: positions go in pairs, whatever the number of them, in one piece or some. */
static void positions_abreast(void **state)
{
    enum { PROBLEMS = 300, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    strided_context *some = eager_context(&(strided_config){ .executor = { .workers = 7, .run = last_first } });
    int count[COUNTS] = { 0 }, abreast = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 6101);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .groups = 8, .c = 1, .o = 1 };
        p.h = (struct line){ .n = any(1, 3), .taps = 1, .step = 1, .dilation = 1 };
        p.h.positions = p.h.n;
        p.w = padded_line((struct line){ .n = any(0, 9) ? any(280, 500) : any(1300, 1500), .taps = any(17, 40), .step = 1, .dilation = 1 });
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, strided__windows_of(k, &w));
        abreast += plan.fits && plan.blocks.fits && plan.blocks.abreast > 1;
        put_back(&p);
        same_as_generic(&p, i * 6101, any(0, 1) ? some : NULL, count);
    }
    assert_int_equal(abreast > PROBLEMS / 2, k->vector_bytes == LONG_VECTOR);
    strided_context_release(some);
    guard_trim();
}

/* Planes of 3x3 with weights whose rows are short: where vectors hold two of them they go in pairs. */
static void planes_in_pairs(void **state)
{
    enum { PROBLEMS = 400, LONG_VECTOR = 64 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, pairs = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 4051);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(2, 40), .c = 1, .o = 1 };
        const int64_t step = any(1, 2);
        p.h = padded_line((struct line){ .n = any(0, 7) ? any(1, 20) : any(300, 400), .taps = 3, .step = step, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(1, 8 * step), .taps = 3, .step = step, .dilation = 1 });
        p.gap = any(0, 1) ? 0 : any(1, 5);
        p.skip = any(0, 1) ? 0 : any(1, 9);
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, strided__windows_of(k, &w));
        pairs += plan.fits && !plan.blocks.fits && has_ribbons(&plan, &w) && plan.kernels == k && !w.epilogue.accumulate &&
                 2 * p.w.positions * (int64_t)sizeof(float) <= k->vector_bytes;
        put_back(&p);
        same_as_generic(&p, i * 4051, NULL, count);
    }
    if (k->vector_bytes == LONG_VECTOR) assert_true(pairs > PROBLEMS / 10);
    guard_trim();
}

/* All of it, in place. */
static const struct window_walk *started(const struct window_plan *p, const struct work *w)
{
    static struct window_walk walk;
    strided__windows_start(&walk, w, p, p->kernels, w->data, -1, 0, 0);
    return &walk;
}

static int has_lines(const struct window_plan *p, const struct work *w) { return strided__windows_lines_of(started(p, w)) != NULL; }

/* Whether planes or lines are compiled for a position that sees all its taps. */
static int is_straight(const struct window_plan *p, const struct work *w)
{
    return p->form == WINDOW_LANES ? has_lines(p, w) : strided__windows_planes_of(started(p, w)) != NULL;
}

/* Whether a bias and limits are all that becomes of sums, and planes or lines see to them. */
static int ends_there(const struct window_plan *p, const struct work *w)
{
    return started(p, w)->ends && is_straight(p, w);
}

/* Maxima of two neighbours with channels last: straight lines of them, in one line or some. */
static void maxima_of_two(void **state)
{
    enum { PROBLEMS = 300 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, straight = 0;
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 5099);
        struct problem p = { .form = WINDOW_MAX, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .groups = any(1, 70), .c = 1, .o = 1, .last = 1 };
        p.h = padded_line((struct line){ .n = any(0, 1) ? 1 : any(2, 4), .taps = 1, .step = 1, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(2, 100), .taps = 2, .step = any(1, 3), .dilation = any(1, 2) });
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, strided__windows_of(k, &w));
        straight += plan.fits && !plan.by_class && !plan.blocks.fits && !plan.blocks.copied && !plan.staged.fits && has_lines(&plan, &planned);
        put_back(&p);
        same_as_generic(&p, i * 5099, NULL, count);
    }
    if (has_blocks(NULL)) assert_true(straight > PROBLEMS / 10);
    guard_trim();
}

/* Depthwise windows of 3x3, and of 5x5 that are two apart: what becomes of sums where they are stored; not if it moves along a row. */
static void sums_that_end(void **state)
{
    enum { PROBLEMS = 600 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, ends[2] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 5659);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 2), .c = 1, .o = 1, .last = i % 2 };
        const int64_t fives = p.last && any(0, 3) == 0, step = fives ? 2 : any(1, 2);
        p.groups = p.last ? any(16, 70) : any(1, 9);
        p.adds = any(0, 5) == 0;
        p.h = padded_line((struct line){ .n = any(0, 5) ? any(1, 20) : any(100, 200), .taps = fives ? 5 : 3, .step = step, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(3, 100), .taps = fives ? 5 : 3, .step = step, .dilation = 1 });
        if (!p.last) p.gap = any(0, 2) ? 0 : any(1, 5);
        if (!p.last) p.skip = any(0, 2) ? 0 : any(1, 9);
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, strided__windows_of(k, &w));
        if (plan.fits && !plan.by_class && !plan.blocks.fits && ends_there(&plan, &planned)) {
            assert_false(p.adds || w.epilogue.accumulate);
            ends[i % 2]++;
        }
        put_back(&p);
        same_as_generic(&p, i * 5659, NULL, count);
    }
    if (has_blocks(NULL) && (ends[0] < PROBLEMS / 20 || ends[1] < PROBLEMS / 20))
        fail_msg("%d and %d of %d: the test does not test", ends[0], ends[1], (int)PROBLEMS);
    guard_trim();
}

/* Windows of 3x3 that reach over some planes as well: of long vectors sums go on from plane to plane, by ribbons and by lines. */
static void some_planes(void **state)
{
    enum { PROBLEMS = 400 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL));
    int count[COUNTS] = { 0 }, straight[2] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct window_plan plan;
        struct work w, planned;
        rng = rng_seed(i * 3067);
        struct problem p = { .form = WINDOW_SPREAD, .dtype = STRIDED_F32, .stretch = 1, .n = any(1, 4), .c = 1, .o = 1, .deep = any(1, 3) };
        const int64_t step = any(0, 7) ? 1 : 2;
        p.apart = any(0, 4) ? 1 : 2;
        p.before = any(0, 2) ? p.deep / 2 : any(0, 2 * p.deep + 1); /* or images see none */
        p.last = i % 2;
        p.groups = p.last ? any(16, 70) : any(1, 6);
        p.h = padded_line((struct line){ .n = any(1, 20), .taps = 3, .step = step, .dilation = 1 });
        p.w = padded_line((struct line){ .n = any(8, 60), .taps = 3, .step = step, .dilation = 1 });
        if (!p.last) p.gap = any(0, 2) ? 0 : any(1, 5);
        if (!p.last) p.skip = any(0, 2) ? 0 : any(1, 9);
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__windows_plan(&plan, &planned, &w, strided__windows_of(k, &w));
        straight[i % 2] += plan.fits && !plan.by_class && !plan.blocks.fits && plan.form == (p.last ? WINDOW_LANES : WINDOW_SPREAD) &&
                           is_straight(&plan, &planned);
        put_back(&p);
        same_as_generic(&p, i * 3067, NULL, count);
    }
    if (k->window[COMPUTE_F32]->resumes && (straight[0] < PROBLEMS / 5 || straight[1] < PROBLEMS / 5))
        fail_msg("%d and %d of %d: the test does not test", straight[0], straight[1], (int)PROBLEMS);
    guard_trim();
}

/* Channels last that are half a vector, and rows of more than a quarter and at most half of one, go by the set whose vector holds them; but not
 * those of windows of two by two, of which there are two in a vector. */
static void half_a_vector(void **state)
{
    enum { PROBLEMS = 400 };
    const struct kernels *k = strided__kernels(strided__context_isa(NULL)), *half = strided__kernels(ISA_AVX2);
    const int64_t lanes = k->vector_bytes / (int64_t)sizeof(float);
    int count[COUNTS] = { 0 };
    (void)state;
    for (uint64_t i = 1; i <= PROBLEMS; i++) {
        struct work w;
        rng = rng_seed(i * 4507);
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .stretch = 1, .n = any(1, 2), .c = 1, .o = 1 };
        p.groups = lanes / 2;
        p.h = any_line(20, 5, 2);
        p.w = any_line(60, 7, 2);
        if (i % 2) {
            p.last = 0;
            p.form = any(0, 1) ? WINDOW_SPREAD : any(0, 1) ? WINDOW_SUM : WINDOW_MAX;
            p.w = (struct line){ .n = any(lanes / 4 + 1, lanes / 2) * 2, .taps = 2, .step = 2, .dilation = 1 };
            p.w.positions = p.w.n / 2;
        }
        if (i % 4 == 1) {
            const int64_t rows = any(2, 20);
            p.form = any(0, 1) ? WINDOW_SUM : WINDOW_MAX;
            p.h = (struct line){ .n = 2 * rows, .taps = 2, .step = 2, .dilation = 1, .positions = rows };
        } else if (i % 2 && p.form != WINDOW_SPREAD && p.h.taps == 2) p.h = (struct line){ .n = 1, .taps = 1, .step = 1, .dilation = 1, .positions = 1 };
        lay_out(&p);
        make_work(&w, &p, NULL);
        if (i % 4 != 1 && k->vector_bytes == 2 * half->vector_bytes && half->vector_bytes == 32) assert_ptr_equal(strided__windows_of(k, &w), half);
        else assert_ptr_equal(strided__windows_of(k, &w), k);
        put_back(&p);
        same_as_generic(&p, i * 4507, NULL, count);
    }
    guard_trim();
}

/* Padding that is read, channels last: b, once it is packed, is not looked at again, at the border either. */
static void borders_read_what_is_packed(void **state)
{
    (void)state;
    for (int mode = STRIDED_PAD_CONSTANT + 1; mode <= STRIDED_PAD_CIRCULAR; mode++) {
        struct problem p = { .form = WINDOW_LANES, .dtype = STRIDED_F32, .last = 1, .n = 1, .groups = 40, .c = 1, .o = 1, .stretch = 1 };
        struct work w;
        struct prepared prepared;
        float b[40 * 9];
        p.h = p.w = (struct line){ .n = 9, .taps = 3, .step = 1, .dilation = 2, .before = 3, .positions = 11, .padded = 1, .mode = EDGE_PAD,
                                   .pad = (strided_pad_mode)mode };
        lay_out(&p);
        make_work(&w, &p, NULL);
        strided__work_run_on(&w, w.data);
        assert_int_equal(p.b->bytes, sizeof b);
        memcpy(b, p.b->data, sizeof b);
        w.data[NEST_B] = b;
        assert_int_equal(strided__prepare(&prepared, &w, 1), STRIDED_OK);
        if (prepared.window.fits && prepared.window.packed) {
            void *data[NEST_OPERANDS];
            memcpy(data, prepared.work.data, sizeof data);
            data[NEST_DST] = p.y[1]->data;
            memset(b, 0xff, sizeof b);
            strided__prepared_run(&prepared, data, NULL);
            if (!w.epilogue.accumulate) compare(&p, (uint64_t)mode, "any");
        }
        strided__prepared_release(&prepared);
        put_back(&p);
    }
    guard_trim();
}

static void scalar(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "scalar" }); }
static void neon(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "neon" }); }
static void avx2(void **state)    { (void)state; same_bits(&(strided_config){ .isa = "avx2" }); }
static void avx512(void **state)  { (void)state; same_bits(&(strided_config){ .isa = "avx512" }); }
static void threads(void **state) { (void)state; same_bits(&(strided_config){ .threads = 3 }); }

STRIDED_TEST_GROUP("kernels/windows", cmocka_unit_test(scalar), cmocka_unit_test(neon), cmocka_unit_test(avx2), cmocka_unit_test(avx512),
                   cmocka_unit_test(threads), cmocka_unit_test(sums_that_go_to_dst_fill_a_vector), cmocka_unit_test(what_vanishes_is_found),
                   cmocka_unit_test(half_a_vector), cmocka_unit_test(vectors_on_two_lines), cmocka_unit_test(few_outputs_of_many_taps),
                   cmocka_unit_test(lines_one_by_one), cmocka_unit_test(down_the_rows), cmocka_unit_test(what_lies_otherwise),
                   cmocka_unit_test(small_pools), cmocka_unit_test(maxima_of_two), cmocka_unit_test(results_apart), cmocka_unit_test(other_types), cmocka_unit_test(long_lines),
                   cmocka_unit_test(whole_numbers), cmocka_unit_test(pools_of_views), cmocka_unit_test(short_rows_of_pools), cmocka_unit_test(groups_side_by_side),
                   cmocka_unit_test(outputs_that_are_vectors), cmocka_unit_test(long_lines_of_taps), cmocka_unit_test(short_lines_of_taps),
                   cmocka_unit_test(positions_abreast),
                   cmocka_unit_test(three_channels_last), cmocka_unit_test(padding_is_copied), cmocka_unit_test(tall_windows_of_colours), cmocka_unit_test(joined_colours),
                   cmocka_unit_test(colours_without_memory),
                   cmocka_unit_test(borders_read_what_is_packed), cmocka_unit_test(planes_in_pairs), cmocka_unit_test(some_planes), cmocka_unit_test(sums_that_end))
