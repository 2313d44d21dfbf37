/*
 * family_types.c - the same convolutions in f32, bf16, 8-bit integers, f16 and f64: how much faster the short types
 * are.
 */
#include "bench.h"
#include <string.h>

enum { LAYERS_MAX = 160 };

static const char *const chosen[] = {"rn50_3x3_64@56",       "rn50_3x3_128@28",    "rn50_3x3_256@14",
                                     "rn50_3x3s2_256@28",    "rn50_1x1_256_64@56", "rn50_1x1_512_128@28",
                                     "rn50_1x1_1024_256@14", "odd_5x5_64@28"};

static int is_chosen(const struct layer *l)
{
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (strcmp(chosen[i], l->name) == 0) return 1;
    return 0;
}

static const struct {
    strided_dtype dtype;
    int variant;
    const char *name, *peer;
} types[] = {{STRIDED_BF16, OURS_STRICT, "bf16", NULL},
             {STRIDED_BF16, OURS_FAST, "bf16 fast", "onednn bf16"}, /* by the processor's own sums, where it has them */
             {STRIDED_U8, OURS_STRICT, "int8", "onednn int8"},
             {STRIDED_F16, OURS_STRICT, "f16", "onednn f16"},
             {STRIDED_F64, OURS_STRICT, "f64", NULL}};

enum { TYPES = sizeof types / sizeof *types };

static const struct peer *onednn(void)
{
    for (int i = 0; peers[i]; i++)
        if (strcmp(peers[i]->name, "onednn") == 0) return peers[i];
    return NULL;
}

static void measure(struct trial *t, const struct layer *l, const struct layout *layout)
{
    struct problem other[TYPES] = {{0}};
    const struct peer *peer = onednn();
    if (!conv_problem(&t->p, l, layout, STRIDED_F32, options.threads)) return;
    t->layer = l;
    trial_begin(t, "types", layer_class(l), l->name, layout->name);
    trial_yard(t, YARD_FMA, layer_flops(l), tensor_bytes(t->p.x) + tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_STRICT, "f32");
    for (int i = 0; i < TYPES; i++) {
        if (!conv_problem(&other[i], l, layout, types[i].dtype, options.threads)) continue;
        trial_admit_other(t, &ours, types[i].variant, types[i].name, &other[i]);
        if (peer && types[i].peer) trial_admit_other(t, peer, 1, types[i].peer, &other[i]);
    }
    trial_end(t);
    for (int i = 0; i < TYPES; i++) problem_release(&other[i]);
    problem_release(&t->p);
}

void family_types(void)
{
    static struct layer layers[LAYERS_MAX];
    static struct trial trial;
    int n = workload_layers("layers_conv2d.csv", layers, LAYERS_MAX);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < n; i++)
            if (layout_wanted(&layouts[k]) && (options.filter || is_chosen(&layers[i])))
                measure(&trial, &layers[i], &layouts[k]);
}
