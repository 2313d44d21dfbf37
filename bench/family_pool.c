/*
 * family_pool.c - pooling against the bandwidth of the cache level it lives in, long windows, and pools of views and of
 * bytes.
 */
#include "bench.h"
#include <string.h>

enum { LAYERS_MAX = 64 };

static int pool_problem(struct problem *p, const struct layer *l, const struct layout *layout, strided_dtype dtype)
{
    int nd = layer_spatial(l);
    int64_t xs[4] = {l->n, l->c, nd == 2 ? l->h : l->w, l->w}, ys[4] = {l->n, l->c, 0, 0};
    strided_context *ctx = bench_context(options.threads);
    memset(p, 0, sizeof *p);
    p->op = OP_POOL;
    p->threads = options.threads;
    p->pool.kind = strcmp(l->kind, "maxpool") == 0 ? STRIDED_POOL_MAX : STRIDED_POOL_AVG;
    for (int a = 0; a < nd; a++) {
        p->pool.size[a] = nd == 2 && a == 0 ? l->r : l->s;
        p->pool.stride[a] = l->stride;
        p->pool.pad[a][0] = p->pool.pad[a][1] = l->pad;
        ys[a + 2] = (xs[a + 2] + 2 * l->pad - p->pool.size[a]) / l->stride + 1;
    }
    p->x = layout_tensor(ctx, dtype, nd + 2, xs, layout->x_last, layout->view);
    p->y = layout_tensor(ctx, dtype, nd + 2, ys, layout->y_last, VIEW_NONE);
    if (p->x && p->y && tensor_fill(p->x, 1, 5)) return 1;
    fprintf(stderr, "bench: %s %s: %s\n", l->name, layout->name, strided_error());
    problem_release(p);
    return 0;
}

static const char *class_of(const struct layer *l)
{
    if (strncmp(l->name, "slide", 5) == 0) return "sliding max";
    if (l->r >= 7 || l->r * l->s > 40) return l->stride > 1 || l->pad == 0 ? "pool global" : "pool 13x13";
    if (l->r == 5) return "pool 5x5";
    return l->r == 3 ? "pool 3x3" : l->r == 2 ? "pool 2x2" : "pool 1-d";
}

static void measure(struct trial *t, const struct layer *l, const struct layout *layout, strided_dtype dtype)
{
    char name[64];
    if (!pool_problem(&t->p, l, layout, dtype)) return;
    t->layer = l;
    snprintf(name, sizeof name, "%.40s%s", l->name, dtype == STRIDED_U8 ? " u8" : "");
    trial_begin(t, "pool", dtype == STRIDED_U8 ? "pool u8" : class_of(l), name, layout->name);
    trial_yard(t, YARD_STREAM, 0, tensor_bytes(t->p.x), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_DEFAULT, "default");
    trial_admit_peers(t);
    trial_end(t);
    problem_release(&t->p);
}

/* One long row, windows of every length: the time must not grow with it. */
static void sliding(struct trial *t)
{
    static const int64_t lengths[] = {3, 15, 31, 127, 511, 2000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct layer l = {.kind = "maxpool", .n = 1, .c = 1, .d = 1, .h = 1, .w = 1 << 18, .k = 1, .t = 1, .r = 1,
                          .s = lengths[i], .stride = 1, .dil = 1, .groups = 1};
        snprintf(l.name, sizeof l.name, "slide_k%d", (int)lengths[i]);
        if (option_filter(l.name) && option_lists(options.layouts, "nchw")) measure(t, &l, &layouts[0], STRIDED_F32);
    }
}

/* Views, and bytes, of the commonest pools. */
static int common(const struct layer *l)
{
    return strcmp(l->name, "max2s2_128@112") == 0 || strcmp(l->name, "max3s2p1_64@112") == 0 ||
           strcmp(l->name, "avg2s2_256@56") == 0;
}

void family_pool(void)
{
    static struct layer layers[LAYERS_MAX];
    static struct trial trial;
    int n = workload_layers("layers_pool.csv", layers, LAYERS_MAX);
    for (int k = 0; k < layout_count; k++) {
        int view = layouts[k].view != VIEW_NONE, mixed = layouts[k].x_last != layouts[k].y_last;
        for (int i = 0; i < n; i++) {
            if (!layout_wanted(&layouts[k]) || mixed || (view && !common(&layers[i]))) continue;
            measure(&trial, &layers[i], &layouts[k], STRIDED_F32);
            if (!view && common(&layers[i]) && strcmp(layers[i].kind, "maxpool") == 0)
                measure(&trial, &layers[i], &layouts[k], STRIDED_U8);
        }
    }
    sliding(&trial);
}
