/*
 * workers.c - a pool of threads that a context owns.
 *
 * Each worker has a share of the tasks, neighbours, and does them in order: the same ones in every run of as many, whose data its caches still
 * hold. Whoever is done helps the others, from the ends of their shares. The caller is worker 0 and works too. Threads start at the first run.
 * One run has the pool at a time: whoever finds it taken (another thread, or a task that runs something itself) does
 * its own tasks alone, which is always right because results do not depend on the number of workers.
 *
 * After fork() a child has the memory of the pool but none of its threads. The pool remembers the process that it
 * belongs to; the first run in a child makes the locks anew and starts fresh threads.
 */
#include "context.h"
#include "memory.h"
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { SPINS = 1000 };
enum { STACK_BYTES = 1 << 20 };    /* calls want up to 256 KiB of it, which is more than some systems give a thread */

struct workers {
    atomic_int      taken;      /* the process in which a run has the pool; 0 = free */
    int             threads;    /* with the caller */
    /* What follows belongs to the run that has taken the pool. */
    pid_t           home;       /* the process whose threads these are; 0 = none started yet */
    int             started;    /* threads to join */
    pthread_mutex_t lock;       /* guards all below, except where it says atomic */
    pthread_cond_t  wake, done;
    int             stop, open; /* open: threads may still join the run */
    atomic_uint     run;        /* number of the run; written under the lock, read by spinning threads */
    atomic_int      active;     /* threads inside the run; written under the lock, read by the spinning caller */
    strided_task   *task;
    void           *job;
    struct thread {             /* of each worker, in a line of the cache of its own; the caller's has no id */
        _Alignas(64) atomic_llong left; /* tasks of its share that nobody has taken */
        atomic_llong    end;    /* where helpers take them */
        int64_t         first;
        struct workers *pool;
        pthread_t       id;
        int             worker;
    } thread[];
};

static size_t bytes_of(int threads)
{
    return sizeof(struct workers) + (size_t)threads * sizeof(struct thread);
}

static inline void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/* ---- the threads ---------------------------------------------------------------------------------- */

static int one_is_left(struct thread *t) { return atomic_fetch_sub_explicit(&t->left, 1, memory_order_relaxed) > 0; }

/* Its own share from the beginning, then what is left of the others' from their ends. */
static void drain(struct workers *w, int worker)
{
    struct thread *own = &w->thread[worker];
    for (int64_t i = own->first; one_is_left(own); i++) w->task(w->job, i, worker);
    for (int t = 1; t < w->threads; t++) {
        struct thread *other = &w->thread[(worker + t) % w->threads];
        while (one_is_left(other)) w->task(w->job, atomic_fetch_sub_explicit(&other->end, 1, memory_order_relaxed) - 1, worker);
    }
}

static void divide(struct workers *w, int64_t count)
{
    int64_t size = count / w->threads, rest = count % w->threads, first = 0;
    for (int i = 0; i < w->threads; i++) {
        struct thread *t = &w->thread[i];
        int64_t n = size + (i < rest);
        t->first = first;
        atomic_store_explicit(&t->left, n, memory_order_relaxed);
        atomic_store_explicit(&t->end, first += n, memory_order_relaxed);
    }
}

static void spin_for_run(struct workers *w, unsigned seen)
{
    for (int i = 0; i < SPINS && atomic_load_explicit(&w->run, memory_order_relaxed) == seen; i++) pause_briefly();
}

/* Waits for a run that is not `seen` and still open, and joins it. 0 = the pool ends. Lock held. Who comes too late for one waits awake for the
 * next: asleep it would be late for that as well. */
static int join_run(struct workers *w, unsigned *seen)
{
    for (unsigned run; !w->stop; *seen = run) {
        run = atomic_load_explicit(&w->run, memory_order_relaxed);
        if (run == *seen) { pthread_cond_wait(&w->wake, &w->lock); run = *seen; }
        else if (w->open) break;
        else {
            pthread_mutex_unlock(&w->lock);
            spin_for_run(w, run);
            pthread_mutex_lock(&w->lock);
        }
    }
    if (w->stop) return 0;
    *seen = atomic_load_explicit(&w->run, memory_order_relaxed);
    atomic_fetch_add_explicit(&w->active, 1, memory_order_relaxed);
    return 1;
}

