/*
 * measure.c - a trial: the contenders of one problem in turns.
 *
 * Every round measures the yard, then a slice of time of each contender, and keeps the ratio of the two; the figure is
 * the median of the ratios, and beside it the least time ever seen. So a clock that drifts or a neighbour that compiles
 * hits all alike. Each contender writes a result of its own, compared once with that of the first.
 */
#include "bench.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(int n, double *v)
{
    if (n == 0) return NAN;
    qsort(v, (size_t)n, sizeof *v, ascending);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

double geomean(int n, const double *v)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += log(v[i]);
    return n ? exp(sum / n) : NAN;
}

void trial_begin(struct trial *t, const char *family, const char *class_name, const char *name, const char *layout)
{
    struct problem p = t->p;
    const struct layer *layer = t->layer;
    memset(t, 0, sizeof *t);
    t->p = p;
    t->layer = layer;
    t->rounds = options.rounds;
    t->r = result_new();
    snprintf(t->r->family, sizeof t->r->family, "%s", family);
    snprintf(t->r->class_name, sizeof t->r->class_name, "%s", class_name);
    snprintf(t->r->name, sizeof t->r->name, "%s", name);
    snprintf(t->r->layout, sizeof t->r->layout, "%s", layout);
    if (layer) t->r->layer = *layer;
    progress("%s %s %s %s", family, class_name, name, layout);
}

void trial_yard(struct trial *t, enum yard yard, double flops, size_t read, size_t written)
{
    t->r->yard = yard;
    t->r->flops = flops;
    t->r->read = read;
    t->r->written = written;
}

/* ---- taking part --------------------------------------------------------------------------------- */

/* Of the same shape and dtype, and dense in the same order of axes. */
static strided_tensor *another(const strided_tensor *y) { return strided_empty_like(y); }

static void drop(struct contender *c)
{
    if (c->drop) c->drop(c->state);
}

/* What the first to solve the same problem made of it; NULL if nobody has. */
static const strided_tensor *first_result(const struct trial *t, const struct problem *p)
{
    for (int i = 0; i < t->n; i++)
        if (t->of[i] == p) return t->y[i];
    return NULL;
}

int trial_admit_other(struct trial *t, const struct peer *from, int variant, const char *name, const struct problem *p)
{
    if (t->n == ENTRIES_MAX) return 0;
    struct problem own = *p;
    struct contender *c = &t->c[t->n];
    struct entry *e = &t->r->entry[t->n];
    memset(c, 0, sizeof *c);
    memset(e, 0, sizeof *e);
    own.y = another(p->y);
    if (!own.y || !tensor_fill(own.y, 0, 1)) goto fail;
    machine_forget_peak();
    size_t before = machine_resident();
    double start = worked();
    if (!from->make(c, &own, variant)) goto fail;
    e->make = worked() - start;
    start = worked();
    if (c->run && c->run(c->state) != 0) {
        fprintf(stderr, "bench: %s: %s %s fails: %s\n", name ? name : from->name, t->r->name, t->r->layout,
                from == &ours ? strided_error() : "no message");
        drop(c);
        goto fail;
    }
    e->first = worked() - start;
    size_t peak = machine_peak();
    e->extra = peak > before ? peak - before : 0;
    e->scratch = c->scratch;
    e->peer = c->peer = from != &ours;
    e->threads = p->threads;
    snprintf(e->name, sizeof e->name, "%s", name ? name : c->name ? c->name : from->name);
    t->y[t->n] = own.y;
    t->of[t->n] = p;
    const strided_tensor *first = first_result(t, p);
    e->error = first && c->run ? tensor_distance(own.y, first) : 0;
    t->n++;
    return 1;
fail:
    strided_release(own.y);
    return 0;
}

int trial_admit(struct trial *t, const struct peer *from, int variant, const char *name)
{
    return trial_admit_other(t, from, variant, name, &t->p);
}

void trial_admit_peers(struct trial *t)
{
    for (int i = 0; peers[i]; i++)
        for (int v = 0; v < peers[i]->variants; v++) trial_admit(t, peers[i], v, NULL);
}

/* ---- the rounds ---------------------------------------------------------------------------------- */

/* The least seconds of one run within about `seconds`; short runs are timed in batches of 100
 * microseconds, for reading the clock takes half of one. */
