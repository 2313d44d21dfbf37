/*
 * test_context.c - every field of a configuration, what is refused, and who runs the tasks.
 */
#include "src/base/context.h"
#include "src/base/cpus.h"
#include "support/oom.h"
#include "support/refuse.h"
#include <stdio.h>

#define refused_context(status, ...) check_context(#__VA_ARGS__, status, strided_context_new(&(strided_config){__VA_ARGS__}))

static void check_context(const char *call, strided_status want, strided_context *ctx)
{
    if (ctx) fail_msg("%s: accepted", call);
    check_refusal(call, want, "context_new", strided_error_status());
}

static void *some_alloc(void *user, size_t size, size_t alignment) { (void)user, (void)size, (void)alignment; return NULL; }
static void some_free(void *user, void *ptr, size_t size) { (void)user, (void)ptr, (void)size; }
static void some_run(void *user, int64_t count, strided_task *task, void *job) { (void)user, (void)count, (void)task, (void)job; }

static void refusals(void **state)
{
    (void)state;
    refused_context(STRIDED_ERR_UNSUPPORTED, .reserved = {[7] = 1});
    refused_context(STRIDED_ERR_ARG, .allocator = {.alloc = some_alloc});
    refused_context(STRIDED_ERR_ARG, .allocator = {.free = some_free});
    refused_context(STRIDED_ERR_ARG, .executor = {.run = some_run});
    refused_context(STRIDED_ERR_ARG, .executor = {.run = some_run, .workers = -1});
    refused_context(STRIDED_ERR_ARG, .executor = {.workers = 2});
    refused_context(STRIDED_ERR_ARG, .executor = {.run = some_run, .workers = 2}, .threads = 2);
    refused_context(STRIDED_ERR_ARG, .threads = -1);
    refused_context(STRIDED_ERR_ARG, .threads = INT32_MIN);
    refused_context(STRIDED_ERR_ARG, .arithmetic = (strided_arithmetic)3);
    refused_context(STRIDED_ERR_ARG, .arithmetic = (strided_arithmetic)-1);
    refused_context(STRIDED_ERR_ARG, .isa = "sse9");
    refused_context(STRIDED_ERR_ARG, .isa = "");
    assert_null(strided_context_new(&(strided_config){.allocator = {.alloc = some_alloc, .free = some_free}}));
    assert_int_equal(strided_error_status(), STRIDED_ERR_NO_MEMORY);
}

static void defaults(void **state)
{
    (void)state;
    strided_context *ctx = strided_context_new(NULL);
    assert_non_null(ctx);
    assert_int_equal(strided_context_threads(ctx), 1);
    assert_string_equal(strided_context_isa(ctx), strided_context_isa(NULL));
    assert_int_equal(strided_context_threads(NULL), 1);
    assert_int_equal(strided__context_arithmetic(NULL), STRIDED_ARITHMETIC_DEFAULT);
    assert_int_equal(strided__context_isa(NULL), strided__cpu_isa());
    assert_int_equal(strided__context_isa(ctx), strided__cpu_isa());
    assert_null(strided_context_retain(NULL));
    assert_true(strided_context_retain(ctx) == ctx);
    strided_context_release(ctx);
    strided_context_release(ctx);
    strided_context_release(NULL);
}

static void threads(void **state)
{
    (void)state;
    for (int wanted = 0; wanted < 5; wanted++) {
        strided_context *ctx = strided_context_new(&(strided_config){.threads = wanted});
        assert_int_equal(strided_context_threads(ctx), wanted > 1 ? strided__usable_cpus(wanted) : 1);
        strided_context_release(ctx);
    }
    strided_context *one = strided_context_new(&(strided_config){.executor = {.run = some_run, .workers = 1}, .threads = 1});
    assert_int_equal(strided_context_threads(one), 1);
    strided_context_release(one);
}

