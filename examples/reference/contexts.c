/*
 * contexts.c - threads, the program's own threads, the program's own allocator, instruction sets (docs/reference/contexts.md).
 */
#include "show.h"

#include <stdlib.h>
#include <string.h>

static strided_status product_in(strided_context *ctx, double *result) {
    enum { N = 256 };
    STRIDED_AUTO strided_tensor *a = strided_full(ctx, STRIDED_F32, STRIDED_DIMS(N, N), 0.5);
    STRIDED_AUTO strided_tensor *y = strided_empty_like(a);
    strided_status s = strided_mm(y, a, a); /* by the context of y */

    if (!s) *result = strided_get(y, STRIDED_DIMS(N - 1, N - 1));
    return s;
}

/* A pool of threads that the context owns; without one, everything runs on the thread that calls. */
static strided_status threads(void) {
    strided_context *ctx = strided_context_new(&(strided_config){.threads = 4});
    double result = 0;
    strided_status s = product_in(ctx, &result);

    printf("without a context: %d thread; in this one: %s; sum: %g\n", strided_context_threads(NULL),
           strided_context_threads(ctx) <= 4 ? "up to 4" : "more than asked for", result);
    strided_context_release(ctx);
    return s;
}

/* The program's own: run(count tasks) comes back when all are done. This one does them one after the other. */
static void in_a_row(void *user, int64_t count, strided_task *task, void *job) {
    for (int64_t i = 0; i < count; i++) task(job, i, 0);
    *(int64_t *)user += count;
}

static strided_status own_executor(void) {
    int64_t tasks = 0;
    strided_context *ctx = strided_context_new(&(strided_config){.executor = {.workers = 2, .run = in_a_row, .user = &tasks}});
    double result = 0;
    strided_status s = product_in(ctx, &result);

    printf("executor: %s; sum: %g\n", tasks ? "asked" : "not asked", result);
    strided_context_release(ctx);
    return s;
}

/* All memory of the tensors and plans made in it, counted. */
static void *take(void *user, size_t size, size_t alignment) {
    *(size_t *)user += size;
    return aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

static void give(void *user, void *memory, size_t size) {
    *(size_t *)user -= memory ? size : 0;
    free(memory);
}

static strided_status own_allocator(void) {
    size_t held = 0;
    strided_context *ctx = strided_context_new(&(strided_config){.allocator = {.alloc = take, .free = give, .user = &held}});
    strided_tensor *x = strided_zeros(ctx, STRIDED_U8, STRIDED_DIMS(1000));
    strided_tensor *row = strided_narrow(x, 0, 10, 10);

    printf("of its context: %d, at least 1000 bytes held: %d\n", strided_context_of(row) == ctx, held >= 1000);
    strided_release(x);
    strided_context_release(ctx); /* the view keeps storage and context alive */
    strided_release(row);
    printf("held at the end: %zu\n", held);
    return strided_error_status();
}

/* Less than the processor offers, for a comparison: on x86 without fused multiply-add the bits may differ. */
static strided_status instruction_set(void) {
    strided_context *ctx = strided_context_new(&(strided_config){.isa = "scalar"});
    strided_context *same = strided_context_retain(ctx);

    printf("kernels: %s\n", strided_context_isa(same));
    strided_context_release(ctx);
    strided_context_release(same);
    return strided_error_status();
}

int main(void) {
    strided_status s = threads();

    if (!s) s = own_executor();
    if (!s) s = own_allocator();
    if (!s) s = instruction_set();
    return finish(s);
}
