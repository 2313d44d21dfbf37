/*
 * test_edges.c - runs of an edge, against the list of (position, tap) pairs that they stand for.
 */
#include <stdio.h>
#include "support/cmocka_compat.h"
#include "../../src/nest/edges.h"

static uint64_t seed = 1;

static int64_t any(int64_t lo, int64_t hi)
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return lo + (int64_t)((z ^ (z >> 31)) % (uint64_t)(hi - lo + 1));
}

static const char *text(const struct edge *e, int64_t m, int64_t taps)
{
    static char s[200];
    snprintf(s, sizeof s, "mode %d keep %lld*i fold %lld*k before %lld n %lld, %lld positions, %lld taps", (int)e->mode,
             (long long)e->keep_mul, (long long)e->fold_mul, (long long)e->before, (long long)e->n, (long long)m, (long long)taps);
    return s;
}

/* One run says exactly what every one of its positions sees. */
static void check_run(const struct edge *e, const struct edge_run *r, int64_t i, int64_t m, int64_t taps)
{
    for (int64_t k = 0; k < taps; k++) {
        int64_t p = i * e->keep_mul + k * e->fold_mul - e->before;
        int inside = p >= 0 && p < e->n, in_run = k >= r->tap && k < r->tap + r->taps;
        if (e->mode == EDGE_SKIP && inside != in_run)
            fail_msg("i %lld k %lld: inside %d, run says %d: %s", (long long)i, (long long)k, inside, in_run, text(e, m, taps));
        if (e->mode == EDGE_PAD && !r->mapped && !inside) fail_msg("i %lld k %lld not mapped: %s", (long long)i, (long long)k, text(e, m, taps));
    }
    int64_t p = i * e->keep_mul + r->tap * e->fold_mul - e->before, expect = r->p + (i - r->first) * e->keep_mul;
    if (r->taps > 0 && p != expect) fail_msg("i %lld at p %lld, run says %lld: %s", (long long)i, (long long)p, (long long)expect, text(e, m, taps));
    if (!r->mapped && r->offset != (r->taps ? r->p * e->stride : 0)) fail_msg("offset: %s", text(e, m, taps));
}

static void check_edge(const struct edge *e, int64_t m, int64_t taps)
{
    int64_t lo = any(0, m), hi = any(lo, m);
    for (int64_t i = lo; i < hi;) {
        struct edge_run r = strided__edge_run(e, i, hi, m, taps);
        if (r.first != i || r.count < 1 || r.first + r.count > hi) fail_msg("run at %lld: %s", (long long)i, text(e, m, taps));
        for (int64_t j = i; j < i + r.count; j++) check_run(e, &r, j, m, taps);
        i += r.count;
    }
}

static void runs_say_what_every_position_sees(void **state)
{
    (void)state;
    for (int i = 0; i < 40000; i++) {
        struct edge e = { .mode = any(0, 1) ? EDGE_SKIP : EDGE_PAD, .pad = STRIDED_PAD_REFLECT, .keep = 0, .other = 1,
                          .keep_mul = any(1, 4), .fold_mul = any(0, 3) ? any(1, 3) : -any(1, 3), .before = any(-6, 8),
                          .n = any(1, 9), .stride = any(-5, 5) };
        check_edge(&e, any(1, 12), any(1, 5));
    }
}

static void the_inside_is_one_run(void **state)
{
    struct edge e = { .mode = EDGE_SKIP, .other = 1, .keep_mul = 1, .fold_mul = 1, .before = 1, .n = 1000000, .stride = 1 };
    int runs = 0;
    (void)state;
    for (int64_t i = 0; i < 1000000; runs++) i += strided__edge_run(&e, i, 1000000, 1000000, 3).count;
    assert_int_equal(runs, 3);
}

/* floor(i*n/m) <= p < ceil((i+1)*n/m) */
static int64_t adaptive_start(int64_t i, int64_t n, int64_t m) { return i * n / m; }
static int64_t adaptive_stop(int64_t i, int64_t n, int64_t m) { return ((i + 1) * n + m - 1) / m; }

/* A run are all that see the same. */
static void adaptive_windows(void **state)
{
    (void)state;
    for (int64_t n = 1; n < 20; n++)
        for (int64_t m = 1; m < 20; m++)
            for (int64_t i = 0; i < m; i++) {
                struct edge e = { .mode = EDGE_ADAPTIVE, .other = 1, .n = n, .stride = 3 };
                struct edge_run r = strided__edge_run(&e, i, m, m, n);
                int64_t same = i + 1;
                while (same < m && adaptive_start(same, n, m) == adaptive_start(i, n, m) && adaptive_stop(same, n, m) == adaptive_stop(i, n, m)) same++;
                assert_int_equal(r.p, adaptive_start(i, n, m));
                assert_int_equal(r.taps, adaptive_stop(i, n, m) - adaptive_start(i, n, m));
                assert_int_equal(r.offset, 3 * adaptive_start(i, n, m));
                assert_int_equal(r.count, same - i);
            }
}

STRIDED_TEST_GROUP("nest/edges", cmocka_unit_test(runs_say_what_every_position_sees), cmocka_unit_test(the_inside_is_one_run),
                   cmocka_unit_test(adaptive_windows))
