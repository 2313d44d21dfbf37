/*
 * gather_rows.c - see gather_rows.h.
 */
#include "gather_rows.h"
#include "cursor.h"

enum { LEAST_SHARED = 8 }; /* elements of a segment: shorter ones had better be joined */

void strided__gather_taps(struct gather_rows *g, const struct nest_axis *row, const struct nest_axis *k, int ks)
{
    g->taps = 1;
    g->every = 0;
    if (g->along || ks < 2 || has_map(&k[ks - 2]) || has_map(&k[ks - 1])) return;
    if (!row->stride[NEST_A] || k[ks - 2].stride[NEST_A] % row->stride[NEST_A]) return;
    g->every = k[ks - 2].stride[NEST_A] / row->stride[NEST_A];
    if (g->every > 0 && k[ks - 2].len <= SEGMENTS && k[ks - 1].len >= LEAST_SHARED && k[ks - 1].len <= g->depth) g->taps = k[ks - 2].len;
}

static void find_runs(struct gather_rows *g, const char *const *row, int64_t rows)
{
    g->runs = 0;
    for (int64_t r = 0, len; r < rows; r += len) {
        int64_t step = r + 1 < rows ? (int64_t)((intptr_t)row[r + 1] - (intptr_t)row[r]) : 0;
        for (len = 1; r + len < rows && (intptr_t)row[r + len] - (intptr_t)row[r + len - 1] == step; len++) ;
        g->run[g->runs++] = (struct gather_run){ r, len, step };
    }
}

/* Each run, and what taps reach over behind it, has room; nothing lies between one tap's rows and the next one's. */
static int can_share(const struct gather_rows *g, int64_t rows, int64_t step)
{
    for (int64_t i = 0; i < g->runs; i++)
        if (g->run[i].step != step || g->run[i].len < g->every) return 0;
    return rows + g->runs * (g->taps - 1) * g->every <= g->pitch;
}

void strided__gather_start(struct gather_rows *g, const char *const *row, int64_t rows, int64_t step)
{
    find_runs(g, row, rows);
    g->shares = g->taps > 1 && can_share(g, rows, step);
    for (int64_t i = 0, beyond = 0; i < g->runs; i++, beyond += gather_beyond(g))
        for (int64_t r = g->run[i].first; r < g->run[i].first + g->run[i].len; r++)
            g->to[r] = g->out + (g->along ? r * g->depth : r + beyond) * g->size;
}

int64_t strided__gather_join(struct segment *seg, int64_t segments, int64_t b_pitch)
{
    int64_t n = 0;
    for (int64_t s = 0; s < segments; s++)
        if (n && seg[s].b == seg[n - 1].b + seg[n - 1].len * b_pitch) seg[n - 1].len += seg[s].len;
        else seg[n++] = seg[s];
    return n;
}

void strided__gather_lines(const struct gather_rows *g, const struct nest_axis *inner, int64_t *segments, int64_t *most)
{
    if (!g->shares) return;
    *segments = *segments / g->taps * g->taps;
    *most = *most / inner->len * inner->len * g->taps;
}
