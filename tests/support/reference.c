/*
 * reference.c - see reference.h: arrays, elementwise functions, reductions, softmax, einsum.
 */
#include "reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- arrays ------------------------------------------------------------------------------------- */

static struct array *arrays;

int64_t shape_count(int ndim, const int64_t *shape)
{
    int64_t n = 1;
    for (int a = 0; a < ndim; a++) n *= shape[a];
    return n;
}

int shape_next(int ndim, const int64_t *shape, int64_t *index)
{
    for (int a = ndim - 1; a >= 0; a--) {
        if (++index[a] < shape[a]) return 1;
        index[a] = 0;
    }
    return 0;
}

int64_t shape_flat(int ndim, const int64_t *shape, const int64_t *index)
{
    int64_t flat = 0;
    for (int a = 0; a < ndim; a++) flat = flat * shape[a] + index[a];
    return flat;
}

struct array *array_new(int ndim, const int64_t *shape)
{
    struct array *x = calloc(1, sizeof *x);
    if (x == NULL) abort();
    x->ndim = ndim;
    for (int a = 0; a < ndim; a++) x->shape[a] = shape[a];
    x->count = shape_count(ndim, shape);
    x->v = calloc((size_t)x->count + 1, sizeof *x->v);
    if (x->v == NULL) abort();
    x->next = arrays;
    arrays = x;
    return x;
}

void arrays_release(void)
{
    while (arrays != NULL) {
        struct array *x = arrays;
        arrays = x->next;
        free(x->v);
        free(x);
    }
}

struct array *array_full(double value, int ndim, const int64_t *shape)
{
    struct array *x = array_new(ndim, shape);
    for (int64_t i = 0; i < x->count; i++) x->v[i] = value;
    return x;
}

struct array *array_list(const double *v, int ndim, const int64_t *shape)
{
    struct array *x = array_new(ndim, shape);
    for (int64_t i = 0; i < x->count; i++) x->v[i] = v[i];
    return x;
}

struct array *array_copy(const struct array *x)
{
    return array_list(x->v, x->ndim, x->shape);
}

struct array *array_small(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape)
{
    struct array *x = array_new(ndim, shape);
    for (int64_t i = 0; i < x->count; i++) x->v[i] = rng_small(r, dtype);
    return x;
}

struct array *array_real(struct rng *r, double lo, double hi, int ndim, const int64_t *shape)
{
    struct array *x = array_new(ndim, shape);
    for (int64_t i = 0; i < x->count; i++) x->v[i] = rng_real(r, lo, hi);
    return x;
}

struct array *array_unit(struct rng *r, strided_dtype dtype, int ndim, const int64_t *shape)
{
    (void)dtype;
    return array_real(r, -1, 1, ndim, shape);
}

struct array *array_quarters(struct rng *r, int ndim, const int64_t *shape)
{
    struct array *x = array_new(ndim, shape);
    for (int64_t i = 0; i < x->count; i++) x->v[i] = (double)rng_between(r, -32, 32) / 4;
    return x;
}

struct array array_batched(const struct array *x, int nd)
{
    struct array y = *x;
    if (x->ndim == nd + 2) return y;
    for (int a = 0; a <= nd; a++) y.shape[a + 1] = x->shape[a];
    y.shape[0] = 1;
    y.ndim = nd + 2;
    return y;
}

struct array *array_broadcast(const struct array *x, int ndim, const int64_t *shape)
{
    struct array *y = array_new(ndim, shape);
    int64_t index[ARRAY_NDIM] = {0};
    for (int64_t i = 0; i < y->count; i++) {
        int64_t from[ARRAY_NDIM];
        for (int a = 0; a < x->ndim; a++) from[a] = x->shape[a] == 1 ? 0 : index[a + ndim - x->ndim];
        y->v[i] = x->v[shape_flat(x->ndim, x->shape, from)];
        shape_next(ndim, shape, index);
    }
    return y;
}

/* ---- elementwise -------------------------------------------------------------------------------- */

