/*
 * family_views.c - convolution of strided views: crops, flips, every second channel or pixel, transposed images, an
 * image repeated. Beside each stands our own time on a contiguous tensor of the same shape, which is what a view is
 * promised to cost, and the peers: on the view itself where they take it, else copy and convolve.
 */
#include "bench.h"
#include <string.h>

enum { LAYERS_MAX = 160 };

/* A few of every kind, small enough for the loops that peers fall back to. */
static const char *const chosen[] = {"rn50_3x3_64@56",       "rn50_3x3_128@28",       "rn50_3x3_256@14",
                                     "rn50_3x3s2_128@56",    "rn50_1x1_64_256@56",    "rn50_1x1_256_64@56",
                                     "rn50_1x1_1024_256@14", "rn50_1x1s2_256_512@56", "mbv2_dw_144@56",
                                     "rnxt_g32_256@28",      "odd_dil2_256@28",       "odd_5x5_64@28"};

static int is_chosen(const struct layer *l)
{
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (strcmp(chosen[i], l->name) == 0) return 1;
    return 0;
}

static const struct layout *plain(const struct layout *of)
{
    for (int i = 0; i < layout_count; i++)
        if (layouts[i].view == VIEW_NONE && layouts[i].x_last == of->x_last && layouts[i].y_last == of->y_last)
            return &layouts[i];
    return of;
}

static void measure(struct trial *t, const struct layer *l, const struct layout *layout)
{
    struct problem own;
    struct layer same = *l;
    if (layout->view == VIEW_BATCH0) same.n = 2;
    if (!conv_problem(&t->p, l, layout, STRIDED_F32, options.threads)) return;
    if (!conv_problem(&own, &same, plain(layout), STRIDED_F32, options.threads)) {
        problem_release(&t->p);
        return;
    }
    t->layer = l;
    trial_begin(t, "views", layer_class(l), l->name, layout->name);
    trial_yard(t, YARD_FMA, layer_flops(&same), tensor_bytes(t->p.x) + tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_STRICT, "strict");
    trial_admit_other(t, &ours, OURS_STRICT, "contiguous", &own);
    if (layer_transforms(l)) {
        trial_admit(t, &ours, OURS_DEFAULT, "default");
        trial_admit_other(t, &ours, OURS_DEFAULT, "contiguous default", &own);
    }
    trial_admit_peers(t);
    trial_end(t);
    problem_release(&own);
    problem_release(&t->p);
}

void family_views(void)
{
    static struct layer layers[LAYERS_MAX];
    static struct trial trial;
    int n = workload_layers("layers_conv2d.csv", layers, LAYERS_MAX);
    for (int k = 0; k < layout_count; k++)
        for (int i = 0; i < n; i++)
            if (layouts[k].view != VIEW_NONE && layout_wanted(&layouts[k]) && (options.filter || is_chosen(&layers[i])))
                measure(&trial, &layers[i], &layouts[k]);
}
