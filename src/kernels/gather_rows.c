/*
 * gather_rows.c - see gather_rows.h.
 */
#include "gather_rows.h"
#include "cursor.h"

enum { LEAST_SHARED = 8 }; /* elements of a segment: shorter ones had better be joined */

void strided__gather_taps(struct gather_rows *g, const struct nest_axis *row, const struct nest_axis *k, int ks)
{
    g->taps = g->phases = 1;
    g->every = 0;
    if (g->along || ks < 2 || has_map(&k[ks - 2]) || has_map(&k[ks - 1])) return;
    const int64_t step = row->stride[NEST_A], tap = k[ks - 2].stride[NEST_A], taps = k[ks - 2].len;
    if (!step || !tap || (tap % step && step % tap)) return;
    g->every = tap % step ? 1 : tap / step;
    const int64_t phases = tap % step ? step / tap : 1;
    if (g->every <= 0 || phases <= 0 || phases >= taps) return;
    if (taps > SEGMENTS || k[ks - 1].len < LEAST_SHARED || k[ks - 1].len * phases > g->depth) return;
    g->taps = taps;
    g->phases = phases;
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

/* Rows that the taps after this one reach over behind a run, of those that share. */
static int64_t beyond_tap(const struct gather_rows *g, int64_t tap) { return (g->taps - 1 - tap) / g->phases * g->every; }

int64_t strided__gather_beyond(const struct gather_rows *g, int64_t tap) { return g->shares ? beyond_tap(g, tap) : 0; }

/* Each run, and what taps reach over behind it, has room; nothing lies between one tap's rows and the next one's. */
static int can_share(const struct gather_rows *g, int64_t rows, int64_t step)
{
    for (int64_t i = 0; i < g->runs; i++)
        if (g->run[i].step != step || g->run[i].len < g->every) return 0;
    return rows + g->runs * beyond_tap(g, 0) <= g->pitch;
}

void strided__gather_start(struct gather_rows *g, const char *const *row, int64_t rows, int64_t step)
{
    find_runs(g, row, rows);
    g->shares = g->taps > 1 && can_share(g, rows, step);
    for (int64_t i = 0, beyond = 0; i < g->runs; i++, beyond += strided__gather_beyond(g, 0))
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
    *most = *most / (inner->len * g->phases) * inner->len * g->taps;
}