double ref_unary(strided_unary_op op, double x)
{
    switch (op) {
    case STRIDED_NEG:        return -x;
    case STRIDED_ABS:        return fabs(x);
    case STRIDED_SQRT:       return sqrt(x);
    case STRIDED_EXP:        return exp(x);
    case STRIDED_LOG:        return log(x);
    case STRIDED_TANH:       return tanh(x);
    case STRIDED_SIGMOID:    return 1 / (1 + exp(-x));
    case STRIDED_RELU:       return isnan(x) ? x : x > 0 ? x : 0;
    case STRIDED_GELU:       return x * 0.5 * (1 + erf(x / sqrt(2)));
    case STRIDED_GELU_TANH:  return x * 0.5 * (1 + tanh(sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x)));
    case STRIDED_SILU:       return x / (1 + exp(-x));
    case STRIDED_SQUARE:     return x * x;
    case STRIDED_RECIPROCAL: return 1 / x;
    case STRIDED_SIGN:       return isnan(x) ? x : (x > 0) - (x < 0);
    case STRIDED_FLOOR:      return floor(x);
    case STRIDED_CEIL:       return ceil(x);
    case STRIDED_ROUND:      return rint(x);
    case STRIDED_ERF:        return erf(x);
    default:                 return NAN;
    }
}

double ref_binary(strided_binary_op op, double a, double b)
{
    switch (op) {
    case STRIDED_ADD:   return a + b;
    case STRIDED_SUB:   return a - b;
    case STRIDED_MUL:   return a * b;
    case STRIDED_DIV:   return a / b;
    case STRIDED_MAX:   return isnan(a) ? a : isnan(b) ? b : a > b ? a : b;
    case STRIDED_MIN:   return isnan(a) ? a : isnan(b) ? b : a < b ? a : b;
    case STRIDED_POW:   return pow(a, b);
    case STRIDED_PRELU: return a >= 0 ? a : a * b;
    default:            return NAN;
    }
}

double ref_binary_integer(strided_binary_op op, double a, double b)
{
    if (op == STRIDED_DIV) return b == 0 ? 0 : trunc(a / b);
    if (op == STRIDED_POW && b < 0) return a == 1 ? 1 : a == -1 ? (fmod(b, 2) == 0 ? 1 : -1) : 0;
    return ref_binary(op, a, b);
}

/* ---- reductions --------------------------------------------------------------------------------- */

/* One run of n numbers folded. */
static double fold(strided_reduce_op op, const double *v, int64_t n)
{
    double sum = 0, product = 1, absolute = 0, squares = 0;
    int64_t most = 0, least = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += v[i];
        product *= v[i];
        absolute += fabs(v[i]);
        squares += v[i] * v[i];
        if (!isnan(v[most]) && (isnan(v[i]) || v[i] > v[most])) most = i;
        if (!isnan(v[least]) && (isnan(v[i]) || v[i] < v[least])) least = i;
    }
    double exponentials = 0, shift = n > 0 && isfinite(v[most]) ? v[most] : 0;
    for (int64_t i = 0; i < n; i++) exponentials += exp(v[i] - shift);
    switch (op) {
    case STRIDED_REDUCE_SUM:         return sum;
    case STRIDED_REDUCE_MEAN:        return sum / (double)n;
    case STRIDED_REDUCE_PROD:        return product;
    case STRIDED_REDUCE_MAX:         return n == 0 ? -INFINITY : v[most];
    case STRIDED_REDUCE_MIN:         return n == 0 ? INFINITY : v[least];
    case STRIDED_REDUCE_ARGMAX:      return (double)most;
    case STRIDED_REDUCE_ARGMIN:      return (double)least;
    case STRIDED_REDUCE_L1:          return absolute;
    case STRIDED_REDUCE_L2:          return sqrt(squares);
    case STRIDED_REDUCE_SUM_SQUARE:  return squares;
    case STRIDED_REDUCE_LOG_SUM:     return log(sum);
    case STRIDED_REDUCE_LOG_SUM_EXP: return log(exponentials) + shift;
    default:                         return NAN;
    }
}

