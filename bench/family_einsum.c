/*
 * family_einsum.c - convolution said as einsum over a window view, beside strided_conv() on the same problem, and the
 * chapter's own strided_conv2d(). Windows are views, so there is no padding: images are taken larger instead.
 */
#include "bench.h"
#include <string.h>

enum { LAYERS_MAX = 160 };

static const char *const chosen[] = {
    "rn50_3x3_64@56",       "rn50_3x3_128@28", "rn50_3x3_256@14",    "rn50_3x3s2_256@28", "rn50_1x1_256_64@56",
    "rn50_1x1_1024_256@14", "odd_5x5_64@28",   "rn50_stem7x7s2@224", "odd_dil2_256@28",   "vgg16_128_128@112"};

static int is_chosen(const struct layer *l)
{
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (strcmp(chosen[i], l->name) == 0) return 1;
    return 0;
}

static void measure(struct trial *t, const struct layer *l, const struct layout *layout)
{
    struct layer open = *l;
    open.h += 2 * l->pad, open.w += 2 * l->pad, open.pad = 0;
    if (!conv_problem(&t->p, &open, layout, STRIDED_F32, options.threads)) return;
    t->layer = l;
    trial_begin(t, "einsum", layer_class(l), l->name, layout->name);
    trial_yard(t, YARD_FMA, layer_flops(&open), tensor_bytes(t->p.x) + tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_STRICT, "conv plan");
    trial_admit(t, &ours, OURS_EINSUM, "einsum plan");
    trial_admit(t, &ours, OURS_CALL_STRICT, "conv strict");
    trial_admit(t, &ours, OURS_EINSUM_CALL, "einsum");
    trial_admit(t, &ours, OURS_CALL, "conv");
    if (l->dil == 1) trial_admit(t, &ours, OURS_CHAPTER, "chapter");
    trial_end(t);
    problem_release(&t->p);
}

void family_einsum(void)
{
    static struct layer layers[LAYERS_MAX];
    static struct trial trial;
    int n = workload_layers("layers_conv2d.csv", layers, LAYERS_MAX);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < n; i++)
            if (layout_wanted(&layouts[k]) && layers[i].groups == 1 && (options.filter || is_chosen(&layers[i])))
                measure(&trial, &layers[i], &layouts[k]);
}
