/*
 * family_plan.c - what a plan costs to make, and what the immediate call costs beside running one.
 */
#include "bench.h"
#include <string.h>

enum { LAYERS_MAX = 160, TRIES = 5 };

/* The least seconds that make a plan, of a few tries. */
static double making(const struct problem *p)
{
    double best = 1e9;
    strided_conv_params params = p->conv;
    params.arithmetic = STRIDED_ARITHMETIC_STRICT;
    for (int i = 0; i < TRIES; i++) {
        double start = worked();
        strided_plan *plan = strided_conv_plan(p->y, p->x, p->w, NULL, &params);
        double took = worked() - start;
        strided_plan_release(plan);
        if (plan && took < best) best = took;
    }
    return best;
}

static void measure(struct trial *t, const struct layer *l, const struct layout *layout)
{
    if (!conv_problem(&t->p, l, layout, STRIDED_F32, options.threads)) return;
    t->layer = l;
    trial_begin(t, "plan", layer_class(l), l->name, layout->name);
    trial_yard(t, YARD_FMA, layer_flops(l), tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    if (trial_admit(t, &ours, OURS_STRICT, "plan")) t->r->entry[0].make = making(&t->p);
    trial_admit(t, &ours, OURS_CALL_STRICT, "call");
    trial_end(t);
    problem_release(&t->p);
}

void family_plan(void)
{
    static struct layer layers[LAYERS_MAX];
    static struct trial trial;
    int n = workload_layers("layers_conv2d.csv", layers, LAYERS_MAX);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < n; i++)
            if (layout_wanted(&layouts[k]) && layers[i].n == 1) measure(&trial, &layers[i], &layouts[k]);
}
