/*
 * test_chain.c - views of views: random chains against a list of places that each operation rearranges by counting.
 *
 * The list is what the chain should read, in row-major order; it knows nothing of strides. Invalid arguments are
 * tried too: the list says whether the operation exists.
 */
#include "positions.h"

enum { MOST = 4096, AXES = 6 };

struct list {
    int     ndim;
    int64_t shape[AXES], count, place[MOST];
};

static int64_t at(const struct list *l, const int64_t *index) { return l->place[shape_flat(l->ndim, l->shape, index)]; }

/* `to` has its shape; element i of it is element from_index(i) of `from`. */
static void gather(struct list *to, const struct list *from, void (*from_index)(const void *how, const int64_t *i, int64_t *j),
                   const void *how)
{
    int64_t index[AXES] = {0}, source[AXES], n = 0;
    to->count = shape_count(to->ndim, to->shape);
    if (to->count == 0) return;
    do {
        from_index(how, index, source);
        to->place[n++] = at(from, source);
    } while (shape_next(to->ndim, to->shape, index));
}

/* ---- operations: 0 = it does not exist --------------------------------------------------------------------- */

struct args { int ndim; int64_t a, b, c, d; int64_t order[AXES]; }; /* ndim of the operand */

static void slice_index(const void *how, const int64_t *i, int64_t *j)
{
    const struct args *p = how;
    for (int k = 0; k < p->ndim; k++) j[k] = k == p->a ? p->b + i[k] * p->c : i[k];
}

static int do_slice(struct list *to, const struct list *from, struct args *p)
{
    int64_t n = from->shape[p->a], start = p->b, stop = p->d, count = 0;
    int64_t lo = p->c > 0 ? 0 : -1, hi = p->c > 0 ? n : n - 1;
    start = start < 0 ? start + n : start;
    stop = stop < 0 ? stop + n : stop;
    start = start < lo ? lo : start > hi ? hi : start;
    stop = stop < lo ? lo : stop > hi ? hi : stop;
    for (int64_t i = start; p->c > 0 ? i < stop : i > stop; i += p->c) count++;
    p->b = start;
    to->shape[p->a] = count;
    gather(to, from, slice_index, p);
    return 1;
}

static void select_index(const void *how, const int64_t *i, int64_t *j)
{
    const struct args *p = how;
    for (int k = 0; k < p->ndim; k++) j[k] = k < p->a ? i[k] : k == p->a ? p->b : i[k - 1];
}

static int do_select(struct list *to, const struct list *from, struct args *p)
{
    int64_t n = from->shape[p->a];
    if (p->b < -n || p->b >= n) return 0;
    if (p->b < 0) p->b += n;
    to->ndim--;
    for (int k = (int)p->a; k < to->ndim; k++) to->shape[k] = from->shape[k + 1];
    gather(to, from, select_index, p);
    return 1;
}

static void permute_index(const void *how, const int64_t *i, int64_t *j)
{
    const struct args *p = how;
    for (int k = 0; k < p->ndim; k++) j[p->order[k]] = i[k];
}

static int do_permute(struct list *to, const struct list *from, struct args *p)
{
    for (int k = 0; k < from->ndim; k++) to->shape[k] = from->shape[p->order[k]];
    gather(to, from, permute_index, p);
    return 1;
}

static void flip_index(const void *how, const int64_t *i, int64_t *j)
{
    const struct args *p = how;
    for (int k = 0; k < p->ndim; k++) j[k] = k == p->a ? p->b - 1 - i[k] : i[k];
}

static int do_flip(struct list *to, const struct list *from, struct args *p)
{
    p->b = from->shape[p->a];
    gather(to, from, flip_index, p);
    return 1;
}

static void window_index(const void *how, const int64_t *i, int64_t *j)
{
    const struct args *p = how;
    for (int k = 0; k < p->ndim; k++) j[k] = k == p->a ? i[k] * p->c + i[p->ndim] * p->d : i[k];
}

static int do_window(struct list *to, const struct list *from, struct args *p)
{
    int64_t cover = p->b ? (p->b - 1) * p->d + 1 : 0, n = from->shape[p->a];
    if (from->ndim == AXES || cover > n) return 0;
    to->shape[p->a] = (n - cover) / p->c + 1;
    to->shape[to->ndim++] = p->b;
    gather(to, from, window_index, p);
    return 1;
}

static void diagonal_index(const void *how, const int64_t *i, int64_t *j)
{
    const struct args *p = how;
    int64_t step = i[p->ndim - 2];
    for (int k = 0, m = 0; k < p->ndim; k++) {
        if (k == p->a) j[k] = step + (p->c < 0 ? -p->c : 0);
        else if (k == p->b) j[k] = step + (p->c > 0 ? p->c : 0);
        else j[k] = i[m++];
    }
}

static int do_diagonal(struct list *to, const struct list *from, struct args *p)
{
    int64_t row = p->c < 0 ? -p->c : 0, column = p->c > 0 ? p->c : 0, len = 0;
    if (p->a == p->b) return 0;
    while (row + len < from->shape[p->a] && column + len < from->shape[p->b]) len++;
    int m = 0;
    for (int k = 0; k < from->ndim; k++)
        if (k != p->a && k != p->b) to->shape[m++] = from->shape[k];
    to->shape[m++] = len;
    to->ndim = m;
    gather(to, from, diagonal_index, p);
    return 1;
}

static void expand_index(const void *how, const int64_t *i, int64_t *j)
{
    const struct args *p = how;
    for (int k = 0; k < p->ndim; k++) j[k] = k == p->a ? 0 : i[k];
}

