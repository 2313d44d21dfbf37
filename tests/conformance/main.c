/*
 * main.c - strided-conformance: replays suites of cases and says how many passed.
 *
 * Exit status: 0 nothing failed, 1 something failed, 2 a suite could not be read.
 */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MISSING = 128, MOST_FOLDERS = 256 };

struct tally { long passed, failed, missing; };

/* Operations that were not offered, with how often. */
struct missing { int n; struct { char name[48]; long count; } rows[MOST_MISSING]; };

struct options {
    int         verbose;
    const char *only;
    int         nfolders;
    const char *folders[MOST_FOLDERS];
};

static void note_missing(struct missing *m, const struct oracle_case *c)
{
    char name[48];
    const char *fn = attr_text(c, "fn");
    snprintf(name, sizeof name, "%.20s%s%.20s", c->op, fn ? " " : "", fn ? fn : "");
    for (int i = 0; i < m->n; i++)
        if (strcmp(m->rows[i].name, name) == 0) {
            m->rows[i].count++;
            return;
        }
    if (m->n < MOST_MISSING) {
        memcpy(m->rows[m->n].name, name, sizeof name);
        m->rows[m->n++].count = 1;
    }
}

static void print_failure(const struct suite *s, const struct oracle_case *c, const char *complaint)
{
    const char *fn = attr_text(c, "fn");
    printf("FAILED %s/%s (line %d, %s%s%s): %s\n", s->name, c->name, c->line, c->op, fn ? " " : "", fn ? fn : "",
           complaint);
    fflush(stdout);
}

static int wanted(const struct options *o, const struct oracle_case *c)
{
    return !o->only || strcmp(o->only, c->name) == 0 || strcmp(o->only, c->op) == 0;
}

static void replay_one(const struct options *o, const struct suite *s, const struct oracle_case *c,
                       const struct contexts *contexts, struct tally *t, struct missing *m)
{
    char complaint[COMPLAINT_SIZE] = "";
    switch (replay(s, c, contexts, complaint)) {
    case PASSED: t->passed++; break;
    case NOT_OFFERED: t->missing++; note_missing(m, c); break;
    case FAILED:
        t->failed++;
        if (o->verbose)
            print_failure(s, c, complaint);
    }
}

/* 1 = the whole suite was read. */
static int replay_suite(const struct options *o, const char *folder, const struct contexts *contexts, struct tally *sum,
                        struct missing *m)
{
    struct suite s;
    struct tally t = {0, 0, 0};
    char why[512];
    static struct oracle_case c;
    int more;
    if (!suite_load(&s, folder, why, sizeof why)) {
        fprintf(stderr, "strided-conformance: %s\n", why);
        return 0;
    }
    struct reader r = {s.text, 0};
    while ((more = read_case(&r, &c, why, sizeof why)) > 0)
        if (wanted(o, &c))
            replay_one(o, &s, &c, contexts, &t, m);
    if (more < 0)
        fprintf(stderr, "strided-conformance: %s/cases.txt: %s\n", folder, why);
    printf("%-24s %8ld %8ld %12ld\n", s.name, t.passed, t.failed, t.missing);
    fflush(stdout);
    sum->passed += t.passed;
    sum->failed += t.failed;
    sum->missing += t.missing;
    suite_free(&s);
    return more == 0;
}

static int replay_all(const struct options *o, const struct contexts *contexts)
{
    struct tally sum = {0, 0, 0};
    static struct missing m;
    int whole = 1;
    printf("%-24s %8s %8s %12s\n", "suite", "passed", "failed", "not offered");
    for (int i = 0; i < o->nfolders; i++)
        whole &= replay_suite(o, o->folders[i], contexts, &sum, &m);
    printf("%-24s %8ld %8ld %12ld\n", "total", sum.passed, sum.failed, sum.missing);
    if (m.n)
        printf("not offered:");
    for (int i = 0; i < m.n; i++)
        printf("%s %s (%ld)", i ? "," : "", m.rows[i].name, m.rows[i].count);
    if (m.n)
        printf("\n");
    return !whole ? 2 : sum.failed ? 1 : 0;
}

static int usage(FILE *to, int status)
{
    fputs("usage: strided-conformance [-v] [--only NAME] SUITE...\n"
          "  SUITE        a folder with cases.txt and data.npy\n"
          "  -v           print every failing case: its name, its operation, the first difference\n"
          "  --only NAME  only the case, or the operation, of this name\n", to);
    return status;
}

/* -1, or the exit status. */
static int parse_options(struct options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0)
            o->verbose = 1;
        else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            o->only = argv[++i];
        else if (strcmp(argv[i], "--help") == 0)
            return usage(stdout, 0);
        else if (argv[i][0] == '-' || o->nfolders == MOST_FOLDERS)
            return usage(stderr, 2);
        else
            o->folders[o->nfolders++] = argv[i];
    }
    return o->nfolders ? -1 : usage(stderr, 2);
}

int main(int argc, char **argv)
{
    struct options o = {0};
    int status = parse_options(&o, argc, argv);
    if (status >= 0)
        return status;
    struct contexts contexts = {
        strided_context_new(&(strided_config){.threads = 1}),
        strided_context_new(&(strided_config){.threads = 2}),
    };
    if (!contexts.one || !contexts.two)
        fprintf(stderr, "strided-conformance: %s\n", strided_error());
    status = contexts.one && contexts.two ? replay_all(&o, &contexts) : 2;
    strided_context_release(contexts.one);
    strided_context_release(contexts.two);
    return status;
}
