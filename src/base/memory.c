/*
 * memory.c - the context's allocator, or aligned malloc.
 *
 * A size of 0 asks for one byte, so that every success is a pointer of its own. Sizes from PTRDIFF_MAX are
 * refused here: allocators disagree about what to do with them.
 *
 * Large sizes are asked to lie in huge pages, where the system has them: planes that lie pages apart would else wait on
 * the page tables, and where small pages lie in the caches is left to chance.
 */
#include "memory.h"
#include "context.h"
#include "error.h"
#include <stdlib.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20 };

static size_t at_least_one(size_t size) { return size ? size : 1; }

/* A wish: where it is refused, nothing changes but the speed. */
static void ask_for_huge_pages(void *ptr, size_t size)
{
#ifdef MADV_HUGEPAGE
    (void)madvise(ptr, size, MADV_HUGEPAGE);
#else
    (void)ptr, (void)size;
#endif
}

static void *from_malloc(size_t size)
{
    size_t whole = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    if (whole - size <= size / 2) size = whole; /* fills out the last page */
    void *ptr = NULL;
    if (posix_memalign(&ptr, size < HUGE_PAGE ? ALIGNMENT : HUGE_PAGE, size) != 0) return NULL;
    if (size >= HUGE_PAGE) ask_for_huge_pages(ptr, size);
    return ptr;
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
