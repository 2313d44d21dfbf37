/*
 * overlap.c - do two indices reach one element; do two tensors share a byte?
 *
 * Both are one question: has  sum of c[i]*z[i] = target  a solution with 0 <= z[i] <= most[i], all c[i] > 0?
 * It is searched depth first, largest coefficient first. With the coefficients that remain, only multiples of their
 * gcd up to their largest sum can be made: that bounds z[i] from both sides and says which residues it may have, and
 * mostly no search is left. In the worst case the search is exponential, so it is cut after a number of steps, and
 * the answer is then "yes".
 *
 * Nothing here reads an element.
 */
#include "tensor.h"
#include "../base/checked.h"

enum { TERMS = 2 * STRIDED_MAX_NDIM + 1, STEPS = 100000 };

struct term {
    int64_t c, most;
    int64_t gcd;     /* of this coefficient and those after it */
    int64_t sum;     /* the most that this term and those after it make; saturated */
    int64_t modulus; /* z must leave one residue of it ... */
    int64_t inverse; /* ... that is (target/gcd) * inverse */
};

struct equation {
    int     terms, steps;
    struct term term[TERMS];
};

static int64_t saturated_add(int64_t a, int64_t b) { return add_size(&a, a, b) ? a : INT64_MAX; }
static int64_t saturated_mul(int64_t a, int64_t b) { return mul_size(&a, a, b) ? a : INT64_MAX; }

/* a*b mod m for 0 <= a, b < m, where the product need not fit. */
static int64_t multiply_mod(int64_t a, int64_t b, int64_t m)
{
    int64_t product, r = 0;
    if (mul_size(&product, a, b)) return product % m;
    for (; b; b >>= 1) {
        if (b & 1) r = r >= m - a ? r - (m - a) : r + a;
        a = a >= m - a ? a - (m - a) : a + a;
    }
    return r;
}

/* x with a*x = 1 mod m, for a and m without a common divisor; 0 if m is 1. */
static int64_t inverse_mod(int64_t a, int64_t m)
{
    int64_t r0 = m, r1 = a % m, x0 = 0, x1 = 1;
    while (r1 > 0) {
        int64_t q = r0 / r1, r = r0 - q * r1, x = x0 - q * x1;
        r0 = r1, r1 = r;
        x0 = x1, x1 = x;
    }
    return x0 < 0 ? x0 + m : x0 % m;
}

static void add_term(struct equation *e, int64_t c, int64_t most)
{
    if (most == 0) return;
    int i = e->terms++;
    for (; i > 0 && e->term[i - 1].c < c; i--) e->term[i] = e->term[i - 1];
    e->term[i] = (struct term){.c = c, .most = most};
}

/* Terms of one coefficient become one. */
static void merge_terms(struct equation *e)
{
    int n = 0;
    for (int i = 0; i < e->terms; i++) {
        struct term *last = n ? &e->term[n - 1] : NULL;
        if (last && last->c == e->term[i].c) last->most = saturated_add(last->most, e->term[i].most);
        else e->term[n++] = e->term[i];
    }
    e->terms = n;
}

static void prepare(struct equation *e)
{
    merge_terms(e);
    int64_t rest_gcd = 0, rest_sum = 0;
    for (int i = e->terms - 1; i >= 0; i--) {
        struct term *t = &e->term[i];
        t->gcd = gcd_size(t->c, rest_gcd);
        t->sum = saturated_add(saturated_mul(t->c, t->most), rest_sum);
        t->modulus = rest_gcd ? rest_gcd / t->gcd : 1;
        t->inverse = inverse_mod(t->c / t->gcd % t->modulus, t->modulus);
        rest_gcd = t->gcd;
        rest_sum = t->sum;
    }
}

/* The smallest z >= from with z = residue mod m. */
static int64_t first_with_residue(int64_t from, int64_t residue, int64_t m)
{
    int64_t ahead = residue - from % m;
    return saturated_add(from, ahead < 0 ? ahead + m : ahead);
}

/* 1 if the terms from i on can make target, or if the steps run out. */
static int search(struct equation *e, int i, int64_t target)
{
    if (i == e->terms) return target == 0;
    const struct term *t = &e->term[i];
    if (target > t->sum || target % t->gcd) return 0;
    int64_t rest = i + 1 < e->terms ? t[1].sum : 0;
    int64_t z = target > rest ? ceil_div(target - rest, t->c) : 0, most = min_size(t->most, target / t->c);
    int64_t residue = multiply_mod(target / t->gcd % t->modulus, t->inverse, t->modulus);
    for (z = first_with_residue(z, residue, t->modulus); z <= most; z += t->modulus) {
        if (--e->steps < 0 || search(e, i + 1, target - t->c * z)) return 1;
        if (z > INT64_MAX - t->modulus) break;
    }
    return 0;
}

