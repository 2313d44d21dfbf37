/*
 * test_workers.c - the pool: every task once, nested and concurrent runs, fork, and threads that do not come.
 *
 * Pools are made here directly, so that their size does not depend on the machine.
 */
#define _GNU_SOURCE
#include "src/base/context.h"
#include "src/base/memory.h"
#include "support/oom.h"
#include "support/cmocka_compat.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_TASKS = 5000, MOST_WORKERS = 16 };

/* ThreadSanitizer does not follow threads that a forked child starts, and keeps hundreds of KB on each thread's stack. */
#if defined(__SANITIZE_THREAD__)
#  define SKIP_SANITIZED_THREADS() skip()
#elif defined(__has_feature)
#  if __has_feature(thread_sanitizer)
#    define SKIP_SANITIZED_THREADS() skip()
#  endif
#endif
#ifndef SKIP_SANITIZED_THREADS
#  define SKIP_SANITIZED_THREADS() (void)0
#endif

/* qemu's user mode hangs when a thread forks while another starts threads; a loop of fork() beside one of pthread_create() shows it. */
#ifdef TESTS_ARE_EMULATED
#  define SKIP_FORK_AMONG_THREADS() skip()
#else
#  define SKIP_FORK_AMONG_THREADS() SKIP_SANITIZED_THREADS()
#endif

struct job {
    atomic_int  times[MOST_TASKS];
    atomic_int  busy[MOST_WORKERS]; /* two tasks never run under one worker id at a time */
    int         workers;
    atomic_int  wrong;
    struct workers *nested;
    atomic_int  nested_tasks;
};

static void nothing(void *job, int64_t index, int worker)
{
    (void)index, (void)worker;
    atomic_fetch_add(&((struct job *)job)->nested_tasks, 1);
}

static void task(void *argument, int64_t index, int worker)
{
    struct job *j = argument;
    if (worker < 0 || worker >= j->workers || atomic_exchange(&j->busy[worker], 1)) atomic_fetch_add(&j->wrong, 1);
    atomic_fetch_add(&j->times[index], 1);
    if (j->nested) strided__workers_run(j->nested, 3, nothing, j);
    for (volatile int i = 0; i < index % 50; i++) continue;
    atomic_store(&j->busy[worker], 0);
}

/* 1 = every task ran once. For any thread and process: no asserts. */
static int runs_well(struct workers *pool, struct job *j, int workers, int64_t count, int nested)
{
    memset(j, 0, sizeof *j);
    j->workers = workers;
    j->nested = nested ? pool : NULL;
    strided__workers_run(pool, count, task, j);
    int good = j->wrong == 0 && j->nested_tasks == (nested ? 3 * count : 0);
    for (int64_t i = 0; i < MOST_TASKS; i++) good = good && j->times[i] == (i < count);
    return good;
}

static void run_job(struct workers *pool, struct job *j, int workers, int64_t count, int nested)
{
    if (!runs_well(pool, j, workers, count, nested))
        fail_msg("%d workers, %d tasks%s", workers, (int)count, nested ? ", nested" : "");
}

static void every_task_once(void **state)
{
    (void)state;
    static struct job j;
    static const int64_t counts[] = {0, 1, 2, 3, 7, 100, MOST_TASKS};
    for (int threads = 1; threads <= 6; threads++) {
        struct workers *pool = strided__workers_new(NULL, threads);
        for (int round = 0; round < 20; round++)
            for (int i = 0; i < 7; i++) run_job(pool, &j, threads, counts[i], 0);
        strided__workers_release(NULL, pool);
    }
}

/* All are at work at once, so that none helps another: each has its own share, run after run. */
struct place { atomic_int waiting; int threads; int by[MOST_WORKERS]; };

static void wait_for_all(void *job, int64_t index, int worker)
{
    struct place *p = job;
    p->by[index] = worker;
    atomic_fetch_add(&p->waiting, 1);
    while (atomic_load(&p->waiting) < p->threads) sched_yield();
}

static void the_same_share_each_time(void **state)
{
    (void)state;
    struct workers *pool = strided__workers_new(NULL, 4);
    for (int round = 0; round < 20; round++) {
        struct place p = { .threads = 4 };
        strided__workers_run(pool, 4, wait_for_all, &p);
        for (int i = 0; i < 4; i++) assert_int_equal(p.by[i], i);
    }
    strided__workers_release(NULL, pool);
}

