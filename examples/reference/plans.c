/*
 * plans.c - operators prepared once and run many times (docs/reference/plans.md). With any argument, the plans describe themselves,
 * too: kernels and tiles depend on the processor.
 */
#include "show.h"

#include <string.h>

enum { WIDTH = 8, TAPS = 3 };

static void describe(const strided_plan *plan) {
    char text[4000];

    strided_plan_describe(plan, text, sizeof text);
    fputs(text, stdout);
}

/* A geometry without memory is enough to plan for; the weights are packed, and may go. */
static strided_plan *plan_conv(void) {
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 1, WIDTH), NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(1, 1, WIDTH), NULL);
    STRIDED_AUTO strided_tensor *w = strided_full(NULL, STRIDED_F32, STRIDED_DIMS(1, 1, TAPS), 1);

    return strided_conv_plan(y, x, w, NULL, &(strided_conv_params){.pad = {{1, 1}}});
}

/* The largest of each row of two. */
static strided_plan *plan_pool(void) {
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(WIDTH), NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(WIDTH / 2), NULL);

    return strided_pool_plan(y, x, &(strided_pool_params){.size = {2}});
}

/* The first operand is what the plan runs on. Both dialects of einsum can be planned. */
static strided_plan *plan_product(int named) {
    STRIDED_AUTO strided_tensor *x = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2, WIDTH / 2), NULL);
    STRIDED_AUTO strided_tensor *y = strided_wrap(NULL, NULL, STRIDED_F32, STRIDED_DIMS(2), NULL);
    STRIDED_AUTO strided_tensor *v = strided_arange(NULL, STRIDED_F32, 0, WIDTH / 2, 1);

    return named ? strided_einsum_named_plan(y, "row k, k -> row", STRIDED_TENSORS(x, v))
                 : strided_einsum_plan(y, "ik,k->i", STRIDED_TENSORS(x, v));
}

static strided_status run(strided_plan *plan, const char *name, int n, const float *x, int describes) {
    float y[WIDTH] = {0};
    strided_status s = strided_plan_run(plan, y, x, NULL);

    if (s) return s;
    printf("%s:", name);
    for (int i = 0; i < n; i++) printf(" %g", (double)y[i]);
    printf("\n");
    if (describes) describe(plan);
    return STRIDED_OK;
}

/* Many threads may run one plan at once, each with a reference and room of its own to work in. */
static strided_status run_with_own_scratch(strided_plan *plan, const float *x) {
    _Alignas(64) static char room[1 << 16];
    float y[WIDTH];
    strided_plan *mine = strided_plan_retain(plan);
    strided_status s = strided_plan_scratch(mine) <= sizeof room ? strided_plan_run(mine, y, x, room) : STRIDED_ERR_NO_MEMORY;

    strided_plan_release(mine);
    return s;
}

int main(int argc, char **argv) {
    static const float x[WIDTH] = {1, 2, 3, 4, 5, 6, 7, 8};
    strided_plan *conv = plan_conv(), *pool = plan_pool(), *letters = plan_product(0), *words = plan_product(1);
    int describes = argc > 1 && argv[1];
    strided_status s = run(conv, "conv", WIDTH, x, describes);

    if (!s) s = run(pool, "pool", WIDTH / 2, x, describes);
    if (!s) s = run(letters, "einsum", 2, x, describes);
    if (!s) s = run(words, "einsum_named", 2, x, 0);
    if (!s) s = run_with_own_scratch(conv, x);
    strided_plan_release(conv), strided_plan_release(pool), strided_plan_release(letters), strided_plan_release(words);
    return finish(s);
}