static int do_expand(struct list *to, const struct list *from, struct args *p)
{
    if (from->shape[p->a] != 1) return from->shape[p->a] == p->b;
    to->shape[p->a] = p->b;
    gather(to, from, expand_index, p);
    return 1;
}

/* One axis of extent 1 in at a, or those that are there out. */
static int do_unsqueeze(struct list *to, const struct list *from, struct args *p)
{
    if (from->ndim == AXES) return 0;
    to->ndim++;
    for (int k = from->ndim; k > p->a; k--) to->shape[k] = from->shape[k - 1];
    to->shape[p->a] = 1;
    return 1;
}

static int do_squeeze(struct list *to, const struct list *from)
{
    to->ndim = 0;
    for (int k = 0; k < from->ndim; k++)
        if (from->shape[k] != 1) to->shape[to->ndim++] = from->shape[k];
    return 1;
}

/* ---- chains -------------------------------------------------------------------------------------------------- */

static void check_list(uint64_t seed, const char *step, const struct list *l, const strided_tensor *t)
{
    int64_t index[AXES] = {0}, n = 0;
    int same = strided_ndim(t) == l->ndim;
    for (int a = 0; same && a < l->ndim; a++) same = strided_dim(t, a) == l->shape[a];
    if (same && l->count) do same = strided_get_int(t, l->ndim, index) == l->place[n++];
    while (same && shape_next(l->ndim, l->shape, index));
    char text[2048];
    if (!same) fail_msg("seed %llu, %s: is %s", (unsigned long long)seed, step, view_text(t, text));
}

/* The same operation on both; NULL where the library refuses. */
static strided_tensor *apply(struct rng *r, int which, const strided_tensor *t, const struct list *from, struct list *to,
                             int *exists)
{
    struct args p = {.ndim = from->ndim};
    int n = from->ndim;
    *to = *from;
    p.a = n ? rng_between(r, 0, n - 1) : 0;
    *exists = n > 0;
    switch (n ? which : 7) {
    case 0: {
        p.b = rng_between(r, -6, 6), p.d = rng_between(r, -6, 6), p.c = rng_between(r, 0, 1) ? rng_between(r, 1, 3) : rng_between(r, -3, -1);
        strided_tensor *v = strided_slice(t, (int)p.a - n, p.b, p.d, p.c);
        *exists = do_slice(to, from, &p);
        return v;
    }
    case 1: {
        p.b = rng_between(r, -5, 4);
        strided_tensor *v = strided_select(t, (int)p.a, p.b);
        *exists = do_select(to, from, &p);
        return v;
    }
    case 2:
        for (int k = 0; k < n; k++) p.order[k] = k;
        for (int k = n - 1; k > 0; k--) {
            int64_t other = rng_between(r, 0, k), kept = p.order[k];
            p.order[k] = p.order[other];
            p.order[other] = kept;
        }
        *exists = do_permute(to, from, &p);
        return strided_permute(t, n, p.order);
    case 3:
        *exists = do_flip(to, from, &p);
        return strided_flip(t, 1, &p.a);
    case 4: {
        p.b = rng_between(r, 0, 4), p.c = rng_between(r, 1, 2), p.d = rng_between(r, 1, 2);
        if (from->count * p.b > MOST) p.b = 1;
        const strided_window_axis w = {p.a, p.b, p.c, p.d};
        *exists = do_window(to, from, &p);
        return from->ndim == AXES ? NULL : strided_window(t, 1, &w);
    }
    case 5:
        p.b = rng_between(r, 0, n - 1), p.c = rng_between(r, -4, 4);
        *exists = do_diagonal(to, from, &p);
        return strided_diagonal(t, p.c, (int)p.a, (int)p.b);
    case 6: {
        int64_t shape[AXES];
        p.b = from->count > MOST / 3 ? 1 : rng_between(r, 0, 3);
        for (int k = 0; k < n; k++) shape[k] = k == p.a ? p.b : -1;
        *exists = do_expand(to, from, &p);
        return strided_expand(t, n, shape);
    }
    case 7:
        p.a = rng_between(r, 0, n);
        *exists = do_unsqueeze(to, from, &p);
        return from->ndim == AXES ? NULL : strided_unsqueeze(t, (int)p.a);
    default:
        *exists = do_squeeze(to, from);
        return strided_squeeze(t, STRIDED_NO_DIMS);
    }
}

static void chain(uint64_t seed)
{
    static const char *const names[] = {"slice", "select", "permute", "flip", "window", "diagonal", "expand", "unsqueeze", "squeeze"};
    static struct list l, next;
    struct rng r = rng_seed(seed);
    l.ndim = (int)rng_between(&r, 1, 4);
    rng_shape(&r, l.ndim, rng_between(&r, 0, 9) == 0 ? 0 : 1, 5, l.shape);
    l.count = shape_count(l.ndim, l.shape);
    for (int64_t i = 0; i < l.count; i++) l.place[i] = i;
    strided_tensor *t = positions_shaped(l.ndim, l.shape);
    for (int i = 0; i < 12; i++) {
        int which = (int)rng_between(&r, 0, 8), exists;
        strided_tensor *v = apply(&r, which, t, &l, &next, &exists);
        if (!v != !exists) fail_msg("seed %llu, step %d, %s: %s", (unsigned long long)seed, i, names[which], v ? "accepted" : strided_error());
        if (!v) continue;
        next.count = shape_count(next.ndim, next.shape);
        check_list(seed, names[which], &next, v);
        l = next;
        strided_release(t);
        t = v;
    }
    strided_release(t);
}

static void random_chains(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10000; seed++) chain(seed);
}

STRIDED_TEST_GROUP("view/chain", cmocka_unit_test(random_chains))
