/*
 * table.c - what is printed: a line for each problem under -v, a table of classes, and the bars.
 */
#include "bench.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 16, WIDE = 120 };

void progress(const char *format, ...)
{
    if (options.verbose || !isatty(2)) return;
    char text[WIDE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, "\r\033[K%s", text);
    if (!*text) fputs("\r", stderr);
}

static const char *const yard_names[] = {"peak", "bandwidth", "memcpy"};

/* The contender that a user meets: default arithmetic, or whatever stands first. */
static const struct entry *main_entry(const struct result *r)
{
    const struct entry *e = result_entry(r, "default");
    return e ? e : &r->entry[0];
}

static const char *time_text(double s, char text[16])
{
    if (s < 1e-3)
        snprintf(text, 16, "%.2f us", 1e6 * s);
    else
        snprintf(text, 16, "%.2f ms", 1e3 * s);
    return text;
}

/* Of the FMA yard GFLOP/s, else GB/s, both ways counted. */
static double rate_of(const struct result *r, const struct entry *e)
{
    return 1e-9 * (r->yard == YARD_FMA ? r->flops : (double)(r->read + r->written)) / e->seconds;
}

void table_layer(const struct result *r)
{
    char t[16], c[16];
    const struct entry *peer = result_best_peer(r);
    printf("%s %s, %s, roof %s:", r->family, r->name, r->layout, time_text(r->roof, t));
    if (peer)
        printf(" %.2f x %s", main_entry(r)->share * main_entry(r)->threads / (peer->share * peer->threads), peer->name);
    printf("\n");
    for (int i = 0; i < r->entries; i++) {
        const struct entry *e = &r->entry[i];
        printf("    %-18s %7.1f %% of %s, spread %4.1f %%, %8.1f %s, %10s", e->name, 100 * e->share,
               yard_names[r->yard], 100 * e->spread, rate_of(r, e), r->yard == YARD_FMA ? "GFLOP/s" : "GB/s",
               time_text(e->seconds, t));
        if (e->copies > 0) printf(", copies %s", time_text(e->copies, c));
        printf("; made in %s", time_text(e->make, t));
        printf(", first run %s, scratch %zu KiB, memory %zu KiB, distance %.1e\n", time_text(e->first, t),
               e->scratch >> 10, e->extra >> 10, e->error);
    }
    fflush(stdout);
}

/* ---- classes ------------------------------------------------------------------------------------- */

static int same_block(const struct result *a, const struct result *b)
{
    return strcmp(a->family, b->family) == 0 && strcmp(a->layout, b->layout) == 0;
}

static int same_class(const struct result *a, const struct result *b)
{
    return same_block(a, b) && strcmp(a->class_name, b->class_name) == 0;
}

/* Whether no result before i is like it. */
static int is_first(int i, int (*same)(const struct result *, const struct result *))
{
    for (int k = 0; k < i; k++)
        if (same(result_at(k), result_at(i))) return 0;
    return result_at(i)->entries > 0;
}

struct names {
    int n;
    const char *name[NAMES_MAX];
};

static void add_name(struct names *names, const char *name)
{
    for (int i = 0; i < names->n; i++)
        if (strcmp(names->name[i], name) == 0) return;
    if (names->n < NAMES_MAX) names->name[names->n++] = name;
}

/* The contenders of a block, ours or the peers, as they first appear. */
static struct names names_of(const struct result *block, int peer)
{
    struct names names = {0, {NULL}};
    for (int i = 0; i < results_count(); i++) {
        const struct result *r = result_at(i);
        for (int k = 0; same_block(r, block) && k < r->entries; k++)
            if (!r->entry[k].peer == !peer) add_name(&names, r->entry[k].name);
    }
    return names;
}

/* The geometric mean of a contender's shares over a class; NAN if it is in none. */
static double class_share(const struct result *class_of, const char *name, int *count)
{
    double v[512];
    int n = 0;
    *count = 0;
    for (int i = 0; i < results_count() && n < 512; i++) {
        const struct result *r = result_at(i);
        if (!same_class(r, class_of) || r->entries == 0) continue;
        ++*count;
        const struct entry *e = result_entry(r, name);
        if (e) v[n++] = 100 * e->share;
    }
    return geomean(n, v);
}

static void print_ratios(const struct result *class_of)
{
    double v[512], worst = INFINITY;
    const char *where = "", *whose = "";
    int n = 0;
    for (int i = 0; i < results_count() && n < 512; i++) {
        const struct result *r = result_at(i);
        const struct entry *peer = result_best_peer(r);
        if (!same_class(r, class_of) || !peer) continue;
        double ratio = main_entry(r)->share / peer->share;
        v[n++] = ratio;
        if (ratio < worst) worst = ratio, where = r->name, whose = peer->name;
    }
    if (n) printf("  %6.2f %6.2f %s (%s)", geomean(n, v), worst, where, whose);
}