static void nested_runs(void **state)
{
    (void)state;
    static struct job j;
    struct workers *pool = strided__workers_new(NULL, 4);
    for (int round = 0; round < 20; round++) run_job(pool, &j, 4, 200, 1);
    strided__workers_release(NULL, pool);
}

static void never_run(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct workers *pool = strided__workers_new(NULL, 4);
        assert_non_null(pool);
        strided__workers_release(NULL, pool);
    }
}

/* Waits long enough for the threads to sleep. */
static void wakes_from_sleep(void **state)
{
    (void)state;
    static struct job j;
    struct workers *pool = strided__workers_new(NULL, 3);
    for (int i = 0; i < 20; i++) {
        run_job(pool, &j, 3, 50, 0);
        usleep(2000);
    }
    strided__workers_release(NULL, pool);
}

/* ---- several callers ------------------------------------------------------------------------------------ */

struct caller {
    struct workers *pool;
    atomic_int stop, good;
};

static void *call_often(void *argument)
{
    struct caller *c = argument;
    struct job *j = malloc(sizeof *j);
    for (int i = 0; i < 300; i++)
        if (!runs_well(c->pool, j, 4, 20 + i % 40, i % 5 == 0)) atomic_store(&c->good, 0);
    free(j);
    return NULL;
}

static void several_callers(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct caller c = {.pool = strided__workers_new(NULL, 4), .good = 1};
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, call_often, &c), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    assert_true(c.good);
    strided__workers_release(NULL, c.pool);
}

/* ---- fork ------------------------------------------------------------------------------------------------ */

static int child_status(pid_t child)
{
    int status = -1;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* Ends as another program: tools that look for leaks at an exit would count the stacks of threads that stayed behind. */
static void end_child(int good)
{
    execlp(good ? "true" : "false", "true", (char *)NULL);
    _exit(!good);
}

static void child_runs(struct workers *pool, struct job *j)
{
    alarm(60);
    int good = runs_well(pool, j, 4, 100, 0) && runs_well(pool, j, 4, 500, 1);
    strided__workers_release(NULL, pool);
    end_child(good);
}

static void forked(void **state)
{
    (void)state;
    SKIP_SANITIZED_THREADS();
    static struct job j;
    for (int used = 0; used < 2; used++) {
        struct workers *pool = strided__workers_new(NULL, 4);
        if (used) run_job(pool, &j, 4, 100, 0);
        pid_t child = fork();
        if (child == 0) child_runs(pool, &j);
        run_job(pool, &j, 4, 100, 0);
        assert_int_equal(child_status(child), 0);
        pid_t idle = fork(); /* gives back a pool that it never used */
        if (idle == 0) {
            strided__workers_release(NULL, pool);
            end_child(1);
        }
        assert_int_equal(child_status(idle), 0);
        strided__workers_release(NULL, pool);
    }
}

static void *keep_running(void *argument)
{
    static struct job j;
    struct caller *c = argument;
    while (!atomic_load(&c->stop))
        if (!runs_well(c->pool, &j, 4, 100, 0)) atomic_store(&c->good, 0);
    return NULL;
}

/* The child finds the pool taken, and its lock held, by threads that it does not have. */
static void forked_during_a_run(void **state)
{
    (void)state;
    SKIP_FORK_AMONG_THREADS();
    static struct job j;
    pthread_t thread;
    struct caller c = {.pool = strided__workers_new(NULL, 4), .good = 1};
    assert_int_equal(pthread_create(&thread, NULL, keep_running, &c), 0);
    for (int i = 0; i < 30; i++) {
        pid_t child = fork();
        if (child == 0) child_runs(c.pool, &j);
        assert_int_equal(child_status(child), 0);
    }
    atomic_store(&c.stop, 1);
    pthread_join(thread, NULL);
    assert_true(c.good);
    strided__workers_release(NULL, c.pool);
}

/* Inside a task: the child has the caller's thread only, in the middle of a run that will not end. */
struct forking { struct workers *pool; struct job *job; atomic_int good; };

static void fork_here(void *argument, int64_t index, int worker)
{
    struct forking *f = argument;
    (void)worker;
    if (index) return;
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        end_child(runs_well(f->pool, f->job, 4, 100, 0));
    }
    int status = -1;
    waitpid(child, &status, 0);
    atomic_store(&f->good, status == 0);
}

