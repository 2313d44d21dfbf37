/*
 * family_grad.c - transposed convolution, and the gradients of x and of w, on some layers of the convolution list.
 */
#include "bench.h"
#include <math.h>
#include <string.h>

enum { LAYERS_MAX = 160 };

static const char *const chosen[] = {
    "rn50_3x3_64@56",    "rn50_3x3_128@28",    "rn50_3x3_256@14",     "rn50_3x3_512@7",       "rn50_3x3s2_128@56",
    "rn50_3x3s2_256@28", "rn50_1x1_64_256@56", "rn50_1x1_512_128@28", "rn50_1x1_1024_256@14", "rn50_1x1s2_256_512@56",
    "vgg16_128_128@112", "vgg16_512_512@14",   "odd_5x5_64@28",       "odd_dil2_256@28"};

static int is_chosen(const struct layer *l)
{
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (strcmp(chosen[i], l->name) == 0) return 1;
    return 0;
}

static void swap(strided_tensor **a, strided_tensor **b)
{
    strided_tensor *t = *a;
    *a = *b;
    *b = t;
}

/* What the window leaves over at the end of an axis comes back as output padding. */
static void add_output_padding(struct problem *p)
{
    for (int a = 0; a + 2 < strided_ndim(p->x); a++) {
        int64_t s = p->conv.stride[a], reach = p->conv.dilation[a] * (strided_dim(p->w, a + 2) - 1) + 1;
        p->conv.output_padding[a] =
            strided_dim(p->y, a + 2) - ((strided_dim(p->x, a + 2) - 1) * s - 2 * p->conv.pad[a][0] + reach);
    }
}

/* The convolution's problem turned into that of `op`: see struct problem for who is who. */
static int turned(struct problem *p, const struct layer *l, const struct layout *layout, enum op op)
{
    if (!conv_problem(p, l, layout, STRIDED_F32, options.threads)) return 0;
    p->op = op;
    swap(&p->x, &p->y); /* x = dy, y = dx */
    if (op == OP_GRAD_WEIGHT) swap(&p->y, &p->w);
    if (op == OP_CONV_TRANSPOSE) add_output_padding(p);
    return tensor_fill(p->x, 1, 3);
}

static void measure(struct trial *t, const struct layer *l, const struct layout *layout, enum op op, const char *name)
{
    if (!turned(&t->p, l, layout, op)) return;
    t->layer = l;
    trial_begin(t, "grad", name, l->name, layout->name);
    trial_yard(t, YARD_FMA, layer_flops(l), tensor_bytes(t->p.x) + tensor_bytes(t->p.w), tensor_bytes(t->p.y));
    trial_admit(t, &ours, OURS_CALL, "default");
    trial_admit_peers(t);
    trial_end(t);
    problem_release(&t->p);
}

void family_grad(void)
{
    static const struct {
        enum op op;
        const char *name;
    } ops[] = {{OP_CONV_TRANSPOSE, "transposed"}, {OP_GRAD_INPUT, "grad x"}, {OP_GRAD_WEIGHT, "grad w"}};
    static struct layer layers[LAYERS_MAX];
    static struct trial trial;
    int n = workload_layers("layers_conv2d.csv", layers, LAYERS_MAX);
    for (int o = 0; o < 3; o++)
        for (int k = 0; k < 2; k++) /* nchw, nhwc */
            for (int i = 0; i < n; i++)
                if (layout_wanted(&layouts[k]) && (options.filter || is_chosen(&layers[i])))
                    measure(&trial, &layers[i], &layouts[k], ops[o].op, ops[o].name);
}
