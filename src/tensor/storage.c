/*
 * storage.c - counted memory: the library's own, or someone else's with or without a function that takes it back.
 */
#include "storage.h"
#include "../base/checked.h"
#include "../base/memory.h"

static struct storage *make(const char *who, strided_context *ctx)
{
    struct storage *s = strided__alloc(who, ctx, sizeof *s);
    if (!s) return NULL;
    *s = (struct storage){.ctx = strided_context_retain(ctx)};
    atomic_init(&s->refs, 1);
    return s;
}

struct storage *strided__storage_new(const char *who, strided_context *ctx, int64_t count, size_t size)
{
    struct storage *s = make(who, ctx);
    if (!s || count == 0) return s;
    size_t bytes = (size_t)min_size(count * (int64_t)size, PTRDIFF_MAX); /* so much is never given */
    s->count = count;
    s->data = strided__alloc(who, ctx, bytes);
    if (!s->data) {
        strided__storage_release(s);
        return NULL;
    }
    s->owned = bytes;
    return s;
}

struct storage *strided__storage_borrow(const char *who, strided_context *ctx, char *data, int64_t count,
                                        void (*drop)(void *user), void *user)
{
    struct storage *s = make(who, ctx);
    if (!s) return NULL;
    s->data = data;
    s->count = count;
    s->drop = drop;
    s->user = user;
    return s;
}

void strided__storage_retain(struct storage *s) { atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed); }

void strided__storage_release(struct storage *s)
{
    if (atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) > 1) return;
    if (s->drop) s->drop(s->user);
    strided_context *ctx = s->ctx;
    if (s->owned) strided__free(ctx, s->data, s->owned);
    strided__free(ctx, s, sizeof *s);
    strided_context_release(ctx);
}

void strided__storage_forget(struct storage *s)
{
    s->drop = NULL;
    strided__storage_release(s);
}
