/*
 * family_threads.c - two threads beside one, on every layer of two networks. Not tied to a core.
 */
#include "bench.h"
#include <string.h>

enum { LAYERS_MAX = 160 };

static void measure(struct trial *t, const struct layer *l, const struct layout *layout)
{
    struct problem one;
    if (!conv_problem(&t->p, l, layout, STRIDED_F32, 2)) return;
    if (!conv_problem(&one, l, layout, STRIDED_F32, 1)) {
        problem_release(&t->p);
        return;
    }
    t->layer = l;
    trial_begin(t, "threads", layer_class(l), l->name, layout->name);
    trial_yard(t, YARD_FMA, layer_flops(l), tensor_bytes(t->p.x) + tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_DEFAULT, "2 threads");
    trial_admit_other(t, &ours, OURS_DEFAULT, "1 thread", &one);
    trial_end(t);
    problem_release(&one);
    problem_release(&t->p);
}

void family_threads(void)
{
    static struct layer layers[LAYERS_MAX];
    static struct trial trial;
    if (machine_cpus() < 2) return;
    int n = workload_layers("layers_conv2d.csv", layers, LAYERS_MAX);
    machine_pin(0);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < n; i++)
            if (layout_wanted(&layouts[k]) && (options.filter || layers[i].count > 0))
                measure(&trial, &layers[i], &layouts[k]);
    machine_pin(options.threads == 1);
}
