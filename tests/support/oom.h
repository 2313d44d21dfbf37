/*
 * oom.h - an allocator that fails when told to, and counts what lives.
 *
 *     struct oom *o = oom_new();
 *     oom_sweep(o, "clone", attempt, job);   attempt() is run with the 1st, 2nd, .. allocation failing until none does
 *     oom_free(o);                           nothing may be left
 */
#ifndef STRIDED_TESTS_OOM_H
#define STRIDED_TESTS_OOM_H

#include <strided/tensor.h>

enum { OOM_ALL = -1 };

struct oom {
    strided_context *ctx;   /* threads: none */
    int64_t blocks, bytes;  /* alive */
    int64_t calls;          /* since armed */
    int64_t fail_at;        /* the one that fails; 0: none, OOM_ALL: each */
    int     failed;         /* it did */
    int     corrupt;        /* freed with another size than it was asked with */
};

struct oom      *oom_new(void);
strided_config   oom_config(struct oom *o); /* for contexts of another kind with this allocator */
void             oom_arm(struct oom *o, int64_t nth); /* 0 disarms */
void             oom_free(struct oom *o);

/* attempt() leaves nothing alive that was not before, whether it succeeds or not, and returns the status of the call
 * it makes. Each failure must be ERR_NO_MEMORY. Returns how many allocations the success took. */
int64_t oom_sweep(struct oom *o, const char *name, strided_status (*attempt)(void *job), void *job);

/* The same for makers of views: the job is a tensor of f32 of this shape. */
int64_t oom_sweep_views(const char *name, strided_status (*attempt)(void *tensor), int ndim, const int64_t *shape);
/* How n makers ended: STRIDED_OK, or one of them failed. What they made goes. */
strided_status oom_made(int n, strided_tensor *const *made);

#endif
