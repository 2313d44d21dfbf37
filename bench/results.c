/*
 * results.c - what was measured so far, for the tables, the bars and the files.
 */
#include "bench.h"
#include <stdlib.h>
#include <string.h>

static struct result **all;
static int count, room;

struct result *result_new(void)
{
    if (count == room) {
        room = room ? 2 * room : 64;
        all = realloc(all, (size_t)room * sizeof *all);
    }
    struct result *r = all ? calloc(1, sizeof *r) : NULL;
    if (!r) {
        fprintf(stderr, "bench: no memory for results\n");
        exit(1);
    }
    return all[count++] = r;
}

int results_count(void) { return count; }
const struct result *result_at(int i) { return all[i]; }

static const struct entry *named(const struct result *r, const char *name)
{
    for (int i = 0; i < r->entries; i++)
        if (strcmp(r->entry[i].name, name) == 0) return &r->entry[i];
    return NULL;
}

const struct entry *result_entry(const struct result *r, const char *name)
{
    const struct entry *e = named(r, name);
    int arithmetic = strcmp(name, "strict") == 0 || strcmp(name, "fast") == 0;
    return !e && arithmetic ? named(r, "default") : e;
}

const struct entry *result_best_peer(const struct result *r)
{
    const struct entry *best = NULL;
    for (int i = 0; i < r->entries; i++)
        if (r->entry[i].peer && (!best || r->entry[i].share > best->share)) best = &r->entry[i];
    return best;
}

double problem_flops(const struct problem *p)
{
    double n = 2.0 * (double)strided_count(p->y);
    switch (p->op) {
    case OP_CONV: return n * (double)strided_count(p->w) / (double)strided_dim(p->w, 0);
    case OP_PRODUCT: return n * (double)strided_dim(p->w, 0);
    case OP_CONV_TRANSPOSE:
    case OP_GRAD_INPUT:
        return 2.0 * (double)strided_count(p->x) * (double)strided_count(p->w) / (double)strided_dim(p->x, 1);
    case OP_GRAD_WEIGHT: return n / (double)strided_dim(p->y, 0) * (double)strided_count(p->x);
    default: return 0;
    }
}

void problem_release(struct problem *p)
{
    strided_release(p->y);
    strided_release(p->x);
    strided_release(p->w);
    p->y = p->x = p->w = NULL;
}
