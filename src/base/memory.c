/*
 * memory.c - the context's allocator, or aligned malloc.
 *
 * A size of 0 asks for one byte, so that every success is a pointer of its own. Sizes from PTRDIFF_MAX are
 * refused here: allocators disagree about what to do with them.
 */
#include "memory.h"
#include "context.h"
#include "error.h"
#include <stdlib.h>

enum { ALIGNMENT = 64 };

static size_t at_least_one(size_t size) { return size ? size : 1; }

static void *from_malloc(size_t size)
{
    void *ptr = NULL;
    return posix_memalign(&ptr, ALIGNMENT, size) == 0 ? ptr : NULL;
}

static void *obtain(const strided_context *ctx, size_t size)
{
    if (size >= (size_t)PTRDIFF_MAX) return NULL;
    if (ctx && ctx->allocator.alloc) return ctx->allocator.alloc(ctx->allocator.user, size, ALIGNMENT);
    return from_malloc(size);
}

void *strided__try_alloc(strided_context *ctx, size_t size)
{
    return obtain(ctx, at_least_one(size));
}

void *strided__alloc(const char *who, strided_context *ctx, size_t size)
{
    void *ptr = strided__try_alloc(ctx, size);
    if (!ptr) strided__fail(STRIDED_ERR_NO_MEMORY, "%s: the allocator returned NULL for %zu bytes", who, size);
    return ptr;
}

void strided__free(strided_context *ctx, void *ptr, size_t size)
{
    if (!ptr) return;
    if (ctx && ctx->allocator.free) {
        ctx->allocator.free(ctx->allocator.user, ptr, at_least_one(size));
        return;
    }
    free(ptr);
}