static void print_shares(const struct result *class_of, const struct names *names)
{
    int count;
    for (int i = 0; i < names->n; i++) {
        double share = class_share(class_of, names->name[i], &count);
        int width = (int)strlen(names->name[i]) > 7 ? (int)strlen(names->name[i]) : 7;
        if (isnan(share))
            printf(" %*s", width, "-");
        else
            printf(" %*.1f", width, share);
    }
}

static void print_heads(const struct names *names)
{
    for (int i = 0; i < names->n; i++) printf(" %7s", names->name[i]);
}

static void print_block(const struct result *block)
{
    struct names mine = names_of(block, 0), theirs = names_of(block, 1);
    printf("\n%s, %s: %% of %s\n%-15s %3s", block->family, block->layout, yard_names[block->yard], "", "n");
    print_heads(&mine);
    printf(" |");
    print_heads(&theirs);
    if (theirs.n) printf("  over best, worst");
    printf("\n");
    for (int i = 0; i < results_count(); i++) {
        int count = 0;
        if (!same_block(result_at(i), block) || !is_first(i, same_class)) continue;
        class_share(result_at(i), "default", &count);
        printf("%-15s %3d", result_at(i)->class_name, count);
        print_shares(result_at(i), &mine);
        printf(" |");
        print_shares(result_at(i), &theirs);
        print_ratios(result_at(i));
        printf("\n");
    }
}

void table_classes(const char *family)
{
    for (int i = 0; i < results_count(); i++)
        if (strcmp(result_at(i)->family, family) == 0 && is_first(i, same_block)) print_block(result_at(i));
    fflush(stdout);
}

/* ---- setting up ---------------------------------------------------------------------------------- */

struct costs {
    int n;
    double make[2048], first[2048];
    size_t scratch, extra;
};

static void add_costs(struct costs *c, const struct entry *e)
{
    if (c->n == 2048) return;
    c->make[c->n] = e->make;
    c->first[c->n++] = e->first;
    if (e->scratch > c->scratch) c->scratch = e->scratch;
    if (e->extra > c->extra) c->extra = e->extra;
}

static void print_costs(const char *name, struct costs *c)
{
    char m[16], mw[16], f[16], fw[16];
    time_text(median(c->n, c->make), m);
    time_text(c->make[c->n - 1], mw);
    time_text(median(c->n, c->first), f);
    time_text(c->first[c->n - 1], fw);
    printf("%-18s %4d %12s %12s %12s %12s %10zu %10zu\n", name, c->n, m, mw, f, fw, c->scratch >> 10, c->extra >> 10);
}

/* What it takes to have a convolution ready: plans, packed weights, generated code; then the first run. */
void table_costs(void)
{
    static struct costs costs;
    struct names names = {0, {NULL}};
    for (int i = 0; i < results_count(); i++)
        for (int k = 0; strcmp(result_at(i)->family, "conv") == 0 && k < result_at(i)->entries; k++)
            add_name(&names, result_at(i)->entry[k].name);
    if (names.n)
        printf("\n%-18s %4s %12s %12s %12s %12s %10s %10s\n", "setting up, conv", "n", "made, median", "worst",
               "first run", "worst", "scratch K", "memory K");
    for (int n = 0; n < names.n; n++) {
        memset(&costs, 0, sizeof costs);
        for (int i = 0; i < results_count(); i++) {
            const struct result *r = result_at(i);
            for (int k = 0; strcmp(r->family, "conv") == 0 && k < r->entries; k++)
                if (strcmp(r->entry[k].name, names.name[n]) == 0) add_costs(&costs, &r->entry[k]);
        }
        print_costs(names.name[n], &costs);
    }
}

/* ---- bars ---------------------------------------------------------------------------------------- */

void table_bars(void)
{
    int held = 0, missed = 0;
    const char *group = "";
    for (int i = 0; i < bars_count(); i++) {
        struct bar_figure b = bar_at(i);
        if (!b.measured) continue;
        int ok = b.at_most ? b.figure <= b.bar : b.figure >= b.bar;
        if (strcmp(group, b.group) != 0) printf("\n%s\n", b.group);
        group = b.group;
        printf("  %-66s %8.2f %-4s  bar %s %7.2f  n %3d  %s\n", b.label, b.figure, b.unit,
               b.at_most ? "<=" : ">=", b.bar, b.measured, ok ? "ok" : "MISSED");
        if (ok)
            held++;
        else
            missed++;
    }
    printf("\n%d bars held, %d missed, %d not measured in this run\n", held, missed, bars_count() - held - missed);
}

/* ---- how far to believe it ----------------------------------------------------------------------- */

void table_disturbed(void)
{
    int samples = 0, disturbed = 0;
    for (int i = 0; i < results_count(); i++)
        for (int k = 0; k < result_at(i)->entries; k++) {
            samples += result_at(i)->entry[k].samples;
            disturbed += result_at(i)->entry[k].disturbed;
        }
    printf("%d of %d samples (%.1f %%) were taken while others worked on this core; waited for it for %.1f s\n", disturbed,
           samples, samples ? 100.0 * disturbed / samples : 0.0, quiet_waited());
}
