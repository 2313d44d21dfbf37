/*
 * trial_contexts.c - the contexts that trials run in, shared by all tests of a program.
 */
#include "contexts.h"
#include "stage.h"

/* An executor that takes the last task first. */
static void backwards(void *user, int64_t count, strided_task *task, void *job)
{
    (void)user;
    for (int64_t i = count - 1; i >= 0; i--) task(job, i, (int)(i % 2));
}

static const strided_config configs[TRIAL_CONTEXTS] = {
    { .threads = 0 }, { .threads = 3 }, [STAGE_UNFUSED] = { .isa = "scalar" }, { .isa = "avx2" },
    { .executor = { .workers = 2, .run = backwards } }
};
static strided_context *contexts[TRIAL_CONTEXTS];

/* An instruction set that this build or machine lacks gives the default. */
strided_context *trial_context(int i)
{
    if (i > 0 && contexts[i] == NULL) contexts[i] = eager_context(&configs[i]);
    return contexts[i];
}

void trial_end(void)
{
    for (int i = 1; i < TRIAL_CONTEXTS; i++) {
        strided_context_release(contexts[i]);
        contexts[i] = NULL;
    }
}
