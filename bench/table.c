/*
 * table.c - what is printed: a line for each problem under -v, a table of classes, and the bars.
 */
#include "bench.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 8, WIDE = 120 };

void progress(const char *format, ...)
{
    if (options.verbose || !isatty(2)) return;
    char    text[WIDE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, "\r\033[K%s", text);
    if (!*text) fputs("\r", stderr);
}

static const char *time_text(double s, char text[16])
{
    if (s < 1e-3) snprintf(text, 16, "%.2f us", 1e6 * s);
    else snprintf(text, 16, "%.2f ms", 1e3 * s);
    return text;
}

void table_layer(const struct result *r)
{
    char t[16], c[16];
    printf("%-8s %-24s %-14s", r->family, r->name, r->layout);
    for (int i = 0; i < r->entries; i++) {
        const struct entry *e = &r->entry[i];
        printf("  %s %.1f%% %s", e->name, 100 * e->share, time_text(e->seconds, t));
        if (e->copies > 0) printf(" (copies %s)", time_text(e->copies, c));
    }
    printf("  roof %.1f%%\n", r->yard == YARD_FMA ? 100 * r->roof / r->entry[0].seconds : 100 * r->entry[0].share);
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

struct names { int n; const char *name[NAMES_MAX]; };

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

/* The contender that a user meets: default arithmetic, or whatever stands first. */
static const struct entry *main_entry(const struct result *r)
{
    const struct entry *e = result_entry(r, "default");
    return e ? e : &r->entry[0];
}

static void print_ratios(const struct result *class_of)
{
    double v[512], worst = INFINITY;
    const char *where = "", *whose = "";
    int n = 0;
    for (int i = 0; i < results_count() && n < 512; i++) {
        const struct result *r = result_at(i);
        const struct entry  *peer = result_best_peer(r);
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
        int    width = (int)strlen(names->name[i]) > 7 ? (int)strlen(names->name[i]) : 7;
        if (isnan(share)) printf(" %*s", width, "-");
        else printf(" %*.1f", width, share);
    }
}

static void print_heads(const struct names *names)
{
    for (int i = 0; i < names->n; i++) printf(" %7s", names->name[i]);
}

static void print_block(const struct result *block)
{
    struct names mine = names_of(block, 0), theirs = names_of(block, 1);
    static const char *const yards[] = {"the FMA peak", "the bandwidth of as many bytes", "memcpy"};
    printf("\n%s, %s: %% of %s\n%-15s %3s", block->family, block->layout, yards[block->yard], "", "n");
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

void table_classes(void)
{
    for (int i = 0; i < results_count(); i++)
        if (is_first(i, same_block) && strcmp(result_at(i)->family, "process") != 0) print_block(result_at(i));
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
        printf("  %-66s %8.2f %-4s  bar %s %7.2f  n %3d  %s\n", b.label, b.figure, b.unit, b.at_most ? "<=" : ">=", b.bar,
               b.measured, ok ? "ok" : "MISSED");
        if (ok) held++;
        else missed++;
    }
    printf("\n%d bars held, %d missed, %d not measured in this run\n", held, missed, bars_count() - held - missed);
}
