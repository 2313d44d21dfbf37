/*
 * family_product.c - matrix products of every shape, with transposed, stepped and reversed operands.
 */
#include "bench.h"
#include <string.h>

enum { PRODUCTS_MAX = 64 };

/* An m x n matrix: "n" row-major, "t" a transposed view, "s2" every other element of every other row, "neg" reversed.
 */
static strided_tensor *matrix(strided_context *ctx, int64_t m, int64_t n, const char *op)
{
    int stepped = strcmp(op, "s2") == 0, transposed = strcmp(op, "t") == 0;
    strided_tensor *base = stepped      ? strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(2 * m, 2 * n))
                           : transposed ? strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(n, m))
                                        : strided_empty(ctx, STRIDED_F32, STRIDED_DIMS(m, n));
    if (strcmp(op, "n") == 0) return base;
    strided_tensor *rows = stepped ? strided_slice(base, 0, STRIDED_NONE, STRIDED_NONE, 2) : NULL;
    strided_tensor *x = stepped      ? strided_slice(rows, 1, STRIDED_NONE, STRIDED_NONE, 2)
                        : transposed ? strided_transpose(base, 0, 1)
                                     : strided_flip(base, 0, NULL);
    strided_release(rows);
    strided_release(base);
    return x;
}

static int plain(const struct product *r) { return strcmp(r->op_a, "n") == 0 && strcmp(r->op_b, "n") == 0; }

static const char *class_of(const struct product *r)
{
    if (r->m == 1 || r->n == 1) return plain(r) ? "mv" : "mv of views";
    if (r->m == r->n && r->n == r->k && r->m < 64) return plain(r) ? "tiny" : "tiny of views";
    if (!plain(r)) return "mm of views";
    if (r->m == r->n && r->n == r->k) return r->m > 1024 ? "mm large" : "mm";
    return "mm shapes";
}

static int product_problem(struct problem *p, const struct product *r)
{
    strided_context *ctx = bench_context(options.threads);
    memset(p, 0, sizeof *p);
    p->op = OP_PRODUCT;
    p->threads = options.threads;
    p->x = matrix(ctx, r->m, r->k, r->op_a);
    p->w = matrix(ctx, r->k, r->n, r->op_b);
    p->y = matrix(ctx, r->m, r->n, "n");
    if (p->x && p->w && p->y && tensor_fill(p->x, 1, 3) && tensor_fill(p->w, 1, 9)) return 1;
    fprintf(stderr, "bench: %s: %s\n", r->name, strided_error());
    problem_release(p);
    return 0;
}

static void measure(struct trial *t, const struct product *r)
{
    if (!product_problem(&t->p, r)) return;
    char layout[16];
    snprintf(layout, sizeof layout, "%s%s", r->op_a, r->op_b);
    t->layer = NULL;
    trial_begin(t, "product", class_of(r), r->name, layout);
    trial_yard(t, r->m == 1 || r->n == 1 ? YARD_MEMCPY : YARD_FMA, 2.0 * (double)r->m * (double)r->n * (double)r->k,
               tensor_bytes(t->p.x) + tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_CALL, "call");
    trial_admit(t, &ours, OURS_DEFAULT, "plan");
    trial_admit_peers(t);
    trial_end(t);
    problem_release(&t->p);
}

void family_product(void)
{
    static struct product rows[PRODUCTS_MAX];
    static struct trial trial;
    int n = workload_products("gemm.csv", rows, PRODUCTS_MAX);
    for (int i = 0; i < n; i++) measure(&trial, &rows[i]);
}