static void *serve(void *argument)
{
    struct thread *t = argument;
    struct workers *w = t->pool;
    unsigned seen = 0;
    pthread_mutex_lock(&w->lock);
    while (join_run(w, &seen)) {
        pthread_mutex_unlock(&w->lock);
        drain(w, t->worker);
        pthread_mutex_lock(&w->lock);
        if (atomic_fetch_sub_explicit(&w->active, 1, memory_order_release) == 1) pthread_cond_signal(&w->done);
        pthread_mutex_unlock(&w->lock);
        spin_for_run(w, seen);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void make_room(pthread_attr_t *of)
{
    size_t bytes;
    if (pthread_attr_getstacksize(of, &bytes) == 0 && bytes < STACK_BYTES) pthread_attr_setstacksize(of, STACK_BYTES);
}

/* As many as the system gives; they take no signals. */
static void start(struct workers *w)
{
    sigset_t all, before;
    pthread_attr_t attributes;
    w->started = 0;
    if (pthread_attr_init(&attributes) != 0) return;
    make_room(&attributes);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; w->started < w->threads - 1; w->started++) {
        struct thread *t = &w->thread[w->started + 1];
        t->pool = w;
        t->worker = w->started + 1;
        if (pthread_create(&t->id, &attributes, serve, t) != 0) break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

/* ---- a run ---------------------------------------------------------------------------------------- */

/* Whose process took the pool matters: a child may find it taken by a thread that it does not have. */
static int take(struct workers *w, pid_t self)
{
    int holder = 0;
    if (atomic_compare_exchange_strong(&w->taken, &holder, (int)self)) return 1;
    return holder != (int)self && atomic_compare_exchange_strong(&w->taken, &holder, (int)self);
}

static void settle(struct workers *w, pid_t self)
{
    if (w->home == self) return;
    w->home = self;
    w->stop = w->open = 0;
    atomic_store(&w->run, 0);
    atomic_store(&w->active, 0);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    pthread_cond_init(&w->done, NULL);
    start(w);
}

static void open_run(struct workers *w, int64_t count, strided_task *task, void *job)
{
    pthread_mutex_lock(&w->lock);
    w->task = task;
    w->job = job;
    divide(w, count);
    w->open = 1;
    unsigned run = atomic_load_explicit(&w->run, memory_order_relaxed) + 1;
    atomic_store_explicit(&w->run, run, memory_order_relaxed);
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

/* Threads that have not come by now need not; those inside are waited for. */
static void close_run(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->open = 0;
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < SPINS && atomic_load_explicit(&w->active, memory_order_acquire); i++) pause_briefly();
    pthread_mutex_lock(&w->lock);
    while (atomic_load_explicit(&w->active, memory_order_relaxed)) pthread_cond_wait(&w->done, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

void strided__workers_run(void *user, int64_t count, strided_task *task, void *job)
{
    struct workers *w = user;
    pid_t self = getpid();
    if (!take(w, self)) {
        for (int64_t i = 0; i < count; i++) task(job, i, 0);
        return;
    }
    settle(w, self);
    open_run(w, count, task, job);
    drain(w, 0);
    close_run(w);
    atomic_store(&w->taken, 0);
}

/* ---- making and ending ---------------------------------------------------------------------------- */

struct workers *strided__workers_new(strided_context *ctx, int threads)
{
    struct workers *w = strided__alloc("context_new", ctx, bytes_of(threads));
    if (!w) return NULL;
    memset(w, 0, bytes_of(threads));
    atomic_init(&w->taken, 0);
    atomic_init(&w->run, 0);
    atomic_init(&w->active, 0);
    w->threads = threads;
    for (int i = 0; i < threads; i++) {
        atomic_init(&w->thread[i].left, 0);
        atomic_init(&w->thread[i].end, 0);
    }
    return w;
}

static void end_threads(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->stop = 1;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
    for (int i = 1; i <= w->started; i++) pthread_join(w->thread[i].id, NULL);
    pthread_cond_destroy(&w->done);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
}

void strided__workers_release(strided_context *ctx, struct workers *w)
{
    if (w->home == getpid()) end_threads(w);
    strided__free(ctx, w, bytes_of(w->threads));
}
