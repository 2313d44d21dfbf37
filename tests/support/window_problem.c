/*
 * window_problem.c - windows of all kinds by chance, and two ways to do each.
 */
#include "window_problem.h"
#include <string.h>
#include "../../src/base/checked.h"
#include "../../src/kernels/prepared.h"
#include "cmocka_compat.h"

struct rng rng;

struct line padded_line(struct line s)
{
    s.padded = any(0, 2) > 0;
    int64_t length = (s.taps - 1) * s.dilation + 1, after = s.padded ? any(0, length) : 0;
    s.before = s.padded ? any(0, length) : 0;
    if (s.n + s.before + after < length) s.n = length;
    s.positions = (s.n + s.before + after - length) / s.step + 1;
    return s;
}

struct line any_line(int64_t n_most, int64_t taps_most, int64_t step_most)
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
    p->w = lines ? (struct line){ .n = any(400, 500), .taps = any(wave_most(16) + 1, wave_most(16) + 12), .step = 1, .dilation = 1 }
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

struct problem any_problem(void)
{
    const int64_t kind = any(0, WINDOW_FORMS + 4);
    struct problem p = { .form = kind >= WINDOW_FORMS ? WINDOW_LANES : (enum window_form)kind, .stretch = 1 };
    p.dtype = any(0, 3) ? STRIDED_F32 : STRIDED_F64;
    p.n = any(1, 2);
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

static struct strides moving_strides(const struct problem *p)
{
    const int64_t all = p->groups * p->c, hn = p->h.n, wn = p->w.n, plane = hn * wn;
    const int last = p->x_lies == ACROSS ? !p->last : p->last;
    if (p->x_lies == BACKWARDS && !last) return (struct strides){ all * plane, plane, wn, -1, wn - 1 };
    if (p->x_lies == TURNED && !last) return (struct strides){ all * plane, plane, 1, hn, 0 };
    const int64_t column = (last ? all : 1) * p->stretch, row = column * wn + p->gap;
    return (struct strides){ all * (hn * (wn * p->stretch + p->gap) + p->skip), last ? 1 : hn * row + p->skip, row, column, 0 };
}

static struct strides x_strides(const struct problem *p)
{
    struct strides x = moving_strides(p);
    if (p->still & 1) x.image = 0;
    if (p->still & 2) x.channel = 0;
    if (p->still & 4) x.row = 0;
    if (p->still & 8) x.column = 0;
    return x;
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

void lay_out(struct problem *p)
{
    const int64_t row = (p->w.n - 1) * p->stretch + 1, planes = p->n * p->groups * p->c, size = (int64_t)strided_dtype_size(p->dtype);
    const int64_t apart = (planes * p->h.n - 1) * (p->w.n * p->stretch + p->gap) + (planes - 1) * p->skip + row;
    p->x = values(x_type(p), p->last ? planes * p->h.n * p->w.n : apart);
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

void make_work(struct work *w, const struct problem *p, strided_context *ctx)
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

void put_back(struct problem *p)
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

void compare(const struct problem *p, uint64_t seed, const char *isa)
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

void plan_problem(struct planned *is, struct problem *p)
{
    lay_out(p);
    make_work(&is->work, p, NULL);
    strided__windows_plan(&is->plan, &is->on, &is->work, strided__windows_of(strided__kernels(strided__context_isa(NULL)), &is->work));
}

int is_cut(const struct blocks_plan *p)
{
    for (int i = 0; p->fits && (p->flat || p->lane >= 0) && i < p->axes; i++)
        if (p->axis[i].tile < p->axis[i].len) return 1;
    return 0;
}

int has_ribbons(const struct window_plan *p, const struct work *w)
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

int high_tiles = -1;
static window_tile_fn *high;

static void count_high(struct window_tile *t)
{
    high_tiles++;
    high(t);
}

/* What a plan was made for, but for these tiles. */
static const struct kernels *that_count(const struct kernels *k)
{
    static struct kernels counting;
    static struct window_kernels windows;
    if (high_tiles < 0 || !k->window[COMPUTE_F32] || !k->window[COMPUTE_F32]->tile[WINDOW_LANES][0][SHAPE_HIGH]) return k;
    counting = *k;
    windows = *k->window[COMPUTE_F32];
    high = windows.tile[WINDOW_LANES][0][SHAPE_HIGH];
    windows.tile[WINDOW_LANES][0][SHAPE_HIGH] = count_high;
    counting.window[COMPUTE_F32] = &windows;
    return &counting;
}

int same_as_generic(struct problem *p, uint64_t seed, strided_context *ctx, int count[COUNTS])
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
    int taken = prepared.window.fits;
    if (taken) prepared.window.kernels = that_count(prepared.window.kernels);
    strided__prepared_run(&prepared, data, NULL);
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

void on_every_set(void (*test)(const strided_config *config))
{
    static const strided_config configs[] = { { .isa = "scalar" }, { .isa = "neon" }, { .isa = "avx2" }, { .isa = "avx512" }, { .threads = 3 } };
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) test(&configs[i]);
}

int has_blocks(strided_context *ctx) { return strided__kernels(strided__context_isa(ctx))->window[COMPUTE_F32]->blocks != NULL; }
