/*
 * family_conv.c - the convolutions of public networks, 1-d, 2-d and 3-d, in the plain layouts.
 */
#include "bench.h"
#include <math.h>
#include <string.h>

enum { LAYERS_MAX = 160 };

static void shapes_of(const struct layer *l, int nd, int64_t x[5], int64_t w[5], int64_t y[5])
{
    const int64_t in[3] = {l->d, l->h, l->w}, taps[3] = {l->t, l->r, l->s};
    x[0] = y[0] = l->n;
    x[1] = l->c, w[0] = y[1] = l->k, w[1] = l->c / l->groups;
    for (int a = 0; a < nd; a++) {
        x[a + 2] = in[a + 3 - nd];
        w[a + 2] = taps[a + 3 - nd];
        y[a + 2] = (x[a + 2] + 2 * l->pad - l->dil * (w[a + 2] - 1) - 1) / l->stride + 1;
    }
}

static void params_of(const struct layer *l, int nd, strided_conv_params *c)
{
    memset(c, 0, sizeof *c);
    c->groups = l->groups;
    for (int a = 0; a < nd; a++) {
        c->stride[a] = l->stride;
        c->dilation[a] = l->dil;
        c->pad[a][0] = c->pad[a][1] = l->pad;
    }
}

/* What integers add up to; everything else stays what it is. */
static strided_dtype sum_of(strided_dtype t) { return t == STRIDED_U8 || t == STRIDED_I8 ? STRIDED_I32 : t; }

int conv_problem(struct problem *p, const struct layer *l, const struct layout *layout, strided_dtype dtype,
                 int threads)
{
    int nd = layer_spatial(l);
    int64_t xs[5], ws[5], ys[5];
    strided_context *ctx = bench_context(threads);
    shapes_of(l, nd, xs, ws, ys);
    if (layout->view == VIEW_BATCH0) xs[0] = ys[0] = 2;
    memset(p, 0, sizeof *p);
    p->op = OP_CONV;
    p->threads = threads;
    params_of(l, nd, &p->conv);
    p->x = layout_tensor(ctx, dtype, nd + 2, xs, layout->x_last, layout->view);
    p->w = layout_tensor(ctx, dtype == STRIDED_U8 ? STRIDED_I8 : dtype, nd + 2, ws, 0, VIEW_NONE);
    p->y = layout_tensor(ctx, sum_of(dtype), nd + 2, ys, layout->y_last, VIEW_NONE);
    double taps = (double)strided_count(p->w) / (double)l->k;
    if (p->x && p->w && p->y && tensor_fill(p->x, 1, 7) && tensor_fill(p->w, 1 / sqrt(taps), 11)) return 1;
    fprintf(stderr, "bench: %s %s: %s\n", l->name, layout->name, strided_error());
    problem_release(p);
    return 0;
}

/* The direct sum comes first: the others are compared with it. */
void conv_contenders(struct trial *t)
{
    if (layer_transforms(t->layer)) {
        trial_admit(t, &ours, OURS_STRICT, "strict");
        trial_admit(t, &ours, OURS_DEFAULT, "default");
        trial_admit(t, &ours, OURS_FAST, "fast");
    } else {
        trial_admit(t, &ours, OURS_DEFAULT, "default");
    }
    trial_admit_peers(t);
}

static void measure(struct trial *t, const struct layer *l, const struct layout *layout)
{
    if (!conv_problem(&t->p, l, layout, STRIDED_F32, options.threads)) return;
    t->layer = l;
    trial_begin(t, "conv", layer_class(l), l->name, layout->name);
    trial_yard(t, YARD_FMA, layer_flops(l), tensor_bytes(t->p.x) + tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    conv_contenders(t);
    trial_end(t);
    problem_release(&t->p);
}

/* x in one layout and y in the other: the layers of two networks, and whatever is asked for by layout. */
static int worth_mixing(const struct layer *l)
{
    return options.layouts || strncmp(l->name, "rn50", 4) == 0 || strncmp(l->name, "vgg16", 5) == 0;
}

void family_conv(void)
{
    static const char *const files[] = {"layers_conv2d.csv", "layers_conv1d.csv", "layers_conv3d.csv"};
    static struct layer layers[LAYERS_MAX];
    static struct trial trial;
    for (int f = 0; f < 3; f++) {
        int n = workload_layers(files[f], layers, LAYERS_MAX);
        for (int k = 0; k < layout_count; k++) {
            const struct layout *layout = &layouts[k];
            if (layout->view != VIEW_NONE || !layout_wanted(layout)) continue;
            int mixed = strcmp(layout->group, "mixed") == 0;
            for (int i = 0; i < n; i++)
                if (!mixed || worth_mixing(&layers[i])) measure(&trial, &layers[i], layout);
        }
    }
}