static void instruction_sets(void **state)
{
    (void)state;
    for (int i = 0; i < ISAS; i++) {
        const char *name = strided__isa_name((enum isa)i);
        strided_context *ctx = strided_context_new(&(strided_config){.isa = name});
        if (i <= (int)strided__cpu_isa() && strided__isa_built((enum isa)i) == (enum isa)i) {
            assert_non_null(ctx);
            assert_string_equal(strided_context_isa(ctx), name);
            assert_int_equal(strided__context_isa(ctx), i);
        } else {
            check_context(name, STRIDED_ERR_UNSUPPORTED, ctx);
        }
        strided_context_release(ctx);
    }
}

static void arithmetics(void **state)
{
    (void)state;
    for (int a = 0; a < 3; a++) {
        strided_context *ctx = strided_context_new(&(strided_config){.arithmetic = (strided_arithmetic)a});
        assert_int_equal(strided__context_arithmetic(ctx), a);
        strided_context_release(ctx);
    }
}

static void remember(void *user, const char *line) { snprintf(user, 100, "%s", line); }

static void logs(void **state)
{
    (void)state;
    char line[100] = "", want[100];
    strided_context *ctx = strided_context_new(&(strided_config){.log = remember, .log_user = line, .isa = "scalar"});
    assert_string_equal(line, "strided: scalar, 1 thread");
    strided_context_release(ctx);
    ctx = strided_context_new(&(strided_config){.log = remember, .log_user = line, .executor = {.run = some_run, .workers = 7}});
    snprintf(want, sizeof want, "strided: %s, 7 workers of the caller's executor", strided_context_isa(NULL));
    assert_string_equal(line, want);
    strided_context_release(ctx);
}

static strided_status attempt(void *job)
{
    strided_config config = oom_config(job);
    config.threads = 2;
    strided_context *ctx = strided_context_new(&config);
    strided_status s = ctx ? STRIDED_OK : strided_error_status();
    strided_context_release(ctx);
    return s;
}

static void out_of_memory(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    assert_true(oom_sweep(o, "context_new", attempt, o) >= 1);
    oom_free(o);
}

/* ---- running ------------------------------------------------------------------------------------------- */

struct tally { int64_t sum; int workers, runs; };

static void add_index(void *job, int64_t index, int worker)
{
    struct tally *t = job;
    t->sum += index;
    if (worker >= t->workers) t->workers = worker + 1;
}

/* Backwards, two workers in turn. */
static void run_backwards(void *user, int64_t count, strided_task *task, void *job)
{
    ++*(int *)user;
    for (int64_t i = count - 1; i >= 0; i--) task(job, i, (int)(i % 2));
}

static void who_runs(void **state)
{
    (void)state;
    int runs = 0;
    struct tally t = {0, 0, 0};
    strided__context_run(NULL, 10, add_index, &t);
    assert_true(t.sum == 45 && t.workers == 1);
    strided_context *ctx = strided_context_new(&(strided_config){.executor = {.run = run_backwards, .workers = 2, .user = &runs}});
    assert_int_equal(strided_context_threads(ctx), 2);
    assert_int_equal(strided__context_workers(ctx), 2);
    t = (struct tally){0, 0, 0};
    strided__context_run(ctx, 10, add_index, &t);
    assert_true(t.sum == 45 && t.workers == 2 && runs == 1);
    strided__context_run(ctx, 1, add_index, &t);
    strided__context_run(ctx, 0, add_index, &t);
    assert_int_equal(runs, 1); /* one task needs no executor */
    assert_int_equal(t.sum, 45);
    strided_context_release(ctx);
}

STRIDED_TEST_GROUP("base/context", cmocka_unit_test(refusals), cmocka_unit_test(defaults), cmocka_unit_test(threads), cmocka_unit_test(instruction_sets),
                   cmocka_unit_test(arithmetics), cmocka_unit_test(logs), cmocka_unit_test(out_of_memory),
                   cmocka_unit_test(who_runs))