static double slice(int (*run)(void *), void *state, double seconds, double guess)
{
    int repeat = guess < 100e-6 ? (int)(100e-6 / (guess + 1e-9)) + 1 : 1;
    double best = 1e9, start = worked(), end = start + seconds, at = start;
    do {
        for (int i = 0; i < repeat; i++) run(state);
        double after = worked(), took = (after - at) / repeat;
        if (took < best) best = took;
        at = after;
    } while (at < end);
    return best;
}

static double yard_seconds(const struct result *r)
{
    quiet_wait();
    switch (r->yard) {
    case YARD_FMA: return r->flops / probe_peak();
    case YARD_STREAM: return probe_stream(r->read, r->written);
    case YARD_MEMCPY: return probe_memcpy((r->read + r->written) / 2);
    }
    return NAN;
}

/* A contender that has used up its time drops out of further rounds; everybody is measured twice. Where the first run
 * alone took many times the time there is, it was the only one. */
static int done(const struct trial *t, int i) { return t->samples[i] >= 2 && t->spent[i] > 2 * options.seconds; }

static void keep(struct trial *t, int i, double seconds, double yard)
{
    struct entry *e = &t->r->entry[i];
    t->sample[i][t->samples[i]] = seconds;
    t->share[i][t->samples[i]++] = yard / seconds / (e->threads > 1 ? e->threads : 1);
    if (e->seconds == 0 || seconds < e->seconds) e->seconds = seconds;
}

/* The least seconds of a run, in a slice that begins and ends while the core is ours alone, as long as patience lasts. */
static double undisturbed(struct trial *t, int i, double per_round)
{
    struct contender *c = &t->c[i];
    struct entry *e = &t->r->entry[i];
    double start, took, guess = e->seconds > 0 ? e->seconds : e->first;
    int alone;
    do {
        quiet_wait();
        start = worked();
        took = c->slice ? c->slice(c->state, per_round) : slice(c->run, c->state, per_round, guess);
        alone = e->threads > 1 || quiet_now();
    } while (!alone && quiet_wasted(worked() - start));
    t->spent[i] += worked() - start;
    e->disturbed += !alone;
    return took;
}

static void turn(struct trial *t, int i, double yard)
{
    struct contender *c = &t->c[i];
    struct entry *e = &t->r->entry[i];
    if (e->first > 10 * options.seconds) {
        if (t->samples[i] == 0) keep(t, i, e->first, yard);
        return;
    }
    double per_round = options.seconds / t->rounds, took = undisturbed(t, i, per_round);
    keep(t, i, took, yard);
    if (!c->copies || done(t, i)) return;
    double copies = slice(c->copies, c->state, per_round / 4, e->copies > 0 ? e->copies : took);
    if (e->copies == 0 || copies < e->copies) e->copies = copies;
}

static void settle(struct trial *t, int i)
{
    struct entry *e = &t->r->entry[i];
    int n = e->samples = t->samples[i];
    e->share = median(n, t->share[i]); /* sorts */
    e->spread = n > 1 ? (t->share[i][(3 * n) / 4] - t->share[i][n / 4]) / e->share : 0;
}

/* Far beyond rounding, for any dtype: somebody computes something else. */
static void complain(const struct result *r)
{
    for (int i = 1; i < r->entries; i++)
        if (!(r->entry[i].error < 0.05))
            fprintf(stderr, "bench: %s %s: %s and %s DIFFER, by %.3g of the root mean square\n", r->name, r->layout,
                    r->entry[i].name, r->entry[0].name, r->entry[i].error);
}

const struct result *trial_end(struct trial *t)
{
    struct result *r = t->r;
    r->entries = t->n;
    double best_peak = 0;
    clock_by_wall(t->p.threads > 1);
    for (int round = 0; round < t->rounds && t->n > 0; round++) {
        double yard = yard_seconds(r);
        if (r->yard == YARD_FMA && r->flops / yard > best_peak) best_peak = r->flops / yard;
        for (int i = 0; i < t->n; i++)
            if (!done(t, i)) turn(t, i, yard);
    }
    for (int i = 0; i < t->n; i++) {
        settle(t, i);
        drop(&t->c[i]);
        strided_release(t->y[i]);
    }
    r->roof = probe_roof(r->flops, r->read, r->written, best_peak > 0 ? best_peak : 1e30);
    complain(r);
    if (t->n > 0 && options.verbose) table_layer(r);
    clock_by_wall(0);
    return t->n > 0 ? r : NULL;
}