/* target >= 0 */
static int solvable(struct equation *e, int64_t target)
{
    prepare(e);
    e->steps = STEPS;
    return search(e, 0, target);
}

/* ---- one tensor ------------------------------------------------------------------------------------ */

struct span { int64_t stride, last; }; /* |stride| > 0; index 0..last, last > 0 */

static int64_t absolute(int64_t v) { return v < 0 ? -v : v; }

/* Axes longer than 1 from the largest |stride| to the smallest; -1 if a stride is 0. */
static int sorted_spans(const strided_tensor *x, struct span spans[STRIDED_MAX_NDIM])
{
    int n = 0;
    for (int a = 0; a < x->ndim; a++) {
        if (x->shape[a] == 1) continue;
        if (x->strides[a] == 0) return -1;
        struct span s = {.stride = absolute(x->strides[a]), .last = x->shape[a] - 1};
        int i = n++;
        for (; i > 0 && spans[i - 1].stride < s.stride; i--) spans[i] = spans[i - 1];
        spans[i] = s;
    }
    return n;
}

/* Two indices that first differ on spans[0], upwards: d[0] >= 1 and d[j] in -last..last with sum stride*d = 0.
 * Shifted to start at 0: z[0] = d[0] - 1, z[j] = d[j] + last. */
static int meet(const struct span *spans, int n)
{
    int64_t target = -spans[0].stride;
    for (int j = 1; j < n; j++) target += spans[j].stride * spans[j].last;
    if (target < 0) return 0; /* all the smaller strides together do not make this one */
    struct equation e = {.terms = 0};
    add_term(&e, spans[0].stride, spans[0].last - 1);
    for (int j = 1; j < n; j++) add_term(&e, spans[j].stride, saturated_mul(2, spans[j].last));
    return solvable(&e, target);
}

int strided_is_overlapping(const strided_tensor *x)
{
    struct span spans[STRIDED_MAX_NDIM];
    if (!x || x->count < 2) return 0;
    int n = sorted_spans(x, spans);
    if (n < 0) return 1;
    for (int i = 0; i < n; i++)
        if (meet(spans + i, n - i)) return 1;
    return 0;
}

/* ---- two tensors ----------------------------------------------------------------------------------- */

struct region {
    const strided_tensor *x;
    int64_t unit;      /* units in an element: 1, or its bytes */
    int64_t lo, hi;    /* first and last unit, from a common origin */
};

static void find_ends(struct region *r, int64_t at)
{
    int64_t lo = 0, hi = 0;
    (void)strided__reach(r->x->ndim, r->x->shape, r->x->strides, &lo, &hi);
    r->lo = at + lo * r->unit;
    r->hi = at + (hi + 1) * r->unit - 1;
}

static void add_axes(struct equation *e, const struct region *r)
{
    const strided_tensor *x = r->x;
    for (int a = 0; a < x->ndim; a++)
        if (x->shape[a] > 1 && x->strides[a] != 0) add_term(e, absolute(x->strides[a]) * r->unit, x->shape[a] - 1);
}

/* Counted upwards a reaches the units a.lo + p + i, counted downwards b the units b.hi - q - j: p and q made of the
 * strides, i and j units inside an element. They meet if p + q + (i + j) = b.hi - a.lo. */
static int regions_meet(const struct region *a, const struct region *b)
{
    struct equation e;
    if (a->hi < b->lo || b->hi < a->lo) return 0;
    e.terms = 0; /* of which it has no more */
    add_axes(&e, a);
    add_axes(&e, b);
    add_term(&e, 1, a->unit + b->unit - 2);
    return solvable(&e, b->hi - a->lo);
}

/* Addresses as distances from the lower of the two storages; 0 = they are too far apart to share anything. */
static int in_bytes(struct region *a, struct region *b)
{
    uint64_t pa = (uintptr_t)a->x->storage->data, pb = (uintptr_t)b->x->storage->data;
    uint64_t origin = pa < pb ? pa : pb;
    if (pa - origin > INT64_MAX / 2 || pb - origin > INT64_MAX / 2) return 0;
    a->unit = (int64_t)strided_dtype_size(a->x->dtype);
    b->unit = (int64_t)strided_dtype_size(b->x->dtype);
    find_ends(a, (int64_t)(pa - origin) + a->x->offset * a->unit);
    find_ends(b, (int64_t)(pb - origin) + b->x->offset * b->unit);
    return 1;
}

int strided_shares_memory(const strided_tensor *a, const strided_tensor *b)
{
    if (!a || !b || a->count == 0 || b->count == 0) return 0;
    struct region ra = {.x = a, .unit = 1}, rb = {.x = b, .unit = 1};
    if (a->storage == b->storage) {
        find_ends(&ra, a->offset);
        find_ends(&rb, b->offset);
    } else if (a->geometry_only || b->geometry_only || !in_bytes(&ra, &rb)) {
        return 0;
    }
    return regions_meet(&ra, &rb);
}