static void forked_inside_a_task(void **state)
{
    (void)state;
    SKIP_FORK_AMONG_THREADS();
    static struct job j;
    struct forking f = {.pool = strided__workers_new(NULL, 4), .job = &j};
    strided__workers_run(f.pool, 8, fork_here, &f);
    assert_true(f.good);
    strided__workers_release(NULL, f.pool);
}

/* ---- too little ------------------------------------------------------------------------------------------ */

/* A process that may not start threads runs everything itself. */
static void no_threads_to_be_had(void **state)
{
    (void)state;
    SKIP_SANITIZED_THREADS();
    static struct job j;
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        struct rlimit none = {0, 0};
        if (getuid() == 0 && setuid(65534) != 0) _exit(0);
        setrlimit(RLIMIT_NPROC, &none);
        struct workers *pool = strided__workers_new(NULL, 4);
        int good = runs_well(pool, &j, 4, 300, 0);
        strided__workers_release(NULL, pool);
        end_child(good);
    }
    assert_int_equal(child_status(child), 0);
}

static void deep(void *job, int64_t index, int worker)
{
    volatile char room[256 << 10];
    for (size_t i = 0; i < sizeof room; i += 512) room[i] = 1;
    atomic_fetch_add((atomic_int *)job, room[0]);
    (void)index, (void)worker;
}

/* Where threads have small stacks unless they ask for more. */
static void small_stacks(void **state)
{
    (void)state;
    enum { DEEP = 5000 };
    pthread_attr_t usual, small;
    atomic_int done = 0;
    SKIP_SANITIZED_THREADS();
    assert_int_equal(pthread_getattr_default_np(&usual), 0);
    assert_int_equal(pthread_attr_init(&small), 0);
    assert_int_equal(pthread_attr_setstacksize(&small, 128 << 10), 0);
    assert_int_equal(pthread_setattr_default_np(&small), 0);
    struct workers *pool = strided__workers_new(NULL, 4);
    strided__workers_run(pool, DEEP, deep, &done);
    assert_int_equal(done, DEEP);
    strided__workers_release(NULL, pool);
    pthread_setattr_default_np(&usual);
    pthread_attr_destroy(&usual);
    pthread_attr_destroy(&small);
}

static strided_status attempt(void *job)
{
    struct oom *o = job;
    struct workers *pool = strided__workers_new(o->ctx, 4);
    if (!pool) return strided_error_status();
    strided__workers_release(o->ctx, pool);
    return STRIDED_OK;
}

static void out_of_memory(void **state)
{
    (void)state;
    struct oom *o = oom_new();
    assert_int_equal(oom_sweep(o, "workers_new", attempt, o), 1);
    oom_free(o);
}

static void through_a_context(void **state)
{
    (void)state;
    static struct job j;
    strided_context *ctx = strided_context_new(&(strided_config){.threads = 1000});
    int workers = strided_context_threads(ctx);
    assert_true(workers >= 1 && workers <= 1000);
    if (workers > MOST_WORKERS) skip();
    memset(&j, 0, sizeof j);
    j.workers = workers;
    strided__context_run(ctx, 1000, task, &j);
    assert_int_equal(j.wrong, 0);
    for (int i = 0; i < 1000; i++) assert_int_equal(j.times[i], 1);
    strided_context_release(ctx);
}

STRIDED_TEST_GROUP("base/workers", cmocka_unit_test(every_task_once), cmocka_unit_test(the_same_share_each_time), cmocka_unit_test(nested_runs),
                   cmocka_unit_test(never_run), cmocka_unit_test(wakes_from_sleep), cmocka_unit_test(several_callers), cmocka_unit_test(forked),
                   cmocka_unit_test(forked_during_a_run), cmocka_unit_test(forked_inside_a_task),
                   cmocka_unit_test(no_threads_to_be_had), cmocka_unit_test(small_stacks), cmocka_unit_test(out_of_memory),
                   cmocka_unit_test(through_a_context))