void ref_reduce(struct array *dst, strided_reduce_op op, const struct array *x, const int reduced[ARRAY_NDIM])
{
    int64_t kept[ARRAY_NDIM], folded[ARRAY_NDIM];
    for (int a = 0; a < x->ndim; a++) {
        kept[a] = reduced[a] ? 1 : x->shape[a];
        folded[a] = reduced[a] ? x->shape[a] : 1;
    }
    int64_t n = shape_count(x->ndim, folded), outer[ARRAY_NDIM] = {0};
    double *run = calloc((size_t)n + 1, sizeof *run);
    if (run == NULL) abort();
    for (int64_t i = 0; i < dst->count; i++) {
        int64_t inner[ARRAY_NDIM] = {0}, at[ARRAY_NDIM];
        for (int64_t j = 0; j < n; j++) {
            for (int a = 0; a < x->ndim; a++) at[a] = outer[a] + inner[a];
            run[j] = x->v[shape_flat(x->ndim, x->shape, at)];
            shape_next(x->ndim, folded, inner);
        }
        dst->v[i] = fold(op, run, n);
        shape_next(x->ndim, kept, outer);
    }
    free(run);
}

void ref_softmax(struct array *dst, const struct array *x, int axis, int log_form)
{
    int64_t n = x->shape[axis], step = shape_count(x->ndim - axis - 1, x->shape + axis + 1);
    for (int64_t i = 0; i < x->count; i++) {
        int64_t first = i - (i / step % n) * step;
        double m = -INFINITY, sum = 0;
        for (int64_t k = 0; k < n; k++) m = ref_binary(STRIDED_MAX, m, x->v[first + k * step]);
        for (int64_t k = 0; k < n; k++) sum += exp(x->v[first + k * step] - m);
        dst->v[i] = log_form ? x->v[i] - m - log(sum) : exp(x->v[i] - m) / sum;
    }
}

/* ---- products ----------------------------------------------------------------------------------- */

/* Labels in order of first appearance: the output's first. Returns how many. */
static int collect(char *labels, int64_t *extent, int n, const struct array *const *operands, const char *const *terms,
                   const char *out)
{
    int count = 0;
    for (const char *c = out; *c; c++) labels[count++] = *c;
    for (int i = 0; i < count; i++) extent[i] = 1;
    for (int i = 0; i < n; i++)
        for (int a = 0; a < operands[i]->ndim; a++) {
            char *known = memchr(labels, terms[i][a], (size_t)count);
            int at = known ? (int)(known - labels) : count;
            if (known == NULL) labels[count] = terms[i][a], extent[count++] = 1;
            if (operands[i]->shape[a] != 1) extent[at] = operands[i]->shape[a];
        }
    return count;
}

static double element(const struct array *x, const char *term, const char *labels, int count, const int64_t *value)
{
    int64_t at[ARRAY_NDIM];
    for (int a = 0; a < x->ndim; a++) {
        const char *label = memchr(labels, term[a], (size_t)count);
        at[a] = x->shape[a] == 1 ? 0 : value[label - labels];
    }
    return x->v[shape_flat(x->ndim, x->shape, at)];
}

void ref_einsum(struct array *dst, const char *out, int n, const struct array *const *operands, const char *const *terms)
{
    char labels[64];
    int64_t extent[64], value[64] = {0};
    int count = collect(labels, extent, n, operands, terms, out), kept = (int)strlen(out);
    memset(dst->v, 0, (size_t)dst->count * sizeof *dst->v);
    if (shape_count(count, extent) == 0) return;
    do {
        double product = 1;
        for (int i = 0; i < n; i++) product *= element(operands[i], terms[i], labels, count, value);
        dst->v[shape_flat(kept, extent, value)] += product;
    } while (shape_next(count, extent, value));
}

/* Letters for the axes of a matmul operand: batch axes from the right end of "ABCDEFGHIJKLMN", then `tail`. */
static void matmul_term(char *term, int ndim, const char *tail)
{
    static const char batch[] = "ABCDEFGHIJKLMN";
    int lead = ndim - (int)strlen(tail);
    memcpy(term, batch + 14 - lead, (size_t)lead);
    strcpy(term + lead, tail);
}

void ref_matmul(struct array *dst, const struct array *a, const struct array *b)
{
    char ta[20], tb[20], out[20], tail[3] = "";
    matmul_term(ta, a->ndim, a->ndim == 1 ? "k" : "ik");
    matmul_term(tb, b->ndim, b->ndim == 1 ? "k" : "kj");
    if (a->ndim > 1) strcat(tail, "i");
    if (b->ndim > 1) strcat(tail, "j");
    matmul_term(out, dst->ndim, tail);
    ref_einsum(dst, out, 2, (const struct array *const[]){ a, b }, (const char *const[]){ ta, tb });
}
