/*
 * handful_run.c - rows by handfuls (handful_plan.h): what each lane picks, what is the same for all rows, and, where an operand is of another type,
 * some rows at a time that are converted on their way.
 */
#include "cursor.h"
#include "handful_plan.h"
#include <string.h>

enum { CONVERTED = 3072 }; /* elements at once */

/* Elements of an operand from a row's beginning to each index of some axes, the last of which goes fastest. */
static void set_places(int32_t *at, const struct nest_axis *axis, int n, int o)
{
    int count = 1;
    at[0] = 0;
    for (int i = 0; i < n; i++) {
        const int len = (int)axis[i].len, step = (int)axis[i].stride[o];
        for (int j = count - 1; j >= 0; j--)
            for (int k = len - 1; k >= 0; k--) at[j * len + k] = at[j] + k * step;
        count *= len;
    }
}

static int32_t lowest(const int32_t *at, int n)
{
    int32_t low = 0;
    for (int i = 0; i < n; i++) low = at[i] < low ? at[i] : low;
    return low;
}

/* Picks for the lanes of dst, of which `lane` has those of a handful's first row. */
static void set_picks(struct handful_operand *p, const struct handful *h, int o, const int32_t *lane)
{
    int32_t place[HANDFUL_LANES], term[HANDFUL_TERMS];
    const int moves = h->row.stride[o] != 0, step = h->rows > 1 ? (int)h->row.stride[o] : 0, next = h->rows > 1 ? (int)h->row.stride[NEST_DST] : 0;
    set_places(place, h->inner, h->inners, o);
    set_places(term, h->fold, h->folds, o);
    p->some = 0;
    p->low = moves ? lowest(place, h->outputs) + lowest(term, h->terms) + min_size(0, (h->rows - 1) * step) : 0;
    p->row = h->row.stride[o] * (int64_t)sizeof(float);
    memset(p->pick, 0, sizeof p->pick[0] * (size_t)h->terms);
    for (int t = 0; t < h->terms; t++)
        for (int i = 0; i < h->outputs; i++)
            for (int r = 0, at = place[i] + term[t] - (int)p->low, to = lane ? lane[i] : at; r < h->rows; r++, at += step, to += next) {
                p->pick[t][to] = at;
                if (moves) p->some |= 1u << at;
            }
}

static void set_rows(struct handful_rows *k, const struct handful *h, const struct work *w)
{
    int32_t lane[HANDFUL_LANES];
    double lo, hi;
    activation_limits(&w->epilogue, &lo, &hi);
    k->rows = h->rows;
    k->terms = h->terms;
    k->moves = h->moves;
    k->dense = h->dense;
    k->ends = w->dtype[NEST_C] || w->epilogue.activation;
    k->lo = (float)lo;
    k->hi = (float)hi;
    set_places(lane, h->inner, h->inners, NEST_DST);
    set_picks(&k->dst, h, NEST_DST, NULL);
    for (int i = 0; i < h->outputs; i++) lane[i] -= (int32_t)k->dst.low;
    set_picks(&k->a, h, h->a, lane);
    set_picks(&k->b, h, h->b, lane);
    set_picks(&k->c, h, NEST_C, lane);
}

/* What the lanes pick of what stands still. */
static void set_values(float *v, const char *at, const int32_t *pick)
{
    for (int i = 0; i < HANDFUL_LANES; i++) memcpy(&v[i], at + pick[i] * (int64_t)sizeof *v, sizeof *v);
}

/* For the rows from here on. */
static void set_factors(struct handful_rows *k, const struct handful *h, const struct work *w, char *const at[NEST_OPERANDS])
{
    for (int i = 0; i < HANDFUL_LANES; i++) k->bias[i] = -0.f;
    if (w->dtype[NEST_C]) set_values(k->bias, at[NEST_C], k->c.pick[0]);
    for (int t = 0; !h->moves && t < h->terms; t++) set_values(k->factor[t], at[h->b], k->b.pick[t]);
}

/* n neighbours of any type. */
static void convert(const struct kernels *k, const struct work *w, strided_dtype to, char *dst, strided_dtype of, char *from, int64_t n)
{
    struct nest line;
    line.keep = 1;
    line.fold = 0;
    line.axis[0] = (struct nest_axis){ .len = n, .stride = { 1, 1 } };
    strided__nest_move(k, w, &line, to, dst, of, from);
}

/* Elements of an operand of any type to index `from` of the rows. */
static char *row_at(const struct work *w, const struct handful *h, int o, const struct handful_operand *p, char *at, int64_t from)
{
    return shift(at, (from * h->row.stride[o] + p->low) * size_of(w->dtype[o]));
}

static void sum_rows(const struct handful_rows *k, int64_t n, int lanes)
{
#if defined(STRIDED_HAVE_AVX512)
    if (lanes == HANDFUL_LANES) { strided__handful_rows_avx512(k, n); return; }
#endif
#if defined(STRIDED_HAVE_AVX2)
    strided__handful_rows_avx2(k, n);
#endif
    (void)k, (void)n, (void)lanes;
}

/* All rows from here on. Where they are converted, the last ones are a handful at least. */
static void walk_rows(struct handful_rows *k, const struct handful *h, const struct work *w, const struct kernels *kernels,
                      char *const at[NEST_OPERANDS])
{
    float in[CONVERTED], out[CONVERTED];
    const strided_dtype of = w->dtype[h->a], to = w->dtype[NEST_DST];
    const int64_t step = h->row.stride[NEST_DST], step_a = h->row.stride[h->a];
    const int64_t wide = max_size(of == STRIDED_F32 ? 0 : step_a, to == STRIDED_F32 ? 0 : step); /* what is converted has no gaps */
    const int64_t most = wide ? CONVERTED / wide : h->row.len;
    for (int64_t from = 0, n, left = h->row.len; left > 0; from += n, left -= n) {
        n = min_size(most, left);
        if (left > n && left - n < h->rows) n -= h->rows;
        char *dst = row_at(w, h, NEST_DST, &k->dst, at[NEST_DST], from);
        k->dst.at = to == STRIDED_F32 ? dst : (char *)out;
        k->a.at = row_at(w, h, h->a, &k->a, at[h->a], from);
        k->b.at = row_at(w, h, h->b, &k->b, at[h->b], from);
        if (of != STRIDED_F32) {
            convert(kernels, w, STRIDED_F32, (char *)in, of, k->a.at, n * step_a);
            k->a.at = (char *)in;
        }
        sum_rows(k, n, h->lanes);
        if (to != STRIDED_F32) convert(kernels, w, to, dst, STRIDED_F32, (char *)out, n * step);
    }
}

int strided__handful_run(const struct work *w, const struct nest *n, const struct kernels *kernels,
                         char *const data[NEST_OPERANDS])
{
    struct handful h;
    struct handful_rows k;
    struct cursor walk;
    const char *b = NULL, *c = NULL;
    if (!strided__handful_plan(&h, n, w, kernels)) return 0;
    set_rows(&k, &h, w);
    work_units(w, walk.unit);
    cursor_start(&walk, h.outer, h.outers, data);
    do {
        if (b != walk.at[h.b] || c != walk.at[NEST_C]) set_factors(&k, &h, w, walk.at);
        b = walk.at[h.b];
        c = walk.at[NEST_C];
        walk_rows(&k, &h, w, kernels, walk.at);
    } while (cursor_next(&walk));
    return 1;
}
